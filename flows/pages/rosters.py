"""Rosters: how many current trainees a page lists by class and kind of medical school. People are counted and forgotten.

A roster is read from structure: headings that name a class, tables with a column for the school or one for each class, cards,
lists and lines. Names serve only to count a chief once; nothing of a person leaves this module.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from flows.pages.markup import Block, Markup
from flows.pages.roster_counts import counted
from flows.pages.roster_people import Person, is_coded, name_at_start, name_in_prose, without_name
from flows.pages.roster_schools import kind_of, looks_like_school, school_of, speaks_of_medical_school
from flows.pages.roster_sections import Section, class_in, is_about_others, sections
from flows.pages.roster_tables import people_in_tables, without_key_values
from flows.pages.roster_units import are_people, person_of, units_of

_PROFILE = re.compile(
    r"\b(?:(?:day|week|year|shift) in the life|(?:day|week|shift|conversation|interview|q ?& ?a) with|spotlight|(?:resident|"
    r"fellow|intern) (?:profile|story|voices|of the month)|"
    r"meet (?:a |an |your )?(?:chief )?(?:resident|fellow|intern)\b)",
    re.IGNORECASE,
)
_FIRST_PERSON = re.compile(r"\b(?:I|my|me)\b")
_NOT_THEIRS = re.compile(
    r"\b(?:weeks?|months?|rotat\w+|sites?|affiliat\w*|hospitals?|clinics?|come from|represent\w*|such as|include|including|"
    r"among|elective\w*|partners?)\b",
    re.IGNORECASE,
)
_MAX_SECTION: Final = 2_500
_MIN_PEOPLE: Final = 2
_MAX_BLOCKS: Final = 6_000
_MAX_COHORT: Final = 80
_MAX_PEOPLE: Final = 600


@dataclass(slots=True)
class RosterRow:
    """Counts of one class: people and their medical schools; ``img`` includes ``caribbean``."""

    cohort: str
    n: int = 0
    us_md: int = 0
    us_do: int = 0
    canada: int = 0
    img: int = 0
    caribbean: int = 0
    unknown: int = 0

    def add(self, kind: str, times: int = 1) -> None:
        """Count people of one kind."""
        self.n += times
        if kind == "caribbean":
            self.caribbean += times
            self.img += times
        elif kind == "international":
            self.img += times
        else:
            setattr(self, kind, getattr(self, kind) + times)


def read_rosters(markup: Markup) -> list[RosterRow] | None:
    """The rosters of current trainees on a page, one row a class in the page's order; None where the page lists nobody."""
    people: list[Person] = []
    tallies: list[tuple[str, str, int]] = []
    order: dict[str, None] = {}
    for section in sections(markup.blocks[:_MAX_BLOCKS], markup.title):
        told = counted(section)
        found = [] if told else _people_of(section)
        tallies.extend(told)
        people.extend(found[: _MAX_PEOPLE - len(people)])
        order.update(dict.fromkeys([cohort for cohort, _, _ in told] + [person.cohort for person in found]))
    rows = {cohort: RosterRow(cohort[:_MAX_COHORT].replace("\n", " ")) for cohort in order}
    _count(people, rows)
    _add_tallies(tallies, rows)
    listed = [row for row in rows.values() if row.n]
    if sum(row.n for row in listed) >= _MIN_PEOPLE:
        return listed
    return _profile(markup)


def _people_of(section: Section) -> list[Person]:
    """The people that a section lists; empty where what it lists are no people."""
    told = list(without_key_values(section.blocks[:_MAX_SECTION]))
    found = list(people_in_tables([block for block in told if block.kind == "row"], section))
    if section.trust == 0:
        return found
    blocks = [block for block in told if block.kind != "row"]
    pairs = [(person, unit) for unit in islice(units_of(blocks), _MAX_PEOPLE) if (person := person_of(unit, section)) is not None]
    people, units = [person for person, _ in pairs], [unit for _, unit in pairs]
    if not people and section.trust == 2:
        return found + _nameless(blocks, section)
    starts = sum(block.kind == "item" for block in blocks)
    return found + (people if are_people(people, units, section, starts) else [])


def _nameless(blocks: Sequence[Block], section: Section) -> list[Person]:
    """A class told as a list of schools, one item a person, where names are kept back."""
    items = [block.text for block in blocks if block.kind == "item"]
    if len(items) < 3 or any(_NOT_THEIRS.search(f"{block.lead or ''} {block.text}") for block in blocks):
        return []
    people = [Person("", section.cohort, (), None, section.chief, item) for item in items if looks_like_school(item)]
    return people if len(people) == len(items) and all(school_of(person) is not None for person in people) else []


def _add_tallies(tallies: Sequence[tuple[str, str, int]], rows: dict[str, RosterRow]) -> None:
    """Add what is told in numbers, unless the same trainees are listed as people too."""
    listed = sum(row.n for row in rows.values())
    told = sum(times for _, _, times in tallies)
    classes = {class_in(cohort) for cohort, row in rows.items() if row.n} - {None}
    if listed >= told and listed and any(class_in(cohort) is None or class_in(cohort) in classes for cohort, _, _ in tallies):
        return
    for cohort, kind, times in tallies:
        rows[cohort].add(kind, times)


def _count(people: Iterable[Person], rows: dict[str, RosterRow]) -> None:
    """Count people by class; a chief who also stands in a class counts there only, and so does a card that stands twice."""
    everybody = list(people)
    classed = {person.name for person in everybody if not person.chief and person.name}
    seen: set[str] = set()
    for person in everybody:
        if person.name and ((person.chief and person.name in classed) or (person.name in seen and _is_full(person.name))):
            continue
        seen.add(person.name)
        rows[person.cohort].add(kind_of(person))


def _is_full(name: str) -> bool:
    """Whether a key is a full name; two people may share initials."""
    return sum(len(word) >= 2 for word in name.split()) >= 2


def _profile(markup: Markup) -> list[RosterRow] | None:
    """The one trainee of a page about a day or the life of a trainee, whose class its heading names."""
    headings = [block.text for block in markup.blocks if block.kind == "heading"][:4]
    titles = [markup.title, *headings]
    cohort = next((told for text in titles if (told := class_in(text)) is not None), None)
    if cohort is None or not any(_PROFILE.search(text) for text in titles) or any(is_about_others(text) for text in titles[:2]):
        return None
    named = next((part for text in headings for part in text.split(" with ") if is_coded(part) or name_at_start(part)), None)
    for block in markup.blocks[:_MAX_BLOCKS]:
        text = block.text
        if block.kind in {"heading", "menu", "row"} or not (
            _FIRST_PERSON.search(text) or named is not None or name_in_prose(text)
        ):
            continue
        kind = kind_of(Person("", cohort, (without_name(text, name_at_start(text)),)))
        if kind != "unknown" or speaks_of_medical_school(text):
            row = RosterRow(cohort)
            row.add(kind)
            return [row]
    return None
