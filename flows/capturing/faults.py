"""Why bytes could not be had, in words that stand in an outcome row."""

import ssl
from collections.abc import Iterator
from http.client import HTTPException, RemoteDisconnected
from http.client import IncompleteRead as CutOff

from urllib3.exceptions import DecodeError, IncompleteRead, InvalidChunkLength, ProtocolError, ReadTimeoutError

_MAX_TOLD = 80


class AskError(RuntimeError):
    """An answer that could not be had; its text says why.

    Attributes:
        http_status: HTTP status, where there was an answer.
    """

    def __init__(self, reason: str, http_status: int | None = None) -> None:
        super().__init__(reason)
        self.http_status = http_status


class FetchError(AskError):
    """The bytes could not be had.

    Attributes:
        http_status: HTTP status, where there was an answer.
        heals: Whether asking again soon may help.
        retry_after: Seconds that the publisher asks us to wait; None when it asks for nothing.
        address: Address that answered, or could not be reached, after redirects; None where nobody was asked.
    """

    def __init__(
        self,
        reason: str,
        http_status: int | None = None,
        *,
        heals: bool = False,
        retry_after: float | None = None,
        address: str | None = None,
    ) -> None:
        super().__init__(reason, http_status)
        self.heals = heals
        self.retry_after = retry_after
        self.address = address


class UnreachableError(FetchError):
    """A host to which no connection can be made: none of its other addresses will answer either."""


class RefusedError(FetchError):
    """An address that we do not ask, whatever it would answer."""


def plain(text: str | None) -> str:
    """What a server says, fit for a row and a terminal: printable, on one line, short."""
    shown = "".join(letter if letter.isprintable() else " " for letter in text or "")
    return " ".join(shown.split())[:_MAX_TOLD]


def told(error: BaseException, http_status: int | None = None) -> FetchError:
    """The reason behind an error of requests, urllib3, http.client, ssl or the operating system."""
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, FetchError):
            return cause
        if isinstance(cause, ssl.SSLCertVerificationError):
            return FetchError(f"expected a certificate that holds; found {plain(cause.verify_message)}", http_status)
        if isinstance(cause, ssl.SSLError):
            return FetchError(f"expected sound TLS; found {plain(cause.reason) or type(cause).__name__}", http_status)
        if isinstance(cause, (TimeoutError, ReadTimeoutError)):
            return FetchError("expected an answer; found silence until the time for it was over", http_status, heals=True)
        if isinstance(cause, IncompleteRead) and cause.expected is not None:
            read = cause.partial or 0
            return FetchError(f"expected {read + cause.expected} bytes as announced; found {read}", http_status, heals=True)
        if isinstance(cause, DecodeError):
            return FetchError("expected a body in the encoding that it announces; found another", http_status)
    return _told_last(error, causes, http_status)


def _told_last(error: BaseException, causes: list[BaseException], http_status: int | None) -> FetchError:
    """The reason where no cause says more than that HTTP was not kept to."""
    for cause in causes:
        is_cut_off = isinstance(cause, (RemoteDisconnected, CutOff, ConnectionError))
        if is_cut_off and not isinstance(cause, InvalidChunkLength):
            return FetchError("expected a whole answer; found the connection broken off", http_status, heals=True)
        if isinstance(cause, (HTTPException, ValueError)):
            found = plain(str(cause)) if type(cause) is HTTPException else type(cause).__name__
            return FetchError(f"expected an answer in HTTP; found {found}", http_status)
    if any(isinstance(cause, ProtocolError) for cause in causes):
        return FetchError("expected a whole answer; found the connection broken off", http_status, heals=True)
    return FetchError(f"no answer: {type(error).__name__}", http_status)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what it wraps, however its library wraps it; the innermost come last."""
    todo, seen = [error], set[int]()
    while todo:
        this = todo.pop(0)
        if id(this) in seen:
            continue
        seen.add(id(this))
        yield this
        wrapped = [*this.args, getattr(this, "reason", None), this.__cause__]
        todo.extend(part for part in wrapped if isinstance(part, BaseException))
