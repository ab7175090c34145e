"""The compiled list of IMG counts: what is kept of a row, which rows are doubtful, which contradict themselves; the real list."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from flows.sources.nrmp_specialty_img import HARMLESS, SOURCE
from flows.sources.source import About, SourceError
from schemas.listings import NRMP_SPECIALTY_MATCH, located
from schemas.validation import Validated, validate

ABOUT = About("current", date(2025, 6, 1))
HEADER = "year,specialty,us_img_matched,non_us_img_matched,positions_filled,img_pct_printed,source,note\n"


def read(*rows: str) -> Validated:
    parsed = SOURCE.parse((HEADER + "".join(f"{row}\n" for row in rows)).encode(), ABOUT)
    assert parsed.lacking is None
    return validate(located(NRMP_SPECIALTY_MATCH), parsed.rows[NRMP_SPECIALTY_MATCH.name])


def reasons(row: str) -> list[str]:
    found = read("2022,Neurology,6,4,100,10,example,secondary", row)
    assert found.listed.height == 1
    return list(found.rejected["reasons"].item())


def test_a_row_is_kept_with_the_page_it_was_read_on() -> None:
    (row,) = read("2022, Neurology ,64,163,800,28.4,https://example.invalid/a,secondary").listed.rows(named=True)
    assert {name: value for name, value in row.items() if value is not None} == {
        "match_year": 2022,
        "position_type": "not_stated",
        "specialty_group": "Neurology",
        "specialty_label": "Neurology",
        "positions_filled": 800,
        "n_us_img": 64,
        "n_non_us_img": 163,
        "img_percent_printed": 28.4,
        "report_name": "https://example.invalid/a",
        "is_doubtful": False,
        "note": "secondary",
        "locator": "row 2",
    }


@pytest.mark.parametrize("note", ["", *HARMLESS])
def test_a_note_on_where_numbers_come_from_gives_no_doubt(note: str) -> None:
    assert read(f"2022,Neurology,6,4,100,10,example,{note}").listed["is_doubtful"].to_list() == [False]


@pytest.mark.parametrize("note", ["digits run together", "secondary; may be last year's", "Secondary?", "ok"])
def test_any_other_note_makes_the_row_doubtful(note: str) -> None:
    row = read(f"2022,Neurology,6,4,100,10,example,{note}").listed
    assert row.select("is_doubtful", "note").rows() == [(True, note)]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("2022,Pathology,62,212,619,43.3,example,", "expected the printed percentage to agree with the numbers, to one decimal"),
        ("2022,Pathology,62,,61,,example,", "expected at most as many IMGs as positions filled"),
        ("2022,Pathology,,,619,,example,", "expected a number of IMGs or a percentage"),
        ("2022,Pathology,6 2,212,619,,example,", "n_us_img: expected integer, found '6 2'"),
        ("2022,Pathology,-1,212,619,,example,", "n_us_img: expected at least 0, found '-1'"),
        ("2022,Pathology,62,212,619,,,", "report_name: expected a value, found nothing"),
        ("2022,Neurology,7,4,100,,example,", "expected once, found again"),
    ],
)
def test_a_row_that_contradicts_itself_goes_to_quarantine_with_the_reason(row: str, told: str) -> None:
    assert any(told in reason for reason in reasons(row))


@pytest.mark.parametrize(("percent", "stands"), [("44.3", True), ("44.2", False), ("44", False)])
def test_a_percentage_must_agree_to_its_decimal(percent: str, *, stands: bool) -> None:
    assert read(f"2022,Pathology,62,212,619,{percent},example,").listed.height == stands


def test_another_list_is_refused() -> None:
    with pytest.raises(SourceError, match="found missing columns: note; unexpected columns: remark"):
        SOURCE.parse((HEADER.replace("note", "remark") + "2022,Neurology,6,4,100,10,example,\n").encode(), ABOUT)


def test_every_row_of_the_real_list_is_listed_and_the_doubtful_are_marked(shared_data: Path) -> None:
    parsed = SOURCE.parse((shared_data / "reference/nrmp_specialty_img.csv").read_bytes(), ABOUT)
    found = validate(located(NRMP_SPECIALTY_MATCH), parsed.rows[NRMP_SPECIALTY_MATCH.name])
    assert (parsed.rows[NRMP_SPECIALTY_MATCH.name].height, found.listed.height, found.rejected.height) == (103, 103, 0)
    doubtful = found.listed.group_by("match_year").agg(pl.len(), pl.col("is_doubtful").sum()).sort("match_year")
    assert doubtful.rows() == [(2019, 5, 4), (2021, 9, 0), (2022, 22, 0), (2023, 13, 13), (2024, 7, 5), (2025, 47, 47)]
