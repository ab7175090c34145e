"""What people decided: which entities are one, and what happened to them. Two files in the repository that an expert edits."""

import polars as pl

from flows.sources.reading import read_csv, require_columns
from flows.sources.source import About, Access, Licence, Limit, Limits, Media, Parse, Parsed, Source
from schemas.listings import REVIEWED_EVENT, REVIEWED_LINK, located
from schemas.table import Table
from schemas.vocabulary import OriginFamily

LINKS, EVENTS = "reviewed_links", "reviewed_events"


def _rows(name: str, listing: Table, data: bytes) -> Parsed:
    frame = read_csv(name, data)
    require_columns(name, frame.columns, listing.column_names)
    stripped = ((name, pl.col(name).str.strip_chars()) for name in listing.column_names)
    rows = frame.with_columns(pl.when(text != "").then(text).alias(name) for name, text in stripped)
    return Parsed({listing.name: rows.select(located(listing).column_names)})


def parse_links(data: bytes, about: About) -> Parsed:  # noqa: ARG001
    """Read every decision: listing ``reviewed_link``.

    Raises:
        SourceError: When the columns are not the known ones, or there are no rows.
    """
    return _rows(LINKS, REVIEWED_LINK, data)


def parse_events(data: bytes, about: About) -> Parsed:  # noqa: ARG001
    """Read every event: listing ``reviewed_event``.

    Raises:
        SourceError: When the columns are not the known ones, or there are no rows.
    """
    return _rows(EVENTS, REVIEWED_EVENT, data)


def _source(name: str, title: str, listing: Table, parse: Parse, caveat: str) -> Source:
    return Source(
        name=name,
        title=title,
        publisher="This project",
        address=f"flows/reviewed/{name.removeprefix('reviewed_')}.csv",
        licence=Licence(fetch="yes, our own file", redistribute="rows", learn="yes"),
        cadence="with every decision",
        access=Access.ONE_FILE,
        media=Media.CSV,
        origin_family=OriginFamily.REVIEW,
        listings=(listing,),
        limits=Limits(
            max_drop=Limit(0.2, "decisions are taken back one by one; a fifth at once is a file that was cut"),
            max_quarantined=Limit(0.0, "a decision that cannot be read is corrected, not set aside"),
        ),
        parser_version="1",
        parse=parse,
        caveats=(caveat,),
    )


SOURCES: tuple[Source, ...] = (
    _source(
        LINKS,
        "Reviewed links between entities",
        REVIEWED_LINK,
        parse_links,
        "The address is where a reader can check the evidence; it is not fetched by us.",
    ),
    _source(
        EVENTS,
        "Reviewed events in the life of entities",
        REVIEWED_EVENT,
        parse_events,
        "Only events that no list tells by itself.",
    ),
)
