"""Hostile pages: whatever the bytes, a reading in bounded time and memory. Other processes read, so a crash is a failure."""

from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from typing import Final

import pytest

from benchmarks.mutations import Tried, try_giant, try_mutations
from flows.pages.extraction import read_page, reading_json, reading_pool
from tests.pages.hostile import GIANTS, long_sentences

SECONDS: Final = 2.0
MEMORY_MB: Final = 700.0
MUTATED: Final = 2_000
BATCH: Final = 100


@pytest.fixture(scope="module")
def processes() -> Iterator[ProcessPoolExecutor]:
    with reading_pool(2) as pool:
        yield pool


@pytest.fixture(scope="module")
def giants(processes: ProcessPoolExecutor) -> dict[str, Future[Tried]]:
    """The reading of every giant page, all under way at once."""
    return {name: processes.submit(try_giant, name) for name in GIANTS}


@pytest.mark.parametrize("name", GIANTS)
def test_a_giant_page_is_read_in_bounded_time_and_memory(giants: dict[str, Future[Tried]], name: str) -> None:
    tried = giants[name].result()
    assert tried.failures == []
    assert [slow for slow in tried.slow if slow[0] > SECONDS] == []
    assert tried.peak < MEMORY_MB


def test_mutated_pages_are_read_in_bounded_time_and_memory(processes: ProcessPoolExecutor) -> None:
    tried = list(processes.map(try_mutations, range(0, MUTATED, BATCH), [BATCH] * (MUTATED // BATCH)))
    assert sum(batch.pages for batch in tried) == MUTATED
    assert [failure for batch in tried for failure in batch.failures] == []
    assert [slow for batch in tried for slow in batch.slow if slow[0] > SECONDS] == []
    assert max(batch.peak for batch in tried) < MEMORY_MB


@pytest.mark.parametrize("words", [50, 400, 5_000])
def test_a_sentence_of_many_words_is_read(words: int) -> None:
    for text in long_sentences(words, 12, words):
        assert reading_json("a", read_page(text.encode()))["content_ok"]


def test_a_charset_that_python_does_not_know_is_no_error() -> None:
    page = GIANTS["charset_replacement"]()
    assert read_page(page).encoding == "windows-1252"
    assert read_page(page, "x-user-defined").encoding == "windows-1252"


def test_what_nests_too_deep_still_speaks() -> None:
    reading = read_page(GIANTS["deep_div"]())
    assert reading.claims.visas["j1"].status.value == "accepts"
