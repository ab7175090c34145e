"""Advancing a history: which versions end and which begin when a document, or a night, says something new.

History is bitemporal. ``valid_from``/``valid_to`` say when a version was true, ``observed_at``/``superseded_at`` when we
knew it. A past cutoff compares ``observed_at`` and ``superseded_at`` and nothing else: no row is ever changed but for
its ``superseded_at``, so that what is learnt later cannot leak into what was known before.
"""

from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from schemas.digests import with_digest
from schemas.table import UTC_TIME


@dataclass(frozen=True)
class Advance:
    """One step of a history.

    Attributes:
        superseded: ``row_id`` of the versions that stop being what we know.
        inserted: New versions, at the grain and with the columns of the kept table.
    """

    superseded: pl.Series
    inserted: pl.DataFrame

    @property
    def is_empty(self) -> bool:
        """Whether nothing changed."""
        return self.superseded.is_empty() and self.inserted.is_empty()


@dataclass(frozen=True)
class Step:
    """What is new about a statement as a whole.

    Attributes:
        observed_at: When we saw it.
        valid_from: Day it speaks of.
        complete: Whether it holds every row; only then is an absent row retired.
    """

    observed_at: datetime
    valid_from: date
    complete: bool


def with_version(frame: pl.DataFrame, key: tuple[str, ...], content: tuple[str, ...]) -> pl.DataFrame:
    """The frame with ``entity_key`` (key columns joined by '|') and ``row_hash`` (content columns only)."""
    keyed = frame.with_columns(pl.concat_str([pl.col(name).cast(pl.String) for name in key], separator="|").alias("entity_key"))
    return with_digest(keyed, "row_hash", pl.struct(content).struct.json_encode(), 24)


def advance(current: pl.DataFrame, incoming: pl.DataFrame, step: Step) -> Advance:
    """Compare what we know with what is now stated.

    Args:
        current: What we know of the statement (``superseded_at`` null): open versions, and past ones with ``valid_to``.
        incoming: Stated rows with ``entity_key`` and ``row_hash``; one row a key.
        step: When it was seen, the day it speaks of, and whether it is complete.

    Returns:
        Versions to supersede and to insert. A changed or retired version is superseded and inserted again with its
        ``valid_to``; a changed one is followed by its successor. The same statement twice gives an empty advance.
    """
    past = current.filter(pl.col("valid_to").is_not_null())
    current = current.filter(pl.col("valid_to").is_null())
    fresh = incoming.join(current.select("entity_key", "row_hash"), on=["entity_key", "row_hash"], how="anti")
    ended = current.join(fresh.select("entity_key"), on="entity_key", how="semi")
    if step.complete:
        vanished = current.join(incoming.select("entity_key"), on="entity_key", how="anti")
        ended = pl.concat([ended, vanished])
    closed = ended.with_columns(
        pl.max_horizontal(pl.lit(step.valid_from), "valid_from").alias("valid_to"),
        pl.lit(step.observed_at, UTC_TIME).alias("observed_at"),
    )
    opened = fresh.with_columns(
        pl.lit(step.valid_from).alias("valid_from"),
        pl.lit(None, pl.Date).alias("valid_to"),
        pl.lit(step.observed_at, UTC_TIME).alias("observed_at"),
        pl.lit(None, UTC_TIME).alias("superseded_at"),
    )
    earlier = (
        pl.concat(
            [
                ended.select("entity_key", pl.col("valid_from").alias("earlier")),
                past.select("entity_key", pl.col("valid_to").alias("earlier")),
            ]
        )
        .group_by("entity_key")
        .max()
    )
    opened = opened.join(earlier, on="entity_key", how="left")
    opened = opened.with_columns(pl.max_horizontal("valid_from", "earlier").alias("valid_from")).drop("earlier")
    inserted = pl.concat([closed, opened.with_columns(pl.lit("").alias("row_id")).select(closed.columns)])
    version = pl.concat_str(
        [
            pl.col("entity_key"),
            pl.col("row_hash"),
            *(pl.col(name).cast(pl.String).fill_null("-") for name in ("valid_from", "valid_to", "observed_at")),
            *(pl.col(name) for name in ("dataset", "source", "document") if name in inserted.columns),
        ],
        separator="|",
    )
    return Advance(ended["row_id"], with_digest(inserted, "row_id", version, 24).sort("row_id"))


def known_at(history: pl.DataFrame, cutoff: datetime) -> pl.DataFrame:
    """The versions that were what we knew at a moment: observed by then and not yet superseded."""
    return history.filter(
        (pl.col("observed_at") <= cutoff) & (pl.col("superseded_at").is_null() | (pl.col("superseded_at") > cutoff))
    )
