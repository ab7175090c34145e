"""Validation: every parsed row is listed or set aside, once, and each row set aside says why."""

import json
from collections.abc import Callable
from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandera.errors import SchemaErrors

from schemas import columns as c
from schemas.table import TEXT_LIST, Column, RowRule, Table, TableError
from schemas.validation import Validated, validate

LISTING = Table(
    name="stall",
    grain="One stall of one market.",
    key=("market", "stall"),
    columns=(
        Column("market", pl.String(), "Market.", pattern=r"^[A-Z][a-z]+$"),
        Column("stall", pl.Int64(), "Number.", unit="rank", low=1, high=99),
        Column("sells", pl.String(), "What it sells.", values=("fruit", "fish")),
        Column("area", pl.Float64(), "Area.", unit="square metres", low=0, nullable=True),
        Column("open", pl.Boolean(), "Whether it is open.", nullable=True),
        Column("since", pl.Date(), "First day.", nullable=True),
        Column("until", pl.Date(), "Last day.", nullable=True),
        Column("names", TEXT_LIST, "Names of its wares.", nullable=True),
        c.LOCATOR,
    ),
    rules=(
        RowRule(
            "expected to end after it begins",
            ("since", "until"),
            lambda: pl.col("until").is_null() | (pl.col("until") >= pl.col("since")),
        ),
        RowRule(
            "expected no cod with the fruit",
            ("sells", "names"),
            lambda: (pl.col("sells") != "fruit") | ~pl.col("names").list.contains("cod").fill_null(value=False),
        ),
    ),
)
GOOD: dict[str, str | None] = {
    "market": "Harbour",
    "stall": "1",
    "sells": "fish",
    "area": "12.5",
    "open": "true",
    "since": "2024-05-01",
    "until": "2024-06-30",
    "names": "cod|hake",
}


def parsed(*rows: dict[str, str | None]) -> pl.DataFrame:
    """Text rows as a parser gives them; what a row leaves out is as in ``GOOD``."""
    located = [{**GOOD, "locator": f"row {number}", **row} for number, row in enumerate(rows, start=1)]
    return pl.DataFrame(located, schema=dict.fromkeys(LISTING.column_names, pl.String))


def validated(*rows: dict[str, str | None]) -> Validated:
    return validate(LISTING, parsed(*rows))


def reasons(*rows: dict[str, str | None]) -> list[list[str]]:
    return validated(*rows).rejected["reasons"].to_list()


# --- types ------------------------------------------------------------------------------------------------------------


def test_a_good_row_is_listed_with_its_types() -> None:
    found = validated({})
    assert found.rejected.is_empty()
    assert found.listed.schema == pl.Schema(LISTING.dtypes)
    assert found.listed.row(0, named=True) == {
        "market": "Harbour",
        "stall": 1,
        "sells": "fish",
        "area": 12.5,
        "open": True,
        "since": date(2024, 5, 1),
        "until": date(2024, 6, 30),
        "names": ["cod", "hake"],
        "locator": "row 1",
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("cod", ["cod"], id="one word"),
        pytest.param("cod|hake", ["cod", "hake"], id="two words"),
        pytest.param("", [], id="empty text is an empty list"),
        pytest.param(None, None, id="no text is null"),
    ],
)
def test_lists_are_words_joined_by_a_bar(text: str | None, expected: list[str] | None) -> None:
    assert validated({"names": text}).listed["names"].to_list() == [expected]


def test_nothing_parsed_gives_nothing_listed_and_nothing_set_aside() -> None:
    found = validated()
    assert (found.listed.height, found.rejected.height) == (0, 0)
    assert found.listed.schema == pl.Schema(LISTING.dtypes)


# --- reasons ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        pytest.param({"stall": "one"}, "stall: expected integer, found 'one'", id="a word for a number"),
        pytest.param({"stall": "1.0"}, "stall: expected integer, found '1.0'", id="a spreadsheet's integer"),
        pytest.param({"stall": " 1"}, "stall: expected integer, found ' 1'", id="a blank before a number"),
        pytest.param({"stall": ""}, "stall: expected integer, found ''", id="an empty number"),
        pytest.param({"area": "12,5"}, "area: expected number, found '12,5'", id="a decimal comma"),
        pytest.param({"area": "nan"}, "area: expected number, found 'nan'", id="not a number"),
        pytest.param({"area": "inf"}, "area: expected number, found 'inf'", id="an infinite number"),
        pytest.param({"open": "Yes"}, "open: expected true/false, found 'Yes'", id="another spelling of true"),
        pytest.param({"since": "2024-06-31"}, "since: expected date, found '2024-06-31'", id="a day that does not exist"),
        pytest.param({"since": "06/30/2024"}, "since: expected date, found '06/30/2024'", id="a date in a US spelling"),
        pytest.param({"market": None}, "market: expected a value, found nothing", id="a missing key"),
        pytest.param({"sells": None}, "sells: expected a value, found nothing", id="a missing value"),
        pytest.param(
            {"market": "harbour"}, "market: expected text like ^[A-Z][a-z]+$, found 'harbour'", id="a text of another pattern"
        ),
        pytest.param({"sells": "meat"}, "sells: expected one of fruit, fish, found 'meat'", id="a word outside the vocabulary"),
        pytest.param({"stall": "0"}, "stall: expected at least 1, found '0'", id="a number too small"),
        pytest.param({"stall": "100"}, "stall: expected at most 99, found '100'", id="a number too large"),
    ],
)
def test_a_reason_names_column_expectation_and_found_value(row: dict[str, str | None], expected: str) -> None:
    found = validated(row)
    assert found.listed.is_empty()
    assert found.rejected["reasons"].to_list() == [[expected]]


def test_a_rule_over_columns_names_itself_and_the_values_it_found() -> None:
    (found,) = reasons({"since": "2024-05-02", "until": "2024-05-01"})
    assert len(found) == 1
    assert found[0].startswith("expected to end after it begins")
    assert "2024-05-02" in found[0]
    assert "2024-05-01" in found[0]


def test_all_reasons_of_a_row_are_kept() -> None:
    assert reasons({"stall": "0", "sells": "meat", "market": "x"}) == [
        [
            "market: expected text like ^[A-Z][a-z]+$, found 'x'",
            "sells: expected one of fruit, fish, found 'meat'",
            "stall: expected at least 1, found '0'",
        ]
    ]


def test_a_rule_about_a_list_tells_the_list() -> None:
    assert reasons({"sells": "fruit"}, {"sells": "fruit", "stall": "2", "names": "pear"}) == [
        ["expected no cod with the fruit, found sells = fruit, names = cod|hake"]
    ]


def test_a_long_vocabulary_is_not_spelled_out() -> None:
    states = Table("place", "One place.", ("state",), (c.STATE, c.LOCATOR))
    row = pl.DataFrame({"state": ["XX"], "locator": ["row 1"]})
    assert validate(states, row).rejected["reasons"].to_list() == [
        ["state: expected one of the 56 words of the dictionary, found 'XX'"]
    ]


def test_rows_without_a_key_are_set_aside_for_that_and_nothing_else() -> None:
    missing = ["market: expected a value, found nothing"]
    assert reasons({"market": None}, {"market": None}) == [missing, missing]


def test_a_row_set_aside_is_kept_as_it_was_read() -> None:
    (row,) = validated({"stall": "one", "names": "", "area": None}).rejected.iter_rows(named=True)
    assert row["locator"] == "row 1"
    assert json.loads(row["raw_row"]) == {**GOOD, "stall": "one", "names": "", "area": None, "locator": "row 1"}


@pytest.mark.parametrize("text", ['"', "\\", "\n", "\t", "é", "☤", "\x01", "{}"])
def test_odd_characters_survive_in_the_raw_row(text: str) -> None:
    (raw,) = validated({"sells": text}).rejected["raw_row"]
    assert json.loads(raw)["sells"] == text


# --- keys -------------------------------------------------------------------------------------------------------------


def test_of_rows_that_share_a_key_the_first_in_document_order_is_listed() -> None:
    found = validated({"area": "1"}, {"stall": "2"}, {"area": "2"}, {"area": "3"})
    assert found.listed.select("stall", "area").rows() == [(1, 1.0), (2, 12.5)]
    assert found.rejected["locator"].to_list() == ["row 3", "row 4"]
    assert found.rejected["reasons"].to_list() == [["market, stall: expected once, found again: 'Harbour, 1'"]] * 2


def test_a_later_row_never_stands_in_for_a_broken_one_of_its_key() -> None:
    found = validated({"sells": "meat"}, {"sells": "fish"})
    assert found.listed.is_empty()
    assert found.rejected["locator"].to_list() == ["row 1", "row 2"]


def test_keys_that_are_spelled_differently_and_mean_the_same_number_are_one_key() -> None:
    found = validated({"stall": "7"}, {"stall": "07"})
    assert found.listed["locator"].to_list() == ["row 1"]


# --- frames that are wrong as a whole ---------------------------------------------------------------------------------


def test_a_missing_column_is_the_parsers_fault_and_no_rows() -> None:
    with pytest.raises(pl.exceptions.ColumnNotFoundError):
        validate(LISTING, parsed({}).drop("sells"))


def test_a_column_that_is_not_declared_is_left_out() -> None:
    wider = parsed({}).with_columns(pl.lit("x").alias("surplus"))
    assert validate(LISTING, wider).listed.columns == LISTING.column_names


def test_a_lazy_frame_is_not_validated_since_its_bad_values_would_pass() -> None:
    with pytest.raises((TypeError, AttributeError)):
        validate(LISTING, parsed({"sells": "meat"}).lazy())  # type: ignore[arg-type]


def test_a_lazy_frame_slips_no_bad_value_past_the_declaration() -> None:
    bad = validated({}).listed.with_columns(pl.lit("meat").alias("sells"))
    with pytest.raises((TypeError, TableError)):
        LISTING.conform(bad.lazy())  # type: ignore[arg-type]


def test_our_own_frame_that_breaks_its_declaration_is_named_with_the_value() -> None:
    bad = validated({}).listed.with_columns(pl.lit("meat").alias("sells"))
    with pytest.raises(TableError, match=r"table stall: sells: expected one of fruit, fish, found 'meat'"):
        LISTING.conform(bad)


# --- one pass over a good frame ----------------------------------------------------------------------------------------

TYPED: dict[str, st.SearchStrategy[object]] = {
    "market": st.sampled_from(["Harbour", "Hill", "hill", "", None]),
    "stall": st.sampled_from([1, 2, 99, 0, 100, None]),
    "sells": st.sampled_from(["fruit", "fish", "meat", None]),
    "area": st.sampled_from([0.0, 1.5, -0.5, float("nan"), float("inf"), None]),
    "open": st.sampled_from([True, False, None]),
    "since": st.sampled_from([date(2024, 5, 1), date(2024, 5, 3), None]),
    "until": st.sampled_from([date(2024, 5, 2), None]),
    "names": st.sampled_from([["cod"], ["cod", "hake"], None]),
    "locator": st.sampled_from(["row 1", None]),
}
MOSTLY_GOOD = {name: st.just(value) for name, value in validated({}).listed.row(0, named=True).items()}
TYPED_ROWS = st.lists(
    st.one_of(
        st.fixed_dictionaries(TYPED),
        *(st.fixed_dictionaries({**MOSTLY_GOOD, "stall": st.integers(1, 99), name: values}) for name, values in TYPED.items()),
    ),
    max_size=4,
)


def pandera_accepts(table: Table, frame: pl.DataFrame) -> bool:
    try:
        table.schema.validate(frame, lazy=True)
    except SchemaErrors:
        return False
    return True


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(TYPED_ROWS)
def test_one_pass_over_a_frame_says_what_pandera_says_of_it(rows: list[dict[str, object]]) -> None:
    frame = pl.DataFrame(rows, schema=LISTING.dtypes)
    assert LISTING.is_kept_by(frame) == pandera_accepts(LISTING, frame)


@pytest.mark.parametrize("nullable", [True, False])
@pytest.mark.parametrize("value", [0.5, -0.5, float("nan"), None])
def test_one_pass_over_numbers_says_what_pandera_says_of_them(value: float | None, nullable: bool) -> None:
    area = Column("area", pl.Float64(), "Area.", unit="square metres", low=0, high=1, nullable=nullable)
    table = Table("field", "One field.", ("locator",), (area, c.LOCATOR))
    frame = pl.DataFrame({"area": [value], "locator": ["row 1"]}, schema=table.dtypes)
    assert table.is_kept_by(frame) == pandera_accepts(table, frame)


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda frame: frame.drop("open"), id="a column is missing"),
        pytest.param(lambda frame: frame.with_columns(pl.lit(1).alias("surplus")), id="a column too many"),
        pytest.param(lambda frame: frame.select(reversed(frame.columns)), id="another order of columns"),
        pytest.param(lambda frame: frame.with_columns(pl.col("stall").cast(pl.Int32)), id="another type"),
        pytest.param(lambda frame: pl.concat([frame, frame]), id="a key twice"),
    ],
)
def test_one_pass_finds_frames_of_another_shape(spoil: Callable[[pl.DataFrame], pl.DataFrame]) -> None:
    good = validated({}).listed
    assert LISTING.is_kept_by(good)
    assert not LISTING.is_kept_by(spoil(good))
    assert not pandera_accepts(LISTING, spoil(good))


# --- properties -------------------------------------------------------------------------------------------------------

TEXTS: dict[str, list[str | None]] = {
    "market": ["Harbour", "hill", None],
    "stall": ["1", "2", "02", "0", "x", None],
    "sells": ["fruit", "fish", "meat", None],
    "area": ["1.5", "-1", "much", None],
    "open": ["true", "false", "maybe", None],
    "since": ["2024-05-01", "2024-05-03", "soon", None],
    "until": ["2024-05-02", "never", None],
    "names": ["", "cod", "cod|hake", None],
}
ROWS = st.lists(st.fixed_dictionaries({name: st.sampled_from(texts) for name, texts in TEXTS.items()}), max_size=12)
exactly = settings(max_examples=40, deadline=None, derandomize=True, database=None)


@exactly
@given(ROWS)
def test_every_row_is_listed_or_set_aside_and_never_both(rows: list[dict[str, str | None]]) -> None:
    frame = parsed(*rows)
    found = validate(LISTING, frame)
    kept = found.listed["locator"].to_list() + found.rejected["locator"].to_list()
    assert sorted(kept) == sorted(frame["locator"])
    assert all(found.rejected["reasons"].list.len() > 0)
    assert found.rejected["locator"].to_list() == [name for name in frame["locator"] if name in set(found.rejected["locator"])]


@exactly
@given(ROWS)
def test_what_is_listed_has_the_value_that_stood_there(rows: list[dict[str, str | None]]) -> None:
    by_locator = {row["locator"]: row for row in parsed(*rows).iter_rows(named=True)}
    for row in validated(*rows).listed.iter_rows(named=True):
        text = by_locator[row["locator"]]
        assert (row["market"], row["stall"], row["sells"]) == (text["market"], int(text["stall"]), text["sells"])
        assert row["area"] == (None if text["area"] is None else float(text["area"]))
        assert row["since"] == (None if text["since"] is None else date.fromisoformat(text["since"]))


@exactly
@given(ROWS)
def test_reasons_start_with_a_column_or_a_rule(rows: list[dict[str, str | None]]) -> None:
    starts = (*(f"{name}: expected" for name in TEXTS), "market, stall: expected once", *(rule.name for rule in LISTING.rules))
    found = validated(*rows).rejected["reasons"].explode().drop_nulls()
    assert [reason for reason in found if not reason.startswith(starts)] == []


@exactly
@given(ROWS.flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(range(len(rows))))))
def test_the_order_of_rows_with_different_keys_changes_nothing(shuffled: tuple[list[dict[str, str | None]], list[int]]) -> None:
    rows, order = shuffled
    distinct = [{**row, "market": f"M{'abcdefghijkl'[number]}"} for number, row in enumerate(rows)]
    frame = parsed(*distinct)
    straight, mixed = validate(LISTING, frame), validate(LISTING, frame[order])
    assert mixed.listed.equals(straight.listed)
    assert mixed.rejected.sort("locator").equals(straight.rejected.sort("locator"))
