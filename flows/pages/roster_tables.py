"""People in tables: a column for the school, a column for each class, a card in each cell, or one person's labels and values."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Final

from flows.pages.markup import Block
from flows.pages.roster_people import Person, degree_of, has_role, name_at_start, name_key, without_name
from flows.pages.roster_sections import Section, class_in, is_about_others, only_cohort
from flows.pages.roster_units import Unit, anchor, are_people, in_turn, is_label, person_of, split_people

_MAX_PEOPLE: Final = 600
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


def without_key_values(blocks: Sequence[Block]) -> Iterator[Block]:
    """The blocks, where tables of one person's labels and values are lines."""
    for is_row, members in groupby(blocks, key=lambda block: block.path[:-1] if block.kind == "row" else None):
        table = list(members)
        if is_row is not None and sum(
            len(row.cells) == 2 and is_label(row.cells[0]) and len(row.cells[0]) <= 40 for row in table
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


def people_in_tables(rows: Sequence[Block], section: Section) -> Iterator[Person]:
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
        people = [person for unit in units if (person := person_of(unit, column)) is not None]
        if are_people(people, units, column, len(cells)):
            yield from people


def _units_in_cell(cell: str) -> list[Unit]:
    return list(in_turn([piece for line in cell.split("\n") for piece in split_people(line)]))


def _people_in_cells(table: Sequence[Block], section: Section, cohort_at: int | None) -> Iterator[Person]:
    """Tables without a school column: a name in the first cell, each cell a card, or a class before its people."""
    units: list[Unit] = []
    people: list[Person] = []
    current = section
    for row in table:
        cells = [cell for cell in row.cells if cell]
        if only_cohort(cells[0]) and len(cells[0]) <= 60:
            current = Section(cells[0], 6, 2, chief=section.chief)
            cells = cells[1:]
        found = _units_in_row(cells)
        for unit in found:
            person = person_of(unit, current)
            if person is not None:
                told = row.cells[cohort_at] if cohort_at is not None and cohort_at < len(row.cells) else ""
                people.append(Person(person.name, told or person.cohort, person.lines, person.degree, person.chief))
                units.append(unit)
    if are_people(people, units, section if current is section else current, 0) and 2 * len(units) >= len(table):
        yield from people


def _units_in_row(cells: Sequence[str]) -> list[Unit]:
    named = [cell for cell in cells if anchor(cell.split("\n")[0])]
    if len(named) >= 2 or (len(cells) == 1 and named):
        own = [cell for cell in named if "\n" in cell or degree_of(cell)]
        if len(own) >= 2 or len(named) == len(cells):
            return [unit for cell in named for unit in _units_in_cell(cell)]
    for at, cell in enumerate(cells[:2]):
        if (name := anchor(cell.split("\n")[0])) is not None:
            return [Unit(name, tuple(line for told in cells[at:] for line in told.split("\n")))]
    return []
