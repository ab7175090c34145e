"""SIGKILL at random moments of a crawl: what is captured stays captured, nothing is asked for twice, and the end is the same."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path
from subprocess import DEVNULL, Popen

import polars as pl
import pytest

from flows.captures import CaptureStore
from flows.crawling.sites import SITES_A_BATCH
from schemas.listings import SITE_PAGE, WEB_PAGE, WEB_PAGE_CLAIM, WEB_PAGE_ROSTER
from tests.capturing.servers import Answer, Asked, KeptOpen, Request, Server, answer, serving
from tests.crawling.killed_crawl import Nursery
from tests.crawling.webs import html, page
from tests.nights import FIRST, SAMPLE_PROFILE, ledger_of
from tests.sample_maker import SAMPLE_DIRECTORY
from warehouse.release import Releases

KILLS, SEED = 50, 20261128
HOSTS, PAGES_A_HOST = 42, 7
LATENCY, CONNECTIONS = 0.03, 8
"""So slow that a run lives through several transactions of outcome rows."""
MOST_REQUESTS, MOST_SECONDS = 180, 2.0
MARK = "KILLED_CRAWL_DRILL"


def told(request: Request) -> Answer:
    """A site of seven pages at three depths, other ones on each host, and a link to a page that is not there."""
    time.sleep(LATENCY)
    host, name = request.headers["Host"], request.path.removeprefix("/residency/")
    links = {f"apply-{number}.html": f"How to apply {number}" for number in range(1, PAGES_A_HOST - 1)}
    known = {
        "": {**links, "missing.html": "Selection criteria"},
        **{name: {} for name in links},
        "apply-1.html": {"visas.html": "Visa policy"},
        "visas.html": {},
    }
    if name not in known:
        return KeptOpen(answer("404 Not Found", b"none"))
    text = f"We sponsor J-1 visas. A score of 2{len(name):02} on Step 2 CK is required at {host}."
    return page(html(text, known[name], f"Residency {name} of {host}"), f"{host}{name}").answer_to(request)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving(host="0.0.0.0") as found:  # noqa: S104  (every address of 127.0.0.0/8 is this computer)
        names = ["", *(f"apply-{number}.html" for number in range(1, PAGES_A_HOST - 1)), "visas.html", "missing.html"]
        found.answers = {f"/residency/{name}": Asked(told) for name in names}
        found.answers["/robots.txt"] = KeptOpen(answer("404 Not Found", b"none"))
        yield found


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory, server: Server) -> Path:
    folder = tmp_path_factory.mktemp("profile")
    starts = [server.url("/residency/", f"127.0.1.{number}") for number in range(1, HOSTS + 1)]
    rows = "".join(f"14035{number:05},{start},program\n" for number, start in enumerate(starts))
    (folder / "sites.csv").write_text(f"acgme_id,start_address,page_scope\n{rows}")
    head = 'name = "killed"\ndataset = "trial"\npace_seconds = 0\nallow_loopback = true\n'
    crawl = f"[crawl]\nconnections = {CONNECTIONS}\n"
    (folder / "profile.toml").write_text(f'{head}{crawl}[[sources.program_sites]]\nfrom = "sites.csv"\n')
    return folder / "profile.toml"


@pytest.fixture(scope="module")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    found = Nursery.open(tmp_path_factory.mktemp("nursery") / "errors.txt", **{MARK: str(os.getpid())})
    yield found
    found.close()


def stored(home: Path, statement: str) -> list[tuple[str, ...]]:
    """What a process finds in the store that comes after the killed one; nothing before the store is there."""
    if not (home / "warehouse.sqlite").exists():
        return []
    with closing(sqlite3.connect(home / "warehouse.sqlite")) as connection, suppress(sqlite3.OperationalError):
        return connection.execute(statement).fetchall()
    return []


def outcomes(home: Path) -> list[tuple[str, ...]]:
    """Outcome rows of pages: address, outcome, digest."""
    return stored(home, "SELECT address, outcome, digest FROM capture_attempt WHERE source = 'site_pages'")


def finished(home: Path) -> set[str]:
    return {address for address, outcome, _ in outcomes(home) if outcome != "failed"}


def state(home: Path) -> dict[str, pl.DataFrame]:
    """Everything that a crawl leaves behind but its outcome rows: histories of the listings with their ids, and readings."""
    ledger = ledger_of(home, "trial")
    listings = {
        listing.name: ledger.listing_history(listing).sort("row_id")
        for listing in (SITE_PAGE, WEB_PAGE, WEB_PAGE_CLAIM, WEB_PAGE_ROSTER)
    }
    return {**listings, "extract": ledger.extracts("site_pages").sort("extract_id")}


def asked(server: Server, begun: int) -> Counter[str]:
    """Addresses that were asked for since, robots.txt apart."""
    requests = [request for request in server.requests[begun:] if request.path != "/robots.txt"]
    return Counter(f"http://{request.headers['Host']}{request.path}" for request in requests)


def kill_at_a_random_moment(process: int, server: Server, chance: random.Random) -> None:
    """Kill after a random number of requests, or after a random time; what has ended by then has ended."""
    by_requests = chance.random() < 0.75
    begun, requests = len(server.requests), chance.randint(1, MOST_REQUESTS)
    at = time.monotonic() + chance.uniform(0.0, MOST_SECONDS)
    with suppress(ProcessLookupError):
        while len(server.requests) - begun < requests if by_requests else time.monotonic() < at:
            os.kill(process, 0)
            time.sleep(0.005)
        os.kill(process, signal.SIGKILL)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, nursery: Nursery, profile: Path) -> dict[str, pl.DataFrame]:
    """What a crawl leaves behind that nobody kills, with its readers."""
    home = tmp_path_factory.mktemp("undisturbed")
    nursery.start(home, profile, FIRST, with_readers=True)
    assert nursery.ended() == 0
    found = state(home)
    assert HOSTS > SITES_A_BATCH, "two batches"
    assert found["web_page"].height == HOSTS * PAGES_A_HOST
    assert found["extract"].height == HOSTS * (PAGES_A_HOST + 1)
    return found


def readers_left() -> list[int]:
    """Reading processes that any crawl of this test has begun and that still run."""
    mark, found = f"{MARK}={os.getpid()}".encode(), []
    for folder in Path("/proc").iterdir():
        with suppress(OSError):
            is_ours = folder.name.isdigit() and mark in (folder / "environ").read_bytes().split(b"\0")
            if is_ours and b"spawn_main" in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
    return found


def wait_until(is_so: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_no_reading_process_outlives_its_killed_parent(nursery: Nursery, profile: Path, tmp_path: Path) -> None:
    process = nursery.start(tmp_path / "home", profile, FIRST, with_readers=True)
    wait_until(lambda: len(readers_left()) > 0)
    os.kill(process, signal.SIGKILL)
    assert nursery.ended() == -signal.SIGKILL
    wait_until(lambda: readers_left() == [])


def test_fifty_kills_lose_nothing_repeat_nothing_and_end_the_same(
    undisturbed: dict[str, pl.DataFrame],
    nursery: Nursery,
    profile: Path,
    server: Server,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    chance, begun_at = random.Random(SEED), time.monotonic()  # noqa: S311  (moments of a drill, the same each time)
    kills, homes, hit = 0, 0, Counter[str]()
    while kills < KILLS:
        home, homes, exit_code = tmp_path / f"home-{homes}", homes + 1, -signal.SIGKILL
        now = FIRST
        while exit_code != 0:
            done, begun = finished(home), len(server.requests)
            process = nursery.start(home, profile, now)
            if kills < KILLS:
                kill_at_a_random_moment(process, server, chance)
            exit_code = nursery.ended()
            assert exit_code in (0, -signal.SIGKILL)
            assert asked(server, begun).keys() & done == set(), "nothing that was finished is asked for again"
            captures = CaptureStore(home / "captures")
            for address, outcome, digest in outcomes(home):
                assert (digest is None) == (outcome == "failed"), address
                assert digest is None or captures.holds(digest), f"a row of {address} without its bytes"
            if stored(home, "SELECT night_id FROM night"):
                now += timedelta(minutes=1)  # a night that has begun keeps its clock
            if exit_code != 0:
                kills += 1
                hit[f"{len(finished(home)) * 5 // (HOSTS * PAGES_A_HOST) * 20} %"] += 1
        assert_whole(home, undisturbed)
    seconds = time.monotonic() - begun_at
    with capsys.disabled():
        sys.stdout.write(
            f"\n{kills} kills in {homes} nights, {seconds:.0f} s; pages finished by then: {dict(sorted(hit.items()))}\n"
        )


def assert_whole(home: Path, undisturbed: dict[str, pl.DataFrame]) -> None:
    """Nothing lost, nothing twice, nothing torn, and what an undisturbed crawl leaves behind."""
    rows = outcomes(home)
    successes = Counter(address for address, outcome, _ in rows if outcome != "failed")
    assert len(successes) == HOSTS * PAGES_A_HOST
    assert set(successes.values()) == {1}, "one success an address"
    captures = CaptureStore(home / "captures")
    for _, _, digest in rows:
        if digest is not None:
            captures.get(digest)
    named = {path.name.removesuffix(".gz") for path in captures.root.rglob("*") if path.is_file() and path.name[0] != "."}
    for digest in named:
        captures.get(digest)
    assert len(stored(home, "SELECT night_id FROM night")) == 1, "one night, taken up again and again"
    found = state(home)
    assert [name for name, frame in undisturbed.items() if not frame.equals(found[name])] == []


def test_refresh_killed_while_it_follows_sites_is_taken_up_and_asks_for_nothing_twice(server: Server, tmp_path: Path) -> None:
    hosts = 20
    starts = [server.url("/residency/", f"127.0.2.{number}") for number in range(1, hosts + 1)]
    rows = "".join(f"14035{number:05},{start},program\n" for number, start in enumerate(starts))
    (tmp_path / "sites.csv").write_text(f"acgme_id,start_address,page_scope\n{rows}")
    sample = SAMPLE_PROFILE.read_text(encoding="utf-8").replace('"../sample/', f'"{SAMPLE_DIRECTORY}/')
    text = sample.replace('dataset = "sample"\n', 'dataset = "sample"\npace_seconds = 0\nallow_loopback = true\n')
    text += f'\n[[sources.program_sites]]\nfrom = "{tmp_path / "sites.csv"}"\n[crawl]\nconnections = 4\n'
    (tmp_path / "profile.toml").write_text(text)
    home = tmp_path / "home"
    command = [str(Path(sys.executable).with_name("residency")), "refresh", "--profile", str(tmp_path / "profile.toml")]
    arguments, environment = [*command, "--home", str(home), "--json"], {**os.environ, MARK: str(os.getpid())}

    running = Popen(arguments, cwd=tmp_path, env=environment, stdout=DEVNULL, stderr=DEVNULL)
    wait_until(lambda: running.poll() is not None or len(finished(home)) >= hosts + 10, 300)
    running.kill()
    assert running.wait() == -signal.SIGKILL
    done = finished(home)
    assert hosts + 10 <= len(done) < hosts * PAGES_A_HOST
    assert Releases(home / "releases").current() is None
    wait_until(lambda: readers_left() == [])

    begun = len(server.requests)
    again = subprocess.run(arguments, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert again.returncode == 0, again.stderr
    report = json.loads(again.stdout)
    assert (report["resumed"], report["verdict"]) == (True, "published")
    assert asked(server, begun).keys() & done == set()
    (crawled,) = [outcome for outcome in report["outcomes"] if outcome["source"] == "site_pages"]
    assert crawled["document"] == f"{hosts} sites, {hosts * (PAGES_A_HOST + 1)} pages"
    assert crawled["complete"]
    successes = Counter(address for address, outcome, _ in outcomes(home) if outcome != "failed")
    assert (len(successes), set(successes.values())) == (hosts * PAGES_A_HOST, {1})
    wait_until(lambda: readers_left() == [])
