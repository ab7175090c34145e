"""Reading captured pages in other processes: what they say, and where they lead. Fetching threads never parse."""

import atexit
import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from itertools import islice
from multiprocessing import get_context, parent_process
from pathlib import Path
from threading import Thread

from flows.captures import CaptureStore
from flows.crawling.links import Link, links_of
from flows.pages.extraction import read_page
from flows.pages.rows import Rows, page_rows

PAGES_AT_ONCE = 25


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
    """

    address: str
    rows: Rows | None
    links: dict[str, list[Link]]


def read_pages(captures: Path, pages: Iterable[ToRead]) -> Iterator[WasRead]:
    """Read pages in the process's readers; in their order, a few batches ahead of whoever takes them.

    Raises:
        MissingCaptureError: When the bytes of a page are gone.
    """
    batches = _batches(pages)
    waiting = [readers().submit(_read_batch, captures, batch) for batch in batches]
    for done in waiting:
        yield from done.result()


@cache
def readers() -> ProcessPoolExecutor:
    """The reading processes of this process, one a core; they end with it, however it ends."""
    pool = ProcessPoolExecutor(max_workers=os.cpu_count(), mp_context=get_context("spawn"), initializer=_end_with_parent)
    atexit.register(pool.shutdown, cancel_futures=True)
    return pool


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
    return [_read(store.get(page.digest), page) for page in pages]


def _read(content: bytes, page: ToRead) -> WasRead:
    rows = page_rows(page.address, read_page(content, page.charset)) if page.is_new else None
    links = {start: links_of(content, page.final_address, start, page.charset) for start in page.starts}
    return WasRead(page.address, rows, links)
