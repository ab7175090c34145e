"""Reading bytes as the kind of document they should be, strictly: nothing is guessed, nothing is dropped in silence."""

import csv
import json
import re
from collections.abc import Sequence
from io import StringIO

import polars as pl

from flows.sources.source import Media, SourceError
from schemas.geography import STATE_BY_NAME
from schemas.validation import EARLIEST_DAY, LATEST_DAY

UTF8_BOM = b"\xef\xbb\xbf"
UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")
_HEAD = 2**12
"""So much of a body shows what it is; a large one is not copied for it."""
_PDF, _PAGE, _JSON = "a PDF document", "an HTML page (a login or error page?)", "JSON"
_FIRST_BYTES = (
    (b"%pdf-", Media.PDF, _PDF),
    (b"<", Media.HTML, _PAGE),
    (b"{", Media.JSON, _JSON),
    (b"[", Media.JSON, _JSON),
    (b"pk\x03\x04", Media.XLSX, "a zip archive, such as xlsx"),
    (b"par1", Media.PARQUET, "a Parquet file"),
)
_MEANT = {
    Media.PDF: _PDF,
    Media.HTML: "an HTML page",
    Media.CSV: "a CSV file",
    Media.JSON: _JSON,
    Media.XLSX: "an xlsx workbook",
    Media.PARQUET: "a Parquet file",
}

_MAX_JSON_BYTES = 50 * 2**20
"""The largest directory seen has 700 kB. JSON is held whole in memory, at several times its size."""
_ESCAPED_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


def require_media(source: str, data: bytes, *meant: Media) -> None:
    """Check by its first bytes that a body is a kind of document that was meant; text of no other kind is taken for CSV.

    Raises:
        SourceError: On an empty body, an HTML page in place of a file, or a PDF that is not one.
    """
    start = data[:_HEAD].removeprefix(UTF8_BOM).lstrip()[:64].lower() or data.removeprefix(UTF8_BOM).lstrip()[:64].lower()
    if not start:
        raise SourceError(source, f"a {meant[0]} document", "an empty body")
    kinds = [Media.HTML if one is Media.PAGE else one for one in meant]
    media, kind = next(((media, told) for first, media, told in _FIRST_BYTES if start.startswith(first)), (Media.CSV, None))
    if media not in kinds:
        raise SourceError(source, " or ".join(_MEANT[one] for one in kinds), kind or f"bytes that start with {data[:16]!r}")


def decode(source: str, data: bytes) -> str:
    """The body as UTF-8 text, without a byte order mark.

    Raises:
        SourceError: When the bytes are not UTF-8 (the first offending byte and its place are named) or hold NUL bytes.
    """
    if data.startswith(UTF16_BOMS):
        raise SourceError(source, "UTF-8 text", "a UTF-16 byte order mark")
    if b"\x00" in data:
        raise SourceError(source, "text", "NUL bytes")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SourceError(source, "UTF-8 text", f"byte 0x{data[error.start]:02x} in line {line}: another charset") from error


def csv_records(source: str, data: bytes) -> list[list[str]]:
    """All records of a CSV body, header first, each with as many cells as the header; blank lines are none.

    Raises:
        SourceError: When the body is no CSV in UTF-8, leaves a quotation mark open, or has a row with too few or too many
            cells.
    """
    require_media(source, data, Media.CSV)
    reader = csv.reader(StringIO(decode(source, data), newline=""), strict=True)
    try:
        records = [record for record in reader if record]
    except csv.Error as error:
        raise SourceError(source, "every quotation mark closed", f"{error}, by line {reader.line_num}") from error
    width = len(records[0])
    for number, record in enumerate(records, start=1):
        if len(record) != width:
            raise SourceError(source, f"{width} cells in every row", f"{len(record)} in row {number}")
    return records


def read_csv(source: str, data: bytes) -> pl.DataFrame:
    """All rows of a CSV body as text, empty cells as null, with a ``locator`` (``row 2`` is the first under the header).

    Raises:
        SourceError: As ``csv_records``, and when a column is repeated or there are no rows.
    """
    names, *rows = csv_records(source, data)
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        raise SourceError(source, "each column once", f"repeated columns {', '.join(repeated)}")
    if not rows:
        raise SourceError(source, "at least one row", "a header and no rows")
    frame = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String()), orient="row").with_row_index("nr", offset=2)
    return frame.select(
        pl.format("row {}", pl.col("nr")).alias("locator"),
        *(pl.when(pl.col(name) != "").then(name).alias(name) for name in names),
    )


def read_json(source: str, data: bytes) -> object:
    """A JSON body as Python's lists and dictionaries; every text in it can be stored.

    Raises:
        SourceError: When the body is no JSON in UTF-8, is larger than any directory, nests without end, repeats a key,
            or holds a number or a text that is none (``NaN``, half of a surrogate pair, a NUL).
    """
    require_media(source, data, Media.JSON)
    if len(data) > _MAX_JSON_BYTES:
        raise SourceError(source, f"at most {_MAX_JSON_BYTES} bytes of JSON", f"{len(data)} bytes")
    text = decode(source, data)
    if _ESCAPED_NUL.search(text):
        raise SourceError(source, "text", "NUL bytes")
    try:
        found: object = json.loads(text, object_pairs_hook=_each_key_once, parse_constant=_no_number)
        json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise SourceError(source, "whole and valid JSON", str(error)) from error
    return found


def _each_key_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError(f"a repeated key among {', '.join(name for name, _ in pairs)}")
    return found


def _no_number(text: str) -> object:
    raise ValueError(f"{text} for a number")


def require_columns(source: str, columns: Sequence[str], needed: Sequence[str], allowed: Sequence[str] = ()) -> None:
    """Check a header: every needed column is there, and no column that is neither needed nor allowed.

    Raises:
        SourceError: Naming each missing and each unexpected column. A renamed column shows up as both.
    """
    found = [name for name in columns if name != "locator"]
    missing = [name for name in needed if name not in found]
    unexpected = [name for name in found if name not in needed and name not in allowed]
    if missing and len(missing) == len(needed):
        raise SourceError(source, f"a header with the {len(needed)} known columns", "a first row with none of them")
    if missing or unexpected:
        parts = [f"missing columns: {', '.join(missing)}"] if missing else []
        parts += [f"unexpected columns: {', '.join(unexpected)}"] if unexpected else []
        raise SourceError(source, f"the {len(needed)} known columns", "; ".join(parts))


def read_keys(source: str, what: str, item: object, needed: Sequence[str], allowed: Sequence[str] = ()) -> dict[str, object]:
    """A JSON object itself, checked: every needed key is there, and no key that is neither needed nor allowed.

    Raises:
        SourceError: When it is no object, and naming each missing and each unexpected key.
    """
    if not isinstance(item, dict):
        raise SourceError(source, f"an object as {what}", f"a {type(item).__name__}")
    missing = [name for name in needed if name not in item]
    unexpected = [name for name in item if name not in needed and name not in allowed]
    if missing or unexpected:
        parts = [f"missing keys: {', '.join(missing)}"] if missing else []
        parts += [f"unexpected keys: {', '.join(unexpected)}"] if unexpected else []
        raise SourceError(source, f"the known keys of {what}", "; ".join(parts))
    return item


def read_items(source: str, what: str, item: object) -> list[object]:
    """A JSON list itself.

    Raises:
        SourceError: When it is none.
    """
    if not isinstance(item, list):
        raise SourceError(source, f"a list of {what}", f"a {type(item).__name__}")
    return item


def read_text(source: str, what: str, item: object) -> str | None:
    """A JSON text or number as text, trimmed; null where there is none, or nothing but blanks.

    Raises:
        SourceError: When it is a list or an object.
    """
    if item is None:
        return None
    if isinstance(item, bool):
        return str(item).lower()
    if not isinstance(item, str | int | float):
        raise SourceError(source, f"a text or a number as {what}", f"a {type(item).__name__}")
    return str(item).strip() or None


def us_date(column: str) -> pl.Expr:
    """A date in a US spelling as ISO text; a text that reads as no date stays as it is and fails validation."""
    text = pl.col(column)
    day = pl.coalesce(
        text.str.to_date("%m/%d/%Y", strict=False),
        text.str.to_date("%Y-%m-%d", strict=False),
        text.str.to_date("%Y-%m-%d 00:00:00", strict=False),
        text.str.to_date("%B %d, %Y", strict=False),
    )
    return pl.when(day.is_between(EARLIEST_DAY, LATEST_DAY)).then(day.dt.to_string("%Y-%m-%d")).otherwise(text)


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
