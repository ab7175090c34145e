"""Hospital events: what happened between two complete lists, told from the history and nothing else."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import polars as pl

from schemas.listings import CMS_HOSPITAL, kept
from tests.transforms.listed import rows_of
from transforms.hospitals import hospital_events
from warehouse.history import Step, advance, with_version

Hospitals = Mapping[str, tuple[object, ...]]
"""Name, city and, where it matters, rating by CCN."""

FEBRUARY, MAY, AUGUST = date(2026, 2, 4), date(2026, 5, 6), date(2026, 8, 5)
FIRST_NIGHT = datetime(2026, 9, 1, 2, tzinfo=UTC)


def history(*lists: tuple[date, Hospitals], complete: bool = True) -> pl.DataFrame:
    """Everything kept after these lists were seen, one a night."""
    known = kept(CMS_HOSPITAL).empty()
    for number, (day, hospitals) in enumerate(lists):
        named = ("hospital_name", "city", "overall_rating")
        rows = rows_of(CMS_HOSPITAL, [{"ccn": ccn, **dict(zip(named, told, strict=False))} for ccn, told in hospitals.items()])
        incoming = with_version(rows, CMS_HOSPITAL.key, tuple(CMS_HOSPITAL.column_names))
        step = Step(FIRST_NIGHT + timedelta(days=number), day, complete)
        current = known.filter(pl.col("superseded_at").is_null() & pl.col("valid_to").is_null())
        change = advance(current, incoming, step)
        ended = pl.col("row_id").is_in(change.superseded.implode())
        known = known.with_columns(pl.when(ended).then(step.observed_at).otherwise("superseded_at").alias("superseded_at"))
        known = pl.concat([known, change.inserted.select(known.columns)])
    return known


def events(*lists: tuple[date, Hospitals], complete: bool = True) -> list[tuple[object, ...]]:
    found = hospital_events(history(*lists, complete=complete))
    columns = ("ccn", "event", "event_on", "value_before", "value_after")
    return sorted(found.sort("observed_at").select(columns).rows(), key=str)


MERCY, HOPE = ("MERCY", "PITTSBURGH"), ("HOPE", "SCRANTON")


def test_the_first_list_is_a_beginning_and_no_opening() -> None:
    assert events((FEBRUARY, {"390001": MERCY, "390002": HOPE})) == []


def test_the_same_list_again_is_no_event() -> None:
    assert events((FEBRUARY, {"390001": MERCY}), (MAY, {"390001": MERCY})) == []


def test_a_hospital_that_appears_has_opened() -> None:
    lists = (FEBRUARY, {"390001": MERCY}), (MAY, {"390001": MERCY, "390002": HOPE})
    assert events(*lists) == [("390002", "opened", MAY, None, "HOPE")]


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
    assert hospital_events(kept(CMS_HOSPITAL).empty()).is_empty()
