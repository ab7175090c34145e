"""Links that follow from other links: through one hospital, and among employers of one tax id."""

import polars as pl

from schemas.vocabulary import Authority, EntityKind, LinkKind, LinkMethod
from transforms.linking.deciding import Side, link_rows
from transforms.linking.namebook import name_book

_SHARED_BY_CHANCE = 0.99
"""Two employers of one city with one tax id ending and a word in common: the ending alone is shared by one in 10,000."""


def through_hospital(links: pl.DataFrame, left: EntityKind) -> pl.DataFrame:
    """Left entity to sponsor where both are linked to the same hospital, the sponsor as the same, and it has no sponsor yet.

    Returns:
        Table ``link`` rows of method ``derived``, one a left entity. Where several sponsors are that hospital there is none.
    """
    to_hospital = between(links, left, EntityKind.HOSPITAL)
    sponsor_is = _sponsors_that_are_hospitals(links).select(pl.col("left_id").alias("sponsor"), "right_id", "sponsor_score")
    has_one = between(links, left, EntityKind.SPONSOR).select("left_id")
    return _one_each(
        to_hospital.join(has_one, on="left_id", how="anti").join(sponsor_is, on="right_id"),
        right_kind=EntityKind.SPONSOR,
        right="sponsor",
        score=pl.col("score") * pl.col("sponsor_score"),
        basis=pl.format("both are hospital {}", "right_id"),
    )


def through_sponsor(links: pl.DataFrame, left: EntityKind) -> pl.DataFrame:
    """Left entity to hospital where it is linked to a sponsor that is the same as one hospital, and it has no hospital yet."""
    to_sponsor = between(links, left, EntityKind.SPONSOR)
    sponsor_is = _sponsors_that_are_hospitals(links).select(
        pl.col("left_id").alias("right_id"), pl.col("right_id").alias("hospital"), "sponsor_score"
    )
    has_one = between(links, left, EntityKind.HOSPITAL).select("left_id")
    return _one_each(
        to_sponsor.join(has_one, on="left_id", how="anti").join(sponsor_is, on="right_id"),
        right_kind=EntityKind.HOSPITAL,
        right="hospital",
        score=pl.col("score") * pl.col("sponsor_score"),
        basis=pl.format("sponsor {} is that hospital", "right_id"),
    )


def between(links: pl.DataFrame, left: EntityKind, right: EntityKind) -> pl.DataFrame:
    """Links from entities of one kind to entities of another."""
    return links.filter((pl.col("left_kind") == left) & (pl.col("right_kind") == right))


def _sponsors_that_are_hospitals(links: pl.DataFrame) -> pl.DataFrame:
    same = between(links, EntityKind.SPONSOR, EntityKind.HOSPITAL).filter(pl.col("kind") == LinkKind.SAME)
    return same.rename({"score": "sponsor_score"})


def _one_each(found: pl.DataFrame, *, right_kind: EntityKind, right: str, score: pl.Expr, basis: pl.Expr) -> pl.DataFrame:
    rows = found.with_columns(score.round(6).alias("score"), basis.alias("basis"))
    only = rows.filter(pl.col(right).n_unique().over("left_id") == 1).sort(
        "left_id", "score", "right_id", descending=[False, True, False]
    )
    return link_rows(
        only.unique("left_id", keep="first", maintain_order=True),
        right_kind=right_kind,
        right_id=pl.col(right),
        link_method=LinkMethod.DERIVED,
        decided_by="links",
    )


def one_hospital_each(links: pl.DataFrame) -> pl.DataFrame:
    """The links, where nothing is the same as two hospitals: who runs several files for each of them, or takes part in each."""
    several = (
        links.filter((pl.col("right_kind") == EntityKind.HOSPITAL) & (pl.col("kind") == LinkKind.SAME))
        .group_by("left_id")
        .agg(pl.col("right_id").n_unique().alias("n_same"))
        .filter(pl.col("n_same") > 1)
    )
    at_most = (
        pl.when(pl.col("left_kind") == EntityKind.EMPLOYER)
        .then(pl.lit(str(LinkKind.FILES_FOR)))
        .otherwise(pl.lit(str(LinkKind.PARTICIPATES)))
    )
    contradicts = (
        pl.col("n_same").is_not_null() & (pl.col("right_kind") == EntityKind.HOSPITAL) & (pl.col("kind") == LinkKind.SAME)
    )
    return (
        links.join(several, on="left_id", how="left")
        .with_columns(pl.when(contradicts).then(at_most).otherwise("kind").alias("kind"))
        .drop("n_same")
    )


def one_code(left: Side, right: Side) -> pl.DataFrame:
    """Entities of two lists that bear one code of one authority: ACGME gives a sponsor and a site of one institution one code.

    Returns:
        Table ``link`` rows, left the same as right.
    """
    found = left.codes.join(right.codes, on=["authority", "code"], suffix="_right").sort("uid", "uid_right")
    return link_rows(
        found,
        left_kind=left.kind,
        left_id=pl.col("uid"),
        right_kind=right.kind,
        right_id=pl.col("uid_right"),
        kind=LinkKind.SAME,
        link_method=LinkMethod.AUTHORITY_CODE,
        score=pl.lit(1.0),
        basis=pl.format("both bear {} {}", "authority", "code"),
        decided_by="codes",
    )


def through_site(links: pl.DataFrame, same: pl.DataFrame) -> pl.DataFrame:
    """Sponsors without a hospital, linked as the site of their code is.

    Args:
        links: Table ``link``.
        same: Table ``link`` rows, sponsor same as site.
    """
    placed = between(links, EntityKind.SITE, EntityKind.HOSPITAL)
    has_one = between(links, EntityKind.SPONSOR, EntityKind.HOSPITAL)
    of_site = placed.select(pl.col("left_id").alias("right_id"), pl.col("right_id").alias("hospital"), "kind", "score")
    found = same.drop("kind", "score").join(has_one.select("left_id"), on="left_id", how="anti").join(of_site, on="right_id")
    return _one_each(
        found,
        right_kind=EntityKind.HOSPITAL,
        right="hospital",
        score=pl.col("score"),
        basis=pl.format("site {} of its code is linked so", "right_id"),
    )


def one_tax_id(tax_ids: pl.DataFrame, whole: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """Employers that are one: the same whole tax id; or its last four digits, the same city, and a distinct word in common.

    Args:
        tax_ids: ``uid``, ``code`` (last four digits), ``city``.
        whole: ``uid``, ``code`` (all nine digits).
        names: Plain name book of the employers.

    Returns:
        Table ``link`` rows, employer same as employer, the smaller id left.
    """
    same_number = whole.join(whole, on="code", suffix="_other").filter(pl.col("uid") < pl.col("uid_other"))
    by_number = (
        same_number.group_by("uid", "uid_other")
        .agg(pl.col("code").sort().first())
        .with_columns(pl.format("{} {}", pl.lit(str(Authority.FEIN)), "code").alias("basis"), pl.lit(1.0).alias("score"))
    )
    words = name_book(names.join(tax_ids.select("uid").unique(), on="uid", how="semi")).select("uid", "state", "proper")
    told = words.explode("proper").drop_nulls().unique().join(tax_ids, on="uid").rename({"proper": "word"})
    pairs = told.join(told, on=["code", "city", "state", "word"], suffix="_other").filter(pl.col("uid") < pl.col("uid_other"))
    by_ending = (
        pairs.group_by("uid", "uid_other")
        .agg(pl.col("code").sort().first(), pl.col("city").sort().first(), pl.col("word").sort().first())
        .with_columns(
            pl.format("{} ending {} in {}, and the word {}", pl.lit(str(Authority.FEIN_LAST4)), "code", "city", "word").alias(
                "basis"
            ),
            pl.lit(_SHARED_BY_CHANCE).alias("score"),
        )
        .join(by_number, on=["uid", "uid_other"], how="anti")
    )
    found = pl.concat([frame.select("uid", "uid_other", "basis", "score") for frame in (by_number, by_ending)])
    return link_rows(
        found.sort("uid", "uid_other"),
        left_kind=EntityKind.EMPLOYER,
        left_id=pl.col("uid"),
        right_kind=EntityKind.EMPLOYER,
        right_id=pl.col("uid_other"),
        kind=LinkKind.SAME,
        link_method=LinkMethod.AUTHORITY_CODE,
        decided_by="codes",
    )


def as_its_namesakes(links: pl.DataFrame, same: pl.DataFrame, names: pl.DataFrame, right: Side) -> pl.DataFrame:
    """Employers without a link of a kind, linked as the employers of the same tax id are, where those agree.

    One body may run much beside a hospital under one tax id, a university above all. So a link is handed on only where it
    says that the other employer is the hospital or sponsor itself, to an employer that files in a city of that hospital or
    sponsor, and never to a university or school.
    """
    concerned = pl.concat([same.select(pl.col(side).alias("uid")) for side in ("left_id", "right_id")])
    book = name_book(names.join(concerned, on="uid", how="semi"))
    schools = book.filter(pl.col("body") == "school").select("uid").unique()
    both = pl.concat(
        [
            same.select(pl.col("left_id").alias("uid"), pl.col("right_id").alias("other"), pl.col("score").alias("same_score")),
            same.select(pl.col("right_id").alias("uid"), pl.col("left_id").alias("other"), pl.col("score").alias("same_score")),
        ]
    )
    own = between(links, EntityKind.EMPLOYER, right.kind)
    without = both.join(own.select(pl.col("left_id").alias("uid")), on="uid", how="anti").join(schools, on="uid", how="anti")
    itself = own.filter(pl.col("kind") == LinkKind.SAME).rename({"left_id": "other", "right_id": "right"})
    there = _cities(names, "uid").join(_cities(right.names, "right"), on="city").select("uid", "right").unique()
    found = without.join(itself, on="other").join(there, on=["uid", "right"], how="semi")
    renamed = found.rename({"uid": "left_id"}).with_columns(pl.col("other").alias("right_id"))
    return _one_each(
        renamed,
        right_kind=right.kind,
        right="right",
        score=pl.col("score") * pl.col("same_score"),
        basis=pl.format("as {}, of the same tax id", "other"),
    )


def _cities(names: pl.DataFrame, uid: str) -> pl.DataFrame:
    return names.select(pl.col("uid").alias(uid), pl.col("cities").alias("city")).explode("city").drop_nulls().unique()
