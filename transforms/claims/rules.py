"""The rule set: regular expressions with a meaning, kept as data that a domain expert reads and extends.

A rule file ``rules/NAME.toml`` holds three parts:

``[cues]``
    What a match means to the grammar, one line a cue. The modules ask for cues, never for single patterns.
``[words]``
    Fragments that patterns name in braces, such as ``{sponsor}``; a fragment may use those above it.
``[[rule]]``
    ``id``: stable name, unique over all files; every claim names the rules that it rests on.
    ``cue``: one of ``[cues]``.
    ``patterns``: regular expressions over folded text (lower case, one kind of dash and quote); the rule matches if any does.
    ``gives`` (optional): what a match gives: a condition, a status, a replacement, or how a number is meant (``n + 1``).
    ``examples``: passages with the labels that must come out, the rule's tests. The first ones show the rule at work; one without
    labels is a counter-example. Keys: ``text`` or ``items`` (list items that stand one after another), ``question``, ``lead``
    (the line that announces them), ``heading`` and the labels of ``LABELS``; a label left out must not come out.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

RULES_VERSION: Final = "1.0.0"
"""Version of the rule set: a change of any rule that can change a claim raises it."""

LABELS: Final = frozenset(
    {
        "j1", "h1b", "other_visas", "img_accepted", "usce_required", "ecfmg_required", "yog_max_years", "yog_soft",
        "step1_min", "step2_min", "score_soft", "attempts_max", "attempt_soft", "img_share_pct",
        "cmio", "ci_fellowship", "ci_track_or_elective", "ehr_committee", "qi_analytics", "telehealth", "ehr_vendor",
    }
)  # fmt: skip
"""What an example may say that a passage states."""

_FILE_KEYS: Final = frozenset({"cues", "words", "rule"})
_RULE_KEYS: Final = frozenset({"id", "cue", "patterns", "gives", "examples"})
_EXAMPLE_KEYS: Final = LABELS | {"text", "items", "question", "lead", "heading"}
_ID = re.compile(r"[a-z0-9_]+(?:\.[a-z0-9_]+)+")
_WORD = re.compile(r"\{([a-z][a-z_0-9]*)\}")


class RuleError(Exception):
    """A rule file that breaks its own format: which file, which rule, what is wrong."""

    def __init__(self, file: str, rule: str, wrong: str) -> None:
        super().__init__(f"{file}: rule {rule!r}: {wrong}")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Attributes:
        id: Stable name, such as ``visa.refuse.unable``.
        cue: What a match means to the grammar.
        pattern: Matches folded text.
        gives: What a match gives; None for most.
        examples: Passages with the labels that must come out.
    """

    id: str
    cue: str
    pattern: re.Pattern[str]
    gives: str | None
    examples: tuple[Mapping[str, Any], ...]

    def replaced_in(self, text: str) -> str:
        """The text with every match replaced by what the rule gives, between spaces."""
        return self.pattern.sub(f" {self.gives or ''} ", text)


class Hit(NamedTuple):
    """A rule that matches a text, and where."""

    rule: Rule
    match: re.Match[str]


class RuleSet:
    """The rules of one file, by cue and in the file's order."""

    def __init__(self, cues: Iterable[str], rules: Iterable[Rule]) -> None:
        self.rules = tuple(rules)
        self._by_cue = {cue: tuple(rule for rule in self.rules if rule.cue == cue) for cue in cues}

    def hits(self, cue: str, text: str) -> Iterator[Hit]:
        """Every rule of a cue that matches a folded text, with its first match."""
        for rule in self._by_cue[cue]:
            match = rule.pattern.search(text)
            if match is not None:
                yield Hit(rule, match)

    def first(self, cue: str, text: str) -> Hit | None:
        """The first rule of a cue that matches a folded text."""
        return next(self.hits(cue, text), None)

    def id_of(self, cue: str, text: str) -> str | None:
        """The id of the first rule of a cue that matches a folded text."""
        hit = self.first(cue, text)
        return None if hit is None else hit.rule.id

    def has(self, cue: str, text: str) -> bool:
        """Whether any rule of a cue matches a folded text."""
        return self.first(cue, text) is not None

    def given(self, cue: str, text: str) -> set[str]:
        """What the rules of a cue that match a folded text give."""
        return {hit.rule.gives or "" for hit in self.hits(cue, text)}

    def places(self, cue: str, text: str) -> Iterator[Hit]:
        """Every match of every rule of a cue in a folded text, rule by rule."""
        for rule in self._by_cue[cue]:
            for match in rule.pattern.finditer(text):
                yield Hit(rule, match)

    def replaced(self, cue: str, text: str) -> str:
        """The text with every match of a cue's rules replaced by what the rule gives."""
        replaced = text
        for rule in self._by_cue[cue]:
            replaced = rule.replaced_in(replaced)
        return text if replaced == text else " ".join(replaced.split())


@cache
def rule_set(name: str) -> RuleSet:
    """The rules of ``rules/NAME.toml``.

    Raises:
        RuleError: When the file breaks its format.
    """
    return read_rules(name, (files(__package__) / "rules" / f"{name}.toml").read_text(encoding="utf-8"))


def read_rules(file: str, written: str) -> RuleSet:
    """The rules that a rule file holds.

    Args:
        file: Its name, for errors.
        written: Its content, TOML.

    Raises:
        RuleError: When it has an unknown key or cue, an id twice, a rule without example, or a pattern that is no regular
            expression.
    """
    try:
        document = tomllib.loads(written)
    except tomllib.TOMLDecodeError as error:
        raise RuleError(file, "-", f"no TOML: {error}") from error
    _only_known(document, _FILE_KEYS, file, "-")
    words: dict[str, str] = {}
    for word, pattern in document.get("words", {}).items():
        words[word] = _expanded(pattern, words, file, word)
    cues = document.get("cues", {})
    found: dict[str, Rule] = {}
    for entry in document.get("rule", ()):
        rule = _rule(entry, cues, words, file)
        if rule.id in found:
            raise RuleError(file, rule.id, "the id stands twice")
        found[rule.id] = rule
    return RuleSet(cues, found.values())


def _rule(entry: Mapping[str, Any], cues: Iterable[str], words: Mapping[str, str], file: str) -> Rule:
    name = str(entry.get("id", "?"))
    _only_known(entry, _RULE_KEYS, file, name)
    if _ID.fullmatch(name) is None:
        raise RuleError(file, name, "the id is not like 'subject.meaning'")
    cue = str(entry.get("cue", ""))
    if cue not in cues:
        raise RuleError(file, name, f"no cue is called {cue!r}")
    if not entry.get("patterns"):
        raise RuleError(file, name, "it has no pattern")
    examples = tuple(entry.get("examples", ()))
    if not examples:
        raise RuleError(file, name, "it has no example")
    for example in examples:
        _only_known(example, _EXAMPLE_KEYS, file, name)
        if ("text" in example) == ("items" in example):
            raise RuleError(file, name, "an example has either text or items")
    return Rule(name, cue, _compiled(entry["patterns"], words, file, name), entry.get("gives"), examples)


def _compiled(patterns: Iterable[str], words: Mapping[str, str], file: str, rule: str) -> re.Pattern[str]:
    alternatives = [_expanded(pattern, words, file, rule) for pattern in patterns]
    for alternative in alternatives:
        try:
            re.compile(alternative)
        except re.error as error:
            raise RuleError(file, rule, f"no regular expression: {error}: {alternative}") from error
    try:
        return re.compile("|".join(f"(?:{alternative})" for alternative in alternatives))
    except re.error as error:
        raise RuleError(file, rule, f"its patterns do not go together: {error}") from error


def _only_known(table: Mapping[str, Any], known: frozenset[str], file: str, rule: str) -> None:
    unknown = sorted(set(table) - known)
    if unknown:
        raise RuleError(file, rule, f"unknown key {unknown[0]!r}")


def _expanded(pattern: str, words: Mapping[str, str], file: str, rule: str) -> str:
    def fragment(match: re.Match[str]) -> str:
        if match.group(1) not in words:
            raise RuleError(file, rule, f"no fragment is called {match.group(1)!r}")
        return f"(?:{words[match.group(1)]})"

    return _WORD.sub(fragment, pattern)
