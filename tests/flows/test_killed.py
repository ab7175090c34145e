"""SIGKILL at every kind of moment of a night: no half release is ever visible, and the night run again ends the same."""

import json
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest

from flows.home import Home
from tests.flows.killed_night import run_night
from warehouse.files import sha256_of
from warehouse.release import PARQUET_FOLDER, Releases

CHECKOUT = Path(__file__).resolve().parents[2]
LAST_MOMENTS = 6
FIRST_START, SECOND_START = "2026-11-22T03:17:00+00:00", "2026-11-22T04:00:00+00:00"


def night(home: Path, start: str, fatal: int | None = None) -> subprocess.CompletedProcess[str]:
    arguments = [str(home), "sample", start, "-" if fatal is None else str(fatal)]
    return subprocess.run(
        [sys.executable, "-m", "tests.flows.killed_night", *arguments], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )


def checksums(home: Path, release_id: str) -> dict[str, str]:
    folder = home / "releases" / release_id / PARQUET_FOLDER
    return {file.name: sha256_of(file) for file in sorted(folder.iterdir())}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], str, dict[str, str]]:
    """Moments of a night that nobody kills, its release and the checksums of its tables."""
    home = tmp_path_factory.mktemp("undisturbed")
    done = night(home, FIRST_START)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    return told["moments"], told["release_id"], checksums(home, told["release_id"])


def fatal_moments(moments: list[str]) -> list[int]:
    """The first of every kind of moment, and the last ones, from the night's own record on: before it there is no night."""
    first = {name: number for number, name in reversed(list(enumerate(moments)))}
    last = range(len(moments) - LAST_MOMENTS, len(moments))
    return sorted(number for number in {*first.values(), *last} if number >= first["after begin_night"])


def test_night_killed_at_any_step_ends_in_the_same_release_when_run_again(
    undisturbed: tuple[list[str], str, dict[str, str]], tmp_path: Path
) -> None:
    moments, release_id, tables = undisturbed
    fatal = fatal_moments(moments)
    assert len({moments[number] for number in fatal}) >= 25, "both sides of thirteen writing functions, and after the fourteenth"

    def kill_and_repeat(number: int) -> None:
        home = tmp_path / str(number)
        killed = night(home, FIRST_START, number)
        assert killed.returncode == -signal.SIGKILL, moments[number]
        visible = Releases(home / "releases").current()
        if visible is not None:
            assert checksums(home, visible.release_id) == tables, f"half a release is visible after {moments[number]}"
        assert run_night(Home.find(home), "sample", datetime.fromisoformat(SECOND_START)) == release_id, moments[number]
        assert checksums(home, release_id) == tables, moments[number]
        assert [path.name for path in (home / "releases").glob(".building-*")] == []

    with ThreadPoolExecutor(max_workers=2) as pool:
        list(pool.map(kill_and_repeat, fatal))


def test_readers_keep_the_old_release_whole_when_the_next_night_is_killed_before_its_pointer_moves(
    undisturbed: tuple[list[str], str, dict[str, str]], tmp_path: Path
) -> None:
    _, release_id, tables = undisturbed
    sample = (CHECKOUT / "flows/profiles/sample.toml").read_text()
    changed = tmp_path / "next.toml"
    changed.write_text(sample.replace("../sample/", f"{CHECKOUT}/flows/sample/").replace("stated_total = 6", "stated_total = 7"))
    home = tmp_path / "home"
    assert night(home, FIRST_START).returncode == 0
    arguments = [sys.executable, "-m", "tests.flows.killed_night", str(home), str(changed), "2026-11-23T03:17:00+00:00"]
    rehearsal = tmp_path / "rehearsal"
    assert night(rehearsal, FIRST_START).returncode == 0
    whole = subprocess.run(
        [*arguments[:3], str(rehearsal), *arguments[4:], "-"], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    moments = json.loads(whole.stdout)["moments"]
    last_before_pointer = len(moments) - 1 - moments[::-1].index("before publish")
    killed = subprocess.run([*arguments, str(last_before_pointer)], cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert killed.returncode == -signal.SIGKILL
    current = Releases(home / "releases").current()
    assert current is not None
    assert (current.release_id, checksums(home, release_id)) == (release_id, tables)


def is_running(process_id: int) -> bool:
    command = Path("/proc") / str(process_id) / "cmdline"
    return command.exists() and b"prefect.server" in command.read_bytes()


def test_refresh_killed_under_prefect_is_taken_up_and_its_temporary_server_is_ended(tmp_path: Path) -> None:
    home = tmp_path / "home"
    arguments = [str(Path(sys.executable).with_name("residency")), "refresh", "--home", str(home), "--json"]
    running = subprocess.Popen(arguments, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    note = home / "temporary-server.pid"
    deadline = time.monotonic() + 120
    while not (note.exists() and note.read_text() and (home / "captures").exists()):
        assert running.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)
    servers = [int(word) for word in note.read_text().split()]
    running.kill()
    running.wait()
    assert Releases(home / "releases").current() is None
    assert all(map(is_running, servers))
    again = subprocess.run(arguments, cwd=tmp_path, capture_output=True, text=True, check=True)
    report = json.loads(again.stdout)
    assert (report["resumed"], report["verdict"]) == (True, "published")
    assert not any(map(is_running, servers))
    assert not note.exists()
