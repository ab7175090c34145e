"""The console command as its users run it: with a home of its own, on the bundled sample.

Whatever starts Prefect runs in a process of its own, and so does one call of each sort; the others would show the same and
spend their time on starting Python.
"""

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from contextlib import chdir
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli import app
from tests.nights import sample_files, source_of

CHECKOUT = Path(__file__).resolve().parents[2]
RESIDENCY = Path(sys.executable).with_name("residency")
VERBS = ("refresh", "status", "query", "sources", "diff", "dictionary")


class Command:
    """``residency`` in a working directory of its own, with an empty user home and no settings but these."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.user_home = folder / "user"
        self.working = folder / "working"
        self.user_home.mkdir()
        self.working.mkdir()

    def __call__(self, *arguments: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run it in the test's process."""
        environment = {"HOME": str(self.user_home), "RESIDENCY_HOME": None, "RESIDENCY_WAREHOUSE": None}
        with chdir(self.working):
            done = CliRunner().invoke(app, arguments, input=stdin, env=environment)
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return subprocess.CompletedProcess(arguments, done.exit_code, done.stdout, done.stderr)

    def process(self, *arguments: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run it in a process of its own."""
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.user_home), "LANG": "C.UTF-8"}
        return subprocess.run(
            [str(RESIDENCY), *arguments],
            cwd=self.working,
            env=environment,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )

    def json(self, *arguments: str) -> object:
        done = (self.process if arguments[0] == "refresh" else self)(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


@pytest.fixture(scope="module")
def residency(tmp_path_factory: pytest.TempPathFactory) -> Command:
    """A command after its first refresh."""
    command = Command(tmp_path_factory.mktemp("cli"))
    assert command.json("refresh")["verdict"] == "published"
    return command


@pytest.mark.parametrize("verb", VERBS)
def test_help_of_every_verb_teaches_with_examples_and_exit_codes(verb: str, tmp_path: Path) -> None:
    command = Command(tmp_path)
    done = command.process(verb, "--help") if verb == "refresh" else command(verb, "--help")
    assert done.returncode == 0
    for word in ("Examples", "Exit codes", "--json"):
        assert word in done.stdout


def test_refresh_writes_nothing_outside_the_data_home(residency: Command) -> None:
    assert [path.name for path in residency.working.iterdir()] == ["residency-home"]
    assert list(residency.user_home.iterdir()) == []


def test_second_night_reads_nothing_writes_no_history_and_says_so(residency: Command) -> None:
    before = residency.json("status")
    report = residency.json("refresh")
    assert (report["verdict"], report["release_id"]) == ("unchanged", before["release_id"])
    assert {(outcome["captured"], outcome["listed"]) for outcome in report["outcomes"]} == {("unchanged", "unchanged")}
    assert "no source has anything new" in residency.process("status").stdout
    after = residency.json("status")
    assert after["released_at"] == before["released_at"]


def test_status_tells_release_figures_sources_and_quarantine(residency: Command) -> None:
    told = residency.json("status")
    assert {"release_id", "released_at", "sources", "quarantined", "figures", "last_night", "next"} <= set(told)
    assert told["figures"]["nrmp_directory_tracks"] == 42
    assert told["figures"]["ci_fellowships"] == 6
    assert told["quarantined"] == 15
    assert {source["state"] for source in told["sources"].values()} == {"good"}
    assert set(told["sources"]) == {source_of(file) for file in sample_files()}


def test_query_answers_in_table_json_and_csv(residency: Command) -> None:
    sql = "SELECT acgme_id, state FROM program WHERE acgme_id = '2203811234'"
    assert "2203811234" in residency("query", sql).stdout
    assert residency.json("query", sql) == [{"acgme_id": "2203811234", "state": "OH"}]
    rows = list(csv.reader(io.StringIO(residency("query", sql, "--csv").stdout)))
    assert rows == [["acgme_id", "state"], ["2203811234", "OH"]]
    assert residency.process("query", "-", "--csv", stdin=sql).stdout == residency("query", sql, "--csv").stdout


def test_query_without_sql_lists_tables(residency: Command) -> None:
    listed = residency.json("query")
    assert listed["ci_fellowship"]["rows"] == 6


def test_query_of_an_earlier_day_says_that_nothing_was_published(residency: Command) -> None:
    done = residency("query", "SELECT 1", "--as-of", "2020-01-01")
    assert (done.returncode, done.stderr.strip()) == (4, "nothing was published by 2020-01-01")


def test_wrong_use_ends_with_code_2_and_one_clear_line(residency: Command) -> None:
    for arguments, told in (
        (("query", "SELECT nothing FROM nowhere"), "nowhere does not exist"),
        (("refresh", "--profile", "no-such-profile"), "no profile 'no-such-profile': expected one of live, sample"),
        (("sources", "no_such_source"), "no source 'no_such_source'"),
        (("dictionary", "no_such_table"), "no table 'no_such_table'"),
    ):
        done = residency.process(*arguments) if arguments[0] in ("query", "refresh") else residency(*arguments)
        assert (done.returncode, told in done.stderr) == (2, True), (arguments, done.stderr)
        assert "Traceback" not in done.stderr


def test_before_the_first_refresh_status_query_and_diff_end_with_code_4(tmp_path: Path) -> None:
    command = Command(tmp_path)
    for arguments in (("status",), ("query", "SELECT 1"), ("diff",)):
        done = command.process(*arguments) if arguments == ("status",) else command(*arguments)
        assert (done.returncode, "residency refresh" in done.stderr) == (4, True)
    assert list(command.working.iterdir()) == []


def test_second_refresh_at_the_same_time_is_refused_with_code_5(residency: Command) -> None:
    from flows import nightly
    from flows.home import AlreadyRunningError, Home

    home = Home.find(residency.working / "residency-home")
    with home.only_one():
        done = residency.process("refresh")
        with pytest.raises(AlreadyRunningError, match="another refresh of"):
            nightly.refresh.fn(home=str(home.root))
    assert done.returncode == 5
    assert "another refresh of" in done.stderr
    assert not (home.root / "temporary-server.pid").exists()


def test_sample_is_refused_in_a_home_that_holds_real_data(residency: Command, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(residency.working / "residency-home", home)
    pointer = json.loads((home / "releases" / "current.json").read_text())
    manifest = home / "releases" / pointer["release_id"] / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "dataset": "public"}))
    done = residency.process("refresh", "--home", str(home))
    assert done.returncode == 2
    assert "expected a home without real data; found releases of dataset public" in done.stderr
    assert json.loads((home / "releases" / "current.json").read_text()) == pointer


def test_sources_tell_licence_limits_and_caveats(residency: Command) -> None:
    told = residency.json("sources")
    assert told["dol_lca"]["licence"]["redistribute"] == "rows, without named contacts"
    assert told["acgme_clinical_informatics_fellowships"]["limits"]["max_drop"]["value"] == 0.10
    assert "A filing is an employer's intent" in residency("sources", "dol_lca").stdout


def test_dictionary_explains_every_feature_of_the_contract(residency: Command) -> None:
    from schemas.contract import FEATURES

    told = residency.json("dictionary", "features")
    assert [feature["name"] for feature in told] == [feature.name for feature in FEATURES]
    columns = {row["column_name"] for row in residency.json("dictionary", "feature_matrix")}
    assert {"quota", "quota__status", "quota__is_known"} <= columns


def test_value_is_traced_from_the_matrix_to_the_bytes(residency: Command) -> None:
    from flows.captures import CaptureStore

    (row,) = residency.json(
        "query",
        "SELECT * FROM feature_evidence WHERE feature = 'stated_city' AND source = 'acgme_programs' ORDER BY acgme_id LIMIT 1",
    )
    captured = CaptureStore(residency.working / "residency-home" / "captures").get(row["digest"])
    line = captured.decode().splitlines()[int(row["locator"].removeprefix("row ")) - 1]
    assert row["acgme_id"] in line
    assert row["value"] in line
