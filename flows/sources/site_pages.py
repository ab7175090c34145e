"""Pages of programs and GME offices that were found by following links from the start addresses of ``program_sites``.

Two kinds of document: a page, named by its address; and the map of a site, ``map ADDRESS``, JSON that we write ourselves: which
pages were reached from its start, and how.
"""

import json

from flows.crawling.topics import TOPICS_VERSION
from flows.pages.extraction import read_page
from flows.pages.rows import Row, frame_of, page_rows
from flows.sources.source import About, Access, Licence, Limit, Limits, Media, Parsed, Source
from schemas.listings import SITE_PAGE, WEB_PAGE, WEB_PAGE_CLAIM, WEB_PAGE_ROSTER
from schemas.table import Table
from schemas.validation import LIST_SEPARATOR
from schemas.vocabulary import OriginFamily
from transforms.claims.rules import RULES_VERSION

NAME = "site_pages"
LISTINGS: tuple[Table, ...] = (WEB_PAGE, WEB_PAGE_CLAIM, WEB_PAGE_ROSTER, SITE_PAGE)
_MAP = "map "


def map_of(start_address: str) -> str:
    """Name of the document that is the map of a site."""
    return f"{_MAP}{start_address}"


def parse(data: bytes, about: About) -> Parsed:
    """Read a page, or the map of a site; the document's name tells which."""
    is_map = about.name.startswith(_MAP)
    rows = map_rows(about.name.removeprefix(_MAP), data) if is_map else page_rows(about.name, read_page(data))
    return Parsed({listing.name: frame_of(listing, rows.get(listing.name, [])) for listing in LISTINGS})


def map_rows(start_address: str, data: bytes) -> dict[str, list[Row]]:
    """Rows of ``site_page`` out of a map."""
    return {
        SITE_PAGE.name: [
            {
                "locator": f"page {number:02d}",
                "start_address": start_address,
                "page_address": page["address"],
                "page_scope": page["scope"],
                "page_counts": str(page["counts"]).lower(),
                "link_depth": str(page["depth"]),
                "found_on": page["found_on"],
                "link_topics": LIST_SEPARATOR.join(page["topics"]),
            }
            for number, page in enumerate(json.loads(data), start=1)
        ]
    }


SOURCE = Source(
    name=NAME,
    title="Pages of programs and GME offices on the web",
    publisher="The programs themselves",
    address="the addresses of `program_sites`, and the links that lead on from there",
    licence=Licence(
        fetch="each site's own terms and robots.txt", redistribute="derived facts with short quotes", learn="derived facts"
    ),
    cadence="yearly, before the application season; some within the season",
    access=Access.DATED_FILES,
    media=Media.PAGE,
    origin_family=OriginFamily.PROGRAM_SITE,
    listings=LISTINGS,
    limits=Limits(
        max_drop=Limit(0.0, "a page is one row: it is there or it was not fetched"),
        max_quarantined=Limit(0.0, "the row is ours: one that fails validation is a fault of the reader"),
    ),
    parser_version=f"1-rules-{RULES_VERSION}-links-{TOPICS_VERSION}",
    parse=parse,
    asks_robots=True,
    caveats=(
        "A page outside the folder of its start address is taken to speak of the institution, not of the program.",
        "Only links that promise eligibility, application, visas, residents, curriculum or informatics are followed.",
        "A page that is no longer linked stops counting once its site was seen whole.",
    ),
)
