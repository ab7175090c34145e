"""Whose pages they are: start addresses, maps of sites, and the programs that a page speaks of."""

from __future__ import annotations

import polars as pl

from transforms.pages import page_subjects
from transforms.programs import with_program_uid

ONE, OTHER, UNLISTED = "1403521234", "1203521299", "1403500001"
PROGRAMS = with_program_uid(pl.DataFrame({"acgme_id": [ONE, OTHER]})).select("program_uid")
SITE_PAGES = {"start_address": pl.String(), "page_address": pl.String(), "page_scope": pl.String(), "page_counts": pl.Boolean()}


def subjects(sites: list[tuple[str, str, str]], reached: list[tuple[str, str, str, bool, int]]) -> list[tuple[str, str, str]]:
    found = page_subjects(
        pl.DataFrame(sites, schema=["acgme_id", "start_address", "page_scope"], orient="row"),
        pl.DataFrame(reached, schema={**SITE_PAGES, "link_depth": pl.Int64()}, orient="row"),
        PROGRAMS,
    )
    assert found["program_uid"].null_count() == 0
    return found.select("page_address", "acgme_id", "page_scope").rows()


def test_page_speaks_of_its_program_or_of_the_institution_as_its_start_and_its_place_tell() -> None:
    sites = [(ONE, "/im/", "program"), (ONE, "/gme/", "institution"), (OTHER, "/gme/", "institution")]
    reached = [
        ("/im/", "/im/apply", "program", True, 1),
        ("/im/", "/policies", "institution", True, 1),
        ("/gme/", "/gme/visa", "program", True, 1),
    ]
    assert subjects(sites, reached) == [
        ("/gme/visa", OTHER, "institution"),
        ("/gme/visa", ONE, "institution"),
        ("/im/apply", ONE, "program"),
        ("/policies", ONE, "institution"),
    ]


def test_of_two_starts_the_one_that_speaks_of_the_program_counts_and_the_page_once() -> None:
    sites = [(ONE, "/im/", "program"), (ONE, "/gme/", "institution")]
    reached = [("/gme/", "/im/visa", "institution", True, 1), ("/im/", "/im/visa", "program", True, 2)]
    assert subjects(sites, reached) == [("/im/visa", ONE, "program")]


def test_page_that_does_not_count_speaks_of_nobody_and_a_program_on_no_list_waits() -> None:
    sites = [(ONE, "/im/", "program"), (UNLISTED, "/im/", "program")]
    reached = [("/im/", "/im/", "program", True, 0), ("/im/", "/im/gone", "program", False, 1)]
    assert subjects(sites, reached) == [("/im/", ONE, "program")]
