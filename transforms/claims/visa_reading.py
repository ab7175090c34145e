"""One text with tokens, read without its context: status, conditions and strength by visa.

What segments say is applied to the visas that they name; an exception turns the sign; an exclusive closes the list; a condition
or hedge makes a yes conditional; a demand of citizenship refuses all.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from schemas.vocabulary import VisaStatus
from transforms.claims.rule_ids import VISA_CITIZENS_ONLY, VISA_LISTED, VISA_LISTED_WITH_CITIZENS, VISA_REFUSE_GENERIC
from transforms.claims.statements import BY_EXCLUSIVE, BY_NAME, BY_RULE
from transforms.claims.visa_segments import BARE, HARD, OPEN_DOORS, Segment, neighbour, segments_of, shared_predicate, units_of
from transforms.claims.visa_tokens import NAMED, RULES, TOKEN, VISA_OF, VISAS, visas_in

H1B_CONDITIONS: Final = frozenset({"step3_required", "gme_approval", "transfer_only", "us_grads_only", "change_of_status_only"})
"""Conditions that no J-1 has: one stated beside both visas is the H-1B's."""
_WITHIN_EXCLUSIVE: Final = frozenset({"certain_programs", "may_be_considered", "stated_condition"})
"""What "only" looks like to the rules of conditions: no condition of the visa that an exclusive keeps."""
_EXCLUSIVES: Final = (("only", "j1", "h1b"), ("only_h1b", "h1b", "j1"))
"""By cue: the visa that it keeps and the one that it closes."""


@dataclass(slots=True)
class Reading:
    """What one text says, before its context is applied.

    Attributes:
        status: Status and strength by visa.
        conditions: Conditions by visa.
        rules: Ids of the rules that fired.
        excludes_others: An exclusive closed its list.
        concedes: It sets one thing against another ("although"): of equals the later counts.
        named: The visas that it names.
    """

    status: dict[str, tuple[VisaStatus, int]] = field(default_factory=dict)
    conditions: dict[str, set[str]] = field(default_factory=dict)
    rules: list[str] = field(default_factory=list)
    excludes_others: bool = False
    concedes: bool = False
    named: frozenset[str] = frozenset()

    def put(self, visa: str, status: VisaStatus, strength: int) -> None:
        """Take a status for a visa, unless a stronger one stands."""
        held, held_strength = self.status.get(visa, (status, 0))
        if strength > held_strength or (strength == held_strength and self.concedes):
            self.status[visa] = (status, strength)
        elif strength == held_strength:
            self.status[visa] = (joined({held, status}), strength)

    def put_all(self, visas: Iterable[str], status: VisaStatus, strength: int) -> None:
        """Take one status for several visas."""
        for visa in visas:
            self.put(visa, status, strength)

    def make_conditional(self, visa: str, conditions: Iterable[str], strength: int) -> None:
        """Replace the status of a visa by a conditional yes."""
        self.status[visa] = (VisaStatus.CONDITIONAL, strength)
        self.add_conditions(visa, conditions)

    def add_conditions(self, visa: str, conditions: Iterable[str]) -> None:
        """Take conditions for a visa."""
        self.conditions.setdefault(visa, set()).update(conditions)

    def status_of(self, visa: str) -> VisaStatus | None:
        """The status of a visa, if any is said."""
        return self.status[visa][0] if visa in self.status else None


def joined(statuses: set[VisaStatus]) -> VisaStatus:
    """One status for several of equal strength: a condition beats a yes; a yes beside a no is a conflict."""
    if len(statuses) == 1:
        return next(iter(statuses))
    if VisaStatus.CONDITIONAL in statuses and VisaStatus.CONFLICT not in statuses:
        return VisaStatus.CONDITIONAL
    return VisaStatus.CONFLICT


def read(text: str) -> Reading:
    """What a text with tokens says of each visa."""
    reading = Reading(concedes=RULES.has("concession", text), named=frozenset(visas_in(text)))
    if TOKEN.search(text) or RULES.has("citizens_only", text):
        for unit in units_of(text):
            _read_unit(unit, reading)
        _close_lists(text, reading)
        _read_citizens(text, reading)
    return reading


def _read_unit(unit: str, reading: Reading) -> None:
    segments = segments_of(unit)
    undecided: set[str] = set()
    for place, segment in enumerate(segments):
        decided = _deciding(segments, place, unit)
        if decided is not None:
            _apply(segment, decided, unit, reading)
        elif not segment.topic and not segment.past:
            undecided |= segment.visas
    if any(segment.local or (segment.refuses and "OTHERS" in segment.tokens) for segment in segments):
        reading.put_all(undecided, VisaStatus.ACCEPTS, BY_NAME)


def _deciding(segments: Sequence[Segment], place: int, unit: str) -> Segment | None:
    """What decides for the segment at a place: a segment with its predicate, and the conditions that neighbours share with it."""
    segment = segments[place]
    decided = shared_predicate(segments, place) or (
        segment if segment.decides and not segment.weak else neighbour(segments, place)
    )
    if decided is None and segment.visas:
        if "CITIZEN" in unit:
            decided = Segment(segment.text, accepts=True, rules=[VISA_LISTED_WITH_CITIZENS])
        elif (keyed := RULES.first("keyed", unit)) is not None and not RULES.has("refuse", keyed.match.group()):
            return Segment(segment.text, accepts=True, rules=[VISA_LISTED])
    if decided is None:
        return None
    shared = {name for near in segments if near.weak and decided is segment and segment.weak for name in near.conditions}
    topical = any(near.topic and not RULES.has("need", near.text) for near in segments if near is not segment)
    return replace(
        decided,
        conditions=decided.conditions | shared,
        soft_conditions=decided.soft_conditions | ({"stated_condition"} if topical else set()),
    )


def _apply(segment: Segment, decided: Segment, unit: str, reading: Reading) -> None:
    """Give the visas of a segment what decides for it."""
    if decided.past and not decided.refuses:
        return
    reading.rules.extend([*decided.rules, *segment.rules])
    if segment.excepted and not decided.refuses and (segment.additive or RULES.has("also", f"{segment.text} {decided.text}")):
        segment = replace(segment, excepted=frozenset())
    for token in sorted(segment.tokens & set(VISA_OF)):
        _apply_named(token, segment, decided, unit, reading)
    generic = _generic(segment, decided)
    if generic and (not segment.visas or segment.excepted or "OTHERS" in generic):
        _apply_generic(generic, segment, decided, unit, reading)


def _apply_named(token: str, segment: Segment, decided: Segment, unit: str, reading: Reading) -> None:
    visa, excepted = VISA_OF[token], token in segment.excepted
    if excepted and not decided.refuses and RULES.has("citizens_only", unit):
        reading.put(visa, VisaStatus.ACCEPTS, BY_NAME)
        reading.put_all(VISAS, VisaStatus.NOT_ACCEPTS, BY_EXCLUSIVE)
        return
    if token in segment.instead or decided.refuses != excepted:
        reading.put(visa, VisaStatus.NOT_ACCEPTS, BY_NAME)
        return
    conditions = segment.conditions | decided.conditions
    conditions = conditions | segment.soft_conditions | decided.soft_conditions if visa == "h1b" else conditions - H1B_CONDITIONS
    if conditions:
        reading.add_conditions(visa, conditions)
        reading.put(visa, VisaStatus.CONDITIONAL, BY_NAME)
    else:
        reading.put(visa, VisaStatus.ACCEPTS, BY_EXCLUSIVE if decided.weak else BY_NAME)


def _generic(segment: Segment, decided: Segment) -> set[str]:
    """The tokens of a segment that name no visa: ``VISA`` and ``OTHERS``."""
    generic = segment.tokens - set(VISA_OF) - {"CITIZEN"}
    if decided.text != segment.text and len(segment.text.split()) > BARE:
        generic.discard("VISA")
    if segment.excepted and decided.refuses:
        generic.add("VISA")
    return generic


def _apply_generic(generic: set[str], segment: Segment, decided: Segment, unit: str, reading: Reading) -> None:
    hedged = not (segment.conditions | decided.conditions).isdisjoint(OPEN_DOORS)
    if decided.refuses and (segment.excepted or not hedged):
        strength = BY_EXCLUSIVE if segment.excepted or "OTHERS" in generic else BY_RULE
        meant = VISAS if segment.excepted or "OTHERS" not in generic else _others(reading)
        reading.put_all(meant, VisaStatus.NOT_ACCEPTS, strength)
        reading.rules.append(VISA_REFUSE_GENERIC)
    elif decided.refuses:
        return
    elif segment.excepted and "VISA" in generic:
        reading.put_all((VISA_OF[token] for token in VISA_OF if token not in segment.excepted), VisaStatus.ACCEPTS, BY_RULE)
    elif not hedged and (every := RULES.first("all_visas", unit)) is not None:
        reading.put_all(VISAS, VisaStatus.ACCEPTS, BY_RULE)
        reading.rules.append(every.rule.id)


def _others(reading: Reading) -> list[str]:
    """The visas that "others" means: those that the text does not name; without any name, the H-1B."""
    return [visa for visa in VISAS if visa not in reading.named] if reading.named else ["h1b"]


def _close_lists(text: str, reading: Reading) -> None:
    """Apply "only the J-1": the visa that it keeps is accepted, the other is not, unless it is said by name."""
    for cue, kept, closed in _EXCLUSIVES:
        hit = RULES.first(cue, text)
        if hit is None or reading.status_of(kept) is VisaStatus.NOT_ACCEPTS:
            continue
        reading.excludes_others = True
        reading.rules.append(hit.rule.id)
        if reading.conditions.get(kept, {"none"}) <= _WITHIN_EXCLUSIVE:
            reading.status[kept] = (VisaStatus.ACCEPTS, BY_NAME)
        if kept not in reading.status:
            reading.put(kept, VisaStatus.ACCEPTS, BY_NAME)
        held, strength = reading.status.get(closed, (None, 0))
        if strength < BY_NAME:
            reading.status[closed] = (VisaStatus.NOT_ACCEPTS, BY_EXCLUSIVE)
        elif held is VisaStatus.ACCEPTS and RULES.has("track", text) and HARD.search(text.rstrip(". ")):
            reading.make_conditional(closed, {"certain_programs"}, BY_NAME)


def _read_citizens(text: str, reading: Reading) -> None:
    """Apply a demand of citizenship: of all applicants, it refuses every visa; of one track, it makes a yes conditional."""
    hit = RULES.first("citizens_only", text)
    if hit is None or (RULES.has("trap_citizens", text) and not RULES.has("position", text)):
        return
    if not reading.named:
        if hit.rule.id != VISA_CITIZENS_ONLY or not RULES.has("open_to_visas", text):
            reading.put_all(VISAS, VisaStatus.NOT_ACCEPTS, BY_RULE)
            reading.rules.append(hit.rule.id)
    elif any(_demands_citizens(part) for part in text.split(";")) and ";" in text and RULES.has("track", text):
        for visa, (status, strength) in list(reading.status.items()):
            if status is VisaStatus.ACCEPTS:
                reading.make_conditional(visa, {"certain_programs"}, strength)


def _demands_citizens(text: str) -> bool:
    return "CITIZEN" in text and not NAMED.search(text) and RULES.has("citizens_only", text)
