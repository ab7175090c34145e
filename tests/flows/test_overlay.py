"""The private overlay is kept in the warehouse and is in no file of a release: not as a row, quote, evidence, name or reason."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest
from typer.testing import CliRunner

from flows import steps
from flows.captures import CaptureStore
from flows.cli import app
from flows.sources import sources_for
from flows.steps import Published, release_step
from schemas.listings import OVERLAY_IMG_SHARE, OVERLAY_SCORE_LIMITS, OVERLAY_VISA
from schemas.vocabulary import Audience, NightVerdict
from tests.nights import FIRST, SECOND, SampleFolder, current_release, home_at, ledger_of, run_night
from warehouse.audit import audit
from warehouse.dictionary import RELEASE_TABLES
from warehouse.release import PARQUET_FOLDER, VIEW_NAMES, Release, write_tables

OPERATOR = (Path(__file__).parents[2] / "docs" / "operator.md").read_text()
MARKER = "zq-marker-7f3a"
KNOWN, UNKNOWN = "1403511283", "9999900017"
"""A program of the sample, and one that nothing but the overlay knows."""
VISAS = f"""acgme_id,visa,visa_status,visa_conditions,as_of,source_label
{KNOWN},j1,not_accepts,,2026-08-01,Table {MARKER}
{KNOWN},h1b,conditional,{MARKER}_condition,2026-08-01,Table {MARKER}
{UNKNOWN},j1,accepts,,2026-08-01,Table {MARKER}
{KNOWN},{MARKER},accepts,,2026-08-01,Table {MARKER}
"""
SHARES = f"""acgme_id,year,n_img,n_nonus_img,n_total,img_share,source_label
{KNOWN},2025,30,20,40,,Table {MARKER}
"""
LIMITS = f"""acgme_id,step1_min,step2_min,attempts_max,yog_max_years,usce_required,ecfmg_required,as_of,source_label
{KNOWN},,231,1,3,yes,true,2026-08-01,Table {MARKER}
"""
NAMES = ("overlay_visa", "overlay_img_share", "overlay_score_limits")
SECRETS = (MARKER, UNKNOWN, *NAMES)
"""What only the overlay says. Names of sources stand in the dictionary nowhere either."""


def with_overlay(folder: SampleFolder) -> SampleFolder:
    """The sample with folders of licensed tables in the place of its made-up ones."""
    text = folder.profile.read_text()
    for source, rows in zip(NAMES, (VISAS, SHARES, LIMITS), strict=True):
        place = folder.profile.parent / source
        place.mkdir()
        (place / f"{MARKER}.csv").write_text(rows)
        head, _, tail = text.partition(f"[[sources.{source}]]")
        text = f'{head}[[sources.{source}]]\nfrom = "{place}"\n' + tail.partition("date = 2026-08-01\n")[2]
    folder.profile.write_text(text)
    return folder


@pytest.fixture(scope="module")
def overlaid(tmp_path_factory: pytest.TempPathFactory) -> tuple[SampleFolder, Path]:
    """The sample with the overlay, and a home in which a night has published."""
    root = tmp_path_factory.mktemp("overlaid")
    folder = with_overlay(SampleFolder.copy_to(root))
    night = run_night(root / "home", folder.profile, FIRST)
    assert {source: [outcome.listed for outcome in night.outcomes[source]] for source in NAMES} == {
        source: ["listed"] for source in NAMES
    }
    return folder, root / "home"


@pytest.fixture
def release(overlaid: tuple[SampleFolder, Path]) -> Release:
    return current_release(overlaid[1])


def texts_of(release: Release) -> Iterator[tuple[str, str]]:
    """Everything that the files of a release say, decompressed: file, text."""
    for file in (path for path in sorted(release.folder.rglob("*")) if path.is_file()):
        name = str(file.relative_to(release.folder))
        yield name, file.read_bytes().decode("latin-1")
        if file.suffix == ".parquet":
            yield name, pl.read_parquet(file).write_ndjson()
    with duckdb.connect(str(release.warehouse), read_only=True) as connection:
        for table in (*(table.name for table in RELEASE_TABLES), *VIEW_NAMES):
            yield f"warehouse.duckdb: {table}", str(connection.execute(f"SELECT * FROM {table}").fetchall())


def test_no_file_of_a_release_says_what_only_the_overlay_says(release: Release) -> None:
    texts = list(texts_of(release))
    assert {name.partition("/")[0].partition(":")[0] for name, _ in texts} >= {
        *("warehouse.duckdb", "parquet", "manifest.json", "checks.json", "published.json"),
    }
    assert [name for name, text in texts if KNOWN in text]  # what everybody knows is found this way
    assert [(name, secret) for name, text in texts for secret in SECRETS if secret in text] == []


def test_warehouse_keeps_the_overlay_and_its_quarantine(overlaid: tuple[SampleFolder, Path]) -> None:
    ledger = ledger_of(overlaid[1])
    heights = {
        listing.name: ledger.listing(listing).height for listing in (OVERLAY_VISA, OVERLAY_IMG_SHARE, OVERLAY_SCORE_LIMITS)
    }
    assert heights == {"overlay_visa": 3, "overlay_img_share": 1, "overlay_score_limits": 1}
    extracts = ledger.extracts("overlay_visa")
    (reasons,) = ledger.quarantined(extracts["extract_id"].to_list())["reasons"]
    assert reasons.to_list() == [f"visa: expected one of j1, h1b, found '{MARKER}'"]


def concluded(home: Path, audience: Audience) -> dict[str, pl.DataFrame]:
    ledger = ledger_of(home)
    return release_step.conclude(ledger, ledger.extracts_in_force(), "r20261101-0123456789ab", audience)


def test_evidence_for_the_inside_carries_the_overlay_with_its_licence(overlaid: tuple[SampleFolder, Path]) -> None:
    evidence = concluded(overlaid[1], Audience.INTERNAL)["evidence"].filter(origin_family="overlay")
    told = evidence.filter(pl.col("subject_kind") == "program").sort("claim", "value")
    assert told.select("claim", "value", "quote").rows() == [
        ("attempts_max", "1", f"Table {MARKER}: {KNOWN} attempts_max 1, as of 2026-08-01"),
        ("ecfmg_required", "true", f"Table {MARKER}: {KNOWN} ecfmg_required true, as of 2026-08-01"),
        ("h1b_status", "conditional", f"Table {MARKER}: {KNOWN} h1b conditional ({MARKER}_condition), as of 2026-08-01"),
        ("img_share_pct", "75.0", f"Table {MARKER}: {KNOWN} 75.0 % in 2025"),
        ("j1_status", "not_accepts", f"Table {MARKER}: {KNOWN} j1 not_accepts, as of 2026-08-01"),
        ("step2_min", "231", f"Table {MARKER}: {KNOWN} step2_min 231, as of 2026-08-01"),
        ("usce_required", "yes", f"Table {MARKER}: {KNOWN} usce_required yes, as of 2026-08-01"),
        ("yog_max_years", "3", f"Table {MARKER}: {KNOWN} yog_max_years 3, as of 2026-08-01"),
    ]
    assert evidence["licence"].unique().to_list() == ["redistribute: never; learn: as the user's licence says"]


def test_no_feature_rests_on_the_overlay_yet(overlaid: tuple[SampleFolder, Path]) -> None:
    inside, public = (concluded(overlaid[1], audience) for audience in (Audience.INTERNAL, Audience.PUBLIC))
    assert inside["feature"].equals(public["feature"])
    assert inside["evidence"].filter(pl.col("origin_family") != "overlay").equals(public["evidence"])
    assert public["evidence"].filter(origin_family="overlay").is_empty()


def test_news_of_the_overlay_alone_is_no_news_for_a_release(sample_folder: SampleFolder, tmp_path: Path) -> None:
    folder = with_overlay(sample_folder)
    first = run_night(tmp_path / "home", folder.profile, FIRST).ended
    (folder.profile.parent / "overlay_score_limits" / f"{MARKER}.csv").write_text(LIMITS.replace("231", "240"))
    second = run_night(tmp_path / "home", folder.profile, SECOND).ended
    assert isinstance(first, Published)
    assert second == Published(NightVerdict.UNCHANGED, first.release_id, "no source has anything new")
    assert ledger_of(tmp_path / "home").listing(OVERLAY_SCORE_LIMITS)["step2_min"].to_list() == [240]


@pytest.mark.parametrize(("source", "filled"), list(zip(NAMES, (VISAS, SHARES, LIMITS), strict=True)))
def test_template_is_printed_and_a_file_with_it_is_read(source: str, filled: str) -> None:
    told = json.loads(CliRunner().invoke(app, ["sources", source, "--json"]).stdout)[source]
    assert told["layout"] == filled.splitlines()[0]
    assert (told["licence"]["audience"], told["licence"]["redistribute"]) == ("internal", "never")
    assert [column for column in told["layout"].split(",") if f"`{column}`" not in OPERATOR] == []


def test_audit_withholds_a_release_that_carries_the_overlay(overlaid: tuple[SampleFolder, Path], tmp_path: Path) -> None:
    (tmp_path / PARQUET_FOLDER).mkdir()
    home = home_at(overlaid[1])
    withheld = set(sources_for(Audience.INTERNAL)) - set(sources_for(Audience.PUBLIC))
    found = {}
    for audience in Audience:
        for leftover in tmp_path.glob("*.duckdb"):
            leftover.unlink()
        described = write_tables(tmp_path, concluded(overlaid[1], audience))
        holds = CaptureStore(home.captures).holds
        results = audit(tmp_path, described, last_good=None, missing_sources=[], is_stored=holds, withheld_sources=withheld)
        found[audience] = next(
            (str(check.level), check.passed, check.found) for check in results if check.check_name == "audience"
        )
    assert found == {
        Audience.PUBLIC: ("block", True, "none"),
        Audience.INTERNAL: ("block", False, "11 in evidence, 3 in source_document, 1 in quarantine"),
    }


def test_release_that_would_carry_the_overlay_is_withheld(
    overlaid: tuple[SampleFolder, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Were the filter forgotten, the audit would still hold."""
    folder, _ = overlaid
    conclude = release_step.conclude

    def forgetful(*arguments: object) -> dict[str, pl.DataFrame]:
        tonight, _, release_id = arguments
        return conclude(tonight, tonight.extracts_in_force(), release_id, Audience.INTERNAL)

    monkeypatch.setattr(release_step, "conclude", forgetful)
    ended = run_night(tmp_path / "home", folder.profile, FIRST).ended
    assert isinstance(ended, steps.ReleaseWithheldError)
    assert "audience: expected no row of a source that is not for the public" in str(ended)
    assert home_at(tmp_path / "home").releases.all() == []
