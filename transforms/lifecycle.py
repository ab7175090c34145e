"""What happened to entities: told by two versions of a list, by a list's own dates, or by a reviewer."""

from dataclasses import dataclass

import polars as pl

from schemas.entities import ENTITY_EVENT
from schemas.vocabulary import Authority, EntityEventKind, EntityKind
from transforms.identity import KIND_BY_AUTHORITY, with_generation, with_uid

Event = EntityEventKind
WITHDRAWN = r"(?i)\bwithdra"
_LIST = ["source", "document"]
"""What is one list from night to night: a source may publish several side by side, such as one a specialty."""


@dataclass(frozen=True)
class Watched:
    """What of a list is watched.

    Attributes:
        kind: What its rows are.
        authority: Whose codes they bear.
        key: Column of codes.
        name: Column of names; another name is a renaming.
        place: Column of places; another place is a move.
        sponsor: Column of the sponsor's code, whose change is an event; None where there is none.
    """

    kind: EntityKind
    authority: Authority
    key: str
    name: str
    place: str
    sponsor: str | None = None


HOSPITALS = Watched(EntityKind.HOSPITAL, Authority.CCN, "ccn", "hospital_name", "city")
PROGRAMS = Watched(EntityKind.PROGRAM, Authority.ACGME_PROGRAM, "acgme_id", "program_name", "city", "sponsor_code")


def list_events(history: pl.DataFrame, lists: pl.DataFrame, watched: Watched) -> pl.DataFrame:
    """Changes between the lists that we have seen, oldest first.

    Args:
        history: All versions of the listing ever kept, superseded ones included.
        lists: ``source``, ``document``, ``observed_at`` and ``complete`` of every list seen. What appears after an incomplete
            list may have been there before, and has not opened for certain.
        watched: What of the list is watched.

    Returns:
        Table ``entity_event``. The rows of a list that is seen for the first time are a beginning, not openings. A row is retired
        only by a complete list, since only that closes a version. A code that comes back for another entity is an event of the
        newcomer.
    """
    versions = with_generation(history, watched.key, watched.name, watched.place)
    own = [watched.key, *_LIST]
    before = ["superseded_at", "generation", watched.name, watched.place, *([watched.sponsor] if watched.sponsor else [])]
    seen = lists.sort(*_LIST, "observed_at").unique([*_LIST, "observed_at"], keep="last", maintain_order=True)
    seen = seen.select(*_LIST, "observed_at", pl.col("complete").shift(1).over(_LIST).alias("complete_before"))
    steps = (
        versions.sort(*own, "observed_at")
        .with_columns(
            *(pl.col(name).shift(1).over(own).alias(f"{name}_before") for name in before),
            (pl.int_range(pl.len()).over(own) == 0).alias("is_first"),
            pl.col("observed_at").min().over(_LIST).alias("first_list_at"),
        )
        .join(seen, on=[*_LIST, "observed_at"], how="left")
        .with_columns(pl.col("complete_before").fill_null(value=False))
    )
    is_back = ~pl.col("is_first") & (pl.col("superseded_at_before") < pl.col("observed_at"))
    is_other = pl.col("generation") > pl.col("generation_before")
    stayed = ~pl.col("is_first") & ~is_back
    appeared = pl.col("is_first") & (pl.col("observed_at") > pl.col("first_list_at")) & pl.col("complete_before")
    found = [
        _events(steps.filter(appeared), watched, Event.OPENED, None, watched.name),
        _events(steps.filter(is_back & ~is_other), watched, Event.REOPENED, None, watched.name),
        _events(steps.filter(is_back & is_other), watched, Event.CODE_REUSED, f"{watched.name}_before", watched.name),
        *(
            _events(
                steps.filter(stayed & (pl.col(column) != pl.col(f"{column}_before"))), watched, event, f"{column}_before", column
            )
            for event, column in (
                (Event.RENAMED, watched.name),
                (Event.MOVED, watched.place),
                *([(Event.SPONSOR_CHANGED, watched.sponsor)] if watched.sponsor else []),
            )
        ),
        _retired(history, versions, watched),
    ]
    return pl.concat(found)


def _events(steps: pl.DataFrame, watched: Watched, event: Event, before: str | None, after: str) -> pl.DataFrame:
    sponsor = with_uid(steps, EntityKind.SPONSOR, after, column="other_uid") if event is Event.SPONSOR_CHANGED else steps
    return _rows(
        with_uid(sponsor, watched.kind, watched.key, generation="generation"),
        watched,
        event,
        event_on=pl.col("valid_from"),
        value_before=pl.col(before) if before else pl.lit(None, pl.String),
        value_after=pl.col(after),
        other_uid=pl.col("other_uid") if event is Event.SPONSOR_CHANGED else pl.lit(None, pl.String),
    )


def _retired(history: pl.DataFrame, versions: pl.DataFrame, watched: Watched) -> pl.DataFrame:
    """Closings that no version follows at the same moment: the row was absent from a complete list."""
    closings = history.filter(pl.col("valid_to").is_not_null())
    own = [watched.key, *_LIST]
    gone = closings.join(versions.select(*own, "observed_at"), on=[*own, "observed_at"], how="anti")
    generations = versions.select(*own, "valid_from", "generation").unique([*own, "valid_from"], keep="last", maintain_order=True)
    gone = gone.join(generations, on=[*own, "valid_from"], how="left").with_columns(pl.col("generation").fill_null(1))
    return _rows(
        with_uid(gone, watched.kind, watched.key, generation="generation"),
        watched,
        Event.RETIRED,
        event_on=pl.col("valid_to"),
        value_before=pl.col(watched.name),
        value_after=pl.lit(None, pl.String),
        other_uid=pl.lit(None, pl.String),
    )


def _rows(frame: pl.DataFrame, watched: Watched, event: Event, **values: pl.Expr) -> pl.DataFrame:
    rows = frame.select(
        pl.lit(str(watched.kind)).alias("entity_kind"),
        "entity_uid",
        pl.lit(str(watched.authority)).alias("authority"),
        pl.col(watched.key).alias("code"),
        pl.lit(str(event)).alias("event"),
        *(value.alias(name) for name, value in values.items()),
        pl.format("two versions of the list of {}", _list_name()).alias("event_basis"),
        "digest",
        "observed_at",
    )
    return rows.select(ENTITY_EVENT.column_names)


def _list_name() -> pl.Expr:
    """The source, and where it has several lists, which of them."""
    return pl.when(pl.col("document") == "current").then("source").otherwise(pl.format("{} ({})", "source", "document"))


def stated_events(programs: pl.DataFrame) -> pl.DataFrame:
    """Openings and withdrawals that a list of programs dates itself: table ``entity_event``.

    Args:
        programs: Dated rows of ``acgme_program`` with ``program_uid``, oldest document first.
    """
    newest = programs.unique(["acgme_id", "source"], keep="last", maintain_order=True)
    stated = (
        (Event.OPENED, "accredited_on", pl.col("accredited_on").is_not_null()),
        (
            Event.WITHDRAWN,
            "status_effective_on",
            pl.col("status_effective_on").is_not_null() & pl.col("accreditation_status").str.contains(WITHDRAWN),
        ),
    )
    return pl.concat(
        newest.filter(condition)
        .select(
            pl.lit(str(EntityKind.PROGRAM)).alias("entity_kind"),
            pl.col("program_uid").alias("entity_uid"),
            pl.lit(str(Authority.ACGME_PROGRAM)).alias("authority"),
            pl.col("acgme_id").alias("code"),
            pl.lit(str(event)).alias("event"),
            pl.col(day).alias("event_on"),
            pl.lit(None, pl.String).alias("value_before"),
            pl.col("accreditation_status").alias("value_after"),
            pl.lit(None, pl.String).alias("other_uid"),
            pl.format("{} states the day", "source").alias("event_basis"),
            "digest",
            "observed_at",
        )
        .select(ENTITY_EVENT.column_names)
        for event, day, condition in stated
    )


def reviewed_events(rows: pl.DataFrame) -> pl.DataFrame:
    """Events that a reviewer wrote down, such as mergers: table ``entity_event``.

    Args:
        rows: Rows of ``reviewed_event``.
    """
    found = []
    for authority, kind in KIND_BY_AUTHORITY.items():
        own = with_uid(rows.filter(pl.col("authority") == authority), kind, "event_code")
        own = with_uid(own, kind, "other_code", column="other_uid")
        found.append(
            own.select(
                pl.lit(str(kind)).alias("entity_kind"),
                "entity_uid",
                "authority",
                pl.col("event_code").alias("code"),
                "event",
                "event_on",
                pl.lit(None, pl.String).alias("value_before"),
                pl.col("other_code").alias("value_after"),
                "other_uid",
                pl.format("{} ({}, {})", "review_evidence", "review_address", "reviewer").alias("event_basis"),
                "digest",
                "observed_at",
            ).select(ENTITY_EVENT.column_names)
        )
    return pl.concat(found)


def with_current_hospitals(hospitals: pl.DataFrame, history: pl.DataFrame) -> pl.DataFrame:
    """Rows of ``cms_hospital`` with ``hospital_uid`` of the entity that bears the CCN now."""
    newest = with_generation(history, "ccn", "hospital_name", "city").group_by("ccn").agg(pl.col("generation").max())
    counted = hospitals.join(newest, on="ccn", how="left").with_columns(pl.col("generation").fill_null(1))
    return with_uid(counted, EntityKind.HOSPITAL, "ccn", column="hospital_uid", generation="generation").drop("generation")
