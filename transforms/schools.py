"""Which kind of medical school a written name means: exact name, core of the name, place, then the nearest spelling."""

import re
from collections import defaultdict
from functools import cache, lru_cache
from typing import Final

from rapidfuzz import fuzz, process

from schemas.medical_schools import SchoolKind, core_key, medical_schools, school_key

_NEAREST: Final = 88.0
_NEAREST_CORE: Final = 90.0
_MAX_WORDS: Final = 9
_SPLIT = re.compile(r"\s*(?:,|;|\(|\)|\s[-–—]\s|/|\|)\s*")
_OSTEOPATHIC = re.compile(r"\bosteopath\w*\b|\bcom\b|\bcollege of osteopathic\b")
_FOREIGN_WORDS = re.compile(
    r"\b(?:universidad|universidade|universita|universitat|universite|universitesi|universitas|facultad|faculdade|facolta|fakultat|faculte|instituto|escuela|"
    r"autonoma|medizinische|akademia|uniwersytet|univerzita|pontificia|klinikum|hochschule|medicina|medische)\b"
)
_PUERTO_RICO = re.compile(r"\b(?:puerto rico|ponce|caguas|bayamon)\b")
_COUNTRIES: Final = frozenset(
    "afghanistan albania algeria angola argentina armenia aruba australia austria azerbaijan bahamas bahrain bangladesh barbados belarus belgium belize "
    "bolivia bosnia botswana brazil bulgaria cambodia cameroon chile china colombia congo croatia cuba curacao cyprus czechia denmark dominica ecuador egypt "
    "england eritrea estonia ethiopia finland france gambia germany ghana greece grenada guatemala guyana haiti honduras hungary iceland india indonesia iran "
    "iraq ireland israel italy jamaica japan jordan kazakhstan kenya kosovo kuwait kyrgyzstan latvia lebanon liberia libya lithuania macedonia malawi malaysia "
    "malta mauritius moldova mongolia montserrat morocco mozambique myanmar burma namibia nepal netherlands nicaragua nigeria norway oman pakistan palestine "
    "panama paraguay peru philippines poland portugal qatar romania russia rwanda scotland senegal serbia singapore slovakia slovenia somalia spain sudan sweden "
    "switzerland syria taiwan tajikistan tanzania thailand trinidad tunisia turkey turkiye turkmenistan uganda ukraine uruguay uzbekistan venezuela vietnam wales "
    "yemen zambia zimbabwe caribbean mexico anguilla nevis".split()
)
_COUNTRY_PHRASES: Final = (
    "saudi arabia", "united arab emirates", "uae", "united kingdom", "uk", "south africa", "south korea", "sri lanka", "costa rica", "el salvador",
    "dominican republic", "new zealand", "czech republic", "saint lucia", "saint kitts", "saint maarten", "saint martin", "saint vincent", "west indies",
    "hong kong", "sierra leone", "burkina faso", "ivory coast", "papua new guinea", "the gambia", "republic of georgia", "st kitts", "st maarten", "st lucia",
)  # fmt: skip
_CARIBBEAN_PLACES: Final = frozenset(
    {"caribbean", "grenada", "dominica", "aruba", "barbados", "jamaica", "trinidad", "anguilla", "montserrat", "nevis", "cuba", "haiti", "bahamas", "curacao",
     "saint lucia", "saint kitts", "saint maarten", "saint martin", "saint vincent", "dominican republic", "west indies", "st kitts", "st maarten", "st lucia", "belize", "guyana"}
)  # fmt: skip


@cache
def _by_key() -> dict[str, SchoolKind]:
    found: dict[str, SchoolKind] = {}
    for school in medical_schools():
        for name in (school.name, *school.spellings):
            found.setdefault(school_key(name), school.kind)
    return found


@cache
def _by_core() -> dict[str, SchoolKind]:
    """Kind by the core of a name, where every school with that core is of one kind."""
    kinds: defaultdict[str, set[SchoolKind]] = defaultdict(set)
    for key, kind in _by_key().items():
        core = core_key(key)
        if len(core) >= 4:
            kinds[core].add(kind)
    return {core: next(iter(found)) for core, found in kinds.items() if len(found) == 1}


@lru_cache(maxsize=50_000)
def kind_of_school(name: str) -> SchoolKind | None:
    """The kind of the medical school that a text names; None where that cannot be told.

    The whole text is tried first, then its parts between commas and brackets; a named country decides where the school itself is
    not on the list; spelling errors are forgiven last, and only where one kind of school is near.
    """
    key = school_key(name)
    if not key or len(key) < 2:
        return None
    parts = [part for part in _SPLIT.split(name) if part]
    for candidate in (key, *(school_key(part) for part in parts)):
        if candidate in _by_key():
            return _by_key()[candidate]
    place = kind_of_place(key)
    cores = [core_key(candidate) for candidate in (key, school_key(parts[0]) if parts else "")]
    for core in cores:
        if core in _by_core() and not (place is not None and _by_core()[core] in {SchoolKind.US_MD, SchoolKind.US_DO}):
            return _by_core()[core]
    if _PUERTO_RICO.search(key):
        return SchoolKind.US_MD
    if place is not None:
        return place
    if _OSTEOPATHIC.search(key):
        return SchoolKind.US_DO
    if _FOREIGN_WORDS.search(key):
        return SchoolKind.INTERNATIONAL
    return _nearest(school_key(parts[0]) if parts else key) or (_nearest(key) if len(parts) > 1 else None)


def kind_of_place(text: str) -> SchoolKind | None:
    """The kind that a country named in a text implies; None without one. The state of Georgia is no country."""
    key = f" {school_key(text)} "
    named = {word for word in key.split() if word in _COUNTRIES} | {phrase for phrase in _COUNTRY_PHRASES if f" {phrase} " in key}
    if not named or " new mexico " in key or " west virginia " in key:
        return None
    return SchoolKind.CARIBBEAN if named & _CARIBBEAN_PLACES else SchoolKind.INTERNATIONAL


def _nearest(key: str) -> SchoolKind | None:
    if len(key) < 6:
        return None
    for choices, text, cutoff in ((_by_key(), key, _NEAREST), (_by_core(), core_key(key), _NEAREST_CORE)):
        if len(text) < 5:
            continue
        near = process.extract(text, choices.keys(), scorer=fuzz.token_sort_ratio, score_cutoff=cutoff, limit=4)
        kinds = {choices[match] for match, score, _ in near if score >= near[0][1] - 1.0} if near else set()
        if len(kinds) == 1:
            return next(iter(kinds))
    return None


def find_school(text: str) -> SchoolKind | None:
    """The kind of the first medical school that a sentence names, by the longest known name; None without one."""
    words = re.findall(r"[^\s,;()]+", text)
    known = _by_key()
    for start in range(len(words)):
        for length in range(min(_MAX_WORDS, len(words) - start), 0, -1):
            key = school_key(" ".join(words[start : start + length]))
            if key in known and (length > 1 or len(key) > 3) and key not in _COMMON_WORDS:
                return known[key]
    return None


_COMMON_WORDS: Final = frozenset({"do", "md", "saint", "university", "college", "school", "medicine", "case", "rush", "drew", "penn", "brown", "duke"})
