"""What a page claims: bytes in, one reading out, with every claim's quote, place and rules; many pages in processes.

A page is parsed once. Its sentences form a frame; polars picks the few that speak of a subject at all, and only these meet the
grammar, each different sentence once.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import asdict, dataclass
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

from flows.pages.content import why_no_content
from flows.pages.decoding import decode_page
from flows.pages.markup import Markup, read_markup
from flows.pages.rosters import RosterRow, read_rosters
from flows.pages.sentences import statements_of
from flows.pages.state import blocks_from_state
from schemas.vocabulary import PageContent
from transforms.claims.informatics import FLAGS, VENDOR
from transforms.claims.page import PageClaims, page_claims
from transforms.claims.rules import RULES_VERSION
from transforms.claims.statements import Claim, Statement

_BATCH: Final = 50
_AHEAD: Final = 3
_MAX_BYTES: Final = 8_000_000
_MAX_STATEMENTS: Final = 3_000
_MAX_STATED: Final = 150_000


@dataclass(frozen=True, slots=True)
class PageReading:
    """What was read from one page.

    Attributes:
        title: The page's title.
        encoding: The charset that was used.
        declared: The charset that the page claims.
        no_content: Why the page says nothing; None for a page with content.
        claims: What it claims, resolved for the whole page.
        rosters: Counts of current trainees by class; None where nobody is listed.
        statements: How many statements were read.
    """

    title: str
    encoding: str
    declared: str | None
    no_content: PageContent | None
    claims: PageClaims
    rosters: list[RosterRow] | None
    statements: int


def read_page(content: bytes, header_charset: str | None = None) -> PageReading:
    """Read one page. Bad markup, wrong charsets and hostile bytes give a reading, never an error; what is too large is cut."""
    decoded = decode_page(content[:_MAX_BYTES], header_charset)
    markup = read_markup(decoded.text)
    why = why_no_content(markup)
    if why in {PageContent.SCRIPT, PageContent.EMPTY}:
        told = Markup(
            markup.title, markup.language, blocks_from_state(decoded.text), markup.has_password_field, markup.document_links
        )
        if told.blocks and why_no_content(told) is None:
            markup, why = told, None
    if why is not None:
        return PageReading(markup.title, decoded.encoding, decoded.declared, why, PageClaims.none(), None, 0)
    statements = _bounded(statements_of(markup.blocks))
    return PageReading(
        markup.title,
        decoded.encoding,
        decoded.declared,
        None,
        page_claims(statements, markup.title),
        read_rosters(markup),
        len(statements),
    )


def _bounded(statements: Iterable[Statement]) -> list[Statement]:
    """The first statements, as many and as long together as a page of any sense has."""
    found: list[Statement] = []
    stated = 0
    for statement in islice(statements, _MAX_STATEMENTS):
        stated += sum(
            len(text)
            for text in (statement.text, statement.question, statement.lead, statement.heading, statement.header)
            if text is not None
        )
        if stated > _MAX_STATED:
            break
        found.append(statement)
    return found


def reading_json(name: str, reading: PageReading) -> dict[str, Any]:
    """One JSON object for a page: statuses in the words of the contract, numbers or null, counts, and the evidence of each claim.

    A page without content says ``unknown`` throughout, which is not the silence of ``not_stated``.
    """
    claims = reading.claims
    empty = reading.no_content is not None
    silent = "unknown" if empty else "not_stated"
    values = claims.values
    return {
        "file": name,
        "title": reading.title,
        "encoding": reading.encoding,
        "declared_charset": reading.declared,
        "rules_version": RULES_VERSION,
        "content_ok": not empty,
        "no_content": None if reading.no_content is None else reading.no_content.value,
        "j1_status": silent if empty else claims.visas["j1"].status.value,
        "h1b_status": silent if empty else claims.visas["h1b"].status.value,
        "j1_conditions": sorted(claims.visas["j1"].conditions),
        "h1b_conditions": sorted(claims.visas["h1b"].conditions),
        "other_visas": list(claims.other_visas),
        "img_accepted": values.get("img_accepted", silent),
        "usce_required": values.get("usce_required", silent),
        "ecfmg_required": values.get("ecfmg_required"),
        "yog_max_years": values.get("yog_max_years"),
        "yog_soft": "yog_max_years" in claims.soft,
        "step1_min": values.get("step1_min"),
        "step2_min": values.get("step2_min"),
        "score_soft": bool({"step1_min", "step2_min"} & claims.soft),
        "attempts_max": values.get("attempts_max"),
        "attempts_soft": "attempts_max" in claims.soft,
        "img_share_pct": values.get("img_share_pct"),
        "informatics": {**{flag: bool(values.get(flag, False)) for flag in FLAGS}, VENDOR: values.get(VENDOR)},
        "roster": None if reading.rosters is None else [asdict(row) for row in reading.rosters],
        "evidence": [evidence_json(claim) for claim in claims.evidence],
    }


def evidence_json(claim: Claim) -> dict[str, Any]:
    """One claim with what it rests on."""
    return {
        "claim": claim.claim,
        "value": claim.value,
        "conditions": sorted(claim.conditions),
        "soft": claim.soft,
        "quote": claim.quote,
        "place": claim.place,
        "rules": list(claim.rules),
    }


def read_files(files: Iterable[Path], workers: int = 1) -> Iterator[tuple[Path, PageReading]]:
    """Readings of files in their order; more than one worker reads in processes, few batches ahead of the reader.

    Raises:
        OSError: When a file cannot be read.
    """
    if workers <= 1:
        for file in files:
            yield file, read_page(file.read_bytes())
        return
    waiting: deque[Future[list[tuple[Path, PageReading]]]] = deque()
    with reading_pool(workers) as pool:
        for batch in _batches(files):
            waiting.append(pool.submit(_read_batch, batch))
            if len(waiting) > _AHEAD * workers:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()


def reading_pool(workers: int) -> ProcessPoolExecutor:
    """Processes that read pages. They start afresh: a fork of a process in which polars has worked waits for ever."""
    return ProcessPoolExecutor(max_workers=workers, mp_context=get_context("spawn"))


def _batches(files: Iterable[Path]) -> Iterator[list[Path]]:
    rest = iter(files)
    while batch := list(islice(rest, _BATCH)):
        yield batch


def _read_batch(files: Sequence[Path]) -> list[tuple[Path, PageReading]]:
    return [(file, read_page(file.read_bytes())) for file in files]
