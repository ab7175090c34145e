"""Many hosts at once: nobody waits at a slow one, no host is asked by two, what a worker raises is raised."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import pytest

from flows.capturing.crowd import ask_all_hosts
from flows.capturing.hosts import Hosts
from flows.capturing.outcomes import OutcomeWriter
from schemas.vocabulary import AttemptOutcome
from warehouse.ledger import Attempt

HOSTS = [f"h{number}.example" for number in range(5)]


def ask(addresses: Sequence[str], do: Callable[[str], None], workers: int = 4, pace: float = 0.0) -> None:
    ask_all_hosts(addresses, Hosts(pace), lambda: (do, lambda: None), workers)


def test_every_address_is_worked_on_once_and_those_of_a_host_in_their_order() -> None:
    done: list[str] = []
    addresses = [f"https://{host}/{number}" for number in range(20) for host in HOSTS]
    ask(addresses, done.append)
    assert Counter(done) == Counter(addresses)
    for host in HOSTS:
        own = [address for address in done if host in address]
        assert own == [f"https://{host}/{number}" for number in range(20)]


def test_no_host_is_asked_by_two_workers_at_once() -> None:
    busy: set[str] = set()
    lock = threading.Lock()
    clashes: list[str] = []

    def do(address: str) -> None:
        host = address.split("/")[2]
        with lock:
            if host in busy:
                clashes.append(address)
            busy.add(host)
        threading.Event().wait(0.001)
        with lock:
            busy.discard(host)

    ask([f"https://{host}/{number}" for number in range(10) for host in HOSTS], do, workers=16)
    assert clashes == []


def test_slow_host_holds_up_no_other() -> None:
    others = threading.Event()
    done: list[str] = []

    def do(address: str) -> None:
        if address.startswith("https://slow.example/"):
            assert others.wait(20), "the other hosts were not asked meanwhile"
        done.append(address)
        if sum("slow" not in address for address in done) == 40:
            others.set()

    slow = [f"https://slow.example/{number}" for number in range(5)]
    ask([*slow, *(f"https://{host}/{number}" for number in range(8) for host in HOSTS)], do, workers=2)
    assert len(done) == 45


def test_what_a_worker_raises_ends_the_others_and_is_raised() -> None:
    def do(address: str) -> None:
        if address.endswith("/3"):
            raise ZeroDivisionError(address)

    with pytest.raises(ZeroDivisionError):
        ask([f"https://{host}/{number}" for number in range(50) for host in HOSTS], do)


def attempt(number: int) -> Attempt:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return Attempt(str(number), "n", "d", "s", str(number), "https://a.example/", at, AttemptOutcome.FETCHED, 1)


def test_all_rows_are_written_when_the_block_is_left() -> None:
    written: list[Attempt] = []
    with OutcomeWriter(written.extend) as writer:
        for number in range(2_000):
            writer.put(attempt(number))
    assert [row.attempt_id for row in written] == [str(number) for number in range(2_000)]


def test_fault_of_the_store_is_raised_to_who_waits_for_the_rows() -> None:
    def fail(_: Sequence[Attempt]) -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"), OutcomeWriter(fail) as writer:
        writer.put(attempt(1))
