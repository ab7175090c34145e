"""The Program Results reader: on made PDFs, value by value, and on the two real editions where they are at hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from flows.sources.pdf_glyphs import PdfLayoutError
from flows.sources.results_pdf import CODE_PATTERN, ResultsBook, read_results
from tests.results_pdf_maker import (
    CODE,
    INSTITUTION_SIZE,
    LEFT,
    MATCHED_ENDS,
    NAME,
    ROW_SIZE,
    Block,
    Page,
    Piece,
    Row,
    lay_out,
    make_results_pdf,
    render,
    width,
)

YEARS = (2020, 2019, 2018, 2017, 2016)
COLUMNS = [
    *("locator", "state_name", "institution_name", "city", "program_name", "nrmp_code"),
    *("match_year", "quota", "matched", "filled_all"),
]
FILLED: list[tuple[int, int] | None] = [(4, 4)] * 5

REAL = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "nrmp"
EDITIONS = ("2014_2018", "2016_2020")


def block(*rows: Row, state: str = "ALABAMA", institution: str = "Made Up Hospital-AL", city: str = "Mobile") -> Block:
    return Block(state, institution, city, list(rows))


def pages_of(*blocks: Block) -> list[Page]:
    return lay_out(YEARS, list(blocks))


def read(*blocks: Block) -> ResultsBook:
    return read_results(make_results_pdf(YEARS, list(blocks)))


def one_page() -> Page:
    """Page with one row, to be spoiled."""
    (page,) = pages_of(block(Row("Pediatrics", "1903320C0", [(12, 11), (10, 10), None, (8, 8), (8, 0)])))
    return page


def without(page: Page, text: str) -> Page:
    assert any(piece.text == text for piece in page)
    return [piece for piece in page if piece.text != text]


def y_of(page: Page, text: str) -> float:
    return next(piece.y for piece in page if piece.text == text)


def raised(data: bytes) -> str:
    with pytest.raises(PdfLayoutError) as caught:
        read_results(data)
    return str(caught.value)


# --- what a book says -------------------------------------------------------------------------------------------------


def test_a_row_gives_five_years_with_dashes_and_stars() -> None:
    book = read(block(Row("Pediatrics", "1903320C0", [(12, 11), (10, 10), None, (103, 103), (8, 0)])))

    assert book.years == YEARS
    assert book.pages == 1
    assert book.rows.columns == COLUMNS
    assert set(book.rows.dtypes) == {pl.String}
    printed = ("page 1 row 1", "ALABAMA", "Made Up Hospital-AL", "Mobile", "Pediatrics", "1903320C0")
    assert book.rows.rows() == [
        (*printed, "2020", "12", "11", "false"),
        (*printed, "2019", "10", "10", "true"),
        (*printed, "2018", None, None, None),
        (*printed, "2017", "103", "103", "true"),
        (*printed, "2016", "8", "0", "false"),
    ]


def test_a_program_not_offered_in_any_year_keeps_its_rows() -> None:
    rows = read(block(Row("Pediatrics", "1903320C0", [None] * 5))).rows
    assert rows.height == 5
    assert rows.select("quota", "matched", "filled_all").null_count().row(0) == (5, 5, 5)


def test_states_institutions_and_cities_change_where_they_are_printed() -> None:
    book = read(
        block(Row("Pediatrics", "1903320C0", FILLED)),
        block(Row("Neurology", "1903180C0", FILLED), city="Dothan"),
        block(Row("Pathology", "2001300C0", FILLED), institution="Other Hospital"),
        block(Row("Transitional", "3001999P0", FILLED), state="NEW YORK", institution="Third-NY", city="New Hyde Park"),
    )
    placed = book.rows.select("nrmp_code", "state_name", "institution_name", "city")
    assert placed.unique(maintain_order=True).rows() == [
        ("1903320C0", "ALABAMA", "Made Up Hospital-AL", "Mobile"),
        ("1903180C0", "ALABAMA", "Made Up Hospital-AL", "Dothan"),
        ("2001300C0", "ALABAMA", "Other Hospital", "Mobile"),
        ("3001999P0", "NEW YORK", "Third-NY", "New Hyde Park"),
    ]


def test_institution_and_state_carry_over_page_breaks() -> None:
    rows = [Row(f"Program {number}", f"1903{number:03d}C0", [(number, number)] * 5) for number in range(120)]
    pages = pages_of(block(*rows), block(Row("Neurology", "2001180C0", FILLED), institution="Other Hospital"))
    assert [sum(piece.text.endswith("(Continued)") for piece in page) for page in pages] == [0, 1, 1]

    book = read_results(render(pages))

    assert book.pages == 3
    first = book.rows.filter(pl.col("institution_name") == "Made Up Hospital-AL", pl.col("match_year") == "2016")
    assert first["nrmp_code"].to_list() == [row.code for row in rows]
    assert first["quota"].to_list() == [str(number) for number in range(120)]
    assert first["locator"][0] == "page 1 row 1"
    assert first["locator"][-1].startswith("page 3 row ")
    assert first["locator"].n_unique() == 120
    assert book.rows["institution_name"].unique().sort().to_list() == ["Made Up Hospital-AL", "Other Hospital"]
    assert book.rows["state_name"].unique().to_list() == ["ALABAMA"]


def test_a_name_may_hold_dashes_and_numbers_and_touch_its_code() -> None:
    touching = "Radiology-Diagnostic - Rad -- PGY2"
    assert NAME + width(touching) > CODE
    book = read(
        block(
            Row(touching, "1903420R0", FILLED),
            Row("Surgery -- 2 * 3", "1903440P0", [(1, 0)] * 5),
            Row("Obstetrics-", "1903220C0", FILLED),
            Row("Medicine/A & B (Integ)", "1903140C12", [None] * 5),
        )
    )
    assert book.rows.select("program_name", "nrmp_code", "quota", "matched").unique(maintain_order=True).rows() == [
        (touching, "1903420R0", "4", "4"),
        ("Surgery -- 2 * 3", "1903440P0", "1", "0"),
        ("Obstetrics-", "1903220C0", "4", "4"),
        ("Medicine/A & B (Integ)", "1903140C12", None, None),
    ]


def test_an_institution_name_may_end_in_a_hyphen_or_a_number() -> None:
    names = ["Made Up Hospital-", "Hospital of Route 66"]
    book = read(*(block(Row("Pediatrics", "1903320C0", FILLED), institution=name) for name in names))
    assert book.rows["institution_name"].unique(maintain_order=True).to_list() == names


@pytest.mark.parametrize("code", ["1903X", "19033C0", "1903320Z0", "1903-320"])
def test_a_code_of_unknown_shape_comes_out_as_printed(code: str) -> None:
    rows = read(block(Row("Pediatrics", code, FILLED))).rows
    assert rows["nrmp_code"].to_list() == [code] * 5
    assert not rows["nrmp_code"].str.contains(CODE_PATTERN).any()


def test_columns_go_by_position_not_by_order_of_printing() -> None:
    page = one_page()
    assert read_results(render([page[::-1]])).rows.equals(read_results(render([page])).rows)


def test_the_columns_of_a_block_are_those_of_its_own_heading() -> None:
    page = one_page()
    top = y_of(page, "Mobile") - 12
    moved = [
        replace(piece, x=piece.x + 37) if piece.x >= CODE and top < piece.y < 700 else piece
        for piece in page  # the newer books start their codes at x=208
    ]
    assert read_results(render([moved])).rows.equals(read_results(render([page])).rows)


def test_the_maker_gives_the_same_bytes_for_the_same_book() -> None:
    blocks = [block(Row("Pediatrics", "1903320C0", FILLED))]
    assert make_results_pdf(YEARS, blocks) == make_results_pdf(YEARS, blocks)


# --- what is no book --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("data", [b"", b"<html>not found</html>", b"%PDF-1.7\n", b"\x00" * 4096])
def test_not_a_pdf_raises(data: bytes) -> None:
    assert "expected a whole PDF, found" in raised(data)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_truncated_pdf_raises(share: float) -> None:
    data = make_results_pdf(YEARS, [block(*[Row("Pediatrics", "1903320C0", FILLED)] * 200)])
    raised(data[: int(len(data) * share)])


def test_a_lost_page_raises() -> None:
    pages = pages_of(block(*[Row("Pediatrics", "1903320C0", FILLED)] * 120))
    assert len(pages) == 3
    for kept in (pages[:2], pages[1:], [pages[0], pages[2]]):
        assert "of 3'" in raised(render(kept))


def test_a_blank_page_raises() -> None:
    assert "page 2: expected a footer 'Page 2 of 2', found none" in raised(
        render([[replace(p, text=p.text.replace("1 of 1", "1 of 2")) for p in one_page()], []])
    )


def test_no_rows_raises() -> None:
    assert "expected program rows, found none" in raised(make_results_pdf(YEARS, []))


def test_an_empty_pdf_raises() -> None:
    assert "found none" in raised(render([[]]))


def test_an_unknown_small_line_raises() -> None:
    page = one_page()
    message = raised(render([[*page, Piece(NAME, y_of(page, "Pediatrics") + 20, ROW_SIZE, "Draft, do not cite")]]))
    assert message.startswith("page 1, line 'Draft, do not cite': expected one of title, state,")
    assert message.endswith("found a line of no known kind")


def test_an_unknown_tall_line_raises_wherever_it_stands() -> None:
    page = one_page()
    for y in (y_of(page, "Pediatrics") + 20, y_of(page, "ALABAMA") + 13, 20.0):
        message = raised(render([[*page, Piece(LEFT, y, INSTITUTION_SIZE, "DRAFT")]]))
        assert "expected lines in the order of the book, found" in message


def test_a_missing_number_raises() -> None:
    assert raised(render([without(one_page(), "11")])) == (
        "page 1, line 'Pediatrics 1903320C0 12 * 10 10 -- -- 8 8 8 0 *': "
        "expected two numbers or '--' '--' for 2020, found Quota '12', Matched '*'"
    )


def test_a_row_without_code_raises() -> None:
    assert "expected a program name and an NRMP code, found name 'Pediatrics', code ''" in raised(
        render([without(one_page(), "1903320C0")])
    )


def test_a_number_between_the_columns_raises() -> None:
    page = one_page()
    stray = Piece(MATCHED_ENDS[0] + 9, y_of(page, "Pediatrics"), ROW_SIZE, "7")
    assert "one number under each heading word Quota or Matched, found '7' at x=29" in raised(render([[*page, stray]]))


def test_a_number_printed_over_another_raises() -> None:
    page = one_page()
    over = [replace(piece, x=piece.x + 2) for piece in page if piece.text == "11"]
    assert "one number under each heading word Quota or Matched, found '1' at x=27" in raised(render([page + over]))


def test_a_code_too_long_for_its_column_lends_no_digit_to_the_quota() -> None:
    data = make_results_pdf(YEARS, [block(Row("Pediatrics", "1903320C123", FILLED))])
    assert "one number under each heading word Quota or Matched, found '4' at x=241.5" in raised(data)


@pytest.mark.parametrize(
    ("text", "becomes", "expected"),
    [
        ("Quota", "Places", "a line of no known kind"),
        ("2017", "2015", "expected the years of the title (2020 2019 2018 2017 2016)"),
        ("ALABAMA", "FREEDONIA", "found a line of kind institution after one of institution"),
        ("Made Up Hospital-AL", "Made Up Hospital-AL (Continued)", "found a line of kind continued after one of state"),
        ("Page 1 of 1", "Page 1 of 2", "found 'Page 1 of 2'"),
        ("Page 1 of 1", "Page one", "a line of no known kind"),
        ("8", "n/a", "expected one number under each heading word Quota or Matched, found 'a'"),
        ("8", "a", "expected two numbers or '--' '--' for 2017, found Quota 'a', Matched 'a'"),
    ],
)
def test_a_changed_marker_raises(text: str, becomes: str, expected: str) -> None:
    assert any(piece.text == text for piece in one_page())
    assert expected in raised(render([[replace(piece, text=becomes) if piece.text == text else piece for piece in one_page()]]))


def test_a_continued_institution_other_than_the_one_before_raises() -> None:
    pages = pages_of(block(*[Row("Pediatrics", "1903320C0", FILLED)] * 70))
    pages[1] = [replace(piece, text=piece.text.replace("Made Up", "Other")) for piece in pages[1]]
    assert "page 2, line 'Other Hospital-AL (Continued)': expected the institution of the page before" in raised(render(pages))


def test_a_missing_state_raises() -> None:
    assert "expected a state heading first" in raised(render([without(one_page(), "ALABAMA")]))


# --- the real editions ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real() -> dict[str, ResultsBook]:
    paths = {edition: REAL / f"program_results_{edition}.pdf" for edition in EDITIONS}
    missing = [str(path) for path in paths.values() if not path.exists()]
    if missing:
        pytest.skip(f"real PDFs not at hand: {', '.join(missing)}")
    return {edition: read_results(path.read_bytes()) for edition, path in paths.items()}


def totals(book: ResultsBook) -> dict[str, tuple[int, int, int]]:
    """Year -> programs offered, positions, matched."""
    count = pl.col("quota", "matched").cast(pl.Int64)
    by_year = book.rows.group_by("match_year").agg(pl.col("quota").count().alias("offered"), count.sum())
    return {year: (offered, quota, matched) for year, offered, quota, matched in by_year.rows()}


def test_real_sizes(real: dict[str, ResultsBook]) -> None:
    old, new = (real[edition] for edition in EDITIONS)
    assert (old.years, old.pages, old.rows.height) == ((2018, 2017, 2016, 2015, 2014), 164, 5 * 6069)
    assert (new.years, new.pages, new.rows.height) == (YEARS, 176, 5 * 6744)
    for book in (old, new):
        assert book.rows.select("nrmp_code", "match_year").is_duplicated().sum() == 0
        assert book.rows["nrmp_code"].str.contains(CODE_PATTERN).all()
        assert book.rows["state_name"].n_unique() == 52
        told = book.rows.select("locator", "state_name", "institution_name", "city", "program_name")
        assert told.null_count().row(0) == (0, 0, 0, 0, 0)
    assert pl.concat([old.rows, new.rows])["nrmp_code"].n_unique() == 7075
    assert (old.rows["institution_name"].n_unique(), new.rows["institution_name"].n_unique()) == (803, 851)


def test_real_sums(real: dict[str, ResultsBook]) -> None:
    shared = {"2016": (4774, 30750, 29572), "2017": (5004, 31757, 30478), "2018": (5231, 33167, 31899)}
    old = {"2014": (4659, 29671, 28490), "2015": (4696, 30212, 28906)}
    new = {"2019": (5519, 35185, 33417), "2020": (5769, 37256, 35258)}
    assert totals(real["2014_2018"]) == old | shared
    assert totals(real["2016_2020"]) == shared | new


def test_real_editions_agree_on_the_years_they_share(real: dict[str, ResultsBook]) -> None:
    key, told = ["nrmp_code", "match_year"], ["quota", "matched", "filled_all"]
    both = real["2014_2018"].rows.join(real["2016_2020"].rows, on=key, suffix="_new")
    assert both.height == 17214
    assert both.select(told).equals(both.select(f"{name}_new" for name in told).rename(lambda name: name[:-4]))


def test_real_stars_say_what_the_numbers_say(real: dict[str, ResultsBook]) -> None:
    for book in real.values():
        offered = book.rows.drop_nulls("quota").with_columns(pl.col("quota", "matched").cast(pl.Int64))
        assert ((pl.Series(offered["matched"]) < offered["quota"]) == (offered["filled_all"] == "false")).all()


def test_real_rows(real: dict[str, ResultsBook]) -> None:
    old, new = (real[edition].rows for edition in EDITIONS)
    touching = old.filter(pl.col("nrmp_code") == "1903420R0")
    assert touching["program_name"].to_list() == ["Radiology-Diagnostic - Rad -- PGY2"] * 5
    assert touching.select("match_year", "quota", "matched", "filled_all").rows() == [
        ("2018", None, None, None),
        ("2017", "1", "0", "false"),
        ("2016", None, None, None),
        ("2015", None, None, None),
        ("2014", None, None, None),
    ]
    continued = new.filter(pl.col("nrmp_code") == "1007040C0")
    assert continued.row(0) == (
        *("page 2 row 1", "ALABAMA", "U Alabama Med Ctr-Birmingham", "Birmingham", "Anesthesiology", "1007040C0"),
        *("2020", "20", "20", "true"),
    )
    two_cities = old.filter(pl.col("institution_name") == "Wake Forest Baptist Med Ctr-NC")
    assert two_cities["city"].n_unique() == 2


def test_a_real_book_cut_short_raises(real: dict[str, ResultsBook]) -> None:
    data = (REAL / "program_results_2016_2020.pdf").read_bytes()
    for share in (0.3, 0.99):
        assert "expected a whole PDF" in raised(data[: int(len(data) * share)])


def test_another_nrmp_book_raises(real: dict[str, ResultsBook]) -> None:
    path = REAL / "results_and_data_2007.pdf"
    if not path.exists():
        pytest.skip(f"real PDF not at hand: {path}")
    assert raised(path.read_bytes()).startswith("page 1, line ")
