"""``residency resolve`` on the bundled sample: entities, codes, links, and what is not known."""

import csv
import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.resolving import QuestionError, Resolver, question, read_batch
from warehouse.reading import RedirectError, open_release, surviving
from warehouse.release import Release

UPMC_PRESBYTERIAN, BETH_ISRAEL, SPARROW = "390164", "220086", "230230"


@pytest.fixture(scope="module")
def home(_first_night: Path) -> Path:
    """The sample's first release; these tests only read."""
    return _first_night


def ask(home: Path, *arguments: str) -> dict[str, Any]:
    done = CliRunner().invoke(app, ["resolve", *arguments, "--home", str(home), "--json"])
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_an_employer_of_the_filings_is_answered_with_its_hospital_and_sponsor(home: Path) -> None:
    told = ask(home, "--kind", "employer", "--name", "Beth Israel Deaconess Medical Center, Inc.", "--state", "MA")
    assert (told["status"], told["ccn"], told["sponsor_codes"]) == ("linked", BETH_ISRAEL, ["248076"])
    assert told["link"]["link_method"] == "exact_name_state"
    assert told["link"]["kind"] == "same"
    assert told["score"] == told["link"]["score"] > 0.99
    assert told["uid"].startswith("emp-")


def test_a_reviewed_decision_says_who_decided_and_on_what(home: Path) -> None:
    told = ask(home, "--kind", "employer", "--name", "UPMC Medical Education", "--state", "PA")
    assert told["ccn"] == UPMC_PRESBYTERIAN
    assert told["link"]["link_method"] == "reviewed"
    assert told["link"]["kind"] == "files_for"
    assert told["link"]["decided_by"] == "sample"
    assert "https://www.upmc.com" in told["link"]["basis"]


def test_a_name_that_no_source_uses_is_compared_on_the_spot(home: Path) -> None:
    told = ask(
        home, "--kind", "employer", "--name", "BETH ISRAEL DEACONESS MED CTR INC D/B/A BIDMC", "--state", "MA", "--city", "Boston"
    )
    assert (told["status"], told["ccn"], told["uid"]) == ("linked", BETH_ISRAEL, None)


def test_a_reviewed_decision_holds_for_another_spelling_of_the_name(home: Path) -> None:
    told = ask(home, "--kind", "employer", "--name", "UPMC MED EDUC", "--state", "PA")
    assert (told["ccn"], told["link"]["link_method"]) == (UPMC_PRESBYTERIAN, "reviewed")


@pytest.mark.parametrize(
    ("name", "state"),
    [
        pytest.param("Beth Israel Deaconess Medical Center", "NJ", id="the name in another state"),
        pytest.param("Boston Widget Company", "MA", id="a company of the same city"),
        pytest.param("Lansing School District", "MI", id="a school district"),
        pytest.param("Saint Joseph Hospital", "PA", id="a common name where no such hospital is"),
    ],
)
def test_what_is_nobody_we_know_is_unknown_and_has_no_code(home: Path, name: str, state: str) -> None:
    told = ask(home, "--kind", "employer", "--name", name, "--state", state)
    assert (told["status"], told["ccn"], told["link"], told["acgme_ids"]) == ("unknown", None, None, [])


def test_two_hospitals_of_one_name_are_told_apart_by_state(home: Path) -> None:
    colorado = ask(home, "--kind", "employer", "--name", "St. Joseph Hosp", "--state", "CO", "--city", "Denver")
    kentucky = ask(home, "--kind", "employer", "--name", "St. Joseph Hosp", "--state", "KY", "--city", "Lexington")
    assert (colorado["ccn"], kentucky["ccn"]) == ("060028", "180010")


def test_a_hospital_is_found_by_its_ccn_with_its_programs(home: Path) -> None:
    told = ask(home, "--kind", "hospital", "--code", BETH_ISRAEL)
    assert (told["status"], told["ccn"]) == ("linked", BETH_ISRAEL)
    assert "BETH ISRAEL DEACONESS MEDICAL CENTER" in told["names"]
    assert told["acgme_ids"]


def test_an_acgme_code_is_no_ccn(home: Path) -> None:
    release = open_release(home / "releases")
    code = release.table("sponsor").drop_nulls("sponsor_code").item(0, "sponsor_code")
    assert ask(home, "--kind", "hospital", "--code", code)["status"] == "unknown"
    assert ask(home, "--kind", "sponsor", "--code", code)["sponsor_codes"] == [code]


def test_a_ccn_that_lost_its_zero_is_nobody(home: Path) -> None:
    assert ask(home, "--kind", "hospital", "--code", "60028")["status"] == "unknown"
    assert ask(home, "--kind", "hospital", "--code", "060028")["status"] == "linked"


def test_a_program_leads_to_its_sponsor_tracks_and_hospital(home: Path) -> None:
    told = ask(home, "--kind", "program", "--code", "1404121504")
    assert told["acgme_ids"] == ["1404121504"]
    release = open_release(home / "releases")
    tracks = release.table("track").filter(pl.col("acgme_id") == "1404121504")["nrmp_code"].unique().sort().to_list()
    assert told["nrmp_codes"] == tracks != []


def test_an_nrmp_institution_is_found_by_its_code(home: Path) -> None:
    told = ask(home, "--kind", "nrmp_institution", "--code", "1652")
    assert (told["status"], told["ccn"], told["nrmp_institutions"]) == ("linked", UPMC_PRESBYTERIAN, ["1652"])


def test_a_merged_hospital_resolves_to_the_one_it_was_merged_into_from_that_day_on(home: Path) -> None:
    release = open_release(home / "releases")
    merged = release.table("entity_event").filter(pl.col("event") == "merged_into")
    old, new = merged.item(0, "entity_uid"), merged.item(0, "other_uid")
    assert surviving(release, old) == new
    assert surviving(release, old, date(2019, 8, 1)) == new
    assert surviving(release, old, date(2019, 7, 31)) == old
    assert surviving(release, new) == new
    told = ask(home, "--kind", "hospital", "--code", merged.item(0, "code"))
    assert told["resolves_to"] == [new]


def test_mergers_in_a_circle_are_refused() -> None:
    class Circle(Release):
        def table(self, name: str) -> pl.DataFrame:
            assert name == "entity_event"
            rows = [("a", "b", date(2020, 1, 1), "merged_into"), ("b", "a", date(2021, 1, 1), "merged_into")]
            return pl.DataFrame(rows, schema=["entity_uid", "other_uid", "event_on", "event"], orient="row")

    with pytest.raises(RedirectError, match="a -> b -> a"):
        surviving(Circle(Path()), "a")


def test_many_questions_are_answered_in_order_and_other_columns_are_kept(home: Path, tmp_path: Path) -> None:
    batch = tmp_path / "asked.csv"
    batch.write_text(
        "note,kind,left_name,left_state\n"
        'first,employer,"Beth Israel Deaconess Medical Center, Inc.",MA\n'
        "second,employer,Nobody Knows LLC,OH\n",
        encoding="utf-8",
    )
    done = CliRunner().invoke(app, ["resolve", "--batch", str(batch), "--home", str(home), "--csv"])
    assert done.exit_code == 0, done.output
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [(row["asked_note"], row["status"], row["ccn"]) for row in rows] == [
        ("first", "linked", BETH_ISRAEL),
        ("second", "unknown", ""),
    ]


def test_an_answer_does_not_depend_on_the_other_questions(home: Path) -> None:
    resolver = Resolver(open_release(home / "releases"))
    asked = [
        question("employer", name, "MA") for name in ("Beth Israel Deaconess Hosp", "Boston Widget Company", "BIDMC Physicians")
    ]
    together = resolver.answers(asked)
    alone = [resolver.answers([one])[0] for one in asked]
    assert [(a["status"], a["ccn"], a["score"]) for a in together] == [(a["status"], a["ccn"], a["score"]) for a in alone]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        pytest.param(["--kind", "clinic", "--name", "X"], "expected a kind out of employer", id="unknown kind"),
        pytest.param(
            ["--kind", "employer", "--name", "X", "--state", "Atlantis"], "expected a state of two letters", id="unknown state"
        ),
        pytest.param(["--kind", "employer"], "expected a name or a code", id="nothing asked"),
        pytest.param([], "expected --kind with --name or --code, or --batch", id="no question"),
    ],
)
def test_a_question_that_cannot_be_asked_is_exit_code_2(home: Path, arguments: list[str], told: str) -> None:
    done = CliRunner().invoke(app, ["resolve", *arguments, "--home", str(home)])
    assert done.exit_code == 2
    assert told in done.stderr


def test_a_batch_row_that_cannot_be_asked_is_named(tmp_path: Path) -> None:
    batch = tmp_path / "asked.csv"
    batch.write_text("kind,name,state\nemployer,Mercy,PA\nemployer,Mercy,ZZ\n", encoding="utf-8")
    with pytest.raises(QuestionError, match=r"asked\.csv row 3: expected a state"):
        read_batch(batch)


def test_a_state_may_be_given_by_name() -> None:
    assert question("employer", "Mercy", "pennsylvania").state == "PA"
