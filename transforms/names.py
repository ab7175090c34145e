"""Names of institutions, folded and taken apart by polars expressions. What is known about names is data: name_words.toml."""

import tomllib
from collections.abc import Iterable
from importlib.resources import files
from typing import Any

import polars as pl
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

from schemas.geography import STATE_BY_NAME, STATE_CODES
from schemas.table import TEXT_LIST

_DATA: dict[str, Any] = tomllib.loads(files("transforms").joinpath("name_words.toml").read_text(encoding="utf-8"))

WORDS: dict[str, str] = _DATA["abbreviations"]
"""Abbreviations and spellings that mean the same word in names of American hospitals and schools."""

DROPPED: tuple[str, ...] = tuple(_DATA["dropped"])
"""Articles and legal forms: they tell no two institutions apart."""

CUT_LENGTHS: tuple[int, ...] = tuple(_DATA["cut_lengths"])
"""Lengths at which sources cut names: a name of such a length may end in half a word."""

VOID_WORDS: tuple[str, ...] = tuple(_DATA["void"]["words"])
HEALTH_WORDS: tuple[str, ...] = tuple(_DATA["health"]["words"])
_COMMON: tuple[str, ...] = tuple(_DATA["common"]["words"])
KINDS: dict[str, tuple[str, ...]] = {name: tuple(kind["words"]) for name, kind in _DATA["kind"].items()}
WARDS: dict[str, tuple[str, ...]] = {name: tuple(ward["words"]) for name, ward in _DATA["ward"].items()}
_STATE_WORDS: tuple[str, ...] = tuple(sorted({word for name in STATE_BY_NAME for word in name.split()} - {"OF"}))
_KIND_BY_WORD = {word: kind for kind, words in KINDS.items() for word in words}
_WARD_BY_WORD = {word: ward for ward, words in WARDS.items() for word in words}
_TABLED = frozenset((*VOID_WORDS, *_COMMON, *_KIND_BY_WORD, *_WARD_BY_WORD))

_STATE_SUFFIX = rf"\s*-\s*({'|'.join(STATE_CODES)})$"
_TRADE_MARK = "|".join(
    mark.replace(".", r"\.").replace(" ", r"\s+") for mark in sorted(_DATA["trade_marks"], key=len, reverse=True)
)
_TRADE = rf"(?i)^(.+?)[\s,(;]+(?:{_TRADE_MARK})[\s:,.]+(.+?)\)?$"
_TRADE_CUT = rf"(?i)[\s,(;]+(?:{_TRADE_MARK})[\s:,.)]*$"
"""A trade mark whose trade name was cut off or left out."""
_HEALTH_CENTER = r"^(?:[A-Z0-9]+ )*HEALTH CENTERS?$"
"""A health center cares for outpatients, unless its name goes on."""
_COUNTY = r"\b([A-Z]{3,}) CO ((?:GENERAL|GEN|MEDICAL|MED|MEMORIAL|MEM|HOSPITALS?|HOSPS?|HEALTH|HLTH|COMMUNITY|COMM)\b)"
"""CO before the words of a hospital is a county; elsewhere a company."""
_SHORTEST_TO_CORRECT, _SHORTEST_PART = 6, 6


def name_key(name: pl.Expr) -> pl.Expr:
    """The name in upper case, without punctuation, articles, legal forms, 'Program' and NRMP's state suffix.

    Abbreviations are written out. Two names with one key in one state are taken to be one institution. Null stays null;
    a name of which nothing is left, or that is no name ("Not Applicable"), has a null key.
    """
    plain = (
        name.str.to_uppercase()
        .str.replace_all("[’'`´]S\\b", "S")
        .str.strip_chars()
        .str.replace(r"\s+PROG(?:RAM)?\.?$", "")
        .str.replace(_STATE_SUFFIX, "")
        .str.replace_all("&", " AND ")
        .str.normalize("NFKD")
        .str.replace_all(r"\p{M}", "")
        .str.replace_all(r"[’'`´.]", "")
        .str.replace_all(r"[^A-Z0-9]+", " ")
        .str.replace_all(r"\b([A-Z]+) S\b", "${1}S")
        .str.replace_all(_COUNTY, "${1} COUNTY ${2}")
        .str.strip_chars()
    )
    words = plain.str.split(" ").list.eval(pl.element().filter(~pl.element().is_in(DROPPED)).replace(WORDS))
    key = words.list.join(" ")
    return pl.when((key != "") & ~plain.is_in(_DATA["no_name"])).then(key)


def id_key(name: pl.Expr) -> pl.Expr:
    """The name in upper case without accents and punctuation: what ids of unnumbered entities are derived from.

    It knows nothing of abbreviations on purpose: what is known of names grows, and ids must not change with it.
    """
    plain = name.str.to_uppercase().str.normalize("NFKD").str.replace_all(r"\p{M}", "").str.replace_all(r"[^A-Z0-9]+", " ")
    key = plain.str.strip_chars()
    return pl.when(key != "").then(key)


def name_variants(name: pl.Expr) -> pl.Expr:
    """The names inside a name: both sides of 'doing business as'; else the whole name, and its parts between slashes. A list."""
    whole = name.str.strip_chars().str.replace(_TRADE_CUT, "")
    legal = whole.str.extract(_TRADE, 1)
    trade = whole.str.extract(_TRADE, 2)
    without_trade = pl.when(trade.is_null()).then(whole)
    parts = without_trade.str.split("/").list.eval(
        pl.element().str.strip_chars().filter(pl.element().str.len_chars() >= _SHORTEST_PART)
    )
    parts = pl.when(without_trade.str.contains("/")).then(parts).otherwise(pl.lit([], dtype=TEXT_LIST))
    return pl.concat_list(without_trade, legal, trade, parts).list.drop_nulls().list.unique(maintain_order=True)


def is_cut(name: pl.Expr) -> pl.Expr:
    """Whether a name has a length at which sources cut names."""
    return name.str.len_chars().is_in(CUT_LENGTHS)


def with_name_parts(frame: pl.DataFrame, name: str = "name", cut: pl.Expr | None = None) -> pl.DataFrame:
    """The frame with what a name is made of; rows whose name has no key are left out.

    Adds:
        ``name_key``: as ``name_key`` gives it, misspelled words of the tables corrected.
        ``core``: its words but the void ones and those of a kind of body, sorted; without a last word that may be half a word.
        ``distinct``: words of the core that are neither common, nor a state's, nor say for whom a hospital is.
        ``cut``: whether such a last word was left out.
        ``wards``: for whom a hospital is, as far as the name says; ``kinds``: which kind of body beside a hospital it names.
    """
    keyed = frame.with_columns(
        name_key(pl.col(name)).alias("name_key"), (is_cut(pl.col(name)) if cut is None else cut).alias("_cut")
    )
    keyed = keyed.filter(pl.col("name_key").is_not_null())
    words = pl.col("name_key").str.split(" ")
    keyed = keyed.with_columns(words.alias("_words"))
    keyed = keyed.with_columns(pl.col("_words").list.eval(pl.element().replace(_corrections(keyed["_words"]))))
    last = pl.col("_words").list.last()
    half = pl.col("_cut") & ~last.is_in(_TABLED) & (pl.col("_words").list.len() > 1)
    whole_words = pl.when(half).then(pl.col("_words").list.head(pl.col("_words").list.len() - 1)).otherwise(pl.col("_words"))
    core = _without(whole_words, (*VOID_WORDS, *_KIND_BY_WORD))
    return keyed.with_columns(
        pl.col("_words").list.join(" ").alias("name_key"),
        core.alias("core"),
        _without(core, (*_COMMON, *_STATE_WORDS, *_WARD_BY_WORD)).alias("distinct"),
        pl.when(pl.col("_words").list.join(" ").str.contains(_HEALTH_CENTER))
        .then(pl.concat_list(_named(whole_words, _WARD_BY_WORD), pl.lit("outpatients")).list.sort())
        .otherwise(_named(whole_words, _WARD_BY_WORD))
        .alias("wards"),
        _named(whole_words, _KIND_BY_WORD).alias("kinds"),
        half.alias("cut"),
    ).drop("_words", "_cut")


def _without(words: pl.Expr, left_out: Iterable[str]) -> pl.Expr:
    return words.list.eval(pl.element().filter(~pl.element().is_in(list(left_out)))).list.unique().list.sort()


def _named(words: pl.Expr, names: dict[str, str]) -> pl.Expr:
    found = words.list.eval(pl.element().replace_strict(names, default=None, return_dtype=pl.String).drop_nulls())
    return found.list.unique().list.sort()


def _corrections(words: pl.Series) -> dict[str, str]:
    """Words one slip away from a long word of the tables, with that word. It depends on the word alone, never on its row.

    Nothing is corrected into a common word: these are names, and their neighbours are other names.
    """
    known = sorted(word for word in (_TABLED - {*_COMMON}) | {*_DATA["common"]["corrected"]} if len(word) >= _SHORTEST_TO_CORRECT)
    found = words.explode().drop_nulls().unique().sort()
    found = found.filter(
        (found.str.len_chars() >= _SHORTEST_TO_CORRECT) & ~found.is_in([*_TABLED, *_STATE_WORDS, *_DATA["not_slips"]])
    )
    if found.is_empty():
        return {}
    slips = cdist(found.to_list(), known, scorer=OSA.distance, score_cutoff=1)
    return {
        word: known[int(row.argmin())]
        for word, row in zip(found, slips, strict=True)
        if row.min() <= 1 and word[0] == known[int(row.argmin())][0] and not _is_inflected(word, known[int(row.argmin())])
    }


def _is_inflected(word: str, known: str) -> bool:
    """Whether two words differ by a plural's S only: another word, not a slip."""
    return word in (known + "S", known.removesuffix("S"))
