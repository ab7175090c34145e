"""Permanent ids. An id is derived from the first code its authority gave the entity: the same on every machine and day.

A code that its authority gives to another entity later does not carry the old id over: the newcomer is another generation and
gets an id of its own. An id is therefore never reused.
"""

import polars as pl

from schemas.digests import with_digest
from schemas.vocabulary import Authority, EntityKind
from transforms.names import name_key

_PREFIX: dict[EntityKind, str] = {
    EntityKind.PROGRAM: "prg-",
    EntityKind.SPONSOR: "spo-",
    EntityKind.SITE: "sit-",
    EntityKind.HOSPITAL: "hos-",
    EntityKind.HEALTH_SYSTEM: "sys-",
    EntityKind.NRMP_INSTITUTION: "nri-",
    EntityKind.EMPLOYER: "emp-",
    EntityKind.EHR_ORGANISATION: "ehr-",
}
_SPOKEN: dict[EntityKind, str] = {
    EntityKind.PROGRAM: "{}",
    EntityKind.SPONSOR: "acgme|{}",
    EntityKind.SITE: "site|{}",
    EntityKind.HOSPITAL: "ccn|{}",
    EntityKind.HEALTH_SYSTEM: "ahrq|{}",
    EntityKind.NRMP_INSTITUTION: "nrmp|{}",
    EntityKind.EMPLOYER: "{}",
    EntityKind.EHR_ORGANISATION: "ehr|{}",
}
KIND_BY_AUTHORITY: dict[Authority, EntityKind] = {
    Authority.ACGME_PROGRAM: EntityKind.PROGRAM,
    Authority.ACGME_INSTITUTION: EntityKind.SPONSOR,
    Authority.CCN: EntityKind.HOSPITAL,
    Authority.AHRQ_SYSTEM: EntityKind.HEALTH_SYSTEM,
    Authority.NRMP_INSTITUTION: EntityKind.NRMP_INSTITUTION,
}
"""Kind of entity whose ids are derived from an authority's codes."""


def with_uid(
    frame: pl.DataFrame, kind: EntityKind, code: str, *, column: str = "entity_uid", generation: str | None = None
) -> pl.DataFrame:
    """The frame with the id of the entity that bears a code; null where the code is.

    Args:
        frame: Rows with a column of codes.
        kind: What the entities are.
        code: The column of codes.
        column: Name of the new column.
        generation: Column that counts, from 1, the entities that bore the code one after another; the first where None.
    """
    plain = pl.format(_SPOKEN[kind], pl.col(code))
    if generation is not None:
        plain = pl.when(pl.col(generation) > 1).then(pl.format("{}|{}", plain, generation)).otherwise(plain)
    return with_digest(frame, column, plain, 12, prefix=_PREFIX[kind])


def with_generation(history: pl.DataFrame, key: str, name: str, place: str) -> pl.DataFrame:
    """Versions of a list's rows with ``generation``: how many entities bore the code so far, this one included.

    A code that was retired by a complete list and comes back under another name in another place names another entity. One
    that comes back under its name, or in its place, is the same entity reopened. Each document is followed by itself.

    Args:
        history: All versions of a list ever kept, with ``superseded_at``; closing versions (``valid_to``) included.
        key: Column of codes.
        name: Column of names.
        place: Column of places.
    """
    own = [key, "source", "document"]
    open_versions = history.filter(pl.col("valid_to").is_null()).sort(*own, "observed_at")
    before = [pl.col(column).shift(1).over(own).alias(f"_{column}") for column in (name, place, "superseded_at")]
    steps = open_versions.with_columns(name_key(pl.col(name)).alias("_key"), *before)
    is_back = pl.col("_superseded_at") < pl.col("observed_at")
    is_other = (pl.col("_key") != name_key(pl.col(f"_{name}"))) & (pl.col(place) != pl.col(f"_{place}"))
    counted = steps.with_columns(
        (1 + (is_back & is_other).fill_null(value=False).cast(pl.Int64).cum_sum().over(own)).alias("generation")
    )
    return counted.drop("_key", f"_{name}", f"_{place}", "_superseded_at")
