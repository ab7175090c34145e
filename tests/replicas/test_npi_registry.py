"""The NPI registry on loopback: 200 records an answer, 1,200 a search, errors in answers of status 200, and whole persons."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from flows.sources import nppes_informatics_counts as source
from flows.sources.nppes_informatics_counts import NAME, SOURCE, as_counts
from flows.sources.source import Errand
from flows.steps import Outcome
from schemas.geography import STATE_CODES
from schemas.listings import NPPES_INFORMATICS_CITY, NPPES_INFORMATICS_STATE
from schemas.vocabulary import AttemptOutcome
from tests.nights import SECOND
from tests.replicas.replica import (
    NOT_FOUND,
    Replica,
    Reply,
    Request,
    bytes_in,
    night,
    parts_of,
    path_of,
    publishing,
    query_of,
    rows_of,
)
from tests.sample_informatics import PATHOLOGY, PREVENTIVE, record_as_answered

PATH = "/api/"
DESCRIBED = {PREVENTIVE: "Preventive Medicine, Clinical Informatics", PATHOLOGY: "Pathology, Clinical Informatics"}


def registered(number: int, state: str, city: str, *taxonomies: str, kind: str = "NPI-1", first: int = 0) -> list[dict[str, Any]]:
    return [record_as_answered(first + one, kind, state, city, *(taxonomies or (PREVENTIVE,))) for one in range(number)]


@dataclass
class Registry:
    """The publisher.

    Attributes:
        records: What is registered.
        fails: Errors that it tells of a state instead of an answer.
        broken: State and number of skipped records that it does not find.
    """

    records: Sequence[dict[str, Any]]
    fails: dict[str, str] = field(default_factory=dict)
    broken: tuple[str, int] | None = None

    def __call__(self, request: Request) -> Reply:
        asked = query_of(request)
        if path_of(request) != PATH or request.method != "GET":
            return NOT_FOUND
        state, skip, limit = asked.get("state", ""), int(asked.get("skip", "0")), int(asked.get("limit", "10"))
        if asked.get("version") != "2.1":
            return _errors("Unsupported Version", "version", "21")
        if "taxonomy_description" not in asked:
            return _errors("Field state requires additional search criteria", "state", "07")
        if skip > 1000 or limit > 200:
            return _errors("Value is too large", "skip", "18")
        if state in self.fails:
            return _errors(self.fails[state], "state", "07")
        if (state, skip) == self.broken:
            return NOT_FOUND
        page = [record for record in self.records if _is_found(record, state, asked["taxonomy_description"])][skip : skip + limit]
        return _json({"result_count": len(page), "results": page})


def _is_found(record: dict[str, Any], state: str, described: str) -> bool:
    is_there = any(address["state"] == state for address in record["addresses"] if address["address_purpose"] == "LOCATION")
    return is_there and any(described in DESCRIBED.get(one["code"], "") for one in record["taxonomies"])


def _json(value: object) -> Reply:
    return Reply(json.dumps(value).encode(), headers=("Content-Type: application/json",))


def _errors(description: str, field_name: str, number: str) -> Reply:
    return _json({"Errors": [{"description": description, "field": field_name, "number": number}]})


@pytest.fixture(autouse=True)
def _few_states(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "STATE_CODES", ("CA", "PA", "WY"))


def one_night(folder: Path, replica: Replica, **when: Any) -> Outcome:  # noqa: ANN401
    (outcome,) = night(folder, {NAME: [{"from": replica.url(PATH)}]}, **when).values()
    return outcome


PENNSYLVANIA = [
    *registered(204, "PA", "PITTSBURGH"),
    *registered(3, "PA", "SCRANTON", first=300),
    *registered(2, "PA", "ERIE", first=310),
    *registered(6, "PA", "ERIE", PATHOLOGY, first=320),
    *registered(1, "PA", "ERIE", kind="EXAMPLE HEALTH SYSTEM", first=330),
    *registered(1, "PA", "ERIE", kind="PERSON EXAMPLE MD PA", first=331),
    *registered(9, "PA", "ERIE", "208000000X", first=340),
]


def test_every_state_and_territory_is_asked_by_its_practices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "STATE_CODES", STATE_CODES)
    asked: list[dict[str, str]] = []

    def ask(request: source.Request) -> bytes:
        asked.append(query_of(Request(request.address, {}, 0)))
        return as_counts(b'{"result_count": 0, "results": []}')

    assert SOURCE.fetch is not None
    (delivery,) = SOURCE.fetch(Errand("https://registry.example.invalid/api/", ask))
    assert (delivery.broken, [one["state"] for one in asked]) == (None, list(STATE_CODES))
    shared = {"version": "2.1", "taxonomy_description": "Clinical Informatics", "address_purpose": "LOCATION", "limit": "200"}
    assert asked[0] == {**shared, "state": "AL", "skip": "0"}


def test_states_are_counted_by_city(tmp_path: Path) -> None:
    with publishing(Registry(PENNSYLVANIA)) as replica:
        outcome = one_night(tmp_path, replica)
        skipped = [query_of(one)["skip"] for one in replica.server.requests if query_of(one)["state"] == "PA"]
    assert (outcome.complete, outcome.reason, outcome.rows_quarantined) == (True, None, 0)
    states = rows_of(tmp_path, NPPES_INFORMATICS_STATE)
    assert states.height == 2 * 3
    assert states.filter(state="PA").select("taxonomy_code", "n_clinicians", "n_registered_organisations").rows() == [
        (PATHOLOGY, 6, 0),
        (PREVENTIVE, 209, 2),
    ]
    assert states.filter(~states["state"].is_in(["PA"]))["n_clinicians"].unique().to_list() == [0]
    cities = rows_of(tmp_path, NPPES_INFORMATICS_CITY)
    assert cities.select("city", "taxonomy_code", "n_clinicians", "registered_organisations").rows() == [
        ("ERIE", PATHOLOGY, 6, []),
        ("ERIE", PREVENTIVE, None, ["EXAMPLE HEALTH SYSTEM"]),
        ("PITTSBURGH", PREVENTIVE, None, []),
        ("SCRANTON", PREVENTIVE, None, []),
    ]
    assert (skipped, parts_of(tmp_path, NAME).height) == (["0", "200"], 3 + 1)


def test_unchanged_registry_is_no_news(tmp_path: Path) -> None:
    with publishing(Registry(PENNSYLVANIA)) as replica:
        one_night(tmp_path, replica)
        outcome = one_night(tmp_path, replica, now=SECOND)
        assert (outcome.captured, outcome.listed) == (AttemptOutcome.UNCHANGED, "unchanged")


def test_state_of_which_the_registry_shows_no_more_is_incomplete_and_says_so(tmp_path: Path) -> None:
    with publishing(Registry(registered(1250, "CA", "LOS ANGELES"))) as replica:
        outcome = one_night(tmp_path, replica)
        skipped = [query_of(one)["skip"] for one in replica.server.requests if query_of(one)["state"] == "CA"]
    assert skipped == ["0", "200", "400", "600", "800", "1000"]
    assert not outcome.complete
    assert outcome.reason == "incomplete: 1 of 3 lists: CA: expected at most 6 pages; found another after them"
    (row,) = rows_of(tmp_path, NPPES_INFORMATICS_STATE).filter(state="CA", taxonomy_code=PREVENTIVE).rows(named=True)
    assert (row["n_clinicians"], row["reached_cap"]) == (1200, True)


def test_error_in_an_answer_of_status_200_is_no_empty_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "STATE_CODES", ("PA", *STATE_CODES[:9]))
    registry = Registry(registered(6, "PA", "ERIE"))
    with publishing(registry) as replica:
        assert one_night(tmp_path, replica).complete
        registry.fails = {"PA": "Field state requires additional search criteria"}
        outcome = one_night(tmp_path, replica, now=SECOND)
    told = f"{NAME}: expected an answer; found the registry's error: Field state requires additional search criteria"
    assert (outcome.complete, outcome.reason) == (False, f"incomplete: 1 of 10 lists: PA: {told}")
    assert rows_of(tmp_path, NPPES_INFORMATICS_CITY)["n_clinicians"].to_list() == [6]  # as they were known


def test_broken_chain_is_incomplete(tmp_path: Path) -> None:
    with publishing(Registry(PENNSYLVANIA, broken=("PA", 200))) as replica:
        outcome = one_night(tmp_path, replica)
    assert outcome.reason == "incomplete: 1 of 3 lists: PA: page 2: expected status 200; found 404 Not Found"


def test_registry_that_answers_nothing_has_failed(tmp_path: Path) -> None:
    with publishing(Registry([], fails=dict.fromkeys(("CA", "PA", "WY"), "Out of order"))) as replica:
        outcome = one_night(tmp_path, replica)
    assert outcome.captured is AttemptOutcome.FAILED
    assert outcome.reason is not None
    assert outcome.reason.startswith("expected 3 lists; found none: CA: ")


def test_throttling_heals(tmp_path: Path) -> None:
    with publishing(Registry(registered(6, "PA", "ERIE"))) as replica:
        replica.throttled = 2
        assert one_night(tmp_path, replica).complete
    assert replica.statuses.count("429 Too Many Requests") == 2


def test_no_person_is_on_the_disk(tmp_path: Path) -> None:
    with publishing(Registry(PENNSYLVANIA)) as replica:
        assert one_night(tmp_path, replica).complete
    held = bytes_in(tmp_path)
    assert b"EXAMPLE HEALTH SYSTEM" in held
    assert [
        text for text in (b"PERSON", b"199000", b"EXAMPLE STREET", b"EXAMPLEVILLE", b"202-555", b"EX0001") if text in held
    ] == []
