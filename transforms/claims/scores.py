"""Lowest scores on the USMLE steps."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from transforms.claims.folding import fold
from transforms.claims.passage import RULES, Passage
from transforms.claims.statements import Claim

_LOWEST: Final = 180
_HIGHEST: Final = 290
_NEAR: Final = 12
"""Characters within which a step right after its score begins."""
_PAIRED: Final = 5
"""Characters between the two numbers of a pair: "220/230"."""
_BOTH: Final = ("step1_min", "step2_min")
_CLAIMS: Final = {"both": _BOTH, "one": ("step1_min",), "two": ("step2_min",)}
"""Claims by the group of the step rule; a score of another exam claims nothing."""
_BETWEEN_STEPS = re.compile(r"\W*(?:and|or|on|in|for|both|&|/|,|usmle|\s)*\W*")


def score_claims(passage: Passage) -> Iterator[Claim]:
    """Lowest scores asked for: ``step1_min`` and ``step2_min``, soft where only preferred."""
    text = passage.text
    where = f"{passage.question} {passage.lead} {fold(passage.statement.header or '')}"
    scores = [hit.match for hit in RULES.places("score_number", text)]
    if not scores or not (RULES.has("score", text) or RULES.has("score", where)):
        return
    demanded = RULES.id_of("score_demand", text)
    if demanded is None and passage.is_bare:
        demanded = RULES.id_of("score_demand", f"{where} {passage.heading}")
    if demanded is None or _is_descriptive(passage):
        return
    steps = _steps_in(text)
    found: dict[str, int] = {}
    for place, score in enumerate(scores):
        for claim in _claims_of(scores, place, steps, where):
            found.setdefault(claim, int(score.group("n")))
    for claim, lowest in sorted(found.items()):
        if _LOWEST <= lowest <= _HIGHEST:
            yield passage.claim(claim, lowest, demanded, soft=passage.soft)


def _is_descriptive(passage: Passage) -> bool:
    """Whether the scores only describe residents or candidates, or are said to be no bar."""
    if RULES.has("score_trap", passage.text) or RULES.has("score_none", passage.text):
        return True
    return passage.is_bare and RULES.has("score_average", passage.above)


def _steps_in(text: str) -> list[re.Match[str]]:
    return [hit.match for hit in RULES.places("step", text)]


def _claims_of(scores: Sequence[re.Match[str]], place: int, steps: Sequence[re.Match[str]], where: str) -> tuple[str, ...]:
    """The claims that a score makes: of the step named right after it, else the nearest before it, else those of the context."""
    score = scores[place]
    if named := _claims_after(score, steps):
        return named
    before = [step for step in steps if step.end() <= score.start()]
    if before:
        return _paired(scores, place, before) or _claims_by(before[-1])
    if len(scores) == 1 and steps and steps[0].lastgroup != "comlex":
        return _claims_by(steps[0])
    asked = _steps_in(where)
    if asked:
        return tuple(dict.fromkeys(claim for step in asked for claim in _claims_by(step)))
    return _BOTH if RULES.has("score_of_usmle", f"{score.string} {where}") else ()


def _claims_by(step: re.Match[str]) -> tuple[str, ...]:
    return _CLAIMS.get(step.lastgroup or "", ())


def _claims_after(score: re.Match[str], steps: Sequence[re.Match[str]]) -> tuple[str, ...]:
    """The claims of the step that follows a score: "220 on Step 1"."""
    after = RULES.first("score_on", score.string[score.end() :])
    if after is None:
        return ()
    start = score.end() + after.match.end()
    named = next((step for step in steps if start <= step.start() <= start + _NEAR), None)
    return () if named is None else _claims_by(named)


def _paired(scores: Sequence[re.Match[str]], place: int, before: Sequence[re.Match[str]]) -> tuple[str, ...]:
    """``220/230`` after "Step 1/Step 2": the first number is the first step's, the second the second's."""
    listed = [step for step in before if step.lastgroup in {"one", "two"}]
    pair = len(scores) == 2 and scores[1].start() - scores[0].end() <= _PAIRED
    if pair and before[-1].lastgroup == "both":
        return _BOTH[place : place + 1]
    if len(listed) != 2:
        return ()
    if pair and listed[1].end() <= scores[0].start():
        return _claims_by(listed[place])
    together = _BETWEEN_STEPS.fullmatch(scores[place].string, listed[0].end(), listed[1].start()) is not None
    return _BOTH if len(scores) == 1 and together else ()
