"""Nights without Prefect: what ``flows.nightly`` does, step by step, over a copy of the sample that a test may spoil."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl

from flows import steps
from flows.home import Home
from flows.profiles import BUNDLED, load_profile
from flows.steps import Outcome, Published, ReleaseWithheldError
from schemas.vocabulary import Claim, NightVerdict
from tests.sample_maker import SAMPLE_DIRECTORY
from warehouse.ledger import Ledger
from warehouse.release import Release

SAMPLE_PROFILE = BUNDLED / "sample.toml"
FIRST = datetime(2026, 11, 1, 3, tzinfo=UTC)
SECOND, THIRD = FIRST + timedelta(days=1), FIRST + timedelta(days=2)

CONTENT = (
    *("program", "track", "match_history", "nrmp_institution_name", "sponsor", "participating_site", "link", "employer"),
    *("trainee_filing", "ci_fellowship", "hospital", "health_system", "nrmp_institution", "link_review", "link_coverage"),
    *("reviewed_link", "entity_name", "entity_code", "entity_event", "evidence", "feature", "feature_matrix"),
)
"""Release tables that say what is so; the others speak of documents, or are made of these."""


@dataclass(frozen=True)
class SampleFolder:
    """A copy of the bundled sample with a profile over it: all sources, with the dates of the sample profile."""

    folder: Path
    profile: Path

    @classmethod
    def copy_to(cls, root: Path) -> SampleFolder:
        folder = shutil.copytree(SAMPLE_DIRECTORY, root / "sample")
        profile = root / "profile.toml"
        profile.write_text(SAMPLE_PROFILE.read_text(encoding="utf-8").replace('"../sample/', f'"{folder}/'), encoding="utf-8")
        return cls(folder, profile)

    def write(self, file: str, data: bytes) -> None:
        """Put other bytes in the place of a file."""
        (self.folder / file).write_bytes(data)

    def restore(self, file: str) -> None:
        """Put the good file back."""
        shutil.copyfile(SAMPLE_DIRECTORY / file, self.folder / file)


@dataclass(frozen=True)
class NightEnd:
    """How a night went: outcomes by source, and what its release step gave or raised."""

    outcomes: dict[str, list[Outcome]]
    ended: Published | ReleaseWithheldError

    def outcome(self, file: str) -> Outcome:
        """The outcome of a file of the sample."""
        source = source_of(file)
        (found,) = [outcome for outcome in self.outcomes[source] if outcome.document in ("current", file)]
        return found

    def others(self, file: str) -> list[Outcome]:
        """The outcomes of all files but one."""
        return [outcome for found in self.outcomes.values() for outcome in found if outcome != self.outcome(file)]


def source_of(file: str) -> str:
    """The source that the sample profile gives a file to."""
    sources = tomllib.loads(SAMPLE_PROFILE.read_text(encoding="utf-8"))["sources"]
    (found,) = [name for name, entries in sources.items() if any(Path(entry["from"]).name == file for entry in entries)]
    return str(found)


def sample_files() -> list[str]:
    """Every file of the sample profile."""
    sources = tomllib.loads(SAMPLE_PROFILE.read_text(encoding="utf-8"))["sources"]
    return [Path(entry["from"]).name for entries in sources.values() for entry in entries]


def home_at(root: Path) -> Home:
    """A data home with its embedded warehouse."""
    return Home(root, f"sqlite:///{root / 'warehouse.sqlite'}")


def run_night(home_root: Path, profile_path: Path, now: datetime) -> NightEnd:
    """Run one night. A fault of ours is raised; a release that is withheld is handed back."""
    tonight, _ = steps.begin(home_at(home_root), load_profile(str(profile_path)), now)
    try:
        for source in tonight.profile.source_names:
            steps.capture(tonight, source)
        outcomes = {source: steps.list_source(tonight, source) for source in tonight.profile.source_names}
        published = steps.release(tonight)
    except ReleaseWithheldError as error:
        steps.end(tonight, NightVerdict.WITHHELD, str(error), None)
        return NightEnd(outcomes, error)
    except Exception as error:
        steps.end(tonight, NightVerdict.FAILED, f"{type(error).__name__}: {error}", None)
        raise
    steps.end(tonight, published.verdict, published.reason, published.release_id)
    return NightEnd(outcomes, published)


def current_release(home_root: Path) -> Release:
    """The release that readers see."""
    release = home_at(home_root).releases.current()
    assert release is not None
    return release


def content(home_root: Path) -> dict[str, pl.DataFrame]:
    """What the current release says, table by table; not which release says it, nor how far a list is known to reach."""
    release = current_release(home_root)
    tables = {name: release.table(name) for name in CONTENT}
    tables["evidence"] = tables["evidence"].filter(pl.col("claim") != Claim.LIST_EXTENT)
    tables["feature"] = tables["feature"].drop("evidence_ids", "evidence_observed_at")  # the extent of a list is cited too
    tables["feature_matrix"] = tables["feature_matrix"].drop("release_id")
    return tables


def differing(before: dict[str, pl.DataFrame], after: dict[str, pl.DataFrame]) -> list[str]:
    """Names of the tables that are not row by row what they were."""
    return [name for name, table in before.items() if not table.equals(after[name])]


def ledger_of(home_root: Path, dataset: str = "sample") -> Ledger:
    """The ledger of a home."""
    return Ledger(home_at(home_root).store(), dataset)


def files_in(folder: Path, pattern: str = "*") -> Iterator[Path]:
    """Every file below a folder whose name fits."""
    return (path for path in sorted(folder.rglob(pattern)) if path.is_file())
