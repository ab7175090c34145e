"""A vendor's directory of FHIR endpoints: Lantern's flat list as a file, or a bundle that comes in pages."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import count
from typing import Any

from tests.replicas.replica import NOT_FOUND, Reply, Request, found_json, path_of, query_of


@dataclass
class FhirDirectories:
    """Directories by path.

    Attributes:
        directories: Each as it would be in one piece.
        page_size: Entries of a bundle on a page; None for all of them.
        is_volatile: Whether an answer tells its time and is called anew each time, as servers do that make bundles up when asked.
    """

    directories: dict[str, dict[str, Any]]
    page_size: int | None = None
    is_volatile: bool = False

    def __post_init__(self) -> None:
        self._answers = count(1)

    def __call__(self, request: Request) -> Reply:
        path = path_of(request)
        whole = self.directories.get(path)
        if whole is None:
            return NOT_FOUND
        if whole.get("resourceType") != "Bundle":
            return found_json(request, whole, etag=True)
        page = {**whole, **self._page(request, path, whole["entry"])}
        if self.is_volatile:
            number = next(self._answers)
            page |= {"id": f"answer-{number}", "timestamp": f"2026-11-01T00:00:{number:02}Z"}
        return found_json(request, page, etag=not self.is_volatile)

    def _page(self, request: Request, path: str, entries: list[object]) -> dict[str, object]:
        if self.page_size is None:
            return {}
        first = int(query_of(request).get("_offset", 0))
        following = first + self.page_size
        here = f"http://{request.headers['Host']}{path}"
        links = [{"relation": "self", "url": f"{here}?_offset={first}"}]
        if following < len(entries):
            links.append({"relation": "next", "url": f"{here}?_offset={following}"})
        return {"entry": entries[first:following], "link": links}


def directory(data: bytes) -> dict[str, Any]:
    """A directory out of its file."""
    found = json.loads(data)
    assert isinstance(found, dict)
    return found
