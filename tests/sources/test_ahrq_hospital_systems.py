"""AHRQ's hospital linkage file: two layouts, two charsets, hospitals without a CCN, lost zeros, cut names."""

from datetime import date

import pytest

from flows.sources.ahrq_hospital_systems import SOURCE
from flows.sources.source import About, SourceError
from schemas.listings import AHRQ_HOSPITAL, located
from schemas.validation import Validated, validate

ABOUT = About("current", date(2023, 12, 31))
COLUMNS = (
    "compendium_hospital_id,ccn,hospital_name,hospital_street,hospital_city,hospital_state,hospital_zip,acutehosp_flag,"
    "health_sys_id,health_sys_name,health_sys_city,health_sys_state"
)
ONLY_2023 = (
    "corp_parent_id,corp_parent_name,corp_parent_type,hos_beds,hos_dsch,hos_res,hos_children,hos_majteach,hos_vmajteach,"
    "hos_teachint,hos_highdpp,hos_ucburden,hos_highuc,hos_ownership,hos_net_revenue,hos_total_revenue"
)
MERCY = "CHSP90000001,390001,Mercy Hospital,1 Example St,Erie,PA,16501,1,HSI00009001,Mercy Health,Erie,PA"


def read(data: str | bytes) -> Validated:
    body = data.encode() if isinstance(data, str) else data
    return validate(located(AHRQ_HOSPITAL), SOURCE.parse(body, ABOUT).rows[AHRQ_HOSPITAL.name])


def of_2018(line: str = MERCY) -> str:
    return f"{COLUMNS}\n{line}\n"


def of_2023(line: str = MERCY, residents: str = "12.5") -> str:
    return f"{COLUMNS},{ONLY_2023}\n{line},,,,200,9000,{residents},0,,,,,,,,,\n"


@pytest.mark.parametrize(("text", "residents"), [(of_2018(), None), (of_2023(), 12.5), (of_2023(residents=""), None)])
def test_both_layouts_give_the_same_row_but_for_the_residents(text: str, residents: float | None) -> None:
    assert read(text).listed.rows() == [
        (
            *("CHSP90000001", "390001", "Mercy Hospital", "1 Example St", "Erie", "PA", "16501", True),
            *("HSI00009001", "Mercy Health", "Erie", "PA", residents, False, "row 2"),
        )
    ]


def test_hospital_without_ccn_and_system_is_listed() -> None:
    (row,) = read(of_2018("CHSP90000001,,Mercy Hospital,1 Example St,Erie,PA,16501,0,,,,")).listed.rows(named=True)
    assert [row[name] for name in ("ccn", "system_id", "system_name", "acute")] == [None, None, None, False]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("390001", "39001"), "ccn: expected text like ^[0-9]{5}[0-9F]$, found '39001'"),
        (("390001", "39G001"), "ccn: expected text like ^[0-9]{5}[0-9F]$, found '39G001'"),
        (("CHSP90000001", "90000001"), "compendium_hospital_id: expected text like ^CHSP[0-9]{8}$, found '90000001'"),
        ((",16501,1,", ",16501,Y,"), "acute: expected true/false, found 'Y'"),
        (
            ("HSI00009001,", ","),
            "expected a system's id and name together, found system_id = nothing, system_name = Mercy Health",
        ),
        (("Erie,PA,16501", "Erie,ZZ,16501"), "state: expected one of the 56 words of the dictionary, found 'ZZ'"),
    ],
)
def test_dirt_is_set_aside_with_its_reason(change: tuple[str, str], reason: str) -> None:
    assert read(of_2018(MERCY.replace(*change))).rejected["reasons"].to_list() == [[reason]]


def test_hospital_that_stands_there_twice_is_set_aside_once() -> None:
    found = read(of_2018(f"{MERCY}\n{MERCY}"))
    assert (found.listed.height, found.rejected.height) == (1, 1)


def test_negative_residents_are_set_aside() -> None:
    assert read(of_2023(residents="-1")).rejected["reasons"].to_list() == [["n_residents: expected at least 0, found '-1.0'"]]


@pytest.mark.parametrize(("letters", "cut"), [(35, False), (36, True), (37, False)])
def test_name_of_36_letters_is_marked(letters: int, cut: bool) -> None:
    assert read(of_2018(MERCY.replace("Mercy Hospital", "M" * letters))).listed["name_cut"].to_list() == [cut]


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "latin-1"])
def test_accents_are_read_in_either_charset(charset: str) -> None:
    data = of_2023(MERCY.replace("Mercy", "Niño")).encode(charset)
    assert read(data).listed["hospital_name"].to_list() == ["Niño Hospital"]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (of_2018(MERCY.replace("Mercy Hospital", "Mercy’s")).encode("cp1252"), "another charset in line 2"),
        (of_2018().encode("utf-16"), "NUL bytes"),
        (of_2018().encode("utf-16-le"), "NUL bytes"),
    ],
)
def test_another_charset_is_refused(data: bytes, told: str) -> None:
    with pytest.raises(SourceError, match=told):
        SOURCE.parse(data, ABOUT)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (of_2018().replace("health_sys_state", "hsi_state"), "missing columns: health_sys_state; unexpected columns: hsi_state"),
        (of_2023().replace("hos_res", "residents"), "missing columns: hos_res; unexpected columns: residents"),
        (of_2023().replace("hos_beds", "beds"), "unexpected columns: beds"),
        (f"{COLUMNS}\n", "a header and no rows"),
    ],
)
def test_another_file_is_refused_with_its_columns_named(text: str, told: str) -> None:
    with pytest.raises(SourceError, match=told):
        SOURCE.parse(text.encode(), ABOUT)
