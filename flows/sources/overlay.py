"""The private overlay: tables to which a user has a right that we have not, in three plain layouts.

Each source is a folder into which the user drops CSV files. They are validated like any other, kept in the warehouse, and never
part of a release: their licence says ``Audience.INTERNAL``. ``residency sources overlay_visa`` prints the header of a file.
"""

import polars as pl

from flows.sources.reading import read_csv, require_columns
from flows.sources.source import About, Access, Licence, Limit, Limits, Media, Parsed, Source
from schemas.listings import OVERLAY_IMG_SHARE, OVERLAY_SCORE_LIMITS, OVERLAY_VISA, located
from schemas.table import TEXT_LIST, Table
from schemas.vocabulary import Audience, OriginFamily

LICENCE = Licence(
    fetch="never: a user with the right to it drops it in",
    redistribute="never",
    learn="as the user's licence says",
    audience=Audience.INTERNAL,
)


def _source(listing: Table, title: str, *caveats: str) -> Source:
    """A source whose CSV has the columns of its listing, and bears its name."""
    lists = [column.name for column in listing.columns if column.dtype == TEXT_LIST]

    def parse(data: bytes, about: About) -> Parsed:  # noqa: ARG001
        frame = read_csv(listing.name, data)
        require_columns(listing.name, frame.columns, listing.column_names)
        trimmed = pl.col(listing.column_names).str.strip_chars()
        rows = frame.with_columns(pl.when(trimmed != "").then(trimmed)).with_columns(pl.col(lists).fill_null(""))
        return Parsed({listing.name: rows.select(located(listing).column_names)})

    return Source(
        name=listing.name,
        title=title,
        publisher="Whoever licensed the table to the user; see source_label",
        address="none: files that the user drops into a folder of the profile",
        licence=LICENCE,
        cadence="whenever the user drops a file",
        access=Access.DATED_FILES,
        media=Media.CSV,
        origin_family=OriginFamily.OVERLAY,
        listings=(listing,),
        limits=Limits(
            max_drop=Limit(0.10, "a licensed table loses programs one by one; a tenth at once is an export that was cut"),
            max_quarantined=Limit(0.05, "the file is exported for this layout; more bad rows than slips are another layout"),
        ),
        parser_version="1",
        parse=parse,
        layout=tuple(listing.column_names),
        caveats=(
            "Kept in this home and in no release: no row, quote or evidence of it leaves, and no feature rests on it yet.",
            *caveats,
        ),
    )


SOURCES: tuple[Source, ...] = (
    _source(
        OVERLAY_VISA,
        "Private overlay: visa statements of licensed tables",
        "A survey that a program filled in speaks for the program: it confirms nothing that its own site says.",
    ),
    _source(
        OVERLAY_IMG_SHARE,
        "Private overlay: shares of international medical graduates of licensed tables",
        "Whether permanent residents are counted as citizens of the US differs between tables.",
        "Counts below five are kept here as stated: they are never shown as they are.",
    ),
    _source(
        OVERLAY_SCORE_LIMITS,
        "Private overlay: score limits and other demands of licensed tables",
        "A limit that a table prints may be a filter, a wish, or out of date: as_of says for which day it speaks.",
    ),
)
