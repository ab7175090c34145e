"""Which links of a page are followed, and of whom the page behind them speaks."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.capturing.addresses import refuse_spelling
from flows.crawling.links import Link, folder_of, links_of, site_of

START = "https://med.university.example.edu/internal-medicine/residency"


def links(*anchors: tuple[str, str], start: str = START, head: str = "") -> list[Link]:
    body = "".join(f'<a href="{href}">{words}</a>' for href, words in anchors)
    return links_of(f"<html><head>{head}</head><body>{body}</body></html>".encode(), start, start)


@pytest.mark.parametrize(
    ("href", "words", "topics"),
    [
        ("/internal-medicine/residency/x1", "Visa sponsorship", ("visa",)),
        ("/internal-medicine/residency/eligibility-requirements", "", ("eligibility",)),
        ("residency/how-to-apply.aspx", "Apply now", ("application",)),
        ("/internal-medicine/residency/faqs", "FAQs", ("faq",)),
        ("/internal-medicine/residency/people", "Meet our residents", ("residents",)),
        ("/internal-medicine/residency/research", "Clinical Informatics pathway", ("informatics",)),
        ("/internal-medicine/residency/life", "Sample rotations", ("curriculum",)),
        ("/internal-medicine/residency/img", "International&nbsp;Medical Graduates", ("visa",)),
        ("/internal-medicine/residency/j-1-and-h-1b", "More", ("visa",)),
        ("/gme/resident-policies", "GME policies", ("policies",)),
    ],
)
def test_link_that_promises_something_is_followed(href: str, words: str, topics: tuple[str, ...]) -> None:
    (link,) = links((href, words))
    assert link.topics == topics


@pytest.mark.parametrize(
    ("href", "words"),
    [
        ("/internal-medicine/residency/handbook.pdf", "Eligibility"),
        ("/internal-medicine/residency/news", "News for residents"),
        ("/internal-medicine/residency/give", "Giving to our residency"),
        ("/internal-medicine/residency/portal", "Residents log in"),
        ("/admissions/apply", "Apply"),
        ("/international-students/visa", "Student visas"),
        ("https://other.example.com/residency/visa", "Residency visas"),
        ("javascript:void(0)", "Apply"),
        ("mailto:residency@university.example.edu", "Apply by mail"),
        ("tel:+15550100", "Apply by phone"),
        ("ftp://med.university.example.edu/residency/apply", "Apply"),
        ("https://user:secret@med.university.example.edu/residency/apply", "Apply"),
        ("http://[broken/apply", "Apply"),
        ("#apply", "Apply"),
        ("", "Apply"),
        ("/internal-medicine/residency/contact", "Contact us"),
        ("/internal-medicine/residency/zq", "Zelda Quux, MD, PGY-1"),
        ("/internal-medicine/residency/visapay", "Pay"),
    ],
)
def test_link_that_promises_nothing_or_leads_elsewhere_is_not_followed(href: str, words: str) -> None:
    assert links((href, words)) == []


def test_page_under_the_start_speaks_of_the_program_and_another_of_the_institution() -> None:
    found = links(
        ("/internal-medicine/residency/eligibility", "Eligibility"),
        ("/gme/residency-eligibility", "Eligibility"),
        ("https://gme.university.example.edu/visa", "GME visa policy"),
    )
    assert [(link.address.partition("example.edu")[2], str(link.scope)) for link in found] == [
        ("/visa", "institution"),
        ("/internal-medicine/residency/eligibility", "program"),
        ("/gme/residency-eligibility", "institution"),
    ]


def test_most_promising_link_comes_first_and_each_address_once() -> None:
    found = links(
        ("/internal-medicine/residency/curriculum", "Curriculum"),
        ("/internal-medicine/residency/apply", "More"),
        ("/internal-medicine/residency/visa", "Visas"),
        ("/internal-medicine/residency/apply#deadlines", "Apply: visa deadlines"),
    )
    assert [link.address.rpartition("/")[2] for link in found] == ["apply", "visa", "curriculum"]
    assert found[0].topics == ("visa", "application")


def test_links_within_links_are_told_by_their_addresses_alone() -> None:
    body = "".join(f'<a href="{START}/visa-{number}"><object>' for number in range(300)) + "words " * 200_000
    found = links_of(body.encode(), START, START)
    assert (len(found), {link.topics for link in found}) == (300, {("visa",)})


def test_base_of_the_page_is_where_its_links_begin() -> None:
    (link,) = links(("apply", "Apply"), head='<base href="/internal-medicine/residency/">')
    assert link.address == f"{START}/apply"


def test_words_of_the_folder_itself_promise_nothing() -> None:
    start = "https://hospital.example.org/residents/apply/"
    assert links(("/residents/apply/cafeteria", "Cafeteria"), start=start) == []


@pytest.mark.parametrize(
    ("address", "folder"),
    [
        ("https://a.example/im/residency", "a.example/im/residency/"),
        ("https://a.example/im/residency/", "a.example/im/residency/"),
        ("https://a.example/im/residency/index.html", "a.example/im/residency/"),
        ("https://a.example/im/Residency.aspx?id=7", "a.example/im/"),
        ("https://A.example", "a.example/"),
    ],
)
def test_folder_of_an_address(address: str, folder: str) -> None:
    assert folder_of(address) == folder


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("https://www.med.umich.edu/a", "https://gme.umich.edu/b", True),
        ("https://one.wixsite.com/a", "https://two.wixsite.com/a", False),
        ("https://hospital.org.uk/", "https://other.org.uk/", False),
        ("http://127.0.0.1:8000/", "http://127.0.0.1:8001/", False),
    ],
)
def test_site_is_what_somebody_registered(one: str, other: str, is_same: bool) -> None:
    assert (site_of(one) == site_of(other)) is is_same


@settings(deadline=None)
@given(st.binary(max_size=2000), st.text(max_size=60), st.text(max_size=40))
def test_whatever_a_page_says_its_links_can_be_asked_and_stay_on_the_site(page: bytes, href: str, words: str) -> None:
    anchors = f'<a href="{href}">Apply {words}</a><a href="residency/{href}">visa</a>'.encode("utf-8", "replace")
    found = links_of(page + anchors, START, START)
    assert len({link.address for link in found}) == len(found)
    for link in found:
        refuse_spelling(link.address)
        assert site_of(link.address) == site_of(START)
        assert link.topics
