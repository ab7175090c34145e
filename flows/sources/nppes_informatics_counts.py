"""The NPI registry (NPPES): how many clinicians registered a taxonomy of clinical informatics, by state and city. Counts only.

The registry answers with whole records of persons. Each answer becomes counts before it is stored, and cells behind which few
people stand are withheld there and then. It shows 200 records an answer and 1,200 a search, tells no total, and reports
errors inside answers of status 200. A document is a JSON list, one entry a state: the state, what was searched for, and its
answers as counts.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from urllib.parse import urlencode

import polars as pl

from flows.person_names import is_person
from flows.sources.chains import Following, follow_each
from flows.sources.reading import read_items, read_json, read_keys, read_text
from flows.sources.source import (
    CURRENT,
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
from schemas.geography import STATE_CODES
from schemas.listings import NPPES_INFORMATICS_CITY, NPPES_INFORMATICS_STATE, located
from schemas.validation import LIST_SEPARATOR
from schemas.vocabulary import OriginFamily
from transforms.suppression import suppressed_counts

NAME = "nppes_informatics_counts"
SEARCHED = "Clinical Informatics"
"""What both taxonomies are called after their specialty. The registry searches descriptions and takes no codes."""
TAXONOMIES = ("2083C0008X", "207ZC0008X")
PAGE_SIZE = 200
MAX_PAGES = 6
"""The registry skips at most 1,000 records."""

_PERSON, _ORGANISATION = "NPI-1", "NPI-2"
_PRACTICE = "LOCATION"
_TOTAL = "n"
_ANSWER = ("full", "cells", "totals")
"""Whether the answer is full, and its counts. How many records it had is not kept: that would give a withheld cell away."""
_CELL = ("state", "taxonomy", "city", "clinicians", "organisations", "organisations_without_name")
_STATE_COLUMNS = located(NPPES_INFORMATICS_STATE).column_names
_CITY_COLUMNS = located(NPPES_INFORMATICS_CITY).column_names

Place = tuple[str, str, str]
"""State, taxonomy and city."""


def fetch(errand: Errand) -> Iterator[Delivery]:
    """Every state, page by page, as far as the registry shows it.

    Raises:
        AskError: When nothing can be had.
    """
    answers, broken = follow_each(errand.ask, {state: _chain(errand.address, state) for state in STATE_CODES}, at_most=MAX_PAGES)
    found = [
        {"state": state, "searched": SEARCHED, "answers": [json.loads(page) for page in answers[state]]} for state in answers
    ]
    yield Delivery(CURRENT, _json(found), broken=broken)


def _chain(address: str, state: str) -> tuple[Request, Following]:
    def page(number: int) -> Request:
        asked = {"version": "2.1", "taxonomy_description": SEARCHED, "state": state, "address_purpose": _PRACTICE}
        return Request(f"{address}?{urlencode({**asked, 'limit': PAGE_SIZE, 'skip': number * PAGE_SIZE})}")

    def following(answer: bytes, number: int) -> Request | None:
        return page(number) if json.loads(answer)["full"] else None

    return page(0), following


def as_counts(data: bytes) -> bytes:
    """An answer, or a document of answers, as counts by state, taxonomy and city of practice; what is counts already stays.

    Nothing of a person is left but that one is counted, and only where at least five are. Organisations keep their name, unless
    it may be a person's.

    Raises:
        SourceError: When it is no answer, or the registry tells an error in the place of one.
    """
    document = read_json(NAME, data)
    if isinstance(document, list):
        return _json([_clean_search(search) for search in document])
    return _json(_clean_answer(document))


def _clean_search(item: object) -> dict[str, object]:
    search = read_keys(NAME, "a search", item, ("state", "searched", "answers"))
    told = {name: read_text(NAME, name, search[name]) for name in ("state", "searched")}
    return {**told, "answers": [_clean_answer(answer) for answer in read_items(NAME, "answers", search["answers"])]}


def _clean_answer(item: object) -> dict[str, object]:
    if isinstance(item, dict) and "Errors" in item:
        errors = read_items(NAME, "Errors", item["Errors"])
        told = errors[0].get("description") if errors and isinstance(errors[0], dict) else None
        raise SourceError(NAME, "an answer", f"the registry's error: {str(told)[:100]}")
    if isinstance(item, dict) and "results" not in item:
        return _counted(item)
    answer = read_keys(NAME, "an answer", item, ("result_count", "results"))
    records = [_record(record) for record in read_items(NAME, "results", answer["results"])]
    if answer["result_count"] != len(records):
        raise SourceError(NAME, "as many records as result_count says", f"{len(records)} of {str(answer['result_count'])[:20]}")
    return _counts(records)


def _counted(item: dict[str, object]) -> dict[str, object]:
    """An answer that is counts already, checked to hold nothing else: no cell of fewer than five, no name but organisations'.

    Raises:
        SourceError: When it holds anything else.
    """
    answer = read_keys(NAME, "an answer", item, _ANSWER)
    cells = [read_keys(NAME, "a cell", cell, _CELL) for cell in read_items(NAME, "cells", answer["cells"])]
    totals = [
        read_keys(NAME, "a total", one, ("state", "taxonomy", "clinicians"))
        for one in read_items(NAME, "totals", answer["totals"])
    ]
    for part in (*cells, *totals):
        if not all(isinstance(part[name], str) for name in ("state", "taxonomy", "city") if name in part):
            raise SourceError(NAME, "a state, a taxonomy and a city of every cell", "another thing")
        shown = part["clinicians"]
        if shown is not None and (type(shown) is not int or suppressed_counts({_TOTAL: shown}, _TOTAL)[1]):
            raise SourceError(NAME, "a number of clinicians that may be shown", "one of fewer people")
    if any(type(cell["organisations_without_name"]) is not int for cell in cells):
        raise SourceError(NAME, "a number of organisations without a name", "another thing")
    named = [str(name) for cell in cells for name in read_items(NAME, "organisations", cell["organisations"])]
    if any(_may_be_person(name) for name in named):
        raise SourceError(NAME, "names of organisations", "one that may be a person's")
    return {"full": answer["full"] is True, "cells": cells, "totals": totals}


def _record(item: object) -> tuple[str, str | None, list[Place]]:
    """What counts of a record: its kind, an organisation's name, and the places it is counted in. No other field is looked at."""
    if not isinstance(item, dict):
        raise SourceError(NAME, "an object as a record", f"a {type(item).__name__}")
    kind = item.get("enumeration_type")
    if kind not in (_PERSON, _ORGANISATION):
        raise SourceError(NAME, f"{_PERSON} or {_ORGANISATION} as enumeration_type", repr(kind)[:20])
    at = next((one for one in _objects(item, "addresses") if one.get("address_purpose") == _PRACTICE), {})
    codes = {str(one.get("code")) for one in _objects(item, "taxonomies")}
    state, city = (" ".join(str(at.get(name) or "").upper().split()) for name in ("state", "city"))
    basic = item.get("basic")
    name = basic.get("organization_name") if kind == _ORGANISATION and isinstance(basic, dict) else None
    places = [(state, taxonomy, city) for taxonomy in TAXONOMIES if taxonomy in codes]
    return str(kind), " ".join(str(name).replace(LIST_SEPARATOR, " ").split()) if name else None, places


def _objects(item: dict[str, object], name: str) -> list[dict[str, object]]:
    return [one for one in read_items(NAME, name, item.get(name)) if isinstance(one, dict)]


def _counts(records: list[tuple[str, str | None, list[Place]]]) -> dict[str, object]:
    clinicians = Counter(place for kind, _, places in records if kind == _PERSON for place in places)
    organisations: dict[Place, list[str | None]] = {}
    for kind, name, places in records:
        for place in places if kind == _ORGANISATION else ():
            organisations.setdefault(place, []).append(None if name is None or _may_be_person(name) else name)
    places = sorted({*clinicians, *organisations})
    is_full = len(records) >= PAGE_SIZE
    shown, totals = _shown({place: clinicians[place] for place in places}, hides_two=is_full)
    cells = [
        {
            **dict(zip(("state", "taxonomy", "city"), place, strict=True)),
            "clinicians": shown[place],
            "organisations": sorted({name for name in organisations.get(place, []) if name}),
            "organisations_without_name": organisations.get(place, []).count(None),
        }
        for place in places
    ]
    of_states = [
        {"state": state, "taxonomy": taxonomy, "clinicians": total} for (state, taxonomy), total in sorted(totals.items())
    ]
    return {"full": is_full, "cells": cells, "totals": of_states}


def _shown(counts: Mapping[Place, int], *, hides_two: bool) -> tuple[dict[Place, int | None], dict[tuple[str, str], int | None]]:
    """Counts of cities, and of taxonomies in states, with the small ones withheld.

    Args:
        counts: Clinicians by place.
        hides_two: Whether it is known how many they are in all, so that a cell withheld alone could be had by subtraction: then
            the smallest other one goes with it.
    """
    shown, totals = dict[Place, int | None](), dict[tuple[str, str], int | None]()
    for state, taxonomy in {place[:2] for place in counts}:
        parts = {f"city {place[2]}": (place, count) for place, count in counts.items() if place[:2] == (state, taxonomy)}
        told = {**{name: count for name, (_, count) in parts.items()}, _TOTAL: sum(count for _, count in parts.values())}
        left, _ = suppressed_counts(told, _TOTAL)
        shown |= {place: left[name] for name, (place, _) in parts.items()}
        totals[state, taxonomy] = left[_TOTAL]
    told_of = {place: count for place, count in shown.items() if count}
    if hides_two and told_of and list(shown.values()).count(None) == 1:
        smallest = min(told_of, key=lambda place: (told_of[place], place))
        shown[smallest] = totals[smallest[:2]] = None
    return shown, totals


def _may_be_person(name: str) -> bool:
    """The registry prints names in upper case; as a person's name is told by its letters, both spellings are looked at."""
    return is_person(name, in_practice=True) or is_person(name.title(), in_practice=True)


def parse(data: bytes, about: About) -> Parsed:  # noqa: ARG001
    """Read the counts of every state: listings ``nppes_informatics_state``, one row a state and taxonomy, and
    ``nppes_informatics_city``, one row a city in it.

    A cell that one answer of a state withholds is withheld. Records whose practice is in another state than the one that was
    asked for are counted there, and not here.

    Raises:
        SourceError: When an answer has other keys than the known ones, a state is there twice, or there is none.
    """
    searches = [
        read_keys(NAME, "a search", item, ("state", "searched", "answers"))
        for item in read_items(NAME, "searches", read_json(NAME, data))
    ]
    names = [str(search["state"]) for search in searches]
    if not names or len(set(names)) < len(names):
        raise SourceError(NAME, "each state once", ", ".join(sorted({name for name in names if names.count(name) > 1})) or "none")
    states, cities = list[dict[str, str | None]](), list[dict[str, str | None]]()
    for search, state in zip(searches, names, strict=True):
        answers = [_counted(_object(one)) for one in read_items(NAME, "answers", search["answers"])]
        for taxonomy in TAXONOMIES:
            of_cities = _rows_of_cities(answers, state, taxonomy)
            cities += of_cities
            states.append(_row_of_state(answers, state, taxonomy, of_cities))
    return Parsed(
        {
            NPPES_INFORMATICS_STATE.name: pl.DataFrame(states, schema=dict.fromkeys(_STATE_COLUMNS, pl.String()), orient="row"),
            NPPES_INFORMATICS_CITY.name: pl.DataFrame(cities, schema=dict.fromkeys(_CITY_COLUMNS, pl.String()), orient="row"),
        }
    )


def _object(item: object) -> dict[str, object]:
    return read_keys(NAME, "an answer", item, _ANSWER)


def _row_of_state(
    answers: list[dict[str, object]], state: str, taxonomy: str, cities: list[dict[str, str | None]]
) -> dict[str, str | None]:
    totals = _of(answers, "totals", state, taxonomy)
    return {
        "state": state,
        "taxonomy_code": taxonomy,
        **_clinicians(totals),
        "n_registered_organisations": str(sum(int(str(row["n_registered_organisations"])) for row in cities)),
        "reached_cap": str(len(answers) >= MAX_PAGES and answers[-1]["full"]).lower(),
        "locator": f"{state}, {taxonomy}",
    }


def _rows_of_cities(answers: list[dict[str, object]], state: str, taxonomy: str) -> list[dict[str, str | None]]:
    by_city: dict[str, list[Mapping[str, object]]] = {}
    for cell in _of(answers, "cells", state, taxonomy):
        by_city.setdefault(str(cell["city"]), []).append(cell)
    return [_row_of_city(state, taxonomy, city, cells) for city, cells in sorted(by_city.items())]


def _row_of_city(state: str, taxonomy: str, city: str, cells: list[Mapping[str, object]]) -> dict[str, str | None]:
    named = [str(name) for cell in cells for name in read_items(NAME, "organisations", cell["organisations"])]
    nameless = sum(int(str(cell["organisations_without_name"])) for cell in cells)
    return {
        "state": state,
        "city": city or None,
        "taxonomy_code": taxonomy,
        **_clinicians(cells),
        "n_registered_organisations": str(len(set(named)) + nameless),
        "registered_organisations": LIST_SEPARATOR.join(sorted(set(named))),
        "locator": f"{state}, {taxonomy}, {city or 'no city'}",
    }


def _of(answers: list[dict[str, object]], part: str, state: str, taxonomy: str) -> list[Mapping[str, object]]:
    items = [item for answer in answers for item in read_items(NAME, part, answer[part]) if isinstance(item, dict)]
    return [item for item in items if (item["state"], item["taxonomy"]) == (state, taxonomy)]


def _clinicians(parts: list[Mapping[str, object]]) -> dict[str, str | None]:
    shown = [part["clinicians"] for part in parts]
    if None in shown:
        return {"n_clinicians": None, "suppressed_cells": "n_clinicians"}
    return {"n_clinicians": str(sum(int(str(count)) for count in shown)), "suppressed_cells": ""}


def _json(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


SOURCE = Source(
    name=NAME,
    title="NPI registry, clinicians of clinical informatics by state and city, counts only",
    publisher="CMS (NPPES)",
    address="https://npiregistry.cms.hhs.gov/api/?version=2.1&taxonomy_description=Clinical+Informatics&state= and a state",
    licence=Licence(fetch="yes, public US government data", redistribute="rows; persons are never stored", learn="yes"),
    cadence="daily",
    access=Access.ONE_FILE,
    media=Media.JSON,
    origin_family=OriginFamily.CMS,
    listings=(NPPES_INFORMATICS_STATE, NPPES_INFORMATICS_CITY),
    limits=Limits(
        max_drop=Limit(
            0.2, "every state has its rows, and none a fifth of the cities; more is gone only if several do not answer"
        ),
        max_quarantined=Limit(0.02, "counts are made here; a bad city name is the only thing that may fail"),
    ),
    parser_version="1",
    parse=parse,
    before_storing=as_counts,
    fetch=fetch,
    pace_seconds=1.0,
    caveats=(
        "Taxonomies are what clinicians entered themselves: no certificate, and many certified informaticians never entered it.",
        "From 1 to 4 clinicians are withheld, and what would give them away: null is not 0. A city on two answers of a state is "
        "shown only where both show it.",
        f"The registry shows {MAX_PAGES * PAGE_SIZE:,} records of a state: where reached_cap is true there are more.",
        "A city is that of the practice address, as entered.",
        "Written after the registry's description; no real answer was at hand.",
    ),
)
