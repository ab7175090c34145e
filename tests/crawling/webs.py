"""Small written web sites on loopback, and nights that follow them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import polars as pl

from flows import steps
from flows.capturing.hosts import Hosts
from flows.profiles import load_profile
from flows.steps import Crawled, Tonight
from schemas.listings import LISTING_BY_NAME
from schemas.vocabulary import NightVerdict
from tests.capturing.servers import Answer, Asked, KeptOpen, Request, Server, answer
from tests.nights import FIRST, home_at, ledger_of
from warehouse.ledger import Ledger

PROGRAM, SECOND_PROGRAM = "1403521234", "1203521299"
FILLER = (
    "Residents train at our hospital with patients of every age and background, supervised by a faculty that likes to teach. " * 3
)


def html(text: str, links: Mapping[str, str] | None = None, title: str = "Residency") -> bytes:
    """A page with a text and links: words by address."""
    anchors = "".join(f'<li><a href="{href}">{words}</a></li>' for href, words in (links or {}).items())
    body = f"<main><h1>{title}</h1><p>{text}</p><p>{FILLER}</p></main><nav><ul>{anchors}</ul></nav>"
    return f"<html><head><title>{title}</title></head><body>{body}</body></html>".encode()


def page(body: bytes, tag: str) -> Asked:
    """A page with an ETag; asked for with it, it has not changed."""

    def told(request: Request) -> Answer:
        if request.headers.get("If-None-Match") == f'"{tag}"':
            return KeptOpen(answer("304 Not Modified", b"", f'ETag: "{tag}"'))
        return KeptOpen(answer("200 OK", body, f'ETag: "{tag}"', "Content-Type: text/html; charset=utf-8"))

    return Asked(told)


@dataclass
class Followed:
    """A home whose nights follow sites.

    Attributes:
        root: Where it lies.
        settings: Lines of the profile beside its sources.
        starts: Start addresses with program and scope.
    """

    root: Path
    starts: list[tuple[str, str, str]]
    settings: str = "[crawl]\nrecheck_days = 0"
    told: list[str] = field(default_factory=list)

    def begin(self, now: datetime = FIRST) -> Tonight:
        rows = "".join(f"{acgme_id},{start},{scope}\n" for acgme_id, start, scope in self.starts)
        (self.root / "sites.csv").write_text(f"acgme_id,start_address,page_scope\n{rows}")
        profile = self.root / "profile.toml"
        head = 'name = "trial"\ndataset = "trial"\npace_seconds = 0\nallow_loopback = true\n'
        profile.write_text(f'{head}{self.settings}\n[[sources.program_sites]]\nfrom = "sites.csv"\n')
        tonight, _ = steps.begin(home_at(self.root / "home"), load_profile(str(profile)), now)
        tonight = replace(tonight, hosts=Hosts(0, sleep=lambda _: None))
        steps.capture(tonight, "program_sites")
        (listed,) = steps.list_source(tonight, "program_sites")
        assert listed.is_good, listed.reason
        return tonight

    def follow(self, tonight: Tonight) -> Crawled:
        found = Crawled()
        for batch in steps.sites_to_crawl(tonight):
            found += steps.crawl(tonight, batch, lambda attempt: self.told.append(attempt.address))
        return found

    def night(self, now: datetime = FIRST) -> Crawled:
        tonight = self.begin(now)
        crawled = self.follow(tonight)
        steps.end(tonight, NightVerdict.UNCHANGED, "", None)
        return crawled

    @property
    def ledger(self) -> Ledger:
        return ledger_of(self.root / "home", "trial")

    def rows(self, listing: str) -> pl.DataFrame:
        """Rows of a listing that hold now."""
        return self.ledger.listing(LISTING_BY_NAME[listing]).sort("locator")

    def reached(self, server: Server) -> dict[str, tuple[str, int]]:
        """Scope and depth by path of what counts by the map in force."""
        rows = self.rows("site_page").filter("page_counts").iter_rows(named=True)
        return {row["page_address"].removeprefix(server.url("")): (row["page_scope"], row["link_depth"]) for row in rows}


def counting(server: Server) -> Callable[[], dict[str, int]]:
    """How often each path was asked for since."""
    begun = len(server.requests)
    return lambda: {path: server.asked()[begun:].count(path) for path in server.asked()[begun:]}
