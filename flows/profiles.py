"""Profiles: a small TOML file that says where each source's bytes come from, and at what pace."""

import datetime as dt
import tomllib
from pathlib import Path, PurePosixPath
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from flows.capturing.addresses import refuse_spelling
from flows.capturing.faults import RefusedError
from flows.sources import SOURCE_BY_NAME
from flows.sources.source import CURRENT, Access, Source

BUNDLED = Path(__file__).parent / "profiles"
DEFAULT_PROFILE = "sample"
SAMPLE = "sample"
"""The dataset whose numbers are invented."""


class ProfileError(ValueError):
    """A profile that cannot be used: names the file, the place in it, what was expected and what was found."""


class _Entry(BaseModel):
    """One ``[[sources.NAME]]`` of a profile."""

    model_config = ConfigDict(extra="forbid")

    from_: Annotated[str, Field(alias="from")]
    date: dt.date | None = None
    stated_total: Annotated[int | None, Field(ge=1)] = None
    pace_seconds: Annotated[float | None, Field(ge=0)] = None
    may_shrink: Annotated[bool, Field(strict=True)] = False
    document: Annotated[str | None, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,80}$")] = None


class Crawl(BaseModel):
    """How sites are followed: the ``[crawl]`` of a profile.

    Attributes:
        depth: Links from a start address to a page, at most.
        pages_a_site: Pages of a site, the start included, at most.
        connections: Hosts that are asked at once in a batch of sites; four batches run at once.
        recheck_days: A page that was seen is not asked for again so many days; 0 asks for all of them every night.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    depth: Annotated[int, Field(ge=0, le=4)] = 2
    pages_a_site: Annotated[int, Field(ge=1, le=100)] = 12
    connections: Annotated[int, Field(ge=1, le=64)] = 16
    recheck_days: Annotated[int, Field(ge=0, le=60)] = 7


class _Profile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,40}$")]
    dataset: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,40}$")] = "public"
    about: str = ""
    contact: str = ""
    pace_seconds: Annotated[float, Field(ge=0)] = 2.0
    allow_loopback: Annotated[bool, Field(strict=True)] = False
    crawl: Crawl = Crawl()
    sources: dict[str, list[_Entry]]


class Place(BaseModel):
    """Where one document of one source comes from.

    Attributes:
        source: Name of the source.
        document: Name of the document within it.
        address: An https address, a file, or empty while the operator has not filled it in.
        date: Day the document speaks of; None for the day of capture.
        stated_total: Total printed by the publisher where the document itself has lost it.
        pace_seconds: Pause between two requests to its host.
        may_shrink: Whether it may be much smaller than last time.
    """

    model_config = ConfigDict(frozen=True)

    source: str
    document: str
    address: str
    date: dt.date | None = None
    stated_total: int | None = None
    pace_seconds: float = 2.0
    may_shrink: bool = False

    @property
    def is_remote(self) -> bool:
        """Whether it is fetched over the network."""
        return _is_web(self.address)


class Profile(BaseModel):
    """A profile as a night uses it: every document in its place.

    Attributes:
        name: Name of the profile.
        dataset: Which world its facts belong to; datasets never mix.
        about: What it is for.
        contact: Contact for the agent string of requests.
        pace_seconds: Pause between two requests to one host, where no entry says otherwise.
        allow_loopback: Whether addresses of this computer itself may be asked.
        crawl: How sites are followed.
        places: Documents to capture, by source and document.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    dataset: str
    about: str
    contact: str
    pace_seconds: float
    allow_loopback: bool
    crawl: Crawl
    places: tuple[Place, ...]

    @property
    def source_names(self) -> tuple[str, ...]:
        """Sources it names, in the order of the registry."""
        named = {place.source for place in self.places}
        return tuple(name for name in SOURCE_BY_NAME if name in named)


def load_profile(name_or_file: str) -> Profile:
    """Read a bundled profile by name, or a file.

    Relative files in a profile start at the profile's own folder. A folder stands for all files in it.

    Raises:
        ProfileError: When there is no such profile, or it cannot be used.
    """
    bundled = BUNDLED / f"{name_or_file}.toml"
    path = bundled if bundled.exists() else Path(name_or_file)
    if not path.is_file():
        known = ", ".join(sorted(file.stem for file in BUNDLED.glob("*.toml")))
        raise ProfileError(f"no profile {name_or_file!r}: expected one of {known}, or a TOML file")
    try:
        raw = _Profile.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProfileError(f"{path}: expected TOML; found {error}") from error
    except ValidationError as error:
        told = "; ".join(f"{'.'.join(map(str, part['loc']))}: {part['msg']}, found {part['input']!r}" for part in error.errors())
        raise ProfileError(f"{path}: {told}") from error
    unknown = sorted(set(raw.sources) - set(SOURCE_BY_NAME))
    if unknown:
        raise ProfileError(f"{path}: expected sources out of {', '.join(SOURCE_BY_NAME)}; found {', '.join(unknown)}")
    places = [place for name, entries in raw.sources.items() for place in _places(path, SOURCE_BY_NAME[name], entries, raw)]
    settings = {name: getattr(raw, name) for name in _Profile.model_fields if name != "sources"}
    return Profile(**settings, places=tuple(places))


def _places(path: Path, source: Source, entries: list[_Entry], raw: _Profile) -> list[Place]:
    if source.access is Access.ONE_FILE and (given := next((entry.document for entry in entries if entry.document), None)):
        raise ProfileError(f"{path}: {source.name}: expected no document name ({source.access}); found {given!r}")
    found = [
        Place(
            source=source.name,
            document=CURRENT if source.access is Access.ONE_FILE else entry.document or _file_name(address),
            address=address,
            date=entry.date,
            stated_total=entry.stated_total,
            pace_seconds=_pace(entry, source, raw),
            may_shrink=entry.may_shrink,
        )
        for entry in entries
        for address in _addresses(path, entry.from_, allow_loopback=raw.allow_loopback)
    ]
    names = [place.document for place in found]
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        what = "one document" if source.access is Access.ONE_FILE else "documents with different file names"
        raise ProfileError(f"{path}: {source.name}: expected {what} ({source.access}); found {len(names)}: {', '.join(repeated)}")
    return found


def _pace(entry: _Entry, source: Source, raw: _Profile) -> float:
    """The entry's pace, else the one its publisher asks for, else the profile's."""
    if entry.pace_seconds is not None:
        return entry.pace_seconds
    return raw.pace_seconds if source.pace_seconds is None else source.pace_seconds


def _addresses(path: Path, stated: str, *, allow_loopback: bool) -> list[str]:
    if _is_web(stated):
        try:
            refuse_spelling(stated)
        except RefusedError as error:
            raise ProfileError(f"{path}: {error}") from error
    scheme = urlsplit(stated).scheme
    if "://" in stated and "@" in urlsplit(stated).netloc:
        raise ProfileError(f"{path}: expected an address without credentials; found one with them")
    if not stated:
        return [stated]
    if _is_web(stated) and _is_this_computer(urlsplit(stated).hostname or ""):
        if not allow_loopback:
            raise ProfileError(
                f"{path}: expected allow_loopback = true for an address of this computer; found {stated!r} without it"
            )
        return [stated]
    if scheme == "https":
        return [stated]
    if "://" in stated:
        raise ProfileError(f"{path}: expected an https address or a file; found {stated!r}")
    place = (path.parent / stated).resolve()
    if place.is_dir():
        return [str(file) for file in sorted(place.iterdir()) if file.is_file() and not file.name.startswith(".")]
    return [str(place)]


def _is_web(stated: str) -> bool:
    return stated.lower().startswith(("http://", "https://"))


def _is_this_computer(host: str) -> bool:
    """Whether a host is this computer by its plainest spellings; what any other name leads to is judged when it is asked."""
    return host in ("localhost", "::1") or host.startswith("127.")


def _file_name(address: str) -> str:
    return PurePosixPath(urlsplit(address).path if "://" in address else address).name or CURRENT
