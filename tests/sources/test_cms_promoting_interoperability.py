"""Attestations of hospitals: certification ids as typed, blanks that are not a no, and lost zeros that stay lost."""

from datetime import date
from pathlib import Path

import pytest

from flows.sources.cms_promoting_interoperability import SOURCE
from flows.sources.source import About, SourceError
from schemas.listings import CMS_ATTESTATION, located
from schemas.validation import Validated, validate

ABOUT = About("current", date(2023, 12, 31))
HEADER = (
    '"Facility ID","Facility Name","Address","City/Town","State","ZIP Code","County/Parish","Telephone Number","CEHRT ID",'
    '"Meets criteria for promoting interoperability of EHRs","Start Date","End Date"\n'
)
CELLS = {
    "ccn": "390001",
    "name": "MERCY HOSPITAL",
    "street": "1 EXAMPLE STREET",
    "city": "ERIE",
    "state": "PA",
    "zip": "16501",
    "county": "ERIE",
    "phone": "(202) 555-0101",
    "cehrt_id": "0015CEXAMPLE001",
    "meets": "Y",
    "start": "01/01/2023",
    "end": "12/31/2023",
}


def line(**cells: str) -> str:
    return ",".join({**CELLS, **cells}.values()) + "\n"


def read(*lines: str) -> Validated:
    parsed = SOURCE.parse((HEADER + "".join(lines)).encode(), ABOUT)
    return validate(located(CMS_ATTESTATION), parsed.rows[CMS_ATTESTATION.name])


def reasons(**cells: str) -> list[str]:
    (found,) = read(line(**cells)).rejected["reasons"].to_list()
    return list(found)


def test_attestation_is_listed_with_its_place() -> None:
    assert read(line()).listed.rows(named=True) == [
        {
            "ccn": "390001",
            "hospital_name": "MERCY HOSPITAL",
            "city": "ERIE",
            "state": "PA",
            "cehrt_id": "0015CEXAMPLE001",
            "meets_pi": True,
            "reported_from": date(2023, 1, 1),
            "reported_to": date(2023, 12, 31),
            "locator": "row 2",
        }
    ]


@pytest.mark.parametrize(
    ("cells", "id_and_criteria"),
    [
        ({"cehrt_id": "", "meets": ""}, (None, None)),
        ({"meets": ""}, ("0015CEXAMPLE001", None)),
        ({"meets": "N"}, ("0015CEXAMPLE001", False)),
        ({"cehrt_id": "0015Cexample001"}, ("0015CEXAMPLE001", True)),
        ({"cehrt_id": "OO15CEXAMPLE001"}, ("OO15CEXAMPLE001", True)),  # in doubt: not mended
    ],
    ids=["nothing told", "criteria not told", "criteria not met", "small letters", "letters for zeros"],
)
def test_blank_is_not_a_no_and_ids_are_folded_to_upper_case_only(
    cells: dict[str, str], id_and_criteria: tuple[str | None, bool | None]
) -> None:
    assert read(line(**cells)).listed.select("cehrt_id", "meets_pi").rows() == [id_and_criteria]


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"ccn": "50396"}, "ccn: expected text like ^[0-9]{5}[0-9F]$, found '50396'"),
        ({"ccn": ""}, "ccn: expected a value, found nothing"),
        ({"cehrt_id": "0015CEXAMPLE01"}, "cehrt_id: expected text like ^[0-9A-Z]{15}$, found '0015CEXAMPLE01'"),
        ({"cehrt_id": "Not Available"}, "cehrt_id: expected text like ^[0-9A-Z]{15}$, found 'NOT AVAILABLE'"),
        ({"meets": "y"}, "meets_pi: expected true/false, found 'y'"),
        ({"start": "13/01/2023"}, "reported_from: expected date, found '13/01/2023'"),
        ({"end": "12/31/2022"}, "expected the period to end after it begins, found"),
    ],
    ids=["lost zero", "no hospital", "short id", "words for an id", "another word", "no such day", "ends before it begins"],
)
def test_what_cannot_be_is_set_aside_with_its_reason(cells: dict[str, str], reason: str) -> None:
    (found,) = reasons(**cells)
    assert found.startswith(reason)


def test_hospital_attests_once_for_a_period() -> None:
    twice = read(line(), line(start="01/01/2024", end="12/31/2024"), line(cehrt_id="0015CEXAMPLE002"))
    assert twice.listed["reported_from"].to_list() == [date(2023, 1, 1), date(2024, 1, 1)]
    assert twice.rejected["locator"].to_list() == ["row 4"]


def test_other_list_of_hospitals_is_refused() -> None:
    with pytest.raises(SourceError, match=r"missing columns: CEHRT ID; unexpected columns: Hospital Type"):
        SOURCE.parse((HEADER.replace("CEHRT ID", "Hospital Type") + line()).encode(), ABOUT)


def test_real_file_has_ids_shared_by_owners_and_ids_that_were_mistyped(shared_data: Path) -> None:
    data = (shared_data / "cms" / "promoting_interoperability_hospital_cy2023.csv").read_bytes()
    rows = validate(located(CMS_ATTESTATION), SOURCE.parse(data, ABOUT).rows[CMS_ATTESTATION.name]).listed
    ids = rows.drop_nulls("cehrt_id")
    assert (rows.height, ids.height, ids["cehrt_id"].n_unique()) == (4591, 4038, 891)
    assert rows["meets_pi"].value_counts().sort("count").rows() == [(None, 913), (True, 3678)]
    (largest,) = ids["cehrt_id"].value_counts().sort("count").tail(1).rows()
    assert largest[1] == 242
    assert ids.filter(ids["cehrt_id"] == largest[0])["state"].n_unique() == 39
    assert ids["cehrt_id"].str.contains("[OI]").sum() == 26
    assert set(rows.select("reported_from", "reported_to").rows()) == {(date(2023, 1, 1), date(2023, 12, 31))}
