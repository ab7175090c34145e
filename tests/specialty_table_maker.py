"""Makes small PDFs laid out like "Matches by Specialty and Applicant Type" of NRMP's Results and Data: for tests and the sample.

`make_specialty_pdf` is the whole of it; `lay_out` and `tests.results_pdf_maker.render` are its halves, so that a test can move,
add or take away a printed piece in between. Positions are PDF points from the upper left corner of a Letter page, measured in
the real reports; the wording is our own but for the markers a reader goes by. The same input gives the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.results_pdf_maker import Page, Piece, render, width

SIZE, TITLE_SIZE, LEFT, INDENT = 8.0, 11.0, 44.0, 8.0
TITLE, HEADING, FIRST_ROW, STEP, FOOT = 50.0, 72.0, 96.0, 10.0, 770.0
ENDS = (198.0, 236.0, 280.0, 316.0, 353.0, 390.0, 429.0, 472.0, 509.0, 555.0)
"""Where the numbers of each column end; a heading is centred 11 points before."""

OFFERED, FILLED, UNFILLED = ("Number of", "Positions"), ("Number", "Filled"), ("Number", "Unfilled")
SENIOR, GRAD, OSTEO, CANADIAN = ("U.S.", "Senior"), ("U.S.", "Grad"), ("", "Osteo."), ("", "Canadian")
FIFTH, US_IMG, NON_US_IMG, IMG = ("5th", "Pathway"), ("U.S.", "IMG"), ("Non-U.S.", "IMG"), ("", "IMG")
Heading = tuple[str, str]
"""The upper and the lower line of a heading."""

AS_2008 = (OFFERED, FILLED, SENIOR, GRAD, OSTEO, CANADIAN, FIFTH, US_IMG, NON_US_IMG, UNFILLED)
AS_2007 = (OFFERED, FILLED, SENIOR, GRAD, FIFTH, US_IMG, OSTEO, CANADIAN, IMG)
TYPES = (SENIOR, GRAD, OSTEO, CANADIAN, FIFTH, US_IMG, NON_US_IMG)


@dataclass(frozen=True)
class Entry:
    """A row: positions offered, and people matched in the order of ``TYPES``; ``under`` puts it under the row before."""

    label: str
    offered: int
    matched: tuple[int, int, int, int, int, int, int]
    under: bool = False

    def number(self, heading: Heading) -> int:
        """What the row has under a heading."""
        filled = sum(self.matched)
        known = {OFFERED: self.offered, FILLED: filled, UNFILLED: self.offered - filled, IMG: self.matched[-1]}
        return known[heading] if heading in known else self.matched[TYPES.index(heading)]


Sections = dict[str, list[Entry]]
"""Rows by type of position, such as PGY-1."""
Totals = dict[str, tuple[int, ...]]
"""Printed sums, by the words of their line."""


def totals_of(sections: Sections, headings: tuple[Heading, ...] = AS_2008) -> Totals:
    """The sums as they should be printed."""
    summed = {f"Total {name}": entries for name, entries in sections.items()}
    summed["GRAND TOTAL"] = [entry for entries in sections.values() for entry in entries]
    return {name: tuple(sum(entry.number(one) for entry in entries) for one in headings) for name, entries in summed.items()}


def make_specialty_pdf(
    year: int,
    sections: Sections,
    headings: tuple[Heading, ...] = AS_2008,
    *,
    table: int = 2,
    totals: Totals | None = None,
    per_page: int = 60,
) -> bytes:
    """The PDF of one table between two other pages; ``totals`` are the printed sums, by default the right ones."""
    return render(lay_out(year, sections, headings, table=table, totals=totals, per_page=per_page))


def lay_out(
    year: int,
    sections: Sections,
    headings: tuple[Heading, ...] = AS_2008,
    *,
    table: int = 2,
    totals: Totals | None = None,
    per_page: int = 60,
) -> list[Page]:
    """Every printed piece of every page."""
    sums = totals_of(sections, headings) if totals is None else totals
    lines: list[Page] = []
    for name, entries in sections.items():
        lines.append([Piece(LEFT, 0, SIZE, f"{name.replace('-', '- ')} Positions")])
        for entry in entries:
            left = LEFT + INDENT if entry.under else LEFT
            lines.append(_line(left, entry.label, tuple(entry.number(heading) for heading in headings)))
        lines.extend(_line(LEFT, told, numbers) for told, numbers in sums.items() if told == f"Total {name}")
    lines.extend(_line(LEFT, told, numbers) for told, numbers in sums.items() if told == "GRAND TOTAL")
    title = f"Matches by Specialty and Applicant Type, {year}"
    pages: list[Page] = [[Piece(LEFT, TITLE, SIZE, f"Table {table} {title}........................2")]]
    for first in range(0, len(lines), per_page):
        page = [
            Piece(LEFT, TITLE, TITLE_SIZE, f"Table {table}"),
            Piece(LEFT + 64, TITLE, TITLE_SIZE, title + (" (Continued)" if first else "")),
        ]
        page.extend(_headings(headings))
        for place, line in enumerate(lines[first : first + per_page]):
            page.extend(Piece(piece.x, FIRST_ROW + place * STEP, piece.size, piece.text) for piece in line)
        page.append(Piece(36.0, FOOT, SIZE, f"RESULTS AND DATA {year} MAIN RESIDENCY MATCH"))
        page.append(Piece(314.0, FOOT, SIZE, str(len(pages) + 1)))
        pages.append(page)
    pages.append([Piece(LEFT, TITLE, SIZE, "Made up for tests: Table 2 shows matches by specialty and applicant type.")])
    return pages


def _headings(headings: tuple[Heading, ...]) -> Page:
    found = [Piece(LEFT, HEADING + 8, SIZE, "Specialty")]
    for heading, end in zip(headings, ENDS, strict=False):
        found.extend(
            Piece(end - 11 - width(words, SIZE) / 2, HEADING + 8 * place, SIZE, words)
            for place, words in enumerate(heading)
            if words
        )
    return found


def _line(left: float, label: str, numbers: tuple[int, ...]) -> Page:
    cells = ((f"{number:,}", end) for number, end in zip(numbers, ENDS, strict=False))
    return [Piece(left, 0, SIZE, label), *(Piece(end - width(text, SIZE), 0, SIZE, text) for text, end in cells)]
