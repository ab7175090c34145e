"""Sponsoring institutions, and which programs are theirs: by ACGME code first, by exact name and state else."""

from dataclasses import dataclass

import polars as pl

from schemas.digests import with_digest
from schemas.entities import LINK
from schemas.geography import STATE_BY_ACGME_DIGITS
from schemas.vocabulary import LinkMethod
from transforms.names import name_key


@dataclass(frozen=True)
class Sponsors:
    """Sponsors and what is known of their names.

    Attributes:
        table: ``sponsor_uid``, ``sponsor_code``, ``sponsor_name``, ``state``, ``name_key``; one row a sponsor.
        keys: ``name_key``, ``state``, ``sponsor_uid`` for keys that belong to one sponsor only.
        links: Table ``link`` rows, program sponsored_by sponsor; one a program at most.
    """

    table: pl.DataFrame
    keys: pl.DataFrame
    links: pl.DataFrame


def sponsors_of(programs: pl.DataFrame, directory: pl.DataFrame) -> Sponsors:
    """Find sponsors in the program lists and give each program its sponsor.

    A sponsor with an ACGME code is one by its code. A name without code (a fellowship's) is the coded sponsor of the same
    name key and state where there is exactly one, and a sponsor of its own where there is none. A cut name is no name.

    Args:
        programs: Dated rows of ``acgme_program`` with ``program_uid``, oldest document first.
        directory: Rows of ``nrmp_directory_track`` with ``program_uid``.
    """
    named = programs.with_columns(name_key(pl.col("sponsor_name")).alias("name_key")).filter(
        pl.col("name_key").is_not_null() & ~pl.col("name_cut")
    )
    coded = _coded(named)
    coded_keys = _unique_keys(coded)
    uncoded = named.filter(pl.col("sponsor_code").is_null())
    own = _own(uncoded.join(_all_keys(coded), on=["name_key", "state"], how="anti"))
    table = pl.concat([coded, own]).sort("sponsor_uid")
    keys = pl.concat([coded_keys, _unique_keys(own)])
    return Sponsors(table, keys, _links(named, programs, directory, coded, keys))


def _coded(named: pl.DataFrame) -> pl.DataFrame:
    """One row a sponsor code; its newest name, its state from the code's first two digits or else its programs'."""
    with_code = named.filter(pl.col("sponsor_code").is_not_null())
    newest = with_code.group_by("sponsor_code", maintain_order=True).agg(
        pl.col("sponsor_name").last(), pl.col("name_key").last(), pl.col("state").mode().sort().first()
    )
    state = pl.coalesce(
        pl.col("sponsor_code").str.slice(0, 2).replace_strict(STATE_BY_ACGME_DIGITS, default=None, return_dtype=pl.String),
        "state",
    )
    identified = with_digest(newest, "sponsor_uid", pl.format("acgme|{}", "sponsor_code"), 12, prefix="spo-")
    return identified.select("sponsor_uid", "sponsor_code", "sponsor_name", state.alias("state"), "name_key")


def _own(uncoded: pl.DataFrame) -> pl.DataFrame:
    """One row a name key and state that no coded sponsor has."""
    distinct = uncoded.group_by("name_key", "state").agg(pl.col("sponsor_name").sort().first())
    identified = with_digest(distinct, "sponsor_uid", pl.format("name|{}|{}", "name_key", "state"), 12, prefix="spo-")
    return identified.select("sponsor_uid", pl.lit(None, pl.String).alias("sponsor_code"), "sponsor_name", "state", "name_key")


def _all_keys(sponsors: pl.DataFrame) -> pl.DataFrame:
    return sponsors.select("name_key", "state", "sponsor_uid").unique()


def _unique_keys(sponsors: pl.DataFrame) -> pl.DataFrame:
    """Keys that name exactly one sponsor."""
    keys = _all_keys(sponsors)
    return keys.filter(~pl.struct("name_key", "state").is_duplicated())


def _links(
    named: pl.DataFrame, programs: pl.DataFrame, directory: pl.DataFrame, coded: pl.DataFrame, keys: pl.DataFrame
) -> pl.DataFrame:
    by_code = (
        named.filter(pl.col("sponsor_code").is_not_null())
        .group_by("program_uid", maintain_order=True)
        .agg(pl.col("sponsor_code").last())
        .join(coded.select("sponsor_code", "sponsor_uid"), on="sponsor_code")
        .select("program_uid", "sponsor_uid", pl.format("sponsor code {}", "sponsor_code").alias("basis"))
    )
    names = pl.concat(
        [
            named.select("program_uid", "name_key", "state"),
            programs.select("program_uid", name_key(pl.col("program_name")).alias("name_key"), "state"),
            directory.select("program_uid", name_key(pl.col("institution_name")).alias("name_key"), "state"),
        ]
    ).drop_nulls()
    by_name = (
        names.unique()
        .join(keys, on=["name_key", "state"])
        .group_by("program_uid")
        .agg(
            pl.col("sponsor_uid").unique().sort(),
            pl.format("name '{}' in {}", "name_key", "state").sort().first().alias("basis"),
        )
        .filter(pl.col("sponsor_uid").list.len() == 1)
        .with_columns(pl.col("sponsor_uid").list.first())
        .join(by_code, on="program_uid", how="anti")
    )
    return pl.concat(
        [
            _as_links(by_code, LinkMethod.AUTHORITY_CODE),
            _as_links(by_name, LinkMethod.EXACT_NAME_STATE),
        ]
    )


def _as_links(found: pl.DataFrame, method: LinkMethod) -> pl.DataFrame:
    return found.select(
        pl.lit("program").alias("left_kind"),
        pl.col("program_uid").alias("left_id"),
        pl.lit("sponsor").alias("right_kind"),
        pl.col("sponsor_uid").alias("right_id"),
        pl.lit("sponsored_by").alias("kind"),
        pl.lit(str(method)).alias("link_method"),
        pl.lit(1.0).alias("score"),
        pl.col("basis"),
    ).select(LINK.column_names)
