"""The fault drill: every fault that capturing may meet x what must come of it x what came, as one table (pytest -s shows it).

The faults of the wire are declared in ``test_faults``; here are those of addresses, hosts and documents beside them.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import pytest
import trustme

from flows import steps
from flows.capturing.crowd import ask_all_hosts
from flows.capturing.hosts import Hosts
from flows.fetching import Fetcher, Question, Validators
from flows.profiles import load_profile
from schemas.vocabulary import NightVerdict
from tests.capturing.servers import Answer, Server, answer, serving
from tests.capturing.test_faults import BRIEF, CHAIN, FAULTS, LONGEST_SECONDS, ended, expected, server_context, trusting
from tests.nights import FIRST, SECOND, home_at
from tests.sample_maker import make_sample

PUBLIC = "93.184.215.14"
LINKAGE = make_sample()["ahrq_hospital_linkage_2023.csv"]
LOGIN = (
    b"<html><head><title>Sign in</title></head><body><form>User name <input> Password <input type=password></form></body></html>"
)
ERROR = b"<html><head><title>Page not found</title></head><body><p>The page cannot be found.</p></body></html>"


@dataclass
class Drill:
    """What a fault is tried with.

    Attributes:
        folder: A folder of the row's own.
        names: What names lead to.
        connected: Where connections were tried.
        authority: Whose certificates hold.
        pauses: Pauses that were asked for; none is made.
    """

    folder: Path
    names: dict[str, list[str]]
    connected: list[str]
    authority: trustme.CA
    pauses: list[float] = field(default_factory=list)

    def fetcher(self, *, allow_loopback: bool = True, tries: int = 1) -> Fetcher:
        hosts = Hosts(0, sleep=self.pauses.append)
        return Fetcher(hosts, allow_loopback=allow_loopback, tries=tries, context=trusting(self.authority))


Run = Callable[[Drill], str]


# --- addresses --------------------------------------------------------------------------------------------------------


def asked_for(address: str, *, allow_loopback: bool = True) -> Run:
    def run(drill: Drill) -> str:
        found = ended(lambda: drill.fetcher(allow_loopback=allow_loopback).fetch(address))
        return f"{found}; {len(drill.connected)} connections"

    return run


def name_of(target: str) -> Run:
    def run(drill: Drill) -> str:
        drill.names["inside.example"] = [target]
        return asked_for("http://inside.example/")(drill)

    return run


def redirect_to_a_name(drill: Drill) -> str:
    drill.names["metadata.example"] = ["169.254.169.254"]
    with serving({"/": answer("302 Found", b"", "Location: http://metadata.example/latest/")}) as server:
        return f"{ended(lambda: drill.fetcher().fetch(server.url('/')))}; connected to {drill.connected}"


def rebinding(drill: Drill) -> str:
    """The name is public when it is looked at, and this computer when it is asked again."""
    drill.names["rebinding.example"] = [PUBLIC, "127.0.0.1"]
    with serving({"/": answer(body=b"inside")}) as server:
        found = ended(lambda: drill.fetcher(allow_loopback=False, tries=2).fetch(server.url("/", "rebinding.example")))
        return f"{found}; connected to {drill.connected}"


def checked_address_is_connected(drill: Drill) -> str:
    """The name leads elsewhere by the time the connection is made."""
    drill.names["rebinding.example"] = [PUBLIC, "127.0.0.1"]
    found = ended(lambda: drill.fetcher().fetch("http://rebinding.example/"))
    return f"{found}; connected to {drill.connected}"


# --- TLS --------------------------------------------------------------------------------------------------------------


def certificate(*names: str, trusted: bool = True) -> Run:
    def run(drill: Drill) -> str:
        authority = drill.authority if trusted else trustme.CA()
        with serving({"/": answer(body=b"whole")}, context=server_context(authority, *names)) as server:
            return f"{ended(lambda: drill.fetcher().fetch(server.url('/')))}; {len(server.requests)} requests"

    return run


def no_handshake(drill: Drill) -> str:
    with serving() as server:
        return ended(lambda: drill.fetcher().fetch(server.url("/").replace("http:", "https:"), limits=BRIEF))


# --- hosts ------------------------------------------------------------------------------------------------------------


def twice(*replies: Answer, tries: int = 5) -> Run:
    """Asked until it has an answer; each reply once, the last one for ever."""

    def run(drill: Drill) -> str:
        left = list(replies)
        with serving({"/": lambda talk: (left.pop(0) if len(left) > 1 else left[0])(talk)}) as server:
            found = ended(lambda: drill.fetcher(tries=tries).fetch(server.url("/")))
            paused = f", paused {round(sum(drill.pauses), -1):.0f} s" if any(pause > 20 for pause in drill.pauses) else ""
            return f"{found}; {len(server.requests)} requests{paused}"

    return run


def refusing_host(drill: Drill) -> str:
    """After a 403 no other page of the host is asked for, and every page of the others is."""
    with serving({"/no": answer("403 Forbidden")}) as strict, serving({"/": answer(body=b"whole")}, host="127.0.0.2") as other:
        fetcher = drill.fetcher()
        found = [ended(partial(fetcher.fetch, url)) for url in (strict.url("/no"), strict.url("/yes"), other.url("/"))]
        return f"{' / '.join(found[1:])}; {len(strict.requests)} request"


def robots(reply: Answer) -> Run:
    def run(drill: Drill) -> str:
        with serving({"/robots.txt": reply, "/page": answer(body=b"whole")}) as server:
            found = ended(lambda: drill.fetcher().fetch(server.url("/page"), asks_robots=True))
            return f"{found}; page asked for {server.asked().count('/page')} times"

    return run


def dead_host(drill: Drill) -> str:
    """One that nobody answers at: given up after the tries of its first page, not of each."""
    with serving() as server:
        urls = [server.url(f"/{number}") for number in range(3)]
    fetcher = drill.fetcher(tries=2)
    found = [ended(partial(fetcher.fetch, url)) for url in urls]
    return f"{found[0]} / {found[2]}; {len(drill.connected)} connections"


def slow_host_among_fast_ones(drill: Drill) -> str:
    """The slow one does not answer before every page of the others has been had."""
    others_done, had = threading.Event(), list[str]()

    def slow(talk: object) -> None:
        assert others_done.wait(30)
        answer(body=b"whole")(talk)

    with ExitStack() as stack:
        late = stack.enter_context(serving({"/0": slow, "/1": answer(body=b"whole")}))
        fast = [stack.enter_context(serving(host=f"127.0.0.{number}")) for number in (2, 3, 4)]
        for server in fast:
            server.answers = {f"/{number}": answer(body=b"whole") for number in range(4)}
        urls = [late.url("/0"), late.url("/1"), *(server.url(f"/{number}") for server in fast for number in range(4))]
        hosts = Hosts(0)

        def new_worker() -> tuple[Callable[[str], None], Callable[[], None]]:
            fetcher = Fetcher(hosts, allow_loopback=True, context=trusting(drill.authority))

            def ask(url: str) -> None:
                fetcher.fetch(url)
                had.append(url)
                if len(had) == 12:
                    others_done.set()

            return ask, fetcher.close

        ask_all_hosts(urls, hosts, new_worker, 2)
        first = sum(late.url("/") not in url for url in had[:12])
        return f"{first} pages of 3 fast hosts, then {len(had) - first} of the slow one"


# --- documents --------------------------------------------------------------------------------------------------------


def document(
    body: bytes, *headers: str, source: str = "ahrq_hospital_systems", before: bytes | None = None, last: str = ""
) -> Run:
    """A source's document, over two nights where there was another one before; how its attempt and its reading ended."""

    def run(drill: Drill) -> str:
        with serving() as server:
            path = f"/{last or 'file'}"
            profile = drill.folder / "profile.toml"
            head = 'name = "drill"\ndataset = "trial"\npace_seconds = 0\nallow_loopback = true\n'
            profile.write_text(f'{head}[[sources.{source}]]\nfrom = "{server.url(path)}"\n')
            for now, content in ((FIRST, before), (SECOND, body)):
                if content is None:
                    continue
                server.answers[path] = answer("200 OK", content, *headers)
                tonight, _ = steps.begin(home_at(drill.folder / "home"), load_profile(str(profile)), now)
                steps.capture(replace(tonight, hosts=Hosts(0, sleep=lambda _: None)), source)
                (outcome,) = steps.list_source(tonight, source)
                steps.end(tonight, NightVerdict.FAILED, "", None)
            return f"{outcome.captured}, {outcome.listed or 'not read'}: {outcome.reason}"

    return run


def linked_page(*headers: str, body: bytes = b"%PDF-1.7") -> Run:
    """A page of a site that is another thing than a page."""

    def run(drill: Drill) -> str:
        with serving({"/": answer("200 OK", body, *headers)}) as server:
            types = Question(types=("text/html",))
            return ended(lambda: drill.fetcher().fetch(server.url("/"), types))

    return run


NO_CONNECTION = "; 0 connections"
ROWS: tuple[tuple[str, str, Run], ...] = (
    # --- addresses
    ("another scheme: ftp", "expected an http or https address; found another scheme", asked_for("ftp://a.example/")),
    ("another scheme: file", "expected an http or https address; found another scheme", asked_for("file:///etc/passwd")),
    (
        "credentials",
        f"expected an address without credentials; found one with them{NO_CONNECTION}",
        asked_for("http://a:b@a.example/"),
    ),
    ("loopback without the setting", f"(loopback){NO_CONNECTION}", asked_for("http://127.0.0.1/", allow_loopback=False)),
    ("loopback, IPv6", f"(loopback){NO_CONNECTION}", asked_for("http://[::1]/", allow_loopback=False)),
    ("private", f"at 10.0.0.1 (private){NO_CONNECTION}", asked_for("http://10.0.0.1/")),
    ("private, IPv6", f"(private){NO_CONNECTION}", asked_for("http://[fd00::1]/")),
    ("link-local", f"(link-local){NO_CONNECTION}", asked_for("http://169.254.7.7/")),
    ("metadata", f"at 169.254.169.254 (metadata){NO_CONNECTION}", asked_for("http://169.254.169.254/latest/meta-data/")),
    ("private after resolution", f"found inside.example at 192.168.0.1 (private){NO_CONNECTION}", name_of("192.168.0.1")),
    (
        "metadata after resolution",
        f"found inside.example at 169.254.169.254 (metadata){NO_CONNECTION}",
        name_of("169.254.169.254"),
    ),
    (
        "redirect to a name of metadata",
        "found metadata.example at 169.254.169.254 (metadata); connected to ['127.0.0.1']",
        redirect_to_a_name,
    ),
    ("rebinding between two tries", f"found rebinding.example at 127.0.0.1 (loopback); connected to ['{PUBLIC}']", rebinding),
    ("rebinding at connect time", f"Network is unreachable; connected to ['{PUBLIC}']", checked_address_is_connected),
    # --- TLS
    ("certificate of nobody we trust", "expected a certificate that holds; found", certificate("127.0.0.1", trusted=False)),
    ("certificate of another host", "expected a certificate that holds; found", certificate("other.example")),
    ("handshake that never comes", "expected the whole answer within 0.8 seconds; found it unfinished", no_handshake),
    # --- hosts
    ("403 stops the host", "not asked again tonight: this host answered 403 / fetched b'whole'; 1 request", refusing_host),
    (
        "429 with Retry-After",
        "fetched b'whole'; 2 requests, paused 30 s",
        twice(answer("429 Slow", b"", "Retry-After: 30"), answer(body=b"whole")),
    ),
    (
        "429 with a long Retry-After",
        "to be asked again in 3600 seconds; 1 requests",
        twice(answer("429 Slow", b"", "Retry-After: 3600")),
    ),
    ("503 heals", "fetched b'whole'; 3 requests", twice(answer("503 Away"), answer("500 Oh"), answer(body=b"whole"))),
    ("503 does not heal", "expected status 200; found 503 Away; 5 requests", twice(answer("503 Away"))),
    ("404 is not asked again", "expected status 200; found 404 Not Found; 1 requests", twice(answer("404 Not Found"))),
    (
        "robots refuse",
        "refused by robots: the robots.txt of this host excludes the address; page asked for 0 times",
        robots(answer(body=b"User-agent: *\nDisallow: /")),
    ),
    (
        "robots unreachable",
        "robots unreachable: expected status 200; found 503 Away; page asked for 0 times",
        robots(answer("503 Away")),
    ),
    ("no robots", "fetched b'whole'; page asked for 1 times", robots(answer("404 Not Found"))),
    ("dead host", "Connection refused / not asked again tonight: this host could not be reached; 2 connections", dead_host),
    ("slow host among fast ones", "12 pages of 3 fast hosts, then 2 of the slow one", slow_host_among_fast_ones),
    # --- documents
    ("login page for a file", "failed, not read: ahrq_hospital_systems: expected a CSV", document(LOGIN)),
    (
        "login page for a page",
        "failed, not read: nrmp_directory: expected the page that was meant; found a login page",
        document(LOGIN, source="nrmp_directory"),
    ),
    (
        "error page with 200",
        "failed, not read: nrmp_directory: expected the page that was meant; found an error page",
        document(ERROR, source="nrmp_directory"),
    ),
    ("empty body", "failed, not read: expected a body; found an empty one", document(b"")),
    (
        "cut off, less than last time",
        f"failed, not read: ahrq_hospital_systems: expected at least 40% of the {len(LINKAGE)} bytes of last time",
        document(LINKAGE[: len(LINKAGE) // 3], before=LINKAGE),
    ),
    ("other kind of file", "failed, not read: ahrq_hospital_systems: expected", document(b'{"error": "rate limit exceeded"}')),
    (
        "other content type",
        "expected an HTML page; found content type application/pdf",
        linked_page("Content-Type: application/pdf"),
    ),
    ("good file after a smaller one", "fetched, listed: ", document(LINKAGE, before=LINKAGE[: len(LINKAGE) // 2])),
)


@contextmanager
def on_the_wire(authority: trustme.CA) -> Iterator[tuple[Server, Server]]:
    with serving(CHAIN) as plain, serving(context=server_context(authority, "127.0.0.1")) as secure:
        yield plain, secure


def test_every_fault_ends_in_its_outcome(
    tmp_path: Path, names: dict[str, list[str]], connected: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    authority, rows = trustme.CA(), list[tuple[str, str, str, float]]()
    with on_the_wire(authority) as (plain, secure):
        for fault in FAULTS:
            server = secure if fault.secure else plain
            server.answers["/start"] = fault.does
            fetcher = Fetcher(Hosts(0, sleep=lambda _: None), allow_loopback=True, tries=1, context=trusting(authority))
            begun = time.monotonic()
            found = ended(partial(fetcher.fetch, server.url("/start"), Question(Validators(etag='"a"')), limits=fault.limits))
            rows.append((fault.name, expected(fault), found, time.monotonic() - begun))
            fetcher.close()
    known = dict(names)
    for number, (name, wanted, run) in enumerate(ROWS):
        names.clear()
        names.update(known)
        connected.clear()
        (tmp_path / str(number)).mkdir()
        begun = time.monotonic()
        rows.append((name, wanted, run(Drill(tmp_path / str(number), names, connected, authority)), time.monotonic() - begun))
    lines = [f"{'fault':34} {'s':>4}  as expected  seen"]
    lines += [
        f"{name:34} {seconds:4.1f}  {'yes' if wanted in seen else 'NO: ' + wanted:11}  {seen}"
        for name, wanted, seen, seconds in rows
    ]
    with capsys.disabled():
        sys.stdout.write("\n" + "\n".join(lines) + "\n")
    assert [(name, wanted, seen) for name, wanted, seen, _ in rows if wanted not in seen] == []
    assert [name for name, *_, seconds in rows[: len(FAULTS)] if seconds > LONGEST_SECONDS] == [], "none ends in a hang"
