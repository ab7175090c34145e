"""Text that a page carries in its data and not in its markup: JSON-LD and the state of server-rendered applications."""

import json
import re
from collections.abc import Iterator
from typing import Final

from selectolax.lexbor import LexborHTMLParser

from flows.pages.markup import Block, read_markup, tamed

_DATA = re.compile(r"application/(?:ld\+)?json|__NEXT_DATA__|__NUXT__", re.IGNORECASE)
_ASSIGNED = re.compile(r"^\s*(?:window\.)?__[A-Z_]+__\s*=\s*(?P<json>[\[{].*[\]}])\s*;?\s*$", re.DOTALL)
_NOT_TEXT: Final = frozenset(
    [
        "@id",
        "@type",
        "@context",
        "url",
        "href",
        "src",
        "slug",
        "id",
        "image",
        "logo",
        "nav",
        "menu",
        "footer",
        "header",
        "breadcrumb",
        "sameas",
        "buildid",
        "locale",
        "path",
        "key",
        "class",
        "style",
        "cookie",
        "breadcrumblist",
        "navigation",
        "social",
        "theme",
        "script",
        "scripts",
        "css",
        "news",
        "telephone",
        "email",
        "address",
    ]
)
_MAX_DEPTH: Final = 40
_MIN_WORDS: Final = 3
_MAX_TEXTS: Final = 2_000


def blocks_from_state(text: str) -> tuple[Block, ...]:
    """The blocks that a page's JSON-LD or application state would show, questions with their answers; empty without any."""
    pieces: list[str] = []
    for script in LexborHTMLParser(tamed(text)).css("script"):
        attributes = script.attributes
        document = _document(f"{attributes.get('type')} {attributes.get('id')}", script.text())
        if document is not None:
            pieces.extend(_pieces(document, 0, ""))
        if len(pieces) > _MAX_TEXTS:
            break
    return read_markup("<main>" + "\n".join(pieces[:_MAX_TEXTS]) + "</main>").blocks if pieces else ()


def _document(attributes: str, body: str) -> object:
    assigned = _ASSIGNED.match(body) if not _DATA.search(attributes) else None
    if assigned is None and not _DATA.search(attributes):
        return None
    try:
        return json.loads(assigned.group("json") if assigned else body)
    except (ValueError, RecursionError):
        return None


def _pieces(value: object, depth: int, key: str) -> Iterator[str]:
    """Markup for every text of a JSON document, in its order; names of fields decide what is no text."""
    if depth > _MAX_DEPTH or key.lower() in _NOT_TEXT:
        return
    if isinstance(value, dict):
        if str(value.get("@type")) == "Question":
            answer = value.get("acceptedAnswer")
            told = answer.get("text", "") if isinstance(answer, dict) else ""
            yield f"<h3>{value.get('name', '')}</h3><div>{told}</div>"
            return
        for name, inner in value.items():
            yield from _pieces(inner, depth + 1, str(name))
    elif isinstance(value, list):
        for inner in value:
            yield from _pieces(inner, depth + 1, key)
    elif isinstance(value, str) and (len(value.split()) >= _MIN_WORDS or "<" in value):
        tag = "h2" if key.lower() in {"title", "name", "headline", "heading"} else "div"
        yield f"<{tag}>{value}</{tag}>"
