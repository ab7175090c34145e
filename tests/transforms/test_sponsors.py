"""Sponsors: one by its ACGME code, else by one name in one state, by review or a likely name; what is ambiguous is not linked."""

from datetime import date
from hashlib import sha256

import polars as pl
import pytest

from schemas.listings import ACGME_PROGRAM, NRMP_DIRECTORY_TRACK, REVIEWED_LINK
from tests.transforms.listed import Row, dated, fellowship, program, rows_of, track
from transforms.linking.matcher import load_model
from transforms.programs import with_program_uid
from transforms.sponsors import Sponsors, sponsors_of

UPMC, MAGEE, IN_OHIO = "1404121504", "2204111258", "2203811234"
FELLOWSHIP = "1394114001"
OBGYN = {"source": "acgme_obgyn_programs"}
UPMC_SPONSOR = {"sponsor_code": "418024", "sponsor_name": "UPMC Medical Education"}


def found(*rows: Row, tracks: tuple[Row, ...] = (), reviewed: tuple[Row, ...] = ()) -> Sponsors:
    programs = with_program_uid(dated(ACGME_PROGRAM, rows)).sort("document_date", "source", "acgme_id")
    directory = with_program_uid(dated(NRMP_DIRECTORY_TRACK, tracks))
    return sponsors_of(programs, directory, rows_of(REVIEWED_LINK, reviewed), load_model())


def table(sponsors: Sponsors) -> list[tuple[object, ...]]:
    return sorted(sponsors.table.select("sponsor_code", "sponsor_name", "state").rows(), key=str)


def links(sponsors: Sponsors) -> dict[str, tuple[str, str]]:
    """Name and state of the sponsor of each program, by ACGME id."""
    ids = with_program_uid(pl.DataFrame({"acgme_id": [UPMC, MAGEE, IN_OHIO, FELLOWSHIP]}))
    named = (
        sponsors.links.join(ids, left_on="right_id", right_on="program_uid")
        .join(sponsors.table, left_on="left_id", right_on="sponsor_uid")
        .select("acgme_id", "sponsor_name", "state")
    )
    assert sponsors.links["right_id"].is_unique().all()
    for name, only in (("left_kind", "sponsor"), ("right_kind", "program"), ("kind", "sponsors")):
        assert set(sponsors.links[name]) <= {only}
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
    assert sponsors.links["left_id"].n_unique() == 2


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
    assert (sponsors.table.height, sponsors.named.height, sponsors.links.height, sponsors.review.height) == (0, 0, 0, 0)


def test_a_sponsor_keeps_its_id_when_it_is_renamed() -> None:
    before = found(program(MAGEE, **UPMC_SPONSOR)).table["sponsor_uid"].to_list()
    after = found(program(MAGEE, sponsor_code="418024", sponsor_name="UPMC Graduate Education")).table["sponsor_uid"].to_list()
    assert before == after


# --- ids and days -----------------------------------------------------------------------------------------------------


def uid(spoken: str) -> str:
    return "spo-" + sha256(spoken.encode()).hexdigest()[:12]


def test_a_coded_sponsors_id_is_that_of_its_code_and_anothers_that_of_its_first_spelling_and_state() -> None:
    sponsors = found(
        program(MAGEE, **UPMC_SPONSOR, **OBGYN),
        fellowship(FELLOWSHIP, "The St. Hope Inst."),
        fellowship("3024114001", "Saint Hope Institute"),
    )
    assert dict(sponsors.table.select("sponsor_name", "sponsor_uid").iter_rows()) == {
        "UPMC Medical Education": uid("acgme|418024"),
        "Saint Hope Institute": uid("name|SAINT HOPE INSTITUTE|PA"),
    }


def test_a_sponsors_link_is_dated_by_the_document_that_shows_it() -> None:
    sponsors = found(
        program(MAGEE, **UPMC_SPONSOR, **OBGYN),
        program(UPMC, program_name="UPMC Medical Education Program"),
        fellowship(FELLOWSHIP, "UPMC Medical Education"),
        tracks=(track("1648140C0", UPMC, institution_name="UPMC Medical Education-PA"),),
    )
    assert sorted(sponsors.links.select("valid_from", "link_method", "decided_by", "score").rows()) == [
        (date(2024, 6, 1), "exact_name_state", "names", 1.0),  # the list that names it first, not the directory of October
        (date(2024, 7, 1), "authority_code", "codes", 1.0),
        (date(2026, 6, 16), "exact_name_state", "names", 1.0),
    ]
    assert sponsors.links["valid_to"].null_count() == 3


def test_every_name_that_a_list_prints_for_a_sponsor_is_kept_with_its_city() -> None:
    sponsors = found(
        program(MAGEE, sponsor_code="418024", sponsor_name="Univ of Pittsburgh Med Ctr", city="Pittsburgh"),
        program(UPMC, **UPMC_SPONSOR, **OBGYN, city="Erie"),
        fellowship(FELLOWSHIP, "Hope Institute"),
    )
    names = {row["sponsor_uid"]: row["sponsor_name"] for row in sponsors.table.iter_rows(named=True)}
    told = [(names[found_uid], *rest) for found_uid, *rest in sponsors.named.rows()]
    assert sorted(told, key=str) == [
        ("Hope Institute", "Hope Institute", None, "acgme_clinical_informatics_fellowships"),
        ("UPMC Medical Education", "UPMC Medical Education", "Erie", "acgme_obgyn_programs"),
        ("UPMC Medical Education", "Univ of Pittsburgh Med Ctr", "Pittsburgh", "acgme_programs"),
    ]


# --- by review --------------------------------------------------------------------------------------------------------


def decision(left_kind: str, left_named: str, decided: str, code: str = "418024") -> Row:
    return {
        "left_kind": left_kind,
        "left_named": left_named,
        "decision": decided,
        "right_authority": "acgme_institution",
        "right_code": code,
    }


UPMC_IN_PITTSBURGH = program(MAGEE, **UPMC_SPONSOR, **OBGYN, city="Pittsburgh")
ELSEWHERE = program("2204111259", sponsor_code="410001", sponsor_name="Mercy Hospital", **OBGYN)


@pytest.mark.parametrize("named", ["University Health Center", "THE UNIVERSITY HLTH CTR, INC."])
def test_a_name_that_a_reviewer_knows_is_the_coded_sponsor(named: str) -> None:
    sponsors = found(
        UPMC_IN_PITTSBURGH,
        fellowship(FELLOWSHIP, "University Health Center"),
        reviewed=(decision("sponsor", named, "same"),),
    )
    assert table(sponsors) == [("418024", "UPMC Medical Education", "PA")]
    assert links(sponsors)[FELLOWSHIP] == ("UPMC Medical Education", "PA")
    (row,) = sponsors.links.filter(pl.col("link_method") == "reviewed").to_dicts()
    assert (row["score"], row["decided_by"], row["valid_from"]) == (1.0, "editors", date(2026, 6, 16))
    assert row["basis"] == "Its own page says so. (https://example.org/about)"


def test_a_reviewers_name_in_another_state_is_another_sponsors() -> None:
    sponsors = found(
        UPMC_IN_PITTSBURGH,
        fellowship("1393814001", "University Health Center", state="OH"),
        reviewed=(decision("sponsor", "University Health Center", "same"),),
    )
    assert table(sponsors) == [("418024", "UPMC Medical Education", "PA"), (None, "University Health Center", "OH")]


def test_a_program_that_no_name_places_has_the_sponsor_that_a_reviewer_gives_it() -> None:
    sponsors = found(
        UPMC_IN_PITTSBURGH,
        program(UPMC, program_name="Allegheny Internists Program"),
        reviewed=(decision("program", UPMC, "sponsors"),),
    )
    assert links(sponsors)[UPMC] == ("UPMC Medical Education", "PA")
    (row,) = sponsors.links.filter(pl.col("link_method") == "reviewed").to_dicts()
    assert (row["left_id"], row["kind"], row["decided_by"]) == (uid("acgme|418024"), "sponsors", "editors")
    assert row["valid_from"] == date(2026, 8, 1)  # the day of the reviewer's evidence


def test_a_code_beats_a_reviewer() -> None:
    sponsors = found(UPMC_IN_PITTSBURGH, ELSEWHERE, reviewed=(decision("program", MAGEE, "sponsors", "410001"),))
    assert links(sponsors)[MAGEE] == ("UPMC Medical Education", "PA")


def test_a_reviewer_settles_a_name_that_two_sponsors_share() -> None:
    rows = (
        program(MAGEE, sponsor_code="410001", sponsor_name="Mercy Hospital"),
        program(UPMC, sponsor_code="410002", sponsor_name="Mercy Hosp"),
        fellowship(FELLOWSHIP, "Mercy Hospital"),
    )
    sponsors = found(*rows, reviewed=(decision("program", FELLOWSHIP, "sponsors", "410002"),))
    assert links(sponsors)[FELLOWSHIP] == ("Mercy Hosp", "PA")


def test_a_decision_about_a_sponsor_that_no_list_names_changes_nothing() -> None:
    rows = (UPMC_IN_PITTSBURGH, program(UPMC, program_name="Allegheny Internists Program"))
    told = found(*rows, reviewed=(decision("program", UPMC, "sponsors", "999999"),))
    assert told.links.equals(found(*rows).links)
    assert UPMC not in links(told)


# --- by a likely name -------------------------------------------------------------------------------------------------

NEARLY = program(UPMC, program_name="UPMC Graduate Medical Education Program", city="Pittsburgh")


def test_a_name_that_is_likely_but_not_sure_waits_for_review_and_is_not_used() -> None:
    sponsors = found(UPMC_IN_PITTSBURGH, NEARLY)
    assert UPMC not in links(sponsors)
    (row,) = sponsors.review.to_dicts()
    assert (row["left_kind"], row["right_kind"], row["right_id"]) == ("program", "sponsor", uid("acgme|418024"))
    assert (row["left_name"], row["right_name"], row["state"]) == (
        "UPMC Graduate Medical Education Program",
        "UPMC Medical Education",
        "PA",
    )
    model = load_model()
    assert model.review_from <= row["score"] < model.use_from


def test_a_pair_that_a_reviewer_refused_waits_no_more() -> None:
    sponsors = found(UPMC_IN_PITTSBURGH, NEARLY, reviewed=(decision("program", UPMC, "not_same"),))
    assert sponsors.review.is_empty()
    assert UPMC not in links(sponsors)


def test_a_pair_that_a_reviewer_accepted_is_used_and_waits_no_more() -> None:
    sponsors = found(UPMC_IN_PITTSBURGH, NEARLY, reviewed=(decision("program", UPMC, "sponsors"),))
    assert sponsors.review.is_empty()
    assert links(sponsors)[UPMC] == ("UPMC Medical Education", "PA")


def test_a_name_that_is_sure_is_used_and_says_how_it_was_found() -> None:
    davis = program(
        "2200521028", state="CA", city="Sacramento", sponsor_code="058115", sponsor_name="University of California Davis Health"
    )
    likely = track("1058140C0", UPMC, institution_name="UC Davis Med Ctr-CA", city="Sacramento", state="CA")
    sponsors = found(davis, tracks=(likely,))
    assert links(sponsors)[UPMC] == ("University of California Davis Health", "CA")
    (row,) = sponsors.links.filter(pl.col("link_method") == "probabilistic").to_dicts()
    model = load_model()
    assert row["score"] >= model.use_from
    assert row["decided_by"] == f"matcher {model.version}"
    assert row["basis"].startswith("'UC Davis Med Ctr-CA' and 'University of California Davis Health': ")
