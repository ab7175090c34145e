"""What NRMP's reports say of whole specialties: how many positions went to which type of applicant, and the shares of IMGs."""

import polars as pl

_CELL = ("match_year", "positions", "group", "label")
_NUMBERS = ("positions_filled", "n_us_img", "n_non_us_img")
"""What second-hand lists state too."""


def specialty_match_table(rows: pl.DataFrame, sources: pl.DataFrame) -> pl.DataFrame:
    """Table ``specialty_match``: every row of every document, with its shares and whether another document differs.

    Args:
        rows: Rows of ``nrmp_specialty_match`` with their document.
        sources: ``source``, ``origin_family``, ``licence``.

    Returns:
        As many rows as were given. Shares are ratios of positions filled. A doubtful row has none, lest
        somebody uses it unawares.
    """
    no_share = (
        pl.when("is_doubtful")
        .then(pl.lit("doubtful"))
        .when(pl.any_horizontal(pl.col(name).is_null() for name in _NUMBERS))
        .then(pl.lit("not_stated"))
        .when(pl.col("positions_filled") == 0)
        .then(pl.lit("none_filled"))
    )
    both, filled = pl.col("n_us_img") + pl.col("n_non_us_img"), pl.col("positions_filled")
    has_share = pl.col("share_null_reason").is_null()
    return (
        _with_others_differ(rows)
        .with_columns(no_share.alias("share_null_reason"))
        .with_columns(
            pl.when(has_share).then(both / filled).alias("img_share_of_filled"),
            pl.when(has_share).then(pl.col("n_non_us_img") / filled).alias("non_us_img_share_of_filled"),
        )
        .join(sources.select("source", "origin_family", "licence"), on="source")
    )


def _with_others_differ(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with ``others_differ``: whether one cell of a Match and specialty has several numbers over the documents."""
    cells = rows.with_columns(
        pl.col("position_type").replace("not_stated", "PGY-1").alias("positions"),
        *(pl.col(f"specialty_{name}").str.to_lowercase().str.replace_all(r"\s+", " ").alias(name) for name in ("group", "label")),
        pl.struct("source", "document").alias("place"),
    )
    several = pl.col("place").n_unique().over(_CELL) > 1
    differs = pl.any_horizontal(pl.col(name).drop_nulls().n_unique().over(_CELL) > 1 for name in _NUMBERS)
    return cells.with_columns((several & differs).alias("others_differ")).drop("positions", "group", "label", "place")
