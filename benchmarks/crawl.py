"""A crawl at the size of the field, over loopback: every step of the night that follows sites, with its time and peak memory.

``python -m benchmarks.crawl`` follows 14,000 sites of four pages on 2,000 hosts: captured in threads, read in processes, recorded
in batches; then a night in which everything is asked for again and nothing has changed; then a night in which nothing is due.
``--sites 400`` is a small run. The web it asks runs beside it, on the same cores.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.capture import counts, web
from flows import steps
from flows.home import Home
from flows.profiles import load_profile
from schemas.vocabulary import NightVerdict

HOSTS, BATCHES_AT_ONCE = 2_000, 4
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
MEGABYTE = 1024


def main() -> None:
    """Run what the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sites", type=int, default=14_000)
    parser.add_argument("--kilobytes", type=float, default=20)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, web(given.sites, 0.0, given.kilobytes) as port:
        folder = Path(name)
        starts = [f"http://{host(number)}:{port}/site/{number}/" for number in range(given.sites)]
        rows = "".join(f"140{number:07d},{start},program\n" for number, start in enumerate(starts))
        (folder / "sites.csv").write_text(f"acgme_id,start_address,page_scope\n{rows}")
        print("| night | s | sites | batches | pages | bodies | rows | peak MB: this process | a reader |")
        print("|---|---:|---:|---:|---:|---:|---:|---:|---:|")
        for number, (told, recheck) in enumerate((("first", 0), ("all again, unchanged", 0), ("what is due", 7))):
            night(folder, port, number, told, recheck)


def host(number: int) -> str:
    """The host of a site: one of 2,000 addresses of this computer."""
    return f"127.0.{number % HOSTS // 250 + 1}.{number % HOSTS % 250 + 1}"


def night(folder: Path, port: int, number: int, told: str, recheck_days: int) -> None:
    """One night of the crawl, and a line of the table."""
    profile = folder / "profile.toml"
    head = f'name = "bench"\ndataset = "bench"\npace_seconds = 0\nallow_loopback = true\n[crawl]\nrecheck_days = {recheck_days}\n'
    profile.write_text(f'{head}[[sources.program_sites]]\nfrom = "sites.csv"\n')
    home = Home.find(folder / "home", f"sqlite:///{folder}/home/warehouse.sqlite")
    tonight, _ = steps.begin(home, load_profile(str(profile)), FIRST + timedelta(days=number))
    steps.capture(tonight, "program_sites")
    steps.list_source(tonight, "program_sites")
    bodies = counts(port).get("bodies", 0)
    begun = time.perf_counter()
    batches = steps.sites_to_crawl(tonight)
    with ThreadPoolExecutor(BATCHES_AT_ONCE) as pool:
        crawled = sum(pool.map(lambda starts: steps.crawl(tonight, starts), batches), start=steps.Crawled())
    seconds = time.perf_counter() - begun
    steps.end(tonight, NightVerdict.UNCHANGED, "", None)
    ours, reader = (resource.getrusage(who).ru_maxrss / MEGABYTE for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    fresh = counts(port).get("bodies", 0) - bodies
    done = f"{crawled.sites:,} | {len(batches)} | {crawled.pages.total():,} | {fresh:,} | {crawled.rows_listed:,}"
    print(f"| {told} | {seconds:.1f} | {done} | {ours:.0f} | {reader:.0f} |", flush=True)


if __name__ == "__main__":
    main()
