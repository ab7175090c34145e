"""From the statements of a page to what the page says."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Self

import polars as pl

from schemas.vocabulary import VisaStatus
from transforms.claims.eligibility import eligibility_claims
from transforms.claims.informatics import informatics_claims, title_claims
from transforms.claims.statements import Claim, Statement
from transforms.claims.visa import visa_claims
from transforms.claims.visa_page import resolve_visas
from transforms.claims.visa_tokens import VISAS

_IMG_ORDER: Final = ("conditional", "no", "yes")
_USCE_ORDER: Final = ("conditional", "yes", "preferred", "no")
_NUMBERS: Final = ("yog_max_years", "step1_min", "step2_min", "attempts_max")

_SUBJECTS: Final = {
    "visa": (
        r"visa|\bj[ -]?(?:1|l|i|one)\b|\bh[ -]{0,2}(?:1|l|i)\b|\bh[ -]{0,2}1[ -]?b|h1-?b|sponsor|citizen"
        r"|green.?card|permanent.residen|exchange.visitor|ecfmg|immigra|authori[sz]|\bformer\b|\blatter\b"
    ),
    "eligibility": (
        r"\bimg|\bfmg|foreign|international|abroad|overseas|outside|other countries|ecfmg|efmg|ecgmg|intealth|e\.c\.f|graduat"
        r"|school|degree|diploma|usmle|step|comlex|level|score|exam|attempt|fail|\btr(?:y|ies)\b|experience|observer|extern"
        r"|rotation|clinical|hands|america|u\.?s\.?\b|\bamgs?\b|lcme|percent|%|years?"
    ),
    "informatics": (
        r"informatic|cmio|information officer|epic|cerner|meditech|oracle|powerchart|expanse|millennium|ehr|emr|record|quality"
        r"|\bqi\b|dashboard|pdsa|six sigma|run chart|data|improv|tele|video|virtual|e-consult|digital|health it|decision support"
        r"|order.set|screen|change"
    ),
}
"""Words without which a statement, its question and the lines above it cannot speak of a subject. Wide on purpose; lower case."""


@dataclass(frozen=True, slots=True)
class VisaClaim:
    """What a page says of one visa: status, conditions and the claims that decide."""

    status: VisaStatus
    conditions: frozenset[str]
    deciding: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class PageClaims:
    """What a page says.

    Attributes:
        visas: By visa, ``j1`` and ``h1b``.
        other_visas: Other visas accepted, as ``O-1``.
        values: Eligibility and informatics values by claim; what is not claimed is absent.
        soft: Claims of ``values`` that are preferences.
        evidence: The claims that all of this rests on: those that decide a visa, all else that is said of visas, then the others.
    """

    visas: dict[str, VisaClaim]
    other_visas: tuple[str, ...]
    values: dict[str, str | int | float | bool]
    soft: frozenset[str]
    evidence: tuple[Claim, ...]

    @classmethod
    def none(cls) -> Self:
        """What a page without content says."""
        return cls({visa: VisaClaim(VisaStatus.UNKNOWN, frozenset(), ()) for visa in VISAS}, (), {}, frozenset(), ())


def page_claims(statements: Sequence[Statement], title: str = "") -> PageClaims:
    """What the statements of one page say together."""
    speaking = _speaking(statements)
    visa: list[Claim] = []
    other: list[Claim] = list(title_claims(title))
    for place, statement in enumerate(statements):
        subjects = speaking[place]
        if "visa" in subjects and statement.kind != "heading":
            before = statements[place - 1] if place and statements[place - 1].block == statement.block else None
            visa.extend(visa_claims(statement, before))
        if "eligibility" in subjects and statement.kind != "heading":
            other.extend(eligibility_claims(statement))
        if "informatics" in subjects:
            other.extend(informatics_claims(statement))
    return _together(visa, other)


def _together(visa: Sequence[Claim], other: Sequence[Claim]) -> PageClaims:
    visas = {
        name: VisaClaim(status, frozenset().union(*(claim.conditions for claim in deciding)), deciding)
        for name, (status, deciding) in resolve_visas(visa).items()
    }
    values = resolve_values(other)
    soft = frozenset(name for name in _NUMBERS if name in values and all(claim.soft for claim in other if claim.claim == name))
    named = sorted({str(claim.value) for claim in visa if claim.claim == "visa.other"})
    deciding = [claim for found in visas.values() for claim in found.deciding]
    supporting = [claim for claim in other if values.get(claim.claim) == claim.value]
    return PageClaims(visas, tuple(named), values, soft, tuple(dict.fromkeys([*deciding, *visa, *supporting])))


def resolve_values(claims: Iterable[Claim]) -> dict[str, str | int | float | bool]:
    """Values of a page by claim; what no statement claims is left out.

    A requirement stands over a preference; among requirements the first stands, for pages name the general rule first. A welcome
    beside a refusal of international graduates is conditional.
    """
    by_name: dict[str, list[Claim]] = {}
    for claim in claims:
        by_name.setdefault(claim.claim, []).append(claim)
    return {name: _resolved(name, group) for name, group in by_name.items()}


def _resolved(name: str, group: Sequence[Claim]) -> str | int | float | bool:
    if name == "img_accepted":
        values = Counter(str(claim.value) for claim in group)
        return "conditional" if "yes" in values and "no" in values else next(value for value in _IMG_ORDER if value in values)
    if name == "usce_required":
        return next(value for value in _USCE_ORDER if any(claim.value == value for claim in group))
    if name in _NUMBERS:
        return ([claim for claim in group if not claim.soft] or group)[0].value
    return group[0].value


# --- which statements speak of what ---------------------------------------------------------------------------------------


def _speaking(statements: Sequence[Statement]) -> list[set[str]]:
    """The subjects that each statement may speak of, by the words in it and in its context."""
    if not statements:
        return []
    texts = pl.Series("text", [_with_context(statement).lower() for statement in statements])
    speaks = texts.to_frame().select(pl.col("text").str.contains(pattern).alias(name) for name, pattern in _SUBJECTS.items())
    return [{name for name, does in row.items() if does} for row in speaks.iter_rows(named=True)]


def _with_context(statement: Statement) -> str:
    parts = (statement.text, statement.question, statement.lead, statement.heading, statement.place)
    return " ".join(part for part in parts if part)
