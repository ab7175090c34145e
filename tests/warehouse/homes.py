"""Nights without Prefect, in a home of one's own, on either store: the steps of ``flows.nightly`` in their order."""

import shutil
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl

from flows import steps
from flows.home import Home
from flows.profiles import Profile, load_profile
from flows.steps import Published, Tonight
from warehouse.files import sha256_of
from warehouse.release import PUBLISHED_FILE, WAREHOUSE_FILE, Release
from warehouse.store import sqlite_url
from warehouse.tables import WAREHOUSE_TABLES

FIRST = datetime(2026, 11, 1, 3, tzinfo=UTC)
SECOND, THIRD = FIRST + timedelta(days=1), FIRST + timedelta(days=2)

Edit = tuple[str, str, str]
"""Document of the sample, what stands in it once, and what shall stand there instead."""


def home_at(root: Path, warehouse_url: str | None = None) -> Home:
    """A data home, on SQLite where no URL is given."""
    (root / "releases").mkdir(parents=True, exist_ok=True)
    return Home(root, warehouse_url or sqlite_url(root / "warehouse.sqlite"))


def copy_of(home: Home, root: Path) -> Home:
    """The same home in another place, to be spoilt."""
    return home_at(shutil.copytree(home.root, root))


def sample(folder: Path | None = None, edits: Iterable[Edit] = ()) -> Profile:
    """The bundled profile; with edits its documents are changed copies in the folder."""
    profile = load_profile("sample")
    by_name: dict[str, list[Edit]] = {}
    for edit in edits:
        by_name.setdefault(edit[0], []).append(edit)
    places = []
    for place in profile.places:
        name = Path(place.address).name
        if name in by_name and folder is not None:
            text = Path(place.address).read_text(encoding="utf-8")
            for _, before, after in by_name.pop(name):
                assert text.count(before) == 1, before
                text = text.replace(before, after)
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
            place = place.model_copy(update={"address": str(folder / name)})
        places.append(place)
    assert by_name == {}
    return profile.model_copy(update={"places": tuple(places)})


def listed(home: Home, profile: Profile, now: datetime) -> Tonight:
    """A night as it stands before its release: everything captured, read and recorded."""
    tonight, _ = steps.begin(home, profile, now)
    for source in profile.source_names:
        steps.capture(tonight, source)
    for source in profile.source_names:
        steps.list_source(tonight, source)
    return tonight


def night(home: Home, profile: Profile, now: datetime) -> Published:
    """A whole night that ends well."""
    tonight = listed(home, profile, now)
    published = steps.release(tonight)
    steps.end(tonight, published.verdict, published.reason, published.release_id)
    return published


def elsewhere(tonight: Tonight, home: Home) -> Tonight:
    """The same night in a copy of its home."""
    return replace(tonight, home=home)


def files(release: Release, *but: str) -> dict[str, str]:
    """SHA-256 of every file of a release whose bytes depend on its content alone, by path within it.

    ``published.json`` holds the clock's time, and DuckDB writes its file as it pleases.
    """
    left_out = {PUBLISHED_FILE, WAREHOUSE_FILE, *but}
    paths = [path for path in release.folder.rglob("*") if path.is_file() and path.name not in left_out]
    return {str(path.relative_to(release.folder)): sha256_of(path) for path in sorted(paths)}


def everything(home: Home, *but: str) -> dict[str, pl.DataFrame]:
    """Every table of the warehouse by name."""
    store = home.store()
    found = {table.name: store.read(table) for table in WAREHOUSE_TABLES if table.name not in but}
    store.close()
    return found


def differing(one: dict[str, pl.DataFrame], other: dict[str, pl.DataFrame]) -> list[str]:
    """Names of tables that are not row by row the same."""
    assert set(one) == set(other)
    return [name for name, table in one.items() if not table.equals(other[name])]
