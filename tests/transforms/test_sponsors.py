"""Sponsors: one by its ACGME code, else by one name in one state; what is ambiguous is never linked."""

import polars as pl
import pytest

from schemas.listings import ACGME_PROGRAM, NRMP_DIRECTORY_TRACK
from tests.transforms.listed import Row, dated, fellowship, program, track
from transforms.programs import with_program_uid
from transforms.sponsors import Sponsors, sponsors_of

UPMC, MAGEE, IN_OHIO = "1404121504", "2204111258", "2203811234"
FELLOWSHIP = "1394114001"
OBGYN = {"source": "acgme_obgyn_programs"}
UPMC_SPONSOR = {"sponsor_code": "418024", "sponsor_name": "UPMC Medical Education"}


def found(*rows: Row, tracks: tuple[Row, ...] = ()) -> Sponsors:
    programs = with_program_uid(dated(ACGME_PROGRAM, rows)).sort("document_date", "source", "acgme_id")
    return sponsors_of(programs, with_program_uid(dated(NRMP_DIRECTORY_TRACK, tracks)))


def table(sponsors: Sponsors) -> list[tuple[object, ...]]:
    return sorted(sponsors.table.select("sponsor_code", "sponsor_name", "state").rows(), key=str)


def links(sponsors: Sponsors) -> dict[str, tuple[str, str]]:
    """Name and state of the sponsor of each program, by ACGME id."""
    ids = with_program_uid(pl.DataFrame({"acgme_id": [UPMC, MAGEE, IN_OHIO, FELLOWSHIP]}))
    named = (
        sponsors.links.join(ids, left_on="left_id", right_on="program_uid")
        .join(sponsors.table, left_on="right_id", right_on="sponsor_uid")
        .select("acgme_id", "sponsor_name", "state")
    )
    assert sponsors.links["left_id"].is_unique().all()
    return {row[0]: row[1:] for row in named.iter_rows()}


def methods(sponsors: Sponsors) -> list[tuple[str, str]]:
    return sponsors.links.select("link_method", "basis").rows()


# --- by code ----------------------------------------------------------------------------------------------------------


def test_a_sponsor_with_a_code_is_one_whatever_its_name_and_its_newest_name_stands() -> None:
    sponsors = found(
        program(MAGEE, sponsor_code="418024", sponsor_name="Univ of Pittsburgh Med Ctr"),
        program(UPMC, **UPMC_SPONSOR, **OBGYN),
    )
    assert table(sponsors) == [("418024", "UPMC Medical Education", "PA")]
    assert links(sponsors) == {program: ("UPMC Medical Education", "PA") for program in (UPMC, MAGEE)}
    assert methods(sponsors) == [("authority_code", "sponsor code 418024")] * 2


def test_a_sponsors_state_is_that_of_its_code_and_not_of_a_program_elsewhere() -> None:
    assert table(found(program(IN_OHIO, state="OH", **UPMC_SPONSOR))) == [("418024", "UPMC Medical Education", "PA")]


def test_digits_of_no_state_leave_the_state_to_the_programs() -> None:
    sponsors = found(program(IN_OHIO, state="OH", sponsor_code="998024", sponsor_name="Mercy"))
    assert table(sponsors) == [("998024", "Mercy", "OH")]


def test_a_code_beats_a_name() -> None:
    sponsors = found(
        program(MAGEE, **UPMC_SPONSOR),
        program(UPMC, program_name="UPMC Medical Education Program", sponsor_code="410001", sponsor_name="Mercy Hospital"),
    )
    assert links(sponsors)[UPMC] == ("Mercy Hospital", "PA")


# --- by name and state ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("UPMC Medical Education", id="the same name"),
        pytest.param("The UPMC Med. Education, Inc.", id="another spelling of it"),
    ],
)
def test_a_fellowship_belongs_to_the_coded_sponsor_of_its_name_and_state(name: str) -> None:
    sponsors = found(program(MAGEE, **UPMC_SPONSOR, **OBGYN), fellowship(FELLOWSHIP, name))
    assert table(sponsors) == [("418024", "UPMC Medical Education", "PA")]
    assert links(sponsors)[FELLOWSHIP] == ("UPMC Medical Education", "PA")
    assert ("exact_name_state", "name 'UPMC MEDICAL EDUCATION' in PA") in methods(sponsors)


def test_one_name_in_two_states_is_two_sponsors() -> None:
    sponsors = found(
        program("2200721051", state="CO", sponsor_code="070451", sponsor_name="Saint Joseph Hospital", **OBGYN),
        fellowship("1392014001", "St. Joseph Hospital", state="KY"),
    )
    assert table(sponsors) == [("070451", "Saint Joseph Hospital", "CO"), (None, "St. Joseph Hospital", "KY")]
    assert sponsors.links["right_id"].n_unique() == 2


def test_a_name_without_a_code_is_a_sponsor_of_its_own() -> None:
    sponsors = found(fellowship(FELLOWSHIP, "Hope Institute"), fellowship("3024114001", "The Hope Institute"))
    assert table(sponsors) == [(None, "Hope Institute", "PA")]
    assert sponsors.links.height == 2


def test_a_name_that_two_coded_sponsors_share_in_one_state_links_to_neither() -> None:
    sponsors = found(
        program(MAGEE, sponsor_code="410001", sponsor_name="Mercy Hospital"),
        program(UPMC, sponsor_code="410002", sponsor_name="Mercy Hosp"),
        fellowship(FELLOWSHIP, "Mercy Hospital"),
    )
    assert [row[0] for row in table(sponsors)] == ["410001", "410002"]
    assert sponsors.keys.is_empty()
    assert FELLOWSHIP not in links(sponsors)


@pytest.mark.parametrize(
    ("rows", "tracks"),
    [
        pytest.param((program(UPMC, program_name="UPMC Medical Education Program"),), (), id="name of the program in a list"),
        pytest.param((), (track("1648140C0", UPMC, institution_name="UPMC Med Education-PA"),), id="name of the institution"),
    ],
)
def test_a_program_without_a_stated_sponsor_belongs_to_the_one_it_is_named_after(
    rows: tuple[Row, ...], tracks: tuple[Row, ...]
) -> None:
    sponsors = found(program(MAGEE, **UPMC_SPONSOR, **OBGYN), *rows, tracks=tracks)
    assert links(sponsors)[UPMC] == ("UPMC Medical Education", "PA")


def test_a_program_whose_names_lead_to_two_sponsors_is_not_linked() -> None:
    sponsors = found(
        program(MAGEE, **UPMC_SPONSOR, **OBGYN),
        program("2204111259", sponsor_code="410001", sponsor_name="Mercy Hospital", **OBGYN),
        program(UPMC, program_name="Mercy Hospital Program"),
        tracks=(track("1648140C0", UPMC, institution_name="UPMC Medical Education-PA"),),
    )
    assert UPMC not in links(sponsors)


def test_the_same_name_in_another_state_gives_a_program_no_sponsor() -> None:
    sponsors = found(program(MAGEE, **UPMC_SPONSOR), program(IN_OHIO, state="OH", program_name="UPMC Medical Education Program"))
    assert IN_OHIO not in links(sponsors)


# --- names that are none ----------------------------------------------------------------------------------------------


def test_a_cut_name_is_never_a_sponsor_and_never_linked() -> None:
    sponsors = found(
        program(MAGEE, **UPMC_SPONSOR, **OBGYN),
        fellowship(FELLOWSHIP, "UPMC Medical Education", name_cut=True),
    )
    assert table(sponsors) == [("418024", "UPMC Medical Education", "PA")]
    assert FELLOWSHIP not in links(sponsors)


def test_a_name_of_which_nothing_is_left_is_no_sponsor() -> None:
    sponsors = found(fellowship(FELLOWSHIP, "The, Inc."))
    assert (sponsors.table.height, sponsors.links.height) == (0, 0)


def test_without_any_list_there_is_no_sponsor() -> None:
    sponsors = found(tracks=(track("1648140C0", UPMC),))
    assert (sponsors.table.height, sponsors.keys.height, sponsors.links.height) == (0, 0, 0)


def test_a_sponsor_keeps_its_id_when_it_is_renamed() -> None:
    before = found(program(MAGEE, **UPMC_SPONSOR)).table["sponsor_uid"].to_list()
    after = found(program(MAGEE, sponsor_code="418024", sponsor_name="UPMC Graduate Education")).table["sponsor_uid"].to_list()
    assert before == after
