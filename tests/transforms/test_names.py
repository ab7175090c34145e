"""Name keys: spellings of one name are one key, and different names stay different."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.names import DROPPED, WORDS, id_key, name_key


def key_of(name: str | None) -> str | None:
    frame = pl.DataFrame({"name": [name]}, schema={"name": pl.String})
    return frame.select(name_key(pl.col("name"))).item()


def id_key_of(name: str | None) -> str | None:
    frame = pl.DataFrame({"name": [name]}, schema={"name": pl.String})
    return frame.select(id_key(pl.col("name"))).item()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("Saint Joseph Hospital", "SAINT JOSEPH HOSPITAL", id="a plain name"),
        pytest.param("St. Joseph Hosp", "SAINT JOSEPH HOSPITAL", id="Saint and Hospital abbreviated"),
        pytest.param("ST JOSEPH HOSPITAL", "SAINT JOSEPH HOSPITAL", id="upper case"),
        pytest.param("Ste. Genevieve Hospital", "SAINTE GENEVIEVE HOSPITAL", id="Sainte"),
        pytest.param("University of Iowa Hospitals & Clinics", "UNIVERSITY OF IOWA HOSPITALS AND CLINICS", id="ampersand"),
        pytest.param("Health&Hospitals", "HEALTH AND HOSPITALS", id="ampersand without blanks"),
        pytest.param("The Ohio State University", "OHIO STATE UNIVERSITY", id="article"),
        pytest.param("Sparrow Hospital-MI", "SPARROW HOSPITAL", id="NRMP's state suffix"),
        pytest.param("UPMC Medical Education - PA", "UPMC MEDICAL EDUCATION", id="state suffix with blanks"),
        pytest.param("Mt Sinai Med Ctr-Miami-FL", "MOUNT SINAI MEDICAL CENTER MIAMI", id="Mt, and a state suffix after a city"),
        pytest.param("Sparrow Hospital-XX", "SPARROW HOSPITAL XX", id="a suffix that is no state stays"),
        pytest.param("Maine Medical Center", "MAINE MEDICAL CENTER", id="a state's letters inside a word stay"),
        pytest.param("Mercy Hospital Program", "MERCY HOSPITAL", id="Program at the end"),
        pytest.param("Mercy Hospital-PA Program", "MERCY HOSPITAL", id="Program after a state suffix"),
        pytest.param("Program for Rural Health", "PROGRAM FOR RURAL HEALTH", id="Program elsewhere stays"),
        pytest.param("U Michigan Hlth Sys", "UNIVERSITY MICHIGAN HEALTH SYSTEM", id="U, Hlth and Sys"),
        pytest.param("Univ. of Texas SOM", "UNIVERSITY OF TEXAS SCHOOL OF MEDICINE", id="Univ. and SOM"),
        pytest.param("Children's Hospital", "CHILDREN HOSPITAL", id="straight apostrophe"),
        pytest.param("Children’s Hospital", "CHILDREN HOSPITAL", id="curly apostrophe"),
        pytest.param("Childrens Hospital", "CHILDREN HOSPITAL", id="lost apostrophe"),
        pytest.param("O'Connor Hospital", "OCONNOR HOSPITAL", id="apostrophe inside a name"),
        pytest.param("Hôpital San José", "HOPITAL SAN JOSE", id="accents"),
        pytest.param("Mercy Hospital, Inc.", "MERCY HOSPITAL", id="legal form"),
        pytest.param("Mercy/Hope  Med. Ctr.", "MERCY HOPE MEDICAL CENTER", id="slash, double blank and points"),
        pytest.param("  Mercy Hospital ", "MERCY HOSPITAL", id="blanks around"),
        pytest.param("Ft. Worth Cmty Hosp", "FORT WORTH COMMUNITY HOSPITAL", id="Ft and Cmty"),
        pytest.param("Reg'l Mem. Gen. Hosp", "REGIONAL MEMORIAL GENERAL HOSPITAL", id="Reg'l, Mem and Gen"),
        pytest.param("VAMC Iowa City", "VETERANS AFFAIRS MEDICAL CENTER IOWA CITY", id="VAMC"),
        pytest.param("SS. Cyril & Methodius", "SAINTS CYRIL AND METHODIUS", id="several saints"),
        pytest.param("UC Davis", "UNIVERSITY CALIFORNIA DAVIS", id="UC"),
        pytest.param("UCSF Fresno", "UNIVERSITY CALIFORNIA SAN FRANCISCO FRESNO", id="UCSF"),
        pytest.param("Universtiy of Iowa", "UNIVERSITY OF IOWA", id="a known slip"),
        pytest.param("SAINT MARY S HOSPITAL", "SAINT MARYS HOSPITAL", id="a blank in place of the apostrophe"),
        pytest.param("U.S. Public Health Svc", "US PUBLIC HEALTH SERVICES", id="initials with points"),
        pytest.param("Mercy Hospital PLLC", "MERCY HOSPITAL", id="legal form without a comma"),
    ],
)
def test_a_name_is_folded_into_its_key(name: str, expected: str) -> None:
    assert key_of(name) == expected


@pytest.mark.parametrize("name", [None, "", "   ", "-", "...", "The", "The, Inc."])
def test_a_name_of_which_nothing_is_left_has_no_key(name: str | None) -> None:
    assert key_of(name) is None


@pytest.mark.parametrize("name", ["Not Applicable", "NOT APPLICABLE", "N/A", "n.a.", "None", "NULL", "Unknown", "Same as above"])
def test_what_people_write_for_no_name_has_no_key(name: str) -> None:
    assert key_of(name) is None
    assert key_of(f"{name} Hospital") is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("Saint Joseph Hospital", "Saint Joseph Hospitals", id="singular and plural"),
        pytest.param("Mercy Hospital North", "Mercy Hospital South", id="two sites"),
        pytest.param("University of Texas", "Texas University", id="other order"),
        pytest.param("Point Loma Hospital", "Pt Loma Hospital", id="an abbreviation that is not in the table"),
    ],
)
def test_different_names_stay_different(one: str, other: str) -> None:
    assert key_of(one) != key_of(other)


# --- what ids are derived from ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("Mercy Hospital", "MERCY HOSPITAL", id="a plain name"),
        pytest.param("  mercy   hospital ", "MERCY HOSPITAL", id="case and blanks"),
        pytest.param("Mercy/Hospital", "MERCY HOSPITAL", id="punctuation"),
        pytest.param("Hôpital San José", "HOPITAL SAN JOSE", id="accents"),
        pytest.param("The St. Mary's Med Ctr, Inc.-PA Program", "THE ST MARY S MED CTR INC PA PROGRAM", id="nothing written out"),
        pytest.param("Mercy & Hope", "MERCY HOPE", id="ampersand"),
    ],
)
def test_an_id_rests_on_letters_and_digits_alone(name: str, expected: str) -> None:
    assert id_key_of(name) == expected


@pytest.mark.parametrize("name", [None, "", "   ", "-", "...", "***"])
def test_without_letters_and_digits_there_is_nothing_to_rest_on(name: str | None) -> None:
    assert id_key_of(name) is None


@pytest.mark.parametrize(("short", "long"), WORDS.items())
def test_what_is_known_of_a_word_changes_no_id(short: str, long: str) -> None:
    assert key_of(f"Hope {short} of Erie") == key_of(f"Hope {long} of Erie")
    assert id_key_of(f"Hope {short} of Erie") == f"HOPE {short} OF ERIE"


# --- any name ---------------------------------------------------------------------------------------------------------

WORD = st.sampled_from(["Mercy", "Hope", "Iowa", "Medical", "Center", *WORDS, *DROPPED])
NAMES = st.lists(WORD, min_size=1, max_size=5)
examples = settings(max_examples=80, deadline=None, derandomize=True, database=None)


@examples
@given(NAMES, st.sampled_from([" ", "  ", ", ", "/", " / ", "\t"]))
def test_case_blanks_and_punctuation_change_no_key(words: list[str], between: str) -> None:
    key = key_of(" ".join(words))
    assert key_of(between.join(words).lower()) == key
    assert key_of(f" {between.join(words).upper()}. ") == key


@examples
@given(NAMES)
def test_the_key_of_a_key_is_itself(words: list[str]) -> None:
    key = key_of(" ".join(words))
    assert key_of(key) == key
