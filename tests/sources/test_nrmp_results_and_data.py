"""NRMP Results and Data: which number stands under which heading, sums, page breaks, what is no such table; the real reports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from flows.sources.nrmp_results_and_data import SOURCE
from flows.sources.source import About, Parsed, SourceError
from schemas.listings import NRMP_SPECIALTY_MATCH, located
from schemas.validation import Validated, validate
from tests.results_pdf_maker import Page, Piece, render
from tests.specialty_table_maker import (
    AS_2007,
    AS_2008,
    SIZE,
    Entry,
    Heading,
    Sections,
    lay_out,
    make_specialty_pdf,
    totals_of,
)

ABOUT = About("report.pdf", date(2024, 5, 1))
TABLE: Sections = {
    "PGY-1": [
        Entry("Internal Medicine", 1_200, (700, 21, 92, 4, 3, 105, 207)),
        Entry("Primary", 31, (11, 0, 2, 0, 1, 5, 6), under=True),
        Entry("Preliminary (PGY-1 Only)", 80, (60, 1, 2, 0, 0, 4, 8), under=True),
        Entry("Pediatrics", 400, (250, 6, 40, 2, 1, 20, 50)),
        Entry("Primary", 9, (3, 0, 0, 0, 0, 2, 4), under=True),
        Entry("Transitional (PGY-1 Only)", 10, (0, 0, 0, 0, 0, 0, 0)),
    ],
    "PGY-2": [Entry("Internal Medicine", 7, (1, 2, 1, 0, 0, 1, 2))],
}
FIRST = {
    "positions_offered": 1200,
    "positions_filled": 1132,
    "n_us_seniors": 700,
    "n_us_graduates": 21,
    "n_osteopathic": 92,
    "n_canadian": 4,
    "n_fifth_pathway": 3,
    "n_us_img": 105,
    "n_non_us_img": 207,
}


def parse(data: bytes) -> Parsed:
    return SOURCE.parse(data, ABOUT)


def checked(parsed: Parsed) -> Validated:
    return validate(located(NRMP_SPECIALTY_MATCH), parsed.rows[NRMP_SPECIALTY_MATCH.name])


def validated(data: bytes) -> Validated:
    return checked(parse(data))


def in_order(data: bytes) -> pl.DataFrame:
    return parse(data).rows[NRMP_SPECIALTY_MATCH.name]


def refused(pages: list[Page]) -> str:
    with pytest.raises(SourceError) as caught:
        parse(render(pages))
    return str(caught.value)


def changed(change: Callable[[Piece], Piece | None], headings: tuple[Heading, ...] = AS_2008) -> list[Page]:
    """The pages of the table with each piece changed, or taken away."""
    return [[new for piece in page if (new := change(piece))] for page in lay_out(2024, TABLE, headings)]


def renamed(text: str, becomes: str | None) -> Callable[[Piece], Piece | None]:
    def change(piece: Piece) -> Piece | None:
        return piece if piece.text != text else replace(piece, text=becomes) if becomes else None

    return change


# --- what a table says ------------------------------------------------------------------------------------------------


def test_a_row_gives_each_number_under_its_heading() -> None:
    found = validated(make_specialty_pdf(2024, TABLE))
    assert found.rejected.is_empty()
    assert found.listed.height == 7
    row = found.listed.row(by_predicate=pl.col("locator") == "page 2 row 1", named=True)
    assert row == {
        "match_year": 2024,
        "position_type": "PGY-1",
        "specialty_group": "Internal Medicine",
        "specialty_label": "Internal Medicine",
        **FIRST,
        "unfilled": 68,
        "n_do_seniors": None,
        "n_do_graduates": None,
        "img_percent_printed": None,
        "report_name": "NRMP Results and Data, 2024 Main Residency Match, Table 2",
        "is_doubtful": False,
        "note": None,
        "locator": "page 2 row 1",
    }


@pytest.mark.parametrize("headings", [AS_2007, AS_2008[::-1], tuple(sorted(AS_2008))], ids=["2007", "reversed", "sorted"])
def test_columns_go_by_their_heading_and_not_by_their_place(headings: tuple[Heading, ...]) -> None:
    found = validated(make_specialty_pdf(2024, TABLE, headings, table=15)).listed
    row = found.row(by_predicate=pl.col("locator") == "page 2 row 1", named=True)
    assert {name: row[name] for name in FIRST} == FIRST
    assert row["report_name"].endswith("Table 15")
    assert row["unfilled"] == (None if headings == AS_2007 else 68)


def test_text_stream_may_be_in_any_order() -> None:
    pages = lay_out(2024, TABLE)
    assert in_order(render([page[::-1] for page in pages])).equals(in_order(render(pages)))


def test_an_indented_row_stands_under_the_one_before_it() -> None:
    rows = in_order(make_specialty_pdf(2024, TABLE))
    assert rows.select("position_type", "specialty_group", "specialty_label").rows() == [
        ("PGY-1", "Internal Medicine", "Internal Medicine"),
        ("PGY-1", "Internal Medicine", "Primary"),
        ("PGY-1", "Internal Medicine", "Preliminary (PGY-1 Only)"),
        ("PGY-1", "Pediatrics", "Pediatrics"),
        ("PGY-1", "Pediatrics", "Primary"),
        ("PGY-1", "Transitional (PGY-1 Only)", "Transitional (PGY-1 Only)"),
        ("PGY-2", "Internal Medicine", "Internal Medicine"),
    ]


@pytest.mark.parametrize("per_page", range(1, 12))
def test_a_page_break_within_the_table_changes_nothing_but_the_place(per_page: int) -> None:
    whole, parted = (parse(make_specialty_pdf(2024, TABLE, per_page=number)) for number in (60, per_page))
    assert parted.lacking is None
    rows, expected = (found.rows[NRMP_SPECIALTY_MATCH.name] for found in (parted, whole))
    assert rows.drop("locator").equals(expected.drop("locator"))
    assert rows["locator"].n_unique() == 7


def test_physician_positions_are_a_type_of_their_own() -> None:
    rows = in_order(make_specialty_pdf(2024, {**TABLE, "Physician": [Entry("Dermatology", 3, (1, 0, 0, 0, 0, 0, 1))]}))
    assert rows["position_type"].to_list()[-1] == "physician"


# --- sums -------------------------------------------------------------------------------------------------------------


def test_a_table_that_adds_up_lacks_nothing() -> None:
    assert parse(make_specialty_pdf(2024, TABLE)).lacking is None


def test_a_total_that_is_not_the_sum_of_its_rows_is_told() -> None:
    totals = totals_of(TABLE)
    wrong = {**totals, "Total PGY-2": (7, 8, *totals["Total PGY-2"][2:])}
    assert parse(make_specialty_pdf(2024, TABLE, totals=wrong)).lacking == "Total PGY-2: positions_filled 8 printed, 7 added up"


def test_a_row_that_is_missing_is_told_by_both_totals() -> None:
    short = {**TABLE, "PGY-1": TABLE["PGY-1"][1:]}
    short["PGY-1"][0] = replace(short["PGY-1"][0], under=False)
    lacking = parse(make_specialty_pdf(2024, short, totals=totals_of(TABLE))).lacking or ""
    assert "Total PGY-1: positions_filled 1610 printed, 478 added up" in lacking
    assert "GRAND TOTAL: n_non_us_img 277 printed, 70 added up" in lacking


@pytest.mark.parametrize("line", ["Total PGY-1", "GRAND TOTAL"])
def test_a_table_without_its_totals_is_not_known_to_be_whole(line: str) -> None:
    totals = {told: numbers for told, numbers in totals_of(TABLE).items() if told != line}
    assert parse(make_specialty_pdf(2024, TABLE, totals=totals)).lacking == f"no line '{line}' to compare the rows with"


def test_a_row_whose_types_do_not_add_up_goes_to_quarantine() -> None:
    wrong = changed(lambda piece: replace(piece, text="208") if piece.text == "207" else piece)
    (row,) = validated(render(wrong)).rejected.rows(named=True)
    assert row["locator"] == "page 2 row 1"
    (reason,) = row["reasons"]
    assert reason.startswith("expected the types of applicant to add up to the positions filled, where all are stated, found")
    assert "positions_filled = 1132" in reason


# --- what is no such table --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "becomes", "told"),
    [
        ("Canadian", "Mexican", "expected each of the known headings once, found the heading 'Mexican'"),
        ("Filled", "Unfilled", "expected each of the known headings once, found the heading 'Number Unfilled' again"),
        ("Senior", "Junior", "found the heading 'U.S. Junior'"),
        ("Non-U.S.", "U.S.", "found the heading 'U.S. IMG' again"),
        ("PGY- 1 Positions", "PGY- 3 Positions", "found nothing under Number of Positions, Number Filled"),
        ("PGY- 1 Positions", None, "expected a type of position before its rows"),
        ("Total PGY-1", "Total PGY-2", "expected each total once, behind its rows, found 'Total PGY-2'"),
        ("Total PGY-2", "Total PGY-1", "expected each total once, behind its rows, found 'Total PGY-1'"),
        ("92", None, "expected a specialty, and a number under each heading, found nothing under Osteo."),
        ("92", "n/a", "expected one number under each heading, found 'n/a' at x="),
        ("Pediatrics", None, "found nothing under Specialty"),
        ("Matches by Specialty and Applicant Type, 2024", "Matches by Specialty", "found none"),
    ],
)
def test_a_changed_marker_is_refused(text: str, becomes: str | None, told: str) -> None:
    assert told in refused(changed(renamed(text, becomes)))


def test_a_table_without_non_us_imgs_is_refused() -> None:
    headings = tuple(heading for heading in AS_2008 if heading != ("Non-U.S.", "IMG"))
    assert "none of n_non_us_img" in refused(lay_out(2024, TABLE, headings))


def test_a_number_between_the_headings_is_refused() -> None:
    pages = changed(lambda piece: piece)
    y = next(piece.y for piece in pages[1] if piece.text == "Pediatrics")
    pages[1].append(Piece(243.0, y, SIZE, "7"))
    assert "expected one number under each heading, found '7' at x=243" in refused(pages)


def test_an_unknown_line_within_the_table_is_refused() -> None:
    pages = changed(lambda piece: replace(piece, text="Continued overleaf") if piece.text == "PGY- 2 Positions" else piece)
    assert "page 2, line 'Continued overleaf': expected a specialty, and a number under each heading" in refused(pages)


def test_a_first_row_that_is_indented_is_refused() -> None:
    sections = {"PGY-1": [replace(entry, under=True) for entry in TABLE["PGY-1"]]}
    assert "expected a row for the indented one to stand under, found none" in refused(lay_out(2024, sections))


def test_two_tables_in_one_report_are_refused() -> None:
    assert "expected one table, found another after its grand total" in refused([*lay_out(2024, TABLE), *lay_out(2024, TABLE)])
    assert "expected Table 2 of 2024 to go on, found Table 2 of 2023" in refused([*lay_out(2024, TABLE), *lay_out(2023, TABLE)])


def test_a_report_without_the_table_is_refused() -> None:
    contents, *_ = lay_out(2024, TABLE)
    assert "expected a table 'Matches by Specialty and Applicant Type' with its year, found none" in refused([contents])


@pytest.mark.parametrize("data", [b"", b"<html>not found</html>", b"%PDF-1.7\n", b"year,specialty\n"])
def test_what_is_no_pdf_is_refused(data: bytes) -> None:
    with pytest.raises(SourceError, match=r"^nrmp_results_and_data: expected"):
        parse(data)


@pytest.mark.parametrize("share", [0.2, 0.6, 0.95])
def test_a_report_cut_short_is_refused(share: float) -> None:
    data = make_specialty_pdf(2024, TABLE)
    with pytest.raises(SourceError, match="expected a whole PDF"):
        parse(data[: int(len(data) * share)])


# --- the real reports -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real(shared_data: Path) -> dict[int, Parsed]:
    return {year: parse((shared_data / f"nrmp/results_and_data_{year}.pdf").read_bytes()) for year in (2007, 2008)}


def test_every_row_of_the_real_tables_is_listed_and_their_totals_agree(real: dict[int, Parsed]) -> None:
    totals = {}
    for year, parsed in real.items():
        found = checked(parsed)
        assert (parsed.lacking, found.rejected.height) == (None, 0)
        sums = found.listed.select("positions_offered", "positions_filled", "unfilled", "n_us_img", "n_non_us_img").sum()
        totals[year] = (found.listed.height, *found.listed["report_name"].unique(), *sums.row(0))
    assert totals == {
        2007: (55, "NRMP Results and Data, 2007 Main Residency Match, Table 15", 24_685, 23_253, 0, 1_451, 3_357),
        2008: (56, "NRMP Results and Data, 2008 Main Residency Match, Table 2", 25_066, 23_674, 1_392, 1_664, 3_272),
    }


@pytest.mark.parametrize(
    ("year", "place", "label", "offered", "filled", "numbers"),
    [  # read off the rendered pages by eye: US senior, US grad, osteopathic, Canadian, fifth pathway, US IMG, other IMG
        (2007, "page 35 row 5", ("Family Medicine", "Family Medicine"), 2603, 2299, (1096, 87, 227, 7, 9, 335, 538)),
        (2007, "page 35 row 7", ("General Surgery", "Preliminary (PGY-1 Only)"), 1262, 781, (481, 19, 20, 0, 2, 55, 204)),
        (2007, "page 35 row 17", ("Internal Medicine", "Primary"), 274, 264, (167, 5, 22, 0, 1, 15, 54)),
        (2007, "page 35 row 55", ("Radiology-Diagnostic", "Radiology-Diagnostic"), 902, 885, (719, 70, 33, 4, 2, 20, 37)),
        (
            2008,
            "page 13 row 6",
            ("Internal Medicine (Categorical)", "Internal Medicine (Categorical)"),
            4858,
            4751,
            (2660, 76, 264, 7, 24, 421, 1299),
        ),
        (2008, "page 13 row 24", ("Pathology", "Pathology"), 508, 467, (298, 41, 24, 0, 0, 30, 74)),
        (2008, "page 13 row 49", ("Neurology", "Neurology"), 398, 371, (226, 8, 30, 0, 0, 32, 75)),
    ],
)
def test_cells_read_off_the_real_pages_by_eye(
    real: dict[int, Parsed], year: int, place: str, label: tuple[str, str], offered: int, filled: int, numbers: tuple[int, ...]
) -> None:
    row = checked(real[year]).listed.row(by_predicate=pl.col("locator") == place, named=True)
    types = ("n_us_seniors", "n_us_graduates", "n_osteopathic", "n_canadian", "n_fifth_pathway", "n_us_img", "n_non_us_img")
    assert (row["specialty_group"], row["specialty_label"]) == label
    assert (row["positions_offered"], row["positions_filled"]) == (offered, filled)
    assert tuple(row[name] for name in types) == numbers


def test_another_book_of_nrmp_is_refused(shared_data: Path) -> None:
    with pytest.raises(SourceError, match="found none"):
        parse((shared_data / "nrmp/program_results_2016_2020.pdf").read_bytes())
