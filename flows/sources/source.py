"""What a source is: its declaration, and what its pure ``parse`` takes and gives."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import polars as pl

from flows.capturing.faults import AskError as AskError
from schemas.table import Table
from schemas.vocabulary import Audience, OriginFamily

CURRENT = "current"
"""Name of the document of a source that has but one."""


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
    """The kind of document; decides how its first bytes must look. A web page is HTML whose reader judges itself what it says."""

    HTML = "HTML"
    PAGE = "web page"
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
        audience: Who may hold its rows and what follows from them. The one mark that keeps a source out of every release; see
            ``flows.sources.sources_for``.
    """

    fetch: str
    redistribute: str
    learn: str
    audience: Audience = Audience.PUBLIC

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
        lacking: Why the document is not whole by its own account, such as a printed sum that its rows do not give; None when
            nothing in it says so.
    """

    rows: dict[str, pl.DataFrame]
    stated_total: int | None = None
    left_out: str | None = None
    lacking: str | None = None


Parse = Callable[[bytes, About], Parsed]


@dataclass(frozen=True, slots=True)
class Request:
    """One question to a publisher.

    Attributes:
        address: An http or https address; without keys and credentials, since it stands in outcome rows.
        json: Body of a POST, as JSON; None for a GET.
        media: Kind of document the answer must be; None for the kind of the source.
        good_for: How long an answer holds, by what its publisher says of it: a younger one that we hold is not asked for again.
    """

    address: str
    json: str | None = None
    media: Media | None = None
    good_for: timedelta = timedelta(0)


Ask = Callable[[Request], bytes]
"""Gives the bytes of an answer, without what may never be stored; raises ``AskError``. Each answer is a capture with an
outcome row of its own; what this night has already been answered is not asked again."""


@dataclass(frozen=True, slots=True)
class Errand:
    """What a ``fetch`` is sent out with.

    Attributes:
        address: Where to begin, as the profile says.
        ask: How to ask.
        subjects: What to ask about, where that comes out of other sources' listings.
        document: Name that the profile has for the document of this address.
    """

    address: str
    ask: Ask
    subjects: tuple[str, ...] = ()
    document: str = CURRENT


@dataclass(frozen=True, slots=True)
class Delivery:
    """A document that a ``fetch`` put together out of answers.

    Attributes:
        document: Its name; ``CURRENT`` where the source has but one.
        body: Its bytes; None when it could not be had.
        stated_date: Day that the publisher states for it.
        broken: Why it lacks a part, or could not be had; such a document is incomplete, and retires nothing.
    """

    document: str
    body: bytes | None
    stated_date: date | None = None
    broken: str | None = None


Fetch = Callable[[Errand], Iterator[Delivery]]
"""Asks for all that a document is made of. Pure but for ``ask``; raises ``AskError`` and ``SourceError``."""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key that a publisher hands out. It comes from the environment, and goes into no row, log or file.

    Attributes:
        variable: Environment variable that holds it.
        header: Header that carries it; None when a parameter of the address does.
        parameter: Parameter that carries it.
        required: Whether nothing is answered without it.
        pace_seconds: Pause between two requests with the key; None for the source's own.
    """

    variable: str
    header: str | None = None
    parameter: str | None = None
    required: bool = True
    pace_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Subjects:
    """What a source asks about, out of other sources' listings; such a source is captured after these.

    Attributes:
        listings: Names of the listings.
        of: Pure function from their rows in force, by name, to subjects in a fixed order.
    """

    listings: tuple[str, ...]
    of: Callable[[Mapping[str, pl.DataFrame]], list[str]]


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
        before_storing: Pure function that removes what may never be stored, such as named contacts; from every answer, where
            there is a ``fetch``.
        fetch: Asks for all that the source's documents are made of; None where one address is one document.
        key: Key that the publisher hands out.
        pace_seconds: Pause between two requests that the publisher asks for; None for the profile's.
        subjects: What it asks about, where that comes out of other sources' listings.
        layout: Columns of its CSV, where the layout is this project's own and a user fills it in.
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
    fetch: Fetch | None = None
    key: ApiKey | None = None
    pace_seconds: float | None = None
    subjects: Subjects | None = None
    layout: tuple[str, ...] = ()
    also_published: tuple[Media, ...] = ()
    also_stored: tuple[Media, ...] = ()

    @property
    def main_listing(self) -> Table:
        """The listing whose rows are compared with the stated total and with the last extract."""
        return self.listings[0]
