"""ONC's Certified Health IT Product List: every certified product in every version, as the search of its API answers.

The API answers a search in pages. A document is one page, or all pages of one answer in a JSON list. Each page states how many
listings the whole answer has, so that only a document with all of them is complete; from single pages nothing is ever retired.
"""

import json
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import polars as pl

from flows.sources.chains import follow, json_list
from flows.sources.reading import read_items, read_json, read_keys, read_text
from flows.sources.source import (
    About,
    Access,
    ApiKey,
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
from schemas.listings import CHPL_PRODUCT, located
from schemas.vocabulary import OriginFamily

NAME = "chpl_listings"
CHPL_KEY = ApiKey("CHPL_API_KEY", header="API-Key")
CHPL_PACE_SECONDS = 1.1
"""A key may ask once a second; the tenth more is for clocks that differ."""

_PAGE_SIZE = 100
"""The most that the API gives at a time."""
_PAGE = ("recordCount", "pageSize", "pageNumber", "results")
_PAGE_NOT_KEPT = ("searchTermRecordCount", "directReviewsAvailable")
_KEPT = (
    "id",
    "chplProductNumber",
    "developer",
    "product",
    "version",
    "certificationDate",
    "certificationStatus",
    "practiceType",
)
_NOT_KEPT = (
    *("previousChplProductNumbers", "edition", "certificationBody", "acbCertificationId", "decertificationDate", "curesUpdate"),
    *("surveillanceCount", "openSurveillanceNonConformityCount", "closedSurveillanceNonConformityCount"),
    *("directReviewCount", "openDirectReviewNonConformityCount", "closedDirectReviewNonConformityCount"),
    *("openSurveillanceCount", "closedSurveillanceCount", "openCapCount", "closedCapCount", "surveillanceDateRanges"),
    *("promotingInteroperability", "mandatoryDisclosures", "previousDevelopers", "criteriaMet", "cqmsMet", "statusEvents"),
    *("apiDocumentation", "serviceBaseUrlList", "riskManagementSummaryInformation", "svaps", "svapNoticeUrl"),
    *("rwtPlansUrl", "rwtResultsUrl", "standardsMet"),
)
_NAMED = ("id", "name")
_COLUMNS = located(CHPL_PRODUCT).column_names


def fetch(errand: Errand) -> Iterator[Delivery]:
    """Ask for a search page by page, until there are as many listings as it states; parameters of the address narrow it.

    The document is the list of the pages without the fields that are not listed: counts of surveillance change every day, and
    with the measures of every product in it the whole list would be larger than what is read.
    """

    def following(page: bytes, number: int) -> Request | None:
        answer = _answer(page)
        is_last = not answer["results"] or _one_total([answer]) <= number * _PAGE_SIZE
        return None if is_last else _page(errand.address, number)

    chain = follow(errand.ask, _page(errand.address, 0), following)
    yield Delivery(errand.document, json_list(tuple(_listed_only(page) for page in chain.answers)), broken=chain.broken)


def _page(address: str, number: int) -> Request:
    parts = urlsplit(address)
    asked = {"pageNumber": str(number), "pageSize": str(_PAGE_SIZE)}
    given = [(name, value) for name, value in parse_qsl(parts.query) if name not in asked]
    return Request(urlunsplit(parts._replace(query=urlencode([*given, *asked.items()]))))


def _answer(page: bytes) -> dict[str, object]:
    return read_keys(NAME, "a page", read_json(NAME, page), _PAGE, _PAGE_NOT_KEPT)


def _listed_only(page: bytes) -> bytes:
    """A page without what is known and not listed; what is not known stays, so that it is noticed when it is read."""
    answer = _answer(page)
    results = [
        {name: value for name, value in result.items() if name not in _NOT_KEPT} if isinstance(result, dict) else result
        for result in read_items(NAME, "listings of a page", answer["results"])
    ]
    kept = {name: value for name, value in answer.items() if name not in _PAGE_NOT_KEPT}
    return json.dumps({**kept, "results": results}, ensure_ascii=False).encode()


def parse(data: bytes, about: About) -> Parsed:  # noqa: ARG001
    """Read every listing of the pages at hand: listing ``chpl_product``, one row a listing.

    Raises:
        SourceError: When a page or a listing has other keys than the known ones, when the pages are not of one answer, or
            when a listing stands in it twice: then the list has changed while it was fetched, and another may be missing.
    """
    document = read_json(NAME, data)
    pages = [read_keys(NAME, "a page", page, _PAGE, _PAGE_NOT_KEPT) for page in _pages(document)]
    total = _one_total(pages)
    rows = [row for page in pages for row in _rows(page)]
    if not rows:
        raise SourceError(NAME, "at least one listing", "an answer without any")
    found = pl.DataFrame(rows, schema=dict.fromkeys(_COLUMNS, pl.String()), orient="row").select(_COLUMNS)
    repeated = found.filter(pl.col("chpl_id").is_not_null() & ~pl.col("chpl_id").is_first_distinct())
    if not repeated.is_empty():
        told = f"{repeated.item(0, 'chpl_id')} again at {repeated.item(0, 'locator')}: fetch all pages anew"
        raise SourceError(NAME, "each listing once over all pages of one answer", told)
    return Parsed({CHPL_PRODUCT.name: found}, total)


def _pages(document: object) -> list[object]:
    pages = document if isinstance(document, list) else [document]
    if not pages:
        raise SourceError(NAME, "at least one page", "an empty list")
    return pages


def _one_total(pages: list[dict[str, object]]) -> int:
    """How many listings the answer has, as all its pages say.

    Raises:
        SourceError: When they do not say one number, or a page is there twice.
    """
    for name in ("recordCount", "pageSize", "pageNumber"):
        if wrong := [page[name] for page in pages if not _is_count(page[name])]:
            raise SourceError(NAME, f"a number as {name} of a page", repr(wrong[0]))
    for name in ("recordCount", "pageSize"):
        if len(told := sorted({int(str(page[name])) for page in pages})) > 1:
            raise SourceError(NAME, f"one {name} on all pages of one answer", ", ".join(map(str, told)))
    numbers = [page["pageNumber"] for page in pages]
    if repeated := sorted({str(number) for number in numbers if numbers.count(number) > 1}):
        raise SourceError(NAME, "each page of one answer once", f"page {', '.join(repeated)} again")
    return int(str(pages[0]["recordCount"]))


def _is_count(item: object) -> bool:
    return isinstance(item, int) and not isinstance(item, bool) and item >= 0


def _rows(page: dict[str, object]) -> Iterator[dict[str, str | None]]:
    for place, item in enumerate(read_items(NAME, "results of a page", page["results"]), start=1):
        listing = read_keys(NAME, "a listing", item, _KEPT, _NOT_KEPT)
        developer = _named(listing, "developer", more=("status",))
        product = _named(listing, "product")
        yield {
            "chpl_id": read_text(NAME, "id", listing["id"]),
            "chpl_product_number": read_text(NAME, "chplProductNumber", listing["chplProductNumber"]),
            "developer_id": developer["id"],
            "developer_name": developer["name"],
            "product_id": product["id"],
            "product_name": product["name"],
            "product_version": _named(listing, "version")["name"],
            "certified_on": read_text(NAME, "certificationDate", listing["certificationDate"]),
            "certification_status": _named(listing, "certificationStatus")["name"],
            "practice_type": _named(listing, "practiceType")["name"],
            "locator": f"page {page['pageNumber']}, listing {place}",
        }


def _named(listing: dict[str, object], name: str, more: tuple[str, ...] = ()) -> dict[str, str | None]:
    """Id and name of a part of a listing; both null where it has none."""
    if listing[name] is None:
        return dict.fromkeys(_NAMED)
    part = read_keys(NAME, name, listing[name], _NAMED, more)
    return {key: read_text(NAME, f"{key} of {name}", part[key]) for key in _NAMED}


SOURCE = Source(
    name=NAME,
    title="Certified Health IT Product List, listings",
    publisher="ASTP/ONC",
    address="https://chpl.healthit.gov/rest/search/v3, with a free key",
    licence=Licence(fetch="yes, public US government data; one call a second a key", redistribute="rows", learn="yes"),
    cadence="daily; a dated file whenever it is fetched",
    access=Access.DATED_FILES,
    media=Media.JSON,
    origin_family=OriginFamily.ONC,
    listings=(CHPL_PRODUCT,),
    limits=Limits(
        max_drop=Limit(0.05, "listings are withdrawn by status and stay in the list; one lost page of ten is 11 in 100"),
        max_quarantined=Limit(0.01, "all 927 listings of February 2026 pass"),
    ),
    parser_version="1",
    parse=parse,
    states_total=True,
    fetch=fetch,
    key=CHPL_KEY,
    pace_seconds=CHPL_PACE_SECONDS,
    caveats=(
        "The stated total is that of the search that was made: the answer of February 2026 holds only products with criterion "
        "(b)(10), so that older products are not in it, and absence means nothing.",
        "Single pages are never complete, and nothing is retired from them: put all pages of one answer into one JSON list.",
        "Withdrawn products are in it, under their status.",
        "Practice type is empty for everything certified to the 2015 edition or later.",
        "Developers stand under the names they have today.",
    ),
)
