"""The store and the ledger, on SQLite and on a real Postgres: what goes in comes out, whole or not at all."""

import string
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import inspect, text

from flows.profiles import load_profile
from schemas.entities import PROGRAM, kept_derived
from schemas.listings import ACGME_PROGRAM, kept, located
from schemas.operations import CAPTURE_ATTEMPT, NIGHT, QUARANTINED_ROW, RELEASE, RELEASE_CHECK
from schemas.table import TEXT_LIST, UTC_TIME, Column, Table, TableError
from schemas.validation import validate
from schemas.vocabulary import AttemptOutcome, CheckLevel, ExtractOutcome, NightVerdict
from tests.warehouse.homes import FIRST, SECOND, THIRD, differing, everything, files, home_at, night, sample
from transforms.programs import with_program_uid
from warehouse import store as store_module
from warehouse.audit import CheckResult
from warehouse.history import known_at
from warehouse.ledger import Attempt, Extract, Ledger, Night, Rows
from warehouse.release import Identity
from warehouse.store import Store, StoreError
from warehouse.tables import WAREHOUSE_TABLES, sql_table

PROGRAMS = kept(ACGME_PROGRAM)
DIGESTS = {"a": "a" * 64, "b": "b" * 64}


def read_all(store: Store) -> dict[str, pl.DataFrame]:
    return {table.name: store.read(table) for table in WAREHOUSE_TABLES}


# --- round trips ------------------------------------------------------------------------------------------------------

ODD = ["'", '"', "\\", "\\N", "\\t", "\t", "\n", "\r\n", "\\.", "%s", ":name", "?", "{}", "☤", "é", "𝕏", "\x01", " ", "", "NULL"]
TEXT = st.one_of(st.sampled_from(ODD), st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12))
TIMES = st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def values(column: Column) -> st.SearchStrategy[object]:
    """Values that a column's declaration allows."""
    found: st.SearchStrategy[object] = TEXT
    if column.values is not None:
        found = st.sampled_from(column.values)
    elif column.pattern is not None:
        found = st.from_regex(column.pattern.replace("$", r"\Z"), fullmatch=True, alphabet=string.printable)
    elif column.dtype == pl.Int64():
        low, high = column.low or 0, column.high or 2**63 - 1
        found = st.integers(int(low), int(high))
    elif column.dtype == pl.Float64():
        found = st.floats(column.low, column.high, allow_nan=False, allow_infinity=False)
    elif column.dtype == pl.Boolean():
        found = st.booleans()
    elif column.dtype == pl.Date():
        found = st.dates(date(1, 1, 1), date(9999, 12, 31))
    elif column.dtype == UTC_TIME:
        found = TIMES
    elif column.dtype == TEXT_LIST:
        found = st.lists(TEXT, max_size=3)
    return st.none() | found if column.nullable else found


def rows_of(table: Table) -> st.SearchStrategy[list[dict[str, object]]]:
    """Rows without the rules that span columns; one a key."""
    row = st.fixed_dictionaries({column.name: values(column) for column in table.columns})
    return st.lists(row, min_size=1, max_size=4, unique_by=lambda row: tuple(row[name] for name in table.key))


WITHOUT_RULES = [table for table in WAREHOUSE_TABLES if not table.rules]


@pytest.mark.parametrize("table", [pytest.param(table, id=table.name) for table in WITHOUT_RULES])
@settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_rows_come_back_as_they_went_in(store: Store, table: Table, data: st.DataObject) -> None:
    frame = pl.DataFrame(data.draw(rows_of(table)), schema=table.dtypes)
    with store.engine.connect() as connection:
        store.append(connection, table, frame)
        found = store.read(table, connection=connection)
        connection.rollback()
    assert found.schema == pl.Schema(table.dtypes)
    assert found.equals(frame.sort(table.key))


def quarantined(**values_: object) -> pl.DataFrame:
    row: dict[str, object] = {
        "extract_id": "0" * 24,
        "dataset": "sample",
        "source": "acgme_programs",
        "document": "current",
        "digest": DIGESTS["a"],
        "listing": "acgme_program",
        "locator": "row 2",
        "raw_row": "{}",
        "reasons": ["state: expected a value, found nothing"],
        "observed_at": FIRST,
    }
    return pl.DataFrame([{**row, **values_}], schema=QUARANTINED_ROW.dtypes)


@pytest.mark.parametrize("words", [[], [""], ["one"], ["a|b", "c, d"], ODD], ids=["none", "empty", "one", "separators", "odd"])
def test_lists_come_back_word_by_word(store: Store, words: list[str]) -> None:
    with store.transaction() as connection:
        store.append(connection, QUARANTINED_ROW, quarantined(reasons=words))
    assert store.read(QUARANTINED_ROW)["reasons"].to_list() == [words]


def test_rows_set_aside_are_found_among_more_readings_than_one_question_takes(store: Store) -> None:
    with store.transaction() as connection:
        store.append(connection, QUARANTINED_ROW, quarantined())
    ids = [f"{number:024}" for number in range(70_000)]
    assert Ledger(store, "sample").quarantined(ids)["extract_id"].to_list() == ["0" * 24]
    assert Ledger(store, "sample").quarantined([]).is_empty()


def test_times_come_back_in_utc_to_the_microsecond(store: Store) -> None:
    seen = datetime(2026, 3, 29, 1, 30, 0, 123456, tzinfo=UTC)
    with store.transaction() as connection:
        store.append(connection, QUARANTINED_ROW, quarantined(observed_at=seen))
    (found,) = store.read(QUARANTINED_ROW)["observed_at"]
    assert (found, found.utcoffset()) == (seen, timedelta(0))


def test_rows_are_found_by_their_time(store: Store) -> None:
    with store.transaction() as connection:
        store.append(connection, QUARANTINED_ROW, quarantined(observed_at=FIRST))
    seen = sql_table(QUARANTINED_ROW.name).c.observed_at
    found = [store.read(QUARANTINED_ROW, condition).height for condition in (seen >= FIRST, seen == FIRST, seen > FIRST)]
    assert found == [1, 1, 0]


def test_an_empty_table_reads_as_an_empty_frame_of_its_types(store: Store) -> None:
    for table in WAREHOUSE_TABLES:
        assert store.read(table).equals(table.empty())


def test_nothing_to_append_is_nothing_appended(store: Store) -> None:
    with store.transaction() as connection:
        store.append(connection, QUARANTINED_ROW, QUARANTINED_ROW.empty())
    assert store.read(QUARANTINED_ROW).is_empty()


def test_creating_tables_again_keeps_what_is_in_them(store: Store) -> None:
    with store.transaction() as connection:
        store.append(connection, QUARANTINED_ROW, quarantined())
    store.create()
    assert store.read(QUARANTINED_ROW).height == 1


@pytest.fixture(params=["sqlite", "postgres"])
def older(request: pytest.FixtureRequest, new_url: Callable[[str], str]) -> Iterator[Callable[[str, str], Store]]:
    """Gives a warehouse with one row in ``quarantined_row``, and without a column of a table."""
    found = Store(new_url(request.param))

    def without(table: str, column: str) -> Store:
        found.create()
        with found.transaction() as connection:
            found.append(connection, QUARANTINED_ROW, quarantined())
            connection.execute(text(f"ALTER TABLE {table} DROP COLUMN {column}"))
        return found

    yield without
    found.close()


def test_a_column_that_an_older_version_did_not_have_is_added_and_the_rows_stay(older: Callable[[str, str], Store]) -> None:
    store = older(PROGRAMS.name, "city")
    store.create()
    found = {column["name"]: column["nullable"] for column in inspect(store.engine).get_columns(PROGRAMS.name)}
    assert set(found) == set(PROGRAMS.column_names)
    assert found["city"]
    assert store.read(QUARANTINED_ROW).height == 1
    assert store.read(PROGRAMS).is_empty()


def test_a_table_without_a_column_that_may_not_be_null_is_not_carried_over(older: Callable[[str, str], Store]) -> None:
    store = older(QUARANTINED_ROW.name, "raw_row")
    with pytest.raises(StoreError, match="quarantined_row: expected column raw_row, which may not be null; found a table"):
        store.create()


def test_a_table_that_an_older_version_did_not_have_is_made(older: Callable[[str, str], Store]) -> None:
    store = older(PROGRAMS.name, "city")
    with store.transaction() as connection:
        connection.execute(text(f"DROP TABLE {PROGRAMS.name}"))
    store.create()
    assert store.read(PROGRAMS).is_empty()
    assert store.read(QUARANTINED_ROW).height == 1


def test_columns_carry_their_description_where_the_store_keeps_comments(store: Store) -> None:
    if not store.engine.dialect.supports_comments:
        assert store.engine.dialect.name == "sqlite"
        return
    for table in WAREHOUSE_TABLES:
        found = {column["name"]: column["comment"] for column in inspect(store.engine).get_columns(table.name)}
        assert found == {column.name: column.description for column in table.columns}


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_both_spellings_of_a_postgres_url_are_understood(scheme: str) -> None:
    store = Store(f"{scheme}://someone@localhost/warehouse")
    assert (store.engine.dialect.name, store.engine.driver) == ("postgresql", "psycopg")


# --- transactions -----------------------------------------------------------------------------------------------------


def test_a_transaction_is_kept_whole_or_not_at_all(store: Store) -> None:
    def fail() -> None:
        with store.transaction() as connection:
            store.append(connection, QUARANTINED_ROW, quarantined())
            store.append(connection, QUARANTINED_ROW, quarantined(locator="row 3"))
            raise RuntimeError("killed")

    with pytest.raises(RuntimeError, match="killed"):
        fail()
    assert store.read(QUARANTINED_ROW).is_empty()


def test_a_row_that_is_there_already_keeps_out_all_of_its_transaction(store: Store) -> None:
    with store.transaction() as connection:
        store.append(connection, QUARANTINED_ROW, quarantined())

    def again() -> None:
        with store.transaction() as connection:
            store.append(connection, QUARANTINED_ROW, quarantined(locator="row 3"))
            store.append(connection, QUARANTINED_ROW, quarantined())

    with pytest.raises(Exception, match=r"(?i)unique"):
        again()
    assert store.read(QUARANTINED_ROW)["locator"].to_list() == ["row 2"]


def test_a_frame_that_breaks_its_declaration_is_not_kept(store: Store) -> None:
    def append() -> None:
        with store.transaction() as connection:
            store.append(connection, QUARANTINED_ROW, quarantined(digest="not a digest"))

    with pytest.raises(TableError, match="table quarantined_row: digest"):
        append()
    assert store.read(QUARANTINED_ROW).is_empty()


def test_a_reader_sees_nothing_of_a_transaction_that_runs(store: Store) -> None:
    with store.transaction() as connection:
        store.append(connection, QUARANTINED_ROW, quarantined())
        assert store.read(QUARANTINED_ROW).is_empty()
    assert store.read(QUARANTINED_ROW).height == 1


# --- superseding ------------------------------------------------------------------------------------------------------


def versions(count: int) -> pl.DataFrame:
    row = {
        **dict.fromkeys(PROGRAMS.column_names),
        "acgme_id": "1404121504",
        "state": "PA",
        "name_cut": False,
        "dataset": "sample",
        "source": "acgme_programs",
        "document": "current",
        "digest": DIGESTS["a"],
        "parser_version": "1",
        "locator": "row 2",
        "entity_key": "1404121504",
        "row_hash": "0" * 24,
        "valid_from": date(2024, 6, 1),
        "observed_at": FIRST,
    }
    return pl.DataFrame([{**row, "row_id": f"{number:024d}"} for number in range(count)], schema=PROGRAMS.dtypes)


def test_superseding_marks_the_named_rows_and_no_other(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "_BATCH", 2)
    rows = versions(6)
    with store.transaction() as connection:
        store.append(connection, PROGRAMS, rows)
        store.supersede(connection, PROGRAMS, rows["row_id"][1:5], SECOND)
    found = store.read(PROGRAMS)
    assert found["superseded_at"].to_list() == [None, SECOND, SECOND, SECOND, SECOND, None]
    assert found.drop("superseded_at").equals(rows.drop("superseded_at"))


def test_a_row_is_superseded_once(store: Store) -> None:
    with store.transaction() as connection:
        store.append(connection, PROGRAMS, versions(1))
        for moment in (SECOND, THIRD):
            store.supersede(connection, PROGRAMS, versions(1)["row_id"], moment)
    assert store.read(PROGRAMS)["superseded_at"].to_list() == [SECOND]


def test_superseding_nothing_changes_nothing(store: Store) -> None:
    with store.transaction() as connection:
        store.append(connection, PROGRAMS, versions(1))
        store.supersede(connection, PROGRAMS, pl.Series([], dtype=pl.String), SECOND)
    assert store.read(PROGRAMS)["superseded_at"].to_list() == [None]


# --- extracts ---------------------------------------------------------------------------------------------------------

MERCY, HOPE, GRACE = "1404121504", "1404121505", "1404121506"
MAY, JUNE, JULY = date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1)


def extract(**values_: object) -> Extract:
    given = Extract(
        night_id="20261101T030000Z-sample",
        dataset="sample",
        source="acgme_programs",
        document="current",
        address="programs.csv",
        digest=DIGESTS["a"],
        parser_version="1",
        document_date=MAY,
        observed_at=FIRST,
        outcome=ExtractOutcome.LISTED,
        complete=True,
    )
    return replace(given, **values_)  # type: ignore[arg-type]


def rows(cities: dict[str, str | None]) -> list[Rows]:
    """Validated rows: city by ACGME id; a city that is None is a row without a state, which is set aside."""
    listing = located(ACGME_PROGRAM)
    texts = [
        {"acgme_id": acgme_id, "city": city, "state": None if city is None else "PA", "name_cut": "false"}
        for acgme_id, city in cities.items()
    ]
    parsed = pl.DataFrame(
        [{**dict.fromkeys(listing.column_names), **row, "locator": f"row {n}"} for n, row in enumerate(texts, start=2)],
        schema=dict.fromkeys(listing.column_names, pl.String),
    )
    found = validate(listing, parsed)
    return [Rows(listing.name, found.listed, found.rejected)]


def ledger_of(store: Store, *steps: tuple[Extract, list[Rows]]) -> Ledger:
    """The ledger after these extracts."""
    ledger = Ledger(store, "sample")
    for one, parts in steps:
        ledger.record_extract(one, parts)
    return ledger


def listed_cities(ledger: Ledger) -> dict[str, str]:
    return dict(ledger.listing(ACGME_PROGRAM).select("acgme_id", "city").iter_rows())


def test_an_extract_is_recorded_with_its_rows_and_its_quarantine(store: Store) -> None:
    ledger = ledger_of(store, (extract(), rows({MERCY: "Erie", HOPE: None})))
    assert listed_cities(ledger) == {MERCY: "Erie"}
    (kept_row,) = ledger.listing(ACGME_PROGRAM).to_dicts()
    assert (kept_row["valid_from"], kept_row["observed_at"], kept_row["digest"], kept_row["locator"]) == (
        MAY,
        FIRST,
        DIGESTS["a"],
        "row 2",
    )
    aside = ledger.quarantined([extract().extract_id])
    assert aside.select("locator", "reasons").rows() == [("row 3", ["state: expected a value, found nothing"])]


def test_recording_an_extract_twice_changes_nothing(store: Store) -> None:
    step = (extract(), rows({MERCY: "Erie", HOPE: None}))
    ledger = ledger_of(store, step)
    before = read_all(store)
    ledger.record_extract(*step)
    assert differing(before, read_all(store)) == []


def test_the_same_rows_another_night_are_another_extract_and_no_new_version(store: Store) -> None:
    ledger = ledger_of(store, (extract(), rows({MERCY: "Erie"})))
    before = store.read(PROGRAMS)
    ledger.record_extract(extract(observed_at=SECOND, digest=DIGESTS["b"]), rows({MERCY: "Erie"}))
    assert ledger.extracts().height == 2
    assert store.read(PROGRAMS).equals(before)


def test_a_changed_row_is_superseded_and_both_nights_stay_told(store: Store) -> None:
    ledger = ledger_of(
        store,
        (extract(), rows({MERCY: "Erie", HOPE: "Reading"})),
        (extract(observed_at=SECOND, document_date=JUNE), rows({MERCY: "Altoona", HOPE: "Reading"})),
    )
    assert listed_cities(ledger) == {MERCY: "Altoona", HOPE: "Reading"}
    history = ledger.listing_history(ACGME_PROGRAM)
    then = known_at(history, FIRST).filter(pl.col("valid_to").is_null())
    assert sorted(then["city"]) == ["Erie", "Reading"]
    assert history.height == 4


def test_a_refused_extract_is_told_and_advances_no_history(store: Store) -> None:
    ledger = ledger_of(store, (extract(), rows({MERCY: "Erie"})))
    before = store.read(PROGRAMS)
    refused = extract(observed_at=SECOND, outcome=ExtractOutcome.REFUSED, complete=False, reason="too few rows")
    ledger.record_extract(refused, rows({HOPE: "Reading", GRACE: None}))
    assert store.read(PROGRAMS).equals(before)
    assert ledger.extracts()["outcome"].to_list() == ["listed", "refused"]
    assert ledger.quarantined([refused.extract_id])["locator"].to_list() == ["row 3"]
    assert ledger.extracts_in_force()["extract_id"].to_list() == [extract().extract_id]


def test_an_incomplete_extract_retires_nothing_and_a_complete_one_does(store: Store) -> None:
    ledger = ledger_of(store, (extract(), rows({MERCY: "Erie", HOPE: "Reading"})))
    ledger.record_extract(extract(observed_at=SECOND, document_date=JUNE, complete=False), rows({MERCY: "Erie"}))
    assert listed_cities(ledger) == {MERCY: "Erie", HOPE: "Reading"}
    ledger.record_extract(extract(observed_at=THIRD, document_date=JULY), rows({MERCY: "Erie"}))
    assert listed_cities(ledger) == {MERCY: "Erie"}
    gone = ledger.listing_history(ACGME_PROGRAM).filter(pl.col("valid_to").is_not_null())
    assert gone.select("acgme_id", "valid_from", "valid_to", "observed_at").rows() == [(HOPE, MAY, JULY, THIRD)]


def test_a_row_that_two_sources_state_alike_is_kept_from_both(store: Store) -> None:
    ledger = ledger_of(
        store,
        (extract(), rows({MERCY: "Erie"})),
        (extract(source="eras_cardiology_fellowships", digest=DIGESTS["b"]), rows({MERCY: "Erie"})),
    )
    found = ledger.listing(ACGME_PROGRAM)
    assert sorted(found["source"]) == ["acgme_programs", "eras_cardiology_fellowships"]


def test_documents_of_one_source_stand_side_by_side(store: Store) -> None:
    ledger = ledger_of(
        store,
        (extract(document="older.csv"), rows({MERCY: "Erie"})),
        (extract(document="newer.csv", digest=DIGESTS["b"], document_date=JUNE), rows({HOPE: "Reading"})),
    )
    assert listed_cities(ledger) == {MERCY: "Erie", HOPE: "Reading"}


def test_datasets_never_mix(store: Store) -> None:
    ledger = ledger_of(store, (extract(), rows({MERCY: "Erie"})))
    public = Ledger(store, "public")
    public.record_extract(extract(dataset="public"), rows({MERCY: "Erie", HOPE: "Reading"}))
    assert (listed_cities(ledger), listed_cities(public)) == ({MERCY: "Erie"}, {MERCY: "Erie", HOPE: "Reading"})
    assert (ledger.extracts().height, public.extracts().height) == (1, 1)


@pytest.mark.parametrize("back_on", [pytest.param(JULY, id="later"), pytest.param(MAY, id="under an earlier date")])
def test_ranges_of_a_row_that_went_and_came_back_do_not_overlap(store: Store, back_on: date) -> None:
    both = rows({MERCY: "Erie", HOPE: "Reading"})
    ledger = ledger_of(
        store,
        (extract(), both),
        (extract(observed_at=SECOND, document_date=JUNE), rows({MERCY: "Erie"})),
        (extract(observed_at=THIRD, document_date=back_on), both),
    )
    assert set(listed_cities(ledger)) == {MERCY, HOPE}
    now = ledger.listing_history(ACGME_PROGRAM).filter(pl.col("superseded_at").is_null(), pl.col("acgme_id") == HOPE)
    ranges = now.select("valid_from", pl.col("valid_to").fill_null(date.max)).sort("valid_from", "valid_to").rows()
    assert len(ranges) == 2
    assert all(earlier[1] <= later[0] for earlier, later in pairwise(ranges))


def test_an_extract_that_cannot_be_recorded_whole_leaves_no_trace(store: Store) -> None:
    ledger = ledger_of(store, (extract(), rows({MERCY: "Erie"})))
    before = read_all(store)
    broken = rows({HOPE: "Reading"})[0]
    broken = replace(broken, listed=broken.listed.with_columns(pl.lit("??").alias("state")))
    with pytest.raises(TableError):
        ledger.record_extract(extract(observed_at=SECOND), [*rows({MERCY: "Altoona"}), broken])
    assert differing(before, read_all(store)) == []


# --- nights and attempts ----------------------------------------------------------------------------------------------


def begun(number: int, **values_: str) -> Night:
    start = FIRST + timedelta(hours=number)
    given = {"dataset": "sample", "profile": "sample", "code_version": "1", **values_}
    return Night(night_id=f"night {number}", started_at=start, **given)


def test_a_night_that_has_not_ended_is_found_again(store: Store) -> None:
    ledger = Ledger(store, "sample")
    ledger.begin_night(begun(0))
    assert ledger.unfinished_night(FIRST - timedelta(hours=1), "sample", "1") == begun(0)


@pytest.mark.parametrize(
    ("since", "profile", "code_version"),
    [
        pytest.param(FIRST + timedelta(seconds=1), "sample", "1", id="too long ago"),
        pytest.param(FIRST, "other", "1", id="of another profile"),
        pytest.param(FIRST, "sample", "2", id="by other code"),
    ],
)
def test_a_night_is_not_taken_up(store: Store, since: datetime, profile: str, code_version: str) -> None:
    ledger = Ledger(store, "sample")
    ledger.begin_night(begun(0))
    assert ledger.unfinished_night(since, profile, code_version) is None


def test_an_ended_night_is_not_taken_up_and_keeps_how_it_ended(store: Store) -> None:
    ledger = Ledger(store, "sample")
    ledger.begin_night(begun(0))
    ledger.end_night(begun(0), SECOND, NightVerdict.PUBLISHED, "published", "r20261101-0123456789ab")
    assert ledger.unfinished_night(FIRST, "sample", "1") is None
    columns = ("ended_at", "verdict", "reason", "release_id")
    assert ledger.nights().select(columns).rows() == [(SECOND, "published", "published", "r20261101-0123456789ab")]


def test_beginning_a_night_closes_those_that_were_killed(store: Store) -> None:
    ledger, other = Ledger(store, "sample"), Ledger(store, "public")
    other.begin_night(begun(0, dataset="public"))
    ledger.begin_night(begun(1))
    ledger.begin_night(begun(2))
    assert ledger.nights().select("night_id", "verdict", "reason").rows() == [
        ("night 1", "failed", "killed, and not taken up again"),
        ("night 2", None, None),
    ]
    assert other.nights()["verdict"].to_list() == [None]


def test_attempts_are_kept_oldest_first_by_source(store: Store) -> None:
    ledger = Ledger(store, "sample")
    for number, source in ((2, "dol_lca"), (1, "dol_lca"), (3, "cms_hospitals")):
        ledger.record_attempt(
            Attempt(
                attempt_id=f"attempt {number}",
                night_id="night 0",
                dataset="sample",
                source=source,
                document="current",
                address="file.csv",
                attempted_at=FIRST + timedelta(minutes=number),
                outcome=AttemptOutcome.FAILED,
                duration_ms=7,
                reason="no answer",
            )
        )
    assert ledger.attempts()["attempt_id"].to_list() == ["attempt 1", "attempt 2", "attempt 3"]
    assert ledger.attempts("dol_lca")["attempt_id"].to_list() == ["attempt 1", "attempt 2"]
    assert store.read(CAPTURE_ATTEMPT)["http_status"].to_list() == [None, None, None]


# --- releases ---------------------------------------------------------------------------------------------------------

OLD, NEW = "r20261101-000000000001", "r20261102-000000000002"


def identity(release_id: str, observed_at: datetime) -> Identity:
    return Identity(release_id, "sample", "night 0", observed_at, "1", "0" * 64)


def programs(cities: dict[str, str]) -> list[tuple[Table, pl.DataFrame]]:
    """The conclusion that there are these programs."""
    named = pl.DataFrame(
        [
            {**dict.fromkeys(PROGRAM.column_names), "acgme_id": acgme_id, "specialty_code": "140", "city": city}
            for acgme_id, city in cities.items()
        ],
        schema=PROGRAM.dtypes,
    )
    return [(PROGRAM, PROGRAM.conform(with_program_uid(named)))]


def check(*, passed: bool, found: str = "-") -> list[CheckResult]:
    return [CheckResult("rows_program", CheckLevel.BLOCK, passed, "at least 10 rows", found)]


def concluded_cities(store: Store) -> list[str]:
    history = store.read(kept_derived(PROGRAM))
    return sorted(history.filter(pl.col("superseded_at").is_null(), pl.col("valid_to").is_null())["city"])


def test_a_release_advances_the_history_of_its_conclusions(store: Store) -> None:
    ledger = Ledger(store, "sample")
    both = programs({MERCY: "Erie", HOPE: "Reading"})
    ledger.record_release(identity(OLD, FIRST), both, check(passed=True), FIRST)
    ledger.record_release(identity(NEW, SECOND), programs({MERCY: "Altoona"}), check(passed=True), SECOND)
    assert concluded_cities(store) == ["Altoona"]
    history = store.read(kept_derived(PROGRAM))
    assert sorted(known_at(history, FIRST)["city"]) == ["Erie", "Reading"]
    assert ledger.releases().select("release_id", "verdict", "released_at").rows() == [
        (OLD, "published", FIRST),
        (NEW, "published", SECOND),
    ]


def test_recording_a_release_twice_changes_nothing(store: Store) -> None:
    ledger = Ledger(store, "sample")
    once = (identity(OLD, FIRST), programs({MERCY: "Erie"}), check(passed=True), FIRST)
    ledger.record_release(*once)
    before = read_all(store)
    ledger.record_release(*once)
    assert differing(before, read_all(store)) == []


def test_a_withheld_release_keeps_its_reason_and_checks_and_advances_no_history(store: Store) -> None:
    ledger = Ledger(store, "sample")
    ledger.record_release(identity(OLD, FIRST), programs({MERCY: "Erie"}), check(passed=True), FIRST)
    ledger.record_withheld(identity(NEW, SECOND), check(passed=False), SECOND, "too few programs")
    assert concluded_cities(store) == ["Erie"]
    assert ledger.releases().select("release_id", "verdict", "reason").rows() == [
        (OLD, "published", None),
        (NEW, "withheld", "too few programs"),
    ]
    assert store.read(RELEASE_CHECK).select("release_id", "passed").rows() == [(OLD, True), (NEW, False)]


def test_a_withheld_release_that_is_good_later_is_published_with_its_later_checks(store: Store) -> None:
    ledger = Ledger(store, "sample")
    ledger.record_withheld(identity(NEW, SECOND), check(passed=False, found="3 rows"), SECOND, "too few programs")
    ledger.record_release(identity(NEW, SECOND), programs({MERCY: "Erie"}), check(passed=True, found="12 rows"), THIRD)
    assert concluded_cities(store) == ["Erie"]
    assert store.read(RELEASE).select("verdict", "reason", "released_at").rows() == [("published", None, THIRD)]
    assert store.read(RELEASE_CHECK).select("passed", "found").rows() == [(True, "12 rows")]


def test_a_release_that_is_published_again_is_what_we_conclude_again(store: Store) -> None:
    """Code that is rolled back gives the release that it gave before."""
    ledger = Ledger(store, "sample")
    erie, altoona = programs({MERCY: "Erie"}), programs({MERCY: "Altoona"})
    ledger.record_release(identity(OLD, FIRST), erie, check(passed=True), FIRST)
    ledger.record_release(identity(NEW, SECOND), altoona, check(passed=True), SECOND)
    ledger.record_release(identity(OLD, FIRST), erie, check(passed=True), THIRD)
    assert concluded_cities(store) == ["Erie"]


# --- a whole night ----------------------------------------------------------------------------------------------------


def test_a_night_gives_the_same_release_on_both_stores_and_the_next_without_news_changes_neither(
    tmp_path: Path, new_url: Callable[[str], str]
) -> None:
    homes = {kind: home_at(tmp_path / kind, new_url(kind)) for kind in ("sqlite", "postgres")}
    published = {kind: night(home, sample(), FIRST) for kind, home in homes.items()}
    assert published["postgres"] == published["sqlite"]
    releases = {kind: home.releases.get(published[kind].release_id) for kind, home in homes.items()}
    assert files(releases["postgres"]) == files(releases["sqlite"])
    assert len(files(releases["sqlite"])) == 30 + len(("manifest.json", "checks.json"))
    clocks = (NIGHT.name, CAPTURE_ATTEMPT.name)
    before = everything(homes["postgres"], *clocks)
    assert differing(before, everything(homes["sqlite"], *clocks)) == []

    second = night(homes["postgres"], sample(), SECOND)
    assert (second.verdict, second.release_id) == (NightVerdict.UNCHANGED, published["postgres"].release_id)
    assert differing(before, everything(homes["postgres"], *clocks)) == []
    outcomes = everything(homes["postgres"])[CAPTURE_ATTEMPT.name].sort("attempted_at")["outcome"].to_list()
    documents = len(load_profile("sample").places)
    assert outcomes == ["fetched"] * documents + ["unchanged"] * documents


def test_sqlite_enforces_what_a_power_cut_needs(tmp_path: Path) -> None:
    store = home_at(tmp_path / "home").store()
    with store.engine.connect() as connection:
        found = [connection.execute(text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "synchronous", "foreign_keys")]
    store.close()
    assert found == ["wal", 2, 1]
