"""Nights in which a third of the sources fail: what is whole is published, what is not is told, what is required withholds."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from flows.capturing.hosts import Hosts
from flows.status import status
from flows.steps import Published, ReleaseWithheldError, capture_step, tonight
from schemas.vocabulary import NightVerdict
from tests.capturing.servers import Answer, Server, answer, raw, serving
from tests.nights import (
    FIRST,
    SAMPLE_PROFILE,
    SECOND,
    THIRD,
    NightEnd,
    SampleFolder,
    content,
    current_release,
    differing,
    home_at,
    run_night,
    source_of,
)
from tests.sample_maker import make_sample

SAMPLE = make_sample()
CMS = "cms_hospital_general_information.csv"
LOGIN = b"<html><head><title>Sign in</title></head><body><form>Name <input> Password <input type=password></form></body></html>"
LARGE_LOGIN = LOGIN + b"<!--" + b" " * 50_000 + b"-->"
"""As large as the page that was meant."""


def silent() -> Answer:
    return lambda talk: talk.fall_silent()


CUT_OFF = raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")
FAULTS: dict[str, tuple[Answer, str]] = {
    "nrmp_directory.html": (answer(body=LARGE_LOGIN), "nrmp_directory: expected the page that was meant; found a login page"),
    "nrmp_program_results_2020_2024.pdf": (answer("500 Oh"), "expected status 200; found 500 Oh"),
    "nrmp_florida_results.csv": (silent(), "expected an answer; found silence until the time for it was over"),
    "acgme_obgyn_programs.csv": (
        answer(body=b"\x00\x01garbage\xff" * 2_000),
        "acgme_obgyn_programs: expected text; found NUL bytes",
    ),
    "eras_cardiology_fellowships.csv": (
        raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"),
        "expected 9 bytes as announced",
    ),
    "ahrq_hospital_linkage_2023.csv": (answer("404 Not Found"), "expected status 200; found 404 Not Found"),
    "nrmp_specialty_img.csv": (answer("502 Bad Gateway"), "expected status 200; found 502 Bad Gateway"),
    "reviewed_links.csv": (answer(), "expected a body; found an empty one"),
    "reviewed_events.csv": (answer("410 Gone"), "expected status 200; found 410 Gone"),
    "uscis_h1b_fy2021.csv": (answer(body=LOGIN), "uscis_h1b_employers: expected a CSV file; found an HTML page"),
}
"""What each file of the failing third is answered with, and what is told of it; the directory's source is a required one."""


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """No pause is made, and silence is silence after a moment."""
    monkeypatch.setattr(tonight, "hosts_of", lambda _profile: Hosts(0, sleep=lambda _: None))
    monkeypatch.setattr(capture_step, "FILE", replace(capture_step.FILE, silence=0.3))
    monkeypatch.setattr(capture_step, "_LIMITS", {})


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as found:
        yield found


def good(server: Server) -> None:
    """Have every file answered with what the sample says."""
    server.answers.update({f"/{file}": answer(body=SAMPLE[file]) for file in FAULTS})


def failing(server: Server, *, spared: str = "") -> None:
    """Have the files of the failing third answered with their faults."""
    server.answers.update({f"/{file}": fault for file, (fault, _) in FAULTS.items() if file != spared})


@pytest.fixture
def profile(sample_folder: SampleFolder, server: Server) -> Path:
    """The sample with the files of the failing third over loopback, and the others in a folder."""
    text = sample_folder.profile.read_text(encoding="utf-8")
    for file in FAULTS:
        text = text.replace(f'"{sample_folder.folder}/{file}"', f'"{server.url(f"/{file}")}"')
    good(server)
    loopback = 'dataset = "sample"\nallow_loopback = true\npace_seconds = 0'
    sample_folder.profile.write_text(text.replace('dataset = "sample"', loopback))
    return sample_folder.profile


def told(end: NightEnd) -> dict[str, str]:
    """Reasons by file of what could not be captured, or not be read."""
    return {file: str(end.outcome(file).reason) for file in SAMPLE_FILES if not end.outcome(file).is_good}


SAMPLE_FILES = [*FAULTS, CMS, "acgme_programs.csv"]


def with_a_renamed_hospital() -> bytes:
    lines = SAMPLE[CMS].decode("utf-8-sig").splitlines()
    cells = lines[1].split(",")
    cells[1] = '"RENAMED ' + cells[1].lstrip('"') if cells[1].startswith('"') else "RENAMED " + cells[1]
    return "\n".join([lines[0], ",".join(cells), *lines[2:], ""]).encode()


def test_night_in_which_a_third_fails_publishes_what_is_whole_and_says_what_is_not(
    tmp_path: Path, sample_folder: SampleFolder, profile: Path, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "home"
    assert isinstance(run_night(home, profile, FIRST).ended, Published)
    before, first = content(home), current_release(home)
    failing(server)
    sample_folder.write(CMS, with_a_renamed_hospital())
    end = run_night(home, profile, SECOND)
    failed = {source_of(file) for file in FAULTS}
    assert 3 * len(failed) >= len(tomllib.loads(SAMPLE_PROFILE.read_text())["sources"]), "a third"

    assert isinstance(end.ended, Published)
    assert end.ended.verdict is NightVerdict.PUBLISHED
    found = told(end)
    assert set(found) == set(FAULTS)
    for file, (_, reason) in FAULTS.items():
        assert reason in found[file]
    now, release = content(home), current_release(home)
    assert release.release_id != first.release_id
    kept = ("program", "track", "match_history", "ci_fellowship", "nrmp_institution", "trainee_filing")
    assert differing({name: before[name] for name in kept}, now) == [], "what failed keeps its last rows"
    assert now["hospital"]["hospital_name"].str.starts_with("RENAMED ").sum() == 1
    documents = release.table("source_document")
    assert documents.height == first.table("source_document").height
    renewed = documents.filter(documents["observed_at"] == SECOND)
    assert renewed["source"].to_list() == ["cms_hospitals"]

    state = status(home_at(home), SECOND + timedelta(hours=1))
    assert {name for name, source in state["sources"].items() if source["state"] == "failing"} == failed
    advice = "\n".join(state["next"])
    for file, (_, reason) in FAULTS.items():
        assert f"{source_of(file)} (" in advice
        assert reason in advice
    lines = [f"{'file':36} {'expected':74} seen", *(f"{file:36} {FAULTS[file][1]:74} {found[file]}" for file in FAULTS)]
    with capsys.disabled():
        sys.stdout.write("\n" + "\n".join(lines) + "\n")


def test_required_source_that_was_never_listed_withholds_the_release_until_it_is(
    tmp_path: Path, profile: Path, server: Server
) -> None:
    home = tmp_path / "home"
    failing(server)
    end = run_night(home, profile, FIRST)
    assert isinstance(end.ended, ReleaseWithheldError)
    assert "nrmp_directory" in str(end.ended)
    assert home_at(home).releases.current() is None
    state = status(home_at(home), FIRST + timedelta(hours=1))
    assert state["release_id"] is None
    assert state["last_night"]["verdict"] == NightVerdict.WITHHELD
    assert "nrmp_directory" in state["last_night"]["reason"]

    server.answers["/nrmp_directory.html"] = answer(body=SAMPLE["nrmp_directory.html"])
    end = run_night(home, profile, SECOND)
    assert isinstance(end.ended, Published), "the others are not required"
    sources = set(current_release(home).table("source_document")["source"])
    assert {"nrmp_directory", "cms_hospitals", "nrmp_program_results"} <= sources
    assert not {"nrmp_florida_results", "acgme_obgyn_programs", "eras_cardiology_fellowships"} & sources

    good(server)
    end = run_night(home, profile, THIRD)
    assert told(end) == {}
    assert {"nrmp_florida_results", "acgme_obgyn_programs", "eras_cardiology_fellowships"} <= set(
        current_release(home).table("source_document")["source"]
    )
