"""Links that follow from links: through one hospital or sponsor, and among employers of one tax id."""

import polars as pl
import pytest

from schemas.entities import LINK
from schemas.vocabulary import EntityKind
from tests.linking.books import EMPLOYER, HOSPITAL, SPONSOR, Named, link, links, names, side
from tests.transforms.listed import Row
from transforms.linking import derived

NRMP, SITE, SYSTEM = EntityKind.NRMP_INSTITUTION, EntityKind.SITE, EntityKind.HEALTH_SYSTEM


def to_hospital(left: str, right: str = "h1", of: EntityKind = EMPLOYER, **more: object) -> Row:
    return link((of, left), (HOSPITAL, right), **more)


def to_sponsor(left: str, right: str = "s1", of: EntityKind = EMPLOYER, **more: object) -> Row:
    return link((of, left), (SPONSOR, right), **more)


def sponsor_is(sponsor: str, hospital: str = "h1", **more: object) -> Row:
    return to_hospital(sponsor, hospital, SPONSOR, **more)


def told(found: pl.DataFrame) -> list[tuple[object, ...]]:
    """Left, right, kind and score of links, checked against the table's declaration."""
    conformed = LINK.conform(found)
    assert set(found["link_method"]) <= {"derived"}
    assert set(found["decided_by"]) <= {"links"}
    return conformed.select("left_id", "right_id", "kind", "score").rows()


# --- through one hospital ---------------------------------------------------------------------------------------------


def test_who_is_the_hospital_that_a_sponsor_is_has_that_sponsor() -> None:
    found = derived.through_hospital(links(to_hospital("e", score=0.9), sponsor_is("s1", score=0.8)), EMPLOYER)
    (row,) = LINK.conform(found).to_dicts()
    assert row == {
        "left_kind": "employer",
        "left_id": "e",
        "right_kind": "sponsor",
        "right_id": "s1",
        "kind": "same",
        "link_method": "derived",
        "score": 0.72,  # both links must hold
        "basis": "both are hospital h1",
        "decided_by": "links",
        "valid_from": None,
        "valid_to": None,
    }


@pytest.mark.parametrize("kind", ["same", "files_for", "participates"])
def test_what_the_left_is_to_the_hospital_it_is_to_its_sponsor(kind: str) -> None:
    found = derived.through_hospital(links(to_hospital("e", kind=kind), sponsor_is("s1")), EMPLOYER)
    assert told(found) == [("e", "s1", kind, 1.0)]


@pytest.mark.parametrize(
    "others",
    [
        pytest.param([sponsor_is("s1", kind="participates")], id="the sponsor only takes part in it"),
        pytest.param([sponsor_is("s1", "h2")], id="the sponsor is another hospital"),
        pytest.param([sponsor_is("s1"), sponsor_is("s2")], id="two sponsors are that hospital"),
        pytest.param([sponsor_is("s1"), to_sponsor("e", "s9")], id="it has a sponsor already"),
        pytest.param([to_hospital("x", of=SITE)], id="no sponsor is any hospital"),
    ],
)
def test_without_one_sponsor_that_is_the_hospital_there_is_no_link(others: list[Row]) -> None:
    assert told(derived.through_hospital(links(to_hospital("e"), *others), EMPLOYER)) == []


def test_of_several_hospitals_that_lead_to_one_sponsor_the_surest_stands() -> None:
    rows = [
        to_hospital("e", "h1", score=0.9, kind="files_for"),
        to_hospital("e", "h2", score=0.95, kind="files_for"),
        sponsor_is("s1", "h1"),
        sponsor_is("s1", "h2"),
    ]
    for given in (rows, rows[::-1]):
        found = derived.through_hospital(links(*given), EMPLOYER)
        assert told(found) == [("e", "s1", "files_for", 0.95)]
        assert found["basis"].to_list() == ["both are hospital h2"]


def test_two_hospitals_of_two_sponsors_lead_to_neither() -> None:
    rows = [to_hospital("e", "h1"), to_hospital("e", "h2"), sponsor_is("s1", "h1"), sponsor_is("s2", "h2")]
    assert told(derived.through_hospital(links(*rows), EMPLOYER)) == []


def test_only_the_asked_for_list_is_linked() -> None:
    rows = links(to_hospital("e"), to_hospital("n", of=NRMP), sponsor_is("s1"))
    assert told(derived.through_hospital(rows, NRMP)) == [("n", "s1", "same", 1.0)]
    assert told(derived.through_sponsor(rows, NRMP)) == []


# --- through one sponsor ----------------------------------------------------------------------------------------------


def test_who_has_a_sponsor_that_is_one_hospital_has_that_hospital() -> None:
    found = derived.through_sponsor(links(to_sponsor("e", score=0.9, kind="files_for"), sponsor_is("s1", score=0.8)), EMPLOYER)
    assert told(found) == [("e", "h1", "files_for", 0.72)]
    assert found.select("right_kind", "basis").rows() == [("hospital", "sponsor s1 is that hospital")]


@pytest.mark.parametrize(
    "others",
    [
        pytest.param([sponsor_is("s1", kind="participates")], id="the sponsor only takes part in it"),
        pytest.param([sponsor_is("s2")], id="another sponsor is it"),
        pytest.param([sponsor_is("s1", "h1"), sponsor_is("s1", "h2")], id="the sponsor is two hospitals"),
        pytest.param([sponsor_is("s1"), to_hospital("e", "h9")], id="it has a hospital already"),
        pytest.param([sponsor_is("s1", "h1"), sponsor_is("s2", "h2"), to_sponsor("e", "s2")], id="two sponsors of two hospitals"),
    ],
)
def test_without_one_hospital_that_the_sponsor_is_there_is_no_link(others: list[Row]) -> None:
    assert told(derived.through_sponsor(links(to_sponsor("e"), *others), EMPLOYER)) == []


# --- one hospital each ------------------------------------------------------------------------------------------------


def test_nothing_is_the_same_as_two_hospitals() -> None:
    rows = links(
        to_hospital("e", "h1"),
        to_hospital("e", "h2"),
        to_hospital("e", "h3", kind="part_of"),
        sponsor_is("s1", "h1"),
        sponsor_is("s1", "h2"),
        to_hospital("one", "h1"),
        to_sponsor("e", "s1"),
        to_hospital("x", "h1", of=SITE),
        link((SITE, "x"), (SYSTEM, "y1")),
        link((SITE, "x"), (SYSTEM, "y2")),
    )
    found = derived.one_hospital_each(rows)
    assert found.columns == LINK.column_names
    kinds = {(row["left_id"], row["right_id"]): row["kind"] for row in found.to_dicts()}
    assert kinds == {
        ("e", "h1"): "files_for",
        ("e", "h2"): "files_for",
        ("e", "h3"): "part_of",
        ("s1", "h1"): "participates",
        ("s1", "h2"): "participates",
        ("one", "h1"): "same",
        ("e", "s1"): "same",
        ("x", "h1"): "same",
        ("x", "y1"): "same",
        ("x", "y2"): "same",
    }


# --- one tax id -------------------------------------------------------------------------------------------------------

SPARROWS: list[Named] = [
    ("e1", "Sparrow Hospital", "PA", "Erie"),
    ("e2", "Sparrow Physicians Group", "PA", "Erie"),
    ("e3", "Finch Clinic", "PA", "Erie"),
    ("e4", "Mercy Hospital", "PA", "Erie"),
    ("e5", "Mercy Clinic", "PA", "Erie"),
    ("e6", "Sparrow Health", "OH", "Erie"),
]


def endings(**codes: tuple[str, str | None]) -> pl.DataFrame:
    """Endings of tax ids with cities, by employer."""
    rows = [(uid, code, city) for uid, (code, city) in codes.items()]
    return pl.DataFrame(rows, schema={"uid": pl.String, "code": pl.String, "city": pl.String}, orient="row")


def numbers(**codes: str) -> pl.DataFrame:
    """Whole tax ids, by employer."""
    return pl.DataFrame(list(codes.items()), schema={"uid": pl.String, "code": pl.String}, orient="row")


def same(tax_ids: pl.DataFrame, whole: pl.DataFrame | None = None, listed: list[Named] = SPARROWS) -> list[tuple[object, ...]]:
    found = derived.one_tax_id(tax_ids, numbers() if whole is None else whole, names(*listed))
    conformed = LINK.conform(found)
    for column, only in (("left_kind", "employer"), ("right_kind", "employer"), ("kind", "same"), ("decided_by", "codes")):
        assert set(conformed[column]) <= {only}
    assert set(conformed["link_method"]) <= {"authority_code"}
    return conformed.select("left_id", "right_id", "score", "basis").rows()


def test_employers_of_one_ending_one_city_and_one_word_are_one() -> None:
    assert same(endings(e2=("1234", "ERIE"), e1=("1234", "ERIE"))) == [
        ("e1", "e2", 0.99, "fein_last4 ending 1234 in ERIE, and the word SPARROW")
    ]


@pytest.mark.parametrize(
    "codes",
    [
        pytest.param({"e1": ("1234", "ERIE"), "e2": ("1235", "ERIE")}, id="another ending"),
        pytest.param({"e1": ("1234", "ERIE"), "e2": ("1234", "YORK")}, id="another city"),
        pytest.param({"e1": ("1234", None), "e2": ("1234", None)}, id="no city"),
        pytest.param({"e1": ("1234", "ERIE"), "e3": ("1234", "ERIE")}, id="no word in common"),
        pytest.param({"e4": ("1234", "ERIE"), "e5": ("1234", "ERIE")}, id="a common word alone"),
        pytest.param({"e1": ("1234", "ERIE"), "e6": ("1234", "ERIE")}, id="another state"),
    ],
)
def test_an_ending_alone_makes_no_two_employers_one(codes: dict[str, tuple[str, str | None]]) -> None:
    assert same(endings(**codes)) == []


def test_a_whole_tax_id_makes_employers_one_whatever_their_names_and_places() -> None:
    whole = numbers(e6="12-3456789", e3="12-3456789", e1="12-3456780")
    assert same(endings(), whole) == [("e3", "e6", 1.0, "fein 12-3456789")]


def test_a_pair_that_a_whole_tax_id_makes_one_is_told_once() -> None:
    codes = endings(e1=("6789", "ERIE"), e2=("6789", "ERIE"), e3=("6789", "ERIE"))
    assert same(codes, numbers(e1="12-3456789", e2="12-3456789")) == [("e1", "e2", 1.0, "fein 12-3456789")]


def test_three_of_one_ending_are_three_pairs_in_any_order() -> None:
    listed = [(uid, f"Sparrow {uid} Clinic", "PA", "Erie") for uid in ("e3", "e1", "e2")]
    codes = endings(e3=("1234", "ERIE"), e1=("1234", "ERIE"), e2=("1234", "ERIE"))
    found = same(codes, listed=listed)
    assert [row[:2] for row in found] == [("e1", "e2"), ("e1", "e3"), ("e2", "e3")]
    assert same(codes.reverse(), listed=listed[::-1]) == found


def test_a_towns_word_is_no_word_in_common() -> None:
    listed = [("e1", "Scranton Regional Hospital", "PA", "Scranton"), ("e2", "Scranton Charter School", "PA", "Scranton")]
    assert same(endings(e1=("1234", "SCRANTON"), e2=("1234", "SCRANTON")), listed=listed) == []


# --- as its namesakes -------------------------------------------------------------------------------------------------

IN_ERIE: list[Named] = [
    ("e1", "Sparrow Hospital", "PA", "Erie"),
    ("e2", "Sparrow Physicians Group", "PA", "Erie"),
    ("e3", "Sparrow Clinic", "PA", "York"),
    ("e4", "Sparrow University", "PA", "Erie"),
    ("e4", "Sparrow Hospital Services", "PA", "Erie"),
    ("e5", "Sparrow Anesthesia", "PA", "Erie"),
]
HOSPITALS = side(HOSPITAL, ("h1", "Sparrow Hospital", "PA", "Erie"), ("h2", "Sparrow Hospital", "PA", "York"))


def alike(left: str, right: str, score: float = 0.99) -> Row:
    return link((EMPLOYER, left), (EMPLOYER, right), score=score)


def handed_on(rows: list[Row], pairs: list[Row], listed: list[Named] = IN_ERIE) -> list[tuple[object, ...]]:
    return told(derived.as_its_namesakes(links(*rows), links(*pairs), names(*listed), HOSPITALS))


@pytest.mark.parametrize("pair", [("e1", "e2"), ("e2", "e1")], ids=["left", "right"])
def test_an_employer_of_the_tax_id_of_a_hospital_is_linked_as_that(pair: tuple[str, str]) -> None:
    rows = [to_hospital("e1", score=0.9)]
    assert handed_on(rows, [alike(*pair)]) == [("e2", "h1", "same", 0.891)]
    found = derived.as_its_namesakes(links(*rows), links(alike(*pair)), names(*IN_ERIE), HOSPITALS)
    assert found["basis"].to_list() == ["as e1, of the same tax id"]


@pytest.mark.parametrize(
    ("rows", "pairs"),
    [
        pytest.param([to_hospital("e1")], [alike("e1", "e4")], id="a university, by one of its names"),
        pytest.param([to_hospital("e1", kind="files_for")], [alike("e1", "e2")], id="of one that only files for the hospital"),
        pytest.param([to_hospital("e1")], [alike("e1", "e3")], id="in another city than the hospital's"),
        pytest.param([to_hospital("e1"), to_hospital("e2", "h2")], [alike("e1", "e2")], id="with a hospital of its own"),
        pytest.param([to_sponsor("e1")], [alike("e1", "e2")], id="of one that is a sponsor and no hospital"),
        pytest.param([to_hospital("e1")], [], id="of no one's tax id"),
    ],
)
def test_a_link_is_not_handed_on_to_an_employer(rows: list[Row], pairs: list[Row]) -> None:
    assert handed_on(rows, pairs) == []


def test_namesakes_that_disagree_hand_on_nothing() -> None:
    listed = [*IN_ERIE, ("e2", "Sparrow Physicians Group", "PA", "York")]
    rows = [to_hospital("e1", "h1"), to_hospital("e5", "h2")]
    assert handed_on(rows, [alike("e1", "e2"), alike("e2", "e5")], listed) == []


def test_of_namesakes_that_agree_the_surest_is_told() -> None:
    rows = [to_hospital("e1", score=0.9), to_hospital("e5", score=0.95)]
    pairs = [alike("e1", "e2"), alike("e2", "e5")]
    for given in (rows, rows[::-1]):
        found = derived.as_its_namesakes(links(*given), links(*pairs), names(*IN_ERIE), HOSPITALS)
        assert told(found) == [("e2", "h1", "same", 0.9405)]
        assert found["basis"].to_list() == ["as e5, of the same tax id"]


def test_a_link_that_was_handed_on_is_not_handed_on_again() -> None:
    assert handed_on([to_hospital("e1")], [alike("e1", "e2"), alike("e2", "e5")]) == [("e2", "h1", "same", 0.99)]


def test_a_sponsor_is_handed_on_likewise() -> None:
    sponsors = side(SPONSOR, ("s1", "Sparrow Health", "PA", "Erie"))
    rows = links(to_sponsor("e1"), to_hospital("e2"))
    found = derived.as_its_namesakes(rows, links(alike("e1", "e2")), names(*IN_ERIE), sponsors)
    assert told(found) == [("e2", "s1", "same", 0.99)]


# --- one code -------------------------------------------------------------------------------------------------------------


def test_a_sponsor_and_a_site_of_one_acgme_code_are_the_same() -> None:
    sponsors = side(SPONSOR, ("390001", "Hope Clinic", "PA"), ("390002", "Faith Consortium", "PA"))
    sites = side(EntityKind.SITE, ("390002", "Hope Hospital", "PA"), ("390003", "Other Hospital", "PA"))
    found = derived.one_code(sponsors, sites)
    assert found.select("left_kind", "left_id", "right_kind", "right_id", "kind", "link_method", "score", "basis").rows() == [
        ("sponsor", "390002", "site", "390002", "same", "authority_code", 1.0, "both bear acgme_institution 390002")
    ]


def test_a_sponsor_without_a_hospital_has_that_of_the_site_of_its_code() -> None:
    site = EntityKind.SITE
    same = links(link((SPONSOR, "s1"), (site, "t1")), link((SPONSOR, "s2"), (site, "t2")))
    known = links(
        link((site, "t1"), (HOSPITAL, "h1"), score=0.97),
        link((site, "t2"), (HOSPITAL, "h2")),
        link((SPONSOR, "s2"), (HOSPITAL, "h9")),
    )
    found = derived.through_site(known, same)
    assert found.select("left_id", "right_id", "kind", "link_method", "score").rows() == [("s1", "h1", "same", "derived", 0.97)]
