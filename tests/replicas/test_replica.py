"""The skeleton of all replicas: validators, throttling that heals, and faults that a test puts in the way."""

from __future__ import annotations

from pathlib import Path

from schemas.vocabulary import AttemptOutcome
from tests.capturing.servers import answer
from tests.nights import SECOND
from tests.replicas.replica import NOT_FOUND, Reply, Request, found, night, path_of, publishing, query_of

MODIFIED = "Tue, 05 May 2026 10:00:00 GMT"
PAGE = b"<html><head><title>Visa</title></head><body><p>We sponsor J-1 visas only.</p></body></html>"
PATH = "/1403521200"


def publisher(request: Request) -> Reply:
    return found(request, PAGE, etag=False, modified=MODIFIED) if path_of(request) == PATH else NOT_FOUND


def test_throttled_publisher_is_asked_again_and_unchanged_bodies_are_not_sent(tmp_path: Path) -> None:
    with publishing(publisher) as replica:
        entries = {"program_pages": [{"from": replica.url(PATH), "date": "2026-05-05"}]}
        replica.throttled = 2
        (outcome,) = night(tmp_path, entries).values()
        assert (outcome.captured, replica.throttled) == (AttemptOutcome.FETCHED, 0)
        assert replica.statuses == ["429 Too Many Requests"] * 2 + ["404 Not Found", "200 OK"]  # the 404 is of robots.txt
        replica.forget()
        (outcome,) = night(tmp_path, entries, SECOND).values()
        assert outcome.captured is AttemptOutcome.UNCHANGED
        assert replica.statuses == ["404 Not Found", "304 Not Modified"]
        assert replica.server.requests[-1].headers["If-Modified-Since"] == MODIFIED


def test_fault_at_one_path_goes_before_the_publisher(tmp_path: Path) -> None:
    with publishing(publisher) as replica:
        replica.server.answers[PATH] = answer("403 Forbidden", b"no")
        (outcome,) = night(tmp_path, {"program_pages": [{"from": replica.url(PATH)}]}).values()
        assert outcome.reason == "expected status 200; found 403 Forbidden"


def test_validators_are_compared_as_a_server_does() -> None:
    asked = Request("/a?b=1&c=", {"If-None-Match": found(Request("/", {}, 0), b"1").headers[0].removeprefix("ETag: ")}, 0)
    assert (path_of(asked), query_of(asked)) == ("/a", {"b": "1", "c": ""})
    assert found(asked, b"1").status == "304 Not Modified"
    assert found(asked, b"2").status == "200 OK"
