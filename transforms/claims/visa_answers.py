"""Answers that take their meaning from a question about visas: "Do you sponsor the H-1B?" - "No."."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from schemas.vocabulary import VisaStatus
from transforms.claims.folding import fold
from transforms.claims.rules import rule_set
from transforms.claims.statements import BY_EXCLUSIVE, BY_NAME, BY_RULE, Statement
from transforms.claims.visa_reading import H1B_CONDITIONS, Reading, read
from transforms.claims.visa_tokens import RULES, TOKEN, VISAS, tokenized, visas_in

_ANSWERS = rule_set("answers")
_MAX_PRONOUN_ANSWER: Final = 12
"""Words of an answer such as "That is not something we offer", which says no by a pronoun."""
_SPONSORSHIP = re.compile(r"\bsponsorship\b")
_IF = re.compile(r"\bif\b.*")
_ASKING = re.compile(
    r"^(?:(?:what|which) )?(?:do|does|is|are|can|will|may|must|should|could|would|am|have|has)? ?(?:i|you|it true that|the|we)? ?"
)


@dataclass(frozen=True, slots=True)
class _Exchange:
    """A question and its answer.

    Attributes:
        question: The question with tokens.
        text: The answer with tokens.
        yes: The answer says yes, also with a hedge.
        no: The answer says no.
        maybe: The yes is a hedge: "Sometimes."
        asked: What the question says, read as a statement.
        named: The visas that the question names.
        own: The visas that the answer names.
        rule: Id of the rule by which the answer says yes or no.
    """

    question: str
    text: str
    yes: bool
    no: bool
    maybe: bool
    asked: Reading
    named: frozenset[str]
    own: frozenset[str]
    rule: str


def apply_question(statement: Statement, text: str, reading: Reading) -> bool:
    """Apply its question to an answer that takes its meaning from it.

    Args:
        statement: The answer with its question.
        text: The answer with tokens.
        reading: What the answer says by itself; gets what the question adds.

    Returns:
        Whether the question gave the answer its meaning.
    """
    question = _question_of(statement)
    if not question:
        return False
    if question.startswith("why "):
        return _apply_presupposed(question, reading)
    exchange = _exchange(question, fold(statement.text), text)
    if exchange is None:
        return False
    if any(applied(exchange, reading) for applied in _WAYS):
        reading.rules.append(exchange.rule)
        return True
    return exchange.no and exchange.asked.excludes_others


def _question_of(statement: Statement) -> str:
    """The question of an answer with tokens, if it is about visas; else empty."""
    question = tokenized(statement.question)
    if not TOKEN.search(question):
        question = _SPONSORSHIP.sub("VISA", question)
    return question if TOKEN.search(question) else ""


def _exchange(question: str, folded: str, text: str) -> _Exchange | None:
    """A question with an answer that says yes or no to it; None for any other answer."""
    cue, rule = _reply(folded, text)
    if not cue:
        return None
    yes, no = cue != "answer_no", cue == "answer_no"
    asked = read(_ASKING.sub("", question.rstrip("? ")))
    if RULES.has("question_inverted", question):
        yes, no, asked = no, yes, Reading()
    named = frozenset(visas_in(_IF.sub("", question)))
    return _Exchange(question, text, yes, no, cue == "answer_maybe", asked, named, frozenset(visas_in(text)), rule)


def _reply(folded: str, text: str) -> tuple[str, str]:
    """How an answer replies, as the cue of its first words, and by which rule; empty where it does not."""
    for cue in ("answer_maybe", "answer_yes", "answer_no"):
        rule = _ANSWERS.id_of(cue, folded)
        if rule is not None:
            return cue, rule
    by_pronoun = None
    if not TOKEN.search(text) and len(text.split()) <= _MAX_PRONOUN_ANSWER:
        by_pronoun = RULES.id_of("anaphor_no", text)
    return ("", "") if by_pronoun is None else ("answer_no", by_pronoun)


def _apply_presupposed(question: str, reading: Reading) -> bool:
    """Take what a question such as "Why do you not sponsor the H-1B?" takes for granted."""
    asked = read(question.rstrip("? "))
    _take_missing(asked, reading)
    reading.rules.extend(asked.rules)
    return bool(asked.status)


def _take_missing(asked: Reading, reading: Reading) -> None:
    for visa, (status, strength) in asked.status.items():
        if visa not in reading.status:
            reading.put(visa, status, strength)


# --- ways in which a question gives an answer its meaning: each applies and says so, or leaves the reading alone ---------------


def _others_asked(exchange: _Exchange, reading: Reading) -> bool:
    """Asked "Do you sponsor visas other than the J-1?", a no accepts the visa named and refuses the others."""
    if not exchange.named or "OTHERS" not in exchange.question or exchange.own - exchange.named:
        return False
    if exchange.no:
        for visa in VISAS:
            status = VisaStatus.ACCEPTS if visa in exchange.named else VisaStatus.NOT_ACCEPTS
            reading.put(visa, status, BY_EXCLUSIVE)
    return True


def _asked_by_name(exchange: _Exchange, reading: Reading) -> bool:
    """Asked for a visa that it does not name itself, an answer says yes or no to it."""
    if not exchange.named or exchange.named & exchange.own:
        return False
    for visa in sorted(exchange.named - set(reading.status)):
        if exchange.yes:
            _say_yes(visa, exchange, reading)
        else:
            refused = not exchange.asked.excludes_others
            reading.put(visa, VisaStatus.NOT_ACCEPTS if refused else VisaStatus.ACCEPTS, BY_NAME)
    if exchange.yes:
        _take_missing(exchange.asked, reading)
    if exchange.maybe:
        for visa in exchange.named:
            reading.make_conditional(visa, {"may_be_considered"}, BY_NAME)
    return True


def _say_yes(visa: str, exchange: _Exchange, reading: Reading) -> None:
    status = exchange.asked.status_of(visa) or VisaStatus.ACCEPTS
    if status is VisaStatus.NOT_ACCEPTS and not _ANSWERS.has("answer_contradicts", exchange.text):
        reading.put(visa, status, BY_NAME)
        return
    conditions = RULES.given("condition", exchange.text) | exchange.asked.conditions.get(visa, set())
    if visa == "h1b":
        conditions |= RULES.given("condition_h1b", exchange.text)
    else:
        conditions -= H1B_CONDITIONS | {"stated_condition"}
    if conditions:
        reading.make_conditional(visa, conditions, BY_NAME)
    else:
        reading.put(visa, VisaStatus.ACCEPTS, BY_NAME)


def _own_names(exchange: _Exchange, reading: Reading) -> bool:
    """A yes accepts the visas that the answer only names, and those of the question: "Yes, J-1 and H-1B"."""
    bare = exchange.own - set(reading.status)
    if not exchange.yes or not bare or RULES.has("topic", exchange.text):
        return False
    reading.put_all(bare | (exchange.named - exchange.own), VisaStatus.ACCEPTS, BY_NAME)
    return True


def _exclusive_asked(exchange: _Exchange, reading: Reading) -> bool:
    """Asked "Do you sponsor only the J-1?", a yes closes the list."""
    if not (exchange.yes and exchange.named and exchange.own and exchange.asked.excludes_others):
        return False
    for visa, (status, strength) in exchange.asked.status.items():
        reading.put(visa, status, strength)
    return True


def _any_visa_asked(exchange: _Exchange, reading: Reading) -> bool:
    """Asked "Do you sponsor visas?", a no refuses all."""
    about_visas = "VISA" in exchange.question and "CITIZEN" not in exchange.question and RULES.has("accept", exchange.question)
    if not exchange.no or exchange.own or not about_visas:
        return False
    reading.put_all((visa for visa in VISAS if visa not in reading.status), VisaStatus.NOT_ACCEPTS, BY_RULE)
    return True


def _citizens_asked(exchange: _Exchange, reading: Reading) -> bool:
    """Asked "Must I be a US citizen?", a yes refuses all."""
    if not exchange.yes or exchange.own or not RULES.has("citizens_only", exchange.question):
        return False
    reading.put_all(VISAS, VisaStatus.NOT_ACCEPTS, BY_RULE)
    return True


def _no_visa_demanded(exchange: _Exchange, _: Reading) -> bool:
    """Asked "Must I have an H-1B?", a no says nothing of what is accepted."""
    return exchange.no and bool(exchange.named) and RULES.has("question_obliged", exchange.question)


_WAYS: Final[tuple[Callable[[_Exchange, Reading], bool], ...]] = (
    _no_visa_demanded,
    _others_asked,
    _asked_by_name,
    _own_names,
    _exclusive_asked,
    _any_visa_asked,
    _citizens_asked,
)
"""The first that applies counts."""
