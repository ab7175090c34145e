"""Releases: published in one late step or not at all, never changed, checked as finished files, and open to the question why."""

import csv
import io
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import polars as pl
import pytest

from flows import steps
from flows.captures import CaptureStore
from flows.home import Home
from flows.profiles import Profile
from flows.sources import sources_for
from flows.steps import Published, ReleaseWithheldError, Tonight, release_step
from schemas.contract import FEATURE_MATRIX
from schemas.entities import KEPT_CONCLUSIONS
from schemas.operations import CAPTURE_ATTEMPT, NIGHT
from schemas.vocabulary import Audience, CheckLevel, NightVerdict
from tests.nights import sample_files, source_of
from tests.warehouse.homes import (
    FIRST,
    SECOND,
    THIRD,
    Edit,
    copy_of,
    differing,
    elsewhere,
    everything,
    files,
    home_at,
    listed,
    night,
    sample,
)
from warehouse import release as release_module
from warehouse.audit import CheckResult, audit, blocking
from warehouse.dictionary import RELEASE_TABLES
from warehouse.difference import table_differences
from warehouse.files import read_json, sha256_of, write_json
from warehouse.ledger import Ledger
from warehouse.reading import QueryError, evidence_of, open_release, query, read_features
from warehouse.release import (
    CHECKS_FILE,
    DIFF_FILE,
    MANIFEST_FILE,
    PARQUET_FOLDER,
    POINTER_FILE,
    PUBLISHED_FILE,
    WAREHOUSE_FILE,
    NoReleaseError,
    Release,
    Releases,
    write_tables,
)

SINAI = "1401112101"
"""Its categorical track 1105140C0 offers 18 positions in 2026, as the first row of the Florida table says."""

NEWS: tuple[Edit, ...] = (
    ("nrmp_florida_results.csv", "Internal Medicine,1105140C0,18,18,", "Internal Medicine,1105140C0,20,17,"),
    ("cms_hospital_general_information.csv", "EDWARD W SPARROW HOSPITAL", "UNIVERSITY OF MICHIGAN HEALTH-SPARROW"),
)
CARDIOLOGY = "eras_cardiology_fellowships.csv"
LOSS: tuple[Edit, ...] = (
    (CARDIOLOGY, "1413511192", "1403511283"),
    (CARDIOLOGY, "1411112076", "1401112101"),
    (CARDIOLOGY, "1411121212", "2201100081"),
)
"""A list as long as before in which three of 40 programs gave way to others that are known: more than a release may lose."""


@dataclass(frozen=True)
class Nights:
    """Nights of the sample, made once and copied by whoever spoils them.

    Attributes:
        empty: The first night before its release.
        first: Its home after it has published.
        second: The second night, with news, before its release.
        after: What its release step gives when nothing goes wrong.
    """

    empty: Tonight
    first: Home
    second: Tonight
    after: Home
    news: Profile


@pytest.fixture(scope="session")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Nights:
    root = tmp_path_factory.mktemp("nights")
    empty = listed(home_at(root / "empty"), sample(), FIRST)
    first = copy_of(empty.home, root / "first")
    end(elsewhere(empty, first))
    news = sample(root / "news", NEWS)
    second = listed(copy_of(first, root / "second"), news, SECOND)
    after = copy_of(second.home, root / "after")
    end(elsewhere(second, after))
    return Nights(empty, first, second, after, news)


def end(tonight: Tonight) -> Published:
    """The release step and the end of a night that is listed."""
    published = steps.release(tonight)
    steps.end(tonight, published.verdict, published.reason, published.release_id)
    return published


def current(home: Home) -> Release:
    found = home.releases.current()
    assert found is not None
    return found


@pytest.fixture
def home(nights: Nights, tmp_path: Path) -> Home:
    """A home of one's own in which one night has published."""
    return copy_of(nights.first, tmp_path / "home")


@pytest.fixture(scope="module")
def release(nights: Nights) -> Release:
    """The first night's release; to be read only."""
    return current(nights.first)


# --- a release as it lies there ---------------------------------------------------------------------------------------


def test_a_release_is_every_table_as_parquet_and_in_one_duckdb_file(release: Release) -> None:
    names = {table.name for table in RELEASE_TABLES}
    assert {path.stem for path in (release.folder / PARQUET_FOLDER).iterdir()} == names
    found = query(release, "SELECT table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE'")
    assert set(found["table_name"]) == names
    assert set(query(release, "SELECT view_name FROM duckdb_views() WHERE NOT internal")["view_name"]) == {
        "conflict",
        "feature_evidence",
    }


def test_duckdb_holds_what_parquet_holds(release: Release) -> None:
    for table in RELEASE_TABLES:
        found = query(release, f"SELECT * FROM {table.name} ORDER BY {', '.join(table.key)}")
        assert found.equals(release.table(table.name).sort(table.key))


def test_every_column_in_duckdb_says_what_it_is_and_in_what_unit(release: Release) -> None:
    comments = query(release, "SELECT table_name, column_name, comment FROM duckdb_columns() WHERE NOT internal")
    found = {(table, column): comment for table, column, comment in comments.iter_rows()}
    expected = {
        (table.name, column.name): column.description + (f" Unit: {column.unit}." if column.unit else "")
        for table in RELEASE_TABLES
        for column in table.columns
    }
    assert {key: found[key] for key in expected} == expected


def test_a_manifest_names_inputs_code_rows_and_checksums(release: Release) -> None:
    manifest = release.manifest
    assert (manifest["dataset"], manifest["night_id"]) == ("sample", "20261101T030000Z-sample")
    assert manifest["observed_at"] == FIRST.isoformat()
    assert manifest["code_version"] == steps.code_version()
    assert len(manifest["inputs"]) == len([file for file in sample_files() if source_of(file) in sources_for(Audience.PUBLIC)])
    assert {name: table["rows"] for name, table in manifest["tables"].items()} == {
        table.name: release.table(table.name).height for table in RELEASE_TABLES
    }
    paths = {name: f"{PARQUET_FOLDER}/{name}.parquet" for name in manifest["tables"]}
    assert {name: files(release)[path] for name, path in paths.items()} == {
        name: table["sha256"] for name, table in manifest["tables"].items()
    }


def test_a_release_built_again_from_the_same_listings_has_the_same_bytes(home: Home, tmp_path: Path) -> None:
    store = home.store()
    ledger = Ledger(store, "sample")
    tables = steps.conclude(ledger, ledger.extracts_in_force(), current(home).release_id)
    store.close()
    (tmp_path / "again" / PARQUET_FOLDER).mkdir(parents=True)
    assert write_tables(tmp_path / "again", tables) == current(home).manifest["tables"]


# --- killed at any step -----------------------------------------------------------------------------------------------


class Killed(BaseException):
    """The process is gone: nothing may catch this."""


def die(*_: object, **__: object) -> None:
    raise Killed


def then_die(function: Callable[..., object]) -> Callable[..., None]:
    def wrapped(*args: object, **kwargs: object) -> None:
        function(*args, **kwargs)
        raise Killed

    return wrapped


def at_the_fifth(function: Callable[[Path], str]) -> Callable[[Path], str]:
    calls: list[Path] = []

    def wrapped(path: Path) -> str:
        calls.append(path)
        if len(calls) == 5:
            raise Killed
        return function(path)

    return wrapped


def before_the_pointer(path: Path, value: object) -> None:
    if path.name == POINTER_FILE:
        raise Killed
    write_json(path, value)


MOMENTS: dict[str, Callable[[], tuple[object, str, object]]] = {
    "half of the tables written": lambda: (release_module, "sha256_of", at_the_fifth(release_module.sha256_of)),
    "tables written": lambda: (release_step, "write_tables", then_die(release_step.write_tables)),
    "at the audit": lambda: (release_step, "audit", die),
    "before the build has its name": lambda: (Releases, "settle", die),
    "build has its name": lambda: (Releases, "settle", then_die(Releases.settle)),
    "release is written down": lambda: (Ledger, "record_release", then_die(Ledger.record_release)),
    "before the pointer moves": lambda: (release_module, "write_json", before_the_pointer),
    "pointer has moved": lambda: (Releases, "publish", then_die(Releases.publish)),
}


def killed(tonight: Tonight, moment: str) -> None:
    owner, name, fatal = MOMENTS[moment]()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(owner, name, fatal)
        with pytest.raises(Killed):
            steps.release(tonight)


@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_at_any_moment_readers_see_the_old_release_or_the_new_one_whole(
    nights: Nights, tmp_path: Path, moment: str
) -> None:
    tonight = elsewhere(nights.second, copy_of(nights.second.home, tmp_path / "home"))
    old, new = current(nights.first), current(nights.after)
    killed(tonight, moment)
    seen = new if moment == "pointer has moved" else old
    assert current(tonight.home).release_id == seen.release_id
    assert files(current(tonight.home)) == files(seen)
    assert read_features(tonight.home.releases.root).equals(seen.table(FEATURE_MATRIX.name))
    for readable in tonight.home.releases.all():
        assert files(readable) == files(old if readable.release_id == old.release_id else new)

    again = steps.release(tonight)
    assert again.release_id == new.release_id
    assert current(tonight.home).release_id == new.release_id
    assert files(current(tonight.home)) == files(new)
    assert query(current(tonight.home), "SELECT count(*) AS n FROM evidence").item() == new.table("evidence").height
    assert list(tonight.home.releases.root.glob(".*")) == []
    assert differing(everything(tonight.home, NIGHT.name), everything(nights.after, NIGHT.name)) == []


@pytest.mark.parametrize("moment", ["half of the tables written", "build has its name", "before the pointer moves"])
def test_killed_on_the_first_night_readers_see_no_release(nights: Nights, tmp_path: Path, moment: str) -> None:
    tonight = elsewhere(nights.empty, copy_of(nights.empty.home, tmp_path / "home"))
    killed(tonight, moment)
    assert tonight.home.releases.current() is None
    with pytest.raises(NoReleaseError):
        read_features(tonight.home.releases.root)
    assert steps.release(tonight).release_id == current(nights.first).release_id
    assert files(current(tonight.home)) == files(current(nights.first))


# --- nights without news, and readers that stay -----------------------------------------------------------------------


def test_a_night_without_news_publishes_nothing(home: Home) -> None:
    before, kept = files(current(home)), everything(home, NIGHT.name, CAPTURE_ATTEMPT.name)
    published = night(home, sample(), SECOND)
    assert published == Published(NightVerdict.UNCHANGED, current(home).release_id, "no source has anything new")
    assert files(current(home)) == before
    assert len(home.releases.all()) == 1
    assert differing(kept, everything(home, NIGHT.name, CAPTURE_ATTEMPT.name)) == []


def test_a_reader_that_is_reading_keeps_its_release_while_the_next_is_published(home: Home, nights: Nights) -> None:
    quota = "SELECT quota FROM feature_matrix WHERE acgme_id = ?"
    with duckdb.connect(str(current(home).warehouse), read_only=True) as reader:
        assert reader.execute(quota, [SINAI]).fetchall() == [(18,)]
        night(home, nights.news, SECOND)
        assert reader.execute(quota, [SINAI]).fetchall() == [(18,)]
        with duckdb.connect(str(current(home).warehouse), read_only=True) as newcomer:
            assert newcomer.execute(quota, [SINAI]).fetchall() == [(20,)]


def test_a_hospital_that_was_only_set_aside_the_night_before_has_not_opened(home: Home, tmp_path: Path) -> None:
    mended = ("cms_hospital_general_information.csv", "\n50396,SANTA BARBARA", "\n050396,SANTA BARBARA")
    night(home, sample(tmp_path / "mended", [mended]), SECOND)
    assert "050396" in current(home).table("hospital")["ccn"]
    events = current(home).table("entity_event")
    assert events.filter(pl.col("event_basis").str.starts_with("two versions")).is_empty()
    assert events.filter(code="050396").is_empty()


def test_a_published_release_is_never_changed_by_the_next(nights: Nights) -> None:
    old = nights.after.releases.get(current(nights.first).release_id)
    assert files(old) == files(current(nights.first))
    assert (old.folder / PUBLISHED_FILE).read_bytes() == (current(nights.first).folder / PUBLISHED_FILE).read_bytes()


def test_the_history_of_conclusions_follows_the_releases(nights: Nights) -> None:
    kept = everything(nights.after)
    for table in KEPT_CONCLUSIONS:
        history = kept[f"{table.name}_history"]
        now = history.filter(pl.col("superseded_at").is_null(), pl.col("valid_to").is_null())
        assert now.select(table.column_names).sort(table.key).equals(current(nights.after).table(table.name))
        then = history.filter(pl.col("observed_at") == FIRST)
        assert then.select(table.column_names).sort(table.key).equals(current(nights.first).table(table.name))


# --- withheld ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def withheld(nights: Nights, tmp_path_factory: pytest.TempPathFactory) -> tuple[Tonight, str]:
    """A second night that loses three programs, and what its release step said; to be read only."""
    root = tmp_path_factory.mktemp("withheld")
    tonight = listed(copy_of(nights.first, root / "home"), sample(root / "loss", LOSS), SECOND)
    with pytest.raises(ReleaseWithheldError) as raised:
        steps.release(tonight)
    return tonight, str(raised.value)


def test_a_withheld_release_leaves_the_last_good_one_in_place(withheld: tuple[Tonight, str], nights: Nights) -> None:
    tonight, _ = withheld
    assert current(tonight.home).release_id == current(nights.first).release_id
    assert files(current(tonight.home)) == files(current(nights.first))
    assert [path.name for path in tonight.home.releases.root.iterdir() if path.is_dir()] == [current(nights.first).release_id]


def test_a_withheld_release_keeps_its_checks_and_manifest_and_nothing_else(withheld: tuple[Tonight, str]) -> None:
    tonight, _ = withheld
    (kept,) = tonight.home.releases.withheld_root.iterdir()
    assert sorted(path.name for path in kept.iterdir()) == [CHECKS_FILE, MANIFEST_FILE]
    assert read_json(kept / MANIFEST_FILE)["release_id"] == kept.name
    failed = [check["check_name"] for check in read_json(kept / CHECKS_FILE) if not check["passed"]]
    assert failed == ["rows_program"]


def test_a_withheld_release_says_what_was_expected_what_was_found_and_why(withheld: tuple[Tonight, str], nights: Nights) -> None:
    tonight, told = withheld
    good = current(nights.first).release_id
    assert f"is withheld: rows_program: expected at least 95% of the 40 rows of {good}: " in told
    assert told.endswith(", found 37 rows")
    releases = everything(tonight.home)["release"].sort("released_at")
    assert releases.select("verdict", "reason").rows() == [("published", None), ("withheld", told)]
    checks = everything(tonight.home)["release_check"].filter(~pl.col("passed"))
    assert checks.select("check_name", "level", "found").rows() == [("rows_program", "block", "37 rows")]


def test_a_withheld_release_advances_no_history_of_conclusions(withheld: tuple[Tonight, str], nights: Nights) -> None:
    names = [f"{table.name}_history" for table in KEPT_CONCLUSIONS]
    before, after = everything(nights.first), everything(withheld[0].home)
    assert [name for name in names if not after[name].equals(before[name])] == []


def test_the_night_after_a_withheld_one_publishes_when_its_source_is_whole_again(
    withheld: tuple[Tonight, str], tmp_path: Path
) -> None:
    home = copy_of(withheld[0].home, tmp_path / "home")
    good = current(home)
    published = night(home, sample(), THIRD)
    assert (published.verdict, published.release_id) == (NightVerdict.PUBLISHED, current(home).release_id)
    assert current(home).table("program").equals(good.table("program"))


def test_a_release_that_was_withheld_and_passes_later_is_published_with_its_later_checks(nights: Nights, tmp_path: Path) -> None:
    tonight = elsewhere(nights.second, copy_of(nights.second.home, tmp_path / "home"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CaptureStore, "holds", lambda *_: False)
        with pytest.raises(ReleaseWithheldError, match="evidence_stored"):
            steps.release(tonight)
    published = steps.release(tonight)
    assert published.verdict == NightVerdict.PUBLISHED
    checks = everything(tonight.home)["release_check"].filter(pl.col("release_id") == published.release_id)
    assert checks["passed"].all()


# --- the audit --------------------------------------------------------------------------------------------------------


@pytest.fixture
def finished(release: Release, tmp_path: Path) -> Path:
    """A finished release to tamper with."""
    return shutil.copytree(release.folder, tmp_path / release.folder.name)


def tamper(folder: Path, table: str, change: Callable[[pl.DataFrame], pl.DataFrame]) -> None:
    """A build that wrote something else than it should; its manifest knows the bytes, and the rows it meant to write."""
    path = folder / PARQUET_FOLDER / f"{table}.parquet"
    change(pl.read_parquet(path)).write_parquet(path)
    manifest = read_json(folder / MANIFEST_FILE)
    manifest["tables"][table]["sha256"] = sha256_of(path)
    write_json(folder / MANIFEST_FILE, manifest)


def audited(folder: Path, **more: object) -> list[CheckResult]:
    given: dict[str, object] = {"last_good": None, "missing_sources": [], "is_stored": lambda _: True, **more}
    return audit(folder, read_json(folder / MANIFEST_FILE)["tables"], **given)  # type: ignore[arg-type]


def failed(folder: Path, **more: object) -> list[str]:
    return [result.check_name for result in audited(folder, **more) if not result.passed]


def with_value(feature: str, **values: object) -> Callable[[pl.DataFrame], pl.DataFrame]:
    """Set columns of one unknown value of a feature."""

    def change(frame: pl.DataFrame) -> pl.DataFrame:
        unknown = (pl.col("feature") == feature) & (pl.col("status") == "unknown")
        (first, *_) = frame.with_row_index("row").filter(unknown)["row"]
        here = pl.int_range(pl.len()) == first
        return frame.with_columns(
            pl.when(here).then(pl.lit(value, frame.schema[name])).otherwise(pl.col(name)).alias(name)
            for name, value in values.items()
        )

    return change


def test_a_finished_release_passes_every_check(finished: Path, release: Release) -> None:
    assert failed(finished, last_good=release) == []


@pytest.mark.parametrize(
    ("table", "change", "expected"),
    [
        pytest.param("hospital", lambda frame: frame.head(-1), ["table_hospital"], id="a row is lost"),
        pytest.param(
            "evidence",
            lambda frame: frame.filter(pl.col("claim") != "ci_fellowship"),
            ["table_evidence", "evidence_cited"],
            id="evidence is lost that a feature cites",
        ),
        pytest.param(
            "feature",
            lambda frame: frame.filter(pl.col("feature") != "j1_status"),
            ["table_feature", "features_complete"],
            id="a feature is lost",
        ),
        pytest.param(
            "source_document",
            lambda frame: frame.with_columns((pl.col("complete") & ~pl.col("source").str.contains("clinical")).alias("complete")),
            ["unknown_is_never_no"],
            id="a no from an incomplete list",
        ),
        pytest.param("feature", with_value("h1b_status", value_text="not_accepts"), ["unknown_is_never_no"], id="an unknown no"),
        pytest.param("feature", with_value("quota", value_number=3.0), ["unknown_is_never_no"], id="an unknown number"),
        pytest.param("feature", with_value("quota", confidence=0.5), ["unknown_is_never_no"], id="confidence in the unknown"),
        pytest.param("feature", with_value("quota", null_reason=None), ["unknown_is_never_no"], id="a null without a reason"),
        pytest.param(
            "program",
            lambda frame: frame.with_columns(pl.lit("WY").alias("state")),
            ["state_digits"],
            id="states that differ from the digits of ids",
        ),
    ],
)
def test_each_check_catches_its_fault(
    finished: Path, table: str, change: Callable[[pl.DataFrame], pl.DataFrame], expected: list[str]
) -> None:
    tamper(finished, table, change)
    assert failed(finished) == expected


def test_a_table_that_breaks_its_declaration_is_not_passed(finished: Path) -> None:
    tamper(finished, "hospital", lambda frame: frame.with_columns(pl.lit("??").alias("state")))
    (broken,) = [result for result in audited(finished) if not result.passed]
    assert (broken.check_name, broken.level) == ("table_hospital", CheckLevel.BLOCK)
    assert broken.found.startswith("table hospital: state: expected one of")


def test_a_file_with_other_bytes_than_were_written_is_caught(finished: Path) -> None:
    path = finished / PARQUET_FOLDER / "hospital.parquet"
    pl.read_parquet(path).with_columns(pl.lit("ELSEWHERE").alias("city")).write_parquet(path)
    (broken,) = [result for result in audited(finished) if not result.passed]
    assert (broken.check_name, broken.found) == ("table_hospital", "15 rows, other bytes")


def test_a_duckdb_file_that_lacks_a_row_is_caught(finished: Path) -> None:
    with duckdb.connect(str(finished / WAREHOUSE_FILE)) as connection:
        connection.execute("DELETE FROM hospital WHERE ccn = '390050'")
    assert failed(finished) == ["duckdb_rows"]


def test_evidence_whose_bytes_are_gone_is_caught(finished: Path, release: Release) -> None:
    (lost,) = release.table("evidence").filter(pl.col("source") == "nrmp_florida_results")["digest"].unique()
    assert failed(finished, is_stored=lambda digest: digest != lost) == ["evidence_stored"]


def test_a_required_source_without_a_document_is_caught(finished: Path) -> None:
    assert failed(finished, missing_sources=["nrmp_directory"]) == ["required_sources"]


def test_a_table_that_shrinks_against_the_last_good_release_is_caught(finished: Path, release: Release, tmp_path: Path) -> None:
    larger = tmp_path / "larger"
    larger.mkdir()
    manifest = release.manifest
    for table, rows in (("program", 43), ("hospital", 15), ("track", 387), ("ci_fellowship", 7), ("evidence", 1200)):
        manifest["tables"][table]["rows"] = rows
    write_json(larger / MANIFEST_FILE, manifest)
    assert [manifest["tables"][name]["rows"] for name in ("track", "evidence")] == [387, 1200]
    assert [release.manifest["tables"][name]["rows"] for name in ("program", "track", "ci_fellowship")] == [40, 368, 6]
    assert failed(finished, last_good=Release(larger)) == ["rows_program", "rows_ci_fellowship"]


def test_only_a_failed_check_that_blocks_withholds(finished: Path) -> None:
    tamper(finished, "program", lambda frame: frame.with_columns(pl.lit("WY").alias("state")))
    (warning,) = [result for result in audited(finished) if not result.passed]
    assert (warning.check_name, warning.level) == ("state_digits", CheckLevel.WARN)
    assert blocking(audited(finished)) == []


# --- reading ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('{outside}')",
        "SELECT * FROM read_text('{outside}')",
        "SELECT * FROM read_blob('/etc/passwd')",
        "SELECT * FROM '{outside}'",
        "SELECT * FROM glob('/etc/*')",
        "SELECT * FROM read_parquet('{parquet}')",
        "COPY hospital TO '{target}'",
        "COPY (SELECT 1) TO '{target}' (FORMAT parquet)",
        "EXPORT DATABASE '{target}'",
        "ATTACH '{target}' AS other",
        "SELECT 1; ATTACH '{target}' AS other",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "RESET enable_external_access",
        "SET allowed_directories = ['/etc']",
        "CREATE TABLE mine AS SELECT 1",
        "INSERT INTO hospital SELECT * FROM hospital",
        "UPDATE feature SET status = 'observed'",
        "DELETE FROM hospital",
        "DROP TABLE hospital",
        "SELECT * FROM local_frame",
    ],
)
def test_a_query_reads_the_release_and_nothing_else(release: Release, tmp_path: Path, sql: str) -> None:
    local_frame = pl.DataFrame({"secret": [1]})
    outside, target = tmp_path / "outside.csv", tmp_path / "target"
    outside.write_text("secret\n1\n")
    before = release.warehouse.read_bytes()
    parquet = release.folder / PARQUET_FOLDER / "hospital.parquet"
    with pytest.raises(QueryError):
        query(release, sql.format(outside=outside, target=target, parquet=parquet))
    assert release.warehouse.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["outside.csv"]
    assert local_frame.height == 1


def test_a_query_is_answered_beside_a_notebook_that_has_the_file_open(release: Release) -> None:
    with duckdb.connect(str(release.warehouse), read_only=True):
        assert query(release, "SELECT count(*) FROM hospital").item() == 15


def test_a_query_answers_with_a_frame(release: Release) -> None:
    found = query(release, f"SELECT quota, quota__status, quota__is_known FROM feature_matrix WHERE acgme_id = '{SINAI}'")
    assert found.rows() == [(18, "observed", True)]


def test_a_query_tells_times_in_utc(release: Release) -> None:
    (found,) = query(release, "SELECT DISTINCT observed_at FROM hospital")["observed_at"]
    assert (found, found.utcoffset()) == (FIRST, FIRST.utcoffset())
    assert query(release, "SELECT DISTINCT CAST(observed_at AS VARCHAR) FROM hospital").item() == "2026-11-01 03:00:00+00"


def test_a_query_that_is_wrong_is_answered_in_duckdbs_words(release: Release) -> None:
    with pytest.raises(QueryError, match="nonsense"):
        query(release, "SELECT nonsense FROM hospital")


def test_views_lead_from_a_feature_to_its_evidence_and_to_its_conflicts(release: Release) -> None:
    sides = query(release, "SELECT value FROM feature_evidence WHERE acgme_id = '9993800093' AND feature = 'stated_city'")
    assert sorted(sides["value"]) == ["Columbus", "Grove City"]
    conflicts = query(release, "SELECT acgme_id, feature FROM conflict ORDER BY acgme_id")
    assert conflicts.rows() == [("1403511283", "trend_5y"), ("9993800093", "stated_city")]


@pytest.fixture
def two_days(nights: Nights, tmp_path: Path) -> tuple[Path, str, str]:
    """Two releases, published at the very end of one day and on the day after the next."""
    home = copy_of(nights.after, tmp_path / "home")
    old, new = current(nights.first).release_id, current(nights.after).release_id
    moments = {old: datetime(2026, 11, 1, 23, 59, 59, 999999, tzinfo=UTC), new: datetime(2026, 11, 3, 0, 0, tzinfo=UTC)}
    for release_id, moment in moments.items():
        write_json(home.releases.root / release_id / PUBLISHED_FILE, {"released_at": moment.isoformat()})
    return home.releases.root, old, new


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        pytest.param(date(2026, 11, 1), "old", id="the day of the first"),
        pytest.param(date(2026, 11, 2), "old", id="the day between"),
        pytest.param(date(2026, 11, 3), "new", id="the day of the second"),
        pytest.param(date(2030, 1, 1), "new", id="long after"),
    ],
)
def test_as_of_a_day_reads_the_release_that_was_current_at_its_end(
    two_days: tuple[Path, str, str], day: date, expected: str
) -> None:
    root, old, new = two_days
    found = {"old": old, "new": new}[expected]
    assert open_release(root, as_of=day).release_id == found
    assert read_features(root, as_of=day)["release_id"].unique().to_list() == [found]
    quota = read_features(root, as_of=day).filter(pl.col("acgme_id") == SINAI)["quota"].item()
    assert quota == {"old": 18, "new": 20}[expected]


def test_before_the_first_release_there_is_nothing_as_of_a_day(two_days: tuple[Path, str, str]) -> None:
    with pytest.raises(NoReleaseError, match="nothing was published by 2026-10-31"):
        open_release(two_days[0], as_of=date(2026, 10, 31))


def test_a_release_is_found_by_its_id_and_the_one_before_it(two_days: tuple[Path, str, str]) -> None:
    root, old, new = two_days
    releases = Releases(root)
    assert open_release(root, release_id=old).release_id == old
    before = releases.previous(releases.get(new))
    assert before is not None
    assert before.release_id == old
    assert releases.previous(releases.get(old)) is None
    assert [release.release_id for release in releases.all()] == [old, new]


@pytest.mark.parametrize("name", ["r20200101-000000000000", "..", "../releases", "", ".", "/etc"])
def test_no_other_folder_is_taken_for_a_release(nights: Nights, name: str) -> None:
    with pytest.raises(NoReleaseError, match="no release"):
        nights.after.releases.get(name)


# --- from a value to the bytes ----------------------------------------------------------------------------------------


def table_row(data: bytes, locator: str) -> dict[str, str]:
    """The row of a CSV file, or of the Parquet made of one, that a locator names: ``row 2`` is the first under the header."""
    number = int(locator.split(",")[0].removeprefix("row "))
    if data.startswith(b"PAR1"):
        return pl.read_parquet(io.BytesIO(data)).row(number - 2, named=True)
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))[number - 2]


def test_a_quota_leads_to_the_cell_it_was_read_from(nights: Nights, release: Release) -> None:
    assert release.table(FEATURE_MATRIX.name).filter(pl.col("acgme_id") == SINAI)["quota"].item() == 18
    (evidence,) = evidence_of(release, SINAI, "quota").to_dicts()
    assert (evidence["source"], evidence["locator"], evidence["value"]) == ("nrmp_florida_results", "row 2, 2026", "18")
    row = table_row(CaptureStore(nights.first.captures).get(evidence["digest"]), evidence["locator"])
    assert (row["Program Code"], row["2026 Quota"]) == (evidence["subject_id"], "18") == ("1105140C0", "18")


def test_a_fellowship_leads_to_the_row_it_was_read_from(nights: Nights, release: Release) -> None:
    (evidence,) = evidence_of(release, "2204111258", "ci_fellowship_same_sponsor").to_dicts()
    row = table_row(CaptureStore(nights.first.captures).get(evidence["digest"]), evidence["locator"])
    assert (row["acgme_program_id"], row["institution_normalised"]) == ("1394114001", "UPMC Medical Education")
    assert evidence["value"] == "1394114001"
    assert evidence["licence"] == "redistribute: derived facts, cited; learn: educational, non-commercial"


def test_a_no_leads_to_the_whole_list_in_which_the_sponsor_is_missing(nights: Nights, release: Release) -> None:
    (evidence,) = evidence_of(release, "2203531192", "ci_fellowship_same_sponsor").to_dicts()
    assert (evidence["claim"], evidence["value"]) == ("list_extent", "complete")
    assert evidence["quote"] == "6 rows parsed, 6 stated: complete"
    assert b"Maimonides" not in CaptureStore(nights.first.captures).get(evidence["digest"])


def test_every_piece_of_evidence_from_a_table_stands_in_the_row_it_names(nights: Nights, release: Release) -> None:
    store = CaptureStore(nights.first.captures)
    rows = release.table("evidence").filter(pl.col("locator").str.contains(r"^row \d+"))
    columns = {"nrmp_florida_results": ("quota", "matched"), "dol_lca": ("h1b_trainee_filing",)}
    checked = 0
    for row in rows.iter_rows(named=True):
        cells = set(table_row(store.get(row["digest"]), row["locator"]).values())
        if row["claim"] in (*columns.get(row["source"], ()), "ci_fellowship", "city", "accreditation_status"):
            assert row["value"] in cells
            checked += 1
    assert checked > 100


def test_a_conflict_leads_to_both_sides(release: Release) -> None:
    sides = evidence_of(release, "9993800093", "stated_city")
    assert sides.select("origin_family", "value").sort("origin_family").rows() == [("acgme", "Columbus"), ("nrmp", "Grove City")]


def test_an_unknown_without_evidence_leads_nowhere(release: Release) -> None:
    assert evidence_of(release, SINAI, "j1_status").is_empty()


@pytest.mark.parametrize(
    ("acgme_id", "feature", "told"),
    [
        pytest.param("9999999999", "quota", "no program with ACGME id '9999999999'", id="no such program"),
        pytest.param(SINAI, "salary", "no feature 'salary'; the contract has: stated_state", id="no such feature"),
    ],
)
def test_a_question_about_what_is_not_there_is_answered(release: Release, acgme_id: str, feature: str, told: str) -> None:
    with pytest.raises(LookupError, match=told):
        evidence_of(release, acgme_id, feature)


# --- the difference ---------------------------------------------------------------------------------------------------


def test_the_difference_counts_what_changed_by_table_and_column(nights: Nights) -> None:
    found = current(nights.after).file(DIFF_FILE)
    assert (found["from"], found["to"]) == (current(nights.first).release_id, current(nights.after).release_id)
    counts = {part["table"]: (part["added"], part["removed"], part["changed"], part["by_column"]) for part in found["tables"]}
    assert counts == {
        "track": (0, 0, 1, {"quota": 1, "matched": 1, "unfilled": 1}),
        "match_history": (0, 0, 1, {"quota": 1, "matched": 1, "unfilled": 1, "unfilled_rate": 1}),
        "hospital": (0, 0, 1, {"hospital_name": 1}),
        "entity_event": (1, 0, 0, {}),
        "entity_name": (1, 0, 0, {}),
        "feature": (0, 0, 4, {"value_number": 4}),
    }


def test_the_difference_shows_old_and_new_value(nights: Nights) -> None:
    parts = {part["table"]: part["examples"] for part in current(nights.after).file(DIFF_FILE)["tables"]}
    assert parts["hospital"]["changed"] == [
        {"ccn": "230230", "hospital_name": ["EDWARD W SPARROW HOSPITAL", "UNIVERSITY OF MICHIGAN HEALTH-SPARROW"]}
    ]
    changed = {row["feature"]: row["value_number"] for row in parts["feature"]["changed"]}
    assert changed == {"quota": [18, 20], "matched": [18, 17], "trend_5y": [0.6, 1.0], "unfilled_rate_3y": [0.0, 0.0556]}


def test_a_new_name_of_a_hospital_is_an_event_and_stands_beside_the_old_one(nights: Nights) -> None:
    parts = {part["table"]: part["examples"] for part in current(nights.after).file(DIFF_FILE)["tables"]}
    (event,) = parts["entity_event"]["added"]
    hospital = current(nights.after).table("hospital").row(by_predicate=pl.col("ccn") == "230230", named=True)
    assert (event["entity_uid"], event["event"], event["code"]) == (hospital["hospital_uid"], "renamed", "230230")
    names = current(nights.after).table("entity_name").filter(entity_uid=hospital["hospital_uid"], told_by="cms_hospitals")
    assert names["entity_name"].to_list() == ["EDWARD W SPARROW HOSPITAL", "UNIVERSITY OF MICHIGAN HEALTH-SPARROW"]


def test_the_first_release_has_no_difference(nights: Nights) -> None:
    assert current(nights.first).file(DIFF_FILE) is None


def test_added_removed_and_changed_rows_are_told_apart(release: Release, finished: Path) -> None:
    def change(frame: pl.DataFrame) -> pl.DataFrame:
        renumbered = pl.when(pl.col("ccn") == "390050").then(pl.lit("399999")).otherwise("ccn").alias("ccn")
        moved = pl.when(pl.col("state") == "OH").then(pl.lit("DUBLIN")).otherwise("city").alias("city")
        unrated = pl.when(pl.col("ccn") == "360035").then(None).otherwise("overall_rating").alias("overall_rating")
        seen_later = pl.lit(SECOND).alias("observed_at")
        return frame.with_columns(renumbered, moved, unrated, seen_later)

    tamper(finished, "hospital", change)
    parts = {part.table: part for part in table_differences(release, Release(finished))}
    assert {name for name, part in parts.items() if not part.is_empty} == {"hospital"}
    found = parts["hospital"]
    assert (found.added, found.removed, found.changed) == (1, 1, 2)
    assert found.by_column == {"city": 2, "overall_rating": 1}
    assert [row["ccn"] for row in found.examples["added"]] == ["399999"]
    assert [row["ccn"] for row in found.examples["removed"]] == ["390050"]
    assert [(row["ccn"], row["city"]) for row in found.examples["changed"]] == [
        ("360035", ["COLUMBUS", "DUBLIN"]),
        ("360085", ["COLUMBUS", "DUBLIN"]),
    ]
    assert json.dumps(found.examples, default=str)


def test_ten_examples_of_a_change_are_enough(release: Release, finished: Path) -> None:
    tamper(finished, "hospital", lambda frame: frame.with_columns(pl.lit("ELSEWHERE").alias("city")))
    (found,) = [part for part in table_differences(release, Release(finished)) if not part.is_empty]
    assert (found.changed, len(found.examples["changed"])) == (15, 10)
