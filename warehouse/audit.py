"""The audit: the finished files of a release are checked before anybody can read them. A block withholds the release."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb
import polars as pl

from schemas.contract import FEATURES
from schemas.geography import STATE_BY_ACGME_DIGITS
from schemas.operations import RELEASE_CHECK
from schemas.table import TableError
from schemas.vocabulary import CheckLevel, FeatureStatus, Presence, VisaStatus
from warehouse.dictionary import RELEASE_TABLES
from warehouse.files import sha256_of
from warehouse.release import PARQUET_FOLDER, WAREHOUSE_FILE, Release


@dataclass(frozen=True)
class CheckResult:
    """One check of one release; see ``schemas.operations.RELEASE_CHECK``."""

    check_name: str
    level: CheckLevel
    passed: bool
    expected: str
    found: str


@dataclass(frozen=True)
class Bound:
    """How much of a table may vanish against the last good release, and why."""

    table: str
    max_drop: float
    reason: str


BOUNDS: tuple[Bound, ...] = (
    Bound("program", 0.05, "a tenth of this closes in a year; lists may be replaced by shorter ones only knowingly"),
    Bound("track", 0.05, "published results do not vanish"),
    Bound("hospital", 0.03, "between two CMS releases 15 of 5,381 went"),
    Bound("ci_fellowship", 0.10, "62 fellowships: one or two may close in a year"),
    Bound("evidence", 0.10, "evidence follows the lists; a tenth at once means that a source fell out"),
)
MAX_STATE_DISAGREEMENT = 0.02
_TOLD_BY = ("source", "told_by")
"""Columns that name the source of a row."""


@dataclass(frozen=True)
class Finished:
    """A release as built: its folder, its parquet tables, what the manifest says of them."""

    folder: Path
    described: dict[str, dict[str, object]]

    def table(self, name: str) -> pl.DataFrame:
        """One table, read back from its file."""
        return pl.read_parquet(self.folder / PARQUET_FOLDER / f"{name}.parquet")


def audit(  # noqa: PLR0913  (all that a release is held against)
    folder: Path,
    described: dict[str, dict[str, object]],
    *,
    last_good: Release | None,
    missing_sources: Iterable[str],
    is_stored: Callable[[str], bool],
    withheld_sources: Iterable[str] = (),
) -> list[CheckResult]:
    """Check the finished files of a release.

    Args:
        folder: Where it was built.
        described: Rows and checksums by table, as written.
        last_good: The last published release of the same dataset.
        missing_sources: Required sources of which no document was ever listed.
        is_stored: Whether the capture store holds the bytes of a digest.
        withheld_sources: Sources of which a release may carry nothing.
    """
    release = Finished(folder, described)
    missing = sorted(missing_sources)
    return [
        _check("required_sources", "every required source has a listed document", ", ".join(missing) or "all there", not missing),
        *_tables_whole(release),
        _duckdb_equals_parquet(release),
        _audience(release, sorted(withheld_sources)),
        _evidence_cited(release),
        _evidence_stored(release, is_stored),
        _features_complete(release),
        _unknown_is_never_no(release),
        *_against_last_good(release, last_good),
        _states_agree_with_ids(release),
    ]


def blocking(results: Iterable[CheckResult]) -> list[CheckResult]:
    """The failed checks that withhold a release."""
    return [result for result in results if not result.passed and result.level is CheckLevel.BLOCK]


def check_rows(release_id: str, results: Iterable[CheckResult]) -> pl.DataFrame:
    """The results as rows of ``release_check``."""
    rows = [{"release_id": release_id, **asdict(result)} for result in results]
    frame = pl.DataFrame([{**row, "level": str(row["level"])} for row in rows], schema=RELEASE_CHECK.dtypes)
    return RELEASE_CHECK.conform(frame)


def _check(name: str, expected: str, found: str, passed: bool, level: CheckLevel = CheckLevel.BLOCK) -> CheckResult:
    return CheckResult(name, level, passed, expected, found)


def _tables_whole(release: Finished) -> list[CheckResult]:
    """Every declared table reads back, keeps its declaration and has the bytes and rows that were written."""
    results = []
    for table in RELEASE_TABLES:
        described = release.described[table.name]
        same_bytes = sha256_of(release.folder / PARQUET_FOLDER / f"{table.name}.parquet") == described["sha256"]
        try:
            rows = table.conform(release.table(table.name)).height
        except (TableError, OSError, pl.exceptions.PolarsError) as error:
            results.append(_check(f"table_{table.name}", "a table as declared", str(error)[:300], passed=False))
            continue
        found = f"{rows} rows, {'the same' if same_bytes else 'other'} bytes"
        good = same_bytes and rows == described["rows"]
        results.append(
            _check(f"table_{table.name}", f"the {described['rows']} rows and the bytes that were written", found, good)
        )
    return results


def _duckdb_equals_parquet(release: Finished) -> CheckResult:
    with duckdb.connect(str(release.folder / WAREHOUSE_FILE), read_only=True) as connection:
        rows = {table.name: connection.execute(f"SELECT count(*) FROM {table.name}").fetchall()[0][0] for table in RELEASE_TABLES}
    differing = [name for name, count in rows.items() if count != release.described[name]["rows"]]
    return _check(
        "duckdb_rows", "the DuckDB file holds the rows of the Parquet files", ", ".join(differing) or "equal", not differing
    )


def _audience(release: Finished, withheld: list[str]) -> CheckResult:
    """No table says anything that a source for the inside has told."""
    columns = [(table.name, column) for table in RELEASE_TABLES for column in _TOLD_BY if column in table.column_names]
    rows = {name: release.table(name).filter(pl.col(column).is_in(withheld)).height for name, column in columns}
    found = ", ".join(f"{count} in {name}" for name, count in rows.items() if count)
    return _check("audience", "no row of a source that is not for the public", found or "none", not found)


def _evidence_cited(release: Finished) -> CheckResult:
    known = release.table("evidence").select("evidence_id")
    cited = release.table("feature").select(pl.col("evidence_ids").alias("evidence_id")).explode("evidence_id").drop_nulls()
    lost = cited.join(known, on="evidence_id", how="anti").height
    return _check("evidence_cited", "every cited piece of evidence is in the release", f"{lost} missing", lost == 0)


def _evidence_stored(release: Finished, is_stored: Callable[[str], bool]) -> CheckResult:
    lost = [digest for digest in release.table("evidence")["digest"].unique().sort() if not is_stored(digest)]
    return _check("evidence_stored", "the bytes behind every piece of evidence are stored", f"{len(lost)} missing", not lost)


def _features_complete(release: Finished) -> CheckResult:
    expected = release.table("program").height * len(FEATURES)
    found = release.table("feature").height
    return _check("features_complete", f"{expected} values: every feature for every program", str(found), found == expected)


def _unknown_is_never_no(release: Finished) -> CheckResult:
    """A value where the status says there is none, or a 'no' from an incomplete list, would be a lie."""
    features = release.table("feature")
    valueless = ~pl.col("status").is_in([FeatureStatus.OBSERVED, FeatureStatus.CONFLICT])
    claimed = features.filter(
        valueless
        & (
            pl.col("value_number").is_not_null()
            | ~pl.col("value_text").is_in([str(Presence.UNKNOWN), str(VisaStatus.NOT_STATED)])
            | (
                (pl.col("value_text") == VisaStatus.NOT_STATED)
                != ((pl.col("status") == FeatureStatus.NOT_STATED) & pl.col("value_text").is_not_null())
            )
            | pl.col("confidence").is_not_null()
            | pl.col("null_reason").is_null()
        )
    )
    documents = release.table("source_document")
    fellowship_lists = documents.filter(pl.col("source").str.contains("clinical_informatics"))
    noes = features.filter((pl.col("feature") == "ci_fellowship_same_sponsor") & (pl.col("value_text") == Presence.NO))
    from_incomplete = 0 if fellowship_lists["complete"].all() else noes.height
    return _check(
        "unknown_is_never_no",
        "no value without knowledge, no 'no' from an incomplete list",
        f"{claimed.height} values without knowledge, {from_incomplete} unfounded noes",
        claimed.is_empty() and from_incomplete == 0,
    )


def _against_last_good(release: Finished, last_good: Release | None) -> list[CheckResult]:
    if last_good is None:
        return []
    before = last_good.manifest["tables"]
    results = []
    for bound in (bound for bound in BOUNDS if bound.table in before):
        old, new = int(before[bound.table]["rows"]), int(str(release.described[bound.table]["rows"]))
        least = old * (1 - bound.max_drop)
        results.append(
            _check(
                f"rows_{bound.table}",
                f"at least {1 - bound.max_drop:.0%} of the {old} rows of {last_good.release_id}: {bound.reason}",
                f"{new} rows",
                new >= least,
            )
        )
    return results


def _states_agree_with_ids(release: Finished) -> CheckResult:
    programs = release.table("program").drop_nulls("state")
    digits = pl.col("acgme_id").str.slice(3, 2).replace_strict(STATE_BY_ACGME_DIGITS, default=None, return_dtype=pl.String)
    differing = programs.filter(digits != pl.col("state")).height
    most = MAX_STATE_DISAGREEMENT * programs.height
    return _check(
        "state_digits",
        f"state digits of ids differ from stated states in at most {MAX_STATE_DISAGREEMENT:.0%} of programs",
        f"{differing} of {programs.height}",
        differing <= most,
        CheckLevel.WARN,
    )
