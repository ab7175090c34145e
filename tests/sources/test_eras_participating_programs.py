"""One page of the ERAS list: what it says, with and without its index, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from flows.sources.eras_participating_programs import SOURCE
from flows.sources.source import About, Parsed, SourceError
from schemas.listings import ACGME_PROGRAM, ERAS_PROGRAM, located
from schemas.validation import Validated, validate
from tests.eras_pages import Listed, Specialty, display_page, index_page

NAME = SOURCE.name
UPMC = Listed("Pennsylvania", "Pittsburgh", "UPMC Medical Education Program", "1404121504")
MEDICINE = Specialty("140", "Internal Medicine", "September", (UPMC,))


def parse(page: str | bytes, name: str = "140.html") -> Parsed:
    data = page.encode() if isinstance(page, str) else page
    return SOURCE.parse(SOURCE.before_storing(data), About(name, date(2026, 9, 1)))


def read(*programs: Listed) -> Validated:
    parsed = parse(display_page(replace(MEDICINE, programs=programs)))
    return validate(located(ERAS_PROGRAM), parsed.rows[ERAS_PROGRAM.name])


def test_page_saved_by_hand_names_its_specialty_and_no_cycle() -> None:
    (row,) = read(UPMC).listed.rows(named=True)
    assert (row["eras_specialty_code"], row["eras_specialty"], row["eras_season"], row["eras_cycles"]) == (
        "140",
        "Internal Medicine",
        2027,
        [],
    )


def test_tracks_of_one_name_are_numbered() -> None:
    found = read(UPMC, replace(UPMC, status="Not Participating"), replace(UPMC, name="Other")).listed
    assert found.select("program_name", "track_number", "eras_status").rows() == [
        ("Other", 1, "Participating"),
        ("UPMC Medical Education Program", 1, "Participating"),
        ("UPMC Medical Education Program", 2, "Not Participating"),
    ]


def test_programs_without_an_id_are_told_apart_by_name_and_place() -> None:
    new = replace(UPMC, accreditation_id="", notes=("New Program!",))
    found = read(new, replace(new, city="Erie"), replace(new, city="", state="")).listed
    assert found.select("program_key", "acgme_id", "city", "state", "eras_notes").rows() == [
        ("/", None, None, None, ["New Program!"]),
        ("Erie/PA", None, "Erie", "PA", ["New Program!"]),
        ("Pittsburgh/PA", None, "Pittsburgh", "PA", ["New Program!"]),
    ]


def test_id_of_another_accreditor_is_kept_and_is_no_id_of_ours() -> None:
    (row,) = read(replace(UPMC, accreditation_id="U-4471")).listed.rows(named=True)
    assert (row["accreditation_id"], row["program_key"], row["acgme_id"]) == ("U-4471", "U-4471", None)


@pytest.mark.parametrize(
    ("notes", "expected"),
    [
        (("New Program!", "Osteopathic Recognized!"), ["New Program!", "Osteopathic Recognized!"]),
        (("New Program!Osteopathic Recognized!",), ["New Program!", "Osteopathic Recognized!"]),
        (("Program Signals, New Program!",), ["Program Signals", "New Program!"]),
        ((), []),
    ],
)
def test_notes_are_taken_off_the_name(notes: tuple[str, ...], expected: list[str]) -> None:
    (row,) = read(replace(UPMC, notes=notes)).listed.rows(named=True)
    assert (row["program_name"], row["eras_notes"]) == (UPMC.name, expected)


@pytest.mark.parametrize("status", ["Participating", "Not Participating", "Unregistered", "No Longer Accepting Applications"])
def test_statuses_are_those_four(status: str) -> None:
    assert read(replace(UPMC, status=status)).listed["eras_status"].to_list() == [status]


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        (
            replace(UPMC, status="Paused"),
            "eras_status: expected one of Participating, Not Participating, Unregistered, No Longer Accepting Applications, "
            "found 'Paused'",
        ),
        (replace(UPMC, state="Ontario"), "state: expected one of the 56 words of the dictionary, found 'ONTARIO'"),
        (replace(UPMC, name=""), "program_name: expected a value, found nothing"),
    ],
)
def test_what_the_list_never_said_is_set_aside(program: Listed, reason: str) -> None:
    (row,) = read(program).rejected.rows(named=True)
    assert row["reasons"] == [reason]


def test_every_id_of_the_accreditor_is_one_program() -> None:
    many = (UPMC, replace(UPMC, name="Research"), replace(UPMC, accreditation_id="U-1"), replace(UPMC, state="Ontario"))
    rows = parse(display_page(replace(MEDICINE, programs=many))).rows[ACGME_PROGRAM.name]
    assert rows.select("acgme_id", "program_name", "city", "state", "locator").rows() == [
        ("1404121504", UPMC.name, "Pittsburgh", "PA", "table row 2")
    ]
    assert validate(located(ACGME_PROGRAM), rows).rejected.is_empty()


def test_page_without_programs_is_a_whole_and_empty_list() -> None:
    parsed = parse(display_page(replace(MEDICINE, programs=())))
    assert (parsed.stated_total, [frame.height for frame in parsed.rows.values()]) == (0, [0, 0])


def test_total_is_what_the_foot_says_wherever_it_stands() -> None:
    page = display_page(replace(MEDICINE, programs=(UPMC,), total=1234)).replace("1234 Programs", "1,234 Programs")
    head, foot, tail = page.partition("<tfoot>")
    foot += tail[: tail.index("</tfoot>") + 8]
    early = (head + tail.partition("</tfoot>")[2]).replace("<tbody>", f"{foot}<tbody>")
    for one in (page, early):
        parsed = parse(one)
        assert (parsed.stated_total, parsed.rows[ERAS_PROGRAM.name].height) == (1234, 1)


@pytest.mark.parametrize("name", ["surgery.html", "14.0.html", ".html", "140 copy.html"])
def test_file_that_is_not_named_by_a_code_is_refused(name: str) -> None:
    with pytest.raises(SourceError, match=r"expected a file named by the code of its specialty, such as 140\.html; found "):
        parse(display_page(MEDICINE), name)


@pytest.mark.parametrize(
    ("page", "told"),
    [
        (display_page(MEDICINE).replace("ERAS 2027 ", ""), "a page headed 'ERAS YEAR Participating Specialties and Programs'"),
        (display_page(MEDICINE).replace("tfoot", "tbody"), "a table whose foot says 'N Programs', or 'No programs were found'"),
        (display_page(MEDICINE).partition("<tfoot>")[0], "a table whose foot says 'N Programs', or 'No programs were found'"),
        (display_page(MEDICINE).replace("<td>\n  &nbsp;\n</td>", ""), "6 cells in every row of programs; found 5 in row 2"),
    ],
    ids=["no season", "no foot", "cut", "five cells"],
)
def test_another_page_is_refused(page: str, told: str) -> None:
    with pytest.raises(SourceError) as caught:
        parse(page)
    assert f"{NAME}: expected {told}" in str(caught.value)


def test_index_has_no_rows_and_must_be_one() -> None:
    parsed = parse(index_page([MEDICINE]), "index.cfm")
    assert (parsed.stated_total, {name: frame.height for name, frame in parsed.rows.items()}) == (
        0,
        {"eras_program": 0, "acgme_program": 0},
    )
    with pytest.raises(SourceError, match="found a page with 0 cycles and 0 specialties"):
        parse(display_page(MEDICINE), "index.cfm")


def test_script_remarks_and_marks_of_a_session_are_not_stored() -> None:
    page = display_page(MEDICINE, session="&CFID=77&CFTOKEN=ab-12").replace("<body>", "<body><!-- made at 12:03 -->")
    stored = SOURCE.before_storing(page.encode())
    assert [word for word in (b"CFID", b"CFTOKEN", b"ab-12", b"12:03", b"var now") if word in stored] == []
    assert SOURCE.before_storing(stored) == stored == SOURCE.before_storing(display_page(MEDICINE).encode())
    assert parse(stored).rows[ERAS_PROGRAM.name].equals(parse(page).rows[ERAS_PROGRAM.name])


def test_line_of_the_index_is_kept_when_the_document_is_read_from_a_file() -> None:
    line = '<!-- ERAS index: {"specialty": "Medicine", "cycles": ["July", "September"]} -->\n'
    rows = parse(line + display_page(MEDICINE)).rows[ERAS_PROGRAM.name]
    assert rows.select("eras_specialty", "eras_cycles").rows() == [("Medicine", "July|September")]
    assert rows.filter(pl.col("locator") == "table row 2").height == 1
