"""The column layouts of DOL's LCA disclosure files since FY2008: what each era calls the columns we read, and what it has beside.

Known from DOL's record layouts as others cite and use them, and from header rows; no file before FY2020 was at hand. Not known:
the whole headers of FY2010 (it has no unit of the wage, perhaps no visa class: its era may lack both), of FY2009 eFile and of the
fax files; the form of eFile's case numbers; whether each quarter of FY2015 to FY2019 has the layout of its year's last file. A
column that is not named here refuses the document and is told, so that it can be added here.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from flows.sources.reading import require_columns
from flows.sources.source import SourceError
from flows.text_parquet import folded


@dataclass(frozen=True, slots=True)
class Spelled:
    """How one era spells one of our columns.

    Attributes:
        names: The spellings; a file has one of them.
        always: Whether every file of the era has the column.
    """

    names: tuple[str, ...]
    always: bool = True


def _always(*names: str) -> Spelled:
    return Spelled(names)


def _perhaps(*names: str) -> Spelled:
    return Spelled(names, always=False)


EFILE = "FY2008-FY2009, eFile"
ICERT = "FY2009-FY2014, iCERT"
NARROW = "FY2015-FY2018 and the quarters of FY2019"
WIDE = "FY2019, ten worksites a row"
FLAG = "FY2020 on, FLAG"
EXTRACT = "extract of health-care filings"
ERAS = (FLAG, WIDE, NARROW, ICERT, EFILE, EXTRACT)

COLUMN_MAP: dict[str, dict[str, Spelled]] = {
    "case_number": {
        EFILE: _always("CASE_NO"),
        ICERT: _always("LCA_CASE_NUMBER"),
        NARROW: _always("CASE_NUMBER", "CASE_NO"),
        WIDE: _always("CASE_NUMBER"),
        FLAG: _always("CASE_NUMBER"),
        EXTRACT: _always("CASE_NUMBER"),
    },
    "case_status": {
        EFILE: _always("APPROVAL_STATUS"),
        ICERT: _always("STATUS"),
        NARROW: _always("CASE_STATUS"),
        WIDE: _always("CASE_STATUS"),
        FLAG: _always("CASE_STATUS"),
    },
    "withdrawn": {EFILE: _perhaps("WITHDRAWN")},
    "received_on": {
        EFILE: _always("SUBMITTED_DATE"),
        ICERT: _always("LCA_CASE_SUBMIT"),
        NARROW: _always("CASE_SUBMITTED"),
        WIDE: _always("CASE_SUBMITTED"),
        FLAG: _always("RECEIVED_DATE"),
    },
    "decided_on": {
        EFILE: _always("DOL_DECISION_DATE"),
        ICERT: _always("DECISION_DATE"),
        NARROW: _always("DECISION_DATE"),
        WIDE: _always("DECISION_DATE"),
        FLAG: _always("DECISION_DATE"),
    },
    "visa_class": {
        EFILE: _perhaps("PROGRAM", "PROGRAM_DESIGNATION"),
        ICERT: _perhaps("VISA_CLASS"),
        NARROW: _always("VISA_CLASS"),
        WIDE: _always("VISA_CLASS"),
        FLAG: _always("VISA_CLASS"),
    },
    "job_title": {
        EFILE: _always("JOB_TITLE"),
        ICERT: _always("LCA_CASE_JOB_TITLE"),
        NARROW: _always("JOB_TITLE"),
        WIDE: _always("JOB_TITLE"),
        FLAG: _always("JOB_TITLE"),
        EXTRACT: _always("JOB_TITLE"),
    },
    "soc_code": {
        # eFile has three-digit codes of the Dictionary of Occupational Titles, which are no SOC codes
        ICERT: _always("LCA_CASE_SOC_CODE"),
        NARROW: _always("SOC_CODE"),
        WIDE: _always("SOC_CODE"),
        FLAG: _always("SOC_CODE"),
        EXTRACT: _always("SOC_CODE"),
    },
    "employer_name": {
        EFILE: _always("NAME", "EMPLOYER_NAME"),
        ICERT: _always("LCA_CASE_EMPLOYER_NAME"),
        NARROW: _always("EMPLOYER_NAME"),
        WIDE: _always("EMPLOYER_NAME"),
        FLAG: _always("EMPLOYER_NAME"),
        EXTRACT: _always("EMPLOYER_NAME"),
    },
    "trade_name": {
        NARROW: _perhaps("EMPLOYER_BUSINESS_DBA"),  # since FY2018
        WIDE: _always("EMPLOYER_BUSINESS_DBA"),
        FLAG: _always("TRADE_NAME_DBA"),
        EXTRACT: _always("TRADE_NAME_DBA"),
    },
    "employer_fein": {
        FLAG: _perhaps("EMPLOYER_FEIN"),  # since FY2024 Q4; another reader of the files says FY2024 Q1
        EXTRACT: _perhaps("EMPLOYER_FEIN"),
    },
    "employer_state": {
        EFILE: _always("STATE", "EMPLOYER_STATE"),
        ICERT: _always("LCA_CASE_EMPLOYER_STATE"),
        NARROW: _always("EMPLOYER_STATE"),
        WIDE: _always("EMPLOYER_STATE"),
        FLAG: _always("EMPLOYER_STATE"),
    },
    "worksite_city": {
        EFILE: _always("CITY_1"),
        ICERT: _always("LCA_CASE_WORKLOC1_CITY", "WORK_LOCATION_CITY1"),
        NARROW: _always("WORKSITE_CITY"),
        WIDE: _always("WORKSITE_CITY_1"),
        FLAG: _always("WORKSITE_CITY"),
        EXTRACT: _always("WORKSITE_CITY"),
    },
    "worksite_state": {
        EFILE: _always("STATE_1"),
        ICERT: _always("LCA_CASE_WORKLOC1_STATE", "WORK_LOCATION_STATE1"),
        NARROW: _always("WORKSITE_STATE"),
        WIDE: _always("WORKSITE_STATE_1"),
        FLAG: _always("WORKSITE_STATE"),
        EXTRACT: _always("WORKSITE_STATE"),
    },
    "worksite_zip": {
        NARROW: _always("WORKSITE_POSTAL_CODE"),
        WIDE: _always("WORKSITE_POSTAL_CODE_1"),
        FLAG: _always("WORKSITE_POSTAL_CODE"),
        EXTRACT: _always("WORKSITE_POSTAL_CODE"),
    },
    "begin_on": {
        EFILE: _always("BEGIN_DATE"),
        ICERT: _always("LCA_CASE_EMPLOYMENT_START_DATE"),
        NARROW: _always("EMPLOYMENT_START_DATE"),
        WIDE: _always("PERIOD_OF_EMPLOYMENT_START_DATE"),
        FLAG: _always("BEGIN_DATE"),
        EXTRACT: _always("BEGIN_DATE"),
    },
    "end_on": {
        EFILE: _always("END_DATE"),
        ICERT: _always("LCA_CASE_EMPLOYMENT_END_DATE"),
        NARROW: _always("EMPLOYMENT_END_DATE"),
        WIDE: _always("PERIOD_OF_EMPLOYMENT_END_DATE"),
        FLAG: _always("END_DATE"),
        EXTRACT: _always("END_DATE"),
    },
    "wage_from": {
        EFILE: _always("WAGE_RATE_1"),
        ICERT: _always("LCA_CASE_WAGE_RATE_FROM"),
        NARROW: _always("WAGE_RATE_OF_PAY_FROM", "WAGE_RATE_OF_PAY"),  # FY2015 prints "20000 - 25000" in one cell
        WIDE: _always("WAGE_RATE_OF_PAY_FROM_1"),
        FLAG: _always("WAGE_RATE_OF_PAY_FROM"),
        EXTRACT: _always("WAGE_RATE_OF_PAY_FROM"),
    },
    "wage_unit": {
        EFILE: _always("RATE_PER_1"),
        ICERT: _perhaps("LCA_CASE_WAGE_RATE_UNIT"),  # FY2010 has the prevailing wage's unit only, which says nothing of this one
        NARROW: _always("WAGE_UNIT_OF_PAY"),
        WIDE: _always("WAGE_UNIT_OF_PAY_1"),
        FLAG: _always("WAGE_UNIT_OF_PAY"),
        EXTRACT: _always("WAGE_UNIT_OF_PAY"),
    },
    "workers": {
        EFILE: _always("NBR_IMMIGRANTS"),
        ICERT: _always("TOTAL_WORKERS"),
        NARROW: _always("TOTAL_WORKERS", "TOTAL WORKERS"),
        WIDE: _always("TOTAL_WORKER_POSITIONS"),
        FLAG: _always("TOTAL_WORKER_POSITIONS"),
    },
    "soc_title": {
        EFILE: _perhaps("OCCUPATIONAL_TITLE"),
        ICERT: _perhaps("LCA_CASE_SOC_NAME"),
        NARROW: _perhaps("SOC_NAME"),
        WIDE: _perhaps("SOC_TITLE"),
        FLAG: _perhaps("SOC_TITLE"),
        EXTRACT: _perhaps("SOC_TITLE"),
    },
    "employer_city": {
        EFILE: _perhaps("CITY", "EMPLOYER_CITY"),
        ICERT: _perhaps("LCA_CASE_EMPLOYER_CITY"),
        NARROW: _perhaps("EMPLOYER_CITY"),
        WIDE: _perhaps("EMPLOYER_CITY"),
        FLAG: _perhaps("EMPLOYER_CITY"),
    },
    "employer_zip": {
        EFILE: _perhaps("POSTAL_CODE", "EMPLOYER_POSTAL_CODE"),
        ICERT: _perhaps("LCA_CASE_EMPLOYER_POSTAL_CODE"),
        NARROW: _perhaps("EMPLOYER_POSTAL_CODE"),
        WIDE: _perhaps("EMPLOYER_POSTAL_CODE"),
        FLAG: _perhaps("EMPLOYER_POSTAL_CODE"),
    },
    "naics_code": {
        ICERT: _perhaps("LCA_CASE_NAICS_CODE"),
        NARROW: _perhaps("NAICS_CODE", "NAIC_CODE"),
        WIDE: _perhaps("NAICS_CODE"),
        FLAG: _perhaps("NAICS_CODE"),
    },
    "full_time": {
        EFILE: _perhaps("PART_TIME_1"),  # the other way round
        ICERT: _perhaps("FULL_TIME_POS"),
        NARROW: _perhaps("FULL_TIME_POSITION"),
        WIDE: _perhaps("FULL_TIME_POSITION"),
        FLAG: _perhaps("FULL_TIME_POSITION"),
        EXTRACT: _perhaps("FULL_TIME_POSITION"),
    },
    "wage_to": {
        EFILE: _perhaps("MAX_RATE_1"),
        ICERT: _perhaps("LCA_CASE_WAGE_RATE_TO"),
        NARROW: _perhaps("WAGE_RATE_OF_PAY_TO"),
        WIDE: _perhaps("WAGE_RATE_OF_PAY_TO_1"),
        FLAG: _perhaps("WAGE_RATE_OF_PAY_TO"),
        EXTRACT: _perhaps("WAGE_RATE_OF_PAY_TO"),
    },
}
"""Our columns, and what each era calls them; an era not named has no such column. The last six are stored and not read yet."""

STORED = frozenset(name for by_era in COLUMN_MAP.values() for spelled in by_era.values() for name in spelled.names)
"""All spellings of all our columns: these are kept of a file, and nothing else."""

_KINDS_OF_FILING = (
    "NEW_EMPLOYMENT",
    "CONTINUED_EMPLOYMENT",
    "CHANGE_PREVIOUS_EMPLOYMENT",
    "NEW_CONCURRENT_EMPLOYMENT",
    "CHANGE_EMPLOYER",
    "AMENDED_PETITION",
)
_EMPLOYER = (
    "EMPLOYER_ADDRESS1",
    "EMPLOYER_ADDRESS2",
    "EMPLOYER_COUNTRY",
    "EMPLOYER_PROVINCE",
    "EMPLOYER_PHONE",
    "EMPLOYER_PHONE_EXT",
    "AGENT_REPRESENTING_EMPLOYER",
)
_SITE_READ = (
    "WORKSITE_CITY",
    "WORKSITE_STATE",
    "WORKSITE_POSTAL_CODE",
    "WAGE_RATE_OF_PAY_FROM",
    "WAGE_RATE_OF_PAY_TO",
    "WAGE_UNIT_OF_PAY",
)
_SITE_LEFT_OUT = (
    "WORKSITE_WORKERS",
    "SECONDARY_ENTITY",
    "SECONDARY_ENTITY_BUSINESS_NAME",
    "WORKSITE_ADDRESS1",
    "WORKSITE_ADDRESS2",
    "WORKSITE_COUNTY",
    "PREVAILING_WAGE",
    "PW_UNIT_OF_PAY",
    "PW_TRACKING_NUMBER",
    "PW_WAGE_LEVEL",
    "PW_OES_YEAR",
    "PW_OTHER_SOURCE",
    "PW_SURVEY_PUBLISHER",
    "PW_SURVEY_NAME",
)
"""With the year of another source, the 21 fields of one worksite in FY2019, which repeats them ten times."""
_DEPENDENT = ("H-1B_DEPENDENT", "H1B_DEPENDENT", "H_1B_DEPENDENT")
_COURTS = ("STATE_OF_HIGHEST_COURT", "NAME_OF_HIGHEST_STATE_COURT")

LEFT_OUT: dict[str, tuple[str, ...]] = {
    EFILE: (
        *("ADDRESS", "ADDRESS1", "ADDRESS2", "EMPLOYER_ADDRESS1", "EMPLOYER_ADDRESS2", "EMPLOYER_COUNTY"),
        *("CERTIFIED_BEGIN_DATE", "CERTIFIED_END_DATE", "JOB_CODE", "OCCUPATIONAL_CODE"),
        *("PREVAILING_WAGE_1", "WAGE_SOURCE_1", "YR_SOURCE_PUB_1", "OTHER_WAGE_SOURCE_1"),
        *("WAGE_RATE_2", "RATE_PER_2", "MAX_RATE_2", "PART_TIME_2", "CITY_2", "STATE_2", "PREVAILING_WAGE_2"),
        *("WAGE_SOURCE_2", "YR_SOURCE_PUB_2", "OTHER_WAGE_SOURCE_2"),
    ),
    ICERT: (
        *("LCA_CASE_EMPLOYER_ADDRESS", "LCA_CASE_EMPLOYER_ADDRESS1", "LCA_CASE_EMPLOYER_ADDRESS2"),
        *("PW_1", "PW_UNIT_1", "PW_SOURCE_1", "OTHER_WAGE_SOURCE_1"),
        *("YR_SOURCE_PUB_1", "LCA_CASE_WORKLOC2_CITY", "LCA_CASE_WORKLOC2_STATE", "WORK_LOCATION_CITY2"),
        *("WORK_LOCATION_STATE2", "PW_2", "PW_UNIT_2", "PW_SOURCE_2", "OTHER_WAGE_SOURCE_2", "YR_SOURCE_PUB_2"),
    ),
    NARROW: (
        *_KINDS_OF_FILING,
        *_EMPLOYER,
        *_DEPENDENT,
        *("NEW_CONCURRENT_EMP", "EMPLOYER_ADDRESS"),
        *("PREVAILING_WAGE", "PW_UNIT_OF_PAY", "PW_WAGE_LEVEL", "PW_SOURCE", "PW_SOURCE_YEAR", "PW_SOURCE_OTHER"),
        *("PW_WAGE_SOURCE", "PW_WAGE_SOURCE_YEAR", "PW_WAGE_SOURCE_OTHER"),
        *("WILLFUL_VIOLATOR", "WILLFUL VIOLATOR", "SUPPORT_H1B", "LABOR_CON_AGREE", "PUBLIC_DISCLOSURE_LOCATION"),
        *("WORKSITE_COUNTY", "ORIGINAL_CERT_DATE"),
        *("SECONDARY_ENTITY", "SECONDARY_ENTITY_BUSINESS_NAME", "STATUTORY_BASIS", "APPENDIX_ATTACHMENT"),
    ),
    WIDE: (
        *_KINDS_OF_FILING,
        *_EMPLOYER,
        *_DEPENDENT,
        *_COURTS,
        *("ORIGINAL_CERT_DATE", "LAWFIRM_NAME_BUSINESS_NAME"),
        *("WILLFUL_VIOLATOR", "SUPPORT_H1B", "STATUTORY_BASIS", "MASTERS_EXEMPTION", "PUBLIC_DISCLOSURE"),
        *(f"{field}_{number}" for number in range(1, 11) for field in (*_SITE_LEFT_OUT, "PW_NON-OES_YEAR", "PW_NON_OES_YEAR")),
        *(f"{field}_{number}" for number in range(2, 11) for field in _SITE_READ),
    ),
    FLAG: (
        *_KINDS_OF_FILING,
        *_EMPLOYER,
        *_DEPENDENT,
        *_COURTS,
        *_SITE_LEFT_OUT,
        *("ORIGINAL_CERT_DATE", "LAWFIRM_NAME_BUSINESS_NAME", "LAWFIRM_BUSINESS_FEIN"),
        *("PW_OTHER_YEAR", "TOTAL_WORKSITE_LOCATIONS", "AGREE_TO_LC_STATEMENT", "WILLFUL_VIOLATOR", "SUPPORT_H1B"),
        *("STATUTORY_BASIS", "APPENDIX_A_ATTACHED", "PUBLIC_DISCLOSURE", "PREPARER_BUSINESS_NAME"),
    ),
    EXTRACT: (
        *("WORKSITE_ADDRESS1", "WORKSITE_ADDRESS2", "WORKSITE_COUNTY"),
        *("PW_WAGE_LEVEL", "YEAR", "QUARTER"),
    ),
}
"""Columns of each era that are known and not read. Contacts are in no list: they are gone before a header is looked at."""


def columns_of(era: str) -> dict[str, Spelled]:
    """Our columns in one era, and how it spells them."""
    return {ours: by_era[era] for ours, by_era in COLUMN_MAP.items() if era in by_era}


def places_of(source: str, header: Sequence[str]) -> dict[str, str]:
    """Where a file has our columns: its own cell of the header for each of ours that it has.

    The era is the one that explains most of the header.

    Raises:
        SourceError: When a column that the era always has is missing, when one is neither read nor known, or when two
            stand for one of ours.
    """
    as_printed = {folded(name): name for name in reversed(header)}
    era = min(ERAS, key=lambda era: len(_missing(era, as_printed)) + len(_unknown(era, as_printed)))
    spelled = columns_of(era)
    found = {ours: [name for name in it.names if name in as_printed] for ours, it in spelled.items()}
    needed = [found[ours][0] if found[ours] else it.names[0] for ours, it in spelled.items() if it.always]
    unknown = set(_unknown(era, as_printed))
    known = [name for name in as_printed if name not in unknown]
    shown = [name.strip() if folded(name) in unknown else folded(name) for name in header]
    require_columns(source, shown, needed, known)
    if repeated := sorted({name for name in known if shown.count(name) > 1}):
        raise SourceError(source, "each column once", f"repeated columns {', '.join(repeated)}")
    if twice := [names for names in found.values() if len(names) > 1]:
        raise SourceError(source, "one column for each thing", f"two: {', '.join(twice[0])}")
    return {ours: as_printed[names[0]] for ours, names in found.items() if names}


def _missing(era: str, header: dict[str, str]) -> list[str]:
    return [it.names[0] for it in columns_of(era).values() if it.always and not any(name in header for name in it.names)]


def _unknown(era: str, header: dict[str, str]) -> list[str]:
    known = {*LEFT_OUT[era], *(name for it in columns_of(era).values() for name in it.names)}
    return [name for name in header if name not in known]
