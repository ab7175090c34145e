"""A sentence with the context that gives it its meaning, and a claim with the sentence that it rests on."""

from dataclasses import dataclass, field
from typing import Final

MAX_QUOTE: Final = 300

BY_NAME: Final = 3
"""Strength of what is said of a visa by name."""
BY_EXCLUSIVE: Final = 2
"""Strength of what follows from words that exclude, or rests on a weak predicate: "only the J-1" refuses the H-1B."""
BY_RULE: Final = 1
"""Strength of a general rule: "we sponsor no visas"."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence, list item or table row of a page.

    Attributes:
        text: As it stands on the page.
        kind: ``heading``, ``paragraph``, ``item`` or ``row``.
        block: Number of its block on the page; sentences of one block are read together.
        question: The question that it answers.
        lead: The line that announces it.
        heading: The nearest heading above it.
        header: The header of its table's row, cells joined by `` | ``.
        place: Where it stands, for people: the headings above it.
        first: Whether it opens its block.
        passage: What it stands in: its paragraph, or its list with the line above; the widest quote that still reads as one.
    """

    text: str
    kind: str = "paragraph"
    block: int = 0
    question: str | None = None
    lead: str | None = None
    heading: str | None = None
    header: str | None = None
    place: str = ""
    first: bool = True
    passage: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """What one statement claims.

    Attributes:
        claim: Name of the claim, such as ``visa.h1b`` or ``step2_min``.
        value: Its value, as text or number or truth.
        quote: What it rests on, at most 300 characters.
        place: The headings above it.
        rules: Ids of the rules that fired.
        conditions: Conditions stated with it.
        strength: ``BY_NAME``, ``BY_EXCLUSIVE`` or ``BY_RULE``.
        soft: A preference, not a requirement.
    """

    claim: str
    value: str | int | float | bool
    quote: str
    place: str
    rules: tuple[str, ...]
    conditions: frozenset[str] = field(default_factory=frozenset)
    strength: int = BY_NAME
    soft: bool = False


def quote_of(statement: Statement, *, with_context: bool = False) -> str:
    """The words that a claim rests on, at most 300 characters: the passage where it fits, else the statement.

    The question, lead or heading comes first where it gives the statement its meaning.
    """
    context = statement.question or ((statement.lead or statement.heading) if with_context else None)
    wide = statement.passage or statement.text
    for text in (wide, statement.text):
        if context and context not in text and len(context) + len(text) < MAX_QUOTE:
            return f"{context} {text}"
        if len(text) <= MAX_QUOTE and not (context and with_context and text is wide and wide != statement.text):
            return text
    return statement.text if len(statement.text) <= MAX_QUOTE else statement.text[: MAX_QUOTE - 1] + "…"
