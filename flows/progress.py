"""Telling whoever watches how far a night has come. Nobody need watch."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Listener = Callable[[str, str, int | None], None]

_listener: ContextVar[Listener | None] = ContextVar("progress_listener", default=None)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Have a listener called with step, subject and, at the beginning, the number of steps."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def listener() -> Listener:
    """Whoever watches now; for threads that do not inherit who watches."""
    return _listener.get() or (lambda _step, _subject, _total: None)


def tell(step: str, subject: str, *, total: int | None = None) -> None:
    """Tell that a step is done."""
    listener = _listener.get()
    if listener is not None:
        listener(step, subject, total)
