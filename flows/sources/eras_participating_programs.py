"""AAMC's list of the specialties and programs that take part in ERAS this season: an index, and a page a specialty.

A document is the page of one specialty as it was published, named by the specialty's code (``140.html``). Before a page that was
fetched stands one line with what only the index says of it: the specialty's name and the cycles that list it. A page that was
saved by hand under such a name is the same document without that line.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import parse_qs, urljoin, urlsplit

import polars as pl
from bs4 import BeautifulSoup, Tag

from flows.pages.decoding import decode_page
from flows.sources.reading import require_media, state_code
from flows.sources.source import (
    About,
    Access,
    AskError,
    Delivery,
    Errand,
    Licence,
    Limit,
    Limits,
    Media,
    Parsed,
    Request,
    Source,
    SourceError,
)
from schemas.geography import STATE_CODES
from schemas.listings import ACGME_PROGRAM, ERAS_PROGRAM, located
from schemas.validation import LIST_SEPARATOR
from schemas.vocabulary import OriginFamily

NAME = "eras_participating_programs"

_INDEX = "index.cfm"
_DISPLAY = "display.cfm?NAV_ROW=PAR&SPEC_CD="
_CODE = re.compile(r"^[0-9A-Z][0-9A-Z,]{1,19}$")
_SEASON = re.compile(r"ERAS\s+(20[0-9]{2})\s+Participating\s+Specialties")
_GROUP = re.compile(r"(?:Residency|Fellowship)\s*[-–]\s*(July|September|December)\s+Cycle(?:\s*\(([0-9]+)\))?")
_TOTAL = re.compile(r"\b([0-9][0-9,]*)\s+Programs?\b")
_NONE = re.compile(r"No programs were found", re.IGNORECASE)
_INDEX_LINE = re.compile(r"^<!-- ERAS index: (\{.*?\}) -->\n")
_CELLS = 6
_VOLATILE = re.compile(rb"(?is)<script\b.*?</script\s*>|<!--(?! ERAS index: ).*?-->|[?&;](?:cfid|cftoken|jsessionid)=[\w.-]*")


def without_session(data: bytes) -> bytes:
    """The same page without scripts, remarks and marks of a session, which change with every answer and say nothing."""
    return _VOLATILE.sub(b"", data)


def fetch(errand: Errand) -> Iterator[Delivery]:
    """Ask the index, then the page of each specialty; a specialty that cannot be had fails alone.

    The index is a document of its own, without rows: it tells whether it links as many specialties as it prints.

    Raises:
        AskError: When the index cannot be had.
        SourceError: When the index is another page.
    """
    page = errand.ask(Request(errand.address))
    index = _read_index(page)
    yield Delivery(PurePosixPath(urlsplit(errand.address).path).name, page, broken=index.short)
    for code, (label, cycles) in index.specialties.items():
        document = f"{code}.html"
        try:
            page = errand.ask(Request(urljoin(errand.address, _DISPLAY + code)))
        except AskError as error:
            yield Delivery(document, None, broken=str(error))
            continue
        told = json.dumps({"specialty": label, "cycles": cycles}).replace(">", "\\u003e")
        yield Delivery(document, f"<!-- ERAS index: {told} -->\n".encode() + page.removeprefix(b"\xef\xbb\xbf"))


@dataclass(frozen=True, slots=True)
class _Index:
    """The index.

    Attributes:
        specialties: Name and cycles of each specialty by code, in the order of print.
        short: Which cycles print another number of specialties than they link; None when all agree.
    """

    specialties: dict[str, tuple[str, list[str]]]
    short: str | None


def _read_index(data: bytes) -> _Index:
    """Read the index: a specialty belongs to the cycle whose heading stands last before it.

    Raises:
        SourceError: When the page is not the index.
    """
    page = BeautifulSoup(decode_page(data).text, "lxml")
    words, links = "", list[tuple[int, str, str]]()
    for text in page.find_all(string=True):
        link = text.find_parent("a")
        code = _code(link) if link else None
        if link and code:
            links.append((len(words), code, _text(link)))
        words += f"{text} "
    headings = list(_GROUP.finditer(words))
    if not (_SEASON.search(words) and headings and links):
        wanted = "an index headed 'ERAS YEAR Participating Specialties and Programs', with cycles and their specialties"
        raise SourceError(NAME, wanted, f"a page with {len(headings)} cycles and {len(links)} specialties")
    found: dict[str, tuple[str, list[str]]] = {}
    linked: dict[str, set[str]] = {heading[1]: set() for heading in headings}
    begin = headings[0].start()
    for place, code, label in sorted(links, key=lambda link: link[0] < begin):  # what stands above the cycles comes last
        if not label or label.endswith("!"):
            continue
        _, cycles = found.setdefault(code, (label, []))
        cycle = next((heading[1] for heading in reversed(headings) if heading.start() < place), None)
        if cycle and cycle not in cycles:
            cycles.append(cycle)
            linked[cycle].add(code)
    short = [
        f"{len(linked[heading[1]])} of {heading[2]} specialties of the {heading[1]} cycle"
        for heading in headings
        if heading[2] and int(heading[2]) != len(linked[heading[1]])
    ]
    return _Index(found, ", ".join(short) or None)


def _code(link: Tag) -> str | None:
    """Code of the specialty that a link leads to; None where it leads elsewhere. The address itself is never followed."""
    parts = urlsplit(str(link.get("href", "")))
    if not parts.path.endswith("display.cfm"):
        return None
    given = {name.upper(): values for name, values in parse_qs(parts.query).items()}.get("SPEC_CD", [""])[0].upper()
    return given if _CODE.match(given) else None


def parse(data: bytes, about: About) -> Parsed:
    """Read the page of one specialty; the index has no rows.

    Returns:
        Listings ``eras_program``, one row a printed row, and ``acgme_program``, one row an accreditation id of ACGME. The stated
        total is the page's own; a page that says that no programs were found is a whole and empty list.

    Raises:
        SourceError: When the file is not named by a code, or the page is not that of a specialty.
    """
    require_media(NAME, data, Media.HTML)
    if about.name == _INDEX:
        _read_index(data)
        return Parsed(
            {
                listing.name: pl.DataFrame(schema=dict.fromkeys(located(listing).column_names, pl.String()))
                for listing in (ERAS_PROGRAM, ACGME_PROGRAM)
            },
            0,
        )
    code = about.name.removesuffix(".html")
    if not _CODE.match(code):
        raise SourceError(NAME, "a file named by the code of its specialty, such as 140.html", repr(about.name))
    text = decode_page(data).text
    page = BeautifulSoup(text, "lxml")
    words = page.get_text(" ")
    season = _SEASON.search(words)
    if not season:
        raise SourceError(NAME, "a page headed 'ERAS YEAR Participating Specialties and Programs'", "a page without it")
    rows, total = _rows(page, words)
    label, cycles = _told_by_index(text)
    heading = page.find("h3")
    columns = ("locator", "state", "city", "program_name", "accreditation_id", "eras_status", "eras_notes")
    printed = pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String()), orient="row").with_columns(
        pl.when(pl.exclude("eras_notes") != "").then(pl.exclude("eras_notes"))
    )
    identified = pl.col("accreditation_id").str.contains(r"^[0-9]{10}$")
    place = pl.concat_str(pl.col("city").fill_null(""), pl.lit("/"), pl.col("state").fill_null(""))
    programs = printed.with_columns(state_code("state")).with_columns(
        pl.lit(code).alias("eras_specialty_code"),
        pl.lit(label or (" ".join(heading.get_text(" ").split()) if heading else None), pl.String).alias("eras_specialty"),
        pl.lit(season[1]).alias("eras_season"),
        pl.lit(LIST_SEPARATOR.join(cycles)).alias("eras_cycles"),
        pl.coalesce("accreditation_id", place).alias("program_key"),
        pl.when(identified).then("accreditation_id").alias("acgme_id"),
    )
    same_name = ["program_key", "program_name"]
    programs = programs.with_columns((pl.int_range(pl.len()).over(same_name) + 1).cast(pl.String).alias("track_number"))
    return Parsed(
        {
            ERAS_PROGRAM.name: programs.select(located(ERAS_PROGRAM).column_names),
            ACGME_PROGRAM.name: _accredited(programs),
        },
        total,
    )


def _accredited(programs: pl.DataFrame) -> pl.DataFrame:
    """Rows of ``acgme_program``: the first row of each of ACGME's ids in a known state; the others are set aside already."""
    wanted = located(ACGME_PROGRAM).column_names
    first = programs.filter(pl.col("acgme_id").is_not_null(), pl.col("state").is_in(STATE_CODES)).unique(
        "acgme_id", keep="first", maintain_order=True
    )
    absent = [pl.lit(None, pl.String).alias(name) for name in wanted if name not in first.columns]
    return first.with_columns(*absent).with_columns(pl.lit("false").alias("name_cut")).select(wanted)


def _told_by_index(text: str) -> tuple[str | None, list[str]]:
    """Name and cycles of the specialty, where the page came with them."""
    line = _INDEX_LINE.match(text)
    told = json.loads(line[1]) if line else {}
    return told.get("specialty"), told.get("cycles", [])


def _rows(page: BeautifulSoup, words: str) -> tuple[list[tuple[str, ...]], int]:
    """Rows of the table of programs, and how many its foot says there are.

    Raises:
        SourceError: When there is no such table and the page does not say that there are no programs, or a row has other cells.
    """
    for foot in page.find_all("tfoot"):
        total = _TOTAL.search(foot.get_text(" "))
        table = foot.find_parent("table")
        if total and table:
            lines = [
                line for line in table.find_all("tr") if line.find_parent("table") is table and not line.find_parent("tfoot")
            ]
            rows = [row for number, line in enumerate(lines, start=1) if (row := _row(line, number))]
            return rows, int(total[1].replace(",", ""))
    if _NONE.search(words):
        return [], 0
    raise SourceError(NAME, "a table whose foot says 'N Programs', or 'No programs were found'", "neither")


def _row(line: Tag, number: int) -> tuple[str, ...] | None:
    """One row of the table as text; None for the row of headings."""
    cells = line.find_all("td", recursive=False)
    if not cells or [_text(cell).lower() for cell in cells[:2]] == ["state", "city"]:
        return None
    if len(cells) != _CELLS:
        raise SourceError(NAME, f"{_CELLS} cells in every row of programs", f"{len(cells)} in row {number}")
    notes = [_text(note.extract()) for note in cells[3].find_all("sup")]
    remarks = [remark.strip(" ,;") for note in notes for remark in re.split(r"(?<=!)|,", note)]
    state, city, _, name, accreditation_id, status = map(_text, cells)
    return f"table row {number}", state, city, name, accreditation_id, status, LIST_SEPARATOR.join(filter(None, remarks))


def _text(cell: Tag) -> str:
    return " ".join(cell.get_text(" ").replace(LIST_SEPARATOR, "/").split())


SOURCE = Source(
    name=NAME,
    title="Programs that take part in ERAS, by specialty",
    publisher="AAMC",
    address="https://systems.aamc.org/eras/erasstats/par/index.cfm",
    licence=Licence(fetch="yes, public pages without a login", redistribute="derived facts", learn="not stated"),
    cadence="daily within a season; a new season each spring",
    access=Access.DATED_FILES,
    media=Media.HTML,
    origin_family=OriginFamily.AAMC,
    listings=(ERAS_PROGRAM, ACGME_PROGRAM),
    limits=Limits(
        max_drop=Limit(0.10, "between two seasons about 1 program in 20 closes, moves or leaves; more is a page that was cut"),
        max_quarantined=Limit(0.05, "the list is printed from a database; programs outside the US are the few rows that fail"),
    ),
    parser_version="1",
    parse=parse,
    states_total=True,
    asks_robots=True,
    before_storing=without_session,
    fetch=fetch,
    caveats=(
        "A program that does not take part still exists: it may use another service, or fill its places otherwise.",
        "Speaks of one season: the application service is a fact with a date.",
        "Several tracks of one program share one accreditation id and may differ in status.",
        "Codes of combined specialties are ERAS's own; ids of other accreditors than ACGME are no program of ours.",
        "Each specialty is a document of its own: one that left the index keeps its last rows until it is seen again.",
    ),
)
