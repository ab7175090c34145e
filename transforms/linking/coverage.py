"""How far linking reaches: of each list what is linked, in review, and unlinked, weighted by what hangs on it."""

from dataclasses import dataclass

import polars as pl

from schemas.entities import LINK_COVERAGE
from schemas.vocabulary import EntityKind

Kind = EntityKind
_WEIGHTS = ("n_programs", "n_trainee_filings", "n_petitions")
SPONSOR_OR_HOSPITAL = "sponsor or hospital"


@dataclass(frozen=True)
class EntityList:
    """A list whose reach is told.

    Attributes:
        name: Its name.
        members: ``uid`` of its entities.
        targets: What they are to be linked to: a name, and the kinds of entity that count.
    """

    name: str
    members: pl.DataFrame
    targets: dict[str, tuple[EntityKind, ...]]


def coverage_table(lists: list[EntityList], links: pl.DataFrame, review: pl.DataFrame, stakes: pl.DataFrame) -> pl.DataFrame:
    """Table ``link_coverage``.

    Args:
        lists: The lists.
        links: Table ``link``.
        review: Table ``link_review``.
        stakes: What hangs on each entity: ``uid``, ``n_programs``, ``n_trainee_filings``, ``n_petitions``.
    """
    return pl.concat(
        _rows(entities, told, kinds, links, review, stakes) for entities in lists for told, kinds in entities.targets.items()
    )


def _rows(  # noqa: PLR0913  (the parts of a count)
    entities: EntityList,
    told: str,
    kinds: tuple[EntityKind, ...],
    links: pl.DataFrame,
    review: pl.DataFrame,
    stakes: pl.DataFrame,
) -> pl.DataFrame:

    def reached(rows: pl.DataFrame) -> pl.DataFrame:
        """Entities with a row to or from one of the kinds."""
        wanted = [str(kind) for kind in kinds]
        ends = (("left", "right"), ("right", "left"))
        return pl.concat(
            rows.filter(pl.col(f"{other}_kind").is_in(wanted)).select(pl.col(f"{own}_id").alias("uid")) for own, other in ends
        ).unique()

    members = entities.members.select("uid").unique()
    linked = members.join(reached(links), on="uid", how="semi").with_columns(pl.lit("linked").alias("link_state"))
    open_ = members.join(linked, on="uid", how="anti")
    waiting = open_.join(reached(review), on="uid", how="semi").with_columns(pl.lit("in_review").alias("link_state"))
    rest = open_.join(waiting, on="uid", how="anti").with_columns(pl.lit("unlinked").alias("link_state"))
    return (
        pl.concat([linked, waiting, rest])
        .join(stakes, on="uid", how="left")
        .group_by("link_state")
        .agg(
            pl.len().cast(pl.Int64).alias("n_entities"),
            *(pl.col(weight).fill_null(0).sum().cast(pl.Int64) for weight in _WEIGHTS),
        )
        .with_columns(pl.lit(entities.name).alias("entity_list"), pl.lit(told).alias("linked_to"))
        .select(LINK_COVERAGE.column_names)
    )


def _own(kind: EntityKind) -> dict[str, tuple[EntityKind, ...]]:
    return {str(kind): (kind,)}


TO_SPONSOR_AND_HOSPITAL = {**_own(Kind.HOSPITAL), **_own(Kind.SPONSOR), SPONSOR_OR_HOSPITAL: (Kind.HOSPITAL, Kind.SPONSOR)}
TO_EITHER_AND_SYSTEM = {**TO_SPONSOR_AND_HOSPITAL, **_own(Kind.HEALTH_SYSTEM)}
TO_HOSPITAL_AND_SYSTEM = {**_own(Kind.HOSPITAL), **_own(Kind.HEALTH_SYSTEM)}
TO_HOSPITAL, TO_SPONSOR, TO_SYSTEM, TO_PROGRAM = (
    _own(kind) for kind in (Kind.HOSPITAL, Kind.SPONSOR, Kind.HEALTH_SYSTEM, Kind.PROGRAM)
)
