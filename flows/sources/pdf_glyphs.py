"""Printed glyphs of a PDF with their places, and the lines they stand in: what every reader of a printed table begins with.

Text extraction alone does not do: the text stream of these documents is in no usable order, and a word belongs to the column it
stands in. Pure: bytes in, frames out.
"""

from __future__ import annotations

import threading

import polars as pl
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_raw

PDFIUM_LOCK = threading.Lock()
"""PDFium is not thread-safe: only one thread of the process may be inside it."""

LINE_GAP = 4.0  # a step down of more than this starts a new line (seen: up to 1.7 within a line, 8.1 between lines)
WORD_GAP = 1.0  # a gap wider than this separates words that have no printed blank between them
NO_LETTER = r"[\p{C}\x{FFFD}]"  # what PDFium hands back for a glyph it has no character for
LINE_END_HYPHEN = "\x02"  # PDFium's mark for a printed "-" behind a letter at the end of a line


class PdfLayoutError(ValueError):
    """The bytes are no PDF, or not one laid out as its reader knows it. Says where, what was expected and what found."""

    def __init__(self, expected: str, found: str, page: int | None = None, line: str | None = None) -> None:
        where = "" if page is None else f"page {page}: " if line is None else f"page {page}, line {line!r}: "
        super().__init__(f"{where}expected {expected}, found {found}")


def glyphs_of(data: bytes) -> tuple[pl.DataFrame, int]:
    """Every printed glyph (page from 1, char, left, right, mid, height in points) and the number of pages.

    PDFium adds blanks and line ends of its own to the text; they have no width and are left out.
    """
    page_of: list[int] = []
    chars: list[str] = []
    boxes: list[tuple[float, float, float, float]] = []
    with PDFIUM_LOCK:
        try:
            pdf = pdfium.PdfDocument(data)
        except pdfium.PdfiumError as error:
            raise PdfLayoutError("a whole PDF", f"{len(data)} bytes PDFium cannot open ({error})") from error
        try:
            pages = len(pdf)
            for number in range(1, pages + 1):
                _read_page(pdf, number, page_of, chars, boxes)
        finally:
            pdf.close()
    schema = ["left", "bottom", "right", "top"]
    table = pl.DataFrame(boxes, schema=dict.fromkeys(schema, pl.Float64), orient="row").select(
        pl.Series("page", page_of, dtype=pl.Int64),
        pl.Series("char", chars, dtype=pl.String).replace(LINE_END_HYPHEN, "-"),
        "left",
        "right",
        mid=(pl.col("bottom") + pl.col("top")) / 2,
        height=pl.col("top") - pl.col("bottom"),
    )
    return table.filter(pl.col("right") > pl.col("left")), pages


def _read_page(
    pdf: pdfium.PdfDocument,
    number: int,
    page_of: list[int],
    chars: list[str],
    boxes: list[tuple[float, float, float, float]],
) -> None:
    """Append the glyphs of one page (number from 1) to the three lists."""
    try:
        page = pdf[number - 1]
        text = page.get_textpage()
        count = text.count_chars()
        page_of.extend([number] * count)
        for index in range(count):
            chars.append(chr(pdfium_raw.FPDFText_GetUnicode(text, index)))
            boxes.append(text.get_charbox(index, loose=True))
    except pdfium.PdfiumError as error:
        raise PdfLayoutError("a readable page", f"a page PDFium cannot read ({error})", number) from error
    text.close()
    page.close()


def with_line(glyphs: pl.DataFrame) -> pl.DataFrame:
    """Add ``line`` (over the book, from 0, top down) and ``gap`` to the glyph on the left; sort in reading order."""
    starts = (pl.col("page") != pl.col("page").shift(1)) | (pl.col("mid").shift(1) - pl.col("mid") > LINE_GAP)
    return (
        glyphs.sort("page", "mid", descending=[False, True])
        .with_columns(line=starts.fill_null(False).cast(pl.Int64).cum_sum())
        .sort("line", "left")
        .with_columns(gap=(pl.col("left") - pl.col("right").shift(1)).over("line"))
    )


def words_of(glyphs: pl.DataFrame) -> pl.DataFrame:
    """Words in reading order, out of glyphs with their lines: page, line, text, left, right, mid and height in points."""
    starts = pl.col("gap").is_null() | (pl.col("gap") > WORD_GAP) | (pl.col("char").shift(1) == " ").over("line")
    return (
        glyphs.with_columns(word=starts.fill_null(value=True).cast(pl.Int64).cum_sum())
        .filter(pl.col("char").str.strip_chars() != "")
        .group_by("page", "line", "word", maintain_order=True)
        .agg(
            pl.col("char").str.join("").alias("text"),
            pl.col("left").min(),
            pl.col("right").max(),
            pl.col("mid").median(),
            pl.col("height").median(),
        )
        .drop("word")
    )
