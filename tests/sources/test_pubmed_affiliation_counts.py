"""Counts of PubMed: whom they are asked about and how, and answers that are no count of what was asked."""

import json
from collections.abc import Sequence
from datetime import date

import polars as pl
import pytest

from flows.sources.pubmed_affiliation_counts import INFORMATICS, MOST_AFFILIATIONS, SOURCE, affiliations, query
from flows.sources.source import About, SourceError
from schemas.listings import ACGME_PARTICIPATING_SITE, ACGME_PROGRAM, PUBMED_AFFILIATION_COUNT, located
from schemas.validation import Validated, validate
from tests.sample_informatics import papers_as_answered

ABOUT = About("current", date(2026, 3, 1))
NAME = "Mercy Hospital & Clinics"


def count(answer: object, affiliation: str = NAME, year: int = 2025) -> dict[str, object]:
    return {"affiliation": affiliation, "year": year, "query": query(affiliation, year), "answer": answer}


def read(*counts: object) -> Validated:
    parsed = SOURCE.parse(SOURCE.before_storing(json.dumps(counts).encode()), ABOUT)
    return validate(located(PUBMED_AFFILIATION_COUNT), parsed.rows[PUBMED_AFFILIATION_COUNT.name])


def listings(
    programs: Sequence[tuple[str, str | None]] = (), sites: Sequence[str | None] = (), cut: Sequence[str] = ()
) -> dict[str, pl.DataFrame]:
    frame = pl.DataFrame(programs, schema={"acgme_id": pl.String(), "sponsor_name": pl.String()}, orient="row")
    return {
        ACGME_PROGRAM.name: frame.with_columns(pl.col("sponsor_name").is_in(cut).fill_null(value=False).alias("name_cut")),
        ACGME_PARTICIPATING_SITE.name: pl.DataFrame({"site_name": sites}, schema={"site_name": pl.String()}),
    }


# --- whom and how -----------------------------------------------------------------------------------------------------


def test_fellowships_come_first_then_sponsors_then_sites_each_in_alphabetical_order() -> None:
    programs = [
        ("2204100001", "Able Hospital"),
        ("1394100002", "Zeal Hospital"),
        ("3024100003", "Yes Hospital"),
        ("2204100004", None),
    ]
    found = affiliations(listings(programs, ["Clinic of Cure", None, "Big Clinic", "Able Hospital"]))
    assert found == ["Yes Hospital", "Zeal Hospital", "Able Hospital", "Big Clinic", "Clinic of Cure"]


def test_spellings_of_one_question_are_asked_once_and_cut_names_never() -> None:
    programs = [
        ("1394100001", "Mercy Hospital & Clinics"),
        ("2204100002", "MERCY HOSPITAL and Clinics"),
        ("2204100003", "Half A Na"),
    ]
    assert affiliations(listings(programs, ["Mercy Hospital and Clinics (Main)", "—"], cut=("Half A Na",))) == [NAME]


def test_no_more_names_are_asked_for_than_the_bound_says() -> None:
    programs = [(f"22041{number:05}", f"Hospital {number:05}") for number in range(MOST_AFFILIATIONS)]
    found = affiliations(listings([*programs, ("1394199999", "Zeal Hospital")]))
    assert (len(found), found[0], found[-1]) == (MOST_AFFILIATIONS, "Zeal Hospital", f"Hospital {MOST_AFFILIATIONS - 2:05}")


def test_order_of_the_listings_does_not_matter() -> None:
    programs = [("2204100001", "Able Hospital"), ("1394100002", "Zeal Hospital"), ("2204100003", "able hospital")]
    assert affiliations(listings(programs)) == affiliations(listings(programs[::-1])) == ["Zeal Hospital", "Able Hospital"]


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("Mercy Hospital & Clinics", '"Mercy Hospital and Clinics"[ad:~0]'),
        ('St. Mary\'s "Example" Hosp*', '"St Mary\'s Example Hosp"[ad:~0]'),
        ("HonorHealth", '"HonorHealth"[ad]'),
        ("A) OR (all[sb]", '"A OR all sb"[ad:~0]'),
    ],
)
def test_query_asks_for_the_words_of_a_name_side_by_side_and_nothing_in_a_name_is_an_operator(name: str, asked: str) -> None:
    assert query(name, 2024) == f"({INFORMATICS}) AND {asked} AND 2024[dp]"


# --- answers ----------------------------------------------------------------------------------------------------------


def test_count_is_listed_with_its_query() -> None:
    (row,) = read(count(papers_as_answered(12))).listed.rows(named=True)
    assert row == {
        "affiliation": NAME,
        "publication_year": 2025,
        "n_papers": 12,
        "pubmed_query": query(NAME, 2025),
        "locator": "answer 1",
    }


def test_nothing_found_is_a_count_of_zero() -> None:
    assert read(count(papers_as_answered(0))).listed["n_papers"].to_list() == [0]


def test_words_that_pubmed_always_leaves_out_are_no_loss() -> None:
    assert read(count(papers_as_answered(7, "of"))).listed["n_papers"].to_list() == [7]


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"warninglist": {"quotedphrasesnotfound": ['"mercy hospital"']}}, 'another count, without "mercy hospital"'),
        ({"warninglist": {"phrasesignored": ["mercy"]}}, "another count, without mercy"),
        ({"errorlist": {"phrasesnotfound": ["mercyy"], "fieldsnotfound": ["[adx]"]}}, "another count, without mercyy, [adx]"),
    ],
)
@pytest.mark.parametrize("number", ["31", "0"])
def test_count_without_a_part_of_the_query_is_none_of_what_was_asked(told: dict[str, object], reason: str, number: str) -> None:
    found = read(count({"esearchresult": {"count": number, **told}}))
    assert found.listed.is_empty()
    assert found.rejected["reasons"].to_list() == [[f"n_papers: expected integer, found '{reason}'"]]


def test_only_the_count_and_what_was_not_understood_is_stored() -> None:
    answer = papers_as_answered(1) | {"esearchresult": {**papers_as_answered(0)["esearchresult"], "idlist": ["1"]}}  # type: ignore[dict-item]
    stored = json.loads(SOURCE.before_storing(json.dumps(answer).encode()))
    warnings = {"phrasesignored": [], "quotedphrasesnotfound": [], "outputmessages": ["No items found."]}
    assert stored == {"esearchresult": {"count": "0", "warninglist": warnings}}
    assert json.loads(SOURCE.before_storing(json.dumps(stored).encode())) == stored


def test_day_of_the_last_update_is_stored_as_its_year() -> None:
    told = {"header": {}, "einforesult": {"dbinfo": [{"dbname": "pubmed", "count": "1", "lastupdate": "2026/11/27 23:51"}]}}
    assert json.loads(SOURCE.before_storing(json.dumps(told).encode())) == {"einforesult": {"dbinfo": [{"lastupdate": "2026"}]}}


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ({"error": "API rate limit exceeded", "count": "4", "limit": "3"}, "PubMed's error: API rate limit exceeded"),
        ({"esearchresult": {"ERROR": "Search Backend failed"}}, "PubMed's error: Search Backend failed"),
        ({"esearchresult": {"count": "5", "ERROR": "cut"}}, "PubMed's error: cut"),
        ({"esearchresult": {"idlist": []}}, "expected an answer with a count; found keys esearchresult"),
        ({"esearchresult": {"count": None}}, "expected an answer with a count"),
        ({"esearchresult": {"count": "-1"}}, "expected an answer with a count"),
        ({"einforesult": {"dbinfo": []}}, "expected the day of PubMed's last update; found None"),
        ({"einforesult": {"dbinfo": [{"lastupdate": "20261/1/1"}]}}, "expected the day of PubMed's last update"),
        ([{"affiliation": "X"}], "found missing keys: year, query, answer"),
    ],
)
def test_error_in_the_place_of_an_answer_is_not_stored(document: object, told: str) -> None:
    with pytest.raises(SourceError) as refused:
        SOURCE.before_storing(json.dumps(document).encode())
    assert told in str(refused.value)


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ([], "expected at least one count; found an empty list"),
        ([count({"einforesult": {"dbinfo": [{"lastupdate": "2026"}]}})], "found missing keys: esearchresult"),
        ([count({"esearchresult": {"count": "1", "warninglist": ["x"]}})], "expected an object as warninglist; found a list"),
        ([count({"esearchresult": {"count": "1", "errorlist": {"phrasesnotfound": "x"}}})], "expected a list of phrasesnotfound"),
    ],
)
def test_what_is_no_document_of_counts_is_refused(document: object, told: str) -> None:
    with pytest.raises(SourceError) as refused:
        SOURCE.parse(json.dumps(document).encode(), ABOUT)
    assert told in str(refused.value)
