"""Crawling: the pages of programs' and institutions' sites, captured, read and recorded in batches of sites."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from http import HTTPStatus
from typing import cast

import polars as pl

from flows.captures import CaptureStore
from flows.capturing.crowd import ask_all_hosts
from flows.capturing.hosts import EXCLUDED
from flows.capturing.outcomes import OutcomeWriter
from flows.crawling.links import site_of
from flows.crawling.reading import ToRead, WasRead, read_pages
from flows.crawling.sites import Bounds, Reached, Site, batches_of, reached_by
from flows.fetching import OTHER_TYPE
from flows.pages.rows import Row, frame_of
from flows.profiles import Place
from flows.sources.program_sites import NAME as PROGRAM_SITES
from flows.sources.site_pages import LISTINGS, SOURCE, map_of, map_rows
from flows.steps.capture_step import Capturing, new_fetcher, stop_hosts, successes
from flows.steps.listing_step import Outcome
from flows.steps.tonight import Tonight
from schemas.listings import PROGRAM_SITE, SITE_PAGE, WEB_PAGE, located
from schemas.validation import validate
from schemas.vocabulary import AttemptOutcome, ExtractOutcome, PageContent
from warehouse.ledger import Attempt, Extract, Ledger, Rows

Told = Callable[[Attempt], None]
NOT_DUE = "not due"
PAGE_TRIES = 3
"""Of thousands of hosts some are silent every night: a page of theirs must not hold up its batch for minutes."""
REASONS_TOLD = 5
_OTHER_PAGES = (PageContent.LOGIN, PageContent.NOT_FOUND, PageContent.COOKIES, PageContent.SCRIPT)
"""What a page may turn into, with status 200, without what it said being gone."""
_GONE = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
_NAMED_HOST = re.compile(r"(no connection to|no host called|public address; found) \S+( at \S+)?")


@dataclass(frozen=True)
class Crawled:
    """What became of a batch of sites.

    Attributes:
        sites: Sites that were followed.
        whole: Sites of which every page was seen.
        pages: Pages by outcome of their capture, or ``not due``.
        rows_listed: Rows of pages that were read anew.
        rows_quarantined: Rows of them that were set aside.
        reasons: Why pages could not be had, counted.
    """

    sites: int = 0
    whole: int = 0
    pages: Counter[str] = field(default_factory=Counter)
    rows_listed: int = 0
    rows_quarantined: int = 0
    reasons: Counter[str] = field(default_factory=Counter)

    def __add__(self, other: "Crawled") -> "Crawled":
        return Crawled(
            self.sites + other.sites,
            self.whole + other.whole,
            self.pages + other.pages,
            self.rows_listed + other.rows_listed,
            self.rows_quarantined + other.rows_quarantined,
            self.reasons + other.reasons,
        )


def crawl_outcome(crawled: Crawled, faults: Sequence[object] = ()) -> Outcome:
    """What became of all sites, in one line for people to read."""
    fetched = crawled.pages[AttemptOutcome.FETCHED]
    unchanged = crawled.pages[AttemptOutcome.UNCHANGED] + crawled.pages[NOT_DUE]
    captured = AttemptOutcome.FETCHED if fetched else AttemptOutcome.UNCHANGED if unchanged else AttemptOutcome.FAILED
    often = sorted(crawled.reasons.items(), key=lambda found: (-found[1], found[0]))[:REASONS_TOLD]
    partly = crawled.sites - crawled.whole
    reasons = [
        *(f"a fault of ours, please report it: {type(fault).__name__}: {fault}" for fault in faults),
        *([f"{partly:,} sites not seen whole"] if partly else []),
        *(f"{count:,} pages: {reason}" for reason, count in often),
    ]
    return Outcome(
        SOURCE.name,
        f"{crawled.sites:,} sites, {crawled.pages.total():,} pages",
        AttemptOutcome.FAILED if faults else captured,
        ExtractOutcome.LISTED if crawled.rows_listed else "unchanged",
        rows_parsed=crawled.rows_listed + crawled.rows_quarantined,
        rows_listed=crawled.rows_listed,
        rows_quarantined=crawled.rows_quarantined,
        complete=not partly and not faults,
        reason="; ".join(reasons) or None,
    )


def sites_to_crawl(tonight: Tonight) -> list[tuple[str, ...]]:
    """Batches of the start addresses that ``program_sites`` lists; none where the profile does not name that source."""
    if PROGRAM_SITES not in tonight.profile.source_names:
        return []
    store = tonight.home.store()
    listed = Ledger(store, tonight.night.dataset).listing(PROGRAM_SITE)
    store.close()
    return batches_of(listed.filter(pl.col("source") == PROGRAM_SITES)["start_address"].unique().to_list())


def crawl(tonight: Tonight, starts: Sequence[str], told: Told = lambda _: None) -> Crawled:
    """Follow a batch of sites: capture their pages, read what is new, record it. Can be killed and repeated.

    Args:
        tonight: The night.
        starts: Start addresses; all of one site in the same batch.
        told: Is told of every page as it was captured.
    """
    with closing(tonight.home.store()) as store:
        batch = _Batch(tonight, Ledger(store, tonight.night.dataset), [Site(start) for start in starts], told)
        for depth in range(tonight.profile.crawl.depth + 1):
            batch.follow(depth)
        return batch.record()


class _Batch:
    """Sites that are followed together, depth by depth."""

    def __init__(self, tonight: Tonight, ledger: Ledger, sites: list[Site], told: Told) -> None:
        self._tonight, self._ledger, self._sites, self._told = tonight, ledger, sites, told
        self._bounds = Bounds(tonight.profile.crawl.depth, tonight.profile.crawl.pages_a_site)
        self._captures = CaptureStore(tonight.home.captures)
        self._mapped = ledger.extracts(SOURCE.name, [map_of(site.start) for site in sites])
        self._maps = self._maps_in_force()
        self._attempts: dict[str, Attempt] = {}
        self._new: dict[str, WasRead] = {}
        self._doubts = Counter[str]()
        self._former = ledger.extracts(SOURCE.name, []).clear()
        stop_hosts(tonight, ledger)

    # --- following

    def follow(self, depth: int) -> None:
        """Capture the pages of one depth, and find where they lead."""
        addresses = sorted({address for site in self._sites for address in site.at_depth(depth)})
        fresh = [address for address in addresses if address not in self._attempts]
        self._attempts.update(capture_pages(self._tonight, self._ledger, fresh, self._told))
        former = self._ledger.extracts(SOURCE.name, fresh)
        self._former = pl.concat([self._former, former])
        for site in self._sites:
            self._judge(site, depth)
        changed = {site.start: site for site in self._sites if not self._is_as_mapped(site, depth)}
        new = {address for address in fresh if self._is_new(address, former)}
        wanted = [page for address in addresses if (page := self._to_read(address, depth, changed, is_new=address in new))]
        read = {page.address: page for page in read_pages(self._tonight.home.captures, wanted)}
        self._new.update((address, read[address]) for address in sorted(new))
        for site in self._sites:
            for address in site.at_depth(depth):
                if site.start not in changed:
                    site.add_known(address, self._maps[site.start])
                elif address in read:
                    self._lead_on(site, read[address])
                if address != site.start and (kind := self._other_page(address)):
                    site.is_whole = False
                    self._doubts[f"expected the page that was there; found a {kind}"] += 1

    def _judge(self, site: Site, depth: int) -> None:
        """Leave out pages that are not there or are there twice; a page that merely failed makes the site incomplete."""
        for address in site.at_depth(depth):
            attempt = self._attempts[address]
            if attempt.outcome is not AttemptOutcome.FAILED:
                site.saw(address, " ".join(filter(None, (attempt.digest, attempt.final_address))))
                if site.is_repeated(address, str(attempt.digest)) or _is_elsewhere(site, attempt):
                    site.discount(address)
            elif address != site.start and _is_no_page(attempt):
                site.discount(address)
            else:
                site.is_whole = False

    def _is_as_mapped(self, site: Site, depth: int) -> bool:
        """Whether a site is, as far as it was followed, what it was when it was last seen whole."""
        return site.start in self._maps and site.is_as(self._maps[site.start], depth)

    def _is_new(self, address: str, former: pl.DataFrame) -> bool:
        attempt = self._attempts[address]
        return attempt.outcome is not AttemptOutcome.FAILED and not _is_read(former, address, str(attempt.digest))

    def _lead_on(self, site: Site, read: WasRead) -> None:
        """Follow the links of a page; a site that could not be read, or no longer begins where it did, is not seen whole."""
        site.add(read.address, read.links.get(site.start, ()), self._bounds)
        if read.fault or (read.address == site.start and read.lacks in _OTHER_PAGES):
            site.is_whole = False
            self._doubts[read.fault or f"expected the page where a site starts; found a {read.lacks}"] += 1

    def _other_page(self, address: str) -> str | None:
        """What stands in the place of a page that was listed before, with status 200: it says nothing of the page."""
        former = self._former.filter(pl.col("document") == address)
        if former.filter(pl.col("outcome") == ExtractOutcome.LISTED).is_empty():
            return None
        if address not in self._new:
            last = former.row(-1, named=True)
            return "refused page" if last["outcome"] == ExtractOutcome.REFUSED else None
        content = (self._new[address].rows or {}).get(WEB_PAGE.name, [{}])[0].get("page_content")
        return content if content in _OTHER_PAGES else None

    def _to_read(self, address: str, depth: int, changed: Mapping[str, Site], *, is_new: bool) -> ToRead | None:
        """A page whose rows are new, or whose links are needed; those of a start are, to see whether it still is one."""
        attempt = self._attempts[address]
        is_needed = attempt.outcome is not AttemptOutcome.FAILED and (depth < self._bounds.depth or depth == 0)
        starts = tuple(site.start for site in changed.values() if address in site.at_depth(depth)) if is_needed else ()
        if not is_new and not starts:
            return None
        return ToRead(address, str(attempt.digest), attempt.final_address or address, attempt.charset, is_new, starts)

    def _maps_in_force(self) -> dict[str, list[Reached]]:
        """What each site led to when it was last seen whole, under today's rules of links and bounds."""
        newest = self._mapped.unique("document", keep="last", maintain_order=True)
        good = newest.filter(pl.col("complete") & (pl.col("parser_version") == self._map_version))
        maps = dict(good.select("document", "digest").iter_rows())
        drawn = [site.start for site in self._sites if map_of(site.start) in maps]
        return {start: reached_by(self._captures.get(maps[map_of(start)])) for start in drawn}

    @property
    def _map_version(self) -> str:
        return f"{SOURCE.parser_version}-depth-{self._bounds.depth}-pages-{self._bounds.pages}"

    # --- recording

    def record(self) -> Crawled:
        """Write down the readings of new pages and the maps of sites, in one transaction."""
        self._keep_crowded_out()
        rows: dict[str, list[Row]] = {listing.name: [] for listing in LISTINGS}
        extracts = [*self._page_extracts(rows), *self._map_extracts(rows)]
        parts = [_part(listing.name, rows[listing.name]) for listing in LISTINGS]
        counted = _counted(extracts, parts)
        self._ledger.record_extracts(counted, parts)
        tonight = self._tonight.night.night_id
        outcomes = Counter(str(made.outcome) if made.night_id == tonight else NOT_DUE for made in self._attempts.values())
        failed = [attempt for attempt in self._attempts.values() if attempt.outcome is AttemptOutcome.FAILED]
        return Crawled(
            sites=len(self._sites),
            whole=sum(site.is_whole for site in self._sites),
            pages=outcomes,
            rows_listed=sum(extract.rows_listed for extract in counted),
            rows_quarantined=sum(extract.rows_quarantined for extract in counted),
            reasons=Counter(_kind_of(attempt.reason) for attempt in failed) + self._doubts,
        )

    def _keep_crowded_out(self) -> None:
        """A page that counted and lies beyond the bounds now, crowded out by better links, is not gone: its site is not whole."""
        cut = {site.start: site for site in self._sites if site.is_cut}
        counted = self._ledger.listing_of(SITE_PAGE, SOURCE.name, [map_of(start) for start in cut]).filter("page_counts")
        for start, address in counted.select("start_address", "page_address").iter_rows():
            if address not in cut[start].reached:
                cut[start].is_whole = False
                self._doubts["it counted and lies beyond the bounds of its site now"] += 1

    def _page_extracts(self, rows: dict[str, list[Row]]) -> Iterable[Extract]:
        for address in sorted(self._new):
            read, kind = self._new[address], self._other_page(address)
            refused = read.fault or (f"expected the page that was there; found a {kind}" if kind else None)
            for name, found in ({} if refused else read.rows or {}).items():
                rows[name] += [{**row, "document": address} for row in found]
            extract = self._extract(address, str(self._attempts[address].digest), SOURCE.parser_version, complete=not refused)
            yield replace(extract, outcome=ExtractOutcome.REFUSED, reason=refused) if refused else extract

    def _map_extracts(self, rows: dict[str, list[Row]]) -> Iterable[Extract]:
        for site in self._sites:
            if self._attempts[site.start].outcome is AttemptOutcome.FAILED:
                continue
            name, body = map_of(site.start), site.map()
            digest = self._captures.put(body)
            if self._is_mapped(name, digest, complete=site.is_whole):
                continue
            for found in map_rows(site.start, body).values():
                rows[SITE_PAGE.name] += [{**row, "document": name} for row in found]
            yield self._extract(name, digest, self._map_version, complete=site.is_whole)

    def _is_mapped(self, name: str, digest: str, *, complete: bool) -> bool:
        known = self._mapped.filter(pl.col("document") == name).tail(1)
        return not known.is_empty() and known.select("digest", "parser_version", "complete").row(0) == (
            digest,
            self._map_version,
            complete,
        )

    def _extract(self, document: str, digest: str, version: str, *, complete: bool) -> Extract:
        night = self._tonight.night
        return Extract(
            night_id=night.night_id,
            dataset=night.dataset,
            source=SOURCE.name,
            document=document,
            address=document,
            digest=digest,
            parser_version=version,
            document_date=self._date(document, digest),
            observed_at=night.started_at,
            outcome=ExtractOutcome.LISTED,
            complete=complete,
        )

    def _date(self, document: str, digest: str) -> date:
        """The day since which these bytes stand there, as far as was seen: bytes that come back stand there anew."""
        before = pl.concat([self._former, self._mapped]).filter(pl.col("document") == document).tail(1)
        if before.is_empty() or before["digest"].item() != digest:
            return self._tonight.night.started_at.date()
        return cast(date, before["document_date"].item())


def capture_pages(tonight: Tonight, ledger: Ledger, addresses: Sequence[str], told: Told = lambda _: None) -> dict[str, Attempt]:
    """Capture pages of many hosts at once; those that this night has captured, or that are not due, are not asked for.

    Returns:
        The newest attempt at each address; each of this night is written down within a moment of being made.
    """
    tonights = ledger.attempts(SOURCE.name, tonight.night.night_id, addresses)
    last = ledger.last_successes(SOURCE.name, addresses)
    captures = CaptureStore(tonight.home.captures, flushes=False)
    made = _not_due(tonight, ledger, captures, last) | successes(tonights, "document")
    capturing = Capturing(tonight, SOURCE, ledger, new_fetcher(tonight), captures, last=last)

    def write_down(attempts: Sequence[Attempt]) -> None:
        captures.flush()
        ledger.record_attempts(attempts)

    missing = [address for address in addresses if address not in made]

    with OutcomeWriter(write_down) as writer:

        def new_worker() -> tuple[Callable[[str], None], Callable[[], None]]:
            own = replace(capturing, fetcher=new_fetcher(tonight, tries=PAGE_TRIES))

            def ask(address: str) -> None:
                attempt = own.attempt(Place(source=SOURCE.name, document=address, address=address, may_shrink=True))
                writer.put(attempt)
                made[address] = attempt
                told(attempt)

            return ask, own.fetcher.close

        ask_all_hosts(missing, tonight.hosts, new_worker, tonight.profile.crawl.connections)
    return made


def _not_due(tonight: Tonight, ledger: Ledger, captures: CaptureStore, last: Mapping[str, Attempt]) -> dict[str, Attempt]:
    """Pages that were seen so lately that nobody asks; as if they had not changed. A night may begin an hour early."""
    pause = timedelta(days=tonight.profile.crawl.recheck_days) - timedelta(hours=1)
    begun = tonight.night.started_at
    lately = ledger.nights().filter((pl.col("started_at") > begun - pause) & (pl.col("started_at") < begun))["night_id"].to_list()
    return {
        address: replace(attempt, outcome=AttemptOutcome.UNCHANGED)
        for address, attempt in last.items()
        if attempt.night_id in lately and captures.holds(str(attempt.digest))
    }


def _is_no_page(attempt: Attempt) -> bool:
    """Whether it is certain that there is no page for us: none, none any more, another kind of document, or robots.txt."""
    return attempt.http_status in _GONE or (attempt.reason or "").startswith((OTHER_TYPE, EXCLUDED))


def _is_elsewhere(site: Site, attempt: Attempt) -> bool:
    """Whether a redirect led off the site: what stands there is not the site's word. A start may have moved."""
    return attempt.address != site.start and site_of(attempt.final_address or attempt.address) != site_of(site.start)


def _kind_of(reason: str | None) -> str:
    """Why, without the name of the host."""
    return _NAMED_HOST.sub(r"\1 a host", reason or "no reason")


def _is_read(former: pl.DataFrame, address: str, digest: str) -> bool:
    """Whether the last reading of a page is of these bytes, by today's rules."""
    last = former.filter(pl.col("document") == address).tail(1)
    return not last.is_empty() and last.select("digest", "parser_version").row(0) == (digest, SOURCE.parser_version)


def _part(listing_name: str, rows: list[Row]) -> Rows:
    """Rows of many documents, validated at once; the locator carries the document for so long."""
    listing = next(listing for listing in LISTINGS if listing.name == listing_name)
    told = [{**row, "locator": f"{row['document']}\n{row['locator']}"} for row in rows]
    validated = validate(located(listing), frame_of(listing, told))
    return Rows(listing_name, _placed(validated.listed), _placed(validated.rejected))


def _placed(frame: pl.DataFrame) -> pl.DataFrame:
    parts = pl.col("locator").str.splitn("\n", 2)
    return frame.with_columns(parts.struct.field("field_0").alias("document"), parts.struct.field("field_1").alias("locator"))


def _counted(extracts: Sequence[Extract], parts: Sequence[Rows]) -> list[Extract]:
    """Readings with the number of their rows."""
    listed, rejected = (
        Counter(document for part in parts for document in getattr(part, kind)["document"]) for kind in ("listed", "rejected")
    )
    return [
        replace(
            extract,
            rows_parsed=listed[extract.document] + rejected[extract.document],
            rows_listed=listed[extract.document],
            rows_quarantined=rejected[extract.document],
            complete=extract.complete and not rejected[extract.document],
        )
        for extract in extracts
    ]
