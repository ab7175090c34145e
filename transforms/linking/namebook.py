"""Name books: every name under which an entity is known, with the places known of it, taken apart for comparison."""

import polars as pl

from schemas.table import TEXT_LIST
from transforms.names import HEALTH_WORDS, VOID_WORDS, is_cut, name_key, name_variants, with_name_parts

COLUMNS = ("uid", "name", "told_by", "state", "cities", "zips")
"""A plain name book: entity, one of its names, who calls it so, state, folded cities and five-digit ZIP codes, if any."""

_BLOCK_LETTERS = 5
BODY_WORDS: dict[str, tuple[str, ...]] = {
    "university": ("UNIVERSITY",),
    "hospital": ("HOSPITAL", "HOSPITALS", "INFIRMARY"),
    "clinic": ("CLINIC", "CLINICS"),
    "system": ("SYSTEM", "SYSTEMS", "NETWORK", "HEALTHCARE"),
}
"""Words by which a name tells what the body is."""
_SYSTEM_ENDING = r"(?:^| )(?:HEALTH|HEALTH CARE|HEALTHCARE) (?:SYSTEM|SYSTEMS|NETWORK)$"
_PHYSICIANS_ENDING = r" (?:HOSPITAL MEDICINE|MEDICAL SERVICES|MEDICAL PRACTICES?|HOSPITALISTS?)$"
_SYSTEM_LAST = r" HEALTH$"
BODIES = ("plain", "hospital", "clinic", "system", "school", "education", "physicians", "foundation")


def name_book(names: pl.DataFrame) -> pl.DataFrame:
    """A plain name book made ready for comparison, a row a name and each name inside it.

    Two names are compared when they share a state and a block. Names without a key or a core are left out.

    Adds:
        ``name_id``, and the parts of ``with_name_parts``.
        ``blocks``: the first letters of each distinct word; all words of the core where none is distinct.
        ``proper``: distinct words that are no city's; ``rare``: those that no other entity of the book bears in the state.
        ``bare``: the core without 'university'; ``phrase``: all words but the void ones, in their order.
        ``body``: what the name says the body is; ``is_beside``: whether that is one beside a hospital; ``is_university`` and
        ``is_health``: whether it is a university's without a word of health care, and whether it has such a word.
    """
    whole = pl.col("name").str.strip_chars()
    spread = names.with_columns(name_variants(pl.col("name")).alias("name"), whole.alias("_whole"))
    spread = spread.explode("name").drop_nulls("name")
    ends_it = is_cut(pl.col("_whole")) & pl.col("_whole").str.ends_with(pl.col("name"))
    gathered = spread.group_by("uid", "name", "state").agg(
        pl.col("told_by").sort().first(),
        ends_it.any().alias("_ends_cut"),
        *(pl.col(places).explode().drop_nulls().unique().sort() for places in ("cities", "zips")),
    )
    parts = with_name_parts(gathered, cut=pl.col("_ends_cut")).drop("_ends_cut").filter(pl.col("core").list.len() > 0)
    words = pl.col("name_key").str.split(" ")
    is_health = words.list.set_intersection(list(HEALTH_WORDS)).list.len() > 0
    is_university = words.list.contains("UNIVERSITY") & ~is_health
    blocks = pl.col("distinct").list.eval(pl.element().str.slice(0, _BLOCK_LETTERS)).list.unique().list.sort()
    of_core = pl.concat_list(pl.lit("=") + pl.col("core").list.join(" "))
    bearers = parts.select("uid", "state", "distinct").explode("distinct").unique().group_by("state", "distinct").len()
    borne_once = bearers.filter(pl.col("len") == 1).select("state", "distinct")
    rare = (
        parts.with_row_index("row")
        .select("row", "state", "distinct")
        .explode("distinct")
        .join(borne_once, on=["state", "distinct"], how="semi")
        .group_by("row")
        .agg(pl.col("distinct").sort().alias("rare"))
    )
    parts = (
        parts.with_row_index("row")
        .join(rare, on="row", how="left")
        .with_columns(pl.col("rare").fill_null(pl.lit([], dtype=TEXT_LIST)))
    )
    city_words = pl.col("cities").list.eval(pl.element().str.split(" ")).list.eval(pl.element().explode())
    return (
        parts.with_columns(
            pl.when(pl.col("distinct").list.len() > 0).then(blocks).otherwise(of_core).alias("blocks"),
            pl.col("distinct").list.set_difference(city_words).list.sort().alias("proper"),
            pl.lit(value=False).alias("stateless"),
            ((pl.col("kinds").list.len() > 0) | is_university).alias("is_beside"),
            pl.col("core").list.set_difference(["UNIVERSITY"]).list.sort().alias("bare"),
            _body(words, pl.col("kinds"), is_university).alias("body"),
            is_health.alias("is_health"),
            is_university.alias("is_university"),
            words.list.eval(pl.element().filter(~pl.element().is_in(VOID_WORDS))).list.join(" ").alias("phrase"),
        )
        .drop("row")
        .sort("uid", "state", "name_key", "name")
        .with_row_index("name_id")
    )


def _body(words: pl.Expr, kinds: pl.Expr, is_university: pl.Expr) -> pl.Expr:
    """What a name says the body is: one of ``BODIES``; ``plain`` where it does not say."""
    has = {name: words.list.set_intersection(list(found)).list.len() > 0 for name, found in BODY_WORDS.items()}
    of_sciences = has["university"] & words.list.set_intersection(["SCIENCE", "SCIENCES"]).list.len().gt(0)
    medical_center = words.list.contains("MEDICAL") & words.list.contains("CENTER")
    key = words.list.join(" ")
    named = [
        (kinds.list.len() > 0, kinds.list.first()),
        (key.str.contains(_SYSTEM_ENDING), pl.lit("system")),
        (key.str.contains(_PHYSICIANS_ENDING), pl.lit("physicians")),
        (is_university | of_sciences | (has["university"] & ~has["hospital"] & ~medical_center), pl.lit("school")),
        (has["hospital"] | medical_center, pl.lit("hospital")),
        (has["clinic"], pl.lit("clinic")),
        (has["system"] | key.str.contains(_SYSTEM_LAST), pl.lit("system")),
    ]
    told = pl.lit("plain")
    for condition, body in reversed(named):
        told = pl.when(condition).then(body).otherwise(told)
    return told


def folded_cities(cities: pl.Expr) -> pl.Expr:
    """A city, or null, as a list of folded cities."""
    folded = name_key(cities)
    return pl.when(folded.is_not_null()).then(pl.concat_list(folded)).otherwise(pl.lit([], dtype=TEXT_LIST))
