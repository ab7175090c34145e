"""DOL labor condition applications (LCA): disclosure files of every layout since FY2008, and the health-care extract.

Named contacts in the published files are removed before the bytes are stored: they are never on our disk. What is stored is
Parquet, made once of the CSV or xlsx; captures of earlier versions are cleaned CSV and are read as well.
"""

import re
from collections.abc import Sequence
from datetime import date

import ftfy
import polars as pl

from flows.sources.lca_layouts import STORED, places_of
from flows.sources.reading import zip5
from flows.sources.source import About, Access, Licence, Limit, Limits, Media, Parsed, Source
from flows.sources.tables import is_parquet, parquet_columns, read_columns, to_parquet
from schemas.listings import DOL_LCA_FILING, located
from schemas.validation import EARLIEST_DAY, LATEST_DAY
from schemas.vocabulary import OriginFamily

NAME = "dol_lca"

CONTACTS = re.compile(r"(?i)\s*(?:EMPLOYER_POC_|AGENT_ATTORNEY_|PREPARER_(?!BUSINESS_NAME\s*$))")
"""How the names of columns start that name or reach a person."""

_CLASS_OF_PREFIX = {"I-200": "H-1B"}
_CLASS_OF_CODE = {"R": "H-1B", "A": "E-3 Australian", "C": "H-1B1 Chile", "S": "H-1B1 Singapore"}
"""Program codes of the eFile years, as their record layout explains them."""
_STATUS = {
    "certified": "Certified",
    "certified-withdrawn": "Certified - Withdrawn",
    "certified - withdrawn": "Certified - Withdrawn",
    "withdrawn": "Withdrawn",
    "denied": "Denied",
}
_UNIT = {
    **dict.fromkeys(("year", "yr", "yearly", "annual"), "Year"),
    **dict.fromkeys(("month", "mth", "monthly"), "Month"),
    **dict.fromkeys(("bi-weekly", "biweekly", "bi"), "Bi-Weekly"),
    **dict.fromkeys(("week", "wk", "weekly"), "Week"),
    **dict.fromkeys(("hour", "hr", "hourly"), "Hour"),
}
_SAYS_NOTHING = ("not applicable", "n/a", "none")
_DAYS = ("%m/%d/%Y", "%Y-%m-%d", "%d-%b-%Y", "%B %d, %Y")
_TIMES = ("%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%Y %I:%M:%S %p")
_SERIAL = r"^\d{5}(?:\.0+)?$"
_DAY_ZERO_OF_SPREADSHEETS = date(1899, 12, 30)
_MISREAD = r"[ÃÂâ][\x{80}-\x{bf}€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]"
"""Two letters that UTF-8 gives where somebody read it as Windows-1252."""


def without_contacts(data: bytes) -> bytes:
    """A published file as all-text Parquet: the columns of the map, cells as published. What names or reaches a person is gone.

    Raises:
        SourceError: When anything about the file is not as it should be. What is not understood to the last column cannot
            be cleaned for certain, and is not stored.
    """
    return to_parquet(NAME, data, keep=STORED, check=_require_layout)


def _require_layout(header: Sequence[str]) -> None:
    places_of(NAME, [name for name in header if not CONTACTS.match(name)])


def parse(data: bytes, about: About) -> Parsed:  # noqa: ARG001
    """Read every filing of any layout.

    Returns:
        Listing ``dol_lca_filing``, one row a filing. The health-care extract says neither status nor class: all its
        case numbers are I-200, which is H-1B. Wages and dates are as filed. Of rows with one case number the last decided
        (else received, else printed) comes before the others, so that it is the one that is listed. Padding rows, without
        anything in a stored column, are no rows.

    Raises:
        SourceError: When the columns are not those of any era, or there are no rows.
    """
    stored = data if is_parquet(data) else without_contacts(data)
    columns = parquet_columns(NAME, stored)
    places = places_of(NAME, columns)
    printed = read_columns(NAME, stored, list(places.values())).rename(dict(zip(places.values(), places, strict=True)))
    is_padding = printed.select(pl.all_horizontal(pl.all().is_null())).to_series()
    frame = printed.with_row_index("nr", offset=2).filter(~is_padding)
    frame = _latest_first(_with_repairs(_with_days(_complete(frame))))
    case, trade_name = pl.col("case_number"), pl.col("trade_name")
    class_by_case = case.str.slice(0, 5).replace_strict(_CLASS_OF_PREFIX, default=None, return_dtype=pl.String)
    filed_by_case = case.str.extract(r"^I-\d{3}-(\d{5})-").str.to_date("%y%j", strict=False).dt.to_string("%Y-%m-%d")
    rows = frame.select(
        pl.format("row {}", "nr").alias("locator"),
        "case_number",
        _status(),
        pl.coalesce(pl.col("visa_class").replace(_CLASS_OF_CODE), class_by_case).alias("visa_class"),
        "job_title",
        _soc_code(),
        "employer_name",
        pl.when(~trade_name.str.to_lowercase().is_in(_SAYS_NOTHING)).then(trade_name).alias("trade_name"),
        pl.col("employer_fein").str.replace_all("-", "", literal=True),
        "employer_state",
        "worksite_city",
        "worksite_state",
        zip5("worksite_zip").alias("worksite_zip"),
        pl.coalesce("received_on", filed_by_case).alias("filed_on"),
        "begin_on",
        "end_on",
        _lower_wage(),
        pl.col("wage_unit").str.to_lowercase().replace_strict(_UNIT, default=pl.col("wage_unit")),
        pl.col("workers").str.replace(r"\.0+$", ""),
    )
    listed = rows.select(located(DOL_LCA_FILING).column_names)
    return Parsed({DOL_LCA_FILING.name: listed}, left_out=_told(int(is_padding.sum())))


def _told(padding: int) -> str | None:
    return f"{padding} rows without anything in a column that is stored are left out" if padding else None


def _complete(frame: pl.DataFrame) -> pl.DataFrame:
    """All our columns; null where the layout has none."""
    ours = (*DOL_LCA_FILING.column_names, "withdrawn", "received_on", "decided_on")
    return frame.with_columns(pl.lit(None, pl.String).alias(name) for name in ours if name not in frame.columns)


def _with_days(frame: pl.DataFrame) -> pl.DataFrame:
    """Dates as ISO text; a text that reads as no day stays as it is and fails validation. Each distinct text is read once."""
    columns = ("received_on", "decided_on", "begin_on", "end_on")
    distinct = pl.concat([frame[name].rename("text") for name in columns]).unique().drop_nulls().to_frame()
    text = pl.col("text")
    serial = text.str.extract(f"({_SERIAL[1:-1]})").str.extract(r"^(\d{5})").cast(pl.Int64)
    days = [text.str.to_date(spelling, strict=False) for spelling in _DAYS]
    days += [text.str.to_datetime(spelling, strict=False).dt.date() for spelling in _TIMES]
    of_serial = pl.when(text.str.contains(_SERIAL)).then(pl.lit(_DAY_ZERO_OF_SPREADSHEETS) + pl.duration(days=serial))
    in_range = [pl.when(day.is_between(EARLIEST_DAY, LATEST_DAY)).then(day) for day in (*days, of_serial)]
    read = distinct.select("text", pl.coalesce(in_range).dt.to_string("%Y-%m-%d").alias("day")).drop_nulls()
    return frame.with_columns(pl.col(columns).replace(read["text"], read["day"]))


def _latest_first(frame: pl.DataFrame) -> pl.DataFrame:
    """Rows that another row of the same case supersedes behind all others, which keep their order."""
    case = pl.col("case_number")
    repeated = frame.filter(case.is_duplicated() & case.is_not_null())
    if repeated.is_empty():
        return frame
    day = r"^\d{4}-\d\d-\d\d$"
    known = [pl.when(pl.col(name).str.contains(day)).then(name).fill_null("") for name in ("decided_on", "received_on")]
    superseded = repeated.sort(*known, "nr").filter(~case.is_last_distinct()).select("nr")
    kept = frame.join(superseded, on="nr", how="anti", maintain_order="left")
    return pl.concat([kept, frame.join(superseded, on="nr", how="semi", maintain_order="left")])


def _status() -> pl.Expr:
    """The decision in today's words. eFile tells apart from it whether the employer withdrew the filing."""
    status = pl.col("case_status")
    today = status.str.to_lowercase().replace_strict(_STATUS, default=status)
    withdrawn = pl.when(today == "Certified").then(pl.lit("Certified - Withdrawn")).otherwise(pl.lit("Withdrawn"))
    is_withdrawn = pl.col("withdrawn").str.to_uppercase().is_in(["Y", "YES"])
    return pl.when(is_withdrawn).then(withdrawn).otherwise(today).alias("case_status")


def _soc_code() -> pl.Expr:
    """NN-NNNN. A spreadsheet takes 11-2021 for a month: a whole date is taken back; "Nov-21", of any century, is null."""
    code = pl.col("soc_code")
    month = code.str.extract_groups(r"^(?<year>\d{4})-(?<month>1[0-2])-01(?:[ T]00:00:00.*)?$").struct
    return pl.coalesce(code.str.extract(r"^(\d{2}-\d{4})(?:\.\d{2})?$"), month.field("month") + "-" + month.field("year")).alias(
        "soc_code"
    )


def _lower_wage() -> pl.Expr:
    """The lower end of the wage as a number without signs; FY2015 prints "20000 - 25000" or "20000 -"."""
    wage = pl.col("wage_from").str.replace_all(r"[$,]", "")
    return pl.coalesce(wage.str.extract(r"^(\d+(?:\.\d+)?)\s*-\s*(?:\d+(?:\.\d+)?)?$"), wage).alias("wage_from")


def _with_repairs(frame: pl.DataFrame) -> pl.DataFrame:
    """Texts that were decoded wrongly and encoded again, as they were meant: "Physician â€œ" is "Physician “"."""
    for column in ("job_title", "employer_name", "trade_name", "worksite_city"):
        broken = frame[column].filter(frame[column].str.contains(_MISREAD)).unique().to_list()
        if broken:
            meant = [ftfy.fix_encoding(text) for text in broken]
            frame = frame.with_columns(pl.col(column).replace(broken, meant))
    return frame


SOURCE = Source(
    name=NAME,
    title="DOL labor condition application disclosures",
    publisher="US Department of Labor, Office of Foreign Labor Certification",
    address="https://www.dol.gov/agencies/eta/foreign-labor/performance",
    licence=Licence(fetch="yes, public US government data", redistribute="rows, without named contacts", learn="yes"),
    cadence="quarterly",
    access=Access.DATED_FILES,
    media=Media.CSV,
    origin_family=OriginFamily.DOL,
    listings=(DOL_LCA_FILING,),
    limits=Limits(
        max_drop=Limit(0.05, "a quarter's file may be re-issued with a few filings withdrawn"),
        max_quarantined=Limit(0.02, "known dirt is below 1 in 1,000; more means another layout"),
    ),
    parser_version="3",
    parse=parse,
    before_storing=without_contacts,
    also_published=(Media.XLSX,),
    also_stored=(Media.PARQUET,),
    caveats=(
        "A filing is an employer's intent, not a hire, and speaks of the employer, seldom of the program.",
        "Trainees are not marked: they are recognised by job title.",
        "A quarter that is not loaded looks like a quarter without filings: see the window of the feature.",
    ),
)
