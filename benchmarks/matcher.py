"""Train the matcher's weights on pairs decided by hand, and write them as ``model.toml``.

    python -m benchmarks.matcher --home HOME --labels labels.csv --out transforms/linking/model.toml

The labels are a CSV with the columns ``left_kind``, ``left`` (a name, or a code), ``left_state`` and ``ccns`` (every hospital
that would be right, separated by '|'; empty where none is). They are not shipped: whoever labels lists of a publisher keeps
them at home. Levels, thresholds and version are read from the model that ships; ``m``, ``u`` and the prior are trained. Raise
``version`` by hand.
"""

import argparse
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files
from math import exp, log
from pathlib import Path
from typing import Any

import polars as pl

from transforms.linking.lists import name_book_of
from transforms.linking.matcher import Model, load_model, scored_pairs
from transforms.linking.namebook import name_book
from transforms.names import name_key
from warehouse.reading import open_release
from warehouse.release import Release

_BACKED_BY = 2.0
"""So many pairs is the guess worth that takes name and place as independent; it fills in where few pairs were labelled."""
_LEAST_M, _LEAST_U, _MOST_U = 1e-5, 1e-6, 0.999999
_STATELESS_FACTOR = {"same name": 2.0}
_OTHER_STATELESS_FACTOR = 10.0
"""Without a state the whole country is searched: other places bear the same name so many times more often."""

Weights = dict[str, dict[str, list[float]]]


def main() -> None:
    """Train, print how well the decisions hold on the labels, and write the model."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, required=True, help="a data home with a release on the lists of the labels")
    parser.add_argument("--labels", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    release = open_release(options.home / "releases")
    labels = _labelled(release, pl.read_csv(options.labels, infer_schema=False))
    left, right = name_book(_left(release, labels)), name_book(_names(release).filter(pl.col("kind") == "hospital"))
    model = replace(load_model(), review_from=0.0)  # hopeless pairs teach as much as good ones
    pairs = _judged(scored_pairs(left, right, model), labels)
    trained = _trained(model, pairs)
    options.out.write_text(_as_toml(trained), encoding="utf-8")
    _report(_judged(scored_pairs(left, right, trained), labels), labels, trained)


def _names(release: Release) -> pl.DataFrame:
    entities = release.table("entity_name")
    return name_book_of(entities).with_columns(entities["entity_kind"].alias("kind"))


def _labelled(release: Release, labels: pl.DataFrame) -> pl.DataFrame:
    """Labels by id: ``uid`` and ``rights`` (ids of the hospitals that would be right)."""
    codes = release.table("entity_code")
    hospitals = dict(codes.filter(pl.col("authority") == "ccn").select("code", "entity_uid").iter_rows())
    names = _names(release).with_columns(name_key(pl.col("name")).alias("key"))
    keyed = labels.with_columns(name_key(pl.col("left")).alias("key"))
    by_name = keyed.join(names, left_on=["left_kind", "key", "left_state"], right_on=["kind", "key", "state"])
    by_code = labels.join(codes, left_on=["left_kind", "left"], right_on=["entity_kind", "code"]).rename({"entity_uid": "uid"})
    rights = (
        pl.col("ccns")
        .fill_null("")
        .str.split("|")
        .list.eval(pl.element().replace_strict(hospitals, default=None, return_dtype=pl.String).drop_nulls())
    )
    both = pl.concat([frame.select("uid", "ccns") for frame in (by_name, by_code)]).unique("uid", maintain_order=True)
    return both.select("uid", rights.alias("rights")).sort("uid")


def _left(release: Release, labels: pl.DataFrame) -> pl.DataFrame:
    """Names of labelled entities as they stand, and once more without their places: that is how people ask."""
    named = _names(release).join(labels, on="uid", how="semi").drop("kind")
    empty = pl.lit([], dtype=pl.List(pl.String))
    asked = named.with_columns(pl.format("{}|asked", "uid").alias("uid"), empty.alias("cities"), empty.alias("zips"))
    return pl.concat([named, asked])


def _judged(pairs: pl.DataFrame, labels: pl.DataFrame) -> pl.DataFrame:
    """Scored pairs of labelled entities with ``right`` and the levels in words."""
    plain = pairs.with_columns(pl.col("left_uid").str.split("|").list.first().alias("uid")).join(labels, on="uid")
    levels = pl.col("told").str.split("; ").list.to_struct(fields=["name_and_place", "ward", "body"])
    return plain.with_columns(pl.col("right_uid").is_in("rights").alias("right"), levels).unnest("told")


def _trained(model: Model, pairs: pl.DataFrame) -> Model:
    counted = pairs.group_by("name_and_place").agg(pl.col("right").sum().alias("t"), (~pl.col("right")).sum().alias("f"))
    counts = {told: (true, false) for told, true, false in counted.iter_rows()}
    true, false = sum(t for t, _ in counts.values()), sum(f for _, f in counts.values())
    telling = pairs.filter(~pl.col("name_and_place").str.starts_with(model.names[-1]["told"]))
    return replace(
        model,
        prior=round(true / (true + false), 4),
        weights=_weights(model, counts, true, false),
        wards=[_side_level(telling, "ward", level) for level in model.wards],
        bodies=[_side_level(telling, "body", level) for level in model.bodies],
    )


def _side_level(pairs: pl.DataFrame, column: str, level: dict[str, Any]) -> dict[str, Any]:
    def share(rows: pl.DataFrame) -> float:
        return round((rows.filter(pl.col(column) == level["told"]).height + 1) / (rows.height + 2), 4)

    return {**level, "m": share(pairs.filter("right")), "u": share(pairs.filter(~pl.col("right")))}


def _weights(model: Model, counts: dict[str, tuple[int, int]], true: int, false: int) -> Weights:
    names, places = [level["told"] for level in model.names], [level["told"] for level in model.places]
    seen = {(name, place): counts.get(f"{name}, {place}", (0, 0)) for name in names for place in places}
    by_name = {name: _sum(found for (n, _), found in seen.items() if n == name) for name in names}
    by_place = {place: _sum(found for (_, p), found in seen.items() if p == place) for place in places}
    weights: Weights = {}
    for name in names:
        weights[name] = {}
        for place in places:
            t, f = seen[name, place]
            odds = log(true / false) + _bits(by_name[name], true, false) + _bits(by_place[place], true, false)
            guess = 1 / (1 + exp(-odds))
            n = t + f + _BACKED_BY
            share = (t + _BACKED_BY * guess) / n
            weights[name][place] = [round(max(share * n / true, _LEAST_M), 6), round(max((1 - share) * n / false, _LEAST_U), 7)]
        weights[name]["same city"] = _at_least(weights[name]["same city"], weights[name]["city unknown"])
        # No labelled pair has ZIP codes alone or lacks a state.
        weights[name]["same ZIP code"] = weights[name]["same city"]
        m, u = weights[name]["city unknown"]
        weights[name]["state unknown"] = [m, min(round(u * _STATELESS_FACTOR.get(name, _OTHER_STATELESS_FACTOR), 7), _MOST_U)]
    return weights


def _at_least(known: list[float], unknown: list[float]) -> list[float]:
    """What is known to be alike never says less than what is not known; few labels may say otherwise."""
    least = 1.01 * unknown[0] / unknown[1]
    return known if known[0] / known[1] >= least else [known[0], round(known[0] / least, 7)]


def _sum(found: Iterator[tuple[int, int]]) -> tuple[int, int]:
    both = list(found)
    return sum(t for t, _ in both), sum(f for _, f in both)


def _bits(found: tuple[int, int], true: int, false: int) -> float:
    return log(((found[0] + 0.5) / (true + 4)) / ((found[1] + 0.5) / (false + 4)))


def _as_toml(model: Model) -> str:
    """The model that ships with its trained numbers replaced; its levels and words are copied as they stand."""
    shipped = files("transforms.linking").joinpath("model.toml").read_text(encoding="utf-8")
    head = shipped[: shipped.index("[[wards]]")].replace(f"prior = {tomllib.loads(shipped)['prior']}", f"prior = {model.prior}")
    parts = [head.rstrip()]
    for table, levels in (("wards", model.wards), ("bodies", model.bodies)):
        for level in levels:
            parts.append(f'[[{table}]]\ntold = "{level["told"]}"\nwhen = "{level["when"]}"\nm = {level["m"]}\nu = {level["u"]}')
    parts.append("# m and u of each level of names at each level of places.")
    for name, places in model.weights.items():
        rows = "\n".join(f'"{place}" = [{m}, {u}]' for place, (m, u) in places.items())
        parts.append(f'[weights."{name}"]\n{rows}')
    return "\n\n".join(parts) + "\n"


def _report(pairs: pl.DataFrame, labels: pl.DataFrame, model: Model) -> None:
    """Precision and recall of the decisions at some thresholds, each labelled entity with and without its places."""
    ranked = pairs.sort("left_uid", "weight", "right_uid", descending=[False, True, False]).with_columns(
        pl.col("weight").shift(-1).over("left_uid").alias("next"), pl.int_range(pl.len()).over("left_uid").alias("rank")
    )
    clear = ranked.filter(
        (pl.col("rank") == 0) & (pl.col("next").is_null() | (pl.col("weight") - pl.col("next") >= model.margin))
    )
    linkable = 2 * labels.filter(pl.col("rights").list.len() > 0).height
    print(f"{labels.height} labelled entities, {pairs.height} pairs; margin {model.margin} bits")
    print("threshold  links  precision  recall")
    for threshold in (0.9, 0.95, model.use_from, 0.98, 0.99):
        used = clear.filter(pl.col("score") >= threshold)
        right = int(used["right"].sum())
        print(f"{threshold:9.2f} {used.height:6} {right / max(used.height, 1):10.4f} {right / max(linkable, 1):7.3f}")


if __name__ == "__main__":
    main()
