"""The steps of a night, as plain functions: Prefect wraps them, tests call them, a rebuild repeats them.

Each step can be killed and repeated: what it had finished it finds again, what it had not it does over.
"""

import json
import shutil
import time
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from http import HTTPStatus
from importlib.metadata import version
from pathlib import Path
from typing import cast

import polars as pl

import flows
import schemas
import transforms
import warehouse
from flows.captures import CaptureStore, digest_of_bytes
from flows.capturing.addresses import host_of
from flows.capturing.hosts import Hosts
from flows.fetching import FILE, PAGE, Fetched, Fetcher, FetchError, Validators, read_file
from flows.home import Home
from flows.profiles import SAMPLE, Place, Profile, ProfileError
from flows.sources import SOURCE_BY_NAME, SOURCES
from flows.sources.reading import require_media
from flows.sources.source import About, Media, Source, SourceError
from schemas.contract import FEATURE_MATRIX
from schemas.digests import digest_of, digest_of_all
from schemas.entities import KEPT_CONCLUSIONS, QUARANTINE, SOURCE_DOCUMENT
from schemas.listings import LISTINGS, located
from schemas.validation import validate
from schemas.vocabulary import AttemptOutcome, ExtractOutcome, NightVerdict
from transforms.assemble import WATCHED, Known, assemble
from warehouse.audit import CheckResult, audit, blocking
from warehouse.dictionary import dictionary_table
from warehouse.difference import difference
from warehouse.files import read_json, write_json
from warehouse.ledger import Attempt, Extract, Ledger, Night, Rows
from warehouse.release import (
    CHECKS_FILE,
    DIFF_FILE,
    MANIFEST_FILE,
    Identity,
    Release,
    manifest_of,
    write_tables,
)

RESUME_WITHIN = timedelta(hours=12)
CODE_SUFFIXES = {".py", ".toml", ".csv"}
DATA_FOLDERS = {"sample", "reviewed", "profiles"}
"""Folders of the package whose files are read as documents, under digests of their own."""
FEW_ROWS = 3
"""So many bad rows are dirt in any file, however small; a limit in percent speaks of larger numbers."""


class ReleaseWithheldError(RuntimeError):
    """A release was built and held back: names the checks that failed."""


@dataclass(frozen=True)
class Tonight:
    """What every step of one night shares."""

    home: Home
    profile: Profile
    night: Night
    hosts: Hosts


@dataclass(frozen=True)
class Reading:
    """A document, read and validated: a folder of frames that can be recorded any number of times.

    Attributes:
        folder: Where the frames lie.
        rows_parsed: Rows of the main listing that the parser took out; a stated total speaks of them.
        stated_total: Total that the document itself states.
        refused: Why it could not be read; None when it could.
        left_out: What stands in the document and is no row, in words.
    """

    folder: Path
    rows_parsed: int
    stated_total: int | None
    refused: str | None
    left_out: str | None = None


@dataclass(frozen=True)
class Outcome:
    """What a night did with one document, for people to read.

    Attributes:
        captured: How its capture ended.
        listed: What became of it: ``listed``, ``refused``, ``unchanged`` (nothing new to read), or None when not captured.
        reason: Why something went wrong, or why the extract is incomplete.
    """

    source: str
    document: str
    captured: AttemptOutcome
    listed: str | None
    rows_parsed: int = 0
    rows_listed: int = 0
    rows_quarantined: int = 0
    stated_total: int | None = None
    complete: bool = False
    reason: str | None = None

    @property
    def is_good(self) -> bool:
        """Whether tonight's document was captured and stands listed."""
        return self.captured is not AttemptOutcome.FAILED and self.listed in (ExtractOutcome.LISTED, "unchanged")


@dataclass(frozen=True)
class Published:
    """How the release step ended."""

    verdict: NightVerdict
    release_id: str
    reason: str


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


# --- beginning and end ------------------------------------------------------------------------------------------------


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
    return Tonight(home, profile, night, _hosts(profile)), resumed is not None


def _hosts(profile: Profile) -> Hosts:
    """The hosts of a profile, each at the slowest pace that any of its documents asks for."""
    paces: dict[str, float] = {}
    for place in (place for place in profile.places if place.is_remote):
        host = host_of(place.address)
        paces[host] = max(place.pace_seconds, paces.get(host, 0.0))
    return Hosts(profile.pace_seconds, paces)


def end(tonight: Tonight, verdict: NightVerdict, reason: str, release_id: str | None) -> None:
    """Write down how the night ended."""
    store = tonight.home.store()
    Ledger(store, tonight.night.dataset).end_night(tonight.night, datetime.now(UTC), verdict, reason, release_id)
    store.close()


# --- capture ----------------------------------------------------------------------------------------------------------


def capture(tonight: Tonight, source_name: str) -> list[Attempt]:
    """Capture every document of one source that this night has not captured yet.

    Returns:
        One attempt a document; each is written down as soon as it is made.
    """
    store = tonight.home.store()
    ledger = Ledger(store, tonight.night.dataset)
    former = ledger.attempts(source_name)
    _stop_hosts(tonight, former)
    fetcher = Fetcher(tonight.hosts, tonight.profile.contact, allow_loopback=tonight.profile.allow_loopback)
    attempts = []
    for place in (place for place in tonight.profile.places if place.source == source_name):
        done = former.filter(
            (pl.col("night_id") == tonight.night.night_id)
            & (pl.col("document") == place.document)
            & (pl.col("outcome") != AttemptOutcome.FAILED)
        )
        if not done.is_empty():
            attempts.append(_as_attempt(done.row(-1, named=True)))
            continue
        attempt = _attempt(tonight, place, _last_success(former, place), fetcher)
        ledger.record_attempt(attempt)
        attempts.append(attempt)
    fetcher.close()
    store.close()
    return attempts


def _stop_hosts(tonight: Tonight, former: pl.DataFrame) -> None:
    """What a killed night was forbidden stays forbidden when the night is taken up."""
    tonights = former.filter((pl.col("night_id") == tonight.night.night_id) & (pl.col("http_status") == HTTPStatus.FORBIDDEN))
    for address in tonights["address"]:
        tonight.hosts.stop(host_of(address), "this host answered 403")


def _as_attempt(row: dict[str, object]) -> Attempt:
    values = {**row, "outcome": AttemptOutcome(str(row["outcome"]))}
    return Attempt(**values)  # type: ignore[arg-type]


def _last_success(attempts: pl.DataFrame, place: Place) -> Attempt | None:
    found = attempts.filter((pl.col("document") == place.document) & (pl.col("outcome") != AttemptOutcome.FAILED))
    return _as_attempt(found.row(-1, named=True)) if not found.is_empty() else None


def _attempt(tonight: Tonight, place: Place, last: Attempt | None, fetcher: Fetcher) -> Attempt:
    begun = datetime.now(UTC)
    clock = time.monotonic()
    night = tonight.night
    values: dict[str, object] = {}
    try:
        fetched = _fetch(place, last, fetcher)
        values = _keep(CaptureStore(tonight.home.captures), SOURCE_BY_NAME[place.source], fetched, last)
    except (FetchError, SourceError) as error:
        status = error.http_status if isinstance(error, FetchError) else None
        values = {"outcome": AttemptOutcome.FAILED, "reason": str(error), "http_status": status}
    return Attempt(
        attempt_id=digest_of(f"{night.night_id}|{place.source}|{place.document}|{begun.isoformat()}", 24),
        night_id=night.night_id,
        dataset=night.dataset,
        source=place.source,
        document=place.document,
        address=_told(place.address),
        attempted_at=begun,
        duration_ms=round((time.monotonic() - clock) * 1000),
        **values,  # type: ignore[arg-type]
    )


def _told(address: str) -> str:
    """The address as it may be shown: files by name, since a path of somebody's machine is nobody's business."""
    return address if "://" in address else Path(address).name or "-"


def _fetch(place: Place, last: Attempt | None, fetcher: Fetcher) -> Fetched:
    if not place.address:
        raise FetchError("no address: the profile leaves `from` empty, fill it in")
    if not place.is_remote:
        return read_file(Path(place.address))
    source = SOURCE_BY_NAME[place.source]
    return fetcher.fetch(
        place.address,
        Validators(last.etag, last.last_modified) if last else Validators(),
        limits=PAGE if source.media is Media.HTML else FILE,
        asks_robots=source.asks_robots,
    )


def _keep(store: CaptureStore, source: Source, fetched: Fetched, last: Attempt | None) -> dict[str, object]:
    """Store a new body; a body that we hold already is no new work."""
    values: dict[str, object] = {
        "http_status": fetched.http_status,
        "etag": fetched.etag,
        "last_modified": fetched.last_modified,
    }
    published = last.published_digest if fetched.body is None and last else digest_of_bytes(fetched.body or b"")
    if last and last.digest and published == last.published_digest and store.holds(last.digest):
        return {
            **values,
            "outcome": AttemptOutcome.UNCHANGED,
            "digest": last.digest,
            "published_digest": last.published_digest,
            "size_bytes": last.size_bytes,
        }
    if fetched.body is None:
        raise FetchError("expected a body; found status 304 for bytes that are not in the store", fetched.http_status)
    require_media(source.name, fetched.body, source.media, *source.also_published)
    return {
        **values,
        "outcome": AttemptOutcome.FETCHED,
        "digest": store.put(source.before_storing(fetched.body)),
        "published_digest": published,
        "size_bytes": len(fetched.body),
    }


# --- listing ----------------------------------------------------------------------------------------------------------


def list_source(tonight: Tonight, source_name: str) -> list[Outcome]:
    """Read, validate and record what is new in one source's captured documents.

    A document whose bytes, parser and profile entry are those of its last reading is not read again.
    """
    store = tonight.home.store()
    ledger = Ledger(store, tonight.night.dataset)
    extracts = ledger.extracts().filter(pl.col("source") == source_name)
    attempts = ledger.attempts(source_name).filter(pl.col("night_id") == tonight.night.night_id)
    outcomes = []
    for place in (place for place in tonight.profile.places if place.source == source_name):
        attempt = _as_attempt(attempts.filter(pl.col("document") == place.document).row(-1, named=True))
        if attempt.outcome is AttemptOutcome.FAILED:
            outcomes.append(Outcome(source_name, place.document, attempt.outcome, None, reason=attempt.reason))
            continue
        outcomes.append(_list_document(tonight, ledger, place, attempt, extracts.filter(pl.col("document") == place.document)))
    store.close()
    return outcomes


def _list_document(tonight: Tonight, ledger: Ledger, place: Place, attempt: Attempt, former: pl.DataFrame) -> Outcome:
    source = SOURCE_BY_NAME[place.source]
    digest = str(attempt.digest)
    listed = former.filter(pl.col("outcome") == ExtractOutcome.LISTED).tail(1)
    day = _document_date(place, former, digest, tonight.night.started_at)
    for known in (*listed.to_dicts(), *former.tail(1).to_dicts()):
        if _is_same_reading(known, source, place, digest, day):
            return _outcome(attempt, known, is_new=known["night_id"] == tonight.night.night_id)
    reading = read_document(tonight.home, source, digest, About(place.document, day))
    parts = _parts(source, reading)
    rows_before = int(listed.item(0, "rows_parsed")) if not listed.is_empty() else None
    extract = judge(
        Extract(
            night_id=tonight.night.night_id,
            dataset=tonight.night.dataset,
            source=source.name,
            document=place.document,
            address=attempt.address,
            digest=digest,
            parser_version=source.parser_version,
            document_date=day,
            observed_at=tonight.night.started_at,
            outcome=ExtractOutcome.LISTED,
            stated_total=place.stated_total or reading.stated_total,
        ),
        source,
        reading,
        parts,
        rows_before,
    )
    ledger.record_extract(extract, parts)
    return _outcome(attempt, asdict(extract), is_new=True)


def _document_date(place: Place, former: pl.DataFrame, digest: str, started_at: datetime) -> date:
    """The profile's date; else the day on which these bytes were first read; else today."""
    read_before = former.filter(pl.col("digest") == digest)
    if place.date is not None:
        return place.date
    if not read_before.is_empty():
        return cast(date, read_before.item(-1, "document_date"))
    return started_at.date()


def _is_same_reading(known: dict[str, object], source: Source, place: Place, digest: str, day: date) -> bool:
    same_total = place.stated_total is None or known["stated_total"] == place.stated_total
    return same_total and (known["digest"], known["parser_version"], known["document_date"]) == (
        digest,
        source.parser_version,
        day,
    )


def _outcome(attempt: Attempt, extract: dict[str, object], *, is_new: bool) -> Outcome:
    refused = extract["outcome"] == ExtractOutcome.REFUSED
    numbers = {name: extract[name] for name in ("rows_parsed", "rows_listed", "rows_quarantined", "stated_total")}
    return Outcome(
        attempt.source,
        attempt.document,
        attempt.outcome,
        str(extract["outcome"]) if is_new or refused else "unchanged",
        complete=bool(extract["complete"]),
        reason=str(extract["reason"]) if extract["reason"] else None,
        **numbers,  # type: ignore[arg-type]
    )


def read_document(home: Home, source: Source, digest: str, about: About) -> Reading:
    """Parse and validate a captured document, or find the same reading done before."""
    facts = f"{source.parser_version}|{about.name}|{about.document_date.isoformat()}"
    folder = home.readings / source.name / f"{digest[:24]}-{digest_of(facts, 12)}"
    if not folder.exists():
        _read(CaptureStore(home.captures).get(digest), source, about, folder)
    return Reading(folder=folder, **read_json(folder / "reading.json"))


def _read(data: bytes, source: Source, about: About, folder: Path) -> None:
    """Write a reading aside, whole, then give it its name."""
    part = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    told: dict[str, object] = {"rows_parsed": 0, "stated_total": None, "refused": None}
    try:
        require_media(source.name, data, source.media, *source.also_stored)
        parsed = source.parse(data, about)
    except SourceError as error:
        told["refused"] = str(error)
    else:
        told.update(rows_parsed=parsed.rows[source.main_listing.name].height, stated_total=parsed.stated_total)
        told["left_out"] = parsed.left_out
        for listing in source.listings:
            validated = validate(located(listing), parsed.rows[listing.name])
            validated.listed.write_parquet(part / f"{listing.name}.listed.parquet")
            validated.rejected.write_parquet(part / f"{listing.name}.rejected.parquet")
    write_json(part / "reading.json", told)
    part.replace(folder)


def _parts(source: Source, reading: Reading) -> list[Rows]:
    if reading.refused:
        return []
    return [
        Rows(
            listing.name,
            pl.read_parquet(reading.folder / f"{listing.name}.listed.parquet"),
            pl.read_parquet(reading.folder / f"{listing.name}.rejected.parquet"),
        )
        for listing in source.listings
    ]


def judge(extract: Extract, source: Source, reading: Reading, parts: list[Rows], rows_before: int | None) -> Extract:
    """Decide whether a reading is listed or refused, and whether it is complete.

    Args:
        extract: The reading's facts so far.
        source: Its declaration.
        reading: What was read.
        parts: Its rows.
        rows_before: Rows in the last listed extract of the same document.

    Returns:
        The extract with outcome, counts, completeness and the reason of whatever is not well.
    """
    if reading.refused:
        return Extract(**{**asdict(extract), "outcome": ExtractOutcome.REFUSED, "reason": reading.refused})
    main = parts[0]
    quarantined = sum(part.rejected.height for part in parts)
    listed = sum(part.listed.height for part in parts)
    counted = {"rows_parsed": listed + quarantined, "rows_listed": listed, "rows_quarantined": quarantined}
    refusal = _refusal(source, main) or _loss(source, listed + quarantined, rows_before)
    doubt = _doubt(extract.stated_total, source, reading, parts)
    return Extract(
        **{
            **asdict(extract),
            **counted,
            "outcome": ExtractOutcome.REFUSED if refusal else ExtractOutcome.LISTED,
            "complete": not refusal and doubt is None,
            "reason": "; ".join(told for told in (refusal or doubt, reading.left_out) if told) or None,
        }
    )


def _refusal(source: Source, main: Rows) -> str | None:
    """Whether more rows are in quarantine than the source's limit allows."""
    parsed = main.listed.height + main.rejected.height
    quarantine = source.limits.max_quarantined
    if main.listed.is_empty():
        example = f", such as: {main.rejected.item(0, 'reasons')[0]}" if parsed else ""
        return f"{source.name}: expected rows that pass validation; found none of {parsed}{example}"
    few = FEW_ROWS if quarantine.value else 0
    if main.rejected.height > max(few, quarantine.value * parsed):
        example = main.rejected.item(0, "reasons")[0]
        return (
            f"{source.name}: expected at most {quarantine.value:.1%} of {parsed} rows in quarantine ({quarantine.reason}); "
            f"found {main.rejected.height}, such as: {example}"
        )
    return None


def _loss(source: Source, rows: int, rows_before: int | None) -> str | None:
    """Whether more rows are gone than the source's limit allows; one row may always go, where any may."""
    drop = source.limits.max_drop
    allowed = max(1.0, drop.value * rows_before) if rows_before and drop.value else 0.0
    if rows_before is None or rows >= rows_before - allowed:
        return None
    return (
        f"{source.name}: expected at least {1 - drop.value:.0%} of the {rows_before} rows of last time ({drop.reason}); "
        f"found {rows}"
    )


def _doubt(stated_total: int | None, source: Source, reading: Reading, parts: list[Rows]) -> str | None:
    """Why an extract may lack rows of its source; None when it is complete."""
    if stated_total is None and source.states_total:
        return "incomplete: the publisher states a total, and neither the document nor the profile tells it"
    if stated_total is not None and stated_total != reading.rows_parsed:
        return f"incomplete: {stated_total} stated, {reading.rows_parsed} parsed"
    for listing, part in zip(source.listings, parts, strict=True):
        lost = _lost_keys(listing.key, part)
        if lost:
            return f"incomplete: {lost} rows of {listing.name} in quarantine are not listed otherwise"
    return None


def _lost_keys(key: tuple[str, ...], part: Rows) -> int:
    """Rejected rows whose key no listed row has."""
    rejected = [json.loads(raw) for raw in part.rejected["raw_row"]]
    keys = pl.DataFrame(
        [[str(row[name]) for name in key] for row in rejected], schema=dict.fromkeys(key, pl.String()), orient="row"
    )
    listed = part.listed.select(pl.col(name).cast(pl.String) for name in key)
    return keys.join(listed, on=list(key), how="anti", nulls_equal=True).height


# --- release ----------------------------------------------------------------------------------------------------------


def release(tonight: Tonight) -> Published:
    """Conclude, build aside, audit, and publish; or find that nothing is new.

    Raises:
        ReleaseWithheldError: When the audit blocks. The last good release stays in place.
    """
    home, night = tonight.home, tonight.night
    store = home.store()
    ledger = Ledger(store, night.dataset)
    identity = _identity(ledger, night)
    current = home.releases.current()
    if current and current.folder.name == identity.release_id:
        store.close()
        return Published(NightVerdict.UNCHANGED, identity.release_id, "no source has anything new")
    if not home.releases.is_built(identity.release_id):
        _build(tonight, ledger, identity)
    built = Release(home.releases.root / identity.release_id)
    released_at = datetime.now(UTC)
    _remember(ledger, built, identity, night.started_at)
    home.releases.publish(built, released_at)
    store.close()
    return Published(NightVerdict.PUBLISHED, identity.release_id, "published")


def _identity(ledger: Ledger, night: Night) -> Identity:
    """The release that follows from everything listed so far, in its order, and from the code."""
    listed = ledger.extracts().filter(pl.col("outcome") == ExtractOutcome.LISTED)
    inputs = digest_of_all(listed["extract_id"].to_list())
    observed_at = listed["observed_at"].max() if not listed.is_empty() else night.started_at
    if not isinstance(observed_at, datetime):
        raise TypeError(observed_at)
    release_id = f"r{observed_at:%Y%m%d}-{digest_of(f'{night.dataset}|{inputs}|{night.code_version}', 12)}"
    return Identity(release_id, night.dataset, night.night_id, observed_at, night.code_version, inputs)


def _build(tonight: Tonight, ledger: Ledger, identity: Identity) -> None:
    home = tonight.home
    documents = ledger.extracts_in_force()
    tables = conclude(ledger, documents, identity.release_id)
    folder = home.releases.building(identity.release_id)
    described = write_tables(folder, tables)
    write_json(folder / MANIFEST_FILE, manifest_of(identity, documents, described, tables["figure"]))
    last_good = home.releases.current_of(identity.dataset)
    listed = set(documents["source"])
    results = audit(
        folder,
        described,
        last_good=last_good,
        missing_sources=[
            s.name for s in SOURCES if s.required and s.name in tonight.profile.source_names and s.name not in listed
        ],
        is_stored=CaptureStore(home.captures).holds,
    )
    write_json(folder / CHECKS_FILE, [asdict(result) for result in results])
    if blocks := blocking(results):
        home.releases.withhold(folder, identity.release_id)
        told = _told_blocks(identity.release_id, blocks)
        ledger.record_withheld(identity, results, tonight.night.started_at, told)
        raise ReleaseWithheldError(told)
    if last_good is not None:
        new = Release(folder)
        write_json(folder / DIFF_FILE, difference(last_good, new))
    home.releases.settle(folder, identity.release_id)


def _told_blocks(release_id: str, blocks: list[CheckResult]) -> str:
    told = "; ".join(f"{block.check_name}: expected {block.expected}, found {block.found}" for block in blocks)
    return f"release {release_id} is withheld: {told}"


def conclude(ledger: Ledger, documents: pl.DataFrame, release_id: str) -> dict[str, pl.DataFrame]:
    """Every table of a release, from what the warehouse knows."""
    licences = {source.name: source.licence.short for source in SOURCES}
    sources = pl.DataFrame(
        [(source.name, str(source.origin_family), source.licence.short) for source in SOURCES],
        schema=["source", "origin_family", "licence"],
        orient="row",
    )
    listings = {listing.name: ledger.listing(listing) for listing in LISTINGS}
    histories = {listing.name: ledger.listing_history(listing) for listing in WATCHED}
    lists_seen = ledger.extracts().filter(pl.col("outcome") == ExtractOutcome.LISTED)
    tables = assemble(Known(listings, histories, documents, sources, lists_seen))
    tables[FEATURE_MATRIX.name] = tables[FEATURE_MATRIX.name].with_columns(pl.lit(release_id).alias("release_id"))
    tables[SOURCE_DOCUMENT.name] = documents.with_columns(
        pl.col("source").replace_strict(licences, return_dtype=pl.String).alias("licence")
    )
    tables[QUARANTINE.name] = ledger.quarantined(documents["extract_id"].to_list())
    tables["dictionary"] = dictionary_table()
    return tables


def _remember(ledger: Ledger, built: Release, identity: Identity, concluded_at: datetime) -> None:
    """Advance the history of what we concluded and write the release down, in one transaction; once."""
    concluded = [(table, built.table(table.name)) for table in KEPT_CONCLUSIONS]
    checks = [CheckResult(**check) for check in built.file(CHECKS_FILE)]
    ledger.record_release(identity, concluded, checks, concluded_at)
