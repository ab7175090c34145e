"""Whether a page has content at all, and if not, why: a page without content states nothing, not even silence."""

import re
from collections.abc import Sequence
from typing import Final

import py3langid

from flows.pages.markup import Block, Markup
from schemas.vocabulary import PageContent

_ENOUGH_WORDS: Final = 25
_SHORT_PAGE_WORDS: Final = 120
_LANGUAGE_SAMPLE: Final = 1500
_LANGUAGE_WORDS: Final = 12
_NOT_FOUND = re.compile(
    r"\b(?:404|page (?:can ?not|could not|cannot|not) be found|not found|(?:page|address|document|file|"
    r"link) (?:that )?(?:you )?(?:\w+ ){0,6}(?:no longer (?:exists?|available|here)|"
    r"does(?: not|n['’]t) exist|has (?:been )?(?:moved|removed|deleted|retired)|is gone|has moved|"
    r"is missing|was (?:removed|moved|deleted))|error (?:403|404|410|500|503)|access denied|forbidden|"
    r"service unavailable|under (?:maintenance|construction)|nothing (?:was )?found|we (?:can['’]t|cannot|"
    r"could not|couldn['’]t) find (?:the|that|this) page|"
    r"oops|page you (?:requested|asked for|are looking for)|coming soon)\b",
    re.IGNORECASE,
)
_LOGIN = re.compile(
    r"\b(?:sign in|log ?in|log on|single sign-on|user ?name|forgot(?:ten)? (?:your )?password|password|"
    r"authenticat\w+|intranet|members? only|restricted (?:page|area|access)|"
    r"network account|credentials)\b",
    re.IGNORECASE,
)
_COOKIES = re.compile(
    r"\b(?:cookies?|consent|privacy (?:choices|preferences|settings)|accept all|reject all|"
    r"manage (?:preferences|settings))\b",
    re.IGNORECASE,
)
_SCRIPT = re.compile(
    r"\b(?:enable|turn on|switch(?:ed)? on|activate|requires?|needs?)\b[^.]{0,30}\bjava ?script\b|"
    r"\bjava ?script\b[^.]{0,40}\b(?:enabled?|on|required|needed|disabled)\b",
    re.IGNORECASE,
)
_DOCUMENT = re.compile(r"\b(?:pdf|download|document|brochure|flyer|attached|attachment|handbook)\b", re.IGNORECASE)
_ENGLISH = re.compile(r"\b(?:the|and|of|to|in|for|is|are|our|we|you|with|on|at|by|from|this|that|or|a)\b", re.IGNORECASE)


def why_no_content(markup: Markup) -> PageContent | None:
    """Why a page says nothing that could be read; None for a page with content."""
    speaking = [block for block in markup.blocks if block.kind != "menu"]
    body = [block for block in speaking if block.kind != "heading"]
    told = " ".join(block.text for block in body)
    words = len(told.split())
    headings = " ".join([markup.title, *(block.text for block in speaking if block.kind == "heading")])
    if words < _SHORT_PAGE_WORDS:
        found = _short_page(markup, body, told, words, headings)
        if found is not None:
            return found
    if words < _ENOUGH_WORDS and not _says_something(speaking):
        return PageContent.EMPTY
    return PageContent.NOT_ENGLISH if _is_foreign(" ".join(block.text for block in speaking)) else None


def _short_page(markup: Markup, body: Sequence[Block], told: str, words: int, headings: str) -> PageContent | None:
    if _SCRIPT.search(told) and words < 2 * _ENOUGH_WORDS:
        return PageContent.SCRIPT
    if _NOT_FOUND.search(headings) or (_NOT_FOUND.search(told) and words < 3 * _ENOUGH_WORDS):
        return PageContent.NOT_FOUND
    if (
        markup.has_password_field
        or (_LOGIN.search(headings) and _LOGIN.search(told))
        or (words < 2 * _ENOUGH_WORDS and len(_LOGIN.findall(told)) > 1)
    ):
        return PageContent.LOGIN
    if len(_COOKIES.findall(told)) > 1 and sum(_COOKIES.search(block.text) is not None for block in body) >= max(
        1, len(body) // 2
    ):
        return PageContent.COOKIES
    linked = markup.document_links or any(block.linked and _DOCUMENT.search(block.text) for block in markup.blocks)
    if linked and _DOCUMENT.search(told) and words < 2 * _ENOUGH_WORDS:
        return PageContent.ONLY_DOCUMENT
    return None


def _says_something(blocks: Sequence[Block]) -> bool:
    """Whether a very short page still has a heading with something under it."""
    return any(block.kind in {"item", "row", "paragraph"} and len(block.text.split()) > 2 for block in blocks) and len(blocks) > 2


def _is_foreign(text: str) -> bool:
    sample = text[:_LANGUAGE_SAMPLE]
    words = sample.split()
    if len(words) < _LANGUAGE_WORDS or len(_ENGLISH.findall(sample)) > 0.12 * len(words):
        return False
    language, _ = py3langid.classify(sample)
    return bool(language != "en")
