"""Which kind of medical school the lines about a person name: by a school column, a label, short lines, or prose."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from flows.pages.roster_people import LEADING_LETTERS, MED_LABEL, OTHER_LABEL, SCHOOL_WORD, TRAILING_LETTERS, Person, degree_of
from schemas.medical_schools import SchoolKind
from transforms.schools import find_school, has_listed_part, kind_of_place, kind_of_school

_FROM = re.compile(r"^(?:from|originally from|born in|raised in|hails from|grew up in)\b", re.IGNORECASE)
_INNER_LABEL = re.compile(
    r"(?<=\S)\s+(?=(?:Medical [Ss]chool|Med [Ss]chool|Undergrad\w*(?: [A-Z]\w+)?|Home ?[Tt]own|Hometown|College|Interests?|"
    r"Hobbies|Residency|Career \w+|Fun [Ff]acts?|"
    r"Clinical [Ii]nterests?|Languages?|Email)\s*:)"
)
_PIECES = re.compile(r"\s*[|•·]\s*|\s*;\s+|\s+/\s+")
_COLLEGE_WORD = re.compile(
    r"\b(?:undergrad\w*|college degree|bachelor\w*|pre-?med\w*|b\.?\s?(?:sc?|a|eng)\b\.?|m\.?s\.?c?\b|mph|m\.p\.h|mba|ph\.?d|"
    r"master\w*|residency|fellowship|internship|"
    r"intern(?:ed)? at|high school|nursing|pharmd)",
    re.IGNORECASE,
)
_MEDICAL_WORD = re.compile(
    r"\b(?:m\.?d\.?|d\.?o\.?|mb\s?bs|mbbch|mbchb|medical|medicine|medicina|osteopath\w*|som|com)\b", re.IGNORECASE
)
_YEARS = re.compile(r"\b(?:class of\s*)?(?:['’]\d\d|(?:19|20)\d\d(?:\s*[-–]\s*(?:19|20)?\d\d)?)\b", re.IGNORECASE)
_MAX_SCHOOL_WORDS: Final = 16
_MAX_SCHOOL_LETTERS: Final = 160


_MED_VERBS = re.compile(
    r"\b(?:medical school|medical degree|osteopathic (?:degree|medical)|med(?:ical)? school|(?:study|studied|studying|read|"
    r"reading) medicine|medicine at|"
    r"medical (?:studies|education|training|college|student|diploma)|degree in medicine|doctor of (?:osteopathic )?medicine|"
    r"(?:an?|the|her|his|their|my|for) (?:md|do|m\.d\.|d\.o\.|mbbs|mbbch|mbchb)|doctor(?:ate)?\b|md/?phd|where a do|do degree|"
    r"md degree|\bmbbs\b|"
    r"became a (?:doctor|physician)|made a (?:doctor|physician)|trained as a (?:doctor|physician)|osteopathic|"
    r"school of medicine|college of medicine)",
    re.IGNORECASE,
)
_GRADUATED = re.compile(
    r"\b(?:graduat\w+ (?:from|of)|earned|alum\w* of|came (?:to us )?from|attended|began at|by way of|completed)\b", re.IGNORECASE
)
_COLLEGE = re.compile(
    r"\b(?:undergrad\w*|college degree|(?:for|to|at|in|went to) college|college at|bachelor\w*|studied (?!medicine)\w+|"
    r"degree in (?!medicine)|major\w*|minor\w* in|b\.?s\.?\b|b\.?a\.?\b|master\w*|"
    r"m\.?p\.?h\.?\b|ph\.?d\.? (?:in|at|from)|pharmac\w+|taught|read (?!medicine)(?:law|philosophy|history|english|chemistry|"
    r"biology|physics)|played|teacher|"
    r"alma mater in|science degree|pre-?med)",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"\b(?:research (?:stint|year|fellow\w*|assistant|at)|stint|internship|residency at|fellow(?:ship)? (?:at|in)|worked (?:at|"
    r"in|for|as)|rotat\w+|observ\w+|volunteer\w*|"
    r"hopes|plans|will (?:join|start)|looks forward|transferred|spouse|husband|wife|partner|daughter|son\b|brother|sister|"
    r"fan of|cheers|roots for|football|basketball)\b",
    re.IGNORECASE,
)
_CLAUSES = re.compile(
    r"[.!?]\s+|;\s*|,?\s+(?:and\s+)?then\s+|,\s+(?:and\s+)?(?:later|where|who|which|before|after|followed by)?\s*|\s+before\s+|"
    r"\s+after\s+|\s+(?:followed by|prior to)\s+|\s[–—-]\s|"
    r"\s+and (?=(?:earned|an? |the |later|went|attended|read|received|obtained|completed|graduated|did|her |his |their |my |"
    r"to |medical))"
)
_BOTH = re.compile(r"\b(?:both|college and (?:to )?med\w*|undergrad\w* and med\w*|for (?:both )?college and)\b", re.IGNORECASE)


def looks_like_school(text: str) -> bool:
    """Whether a line may be a school: a word that schools carry, or a name on the list."""
    if len(text) > _MAX_SCHOOL_LETTERS:
        return False
    return SCHOOL_WORD.search(text) is not None or has_listed_part(plain(text))


def plain(text: str) -> str:
    """A school's text without years, degrees and stray punctuation."""
    text = LEADING_LETTERS.sub("", _YEARS.sub(" ", text))
    text = re.sub(r"^(?:(?:graduate|graduated|alum\w*) of|attended|from|at)\s+", "", text.strip(" ,-–—:;."), flags=re.IGNORECASE)
    text = TRAILING_LETTERS.sub("", text).strip(" ,-–—:;.")
    return text[1:-1] if text.startswith("(") and text.endswith(")") and text.count("(") == 1 else text


def kind_of(person: Person) -> str:
    """US MD, US DO, Canadian, Caribbean, international or unknown: by the school and the letters of the degree."""
    text = person.school if person.school is not None else " ".join(person.lines)
    degree = person.degree or degree_of(person.school or "")
    kind = school_of(person)
    if degree == "us_do" or (kind is SchoolKind.US_MD and degree is None and _says_osteopathic(text)):
        return "us_do"
    if degree == "img":
        return "international" if kind in {None, SchoolKind.US_MD, SchoolKind.US_DO} else str(kind.value if kind else "")
    if kind is SchoolKind.US_DO and degree == "md" and not re.search(r"osteopath|\bCOM\b|COM\b", text):
        return "us_md" if _is_shared(text) else "us_do"
    return kind.value if kind is not None else "unknown"


def _says_osteopathic(text: str) -> bool:
    return len(text) <= _MAX_SCHOOL_LETTERS and re.search(r"\bosteopath", text, re.IGNORECASE) is not None


def _is_shared(text: str) -> bool:
    """Universities with a school of each kind."""
    return re.search(r"\b(?:michigan state|nova|rowan|msu|nsu|california northstate|ohio)\b", text, re.IGNORECASE) is not None


def school_of(person: Person) -> SchoolKind | None:
    """The kind of the medical school that is told of a person; None where none is told or known."""
    if person.school is not None:
        told = person.school.strip(" -–—./")
        return _kind_in_cell(told) if told and told.lower() not in {"n/a", "na", "tbd", "tba", "none", "unknown"} else None
    pieces = list(_pieces(person.lines))
    labelled = [value for label, value in pieces if label == "medical"]
    if labelled:
        return next(
            (kind for value in labelled if (kind := kind_of_school(plain(value)) or find_school(value)) is not None), None
        )
    free = [value for label, value in pieces if label == ""]
    return _school_in_lines(free) or _school_in_prose(" . ".join(value for value in free if len(value.split()) > 4))


def _kind_in_cell(text: str) -> SchoolKind | None:
    """A school cell: one school, or several lines of education of which one is medical."""
    lines = [line for line in text.split("\n") if line.strip()]
    if len(lines) > 1 and any(_COLLEGE_WORD.search(line) or _MEDICAL_WORD.search(line) for line in lines):
        return _school_in_lines([value for label, value in _pieces(lines) if label != "other"]) or kind_of_school(
            plain(" ".join(lines))
        )
    told = " ".join(lines)
    return kind_of_school(plain(told)) or find_school(told)


def _pieces(lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The lines in pieces, each with the kind of its label: ``medical``, ``other`` or none; a label alone marks the next line."""
    waiting = ""
    for line in lines[:60]:
        for piece in _INNER_LABEL.split(line) if ":" in line else (line,):
            parts = _PIECES.split(piece) if len(piece) <= 300 else [piece]
            for part in parts:
                text = part.strip()
                if not plain(text):
                    continue
                label, value = _label_of(text)
                if not label and waiting:
                    label, value = waiting, text
                waiting = label if label and not value else ""
                if value:
                    yield label, value


def _label_of(text: str) -> tuple[str, str]:
    if len(text) <= 200 and (match := MED_LABEL.match(text)):
        return "medical", match.group("school")
    if OTHER_LABEL.match(text) or (_FROM.match(text) and len(text) <= 60):
        return "other", "" if text.rstrip().endswith(":") or (
            ":" not in text and len(text.split()) <= 3 and not _FROM.match(text)
        ) else text
    return "", text


def _school_in_lines(lines: Sequence[str]) -> SchoolKind | None:
    """The school among short lines: one with a medical word first, never a college."""
    found: list[tuple[bool, SchoolKind]] = []
    for line in lines:
        if len(line.split()) > _MAX_SCHOOL_WORDS or len(line) > _MAX_SCHOOL_LETTERS:
            continue
        medical = _MEDICAL_WORD.search(line) is not None
        bare = plain(line)
        if _COLLEGE_WORD.search(bare if medical else line) or not (looks_like_school(line) or find_school(bare, prose=True)):
            continue
        kind = kind_of_school(bare) or find_school(bare)
        if kind is not None:
            found.append((medical, kind))
            if medical:
                break
    return max(found, key=lambda entry: entry[0])[1] if found else None


def _school_in_prose(text: str) -> SchoolKind | None:
    """The medical school in sentences: the school whose clause, or the clause beside it, speaks of medical school."""
    clauses = [part for part in _CLAUSES.split(text[:3000]) if part and part.strip()]
    scored: list[tuple[int, int, SchoolKind]] = []
    for place, clause in enumerate(clauses):
        medical, college = _MED_VERBS.search(clause) is not None, _COLLEGE.search(clause) is not None
        kind = find_school(clause, prose=True) or (kind_of_place(clause) if medical and not college else None)
        if kind is None and medical and SCHOOL_WORD.search(clause):
            kind = _named_school(clause)
        if kind is None:
            continue
        both = _BOTH.search(clause) is not None or (place > 0 and _BOTH.search(clauses[place - 1]) is not None)
        beside = not medical and not college and _beside(clauses, place)
        score = 4 * medical + 2 * beside + (_GRADUATED.search(clause) is not None) - 3 * (college and not medical and not both)
        score -= 4 * (_ELSEWHERE.search(clause) is not None and not medical)
        scored.append((score, place, kind))
    best = max(scored, default=None, key=lambda entry: (entry[0], entry[1]))
    return best[2] if best is not None and best[0] >= 0 else None


def _beside(clauses: Sequence[str], place: int) -> bool:
    """Whether the clause before or behind speaks of medical school and names no school itself."""
    near = [clauses[at] for at in (place - 1, place + 1) if 0 <= at < len(clauses)]
    return any(_MED_VERBS.search(clause) and find_school(clause, prose=True) is None for clause in near)


def _named_school(clause: str) -> SchoolKind | None:
    """The kind of a school that stands behind "at", "from" or "to" in a clause."""
    match = re.search(r"\b(?:at|from|to|of|attended)\s+(?:the\s+)?(?P<school>[A-Z][^,;]{4,90})$", clause.strip(" ."))
    return kind_of_school(plain(match.group("school"))) if match else None


def speaks_of_medical_school(text: str) -> bool:
    """Whether a text tells of medical school or of a medical degree."""
    return _MED_VERBS.search(text) is not None
