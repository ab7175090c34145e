"""How fast pages are read, beside two common tools: `python -m benchmarks.pages [--pages 5000] [--runs 3] [--sample 2000]`.

All read the same list of files, in two processes, in one run:

    ours         the whole reading: claims, rosters, evidence
    bs4          BeautifulSoup with lxml, parsing alone
    trafilatura  trafilatura.extract, the text alone

The list is the evaluation pages where they lie beside the checkout, else written pages, repeated. The slow tools read a sample;
their time for the whole list is what the sample's rate makes of it. Every measure is a process of its own; the pool's start is
part of its time. Figures are medians over runs; the CPU time a page is the steadier one on a machine that is shared.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import cycle, islice
from multiprocessing import get_context
from pathlib import Path

from benchmarks.mutations import REAL_PAGES
from flows.pages.extraction import read_files
from tests.pages.pages import many_pages

CHECKOUT = Path(__file__).resolve().parents[1]
TARGET = 150
_CHUNK = 25


def read_all(files: Sequence[Path], workers: int) -> int:
    """Read files as the product does."""
    return sum(1 for _ in read_files(files, workers))


def parse_all(files: Sequence[Path], workers: int) -> int:
    """Parse files with BeautifulSoup over lxml."""
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        return sum(pool.map(_parsed, files, chunksize=_CHUNK))


def extract_all(files: Sequence[Path], workers: int) -> int:
    """Take the text of files with trafilatura."""
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        return sum(pool.map(_extracted, files, chunksize=_CHUNK))


def _parsed(file: Path) -> int:
    from bs4 import BeautifulSoup

    return int(BeautifulSoup(file.read_bytes(), "lxml") is not None)


def _extracted(file: Path) -> int:
    import trafilatura

    trafilatura.extract(file.read_bytes())
    return 1


MEASURES: dict[str, Callable[[Sequence[Path], int], int]] = {"ours": read_all, "bs4": parse_all, "trafilatura": extract_all}


def page_files(folder: Path) -> list[Path]:
    """The pages to read: the evaluation pages, else written pages in the folder."""
    found = sorted(REAL_PAGES.glob("*.html"))
    if found:
        return found
    for number, content in enumerate(many_pages()):
        (folder / f"{number:02}.html").write_bytes(content)
    return sorted(folder.glob("*.html"))


def child(measure: str, folder: Path, pages: int) -> dict[str, float]:
    """One measure in a process of its own: pages a second, and peak memory in MB of it and of its largest worker."""
    arguments = [sys.executable, "-m", "benchmarks.pages", "--child", measure, "--folder", str(folder), "--pages", str(pages)]
    done = subprocess.run(arguments, cwd=CHECKOUT, capture_output=True, text=True, check=True)
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told


def measured(measure: str, folder: Path, pages: int) -> dict[str, float]:
    """What the child measures."""
    files = list(islice(cycle(page_files(folder)), pages))
    begun = time.perf_counter()
    if MEASURES[measure](files, 2) != pages:
        raise RuntimeError(f"{measure}: expected {pages} pages; some were not read")
    seconds = time.perf_counter() - begun
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "rate": pages / seconds,
        "cpu": 1000 * (used.ru_utime + used.ru_stime) / pages,
        "parent": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "worker": used.ru_maxrss / 1024,
    }


def _medians(runs: Sequence[dict[str, float]]) -> dict[str, float]:
    return {name: statistics.median(run[name] for run in runs) for name in runs[0]}


def report(folder: Path, pages: int, runs: int, sample: int) -> int:
    """Measure in turn and print; 1 when the target is missed."""
    sizes = {"ours": pages, "bs4": min(pages, sample), "trafilatura": min(pages, sample)}
    found: dict[str, list[dict[str, float]]] = {name: [] for name in (*sizes, "few")}
    for _ in range(runs):
        for name, size in sizes.items():
            found[name].append(child(name, folder, size))
        found["few"].append(child("ours", folder, max(1, pages // 5)))
    told = {name: _medians(values) for name, values in found.items()}
    files = page_files(folder)
    weight = sum(file.stat().st_size for file in files) / len(files) / 1000
    print(f"{pages} pages ({len(files)} different, {weight:.0f} kB each), 2 processes, median of {runs} runs\n")
    print(f"{'':<14}{'pages/s':>10}{'CPU ms/page':>13}{'s for all':>12}{'ours is faster':>16}  measured on")
    for name, size in sizes.items():
        rate = told[name]["rate"]
        print(
            f"{name:<14}{rate:>10.0f}{told[name]['cpu']:>13.1f}{pages / rate:>12.1f}{told['ours']['rate'] / rate:>15.1f}x  {size}"
        )
    print(f"\n{'peak memory, MB':<24}{'worker':>10}{'parent':>10}")
    for name, size in (("few", max(1, pages // 5)), ("ours", pages)):
        print(f"ours, {size:>6} pages{'':<6}{told[name]['worker']:>10.0f}{told[name]['parent']:>10.0f}")
    print(f"\ntarget: {TARGET} pages/s; {'met' if told['ours']['rate'] >= TARGET else 'missed'}")
    return int(told["ours"]["rate"] < TARGET)


def main() -> int:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=5_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--sample", type=int, default=2_000)
    parser.add_argument("--child", choices=MEASURES)
    parser.add_argument("--folder", type=Path)
    chosen = parser.parse_args()
    if chosen.child:
        print(json.dumps(measured(chosen.child, chosen.folder, chosen.pages)))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        return report(Path(folder), chosen.pages, chosen.runs, chosen.sample)


if __name__ == "__main__":
    sys.exit(main())
