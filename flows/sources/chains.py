"""Documents that a publisher hands out in parts: following a chain of pages to its end, or telling where it broke."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flows.sources.source import Ask, AskError, Request

MAX_PAGES = 2_000
"""No chain of ours comes near: one that goes on longer goes in circles."""


Following = Callable[[bytes, int], Request | None]
"""From an answer and the number of answers so far to what comes next; None for nothing."""


@dataclass(frozen=True, slots=True)
class Chain:
    """Answers in their order, as far as they could be had.

    Attributes:
        answers: One a page.
        broken: Why the chain ends before its end; None when it is whole.
    """

    answers: tuple[bytes, ...]
    broken: str | None = None


def follow(ask: Ask, first: Request, following: Following, *, at_most: int = MAX_PAGES) -> Chain:
    """Ask page by page; ``following`` tells from an answer and the number of answers so far what comes next, None for nothing.

    Raises:
        AskError: When already the first page cannot be had. A later one that cannot be had breaks the chain.
    """
    answers: list[bytes] = [ask(first)]
    asked, request = {first}, following(answers[0], 1)
    while request is not None:
        if request in asked:
            return Chain(tuple(answers), f"page {len(answers) + 1}: expected one that was not asked for yet; found a circle")
        asked.add(request)
        if len(answers) >= at_most:
            return Chain(tuple(answers), f"expected at most {at_most} pages; found another after them")
        try:
            answers.append(ask(request))
        except AskError as error:
            return Chain(tuple(answers), f"page {len(answers) + 1}: {error}")
        request = following(answers[-1], len(answers))
    return Chain(tuple(answers))


def ask_all(ask: Ask, requests: list[Request]) -> Chain:
    """Ask for parts that are known beforehand; parts that cannot be had are told, and the others still asked for.

    Raises:
        AskError: When none can be had.
    """
    answers, failures = list[bytes](), list[str]()
    for number, request in enumerate(requests, start=1):
        try:
            answers.append(ask(request))
        except AskError as error:
            failures.append(f"part {number}: {error}")
    if failures and not answers:
        raise AskError(f"expected {len(requests)} parts; found none: {failures[0]}")
    return Chain(tuple(answers), f"{len(failures)} of {len(requests)} parts: {failures[0]}" if failures else None)


def follow_each(
    ask: Ask, chains: Mapping[str, tuple[Request, Following]], *, at_most: int = MAX_PAGES
) -> tuple[dict[str, tuple[bytes, ...]], str | None]:
    """Follow several chains of one document, each by its name: their answers, and what is broken of them, in words.

    A chain whose first page cannot be had is missing from the answers, and told.

    Raises:
        AskError: When none can be had.
    """
    answers, failures = dict[str, tuple[bytes, ...]](), list[str]()
    for name, (first, following) in chains.items():
        try:
            chain = follow(ask, first, following, at_most=at_most)
        except AskError as error:
            failures.append(f"{name}: {error}")
            continue
        answers[name] = chain.answers
        if chain.broken:
            failures.append(f"{name}: {chain.broken}")
    if failures and not answers:
        raise AskError(f"expected {len(chains)} lists; found none: {failures[0]}")
    return answers, f"{len(failures)} of {len(chains)} lists: {failures[0]}" if failures else None


def json_list(answers: tuple[bytes, ...]) -> bytes:
    """One JSON list of answers that are JSON each, byte for byte as they came."""
    return b"[" + b",\n".join(answer.strip() for answer in answers) + b"]\n"
