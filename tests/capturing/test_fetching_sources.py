"""Sources that ask more than one address: chains of pages, keys, POSTs, broken chains, and what a killed night holds already."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest

from flows import steps
from flows.capturing.hosts import Hosts
from flows.profiles import load_profile
from flows.sources import SOURCE_BY_NAME
from flows.sources.chains import follow, json_list
from flows.sources.source import CURRENT, ApiKey, Delivery, Errand, Media, Parsed, Request, Source
from flows.steps import Outcome, Tonight
from schemas.vocabulary import AttemptOutcome, NightVerdict
from tests.capturing.servers import Answer, Server, answer, serving
from tests.nights import FIRST, SECOND, home_at, ledger_of

CMS = SOURCE_BY_NAME["cms_hospitals"]
HOSPITAL = {
    "hospital_name": "TRIAL HOSPITAL",
    "street": "1 MAIN STREET",
    "city": "DENVER",
    "state": "CO",
    "zip_code": "80202",
    "county": "DENVER",
    "hospital_type": "Acute Care Hospitals",
    "hospital_ownership": "Voluntary non-profit",
}
KEY = "TRIAL_KEY"
SECRET = "s3cret-of-the-trial"  # noqa: S105  (not one)


def fetch(errand: Errand) -> Iterator[Delivery]:
    """Pages of a trial API: each says where the next one is."""

    def following(page: bytes, _number: int) -> Request | None:
        next_page = json.loads(page)["next"]
        return Request(next_page) if next_page else None

    chain = follow(errand.ask, Request(errand.address), following)
    yield Delivery(CURRENT, json_list(chain.answers), date(2026, 3, 1), chain.broken)


def parse(data: bytes, _about: object) -> Parsed:
    stated = [row for page in json.loads(data) for row in page["rows"]]
    rows = [{"locator": f"row {number}", **HOSPITAL, **row} for number, row in enumerate(stated, start=1)]
    listing = CMS.main_listing
    columns = ["locator", *listing.column_names]
    return Parsed({listing.name: pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String()), orient="row").select(columns)})


@pytest.fixture(autouse=True)
def source(monkeypatch: pytest.MonkeyPatch) -> Source:
    """A source of three pages in the place of the hospitals; its listing is theirs."""
    trial = replace(CMS, media=Media.JSON, parse=parse, fetch=fetch, key=ApiKey(KEY, header="API-Key"))
    monkeypatch.setitem(SOURCE_BY_NAME, CMS.name, trial)
    monkeypatch.setenv(KEY, SECRET)
    return trial


def page(server: Server, number: int, *, last: bool = False) -> bytes:
    return json.dumps(
        {"rows": [{"ccn": f"06000{number}"}], "next": None if last else server.url(f"/{number + 1}")}, sort_keys=True
    ).encode()


def begin(folder: Path, server: Server, now: datetime = FIRST) -> Tonight:
    profile = folder / "profile.toml"
    entry = f'[[sources.{CMS.name}]]\nfrom = "{server.url("/1")}"\n'
    profile.write_text(f'name = "loopback"\ndataset = "trial"\npace_seconds = 0\nallow_loopback = true\n{entry}')
    tonight, _ = steps.begin(home_at(folder / "home"), load_profile(str(profile)), now)
    return replace(tonight, hosts=Hosts(0, sleep=lambda _: None))


def night(folder: Path, server: Server, now: datetime = FIRST) -> Outcome:
    tonight = begin(folder, server, now)
    steps.capture(tonight, CMS.name)
    (outcome,) = steps.list_source(tonight, CMS.name)
    steps.end(tonight, NightVerdict.FAILED, "", None)
    return outcome


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as found:
        found.answers = {
            f"/{number}": answer("200 OK", page(found, number, last=number == 3), f'ETag: "{number}"') for number in (1, 2, 3)
        }
        yield found


def test_chain_is_one_document_and_every_answer_an_outcome_row(tmp_path: Path, server: Server) -> None:
    outcome = night(tmp_path, server)
    assert (outcome.document, outcome.captured, outcome.rows_listed, outcome.complete) == (
        CURRENT,
        AttemptOutcome.FETCHED,
        3,
        True,
    )
    ledger = ledger_of(tmp_path / "home", "trial")
    parts = ledger.attempts(CMS.name, parts=True)
    assert parts["address"].to_list() == [server.url(f"/{number}") for number in (1, 2, 3)]
    assert parts["outcome"].unique().to_list() == ["fetched"]
    assert ledger.extracts(CMS.name)["document_date"].to_list() == [date(2026, 3, 1)]


def test_unchanged_pages_are_asked_for_conditionally_and_the_document_is_unchanged(tmp_path: Path, server: Server) -> None:
    night(tmp_path, server)
    server.answers = {path: answer("304 Not Modified") for path in server.answers}
    server.requests.clear()
    outcome = night(tmp_path, server, SECOND)
    assert (outcome.captured, outcome.listed, outcome.rows_listed) == (AttemptOutcome.UNCHANGED, "unchanged", 3)
    assert [request.headers["If-None-Match"] for request in server.requests] == ['"1"', '"2"', '"3"']


def test_broken_chain_is_an_incomplete_document_that_retires_nothing(tmp_path: Path, server: Server) -> None:
    whole = dict(server.answers)
    server.answers["/3"] = answer("404 Not Found", b"gone")
    outcome = night(tmp_path, server)
    assert (outcome.rows_listed, outcome.complete) == (2, False)
    assert outcome.reason == "incomplete: page 3: expected status 200; found 404 Not Found"
    server.answers = whole
    assert night(tmp_path, server, SECOND).complete


def test_broken_chain_that_lacks_too_much_is_refused_and_tells_why_it_lacks_it(tmp_path: Path, server: Server) -> None:
    night(tmp_path, server)
    server.answers["/2"] = answer("404 Not Found", b"gone")
    outcome = night(tmp_path, server, SECOND)
    assert outcome.listed == "refused"
    assert outcome.reason is not None
    assert "of the 3 rows of last time" in outcome.reason
    assert outcome.reason.endswith("; incomplete: page 2: expected status 200; found 404 Not Found")


def test_source_whose_first_page_fails_has_failed(tmp_path: Path, server: Server) -> None:
    server.answers["/1"] = answer("404 Not Found", b"gone")
    outcome = night(tmp_path, server)
    assert (outcome.captured, outcome.reason) == (AttemptOutcome.FAILED, "expected status 200; found 404 Not Found")


def test_night_taken_up_asks_only_for_pages_that_it_does_not_hold(tmp_path: Path, server: Server) -> None:
    tonight = begin(tmp_path, server)
    dies: Answer = answer("200 OK", b"no JSON at all", 'ETag: "2"')
    good, server.answers["/2"] = server.answers["/2"], dies
    steps.capture(tonight, CMS.name)
    server.answers["/2"] = good
    server.requests.clear()
    resumed, is_resumed = steps.begin(tonight.home, tonight.profile, SECOND.replace(day=FIRST.day, hour=FIRST.hour + 1))
    assert is_resumed
    steps.capture(replace(resumed, hosts=tonight.hosts), CMS.name)
    assert server.asked() == ["/2", "/3"]
    (outcome,) = steps.list_source(resumed, CMS.name)
    assert (outcome.rows_listed, outcome.complete) == (3, True)


def test_key_goes_to_the_publisher_and_nowhere_else(tmp_path: Path, server: Server) -> None:
    with serving(host="127.0.0.2") as other:
        other.answers["/elsewhere"] = answer("200 OK", page(server, 1, last=True))
        server.answers["/1"] = answer("302 Found", b"", f"Location: {other.url('/elsewhere')}")
        night(tmp_path, server)
        assert [request.headers.get("API-Key") for request in server.requests] == [SECRET]
        assert [request.headers.get("API-Key") for request in other.requests] == [None]
    for file in (path for path in (tmp_path / "home").rglob("*") if path.is_file()):
        assert SECRET.encode() not in file.read_bytes()


def test_missing_key_is_told_with_its_name(tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KEY)
    outcome = night(tmp_path, server)
    assert outcome.captured is AttemptOutcome.FAILED
    assert outcome.reason == f"no key: {CMS.publisher} hands one out; put it into the environment as {KEY}"
    assert server.requests == []


def test_post_is_asked_with_its_body_and_told_apart_by_it(
    tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask_twice(errand: Errand) -> Iterator[Delivery]:
        answers = tuple(errand.ask(Request(errand.address, json=json.dumps({"offset": offset}))) for offset in (0, 500))
        yield Delivery(CURRENT, json_list(answers))

    monkeypatch.setitem(SOURCE_BY_NAME, CMS.name, replace(SOURCE_BY_NAME[CMS.name], fetch=ask_twice))
    server.answers = {"/1": answer("200 OK", page(server, 1, last=True))}
    night(tmp_path, server)
    assert [(request.method, request.body) for request in server.requests] == [
        ("POST", b'{"offset": 0}'),
        ("POST", b'{"offset": 500}'),
    ]
    addresses = ledger_of(tmp_path / "home", "trial").attempts(CMS.name, parts=True)["address"].to_list()
    assert len(set(addresses)) == 2
    assert all(address.startswith(server.url("/1#")) for address in addresses)
