"""Sites as they are followed: what was reached from a start address, what comes next, and the map that is kept of it."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

from flows.crawling.links import Link, site_of
from schemas.vocabulary import Scope

SITES_A_BATCH = 40
"""With six pages a site, 240 pages a task: enough to drown a task's overhead, few enough to lose little when it dies."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far a site is followed.

    Attributes:
        depth: Links from the start address to a page.
        pages: Pages, the start included.
    """

    depth: int = 2
    pages: int = 12


@dataclass(frozen=True, slots=True)
class Reached:
    """How a page was reached.

    Attributes:
        counts: Whether it counts for the site; not where there is none, or it repeats another page.
        seen: What was seen there: the digest of its bytes, and where redirects led; None where nothing was.
    """

    address: str
    scope: Scope
    depth: int
    found_on: str | None
    topics: tuple[str, ...]
    counts: bool = True
    seen: str | None = None


@dataclass
class Site:
    """One start address and what was reached from it so far, in the order in which it was found.

    Attributes:
        start: The start address.
        reached: Pages of the site.
        is_whole: Whether every page that it leads to was seen; what is absent from a whole site is gone.
        is_cut: Whether it leads to more pages than the bounds allow.
    """

    start: str
    reached: dict[str, Reached] = field(default_factory=dict)
    is_whole: bool = True
    is_cut: bool = False
    _digests: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.reached:
            self.reached[self.start] = Reached(self.start, Scope.PROGRAM, 0, None, ())

    def at_depth(self, depth: int) -> list[str]:
        """Addresses that so many links lead to, and that count as far as is known."""
        return [page.address for page in self.reached.values() if page.depth == depth and page.counts]

    def add(self, found_on: str, links: Iterable[Link], bounds: Bounds) -> None:
        """Take up the links of a page, as far as the bounds allow."""
        depth = self.reached[found_on].depth + 1
        for link in links:
            if depth > bounds.depth:
                return
            if link.address in self.reached:
                continue
            if len(self.reached) >= bounds.pages:
                self.is_cut = True
                return
            self.reached[link.address] = Reached(link.address, link.scope, depth, found_on, link.topics)

    def add_known(self, found_on: str, known: Iterable[Reached]) -> None:
        """Take up what a page led to last time; what did not count then may count now."""
        for page in known:
            if page.found_on == found_on:
                self.reached.setdefault(page.address, replace(page, counts=True, seen=None))

    def saw(self, address: str, seen: str) -> None:
        """Note what was seen at an address."""
        self.reached[address] = replace(self.reached[address], seen=seen)

    def is_as(self, known: Iterable[Reached], depth: int) -> bool:
        """Whether down to a depth everything is what it was: then, and only then, it leads where it led."""
        return _seen(self.reached.values(), depth) == _seen(known, depth)

    def is_repeated(self, address: str, digest: str) -> bool:
        """Whether another page of the site has the same bytes: one page under two addresses counts once."""
        return self._digests.setdefault(digest, address) != address

    def discount(self, address: str) -> None:
        """Leave a page out that is not there, or repeats another."""
        self.reached[address] = replace(self.reached[address], counts=False)

    def map(self) -> bytes:
        """The site as JSON, in the order of addresses: the same site gives the same bytes."""
        pages = sorted(self.reached.values(), key=lambda page: (page.depth, page.address))
        told: list[dict[str, Any]] = [
            {
                "address": page.address,
                "scope": str(page.scope),
                "counts": page.counts,
                "depth": page.depth,
                "found_on": page.found_on,
                "topics": list(page.topics),
                "seen": page.seen,
            }
            for page in pages
        ]
        return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()


def reached_by(site_map: bytes) -> list[Reached]:
    """The pages of a map, those first that were found first by their depth."""
    return [
        Reached(
            page["address"],
            Scope(page["scope"]),
            page["depth"],
            page["found_on"],
            tuple(page["topics"]),
            page["counts"],
            page["seen"],
        )
        for page in json.loads(site_map)
    ]


def _seen(pages: Iterable[Reached], depth: int) -> set[tuple[str, str | None]]:
    return {(page.address, page.seen) for page in pages if page.depth <= depth}


def batches_of(starts: Sequence[str], size: int = SITES_A_BATCH) -> list[tuple[str, ...]]:
    """Start addresses in batches; all of one site are in one batch, so that its pace holds wherever the batch runs."""
    by_site = [tuple(group) for _, group in groupby(sorted(set(starts), key=lambda start: (site_of(start), start)), key=site_of)]
    return list(_filled(by_site, size))


def _filled(groups: list[tuple[str, ...]], size: int) -> Iterator[tuple[str, ...]]:
    batch: tuple[str, ...] = ()
    for group in groups:
        if batch and len(batch) + len(group) > size:
            yield batch
            batch = ()
        batch += group
    if batch:
        yield batch
