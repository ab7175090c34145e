"""Reading captured pages in other processes: what they say, and where they lead. Fetching threads never parse."""

import atexit
import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing import get_context, parent_process
from pathlib import Path
from threading import Lock, Thread

from flows.captures import CaptureStore
from flows.crawling.links import Link, links_of
from flows.pages.extraction import read_page
from flows.pages.rows import Rows, page_rows
from schemas.vocabulary import PageContent

PAGES_AT_ONCE = 25
DIED = "the process that read it died"


@dataclass(frozen=True, slots=True)
class ToRead:
    """A captured page that is to be read.

    Attributes:
        address: What it was asked for by.
        digest: Where its bytes lie.
        final_address: Where redirects led.
        charset: Charset of the Content-Type header.
        is_new: Whether its rows are wanted; else only its links.
        starts: Start addresses for which its links are wanted.
    """

    address: str
    digest: str
    final_address: str
    charset: str | None
    is_new: bool
    starts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WasRead:
    """What a page said.

    Attributes:
        address: What it was asked for by.
        rows: Text rows by listing; None where they were not wanted.
        links: Links worth following, by start address.
        lacks: Why the page has no content, where a site starts at it and its links were wanted; None where it has some.
        fault: Why it could not be read; None where it could.
    """

    address: str
    rows: Rows | None = None
    links: dict[str, list[Link]] = field(default_factory=dict)
    lacks: PageContent | None = None
    fault: str | None = None


def read_pages(captures: Path, pages: Iterable[ToRead]) -> Iterator[WasRead]:
    """Read pages in the process's readers, in their order. A page that cannot be read is handed back with the reason."""
    pool, waiting = readers.get(), list[tuple[list[ToRead], Future[list[WasRead]] | None]]()
    for batch in _batches(pages):
        try:
            waiting.append((batch, pool.submit(_read_batch, captures, batch)))
        except BrokenProcessPool:
            waiting.append((batch, None))
    for batch, done in waiting:
        try:
            read = done.result() if done else None
        except BrokenProcessPool:
            read = None
        if read is None:
            readers.renew(pool)
        yield from _read_alone(captures, batch) if read is None else read


class _Readers:
    """The reading processes of this process, one a core; they end with it, however it ends."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None
        self._lock = Lock()

    def get(self) -> ProcessPoolExecutor:
        """The one pool that all threads share."""
        with self._lock:
            if self._pool is None:
                self._pool = _new_pool(os.cpu_count())
                atexit.register(self.close)
            return self._pool

    def renew(self, broken: ProcessPoolExecutor) -> None:
        """Begin anew where this pool is the one that broke; whoever comes later finds the new one."""
        with self._lock:
            if self._pool is broken:
                broken.shutdown(wait=False)
                self._pool = None

    def close(self) -> None:
        """End the processes, once what they are at is done."""
        with self._lock:
            if self._pool is not None:
                self._pool.shutdown(cancel_futures=True)
                self._pool = None


readers = _Readers()


def _new_pool(processes: int | None) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(max_workers=processes, mp_context=get_context("spawn"), initializer=_end_with_parent)


def _read_alone(captures: Path, pages: Iterable[ToRead]) -> Iterator[WasRead]:
    """Read pages one by one in a process of our own, since one of them ends whoever reads it: which one is then certain."""
    pool = _new_pool(1)
    try:
        for page in pages:
            try:
                yield from pool.submit(_read_batch, captures, [page]).result()
            except BrokenProcessPool:
                yield WasRead(page.address, fault=DIED)
                pool = _new_pool(1)
    finally:
        pool.shutdown(cancel_futures=True)


def _end_with_parent() -> None:
    """A killed parent does not close the pipe that its readers wait at: they would wait for ever."""
    Thread(target=_wait_for_parent, daemon=True).start()


def _wait_for_parent() -> None:
    if (parent := parent_process()) is not None:
        parent.join()
        os._exit(1)


def _batches(pages: Iterable[ToRead]) -> Iterator[list[ToRead]]:
    rest = iter(pages)
    while batch := list(islice(rest, PAGES_AT_ONCE)):
        yield batch


def _read_batch(captures: Path, pages: Sequence[ToRead]) -> list[WasRead]:
    store = CaptureStore(captures)
    return [_read(store, page) for page in pages]


def _read(store: CaptureStore, page: ToRead) -> WasRead:
    try:
        content = store.get(page.digest)
        is_start = page.address in page.starts
        reading = read_page(content, page.charset) if page.is_new or is_start else None
        return WasRead(
            page.address,
            page_rows(page.address, reading) if reading and page.is_new else None,
            {start: links_of(content, page.final_address, start, page.charset) for start in page.starts},
            reading.no_content if reading and is_start else None,
        )
    except Exception as error:  # noqa: BLE001  (a fault of ours over one page costs no other)
        return WasRead(page.address, fault=f"a fault of ours, please report it: {type(error).__name__}: {error}")
