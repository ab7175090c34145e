"""The pages that ``residency extract`` reads: files, folders of saved pages, and addresses that were captured."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from flows.captures import CaptureStore
from flows.home import Home
from flows.pages.extraction import PageReading, read_page, reading_pool
from schemas.operations import CAPTURE_ATTEMPT

_PAGE_ENDINGS: Final = (".html", ".htm", ".xhtml")
_MANY: Final = 50
_BATCH: Final = 25


class PageError(ValueError):
    """A page that cannot be read: neither a file nor an address that was captured."""


@dataclass(frozen=True, slots=True)
class PageFile:
    """A page in a file."""

    name: str
    file: Path

    def content(self) -> bytes:
        """The bytes.

        Raises:
            OSError: When the file cannot be read.
        """
        return self.file.read_bytes()


@dataclass(frozen=True, slots=True)
class CapturedPage:
    """A page in the capture store, named by its address."""

    name: str
    store: Path
    digest: str

    def content(self) -> bytes:
        """The bytes.

        Raises:
            MissingCaptureError: When the capture is gone or damaged.
        """
        return CaptureStore(self.store).get(self.digest)


PageSource = PageFile | CapturedPage


def find_pages(pages: Sequence[str], home: Home) -> list[PageSource]:
    """Every page meant by the arguments, in their order; a folder means all pages in it, by name.

    Raises:
        PageError: When an argument is neither a file, a folder with pages, nor an address that was captured.
    """
    return [found for page in pages for found in _find(page, home)]


def _find(page: str, home: Home) -> list[PageSource]:
    if page.startswith(("http://", "https://")):
        return [_captured(page, home)]
    path = Path(page)
    if path.is_dir():
        files = sorted(file for file in path.iterdir() if file.suffix.lower() in _PAGE_ENDINGS)
        if not files:
            raise PageError(f"{page}: expected pages ({', '.join(_PAGE_ENDINGS)}) in this folder; found none")
        return [PageFile(file.name, file) for file in files]
    if not path.is_file():
        raise PageError(f"{page}: expected a file, a folder, or an http(s) address that was captured; found nothing of that name")
    return [PageFile(path.name, path)]


def _captured(address: str, home: Home) -> PageSource:
    if not home.exists():
        raise PageError(f"{address}: expected an address that was captured; nothing was ever refreshed in {home.root}")
    store = home.store()
    attempts = store.read(CAPTURE_ATTEMPT).filter((pl.col("address") == address) & pl.col("digest").is_not_null())
    if attempts.is_empty():
        raise PageError(f"{address}: expected an address that was captured; found no capture of it in {home.root}")
    digest = attempts.sort("attempted_at")["digest"][-1]
    return CapturedPage(address, home.captures, digest)


def read_pages(pages: Sequence[PageSource], workers: int = 2) -> Iterator[tuple[str, PageReading]]:
    """Name and reading of each page, in order; many pages are read in processes.

    Raises:
        OSError: When a file cannot be read.
        MissingCaptureError: When a capture is gone or damaged.
    """
    if len(pages) < _MANY:
        yield from map(_read, pages)
        return
    with reading_pool(workers) as pool:
        yield from pool.map(_read, pages, chunksize=_BATCH)


def _read(page: PageSource) -> tuple[str, PageReading]:
    return page.name, read_page(page.content())
