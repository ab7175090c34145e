"""The parts of a page that may list current trainees, each with the class that its heading names.

Parts about other people (alumni, faculty, students) are left out with everything below their heading.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, pairwise
from typing import Final

from flows.pages.markup import Block
from flows.pages.roster_people import MED_LABEL, OTHER_LABEL, degree_of, name_at_start
from flows.pages.roster_schools import looks_like_school

_YEAR: Final = r"(?:20)?[2-3]\d"
_CLASS: Final = (
    r"pgy[\s-]?(?:[1-8]|i{1,3}|iv|vi{0,2}|one|two|three|four|five|six|seven)(?:s\b|\b)|post[- ]?graduate years? (?:[1-8]|"
    r"i{1,3}|iv|v|one|two|three|four|five)\b|"
    r"(?:r|ca|u|f|ho|fm|im|em)[\s-]?[1-7]s?\b|interns?\b|(?:first|second|third|fourth|fifth|sixth|seventh|1st|2nd|3rd|4th|5th|"
    r"6th|7th|final)[\s-]+years?\b|"
    rf"(?:class|graduating(?: class)?|cohort)(?: of)?:? ['’]?{_YEAR}\b|years? (?:one|two|three|four|five|[1-7])\b|seniors?\b|"
    rf"juniors?\b|"
    r"transitional years?\b|(?:categorical|prelim(?:inary)?)s?\b"
)
_GROUP: Final = r"residents?|fellows?|trainees?|house ?(?:staff|officers?)|chiefs?\b"
_COHORT = re.compile(
    rf"\b(?:{_CLASS}|(?:current|our|categorical|preliminary|incoming|new|the)(?: [\w-]+){{0,3}} (?:{_GROUP}|class)\b|"
    rf"(?:{_GROUP})\b)",
    re.IGNORECASE,
)
_CLASS_NAME = re.compile(rf"\b(?:{_CLASS})", re.IGNORECASE)
_ONLY_COHORT = re.compile(
    rf"^\W*(?:(?:our|current|the|meet|categorical|preliminary|new|incoming|{_YEAR}(?:\s*[-–—/]\s*{_YEAR})?|{_CLASS}|{_GROUP}|"
    rf"class|program|track|of|and|&|medicine|year|physicians?|"
    r"internal|family|emergency|general|surgery|pediatrics?|psychiatry|neurology|anesthesi\w+|chief|traditional|primary care|"
    r"level|resident)\b[\W_]*)+$",
    re.IGNORECASE,
)
_YEARS_ONLY = re.compile(r"^\W*20[2-3]\d\s*[-–—/]\s*(?:20)?[2-3]\d\W*$")
_CLASS_OF = re.compile(
    r"^\W*(?:(?:graduating )?class of|graduates?(?: of)?|"
    r"graduating)?\W*(?P<year>20\d\d)(?:\s*[-–]\s*(?:20)?\d\d)?\W*(?:graduates|residents|fellows|class)?\W*$",
    re.IGNORECASE,
)
_TRACK = re.compile(
    r"^\W*(?:(?:categorical|prelim\w*|transitional|traditional|primary care|designated|rural|track|residents?|interns?|program|"
    r"year|medicine)\b\W*)+$",
    re.IGNORECASE,
)
_CHIEF = re.compile(r"\bchiefs?\b", re.IGNORECASE)
_ALUMNI = re.compile(
    r"\b(?:alum(?:ni|nae?|nus)|(?:recent|past|previous|former|prior|our|residency|fellowship|program|"
    r"20\d\d) (?:[\w-]+ )?(?:graduates?|grads)|graduates\b|graduated|former|past (?:[\w-]+ )?(?:residents?|fellows?|chiefs?)|"
    r"previous (?:[\w-]+ )?(?:residents?|fellows?|chiefs?|class\w*)|where (?:are|did|have|do|our|they|"
    r"we)\b(?!.*\bmedical school)(?: \w+)* (?:now|go|gone|went|are they)|"
    r"(?:fellowship|job|career|post-?residency) (?:placements?|matches|match|destinations?|outcomes?)|after (?:residency|"
    r"fellowship|graduation)|in memoriam|first jobs?)\b",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"\b(?:faculty|leadership|administrat\w*|coordinators?|directors?|attendings?|staff members?|support staff|our staff|"
    r"program staff|education team|advanced practice|nurse practitioners?|physician assistants?|"
    r"applicants?|in the news|publications?|medical students?|visiting students?|clerkship|advisory|mentors?|preceptors?|"
    r"teachers|professors?|board of|educators?|supervisors?|hospitalists?)\b",
    re.IGNORECASE,
)
_TOPIC = re.compile(
    r"\b(?:curricul\w*|rotations?|schedules?|salar\w+|benefits|stipends?|goals|objectives|expectations?|responsibilit\w+|"
    r"procedures?|conferences?|didactics|electives?|research|scholar\w*|publications?|"
    r"call|wellness|wellbeing|apply\w*|application|interview\w*|requirements?|eligib\w+|block|evaluation|contact|questions?|"
    r"housing|living|life (?:in|outside|after)|community|events?|news|awards?|"
    r"resources?|testimonials?|faq\w*|handbook|council|forum|committee|union|clinic|manual|polic\w+|a (?:typical|day|week)|"
    r"sample|retreats?|support|links|benefit|positions|hometowns?)\b",
    re.IGNORECASE,
)
_TOGETHER = re.compile(
    r"\b(?:residents?|fellows?|interns?)\b[\s,/&|+]+(?:and |our )?(?:[\w-]+[\s,&]+(?:and )?)?(?:faculty|alumni|graduates|"
    r"leadership|staff|attendings)|"
    r"\b(?:faculty|alumni|graduates|leadership|staff)\b[\s,/&|+]+(?:and |our )?(?:current )?(?:residents?|fellows?|interns?)\b|"
    r"\bcurrent (?:[\w-]+ )?(?:residents?|fellows?|interns?|trainees?)",
    re.IGNORECASE,
)
_LISTING = re.compile(
    r"\b(?:meet|current|our|new|incoming|who are)\b.{0,40}\b(?:residents?|fellows?|house ?staff|interns?|trainees?|"
    r"class(?:es)?|team|chiefs)\b|\b(?:residents?|fellows?|house ?staff|interns?|trainees?)\b(?: \w+){0,2} (?:roster|directory|"
    r"list|profiles|bios|by class|physicians)\b|"
    r"\b(?:resident|fellow|house ?staff) ?(?:physicians?|roster|directory|profiles|bios)\b|\broster\b|"
    r"^(?:[\w&-]+ ){0,5}(?:residents|fellows|house ?staff|house officers|interns)(?: (?:and|&) (?:residents|fellows|chiefs|"
    r"interns|chief residents))?\W*(?:20\d\d.*)?$|^people$|^meet (?:us|the team)$",
    re.IGNORECASE,
)
_TITLE_PARTS = re.compile(r"\s*[|–—:]\s*|\s-\s")
_MAX_HEADING: Final = 90
_MAX_ALUMNI_YEARS: Final = 8
_WEAK_LEVEL: Final = 6


@dataclass(slots=True)
class Section:
    """A part of the page.

    Attributes:
        cohort: The class that its heading names, or "Residents".
        level: Level of that heading.
        trust: 2 under a heading that names a class, 1 on a page that says it lists trainees, 0 elsewhere: only a table that says
            whom it lists counts there.
        chief: Whether it lists chiefs.
        topic: Whether a heading of another subject stands above it: then names alone are no evidence.
        blocks: What stands in it.
    """

    cohort: str
    level: int
    trust: int
    chief: bool = False
    topic: bool = False
    blocks: list[Block] = field(default_factory=list)


def cohort_of(text: str) -> str | None:
    """The class that a heading names, as it stands there; None where it names none."""
    if len(text) > _MAX_HEADING or _TOPIC.search(text):
        return None
    return text.strip(" :") if _COHORT.search(text) or _YEARS_ONLY.match(text) else None


def only_cohort(text: str) -> bool:
    """Whether a text is the name of a class and nothing else."""
    return len(text) <= _MAX_HEADING and (
        (_ONLY_COHORT.match(text) is not None and _COHORT.search(text) is not None) or _YEARS_ONLY.match(text) is not None
    )


def class_in(text: str) -> str | None:
    """A class named inside a short text, such as a card's line "PGY-2"; None without one."""
    match = _CLASS_NAME.search(text)
    return match.group().strip() if match else None


def is_about_others(text: str) -> bool:
    """Whether a heading or a lead speaks of alumni, faculty or others who are no current trainees."""
    return (_ALUMNI.search(text) is not None or _OTHERS.search(text) is not None) and _TOGETHER.search(text) is None


def lists_trainees(titles: Iterable[str]) -> bool:
    """Whether a page's title or main heading says that it lists current trainees."""
    return any(
        _LISTING.search(part) is not None and not is_about_others(part)
        for title in titles
        for part in (title, *_TITLE_PARTS.split(title))
    )


def sections(blocks: Sequence[Block], title: str) -> Iterator[Section]:
    """The parts of a page that may list current trainees, in its order."""
    prepared = list(_prepared(blocks))
    titles = [title, *(block.text for block in prepared if block.kind == "heading" and block.level <= 2)][:4]
    reader = _SectionReader(1 if lists_trainees(titles) else 0, _labels(prepared))
    for at, block in enumerate(prepared):
        reader.read(block, prepared[at + 1] if at + 1 < len(prepared) else None)
    found = [*reader.done, reader.current]
    years = {match.group("year") for section in found if (match := _CLASS_OF.match(section.cohort))}
    for section in found:
        if section.blocks and not (len(years) > _MAX_ALUMNI_YEARS and _CLASS_OF.match(section.cohort)):
            yield section


def _with_linked_names(blocks: Sequence[Block]) -> Iterator[Block]:
    """The blocks without menus; a run of links that are nearly all names of people is a list of people."""
    for is_menu, members in groupby(blocks, key=lambda block: block.kind == "menu"):
        run = list(members)
        if not is_menu:
            yield from run
        elif sum(name_at_start(block.text) is not None for block in run) >= 0.8 * len(run):
            yield from (replace(block, kind="item") for block in run)


def _prepared(blocks: Sequence[Block]) -> Iterator[Block]:
    """The blocks without menus; a paragraph whose lines are classes and people is cut at the classes."""
    for block in _with_linked_names(blocks):
        if block.kind in {"paragraph", "item"} and len(block.lines) > 2 and any(only_cohort(line) for line in block.lines):
            yield from _cut(block)
        elif block.kind in {"paragraph", "item", "row"} and (match := _INLINE_CLASS.match(block.text)) and not block.cells[1:]:
            yield replace(block, kind="heading", text=match.group("cohort"), lines=(match.group("cohort"),), level=_WEAK_LEVEL)
            yield replace(block, kind="paragraph", text=match.group("rest"), lines=_rest_lines(block, match), cells=())
        else:
            yield block


_INLINE_CLASS = re.compile(
    rf"^(?P<cohort>(?:[A-Z][\w-]+ ){{0,2}}(?:{_CLASS})(?: (?:residents?|fellows?|class|interns?|"
    rf"\(?class of \d{{4}}\)?))?)\s*[:–—]\s+(?P<rest>\S.{{8,}})$",
    re.IGNORECASE | re.DOTALL,
)


def _rest_lines(block: Block, match: re.Match[str]) -> tuple[str, ...]:
    if len(block.lines) < 2:
        return (match.group("rest"),)
    first = _INLINE_CLASS.match(block.lines[0])
    return (first.group("rest") if first else block.lines[0], *block.lines[1:])


def _cut(block: Block) -> Iterator[Block]:
    pending: list[str] = []
    for line in block.lines:
        if only_cohort(line):
            if pending:
                yield replace(block, text=" ".join(pending), lines=tuple(pending))
                pending = []
            yield replace(block, kind="heading", text=line, lines=(line,), level=_WEAK_LEVEL)
        else:
            pending.append(line)
    if pending:
        yield replace(block, text=" ".join(pending), lines=tuple(pending))


def _labels(blocks: Sequence[Block]) -> frozenset[str]:
    """Class names that stand on single people: the same line again and again right below a name."""
    below: Counter[str] = Counter()
    for before, block in pairwise(blocks):
        if (
            len(block.text) <= _MAX_HEADING
            and only_cohort(block.text)
            and name_at_start(before.text)
            and len(before.text) <= _MAX_HEADING
        ):
            below[block.text] += 1
    if sum(below.values()) < 3 and max(below.values(), default=0) < 2:
        return frozenset()
    headings = {block.text for block, after in pairwise(blocks) if block.text in below and name_at_start(after.text)}
    return frozenset(text for text, times in below.items() if times >= 2 or text not in headings)


class _SectionReader:
    """Walks over the blocks and opens and closes sections."""

    def __init__(self, page_trust: int, labels: frozenset[str]) -> None:
        self.page_trust = page_trust
        self.labels = labels
        self.current = Section("Residents", 0, page_trust)
        self.done: list[Section] = []
        self._silent: int | None = None
        self._silent_alumni = False

    def read(self, block: Block, after: Block | None) -> None:
        if self._is_heading(block, after):
            self._heading(block)
        elif self._silent is None:
            self.current.blocks.append(block)

    def _is_heading(self, block: Block, after: Block | None) -> bool:
        text = block.text
        if text in self.labels:
            return False
        if block.kind == "heading":
            return not (MED_LABEL.match(text) or OTHER_LABEL.match(text)) or bool(_ALUMNI.search(text)) or only_cohort(text)
        if len(text) > _MAX_HEADING:
            return False
        if block.kind == "row":
            return sum(bool(cell) for cell in block.cells) == 1 and only_cohort(text)
        if block.kind == "paragraph" and only_cohort(text):
            return True
        if block.kind == "paragraph" and text.endswith(":") and after is not None and after.kind in {"item", "row"}:
            return (
                _COHORT.search(text) is not None
                and self.current.trust < 2
                and not is_about_others(text)
                and not re.search(r"\bschool\b", text)
            )
        return block.kind == "paragraph" and len(text.split()) <= 4 and _ALUMNI.match(text) is not None

    def _heading(self, block: Block) -> None:
        text, level = block.text, block.level or _WEAK_LEVEL
        if is_about_others(text) and not (_CHIEF.search(text) and not _ALUMNI.search(text) and not _OTHERS.search(text)):
            self._silence(level, alumni=_ALUMNI.search(text) is not None)
            return
        cohort = cohort_of(text)
        named = name_at_start(text) is not None or (degree_of(text) is not None and cohort is None)
        if named and not (cohort and only_cohort(text)):
            if self._silent is None:
                self.current.blocks.append(block)
            return
        if only_cohort(text) or (cohort is not None and not looks_like_school(text)):
            self._cohort(cohort or text, level)
        elif self._silent is None:
            self._topic(block, level)
        elif level < self._silent and not self._silent_alumni:
            self._open(Section("Residents", level, self.page_trust, topic=True))

    def _silence(self, level: int, *, alumni: bool) -> None:
        if self._silent is None or level <= self._silent:
            self._silent, self._silent_alumni = level, alumni
            self._open(Section("Residents", level, 0), speaks=False)

    def _cohort(self, cohort: str, level: int) -> None:
        if self._silent is not None:
            if _CLASS_OF.match(cohort) or (self._silent_alumni and level > self._silent):
                return
            if level > self._silent and not re.search(r"\b(?:residents|fellows|interns|pgy)", cohort, re.IGNORECASE):
                return
        if self.current.trust == 2 and level > self.current.level and _TRACK.match(cohort):
            self._open(replace(self.current, blocks=[]))
            return
        trust = 2 if _CLASS_NAME.search(cohort) or _YEARS_ONLY.match(cohort) or _CHIEF.search(cohort) else max(self.page_trust, 1)
        if trust < 2 and self.current.trust == 2 and level > self.current.level:
            trust, cohort = 2, self.current.cohort
        self._open(Section(cohort, level, trust, chief=_CHIEF.search(cohort) is not None and not _CLASS_NAME.search(cohort)))

    def _topic(self, block: Block, level: int) -> None:
        """A heading of another subject: below a class it is a track or a track's name, beside a class it ends it."""
        if self.current.trust == 2 and level > self.current.level and not _TOPIC.search(block.text):
            self._open(replace(self.current, blocks=[]))
        else:
            self._open(Section("Residents", level, self.page_trust, topic=True))

    def _open(self, section: Section, *, speaks: bool = True) -> None:
        self.done.append(self.current)
        self.current = section
        if speaks:
            self._silent = None
