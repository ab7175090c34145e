"""CMS over loopback: by item, by query and by file the same rows; releases, shifting pages, contacts, and files of others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest

from flows.sources import SOURCE_BY_NAME, cms_provider_data
from flows.steps import Outcome
from schemas.vocabulary import AttemptOutcome
from tests.capturing.servers import answer
from tests.nights import FIRST, SECOND, THIRD, ledger_of
from tests.replicas.cms import API, CONTACT, Catalog, DataSet
from tests.replicas.government_files import ERROR_PAGE
from tests.replicas.replica import DATASET, Replica, bytes_in, night, parts_of, publishing, rows_of
from tests.sample_maker import make_sample

HOSPITALS, ATTESTATIONS = "cms_hospitals", "cms_promoting_interoperability"
IDS = {HOSPITALS: "xubh-q36u", ATTESTATIONS: "f4ga-b9gx"}
FILES = {
    HOSPITALS: ("Hospital_General_Information.csv", "cms_hospital_general_information.csv"),
    ATTESTATIONS: ("Promoting_Interoperability-Hospital.csv", "cms_promoting_interoperability_cy2023.csv"),
}
SAMPLE = make_sample()
DOORS = {
    "item": f"{API}/metastore/schemas/dataset/items/{{}}",
    "query": f"{API}/datastore/query/{{}}/0",
    "download": f"{API}/datastore/query/{{}}/0/download?format=csv",
}


def catalog_of(bodies: dict[str, bytes]) -> Catalog:
    return Catalog({IDS[source]: DataSet(FILES[source][0], body) for source, body in bodies.items()})


@pytest.fixture
def catalog() -> Catalog:
    return catalog_of({source: SAMPLE[file] for source, (_, file) in FILES.items()})


@pytest.fixture
def replica(catalog: Catalog) -> Iterator[Replica]:
    with publishing(catalog) as found:
        yield found


def door(replica: Replica, source: str, kind: str) -> str:
    return replica.url(DOORS[kind].format(IDS[source]))


def tonight(folder: Path, replica: Replica, kind: str = "item", source: str = HOSPITALS, now: datetime = FIRST) -> Outcome:
    (outcome,) = night(folder, {source: [{"from": door(replica, source, kind)}]}, now).values()
    return outcome


def by_hand(folder: Path, source: str, body: bytes) -> tuple[Outcome, pl.DataFrame]:
    folder.mkdir()
    file = folder / "by_hand.csv"
    file.write_bytes(body)
    (outcome,) = night(folder, {source: [{"from": str(file)}]}).values()
    return outcome, rows_of(folder, SOURCE_BY_NAME[source].main_listing)


@pytest.mark.parametrize("kind", DOORS)
@pytest.mark.parametrize("source", FILES)
def test_every_door_leads_to_the_rows_of_the_file_and_to_nothing_new_next_night(
    tmp_path: Path, replica: Replica, source: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cms_provider_data, "PAGE_ROWS", 4)
    expected, rows = by_hand(tmp_path / "hand", source, SAMPLE[FILES[source][1]])
    replica.throttled = 1
    outcome = tonight(tmp_path, replica, kind, source)
    assert rows_of(tmp_path, SOURCE_BY_NAME[source].main_listing).equals(rows)
    assert (outcome.rows_parsed, outcome.rows_listed, outcome.rows_quarantined, outcome.complete) == (
        expected.rows_parsed,
        expected.rows_listed,
        expected.rows_quarantined,
        expected.complete,
    )
    asked = replica.server.asked()[1:]
    replica.forget()
    again = tonight(tmp_path, replica, kind, source, SECOND)
    assert (again.captured, again.listed) == (AttemptOutcome.UNCHANGED, "unchanged")
    assert replica.server.asked() == asked
    assert set(replica.statuses) == {"304 Not Modified"}
    assert parts_of(tmp_path, source)["outcome"].to_list() == ["fetched"] * len(asked) + ["unchanged"] * len(asked)


def test_item_leads_to_the_file_and_tells_its_day(tmp_path: Path, replica: Replica, catalog: Catalog) -> None:
    tonight(tmp_path, replica)
    assert replica.server.asked() == [f"{API}/metastore/schemas/dataset/items/xubh-q36u", catalog.sets["xubh-q36u"].path]
    assert ledger_of(tmp_path / "home", DATASET).extracts(HOSPITALS)["document_date"].to_list() == [date(2026, 1, 26)]


@pytest.mark.parametrize(
    ("modified", "released", "day"),
    [
        ("2026-07-22", "2026-08-13", date(2026, 7, 22)),
        ("2026-07-22T10:00:00+00:00", None, date(2026, 7, 22)),
        (None, "2026-08-13", date(2026, 8, 13)),
        (None, None, FIRST.date()),
    ],
)
def test_day_is_that_of_the_change_else_of_the_release_else_of_the_night(
    tmp_path: Path, replica: Replica, catalog: Catalog, modified: str | None, released: str | None, day: date
) -> None:
    catalog.sets["xubh-q36u"] = replace(catalog.sets["xubh-q36u"], modified=modified, released=released)
    tonight(tmp_path, replica)
    assert ledger_of(tmp_path / "home", DATASET).extracts(HOSPITALS)["document_date"].to_list() == [day]


def test_next_release_lies_elsewhere_and_is_read_from_there(tmp_path: Path, replica: Replica, catalog: Catalog) -> None:
    tonight(tmp_path, replica)
    old = catalog.sets["xubh-q36u"]
    body = old.body.replace(b"SAINT JOSEPH HOSPITAL", b"SAINT JOSEPH RENAMED")
    catalog.release("xubh-q36u", body, 1785189974, "2026-07-22")
    replica.forget()
    outcome = tonight(tmp_path, replica, now=SECOND)
    assert (outcome.captured, outcome.listed) == (AttemptOutcome.FETCHED, "listed")
    assert replica.server.asked()[1] == catalog.sets["xubh-q36u"].path != old.path
    names = rows_of(tmp_path, SOURCE_BY_NAME[HOSPITALS].main_listing)["hospital_name"]
    assert ("SAINT JOSEPH RENAMED" in names, "SAINT JOSEPH HOSPITAL" in names) == (True, False)
    assert ledger_of(tmp_path / "home", DATASET).extracts(HOSPITALS)["document_date"].to_list()[-1] == date(2026, 7, 22)


def test_contact_of_an_item_is_stored_nowhere(tmp_path: Path, replica: Replica) -> None:
    tonight(tmp_path, replica)
    stored = bytes_in(tmp_path)
    assert b"xubh-q36u" in stored
    assert [told for told in CONTACT if told.encode() in stored] == []


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        (
            {"host": "127.0.0.2"},
            "cms_hospitals: expected a file on the host of its catalog; found one on 127.0.0.2",
        ),
        ({"modified": "soon"}, "cms_hospitals: expected a date as modified or released; found 'soon'"),
    ],
)
def test_item_that_leads_astray_is_refused(
    tmp_path: Path, replica: Replica, catalog: Catalog, more: dict[str, str], reason: str
) -> None:
    catalog.sets["xubh-q36u"] = replace(catalog.sets["xubh-q36u"], **more)
    outcome = tonight(tmp_path, replica)
    assert (outcome.captured, outcome.reason) == (AttemptOutcome.FAILED, reason)
    assert len(replica.server.requests) == 1


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b'{"identifier": "xubh-q36u"}', "expected the known keys of an item of the metastore; found missing keys: distribution"),
        (b'{"distribution": []}', "expected one distribution of type text/csv; found 0 of 0"),
        (b'{"distribution": [{"mediaType": "text/csv"}, {"mediaType": "text/csv"}]}', "found 2 of 2"),
        (b'{"distribution": {}}', "expected a list of distributions; found a dict"),
        (b"[]", "expected an object as an item of the metastore; found a list"),
        (b"{", "whole and valid JSON"),
        (ERROR_PAGE, "expected JSON; found an HTML page"),
    ],
)
def test_what_is_no_item_is_refused(tmp_path: Path, replica: Replica, body: bytes, reason: str) -> None:
    replica.server.answers[DOORS["item"].format("xubh-q36u")] = answer("200 OK", body)
    outcome = tonight(tmp_path, replica)
    assert outcome.captured is AttemptOutcome.FAILED
    assert reason in str(outcome.reason)


def test_page_in_the_place_of_the_file_is_no_file_and_the_hospitals_stand(
    tmp_path: Path, replica: Replica, catalog: Catalog
) -> None:
    tonight(tmp_path, replica)
    rows = rows_of(tmp_path, SOURCE_BY_NAME[HOSPITALS].main_listing)
    catalog.release("xubh-q36u", b"", 1785189974, "2026-07-22")
    replica.server.answers[catalog.sets["xubh-q36u"].path] = answer("200 OK", ERROR_PAGE)
    outcome = tonight(tmp_path, replica, now=SECOND)
    assert outcome.captured is AttemptOutcome.FAILED
    assert "expected a CSV file; found an HTML page" in str(outcome.reason)
    assert rows_of(tmp_path, SOURCE_BY_NAME[HOSPITALS].main_listing).equals(rows)


# --- pages of a query


def test_pages_are_as_long_as_the_publisher_likes(tmp_path: Path, replica: Replica, catalog: Catalog) -> None:
    catalog.most_rows = 5
    outcome = tonight(tmp_path, replica, "query")
    assert outcome.rows_parsed == 16
    assert [dict(part.split("=") for part in path.split("?")[1].split("&"))["offset"] for path in replica.server.asked()] == [
        "0",
        "5",
        "10",
        "15",
    ]


def test_page_that_fails_leaves_an_incomplete_list_that_retires_nothing_and_heals(
    tmp_path: Path, replica: Replica, catalog: Catalog
) -> None:
    catalog.most_rows = 8
    catalog.sets["xubh-q36u"] = replace(catalog.sets["xubh-q36u"], body=_without_dirt(SAMPLE[FILES[HOSPITALS][1]]))
    assert tonight(tmp_path, replica, "query").complete
    second = replica.server.asked()[1]
    replica.server.answers[second] = answer("404 Not Found", b"gone")
    outcome = tonight(tmp_path, replica, "query", now=SECOND)
    assert (outcome.listed, outcome.complete) == ("refused", False)  # half of the hospitals at once is more than may go
    assert rows_of(tmp_path, SOURCE_BY_NAME[HOSPITALS].main_listing).height == 15
    del replica.server.answers[second]
    outcome = tonight(tmp_path, replica, "query", now=THIRD)
    assert (outcome.rows_listed, outcome.complete) == (15, True)


def test_first_night_of_broken_pages_says_where(tmp_path: Path, replica: Replica, catalog: Catalog) -> None:
    catalog.most_rows = 8
    offset_8 = cms_provider_data._page(door(replica, HOSPITALS, "query"), 8).address
    replica.server.answers[offset_8.removeprefix(replica.url(""))] = answer("404 Not Found", b"gone")
    outcome = tonight(tmp_path, replica, "query")
    assert (outcome.rows_parsed, outcome.reason) == (8, "incomplete: page 2: expected status 200; found 404 Not Found")


@pytest.mark.parametrize(
    ("counts", "reason"),
    [
        ([17, 17, 17], "incomplete: 17 stated, 16 in the pages"),
        ([16, 17], "incomplete: expected one count on all pages; found 16, 17"),
        ([0], "incomplete: 0 stated, 8 in the pages"),
    ],
)
def test_rows_are_compared_with_the_count(
    tmp_path: Path, replica: Replica, catalog: Catalog, counts: list[int], reason: str
) -> None:
    catalog.most_rows, catalog.counts = 8, counts
    assert tonight(tmp_path, replica, "query").reason == reason


def test_rows_that_shift_between_two_pages_are_noticed(tmp_path: Path, replica: Replica, catalog: Catalog) -> None:
    header, *lines = SAMPLE[FILES[HOSPITALS][1]].splitlines(keepends=True)
    catalog.most_rows, first = 8, catalog.sets["xubh-q36u"]

    def shifting(request: object) -> object:
        reply = catalog(request)
        catalog.sets["xubh-q36u"] = replace(first, body=header + b"".join([lines[7], *lines[:7], *lines[7:-1]]))
        return reply

    replica.publisher = shifting
    outcome = tonight(tmp_path, replica, "query")
    assert outcome.reason == "incomplete: 1 rows are there twice: the data set changed while its pages were asked for"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b'{"results": [], "count": 0}', "expected at least one row; found an answer without any"),
        (b'{"results": [{"facility_id": "060028"}], "count": "1"}', "expected a number as count; found \"'1'\""),
        (b'{"results": [1], "count": 1}', "expected an object as a row; found a int"),
        (b'{"results": [{"a": "1"}, {"b": "1"}], "count": 2}', "expected the known keys of a row; found missing keys: a"),
        (b'{"results": [{"a": {}}], "count": 1}', "expected a text or a number as a; found a dict"),
        (b'{"message": "no"}', "missing keys: results, count; unexpected keys: message"),
    ],
)
def test_what_is_no_answer_of_the_datastore_is_refused(tmp_path: Path, replica: Replica, body: bytes, reason: str) -> None:
    first = cms_provider_data._page(door(replica, HOSPITALS, "query"), 0).address
    replica.server.answers[first.removeprefix(replica.url(""))] = answer("200 OK", body)
    outcome = tonight(tmp_path, replica, "query")
    assert outcome.captured is AttemptOutcome.FAILED
    assert reason.replace('"', "") in str(outcome.reason).replace('"', "")


def test_unknown_data_set_and_format_are_told_by_their_status(tmp_path: Path, replica: Replica) -> None:
    for number, path in enumerate(
        ("/metastore/schemas/dataset/items/nope-nope", "/datastore/query/f4ga-b9gx/0/download?format=x")
    ):
        (outcome,) = night(tmp_path / str(number), {HOSPITALS: [{"from": replica.url(API + path)}]}).values()
        assert outcome.reason == f"expected status 200; found {('404 Not Found', '400 Bad Request')[number]}"


def test_columns_have_the_names_that_the_datastore_is_known_to_give() -> None:
    (row, *_) = DataSet("f", SAMPLE[FILES[HOSPITALS][1]]).rows()
    assert {"facility_id", "facility_name", "citytown", "state", "zip_code", "countyparish"} <= set(row)


def _without_dirt(body: bytes) -> bytes:
    """The sample without the hospital whose id has lost its zero."""
    return b"".join(line for line in body.splitlines(keepends=True) if not line.startswith(b"50396"))


# --- the real files


@pytest.mark.parametrize(
    ("source", "file", "rows"),
    [
        (HOSPITALS, "hospital_general_information_a.csv", 5381),
        (HOSPITALS, "hospital_general_information_b.csv", 5421),
        (ATTESTATIONS, "promoting_interoperability_hospital_cy2023.csv", 4591),
    ],
)
def test_real_files_give_the_same_rows_by_every_door(
    tmp_path: Path, shared_data: Path, source: str, file: str, rows: int
) -> None:
    body = (shared_data / "cms" / file).read_bytes()
    expected, listed = by_hand(tmp_path / "hand", source, body)
    assert (expected.rows_parsed, expected.rows_listed, expected.rows_quarantined) == (rows, rows, 0)
    with publishing(catalog_of({source: body})) as replica:
        for kind in ("item", "query"):
            outcome = tonight(tmp_path / kind, replica, kind, source)
            assert (outcome.rows_listed, outcome.rows_quarantined, outcome.complete) == (rows, 0, True)
            assert rows_of(tmp_path / kind, SOURCE_BY_NAME[source].main_listing).equals(listed)


ITEM = b'{"contactPoint": "Zelda Quux", "distribution": []}'


@pytest.mark.parametrize("body", [b"\xef\xbb\xbf" + ITEM, b"[" + ITEM + b"]", b'{"contactPoint": "Zelda Quux"}'])
def test_contact_goes_however_the_item_is_wrapped(body: bytes) -> None:
    assert b"Zelda" not in cms_provider_data.without_contact(body)
