"""Histories: what a statement changes, and that what is learnt later never changes what was known before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.table import UTC_TIME
from warehouse.history import Advance, Step, advance, known_at, with_version

SCHEMA = {
    "name": pl.String(),
    "beds": pl.Int64(),
    "dataset": pl.String(),
    "document": pl.String(),
    "entity_key": pl.String(),
    "row_hash": pl.String(),
    "row_id": pl.String(),
    "valid_from": pl.Date(),
    "valid_to": pl.Date(),
    "observed_at": UTC_TIME,
    "superseded_at": UTC_TIME,
}
Known = Mapping[str, int]
"""What a statement says: beds by name."""

MAY, JUNE, JULY, AUGUST = (date(2024, month, 1) for month in (5, 6, 7, 8))
NIGHTS = [datetime(2024, 9, 1, 2, tzinfo=UTC) + timedelta(days=number) for number in range(12)]


def stated(known: Known) -> pl.DataFrame:
    """The rows of a statement, as the ledger prepares them."""
    rows = pl.DataFrame(list(known.items()), schema={"name": pl.String, "beds": pl.Int64}, orient="row")
    return with_version(rows, ("name",), ("name", "beds")).with_columns(
        pl.lit("sample").alias("dataset"), pl.lit("current").alias("document")
    )


def known_rows(history: pl.DataFrame) -> pl.DataFrame:
    return history.filter(pl.col("superseded_at").is_null())


def open_rows(history: pl.DataFrame) -> pl.DataFrame:
    return history.filter(pl.col("superseded_at").is_null() & pl.col("valid_to").is_null())


def kept(history: pl.DataFrame, step: Step, change: Advance) -> pl.DataFrame:
    """The history after a step, as the store keeps it: old rows only get their ``superseded_at``."""
    ended = pl.col("row_id").is_in(change.superseded.implode())
    marked = history.with_columns(
        pl.when(ended).then(pl.lit(step.observed_at, UTC_TIME)).otherwise("superseded_at").alias("superseded_at")
    )
    return pl.concat([marked, change.inserted.select(marked.columns)])


def histories(*steps: tuple[Known, Step]) -> list[pl.DataFrame]:
    """The history before the first of these statements, and after each."""
    found = [pl.DataFrame(schema=SCHEMA)]
    for known, step in steps:
        found.append(kept(found[-1], step, advance(known_rows(found[-1]), stated(known), step)))
    return found


def after(*steps: tuple[Known, Step]) -> pl.DataFrame:
    """The history after these statements."""
    return histories(*steps)[-1]


def night(number: int, day: date, *, complete: bool = True) -> Step:
    return Step(NIGHTS[number], day, complete)


def versions(history: pl.DataFrame) -> list[tuple[object, ...]]:
    """Everything kept, oldest first: name, beds, valid_from, valid_to, night seen, night superseded."""
    rows = history.select("name", "beds", "valid_from", "valid_to", "observed_at", "superseded_at").rows()
    told = [(*row[:4], NIGHTS.index(row[4]), None if row[5] is None else NIGHTS.index(row[5])) for row in rows]
    return sorted(told, key=lambda row: (row[0], row[4], row[3] is None, row[1]))


# --- examples ---------------------------------------------------------------------------------------------------------


def test_the_first_statement_opens_a_version_of_every_row() -> None:
    assert versions(after(({"Mercy": 10, "Hope": 20}, night(0, MAY)))) == [
        ("Hope", 20, MAY, None, 0, None),
        ("Mercy", 10, MAY, None, 0, None),
    ]


def test_a_new_row_opens_a_version_and_touches_no_other() -> None:
    assert versions(after(({"Mercy": 10}, night(0, MAY)), ({"Mercy": 10, "Hope": 20}, night(1, JUNE)))) == [
        ("Hope", 20, JUNE, None, 1, None),
        ("Mercy", 10, MAY, None, 0, None),
    ]


def test_a_changed_row_is_closed_and_followed_by_its_successor() -> None:
    assert versions(after(({"Mercy": 10}, night(0, MAY)), ({"Mercy": 12}, night(1, JUNE)))) == [
        ("Mercy", 10, MAY, None, 0, 1),
        ("Mercy", 10, MAY, JUNE, 1, None),
        ("Mercy", 12, JUNE, None, 1, None),
    ]


def test_a_row_absent_from_a_complete_statement_is_retired() -> None:
    assert versions(after(({"Mercy": 10, "Hope": 20}, night(0, MAY)), ({"Hope": 20}, night(1, JUNE)))) == [
        ("Hope", 20, MAY, None, 0, None),
        ("Mercy", 10, MAY, None, 0, 1),
        ("Mercy", 10, MAY, JUNE, 1, None),
    ]


def test_a_row_absent_from_an_incomplete_statement_stays() -> None:
    steps = (({"Mercy": 10, "Hope": 20}, night(0, MAY)), ({"Hope": 20}, night(1, JUNE, complete=False)))
    assert versions(after(*steps)) == [("Hope", 20, MAY, None, 0, None), ("Mercy", 10, MAY, None, 0, None)]


def test_an_incomplete_statement_still_adds_and_changes() -> None:
    steps = (({"Mercy": 10}, night(0, MAY)), ({"Mercy": 12, "Hope": 20}, night(1, JUNE, complete=False)))
    assert versions(open_rows(after(*steps))) == [("Hope", 20, JUNE, None, 1, None), ("Mercy", 12, JUNE, None, 1, None)]


def test_a_row_that_returns_opens_a_new_range() -> None:
    steps = (({"Mercy": 10}, night(0, MAY)), ({}, night(1, JUNE)), ({"Mercy": 10}, night(2, JULY)))
    assert versions(after(*steps)) == [
        ("Mercy", 10, MAY, None, 0, 1),
        ("Mercy", 10, MAY, JUNE, 1, None),
        ("Mercy", 10, JULY, None, 2, None),
    ]


def test_the_same_statement_again_changes_nothing() -> None:
    history = after(({"Mercy": 10, "Hope": 20}, night(0, MAY)))
    again = advance(known_rows(history), stated({"Hope": 20, "Mercy": 10}), night(1, JUNE))
    assert again.is_empty
    assert (len(again.superseded), again.inserted.height) == (0, 0)


def test_an_empty_statement_that_is_not_known_to_be_complete_changes_nothing() -> None:
    history = after(({"Mercy": 10}, night(0, MAY)))
    assert advance(known_rows(history), stated({}), night(1, JUNE, complete=False)).is_empty


def test_a_change_back_is_a_third_version() -> None:
    steps = (({"Mercy": 10}, night(0, MAY)), ({"Mercy": 12}, night(1, JUNE)), ({"Mercy": 10}, night(2, JULY)))
    now = after(*steps).filter(pl.col("superseded_at").is_null())
    assert versions(now) == [
        ("Mercy", 10, MAY, JUNE, 1, None),
        ("Mercy", 12, JUNE, JULY, 2, None),
        ("Mercy", 10, JULY, None, 2, None),
    ]


def test_a_statement_that_speaks_of_an_earlier_day_makes_no_range_that_ends_before_it_begins() -> None:
    now = after(({"Mercy": 10}, night(0, JULY)), ({"Mercy": 12}, night(1, MAY))).filter(pl.col("superseded_at").is_null())
    assert versions(now) == [("Mercy", 10, JULY, JULY, 1, None), ("Mercy", 12, JULY, None, 1, None)]


def test_what_we_knew_on_a_night_is_told_by_that_nights_rows() -> None:
    history = after(({"Mercy": 10}, night(0, MAY)), ({"Mercy": 12}, night(1, JUNE)), ({}, night(2, JULY)))
    assert known_at(history, NIGHTS[0] - timedelta(seconds=1)).is_empty()
    beds = [known_at(history, moment).filter(pl.col("valid_to").is_null())["beds"].to_list() for moment in NIGHTS[:3]]
    assert beds == [[10], [12], []]


def test_provenance_is_no_content() -> None:
    history = after(({"Mercy": 10}, night(0, MAY)))
    elsewhere = stated({"Mercy": 10}).with_columns(pl.lit("other").alias("document"))
    assert advance(known_rows(history), elsewhere, night(1, JUNE)).is_empty


@pytest.mark.parametrize("column", ["dataset", "source", "document"])
def test_equal_rows_of_two_places_get_ids_of_their_own(column: str) -> None:
    schema = {**SCHEMA, "source": pl.String()}
    here = stated({"Mercy": 10}).with_columns(pl.lit("acgme_programs").alias("source"))
    there = here.with_columns(pl.lit("elsewhere").alias(column))
    ids = [advance(pl.DataFrame(schema=schema), rows, night(0, MAY)).inserted.item(0, "row_id") for rows in (here, there)]
    assert ids[0] != ids[1]


def test_equal_content_has_one_hash_and_any_difference_another() -> None:
    hashes = [stated(known).item(0, "row_hash") for known in ({"Mercy": 10}, {"Mercy": 10}, {"Mercy": 11}, {"Mercy ": 10})]
    assert hashes[0] == hashes[1]
    assert len(set(hashes)) == 3


# --- properties over any sequence of statements -----------------------------------------------------------------------


@dataclass(frozen=True)
class Statement:
    known: dict[str, int]
    complete: bool
    days_later: int


STATEMENTS = st.lists(
    st.builds(
        Statement,
        known=st.dictionaries(st.sampled_from("ABC"), st.integers(1, 2), max_size=3),
        complete=st.booleans(),
        days_later=st.integers(-2, 2),
    ),
    min_size=1,
    max_size=7,
)
sequences = settings(max_examples=60, deadline=None, derandomize=True, database=None)


def steps_of(statements: Sequence[Statement]) -> list[tuple[Known, Step]]:
    """One statement a night; the day it speaks of may stay, and may go back."""
    days = [MAY + timedelta(days=sum(s.days_later for s in statements[: number + 1])) for number in range(len(statements))]
    return [
        (statement.known, night(number, day, complete=statement.complete))
        for number, (statement, day) in enumerate(zip(statements, days, strict=True))
    ]


@sequences
@given(STATEMENTS)
def test_validity_ranges_of_one_key_never_overlap(statements: list[Statement]) -> None:
    now = after(*steps_of(statements)).filter(pl.col("superseded_at").is_null())
    for _, rows in now.group_by("entity_key"):
        ranges = sorted((start, end or date.max) for start, end in rows.select("valid_from", "valid_to").rows())
        assert all(start <= end for start, end in ranges)
        assert all(earlier[1] <= later[0] for earlier, later in pairwise(ranges))


@sequences
@given(STATEMENTS)
def test_a_key_has_at_most_one_open_version_and_it_is_the_last_statement_of_it(statements: list[Statement]) -> None:
    expected: dict[str, int] = {}
    for statement in statements:
        expected = {**({} if statement.complete else expected), **statement.known}
    now = open_rows(after(*steps_of(statements)))
    assert now["entity_key"].is_unique().all()
    assert dict(now.select("name", "beds").iter_rows()) == expected


@sequences
@given(STATEMENTS)
def test_what_was_known_then_is_what_is_known_of_then_now(statements: list[Statement]) -> None:
    _, *thens = histories(*steps_of(statements))
    columns = [name for name in SCHEMA if name != "superseded_at"]
    for moment, then in zip(NIGHTS, thens, strict=False):
        expected = then.filter(pl.col("superseded_at").is_null()).select(columns).sort("row_id")
        assert known_at(thens[-1], moment).select(columns).sort("row_id").equals(expected)


@sequences
@given(STATEMENTS)
def test_row_ids_are_unique_and_no_row_is_changed_but_for_its_end(statements: list[Statement]) -> None:
    *_, before, final = histories(*steps_of(statements))
    content = [name for name in SCHEMA if name != "superseded_at"]
    assert final["row_id"].is_unique().all()
    assert final.head(before.height).select(content).equals(before.select(content))


@sequences
@given(STATEMENTS, st.data())
def test_the_order_of_rows_changes_nothing(statements: list[Statement], data: st.DataObject) -> None:
    *before, (known, step) = steps_of(statements)
    current = known_rows(after(*before))
    order = data.draw(st.permutations(list(known)))
    straight = advance(current, stated(known), step)
    mixed = advance(current.reverse(), stated({name: known[name] for name in order}), step)
    assert mixed.inserted.equals(straight.inserted)
    assert sorted(mixed.superseded) == sorted(straight.superseded)
