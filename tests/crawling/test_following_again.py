"""Following sites again: a site leads where it leads today, whatever was killed, changed, moved or met by another site before."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest

from flows import steps
from flows.captures import CaptureStore
from flows.capturing.hosts import Hosts
from flows.crawling import reading
from flows.crawling.reading import DIED, ToRead, read_pages
from flows.steps import Tonight, crawl_step
from schemas.listings import LISTING_BY_NAME
from schemas.vocabulary import NightVerdict
from tests.capturing.servers import Server, answer, serving
from tests.crawling.webs import PROGRAM, SECOND_PROGRAM, Followed, html, page
from tests.nights import FIRST, SECOND, THIRD

LOGIN = (
    b"<html><head><title>Sign in</title></head><body><form>User name <input> Password <input type=password></form></body></html>"
)
START, OFFICE = "/im/residency/", "/gme/residency-eligibility"


@pytest.fixture
def server() -> Iterator[Server]:
    """A program's page that leads to its GME office's, which leads on."""
    with serving() as found:
        found.answers = {
            START: page(html("We train.", {"../../gme/residency-eligibility": "Eligibility of residents"}), "start"),
            OFFICE: page(html("All may apply.", {"residency-visas": "Visa policy of the residency"}), "office"),
            "/gme/residency-visas": page(html("We sponsor J-1 visas."), "visas"),
            "/im/residency/faq": page(html("Ask us."), "faq"),
        }
        yield found


@pytest.fixture
def followed(tmp_path: Path, server: Server) -> Followed:
    return Followed(tmp_path, [(PROGRAM, server.url(START), "program")])


def with_faq(tag: str) -> object:
    links = {"../../gme/residency-eligibility": "Eligibility of residents", "faq": "Frequently asked questions"}
    return page(html("We train.", links), tag)


def test_page_that_starts_one_site_leads_another_on_as_well(followed: Followed, server: Server) -> None:
    followed.night()
    alone = followed.reached(server)
    assert alone["/gme/residency-visas"] == ("institution", 2)
    followed.starts.append((SECOND_PROGRAM, server.url(OFFICE), "institution"))
    server.answers[START] = with_faq("start 2")
    followed.night(SECOND)
    of_program = followed.rows("site_page").filter(pl.col("start_address") == server.url(START))
    assert sorted(of_program["page_address"]) == sorted(
        server.url(path) for path in (START, OFFICE, "/gme/residency-visas", "/im/residency/faq")
    )
    assert server.asked().count("/gme/residency-visas") == 2, "once a night"


@pytest.mark.parametrize("recheck_days", [0, 7])
def test_links_that_a_killed_and_abandoned_night_captured_are_followed_in_the_next(
    recheck_days: int, followed: Followed, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    followed.settings = f"[crawl]\nrecheck_days = {recheck_days}"
    followed.night()
    if recheck_days:
        followed.settings = "[crawl]\nrecheck_days = 0"
    server.answers[START] = with_faq("start 2")

    def die(_batch: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(crawl_step._Batch, "record", die)
        with pytest.raises(KeyboardInterrupt):
            followed.night(SECOND)
    followed.settings = f"[crawl]\nrecheck_days = {recheck_days}"
    followed.night(THIRD)
    assert "/im/residency/faq" in followed.reached(server)


def test_other_bounds_hold_on_a_site_that_has_not_changed(followed: Followed, server: Server) -> None:
    followed.settings = "[crawl]\nrecheck_days = 0\ndepth = 1"
    followed.night()
    assert "/gme/residency-visas" not in followed.reached(server)
    followed.settings = "[crawl]\nrecheck_days = 0\ndepth = 2"
    followed.night(SECOND)
    assert "/gme/residency-visas" in followed.reached(server)
    followed.settings = "[crawl]\nrecheck_days = 0\ndepth = 0"
    followed.night(THIRD)
    assert set(followed.reached(server)) == {START}


def test_site_whose_start_has_become_a_login_page_keeps_what_is_known_of_it(followed: Followed, server: Server) -> None:
    followed.night()
    known, said = followed.reached(server), followed.rows("web_page")
    server.answers[START] = page(LOGIN, "login")
    for now in (SECOND, THIRD):
        crawled = followed.night(now)
        assert followed.rows("web_page").equals(said)
        assert crawled.whole == 0
        assert crawled.reasons == {"expected the page where a site starts; found a login_wall": 1}
        assert followed.reached(server) == known


def test_page_that_has_become_a_login_page_keeps_what_it_said_and_where_it_led(followed: Followed, server: Server) -> None:
    followed.night()
    known, said = followed.reached(server), followed.rows("web_page_claim")
    assert said["page_address"].to_list() == [server.url("/gme/residency-visas")]
    good = server.answers[OFFICE], server.answers["/gme/residency-visas"]
    server.answers[OFFICE] = server.answers["/gme/residency-visas"] = page(LOGIN, "login")
    for now in (SECOND, THIRD):
        assert followed.night(now).whole == 0
        assert followed.rows("web_page_claim").equals(said)
        assert followed.reached(server) == known
    refused = followed.ledger.extracts("site_pages").filter(pl.col("outcome") == "refused")
    assert refused["reason"].unique().to_list() == ["expected the page that was there; found a login_wall"]
    server.answers[OFFICE], server.answers["/gme/residency-visas"] = good
    assert followed.night(THIRD.replace(day=THIRD.day + 1)).whole == 1
    assert followed.rows("web_page_claim").equals(said)


def test_what_a_page_said_for_a_day_stays_known_when_it_says_what_it_said_before(followed: Followed, server: Server) -> None:
    visas = "/gme/residency-visas"
    first = server.answers[visas]
    for now, answered in ((FIRST, first), (SECOND, page(html("We sponsor no visas."), "no")), (THIRD, first)):
        server.answers[visas] = answered
        followed.night(now)
    history = followed.ledger.listing_history(LISTING_BY_NAME["web_page"])
    spans = history.filter((pl.col("page_address") == server.url(visas)) & pl.col("superseded_at").is_null())
    days = [now.date() for now in (FIRST, SECOND, THIRD)]
    assert spans.sort("valid_from").select("valid_from", "valid_to").rows() == [*pairwise(days), (days[2], None)]


def test_page_may_become_much_shorter(followed: Followed, server: Server) -> None:
    followed.night()
    short = b"<html><body><p>We sponsor no visas of any kind, and never will.</p></body></html>"
    server.answers["/gme/residency-visas"] = page(short, "visas 2")
    crawled = followed.night(SECOND)
    assert (crawled.whole, crawled.pages) == (1, {"unchanged": 2, "fetched": 1})


def test_page_that_leads_off_the_site_is_not_the_sites_word(followed: Followed, server: Server) -> None:
    with serving(host="127.0.0.2") as other:
        other.answers["/apply"] = page(html("This service needs a visa.", {"more": "Visa rules"}), "other")
        server.answers[OFFICE] = answer("302 Found", b"", f"Location: {other.url('/apply')}")
        crawled = followed.night()
        assert set(followed.reached(server)) == {START}
        assert crawled.whole == 1
        assert other.asked() == ["/robots.txt", "/apply"], "and no further"


def test_start_that_has_moved_to_another_site_is_read_and_leads_nowhere(followed: Followed, server: Server) -> None:
    with serving(host="127.0.0.2") as other:
        other.answers["/new"] = page(html("We sponsor J-1 visas.", {"apply": "How to apply"}), "new")
        server.answers[START] = answer("301 Moved", b"", f"Location: {other.url('/new')}")
        followed.night()
        assert followed.rows("web_page").select("page_address", "page_j1_status").rows() == [(server.url(START), "accepts")]
        assert other.asked() == ["/robots.txt", "/new"]


def test_bytes_that_are_gone_from_the_store_are_asked_for_without_a_condition(followed: Followed, server: Server) -> None:
    followed.settings = "[crawl]\nrecheck_days = 7"
    followed.night()
    captures = CaptureStore(followed.root / "home" / "captures")
    attempts = followed.ledger.attempts("site_pages").filter(pl.col("address") == server.url(START))
    captures.path(attempts["digest"].item()).unlink()
    crawled = followed.night(SECOND)
    assert crawled.pages == {"fetched": 1, "not due": 2}
    assert captures.holds(attempts["digest"].item())


def resumed(followed: Followed, hours: int) -> Tonight:
    return followed.begin(FIRST.replace(hour=FIRST.hour + hours))


def test_complete_map_of_a_night_taken_up_goes_before_its_incomplete_one(followed: Followed, server: Server) -> None:
    good = server.answers[OFFICE]
    for trial in range(6):
        server.answers[OFFICE] = answer("500 Internal Server Error", b"broken")
        server.answers[START] = page(html(f"We train {trial}.", {"../../gme/residency-eligibility": "Eligibility"}), f"s {trial}")
        now = FIRST.replace(day=FIRST.day + trial)
        followed.follow(followed.begin(now))
        server.answers[OFFICE] = good
        tonight = followed.begin(now.replace(hour=now.hour + 1))
        followed.follow(tonight)
        steps.end(tonight, NightVerdict.UNCHANGED, "", None)
        in_force = followed.ledger.extracts_in_force().filter(pl.col("document").str.starts_with("map "))
        assert in_force["complete"].to_list() == [True]
        assert len(followed.reached(server)) == 3


# --- hosts that say no ------------------------------------------------------------------------------------------------


def test_403_stops_its_host_and_no_other_and_a_night_taken_up_does_not_ask_it(tmp_path: Path) -> None:
    with serving() as strict, serving(host="127.0.0.2") as kind, serving(host="127.0.0.3") as moved:
        for host in (strict, kind):
            host.answers = {
                "/a/": page(html("A.", {"faq": "Frequently asked questions", "visas": "Visas"}), "a"),
                "/a/faq": page(html("Ask."), "faq"),
                "/a/visas": page(html("Visas."), "visas"),
            }
        strict.answers["/a/faq"] = answer("403 Forbidden", b"no")
        strict.answers["/b/"] = answer("500 Internal Server Error", b"later")
        moved.answers["/c/"] = answer("302 Found", b"", f"Location: {strict.url('/a/faq')}")
        starts = [strict.url("/a/"), strict.url("/b/"), kind.url("/a/")]
        followed = Followed(tmp_path, [(f"14035212{number:02}", start, "program") for number, start in enumerate(starts)])
        followed.follow(followed.begin())
        assert "/a/faq" in strict.asked()
        assert "/a/visas" not in strict.asked()
        assert {"/a/faq", "/a/visas"} <= set(kind.asked())
        strict.requests.clear()
        kind.requests.clear()
        followed.follow(resumed(followed, 1))
        assert strict.asked() == [], "not even for the start that had failed before the 403"
        assert kind.asked() == []


def test_403_behind_a_redirect_stops_the_host_that_answered_it(tmp_path: Path) -> None:
    with serving() as strict, serving(host="127.0.0.2") as moved:
        strict.answers["/no"] = answer("403 Forbidden", b"no")
        moved.answers = {"/a/": answer("302 Found", b"", f"Location: {strict.url('/no')}"), "/b/": page(html("B."), "b")}
        followed = Followed(tmp_path, [(PROGRAM, moved.url("/a/"), "program"), (SECOND_PROGRAM, moved.url("/b/"), "program")])
        followed.follow(followed.begin())
        moved.answers["/a/"] = page(html("A."), "a")
        strict.requests.clear()
        crawled = followed.follow(resumed(followed, 1))
        assert crawled.pages == {"fetched": 2}
        assert strict.asked() == []


# --- readers ----------------------------------------------------------------------------------------------------------


class Fatal(str):
    """A text that ends whichever process unpickles it."""

    def __reduce__(self) -> tuple[object, tuple[int]]:
        return os._exit, (3,)


@pytest.fixture
def pages(tmp_path: Path) -> list[ToRead]:
    bodies = [html(f"We sponsor J-1 visas in {number} ways.") for number in range(30)]
    captures = CaptureStore(tmp_path)
    return [
        ToRead(f"http://a.example/{number}", captures.put(body), f"http://a.example/{number}", None, True, ())
        for number, body in enumerate(bodies)
    ]


def test_page_that_ends_its_reader_costs_no_other_page(tmp_path: Path, pages: list[ToRead]) -> None:
    pages[3] = replace(pages[3], charset=Fatal("utf-8"))
    read = list(read_pages(tmp_path, pages))
    assert [page.address for page in read] == [page.address for page in pages]
    assert {page.address: page.fault for page in read if page.fault} == {pages[3].address: DIED}
    assert all(page.rows for page in read if not page.fault)
    assert [page.fault for page in read_pages(tmp_path, pages[:2])] == [None, None], "there are readers again"


def test_fault_over_one_page_is_told_and_costs_no_other(tmp_path: Path, pages: list[ToRead]) -> None:
    pages[1] = replace(pages[1], digest="0" * 64)
    read = list(read_pages(tmp_path, pages[:3]))
    assert [bool(page.rows) for page in read] == [True, False, True]
    assert read[1].fault == f"a fault of ours, please report it: MissingCaptureError: no capture {'0' * 64}"


def test_page_that_cannot_be_read_is_refused_and_its_site_not_whole(
    followed: Followed, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(captures: Path, wanted: list[ToRead]) -> list[reading.WasRead]:
        read = reading._read_batch(captures, wanted)
        return [replace(page, rows=None, links={}, fault=DIED) if page.address.endswith("eligibility") else page for page in read]

    monkeypatch.setattr(crawl_step, "read_pages", read)
    crawled = followed.night()
    extracts = followed.ledger.extracts("site_pages").filter(pl.col("document") == server.url(OFFICE))
    assert extracts.select("outcome", "complete", "reason").rows() == [("refused", False, DIED)]
    assert (crawled.whole, crawled.reasons) == (0, {DIED: 1})
    assert followed.rows("web_page")["page_address"].to_list() == [server.url(START)]


def test_threads_share_one_pool_of_readers(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[object] = []

    class Pool:
        def __init__(self, **_how: object) -> None:
            threading.Event().wait(0.05)
            made.append(self)

    monkeypatch.setattr(reading, "ProcessPoolExecutor", Pool)
    found = reading._Readers()
    monkeypatch.setattr(found, "close", lambda: None)
    threads = [threading.Thread(target=found.get) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1


def test_worker_that_cannot_begin_is_told(tmp_path: Path) -> None:
    from flows.capturing.crowd import ask_all_hosts

    def new_worker() -> None:
        raise OSError(24, "Too many open files")

    with pytest.raises(OSError, match="Too many open files"):
        ask_all_hosts(["http://a.example/"], Hosts(0), new_worker, 2)
