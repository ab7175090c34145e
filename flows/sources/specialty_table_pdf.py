"""Reader of the table "Matches by Specialty and Applicant Type" in NRMP's yearly "Results and Data" PDFs.

Grain of the table and of what is handed back: one row a specialty and type of position. Numbers are positions and people, text.
Pure: bytes in, frame out. The layout was learned from the reports of 2007 (Table 15) and 2008 (Table 2), one page each::

    Table 2  Matches by Specialty and Applicant Type, 2008           title, on each page of the table
                        Number of Number   U.S.   ...  Non-U.S.      headings in two lines, one over the other
    Specialty           Positions Filled  Senior  ...    IMG         the last of them begins with "Specialty"
    PGY- 1 Positions                                                 type of position
    Internal Medicine     4,858    4,751   2,660  ...   1,299        row
      Primary               274      264     167  ...      54        row under the one before it, where indented
    Total PGY-1          22,240   20,940  14,359  ...   3,108        sum of each column over the type of position
    GRAND TOTAL          25,066   23,674  16,412  ...   3,272        sum of the table
    RESULTS AND DATA 2008 MAIN RESIDENCY MATCH      5                foot of the page

The two reports differ in set and order of columns, so a number belongs to the heading that it stands under, never to a count.
A heading that is not declared in ``HEADINGS`` refuses the document.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

import polars as pl

from flows.sources.pdf_glyphs import PdfLayoutError, glyphs_of, with_line, words_of

HEADINGS = {
    "specialty": "specialty_label",
    "number of positions": "positions_offered",
    "number filled": "positions_filled",
    "number unfilled": "unfilled",
    "u.s. senior": "n_us_seniors",
    "u.s. grad": "n_us_graduates",
    "osteo.": "n_osteopathic",
    "canadian": "n_canadian",
    "5th pathway": "n_fifth_pathway",
    "u.s. img": "n_us_img",
    "img": "n_non_us_img",
    "non-u.s. img": "n_non_us_img",
    # Not seen on a real edition: how later ones are described.
    "md senior": "n_us_seniors",
    "md grad": "n_us_graduates",
    "u.s. md senior": "n_us_seniors",
    "u.s. md grad": "n_us_graduates",
    "do senior": "n_do_seniors",
    "do grad": "n_do_graduates",
    "u.s. do senior": "n_do_seniors",
    "u.s. do grad": "n_do_graduates",
}
"""Column by heading, in small letters. "IMG" alone stands beside "U.S. IMG" (2007) and means the others."""

NEEDED = ("specialty_label", "positions_offered", "positions_filled", "n_us_seniors", "n_us_img", "n_non_us_img")
"""Columns that every edition has."""

_CONTINUED = r"(?: \(?cont(?:inued|\.)\)?)?"
TITLE = re.compile(
    rf"^Table (\d{{1,3}}){_CONTINUED} Matches by Specialty and Applicant Type, ((?:19|20)\d\d){_CONTINUED}$", re.IGNORECASE
)
POSITIONS = re.compile(rf"^(?:(PGY)- ?([12])|(Physician)(?: \(R\))?) Positions{_CONTINUED}$")
TOTAL = re.compile(r"^Total (?:(PGY)- ?([12])|(Physician)(?: \(R\))?)(?: Positions)?$")
GRAND_TOTAL = re.compile(r"^GRAND TOTAL$", re.IGNORECASE)
FOOT = re.compile(r"\bRESULTS AND DATA\b", re.IGNORECASE)
NUMBER = re.compile(r"^(?:\d{1,3}(?:,\d{3}){1,2}|\d{1,6})$")

HEADING_GAP = 4.0  # words of one heading stand closer (2.7 at most), headings further apart (5.7 at least)
INDENT = 3.0  # an indented label starts 8 points further right, others differ by less than 0.1

GRAND = "GRAND TOTAL"


@dataclass(frozen=True)
class SpecialtyTable:
    """One report's table. ``rows`` are all text (pl.String), null in columns that the report does not have.

    ``locator`` ("page 35 row 3", rows counted on the page), ``position_type``, ``specialty_group`` (label of the row under whose
    indented rows it stands; its own where not indented), and the columns of ``HEADINGS``.
    """

    year: int
    table: int
    rows: pl.DataFrame
    contradictions: tuple[str, ...]
    """Where a printed sum is missing, or is not that of the rows; empty when the table adds up."""


@dataclass(frozen=True)
class _Word:
    text: str
    left: float
    right: float


@dataclass(frozen=True)
class _Line:
    page: int
    words: tuple[_Word, ...]

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    def error(self, expected: str, found: str) -> PdfLayoutError:
        return PdfLayoutError(expected, found, self.page, self.text)


@dataclass(frozen=True)
class _Cells:
    """A line with numbers, each under its heading."""

    line: _Line
    label: str
    left: float
    numbers: dict[str, int]


@dataclass
class _Table:
    """What was read so far, over page breaks."""

    position_type: str | None = None
    group: str | None = None
    rows: list[dict[str, str]] = field(default_factory=list)
    added: dict[str, dict[str, int]] = field(default_factory=dict)
    printed: dict[str, dict[str, int]] = field(default_factory=dict)


def read_specialty_table(data: bytes) -> SpecialtyTable:
    """Read the table of one report.

    Raises:
        PdfLayoutError: When the bytes are no readable PDF, the table is not in it, a heading or a line within the table is of no
            known kind, or a number is missing or stands under no heading. Sums that do not agree are no error.
    """
    pages = [(title, page) for page in _pages(data) if (title := _title(page))]
    if not pages:
        raise PdfLayoutError("a table 'Matches by Specialty and Applicant Type' with its year", "none")
    (title, _), *_ = pages
    table = _Table()
    for other, lines in pages:
        if other != title:
            raise lines[0].error(f"Table {title[0]} of {title[1]} to go on", f"Table {other[0]} of {other[1]}")
        if GRAND in table.printed:
            raise lines[0].error("one table", "another after its grand total")
        _read_page(lines, table)
    if not table.rows:
        raise PdfLayoutError("rows of specialties", "none", pages[0][1][0].page)
    number, year = title
    columns = ["locator", "position_type", "specialty_group", *dict.fromkeys(HEADINGS.values())]
    frame = pl.DataFrame(table.rows, schema=dict.fromkeys(columns, pl.String()))
    return SpecialtyTable(year, number, frame, tuple(_contradictions(table)))


# --- pages and lines --------------------------------------------------------------------------------------------------


def _pages(data: bytes) -> Iterator[list[_Line]]:
    """The lines of each page that may hold the table, top down."""
    glyphs, _ = glyphs_of(data)
    words = words_of(with_line(glyphs))
    may_hold = words.filter(pl.col("text") == "Specialty").select("page").unique()
    words = words.join(may_hold, on="page", how="semi", maintain_order="left")
    for _, page in groupby(words.iter_rows(named=True), key=lambda word: word["page"]):
        yield [
            _Line(found[0]["page"], tuple(_Word(word["text"], word["left"], word["right"]) for word in found))
            for _, on_line in groupby(page, key=lambda word: word["line"])
            for found in [list(on_line)]
        ]


def _title(lines: list[_Line]) -> tuple[int, int] | None:
    """Number and year of the table that a page holds; None for a page without it."""
    found = [match for line in lines if (match := TITLE.match(line.text))]
    return (int(found[0][1]), int(found[0][2])) if found else None


def _read_page(lines: list[_Line], table: _Table) -> None:
    start = next(place for place, line in enumerate(lines) if TITLE.match(line.text)) + 1
    first = next((place for place in range(start, len(lines)) if _is_body(lines[place])), len(lines))
    headings = _headings(lines[start:first], lines[start - 1])
    number = 0
    for line in lines[first:]:
        if "\N{REPLACEMENT CHARACTER}" in line.text or not line.text.isprintable():
            raise line.error("letters and numbers", "a glyph without a character")
        if FOOT.search(line.text) or GRAND in table.printed:
            return
        if positions := POSITIONS.match(line.text):
            if (begun := _position_type(positions)) != table.position_type:
                table.position_type, table.group = begun, None
            continue
        cells = _cells(line, headings)
        if total := TOTAL.match(cells.label):
            _print_total(table, _position_type(total), cells)
        elif GRAND_TOTAL.match(cells.label):
            _print_total(table, GRAND, cells)
        else:
            number += 1
            _add_row(table, cells, number, base=headings["specialty_label"].left)


def _is_body(line: _Line) -> bool:
    """Whether the headings have ended."""
    return POSITIONS.match(line.text) is not None or any(NUMBER.match(word.text) for word in line.words)


def _position_type(match: re.Match[str]) -> str:
    return f"{match[1]}-{match[2]}" if match[1] else "physician"


# --- headings and cells -----------------------------------------------------------------------------------------------


def _headings(lines: list[_Line], title: _Line) -> dict[str, _Word]:
    """Where each column's heading stands, by column: words that stand over each other, or close together, are one heading."""
    stacks: list[list[_Word]] = []
    for word in sorted((word for line in lines for word in line.words), key=lambda word: word.left):
        if stacks and word.left <= max(one.right for one in stacks[-1]) + HEADING_GAP:
            stacks[-1].append(word)
        else:
            stacks.append([word])
    found: dict[str, _Word] = {}
    for stack in stacks:
        text = " ".join(word.text for line in lines for word in line.words if word in stack)
        column = HEADINGS.get(text.lower())
        if column is None or column in found:
            raise title.error("each of the known headings once", f"the heading {text!r}" + (" again" if column else ""))
        found[column] = _Word(text, min(word.left for word in stack), max(word.right for word in stack))
    if missing := [column for column in NEEDED if column not in found]:
        raise title.error(f"headings of {', '.join(NEEDED)}", f"none of {', '.join(missing)}")
    return found


def _cells(line: _Line, headings: dict[str, _Word]) -> _Cells:
    """The numbers of a line by the heading they stand under, and the words before them.

    Raises:
        PdfLayoutError: When a heading has no number under it or two, or a number stands under none or two.
    """
    numbers: dict[str, int] = {}
    label: list[_Word] = []
    for word in line.words:
        over = [
            column
            for column, heading in headings.items()
            if column != "specialty_label" and word.left < heading.right and heading.left < word.right
        ]
        is_number = NUMBER.match(word.text) is not None
        if not numbers and not (is_number and over):
            label.append(word)
        elif not is_number or len(over) != 1 or over[0] in numbers:
            raise line.error("one number under each heading", f"{word.text!r} at x={word.left:.1f}")
        else:
            numbers[over[0]] = int(word.text.replace(",", ""))
    empty = [heading.text for column, heading in headings.items() if column != "specialty_label" and column not in numbers]
    if not label or empty:
        raise line.error("a specialty, and a number under each heading", f"nothing under {', '.join(empty) or 'Specialty'}")
    return _Cells(line, " ".join(word.text for word in label), label[0].left, numbers)


# --- rows and sums ----------------------------------------------------------------------------------------------------


def _add_row(table: _Table, cells: _Cells, number: int, base: float) -> None:
    if table.position_type is None or table.position_type in table.printed:
        raise cells.line.error("a type of position before its rows, and its total after them", f"the row {cells.label!r}")
    if cells.left <= base + INDENT:
        table.group = cells.label
    elif table.group is None:
        raise cells.line.error("a row for the indented one to stand under", "none")
    table.rows.append(
        {
            "locator": f"page {cells.line.page} row {number}",
            "position_type": table.position_type,
            "specialty_group": str(table.group),
            "specialty_label": cells.label,
            **{column: str(count) for column, count in cells.numbers.items()},
        }
    )
    for name in (table.position_type, GRAND):
        sums = table.added.setdefault(name, {})
        for column, count in cells.numbers.items():
            sums[column] = sums.get(column, 0) + count


def _print_total(table: _Table, name: str, cells: _Cells) -> None:
    if name in table.printed or (name != GRAND and name != table.position_type):
        raise cells.line.error("each total once, behind its rows", f"{cells.label!r}")
    table.printed[name] = cells.numbers


def _contradictions(table: _Table) -> Iterator[str]:
    for name, sums in table.added.items():
        told = name if name == GRAND else f"Total {name}"
        if name not in table.printed:
            yield f"no line {told!r} to compare the rows with"
            continue
        for column, count in table.printed[name].items():
            if count != sums.get(column, 0):
                yield f"{told}: {column} {count} printed, {sums.get(column, 0)} added up"
