"""Reviewed decisions and events: two files that people edit, so that every slip of theirs is named and none is used."""

from datetime import date

import pytest

from flows.profiles import BUNDLED
from flows.sources import SOURCE_BY_NAME
from flows.sources.source import About, SourceError
from schemas.listings import REVIEWED_EVENT, REVIEWED_LINK, located
from schemas.table import Table
from schemas.validation import Validated, validate

ABOUT = About("current", date(2026, 9, 1))
LINK_COLUMNS = (
    "left_kind,left_named,left_state,decision,right_authority,right_code,review_evidence,review_address,evidence_on,reviewer"
)
EVENT_COLUMNS = "authority,event_code,event,event_on,other_code,review_evidence,review_address,reviewer"
LINK = "employer,Mercy Hospital,PA,files_for,ccn,050599,Its page says so.,https://example.org,2026-08-01,editors"
EVENT = "ccn,330167,merged_into,2019-08-01,330214,Its page says so.,https://example.org,editors"
LISTINGS: dict[str, tuple[Table, str, str]] = {
    "reviewed_links": (REVIEWED_LINK, LINK_COLUMNS, LINK),
    "reviewed_events": (REVIEWED_EVENT, EVENT_COLUMNS, EVENT),
}


def read(name: str, *lines: str, header: str | None = None) -> Validated:
    listing, columns, _ = LISTINGS[name]
    data = "\n".join([header if header is not None else columns, *lines, ""]).encode()
    return validate(located(listing), SOURCE_BY_NAME[name].parse(data, ABOUT).rows[listing.name])


def links(*lines: str) -> Validated:
    return read("reviewed_links", *lines)


def events(*lines: str) -> Validated:
    return read("reviewed_events", *lines)


def reasons(found: Validated) -> list[str]:
    assert found.listed.is_empty()
    return [reason for row in found.rejected["reasons"] for reason in row]


# --- as they should be ------------------------------------------------------------------------------------------------


def test_a_decision_is_read_value_by_value() -> None:
    assert links(LINK).listed.to_dicts() == [
        {
            "left_kind": "employer",
            "left_named": "Mercy Hospital",
            "left_state": "PA",
            "decision": "files_for",
            "right_authority": "ccn",
            "right_code": "050599",
            "review_evidence": "Its page says so.",
            "review_address": "https://example.org",
            "evidence_on": date(2026, 8, 1),
            "reviewer": "editors",
            "locator": "row 2",
        }
    ]


def test_an_event_is_read_value_by_value() -> None:
    alone = EVENT.replace("merged_into", "closed").replace("330214", "")
    rows = events(EVENT, alone).listed.sort("locator").to_dicts()
    assert rows[0] == {
        "authority": "ccn",
        "event_code": "330167",
        "event": "merged_into",
        "event_on": date(2019, 8, 1),
        "other_code": "330214",
        "review_evidence": "Its page says so.",
        "review_address": "https://example.org",
        "reviewer": "editors",
        "locator": "row 2",
    }
    assert (rows[1]["event"], rows[1]["other_code"], rows[1]["locator"]) == ("closed", None, "row 3")


@pytest.mark.parametrize("decision", ["same", "part_of", "sponsors", "participates", "files_for", "not_same"])
def test_every_kind_of_decision_is_known(decision: str) -> None:
    assert links(LINK.replace("files_for", decision)).listed["decision"].to_list() == [decision]


def test_evidence_may_hold_commas_quotes_and_lines() -> None:
    told = 'Its page says: "We, the hospital,\nemploy residents."'
    quoted = '"' + told.replace('"', '""') + '"'
    assert links(LINK.replace("Its page says so.", quoted)).listed["review_evidence"].to_list() == [told]


def test_blanks_around_a_cell_are_no_part_of_it() -> None:
    assert links(LINK.replace(",", " , ")).listed.equals(links(LINK).listed)


def test_one_entity_may_be_linked_to_several() -> None:
    assert links(LINK, LINK.replace("050599", "390164")).listed["right_code"].to_list() == ["050599", "390164"]


@pytest.mark.parametrize("name", LISTINGS)
def test_columns_may_stand_in_any_order(name: str) -> None:
    _, columns, line = LISTINGS[name]
    turned = [",".join(reversed(text.split(","))) for text in (columns, line)]
    assert read(name, turned[1], header=turned[0]).listed.equals(read(name, line).listed)


# --- slips ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        pytest.param(
            "files_for", "maybe", "decision: expected one of same, part_of, sponsors, participates", id="unknown decision"
        ),
        pytest.param("files_for", "Files_For", "decision: expected one of", id="a decision in other letters"),
        pytest.param("files_for", "", "decision: expected a value, found nothing", id="no decision"),
        pytest.param(",PA,", ",pa,", "left_state: expected one of the 56 words", id="a state in lower case"),
        pytest.param(",PA,", ",Pennsylvania,", "left_state: expected one of the 56 words", id="a state spelled out"),
        pytest.param(",PA,", ",,", "left_state: expected a value, found nothing", id="no state"),
        pytest.param("employer", "employers", "left_kind: expected one of program, track, sponsor", id="unknown kind"),
        pytest.param("Mercy Hospital", "", "left_named: expected a value, found nothing", id="no name"),
        pytest.param(",ccn,", ",npi,", "right_authority: expected one of ccn, acgme_institution, ahrq_system", id="authority"),
        pytest.param("050599", "", "right_code: expected a value, found nothing", id="no code"),
        pytest.param("Its page says so.", "", "review_evidence: expected a value, found nothing", id="no evidence"),
        pytest.param("https://example.org", "", "review_address: expected a value, found nothing", id="no address"),
        pytest.param("2026-08-01", "8/1/2026", "evidence_on: expected date, found '8/1/2026'", id="a day in another spelling"),
        pytest.param("2026-08-01", "2026-02-30", "evidence_on: expected date, found '2026-02-30'", id="a day that is none"),
        pytest.param("2026-08-01", "", "evidence_on: expected a value, found nothing", id="no day"),
        pytest.param("editors", "", "reviewer: expected a value, found nothing", id="no reviewer"),
    ],
)
def test_a_slip_in_a_decision_is_named_and_the_decision_not_used(old: str, new: str, reason: str) -> None:
    assert LINK.count(old) == 1
    (found,) = reasons(links(LINK.replace(old, new)))
    assert found.startswith(reason)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        pytest.param("merged_into", "merged", "event: expected one of opened, renamed, moved", id="unknown event"),
        pytest.param("ccn", "CCN", "authority: expected one of acgme_program", id="authority in other letters"),
        pytest.param("330167", "", "event_code: expected a value, found nothing", id="no code"),
        pytest.param("2019-08-01", "August 2019", "event_on: expected date, found 'August 2019'", id="a month"),
        pytest.param("2019-08-01", "", "event_on: expected a value, found nothing", id="no day"),
        pytest.param("Its page says so.", "", "review_evidence: expected a value, found nothing", id="no evidence"),
    ],
)
def test_a_slip_in_an_event_is_named_and_the_event_not_used(old: str, new: str, reason: str) -> None:
    assert EVENT.count(old) == 1
    (found,) = reasons(events(EVENT.replace(old, new)))
    assert found.startswith(reason)


def test_of_two_decisions_about_one_pair_the_first_stands_and_the_second_is_named() -> None:
    found = links(LINK, LINK.replace("files_for", "not_same"))
    assert found.listed["decision"].to_list() == ["files_for"]
    ((reason,),) = found.rejected["reasons"].to_list()
    assert reason.endswith("expected once, found again: 'employer, Mercy Hospital, PA, ccn, 050599'")


def test_of_two_events_of_one_kind_and_day_the_first_stands_and_the_second_is_named() -> None:
    found = events(EVENT, EVENT.replace("330214", "330215"))
    assert found.listed["other_code"].to_list() == ["330214"]
    ((reason,),) = found.rejected["reasons"].to_list()
    assert reason.endswith("expected once, found again: 'ccn, 330167, merged_into, 2019-08-01'")


# --- files that are none ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LISTINGS)
def test_an_empty_file_is_an_error_that_says_so(name: str) -> None:
    with pytest.raises(SourceError, match=rf"^{name}: expected a CSV document; found an empty body$"):
        SOURCE_BY_NAME[name].parse(b"", ABOUT)


@pytest.mark.parametrize("name", LISTINGS)
def test_a_header_alone_is_an_error_that_says_so(name: str) -> None:
    with pytest.raises(SourceError, match=rf"^{name}: expected at least one row; found a header and no rows$"):
        read(name)


@pytest.mark.parametrize(("name", "column"), [(name, column) for name in LISTINGS for column in LISTINGS[name][1].split(",")])
def test_a_missing_column_is_an_error_that_names_it(name: str, column: str) -> None:
    _, columns, line = LISTINGS[name]
    place = columns.split(",").index(column)
    kept = [",".join(cell for at, cell in enumerate(text.split(",")) if at != place) for text in (columns, line)]
    number = len(columns.split(","))
    with pytest.raises(SourceError, match=rf"^{name}: expected the {number} known columns; found missing columns: {column}$"):
        read(name, kept[1], header=kept[0])


@pytest.mark.parametrize("name", LISTINGS)
def test_a_file_in_another_charset_is_an_error_that_names_the_byte(name: str) -> None:
    _, columns, line = LISTINGS[name]
    data = f"{columns}\n{line}\n".replace("Its page", "Sa página").encode("latin-1")
    with pytest.raises(SourceError, match=r"expected UTF-8 text; found byte 0xe1 in line 2: another charset"):
        SOURCE_BY_NAME[name].parse(data, ABOUT)


# --- the files that ship ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LISTINGS)
def test_every_decision_that_ships_is_listed(name: str) -> None:
    source, listing = SOURCE_BY_NAME[name], LISTINGS[name][0]
    data = (BUNDLED.parent.parent / source.address).read_bytes()
    found = validate(located(listing), source.parse(data, ABOUT).rows[listing.name])
    assert found.rejected.is_empty()
    assert found.listed.height > 0
    shapes = {"ccn": r"^\d{5}[\dF]$", "acgme_institution": r"^\d{6}$", "ahrq_system": r"^HSI\d{8}$"}
    coded = {"reviewed_links": ("right_authority", "right_code"), "reviewed_events": ("authority", "event_code")}[name]
    for authority, shape in shapes.items():
        codes = found.listed.filter(found.listed[coded[0]] == authority)[coded[1]]
        assert codes.filter(~codes.str.contains(shape)).to_list() == []
