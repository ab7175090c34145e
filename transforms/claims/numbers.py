"""Numbers as people write them."""

import re
from typing import Final

WORDS: Final = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90, "twenty-four": 24, "thirty-six": 36, "forty-eight": 48,
    "single": 1, "a single": 1, "once": 1, "twice": 2, "thrice": 3, "couple": 2, "half": 50,
    "first": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4,
}  # fmt: skip
NUMBER: Final = r"(?:\d{1,3}(?:\.\d+)?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty)"


def value_of(text: str) -> int | None:
    """The whole number that a word or numeral means; None for anything else."""
    word = text.strip().lower().rstrip(".,;")
    if re.fullmatch(r"\d+", word):
        return int(word)
    return WORDS.get(word)
