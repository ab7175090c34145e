"""Saved pages of programs: what they claim of visas, eligibility, informatics and residents.

A page is a file whose name begins with the ACGME id of its program, such as ``1403521234_how-to-apply.html``: a site of one
page. Pages that are found by following links are in ``site_pages``.
"""

import re

from flows.pages.extraction import read_page
from flows.pages.rows import Row, frame_of, page_rows
from flows.sources.source import About, Access, Licence, Limit, Limits, Media, Parsed, Source, SourceError
from schemas.listings import PROGRAM_SITE, SITE_PAGE, WEB_PAGE, WEB_PAGE_CLAIM, WEB_PAGE_ROSTER
from schemas.vocabulary import OriginFamily, Scope
from transforms.claims.rules import RULES_VERSION

NAME = "program_pages"
_FILE_NAME = re.compile(r"^(?P<acgme_id>\d{10})(?:[_.-].*)?$")


def parse(data: bytes, about: About) -> Parsed:
    """Read one page: listings ``web_page`` (one row), its claims and rosters as counts, and the site that it is by itself.

    Raises:
        SourceError: When the file's name does not begin with an ACGME id.
    """
    match = _FILE_NAME.match(about.name)
    if match is None:
        raise SourceError(
            NAME, "a file named by the ten digits of its program's ACGME id, such as 1403521234_faq.html", repr(about.name)
        )
    start: Row = {"locator": "whole page", "start_address": about.name, "page_scope": str(Scope.PROGRAM)}
    rows = {
        **page_rows(about.name, read_page(data)),
        PROGRAM_SITE.name: [{**start, "acgme_id": match.group("acgme_id")}],
        SITE_PAGE.name: [{**start, "page_address": about.name, "page_counts": "true", "link_depth": "0", "link_topics": ""}],
    }
    return Parsed({listing.name: frame_of(listing, rows[listing.name]) for listing in LISTINGS})


LISTINGS = (WEB_PAGE, WEB_PAGE_CLAIM, WEB_PAGE_ROSTER, PROGRAM_SITE, SITE_PAGE)
SOURCE = Source(
    name=NAME,
    title="Saved pages of programs",
    publisher="The programs themselves",
    address="saved by hand; `program_sites` names addresses that are fetched",
    licence=Licence(
        fetch="each site's own terms and robots.txt", redistribute="derived facts with short quotes", learn="derived facts"
    ),
    cadence="yearly, before the application season; some within the season",
    access=Access.DATED_FILES,
    media=Media.PAGE,
    origin_family=OriginFamily.PROGRAM_SITE,
    listings=LISTINGS,
    limits=Limits(
        max_drop=Limit(0.0, "a page is one row: it is there or the file is not"),
        max_quarantined=Limit(0.0, "the row is ours: one that fails validation is a fault of the reader"),
    ),
    parser_version=f"2-rules-{RULES_VERSION}",
    parse=parse,
    asks_robots=True,
    caveats=(
        "A page's silence is not_stated; a page without content is unknown.",
        "Counts of trainees below five are withheld.",
        "A page that speaks of several programs is read for the one that its file is named by.",
    ),
)
