"""The night on the real files, as an operator runs it: figures of the field, an unchanged night, the next CMS release."""

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
RESIDENCY = Path(sys.executable).with_name("residency")
PROFILES = CHECKOUT / "tests" / "profiles"
REVIEWED = CHECKOUT / "flows" / "reviewed"

pytestmark = pytest.mark.skipif(
    not (CHECKOUT.parent / "shared" / "data").is_dir(), reason="the real files (../shared/data) are not beside the checkout"
)


def residency(home: Path, *arguments: str) -> Any:  # noqa: ANN401  (JSON)
    done = subprocess.run(
        [str(RESIDENCY), *arguments, "--home", str(home), "--json"], cwd=home.parent, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any], dict[str, Any]]:
    """A home after three nights on the real files, the status after the first, and the report of the unchanged second."""
    home = tmp_path_factory.mktemp("real") / "home"
    residency(home, "refresh", "--profile", str(PROFILES / "shared_data.toml"))
    first = residency(home, "status")
    second = residency(home, "refresh", "--profile", str(PROFILES / "shared_data.toml"))
    residency(home, "refresh", "--profile", str(PROFILES / "shared_data_next_night.toml"))
    return home, first, second


def test_figures_are_those_of_the_field(nights: tuple[Path, dict[str, Any], dict[str, Any]]) -> None:
    _, first, _ = nights
    figures = first["figures"]
    assert 1_100 <= figures.pop("lca_trainee_filings") <= 1_210
    figures.pop("programs")
    assert figures == {
        "nrmp_directory_tracks": 1_348,
        "nrmp_directory_programs": 767,
        "nrmp_result_codes": 7_075,
        "nrmp_offered_2020": 37_256,
        "nrmp_matched_2020": 35_258,
        "ci_fellowships": 62,
    }


def test_rows_of_every_document_are_listed_or_quarantined(nights: tuple[Path, dict[str, Any], dict[str, Any]]) -> None:
    _, first, _ = nights
    documents = {
        (source, name): (document["rows_parsed"], document["rows_listed"], document["rows_quarantined"], document["complete"])
        for source, facts in first["sources"].items()
        for name, document in facts["documents"].items()
    }
    assert documents == {
        ("nrmp_directory", "current"): (1348, 1348, 0, True),
        ("nrmp_program_results", "program_results_2014_2018.pdf"): (30345, 30345, 0, True),
        ("nrmp_program_results", "program_results_2016_2020.pdf"): (33720, 33720, 0, True),
        ("nrmp_florida_results", "current"): (6671, 6671, 0, True),
        ("nrmp_results_and_data", "results_and_data_2007.pdf"): (55, 55, 0, True),
        ("nrmp_results_and_data", "results_and_data_2008.pdf"): (56, 56, 0, True),
        ("nrmp_specialty_img", "current"): (103, 103, 0, True),  # 69 of them doubtful
        ("acgme_programs", "current"): (1231, 1229, 2, True),
        ("acgme_obgyn_programs", "current"): (1602, 1602, 0, True),  # 318 programs and 1,284 sites
        ("acgme_clinical_informatics_fellowships", "current"): (62, 62, 0, False),
        ("eras_cardiology_fellowships", "current"): (274, 274, 0, True),
        ("dol_lca", "lca_sample_fy2020_q1_full_layout.csv"): (5000, 4997, 3, False),
        ("dol_lca", "lca_healthcare_fy2025_q2.csv"): (8078, 8078, 0, True),
        # of each year the lines that stand there twice, and a few without a name or a state
        ("uscis_h1b_employers", "h1b_datahubexport-2019.csv"): (59441, 59378, 63, False),
        ("uscis_h1b_employers", "h1b_datahubexport-2020.csv"): (55239, 55177, 62, False),
        ("uscis_h1b_employers", "h1b_datahubexport-2021.csv"): (60806, 55580, 5226, False),
        ("uscis_h1b_employers", "h1b_datahubexport-2022.csv"): (59983, 59906, 77, False),
        ("uscis_h1b_employers", "h1b_datahubexport-2023.csv"): (33332, 33297, 35, False),
        ("cms_hospitals", "current"): (5381, 5381, 0, True),
        ("ahrq_hospital_systems", "current"): (6742, 6729, 13, False),
        # less the entries named after a person, and those repeated in every field
        ("ehr_endpoints", "Altera_Digital_Health_Inc_EndpointSources.json"): (1115, 832, 283, False),
        ("ehr_endpoints", "Cerner_Corporation_EndpointSources.json"): (2659, 2659, 0, True),
        ("ehr_endpoints", "EpicEndpointSourcesDSTU2.json"): (415, 415, 0, True),
        ("ehr_endpoints", "EpicEndpointSourcesR4.json"): (265, 265, 0, True),
        ("ehr_endpoints", "Epic_Systems_Corporation_1_EndpointSources.json"): (474, 474, 0, True),
        ("ehr_endpoints", "Epic_Systems_Corporation_EndpointSources.json"): (951, 951, 0, True),
        ("ehr_endpoints", "MEDHOST_EndpointSources.json"): (140, 137, 3, False),
        ("ehr_endpoints", "Medical_Information_Technology_Inc_MEDITECH_1_EndpointSources.json"): (920, 916, 4, True),
        ("ehr_endpoints", "Medical_Information_Technology_Inc_MEDITECH_EndpointSources.json"): (446, 438, 8, False),
        ("ehr_endpoints", "Veradigm_EndpointSources.json"): (2584, 2482, 102, False),
        ("cms_promoting_interoperability", "current"): (4591, 4591, 0, True),
        # each of 927 stated: no page is the whole answer
        **{("chpl_listings", f"b10-search-p{page}.json"): (100, 100, 0, False) for page in range(9)},
        ("chpl_listings", "b10-search-p9.json"): (27, 27, 0, False),
        # every decision is read
        ("reviewed_links", "current"): (decided("links"), decided("links"), 0, True),
        ("reviewed_events", "current"): (decided("events"), decided("events"), 0, True),
    }


def decided(file: str) -> int:
    """Rows of a reviewed file as it stands today: people add to them."""
    with (REVIEWED / f"{file}.csv").open(encoding="utf-8", newline="") as lines:
        return sum(1 for _ in csv.DictReader(lines))


def test_fellowship_shortfall_is_recorded_and_nobody_is_told_no(nights: tuple[Path, dict[str, Any], dict[str, Any]]) -> None:
    home, first, _ = nights
    document = first["sources"]["acgme_clinical_informatics_fellowships"]["documents"]["current"]
    assert (document["stated_total"], document["reason"]) == (63, "incomplete: 63 stated, 62 parsed")
    answers = residency(home, "query", "SELECT DISTINCT ci_fellowship_same_sponsor AS answer FROM feature_matrix ORDER BY 1")
    assert [row["answer"] for row in answers] == ["unknown", "yes"]


def test_second_night_is_unchanged(nights: tuple[Path, dict[str, Any], dict[str, Any]]) -> None:
    _, first, second = nights
    assert (second["verdict"], second["release_id"]) == ("unchanged", first["release_id"])
    assert {outcome["listed"] for outcome in second["outcomes"]} == {"unchanged"}


def test_next_cms_release_shows_in_history_and_in_the_diff(nights: tuple[Path, dict[str, Any], dict[str, Any]]) -> None:
    home, _, _ = nights
    told = "event_basis = 'two versions of the list of cms_hospitals'"
    sql = f"SELECT entity_kind, event, count(*) AS n FROM entity_event WHERE {told} GROUP BY ALL ORDER BY event"
    events = residency(home, "query", sql)
    assert {row["entity_kind"] for row in events} == {"hospital"}
    assert {row["event"]: row["n"] for row in events} == {"moved": 2, "opened": 55, "renamed": 32, "retired": 15}
    hospitals = next(part for part in residency(home, "diff")["tables"] if part["table"] == "hospital")
    assert (hospitals["added"], hospitals["removed"], hospitals["by_column"]["hospital_name"]) == (55, 15, 32)
    assert {kind: len(rows) for kind, rows in hospitals["examples"].items()} == {"added": 10, "removed": 10, "changed": 10}


def test_nobody_accepts_a_visa_on_filings_alone(nights: tuple[Path, dict[str, Any], dict[str, Any]]) -> None:
    home, _, _ = nights
    sql = "SELECT DISTINCT j1_status, h1b_status, h1b_status__is_known FROM feature_matrix"
    assert residency(home, "query", sql) == [{"j1_status": "unknown", "h1b_status": "unknown", "h1b_status__is_known": False}]
    attached = residency(home, "query", "SELECT count(*) AS n FROM feature_evidence WHERE feature = 'h1b_status'")
    assert attached[0]["n"] > 0


def test_quota_is_traced_to_the_page_and_row_of_the_printed_book(nights: tuple[Path, dict[str, Any], dict[str, Any]]) -> None:
    from flows.captures import CaptureStore
    from flows.sources.results_pdf import read_results

    home, _, _ = nights
    sql = (
        "SELECT * FROM feature_evidence WHERE acgme_id = '1404121504' AND feature = 'quota' "
        "AND source = 'nrmp_program_results' ORDER BY evidence_id LIMIT 1"
    )
    (row,) = residency(home, "query", sql)
    book = read_results(CaptureStore(home / "captures").get(row["digest"]))
    place, _, year = row["locator"].rpartition(", ")
    printed = book.rows.filter((book.rows["locator"] == place) & (book.rows["match_year"] == year))
    assert (printed["nrmp_code"].item(), printed["quota"].item()) == (row["subject_id"], row["value"])


def test_most_trainee_filings_are_linked_to_a_sponsor_or_hospital(nights: tuple[Path, dict[str, Any], dict[str, Any]]) -> None:
    home, _, _ = nights
    sql = (
        "SELECT link_state, n_trainee_filings AS n FROM link_coverage "
        "WHERE entity_list = 'employers with trainee filings' AND linked_to = 'sponsor or hospital'"
    )
    filings = {row["link_state"]: row["n"] for row in residency(home, "query", sql)}
    assert filings["linked"] / sum(filings.values()) >= 0.97


def test_every_directory_track_and_nearly_every_fellowship_is_linked(nights: tuple[Path, dict[str, Any], dict[str, Any]]) -> None:
    home, _, _ = nights
    sql = (
        "SELECT entity_list, link_state, n_entities AS n FROM link_coverage "
        "WHERE entity_list IN ('NRMP tracks of the directory', 'clinical informatics fellowships') ORDER BY 1, 2"
    )
    assert [(row["entity_list"], row["link_state"], row["n"]) for row in residency(home, "query", sql)] == [
        ("NRMP tracks of the directory", "linked", 1348),
        ("clinical informatics fellowships", "linked", 60),
        ("clinical informatics fellowships", "unlinked", 2),
    ]


def test_links_that_were_looked_at_by_hand_still_hold(nights: tuple[Path, dict[str, Any], dict[str, Any]]) -> None:
    home, _, _ = nights
    with (CHECKOUT / "tests" / "linking" / "links_200.csv").open(encoding="utf-8") as file:
        checked = list(csv.DictReader(file))
    links = residency(home, "query", "SELECT left_id, right_id FROM link")
    linked = {(row["left_id"], row["right_id"]) for row in links}
    judged: dict[str, list[bool]] = {}
    for row in checked:
        judged.setdefault(row["judged"], []).append((row["left_id"], row["right_id"]) in linked)
    belonging, wrong = judged["right"] + judged["kind_wrong"], judged.get("wrong", [])
    assert sum(belonging) / (sum(belonging) + sum(wrong)) >= 0.99
    assert sum(judged["right"]) / len(judged["right"]) >= 0.97


@pytest.mark.skipif(not (CHECKOUT.parent / "shared" / "eval").is_dir(), reason="the labels (../shared/eval) are not there")
def test_hand_checked_employers_and_institutions_resolve_to_their_hospital_and_to_no_other(
    nights: tuple[Path, dict[str, Any], dict[str, Any]],
) -> None:
    home, _, _ = nights
    with (CHECKOUT.parent / "shared" / "eval" / "links.csv").open(encoding="utf-8") as file:
        labelled = list(csv.DictReader(file))
    batch = home.parent / "asked.csv"
    with batch.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["kind", "left_name", "left_state", "nrmp_institution"])
        for row in labelled:
            kind = "sponsor" if row["kind"] == "institution" else row["kind"]
            writer.writerow([kind, row["left_name"], row["left_state"], row["nrmp_institution"]])
    answers = residency(home, "resolve", "--batch", str(batch))
    wrong = [
        (row["left_name"] or row["nrmp_institution"], row["left_state"], row["ccn"], row["same"], answer["ccns"])
        for row, answer in zip(labelled, answers, strict=True)
        if (row["ccn"] == answer["ccn"]) != (row["same"] == "yes") or (row["same"] == "no" and row["ccn"] in answer["ccns"])
    ]
    assert wrong == []


def test_hospitals_keep_their_id_through_renamings_and_new_ones_get_new_ids(
    nights: tuple[Path, dict[str, Any], dict[str, Any]],
) -> None:
    home, _, _ = nights
    sql = (
        "SELECT e.event, count(*) AS n, count(h.hospital_uid) AS still_listed FROM entity_event e "
        "LEFT JOIN hospital h ON h.hospital_uid = e.entity_uid "
        "WHERE e.entity_kind = 'hospital' AND e.event IN ('renamed', 'retired', 'opened') GROUP BY e.event ORDER BY e.event"
    )
    assert [(row["event"], row["n"], row["still_listed"]) for row in residency(home, "query", sql)] == [
        ("opened", 55, 55),
        ("renamed", 32, 32),
        ("retired", 15, 0),
    ]
