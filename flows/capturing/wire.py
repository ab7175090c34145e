"""Connections that go where they were checked to go, and that stop receiving when an answer costs too much.

The limits sit in the socket's own ``recv_into``, below every parser: a flood of headers, an endless body and a slow drip end
there alike, whatever http.client or urllib3 would do with them.
"""

import socket
import ssl
import time
from collections.abc import Callable
from functools import cache
from typing import Any

import certifi
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from flows.capturing.addresses import resolve
from flows.capturing.faults import FetchError, UnreachableError

CONNECT_SECONDS = 10.0


class Wire:
    """What one worker may still take from the network for the answer that it is reading.

    Args:
        allow_loopback: Whether this computer itself may be asked.
    """

    def __init__(self, *, allow_loopback: bool) -> None:
        self.allow_loopback = allow_loopback
        self._seconds = self._ends_at = 0.0
        self._left, self._reason = 0, ""

    def begin(self, seconds: float) -> None:
        """A new answer: from now on it has so many seconds, to its last byte."""
        self._seconds, self._ends_at = seconds, time.monotonic() + seconds

    def allow(self, limit: int, reason: str) -> None:
        """From now on so many bytes may come; ``reason`` is told when more do."""
        self._left, self._reason = limit, reason

    def seconds_left(self) -> float:
        """Seconds until the answer must be whole.

        Raises:
            FetchError: When there are none.
        """
        left = self._ends_at - time.monotonic()
        if left <= 0:
            raise FetchError(f"expected the whole answer within {self._seconds:g} seconds; found it unfinished")
        return left

    def receive(self, sock: socket.socket, read: Callable[[], int]) -> int:
        """Receive within the limits.

        Raises:
            FetchError: When the time for the answer is over, or its bytes are too many.
            TimeoutError: When nothing came for as long as the socket waits.
        """
        left, patience = self.seconds_left(), sock.gettimeout()
        if patience is None or patience > left:
            sock.settimeout(left)
        try:
            count = read()
        except TimeoutError:
            self.seconds_left()
            raise
        self._left -= count
        if self._left < 0:
            raise FetchError(self._reason)
        return count

    def connect(self, host: str, port: int) -> socket.socket:
        """Resolve, check, and connect to exactly what was checked.

        Raises:
            RefusedError: When the name leads to an address that is never asked.
            FetchError: When it leads nowhere.
            UnreachableError: When nobody answers there.
        """
        reason = "no address"
        for family, target in resolve(host, port, allow_loopback=self.allow_loopback):
            sock = _PlainSocket(family, socket.SOCK_STREAM)
            sock.wire = self
            try:
                sock.settimeout(min(CONNECT_SECONDS, self.seconds_left()))
                sock.connect(target)
            except OSError as error:
                sock.close()
                reason = error.strerror or "no answer in time"
            else:
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                return sock
        raise UnreachableError(f"no connection to {host}: {reason}", heals=True)


class _PlainSocket(socket.socket):
    wire: Wire

    def recv_into(self, *arguments: Any) -> int:  # noqa: ANN401
        return self.wire.receive(self, lambda: socket.socket.recv_into(self, *arguments))


class _SecureSocket(ssl.SSLSocket):
    wire: Wire

    def recv_into(self, *arguments: Any) -> int:  # noqa: ANN401
        return self.wire.receive(self, lambda: ssl.SSLSocket.recv_into(self, *arguments))


@cache
def default_context() -> ssl.SSLContext:
    """What TLS must be: the certificate bundle of ``certifi``, nothing from the environment.

    One for all workers: to read the bundle takes 20 ms, and every batch of sites has its workers at every depth.
    """
    return ssl.create_default_context(cafile=certifi.where())


class GuardedAdapter(HTTPAdapter):
    """Requests over guarded connections: the name of the host stays in Host and in TLS, the address is the checked one.

    Args:
        wire: Limits and rules of the worker; one adapter serves one thread.
        context: TLS settings.
    """

    def __init__(self, wire: Wire, context: ssl.SSLContext) -> None:
        context.sslsocket_class = _SecureSocket
        self._context = context
        self._pools = _pool_classes(wire)
        super().__init__(pool_maxsize=1)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **more: Any) -> None:  # noqa: ANN401
        """Pools whose connections are guarded."""
        super().init_poolmanager(connections, maxsize, block, ssl_context=self._context, **more)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:  # noqa: ANN401
        """Nothing to add: the context has the certificates, and reading the bundle again at each connection is slow."""


def _pool_classes(wire: Wire) -> dict[str, type[HTTPConnectionPool]]:
    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return wire.connect(self._dns_host, self.port or self.default_port)

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return wire.connect(self._dns_host, self.port or self.default_port)

        def connect(self) -> None:
            try:
                super().connect()
            except TimeoutError:
                wire.seconds_left()  # a handshake is part of the answer: when its time is over, that is the reason
                raise
            if isinstance(self.sock, _SecureSocket):
                self.sock.wire = wire

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}
