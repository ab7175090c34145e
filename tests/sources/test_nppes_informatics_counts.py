"""Counts of the NPI registry: persons become counts before anything is stored, and small counts are withheld."""

import json
from datetime import date
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.sources.nppes_informatics_counts import MAX_PAGES, PAGE_SIZE, SOURCE
from flows.sources.source import About, SourceError
from schemas.listings import NPPES_INFORMATICS_CITY, NPPES_INFORMATICS_STATE, located
from schemas.validation import Validated, validate
from tests.sample_informatics import PATHOLOGY, PREVENTIVE, record_as_answered
from transforms.suppression import SMALLEST_SHOWN

ABOUT = About("current", date(2026, 3, 1))
NUMBERS = count(1)


def persons(number: int, city: str = "ERIE", *taxonomies: str, state: str = "PA") -> list[dict[str, Any]]:
    return [record_as_answered(next(NUMBERS), "NPI-1", state, city, *(taxonomies or (PREVENTIVE,))) for _ in range(number)]


def organisation(name: str, city: str = "ERIE") -> dict[str, Any]:
    return record_as_answered(next(NUMBERS), name, "PA", city, PREVENTIVE)


def answer(*records: list[dict[str, Any]]) -> dict[str, Any]:
    results = [record for part in records for record in part]
    return {"result_count": len(results), "results": results}


def cleaned(document: object) -> Any:  # noqa: ANN401  (whatever JSON holds)
    return json.loads(SOURCE.before_storing(json.dumps(document).encode()))


def search(*answers: object, state: str = "PA") -> dict[str, object]:
    return {"state": state, "searched": "Clinical Informatics", "answers": list(answers)}


def read(*searches: object) -> tuple[Validated, Validated]:
    parsed = SOURCE.parse(json.dumps(cleaned(searches)).encode(), ABOUT)
    states, cities = (validate(located(one), parsed.rows[one.name]) for one in (NPPES_INFORMATICS_STATE, NPPES_INFORMATICS_CITY))
    assert (states.rejected.is_empty(), cities.rejected.is_empty()) == (True, True)
    return states, cities


def shown(*searches: object) -> tuple[dict[tuple[str, str], int | None], dict[str, int | None]]:
    """Clinicians by state and taxonomy, and by city, as listed."""
    states, cities = read(*searches)
    of_states = {(row["state"], row["taxonomy_code"]): row["n_clinicians"] for row in states.listed.rows(named=True)}
    return of_states, {row["city"]: row["n_clinicians"] for row in cities.listed.rows(named=True)}


# --- counting ---------------------------------------------------------------------------------------------------------


def test_clinicians_are_counted_by_city_of_practice_and_taxonomy() -> None:
    both = persons(5, "Wilkes  barre", PREVENTIVE, PATHOLOGY)
    states, cities = read(search(answer(persons(6), both, persons(9, "ERIE", "208000000X"))))
    assert states.listed.rows(named=True)[1] == {
        "state": "PA",
        "taxonomy_code": PREVENTIVE,
        "n_clinicians": 11,
        "suppressed_cells": [],
        "n_registered_organisations": 0,
        "reached_cap": False,
        "locator": f"PA, {PREVENTIVE}",
    }
    assert cities.listed.select("city", "taxonomy_code", "n_clinicians").rows() == [
        ("ERIE", PREVENTIVE, 6),
        ("WILKES BARRE", PATHOLOGY, 5),
        ("WILKES BARRE", PREVENTIVE, 5),
    ]


def test_state_in_which_nobody_is_registered_has_a_zero_for_each_taxonomy() -> None:
    assert shown(search(answer(), state="WY")) == ({("WY", PATHOLOGY): 0, ("WY", PREVENTIVE): 0}, {})


def test_practice_in_another_state_is_not_counted_here() -> None:
    of_states, cities = shown(search(answer(persons(5), persons(8, "COLUMBUS", state="OH"))))
    assert (of_states["PA", PREVENTIVE], cities) == (5, {"ERIE": 5})


def test_cities_of_several_answers_are_added_up() -> None:
    of_states, cities = shown(search(answer(persons(5), persons(5, "YORK")), answer(persons(7))))
    assert (of_states["PA", PREVENTIVE], cities) == (17, {"ERIE": 12, "YORK": 5})


def test_state_of_which_the_registry_shows_no_more_says_so() -> None:
    full = answer(persons(PAGE_SIZE))
    for pages, capped in ((MAX_PAGES, True), (MAX_PAGES - 1, False)):
        states, _ = read(search(*[full] * pages))
        assert states.listed["reached_cap"].to_list() == [capped] * 2


def test_organisations_keep_their_name_unless_it_may_be_a_persons() -> None:
    firms = [
        "MERCY HEALTH SYSTEM",
        "MERCY HEALTH SYSTEM",
        "JOHN EXAMPLE MD PA",
        "EXAMPLE, PERSON",
        "PERSON Q EXAMPLE",
        "A|B CLINIC",
    ]
    _, cities = read(search(answer([organisation(name) for name in firms])))
    (row,) = cities.listed.rows(named=True)
    assert (row["registered_organisations"], row["n_registered_organisations"]) == (["A B CLINIC", "MERCY HEALTH SYSTEM"], 5)
    assert (row["n_clinicians"], row["suppressed_cells"]) == (0, [])


# --- withholding ------------------------------------------------------------------------------------------------------


def test_small_cities_are_withheld_and_a_single_one_takes_the_state_with_it() -> None:
    of_states, cities = shown(search(answer(persons(9), persons(4, "YORK"))))
    assert (of_states["PA", PREVENTIVE], cities) == (None, {"ERIE": 9, "YORK": None})
    of_states, cities = shown(search(answer(persons(9), persons(4, "YORK"), persons(1, "ALTOONA"))))
    assert (of_states["PA", PREVENTIVE], cities) == (14, {"ALTOONA": None, "ERIE": 9, "YORK": None})


def test_city_that_one_answer_withholds_is_withheld() -> None:
    of_states, cities = shown(search(answer(persons(9), persons(4, "YORK")), answer(persons(30, "YORK"))))
    assert (of_states["PA", PREVENTIVE], cities) == (None, {"ERIE": 9, "YORK": None})


def test_small_city_in_a_full_answer_does_not_follow_from_its_size() -> None:
    full = answer(persons(PAGE_SIZE - 8), persons(5, "YORK"), persons(3, "ALTOONA"))
    of_states, cities = shown(search(full))
    assert (of_states["PA", PREVENTIVE], cities) == (None, {"ALTOONA": None, "ERIE": PAGE_SIZE - 8, "YORK": None})


@settings(max_examples=60)
@given(st.lists(st.integers(1, 30), min_size=1, max_size=6), st.booleans())
def test_nothing_small_is_stored_nor_left_to_subtraction(sizes: list[int], fill: bool) -> None:
    cities = [persons(size, f"CITY {number}") for number, size in enumerate(sizes)]
    if fill:
        cities.append(persons(PAGE_SIZE - sum(sizes), "ERIE"))
    stored = cleaned(answer(*cities))
    counts = [part["clinicians"] for part in (*stored["cells"], *stored["totals"])]
    assert [number for number in counts if number is not None and 0 < number < SMALLEST_SHOWN] == []
    withheld = [cell for cell in stored["cells"] if cell["clinicians"] is None]
    (total,) = stored["totals"]
    assert len(withheld) != 1 or (total["clinicians"] is None and not stored["full"])


# --- what is stored ---------------------------------------------------------------------------------------------------


def test_nothing_of_a_person_is_stored() -> None:
    document = [search(answer(persons(6), persons(2, "YORK"), [organisation("PERSON EXAMPLE MD PA")]))]
    stored = SOURCE.before_storing(json.dumps(document).encode())
    assert json.loads(stored) == [
        search(
            {
                "full": False,
                "cells": [
                    {
                        "state": "PA",
                        "taxonomy": PREVENTIVE,
                        "city": city,
                        "clinicians": clinicians,
                        "organisations": [],
                        "organisations_without_name": nameless,
                    }
                    for city, clinicians, nameless in (("ERIE", 6, 1), ("YORK", None, 0))
                ],
                "totals": [{"state": "PA", "taxonomy": PREVENTIVE, "clinicians": None}],
            }
        )
    ]
    assert SOURCE.before_storing(stored) == stored


@pytest.mark.parametrize(
    ("document", "told"),
    [
        (
            {"Errors": [{"description": "Field state requires additional search criteria", "field": "state", "number": "07"}]},
            "expected an answer; found the registry's error: Field state requires additional search criteria",
        ),
        ({"Errors": []}, "found the registry's error: None"),
        ({"result_count": 2, "results": persons(1)}, "expected as many records as result_count says; found 1 of 2"),
        ({**answer(persons(1)), "more": 1}, "found unexpected keys: more"),
        (answer([{**persons(1)[0], "enumeration_type": "NPI-3"}]), "expected NPI-1 or NPI-2 as enumeration_type; found 'NPI-3'"),
        (answer([{**persons(1)[0], "addresses": None}]), "expected a list of addresses; found a NoneType"),
        ({"result_count": 1, "results": ["x"]}, "expected an object as a record; found a str"),
        ([search({"full": False, "cells": [], "totals": [], "npi": "1"})], "found unexpected keys: npi"),
        (
            {"full": False, "cells": [], "totals": [{"state": "PA", "taxonomy": PREVENTIVE, "clinicians": 3}]},
            "expected a number of clinicians that may be shown; found one of fewer people",
        ),
        (
            {"full": False, "cells": [], "totals": [{"state": "PA", "taxonomy": PREVENTIVE, "clinicians": "PERSON"}]},
            "expected a number of clinicians that may be shown",
        ),
        (
            {
                "full": False,
                "cells": [{**cleaned(answer(persons(5)))["cells"][0], "organisations": ["PERSON Q EXAMPLE"]}],
                "totals": [],
            },
            "expected names of organisations; found one that may be a person's",
        ),
        (
            {"full": False, "cells": [{**cleaned(answer(persons(5)))["cells"][0], "city": ["X"]}], "totals": []},
            "expected a state, a taxonomy and a city of every cell; found another thing",
        ),
    ],
)
def test_what_is_not_understood_is_not_stored(document: object, told: str) -> None:
    with pytest.raises(SourceError) as refused:
        cleaned(document)
    assert told in str(refused.value)
    assert "PERSON" not in str(refused.value)


def test_state_that_is_there_twice_is_refused() -> None:
    twice = json.dumps(cleaned([search(answer()), search(answer())])).encode()
    with pytest.raises(SourceError, match="expected each state once; found PA"):
        SOURCE.parse(twice, ABOUT)
