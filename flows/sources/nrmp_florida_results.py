"""NRMP results re-typed for Florida, 2020 to 2026, with the specialty matches. Here 0 means not offered."""

import polars as pl

from flows.sources.nrmp_program_results import LICENCE
from flows.sources.reading import read_csv, require_columns
from flows.sources.source import About, Access, Limit, Limits, Media, Parsed, Source
from schemas.listings import NRMP_PROGRAM_RESULT, located
from schemas.vocabulary import OriginFamily

NAME = "nrmp_florida_results"
YEARS = range(2020, 2027)
_KEPT = ("Table", "Sponsoring Institution", "City Cleaned", "Specialty", "Program Code")
_THEIR_OWN_CLEANING = ("Sponsoring Institution Cleaned", "SNHAF", "City", "Specialty Cleaned")
_NUMBERS = tuple(f"{year} {kind}" for year in YEARS for kind in ("Quota", "Matched"))


def parse(data: bytes, about: About) -> Parsed:  # noqa: ARG001
    """Read every track and year of the table.

    Returns:
        Listing ``nrmp_program_result``, one row a code and year. A track written over two lines, each with its own
        years, is one track: a year that one line offers and the other does not is an offered year.

    Raises:
        SourceError: When the columns are not the known ones, or there are no rows.
    """
    wide = read_csv(NAME, data)
    require_columns(NAME, wide.columns, (*_KEPT, *_NUMBERS), allowed=_THEIR_OWN_CLEANING)
    years = [
        wide.select(
            pl.format("{}, {}", "locator", pl.lit(str(year))).alias("locator"),
            pl.col("Program Code").str.strip_chars().alias("nrmp_code"),
            pl.lit(str(year)).alias("match_year"),
            pl.col("Table").str.to_lowercase().alias("match_name"),
            pl.lit("FL").alias("state"),
            pl.col("Sponsoring Institution").alias("institution_name"),
            pl.col("City Cleaned").alias("city"),
            pl.col("Specialty").alias("specialty_label"),
            pl.col(f"{year} Quota").alias("quota"),
            pl.col(f"{year} Matched").alias("matched"),
        )
        for year in YEARS
    ]
    offered = ((pl.col("quota") != "0") | (pl.col("matched") != "0")).fill_null(value=True)
    rows = pl.concat(years).with_columns(offered.alias("is_offered"))
    offered_elsewhere = pl.col("is_offered").any().over("nrmp_code", "match_year")
    first_of_not_offered = pl.col("nrmp_code").is_first_distinct().over("match_year")
    rows = rows.filter(pl.col("is_offered") | (~offered_elsewhere & first_of_not_offered))
    frame = rows.with_columns(
        pl.col("is_offered").cast(pl.String).alias("offered"),
        pl.when("is_offered").then("quota").alias("quota"),
        pl.when("is_offered").then("matched").alias("matched"),
        pl.lit(None, dtype=pl.String).alias("all_filled"),
    )
    return Parsed({NRMP_PROGRAM_RESULT.name: frame.select(located(NRMP_PROGRAM_RESULT).column_names)})


SOURCE = Source(
    name=NAME,
    title="NRMP program results, Florida, re-typed",
    publisher="National Resident Matching Program, re-typed by a third party",
    address="a table that the operator holds; no public address is known",
    licence=LICENCE,
    cadence="yearly",
    access=Access.ONE_FILE,
    media=Media.CSV,
    origin_family=OriginFamily.NRMP,
    listings=(NRMP_PROGRAM_RESULT,),
    limits=Limits(
        max_drop=Limit(0.05, "past years do not change; a few re-typed rows may be merged"),
        max_quarantined=Limit(0.01, "re-typed by hand: a few errors are expected"),
    ),
    parser_version="1",
    parse=parse,
    asks_robots=True,
    caveats=("0 means not offered, not an offer of zero positions.", "Re-typed by hand, Florida only."),
)
