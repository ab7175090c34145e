"""The data home: one folder that holds everything; nothing is written elsewhere."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from warehouse.release import Releases
from warehouse.store import Store, sqlite_url

HOME_VARIABLE, WAREHOUSE_VARIABLE, DEFAULT_HOME = "RESIDENCY_HOME", "RESIDENCY_WAREHOUSE", "residency-home"


PREFECT_SETTINGS: dict[str, str] = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",  # without internet it ends in a long traceback
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",  # the default of 20 failed 1 of 6 first starts
}


class AlreadyRunningError(RuntimeError):
    """Another refresh of this home is running."""


@dataclass(frozen=True)
class Home:
    """Where one installation keeps its things.

    Attributes:
        root: The folder.
        warehouse_url: SQLite file inside it, or a Postgres URL.
    """

    root: Path
    warehouse_url: str

    @classmethod
    def find(cls, home: Path | None = None, warehouse_url: str | None = None) -> "Home":
        """The home that is given, else ``$RESIDENCY_HOME``, else ``residency-home`` in the working directory.

        The warehouse likewise: given, else ``$RESIDENCY_WAREHOUSE``, else a SQLite file in the home.
        """
        root = (home or Path(os.environ.get(HOME_VARIABLE) or DEFAULT_HOME)).resolve()
        url = warehouse_url or os.environ.get(WAREHOUSE_VARIABLE) or sqlite_url(root / "warehouse.sqlite")
        return cls(root, url)

    @property
    def captures(self) -> Path:
        """Bytes by digest."""
        return self.root / "captures"

    @property
    def readings(self) -> Path:
        """Parsed and validated rows by digest and parser version: work that need not be done twice."""
        return self.root / "readings"

    @property
    def releases(self) -> Releases:
        """Published releases."""
        return Releases(self.root / "releases")

    @property
    def prefect(self) -> Path:
        """Prefect's own home."""
        return self.root / "prefect"

    def store(self) -> Store:
        """The warehouse, with its tables."""
        self.root.mkdir(parents=True, exist_ok=True)
        store = Store(self.warehouse_url)
        store.create()
        return store

    def exists(self) -> bool:
        """Whether a refresh has ever begun here."""
        return (self.root / "releases").exists()

    @contextmanager
    def only_one(self) -> Iterator[None]:
        """Hold the home for one refresh; the lock ends with the process, however it ends.

        Raises:
            AlreadyRunningError: When another refresh holds it.
        """
        (self.root / "releases").mkdir(parents=True, exist_ok=True)
        with (self.root / "refresh.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise AlreadyRunningError(f"another refresh of {self.root} is running; wait for it or stop it") from error
            yield

    def prepare_prefect(self) -> None:
        """Give Prefect its home and the settings that must stand before it is imported; what the user has set stays."""
        self.prefect.mkdir(parents=True, exist_ok=True)
        for name, value in {**PREFECT_SETTINGS, "PREFECT_HOME": str(self.prefect)}.items():
            os.environ.setdefault(name, value)
