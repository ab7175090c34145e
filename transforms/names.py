"""Institution names folded for exact comparison. What is known about names is data: the table of abbreviations below."""

import polars as pl

from schemas.geography import STATE_CODES

WORDS: dict[str, str] = {
    "U": "UNIVERSITY",
    "UNIV": "UNIVERSITY",
    "MED": "MEDICAL",
    "CTR": "CENTER",
    "CNTR": "CENTER",
    "CENTRE": "CENTER",
    "HOSP": "HOSPITAL",
    "HOSPS": "HOSPITALS",
    "HLTH": "HEALTH",
    "SYS": "SYSTEM",
    "COLL": "COLLEGE",
    "SCH": "SCHOOL",
    "SOM": "SCHOOL OF MEDICINE",
    "COM": "COLLEGE OF MEDICINE",
    "ST": "SAINT",
    "STE": "SAINTE",
    "REG": "REGIONAL",
    "MEM": "MEMORIAL",
    "CHILDRENS": "CHILDREN",
    "EDUC": "EDUCATION",
    "FDN": "FOUNDATION",
}
"""Abbreviations and spellings that mean the same word in names of American hospitals and schools."""

DROPPED: tuple[str, ...] = ("THE", "INC", "INCORPORATED", "LLC", "CORP", "CORPORATION", "LTD", "LLP", "PC", "PA")
"""Articles and legal forms: they tell no two institutions apart."""

_STATE_SUFFIX = rf"\s*-\s*({'|'.join(STATE_CODES)})$"


def name_key(name: pl.Expr) -> pl.Expr:
    """The name in upper case, without punctuation, articles, legal forms, 'Program' and NRMP's state suffix.

    Abbreviations are written out. Two names with one key in one state are taken to be one institution. Null stays null;
    a name of which nothing is left has a null key.
    """
    plain = (
        name.str.to_uppercase()
        .str.replace_all("[’'`´]S\\b", "S")
        .str.strip_chars()
        .str.replace(r"\s+PROGRAM$", "")
        .str.replace(_STATE_SUFFIX, "")
        .str.replace_all("&", " AND ")
        .str.normalize("NFKD")
        .str.replace_all(r"\p{M}", "")
        .str.replace_all(r"[’'`´.]", "")
        .str.replace_all(r"[^A-Z0-9]+", " ")
        .str.strip_chars()
    )
    words = plain.str.split(" ").list.eval(pl.element().filter(~pl.element().is_in(DROPPED)).replace(WORDS))
    key = words.list.join(" ")
    return pl.when(key != "").then(key)
