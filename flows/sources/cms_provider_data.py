"""CMS's Provider Data Catalog: how its data sets are asked for, and what its columns are called.

A data set has an item in the catalog's metastore, which says when it was changed and where its file lies: the file moves with
every release. The same rows are in a datastore, which answers queries in pages and calls the columns by names of its own.
"""

import csv
import json
import re
from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from io import StringIO
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import polars as pl

from flows.sources.chains import follow
from flows.sources.reading import UTF8_BOM, read_items, read_json, read_keys, read_text
from flows.sources.source import CURRENT, Delivery, Errand, Fetch, Media, Request, SourceError

PAGE_ROWS = 1_500
"""Rows asked for at a time, as others ask; what comes may be fewer, and the next page begins after them."""

_ITEM = ("identifier", "title", "issued", "modified", "released", "distribution")
_QUERY = {"count": "true", "results": "true", "schema": "false", "keys": "true", "format": "json", "rowIds": "false"}


def fetch_of(source: str) -> Fetch:
    """The ``fetch`` of a data set, for an address of any of three kinds.

    - An item of the metastore leads to the file, and tells the day on which it was last changed.
    - A query of the datastore is asked page by page, and put together as the file it would be; a number of rows other than the
      ``count`` it states, or one that is there twice, is a broken document.
    - Anything else is the file itself.
    """
    return partial(_fetch, source)


def _fetch(source: str, errand: Errand) -> Iterator[Delivery]:
    path = urlsplit(errand.address).path
    if "/metastore/" in path:
        changed, file = _item(source, errand.ask(Request(errand.address, media=Media.JSON)), errand.address)
        yield Delivery(CURRENT, errand.ask(Request(file)), changed)
    elif "/datastore/query/" in path and not path.endswith("/download"):
        yield _queried(source, errand)
    else:
        yield Delivery(CURRENT, errand.ask(Request(errand.address)))


def without_contact(data: bytes) -> bytes:
    """A body without the contact that an item of the metastore names; rows are kept as published.

    Raises:
        SourceError: When what looks like JSON is none.
    """
    if not data.removeprefix(UTF8_BOM).lstrip().startswith((b"{", b"[")):
        return data
    found = read_json("CMS Provider Data Catalog", data)
    cleaned = [_named(item) for item in found] if isinstance(found, list) else _named(found)
    return data if cleaned == found else json.dumps(cleaned, ensure_ascii=False).encode()


def _named(item: object) -> object:
    """Of an item of the metastore the fields that are read; anything else is not one, and stays but for a contact."""
    if not isinstance(item, dict):
        return item
    is_item = "distribution" in item
    return {name: value for name, value in item.items() if (name in _ITEM if is_item else name != "contactPoint")}


def titled(frame: pl.DataFrame, titles: Sequence[str]) -> pl.DataFrame:
    """The frame with the file's titles for its columns, where it has the datastore's names."""
    by_name = {_name_of(title): title for title in titles if title not in frame.columns}
    return frame.rename({name: by_name[name] for name in frame.columns if name in by_name})


def _name_of(title: str) -> str:
    """What the datastore calls a column: ``City/Town`` is ``citytown``."""
    return re.sub(r"[^a-z0-9_]", "", title.lower().replace(" ", "_"))


def _item(source: str, body: bytes, address: str) -> tuple[date | None, str]:
    """When a data set was last changed, and where its file lies.

    Raises:
        SourceError: When the item does not tell one CSV file on its own host, or a date is none.
    """
    item = read_keys(source, "an item of the metastore", read_json(source, body), ("distribution",), _ITEM)
    parts = [part for part in read_items(source, "distributions", item["distribution"]) if isinstance(part, dict)]
    files = [str(part.get("downloadURL")) for part in parts if part.get("mediaType") == "text/csv"]
    if len(files) != 1:
        raise SourceError(source, "one distribution of type text/csv", f"{len(files)} of {len(parts)}")
    if urlsplit(files[0])[:2] != urlsplit(address)[:2]:
        raise SourceError(source, "a file on the host of its catalog", f"one on {urlsplit(files[0]).netloc or 'none'}")
    stated = read_text(source, "modified", item.get("modified")) or read_text(source, "released", item.get("released"))
    try:
        return (date.fromisoformat(stated[:10]) if stated else None), files[0]
    except ValueError as error:
        raise SourceError(source, "a date as modified or released", repr(stated)) from error


def _queried(source: str, errand: Errand) -> Delivery:
    rows: list[dict[str, object]] = []
    counts: list[int] = []

    def following(page: bytes, _number: int) -> Request | None:
        found, count = _read_page(source, page)
        rows.extend(found)
        counts.append(count)
        return _page(errand.address, len(rows)) if found and len(rows) < count else None

    chain = follow(errand.ask, _page(errand.address, 0), following)
    return Delivery(CURRENT, _as_csv(source, rows), None, chain.broken or _doubt(rows, counts))


def _page(address: str, offset: int) -> Request:
    parts = urlsplit(address)
    asked = {"limit": str(PAGE_ROWS), "offset": str(offset), **_QUERY}
    given = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name not in asked]
    return Request(urlunsplit(parts._replace(query=urlencode([*given, *asked.items()]))), media=Media.JSON)


def _read_page(source: str, page: bytes) -> tuple[list[dict[str, object]], int]:
    """The rows of an answer, and how many rows the whole query has.

    Raises:
        SourceError: When it is no answer of the datastore.
    """
    answer = read_keys(source, "an answer of the datastore", read_json(source, page), ("results", "count"), ("query", "schema"))
    count = answer["count"]
    if not isinstance(count, int) or isinstance(count, bool):
        raise SourceError(source, "a number as count", repr(count)[:40])
    rows = read_items(source, "rows", answer["results"])
    return [read_keys(source, "a row", row, tuple(row) if isinstance(row, dict) else ()) for row in rows], count


def _doubt(rows: list[dict[str, object]], counts: list[int]) -> str | None:
    """Why the pages of a query are not the whole of it."""
    if len(set(counts)) > 1:
        return f"expected one count on all pages; found {', '.join(map(str, sorted(set(counts))))}"
    if counts[0] != len(rows):
        return f"{counts[0]} stated, {len(rows)} in the pages"
    again = len(rows) - len({tuple(map(str, row.values())) for row in rows})
    return f"{again} rows are there twice: the data set changed while its pages were asked for" if again else None


def _as_csv(source: str, rows: list[dict[str, object]]) -> bytes:
    """Rows as the CSV file that they are pages of.

    Raises:
        SourceError: When there are none, or they are not of one table.
    """
    if not rows:
        raise SourceError(source, "at least one row", "an answer without any")
    columns, out = tuple(rows[0]), StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        read_keys(source, "a row", row, columns)
        writer.writerow([_cell(source, column, row[column]) for column in columns])
    return out.getvalue().encode()


def _cell(source: str, column: str, value: object) -> str:
    return value if isinstance(value, str) else read_text(source, column, value) or ""
