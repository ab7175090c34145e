"""EHR vendors' directories of FHIR endpoints: which organisation runs which vendor's software.

A directory is a list of endpoints, or a FHIR bundle of them; a bundle may come in pages, each of which links to the next. A
document is one of either, or all pages of a bundle in a JSON list. In a bundle an organisation is contained in its endpoint
(Epic), or stands beside it and refers to it (Oracle Health since 2024).

Some vendors list physicians in private practice by their own name. Such entries are removed before the bytes are stored; how many
is written into the stored document as ``persons_removed``. So is what a server says anew each time: id and time of its answer.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

import polars as pl

from flows.person_names import is_person
from flows.sources.chains import follow, json_list
from flows.sources.reading import read_json, zip5
from flows.sources.source import (
    About,
    Access,
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
from schemas.listings import EHR_ENDPOINT, located
from schemas.vocabulary import OriginFamily

NAME = "ehr_endpoints"

_VENDORS = {
    "epic": "Epic",
    "cerner": "Cerner (Oracle Health)",
    "oracle": "Cerner (Oracle Health)",
    "medical_information_technology": "MEDITECH",
    "meditech": "MEDITECH",
    "medhost": "MEDHOST",
    "altera": "Altera",
    "veradigm": "Veradigm",
}
"""Vendor by the first word of a document's name: that of a directory's file, or the one the profile gives to its address."""

_PRACTICE_SERVERS = ("https://fhir-myrecord.cerner.com/", "https://fhir.fhirpoint.open.allscripts.com/")
"""Where Cerner and Veradigm host small practices, many of them named after their physician and nothing else."""

_REMOVED = "persons_removed"
_LANTERN = ("URL", "OrganizationName", "NPIID", "OrganizationZipCode")
_BUNDLE = frozenset({"resourceType", "id", "meta", "type", "timestamp", "total", "link", "entry"})
_OF_THE_ANSWER = ("id", "meta", "timestamp")
"""Fields of a bundle that speak of the answer and not of the directory."""
_ENDPOINT = frozenset(
    {
        "resourceType",
        "id",
        "meta",
        "contained",
        "status",
        "connectionType",
        "name",
        "managingOrganization",
        "payloadType",
        "payloadMimeType",
        "period",
        "address",
        "identifier",
    }
)
_ORGANIZATION = frozenset({"resourceType", "id", "meta", "active", "identifier", "name", "address", "type", "endpoint", "partOf"})
_NPI_SYSTEM = "http://hl7.org/fhir/sid/us-npi"

_HOSTING = (
    r"(?i)[\s,*(–-]*(?:\b(?:Expanse|MaaS|MAGIC|[56]\.\d+\w?)\b|\(?\bhosted\b|\b\w+ host(?:ed|ing)\b|"
    r"\(?\bC/?S\b[),.]*\s*(?:\(|\*|$)).*$"
)
_MNEMONIC = r"\s*<[^>]*>\s*"


@dataclass(frozen=True, slots=True)
class _Entry:
    """One endpoint as a directory prints it; a bundle may name it in more places than its organisation.

    Attributes:
        url: Its address; empty for an organisation whose endpoint is not at hand.
        name: Name of the organisation.
        npi: Its provider id.
        zip_code: Its ZIP code.
        other_names: What else may name a person.
        items: Places, among all that were read, of the items it is made of.
    """

    url: str
    name: str
    npi: str
    zip_code: str
    other_names: tuple[str, ...] = field(default=(), compare=False)
    items: tuple[int, ...] = field(default=(), compare=False)

    @property
    def is_person(self) -> bool:
        in_practice = not self.url or self.url.startswith(_PRACTICE_SERVERS)
        return any(is_person(name, in_practice=in_practice) for name in (self.name, *self.other_names))


def fetch(errand: Errand) -> Iterator[Delivery]:
    """Ask for a directory, and for its next page as long as there is a link to one; only the vendor's own host is asked."""

    def following(page: bytes, _number: int) -> Request | None:
        document = _pages(page)[0]
        links = [_text(link, "url") for link in _list(document, "link") if link.get("relation") == "next"]
        if not links:
            return None
        address = urljoin(errand.address, links[0])
        if urlsplit(address)[:2] != urlsplit(errand.address)[:2]:
            raise SourceError(NAME, "the next page on the host of the first", f"one on {urlsplit(address).netloc or 'none'}")
        return Request(address)

    chain = follow(errand.ask, Request(errand.address), following)
    pages = tuple(_without_links(page) for page in chain.answers)
    yield Delivery(errand.document, pages[0] if len(pages) == 1 else json_list(pages), broken=chain.broken)


def _without_links(page: bytes) -> bytes:
    """A page without the way to the others: once they are together it leads nowhere, and servers make it up anew each time."""
    document = _pages(page)[0]
    return json.dumps({**document, "link": []}, ensure_ascii=False).encode() if document.get("link") else page


def without_persons(data: bytes) -> bytes:
    """The same directory without the entries that are named after a person, and without id and time of the answer that it is.

    One that has neither is returned as it is.

    Raises:
        SourceError: When anything about the directory is not as it should be. What is not understood cannot be cleaned for
            certain, and is not stored.
    """
    pages = _pages(data)
    cleaned = [_cleaned_page(page) for page in pages]
    if cleaned == pages:
        return data
    return json.dumps(cleaned if len(cleaned) > 1 else cleaned[0], ensure_ascii=False).encode()


def _cleaned_page(page: dict[str, object]) -> dict[str, object]:
    kind, items = _items(page)
    entries = _entries([page])
    named = {place for entry in entries if entry.is_person for place in entry.items}
    shared = {place for entry in entries if not entry.is_person for place in entry.items}
    kept = [item for place, item in enumerate(items) if place not in named - shared]
    cleaned = {**{name: value for name, value in page.items() if name not in _OF_THE_ANSWER}, kind: kept}
    return {**cleaned, _REMOVED: _removed(page) + len(items) - len(kept)} if len(kept) < len(items) else cleaned


def parse(data: bytes, about: About) -> Parsed:
    """Read one vendor's directory in either shape: listing ``ehr_endpoint``, one row an endpoint.

    An entry that is repeated in every field is one endpoint: the second says nothing that the first has not said.

    Raises:
        SourceError: When the document is not named after a known vendor, is not a directory in either shape, or its pages state
            different totals.
    """
    vendor = _vendor(about.name)
    pages = _pages(data)
    places: dict[_Entry, str] = {}
    for number, entry in enumerate(_entries(pages), start=1):
        places.setdefault(entry, f"endpoint {number}")
    printed = pl.DataFrame(
        [(place, entry.url.strip(), entry.name, entry.npi, entry.zip_code) for entry, place in places.items()],
        schema=dict.fromkeys(("locator", "endpoint_url", "printed_name", "npi", "zip_code"), pl.String()),
        orient="row",
    ).with_columns(pl.when(pl.exclude("locator").str.strip_chars() != "").then(pl.exclude("locator")))
    rows = printed.select(
        "locator",
        "endpoint_url",
        "printed_name",
        "npi",
        pl.lit(vendor).alias("vendor"),
        _cleaned(vendor).alias("organisation_name"),
        zip5("zip_code").str.extract(r"^(\d{5})$").alias("zip_code"),
    )
    total = _total(pages)
    n_items = sum(len(_items(page)[1]) for page in pages)
    stated = None if total is None else total - sum(map(_removed, pages)) - n_items + rows.height
    return Parsed({EHR_ENDPOINT.name: rows.select(located(EHR_ENDPOINT).column_names)}, stated)


def _total(pages: list[dict[str, object]]) -> int | None:
    """How many endpoints the directory has, as its pages say; None when they do not."""
    totals = sorted({total for page in pages if isinstance(total := page.get("total"), int)})
    if len(totals) > 1:
        raise SourceError(NAME, "one total on all pages of a directory", ", ".join(map(str, totals)))
    return totals[0] if totals else None


def _vendor(document: str) -> str:
    for word, vendor in _VENDORS.items():
        if document.lower().startswith(word):
            return vendor
    raise SourceError(NAME, f"a document named after its vendor ({', '.join(_VENDORS)})", repr(document))


def _cleaned(vendor: str) -> pl.Expr:
    """The name without what MEDITECH appends of version and hosting, and without its mnemonics in angle brackets."""
    name = pl.col("printed_name").str.replace_all(r"\s+", " ").str.strip_chars()
    if vendor != "MEDITECH":
        return name
    return name.str.replace_all(_MNEMONIC, " ").str.strip_chars().str.replace(_HOSTING, "").str.strip_chars_end(" ,-–(")


def _pages(data: bytes) -> list[dict[str, object]]:
    """The pages of a directory; one in a single piece is its only page.

    Raises:
        SourceError: When any is neither a list of endpoints nor a FHIR bundle of them.
    """
    document = read_json(NAME, data)
    return [_page(page) for page in (document if isinstance(document, list) and document else [document])]


def _page(item: object) -> dict[str, object]:
    if not isinstance(item, dict) or not (_is_list(item) or _is_bundle(item)):
        found = ", ".join(item) if isinstance(item, dict) else f"a {type(item).__name__}"
        raise SourceError(NAME, "a list of Endpoints or a Bundle", found[:200])
    return item


def _is_list(page: Mapping[str, object]) -> bool:
    return set(page) - {_REMOVED} == {"Endpoints"}


def _is_bundle(page: Mapping[str, object]) -> bool:
    return page.get("resourceType") == "Bundle" and set(page) - {_REMOVED} <= _BUNDLE


def _items(page: Mapping[str, object]) -> tuple[str, list[object]]:
    """The key of a page's entries, and the entries.

    Raises:
        SourceError: When there are none, and no persons were removed from it.
    """
    kind = "Endpoints" if _is_list(page) else "entry"
    items = page.get(kind)
    if not isinstance(items, list) or not (items or _removed(page)):
        raise SourceError(NAME, "at least one endpoint", "a directory without any")
    return kind, items


def _removed(document: Mapping[str, object]) -> int:
    removed = document.get(_REMOVED, 0)
    return removed if isinstance(removed, int) else 0


def _entries(pages: list[dict[str, object]]) -> list[_Entry]:
    """Every endpoint of the pages, once for each organisation that runs it; organisations without an endpoint come last."""
    items = [item for page in pages for item in _items(page)[1]]
    if _is_list(pages[0]):
        return [_of_list(item, place) for place, item in enumerate(items)]
    return _of_bundle(items)


def _of_list(item: object, place: int) -> _Entry:
    if not isinstance(item, dict) or set(item) != set(_LANTERN) or not all(isinstance(cell, str) for cell in item.values()):
        raise SourceError(NAME, f"endpoints of {', '.join(_LANTERN)}, each a text", _told(item))
    url, name, npi, zip_code = (item[field] for field in _LANTERN)
    return _Entry(url, name, npi, zip_code, items=(place,))


def _of_bundle(items: list[object]) -> list[_Entry]:
    endpoints, organisations = dict[int, dict[str, object]](), dict[int, dict[str, object]]()
    by_reference: dict[str, list[int]] = {}
    for place, item in enumerate(items):
        resource, names = _resource(item)
        is_organisation = resource["resourceType"] == "Organization"
        (organisations if is_organisation else endpoints)[place] = resource
        for name in names if is_organisation else ():
            by_reference.setdefault(name, []).append(place)
        for part in _list(resource, "endpoint") if is_organisation else ():
            by_reference.setdefault(_text(part, "reference"), []).append(place)
    entries = [
        entry for place, endpoint in endpoints.items() for entry in _run_by(place, endpoint, items, organisations, by_reference)
    ]
    paired = {place for entry in entries for place in entry.items}
    return entries + [_pair((place,), {}, found) for place, found in organisations.items() if place not in paired]


def _run_by(
    place: int,
    endpoint: dict[str, object],
    items: list[object],
    organisations: Mapping[int, dict[str, object]],
    by_reference: Mapping[str, list[int]],
) -> list[_Entry]:
    """An endpoint with each organisation that it contains, that refers to it, or else to which it refers."""
    contained = endpoint.get("contained")
    if contained is not None:
        one = contained[0] if isinstance(contained, list) and len(contained) == 1 else contained
        return [_pair((place,), endpoint, _known(one, _ORGANIZATION, "Organization"))]
    _, names = _resource(items[place])
    referring = sorted({found for name in names for found in by_reference.get(name, [])})
    referred = by_reference.get(_text(_managing(endpoint), "reference"), [])
    pairs = [_pair((place, found), endpoint, organisations[found]) for found in referring or referred]
    return pairs or [_pair((place,), endpoint, {"name": _text(endpoint, "name")})]


def _resource(item: object) -> tuple[dict[str, object], tuple[str, ...]]:
    """What an entry of a bundle holds, an endpoint or an organisation, and the references that mean it."""
    entry = _known(item, frozenset({"fullUrl", "resource", "search"}))
    resource = entry.get("resource")
    is_organisation = isinstance(resource, dict) and resource.get("resourceType") == "Organization"
    kind, fields = ("Organization", _ORGANIZATION) if is_organisation else ("Endpoint", _ENDPOINT)
    resource = _known(resource, fields, kind)
    given = (_text(entry, "fullUrl"), f"{kind}/{number}" if (number := _text(resource, "id")) else "")
    return resource, tuple(name for name in given if name)


def _pair(places: tuple[int, ...], endpoint: dict[str, object], organisation: dict[str, object]) -> _Entry:
    numbers = [number for number in _list(organisation, "identifier") if number.get("system") == _NPI_SYSTEM]
    addresses = _list(organisation, "address")
    return _Entry(
        url=_text(endpoint, "address"),
        name=_text(organisation, "name"),
        npi=_text(numbers[0], "value") if numbers else "",
        zip_code=_text(addresses[0], "postalCode") if addresses else "",
        other_names=(_text(endpoint, "name"), _text(_managing(endpoint), "display")),
        items=places,
    )


def _managing(endpoint: dict[str, object]) -> dict[str, object]:
    return _known(endpoint.get("managingOrganization", {}), frozenset({"id", "reference", "display", "type", "identifier"}))


def _known(item: object, names: frozenset[str], resource: str | None = None) -> dict[str, object]:
    """The object itself, of the given type and with known fields only: an unknown one might name a person."""
    is_right = isinstance(item, dict) and set(item) <= names and (resource is None or item.get("resourceType") == resource)
    if not isinstance(item, dict) or not is_right:
        raise SourceError(NAME, f"an entry of the known fields of a FHIR {resource or 'entry'}", _told(item))
    return item


def _list(item: dict[str, object], name: str) -> list[dict[str, object]]:
    found = item.get(name, [])
    if not isinstance(found, list) or not all(isinstance(part, dict) for part in found):
        raise SourceError(NAME, f"a list of objects as {name}", type(found).__name__)
    return found


def _text(item: dict[str, object], name: str) -> str:
    found = item.get(name, "")
    if not isinstance(found, str):
        raise SourceError(NAME, f"a text as {name}", type(found).__name__)
    return found


def _told(item: object) -> str:
    """Names of the fields, never their values: they may be a person's."""
    return f"one of {', '.join(map(str, item)) or 'nothing'}"[:200] if isinstance(item, dict) else f"a {type(item).__name__}"


SOURCE = Source(
    name=NAME,
    title="EHR vendors' directories of FHIR endpoints",
    publisher="The vendors, as the certification rules ask; collected by ASTP/ONC's Lantern",
    address="each vendor's own; https://open.epic.com/MyApps/Endpoints is Epic's",
    licence=Licence(
        fetch="yes, published for download; some ask to fetch weekly and to host a copy",
        redistribute="rows, without persons",
        learn="yes",
    ),
    cadence="weekly to quarterly, by vendor",
    access=Access.DATED_FILES,
    media=Media.JSON,
    origin_family=OriginFamily.EHR_VENDOR,
    listings=(EHR_ENDPOINT,),
    limits=Limits(
        max_drop=Limit(0.10, "organisations change vendors and servers, but not a tenth of them between two directories"),
        max_quarantined=Limit(
            0.30, "a quarter of Altera's directory is its own test servers and unnamed entries; of others 1 in 100"
        ),
    ),
    parser_version="2",
    parse=parse,
    before_storing=without_persons,
    fetch=fetch,
    caveats=(
        "An endpoint says that an organisation runs the vendor's software somewhere, not in which hospital or clinic.",
        "Only MEDHOST prints provider ids, and only Cerner ZIP codes; a name alone says nothing of the state.",
        "Practices named after a person are left out, as far as the name shows it.",
    ),
)
