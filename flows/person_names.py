"""Names of organisations that are names of persons: physicians in private practice.

In doubt a name is a person's: a practice that is lost tells nothing of a residency, a person who is kept is one too many.
"""

import re
from typing import Final

from schemas.geography import STATE_BY_NAME, STATE_CODES

_ORGANISATION: Final = re.compile(
    r"(?i)health|hosp|medical|medicine|clinic|universit|college|institut|physician|surg(?:er|ic)|pediatr|orthop|ortho\b|cardi|"
    r"dermatol|urolog|nephrol|oncolog|gastro|neuro|radiolog|rheumat|pulmon|endocrin|ophthalm|optometr|allerg|podiatr|psych|obstet|"
    r"gynec|ob.?gyn|vascular|diagnos|therap|patholog|anesth|bariatr|specialist|consult|associat|pharma|laborator|practi[ct]|"
    r"communit|foundation|hospice|wellness|rehab|memorial|method|baptist|ascension|catholic|lutheran|mercy|adventist|"
    r"\b(?:care|cent(?:er|re)s?|ctr|cntr|dept|dental|eyes?|ears?|ent|family|feet|foot|ankle|fertility|group|grp|hand|heart|imaging|"
    r"infectious|internists?|internal|joint|kids?|kidney|lab|lung|mso|nation|network|new|nurses|of|office|pain|partners|primary|"
    r"providers|regional|saint|school|services?|skin|sleep|spine|sports|st|state|surgeons|system|the|trust|university|urgent|"
    r"valley|vein|vision|women.?s?|county|city|north|south|east|west|central|general|children.?s?)\b"
)
_CREDENTIAL: Final = re.compile(
    r"(?<![\w.])(?:M\.? ?D|D\. ?O|DO|Do|D\.? ?P\.? ?M|D\.?D\.?S|D\.?M\.?D|O\.D|OD|A?\.?P\.?R\.?N|A\.?R\.?N\.?P|"
    r"F?N\.?P|C\.?R\.?N\.?P|C\.?N\.?M|R\.?N|M\.?B\.?B\.?S|Ph\.? ?D|Psy\.?D|L\.?C\.?S\.?W|PA-?C|"
    r"Md|M[dD](?:s|[Pp][AaCc]|[Ss][Cc])|DPMs|Dpm|Dds|Dmd|FACS|FACP|FAAP|F\.?A\.?C\.?[SP])(?![\w])|(?<=[a-z])M[dD](?=$|\W|D)"
)
_PROFESSIONAL_ASSOCIATION: Final = re.compile(r"[\s,]+P\.?A\.?$")
_DOCTOR: Final = re.compile(r"^(?:Drs?|Doctor)\b\.?|[a-z]Dr\b\.? [A-Z]")
_HOUSE: Final = re.compile(r"(?i)hospital|medical center")
_LAST_FIRST: Final = re.compile(r"^[A-Z][\w'’-]+, (?P<first>[A-Z][\w'’.-]*(?: [A-Z]\.?){0,2})$")
_MIDDLE_INITIAL: Final = re.compile(r"^[A-Z][\w'’.-]* (?:[A-Z]\.? )+[A-Z][\w'’-]+(?:,? (?:Jr|Sr|II|III|IV)\.?)?$")
_BARE: Final = re.compile(r"^(?:[A-Z][a-z'’-]+[A-Za-z'’-]*|[A-Z]\.?)(?: (?:[A-Z][a-z'’-]+[A-Za-z'’-]*|[A-Z]\.?)){1,3}$")
_FIRM: Final = re.compile(r"(?i)[\s,]+(?:inc|llc|pllc|pc|p\.c|sc|s\.c|pl|p\.l|ltd|chtd|corp|csp|psc)\.?$")


def is_person(name: str, *, in_practice: bool) -> bool:
    """Whether an organisation is named after a person.

    Args:
        name: The name as printed.
        in_practice: Whether it stands where single practices stand. Only there are a bare first and last name taken for a
            person's: elsewhere Roswell Park and Robert Wood Johnson are hospitals.
    """
    text = " ".join(name.split())
    credential = _CREDENTIAL.search(text)
    if credential and _is_free(text[: credential.start()]):
        return True
    if _DOCTOR.search(text):
        return not _HOUSE.search(text)
    if _ORGANISATION.search(text):
        return False
    bare = _PROFESSIONAL_ASSOCIATION.sub("", text)
    while _FIRM.search(bare):
        bare = _FIRM.sub("", bare)
    last_first = _LAST_FIRST.match(bare)
    if last_first:
        first = last_first["first"].upper()
        return first not in STATE_CODES and first not in STATE_BY_NAME
    is_firm_of_a_name = bare != text and not re.search(r"[A-Z]{3}", bare)
    return bool(_MIDDLE_INITIAL.match(bare) or ((in_practice or is_firm_of_a_name) and _BARE.match(bare)))


def _is_free(head: str) -> bool:
    """Whether what stands before a credential may be a name: it has letters, and no word of an organisation."""
    return bool(re.search(r"[^\W\d_]{2}", head)) and not _ORGANISATION.search(head)
