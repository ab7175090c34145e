"""Saved pages of programs and GME offices: what they claim of visas, eligibility, informatics and residents.

A page is a file whose name begins with the ACGME id of its program, such as ``1403521234_how-to-apply.html``.
"""

import re
from dataclasses import asdict

import polars as pl

from flows.pages.extraction import PageReading, read_page, reading_json
from flows.sources.source import About, Access, Licence, Limit, Limits, Media, Parsed, Source, SourceError
from schemas.listings import PROGRAM_PAGE, PROGRAM_PAGE_CLAIM, PROGRAM_PAGE_ROSTER, located
from schemas.table import Table
from schemas.validation import LIST_SEPARATOR
from schemas.vocabulary import OriginFamily, PageContent
from transforms.claims.rules import RULES_VERSION
from transforms.suppression import suppressed_counts

NAME = "program_pages"
_FILE_NAME = re.compile(r"^(?P<acgme_id>\d{10})(?:[_.-].*)?$")
_ROSTER_COLUMNS = {
    "n": "n_trainees",
    "us_md": "n_us_md",
    "us_do": "n_us_do",
    "canada": "n_canada",
    "img": "n_img",
    "caribbean": "n_caribbean",
    "unknown": "n_school_unknown",
}


def parse(data: bytes, about: About) -> Parsed:
    """Read one page: listing ``program_page`` (one row), its claims, and its rosters as counts.

    Raises:
        SourceError: When the file's name does not begin with an ACGME id.
    """
    match = _FILE_NAME.match(about.name)
    if match is None:
        raise SourceError(
            NAME, "a file named by the ten digits of its program's ACGME id, such as 1403521234_faq.html", repr(about.name)
        )
    acgme_id = match.group("acgme_id")
    reading = read_page(data)
    return Parsed(
        {
            PROGRAM_PAGE.name: _frame(PROGRAM_PAGE, [_page(acgme_id, reading)]),
            PROGRAM_PAGE_CLAIM.name: _frame(PROGRAM_PAGE_CLAIM, _claims(acgme_id, reading)),
            PROGRAM_PAGE_ROSTER.name: _frame(PROGRAM_PAGE_ROSTER, _rosters(acgme_id, reading)),
        }
    )


def _page(acgme_id: str, reading: PageReading) -> dict[str, str | None]:
    told = reading_json("", reading)
    return {
        "locator": "whole page",
        "acgme_id": acgme_id,
        "page_title": reading.title or None,
        "page_content": str(reading.no_content or PageContent.READ),
        "page_j1_status": told["j1_status"],
        "j1_conditions": LIST_SEPARATOR.join(told["j1_conditions"]),
        "page_h1b_status": told["h1b_status"],
        "h1b_conditions": LIST_SEPARATOR.join(told["h1b_conditions"]),
        "n_statements": str(reading.statements),
        "rules_version": RULES_VERSION,
    }


def _claims(acgme_id: str, reading: PageReading) -> list[dict[str, str | None]]:
    rows: dict[tuple[str, str, str], dict[str, str | None]] = {}
    for number, claim in enumerate(reading.claims.evidence, start=1):
        value = str(claim.value).lower() if isinstance(claim.value, bool) else str(claim.value)
        rows.setdefault(
            (claim.claim, value, claim.quote),
            {
                "locator": f"claim {number:03d}",
                "acgme_id": acgme_id,
                "page_claim": claim.claim,
                "page_value": value,
                "page_conditions": LIST_SEPARATOR.join(sorted(claim.conditions)),
                "is_preference": str(claim.soft).lower(),
                "page_quote": claim.quote,
                "page_place": claim.place or None,
                "rule_ids": LIST_SEPARATOR.join(claim.rules),
            },
        )
    return list(rows.values())


def _rosters(acgme_id: str, reading: PageReading) -> list[dict[str, str | None]]:
    rows: dict[str, dict[str, str | None]] = {}
    for number, roster in enumerate(reading.rosters or (), start=1):
        counts = {column: int(asdict(roster)[name]) for name, column in _ROSTER_COLUMNS.items()}
        shown, withheld = suppressed_counts(counts, "n_trainees")
        cells = {name: None if count is None else str(count) for name, count in shown.items()}
        place = {"locator": f"roster {number:02d}", "acgme_id": acgme_id, "cohort": roster.cohort}
        rows.setdefault(roster.cohort, {**place, **cells, "suppressed_cells": LIST_SEPARATOR.join(withheld)})
    return list(rows.values())


def _frame(listing: Table, rows: list[dict[str, str | None]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=dict.fromkeys(located(listing).column_names, pl.String()))


SOURCE = Source(
    name=NAME,
    title="Pages of programs and GME offices",
    publisher="The programs themselves",
    address="saved pages; nothing is fetched by address yet",
    licence=Licence(
        fetch="each site's own terms and robots.txt", redistribute="derived facts with short quotes", learn="derived facts"
    ),
    cadence="yearly, before the application season; some within the season",
    access=Access.DATED_FILES,
    media=Media.PAGE,
    origin_family=OriginFamily.PROGRAM_SITE,
    listings=(PROGRAM_PAGE, PROGRAM_PAGE_CLAIM, PROGRAM_PAGE_ROSTER),
    limits=Limits(
        max_drop=Limit(0.0, "a page is one row: it is there or the file is not"),
        max_quarantined=Limit(0.0, "the row is ours: one that fails validation is a fault of the reader"),
    ),
    parser_version=f"1-rules-{RULES_VERSION}",
    parse=parse,
    asks_robots=True,
    caveats=(
        "A page's silence is not_stated; a page without content is unknown.",
        "Counts of trainees below five are withheld.",
        "A page that speaks of several programs is read for the one that its file is named by.",
    ),
)
