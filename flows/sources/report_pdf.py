"""Reader of ACGME's Report 1, "List of Programs by Specialty": the programs of one specialty, without any person.

The printed table names the director of each program, and its addresses hold telephone numbers and e-mail addresses. Nothing of
these leaves this module, not even in a message: what is handed back is the number, the name, city, state and ZIP code, the status
and its date, and everything that cannot be told apart from a person for certain is an error that quotes nothing. Pure: bytes in,
rows out.

The layout, after descriptions of others who read it (landscape Letter; no report was at hand)::

    ... title, academic year, specialty ...                             above the headings, of no use
    Program Number / Name | Address | Program Director | Accreditation Status | Effective Date      on every page
    United States                                                       a country, now and then
    [1234567890] Name of the   Hospital             First Last, MD   Continued        07/01/2015
    program, wrapped           1 Main Street                         Accreditation
                               City, ST 12345-6789
                               Ph: (...) ...
    N programs found.                                                   behind the last program
    © ... Accreditation Council ...          Page 1 of 8                footer

Everything goes by where a word stands: each cell begins at the left edge of its heading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from math import inf
from typing import Final

import polars as pl

from flows.person_names import is_person
from flows.sources.pdf_glyphs import WORD_GAP, PdfLayoutError, glyphs_of, with_line, words_of

TITLES: Final = ("Program Number / Name", "Address", "Program Director", "Accreditation Status", "Effective Date")
NAME, ADDRESS, DIRECTOR, STATUS, DATE = range(len(TITLES))
_TITLE_WORDS: Final = frozenset(word for title in TITLES for word in title.split())

CELL_GAP: Final = 6.0  # two headings in a line stand further apart than this, words of one heading do not
BLANK: Final = 12.0  # words of one cell stand no further apart
EDGE: Final = 3.0  # a cell begins this near to the left edge of its heading
NEXT_LINE: Final = 2.0  # the lines of a name follow each other within so many times their height

_NUMBER: Final = re.compile(r"^\[([0-9M][0-9]{9})\]|^([0-9]{10})(?= |$)")
_FOUND: Final = re.compile(r"^([0-9][0-9,]*) programs? found\.?$", re.IGNORECASE)
_FOOTER: Final = re.compile(r"^©|^\(c\) ?[0-9]{4}|Page [0-9]+ of [0-9]+$|^[0-9/]+ [0-9:]+ [AP]M$", re.IGNORECASE)
_COUNTRIES: Final = frozenset({"United States", "United States of America", "Puerto Rico", "Canada"})
_PLACE: Final = re.compile(r"^([A-Za-z][A-Za-z .'’-]{1,40}), ([A-Z]{2}) ([0-9]{5})(?:-?[0-9]{4})?$")
_DATE: Final = re.compile(r"^[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}$")
_STATUS_WORDS: Final = frozenset(
    (
        *("accreditation", "accredited", "preaccreditation", "pre", "unaccredited", "combined", "initial", "continued"),
        *("contingent", "with", "without", "warning", "outcomes", "probation", "probationary", "deferred", "expedited"),
        *("withdraw", "withdrawal", "withdrawn", "withheld", "voluntary", "administrative", "suspended", "suspension"),
        *("osteopathic", "recognition", "pending", "proposed", "requested", "reduction", "complement", "class", "site", "visit"),
        *("program", "status", "of", "in", "by", "for", "and", "the", "upon"),
    )
)
"""What statuses of accreditation are made of; any other word beside them may be a person's name."""


@dataclass(frozen=True, slots=True)
class Program:
    """One program of the report.

    Attributes:
        place: Where it is printed, as ``page 2 program 3``.
        number: The ten characters of its ACGME number.
        name: Its name; None where none is printed, as are all the following.
        city: City of its address.
        state: Two letters.
        zip_code: Five digits.
        status: Accreditation status.
        effective: Day from which the status holds, as printed.
    """

    place: str
    number: str
    name: str | None
    city: str | None
    state: str | None
    zip_code: str | None
    status: str | None
    effective: str | None


@dataclass(frozen=True, slots=True)
class Report:
    """One report.

    Attributes:
        pages: Number of pages.
        programs: Programs in the order of print.
        found: What ``N programs found.`` says; None where it is not printed.
    """

    pages: int
    programs: tuple[Program, ...]
    found: int | None


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class _Line:
    """One printed line."""

    page: int
    mid: float
    height: float
    words: tuple[_Word, ...]

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)


@dataclass(slots=True)
class _Row:
    """The cells of one program, line by line, and where the last line of its name stands."""

    place: str
    number: str
    page: int
    mid: float
    cells: tuple[list[str], ...] = field(default_factory=lambda: tuple([] for _ in TITLES))


def read_report(data: bytes) -> Report:
    """Read one report.

    Raises:
        PdfLayoutError: When the bytes are no readable PDF, a page has no headings, a word stands in no column, or a name, a
            status or a date might be a person's. No message quotes what is printed.
    """
    glyphs, pages = glyphs_of(data)
    rows: list[_Row] = []
    found: set[int] = set()
    for page, lines in groupby(_lines(glyphs), key=lambda line: line.page):
        _read_page(page, list(lines), rows, found)
    if len(found) > 1:
        raise PdfLayoutError("one number of programs found", f"{len(found)}")
    if not rows and not found:
        raise PdfLayoutError("programs, or 'N programs found.'", "neither")
    return Report(pages, tuple(_program(row) for row in rows), next(iter(found), None))


def _lines(glyphs: pl.DataFrame) -> Iterator[_Line]:
    words = words_of(with_line(glyphs))
    for _, group in words.group_by("line", maintain_order=True):
        yield _Line(
            int(group.item(0, "page")),
            float(group["mid"].median()),  # type: ignore[arg-type]
            float(group["height"].median()),  # type: ignore[arg-type]
            tuple(_Word(*row) for row in group.select("text", "left", "right").iter_rows()),
        )


def _read_page(page: int, lines: list[_Line], rows: list[_Row], found: set[int]) -> None:
    """Take the programs of one page; a program may go on from the page before."""
    edges, lines = _edges(lines, page)
    begun, top = len(rows), True
    for line in lines:
        if number := _FOUND.match(line.text):
            found.add(int(number[1].replace(",", "")))
        elif _FOOTER.search(line.text) or line.text in _COUNTRIES:
            continue
        elif edges is None:
            raise PdfLayoutError("the headings of the table on every page", "a page without them", page)
        else:
            _take(_cells(line, edges), line, rows, f"page {page} program {len(rows) - begun + 1}", top=top)
            top = False


def _is_heading(line: _Line) -> bool:
    return all(word.text in _TITLE_WORDS for word in line.words)


def _edges(lines: list[_Line], page: int) -> tuple[list[float] | None, list[_Line]]:
    """Left edges of the five columns, None on a page without headings; and the lines below. A heading may stand in two lines."""
    first = next((place for place, line in enumerate(lines) if _is_heading(line)), None)
    if first is None:
        return None, lines
    for last in range(first + 1, len(lines) + 1):
        if not _is_heading(lines[last - 1]):
            break
        columns = _headings(lines[first:last])
        if tuple(text for _, text in columns) == TITLES:
            return [left for left, _ in columns], lines[last:]
    raise PdfLayoutError(f"the headings {', '.join(TITLES)}", "others", page)


def _headings(lines: list[_Line]) -> list[tuple[float, str]]:
    """Left edge and text of each heading, from the left."""
    parts: list[tuple[float, str]] = []
    for line in lines:
        reached: float | None = None
        for word in line.words:
            if reached is not None and word.left - reached < CELL_GAP:
                left, text = parts.pop()
                parts.append((left, f"{text} {word.text}"))
            else:
                parts.append((word.left, word.text))
            reached = word.right
    columns: list[tuple[float, str]] = []
    for left, text in sorted(parts, key=lambda part: part[0]):
        if columns and left - columns[-1][0] <= EDGE:
            columns[-1] = (columns[-1][0], f"{columns[-1][1]} {text}")
        else:
            columns.append((left, text))
    return columns


def _cells(line: _Line, edges: list[float]) -> list[str]:
    """The texts of a line by column."""
    cells: list[list[_Word]] = [[] for _ in edges]
    for word in line.words:
        column = sum(edge <= word.left + EDGE for edge in edges) - 1
        if column < 0 or not _is_next(word, cells[column], edges[column], (*edges, inf)[column + 1]):
            raise PdfLayoutError("every cell within its column, from its left edge", "a word elsewhere", line.page)
        cells[column].append(word)
    return [" ".join(word.text for word in words) for words in cells]


def _is_next(word: _Word, before: list[_Word], edge: float, end: float) -> bool:
    """Whether a word is the next of its cell: at the edge or a blank behind the last one, and whole before the next column."""
    follows = -WORD_GAP <= word.left - before[-1].right <= BLANK if before else abs(word.left - edge) <= EDGE
    return follows and word.right <= end


def _take(cells: list[str], line: _Line, rows: list[_Row], place: str, *, top: bool) -> None:
    """Begin a program with a line, or go on with one."""
    if number := _NUMBER.match(cells[NAME]):
        rows.append(_Row(place, number[1] or number[2], line.page, line.mid))
        cells[NAME] = cells[NAME][number.end() :].strip()
    elif not rows:
        raise PdfLayoutError("a program number first", "another line", line.page)
    row = rows[-1]
    if cells[NAME] or number:
        goes_on = top if line.page != row.page else row.mid - line.mid <= NEXT_LINE * line.height
        if not goes_on:
            raise PdfLayoutError("a program, a country, a footer or the number of programs", "a line of no known kind", line.page)
        row.page, row.mid = line.page, line.mid
    for lines, text in zip(row.cells, cells, strict=True):
        if text:
            lines.append(text)


def _program(row: _Row) -> Program:
    """The program without what may name or reach a person."""
    name, status, effective = (_joined(row.cells[column]) for column in (NAME, STATUS, DATE))
    city, state, zip_code = _place(row.cells[ADDRESS])
    if name and ("@" in name or is_person(name.removesuffix(" Program"), in_practice=False)):
        raise PdfLayoutError("the name of a program", f"what may be a person's, at {row.place}")
    if any(word not in _STATUS_WORDS for word in re.findall(r"[^\s,;:()/–-]+", status.lower())):
        raise PdfLayoutError("a status of accreditation", f"other words, at {row.place}")
    if effective and not _DATE.match(effective):
        raise PdfLayoutError("a date such as 07/01/2015", f"something else, at {row.place}")
    return Program(row.place, row.number, name or None, city, state, zip_code, status or None, effective or None)


def _joined(lines: list[str]) -> str:
    """The lines of a cell as one text; a word that was parted at its hyphen is put together."""
    text = ""
    for line in lines:
        parted = text.endswith("-") and not text.endswith(" -")
        text += line if parted or not text else f" {line}"
    return text


def _place(address: list[str]) -> tuple[str | None, str | None, str | None]:
    """City, state and ZIP code: the last line that is one; the ZIP code may have gone to the next."""
    pairs = [f"{one} {other}" for one, other in pairwise(address)]
    for text in (*reversed(address), *reversed(pairs)):
        if found := _PLACE.match(text):
            return found[1].strip(), found[2], found[3]
    return None, None, None
