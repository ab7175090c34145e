"""What a certification id stands for: one answer or many, several developers, and answers that say nothing."""

import json
from datetime import date
from typing import Any

import pytest

from flows.sources.chpl_certification_ids import SOURCE
from flows.sources.source import About, Parsed, SourceError
from schemas.listings import CHPL_CERTIFICATION_PRODUCT, located
from schemas.validation import Validated, validate

ABOUT = About("answers.json", date(2026, 2, 16))
PRODUCT: dict[str, Any] = {
    "id": 90001,
    "name": "Example Record",
    "version": "1.0",
    "chplProductNumber": "15.99.99.9001.EXA1.01.00.1.230214",
    "vendor": "Example Health Software, LLC",
    "classification": None,
}


def product(number: int = 90001, **more: object) -> dict[str, object]:
    return {**PRODUCT, "id": number, **more}


def answer(*products: object, certification_id: str = "0015CEXAMPLE001", **more: object) -> dict[str, object]:
    return {"ehrCertificationId": certification_id, "year": "2015", "products": list(products), **more}


def parse(document: object) -> Parsed:
    return SOURCE.parse(json.dumps(document).encode(), ABOUT)


def read(document: object) -> Validated:
    return validate(located(CHPL_CERTIFICATION_PRODUCT), parse(document).rows[CHPL_CERTIFICATION_PRODUCT.name])


def test_answer_gives_a_row_for_each_product() -> None:
    old = product(7, chplProductNumber="CHP-012345", classification="Complete EHR", version=None, vendor=" Old Example Inc ")
    newer, older = read(answer(product(), old, year=2014)).listed.sort("locator").rows(named=True)
    assert newer == {
        "cehrt_id": "0015CEXAMPLE001",
        "certification_year": "2014",
        "chpl_id": "90001",
        "chpl_product_number": "15.99.99.9001.EXA1.01.00.1.230214",
        "developer_name": "Example Health Software, LLC",
        "product_name": "Example Record",
        "product_version": "1.0",
        "classification": None,
        "locator": "answer 1, product 1",
    }
    assert older == {
        **newer,
        "chpl_id": "7",
        "chpl_product_number": "CHP-012345",
        "developer_name": "Old Example Inc",
        "product_version": None,
        "classification": "Complete EHR",
        "locator": "answer 1, product 2",
    }


def test_one_answer_reads_as_a_list_of_one() -> None:
    one = answer(product(), criteria=None, cqms=[])
    assert read(one).listed.equals(read([one]).listed)
    assert parse(one).stated_total is None


def test_known_keys_of_a_product_that_are_not_kept_change_nothing() -> None:
    more = dict.fromkeys(("year", "curesUpdate", "practiceType", "acb", "additionalSoftware"))
    assert read(answer(product(**more))).listed.equals(read(answer(product())).listed)


def test_answers_of_one_document_are_told_apart_and_an_id_in_small_letters_is_the_same() -> None:
    both = [answer(product(1), product(2)), answer(product(1), certification_id="0015Cexample002")]
    assert read(both).listed.select("cehrt_id", "chpl_id", "locator").rows() == [
        ("0015CEXAMPLE001", "1", "answer 1, product 1"),
        ("0015CEXAMPLE001", "2", "answer 1, product 2"),
        ("0015CEXAMPLE002", "1", "answer 2, product 1"),
    ]


def test_id_that_was_asked_for_twice_is_listed_once() -> None:
    twice = read([answer(product()), answer(product(), certification_id="0015cexample001")])
    assert (twice.listed.height, twice.rejected["locator"].to_list()) == (1, ["answer 2, product 1"])
    assert twice.rejected["reasons"].to_list() == [["cehrt_id, chpl_id: expected once, found again: '0015CEXAMPLE001, 90001'"]]


def test_answer_without_products_is_set_aside_and_not_overlooked() -> None:
    found = read([answer(product()), answer(certification_id="0015CEXAMPLE004")])
    assert found.listed.height == 1
    assert found.rejected["locator"].to_list() == ["answer 2"]
    assert "chpl_id: expected a value, found nothing" in found.rejected["reasons"].item()


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"id": "x"}, "chpl_id: expected text like ^[1-9][0-9]*$, found 'x'"),
        ({"vendor": ""}, "developer_name: expected a value, found nothing"),
        ({"name": None}, "product_name: expected a value, found nothing"),
        ({"chplProductNumber": "15.99"}, "chpl_product_number: expected text like"),
    ],
)
def test_what_cannot_be_is_set_aside_with_its_reason(more: dict[str, object], reason: str) -> None:
    ((found,),) = read(answer({**PRODUCT, **more})).rejected["reasons"].to_list()
    assert found.startswith(reason)


def test_id_of_another_length_is_set_aside() -> None:
    ((found,),) = read(answer(product(), certification_id="0015C")).rejected["reasons"].to_list()
    assert found == "cehrt_id: expected text like ^[0-9A-Z]{15}$, found '0015C'"


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ([], "expected at least one answer; found an empty list"),
        ([1], "expected an object as an answer; found a int"),
        ({"error": "Not found"}, "missing keys: ehrCertificationId, year, products; unexpected keys: error"),
        (answer(product(), isValid=True), "expected the known keys of an answer; found unexpected keys: isValid"),
        ({**answer(), "products": None}, "expected a list of products of an answer; found a NoneType"),
        (answer(None), "expected an object as a product; found a NoneType"),
        (answer(product(contact="x")), "expected the known keys of a product; found unexpected keys: contact"),
        (answer({"id": 1}), "missing keys: chplProductNumber, vendor, name, version, classification"),
        (answer(product(vendor={"name": "x"})), "expected a text or a number as vendor; found a dict"),
    ],
)
def test_what_is_no_answer_is_refused(document: object, told: str) -> None:
    with pytest.raises(SourceError) as refused:
        parse(document)
    assert told in str(refused.value)
