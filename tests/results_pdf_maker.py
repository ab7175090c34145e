"""Makes small PDFs laid out like the NRMP Program Results books: for tests and for the made-up sample.

`make_results_pdf` is the whole of it; `lay_out` and `render` are its halves, so that a test can move, add or take away
a printed piece in between. The wording is our own but for the markers a reader goes by. Positions are PDF points from
the upper left corner of a Letter page, measured in the real books. The same input gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from fpdf import FPDF

Years = tuple[int, int, int, int, int]
"""Match years, newest first."""


@dataclass(frozen=True)
class Row:
    """One program: positions offered and matched, newest year first; None prints '--' (not offered)."""

    program: str
    code: str
    pairs: list[tuple[int, int] | None]


@dataclass(frozen=True)
class Block:
    """The programs of one institution in one city."""

    state: str
    institution: str
    city: str
    rows: list[Row]


@dataclass(frozen=True)
class Piece:
    """One printed piece of text: x of its left edge and y of its base line, in points; size of the type."""

    x: float
    y: float
    size: float
    text: str


Page = list[Piece]

TITLE_SIZE, STATE_SIZE, INSTITUTION_SIZE, HEADING_SIZE, ROW_SIZE, FOOTER_SIZE = 18.0, 13.0, 12.0, 8.5, 9.0, 10.0
LEFT, NAME, CODE, CODE_WORD, PROGRAM_WORD = 21.0, 27.0, 171.0, 182.0, 175.0
QUOTA_WORDS = (223.0, 295.0, 363.0, 430.0, 497.0)
MATCHED_WORDS = (252.0, 324.0, 392.0, 460.0, 527.0)
QUOTA_ENDS = (244.0, 315.0, 383.0, 451.0, 516.0)
MATCHED_ENDS = (279.0, 347.0, 417.0, 483.0, 551.0)
TOP, BOTTOM, PAGE_HEIGHT = 38.0, 750.0, 792.0
TITLE_STEP, STATE_STEP, INSTITUTION_STEP, YEARS_STEP, HEADING_STEP, ROW_STEP = 30.0, 24.0, 26.0, 14.0, 9.0, 11.3


def make_results_pdf(years: Years, blocks: list[Block]) -> bytes:
    """The PDF of these blocks, as many pages as they need; the bytes depend on nothing but the input."""
    return render(lay_out(years, blocks))


def lay_out(years: Years, blocks: list[Block]) -> list[Page]:
    """Every printed piece of every page, footers included."""
    if any(len(row.pairs) != len(years) for block in blocks for row in block.rows):
        raise ValueError("every row needs one pair a year")
    layout = _Layout(years)
    for before, block in zip([None, *blocks], blocks, strict=False):
        layout.block(block, before)
    for number, page in enumerate(layout.pages, 1):
        page.extend(_footer(number, len(layout.pages)))
    return layout.pages


def render(pages: list[Page], *, landscape: bool = False) -> bytes:
    pdf = _document(landscape=landscape)
    for page in pages:
        pdf.add_page()
        for piece in page:
            pdf.set_font("Helvetica", size=piece.size)
            pdf.text(piece.x, piece.y, piece.text)
    return bytes(pdf.output())


def _document(*, landscape: bool = False) -> FPDF:
    pdf = FPDF(orientation="landscape" if landscape else "portrait", unit="pt", format="Letter")
    pdf.set_creation_date(datetime(2026, 1, 1, tzinfo=UTC))
    pdf.set_auto_page_break(auto=False)
    return pdf


_RULER = _document()


def width(text: str, size: float = ROW_SIZE) -> float:
    """Printed width of the text in points (a name of more than CODE - NAME runs into its code)."""
    _RULER.set_font("Helvetica", size=size)
    return float(_RULER.get_string_width(text))


class _Layout:
    """Fills pages from the top, repeating the institution as "(Continued)" after a page break."""

    def __init__(self, years: Years) -> None:
        self.years = years
        self.pages: list[Page] = []
        self.y = 0.0
        self._new_page()

    def block(self, block: Block, before: Block | None) -> None:
        """A second block of the same institution is a second city: printed without the institution again."""
        new_state = before is None or block.state != before.state
        new_institution = new_state or before is None or block.institution != before.institution
        if self.y + STATE_STEP + INSTITUTION_STEP + YEARS_STEP + HEADING_STEP + ROW_STEP > BOTTOM:
            self._new_page()
            if not new_institution:
                self._line(INSTITUTION_STEP, Piece(18.0, 0, INSTITUTION_SIZE, f" {block.institution} (Continued)"))
        if new_state:
            self._line(STATE_STEP, Piece(LEFT, 0, STATE_SIZE, block.state))
        if new_institution:
            self._line(INSTITUTION_STEP, Piece(LEFT, 0, INSTITUTION_SIZE, block.institution))
        self._headings(block.city)
        for row in block.rows:
            if self.y + ROW_STEP > BOTTOM:
                self._new_page()
                self._line(INSTITUTION_STEP, Piece(18.0, 0, INSTITUTION_SIZE, f" {block.institution} (Continued)"))
                self._headings(block.city)
            self._line(ROW_STEP, *_row(row))

    def _new_page(self) -> None:
        self.pages.append([])
        self.y = TOP - TITLE_STEP
        title = f"NRMP Program Results {self.years[-1]}-{self.years[0]} Main Residency Match®"
        self._line(TITLE_STEP, Piece(89.0, 0, TITLE_SIZE, title))

    def _headings(self, city: str) -> None:
        years = (Piece(x + 23, 0, HEADING_SIZE, str(year)) for x, year in zip(QUOTA_WORDS, self.years, strict=True))
        self._line(YEARS_STEP, Piece(PROGRAM_WORD, 0, HEADING_SIZE, "Program "), *years)
        words = [Piece(x, 0, HEADING_SIZE, "Quota") for x in QUOTA_WORDS]
        words += [Piece(x, 0, HEADING_SIZE, "Matched") for x in MATCHED_WORDS]
        self._line(HEADING_STEP, Piece(LEFT, 0, HEADING_SIZE, city), Piece(CODE_WORD, 0, HEADING_SIZE, "Code"), *words)
        self.y += 3

    def _line(self, step: float, *pieces: Piece) -> None:
        self.y += step
        self.pages[-1].extend(Piece(piece.x, self.y, piece.size, piece.text) for piece in pieces)


def _row(row: Row) -> Iterator[Piece]:
    """Numbers end at their column; the star stands behind; '--' sits a little deeper, as in the books."""
    yield Piece(NAME, 0, ROW_SIZE, row.program)
    yield Piece(CODE, 0, ROW_SIZE, row.code)
    for pair, quota_end, matched_end in zip(row.pairs, QUOTA_ENDS, MATCHED_ENDS, strict=True):
        quota, matched = ("--", "--") if pair is None else map(str, pair)
        yield Piece(quota_end - width(quota), 0, ROW_SIZE, quota)
        yield Piece(matched_end - width(matched), 0, ROW_SIZE, matched)
        if pair is not None and pair[1] < pair[0]:
            yield Piece(matched_end + 1.5, 0, ROW_SIZE, "*")


def _footer(number: int, total: int) -> Iterator[Piece]:
    y = PAGE_HEIGHT - 24
    yield Piece(89.0, y, FOOTER_SIZE, "* Did not fill all available positions.")
    yield Piece(270.0, y, FOOTER_SIZE, "Made up for tests, no real program")
    yield Piece(515.0, y, FOOTER_SIZE, f"Page {number} of {total}")
