"""``residency extract``: pages from files, folders and captures, told for people and for programs."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from flows.captures import CaptureStore
from flows.cli import app
from flows.extracting import find_pages, read_pages
from flows.home import Home
from schemas.vocabulary import AttemptOutcome
from tests.sample_maker import SAMPLE_DIRECTORY
from warehouse.ledger import Attempt, Ledger

FAQ, PORTAL = "1204121284_faq.html", "0404132141_portal.html"
ADDRESS = "https://residency.example/faq"


def extract(*arguments: str) -> Result:
    """The command as a person gives it."""
    return CliRunner().invoke(app, ["extract", *arguments])


@pytest.fixture
def captured(tmp_path: Path) -> Path:
    """A home in which an address was captured twice: first a login wall, then the page."""
    home = Home.find(tmp_path / "home", f"sqlite:///{tmp_path / 'warehouse.sqlite'}")
    (home.root / "releases").mkdir(parents=True)
    ledger = Ledger(home.store(), "sample")
    for number, file in enumerate((PORTAL, FAQ), start=1):
        body = (SAMPLE_DIRECTORY / file).read_bytes()
        ledger.record_attempt(
            Attempt(
                attempt_id=f"{number:024d}",
                night_id=f"n2026110{number}-000000000000",
                dataset="sample",
                source="program_pages",
                document=FAQ,
                address=ADDRESS,
                attempted_at=datetime(2026, 11, number, tzinfo=UTC),
                duration_ms=1,
                outcome=AttemptOutcome.FETCHED,
                http_status=200,
                digest=CaptureStore(home.captures).put(body),
                size_bytes=len(body),
            )
        )
    return home.root


def test_json_is_one_object_a_page_in_the_order_given() -> None:
    result = extract("--json", str(SAMPLE_DIRECTORY / FAQ), str(SAMPLE_DIRECTORY / PORTAL))
    assert result.exit_code == 0
    told = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(page["file"], page["content_ok"], page["j1_status"], page["h1b_status"]) for page in told] == [
        (FAQ, True, "accepts", "conditional"),
        (PORTAL, False, "unknown", "unknown"),
    ]
    assert told[0]["h1b_conditions"] == ["stated_condition", "step3_required"]
    assert told[0]["usce_required"] == "preferred"


def test_a_person_sees_values_with_the_words_they_rest_on() -> None:
    result = extract(str(SAMPLE_DIRECTORY / FAQ), str(SAMPLE_DIRECTORY / PORTAL))
    assert result.exit_code == 0
    assert "conditional (stated_condition, step3_required)" in result.stdout
    assert "J-1 visas are supported for everybody who matches here." in result.stdout
    assert "no content (login_wall): every claim is unknown" in result.stdout


def test_a_folder_means_its_pages_by_name(tmp_path: Path) -> None:
    for name in ("b.html", "a.htm", "notes.txt"):
        (tmp_path / name).write_bytes((SAMPLE_DIRECTORY / FAQ).read_bytes())
    assert [page.name for page in find_pages([str(tmp_path)], Home.find(tmp_path / "home"))] == ["a.htm", "b.html"]


def test_an_address_means_its_newest_capture(captured: Path, tmp_path: Path) -> None:
    home = Home.find(captured, f"sqlite:///{tmp_path / 'warehouse.sqlite'}")
    ((name, reading),) = read_pages(find_pages([ADDRESS], home))
    assert (name, reading.no_content, reading.claims.visas["j1"].status) == (ADDRESS, None, "accepts")


def test_many_pages_are_read_in_processes_in_their_order(tmp_path: Path) -> None:
    for number in range(60):
        (tmp_path / f"{number:02d}.html").write_bytes((SAMPLE_DIRECTORY / (FAQ if number % 2 else PORTAL)).read_bytes())
    pages = find_pages([str(tmp_path)], Home.find(tmp_path / "home"))
    readings = list(read_pages(pages))
    assert [name for name, _ in readings] == [f"{number:02d}.html" for number in range(60)]
    assert [reading.no_content is None for _, reading in readings] == [bool(number % 2) for number in range(60)]


@pytest.mark.parametrize(
    ("argument", "told"),
    [
        pytest.param(
            "nothing-here.html", "expected a file, a folder, or an http(s) address that was captured", id="no such file"
        ),
        pytest.param("https://never.example/", "expected an address that was captured", id="never captured"),
        pytest.param("EMPTY", "expected pages (.html, .htm, .xhtml) in this folder; found none", id="an empty folder"),
    ],
)
def test_what_cannot_be_read_is_told_with_the_code_for_wrong_use(
    captured: Path, tmp_path: Path, argument: str, told: str
) -> None:
    (tmp_path / "empty").mkdir()
    result = extract("--home", str(captured), str(tmp_path / "empty") if argument == "EMPTY" else argument)
    assert result.exit_code == 2
    assert told in " ".join(result.stderr.split())
