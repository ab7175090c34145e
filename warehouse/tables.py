"""SQLModel tables, made from the declarations in ``schemas``: one declaration, one table, the same comments."""

from datetime import date, datetime
from typing import Any

import polars as pl
from pydantic import create_model
from sqlalchemy import JSON, BigInteger, DateTime, String, Text
from sqlalchemy import Table as SqlTable
from sqlmodel import Field, SQLModel

from schemas.entities import KEPT_CONCLUSIONS, kept_derived
from schemas.listings import LISTINGS, kept
from schemas.operations import OPERATIONS
from schemas.table import TEXT_LIST, UTC_TIME, Column, Table

KEPT_TABLES: tuple[Table, ...] = (*map(kept, LISTINGS), *map(kept_derived, KEPT_CONCLUSIONS))
WAREHOUSE_TABLES: tuple[Table, ...] = (*OPERATIONS, *KEPT_TABLES)

_PYTHON_TYPES: dict[pl.DataType, type] = {
    pl.String(): str,
    pl.Int64(): int,
    pl.Float64(): float,
    pl.Boolean(): bool,
    pl.Date(): date,
    UTC_TIME: datetime,
    TEXT_LIST: list[str],
}
_INDEXED = ("source", "document", "superseded_at", "entity_key", "extract_id")


def _sql_type(column: Column, *, in_key: bool) -> Any:  # noqa: ANN401  (SQLAlchemy types share no useful base here)
    if column.dtype == UTC_TIME:
        return DateTime(timezone=True)
    if column.dtype == TEXT_LIST:
        return JSON()
    if column.dtype == pl.Int64():
        return BigInteger()
    if column.dtype == pl.String():
        return String() if in_key else Text()
    return None


def _field(column: Column, table: Table) -> tuple[Any, Any]:
    in_key = column.name in table.key
    python_type = _PYTHON_TYPES[column.dtype]
    sql_type = _sql_type(column, in_key=in_key)
    options: dict[str, Any] = {
        "description": column.description,
        "nullable": column.nullable,
        "primary_key": in_key,
        "index": column.name in _INDEXED and not in_key,
        "sa_column_kwargs": {"comment": column.description},
    }
    if sql_type is not None:
        options["sa_type"] = sql_type
    if column.nullable:
        return (python_type | None, Field(default=None, **options))
    return (python_type, Field(**options))


def sqlmodel_of(table: Table) -> type[SQLModel]:
    """The SQLModel class of a declared table: same names, types, nullability and comments."""
    fields: dict[str, Any] = {column.name: _field(column, table) for column in table.columns}
    return create_model(
        table.name,
        __base__=SQLModel,
        __cls_kwargs__={"table": True},
        __doc__=table.grain,
        __module__=__name__,
        **fields,
    )


MODELS: dict[str, type[SQLModel]] = {table.name: sqlmodel_of(table) for table in WAREHOUSE_TABLES}


def sql_table(name: str) -> SqlTable:
    """The SQLAlchemy table behind a model."""
    return SQLModel.metadata.tables[name]


for _table in WAREHOUSE_TABLES:
    sql_table(_table.name).comment = _table.grain
