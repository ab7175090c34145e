"""Counts behind which few people stand are withheld, and cannot be had by subtraction."""

from hypothesis import given
from hypothesis import strategies as st

from transforms.suppression import SMALLEST_SHOWN, suppressed_counts


def test_small_parts_are_withheld_and_zero_is_told() -> None:
    shown, withheld = suppressed_counts({"n": 14, "us_md": 9, "us_do": 3, "img": 2, "unknown": 0}, "n")
    assert shown == {"n": 14, "us_md": 9, "us_do": None, "img": None, "unknown": 0}
    assert withheld == ["img", "us_do"]


def test_a_single_small_part_takes_the_total_with_it() -> None:
    shown, withheld = suppressed_counts({"n": 14, "us_md": 11, "us_do": 3, "img": 0}, "n")
    assert shown == {"n": None, "us_md": 11, "us_do": None, "img": 0}
    assert withheld == ["n", "us_do"]


def test_a_small_class_is_withheld_whole() -> None:
    shown, withheld = suppressed_counts({"n": 4, "us_md": 4, "img": 0}, "n")
    assert shown == {"n": None, "us_md": None, "img": None}
    assert withheld == ["img", "n", "us_md"]


@given(st.lists(st.integers(0, 30), min_size=3, max_size=6))
def test_nothing_small_is_ever_shown_nor_left_to_subtraction(parts: list[int]) -> None:
    counts = {f"part{number}": count for number, count in enumerate(parts)} | {"n": sum(parts)}
    shown, withheld = suppressed_counts(counts, "n")
    assert [name for name, count in shown.items() if count is not None and 0 < count < SMALLEST_SHOWN] == []
    assert withheld == sorted(name for name, count in shown.items() if count is None)
    assert len(withheld) != 1
