"""A loopback server that says exactly what a test wants said, byte by byte, and notes down what it was asked."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

MOST_SENDS = 20_000
"""No answer goes on for ever, whatever the client does."""


@dataclass(frozen=True)
class Request:
    """What a client asked for, and when."""

    path: str
    headers: dict[str, str]
    at: float
    method: str = "GET"
    body: bytes = b""


@dataclass
class Talk:
    """One connection, seen from the server."""

    connection: socket.socket
    stopped: threading.Event

    def say(self, *parts: bytes) -> None:
        """Send bytes."""
        for part in parts:
            self.connection.sendall(part)

    def repeat(self, part: bytes, pause: float = 0.0) -> None:
        """Send the same bytes until the client has enough."""
        for _ in range(MOST_SENDS):
            if self.stopped.wait(pause) if pause else self.stopped.is_set():
                return
            self.connection.sendall(part)

    def fall_silent(self) -> None:
        """Keep the connection and say nothing until the test ends, or three seconds have gone."""
        self.stopped.wait(3)


Answer = Callable[[Talk], None]


def answer(status: str = "200 OK", body: bytes = b"", *headers: str) -> Answer:
    """A whole answer with a right length."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return lambda talk: talk.say("\r\n".join(lines).encode("latin-1") + body)


def raw(*parts: bytes) -> Answer:
    """Bytes as they are; then the connection is closed."""
    return lambda talk: talk.say(*parts)


@dataclass(frozen=True)
class Asked:
    """An answer that depends on what is asked."""

    answer_to: Callable[[Request], Answer]

    def __call__(self, request: Request) -> Answer:
        return self.answer_to(request)


@dataclass
class Server:
    """Answers by path; a path that it does not know is answered as the request deserves, which by itself is a 404."""

    host: str
    answers: dict[str, Answer | Asked] = field(default_factory=dict)
    otherwise: Callable[[Request], Answer] = lambda _: answer("404 Not Found", b"none")
    requests: list[Request] = field(default_factory=list)
    names: list[str | None] = field(default_factory=list)
    port: int = 0
    scheme: str = "http"

    def url(self, path: str, host: str | None = None) -> str:
        """Address of a path."""
        return f"{self.scheme}://{host or self.host}:{self.port}{path}"

    def asked(self) -> list[str]:
        """Paths in the order in which they were asked for."""
        return [request.path for request in self.requests]

    def serve(self, connection: socket.socket, context: ssl.SSLContext | None, stopped: threading.Event) -> None:
        with suppress(OSError, ValueError), connection:
            talking = context.wrap_socket(connection, server_side=True) if context else connection
            with talking:
                while head := _head(talking):
                    first, *lines = head.decode("latin-1").split("\r\n")
                    headers = dict(line.split(": ", 1) for line in lines if ": " in line)
                    method, path, _ = first.split(" ")
                    body = _exactly(talking, int(headers.get("Content-Length", 0)))
                    request = Request(path, headers, time.monotonic(), method, body)
                    self.requests.append(request)
                    reply = self.answers.get(path) or self.otherwise(request)
                    if isinstance(reply, Asked):
                        reply = reply(request)
                    reply(Talk(talking, stopped))
                    if not isinstance(reply, KeptOpen):
                        return


def _head(connection: socket.socket) -> bytes:
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        part = connection.recv(1)
        if not part:
            return b""
        head += part
    return head


def _exactly(connection: socket.socket, length: int) -> bytes:
    body = b""
    while len(body) < length and (part := connection.recv(length - len(body))):
        body += part
    return body


@contextmanager
def serving(
    answers: Mapping[str, Answer | Asked] | None = None, *, host: str = "127.0.0.1", context: ssl.SSLContext | None = None
) -> Iterator[Server]:
    """A server while the block runs."""
    server = Server(host, dict(answers or {}), scheme="https" if context else "http")
    if context:
        context.sni_callback = lambda _socket, name, _context: server.names.append(name)
    stopped = threading.Event()
    with socket.create_server((host, 0)) as listener:
        server.port = int(listener.getsockname()[1])

        def accept() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    connection.settimeout(5)
                    threading.Thread(target=server.serve, args=(connection, context, stopped), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield server
        stopped.set()
        listener.shutdown(socket.SHUT_RDWR)


@dataclass(frozen=True)
class KeptOpen:
    """The same answer, after which the connection can be used again."""

    reply: Answer

    def __call__(self, talk: Talk) -> None:
        self.reply(talk)
