"""Medical schools by kind and country: the reference list behind rosters (``reference/medical_schools.csv``)."""

import csv
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from io import StringIO
from typing import Final


class SchoolKind(StrEnum):
    """Where a medical school stands. Puerto Rico's accredited schools are ``us_md``; ``caribbean`` counts as international."""

    US_MD = "us_md"
    US_DO = "us_do"
    CANADA = "canada"
    CARIBBEAN = "caribbean"
    INTERNATIONAL = "international"


@dataclass(frozen=True, slots=True)
class MedicalSchool:
    """One school of the reference list.

    Attributes:
        name: Its usual name.
        kind: Where it stands.
        country: ISO 3166-1 alpha-2 code.
        spellings: Other names as people write them.
    """

    name: str
    kind: SchoolKind
    country: str
    spellings: tuple[str, ...]


_LETTERS: Final = str.maketrans(
    {"ł": "l", "ø": "o", "ı": "i", "ß": "ss", "đ": "d", "æ": "ae", "&": " and ", "’": "", "'": "", ".": ""}
)
_WORDS: Final = {
    "univ": "university", "uni": "university", "coll": "college", "sch": "school", "med": "medicine", "inst": "institute",
    "st": "saint", "ste": "saint", "natl": "national",
    "intl": "international", "hosp": "hospital", "com": "college of osteopathic medicine",
    "som": "school of medicine", "hsc": "health sciences center", "ctr": "center", "osteo": "osteopathic", "sci": "sciences",
    "collage": "college", "univeristy": "university", "univesity": "university", "universtiy": "university",
    "unversity": "university",
}  # fmt: skip
_NOISE: Final = re.compile(
    r"\b(?:the|of|at|and|in|for|school|college|faculty|medicine|medical|university|health|sciences?|center|institute|department|program)\b"
)


def school_key(name: str) -> str:
    """A school's name in one spelling: no accents, punctuation or abbreviations, lower case."""
    plain = unicodedata.normalize("NFKD", name.lower().translate(_LETTERS))
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    words = re.sub(r"[^a-z0-9]+", " ", plain).split()
    return " ".join(_WORDS.get(word, word) for word in words)


def core_key(key: str) -> str:
    """A key without the words that most schools share; empty where nothing is left."""
    return " ".join(_NOISE.sub(" ", key).split())


@cache
def medical_schools() -> tuple[MedicalSchool, ...]:
    """Every school of the reference list, in its order."""
    text = (files(__package__) / "reference" / "medical_schools.csv").read_text(encoding="utf-8")
    return tuple(
        MedicalSchool(
            row["name"],
            SchoolKind(row["kind"]),
            row["country"],
            tuple(part.strip() for part in row["spellings"].split("|") if part.strip()),
        )
        for row in csv.DictReader(StringIO(text))
    )
