"""Separating rows that keep their declaration from rows that do not, with every reason kept.

Validation is always eager: a LazyFrame is checked for names and types only and passes bad values.
"""

from dataclasses import dataclass
from datetime import date

import polars as pl
from pandera.errors import SchemaErrors

from schemas import columns as c
from schemas.table import TEXT_LIST, Column, Table, TableError

LIST_SEPARATOR = "|"
EARLIEST_DAY, LATEST_DAY = date(1900, 1, 1), date(2100, 1, 1)
"""Days of this field lie between; anything else is a year of two digits or a slip."""

REJECTED = Table(
    name="rejected_row",
    grain="One row set aside, with its reasons.",
    key=("locator",),
    columns=(c.LOCATOR, c.RAW_ROW, c.REASONS),
)


@dataclass(frozen=True)
class Validated:
    """Rows of one listing after validation: ``listed`` + ``rejected`` = rows parsed.

    Attributes:
        listed: Typed rows that keep the declaration, in key order.
        rejected: Rows set aside: locator, raw row as JSON, reasons.
    """

    listed: pl.DataFrame
    rejected: pl.DataFrame


def validate(listing: Table, parsed: pl.DataFrame) -> Validated:
    """Type and check the text rows of one listing.

    Args:
        listing: The declaration, with a ``locator`` column.
        parsed: All-text rows as the parser read them; lists are words joined by '|'.

    Returns:
        Listed rows (typed) and rejected rows. Of rows that share a key the first in document order is listed.

    Raises:
        TableError: When the frame as a whole is wrong: a fault of the parser, not of a row.
    """
    # In one piece: formatting panics (polars 2.1) where a frame's first piece is empty after a filter.
    numbered = parsed.select(listing.column_names).rechunk().with_row_index("row")
    typed = numbered.select("row", *(_typed(column) for column in listing.columns))
    reasons = pl.concat([*_cast_failures(listing, numbered), _repeated_keys(listing, typed)])
    readable = typed.join(reasons, on="row", how="anti")
    reasons = pl.concat([reasons, _check_failures(listing, readable)])
    listed = listing.conform(typed.join(reasons, on="row", how="anti").drop("row"))
    by_row = reasons.group_by("row").agg(pl.col("reason").sort().alias("reasons"))
    rejected = numbered.join(by_row, on="row").sort("row")
    return Validated(
        listed=listed,
        rejected=rejected.select("locator", pl.struct(listing.column_names).struct.json_encode().alias("raw_row"), "reasons"),
    )


def _typed(column: Column) -> pl.Expr:
    text = pl.col(column.name)
    if column.dtype == pl.Date():
        day = text.str.to_date("%Y-%m-%d", strict=False)
        return pl.when(day.is_between(EARLIEST_DAY, LATEST_DAY)).then(day).alias(column.name)
    if column.dtype == pl.Float64():
        number = text.cast(pl.Float64, strict=False)
        return pl.when(number.is_finite()).then(number).alias(column.name)
    if column.dtype == pl.Boolean():
        return text.replace_strict({"true": True, "false": False}, default=None, return_dtype=pl.Boolean())
    if column.dtype == TEXT_LIST:
        return pl.when(text == "").then(pl.lit([], dtype=TEXT_LIST)).otherwise(text.str.split(LIST_SEPARATOR)).alias(column.name)
    return text.cast(column.dtype, strict=False)


def _cast_failures(listing: Table, numbered: pl.DataFrame) -> list[pl.DataFrame]:
    """Reasons for texts that do not read as their column's type; columns: row, reason."""
    none = pl.DataFrame(schema={"row": pl.UInt32(), "reason": pl.String()})
    found = [none]
    for column in listing.columns:
        if column.dtype == pl.String():
            continue
        text = pl.col(column.name)
        found.append(
            numbered.filter(text.is_not_null() & _typed(column).is_null()).select(
                "row",
                pl.format("{}: expected {}, found '{}'", pl.lit(column.name), pl.lit(column.type_name), text).alias("reason"),
            )
        )
    return found


def _repeated_keys(listing: Table, typed: pl.DataFrame) -> pl.DataFrame:
    """Reasons for rows whose whole key stood in an earlier row; columns: row, reason."""
    key = list(listing.key)
    complete = typed.drop_nulls(key)
    return complete.filter(~pl.struct(key).is_first_distinct()).select(
        "row",
        pl.format(
            "{}: expected once, found again: '{}'",
            pl.lit(", ".join(key)),
            pl.concat_str([pl.col(name).cast(pl.String) for name in key], separator=", "),
        ).alias("reason"),
    )


def _check_failures(listing: Table, typed: pl.DataFrame) -> pl.DataFrame:
    """Reasons for rows that break a pandera check; columns: row, reason."""
    found = typed.select(listing.column_names)
    try:
        if not listing.is_kept_by(found):
            listing.schema.validate(found, lazy=True)
    except SchemaErrors as error:
        cases: pl.DataFrame = error.failure_cases.filter(pl.col("check") != "multiple_fields_uniqueness")
        if cases["index"].null_count():
            raise TableError(listing.name, error) from error
        told = cases.select(
            pl.col("index").cast(pl.UInt32),
            pl.col("schema_context") == "Column",
            pl.col("column"),
            pl.col("check").replace({"not_nullable": "expected a value"}),
            pl.format("'{}'", pl.col("failure_case")).fill_null("nothing").alias("found"),
        )
        rows = typed.with_row_index("index")
        of_values = told.filter("schema_context").select(
            "index", pl.format("{}: {}, found {}", "column", "check", "found").alias("reason")
        )
        broken = told.filter(~pl.col("schema_context")).join(rows, on="index")
        of_rules = [
            broken.filter(pl.col("check") == rule.name).select(
                "index", pl.format("{}, found {}", "check", _values(listing, rule.columns)).alias("reason")
            )
            for rule in listing.rules
        ]
        return pl.concat([of_values, *of_rules]).unique(maintain_order=True).join(rows, on="index").select("row", "reason")
    return pl.DataFrame(schema={"row": pl.UInt32(), "reason": pl.String()})


def _values(listing: Table, columns: tuple[str, ...]) -> pl.Expr:
    """The values of a row as ``a = 1, b = 2``; a list as it was before it was split."""
    texts = {
        name: pl.col(name).list.join(LIST_SEPARATOR) if listing.dtypes[name] == TEXT_LIST else pl.col(name).cast(pl.String)
        for name in columns
    }
    parts = [pl.format("{} = {}", pl.lit(name), text.fill_null("nothing")) for name, text in texts.items()]
    return pl.concat_str(parts, separator=", ")
