"""A statement as the rules of eligibility read it: folded, with its context and what a question makes of a bare answer."""

import re
from dataclasses import dataclass
from typing import Final

from transforms.claims.folding import fold
from transforms.claims.rules import rule_set
from transforms.claims.statements import Claim, Statement, quote_of

RULES = rule_set("eligibility")
BARE_ITEM: Final = 12
"""Words of a list item or answer that takes its force from the line above it."""

_ANSWERS = rule_set("answers")
_COUNTRY = re.compile(r"\bU\. ?S\.(?: ?A\.)?|\bUSA?\b")
_ABBREVIATED = re.compile(r"\b(max|min|yrs?|approx|no)\.(?= \d| of| usmle| step| score| attempt)")
_CLAUSE = re.compile(
    r"[;.!?](?=\s|$)|\s-\s"
    r"|,?\s(?:but|yet|while|whereas|though|although|however|and (?:have|has|been|must|should|be|hold|an?|we|they))\b"
)


@dataclass(frozen=True, slots=True)
class Passage:
    """A statement with its folded texts.

    Attributes:
        statement: The statement as it stands on the page.
        text: Its text.
        question: The question that it answers.
        lead: The line that announces it.
        heading: The heading above it.
        yes: It opens the answer to a question with a yes.
        maybe: It opens it with a hedge.
        no: It opens it with a no.
    """

    statement: Statement
    text: str
    question: str
    lead: str
    heading: str
    yes: bool
    maybe: bool
    no: bool

    @property
    def above(self) -> str:
        """The line that announces it and the heading."""
        return f"{self.lead} {self.heading}"

    @property
    def is_bare(self) -> bool:
        """Whether it is so short that it takes its force from what stands above it."""
        return len(self.text.split()) <= BARE_ITEM

    @property
    def is_listed(self) -> bool:
        """Whether it is an item of a list or a row of a table."""
        return self.statement.kind in {"item", "row"}

    @property
    def soft(self) -> str | None:
        """The rule by which it or the line above it states a preference."""
        return RULES.id_of("soft", self.text) or RULES.id_of("list_prefer", self.above)

    def claim(
        self, name: str, value: str | float | bool, *rules: str | None, soft: str | None = None, context: bool = False
    ) -> Claim:
        """A claim that rests on it.

        Args:
            name: Name of the claim.
            value: Its value.
            rules: Ids of the rules that fired; None for one that did not.
            soft: The rule that makes it a preference.
            context: It takes its meaning from the lines above, which the quote then shows.
        """
        quote = quote_of(self.statement, with_context=context)
        return Claim(
            name, value, quote, self.statement.place, tuple(rule for rule in (*rules, soft) if rule), soft=soft is not None
        )


def passage_of(statement: Statement) -> Passage:
    """A statement as the rules of eligibility read it."""
    text = _ABBREVIATED.sub(r"\1", _folded(statement.text))
    answers = statement.first and bool(statement.question)
    yes = answers and _ANSWERS.has("answer_yes", text)
    return Passage(
        statement,
        text,
        _folded(statement.question),
        _folded(statement.lead),
        _folded(statement.heading),
        yes=yes,
        maybe=answers and _ANSWERS.has("answer_maybe", text),
        no=answers and not yes and _ANSWERS.has("answer_no", text),
    )


def clauses_of(text: str) -> list[str]:
    """The clauses of a folded text."""
    return [clause for clause in _CLAUSE.split(text) if clause and clause.strip()]


def _folded(text: str | None) -> str:
    """Folded text in which the country is spelled out: without capitals "US" would read as "us"."""
    return fold(_COUNTRY.sub("United States", text)) if text else ""
