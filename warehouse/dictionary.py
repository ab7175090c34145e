"""The data dictionary, printed from the declarations: nothing in it is written twice."""

import polars as pl

from schemas.contract import FEATURE_MATRIX
from schemas.entities import ACCOMPANYING, DERIVED, DICTIONARY
from schemas.table import Table

RELEASE_TABLES: tuple[Table, ...] = (*DERIVED, FEATURE_MATRIX, *ACCOMPANYING)
"""Every table of a release."""


def dictionary_table() -> pl.DataFrame:
    """Table ``dictionary``: one row for every column of every table of a release."""
    rows = [
        (
            table.name,
            column.name,
            column.type_name,
            column.unit,
            "null allowed" if column.nullable else "never null",
            ", ".join(column.values) if column.values else None,
            column.description,
        )
        for table in RELEASE_TABLES
        for column in table.columns
    ]
    return DICTIONARY.conform(pl.DataFrame(rows, schema=DICTIONARY.dtypes, orient="row"))
