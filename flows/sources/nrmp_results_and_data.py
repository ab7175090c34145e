"""NRMP Results and Data: yearly PDF; of it the table of matches by specialty and type of applicant."""

from dataclasses import replace

import polars as pl

from flows.sources.nrmp_program_results import LICENCE
from flows.sources.pdf_glyphs import PdfLayoutError
from flows.sources.reading import require_media
from flows.sources.source import About, Access, Limit, Limits, Media, Parsed, Source, SourceError
from flows.sources.specialty_table_pdf import read_specialty_table
from schemas.listings import NRMP_SPECIALTY_MATCH, located
from schemas.vocabulary import OriginFamily

NAME = "nrmp_results_and_data"
_NOTHING = pl.lit(None, dtype=pl.String)


def parse(data: bytes, about: About) -> Parsed:
    """Read every row of the table.

    Returns:
        Listing ``nrmp_specialty_match``, one row a specialty and type of position, in positions and people; columns that the
        edition does not print are null. ``lacking`` where a printed total is missing, or is not the sum of its rows.

    Raises:
        SourceError: When the bytes are no report, its headings are not the known ones, or a line of the table was not understood.
    """
    require_media(NAME, data, Media.PDF)
    try:
        table = read_specialty_table(data)
    except PdfLayoutError as error:
        raise SourceError(NAME, f"the table of matches by specialty and applicant type in {about.name}", str(error)) from error
    frame = table.rows.with_columns(
        pl.lit(str(table.year)).alias("match_year"),
        _NOTHING.alias("img_percent_printed"),
        pl.lit(f"NRMP Results and Data, {table.year} Main Residency Match, Table {table.table}").alias("report_name"),
        pl.lit("false").alias("is_doubtful"),
        _NOTHING.alias("note"),
    )
    return Parsed(
        {NRMP_SPECIALTY_MATCH.name: frame.select(located(NRMP_SPECIALTY_MATCH).column_names)},
        lacking="; ".join(table.contradictions) or None,
    )


SOURCE = Source(
    name=NAME,
    title="NRMP Results and Data, matches by specialty and applicant type",
    publisher="National Resident Matching Program",
    address="yearly PDF on the publisher's site; the address changes with each edition",
    licence=replace(
        LICENCE,
        redistribute=f"{LICENCE.redistribute}; the reports of 2007 and 2008 may be photocopied for nonprofit, scientific or "
        "educational use",
    ),
    cadence="yearly, spring",
    access=Access.DATED_FILES,
    media=Media.PDF,
    origin_family=OriginFamily.NRMP,
    listings=(NRMP_SPECIALTY_MATCH,),
    limits=Limits(
        max_drop=Limit(0.0, "a published edition does not lose rows"),
        max_quarantined=Limit(0.02, "all 111 rows of 2007 and 2008 pass; a failing row is a slip of the printer"),
    ),
    parser_version="1",
    parse=parse,
    asks_robots=True,
    caveats=(
        "Complete only where the printed totals are the sums of the rows.",
        "The layout is known from 2007 and 2008; another edition is refused where it has a heading that is not declared.",
        "Rows of one specialty do not overlap: Internal Medicine does not hold Medicine-Preliminary.",
        "Labels change between editions: Internal Medicine of 2007 is Internal Medicine (Categorical) of 2008.",
        "Unfilled are positions before SOAP, not programs; US IMG and non-US IMG tell citizenship, not who needs a visa.",
    ),
)
