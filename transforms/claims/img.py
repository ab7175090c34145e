"""International graduates: whether they are accepted, and whether an ECFMG certificate is required."""

import re
from collections.abc import Iterator
from typing import Final

from transforms.claims.folding import fold
from transforms.claims.passage import RULES, Passage, clauses_of
from transforms.claims.rule_ids import ECFMG_ASKED, IMG_LISTED, IMG_SHARE
from transforms.claims.share import share_of
from transforms.claims.statements import Claim

_BRACKETED = re.compile(r"\([^)]*\)?")
_NAME: Final = "img_accepted"
_YES: Final = "yes"
_NO: Final = "no"
_CONDITIONAL: Final = "conditional"


def img_claims(passage: Passage) -> Iterator[Claim]:
    """Whether international graduates are accepted: ``img_accepted``, yes, no or conditional."""
    text = _without_commission(passage)
    if RULES.has("img_trap", text):
        return
    mentioned = RULES.id_of("img", text)
    if mentioned and RULES.has("ecfmg", text) and not RULES.has("img", _BRACKETED.sub(" ", text)):
        mentioned = None  # "ECFMG certificate (only for graduates of foreign schools)" says who needs it, not who is taken
    only = RULES.id_of("img_us_only", text)
    if only and not (mentioned and RULES.has("img_accept", text)):
        yield passage.claim(_NAME, _NO, only)
    elif mentioned:
        yield from _with_mention(passage, text, mentioned)
    elif asked := RULES.id_of("img", passage.question):
        yield from _asked(passage, text, asked)
    else:
        yield from _listed(passage, text)


def ecfmg_claims(passage: Passage) -> Iterator[Claim]:
    """Whether an ECFMG certificate is required: ``ecfmg_required``."""
    text = passage.text
    mentioned = RULES.id_of("ecfmg", text)
    if mentioned is None:
        if _asked_for_ecfmg(passage):
            yield passage.claim("ecfmg_required", True, ECFMG_ASKED, context=True)
        return
    certificate = RULES.id_of("ecfmg_certificate", text)
    if not (certificate or (passage.is_listed and passage.is_bare)) or RULES.has("ecfmg_not_required", text):
        return
    if RULES.has("ecfmg_document", text) or not RULES.has("ecfmg_trap", text):
        yield passage.claim("ecfmg_required", True, mentioned, certificate)


def _asked_for_ecfmg(passage: Passage) -> bool:
    question = passage.question
    if not RULES.has("ecfmg", question) or RULES.has("ecfmg_trap", question):
        return False
    return passage.yes or (passage.statement.first and not passage.no and RULES.has("asks_demand", question))


def _without_commission(passage: Passage) -> str:
    """The text without ECFMG spelled out, whose name speaks of foreign graduates."""
    return RULES.replaced("ecfmg_name", passage.text)


def _asked(passage: Passage, text: str, asked: str) -> Iterator[Claim]:
    """The answer to a question about international graduates that does not name them itself."""
    question = passage.question
    acceptance = RULES.has("asks_acceptance", question)
    if acceptance and passage.maybe:
        yield passage.claim(_NAME, _CONDITIONAL, asked, context=True)
    elif acceptance and passage.yes:
        condition = RULES.id_of("img_condition", text)
        yield passage.claim(_NAME, _CONDITIONAL if condition else _YES, asked, condition, context=True)
    elif acceptance and passage.no:
        yield passage.claim(_NAME, _NO, asked, context=True)
    elif passage.statement.first and _presupposes_acceptance(passage, text):
        yield passage.claim(_NAME, _YES, asked, context=True)
    else:
        yield from _listed(passage, text)


def _presupposes_acceptance(passage: Passage, text: str) -> bool:
    """Whether a question or its answer only makes sense where international graduates are accepted."""
    question = passage.question
    if RULES.has("ecfmg", question) or RULES.has("usce", question):
        return True
    return not passage.no and (RULES.has("img_rule", text) or RULES.has("asks_which", question))


def _listed(passage: Passage, text: str) -> Iterator[Claim]:
    """A requirement under a line or heading about international graduates."""
    above = RULES.id_of("img", f"{passage.above} {fold(passage.statement.place)}")
    if above and (RULES.has("ecfmg", text) or _is_rule_for_img(passage, text)):
        yield passage.claim(_NAME, _YES, above, IMG_LISTED, context=True)


def _is_rule_for_img(passage: Passage, text: str) -> bool:
    if not passage.question and RULES.has("img", passage.heading) and RULES.has("img_rule", text):
        return True
    listed = passage.statement.kind == "item" and RULES.has("img", passage.above)
    return listed and RULES.has("img_rule", f"{text} {passage.lead}")


def _with_mention(passage: Passage, text: str, mentioned: str) -> Iterator[Claim]:
    """A statement that names international graduates itself."""
    if share_of(passage) is not None:
        yield passage.claim(_NAME, _YES, mentioned, IMG_SHARE)
        return
    asked = RULES.has("img", passage.question)
    if refused := _refusal(text):
        partly = RULES.id_of("img_condition", text) or _acceptance_beside(text)
        yield passage.claim(_NAME, _CONDITIONAL if partly else _NO, mentioned, refused, partly)
    elif asked and passage.no and RULES.has("asks_acceptance", passage.question):
        yield passage.claim(_NAME, _NO, mentioned, context=True)
    elif condition := _condition(text):
        yield passage.claim(_NAME, _CONDITIONAL, mentioned, condition)
    elif (accepted := RULES.id_of("img_accept", text)) or (asked and passage.yes):
        yield passage.claim(_NAME, _YES, mentioned, accepted)
    elif passage.is_bare and (condition := RULES.id_of("img_condition", text)):
        yield passage.claim(_NAME, _CONDITIONAL, mentioned, condition)
    elif (rule := RULES.id_of("img_rule", f"{text} {passage.lead}")) or text.endswith(":"):
        yield passage.claim(_NAME, _YES, mentioned, rule)


def _refusal(text: str) -> str | None:
    """The rule by which a clause refuses international graduates as such, not those who lack something."""
    if RULES.has("img_lacking", text) or RULES.has("usce", text):
        return None
    refusals = (RULES.id_of("img_refuse", clause) for clause in clauses_of(text) if RULES.has("img", clause))
    return next((rule for rule in refusals if rule), None)


def _acceptance_beside(text: str) -> str | None:
    """The rule by which a part of a text accepts that does not refuse: "not for residency; accepted for fellowship"."""
    if ";" not in text:
        return None
    return RULES.id_of("img_accept", ";".join(part for part in text.split(";") if not RULES.has("img_refuse", part)))


def _condition(text: str) -> str | None:
    """The rule that makes acceptance conditional, where the text is about acceptance."""
    if RULES.has("usce", text) or RULES.has("ecfmg", text):
        return None
    condition = RULES.id_of("img_condition", text)
    return condition if condition and (RULES.has("img_accept", text) or RULES.has("img_rule", text)) else None
