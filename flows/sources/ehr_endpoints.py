"""EHR vendors' directories of FHIR endpoints: which organisation runs which vendor's software.

Some vendors list physicians in private practice by their own name. Such entries are removed before the bytes are stored; how many
is written into the stored document as ``persons_removed``.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from flows.sources.person_names import is_person
from flows.sources.reading import read_json, zip5
from flows.sources.source import About, Access, Licence, Limit, Limits, Media, Parsed, Source, SourceError
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
"""Vendor by the first word of a directory's file name."""

_PRACTICE_SERVERS = ("https://fhir-myrecord.cerner.com/", "https://fhir.fhirpoint.open.allscripts.com/")
"""Where Cerner and Veradigm host small practices, many of them named after their physician and nothing else."""

_REMOVED = "persons_removed"
_LANTERN = ("URL", "OrganizationName", "NPIID", "OrganizationZipCode")
_BUNDLE = frozenset({"resourceType", "id", "meta", "type", "timestamp", "total", "link", "entry"})
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
_ORGANIZATION = frozenset({"resourceType", "id", "meta", "active", "identifier", "name", "address", "type"})
_NPI_SYSTEM = "http://hl7.org/fhir/sid/us-npi"

_HOSTING = (
    r"(?i)[\s,*(–-]*(?:\b(?:Expanse|MaaS|MAGIC|[56]\.\d+\w?)\b|\(?\bhosted\b|\b\w+ host(?:ed|ing)\b|"
    r"\(?\bC/?S\b[),.]*\s*(?:\(|\*|$)).*$"
)
_MNEMONIC = r"\s*<[^>]*>\s*"


@dataclass(frozen=True, slots=True)
class _Entry:
    """One endpoint as a directory prints it; a bundle may name it in more places than its organisation."""

    url: str
    name: str
    npi: str
    zip_code: str
    other_names: tuple[str, ...] = field(default=(), compare=False)

    @property
    def is_person(self) -> bool:
        in_practice = self.url.startswith(_PRACTICE_SERVERS)
        return any(is_person(name, in_practice=in_practice) for name in (self.name, *self.other_names))


def without_persons(data: bytes) -> bytes:
    """The same directory without the entries that are named after a person; one without such entries is returned as it is.

    Raises:
        SourceError: When anything about the directory is not as it should be. What is not understood cannot be cleaned for
            certain, and is not stored.
    """
    document, kind, items = _directory(data)
    kept = [item for item in items if not _entry(kind, item).is_person]
    if len(kept) == len(items):
        return data
    removed = _removed(document) + len(items) - len(kept)
    return json.dumps({**document, kind: kept, _REMOVED: removed}, ensure_ascii=False).encode()


def parse(data: bytes, about: About) -> Parsed:
    """Read one vendor's directory, a list of endpoints or a FHIR bundle: listing ``ehr_endpoint``, one row an endpoint.

    An entry that is repeated in every field is one endpoint: the second says nothing that the first has not said.

    Raises:
        SourceError: When the file is not named after a known vendor, or is not a directory in either shape.
    """
    vendor = _vendor(about.name)
    document, kind, items = _directory(data)
    places: dict[_Entry, str] = {}
    for number, item in enumerate(items, start=1):
        places.setdefault(_entry(kind, item), f"endpoint {number}")
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
    total = document.get("total")
    stated = total - _removed(document) - len(items) + rows.height if isinstance(total, int) else None
    return Parsed({EHR_ENDPOINT.name: rows.select(located(EHR_ENDPOINT).column_names)}, stated)


def _vendor(document: str) -> str:
    for word, vendor in _VENDORS.items():
        if document.lower().startswith(word):
            return vendor
    raise SourceError(NAME, f"a file named after its vendor ({', '.join(_VENDORS)})", repr(document))


def _cleaned(vendor: str) -> pl.Expr:
    """The name without what MEDITECH appends of version and hosting, and without its mnemonics in angle brackets."""
    name = pl.col("printed_name").str.replace_all(r"\s+", " ").str.strip_chars()
    if vendor != "MEDITECH":
        return name
    return name.str.replace_all(_MNEMONIC, " ").str.strip_chars().str.replace(_HOSTING, "").str.strip_chars_end(" ,-–(")


def _directory(data: bytes) -> tuple[dict[str, object], str, list[object]]:
    """The document, the key of its entries, and the entries.

    Raises:
        SourceError: When it is neither a list of endpoints nor a FHIR bundle of them.
    """
    document = read_json(NAME, data)
    if isinstance(document, dict) and set(document) - {_REMOVED} == {"Endpoints"}:
        kind = "Endpoints"
    elif isinstance(document, dict) and document.get("resourceType") == "Bundle" and set(document) - {_REMOVED} <= _BUNDLE:
        kind = "entry"
    else:
        found = ", ".join(document) if isinstance(document, dict) else f"a {type(document).__name__}"
        raise SourceError(NAME, "a list of Endpoints or a Bundle", found[:200])
    items = document.get(kind)
    if not isinstance(items, list) or not items:
        raise SourceError(NAME, "at least one endpoint", "a directory without any")
    return document, kind, items


def _removed(document: Mapping[str, object]) -> int:
    removed = document.get(_REMOVED, 0)
    return removed if isinstance(removed, int) else 0


def _entry(kind: str, item: object) -> _Entry:
    return _of_list(item) if kind == "Endpoints" else _of_bundle(item)


def _of_list(item: object) -> _Entry:
    if not isinstance(item, dict) or set(item) != set(_LANTERN) or not all(isinstance(cell, str) for cell in item.values()):
        raise SourceError(NAME, f"endpoints of {', '.join(_LANTERN)}, each a text", _told(item))
    return _Entry(*(item[name] for name in _LANTERN))


def _of_bundle(item: object) -> _Entry:
    endpoint = _known(item, frozenset({"fullUrl", "resource"})).get("resource")
    endpoint = _known(endpoint, _ENDPOINT, "Endpoint")
    contained = endpoint.get("contained")
    one = contained[0] if isinstance(contained, list) and len(contained) == 1 else contained
    organisation = _known(one, _ORGANIZATION, "Organization")
    managing = _known(endpoint.get("managingOrganization", {}), frozenset({"reference", "display", "type", "identifier"}))
    numbers = [number for number in _list(organisation, "identifier") if number.get("system") == _NPI_SYSTEM]
    addresses = _list(organisation, "address")
    return _Entry(
        url=_text(endpoint, "address"),
        name=_text(organisation, "name"),
        npi=_text(numbers[0], "value") if numbers else "",
        zip_code=_text(addresses[0], "postalCode") if addresses else "",
        other_names=(_text(endpoint, "name"), _text(managing, "display")),
    )


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
    parser_version="1",
    parse=parse,
    before_storing=without_persons,
    caveats=(
        "An endpoint says that an organisation runs the vendor's software somewhere, not in which hospital or clinic.",
        "Only MEDHOST prints provider ids, and only Cerner ZIP codes; a name alone says nothing of the state.",
        "Practices named after a person are left out, as far as the name shows it.",
    ),
)
