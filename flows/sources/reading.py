"""Reading bytes as the kind of document they should be, strictly: nothing is guessed, nothing is dropped in silence."""

import csv
from collections.abc import Sequence
from io import BytesIO, StringIO
from typing import cast

import polars as pl
import pyarrow as pa
from pyarrow import csv as pa_csv

from flows.sources.source import Media, SourceError
from schemas.geography import STATE_BY_NAME

_UTF8_BOM = b"\xef\xbb\xbf"
_UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")


def require_media(source: str, data: bytes, media: Media) -> None:
    """Check by its first bytes that a body is the kind of document that was meant.

    Raises:
        SourceError: On an empty body, an HTML page in place of a file, or a PDF that is not one.
    """
    start = data.removeprefix(_UTF8_BOM).lstrip()[:64].lower()
    if not start:
        raise SourceError(source, f"a {media} document", "an empty body")
    is_page = start.startswith((b"<!doctype html", b"<html", b"<head", b"<?xml", b"<div", b"<script"))
    if media is Media.PDF and not start.startswith(b"%pdf-"):
        raise SourceError(source, "a PDF document", "an HTML page" if is_page else f"bytes that start with {data[:16]!r}")
    if media is Media.HTML and not start.startswith(b"<"):
        raise SourceError(source, "an HTML page", f"bytes that start with {data[:16]!r}")
    if media is Media.CSV and (is_page or start.startswith((b"%pdf-", b"pk\x03\x04"))):
        found = "an HTML page (a login or error page?)" if is_page else f"bytes that start with {data[:16]!r}"
        raise SourceError(source, "a CSV file", found)


def decode(source: str, data: bytes) -> str:
    """The body as UTF-8 text, without a byte order mark.

    Raises:
        SourceError: When the bytes are not UTF-8; the first offending byte and its place are named.
    """
    if data.startswith(_UTF16_BOMS):
        raise SourceError(source, "UTF-8 text", "a UTF-16 byte order mark")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SourceError(source, "UTF-8 text", f"byte 0x{data[error.start]:02x} in line {line}: another charset") from error


def read_csv(source: str, data: bytes) -> pl.DataFrame:
    """All rows of a CSV body as text, empty cells as null, with a ``locator`` (``row 2`` is the first under the header).

    Raises:
        SourceError: When the body is no CSV in UTF-8, has a row with too few or too many cells, or has no rows.
    """
    require_media(source, data, Media.CSV)
    text = decode(source, data)
    if "\x00" in text:
        raise SourceError(source, "text", "NUL bytes")
    names = next(csv.reader(StringIO(text, newline="")))
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        raise SourceError(source, "each column once", f"repeated columns {', '.join(repeated)}")
    try:
        table = pa_csv.read_csv(
            BytesIO(text.encode()),
            parse_options=pa_csv.ParseOptions(newlines_in_values=True),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True, null_values=[""]
            ),
        )
    except pa.ArrowInvalid as error:
        raise SourceError(source, f"{len(names)} cells in every row", str(error)[:200]) from error
    if table.num_rows == 0:
        raise SourceError(source, "at least one row", "a header and no rows")
    frame = cast(pl.DataFrame, pl.from_arrow(table))
    return frame.with_row_index("nr", offset=2).select(
        pl.format("row {}", pl.col("nr")).alias("locator"), pl.exclude("nr").cast(pl.String)
    )


def require_columns(source: str, frame: pl.DataFrame, needed: Sequence[str], allowed: Sequence[str] = ()) -> None:
    """Check a header: every needed column is there, and no column that is neither needed nor allowed.

    Raises:
        SourceError: Naming each missing and each unexpected column. A renamed column shows up as both.
    """
    found = [name for name in frame.columns if name != "locator"]
    missing = [name for name in needed if name not in found]
    unexpected = [name for name in found if name not in needed and name not in allowed]
    if missing or unexpected:
        parts = [f"missing columns: {', '.join(missing)}"] if missing else []
        parts += [f"unexpected columns: {', '.join(unexpected)}"] if unexpected else []
        raise SourceError(source, f"the {len(needed)} known columns", "; ".join(parts))


def us_date(column: str) -> pl.Expr:
    """A date in a US spelling as ISO text; a text that reads as no date stays as it is and fails validation."""
    text = pl.col(column)
    day = pl.coalesce(
        text.str.to_date("%m/%d/%Y", strict=False),
        text.str.to_date("%Y-%m-%d", strict=False),
        text.str.to_date("%Y-%m-%d 00:00:00", strict=False),
        text.str.to_date("%B %d, %Y", strict=False),
    )
    return pl.coalesce(day.dt.to_string("%Y-%m-%d"), text)


def zip5(column: str) -> pl.Expr:
    """Five digits of a ZIP code: ZIP+4 is cut, and zeros that a spreadsheet ate are put back."""
    text = pl.col(column).str.strip_chars()
    return (
        pl.when(text.str.contains(r"^\d{9}$|^\d{5}-\d{4}$"))
        .then(text.str.slice(0, 5))
        .when(text.str.contains(r"^\d{3,4}$"))
        .then(text.str.zfill(5))
        .otherwise(text)
    )


def state_code(column: str) -> pl.Expr:
    """Two letters for a state given by name; any other text stays as it is."""
    return pl.col(column).str.strip_chars().str.to_uppercase().replace(STATE_BY_NAME)
