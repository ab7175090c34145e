"""A page's reading as text rows of the listings of web pages: what it says, its claims, and its rosters as counts."""

from collections.abc import Sequence
from dataclasses import asdict

import polars as pl

from flows.pages.extraction import PageReading, reading_json
from flows.person_names import is_person
from schemas.listings import WEB_PAGE, WEB_PAGE_CLAIM, WEB_PAGE_ROSTER, located
from schemas.table import Table
from schemas.validation import LIST_SEPARATOR
from schemas.vocabulary import PageContent
from transforms.claims.rules import RULES_VERSION
from transforms.suppression import suppressed_counts

Row = dict[str, str | None]
Rows = dict[str, list[Row]]
"""Text rows by the name of their listing."""

_ROSTER_COLUMNS = {
    "n": "n_trainees",
    "us_md": "n_us_md",
    "us_do": "n_us_do",
    "canada": "n_canada",
    "img": "n_img",
    "caribbean": "n_caribbean",
    "unknown": "n_school_unknown",
}


def page_rows(address: str, reading: PageReading) -> Rows:
    """Rows of ``web_page`` (one), ``web_page_claim`` and ``web_page_roster`` of one page."""
    return {
        WEB_PAGE.name: [_page(address, reading)],
        WEB_PAGE_CLAIM.name: _claims(address, reading),
        WEB_PAGE_ROSTER.name: _rosters(address, reading),
    }


def frame_of(listing: Table, rows: Sequence[Row]) -> pl.DataFrame:
    """Text rows as a frame of the located listing."""
    return pl.DataFrame(rows, schema=dict.fromkeys(located(listing).column_names, pl.String()))


def _page(address: str, reading: PageReading) -> Row:
    told = reading_json("", reading)
    return {
        "locator": "whole page",
        "page_address": address,
        "page_title": None if is_person(reading.title, in_practice=True) else reading.title or None,
        "page_content": str(reading.no_content or PageContent.READ),
        "page_j1_status": told["j1_status"],
        "j1_conditions": LIST_SEPARATOR.join(told["j1_conditions"]),
        "page_h1b_status": told["h1b_status"],
        "h1b_conditions": LIST_SEPARATOR.join(told["h1b_conditions"]),
        "n_statements": str(reading.statements),
        "rules_version": RULES_VERSION,
    }


def _claims(address: str, reading: PageReading) -> list[Row]:
    rows: dict[tuple[str, str, str], Row] = {}
    for number, claim in enumerate(reading.claims.evidence, start=1):
        value = str(claim.value).lower() if isinstance(claim.value, bool) else str(claim.value)
        rows.setdefault(
            (claim.claim, value, claim.quote),
            {
                "locator": f"claim {number:03d}",
                "page_address": address,
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


def _rosters(address: str, reading: PageReading) -> list[Row]:
    rows: dict[str, Row] = {}
    for number, roster in enumerate(reading.rosters or (), start=1):
        counts = {column: int(asdict(roster)[name]) for name, column in _ROSTER_COLUMNS.items()}
        shown, withheld = suppressed_counts(counts, "n_trainees")
        cells = {name: None if count is None else str(count) for name, count in shown.items()}
        place: Row = {"locator": f"roster {number:02d}", "page_address": address, "cohort": roster.cohort}
        rows.setdefault(roster.cohort, {**place, **cells, "suppressed_cells": LIST_SEPARATOR.join(withheld)})
    return list(rows.values())
