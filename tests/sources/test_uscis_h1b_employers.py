"""The USCIS hub: three layouts, lost zeros, cut names, lines that stand there twice, and lines that only look so."""

from datetime import date

import polars as pl
import pytest

from flows.sources.source import About, SourceError
from flows.sources.uscis_h1b_employers import SOURCE
from schemas.listings import USCIS_EMPLOYER, located
from schemas.validation import Validated, validate

ABOUT = About("h1b.csv", date(2021, 9, 30))
PLURAL = (
    "Fiscal Year,Employer,Initial Approvals,Initial Denials,Continuing Approvals,Continuing Denials,NAICS,Tax ID,State,City,ZIP\n"
)
SINGULAR = (
    '"Fiscal Year",Employer,"Initial Approval","Initial Denial","Continuing Approval","Continuing Denial",'
    'NAICS,"Tax ID",State,City,ZIP\n'
)
VIEW = (
    "Line by line,Fiscal Year   ,Employer (Petitioner) Name,Tax ID,Industry (NAICS) Code,Petitioner City,Petitioner State,"
    "Petitioner Zip Code,"
)
STAGES = "Initial Approval,Initial Denial,Continuing Approval,Continuing Denial\n"
SIX_KINDS = ",".join(
    f"{kind} {decision}"
    for kind in (
        "New Employment",
        "Continuation",
        "Change with Same Employer",
        "New Concurrent",
        "Change of Employer",
        "Amended",
    )
    for decision in ("Approval", "Denial")
)
MERCY = "2021,MERCY HOSPITAL,3,0,4,1,62,7001,PA,ERIE,16501\n"


def read(text: str) -> Validated:
    return validate(located(USCIS_EMPLOYER), SOURCE.parse(text.encode(), ABOUT).rows[USCIS_EMPLOYER.name])


def one(text: str) -> dict[str, object]:
    (row,) = read(text).listed.rows(named=True)
    return row


def reasons(text: str) -> list[list[str]]:
    return read(text).rejected["reasons"].to_list()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(PLURAL + MERCY, id="static file"),
        pytest.param(SINGULAR + MERCY, id="static file of 2023"),
        pytest.param("\ufeff" + VIEW + STAGES + "1,2021,MERCY HOSPITAL,7001,62 - Health Care,ERIE,PA,16501,3,0,4,1\n", id="view"),
        pytest.param(
            "\ufeff" + VIEW + SIX_KINDS + "\n1,2021,MERCY HOSPITAL,7001,62 - Health Care,ERIE,PA,16501,2,0,1,0,1,0,1,0,1,0,1,1\n",
            id="view of six kinds",
        ),
    ],
)
def test_every_layout_gives_the_same_row(text: str) -> None:
    assert one(text) == {
        "fiscal_year": 2021,
        "employer_name": "MERCY HOSPITAL",
        "initial_approvals": 3,
        "initial_denials": 0,
        "continuing_approvals": 4,
        "continuing_denials": 1,
        "naics2": "62",
        "tax_id_last4": "7001",
        "state": "PA",
        "city": "ERIE",
        "zip_code": "16501",
        "name_cut": False,
        "line_group": "62/7001/PA/ERIE/16501",
        "line_in_group": 1,
        "locator": "row 2",
    }


def test_what_is_not_printed_is_null_and_the_line_is_still_told_from_others() -> None:
    row = one(PLURAL + "2021,MERCY HOSPITAL,3,0,4,1,62,,XX,,\n")
    assert [row[name] for name in ("tax_id_last4", "state", "city", "zip_code")] == [None] * 4
    assert row["line_group"] == "62////"


@pytest.mark.parametrize(
    ("tax_id", "zip_code", "expected"),
    [("114", "7102", ("0114", "07102")), ("1", "601", ("0001", "00601")), ("7001", "16501-0101", ("7001", "16501"))],
)
def test_zeros_that_a_spreadsheet_ate_are_put_back(tax_id: str, zip_code: str, expected: tuple[str, str]) -> None:
    row = one(PLURAL + f"2021,MERCY HOSPITAL,3,0,4,1,62,{tax_id},PA,ERIE,{zip_code}\n")
    assert (row["tax_id_last4"], row["zip_code"]) == expected


@pytest.mark.parametrize(("year", "letters", "cut"), [(2021, 34, True), (2022, 34, True), (2021, 33, False), (2023, 34, False)])
def test_name_that_fills_its_field_is_marked_until_2022(year: int, letters: int, cut: bool) -> None:
    assert one(PLURAL + MERCY.replace("2021", str(year)).replace("MERCY HOSPITAL", "M" * letters))["name_cut"] is cut


def test_thousands_are_read_with_their_comma() -> None:
    assert one(PLURAL + MERCY.replace(",3,0,", ',"1,203",0,'))["initial_approvals"] == 1203


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (MERCY.replace("MERCY HOSPITAL", ""), "employer_name: expected a value, found nothing"),
        (
            MERCY.replace("MERCY HOSPITAL", "#NAME?"),
            "expected a name and no spreadsheet error, found employer_name = #NAME?",
        ),
        (MERCY.replace(",3,0,", ",x,0,"), "initial_approvals: expected integer, found 'x'"),
        (MERCY.replace(",3,0,", ",,0,"), "initial_approvals: expected a value, found nothing"),
        (MERCY.replace(",3,0,", ",-3,0,"), "initial_approvals: expected at least 0, found '-3'"),
        (MERCY.replace(",7001,", ",70011,"), "tax_id_last4: expected text like ^[0-9]{4}$, found '70011'"),
        (MERCY.replace(",62,", ",622,"), "naics2: expected text like ^[0-9]{2}$, found '622'"),
        (MERCY.replace(",PA,", ",AE,"), "state: expected one of the 56 words of the dictionary, found 'AE'"),
    ],
)
def test_dirt_is_set_aside_with_its_reason(line: str, reason: str) -> None:
    assert reasons(PLURAL + line) == [[reason]]


def test_sum_of_kinds_of_which_one_is_no_number_shows_all_of_them() -> None:
    text = VIEW + SIX_KINDS + "\n1,2021,MERCY HOSPITAL,7001,62 - Health Care,ERIE,PA,16501,2,0,1,0,1,0,x,0,1,0,1,1\n"
    assert reasons(text) == [["initial_approvals: expected integer, found '2 + x'"]]


def test_line_that_stands_there_twice_is_listed_once_and_set_aside_once() -> None:
    found = read(PLURAL + MERCY + MERCY)
    assert (found.listed.height, found.rejected["locator"].to_list()) == (1, ["row 3"])
    assert found.rejected["reasons"].to_list() == [
        [
            "fiscal_year, employer_name, line_group, line_in_group: expected once, found again: "
            "'2021, MERCY HOSPITAL, 62/7001/PA/ERIE/16501, 1'"
        ]
    ]


def test_lines_that_differ_in_their_counts_are_all_listed_the_largest_first_in_any_order() -> None:
    lines = [MERCY.replace(",3,0,4,1,", counts) for counts in (",42,0,54,1,", ",28,0,37,0,", ",28,0,36,0,")]
    for order in (lines, lines[::-1], [lines[1], lines[0], lines[2]]):
        rows = read(PLURAL + "".join(order)).listed.select("line_in_group", "initial_approvals", "continuing_approvals").rows()
        assert rows == [(1, 42, 54), (2, 28, 37), (3, 28, 36)]


def test_other_places_industries_and_tax_ids_are_other_groups() -> None:
    others = (("ERIE", "READING"), ("16501", "16502"), (",62,", ",61,"), ("7001", "7002"), ("MERCY", "HOPE"))
    text = PLURAL + MERCY + "".join(MERCY.replace(*change) for change in others)
    assert read(text).listed["line_in_group"].to_list() == [1] * 6


def test_headings_that_are_one_without_their_blanks_are_refused() -> None:
    with pytest.raises(SourceError, match="expected each column once; found repeated columns City"):
        SOURCE.parse((PLURAL.replace("ZIP", "City ") + MERCY).encode(), ABOUT)


def test_large_year_is_read_whole() -> None:
    lines = "".join(f"2021,EMPLOYER {number % 9000},{number},0,4,1,62,7001,PA,ERIE,16501\n" for number in range(40_000))
    found = read(PLURAL + lines + MERCY + MERCY)
    assert (found.listed.height, found.rejected.height) == (40_001, 1)
    assert found.listed.filter(pl.col("employer_name") == "EMPLOYER 7")["line_in_group"].to_list() == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        (PLURAL.replace("Tax ID", "FEIN"), ("Tax ID", "FEIN")),
        (
            PLURAL.replace("Initial Denials", "Initial Denial"),
            ("Initial Denials", "Initial Denial"),
        ),
        (
            VIEW + STAGES.replace("Continuing Denial", "Continued"),
            ("Continuing Denial", "Continued"),
        ),
        (
            VIEW + SIX_KINDS.replace("Amended Denial", "Other") + "\n",
            ("Amended Denial", "Other"),
        ),
    ],
)
def test_header_of_no_known_layout_is_refused_with_its_columns_named(header: str, columns: tuple[str, str]) -> None:
    with pytest.raises(SourceError, match="missing columns: {}; unexpected columns: {}".format(*columns)):
        SOURCE.parse((header + "," * header.count(",") + "\n").encode(), ABOUT)
