"""Listing: what was captured is read, validated, judged and recorded; a reading once made is found again."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import cast

import polars as pl

from flows.captures import CaptureStore
from flows.home import Home
from flows.profiles import Place
from flows.sources import SOURCE_BY_NAME
from flows.sources.reading import require_media
from flows.sources.source import About, Source, SourceError
from flows.steps.tonight import Tonight
from schemas.digests import digest_of
from schemas.listings import located
from schemas.validation import validate
from schemas.vocabulary import AttemptOutcome, ExtractOutcome
from warehouse.files import read_json, write_json
from warehouse.ledger import Attempt, Extract, Ledger, Rows

FEW_ROWS = 3
"""So many bad rows are dirt in any file, however small; a limit in percent speaks of larger numbers."""


@dataclass(frozen=True)
class Reading:
    """A document, read and validated: a folder of frames that can be recorded any number of times.

    Attributes:
        folder: Where the frames lie.
        rows_parsed: Rows of the main listing that the parser took out; a stated total speaks of them.
        stated_total: Total that the document itself states.
        refused: Why it could not be read; None when it could.
        left_out: What stands in the document and is no row, in words.
        lacking: Why the document is not whole by its own account.
    """

    folder: Path
    rows_parsed: int
    stated_total: int | None
    refused: str | None
    left_out: str | None = None
    lacking: str | None = None


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


def list_source(tonight: Tonight, source_name: str) -> list[Outcome]:
    """Read, validate and record what is new in one source's captured documents.

    A document whose bytes, parser and profile entry are those of its last reading is not read again.
    """
    store = tonight.home.store()
    ledger = Ledger(store, tonight.night.dataset)
    extracts = ledger.extracts(source_name)
    attempts = {str(row["document"]): Attempt.of(row) for row in ledger.attempts(source_name, tonight.night.night_id).to_dicts()}
    outcomes = []
    for place in _captured_places(tonight, source_name, attempts):
        attempt = attempts[place.document]
        if attempt.outcome is AttemptOutcome.FAILED:
            outcomes.append(Outcome(source_name, place.document, attempt.outcome, None, reason=attempt.reason))
            continue
        outcomes.append(_list_document(tonight, ledger, place, attempt, extracts.filter(pl.col("document") == place.document)))
    store.close()
    return outcomes


def _captured_places(tonight: Tonight, source_name: str, attempts: Mapping[str, Attempt]) -> list[Place]:
    """The documents of a source: those that the profile names, and those that a ``fetch`` brought for one of its entries."""
    named = {place.document: place for place in tonight.profile.places if place.source == source_name}
    (first, *_) = named.values()
    brought = [document for document in attempts if document not in named]
    here = [place for place in named.values() if place.document in attempts or SOURCE_BY_NAME[source_name].fetch is None]
    return [*here, *(first.model_copy(update={"document": document}) for document in brought)]


def _list_document(tonight: Tonight, ledger: Ledger, place: Place, attempt: Attempt, former: pl.DataFrame) -> Outcome:
    source = SOURCE_BY_NAME[place.source]
    digest = str(attempt.digest)
    listed = former.filter(pl.col("outcome") == ExtractOutcome.LISTED).tail(1)
    day = _document_date(place, attempt, former, tonight.night.started_at)
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
        broken=attempt.reason,
    )
    ledger.record_extract(extract, parts)
    return _outcome(attempt, asdict(extract), is_new=True)


def _document_date(place: Place, attempt: Attempt, former: pl.DataFrame, started_at: datetime) -> date:
    """The profile's date; else the publisher's; else the day on which these bytes were first read; else today."""
    stated = place.date or attempt.stated_date
    if stated is not None:
        return stated
    read_before = former.filter(pl.col("digest") == attempt.digest)
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
        told.update(left_out=parsed.left_out, lacking=parsed.lacking)
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


def judge(  # noqa: PLR0913  (all that a judgement rests on)
    extract: Extract,
    source: Source,
    reading: Reading,
    parts: list[Rows],
    rows_before: int | None,
    *,
    broken: str | None = None,
) -> Extract:
    """Decide whether a reading is listed or refused, and whether it is complete.

    Args:
        extract: The reading's facts so far.
        source: Its declaration.
        reading: What was read.
        parts: Its rows.
        rows_before: Rows in the last listed extract of the same document.
        broken: Why the document lacks a part.

    Returns:
        The extract with outcome, counts, completeness and the reason of whatever is not well.
    """
    if reading.refused:
        return Extract(**{**asdict(extract), "outcome": ExtractOutcome.REFUSED, "reason": reading.refused})
    main = parts[0]
    quarantined = sum(part.rejected.height for part in parts)
    listed = sum(part.listed.height for part in parts)
    counted = {"rows_parsed": listed + quarantined, "rows_listed": listed, "rows_quarantined": quarantined}
    is_empty_as_stated = extract.stated_total == 0 and counted["rows_parsed"] == 0
    refusal = (None if is_empty_as_stated else _refusal(source, main)) or _loss(source, listed + quarantined, rows_before)
    doubt = f"incomplete: {broken}" if broken else _doubt(extract.stated_total, source, reading, parts)
    return Extract(
        **{
            **asdict(extract),
            **counted,
            "outcome": ExtractOutcome.REFUSED if refusal else ExtractOutcome.LISTED,
            "complete": not refusal and doubt is None,
            "reason": "; ".join(told for told in (refusal, doubt if broken or not refusal else None, reading.left_out) if told)
            or None,
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
    if reading.lacking is not None:
        return f"incomplete: {reading.lacking}"
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
