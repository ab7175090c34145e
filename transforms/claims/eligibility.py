"""Eligibility: international graduates, ECFMG, US clinical experience, years since graduation, scores, attempts, share of IMGs.

Each reading looks at one statement in its context. A bare list item takes its force from the line above it ("Applicants must",
"Preferred"); an answer takes its subject from its question; a number belongs to the nearest subject in its own clause.
"""

from collections.abc import Callable, Iterable
from typing import Final

from transforms.claims.attempts import attempt_claims
from transforms.claims.experience import experience_claims
from transforms.claims.img import ecfmg_claims, img_claims
from transforms.claims.passage import Passage, passage_of
from transforms.claims.recency import recency_claims
from transforms.claims.scores import score_claims
from transforms.claims.share import share_claims
from transforms.claims.statements import Claim, Statement

_READINGS: Final[tuple[Callable[[Passage], Iterable[Claim]], ...]] = (
    img_claims,
    ecfmg_claims,
    experience_claims,
    recency_claims,
    score_claims,
    attempt_claims,
    share_claims,
)


def eligibility_claims(statement: Statement) -> list[Claim]:
    """All eligibility claims of one statement."""
    passage = passage_of(statement)
    return [claim for reading in _READINGS for claim in reading(passage)]
