"""Tracks and the programs they belong to: by the directory's two codes, else by what their institution had in that specialty."""

import polars as pl

from schemas.specialties import SPECIALTY_BY_CODE
from schemas.vocabulary import EntityKind, LinkKind, LinkMethod
from transforms.linking.deciding import link_rows
from transforms.names import name_key

SIBLING_SCORE, NAMESAKE_SCORE = 0.97, 0.95
"""How sure a track without a directory entry is its sibling's program's, or its namesake's."""


def track_links(directory: pl.DataFrame, results: pl.DataFrame, lists: pl.DataFrame) -> pl.DataFrame:
    """Table ``link`` rows, track is part of program; one a track at most.

    The directory prints both codes on one entry: that decides. A result code without an entry is linked where history allows:

    1. Sibling: its institution has entries in that specialty, all of one program, and no list names another program of that
       specialty under the institution's name. A track that was dropped before the directory's year belongs to the
       program that is left.
    2. Namesake: no entry of its institution is in that specialty, and exactly one program of that specialty and state is named
       like the institution, in the track's city where both are told.

    Args:
        directory: Dated rows of ``nrmp_directory_track`` with ``program_uid``.
        results: Dated rows of ``nrmp_program_result``.
        lists: Dated rows of ``acgme_program`` with ``program_uid``.
    """
    printed = directory.unique(["nrmp_code"], keep="last", maintain_order=True)
    of_directory = link_rows(
        printed,
        **_track_of_program(),
        link_method=LinkMethod.AUTHORITY_CODE,
        score=pl.lit(1.0),
        basis=pl.format("NRMP {} and ACGME {} on one directory entry", "nrmp_code", "acgme_id"),
        decided_by="codes",
        valid_from=pl.date(pl.col("match_year"), 7, 1),
    )
    rest = _unlisted_tracks(results).join(printed, on="nrmp_code", how="anti")
    rivals = _programs_by_name(lists)
    siblings = _siblings(rest, printed, rivals)
    namesakes = _namesakes(rest.join(siblings, on="nrmp_code", how="anti"), printed, rivals)
    return pl.concat([of_directory, _as_links(siblings, SIBLING_SCORE), _as_links(namesakes, NAMESAKE_SCORE)])


def _track_of_program() -> dict[str, pl.Expr | str | None]:
    return {
        "left_kind": EntityKind.TRACK,
        "left_id": pl.col("nrmp_code"),
        "right_kind": EntityKind.PROGRAM,
        "right_id": pl.col("program_uid"),
        "kind": LinkKind.PART_OF,
    }


def _as_links(found: pl.DataFrame, score: float) -> pl.DataFrame:
    return link_rows(
        found,
        **_track_of_program(),
        link_method=LinkMethod.HISTORY,
        score=pl.lit(score),
        basis=pl.col("reason"),
        decided_by="history",
        valid_from=pl.date(pl.col("first_year"), 7, 1),
    )


def _unlisted_tracks(results: pl.DataFrame) -> pl.DataFrame:
    """A row a code: institution, specialty, folded names and city, first year."""
    return (
        results.sort("document_date", "match_year", "source", "document")
        .group_by("nrmp_code", maintain_order=True)
        .agg(
            name_key(pl.col("institution_name")).drop_nulls().unique().sort().alias("keys"),
            pl.col("state").last(),
            name_key(pl.col("city")).drop_nulls().last().alias("city"),
            pl.col("match_year").min().alias("first_year"),
        )
        .with_columns(
            pl.col("nrmp_code").str.slice(0, 4).alias("institution_code"),
            pl.col("nrmp_code").str.slice(4, 3).alias("specialty_code"),
        )
        .filter(pl.col("specialty_code").is_in(list(SPECIALTY_BY_CODE)))
    )


def _programs_by_name(lists: pl.DataFrame) -> pl.DataFrame:
    return (
        lists.select(
            "program_uid",
            pl.col("acgme_id").str.slice(0, 3).alias("specialty_code"),
            "state",
            name_key(pl.col("program_name")).alias("key"),
            name_key(pl.col("city")).alias("program_city"),
        )
        .drop_nulls("key")
        .unique()
    )


def _siblings(rest: pl.DataFrame, printed: pl.DataFrame, rivals: pl.DataFrame) -> pl.DataFrame:
    only = (
        printed.group_by(
            pl.col("nrmp_code").str.slice(0, 4).alias("institution_code"),
            pl.col("acgme_id").str.slice(0, 3).alias("specialty_code"),
        )
        .agg(pl.col("program_uid").unique(), pl.col("nrmp_code").sort().first().alias("sibling"))
        .filter(pl.col("program_uid").list.len() == 1)
        .with_columns(pl.col("program_uid").list.first())
    )
    found = rest.join(only, on=["institution_code", "specialty_code"])
    others = (
        found.explode("keys")
        .join(rivals, left_on=["keys", "specialty_code", "state"], right_on=["key", "specialty_code", "state"], suffix="_named")
        .filter(pl.col("program_uid") != pl.col("program_uid_named"))
    )
    reason = pl.format(
        "{} of the same institution and specialty is the program's, and no other program of it is known", "sibling"
    )
    return found.join(others, on="nrmp_code", how="anti").with_columns(reason.alias("reason"))


def _namesakes(rest: pl.DataFrame, printed: pl.DataFrame, rivals: pl.DataFrame) -> pl.DataFrame:
    covered = printed.select(
        pl.col("nrmp_code").str.slice(0, 4).alias("institution_code"), pl.col("acgme_id").str.slice(0, 3).alias("specialty_code")
    )
    named = (
        rest.join(covered, on=["institution_code", "specialty_code"], how="anti")
        .explode("keys")
        .join(rivals, left_on=["keys", "specialty_code", "state"], right_on=["key", "specialty_code", "state"])
        .filter(pl.col("city").is_null() | pl.col("program_city").is_null() | (pl.col("city") == pl.col("program_city")))
    )
    counted = named.group_by("nrmp_code").agg(
        pl.col("program_uid").unique(), pl.col("keys").sort().first(), pl.col("first_year").first(), pl.col("state").first()
    )
    one = counted.filter(pl.col("program_uid").list.len() == 1).with_columns(pl.col("program_uid").list.first())
    reason = pl.format("the only program of that specialty named '{}' in {}", "keys", "state")
    return one.with_columns(reason.alias("reason"))
