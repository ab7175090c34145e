"""Attempts at an exam that are the most a program takes."""

from collections.abc import Iterator
from typing import Final

from transforms.claims.passage import RULES, Passage
from transforms.claims.quantities import bare_number, quantity
from transforms.claims.rule_ids import ATTEMPT_ASKED, ATTEMPT_ASKED_ONE
from transforms.claims.statements import Claim

_NAME: Final = "attempts_max"
_MOST: Final = 6


def attempt_claims(passage: Passage) -> Iterator[Claim]:
    """Attempts that are the most a program takes: ``attempts_max``; 1 where the first must pass, soft where only preferred."""
    text, question = passage.text, passage.question
    asked = RULES.has("attempt", question) and RULES.has("attempt_exam", question)
    if not asked and not RULES.has("attempt", text):
        return
    if not (asked or _is_of_exam(passage)) or RULES.has("attempt_trap", text):
        return
    limit, rule = _limit(text)
    if limit is None and asked:
        limit, rule = _answered(passage)
        if limit is not None:
            yield passage.claim(_NAME, limit, rule, context=True)
            return
    if limit is None and (not RULES.has("attempt_none", text) or RULES.has("attempt_still", text)):
        limit, rule = _first_only(passage, asked)
    if limit is not None:
        yield passage.claim(_NAME, limit, rule, soft=passage.soft, context=asked)


def _is_of_exam(passage: Passage) -> bool:
    if RULES.has("attempt_exam", passage.text) or RULES.has("attempt_exam", passage.above):
        return True
    return passage.statement.kind == "item" and RULES.has("attempt_item", passage.text)


def _limit(text: str) -> tuple[int | None, str]:
    """The limit that a statement gives by number, with its rule."""
    for hit in RULES.hits("attempt_limit", text):
        limit = quantity(hit)
        if limit is not None and 1 <= limit <= _MOST:
            return limit, hit.rule.id
    return None, ""


def _answered(passage: Passage) -> tuple[int | None, str]:
    """The limit that an answer gives only together with its question, with its rule."""
    number = bare_number(passage)
    if number is not None:
        return number, ATTEMPT_ASKED
    if RULES.has("asks_failure", passage.question):
        once = None if passage.no else RULES.id_of("attempt_once", passage.text)
        if once:
            return 2, once
    if (passage.yes or passage.no) and RULES.has("asks_one_failure", passage.question):
        return 1 if passage.yes else 2, ATTEMPT_ASKED_ONE
    return None, ""


def _first_only(passage: Passage, asked: bool) -> tuple[int | None, str]:
    """1 where the first attempt must pass, by what the statement says or by its answer to the question; with its rule."""
    question = passage.question
    rule = RULES.id_of("attempt_first", passage.text)
    if rule is None and asked and passage.yes:
        rule = RULES.id_of("attempt_first", question)
    if rule is None and asked and passage.no and RULES.has("asks_leniency", question) and not RULES.has("asks_limit", question):
        rule = RULES.id_of("asks_repeated", question)
    return (None, "") if rule is None else (1, rule)
