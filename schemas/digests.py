"""Stable ids from content: the same text gives the same id on every machine and in every version."""

import hashlib
from collections.abc import Iterable

import polars as pl


def digest_of(text: str, length: int) -> str:
    """The first ``length`` hexadecimal digits of the text's SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()[:length]


def digests(texts: pl.Series, length: int, prefix: str = "") -> pl.Series:
    """``digest_of`` for every text, with a prefix; null stays null. One hash a distinct text."""
    distinct = texts.unique().drop_nulls()
    by_text = {text: prefix + digest_of(text, length) for text in distinct}
    return texts.replace_strict(by_text, default=None, return_dtype=pl.String())


def with_digest(frame: pl.DataFrame, name: str, text: pl.Expr, length: int, prefix: str = "") -> pl.DataFrame:
    """The frame with column ``name``: the digest of the text expression in each row."""
    texts = frame.select(text.alias(name)).to_series()
    return frame.with_columns(digests(texts, length, prefix).alias(name))


def digest_of_all(texts: Iterable[str]) -> str:
    """SHA-256 (64 hexadecimal digits) over many texts, in the order given."""
    total = hashlib.sha256()
    for text in texts:
        total.update(text.encode())
        total.update(b"\n")
    return total.hexdigest()
