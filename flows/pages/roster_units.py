"""People in a part of a page: cards, headings with lines below, lists, lines in turn, prose, and tables of three kinds."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
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
    looks_like_school,
    name_at_start,
    name_in_prose,
    name_key,
    school_of,
    speaks_of_medical_school,
    without_name,
)
from flows.pages.roster_sections import Section, class_in, is_about_others, only_cohort

_SCHOOL_COLUMN = re.compile(r"\b(?:school|education|university|training|institution|degree from)\b", re.IGNORECASE)
_MED_SCHOOL_COLUMN = re.compile(
    r"\b(?:med(?:ical|icine)?\.?[ -]?sch(?:ool|\.)?|medical (?:education|college|degree|training)|alma mater|"
    r"school of medicine)\b",
    re.IGNORECASE,
)
_NOT_SCHOOL_COLUMN = re.compile(
    r"\b(?:undergrad\w*|college$|bachelor\w*|residency|home ?town|from|interests?|hobbies|career|email|photo|fellowship|"
    r"high school|graduate school|birth ?place)\b",
    re.IGNORECASE,
)
_COHORT_COLUMN = re.compile(
    r"^\W*(?:(?:training|current|pgy|residency|post-?graduate|program|class|grad(?:uation|uating)?)?\W*(?:year|pgy|class|level|"
    r"cohort)(?: of (?:training|graduation|residency))?|r|ca)\W*$",
    re.IGNORECASE,
)
_NAME_COLUMN = re.compile(
    r"\b(?:names?|residents?|fellows?|interns?|trainees?|physicians?|doctors?|last|house ?staff)\b", re.IGNORECASE
)
_TRAINEE_COLUMN = re.compile(r"\b(?:residents?|fellows?|interns?|trainees?|house ?staff)\b", re.IGNORECASE)
_FACULTY_COLUMN = re.compile(
    r"\b(?:faculty|attending|residency|fellowship|current position|position after|placement|board|employer|"
    r"specialty certification|now)\b",
    re.IGNORECASE,
)
_SEMICOLONS = re.compile(r"\s*;\s+(?:and\s+)?|(?<=\))\s*,\s*(?:and\s+)?|(?<=\))\s+and\s+")
_COMMAS = re.compile(r"\s*,\s+(?:and\s+)?|\s+and\s+")
_HEAD_END = re.compile(r",|\s[–—-]+\s|\(|\s(?:MD|DO|MBBS|M\.D|D\.O)\b|[|:;]")
_LETTERS_ONLY = re.compile(r"^(?P<name>(?!MD|DO|BS|BA|MS|MA|ICU|CCU|OBG)[A-Z]{2,3})(?:\s[–—-]+\s|,\s|:\s)(?=\S)")
_NOT_THEIRS = re.compile(
    r"\b(?:weeks?|months?|rotat\w+|sites?|affiliat\w*|hospitals?|clinics?|come from|represent\w*|such as|include|including|"
    r"among|elective\w*|partners?)\b",
    re.IGNORECASE,
)
_PROSE_WORDS: Final = 14
_MAX_DEPTH: Final = 60
_MAX_BLOCKS: Final = 2_500
_MAX_LINES: Final = 40
_MAX_PEOPLE: Final = 600
_MAX_UNIT: Final = 4_000


@dataclass(frozen=True, slots=True)
class _Unit:
    """Lines about one person; the first begins with the name."""

    name: str
    lines: tuple[str, ...]


def people_of(section: Section) -> list[Person]:
    """The people that a section lists; empty where what it lists are no people."""
    told = list(_without_key_values(section.blocks[:_MAX_BLOCKS]))
    found = list(_people_in_tables([block for block in told if block.kind == "row"], section))
    if section.trust == 0:
        return found
    blocks = [block for block in told if block.kind != "row"]
    units = list(_units(blocks))[:_MAX_PEOPLE]
    people = [person for unit in units if (person := _person(unit, section)) is not None]
    if not people and section.trust == 2:
        return found + _nameless(blocks, section)
    starts = sum(block.kind == "item" for block in blocks)
    return found + (people if _are_people(people, units, section, starts) else [])


def _nameless(blocks: Sequence[Block], section: Section) -> list[Person]:
    """A class told as a list of schools, one item a person, where names are kept back."""
    items = [block.text for block in blocks if block.kind == "item"]
    if len(items) < 3 or any(_NOT_THEIRS.search(f"{block.lead or ''} {block.text}") for block in blocks):
        return []
    people = [Person("", section.cohort, (), None, section.chief, item) for item in items if looks_like_school(item)]
    return people if len(people) == len(items) and all(school_of(person) is not None for person in people) else []


def _are_people(people: Sequence[Person], units: Sequence[_Unit], section: Section, items: int) -> bool:
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


def _is_strong(person: Person, unit: _Unit) -> bool:
    return (
        person.degree is not None
        or is_coded(unit.name)
        or any(MED_LABEL.match(line) or OTHER_LABEL.match(line) for line in unit.lines[1:4])
        or school_of(person) is not None
        or any(speaks_of_medical_school(line) for line in unit.lines)
    )


def _person(unit: _Unit, section: Section) -> Person | None:
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


# --- units --------------------------------------------------------------------------------------------------------------


def _units(blocks: Sequence[Block]) -> Iterator[_Unit]:
    heads = [block for block in blocks if block.kind == "heading" and not _is_label(block.text)]
    named = sum(_anchor(block.text) is not None for block in heads)
    if heads and named >= max(1, len(heads) // 2):
        yield from _below_headings(blocks)
        return
    yield from _by_container([block for block in blocks if block.kind != "heading" or _is_label(block.text)])


def _is_label(text: str) -> bool:
    return (MED_LABEL.match(text) or OTHER_LABEL.match(text)) is not None and name_at_start(text) is None


def _anchor(text: str) -> str | None:
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


def _below_headings(blocks: Sequence[Block]) -> Iterator[_Unit]:
    unit: list[Block] = []
    loose: list[Block] = []
    open_ = False
    for block in blocks:
        if block.kind == "heading" and not _is_label(block.text):
            if unit:
                yield from _headed(unit)
            open_ = _anchor(block.text) is not None
            unit = [block] if open_ else []
        elif open_:
            unit.append(block)
        else:
            loose.append(block)
    if unit:
        yield from _headed(unit)
    yield from _by_container(loose)


def _headed(unit: Sequence[Block]) -> Iterator[_Unit]:
    name = _anchor(unit[0].text)
    rest = unit[1:]
    nested = [block for block in rest if _anchor(block.lines[0] if block.lines else block.text)]
    if len(nested) >= 2 and len(nested) >= 0.5 * len(rest) and any(degree_of(block.text) for block in nested):
        first = rest.index(nested[0])
        yield _Unit(name or "", tuple(_lines(unit[: first + 1])))
        yield from _by_container(rest[first:])
        return
    yield _Unit(name or "", tuple(_lines(unit)))


def _lines(blocks: Sequence[Block]) -> Iterator[str]:
    size = 0
    for block in blocks:
        for line in block.lines or (block.text,):
            size += len(line)
            if size > _MAX_UNIT:
                return
            yield line


def _by_container(blocks: Sequence[Block], depth: int = 0) -> Iterator[_Unit]:
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


def _card(group: Sequence[Block], depth: int) -> Iterator[_Unit]:
    anchors = [block for block in group if _anchor((block.lines or (block.text,))[0])]
    with_degree = [block for block in anchors if degree_of(block.text)]
    if len(with_degree) == 1 and len(anchors) <= 3:
        anchors = with_degree
    if len(anchors) == 1 and len(_split_people(anchors[0].lines[0])) < 2 and not _several_lines(anchors[0]):
        first = group.index(anchors[0])
        yield _Unit(_anchor(anchors[0].lines[0]) or "", tuple(_lines([*group[first:], *group[:first]])))
    else:
        yield from _by_container(group, depth + 1)


def _several_lines(block: Block) -> bool:
    return sum(_anchor(line) is not None for line in block.lines) >= 2


def _common_depth(blocks: Sequence[Block], depth: int) -> int:
    first, last = min(block.path for block in blocks), max(block.path for block in blocks)
    while depth < min(len(first), len(last)) and first[depth] == last[depth]:
        depth += 1
    return depth


def _flat(blocks: Sequence[Block]) -> Iterator[_Unit]:
    """Units of blocks beside each other: each item or line a person, names and schools in turn, or prose."""
    if not blocks:
        return
    listing = [block for block in blocks if _several_lines(block)]
    if listing and len(listing) < len(blocks):
        for several, members in groupby(blocks, key=_several_lines):
            beside = list(members)
            yield from _in_turn(_people_lines(beside)) if several else _flat(beside)
        return
    long = [block for block in blocks if len(block.lines) < 2 and len(block.text.split()) > _PROSE_WORDS]
    if 2 * len(long) >= len(blocks) and not all(_anchor(block.text) for block in long):
        yield from _prose(blocks)
        return
    yield from _in_turn(_people_lines(blocks))


def _people_lines(blocks: Sequence[Block]) -> list[str]:
    return [piece for block in blocks for line in block.lines or (block.text,) for piece in _split_people(line)]


def _split_people(line: str) -> list[str]:
    """The people of a line that lists several; the line itself where it lists one or none."""
    if len(line) > 3_000:
        return [line]
    for separator in (_SEMICOLONS, _COMMAS):
        parts = [part for part in separator.split(line) if part.strip()]
        least = 2 if separator is _SEMICOLONS else 3
        if len(parts) >= least and all(_anchor(part) is not None for part in parts):
            return parts
    return [_name_first(line)]


def _name_first(line: str) -> str:
    """A line "School – Name" turned round."""
    parts = re.split(r"\s[–—-]+\s", line)
    if len(parts) == 2 and looks_like_school(parts[0]) and _anchor(line) is None and _anchor(parts[1]) is not None:
        return f"{parts[1]} – {parts[0]}"
    return line


def _in_turn(lines: Sequence[str]) -> Iterator[_Unit]:
    names = [_anchor(line) for line in lines]
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
                yield _Unit(names[start] or "", tuple(lines[start:at]))
            start = at if at < len(lines) else None


def _stands_alone(lines: Sequence[str], at: int) -> bool:
    """Whether the line behind is a school: then this line is a name even without letters."""
    return at + 1 < len(lines) and looks_like_school(lines[at + 1]) and not looks_like_school(lines[at])


def _prose(blocks: Sequence[Block]) -> Iterator[_Unit]:
    unit: list[str] = []
    name: str | None = None
    for block in blocks:
        told = _anchor(block.text) or name_in_prose(block.text)
        if told is None and len(block.text.split()) > 6 and speaks_of_medical_school(block.text):
            told = _name_inside(block.text)
        if told is not None and (name is None or name_key(told) != name_key(name)):
            if name is not None:
                yield _Unit(name, tuple(unit))
            unit, name = [block.text], told
        elif name is not None:
            unit.append(block.text)
    if name is not None:
        yield _Unit(name, tuple(unit))


def _name_inside(text: str) -> str | None:
    """A name behind an opening such as "Born in Lagos, ..."."""
    for part in text[:300].split(", ")[1:4]:
        if (name := name_in_prose(part)) is not None:
            return name
    return coded_name(text)


def _without_key_values(blocks: Sequence[Block]) -> Iterator[Block]:
    """The blocks, where tables of one person's labels and values are lines."""
    for is_row, members in groupby(blocks, key=lambda block: block.path[:-1] if block.kind == "row" else None):
        table = list(members)
        if is_row is not None and sum(
            len(row.cells) == 2 and _is_label(row.cells[0]) and len(row.cells[0]) <= 40 for row in table
        ) * 2 >= len(table):
            for row in table:
                yield replace(row, kind="paragraph", lines=(_as_line(row.cells),), text=_as_line(row.cells), cells=())
        else:
            yield from table


def _as_line(cells: Sequence[str]) -> str:
    told = [cell.replace("\n", " ") for cell in cells if cell]
    if len(told) == 2 and re.match(r"^\W*(?:full )?name\W*$", told[0], re.IGNORECASE):
        return told[1]
    return told[0] if len(told) < 2 else f"{told[0].rstrip(': ')}: {told[1]}"


# --- tables -------------------------------------------------------------------------------------------------------------


def _people_in_tables(rows: Sequence[Block], section: Section) -> Iterator[Person]:
    for _, members in groupby(rows, key=lambda block: block.path[:-1]):
        table = list(members)
        header = table[0].header
        if not header and len(table) > 1 and _is_header(table[0].cells):
            header, table = table[0].cells, table[1:]
        yield from _people_in_table(table[:_MAX_PEOPLE], header, section)


def _is_header(cells: Sequence[str]) -> bool:
    classes = sum(only_cohort(cell) for cell in cells)
    columns = sum(
        len(cell) <= 40
        and name_at_start(cell) is None
        and any(
            pattern.search(cell)
            for pattern in (_NAME_COLUMN, _COHORT_COLUMN, _MED_SCHOOL_COLUMN, _NOT_SCHOOL_COLUMN, _SCHOOL_COLUMN)
        )
        for cell in cells
    )
    if classes >= max(2, len(cells) - 1):
        return True
    return columns >= 2 and any(_SCHOOL_COLUMN.search(cell) or _MED_SCHOOL_COLUMN.search(cell) for cell in cells)


def _people_in_table(table: Sequence[Block], header: Sequence[str], section: Section) -> Iterator[Person]:
    if header and sum(only_cohort(cell) or class_in(cell) is not None for cell in header) >= max(2, len(header) - 1):
        yield from _people_in_columns(table, header, section)
        return
    school_at = _school_column(header)
    cohort_at = _column(header, _COHORT_COLUMN)
    if school_at is not None:
        if _is_trusted(table, header, section, cohort_at):
            yield from _people_by_column(table, header, section, school_at, cohort_at)
    elif section.trust:
        yield from _people_in_cells(table, section, cohort_at)


def _is_trusted(table: Sequence[Block], header: Sequence[str], section: Section, cohort_at: int | None) -> bool:
    trainees = any(_TRAINEE_COLUMN.search(cell) and not is_about_others(cell) for cell in header)
    if not trainees and any(_FACULTY_COLUMN.search(cell) for cell in header) and section.trust < 2 and cohort_at is None:
        return section.trust == 1 and not section.topic
    if section.trust:
        return True
    classes = cohort_at is not None and sum(
        cohort_at < len(row.cells) and class_in(row.cells[cohort_at]) is not None for row in table
    ) * 2 >= len(table)
    return classes or trainees


def _school_column(header: Sequence[str]) -> int | None:
    if (at := _column(header, _MED_SCHOOL_COLUMN)) is not None:
        return at
    return next(
        (at for at, cell in enumerate(header) if _SCHOOL_COLUMN.search(cell) and not _NOT_SCHOOL_COLUMN.search(cell)), None
    )


def _column(header: Sequence[str], pattern: re.Pattern[str]) -> int | None:
    return next((at for at, cell in enumerate(header) if pattern.search(cell)), None)


def _people_by_column(
    table: Sequence[Block], header: Sequence[str], section: Section, school_at: int, cohort_at: int | None
) -> Iterator[Person]:
    name_at = next((at for at, cell in enumerate(header) if at not in {school_at, cohort_at} and _NAME_COLUMN.search(cell)), None)
    if name_at is None:
        name_at = 0 if school_at != 0 else 1
    cohort, below = section.cohort, None
    for row in table:
        filled = [cell for cell in row.cells if cell]
        if len(filled) == 1 and only_cohort(filled[0]):
            cohort = filled[0]
            continue
        shift = len(row.cells) - len(header) if cohort_at == 0 and len(row.cells) == len(header) - 1 else 0
        cells = ("",) * -shift + row.cells
        if name_at >= len(cells) or not cells[name_at].strip() or has_role([cells[name_at]]):
            continue
        told = cells[cohort_at] if cohort_at is not None and cohort_at < len(cells) else ""
        below = told or (below if shift else None)
        name = cells[name_at].replace("\n", " ")
        school = cells[school_at] if school_at < len(cells) else ""
        known = name_at_start(name)
        degree = _degree_column(header, cells) or degree_of(without_name(name, known) if known else name)
        yield Person(name_key(known or name), below or cohort, (), degree, section.chief, school)


def _degree_column(header: Sequence[str], cells: Sequence[str]) -> str | None:
    at = next((at for at, cell in enumerate(header) if re.match(r"^\W*(?:degree|credentials?)\W*$", cell, re.IGNORECASE)), None)
    return degree_of(cells[at]) if at is not None and at < len(cells) else None


def _people_in_columns(table: Sequence[Block], header: Sequence[str], section: Section) -> Iterator[Person]:
    """Columns are classes; a cell holds one person or several in turn."""
    for at, label in enumerate(header):
        cells = [row.cells[at] for row in table if at < len(row.cells) and row.cells[at].strip()]
        if class_in(label) is None and not only_cohort(label):
            continue
        units = [unit for cell in cells for unit in _units_in_cell(cell)]
        column = Section(label, 6, 2, chief=section.chief)
        people = [person for unit in units if (person := _person(unit, column)) is not None]
        if _are_people(people, units, column, len(cells)):
            yield from people


def _units_in_cell(cell: str) -> list[_Unit]:
    return list(_in_turn([piece for line in cell.split("\n") for piece in _split_people(line)]))


def _people_in_cells(table: Sequence[Block], section: Section, cohort_at: int | None) -> Iterator[Person]:
    """Tables without a school column: a name in the first cell, each cell a card, or a class before its people."""
    units: list[_Unit] = []
    people: list[Person] = []
    current = section
    for row in table:
        cells = [cell for cell in row.cells if cell]
        if only_cohort(cells[0]) and len(cells[0]) <= 60:
            current = Section(cells[0], 6, 2, chief=section.chief)
            cells = cells[1:]
        found = _units_in_row(cells)
        for unit in found:
            person = _person(unit, current)
            if person is not None:
                told = row.cells[cohort_at] if cohort_at is not None and cohort_at < len(row.cells) else ""
                people.append(Person(person.name, told or person.cohort, person.lines, person.degree, person.chief))
                units.append(unit)
    if _are_people(people, units, section if current is section else current, 0) and 2 * len(units) >= len(table):
        yield from people


def _units_in_row(cells: Sequence[str]) -> list[_Unit]:
    named = [cell for cell in cells if _anchor(cell.split("\n")[0])]
    if len(named) >= 2 or (len(cells) == 1 and named):
        own = [cell for cell in named if "\n" in cell or degree_of(cell)]
        if len(own) >= 2 or len(named) == len(cells):
            return [unit for cell in named for unit in _units_in_cell(cell)]
    for at, cell in enumerate(cells[:2]):
        if (name := _anchor(cell.split("\n")[0])) is not None:
            return [_Unit(name, tuple(line for told in cells[at:] for line in told.split("\n")))]
    return []
