"""Name books: what a name is made of, the names inside a name, and the places gathered for each."""

import polars as pl
import pytest

from tests.linking.books import book_of, names
from transforms.linking.namebook import BODIES, COLUMNS, name_book


def parts(name: str, *, state: str = "PA", city: str | None = None) -> dict[str, object]:
    """The one row of a book of one name."""
    (row,) = book_of(("e", name, state, city)).to_dicts()
    return row


def inside(name: str) -> list[str]:
    """The names that a name comes to."""
    return sorted(book_of(("e", name, "PA"))["name"])


# --- words ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "core", "distinct"),
    [
        pytest.param("Sparrow Hospital", "SPARROW", "SPARROW", id="what every hospital is called is left out"),
        pytest.param("The Sparrow Hospital", "SPARROW", "SPARROW", id="The"),
        pytest.param("Sparrow Hospital, Inc.", "SPARROW", "SPARROW", id="Inc."),
        pytest.param("SPARROW HOSPITAL CORPORATION", "SPARROW", "SPARROW", id="Corporation"),
        pytest.param("Sparrow Hospital, L.L.C.", "SPARROW", "SPARROW", id="L.L.C. with points"),
        pytest.param("Sparrow Hosp", "SPARROW", "SPARROW", id="Hosp"),
        pytest.param("Sparrow Med Ctr", "SPARROW", "SPARROW", id="Med Ctr"),
        pytest.param("Sparrow Hlth Sys", "SPARROW", "SPARROW", id="Hlth Sys"),
        pytest.param("Emory Univ Hosp", "EMORY UNIVERSITY", "EMORY", id="Univ stays in the core and tells nothing"),
        pytest.param("Sparrow Hospital-MI", "SPARROW", "SPARROW", id="NRMP's state suffix"),
        pytest.param("St. Luke's Hospital", "LUKES SAINT", "", id="a saint of many hospitals"),
        pytest.param("Mercy Regional Medical Center", "MERCY REGIONAL", "", id="common words alone"),
        pytest.param("University of Iowa Hospitals & Clinics", "IOWA UNIVERSITY", "", id="a state's name tells nothing"),
        pytest.param("Barnes-Jewish Hospital", "BARNES JEWISH", "BARNES", id="one word tells"),
        pytest.param("Allegheny Hospital - North Campus", "ALLEGHENY NORTH", "ALLEGHENY", id="a campus keeps its direction"),
        pytest.param("Allegheny Hospital, Main Campus", "ALLEGHENY", "ALLEGHENY", id="a main campus is the hospital"),
        pytest.param("Sparrow Hopsital", "SPARROW", "SPARROW", id="two letters changed places"),
        pytest.param("Sparrow Medcal Cetner", "SPARROW", "SPARROW", id="a letter lost and a slip"),
        pytest.param("Sparrow Univeristy Hosptial", "SPARROW UNIVERSITY", "SPARROW", id="two slips"),
        pytest.param("Sparow Hospital", "SPAROW", "SPAROW", id="a slip in a word of no table stays"),
        pytest.param("O'Connor Hospital", "OCONNOR", "OCONNOR", id="apostrophe inside a name"),
        pytest.param("CHILDREN S HOSPITAL OF ERIE", "CHILDREN ERIE", "ERIE", id="a blank for the apostrophe"),
        pytest.param("Children’s Hospital of Erie", "CHILDREN ERIE", "ERIE", id="curly apostrophe"),
        pytest.param("Sparrow Health Foundation", "SPARROW", "SPARROW", id="foundation"),
        pytest.param("Sparrow Physicians Group, P.C.", "SPARROW", "SPARROW", id="physicians"),
        pytest.param("Board of Regents of Sparrow University", "SPARROW UNIVERSITY", "SPARROW", id="regents"),
        pytest.param("Sparrow Sparrow Hospital", "SPARROW", "SPARROW", id="a word said twice"),
    ],
)
def test_a_name_comes_to_its_core_and_the_words_that_tell_it_apart(name: str, core: str, distinct: str) -> None:
    row = parts(name)
    assert row["core"] == sorted(core.split())
    assert row["distinct"] == sorted(distinct.split())


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("Sparrow Hospital", [], id="whoever is ill"),
        pytest.param("Sparrow Children's Hospital", ["children"], id="children"),
        pytest.param("Shriners Hospital", ["children"], id="Shriners"),
        pytest.param("Sparrow Women & Children Hospital", ["children", "women"], id="women and children"),
        pytest.param("Sparrow VAMC", ["veterans"], id="VAMC"),
        pytest.param("VA Sparrow Healthcare System", ["veterans"], id="VA"),
        pytest.param("Sparrow Behavioral Health", ["psychiatric"], id="the mind"),
        pytest.param("Sparrow Rehab Hosp", ["rehabilitation"], id="rehabilitation"),
        pytest.param("Sparrow Cancer Center", ["cancer"], id="cancer"),
        pytest.param("Sparrow Eye & Ear Hospital", ["organ"], id="an organ"),
        pytest.param("Erie Community Health Center", ["outpatients"], id="a health center"),
        pytest.param("Erie Community Health Center Hospital", [], id="a health center's hospital"),
    ],
)
def test_a_name_says_for_whom_a_hospital_is(name: str, expected: list[str]) -> None:
    assert parts(name)["wards"] == expected


@pytest.mark.parametrize(
    ("name", "kinds", "body", "beside"),
    [
        pytest.param("Sparrow", [], "plain", False, id="a bare word"),
        pytest.param("Sparrow Hospital", [], "hospital", False, id="hospital"),
        pytest.param("Sparrow Infirmary", [], "hospital", False, id="infirmary"),
        pytest.param("Sparrow Med Ctr", [], "hospital", False, id="medical center"),
        pytest.param("Sparrow University Medical Center", [], "hospital", False, id="university medical center"),
        pytest.param("University of Iowa Hospitals & Clinics", [], "hospital", False, id="university hospitals"),
        pytest.param("Sparrow Clinic", [], "clinic", False, id="clinic"),
        pytest.param("Sparrow Health System", [], "system", False, id="system"),
        pytest.param("Sparrow Healthcare", [], "system", False, id="healthcare"),
        pytest.param("University of Iowa", [], "school", True, id="university"),
        pytest.param("Sparrow University Health", [], "school", False, id="university health"),
        pytest.param("University of Texas Health Sciences Center", [], "school", False, id="health sciences center"),
        pytest.param("Sparrow University School of Medicine", ["school"], "school", True, id="school of medicine"),
        pytest.param("Trustees of Sparrow University", ["school"], "school", True, id="trustees"),
        pytest.param("Sparrow School District", ["school"], "school", True, id="school district"),
        pytest.param("Sparrow Graduate Medical Education", ["education"], "education", True, id="GME"),
        pytest.param("Sparrow Hospital Physicians Group", ["physicians"], "physicians", True, id="physicians of a hospital"),
        pytest.param("Sparrow Hospital Foundation", ["foundation"], "foundation", True, id="foundation of a hospital"),
        pytest.param("Sparrow Research Inst", ["foundation"], "foundation", True, id="research institute"),
    ],
)
def test_a_name_says_what_the_body_is(name: str, kinds: list[str], body: str, beside: bool) -> None:
    row = parts(name)
    assert (row["kinds"], row["body"], row["is_beside"]) == (kinds, body, beside)
    assert body in BODIES


@pytest.mark.parametrize(
    ("name", "is_health", "is_university", "bare", "phrase"),
    [
        pytest.param("University of Iowa", False, True, ["IOWA"], "UNIVERSITY IOWA", id="a university"),
        pytest.param("Iowa University Hospitals", True, False, ["IOWA"], "IOWA UNIVERSITY", id="its hospitals, words in order"),
        pytest.param("Sparrow Steel Inc", False, False, ["SPARROW", "STEEL"], "SPARROW STEEL", id="a company"),
        pytest.param("City of Sparrow", False, False, ["CITY", "SPARROW"], "CITY SPARROW", id="a city"),
        pytest.param("Sparrow Physicians", True, False, ["SPARROW"], "SPARROW PHYSICIANS", id="physicians are health care"),
    ],
)
def test_a_name_says_whether_it_is_of_health_care(
    name: str, is_health: bool, is_university: bool, bare: list[str], phrase: str
) -> None:
    row = parts(name)
    assert (row["is_health"], row["is_university"], row["bare"], row["phrase"]) == (is_health, is_university, bare, phrase)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("Allegheny General Hospital", ["ALLEG"], id="first letters of a telling word"),
        pytest.param("Barnes Wexner Hospital", ["BARNE", "WEXNE"], id="one for each"),
        pytest.param("Allegheny Alleghany Hospital", ["ALLEG"], id="one for two that begin alike"),
        pytest.param("Erie Hospital", ["ERIE"], id="a short word"),
        pytest.param("Mercy Regional Hospital", ["=MERCY REGIONAL"], id="the whole core where no word tells"),
    ],
)
def test_names_are_compared_where_telling_words_begin_alike(name: str, expected: list[str]) -> None:
    assert parts(name)["blocks"] == expected


@pytest.mark.parametrize(
    ("name", "city", "expected"),
    [
        pytest.param("Scranton Hospital", "Scranton", [], id="its own city"),
        pytest.param("Scranton Moses Hospital", "Scranton", ["MOSES"], id="a word beside its city"),
        pytest.param("Johnson City Hospital", "Johnson City", [], id="a city of two words"),
        pytest.param("Scranton Hospital", "Erie", ["SCRANTON"], id="another city"),
        pytest.param("Scranton Hospital", None, ["SCRANTON"], id="no city known"),
    ],
)
def test_a_word_that_is_its_citys_is_not_its_own(name: str, city: str | None, expected: list[str]) -> None:
    assert parts(name, city=city)["proper"] == expected


def test_a_word_is_rare_while_one_entity_of_the_state_bears_it() -> None:
    book = book_of(
        ("a", "Sparrow Moses Hospital", "PA"),
        ("b", "Sparrow Clinic", "PA"),
        ("c", "Moses Hospital", "OH"),
        ("d", "Finch Hospital", "PA"),
        ("d", "Finch Medical Center", "PA"),
    )
    found = dict(book.select("name", "rare").iter_rows())
    assert found == {
        "Sparrow Moses Hospital": ["MOSES"],
        "Sparrow Clinic": [],
        "Moses Hospital": ["MOSES"],
        "Finch Hospital": ["FINCH"],  # two names of one entity are one bearer
        "Finch Medical Center": ["FINCH"],
    }


# --- cut names --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "length", "core", "cut"),
    [
        pytest.param("THE ALLEGHENY SINGER HOSPITAL OF W", 34, "ALLEGHENY SINGER", True, id="half a word at 34"),
        pytest.param("UNIVERSITY OF PITTSBURGH HOSPITAL OF", 36, "PITTSBURGH UNIVERSITY", False, id="a known word at 36"),
        pytest.param("ALLEGHENY SINGER HOSPITAL OF PITTSBU", 36, "ALLEGHENY SINGER", True, id="half a word at 36"),
        pytest.param("ALLEGHENY SINGER RESEARCH INSTITUT", 34, "ALLEGHENY SINGER", False, id="a half word that is no riddle"),
        pytest.param(
            "ALLEGHENY SINGER GENERAL HOSPITAL AND MEDICAL CENTER OF GREATER PITTSB",
            70,
            "ALLEGHENY GENERAL GREATER SINGER",
            True,
            id="half a word at 70",
        ),
        pytest.param("ALLEGHENY SINGER HOSPITAL OF PITTSB", 35, "ALLEGHENY PITTSB SINGER", False, id="no such length"),
        pytest.param("ALLEGHENYSINGERHOSPITALOFPITTSBURG", 34, "ALLEGHENYSINGERHOSPITALOFPITTSBURG", False, id="one word alone"),
    ],
)
def test_a_last_word_that_may_be_half_a_word_is_left_out(name: str, length: int, core: str, cut: bool) -> None:
    assert len(name) == length
    row = parts(name)
    assert (row["core"], row["cut"]) == (sorted(core.split()), cut)


# --- names inside names -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mark", ["d/b/a", "DBA", "D.B.A.", "doing business as", "a/k/a", "f/k/a", "formerly known as", "dba:"])
def test_both_names_around_a_trade_mark_are_its_names(mark: str) -> None:
    assert inside(f"Hope Corporation {mark} Sparrow Medical Center") == ["Hope Corporation", "Sparrow Medical Center"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("Hope Hospital (formerly Grace Hospital)", ["Grace Hospital", "Hope Hospital"], id="in brackets"),
        pytest.param(
            "Hope Hospital/Sparrow Clinic", ["Hope Hospital", "Hope Hospital/Sparrow Clinic", "Sparrow Clinic"], id="a slash"
        ),
        pytest.param("Hope Hospital/ED", ["Hope Hospital", "Hope Hospital/ED"], id="too short a part"),
        pytest.param("Hope Corporation DBA Not Applicable", ["Hope Corporation"], id="a trade name that is none"),
        pytest.param("Hope Corporation d/b/a Hope Corporation", ["Hope Corporation"], id="the same name twice"),
    ],
)
def test_names_inside_a_name_stand_for_themselves(name: str, expected: list[str]) -> None:
    assert inside(name) == expected


@pytest.mark.parametrize(
    "name", ["", "...", "The, Inc.", "Not Applicable", "N/A", "Hospital", "Medical Center", "Medical Center Hospital", None]
)
def test_a_name_of_no_name_is_left_out(name: str | None) -> None:
    book = name_book(names(("e", name, "PA", "Erie"), ("f", "Sparrow Hospital", "PA", "Erie")))
    assert book["uid"].to_list() == ["f"]
    assert name_book(names(("e", name, "PA"))).is_empty()


@pytest.mark.parametrize("name", ["Sparrow Health Inc DBA", "SPARROW HEALTH INC D/B/A", "Sparrow Health, Inc. d/b/a "])
def test_a_trade_mark_whose_trade_name_was_cut_off_leaves_the_legal_name(name: str) -> None:
    assert [row["core"] for row in book_of(("e", name, "PA")).to_dicts()] == [["SPARROW"]]


def test_of_a_cut_name_the_trade_name_is_cut_and_the_legal_name_is_whole() -> None:
    name = "MOSES HEALTH DBA WAKEFIELD FINCHBE"
    assert len(name) == 34
    found = {row["name"]: (row["core"], row["cut"]) for row in book_of(("e", name, "PA")).to_dicts()}
    assert found == {"MOSES HEALTH": (["MOSES"], False), "WAKEFIELD FINCHBE": (["WAKEFIELD"], True)}


def test_a_whole_legal_name_before_a_trade_name_is_not_cut_whatever_its_length() -> None:
    legal = "ALLEGHENY SINGER HOSPITAL OF MOSES"
    assert len(legal) == 34
    found = {row["name"]: row["core"] for row in book_of(("e", f"{legal} DBA SPARROW HOSPITAL", "PA")).to_dicts()}
    assert found[legal] == ["ALLEGHENY", "MOSES", "SINGER"]


REAL_WORDS = [
    ("Christiana Hospital", "CHRISTIANA"),
    ("Centra Health", "CENTRA"),
    ("Inland Hospital", "INLAND"),
    ("Marian Regional Medical Center", "MARIAN"),
    ("Phoebe Sumter Medical Center", "SUMTER"),
    ("Bonner General Hospital", "BONNER"),
    ("Clifton Springs Hospital", "CLIFTON"),
    ("Mother Frances Hospital", "FRANCES"),
    ("North Country Hospital", "COUNTRY"),
    ("Keiser University", "KEISER"),
    ("New York College of Podiatric Medicine", "PODIATRIC"),
]


@pytest.mark.parametrize(("name", "word"), REAL_WORDS, ids=[word.lower() for _, word in REAL_WORDS])
def test_a_right_word_that_is_nearly_another_is_not_corrected(name: str, word: str) -> None:
    found = book_of(("e", name, "PA")).to_dicts()
    assert [word in row["core"] for row in found] == [True]


# --- gathering --------------------------------------------------------------------------------------------------------


def test_the_places_of_one_name_are_gathered() -> None:
    book = book_of(
        ("e", "Sparrow Hospital", "PA", "Erie", "16501"),
        ("e", "Sparrow Hospital", "PA", "York", "17401"),
        ("e", "Sparrow Hospital", "PA", "ERIE", "16501"),
        ("e", "Sparrow Hospital", "PA"),
        ("e", "Finch Hospital", "PA", "Reading"),
        ("f", "Sparrow Hospital", "PA", "Altoona"),
        ("e", "Sparrow Hospital", "OH", "Akron"),
    )
    assert sorted(book.select("uid", "name", "state", "cities", "zips").rows()) == [
        ("e", "Finch Hospital", "PA", ["READING"], []),
        ("e", "Sparrow Hospital", "OH", ["AKRON"], []),
        ("e", "Sparrow Hospital", "PA", ["ERIE", "YORK"], ["16501", "17401"]),
        ("f", "Sparrow Hospital", "PA", ["ALTOONA"], []),
    ]


def test_cities_are_folded_as_names_are() -> None:
    assert parts("Sparrow Hospital", city="St. Louis")["cities"] == ["SAINT LOUIS"]
    assert parts("Sparrow Hospital", city="Mt Pleasant")["cities"] == ["MOUNT PLEASANT"]
    assert parts("Sparrow Hospital", city="...")["cities"] == []


def test_every_name_of_a_book_has_a_number_and_rows_in_another_order_the_same_one() -> None:
    rows = [(uid, name, "PA", "Erie") for uid in "abc" for name in ("Sparrow Hospital", "Finch DBA Moses Clinic")]
    book = book_of(*rows)
    assert book["name_id"].to_list() == list(range(9))
    assert book.equals(book_of(*reversed(rows)))
    assert set(COLUMNS) <= set(book.columns)


def test_a_word_is_corrected_the_same_whatever_stands_beside_it() -> None:
    alone = book_of(("e", "Sparrow Hopsital", "PA")).select(pl.exclude("name_id"))
    among = book_of(("e", "Sparrow Hopsital", "PA"), ("f", "Hopsitel Finch", "PA"), ("g", "Hopsitals Moses", "PA"))
    assert among.filter(pl.col("uid") == "e").select(alone.columns).equals(alone)
