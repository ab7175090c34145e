"""One spelling for what people write in many: dashes, quotes, letters, spaces."""

from typing import Final

_CHARACTERS: Final = str.maketrans(
    {**dict.fromkeys("‐‑‒–—―−﹣－", "-"), **dict.fromkeys("’‘´`", "'"), **dict.fromkeys("“”", '"'), "\u00a0": " ", "…": "."}
)


def fold(text: str) -> str:
    """Text in lower case with one kind of dash, quote and space."""
    return " ".join(text.replace("—", " - ").translate(_CHARACTERS).lower().split())
