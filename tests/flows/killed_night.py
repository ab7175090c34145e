"""One night of the sample in a process of its own, killed with SIGKILL at a numbered moment.

A moment is the entry into, or the return from, one of the functions below that write something. Without a number it runs
to its end and prints how many moments there were and which release it published.
"""

import json
import os
import signal
import sys
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any

from flows import steps
from flows.captures import CaptureStore
from flows.home import Home
from flows.profiles import load_profile
from flows.steps import listing_step, release_step
from warehouse import files
from warehouse.ledger import Ledger
from warehouse.release import Releases
from warehouse.store import Store

WRITING: tuple[tuple[Any, str], ...] = (
    (Ledger, "begin_night"),
    (CaptureStore, "put"),
    (Ledger, "record_attempt"),
    (listing_step, "_read"),
    (Ledger, "record_extract"),
    (Store, "supersede"),
    (Store, "append"),
    (release_step, "write_tables"),
    (release_step, "audit"),
    (files, "sync_folder"),
    (Releases, "settle"),
    (Ledger, "record_release"),
    (Releases, "publish"),
    (Ledger, "end_night"),
)


class Countdown:
    """Kills the process at the moment of the given number."""

    def __init__(self, fatal: int | None) -> None:
        self.fatal = fatal
        self.moments: list[str] = []

    def watch(self, owner: Any, name: str) -> None:  # noqa: ANN401
        original = getattr(owner, name)

        @wraps(original)
        def watched(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            self.moment(f"before {name}")
            result = original(*args, **kwargs)
            self.moment(f"after {name}")
            return result

        setattr(owner, name, watched)

    def moment(self, name: str) -> None:
        if len(self.moments) == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)
        self.moments.append(name)


def run_night(home: Home, profile_name: str, now: datetime) -> str:
    """The steps of ``flows.nightly`` in their order, without Prefect; returns the release id."""
    profile = load_profile(profile_name)
    with home.only_one():
        tonight, _ = steps.begin(home, profile, now)
        for source in profile.source_names:
            steps.capture(tonight, source)
        for source in profile.source_names:
            steps.list_source(tonight, source)
        published = steps.release(tonight)
        steps.end(tonight, published.verdict, published.reason, published.release_id)
    return published.release_id


def main() -> None:
    """Arguments: home, profile, start (ISO), number of the fatal moment or ``-``."""
    root, profile, now, fatal = sys.argv[1:]
    countdown = Countdown(None if fatal == "-" else int(fatal))
    for owner, name in WRITING:
        countdown.watch(owner, name)
    release_id = run_night(Home.find(Path(root)), profile, datetime.fromisoformat(now).astimezone(UTC))
    sys.stdout.write(json.dumps({"release_id": release_id, "moments": countdown.moments}))


if __name__ == "__main__":
    main()
