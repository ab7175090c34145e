"""NRMP program directory: one ``article`` a track, both codes on it. The crosswalk of record from NRMP to ACGME."""

import re

import polars as pl
from bs4 import BeautifulSoup, Tag

from flows.sources.reading import decode, require_media
from flows.sources.source import About, Access, Licence, Limit, Limits, Media, Parsed, Source, SourceError
from schemas.geography import STATE_BY_NAME
from schemas.listings import NRMP_DIRECTORY_TRACK, located
from schemas.validation import LIST_SEPARATOR
from schemas.vocabulary import OriginFamily

NAME = "nrmp_directory"
_CODES = {"NRMP code": "nrmp_code", "ACGME code": "acgme_id"}
_SERVICES = {"MRM": "match_services", "SOAP": "soap_services"}
_MONTH_OF_NEW_SEASON = 7


def parse(data: bytes, about: About) -> Parsed:
    """Read every track of a directory page.

    Returns:
        Listing ``nrmp_directory_track``, one row an article. The stated total is the number of articles in the page's text.

    Raises:
        SourceError: When the page is not the directory, is cut off, or carries a field that is not known.
    """
    require_media(NAME, data, Media.HTML)
    text = decode(NAME, data)
    page = BeautifulSoup(text, "lxml")
    articles = page.select("div.results article.result")
    if not articles:
        title = page.title.get_text(strip=True) if page.title else "no title"
        raise SourceError(NAME, "div.results with article.result", f"a page without them ({title!r})")
    printed = len(re.findall(r"<article\b", text))
    closed = text.count("</article>")
    if printed != closed:
        raise SourceError(NAME, f"{printed} articles, each closed", f"{closed} closed: the page is cut off")
    if "</div>" not in text.rpartition("</article>")[2]:
        raise SourceError(NAME, "the list of articles closed", "no closing tag behind the last article: the page is cut off")
    rows = [_track(article, number) for number, article in enumerate(articles, start=1)]
    match_year = match_year_of(about)
    frame = pl.DataFrame(rows, schema=dict.fromkeys([*rows[0]], pl.String)).with_columns(
        pl.lit(str(match_year)).alias("match_year")
    )
    return Parsed({NRMP_DIRECTORY_TRACK.name: frame.select(located(NRMP_DIRECTORY_TRACK).column_names)}, printed)


def match_year_of(about: About) -> int:
    """The Match a directory speaks of: from July on, the one of next March."""
    day = about.document_date
    return day.year + 1 if day.month >= _MONTH_OF_NEW_SEASON else day.year


def _track(article: Tag, number: int) -> dict[str, str | None]:
    known = len(article.select(".result__apply li")) + len(article.select("footer li"))
    if known != len(article.select("li")):
        raise SourceError(NAME, f"list items in .result__apply and footer only, in article {number}", "others as well")
    city, state = _place(_text(article, "address"))
    return {
        "locator": f"article {number}",
        "specialty_label": _text(article, "p.result__badge"),
        "institution_name": _text(article, "h3"),
        "city": city,
        "state": state,
        "page_path": _href(article),
        **_services(article, number),
        **_codes(article, number),
    }


def _text(article: Tag, selector: str) -> str | None:
    found = article.select_one(selector)
    return (found.get_text(" ", strip=True) or None) if found else None


def _href(article: Tag) -> str | None:
    link = article.select_one("footer a[href]")
    return str(link["href"]) if link else None


def _place(address: str | None) -> tuple[str | None, str | None]:
    """City and state of ``Athens, Georgia``; a state repeated in the city (``Scranton,PA, Pennsylvania``) is dropped."""
    if not address or "," not in address:
        return address, None
    city, _, state_name = address.rpartition(",")
    state = STATE_BY_NAME.get(state_name.strip().upper(), state_name.strip())
    return city.strip().removesuffix(f",{state}").strip(), state


def _services(article: Tag, number: int) -> dict[str, str | None]:
    found: dict[str, str | None] = dict.fromkeys(_SERVICES.values(), "")
    for item in article.select(".result__apply li"):
        tag = item.select_one(".result__tag")
        label = tag.get_text(strip=True) if tag else ""
        if label not in _SERVICES:
            raise SourceError(NAME, f"one of the tags {', '.join(_SERVICES)} in article {number}", repr(label))
        names = item.get_text(" ", strip=True).removeprefix(label).replace("®", "").split(",")
        found[_SERVICES[label]] = LIST_SEPARATOR.join(name.strip() for name in names if name.strip())
    return found


def _codes(article: Tag, number: int) -> dict[str, str | None]:
    found: dict[str, str | None] = dict.fromkeys(_CODES.values())
    for item in article.select("footer li"):
        label, *values = [span.get_text(strip=True) for span in item.select("span")]
        if label not in _CODES:
            raise SourceError(NAME, f"one of {', '.join(_CODES)} in the footer of article {number}", repr(label))
        found[_CODES[label]] = values[0] if values else None
    return found


SOURCE = Source(
    name=NAME,
    title="NRMP program directory",
    publisher="National Resident Matching Program",
    address="a public web page whose address the operator fills in; it was not found in stored material",
    licence=Licence(fetch="yes, politely", redistribute="derived facts", learn="yes"),
    cadence="yearly, from September, with corrections until the rank order deadline",
    access=Access.ONE_FILE,
    media=Media.HTML,
    origin_family=OriginFamily.NRMP,
    listings=(NRMP_DIRECTORY_TRACK,),
    limits=Limits(
        max_drop=Limit(0.10, "between two seasons about 1 track in 20 goes; more at once means a part of the page is missing"),
        max_quarantined=Limit(0.05, "every track of the real page passes; more means that the page changed"),
    ),
    parser_version="1",
    parse=parse,
    asks_robots=True,
    required=True,
    caveats=(
        "The page does not print the season it speaks of: the match year follows from the document's date.",
        "An institution here is NRMP's, often not the ACGME sponsor: never join on it.",
    ),
)
