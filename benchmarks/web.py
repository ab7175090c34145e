"""A small web on loopback for the benchmarks and drills of capturing: many hosts, pages of a given size, a given latency.

Page n is ``/n.html``; ``/site/n/`` is the start of a program's site, which leads to pages on applying, visas and residents. Every
address of 127.0.0.0/8 is this computer, so one listening socket is as many hosts as are wanted. A process of its own: ``python -m
benchmarks.web --pages 5000 --kilobytes 100 --latency 0.2``; it prints its port and, asked for ``/-/counts``, what it was asked.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
from collections import Counter
from dataclasses import dataclass, field
from hashlib import sha256

ROBOTS = b"User-agent: *\nDisallow: /private/\n"
WORDS = (
    "our hospital stands near the river and many families of the city come here for care every day of the week with colleagues "
    "from all departments who teach learn walk listen write plan rest and meet each other at lunch in rooms full of light"
)
SITE = {
    "": ("Residency", "Our residency trains thirty residents a year, who come from many places to our hospital."),
    "apply": ("How to apply", "Applications are accepted through ERAS. A minimum Step 2 CK score of 220 is required."),
    "visas": ("Visa policy", "We sponsor J-1 visas through ECFMG. We do not sponsor H-1B visas for residents."),
    "residents": ("Our residents", "Our residents live in the city and take care of patients of every age in our clinics."),
}
"""Pages of a program's site by name: the words of the link, and what the page says."""


@dataclass
class Web:
    """What is served, and what was asked.

    Attributes:
        pages: Number of pages, and of sites.
        size: Bytes of a page, about.
        latency: Seconds before an answer.
    """

    pages: int
    size: int
    latency: float
    counts: Counter[str] = field(default_factory=Counter)
    _filler: bytes = b""

    def __post_init__(self) -> None:
        chosen = random.Random(1)  # noqa: S311  (filler text)
        sentences = [" ".join(chosen.choices(WORDS.split(), k=12)).capitalize() + "." for _ in range(2000)]
        self._filler = "".join(f"<p>{sentence}</p>\n" for sentence in sentences).encode()

    def body(self, path: str) -> bytes | None:
        """The page of a path; None where there is none."""
        if path.startswith("/site/"):
            return self.page_of_site(path)
        number = path.removeprefix("/").removesuffix(".html")
        if not number.isdigit() or int(number) >= self.pages:
            return None
        start = int(number) * 977 % (len(self._filler) // 2)
        text = (self._filler * (self.size // len(self._filler) + 2))[start : start + self.size]
        return f"<html><head><title>Page {number}</title></head><body><h1>{number}</h1>".encode() + text + b"</body></html>"

    def page_of_site(self, path: str) -> bytes | None:
        """A page of a program's site: each says something of its own, in as many bytes as any."""
        _, _, number, name = path.split("/", 3)
        if name not in SITE or not number.isdigit() or int(number) >= self.pages:
            return None
        links = "".join(f'<li><a href="/site/{number}/{other}">{words}</a></li>' for other, (words, _) in SITE.items() if other)
        head = f"<html><head><title>Program {number}</title></head><body><nav><ul>{links}</ul></nav><main><h1>Residency</h1>"
        return (
            f"{head}<p>{SITE[name][1]} This is program {number}.</p>".encode()
            + self._filler[: self.size]
            + b"</main></body></html>"
        )


class Talk(asyncio.Protocol):
    """One connection."""

    def __init__(self, web: Web) -> None:
        self.web, self.heard = web, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.heard += data
        while b"\r\n\r\n" in self.heard:
            head, self.heard = self.heard.split(b"\r\n\r\n", 1)
            answer = self.answer(head.decode("latin-1"))
            if self.web.latency:
                asyncio.get_running_loop().call_later(self.web.latency, self.say, answer)
            else:
                self.say(answer)

    def say(self, answer: bytes) -> None:
        if not self.transport.is_closing():  # type: ignore[attr-defined]
            self.transport.write(answer)  # type: ignore[attr-defined]

    def answer(self, head: str) -> bytes:
        path = head.split(" ", 2)[1]
        self.web.counts["requests"] += 1
        if path == "/-/counts":
            return _whole("200 OK", json.dumps(self.web.counts).encode())
        if path == "/robots.txt":
            self.web.counts["robots"] += 1
            return _whole("200 OK", ROBOTS)
        body = self.web.body(path)
        if body is None:
            return _whole("404 Not Found", b"<html><body>404 not found</body></html>")
        tag = '"' + sha256(path.encode()).hexdigest()[:16] + '"'
        if f"if-none-match: {tag}" in head.lower():
            self.web.counts["unchanged"] += 1
            return f"HTTP/1.1 304 Not Modified\r\nETag: {tag}\r\n\r\n".encode()
        self.web.counts["bodies"] += 1
        self.web.counts[path] += 1
        return _whole("200 OK", body, f"ETag: {tag}\r\n")


def _whole(status: str, body: bytes, more: str = "") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\n{more}Content-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def serve(web: Web) -> None:
    """Serve until the process ends; the port is printed first."""
    server = await asyncio.get_running_loop().create_server(lambda: Talk(web), "0.0.0.0", 0, backlog=1024)  # noqa: S104
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def main() -> None:
    """Serve what the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=5000)
    parser.add_argument("--kilobytes", type=float, default=100)
    parser.add_argument("--latency", type=float, default=0.0)
    given = parser.parse_args()
    asyncio.run(serve(Web(given.pages, int(given.kilobytes * 1000), given.latency)))


if __name__ == "__main__":
    main()
