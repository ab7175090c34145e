"""Capturing: every document of a source that this night does not hold yet, one outcome row an attempt."""

import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path

import polars as pl

from flows.captures import CaptureStore, digest_of_bytes
from flows.capturing.addresses import host_of
from flows.capturing.meant import refuse_other_document
from flows.fetching import FILE, PAGE, PAGE_TYPES, TRIES, WEB_PAGE, Fetched, Fetcher, FetchError, Question, Validators, read_file
from flows.profiles import Place
from flows.sources import SOURCE_BY_NAME
from flows.sources.source import Access, ApiKey, AskError, Delivery, Errand, Media, Request, Source, SourceError
from flows.steps.tonight import Tonight
from schemas.digests import digest_of
from schemas.listings import LISTING_BY_NAME
from schemas.vocabulary import AttemptOutcome
from warehouse.ledger import Attempt, Ledger

_LIMITS = {Media.PAGE: WEB_PAGE, Media.HTML: PAGE}


def capture(tonight: Tonight, source_name: str) -> list[Attempt]:
    """Capture every document of one source that this night has not captured yet.

    Returns:
        One attempt a document; each is written down as soon as it is made.
    """
    store = tonight.home.store()
    ledger = Ledger(store, tonight.night.dataset)
    capturing = Capturing.of(tonight, SOURCE_BY_NAME[source_name], ledger)
    attempts = [
        attempt for place in tonight.profile.places if place.source == source_name for attempt in capturing.documents(place)
    ]
    capturing.fetcher.close()
    store.close()
    return attempts


@dataclass
class Capturing:
    """One source's documents of one night, asked for by one worker.

    Attributes:
        done: Tonight's documents that lack nothing, by name.
        answered: Tonight's answers that did not fail, by part.
        last: Newest success of each document, by name.
        last_parts: Newest success of each part.
    """

    tonight: Tonight
    source: Source
    ledger: Ledger
    fetcher: Fetcher
    captures: CaptureStore
    done: dict[str, Attempt] = field(default_factory=dict)
    answered: dict[str, Attempt] = field(default_factory=dict)
    last: dict[str, Attempt] = field(default_factory=dict)
    last_parts: dict[str, Attempt] = field(default_factory=dict)

    @classmethod
    def of(cls, tonight: Tonight, source: Source, ledger: Ledger) -> "Capturing":
        """What is known before the first question."""
        night_id = tonight.night.night_id
        documents = ledger.attempts(source.name, night_id)
        parts = ledger.attempts(source.name, night_id, parts=True) if source.fetch else documents.clear()
        stop_hosts(tonight, ledger)
        return cls(
            tonight,
            source,
            ledger,
            new_fetcher(tonight),
            CaptureStore(tonight.home.captures),
            successes(documents.filter(pl.col("reason").is_null()), "document"),
            successes(parts, "part"),
            ledger.last_successes(source.name),
            ledger.last_successes(source.name, parts=True) if source.fetch else {},
        )

    def documents(self, place: Place) -> Iterator[Attempt]:
        """The documents of one entry of the profile, each written down."""
        if self.source.fetch and place.is_remote:
            yield from self._delivered(place)
        elif place.document in self.done:
            yield self.done[place.document]
        else:
            yield self._write_down(self.attempt(place))

    def attempt(self, place: Place) -> Attempt:
        """One attempt at a place that is one document; it is for the caller to write it down."""
        return self._attempt(place, place.document, None, lambda: self._one_file(place))

    # --- one address, one document

    def _one_file(self, place: Place) -> dict[str, object]:
        last = self.last.get(place.document)
        if not place.address:
            raise FetchError("no address: the profile leaves `from` empty, fill it in")
        if not place.is_remote:
            return self._keep(read_file(Path(place.address)), last, may_shrink=True)
        fetched = self._ask(Request(place.address), last)
        return self._keep(fetched, last, may_shrink=place.may_shrink)

    # --- a document made of answers

    def _delivered(self, place: Place) -> Iterator[Attempt]:
        """Send the source's ``fetch`` out, and write down what it brings; a fault on the way is the entry's own outcome.

        Of several documents one may bear the entry's name: that it is done does not say that the others are.
        """
        if place.document in self.done and self.source.access is Access.ONE_FILE:
            yield self.done[place.document]
            return
        begun, clock = datetime.now(UTC), time.monotonic()
        try:
            for delivery in self._fetch(place):
                if delivery.document in self.done:
                    yield self.done[delivery.document]
                else:
                    yield self._write_down(
                        self._attempt(place, delivery.document, None, lambda found=delivery: self._keep_delivery(found))  # type: ignore[misc]
                    )
        except (AskError, SourceError) as error:
            yield self._write_down(self._failure(place, place.document, None, error, begun, clock))

    def _fetch(self, place: Place) -> Iterator[Delivery]:
        if self.source.fetch is None:
            raise TypeError(f"{self.source.name} has no fetch")
        _require_key(self.source)
        ask = lambda request: self._answer(place, request)  # noqa: E731
        return self.source.fetch(Errand(place.address, ask, self._subjects(), place.document))

    def _subjects(self) -> tuple[str, ...]:
        wanted = self.source.subjects
        if wanted is None:
            return ()
        return tuple(wanted.of({name: self.ledger.listing(LISTING_BY_NAME[name]) for name in wanted.listings}))

    def _answer(self, place: Place, request: Request) -> bytes:
        """The bytes of one answer: out of the store where it holds tonight, else asked for, kept and written down."""
        part = _part(request)
        attempt, last = self.answered.get(part), self.last_parts.get(part)
        if attempt is None and last and self._holds(request, last):
            attempt = self.answered[part] = last
        if attempt is None:
            keeping = lambda: self._keep(self._ask(request, last), last, request.media, may_shrink=True)  # noqa: E731
            attempt = self._write_down(self._attempt(place, place.document, request, keeping))
            if attempt.outcome is AttemptOutcome.FAILED:
                raise AskError(attempt.reason or "no answer", attempt.http_status)
            self.answered[part] = attempt
        return self.captures.get(str(attempt.digest))

    def _holds(self, request: Request, last: Attempt) -> bool:
        """Whether a former answer is young enough not to be asked for again."""
        is_young = datetime.now(UTC) - last.attempted_at < request.good_for
        return is_young and last.digest is not None and self.captures.holds(last.digest)

    def _keep_delivery(self, delivery: Delivery) -> dict[str, object]:
        if delivery.body is None:
            raise AskError(delivery.broken or "no document")
        digest = self.captures.put(delivery.body)
        last = self.last.get(delivery.document)
        return {
            "outcome": AttemptOutcome.UNCHANGED if last and last.digest == digest else AttemptOutcome.FETCHED,
            "digest": digest,
            "published_digest": digest,
            "size_bytes": len(delivery.body),
            "stated_date": delivery.stated_date,
            "reason": delivery.broken,
        }

    # --- asking and keeping

    def _ask(self, request: Request, last: Attempt | None) -> Fetched:
        key = _key_of(self.source.key)
        is_conditional = last is not None and request.json is None and self.captures.holds(str(last.digest))
        media = request.media or self.source.media
        return self.fetcher.fetch(
            request.address,
            Question(
                Validators(last.etag, last.last_modified) if last and is_conditional else Validators(),
                request.json,
                *key,
                types=PAGE_TYPES if media is Media.PAGE else (),
            ),
            limits=_LIMITS.get(media, FILE),
            asks_robots=self.source.asks_robots,
        )

    def _keep(self, fetched: Fetched, last: Attempt | None, media: Media | None = None, *, may_shrink: bool) -> dict[str, object]:
        """Store a new body; a body that we hold already is no new work. ``media`` is for an answer of another kind."""
        values: dict[str, object] = {
            "http_status": fetched.http_status,
            "etag": fetched.etag,
            "last_modified": fetched.last_modified,
            "charset": fetched.charset,
            "final_address": fetched.final_address,
        }
        published = last.published_digest if fetched.body is None and last else digest_of_bytes(fetched.body or b"")
        if last and last.digest and published == last.published_digest and self.captures.holds(last.digest):
            return {
                **values,
                "outcome": AttemptOutcome.UNCHANGED,
                "digest": last.digest,
                "published_digest": last.published_digest,
                "size_bytes": last.size_bytes,
            }
        if fetched.body is None:
            raise FetchError("expected a body; found status 304 for bytes that are not in the store", fetched.http_status)
        size_before = last.size_bytes if last and not may_shrink else None
        meant = (media,) if media else (self.source.media, *self.source.also_published)
        refuse_other_document(self.source.name, fetched.body, meant, size_before)
        return {
            **values,
            "outcome": AttemptOutcome.FETCHED,
            "digest": self.captures.put(self.source.before_storing(fetched.body)),
            "published_digest": published,
            "size_bytes": len(fetched.body),
        }

    # --- outcome rows

    def _attempt(self, place: Place, document: str, request: Request | None, keep: Callable[[], dict[str, object]]) -> Attempt:
        begun, clock = datetime.now(UTC), time.monotonic()
        try:
            values = keep()
        except (AskError, SourceError) as error:
            return self._failure(place, document, request, error, begun, clock)
        return self._row(place, document, request, begun, clock, values)

    def _failure(  # noqa: PLR0913  (the parts of an outcome row)
        self, place: Place, document: str, request: Request | None, error: Exception, begun: datetime, clock: float
    ) -> Attempt:
        values: dict[str, object] = {"outcome": AttemptOutcome.FAILED, "reason": str(error)}
        if isinstance(error, FetchError):
            asked = request.address if request else place.address
            values |= {"http_status": error.http_status, "final_address": error.address if error.address != asked else None}
        return self._row(place, document, request, begun, clock, values)

    def _row(  # noqa: PLR0913  (the parts of an outcome row)
        self, place: Place, document: str, request: Request | None, begun: datetime, clock: float, values: dict[str, object]
    ) -> Attempt:
        night, part = self.tonight.night, _part(request) if request else None
        return Attempt(
            attempt_id=digest_of(f"{night.night_id}|{place.source}|{document}|{part}|{begun.isoformat()}", 24),
            night_id=night.night_id,
            dataset=night.dataset,
            source=place.source,
            document=document,
            part=part,
            address=_told(place.address) if request is None else _named(request),
            attempted_at=begun,
            duration_ms=round((time.monotonic() - clock) * 1000),
            **values,  # type: ignore[arg-type]
        )

    def _write_down(self, attempt: Attempt) -> Attempt:
        self.ledger.record_attempt(attempt)
        return attempt


def new_fetcher(tonight: Tonight, *, tries: int = TRIES) -> Fetcher:
    """A worker's own connections, under the manners of the night."""
    return Fetcher(tonight.hosts, tonight.profile.contact, allow_loopback=tonight.profile.allow_loopback, tries=tries)


def successes(attempts: pl.DataFrame, by: str) -> dict[str, Attempt]:
    """Attempts that did not fail, by document or part; the newest of each."""
    good = attempts.filter(pl.col("outcome") != AttemptOutcome.FAILED)
    return {str(row[by]): Attempt.of(row) for row in good.iter_rows(named=True)}


def stop_hosts(tonight: Tonight, ledger: Ledger) -> None:
    """What a killed night was forbidden stays forbidden when the night is taken up, whichever page or source was told so."""
    for address in ledger.answered(tonight.night.night_id, HTTPStatus.FORBIDDEN):
        tonight.hosts.stop(host_of(address), "this host answered 403")


def _told(address: str) -> str:
    """The address as it may be shown: files by name, since a path of somebody's machine is nobody's business."""
    return address if "://" in address else Path(address).name or "-"


def _named(request: Request) -> str:
    """The address of a request as it stands in a row: two POSTs to one address are told apart by what they ask."""
    return request.address if request.json is None else f"{request.address}#{digest_of(request.json, 12)}"


def _part(request: Request) -> str:
    return digest_of(_named(request), 24)


def _key_of(key: ApiKey | None) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Headers and parameters that carry a key; none where there is none."""
    secret = os.environ.get(key.variable, "") if key else ""
    if key is None or not secret:
        return {}, {}
    return ({key.header: secret}, {}) if key.header else ({}, {str(key.parameter): secret})


def _require_key(source: Source) -> None:
    if source.key and source.key.required and not os.environ.get(source.key.variable):
        raise AskError(f"no key: {source.publisher} hands one out; put it into the environment as {source.key.variable}")
