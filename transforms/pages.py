"""Whose pages they are: from start addresses over the maps of sites to the programs that a page speaks of."""

import polars as pl

from schemas.vocabulary import Scope
from transforms.programs import with_program_uid


def page_subjects(sites: pl.DataFrame, reached: pl.DataFrame, programs: pl.DataFrame) -> pl.DataFrame:
    """The programs that each page speaks of. Pages of programs on no list wait in their listing until one names them.

    Args:
        sites: Rows of ``program_site``.
        reached: Rows of ``site_page``.
        programs: Table ``program``.

    Returns:
        ``page_address``, ``acgme_id``, ``program_uid``, ``page_scope``; one row a page and program, in this order. A page
        speaks of a program alone only where both its start and its place on the site do; of several starts the nearest counts.
    """
    of_institution = (pl.col("page_scope") == Scope.INSTITUTION) | (pl.col("page_scope_right") == Scope.INSTITUTION)
    scope = pl.when(of_institution).then(pl.lit(str(Scope.INSTITUTION))).otherwise(pl.lit(str(Scope.PROGRAM)))
    return (
        with_program_uid(sites)
        .join(programs.select("program_uid"), on="program_uid", how="semi")
        .join(reached.filter("page_counts"), on="start_address")
        .select("page_address", "acgme_id", "program_uid", scope.alias("page_scope"), "link_depth")
        .with_columns((pl.col("page_scope") == Scope.INSTITUTION).alias("is_of_institution"))
        .sort("page_address", "acgme_id", "is_of_institution", "link_depth")
        .unique(["page_address", "acgme_id"], keep="first", maintain_order=True)
        .drop("link_depth", "is_of_institution")
    )
