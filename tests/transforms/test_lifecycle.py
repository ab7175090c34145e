"""Events in the life of entities: what two lists tell, what a list dates itself, and what a reviewer wrote down."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

import polars as pl
import pytest

from schemas.entities import ENTITY_EVENT
from schemas.listings import ACGME_PROGRAM, CMS_HOSPITAL, REVIEWED_EVENT, kept
from schemas.table import UTC_TIME, Table
from tests.transforms.listed import Row, dated, rows_of
from transforms.lifecycle import (
    HOSPITALS,
    PROGRAMS,
    Watched,
    list_events,
    reviewed_events,
    stated_events,
    with_current_hospitals,
)
from transforms.programs import with_program_uid
from warehouse.history import Step, advance, with_version

Hospitals = Mapping[str, tuple[object, ...]]
"""Name, city and, where it matters, rating by CCN."""

FEBRUARY, MAY, AUGUST, NOVEMBER = date(2026, 2, 4), date(2026, 5, 6), date(2026, 8, 5), date(2026, 11, 4)
DAYS = (FEBRUARY, MAY, AUGUST, NOVEMBER)
FIRST_NIGHT = datetime(2026, 9, 1, 2, tzinfo=UTC)
TOLD = ("code", "event", "event_on", "value_before", "value_after")


def uid(prefix: str, spoken: str) -> str:
    """An id as it is worked out by hand: the digest of a code with its authority before it."""
    return f"{prefix}-{sha256(spoken.encode()).hexdigest()[:12]}"


def hospital_rows(hospitals: Hospitals) -> list[Row]:
    named = ("hospital_name", "city", "overall_rating")
    return [{"ccn": ccn, **dict(zip(named, told, strict=False))} for ccn, told in hospitals.items()]


def kept_after(
    listing: Table, *lists: tuple[date, list[Row]], complete: tuple[bool, ...] | bool = True
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Everything kept after these lists were seen, one a night, and which lists those were."""
    wholes = complete if isinstance(complete, tuple) else (complete,) * len(lists)
    known, seen = kept(listing).empty(), []
    for number, ((day, rows), whole) in enumerate(zip(lists, wholes, strict=True)):
        incoming = with_version(rows_of(listing, rows), listing.key, tuple(listing.column_names))
        step = Step(FIRST_NIGHT + timedelta(days=number), day, whole)
        for (source, document), stated in incoming.group_by("source", "document", maintain_order=True):
            seen.append((str(source), str(document), step.observed_at, whole))
            own = (pl.col("source") == source) & (pl.col("document") == document)
            current = known.filter(pl.col("superseded_at").is_null() & own)
            change = advance(current, stated, step)
            ended = pl.col("row_id").is_in(change.superseded.implode())
            known = known.with_columns(pl.when(ended).then(step.observed_at).otherwise("superseded_at").alias("superseded_at"))
            known = pl.concat([known, change.inserted.select(known.columns)])
    schema = {"source": pl.String, "document": pl.String, "observed_at": UTC_TIME, "complete": pl.Boolean}
    return known, pl.DataFrame(seen, schema=schema, orient="row")


def history(*lists: tuple[date, Hospitals], complete: tuple[bool, ...] | bool = True) -> pl.DataFrame:
    return kept_after(CMS_HOSPITAL, *((day, hospital_rows(told)) for day, told in lists), complete=complete)[0]


def table_of(
    listing: Table, watched: Watched, *lists: tuple[date, list[Row]], complete: tuple[bool, ...] | bool = True
) -> pl.DataFrame:
    return ENTITY_EVENT.conform(list_events(*kept_after(listing, *lists, complete=complete), watched))


def hospital_table(*lists: tuple[date, Hospitals], complete: tuple[bool, ...] | bool = True) -> pl.DataFrame:
    return table_of(CMS_HOSPITAL, HOSPITALS, *((day, hospital_rows(told)) for day, told in lists), complete=complete)


def events(*lists: tuple[date, Hospitals], complete: tuple[bool, ...] | bool = True) -> list[tuple[object, ...]]:
    return sorted(hospital_table(*lists, complete=complete).select(TOLD).rows(), key=str)


def lives(*lists: Hospitals) -> list[tuple[object, ...]]:
    """Events with the ids of those they happened to, of complete lists a season apart, oldest first."""
    found = hospital_table(*zip(DAYS, lists, strict=False))
    return found.sort("event_on", "event").select("entity_uid", "event", "event_on", "value_before", "value_after").rows()


MERCY, HOPE = ("MERCY", "PITTSBURGH"), ("HOPE", "SCRANTON")
FIRST_BEARER, SECOND_BEARER, THIRD_BEARER = (uid("hos", f"ccn|390002{suffix}") for suffix in ("", "|2", "|3"))


# --- hospitals: two lists ---------------------------------------------------------------------------------------------


def test_the_first_list_is_a_beginning_and_no_opening() -> None:
    assert events((FEBRUARY, {"390001": MERCY, "390002": HOPE})) == []


def test_the_same_list_again_is_no_event() -> None:
    assert events((FEBRUARY, {"390001": MERCY}), (MAY, {"390001": MERCY})) == []


def test_a_hospital_that_appears_has_opened() -> None:
    lists = (FEBRUARY, {"390001": MERCY}), (MAY, {"390001": MERCY, "390002": HOPE})
    assert events(*lists) == [("390002", "opened", MAY, None, "HOPE")]


def test_a_hospital_that_appears_after_an_incomplete_list_may_have_been_there() -> None:
    lists = (FEBRUARY, {"390001": MERCY}), (MAY, {"390001": MERCY, "390002": HOPE})
    assert events(*lists, complete=(False, True)) == []
    assert events(*lists, complete=(True, False)) == [("390002", "opened", MAY, None, "HOPE")]


def test_a_hospital_that_appears_after_lists_that_said_the_same_has_opened() -> None:
    same = {"390001": MERCY}
    lists = (FEBRUARY, same), (MAY, same), (AUGUST, {**same, "390002": HOPE})
    assert events(*lists) == [("390002", "opened", AUGUST, None, "HOPE")]
    assert events(*lists, complete=(True, False, True)) == []


def test_a_hospital_under_another_name_was_renamed() -> None:
    lists = (FEBRUARY, {"390001": MERCY}), (MAY, {"390001": ("UPMC MERCY", "PITTSBURGH")})
    assert events(*lists) == [("390001", "renamed", MAY, "MERCY", "UPMC MERCY")]


def test_a_hospital_in_another_city_has_moved() -> None:
    lists = (FEBRUARY, {"390001": MERCY}), (MAY, {"390001": ("MERCY", "SCRANTON")})
    assert events(*lists) == [("390001", "moved", MAY, "PITTSBURGH", "SCRANTON")]


def test_a_hospital_under_another_name_in_another_city_was_renamed_and_has_moved() -> None:
    lists = (FEBRUARY, {"390001": MERCY}), (MAY, {"390001": HOPE})
    assert events(*lists) == [
        ("390001", "moved", MAY, "PITTSBURGH", "SCRANTON"),
        ("390001", "renamed", MAY, "MERCY", "HOPE"),
    ]


def test_a_hospital_absent_from_a_complete_list_is_retired() -> None:
    lists = (FEBRUARY, {"390001": MERCY, "390002": HOPE}), (MAY, {"390001": MERCY})
    assert events(*lists) == [("390002", "retired", MAY, "HOPE", None)]


def test_a_hospital_absent_from_an_incomplete_list_is_not() -> None:
    lists = (FEBRUARY, {"390001": MERCY, "390002": HOPE}), (MAY, {"390001": MERCY})
    assert events(*lists, complete=False) == []


def test_a_hospital_that_comes_back_is_reopened_and_was_retired() -> None:
    both, one = {"390001": MERCY, "390002": HOPE}, {"390001": MERCY}
    assert events((FEBRUARY, both), (MAY, one), (AUGUST, both)) == [
        ("390002", "reopened", AUGUST, None, "HOPE"),
        ("390002", "retired", MAY, "HOPE", None),
    ]


def test_a_change_of_anything_else_is_no_event() -> None:
    lists = (FEBRUARY, {"390001": (*MERCY, 3)}), (MAY, {"390001": (*MERCY, 4)})
    assert history(*lists).height == 3
    assert events(*lists) == []


def test_a_new_name_after_another_change_is_told_against_the_latest_version() -> None:
    lists = (FEBRUARY, {"390001": (*MERCY, 3)}), (MAY, {"390001": (*MERCY, 4)}), (AUGUST, {"390001": ("UPMC", MERCY[1], 4)})
    assert events(*lists) == [("390001", "renamed", AUGUST, "MERCY", "UPMC")]


def test_without_hospitals_there_are_no_events() -> None:
    assert events() == []


def test_an_event_names_its_entity_its_authority_and_the_list_that_shows_it() -> None:
    (row,) = hospital_table((FEBRUARY, {"390001": MERCY}), (MAY, {"390001": HOPE[:1] + MERCY[1:]})).to_dicts()
    digest = row.pop("digest")
    assert row == {
        "entity_kind": "hospital",
        "entity_uid": uid("hos", "ccn|390001"),
        "authority": "ccn",
        "code": "390001",
        "event": "renamed",
        "event_on": MAY,
        "value_before": "MERCY",
        "value_after": "HOPE",
        "other_uid": None,
        "event_basis": "two versions of the list of cms_hospitals",
        "observed_at": FIRST_NIGHT + timedelta(days=1),
    }
    assert digest == sha256(b"cms_hospitals/current").hexdigest()


# --- hospitals: whose code it is --------------------------------------------------------------------------------------

OTHERS = {"390001": MERCY}


@pytest.mark.parametrize(
    "back",
    [
        pytest.param(HOPE, id="as it was"),
        pytest.param(("HOPE MEDICAL", "SCRANTON"), id="in its place under another name"),
        pytest.param(("HOPE", "ERIE"), id="under its name in another place"),
        pytest.param(("The Hope, Inc.", "ERIE"), id="under another spelling of its name in another place"),
    ],
)
def test_a_code_that_comes_back_in_its_place_or_under_its_name_is_the_hospital_reopened(back: tuple[str, str]) -> None:
    assert lives({**OTHERS, "390002": HOPE}, OTHERS, {**OTHERS, "390002": back}) == [
        (FIRST_BEARER, "retired", MAY, "HOPE", None),
        (FIRST_BEARER, "reopened", AUGUST, None, back[0]),
    ]


GRACE, FAITH = ("GRACE", "ERIE"), ("FAITH", "READING")


def test_a_code_that_comes_back_for_another_hospital_in_another_city_is_reused_and_its_id_is_not() -> None:
    assert lives({**OTHERS, "390002": HOPE}, OTHERS, {**OTHERS, "390002": GRACE}) == [
        (FIRST_BEARER, "retired", MAY, "HOPE", None),
        (SECOND_BEARER, "code_reused", AUGUST, "HOPE", "GRACE"),
    ]
    assert SECOND_BEARER != FIRST_BEARER


def test_what_happens_to_the_newcomer_is_told_of_the_newcomer() -> None:
    renamed = {**OTHERS, "390002": ("GRACE HOSPITAL", "ERIE")}
    assert lives({**OTHERS, "390002": HOPE}, OTHERS, {**OTHERS, "390002": GRACE}, renamed)[2:] == [
        (SECOND_BEARER, "renamed", NOVEMBER, "GRACE", "GRACE HOSPITAL")
    ]
    assert lives({**OTHERS, "390002": HOPE}, OTHERS, {**OTHERS, "390002": GRACE}, OTHERS)[2:] == [
        (SECOND_BEARER, "retired", NOVEMBER, "GRACE", None)
    ]


def test_every_bearer_of_a_code_has_an_id_of_its_own() -> None:
    seen = [{**OTHERS, "390002": HOPE}, OTHERS, {**OTHERS, "390002": GRACE}, OTHERS, {**OTHERS, "390002": FAITH}]
    days = [*DAYS, date(2027, 2, 3)]
    found = hospital_table(*zip(days, seen, strict=True))
    assert found.sort("event_on").select("entity_uid", "event").rows() == [
        (FIRST_BEARER, "retired"),
        (SECOND_BEARER, "code_reused"),
        (SECOND_BEARER, "retired"),
        (THIRD_BEARER, "code_reused"),
    ]
    assert len({FIRST_BEARER, SECOND_BEARER, THIRD_BEARER}) == 3


def test_a_hospital_that_changes_everything_without_leaving_the_list_stays_itself() -> None:
    assert lives({"390002": HOPE}, {"390002": GRACE}) == [
        (FIRST_BEARER, "moved", MAY, "SCRANTON", "ERIE"),
        (FIRST_BEARER, "renamed", MAY, "HOPE", "GRACE"),
    ]


@pytest.mark.parametrize(("back", "bearer"), [(HOPE, FIRST_BEARER), (GRACE, SECOND_BEARER)], ids=["reopened", "reused"])
def test_the_current_list_shows_the_id_of_the_hospital_that_bears_the_code_now(back: tuple[str, str], bearer: str) -> None:
    versions = history((FEBRUARY, {**OTHERS, "390002": HOPE}), (MAY, OTHERS), (AUGUST, {**OTHERS, "390002": back}))
    current = versions.filter(pl.col("superseded_at").is_null() & pl.col("valid_to").is_null())
    found = with_current_hospitals(current, versions)
    assert dict(found.select("ccn", "hospital_uid").iter_rows()) == {"390001": uid("hos", "ccn|390001"), "390002": bearer}
    assert found.columns == [*current.columns, "hospital_uid"]


# --- programs: two lists ----------------------------------------------------------------------------------------------

UPMC_PROGRAM, GRACE_PROGRAM = "1404121504", "1404121505"
PROGRAM_UID = uid("prg", UPMC_PROGRAM)


def listed_program(name: str = "UPMC Program", city: str = "Pittsburgh", sponsor: str | None = "418024", **more: object) -> Row:
    return {"acgme_id": UPMC_PROGRAM, "program_name": name, "city": city, "sponsor_code": sponsor, **more}


def program_events(*lists: list[Row]) -> list[tuple[object, ...]]:
    found = table_of(ACGME_PROGRAM, PROGRAMS, *zip(DAYS, lists, strict=False))
    assert set(found["entity_kind"]) <= {"program"}
    assert set(found["authority"]) <= {"acgme_program"}
    columns = ("entity_uid", "event", "event_on", "value_before", "value_after", "other_uid")
    return found.sort("event_on", "event").select(columns).rows()


@pytest.mark.parametrize(
    ("after", "event"),
    [
        ({"name": "UPMC Presbyterian Program"}, ("renamed", MAY, "UPMC Program", "UPMC Presbyterian Program", None)),
        ({"city": "Erie"}, ("moved", MAY, "Pittsburgh", "Erie", None)),
        ({"sponsor": "410001"}, ("sponsor_changed", MAY, "418024", "410001", uid("spo", "acgme|410001"))),
    ],
    ids=["renamed", "moved", "sponsor changed"],
)
def test_what_changes_in_a_programs_row_is_an_event_of_the_program(after: dict[str, str], event: tuple[object, ...]) -> None:
    assert program_events([listed_program()], [listed_program(**after)]) == [(PROGRAM_UID, *event)]


def test_a_sponsor_that_a_list_names_first_or_no_longer_is_no_change_of_sponsor() -> None:
    assert program_events([listed_program(sponsor=None)], [listed_program()], [listed_program(sponsor=None)]) == []


def test_a_program_opens_retires_and_reopens_as_complete_lists_show_it() -> None:
    other: Row = {"acgme_id": GRACE_PROGRAM, "program_name": "Grace Program", "city": "Erie"}
    assert program_events([other], [other, listed_program()], [other], [other, listed_program()]) == [
        (PROGRAM_UID, "opened", MAY, None, "UPMC Program", None),
        (PROGRAM_UID, "retired", AUGUST, "UPMC Program", None, None),
        (PROGRAM_UID, "reopened", NOVEMBER, None, "UPMC Program", None),
    ]


def test_two_lists_that_differ_about_a_program_tell_no_event() -> None:
    elsewhere = listed_program("University of Pittsburgh Program", "Erie", "410001", source="acgme_obgyn_programs")
    assert program_events([listed_program(), elsewhere], [listed_program(), elsewhere]) == []


def test_a_list_that_is_seen_later_than_another_is_a_beginning_too() -> None:
    elsewhere = listed_program(source="acgme_obgyn_programs")
    assert program_events([listed_program()], [listed_program(), elsewhere]) == []


def test_each_of_several_lists_of_one_source_is_followed_by_itself() -> None:
    """Reports of single specialties: one that comes later is a beginning, and two that name one program are no change of it."""
    surgery = listed_program(source="acgme_report_1", document="440.pdf")
    later: Row = {**surgery, "acgme_id": GRACE_PROGRAM, "program_name": "Grace Program", "document": "140.pdf"}
    twin = listed_program("University of Pittsburgh Program", "Erie", source="acgme_report_1", document="140.pdf")
    assert program_events([surgery], [surgery, later], [surgery, later, twin], [surgery, twin]) == [
        (PROGRAM_UID, "opened", AUGUST, None, "University of Pittsburgh Program", None),
        (uid("prg", GRACE_PROGRAM), "retired", NOVEMBER, "Grace Program", None, None),
    ]
    table = table_of(ACGME_PROGRAM, PROGRAMS, (FEBRUARY, [later, twin]), (MAY, [twin]))
    assert table["event_basis"].to_list() == ["two versions of the list of acgme_report_1 (140.pdf)"]


# --- programs: the list's own dates -----------------------------------------------------------------------------------


def stated(*rows: Row) -> list[tuple[object, ...]]:
    found = with_program_uid(dated(ACGME_PROGRAM, rows)).sort("document_date", "source", "acgme_id")
    table = ENTITY_EVENT.conform(stated_events(found))
    columns = ("entity_uid", "code", "event", "event_on", "other_uid", "event_basis")
    return table.sort("event_on").select(columns).rows()


def test_a_program_opened_on_the_day_that_its_list_states() -> None:
    row = listed_program(accredited_on=date(1953, 7, 1), accreditation_status="Continued Accreditation")
    assert stated(row) == [(PROGRAM_UID, UPMC_PROGRAM, "opened", date(1953, 7, 1), None, "acgme_programs states the day")]


def test_a_program_was_withdrawn_on_the_day_that_its_list_states() -> None:
    row = listed_program(
        accredited_on=date(1953, 7, 1), accreditation_status="Accreditation Withdrawn", status_effective_on=date(2023, 6, 30)
    )
    assert [found[2:4] for found in stated(row)] == [("opened", date(1953, 7, 1)), ("withdrawn", date(2023, 6, 30))]


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({}, id="no dates"),
        pytest.param({"accreditation_status": "Accreditation Withdrawn"}, id="withdrawn on no stated day"),
        pytest.param(
            {"accreditation_status": "Continued Accreditation", "status_effective_on": MAY}, id="the day of another status"
        ),
        pytest.param({"status_effective_on": MAY}, id="the day of no stated status"),
    ],
)
def test_without_a_day_or_its_status_nothing_is_stated(more: dict[str, object]) -> None:
    assert stated(listed_program(**more)) == []


def test_every_list_that_states_a_day_is_heard() -> None:
    days = {"acgme_programs": date(1953, 7, 1), "acgme_obgyn_programs": date(1953, 7, 2)}
    rows = [listed_program(source=source, accredited_on=day) for source, day in days.items()]
    assert [found[3:] for found in stated(*rows)] == [
        (date(1953, 7, 1), None, "acgme_programs states the day"),
        (date(1953, 7, 2), None, "acgme_obgyn_programs states the day"),
    ]


# --- what a reviewer wrote down ---------------------------------------------------------------------------------------


def reviewed(*rows: Row) -> list[dict[str, object]]:
    return ENTITY_EVENT.conform(reviewed_events(rows_of(REVIEWED_EVENT, rows))).to_dicts()


def test_a_reviewed_merger_leads_from_the_old_id_to_the_id_that_stands() -> None:
    (row,) = reviewed(
        {"authority": "ccn", "event_code": "330167", "event": "merged_into", "event_on": date(2019, 8, 1), "other_code": "330214"}
    )
    assert (row["entity_kind"], row["entity_uid"], row["code"]) == ("hospital", uid("hos", "ccn|330167"), "330167")
    assert (row["event"], row["event_on"]) == ("merged_into", date(2019, 8, 1))
    assert (row["value_before"], row["value_after"], row["other_uid"]) == (None, "330214", uid("hos", "ccn|330214"))
    assert row["event_basis"] == "Its own page says so. (https://example.org/about, editors)"


@pytest.mark.parametrize(
    ("authority", "code", "kind", "expected"),
    [
        ("acgme_program", "1404121504", "program", uid("prg", "1404121504")),
        ("acgme_institution", "418024", "sponsor", uid("spo", "acgme|418024")),
        ("ccn", "390164", "hospital", uid("hos", "ccn|390164")),
        ("ahrq_system", "HSI00000010", "health_system", uid("sys", "ahrq|HSI00000010")),
        ("nrmp_institution", "1652", "nrmp_institution", uid("nri", "nrmp|1652")),
    ],
)
def test_a_reviewed_event_finds_the_entity_of_any_authority(authority: str, code: str, kind: str, expected: str) -> None:
    (row,) = reviewed({"authority": authority, "event_code": code, "event": "closed", "event_on": MAY})
    assert (row["entity_kind"], row["entity_uid"], row["authority"]) == (kind, expected, authority)
    assert (row["event"], row["value_after"], row["other_uid"]) == ("closed", None, None)


def test_without_reviewed_events_there_are_none() -> None:
    assert reviewed() == []
