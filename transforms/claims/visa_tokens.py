"""A sentence with its visas as tokens.

What only looks like a visa goes ("pay by Visa card", "lot H-1"); mentions become ``J1``, ``H1B``, ``OTHERS`` (other visas),
``VISA`` (any visa, none named), ``CITIZEN`` (citizens, permanent residents); a negation that negates something else ("not only")
goes too.
"""

import re
from functools import lru_cache
from typing import Final

from transforms.claims.folding import fold
from transforms.claims.rules import rule_set

RULES = rule_set("visa")
VISA_OF: Final = {"J1": "j1", "H1B": "h1b"}
"""Visa by its token."""
VISAS: Final = tuple(VISA_OF.values())
TOKEN = re.compile(r"\b(?:J1|H1B|OTHERS|VISA|CITIZEN)\b")
NAMED = re.compile(r"\b(?:J1|H1B)\b")

_CACHED: Final = 8192
_SENTENCE_END = re.compile(r"(?<=;)")
_SPACED = re.compile(r" ([,.;:?!)])")
_REPEATED = re.compile(r"\b(J1|H1B|VISA)(?:[ /-]+VISA)+\b")
_ACRONYM = re.compile(
    r"\(\s*(?!only|alone|yes|no\b|not\b)(?:(?:via|through|by|from) (?:the )?)?(?:[a-z][a-z.]{1,9}|J1|VISA|s)\s*\)"
)


@lru_cache(maxsize=_CACHED)
def tokenized(text: str | None) -> str:
    """The folded text with tokens for visas; empty where it only looks as if it spoke of visas."""
    told = _without_trap_sentences(RULES.replaced("trap", fold(text or "")))
    told = _without_trap_sentences(RULES.replaced("mention", told))
    if not told.strip(" ;."):
        return ""
    told = _SPACED.sub(r"\1", told)
    told = _ACRONYM.sub(lambda match: " J1 " if "J1" in match.group() else " ", told)
    told = _REPEATED.sub(r"\1", told)
    return RULES.replaced("pseudo", " ".join(told.split()))


def visas_in(tokens: str) -> list[str]:
    """The visas that a text with tokens names, in its order, each as often as it stands there."""
    return [VISA_OF[token] for token in NAMED.findall(tokens)]


def _without_trap_sentences(text: str) -> str:
    return "".join(part for part in _SENTENCE_END.split(text) if not RULES.has("trap_sentence", part))
