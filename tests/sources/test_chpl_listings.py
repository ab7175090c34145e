"""Certified products: one page or all pages, a total over all of them, and pages that do not belong together."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from flows.sources.chpl_listings import SOURCE
from flows.sources.source import About, Parsed, SourceError
from schemas.listings import CHPL_PRODUCT, located
from schemas.validation import Validated, validate
from tests.nights import current_release, run_night

ABOUT = About("chpl.json", date(2026, 2, 15))
LISTING: dict[str, Any] = {
    "id": 90001,
    "chplProductNumber": "15.99.99.9001.EXA1.01.00.1.230214",
    "practiceType": None,
    "developer": {"id": 91001, "name": "Example Health Software, LLC", "status": None},
    "product": {"id": 92001, "name": "Example Record"},
    "version": {"id": 93001, "name": "1.0"},
    "certificationDate": "2023-02-14",
    "certificationStatus": {"id": 1, "name": "Active"},
}


def listing(number: int = 90001, **more: object) -> dict[str, object]:
    return {**LISTING, "id": number, **more}


def page(*listings: object, number: int = 0, total: int | None = None, **more: object) -> dict[str, object]:
    stated = len(listings) if total is None else total
    return {"recordCount": stated, "pageSize": 2, "pageNumber": number, "results": list(listings), **more}


def parse(document: object) -> Parsed:
    return SOURCE.parse(json.dumps(document).encode(), ABOUT)


def read(document: object) -> Validated:
    return validate(located(CHPL_PRODUCT), parse(document).rows[CHPL_PRODUCT.name])


def without(key: str) -> dict[str, object]:
    return {name: value for name, value in LISTING.items() if name != key}


def test_listing_is_listed_with_its_place() -> None:
    assert read(page(listing())).listed.rows(named=True) == [
        {
            "chpl_id": "90001",
            "chpl_product_number": "15.99.99.9001.EXA1.01.00.1.230214",
            "developer_id": "91001",
            "developer_name": "Example Health Software, LLC",
            "product_id": "92001",
            "product_name": "Example Record",
            "product_version": "1.0",
            "certified_on": date(2023, 2, 14),
            "certification_status": "Active",
            "practice_type": None,
            "locator": "page 0, listing 1",
        }
    ]


def test_practice_type_number_of_the_oldest_and_missing_version_are_read() -> None:
    odd = listing(practiceType={"id": 2, "name": "Inpatient"}, chplProductNumber="CHP-012345", version=None)
    (row,) = read(page(odd)).listed.rows(named=True)
    assert (row["practice_type"], row["chpl_product_number"], row["product_version"]) == ("Inpatient", "CHP-012345", None)


def test_total_is_that_of_all_pages_in_whatever_order() -> None:
    pages = [page(listing(3), number=1, total=3), page(listing(1), listing(2), total=3)]
    assert (parse(pages).stated_total, parse(pages).rows[CHPL_PRODUCT.name].height) == (3, 3)
    assert read(pages).listed.select("chpl_id", "locator").rows() == [
        ("1", "page 0, listing 1"),
        ("2", "page 0, listing 2"),
        ("3", "page 1, listing 1"),
    ]


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ([], "expected at least one page; found an empty list"),
        (page(), "expected at least one listing; found an answer without any"),
        ("busy", "expected JSON; found bytes that start with"),
        ([page(listing()), "busy"], "expected an object as a page; found a str"),
        ({"error": "Invalid API Key"}, "missing keys: recordCount, pageSize, pageNumber, results; unexpected keys: error"),
        (page(listing(), results=None), "expected a list of results of a page; found a NoneType"),
        (page(listing(), recordCount="many"), "expected a number as recordCount of a page; found 'many'"),
        (page(listing(), pageNumber=True), "expected a number as pageNumber of a page; found True"),
        (page(listing(), recordCount=-1), "expected a number as recordCount of a page; found -1"),
        (page(listing(), nextPage=1), "expected the known keys of a page; found unexpected keys: nextPage"),
        (page(None), "expected an object as a listing; found a NoneType"),
        (page(without("developer")), "expected the known keys of a listing; found missing keys: developer"),
        (page(listing(contact="x")), "expected the known keys of a listing; found unexpected keys: contact"),
        (page(listing(product={"id": 1, "title": "x"})), "keys of product; found missing keys: name; unexpected keys: title"),
        (page(listing(version="1.0")), "expected an object as version; found a str"),
        (page(listing(chplProductNumber=["x"])), "expected a text or a number as chplProductNumber; found a list"),
        (
            [page(listing(1), total=2), page(listing(2), number=1, total=3)],
            "expected one recordCount on all pages of one answer; found 2, 3",
        ),
        (
            [page(listing(1), total=2), page(listing(2), number=1, total=2, pageSize=50)],
            "expected one pageSize on all pages of one answer; found 2, 50",
        ),
        ([page(listing(1), total=2), page(listing(2), total=2)], "expected each page of one answer once; found page 0 again"),
        (
            [page(listing(1), listing(2), total=4), page(listing(2), listing(4), number=1, total=4)],
            "expected each listing once over all pages of one answer; found 2 again at page 1, listing 1: fetch all pages anew",
        ),
    ],
)
def test_what_is_no_answer_to_one_search_is_refused(document: object, told: str) -> None:
    with pytest.raises(SourceError) as refused:
        parse(document)
    assert told in str(refused.value)


def test_keys_that_are_known_and_not_kept_change_nothing() -> None:
    more = {"criteriaMet": [{"id": 1}], "edition": {"id": 3, "name": "2015"}, "curesUpdate": True, "svaps": []}
    assert read(page(listing(**more), searchTermRecordCount=None)).listed.equals(read(page(listing())).listed)


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"id": None}, "chpl_id: expected a value, found nothing"),
        ({"id": 1.5}, "chpl_id: expected text like ^[1-9][0-9]*$, found '1.5'"),
        ({"chplProductNumber": "15.99.99.9001.EXA1.01.00.1"}, "chpl_product_number: expected text like"),
        ({"certificationDate": "02/14/2023"}, "certified_on: expected date, found '02/14/2023'"),
        ({"certificationStatus": {"id": 99, "name": "Pending"}}, "certification_status: expected one of Active,"),
        ({"certificationStatus": None}, "certification_status: expected a value, found nothing"),
        ({"product": {"id": 92001, "name": " "}}, "product_name: expected a value, found nothing"),
    ],
)
def test_what_cannot_be_is_set_aside_with_its_reason(more: dict[str, object], reason: str) -> None:
    (reasons,) = read(page({**LISTING, **more}, listing(2))).rejected["reasons"].to_list()
    (found,) = reasons
    assert found.startswith(reason)


# --- over nights --------------------------------------------------------------------------------------------------------


def night(root: Path, documents: dict[str, object], day: int) -> dict[str, tuple[bool, str | None]]:
    """Whether each document is complete, and if not, why; after a night on these documents."""
    profile = root / "profile.toml"
    entries = [f'[[sources.chpl_listings]]\nfrom = "{name}"\n' for name in documents]
    profile.write_text("\n".join(['name = "chpl"', *entries]))
    for name, document in documents.items():
        (root / name).write_text(json.dumps(document))
    ended = run_night(root / "home", profile, datetime(2026, 11, day, 3, tzinfo=UTC))
    return {outcome.document: (outcome.complete, outcome.reason) for outcome in ended.outcomes["chpl_listings"]}


def test_document_is_complete_with_all_pages_only(tmp_path: Path) -> None:
    first, second = page(listing(1), listing(2), total=3), page(listing(3), number=1, total=3)
    assert night(tmp_path, {"all.json": [first, second], "p0.json": first, "p1.json": second}, 1) == {
        "all.json": (True, None),
        "p0.json": (False, "incomplete: 3 stated, 2 parsed"),
        "p1.json": (False, "incomplete: 3 stated, 1 parsed"),
    }


def test_real_pages_in_one_list_are_the_whole_answer(shared_data: Path, tmp_path: Path) -> None:
    pages = [json.loads(file.read_bytes()) for file in sorted((shared_data / "chpl").glob("b10-search-p*.json"))]
    assert len(pages) == 10
    assert (parse(pages).stated_total, read(pages).listed.height, read(pages).rejected.height) == (927, 927, 0)
    rows = read(pages).listed
    assert rows["certification_status"].value_counts().sort("count", descending=True).rows() == [
        ("Active", 633),
        ("Withdrawn by Developer", 284),
        ("Withdrawn by ONC-ACB", 9),
        ("Withdrawn by Developer Under Surveillance/Review", 1),
    ]
    assert (rows["developer_id"].n_unique(), rows["product_id"].n_unique(), rows["practice_type"].null_count()) == (477, 643, 927)
    assert night(tmp_path, {"chpl.json": pages}, 1) == {"chpl.json": (True, None)}
    assert night(tmp_path, {"chpl.json": pages[:9]}, 2)["chpl.json"][1] == "incomplete: 927 stated, 900 parsed"
    documents = current_release(tmp_path / "home").table("source_document")
    assert documents.select("rows_listed", "stated_total", "complete").rows() == [(900, 927, False)]


def test_real_answer_is_to_a_search_for_one_criterion(shared_data: Path) -> None:
    """Every listing has (b)(10): the answer is whole, but not the whole list."""
    for file in sorted((shared_data / "chpl").glob("b10-search-p*.json")):
        criteria = [{met["number"] for met in one["criteriaMet"]} for one in json.loads(file.read_bytes())["results"]]
        assert all("170.315 (b)(10)" in met for met in criteria)
