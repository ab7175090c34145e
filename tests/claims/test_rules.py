"""The rules are data, and their examples are their tests."""

import re
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from time import process_time
from typing import Any

import pytest

from flows.pages.markup import Block
from flows.pages.sentences import statements_of
from schemas.vocabulary import VisaStatus
from transforms.claims import rule_ids
from transforms.claims.informatics import FLAGS, VENDOR
from transforms.claims.page import PageClaims, page_claims
from transforms.claims.rules import LABELS, Hit, Rule, RuleError, RuleSet, read_rules, rule_set
from transforms.claims.visa_tokens import tokenized

RULE_FILES = sorted(file.name.removesuffix(".toml") for file in files("transforms.claims").joinpath("rules").iterdir())
RULES = [rule for name in RULE_FILES for rule in rule_set(name).rules]
EXAMPLES = [
    pytest.param(rule, number, id=f"{rule.id}-{number}") for rule in RULES for number, _ in enumerate(rule.examples, start=1)
]
LONG = 50_000
PATIENCE = 1.0
"""Seconds; the widest rule takes a tenth of it, one that backtracks many times it."""
VALUES = {
    "img_accepted", "usce_required", "ecfmg_required", "yog_max_years", "step1_min", "step2_min", "attempts_max", "img_share_pct",
    *FLAGS, VENDOR,
}  # fmt: skip
SOFT = {"yog_soft": {"yog_max_years"}, "score_soft": {"step1_min", "step2_min"}, "attempt_soft": {"attempts_max"}}


def read(example: dict[str, Any]) -> PageClaims:
    texts = example.get("items") or [example["text"]]
    kind = "item" if "items" in example else "paragraph"
    headings = (example["heading"],) if "heading" in example else ()
    blocks = (
        Block(kind, text, (text,), path=(place,), headings=headings, question=example.get("question"), lead=example.get("lead"))
        for place, text in enumerate(texts)
    )
    return page_claims(list(statements_of(blocks)))


def labels(claims: PageClaims) -> dict[str, object]:
    found: dict[str, object] = {
        visa: said.status.value for visa, said in claims.visas.items() if said.status is not VisaStatus.NOT_STATED
    }
    found.update({name: value for name, value in claims.values.items() if name in VALUES})
    found.update({label: True for label, names in SOFT.items() if names & claims.soft})
    if claims.other_visas:
        found["other_visas"] = list(claims.other_visas)
    return found


@pytest.fixture
def fired(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Ids of all rules that match anything from here on."""
    seen: set[str] = set()
    hits, places, replaced_in = RuleSet.hits, RuleSet.places, Rule.replaced_in

    def seen_hits(rules: RuleSet, cue: str, text: str) -> Iterator[Hit]:
        for hit in hits(rules, cue, text):
            seen.add(hit.rule.id)
            yield hit

    def seen_places(rules: RuleSet, cue: str, text: str) -> Iterator[Hit]:
        for hit in places(rules, cue, text):
            seen.add(hit.rule.id)
            yield hit

    def seen_replaced_in(rule: Rule, text: str) -> str:
        replaced = replaced_in(rule, text)
        if replaced != text:
            seen.add(rule.id)
        return replaced

    monkeypatch.setattr(RuleSet, "hits", seen_hits)
    monkeypatch.setattr(RuleSet, "places", seen_places)
    monkeypatch.setattr(Rule, "replaced_in", seen_replaced_in)
    tokenized.cache_clear()
    return seen


@pytest.mark.parametrize(("rule", "number"), EXAMPLES)
def test_an_example_comes_out_as_labelled(rule: Rule, number: int, fired: set[str]) -> None:
    example = dict(rule.examples[number - 1])
    said = labels(read(example))
    assert said == {label: example[label] for label in LABELS & example.keys()}
    if number == 1:
        assert rule.id in fired, "the rule's first example does not need the rule"


@pytest.mark.parametrize("piece", ["word ", "no ", "any ", "12 ", "J1, ", "J-1 ", " ", "a", "("])
def test_no_rule_takes_long_over_a_long_text(piece: str) -> None:
    text = piece * (LONG // len(piece))
    times: dict[str, float] = {}
    for rule in RULES:
        started = process_time()
        rule.pattern.search(text)
        times[rule.id] = process_time() - started
    assert {rule: seconds for rule, seconds in times.items() if seconds > PATIENCE} == {}


def test_ids_are_unique_over_all_files() -> None:
    named = [rule.id for rule in RULES]
    assert len(set(named)) == len(named)


def test_ids_that_the_grammar_adds_are_no_rules_of_a_file_unless_they_name_one() -> None:
    of_files = {rule.id for rule in RULES}
    added = {value for name, value in vars(rule_ids).items() if name.isupper()}
    assert added & of_files == rule_ids.OF_FILES


@pytest.mark.parametrize("name", RULE_FILES)
def test_every_cue_has_a_meaning_and_a_rule_and_every_fragment_a_use(name: str) -> None:
    written = files("transforms.claims").joinpath("rules", f"{name}.toml").read_text(encoding="utf-8")
    document = tomllib.loads(written)
    assert document["cues"].keys() == {rule.cue for rule in rule_set(name).rules}
    assert all(document["cues"].values())
    assert [word for word in document.get("words", {}) if f"{{{word}}}" not in written] == []


RULE = """[[rule]]
id = "made.up"
cue = "no"
patterns = ['{never}']
examples = [{ text = "Never." }]
"""
GOOD = f"""[cues]
no = "says no"
[words]
never = '(?:never|at no time)'
{RULE}"""


def test_a_rule_file_gives_its_rules() -> None:
    rules = read_rules("made", GOOD)
    assert rules.id_of("no", "at no time") == "made.up"
    assert not rules.has("no", "always")


@pytest.mark.parametrize(
    ("old", "new", "wrong"),
    [
        ("[cues]", "[cue", "no TOML"),
        ("[words]", "[fragments]", "unknown key 'fragments'"),
        ("examples", "example", "unknown key 'example'"),
        ("text =", "txt =", "unknown key 'txt'"),
        ('{ text = "Never." }', '{ heading = "Never." }', "either text or items"),
        ('cue = "no"', 'cue = "yes"', "no cue is called 'yes'"),
        ('cue = "no"', "", "no cue is called ''"),
        ('"made.up"', '"Made up"', "not like"),
        ("['{never}']", "[]", "no pattern"),
        ("{never}", "{ever}", "no fragment is called 'ever'"),
        ("['{never}']", "['(never']", "no regular expression"),
        ("['{never}']", "['(?P<n>1)', '(?P<n>2)']", "do not go together"),
        ('[{ text = "Never." }]', "[]", "no example"),
        ("[[rule]]", RULE + "[[rule]]", "the id stands twice"),
    ],
)
def test_a_broken_rule_file_says_which_file_and_what_is_wrong(old: str, new: str, wrong: str) -> None:
    with pytest.raises(RuleError, match=re.escape(wrong)) as raised:
        read_rules("made", GOOD.replace(old, new))
    assert str(raised.value).startswith("made: ")


def test_a_broken_rule_is_named() -> None:
    with pytest.raises(RuleError, match=re.escape("made: rule 'made.up': it has no example")):
        read_rules("made", GOOD.partition("examples")[0])
