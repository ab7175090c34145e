"""Makes small PDFs laid out like ACGME's Report 1, "List of Programs by Specialty": for tests and for the made-up sample.

`make_report_pdf` is the whole of it; `lay_out` and `render_report` are its halves, so that a test can move, add or take away
a printed piece in between. Positions are PDF points from the upper left corner of a landscape Letter page, after descriptions
of the report; the wording is our own but for the markers a reader goes by. The same input gives the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tests.results_pdf_maker import Page, Piece, render, width

DIRECTOR = "Person Example, MD"
EMAIL, PHONE = "person@example.invalid", "Ph: (202) 555-0101"

SIZE, LEFTS = 8.0, (40.0, 173.0, 338.0, 400.0, 461.0)
ENDS = (*(left - 4.0 for left in LEFTS[1:]), 540.0)
TOP, BOTTOM, STEP = 40.0, 560.0, 9.5
HEADINGS = (("Program Number / Name", "Address", "Program", "Accreditation", "Effective"), ("", "", "Director", "Status", "Date"))


@dataclass(frozen=True)
class Entry:
    """One program as the report prints it; ``street`` are the lines above city, state and ZIP code."""

    number: str
    name: str
    place: str
    status: str = "Continued Accreditation"
    effective: str = "07/01/2015"
    street: tuple[str, ...] = ("Department of Examples", "1 Example Street")
    director: str = DIRECTOR


def make_report_pdf(specialty: str, entries: list[Entry], *, found: int | None = None, per_page: int = 8) -> bytes:
    """The PDF of one specialty; ``found`` is the number its last line states, by default that of the entries."""
    return render_report(lay_out(specialty, entries, found=found, per_page=per_page))


def lay_out(specialty: str, entries: list[Entry], *, found: int | None = None, per_page: int = 8) -> list[Page]:
    """Every printed piece of every page."""
    parts = [entries[first : first + per_page] for first in range(0, len(entries), per_page)] or [[]]
    pages = [_page(specialty, part) for part in parts]
    total = len(entries) if found is None else found
    last = max((piece.y for piece in pages[-1]), default=TOP)
    pages[-1].append(Piece(LEFTS[0], last + 22.0, SIZE, f"{total} program{'' if total == 1 else 's'} found."))
    for number, page in enumerate(pages, start=1):
        page.append(Piece(LEFTS[0], 590.0, SIZE, "© 2026 Made up for tests, no Accreditation Council"))
        page.append(Piece(680.0, 590.0, SIZE, f"Page {number} of {len(pages)}"))
    return pages


def render_report(pages: list[Page]) -> bytes:
    """The PDF of these pieces."""
    return render(pages, landscape=True)


def wrapped(text: str, column: int) -> list[str]:
    """The lines of a text within its column; a word may be parted behind its hyphen."""
    lines = [""]
    for word in re.findall(r"[^\s-]+-?|-", text):
        parted = lines[-1].endswith("-") and f"{lines[-1].split()[-1]}{word}" in text
        longer = f"{lines[-1]}{'' if parted else ' '}{word}".strip()
        if lines[-1] and width(longer, SIZE) > ENDS[column] - LEFTS[column]:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _page(specialty: str, entries: list[Entry]) -> Page:
    page = [
        Piece(300.0, TOP, 12.0, "List of Programs by Specialty"),
        Piece(LEFTS[0], TOP + 16, SIZE, "Academic Year 2026 - 2027"),
        Piece(LEFTS[0], TOP + 26, SIZE, f"{specialty} Programs"),
    ]
    y = TOP + 44
    for titles in HEADINGS:
        page.extend(Piece(left, y, SIZE, title) for left, title in zip(LEFTS, titles, strict=True) if title)
        y += STEP
    page.append(Piece(LEFTS[0], y + 4, SIZE, "United States"))
    y += 18
    for entry in entries:
        page.extend(Piece(LEFTS[column], y + line * STEP, SIZE, text) for column, line, text in _cells(entry))
        y += STEP * (1 + max(line for _, line, _ in _cells(entry))) + 6
    return page


def _cells(entry: Entry) -> Iterator[tuple[int, int, str]]:
    """Column, line within the row, and text of each printed line of an entry."""
    address = [*entry.street, *([entry.place] if entry.place else []), PHONE, EMAIL]
    texts = (
        wrapped(f"[{entry.number}] {entry.name}", 0),
        address,
        wrapped(entry.director, 2),
        wrapped(entry.status, 3),
        [entry.effective],
    )
    for column, lines in enumerate(texts):
        yield from ((column, line, text) for line, text in enumerate(lines) if text)
