"""Sites as they are followed: bounds, maps, and batches that never split a site."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from flows.crawling.links import Link, site_of
from flows.crawling.sites import Bounds, Site, batches_of
from schemas.vocabulary import Scope

START = "https://a.example/residency/"


def link(name: str, weight: int = 1) -> Link:
    return Link(f"{START}{name}", ("visa",), Scope.PROGRAM, weight)


def test_site_grows_to_its_bounds_and_no_further() -> None:
    site = Site(START)
    site.add(START, [link(str(number)) for number in range(9)], Bounds(depth=2, pages=4))
    assert site.at_depth(0) == [START]
    assert site.at_depth(1) == [f"{START}{number}" for number in range(3)]
    site.add(f"{START}0", [link("deeper")], Bounds(depth=2, pages=5))
    assert site.at_depth(2) == [f"{START}deeper"]


def test_map_tells_how_each_page_was_reached_in_an_order_of_its_own() -> None:
    one, other = Site(START), Site(START)
    one.add(START, [link("a"), link("b")], Bounds())
    other.add(START, [link("b"), link("a")], Bounds())
    assert one.map() == other.map()
    told = json.loads(one.map())
    assert [page["address"] for page in told] == [START, f"{START}a", f"{START}b"]
    assert told[1] == {
        "address": f"{START}a",
        "counts": True,
        "depth": 1,
        "found_on": START,
        "scope": "program",
        "seen": None,
        "topics": ["visa"],
    }


def test_page_that_is_discounted_stays_on_the_map_and_is_not_followed() -> None:
    site = Site(START)
    site.add(START, [link("gone")], Bounds())
    site.discount(f"{START}gone")
    assert site.at_depth(1) == []
    assert [page["counts"] for page in json.loads(site.map())] == [True, False]


def test_known_page_counts_again_until_it_is_seen_not_to() -> None:
    last = Site(START)
    last.add(START, [link("back")], Bounds())
    last.discount(f"{START}back")
    site = Site(START)
    site.add_known(START, last.reached.values())
    assert site.at_depth(1) == [f"{START}back"]


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 8), st.integers(0, 30)), max_size=120),
    st.integers(1, 20),
)
def test_batches_hold_every_start_once_and_never_split_a_site(places: list[tuple[int, int]], size: int) -> None:
    starts = [f"https://www{number % 3}.site{site}.example.com/{number}" for site, number in places]
    batches = batches_of(starts, size)
    assert sorted(start for batch in batches for start in batch) == sorted(set(starts))
    homes = [{site_of(start) for start in batch} for batch in batches]
    assert sum(map(len, homes)) == len(set().union(*homes)) if homes else not starts
    assert all(len(batch) <= size or len(home) == 1 for batch, home in zip(batches, homes, strict=True))
    assert batches_of(list(reversed(starts)), size) == batches
