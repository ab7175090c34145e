"""Tracks and their programs: by the directory's two codes, else a sibling's or a namesake's, else by nothing."""

from datetime import date

import polars as pl
import pytest

from schemas.entities import LINK
from schemas.listings import ACGME_PROGRAM, NRMP_DIRECTORY_TRACK, NRMP_PROGRAM_RESULT
from tests.transforms.listed import Row, dated, program, result, track
from transforms.linking.tracks import NAMESAKE_SCORE, SIBLING_SCORE, track_links
from transforms.programs import with_program_uid

HOPE, GRACE = "1404121504", "1404121505"
"""Two programs in internal medicine, 140."""
UIDS = dict(
    with_program_uid(pl.DataFrame({"acgme_id": [HOPE, GRACE, "2204121504"]})).select("program_uid", "acgme_id").iter_rows()
)
HOPE_TRACK = track("1648140C0", HOPE, institution_name="Hope Hospital-PA", city="Erie")
PRINTED = {"institution_name": "Hope Hospital-PA", "city": "Erie"}

Found = dict[str, tuple[str, str, float]]


def frame_of(results: list[Row], directory: list[Row], listed: list[Row]) -> pl.DataFrame:
    lists = with_program_uid(dated(ACGME_PROGRAM, listed))
    printed = with_program_uid(dated(NRMP_DIRECTORY_TRACK, directory))
    return LINK.conform(track_links(printed, dated(NRMP_PROGRAM_RESULT, results), lists))


def linked(results: list[Row], directory: list[Row] | None = None, listed: list[Row] | None = None) -> Found:
    """ACGME id of each track's program, with method and score; the same whatever the order of the rows."""
    given = (results, directory or [], listed or [])
    found = frame_of(*given)
    assert found.equals(frame_of(*(rows[::-1] for rows in given)))
    assert found["left_id"].is_unique().all()
    return {row["left_id"]: (UIDS[row["right_id"]], row["link_method"], row["score"]) for row in found.iter_rows(named=True)}


def at_hope(nrmp_code: str, match_year: int = 2021, **more: object) -> Row:
    """A track that the results of a year print, at Hope Hospital in Erie unless told otherwise."""
    return result(nrmp_code, match_year, 5, **{**PRINTED, **more})


def named(acgme_id: str = HOPE, name: str | None = "Hope Hospital Program", city: str | None = "Erie", **more: object) -> Row:
    """A row of a program list."""
    return program(acgme_id, program_name=name, city=city, **more)


BY_CODE = (HOPE, "authority_code", 1.0)
SIBLING = (HOPE, "history", SIBLING_SCORE)
NAMESAKE = (HOPE, "history", NAMESAKE_SCORE)

# --- the directory ----------------------------------------------------------------------------------------------------


def test_both_codes_on_one_entry_decide_and_nothing_else_is_asked() -> None:
    elsewhere = named(GRACE, "Hope Hospital Program")
    assert linked([at_hope("1648140C0")], [HOPE_TRACK], [elsewhere]) == {"1648140C0": BY_CODE}


def test_a_track_without_results_is_its_entrys_programs_too() -> None:
    assert linked([], [HOPE_TRACK, track("1648140P0", GRACE)]) == {
        "1648140C0": BY_CODE,
        "1648140P0": (GRACE, "authority_code", 1.0),
    }


def test_what_a_link_of_the_directory_says() -> None:
    (row,) = frame_of([], [HOPE_TRACK], []).to_dicts()
    assert row["basis"] == f"NRMP 1648140C0 and ACGME {HOPE} on one directory entry"
    assert (row["left_kind"], row["right_kind"], row["kind"]) == ("track", "program", "part_of")
    assert (row["decided_by"], row["valid_from"], row["valid_to"]) == ("codes", date(2025, 7, 1), None)


# --- siblings ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "directory", "listed", "expected"),
    [
        pytest.param("1648140P0", [HOPE_TRACK], [], SIBLING, id="of the only program"),
        pytest.param("1648140P0", [HOPE_TRACK], [named()], SIBLING, id="that a list names"),
        pytest.param("1648140P0", [HOPE_TRACK, track("1648140M0", HOPE)], [], SIBLING, id="of a program of two tracks"),
        pytest.param("1648140P0", [HOPE_TRACK, track("1648140M0", GRACE)], [], None, id="at an institution of two programs"),
        pytest.param("1648140P0", [HOPE_TRACK], [named(), named(GRACE)], None, id="another program bears its name"),
        pytest.param("1648140P0", [HOPE_TRACK], [named(GRACE, city="York")], None, id="another bears its name elsewhere"),
        pytest.param("1648140P0", [HOPE_TRACK], [named(GRACE, state="OH")], SIBLING, id="another bears it in another state"),
        pytest.param("1648140P0", [HOPE_TRACK], [named(GRACE, "Grace Program")], SIBLING, id="another bears another name"),
        pytest.param("1648140P0", [HOPE_TRACK], [named("2204121504")], SIBLING, id="another specialty's bears its name"),
        pytest.param("1648220C0", [HOPE_TRACK], [], None, id="in a specialty without an entry"),
        pytest.param("1649140P0", [HOPE_TRACK], [], None, id="at another institution"),
    ],
)
def test_a_track_that_was_dropped_is_its_siblings(
    code: str, directory: list[Row], listed: list[Row], expected: tuple[object, ...] | None
) -> None:
    assert linked([at_hope(code)], directory, listed).get(code) == expected


def test_an_older_name_of_the_institution_may_be_another_programs() -> None:
    printed = [at_hope("1648140P0"), at_hope("1648140P0", 2020, institution_name="Grace Hospital-PA")]
    assert linked(printed[:1], [HOPE_TRACK], [named(GRACE, "Grace Hospital")])["1648140P0"] == SIBLING
    assert "1648140P0" not in linked(printed, [HOPE_TRACK], [named(GRACE, "Grace Hospital")])


def test_what_a_siblings_link_says() -> None:
    printed = [at_hope("1648140P0"), at_hope("1648140P0", 2019, document="older.pdf")]
    row = frame_of(printed, [track("1648140M0", HOPE), HOPE_TRACK], []).filter(pl.col("link_method") == "history").to_dicts()[0]
    assert row["basis"] == "1648140C0 of the same institution and specialty is the program's, and no other program of it is known"
    assert (row["decided_by"], row["valid_from"], row["score"]) == ("history", date(2019, 7, 1), 0.97)


# --- namesakes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("printed", "listed", "expected"),
    [
        pytest.param({}, [named()], NAMESAKE, id="the only program of that name"),
        pytest.param({}, [named(name="The Hope Hosp. Program")], NAMESAKE, id="in another spelling"),
        pytest.param({"city": "ERIE "}, [named()], NAMESAKE, id="the city in another spelling"),
        pytest.param({}, [named(city=None)], NAMESAKE, id="the program's city not told"),
        pytest.param({"city": None}, [named()], NAMESAKE, id="the track's city not told"),
        pytest.param({}, [named(city="York")], None, id="in another city"),
        pytest.param({}, [named(state="OH")], None, id="in another state"),
        pytest.param({}, [named("2204121504")], None, id="of another specialty"),
        pytest.param({}, [named(name="Hope Medical Center")], None, id="of a likely name only"),
        pytest.param({}, [named(name=None)], None, id="of no name"),
        pytest.param({"institution_name": "The, Inc."}, [named(name="The, Inc.")], None, id="of a name that is none"),
        pytest.param({}, [named(), named(GRACE)], None, id="one of two of that name"),
        pytest.param({}, [named(), named(GRACE, city="York")], NAMESAKE, id="one of two, by its city"),
        pytest.param({"city": None}, [named(), named(GRACE, city="York")], None, id="one of two, without a city"),
        pytest.param({}, [named(), named(GRACE, city=None)], None, id="one of two, the other's city not told"),
    ],
)
def test_a_track_of_an_institution_without_entries_is_its_only_namesakes(
    printed: Row, listed: list[Row], expected: tuple[object, ...] | None
) -> None:
    assert linked([at_hope("1648140C0", **printed)], [], listed).get("1648140C0") == expected


def test_an_institution_of_two_programs_in_the_specialty_has_no_namesake() -> None:
    entries = [track("1648140M0", HOPE), track("1648140C0", GRACE)]
    found = linked([at_hope("1648140P0")], entries, [named()])
    assert set(found) == {"1648140M0", "1648140C0"}


def test_an_entry_in_another_specialty_does_not_stand_in_the_way() -> None:
    assert linked([at_hope("1648140P0")], [track("1648220C0", "2204121504")], [named()])["1648140P0"] == NAMESAKE


def test_two_names_that_lead_to_two_programs_lead_to_none() -> None:
    printed = [at_hope("1648140P0"), at_hope("1648140P0", 2020, institution_name="Grace Hospital-PA")]
    assert linked(printed, [], [named()]) == {"1648140P0": NAMESAKE}
    assert linked(printed, [], [named(), named(GRACE, "Grace Hospital")]) == {}


def test_two_tracks_of_one_institution_are_both_its_namesakes() -> None:
    printed = [at_hope("1648140C0"), at_hope("1648140P0")]
    assert linked(printed, [], [named()]) == {"1648140C0": NAMESAKE, "1648140P0": NAMESAKE}


def test_a_specialty_that_is_not_ours_is_joined_by_the_directory_alone() -> None:
    assert linked([at_hope("1648888C0")], [], [named("8884121504")]) == {}


def test_what_a_namesakes_link_says() -> None:
    (row,) = frame_of([at_hope("1648140C0")], [], [named()]).to_dicts()
    assert row["basis"] == "the only program of that specialty named 'HOPE HOSPITAL' in PA"
    assert (row["decided_by"], row["valid_from"], row["score"]) == ("history", date(2021, 7, 1), 0.95)


def test_a_city_that_an_older_year_tells_is_known() -> None:
    printed = [at_hope("1648140C0"), at_hope("1648140C0", 2022, city=None)]
    assert linked(printed, [], [named(city="York")]) == {}


def test_of_two_cities_in_documents_of_one_day_the_order_of_rows_does_not_decide() -> None:
    printed = [at_hope("1648140C0"), at_hope("1648140C0", document="newer_too.pdf", city="York")]
    linked(printed, [], [named()])


def test_without_results_lists_and_directory_there_is_no_link() -> None:
    assert linked([]) == {}
