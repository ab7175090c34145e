"""Hospitals as CMS lists them, and what happened to them between two lists."""

import polars as pl


def hospital_events(history: pl.DataFrame, lists: pl.DataFrame | None = None) -> pl.DataFrame:
    """Changes between the lists that we have seen, oldest first.

    Args:
        history: All versions of ``cms_hospital`` ever kept, superseded ones included.
        lists: ``observed_at`` and ``complete`` of every list seen; None where all were complete. What appears after an
            incomplete list may have been there before, and has not opened for certain.

    Returns:
        Table ``hospital_event``. The hospitals of the first list seen are a beginning, not openings. A hospital is
        retired only by a complete list, since only that closes a version.
    """
    versions = history.filter(pl.col("valid_to").is_null()).sort("ccn", "observed_at")
    before = {name: pl.col(name).shift(1).over("ccn").alias(f"{name}_before") for name in ("hospital_name", "city")}
    steps = versions.with_columns(
        *before.values(),
        pl.col("superseded_at").shift(1).over("ccn").alias("superseded_before"),
        pl.col("ccn").is_first_distinct().alias("is_first"),
        pl.col("observed_at").min().alias("first_list_at"),
    )
    if lists is not None:
        before_it = lists.sort("observed_at").select("observed_at", pl.col("complete").shift(1).alias("complete_before"))
        steps = steps.join(before_it.unique("observed_at"), on="observed_at", how="left")
    else:
        steps = steps.with_columns(pl.lit(value=True).alias("complete_before"))
    gap = ~pl.col("is_first") & (pl.col("superseded_before") < pl.col("observed_at"))
    changed = ~pl.col("is_first") & ~gap
    return pl.concat(
        [
            _events(
                steps.filter(pl.col("is_first") & (pl.col("observed_at") > pl.col("first_list_at")) & pl.col("complete_before")),
                "opened",
                None,
                "hospital_name",
            ),
            _events(steps.filter(gap), "reopened", None, "hospital_name"),
            _events(
                steps.filter(changed & (pl.col("hospital_name") != pl.col("hospital_name_before"))),
                "renamed",
                "hospital_name_before",
                "hospital_name",
            ),
            _events(steps.filter(changed & (pl.col("city") != pl.col("city_before"))), "moved", "city_before", "city"),
            _retired(history, versions),
        ]
    )


def _events(steps: pl.DataFrame, event: str, before: str | None, after: str) -> pl.DataFrame:
    return steps.select(
        "ccn",
        pl.lit(event).alias("event"),
        pl.col("valid_from").alias("event_on"),
        (pl.col(before) if before else pl.lit(None, pl.String)).alias("value_before"),
        pl.col(after).alias("value_after"),
        "digest",
        "observed_at",
    )


def _retired(history: pl.DataFrame, versions: pl.DataFrame) -> pl.DataFrame:
    """Closings that no version follows at the same moment: the hospital was absent from a complete list."""
    closings = history.filter(pl.col("valid_to").is_not_null())
    followed = versions.select("ccn", "observed_at")
    return closings.join(followed, on=["ccn", "observed_at"], how="anti").select(
        "ccn",
        pl.lit("retired").alias("event"),
        pl.col("valid_to").alias("event_on"),
        pl.col("hospital_name").alias("value_before"),
        pl.lit(None, pl.String).alias("value_after"),
        "digest",
        "observed_at",
    )
