"""Awards of NIH RePORTER: searches put together, totals compared, persons and search ids never stored."""

import json
from datetime import date
from typing import Any

import pytest

from flows.sources.nih_reporter_projects import SOURCE
from flows.sources.source import About, Parsed, SourceError
from schemas.listings import NIH_AWARD, located
from schemas.validation import Validated, validate
from tests.sample_informatics import IOWA, PITTSBURGH, TORONTO, award_as_answered

ABOUT = About("current", date(2026, 3, 1))
GRANT = award_as_answered(1, "R01LM000001", "R01", PITTSBURGH, 400_001)
T15 = award_as_answered(2, "T15LM000002", "T15", IOWA, 900_002)


def answer(*awards: object, total: object = None, **more: object) -> dict[str, Any]:
    stated = len(awards) if total is None else total
    return {"meta": {"search_id": "abc", "total": stated, "offset": 0, "limit": 500, **more}, "results": list(awards)}


def search(*answers: object, kind: str = "informatics_grant", year: int = 2025) -> dict[str, object]:
    return {"kind": kind, "fiscal_year": year, "answers": list(answers)}


def parse(*searches: object) -> Parsed:
    return SOURCE.parse(SOURCE.before_storing(json.dumps(searches).encode()), ABOUT)


def read(*searches: object) -> Validated:
    return validate(located(NIH_AWARD), parse(*searches).rows[NIH_AWARD.name])


def test_award_is_listed_as_it_is_stated() -> None:
    (row,) = read(search(answer(GRANT))).listed.rows(named=True)
    assert row == {
        "appl_id": "1",
        "core_project_number": "R01LM000001",
        "fiscal_year": 2025,
        "activity_code": "R01",
        "award_kinds": ["informatics_grant"],
        "grantee_name": "UNIVERSITY OF PITTSBURGH AT PITTSBURGH",
        "city": "PITTSBURGH",
        "state": "PA",
        "grantee_country": "UNITED STATES",
        "uei": "EXAMPLE00PA1",
        "award_usd": 400_001,
        "locator": "informatics_grant 2025, award 1",
    }


def test_award_that_two_searches_found_is_one_with_both_kinds() -> None:
    found = parse(search(answer(GRANT, T15)), search(answer(T15), kind="nlm_t15"))
    rows = validate(located(NIH_AWARD), found.rows[NIH_AWARD.name]).listed
    assert dict(rows.select("appl_id", "award_kinds").iter_rows()) == {
        "1": ["informatics_grant"],
        "2": ["informatics_grant", "nlm_t15"],
    }
    assert found.stated_total == 2


def test_pages_of_a_search_are_one_list_and_its_total_is_compared() -> None:
    pages = [answer(GRANT, total=2), answer(T15, total=2)]
    assert (parse(search(*pages)).rows[NIH_AWARD.name].height, parse(search(*pages)).stated_total) == (2, 2)
    assert parse(search(pages[0])).stated_total == 2  # of 1 parsed


def test_list_that_moved_while_it_was_fetched_is_not_whole() -> None:
    again = parse(search(answer(GRANT, total=2), answer(GRANT, total=2)))
    assert (again.rows[NIH_AWARD.name].height, again.stated_total) == (1, 2)
    grown = parse(search(answer(GRANT, total=2), answer(T15, total=3)))
    assert (grown.rows[NIH_AWARD.name].height, grown.stated_total) == (2, 3)


def test_same_number_missing_in_one_search_is_not_made_up_for_by_another() -> None:
    found = parse(search(answer(GRANT, total=2)), search(answer(T15), kind="nlm_t15"))
    assert (found.rows[NIH_AWARD.name].height, found.stated_total) == (2, 3)


def test_more_than_is_stated_in_one_search_makes_up_for_none_missing_in_another() -> None:
    found = parse(search(answer(GRANT, {**GRANT, "appl_id": 3}, total=1)), search(answer(T15, total=2), kind="nlm_t15"))
    assert (found.rows[NIH_AWARD.name].height, found.stated_total) == (3, 5)


def test_province_of_another_country_is_no_state() -> None:
    (row,) = read(search(answer(award_as_answered(3, "R01LM000003", "R01", TORONTO, None)))).listed.rows(named=True)
    assert (row["state"], row["grantee_country"], row["uei"], row["award_usd"]) == (None, "CANADA", None, None)


@pytest.mark.parametrize(
    ("award", "kind", "reason"),
    [
        (award_as_answered(4, "T15HG000004", "T15", IOWA, 1), "nlm_t15", "expected a T15 of the National Library of Medicine"),
        (award_as_answered(4, "U54TR000004", "U54", IOWA, 1), "ctsa_hub", "expected a UL1 or UM1 where CTSA hubs"),
        ({**GRANT, "award_amount": -1}, "informatics_grant", "award_usd: expected at least 0, found '-1'"),
        ({**GRANT, "core_project_num": None}, "informatics_grant", "core_project_number: expected a value, found nothing"),
        (
            award_as_answered(4, "R01LM000004", "R01", (*IOWA[:2], "ZZ", *IOWA[3:]), 1),
            "informatics_grant",
            "state: expected one of",
        ),
    ],
)
def test_what_was_not_asked_for_or_cannot_be_is_set_aside(award: object, kind: str, reason: str) -> None:
    found = read(search(answer(award), kind=kind))
    assert found.listed.is_empty()
    ((told,),) = found.rejected["reasons"].to_list()
    assert told.startswith(reason)


def test_only_named_fields_of_awards_are_stored() -> None:
    stored = json.loads(SOURCE.before_storing(json.dumps(answer(GRANT)).encode()))
    assert stored == {
        "meta": {"total": 1, "offset": 0, "limit": 500},
        "results": [
            {
                "appl_id": 1,
                "core_project_num": "R01LM000001",
                "fiscal_year": 2025,
                "activity_code": "R01",
                "organization": {
                    "org_name": "UNIVERSITY OF PITTSBURGH AT PITTSBURGH",
                    "org_city": "PITTSBURGH",
                    "org_state": "PA",
                    "org_country": "UNITED STATES",
                    "primary_uei": "EXAMPLE00PA1",
                },
                "award_amount": 400_001,
            }
        ],
    }


def test_answers_that_differ_in_what_is_volatile_are_stored_alike() -> None:
    one, other = (
        SOURCE.before_storing(json.dumps(answer(GRANT, search_id=made_up, properties={"URL": made_up})).encode())
        for made_up in ("one", "other")
    )
    assert one == other == SOURCE.before_storing(one)


@pytest.mark.parametrize(
    ("document", "told"),
    [
        (["Limit should not be greater than 500"], "expected an object as a search; found a str"),
        ({"message": "slow down"}, "expected an answer with meta and results; found keys message"),
        (answer(GRANT, total="1"), "expected a number as total of an answer; found '1'"),
        (answer(GRANT, total=True), "expected a number as total of an answer; found True"),
        ({"meta": {"total": 1, "offset": 0, "limit": 500}}, "expected a list of results; found a NoneType"),
        (answer("x"), "expected an object as an award; found a str"),
        (answer({**GRANT, "award_amount": {"to": "PERSON"}}), "expected a text or a number as award_amount; found a dict"),
        ([{"kind": "nlm_t15", "answers": []}], "expected the known keys of a search; found missing keys: fiscal_year"),
    ],
)
def test_what_is_no_answer_is_not_stored(document: object, told: str) -> None:
    with pytest.raises(SourceError) as refused:
        SOURCE.before_storing(json.dumps(document).encode())
    assert told in str(refused.value)


@pytest.mark.parametrize(
    ("award", "told"),
    [
        ({name: value for name, value in GRANT.items() if name != "activity_code"}, "found missing keys: activity_code"),
        ({**GRANT, "organization": None}, "expected an object as organization of an award; found a NoneType"),
        ({**GRANT, "organization": {"org_name": "X"}}, "found missing keys: org_city, org_state, org_country, primary_uei"),
    ],
)
def test_new_layout_of_an_award_is_refused(award: object, told: str) -> None:
    with pytest.raises(SourceError) as refused:
        parse(search(answer(award)))
    assert told in str(refused.value)


def test_searches_that_found_nothing_are_no_list() -> None:
    with pytest.raises(SourceError, match="expected at least one award; found searches without any"):
        parse(search(answer()))
