"""CMS's Provider Data Catalog: a metastore of items, files that move with every release, a datastore that answers in pages."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field, replace
from hashlib import md5

from tests.replicas.replica import Reply, Request, found, found_json, path_of, query_of

CONTACT = ("Person Q. Example", "person.q.example@example.invalid")
API = "/provider-data/api/1"
_ITEM = re.compile(rf"{API}/metastore/schemas/dataset/items/([^/]+)")
_QUERY = re.compile(rf"{API}/datastore/query/([^/]+)/0(/download)?")
_STORE = "/provider-data/sites/default/files/resources"


@dataclass(frozen=True)
class DataSet:
    """One release of a data set.

    Attributes:
        file: Name of its file.
        body: The file.
        stamp: Unix time in the file's address; changes with every release.
        modified: Day of the last change; None for none.
        released: Day on which it was made public.
        host: Host of its file, where it is not the catalog's own.
    """

    file: str
    body: bytes
    stamp: int = 1770163678
    modified: str | None = "2026-01-26"
    released: str | None = "2026-02-25"
    host: str | None = None

    @property
    def path(self) -> str:
        """Where the file lies: its folder's name is that of the data set and the time of the release."""
        return f"{_STORE}/{md5(self.file.encode(), usedforsecurity=False).hexdigest()}_{self.stamp}/{self.file}"

    def rows(self) -> list[dict[str, str]]:
        """Rows under the names that the datastore gives to columns."""
        header, *lines = csv.reader(io.StringIO(self.body.decode("utf-8-sig"), newline=""))
        names = [re.sub(r"[^a-z0-9_]", "", title.lower().replace(" ", "_")) for title in header]
        return [dict(zip(names, line, strict=True)) for line in lines]


@dataclass
class Catalog:
    """The catalog, by id of data set.

    Attributes:
        sets: What it has.
        most_rows: Rows that an answer of the datastore has at most, whatever is asked for.
        counts: What the datastore states as count of the next answers, before it states the truth again.
    """

    sets: dict[str, DataSet]
    most_rows: int = 1_500
    counts: list[int] = field(default_factory=list)

    def release(self, identifier: str, body: bytes, stamp: int, modified: str) -> None:
        """Make another release public in the place of the last one."""
        self.sets[identifier] = replace(self.sets[identifier], body=body, stamp=stamp, modified=modified)

    def __call__(self, request: Request) -> Reply:
        path = path_of(request)
        file = next((one for one in self.sets.values() if one.path == path), None)
        if file:
            return found(request, file.body, modified=f"Mon, 26 Jan 2026 {file.stamp % 24:02}:00:00 GMT")
        item, query = _ITEM.fullmatch(path), _QUERY.fullmatch(path)
        data_set = self.sets.get((item or query or [None, None])[1] or "")
        if data_set is None:
            return _error(request, "404 Not Found", "Error retrieving metadata: dataset not found.")
        if item:
            return found_json(request, _item(item[1], data_set, request.headers["Host"]), etag=True)
        return self._queried(request, data_set, download=bool(query and query[2]))

    def _queried(self, request: Request, data_set: DataSet, *, download: bool) -> Reply:
        asked = query_of(request)
        if download:
            is_csv = asked.get("format") == "csv"
            return found(request, data_set.body) if is_csv else _error(request, "400 Bad Request", "Unsupported format.")
        if not all(asked.get(name, "0").isdigit() for name in ("limit", "offset")):
            return _error(request, "400 Bad Request", "JSON Schema validation failed.")
        offset, limit = int(asked.get("offset", 0)), min(int(asked.get("limit", 500)), self.most_rows)
        rows = data_set.rows()
        answer: dict[str, object] = {"results": rows[offset : offset + limit], "query": {"limit": limit, "offset": offset}}
        if asked.get("count") == "true":
            answer["count"] = self.counts.pop(0) if self.counts else len(rows)
        if asked.get("schema") != "false":
            answer["schema"] = {"fields": {}}
        return found_json(request, answer, etag=True)


def _item(identifier: str, data_set: DataSet, host: str) -> dict[str, object]:
    name, address = CONTACT
    item = {
        "@type": "dcat:Dataset",
        "accessLevel": "public",
        "contactPoint": {"@type": "vcard:Contact", "fn": name, "hasEmail": f"mailto:{address}"},
        "description": "Made up.",
        "distribution": [
            {
                "@type": "dcat:Distribution",
                "downloadURL": f"http://{data_set.host or host}{data_set.path}",
                "mediaType": "text/csv",
            },
        ],
        "identifier": identifier,
        "issued": "2020-12-10",
        "modified": data_set.modified,
        "released": data_set.released,
        "publisher": {"@type": "org:Organization", "name": "Centers for Medicare & Medicaid Services (CMS)"},
        "title": "Made up",
    }
    return {key: value for key, value in item.items() if value is not None}


def _error(request: Request, status: str, message: str) -> Reply:
    return replace(found_json(request, {"message": message, "status": int(status[:3])}), status=status)
