"""People on a roster, as lines of text: where a name begins and which degree follows it.

Nothing is ever guessed from a name: it is cut off before a school is looked for.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from transforms.schools import is_listed


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
TRAILING_LETTERS = re.compile(rf"(?:[\s,/–-]*(?<![\w.]){_LETTERS}(?![\w]))+[\s,]*$")
LEADING_LETTERS = re.compile(rf"^(?:[\s,/;:()–—-]*(?<![\w.]){_LETTERS}(?![\w]))+[\s,;:()–—-]*")
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
    r"|(?<![\w.])(?:[A-Z]\.\s?){1,2}[A-Z]{1,2}\d{1,3}(?=$|[\s,;:.()–—-])"
)
_INITIALS = re.compile(r"(?<![\w.])(?:[A-Z]\.[\s-]?){2,3}(?=$|[\s,;:()'’–—-])|(?<![\w.])(?:[A-Z]\.[\s-]?){2,3}(?=[A-Z])")
_HONORIFIC = re.compile(r"^(?:Drs?|Mr|Ms|Mrs|Mx|Prof)\.?\s+(?=[A-Z])")
_HEAD_END = re.compile(r"\s*(?:,|\(|\[|\s[–—-]+\s|[–—:|;/])")
_STATE_END = re.compile(r"[^,]+,\s*(?!MD$|DO$)(?:[A-Z]{2}|[A-Z]\.[A-Z]\.)\.?")
SCHOOL_WORD = re.compile(
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
    if not text or not text[0].isupper() or LEADING_LETTERS.match(text):
        return None
    for pattern in (_CODED, _INITIALS):
        if match := pattern.match(text):
            rest = re.match(r"(?:[A-Z][\w'’-]+)(?=$|[\s,(])", text[match.end() :])
            return text[: match.end() + (rest.end() if rest and pattern is _INITIALS else 0)].strip()
    start = _HONORIFIC.match(text)
    end = _HEAD_END.search(text, start.end() if start else 0)
    head = text[: end.start()] if end else text
    name = TRAILING_LETTERS.sub("", head).strip(" ,.")
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
        if not word[0].isupper() or SCHOOL_WORD.fullmatch(bare):
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
    name = TRAILING_LETTERS.sub("", _HONORIFIC.sub("", re.sub(r"\([^)]*\)|[\"“][^\"”]*[\"”]", " ", name)))
    return " ".join(re.sub(r"[^\w]+", " ", name.lower()).split())


def has_role(lines: Sequence[str]) -> bool:
    """Whether the first lines give an office that no trainee holds."""
    return any(len(line) <= 90 and ":" not in line and _ROLE.search(line) is not None for line in lines[:3])


def without_name(line: str, name: str | None) -> str:
    """What a line says behind the name it begins with."""
    rest = line.strip(" *•·-–—\"'")
    if name and rest.startswith(name):
        rest = rest[len(name) :]
    rest = re.sub(r"^['’]s\s", "", rest.strip())
    return rest.strip(" ,:;–—-|")
