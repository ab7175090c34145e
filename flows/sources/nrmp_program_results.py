"""NRMP Main Match Program Results: yearly PDF, five years each, every track with quota and matched."""

import polars as pl

from flows.sources.pdf_glyphs import PdfLayoutError
from flows.sources.reading import require_media
from flows.sources.results_pdf import read_results
from flows.sources.source import About, Access, Licence, Limit, Limits, Media, Parsed, Source, SourceError
from schemas.geography import STATE_BY_NAME
from schemas.listings import NRMP_PROGRAM_RESULT, located
from schemas.vocabulary import OriginFamily

NAME = "nrmp_program_results"

LICENCE = Licence(
    fetch="yes",
    redistribute="nothing: reproduction prohibited without NRMP's written permission; derived figures after review",
    learn="editions 2021-2025 and later forbid use as input to machine learning without written consent",
)


def parse(data: bytes, about: About) -> Parsed:
    """Read every track and year of one edition.

    Returns:
        Listing ``nrmp_program_result``, one row a printed code and year; ``--`` is a track that was not offered.

    Raises:
        SourceError: When the bytes are no results PDF, or a line of it was not understood.
    """
    require_media(NAME, data, Media.PDF)
    try:
        book = read_results(data)
    except PdfLayoutError as error:
        raise SourceError(NAME, f"the layout of a results book in {about.name}", str(error)) from error
    frame = book.rows.select(
        pl.concat_str("locator", "match_year", separator=", ").alias("locator"),
        "nrmp_code",
        "match_year",
        pl.lit("main").alias("match_name"),
        pl.col("state_name").replace(STATE_BY_NAME).alias("state"),
        "institution_name",
        "city",
        pl.col("program_name").alias("specialty_label"),
        pl.col("quota").is_not_null().cast(pl.String).alias("offered"),
        "quota",
        "matched",
        "filled_all",
    ).rename({"filled_all": "all_filled"})
    return Parsed({NRMP_PROGRAM_RESULT.name: frame.select(located(NRMP_PROGRAM_RESULT).column_names)})


SOURCE = Source(
    name=NAME,
    title="NRMP Main Match Program Results",
    publisher="National Resident Matching Program",
    address="yearly PDF on the publisher's site; the address changes with each edition",
    licence=LICENCE,
    cadence="yearly, spring",
    access=Access.DATED_FILES,
    media=Media.PDF,
    origin_family=OriginFamily.NRMP,
    listings=(NRMP_PROGRAM_RESULT,),
    limits=Limits(
        max_drop=Limit(0.0, "a published edition does not lose rows"),
        max_quarantined=Limit(0.001, "both real editions pass whole; a failing row means that the layout changed"),
    ),
    parser_version="1",
    parse=parse,
    asks_robots=True,
    caveats=(
        "Editions overlap by three years: agreeing numbers are one fact, and of differing ones the newest edition's stands.",
        "Matched counts the Match only, not SOAP.",
    ),
)
