"""Following sites over loopback: what is followed, what is left, what a second night costs, what a broken site retires."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from schemas.vocabulary import AttemptOutcome
from tests.capturing.servers import Server, answer, serving
from tests.crawling.webs import PROGRAM, SECOND_PROGRAM, Followed, counting, html, page
from tests.nights import FIRST, SECOND, THIRD

J1, NO_H1B = "We sponsor J-1 visas for international medical graduates.", "We do not sponsor H-1B visas."
START = "/im/residency/"


@pytest.fixture
def server() -> Iterator[Server]:
    """A program's site in a hospital's: five pages that matter, and links that do not."""
    links = {
        "apply.html": "How to apply",
        "faq": "Frequently asked questions",
        "../../gme/residency-eligibility": "Eligibility of residents",
        "../../patients/visa": "Visa for patients",
        "handbook.pdf": "Applicant handbook",
        "news": "Residency news",
        "https://elsewhere.example/apply": "Apply",
        "mailto:gme@hospital.example": "Apply by mail",
        "#apply": "Apply",
        "missing": "Selection criteria",
    }
    with serving() as found:
        found.answers = {
            START: page(html(J1, links), "start"),
            "/im/residency/apply.html": page(html("Apply through ERAS.", {"requirements": "Application requirements"}), "apply"),
            "/im/residency/faq": page(html(NO_H1B, {"": "Applicants"}), "faq"),
            "/im/residency/requirements": page(html("A score of 220 on Step 2 CK is required.", {"deep": "Visa rules"}), "rules"),
            "/im/residency/deep": page(html("Too deep."), "deep"),
            "/gme/residency-eligibility": page(html("All residents must hold an ECFMG certificate."), "gme"),
        }
        yield found


@pytest.fixture
def followed(tmp_path: Path, server: Server) -> Followed:
    return Followed(tmp_path, [(PROGRAM, server.url(START), "program")])


def test_only_links_that_promise_something_are_followed_and_no_deeper_than_the_bounds(followed: Followed, server: Server) -> None:
    crawled = followed.night()
    assert followed.reached(server) == {
        START: ("program", 0),
        "/im/residency/apply.html": ("program", 1),
        "/im/residency/faq": ("program", 1),
        "/gme/residency-eligibility": ("institution", 1),
        "/im/residency/requirements": ("program", 2),
    }
    assert (crawled.sites, crawled.whole, crawled.pages["fetched"], crawled.pages["failed"]) == (1, 1, 5, 1)
    assert not {"/im/residency/deep", "/patients/visa", "/im/residency/handbook.pdf", "/im/residency/news"} & set(server.asked())
    assert crawled.reasons == {"expected status 200; found 404 Not Found": 1}


def test_pages_are_read_with_their_claims_and_every_attempt_is_an_outcome_row(followed: Followed, server: Server) -> None:
    followed.night()
    pages = followed.rows("web_page").sort("page_address")
    assert pages.select("page_address", "page_j1_status", "page_h1b_status").rows() == [
        (server.url("/gme/residency-eligibility"), "not_stated", "not_stated"),
        (server.url(START), "accepts", "not_stated"),
        (server.url("/im/residency/apply.html"), "not_stated", "not_stated"),
        (server.url("/im/residency/faq"), "not_stated", "not_accepts"),
        (server.url("/im/residency/requirements"), "not_stated", "not_stated"),
    ]
    claims = followed.rows("web_page_claim")
    assert ("step2_min", "220") in claims.select("page_claim", "page_value").rows()
    attempts = followed.ledger.attempts("site_pages")
    assert sorted(attempts["outcome"]) == ["failed", *["fetched"] * 5]
    assert attempts["digest"].null_count() == 1
    assert followed.told == attempts.sort("attempted_at")["address"].to_list()


def test_unchanged_night_transfers_no_body_and_reads_no_page(followed: Followed, server: Server) -> None:
    followed.night()
    before = followed.rows("site_page").drop("locator")
    asked = counting(server)
    crawled = followed.night(SECOND)
    assert crawled.pages == {"unchanged": 5, "failed": 1}
    assert crawled.rows_listed == 0
    assert asked()[START] == 1
    assert followed.ledger.extracts("site_pages").height == 6, "five pages and a map, once"
    assert followed.rows("site_page").drop("locator").equals(before)


def test_page_that_was_seen_lately_is_not_asked_for_until_it_is_due(followed: Followed, server: Server) -> None:
    followed.settings = "[crawl]\nrecheck_days = 2"
    followed.night()
    asked = counting(server)
    assert followed.night(SECOND).pages == {"not due": 5, "failed": 1}
    assert asked() == {"/robots.txt": 1, "/im/residency/missing": 1}
    assert followed.night(THIRD).pages == {"unchanged": 5, "failed": 1}


def test_page_that_is_no_longer_linked_stops_counting(followed: Followed, server: Server) -> None:
    followed.night()
    server.answers[START] = page(html(J1, {"apply.html": "How to apply"}), "start 2")
    followed.night(SECOND)
    assert set(followed.reached(server)) == {START, "/im/residency/apply.html", "/im/residency/requirements"}
    assert followed.rows("web_page").height == 5, "what was read stays read; the map tells what counts"


def test_page_that_fails_leaves_its_site_incomplete_and_retires_nothing(followed: Followed, server: Server) -> None:
    followed.night()
    server.answers[START] = page(html(J1, {"apply.html": "How to apply"}), "start 2")
    server.answers["/im/residency/apply.html"] = answer("500 Internal Server Error", b"broken")
    crawled = followed.night(SECOND)
    assert crawled.whole == 0
    assert "/gme/residency-eligibility" in followed.reached(server)
    server.answers["/im/residency/apply.html"] = answer("410 Gone", b"gone")
    followed.night(THIRD)
    assert set(followed.reached(server)) == {START}


def test_site_whose_start_fails_keeps_what_is_known_of_it(followed: Followed, server: Server) -> None:
    followed.night()
    known = followed.reached(server)
    server.answers[START] = answer("503 Service Unavailable", b"later")
    crawled = followed.night(SECOND)
    assert (crawled.whole, crawled.pages) == (0, {"failed": 1})
    assert followed.reached(server) == known


def test_page_of_two_sites_is_fetched_once_and_belongs_to_both(followed: Followed, server: Server) -> None:
    followed.starts.append((SECOND_PROGRAM, server.url("/gme/residency-eligibility"), "institution"))
    followed.night()
    assert counting(server)() == {}
    assert server.asked().count("/gme/residency-eligibility") == 1
    starts = followed.rows("site_page").filter(pl.col("page_address") == server.url("/gme/residency-eligibility"))
    assert sorted(starts["start_address"]) == sorted([server.url(START), server.url("/gme/residency-eligibility")])


def test_one_page_under_two_addresses_counts_once(followed: Followed, server: Server) -> None:
    links = {"apply.html": "How to apply", "apply.html?print=1": "Apply (to print)"}
    server.answers[START] = page(html(J1, links), "start")
    server.answers["/im/residency/apply.html?print=1"] = server.answers["/im/residency/apply.html"]
    followed.night()
    assert "/im/residency/apply.html" in followed.reached(server)
    assert "/im/residency/apply.html?print=1" not in followed.reached(server)


def test_pages_of_a_site_are_bounded(followed: Followed, server: Server) -> None:
    followed.settings = "[crawl]\nrecheck_days = 0\npages_a_site = 3\ndepth = 1"
    followed.night()
    assert set(followed.reached(server)) == {START, "/gme/residency-eligibility"}
    assert len([path for path in server.asked() if path != "/robots.txt"]) == 3, "the third was not there"


def test_robots_are_obeyed_and_what_they_exclude_is_told(followed: Followed, server: Server) -> None:
    server.answers["/robots.txt"] = answer("200 OK", b"User-agent: *\nDisallow: /gme/")
    crawled = followed.night()
    assert "/gme/residency-eligibility" not in server.asked()
    assert crawled.reasons["refused by robots: the robots.txt of this host excludes the address"] == 1
    assert crawled.whole == 1, "what robots.txt excludes is no page for us"


def test_redirect_gives_links_their_base_and_a_document_of_another_kind_is_not_fetched(
    followed: Followed, server: Server
) -> None:
    server.answers["/old"] = answer("301 Moved Permanently", b"", f"Location: {START}")
    server.answers["/im/residency/faq"] = answer("200 OK", b"%PDF-1.7", "Content-Type: application/pdf")
    followed.starts = [(PROGRAM, server.url("/old"), "program")]
    crawled = followed.night()
    assert "/im/residency/apply.html" in server.asked()
    assert crawled.reasons["expected an HTML page; found content type application/pdf"] == 1
    attempt = followed.ledger.attempts("site_pages").filter(pl.col("document") == server.url("/old")).row(0, named=True)
    assert (attempt["final_address"], attempt["charset"]) == (server.url(START), "utf-8")


def test_night_taken_up_asks_for_no_page_twice(followed: Followed, server: Server) -> None:
    tonight = followed.begin()
    followed.follow(tonight)
    asked = counting(server)
    resumed = followed.begin(FIRST.replace(hour=FIRST.hour + 1))
    assert resumed.night == tonight.night
    crawled = followed.follow(resumed)
    assert asked() == {"/robots.txt": 1, "/im/residency/missing": 1}, "only what failed is tried again"
    assert crawled.pages[AttemptOutcome.FETCHED] == 5
    assert followed.ledger.extracts("site_pages").height == 6


def test_address_that_is_never_asked_is_quarantined_with_its_line(tmp_path: Path, server: Server) -> None:
    followed = Followed(tmp_path, [(PROGRAM, server.url(START), "program"), (PROGRAM, "ftp://hospital.example/", "program")])
    followed.night()
    assert followed.ledger.attempts("site_pages")["address"].str.starts_with("http").all()
    quarantine = followed.ledger.quarantined(followed.ledger.extracts("program_sites")["extract_id"].to_list())
    assert quarantine.select("locator", "reasons").rows() == [("row 3", ["start_address: expected a value, found nothing"])]


def test_page_that_better_links_crowd_out_is_not_gone(followed: Followed, server: Server) -> None:
    followed.settings = "[crawl]\nrecheck_days = 0\npages_a_site = 3\ndepth = 1"
    server.answers[START] = page(html(J1, {"faq": "Questions", "apply.html": "How to apply"}), "start")
    followed.night()
    visas = {f"visa-{number}": "Visas" for number in range(4)}
    server.answers[START] = page(html(J1, {**visas, "faq": "Questions", "apply.html": "How to apply"}), "start 2")
    server.answers.update({f"/im/residency/{name}": page(html(f"Rule {name}."), name) for name in visas})
    crawled = followed.night(SECOND)
    assert crawled.whole == 0
    assert crawled.reasons == {"it counted and lies beyond the bounds of its site now": 2}
    assert {"/im/residency/faq", "/im/residency/apply.html", "/im/residency/visa-0"} <= set(followed.reached(server))
    assert followed.night(THIRD).whole == 0, "nor is it the night after"


def test_names_on_a_page_are_in_its_capture_and_nowhere_else(followed: Followed, server: Server) -> None:
    links = {"people": "Our residents", "zq": "Zelda Quux, MD, PGY-1 zelda.quux@hospital.example"}
    people = html("Zelda Quux, MD, Ross University. Yorick Xanadu, DO, Drexel.", title="Zelda Quux, MD")
    server.answers[START] = page(html(J1, links), "start")
    server.answers["/im/residency/people"] = page(people, "people")
    followed.night()
    assert "/im/residency/zq" not in server.asked()
    home = followed.root / "home"
    outside = [file for file in home.rglob("*") if file.is_file() and "captures" not in file.parts]
    assert outside
    for file in outside:
        assert not {b"Quux", b"Xanadu", b"zelda"} & {name for name in (b"Quux", b"Xanadu", b"zelda") if name in file.read_bytes()}
