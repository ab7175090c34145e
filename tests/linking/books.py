"""Small lists to be linked, written by hand: names with their places, and decisions of a reviewer."""

from collections.abc import Sequence
from functools import cache

import polars as pl

from schemas.entities import LINK
from schemas.listings import REVIEWED_LINK
from schemas.table import TEXT_LIST
from schemas.vocabulary import Authority, EntityKind, LinkKind, LinkMethod
from tests.transforms.listed import Row, rows_of
from transforms.linking.deciding import Decided, Side, linked
from transforms.linking.matcher import Model, load_model
from transforms.linking.namebook import folded_cities, name_book

Named = tuple[str | None, ...]
"""An entity's uid and one of its names; then its state, city and ZIP code as far as they are told."""

HOSPITAL, SPONSOR, EMPLOYER = EntityKind.HOSPITAL, EntityKind.SPONSOR, EntityKind.EMPLOYER
AUTHORITIES = {
    EntityKind.HOSPITAL: Authority.CCN,
    EntityKind.SPONSOR: Authority.ACGME_INSTITUTION,
    EntityKind.SITE: Authority.ACGME_INSTITUTION,
    EntityKind.HEALTH_SYSTEM: Authority.AHRQ_SYSTEM,
    EntityKind.NRMP_INSTITUTION: Authority.NRMP_INSTITUTION,
    EntityKind.PROGRAM: Authority.ACGME_PROGRAM,
}
"""Who gives a kind of entity its codes; employers and EHR organisations have none here."""

_PLACED = ("uid", "name", "state", "city", "zip")
_CODES = {"uid": pl.String(), "authority": pl.String(), "code": pl.String()}


@cache
def model() -> Model:
    """The frozen model that ships."""
    return load_model()


def names(*rows: Named) -> pl.DataFrame:
    """A plain name book, a row a name."""
    filled = [(*row, *[None] * (len(_PLACED) - len(row))) for row in rows]
    told = pl.DataFrame(filled, schema=dict.fromkeys(_PLACED, pl.String), orient="row")
    zips = pl.when(pl.col("zip").is_not_null()).then(pl.concat_list("zip")).otherwise(pl.lit([], dtype=TEXT_LIST))
    return told.select(
        "uid",
        "name",
        pl.lit("list").alias("told_by"),
        "state",
        folded_cities(pl.col("city")).alias("cities"),
        zips.alias("zips"),
    )


def side(kind: EntityKind, *rows: Named) -> Side:
    """A list whose entities bear their uid as their code too, where their kind has an authority."""
    book = names(*rows)
    codes = pl.DataFrame(schema=_CODES)
    if kind in AUTHORITIES:
        codes = book.select("uid", pl.lit(str(AUTHORITIES[kind])).alias("authority"), pl.col("uid").alias("code")).unique()
    return Side(kind, book, codes)


def book_of(*rows: Named) -> pl.DataFrame:
    """A name book ready for comparison."""
    return name_book(names(*rows))


def decision(left_named: str, right_code: str, decided: str = "same", **more: object) -> Row:
    """A reviewer's decision about an employer of Pennsylvania and a hospital, unless told otherwise."""
    told = {"left_kind": "employer", "left_named": left_named, "right_authority": "ccn", "right_code": right_code}
    return {**told, "decision": decided, **more}


def reviewed(*rows: Row) -> pl.DataFrame:
    """Rows of ``reviewed_link``."""
    return rows_of(REVIEWED_LINK, rows)


def decide(
    left: Sequence[Named],
    right: Sequence[Named],
    *decisions: Row,
    left_kind: EntityKind = EMPLOYER,
    right_kind: EntityKind = HOSPITAL,
) -> Decided:
    """What linking two lists comes to."""
    return linked([side(left_kind, *left)], side(right_kind, *right), reviewed(*decisions), model())


def used(decided: Decided) -> set[tuple[str, str]]:
    """Left and right of the links that are used."""
    return set(decided.links.select("left_id", "right_id").iter_rows())


def waiting(decided: Decided) -> set[tuple[str, str]]:
    """Left and right of the pairs that wait for review."""
    return set(decided.review.select("left_id", "right_id").iter_rows())


def link(left: tuple[EntityKind, str], right: tuple[EntityKind, str], **more: object) -> Row:
    """A row of table ``link``: the same, exact, sure, unless told otherwise."""
    return {
        "left_kind": left[0],
        "left_id": left[1],
        "right_kind": right[0],
        "right_id": right[1],
        "kind": LinkKind.SAME,
        "link_method": LinkMethod.EXACT_NAME_STATE,
        "score": 1.0,
        "basis": "by hand",
        "decided_by": "test",
        **more,
    }


def links(*rows: Row) -> pl.DataFrame:
    """Rows of table ``link``."""
    return pl.DataFrame([{name: row.get(name) for name in LINK.column_names} for row in rows], schema=LINK.dtypes)
