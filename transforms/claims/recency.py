"""Years since graduation."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from transforms.claims.numbers import value_of
from transforms.claims.passage import RULES, Passage, clauses_of
from transforms.claims.quantities import bare_number, quantity
from transforms.claims.rule_ids import YOG_ASKED, YOG_DATED
from transforms.claims.statements import Claim

_NAME: Final = "yog_max_years"
_MAX_YEARS: Final = 20
_AFTER_WEIGHT: Final = 3
"""A subject stands before its number more often than after it."""


class _Span(NamedTuple):
    """A number of years and its place in its clause."""

    years: int
    start: int
    end: int


def recency_claims(passage: Passage) -> Iterator[Claim]:
    """Years since graduation that are the most a program takes: ``yog_max_years``, soft where only preferred."""
    text = passage.text
    asked = RULES.has("asks_recency", passage.question) and RULES.has("yog", passage.question)
    headed = RULES.has("yog_lead", passage.lead) or RULES.has("yog_heading", passage.heading)
    if not (asked or headed or RULES.has("yog", text)) or RULES.has("usce", passage.question):
        return
    if RULES.has("yog_none", text) and not RULES.has("yog_still", text):
        return
    if asked and _is_limit(years := bare_number(passage)):
        yield passage.claim(_NAME, years or 0, YOG_ASKED, context=True)
        return
    dated = _years_from_dates(text)
    limit, rules = (dated, [YOG_DATED]) if _is_limit(dated) else _limit(passage, YOG_ASKED if asked or headed else None)
    if limit is not None:
        yield passage.claim(_NAME, limit, *rules, soft=passage.soft, context=asked and rules != [YOG_DATED])


def _is_limit(years: int | None) -> bool:
    return years is not None and 1 <= years <= _MAX_YEARS


def _limit(passage: Passage, context: str | None) -> tuple[int | None, list[str]]:
    """The first number of years in a clause that relates it to graduation, with its rules; ``context`` is that of its context."""
    text = passage.text
    for clause in clauses_of(text):
        if RULES.has("yog_veto", clause):
            continue
        related = RULES.id_of("yog_relation", clause) or (context if passage.is_bare else None)
        if related is None or RULES.has("yog_experience", clause) or RULES.has("usce_condition", text):
            continue
        for span in _spans(clause):
            subject = _subject(clause, span, text, context) if _is_limit(span.years) else None
            if subject:
                return span.years, [subject, related]
    return None, []


def _spans(clause: str) -> Iterator[_Span]:
    """Every span of years in a clause."""
    for hit in RULES.places("years", clause):
        years = quantity(hit)
        if years is not None:
            yield _Span(years, *hit.match.span())


def _subject(clause: str, span: _Span, text: str, context: str | None) -> str | None:
    """The rule by which a span speaks of graduation: the nearest subject, else its context, else that of the statement."""
    nearest = _nearest_subject(clause, span)
    if nearest or RULES.has("yog_trap", clause):
        return nearest
    return context or (None if RULES.has("yog_trap", text) else RULES.id_of("yog", text))


def _nearest_subject(clause: str, span: _Span) -> str | None:
    """The rule whose subject, graduation and not a letter or an exam, stands nearest to the number."""
    nearest: tuple[int, str | None] = (len(clause) + 1, None)
    for cue in ("yog", "yog_trap"):
        for rule, match in RULES.places(cue, clause):
            before = match.end() <= span.start
            distance = span.start - match.end() if before else _AFTER_WEIGHT * max(0, match.start() - span.end)
            if distance < nearest[0]:
                nearest = (distance, rule.id if cue == "yog" else None)
    return nearest[1]


def _years_from_dates(text: str) -> int | None:
    """Years between a graduation year ("2021 or later") and the year of the class or Match that the text names."""
    since = RULES.first("yog_since", text)
    year = value_of(since.match.group("y")) if since is not None else None
    if year is None:
        return None
    classes = sorted((match.start("y"), int(match.group("y"))) for _, match in RULES.places("yog_class", text))
    return next((found - year for _, found in classes if found > year), None)
