"""The links of a page that lead to eligibility, application, visas, residents, curriculum or informatics of the same site."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import tldextract
from selectolax.lexbor import LexborHTMLParser
from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

from flows.capturing.addresses import host_of, refuse_spelling
from flows.capturing.faults import RefusedError
from flows.crawling.topics import TOPICS
from flows.pages.decoding import decode_page
from flows.person_names import is_person
from schemas.vocabulary import Scope

MAX_LINKS_READ = 3_000
MAX_TEXT = 200
_NOT_PAGES = re.compile(
    r"\.(?:pdf|docx?|xlsx?|pptx?|zip|jpe?g|png|gif|svg|webp|mp[34]|mov|avi|ics|css|js|xml|json)$", re.IGNORECASE
)
_INDEX = re.compile(r"^(?:index|home|default|main)\.\w+$", re.IGNORECASE)
_SEPARATORS = re.compile(r"[^a-z0-9]+")
_DOMAINS = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)
"""The public suffix list that came with the package: nothing is fetched for it."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link that is worth following. Its words are read and not kept: they may be somebody's name.

    Attributes:
        address: Where it leads, in one spelling.
        topics: What it promises.
        scope: Whether the page behind it speaks of the program or of its institution.
        weight: How much it promises.
    """

    address: str
    topics: tuple[str, ...]
    scope: Scope
    weight: int


@cache
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    spaced = sorted((_words(word) for word in words), key=len, reverse=True)
    return re.compile(rf"(?<![a-z0-9])(?:{'|'.join(map(re.escape, spaced))})(?![a-z0-9])")


def _says(text: str, words: list[str]) -> bool:
    return _pattern(tuple(words)).search(text) is not None


def _words(text: str) -> str:
    return _SEPARATORS.sub(" ", text.lower()).strip()


def site_of(address: str) -> str:
    """The site that an address belongs to: the domain that somebody registered, else the host with its port."""
    return _DOMAINS(host_of(address)).top_domain_under_public_suffix or urlsplit(address).netloc.lower()


def folder_of(address: str) -> str:
    """The folder whose pages speak of the same thing as this one: its own address as a folder, or where its file lies."""
    parts = urlsplit(address)
    path = PurePosixPath(parts.path or "/")
    is_file = bool(path.suffix) or bool(_INDEX.match(path.name))
    folder = str(path.parent if is_file else path).rstrip("/")
    return f"{parts.netloc.lower()}{folder.lower()}/"


def links_of(content: bytes, address: str, start_address: str, charset: str | None = None) -> list[Link]:
    """The links of a page that are worth following, most promising first; none is repeated.

    Args:
        content: The page's bytes.
        address: Where the page was found, after redirects.
        start_address: Where the reading of the site began.
        charset: Charset of the Content-Type header.
    """
    tree = LexborHTMLParser(decode_page(content, charset).text)
    base_node = tree.css_first("base[href]")
    base = _joined(address, base_node.attributes.get("href") or "" if base_node else "") or address
    best: dict[str, Link] = {}
    is_nested = tree.css_first("a a[href]") is not None  # then a label holds other labels, and all together are endless
    for number, node in enumerate(tree.css("a[href]")):
        if number >= MAX_LINKS_READ:
            break
        link = _link(
            base, node.attributes.get("href") or "", "" if is_nested else node.text(separator=" "), address, start_address
        )
        if link is not None and (link.address not in best or best[link.address].weight < link.weight):
            best[link.address] = link
    return sorted(best.values(), key=lambda link: -link.weight)


def _link(base: str, href: str, label: str, address: str, start_address: str) -> Link | None:
    target = _joined(base, href)
    if target is None or target in (address, start_address) or site_of(target) != site_of(start_address):
        return None
    parts = urlsplit(target)
    if _NOT_PAGES.search(parts.path):
        return None
    text = " ".join(label.split())[:MAX_TEXT]
    own = _words(f"{text} {_told_by(target, start_address)}")
    if _says(_words(f"{text} {PurePosixPath(unquote(parts.path)).stem}"), TOPICS["never"]):
        return None
    is_under = f"{parts.netloc.lower()}{parts.path.lower()}".startswith(folder_of(start_address))
    if not is_under and not _says(_words(f"{text} {unquote(parts.path)}"), TOPICS["of_graduate_medical_education"]):
        return None
    topics = tuple(name for name, topic in TOPICS["topics"].items() if _says(own, topic["words"]))
    if not topics or is_person(text, in_practice=True):
        return None
    weight = 2 * max(TOPICS["topics"][name]["weight"] for name in topics) + is_under
    return Link(target, topics, Scope.PROGRAM if is_under else Scope.INSTITUTION, weight)


def _told_by(target: str, start_address: str) -> str:
    """What an address says beyond the folder that its site begins in: every page under it would say the same."""
    path = urlsplit(target).path
    folder = folder_of(start_address).partition("/")[2].rstrip("/")
    return unquote(path.lstrip("/").removeprefix(folder))


def _joined(base: str, href: str) -> str | None:
    """The address of a link in one spelling, without its fragment; None where it is no address of a page."""
    try:
        target = parse_url(urldefrag(urljoin(base, href.strip())).url).url
        refuse_spelling(target)
    except (RefusedError, LocationParseError, ValueError):
        return None
    return target
