"""Where to begin reading: addresses of programs' and GME offices' web pages, in a list that the operator keeps.

No public list of program addresses may be taken over whole, so it is a file: ``acgme_id,start_address,page_scope``. A GME
office's address stands there once for each of its programs, with the scope ``institution``.
"""

import polars as pl

from flows.capturing.addresses import refuse_spelling
from flows.capturing.faults import RefusedError
from flows.sources.reading import read_csv, require_columns
from flows.sources.source import About, Access, Licence, Limit, Limits, Media, Parsed, Source
from schemas.listings import PROGRAM_SITE, located
from schemas.vocabulary import OriginFamily

NAME = "program_sites"


def parse(data: bytes, about: About) -> Parsed:  # noqa: ARG001
    """Read every start address: listing ``program_site``, one row a line; an address that is never asked goes to quarantine.

    Raises:
        SourceError: When the columns are not the known ones, or there are no rows.
    """
    frame = read_csv(NAME, data)
    require_columns(NAME, frame.columns, ("acgme_id", "start_address", "page_scope"))
    address = pl.col("start_address").str.strip_chars().str.replace("#.*$", "")
    rows = frame.with_columns(
        pl.when(address.map_elements(_may_be_asked, return_dtype=pl.Boolean)).then(address).alias("start_address")
    )
    return Parsed({PROGRAM_SITE.name: rows.select(located(PROGRAM_SITE).column_names)})


def _may_be_asked(address: str) -> bool:
    try:
        refuse_spelling(address)
    except RefusedError:
        return False
    return True


SOURCE = Source(
    name=NAME,
    title="Start addresses of program and GME-office pages",
    publisher="The operator of this warehouse",
    address="a file of the operator's own",
    licence=Licence(fetch="yes, one's own file", redistribute="rows", learn="yes"),
    cadence="whenever a program moves",
    access=Access.ONE_FILE,
    media=Media.CSV,
    origin_family=OriginFamily.REVIEW,
    listings=(PROGRAM_SITE,),
    limits=Limits(
        max_drop=Limit(0.1, "people tidy up in portions; more at once is a file cut off"),
        max_quarantined=Limit(0.02, "addresses are typed by hand: a slip in 100 is expected"),
    ),
    parser_version="1",
    parse=parse,
    caveats=("An address says where reading begins, not that a page was read: that is in page.",),
)
