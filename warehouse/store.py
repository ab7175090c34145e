"""The SQL store: SQLite embedded, Postgres by a URL, the same tables on both, frames in bulk and never row by row."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
from sqlalchemy import ColumnElement, Connection, Engine, Row, bindparam, create_engine, delete, event, select, text, update
from sqlmodel import SQLModel

from schemas.table import TEXT_LIST, UTC_TIME, Column, Table
from warehouse.tables import WAREHOUSE_TABLES, sql_table

_BATCH = 20_000
_BUSY_TIMEOUT_MS = 60_000
_PRESENT = {
    "sqlite": "SELECT t.name, c.name FROM sqlite_master AS t JOIN pragma_table_info(t.name) AS c WHERE t.type = 'table'",
    "postgresql": """
        SELECT t.relname, c.attname FROM pg_class AS t JOIN pg_attribute AS c ON c.attrelid = t.oid
        WHERE t.relkind IN ('r', 'p') AND pg_table_is_visible(t.oid) AND c.attnum > 0 AND NOT c.attisdropped
        """,
}
"""Every table and column that is there, in one query a dialect: a night opens its store forty times."""


def sqlite_url(path: Path) -> str:
    """The URL of the embedded warehouse."""
    return f"sqlite:///{path}"


class StoreError(RuntimeError):
    """A store that this version cannot use: names the table and the column."""


class Store:
    """Frames in and out of the warehouse's tables.

    Args:
        url: ``sqlite:///FILE`` or ``postgresql://...``.
    """

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)

    def create(self) -> None:
        """Create the tables that are not there yet, and add columns that a table of an older version has not yet.

        Raises:
            StoreError: When a column that may not be null is missing: such a table cannot be carried over.
        """
        with self.engine.connect() as connection:
            present = {tuple(row) for row in connection.execute(text(_PRESENT[self.engine.dialect.name])).all()}
        known = {table for table, _ in present}
        missing = [sql_table(table.name) for table in WAREHOUSE_TABLES if table.name not in known]
        if missing:
            with self.transaction() as connection:
                if self.engine.dialect.name == "sqlite":
                    connection.execute(text("BEGIN IMMEDIATE"))  # the driver would commit, and flush, after every statement
                SQLModel.metadata.create_all(connection, tables=missing)
        for table in (table for table in WAREHOUSE_TABLES if table.name in known):
            for column in (column for column in table.columns if (table.name, column.name) not in present):
                self._add(table, column)

    def _add(self, table: Table, column: Column) -> None:
        if not column.nullable:
            raise StoreError(f"{table.name}: expected column {column.name}, which may not be null; found a table without it")
        sql_type = sql_table(table.name).c[column.name].type.compile(self.engine.dialect)
        with self.engine.begin() as connection:
            connection.execute(text(f"ALTER TABLE {table.name} ADD COLUMN {column.name} {sql_type}"))

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One transaction: all of it is kept, or none."""
        with self.engine.begin() as connection:
            yield connection

    def append(self, connection: Connection, table: Table, frame: pl.DataFrame) -> None:
        """Add the rows of a frame to its table, by COPY on Postgres and by one prepared statement on SQLite.

        Raises:
            TableError: When the frame is not of the table.
        """
        if frame.is_empty():
            return
        rows = table.conform(frame)
        names = ", ".join(table.column_names)
        if self.engine.dialect.name == "postgresql":
            raw: Any = connection.connection.driver_connection
            with raw.cursor() as cursor, cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
                for row in _stored(rows).iter_rows():
                    copy.write_row(row)
            return
        marks = ", ".join("?" for _ in table.columns)
        statement = f"INSERT INTO {table.name} ({names}) VALUES ({marks})"
        raw = connection.connection.driver_connection
        raw.executemany(statement, _stored(_as_sqlite_text(rows)).iter_rows())

    def read(self, table: Table, *conditions: ColumnElement[bool], connection: Connection | None = None) -> pl.DataFrame:
        """Rows of a table that meet all conditions, in key order."""
        sql = sql_table(table.name)
        statement = select(*(sql.c[name] for name in table.column_names)).where(*conditions)
        if connection is None:
            with self.engine.connect() as fresh:
                parts = [_frame(table, rows) for rows in fresh.execute(statement).partitions(_BATCH)]
        else:
            parts = [_frame(table, rows) for rows in connection.execute(statement).partitions(_BATCH)]
        return pl.concat([table.empty(), *parts]).sort(table.key)

    def supersede(self, connection: Connection, table: Table, row_ids: pl.Series, at: datetime) -> None:
        """Mark versions as no longer what we know. The only change ever made to a kept row."""
        sql = sql_table(table.name)
        for start in range(0, len(row_ids), _BATCH):
            batch = row_ids.slice(start, _BATCH).to_list()
            connection.execute(
                update(sql).where(sql.c.row_id == bindparam("b_row_id"), sql.c.superseded_at.is_(None)).values(superseded_at=at),
                [{"b_row_id": row_id} for row_id in batch],
            )

    def remove(self, connection: Connection, table: Table, condition: ColumnElement[bool]) -> None:
        """Remove rows of an operations table that are about to be written anew."""
        connection.execute(delete(sql_table(table.name)).where(condition))

    def set_values(self, connection: Connection, table: Table, condition: ColumnElement[bool], values: dict[str, object]) -> None:
        """Fill in columns of an operations row, such as the end of a night."""
        connection.execute(update(sql_table(table.name)).where(condition).values(**values))


def _frame(table: Table, rows: Sequence[Row[Any]]) -> pl.DataFrame:
    """A batch of rows as a frame: Python's own objects, ten times as large, are never there for a whole table."""
    return pl.DataFrame(
        [
            pl.Series(column.name, _aware(values) if column.dtype == UTC_TIME else values, dtype=column.dtype)
            for column, values in zip(table.columns, zip(*rows, strict=True), strict=True)
        ]
    )


def _engine(url: str) -> Engine:
    if url.startswith(("postgres://", "postgresql://")):
        url = "postgresql+psycopg://" + url.partition("://")[2]
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _configure_sqlite)
    return engine


def _configure_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401  (the driver's own connection)
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        f"busy_timeout = {_BUSY_TIMEOUT_MS}",
        "foreign_keys = ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _stored(frame: pl.DataFrame) -> pl.DataFrame:
    """Lists as JSON text, as both stores keep them."""
    return frame.with_columns(
        pl.col(name).map_elements(lambda words: json.dumps(words.to_list()), return_dtype=pl.String)
        for name, dtype in frame.schema.items()
        if dtype == TEXT_LIST
    )


def _as_sqlite_text(frame: pl.DataFrame) -> pl.DataFrame:
    """Dates and times in the spelling that SQLAlchemy reads back from SQLite."""
    return frame.with_columns(
        *(pl.col(name).dt.to_string("%Y-%m-%d") for name, dtype in frame.schema.items() if dtype == pl.Date()),
        *(pl.col(name).dt.to_string("%Y-%m-%d %H:%M:%S%.6f") for name, dtype in frame.schema.items() if dtype == UTC_TIME),
    )


def _aware(values: tuple[datetime | date | None, ...]) -> list[datetime | None]:
    """Times as UTC: SQLite forgets the zone, in which every time was written."""
    return [
        None if not isinstance(value, datetime) else value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        for value in values
    ]
