"""What a run knows of the hosts it asks: their pace, who is not to be asked again tonight, and their robots.txt."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import inf
from threading import Lock

from protego import Protego
from pyrate_limiter import Limiter, Rate, SingleBucketFactory, StateBucket

from flows.capturing.faults import FetchError

ROBOTS_NAME = "residency-warehouse"
MAX_CRAWL_DELAY = 60.0
EXCLUDED = "refused by robots"
"""How a reason begins where robots.txt says no."""
MAX_ROBOTS_WORK = 1_000_000
"""Agents times lines: the parser keeps each rule once for each agent of its group, and half a megabyte would fill the memory."""


@dataclass
class _Host:
    """One host; its lock is held while its robots.txt is asked for, so that it is asked for once."""

    pace: float
    limiter: Limiter | None
    stopped: str | None = None
    free_at: float = 0.0
    asked_at: float = -inf
    robots: dict[str, Protego | str] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)


class Hosts:
    """Shared by all workers of one run.

    Args:
        pace: Seconds between two requests to a host.
        paces: The same for some hosts.
        sleep: How to wait.
    """

    def __init__(
        self, pace: float, paces: Mapping[str, float] | None = None, *, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._pace, self._paces, self.sleep = pace, dict(paces or {}), sleep
        self._hosts: dict[str, _Host] = {}
        self._lock = Lock()

    def _host(self, name: str) -> _Host:
        with self._lock:
            if name not in self._hosts:
                pace = self._paces.get(name, self._pace)
                self._hosts[name] = _Host(pace, _limiter(pace))
            return self._hosts[name]

    def stop(self, name: str, reason: str) -> None:
        """Do not ask a host again tonight."""
        self._host(name).stopped = reason

    def check(self, name: str) -> None:
        """Look whether a host may still be asked.

        Raises:
            FetchError: When it may not.
        """
        if reason := self._host(name).stopped:
            raise FetchError(f"not asked again tonight: {reason}")

    def hold(self, name: str, seconds: float) -> None:
        """Let every worker wait so long before a host is asked again."""
        host = self._host(name)
        host.free_at = max(host.free_at, time.monotonic() + seconds)

    def ready_in(self, name: str) -> float:
        """Seconds until a host may be asked again, as far as can be told; none for a host that will not be asked at all."""
        host = self._host(name)
        now = time.monotonic()
        return 0.0 if host.stopped else max(host.free_at - now, host.asked_at + host.pace - now, 0.0)

    def wait(self, name: str) -> None:
        """Wait for our turn.

        Raises:
            FetchError: When the host has been stopped meanwhile.
        """
        host = self._host(name)
        if (seconds := host.free_at - time.monotonic()) > 0:
            self.sleep(seconds)
        if host.limiter:
            host.limiter.try_acquire(name)
        host.asked_at = time.monotonic()
        self.check(name)

    def refuse_by_robots(self, name: str, origin: str, address: str, read: Callable[[], str]) -> None:
        """Look whether robots.txt lets us ask for an address; it is read once a run.

        Args:
            name: Name of the host.
            origin: Scheme, host and port.
            address: Address to be asked.
            read: Gives the text of the robots.txt; empty when there is none.

        Raises:
            FetchError: When it does not, or when ``read`` could not have it, for the rest of the run.
        """
        host = self._host(name)
        with host.lock:
            if origin not in host.robots:
                host.robots[origin] = _rules(read)
                _slow_down(host, host.robots[origin])
        rules = host.robots[origin]
        if isinstance(rules, str):
            raise FetchError(rules)
        if not rules.can_fetch(address, ROBOTS_NAME):
            raise FetchError(f"{EXCLUDED}: the robots.txt of this host excludes the address")


def _limiter(pace: float) -> Limiter | None:
    """One request in so many seconds; None for no limit. A constant state, without the library's cleaning thread."""
    if pace <= 0:
        return None
    bucket = StateBucket([Rate(1, max(1, round(pace * 1000)))])
    return Limiter(SingleBucketFactory(bucket, schedule_leak=False), buffer_ms=1)


def _rules(read: Callable[[], str]) -> Protego | str:
    """The rules of a robots.txt; else the reason why they cannot be had."""
    try:
        text = read()
    except FetchError as error:
        return str(error)
    lines = text.splitlines()
    agents = sum("agent" in line.lower() for line in lines)
    if agents * len(lines) > MAX_ROBOTS_WORK:
        return f"robots unreachable: expected a file of a usual size; found {agents} agents in {len(lines)} lines"
    return Protego.parse(text)


def _slow_down(host: _Host, rules: Protego | str) -> None:
    """Keep to a crawl delay that is slower than our pace, within reason."""
    asked = rules.crawl_delay(ROBOTS_NAME) if isinstance(rules, Protego) else None
    if asked and asked > host.pace:
        host.pace = min(asked, MAX_CRAWL_DELAY)
        host.limiter = _limiter(host.pace)
        host.free_at = max(host.free_at, time.monotonic() + host.pace)
