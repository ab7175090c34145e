"""The faults of the wire, declared with what must come of each (``test_fault_drill`` tries them), and tests of TLS."""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest
import trustme

from flows.capturing.hosts import Hosts
from flows.fetching import Fetcher, FetchError, Limits
from tests.capturing.servers import Answer, Server, Talk, answer, raw, serving

SMALL = Limits(body_bytes=2**16, seconds=10, silence=5, head_bytes=2**14)
IMPATIENT, BRIEF = replace(SMALL, silence=0.4), replace(SMALL, seconds=0.8)
LONGEST_SECONDS = 8.0
"""No fault takes longer, over all its redirects."""
OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
BOMB = gzip.compress(bytes(2**24))


@dataclass(frozen=True)
class Fault:
    """What a server does, and what must come of it: ``body`` when it is fetched, else the reason."""

    name: str
    does: Answer
    reason: str | None = None
    body: bytes | None = b"whole"
    secure: bool = False
    limits: Limits = SMALL


def drip(before: bytes, part: bytes) -> Answer:
    """A few bytes, then a byte now and then, each well before the client would call it silence."""

    def reply(talk: Talk) -> None:
        talk.say(before)
        talk.repeat(part, pause=0.05)

    return reply


def flood(before: bytes, part: bytes) -> Answer:
    """As many bytes as the client takes."""

    def reply(talk: Talk) -> None:
        talk.say(before)
        talk.repeat(part)

    return reply


def silent(before: bytes) -> Answer:
    """A few bytes, then nothing."""

    def reply(talk: Talk) -> None:
        talk.say(before)
        talk.fall_silent()

    return reply


def to(location: str, *, status: str = "302 Found") -> Answer:
    return answer(status, b"", f"Location: {location}")


def redirect_with(body: bytes) -> Answer:
    return answer("302 Found", body, "Location: /start", "Content-Encoding: gzip")


LATE = "expected the whole answer within 0.8 seconds; found it unfinished"
SILENCE = "expected an answer; found silence until the time for it was over"
BROKEN_OFF = "expected a whole answer; found the connection broken off"
TOO_LARGE = "expected at most 65536 bytes; found more"
HEADERS = "expected at most 16384 bytes of headers; found more"
NOT_DECODED = "expected a body in the encoding that it announces; found another"
BAD_CHUNK = "expected an answer in HTTP; found InvalidChunkLength"
NOT_HTTP = "expected an answer in HTTP; found BadStatusLine"

FAULTS = (
    Fault("none", answer(body=b"whole")),
    Fault("none, compressed", answer("200 OK", gzip.compress(b"whole"), "Content-Encoding: gzip")),
    Fault("none, in chunks", raw(CHUNKED + b"2\r\nwh\r\n3\r\nole\r\n0\r\n\r\n")),
    Fault("none, unchanged", answer("304 Not Modified"), body=None),
    Fault("none, over TLS", answer(body=b"whole"), secure=True),
    # --- time
    Fault("silence from the start", silent(b""), SILENCE, limits=IMPATIENT),
    Fault("silence within the body", silent(OK + b"Content-Length: 9\r\n\r\nhalf"), SILENCE, limits=IMPATIENT),
    Fault("slow drip of the status line", drip(b"HTTP/1.1 200 O", b"K"), LATE, limits=BRIEF),
    Fault("slow drip of headers", drip(OK, b"a: b\r\n"), LATE, limits=BRIEF),
    Fault("slow drip of the body", drip(OK + b"Content-Length: 5000\r\n\r\n", b"x"), LATE, limits=BRIEF),
    Fault("slow drip of chunks", drip(CHUNKED, b"1\r\nx\r\n"), LATE, limits=BRIEF),
    Fault("slow drip over TLS", drip(OK + b"Content-Length: 5000\r\n\r\n", b"x"), LATE, secure=True, limits=BRIEF),
    # --- size
    Fault("headers beyond number", flood(OK, b"a: b\r\n"), "expected an answer in HTTP; found got more than 100 headers"),
    Fault("headers beyond size", flood(OK, b"a: " + b"b" * 1000 + b"\r\n"), HEADERS),
    Fault("one header without end", flood(OK + b"a: ", b"b" * 1000), HEADERS),
    Fault("status line without end", flood(b"HTTP/1.1 200 ", b"b" * 1000), HEADERS),
    Fault("answers 100 without end", flood(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), HEADERS),
    Fault("trailers without end", flood(CHUNKED + b"0\r\n", b"a: b\r\n" * 100), TOO_LARGE),
    Fault("body without end", flood(OK + b"\r\n", b"x" * 4096), TOO_LARGE),
    Fault("body without end, over TLS", flood(OK + b"\r\n", b"x" * 4096), TOO_LARGE, secure=True),
    Fault("chunks without end", flood(CHUNKED, b"1\r\nx\r\n" * 100), TOO_LARGE),
    Fault("body announced too large", answer(body=bytes(2**17)), TOO_LARGE),
    Fault("decompression bomb", answer("200 OK", BOMB, "Content-Encoding: gzip"), TOO_LARGE),
    Fault("bomb by deflate", answer("200 OK", zlib.compress(bytes(2**24)), "Content-Encoding: deflate"), TOO_LARGE),
    Fault("bomb within a bomb", answer("200 OK", gzip.compress(BOMB), "Content-Encoding: gzip, gzip"), TOO_LARGE),
    Fault("compressed a hundred times", answer("200 OK", BOMB, "Content-Encoding: " + "gzip, " * 99 + "gzip"), NOT_DECODED),
    # --- bodies that are not what is announced
    Fault("not compressed as announced", answer("200 OK", b"plain", "Content-Encoding: gzip"), NOT_DECODED),
    Fault("shorter than announced", raw(OK + b"Content-Length: 9\r\n\r\nhalf"), "expected 9 bytes as announced; found 4"),
    Fault("longer than announced", raw(OK + b"Content-Length: 5\r\n\r\nwhole and more")),
    Fault("length that is no number", raw(OK + b"Content-Length: many\r\n\r\nwhole")),
    Fault("negative length", raw(OK + b"Content-Length: -5\r\n\r\nwhole")),
    Fault(
        "two lengths",
        raw(OK + b"Content-Length: 5\r\nContent-Length: 9\r\n\r\nwhole"),
        "expected an answer in HTTP; found InvalidHeader",
    ),
    Fault("length of 5,000 digits", raw(OK + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\nwhole")),
    Fault("chunks cut off", raw(CHUNKED + b"5\r\nwh"), BROKEN_OFF),
    Fault("chunks without the last", raw(CHUNKED + b"5\r\nwhole\r\n"), BROKEN_OFF),
    Fault("chunk size that is no number", raw(CHUNKED + b"many\r\nwhole\r\n0\r\n\r\n"), BAD_CHUNK),
    Fault("negative chunk size", raw(CHUNKED + b"-5\r\nwhole\r\n0\r\n\r\n"), "expected an answer in HTTP; found ValueError"),
    Fault("no body", answer(), "expected a body; found an empty one"),
    Fault("no content", answer("204 No Content"), "expected status 200; found 204 No Content"),
    # --- not HTTP, not TLS
    Fault("closed without an answer", raw(), BROKEN_OFF),
    Fault("not HTTP", raw(b"SSH-2.0-OpenSSH_9.2\r\n"), NOT_HTTP),
    Fault("odd status", raw(b"HTTP/1.1 9999 What\r\n\r\n"), NOT_HTTP),
    Fault("status with signs for a terminal", answer("418 \x1b[31mred"), "expected status 200; found 418 [31mred"),
    # --- redirects
    Fault("redirect to itself", to("/start"), "expected redirects that end; found a circle"),
    Fault("redirects without end", to("/on/1"), "expected at most 5 redirects; found more"),
    Fault("redirect to metadata", to("http://169.254.169.254/latest/meta-data/"), "at 169.254.169.254 (metadata)"),
    Fault("redirect to a private address", to("http://10.0.0.1/"), "at 10.0.0.1 (private)"),
    Fault("redirect to a mapped address", to("http://[::ffff:127.0.0.1]/"), "(IPv4-mapped)"),
    Fault("redirect to a file", to("file:///etc/passwd"), "expected an http or https address; found another scheme"),
    Fault(
        "redirect with credentials", to("http://a:b@127.0.0.1/"), "expected an address without credentials; found one with them"
    ),
    Fault("redirect to no host", to("http://[::1"), "expected an address of a usual form; found a redirect that cannot be read"),
    Fault("redirect in no charset", to("/\xff\xfe"), "expected an address of a usual form; found a redirect that cannot be read"),
    Fault("redirect from https to http", to("http://127.0.0.1/"), "expected https all the way", secure=True),
    Fault("redirect with a bomb for a body", redirect_with(BOMB), "expected redirects that end; found a circle"),
    Fault("redirect to nowhere", answer("302 Found"), "expected status 200; found 302 Found"),
    # --- refusals
    Fault("not allowed", answer("403 Forbidden", b"no"), "expected status 200; found 403 Forbidden"),
    Fault("gone", answer("404 Not Found", b"no"), "expected status 200; found 404 Not Found"),
    Fault("throttled", answer("429 Too Many Requests", b"no"), "expected status 200; found 429 Too Many Requests"),
    Fault(
        "throttled for an hour", answer("429 Slow", b"", "Retry-After: 3600"), "found 429 Slow, to be asked again in 3600 seconds"
    ),
    Fault("away", answer("503 Service Unavailable", b"no"), "expected status 200; found 503 Service Unavailable"),
)
CHAIN: dict[str, Answer] = {f"/on/{step}": to(f"/on/{step + 1}") for step in range(20)}


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def server_context(authority: trustme.CA, *names: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    return context


def trusting(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


def hosts() -> Hosts:
    """Hosts without a pace, and without waiting."""
    return Hosts(0, sleep=lambda _: None)


def ended(ask: Callable[[], object]) -> str:
    """What came of it: the body, 'unchanged', or the reason why not."""
    try:
        fetched = ask()
    except FetchError as error:
        return str(error)
    body = getattr(fetched, "body", None)
    return "unchanged" if body is None else f"fetched {body!r}"


def expected(fault: Fault) -> str:
    return fault.reason or ("unchanged" if fault.body is None else f"fetched {fault.body!r}")


# --- TLS --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def secure(authority: trustme.CA) -> Iterator[Server]:
    with serving({"/": answer(body=b"whole")}, context=server_context(authority, "program.example")) as server:
        yield server


def test_the_name_stays_in_host_and_in_tls(authority: trustme.CA, secure: Server, names: dict[str, list[str]]) -> None:
    names["program.example"] = ["127.0.0.1"]
    fetcher = Fetcher(hosts(), allow_loopback=True, tries=1, context=trusting(authority))
    assert fetcher.fetch(secure.url("/", "program.example")).body == b"whole"
    assert secure.names == ["program.example"]
    assert secure.requests[0].headers["Host"] == f"program.example:{secure.port}"


def test_a_certificate_of_another_name_is_refused(authority: trustme.CA, secure: Server, names: dict[str, list[str]]) -> None:
    names["other.example"] = ["127.0.0.1"]
    fetcher = Fetcher(hosts(), allow_loopback=True, tries=1, context=trusting(authority))
    assert "expected a certificate that holds; found Hostname mismatch" in ended(
        lambda: fetcher.fetch(secure.url("/", "other.example"))
    )


def test_a_self_signed_certificate_is_refused(secure: Server) -> None:
    fetcher = Fetcher(hosts(), allow_loopback=True, tries=5)
    assert "expected a certificate that holds; found" in ended(lambda: fetcher.fetch(secure.url("/")))
    assert secure.requests == []


def test_a_handshake_that_never_comes_ends_in_time() -> None:
    with serving() as server:
        fetcher = Fetcher(hosts(), allow_loopback=True, tries=1)
        assert ended(lambda: fetcher.fetch(server.url("/").replace("http:", "https:"), limits=BRIEF)) == LATE


def test_what_does_not_speak_tls_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def greet() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                connection.recv(2**16)

        threading.Thread(target=greet, daemon=True).start()
        fetcher = Fetcher(hosts(), allow_loopback=True, tries=1)
        found = ended(lambda: fetcher.fetch(f"https://127.0.0.1:{listener.getsockname()[1]}/", limits=SMALL))
    assert found.startswith("expected sound TLS; found ")


def test_nobody_there_is_told() -> None:
    with serving() as server:
        address = server.url("/")
    fetcher = Fetcher(hosts(), allow_loopback=True, tries=1)
    assert ended(lambda: fetcher.fetch(address)) == "no connection to 127.0.0.1: Connection refused"
