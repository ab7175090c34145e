"""Employers as filings name them: one spelling in one state, from labor filings and from approved petitions."""

import polars as pl

from schemas.geography import STATE_CODES
from schemas.table import TEXT_LIST
from schemas.vocabulary import EntityKind
from transforms.identity import with_uid
from transforms.names import id_key, name_key
from transforms.trainees import is_physician_trainee, named_specialty_code

HEALTH_AND_EDUCATION = ("61", "62")
"""Industries (NAICS) in which trainees are employed; Mayo Clinic files under both."""

TWICE_STATED = (2021,)
"""Years whose file holds two states of the year: in 8,568 of 8,593 pairs of lines one has no count above the other's."""

_LAST_DIGITS = 4


def with_employers(filings: pl.DataFrame) -> pl.DataFrame:
    """Filings with ``employer_uid`` (one spelling in one worksite state), ``is_trainee`` and ``named_specialty_code``."""
    spelled = filings.with_columns(
        is_physician_trainee().fill_null(value=False).alias("is_trainee"),
        named_specialty_code().alias("named_specialty_code"),
    )
    return _with_employer_uid(spelled, "worksite_state")


def petitions(rows: pl.DataFrame) -> pl.DataFrame:
    """Petitions of employers in health and education, with ``employer_uid``.

    A line without a state takes the only state in which its name and tax id stand elsewhere, and is left out where there is
    none. In ``TWICE_STATED`` years only the first of lines that differ in nothing but their counts is taken.

    Args:
        rows: Rows of ``uscis_employer``.
    """
    stated_once = (pl.col("line_in_group") == 1) | ~pl.col("fiscal_year").is_in(TWICE_STATED)
    own = rows.filter(pl.col("naics2").is_in(HEALTH_AND_EDUCATION) & stated_once)
    homes = (
        own.filter(pl.col("state").is_not_null())
        .group_by("employer_name", "tax_id_last4")
        .agg(pl.col("state").unique())
        .filter(pl.col("state").list.len() == 1)
        .select("employer_name", "tax_id_last4", pl.col("state").list.first().alias("home"))
    )
    placed = own.join(homes, on=["employer_name", "tax_id_last4"], how="left", nulls_equal=True)
    placed = placed.with_columns(pl.coalesce("state", "home").alias("state")).filter(pl.col("state").is_in(STATE_CODES))
    return _with_employer_uid(placed, "state")


def _with_employer_uid(rows: pl.DataFrame, state: str) -> pl.DataFrame:
    spelling = pl.coalesce(id_key(pl.col("employer_name")), pl.col("employer_name").str.to_uppercase())
    spelled = rows.with_columns(pl.concat_str(spelling, state, separator="|").alias("_spelling"))
    return with_uid(spelled, EntityKind.EMPLOYER, "_spelling", column="employer_uid").drop("_spelling")


def employer_table(filings: pl.DataFrame, approved: pl.DataFrame) -> pl.DataFrame:
    """Table ``employer``, without what its employers are linked to.

    Args:
        filings: As ``with_employers`` gives them.
        approved: As ``petitions`` gives them.
    """
    told = pl.concat(
        [
            filings.select(
                "employer_uid",
                "employer_name",
                pl.col("worksite_state").alias("state"),
                pl.lit(1).alias("n_filings"),
                pl.col("is_trainee").cast(pl.Int64).alias("n_trainee_filings"),
                pl.lit(0).alias("n_petitions"),
            ),
            approved.select(
                "employer_uid",
                "employer_name",
                "state",
                pl.lit(0).alias("n_filings"),
                pl.lit(0).alias("n_trainee_filings"),
                (pl.col("initial_approvals") + pl.col("continuing_approvals")).alias("n_petitions"),
            ),
        ],
        how="vertical_relaxed",
    )
    return (
        told.group_by("employer_uid")
        .agg(
            pl.col("employer_name").str.strip_chars().sort().first(),
            pl.col("state").first(),
            pl.col("n_filings", "n_trainee_filings", "n_petitions").sum().cast(pl.Int64),
        )
        .with_columns(
            pl.coalesce(name_key(pl.col("employer_name")), pl.col("employer_name").str.to_uppercase()).alias("name_key")
        )
        .sort("employer_uid")
    )


def employer_names(filings: pl.DataFrame, approved: pl.DataFrame) -> pl.DataFrame:
    """Names of employers with the places known of them: ``uid``, ``name``, ``told_by``, ``state``, ``cities``, ``zips``."""
    legal_and_trade = pl.concat(
        filings.select(
            pl.col("employer_uid").alias("uid"),
            pl.col(column).alias("name"),
            pl.col("source").alias("told_by"),
            pl.col("worksite_state").alias("state"),
            pl.col("worksite_city").alias("city"),
            pl.col("worksite_zip").alias("zip"),
        )
        for column in ("employer_name", "trade_name")
    )
    of_petitions = approved.select(
        pl.col("employer_uid").alias("uid"),
        pl.col("employer_name").alias("name"),
        pl.col("source").alias("told_by"),
        "state",
        "city",
        pl.col("zip_code").alias("zip"),
    )
    told = pl.concat([legal_and_trade, of_petitions]).drop_nulls("name").with_columns(pl.col("name").str.strip_chars())
    return (
        told.with_columns(name_key(pl.col("city")).alias("city"))
        .group_by("uid", "name", "told_by", "state")
        .agg(
            pl.col("city").drop_nulls().unique().sort().cast(TEXT_LIST.inner).alias("cities"),
            pl.col("zip").drop_nulls().unique().sort().alias("zips"),
        )
        .sort("uid", "name", "told_by")
    )


def tax_ids(filings: pl.DataFrame, approved: pl.DataFrame) -> pl.DataFrame:
    """Last four digits of tax ids by employer and city: ``uid``, ``code``, ``city`` (folded), distinct.

    Args:
        filings: As ``with_employers`` gives them; newer files print whole numbers.
        approved: As ``petitions`` gives them; USCIS prints the last four digits only.
    """
    told = pl.concat(
        [
            approved.select("employer_uid", pl.col("tax_id_last4").alias("code"), "city"),
            filings.select(
                "employer_uid",
                pl.col("employer_fein").str.slice(-_LAST_DIGITS).alias("code"),
                pl.col("worksite_city").alias("city"),
            ),
        ]
    )
    return (
        told.filter(pl.col("code").is_not_null() & (pl.col("code") != "0" * _LAST_DIGITS))
        .select(pl.col("employer_uid").alias("uid"), "code", name_key(pl.col("city")).alias("city"))
        .unique()
        .sort("uid", "code", "city")
    )


def whole_tax_ids(filings: pl.DataFrame) -> pl.DataFrame:
    """Whole tax ids (FEIN) by employer: ``uid``, ``code``, distinct."""
    told = filings.select(pl.col("employer_uid").alias("uid"), pl.col("employer_fein").alias("code")).drop_nulls()
    return told.unique().sort("uid", "code")
