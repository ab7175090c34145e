"""Which kind of medical school a written name means: exact name, core of the name, place, then the nearest spelling."""

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Final

from rapidfuzz import fuzz, process

from schemas.medical_schools import SchoolKind, core_key, medical_schools, school_key


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NEAREST: Final = 88.0
_NEAREST_CORE: Final = 90.0
_MAX_WORDS: Final = 9
_MAX_LETTERS: Final = 200
_SPLIT = re.compile(r"\s*(?:,|;|\(|\)|\s[-–—]+\s|[–—/|])\s*")
_OSTEOPATHIC = re.compile(r"\bost\w{0,4}path\w*\b")
_FOREIGN_WORDS = re.compile(
    r"\b(?:universidad|universidade|universita|universitat|universite|universitesi|universitas|facultad|faculdade|facolta|"
    r"fakultat|faculte|instituto|"
    r"escuela|autonoma|medizinische|akademia|uniwersytet|univerzita|pontificia|klinikum|hochschule|medicina|medische|"
    r"universiteit|egyetem|"
    r"government medicine college|govt medicine college)\b"
)
_OSTEOPATHIC_LETTERS = re.compile(r"\b[A-Z]{2,7}-?H?COM\b")
_PUERTO_RICO = re.compile(r"\b(?:puerto rico|ponce|caguas|bayamon|san juan bautista)\b")
_US_SOIL = re.compile(r"\b(?:new mexico|west virginia|puerto rico|indiana|kansas|wisconsin|ohio|florida|texas)\b")
_UNITED_STATES: Final = frozenset({SchoolKind.US_MD, SchoolKind.US_DO})
_COUNTRIES: Final = _words(
    "afghanistan albania algeria angola argentina armenia aruba australia austria azerbaijan bahamas bahrain bangladesh "
    "barbados belarus belgium belize bolivia bosnia botswana brazil bulgaria cambodia cameroon chile china colombia congo "
    "croatia cuba curacao cyprus czechia denmark dominica ecuador egypt england eritrea estonia ethiopia finland france "
    "gambia germany ghana greece grenada guatemala guyana haiti honduras hungary iceland india indonesia iran iraq ireland "
    "israel italy jamaica japan jordan kazakhstan kenya kosovo kuwait kyrgyzstan latvia lebanon liberia libya lithuania "
    "macedonia malawi malaysia malta mauritius moldova mongolia montserrat morocco mozambique myanmar burma namibia nepal "
    "netherlands nicaragua nigeria norway oman pakistan palestine panama paraguay peru philippines poland portugal qatar "
    "romania russia rwanda scotland senegal serbia singapore slovakia slovenia somalia spain sudan sweden switzerland syria "
    "taiwan tajikistan tanzania thailand trinidad tunisia turkey turkiye turkmenistan uganda ukraine uruguay uzbekistan "
    "venezuela vietnam wales yemen zambia zimbabwe caribbean mexico anguilla nevis "
)
_COUNTRY_PHRASES: Final = (
    "saudi arabia",
    "united arab emirates",
    "uae",
    "united kingdom",
    "uk",
    "south africa",
    "south korea",
    "sri lanka",
    "costa rica",
    "el salvador",
    "dominican republic",
    "new zealand",
    "czech republic",
    "saint marteen",
    "saint lucia",
    "saint kitts",
    "saint maarten",
    "saint martin",
    "saint vincent",
    "west indies",
    "hong kong",
    "sierra leone",
    "burkina faso",
    "ivory coast",
    "papua new guinea",
    "the gambia",
    "republic of georgia",
    "st kitts",
    "st maarten",
    "st lucia",
)
_CARIBBEAN_PLACES: Final = _words(
    "caribbean grenada dominica aruba barbados jamaica trinidad anguilla montserrat nevis cuba haiti bahamas curacao belize "
    "guyana bonaire antigua saba "
) | {
    "saint marteen",
    "saint lucia",
    "saint kitts",
    "saint maarten",
    "saint martin",
    "saint vincent",
    "sint maarten",
    "dominican republic",
    "west indies",
    "cayman islands",
    "santo domingo",
    "sint eustatius",
    "st kitts",
    "st maarten",
    "st lucia",
}
_CITIES: Final = _words(
    "lahore karachi peshawar rawalpindi islamabad multan mumbai bombay delhi chennai kolkata hyderabad bangalore bengaluru "
    "pune dhaka kathmandu cairo baghdad damascus aleppo amman beirut tehran shiraz khartoum lagos ibadan accra nairobi "
    "manila cebu baguio bogota medellin lima quito caracas guadalajara monterrey havana budapest debrecen warsaw krakow "
    "prague bucharest sofia tbilisi yerevan kyiv kharkiv istanbul ankara riyadh jeddah doha dubai dublin belfast edinburgh "
    "glasgow melbourne sydney auckland colombo yangon beijing shanghai taipei seoul tokyo bangkok jakarta hanoi "
)
_COMMON_KEYS: Final = _words(
    "do md saint university college school medicine case rush drew penn brown duke american national state cooper "
    "international central western institute hospital miami cincinnati buffalo houston toledo calgary ottawa toronto "
    "manitoba georgia arizona florida iowa kansas utah "
)


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


@cache
def _by_sorted_words() -> tuple[dict[str, set[SchoolKind]], dict[str, set[SchoolKind]]]:
    """Kinds by the sorted words of keys and of cores: what the nearest spelling is looked for in."""
    return _sorted(_by_key()), _sorted(_by_core())


def _sorted(kinds: dict[str, SchoolKind]) -> dict[str, set[SchoolKind]]:
    found: defaultdict[str, set[SchoolKind]] = defaultdict(set)
    for key, kind in kinds.items():
        found[_sorted_words(key)].add(kind)
    return dict(found)


def _sorted_words(text: str) -> str:
    return " ".join(sorted(text.split()))


def is_listed(name: str) -> bool:
    """Whether a text, as a whole, is a spelling of a school on the reference list."""
    return len(name) <= _MAX_LETTERS and school_key(name) in _by_key()


def has_listed_part(text: str) -> bool:
    """Whether a text, or a part of it between commas and brackets, is a spelling of a listed school."""
    return len(text) <= _MAX_LETTERS and (is_listed(text) or any(is_listed(part) for part in _SPLIT.split(text) if part))


@lru_cache(maxsize=50_000)
def kind_of_school(name: str) -> SchoolKind | None:
    """The kind of the medical school that a text names; None where that cannot be told.

    The whole text is tried first, then its parts between commas and brackets; a named country decides where the school itself is
    not on the list; spelling errors are forgiven last, and only where one kind of school is near.
    """
    name = name[:_MAX_LETTERS]
    key = school_key(name)
    if len(key) < 2:
        return None
    known = _by_key()
    if key in known:
        return known[key]
    parts = [part for part in map(school_key, _SPLIT.split(name)) if part]
    place = kind_of_place(key)
    if place is not None and _US_SOIL.search(key):
        place = None
    listed = _listed_part(parts, place)
    if listed is not None:
        return listed
    if _PUERTO_RICO.search(key):
        return SchoolKind.US_MD
    if place is not None:
        return place
    if _OSTEOPATHIC.search(key) or _OSTEOPATHIC_LETTERS.search(name):
        return SchoolKind.US_DO
    if _FOREIGN_WORDS.search(key) or set(key.split()) & _CITIES:
        return SchoolKind.INTERNATIONAL
    return _nearest(parts[0] if parts else key) or (_nearest(key) if len(parts) > 1 else None)


def _listed_part(parts: Sequence[str], place: SchoolKind | None) -> SchoolKind | None:
    """The kind of a listed school that one part, or the first two parts together, names; a foreign place outweighs it."""
    known, cores = _by_key(), _by_core()
    joined = [" ".join(parts[:2])] if len(parts) > 2 else []
    kinds = [known[part] for part in (*joined, *parts) if part in known and part not in _PLACE_KEYS]
    kinds += [cores[core] for core in map(core_key, (" ".join(parts), *parts[:1])) if core in cores and core not in _PLACE_KEYS]
    foreign = place is not None or any(set(part.split()) & _CITIES for part in parts[1:])
    for kind in kinds:
        if not (foreign and kind in _UNITED_STATES):
            return kind
    return None


def kind_of_place(text: str) -> SchoolKind | None:
    """The kind that a country named in a text implies; None without one. The state of Georgia is no country."""
    key = f" {school_key(text[:_MAX_PROSE])} "
    words = set(key.split())
    named = {word for word in words if word in _COUNTRIES} | {word for word in words if word in _CARIBBEAN_PLACES}
    named |= {phrase for phrase in _COUNTRY_PHRASES if f" {phrase} " in key} | {
        phrase for phrase in _CARIBBEAN_PHRASES if f" {phrase} " in key
    }
    if not named or " new mexico " in key or " west virginia " in key:
        return None
    return SchoolKind.CARIBBEAN if named & _CARIBBEAN_PLACES else SchoolKind.INTERNATIONAL


def _nearest(key: str) -> SchoolKind | None:
    if len(key) < 6:
        return None
    for choices, text, cutoff in zip(_by_sorted_words(), (key, core_key(key)), (_NEAREST, _NEAREST_CORE), strict=True):
        if len(text) < 6:
            continue
        near = process.extract(_sorted_words(text), choices.keys(), scorer=fuzz.ratio, score_cutoff=cutoff, limit=4)
        kinds = {kind for match, score, _ in near if score >= near[0][1] - 1.0 for kind in choices[match]} if near else set()
        if len(kinds) == 1:
            return next(iter(kinds))
    return None


def find_school(text: str, *, prose: bool = False) -> SchoolKind | None:
    """The kind of the first medical school that a text names by a listed spelling; None without one.

    Args:
        text: A line or a clause.
        prose: Whether one word is a school only behind "at", "from" or "to", as a name or a town may be the same word.
    """
    words = re.findall(r"[^\s,;()]+", text[:_MAX_PROSE])
    keys = [school_key(word) for word in words]
    known = _by_key()
    for start in range(len(words)):
        if not words[start][0].isupper() or not keys[start]:
            continue
        for length in range(min(_MAX_WORDS, len(words) - start), 0, -1):
            key = " ".join(part for part in keys[start : start + length] if part)
            if key in known and _is_meant(key, length, words[start - 1] if start else "", prose=prose):
                return _moved(known[key], text)
    return None


def _is_meant(key: str, length: int, before: str, *, prose: bool) -> bool:
    if length == 1 and (len(key) <= 2 or (not prose and (len(key) <= 3 or key in _COMMON_KEYS))):
        return False
    if prose and (length == 1 or key in _COMMON_KEYS):
        return before.lower() in _BEFORE_SCHOOL
    return key not in _COMMON_KEYS


def _moved(kind: SchoolKind, text: str) -> SchoolKind:
    """An American name with a foreign city behind it is another school."""
    words = set(school_key(text).split())
    return (
        SchoolKind.INTERNATIONAL if kind in _UNITED_STATES and words & _CITIES and not _US_SOIL.search(school_key(text)) else kind
    )


_MAX_PROSE: Final = 1200
_BEFORE_SCHOOL: Final = frozenset({"at", "from", "to", "attended", "of", "through", "via", "by", "the", "joined"})
_CARIBBEAN_PHRASES: Final = tuple(place for place in _CARIBBEAN_PLACES if " " in place)
_PLACE_KEYS: Final = frozenset(
    {"georgia", "miami", "saint george", "saint louis", "central", "international", "american", "national"}
)
