"""Reader of the NRMP "Program Results" PDFs: five years of positions and matches of every program, by state.

Grain of the PDF: one printed row a program code; grain handed back: one row a printed code and match year (five a
printed row). Numbers are positions (people), kept as text exactly as printed. Pure: bytes in, frame out.

The layout was learned from the 2014-2018 and 2016-2020 editions (164 and 176 pages; measurements in PDF points)::

    NRMP Program Results 2016-2020 Main Residency Match(R)              title, on every page         20.1 high
    ALABAMA                                                             when the state changes       14.6
    Baptist Outreach Services-AL      or, on a page top, "... (Continued)"                           13.3
                         Program      2020            2019     ...                                    9.7
    Montgomery            Code   Quota Matched   Quota Matched ...      again for each further city   9.7
     Family Medicine   3082120C0     8  4*          --  --     ...      '--': not offered that year  10.0
    * Did not fill all available positions.   ...    Page 1 of 176      footer, on every page        11.2

The text stream is in no usable order (stars and dashes trail their line, a name may run into its code), so everything
goes by where a glyph stands. Glyphs of one printed line differ by at most 2 points in height, lines are 8 or more
apart; every number stands under its own heading word "Quota" or "Matched".
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from flows.sources.pdf_glyphs import NO_LETTER, WORD_GAP, PdfLayoutError, glyphs_of, with_line

CODE_PATTERN = r"^[0-9]{4}[0-9A-Z]{3}[CMPARFS][0-9]{1,3}$"
"""NRMP code: institution (4), specialty (3), track letter, number. Not enforced here: the caller's schema judges."""

TALL = 12.0  # state and institution are set in type higher than this, rows, headings and footer are lower
CODE_REACH = 11.4  # a code starts this far left of its heading word "Code" (glyph centres: codes 9.4, names 13.1)

TITLE = r"^NRMP Program Results (20\d\d)-(20\d\d) Main Residency Match ?®?$"
FOOTER = r"^\* Did not fill all available positions\..*Page (\d+) of (\d+)$"
YEARS = r"^Program +(20\d\d) +(20\d\d) +(20\d\d) +(20\d\d) +(20\d\d)$"
HEADING = r"^(.+?) +Code(?: +Quota +Matched){5}$"
ROW = r"(?:^| )(?:--|[0-9]+ ?\*?)$"
CONTINUED = " (Continued)"

STATE = (
    "^(?:ALABAMA|ALASKA|ARIZONA|ARKANSAS|CALIFORNIA|COLORADO|CONNECTICUT|DELAWARE|DISTRICT OF COLUMBIA|FLORIDA|"
    "GEORGIA|GUAM|HAWAII|IDAHO|ILLINOIS|INDIANA|IOWA|KANSAS|KENTUCKY|LOUISIANA|MAINE|MARYLAND|MASSACHUSETTS|"
    "MICHIGAN|MINNESOTA|MISSISSIPPI|MISSOURI|MONTANA|NEBRASKA|NEVADA|NEW HAMPSHIRE|NEW JERSEY|NEW MEXICO|"
    "NEW YORK|NORTH CAROLINA|NORTH DAKOTA|OHIO|OKLAHOMA|OREGON|PENNSYLVANIA|PUERTO RICO|RHODE ISLAND|"
    "SOUTH CAROLINA|SOUTH DAKOTA|TENNESSEE|TEXAS|UTAH|VERMONT|VIRGIN ISLANDS|VIRGINIA|WASHINGTON|WEST VIRGINIA|"
    "WISCONSIN|WYOMING)$"
)

# Kind of line -> kinds that may stand right before it. A page is read as following the page before it.
MAY_FOLLOW = {
    "title": ("start", "footer"),
    "state": ("title", "row"),
    "institution": ("title", "state", "row"),
    "continued": ("title",),
    "years": ("institution", "continued", "row"),
    "heading": ("years",),
    "row": ("heading", "row"),
    "footer": ("row",),
}

PAIRS = 5
FIELDS = ["program_name", "nrmp_code", *(f"{word}_{n}" for n in range(PAIRS) for word in ("quota", "matched"))]


@dataclass(frozen=True)
class ResultsBook:
    """One edition. ``rows`` has one row a printed code and match year, all columns text (pl.String).

    locator: "page 3 row 12", the twelfth program row on PDF page 3 (same for the five years of a printed row)
    state_name, city, program_name, nrmp_code: as printed ("ALABAMA"); institution_name: without "(Continued)"
    match_year; quota, matched: positions, null where the book prints '--' (not offered that year)
    filled_all: "false" where '*' is printed behind matched, "true" where it is not, null for '--'
    """

    years: tuple[int, ...]
    """Match years of the edition, newest first."""
    pages: int
    rows: pl.DataFrame


def read_results(data: bytes) -> ResultsBook:
    """Read one Program Results PDF.

    Raises PdfLayoutError when the bytes are no readable PDF, the pages do not agree with "Page n of N", there is
    no program row, any line is of no known kind or out of order, or a number is missing or stands in no column.
    A code of unknown shape is no error: it comes out as it is printed.
    """
    glyphs, pages = glyphs_of(data)
    glyphs = with_line(glyphs)
    lines = _lines(glyphs)
    _check_kinds(lines)
    _check_pages(lines, pages)
    years = _years(lines)
    _check_order(lines)
    lines = _with_block(lines)
    fields = _fields(glyphs, lines)
    _check_fields(fields, years)
    return ResultsBook(years=years, pages=pages, rows=_long(fields, years))


# --- lines -------------------------------------------------------------------------------------------------


def _lines(glyphs: pl.DataFrame) -> pl.DataFrame:
    """One row a printed line: line, page, text, kind (a key of MAY_FOLLOW, or null when it is none of them)."""
    spaced = pl.when(pl.col("gap") > WORD_GAP).then(pl.lit(" ")).otherwise(pl.lit("")) + pl.col("char")
    text = pl.col("text")
    tall = pl.col("height") > TALL
    kind = (
        pl.when(text.str.contains(NO_LETTER))
        .then(None)
        .when(text.str.contains(TITLE))
        .then(pl.lit("title"))
        .when(text.str.contains(FOOTER))
        .then(pl.lit("footer"))
        .when(text.str.contains(YEARS))
        .then(pl.lit("years"))
        .when(text.str.contains(HEADING))
        .then(pl.lit("heading"))
        .when(tall & text.str.contains(STATE))
        .then(pl.lit("state"))
        .when(tall & text.str.ends_with(CONTINUED))
        .then(pl.lit("continued"))
        .when(tall)
        .then(pl.lit("institution"))
        .when(text.str.contains(ROW))
        .then(pl.lit("row"))
    )
    return (
        glyphs.group_by("line", maintain_order=True)
        .agg(pl.col("page").first(), text=spaced.str.join("").str.strip_chars(), height=pl.col("height").median())
        .filter(text != "")
        .with_columns(kind=kind)
    )


# --- checks over lines ------------------------------------------------------------------------------------------------


def _raise_first(bad: pl.DataFrame, expected: str, found: str) -> None:
    """Raise for the first row of ``bad`` (page, text, ...), if there is one; ``found`` may name its columns in {}."""
    if bad.height:
        first = bad.row(0, named=True)
        raise PdfLayoutError(expected, found.format(**first), first["page"], first["text"])


def _check_kinds(lines: pl.DataFrame) -> None:
    _raise_first(lines.filter(pl.col("kind").is_null()), f"one of {', '.join(MAY_FOLLOW)}", "a line of no known kind")


def _check_pages(lines: pl.DataFrame, pages: int) -> None:
    """Each PDF page n carries one footer "Page n of N", N the number of pages."""
    footers = lines.filter(pl.col("kind") == "footer").with_columns(
        number=pl.col("text").str.extract(FOOTER, 1).cast(pl.Int64),
        total=pl.col("text").str.extract(FOOTER, 2).cast(pl.Int64),
    )
    wrong = footers.filter((pl.col("total") != pages) | (pl.col("number") != pl.col("page")))
    _raise_first(wrong, f"a PDF page and its footer to agree (the PDF has {pages} pages)", "'Page {number} of {total}'")
    missing = sorted(set(range(1, pages + 1)) - set(footers["page"].to_list()))
    if missing:
        raise PdfLayoutError(f"a footer 'Page {missing[0]} of {pages}'", "none", missing[0])


def _years(lines: pl.DataFrame) -> tuple[int, ...]:
    """The years of the edition from its first title, newest first; every title and year heading must agree."""
    if lines.filter(pl.col("kind") == "row").is_empty():
        raise PdfLayoutError("program rows", f"none in {lines.height} lines")
    titles = lines.filter(pl.col("kind") == "title")
    if titles.is_empty():
        raise PdfLayoutError("a title 'NRMP Program Results <year>-<year> Main Residency Match'", "none")
    first, last = (int(titles["text"].str.extract(TITLE, group)[0]) for group in (1, 2))
    years = tuple(range(last, first - 1, -1))
    _raise_first(titles.filter(pl.col("text") != titles["text"][0]), repr(titles["text"][0]), "another title")
    shown = " ".join(str(year) for year in years)
    headings = lines.filter(pl.col("kind") == "years")
    wrong = headings.filter(pl.col("text").str.replace(r"^Program +", "").str.replace_all(" +", " ") != shown)
    _raise_first(wrong, f"the years of the title ({shown})", "others")
    return years


def _check_order(lines: pl.DataFrame) -> None:
    """Every kind of line follows one it may follow, a book starts with a title and ends with a footer."""
    pairs = lines.with_columns(before=pl.col("kind").shift(1, fill_value="start"))
    allowed = pl.any_horizontal(
        (pl.col("kind") == kind) & pl.col("before").is_in(list(before)) for kind, before in MAY_FOLLOW.items()
    )
    _raise_first(pairs.filter(~allowed), "lines in the order of the book", "a line of kind {kind} after one of {before}")
    _raise_first(lines.tail(1).filter(pl.col("kind") != "footer"), "the book to end with a footer", "its last line")


# --- blocks and rows --------------------------------------------------------------------------------------------------


def _with_block(lines: pl.DataFrame) -> pl.DataFrame:
    """Carry state, institution, city and the line of the heading in force down to every line, over page breaks."""
    kind, text = pl.col("kind"), pl.col("text")
    lines = lines.with_columns(
        state_name=pl.when(kind == "state").then(text).forward_fill(),
        institution_name=pl.when(kind == "institution").then(text).forward_fill(),
        city=pl.when(kind == "heading").then(text.str.extract(HEADING, 1)).forward_fill(),
        heading=pl.when(kind == "heading").then(pl.col("line")).forward_fill(),
    )
    same = text.str.strip_suffix(CONTINUED).eq_missing(pl.col("institution_name"))
    _raise_first(lines.filter((kind == "continued") & ~same), "the institution of the page before", "another")
    stateless = (kind == "institution") & pl.col("state_name").is_null()
    _raise_first(lines.filter(stateless), "a state heading first", "none")
    return lines


def _columns(glyphs: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """Where the columns of each heading line stand: heading, field (index in FIELDS), left, right (points)."""
    starts = pl.col("gap").is_null() | (pl.col("gap") > WORD_GAP) | (pl.col("char").shift(1) == " ").over("line")
    words = (
        glyphs.join(lines.filter(pl.col("kind") == "heading").select("line"), on="line", how="semi")
        .with_columns(word=starts.cast(pl.Int64).cum_sum())
        .filter(pl.col("char") != " ")
        .group_by("line", "word", maintain_order=True)
        .agg(pl.col("left").min(), pl.col("right").max())
        .with_columns(from_right=pl.int_range(pl.len(), 0, -1).over("line"))  # 10 pair words, "Code" the 11th
        .filter(pl.col("from_right") <= 2 * PAIRS + 1)
        .select(heading="line", field=len(FIELDS) - pl.col("from_right"), left="left", right="right")
    )
    code, pairs = words.filter(pl.col("field") == 1), words.filter(pl.col("field") > 1)
    start = code["left"] - CODE_REACH
    first_pair = words.filter(pl.col("field") == 2)["left"]
    return pl.concat(
        [
            code.with_columns(field=pl.lit(0, pl.Int64), left=pl.lit(0.0), right=start),
            code.with_columns(left=start, right=first_pair),
            pairs,
        ],
        how="vertical_relaxed",
    )


def _fields(glyphs: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """One row a program row: page, text, row (from 1 on its page), block columns and the printed FIELDS as text.

    A glyph belongs to the column its middle stands in. One between two columns raises, and so do two numbers in one
    column, side by side (a code so long that it ends under "Quota" would lend its last digit) or one over the other.
    """
    rows = lines.filter(pl.col("kind") == "row").with_columns(row=pl.int_range(1, pl.len() + 1).over("page"))
    placed = (
        glyphs.join(rows.select("line", "heading", "text"), on="line")
        .with_columns(centre=(pl.col("left") + pl.col("right")) / 2)
        .sort("centre")
        .join_asof(
            _columns(glyphs, lines).sort("left"),
            left_on="centre",
            right_on="left",
            by="heading",
            suffix="_column",
            check_sortedness=False,
        )
        .filter((pl.col("char") != " ") | (pl.col("field") == 0))
    )
    outside = pl.col("field").is_null() | (pl.col("centre") > pl.col("right_column"))
    gap = (pl.col("left") - pl.col("right").shift(1)).over("line", "field")
    second = (pl.col("field") > 1) & ((gap < -WORD_GAP) | ((gap > WORD_GAP) & (pl.col("char") != "*")))
    stray = placed.filter(outside | second)
    _raise_first(
        stray.sort("line", "centre"),
        "one number under each heading word Quota or Matched",
        "'{char}' at x={centre:.1f}",
    )
    texts = placed.group_by("line").agg(
        pl.col("char").filter(pl.col("field") == number).str.join("").str.strip_chars().alias(name)
        for number, name in enumerate(FIELDS)
    )
    return rows.join(texts, on="line", how="left", maintain_order="left")


def _check_fields(fields: pl.DataFrame, years: tuple[int, ...]) -> None:
    """Every row has a name, a code and five pairs, each two numbers or '--' '--'; only matched may carry a '*'."""
    nameless = fields.filter((pl.col("program_name") == "") | (pl.col("nrmp_code") == ""))
    _raise_first(nameless, "a program name and an NRMP code", "name '{program_name}', code '{nrmp_code}'")
    for number, year in enumerate(years):
        quota, matched = pl.col(f"quota_{number}"), pl.col(f"matched_{number}")
        numbers = quota.str.contains(r"^[0-9]+$") & matched.str.contains(r"^[0-9]+\*?$")
        wrong = fields.filter(~(numbers | ((quota == "--") & (matched == "--"))))
        found = f"Quota '{{quota_{number}}}', Matched '{{matched_{number}}}'"
        _raise_first(wrong, f"two numbers or '--' '--' for {year}", found)


def _long(fields: pl.DataFrame, years: tuple[int, ...]) -> pl.DataFrame:
    """The rows of ResultsBook: each printed row turned into one row a year, newest first."""
    matched = pl.col("matched")
    return (
        fields.with_columns(
            locator="page " + pl.col("page").cast(pl.String) + " row " + pl.col("row").cast(pl.String),
            match_year=pl.lit([str(year) for year in years]),
            quota=pl.concat_list(f"quota_{number}" for number in range(PAIRS)),
            matched=pl.concat_list(f"matched_{number}" for number in range(PAIRS)),
        )
        .explode("match_year", "quota", "matched")
        .select(
            *("locator", "state_name", "institution_name", "city", "program_name", "nrmp_code", "match_year"),
            quota=pl.col("quota").replace("--", None),
            matched=matched.str.strip_suffix("*").replace("--", None),
            filled_all=pl.when(matched != "--").then(
                pl.when(matched.str.ends_with("*")).then(pl.lit("false")).otherwise(pl.lit("true"))
            ),
        )
    )
