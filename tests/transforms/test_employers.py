"""Employers: one spelling in one state, out of labor filings and of approved petitions."""

from datetime import date
from hashlib import sha256

import polars as pl
import pytest

from schemas.listings import DOL_LCA_FILING, USCIS_EMPLOYER
from tests.transforms.listed import Row, filing, rows_of
from transforms.employers import employer_names, employer_table, petitions, tax_ids, whole_tax_ids, with_employers

DAY = date(2025, 1, 10)
MERCY = "Mercy Hospital, Inc."


def uid(spoken: str) -> str:
    return "emp-" + sha256(spoken.encode()).hexdigest()[:12]


def filings(*rows: Row) -> pl.DataFrame:
    return with_employers(rows_of(DOL_LCA_FILING, rows))


def approved(*rows: Row) -> pl.DataFrame:
    return petitions(rows_of(USCIS_EMPLOYER, rows))


def line(employer_name: str = MERCY, **more: object) -> Row:
    """A line of the USCIS hub."""
    return {"employer_name": employer_name, **more}


# --- who an employer is -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("Mercy Hospital, Inc.", "MERCY HOSPITAL INC|PA", id="as filed"),
        pytest.param("MERCY HOSPITAL INC", "MERCY HOSPITAL INC|PA", id="case and points"),
        pytest.param("  Mercy   Hospital/Inc ", "MERCY HOSPITAL INC|PA", id="blanks and slashes"),
        pytest.param("Mércy Hospital, Inc.", "MERCY HOSPITAL INC|PA", id="accents"),
        pytest.param("Mercy Hosp, Inc.", "MERCY HOSP INC|PA", id="an abbreviation is another spelling"),
        pytest.param("The Mercy Hospital, Inc.", "THE MERCY HOSPITAL INC|PA", id="an article is another spelling"),
        pytest.param("Not Applicable", "NOT APPLICABLE|PA", id="a name that is no name"),
        pytest.param("***", "***|PA", id="nothing but punctuation"),
    ],
)
def test_one_spelling_in_one_state_is_one_employer(name: str, expected: str) -> None:
    assert filings(filing(1, name, DAY))["employer_uid"].to_list() == [uid(expected)]
    assert approved(line(name))["employer_uid"].to_list() == [uid(expected)]


def test_one_name_in_two_states_is_two_employers() -> None:
    found = filings(filing(1, MERCY, DAY), filing(2, MERCY, DAY, worksite_state="OH"))
    assert found["employer_uid"].to_list() == [uid("MERCY HOSPITAL INC|PA"), uid("MERCY HOSPITAL INC|OH")]


def test_a_filing_says_whether_it_is_for_a_trainee_and_in_which_specialty() -> None:
    found = filings(
        filing(1, MERCY, DAY, job_title="Pediatric Resident"),
        filing(2, MERCY, DAY, job_title="Resident Physician"),
        filing(3, MERCY, DAY, job_title="Attending Physician"),
        filing(4, MERCY, DAY, wage_unit=None),
    )
    assert found.select("is_trainee", "named_specialty_code").rows() == [
        (True, "320"),
        (True, None),
        (False, None),
        (False, None),  # pay that is not told is nobody's
    ]


# --- petitions --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("naics", "kept"), [("61", 1), ("62", 1), ("54", 0), ("92", 0), (None, 0)])
def test_only_petitions_of_health_and_education_count(naics: str | None, kept: int) -> None:
    assert approved(line(naics2=naics)).height == kept


@pytest.mark.parametrize(("year", "counts"), [(2020, [31, 22]), (2021, [31]), (2022, [31, 22])])
def test_of_the_two_states_that_the_file_of_2021_holds_the_first_counts(year: int, counts: list[int]) -> None:
    twice = [line(fiscal_year=year, line_in_group=number, initial_approvals=count) for number, count in ((1, 31), (2, 22))]
    assert approved(*twice)["initial_approvals"].to_list() == counts


def test_a_line_without_a_state_takes_the_only_state_of_its_name_and_tax_id() -> None:
    found = approved(
        line(tax_id_last4="7011", fiscal_year=2023),
        line(tax_id_last4="7011", fiscal_year=2024, state=None, line_group="62/7011///"),
    )
    assert found["state"].to_list() == ["PA", "PA"]
    assert set(found["employer_uid"]) == {uid("MERCY HOSPITAL INC|PA")}


@pytest.mark.parametrize(
    "others",
    [
        pytest.param([], id="no other line"),
        pytest.param([line(tax_id_last4="7012")], id="another tax id"),
        pytest.param([line(tax_id_last4=None)], id="no tax id"),
        pytest.param([line("Mercy Hosp, Inc.", tax_id_last4="7011")], id="another spelling"),
        pytest.param([line(tax_id_last4="7011", naics2="54")], id="another industry"),
        pytest.param([line(tax_id_last4="7011"), line(tax_id_last4="7011", state="OH")], id="two states"),
    ],
)
def test_a_line_without_a_state_and_without_one_home_is_left_out(others: list[Row]) -> None:
    stateless = line(tax_id_last4="7011", state=None, line_group="62/7011///", initial_approvals=5)
    found = approved(*others, stateless)
    assert 5 not in found["initial_approvals"].to_list()
    assert found.height == sum(other.get("naics2") != "54" for other in others)


def test_lines_that_print_no_tax_id_are_at_home_with_each_other() -> None:
    found = approved(line(tax_id_last4=None), line(tax_id_last4=None, state=None, line_group="62////"))
    assert found["state"].to_list() == ["PA", "PA"]


def test_a_home_is_none_for_a_line_that_has_a_state_of_its_own() -> None:
    found = approved(line(tax_id_last4="7011"), line(tax_id_last4="7011", state="OH", line_group="62/7011/OH//"))
    assert found["state"].to_list() == ["PA", "OH"]


# --- the table --------------------------------------------------------------------------------------------------------


def test_an_employer_counts_its_filings_those_for_trainees_and_its_approved_petitions() -> None:
    table = employer_table(
        filings(
            filing(1, "MERCY HOSPITAL INC", DAY),
            filing(2, MERCY, DAY, job_title="Attending Physician"),
            filing(3, "Hope Hospital", DAY, worksite_state="OH"),
        ),
        approved(
            line(initial_approvals=4, continuing_approvals=5, initial_denials=2, continuing_denials=1),
            line(initial_approvals=3, fiscal_year=2023),
            line("Grace Clinic", continuing_approvals=7),
        ),
    )
    counts = ("n_filings", "n_trainee_filings", "n_petitions")
    assert sorted(table.select("employer_name", "name_key", "state", *counts).rows()) == [
        ("Grace Clinic", "GRACE CLINIC", "PA", 0, 0, 7),
        ("Hope Hospital", "HOPE HOSPITAL", "OH", 1, 1, 0),
        ("MERCY HOSPITAL INC", "MERCY HOSPITAL", "PA", 2, 1, 12),
    ]
    assert table["employer_uid"].is_sorted()


def test_without_filings_and_petitions_there_is_no_employer() -> None:
    assert employer_table(filings(), approved()).is_empty()


def test_an_employer_is_known_by_its_legal_and_trade_names_where_it_files() -> None:
    told = employer_names(
        filings(
            filing(1, MERCY, DAY, trade_name="Mercy of Erie", worksite_city="Erie", worksite_zip="16501"),
            filing(2, MERCY, DAY, worksite_city="ST. MARYS"),
        ),
        approved(line(city="PITTSBURGH", zip_code="15213")),
    )
    mercy = uid("MERCY HOSPITAL INC|PA")
    assert sorted(told.rows()) == [
        (mercy, "Mercy Hospital, Inc.", "dol_lca", "PA", ["ERIE", "SAINT MARYS"], ["16501"]),
        (mercy, "Mercy Hospital, Inc.", "uscis_h1b_employers", "PA", ["PITTSBURGH"], ["15213"]),
        (mercy, "Mercy of Erie", "dol_lca", "PA", ["ERIE"], ["16501"]),
    ]


def test_endings_of_tax_ids_are_those_of_petitions_and_filings_in_their_cities() -> None:
    found = tax_ids(
        filings(
            filing(1, MERCY, DAY, employer_fein="250967011", worksite_city="Pittsburgh"),
            filing(2, MERCY, DAY, employer_fein="250967011", worksite_city="ST. MARYS"),
            filing(3, MERCY, DAY, worksite_city="Erie"),
        ),
        approved(
            line(tax_id_last4="7011", city="PITTSBURGH"),
            line(tax_id_last4="7011", city="PITTSBURGH", fiscal_year=2023),
            line(tax_id_last4="7011", city=None, fiscal_year=2022),
            line(tax_id_last4=None, city="PITTSBURGH", fiscal_year=2019),
            line("Hope Hospital", tax_id_last4="7011", city="PITTSBURGH"),
        ),
    )
    mercy, hope = uid("MERCY HOSPITAL INC|PA"), uid("HOPE HOSPITAL|PA")
    assert sorted(found.rows(), key=str) == sorted(
        [(mercy, "7011", None), (hope, "7011", "PITTSBURGH"), (mercy, "7011", "PITTSBURGH"), (mercy, "7011", "SAINT MARYS")],
        key=str,
    )


def test_four_zeros_end_no_tax_id() -> None:
    assert tax_ids(filings(filing(1, MERCY, DAY, employer_fein="250960000")), approved(line(tax_id_last4="0000"))).is_empty()


def test_whole_tax_ids_are_those_that_filings_print() -> None:
    found = whole_tax_ids(
        filings(
            filing(1, MERCY, DAY, employer_fein="250967011"),
            filing(2, MERCY, DAY, employer_fein="250967011"),
            filing(3, MERCY, DAY, employer_fein="250967012"),
            filing(4, MERCY, DAY),
            filing(5, "Hope Hospital", DAY, employer_fein="250967011"),
        )
    )
    mercy, hope = uid("MERCY HOSPITAL INC|PA"), uid("HOPE HOSPITAL|PA")
    assert sorted(found.rows()) == sorted([(hope, "250967011"), (mercy, "250967011"), (mercy, "250967012")])
