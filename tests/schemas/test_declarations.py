"""Every declared table: a column means one thing everywhere, and SQL, pandera and the dictionary say what it says."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from sqlalchemy import JSON, BigInteger, Boolean, Date, DateTime, Float, String

from schemas.contract import FEATURE_MATRIX, FEATURES, NULL_REASONS
from schemas.entities import ACCOMPANYING, DERIVED, KEPT_CONCLUSIONS, kept_derived
from schemas.listings import LISTINGS, kept, located
from schemas.operations import OPERATIONS
from schemas.table import TEXT_LIST, UTC_TIME, Column, Table
from schemas.validation import REJECTED
from transforms import features
from warehouse.dictionary import RELEASE_TABLES, dictionary_table
from warehouse.tables import MODELS, WAREHOUSE_TABLES, sql_table

DECLARED: tuple[Table, ...] = (
    *LISTINGS,
    *map(located, LISTINGS),
    *map(kept, LISTINGS),
    *DERIVED,
    *map(kept_derived, KEPT_CONCLUSIONS),
    *ACCOMPANYING,
    *OPERATIONS,
    FEATURE_MATRIX,
    REJECTED,
)

SEVERAL_MEANINGS = {
    "outcome": "of an attempt, and of an extract",
    "accreditation_status": "as one list prints it, and as a feature concludes it",
    "match_year": "of a row, and the latest one of a program",
    "quota": "of a track, and a program's",
    "matched": "of a track, and a program's",
    "valid_from": "of a version of a row, and of a link by its evidence",
    "valid_to": "of a version of a row, and of a link by its evidence",
}
"""Names that stand for two things by design, and for which."""

SQL_TYPES: dict[pl.DataType, type] = {
    pl.String(): String,
    pl.Int64(): BigInteger,
    pl.Float64(): Float,
    pl.Boolean(): Boolean,
    pl.Date(): Date,
    UTC_TIME: DateTime,
    TEXT_LIST: JSON,
}


def each(tables: tuple[Table, ...]) -> list[object]:
    return [pytest.param(table, id=f"{table.name} by {' '.join(table.key)}") for table in tables]


def meanings() -> dict[str, set[Column]]:
    """What each column name stands for, nullability aside."""
    found: dict[str, set[Column]] = {}
    for table in DECLARED:
        for column in table.columns:
            found.setdefault(column.name, set()).add(column.or_null())
    return found


# --- one declaration per column ---------------------------------------------------------------------------------------


def test_every_name_means_one_thing_but_for_the_listed_exceptions() -> None:
    several = {name: len(found) for name, found in meanings().items() if len(found) > 1}
    assert several == dict.fromkeys(SEVERAL_MEANINGS, 2)


def test_every_name_has_one_type_and_one_unit_without_exception() -> None:
    shapes = {name: {(column.dtype, column.unit, column.pattern) for column in found} for name, found in meanings().items()}
    assert {name: found for name, found in shapes.items() if len(found) > 1} == {}


@pytest.mark.parametrize("table", each(DECLARED))
def test_descriptions_are_sentences(table: Table) -> None:
    texts = {column.name: column.description for column in table.columns} | {"grain": table.grain}
    assert {name: text for name, text in texts.items() if not re.fullmatch(r"[^\s].*\.", text)} == {}


@pytest.mark.parametrize("table", each(DECLARED))
def test_numbers_and_only_numbers_have_a_unit(table: Table) -> None:
    wrong = [column.name for column in table.columns if column.dtype.is_numeric() != bool(column.unit)]
    assert wrong == []


@pytest.mark.parametrize("table", each(DECLARED))
def test_keys_are_columns_that_are_never_null(table: Table) -> None:
    never_null = {column.name for column in table.columns if not column.nullable}
    assert table.key
    assert set(table.key) <= never_null


@pytest.mark.parametrize("table", each(DECLARED))
def test_no_column_stands_twice(table: Table) -> None:
    assert len(set(table.column_names)) == len(table.columns)


def test_release_and_warehouse_tables_have_names_of_their_own() -> None:
    for tables in (RELEASE_TABLES, WAREHOUSE_TABLES):
        names = [table.name for table in tables]
        assert len(set(names)) == len(names)


# --- pandera ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", each(DECLARED))
def test_pandera_agrees_with_the_declaration(table: Table) -> None:
    schema = table.schema
    assert list(schema.columns) == table.column_names
    assert (schema.unique, schema.strict, schema.ordered) == (list(table.key), True, True)
    for column in table.columns:
        found = schema.columns[column.name]
        assert (found.dtype.type, found.nullable, found.description, found.metadata) == (
            column.dtype,
            column.nullable,
            column.description,
            {"unit": column.unit},
        )


@pytest.mark.parametrize("table", each(DECLARED))
def test_an_empty_frame_keeps_the_declaration(table: Table) -> None:
    assert table.conform(table.empty()).schema == pl.Schema(table.dtypes)


# --- SQL --------------------------------------------------------------------------------------------------------------


def test_the_warehouse_keeps_every_listing_every_operation_and_three_conclusions() -> None:
    assert [table.name for table in WAREHOUSE_TABLES] == [
        *(table.name for table in OPERATIONS),
        *(table.name for table in LISTINGS),
        "program_history",
        "evidence_history",
        "feature_history",
    ]
    assert set(MODELS) == {table.name for table in WAREHOUSE_TABLES}


@pytest.mark.parametrize("table", each(WAREHOUSE_TABLES))
def test_sql_agrees_with_the_declaration(table: Table) -> None:
    sql = sql_table(table.name)
    assert [column.name for column in sql.columns] == table.column_names
    assert {column.name for column in sql.primary_key} == set(table.key)
    assert sql.comment == table.grain
    for column in table.columns:
        found = sql.c[column.name]
        assert (found.comment, found.nullable) == (column.description, column.nullable)
        assert isinstance(found.type, SQL_TYPES[column.dtype])


@pytest.mark.parametrize("table", each(WAREHOUSE_TABLES))
def test_every_sql_time_carries_its_zone(table: Table) -> None:
    times = [sql_table(table.name).c[column.name] for column in table.columns if column.dtype == UTC_TIME]
    assert [column.name for column in times if not column.type.timezone] == []


# --- dictionary -------------------------------------------------------------------------------------------------------


def test_dictionary_has_one_row_for_every_column_of_a_release() -> None:
    expected = {(table.name, column.name) for table in RELEASE_TABLES for column in table.columns}
    found = list(dictionary_table().select("table_name", "column_name").iter_rows())
    assert len(found) == len(expected)
    assert set(found) == expected


def test_dictionary_says_what_the_declaration_says() -> None:
    by_name = {(row["table_name"], row["column_name"]): row for row in dictionary_table().iter_rows(named=True)}
    assert by_name["match_history", "unfilled_rate"] == {
        "table_name": "match_history",
        "column_name": "unfilled_rate",
        "type": "number",
        "unit": "ratio",
        "nullable": "null allowed",
        "allowed_values": None,
        "description": "Unfilled positions divided by quota; null when quota is 0.",
    }
    assert by_name["feature_matrix", "ci_fellowship_same_sponsor"]["allowed_values"] == "yes, no, unknown"
    assert by_name["program", "program_uid"]["nullable"] == "never null"


# --- features and their nulls -----------------------------------------------------------------------------------------


def test_every_feature_says_what_it_is_in_what_unit() -> None:
    assert [feature.name for feature in FEATURES if not feature.description.endswith(".")] == []
    assert [feature.name for feature in FEATURES if feature.is_number != bool(feature.unit)] == []
    assert len({feature.name for feature in FEATURES}) == len(FEATURES) == 14


def test_matrix_has_five_columns_a_feature_and_only_the_value_and_its_confidence_may_be_null() -> None:
    nullable = {column.name: column.nullable for column in FEATURE_MATRIX.columns}
    for feature in FEATURES:
        own = [feature.name, *(f"{feature.name}__{part}" for part in ("status", "confidence", "n_origins", "is_known"))]
        assert [nullable[name] for name in own] == [True, False, True, False, False]
    assert len(nullable) == 8 + 5 * len(FEATURES)


def null_reasons_in_code() -> Iterator[str]:
    """Words that ``transforms.features`` gives as reasons: its defaults, and those that its functions are called with."""
    yield from features._DEFAULT_REASON.values()
    position = {"_absent": 2, "finding": 3}
    for node in ast.walk(ast.parse(Path(features.__file__).read_text(encoding="utf-8"))):
        given: list[ast.expr] = []
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in position:
            given = node.args[position[node.func.id] :][:1]
        elif isinstance(node, ast.keyword) and node.arg == "reason":
            given = [node.value]
        elif isinstance(node, ast.Tuple) and isinstance(node.elts[0], ast.Call | ast.BinOp):  # (condition, reason)
            given = node.elts[1:]
        for expression in given:
            yield from (part.value for part in ast.walk(expression) if isinstance(part, ast.Constant) and part.value)


def test_every_null_reason_in_the_code_is_declared_and_every_declared_one_is_used() -> None:
    assert set(null_reasons_in_code()) == set(NULL_REASONS)


def test_null_reasons_are_sentences() -> None:
    assert [word for word, text in NULL_REASONS.items() if not text.endswith(".")] == []
