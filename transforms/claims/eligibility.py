"""Eligibility: international graduates, ECFMG, US clinical experience, years since graduation, scores, attempts, share of IMGs.

Each reading looks at one statement in its context. A bare list item takes its force from the line above it ("Applicants must",
"Preferred"); an answer takes its subject from its question; a number belongs to the nearest subject in its own clause.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from transforms.claims.folding import fold
from transforms.claims.numbers import NUMBER, WORDS, value_of
from transforms.claims.rules import rule_set
from transforms.claims.statements import Claim, Statement, quote_of

YES, NO, CONDITIONAL, PREFERRED = "yes", "no", "conditional", "preferred"
_RULES = rule_set("eligibility")
_ANSWERS = rule_set("answers")
_CLAUSE = re.compile(r"[;.!?](?=\s|$)|\s-\s|,?\s(?:but|yet|while|whereas|though|although|however|and (?:have|has|been|must|should|be|hold|an?|we|they))\b")
_MUST_LEAD = re.compile(r"\b(?:must|requir\w+|need|needs|criteria|eligib\w+|minimum|have to|qualifications?|prerequisites?|we ask|should have|expect)\b")
_PREFER_LEAD = re.compile(r"\b(?:prefer\w*|desir\w+|recommend\w*|ideal\w*|plus|advantage\w*|favou?r\w*|competitive|helpful)\b")
_MAX_YEARS = 20
_LOWEST, _HIGHEST = 180, 290


_COUNTRY = re.compile(r"\bU\. ?S\.(?: ?A\.)?|\bUSA?\b")
_ABBREVIATED = re.compile(r"\b(max|min|yrs?|approx|no)\.(?= \d| of| usmle| step| score| attempt)")


def _has(cue: str, text: str) -> str | None:
    hit = _RULES.first(cue, text)
    return hit[0].id if hit is not None else None


def _folded(text: str | None) -> str:
    """Folded text in which the country is spelled out: without capitals "US" would read as "us"."""
    return fold(_COUNTRY.sub("United States", text or ""))


class _Context:
    """A statement with its folded texts and what its question makes of a bare answer."""

    def __init__(self, statement: Statement) -> None:
        self.statement = statement
        self.text = _ABBREVIATED.sub(r"\1", _folded(statement.text))
        self.question = _folded(statement.question)
        self.lead = _folded(statement.lead)
        self.heading = _folded(statement.heading)
        self.place = fold(statement.place)
        self.above = f"{self.lead} {self.heading}"
        self.yes = statement.first and bool(self.question) and _ANSWERS.first("answer_yes", self.text) is not None
        self.maybe = statement.first and bool(self.question) and _ANSWERS.first("answer_maybe", self.text) is not None
        self.no = statement.first and bool(self.question) and not self.yes and _ANSWERS.first("answer_no", self.text) is not None

    def claim(self, name: str, value: str | int | float | bool, *rules: str | None, soft: bool = False, context: bool = False) -> Claim:
        quote = quote_of(self.statement, with_context=context)
        return Claim(name, value, quote, self.statement.place, tuple(rule for rule in rules if rule), soft=soft)


def eligibility_claims(statement: Statement) -> list[Claim]:
    """All eligibility claims of one statement, none for a heading."""
    context = _Context(statement)
    return [claim for reading in _READINGS for claim in reading(context)]


# --- international graduates and ECFMG -----------------------------------------------------------------------------------


def _img_accepted(context: _Context) -> Iterator[Claim]:
    text, name = _without_ecfmg_name(context.text), "img_accepted"
    if _has("img_trap", text):
        return
    only = _has("img_us_only", text)
    mentioned = _has("img", text)
    if only and not (mentioned and _has("img_accept", text)):
        yield context.claim(name, NO, only)
        return
    asked = _has("img", context.question) if context.question else None
    if not mentioned:
        if asked and context.maybe and _asks_acceptance(context.question):
            yield context.claim(name, CONDITIONAL, asked, context=True)
        elif asked and (context.yes or context.no) and _asks_acceptance(context.question):
            conditional = _has("img_condition", text)
            yield context.claim(name, CONDITIONAL if conditional and context.yes else YES if context.yes else NO, asked, context=True)
        elif asked and context.statement.first and (
            _has("ecfmg", context.question)
            or _has("usce", context.question)
            or (not context.no and (_has("img_rule", text) or _WHICH.match(context.question)))
        ):
            yield context.claim(name, YES, asked, "img.rule", context=True)
        elif _has("img", f"{context.above} {context.place}") and (
            _has("ecfmg", text)
            or (_has("img", context.heading) and not context.question and _has("img_rule", text))
            or (context.statement.kind == "item" and _has("img", context.above) and _has("img_rule", f"{text} {context.lead}"))
        ):
            yield context.claim(name, YES, "img.mention", "img.rule", context=True)
        return
    if _share_of(context):
        yield context.claim(name, YES, mentioned, "img.share")
        return
    refused = next((rule for clause in _CLAUSE.split(text) if clause and _has("img", clause) and (rule := _has("img_refuse", clause))), None) if not (_has("img_lacking", text) or _has("usce", text)) else None
    if refused:
        partly = _has("img_condition", text) or (_has("img_accept", _img_rest(text)) if ";" in text else None)
        yield context.claim(name, CONDITIONAL if partly else NO, mentioned, refused, partly)
    elif asked and context.no and _asks_acceptance(context.question):
        yield context.claim(name, NO, asked, context=True)
    elif (condition := _has("img_condition", text)) and not _has("usce", text) and not _has("ecfmg", text) and (_has("img_accept", text) or _has("img_rule", text)):
        yield context.claim(name, CONDITIONAL, mentioned, condition)
    elif (accepted := _has("img_accept", text)) or (asked and context.yes):
        yield context.claim(name, YES, mentioned, accepted)
    elif len(text.split()) <= _BARE_ITEM and (condition := _has("img_condition", text)):
        yield context.claim(name, CONDITIONAL, mentioned, condition)
    elif rule := _has("img_rule", f"{text} {context.lead}"):
        yield context.claim(name, YES, mentioned, rule)
    elif text.endswith(":"):
        yield context.claim(name, YES, mentioned)


def _without_ecfmg_name(text: str) -> str:
    """The text without ECFMG spelled out, whose name speaks of foreign graduates."""
    return _ECFMG_NAME.sub("ecfmg", text)


def _img_rest(text: str) -> str:
    """The parts of a text that do not refuse."""
    return ";".join(part for part in text.split(";") if not _has("img_refuse", part))


def _asks_acceptance(question: str) -> bool:
    return re.search(r"\b(?:accept|consider|welcom|tak|interview|appl|eligib|sponsor|open|review|train|admit|rank)\w*", question) is not None


def _ecfmg(context: _Context) -> Iterator[Claim]:
    text = context.text
    mentioned = _has("ecfmg", text)
    demands = context.yes or (context.statement.first and re.search(r"\b(?:must|have to|need|required)\b", context.question) and not context.no)
    if not mentioned and demands and _has("ecfmg", context.question) and not _has("ecfmg_trap", context.question):
        yield context.claim("ecfmg_required", True, "ecfmg.asked", context=True)
    if not mentioned or _has("ecfmg_not_required", text):
        return
    certificate = _has("ecfmg_certificate", text)
    listed = context.statement.kind in {"item", "row"} and len(text.split()) <= _BARE_ITEM
    if (certificate or listed) and not (_has("ecfmg_trap", text) and not re.search(r"\bcertif|\bstatus report\b", text)):
        yield context.claim("ecfmg_required", True, mentioned, certificate)


_WHICH = re.compile(r"^(?:which|what|how|where)\b(?=.*\b(?:accept|consider|take|apply|welcome))")
_ECFMG_NAME = re.compile(r"\b(?:educational|education|exchange) (?:commission|council|committee) (?:for|of|on) (?:the )?(?:foreign|international)(?: medical)? graduates\b")
_BARE_ITEM: Final = 12


# --- US clinical experience ----------------------------------------------------------------------------------------------


def _usce(context: _Context) -> Iterator[Claim]:
    text, name = context.text, "usce_required"
    own = _has("usce", text)
    asked = _has("usce", context.question) if context.question else None
    if not own and not asked:
        return
    if own and _has("usce_trap", text) and not asked:
        return
    text = _FORMER_RULE.sub("", text)
    not_required, preferred = _has("usce_no", text), _has("usce_preferred", text)
    condition, required = _has("usce_condition", text), _has("usce_yes", text)
    if own and (demanded := _has("usce_demand", text)):
        yield context.claim(name, YES, own, demanded)
    elif condition and own and re.search(r"\b(?:year|graduat|school)", text):
        yield context.claim(name, CONDITIONAL, own, condition)
    elif not_required:
        yield context.claim(name, PREFERRED if preferred else NO, own or asked, not_required, preferred, context=not own)
    elif asked and context.maybe and not own:
        yield context.claim(name, CONDITIONAL, asked, "answer.maybe", context=True)
    elif asked and context.no and not own:
        yield context.claim(name, PREFERRED if preferred else NO, asked, "answer.no", context=True)
    elif condition:
        yield context.claim(name, CONDITIONAL, own or asked, condition, context=not own)
    elif preferred and (not required or re.search(r"\bprefer|\badvantage|\bplus\b|\brecommend|\basset|\bhelpful|\bdesir|\bideal|\bpreference", text)) and not _firm(text):
        yield context.claim(name, PREFERRED, own or asked, preferred, context=not own)
    elif required and (own or context.statement.first):
        yield context.claim(name, YES, own or asked, required, context=not own)
    elif asked and context.yes and not preferred:
        yield context.claim(name, YES, asked, "answer.yes", context=True)
    elif own and context.statement.kind in {"item", "row"}:
        soft = _PREFER_LEAD.search(context.above) is not None
        if soft or _MUST_LEAD.search(context.above) or _listed_with_rules(context):
            yield context.claim(name, PREFERRED if soft else YES, own, "usce.listed", context=True)


_FORMER_RULE = re.compile(r"\b(?:was|were|used to be) (?:optional|required|mandatory|preferred)\b[^.;]*\buntil\b[^.;]*[;,]")


def _firm(text: str) -> bool:
    return re.search(r"\b(?:mandatory|is a must|is required|are required|must have|have to have|is necessary|essential)\b", text) is not None and "not" not in text.split()


def _listed_with_rules(context: _Context) -> bool:
    return bool(context.above.strip()) and not re.search(r"\b(?:offer|benefits?|curriculum|rotations?|what you|salary|elective)", context.above)


# --- years since graduation ----------------------------------------------------------------------------------------------

_YEARS = re.compile(
    rf"(?:(?P<low>{NUMBER})\s*(?:-|to|or|/)\s*)?(?P<high>{NUMBER})(?:\s*\(\d+\))?[ -]?(?:academic |calendar |full )?(?:years?|yrs?|\+ ?years?)\b"
)
_MONTHS = re.compile(r"\b(?P<months>12|24|36|48|60|72|84|120|twelve|twenty-four|thirty-six|forty-eight|sixty)[ -]months?\b")
_MONTH_WORDS: Final = {"twelve": 12, "twenty-four": 24, "thirty-six": 36, "forty-eight": 48, "sixty": 60}
_LABELLED = re.compile(rf"\byears? (?:since|from|after|out of|past) [a-z ]{{0,30}}[:=-]? ?(?:max(?:imum)? |at most |no more than |up to )?(?P<n>{NUMBER})\b")


def _years_since_graduation(context: _Context) -> Iterator[Claim]:
    text = context.text
    asked = _has("yog", context.question) and re.search(
        r"\b(?:year|cut-?off|limit|long|old|ago|recent|when|since|how far|graduated?|time)\b", context.question
    )
    headed = re.search(r"\bgraduat\w+|\byog\b|\bmedical school\b", context.lead) or re.search(r"\b(?:year of graduation|graduation|yog|recency)\b", context.heading)
    if _has("usce", context.question):
        return
    if not (_has("yog", text) or asked or headed) or (_has("yog_none", text) and not re.search(r"\bbut\b|\bexcept\b|prefer", text)):
        return
    if asked and context.statement.first and (bare := _BARE_NUMBER.fullmatch(text)) is not None:
        years = value_of(bare.group("n"))
        if years is not None and 1 <= years <= _MAX_YEARS:
            yield context.claim("yog_max_years", years, "yog.asked", context=True)
            return
    soft = _has("soft", text) or (_PREFER_LEAD.search(context.above) and "soft.lead")
    if (dated := _graduated_since(text)) is not None:
        yield context.claim("yog_max_years", dated, "yog.dated", soft or None, soft=bool(soft))
        return
    for clause in _clauses(text):
        if _has("yog_veto", clause):
            continue
        for years, start, end in _spans(clause):
            subject = _nearest_subject(clause, start, end) or ("yog.asked" if (asked or headed) and not _has("yog_trap", clause) else None)
            if subject is None and not _has("yog_trap", clause) and _has("yog", text) and not _has("yog_trap", text):
                subject = _has("yog", text)
            related = _has("yog_relation", clause) or ("yog.asked" if (asked or headed) and len(text.split()) <= _BARE_ITEM else None)
            if subject and related and 1 <= years <= _MAX_YEARS and not _EXPERIENCE.search(clause) and not _has("usce_condition", text):
                yield context.claim("yog_max_years", years, subject, related, soft or None, soft=bool(soft), context=bool(asked))
                return


_AFTER_WEIGHT: Final = 3
"""A subject stands before its number more often than after it."""


def _nearest_subject(clause: str, start: int, end: int) -> str | None:
    """The rule whose subject, graduation and not a letter or an exam, stands nearest to the number."""
    nearest: tuple[int, str | None] = (len(clause) + 1, None)
    for cue in ("yog", "yog_trap"):
        for rule in _RULES.of(cue):
            for match in rule.pattern.finditer(clause):
                distance = start - match.end() if match.end() <= start else _AFTER_WEIGHT * max(0, match.start() - end)
                if distance < nearest[0]:
                    nearest = (distance, rule.id if cue == "yog" else None)
    return nearest[1]


def _graduated_since(text: str) -> int | None:
    """Years between a graduation year ("2021 or later") and the year of the class or Match that the text names."""
    since = _SINCE_YEAR.search(text)
    if since is None:
        return None
    year = int(next(group for group in since.groups() if group))
    starts = [found for match in _CLASS_YEAR.finditer(text) if (found := int(match.group("y") or match.group("z"))) > year]
    limit = starts[0] - year if starts else None
    return limit if limit is not None and 1 <= limit <= _MAX_YEARS else None


_BARE_NUMBER = re.compile(rf"(?:yes|no|currently|at most|up to|a maximum of|maximum|max)?[ ,:;.-]*(?P<n>{NUMBER})(?: \(\d+\))?(?: years?| attempts?| tries| times?)?(?: (?:per|for each|at each|on each|for every) (?:step|exam))?(?:, no more)?[.!]?")
_SINCE_YEAR = re.compile(r"\b(20[0-3]\d)\b[^.;]{0,15}\b(?:or (?:later|after|newer|more recent)|and (?:later|after|onward))|\b(?:since|after|not before|no earlier than|not earlier than)(?: [a-z]+)? (20[0-3]\d)\b")
_CLASS_YEAR = re.compile(r"\b(?P<y>20[1-3]\d)\b(?! or (?:later|after|newer))(?=[^.;]*\b(?:match|cycle|class|season|start|entry|entering)|[,;.)]|$)|(?:starts?|starting|begins?|class of|match of|july|june) (?P<z>20[1-3]\d)")
_EXPERIENCE = re.compile(r"\byears? of (?!graduat|medical school|completi|finish|receiv|your|appl|start|enter|match|matricul|begin|commenc|the (?:application|start|match)|appointment|the (?:july|june|date|year|time))|\byears? (?:experience|in practice|training)\b")


def _clauses(text: str) -> list[str]:
    return [clause for clause in _CLAUSE.split(text) if clause and clause.strip()]


def _spans(clause: str) -> Iterator[tuple[int, int, int]]:
    """Every span of years in a clause, with its place."""
    for match in _YEARS.finditer(clause):
        years = value_of(match.group("high"))
        if years is not None:
            yield years, match.start(), match.end()
    for match in _MONTHS.finditer(clause):
        months = match.group("months")
        yield (_MONTH_WORDS.get(months) or int(months)) // 12, match.start(), match.end()
    for match in _LABELLED.finditer(clause):
        years = value_of(match.group("n"))
        if years is not None:
            yield years, match.start(), match.end()


# --- scores ----------------------------------------------------------------------------------------------------------------

_SCORE = re.compile(r"(?<![\d$#.,-])(?P<score>1[89]\d|2\d\d)(?!\d|,\d|\.\d|-\d{3}-|\s*(?:beds?|patients|residents|applica|hours?|physicians|deliver|square|miles|faculty|programs?))")
_STEP = re.compile(
    r"(?P<comlex>\b(?:comlex(?:-usa)?|levels?)\b)|(?P<both>\b(?:steps?|usmle|parts?) ?(?:1|i|one)(?: ?/ ?| ?(?:and|&|or|,|\+) ?|-)(?:usmle )?(?:step )?(?:2|ii|two)(?![a-z0-9])(?: ?ck\b)?)"
    r"|(?P<two>\b(?:(?:step|part) ?(?:2|ii|two)\b(?: ?-?\(?(?:ck|clinical knowledge)\)?)?|usmle ?(?:2|ii)\b|2 ?-?ck\b|ck\b))|(?P<one>\b(?:(?:step|part) ?(?:1|i|one)\b|usmle ?(?:1|i)\b))"
    r"|(?P<three>\bstep ?(?:3|iii|three)\b)"
)
_DESCRIPTIVE = re.compile(r"\b(?:average|mean|median)\b")
_AFTER = re.compile(r"^\s*(?:\+|\)|or (?:higher|above|better|greater|more|up)|and (?:above|up|over|higher))*\s*(?:points? )?(?:(?:on|in|for|at|from)\s+|\(\s*)(?:the |your |both |usmle )*")


def _scores(context: _Context) -> Iterator[Claim]:
    text = context.text
    where = f"{context.question} {context.lead} {context.statement.header and fold(context.statement.header) or ''}"
    if not (_has("score", text) or _has("score", where)):
        return
    demanded = _has("score_demand", text) or (_has("score_demand", f"{where} {context.heading}") if len(text.split()) <= _BARE_ITEM else None)
    numbers = list(_SCORE.finditer(text))
    if not numbers or not demanded or _has("score_trap", text) or (_DESCRIPTIVE.search(context.above) and len(text.split()) <= _BARE_ITEM) or _has("score_none", text):
        return
    soft = bool(_has("soft", text) or _PREFER_LEAD.search(context.above))
    found: dict[str, int] = {}
    steps = list(_STEP.finditer(text))
    for place, number in enumerate(numbers):
        for step in _steps_of(number, numbers, place, steps, text, where):
            found.setdefault(step, int(number.group("score")))
    for step, score in sorted(found.items()):
        if _LOWEST <= score <= _HIGHEST:
            yield context.claim(step, score, "score.subject", demanded, soft=soft)


def _steps_of(
    number: re.Match[str], numbers: list[re.Match[str]], place: int, steps: list[re.Match[str]], text: str, where: str
) -> tuple[str, ...]:
    """The steps that a score belongs to: one named right after it, else the nearest before it, else those of the context."""
    after = _AFTER.match(text[number.end() :])
    if after is not None:
        start = number.end() + after.end()
        named = next((step for step in steps if start <= step.start() <= start + 12), None)
        if named is not None and (names := _names(named)):
            return names
    before = [step for step in steps if step.end() <= number.start()]
    if before:
        nearest = before[-1]
        pair = _paired(number, numbers, place, before)
        return pair or _names(nearest)
    if steps and place == 0 and len(numbers) == 1 and not any(step.lastgroup == "comlex" for step in steps[:1]):
        return _names(steps[0])
    asked = list(_STEP.finditer(where))
    if asked:
        return tuple(dict.fromkeys(name for step in asked for name in _names(step)))
    return ("step1_min", "step2_min") if re.search(r"\b(?:usmle|scores?|results?|steps)\b", f"{text} {where}") else ()


def _paired(number: re.Match[str], numbers: list[re.Match[str]], place: int, before: list[re.Match[str]]) -> tuple[str, ...]:
    """``220/230`` after "Step 1/Step 2": the first number is the first step's, the second the second's."""
    listed = [step for step in before if step.lastgroup in {"one", "two"}]
    if before[-1].lastgroup == "both" and len(numbers) == 2 and numbers[1].start() - numbers[0].end() <= 5:
        return ("step1_min",) if place == 0 else ("step2_min",)
    if len(listed) == 2 and len(numbers) == 2 and listed[1].end() <= numbers[0].start() and numbers[1].start() - numbers[0].end() <= 5:
        return _names(listed[place])
    if len(listed) == 2 and len(numbers) == 1 and re.fullmatch(r"\W*(?:and|or|&|/|,|usmle|\s)*\W*", number.string[listed[0].end() : listed[1].start()]):
        return ("step1_min", "step2_min")
    return ()


def _names(step: re.Match[str]) -> tuple[str, ...]:
    return {"both": ("step1_min", "step2_min"), "one": ("step1_min",), "two": ("step2_min",)}.get(step.lastgroup or "", ())


# --- attempts --------------------------------------------------------------------------------------------------------------

_N = r"(?P<n>\d|one|two|three|four|five|six|a single|single)"
_ATTEMPTS: Final[tuple[tuple[str, re.Pattern[str], Callable[[int], int]], ...]] = (
    ("attempt.failed_more_than", re.compile(r"\b(?:no|not|never|may|cannot)\b[^.;]{0,60}\bfail(?:ed|ing)? more than (?P<n>once|twice)\b"), lambda n: n + 1),
    ("attempt.labelled", re.compile(rf"\battempts?(?: \([^)]*\)| (?:per|at|on|for) [a-z0-9 ]{{1,20}})?[:=] ?(?:max(?:imum)? |at most |no more than |not more than |up to )?{_N}\b"), lambda n: n),
    ("attempt.second_failure", re.compile(r"\b(?:after|upon|with|on|at) (?:a |the |one\x27s )?(?P<n>second|third) (?:failed attempt|failure|fail)\b"), lambda n: n),
    ("attempt.sat_times", re.compile(rf"\b{_N} times\b[^.;]{{0,15}}\b(?:at (?:the )?most|maximum|or fewer|or less)\b"), lambda n: n),
    ("attempt.not_more_failures", re.compile(rf"\b(?:not|n't|cannot|never|no)\b[^.;]{{0,40}}\bmore than {_N} (?:failures?|failed(?: [a-z]+){{0,2}} attempts?)\b"), lambda n: n + 1),
    ("attempt.failed_single", re.compile(r"\bfailed\b[^.;]{0,30}\b(?P<n>a single|once) ?(?:time)?\b[^.;]{0,40}\b(?:may|can|is|are) (?:still|fine|accepted|considered|apply)"), lambda n: n + 1),
    ("attempt.limit_is", re.compile(rf"\blimit (?:is|of) {_N} (?:attempts?|tr(?:y|ies))"), lambda n: n),
    ("attempt.nobody_with", re.compile(rf"\bno (?:candidates?|applicants?|one|file)[^.;]{{0,20}}\bmore than {_N} (?:failures?|failed(?: [a-z]+){{0,2}} attempts?)\b"), lambda n: n + 1),
    ("attempt.more_failures_out", re.compile(rf"\bmore than {_N} (?:failures?|failed(?: [a-z]+){{0,2}} (?:attempts?|exams?)|fails|times? failed)\b[^.;]{{0,80}}\b(?:not|rule|disqualif|exclud|ineligib|cannot|reject)"), lambda n: n + 1),
    ("attempt.failures_out", re.compile(rf"\b{_N} (?:or more )?(?:failures?|failed (?:attempts?|tr(?:y|ies)|sittings?)|fails)\b[^.;]{{0,60}}\b(?:rule|disqualif|exclud|ineligib|not (?:be )?(?:considered|reviewed|eligible|accepted|invited)|end|reject|screen|will not|cannot|n't|too many|bar)"), lambda n: n),
    ("attempt.failed_times_out", re.compile(r"\b(?:failed|failing)\b[^.;]{0,40}\b(?P<n>twice|three times|four times|more than once)\b[^.;]{0,60}\b(?:not|ineligib|exclud|disqualif|cannot|need not)"), lambda n: n),
    ("attempt.more_attempts_out", re.compile(rf"\bmore than {_N} (?:attempts?|tr(?:y|ies)|sittings?)\b"), lambda n: n),
    ("attempt.failures_at_most", re.compile(rf"\b(?:no more than|not more than|at most|up to|max(?:imum)?(?: of)?:?|only|allow(?:s|ed)?|permit(?:s|ted)?|forgive[ns]?|accept(?:s|ed)?|tolerate[sd]?|overlook|limit(?:ed)? (?:to|of)|a total of|fewer than two|with) {_N} (?:prior |previous |single )?(?:failures?|failed(?: [a-z]+){{0,2}} attempts?|failed|fails?|failing)\b"), lambda n: n + 1),
    ("attempt.failures_allowed", re.compile(rf"\b{_N} (?:prior |previous |single )?(?:failures?|failed(?: [a-z]+){{0,2}} attempts?|fail)\b[^.;]{{0,40}}\b(?:allowed|permitted|accepted|acceptable|at most|maximum|forgiven|tolerated|is fine|overlooked|and no more|but no more|can be|may be|will not (?:keep|hurt|rule|exclude|count|close|bar)|does not (?:keep|rule|exclude|count|close|bar))"), lambda n: n + 1),
    ("attempt.attempts_at_most", re.compile(rf"\b(?:no more than|not more than|at most|up to|max(?:imum)?(?: of)?:?|within|in|limit(?:ed)? (?:to|of)|after no more than|not exceed(?:ing)?|needed|took|take|by the) (?:a (?:maximum|total) of |the )?(?:first )?{_N} (?:or fewer |total )?(?:attempts?|tr(?:y|ies)|sittings?|times|goes)\b"), lambda n: n),
    ("attempt.attempts_stated", re.compile(rf"\b{_N} (?:attempts?|tries|sittings?)\b[^.;]{{0,30}}\b(?:allowed|permitted|maximum|at most|limit|or fewer|or less|per step|per exam|max|only|each|is the|are the (?:most|maximum|limit))"), lambda n: n),
    ("attempt.limit", re.compile(rf"\b(?:attempt|attempts)\b[^.;]{{0,30}}\b(?:limit|limited|maximum|max|allowed|permitted)\b[^.;]{{0,20}}?{_N}\b"), lambda n: n),
    ("attempt.ordinal", re.compile(r"\b(?:by|on|at|before|until|later than|beyond|after) (?:the |a |his or her |their |your )?(?P<n>second|third|2nd|3rd) (?:attempt|try|sitting)\b"), lambda n: n),
)  # fmt: skip
_FIRST = re.compile(
    r"\b(?:first|1st)(?: (?:and only|or only))?[ -](?:attempts?|tr(?:y|ies)|times?|sittings?|go|pass|takers?)\b|\b(?:one|a single|single|1) (?:attempt|try|sitting|go)\b(?! (?:is|was|may be) (?:fine|forgiven))|"
    r"\b(?:no|zero|never|without|not|any|free of|0)(?: (?:an?|any|having|have|had|been|ever|prior|previous|record of|history of|single|usmle|comlex|step|exam|board|examination))* (?:fail\w*|repeat\w*|retake\w*)\b|"
    r"\bno (?:[a-z]+ ){0,5}(?:repeated|failed)\b|\b(?:who|having|has|have) (?:ever )?failed (?:[a-z]+ ){0,4}[^.;]{0,40}\b(?:screened out|not (?:be )?(?:considered|eligible|reviewed|invited)|ineligible|excluded|disqualif\w+|need not|rejected)|"
    r"\b(?:not|n't|never|no)\b[^.;]{0,60}\bwith (?:an?|any) fail(?:ed|ure|ures)\b|\bwith any fail(?:ed|ure|ures)\b|\bnor (?:will|can|do)\b[^.;]{0,30}\bfailed\b|\bwith failures?\b[^.;]*\b(?:not|cannot|n't)\b|"
    r"\bat once\b(?=[^.;]*\b(?:pass|step|exam))|\bnever (?:[a-z]+ ){0,3}(?:fail\w*|retak\w*|repeat\w*)\b|\b(?:a|one|any|single) fail\w*\b[^.;]{0,40}\b(?:disqualif|rule[sd]?|ineligib|excludes?|not (?:be )?(?:considered|reviewed)|ends?|rejected|bars?|closes)"
)


def _attempts(context: _Context) -> Iterator[Claim]:
    text, name = context.text, "attempts_max"
    asked = _has("attempt", context.question) and _has("attempt_exam", context.question)
    if not asked and not _has("attempt", text):
        return
    listed = context.statement.kind == "item" and re.search(r"\bfailed (?:attempts?|exams?)|\bfailures?\b|\battempts\b", text)
    if not (_has("attempt_exam", text) or asked or listed or _has("attempt_exam", context.above)) or _has("attempt_trap", text):
        return
    soft = bool(_has("soft", text) or _PREFER_LEAD.search(context.above))
    for rule, pattern, limit in _ATTEMPTS:
        match = pattern.search(text)
        if match is not None:
            n = {"more than once": 1, "once": 1, "three times": 3, "four times": 4, "2nd": 2, "3rd": 3, "a single": 1}.get(match.group("n")) or value_of(match.group("n"))
            if n is not None and 1 <= limit(n) <= 6:
                yield context.claim(name, limit(n), rule, soft=soft, context=bool(asked))
                return
    if asked and context.statement.first and (bare := _BARE_NUMBER.fullmatch(text)) is not None and (n := value_of(bare.group("n"))) is not None:
        yield context.claim(name, n, "attempt.asked", context=True)
        return
    if asked and re.search(r"\bfail", context.question) and re.search(r"\b(?:only|just) once\b|\bone time\b|\ba single\b", text) and not context.no:
        yield context.claim(name, 2, "attempt.asked_once", context=True)
        return
    keeps_out = asked and re.search(r"\b(?:one|a|any|single)\b[^.;]{0,20}\bfail\w*[^.;]{0,30}\b(?:keep|rule|exclude|disqualify|bar)", context.question)
    if keeps_out and (context.yes or context.no):
        yield context.claim(name, 1 if context.yes else 2, "attempt.asked_one", context=True)
        return
    if asked and re.search(r"\bfail", context.question) and re.match(r"one (?:is|may be|can be|failure|would be)\b", text):
        yield context.claim(name, 2, "attempt.asked_once", context=True)
        return
    if _has("attempt_none", text) and not re.search(r"\bmust\b|\bonly\b|\bprefer", text):
        return
    if _FIRST.search(text):
        yield context.claim(name, 1, "attempt.first", soft=soft, context=bool(asked))
    elif asked and _FIRST.search(context.question) and context.yes:
        yield context.claim(name, 1, "attempt.first", "answer.yes", context=True, soft=soft)
    elif asked and context.no and re.search(r"\bfail|\bmore than one|\bmultiple|\bsecond|\brepeat|\bretak|\battempts\b", context.question) and re.search(
        r"\b(?:accept|consider|allow|eligib|review|take|apply|interview|look|forgiv|overlook)\w*", context.question
    ) and not re.search(r"\b(?:limit|cut-?off|maximum)\b", context.question):
        yield context.claim(name, 1, "attempt.first", "answer.no", context=True, soft=soft)


# --- share of IMGs -------------------------------------------------------------------------------------------------------

_PERCENT = re.compile(r"(?P<n>\d{1,3}(?:\.\d+)?|" + "|".join(WORDS) + r") ?(?:%|percent|per cent)")
_OF = re.compile(rf"\b(?P<part>\d{{1,3}}|{NUMBER}) (?:out )?(?:of|in) (?:our |the |its |every )?(?:current )?(?P<whole>\d{{1,3}}|{NUMBER})\b")
_OF_WHOLE = re.compile(rf"\bof (?:our |the |its )?(?:current )?(?P<whole>\d{{1,3}}|{NUMBER}) (?:current )?(?:residents|trainees|fellows|interns),? (?P<part>\d{{1,3}}|{NUMBER})\b")
_FRACTIONS: Final = (("three quarters", 75.0), ("two thirds", 66.7), ("four fifths", 80.0), ("half of", 50.0), ("a third", 33.3), ("one third", 33.3), ("a quarter", 25.0), ("one quarter", 25.0), ("every resident", 100.0), ("all of our", 100.0), ("all our", 100.0))  # fmt: skip
_NO_SHARE = re.compile(r"\b(?:applica\w*|graduates of our|alumni|faculty|applied|nationwide|national|the country|first-year places|more than half)\b")


def _share_of(context: _Context) -> float | None:
    """The share of IMGs among trainees that a statement gives, in percent: the figure nearest to their mention."""
    text = context.text
    asked = _has("img", context.question) is not None and re.search(r"\b(?:percent\w*|share|proportion|how many)\b", context.question) is not None
    mention = next((match for _, match in _RULES.matches("img", text)), None) or re.search(r"\binternational\b(?=:)", text)
    about = f"{text} {context.above} {context.question}"
    if (mention is None and not asked) or not _has("share_trainees", about) or _NO_SHARE.search(text):
        return None
    figures: list[tuple[int, float]] = []
    place = mention.start() if mention is not None else 0
    end = mention.end() if mention is not None else 0
    for match in _PERCENT.finditer(text):
        share = float(match.group("n")) if match.group("n")[0].isdigit() else float(value_of(match.group("n")) or 0)
        figures.append((min(abs(match.start() - end), abs(place - match.end())), share))
    for pattern in (_OF_WHOLE, _OF):
        match = pattern.search(text)
        if match is not None and not figures:
            part, whole = value_of(match.group("part")), value_of(match.group("whole"))
            if part is not None and whole and part <= whole:
                figures.append((0, round(100 * part / whole, 1)))
    figures.extend((abs(text.index(words) - place), share) for words, share in _FRACTIONS if words in text)
    share = min(figures)[1] if figures else None
    return share if share is not None and 0 < share <= 100 else None


def _img_share(context: _Context) -> Iterator[Claim]:
    share = _share_of(context)
    if share is not None:
        yield context.claim("img_share_pct", share, "img.share")


_READINGS: Final[tuple[Callable[[_Context], Iterable[Claim]], ...]] = (
    _img_accepted,
    _ecfmg,
    _usce,
    _years_since_graduation,
    _scores,
    _attempts,
    _img_share,
)
