"""Programs and tracks: what the lists and the directory name, under permanent ids, with NRMP joined by the directory."""

import polars as pl

from schemas.digests import with_digest
from schemas.geography import REGION_BY_STATE
from schemas.specialties import SPECIALTY_BY_CODE
from schemas.vocabulary import TRACK_TYPE_BY_LETTER


def with_program_uid(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with ``program_uid``, derived from ``acgme_id``; null where that is null."""
    return with_digest(frame, "program_uid", pl.col("acgme_id"), 12, prefix="prg-")


def program_table(lists: pl.DataFrame, directory: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """Every program that a list or the directory names.

    Args:
        lists: Dated rows of ``acgme_program`` with ``program_uid``, oldest document first.
        directory: Dated rows of ``nrmp_directory_track`` with ``program_uid``.
        links: Table ``link`` rows, sponsor sponsors program.

    Returns:
        Table ``program``. Of differing names, cities and states the newest document's stand here; whether sources agree
        is told by the features.
    """
    named = pl.concat(
        [
            directory.sort("document_date", "nrmp_code").select(
                "program_uid",
                "acgme_id",
                pl.col("institution_name").alias("program_name"),
                "city",
                "state",
                pl.lit(None, pl.String).alias("accreditation_status"),
                "document_date",
                pl.lit(0).alias("rank"),
            ),
            lists.select(
                "program_uid",
                "acgme_id",
                pl.coalesce("program_name", "sponsor_name").alias("program_name"),
                "city",
                "state",
                "accreditation_status",
                "document_date",
                pl.lit(1).alias("rank"),
            ),
        ]
    )
    newest_name = pl.col("program_name").sort_by("rank", "document_date", "program_name").drop_nulls().last()
    by_date = {
        name: pl.col(name).sort_by("document_date", "rank", name).drop_nulls().last()
        for name in ("city", "state", "accreditation_status")
    }
    sponsor = links.select(pl.col("right_id").alias("program_uid"), pl.col("left_id").alias("sponsor_uid"))
    code = pl.col("acgme_id").str.slice(0, 3)
    return (
        named.group_by("program_uid", "acgme_id")
        .agg(newest_name.alias("program_name"), *(value.alias(name) for name, value in by_date.items()))
        .with_columns(
            code.alias("specialty_code"),
            code.replace_strict(SPECIALTY_BY_CODE, default=None, return_dtype=pl.String).alias("specialty"),
            pl.col("state").replace_strict(REGION_BY_STATE, default=None, return_dtype=pl.String).alias("region"),
        )
        .join(sponsor, on="program_uid", how="left")
    )


def track_table(results: pl.DataFrame, directory: pl.DataFrame, programs: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """Every track in every Match that results or the directory name.

    Args:
        results: Dated rows of ``nrmp_program_result``.
        directory: Dated rows of ``nrmp_directory_track`` with ``program_uid``.
        programs: Table ``program``.
        links: Table ``link`` rows, track is part of program.

    Returns:
        Table ``track``. Editions that state the same track and year are one fact; where they differ the newest edition
        stands and ``disagreement`` says so. A track's program is the one its link names.
    """
    key = ["nrmp_code", "match_year"]
    stated = ["offered", "quota", "matched"]
    newest_first = results.sort("document_date", "document", descending=True)
    printed = newest_first.group_by(key, maintain_order=True).agg(
        pl.col("match_name", "institution_name", "specialty_label", "city", "state", *stated).first(),
        (pl.struct(stated).n_unique() > 1).alias("disagreement"),
        pl.col("document").alias("editions"),
    )
    listed = directory.select(
        *key,
        pl.col("institution_name", "specialty_label", "city", "state").name.suffix("_listed"),
        "match_services",
        "soap_services",
    )
    crosswalk = links.select(
        pl.col("left_id").alias("nrmp_code"), pl.col("right_id").alias("program_uid"), pl.col("link_method").alias("track_link")
    ).join(programs.select("program_uid", "acgme_id"), on="program_uid")
    described = ("institution_name", "specialty_label", "city", "state")
    return (
        printed.join(listed, on=key, how="full", coalesce=True)
        .join(crosswalk, on="nrmp_code", how="left")
        .with_columns(
            *(pl.coalesce(name, f"{name}_listed").alias(name) for name in described),
            pl.col("match_name").fill_null("main"),
            pl.col("disagreement").fill_null(value=False),
            pl.col("editions").fill_null(pl.lit([], dtype=pl.List(pl.String))),
            pl.col("nrmp_code").str.slice(0, 4).alias("institution_code"),
            pl.col("nrmp_code").str.slice(7, 1).replace_strict(TRACK_TYPE_BY_LETTER, return_dtype=pl.String).alias("track_type"),
            (pl.col("quota") - pl.col("matched")).alias("unfilled"),
        )
    )


def match_history_table(tracks: pl.DataFrame) -> pl.DataFrame:
    """Table ``match_history``: offered tracks of linked programs, summed by program, year and type of track."""
    offered = tracks.filter(pl.col("program_uid").is_not_null() & pl.col("offered"))
    rate = pl.when(pl.col("quota") > 0).then(pl.col("unfilled") / pl.col("quota"))
    return (
        offered.group_by("program_uid", "match_year", "track_type")
        .agg(pl.len().cast(pl.Int64).alias("n_tracks"), pl.col("quota", "matched", "unfilled").sum())
        .with_columns(rate.alias("unfilled_rate"))
    )


def institution_names(results: pl.DataFrame, directory: pl.DataFrame) -> pl.DataFrame:
    """Table ``nrmp_institution_name``: every name that each document prints for an institution; renames are all kept."""
    printed = pl.concat(
        frame.select(
            pl.col("nrmp_code").str.slice(0, 4).alias("institution_code"),
            "institution_name",
            "state",
            "source",
            "document",
        )
        for frame in (results, directory)
    )
    return printed.group_by("institution_code", "source", "document", "institution_name").agg(
        pl.col("state").mode().sort().first()
    )
