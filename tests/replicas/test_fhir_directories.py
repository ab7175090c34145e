"""Vendors' directories over loopback: both shapes, pages that link to the next, persons, and what servers say anew each time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from flows.profiles import ProfileError, load_profile
from flows.steps import Outcome
from schemas.listings import EHR_ENDPOINT
from schemas.vocabulary import AttemptOutcome
from tests.capturing.servers import answer
from tests.nights import FIRST, SECOND, THIRD
from tests.replicas.fhir_directories import FhirDirectories, directory
from tests.replicas.replica import Replica, bytes_in, night, profile_of, publishing, rows_of
from tests.sample_maker import make_sample
from tests.sources.test_ehr_endpoints import beside

SOURCE = "ehr_endpoints"
SAMPLE = make_sample()
FILES = ("epic_endpoints_r4.json", "cerner_endpoints.json", "meditech_endpoints.json")
PERSON = "Person Q. Example, MD"


@pytest.fixture
def directories() -> FhirDirectories:
    return FhirDirectories({f"/{file}": directory(SAMPLE[file]) for file in FILES})


@pytest.fixture
def replica(directories: FhirDirectories) -> Iterator[Replica]:
    with publishing(directories) as found:
        yield found


def asked(folder: Path, replica: Replica, *files: str, now: datetime = FIRST) -> list[Outcome]:
    entries = {SOURCE: [{"from": replica.url(f"/{file}")} for file in files]}
    return list(night(folder, entries, now).values())


def by_hand(folder: Path, files: dict[str, bytes]) -> list[Outcome]:
    folder.mkdir()
    for name, body in files.items():
        (folder / name).write_bytes(body)
    return list(night(folder, {SOURCE: [{"from": str(folder / name)} for name in files]}).values())


def counts(outcomes: list[Outcome]) -> dict[str, tuple[int, int, int, int | None, bool]]:
    return {
        found.document: (found.rows_parsed, found.rows_listed, found.rows_quarantined, found.stated_total, found.complete)
        for found in outcomes
    }


@pytest.mark.parametrize("page_size", [None, 1, 3])
def test_directories_give_the_rows_of_their_files_and_nothing_new_next_night(
    tmp_path: Path, replica: Replica, directories: FhirDirectories, page_size: int | None
) -> None:
    directories.page_size = page_size
    replica.throttled = 1
    outcomes = asked(tmp_path, replica, *FILES)
    expected = by_hand(tmp_path / "hand", {file: SAMPLE[file] for file in FILES})
    assert counts(outcomes) == counts(expected)
    assert rows_of(tmp_path, EHR_ENDPOINT).equals(rows_of(tmp_path / "hand", EHR_ENDPOINT))
    replica.forget()
    again = asked(tmp_path, replica, *FILES, now=SECOND)
    assert {(found.captured, found.listed) for found in again} == {(AttemptOutcome.UNCHANGED, "unchanged")}
    assert set(replica.statuses) == {"304 Not Modified"}


def test_what_a_server_says_anew_each_time_is_no_news(tmp_path: Path, replica: Replica, directories: FhirDirectories) -> None:
    directories.page_size, directories.is_volatile = 3, True
    asked(tmp_path, replica, FILES[0])
    replica.forget()
    (again,) = asked(tmp_path, replica, FILES[0], now=SECOND)
    assert (again.captured, again.listed, set(replica.statuses)) == (AttemptOutcome.UNCHANGED, "unchanged", {"200 OK"})


def test_persons_on_any_page_are_stored_nowhere(tmp_path: Path, replica: Replica, directories: FhirDirectories) -> None:
    whole = directories.directories[f"/{FILES[0]}"]
    person = json.loads(json.dumps(whole["entry"][0]))
    person["resource"]["contained"][0]["name"] = person["resource"]["name"] = PERSON
    whole["entry"] = [person, *whole["entry"], person]
    whole["total"] += 2
    directories.page_size = 1  # so that persons are alone on their pages
    (outcome,) = asked(tmp_path, replica, FILES[0])
    assert (outcome.stated_total, outcome.rows_parsed) == (4, 4)
    assert PERSON.encode() not in bytes_in(tmp_path)
    assert b"persons_removed" in bytes_in(tmp_path)


def test_organisation_on_another_page_than_its_endpoint_is_found_and_a_person_is_not(
    tmp_path: Path, replica: Replica, directories: FhirDirectories
) -> None:
    whole = directory(beside({"name": "Mercy Hospital"}, {"name": "Hope Hospital"}, {"name": "Person Example"}))
    directories.directories, directories.page_size = {"/cerner.json": whole}, 1
    (outcome,) = asked(tmp_path, replica, "cerner.json")
    assert (outcome.rows_listed, outcome.rows_quarantined, outcome.stated_total) == (2, 1, 3)  # an endpoint without its person
    assert rows_of(tmp_path, EHR_ENDPOINT)["organisation_name"].to_list() == ["Mercy Hospital", "Hope Hospital"]
    assert b"Person Example" not in bytes_in(tmp_path)


def test_page_that_fails_leaves_an_incomplete_directory_that_retires_nothing(
    tmp_path: Path, replica: Replica, directories: FhirDirectories
) -> None:
    directories.page_size = 3
    second = f"/{FILES[0]}?_offset=3"
    replica.server.answers[second] = answer("404 Not Found", b"{}")
    (outcome,) = asked(tmp_path, replica, FILES[0])
    assert (outcome.rows_parsed, outcome.complete) == (3, False)
    assert outcome.reason == "incomplete: page 2: expected status 200; found 404 Not Found"
    del replica.server.answers[second]
    (healed,) = asked(tmp_path, replica, FILES[0], now=SECOND)
    assert (healed.rows_parsed, healed.complete) == (4, True)


def _linked(whole: dict[str, Any], url: str) -> bytes:
    return json.dumps({**whole, "link": [{"relation": "self", "url": "/"}, {"relation": "next", "url": url}]}).encode()


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("/epic.json", "incomplete: page 2: expected one that was not asked for yet; found a circle"),
        ("http://127.0.0.2/epic.json", "ehr_endpoints: expected the next page on the host of the first; found one on 127.0.0.2"),
        ("file:///etc/passwd", "ehr_endpoints: expected the next page on the host of the first; found one on none"),
    ],
)
def test_link_that_leads_astray_is_not_followed(
    tmp_path: Path, replica: Replica, directories: FhirDirectories, url: str, reason: str
) -> None:
    replica.server.answers["/epic.json"] = answer("200 OK", _linked(directories.directories[f"/{FILES[0]}"], url))
    (outcome,) = asked(tmp_path, replica, "epic.json")
    assert outcome.reason == reason
    assert replica.server.asked() == ["/epic.json"]


def test_pages_of_two_directories_are_refused(tmp_path: Path, replica: Replica, directories: FhirDirectories) -> None:
    whole = directories.directories[f"/{FILES[0]}"]
    replica.server.answers["/epic.json"] = answer("200 OK", _linked(whole, "/more"))
    replica.server.answers["/more"] = answer("200 OK", json.dumps({**whole, "total": 9}).encode())
    (outcome,) = asked(tmp_path, replica, "epic.json")
    assert outcome.reason == "ehr_endpoints: expected one total on all pages of a directory; found 4, 9"


def test_vendor_is_told_by_the_profile_where_the_address_does_not(
    tmp_path: Path, replica: Replica, directories: FhirDirectories
) -> None:
    directories.directories = {"/Endpoints/R4": directories.directories[f"/{FILES[0]}"]}
    address = replica.url("/Endpoints/R4")
    (named,) = night(tmp_path / "named", {SOURCE: [{"from": address, "document": "epic_r4"}]}).values()
    assert (named.document, named.rows_listed) == ("epic_r4", 4)
    assert rows_of(tmp_path / "named", EHR_ENDPOINT)["vendor"].unique().to_list() == ["Epic"]
    (unnamed,) = night(tmp_path / "unnamed", {SOURCE: [{"from": address}]}).values()
    assert "expected a document named after its vendor (epic, " in str(unnamed.reason)


@pytest.mark.parametrize(
    ("source", "entries", "told"),
    [
        (SOURCE, [{"document": "../epic"}], "document: String should match pattern"),
        (SOURCE, [{"document": "epic"}, {"document": "epic"}], "expected documents with different file names"),
        ("cms_hospitals", [{"document": "epic"}], "expected no document name (one file that is replaced); found 'epic'"),
    ],
)
def test_name_of_a_document_is_plain_and_its_own(tmp_path: Path, source: str, entries: list[dict[str, str]], told: str) -> None:
    profile = profile_of(tmp_path, {source: [{"from": "https://a.example/r4", **entry} for entry in entries]})
    with pytest.raises(ProfileError) as refused:
        load_profile(str(profile))
    assert told in str(refused.value)


# --- the real files


def test_real_directories_give_the_rows_of_their_files(tmp_path: Path, shared_data: Path) -> None:
    files = {file.name: file.read_bytes() for file in sorted((shared_data / "fhir_endpoints").glob("*EndpointSources*.json"))}
    del files["FHIREndpointSources.json"]  # test junk of no vendor
    expected = counts(by_hand(tmp_path / "hand", files))
    assert expected["EpicEndpointSourcesDSTU2.json"][:3] == (415, 415, 0)
    assert {name: found[:3] for name, found in expected.items()} == {
        "Altera_Digital_Health_Inc_EndpointSources.json": (1115, 832, 283),
        "Cerner_Corporation_EndpointSources.json": (2659, 2659, 0),
        "EpicEndpointSourcesDSTU2.json": (415, 415, 0),
        "EpicEndpointSourcesR4.json": (265, 265, 0),
        "Epic_Systems_Corporation_1_EndpointSources.json": (474, 474, 0),
        "Epic_Systems_Corporation_EndpointSources.json": (951, 951, 0),
        "MEDHOST_EndpointSources.json": (140, 137, 3),
        "Medical_Information_Technology_Inc_MEDITECH_1_EndpointSources.json": (920, 916, 4),
        "Medical_Information_Technology_Inc_MEDITECH_EndpointSources.json": (446, 438, 8),
        "Veradigm_EndpointSources.json": (2584, 2482, 102),
    }
    with publishing(FhirDirectories({f"/{name}": directory(body) for name, body in files.items()}, page_size=50)) as replica:
        assert counts(asked(tmp_path, replica, *files)) == expected
        assert len([path for path in replica.server.asked() if "R4" in path]) == 6  # 265 endpoints, 50 a page
        assert rows_of(tmp_path, EHR_ENDPOINT).equals(rows_of(tmp_path / "hand", EHR_ENDPOINT))
        replica.forget()
        again = asked(tmp_path, replica, *files, now=THIRD)
        assert ({found.listed for found in again}, set(replica.statuses)) == ({"unchanged"}, {"304 Not Modified"})
