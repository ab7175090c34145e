"""What holds of any lists: order changes nothing, a stranger changes nothing, and nothing has two matches."""

import random
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import polars as pl
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from schemas.entities import LINK
from schemas.vocabulary import LinkMethod
from tests.linking.books import EMPLOYER, HOSPITAL, SPONSOR, Named, book_of, decision, model, reviewed, side, used, waiting
from transforms.linking.deciding import Decided, linked
from transforms.linking.matcher import scored_pairs

HEADS = ("Sparrow", "Finch", "Mercy", "Saint Joseph", "Erie", "Allegheny General", "University of Moses", "VA Sparrow")
TAILS = ("Hospital", "Medical Center", "Children's Hospital", "Physicians Group", "Health System", "Clinic", "University", "")
PLACES = (("PA", "Erie", "16501"), ("PA", "York", None), ("PA", None, None), ("OH", "Erie", None), ("OH", None, None))

NAME = st.builds(lambda head, tail: f"{head} {tail}".strip(), st.sampled_from(HEADS), st.sampled_from(TAILS))
ROWS = st.lists(st.tuples(NAME, st.sampled_from(PLACES)), min_size=6, max_size=12)
DECISIONS = st.lists(
    st.tuples(NAME, st.sampled_from(("h0", "h1", "h2")), st.sampled_from(("same", "files_for", "not_same"))), max_size=3
)
UIDS = 5
"""Several names fall on one entity: they are dealt out in turn."""

examples = settings(max_examples=12, deadline=None, derandomize=True, database=None)

EVERY = replace(model(), review_from=0.0)
"""The model that hides no pair, however hopeless."""

Rows = Sequence[tuple[str, tuple[str | None, ...]]]


def told(prefix: str, rows: Rows) -> tuple[Named, ...]:
    """The rows with their entities; an entity has one state, so another state is another entity."""
    return tuple((f"{prefix}{number % UIDS}{place[0]}", name, *place) for number, (name, place) in enumerate(rows))


@cache
def decided(left: tuple[Named, ...], right: tuple[Named, ...], decisions: tuple[tuple[str, str, str], ...] = ()) -> Decided:
    """Employers linked to hospitals; cached, since a property asks for one world several times."""
    rows = [decision(name, f"{uid}PA", decided_as) for name, uid, decided_as in decisions]
    return linked([side(EMPLOYER, *left)], side(HOSPITAL, *right), reviewed(*rows), model())


def said(found: Decided, left: str = "e") -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """Links and review rows of the left entities whose id begins so, in order."""
    links, review = (
        frame.filter(pl.col("left_id").str.starts_with(left)).sort("left_id", "right_id").to_dicts()
        for frame in (found.links, found.review)
    )
    return links, review


@examples
@given(ROWS, ROWS, DECISIONS, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_link(
    left: Rows, right: Rows, decisions: list[tuple[str, str, str]], order: random.Random
) -> None:
    lefts, rights = told("e", left), told("h", right)
    first = decided(lefts, rights, tuple(decisions))
    mixed = [list(rows) for rows in (lefts, rights, decisions)]
    for rows in mixed:
        order.shuffle(rows)
    again = decided(tuple(mixed[0]), tuple(mixed[1]), tuple(mixed[2]))
    assert said(again) == said(first)


STRANGERS = st.sampled_from(
    [
        ("Sparrow Hospital", "TX", "Erie", "16501"),  # the same name, city and even ZIP code in another state
        ("Mercy Medical Center", "TX", "York", None),
        ("Wexner Hospital", "PA", "Altoona", None),  # other words in another city
        ("Quartz Children's Hospital", "OH", None, None),
        ("Holy Cross Medical Center", "PA", "Reading", None),
        ("Hospital", "PA", "Erie", None),  # no name
    ]
)


@examples
@given(ROWS, ROWS, st.lists(STRANGERS, min_size=1, max_size=3, unique=True))
def test_hospitals_elsewhere_or_of_other_words_change_no_link(left: Rows, right: Rows, strangers: list[Named]) -> None:
    lefts, rights = told("e", left), told("h", right)
    more = tuple((f"x{number}", *row) for number, row in enumerate(strangers))
    assert said(decided(lefts, (*rights, *more))) == said(decided(lefts, rights))


@examples
@given(ROWS, ROWS, ROWS)
def test_no_employer_changes_the_link_of_another(left: Rows, right: Rows, others: Rows) -> None:
    lefts, rights = told("e", left), told("h", right)
    found = decided((*lefts, *told("x", others)), rights)
    assert said(found) == said(decided(lefts, rights))
    assert said(found, "x") == said(decided(told("x", others), rights), "x")


@examples
@given(ROWS, ROWS, DECISIONS)
def test_nothing_has_two_matches_or_is_linked_and_waits(left: Rows, right: Rows, decisions: list[tuple[str, str, str]]) -> None:
    lefts, rights = told("e", left), told("h", right)
    nothing = reviewed(*(decision(name, f"{uid}PA", told_as) for name, uid, told_as in decisions))
    to_both = [linked([side(EMPLOYER, *lefts)], side(kind, *rights), nothing, model()) for kind in (HOSPITAL, SPONSOR)]
    for found in to_both:
        links = LINK.conform(found.links)  # its score within 0 and 1 among others
        matched = links.filter(pl.col("link_method") != LinkMethod.REVIEWED)
        assert matched["left_id"].is_unique().all()
        assert matched["score"].is_between(model().use_from, 1).all()
        assert found.review["score"].is_between(model().review_from, 1).all()
        assert not used(found) & waiting(found)
        assert not set(links["left_id"]) & set(found.review["left_id"])
        assert not found.review.select("left_id", "right_id").is_duplicated().any()
        state = {row[0]: row[2] for row in (*lefts, *rights)}
        for one, other in {*zip(matched["left_id"], matched["right_id"], strict=True), *waiting(found)}:
            assert state[one] == state[other]


@examples
@given(ROWS, ROWS)
def test_every_score_is_a_probability_and_told_in_the_models_words(left: Rows, right: Rows) -> None:
    pairs = scored_pairs(book_of(*told("e", left)), book_of(*told("h", right)), EVERY)
    assume(not pairs.is_empty())
    assert pairs["score"].is_between(0, 1).all()
    assert not pairs.select("left_uid", "right_uid").is_duplicated().any()
    known = [{level.told for level in levels} for levels in model().comparisons().values()]
    for words in pairs["told"]:
        assert all(word in level for word, level in zip(words.split("; "), known, strict=True))


@examples
@given(st.lists(NAME, min_size=6, max_size=12, unique=True), DECISIONS)
def test_a_reviewers_word_always_stands(names_: list[str], decisions: list[tuple[str, str, str]]) -> None:
    """What is refused is never linked or asked; what is accepted is linked as told, and its employer is not asked about."""
    lefts = tuple((f"e{number}", name, "PA", "Erie") for number, name in enumerate(names_))
    rights = tuple((f"h{number}PA", name, "PA", "Erie") for number, name in enumerate(names_[:3]))
    chosen = {(name, hospital): told_as for name, hospital, told_as in decisions if name in names_}
    found = decided(lefts, rights, tuple((*pair, told_as) for pair, told_as in chosen.items()))
    uids = {name: uid for uid, name, *_ in lefts}
    kinds = {(row["left_id"], row["right_id"]): row["kind"] for row in found.links.to_dicts() if row["link_method"] == "reviewed"}
    assert kinds == {
        (uids[name], f"{hospital}PA"): told_as for (name, hospital), told_as in chosen.items() if told_as != "not_same"
    }
    accepted = {left for left, _ in kinds}
    refused = {(uids[name], f"{hospital}PA") for (name, hospital), told_as in chosen.items() if told_as == "not_same"}
    assert not refused & (used(found) | waiting(found))
    assert not accepted & {left for left, _ in waiting(found)}
    assert {pair for pair in used(found) if pair[0] in accepted} == set(kinds)
