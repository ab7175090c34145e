"""Sponsoring institutions, and which programs are theirs: by ACGME code, by exact name and state, by review, by likely name."""

from dataclasses import dataclass

import polars as pl

from schemas.digests import with_digest
from schemas.geography import STATE_BY_ACGME_DIGITS
from schemas.vocabulary import Decision, EntityKind, LinkKind, LinkMethod
from transforms.identity import with_uid
from transforms.linking import sides
from transforms.linking.deciding import Side, decisions, link_rows, linked
from transforms.linking.matcher import Model
from transforms.names import id_key, name_key


@dataclass(frozen=True)
class Sponsors:
    """Sponsors and what is known of their names.

    Attributes:
        table: ``sponsor_uid``, ``sponsor_code``, ``sponsor_name``, ``state``, ``name_key``; one row a sponsor.
        named: ``sponsor_uid``, ``sponsor_name``, ``city``, ``source``: every name that a list prints for a sponsor, and where.
        links: Table ``link`` rows, sponsor sponsors program; one a program at most.
        review: Table ``link_review`` rows, without what is at stake.
    """

    table: pl.DataFrame
    named: pl.DataFrame
    links: pl.DataFrame
    review: pl.DataFrame


def sponsors_of(programs: pl.DataFrame, directory: pl.DataFrame, reviewed: pl.DataFrame, model: Model) -> Sponsors:
    """Find sponsors in the program lists and give each program its sponsor.

    A program's sponsor is told by code first, then by a reviewer, by an exact name in the state, and by the matcher.

    A sponsor with an ACGME code is one by its code. A name without code (a fellowship's) is the coded sponsor of the same
    name key and state where there is exactly one, else the one that a reviewer or the matcher finds, else a sponsor of its
    own. A cut name is no name.

    Args:
        programs: Dated rows of ``acgme_program`` with ``program_uid``, oldest document first.
        directory: Rows of ``nrmp_directory_track`` with ``program_uid``.
        reviewed: Rows of ``reviewed_link``.
        model: The matcher's weights and thresholds.
    """
    named = programs.with_columns(name_key(pl.col("sponsor_name")).alias("name_key")).filter(
        pl.col("name_key").is_not_null() & ~pl.col("name_cut")
    )
    coded = _coded(named)
    uncoded = named.filter(pl.col("sponsor_code").is_null())
    own = _own(uncoded.join(_all_keys(coded), on=["name_key", "state"], how="anti"))
    coded_named = _coded_names(named, coded)
    merged = linked([sides.sponsors(own, _own_names(uncoded, own))], sides.sponsors(coded, coded_named), reviewed, model)
    is_coded = merged.links.filter(pl.col("kind") == LinkKind.SAME)
    alone = own.join(is_coded.select(pl.col("left_id").alias("sponsor_uid")), on="sponsor_uid", how="anti")
    table = pl.concat([coded, alone]).sort("sponsor_uid")
    merged_names = _own_names(uncoded, own).join(
        is_coded.select(pl.col("left_id").alias("sponsor_uid"), "right_id"), on="sponsor_uid"
    )
    merged_names = merged_names.with_columns(pl.col("right_id").alias("sponsor_uid")).select(coded_named.columns)
    names = pl.concat([coded_named, merged_names, _own_names(uncoded, alone)])
    by_code = _by_code(named, coded)
    by_name = _by_name(named, programs, directory, pl.concat([_unique_keys(coded), _unique_keys(alone)]))
    by_name = by_name.join(by_code, on="program_uid", how="anti")
    by_merger = _by_merger(uncoded, own, is_coded).join(pl.concat([by_code, by_name]), on="program_uid", how="anti")
    by_lists = pl.concat([by_name, by_merger])
    every, target = sides.programs(programs, directory), sides.sponsors(table, names)
    said = decisions(every, target, reviewed).rename({"left_uid": "program_uid", "right_uid": "sponsor_uid"})
    refused = said.filter(pl.col("decision") == Decision.NOT_SAME)
    by_lists = by_lists.join(refused, on=["program_uid", "sponsor_uid"], how="anti")
    by_lists = by_lists.join(said.filter(pl.col("decision") == Decision.SPONSORS), on="program_uid", how="anti")
    likely = linked([_open_programs(every, by_code, by_lists)], target, reviewed, model)
    links = pl.concat([_as_links(pl.concat([by_code, by_lists])), _of_one_sponsor(likely.links)])
    return Sponsors(table, names, links, pl.concat([merged.review, likely.review]))


def _open_programs(every: Side, by_code: pl.DataFrame, by_lists: pl.DataFrame) -> Side:
    """Programs without a sponsor by code: a reviewer may decide on them; the names of those that no list places are compared."""
    coded = by_code.select(pl.col("program_uid").alias("uid"))
    placed = pl.concat([coded, by_lists.select(pl.col("program_uid").alias("uid"))])
    names = every.names.join(placed, on="uid", how="anti")
    return Side(every.kind, _first_of_several(names), every.codes.join(coded, on="uid", how="anti"))


def _of_one_sponsor(links: pl.DataFrame) -> pl.DataFrame:
    """Links of programs to the one sponsor found for each, turned round: the sponsor sponsors the program."""
    single = links.filter((pl.col("kind") == LinkKind.SPONSORS) & (pl.len().over("left_id") == 1))
    turned = {"left_kind": "right_kind", "left_id": "right_id", "right_kind": "left_kind", "right_id": "left_id"}
    return single.rename(turned).select(links.columns)


def _first_of_several(names: pl.DataFrame) -> pl.DataFrame:
    """Names of programs, and of names between slashes the first alone: it is the sponsor as a rule, the others are partners."""
    spelled = (pl.col("name").str.replace_all("/", " "), pl.col("name").str.split("/").list.first())
    return pl.concat([names.with_columns(name.alias("name")) for name in spelled]).unique().sort("uid", "name", "told_by")


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
    identified = with_uid(newest, EntityKind.SPONSOR, "sponsor_code", column="sponsor_uid")
    return identified.select("sponsor_uid", "sponsor_code", "sponsor_name", state.alias("state"), "name_key")


def _own(uncoded: pl.DataFrame) -> pl.DataFrame:
    """One row a name key and state that no coded sponsor has."""
    distinct = uncoded.group_by("name_key", "state").agg(pl.col("sponsor_name").sort().first())
    spelling = pl.format("name|{}|{}", id_key(pl.col("sponsor_name")), "state")
    identified = with_digest(distinct, "sponsor_uid", spelling, 12, prefix="spo-")
    return identified.select("sponsor_uid", pl.lit(None, pl.String).alias("sponsor_code"), "sponsor_name", "state", "name_key")


def _all_keys(sponsors: pl.DataFrame) -> pl.DataFrame:
    return sponsors.select("name_key", "state", "sponsor_uid").unique()


def _unique_keys(sponsors: pl.DataFrame) -> pl.DataFrame:
    """Keys that name exactly one sponsor."""
    keys = _all_keys(sponsors)
    return keys.filter(~pl.struct("name_key", "state").is_duplicated())


def _coded_names(named: pl.DataFrame, coded: pl.DataFrame) -> pl.DataFrame:
    return named.join(coded.select("sponsor_code", "sponsor_uid"), on="sponsor_code").select(
        "sponsor_uid", "sponsor_name", "city", "source"
    )


def _own_names(uncoded: pl.DataFrame, own: pl.DataFrame) -> pl.DataFrame:
    return uncoded.join(own.select("name_key", "state", "sponsor_uid"), on=["name_key", "state"]).select(
        "sponsor_uid", "sponsor_name", "city", "source"
    )


_FOUND = ("program_uid", "sponsor_uid", "link_method", "score", "basis", "decided_by", "valid_from")
"""A program's sponsor, how it was found and since when a document says so."""


def _by_code(named: pl.DataFrame, coded: pl.DataFrame) -> pl.DataFrame:
    return (
        named.filter(pl.col("sponsor_code").is_not_null())
        .group_by("program_uid", maintain_order=True)
        .agg(pl.col("sponsor_code").last(), pl.col("document_date").last().alias("valid_from"))
        .join(coded.select("sponsor_code", "sponsor_uid"), on="sponsor_code")
        .with_columns(
            pl.lit(str(LinkMethod.AUTHORITY_CODE)).alias("link_method"),
            pl.lit(1.0).alias("score"),
            pl.format("sponsor code {}", "sponsor_code").alias("basis"),
            pl.lit("codes").alias("decided_by"),
        )
        .select(_FOUND)
    )


def _by_name(named: pl.DataFrame, programs: pl.DataFrame, directory: pl.DataFrame, keys: pl.DataFrame) -> pl.DataFrame:
    names = pl.concat(
        [
            named.select("program_uid", "name_key", "state", "document_date"),
            programs.select("program_uid", name_key(pl.col("program_name")).alias("name_key"), "state", "document_date"),
            directory.select("program_uid", name_key(pl.col("institution_name")).alias("name_key"), "state", "document_date"),
        ]
    ).drop_nulls()
    return (
        names.join(keys, on=["name_key", "state"])
        .group_by("program_uid")
        .agg(
            pl.col("sponsor_uid").unique().sort(),
            pl.format("name '{}' in {}", "name_key", "state").sort().first().alias("basis"),
            pl.col("document_date").min().alias("valid_from"),
        )
        .filter(pl.col("sponsor_uid").list.len() == 1)
        .with_columns(
            pl.col("sponsor_uid").list.first(),
            pl.lit(str(LinkMethod.EXACT_NAME_STATE)).alias("link_method"),
            pl.lit(1.0).alias("score"),
            pl.lit("names").alias("decided_by"),
        )
        .select(_FOUND)
    )


def _by_merger(uncoded: pl.DataFrame, own: pl.DataFrame, is_coded: pl.DataFrame) -> pl.DataFrame:
    """Programs whose list names a sponsor without code that was found to be a coded one."""
    return (
        uncoded.join(own.select("name_key", "state", pl.col("sponsor_uid").alias("left_id")), on=["name_key", "state"])
        .join(
            is_coded.select("left_id", pl.col("right_id").alias("sponsor_uid"), "link_method", "score", "basis", "decided_by"),
            on="left_id",
        )
        .with_columns(pl.col("document_date").alias("valid_from"))
        .sort("program_uid", "document_date")
        .unique("program_uid", keep="last", maintain_order=True)
        .select(_FOUND)
    )


def _as_links(found: pl.DataFrame) -> pl.DataFrame:
    return link_rows(
        found,
        left_kind=EntityKind.SPONSOR,
        left_id=pl.col("sponsor_uid"),
        right_kind=EntityKind.PROGRAM,
        right_id=pl.col("program_uid"),
        kind=LinkKind.SPONSORS,
        valid_from=pl.col("valid_from"),
    )
