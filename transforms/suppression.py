"""Withholding counts behind which few people stand."""

from collections.abc import Mapping
from typing import Final

SMALLEST_SHOWN: Final = 5
"""Counts from 1 to one less are withheld. The limit of this product: a class is small, and a page names its people."""


def suppressed_counts(parts: Mapping[str, int], total: str) -> tuple[dict[str, int | None], list[str]]:
    """Counts with the small ones withheld, and the names of what was withheld, in order.

    A part from 1 to 4 is withheld. Where that is one part only, its value could be had by subtraction, so the total is withheld
    too. A total below the limit withholds itself and every part. Zero says nothing of a person and stays.

    Args:
        parts: Counts by name, the total among them.
        total: Name of the total.
    """
    if 0 < parts[total] < SMALLEST_SHOWN:
        return dict.fromkeys(parts), sorted(parts)
    small = {name for name, count in parts.items() if name != total and 0 < count < SMALLEST_SHOWN}
    if len(small) == 1:
        small.add(total)
    return {name: None if name in small else count for name, count in parts.items()}, sorted(small)
