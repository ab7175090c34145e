"""CHPL's answers about CMS EHR certification ids: which certified products each id stands for.

The API is asked for one id at a time: for each that a hospital has attested. A document is one answer, or any number of them in a
JSON list.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from http import HTTPStatus

import polars as pl

from flows.sources.chains import json_list
from flows.sources.chpl_listings import CHPL_KEY, CHPL_PACE_SECONDS
from flows.sources.reading import read_items, read_json, read_keys, read_text
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
    Subjects,
)
from schemas.listings import CHPL_CERTIFICATION_PRODUCT, CMS_ATTESTATION, located
from schemas.vocabulary import OriginFamily

NAME = "chpl_certification_ids"

_ANSWER = ("ehrCertificationId", "year", "products")
_ANSWER_NOT_KEPT = ("criteria", "cqms")
_KEPT = {
    "id": "chpl_id",
    "chplProductNumber": "chpl_product_number",
    "vendor": "developer_name",
    "name": "product_name",
    "version": "product_version",
    "classification": "classification",
}
_NOT_KEPT = ("year", "curesUpdate", "practiceType", "acb", "additionalSoftware")
_COLUMNS = located(CHPL_CERTIFICATION_PRODUCT).column_names

_GOOD_FOR = timedelta(days=30)
"""An id stands for the same products for good; only their names may change."""
_UNKNOWN = (HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND)
_MOST_UNANSWERED = 5
"""So many ids in a row without an answer: then it is not the ids, and nobody is asked for the other hundreds."""
_TOLD = 5


def attested_ids(listings: Mapping[str, pl.DataFrame]) -> list[str]:
    """Every certification id of the attestations in force, once, in order."""
    return listings[CMS_ATTESTATION.name]["cehrt_id"].drop_nulls().unique().sort().to_list()


def fetch(errand: Errand) -> Iterator[Delivery]:
    """Ask about every attested id. One that CHPL does not know (hospitals mistype them) or that is not answered leaves a gap.

    Raises:
        AskError: When there is no id to ask about, or no answer at all.
    """
    if not errand.subjects:
        raise AskError(f"expected certification ids in {CMS_ATTESTATION.name} to ask about; found none")
    answers, unknown, unanswered, in_a_row = list[bytes](), list[str](), list[str](), 0
    for number, one in enumerate(errand.subjects):
        try:
            answers.append(errand.ask(Request(f"{errand.address.rstrip('/')}/{one}", good_for=_GOOD_FOR)))
            in_a_row = 0
        except AskError as error:
            if error.http_status in _UNKNOWN:
                unknown.append(one)
                continue
            unanswered.append(f"{one}: {error}")
            in_a_row += 1
            if in_a_row == _MOST_UNANSWERED:
                unanswered += errand.subjects[number + 1 :]
                break
    broken = "; ".join(_told(errand, unknown, "unknown to CHPL") + _told(errand, unanswered, "not answered"))
    if not answers:
        raise AskError(broken)
    yield Delivery(errand.document, json_list(tuple(answers)), broken=broken or None)


def _told(errand: Errand, ids: list[str], what: str) -> list[str]:
    more = ", ..." if len(ids) > _TOLD else ""
    return [f"{len(ids)} of {len(errand.subjects)} ids {what}: {', '.join(ids[:_TOLD])}{more}"] if ids else []


def parse(data: bytes, about: About) -> Parsed:  # noqa: ARG001
    """Read every product of every answer: listing ``chpl_certification_product``, one row a product of an id.

    An answer without products is a row without one: it goes to quarantine and is not overlooked.

    Raises:
        SourceError: When an answer or a product has other keys than the known ones (an error message has), or there is none.
    """
    document = read_json(NAME, data)
    answers = document if isinstance(document, list) else [document]
    if not answers:
        raise SourceError(NAME, "at least one answer", "an empty list")
    rows = [row for number, answer in enumerate(answers, start=1) for row in _rows(answer, number)]
    found = pl.DataFrame(rows, schema=dict.fromkeys(_COLUMNS, pl.String()), orient="row").select(_COLUMNS)
    return Parsed({CHPL_CERTIFICATION_PRODUCT.name: found.with_columns(pl.col("cehrt_id").str.to_uppercase())})


def _rows(item: object, number: int) -> Iterator[dict[str, str | None]]:
    answer = read_keys(NAME, "an answer", item, _ANSWER, _ANSWER_NOT_KEPT)
    about_id = {
        "cehrt_id": read_text(NAME, "ehrCertificationId", answer["ehrCertificationId"]),
        "certification_year": read_text(NAME, "year", answer["year"]),
    }
    products = read_items(NAME, "products of an answer", answer["products"])
    if not products:
        yield {**about_id, **dict.fromkeys(_KEPT.values()), "locator": f"answer {number}"}
    for place, one in enumerate(products, start=1):
        product = read_keys(NAME, "a product", one, tuple(_KEPT), _NOT_KEPT)
        kept = {column: read_text(NAME, key, product[key]) for key, column in _KEPT.items()}
        yield {**about_id, **kept, "locator": f"answer {number}, product {place}"}


SOURCE = Source(
    name=NAME,
    title="Certified Health IT Product List, products by CMS EHR certification id",
    publisher="ASTP/ONC",
    address="https://chpl.healthit.gov/rest/certification_ids/ followed by an id, with a free key",
    licence=Licence(fetch="yes, public US government data; one call a second a key", redistribute="rows", learn="yes"),
    cadence="an id stands for the same products for good; new ids come with each year's attestations",
    access=Access.DATED_FILES,
    media=Media.JSON,
    origin_family=OriginFamily.ONC,
    listings=(CHPL_CERTIFICATION_PRODUCT,),
    limits=Limits(
        max_drop=Limit(0.01, "the products of an id do not change: what is gone was not asked for, or not answered"),
        max_quarantined=Limit(0.01, "no real answer was seen yet; the database gives them whole, and what fails is news"),
    ),
    parser_version="1",
    parse=parse,
    fetch=fetch,
    key=CHPL_KEY,
    pace_seconds=CHPL_PACE_SECONDS,
    subjects=Subjects((CMS_ATTESTATION.name,), attested_ids),
    caveats=(
        "Only ids that were asked for are in it: absence says nothing.",
        "An id is a bundle: of several developers in it none is known to be the hospital's main record.",
        "Written after the API's description; no real answer was at hand.",
    ),
)
