"""The two building blocks of every declaration: a column, and a table made of columns.

The pandera schema, the SQLModel table, the SQL comments and the data dictionary are all derived from these.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import pandera.polars as pa
import polars as pl
from pandera.errors import SchemaErrors

UTC_TIME = pl.Datetime("us", "UTC")
TEXT_LIST = pl.List(pl.String)

TYPE_NAMES: dict[pl.DataType, str] = {
    pl.String(): "text",
    pl.Int64(): "integer",
    pl.Float64(): "number",
    pl.Boolean(): "true/false",
    pl.Date(): "date",
    UTC_TIME: "UTC time",
    TEXT_LIST: "list of text",
}


class TableError(Exception):
    """A frame of ours that breaks its table's declaration: a fault of the code, never of a source."""

    def __init__(self, table: str, error: SchemaErrors) -> None:
        cases = error.failure_cases.select("column", "check", "failure_case").unique(maintain_order=True).head(5)
        told = "; ".join(f"{column or table}: {check}, found {str(found)[:100]!r}" for column, check, found in cases.rows())
        super().__init__(f"table {table}: {told}")


@dataclass(frozen=True, slots=True)
class Column:
    """A column's meaning, shared by every table that carries it.

    Attributes:
        name: The column's name, the same everywhere.
        dtype: The polars type.
        description: What it is, whose claim it is, when it is null, and the trap in it. Ends in a full stop.
        unit: Unit of a number (``positions``, ``filings``, ``ratio`` ...); None for anything that is not a number.
        nullable: Whether null is allowed, with the meaning that the description gives it.
        pattern: Regular expression that a text must match.
        values: The closed vocabulary of a text.
        low: Smallest allowed number.
        high: Largest allowed number.
    """

    name: str
    dtype: pl.DataType
    description: str
    unit: str | None = None
    nullable: bool = False
    pattern: str | None = None
    values: tuple[str, ...] | None = None
    low: float | None = None
    high: float | None = None

    def or_null(self) -> Self:
        """The same column where null is allowed."""
        return replace(self, nullable=True)

    @property
    def type_name(self) -> str:
        """The type in a reader's words."""
        return TYPE_NAMES[self.dtype]

    def expectations(self) -> list[tuple[str, pl.Expr]]:
        """What a value must be where there is one: in words, and as the expression that is true of a good one."""
        value = pl.col(self.name)
        found: list[tuple[str, pl.Expr]] = []
        if self.pattern is not None:
            found.append((f"expected text like {self.pattern}", value.str.contains(self.pattern)))
        if self.values is not None:
            words = ", ".join(self.values) if len(self.values) <= 12 else f"the {len(self.values)} words of the dictionary"
            found.append((f"expected one of {words}", value.is_in(self.values)))
        if self.low is not None:
            found.append((f"expected at least {self.low:g}", value >= self.low))
        if self.high is not None:
            found.append((f"expected at most {self.high:g}", value <= self.high))
        return found

    def is_there(self) -> pl.Expr:
        """True of a value that may stand in a column without null; not-a-number is none."""
        value = pl.col(self.name)
        return value.is_not_null() & value.is_not_nan() if self.dtype == pl.Float64() else value.is_not_null()

    def pandera(self) -> pa.Column:
        """This column as pandera checks it."""
        return pa.Column(
            self.dtype,
            [_check(holds, told) for told, holds in self.expectations()],
            nullable=self.nullable,
            description=self.description,
            metadata={"unit": self.unit},
        )


def _check(holds: pl.Expr, told: str) -> pa.Check:
    """A pandera check of an expression; its error reads as an expectation."""
    return pa.Check(lambda data: data.lazyframe.select(holds), error=told)


@dataclass(frozen=True)
class RowRule:
    """A rule about a whole row.

    Attributes:
        name: The expectation, in words.
        columns: Columns it compares.
        holds: Gives the expression that is true where the row is good.
    """

    name: str
    columns: tuple[str, ...]
    holds: Callable[[], pl.Expr]


@dataclass(frozen=True)
class Table:
    """A table's declaration.

    Attributes:
        name: Name in the warehouse, the release and the dictionary.
        grain: What one row is.
        key: Columns that identify a row; unique in every frame of this table.
        columns: All columns, in order.
        rules: Rules that span columns.
    """

    name: str
    grain: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    rules: tuple[RowRule, ...] = ()

    @property
    def column_names(self) -> list[str]:
        """Names of the columns, in order."""
        return [column.name for column in self.columns]

    @property
    def dtypes(self) -> dict[str, pl.DataType]:
        """Polars type by column name, in order."""
        return {column.name: column.dtype for column in self.columns}

    @cached_property
    def schema(self) -> pa.DataFrameSchema:
        """The pandera schema: exact columns and types, values, rules and key."""
        return pa.DataFrameSchema(
            {column.name: column.pandera() for column in self.columns},
            checks=[_check(rule.holds(), rule.name) for rule in self.rules],
            name=self.name,
            title=self.name,
            description=self.grain,
            unique=list(self.key),
            strict=True,
            ordered=True,
        )

    @cached_property
    def _holds(self) -> pl.Expr:
        """True of a frame with the declared columns whose every value, row and key is as declared."""
        meets = [
            *(column.is_there() for column in self.columns if not column.nullable),
            *(holds for column in self.columns for _, holds in column.expectations()),
            *(rule.holds() for rule in self.rules),
        ]
        once = pl.struct(self.key).n_unique() == pl.len()
        return pl.all_horizontal(once, *(met.fill_null(value=True).all() for met in meets))

    def is_kept_by(self, frame: pl.DataFrame) -> bool:
        """Whether a frame is as declared: what ``schema`` checks, in one pass instead of two a column.

        Nearly every frame is, and then nothing more need be asked; pandera tells what is wrong with one that is not.
        """
        return list(frame.schema.items()) == list(self.dtypes.items()) and bool(frame.select(self._holds).item())

    def empty(self) -> pl.DataFrame:
        """A frame of this table without rows."""
        return pl.DataFrame(schema=self.dtypes)

    def conform(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Select and order this table's columns, sorted by key, and check them eagerly.

        Returns:
            The frame at this table's grain, in key order.

        Raises:
            TableError: When a row or the frame breaks the declaration: a fault of ours, not of a source.
            TypeError: On a LazyFrame, whose bad values would pass.
        """
        if not isinstance(frame, pl.DataFrame):
            raise TypeError(f"table {self.name}: expected a DataFrame; found {type(frame).__name__}")
        found = frame.select(self.column_names).sort(self.key, nulls_last=True)
        if self.is_kept_by(found):
            return found
        try:
            return self.schema.validate(found, lazy=True)
        except SchemaErrors as error:
            raise TableError(self.name, error) from error

    def with_columns(self, columns: Sequence[Column], *, name: str, grain: str, key: tuple[str, ...]) -> "Table":
        """A wider table that carries all columns of this one, with its own name, grain and key."""
        return Table(name=name, grain=grain, key=key, columns=(*self.columns, *columns), rules=self.rules)
