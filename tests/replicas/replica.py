"""What all replicas share: a publisher that answers on loopback, and nights that ask it.

A publisher is a function from a request to a reply. Faults are put in its way by a test: ``throttled`` refuses the next
requests with 429, and ``server.answers`` says something else at one path, byte by byte.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import polars as pl

from flows import steps
from flows.capturing.hosts import Hosts
from flows.profiles import load_profile
from flows.steps import Outcome, Tonight
from schemas.table import Table
from schemas.vocabulary import NightVerdict
from tests.capturing.servers import Answer, KeptOpen, Request, Server, answer, serving
from tests.nights import FIRST, home_at, ledger_of

DATASET = "trial"


@dataclass(frozen=True)
class Reply:
    """What a publisher says."""

    body: bytes = b""
    status: str = "200 OK"
    headers: tuple[str, ...] = ()


Publisher = Callable[[Request], Reply]


def path_of(request: Request) -> str:
    """The path that was asked for, without its query."""
    return unquote(urlsplit(request.path).path)


def query_of(request: Request) -> dict[str, str]:
    """The query that was asked, by name."""
    return dict(parse_qsl(urlsplit(request.path).query, keep_blank_values=True))


def found(request: Request, body: bytes, *, etag: bool = True, modified: str | None = None) -> Reply:
    """A body with its validators; 304 where the request names them. An ETag goes before a date, and ranges are ignored.

    Args:
        request: What was asked.
        body: What is there.
        etag: Whether the publisher tells a digest of it.
        modified: What the publisher tells as Last-Modified; None for nothing.
    """
    tag = f'"{sha256(body).hexdigest()[:16]}"' if etag else None
    headers = (*([f"ETag: {tag}"] if tag else []), *([f"Last-Modified: {modified}"] if modified else []))
    asked = request.headers.get("If-None-Match") or request.headers.get("If-Modified-Since")
    if asked and asked in (tag, modified):
        return Reply(b"", "304 Not Modified", headers)
    return Reply(body, headers=headers)


def found_json(request: Request, value: object, *, etag: bool = False) -> Reply:
    """The same of something that is told as JSON."""
    reply = found(request, json.dumps(value, ensure_ascii=False).encode(), etag=etag)
    return replace(reply, headers=(*reply.headers, "Content-Type: application/json"))


NOT_FOUND = Reply(b"Not Found", "404 Not Found")


@dataclass
class Replica:
    """A publisher on loopback.

    Attributes:
        server: Where it answers; notes down what it was asked.
        publisher: What it answers.
        throttled: So many requests are refused next, with 429 and Retry-After.
        statuses: Status of every answer of the publisher, in order.
    """

    server: Server
    publisher: Publisher
    throttled: int = 0
    statuses: list[str] = field(default_factory=list)

    def url(self, path: str) -> str:
        """Address of a path."""
        return self.server.url(path)

    def answer(self, request: Request) -> Answer:
        """The publisher's answer, over a connection that stays open."""
        if self.throttled:
            self.throttled -= 1
            reply = Reply(b"slow down", "429 Too Many Requests", ("Retry-After: 1",))
        else:
            reply = self.publisher(request)
        self.statuses.append(reply.status)
        return KeptOpen(answer(reply.status, reply.body, *reply.headers))

    def forget(self) -> None:
        """Forget what was asked and answered, so that a test can look at the next night alone."""
        self.server.requests.clear()
        self.statuses.clear()


@contextmanager
def publishing(publisher: Publisher) -> Iterator[Replica]:
    """A replica while the block runs."""
    with serving() as server:
        replica = Replica(server, publisher)
        server.otherwise = replica.answer
        yield replica


Entries = Mapping[str, Sequence[Mapping[str, str | int | bool]]]
"""Entries of a profile, by source: ``{"dol_lca": [{"from": ADDRESS, "date": "2025-03-31"}]}``."""


def profile_of(folder: Path, entries: Entries) -> Path:
    """A profile that may ask loopback."""
    path = folder / "profile.toml"
    lines = ['name = "replica"', f'dataset = "{DATASET}"', "pace_seconds = 0", "allow_loopback = true"]
    for source, found_entries in entries.items():
        for entry in found_entries:
            lines += [f"[[sources.{source}]]", *(f"{name} = {_toml(name, value)}" for name, value in entry.items())]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _toml(name: str, value: str | int | bool) -> str:
    return str(value) if name == "date" else json.dumps(value)


def begin(folder: Path, entries: Entries, now: datetime = FIRST) -> Tonight:
    """A night that waits for nobody."""
    folder.mkdir(parents=True, exist_ok=True)
    tonight, _ = steps.begin(home_at(folder / "home"), load_profile(str(profile_of(folder, entries))), now)
    return replace(tonight, hosts=Hosts(0, sleep=lambda _: None))


def night(folder: Path, entries: Entries, now: datetime = FIRST) -> dict[tuple[str, str], Outcome]:
    """One whole night but for its release: outcomes by source and document. Every source is captured and listed in its turn."""
    tonight = begin(folder, entries, now)
    outcomes: list[Outcome] = []
    for source in tonight.profile.source_names:
        steps.capture(tonight, source)
        outcomes += steps.list_source(tonight, source)
    steps.end(tonight, NightVerdict.FAILED, "", None)
    return {(outcome.source, outcome.document): outcome for outcome in outcomes}


def rows_of(folder: Path, listing: Table) -> pl.DataFrame:
    """The rows of a listing that are in force, in the order of their key, without where and when they were found."""
    rows = ledger_of(folder / "home", DATASET).listing(listing)
    return rows.select(listing.column_names).sort(listing.column_names)


def parts_of(folder: Path, source: str) -> pl.DataFrame:
    """Outcome rows of a source's single answers, as they were made."""
    return ledger_of(folder / "home", DATASET).attempts(source, parts=True)


def bytes_in(folder: Path) -> bytes:
    """Everything a home holds, decompressed: to look for what must not be there."""
    files = (path for path in sorted((folder / "home").rglob("*")) if path.is_file())
    return b"\n".join(gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes() for path in files)
