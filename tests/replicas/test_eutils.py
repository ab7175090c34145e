"""NCBI's E-utilities on loopback: counts by affiliation, keys, throttling with its body, and errors in answers of status 200."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from flows.sources.pubmed_affiliation_counts import FIRST_YEAR, NAME, query
from flows.steps import Outcome
from schemas.listings import PUBMED_AFFILIATION_COUNT
from schemas.vocabulary import AttemptOutcome
from tests.nights import SECOND
from tests.replicas.replica import (
    NOT_FOUND,
    Replica,
    Reply,
    Request,
    bytes_in,
    night,
    parts_of,
    path_of,
    publishing,
    query_of,
    rows_of,
)
from tests.sample_informatics import papers_as_answered
from tests.sample_maker import make_sample

FELLOWSHIPS = "acgme_clinical_informatics_fellowships"
KEY = "0123456789abcdef-of-the-trial"
ASKED = re.compile(r'AND "(?P<words>[^"]+)"\[ad(?::~0)?\] AND (?P<year>[0-9]{4})\[dp\]$')
RATE = {"error": "API rate limit exceeded", "api-key": "127.0.0.1", "count": "4", "limit": "3"}


@dataclass
class Eutils:
    """The publisher.

    Attributes:
        papers: Counts by words of the affiliation; everything else is found nowhere.
        not_found: Affiliations whose words it does not find, and counts without.
        fails: How it answers a query instead, by words of the affiliation and year: a body with status 200.
        throttled: So many questions are refused next.
        updated: Day of the last update.
    """

    papers: dict[str, int] = field(default_factory=lambda: {"UPMC Medical Education": 3, "Ohio State University Hospital": 40})
    not_found: set[str] = field(default_factory=set)
    fails: dict[tuple[str, int], object] = field(default_factory=dict)
    throttled: int = 0
    updated: str = f"{FIRST_YEAR + 1}/11/27 23:51"

    def __call__(self, request: Request) -> Reply:
        asked = query_of(request)
        if self.throttled:
            self.throttled -= 1
            return _json(RATE, "429 Too Many Requests", "X-RateLimit-Limit: 3", "Retry-After: 2")
        if asked.get("api_key", KEY) != KEY:
            return _json({"error": "API key invalid", "api-key": asked["api_key"]}, "400 Bad Request")
        if (asked["db"], asked["retmode"]) != ("pubmed", "json"):
            return _json({"error": "not in this test"}, "400 Bad Request")
        if path_of(request) == "/entrez/eutils/einfo.fcgi":
            return _json(
                {"header": {}, "einforesult": {"dbinfo": [{"dbname": "pubmed", "count": "1", "lastupdate": self.updated}]}}
            )
        if path_of(request) != "/entrez/eutils/esearch.fcgi" or asked["retmax"] != "0":
            return NOT_FOUND
        found = ASKED.search(asked["term"])
        assert found is not None
        words, year = found["words"], int(found["year"])
        if (words, year) in self.fails:
            return _json(self.fails[words, year])
        return _json(papers_as_answered(self.papers.get(words, 0), words if words in self.not_found else None))


def _json(value: object, status: str = "200 OK", *headers: str) -> Reply:
    return Reply(json.dumps(value).encode(), status, ("Content-Type: application/json", *headers))


@pytest.fixture(autouse=True)
def _no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NCBI_API_KEY", raising=False)


def one_night(folder: Path, replica: Replica, **when: Any) -> Outcome:  # noqa: ANN401
    folder.mkdir(exist_ok=True)
    fellowships = folder / "fellowships.csv"
    fellowships.write_bytes(make_sample()[f"{FELLOWSHIPS}.csv"])
    entries = {
        FELLOWSHIPS: [{"from": str(fellowships), "date": "2026-06-16", "stated_total": 6}],
        NAME: [{"from": replica.url("/entrez/eutils/")}],
    }
    return night(folder, entries, **when)[NAME, "current"]


def test_every_fellowship_is_counted_in_every_year(tmp_path: Path) -> None:
    with publishing(Eutils()) as replica:
        outcome = one_night(tmp_path, replica)
    assert (outcome.rows_listed, outcome.complete, outcome.reason) == (12, True, None)
    rows = rows_of(tmp_path, PUBMED_AFFILIATION_COUNT)
    assert rows.filter(publication_year=FIRST_YEAR).select("affiliation", "n_papers").rows() == [
        ("Beth Israel Deaconess Medical Center", 0),
        ("Ohio State University Hospital", 40),
        ("UPMC Medical Education", 3),
        ("University of California Davis Health", 0),
        ("University of Iowa Hospitals & Clinics", 0),
        ("University of Texas Southwestern Medical Center", 0),
    ]
    assert rows["publication_year"].unique().to_list() == [FIRST_YEAR, FIRST_YEAR + 1]
    assert rows["pubmed_query"].to_list() == [query(*row) for row in rows.select("affiliation", "publication_year").iter_rows()]
    assert parts_of(tmp_path, NAME).height == 13
    assert [query_of(request).get("api_key") for request in replica.server.requests] == [None] * 13


def test_unchanged_counts_are_no_news_though_pubmed_was_updated(tmp_path: Path) -> None:
    eutils = Eutils()
    with publishing(eutils) as replica:
        one_night(tmp_path, replica)
        eutils.updated = f"{FIRST_YEAR + 1}/11/28 23:02"
        outcome = one_night(tmp_path, replica, now=SECOND)
        assert (outcome.captured, outcome.listed) == (AttemptOutcome.UNCHANGED, "unchanged")


def test_key_goes_along_as_a_parameter_and_is_written_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NCBI_API_KEY", KEY)
    with publishing(Eutils()) as replica:
        assert one_night(tmp_path, replica).complete
        assert {query_of(request)["api_key"] for request in replica.server.requests} == {KEY}
    assert KEY.encode() not in bytes_in(tmp_path)


def test_wrong_key_fails_with_the_status_and_without_the_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NCBI_API_KEY", "another")
    with publishing(Eutils()) as replica:
        outcome = one_night(tmp_path, replica)
    assert (outcome.captured, outcome.reason) == (AttemptOutcome.FAILED, "expected status 200; found 400 Bad Request")
    assert b"another" not in bytes_in(tmp_path)


def test_throttling_heals(tmp_path: Path) -> None:
    with publishing(Eutils(throttled=3)) as replica:
        assert one_night(tmp_path, replica).complete
    assert Counter(replica.statuses) == {"429 Too Many Requests": 3, "200 OK": 13}


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"esearchresult": {"ERROR": "Search Backend failed: timeout"}}, "PubMed's error: Search Backend failed: timeout"),
        (RATE, "PubMed's error: API rate limit exceeded"),
    ],
)
def test_error_in_an_answer_of_status_200_is_no_count(tmp_path: Path, body: object, told: str) -> None:
    eutils = Eutils()
    with publishing(eutils) as replica:
        assert one_night(tmp_path, replica).rows_listed == 12
        eutils.fails = {("UPMC Medical Education", FIRST_YEAR): body}
        outcome = one_night(tmp_path, replica, now=SECOND)
    assert (outcome.rows_listed, outcome.complete) == (11, False)
    reason = f"{NAME}: expected a count; found {told}"
    assert outcome.reason == f"incomplete: 1 of 12 counts: UPMC Medical Education, {FIRST_YEAR}: {reason}"
    assert rows_of(tmp_path, PUBMED_AFFILIATION_COUNT).filter(affiliation="UPMC Medical Education")["n_papers"].to_list() == [
        3,
        3,
    ]


def test_count_without_the_affiliation_is_set_aside(tmp_path: Path) -> None:
    with publishing(Eutils(papers={"Beth Israel Deaconess Medical Center": 5}, not_found={"UPMC Medical Education"})) as replica:
        outcome = one_night(tmp_path, replica)
    assert (outcome.rows_listed, outcome.rows_quarantined, outcome.complete) == (10, 2, False)
    assert outcome.reason == "incomplete: 2 rows of pubmed_affiliation_count in quarantine are not listed otherwise"


def test_without_any_listing_of_sponsors_nothing_is_asked(tmp_path: Path) -> None:
    with publishing(Eutils()) as replica:
        (outcome,) = night(tmp_path, {NAME: [{"from": replica.url("/entrez/eutils/")}]}).values()
        assert replica.server.requests == []
    assert outcome.reason == "nothing to ask about: no listing names a sponsor or a participating site yet"


def test_answer_to_another_question_is_a_failure(tmp_path: Path) -> None:
    info = {"einforesult": {"dbinfo": [{"lastupdate": "2026/01/01"}]}}
    with publishing(Eutils(fails={("UPMC Medical Education", FIRST_YEAR): info})) as replica:
        outcome = one_night(tmp_path, replica)
    assert outcome.reason == f"{NAME}: expected a count; found what PubMed says of itself"
