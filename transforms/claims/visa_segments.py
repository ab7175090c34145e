"""A sentence cut into segments that each speak of a visa, and what each segment says by itself.

A unit is a part of a sentence that stands on its own ("..., however, ..."); a segment is a part of a unit that names one visa or
a group of them. A segment without a predicate shares its neighbour's ("J-1 and H-1B visas are not sponsored"); a negation rules
its segment and what "or" joins to it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Final

from transforms.claims.rule_ids import VISA_REFUSE_NOR, VISA_REFUSE_VERB
from transforms.claims.visa_tokens import NAMED, RULES, TOKEN, VISA_OF

OPEN_DOORS: Final = frozenset({"exceptional_candidates", "case_by_case", "may_be_considered", "certain_programs"})
"""Conditions that make a refusal no refusal: "not sponsored, except in rare cases"."""
BARE: Final = 2
"""Words of a segment that is nothing but its visa."""

HARD = re.compile(
    r"\s?(?:;|[.!?](?=\s|$)|\s-\s|[()\[\]]"
    r"|(?<!\bany)(?<!\bnothing)(?<!\bnone)(?<!\bno VISA)(?<!\ball)(?<!VISA)\s\bbut\b"
    r"(?! (?:also|likewise|not (?:the |an? )?(?:H1B|J1|VISA)|no (?:H1B|J1|OTHERS))\b)"
    r"|(?<=[✔✓✘✗✅❌])\s"
    r"|\b(?:however|whereas|though|although|yet(?= [a-z])|while|otherwise|nevertheless|nonetheless|instead(?! of))\b),?\s*"
)
"""Between units."""
SOFT = re.compile(
    r"(\bbut (?:also|likewise)\b|\bbut(?= (?:not?) )|,\s*(?:and|or|nor|plus|as well as)\b|,|\band/or\b|\band\b|\bor\b|\bnor\b|/"
    r"|\bas well as\b|\bplus\b|\balong with\b|:|\s(?=no OTHERS\b)"
    r"|\s(?=(?:when|if|unless|because|in case|should) (?:an? |the )?(?:J1|H1B)\b)"
    r"|\s(?=(?:rather than|instead of|in place of|as opposed to)\b))"
)
"""Between the segments of a unit; kept as the joint before the next."""
_OR = re.compile(r"^(?:,\s*)?(?:or|nor|and/or|/)\b|^/")
_AND = re.compile(r"^(?:,\s*)?(?:and|or|nor|plus|as well as|and/or|along with|/)$")


@dataclass(slots=True)
class Segment:
    """A piece of a sentence that speaks of one or more visas.

    Attributes:
        text: Its words, with tokens.
        joint: What joins it to the segment before it.
        preface: Words before it that name no visa.
        modifiers: Words after it that name no visa.
        topic: It only sets the subject: "if you need an H-1B".
        local: It refuses one visa within a sentence that accepts: "but not the H-1B".
        additive: Its exception adds: "besides the J-1".
        refuses: It says no.
        accepts: It says yes.
        weak: Its yes rests on a word that may mean something else: "hold", "need".
        past: It speaks of former times.
        by_pronoun: Its predicate came from "it", "they" after it.
        excepted: Tokens after "except".
        instead: Tokens after "instead of".
        conditions: Conditions of any visa.
        soft_conditions: Conditions that count for the H-1B only.
        rules: Ids of the rules that fired.
    """

    text: str
    joint: str = ""
    preface: str = ""
    modifiers: list[str] = field(default_factory=list)
    topic: bool = False
    local: bool = False
    additive: bool = False
    refuses: bool = False
    accepts: bool = False
    weak: bool = False
    past: bool = False
    by_pronoun: bool = False
    excepted: frozenset[str] = frozenset()
    instead: frozenset[str] = frozenset()
    conditions: set[str] = field(default_factory=set)
    soft_conditions: set[str] = field(default_factory=set)
    rules: list[str] = field(default_factory=list)

    @property
    def tokens(self) -> set[str]:
        """The tokens in it."""
        return set(TOKEN.findall(self.text))

    @property
    def visas(self) -> set[str]:
        """The visas that it names."""
        return {VISA_OF[token] for token in NAMED.findall(self.text)}

    @property
    def tail(self) -> str:
        """The words after it that name no visa."""
        return " , ".join(self.modifiers)

    @property
    def decides(self) -> bool:
        """Whether it says yes or no."""
        return self.refuses or self.accepts


def units_of(text: str) -> list[str]:
    """The units of a text that speak of a visa, each with the units after it that only qualify it."""
    found: list[str] = []
    waiting = ""
    for unit in HARD.split(text):
        rest = unit.strip(" ,") if unit else ""
        if not rest:
            continue
        opening = SOFT.split(rest, maxsplit=1)
        if found and len(opening) == 3 and not TOKEN.search(opening[0]) and _points_back(opening[0]):
            found[-1] = f"{found[-1]} , {opening[0]}"
            rest = opening[2].strip()
        if TOKEN.search(rest):
            found.append(f"{waiting} {rest}".strip())
            waiting = ""
        elif found:
            found[-1] = f"{found[-1]} , {rest}"
        else:
            waiting = f"{waiting} {rest} ,".strip()
    return found


def segments_of(unit: str) -> list[Segment]:
    """The segments of a unit, each with what it says by itself, and negations carried on over "or"."""
    segments = _cut(unit)
    for segment in segments:
        _mark_exceptions(segment)
        _mark_scope(segment)
        _mark_predicate(segment)
        _mark_conditions(segment)
    _carry_negation(segments)
    return segments


def has_predicate(text: str) -> bool:
    """Whether a text says yes or no to something."""
    return any(RULES.has(cue, text) for cue in ("refuse", "accept", "accept_weak"))


def shared_predicate(segments: Sequence[Segment], place: int) -> Segment | None:
    """The later segment whose predicate "or" or "and" shares with the one at a place: "sponsorship of J-1 or H-1B is ...".

    A noun such as "sponsorship" looks like a predicate and is none.
    """
    own, later = segments[place], segments[place + 1 : place + 2]
    if not later or not _AND.match(later[0].joint) or own.topic or own.modifiers or own.refuses:
        return None
    if RULES.has("verb", own.text) and not RULES.has("whether", own.text):
        return None
    after = later[0]
    if after.decides and RULES.has("verb", f"{after.text} {' '.join(after.modifiers)}"):
        return after
    return shared_predicate(segments, place + 1)


def neighbour(segments: Sequence[Segment], place: int) -> Segment | None:
    """The segment whose predicate one without a strong one shares: the nearest before it, else the nearest after it."""
    own = segments[place]
    if own.topic:
        after = next((segment for segment in segments[place + 1 :] if segment.decides), None)
        return after if after is not None and not NAMED.search(after.text) else None
    if own.past:
        return None
    near = [
        segment
        for segment in (*reversed(segments[:place]), *segments[place + 1 :])
        if segment.decides and not (segment.refuses and ("no OTHERS" in segment.text or segment.instead))
    ]
    strong = next((segment for segment in near if not segment.weak), None)
    if strong is not None and strong.local:
        strong = replace(strong, refuses=False, accepts=True) if strong.accepts else None
    if own.weak and strong is not None and strong.refuses and _stands_alone(own, strong):
        return own
    return strong or (own if own.weak else next((segment for segment in near if not segment.local), None))


def _stands_alone(own: Segment, strong: Segment) -> bool:
    return RULES.has("finite", own.text) or RULES.has("own_subject", strong.text)


def _points_back(text: str) -> bool:
    return RULES.has("anaphor_no", text) or RULES.has("anaphor_yes", text)


# --- cutting --------------------------------------------------------------------------------------------------------------


def _cut(unit: str) -> list[Segment]:
    parts = SOFT.split(unit)
    pieces = [("", parts[0]), *((joint.strip(), text) for joint, text in zip(parts[1::2], parts[2::2], strict=True))]
    segments: list[Segment] = []
    preface: list[str] = []
    for joint, text in pieces:
        if TOKEN.search(text):
            segments.append(_segment(joint, text.strip(), preface))
            preface = []
        elif not segments or (_AND.match(joint) and len(text.split()) <= BARE + 1):
            preface.append(text.strip())
        else:
            segments[-1].modifiers.append(text.strip())
    if preface and segments:
        segments[-1].modifiers.extend(preface)
    return segments


def _segment(joint: str, text: str, preface: Sequence[str]) -> Segment:
    """A segment with the words before it, of which "sponsor or", "accept and" are its own predicate."""
    verbal = " or ".join(preface)
    if verbal and _AND.match(joint) and not RULES.has("elliptic", preface[-1]):
        return Segment(f" {verbal} {joint} {text} ")
    return Segment(f" {text} ", joint, " , ".join(preface))


# --- what a segment says --------------------------------------------------------------------------------------------------


def _mark_exceptions(segment: Segment) -> None:
    text = segment.text
    excepted = RULES.first("except", text)
    if excepted is not None:
        segment.excepted = frozenset(TOKEN.findall(text[excepted.match.end() :]))
        segment.rules.append(excepted.rule.id)
        segment.additive = excepted.rule.gives == "besides"
    instead = RULES.first("instead", text)
    if instead is not None:
        segment.instead = frozenset(TOKEN.findall(text[instead.match.end() :].split(",")[0]))
        segment.rules.append(instead.rule.id)
    if segment.excepted and RULES.has("only", text):
        segment.excepted = frozenset()


def _mark_scope(segment: Segment) -> None:
    text = segment.text
    segment.topic = RULES.has("topic", text)
    segment.local = RULES.has("local_not", text)
    if "nor" in segment.joint.split():
        segment.refuses = True
        segment.rules.append(VISA_REFUSE_NOR)
    segment.past = RULES.has("past", text) and RULES.id_of("refuse", text) != VISA_REFUSE_VERB


def _mark_predicate(segment: Segment) -> None:
    if not segment.topic and not segment.past:
        _take_predicate(segment, segment.text)
    if segment.tail:
        _mark_by_tail(segment, segment.tail)
    if segment.preface:
        _mark_by_preface(segment)


def _mark_by_tail(segment: Segment, tail: str) -> None:
    """Apply the words after a segment: its predicate, if it has none, or "it is not" that takes a predicate back."""
    text = segment.text
    refused = RULES.has("refuse", tail)
    if segment.topic:
        segment.accepts = segment.accepts or (not refused and RULES.has("condition", tail))
    elif refused and not segment.refuses and not RULES.has("verb", text):
        segment.accepts = False
    exclusive = RULES.has("only", f"{text.strip()}, {tail}")
    if exclusive and not segment.decides:
        segment.accepts = True
    if not segment.past and (not segment.decides or segment.weak):
        if segment.topic or segment.decides or not RULES.has("condition", text):
            _take_predicate(segment, f"{text if segment.weak else ''} {tail}")
    elif not exclusive:
        _take_pronoun(segment, tail)


def _take_pronoun(segment: Segment, tail: str) -> None:
    hit = RULES.first("anaphor_no", tail)
    segment.by_pronoun = hit is not None
    hit = hit or RULES.first("anaphor_yes", tail)
    if hit is not None:
        segment.refuses, segment.accepts = segment.by_pronoun, not segment.by_pronoun
        segment.rules.append(hit.rule.id)


def _mark_by_preface(segment: Segment) -> None:
    """Apply the words before a segment without a strong predicate."""
    if segment.topic or segment.past or (segment.decides and not segment.weak) or RULES.has("elliptic", segment.preface):
        return
    if RULES.has("past", segment.preface):
        segment.past, segment.accepts, segment.refuses = True, False, False
    elif not (segment.tail and segment.decides):
        _take_predicate(segment, f"{segment.preface} {segment.text}")


def _take_predicate(segment: Segment, text: str) -> None:
    """Take what a text says; a negation within an exclusive ("no visa but the J-1") is no refusal."""
    only = RULES.first("only", text)
    outside = text if only is None else f"{text[: only.match.start()]} {text[only.match.end() :]}"
    refuse, accept, weak = RULES.first("refuse", outside), RULES.first("accept", text), RULES.first("accept_weak", text)
    segment.refuses = segment.refuses or refuse is not None
    segment.accepts = any(hit is not None for hit in (accept, weak, only))
    segment.weak = weak is not None and refuse is None and accept is None and only is None
    segment.rules.extend(hit.rule.id for hit in (refuse, accept, weak) if hit is not None)


def _mark_conditions(segment: Segment) -> None:
    whole = f"{segment.preface} , {segment.text} , {segment.tail}"
    for cue, conditions in (("condition", segment.conditions), ("condition_h1b", segment.soft_conditions)):
        for hit in RULES.hits(cue, whole):
            conditions.add(hit.rule.gives or "")
            segment.rules.append(hit.rule.id)
    unconditional = not segment.conditions and not segment.soft_conditions
    if segment.conditions and not segment.decides and not segment.topic:
        segment.accepts = segment.weak = True
    if not segment.refuses:
        return
    partly = segment.by_pronoun and (
        "certain_programs" in segment.conditions or (unconditional and RULES.has("partly", segment.tail))
    )
    if partly or _leaves_a_door_open(segment):
        segment.refuses, segment.accepts, segment.weak = False, True, False
        segment.conditions.add("certain_programs" if partly else "stated_condition")


def _leaves_a_door_open(segment: Segment) -> bool:
    """Whether a refusal is a condition: "not sponsored, except in rare cases", "no H-1B without Step 3"."""
    if "step3_required" in segment.conditions and RULES.has("without", f"{segment.text} {segment.tail}"):
        return True
    return bool(RULES.given("condition", segment.tail) & OPEN_DOORS) and not RULES.has("refuse", segment.tail)


def _carry_negation(segments: Sequence[Segment]) -> None:
    """Let a negation go on over "or": in "do not sponsor H-1B or accept J-1" both are refused."""
    for before, segment in pairwise(segments):
        if not before.refuses or segment.refuses or not _OR.match(segment.joint):
            continue
        if "nor" in segment.joint or not RULES.has("subject", segment.text):
            segment.refuses = True
            segment.rules.extend(before.rules)
