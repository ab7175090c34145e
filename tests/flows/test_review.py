"""``residency review``: the queue, one decision a key, the line it leaves, and undoing it."""

import csv
import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.reviewing import Candidate, DecisionError, candidates, decide
from schemas.listings import REVIEWED_LINK
from schemas.vocabulary import Decision
from tests.nights import FIRST, SECOND, THIRD, SampleFolder, run_night
from warehouse.reading import open_release
from warehouse.release import Release

DAY = date(2026, 11, 22)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A reviewed file without decisions."""
    path = tmp_path / "links.csv"
    path.write_text(",".join(REVIEWED_LINK.column_names) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def home(_first_night: Path) -> Path:
    """The sample's first release; these tests only read."""
    return _first_night


@pytest.fixture(scope="module")
def release(_first_night: Path) -> Release:
    return open_release(_first_night / "releases")


def lines(file: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))


def test_pairs_come_worst_consequences_first(release: Release, file: Path) -> None:
    stakes = [pair.n_programs + pair.n_filings for pair in candidates(release, file)]
    assert stakes == sorted(stakes, reverse=True)
    assert stakes[0] > 0


def test_both_sides_are_shown_with_names_places_and_codes(release: Release, file: Path) -> None:
    pair = candidates(release, file)[0]
    for side in (pair.left, pair.right):
        assert side.names
        assert side.places
    assert pair.right.codes
    assert 0 < pair.score < 1
    assert pair.basis


def test_a_decision_is_one_line_with_evidence_and_day(release: Release, file: Path) -> None:
    pair = candidates(release, file)[0]
    before = file.read_text(encoding="utf-8")
    decide(file, pair, Decision.SAME, reviewer="A. Expert", on=DAY, evidence="They are one.", address="https://example.org")
    added = file.read_text(encoding="utf-8").removeprefix(before)
    assert added.count("\n") == 1
    (row,) = lines(file)
    assert (row["decision"], row["reviewer"], row["evidence_on"]) == ("same", "A. Expert", "2026-11-22")
    assert (row["review_evidence"], row["review_address"]) == ("They are one.", "https://example.org")
    assert row["right_code"] in {code.split(" ", 1)[1] for code in pair.right.codes}


def test_a_decided_pair_is_not_asked_again_and_the_line_taken_out_brings_it_back(release: Release, file: Path) -> None:
    queue = candidates(release, file)
    empty = file.read_text(encoding="utf-8")
    decide(file, queue[0], Decision.NOT_SAME, reviewer="A. Expert", on=DAY)
    assert _ids(candidates(release, file)) == _ids(queue[1:])
    file.write_text(empty, encoding="utf-8")
    assert _ids(candidates(release, file)) == _ids(queue)


def _ids(pairs: list[Candidate]) -> list[tuple[str, str]]:
    return [(pair.left.uid, pair.right.uid) for pair in pairs]


def test_a_pair_is_decided_once(release: Release, file: Path) -> None:
    pair = candidates(release, file)[0]
    decide(file, pair, Decision.SAME, reviewer="A. Expert", on=DAY)
    with pytest.raises(DecisionError, match="decided already: same"):
        decide(file, pair, Decision.NOT_SAME, reviewer="A. Expert", on=DAY)


def test_a_decision_has_a_reviewer(release: Release, file: Path) -> None:
    with pytest.raises(DecisionError, match="expected the name of the reviewer"):
        decide(file, candidates(release, file)[0], Decision.SAME, reviewer=" ", on=DAY)
    assert lines(file) == []


def test_a_file_with_other_columns_is_refused(release: Release, file: Path) -> None:
    file.write_text("left,right\na,b\n", encoding="utf-8")
    with pytest.raises(DecisionError, match="expected columns left_kind"):
        candidates(release, file)


def test_one_key_decides_and_q_stops(home: Path, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = iter("x n q".replace(" ", ""))  # x is no key and is asked again
    monkeypatch.setattr("flows.linking_cli.click.getchar", lambda: next(keys))
    monkeypatch.setattr("flows.linking_cli._is_a_terminal", lambda: True)
    done = CliRunner().invoke(app, ["review", "--home", str(home), "--file", str(file), "--reviewer", "A. Expert"])
    assert done.exit_code == 0, done.output
    assert [row["decision"] for row in lines(file)] == ["not_same"]
    assert "1 decisions written" in done.stdout


def test_programs_list_and_decide_without_keys(home: Path, file: Path) -> None:
    runner = CliRunner()
    common = ["--home", str(home), "--file", str(file)]
    listed = json.loads(runner.invoke(app, ["review", *common, "--limit", "3", "--json"]).stdout)
    assert len(listed) == 3
    pair = listed[0]
    done = runner.invoke(
        app,
        [
            "review",
            *common,
            "--decide",
            pair["left"]["uid"],
            pair["right"]["uid"],
            "not_same",
            "--reviewer",
            "A. Expert",
            "--json",
        ],
    )
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout) == lines(file)[0]
    again = runner.invoke(
        app, ["review", *common, "--decide", pair["left"]["uid"], pair["right"]["uid"], "same", "--reviewer", "B"]
    )
    assert again.exit_code == 2
    assert "expected a pair that waits for review" in again.stderr


def test_a_decision_is_in_force_from_the_next_night_and_its_undoing_from_the_one_after(tmp_path: Path) -> None:
    sample = SampleFolder.copy_to(tmp_path)
    home = tmp_path / "home"
    run_night(home, sample.profile, FIRST)
    reviewed = sample.folder / "reviewed_links.csv"
    before = reviewed.read_text(encoding="utf-8")
    pair = candidates(open_release(home / "releases"), reviewed)[0]
    decide(reviewed, pair, Decision.PART_OF, reviewer="A. Expert", on=DAY)

    run_night(home, sample.profile, SECOND)
    release = open_release(home / "releases")
    link = release.table("link").filter(left_id=pair.left.uid, right_id=pair.right.uid)
    assert link.select("kind", "link_method", "decided_by").rows() == [("part_of", "reviewed", "A. Expert")]
    assert release.table("link_review").filter(left_id=pair.left.uid, right_id=pair.right.uid).is_empty()

    reviewed.write_text(before, encoding="utf-8")
    run_night(home, sample.profile, THIRD)
    release = open_release(home / "releases")
    assert release.table("link").filter(left_id=pair.left.uid, right_id=pair.right.uid).is_empty()
    assert release.table("link_review").filter(left_id=pair.left.uid, right_id=pair.right.uid).height == 1
