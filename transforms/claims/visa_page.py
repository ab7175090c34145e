"""What a whole page says of a visa, from what its statements say."""

from collections.abc import Iterable

from schemas.vocabulary import VisaStatus
from transforms.claims.statements import Claim
from transforms.claims.visa import VISAS, joined


def resolve_visas(claims: Iterable[Claim]) -> dict[str, tuple[VisaStatus, tuple[Claim, ...]]]:
    """Status by visa for a whole page, with the claims that it rests on.

    What is said by name stands over what follows from an exclusive, and that over a general rule ("we sponsor no visas"). Among
    equals a condition makes a yes conditional; a yes beside a no is a conflict, unless one of them is conditional. A Step 3 rule
    that stands beside an accepted H-1B makes it conditional.
    """
    found = list(claims)
    names_a_visa = any(claim.claim in {"visa.j1", "visa.h1b"} and claim.strength > 1 for claim in found)
    resolved: dict[str, tuple[VisaStatus, tuple[Claim, ...]]] = {}
    for visa in VISAS:
        of_visa = [
            claim for claim in found if claim.claim == f"visa.{visa}" and not (names_a_visa and "visa.citizens_listed" in claim.rules)
        ]
        if not of_visa:
            resolved[visa] = (VisaStatus.NOT_STATED, ())
            continue
        strongest = max(claim.strength for claim in of_visa)
        deciding = tuple(claim for claim in of_visa if claim.strength == strongest)
        status = joined({VisaStatus(str(claim.value)) for claim in deciding})
        of_one_track = tuple(
            claim for claim in of_visa if claim.strength < strongest and {"visa.only.before", "visa.condition.programs"} <= set(claim.rules)
        )
        if status is VisaStatus.ACCEPTS and of_one_track:
            status, deciding = VisaStatus.CONDITIONAL, (*deciding, *of_one_track)
        if visa == "h1b" and status is VisaStatus.ACCEPTS:
            conditions = tuple(claim for claim in found if claim.claim == "visa.condition" and "step3_required" in str(claim.value))
            if conditions:
                status, deciding = VisaStatus.CONDITIONAL, (*deciding, *conditions)
        resolved[visa] = (status, deciding)
    return resolved
