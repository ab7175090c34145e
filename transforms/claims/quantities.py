"""Numbers that rules of eligibility find, as each rule means them."""

from transforms.claims.numbers import value_of
from transforms.claims.passage import RULES, Passage
from transforms.claims.rules import Hit


def quantity(hit: Hit) -> int | None:
    """The number that a match means: its group ``n`` as the rule's ``gives`` says, ``n``, ``n + 1`` or ``n / 12``."""
    n = value_of(hit.match.group("n"))
    if n is None:
        return None
    return {"n + 1": n + 1, "n / 12": n // 12}.get(hit.rule.gives or "", n)


def bare_number(passage: Passage) -> int | None:
    """The number of an answer that is nothing but a number: "Five years."; None for any other statement."""
    hit = RULES.first("bare_number", passage.text) if passage.statement.first else None
    return None if hit is None else quantity(hit)
