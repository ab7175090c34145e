"""Asking many hosts at once: each worker takes an address whose host is free, so that nobody waits at a slow one.

A host is asked by one worker at a time. What is done with an address is the caller's business.
"""

import heapq
import time
from collections import deque
from collections.abc import Callable, Iterable
from itertools import count
from threading import Condition, Thread

from flows.capturing.addresses import host_of
from flows.capturing.hosts import Hosts

Work = Callable[[str], None]


class HostQueue:
    """Addresses by host, handed out when their host may be asked.

    Args:
        addresses: Addresses that ``refuse_spelling`` lets through; those of one host are handed out in this order.
        hosts: Their paces and pauses.
    """

    def __init__(self, addresses: Iterable[str], hosts: Hosts) -> None:
        self._hosts, self._turn = hosts, count()
        self._waiting: dict[str, deque[str]] = {}
        for address in addresses:
            self._waiting.setdefault(host_of(address), deque()).append(address)
        self._ready = [(0.0, next(self._turn), host) for host in self._waiting]
        self._busy, self._closed = 0, False
        self._changed = Condition()

    @property
    def n_hosts(self) -> int:
        """How many hosts there are."""
        return len(self._waiting)

    def take(self) -> str | None:
        """The next address whose host is free, waiting for it; None when there is nothing left to do."""
        with self._changed:
            while not self._closed:
                if self._ready and (seconds := self._ready[0][0] - time.monotonic()) <= 0:
                    host = heapq.heappop(self._ready)[2]
                    self._busy += 1
                    return self._waiting[host].popleft()
                if not self._ready and not self._busy:
                    self._changed.notify_all()
                    return None
                self._changed.wait(seconds if self._ready else None)
        return None

    def close(self) -> None:
        """Hand nothing out any more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def done(self, address: str) -> None:
        """Give the host of an address back."""
        host = host_of(address)
        with self._changed:
            self._busy -= 1
            if self._waiting[host]:
                ready_at = time.monotonic() + self._hosts.ready_in(host)
                heapq.heappush(self._ready, (ready_at, next(self._turn), host))
            self._changed.notify()


def ask_all_hosts(
    addresses: Iterable[str], hosts: Hosts, new_worker: Callable[[], tuple[Work, Callable[[], None]]], workers: int
) -> None:
    """Have every address worked on, by so many workers at once.

    Args:
        addresses: Addresses that ``refuse_spelling`` lets through.
        hosts: Their paces and pauses.
        new_worker: Gives what a worker does with an address, and what it does at its end.
        workers: How many work at once; fewer where there are fewer hosts.

    Raises:
        BaseException: What a worker raised; the others finish the address they are at.
    """
    queue = HostQueue(addresses, hosts)
    raised: list[BaseException] = []

    def work() -> None:
        try:
            do, end = new_worker()
            try:
                while (address := queue.take()) is not None:
                    try:
                        do(address)
                    finally:
                        queue.done(address)
            finally:
                end()
        except BaseException as error:  # noqa: BLE001  (handed on to whoever waits for us)
            raised.append(error)
            queue.close()

    threads = [Thread(target=work, name=f"capture-{number}", daemon=True) for number in range(min(workers, queue.n_hosts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if raised:
        raise raised[0]
