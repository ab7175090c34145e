"""AHRQ Compendium of US Health Systems, hospital linkage file: the system of each hospital, and since 2023 its residents."""

import re

import polars as pl

from flows.sources.reading import read_csv, require_columns, zip5
from flows.sources.source import About, Access, Licence, Limit, Limits, Media, Parsed, Source, SourceError
from schemas.listings import AHRQ_HOSPITAL, located
from schemas.vocabulary import OriginFamily

NAME = "ahrq_hospital_systems"
_KEPT = (
    "compendium_hospital_id",
    "ccn",
    "hospital_name",
    "hospital_street",
    "hospital_city",
    "hospital_state",
    "hospital_zip",
    "acutehosp_flag",
    "health_sys_id",
    "health_sys_name",
    "health_sys_city",
    "health_sys_state",
)
_RESIDENTS = "hos_res"
_NOT_KEPT_2023 = (
    "corp_parent_id",
    "corp_parent_name",
    "corp_parent_type",
    "hos_beds",
    "hos_dsch",
    "hos_children",
    "hos_majteach",
    "hos_vmajteach",
    "hos_teachint",
    "hos_highdpp",
    "hos_ucburden",
    "hos_highuc",
    "hos_ownership",
    "hos_net_revenue",
    "hos_total_revenue",
)
_WIDTH = 36
"""Of 6,742 names 420 have 36 letters, and 22 have 37: most of the former end within a word."""
_CONTROLS = re.compile(r"[\x80-\x9f]")


def _in_utf8(data: bytes) -> bytes:
    """The body in UTF-8; the edition of 2023 is in Latin-1.

    Raises:
        SourceError: When it is in neither: Latin-1 gives a meaning to any byte, but prints none of its control characters.
    """
    try:
        data.decode()
    except UnicodeDecodeError as error:
        text = data.decode("latin-1")
        if _CONTROLS.search(text):
            line = data.count(b"\n", 0, error.start) + 1
            raise SourceError(NAME, "UTF-8 or Latin-1 text", f"another charset in line {line}") from error
        return text.encode()
    return data


def parse(data: bytes, about: About) -> Parsed:  # noqa: ARG001
    """Read every hospital of either layout: listing ``ahrq_hospital``, one row a line.

    Raises:
        SourceError: When the columns are not those of 2018 or 2023, there are no rows, or the text is in another charset.
    """
    frame = read_csv(NAME, _in_utf8(data))
    is_2023 = any(name in frame.columns for name in (_RESIDENTS, *_NOT_KEPT_2023))
    require_columns(NAME, frame.columns, (*_KEPT, _RESIDENTS) if is_2023 else _KEPT, allowed=_NOT_KEPT_2023)
    name = pl.col("hospital_name")
    rows = frame.with_columns(pl.exclude("locator").str.strip_chars()).select(
        "locator",
        "compendium_hospital_id",
        "ccn",
        "hospital_name",
        pl.col("hospital_street").alias("street"),
        pl.col("hospital_city").alias("city"),
        pl.col("hospital_state").alias("state"),
        zip5("hospital_zip").alias("zip_code"),
        pl.col("acutehosp_flag").replace({"1": "true", "0": "false"}).alias("acute"),
        pl.col("health_sys_id").alias("system_id"),
        pl.col("health_sys_name").alias("system_name"),
        pl.col("health_sys_city").alias("system_city"),
        pl.col("health_sys_state").alias("system_state"),
        (pl.col(_RESIDENTS) if is_2023 else pl.lit(None, pl.String)).alias("n_residents"),
        (name.str.len_chars() == _WIDTH).fill_null(value=False).cast(pl.String).alias("name_cut"),
    )
    return Parsed({AHRQ_HOSPITAL.name: rows.select(located(AHRQ_HOSPITAL).column_names)})


SOURCE = Source(
    name=NAME,
    title="AHRQ Compendium of US Health Systems, hospital linkage file",
    publisher="Agency for Healthcare Research and Quality",
    address="https://www.ahrq.gov/sites/default/files/wysiwyg/chsp/compendium/chsp-hospital-linkage-2023.csv",
    licence=Licence(fetch="yes, public US government data", redistribute="rows", learn="yes"),
    cadence="irregular: 2018, 2022 and 2023 were seen; the newest takes the place of the older ones",
    access=Access.ONE_FILE,
    media=Media.CSV,
    origin_family=OriginFamily.AHRQ,
    listings=(AHRQ_HOSPITAL,),
    limits=Limits(
        max_drop=Limit(0.10, "years lie between two editions, and 1 hospital in 100 closes or merges in a year"),
        max_quarantined=Limit(0.01, "13 of 6,742 hospitals of 2018 have a CCN with a letter inside; lost zeros are 15 in 100"),
    ),
    parser_version="1",
    parse=parse,
    caveats=(
        "Systems as of the edition's year: mergers since then are not in it.",
        "Hospitals without a CCN (151 of 6,742 in 2018) and two campuses under one CCN are in it.",
        "Names of exactly 36 letters are marked as cut; some of them are whole.",
    ),
)
