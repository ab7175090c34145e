"""The share of international graduates among the trainees."""

from collections.abc import Iterator

from transforms.claims.numbers import value_of
from transforms.claims.passage import RULES, Passage
from transforms.claims.rule_ids import IMG_SHARE
from transforms.claims.statements import Claim


def share_claims(passage: Passage) -> Iterator[Claim]:
    """The share of international graduates among the trainees in percent: ``img_share_pct``."""
    share = share_of(passage)
    if share is not None:
        yield passage.claim("img_share_pct", share, IMG_SHARE)


def share_of(passage: Passage) -> float | None:
    """The share of international graduates that a statement gives, in percent: the figure nearest to their mention."""
    text, question = passage.text, passage.question
    mention = RULES.first("img", text) or RULES.first("img_key", text)
    if mention is None and not (RULES.has("asks_share", question) and RULES.has("img", question)):
        return None
    if RULES.has("share_trap", text) or not RULES.has("share_trainees", f"{text} {passage.above} {question}"):
        return None
    start, end = mention.match.span() if mention is not None else (0, 0)
    figures = _percentages(text, start, end) or _parts(text)
    figures.extend((abs(hit.match.start() - start), float(hit.rule.gives or 0)) for hit in RULES.places("fraction", text))
    share = min(figures)[1] if figures else 0.0
    return share if 0 < share <= 100 else None


def _percentages(text: str, start: int, end: int) -> list[tuple[int, float]]:
    """Every percentage of a text with its distance from a mention."""
    found = []
    for _, match in RULES.places("share_percent", text):
        written = match.group("n")
        share = float(written) if written[0].isdigit() else float(value_of(written) or 0)
        found.append((min(abs(match.start() - end), abs(start - match.end())), share))
    return found


def _parts(text: str) -> list[tuple[int, float]]:
    """The first part of a whole in a text, "seven of our twelve residents", in percent."""
    for _, match in RULES.hits("share_part", text):
        part, whole = value_of(match.group("part")), value_of(match.group("whole"))
        if part is not None and whole and part <= whole:
            return [(0, round(100 * part / whole, 1))]
    return []
