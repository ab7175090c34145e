"""What a source is: its declaration, and what its pure ``parse`` takes and gives."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import polars as pl

from schemas.table import Table
from schemas.vocabulary import OriginFamily


class SourceError(ValueError):
    """A document that is not what its source publishes: names the source, what was expected and what was found."""

    def __init__(self, source: str, expected: str, found: str) -> None:
        super().__init__(f"{source}: expected {expected}; found {found}")
        self.source = source
        self.expected = expected
        self.found = found


class Access(StrEnum):
    """How a source is published."""

    ONE_FILE = "one file that is replaced"
    DATED_FILES = "dated files that stand side by side"


class Media(StrEnum):
    """The kind of document; decides how its first bytes must look."""

    HTML = "HTML"
    CSV = "CSV"
    PDF = "PDF"
    JSON = "JSON"
    XLSX = "xlsx"
    PARQUET = "Parquet"


@dataclass(frozen=True, slots=True)
class Licence:
    """What may be done with a source, as its publisher says.

    Attributes:
        fetch: Whether and how we may fetch it.
        redistribute: Whether rows, only derived facts, or nothing may be passed on.
        learn: Whether rankers may learn from it.
    """

    fetch: str
    redistribute: str
    learn: str

    @property
    def short(self) -> str:
        """One line for evidence rows."""
        return f"redistribute: {self.redistribute}; learn: {self.learn}"


@dataclass(frozen=True, slots=True)
class Limit:
    """A bound with its reason; crossing it refuses the document."""

    value: float
    reason: str


@dataclass(frozen=True, slots=True)
class Limits:
    """When a document is refused although it could be read.

    Attributes:
        max_drop: Largest share of rows that may vanish against the last listed extract of the same document.
        max_quarantined: Largest share of rows that may fail validation.
    """

    max_drop: Limit
    max_quarantined: Limit


@dataclass(frozen=True, slots=True)
class About:
    """What the profile knows of a document beside its bytes.

    Attributes:
        name: Name of the document.
        document_date: Day the document speaks of.
    """

    name: str
    document_date: date


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a parser read: all-text rows by listing name, each with a locator, and the total the document states.

    Attributes:
        rows: Text frames by listing name; columns as ``schemas.listings.located`` of that listing.
        stated_total: Rows of the main listing that the document itself says it has; None when it says none.
        left_out: What stands in the document and is no row, counted, in words; None when there is nothing of the kind.
    """

    rows: dict[str, pl.DataFrame]
    stated_total: int | None = None
    left_out: str | None = None


Parse = Callable[[bytes, About], Parsed]


def keep_as_published(data: bytes) -> bytes:
    """The default before storing: bytes are kept as they were published."""
    return data


@dataclass(frozen=True, slots=True)
class Source:
    """A source's declaration.

    Attributes:
        name: Name by authority then content.
        title: Title for people.
        publisher: Who publishes it.
        address: Where it is published, or a note why no address is known.
        licence: What may be done with it.
        cadence: How often it changes.
        access: How it is published.
        media: Kind of document.
        origin_family: Who stands behind its claims.
        listings: Listings its parser gives; the first is the main one.
        limits: When a document is refused although it was read.
        parser_version: Changes whenever ``parse`` would give other rows for the same bytes.
        parse: Pure function from bytes to text rows.
        required: A release without any extract of this source is withheld.
        caveats: What a reader of its rows must know.
        states_total: The publisher prints a total; an extract without it is not known to be complete.
        asks_robots: Its host's robots.txt is asked first: so for web pages and files of private publishers. Official
            downloads of government data, and directories published for download, are asked as their terms allow.
        before_storing: Pure function that removes what may never be stored, such as named contacts.
        also_published: Other kinds in which its documents are published.
        also_stored: Other kinds in which ``before_storing`` leaves them, or once left them.
    """

    name: str
    title: str
    publisher: str
    address: str
    licence: Licence
    cadence: str
    access: Access
    media: Media
    origin_family: OriginFamily
    listings: tuple[Table, ...]
    limits: Limits
    parser_version: str
    parse: Parse
    required: bool = False
    caveats: tuple[str, ...] = ()
    states_total: bool = False
    asks_robots: bool = False
    before_storing: Callable[[bytes], bytes] = keep_as_published
    also_published: tuple[Media, ...] = ()
    also_stored: tuple[Media, ...] = ()

    @property
    def main_listing(self) -> Table:
        """The listing whose rows are compared with the stated total and with the last extract."""
        return self.listings[0]
