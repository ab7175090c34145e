"""The rule set: regular expressions with a meaning, kept as data that a domain expert reads and extends.

A rule file holds ``[words]`` (fragments that patterns name in braces, such as ``{sponsor}``) and ``[[rule]]`` tables: ``id``,
``cue`` (what a match means; the module of the same name says how cues combine), ``patterns`` over folded text, optionally ``gives``
(the condition or value that the cue carries) and ``examples`` (sentences with the labels that must come out: the rule's tests).
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

RULES_VERSION: Final = "1.0.0"
"""Version of the rule set: a change of any rule that can change a claim raises it."""

_WORD = re.compile(r"\{([a-z][a-z_0-9]*)\}")


class RuleError(Exception):
    """A rule file that breaks its own format: which file, which rule, what is wrong."""

    def __init__(self, file: str, rule: str, wrong: str) -> None:
        super().__init__(f"{file}: rule {rule!r}: {wrong}")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Attributes:
        id: Stable name, such as ``visa.refuse.unable``; every claim names the rules that it rests on.
        cue: What a match means to the grammar.
        pattern: Matches folded text.
        gives: Condition or value that the cue carries; None for most.
        examples: Sentences with the labels that must come out.
    """

    id: str
    cue: str
    pattern: re.Pattern[str]
    gives: str | None
    examples: tuple[Mapping[str, Any], ...]


class RuleSet:
    """The rules of one file, by cue and in the file's order."""

    def __init__(self, rules: tuple[Rule, ...], words: Mapping[str, str]) -> None:
        self.rules, self.words = rules, words
        self._by_cue: dict[str, list[Rule]] = {}
        for rule in rules:
            self._by_cue.setdefault(rule.cue, []).append(rule)

    def of(self, cue: str) -> list[Rule]:
        """The rules with one cue."""
        return self._by_cue.get(cue, [])

    def first(self, cue: str, text: str) -> tuple[Rule, re.Match[str]] | None:
        """The first rule of a cue that matches a folded text."""
        return next(self.matches(cue, text), None)

    def matches(self, cue: str, text: str) -> Iterator[tuple[Rule, re.Match[str]]]:
        """Every rule of a cue that matches a folded text, with its first match."""
        for rule in self._by_cue.get(cue, ()):
            match = rule.pattern.search(text)
            if match is not None:
                yield rule, match

    def replaced(self, cue: str, text: str) -> tuple[str, list[Rule]]:
        """The text with every match of a cue's rules replaced by what the rule gives, and the rules that fired."""
        fired: list[Rule] = []
        for rule in self._by_cue.get(cue, ()):
            text, times = rule.pattern.subn(f" {rule.gives or ''} ", text)
            if times:
                fired.append(rule)
        return (" ".join(text.split()), fired) if fired else (text, fired)


@cache
def rule_set(name: str) -> RuleSet:
    """The rules of ``rules/NAME.toml``.

    Raises:
        RuleError: When an id repeats, a pattern is no regular expression, or a fragment has no name.
    """
    document = tomllib.loads((files(__package__) / "rules" / f"{name}.toml").read_text(encoding="utf-8"))
    words: dict[str, str] = {}
    for word, pattern in document.get("words", {}).items():
        words[word] = _expanded(pattern, words, name, word)
    found: dict[str, Rule] = {}
    for entry in document.get("rule", ()):
        if entry["id"] in found:
            raise RuleError(name, entry["id"], "the id stands twice")
        alternatives = "|".join(f"(?:{_expanded(pattern, words, name, entry['id'])})" for pattern in entry["patterns"])
        try:
            pattern = re.compile(alternatives)
        except re.error as error:
            raise RuleError(name, entry["id"], f"no regular expression: {error}") from error
        found[entry["id"]] = Rule(entry["id"], entry["cue"], pattern, entry.get("gives"), tuple(entry.get("examples", ())))
    return RuleSet(tuple(found.values()), words)


def _expanded(pattern: str, words: Mapping[str, str], file: str, rule: str) -> str:
    def fragment(match: re.Match[str]) -> str:
        if match.group(1) not in words:
            raise RuleError(file, rule, f"no fragment is called {match.group(1)!r}")
        return f"(?:{words[match.group(1)]})"

    return _WORD.sub(fragment, pattern)
