"""Crawls in processes of their own, to be killed: one warm process forks them, so that fifty starts take seconds.

It is told on its standard input, one JSON object a line, what to start, and answers with the process id and, when the
process has ended, with its exit code. It runs no frame operation itself: a fork has none of the threads of polars.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from subprocess import PIPE, Popen
from tempfile import TemporaryDirectory
from typing import Self

CHECKOUT = Path(__file__).resolve().parents[2]


@dataclass
class Nursery:
    """The warm process, seen from a test."""

    process: Popen[str]

    @classmethod
    def open(cls, log: Path, **environment: str) -> Self:
        """Start it; what stands in its environment stands in that of everything that it starts, and errors go to the log."""
        arguments = [sys.executable, "-m", "tests.crawling.killed_crawl"]
        with log.open("w") as errors:
            told = {**os.environ, **environment}
            found = cls(Popen(arguments, cwd=CHECKOUT, stdin=PIPE, stdout=PIPE, stderr=errors, text=True, env=told))
        assert found._line() == "ready"
        return found

    def start(self, home: Path, profile: Path, now: datetime, *, with_readers: bool = False) -> int:
        """Have a crawl begun or taken up; gives its process id."""
        assert self.process.stdin is not None
        told = {"home": str(home), "profile": str(profile), "now": now.isoformat(), "with_readers": with_readers}
        self.process.stdin.write(json.dumps(told) + "\n")
        self.process.stdin.flush()
        return int(self._line())

    def ended(self) -> int:
        """Wait for the end of what was started; gives its exit code, negative for a signal."""
        return int(self._line())

    def close(self) -> None:
        self.process.communicate(timeout=30)

    def _line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()


def crawl(home: Path, profile: Path, now: datetime) -> None:
    """The steps of a night up to its sites, as ``flows.nightly`` takes them."""
    from flows import steps
    from flows.profiles import load_profile
    from tests.nights import home_at

    with home_at(home).only_one():
        tonight, _ = steps.begin(home_at(home), load_profile(str(profile)), now)
        steps.capture(tonight, "program_sites")
        steps.list_source(tonight, "program_sites")
        for batch in steps.sites_to_crawl(tonight):
            steps.crawl(tonight, batch)


def main() -> None:
    """Fork what is asked for, one after the other, until the input ends."""
    from flows.capturing.wire import default_context
    from flows.crawling import reading
    from flows.steps import crawl_step, tonight
    from tests.nights import home_at

    code_version = tonight.code_version()
    tonight.code_version = lambda: code_version
    default_context()
    with TemporaryDirectory() as folder:
        home_at(Path(folder)).store().close()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        told = json.loads(line)
        child = os.fork()
        if child == 0:
            if not told["with_readers"]:
                crawl_step.read_pages = lambda captures, pages: iter(reading._read_batch(captures, list(pages)))
            _run(Path(told["home"]), Path(told["profile"]), datetime.fromisoformat(told["now"]))
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()
        sys.stdout.write(f"{os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}\n")
        sys.stdout.flush()


def _run(home: Path, profile: Path, now: datetime) -> None:
    """Crawl and end this process, in a way that runs nothing of the parent's."""
    from flows.crawling import reading

    try:
        crawl(home, profile, now)
        reading.readers.close()
    except BaseException:  # noqa: BLE001  (the exit code tells the test)
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    main()
