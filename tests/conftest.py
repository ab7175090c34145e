"""Fixtures that several test modules share; their helpers are in ``tests.nights``."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.nights import FIRST, SampleFolder, run_night

SHARED_DATA = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture
def sample_folder(tmp_path: Path) -> SampleFolder:
    """A copy of the bundled sample with a profile over it."""
    return SampleFolder.copy_to(tmp_path)


@pytest.fixture(scope="session")
def _first_night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("first_night")
    run_night(root / "home", SampleFolder.copy_to(root).profile, FIRST)
    return root / "home"


@pytest.fixture
def published_home(tmp_path: Path, _first_night: Path) -> Iterator[Path]:
    """A home of its own in which the night ``FIRST`` has published the sample; gone after the test, for its size."""
    yield shutil.copytree(_first_night, tmp_path / "home")
    shutil.rmtree(tmp_path / "home")


@pytest.fixture
def home_of_readers(tmp_path: Path, _first_night: Path) -> Path:
    """A home without any night that has read the sample's documents before: a first night in it reads only what differs."""
    shutil.copytree(_first_night / "readings", tmp_path / "home" / "readings")
    return tmp_path / "home"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The real files beside the project; skips where they are not."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"{SHARED_DATA} is not on this computer")
    return SHARED_DATA
