"""The private overlay's three layouts: what they take, and what they set aside with its reason."""

from __future__ import annotations

from datetime import date

import pytest

from flows.sources import SOURCES, sources_for
from flows.sources.overlay import SOURCES as OVERLAY
from flows.sources.source import About, Source, SourceError
from schemas.listings import located
from schemas.validation import Validated, validate
from schemas.vocabulary import Audience, OriginFamily

VISAS, SHARES, LIMITS = OVERLAY
UPMC, LABEL = "1404121504", "Licensed table"


def read(source: Source, *rows: dict[str, str], header: tuple[str, ...] | None = None) -> Validated:
    """Rows as a user's file has them: cells that are not given are empty."""
    columns = source.layout if header is None else header
    filled = ({"acgme_id": UPMC, "source_label": LABEL, **row} for row in rows)
    lines = [",".join(columns), *(",".join(row.get(name, "") for name in columns) for row in filled)]
    parsed = source.parse("\n".join(lines).encode(), About("file.csv", date(2026, 8, 1)))
    return validate(located(source.main_listing), parsed.rows[source.main_listing.name])


def reasons(source: Source, row: dict[str, str]) -> list[str]:
    (rejected,) = read(source, row).rejected.rows(named=True)
    return list(rejected["reasons"])


VISA = {"visa": "j1", "visa_status": "accepts", "as_of": "2026-08-01"}
SHARE = {"year": "2025", "n_img": "30", "n_nonus_img": "20", "n_total": "40"}
LIMIT = {"step2_min": "220", "as_of": "2026-08-01"}


def test_the_overlay_is_marked_once_and_the_mark_says_who_may_hold_it() -> None:
    names = {source.name for source in OVERLAY}
    assert names == {source.name for source in SOURCES if source.licence.audience is Audience.INTERNAL}
    assert {source.name for source in SOURCES} == set(sources_for(Audience.INTERNAL))
    assert set(sources_for(Audience.INTERNAL)) - set(sources_for(Audience.PUBLIC)) == names
    assert {source.origin_family for source in OVERLAY} == {OriginFamily.OVERLAY}
    assert {source.licence.short for source in OVERLAY} == {"redistribute: never; learn: as the user's licence says"}


def test_statements_about_visas_are_listed() -> None:
    conditional = {**VISA, "visa": "h1b", "visa_status": "conditional", "visa_conditions": "step3_required|gme_approval"}
    found = read(VISAS, VISA, conditional, {**VISA, "as_of": "2025-08-01", "visa_status": "not_accepts"}).listed
    assert found.select("visa", "visa_status", "visa_conditions", "as_of").rows() == [
        ("h1b", "conditional", ["step3_required", "gme_approval"], date(2026, 8, 1)),
        ("j1", "not_accepts", [], date(2025, 8, 1)),
        ("j1", "accepts", [], date(2026, 8, 1)),
    ]


def test_shares_are_listed_as_numbers_or_as_a_ratio() -> None:
    alone = {"year": "2024", "img_share": "0.755"}
    found = read(SHARES, SHARE, alone, {**SHARE, "year": "2023", "img_share": "0.75"}).listed
    assert found.select("year", "n_img", "n_nonus_img", "n_total", "img_share").rows() == [
        (2023, 30, 20, 40, 0.75),
        (2024, None, None, None, 0.755),
        (2025, 30, 20, 40, None),
    ]


def test_limits_are_listed_and_what_is_not_stated_is_null() -> None:
    full = {"step1_min": "200", "attempts_max": "2", "yog_max_years": "5", "usce_required": "yes", "ecfmg_required": "true"}
    found = read(LIMITS, LIMIT, {**full, "as_of": "2025-01-01"}).listed
    columns = ("step1_min", "step2_min", "attempts_max", "yog_max_years", "usce_required", "ecfmg_required")
    assert found.select(columns).rows() == [(200, None, 2, 5, "yes", True), (None, 220, None, None, None, None)]


@pytest.mark.parametrize(
    ("source", "row", "expected"),
    [
        (VISAS, {**VISA, "acgme_id": "404132141"}, "acgme_id: expected text like ^[0-9]{10}$, found '404132141'"),
        (VISAS, {**VISA, "visa": "J-1"}, "visa: expected one of j1, h1b, found 'J-1'"),
        (
            VISAS,
            {**VISA, "visa_status": "yes"},
            "visa_status: expected one of accepts, not_accepts, conditional, not_stated, found 'yes'",
        ),
        (
            VISAS,
            {**VISA, "visa_status": "conditional"},
            "expected conditions where the status is conditional, found visa_status = conditional, visa_conditions = ",
        ),
        (VISAS, {**VISA, "as_of": "08/01/2026"}, "as_of: expected date, found '08/01/2026'"),
        (VISAS, {**VISA, "source_label": " "}, "source_label: expected a value, found nothing"),
        (
            SHARES,
            {"year": "2025"},
            "expected a share, or the numbers that it is made of, found img_share = nothing, n_img = nothing, n_total = nothing",
        ),
        (
            SHARES,
            {**SHARE, "n_nonus_img": "31"},
            "expected n_nonus_img at most n_img, and n_img at most n_total, found n_nonus_img = 31, n_img = 30, n_total = 40",
        ),
        (
            SHARES,
            {**SHARE, "n_total": "25"},
            "expected n_nonus_img at most n_img, and n_img at most n_total, found n_nonus_img = 20, n_img = 30, n_total = 25",
        ),
        (
            SHARES,
            {**SHARE, "img_share": "0.5"},
            "expected the share to agree with the numbers, found img_share = 0.5, n_img = 30, n_total = 40",
        ),
        (SHARES, {**SHARE, "img_share": "75"}, "img_share: expected at most 1, found '75.0'"),
        (LIMITS, {**LIMIT, "step2_min": "pass"}, "step2_min: expected integer, found 'pass'"),
        (
            LIMITS,
            {**LIMIT, "usce_required": "maybe"},
            "usce_required: expected one of yes, no, preferred, conditional, found 'maybe'",
        ),
    ],
)
def test_what_does_not_fit_is_set_aside_with_its_reason(source: Source, row: dict[str, str], expected: str) -> None:
    assert expected in reasons(source, row)


def test_row_without_any_limit_is_set_aside() -> None:
    (reason,) = reasons(LIMITS, {"as_of": "2026-08-01"})
    assert reason.startswith("expected at least one limit, found step1_min = nothing, step2_min = nothing")


def test_same_statement_twice_is_listed_once() -> None:
    found = read(VISAS, VISA, {**VISA, "visa_status": "not_accepts"})
    assert (found.listed["visa_status"].to_list(), found.rejected.height) == (["accepts"], 1)


@pytest.mark.parametrize("source", OVERLAY, ids=lambda source: source.name)
def test_another_layout_is_refused_with_its_columns_named(source: Source) -> None:
    first, *others = source.layout
    with pytest.raises(SourceError, match=f"found missing columns: {first}; unexpected columns: program$"):
        read(source, {}, header=("program", *others))
