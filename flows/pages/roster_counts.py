"""Classes told in numbers: schools or countries with counts, and sentences such as "6 MD, 2 DO and 4 IMG"."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from flows.pages.markup import Block
from flows.pages.roster_schools import plain
from flows.pages.roster_sections import Section, class_in, is_about_others
from transforms.claims.numbers import NUMBER, value_of
from transforms.schools import find_school, has_listed_part, kind_of_place, kind_of_school

_COUNTED = re.compile(
    rf"^(?P<what>[^\d(].*?)\s*(?:\((?P<a>\d{{1,2}}|{NUMBER})(?:\s+(?:residents?|interns?|fellows?))?\)|"
    rf"[:–—-]\s*(?P<b>\d{{1,2}})(?:\s+(?:residents?|interns?|fellows?))?|\s[x×]\s?(?P<c>\d{{1,2}}))"
    r"(?P<each>\s+each)?\W*$",
    re.IGNORECASE,
)
_COUNT_FIRST = re.compile(
    rf"^(?P<n>\d{{1,2}}|{NUMBER})\s*(?:(?:residents?|interns?|fellows?|of them|came|are|come|graduated|graduates?)\s+)*(?:from|"
    rf"of|at|trained at|graduated from|attended|[x×–—:-])\s*(?P<what>\D.+)$",
    re.IGNORECASE,
)
_KIND: Final = (
    r"(?P<do>(?:u\.?\s?s\.?\s+|american\s+)?(?:d\.?o\.?s?\b(?!\s+not)|osteopath\w*))|"
    r"(?P<img>(?:non[- ]?u\.?s\.?(?:\s+citizens?)?\s+|u\.?s\.?(?:[- ]citizens?)?\s+)?(?:imgs?\b|fmgs?\b|(?:international|"
    r"foreign)(?:ly)?(?:[- ](?:medical|trained|schools?|graduates?))*|mbbs\b))|"
    r"(?P<caribbean>caribbean)|(?P<canada>canadian)|"
    r"(?P<md>(?:u\.?\s?s\.?\s+|american\s+)?(?:m\.?d\.?s?\b|allopath\w*)|(?:u\.s\.|us|american)\s+(?:medical\s+)?(?:schools?|"
    r"seniors?|graduates?|grads))"
)
_WORDS_BESIDE: Final = r"graduates?|schools?|grads?|seniors?|medical|degrees?|img|md|do|trained|residents?|interns?|fellows?"
_ONLY_KIND = re.compile(
    rf"^\W*(?:(?P<a>\d{{1,3}}|{NUMBER})\W+)?(?:(?:residents?|graduates?|from|of|number|"
    rf"are)\W+)*(?:{_KIND})(?:\W+(?:{_WORDS_BESIDE})\b)*\W*(?P<b>(?<!\d)\d{{1,3}})?(?:\s+(?:residents?|interns?|fellows?))?\W*$",
    re.IGNORECASE,
)
_TOKEN = re.compile(
    rf"(?P<n>(?<![\w.,%$-])(?:\d{{1,3}}|{NUMBER})\b(?!\s*(?:%|percent|years?|weeks?|months?|hours?|[.,]\d)))|\b(?:{_KIND})",
    re.IGNORECASE,
)
_TRAINEES = re.compile(
    r"\b(?:residents?|interns?|fellows?|class|trainees?|pgy|first-years?|second-years?|third-years?|fourth-years?|house ?staff|"
    r"of (?:us|them)|medical schools?)\b|:",
    re.IGNORECASE,
)
_TOTAL = re.compile(
    rf"\b(?:our|the|all|are|total(?: of)?:?|have|of|welcome[sd]?|class of)\s+(?:current\s+|new\s+)*(?P<n>\d{{1,3}}|"
    rf"{NUMBER})\s+(?:(?:current|new|categorical|incoming|medicine|internal|family)\s+)*"
    r"(?:interns?|residents?|fellows?|trainees?|(?:first|second|third|fourth)-years?)\b|^(?P<m>\d{1,3}|"
    r"NUM)\s+(?:new\s+)?(?:interns?|residents?|fellows?)\b".replace("NUM", NUMBER),
    re.IGNORECASE,
)
_NOT_NOW = re.compile(
    r"\b(?:in recent years|recent(?:ly)?|since (?:19|20)\d\d|over the (?:past|last)|past (?:\w+ )?(?:years?|classes)|"
    r"last (?:\w+ )?years|applicants?|applications?|applied|faculty|attendings?|alumni|graduates of our|historically|"
    r"each year|every year|per year|a year|slots?|positions?|pass(?:ed)? rates?|average|typically|usually|students?)\b|%",
    re.IGNORECASE,
)
_SCHOOL_LEAD = re.compile(
    r"\b(?:med(?:ical)? ?schools?|where .{0,60}(?:went|trained|graduated|studied|schools?)|schools?|graduat\w+|trained|"
    r"training|degrees?|studied|alma mater)\b",
    re.IGNORECASE,
)
_OTHER_LEAD = re.compile(
    r"\b(?:home ?towns?|born|languages?|undergrad\w*|colleges? attended|fellowships?|hobbies|hail|hails|interests?|matched|"
    r"jobs?|rotations?|sites?)\b",
    re.IGNORECASE,
)
_FROM_SCHOOL = re.compile(
    rf"(?<![\w-])(?P<n>\d{{1,2}}|{NUMBER})\s+(?:(?:residents?|interns?|fellows?|of (?:them|us)|come|came|are|graduated|studied|"
    rf"each)\s+)*(?:from|at)\s+(?=(?:the\s+)?[A-Z])",
    re.IGNORECASE,
)
_LIST_COMMA = re.compile(r"(?<=\))\s*(?:[,;]\s*(?:and\s+)?|and\s+)")
_MIN_TOLD: Final = 2
_MAX_TIMES: Final = 60
_MAX_BLOCKS: Final = 400
_MAX_TOKENS: Final = 40
_MAX_LINE: Final = 700


def counted(section: Section) -> list[tuple[str, str, int]]:
    """Class, kind and count, where a section tells its trainees in numbers; empty elsewhere."""
    found: list[tuple[str, str, int]] = []
    found.extend((section.cohort, kind, times) for kind, times in _listed_kinds(section))
    if found:
        return found
    for block in section.blocks[:_MAX_BLOCKS]:
        if block.header and block.kind == "row":
            found.extend(_in_table(block, section))
            continue
        if section.trust == 0:
            continue
        for line in block.lines or (block.text,):
            found.extend(
                (class_in(line[:30]) or section.cohort if section.trust < 2 else section.cohort, kind, times)
                for kind, times in _in_line(line, block, in_class=section.trust == 2)
            )
    if sum(times for _, _, times in found) < _MIN_TOLD:
        return []
    return found + [(section.cohort, kind, 1) for kind in _uncounted(section)]


def _uncounted(section: Section) -> Iterator[str]:
    """Items of a counted list that name a school without a number: one person each."""
    items = [block for block in section.blocks[:_MAX_BLOCKS] if block.kind == "item"]
    bare = [block for block in items if not re.search(r"\d", block.text) and has_listed_part(block.text)]
    if len(items) - len(bare) >= len(bare):
        for block in bare:
            if not list(_in_line(block.text, block, in_class=False)) and (kind := kind_of_school(plain(block.text))) is not None:
                yield kind.value


def _listed_kinds(section: Section) -> list[tuple[str, int]]:
    """Items or rows such as "US MD: 12" and "8 DOs": at least two kinds make a roster."""
    if section.trust == 0:
        return []
    found: list[tuple[str, int]] = []
    for block in section.blocks[:_MAX_BLOCKS]:
        for line in (
            block.lines if len(block.text) <= _MAX_LINE and not _NOT_NOW.search(f"{block.lead or ''} {block.text}") else ()
        ):
            match = _ONLY_KIND.match(line) if len(line) <= 90 else None
            kind = _kind_named(match) if match else None
            if (
                match is not None
                and (match.group("a") is None) != (match.group("b") is None)
                and kind is not None
                and not is_about_others(block.lead or "")
            ):
                found.append((kind, value_of(match.group("a") or match.group("b")) or 0))
    return found if len({kind for kind, _ in found}) >= 2 else []


def _in_table(block: Block, section: Section) -> Iterator[tuple[str, str, int]]:
    """A row of a table with a column for each kind."""
    kinds = [_kind_of_column(cell) for cell in block.header]
    if not block.cells or (section.trust == 0 and class_in(block.cells[0]) is None):
        return
    if sum(kind is not None for kind in kinds) >= 2 and not is_about_others(block.text):
        for kind, cell in zip(kinds, block.cells, strict=False):
            if (
                kind is not None
                and cell.isdigit()
                and 0 < int(cell) <= _MAX_TIMES
                and not re.match(r"total", block.cells[0], re.IGNORECASE)
            ):
                yield block.cells[0] or section.cohort, kind, int(cell)
    elif len(block.cells) == 2 and block.cells[1].isdigit():
        about = " ".join([*block.header, block.lead or "", *block.headings[-1:]])
        kind_found = (
            kind_of_school(block.cells[0]) or kind_of_place(block.cells[0])
            if _SCHOOL_LEAD.search(about) and not _OTHER_LEAD.search(about)
            else None
        )
        if kind_found is not None and 0 < int(block.cells[1]) <= _MAX_TIMES:
            yield section.cohort, kind_found.value, int(block.cells[1])


def _kind_of_column(cell: str) -> str | None:
    match = re.fullmatch(rf"\W*(?:{_KIND})(?:\s+(?:graduates?|schools?|grads?))?\W*", cell, re.IGNORECASE)
    return _kind_named(match) if match else None


def _kind_named(match: re.Match[str]) -> str | None:
    names = {"do": "us_do", "img": "international", "caribbean": "caribbean", "canada": "canada", "md": "us_md"}
    return next((kind for name, kind in names.items() if match.group(name)), None)


def _in_line(line: str, block: Block, *, in_class: bool) -> Iterator[tuple[str, int]]:
    if len(line) > _MAX_LINE or is_about_others(block.lead or ""):
        return
    tallies = list(_tallies(line, block, in_class=in_class)) or _schools_in_sentence(line)
    if tallies:
        yield from tallies
        return
    if block.kind not in {"item", "row"} and len(block.lines) < 2 and ")" not in line:
        return
    lead = " ".join([block.lead or "", block.question or ""])
    inline_lead, _, listed = line.partition(": ") if ")," in line and ": " in line else ("", "", line)
    if _OTHER_LEAD.search(inline_lead or lead):
        return
    for part in _LIST_COMMA.split(listed):
        yield from _counted_part(part, f"{lead} {inline_lead} {' '.join(block.headings[-1:])}")


def _schools_in_sentence(line: str) -> list[tuple[str, int]]:
    """ "Three from Ross University, two from LECOM": every number with the school behind it, or nothing."""
    parts = list(_FROM_SCHOOL.finditer(line)) if not _NOT_NOW.search(line) else []
    found: list[tuple[str, int]] = []
    for at, part in enumerate(parts):
        told = line[part.end() : parts[at + 1].start() if at + 1 < len(parts) else part.end() + 120].split(". ")[0]
        kind = find_school(told, prose=False)
        if kind is None:
            return []
        found.append((kind.value, value_of(part.group("n")) or 0))
    return found if len(found) >= 2 else []


def _counted_part(line: str, lead: str) -> Iterator[tuple[str, int]]:
    match = _COUNTED.match(line)
    if match is not None:
        what, times = match.group("what"), value_of(match.group("a") or match.group("b") or match.group("c") or "") or 0
    elif (first := _COUNT_FIRST.match(line)) is not None:
        match, what, times = first, first.group("what"), value_of(first.group("n")) or 0
    else:
        return
    if not 0 < times <= _MAX_TIMES:
        return
    names = [part for part in re.split(r",\s*(?:and\s+)?|\s+and\s+", what) if part] if match.groupdict().get("each") else [what]
    for name in names:
        at_home = re.fullmatch(r"\W*(?:the )?(?:united states(?: of america)?|u\.?s\.?a?\.?)\W*", name, re.IGNORECASE)
        if at_home and _SCHOOL_LEAD.search(lead):
            yield "unknown", times
            continue
        kind = kind_of_place(name) if _is_place(name) else None
        if kind is not None and not _SCHOOL_LEAD.search(lead):
            continue
        kind = kind or kind_of_school(plain(name)) or find_school(name) or kind_of_place(name)
        if kind is not None:
            yield kind.value, times


def _is_place(name: str) -> bool:
    return (
        len(name.split()) <= 3
        and kind_of_place(name) is not None
        and not re.search(r"\b(?:univ|coll|school|institut|facult)", name, re.IGNORECASE)
    )


def _tallies(line: str, block: Block, *, in_class: bool) -> Iterator[tuple[str, int]]:
    """Numbers beside kinds of schools in a sentence about the trainees of today; the rest of a stated total is unknown."""
    if not (in_class or _TRAINEES.search(f"{line} {block.lead or ''}")) or _NOT_NOW.search(line):
        return
    total = _TOTAL.search(line)
    body = line[: total.start()] + " " * (total.end() - total.start()) + line[total.end() :] if total else line
    pairs = _pairs(
        re.sub(r"\bpgy\W?\d|class of \d+|20\d\d(?:\W20\d\d)?", lambda match: " " * len(match.group()), body, flags=re.IGNORECASE)
    )
    kinds = {kind for kind, _ in pairs}
    told = sum(times for _, times in pairs)
    whole = value_of(total.group("n") or total.group("m")) if total else None
    if len(kinds) < 2 and not (whole is not None and whole == told):
        return
    if whole is not None and told > whole:
        return
    yield from pairs
    if whole is not None and whole > told:
        yield "unknown", whole - told


def _pairs(text: str) -> list[tuple[str, int]]:
    """Each kind with its number: the number before it, or the one right behind it where the list says "MD: 5"."""
    tokens = [
        (match.group("n"), _kind_named(match), match.start(), match.end()) for match in islice(_TOKEN.finditer(text), _MAX_TOKENS)
    ]
    behind = _numbers_stand_behind(text, tokens)
    found: list[tuple[str, int]] = []
    used: set[int] = set()
    for at, (number, kind, _, _) in enumerate(tokens):
        if number is not None or kind is None:
            continue
        near = at + 1 if behind else at - 1
        if 0 <= near < len(tokens) and tokens[near][0] is not None and near not in used and _gap(tokens, at, near) <= 45:
            used.add(near)
            times = value_of(tokens[near][0] or "") or 0
            if 0 < times <= 200:
                found.append((kind, times))
    return found


def _gap(tokens: Sequence[tuple[str | None, str | None, int, int]], at: int, near: int) -> int:
    return tokens[max(at, near)][2] - tokens[min(at, near)][3]


def _numbers_stand_behind(text: str, tokens: Sequence[tuple[str | None, str | None, int, int]]) -> bool:
    first = next((at for at, token in enumerate(tokens) if token[1] is not None), None)
    if first is None or first + 1 >= len(tokens) or tokens[first + 1][0] is None:
        return False
    between = text[tokens[first][3] : tokens[first + 1][2]]
    return re.fullmatch(r"\s*(?:schools?|graduates?|grads)?\s*[:=(–—-]+\s*", between) is not None
