"""Capturing: every document of a source that this night does not hold yet, one outcome row an attempt."""

import time
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path

import polars as pl

from flows.captures import CaptureStore, digest_of_bytes
from flows.capturing.addresses import host_of
from flows.fetching import FILE, PAGE, Fetched, Fetcher, FetchError, Validators, read_file
from flows.profiles import Place
from flows.sources import SOURCE_BY_NAME
from flows.sources.reading import require_media
from flows.sources.source import Media, Source, SourceError
from flows.steps.tonight import Tonight
from schemas.digests import digest_of
from schemas.vocabulary import AttemptOutcome
from warehouse.ledger import Attempt, Ledger


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
            attempts.append(as_attempt(done.row(-1, named=True)))
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


def as_attempt(row: dict[str, object]) -> Attempt:
    """An attempt as the ledger wrote it down."""
    values = {**row, "outcome": AttemptOutcome(str(row["outcome"]))}
    return Attempt(**values)  # type: ignore[arg-type]


def _last_success(attempts: pl.DataFrame, place: Place) -> Attempt | None:
    found = attempts.filter((pl.col("document") == place.document) & (pl.col("outcome") != AttemptOutcome.FAILED))
    return as_attempt(found.row(-1, named=True)) if not found.is_empty() else None


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
    require_media(source.name, fetched.body, source.media)
    return {
        **values,
        "outcome": AttemptOutcome.FETCHED,
        "digest": store.put(source.before_storing(fetched.body)),
        "published_digest": published,
        "size_bytes": len(fetched.body),
    }
