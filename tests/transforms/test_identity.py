"""Ids: the same on every machine, one for every kind of entity, and never given to another entity."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import polars as pl
import pytest

from schemas.table import UTC_TIME
from schemas.vocabulary import Authority, EntityKind
from transforms.identity import KIND_BY_AUTHORITY, with_generation, with_uid

NIGHT = datetime(2026, 9, 1, 2, tzinfo=UTC)


def uid(prefix: str, spoken: str) -> str:
    return f"{prefix}-{sha256(spoken.encode()).hexdigest()[:12]}"


# --- an id ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "code", "expected"),
    [
        (EntityKind.PROGRAM, "1404121504", uid("prg", "1404121504")),
        (EntityKind.SPONSOR, "418024", uid("spo", "acgme|418024")),
        (EntityKind.SITE, "418024", uid("sit", "site|418024")),
        (EntityKind.HOSPITAL, "050599", uid("hos", "ccn|050599")),
        (EntityKind.HEALTH_SYSTEM, "HSI00000010", uid("sys", "ahrq|HSI00000010")),
        (EntityKind.NRMP_INSTITUTION, "1652", uid("nri", "nrmp|1652")),
        (EntityKind.EMPLOYER, "MERCY HOSPITAL|PA", uid("emp", "MERCY HOSPITAL|PA")),
        (EntityKind.EHR_ORGANISATION, "MERCY|15213", uid("ehr", "ehr|MERCY|15213")),
    ],
)
def test_an_id_is_the_digest_of_its_authoritys_code(kind: EntityKind, code: str, expected: str) -> None:
    found = with_uid(pl.DataFrame({"code": [code]}), kind, "code")
    assert found.rows() == [(code, expected)]
    assert found.columns == ["code", "entity_uid"]


def test_ids_that_were_given_out_stay_what_they_are() -> None:
    """Worked out once, outside of the code: whoever changes them breaks every reference that anybody keeps."""
    frame = pl.DataFrame({"code": ["418024", "390164"]})
    assert with_uid(frame, EntityKind.SPONSOR, "code")["entity_uid"].to_list() == ["spo-d83c3df37971", "spo-9b5617dc18b3"]
    assert with_uid(frame, EntityKind.HOSPITAL, "code")["entity_uid"].to_list()[1] == "hos-5e57a207fbd0"


def test_one_code_of_several_authorities_is_as_many_entities() -> None:
    frame = pl.DataFrame({"code": ["418024"]})
    found = {with_uid(frame, kind, "code")["entity_uid"].item().partition("-")[2] for kind in list(KIND_BY_AUTHORITY.values())}
    assert len(found) == len(KIND_BY_AUTHORITY) == 5


def test_without_a_code_there_is_no_id() -> None:
    frame = pl.DataFrame({"code": ["418024", None]})
    assert with_uid(frame, EntityKind.SPONSOR, "code", column="sponsor_uid")["sponsor_uid"].null_count() == 1


def test_later_bearers_of_a_code_have_ids_of_their_own() -> None:
    frame = pl.DataFrame({"ccn": ["390002"] * 3, "generation": [1, 2, 3]})
    found = with_uid(frame, EntityKind.HOSPITAL, "ccn", generation="generation")["entity_uid"].to_list()
    assert found == [uid("hos", spoken) for spoken in ("ccn|390002", "ccn|390002|2", "ccn|390002|3")]


def test_an_authority_gives_codes_to_one_kind_of_entity() -> None:
    assert KIND_BY_AUTHORITY == {
        Authority.ACGME_PROGRAM: EntityKind.PROGRAM,
        Authority.ACGME_INSTITUTION: EntityKind.SPONSOR,
        Authority.CCN: EntityKind.HOSPITAL,
        Authority.AHRQ_SYSTEM: EntityKind.HEALTH_SYSTEM,
        Authority.NRMP_INSTITUTION: EntityKind.NRMP_INSTITUTION,
    }


# --- generations ------------------------------------------------------------------------------------------------------

Version = tuple[str, str, int, int | None]
"""Name, place, night it was seen first, night from which it stood no more (None: it stands)."""


def generations(*versions: Version, source: str = "list", closed: bool = False) -> list[int]:
    """The generation of each version of one code's rows, oldest first."""
    rows = [
        {
            "code": "390002",
            "source": source,
            "document": "current",
            "name": name,
            "place": place,
            "valid_to": NIGHT.date() if closed else None,
            "observed_at": NIGHT + timedelta(days=first),
            "superseded_at": None if last is None else NIGHT + timedelta(days=last),
        }
        for name, place, first, last in versions
    ]
    schema = {"valid_to": pl.Date, "observed_at": UTC_TIME, "superseded_at": UTC_TIME}
    history = pl.DataFrame(rows, schema_overrides=schema)
    found = with_generation(history, "code", "name", "place")
    assert found.columns == [*history.columns, "generation"]
    again = with_generation(history.reverse(), "code", "name", "place")
    assert again.equals(found)
    return found["generation"].to_list()


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        pytest.param(("Hope", "Erie", 2, None), [1, 1], id="back as it was"),
        pytest.param(("Grace", "Erie", 2, None), [1, 1], id="back in its place"),
        pytest.param(("Hope", "Reading", 2, None), [1, 1], id="back under its name"),
        pytest.param(("THE HOPE, INC.", "Reading", 2, None), [1, 1], id="back under a spelling of its name"),
        pytest.param(("Grace", "Reading", 2, None), [1, 2], id="back as another in another place"),
        pytest.param(("Grace", "Reading", 1, None), [1, 1], id="changed without ever being gone"),
    ],
)
def test_a_code_that_comes_back_under_another_name_in_another_place_is_another_entitys(
    second: Version, expected: list[int]
) -> None:
    assert generations(("Hope", "Erie", 0, 1), second) == expected


def test_every_comeback_as_another_counts_once() -> None:
    versions: list[Version] = [
        ("Hope", "Erie", 0, 1),
        ("Grace", "Reading", 2, 3),
        ("Grace", "York", 3, 4),
        ("Grace", "York", 5, 6),
        ("Faith", "Erie", 7, None),
    ]
    assert generations(*versions) == [1, 2, 2, 2, 3]


def test_one_that_is_back_after_another_bore_its_code_gets_an_id_of_its_own_too() -> None:
    assert generations(("Hope", "Erie", 0, 1), ("Grace", "York", 2, 3), ("Hope", "Erie", 4, None)) == [1, 2, 3]


def test_closing_versions_are_no_versions() -> None:
    assert generations(("Hope", "Erie", 0, 1), closed=True) == []


def test_lists_count_their_bearers_apart() -> None:
    rows = [
        {
            "code": "390002",
            "source": source,
            "document": "current",
            "name": name,
            "place": place,
            "valid_to": None,
            "observed_at": first,
        }
        for source, name, place, first in (
            ("one", "Hope", "Erie", NIGHT),
            ("other", "Grace", "Reading", NIGHT + timedelta(days=2)),
        )
    ]
    schema = {"valid_to": pl.Date, "observed_at": UTC_TIME, "superseded_at": UTC_TIME}
    history = pl.DataFrame([{**row, "superseded_at": None} for row in rows], schema_overrides=schema)
    assert with_generation(history, "code", "name", "place")["generation"].to_list() == [1, 1]
