"""DOL labor condition applications (LCA): disclosure files of the FLAG era and the health-care extract.

Named contacts in the published files are removed before the bytes are stored: they are never on our disk.
"""

import csv
from io import StringIO

import polars as pl

from flows.sources.reading import csv_records, read_csv, require_columns, us_date, zip5
from flows.sources.source import About, Access, Licence, Limit, Limits, Media, Parsed, Source
from schemas.listings import DOL_LCA_FILING, located
from schemas.vocabulary import OriginFamily

NAME = "dol_lca"

_NEEDED = (
    "CASE_NUMBER",
    "JOB_TITLE",
    "SOC_CODE",
    "BEGIN_DATE",
    "END_DATE",
    "EMPLOYER_NAME",
    "TRADE_NAME_DBA",
    "WORKSITE_CITY",
    "WORKSITE_STATE",
    "WORKSITE_POSTAL_CODE",
    "WAGE_RATE_OF_PAY_FROM",
    "WAGE_UNIT_OF_PAY",
)
_READ_WHERE_GIVEN = ("CASE_STATUS", "VISA_CLASS", "RECEIVED_DATE", "EMPLOYER_STATE", "TOTAL_WORKER_POSITIONS")
_READ_SINCE_2024 = ("EMPLOYER_FEIN",)
_KNOWN_AND_NOT_KEPT = (
    "SOC_TITLE",
    "FULL_TIME_POSITION",
    "WORKSITE_ADDRESS1",
    "WORKSITE_ADDRESS2",
    "WORKSITE_COUNTY",
    "WAGE_RATE_OF_PAY_TO",
    "PW_WAGE_LEVEL",
    "Year",
    "Quarter",
    "DECISION_DATE",
    "ORIGINAL_CERT_DATE",
    "NEW_EMPLOYMENT",
    "CONTINUED_EMPLOYMENT",
    "CHANGE_PREVIOUS_EMPLOYMENT",
    "NEW_CONCURRENT_EMPLOYMENT",
    "CHANGE_EMPLOYER",
    "AMENDED_PETITION",
    "EMPLOYER_ADDRESS1",
    "EMPLOYER_ADDRESS2",
    "EMPLOYER_CITY",
    "EMPLOYER_POSTAL_CODE",
    "EMPLOYER_COUNTRY",
    "EMPLOYER_PROVINCE",
    "EMPLOYER_PHONE",
    "EMPLOYER_PHONE_EXT",
    "NAICS_CODE",
    "AGENT_REPRESENTING_EMPLOYER",
    "LAWFIRM_NAME_BUSINESS_NAME",
    "LAWFIRM_BUSINESS_FEIN",
    "STATE_OF_HIGHEST_COURT",
    "NAME_OF_HIGHEST_STATE_COURT",
    "WORKSITE_WORKERS",
    "SECONDARY_ENTITY",
    "SECONDARY_ENTITY_BUSINESS_NAME",
    "PREVAILING_WAGE",
    "PW_UNIT_OF_PAY",
    "PW_TRACKING_NUMBER",
    "PW_OES_YEAR",
    "PW_OTHER_SOURCE",
    "PW_OTHER_YEAR",
    "PW_SURVEY_PUBLISHER",
    "PW_SURVEY_NAME",
    "TOTAL_WORKSITE_LOCATIONS",
    "AGREE_TO_LC_STATEMENT",
    "H_1B_DEPENDENT",
    "H-1B_DEPENDENT",
    "H1B_DEPENDENT",
    "WILLFUL_VIOLATOR",
    "SUPPORT_H1B",
    "STATUTORY_BASIS",
    "APPENDIX_A_ATTACHED",
    "PUBLIC_DISCLOSURE",
    "PREPARER_BUSINESS_NAME",
)
_ONLY_IN_WHOLE_FILES = (*_READ_WHERE_GIVEN, "EMPLOYER_ADDRESS1", "NAICS_CODE", "DECISION_DATE")
_PERSON_PREFIXES = ("EMPLOYER_POC_", "AGENT_ATTORNEY_", "PREPARER_")
_NOT_A_PERSON = ("PREPARER_BUSINESS_NAME",)


def is_contact(column: str) -> bool:
    """Whether a column names or reaches a person."""
    return column.startswith(_PERSON_PREFIXES) and column not in _NOT_A_PERSON


def without_contacts(data: bytes) -> bytes:
    """The same file without the columns that name or reach a person; a file without such columns is returned as it is.

    Raises:
        SourceError: When anything about the file is not as it should be. What is not understood to the last column cannot
            be cleaned for certain, and is not stored.
    """
    records = csv_records(NAME, data)
    keep = [place for place, column in enumerate(records[0]) if not is_contact(column)]
    _require_layout([records[0][place] for place in keep])
    if len(keep) == len(records[0]):
        return data
    out = StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows([record[place] for place in keep] for record in records)
    return out.getvalue().encode()


def _require_layout(columns: list[str]) -> None:
    """Check a header against the two layouts: the extract has none of the columns of the whole file but what it needs."""
    is_whole_file = any(column in columns for column in _ONLY_IN_WHOLE_FILES)
    needed = (*_NEEDED, *_READ_WHERE_GIVEN) if is_whole_file else _NEEDED
    require_columns(NAME, columns, needed, allowed=(*_READ_WHERE_GIVEN, *_READ_SINCE_2024, *_KNOWN_AND_NOT_KEPT))


def parse(data: bytes, about: About) -> Parsed:  # noqa: ARG001
    """Read every filing of either layout.

    Returns:
        Listing ``dol_lca_filing``, one row a filing. The health-care extract says neither status nor class: all its
        case numbers are I-200, which is H-1B. Wages and dates are as filed. Padding rows, empty in every cell, are no rows.

    Raises:
        SourceError: When the columns are not the known ones, or there are no rows.
    """
    frame = read_csv(NAME, data)
    _require_layout(frame.columns[1:])
    frame = frame.filter(~pl.all_horizontal(pl.exclude("locator").is_null()))
    perhaps = (*_READ_WHERE_GIVEN, *_READ_SINCE_2024)
    absent = [pl.lit(None, dtype=pl.String).alias(name) for name in perhaps if name not in frame.columns]
    frame = frame.with_columns(absent).with_columns(pl.exclude("locator").str.strip_chars())
    case, trade_name = pl.col("CASE_NUMBER"), pl.col("TRADE_NAME_DBA")
    class_by_case = pl.when(case.str.starts_with("I-200-")).then(pl.lit("H-1B"))
    filed_by_case = case.str.extract(r"^I-\d{3}-(\d{5})-").str.to_date("%y%j", strict=False).dt.to_string("%Y-%m-%d")
    rows = frame.select(
        "locator",
        case.alias("case_number"),
        pl.col("CASE_STATUS").alias("case_status"),
        pl.coalesce(pl.col("VISA_CLASS"), class_by_case).alias("visa_class"),
        pl.col("JOB_TITLE").alias("job_title"),
        pl.col("SOC_CODE").str.extract(r"^(\d{2}-\d{4})(?:\.\d{2})?$").alias("soc_code"),
        pl.col("EMPLOYER_NAME").alias("employer_name"),
        pl.when(~trade_name.str.to_lowercase().is_in(["not applicable", "n/a", "none"])).then(trade_name).alias("trade_name"),
        pl.col("EMPLOYER_FEIN").str.replace_all("-", "").alias("employer_fein"),
        pl.col("EMPLOYER_STATE").alias("employer_state"),
        pl.col("WORKSITE_CITY").alias("worksite_city"),
        pl.col("WORKSITE_STATE").alias("worksite_state"),
        zip5("WORKSITE_POSTAL_CODE").alias("worksite_zip"),
        pl.coalesce(us_date("RECEIVED_DATE"), filed_by_case).alias("filed_on"),
        us_date("BEGIN_DATE").alias("begin_on"),
        us_date("END_DATE").alias("end_on"),
        pl.col("WAGE_RATE_OF_PAY_FROM").str.replace_all(r"[$,]", "").alias("wage_from"),
        pl.col("WAGE_UNIT_OF_PAY").alias("wage_unit"),
        pl.col("TOTAL_WORKER_POSITIONS").alias("workers"),
    )
    return Parsed({DOL_LCA_FILING.name: rows.select(located(DOL_LCA_FILING).column_names)})


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
    parser_version="2",
    parse=parse,
    before_storing=without_contacts,
    caveats=(
        "A filing is an employer's intent, not a hire, and speaks of the employer, seldom of the program.",
        "Trainees are not marked: they are recognised by job title.",
        "A quarter that is not loaded looks like a quarter without filings: see the window of the feature.",
    ),
)
