"""Getting bytes from where a profile says they are: a file, or an address, politely, within limits, and never off the web."""

import random
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from email.message import Message
from http import HTTPStatus
from http.client import HTTPException
from http.cookiejar import DefaultCookiePolicy
from importlib.metadata import version
from pathlib import Path
from typing import Self
from urllib.parse import parse_qsl, unquote_plus, urldefrag, urlencode, urljoin, urlsplit

import requests
import urllib3
from urllib3.util.retry import Retry

from flows.capturing.addresses import host_of, origin_of, refuse_spelling
from flows.capturing.faults import FetchError, RefusedError, UnreachableError, plain, told
from flows.capturing.hosts import Hosts
from flows.capturing.wire import CONNECT_SECONDS, GuardedAdapter, Wire, default_context

__all__ = [
    "FILE",
    "MAX_BYTES",
    "OTHER_TYPE",
    "PAGE",
    "PAGE_TYPES",
    "WEB_PAGE",
    "FetchError",
    "Fetched",
    "Fetcher",
    "Limits",
    "Question",
    "Validators",
    "agent_string",
    "read_file",
]

MAX_BYTES = 600 * 2**20
MAX_REDIRECTS = 5
MAX_RETRY_AFTER = 120.0
"""A host that wants us to wait longer is not asked again tonight."""
TRIES = 5
_CHUNK = 2**18
_CHARSET = re.compile(r"[a-z0-9_:.\-]{1,40}")
_MAX_VALIDATOR = 256
_HEALS = (
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.BAD_GATEWAY,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.GATEWAY_TIMEOUT,
)
_RAISED = (requests.RequestException, urllib3.exceptions.HTTPError, HTTPException, OSError, ValueError)
"""What the libraries raise over an answer that is not what it should be; ValueError comes out of header values."""


@dataclass(frozen=True)
class Limits:
    """What one answer may cost.

    Attributes:
        body_bytes: Bytes of the body, on the wire and after decompression.
        seconds: Seconds from the request to the last byte.
        silence: Seconds without any byte.
        head_bytes: Bytes of status line and headers.
    """

    body_bytes: int
    seconds: float
    silence: float = 60.0
    head_bytes: int = 2**17


FILE = Limits(MAX_BYTES, 1800.0)
PAGE = Limits(64 * 2**20, 180.0)
WEB_PAGE = Limits(8 * 2**20, 90.0, silence=20.0)
"""A page of somebody's site: the reader looks at the first 8 MB."""
OTHER_TYPE = "expected an HTML page; found content type"
"""How a reason begins where a page was meant and something else is announced."""
PAGE_TYPES = ("text/html", "application/xhtml+xml", "text/plain")
_ROBOTS = Limits(2**19, 30.0, silence=15.0)


@dataclass(frozen=True)
class Fetched:
    """An answer.

    Attributes:
        body: The bytes; None when the publisher says that nothing has changed.
        http_status: HTTP status; None for a file.
        etag: For the next conditional request.
        last_modified: For the next conditional request.
        charset: Charset of the Content-Type header.
        final_address: Where redirects led; None where there were none.
    """

    body: bytes | None
    http_status: int | None = None
    etag: str | None = None
    last_modified: str | None = None
    charset: str | None = None
    final_address: str | None = None


@dataclass(frozen=True)
class Validators:
    """What the last answer gave for a conditional request."""

    etag: str | None = None
    last_modified: str | None = None

    def headers(self) -> dict[str, str]:
        """Headers of a conditional request."""
        given = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in given.items() if value}


def read_file(path: Path) -> Fetched:
    """The bytes of a file.

    Raises:
        FetchError: When there is no such file, it is too large, or it cannot be read.
    """
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise FetchError(f"expected at most {MAX_BYTES} bytes; found {size}")
        return Fetched(path.read_bytes())
    except OSError as error:
        raise FetchError(f"cannot read the file: {error.strerror or error}") from error


def agent_string(contact: str) -> str:
    """Who asks: the project, its version, and whom to write to."""
    return f"residency-warehouse/{version('residency-warehouse')}" + (f" (+{contact})" if contact else "")


@dataclass(frozen=True)
class Question:
    """What is asked for beside the address.

    Attributes:
        validators: What the last answer gave.
        json: Body of a POST, as JSON; None for a GET.
        headers: Headers that carry a key; they go to the first origin only.
        parameters: Parameters that carry a key; they go to the first origin only, and stand in no row.
        types: Content types that are read; empty for any. The body of another is not even fetched.
    """

    validators: Validators = field(default_factory=Validators)
    json: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    parameters: Mapping[str, str] = field(default_factory=dict, repr=False)
    types: tuple[str, ...] = ()

    def without_key(self) -> Self:
        """The same question to another origin."""
        return replace(self, headers={}, parameters={})


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> None:
        """No redirect is any business of requests: it would read the whole body of one, even when it is not to follow it."""


class Fetcher:
    """Asks for addresses: one worker's connections, limits and retries. One fetcher serves one thread.

    Args:
        hosts: What the run knows of the hosts, shared by its workers.
        contact: Whom a publisher can write to.
        allow_loopback: Whether this computer itself may be asked.
        tries: How often to ask where asking again may help.
        context: TLS settings; None for those of ``default_context``.
    """

    def __init__(
        self,
        hosts: Hosts,
        contact: str = "",
        *,
        allow_loopback: bool = False,
        tries: int = TRIES,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._hosts, self._tries = hosts, tries
        self._wire = Wire(allow_loopback=allow_loopback)
        self._session = _Session()
        self._session.trust_env = False  # a proxy of the environment would connect for us, unchecked
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._session.headers.update({"User-Agent": agent_string(contact), "Accept-Encoding": "gzip, deflate"})
        adapter = GuardedAdapter(self._wire, context or default_context())
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, adapter)

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def fetch(
        self, address: str, question: Question | None = None, *, limits: Limits = FILE, asks_robots: bool = False
    ) -> Fetched:
        """Ask for an address, conditionally where a former answer allows it.

        Args:
            address: An http or https address.
            question: What is asked for beside it.
            limits: What an answer may cost.
            asks_robots: Whether robots.txt of each host on the way is asked first.

        Raises:
            FetchError: On any answer but 304 and a whole 200 with a body; on every fault of network, TLS and HTTP; and
                on addresses that are never asked. A host that answers 403 is not asked again tonight.
        """
        try:
            fetched = self._persist(address, question or Question(), limits, asks_robots=asks_robots)
        except UnreachableError as error:
            self._hosts.stop(host_of(error.address or address), "this host could not be reached")
            raise
        except FetchError as error:
            if error.http_status == HTTPStatus.FORBIDDEN and error.address:
                self._hosts.stop(host_of(error.address), "this host answered 403")
            raise
        if fetched.body == b"":
            raise FetchError("expected a body; found an empty one", fetched.http_status)
        return fetched

    def _persist(self, address: str, question: Question, limits: Limits, *, asks_robots: bool) -> Fetched:
        """Ask again where that may help, with growing pauses, jitter, and the publisher's own wish for a pause."""
        for number in range(1, self._tries):
            try:
                return self._follow(address, question, limits, asks_robots=asks_robots)
            except FetchError as error:
                if not error.heals:
                    raise
                pause = max(error.retry_after or 0.0, 2.0 ** (number - 1) + random.random())  # noqa: S311
                if error.address:
                    self._hosts.hold(host_of(error.address), pause)
                else:
                    self._hosts.sleep(pause)
        return self._follow(address, question, limits, asks_robots=asks_robots)

    def _follow(self, address: str, question: Question, limits: Limits, *, asks_robots: bool) -> Fetched:
        """Ask, and go where redirects lead, one checked step at a time."""
        seen: list[str] = []
        while True:
            refuse_spelling(address)
            self._hosts.check(host_of(address))
            if asks_robots:
                self._ask_robots(address)
            self._hosts.wait(host_of(address))
            with self._ask(address, question, limits) as answer:
                seen.append(address)
                target = _target(answer, question)
                if target is None:
                    fetched = self._read(answer, question, limits, address)
                    return replace(fetched, final_address=address if len(seen) > 1 else None)
            _refuse_step(seen, target)
            if question.json is not None:
                raise RefusedError("expected an answer to a POST; found a redirect")
            if origin_of(target) != origin_of(address):
                question = question.without_key()
            address = target

    def _ask_robots(self, address: str) -> None:
        origin = origin_of(address)
        self._hosts.refuse_by_robots(host_of(address), origin, address, lambda: self._robots(f"{origin}/robots.txt"))

    def _robots(self, address: str) -> str:
        """The text of a robots.txt; empty where there is none, which is what a 4xx says."""
        try:
            body = self._persist(address, Question(), _ROBOTS, asks_robots=False).body
        except RefusedError:
            raise
        except FetchError as error:
            status = error.http_status or 0
            if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR and status != HTTPStatus.TOO_MANY_REQUESTS:
                return ""
            raise FetchError(f"robots unreachable: {error}", error.http_status) from error
        return (body or b"").decode("utf-8-sig", errors="replace")

    def _ask(self, address: str, question: Question, limits: Limits) -> requests.Response:
        self._wire.begin(limits.seconds)
        self._wire.allow(limits.head_bytes, f"expected at most {limits.head_bytes} bytes of headers; found more")
        try:
            return self._session.request(
                "GET" if question.json is None else "POST",
                address,
                params=dict(question.parameters),
                headers={**question.validators.headers(), **question.headers, **_kind(question.json)},
                data=None if question.json is None else question.json.encode(),
                stream=True,
                allow_redirects=False,
                timeout=(CONNECT_SECONDS, limits.silence),
            )
        except UnreachableError as error:
            error.address = address
            raise
        except _RAISED as error:
            raise told(error) from error

    def _read(self, answer: requests.Response, question: Question, limits: Limits, address: str) -> Fetched:
        status = answer.status_code
        if status not in (HTTPStatus.OK, HTTPStatus.NOT_MODIFIED):
            raise self._refusal(answer, address)
        content_type, charset = _content_type(answer.headers.get("Content-Type"))
        if status == HTTPStatus.OK and question.types and content_type and content_type not in question.types:
            raise FetchError(f"{OTHER_TYPE} {plain(content_type)}", status)
        # Chunks have heads of their own, so that a body may take a little more on the wire than it is long.
        too_large = f"expected at most {limits.body_bytes} bytes; found more"
        self._wire.allow(limits.body_bytes + limits.body_bytes // 8 + limits.head_bytes, too_large)
        if (answer.raw.length_remaining or 0) > limits.body_bytes:
            raise FetchError(too_large, status)
        try:
            body = _body(answer, limits.body_bytes)
        except _RAISED as error:
            raise told(error, status) from error
        except FetchError as error:
            error.http_status = status
            raise
        if status == HTTPStatus.NOT_MODIFIED:
            return Fetched(None, status, question.validators.etag, question.validators.last_modified, charset)
        return Fetched(
            body, status, _validator(answer.headers.get("ETag")), _validator(answer.headers.get("Last-Modified")), charset
        )

    def _refusal(self, answer: requests.Response, address: str) -> FetchError:
        status = answer.status_code
        after = _retry_after(answer.headers.get("Retry-After"))
        reason = f"expected status 200; found {status} {plain(answer.reason)}".strip()
        if status in _HEALS and after is not None and after > MAX_RETRY_AFTER:
            self._hosts.stop(host_of(address), f"this host asked for a pause of {after:.0f} seconds")
            return FetchError(f"{reason}, to be asked again in {after:.0f} seconds", status, address=address)
        return FetchError(reason, status, heals=status in _HEALS, retry_after=after, address=address)


def _kind(json: str | None) -> dict[str, str]:
    return {} if json is None else {"Content-Type": "application/json"}


def _target(answer: requests.Response, question: Question) -> str | None:
    """Where a redirect leads, without a key that a server repeats of our question; None when the answer is none.

    Raises:
        RefusedError: When nobody can tell, or when it holds the key elsewhere.
    """
    try:
        location = requests.Session().get_redirect_target(answer)
        target = _without_parameters(urldefrag(urljoin(answer.url, location)).url, question.parameters) if location else None
    except ValueError as error:
        raise RefusedError("expected an address of a usual form; found a redirect that cannot be read") from error
    keys = (*question.parameters.values(), *question.headers.values())
    if target and any(key in part for key in keys for part in (target, unquote_plus(target))):
        raise RefusedError("expected a redirect without our key; found one with it")
    return target


def _without_parameters(address: str, names: Mapping[str, str]) -> str:
    parts = urlsplit(address)
    given = parse_qsl(parts.query, keep_blank_values=True)
    kept = [(name, value) for name, value in given if name not in names]
    return address if kept == given else parts._replace(query=urlencode(kept)).geturl()


def _refuse_step(seen: list[str], target: str) -> None:
    """Judge a redirect by where we have been.

    Raises:
        RefusedError: When it goes in a circle, on and on, or from https to http.
    """
    if target in seen:
        raise RefusedError("expected redirects that end; found a circle")
    if len(seen) > MAX_REDIRECTS:
        raise RefusedError(f"expected at most {MAX_REDIRECTS} redirects; found more")
    if seen[-1].lower().startswith("https:") and target.lower().startswith("http:"):
        raise RefusedError("expected https all the way; found a redirect from https to http")


def _retry_after(stated: str | None) -> float | None:
    """Seconds that a Retry-After asks for, as a number or a date; None when it says nothing that can be read."""
    try:
        return Retry().parse_retry_after(stated) if stated else None
    except (urllib3.exceptions.InvalidHeader, ValueError, OverflowError):
        return None


def _content_type(stated: str | None) -> tuple[str, str | None]:
    """Type and charset of a Content-Type header, in small letters; an odd charset is none."""
    if not stated:
        return "", None
    header = Message()
    header["Content-Type"] = plain(stated)
    charset = str(header.get_content_charset() or "")
    return header.get_content_type(), charset if _CHARSET.fullmatch(charset) else None


def _validator(stated: str | None) -> str | None:
    """What can be stored and sent back next time; anything odd is dropped, and costs one body."""
    return stated if stated and stated.isprintable() and len(stated) <= _MAX_VALIDATOR else None


def _body(answer: requests.Response, max_bytes: int) -> bytes:
    chunks: list[bytes] = []
    size = 0
    for chunk in answer.iter_content(_CHUNK):
        size += len(chunk)
        if size > max_bytes:
            raise FetchError(f"expected at most {max_bytes} bytes; found more", answer.status_code)
        chunks.append(chunk)
    return b"".join(chunks)
