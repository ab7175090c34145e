"""Writing files so that a reader sees the old one or the new one, whole, whatever happens in between."""

import json
import os
from hashlib import sha256
from pathlib import Path
from threading import get_ident
from typing import Any


def write_bytes(path: Path, data: bytes, *, flush: bool = True) -> None:
    """Write aside, flush to disk, then rename into place; without ``flush`` the caller flushes many files at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}-{get_ident()}.part")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        if flush:
            os.fsync(file.fileno())
    part.replace(path)
    if flush:
        sync_folder(path.parent)


def write_json(path: Path, value: object) -> None:
    """Write a value as readable JSON, in one step; the same value gives the same bytes."""
    write_bytes(path, (json.dumps(value, indent=1, sort_keys=True, default=str) + "\n").encode())


def read_json(path: Path) -> Any:  # noqa: ANN401  (the caller knows what it wrote)
    """Read back what ``write_json`` wrote."""
    return json.loads(path.read_text())


def sync_folder(folder: Path) -> None:
    """Flush a folder, so that a rename in it outlives a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sha256_of(path: Path) -> str:
    """SHA-256 of a file."""
    return sha256(path.read_bytes()).hexdigest()
