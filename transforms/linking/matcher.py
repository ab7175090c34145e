"""The probabilistic matcher: Splink on DuckDB with frozen weights, so that a pair's score depends on that pair alone.

Fellegi and Sunter's model (JASA 64, 1969) as Splink computes it. Its weights are trained beforehand on pairs decided by hand
(``benchmarks/matcher.py``) and stand in ``model.toml``: nothing is learnt from the night's own data, since then a row more could
move the score of every other pair.
"""

import tomllib
from dataclasses import dataclass, replace
from hashlib import sha256
from importlib.resources import files
from typing import Any

import polars as pl
import splink.comparison_level_library as levels
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
from splink.comparison_library import CustomComparison
from splink.internals.comparison_creator import ComparisonCreator

_NEEDED = (
    *("name_id", "uid", "state", "name", "name_key", "phrase", "core", "distinct", "proper", "rare", "wards", "kinds", "cut"),
    *("is_beside", "is_health", "is_university", "bare", "stateless", "cities", "zips", "blocks"),
)


@dataclass(frozen=True)
class Model:
    """Weights and thresholds of the matcher.

    Attributes:
        version: Raised with every change; links say which version decided.
        use_from: Score from which a match is used.
        review_from: Score from which a match waits for review.
        margin: How much better, in bits, the best match must be than the next one.
        prior: Share of true pairs among pairs that share a block.
        names: How two names may compare, best first: ``told`` in words, ``when`` in SQL; the first that holds counts.
        places: The same for places.
        wards: The same for the patients whom two hospitals are for, with ``m`` and ``u``.
        bodies: The same for what the left name is the name of.
        weights: ``m`` and ``u`` by name level and place level: given that two names are alike, places say more or less.
    """

    version: str
    use_from: float
    review_from: float
    margin: float
    prior: float
    names: list[dict[str, str]]
    places: list[dict[str, str]]
    wards: list[dict[str, Any]]
    bodies: list[dict[str, Any]]
    weights: dict[str, dict[str, list[float]]]

    def comparisons(self) -> dict[str, list["Level"]]:
        """By comparison its levels, best first."""
        both = [
            Level(
                f"{name['told']}, {place['told']}",
                f"({name['when']}) AND ({place['when']})",
                *self.weights[name["told"]][place["told"]],
            )
            for name in self.names
            for place in self.places
        ]
        both[-1] = replace(both[-1], when=ELSE)
        found = {"name_and_place": both}
        for comparison, levels_of in (("ward", self.wards), ("body", self.bodies)):
            found[comparison] = [Level(**level) for level in levels_of]
        return found


ELSE = "ELSE"
"""The condition of a comparison's last level."""


@dataclass(frozen=True)
class Level:
    """One way in which two names may compare.

    Attributes:
        told: It in words.
        when: The SQL condition.
        m: Share of true pairs that compare so.
        u: Share of other pairs that do.
    """

    told: str
    when: str
    m: float
    u: float


def load_model() -> Model:
    """The frozen model that ships."""
    return Model(**tomllib.loads(files("transforms.linking").joinpath("model.toml").read_text(encoding="utf-8")))


def _settings(model: Model) -> SettingsCreator:
    comparisons: list[ComparisonCreator | dict[str, Any]] = [
        CustomComparison(
            output_column_name=name,
            comparison_levels=[
                (levels.ElseLevel() if level.when == ELSE else levels.CustomLevel(level.when, level.told)).configure(
                    m_probability=level.m, u_probability=level.u, fix_m_probability=True, fix_u_probability=True
                )
                for level in found
            ],
        )
        for name, found in model.comparisons().items()
    ]
    return SettingsCreator(
        link_type="link_only",
        unique_id_column_name="name_id",
        probability_two_random_records_match=model.prior,
        comparisons=comparisons,
        blocking_rules_to_generate_predictions=[block_on("state", "blocks", arrays_to_explode=["blocks"])],
        additional_columns_to_retain=["uid", "name"],
        retain_matching_columns=True,
        retain_intermediate_calculation_columns=True,
    )


_KEPT = ("uid_l", "uid_r", "name_l", "name_r", "match_probability", "match_weight")
SCORED = {
    "left_uid": pl.String(),
    "right_uid": pl.String(),
    "left_name": pl.String(),
    "right_name": pl.String(),
    "score": pl.Float64(),
    "weight": pl.Float64(),
    "told": pl.String(),
}


def scored_pairs(left: pl.DataFrame, right: pl.DataFrame, model: Model) -> pl.DataFrame:
    """Every pair of entities that share a block and score at least ``model.review_from``, by their best pair of names.

    Args:
        left: A name book.
        right: A name book of other entities.
        model: Weights.

    Returns:
        ``left_uid``, ``right_uid``, the two names that are most alike, ``score`` (probability), ``weight`` (bits), and ``told``:
        what was found of each comparison, in words. Sorted by entities.
    """
    if left.is_empty() or right.is_empty():
        return pl.DataFrame(schema=SCORED)
    books = (left.select(_NEEDED), right.select(_NEEDED))
    key = sha256(repr(model).encode())
    for book in books:
        key.update(book.hash_rows().to_numpy().tobytes())
    known = _scored.pop(key.digest(), None)
    if known is None:
        known = _compared(books[0], books[1], model)
    _scored[key.digest()] = known
    while len(_scored) > _MOST_KEPT:
        del _scored[next(iter(_scored))]
    return known


_MOST_KEPT = 8
_scored: dict[bytes, pl.DataFrame] = {}
"""Results of this process by the content compared, the one last asked for at the end.

Splink takes half a second to begin with, however short the lists are.
"""


def _compared(left: pl.DataFrame, right: pl.DataFrame, model: Model) -> pl.DataFrame:
    api = DuckDBAPI()
    tables = [
        api.register(frame.to_arrow(), dataset_display_name=side) for side, frame in (("left_book", left), ("right_book", right))
    ]
    linker = Linker(tables, _settings(model), log_level="ERROR", validate_settings=False)
    predicted = linker.inference.predict(threshold_match_probability=model.review_from)
    # Splink carries every compared list along; only these columns leave it, which halves the memory.
    kept = ", ".join([*_KEPT, *(f"gamma_{name}" for name in model.comparisons())])
    narrow = linker.misc.query_sql(f"SELECT {kept} FROM {predicted.physical_name}", output_type="splink_df")  # type: ignore[no-untyped-call]
    pairs = pl.DataFrame(narrow.as_pyarrow_table())
    told = pl.concat_str(
        [
            pl.col(f"gamma_{name}").replace_strict(
                {len(found) - 1 - number: level.told for number, level in enumerate(found)}, return_dtype=pl.String
            )
            for name, found in model.comparisons().items()
        ],
        separator="; ",
    )
    return (
        pairs.select(
            pl.col("uid_l").alias("left_uid"),
            pl.col("uid_r").alias("right_uid"),
            pl.col("name_l").alias("left_name"),
            pl.col("name_r").alias("right_name"),
            pl.col("match_probability").alias("score"),
            pl.col("match_weight").alias("weight"),
            told.alias("told"),
        )
        .sort("left_uid", "right_uid", "weight", "left_name", "right_name", descending=[False, False, True, False, False])
        .unique(["left_uid", "right_uid"], keep="first", maintain_order=True)
    )
