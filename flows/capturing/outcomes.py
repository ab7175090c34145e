"""Writing outcome rows down as they come: many workers, one writer, one transaction for what came meanwhile."""

import time
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from threading import Thread
from types import TracebackType
from typing import Self

from warehouse.ledger import Attempt

MOST_AT_ONCE = 500
GATHER_SECONDS = 0.1
"""Rows are gathered for so long: a killed run asks again at most for the pages of the last tenth of a second."""


class OutcomeWriter:
    """Rows that are put into it are in the store when the block is left.

    Args:
        write: Writes rows down in one transaction.
    """

    def __init__(self, write: Callable[[Sequence[Attempt]], None]) -> None:
        self._write = write
        self._rows: SimpleQueue[Attempt | None] = SimpleQueue()
        self._raised: BaseException | None = None
        self._thread = Thread(target=self._run, name="outcomes", daemon=True)

    def put(self, attempt: Attempt) -> None:
        """Have a row written down soon.

        Raises:
            BaseException: What the writer met; nothing is written any more.
        """
        if self._raised is not None:
            raise self._raised
        self._rows.put(attempt)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._rows.put(None)
        self._thread.join()
        if self._raised is not None and error is None:
            raise self._raised

    def _run(self) -> None:
        is_open = True
        try:
            while is_open:
                rows, is_open = self._gather()
                if rows:
                    self._write(rows)
        except BaseException as error:  # noqa: BLE001  (handed on to whoever puts the next row)
            self._raised = error

    def _gather(self) -> tuple[list[Attempt], bool]:
        """What came while the last rows were written, and a little more; whether there can be more still."""
        first = self._rows.get()
        rows, ends_at = [first], time.monotonic() + GATHER_SECONDS
        while rows[-1] is not None and len(rows) < MOST_AT_ONCE:
            try:
                rows.append(self._rows.get(timeout=max(0.0, ends_at - time.monotonic())))
            except Empty:
                break
        return [row for row in rows if row is not None], rows[-1] is not None
