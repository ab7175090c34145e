"""Prefect's temporary server outlives a flow that is killed with SIGKILL. The next refresh of the home ends it."""

import os
import signal
from pathlib import Path

from prefect.server.api.server import SubprocessASGIServer

from flows.home import Home

_COMMAND = b"prefect.server.api.server"


def end_orphan(home: Home) -> None:
    """End the temporary server that a killed refresh of this home left behind, if it still runs."""
    note = _note(home)
    if not note.exists():
        return
    for word in note.read_text().split():
        command = Path("/proc") / word / "cmdline"
        if int(word) not in _own() and command.exists() and _COMMAND in command.read_bytes():
            os.kill(int(word), signal.SIGTERM)
    note.unlink()


def note_down(home: Home) -> None:
    """Note which temporary servers this process has started."""
    if own := _own():
        _note(home).write_text(" ".join(map(str, own)))


def forget(home: Home) -> None:
    """The flow has ended: Prefect ends its server itself."""
    _note(home).unlink(missing_ok=True)


def _note(home: Home) -> Path:
    return home.root / "temporary-server.pid"


def _own() -> list[int]:
    """Process ids of this process's temporary servers; Prefect keeps them nowhere else."""
    servers = SubprocessASGIServer._instances.values()
    return [server.server_process.pid for server in servers if server.server_process]
