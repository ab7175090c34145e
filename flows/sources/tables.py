"""Tables too large for Python's lists: CSV and xlsx turned into one all-text Parquet, strictly, in memory, once.

DuckDB reads the CSV, because of the fast readers it alone refuses a quotation mark left open. It is asked so that a row with a
cell too few or too many shows up; whatever it does not take, Python's strict reader reads again, slowly, and either says what is
wrong or finds nothing wrong. Nothing is written to disk: what is dropped here may be what must never be there.
"""

import codecs
import csv
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO, TextIOWrapper
from itertools import islice

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from flows.sources.reading import UTF8_BOM, UTF16_BOMS, require_media
from flows.sources.source import Media, SourceError
from flows.text_parquet import HEADER, folded, written

PARQUET_MARK = b"PAR1"
_BATCH = 100_000
_SLICE = 2**24
_NO_TEXT = "\x00"
"""Stands for null where DuckDB asks for one: no text holds it, so that an empty cell is empty and a missing one is null."""
_LAST = "\x01"
_BLANK, _QUOTE = b' "'
_AFTER_BLANK = re.compile(rb'"(?:"")*(?!")|(?:"")+ *(?=[,\r\n]|\Z)')
"""An odd number of quotation marks, or nothing but an even one. Behind blanks at a cell's start they are letters for Python;
DuckDB opens a quotation. (An even number before other letters stands within a quotation, or DuckDB refuses it.)"""
_WORKBOOK_SECONDS = 1800

Check = Callable[[Sequence[str]], object]
"""Looks at a whole header as published, and raises where it is not as it should be."""


def to_parquet(source: str, data: bytes, *, keep: frozenset[str], check: Check) -> bytes:
    """A CSV or xlsx body as Parquet: all its rows in order, its cells as text, some of its columns under their published names.

    The same body gives the same bytes. Empty rows are kept, so that places can be counted.

    Args:
        source: Who speaks when something is wrong.
        data: The body.
        keep: The columns to keep, ``folded``; of all others nothing but their names is kept.
        check: Called with the whole header before anything is kept.

    Raises:
        SourceError: When it is no such body: another charset, a quotation mark left open, a row with too few or too many cells,
            no rows, a workbook that cannot be read or that asks for more memory than this machine can give.
    """
    require_media(source, data, Media.CSV, Media.XLSX)
    if is_workbook(data):
        return _workbook_to_parquet(source, data, keep, check)
    return _csv_to_parquet(source, data, keep, check)


def is_parquet(data: bytes) -> bool:
    """Whether a body is Parquet, by its first bytes."""
    return data.startswith(PARQUET_MARK)


def is_workbook(data: bytes) -> bool:
    """Whether a body is a zip archive, as an xlsx workbook is one, by its first bytes."""
    return data.startswith(b"PK\x03\x04")


def parquet_columns(source: str, data: bytes) -> list[str]:
    """Names of the columns of a Parquet body.

    Raises:
        SourceError: When it is none.
    """
    try:
        return list(pl.read_parquet_schema(BytesIO(data)))
    except (pl.exceptions.PolarsError, OSError) as error:
        raise SourceError(source, "a Parquet file", f"one that cannot be read: {error}") from error


def read_columns(source: str, data: bytes, columns: Sequence[str]) -> pl.DataFrame:
    """Some columns of a Parquet body, blanks around texts cut off, empty texts as null.

    Raises:
        SourceError: When the body cannot be read.
    """
    try:
        frame = pl.read_parquet(BytesIO(data), columns=list(columns))
    except (pl.exceptions.PolarsError, OSError) as error:
        raise SourceError(source, "a Parquet file", f"one that cannot be read: {error}") from error
    texts = pl.all().str.strip_chars()
    return frame.select(texts).select(pl.when(pl.all() != "").then(pl.all()))


# --- CSV --------------------------------------------------------------------------------------------------------------


def _csv_to_parquet(source: str, data: bytes, keep: frozenset[str], check: Check) -> bytes:
    _require_text(source, data)
    names, start = _header(source, data)
    check(names)
    places = [place for place, name in enumerate(names) if folded(name) in keep]
    kept = [names[place] for place in places]
    for is_parallel in (True, False):
        try:
            return written(_fast_batches(data, start, len(names), places, is_parallel=is_parallel), kept, names)
        except duckdb.Error:
            continue
    return written(_slow_batches(source, data, places), kept, names)


def _require_text(source: str, data: bytes) -> None:
    """UTF-8 without NUL bytes, in words that name the first byte that is none."""
    if data.startswith(UTF16_BOMS):
        raise SourceError(source, "UTF-8 text", "a UTF-16 byte order mark")
    if b"\x00" in data:
        raise SourceError(source, "text", "NUL bytes")
    if data.isascii():
        return
    decoder = codecs.getincrementaldecoder("utf-8")()
    view, start = memoryview(data), 0
    try:
        for start in range(0, len(data), _SLICE):
            decoder.decode(view[start : start + _SLICE], final=start + _SLICE >= len(data))
    except UnicodeDecodeError as error:
        # What the decoder had left over of the slice before counts in the error's place.
        place = max(0, start - len(error.object) + len(view[start : start + _SLICE])) + error.start
        line = data.count(b"\n", 0, place) + 1
        raise SourceError(source, "UTF-8 text", f"byte 0x{data[place]:02x} in line {line}: another charset") from error


def _records(source: str, data: bytes) -> Iterator[list[str]]:
    """All records that are not blank, header first; each with as many cells as the first."""
    lines = TextIOWrapper(BytesIO(data), encoding="utf-8-sig", newline="")
    reader = csv.reader(lines, strict=True)
    width, number = 0, 0
    try:
        for record in reader:
            if not record:
                continue
            number += 1
            width = width or len(record)
            if len(record) != width:
                raise SourceError(source, f"{width} cells in every row", f"{len(record)} in row {number}")
            yield record
    except csv.Error as error:
        raise SourceError(source, "every quotation mark closed", f"{error}, by line {reader.line_num}") from error


def _header(source: str, data: bytes) -> tuple[list[str], int]:
    """The names of the columns, and where the rows under them start."""
    lines = TextIOWrapper(BytesIO(data), encoding="utf-8-sig", newline="")
    consumed: list[str] = []

    def noted() -> Iterator[str]:
        for line in lines:
            consumed.append(line)
            yield line

    try:
        names = next(record for record in csv.reader(noted(), strict=True) if record)
    except csv.Error as error:
        raise SourceError(source, "every quotation mark closed", f"{error}, in the header") from error
    start = sum(len(line.encode()) for line in consumed) + (len(UTF8_BOM) if data.startswith(UTF8_BOM) else 0)
    if not data[start : start + _SLICE].strip() and not data[start:].strip():
        raise SourceError(source, "at least one row", "a header and no rows")
    return names, start


def _fast_batches(data: bytes, start: int, width: int, keep: list[int], *, is_parallel: bool) -> Iterator[pa.RecordBatch]:
    """Rows by DuckDB.

    One column more than there are is asked for, and missing cells are padded with null: so a row is whole exactly if its last
    cell is there and the one behind it is not. (Without padding DuckDB passes a last cell that is empty and one too many, with
    which a comma without quotation marks moves all cells of a row unseen.) A row of ours is put behind the last one: where a
    quotation mark is open at the end, which DuckDB in one thread forgives, it does not come back.

    Raises:
        duckdb.Error: When it does not take the body. With padding it takes line ends within quotation marks in one thread only.
    """
    if _has_quote_after_blank(data):
        raise duckdb.InvalidInputException("a blank before a quotation mark: DuckDB would overlook it, and open the quotation")
    line_end = b"\r\n" if data[max(start - 2, 0) : start] == b"\r\n" else b"\n"
    ours = (b"" if data.endswith(line_end) else line_end) + b",".join([_LAST.encode()] * width) + line_end
    cells = [f"c{place}" for place in range(width + 1)]
    whole = f"CASE WHEN {cells[-1]} IS NULL AND {cells[-2]} IS NOT NULL THEN true ELSE error('another number of cells') END"
    with _in_memory(memoryview(data)[start:], ours) as file, duckdb.connect() as connection:
        connection.execute("SET temp_directory = ''")
        rows = connection.read_csv(
            file,
            header=False,
            auto_detect=False,
            columns=dict.fromkeys(cells, "VARCHAR"),
            delimiter=",",
            quotechar='"',
            escapechar='"',
            strict_mode=True,
            null_padding=True,
            na_values=_NO_TEXT,
            parallel=is_parallel,
        )
        kept = rows.filter(whole).select(*(duckdb.ColumnExpression(cells[place]) for place in keep))
        yield from _without_last(kept.to_arrow_reader(_BATCH))


def _without_last(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """All rows but ours, which must be the last."""
    before: pa.RecordBatch | None = None
    for batch in batches:
        if batch.num_rows and before is not None:
            yield before
        before = batch if batch.num_rows else before
    if before is None or {column[-1].as_py() for column in before.columns} != {_LAST}:
        raise duckdb.InvalidInputException("a quotation mark that is open at the end")
    yield before.slice(0, before.num_rows - 1)


def _has_quote_after_blank(data: bytes) -> bool:
    """Whether DuckDB and Python might read a quotation mark differently."""
    letters = np.frombuffer(data, np.uint8)
    for start in range(0, len(data), _SLICE):
        part = letters[start : start + _SLICE + 1]
        for place in np.flatnonzero((part[1:] == _QUOTE) & (part[:-1] == _BLANK)):
            if _AFTER_BLANK.match(data, start + int(place) + 1) and _opens_a_cell(data, start + int(place)):
                return True
    return False


def _opens_a_cell(data: bytes, place: int) -> bool:
    """Whether there are only blanks between a place and the separator before it."""
    while place >= 0 and data[place] == _BLANK:
        place -= 1
    return place < 0 or data[place] in b",\r\n"


def _slow_batches(source: str, data: bytes, keep: list[int]) -> Iterator[pa.RecordBatch]:
    """Rows by Python's strict reader."""
    records = islice(_records(source, data), 1, None)
    count = 0
    while rows := list(islice(records, _BATCH)):
        count += len(rows)
        columns = [pa.array([row[place] for row in rows], pa.string()) for place in keep]
        yield pa.RecordBatch.from_arrays(columns, names=[str(place) for place in keep])
    if not count:
        raise SourceError(source, "at least one row", "a header and no rows")


@contextmanager
def _in_memory(data: memoryview, last: bytes) -> Iterator[str | BytesIO]:
    """A body, and what comes behind it, as something that DuckDB reads like a file and that never is on a disk."""
    if not hasattr(os, "memfd_create"):  # not on macOS; slower, since DuckDB then asks Python for every piece
        yield BytesIO(bytes(data) + last)
        return
    handle = os.memfd_create("table")
    try:
        with os.fdopen(os.dup(handle), "wb", buffering=0) as file:
            for piece in (data, memoryview(last)):
                while piece:
                    piece = piece[file.write(piece) :]
        yield f"/proc/self/fd/{handle}"
    finally:
        os.close(handle)


# --- xlsx -------------------------------------------------------------------------------------------------------------


def _workbook_to_parquet(source: str, data: bytes, keep: frozenset[str], check: Check) -> bytes:
    """The first sheet of a workbook, read in a process of its own: six kilobytes of xlsx can ask the reader for half a terabyte,
    upon which it ends the process that it runs in."""
    command = [sys.executable, "-m", "flows.workbook", json.dumps(sorted(keep))]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=_WORKBOOK_SECONDS, check=False)  # noqa: S603  (ours)
    except subprocess.TimeoutExpired as error:
        raise SourceError(source, f"a workbook that is read within {_WORKBOOK_SECONDS} s", "one that takes longer") from error
    if done.returncode:
        told = done.stderr.decode(errors="replace").strip().splitlines()
        found = told[0][:200] if told else f"one at which its reader ended with {done.returncode}"
        raise SourceError(source, "an xlsx workbook that can be read", found)
    about = pq.read_metadata(BytesIO(done.stdout))
    check(json.loads(about.metadata[HEADER]))
    if not about.num_rows:
        raise SourceError(source, "at least one row", "a header and no rows")
    return done.stdout
