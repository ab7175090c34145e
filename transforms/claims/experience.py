"""US clinical experience: required, preferred, conditional or not required."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from transforms.claims.passage import RULES, Passage
from transforms.claims.rule_ids import USCE_LISTED
from transforms.claims.statements import Claim

_YES: Final = "yes"
_NO: Final = "no"
_CONDITIONAL: Final = "conditional"
_PREFERRED: Final = "preferred"


class _Verdict(NamedTuple):
    value: str
    rule: str | None
    by_context: bool = False


def experience_claims(passage: Passage) -> Iterator[Claim]:
    """Whether US clinical experience is required: ``usce_required``, yes, no, preferred or conditional."""
    own = RULES.id_of("usce", passage.text)
    subject = own or RULES.id_of("usce", passage.question)
    if subject is None or (RULES.has("usce_trap", passage.text) and not RULES.has("usce", passage.question)):
        return
    text = RULES.replaced("usce_former", passage.text)
    verdict = _excused(text, own) or _demanded(passage, text, own) or _implied(passage, text, own)
    if verdict is not None:
        context = own is None or verdict.by_context
        yield passage.claim("usce_required", verdict.value, subject, verdict.rule, context=context)


def _excused(text: str, own: str | None) -> _Verdict | None:
    """What a statement that demands or excuses in so many words says."""
    if own and (demanded := RULES.id_of("usce_demand", text)):
        return _Verdict(_YES, demanded)
    if own and (condition := RULES.id_of("usce_condition", text)) and RULES.has("usce_occasion", text):
        return _Verdict(_CONDITIONAL, condition)
    if not_required := RULES.id_of("usce_no", text):
        return _Verdict(_PREFERRED if RULES.has("usce_preferred", text) else _NO, not_required)
    return None


def _demanded(passage: Passage, text: str, own: str | None) -> _Verdict | None:
    """What an answer to the question says, else what words of condition, preference and demand say."""
    preferred = RULES.id_of("usce_preferred", text)
    if not own and passage.maybe:
        return _Verdict(_CONDITIONAL, None)
    if not own and passage.no:
        return _Verdict(_PREFERRED if preferred else _NO, preferred)
    if condition := RULES.id_of("usce_condition", text):
        return _Verdict(_CONDITIONAL, condition)
    required = RULES.id_of("usce_yes", text)
    if preferred and (not required or RULES.has("usce_wish", text)) and not _is_firm(text):
        return _Verdict(_PREFERRED, preferred)
    if required and (own or passage.statement.first):
        return _Verdict(_YES, required)
    return None


def _implied(passage: Passage, text: str, own: str | None) -> _Verdict | None:
    """What a yes to the question or the line above a list says of a statement that says nothing itself."""
    if passage.yes and RULES.has("usce", passage.question) and not RULES.has("usce_preferred", text):
        return _Verdict(_YES, None, by_context=True)
    if not own or not passage.is_listed:
        return None
    if RULES.has("list_prefer", passage.above):
        return _Verdict(_PREFERRED, USCE_LISTED, by_context=True)
    demands = RULES.has("list_must", passage.above) or (passage.above.strip() and not RULES.has("list_offer", passage.above))
    return _Verdict(_YES, USCE_LISTED, by_context=True) if demands else None


def _is_firm(text: str) -> bool:
    return RULES.has("usce_firm", text) and "not" not in text.split()
