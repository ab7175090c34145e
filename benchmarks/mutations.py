"""Reads hostile pages until one gives way: `python -m benchmarks.mutations [100000] [--first SEED] [--workers N] [--limit S]`.

Every giant page first, then mutations of written pages and, where they lie beside the checkout, of the evaluation pages. A page
must be read within the limit; a page over it is read again alone, and the better time counts, for the machine may be shared.
Processes of their own do the reading, so that a crash, even of the interpreter, is told with the seed of its page.
"""

import argparse
import resource
import sys
import time
from collections import Counter
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flows.pages.extraction import read_page, reading_json, reading_pool
from tests.pages.hostile import GIANTS, mutated
from tests.pages.pages import many_pages

REAL_PAGES = Path(__file__).resolve().parents[2] / "shared" / "eval" / "pages"
_BATCH = 250
_AGAIN = 3
_SLOW = 1.0


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of reading one batch: times of the slow pages, failures, peak memory in MB and seconds in all."""

    slow: list[tuple[float, str]]
    failures: list[str]
    peak: float
    seconds: float
    pages: int


@cache
def seeds() -> tuple[bytes, ...]:
    """The pages to mutate."""
    return (*many_pages(), *(file.read_bytes() for file in sorted(REAL_PAGES.glob("*.html"))))


def best_time(content: bytes) -> float:
    """Seconds of one reading; the best of some where the first is slow."""
    best = float("inf")
    for _ in range(_AGAIN):
        begun = time.process_time()
        reading_json("", read_page(content))
        best = min(best, time.process_time() - begun)
        if best < _SLOW:
            break
    return best


def _tried(name: str, content: bytes, slow: list[tuple[float, str]], failures: list[str]) -> None:
    try:
        seconds = best_time(content)
    except Exception as error:  # noqa: BLE001  (any error at all is what is looked for)
        failures.append(f"{name}: {error!r:.200}")
        return
    if seconds >= _SLOW / 4:
        slow.append((seconds, name))


def try_mutations(first: int, times: int) -> Tried:
    """Read mutated pages of some seeds."""
    begun = time.perf_counter()
    slow: list[tuple[float, str]] = []
    failures: list[str] = []
    for seed in range(first, first + times):
        name, content = mutated(seeds(), seed)
        _tried(f"seed {seed} {name}", content, slow, failures)
    return Tried(slow, failures, _peak(), time.perf_counter() - begun, times)


def try_giant(name: str) -> Tried:
    """Read one giant page."""
    begun = time.perf_counter()
    slow: list[tuple[float, str]] = []
    failures: list[str] = []
    _tried(name, GIANTS[name](), slow, failures)
    return Tried(slow, failures, _peak(), time.perf_counter() - begun, 1)


def _peak() -> float:
    """Peak memory of this process in MB. The kernel's ru_maxrss outlives exec and would be that of whoever began the process."""
    status = Path("/proc/self/status")
    if status.exists():
        told = dict(line.split(":", 1) for line in status.read_text(encoding="utf-8").splitlines())
        return int(told["VmHWM"].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> int:
    """Parse the command line, read and report; 1 when a page failed or was too slow."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("times", type=int, nargs="?", default=100_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--limit", type=float, default=2.0)
    chosen = parser.parse_args()
    last = chosen.first + chosen.times
    with reading_pool(chosen.workers) as pool:
        waiting = {pool.submit(try_giant, name): name for name in GIANTS}
        waiting |= {
            pool.submit(try_mutations, first, min(_BATCH, last - first)): f"seeds from {first}"
            for first in range(chosen.first, last, _BATCH)
        }
        slow: list[tuple[float, str]] = []
        failures: list[str] = []
        peak, pages, begun = 0.0, 0, time.perf_counter()
        for future, name in waiting.items():
            try:
                tried = future.result()
            except BrokenProcessPool:
                failures.append(f"{name}: the process died")
                break
            slow = sorted([*slow, *tried.slow], reverse=True)[:15]
            failures += tried.failures
            peak, pages = max(peak, tried.peak), pages + tried.pages
            if pages % 5_000 < tried.pages:
                print(
                    f"{pages} pages, {time.perf_counter() - begun:.0f} s, worst {slow[:1]}, {len(failures)} failures", flush=True
                )
    print(
        f"{pages} hostile pages in {time.perf_counter() - begun:.0f} s; peak of a worker {peak:.0f} MB; {len(failures)} failures"
    )
    for seconds, name in slow:
        print(f"  {seconds:6.2f} s  {name}")
    for kind, times in Counter(failure.split(":", 1)[1][:90] for failure in failures).most_common(20):
        print(f"  {times} x {kind}; first: {next(failure for failure in failures if kind in failure)}")
    return int(bool(failures) or any(seconds > chosen.limit for seconds, _ in slow))


if __name__ == "__main__":
    sys.exit(main())
