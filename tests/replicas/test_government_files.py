"""Government files over loopback: USCIS, AHRQ and DOL by address, unchanged nights, error pages of status 200, real files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from flows.sources import SOURCE_BY_NAME
from flows.steps import Outcome
from schemas.vocabulary import AttemptOutcome
from tests.capturing.servers import raw
from tests.nights import FIRST, SECOND, THIRD, ledger_of
from tests.replicas.government_files import GovernmentFiles
from tests.replicas.replica import DATASET, Replica, night, publishing, rows_of
from tests.sample_maker import make_sample
from tests.sources.test_uscis_h1b_employers import MERCY, PLURAL, SIX_KINDS, VIEW

SAMPLE = make_sample()
HUB, SYSTEMS, FILINGS = "uscis_h1b_employers", "ahrq_hospital_systems", "dol_lca"
FOLDERS = {
    HUB: "/sites/default/files/document/data",
    SYSTEMS: "/sites/default/files/wysiwyg/chsp/compendium",
    FILINGS: "/sites/dolgov/files/ETA/oflc/pdfs",
}
WRITTEN = {
    HUB: {
        "h1b_datahubexport-2021.csv": SAMPLE["uscis_h1b_fy2021.csv"],
        "employer_information_fy2024.csv": SAMPLE["uscis_employer_information_fy2024.csv"],
        "employer_information_fy2026.csv": (
            "\ufeff" + VIEW + SIX_KINDS + "\n1,2026,MERCY HOSPITAL,114,62 - Health Care,ERIE,PA,7102,2,0,1,0,1,0,1,0,1,0,1,1\n"
        ).encode(),
    },
    SYSTEMS: {"chsp-hospital-linkage-2023.csv": SAMPLE["ahrq_hospital_linkage_2023.csv"]},
    FILINGS: {"LCA_Disclosure_Data_FY2025_Q2.csv": SAMPLE["dol_lca_fy2025_q2.csv"]},
}
MODIFIED = "Wed, 01 Jul 2026 12:00:00 GMT"


def files_of(source: str, files: dict[str, bytes]) -> dict[str, bytes]:
    return {f"{FOLDERS[source]}/{name}": body for name, body in files.items()}


@pytest.fixture
def files() -> GovernmentFiles:
    return GovernmentFiles({path: body for source, found in WRITTEN.items() for path, body in files_of(source, found).items()})


@pytest.fixture
def replica(files: GovernmentFiles) -> Iterator[Replica]:
    with publishing(files) as found:
        yield found


def asked(folder: Path, replica: Replica, source: str, *names: str, now: datetime = FIRST) -> list[Outcome]:
    entries = {source: [{"from": replica.url(f"{FOLDERS[source]}/{name}")} for name in names]}
    return list(night(folder, entries, now).values())


def by_hand(folder: Path, source: str, files: dict[str, bytes]) -> list[Outcome]:
    folder.mkdir()
    for name, body in files.items():
        (folder / name).write_bytes(body)
    return list(night(folder, {source: [{"from": str(folder / name)} for name in files]}).values())


def counts(outcomes: list[Outcome]) -> list[tuple[str, int, int, int, bool]]:
    return [(one.document, one.rows_parsed, one.rows_listed, one.rows_quarantined, one.complete) for one in outcomes]


@pytest.mark.parametrize("etags", [True, False], ids=["etags", "dates only"])
@pytest.mark.parametrize("source", WRITTEN)
def test_files_by_address_give_the_rows_of_the_files_and_nothing_new_next_night(
    tmp_path: Path, replica: Replica, files: GovernmentFiles, source: str, etags: bool
) -> None:
    files.etags, replica.throttled = etags, 1
    outcomes = asked(tmp_path, replica, source, *WRITTEN[source])
    assert counts(outcomes) == counts(by_hand(tmp_path / "hand", source, WRITTEN[source]))
    listing = SOURCE_BY_NAME[source].main_listing
    assert rows_of(tmp_path, listing).equals(rows_of(tmp_path / "hand", listing))
    replica.forget()
    again = asked(tmp_path, replica, source, *WRITTEN[source], now=SECOND)
    assert {(one.captured, one.listed) for one in again} == {(AttemptOutcome.UNCHANGED, "unchanged")}
    assert replica.statuses == ["304 Not Modified"] * len(WRITTEN[source])


def test_file_that_was_only_touched_is_no_news(tmp_path: Path, replica: Replica, files: GovernmentFiles) -> None:
    (name,) = WRITTEN[SYSTEMS]
    asked(tmp_path, replica, SYSTEMS, name)
    files.etags, files.modified[f"{FOLDERS[SYSTEMS]}/{name}"] = False, MODIFIED
    replica.forget()
    (outcome,) = asked(tmp_path, replica, SYSTEMS, name, now=SECOND)
    assert (outcome.captured, outcome.listed, replica.statuses) == (AttemptOutcome.UNCHANGED, "unchanged", ["200 OK"])


@pytest.mark.parametrize("source", WRITTEN)
def test_error_page_of_status_200_is_no_file_and_the_rows_stand(
    tmp_path: Path, replica: Replica, files: GovernmentFiles, source: str
) -> None:
    name = next(iter(WRITTEN[source]))
    asked(tmp_path, replica, source, name)
    listing = SOURCE_BY_NAME[source].main_listing
    rows = rows_of(tmp_path, listing)
    files.broken = set(files.files)
    files.etags = False
    (outcome,) = asked(tmp_path, replica, source, name, now=SECOND)
    assert outcome.captured is AttemptOutcome.FAILED
    assert "found an HTML page (a login or error page?)" in str(outcome.reason)
    assert rows_of(tmp_path, listing).equals(rows)


def test_file_that_is_cut_off_is_asked_for_again_from_its_beginning(
    tmp_path: Path, replica: Replica, files: GovernmentFiles
) -> None:
    (name, body), path = next(iter(WRITTEN[SYSTEMS].items())), f"{FOLDERS[SYSTEMS]}/{next(iter(WRITTEN[SYSTEMS]))}"
    half = raw(f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nAccept-Ranges: bytes\r\n\r\n".encode(), body[: len(body) // 2])
    replica.server.answers[path] = lambda talk: (half(talk), replica.server.answers.pop(path))[0]
    (outcome,) = asked(tmp_path, replica, SYSTEMS, name)
    assert outcome.captured is AttemptOutcome.FETCHED
    assert [request.headers.get("Range") for request in replica.server.requests] == [None, None]


@pytest.mark.parametrize("charset", ["utf-8", "latin-1"])
def test_editions_of_systems_take_each_others_place_in_either_charset(
    tmp_path: Path, replica: Replica, files: GovernmentFiles, charset: str
) -> None:
    newer = WRITTEN[SYSTEMS]["chsp-hospital-linkage-2023.csv"].decode()
    older = "\n".join(",".join(line.split(",")[:12]) for line in newer.splitlines() if '"' not in line) + "\n"
    path = f"{FOLDERS[SYSTEMS]}/chsp-hospital-linkage-"
    files.files = {f"{path}2018.csv": older.encode(charset), f"{path}2023.csv": newer.encode(charset)}
    asked(tmp_path, replica, SYSTEMS, "chsp-hospital-linkage-2018.csv")
    listing = SOURCE_BY_NAME[SYSTEMS].main_listing
    assert rows_of(tmp_path, listing)["n_residents"].null_count() == rows_of(tmp_path, listing).height
    (outcome,) = asked(tmp_path, replica, SYSTEMS, "chsp-hospital-linkage-2023.csv", now=SECOND)
    assert (outcome.document, outcome.listed) == ("current", "listed")
    assert rows_of(tmp_path, listing)["n_residents"].null_count() < rows_of(tmp_path, listing).height


def test_year_that_is_issued_again_without_its_double_lines_takes_the_place_of_the_old_one(
    tmp_path: Path, replica: Replica, files: GovernmentFiles
) -> None:
    name, path = "h1b_datahubexport-2021.csv", f"{FOLDERS[HUB]}/h1b_datahubexport-2021.csv"
    files.files[path] = (PLURAL + MERCY + MERCY).encode()
    (first,) = asked(tmp_path, replica, HUB, name)
    assert (first.rows_parsed, first.rows_listed, first.rows_quarantined) == (2, 1, 1)
    files.files[path] = (PLURAL + MERCY).encode()
    (second,) = asked(tmp_path, replica, HUB, name, now=SECOND)
    assert (second.rows_parsed, second.rows_listed, second.complete) == (1, 1, True)
    assert rows_of(tmp_path, SOURCE_BY_NAME[HUB].main_listing).height == 1


# --- the real files


YEARS = {  # rows in, listed, quarantined
    2019: (59_441, 59_378, 63),
    2020: (55_239, 55_177, 62),
    2021: (60_806, 55_580, 5_226),
    2022: (59_983, 59_906, 77),
    2023: (33_332, 33_297, 35),
}


def _lines(body: bytes) -> int:
    return len(body.splitlines()) - 1


def test_real_years_of_the_hub_come_over_the_wire_whole(tmp_path: Path, shared_data: Path) -> None:
    found = {
        f"h1b_datahubexport-{year}.csv": (shared_data / "uscis" / f"h1b_datahubexport-{year}.csv").read_bytes() for year in YEARS
    }
    assert [_lines(body) for body in found.values()] == [rows for rows, _, _ in YEARS.values()]
    with publishing(GovernmentFiles(files_of(HUB, found), etags=False)) as replica:
        entries = [
            {"from": replica.url(path), "date": f"{year}-09-30"} for path, year in zip(files_of(HUB, found), YEARS, strict=True)
        ]
        outcomes = list(night(tmp_path, {HUB: entries}).values())
        assert [(one.rows_parsed, one.rows_listed, one.rows_quarantined) for one in outcomes] == list(YEARS.values())
        days = ledger_of(tmp_path / "home", DATASET).extracts(HUB)["document_date"].to_list()
        assert days == [date(year, 9, 30) for year in YEARS]
        replica.forget()
        again = night(tmp_path, {HUB: entries}, THIRD).values()
        assert ({one.listed for one in again}, replica.statuses) == ({"unchanged"}, ["304 Not Modified"] * 5)
    listing = SOURCE_BY_NAME[HUB].main_listing
    by_year = rows_of(tmp_path, listing)["fiscal_year"].value_counts().sort("fiscal_year")
    assert dict(by_year.iter_rows()) == {year: listed for year, (_, listed, _) in YEARS.items()}


@pytest.mark.parametrize(
    ("source", "folder", "name", "rows"),
    [
        (SYSTEMS, "ahrq", "chsp-hospital-linkage-2018.csv", (6742, 6729, 13)),
        (FILINGS, "dol_lca", "lca_healthcare_fy2025_q2.csv", (8078, 8078, 0)),
        (FILINGS, "dol_lca", "lca_sample_fy2020_q1_full_layout.csv", (5000, 4997, 3)),
    ],
)
def test_real_file_comes_over_the_wire_as_it_lies_on_the_disk(
    tmp_path: Path, shared_data: Path, source: str, folder: str, name: str, rows: tuple[int, int, int]
) -> None:
    body = (shared_data / folder / name).read_bytes()
    expected = by_hand(tmp_path / "hand", source, {name: body})
    with publishing(GovernmentFiles(files_of(source, {name: body}))) as replica:
        outcomes = asked(tmp_path, replica, source, name)
    assert counts(outcomes) == counts(expected)
    assert counts(outcomes)[0][1:4] == rows
    listing = SOURCE_BY_NAME[source].main_listing
    assert rows_of(tmp_path, listing).equals(rows_of(tmp_path / "hand", listing))
