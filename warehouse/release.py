"""Releases: built aside, checked as finished files, published by moving one pointer, never changed afterwards.

releases/<release_id>/   warehouse.duckdb, parquet/*.parquet, manifest.json, checks.json, diff.json, published.json
releases/current.json    the pointer that readers follow
withheld/<release_id>/   what is kept of a release that was held back: its checks and manifest
"""

import shutil
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from schemas.contract import CONTRACT_VERSION
from schemas.table import Table
from warehouse.dictionary import RELEASE_TABLES
from warehouse.files import read_json, sha256_of, sync_folder, write_json

WAREHOUSE_FILE, PARQUET_FOLDER, MANIFEST_FILE = "warehouse.duckdb", "parquet", "manifest.json"
CHECKS_FILE, DIFF_FILE, PUBLISHED_FILE, POINTER_FILE = "checks.json", "diff.json", "published.json", "current.json"

_VIEWS = {
    "feature_evidence": (
        "Each feature of each program beside each piece of evidence it rests on.",
        """
        SELECT p.acgme_id, f.program_uid, f.feature, f.status, f.value_text, f.value_number, f.confidence, e.*
        FROM feature f
        JOIN program p USING (program_uid)
        CROSS JOIN UNNEST(f.evidence_ids) AS cited(evidence_id)
        JOIN evidence e ON e.evidence_id = cited.evidence_id
        """,
    ),
    "conflict": (
        "Features on which sources disagree.",
        """
        SELECT p.acgme_id, p.program_name, f.* FROM feature f JOIN program p USING (program_uid) WHERE f.status = 'conflict'
        """,
    ),
}
VIEW_NAMES: tuple[str, ...] = tuple(_VIEWS)


class NoReleaseError(LookupError):
    """There is no such release, or none yet."""


@dataclass(frozen=True)
class Release:
    """One release on disk.

    Attributes:
        folder: Its folder.
    """

    folder: Path

    @property
    def release_id(self) -> str:
        """Its id."""
        return str(self.manifest["release_id"])

    @property
    def manifest(self) -> dict[str, Any]:
        """Inputs by digest, code version, row counts, checksums, figures."""
        found: dict[str, Any] = read_json(self.folder / MANIFEST_FILE)
        return found

    @property
    def released_at(self) -> datetime:
        """When it was published."""
        return datetime.fromisoformat(read_json(self.folder / PUBLISHED_FILE)["released_at"])

    @property
    def warehouse(self) -> Path:
        """The DuckDB file."""
        return self.folder / WAREHOUSE_FILE

    def table(self, name: str) -> pl.DataFrame:
        """One table, from its Parquet file."""
        return pl.read_parquet(self.folder / PARQUET_FOLDER / f"{name}.parquet")

    def file(self, name: str) -> Any:  # noqa: ANN401  (JSON)
        """One of the release's JSON files; None where the release has none."""
        path = self.folder / name
        return read_json(path) if path.exists() else None


class Releases:
    """The releases of one data home.

    Args:
        root: Folder of the releases.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.withheld_root = root.with_name("withheld")

    def current(self) -> Release | None:
        """The release that readers see; None before the first."""
        pointer = self.root / POINTER_FILE
        return Release(self.root / read_json(pointer)["release_id"]) if pointer.exists() else None

    def get(self, release_id: str) -> Release:
        """A release by id.

        Raises:
            NoReleaseError: When there is no published release of that id.
        """
        folder = self.root / release_id
        if Path(release_id).name != release_id or not (folder / PUBLISHED_FILE).exists():
            raise NoReleaseError(f"no release {release_id}; published: {', '.join(r.release_id for r in self.all()) or 'none'}")
        return Release(folder)

    def all(self) -> list[Release]:
        """All published releases, oldest first."""
        found = [Release(path.parent) for path in self.root.glob(f"r*/{PUBLISHED_FILE}")]
        return sorted(found, key=lambda release: (release.released_at, release.release_id))

    def previous(self, release: Release) -> Release | None:
        """The release published before this one, of the same dataset."""
        same = [other for other in self.all() if other.manifest["dataset"] == release.manifest["dataset"]]
        earlier = [other for other in same if other.released_at < release.released_at]
        return earlier[-1] if earlier else None

    def current_of(self, dataset: str) -> Release | None:
        """The last good release of a dataset, which an audit compares with: the current one, or else its newest."""
        current = self.current()
        if current and current.manifest["dataset"] == dataset:
            return current
        same = [release for release in self.all() if release.manifest["dataset"] == dataset]
        return same[-1] if same else None

    def building(self, release_id: str) -> Path:
        """A fresh folder to build in; what a killed build left is removed."""
        for leftover in self.root.glob(".building-*"):
            shutil.rmtree(leftover)
        folder = self.root / f".building-{release_id}"
        (folder / PARQUET_FOLDER).mkdir(parents=True)
        return folder

    def is_built(self, release_id: str) -> bool:
        """Whether a whole, audited release of that id lies there, published or not."""
        return (self.root / release_id / MANIFEST_FILE).exists()

    def settle(self, built: Path, release_id: str) -> Release:
        """Give an audited build its name. Readers do not see it yet."""
        folder = self.root / release_id
        built.replace(folder)
        sync_folder(self.root)
        return Release(folder)

    def publish(self, release: Release, released_at: datetime) -> None:
        """Move the pointer: the one step after which every new reader sees this release."""
        published = release.folder / PUBLISHED_FILE
        if not published.exists():
            write_json(published, {"released_at": released_at.isoformat()})
        write_json(self.root / POINTER_FILE, {"release_id": release.folder.name})

    def withhold(self, built: Path, release_id: str) -> Path:
        """Keep the checks and the manifest of a release that is held back, and nothing else of it."""
        kept = self.withheld_root / release_id
        kept.mkdir(parents=True, exist_ok=True)
        for name in (CHECKS_FILE, MANIFEST_FILE):
            (built / name).replace(kept / name)
        shutil.rmtree(built)
        return kept


def write_tables(folder: Path, tables: dict[str, pl.DataFrame]) -> dict[str, dict[str, object]]:
    """Write every release table as Parquet and all of them into one DuckDB file.

    Returns:
        By table: rows, SHA-256 of its Parquet file, grain, key. Parquet bytes depend on the rows alone.

    Raises:
        TableError: When a frame breaks its declaration.
    """
    described: dict[str, dict[str, object]] = {}
    for table in RELEASE_TABLES:
        path = folder / PARQUET_FOLDER / f"{table.name}.parquet"
        frame = table.conform(tables[table.name])
        frame.write_parquet(path, compression="zstd", statistics=True)
        described[table.name] = {
            "rows": frame.height,
            "sha256": sha256_of(path),
            "grain": table.grain,
            "key": list(table.key),
        }
    _write_duckdb(folder)
    return described


def _write_duckdb(folder: Path) -> None:
    with duckdb.connect(str(folder / WAREHOUSE_FILE)) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.begin()
        for table in RELEASE_TABLES:
            path = folder / PARQUET_FOLDER / f"{table.name}.parquet"
            connection.execute(f"CREATE TABLE {table.name} AS SELECT * FROM read_parquet({sql_literal(str(path))})")
            _comment(connection, table)
        for name, (comment, sql) in _VIEWS.items():
            connection.execute(f"CREATE VIEW {name} AS {sql}")
            connection.execute(f"COMMENT ON VIEW {name} IS {sql_literal(comment)}")
        connection.commit()


def _comment(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    connection.execute(f"COMMENT ON TABLE {table.name} IS {sql_literal(table.grain)}")
    for column in table.columns:
        unit = f" Unit: {column.unit}." if column.unit else ""
        connection.execute(f"COMMENT ON COLUMN {table.name}.{column.name} IS {sql_literal(column.description + unit)}")


def sql_literal(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


@dataclass(frozen=True)
class Identity:
    """What makes a release this release: its id follows from the inputs and the code."""

    release_id: str
    dataset: str
    night_id: str
    observed_at: datetime
    code_version: str
    inputs_digest: str


def manifest_of(
    identity: Identity, documents: pl.DataFrame, tables: dict[str, dict[str, object]], figures: pl.DataFrame
) -> dict[str, object]:
    """The manifest of a release: what it rests on, what made it, what is in it."""
    return {
        **asdict(identity),
        "observed_at": identity.observed_at.isoformat(),
        "contract_version": CONTRACT_VERSION,
        "inputs": documents.to_dicts(),
        "tables": tables,
        "figures": dict(figures.select("figure", "figure_value").sort("figure").iter_rows()),
    }
