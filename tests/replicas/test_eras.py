"""The ERAS list over loopback: specialty by specialty, unchanged nights, and what one broken specialty costs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from flows import steps
from flows.captures import CaptureStore
from flows.status import status
from flows.steps import Outcome
from schemas.listings import ACGME_PROGRAM, ERAS_PROGRAM
from schemas.vocabulary import AttemptOutcome
from tests.eras_pages import Listed, Specialty
from tests.nights import FIRST, SECOND, THIRD, home_at, ledger_of
from tests.replicas.eras import DISPLAY, INDEX, Eras
from tests.replicas.replica import Replica, Reply, begin, night, parts_of, publishing, rows_of

NAME = "eras_participating_programs"
LOGIN = (
    b"<html><head><title>Sign in</title></head><body><h1>Sign in</h1><form>User name <input type=password></form></body></html>"
)

MEDICINE = Specialty(
    "140",
    "Internal Medicine",
    "September",
    (
        Listed("Pennsylvania", "Pittsburgh", "UPMC Medical Education Program", "1404121504", notes=("Osteopathic Recognized!",)),
        Listed("Pennsylvania", "Pittsburgh", "UPMC Medical Education Program - Research", "1404121504", "Not Participating"),
        Listed("Ohio", "Columbus", "Ohio State University Hospital Program", "1403811342", "No Longer Accepting Applications"),
    ),
)
CARDIOLOGY = Specialty(
    "141", "Cardiovascular Disease", "July", (Listed("New York", "Brooklyn", "Maimonides Medical Center Program", "1413511192"),)
)
INFORMATICS = Specialty("139", "Clinical Informatics (Internal Medicine)", "December")
COMBINED = Specialty(
    "700",
    "Internal Medicine/Pediatrics",
    "September",
    (Listed("Ohio", "Columbus", "New Example Program", "", "Unregistered", ("New Program!",)),),
)
ALL = [MEDICINE, CARDIOLOGY, INFORMATICS, COMBINED]


@pytest.fixture
def eras() -> Eras:
    return Eras(list(ALL))


@pytest.fixture
def replica(eras: Eras) -> Iterator[Replica]:
    with publishing(eras) as found:
        yield found


def ask(folder: Path, replica: Replica, now: object = FIRST) -> dict[str, Outcome]:
    """One night: outcomes by document."""
    found = night(folder, {NAME: [{"from": replica.url(INDEX)}]}, now)
    return {document: outcome for (_, document), outcome in found.items()}


def test_every_specialty_is_a_document_with_its_own_total(tmp_path: Path, replica: Replica) -> None:
    outcomes = ask(tmp_path, replica)
    told = {name: (one.captured, one.listed, one.rows_listed, one.stated_total, one.complete) for name, one in outcomes.items()}
    fetched = AttemptOutcome.FETCHED
    assert told == {
        "index.cfm": (fetched, "listed", 0, 0, True),
        "140.html": (fetched, "listed", 5, 3, True),  # three rows, and two programs of the accreditor
        "141.html": (fetched, "listed", 2, 1, True),
        "139.html": (fetched, "listed", 0, 0, True),
        "700.html": (fetched, "listed", 1, 1, True),
    }
    assert replica.server.asked() == [
        "/robots.txt",
        INDEX,
        *(f"{DISPLAY}?NAV_ROW=PAR&SPEC_CD={code}" for code in ("141", "140", "700", "139")),
    ]
    addresses = parts_of(tmp_path, NAME)["address"].to_list()
    assert addresses == [replica.url(path) for path in replica.server.asked()[1:]]


def test_rows_are_listed_with_season_cycle_notes_and_status(tmp_path: Path, replica: Replica) -> None:
    ask(tmp_path, replica)
    specialty = ("eras_specialty_code", "eras_specialty", "eras_season", "eras_cycles")
    program = ("program_key", "acgme_id", "program_name", "track_number", "city", "state", "eras_status", "eras_notes")
    rows = rows_of(tmp_path, ERAS_PROGRAM)
    assert rows.select(specialty).unique(maintain_order=True).rows() == [
        ("140", "Internal Medicine", 2027, ["September"]),
        ("141", "Cardiovascular Disease", 2027, ["July"]),
        ("700", "Internal Medicine/Pediatrics", 2027, ["September"]),
    ]
    osu, upmc, maimonides = ("1403811342",) * 2, ("1404121504",) * 2, ("1413511192",) * 2
    name, recognized = "UPMC Medical Education Program", ["Osteopathic Recognized!"]
    assert rows.select(program).rows() == [
        (*osu, "Ohio State University Hospital Program", 1, "Columbus", "OH", "No Longer Accepting Applications", []),
        (*upmc, name, 1, "Pittsburgh", "PA", "Participating", recognized),
        (*upmc, f"{name} - Research", 1, "Pittsburgh", "PA", "Not Participating", []),
        (*maimonides, "Maimonides Medical Center Program", 1, "Brooklyn", "NY", "Participating", []),
        ("Columbus/OH", None, "New Example Program", 1, "Columbus", "OH", "Unregistered", ["New Program!"]),
    ]
    assert rows_of(tmp_path, ACGME_PROGRAM).select("acgme_id", "program_name", "city", "state").rows() == [
        ("1403811342", "Ohio State University Hospital Program", "Columbus", "OH"),
        ("1404121504", "UPMC Medical Education Program", "Pittsburgh", "PA"),
        ("1413511192", "Maimonides Medical Center Program", "Brooklyn", "NY"),
    ]


def test_second_night_without_news_is_answered_with_304_and_reads_nothing(tmp_path: Path, replica: Replica) -> None:
    ask(tmp_path, replica)
    replica.forget()
    outcomes = ask(tmp_path, replica, SECOND)
    assert replica.statuses == ["404 Not Found", *["304 Not Modified"] * 5]  # robots.txt first, which there is none of
    assert {(one.captured, one.listed) for one in outcomes.values()} == {(AttemptOutcome.UNCHANGED, "unchanged")}


def test_night_that_died_behind_the_index_asks_for_the_specialties_when_it_is_taken_up(
    tmp_path: Path, replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = {NAME: [{"from": replica.url(INDEX)}]}
    with monkeypatch.context() as patched:
        put, bodies = CaptureStore.put, list[bytes]()

        def die(store: CaptureStore, data: bytes) -> str:
            bodies.append(data)
            if len(bodies) == 5:
                raise KeyboardInterrupt
            return put(store, data)

        patched.setattr(CaptureStore, "put", die)
        with pytest.raises(KeyboardInterrupt):
            steps.capture(begin(tmp_path, entries), NAME)
    replica.forget()
    outcomes = ask(tmp_path, replica, FIRST.replace(hour=FIRST.hour + 1))
    assert set(outcomes) == {"index.cfm", *(f"{one.code}.html" for one in ALL)}
    assert all(outcome.is_good for outcome in outcomes.values())
    assert replica.server.asked().count(INDEX) == 0


def test_marks_of_a_session_make_no_news(tmp_path: Path, replica: Replica, eras: Eras) -> None:
    eras.is_volatile = True
    ask(tmp_path, replica)
    replica.forget()
    outcomes = ask(tmp_path, replica, SECOND)
    assert set(replica.statuses[1:]) == {"200 OK"}
    assert {(one.captured, one.listed) for one in outcomes.values()} == {(AttemptOutcome.UNCHANGED, "unchanged")}


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(b"gone", "404 Not Found"), "expected status 200; found 404 Not Found"),
        (Reply(LOGIN), f"{NAME}: expected the page that was meant; found a login page"),
        (Reply(b'{"error": "busy"}'), f"{NAME}: expected an HTML page; found JSON"),
        (Reply(b""), "expected a body; found an empty one"),
    ],
    ids=["error page", "login page", "JSON", "nothing"],
)
def test_specialty_that_cannot_be_had_fails_alone_and_its_rows_stay(
    tmp_path: Path, replica: Replica, eras: Eras, reply: Reply, reason: str
) -> None:
    ask(tmp_path, replica)
    known = rows_of(tmp_path, ERAS_PROGRAM)
    eras.pages["140"] = reply
    outcomes = ask(tmp_path, replica, SECOND)
    assert (outcomes["140.html"].captured, outcomes["140.html"].reason) == (AttemptOutcome.FAILED, reason)
    assert [name for name, one in outcomes.items() if not one.is_good] == ["140.html"]
    assert rows_of(tmp_path, ERAS_PROGRAM).equals(known)
    del eras.pages["140"]
    assert all(one.is_good for one in ask(tmp_path, replica, THIRD).values())


def test_specialty_whose_page_is_another_is_refused_and_its_rows_stay(tmp_path: Path, replica: Replica, eras: Eras) -> None:
    ask(tmp_path, replica)
    known = rows_of(tmp_path, ERAS_PROGRAM)
    words = " ".join(["The list of programs is being prepared for the coming season and will be here in a few days."] * 8)
    eras.pages["140"] = Reply(f"<html><body><h1>Participating programs</h1><p>{words}</p></body></html>".encode())
    outcome = ask(tmp_path, replica, SECOND)["140.html"]
    assert (outcome.captured, outcome.listed) == (AttemptOutcome.FETCHED, "refused")
    assert outcome.reason == (
        f"{NAME}: expected a page headed 'ERAS YEAR Participating Specialties and Programs'; found a page without it"
    )
    assert rows_of(tmp_path, ERAS_PROGRAM).equals(known)


def test_page_with_fewer_rows_than_its_foot_says_retires_nothing(tmp_path: Path, replica: Replica, eras: Eras) -> None:
    ask(tmp_path, replica)
    fewer = (MEDICINE.programs[0], MEDICINE.programs[2])
    eras.specialties[0] = replace(MEDICINE, programs=fewer, total=3)
    outcome = ask(tmp_path, replica, SECOND)["140.html"]
    assert (outcome.complete, outcome.reason) == (False, "incomplete: 3 stated, 2 parsed")
    assert MEDICINE.programs[1].name in rows_of(tmp_path, ERAS_PROGRAM)["program_name"].to_list()
    eras.specialties[0] = replace(MEDICINE, programs=fewer)
    assert ask(tmp_path, replica, THIRD)["140.html"].complete
    assert MEDICINE.programs[1].name not in rows_of(tmp_path, ERAS_PROGRAM)["program_name"].to_list()


def test_index_that_cannot_be_had_fails_and_is_good_again(tmp_path: Path, replica: Replica, eras: Eras) -> None:
    whole, eras.specialties = eras.specialties, []
    outcomes = ask(tmp_path, replica)
    assert list(outcomes) == ["index.cfm"]
    assert outcomes["index.cfm"].captured is AttemptOutcome.FAILED
    assert outcomes["index.cfm"].reason == (
        f"{NAME}: expected an index headed 'ERAS YEAR Participating Specialties and Programs', with cycles and their "
        "specialties; found a page with 3 cycles and 0 specialties"
    )
    eras.specialties = whole
    ask(tmp_path, replica, SECOND)
    assert status(home_at(tmp_path / "home"), SECOND)["sources"][NAME]["state"] == "good"


def test_index_that_links_fewer_than_it_prints_is_told_and_the_linked_are_listed(
    tmp_path: Path, replica: Replica, eras: Eras
) -> None:
    eras.printed["September"] = 3
    outcomes = ask(tmp_path, replica)
    assert outcomes["index.cfm"].reason == "incomplete: 2 of 3 specialties of the September cycle"
    assert rows_of(tmp_path, ERAS_PROGRAM).height == 5


def test_page_in_another_charset_is_read_in_it(tmp_path: Path, replica: Replica, eras: Eras) -> None:
    eras.charset = "iso-8859-1"
    eras.specialties = [
        Specialty(
            "140", "Internal Medicine", "September", (Listed("Puerto Rico", "Mayagüez", "Peña Example Program", "1404200001"),)
        )
    ]
    ask(tmp_path, replica)
    (row,) = rows_of(tmp_path, ERAS_PROGRAM).rows(named=True)
    assert (row["city"], row["state"], row["program_name"]) == ("Mayagüez", "PR", "Peña Example Program")


def test_next_season_follows_the_last_one_in_history(tmp_path: Path, replica: Replica, eras: Eras) -> None:
    ask(tmp_path, replica)
    eras.season = 2028
    ask(tmp_path, replica, SECOND)
    assert rows_of(tmp_path, ERAS_PROGRAM)["eras_season"].unique().to_list() == [2028]
    history = ledger_of(tmp_path / "home", "trial").listing_history(ERAS_PROGRAM)
    assert sorted(history.filter(acgme_id="1413511192")["eras_season"]) == [2027, 2027, 2028]  # known, closed, followed


def test_robots_that_exclude_the_list_are_heeded(tmp_path: Path, replica: Replica, eras: Eras) -> None:
    eras.robots = f"User-agent: *\nDisallow: {INDEX.rpartition('/')[0]}/\n"
    outcomes = ask(tmp_path, replica)
    assert outcomes["index.cfm"].reason == "refused by robots: the robots.txt of this host excludes the address"
    assert replica.server.asked() == ["/robots.txt"]


def test_throttling_heals(tmp_path: Path, replica: Replica) -> None:
    tonight = begin(tmp_path, {NAME: [{"from": replica.url(INDEX)}]})
    replica.throttled = 2
    steps.capture(tonight, NAME)
    assert all(one.is_good for one in steps.list_source(tonight, NAME))
    assert replica.statuses.count("429 Too Many Requests") == 2
