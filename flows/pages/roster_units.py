"""People in a part of a page: cards, headings with lines below, lists, lines in turn, prose, and tables of three kinds."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from flows.pages.markup import Block
from flows.pages.roster_people import (
    MED_LABEL,
    NON_NAMES,
    OTHER_LABEL,
    Person,
    coded_name,
    degree_of,
    has_role,
    is_coded,
    name_at_start,
    name_in_prose,
    name_key,
    without_name,
)
from flows.pages.roster_schools import looks_like_school, school_of, speaks_of_medical_school
from flows.pages.roster_sections import Section, class_in, only_cohort

_SEMICOLONS = re.compile(r"\s*;\s+(?:and\s+)?|(?<=\))\s*,\s*(?:and\s+)?|(?<=\))\s+and\s+")
_COMMAS = re.compile(r"\s*,\s+(?:and\s+)?|\s+and\s+")
_HEAD_END = re.compile(r",|\s[–—-]+\s|\(|\s(?:MD|DO|MBBS|M\.D|D\.O)\b|[|:;]")
_LETTERS_ONLY = re.compile(r"^(?P<name>(?!MD|DO|BS|BA|MS|MA|ICU|CCU|OBG)[A-Z]{2,3})(?:\s[–—-]+\s|,\s|:\s)(?=\S)")
_PROSE_WORDS: Final = 14
_MAX_DEPTH: Final = 60
_MAX_LINES: Final = 40
_MAX_PEOPLE: Final = 600
_MAX_UNIT: Final = 4_000


@dataclass(frozen=True, slots=True)
class Unit:
    """Lines about one person; the first begins with the name."""

    name: str
    lines: tuple[str, ...]


def are_people(people: Sequence[Person], units: Sequence[Unit], section: Section, items: int) -> bool:
    """Whether what a section lists are trainees: something medical behind at least half of the names, or names alone."""
    if not people or (items > 3 * len(people) and not section.chief and len(people) < 4):
        return False
    strong = sum(_is_strong(person, unit) for person, unit in zip(people, units, strict=False))
    if section.topic and section.trust < 2:
        return len(people) >= 2 and strong >= 0.8 * len(people)
    if strong >= 0.5 * len(people):
        return True
    short = sum(len(unit.lines[0]) <= 70 and len(unit.lines) <= 6 for unit in units)
    return len(people) >= 2 and short >= 0.8 * len(units)


def _is_strong(person: Person, unit: Unit) -> bool:
    return (
        person.degree is not None
        or is_coded(unit.name)
        or any(MED_LABEL.match(line) or OTHER_LABEL.match(line) for line in unit.lines[1:4])
        or school_of(person) is not None
        or any(speaks_of_medical_school(line) for line in unit.lines)
    )


def person_of(unit: Unit, section: Section) -> Person | None:
    rest = tuple(line for line in (without_name(unit.lines[0], unit.name), *unit.lines[1:_MAX_LINES]) if line)
    if has_role(rest):
        return None
    cohort = section.cohort
    if section.trust < 2 or section.chief:
        cohort = next((told for line in rest[:4] if len(line) <= 60 and (told := class_in(line)) is not None), cohort)
    return Person(name_key(unit.name), cohort, rest, _degree_in(rest), section.chief)


def _degree_in(lines: Sequence[str]) -> str | None:
    """The degree behind a name or at the start of one of the next lines; in prose only a DO is told by its letters."""
    for number, line in enumerate(lines[:5]):
        if len(line.split()) > _PROSE_WORDS:
            if re.search(r"\b(?:the|a|an|his|her|their|my) (?:DO|D\.O\.)(?=\W|$)", line):
                return "us_do"
            continue
        if OTHER_LABEL.match(line):
            continue
        told = degree_of(line if number == 0 else line[:12])
        if told is not None:
            return told
    return None


def units_of(blocks: Sequence[Block]) -> Iterator[Unit]:
    heads = [block for block in blocks if block.kind == "heading" and not is_label(block.text)]
    named = sum(anchor(block.text) is not None for block in heads)
    if heads and named >= max(1, len(heads) // 2):
        yield from _below_headings(blocks)
        return
    yield from _by_container([block for block in blocks if block.kind != "heading" or is_label(block.text)])


def is_label(text: str) -> bool:
    return (MED_LABEL.match(text) or OTHER_LABEL.match(text)) is not None and name_at_start(text) is None


def anchor(text: str) -> str | None:
    """The name that a line begins with, if the line is about a person."""
    if len(text) > 200 or MED_LABEL.match(text) or OTHER_LABEL.match(text) or only_cohort(text):
        return None
    name = name_at_start(text)
    if name is None and (match := _LETTERS_ONLY.match(text)) and match.group("name").lower() not in NON_NAMES:
        rest = text[match.end() :]
        return match.group("name") if looks_like_school(rest) or degree_of(rest) else None
    if name is None and len(text) <= 40 and degree_of(text) is not None and text[0].isupper() and not looks_like_school(text):
        head = re.split(r"[,(]|\s(?=MD|DO|MBBS)", text)[0].strip()
        return head if len(head) > 1 and degree_of(head) is None else None
    if name is not None and looks_like_school(_HEAD_END.split(text, maxsplit=1)[0] if is_coded(name) else name):
        return None
    return name


def _below_headings(blocks: Sequence[Block]) -> Iterator[Unit]:
    unit: list[Block] = []
    loose: list[Block] = []
    open_ = False
    for block in blocks:
        if block.kind == "heading" and not is_label(block.text):
            if unit:
                yield from _headed(unit)
            open_ = anchor(block.text) is not None
            unit = [block] if open_ else []
        elif open_:
            unit.append(block)
        else:
            loose.append(block)
    if unit:
        yield from _headed(unit)
    yield from _by_container(loose)


def _headed(unit: Sequence[Block]) -> Iterator[Unit]:
    name = anchor(unit[0].text)
    rest = unit[1:]
    nested = [block for block in rest if anchor(block.lines[0] if block.lines else block.text)]
    if len(nested) >= 2 and len(nested) >= 0.5 * len(rest) and any(degree_of(block.text) for block in nested):
        first = rest.index(nested[0])
        yield Unit(name or "", tuple(_lines(unit[: first + 1])))
        yield from _by_container(rest[first:])
        return
    yield Unit(name or "", tuple(_lines(unit)))


def _lines(blocks: Sequence[Block]) -> Iterator[str]:
    size = 0
    for block in blocks:
        for line in block.lines or (block.text,):
            size += len(line)
            if size > _MAX_UNIT:
                return
            yield line


def _by_container(blocks: Sequence[Block], depth: int = 0) -> Iterator[Unit]:
    """Units by the boxes that blocks stand in: a box with one name is a card, a box with several is looked into."""
    if not blocks:
        return
    depth = _common_depth(blocks, depth)
    if depth > _MAX_DEPTH:
        yield from _flat(blocks)
        return
    run: list[Block] = []
    for _, members in groupby(blocks, key=lambda block: block.path[: depth + 1] if len(block.path) > depth else None):
        group = list(members)
        if len(group) == 1:
            run.extend(group)
            continue
        if len(group[0].path) <= depth or len(group) == len(blocks):
            run.extend(group)
            continue
        yield from _flat(run)
        run = []
        yield from _card(group, depth)
    yield from _flat(run)


def _card(group: Sequence[Block], depth: int) -> Iterator[Unit]:
    anchors = [block for block in group if anchor((block.lines or (block.text,))[0])]
    with_degree = [block for block in anchors if degree_of(block.text)]
    if len(with_degree) == 1 and len(anchors) <= 3:
        anchors = with_degree
    if len(anchors) == 1 and len(split_people(anchors[0].lines[0])) < 2 and not _several_lines(anchors[0]):
        first = group.index(anchors[0])
        yield Unit(anchor(anchors[0].lines[0]) or "", tuple(_lines([*group[first:], *group[:first]])))
    else:
        yield from _by_container(group, depth + 1)


def _several_lines(block: Block) -> bool:
    return sum(anchor(line) is not None for line in block.lines) >= 2


def _common_depth(blocks: Sequence[Block], depth: int) -> int:
    first, last = min(block.path for block in blocks), max(block.path for block in blocks)
    while depth < min(len(first), len(last)) and first[depth] == last[depth]:
        depth += 1
    return depth


def _flat(blocks: Sequence[Block]) -> Iterator[Unit]:
    """Units of blocks beside each other: each item or line a person, names and schools in turn, or prose."""
    if not blocks:
        return
    listing = [block for block in blocks if _several_lines(block)]
    if listing and len(listing) < len(blocks):
        for several, members in groupby(blocks, key=_several_lines):
            beside = list(members)
            yield from in_turn(_people_lines(beside)) if several else _flat(beside)
        return
    long = [block for block in blocks if len(block.lines) < 2 and len(block.text.split()) > _PROSE_WORDS]
    if 2 * len(long) >= len(blocks) and not all(anchor(block.text) for block in long):
        yield from _prose(blocks)
        return
    yield from in_turn(_people_lines(blocks))


def _people_lines(blocks: Sequence[Block]) -> list[str]:
    return [piece for block in blocks for line in block.lines or (block.text,) for piece in split_people(line)]


def split_people(line: str) -> list[str]:
    """The people of a line that lists several; the line itself where it lists one or none."""
    if len(line) > 3_000:
        return [line]
    for separator in (_SEMICOLONS, _COMMAS):
        parts = [part for part in separator.split(line) if part.strip()]
        least = 2 if separator is _SEMICOLONS else 3
        if len(parts) >= least and all(anchor(part) is not None for part in parts):
            return parts
    return [_name_first(line)]


def _name_first(line: str) -> str:
    """A line "School – Name" turned round."""
    parts = re.split(r"\s[–—-]+\s", line)
    if len(parts) == 2 and looks_like_school(parts[0]) and anchor(line) is None and anchor(parts[1]) is not None:
        return f"{parts[1]} – {parts[0]}"
    return line


def in_turn(lines: Sequence[str]) -> Iterator[Unit]:
    names = [anchor(line) for line in lines]
    with_degree = [
        bool(name) and degree_of(without_name(line, name)) is not None for name, line in zip(names, lines, strict=True)
    ]
    found = sum(name is not None for name in names)
    if 2 * sum(with_degree) >= found and found > sum(with_degree) and found >= len(lines) - 1:
        pass  # every line is a person, some without letters
    elif 2 * sum(with_degree) >= found:
        names = [
            name if lettered or is_coded(line) or _stands_alone(lines, at) else None
            for at, (name, lettered, line) in enumerate(zip(names, with_degree, lines, strict=True))
        ]
    start: int | None = None
    for at in range(len(lines) + 1):
        if at == len(lines) or names[at] is not None:
            if start is not None:
                yield Unit(names[start] or "", tuple(lines[start:at]))
            start = at if at < len(lines) else None


def _stands_alone(lines: Sequence[str], at: int) -> bool:
    """Whether the line behind is a school: then this line is a name even without letters."""
    return at + 1 < len(lines) and looks_like_school(lines[at + 1]) and not looks_like_school(lines[at])


def _prose(blocks: Sequence[Block]) -> Iterator[Unit]:
    unit: list[str] = []
    name: str | None = None
    for block in blocks:
        told = anchor(block.text) or name_in_prose(block.text)
        if told is None and len(block.text.split()) > 6 and speaks_of_medical_school(block.text):
            told = _name_inside(block.text)
        if told is not None and (name is None or name_key(told) != name_key(name)):
            if name is not None:
                yield Unit(name, tuple(unit))
            unit, name = [block.text], told
        elif name is not None:
            unit.append(block.text)
    if name is not None:
        yield Unit(name, tuple(unit))


def _name_inside(text: str) -> str | None:
    """A name behind an opening such as "Born in Lagos, ..."."""
    for part in text[:300].split(", ")[1:4]:
        if (name := name_in_prose(part)) is not None:
            return name
    return coded_name(text)
