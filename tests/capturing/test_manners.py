"""How hosts are treated: names that change their minds, redirects, robots.txt, pace, pauses, and hosts that say no."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from flows.capturing.faults import RefusedError
from flows.capturing.hosts import MAX_CRAWL_DELAY, Hosts
from flows.fetching import Fetcher, FetchError, Question, Validators
from tests.capturing.servers import Answer, KeptOpen, Server, answer, raw, serving

PUBLIC = "93.184.215.14"
OURS = "User-agent: residency-warehouse\nDisallow: /private\nUser-agent: *\nDisallow: /\n"


@pytest.fixture
def server() -> Iterator[Server]:
    with serving({"/": answer(body=b"whole"), "/private": answer(body=b"whole"), "/other": answer(body=b"whole")}) as started:
        yield started


@pytest.fixture
def pauses() -> list[float]:
    """Pauses that were asked for; none is really made."""
    return []


@pytest.fixture
def fetcher(pauses: list[float]) -> Fetcher:
    return Fetcher(Hosts(0, sleep=pauses.append), "data@example.org", allow_loopback=True)


# --- where a connection goes ------------------------------------------------------------------------------------------


def test_a_name_that_turns_to_loopback_is_refused_when_it_is_asked_again(
    server: Server, names: dict[str, list[str]], connected: list[str]
) -> None:
    names["rebinding.example"] = [PUBLIC, "127.0.0.1"]
    fetcher = Fetcher(Hosts(0, sleep=lambda _: None), tries=2)
    with pytest.raises(RefusedError, match=r"found rebinding.example at 127\.0\.0\.1 \(loopback\)"):
        fetcher.fetch(server.url("/", "rebinding.example"))
    assert connected == [PUBLIC]
    assert server.requests == []


def test_a_connection_goes_to_the_address_that_was_checked(names: dict[str, list[str]], connected: list[str]) -> None:
    names["rebinding.example"] = [PUBLIC, "127.0.0.1"]
    with pytest.raises(FetchError, match=r"no connection to rebinding.example: Network is unreachable"):
        Fetcher(Hosts(0), tries=1).fetch("http://rebinding.example/")
    assert connected == [PUBLIC]


def test_a_redirect_into_the_cloud_goes_nowhere(
    server: Server, fetcher: Fetcher, names: dict[str, list[str]], connected: list[str]
) -> None:
    names["metadata.example"] = ["169.254.169.254"]
    server.answers["/"] = answer("302 Found", b"", "Location: http://metadata.example/latest/meta-data/")
    with pytest.raises(RefusedError, match=r"found metadata.example at 169\.254\.169\.254 \(metadata\)"):
        fetcher.fetch(server.url("/"))
    assert connected == ["127.0.0.1"]


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "localhost", "LOCALHOST.", "2130706433", "0x7f.1", "0177.0.0.1", "127.1", "127.0.0.1.", "0", "[::1]"),
        *("[::ffff:127.0.0.1]", "[64:ff9b::127.0.0.1]", "127。0。0。1", "①②⑦.0.0.1", "inside.example"),
    ],
)
def test_no_spelling_of_this_computer_is_asked_without_the_setting(
    host: str, server: Server, names: dict[str, list[str]], connected: list[str]
) -> None:
    names["inside.example"] = ["127.0.0.1"]
    with pytest.raises(FetchError):
        Fetcher(Hosts(0), tries=1).fetch(f"http://{host}:{server.port}/")
    assert (connected, server.requests) == ([], [])


def test_loopback_is_all_that_the_setting_allows(fetcher: Fetcher, connected: list[str]) -> None:
    for host in ("10.0.0.1", "169.254.169.254", "[::ffff:127.0.0.1]", "0.0.0.0"):  # noqa: S104
        with pytest.raises(RefusedError, match="expected a public address"):
            fetcher.fetch(f"http://{host}/")
    assert connected == []


def test_redirects_are_followed_one_by_one(server: Server, fetcher: Fetcher) -> None:
    server.answers["/a"] = answer("301 Moved", b"", "Location: b")
    server.answers["/b"] = answer("307 Moved", b"", f"Location: {server.url('/other')}#part")
    assert fetcher.fetch(server.url("/a")).body == b"whole"
    assert server.asked() == ["/a", "/b", "/other"]


def test_the_environment_has_no_say(server: Server, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://proxy.example:3128")
    assert fetcher.fetch(server.url("/")).body == b"whole"


def test_a_request_says_who_asks_and_keeps_no_cookie(server: Server, fetcher: Fetcher) -> None:
    server.answers["/"] = answer("200 OK", b"whole", "Set-Cookie: a=b", 'ETag: "1"')
    fetched = fetcher.fetch(server.url("/"))
    fetcher.fetch(server.url("/"), Question(Validators(fetched.etag)))
    assert all("(+data@example.org)" in request.headers["User-Agent"] for request in server.requests)
    assert not any("Cookie" in request.headers for request in server.requests)
    assert server.requests[1].headers["If-None-Match"] == '"1"'


@pytest.mark.parametrize("tag", ['"\x00"', '"' + "x" * 300 + '"', '"\x9b31m"'])
def test_an_odd_validator_is_not_kept(tag: str, server: Server, fetcher: Fetcher) -> None:
    server.answers["/"] = answer("200 OK", b"whole", f"ETag: {tag}")
    assert fetcher.fetch(server.url("/")).etag is None


def test_a_connection_serves_several_requests(server: Server, fetcher: Fetcher, connected: list[str]) -> None:
    server.answers = {"/": KeptOpen(answer(body=b"whole")), "/same": KeptOpen(raw(b"HTTP/1.1 304 Not Modified\r\n\r\n"))}
    for path in ("/", "/same", "/"):
        fetcher.fetch(server.url(path))
    assert connected == ["127.0.0.1"]


@pytest.mark.parametrize("echo", ["/new?x=1&key=SECRET", "?key=SECRET&x=1", "http://127.0.0.2/?key=SECRET"])
def test_a_key_that_a_redirect_repeats_stands_in_no_address(echo: str, server: Server, fetcher: Fetcher) -> None:
    with serving({"/?x=1": answer(body=b"whole")}, host="127.0.0.2") as other:
        target = echo.replace("http://127.0.0.2/?", f"{other.url('/')}?x=1&")
        server.answers = {"/old?x=1&key=SECRET": answer("302 Found", b"", f"Location: {target}")}
        server.answers["/new?x=1&key=SECRET"] = answer(body=b"whole")
        try:
            reached = fetcher.fetch(server.url("/old?x=1"), Question(parameters={"key": "SECRET"})).final_address
        except FetchError as error:
            reached = f"{error.address} {error}"
        assert "SECRET" not in str(reached)
        assert all("SECRET" not in request.path for request in other.requests)
        assert all(request.path.count("SECRET") == 1 for request in server.requests)


@pytest.mark.parametrize("echo", ["/SECRET", "/%53ECRET", "/?other=SECRET"])
def test_a_redirect_that_hides_the_key_is_not_followed(echo: str, server: Server, fetcher: Fetcher) -> None:
    server.answers["/"] = answer("302 Found", b"", f"Location: {echo}")
    with pytest.raises(RefusedError, match="expected a redirect without our key; found one with it"):
        fetcher.fetch(server.url("/"), Question(headers={"API-Key": "SECRET"}))


def test_a_key_goes_to_no_other_port_of_its_host(server: Server, fetcher: Fetcher) -> None:
    with serving({"/": answer(body=b"whole")}) as other:
        server.answers["/"] = answer("302 Found", b"", f"Location: {other.url('/')}")
        fetcher.fetch(server.url("/"), Question(headers={"API-Key": "SECRET"}))
        assert ["API-Key" in request.headers for request in (*server.requests, *other.requests)] == [True, False]


# --- robots.txt -------------------------------------------------------------------------------------------------------


def test_robots_are_asked_once_and_heeded(server: Server, fetcher: Fetcher) -> None:
    server.answers["/robots.txt"] = answer(body=OURS.encode())
    assert fetcher.fetch(server.url("/"), asks_robots=True).body == b"whole"
    with pytest.raises(FetchError, match="refused by robots"):
        fetcher.fetch(server.url("/private"), asks_robots=True)
    assert server.asked() == ["/robots.txt", "/"]


def test_robots_are_asked_where_a_redirect_leads(server: Server, fetcher: Fetcher) -> None:
    with serving({"/robots.txt": answer(body=b"User-agent: *\nDisallow: /")}, host="127.0.0.2") as strict:
        server.answers["/"] = answer("302 Found", b"", f"Location: {strict.url('/page')}")
        with pytest.raises(FetchError, match="refused by robots"):
            fetcher.fetch(server.url("/"), asks_robots=True)
        assert strict.asked() == ["/robots.txt"]


@pytest.mark.parametrize("status", ["404 Not Found", "403 Forbidden", "410 Gone", "401 Unauthorized"])
def test_a_host_without_robots_allows_everything(status: str, server: Server, fetcher: Fetcher) -> None:
    server.answers["/robots.txt"] = answer(status, b"none")
    assert fetcher.fetch(server.url("/"), asks_robots=True).body == b"whole"


def test_empty_robots_allow_everything(server: Server, fetcher: Fetcher) -> None:
    server.answers["/robots.txt"] = answer()
    assert fetcher.fetch(server.url("/"), asks_robots=True).body == b"whole"


@pytest.mark.parametrize("reply", [answer("503 Away"), answer("500 Oh"), answer("429 Slow"), raw(b""), answer(body=b"x" * 2**20)])
def test_robots_that_cannot_be_had_refuse_tonight(reply: Answer, server: Server, fetcher: Fetcher) -> None:
    server.answers["/robots.txt"] = reply
    for _ in range(2):
        with pytest.raises(FetchError, match="robots unreachable: "):
            fetcher.fetch(server.url("/"), asks_robots=True)
    assert set(server.asked()) == {"/robots.txt"}
    assert len(server.asked()) <= 5


def test_robots_that_would_fill_the_memory_are_not_read(server: Server, fetcher: Fetcher) -> None:
    many = "".join(f"User-agent: a{number}\n" for number in range(1000))
    server.answers["/robots.txt"] = answer(body=(many + "Disallow: /x\n" * 1000).encode())
    with pytest.raises(FetchError, match="robots unreachable: expected a file of a usual size; found 1000 agents in 2000 lines"):
        fetcher.fetch(server.url("/"), asks_robots=True)


def test_a_crawl_delay_slows_us_down_within_reason(server: Server, fetcher: Fetcher, pauses: list[float]) -> None:
    server.answers["/robots.txt"] = answer(body=b"User-agent: *\nCrawl-delay: 86400")
    fetcher.fetch(server.url("/"), asks_robots=True)
    assert pauses == [pytest.approx(MAX_CRAWL_DELAY, abs=1)]


# --- pace and pauses --------------------------------------------------------------------------------------------------


def test_all_workers_of_a_run_share_the_pace_of_a_host(server: Server) -> None:
    with serving({"/": answer(body=b"whole")}, host="127.0.0.2") as neighbour:
        hosts = Hosts(0.0, {"127.0.0.1": 0.15})

        def work() -> None:
            worker = Fetcher(hosts, allow_loopback=True)
            for address in (server.url("/"), neighbour.url("/"), server.url("/")):
                worker.fetch(address)

        workers = [threading.Thread(target=work) for _ in range(3)]
        begun = time.monotonic()
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        last = max(request.at for request in server.requests)
        assert len(server.requests) == 6
        assert last - begun > 4.9 * 0.15, "from our own start: a busy server notes its first request late"
        assert all(request.at < last for request in neighbour.requests), "a neighbour waits for nobody"


def test_403_stops_the_host_for_every_worker(server: Server) -> None:
    hosts = Hosts(0)
    server.answers["/private"] = answer("403 Forbidden")
    with pytest.raises(FetchError, match="found 403"):
        Fetcher(hosts, allow_loopback=True).fetch(server.url("/private"))
    with pytest.raises(FetchError, match="not asked again tonight: this host answered 403"):
        Fetcher(hosts, allow_loopback=True).fetch(server.url("/"))
    assert server.asked() == ["/private"]


def test_a_redirect_to_a_host_that_cannot_be_reached_stops_that_host_alone(server: Server, fetcher: Fetcher) -> None:
    server.answers["/private"] = answer("302 Found", b"", "Location: http://127.0.0.3:1/")
    with pytest.raises(FetchError, match=r"no connection to 127\.0\.0\.3"):
        fetcher.fetch(server.url("/private"))
    assert fetcher.fetch(server.url("/")).body == b"whole"
    with pytest.raises(FetchError, match="not asked again tonight: this host could not be reached"):
        fetcher.fetch("http://127.0.0.3:2/")


def test_what_may_heal_is_tried_again_after_growing_pauses(server: Server, fetcher: Fetcher, pauses: list[float]) -> None:
    server.answers["/"] = answer("503 Away")
    with pytest.raises(FetchError, match="found 503"):
        fetcher.fetch(server.url("/"))
    assert len(server.requests) == 5
    assert [round(pause - 0.5) for pause in pauses] == [pytest.approx(2**number, abs=1) for number in range(4)]


@pytest.mark.parametrize("status", ["404 Not Found", "403 Forbidden", "400 Bad Request", "501 Not Implemented"])
def test_what_does_not_heal_is_asked_once(status: str, server: Server, fetcher: Fetcher, pauses: list[float]) -> None:
    server.answers["/"] = answer(status)
    with pytest.raises(FetchError, match=f"found {status}"):
        fetcher.fetch(server.url("/"))
    assert (len(server.requests), pauses) == (1, [])


def test_the_pause_that_a_publisher_asks_for_is_made(server: Server, fetcher: Fetcher, pauses: list[float]) -> None:
    replies = iter([answer("429 Slow", b"", "Retry-After: 30"), answer(body=b"whole")])
    server.answers["/"] = lambda talk: next(replies)(talk)
    assert fetcher.fetch(server.url("/")).body == b"whole"
    assert pauses == [pytest.approx(30, abs=1)]


@pytest.mark.parametrize("stated", ["soon", "-5", "9" * 400, "Wed, 99 Foo 2099"])
def test_an_odd_wish_for_a_pause_hurts_nobody(stated: str, server: Server, fetcher: Fetcher) -> None:
    server.answers["/"] = answer("429 Slow", b"", f"Retry-After: {stated}")
    with pytest.raises(FetchError, match="found 429 Slow"):
        fetcher.fetch(server.url("/"))


def test_a_host_that_wants_a_long_pause_is_left_alone_tonight(server: Server, fetcher: Fetcher, pauses: list[float]) -> None:
    server.answers["/"] = answer("503 Away", b"", "Retry-After: Fri, 31 Dec 2099 23:59:59 GMT")
    with pytest.raises(FetchError, match=r"found 503 Away, to be asked again in \d+ seconds"):
        fetcher.fetch(server.url("/"))
    with pytest.raises(FetchError, match="not asked again tonight: this host asked for a pause of"):
        fetcher.fetch(server.url("/other"))
    assert (len(server.requests), pauses) == (1, [])
