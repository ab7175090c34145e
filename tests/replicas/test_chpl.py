"""CHPL over loopback: a key, pages, a list that changes meanwhile, ids that nobody knows, and answers that hold for a month."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from flows import steps
from flows.profiles import load_profile
from flows.sources import chpl_certification_ids, chpl_listings
from flows.steps import Outcome
from flows.steps.tonight import hosts_of
from schemas.listings import CHPL_CERTIFICATION_PRODUCT, CHPL_PRODUCT
from schemas.vocabulary import AttemptOutcome
from tests.capturing.servers import answer
from tests.nights import FIRST, SECOND, THIRD
from tests.replicas.chpl import IDS, KEY, SEARCH, Chpl
from tests.replicas.replica import Replica, begin, bytes_in, night, parts_of, profile_of, publishing, rows_of
from tests.sample_maker import make_sample

LISTINGS, CERTIFIED, ATTESTATIONS = "chpl_listings", "chpl_certification_ids", "cms_promoting_interoperability"
SAMPLE = make_sample()
ANSWERS = {str(found["ehrCertificationId"]): found for found in json.loads(SAMPLE["chpl_certification_ids.json"])}
ATTESTED = ["0015CEXAMPLE001", "0015CEXAMPLE002", "0015CEXAMPLE003", "OO15CEXAMPLE003"]


def listings_in(pages: list[dict[str, Any]]) -> list[dict[str, object]]:
    return [listing for page in pages for listing in page["results"]]


@pytest.fixture
def chpl(monkeypatch: pytest.MonkeyPatch) -> Chpl:
    monkeypatch.setenv("CHPL_API_KEY", KEY)
    return Chpl(listings_in(json.loads(SAMPLE["chpl_listings.json"])), {known: ANSWERS[known] for known in ATTESTED[:3]})


@pytest.fixture
def replica(chpl: Chpl) -> Iterator[Replica]:
    with publishing(chpl) as found:
        yield found


# --- listings


def searched(folder: Path, replica: Replica, now: datetime = FIRST, path: str = SEARCH) -> Outcome:
    entry = {"from": replica.url(path), "document": "search"}
    (outcome,) = night(folder, {LISTINGS: [entry]}, now).values()
    return outcome


@pytest.fixture
def _pages_of_three(chpl: Chpl, monkeypatch: pytest.MonkeyPatch) -> None:
    chpl.most = 3
    monkeypatch.setattr(chpl_listings, "_PAGE_SIZE", 3)


@pytest.mark.usefixtures("_pages_of_three")
def test_pages_are_one_document_with_the_rows_of_the_file_and_cost_nothing_next_night(tmp_path: Path, replica: Replica) -> None:
    file = tmp_path / "chpl.json"
    file.write_bytes(SAMPLE["chpl_listings.json"])
    (by_hand,) = night(tmp_path / "hand", {LISTINGS: [{"from": str(file)}]}).values()
    replica.throttled = 2
    outcome = searched(tmp_path, replica)
    assert (outcome.document, outcome.stated_total, outcome.complete) == ("search", 7, True)
    assert (outcome.rows_listed, outcome.rows_quarantined) == (by_hand.rows_listed, by_hand.rows_quarantined)
    assert rows_of(tmp_path, CHPL_PRODUCT).equals(rows_of(tmp_path / "hand", CHPL_PRODUCT))
    asked = [f"{SEARCH}?pageNumber={number}&pageSize=3" for number in range(3)]
    assert replica.server.asked() == [asked[0]] * 3 + asked[1:]
    replica.forget()
    again = searched(tmp_path, replica, SECOND)
    assert (again.captured, again.listed) == (AttemptOutcome.UNCHANGED, "unchanged")
    assert replica.statuses == ["304 Not Modified"] * 3


def test_document_is_the_same_when_only_counts_of_surveillance_have_changed(tmp_path: Path, replica: Replica, chpl: Chpl) -> None:
    searched(tmp_path, replica)
    chpl.listings = [{**listing, "surveillanceCount": 9} for listing in chpl.listings]
    again = searched(tmp_path, replica, SECOND)
    assert (again.captured, again.listed, replica.statuses) == (AttemptOutcome.UNCHANGED, "unchanged", ["200 OK"] * 2)


def test_field_that_nobody_knows_is_not_dropped_in_silence(tmp_path: Path, replica: Replica, chpl: Chpl) -> None:
    chpl.listings = [{**listing, "novelty": 1} for listing in chpl.listings]
    outcome = searched(tmp_path, replica)
    assert outcome.reason == "chpl_listings: expected the known keys of a listing; found unexpected keys: novelty"


def test_parameters_of_the_address_narrow_the_search(tmp_path: Path, replica: Replica) -> None:
    searched(tmp_path, replica, path=f"{SEARCH}?certificationStatuses=Active&pageNumber=7")
    assert replica.server.asked() == [f"{SEARCH}?certificationStatuses=Active&pageNumber=0&pageSize=100"]


@pytest.mark.usefixtures("_pages_of_three")
def test_page_that_fails_leaves_an_incomplete_list_that_retires_nothing(tmp_path: Path, replica: Replica) -> None:
    replica.server.answers[f"{SEARCH}?pageNumber=2&pageSize=3"] = answer("404 Not Found", b"{}")
    outcome = searched(tmp_path, replica)
    assert (outcome.rows_listed, outcome.stated_total) == (6, 7)
    assert outcome.reason == "incomplete: page 3: expected status 200; found 404 Not Found"


@pytest.mark.usefixtures("_pages_of_three")
def test_pages_that_end_before_the_stated_total_are_incomplete(tmp_path: Path, replica: Replica, chpl: Chpl) -> None:
    page = {"recordCount": 7, "searchTermRecordCount": None, "pageSize": 3, "pageNumber": 1, "directReviewsAvailable": True}
    empty = json.dumps({**page, "results": []}).encode()
    replica.server.answers[f"{SEARCH}?pageNumber=1&pageSize=3"] = answer("200 OK", empty)
    outcome = searched(tmp_path, replica)
    assert outcome.reason == "incomplete: 7 stated, 3 parsed"


@pytest.mark.usefixtures("_pages_of_three")
def test_list_that_changes_while_it_is_asked_for_is_refused(tmp_path: Path, replica: Replica, chpl: Chpl) -> None:
    def shrinking(request: Any) -> Any:  # noqa: ANN401
        reply = chpl(request)
        chpl.listings = chpl.listings[1:]
        return reply

    replica.publisher = shrinking
    assert searched(tmp_path, replica).reason == "chpl_listings: expected one recordCount on all pages of one answer; found 6, 7"


def test_wrong_key_is_told_by_its_status_and_no_key_before_anything_is_asked(
    tmp_path: Path, replica: Replica, chpl: Chpl, monkeypatch: pytest.MonkeyPatch
) -> None:
    chpl.key = "another"
    assert searched(tmp_path, replica).reason == "expected status 200; found 401 Unauthorized"
    replica.forget()
    monkeypatch.delenv("CHPL_API_KEY")
    told = "no key: ASTP/ONC hands one out; put it into the environment as CHPL_API_KEY"
    assert searched(tmp_path / "without", replica).reason == told
    assert replica.server.requests == []


def test_key_travels_in_its_header_and_stays_out_of_the_home(tmp_path: Path, replica: Replica) -> None:
    searched(tmp_path, replica)
    assert {request.headers["API-Key"] for request in replica.server.requests} == {KEY}
    assert KEY.encode() not in bytes_in(tmp_path)


def test_a_key_asks_once_a_second(tmp_path: Path) -> None:
    entries = {name: [{"from": f"https://chpl.healthit.gov{path}"}] for name, path in ((LISTINGS, SEARCH), (CERTIFIED, IDS))}
    profile = profile_of(tmp_path, entries)
    assert hosts_of(load_profile(str(profile)))._paces == {"chpl.healthit.gov": 1.1}


# --- certification ids


def attested(folder: Path, replica: Replica, now: datetime = FIRST) -> Outcome:
    folder.mkdir(exist_ok=True)
    file = folder / "attestations.csv"
    file.write_bytes(SAMPLE["cms_promoting_interoperability_cy2023.csv"])
    entries = {CERTIFIED: [{"from": replica.url(IDS), "document": "ids"}], ATTESTATIONS: [{"from": str(file)}]}
    return night(folder, entries, now)[(CERTIFIED, "ids")]


def test_every_attested_id_is_asked_about_once_and_an_unknown_one_is_told(tmp_path: Path, replica: Replica) -> None:
    outcome = attested(tmp_path, replica)
    assert [path.removeprefix(f"{IDS}/") for path in replica.server.asked()] == ATTESTED
    assert (outcome.rows_listed, outcome.complete) == (5, False)
    assert outcome.reason == "incomplete: 1 of 4 ids unknown to CHPL: OO15CEXAMPLE003"
    parts = parts_of(tmp_path, CERTIFIED).select("outcome", "http_status").rows()
    assert parts == [("fetched", 200)] * 3 + [("failed", 400)]


def test_rows_are_those_of_the_list_of_answers_put_together_by_hand(tmp_path: Path, replica: Replica) -> None:
    attested(tmp_path, replica)
    file = tmp_path / "ids.json"
    file.write_text(json.dumps([ANSWERS[known] for known in ATTESTED[:3]]), encoding="utf-8")
    night(tmp_path / "hand", {CERTIFIED: [{"from": str(file)}]})
    assert rows_of(tmp_path, CHPL_CERTIFICATION_PRODUCT).equals(rows_of(tmp_path / "hand", CHPL_CERTIFICATION_PRODUCT))


def test_all_ids_known_is_a_complete_document(tmp_path: Path, replica: Replica) -> None:
    file = SAMPLE["cms_promoting_interoperability_cy2023.csv"].replace(b"OO15C", b"0015C")
    (tmp_path / "known.csv").write_bytes(file)
    entries = {CERTIFIED: [{"from": replica.url(IDS)}], ATTESTATIONS: [{"from": str(tmp_path / "known.csv")}]}
    outcome = night(tmp_path, entries)[(CERTIFIED, "certification_ids")]
    assert [path.removeprefix(f"{IDS}/") for path in replica.server.asked()] == ATTESTED[:3]
    assert (outcome.rows_listed, outcome.complete, outcome.reason) == (5, True, None)


def test_answer_holds_for_a_month_and_then_costs_a_conditional_request(
    tmp_path: Path, replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    attested(tmp_path, replica)
    replica.forget()
    assert attested(tmp_path, replica, SECOND).listed == "unchanged"
    assert replica.server.asked() == [f"{IDS}/OO15CEXAMPLE003"]
    replica.forget()
    monkeypatch.setattr(chpl_certification_ids, "_GOOD_FOR", timedelta(0))
    assert attested(tmp_path, replica, THIRD).listed == "unchanged"
    assert replica.statuses == ["304 Not Modified"] * 3 + ["400 Bad Request"]


def test_night_taken_up_goes_on_where_it_was_killed(tmp_path: Path, replica: Replica, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chpl_certification_ids, "_GOOD_FOR", timedelta(0))
    file = tmp_path / "attestations.csv"
    file.write_bytes(SAMPLE["cms_promoting_interoperability_cy2023.csv"])
    entries = {ATTESTATIONS: [{"from": str(file)}], CERTIFIED: [{"from": replica.url(IDS)}]}
    tonight = begin(tmp_path, entries)
    steps.capture(tonight, ATTESTATIONS)
    steps.list_source(tonight, ATTESTATIONS)
    with pytest.raises(KeyboardInterrupt):
        steps.capture(_interrupted(tonight, replica), CERTIFIED)
    replica.forget()
    resumed = begin(tmp_path, entries, FIRST + timedelta(hours=1))
    assert resumed.night == tonight.night
    steps.capture(resumed, CERTIFIED)
    assert [path.removeprefix(f"{IDS}/") for path in replica.server.asked()] == ATTESTED[2:]
    (outcome,) = steps.list_source(resumed, CERTIFIED)
    assert outcome.rows_listed == 5


def test_server_that_is_down_is_not_asked_about_hundreds_of_ids(
    tmp_path: Path, replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chpl_certification_ids, "_MOST_UNANSWERED", 2)
    for known in ATTESTED[1:]:
        replica.server.answers[f"{IDS}/{known}"] = answer("500 Internal Server Error", b"{}")
    outcome = attested(tmp_path, replica)
    assert set(replica.server.asked()) == {f"{IDS}/{known}" for known in ATTESTED[:3]}
    assert (outcome.rows_listed, outcome.complete) == (2, False)
    assert outcome.reason == (
        "incomplete: 3 of 4 ids not answered: 0015CEXAMPLE002: expected status 200; found 500 Internal Server Error, "
        "0015CEXAMPLE003: expected status 200; found 500 Internal Server Error, OO15CEXAMPLE003"
    )


def test_without_attestations_there_is_nothing_to_ask_about(tmp_path: Path, replica: Replica) -> None:
    (outcome,) = night(tmp_path, {CERTIFIED: [{"from": replica.url(IDS)}]}).values()
    assert outcome.reason == "expected certification ids in cms_attestation to ask about; found none"
    assert replica.server.requests == []


def test_ids_are_asked_about_in_order_and_once() -> None:
    rows = pl.DataFrame({"cehrt_id": ["0015C2", None, "0015C1", "0015C2"]})
    assert chpl_certification_ids.attested_ids({"cms_attestation": rows}) == ["0015C1", "0015C2"]


# --- the real files


def test_real_pages_give_the_rows_of_the_files(tmp_path: Path, shared_data: Path, chpl: Chpl, replica: Replica) -> None:
    files = sorted((shared_data / "chpl").glob("b10-search-p*.json"))
    by_hand = night(tmp_path / "hand", {LISTINGS: [{"from": str(file)} for file in files]})
    assert sum(outcome.rows_listed for outcome in by_hand.values()) == 927
    chpl.listings = listings_in([json.loads(file.read_bytes()) for file in files])
    outcome = searched(tmp_path, replica)
    assert (outcome.rows_parsed, outcome.rows_listed, outcome.stated_total, outcome.complete) == (927, 927, 927, True)
    assert rows_of(tmp_path, CHPL_PRODUCT).equals(rows_of(tmp_path / "hand", CHPL_PRODUCT))
    assert len(replica.server.asked()) == 10


def test_real_certification_ids_are_asked_about_once_each(
    tmp_path: Path, shared_data: Path, chpl: Chpl, replica: Replica
) -> None:
    lines = (shared_data / "cms" / "promoting_interoperability_hospital_cy2023.csv").read_bytes().splitlines(keepends=True)
    file = tmp_path / "first_400.csv"
    file.write_bytes(b"".join(lines[:401]))
    ids = pl.read_csv(file, infer_schema=False)["CEHRT ID"].drop_nulls()
    chpl.answers = {known: {**ANSWERS[ATTESTED[0]], "ehrCertificationId": known} for known in ids}
    entries = {ATTESTATIONS: [{"from": str(file)}], CERTIFIED: [{"from": replica.url(IDS)}]}
    outcome = night(tmp_path, entries)[(CERTIFIED, "certification_ids")]
    assert [path.removeprefix(f"{IDS}/") for path in replica.server.asked()] == sorted(set(ids))
    assert len(ids) > 1.5 * ids.n_unique() > 150  # an id is shared
    assert (outcome.rows_listed, outcome.complete) == (2 * ids.n_unique(), True)


def _interrupted(tonight: steps.Tonight, replica: Replica) -> steps.Tonight:
    """The same night, interrupted as the third question is about to be asked."""
    hosts = tonight.hosts

    class Interrupted:
        def __getattr__(self, name: str) -> Any:  # noqa: ANN401
            return getattr(hosts, name)

        def wait(self, name: str) -> None:
            if len(replica.server.requests) == 2:
                raise KeyboardInterrupt
            hosts.wait(name)

    return replace(tonight, hosts=Interrupted())
