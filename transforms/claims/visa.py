"""Visa policy: what a statement in its context says of the J-1 and the H-1B.

A sentence is folded, its visas become tokens (``visa_tokens``), it is cut into segments that each speak of a visa
(``visa_segments``), and what the segments say is put together (``visa_reading``). Here its context is applied: the question that
it answers (``visa_answers``), the line that announces it, the sentence before it. Scope by segments and the list of negations
that negate something else follow NegEx (Chapman et al., J Biomed Inform 2001;34:301-310) and ConText (Harkema et al., J Biomed
Inform 2009;42:839-851), with the vocabulary of program pages (``rules/visa.toml``).
"""

import re
from typing import Final

from schemas.vocabulary import VisaStatus
from transforms.claims.folding import fold
from transforms.claims.rule_ids import VISA_CITIZENS_LISTED, VISA_CONDITION, VISA_CONTEXT, VISA_REFUSE_GENERIC
from transforms.claims.statements import BY_NAME, BY_RULE, Claim, Statement, quote_of
from transforms.claims.visa_answers import apply_question
from transforms.claims.visa_reading import Reading, read
from transforms.claims.visa_segments import OPEN_DOORS, SOFT, has_predicate
from transforms.claims.visa_tokens import NAMED, RULES, TOKEN, VISAS, tokenized, visas_in

_MAX_FRAGMENT: Final = 12
"""Words of a text that may need the line above it for its meaning."""
_SHORT_ANAPHOR: Final = 8
"""Words of a sentence such as "It is no longer available", which says no without a verb that accepts."""
_PLAIN = re.compile(r"(?:\b(?:J1|H1B|CITIZEN|and|or|the|an?|visas?|VISA|holders?|status|both)\b|[\s,/&.;()+-])+")
_ASKING = re.compile(r"^(?:what|which|do|does|is|are|can|will) ")


def visa_claims(statement: Statement, previous: Statement | None = None) -> list[Claim]:
    """The visa claims of one statement: ``visa.j1``, ``visa.h1b``, ``visa.other`` and ``visa.condition``.

    Args:
        statement: The statement with its context.
        previous: The sentence before it in the same block, for "it", "they" and conditions that follow.
    """
    text = tokenized(statement.text)
    if not text:
        return []
    text = _former_and_latter_named(text, statement, previous)
    text, ended = _without_opening(text, previous)
    text = _with_verb(text)
    reading = read(text)
    _apply_list_of_demands(statement, text, reading)
    if previous is not None:
        _apply_citizens_before(previous, text, reading)
    reading.put_all(ended, VisaStatus.NOT_ACCEPTS, BY_NAME)
    quote = quote_of(statement, with_context=_apply_context(statement, previous, text, reading))
    return [
        *_status_claims(statement, reading, quote),
        *_other_visas(statement, quote),
        *_condition_claims(statement, text, quote),
    ]


def _status_claims(statement: Statement, reading: Reading, quote: str) -> list[Claim]:
    rules = tuple(dict.fromkeys(reading.rules))
    return [
        Claim(
            f"visa.{visa}",
            status.value,
            quote,
            statement.place,
            rules,
            frozenset(reading.conditions.get(visa, ())) if status is VisaStatus.CONDITIONAL else frozenset(),
            strength,
        )
        for visa, (status, strength) in sorted(reading.status.items())
    ]


def _other_visas(statement: Statement, quote: str) -> list[Claim]:
    folded = fold(statement.text)
    named = {hit.rule.gives or "": hit.rule.id for hit in RULES.hits("other_visa", folded)}
    if not named or RULES.has("refuse", folded) or not RULES.has("accept", f"{folded} {fold(statement.lead or '')}"):
        return []
    return [Claim("visa.other", name, quote, statement.place, (named[name],)) for name in sorted(named)]


def _condition_claims(statement: Statement, text: str, quote: str) -> list[Claim]:
    """A Step 3 rule, which makes an H-1B accepted elsewhere on the page conditional."""
    first = RULES.first("condition", text)
    if first is None or first.rule.gives != "step3_required":
        return []
    conditions = ",".join(sorted(RULES.given("condition", text)))
    return [Claim("visa.condition", conditions, quote, statement.place, (VISA_CONDITION, first.rule.id))]


# --- the text itself ------------------------------------------------------------------------------------------------------


def _former_and_latter_named(text: str, statement: Statement, previous: Statement | None) -> str:
    """The text with "the former" and "the latter" replaced by the visas that they stand for."""
    if not RULES.has("former_latter", text):
        return text
    for context in (previous and previous.text, statement.question, statement.lead):
        named = NAMED.findall(tokenized(context))
        if len(named) > 1:
            for hit in RULES.hits("former_latter", text):
                text = hit.rule.pattern.sub(named[0] if hit.rule.gives == "first" else named[-1], text)
            return text
    return text


def _without_opening(text: str, previous: Statement | None) -> tuple[str, list[str]]:
    """The text without an opening such as "That practice has ended, and", and the visas before it that the opening refuses."""
    parts = SOFT.split(text, maxsplit=1)
    if previous is None or len(parts) != 3 or parts[1].strip() == ":" or TOKEN.search(parts[0]) or not TOKEN.search(parts[2]):
        return text, []
    named = sorted(set(visas_in(tokenized(previous.text)))) if RULES.has("anaphor_no", parts[0]) else []
    return (parts[2].strip(), named) if named else (text, [])


def _with_verb(text: str) -> str:
    """A row such as "Visa types: J-1" or "Categorical track: J-1" with the verb that it leaves out."""
    key, colon, value = text.partition(":")
    if colon and _is_plain_list(value, f"{key} VISA" if RULES.has("track", key) else key) and not has_predicate(key):
        return f"{key} accepted: {value}"
    return text


def _is_plain_list(text: str, told: str) -> bool:
    """Whether a text is nothing but visas under a line that speaks of visas: "Visa types: J-1, H-1B"."""
    return _PLAIN.fullmatch(text) is not None and ("VISA" in told or RULES.has("visa_topic", told))


# --- its context ----------------------------------------------------------------------------------------------------------


def _apply_list_of_demands(statement: Statement, text: str, reading: Reading) -> None:
    """Apply "US citizen" as an item under "Applicants must have"."""
    if reading.status or statement.kind != "item" or NAMED.search(text) or not RULES.has("citizen_item", text):
        return
    above = fold(f"{statement.lead or ''} {statement.heading or ''}")
    if RULES.has("list_of_demands", above) and not RULES.has("open_to_visas", text):
        reading.put_all(VISAS, VisaStatus.NOT_ACCEPTS, BY_RULE)
        reading.rules.append(VISA_CITIZENS_LISTED)


def _apply_citizens_before(previous: Statement, text: str, reading: Reading) -> None:
    """Let "No other visas" after a sentence about citizens refuse the J-1 too."""
    if set(reading.status) == {"h1b"} and VISA_REFUSE_GENERIC in reading.rules and not NAMED.search(text):
        told = tokenized(previous.text)
        if "CITIZEN" in told and not NAMED.search(told):
            reading.put("j1", VisaStatus.NOT_ACCEPTS, BY_RULE)


def _apply_context(statement: Statement, previous: Statement | None, text: str, reading: Reading) -> bool:
    """Apply the question, the lines above and the sentence before; True when the statement took its meaning from them."""
    used = statement.question is not None and statement.first and apply_question(statement, text, reading)
    if not used and not reading.status:
        used = _apply_lines_above(statement, text, reading)
    if not reading.status and previous is not None and not TOKEN.search(text):
        _apply_pronoun(previous, text, reading)
        used = used or bool(reading.status)
    return used


def _apply_lines_above(statement: Statement, text: str, reading: Reading) -> bool:
    """Read a fragment with the line, question, header or heading that announces it; True when that gave a claim."""
    fragment, words = TOKEN.search(text) is not None, len(text.split())
    limit = 2 * _MAX_FRAGMENT if not fragment and RULES.has("condition", text) else _MAX_FRAGMENT
    if words > limit or (not fragment and not has_predicate(text)):
        return False
    for context in (statement.lead, statement.question, statement.header, statement.heading):
        told = _announcing(tokenized(context), text) if fragment else _with_subject(tokenized(context))
        if not told:
            continue
        together = read(f"{_ASKING.sub('', told.rstrip('?:. '))}: {text}")
        if together.status:
            reading.status, reading.conditions = together.status, together.conditions
            reading.rules.extend([*together.rules, VISA_CONTEXT])
            return True
    return False


def _announcing(told: str, text: str) -> str:
    """The line above a list of visas, with its verb; empty where it has none and needs one."""
    if _is_plain_list(text, told) and not RULES.has("refuse", told):
        return f"{told} accepted"
    return told if has_predicate(told) else ""


def _with_subject(told: str) -> str:
    """The line above an answer, if it names a visa; else empty."""
    return told if NAMED.search(told) or "VISA" in told else ""


def _apply_pronoun(previous: Statement, text: str, reading: Reading) -> None:
    """Apply "it is not sponsored any more" or "it depends on the budget" to the visas of the sentence before it."""
    told = tokenized(previous.text)
    named = sorted(set(visas_in(told)))
    hit = RULES.first("anaphor_no", text)
    if hit is not None and (len(text.split()) <= _SHORT_ANAPHOR or RULES.has("accept", text)):
        reading.put_all(named, VisaStatus.NOT_ACCEPTS, BY_NAME)
        reading.rules.append(hit.rule.id)
    elif named and RULES.has("pointing", text) and not RULES.has("refuse", text):
        doors = [hit.rule for hit in RULES.hits("condition", text) if hit.rule.gives in OPEN_DOORS]
        accepted = [visa for visa in named if doors and read(told).status_of(visa) is VisaStatus.ACCEPTS]
        for visa in accepted:
            reading.make_conditional(visa, (rule.gives or "" for rule in doors), BY_NAME)
        reading.rules.extend(rule.id for rule in doors)
