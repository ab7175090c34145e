"""Sites that would cost more than they are worth, or lead where nobody goes: outcome rows and bounds."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from flows.fetching import WEB_PAGE
from tests.capturing.servers import Asked, KeptOpen, answer, serving
from tests.crawling.webs import PROGRAM, SECOND_PROGRAM, Followed, html, page
from tests.nights import FIRST

START = "/im/residency/"
PAGES = 12


def attempts(followed: Followed) -> pl.DataFrame:
    return followed.ledger.attempts("site_pages").sort("attempted_at")


def test_site_with_a_thousand_links_costs_its_twelve_pages_and_the_most_promising_are_followed(tmp_path: Path) -> None:
    links = {f"curriculum-{number}": f"Curriculum {number}" for number in range(1000)} | {"visas": "Visa policy"}
    with serving() as server:
        server.answers[START] = page(html("We train.", links), "start")
        for name in links:
            server.answers[f"{START}{name}"] = page(html(f"Of {name}.", links), name)
        followed = Followed(tmp_path, [(PROGRAM, server.url(START), "program")])
        crawled = followed.night()
        assert crawled.pages == {"fetched": PAGES}
        assert attempts(followed).height == PAGES
        assert set(followed.reached(server)) == {START, f"{START}visas", *(f"{START}curriculum-{number}" for number in range(10))}


def test_page_that_links_to_itself_with_other_queries_is_one_page_and_bounded(tmp_path: Path) -> None:
    links = {f"?visa={number}": f"Visa policy {number}" for number in range(3000)}
    with serving() as server:
        body = html("We sponsor J-1 visas.", links)
        server.answers[START] = page(body, "same")
        server.answers.update({f"{START}?visa={number}": page(body, "same") for number in range(3000)})
        followed = Followed(tmp_path, [(PROGRAM, server.url(START), "program")])
        crawled = followed.night()
        assert crawled.pages == {"fetched": PAGES}
        assert followed.reached(server) == {START: ("program", 0)}, "the others have the same bytes"
        assert followed.rows("site_page").height == PAGES


@pytest.mark.parametrize("surplus", [0, 1])
def test_page_of_eight_megabytes_is_read_and_a_larger_one_refused(surplus: int, tmp_path: Path) -> None:
    text = html("We sponsor J-1 visas.")
    filler = b"<p>" + b"Residents rotate through the wards of the hospital. " * 20 + b"</p>\n"
    body = text.replace(b"</main>", filler * ((WEB_PAGE.body_bytes - len(text)) // len(filler)) + b"</main>")
    body += b" " * (WEB_PAGE.body_bytes - len(body) + surplus)
    with serving() as server:
        server.answers[START] = answer("200 OK", body, "Content-Type: text/html")
        followed = Followed(tmp_path, [(PROGRAM, server.url(START), "program")])
        crawled = followed.night()
        (attempt,) = attempts(followed).to_dicts()
    if surplus:
        assert (attempt["outcome"], attempt["reason"]) == ("failed", f"expected at most {WEB_PAGE.body_bytes} bytes; found more")
        assert crawled.whole == 0
    else:
        assert (attempt["outcome"], attempt["size_bytes"]) == ("fetched", WEB_PAGE.body_bytes)
        assert followed.rows("web_page")["page_j1_status"].to_list() == ["accepts"]


@pytest.mark.parametrize(
    ("start", "reason"),
    [
        ("http://10.0.0.1/residency/", "expected a public address; found 10.0.0.1 at 10.0.0.1 (private)"),
        ("http://169.254.169.254/latest/", "expected a public address; found 169.254.169.254 at 169.254.169.254 (metadata)"),
        ("http://inside.example/residency/", "expected a public address; found inside.example at 192.168.0.1 (private)"),
    ],
)
def test_start_on_an_address_that_is_not_public_is_an_outcome_row_and_no_connection(
    start: str, reason: str, tmp_path: Path, names: dict[str, list[str]], connected: list[str]
) -> None:
    names["inside.example"] = ["192.168.0.1"]
    with serving() as server:
        server.answers[START] = page(html("We sponsor J-1 visas."), "start")
        followed = Followed(tmp_path, [(PROGRAM, start, "program"), (SECOND_PROGRAM, server.url(START), "program")])
        crawled = followed.night()
    found = attempts(followed)
    assert found.filter(address=start).select("outcome", "reason").rows() == [("failed", reason)]
    assert found.filter(address=server.url(START))["outcome"].to_list() == ["fetched"]
    assert (crawled.sites, crawled.whole) == (2, 1)
    assert set(connected) == {"127.0.0.1"}


def test_redirects_to_a_private_address_and_in_a_circle_are_outcome_rows(tmp_path: Path) -> None:
    with serving() as server:
        server.answers[START] = page(html("We train.", {"apply": "How to apply", "faq": "FAQ of the residency"}), "start")
        server.answers[f"{START}apply"] = answer("302 Found", b"", "Location: http://10.0.0.1/apply")
        server.answers[f"{START}faq"] = answer("302 Found", b"", f"Location: {START}faq")
        followed = Followed(tmp_path, [(PROGRAM, server.url(START), "program")])
        crawled = followed.night()
    assert crawled.reasons == {
        "expected a public address; found a host (private)": 1,
        "expected redirects that end; found a circle": 1,
    }
    assert attempts(followed)["outcome"].value_counts().sort("outcome").rows() == [("failed", 2), ("fetched", 1)]


def test_site_without_end_is_bounded_in_depth(tmp_path: Path) -> None:
    def deeper(request: object) -> KeptOpen:
        path = request.path
        links = {f"{path}visa/": "Visa policy", f"{path}faq/": "FAQ of the residency"}
        return KeptOpen(answer("200 OK", html(f"At {path}.", links), "Content-Type: text/html"))

    with serving() as server:
        paths, layer = [START], [START]
        for _ in range(4):
            layer = [f"{path}{name}" for path in layer for name in ("visa/", "faq/")]
            paths += layer
        server.answers = {path: Asked(deeper) for path in paths}
        followed = Followed(tmp_path, [(PROGRAM, server.url(START), "program")])
        followed.night(FIRST)
        assert sorted(set(depth for _, depth in followed.reached(server).values())) == [0, 1, 2]
        assert len(followed.reached(server)) == 7
