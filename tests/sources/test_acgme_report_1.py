"""ACGME's Report 1: what is taken out of the PDF, that nobody named in it is ever stored, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from flows.sources.acgme_report_1 import SOURCE, without_persons
from flows.sources.source import About, SourceError
from schemas.listings import ACGME_PROGRAM, located
from schemas.validation import validate
from schemas.vocabulary import AttemptOutcome
from tests.nights import SECOND, THIRD
from tests.replicas.replica import bytes_in, night, rows_of
from tests.report_pdf_maker import LEFTS, SIZE, STEP, Entry, lay_out, make_report_pdf, render_report
from tests.results_pdf_maker import Page, Piece

NAME = SOURCE.name
ABOUT = About("440.pdf", date(2026, 9, 1))
UPMC = Entry("4404121302", "UPMC Medical Education Program", "Pittsburgh, PA 15213-2582")
PERSONS = ("Quillfeather", "Zed Z. Quillfeather, MD, PhD", "Quillfeather, Zed")
SECRETS = ("Quillfeather", "zed.q@example.invalid", "555-0199", "Suite 77 Hideaway Lane")


def entry(number: int = 1, **more: object) -> Entry:
    return replace(UPMC, number=f"44041{number:05}", **more)  # type: ignore[arg-type]


def read(data: bytes) -> list[dict[str, object]]:
    parsed = SOURCE.parse(without_persons(data), ABOUT)
    return validate(located(ACGME_PROGRAM), parsed.rows[ACGME_PROGRAM.name]).listed.rows(named=True)


def told(data: bytes) -> str:
    with pytest.raises(SourceError) as caught:
        without_persons(data)
    return str(caught.value).removeprefix(f"{NAME}: expected the layout of ACGME's Report 1; found ")


def respelt(text: str, becomes: str, entries: list[Entry]) -> bytes:
    """The report printed again with another text in the place of one."""
    pages = lay_out("Surgery", entries)
    assert any(piece.text == text for page in pages for piece in page)
    return render_report(
        [[replace(piece, text=becomes if piece.text == text else piece.text) for piece in page] for page in pages]
    )


# --- what a report says -----------------------------------------------------------------------------------------------


def test_a_program_is_its_number_name_place_status_and_date() -> None:
    (row,) = read(make_report_pdf("Surgery", [UPMC]))
    assert {name: value for name, value in row.items() if value is not None} == {
        "acgme_id": "4404121302",
        "program_name": "UPMC Medical Education Program",
        "city": "Pittsburgh",
        "state": "PA",
        "zip_code": "15213",
        "name_cut": False,
        "accreditation_status": "Continued Accreditation",
        "status_effective_on": date(2015, 7, 1),
        "locator": "page 1 program 1",
    }


def test_programs_go_on_over_pages_with_headings_repeated() -> None:
    rows = read(make_report_pdf("Surgery", [entry(number) for number in range(1, 21)], per_page=7))
    assert [row["acgme_id"] for row in rows] == [f"44041{number:05}" for number in range(1, 21)]
    places = [f"page {page} program {number}" for page, size in ((1, 7), (2, 7), (3, 6)) for number in range(1, size + 1)]
    assert [row["locator"] for row in rows] == places


@pytest.mark.parametrize(
    "name",
    [
        "University of Texas Southwestern Medical Center/Veterans Affairs North Texas Health Care System Program",
        "Maimonides Medical Center/Infants and Children's Hospital of Brooklyn (Winston-Salem) Program",
        "Allegheny Health Network Medical Education Consortium (AGH/WPH) Program",
    ],
)
def test_wrapped_names_are_put_together(name: str) -> None:
    (row,) = read(make_report_pdf("Surgery", [entry(name=name)]))
    assert row["program_name"] == name


@pytest.mark.parametrize(
    ("street", "place", "expected"),
    [
        (("1 Main Street",), "Winston-Salem, NC 27157", ("Winston-Salem", "NC", "27157")),
        ((), "St. Louis, MO 631101093", ("St. Louis", "MO", "63110")),
        (("Building 2, Room 3", "Box 800", "c/o Surgery, Floor 9"), "San Juan, PR 00936-5067", ("San Juan", "PR", "00936")),
        (("1 Main Street", "Rancho Santa Margarita, CA"), "92688-1234", ("Rancho Santa Margarita", "CA", "92688")),
    ],
)
def test_city_state_and_zip_are_the_last_line_that_is_one(
    street: tuple[str, ...], place: str, expected: tuple[str, str, str]
) -> None:
    (row,) = read(make_report_pdf("Surgery", [entry(street=street, place=place)]))
    assert (row["city"], row["state"], row["zip_code"]) == expected


def test_address_without_a_city_sets_the_row_aside() -> None:
    parsed = SOURCE.parse(without_persons(make_report_pdf("Surgery", [entry(1), entry(2, place="")])), ABOUT)
    (row,) = validate(located(ACGME_PROGRAM), parsed.rows[ACGME_PROGRAM.name]).rejected.rows(named=True)
    assert (row["locator"], row["reasons"]) == ("page 1 program 2", ["state: expected a value, found nothing"])


@pytest.mark.parametrize(
    "status",
    [
        "Initial Accreditation",
        "Initial Accreditation with Warning",
        "Continued Accreditation without Outcomes",
        "Probationary Accreditation",
        "Pre-Accreditation",
        "Accreditation Withdrawn",
        "Voluntary Withdrawal of Accreditation",
        "Administrative Withdrawal",
    ],
)
def test_statuses_are_kept_as_printed(status: str) -> None:
    (row,) = read(make_report_pdf("Surgery", [entry(status=status)]))
    assert row["accreditation_status"] == status


def test_status_without_a_date_has_none() -> None:
    (row,) = read(make_report_pdf("Surgery", [entry(effective="")]))
    assert row["status_effective_on"] is None


def test_number_of_another_accreditor_is_set_aside() -> None:
    parsed = SOURCE.parse(without_persons(make_report_pdf("Surgery", [entry(1), replace(UPMC, number="M440412130")])), ABOUT)
    (row,) = validate(located(ACGME_PROGRAM), parsed.rows[ACGME_PROGRAM.name]).rejected.rows(named=True)
    assert row["reasons"] == ["acgme_id: expected text like ^[0-9]{10}$, found 'M440412130'"]


def test_the_same_report_has_the_same_cleaned_form() -> None:
    data = make_report_pdf("Surgery", [entry(1), entry(2)])
    assert without_persons(data) == without_persons(data)
    assert list(json.loads(without_persons(data))) == ["pages", "programs_found", "programs"]


# --- the total --------------------------------------------------------------------------------------------------------


def total(data: bytes) -> tuple[int | None, int]:
    parsed = SOURCE.parse(without_persons(data), ABOUT)
    return parsed.stated_total, parsed.rows[ACGME_PROGRAM.name].height


def test_last_line_is_the_stated_total() -> None:
    assert total(make_report_pdf("Surgery", [entry(1), entry(2)])) == (2, 2)
    assert total(make_report_pdf("Surgery", [entry(1)])) == (1, 1)
    assert total(make_report_pdf("Surgery", [entry(1)], found=1188)) == (1188, 1)
    assert total(make_report_pdf("Surgery", [])) == (0, 0)


def test_report_without_its_last_line_states_no_total() -> None:
    assert total(respelt("1 program found.", "", [entry(1)])) == (None, 1)


def drop(folder: Path, **reports: bytes) -> dict[str, bytes]:
    """Reports in the folder of the profile."""
    (folder / "reports").mkdir(parents=True, exist_ok=True)
    for name, data in reports.items():
        (folder / "reports" / f"{name}.pdf").write_bytes(data)
    return reports


ENTRIES = {NAME: [{"from": "reports", "date": "2026-09-01"}]}


def test_rows_must_equal_the_total_to_be_complete(tmp_path: Path) -> None:
    cut = make_report_pdf("Surgery", [entry(1)], found=2)
    drop(tmp_path, whole=make_report_pdf("Pediatrics", [entry(2), entry(3)]), cut=cut, none=make_report_pdf("Urology", []))
    outcomes = night(tmp_path, ENTRIES)
    assert {document: (one.complete, one.reason) for (_, document), one in outcomes.items()} == {
        "cut.pdf": (False, "incomplete: 2 stated, 1 parsed"),
        "none.pdf": (True, None),
        "whole.pdf": (True, None),
    }
    assert rows_of(tmp_path, ACGME_PROGRAM)["acgme_id"].to_list() == ["4404100001", "4404100002", "4404100003"]


def test_next_report_of_a_specialty_replaces_the_last_and_retires_what_is_gone(tmp_path: Path) -> None:
    many = [entry(number) for number in range(1, 13)]
    drop(tmp_path, surgery=make_report_pdf("Surgery", many))
    night(tmp_path, ENTRIES)
    assert night(tmp_path, ENTRIES, SECOND)[NAME, "surgery.pdf"].captured is AttemptOutcome.UNCHANGED
    drop(tmp_path, surgery=make_report_pdf("Surgery", many[:-1]))
    assert night(tmp_path, ENTRIES, THIRD)[NAME, "surgery.pdf"].complete
    assert rows_of(tmp_path, ACGME_PROGRAM).height == 11


# --- nobody is stored -------------------------------------------------------------------------------------------------


def named(number: int, director: str) -> Entry:
    return entry(number, director=director, street=("Suite 77 Hideaway Lane", "Attn: Zed Quillfeather, MD"))


def with_contacts(entries: list[Entry]) -> list[Page]:
    """Pages whose telephone numbers and e-mail addresses are the person's too."""
    changes = {"Ph: (202) 555-0101": "Ph: (202) 555-0199", "person@example.invalid": "zed.q@example.invalid"}
    pages = lay_out("Surgery", entries)
    return [[replace(piece, text=changes.get(piece.text, piece.text)) for piece in page] for page in pages]


def test_director_address_telephone_and_email_are_never_stored(tmp_path: Path) -> None:
    pages = with_contacts([named(number, director) for number, director in enumerate(PERSONS, start=1)])
    drop(tmp_path, surgery=render_report(pages))
    outcome = night(tmp_path, ENTRIES)[NAME, "surgery.pdf"]
    assert (outcome.rows_listed, outcome.complete) == (3, True)
    held = bytes_in(tmp_path)
    assert b"UPMC Medical Education Program" in held
    assert [secret for secret in SECRETS if secret.encode() in held] == []


def moved(column: int, by: float) -> Callable[[Page], Page]:
    """One column of the rows at another place than its heading."""
    return lambda page: [
        replace(piece, x=piece.x + by) if piece.x == LEFTS[column] and piece.y > 100 else piece for piece in page
    ]


def added(x: float, text: str) -> Callable[[Page], Page]:
    """Another text beside the first line of the first program."""
    return lambda page: [*page, Piece(x, next(piece.y for piece in page if piece.text.startswith("[")), SIZE, text)]


def below(text: str) -> Callable[[Page], Page]:
    """Another text in the first column, well below the first name."""
    return lambda page: [
        *page,
        Piece(LEFTS[0], next(piece.y for piece in page if piece.text.startswith("[")) + 5 * STEP, SIZE, text),
    ]


def without_heading(word: str) -> Callable[[Page], Page]:
    return lambda page: [piece for piece in page if piece.text != word]


ELSEWHERE = "page 1: expected every cell within its column, from its left edge, found a word elsewhere"
SPOILT: dict[str, tuple[Callable[[Page], Page], str]] = {
    "directors left of their heading": (moved(2, -60.0), ELSEWHERE),
    "directors right of their heading": (moved(2, 20.0), ELSEWHERE),
    "addresses left of their heading": (moved(1, -60.0), ELSEWHERE),
    "addresses over the directors": (moved(1, 90.0), ELSEWHERE),
    "a name that runs over": (added(LEFTS[1] - 20, "Zed.Quillfeather"), ELSEWHERE),
    "no heading of directors": (without_heading("Director"), "page 1: expected the headings"),
    "no headings": (
        lambda page: [piece for piece in page if piece.y > 105 or piece.y < 80],
        "page 1: expected the headings of the table on every page, found a page without them",
    ),
    "a line of no known kind": (
        below("Printed for Zed Quillfeather"),
        "page 1: expected a program, a country, a footer or the number of programs, found a line of no known kind",
    ),
    "a person as status": (
        lambda page: [replace(piece, text="Zed Quillfeather") if piece.text == "Continued" else piece for piece in page],
        "expected a status of accreditation, found other words, at page 1 program 1",
    ),
    "a person as date": (
        lambda page: [replace(piece, text="Quillfeather") if piece.text == "07/01/2015" else piece for piece in page],
        "expected a date such as 07/01/2015, found something else, at page 1 program 1",
    ),
    "a person as name": (
        lambda page: [
            replace(piece, text="[4404100001] Zed Q. Quillfeather") if piece.text.startswith("[") else piece
            for piece in page
            if piece.text != "Education Program"
        ],
        "expected the name of a program, found what may be a person's, at page 1 program 1",
    ),
}


@pytest.mark.parametrize(("spoil", "reason"), SPOILT.values(), ids=SPOILT)
def test_what_cannot_be_cleaned_is_refused_and_told_without_a_word_of_it(
    tmp_path: Path, spoil: Callable[[Page], Page], reason: str
) -> None:
    (page,) = with_contacts([named(1, "Zed Quillfeather, MD")])
    data = render_report([spoil(page)])
    assert told(data).startswith(reason)
    drop(tmp_path, surgery=data)
    outcome = night(tmp_path, ENTRIES)[NAME, "surgery.pdf"]
    assert (outcome.captured, outcome.listed) == (AttemptOutcome.FAILED, None)
    held = bytes_in(tmp_path)
    assert [secret for secret in SECRETS if secret.encode() in held] == []


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (make_report_pdf("Surgery", [entry(1)])[:600], "expected a whole PDF, found 600 bytes PDFium cannot open"),
        (render_report([[]]), "expected programs, or 'N programs found.', found neither"),
        (
            render_report([*lay_out("A", [entry(1)]), *lay_out("B", [], found=7)]),
            "expected one number of programs found, found 2",
        ),
        (render_report([[Piece(40, 40, 8, "Program Number / Name"), Piece(40, 80, 8, "x")]]), "page 1: expected the headings"),
    ],
    ids=["cut", "empty", "two reports in one", "another table"],
)
def test_other_documents_are_refused(data: bytes, reason: str) -> None:
    assert told(data).startswith(reason)


def test_what_is_no_pdf_is_refused() -> None:
    with pytest.raises(SourceError, match="expected a PDF document; found an HTML page"):
        without_persons(b"<html><body>Sign in</body></html>")
