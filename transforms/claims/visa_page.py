"""What a whole page says of a visa, from what its statements say."""

from collections.abc import Iterable, Sequence

from schemas.vocabulary import VisaStatus
from transforms.claims.rule_ids import VISA_CITIZENS_LISTED, VISA_CONDITION_PROGRAMS, VISA_ONLY_BEFORE
from transforms.claims.statements import BY_RULE, Claim
from transforms.claims.visa_reading import joined
from transforms.claims.visa_tokens import VISAS

Resolved = tuple[VisaStatus, tuple[Claim, ...]]
"""A status with the claims that decide it."""


def resolve_visas(claims: Iterable[Claim]) -> dict[str, Resolved]:
    """Status by visa for a whole page, with the claims that it rests on.

    What is said by name stands over what follows from an exclusive, and that over a general rule ("we sponsor no visas"). Among
    equals a condition makes a yes conditional; a yes beside a no is a conflict, unless one of them is conditional. A Step 3 rule
    that stands beside an accepted H-1B makes it conditional.
    """
    found = list(claims)
    by_visa = {visa: [claim for claim in found if claim.claim == f"visa.{visa}"] for visa in VISAS}
    if any(claim.strength > BY_RULE for group in by_visa.values() for claim in group):
        by_visa = {visa: [claim for claim in group if VISA_CITIZENS_LISTED not in claim.rules] for visa, group in by_visa.items()}
    step3 = [claim for claim in found if claim.claim == "visa.condition" and "step3_required" in str(claim.value)]
    return {visa: _resolved(group, step3 if visa == "h1b" else []) for visa, group in by_visa.items()}


def _resolved(claims: Sequence[Claim], conditions: Sequence[Claim]) -> Resolved:
    """The status that the claims of one visa give; what stands in the way of a plain yes makes it conditional."""
    if not claims:
        return VisaStatus.NOT_STATED, ()
    strongest = max(claim.strength for claim in claims)
    deciding = tuple(claim for claim in claims if claim.strength == strongest)
    status = joined({VisaStatus(str(claim.value)) for claim in deciding})
    weaker = [claim for claim in claims if claim.strength < strongest]
    hindering = [claim for claim in weaker if {VISA_ONLY_BEFORE, VISA_CONDITION_PROGRAMS} <= set(claim.rules)] or conditions
    if status is VisaStatus.ACCEPTS and hindering:
        return VisaStatus.CONDITIONAL, (*deciding, *hindering)
    return status, deciding
