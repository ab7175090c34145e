"""Programs and tracks: one fact a track and Match; NRMP is joined to ACGME by the directory, else by what history leaves open."""

from datetime import date
from hashlib import sha256

import polars as pl
import pytest

from schemas.entities import LINK
from schemas.listings import ACGME_PROGRAM, NRMP_DIRECTORY_TRACK, NRMP_PROGRAM_RESULT
from tests.transforms.listed import Row, dated, program, result, results, track
from transforms import programs as p
from transforms.linking.tracks import track_links

MERCY, OTHER = "1404121504", "1404121505"
NO_LINKS = pl.DataFrame(schema={"left_id": pl.String, "right_id": pl.String})


def directory(*rows: Row) -> pl.DataFrame:
    return p.with_program_uid(dated(NRMP_DIRECTORY_TRACK, rows))


def lists(*rows: Row) -> pl.DataFrame:
    found = p.with_program_uid(dated(ACGME_PROGRAM, rows))
    return found.sort("document_date", "source", "acgme_id")


def track_table(results_: list[Row], *directory_rows: Row, listed: tuple[Row, ...] = ()) -> pl.DataFrame:
    printed, named, listings = dated(NRMP_PROGRAM_RESULT, results_), directory(*directory_rows), lists(*listed)
    table = p.program_table(listings, named, NO_LINKS)
    return p.track_table(printed, named, table, track_links(named, printed, listings)).sort("nrmp_code", "match_year")


def tracks(results_: list[Row], *directory_rows: Row, listed: tuple[Row, ...] = ()) -> list[dict[str, object]]:
    return track_table(results_, *directory_rows, listed=listed).to_dicts()


def joined(results_: list[Row], *directory_rows: Row, listed: tuple[Row, ...] = ()) -> dict[object, tuple[object, ...]]:
    """ACGME id of each track's program, and how it was found, by NRMP code."""
    rows = tracks(results_, *directory_rows, listed=listed)
    found = {row["nrmp_code"]: some(row, "acgme_id", "track_link") for row in rows}
    assert {some(row, "acgme_id", "program_uid") for row in rows} <= {
        (None, None),
        *((code, uid_of(code)) for code in (MERCY, OTHER)),
    }
    return found


def uid_of(acgme_id: str) -> str:
    return "prg-" + sha256(acgme_id.encode()).hexdigest()[:12]


def programs(list_rows: list[Row], *directory_rows: Row) -> list[dict[str, object]]:
    return p.program_table(lists(*list_rows), directory(*directory_rows), NO_LINKS).sort("acgme_id").to_dicts()


def some(row: dict[str, object], *names: str) -> tuple[object, ...]:
    return tuple(row[name] for name in names)


# --- ids --------------------------------------------------------------------------------------------------------------


def test_a_program_keeps_its_id_from_list_to_list() -> None:
    ids = [lists(program(MERCY))["program_uid"], directory(track("1648140C0", MERCY))["program_uid"]]
    assert ids[0].to_list() == ids[1].to_list() == [uid_of(MERCY)]


# --- tracks -----------------------------------------------------------------------------------------------------------


def test_two_editions_that_agree_are_one_fact() -> None:
    (row,) = tracks([result("1648140C0", 2021, 10, 9, document=document) for document in ("older.pdf", "newer.pdf")])
    assert some(row, "offered", "quota", "matched", "unfilled", "disagreement") == (True, 10, 9, 1, False)
    assert row["editions"] == ["newer.pdf", "older.pdf"]


def test_of_two_editions_that_differ_the_newest_stands_and_the_difference_is_told() -> None:
    rows = [result("1648140C0", 2021, 10, 9, document="newer.pdf"), result("1648140C0", 2021, 10, 10, document="older.pdf")]
    for order in (rows, rows[::-1]):
        (row,) = tracks(order)
        assert some(row, "quota", "matched", "unfilled", "disagreement") == (10, 9, 1, True)


def test_editions_that_differ_on_whether_a_track_was_offered_disagree() -> None:
    rows = [result("1648140C0", 2021, None, document="newer.pdf"), result("1648140C0", 2021, 4, document="older.pdf")]
    (row,) = tracks(rows)
    assert some(row, "offered", "quota", "disagreement") == (False, None, True)


def test_a_new_name_of_the_institution_is_no_disagreement() -> None:
    rows = [
        result("1315140C0", 2021, 9, document="older.pdf", institution_name="Sparrow Hospital-MI"),
        result("1315140C0", 2021, 9, document="newer.pdf", institution_name="U Michigan Health-Sparrow"),
    ]
    (row,) = tracks(rows)
    assert some(row, "institution_name", "disagreement") == ("U Michigan Health-Sparrow", False)


def test_a_year_in_which_a_track_was_not_offered_has_no_numbers() -> None:
    (row,) = tracks([result("1648140C0", 2021, None)])
    assert some(row, "offered", "quota", "matched", "unfilled") == (False, None, None, None)


def test_a_track_that_only_the_directory_names_is_neither_offered_nor_not_offered() -> None:
    (row,) = tracks([], track("1648140C0", MERCY, match_services=["ERAS", "Central App"]))
    assert some(row, "match_year", "offered", "quota", "matched", "editions") == (2025, None, None, None, [])
    assert some(row, "match_name", "acgme_id", "match_services") == ("main", MERCY, ["ERAS", "Central App"])


def test_results_of_other_years_find_their_program_through_the_directory() -> None:
    rows = tracks(results("1648140C0", {2023: 8, 2024: 9}), track("1648140C0", MERCY))
    assert [some(row, "match_year", "quota", "acgme_id") for row in rows] == [
        (2023, 8, MERCY),
        (2024, 9, MERCY),
        (2025, None, MERCY),
    ]


def test_results_of_the_directorys_own_year_share_its_row() -> None:
    (row,) = tracks([result("1648140C0", 2025, 9, city="Pgh")], track("1648140C0", MERCY, city="Pittsburgh"))
    assert some(row, "match_year", "quota", "city", "match_services") == (2025, 9, "Pgh", ["ERAS"])


HISTORY_2024 = {"institution_name": "Mercy Hospital-PA", "state": "PA", "city": "Pittsburgh"}
AT_MERCY = track("1648140C0", MERCY)


def test_the_directorys_code_decides_against_every_name() -> None:
    named_like_it = program(OTHER, program_name="Mercy Hospital Program", city="Pittsburgh")
    assert joined([result("1648140C0", 2024, 5, **HISTORY_2024)], AT_MERCY, listed=(named_like_it,)) == {
        "1648140C0": (MERCY, "authority_code")
    }


def test_a_track_without_an_entry_is_its_siblings_programs() -> None:
    found = joined([result("1648140P0", 2024, 5, **HISTORY_2024)], AT_MERCY)
    assert found == {"1648140C0": (MERCY, "authority_code"), "1648140P0": (MERCY, "history")}


@pytest.mark.parametrize(
    ("code", "entries"),
    [
        pytest.param("1648400C0", [AT_MERCY], id="another specialty"),
        pytest.param("1649140C0", [AT_MERCY], id="another institution of that name"),
        pytest.param("1648140P0", [AT_MERCY, track("1648140C1", OTHER)], id="the institution has two programs of the specialty"),
    ],
)
def test_a_track_without_one_sibling_program_is_nobodys(code: str, entries: list[Row]) -> None:
    assert joined([result(code, 2024, 5, **HISTORY_2024)], *entries)[code] == (None, None)


def test_a_sibling_is_not_trusted_where_a_list_names_another_program_like_the_institution() -> None:
    rival = program(OTHER, program_name="Mercy Hospital Program", city="Pittsburgh")
    printed = [result("1648140P0", 2024, 5, **HISTORY_2024)]
    assert joined(printed, AT_MERCY, listed=(rival,))["1648140P0"] == (None, None)
    in_ohio = {**rival, "state": "OH"}
    assert joined(printed, AT_MERCY, listed=(in_ohio,))["1648140P0"] == (MERCY, "history")


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param([{}], (MERCY, "history"), id="one program of that name"),
        pytest.param([{"program_name": "The Mercy Hosp. Program"}], (MERCY, "history"), id="in another spelling"),
        pytest.param([{"city": None}], (MERCY, "history"), id="in a city that is not told"),
        pytest.param([{"city": "Erie"}], (None, None), id="in another city"),
        pytest.param([{"state": "OH"}], (None, None), id="in another state"),
        pytest.param([{"acgme_id": "4004121504"}], (None, None), id="of another specialty"),
        pytest.param([{"program_name": "Hope Hospital Program"}], (None, None), id="of another name"),
        pytest.param([{}, {"acgme_id": OTHER}], (None, None), id="two programs of that name"),
        pytest.param([{}, {"acgme_id": OTHER, "city": "Erie"}], (MERCY, "history"), id="one of two, by its city"),
    ],
)
def test_a_track_of_an_institution_without_entries_is_its_only_namesakes(
    rows: list[dict[str, object]], expected: tuple[object, ...]
) -> None:
    named = [{"acgme_id": MERCY, "program_name": "Mercy Hospital Program", "city": "Pittsburgh", **row} for row in rows]
    listed = tuple(program(**row) for row in named)  # type: ignore[arg-type]
    assert joined([result("1648140C0", 2024, 5, **HISTORY_2024)], listed=listed)["1648140C0"] == expected


def test_a_specialty_without_a_code_of_ours_is_joined_by_the_directory_alone() -> None:
    named = program("8884121504", program_name="Mercy Hospital Program", city="Pittsburgh")
    printed = [result("1648888C0", 2024, 5, **HISTORY_2024)]
    assert joined(printed, listed=(named,))["1648888C0"] == (None, None)
    (row,) = track_table(printed, track("1648888C0", "8884121504", match_year=2024)).to_dicts()
    assert some(row, "acgme_id", "track_link") == ("8884121504", "authority_code")


@pytest.mark.parametrize(
    ("letter", "expected"),
    [
        ("C", "categorical"),
        ("M", "primary"),
        ("P", "preliminary"),
        ("A", "advanced"),
        ("R", "physician"),
        ("F", "fellowship"),
        ("S", "specialty"),
    ],
)
def test_the_letter_of_a_code_is_the_type_of_its_track(letter: str, expected: str) -> None:
    (row,) = tracks([result(f"1648140{letter}0", 2024, 3)])
    assert some(row, "track_type", "institution_code") == (expected, "1648")


def links(results_: list[Row], *directory_rows: Row, listed: tuple[Row, ...] = ()) -> list[dict[str, object]]:
    found = track_links(directory(*directory_rows), dated(NRMP_PROGRAM_RESULT, results_), lists(*listed))
    return LINK.conform(found).to_dicts()


def test_a_link_of_a_track_says_what_it_rests_on() -> None:
    rows = links([result("1648140P0", year, 5, **HISTORY_2024) for year in (2024, 2021)], AT_MERCY)
    common = {"left_kind": "track", "right_kind": "program", "right_id": uid_of(MERCY), "kind": "part_of", "valid_to": None}
    assert rows == [
        {
            **common,
            "left_id": "1648140C0",
            "link_method": "authority_code",
            "score": 1.0,
            "basis": f"NRMP 1648140C0 and ACGME {MERCY} on one directory entry",
            "decided_by": "codes",
            "valid_from": date(2025, 7, 1),
        },
        {
            **common,
            "left_id": "1648140P0",
            "link_method": "history",
            "score": 0.97,
            "basis": "1648140C0 of the same institution and specialty is the program's, and no other program of it is known",
            "decided_by": "history",
            "valid_from": date(2021, 7, 1),
        },
    ]


def test_a_namesakes_link_is_less_sure_than_a_siblings() -> None:
    named = program(MERCY, program_name="Mercy Hospital Program", city="Pittsburgh")
    (row,) = links([result("1648140C0", 2024, 5, **HISTORY_2024)], listed=(named,))
    assert some(row, "link_method", "score", "valid_from") == ("history", 0.95, date(2024, 7, 1))
    assert row["basis"] == "the only program of that specialty named 'MERCY HOSPITAL' in PA"


# --- match history ----------------------------------------------------------------------------------------------------


def test_match_history_sums_tracks_of_one_type() -> None:
    rows = [
        result("1648140C0", 2024, 10, 8),
        result("1648140C1", 2024, 6, 6),
        result("1648140P0", 2024, 4, 1),
        result("1648140C0", 2023, None),
        result("9999140C0", 2024, 50, 50),
    ]
    entries = [track(code, MERCY) for code in ("1648140C0", "1648140C1", "1648140P0")]
    table = p.match_history_table(track_table(rows, *entries)).sort("track_type")
    columns = ("match_year", "track_type", "n_tracks", "quota", "matched", "unfilled", "unfilled_rate")
    assert table.select(columns).rows() == [
        (2024, "categorical", 2, 16, 14, 2, 0.125),
        (2024, "preliminary", 1, 4, 1, 3, 0.75),
    ]


def test_match_history_counts_tracks_that_history_joined() -> None:
    table = p.match_history_table(track_table(results("1648140P0", {2023: 3, 2024: 4}), AT_MERCY)).sort("match_year")
    assert table.select("match_year", "track_type", "n_tracks", "quota").rows() == [
        (2023, "preliminary", 1, 3),
        (2024, "preliminary", 1, 4),
    ]
    assert set(table["program_uid"]) == {uid_of(MERCY)}


def test_an_offer_of_no_positions_has_no_unfilled_rate() -> None:
    table = p.match_history_table(track_table([result("1648140C0", 2024, 0)], track("1648140C0", MERCY)))
    assert table.select("quota", "unfilled", "unfilled_rate").rows() == [(0, 0, None)]


# --- programs ---------------------------------------------------------------------------------------------------------


def test_a_program_of_several_lists_is_one_program() -> None:
    rows = programs(
        [
            program(MERCY, program_name="Mercy Hospital Program", city="Pittsburgh"),
            program(MERCY, sponsor_name="Mercy Health", accreditation_status="Continued", source="acgme_obgyn_programs"),
        ],
        track("1648140C0", MERCY),
        track("1648140P0", MERCY),
    )
    assert [some(row, "acgme_id", "specialty_code", "specialty", "state", "region") for row in rows] == [
        (MERCY, "140", "Internal medicine", "PA", "Northeast")
    ]
    assert rows[0]["accreditation_status"] == "Continued"


def test_a_programs_name_is_a_lists_rather_than_the_directorys() -> None:
    (row,) = programs([program(MERCY, program_name="Mercy Hospital Program")], track("1648140C0", MERCY))
    assert row["program_name"] == "Mercy Hospital Program"
    (row,) = programs([], track("1648140C0", MERCY, institution_name="Mercy Hospital-PA"))
    assert row["program_name"] == "Mercy Hospital-PA"


def test_of_two_cities_the_newest_documents_stands() -> None:
    older = program(MERCY, city="Wilkes-Barre", source="acgme_programs")
    newer = program(MERCY, city="Scranton", source="acgme_obgyn_programs")
    for rows in ([older, newer], [newer, older]):
        (row,) = programs(rows)
        assert row["city"] == "Scranton"


def test_a_newer_document_that_is_silent_hides_nothing() -> None:
    rows = [program(MERCY, city="Scranton"), program(MERCY, city=None, source="acgme_obgyn_programs")]
    assert [row["city"] for row in programs(rows)] == ["Scranton"]


def test_a_specialty_that_we_do_not_know_has_a_code_and_no_name() -> None:
    (row,) = programs([program("9994121504")])
    assert some(row, "specialty_code", "specialty") == ("999", "Transitional year")
    (row,) = programs([program("8884121504")])
    assert some(row, "specialty_code", "specialty") == ("888", None)


# --- institution names ------------------------------------------------------------------------------------------------


def test_every_name_that_nrmp_printed_for_an_institution_is_kept_with_its_document() -> None:
    printed = dated(
        NRMP_PROGRAM_RESULT,
        [
            result("1315140C0", 2021, 9, document="older.pdf", institution_name="Sparrow Hospital-MI", state="MI"),
            result("1315120C0", 2021, 9, document="older.pdf", institution_name="Sparrow Hospital-MI", state="MI"),
            result("1315140C0", 2021, 9, document="newer.pdf", institution_name="U Michigan Health-Sparrow", state="MI"),
        ],
    )
    table = p.institution_names(printed, directory()).sort("document")
    assert table.select("institution_code", "institution_name", "state", "document").rows() == [
        ("1315", "U Michigan Health-Sparrow", "MI", "newer.pdf"),
        ("1315", "Sparrow Hospital-MI", "MI", "older.pdf"),
    ]
