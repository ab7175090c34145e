"""Capturing beside Scrapy and plain threads of requests, over loopback, each in a process of its own.

``python -m benchmarks.capture`` asks for 5,000 pages of about 100 kB on 200 hosts with 16 connections, at latencies of 0 and
200 ms; then again for all of them, unchanged; then for those that are due, which are none; then measures peak memory at 1,000 and
at 10,000 pages. ``--smoke`` is a small run that checks itself.

Ours is the step of a night: robots.txt, conditional requests, hashing, compressed storing, an outcome row a page. Scrapy obeys
robots.txt and keeps nothing; the threads only read bodies.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from threading import local
from urllib.request import urlopen

HOSTS, CONNECTIONS = 200, 16
UNCHANGED, DUE_ONLY = 1, 2
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
SPIDER = """
import sys
import scrapy
from scrapy.crawler import CrawlerProcess

port, pages, hosts, connections = map(int, sys.argv[1:5])

class Spider(scrapy.Spider):
    name = "pages"
    async def start(self):
        for number in range(pages):
            yield scrapy.Request(f"http://127.0.1.{number % hosts + 1}:{port}/{number}.html", dont_filter=True)
    def parse(self, response):
        assert len(response.body) > 50

process = CrawlerProcess({
    "CONCURRENT_REQUESTS": connections, "CONCURRENT_REQUESTS_PER_DOMAIN": 1, "DOWNLOAD_DELAY": 0, "ROBOTSTXT_OBEY": True,
    "LOG_LEVEL": "ERROR", "TELNETCONSOLE_ENABLED": False, "COOKIES_ENABLED": False, "RETRY_ENABLED": False,
})
crawler = process.create_crawler(Spider)
process.crawl(crawler)
process.start()
stats = crawler.stats.get_stats()
import json, resource
print(json.dumps({
    "seconds": stats["elapsed_time_seconds"],
    "pages": stats["response_received_count"] - stats.get("robotstxt/response_count", 0),
    "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
}))
"""


@dataclass(frozen=True)
class Figure:
    """One run of one tool."""

    seconds: float
    pages: int
    megabytes: float
    bodies: int
    requests: int

    @property
    def rate(self) -> float:
        """Pages a second."""
        return self.pages / self.seconds


def addresses(port: int, pages: int) -> list[str]:
    """The pages of the small web, host by host in turn."""
    return [f"http://127.0.1.{number % HOSTS + 1}:{port}/{number}.html" for number in range(pages)]


@contextmanager
def web(pages: int, latency: float, kilobytes: float = 100) -> Iterator[int]:
    """The small web in a process of its own; gives its port."""
    told = {"pages": pages, "latency": latency, "kilobytes": kilobytes}
    command = [
        sys.executable,
        "-m",
        "benchmarks.web",
        *(part for name, value in told.items() for part in (f"--{name}", str(value))),
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None  # noqa: S101
    try:
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()


def counts(port: int) -> dict[str, int]:
    """What the small web was asked so far."""
    with urlopen(f"http://127.0.0.1:{port}/-/counts", timeout=30) as answer:
        found: dict[str, int] = json.load(answer)
        return found


# --- one run, in a process of its own ---------------------------------------------------------------------------------


def ours(port: int, pages: int, home: Path, night: int) -> dict[str, float]:
    """One night's capture of all pages; in the third night, of those that are due."""
    from flows import steps
    from flows.home import Home
    from flows.profiles import load_profile
    from flows.steps.crawl_step import capture_pages
    from schemas.vocabulary import AttemptOutcome, NightVerdict
    from warehouse.ledger import Ledger

    profile = home.with_suffix(".toml")
    head = f'name = "bench"\ndataset = "bench"\npace_seconds = 0\nallow_loopback = true\n[crawl]\nconnections = {CONNECTIONS}\n'
    head += f"recheck_days = {7 if night == DUE_ONLY else 0}\n"
    profile.write_text(f'{head}[[sources.program_sites]]\nfrom = ""\n')
    place = Home.find(home, f"sqlite:///{home}/warehouse.sqlite")
    tonight, _ = steps.begin(place, load_profile(str(profile)), FIRST + timedelta(days=night))
    store = place.store()
    begun = time.perf_counter()
    made = capture_pages(tonight, Ledger(store, "bench"), addresses(port, pages))
    seconds = time.perf_counter() - begun
    steps.end(tonight, NightVerdict.UNCHANGED, "", None)
    good = sum(attempt.outcome is not AttemptOutcome.FAILED for attempt in made.values())
    return {"seconds": seconds, "pages": good, "megabytes": _peak()}


def threads(port: int, pages: int) -> dict[str, float]:
    """Sessions of requests in as many threads, reading bodies."""
    import requests

    own = local()

    def ask(address: str) -> int:
        if not hasattr(own, "session"):
            own.session = requests.Session()
        return len(own.session.get(address, timeout=60).content)

    begun = time.perf_counter()
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        sizes = list(pool.map(ask, addresses(port, pages)))
    return {"seconds": time.perf_counter() - begun, "pages": len(sizes), "megabytes": _peak()}


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


# --- side by side -----------------------------------------------------------------------------------------------------


def measured(tool: str, port: int, pages: int, home: Path, night: int = 0) -> Figure:
    """One run of one tool in a process of its own, with what the web was asked meanwhile."""
    before = counts(port)
    if tool == "scrapy":
        command = [sys.executable, "-c", SPIDER, str(port), str(pages), str(HOSTS), str(CONNECTIONS)]
    else:
        command = [sys.executable, "-m", "benchmarks.capture", "--one", tool, str(port), str(pages), str(home), str(night)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{tool}: {done.stderr[-2000:]}")
    told = json.loads(done.stdout.splitlines()[-1])
    after = counts(port)
    asked = {name: after.get(name, 0) - before.get(name, 0) for name in ("bodies", "requests")}
    return Figure(told["seconds"], int(told["pages"]), told["megabytes"], asked["bodies"], asked["requests"] - 1)


def compare(pages: int, latency: float, runs: int, folder: Path) -> dict[str, list[Figure]]:
    """All tools in turn, so often; ours a second time over the same home, unchanged."""
    tools = ("ours", "ours, all again, unchanged", "ours, what is due", "requests, 16 threads", "scrapy")
    found: dict[str, list[Figure]] = {tool: [] for tool in tools}
    with web(pages, latency) as port:
        for run in range(runs):
            home = folder / f"home-{latency}-{run}"
            found["ours"].append(measured("ours", port, pages, home))
            found["ours, all again, unchanged"].append(measured("ours", port, pages, home, UNCHANGED))
            found["ours, what is due"].append(measured("ours", port, pages, home, DUE_ONLY))
            found["requests, 16 threads"].append(measured("threads", port, pages, home))
            found["scrapy"].append(measured("scrapy", port, pages, home))
    return found


def report(found: dict[str, list[Figure]], latency: float) -> None:
    """Print a table of medians."""
    scrapy = median(figure.rate for figure in found["scrapy"])
    limit = f", limit {CONNECTIONS / latency:.0f} answers/s" if latency else ""
    print(f"\nlatency {latency * 1000:.0f} ms, {CONNECTIONS} connections{limit}")
    print("| | pages/s | answers/s | x scrapy | bodies | peak MB |\n|---|---:|---:|---:|---:|---:|")
    for name, figures in found.items():
        rate = median(figure.rate for figure in figures)
        answers = median(figure.requests / figure.seconds for figure in figures)
        peak = median(figure.megabytes for figure in figures)
        print(f"| {name} | {rate:.1f} | {answers:.1f} | {rate / scrapy:.2f} | {figures[-1].bodies} | {peak:.0f} |")


def memory(few: int, many: int, folder: Path) -> None:
    """Print our peak memory at a few and at many pages."""
    for pages in (few, many):
        with web(pages, 0.0) as port:
            figure = measured("ours", port, pages, folder / f"memory-{pages}")
        print(f"peak at {pages:,} pages: {figure.megabytes:.0f} MB")


def main() -> None:
    """Run what the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--one", nargs=5, metavar=("TOOL", "PORT", "PAGES", "HOME", "NIGHT"), help=argparse.SUPPRESS)
    parser.add_argument("--pages", type=int, default=5000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--smoke", action="store_true", help="a small run that checks itself")
    given = parser.parse_args()
    if given.one:
        tool, port, pages, home, night = given.one
        told = threads(int(port), int(pages)) if tool == "threads" else ours(int(port), int(pages), Path(home), int(night))
        print(json.dumps(told))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if given.smoke:
            found = compare(300, 0.0, 1, folder)
            report(found, 0.0)
            again = [found[tool][0].bodies for tool in ("ours, all again, unchanged", "ours, what is due")]
            if [found[tool][0].pages for tool in found] != [300] * len(found) or any(again):
                raise SystemExit("expected 300 pages from each tool, and no body in an unchanged run")
            return
        for latency in (0.0, 0.2):
            report(compare(given.pages, latency, given.runs if not latency else 1, folder), latency)
        memory(1_000, 10_000, folder)


if __name__ == "__main__":
    main()
