"""The documentation is true: its SQL and Python run, and the verbs, files, columns, checks and messages it names exist."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import typer

from flows.cli import app
from flows.profiles import _Entry, _Profile
from flows.sources import SOURCES
from schemas.contract import CONTRACT_VERSION, FEATURES
from schemas.vocabulary import FeatureStatus, NightVerdict, VisaStatus
from tests.nights import FIRST, SAMPLE_PROFILE, SECOND, current_release, run_night
from warehouse.dictionary import RELEASE_TABLES
from warehouse.reading import query
from warehouse.release import CHECKS_FILE, VIEW_NAMES, Release

CHECKOUT = Path(__file__).resolve().parents[1]
README, DOCS = CHECKOUT / "README.md", CHECKOUT / "docs"
OPERATOR, ANALYST, RANKER, ADD_A_SOURCE = (DOCS / f"{name}.md" for name in ("operator", "analyst", "ranker", "add-a-source"))
PAGES = [README, *sorted(DOCS.glob("*.md"))]
TWO_LISTS = "Hospitals over time"
"""The section of the analyst's page whose SQL speaks of a second night."""

PACKAGES = ("flows", "schemas", "transforms", "warehouse")
FOLDERS = (*PACKAGES, "tests", "docs", "benchmarks")
MADE_IN_THE_WALK_THROUGH = {"flows/sources/teaching_hospitals.py", "tests/sources/test_teaching_hospitals.py"}
SHORTEST_FRAGMENT = 10


@dataclass(frozen=True)
class Block:
    """A fenced block: page, language, text, and the heading it stands under."""

    page: Path
    language: str
    text: str
    section: str
    line: int

    def __str__(self) -> str:
        return f"{self.page.name}:{self.line}"


def blocks(page: Path) -> Iterator[Block]:
    section, language, held, begun, fence = "", None, [], 0, ""
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), start=1):
        opening = re.fullmatch(r"( *```)(\w*)", line)
        if language is None and opening:
            fence, language, held, begun = opening[1], opening[2], [], number
        elif language is not None and line == fence:
            yield Block(page, language, "\n".join(held) + "\n", section, begun)
            language = None
        elif language is not None:
            held.append(line.removeprefix(fence[:-3]))
        elif line.startswith("#"):
            section = line.lstrip("# ")


def of_language(language: str, *pages: Path) -> list[Block]:
    return [block for page in pages for block in blocks(page) if block.language == language]


def spans(page: Path) -> list[str]:
    """Inline code of a page, outside its fenced blocks."""
    prose = re.sub(r"(?ms)^ *```.*?^ *```$", "", page.read_text(encoding="utf-8"))
    return [" ".join(span.split()) for span in re.findall(r"`([^`]+)`", prose)]


def words(text: str) -> str:
    """A text as messages are compared: one kind of quotation mark, no line ends."""
    return " ".join(text.replace("`", "'").replace("\\|", "|").split())


@dataclass(frozen=True)
class Built:
    """A folder with the sample's first release in ``residency-home`` and the analyst's second night in ``trial``."""

    folder: Path
    sample: Release
    trial: Release


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("docs")
    run_night(folder / "residency-home", SAMPLE_PROFILE, FIRST)
    (folder / "flows").symlink_to(CHECKOUT / "flows")
    nights = iter((FIRST, SECOND))
    (block,) = (block for block in of_language("sh", ANALYST) if block.section == TWO_LISTS)
    for line in block.text.splitlines():
        if match := re.fullmatch(r"residency refresh --home (\S+) --profile (\S+)", line):
            run_night(folder / match[1], folder / match[2], next(nights))
        elif not line.startswith("residency "):
            subprocess.run(["bash", "-ec", line], cwd=folder, check=True)
    return Built(folder, current_release(folder / "residency-home"), current_release(folder / "trial" / "home"))


# --- what runs --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("block", of_language("sql", *PAGES), ids=str)
def test_sql_runs_on_the_sample_and_finds_something(block: Block, built: Built) -> None:
    release = built.trial if block.section == TWO_LISTS else built.sample
    assert query(release, block.text).height > 0


def test_every_page_that_should_have_sql_has_some() -> None:
    assert len(of_language("sql", README)) >= 3
    assert len(of_language("sql", ANALYST)) >= 8


@pytest.mark.parametrize("block", of_language("python", ANALYST, RANKER), ids=str)
def test_python_runs_beside_a_data_home(block: Block, built: Built, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(built.folder)
    for name in ("RESIDENCY_HOME", "RESIDENCY_WAREHOUSE"):
        monkeypatch.delenv(name, raising=False)
    exec(compile(block.text, str(block), "exec"), {"__name__": "__main__"})  # noqa: S102


def test_new_source_is_added_as_the_walk_through_says(tmp_path: Path) -> None:
    copy = tmp_path / "checkout"
    for name in (*PACKAGES, "tests"):
        shutil.copytree(CHECKOUT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    column, listing, module, imports, test, *_ = (block.text for block in of_language("python", ADD_A_SOURCE))
    insert(copy / "schemas/columns.py", column + "\n", before="# --- provenance and history")
    insert(copy / "schemas/listings.py", listing + "\n", before="PROVENANCE: tuple")
    insert(copy / "schemas/listings.py", "    TEACHING_HOSPITAL,\n", behind="LISTINGS: tuple[Table, ...] = (\n")
    (copy / "flows/sources/teaching_hospitals.py").write_text(module)
    insert(copy / "flows/sources/__init__.py", imports, before="from flows.sources import")
    insert(copy / "flows/sources/__init__.py", "    teaching_hospitals.SOURCE,\n", behind="    cms_hospitals.SOURCE,\n")
    (copy / "tests/sources/test_teaching_hospitals.py").write_text(test)
    made, *_ = of_language("sh", ADD_A_SOURCE)
    profile = next(block for block in of_language("sh", ADD_A_SOURCE) if "profile.toml" in block.text)
    files = made.text + profile.text.partition("\nTOML\n")[0] + "\nTOML\n"
    subprocess.run(["bash", "-ec", files], cwd=copy, check=True)

    run_in(copy, "-m", "pytest", "-q", "--numprocesses=0", "-p", "no:cacheprovider", "tests/sources/test_teaching_hospitals.py")
    night = (
        "from pathlib import Path; from tests.nights import FIRST, current_release, ledger_of, run_night\n"
        "from schemas.listings import TEACHING_HOSPITAL\n"
        "end = run_night(Path('trial/home'), Path('trial/profile.toml'), FIRST)\n"
        "(outcome,) = end.outcomes['teaching_hospitals']\n"
        "print(end.ended.verdict, outcome.rows_listed, outcome.rows_quarantined, outcome.reason)\n"
        "print(current_release(Path('trial/home')).table('quarantine')['reasons'].item().to_list())\n"
        "for row in ledger_of(Path('trial/home'), 'trial').listing(TEACHING_HOSPITAL).sort('ccn').rows(named=True):\n"
        "    row = {name: '' if value is None else value for name, value in row.items()}\n"
        "    print('{ccn}|{hospital_name}|{state}|{residents}|{locator}|{valid_from}'.format(**row))\n"
    )
    verdict, reasons, *rows = run_in(copy, "-c", night).splitlines()
    shown = "\n".join(block.text for block in of_language("text", ADD_A_SOURCE))
    assert verdict.startswith("published 2 1 ")
    assert verdict.removeprefix("published 2 1 ") in shown
    assert ast.literal_eval(reasons)[0] in shown
    assert "\n".join(rows) in shown


def insert(file: Path, text: str, *, before: str = "", behind: str = "") -> None:
    """Put a text before or behind the first place where another stands."""
    head, found, tail = file.read_text().partition(before or behind)
    assert found, f"{file.name} has no {before or behind!r}: the walk-through leads nowhere"
    file.write_text(head + (text + found if before else found + text) + tail)


def run_in(folder: Path, *arguments: str) -> str:
    """What Python prints when it runs in a copy of the checkout."""
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    done = subprocess.run([sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_python_and_toml_can_be_read(page: Path, tmp_path: Path) -> None:
    from flows.profiles import load_profile

    for block in of_language("python", page):
        ast.parse(block.text)
    for number, block in enumerate(of_language("toml", page)):
        file = tmp_path / f"{number}.toml"
        file.write_text(block.text)
        (tmp_path / "files" / "lca").mkdir(parents=True, exist_ok=True)
        assert load_profile(str(file)).places


# --- what is named ----------------------------------------------------------------------------------------------------


def commands() -> dict[str, Any]:
    """The verbs of the console command."""
    return dict(vars(typer.main.get_command(app))["commands"])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_verb_and_option_of_the_command_exists(page: Path) -> None:
    verbs = {name: {option for part in verb.params for option in part.opts} for name, verb in commands().items()}
    code = [*spans(page), *(line for block in blocks(page) if block.language != "python" for line in block.text.splitlines())]
    used = [match for text in code for match in re.finditer(r"\bresidency +([a-z]+)([^|·>#&]*)", text)]
    for match in used:
        verb, rest = match[1], re.sub(r"\"[^\"]*\"", "", match[2])
        assert verb in verbs, f"{page.name}: {match[0]!r}"
        assert set(re.findall(r"--[a-z-]+", rest)) <= {*verbs[verb], "--help"}, f"{page.name}: {match[0]!r}"


def test_the_operators_page_or_the_readme_shows_every_verb() -> None:
    text = README.read_text() + OPERATOR.read_text() + ANALYST.read_text()
    assert [verb for verb in commands() if f"residency {verb}" not in text] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_of_the_checkout_that_is_named_exists(page: Path) -> None:
    named = [span for span in spans(page) if re.fullmatch(r"[\w.-]+(/[\w.-]+)*/?", span)]
    inside = [span for span in named if span.split("/")[0] in FOLDERS and "/" in span]
    top = [span for span in named if re.fullmatch(r"(Makefile|[\w-]+\.(toml|yaml|txt))", span)]
    known_elsewhere = {"profile.toml", "robots.txt", *MADE_IN_THE_WALK_THROUGH}
    assert [span for span in {*inside, *top} - known_elsewhere if not (CHECKOUT / span).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_make_target_exists(page: Path) -> None:
    targets = set(re.findall(r"(?m)^([a-z]+):", (CHECKOUT / "Makefile").read_text()))
    code = [*spans(page), *(line for block in of_language("sh", page) for line in block.text.splitlines())]
    named = {match for text in code for match in re.findall(r"(?:^|\s)make ([a-z]+)", text)}
    assert named <= targets


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_column_that_is_named_with_its_table_exists(page: Path, built: Built) -> None:
    columns = {name: set(query(built.sample, f"FROM {name} LIMIT 0").columns) for name in [*table_names(), *VIEW_NAMES]}
    named = [span.split(".") for span in spans(page) if re.fullmatch(r"[a-z_]+\.[a-z_]+", span)]
    unknown = [f"{table}.{column}" for table, column in named if table in columns and column not in columns[table]]
    assert unknown == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_within_a_page_lead_somewhere(page: Path) -> None:
    text = page.read_text()
    anchors = {
        re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in re.findall(r"(?m)^#+ (.*)$", text)
    }
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= anchors


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_path_of_somebodys_machine(page: Path) -> None:
    assert re.findall(r"(?<![\w.])/(?:work|home|root|Users)/|/tmp/(?!try\b)", page.read_text()) == []


def table_names() -> list[str]:
    return [table.name for table in RELEASE_TABLES]


# --- what must not be missing -----------------------------------------------------------------------------------------


def test_operator_page_explains_every_audit_check(built: Built) -> None:
    names = {check["check_name"] for check in built.trial.file(CHECKS_FILE)}
    assert {"required_sources", "rows_program", "state_digits"} <= names
    tables = {f"table_{name}" for name in table_names()}
    told = set(spans(OPERATOR))
    assert names - tables - told == set()
    assert "table_TABLE" in told


def test_operator_page_explains_every_key_of_a_profile() -> None:
    keys = {field.alias or name for model in (_Profile, _Entry) for name, field in model.model_fields.items()}
    assert keys - set(spans(OPERATOR)) == set()


def test_operator_page_explains_every_variable_that_the_code_reads() -> None:
    code = "".join(file.read_text() for package in PACKAGES for file in (CHECKOUT / package).rglob("*.py"))
    variables = set(re.findall(r"[\"'](RESIDENCY_[A-Z_]+)[\"']", code))
    assert {"RESIDENCY_HOME", "RESIDENCY_WAREHOUSE", "RESIDENCY_TRACEBACK"} <= variables
    assert variables - set(spans(OPERATOR)) == set()


def test_operator_page_explains_every_verdict() -> None:
    assert {str(verdict) for verdict in NightVerdict} - set(spans(OPERATOR)) == set()


def test_analyst_page_knows_every_source_and_table() -> None:
    assert {source.name for source in SOURCES} - set(spans(ANALYST)) == set()
    assert {*table_names(), *VIEW_NAMES} - set(spans(ANALYST)) == set()


def test_ranker_page_knows_every_feature_and_the_contract_version() -> None:
    assert {feature.name for feature in FEATURES} - set(spans(RANKER)) == set()
    assert f"version {CONTRACT_VERSION}" in RANKER.read_text()


def test_readme_knows_every_status() -> None:
    assert {str(word) for word in (*FeatureStatus, *VisaStatus)} - set(spans(README)) == set()


# --- messages ---------------------------------------------------------------------------------------------------------

RAISED = (
    "SourceError",
    "FetchError",
    "RefusedError",
    "ProfileError",
    "AlreadyRunningError",
    "NoReleaseError",
    "QueryError",
    "_fail",
)


def parts(node: ast.expr) -> list[str]:
    """The constant parts of a text in the code."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.JoinedStr):
        return [part.value for part in node.values if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    return []


def raised_in(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in RAISED:
            yield from (part for argument in node.args for part in parts(argument))


def judged_in(file: Path) -> Iterator[str]:
    """What functions that tell a reason, or None, return."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.FunctionDef) and node.returns and ast.unparse(node.returns) == "str | None":
            returned = (inner.value for inner in ast.walk(node) if isinstance(inner, ast.Return))
            yield from (part for value in returned if value for part in parts(value))


def advised_in(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and ast.unparse(node.func) == "advice.append":
            yield from (part for argument in node.args for part in parts(argument))


def test_operator_page_explains_every_message() -> None:
    files = [file for folder in ("flows", "warehouse") for file in (CHECKOUT / folder).rglob("*.py")]
    found = [
        *(message for file in files for message in raised_in(file)),
        *judged_in(CHECKOUT / "flows/steps/listing_step.py"),
        *advised_in(CHECKOUT / "flows/status.py"),
    ]
    assert len(found) > 40
    told = words(OPERATOR.read_text())
    fragments = {words(message).strip(" :;,.()'") for message in found}
    missing = sorted(fragment for fragment in fragments if len(fragment) >= SHORTEST_FRAGMENT and fragment not in told)
    assert not missing, f"docs/operator.md does not explain: {'; '.join(missing)}"
