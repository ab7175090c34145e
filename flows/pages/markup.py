"""A page's markup as blocks that speak: headings, paragraphs, list items, table rows and answers, each with its context.

What never speaks is told by structure: tags and ARIA roles of site furniture, class names that site builders give it, hidden
parts that no control on the page opens, lists that are nearly all links, and boxes under a heading such as "In the news".
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

SILENT_TAGS: Final = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "math",
        "canvas",
        "iframe",
        "object",
        "embed",
        "audio",
        "video",
        "nav",
        "footer",
        "aside",
        "dialog",
        "select",
        "option",
        "datalist",
        "textarea",
        "input",
        "head",
        "title",
        "meta",
        "link",
        "map",
        "area",
        "progress",
        "meter",
    ]
)
SILENT_ROLES: Final = frozenset(
    [
        "navigation",
        "banner",
        "contentinfo",
        "complementary",
        "search",
        "dialog",
        "alertdialog",
        "menu",
        "menubar",
        "toolbar",
        "tooltip",
        "alert",
        "status",
    ]
)
BLOCK_TAGS: Final = frozenset(
    [
        "address",
        "article",
        "blockquote",
        "body",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
        "caption",
    ]
)
HEADING_TAGS: Final = {f"h{level}": level for level in range(1, 7)}
_FURNITURE = re.compile(
    r"^(?:(?:site|page|global|main|block|l|region)[-_]+)?"
    r"(?:nav|navbar|navigation|menu|mainmenu|submenu|megamenu|megadrop|breadcrumbs?|footer|cookies?|consent|gdpr|onetrust|"
    r"sidebar|sidenav|leftnav|promo|teasers?|social|share|sharing|related|recent|skip|modal|popup|banner|"
    r"masthead|pagination|pager|"
    r"search|advert|ads?|newsletter|copyright|widget|webpart|alert|toast|offcanvas)(?:[-_].*)?$|"
    r"^(?:widget-area|visually-hidden|sr-only|screen-reader-text|eu-cookie|news-?(?:list|feed|item|teasers?)?|link-list)$",
    re.IGNORECASE,
)
_SPEAKING_FURNITURE = re.compile(
    r"^(?:alert-info|banner-text|widget-(?:wrap|container|content|text)|webpart-?(?:zone|body)|recent-?grad.*)$"
)
_NEWS_HEADING = re.compile(
    r"^(?:in the (?:news|media)|(?:latest|recent|hospital|campus|more|featured) (?:news|stories|headlines|posts)|"
    r"news(?: (?:and|&) (?:events|stories|media|updates))?|upcoming events|related (?:links|pages|stories|articles|content)|"
    r"quick ?links|you (?:may|might) also (?:like|be interested in)|follow us|share this(?: page)?|"
    r"connect with us|trending|top stories|"
    r"what'?s new|popular pages|on this page|in this section)\W*$",
    re.IGNORECASE,
)
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_SPACE = re.compile(r"[\s\u00a0\u200b\ufeff\u00ad]+")
_BOXES = frozenset({"div", "section", "ul"})
_LINE_ENDS = re.compile(r"[\r\n]+")
_LAYOUT_TAGS = frozenset(["table", "h1", "h2", "h3", "form", "ul", "ol", "dl"])
_TAB_TARGETS = ("aria-controls", "data-bs-target", "data-target", "href")
_MAX_TAB_LABEL = 120
_TAB_LEVEL = 6
_MENU_LINKS = 3
_MAX_CELL_TEXT = 400
_MAX_DEPTH = 250
_MAX_BLOCKS = 6_000
_MAX_CELLS = 60
_MAX_ROWS = 3_000
_MAX_BLOCK_TEXT = 20_000
_LARGE = 150_000
_LARGE_TAG = 20_000
_MANY_ATTRIBUTES = 500
_MANY_TAGS = 15_000
_MAX_NESTING = 1_000
_ANY_TAG = re.compile(r"""(?P<name><[a-zA-Z][^\s/>"']*+)(?:[^"'>]++|"[^"]*+"|'[^']*+')*+""")
_TAG_NAME = re.compile(r"<(?P<close>/?)(?P<name>[a-zA-Z][a-zA-Z0-9]*+)")
_UNNESTED = frozenset(
    [
        "p",
        "li",
        "dt",
        "dd",
        "tr",
        "td",
        "th",
        "thead",
        "tbody",
        "tfoot",
        "option",
        "br",
        "hr",
        "img",
        "input",
        "meta",
        "link",
        "area",
        "wbr",
        "col",
        "a",
        "x",
    ]
)


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a page that speaks.

    Attributes:
        kind: ``heading``, ``paragraph``, ``item``, ``row`` (a data table's) or ``menu`` (a line that is nearly all links).
        text: Its visible text, white space collapsed; the cells of a row joined as ``first: second | third``.
        lines: The text as broken by line breaks.
        headings: Headings above it, outermost first.
        question: The question that it answers, when there is one.
        lead: The line that announces it, such as "We sponsor:" above a list.
        cells: A row's cells.
        header: The header cells of a row's table.
        path: Places of its containers from the top; blocks of one card share a prefix.
        level: A heading's level, 1 to 6.
        strong: Whether all of its text is bold.
        linked: Whether nearly all of its text is links.
    """

    kind: str
    text: str
    lines: tuple[str, ...]
    path: tuple[int, ...]
    headings: tuple[str, ...] = ()
    question: str | None = None
    lead: str | None = None
    cells: tuple[str, ...] = ()
    header: tuple[str, ...] = ()
    level: int = 0
    strong: bool = False
    linked: bool = False


@dataclass(slots=True)
class Markup:
    """What the markup says.

    Attributes:
        title: The text of the ``title`` tag.
        language: The ``lang`` attribute, lower case; None without one.
        blocks: The blocks that speak, in the page's order.
        has_password_field: Whether the page asks for a password.
        document_links: Links to PDF or Word documents in the speaking part.
    """

    title: str
    language: str | None
    blocks: tuple[Block, ...]
    has_password_field: bool
    document_links: tuple[str, ...]


def collapse(text: str) -> str:
    """Text with white space, non-breaking spaces and invisible characters collapsed to single spaces."""
    return _SPACE.sub(" ", text).strip()


def tamed(text: str) -> str:
    """Text whose tags neither nest without end nor carry attributes without end, for which a parser would need minutes.

    Tags that would open below the deepest level are left out with the tags that close them; what they hold stays. A tag of many
    thousand characters loses its attributes when there are hundreds. A page of ordinary size passes untouched.
    """
    if len(text) > _LARGE or max(map(len, text.split(">"))) > _LARGE_TAG:
        text = _ANY_TAG.sub(_without_excess, text)
    return _TAG_NAME.sub(_Depth().step, text) if text.count("<") > _MANY_TAGS else text


def _without_excess(tag: re.Match[str]) -> str:
    found = tag.group()
    return (
        found
        if len(found) <= _LARGE_TAG or len(found.split(maxsplit=_MANY_ATTRIBUTES)) <= _MANY_ATTRIBUTES
        else tag.group("name")
    )


class _Depth:
    """Counts how deep tags nest, and leaves out those that nest too deep."""

    def __init__(self) -> None:
        self.depth = 0

    def step(self, tag: re.Match[str]) -> str:
        if tag.group("name").lower() in _UNNESTED:
            return tag.group()
        if tag.group("close"):
            self.depth = max(0, self.depth - 1)
            return tag.group() if self.depth < _MAX_NESTING else "</x"
        self.depth += 1
        return tag.group() if self.depth <= _MAX_NESTING else "</x"


def read_markup(text: str) -> Markup:
    """The blocks of a page's text that speak. Never fails on bad markup: it is parsed as a browser parses it."""
    tree = LexborHTMLParser(tamed(text))
    body = tree.body or tree.root
    if body is None:
        return Markup("", None, (), has_password_field=False, document_links=())
    title = tree.css_first("title")
    root = tree.css_first("html")
    reader = _Reader(controlled=_controlled_ids(tree), tabs=_tab_labels(tree))
    reader.read(body)
    language = (root.attributes.get("lang") or "").strip().lower() if root is not None else ""
    return Markup(
        collapse(title.text()) if title is not None else "",
        language or None,
        tuple(_with_context(_with_menus(reader.blocks))),
        has_password_field=tree.css_first("input[type=password]") is not None,
        document_links=tuple(reader.document_links),
    )


def _controlled_ids(tree: LexborHTMLParser) -> frozenset[str]:
    """Ids of hidden parts that a control on the page opens: accordions, tabs, "read more"."""
    found: set[str] = set()
    for node in tree.css(
        "[aria-controls], [data-target], [data-bs-target], [data-toggle][href], [data-bs-toggle][href], [role=tab][href]"
    ):
        for name in ("aria-controls", "data-target", "data-bs-target", "href"):
            value = node.attributes.get(name) or ""
            found.update(part.lstrip("#") for part in value.split())
    return frozenset(found)


def _tab_labels(tree: LexborHTMLParser) -> dict[str, str]:
    """What is written on the tab that opens a panel, by the panel's id: the panel's heading, though it stands far from it."""
    found: dict[str, str] = {}
    for node in tree.css("[role=tab], [data-toggle=tab], [data-bs-toggle=tab]"):
        target = next((value for name in _TAB_TARGETS if (value := node.attributes.get(name))), "")
        label = collapse(node.text())
        if target and label:
            found.setdefault(target.split()[0].lstrip("#"), label[:_MAX_TAB_LABEL])
    return found


@dataclass(slots=True)
class _Inline:
    """Text that is being gathered until a block ends."""

    parts: list[str] = field(default_factory=list)
    letters: int = 0
    linked: int = 0
    links: int = 0
    strong: int = 0

    def add(self, text: str, *, linked: bool, strong: bool) -> None:
        self.parts.append(text)
        size = len(text.strip())
        self.letters += size
        self.linked += size if linked else 0
        self.strong += size if strong else 0


class _Reader:
    """Walks a tree and gathers blocks."""

    def __init__(self, controlled: frozenset[str], tabs: dict[str, str]) -> None:
        self.controlled = controlled
        self.tabs = tabs
        self.blocks: list[Block] = []
        self.document_links: list[str] = []
        self._inline = _Inline()
        self._path: list[int] = []
        self._kind, self._level = "paragraph", 0
        self._question: str | None = None

    def read(self, body: LexborNode) -> None:
        self._children(body, depth=0, linked=False, strong=False)
        self._flush()

    # --- the walk ---

    def _children(self, node: LexborNode, *, depth: int, linked: bool, strong: bool) -> None:
        child, place = node.child, 0
        while child is not None and len(self.blocks) < _MAX_BLOCKS:
            self._node(child, place, depth=depth, linked=linked, strong=strong)
            child, place = child.next, place + 1

    def _node(self, node: LexborNode, place: int, *, depth: int, linked: bool, strong: bool) -> None:
        tag = node.tag
        if tag == "-text":
            self._inline.add(_LINE_ENDS.sub(" ", node.text_content or ""), linked=linked, strong=strong)
            return
        if tag is None or tag.startswith(("-", "_", "!")) or not self._speaks(node, tag):
            return
        if depth > _MAX_DEPTH:
            self._inline.add(" " + node.text(deep=True)[:_MAX_BLOCK_TEXT], linked=linked, strong=strong)
            return
        if tag == "br":
            self._inline.add("\n", linked=linked, strong=strong)
        elif tag == "table" and (rows := _data_rows(node)) is not None:
            self._flush()
            if (caption := node.css_first("caption")) is not None and (name := collapse(caption.text())):
                self.blocks.append(Block("heading", name[:_MAX_BLOCK_TEXT], (name,), (*self._path, place), level=6))
            self._rows(rows, place)
        elif tag in BLOCK_TAGS or tag == "button":
            self._block(node, tag, place, depth)
        else:
            if tag == "a":
                self._inline.links += 1
                self._link(node)
            self._children(node, depth=depth + 1, linked=linked or tag == "a", strong=strong or tag in {"b", "strong"})

    def _block(self, node: LexborNode, tag: str, place: int, depth: int) -> None:
        self._flush()
        before = self._kind, self._level, self._question
        self._path.append(place)
        label = self.tabs.get(node.attributes.get("id") or "")
        if label and (not self.blocks or self.blocks[-1].text != label):
            self.blocks.append(Block("heading", label, (label,), tuple(self._path), level=_TAB_LEVEL))
        asked = node.attributes.get("data-question")
        if asked:
            self._question = collapse(asked)
        if tag in HEADING_TAGS or tag in {"summary", "dt", "legend", "caption", "button"}:
            self._kind, self._level = "heading", HEADING_TAGS.get(tag, 6)
        elif tag == "li":
            self._kind = "item"
        elif tag not in {"p", "div", "span"} or self._kind == "heading":
            self._kind, self._level = "paragraph", 0
        self._children(node, depth=depth + 1, linked=False, strong=False)
        self._flush()
        self._path.pop()
        self._kind, self._level, self._question = before

    def _rows(self, rows: Sequence[tuple[tuple[str, ...], bool]], place: int) -> None:
        header: tuple[str, ...] = ()
        for number, (cells, is_header) in enumerate(rows):
            if is_header and any(cells):
                header = cells
                continue
            if not any(cells):
                continue
            told = [collapse(cell) for cell in cells if cell]
            text = told[0] if len(told) == 1 else f"{told[0].rstrip(':')}: {' | '.join(told[1:])}"
            path = (*self._path, place, number)
            self.blocks.append(
                Block("row", text[:_MAX_BLOCK_TEXT], (text,), path, cells=cells, header=header, question=self._question)
            )

    # --- what speaks ---

    def _speaks(self, node: LexborNode, tag: str) -> bool:
        attributes = node.attributes
        if tag in SILENT_TAGS:
            return False
        if not attributes:
            return node.css_first("h1") is not None if tag == "header" else tag not in _BOXES or not _is_news_box(node)
        if (attributes.get("role") or "").strip().lower() in SILENT_ROLES:
            return False
        opened = attributes.get("id") in self.controlled or (attributes.get("role") or "") == "tabpanel"
        hidden = (
            "hidden" in attributes
            or (attributes.get("aria-hidden") or "").lower() == "true"
            or _HIDDEN_STYLE.search(attributes.get("style") or "") is not None
        )
        if hidden and not opened:
            return False
        if tag == "header":
            return node.css_first("h1") is not None
        if tag == "button":
            return "aria-controls" in attributes or "aria-expanded" in attributes or "data-target" in attributes
        if tag in {"body", "html", "main", "article", "form", "td", "table", "tr", "tbody"} or opened:
            return True
        names = [*(attributes.get("class") or "").split(), *(attributes.get("id") or "").split()]
        if any(_FURNITURE.match(name) and not _SPEAKING_FURNITURE.match(name) for name in names) and not node.css_first("h1"):
            return False
        return not _is_news_box(node)

    def _link(self, node: LexborNode) -> None:
        address = (node.attributes.get("href") or "").split("#")[0].split("?")[0].lower()
        if address.endswith((".pdf", ".doc", ".docx")):
            self.document_links.append(address)

    def _flush(self) -> None:
        inline, self._inline = self._inline, _Inline()
        raw = "".join(inline.parts)[:_MAX_BLOCK_TEXT]
        text = collapse(raw)
        if not text:
            return
        lines = tuple(line for line in map(collapse, raw.split("\n")) if line) if "\n" in raw else (text,)
        kind, level, strong = self._kind, self._level, inline.strong >= inline.letters > 0
        if kind == "paragraph" and strong and len(text) <= 120 and not text.endswith((".", ";", ",")) and len(lines) == 1:
            kind, level = "heading", 6
        linked = inline.linked >= 0.8 * inline.letters
        if kind != "heading" and linked and inline.links >= _MENU_LINKS:
            kind = "menu"
        self.blocks.append(
            Block(kind, text, lines, tuple(self._path), question=self._question, level=level, strong=strong, linked=linked)
        )


def _is_news_box(node: LexborNode) -> bool:
    """Whether the box begins with a heading such as "In the news"."""
    child = node.child
    while child is not None and child.tag in {"-text", "-comment"}:
        if child.tag == "-text" and (child.text_content or "").strip():
            return False
        child = child.next
    if child is None or child.tag not in {*HEADING_TAGS, "strong", "b"}:
        return False
    return _NEWS_HEADING.match(collapse(child.text(deep=True))) is not None


def _data_rows(table: LexborNode) -> list[tuple[tuple[str, ...], bool]] | None:
    """The rows of a table that holds data, with whether a row is a header; None for a table that only lays out the page."""
    if any(node.tag in _LAYOUT_TAGS and node.mem_id != table.mem_id for node in table.traverse()):
        return None
    rows: list[tuple[tuple[str, ...], bool]] = []
    for row in table.css("tr")[:_MAX_ROWS]:
        cells: list[str] = []
        is_header = row.parent is not None and row.parent.tag == "thead"
        kinds: list[str] = []
        child = row.child
        while child is not None and len(cells) < _MAX_CELLS:
            if child.tag in {"td", "th"}:
                kinds.append(child.tag)
                cells.append(_cell_text(child))
            child = child.next
        if cells:
            rows.append((tuple(cells), is_header or (set(kinds) == {"th"} and len(cells) > 1)))
    if not rows or max(len(cells) for cells, _ in rows) < 2:
        return None
    return None if any(len(cell) > _MAX_CELL_TEXT for cells, _ in rows for cell in cells) else rows


def _cell_text(cell: LexborNode) -> str:
    """A cell's text; line breaks and inner blocks are kept as ``\\n``."""
    parts: list[str] = []
    for node in cell.traverse(include_text=True):
        if node.tag == "-text":
            parts.append(_LINE_ENDS.sub(" ", node.text_content or ""))
        elif node.tag == "br" or (node.tag in BLOCK_TAGS and node.mem_id != cell.mem_id):
            parts.append("\n")
    lines = [collapse(line) for line in "".join(parts).split("\n")]
    return "\n".join(line for line in lines if line)


def _with_menus(blocks: Sequence[Block]) -> list[Block]:
    """The blocks, where a run of three or more short lines that are links is a menu."""
    found = list(blocks)
    start = 0
    while start < len(found):
        end = start
        while end < len(found) and found[end].linked and found[end].kind in {"item", "paragraph"} and len(found[end].text) <= 60:
            end += 1
        if end - start >= _MENU_LINKS:
            found[start:end] = [replace(block, kind="menu") for block in found[start:end]]
        start = max(end, start + 1)
    return found


# --- context -----------------------------------------------------------------------------------------------------------

_QUESTION = re.compile(r"\?\s*[\"'”’)]*$")
_QUESTION_PREFIX = re.compile(r"^(?:q(?:uestion)?\s*(?:\d+)?\s*[.:)\-]\s+|\d{1,2}\s*[.)]\s+)", re.IGNORECASE)
_ANSWER_PREFIX = re.compile(r"^a(?:nswer)?\s*(?:\d+)?\s*[.:)\-]\s+", re.IGNORECASE)
_MAX_QUESTION = 300


def is_question(text: str) -> bool:
    """Whether a short text is a question as a whole."""
    return len(text) <= _MAX_QUESTION and _QUESTION.search(text) is not None


def _with_context(blocks: Sequence[Block]) -> Iterator[Block]:
    """The blocks with their headings, the question that they answer and the line that announces them."""
    stack: list[tuple[int, str]] = []
    question: str | None = None
    lead: tuple[str, str] | None = None  # the text, and the kind of block that it stood in
    previous: Block | None = None
    for block in blocks:
        if block.kind == "menu":
            yield replace(block, headings=tuple(text for _, text in stack))
            continue
        asks = is_question(block.text) and (block.kind in {"heading", "row"} or _is_whole_question(block.text))
        if block.kind == "heading":
            while stack and stack[-1][0] >= block.level and not (block.level == 6 and stack[-1][0] < 6):
                stack.pop()
            stack.append((block.level, block.text))
            question = _QUESTION_PREFIX.sub("", block.text) if asks else None
            lead = None
            yield replace(block, headings=tuple(text for _, text in stack[:-1]))
            previous = block
            continue
        if asks:
            question, lead = _QUESTION_PREFIX.sub("", block.text), None
            yield replace(block, headings=tuple(text for _, text in stack))
            previous = block
            continue
        text, lines = block.text, block.lines
        if question and (prefix := _ANSWER_PREFIX.match(text)):
            text, lines = text[prefix.end() :], (_ANSWER_PREFIX.sub("", lines[0]), *lines[1:])
        if block.kind != "item" and previous is not None and previous.kind == "item":
            lead = None
        yield replace(
            block,
            text=text,
            lines=lines,
            headings=tuple(heading for _, heading in stack),
            question=block.question or question,
            lead=lead[0]
            if lead is not None and block.kind in {"item", "row"}
            else (lead[0] if lead and lead[1] == "colon" else None),
        )
        if block.kind == "paragraph":
            ends = text.rstrip().endswith(":")
            lead = (text, "colon" if ends else "plain") if ends or len(text) <= 200 else None
        elif block.kind == "item" and text.rstrip().endswith(":"):
            lead = (text, "colon")
        previous = block


def _is_whole_question(text: str) -> bool:
    return text.count("?") >= 1 and not re.search(r"[.!]\s+\S", re.sub(r"\b[A-Z]\.", "", text)[:-1])
