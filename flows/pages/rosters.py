"""Rosters: how many current trainees a page lists by class and kind of medical school. People are counted and forgotten.

A roster is read from structure: headings that name a class, tables with a column for the school or a column for each class, cards,
lists and lines. Names serve only to count a chief once; nothing of a person leaves this module.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from flows.pages.markup import Block, Markup
from schemas.medical_schools import SchoolKind
from transforms.claims.numbers import NUMBER, value_of
from transforms.schools import find_school, kind_of_place, kind_of_school

_COHORT = re.compile(
    r"\b(?:pgy[- ]?(?:\d|i{1,3}|iv|v|one|two|three|four|five)s?|post-?graduate year (?:\d|one|two|three|four|five)|interns?(?: class)?|"
    r"(?:first|second|third|fourth|fifth|1st|2nd|3rd|4th|5th|final)[- ]years?(?: residents?| fellows?| class)?|class of (?:20)?\d\d|r-?[1-5]s?|ca-?[1-3]|"
    r"(?:current|our|categorical|preliminary|junior|senior|incoming|new) (?:residents?|fellows?|interns?|trainees?|house ?staff|class)|"
    r"(?:chief )?(?:residents?|fellows?)(?: class)?(?: of)?,? (?:20)?\d\d(?:[-/–](?:20)?\d\d)?|(?:residents?|fellows?)$|(?:20\d\d)[-–/](?:20)?\d\d (?:residents?|fellows?|class)|year (?:one|two|three|1|2|3|4|5)|20(?:2[4-9]|3\d) (?:interns?|class|residents?|graduates?))\b",
    re.IGNORECASE,
)
_CHIEF = re.compile(r"\bchiefs?\b", re.IGNORECASE)
_NOT_CURRENT = re.compile(
    r"\b(?:alumn\w*|graduates?|former|past|where (?:are|did|have|our|they)|graduated|recent graduates?|faculty|leadership|administrat\w*|coordinators?|directors?|attendings?|staff members|"
    r"core faculty|applicants?|in the news|publications?|board results|research|contact|medical students?|match list|fellowship placements?|careers?|after residency)\b",
    re.IGNORECASE,
)
_SCHOOL_COLUMN = re.compile(r"\b(?:med(?:ical|icine)?\.? ?sch(?:ool|\.)?|school|education|university|training|alma mater|degree from)\b", re.IGNORECASE)
_MED_SCHOOL_COLUMN = re.compile(r"\b(?:med(?:ical|icine)?\.? ?sch(?:ool|\.)?|medical (?:education|college)|alma mater)\b", re.IGNORECASE)
_NOT_SCHOOL_COLUMN = re.compile(r"\b(?:undergrad\w*|college|bachelor|residency|home ?town|from|interests?|hobbies|career|email|photo|fellowship|high school|birth ?place)\b", re.IGNORECASE)
_COHORT_COLUMN = re.compile(r"^\W*(?:year|pgy|class|level|pgy level|training year|cohort|r ?year)\W*$", re.IGNORECASE)
_NAME_COLUMN = re.compile(r"\b(?:name|resident|fellow|intern|trainee|physician|doctor)\b", re.IGNORECASE)
_MED_LABEL = re.compile(r"\b(?:med(?:ical|icine)?\.? ?sch(?:ool|\.)?|medical (?:education|degree|college)|medical training|md from|do from|alma mater|school|education)\s*[:–—-]\s*(?P<school>.+)", re.IGNORECASE)
_OTHER_LABEL = re.compile(
    r"^\W*(?:home ?town|undergrad\w*(?: (?:school|college|education|degree))?|college|born|from|interests?|hobb(?:y|ies)|fun facts?|likes|career(?: (?:goals?|interests?|plans?))?|residency|previous residency|prior residency|internship|favorite|research|email|phone|"
    r"bachelor\w*|pre-?med|graduate school|high school|languages?|why|pronouns?|raised in|birthplace|pets?|spouse)\b[^:]{0,25}[:–—]",
    re.IGNORECASE,
)
_DEGREES: Final = (
    (re.compile(r"\b(?:MBBS|M\.B\.B\.S\.?|MB ?BS|MBCh?B|MB ?BCh(?: ?BAO)?|MBBCh|M\.B\.,? ?Ch\.B\.?|BMBS|MBBchir|MUDr|Dr\.? ?med\.?)\b", re.IGNORECASE), "img"),
    (re.compile(r"(?:,|\s|\()\s*D\.?O\.?(?=$|[\s,;)|/–-])"), "us_do"),
    (re.compile(r"(?:,|\s|\()\s*M\.?D\.?(?=$|[\s,;)|/–-])"), "md"),
)
_COUNTED = re.compile(rf"^(?P<what>.+?)\s*(?:\((?P<a>\d{{1,2}}|{NUMBER})\)|[:–—-]\s*(?P<b>\d{{1,2}})(?:\s+(?:residents?|interns?|fellows?))?|\s[x×]\s?(?P<c>\d{{1,2}}))(?P<each>\s+each)?\W*$", re.IGNORECASE)
_COUNT_FIRST = re.compile(rf"^(?P<n>\d{{1,2}}|{NUMBER})\s+(?:residents?\s+|interns?\s+|fellows?\s+|of them\s+)?(?:from|of|at|trained at|graduated from|attended|[x×–-])\s+(?P<what>.+)$", re.IGNORECASE)
_TALLY = re.compile(
    rf"(?P<n>\b\d{{1,3}}\b|\b{NUMBER}\b)\s*(?:(?:are|were|is|hold|have|come|graduated|went|from|current|with|an?|the)\s+){{0,4}}(?P<kind>(?:u\.?s\.?|american)? ?(?:allopathic|md)s?\b(?: (?:schools?|graduates?|seniors?))?|(?:u\.?s\.? )?(?:osteopathic|dos?)\b(?: (?:schools?|graduates?))?|"
    rf"(?:international|foreign)(?: medical)?(?: (?:school )?graduates?| schools?)?|imgs?|fmgs?)",
    re.IGNORECASE,
)
_TOTAL = re.compile(rf"\b(?:of (?:our|the)|our|we have|all|the)\s+(?:current\s+)?(?P<n>\d{{1,3}}|{NUMBER})\s+(?:current\s+|new\s+|categorical\s+)*(?:interns?|residents?|fellows?|trainees?)\b|^(?P<m>\d{{1,3}}|{NUMBER})\s+(?:new\s+)?(?:interns?|residents?|fellows?)\b", re.IGNORECASE)
_MED_VERBS = re.compile(
    r"\b(?:medical school|medical degree|med school|studied medicine|read medicine|medicine at|medical (?:studies|education|training|college)|degree in medicine|(?:an?|the|her|his|their) (?:md|do|m\.d\.|d\.o\.|mbbs)|doctor(?:ate)?|went to (?:medical )?school|md/phd|where a do|"
    r"graduat\w+ from|made a doctor|trained as a (?:doctor|physician)|for (?:a|an|the) (?:md|do)|earned)\b",
    re.IGNORECASE,
)
_COLLEGE = re.compile(r"\b(?:undergrad\w*|college degree|bachelor\w*|studied (?:chemistry|biology|music|history|english|engineering|art|math\w*|physics|psychology|economics)|degree in (?!medicine)|b\.?s\.?\b|b\.?a\.?\b|master\w*|ph\.?d\.? in|major\w*|played|pharmac\w+|taught)", re.IGNORECASE)
_PERSON = re.compile(r"^(?:(?:dr|resident|fellow|intern|mr|ms|mrs)\.? |[A-Z]\. ?[A-Z]?\.?|[A-Z][\w'’-]+(?: [A-Z][\w'’.-]*){1,4}(?:,|$| [–—-]|\s*\())")
_PERSON_ANYWHERE = re.compile(r"\b(?:Resident|Fellow|Intern|Dr\.?|Trainee) [A-Z][A-Z]?\d?\b|\b[A-Z]\. ?[A-Z]\.")
_MAX_UNIT_BLOCKS: Final = 12
_MIN_PEOPLE: Final = 2


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
        self.n += times
        if kind == "caribbean":
            self.caribbean += times
            self.img += times
        elif kind == "international":
            self.img += times
        else:
            setattr(self, kind, getattr(self, kind) + times)


@dataclass(slots=True)
class _Person:
    name: str
    lines: list[str]
    cohort: str
    chief: bool = False
    school: str | None = None


@dataclass(slots=True)
class _Section:
    cohort: str
    level: int
    blocks: list[Block] = field(default_factory=list)
    chief: bool = False


def read_rosters(markup: Markup) -> list[RosterRow] | None:
    """The rosters of current trainees on a page, one row a class in the page's order; None where the page lists nobody."""
    rows: dict[str, RosterRow] = {}
    people: list[_Person] = []
    tallied = False
    for section in _sections(markup.blocks, markup.title):
        counted = list(_counted(section))
        if counted:
            for kind, times in counted:
                rows.setdefault(section.cohort, RosterRow(section.cohort)).add(kind, times)
            tallied = True
            continue
        people.extend(_people(section))
    if not tallied or people:
        _count(people, rows)
    found = [row for row in rows.values() if row.n]
    if sum(row.n for row in found) >= _MIN_PEOPLE:
        return found
    return None


def _count(people: Sequence[_Person], rows: dict[str, RosterRow]) -> None:
    """Count people by class; a chief who also stands in a class counts there only."""
    classed = {person.name for person in people if not person.chief and person.name}
    seen: set[str] = set()
    for person in people:
        if person.chief and (person.name in classed or person.name in seen):
            continue
        seen.add(person.name)
        rows.setdefault(person.cohort, RosterRow(person.cohort)).add(_kind_of(person))


# --- sections ----------------------------------------------------------------------------------------------------------


def _sections(blocks: Sequence[Block], title: str) -> Iterator[_Section]:
    """The parts of a page that list a class of current trainees."""
    page_lists = re.search(r"\b(?:residents?|fellows?|house ?staff|interns?|trainees?|class|people|roster|team)\b", title, re.IGNORECASE) is not None
    current: _Section | None = None
    silenced: int | None = None
    for block in blocks:
        if block.kind == "heading" or (_cohort_of(block.text) and len(block.text) <= 60 and block.kind == "paragraph" and not _has_person(block.text)):
            level = block.level or 6
            text = block.text
            cohort = _cohort_of(text)
            if silenced is not None and level > silenced and not cohort:
                continue
            if _NOT_CURRENT.search(text) and not (cohort and re.search(r"\b(?:pgy|interns|current)", text, re.IGNORECASE)):
                if current is not None:
                    yield current
                current, silenced = None, level
                continue
            if cohort and not _looks_like_person(text):
                if silenced is not None and level > silenced:
                    continue
                if current is not None:
                    yield current
                current, silenced = _Section(cohort, level, chief=_CHIEF.search(text) is not None), None
                continue
            if current is not None and level <= current.level and not _looks_like_person(text) and level < 6:
                yield current
                current = None
            if silenced is not None and level <= silenced:
                silenced = None
        if silenced is not None:
            continue
        if current is not None:
            current.blocks.append(block)
        elif block.kind == "row" and (_is_roster_table(block) or page_lists):
            current = _Section("Residents", 7, [block])
    if current is not None:
        yield current


def _cohort_of(text: str) -> str | None:
    match = _COHORT.search(text)
    return text.strip(" :") if match is not None and len(text) <= 80 else None


def _is_roster_table(block: Block) -> bool:
    return any(_MED_SCHOOL_COLUMN.search(cell) for cell in block.header) or sum(_cohort_of(cell) is not None for cell in block.header) >= 2


# --- counted lists -----------------------------------------------------------------------------------------------------


def _counted(section: _Section) -> Iterator[tuple[str, int]]:
    """Schools, countries or kinds with their counts, where a class is told in numbers and not by people."""
    found: list[tuple[str, int]] = []
    for block in section.blocks:
        for line in block.lines or (block.text,):
            found.extend(_counted_line(line, block))
    if sum(times for _, times in found) >= _MIN_PEOPLE:
        yield from found


def _counted_line(line: str, block: Block) -> Iterator[tuple[str, int]]:
    tallies = list(_TALLY.finditer(line))
    if tallies and re.search(r"\b(?:residents?|interns?|fellows?|class|trainees?)\b|:", f"{line} {block.lead or ''}", re.IGNORECASE) and "%" not in line:
        for tally in tallies:
            yield _tally_kind(tally.group("kind")), value_of(tally.group("n")) or 0
        return
    if block.kind not in {"item", "row"} and len(block.lines) < 2:
        return
    match = _COUNTED.match(line)
    if match is not None:
        what, times = match.group("what"), value_of(match.group("a") or match.group("b") or match.group("c") or "") or 0
    elif (first := _COUNT_FIRST.match(line)) is not None:
        match, what, times = first, first.group("what"), value_of(first.group("n")) or 0
    else:
        return
    names = [part for part in re.split(r",\s*(?:and\s+)?|\s+and\s+", what) if part] if match.groupdict().get("each") else [what]
    kinds = [kind_of_school(name) or kind_of_place(name) for name in names]
    for kind in kinds:
        if kind is not None and 0 < times <= 60:
            yield kind.value, times


def _tally_kind(text: str) -> str:
    lowered = text.lower()
    if "osteo" in lowered or re.search(r"\bdos?\b", lowered):
        return "us_do"
    return "us_md" if re.search(r"\bmds?\b|allopathic", lowered) else "international"


# --- people ------------------------------------------------------------------------------------------------------------


def _people(section: _Section) -> Iterator[_Person]:
    rows = [block for block in section.blocks if block.kind == "row"]
    yield from _people_in_rows(rows, section)
    rest = [block for block in section.blocks if block.kind != "row"]
    for unit in _units(rest, section):
        person = _person(unit, section)
        if person is not None:
            yield person


def _people_in_rows(rows: Sequence[Block], section: _Section) -> Iterator[_Person]:
    for block in rows:
        header = block.header
        if header and sum(_cohort_of(cell) is not None for cell in header) >= max(2, len(header) - 1):
            for label, cell in zip(header, block.cells, strict=False):
                if cell.strip():
                    lines = cell.split("\n")
                    yield _Person(lines[0], lines, label)
            continue
        name_at = _column(header, _NAME_COLUMN) or 0
        cohort_at = _column(header, _COHORT_COLUMN)
        school_at = _column(header, _MED_SCHOOL_COLUMN)
        if school_at is None:
            school_at = next((at for at, cell in enumerate(header) if _SCHOOL_COLUMN.search(cell) and not _NOT_SCHOOL_COLUMN.search(cell)), None)
        if not block.cells or name_at >= len(block.cells) or not block.cells[name_at].strip():
            continue
        if not header and not any(_has_school(cell) or _degree_of(cell) for cell in block.cells):
            continue
        cohort = block.cells[cohort_at] if cohort_at is not None and cohort_at < len(block.cells) and block.cells[cohort_at] else section.cohort
        name = block.cells[name_at]
        if school_at is not None and school_at < len(block.cells):
            yield _Person(name, [name], cohort, section.chief, school=block.cells[school_at].replace("\n", " "))
        elif header and name_at == 0 and not any(_COHORT_COLUMN.search(cell) or _NAME_COLUMN.search(cell) for cell in header):
            continue
        else:
            yield _Person(name, [line for cell in block.cells for line in cell.split("\n")], cohort, section.chief)


def _column(header: Sequence[str], pattern: re.Pattern[str]) -> int | None:
    return next((at for at, cell in enumerate(header) if pattern.search(cell)), None)


def _units(blocks: Sequence[Block], section: _Section) -> Iterator[list[Block]]:
    """Blocks grouped by the person they speak of."""
    named = [block for block in blocks if block.kind == "heading"]
    if len(named) >= 1 and sum(_looks_like_person(block.text) or bool(_degree_of(block.text)) for block in named) >= max(1, len(named) // 2):
        unit: list[Block] = []
        for block in blocks:
            if block.kind == "heading":
                if unit:
                    yield unit
                unit = [block]
            elif unit:
                unit.append(block)
        if unit:
            yield unit
        return
    yield from _by_container([block for block in blocks if block.kind != "heading"])


def _by_container(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    if not blocks:
        return
    depth = _common_depth(blocks)
    groups: list[list[Block]] = []
    for block in blocks:
        if groups and groups[-1][0].path[: depth + 1] == block.path[: depth + 1] and len(block.path) > depth + 1:
            groups[-1].append(block)
        else:
            groups.append([block])
    for group in groups:
        if len(group) == 1:
            yield group
        elif group[0].kind == "item" and all(block.kind == "item" for block in group):
            for block in group:
                yield [block]
        elif len(group) <= _MAX_UNIT_BLOCKS and sum(_looks_like_person(block.text) for block in group) <= 1:
            yield group
        elif _common_depth(group) > depth:
            yield from _by_container(group)
        else:
            yield from _alternating(group)


def _alternating(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """Lines of names and lines of schools that stand in turn."""
    unit: list[Block] = []
    for block in blocks:
        if unit and (_looks_like_person(block.text) or _degree_of(block.text)):
            yield unit
            unit = []
        unit.append(block)
    if unit:
        yield unit


def _common_depth(blocks: Sequence[Block]) -> int:
    first = blocks[0].path
    depth = 0
    while depth < len(first) and all(len(block.path) > depth and block.path[depth] == first[depth] for block in blocks):
        depth += 1
    return depth


def _person(unit: Sequence[Block], section: _Section) -> _Person | None:
    lines = [line for block in unit for line in block.lines or (block.text,)]
    if not lines:
        return None
    text = " ".join(lines)
    prose = len(unit) == 1 and len(text.split()) > 12 and unit[0].kind != "item"
    if prose and not _has_person(text):
        return None
    if not prose and not (_looks_like_person(lines[0]) or _degree_of(lines[0]) or (_has_person(text) and len(text.split()) < 60)):
        return None
    if _NOT_CURRENT.search(lines[0]) and not _looks_like_person(lines[0]):
        return None
    if re.search(r"\bchief residents?\b.*:", lines[0], re.IGNORECASE) or (section.cohort and len(lines) == 1 and lines[0].endswith(":")):
        return None
    found = _PERSON_ANYWHERE.search(text)
    name = found.group() if found else re.split(r",| [–—-] |\(", lines[0])[0].strip()
    return _Person(name, lines, section.cohort, section.chief)


def _looks_like_person(text: str) -> bool:
    return len(text) <= 160 and (_PERSON.match(text) is not None) and _cohort_of(text) is None and not kind_like(text)


def kind_like(text: str) -> bool:
    """Whether a text is itself the name of a school, not of a person."""
    return re.search(r"\b(?:university|college|school|institute|universidad|academy|hospital|medical center)\b", text.split(",")[0].split(" – ")[0], re.IGNORECASE) is not None


def _has_person(text: str) -> bool:
    return _PERSON_ANYWHERE.search(text) is not None


def _has_school(text: str) -> bool:
    return bool(text.strip()) and kind_of_school(text) is not None


# --- the kind of a person's school --------------------------------------------------------------------------------------


def _kind_of(person: _Person) -> str:
    """US MD, US DO, Canadian, Caribbean, international or unknown, by the school, else by the letters of the degree."""
    degree = next((found for line in person.lines[:2] if (found := _degree_of(line))), None)
    school = _school_of(person)
    if school is not None:
        if school is SchoolKind.US_MD and degree == "us_do":
            return "us_do"
        return school.value
    return {"img": "international", "us_do": "us_do"}.get(degree or "", "unknown")


def _degree_of(text: str) -> str | None:
    for pattern, kind in _DEGREES:
        if pattern.search(text):
            return kind
    return None


def _school_of(person: _Person) -> SchoolKind | None:
    if person.school is not None:
        return kind_of_school(_plain(person.school)) if person.school.strip(" -–—") else None
    lines = list(person.lines)
    for line in lines:
        label = _MED_LABEL.search(line)
        if label is not None and not _OTHER_LABEL.match(line):
            return kind_of_school(_plain(label.group("school"))) or find_school(label.group("school"))
    kept = [line for line in lines if not _OTHER_LABEL.match(line)]
    for line in kept:
        candidates = [line] if len(kept) > 1 and line is not kept[0] else []
        candidates.extend(part for part in re.split(r"\s[–—-]\s|\s*\|\s*|:\s+|;\s+", line)[1:] if part)
        after_comma = line.split(",", 1)
        if len(after_comma) == 2:
            candidates.append(re.sub(r"^(?:\s*(?:MD|DO|MBBS|MBChB|MBBCh|PhD|MPH|MS|MBA|M\.D\.|D\.O\.)\s*,?)+", "", after_comma[1]))
        inside = re.search(r"\(([^)]+)\)", line)
        if inside is not None:
            candidates.append(inside.group(1))
        for candidate in candidates:
            if 2 < len(candidate.strip()) <= 120 and len(candidate.split()) <= 14:
                kind = kind_of_school(_plain(candidate))
                if kind is not None:
                    return kind
    return _school_in_prose(" ".join(kept))


def _plain(text: str) -> str:
    return re.sub(r"\b(?:class of )?(?:19|20)\d\d\b", "", text).strip(" ,-–—:;.")


def _school_in_prose(text: str) -> SchoolKind | None:
    """The medical school among the schools of a sentence: the one that stands nearest to words of medical school."""
    clauses = [part for part in re.split(r",\s+(?:and\s+)?(?:then\s+)?|\s+and\s+then\s+|\s+then\s+|;\s*|\.\s+|\s+before\s+|\s+and (?=(?:earned|a |an |the |later|went|attended|read|to medical))", text) if part]
    scored: list[tuple[int, int, SchoolKind]] = []
    for place, clause in enumerate(clauses):
        kind = find_school(clause)
        if kind is None and (_MED_VERBS.search(clause) or len(clauses) == 1):
            kind = kind_of_place(clause) if _MED_VERBS.search(clause) else None
        if kind is None:
            continue
        medical = _MED_VERBS.search(clause) is not None
        college = _COLLEGE.search(clause) is not None
        scored.append((2 * medical - college, place, kind))
    if not scored:
        return None
    best = max(scored, key=lambda entry: (entry[0], entry[1]))
    return best[2] if best[0] >= 0 else None
