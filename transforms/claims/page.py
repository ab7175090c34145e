"""From the claims of its statements to what a page says."""

from collections import Counter
from collections.abc import Iterable

from transforms.claims.statements import Claim

_IMG_ORDER = ("conditional", "no", "yes")
_USCE_ORDER = ("conditional", "yes", "preferred", "no")
_STRICTEST_FIRST = ("yog_max_years", "step1_min", "step2_min", "attempts_max")


def resolve(claims: Iterable[Claim]) -> dict[str, str | int | float | bool]:
    """Eligibility values of a page by claim; what no statement claims is left out.

    A requirement stands over a preference. Of several requirements the strictest number stands; an acceptance of international
    graduates stands over rules that only follow from it.
    """
    by_name: dict[str, list[Claim]] = {}
    for claim in claims:
        by_name.setdefault(claim.claim, []).append(claim)
    found: dict[str, str | int | float | bool] = {}
    for name, group in by_name.items():
        if name == "img_accepted":
            found[name] = _img(group)
        elif name == "usce_required":
            found[name] = next(value for value in _USCE_ORDER if any(claim.value == value for claim in group))
        elif name in _STRICTEST_FIRST:
            hard = [claim for claim in group if not claim.soft] or group
            found[name] = hard[0].value
        else:
            found[name] = group[0].value
    return found


def _img(group: list[Claim]) -> str:
    values = Counter(str(claim.value) for claim in group)
    if "yes" in values and "no" in values:
        return "conditional"
    return next(value for value in _IMG_ORDER if value in values)
