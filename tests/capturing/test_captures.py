"""The capture store: what is damaged is told, and whole again once the same bytes come."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from flows.captures import CaptureStore, MissingCaptureError

PAGE = b"We sponsor J-1 visas. " * 500


def flipped(stored: bytes) -> bytes:
    middle = len(stored) // 2
    return stored[:middle] + bytes([stored[middle] ^ 0xFF]) + stored[middle + 1 :]


@pytest.mark.parametrize(
    "spoil",
    [lambda _: b"", lambda stored: stored[:-9], lambda stored: bytes(len(stored)), flipped, lambda _: b"GIF89a"],
)
@pytest.mark.parametrize("flushes", [True, False])
def test_damaged_capture_is_told_and_replaced_when_its_bytes_come_again(
    flushes: bool, spoil: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    captures = CaptureStore(tmp_path, flushes=flushes)
    digest = captures.put(PAGE)
    captures.path(digest).write_bytes(spoil(captures.path(digest).read_bytes()))
    with pytest.raises(MissingCaptureError, match=f"capture {digest} is damaged"):
        captures.get(digest)
    assert captures.put(PAGE) == digest
    assert captures.get(digest) == PAGE


def test_leftover_of_a_killed_writer_is_no_capture_and_in_nobodys_way(tmp_path: Path) -> None:
    captures = CaptureStore(tmp_path)
    digest = captures.put(PAGE)
    whole = captures.path(digest)
    whole.rename(whole.with_name(f".{whole.name}.1234-5678.part"))
    assert not captures.holds(digest)
    assert captures.put(PAGE) == digest
    assert captures.get(digest) == PAGE
