"""The read side: SQL on a release, the feature matrix as of a day, and a value's evidence."""

from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import cast

import duckdb
import polars as pl

from schemas.contract import FEATURE_BY_NAME, FEATURE_MATRIX
from schemas.vocabulary import EntityEventKind
from warehouse.release import NoReleaseError, Release, Releases, sql_literal


class QueryError(ValueError):
    """A query that the release cannot answer, in DuckDB's words."""


def open_release(root: Path, *, release_id: str | None = None, as_of: date | None = None) -> Release:
    """A release by id, the one that was current at the end of a day (UTC), or the current one.

    Args:
        root: Folder of the releases.
        release_id: Id of a published release.
        as_of: Last day on which it may have been published.

    Raises:
        NoReleaseError: When nothing fits.
    """
    releases = Releases(root)
    if release_id is not None:
        return releases.get(release_id)
    if as_of is not None:
        cutoff = datetime.combine(as_of, time.max, UTC)
        found = [release for release in releases.all() if release.released_at <= cutoff]
        if not found:
            raise NoReleaseError(f"nothing was published by {as_of.isoformat()}")
        return found[-1]
    current = releases.current()
    if current is None:
        raise NoReleaseError("no release yet: run `residency refresh`")
    return current


def query(release: Release, sql: str) -> pl.DataFrame:
    """Run one SQL query on a release, read-only and without access to any other file.

    Raises:
        QueryError: When DuckDB refuses the query.
    """
    try:
        with duckdb.connect(":memory:") as connection:
            connection.execute(f"ATTACH {sql_literal(str(release.warehouse))} AS release (READ_ONLY)")
            connection.execute(
                "USE release; SET TimeZone = 'UTC'; SET enable_external_access = false; SET lock_configuration = true"
            )
            found = connection.sql(sql)
            if found is None:
                raise QueryError("expected a query that returns rows")
            return cast(pl.DataFrame, pl.from_arrow(found.to_arrow_table()))
    except duckdb.Error as error:
        raise QueryError(str(error)) from error


def read_features(root: Path, *, release_id: str | None = None, as_of: date | None = None) -> pl.DataFrame:
    """The feature matrix: one row a program (``schemas.contract.FEATURE_MATRIX``), of the current release or a past day's.

    Raises:
        NoReleaseError: When nothing fits.
    """
    return open_release(root, release_id=release_id, as_of=as_of).table(FEATURE_MATRIX.name)


def evidence_of(release: Release, acgme_id: str, feature: str) -> pl.DataFrame:
    """The evidence that one feature of one program rests on: rows of ``evidence``, oldest claim first.

    Raises:
        LookupError: When the release has no such program or the contract no such feature.
    """
    if feature not in FEATURE_BY_NAME:
        raise LookupError(f"no feature {feature!r}; the contract has: {', '.join(FEATURE_BY_NAME)}")
    program = release.table("program").filter(pl.col("acgme_id") == acgme_id)
    if program.is_empty():
        raise LookupError(f"no program with ACGME id {acgme_id!r} in {release.release_id}")
    cited = release.table("feature").filter(
        (pl.col("program_uid") == program.item(0, "program_uid")) & (pl.col("feature") == feature)
    )
    ids = cited.select(pl.col("evidence_ids").alias("evidence_id")).explode("evidence_id").drop_nulls()
    return release.table("evidence").join(ids, on="evidence_id", how="semi").sort("claimed_from", "evidence_id")


class RedirectError(ValueError):
    """Mergers that lead in a circle: names the ids."""


def surviving(release: Release, uid: str, as_of: date | None = None) -> str:
    """The id that stands for an entity: its own, or that of the entity it was merged into, however often.

    Args:
        release: The release to read from.
        uid: An id, old or current.
        as_of: Mergers count up to this day; None for all.

    Raises:
        RedirectError: When mergers lead in a circle.
    """
    events = release.table("entity_event").filter(
        pl.col("event") == EntityEventKind.MERGED_INTO, pl.col("other_uid").is_not_null()
    )
    if as_of is not None:
        events = events.filter(pl.col("event_on") <= as_of)
    into = dict(events.sort("event_on").select("entity_uid", "other_uid").iter_rows())
    path = [uid]
    while (following := into.get(path[-1])) is not None:
        if following in path:
            raise RedirectError(f"expected mergers that end; found a circle: {' -> '.join([*path, following])}")
        path.append(following)
    return path[-1]
