"""Table specialty_match: shares and why there is none, two sources side by side, question 6 in one query."""

import duckdb
import polars as pl
import pytest

from tests.transforms.listed import Concluded, Row, known, shuffled

COMPILED: Row = {"source": "nrmp_specialty_img", "document": "current", "position_type": "not_stated", "report_name": "a page"}


def matches(label: str, filled: int | None, us: int | None, non_us: int | None, **more: object) -> Row:
    return {
        "match_year": 2024,
        "specialty_label": label,
        "specialty_group": label,
        "positions_filled": filled,
        "n_us_img": us,
        "n_non_us_img": non_us,
        **more,
    }


def table(*rows: Row) -> pl.DataFrame:
    return Concluded(known(specialty_matches=rows)).tables["specialty_match"]


def test_shares_are_those_of_positions_filled_and_keep_both_kinds_apart() -> None:
    (row,) = table(matches("Neurology", 200, 10, 40)).rows(named=True)
    assert (row["img_share_of_filled"], row["non_us_img_share_of_filled"], row["share_null_reason"]) == (0.25, 0.2, None)
    assert (row["n_us_img"], row["n_non_us_img"], row["positions_filled"]) == (10, 40, 200)
    assert (row["source"], row["document"], row["origin_family"]) == ("nrmp_results_and_data", "report.pdf", "nrmp")
    assert row["licence"].startswith("redistribute: ")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (matches("Neurology", 200, 10, 40, is_doubtful=True, note="digits run together"), "doubtful"),
        (matches("Neurology", None, 10, 40), "not_stated"),
        (matches("Neurology", 200, 10, None), "not_stated"),
        (matches("Neurology", 200, None, 40), "not_stated"),
        (matches("Neurology", 0, 0, 0), "none_filled"),
    ],
)
def test_a_row_without_a_share_says_why_and_keeps_its_numbers(row: Row, reason: str) -> None:
    (found,) = table(row).rows(named=True)
    assert (found["img_share_of_filled"], found["non_us_img_share_of_filled"], found["share_null_reason"]) == (None, None, reason)
    assert found["n_non_us_img"] == row["n_non_us_img"]


def test_nobody_matched_is_a_share_of_zero() -> None:
    assert table(matches("Neurology", 5, 0, 0))["non_us_img_share_of_filled"].to_list() == [0.0]


def test_two_sources_that_differ_both_stand_and_say_so() -> None:
    rows = table(
        matches("Internal Medicine (Categorical)", 100, 10, 30),
        matches("Neurology", 50, 5, 10),
        matches("Internal Medicine (categorical)", 100, 10, 33, **COMPILED),
        matches("neurology", 50, 5, None, **COMPILED),
    )
    assert rows.select("source", "specialty_label", "n_non_us_img", "others_differ").rows() == [
        ("nrmp_results_and_data", "Internal Medicine (Categorical)", 30, True),
        ("nrmp_results_and_data", "Neurology", 10, False),
        ("nrmp_specialty_img", "Internal Medicine (categorical)", 33, True),
        ("nrmp_specialty_img", "neurology", None, False),
    ]
    assert rows["non_us_img_share_of_filled"].to_list() == [0.3, 0.2, 0.33, None]


def test_only_the_same_match_positions_and_group_are_compared() -> None:
    rows = table(
        matches("Neurology", 50, 5, 10),
        matches("Neurology", 40, 4, 9, position_type="PGY-2"),
        matches("Neurology", 50, 5, 10, **COMPILED),
        matches("Neurology", 30, 3, 8, **COMPILED, match_year=2023),
        matches("Primary", 30, 3, 8, specialty_group="Pediatrics"),
        matches("Primary", 20, 2, 6, specialty_group="Internal Medicine"),
        matches("Primary", 10, 1, 2, **COMPILED),
    )
    assert rows.height == 7
    assert rows["others_differ"].any() is False


def test_the_order_of_rows_is_nothing_to_it() -> None:
    world = known(
        specialty_matches=[
            matches("Neurology", 50, 5, 10),
            matches("Pathology", 60, 6, 20),
            matches("Neurology", 50, 5, 11, **COMPILED),
        ]
    )
    first, other = (Concluded(one).tables["specialty_match"] for one in (world, shuffled(world, 7)))
    assert first.equals(other)


def test_question_six_is_one_query() -> None:
    specialty_match = table(  # duckdb finds it by its name
        matches("Neurology", 200, 10, 40),
        matches("Neurology", 100, 5, 10, match_year=2023, report_name="the report of 2023", document="older.pdf"),
    )
    assert specialty_match["digest"].n_unique() == 2
    asked = duckdb.sql(
        "SELECT specialty_label, match_year, non_us_img_share_of_filled, positions_filled AS n, report_name FROM specialty_match "
        "WHERE non_us_img_share_of_filled IS NOT NULL ORDER BY match_year"
    ).fetchall()
    assert asked == [
        ("Neurology", 2023, 0.1, 100, "the report of 2023"),
        ("Neurology", 2024, 0.2, 200, "NRMP Results and Data, 2024 Main Residency Match, Table 2"),
    ]
