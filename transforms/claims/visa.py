"""Visa policy: what a statement says of the J-1 and the H-1B.

A sentence is folded, its visas become tokens, and it is cut into segments that each speak of a visa. A segment without a
predicate of its own shares its neighbour's ("J-1 and H-1B visas are not sponsored"); a negation rules its segment and what "or"
joins to it; an exception turns the sign; an exclusive closes the list; a condition or hedge makes a yes conditional. Scope by
segments and the list of negations that negate something else follow NegEx (Chapman et al., J Biomed Inform 2001;34:301-310) and
ConText (Harkema et al., J Biomed Inform 2009;42:839-851), with the vocabulary of program pages (``rules/visa.toml``).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Final

from schemas.vocabulary import VisaStatus
from transforms.claims.folding import fold
from transforms.claims.rules import RuleSet, rule_set
from transforms.claims.statements import Claim, Statement, quote_of

VISAS: Final = ("j1", "h1b")
_TOKENS: Final = {"J1": "j1", "H1B": "h1b"}
_TOKEN = re.compile(r"\b(?:J1|H1B|OTHERS|VISA|CITIZEN)\b")
_NAMED = re.compile(r"\b(?:J1|H1B)\b")
_HARD = re.compile(
    r"\s*(?:;|[.!?](?=\s|$)|\s-\s|[()\[\]]|(?<!\bany)(?<!\bnothing)(?<!\bnone)(?<!\bno VISA)(?<!\ball)(?<!VISA)\s\bbut\b(?! (?:also|likewise|not (?:the |an? )?(?:H1B|J1|VISA)|no (?:H1B|J1|OTHERS))\b)|(?<=[✔✓✘✗✅❌])\s|"
    r"\b(?:however|whereas|though|although|yet(?= [a-z])|while|otherwise|nevertheless|nonetheless|instead(?! of))\b),?\s*"
)
_SOFT = re.compile(r"(\bbut (?:also|likewise)\b|\bbut(?= (?:not?) )|,\s*(?:and|or|nor|plus|as well as)\b|,|\band/or\b|\band\b|\bor\b|\bnor\b|/|\bas well as\b|\bplus\b|\balong with\b|:|\s(?=no OTHERS\b)|\s(?=(?:when|if|unless|because|in case|should) (?:an? |the )?(?:J1|H1B)\b)|\s(?=(?:rather than|instead of|in place of|as opposed to)\b))")
_ACRONYM = re.compile(r"\(\s*(?!only|alone|yes|no\b|not\b)(?:(?:via|through|by|from) (?:the )?)?(?:[a-z][a-z.]{1,9}|J1|VISA|s)\s*\)")
_CONCESSION = re.compile(r"\b(?:although|though|while|whereas)\b")
_SPACED = re.compile(r"\s+([,.;:?!)])")
_UNITS = re.compile(r"(?<=;)")
_OR = re.compile(r"^(?:,\s*)?(?:or|nor|and/or|/)\b|^/")
_AND = re.compile(r"^(?:,\s*)?(?:and|or|nor|plus|as well as|and/or|along with|/)$")
_WHETHER = re.compile(r"^\s*whether\b")
_VERB = re.compile(
    r"\b(?:differs?|var(?:y|ies)|depends?|hinges?|is|are|was|were|be|can|cannot|may|might|will|would|do|does|have|has|must|we|you|they|it|sponsors?|accepts?|supports?|takes?|offers?|processes|welcomes?|"
    r"holds?|provides?|considers?|needs?|uses?)\b"
)
_TOPIC = re.compile(r"^\s*(?:,|and|or|but|even|so|that|then)*\s*(?:if|should|when|where|whenever|in case|in the event|were)\b(?! (?:be|you like))")
_WE_DO = re.compile(r"\b(?:we|they) (?:certainly |indeed )?(?:do|are)\b(?! not)")
_DOORS: Final = frozenset({"exceptional_candidates", "case_by_case", "may_be_considered", "certain_programs"})
_WITHOUT = re.compile(r"\b(?:without|unless|until|lacking|failing|before|who (?:have|has) not|if)\b")
_PARTLY = re.compile(
    r"\bfor (?:all |any |the )?(?:others?|rest|everyone else|anyone else)\b|\b(?:in|for|so) (?:the )?[a-z-]+(?: [a-z-]+)? (?:track|campus|program|year)\b"
)
_LOCAL_NOT = re.compile(r"^\s*(?:and |but )?not (?:the |an? |for |on )*(?:J1|H1B|VISA)\b")
_ALSO = re.compile(r"\b(?:also|too|as well|in addition)\b")
_BY_NAME: Final = 3
_MAX_FRAGMENT: Final = 12
_BARE: Final = 2
_ELLIPTIC = re.compile(r"^\s*(?:it|they|we|that|this|you|yes|no)(?: (?:does|do|is|are|can|will))?(?: not)?\s*$")
_OWN_SUBJECT = re.compile(r"^\s*(?:because|since|as|so|we|they)\b")
_FINITE = re.compile(
    r"(?<!who )(?<!that )(?<!which )\b(?:you|we|they|it|residents?|trainees|fellows) (?:can|may|do|are|have|use|will|hold|take|need)\b|\b(?:is|are|can|may|will)\b"
)
_POSITIONS = re.compile(r"\b(?:fellows?|appointees?|positions?|applicants?|candidates|fellowship|salar\w+|residency)\b")
_PLAIN = re.compile(r"(?:\b(?:J1|H1B|CITIZEN|and|or|the|an?|visas?|VISA|holders?|status|both)\b|[\s,/&.;()+-])+")
_STATUS = re.compile(r"\b(?:sponsor\w*|immigration|accepted|eligib\w+|citizenship|status)\b")
_NEED = re.compile(r"\b(?:need|require|want|wish|prefer|choose|would like|are on|hold|have)\w*\b")
_KEYED = re.compile(r"^\s*(?:[a-z ]{0,30}\bVISA[a-z ]{0,20}|[a-z ]{0,20}sponsor\w*[a-z ]{0,20})\s*[:,]\s*")
_CITIZEN_ITEM = re.compile(r"^(?:(?:an?|be|must be|proof of|holders? of|valid|current|full) )*CITIZEN\b")
_DEMANDS = re.compile(r"\b(?:requir\w+|eligib\w+|must|criteria|qualifications?|prerequisites?|need|who (?:may|can) apply|applicants?|conditions?)\b")
_SHORT_ANAPHOR: Final = 8
_POINTING = re.compile(r"^(?:it|this|that|these|they|each|both|such|the decision|requests?)\b")
_OBLIGED = re.compile(r"^(?:must|do i have to|do i need to|will i have to)\b")
_FORMER = re.compile(r"\bthe (?:former|latter|first|second)(?: (?:one|visa|type|kind))?\b(?! (?:year|step|time|attempt))")
_ASKING = re.compile(r"^(?:(?:what|which) )?(?:do|does|is|are|can|will|may|must|should|could|would|am|have|has)? ?(?:i|you|it true that|the|we)? ?")
_TRACKS = re.compile(
    r"\b(?:categorical|transitional|years? residents|preliminary|prelims?|tracks?|campus(?:es)?|pgy-?\d|pgy ?-?(?:i+|one|two)|first-year|interns?|advanced|divisions?|sites?|"
    r"departments?|fellowships?|residency|programs in)\b"
)
_OTHER_NAMES: Final = {
    "o1": "O-1", "tn": "TN", "f1": "F-1 OPT", "opt": "F-1 OPT", "ead": "EAD", "daca": "DACA", "e3": "E-3", "h4": "H-4", "l2": "L-2", "j2": "J-2",
}  # fmt: skip


@dataclass(slots=True)
class _Segment:
    """A piece of a sentence that speaks of one or more visas."""

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
    excepted: frozenset[str] = frozenset()
    instead: frozenset[str] = frozenset()
    conditions: set[str] = field(default_factory=set)
    soft_conditions: set[str] = field(default_factory=set)
    rules: list[str] = field(default_factory=list)

    @property
    def mentions(self) -> set[str]:
        return set(_TOKEN.findall(self.text))

    @property
    def decides(self) -> bool:
        return self.refuses or self.accepts


@dataclass(slots=True)
class _Reading:
    """What one text says, before its context is applied: status, conditions and strength by visa."""

    status: dict[str, tuple[VisaStatus, int]] = field(default_factory=dict)
    conditions: dict[str, set[str]] = field(default_factory=dict)
    rules: list[str] = field(default_factory=list)
    fragment: bool = False
    excludes_others: bool = False
    concedes: bool = False
    named: frozenset[str] = frozenset()

    def put(self, visa: str, status: VisaStatus, strength: int) -> None:
        held = self.status.get(visa)
        if held is None or strength > held[1]:
            self.status[visa] = (status, strength)
        elif strength == held[1] and self.concedes:
            self.status[visa] = (status, strength)
        elif strength == held[1] and status is not held[0]:
            self.status[visa] = (joined({held[0], status}), strength)


def joined(statuses: set[VisaStatus]) -> VisaStatus:
    """One status for several of equal strength: a condition beats a yes; a yes beside a no is a conflict."""
    if len(statuses) == 1:
        return next(iter(statuses))
    if VisaStatus.CONFLICT in statuses:
        return VisaStatus.CONFLICT
    if VisaStatus.CONDITIONAL in statuses:
        return VisaStatus.CONDITIONAL
    return VisaStatus.CONFLICT


class VisaGrammar:
    """Reads statements by the visa rules."""

    def __init__(self, rules: RuleSet | None = None) -> None:
        self.rules = rules or rule_set("visa")
        self.answers = rule_set("answers")

    # --- one statement with its context ---

    def claims(self, statement: Statement, previous: Statement | None = None) -> list[Claim]:
        """The visa claims of one statement: ``visa.j1``, ``visa.h1b`` and ``visa.other``.

        Args:
            statement: The statement with its context.
            previous: The sentence before it in the same block, for "it", "they" and conditions that follow.
        """
        text = self._tokens(fold(statement.text))
        if text is None:
            return []
        text = self._former_latter(text, statement, previous)
        text, before = self._opening(text, previous)
        key, colon, value = text.partition(":")
        if colon and self._plain_list(value, f"{key} {'VISA' if _TRACKS.search(key) else ''}") and not self._predicates(key):
            text = f"{key} accepted: {value}"
        reading = self._read(text)
        if not reading.status and statement.kind == "item" and _CITIZEN_ITEM.match(text) and _DEMANDS.search(fold(f"{statement.lead or ''} {statement.heading or ''}")):
            if self.rules.first("open_to_visas", text) is None and not _NAMED.search(text):
                for visa in VISAS:
                    reading.put(visa, VisaStatus.NOT_ACCEPTS, 1)
                reading.rules.append("visa.citizens_listed")
        if set(reading.status) == {"h1b"} and "visa.refuse.generic" in reading.rules and not _NAMED.search(text) and previous is not None:
            told = self._tokens(fold(previous.text)) or ""
            if "CITIZEN" in told and not _NAMED.search(told):
                reading.put("j1", VisaStatus.NOT_ACCEPTS, 1)
        for visa in before:
            reading.put(visa, VisaStatus.NOT_ACCEPTS, 3)
            reading.rules.append("visa.anaphor.no")
        context_used = False
        if statement.question:
            context_used = self._answer(statement, text, reading)
        if not context_used and not reading.status and (reading.fragment or not _TOKEN.search(text)):
            context_used = self._from_context(statement, text, reading) or context_used
        if not reading.status and previous is not None and not _TOKEN.search(text):
            self._anaphor(previous, text, reading)
            context_used = context_used or bool(reading.status)
        quote = quote_of(statement, with_context=context_used)
        claims = [
            Claim(
                f"visa.{visa}",
                status.value,
                quote,
                statement.place,
                tuple(dict.fromkeys(reading.rules)),
                frozenset(reading.conditions.get(visa, set())) if status is VisaStatus.CONDITIONAL else frozenset(),
                strength,
            )
            for visa, (status, strength) in sorted(reading.status.items())
        ]
        claims.extend(self._others(statement, fold(statement.text), quote))
        step3 = self.rules.first("condition", text)
        if step3 is not None and step3[0].gives == "step3_required" or self._conditions_only(text):
            claims.append(Claim("visa.condition", self._condition_names(text), quote, statement.place, ("visa.condition",)))
        return claims

    def _conditions_only(self, text: str) -> bool:
        return False

    def _condition_names(self, text: str) -> str:
        return ",".join(sorted({rule.gives or "" for rule, _ in self.rules.matches("condition", text)}))

    # --- tokens ---

    def _tokens(self, folded: str) -> str | None:
        """The text with its visas as tokens; None where the sentence only looks as if it spoke of visas."""
        text, _ = self.rules.replaced("trap", folded)
        text = "".join(part for part in _UNITS.split(text) if self.rules.first("trap_sentence", part) is None)
        text, _ = self.rules.replaced("mention", text)
        text = "".join(part for part in _UNITS.split(text) if self.rules.first("trap_sentence", part) is None)
        if not text.strip(" ;."):
            return None
        text = _SPACED.sub(r"\1", text)
        text = _ACRONYM.sub(lambda match: " J1 " if "J1" in match.group() else " ", text)
        text = re.sub(r"\b(J1|H1B|VISA)(?:[ /-]+VISA)+\b", r"\1", text)
        text, _ = self.rules.replaced("pseudo", " ".join(text.split()))
        return text

    # --- one text ---

    def _read(self, text: str) -> _Reading:
        reading = _Reading(concedes=_CONCESSION.search(text) is not None, named=frozenset(_TOKENS[token] for token in _NAMED.findall(text)))
        if not _TOKEN.search(text) and self.rules.first("citizens_only", text) is None:
            return reading
        units = [unit for unit in _HARD.split(text) if unit and unit.strip(" ,")]
        units = self._joined_units(units)
        for unit in units:
            self._unit(unit, reading)
        named = {_TOKENS[token] for token in _NAMED.findall(text)}
        self._close_list(text, reading, named)
        self._citizens(text, reading)
        reading.fragment = not reading.status
        return reading

    def _joined_units(self, units: Sequence[str]) -> list[str]:
        """Units that speak of a visa, each with the units after it that only qualify it."""
        found: list[str] = []
        waiting = ""
        for unit in units:
            stripped = unit.strip(" ,")
            opening = _SOFT.split(stripped, maxsplit=1)
            if found and len(opening) == 3 and not _TOKEN.search(opening[0]) and self._anaphora(opening[0]) is not None:
                found[-1] = f"{found[-1]} , {opening[0]}"
                stripped = opening[2].strip()
            if _TOKEN.search(stripped):
                found.append(f"{waiting} {stripped}".strip())
                waiting = ""
            elif found:
                found[-1] = f"{found[-1]} , {stripped}"
            else:
                waiting = f"{waiting} {stripped} ,".strip()
        return found

    def _unit(self, unit: str, reading: _Reading) -> None:
        segments = self._segments(unit)
        undecided: set[str] = set()
        for segment in segments:
            self._mark(segment)
        _carry_negation(segments)
        for place, segment in enumerate(segments):
            decided = _shared_predicate(segments, place) or (segment if segment.decides and not segment.weak else _neighbour(segments, place))
            if decided is None:
                if "CITIZEN" in unit and _NAMED.search(segment.text):
                    decided = _Segment(segment.text, accepts=True, rules=["visa.listed_with_citizens"])
                else:
                    if (keyed := _KEYED.match(unit)) and self.rules.first("refuse", keyed.group()) is None and segment.mentions & set(_TOKENS):
                        decided = _Segment(segment.text, accepts=True, rules=["visa.listed"])
                        self._apply(segment, decided, unit, reading, set())
                        continue
                    undecided |= {_TOKENS[token] for token in segment.mentions & set(_TOKENS)} if not segment.topic and not segment.past else set()
                    continue
            topical = {"stated_condition"} if any(near.topic and not _NEED.search(near.text) for near in segments if near is not segment) else set()
            shared = {name for near in segments if near.weak and decided is segment and segment.weak for name in near.conditions}
            self._apply(segment, replace(decided, conditions=decided.conditions | shared), unit, reading, topical)
        if undecided and any(segment.local or (segment.refuses and "OTHERS" in segment.mentions) for segment in segments):
            for visa in undecided:
                reading.put(visa, VisaStatus.ACCEPTS, 3)

    def _segments(self, unit: str) -> list[_Segment]:
        parts = _SOFT.split(unit)
        pieces = [("", parts[0]), *((joint.strip(), text) for joint, text in zip(parts[1::2], parts[2::2], strict=True))]
        segments: list[_Segment] = []
        preface: list[str] = []
        for joint, text in pieces:
            if _TOKEN.search(text):
                verbal = " or ".join(preface) if preface and _AND.match(joint) and not _ELLIPTIC.match(preface[-1]) else ""
                before = "" if verbal else " , ".join(preface)
                segments.append(_Segment(f" {verbal} {joint if verbal else ''} {text.strip()} ", "" if verbal else joint, before))
                preface = []
            elif not segments or (_AND.match(joint) and len(text.split()) <= _BARE + 1):
                preface.append(text.strip())
            else:
                segments[-1].modifiers.append(text.strip())
        if preface and segments:
            segments[-1].modifiers.extend(preface)
        return segments

    def _mark(self, segment: _Segment) -> None:
        text = segment.text
        excepted = self.rules.first("except", text)
        if excepted is not None:
            segment.excepted = frozenset(_TOKEN.findall(text[excepted[1].end() :]))
            segment.rules.append(excepted[0].id)
            segment.additive = excepted[0].gives == "besides"
        instead = self.rules.first("instead", text)
        if instead is not None:
            segment.instead = frozenset(_TOKEN.findall(text[instead[1].end() :].split(",")[0]))
            segment.rules.append(instead[0].id)
        if self.rules.first("only", text) is not None:
            segment.excepted = frozenset()
        segment.past = self.rules.first("past", text) is not None
        segment.topic = _TOPIC.match(text) is not None
        if "nor" in segment.joint.split():
            segment.refuses = True
            segment.rules.append("visa.refuse.nor")
        segment.local = _LOCAL_NOT.match(text) is not None
        if segment.past and (ended := self.rules.first("refuse", text)) is not None and ended[0].id == "visa.refuse.verb":
            segment.past = False
        if not segment.topic and not segment.past:
            self._predicate(segment, text)
        tail = " , ".join(segment.modifiers)
        if segment.accepts and not segment.refuses and not segment.topic and tail and not _VERB.search(text) and self.rules.first("refuse", tail) is not None:
            segment.accepts = False
        if segment.topic and tail and self.rules.first("condition", tail) is not None and self.rules.first("refuse", tail) is None:
            segment.accepts = True
        if not segment.decides and tail and self._exclusive(text, tail):
            segment.accepts = True
        if tail and not segment.past and (not segment.decides or segment.weak):
            if segment.topic or segment.decides or self.rules.first("condition", text) is None:
                self._predicate(segment, f"{text if segment.weak else ''} {tail}")
        elif tail and not self._exclusive(text, tail) and (hit := self._anaphora(tail)) is not None:
            segment.refuses, segment.accepts = hit[0] == "anaphor_no", hit[0] != "anaphor_no"
            segment.rules.append(hit[1])
        if not segment.topic and not segment.past and (not segment.decides or segment.weak) and segment.preface and not _ELLIPTIC.match(segment.preface):
            if self.rules.first("past", segment.preface) is not None:
                segment.past, segment.accepts, segment.refuses = True, False, False
            elif not (tail and segment.decides):
                self._predicate(segment, f"{segment.preface} {text}")
        whole = f"{segment.preface} , {text} , {tail}"
        for rule, _ in self.rules.matches("condition", whole):
            segment.conditions.add(rule.gives or "")
            segment.rules.append(rule.id)
        for rule, _ in self.rules.matches("condition_h1b", whole):
            segment.soft_conditions.add(rule.gives or "")
            segment.rules.append(rule.id)
        if segment.conditions and not segment.decides and not segment.topic:
            segment.accepts = segment.weak = True
        self._unless(segment, text, tail)

    def _exclusive(self, text: str, tail: str) -> bool:
        return self.rules.first("only", f"{text.strip()}, {tail}") is not None

    def _unless(self, segment: _Segment, text: str, tail: str) -> None:
        """A refusal that leaves a door open is a condition: "not sponsored, except in rare cases", "no H-1B without Step 3"."""
        if not segment.refuses:
            return
        opened = tail and any(rule.gives in _DOORS for rule, _ in self.rules.matches("condition", tail)) and self.rules.first("refuse", tail) is None
        demanded = "step3_required" in segment.conditions and _WITHOUT.search(f"{text} {tail}") is not None
        partial = "certain_programs" in segment.conditions and "visa.anaphor.no" in segment.rules or segment.rules[-1:] == ["visa.anaphor.no"] and _PARTLY.search(tail) is not None
        if opened or demanded or partial:
            segment.refuses, segment.accepts, segment.weak = False, True, False
            segment.conditions.add("certain_programs" if partial else "stated_condition")

    def _predicate(self, segment: _Segment, text: str) -> None:
        only = self.rules.first("only", text)
        outside = text if only is None else f"{text[: only[1].start()]} {text[only[1].end() :]}"
        refuse, accept, weak = (self.rules.first(cue, part) for cue, part in (("refuse", outside), ("accept", text), ("accept_weak", text)))
        segment.refuses, segment.accepts = segment.refuses or refuse is not None, accept is not None or weak is not None or only is not None
        segment.weak = weak is not None and refuse is None and accept is None and only is None
        segment.rules.extend(hit[0].id for hit in (refuse, accept, weak) if hit is not None)

    def _anaphora(self, text: str) -> tuple[str, str] | None:
        for cue in ("anaphor_no", "anaphor_yes"):
            hit = self.rules.first(cue, text)
            if hit is not None:
                return cue, hit[0].id
        return None

    def _apply(self, segment: _Segment, decided: _Segment, unit: str, reading: _Reading, topical: set[str]) -> None:
        refuses = decided.refuses
        tokens = segment.mentions
        if decided.past and not refuses:
            return
        reading.rules.extend([*decided.rules, *segment.rules])
        named = tokens & set(_TOKENS)
        except_here = segment.excepted
        generic = tokens - set(_TOKENS) - {"CITIZEN"}
        if decided.text != segment.text and len(segment.text.split()) > _BARE:
            generic.discard("VISA")
        if except_here and refuses:
            generic.add("VISA")
        if except_here and not refuses and (segment.additive or _ALSO.search(f"{segment.text} {decided.text}")):
            except_here = frozenset()
        for token in sorted(named):
            visa = _TOKENS[token]
            if token in except_here and not refuses and self.rules.first("citizens_only", unit) is not None:
                reading.put(visa, VisaStatus.ACCEPTS, 3)
                for other in VISAS:
                    reading.put(other, VisaStatus.NOT_ACCEPTS, 2)
                continue
            if token in segment.instead or refuses != (token in except_here):
                reading.put(visa, VisaStatus.NOT_ACCEPTS, 3)
                continue
            conditions = set(segment.conditions | decided.conditions)
            if visa == "h1b":
                conditions |= segment.soft_conditions | decided.soft_conditions | topical
            else:
                conditions -= {"step3_required", "gme_approval", "transfer_only", "us_grads_only", "change_of_status_only"}
            status = VisaStatus.CONDITIONAL if conditions else VisaStatus.ACCEPTS
            if conditions:
                reading.conditions.setdefault(visa, set()).update(conditions)
            reading.put(visa, status, _BY_NAME - 1 if decided.weak and not conditions else _BY_NAME)
        if not generic or (named and not except_here and "OTHERS" not in generic):
            return
        hedged = bool((segment.conditions | decided.conditions) & _DOORS)
        if refuses and not (hedged and not except_here):
            for visa in self._meant(generic, except_here, reading):
                reading.put(visa, VisaStatus.NOT_ACCEPTS, 2 if "OTHERS" in generic or except_here else 1)
            reading.rules.append("visa.refuse.generic")
        elif except_here and not refuses and "VISA" in generic:
            for visa in VISAS:
                if visa.upper() not in except_here:
                    reading.put(visa, VisaStatus.ACCEPTS, 1)
        elif not refuses and not hedged and self.rules.first("all_visas", unit) is not None:
            for visa in VISAS:
                reading.put(visa, VisaStatus.ACCEPTS, 1)
            reading.rules.append("visa.all")

    def _meant(self, generic: set[str], excepted: frozenset[str], reading: _Reading) -> list[str]:
        """The visas that "others" means: those that the statement does not name; without any name, the H-1B."""
        if "OTHERS" not in generic or excepted:
            return list(VISAS)
        return [visa for visa in VISAS if visa not in reading.named] if reading.named else ["h1b"]

    def _close_list(self, text: str, reading: _Reading, named: set[str]) -> None:
        for cue, kept, closed in (("only", "j1", "h1b"), ("only_h1b", "h1b", "j1")):
            hit = self.rules.first(cue, text)
            if hit is None or reading.status.get(kept, (VisaStatus.ACCEPTS, 0))[0] is VisaStatus.NOT_ACCEPTS:
                continue
            reading.excludes_others = True
            if reading.conditions.get(kept, {"none"}) <= {"certain_programs", "may_be_considered", "stated_condition"}:
                reading.status[kept] = (VisaStatus.ACCEPTS, 3)
            reading.rules.append(hit[0].id)
            if kept not in reading.status and not reading.fragment:
                reading.put(kept, VisaStatus.ACCEPTS, 3)
            held = reading.status.get(closed)
            if held is None or held[1] < _BY_NAME:
                reading.status.pop(closed, None)
                reading.put(closed, VisaStatus.NOT_ACCEPTS, 2)
            elif held[0] is VisaStatus.ACCEPTS and _TRACKS.search(text) and _HARD.search(text.rstrip(". ")):
                reading.status[closed] = (VisaStatus.CONDITIONAL, 3)
                reading.conditions.setdefault(closed, set()).add("certain_programs")

    def _citizens(self, text: str, reading: _Reading) -> None:
        hit = self.rules.first("citizens_only", text)
        if hit is None or (self.rules.first("trap_citizens", text) is not None and not _POSITIONS.search(text)):
            return
        if not _NAMED.search(text):
            if hit[0].id == "visa.citizens_only" and self.rules.first("open_to_visas", text) is not None:
                return
            for visa in VISAS:
                reading.put(visa, VisaStatus.NOT_ACCEPTS, 1)
            reading.rules.append(hit[0].id)
        elif ";" in text and _TRACKS.search(text):
            for part in text.split(";"):
                if "CITIZEN" in part and not _NAMED.search(part) and self.rules.first("citizens_only", part) is not None:
                    for visa, (status, strength) in list(reading.status.items()):
                        if status is VisaStatus.ACCEPTS:
                            reading.status[visa] = (VisaStatus.CONDITIONAL, strength)
                            reading.conditions.setdefault(visa, set()).add("certain_programs")

    # --- context ---

    def _opening(self, text: str, previous: Statement | None) -> tuple[str, list[str]]:
        """The text without an opening such as "That practice has ended, and", and the visas before it that the opening refuses."""
        parts = _SOFT.split(text, maxsplit=1)
        if previous is None or len(parts) != 3 or parts[1].strip() == ":" or _TOKEN.search(parts[0]) or not _TOKEN.search(parts[2]):
            return text, []
        if self.rules.first("anaphor_no", parts[0]) is None:
            return text, []
        named = sorted({_TOKENS[token] for token in _NAMED.findall(self._tokens(fold(previous.text)) or "")})
        return (parts[2].strip(), named) if named else (text, [])

    def _former_latter(self, text: str, statement: Statement, previous: Statement | None) -> str:
        """The text with "the former" and "the latter" replaced by the visas that they stand for."""
        if not _FORMER.search(text):
            return text
        for context in (previous.text if previous is not None else None, statement.question, statement.lead):
            named = _NAMED.findall(self._tokens(fold(context or "")) or "")
            if len(named) >= 2:
                return _FORMER.sub(lambda match: named[0] if "former" in match.group() or "first" in match.group() else named[-1], text)
        return text

    def _answer(self, statement: Statement, text: str, reading: _Reading) -> bool:
        """Apply the question to an answer that takes its meaning from it; True when it did."""
        question = self._tokens(fold(statement.question or ""))
        if question is not None and not _TOKEN.search(question):
            question = re.sub(r"\bsponsorship\b", "VISA", question)
        if question is None or not _TOKEN.search(question) or not statement.first:
            return False
        if question.startswith("why "):
            return self._presupposed(question, reading)
        folded = fold(statement.text)
        maybe = self.answers.first("answer_maybe", folded) is not None
        yes = maybe or self.answers.first("answer_yes", folded) is not None
        no = not yes and self.answers.first("answer_no", folded) is not None
        if not (yes or no or _TOKEN.search(text)):
            no = self.rules.first("anaphor_no", text) is not None and len(text.split()) <= _MAX_FRAGMENT
        if not (yes or no):
            return False
        if no and _OBLIGED.match(question) and _NAMED.search(question):
            return False
        asked = self._read(_ASKING.sub("", question.rstrip("? ")))
        if self.rules.first("question_inverted", question) is not None:
            yes, no, asked = no, yes, _Reading()
        named = {_TOKENS[token] for token in _NAMED.findall(re.sub(r"\bif\b.*", "", question))}
        own = {_TOKENS[token] for token in _NAMED.findall(text)}
        if named and "OTHERS" in question and not own - named:
            if no:
                for visa in VISAS:
                    reading.put(visa, VisaStatus.ACCEPTS if visa in named else VisaStatus.NOT_ACCEPTS, 2)
        elif named and not named & own:
            self._asked_by_name(asked, named, yes, text, reading)
            if maybe:
                for visa in named:
                    reading.status[visa] = (VisaStatus.CONDITIONAL, 3)
                    reading.conditions.setdefault(visa, set()).add("may_be_considered")
        elif yes and own - set(reading.status) and not _TOPIC.search(text):
            for visa in own - set(reading.status):
                reading.put(visa, VisaStatus.ACCEPTS, _BY_NAME)
            for visa in named - own:
                reading.put(visa, VisaStatus.ACCEPTS, _BY_NAME)
        elif named and own and yes and asked.excludes_others:
            for visa, (status, strength) in asked.status.items():
                reading.put(visa, status, strength)
        elif no and "VISA" in question and not own and "CITIZEN" not in question and self.rules.first("accept", question) is not None:
            for visa in VISAS:
                if visa not in reading.status:
                    reading.put(visa, VisaStatus.NOT_ACCEPTS, 1)
        elif yes and self.rules.first("citizens_only", question) is not None and not own:
            for visa in VISAS:
                reading.put(visa, VisaStatus.NOT_ACCEPTS, 1)
        else:
            return no and asked.excludes_others
        reading.rules.append("visa.answer.yes" if yes else "visa.answer.no")
        return True

    def _presupposed(self, question: str, reading: _Reading) -> bool:
        """Take what a question such as "Why do you not sponsor the H-1B?" takes for granted."""
        asked = self._read(question.rstrip("? "))
        for visa, (status, strength) in asked.status.items():
            if visa not in reading.status:
                reading.put(visa, status, strength)
        reading.rules.extend(asked.rules)
        return bool(asked.status)

    def _asked_by_name(self, asked: _Reading, visas: set[str], yes: bool, text: str, reading: _Reading) -> None:
        conditions = {rule.gives or "" for rule, _ in self.rules.matches("condition", text)}
        later = {rule.gives or "" for rule, _ in self.rules.matches("condition_h1b", text)}
        for visa in sorted(visas):
            if visa in reading.status:
                continue
            if not yes:
                reading.put(visa, VisaStatus.ACCEPTS if asked.excludes_others else VisaStatus.NOT_ACCEPTS, 3)
                continue
            held = asked.status.get(visa, (VisaStatus.ACCEPTS, 3))[0]
            if _WE_DO.search(text):
                held = VisaStatus.ACCEPTS
            found = conditions | (later if visa == "h1b" else set()) | asked.conditions.get(visa, set())
            if visa == "j1":
                found -= {"step3_required", "gme_approval", "transfer_only", "us_grads_only", "change_of_status_only", "stated_condition"}
            if held is VisaStatus.NOT_ACCEPTS:
                reading.put(visa, held, 3)
            else:
                reading.put(visa, VisaStatus.CONDITIONAL if found else VisaStatus.ACCEPTS, 3)
                if found:
                    reading.conditions.setdefault(visa, set()).update(found)
        for visa, (status, strength) in asked.status.items():
            if yes and visa not in reading.status:
                reading.put(visa, status, strength)

    def _from_context(self, statement: Statement, text: str, reading: _Reading) -> bool:
        """Read a fragment together with the line, question, header or heading that announces it; True when that gave a claim."""
        fragment = _TOKEN.search(text) is not None
        if len(text.split()) > _MAX_FRAGMENT and (fragment or self.rules.first("condition", text) is None or len(text.split()) > 2 * _MAX_FRAGMENT):
            return False
        if not fragment and not self._predicates(text):
            return False
        for context in (statement.lead, statement.question, statement.header, statement.heading):
            if not context:
                continue
            told = self._tokens(fold(context))
            if told is None:
                continue
            if fragment and self._plain_list(text, told) and self.rules.first("refuse", told) is None:
                told = f"{told} accepted"
            if fragment and not self._predicates(told):
                continue
            if not fragment and not _NAMED.search(told) and "VISA" not in told:
                continue
            told = re.sub(r"^(?:what|which|do|does|is|are|can|will) ", "", told.rstrip("?:. "))
            joined = self._read(f"{told}: {text}")
            if joined.status:
                reading.status, reading.conditions = joined.status, joined.conditions
                reading.rules.extend([*joined.rules, "visa.context"])
                return True
        return False

    def _plain_list(self, text: str, told: str) -> bool:
        """Whether a text is nothing but visas under a line that speaks of visas: "Visa types: J-1, H-1B"."""
        return _PLAIN.fullmatch(text) is not None and ("VISA" in told or _STATUS.search(told) is not None)

    def _predicates(self, text: str) -> bool:
        return any(self.rules.first(cue, text) is not None for cue in ("refuse", "accept", "accept_weak"))

    def _anaphor(self, previous: Statement, text: str, reading: _Reading) -> None:
        """Apply "it is not sponsored any more" or "it depends on the budget" to the visas of the sentence before it."""
        told = self._tokens(fold(previous.text))
        if told is None:
            return
        named = sorted({_TOKENS[token] for token in _NAMED.findall(told)})
        hit = self.rules.first("anaphor_no", text)
        if hit is not None and (self.rules.first("accept", text) is not None or len(text.split()) <= _SHORT_ANAPHOR):
            for visa in named:
                reading.put(visa, VisaStatus.NOT_ACCEPTS, _BY_NAME)
                reading.rules.append(hit[0].id)
            return
        before = self._read(told)
        for rule, _ in self.rules.matches("condition", text) if _POINTING.match(text) and self.rules.first("refuse", text) is None else ():
            for visa in named:
                if rule.gives in _DOORS and before.status.get(visa, (None, 0))[0] is VisaStatus.ACCEPTS:
                    reading.put(visa, VisaStatus.CONDITIONAL, _BY_NAME)
                    reading.conditions.setdefault(visa, set()).add(rule.gives or "")
                    reading.rules.append(rule.id)

    def _others(self, statement: Statement, folded: str, quote: str) -> list[Claim]:
        if self.rules.first("refuse", folded) is not None:
            return []
        names = {
            _OTHER_NAMES[re.sub(r"[^a-z0-9]", "", match.group())]
            for rule in self.rules.of("other_visa")
            for match in rule.pattern.finditer(folded)
        }
        if not names or self.rules.first("accept", f"{folded} {fold(statement.lead or '')}") is None:
            return []
        return [Claim("visa.other", name, quote, statement.place, ("visa.mention.named",)) for name in sorted(names)]


def _carry_negation(segments: Sequence[_Segment]) -> None:
    """A negation goes on over "or": in "do not sponsor H-1B or accept J-1" both are refused."""
    for before, segment in zip(segments, segments[1:], strict=False):
        if not before.refuses or segment.refuses or not _OR.match(segment.joint):
            continue
        if "nor" in segment.joint or not re.search(r"\b(?:we|it|they|the (?:program|hospital))\b", segment.text):
            segment.refuses = True
            segment.rules.extend(before.rules)


def _shared_predicate(segments: Sequence[_Segment], place: int) -> _Segment | None:
    """The predicate of the segment after this one, where "or" or "and" joins a noun phrase to it: "sponsorship of J-1 or H-1B is ...".

    A noun such as "sponsorship" looks like a predicate and is none.
    """
    if place + 1 >= len(segments):
        return None
    own, after = segments[place], segments[place + 1]
    if not _AND.match(after.joint) or own.topic or own.modifiers or own.refuses or (_VERB.search(own.text) and not _WHETHER.match(own.text)):
        return None
    return after if after.decides and _VERB.search(f"{after.text} {' '.join(after.modifiers)}") else _shared_predicate(segments, place + 1)


def _neighbour(segments: Sequence[_Segment], place: int) -> _Segment | None:
    """The segment whose predicate a segment without one shares: the nearest before it, else the nearest after it."""
    if segments[place].topic:
        after = next((segment for segment in segments[place + 1 :] if segment.decides), None)
        return after if after is not None and not _NAMED.search(after.text) else None
    if segments[place].past:
        return None
    near = [segment for segment in (*reversed(segments[:place]), *segments[place + 1 :]) if segment.decides]
    own = segments[place]
    near = [segment for segment in near if not (segment.refuses and ("no OTHERS" in segment.text or segment.instead))]
    strong = next((segment for segment in near if not segment.weak), None)
    if strong is not None and strong.local:
        strong = replace(strong, refuses=False, accepts=True) if strong.accepts else None
    if own.weak and strong is not None and strong.refuses and (_FINITE.search(own.text) or _OWN_SUBJECT.match(strong.text)):
        return own
    return strong or (own if own.weak else next((segment for segment in near if not segment.local), None))


@cache
def _grammar() -> VisaGrammar:
    return VisaGrammar()


def visa_claims(statement: Statement, previous: Statement | None = None) -> list[Claim]:
    """The visa claims of one statement, ``previous`` being the sentence before it in the same block."""
    return _grammar().claims(statement, previous)
