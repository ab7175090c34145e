"""The capture store: bytes under their SHA-256, compressed, stored once, never changed."""

import gzip
import os
import zlib
from hashlib import sha256
from pathlib import Path

from warehouse.files import write_bytes

_LEVEL = 1
"""Of 100 kB pages level 6 saves a tenth of the bytes and costs five times the time, more than fetching and hashing them."""
_PACKED = b"PAR1"
"""Parquet is compressed in itself: a second time would take as long as reading the file, and win nothing."""


class MissingCaptureError(LookupError):
    """Bytes that a row points at are not in the store, or are not what their digest says."""


def digest_of_bytes(data: bytes) -> str:
    """SHA-256 of a body, in hexadecimal digits."""
    return sha256(data).hexdigest()


class CaptureStore:
    """Bytes by digest.

    Args:
        root: Folder of the store.
        flushes: Whether each body is flushed to disk by itself; else whoever writes down that it is there calls ``flush`` before.
    """

    def __init__(self, root: Path, *, flushes: bool = True) -> None:
        self.root, self._flushes = root, flushes

    def path(self, digest: str) -> Path:
        """Where the bytes of a digest lie, compressed."""
        return self.root / digest[:2] / f"{digest}.gz"

    def holds(self, digest: str) -> bool:
        """Whether the bytes of a digest are stored."""
        return self.path(digest).exists()

    def put(self, data: bytes) -> str:
        """Store bytes, once, and return their digest. What a power cut left of them earlier is replaced."""
        digest = digest_of_bytes(data)
        if not self._is_whole(digest):
            level = 0 if data.startswith(_PACKED) else _LEVEL
            write_bytes(self.path(digest), gzip.compress(data, level, mtime=0), flush=self._flushes)
        return digest

    def _is_whole(self, digest: str) -> bool:
        try:
            self.get(digest)
        except MissingCaptureError:
            return False
        return True

    def flush(self) -> None:
        """Have everything that was stored on disk: one call for hundreds of bodies costs what two single ones do."""
        os.sync()

    def get(self, digest: str) -> bytes:
        """The bytes of a digest, checked against it.

        Raises:
            MissingCaptureError: When they are not there, or are damaged.
        """
        path = self.path(digest)
        if not path.exists():
            raise MissingCaptureError(f"no capture {digest}")
        try:
            data = gzip.decompress(path.read_bytes())
        except (OSError, EOFError, zlib.error) as error:
            raise MissingCaptureError(f"capture {digest} is damaged: {error}") from error
        if digest_of_bytes(data) != digest:
            raise MissingCaptureError(f"capture {digest} is damaged: its bytes have another digest")
        return data
