"""The sentences of a page's blocks, each with the context that gives it its meaning."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import sentencex

from flows.pages.markup import Block
from transforms.claims.statements import Statement

_PLACE_PARTS = 3
_MAX_SENTENCE = 1_500
_MAX_CONTEXT = 400
_NO_NUMBER = re.compile(r"(?<=\bNo\.)\s+(?=[A-Z])")
"""After the answer "No.", which the splitter takes for the abbreviation of "number"."""


def statements_of(blocks: Iterable[Block]) -> Iterator[Statement]:
    """One statement a sentence of the blocks that speak, in the page's order; menus give none.

    A row of a data table and a heading are one statement each. A question is no statement: it is the context of its answer. What
    is longer than anyone writes is cut, for the time of the grammar grows faster than a sentence.
    """
    blocks = list(blocks)
    lists = _lists(blocks)
    for number, block in enumerate(blocks):
        if block.kind == "menu":
            continue
        sentences = [block.text] if block.kind in {"heading", "row"} else split_sentences(block)
        statement = Statement(
            "",
            kind=block.kind,
            block=number,
            question=block.question and block.question[:_MAX_CONTEXT],
            lead=block.lead and block.lead[-_MAX_CONTEXT:],
            heading=block.headings[-1][:_MAX_CONTEXT] if block.headings else None,
            header=" | ".join(cell for cell in block.header if cell)[:_MAX_CONTEXT] or None,
            place=" > ".join(heading[:_MAX_CONTEXT] for heading in block.headings[-_PLACE_PARTS:]),
            passage=lists.get(number, block.text),
        )
        for sentence in sentences:
            if sentence.endswith("?"):
                statement = replace(statement, question=sentence[-_MAX_CONTEXT:], first=True)
                continue
            yield replace(statement, text=sentence[:_MAX_SENTENCE])
            statement = replace(statement, first=False)


def split_sentences(block: Block) -> list[str]:
    """The sentences of a block; a line break ends a sentence where the lines are short entries, not wrapped prose."""
    return [
        text
        for line in block.lines
        for sentence in sentencex.segment("en", line)
        for part in _NO_NUMBER.split(sentence)
        if (text := part.strip())
    ]


def _lists(blocks: Sequence[Block]) -> dict[int, str]:
    """By number of an item or row: its whole list, after the line that announces it."""
    found: dict[int, str] = {}
    run: list[int] = []
    for number in range(len(blocks) + 1):
        block = blocks[number] if number < len(blocks) else None
        if block is not None and block.kind in {"item", "row"} and (not run or block.path[:-1] == blocks[run[-1]].path[:-1]):
            run.append(number)
            continue
        text = " ".join(blocks[place].text for place in run)
        lead = blocks[run[0]].lead if run else None
        found.update(dict.fromkeys(run, f"{lead} {text}" if lead else text))
        run = [number] if block is not None and block.kind in {"item", "row"} else []
    return found
