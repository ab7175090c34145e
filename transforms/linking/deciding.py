"""Links between two lists: reviewed decisions first, then names; what is neither sure nor hopeless waits for review."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from schemas.entities import LINK, LINK_REVIEW
from schemas.vocabulary import Decision, EntityKind, LinkKind, LinkMethod
from transforms.linking.matcher import Model, scored_pairs
from transforms.linking.namebook import name_book
from transforms.names import name_key, name_variants

SAME_NAMES = "^same (?:common )?name,"
"""How the model tells that two names have one key."""


@dataclass(frozen=True)
class Side:
    """One of two lists to be linked.

    Attributes:
        kind: What its entities are.
        names: A plain name book.
        codes: ``uid``, ``authority``, ``code`` of its entities.
    """

    kind: EntityKind
    names: pl.DataFrame
    codes: pl.DataFrame


@dataclass(frozen=True)
class Decided:
    """What linking two lists came to.

    Attributes:
        links: Table ``link`` rows that are used.
        review: Table ``link_review`` rows, without what is at stake; never used.
    """

    links: pl.DataFrame
    review: pl.DataFrame


def linked(lefts: Sequence[Side], right: Side, reviewed: pl.DataFrame, model: Model) -> Decided:
    """Link each entity of the lists on the left to one on the right, or to several where a reviewer says so.

    An entity that a reviewer linked is not matched again; a pair that a reviewer refused is not considered. Of the matches of an
    entity the best is used when its score reaches ``model.use_from`` and the next best is ``model.margin`` bits behind.

    Args:
        lefts: Lists whose entities are to be linked.
        right: Entities to link them to.
        reviewed: Rows of ``reviewed_link``.
        model: The matcher's weights and thresholds.
    """
    right_book = name_book(right.names)
    opened = [_opened(left, right, reviewed) for left in lefts]
    books = pl.concat([each.book for each in opened]).with_columns(pl.int_range(pl.len(), dtype=pl.UInt32).alias("name_id"))
    pairs = scored_pairs(_placed(books, right_book), right_book, model)
    decided = [_decided(each, right, right_book, pairs, model) for each in opened]
    return Decided(pl.concat([found.links for found in decided]), pl.concat([found.review for found in decided]))


@dataclass(frozen=True)
class _Opened:
    """One list before its names are compared: what a reviewer decided of it, and the names that are left to compare."""

    side: Side
    refused: pl.DataFrame
    accepted: pl.DataFrame
    book: pl.DataFrame


def _opened(left: Side, right: Side, reviewed: pl.DataFrame) -> _Opened:
    decided = decisions(left, right, reviewed)
    accepted = decided.filter(pl.col("decision") != Decision.NOT_SAME)
    book = name_book(left.names.join(accepted.select(pl.col("left_uid").alias("uid")), on="uid", how="anti"))
    if right.kind is EntityKind.HEALTH_SYSTEM:
        # A system named like a hospital is not told from another hospital of that name without a place; and a university's
        # name in a system's says that they are allied, not that one is part of the other.
        is_placed = pl.col("state").is_not_null() | (pl.col("body") != "hospital")
        book = book.filter(is_placed & (pl.col("body") != "school"))
    refused = decided.filter(pl.col("decision") == Decision.NOT_SAME).select("left_uid", "right_uid")
    return _Opened(left, refused, accepted, book)


def _decided(opened: _Opened, right: Side, right_book: pl.DataFrame, scored: pl.DataFrame, model: Model) -> Decided:
    own = scored.join(opened.book.select(pl.col("uid").alias("left_uid")), on="left_uid", how="semi")
    hopeful = own.join(opened.refused, on=["left_uid", "right_uid"], how="anti")
    pairs = hopeful.sort("left_uid", "weight", "right_uid", descending=[False, True, False]).with_columns(
        pl.col("weight").max().over("left_uid").alias("best"),
        pl.int_range(pl.len()).over("left_uid").alias("rank"),
        pl.col("weight").shift(-1).over("left_uid").alias("next"),
    )
    is_clear = (pl.col("next").is_null() | (pl.col("weight") - pl.col("next") >= model.margin)).first().over("left_uid")
    is_sure = (pl.col("score") >= model.use_from).first().over("left_uid")
    is_used = is_clear & is_sure
    matched = pairs.filter(is_used & (pl.col("rank") == 0))
    waiting = pairs.filter(~is_used & (pl.col("best") - pl.col("weight") < model.margin))
    links = [
        _reviewed_links(opened.side, right, opened.accepted),
        _matched_links(opened.side, right, matched, (opened.book, right_book), model),
    ]
    return Decided(pl.concat(links), _review_rows(opened.side, right, waiting, opened.book))


def _placed(left: pl.DataFrame, right: pl.DataFrame) -> pl.DataFrame:
    """Names without a state, once for every state in which they share a block with a name on the right."""
    stateless = left.filter(pl.col("state").is_null()).drop("state")
    states = right.select("state", "blocks").explode("blocks").unique()
    spread = stateless.select("name_id", "blocks").explode("blocks").join(states, on="blocks").select("name_id", "state").unique()
    return (
        pl.concat(
            [
                left.filter(pl.col("state").is_not_null()),
                stateless.join(spread, on="name_id").with_columns(pl.lit(value=True).alias("stateless")).select(left.columns),
            ]
        )
        .sort("uid", "state", "name_key", "name")
        .with_columns(pl.int_range(pl.len(), dtype=pl.UInt32).alias("name_id"))
    )


def decisions(left: Side, right: Side, reviewed: pl.DataFrame) -> pl.DataFrame:
    """Decisions about entities of both lists, with ``left_uid`` and ``right_uid``, one row a pair.

    A decision about a name holds for every spelling with its key, and for a name that has it as its legal or trade name.
    """
    own = reviewed.filter(pl.col("left_kind") == left.kind).with_columns(name_key(pl.col("left_named")).alias("name_key"))
    spellings = pl.concat_list(pl.concat_list("name"), name_variants(pl.col("name")))
    named = left.names if not own.is_empty() else left.names.clear()
    by_code = own.join(left.codes.select(pl.col("uid").alias("left_uid"), "code"), left_on="left_named", right_on="code")
    spread = named.select(pl.col("uid").alias("left_uid"), "state", spellings.alias("name")).explode("name")
    names = spread.select("left_uid", "state", name_key(pl.col("name")).alias("name_key")).drop_nulls("name_key").unique()
    by_name = own.join(names, on="name_key").filter(pl.col("state").is_null() | (pl.col("state") == pl.col("left_state")))
    codes = right.codes.select(pl.col("uid").alias("right_uid"), "authority", "code")
    found = pl.concat([frame.select([*own.columns, "left_uid"]) for frame in (by_code, by_name)])
    return (
        found.join(codes, left_on=["right_authority", "right_code"], right_on=["authority", "code"])
        .sort("left_uid", "right_uid", "evidence_on", "decision", "left_named", "review_evidence")
        .unique(["left_uid", "right_uid"], keep="last", maintain_order=True)
    )


def link_rows(frame: pl.DataFrame, **values: pl.Expr | str | None) -> pl.DataFrame:
    """Table ``link`` rows from a frame; each column not given stands in the frame."""
    given = {
        name: (value if isinstance(value, pl.Expr) else pl.lit(value, LINK.dtypes[name])).alias(name)
        for name, value in {"valid_from": None, "valid_to": None, **values}.items()
    }
    return frame.select(given.get(name, pl.col(name)).cast(LINK.dtypes[name]) for name in LINK.column_names)


def _reviewed_links(left: Side, right: Side, accepted: pl.DataFrame) -> pl.DataFrame:
    return link_rows(
        accepted,
        left_kind=left.kind,
        left_id=pl.col("left_uid"),
        right_kind=right.kind,
        right_id=pl.col("right_uid"),
        kind=pl.col("decision"),
        link_method=LinkMethod.REVIEWED,
        score=pl.lit(1.0),
        basis=pl.format("{} ({})", "review_evidence", "review_address"),
        decided_by=pl.col("reviewer"),
        valid_from=pl.col("evidence_on"),
    )


def _matched_links(
    left: Side, right: Side, matched: pl.DataFrame, books: tuple[pl.DataFrame, pl.DataFrame], model: Model
) -> pl.DataFrame:
    described = matched
    for side, book in zip(("left", "right"), books, strict=True):
        bodies = book.select(
            pl.col("uid").alias(f"{side}_uid"), pl.col("name").alias(f"{side}_name"), pl.col("body").alias(f"{side}_body")
        )
        described = described.join(bodies.unique([f"{side}_uid", f"{side}_name"]), on=[f"{side}_uid", f"{side}_name"])
    return link_rows(
        described,
        left_kind=left.kind,
        left_id=pl.col("left_uid"),
        right_kind=right.kind,
        right_id=pl.col("right_uid"),
        kind=_kind(left.kind, right.kind),
        link_method=pl.when(pl.col("told").str.contains(SAME_NAMES))
        .then(pl.lit(str(LinkMethod.EXACT_NAME_STATE)))
        .otherwise(pl.lit(str(LinkMethod.PROBABILISTIC))),
        score=pl.col("score").round(6),
        basis=_basis(),
        decided_by=f"matcher {model.version}",
    )


def _basis() -> pl.Expr:
    return pl.format("'{}' and '{}': {}", "left_name", "right_name", "told")


def _kind(left: EntityKind, right: EntityKind) -> pl.Expr:
    """What the left is to the right: the same where both names say that they are the same sort of body.

    Whoever is on the hospital list is a hospital, whatever its name says; equal names are the same body.
    """
    if right is EntityKind.HEALTH_SYSTEM:
        return pl.lit(str(LinkKind.PART_OF))
    if left is EntityKind.PROGRAM:
        return pl.lit(str(LinkKind.SPONSORS))
    other = {
        EntityKind.EMPLOYER: LinkKind.FILES_FOR,
        EntityKind.SPONSOR: LinkKind.PARTICIPATES,
        EntityKind.SITE: LinkKind.PART_OF,
        EntityKind.EHR_ORGANISATION: LinkKind.PART_OF,
    }.get(left, LinkKind.PARTICIPATES if right is EntityKind.HOSPITAL else LinkKind.PART_OF)
    body = pl.col("left_body").replace({"plain": "hospital"})
    named_alike = body == (
        pl.lit("hospital") if right is EntityKind.HOSPITAL else pl.col("right_body").replace({"plain": "hospital"})
    )
    is_same = pl.col("told").str.contains(SAME_NAMES) | named_alike
    return pl.when(is_same).then(pl.lit(str(LinkKind.SAME))).otherwise(pl.lit(str(other)))


def _review_rows(left: Side, right: Side, waiting: pl.DataFrame, left_book: pl.DataFrame) -> pl.DataFrame:
    states = left_book.select(pl.col("uid").alias("left_id"), "state").unique("left_id", keep="first", maintain_order=True)
    rows = waiting.select(
        pl.lit(str(left.kind)).alias("left_kind"),
        pl.col("left_uid").alias("left_id"),
        "left_name",
        pl.lit(str(right.kind)).alias("right_kind"),
        pl.col("right_uid").alias("right_id"),
        "right_name",
        pl.col("score").round(6),
        _basis().alias("basis"),
    )
    return rows.join(states, on="left_id", how="left").select(
        name for name in LINK_REVIEW.column_names if name not in ("n_programs_at_stake", "n_filings_at_stake")
    )
