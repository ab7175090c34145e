"""Informatics presence: roles, programs, vendors and groups that the program or its hospital really has."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from transforms.claims.folding import fold
from transforms.claims.rules import rule_set
from transforms.claims.statements import MAX_QUOTE, Claim, Statement, quote_of

FLAGS: Final = ("cmio", "ci_fellowship", "ci_track_or_elective", "ehr_committee", "qi_analytics", "telehealth")
VENDOR: Final = "ehr_vendor"
_RULES = rule_set("informatics")
_SIMPLE: Final = (
    ("ehr_committee", "committee", None),
    ("qi_analytics", "quality", "quality_trap"),
    ("telehealth", "telehealth", "telehealth_trap"),
)
"""Flags with the cue that sets them and the cue that looks like it and is not."""
_SHORT: Final = 4
"""Words of a line so short that a vendor's name in it needs no company."""
_BEFORE: Final = 60
"""Characters before a vendor's name that tell whether it is the one left."""
_CAPITALS: Final = 0.9
"""Share of capitals in a line that is all capitals, but for a few letters."""


class _Flag(NamedTuple):
    name: str
    rules: tuple[str, ...]
    by_heading: bool = False


def informatics_claims(statement: Statement) -> list[Claim]:
    """All informatics claims of one statement: the flags of ``FLAGS`` and ``ehr_vendor``."""
    text = fold(statement.text)
    above = fold(f"{statement.heading or ''} {statement.lead or ''} {statement.question or ''}")
    if _RULES.has("elsewhere", text):
        return []
    claims = [
        Claim(flag.name, True, quote_of(statement, with_context=flag.by_heading), statement.place, flag.rules)
        for flag in _flags(_RULES.replaced("bioinformatics", text), above, statement.kind)
    ]
    vendor = _vendor(statement.text, text, above)
    if vendor is not None:
        name, rule = vendor
        claims.append(Claim(VENDOR, name, quote_of(statement), statement.place, (rule,)))
    return claims


def title_claims(title: str) -> list[Claim]:
    """What the title of a page claims: one that names a clinical informatics fellowship is about one."""
    text = fold(title)
    rule = _RULES.id_of("ci_fellowship", text)
    if rule is None or _RULES.has("elsewhere", text):
        return []
    return [Claim("ci_fellowship", True, title[:MAX_QUOTE], "title", (rule,))]


def _flags(text: str, above: str, kind: str) -> Iterator[_Flag]:
    if _RULES.has("elsewhere", above) or _RULES.has("negated", text):
        return
    if cmio := _RULES.id_of("cmio", text):
        yield _Flag("cmio", (cmio,))
    if not _RULES.has("biography", text):
        yield from _clinical_informatics(text, above, kind)
    for name, cue, trap in _SIMPLE:
        rule = _RULES.id_of(cue, text)
        if rule and not (trap and _RULES.has(trap, text)):
            yield _Flag(name, (rule,))


def _clinical_informatics(text: str, above: str, kind: str) -> Iterator[_Flag]:
    """A fellowship, a track or elective, or a line about informatics under a heading of tracks and electives."""
    informatics = _RULES.id_of("informatics", text)
    fellowship = _RULES.id_of("ci_fellowship", text) if informatics else None
    if fellowship:
        yield _Flag("ci_fellowship", (fellowship,))
    track = _RULES.id_of("ci_track", text)
    if track:
        if not informatics or not _RULES.has("fellowship", text) or _RULES.has("track", text):
            yield _Flag("ci_track_or_elective", (track,))
    elif informatics and not fellowship and kind != "heading" and (heading := _RULES.id_of("track_heading", above)):
        yield _Flag("ci_track_or_elective", (heading, informatics), by_heading=True)


def _vendor(written: str, text: str, above: str) -> tuple[str, str] | None:
    """The vendor of the record in use with its rule, by the page's spelling; when one replaces another, the new one."""
    named = sorted((hit.match.start(), hit.rule.gives or "", hit.rule.id) for hit in _RULES.places("vendor_name", written))
    if not named or _RULES.has("vendor_trap", text):
        return None
    if len(text.split()) > _SHORT and not (_RULES.has("vendor_context", text) or _RULES.has("vendor_context", above)):
        return None
    kept = [(name, rule) for start, name, rule in named if not _is_left(written, start)]
    if not kept or (_is_shouted(written) and any(name == "Epic" for name, _ in kept)):
        return None
    return kept[-1] if len(kept) < len(named) else kept[0]


def _is_left(written: str, start: int) -> bool:
    """Whether the words before a vendor's name say that it is the one left."""
    return _RULES.has("vendor_left", fold(written[max(0, start - _BEFORE) : start]))


def _is_shouted(written: str) -> bool:
    """Whether the line is all capitals, so that EPIC may be the adjective."""
    letters = [character for character in written if character.isalpha()]
    capitals = sum(character.isupper() for character in letters)
    return len(written.split()) > _SHORT and capitals > _CAPITALS * len(letters)
