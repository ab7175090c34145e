"""The ledger of nights: what was attempted, read, set aside and listed, and the histories that grow from it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Self

import polars as pl
from sqlalchemy import Connection, func, select

from schemas.digests import digest_of
from schemas.entities import kept_derived
from schemas.listings import LISTING_BY_NAME, kept
from schemas.operations import CAPTURE_ATTEMPT, EXTRACT, NIGHT, QUARANTINED_ROW, RELEASE, RELEASE_CHECK
from schemas.table import Table
from schemas.vocabulary import AttemptOutcome, ExtractOutcome, NightVerdict
from warehouse.audit import CheckResult, check_rows
from warehouse.history import Step, advance, with_version
from warehouse.release import Identity
from warehouse.store import Store
from warehouse.tables import sql_table

_MOST_ASKED = 10_000
"""Values in one question to the store: Postgres takes 65,535, some builds of SQLite half of that, and every page is a reading."""


@dataclass(frozen=True)
class Night:
    """One run of the refresh; its start is the observed_at of all that it captures."""

    night_id: str
    dataset: str
    profile: str
    code_version: str
    started_at: datetime


@dataclass(frozen=True)
class Attempt:
    """One attempt to capture one document, or one answer of it; see ``schemas.operations.CAPTURE_ATTEMPT``."""

    attempt_id: str
    night_id: str
    dataset: str
    source: str
    document: str
    address: str
    attempted_at: datetime
    outcome: AttemptOutcome
    duration_ms: int
    http_status: int | None = None
    digest: str | None = None
    published_digest: str | None = None
    size_bytes: int | None = None
    etag: str | None = None
    last_modified: str | None = None
    charset: str | None = None
    final_address: str | None = None
    part: str | None = None
    stated_date: date | None = None
    reason: str | None = None

    @classmethod
    def of(cls, row: dict[str, object]) -> Self:
        """An attempt as the ledger wrote it down."""
        return cls(**{**row, "outcome": AttemptOutcome(str(row["outcome"]))})  # type: ignore[arg-type]


@dataclass(frozen=True)
class Extract:
    """One reading of one captured document; see ``schemas.operations.EXTRACT``."""

    night_id: str
    dataset: str
    source: str
    document: str
    address: str
    digest: str
    parser_version: str
    document_date: date
    observed_at: datetime
    outcome: ExtractOutcome
    rows_parsed: int = 0
    rows_listed: int = 0
    rows_quarantined: int = 0
    stated_total: int | None = None
    complete: bool = False
    reason: str | None = None

    @property
    def extract_id(self) -> str:
        """Id of this reading."""
        parts = (
            self.dataset,
            self.source,
            self.document,
            self.digest,
            self.parser_version,
            self.observed_at.isoformat(),
        )
        return digest_of("|".join((*parts, self.document_date.isoformat(), str(self.stated_total), str(self.complete))), 24)


@dataclass(frozen=True)
class Rows:
    """Rows of one listing out of one extract: typed listed rows, and rejected rows with reasons."""

    listing: str
    listed: pl.DataFrame
    rejected: pl.DataFrame

    def of_documents(self, extracts: Sequence[Extract]) -> "Rows":
        """The rows of some readings, each with its ``document``; rows that name none are all of the one reading."""
        documents = [extract.document for extract in extracts]

        def own(frame: pl.DataFrame) -> pl.DataFrame:
            if "document" not in frame.columns:
                return frame.with_columns(pl.lit(documents[0]).alias("document"))
            return frame.filter(pl.col("document").is_in(documents))

        return Rows(self.listing, own(self.listed), own(self.rejected))


def _alike(extracts: Sequence[Extract]) -> list[list[Extract]]:
    """Readings that end and begin versions in the same way: of one day, one outcome, complete or not; in a fixed order."""
    groups: dict[tuple[date, str, bool], list[Extract]] = {}
    for extract in extracts:
        groups.setdefault((extract.document_date, str(extract.outcome), extract.complete), []).append(extract)
    return [groups[key] for key in sorted(groups)]


def _row(table: Table, record: object, **more: object) -> pl.DataFrame:
    values = {**asdict(record), **more}  # type: ignore[call-overload]
    given = {name: [values.get(name)] for name in table.column_names}
    return pl.DataFrame(given, schema=table.dtypes)


class Ledger:
    """Reads and writes the operations tables and the kept listings of one dataset."""

    def __init__(self, store: Store, dataset: str) -> None:
        self.store = store
        self.dataset = dataset

    # --- nights

    def unfinished_night(self, since: datetime, profile: str, code_version: str) -> Night | None:
        """The newest night of this profile and code that was started since then and has no end: it was killed."""
        night = sql_table(NIGHT.name)
        found = self.store.read(
            NIGHT,
            night.c.dataset == self.dataset,
            night.c.profile == profile,
            night.c.code_version == code_version,
            night.c.ended_at.is_(None),
            night.c.started_at >= since,
        )
        if found.is_empty():
            return None
        row = found.sort("started_at").row(-1, named=True)
        return Night(**{name: row[name] for name in Night.__dataclass_fields__})

    def begin_night(self, night: Night) -> None:
        """Write down that a night has started; nights left open by a killed run are closed as failed."""
        table = sql_table(NIGHT.name)
        with self.store.transaction() as connection:
            self.store.set_values(
                connection,
                NIGHT,
                (table.c.dataset == self.dataset) & table.c.ended_at.is_(None),
                {
                    "ended_at": night.started_at,
                    "verdict": NightVerdict.FAILED,
                    "reason": "killed, and not taken up again",
                },
            )
            self.store.append(connection, NIGHT, _row(NIGHT, night))

    def end_night(self, night: Night, ended_at: datetime, verdict: NightVerdict, reason: str, release_id: str | None) -> None:
        """Write down how a night ended."""
        table = sql_table(NIGHT.name)
        values: dict[str, object] = {
            "ended_at": ended_at,
            "verdict": verdict,
            "reason": reason,
            "release_id": release_id,
        }
        with self.store.transaction() as connection:
            self.store.set_values(connection, NIGHT, table.c.night_id == night.night_id, values)

    def nights(self) -> pl.DataFrame:
        """All nights, oldest first."""
        table = sql_table(NIGHT.name)
        return self.store.read(NIGHT, table.c.dataset == self.dataset).sort("started_at")

    # --- attempts

    def record_attempt(self, attempt: Attempt) -> None:
        """Write down one attempt, at once."""
        self.record_attempts([attempt])

    def record_attempts(self, attempts: Sequence[Attempt]) -> None:
        """Write down attempts, at once, in one transaction."""
        given = {name: [getattr(attempt, name) for attempt in attempts] for name in CAPTURE_ATTEMPT.column_names}
        with self.store.transaction() as connection:
            self.store.append(connection, CAPTURE_ATTEMPT, pl.DataFrame(given, schema=CAPTURE_ATTEMPT.dtypes))

    def attempts(
        self,
        source: str | None = None,
        night_id: str | None = None,
        documents: Sequence[str] | None = None,
        *,
        parts: bool = False,
    ) -> pl.DataFrame:
        """Attempts at whole documents, or at their parts: all, or of one source, one night, some documents; oldest first."""
        table = sql_table(CAPTURE_ATTEMPT.name)
        conditions = [table.c.dataset == self.dataset, table.c.part.is_not(None) if parts else table.c.part.is_(None)]
        if source is not None:
            conditions.append(table.c.source == source)
        if night_id is not None:
            conditions.append(table.c.night_id == night_id)
        if documents is not None:
            conditions.append(table.c.document.in_(documents))
        return self.store.read(CAPTURE_ATTEMPT, *conditions).sort("attempted_at", "attempt_id")

    def outcomes(self, source: str) -> dict[str, int]:
        """Documents of a source by the outcome of the newest attempt at each."""
        table = sql_table(CAPTURE_ATTEMPT.name)
        is_asked = (table.c.dataset == self.dataset) & (table.c.source == source) & table.c.part.is_(None)
        order = (table.c.attempted_at.desc(), table.c.attempt_id.desc())
        rank = func.row_number().over(partition_by=table.c.document, order_by=order)
        newest = select(table.c.outcome, rank.label("rank")).where(is_asked).subquery()
        counted = select(newest.c.outcome, func.count()).where(newest.c.rank == 1).group_by(newest.c.outcome)
        with self.store.engine.connect() as connection:
            return {str(outcome): int(number) for outcome, number in connection.execute(counted.order_by(newest.c.outcome))}

    def answered(self, night_id: str, http_status: int) -> list[str]:
        """Addresses of one night that answered with a status, after redirects; in alphabetical order."""
        table = sql_table(CAPTURE_ATTEMPT.name)
        address = func.coalesce(table.c.final_address, table.c.address)
        is_meant = (table.c.dataset == self.dataset) & (table.c.night_id == night_id) & (table.c.http_status == int(http_status))
        with self.store.engine.connect() as connection:
            return list(connection.execute(select(address).where(is_meant).distinct().order_by(address)).scalars())

    def last_successes(self, source: str, documents: Sequence[str] | None = None, *, parts: bool = False) -> dict[str, Attempt]:
        """The newest attempt that did not fail, by document, or by part."""
        table = sql_table(CAPTURE_ATTEMPT.name)
        by = table.c.part if parts else table.c.document
        is_asked = (
            (table.c.dataset == self.dataset)
            & (table.c.source == source)
            & (table.c.outcome != AttemptOutcome.FAILED)
            & (table.c.part.is_not(None) if parts else table.c.part.is_(None))
        )
        if documents is not None:
            is_asked &= table.c.document.in_(documents)
        rank = func.row_number().over(partition_by=by, order_by=(table.c.attempted_at.desc(), table.c.attempt_id.desc()))
        ranked = select(table.c.attempt_id, rank.label("rank")).where(is_asked).subquery()
        newest = self.store.read(CAPTURE_ATTEMPT, table.c.attempt_id.in_(select(ranked.c.attempt_id).where(ranked.c.rank == 1)))
        return {str(row["part" if parts else "document"]): Attempt.of(row) for row in newest.iter_rows(named=True)}

    # --- extracts

    def extracts(self, source: str | None = None, documents: Sequence[str] | None = None) -> pl.DataFrame:
        """Readings of documents: all, or of one source, or of some of its documents; oldest first.

        Of two readings of one document and night the complete one comes last: what failed was had when the night was taken up.
        """
        table = sql_table(EXTRACT.name)
        conditions = [table.c.dataset == self.dataset, *([table.c.source == source] if source else [])]
        if documents is not None:
            conditions.append(table.c.document.in_(documents))
        return self.store.read(EXTRACT, *conditions).sort(
            "observed_at", "source", "document", "complete", "rows_listed", "extract_id"
        )

    def extracts_in_force(self, source: str | None = None) -> pl.DataFrame:
        """The newest listed reading of each document: what a release rests on."""
        listed = self.extracts(source).filter(pl.col("outcome") == ExtractOutcome.LISTED)
        return listed.unique(["source", "document"], keep="last", maintain_order=True).sort("source", "document")

    def record_extract(self, extract: Extract, rows: list[Rows]) -> None:
        """Write down one reading with its quarantine, and advance the history of its listings, in one transaction.

        Doing it twice changes nothing. A refused document advances no history.
        """
        self.record_extracts([extract], rows)

    def record_extracts(self, extracts: Sequence[Extract], rows: list[Rows]) -> None:
        """The same for many documents of one source, in one transaction.

        Args:
            extracts: Readings of one night.
            rows: Rows of all of them; with more than one reading each row has its ``document``, and no key stands in two.
        """
        table = sql_table(EXTRACT.name)
        ids = [extract.extract_id for extract in extracts]
        with self.store.transaction() as connection:
            known = set(self.store.read(EXTRACT, table.c.extract_id.in_(ids), connection=connection)["extract_id"])
            fresh = [extract for extract in extracts if extract.extract_id not in known]
            for group in _alike(fresh):
                self._record(connection, group, [part.of_documents(group) for part in rows])

    def _record(self, connection: Connection, extracts: list[Extract], rows: list[Rows]) -> None:
        """Write down readings that speak of one day, and are all complete or all not."""
        told = pl.concat([_row(EXTRACT, extract, extract_id=extract.extract_id) for extract in extracts])
        self.store.append(connection, EXTRACT, told)
        provenance = told.select("document", "extract_id", "dataset", "source", "digest", "parser_version", "observed_at")
        for part in rows:
            self._quarantine(connection, provenance, part)
            if extracts[0].outcome is ExtractOutcome.LISTED:
                self._advance(connection, extracts, provenance, part)

    def quarantined(self, extract_ids: list[str]) -> pl.DataFrame:
        """Rows set aside in these readings."""
        table = sql_table(QUARANTINED_ROW.name)
        some = (extract_ids[start : start + _MOST_ASKED] for start in range(0, len(extract_ids), _MOST_ASKED))
        parts = [self.store.read(QUARANTINED_ROW, table.c.extract_id.in_(ids)) for ids in some]
        return pl.concat([QUARANTINED_ROW.empty(), *parts]).sort(QUARANTINED_ROW.key)

    def _quarantine(self, connection: Connection, provenance: pl.DataFrame, part: Rows) -> None:
        rejected = part.rejected.join(provenance, on="document").with_columns(pl.lit(part.listing).alias("listing"))
        self.store.append(connection, QUARANTINED_ROW, rejected)

    def _advance(self, connection: Connection, extracts: list[Extract], provenance: pl.DataFrame, part: Rows) -> None:
        listing, first = LISTING_BY_NAME[part.listing], extracts[0]
        table = kept(listing)
        incoming = with_version(part.listed, listing.key, tuple(listing.column_names)).join(
            provenance.drop("extract_id", "observed_at"), on="document"
        )
        current = self._known_rows(table, first.source, [extract.document for extract in extracts], connection)
        step = advance(current, incoming, Step(first.observed_at, first.document_date, first.complete))
        self.store.supersede(connection, table, step.superseded, first.observed_at)
        self.store.append(connection, table, step.inserted)

    # --- releases

    def record_release(
        self, identity: Identity, concluded: list[tuple[Table, pl.DataFrame]], checks: list[CheckResult], at: datetime
    ) -> None:
        """Write down a release that is about to be published, and advance the history of its conclusions.

        Doing it twice changes nothing.

        Args:
            identity: The release.
            concluded: Tables whose history is kept, with their rows in this release.
            checks: Its audit.
            at: Start of the night: from then on this is what we know.
        """
        with self.store.transaction() as connection:
            self._write_release(connection, identity, NightVerdict.PUBLISHED, None, checks, at)
            for table, frame in concluded:
                self._advance_conclusions(connection, table, frame, at)

    def record_withheld(self, identity: Identity, checks: list[CheckResult], at: datetime, reason: str) -> None:
        """Write down a release that the audit holds back."""
        with self.store.transaction() as connection:
            self._write_release(connection, identity, NightVerdict.WITHHELD, reason, checks, at)

    def releases(self) -> pl.DataFrame:
        """All releases, published or withheld, oldest first."""
        table = sql_table(RELEASE.name)
        return self.store.read(RELEASE, table.c.dataset == self.dataset).sort("released_at", "release_id")

    def _write_release(  # noqa: PLR0913  (the parts of a release row)
        self,
        connection: Connection,
        identity: Identity,
        verdict: NightVerdict,
        reason: str | None,
        checks: list[CheckResult],
        at: datetime,
    ) -> None:
        """Write the release and its checks down, in the place of what an earlier attempt at it wrote."""
        for table in (RELEASE, RELEASE_CHECK):
            self.store.remove(connection, table, sql_table(table.name).c.release_id == identity.release_id)
        self.store.append(connection, RELEASE, _row(RELEASE, identity, verdict=verdict, reason=reason, released_at=at))
        self.store.append(connection, RELEASE_CHECK, check_rows(identity.release_id, checks))

    def _advance_conclusions(self, connection: Connection, table: Table, frame: pl.DataFrame, at: datetime) -> None:
        kept_table = kept_derived(table)
        incoming = with_version(frame, table.key, tuple(table.column_names)).with_columns(pl.lit(self.dataset).alias("dataset"))
        sql = sql_table(kept_table.name)
        current = self.store.read(kept_table, sql.c.dataset == self.dataset, sql.c.superseded_at.is_(None), connection=connection)
        step = advance(current, incoming, Step(at, at.date(), complete=True))
        self.store.supersede(connection, kept_table, step.superseded, at)
        self.store.append(connection, kept_table, step.inserted)

    # --- listings

    def _known_rows(self, table: Table, source: str, documents: Sequence[str], connection: Connection) -> pl.DataFrame:
        sql = sql_table(table.name)
        return self.store.read(
            table,
            sql.c.dataset == self.dataset,
            sql.c.source == source,
            sql.c.document.in_(documents),
            sql.c.superseded_at.is_(None),
            connection=connection,
        )

    def listing(self, listing: Table) -> pl.DataFrame:
        """What we hold to be true now: open versions of every document's rows."""
        table = kept(listing)
        sql = sql_table(table.name)
        return self.store.read(table, sql.c.dataset == self.dataset, sql.c.superseded_at.is_(None), sql.c.valid_to.is_(None))

    def listing_of(self, listing: Table, source: str, documents: Sequence[str]) -> pl.DataFrame:
        """What we hold to be true now out of some documents of a source."""
        table = kept(listing)
        with self.store.engine.connect() as connection:
            return self._known_rows(table, source, documents, connection).filter(pl.col("valid_to").is_null())

    def listing_history(self, listing: Table) -> pl.DataFrame:
        """Every version of every row that we ever held."""
        table = kept(listing)
        return self.store.read(table, sql_table(table.name).c.dataset == self.dataset)
