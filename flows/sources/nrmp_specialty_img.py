"""IMG counts by specialty and year, compiled by hand from pages that quote NRMP, with notes on doubtful rows."""

import polars as pl

from flows.sources.nrmp_program_results import LICENCE
from flows.sources.reading import read_csv, require_columns
from flows.sources.source import About, Access, Limit, Limits, Media, Parsed, Source
from schemas.listings import NRMP_SPECIALTY_MATCH, located
from schemas.vocabulary import OriginFamily

NAME = "nrmp_specialty_img"
COLUMNS = {
    "year": "match_year",
    "specialty": "specialty_label",
    "us_img_matched": "n_us_img",
    "non_us_img_matched": "n_non_us_img",
    "positions_filled": "positions_filled",
    "img_pct_printed": "img_percent_printed",
    "source": "report_name",
    "note": "note",
}
HARMLESS = ("secondary", "only US-IMG count seen", "% only")
"""Notes that say where numbers come from, or that some are not there. Any other gives a reason to doubt those that are."""


def parse(data: bytes, about: About) -> Parsed:  # noqa: ARG001
    """Read every row of the list.

    Returns:
        Listing ``nrmp_specialty_match``, one row a specialty and year, type of position not stated. A row whose note is none of
        ``HARMLESS`` is doubtful.

    Raises:
        SourceError: When the columns are not the known ones, or there are no rows.
    """
    frame = read_csv(NAME, data)
    require_columns(NAME, frame.columns, tuple(COLUMNS))
    trimmed = frame.select("locator", *(pl.col(name).str.strip_chars().alias(column) for name, column in COLUMNS.items()))
    rows = trimmed.with_columns(
        pl.lit("not_stated").alias("position_type"),
        pl.col("specialty_label").alias("specialty_group"),
        (pl.col("note").is_not_null() & ~pl.col("note").is_in(HARMLESS)).cast(pl.String).alias("is_doubtful"),
    )
    listing = located(NRMP_SPECIALTY_MATCH).column_names
    empty = [pl.lit(None, dtype=pl.String).alias(name) for name in listing if name not in rows.columns]
    return Parsed({NRMP_SPECIALTY_MATCH.name: rows.with_columns(empty).select(listing)})


SOURCE = Source(
    name=NAME,
    title="IMG counts by specialty and year, compiled",
    publisher="National Resident Matching Program, as quoted by third parties",
    address="a list that the operator holds; each row cites the page it was read on",
    licence=LICENCE,
    cadence="yearly",
    access=Access.ONE_FILE,
    media=Media.CSV,
    origin_family=OriginFamily.NRMP,
    listings=(NRMP_SPECIALTY_MATCH,),
    limits=Limits(
        max_drop=Limit(0.05, "past years do not change; a few rows may be merged or taken back"),
        max_quarantined=Limit(0.05, "copied by hand from pages that misprint: a few contradictions are expected"),
    ),
    parser_version="1",
    parse=parse,
    caveats=(
        "Second-hand: what a page quotes of NRMP. It confirms nothing that a report says; where both speak, both stand.",
        "Rows whose note gives a reason to doubt them are marked is_doubtful and have no share.",
        "A few specialties a year: absence says nothing, and whether PGY-1 or PGY-2 positions are meant is not told.",
    ),
)
