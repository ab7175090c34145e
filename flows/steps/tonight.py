"""Beginning and ending a night, and what all its steps share."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import flows
import schemas
import transforms
import warehouse
from flows.capturing.addresses import host_of
from flows.capturing.hosts import Hosts
from flows.home import Home
from flows.profiles import SAMPLE, Place, Profile, ProfileError
from flows.sources import SOURCE_BY_NAME
from schemas.vocabulary import NightVerdict
from warehouse.ledger import Ledger, Night

RESUME_WITHIN = timedelta(hours=12)
CODE_SUFFIXES = {".py", ".toml", ".csv"}
DATA_FOLDERS = {"sample", "reviewed", "profiles"}
"""Folders of the package whose files are read as documents, under digests of their own."""


@dataclass(frozen=True)
class Tonight:
    """What every step of one night shares."""

    home: Home
    profile: Profile
    night: Night
    hosts: Hosts


def code_version() -> str:
    """Version of the package and a digest of its source, rules and word lists: other code may conclude other things."""
    total = sha256()
    for package in (flows, schemas, transforms, warehouse):
        folder = Path(package.__path__[0])
        for file in sorted(
            file for file in folder.rglob("*") if file.suffix in CODE_SUFFIXES and not DATA_FOLDERS & set(file.parts)
        ):
            total.update(f"{folder.name}/{file.relative_to(folder)}".encode())
            total.update(file.read_bytes())
    return f"{version('residency-warehouse')}+{total.hexdigest()[:12]}"


def begin(home: Home, profile: Profile, now: datetime) -> tuple[Tonight, bool]:
    """Begin a night, or take up one that was killed within the last hours; the second value tells which.

    A night that is taken up keeps its start, so that it ends in the release it would have ended in.

    Raises:
        ProfileError: When the sample would take the place of real data that readers see.
    """
    current = home.releases.current()
    if current and profile.dataset == SAMPLE != current.manifest["dataset"]:
        seen = current.manifest["dataset"]
        raise ProfileError(
            f"{profile.name}: expected a home without real data; found releases of dataset {seen}: use another --home"
        )
    store = home.store()
    ledger = Ledger(store, profile.dataset)
    code = code_version()
    resumed = ledger.unfinished_night(now - RESUME_WITHIN, profile.name, code)
    night = resumed or Night(f"{now:%Y%m%dT%H%M%SZ}-{profile.name}", profile.dataset, profile.name, code, now)
    if resumed is None:
        ledger.begin_night(night)
    store.close()
    return Tonight(home, profile, night, hosts_of(profile)), resumed is not None


def hosts_of(profile: Profile) -> Hosts:
    """The hosts of a profile, each at the slowest pace that any of its documents asks for."""
    paces: dict[str, float] = {}
    for place in (place for place in profile.places if place.is_remote):
        host = host_of(place.address)
        paces[host] = max(_pace(place), paces.get(host, 0.0))
    return Hosts(profile.pace_seconds, paces)


def _pace(place: Place) -> float:
    """A publisher may allow a faster pace to those who have a key."""
    source = SOURCE_BY_NAME[place.source]
    with_key = source.key.pace_seconds if source.key and os.environ.get(source.key.variable) else None
    return with_key if with_key is not None and place.pace_seconds == source.pace_seconds else place.pace_seconds


def end(tonight: Tonight, verdict: NightVerdict, reason: str, release_id: str | None) -> None:
    """Write down how the night ended."""
    store = tonight.home.store()
    Ledger(store, tonight.night.dataset).end_night(tonight.night, datetime.now(UTC), verdict, reason, release_id)
    store.close()
