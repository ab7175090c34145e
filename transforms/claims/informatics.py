"""Informatics presence: roles, programs, vendors and groups that the program or its hospital really has."""

import re
from collections.abc import Iterator
from typing import Final

from transforms.claims.folding import fold
from transforms.claims.rules import rule_set
from transforms.claims.statements import MAX_QUOTE, Claim, Statement, quote_of

FLAGS: Final = ("cmio", "ci_fellowship", "ci_track_or_elective", "ehr_committee", "qi_analytics", "telehealth")
VENDOR: Final = "ehr_vendor"
_RULES = rule_set("informatics")
_VENDOR_NAMES: Final = (
    ("Cerner", re.compile(r"\b(?:Cerner|CERNER|Oracle Health|PowerChart|Powerchart|Millennium(?= (?:EHR|record|system)))\b")),
    ("Meditech", re.compile(r"\b(?:MEDITECH|Meditech|MediTech|meditech|Expanse)\b")),
    ("Epic", re.compile(r"\b(?:Epic(?:Care|Link)?|EPIC|EpicCare)(?:['’]s)?\b")),
)
_SENTENCE_START = re.compile(r"^\W*$")
_NEGATED = re.compile(r"\b(?:no|not|without|never|neither|nor|do not have|lacks?|cannot|plans? to (?:start|create|build|launch|open)|hopes? to|will not)\b")
_REPLACED_BY = re.compile(r"\b(?:to|by|with|on|replaced by|in favou?r of)\b")


def _has(cue: str, text: str) -> str | None:
    hit = _RULES.first(cue, text)
    return hit[0].id if hit is not None else None


def informatics_claims(statement: Statement) -> list[Claim]:
    """All informatics claims of one statement."""
    text = fold(statement.text)
    above = fold(f"{statement.heading or ''} {statement.lead or ''} {statement.question or ''}")
    claims = [
        Claim(flag, True, quote_of(statement, with_context=from_context), statement.place, rules)
        for flag, rules, from_context in _flags(text, above, statement)
    ]
    vendor = _vendor(statement.text, text, above)
    if vendor is not None:
        claims.append(Claim(VENDOR, vendor, quote_of(statement), statement.place, ("informatics.vendor",)))
    return claims


def _flags(text: str, above: str, statement: Statement) -> Iterator[tuple[str, tuple[str, ...], bool]]:
    elsewhere = _has("elsewhere", text) or _has("elsewhere", above)
    plain = text
    for rule in _RULES.of("bioinformatics"):
        plain = rule.pattern.sub(" ", plain)
    biography = _has("biography", plain)
    negated = _NEGATED.search(plain) is not None
    if (rule_id := _has("cmio", plain)) and not elsewhere and not negated:
        yield "cmio", (rule_id,), False
    informatics = _has("informatics", plain)
    if informatics and not elsewhere and not biography and not negated:
        if rule_id := _has("ci_fellowship", plain):
            yield "ci_fellowship", (rule_id,), False
        if rule_id := _has("ci_track", plain):
            if not re.fullmatch(r".*\bfellowship\b.*", plain) or re.search(r"\b(?:elective|track|pathway|rotation|month|weeks?)\b", plain):
                yield "ci_track_or_elective", (rule_id,), False
        elif (rule_id := _has("track_heading", above)) and statement.kind in {"item", "row", "paragraph"} and not _has("ci_fellowship", plain):
            yield "ci_track_or_elective", (rule_id, informatics), True
    elif not elsewhere and not biography and not negated and (rule_id := _has("ci_track", plain)):
        yield "ci_track_or_elective", (rule_id,), False
    if (rule_id := _has("committee", plain)) and not elsewhere and not negated:
        yield "ehr_committee", (rule_id,), False
    if (rule_id := _has("quality", plain)) and not _has("quality_trap", plain) and not elsewhere and not negated:
        yield "qi_analytics", (rule_id,), False
    if (rule_id := _has("telehealth", plain)) and not _has("telehealth_trap", plain) and not elsewhere and not negated:
        yield "telehealth", (rule_id,), False


def _vendor(written: str, text: str, above: str) -> str | None:
    """The vendor of the record in use, by the spelling that the page uses; when one replaces another, the new one."""
    if _has("vendor_trap", text) or _has("elsewhere", text):
        return None
    found: list[tuple[int, str, bool]] = []
    for name, pattern in _VENDOR_NAMES:
        for match in pattern.finditer(written):
            before = fold(written[max(0, match.start() - 60) : match.start()])
            left = _has("vendor_left", before) is not None
            found.append((match.start(), name, left))
    if not found or not (_has("vendor_context", text) or _has("vendor_context", above) or len(text.split()) <= _SHORT):
        return None
    kept = [name for _, name, left in sorted(found) if not left]
    if not kept:
        return None
    if "Epic" in kept and _shouted(written):
        return None
    return kept[-1] if any(left for _, _, left in found) else kept[0]


_SHORT: Final = 4


def _shouted(written: str) -> bool:
    """Whether the line is all capitals, so that EPIC may be the adjective."""
    letters = [character for character in written if character.isalpha()]
    return bool(letters) and len(written.split()) > _SHORT and sum(character.isupper() for character in letters) > 0.9 * len(letters)


def title_claims(title: str) -> list[Claim]:
    """A page whose title names a clinical informatics fellowship is about one."""
    text = fold(title)
    rule_id = _has("ci_fellowship", text)
    if rule_id is None or _has("elsewhere", text) is not None:
        return []
    return [Claim("ci_fellowship", True, title[:MAX_QUOTE], "title", (rule_id,))]
