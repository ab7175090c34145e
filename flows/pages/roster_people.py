"""People on a roster, as lines of text: where a name begins, which degree follows it, and which kind of school the lines name.

Nothing is ever guessed from a name: it is cut off before a school is looked for.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from schemas.medical_schools import SchoolKind
from transforms.schools import find_school, has_listed_part, is_listed, kind_of_place, kind_of_school


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


NON_NAMES: Final = _words(
    "a about academic academics accordion acute additional admission adult after all allergy alumni ambulatory american an "
    "and anesthesia applicant applicants application apply as at attending award awards back benefits board boards burn by "
    "calendar call campus cardiac cardiology care career careers case categorical center certification chief chiefs clinic "
    "clinical clinics close college come community conference conferences congratulations consult contact core county "
    "critical current curriculum daily day days department dermatology diagnostic didactic didactics directions director "
    "diversity division donate each education elective electives emergency events every faculty family faq fellow fellows "
    "fellowship fifth final first float for former fourth from fun general geriatrics gi global graduate graduates "
    "graduation gyn gynecology health history home hospital hospitals house housing how icu if in incoming inpatient "
    "institute intensive intern internal interns interview interviews is join junior juniors know lab leadership learn "
    "library life list local location locations match medical medicine meet members menu message mission month months more "
    "my neonatal neurology new news newborn next nicu night nights no not note ob obstetrics of oncology online open "
    "orthopedic orthopedics our outpatient overview past pathology patient patients pediatric pediatrics people pgy phone "
    "photo pharmacy physician physicians picu policies policy positions post practice preliminary previous primary prior "
    "procedures profile profiles program programs psychiatry public quality questions radiology read recent recruitment "
    "research residency resident residents resources review roster rotation rotations rural salary sample schedule "
    "scholarship school schools science sciences second see senior seniors service services simulation site sites skip "
    "social sponsor sports staff student students surgery surgical team the they this third to top track trauma training "
    "transitional tour unit university urology us vacation video view visit wards we wednesday week weekly weeks welcome "
    "wellness what when where who why with women year years yearly you your spotlight block blocks north south east west "
    "medicines hometown undergraduate interests hobbies languages degree email fax floor suite street avenue road building "
    "box monday tuesday thursday friday saturday sunday january february march april june july august september october "
    "november december united states scholarly journal club grand rounds morning report noon quick links committee council "
    "grade national state society association foundation network system regional memorial mercy veterans affairs va "
    "hematology nephrology endocrinology rheumatology gastroenterology pulmonology infectious disease diseases palliative "
    "hospice addiction sleep pain vascular thoracic plastic ophthalmology otolaryngology physiatry rehabilitation "
    "informatics telehealth coordinator administrator manager office questionnaire technology behavioral nutrition nursing "
    "nurses advanced practicum continuity selective selectives required optional total average number percent "
)
_PARTICLES: Final = _words(
    "de da do dos das del della di du la le el al bin ibn ben bint van von der den ter y e st. san santa abu ur ul "
)
_LETTERS: Final = (
    r"(?:M\.?\s?B\.?,?\s?B\.?\s?S\.?|M\.?B\.?,?\s?Ch\.?B\.?|M\.?B\.?,?\s?B\.?Ch\.?(?:,?\s?B\.?A\.?O\.?)?|B\.?M\.?B\.?S\.?|"
    r"MBBchir|MUDr|"
    r"M\.?D\.?C\.?M\.?|D\.O\.?|DO|M\.D\.?|MD|Ph\.?\s?D\.?|MPH|M\.P\.H\.?|MSc?|M\.S\.?|MHA|MBA|M\.B\.A\.?|MA|M\.A\.|MEd|MHS|"
    r"MSPH|MPP|MRCP|PharmD|DDS|DMD|"
    r"BS|BA|B\.S\.|B\.A\.|RN|JD|DPT|FACP|FAAFP)"
)
_TRAILING_LETTERS = re.compile(rf"(?:[\s,/–-]*(?<![\w.]){_LETTERS}(?![\w]))+[\s,]*$")
_LEADING_LETTERS = re.compile(rf"^(?:[\s,/;:()–—-]*(?<![\w.]){_LETTERS}(?![\w]))+[\s,;:()–—-]*")
_DEGREES: Final = (
    (
        re.compile(
            r"(?<![\w.])(?:M\.?\s?B\.?,?\s?B\.?\s?S\.?|M\.?B\.?,?\s?Ch\.?B\.?|M\.?B\.?,?\s?B\.?\s?Ch\.?(?:,?\s?B\.?A\.?O\.?)?|"
            r"BMBS|B\.M\.B\.S\.?|"
            r"MBBchir|MUDr)(?![\w])",
            re.IGNORECASE,
        ),
        "img",
    ),
    (re.compile(r"(?<![\w.&])(?:DO|D\.O\.?)(?![\w.']|\s+(?:you|not|it|we|I)\b)"), "us_do"),
    (re.compile(r"(?<![\w.&])(?:MD|M\.D\.?)(?![\w'])"), "md"),
)
_TITLE: Final = r"(?:Dr|Resident|Fellow|Intern|Trainee|Mr|Ms|Mrs|Physician|Doctor|House Officer)\.?"
_CODED = re.compile(
    rf"{_TITLE}\s+(?:#?\d{{1,3}}|[A-Z]{{1,2}}\d{{1,3}}|(?:[A-Z]\.\s?){{1,3}}|[A-Z]{{1,2}}(?=$|[\s,;:(–—-]))(?=$|[\s,;:.()–—-])"
)
_INITIALS = re.compile(r"(?<![\w.])(?:[A-Z]\.[\s-]?){2,3}(?=$|[\s,;:()'’–—-])|(?<![\w.])(?:[A-Z]\.[\s-]?){2,3}(?=[A-Z])")
_HONORIFIC = re.compile(r"^(?:Drs?|Mr|Ms|Mrs|Mx|Prof)\.?\s+(?=[A-Z])")
_HEAD_END = re.compile(r"\s*(?:,|\(|\[|\s[–—-]+\s|[–—:|;/])")
_STATE_END = re.compile(r"[^,]+,\s*(?!MD$|DO$)(?:[A-Z]{2}|[A-Z]\.[A-Z]\.)\.?")
_SCHOOL_WORD = re.compile(
    r"\b(?:uni(?:v|\b|\.)\w*|col(?:l|\b)\w*|school\w*|sch\b|medical|inst(?:i|\b)\w*|facult\w*|facul\w+|academy|akadem\w*|"
    r"acad\b|escuela|hochschule|som\b|com\b|osteopath\w*|"
    r"medicine|medicina|health sciences?|unibe|unives\w*)",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"\b(?:(?:program|associate|assistant|clinic|medical|site|clerkship|fellowship|residency|research|executive)s? directors?|"
    r"director of|directors?$|"
    r"coordinators?|(?:assistant |associate )?professors?|core faculty|faculty$|attending|administrators?|program manager|"
    r"chair(?:man|woman|person)?\b|dean\b)",
    re.IGNORECASE,
)
MED_LABEL = re.compile(
    r"^\W*(?:med(?:ical|icine)?\.?[ -]?sch(?:ool|\.)?|medical (?:education|degree|college|training|studies)|school of medicine|"
    r"(?:osteopathic|graduate) medical school|alma mater|medical school/degree|(?:m\.?d\.?|d\.?o\.?|mbbs) (?:from|school|"
    r"degree)|school attended|md|do|mbbs|mbbch|school|"
    r"(?:school|education)(?=\s*[:–—-]))\s*(?:attended|training)?\s*(?:[:–—-]|$)\s*(?P<school>.*)$",
    re.IGNORECASE,
)
_OTHER: Final = (
    r"(?:home ?(?:town|state|country|base)|undergrad\w*|college(?:/\w+)?|colleges?|born|grew up|raised|from|(?:professional |"
    r"clinical |research |academic |career |personal |medical )*interests?|"
    r"hobb(?:y|ies)|fun facts?|likes|career|residency|(?:previous|prior|medical) residency|intern(?:ship|"
    r"al medicine residency)|prelim\w* year|prior training|"
    r"favou?rite|research|e-?mail|phone|bachelor\w*|pre-?med|(?:graduate|high|masters?|grad) ?school|languages?|why|pronouns?|"
    r"birth ?place|pets?|spouse|family|fellowship|"
    r"advice|future|plans?|future plans?|specialty|track|chief residency|about me|bio|awards?|publications?|"
    r"outside (?:of )?(?:work|medicine|the hospital)|originally from|goals?|"
    r"bs|ba|b\.s\.?|b\.a\.?|ms|mph|ph\.?d\.?|mba|post-?bac\w*|master\w*)"
)
OTHER_LABEL = re.compile(
    rf"^\W*{_OTHER}\b[^:]{{0,30}}(?:[:]|\s[–—-]\s)|^\W*{_OTHER}(?: (?:education|degree|institution|interests?|goals?|plans?|"
    rf"facts?))?\W*$",
    re.IGNORECASE,
)
_FROM = re.compile(r"^(?:from|originally from|born in|raised in|hails from|grew up in)\b", re.IGNORECASE)
_INNER_LABEL = re.compile(
    r"(?<=\S)\s+(?=(?:Medical [Ss]chool|Med [Ss]chool|Undergrad\w*(?: [A-Z]\w+)?|Home ?[Tt]own|Hometown|College|Interests?|"
    r"Hobbies|Residency|Career \w+|Fun [Ff]acts?|"
    r"Clinical [Ii]nterests?|Languages?|Email)\s*:)"
)
_PIECES = re.compile(r"\s*[|•·]\s*|\s*;\s+|\s+/\s+")
_COLLEGE_WORD = re.compile(
    r"\b(?:undergrad\w*|college degree|bachelor\w*|pre-?med\w*|b\.?\s?(?:sc?|a|eng)\b\.?|m\.?s\.?c?\b|mph|m\.p\.h|mba|ph\.?d|"
    r"master\w*|residency|fellowship|internship|"
    r"intern(?:ed)? at|high school|nursing|pharmd)",
    re.IGNORECASE,
)
_MEDICAL_WORD = re.compile(
    r"\b(?:m\.?d\.?|d\.?o\.?|mb\s?bs|mbbch|mbchb|medical|medicine|medicina|osteopath\w*|som|com)\b", re.IGNORECASE
)
_YEARS = re.compile(r"\b(?:class of\s*)?(?:['’]\d\d|(?:19|20)\d\d(?:\s*[-–]\s*(?:19|20)?\d\d)?)\b", re.IGNORECASE)
_MAX_SCHOOL_WORDS: Final = 16
_MAX_SCHOOL_LETTERS: Final = 160


@dataclass(frozen=True, slots=True)
class Person:
    """One listed person, held in memory only until counted.

    Attributes:
        name: Key of the name, to count a chief once.
        cohort: The class.
        lines: What is said of the person, the name cut off.
        degree: ``img``, ``us_do``, ``md`` or None, by the letters behind the name.
        chief: Whether the person stands in a list of chiefs.
        school: The cell of a school column; None where there is no such column.
    """

    name: str
    cohort: str
    lines: tuple[str, ...]
    degree: str | None = None
    chief: bool = False
    school: str | None = None


def degree_of(text: str) -> str | None:
    """The kind of degree that letters in a text tell: ``img`` (MBBS and its like), ``us_do``, ``md``; None without one."""
    for pattern, kind in _DEGREES:
        if pattern.search(text):
            return kind
    return None


def name_at_start(text: str) -> str | None:
    """The name that a short line begins with, as written; None where it begins with none. Schools and headings are no names."""
    text = text.strip(" *•·-–—\"'")
    if not text or not text[0].isupper() or _LEADING_LETTERS.match(text):
        return None
    for pattern in (_CODED, _INITIALS):
        if match := pattern.match(text):
            rest = re.match(r"(?:[A-Z][\w'’-]+)(?=$|[\s,(])", text[match.end() :])
            return text[: match.end() + (rest.end() if rest and pattern is _INITIALS else 0)].strip()
    start = _HONORIFIC.match(text)
    end = _HEAD_END.search(text, start.end() if start else 0)
    head = text[: end.start()] if end else text
    name = _TRAILING_LETTERS.sub("", head).strip(" ,.")
    if _is_name(name[start.end() :] if start else name, least=1 if start else 2) and not _STATE_END.fullmatch(text):
        return None if is_listed(name) else name
    return _last_first(text)


def _last_first(text: str) -> str | None:
    """ "Doe, Jane, MD": told from a list of places by the letters behind."""
    match = re.match(r"(?P<last>[^,()]{2,40}),\s*(?P<first>[^,()]{2,30}?)\s*(?=,|\(|\s(?:MD|DO|MBBS|M\.D)|$)", text)
    if match is None or degree_of(text[match.end() :]) is None:
        return None
    if not _is_name(match.group("last"), least=1) or not _is_name(match.group("first"), least=1):
        return None
    return match.group()


def _is_name(text: str, least: int) -> bool:
    words = re.sub(r"[\"“”'‘’][\w .]+[\"“”'’](?=\s|$)", "", text).split()
    if not least <= len(words) <= 6 or len(text) > 60:
        return False
    full = 0
    for word in words:
        bare = word.strip(".,'’").lower()
        if bare in NON_NAMES or any(letter.isdigit() for letter in word):
            return False
        if word in _PARTICLES:
            continue
        if not word[0].isupper() or _SCHOOL_WORD.fullmatch(bare):
            return False
        full += 1
    return full >= least


def is_coded(text: str) -> bool:
    """Whether a text begins with initials or with a label such as "Resident A1" in place of a name."""
    return _CODED.match(text) is not None or _INITIALS.match(text) is not None


def coded_name(text: str) -> str | None:
    """Initials or a label such as "Resident A1" anywhere in a text."""
    match = _CODED.search(text) or _INITIALS.search(text)
    return match.group().strip() if match else None


def name_in_prose(text: str) -> str | None:
    """The person of whom a paragraph speaks: two capitalised words before its first verb, initials or a label."""
    if coded := coded_name(text[:300]):
        return coded
    words: list[str] = []
    for word in _HONORIFIC.sub("", text[:120]).split():
        bare = word.strip(",.'’()\"“”")
        if not bare or not (bare[0].isupper() or (words and bare in _PARTICLES)):
            break
        words.append(bare.removesuffix("’s").removesuffix("'s"))
        if word.endswith((",", ";", ":")):
            break
    name = " ".join(words)
    return name if _is_name(name, least=2) and not is_listed(name) else None


def name_key(name: str) -> str:
    """A name in one spelling for comparison in memory: no titles, degrees, nicknames or punctuation."""
    name = _TRAILING_LETTERS.sub("", _HONORIFIC.sub("", re.sub(r"\([^)]*\)|[\"“][^\"”]*[\"”]", " ", name)))
    return " ".join(re.sub(r"[^\w]+", " ", name.lower()).split())


def has_role(lines: Sequence[str]) -> bool:
    """Whether the first lines give an office that no trainee holds."""
    return any(len(line) <= 90 and ":" not in line and _ROLE.search(line) is not None for line in lines[:3])


def looks_like_school(text: str) -> bool:
    """Whether a line may be a school: a word that schools carry, or a name on the list."""
    if len(text) > _MAX_SCHOOL_LETTERS:
        return False
    return _SCHOOL_WORD.search(text) is not None or has_listed_part(plain(text))


def plain(text: str) -> str:
    """A school's text without years, degrees and stray punctuation."""
    text = _LEADING_LETTERS.sub("", _YEARS.sub(" ", text))
    text = re.sub(r"^(?:(?:graduate|graduated|alum\w*) of|attended|from|at)\s+", "", text.strip(" ,-–—:;."), flags=re.IGNORECASE)
    text = _TRAILING_LETTERS.sub("", text).strip(" ,-–—:;.")
    return text[1:-1] if text.startswith("(") and text.endswith(")") and text.count("(") == 1 else text


def kind_of(person: Person) -> str:
    """US MD, US DO, Canadian, Caribbean, international or unknown: by the school and the letters of the degree."""
    text = person.school if person.school is not None else " ".join(person.lines)
    degree = person.degree or degree_of(person.school or "")
    kind = school_of(person)
    if degree == "us_do" or (kind is SchoolKind.US_MD and degree is None and _says_osteopathic(text)):
        return "us_do"
    if degree == "img":
        return "international" if kind in {None, SchoolKind.US_MD, SchoolKind.US_DO} else str(kind.value if kind else "")
    if kind is SchoolKind.US_DO and degree == "md" and not re.search(r"osteopath|\bCOM\b|COM\b", text):
        return "us_md" if _is_shared(text) else "us_do"
    return kind.value if kind is not None else "unknown"


def _says_osteopathic(text: str) -> bool:
    return len(text) <= _MAX_SCHOOL_LETTERS and re.search(r"\bosteopath", text, re.IGNORECASE) is not None


def _is_shared(text: str) -> bool:
    """Universities with a school of each kind."""
    return re.search(r"\b(?:michigan state|nova|rowan|msu|nsu|california northstate|ohio)\b", text, re.IGNORECASE) is not None


def school_of(person: Person) -> SchoolKind | None:
    """The kind of the medical school that is told of a person; None where none is told or known."""
    if person.school is not None:
        told = person.school.strip(" -–—./")
        return _kind_in_cell(told) if told and told.lower() not in {"n/a", "na", "tbd", "tba", "none", "unknown"} else None
    pieces = list(_pieces(person.lines))
    labelled = [value for label, value in pieces if label == "medical"]
    if labelled:
        return next(
            (kind for value in labelled if (kind := kind_of_school(plain(value)) or find_school(value)) is not None), None
        )
    free = [value for label, value in pieces if label == ""]
    return _school_in_lines(free) or _school_in_prose(" . ".join(value for value in free if len(value.split()) > 4))


def _kind_in_cell(text: str) -> SchoolKind | None:
    """A school cell: one school, or several lines of education of which one is medical."""
    lines = [line for line in text.split("\n") if line.strip()]
    if len(lines) > 1 and any(_COLLEGE_WORD.search(line) or _MEDICAL_WORD.search(line) for line in lines):
        return _school_in_lines([value for label, value in _pieces(lines) if label != "other"]) or kind_of_school(
            plain(" ".join(lines))
        )
    told = " ".join(lines)
    return kind_of_school(plain(told)) or find_school(told)


def _pieces(lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The lines in pieces, each with the kind of its label: ``medical``, ``other`` or none; a label alone marks the next line."""
    waiting = ""
    for line in lines[:60]:
        for piece in _INNER_LABEL.split(line) if ":" in line else (line,):
            parts = _PIECES.split(piece) if len(piece) <= 300 else [piece]
            for part in parts:
                text = part.strip()
                if not plain(text):
                    continue
                label, value = _label_of(text)
                if not label and waiting:
                    label, value = waiting, text
                waiting = label if label and not value else ""
                if value:
                    yield label, value


def _label_of(text: str) -> tuple[str, str]:
    if len(text) <= 200 and (match := MED_LABEL.match(text)):
        return "medical", match.group("school")
    if OTHER_LABEL.match(text) or (_FROM.match(text) and len(text) <= 60):
        return "other", "" if text.rstrip().endswith(":") or (
            ":" not in text and len(text.split()) <= 3 and not _FROM.match(text)
        ) else text
    return "", text


def _school_in_lines(lines: Sequence[str]) -> SchoolKind | None:
    """The school among short lines: one with a medical word first, never a college."""
    found: list[tuple[bool, SchoolKind]] = []
    for line in lines:
        if len(line.split()) > _MAX_SCHOOL_WORDS or len(line) > _MAX_SCHOOL_LETTERS:
            continue
        medical = _MEDICAL_WORD.search(line) is not None
        bare = plain(line)
        if _COLLEGE_WORD.search(bare if medical else line) or not (looks_like_school(line) or find_school(bare, prose=True)):
            continue
        kind = kind_of_school(bare) or find_school(bare)
        if kind is not None:
            found.append((medical, kind))
            if medical:
                break
    return max(found, key=lambda entry: entry[0])[1] if found else None


# --- prose --------------------------------------------------------------------------------------------------------------

_MED_VERBS = re.compile(
    r"\b(?:medical school|medical degree|osteopathic (?:degree|medical)|med(?:ical)? school|(?:study|studied|studying|read|"
    r"reading) medicine|medicine at|"
    r"medical (?:studies|education|training|college|student|diploma)|degree in medicine|doctor of (?:osteopathic )?medicine|"
    r"(?:an?|the|her|his|their|my|for) (?:md|do|m\.d\.|d\.o\.|mbbs|mbbch|mbchb)|doctor(?:ate)?\b|md/?phd|where a do|do degree|"
    r"md degree|\bmbbs\b|"
    r"became a (?:doctor|physician)|made a (?:doctor|physician)|trained as a (?:doctor|physician)|osteopathic|"
    r"school of medicine|college of medicine)",
    re.IGNORECASE,
)
_GRADUATED = re.compile(
    r"\b(?:graduat\w+ (?:from|of)|earned|alum\w* of|came (?:to us )?from|attended|began at|by way of|completed)\b", re.IGNORECASE
)
_COLLEGE = re.compile(
    r"\b(?:undergrad\w*|college degree|(?:for|to|at|in|went to) college|college at|bachelor\w*|studied (?!medicine)\w+|"
    r"degree in (?!medicine)|major\w*|minor\w* in|b\.?s\.?\b|b\.?a\.?\b|master\w*|"
    r"m\.?p\.?h\.?\b|ph\.?d\.? (?:in|at|from)|pharmac\w+|taught|read (?!medicine)(?:law|philosophy|history|english|chemistry|"
    r"biology|physics)|played|teacher|"
    r"alma mater in|science degree|pre-?med)",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"\b(?:research (?:stint|year|fellow\w*|assistant|at)|stint|internship|residency at|fellow(?:ship)? (?:at|in)|worked (?:at|"
    r"in|for|as)|rotat\w+|observ\w+|volunteer\w*|"
    r"hopes|plans|will (?:join|start)|looks forward|transferred|spouse|husband|wife|partner|daughter|son\b|brother|sister|"
    r"fan of|cheers|roots for|football|basketball)\b",
    re.IGNORECASE,
)
_CLAUSES = re.compile(
    r"[.!?]\s+|;\s*|,?\s+(?:and\s+)?then\s+|,\s+(?:and\s+)?(?:later|where|who|which|before|after|followed by)?\s*|\s+before\s+|"
    r"\s+after\s+|\s+(?:followed by|prior to)\s+|\s[–—-]\s|"
    r"\s+and (?=(?:earned|an? |the |later|went|attended|read|received|obtained|completed|graduated|did|her |his |their |my |"
    r"to |medical))"
)
_BOTH = re.compile(r"\b(?:both|college and (?:to )?med\w*|undergrad\w* and med\w*|for (?:both )?college and)\b", re.IGNORECASE)


def _school_in_prose(text: str) -> SchoolKind | None:
    """The medical school in sentences: the school whose clause, or the clause beside it, speaks of medical school."""
    clauses = [part for part in _CLAUSES.split(text[:3000]) if part and part.strip()]
    scored: list[tuple[int, int, SchoolKind]] = []
    for place, clause in enumerate(clauses):
        medical, college = _MED_VERBS.search(clause) is not None, _COLLEGE.search(clause) is not None
        kind = find_school(clause, prose=True) or (kind_of_place(clause) if medical and not college else None)
        if kind is None and medical and _SCHOOL_WORD.search(clause):
            kind = _named_school(clause)
        if kind is None:
            continue
        both = _BOTH.search(clause) is not None or (place > 0 and _BOTH.search(clauses[place - 1]) is not None)
        beside = not medical and not college and _beside(clauses, place)
        score = 4 * medical + 2 * beside + (_GRADUATED.search(clause) is not None) - 3 * (college and not medical and not both)
        score -= 4 * (_ELSEWHERE.search(clause) is not None and not medical)
        scored.append((score, place, kind))
    best = max(scored, default=None, key=lambda entry: (entry[0], entry[1]))
    return best[2] if best is not None and best[0] >= 0 else None


def _beside(clauses: Sequence[str], place: int) -> bool:
    """Whether the clause before or behind speaks of medical school and names no school itself."""
    near = [clauses[at] for at in (place - 1, place + 1) if 0 <= at < len(clauses)]
    return any(_MED_VERBS.search(clause) and find_school(clause, prose=True) is None for clause in near)


def _named_school(clause: str) -> SchoolKind | None:
    """The kind of a school that stands behind "at", "from" or "to" in a clause."""
    match = re.search(r"\b(?:at|from|to|of|attended)\s+(?:the\s+)?(?P<school>[A-Z][^,;]{4,90})$", clause.strip(" ."))
    return kind_of_school(plain(match.group("school"))) if match else None


def without_name(line: str, name: str | None) -> str:
    """What a line says behind the name it begins with."""
    rest = line.strip(" *•·-–—\"'")
    if name and rest.startswith(name):
        rest = rest[len(name) :]
    rest = re.sub(r"^['’]s\s", "", rest.strip())
    return rest.strip(" ,:;–—-|")


def speaks_of_medical_school(text: str) -> bool:
    """Whether a text tells of medical school or of a medical degree."""
    return _MED_VERBS.search(text) is not None
