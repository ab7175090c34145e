"""DOL filings of every era: the column map, CSV and xlsx, what is stored, what is refused, what is set aside."""

from __future__ import annotations

import csv
import gzip
import io
import os
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from hypothesis import example, given, settings
from hypothesis import strategies as st

from flows.captures import CaptureStore
from flows.sources import tables
from flows.sources.dol_lca import CONTACTS, SOURCE, parse, without_contacts
from flows.sources.lca_layouts import (
    COLUMN_MAP,
    EFILE,
    ERAS,
    EXTRACT,
    FLAG,
    ICERT,
    LEFT_OUT,
    NARROW,
    STORED,
    WIDE,
    columns_of,
    places_of,
)
from flows.sources.source import About, SourceError
from flows.sources.tables import to_parquet
from flows.text_parquet import HEADER, folded
from schemas.columns import CASE_STATUS, VISA_CLASS, WAGE_UNIT
from schemas.listings import DOL_LCA_FILING, located
from schemas.validation import Validated, validate
from tests.nights import FIRST, files_in, run_night

ABOUT = About("filings", date(2026, 3, 31))
PERSONS = ["ZEBULON", "QUIGLEY", "zebulon@example.invalid", "202-555-0199"]
"""A made-up contact."""

Rows = list[dict[str, object]]


def as_csv(rows: Rows, header: list[str] | None = None) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, header or list(rows[0]), restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def as_xlsx(rows: Rows, header: list[str] | None = None) -> bytes:
    """A workbook as a spreadsheet writes it: numbers as numbers, days as days."""
    out = io.BytesIO()
    names = header or list(rows[0])
    with xlsxwriter.Workbook(out, {"default_date_format": "m/d/yyyy"}) as book:
        sheet = book.add_worksheet("Q1")
        sheet.write_row(0, 0, names)
        for number, row in enumerate(rows, start=1):
            for place, name in enumerate(names):
                if row.get(name, "") != "":
                    sheet.write(number, place, row[name])
    return out.getvalue()


def read(data: bytes) -> Validated:
    """As a night reads a published file: what is stored, then what is parsed of it."""
    return validate(located(DOL_LCA_FILING), parse(without_contacts(data), ABOUT).rows[DOL_LCA_FILING.name])


def reasons(data: bytes) -> list[str]:
    return [reason for row in read(data).rejected["reasons"] for reason in row]


# --- one file of each era -----------------------------------------------------------------------------------------------

EFILE_2008: Rows = [
    {
        "SUBMITTED_DATE": "3/14/2008",
        "CASE_NO": "I-08074-9900001",
        "PROGRAM": "R",
        "NAME": "EXAMPLE TEACHING HOSPITAL",
        "ADDRESS": "1 EXAMPLE STREET",
        "ADDRESS2": "",
        "CITY": "ALBANY",
        "STATE": "NY",
        "POSTAL_CODE": "12208",
        "NBR_IMMIGRANTS": "1",
        "BEGIN_DATE": "7/1/2008",
        "END_DATE": "6/30/2011",
        "JOB_TITLE": "RESIDENT PHYSICIAN",
        "DOL_DECISION_DATE": "3/14/2008",
        "CERTIFIED_BEGIN_DATE": "7/1/2008",
        "CERTIFIED_END_DATE": "6/30/2011",
        "JOB_CODE": "070",
        "APPROVAL_STATUS": "Certified",
        "WAGE_RATE_1": "44,100.00",
        "RATE_PER_1": "yr",
        "MAX_RATE_1": "",
        "PART_TIME_1": "N",
        "CITY_1": "ALBANY",
        "STATE_1": "NY",
        "PREVAILING_WAGE_1": "43000",
        "WAGE_SOURCE_1": "OES",
        "YR_SOURCE_PUB_1": "2008",
        "OTHER_WAGE_SOURCE_1": "",
        "WAGE_RATE_2": "",
        "RATE_PER_2": "",
        "MAX_RATE_2": "",
        "PART_TIME_2": "",
        "CITY_2": "",
        "STATE_2": "",
        "PREVAILING_WAGE_2": "",
        "WAGE_SOURCE_2": "",
        "YR_SOURCE_PUB_2": "",
        "OTHER_WAGE_SOURCE_2": "",
        "WITHDRAWN": "Y",
        "OCCUPATIONAL_TITLE": "PHYSICIANS",
    }
]
EFILE_2009: Rows = [
    {
        "SUBMITTED_DATE": "1/5/2009 12:00:00 AM",
        "CASE_NO": "I-09005-990002",
        "PROGRAM_DESIGNATION": "A",
        "EMPLOYER_NAME": "EXAMPLE UNIVERSITY",
        "EMPLOYER_ADDRESS1": "1 EXAMPLE STREET",
        "EMPLOYER_CITY": "MADISON",
        "EMPLOYER_STATE": "WI",
        "EMPLOYER_COUNTY": "DANE",
        "EMPLOYER_POSTAL_CODE": "53706",
        "NBR_IMMIGRANTS": "2",
        "BEGIN_DATE": "2/1/2009",
        "END_DATE": "1/31/2011",
        "JOB_TITLE": "CLINICAL FELLOW",
        "DOL_DECISION_DATE": "1/6/2009",
        "OCCUPATIONAL_CODE": "070",
        "APPROVAL_STATUS": "DENIED",
        "WAGE_RATE_1": "25.5",
        "RATE_PER_1": "Hour",
        "CITY_1": "MADISON",
        "STATE_1": "WI",
        "WITHDRAWN": "N",
    }
]
ICERT_2010: Rows = [
    {
        "LCA_CASE_NUMBER": "I-200-10020-990003",
        "STATUS": "CERTIFIED",
        "LCA_CASE_SUBMIT": "1/20/2010",
        "DECISION_DATE": "1/26/2010",
        "LCA_CASE_EMPLOYMENT_START_DATE": "7/1/2010",
        "LCA_CASE_EMPLOYMENT_END_DATE": "6/30/2013",
        "LCA_CASE_EMPLOYER_NAME": "EXAMPLE TEACHING HOSPITAL",
        "LCA_CASE_EMPLOYER_ADDRESS1": "1 EXAMPLE STREET",
        "LCA_CASE_EMPLOYER_ADDRESS2": "",
        "LCA_CASE_EMPLOYER_CITY": "ALBANY",
        "LCA_CASE_EMPLOYER_STATE": "NY",
        "LCA_CASE_EMPLOYER_POSTAL_CODE": "12208",
        "LCA_CASE_SOC_CODE": "29-1063",
        "LCA_CASE_SOC_NAME": "Internists, General",
        "LCA_CASE_JOB_TITLE": "RESIDENT PHYSICIAN",
        "LCA_CASE_WAGE_RATE_FROM": "46000",
        "LCA_CASE_WAGE_RATE_TO": "",
        "TOTAL_WORKERS": "1",
        "WORK_LOCATION_CITY1": "ALBANY",
        "WORK_LOCATION_STATE1": "NY",
        "PW_1": "45000",
        "PW_UNIT_1": "Year",
        "LCA_CASE_NAICS_CODE": "622110",
    }
]
ICERT_2014: Rows = [
    {
        "LCA_CASE_NUMBER": "I-200-14050-990004",
        "STATUS": "CERTIFIED-WITHDRAWN",
        "LCA_CASE_SUBMIT": "2014-02-19",
        "DECISION_DATE": "2014-02-25",
        "VISA_CLASS": "H-1B",
        "LCA_CASE_EMPLOYMENT_START_DATE": "2014-07-01",
        "LCA_CASE_EMPLOYMENT_END_DATE": "2017-06-30",
        "LCA_CASE_EMPLOYER_NAME": "EXAMPLE TEACHING HOSPITAL",
        "LCA_CASE_EMPLOYER_ADDRESS": "1 EXAMPLE STREET",
        "LCA_CASE_EMPLOYER_CITY": "ALBANY",
        "LCA_CASE_EMPLOYER_STATE": "NY",
        "LCA_CASE_EMPLOYER_POSTAL_CODE": "12208",
        "LCA_CASE_SOC_CODE": "29-1063.00",
        "LCA_CASE_SOC_NAME": "Internists, General",
        "LCA_CASE_JOB_TITLE": "RESIDENT PHYSICIAN",
        "LCA_CASE_WAGE_RATE_FROM": "51000",
        "LCA_CASE_WAGE_RATE_TO": "",
        "LCA_CASE_WAGE_RATE_UNIT": "Year",
        "FULL_TIME_POS": "Y",
        "TOTAL_WORKERS": "1",
        "LCA_CASE_WORKLOC1_CITY": "ALBANY",
        "LCA_CASE_WORKLOC1_STATE": "NY",
        "PW_1": "50000",
        "PW_UNIT_1": "Year",
        "PW_SOURCE_1": "OES",
        "OTHER_WAGE_SOURCE_1": "",
        "YR_SOURCE_PUB_1": "2013",
        "LCA_CASE_WORKLOC2_CITY": "",
        "LCA_CASE_WORKLOC2_STATE": "",
        "PW_2": "",
        "PW_UNIT_2": "",
        "PW_SOURCE_2": "",
        "OTHER_WAGE_SOURCE_2": "",
        "YR_SOURCE_PUB_2": "",
        "LCA_CASE_NAICS_CODE": "622110",
    }
]
NARROW_2015: Rows = [
    {
        "CASE_NUMBER": "I-200-15040-990005",
        "CASE_STATUS": "CERTIFIED",
        "CASE_SUBMITTED": "2015-02-09",
        "DECISION_DATE": "2015-02-13",
        "VISA_CLASS": "H-1B",
        "EMPLOYMENT_START_DATE": "07/01/2015",
        "EMPLOYMENT_END_DATE": "06/30/2018",
        "EMPLOYER_NAME": "EXAMPLE TEACHING HOSPITAL",
        "EMPLOYER_ADDRESS1": "1 EXAMPLE STREET",
        "EMPLOYER_ADDRESS2": "",
        "EMPLOYER_CITY": "ALBANY",
        "EMPLOYER_STATE": "NY",
        "EMPLOYER_POSTAL_CODE": "12208",
        "EMPLOYER_COUNTRY": "UNITED STATES OF AMERICA",
        "EMPLOYER_PROVINCE": "",
        "EMPLOYER_PHONE": "5185550100",
        "EMPLOYER_PHONE_EXT": "",
        "AGENT_ATTORNEY_NAME": "QUIGLEY, ZEBULON",
        "AGENT_ATTORNEY_CITY": "ALBANY",
        "AGENT_ATTORNEY_STATE": "NY",
        "JOB_TITLE": "RESIDENT PHYSICIAN",
        "SOC_CODE": "29-1063",
        "SOC_NAME": "INTERNISTS, GENERAL",
        "NAIC_CODE": "622110",
        "TOTAL WORKERS": "1",
        "FULL_TIME_POSITION": "Y",
        "PREVAILING_WAGE": "50000",
        "PW_UNIT_OF_PAY": "Year",
        "PW_WAGE_LEVEL": "Level I",
        "PW_WAGE_SOURCE": "OES",
        "PW_WAGE_SOURCE_YEAR": "2014",
        "PW_WAGE_SOURCE_OTHER": "",
        "WAGE_RATE_OF_PAY": "51500 - 60000",
        "WAGE_UNIT_OF_PAY": "Year",
        "H-1B_DEPENDENT": "N",
        "WILLFUL VIOLATOR": "N",
        "WORKSITE_CITY": "ALBANY",
        "WORKSITE_COUNTY": "ALBANY",
        "WORKSITE_STATE": "NY",
        "WORKSITE_POSTAL_CODE": "12208",
    }
]
NARROW_2018: Rows = [
    {
        "CASE_NUMBER": "I-203-18040-990006",
        "CASE_STATUS": "CERTIFIED-WITHDRAWN",
        "CASE_SUBMITTED": "2018-02-09",
        "DECISION_DATE": "2018-02-15",
        "VISA_CLASS": "E-3 Australian",
        "EMPLOYMENT_START_DATE": "2018-07-01",
        "EMPLOYMENT_END_DATE": "2020-06-30",
        "EMPLOYER_NAME": "EXAMPLE TEACHING HOSPITAL",
        "EMPLOYER_BUSINESS_DBA": "EXAMPLE HEALTH",
        "EMPLOYER_ADDRESS": "1 EXAMPLE STREET",
        "EMPLOYER_CITY": "ALBANY",
        "EMPLOYER_STATE": "NY",
        "EMPLOYER_POSTAL_CODE": "12208",
        "EMPLOYER_COUNTRY": "UNITED STATES OF AMERICA",
        "EMPLOYER_PROVINCE": "",
        "EMPLOYER_PHONE": "5185550100",
        "EMPLOYER_PHONE_EXT": "",
        "AGENT_REPRESENTING_EMPLOYER": "Y",
        "AGENT_ATTORNEY_NAME": "QUIGLEY, ZEBULON",
        "AGENT_ATTORNEY_CITY": "ALBANY",
        "AGENT_ATTORNEY_STATE": "NY",
        "JOB_TITLE": "CLINICAL FELLOW",
        "SOC_CODE": "29-1069",
        "SOC_NAME": "PHYSICIANS AND SURGEONS, ALL OTHER",
        "NAICS_CODE": "622110",
        "TOTAL_WORKERS": "3",
        **dict.fromkeys(("NEW_EMPLOYMENT", "CONTINUED_EMPLOYMENT", "CHANGE_PREVIOUS_EMPLOYMENT"), "1"),
        **dict.fromkeys(("NEW_CONCURRENT_EMP", "CHANGE_EMPLOYER", "AMENDED_PETITION"), "0"),
        "FULL_TIME_POSITION": "Y",
        "PREVAILING_WAGE": "60000",
        "PW_UNIT_OF_PAY": "Year",
        "PW_WAGE_LEVEL": "Level I",
        "PW_SOURCE": "OES",
        "PW_SOURCE_YEAR": "2017",
        "PW_SOURCE_OTHER": "OFLC ONLINE DATA CENTER",
        "WAGE_RATE_OF_PAY_FROM": "62500",
        "WAGE_RATE_OF_PAY_TO": "0",
        "WAGE_UNIT_OF_PAY": "Year",
        "H1B_DEPENDENT": "N",
        "WILLFUL_VIOLATOR": "N",
        "SUPPORT_H1B": "",
        "LABOR_CON_AGREE": "Y",
        "PUBLIC_DISCLOSURE_LOCATION": "",
        "WORKSITE_CITY": "TROY",
        "WORKSITE_COUNTY": "RENSSELAER",
        "WORKSITE_STATE": "NY",
        "WORKSITE_POSTAL_CODE": "12180",
        "ORIGINAL_CERT_DATE": "",
    }
]
SITE_FIELDS = [
    "WORKSITE_WORKERS",
    "SECONDARY_ENTITY",
    "SECONDARY_ENTITY_BUSINESS_NAME",
    "WORKSITE_ADDRESS1",
    "WORKSITE_ADDRESS2",
    "WORKSITE_CITY",
    "WORKSITE_COUNTY",
    "WORKSITE_STATE",
    "WORKSITE_POSTAL_CODE",
    "WAGE_RATE_OF_PAY_FROM",
    "WAGE_RATE_OF_PAY_TO",
    "WAGE_UNIT_OF_PAY",
    "PREVAILING_WAGE",
    "PW_UNIT_OF_PAY",
    "PW_TRACKING_NUMBER",
    "PW_WAGE_LEVEL",
    "PW_OES_YEAR",
    "PW_OTHER_SOURCE",
    "PW_NON-OES_YEAR",
    "PW_SURVEY_PUBLISHER",
    "PW_SURVEY_NAME",
]
WIDE_2019: Rows = [
    {
        "CASE_NUMBER": "I-200-19040-990007",
        "CASE_STATUS": "Certified",
        "CASE_SUBMITTED": "2/9/2019",
        "DECISION_DATE": "2/15/2019",
        "ORIGINAL_CERT_DATE": "",
        "VISA_CLASS": "H-1B",
        "JOB_TITLE": "RESIDENT PHYSICIAN",
        "SOC_CODE": "29-1063",
        "SOC_TITLE": "INTERNISTS, GENERAL",
        "FULL_TIME_POSITION": "Y",
        "PERIOD_OF_EMPLOYMENT_START_DATE": "7/1/2019",
        "PERIOD_OF_EMPLOYMENT_END_DATE": "6/30/2022",
        "TOTAL_WORKER_POSITIONS": "1",
        **dict.fromkeys(("NEW_EMPLOYMENT", "CONTINUED_EMPLOYMENT", "CHANGE_PREVIOUS_EMPLOYMENT"), "1"),
        **dict.fromkeys(("NEW_CONCURRENT_EMPLOYMENT", "CHANGE_EMPLOYER", "AMENDED_PETITION"), "0"),
        "EMPLOYER_NAME": "EXAMPLE TEACHING HOSPITAL",
        "EMPLOYER_BUSINESS_DBA": "N/A",
        "EMPLOYER_ADDRESS1": "1 EXAMPLE STREET",
        "EMPLOYER_ADDRESS2": "",
        "EMPLOYER_CITY": "ALBANY",
        "EMPLOYER_STATE": "NY",
        "EMPLOYER_POSTAL_CODE": "12208",
        "EMPLOYER_COUNTRY": "UNITED STATES OF AMERICA",
        "EMPLOYER_PROVINCE": "",
        "EMPLOYER_PHONE": "5185550100",
        "EMPLOYER_PHONE_EXT": "",
        "NAICS_CODE": "622110",
        "AGENT_REPRESENTING_EMPLOYER": "Y",
        **dict.fromkeys(("AGENT_ATTORNEY_LAW_FIRM_BUSINESS_NAME", "AGENT_ATTORNEY_PHONE"), "202-555-0199"),
        **dict.fromkeys(("STATE_OF_HIGHEST_COURT", "NAME_OF_HIGHEST_STATE_COURT"), ""),
        **{
            f"{field}_{number}": value
            for number, value in [(1, "1"), *((number, "9") for number in range(2, 11))]
            for field in SITE_FIELDS
        },
        "WORKSITE_CITY_1": "ALBANY",
        "WORKSITE_STATE_1": "NY",
        "WORKSITE_POSTAL_CODE_1": "12208",
        "WAGE_RATE_OF_PAY_FROM_1": "63000",
        "WAGE_UNIT_OF_PAY_1": "Year",
        **dict.fromkeys(("H-1B_DEPENDENT", "WILLFUL_VIOLATOR", "SUPPORT_H1B", "STATUTORY_BASIS"), "N"),
        **dict.fromkeys(("MASTERS_EXEMPTION", "PUBLIC_DISCLOSURE"), ""),
    }
]


def flag_header(
    dependent: str = "H_1B_DEPENDENT", *, fein: bool = False, lawfirm: bool = False, poc: str = "ADDRESS1"
) -> list[str]:
    """The header of FY2020 on, as it drifts; the order of the columns is the publisher's."""
    contact = ["LAST_NAME", "FIRST_NAME", "MIDDLE_NAME", "JOB_TITLE", poc, poc.replace("1", "2"), "CITY", "STATE", "POSTAL_CODE"]
    contact += ["COUNTRY", "PROVINCE", "PHONE", "PHONE_EXT", "EMAIL"]
    attorney = ["LAST_NAME", "FIRST_NAME", "MIDDLE_NAME", "ADDRESS1", "ADDRESS2", "CITY", "STATE", "POSTAL_CODE", "COUNTRY"]
    attorney += ["PROVINCE", "PHONE", "PHONE_EXT", "EMAIL_ADDRESS"]
    return [
        *("CASE_NUMBER", "CASE_STATUS", "RECEIVED_DATE", "DECISION_DATE", "ORIGINAL_CERT_DATE", "VISA_CLASS", "JOB_TITLE"),
        *("SOC_CODE", "SOC_TITLE", "FULL_TIME_POSITION", "BEGIN_DATE", "END_DATE", "TOTAL_WORKER_POSITIONS", "NEW_EMPLOYMENT"),
        *("CONTINUED_EMPLOYMENT", "CHANGE_PREVIOUS_EMPLOYMENT", "NEW_CONCURRENT_EMPLOYMENT", "CHANGE_EMPLOYER"),
        *("AMENDED_PETITION", "EMPLOYER_NAME", "TRADE_NAME_DBA", "EMPLOYER_ADDRESS1", "EMPLOYER_ADDRESS2", "EMPLOYER_CITY"),
        *("EMPLOYER_STATE", "EMPLOYER_POSTAL_CODE", "EMPLOYER_COUNTRY", "EMPLOYER_PROVINCE", "EMPLOYER_PHONE"),
        "EMPLOYER_PHONE_EXT",
        *(["EMPLOYER_FEIN"] if fein else []),
        "NAICS_CODE",
        *(f"EMPLOYER_POC_{name}" for name in contact),
        "AGENT_REPRESENTING_EMPLOYER",
        *(f"AGENT_ATTORNEY_{name}" for name in attorney),
        "LAWFIRM_NAME_BUSINESS_NAME",
        *(["LAWFIRM_BUSINESS_FEIN"] if lawfirm else []),
        *("STATE_OF_HIGHEST_COURT", "NAME_OF_HIGHEST_STATE_COURT", "WORKSITE_WORKERS", "SECONDARY_ENTITY"),
        *("SECONDARY_ENTITY_BUSINESS_NAME", "WORKSITE_ADDRESS1", "WORKSITE_ADDRESS2", "WORKSITE_CITY", "WORKSITE_COUNTY"),
        *("WORKSITE_STATE", "WORKSITE_POSTAL_CODE", "WAGE_RATE_OF_PAY_FROM", "WAGE_RATE_OF_PAY_TO", "WAGE_UNIT_OF_PAY"),
        *("PREVAILING_WAGE", "PW_UNIT_OF_PAY", "PW_TRACKING_NUMBER", "PW_WAGE_LEVEL", "PW_OES_YEAR", "PW_OTHER_SOURCE"),
        *("PW_OTHER_YEAR", "PW_SURVEY_PUBLISHER", "PW_SURVEY_NAME", "TOTAL_WORKSITE_LOCATIONS", "AGREE_TO_LC_STATEMENT"),
        dependent,
        *("WILLFUL_VIOLATOR", "SUPPORT_H1B", "STATUTORY_BASIS", "APPENDIX_A_ATTACHED", "PUBLIC_DISCLOSURE"),
        *("PREPARER_LAST_NAME", "PREPARER_FIRST_NAME", "PREPARER_MIDDLE_INITIAL", "PREPARER_BUSINESS_NAME", "PREPARER_EMAIL"),
    ]


FLAG_ROW: dict[str, object] = {
    "CASE_NUMBER": "I-200-25040-990008",
    "CASE_STATUS": "Certified",
    "RECEIVED_DATE": "2025-02-09",
    "DECISION_DATE": "2025-02-18",
    "VISA_CLASS": "H-1B",
    "JOB_TITLE": "Resident Physician",
    "SOC_CODE": "29-1216.00",
    "BEGIN_DATE": "2025-07-01",
    "END_DATE": "2028-06-30",
    "TOTAL_WORKER_POSITIONS": "1",
    "EMPLOYER_NAME": "Example Teaching Hospital",
    "EMPLOYER_CITY": "Albany",
    "EMPLOYER_STATE": "NY",
    "EMPLOYER_FEIN": "12-3456789",
    "EMPLOYER_POC_LAST_NAME": "QUIGLEY",
    "EMPLOYER_POC_FIRST_NAME": "ZEBULON",
    "EMPLOYER_POC_EMAIL": "zebulon@example.invalid",
    "AGENT_ATTORNEY_PHONE": "202-555-0199",
    "PREPARER_LAST_NAME": "QUIGLEY",
    "WORKSITE_CITY": "Albany",
    "WORKSITE_STATE": "NY",
    "WORKSITE_POSTAL_CODE": "12208",
    "WAGE_RATE_OF_PAY_FROM": "71000",
    "WAGE_UNIT_OF_PAY": "Year",
}


def flag_file(*rows: dict[str, object], header: list[str] | None = None) -> bytes:
    names = header or flag_header(fein=True, lawfirm=True)
    return as_csv([{name: row.get(name, "") for name in names} for row in rows], names)


FEIN_AND_LAWFIRM = flag_header(fein=True, lawfirm=True)

FILES: dict[str, tuple[str, Rows, list[str]]] = {
    "FY2008": (EFILE, EFILE_2008, list(EFILE_2008[0])),
    "FY2009 eFile": (EFILE, EFILE_2009, list(EFILE_2009[0])),
    "FY2010": (ICERT, ICERT_2010, list(ICERT_2010[0])),
    "FY2014": (ICERT, ICERT_2014, list(ICERT_2014[0])),
    "FY2015": (NARROW, NARROW_2015, list(NARROW_2015[0])),
    "FY2018": (NARROW, NARROW_2018, list(NARROW_2018[0])),
    "FY2019": (WIDE, WIDE_2019, list(WIDE_2019[0])),
    "FY2020 Q1": (FLAG, [FLAG_ROW], flag_header("H-1B_DEPENDENT")),
    "FY2021 Q1": (FLAG, [FLAG_ROW], flag_header("H1B_DEPENDENT", poc="ADDRESS_1")),
    "FY2023 Q3": (FLAG, [FLAG_ROW], flag_header("H_1B_DEPENDENT")),
    "FY2024 Q4": (FLAG, [FLAG_ROW], flag_header(fein=True)),
    "FY2025 Q4": (FLAG, [FLAG_ROW], FEIN_AND_LAWFIRM),
}


def rows_of(name: str) -> tuple[Rows, list[str]]:
    _, rows, header = FILES[name]
    return [{column: row.get(column, "") for column in header} for row in rows], header


EXPECTED: dict[str, dict[str, object]] = {
    "FY2008": {
        "case_number": "I-08074-9900001",
        "case_status": "Certified - Withdrawn",
        "visa_class": "H-1B",
        "job_title": "RESIDENT PHYSICIAN",
        "soc_code": None,
        "employer_name": "EXAMPLE TEACHING HOSPITAL",
        "trade_name": None,
        "employer_fein": None,
        "employer_state": "NY",
        "worksite_city": "ALBANY",
        "worksite_state": "NY",
        "worksite_zip": None,
        "filed_on": date(2008, 3, 14),
        "begin_on": date(2008, 7, 1),
        "end_on": date(2011, 6, 30),
        "wage_from": 44_100.0,
        "wage_unit": "Year",
        "workers": 1,
        "locator": "row 2",
    },
    "FY2009 eFile": {"case_status": "Denied", "visa_class": "E-3 Australian", "wage_unit": "Hour", "filed_on": date(2009, 1, 5)},
    "FY2010": {"case_status": "Certified", "visa_class": "H-1B", "wage_from": 46_000.0, "wage_unit": None, "soc_code": "29-1063"},
    "FY2014": {"case_status": "Certified - Withdrawn", "wage_unit": "Year", "soc_code": "29-1063", "worksite_zip": None},
    "FY2015": {"wage_from": 51_500.0, "workers": 1, "worksite_zip": "12208", "trade_name": None, "begin_on": date(2015, 7, 1)},
    "FY2018": {
        "case_status": "Certified - Withdrawn",
        "trade_name": "EXAMPLE HEALTH",
        "visa_class": "E-3 Australian",
        "workers": 3,
    },
    "FY2019": {"wage_from": 63_000.0, "worksite_city": "ALBANY", "trade_name": None, "begin_on": date(2019, 7, 1), "workers": 1},
    "FY2020 Q1": {"employer_fein": None, "filed_on": date(2025, 2, 9)},
    "FY2021 Q1": {"employer_fein": None, "soc_code": "29-1216"},
    "FY2023 Q3": {"employer_fein": None, "worksite_zip": "12208"},
    "FY2024 Q4": {"employer_fein": "123456789"},
    "FY2025 Q4": {"employer_fein": "123456789", "wage_from": 71_000.0},
}


@pytest.mark.parametrize("name", FILES)
def test_file_of_each_era_is_read(name: str) -> None:
    found = read(as_csv(*rows_of(name)))
    assert found.rejected.is_empty(), found.rejected["reasons"].to_list()
    (row,) = found.listed.rows(named=True)
    assert {key: row[key] for key in EXPECTED[name]} == EXPECTED[name]


def test_headers_have_the_widths_that_were_seen() -> None:
    widths = {name: len(header) for name, (_, _, header) in FILES.items()}
    assert widths["FY2020 Q1"] == widths["FY2021 Q1"] == widths["FY2023 Q3"] == 96
    assert (widths["FY2024 Q4"], widths["FY2025 Q4"]) == (97, 98)
    assert widths["FY2018"] == 52


def typed(text: object) -> object:
    """A cell as a spreadsheet holds it: numbers and days are none as text."""
    if not isinstance(text, str):
        return text
    for spelling in ("%m/%d/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text, spelling).replace(tzinfo=UTC).replace(tzinfo=None)
        except ValueError:
            continue
    return float(text) if text.isdigit() and not text.startswith("0") else text


@pytest.mark.parametrize("name", FILES)
def test_workbook_gives_the_rows_of_the_csv(name: str) -> None:
    rows, header = rows_of(name)
    workbook = as_xlsx([{column: typed(text) for column, text in row.items()} for row in rows], header)
    assert read(workbook).listed.equals(read(as_csv(rows, header)).listed)


# --- the column map -----------------------------------------------------------------------------------------------------


def test_no_spelling_stands_for_two_columns() -> None:
    spellings = [(name, ours) for ours, by_era in COLUMN_MAP.items() for name in {n for s in by_era.values() for n in s.names}]
    assert len({name for name, _ in spellings}) == len(spellings)


@pytest.mark.parametrize("era", ERAS)
def test_no_column_of_an_era_is_both_read_and_left_out(era: str) -> None:
    read_names = {name for spelled in columns_of(era).values() for name in spelled.names}
    assert read_names.isdisjoint(LEFT_OUT[era])
    assert len(set(LEFT_OUT[era])) == len(LEFT_OUT[era])
    assert [name for name in (*read_names, *LEFT_OUT[era]) if name != folded(name)] == []


@pytest.mark.parametrize("era", ERAS)
def test_each_era_has_what_a_filing_needs(era: str) -> None:
    needed = {"case_number", "job_title", "employer_name", "worksite_state", "begin_on", "end_on", "wage_from"}
    assert {ours for ours in needed if not columns_of(era)[ours].always} == set()
    dated = {"received_on", "decided_on", "case_status"}
    assert era == EXTRACT or {ours for ours in dated if not columns_of(era)[ours].always} == set()


def test_nothing_that_is_stored_names_a_person() -> None:
    assert [name for name in STORED if CONTACTS.match(name)] == []
    contacts = [
        "EMPLOYER_POC_EMAIL",
        " employer_poc_last_name",
        "AGENT_ATTORNEY_NAME",
        "PREPARER_EMAIL",
        "PREPARER_BUSINESS_NAME_2",
    ]
    assert [name for name in contacts if not CONTACTS.match(name)] == []
    assert not CONTACTS.match("PREPARER_BUSINESS_NAME")


@given(era=st.sampled_from(ERAS), data=st.data())
def test_any_spelling_of_an_era_is_found(era: str, data: st.DataObject) -> None:
    chosen = {
        ours: data.draw(st.sampled_from(spelled.names), label=ours)
        for ours, spelled in columns_of(era).items()
        if spelled.always or data.draw(st.booleans())
    }
    left_out = data.draw(st.lists(st.sampled_from(LEFT_OUT[era]), unique=True))
    header = data.draw(st.permutations([*chosen.values(), *left_out]))
    assert places_of("dol_lca", header) == chosen


@given(era=st.sampled_from(ERAS), data=st.data())
def test_header_without_a_column_of_its_era_is_refused(era: str, data: st.DataObject) -> None:
    always = {ours: spelled.names[0] for ours, spelled in columns_of(era).items() if spelled.always}
    lost = data.draw(st.sampled_from(sorted(always)))
    with pytest.raises(SourceError, match=r"missing columns|unexpected columns"):
        places_of("dol_lca", [name for ours, name in always.items() if ours != lost])


@pytest.mark.parametrize("name", FILES)
def test_unknown_column_is_told_and_nothing_is_stored(name: str) -> None:
    rows, header = rows_of(name)
    with pytest.raises(SourceError, match=r"found unexpected columns: Surprise$"):
        without_contacts(as_csv([{**row, "Surprise": ""} for row in rows], [*header, "Surprise"]))
    with pytest.raises(SourceError, match=r"found unexpected columns: Surprise$"):
        without_contacts(as_xlsx([{**row, "Surprise": "!"} for row in rows], [*header, "Surprise"]))


def test_column_of_another_era_is_unknown() -> None:
    with pytest.raises(SourceError, match="unexpected columns: LCA_CASE_SOC_NAME"):
        without_contacts(as_csv([{**FLAG_ROW, "LCA_CASE_SOC_NAME": ""}], [*FEIN_AND_LAWFIRM, "LCA_CASE_SOC_NAME"]))


def test_two_columns_for_one_thing_are_refused() -> None:
    rows, header = rows_of("FY2018")
    with pytest.raises(SourceError, match="expected one column for each thing; found two: TOTAL_WORKERS, TOTAL WORKERS"):
        without_contacts(as_csv([{**rows[0], "TOTAL WORKERS": "1"}], [*header, "TOTAL WORKERS"]))


def test_repeated_column_is_refused() -> None:
    with pytest.raises(SourceError, match="expected each column once; found repeated columns JOB_TITLE"):
        without_contacts(flag_file(FLAG_ROW).replace(b",SOC_TITLE,", b",job_title,", 1))


def test_case_and_blanks_of_a_header_are_no_other_spelling() -> None:
    rows, header = rows_of("FY2014")
    changed = as_csv(rows, header).replace(b"DECISION_DATE", b" Decision_Date ", 1)
    assert read(changed).listed.equals(read(as_csv(rows, header)).listed)


# --- what is stored -----------------------------------------------------------------------------------------------------


def stored_frame(data: bytes) -> pl.DataFrame:
    return pl.read_parquet(io.BytesIO(without_contacts(data)))


def test_stored_cells_are_those_that_were_published() -> None:
    row = {**FLAG_ROW, "EMPLOYER_NAME": '  Example "Teaching"\nHospital, Inc. ', "JOB_TITLE": "Résident"}
    frame = stored_frame(flag_file(row))
    assert set(frame.columns) == set(FEIN_AND_LAWFIRM) & STORED
    assert frame.schema.dtypes() == [pl.String()] * frame.width
    assert frame.row(0, named=True) == {name: row.get(name, "") for name in frame.columns}


def test_stored_bytes_tell_what_was_left_out() -> None:
    about = pq.read_metadata(io.BytesIO(without_contacts(flag_file(FLAG_ROW))))
    assert about.metadata[HEADER].decode().count('"') == 2 * len(FEIN_AND_LAWFIRM)


@pytest.mark.parametrize("make", [as_csv, as_xlsx], ids=["CSV", "xlsx"])
def test_same_file_gives_the_same_bytes(make: object) -> None:
    rows, header = rows_of("FY2025 Q4")
    data = make(rows * 50, header)  # type: ignore[operator]
    assert without_contacts(data) == without_contacts(data)


def test_bytes_do_not_depend_on_how_the_rows_arrive(monkeypatch: pytest.MonkeyPatch) -> None:
    """DuckDB in two threads, in one, without a file in memory, and Python give one Parquet."""
    rows = [{**FLAG_ROW, "CASE_NUMBER": f"I-200-25040-{number:06d}"} for number in range(2_000)]
    data = flag_file(*rows)
    stored = without_contacts(data)
    monkeypatch.setattr(tables, "_has_quote_after_blank", lambda _data: True)
    assert without_contacts(data) == stored
    monkeypatch.undo()
    monkeypatch.delattr(os, "memfd_create")
    assert without_contacts(data) == stored


def test_earlier_captures_of_cleaned_csv_are_read() -> None:
    """A home of an earlier version holds CSV without the contacts."""
    names = [name for name in FEIN_AND_LAWFIRM if not CONTACTS.match(name)]
    earlier = flag_file(FLAG_ROW, header=names)
    published = flag_file(FLAG_ROW)
    now = parse(without_contacts(published), ABOUT).rows[DOL_LCA_FILING.name]
    assert parse(earlier, ABOUT).rows[DOL_LCA_FILING.name].equals(now)


def test_captures_of_parquet_are_not_compressed_twice(tmp_path: Path) -> None:
    store, data = CaptureStore(tmp_path), without_contacts(flag_file(FLAG_ROW))
    digest = store.put(data)
    assert store.get(digest) == data
    assert len(data) < store.path(digest).stat().st_size < len(data) + 100


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_no_contact_of_a_whole_file_is_anywhere_in_the_home(tmp_path: Path, kind: str) -> None:
    data = flag_file(FLAG_ROW) if kind == "csv" else as_xlsx([FLAG_ROW], FEIN_AND_LAWFIRM)
    (tmp_path / f"filings.{kind}").write_bytes(data)
    (tmp_path / "profile.toml").write_text(f'name = "filings"\n[[sources.dol_lca]]\nfrom = "filings.{kind}"\n')

    (outcome,) = run_night(tmp_path / "home", tmp_path / "profile.toml", FIRST).outcomes["dol_lca"]

    assert (outcome.listed, outcome.rows_listed, outcome.complete) == ("listed", 1, True)
    texts = [
        gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes() for path in files_in(tmp_path / "home")
    ]
    frames = [str(pl.read_parquet(io.BytesIO(text)).rows()).encode() for text in texts if text.startswith(b"PAR1")]
    assert any(b"Example Teaching Hospital" in text for text in frames)
    assert [person for person in PERSONS if any(person.encode() in text for text in (*texts, *frames))] == []


# --- strictness -----------------------------------------------------------------------------------------------------------

KEEP = frozenset({"A", "B", "C"})


def as_stored(data: bytes) -> list[tuple[str, ...]] | str:
    try:
        return pl.read_parquet(io.BytesIO(to_parquet("s", data, keep=KEEP, check=lambda _: None))).rows()
    except SourceError as error:
        return str(error)


def as_python_reads(body: str) -> list[tuple[str, ...]] | None:
    """What Python's strict reader makes of rows of three cells; None where it refuses them."""
    try:
        rows = [tuple(row) for row in csv.reader(io.StringIO(body, newline=""), strict=True) if row]
    except csv.Error:
        return None
    return rows if rows and all(len(row) == 3 for row in rows) else None


PIECES = ["a", "b", ",", ",", "\n", "\n", '"', '"', '""', "\r\n", " ", "é", "\\", "x,y,z\n", "1,2,3\n", '"p,q",', '"m\nn"', ' "o']


@settings(max_examples=400, deadline=None)
@example([",", ",", " ", '""'])
@example([",", ",", " ", '""', " "])
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=14))
def test_csv_is_read_as_strictly_as_by_python(pieces: list[str]) -> None:
    """But for blanks behind a closing quotation mark, which are taken for nothing."""
    body = "".join(pieces)
    expected, found = as_python_reads(body), as_stored(b"a,b,c\n" + body.encode())
    if expected is None and '" ' in body and isinstance(found, list):
        assert len(found) <= body.count("\n") + 1
        return
    assert found == expected if expected is not None else isinstance(found, str), found


WHOLE = "a,b,c\n1,2,3\n4,5,6\n7,8,9\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param(WHOLE.replace("5", '"5'), "expected every quotation mark closed", id="quotation mark left open"),
        pytest.param(WHOLE.replace("9", '"9'), "expected every quotation mark closed", id="left open in the last cell"),
        pytest.param(WHOLE.replace("2", '"2').replace("8", '"8'), "every quotation mark closed", id="left open in two rows"),
        pytest.param(WHOLE.replace("5,6", "5"), "expected 3 cells in every row; found 2 in row 3", id="row too short"),
        pytest.param(WHOLE.replace("9", "9,10"), "expected 3 cells in every row; found 4 in row 4", id="row too long"),
        pytest.param(WHOLE.replace("6", "6,"), "expected 3 cells in every row; found 4 in row 3", id="too long by an empty cell"),
        pytest.param(WHOLE.replace("6", "6,,"), "expected 3 cells in every row; found 5 in row 3", id="by two empty cells"),
        pytest.param(WHOLE[:-5], "expected 3 cells in every row; found 1 in row 4", id="cut within a row"),
        pytest.param("a,b,c\n", "expected at least one row; found a header and no rows", id="header only"),
        pytest.param("a,b,c", "expected at least one row; found a header and no rows", id="header without line end"),
        pytest.param("a,b,c\n\n\n", "expected at least one row; found a header and no rows", id="header and blank lines"),
        pytest.param('"a,b,c\n1,2,3\n', "expected every quotation mark closed", id="quotation mark left open in the header"),
        pytest.param(WHOLE.replace("5", "\x00"), "expected text; found NUL bytes", id="NUL"),
    ],
)
def test_damaged_csv_is_refused(text: str, words: str) -> None:
    found = as_stored(text.encode())
    assert isinstance(found, str)
    assert words in found


def test_byte_that_is_no_utf8_is_named_with_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "_SLICE", 7)  # smaller than a line, so that letters are cut in two
    data = "a,b,c\n1,é,3\n€,5,6\n".encode() + b"7,\xf4,9\n"
    assert as_stored(data) == "s: expected UTF-8 text; found byte 0xf4 in line 4: another charset"
    assert as_stored("a,b,c\n1,é,3\n€,5,6\n".encode()) == [("1", "é", "3"), ("€", "5", "6")]
    assert as_stored(b"a,b,c\n1,2,3\xe2") == "s: expected UTF-8 text; found byte 0xe2 in line 2: another charset"


def test_lines_may_end_in_any_way() -> None:
    expected = [("1", "2", "3"), ("4", "5\nfive", "6")]
    body = 'a,b,c\n1,2,3\n4,"5\nfive",6\n'
    assert as_stored(body.encode()) == expected
    assert as_stored(body.replace("c\n", "c\r\n").replace("3\n", "3\r\n").replace("6\n", "6\r\n").encode()) == expected
    assert as_stored(body.replace("3\n", "3\r\n").encode()) == expected
    assert as_stored(b"\xef\xbb\xbf" + body.encode()) == expected
    assert as_stored(b"\n" + body.encode()) == expected


def test_mark_behind_blanks_is_a_letter_and_opens_nothing() -> None:
    assert as_stored(b'a,b,c\n1, "x,3\n4,5",6\n') == [("1", ' "x', "3"), ("4", '5"', "6")]


# --- xlsx -----------------------------------------------------------------------------------------------------------------


def far_cell() -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, FEIN_AND_LAWFIRM)
        sheet.write(1_048_575, 16_383, "far")
    return out.getvalue()


def other_archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("H1B_2010_TEXT.txt", "QUIGLEY")
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(far_cell(), id="six kilobytes that ask for half a terabyte"),
        pytest.param(other_archive(), id="archive without a workbook"),
        pytest.param(as_xlsx([FLAG_ROW], FEIN_AND_LAWFIRM)[:4_000], id="cut in the middle"),
        pytest.param(b"PK\x03\x04" + b"\x00" * 200, id="nothing but the first bytes"),
    ],
)
def test_workbook_that_cannot_be_read_is_refused(data: bytes) -> None:
    with pytest.raises(SourceError, match="expected an xlsx workbook that can be read; found ") as caught:
        without_contacts(data)
    assert "QUIGLEY" not in str(caught.value)


def test_workbook_without_rows_is_refused() -> None:
    with pytest.raises(SourceError, match="expected at least one row; found a header and no rows"):
        without_contacts(as_xlsx([], FEIN_AND_LAWFIRM))


def test_title_above_the_header_is_refused() -> None:
    with pytest.raises(SourceError, match="a first row with none of them"):
        without_contacts(as_xlsx([{"LCA disclosure data": "CASE_NUMBER"}]))


def test_serial_days_and_errors_of_a_spreadsheet() -> None:
    row = {**FLAG_ROW, "BEGIN_DATE": 45839.0, "END_DATE": "46934", "TRADE_NAME_DBA": "=NA()", "WORKSITE_POSTAL_CODE": 7102}
    (found,) = read(as_xlsx([row], FEIN_AND_LAWFIRM)).listed.rows(named=True)
    assert (found["begin_on"], found["end_on"]) == (date(2025, 7, 1), date(2028, 6, 30))
    assert (found["trade_name"], found["worksite_zip"]) in [(None, "07102"), ("0", "07102")]


# --- rows -----------------------------------------------------------------------------------------------------------------


def test_padding_rows_are_left_out_and_counted_in_words() -> None:
    rows = [FLAG_ROW, {}, {"EMPLOYER_NAME": "  "}, {**FLAG_ROW, "CASE_NUMBER": "I-200-25040-990009"}, {}]
    for data in (flag_file(*rows), as_xlsx([{n: r.get(n, "") for n in FEIN_AND_LAWFIRM} for r in rows], FEIN_AND_LAWFIRM)):
        parsed = parse(without_contacts(data), ABOUT)
        assert parsed.rows[DOL_LCA_FILING.name]["locator"].to_list() == ["row 2", "row 5"]
        assert parsed.left_out is not None
    assert parse(flag_file(*rows), ABOUT).left_out == "3 rows without anything in a column that is stored are left out"
    assert parse(flag_file(FLAG_ROW), ABOUT).left_out is None


def test_file_of_padding_alone_has_no_rows_to_list() -> None:
    assert parse(flag_file({}, {}), ABOUT).rows[DOL_LCA_FILING.name].is_empty()


def test_padding_is_told_by_the_night_and_makes_nothing_incomplete(tmp_path: Path) -> None:
    (tmp_path / "filings.csv").write_bytes(flag_file(FLAG_ROW, {}, {}))
    (tmp_path / "profile.toml").write_text('name = "filings"\n[[sources.dol_lca]]\nfrom = "filings.csv"\n')
    (outcome,) = run_night(tmp_path / "home", tmp_path / "profile.toml", FIRST).outcomes["dol_lca"]
    assert (outcome.rows_parsed, outcome.rows_listed, outcome.rows_quarantined, outcome.complete) == (1, 1, 0, True)
    assert outcome.reason == "2 rows without anything in a column that is stored are left out"


OLD, NEW = "2025-02-18", "2025-03-20"


@pytest.mark.parametrize(
    ("rows", "kept"),
    [
        pytest.param([{"DECISION_DATE": OLD}, {"DECISION_DATE": NEW}], "row 3", id="the last decided"),
        pytest.param([{"DECISION_DATE": NEW}, {"DECISION_DATE": OLD}], "row 2", id="the last decided, though it stands first"),
        pytest.param(
            [{"DECISION_DATE": "3/20/2025"}, {"DECISION_DATE": OLD}], "row 2", id="the last decided, in another spelling of days"
        ),
        pytest.param([{"RECEIVED_DATE": NEW}, {"RECEIVED_DATE": OLD}], "row 2", id="decided on one day: the last received"),
        pytest.param([{}, {}, {}], "row 4", id="the same days: the last printed"),
        pytest.param([{"DECISION_DATE": ""}, {"DECISION_DATE": OLD}], "row 3", id="a decision after none"),
    ],
)
def test_of_rows_of_one_case_the_latest_is_listed(tmp_path: Path, rows: Rows, kept: str) -> None:
    found = read(flag_file(*({**FLAG_ROW, **row} for row in rows)))
    assert found.listed["locator"].to_list() == [kept]
    assert found.rejected.height == len(rows) - 1
    assert {reason for row in found.rejected["reasons"] for reason in row} == {
        "case_number: expected once, found again: 'I-200-25040-990008'"
    }


def test_duplicates_make_no_extract_incomplete(tmp_path: Path) -> None:
    others = [{**FLAG_ROW, "CASE_NUMBER": f"I-200-25040-{number:06d}"} for number in range(5)]
    (tmp_path / "filings.csv").write_bytes(flag_file(FLAG_ROW, *others, {**FLAG_ROW, "JOB_TITLE": "Fellow"}))
    (tmp_path / "profile.toml").write_text('name = "filings"\n[[sources.dol_lca]]\nfrom = "filings.csv"\n')
    (outcome,) = run_night(tmp_path / "home", tmp_path / "profile.toml", FIRST).outcomes["dol_lca"]
    assert (outcome.rows_parsed, outcome.rows_listed, outcome.rows_quarantined, outcome.complete) == (7, 6, 1, True)
    assert outcome.reason is None


@pytest.mark.parametrize(
    ("printed", "code"),
    [
        ("29-1216", "29-1216"),
        ("29-1216.00", "29-1216"),
        ("2021-11-01 00:00:00", "11-2021"),
        ("3021-11-01", "11-3021"),
        ("Nov-21", None),
        ("2021-11-02", None),
        ("physician", None),
        ("", None),
    ],
)
def test_soc_codes_that_a_spreadsheet_damaged(printed: str, code: str | None) -> None:
    assert read(flag_file({**FLAG_ROW, "SOC_CODE": printed})).listed["soc_code"].to_list() == [code]


@pytest.mark.parametrize(
    "printed",
    [
        *("2025-07-01", "7/1/2025", "07/01/2025", "2025-07-01 00:00:00", "2025-07-01T00:00:00", "7/1/2025 0:00", "01-JUL-2025"),
        *("7/1/2025 12:00:00 AM", "1-Jul-2025", "July 1, 2025", "45839", "45839.0", " 2025-07-01 "),
    ],
)
def test_days_in_any_spelling(printed: str) -> None:
    assert read(flag_file({**FLAG_ROW, "BEGIN_DATE": printed})).listed["begin_on"].to_list() == [date(2025, 7, 1)]


@pytest.mark.parametrize("printed", ["7/1/25", "31.6.2025", "2025-06-31", "soon", "458390", "Jul-25"])
def test_what_is_no_day_is_set_aside_as_it_was_printed(printed: str) -> None:
    assert reasons(flag_file({**FLAG_ROW, "BEGIN_DATE": printed})) == [f"begin_on: expected date, found '{printed}'"]


@pytest.mark.parametrize(
    ("column", "printed", "ours", "value"),
    [
        ("JOB_TITLE", "Physician â€œPGY2â€\x9d", "job_title", "Physician “PGY2”"),
        ("EMPLOYER_NAME", "HÃ´pital Example", "employer_name", "Hôpital Example"),
        ("EMPLOYER_NAME", "Château Âme, São Paulo", "employer_name", "Château Âme, São Paulo"),
        ("WAGE_UNIT_OF_PAY", "yr", "wage_unit", "Year"),
        ("WAGE_UNIT_OF_PAY", "HOUR", "wage_unit", "Hour"),
        ("WAGE_UNIT_OF_PAY", "bi-weekly", "wage_unit", "Bi-Weekly"),
        ("WAGE_RATE_OF_PAY_FROM", "$71,000.00", "wage_from", 71_000.0),
        ("WAGE_RATE_OF_PAY_FROM", "20000 -", "wage_from", 20_000.0),
        ("TOTAL_WORKER_POSITIONS", "2.0", "workers", 2),
    ],
)
def test_other_spellings_of_the_same(column: str, printed: str, ours: str, value: object) -> None:
    assert read(flag_file({**FLAG_ROW, column: printed})).listed[ours].to_list() == [value]


@pytest.mark.parametrize(
    ("column", "printed", "reason"),
    [
        ("CASE_STATUS", "REJECTED", f"case_status: expected one of {', '.join(CASE_STATUS.values or ())}, found 'REJECTED'"),
        ("VISA_CLASS", "Q", f"visa_class: expected one of {', '.join(VISA_CLASS.values or ())}, found 'Q'"),
        ("WAGE_UNIT_OF_PAY", "Fortnight", f"wage_unit: expected one of {', '.join(WAGE_UNIT.values or ())}, found 'Fortnight'"),
        ("EMPLOYER_FEIN", "1234567", "employer_fein: expected text like ^[0-9]{9}$, found '1234567'"),
        ("CASE_NUMBER", "200-25040-990008", "case_number: expected text like "),
    ],
)
def test_what_is_no_known_word_is_set_aside(column: str, printed: str, reason: str) -> None:
    (found,) = reasons(flag_file({**FLAG_ROW, column: printed}))
    assert found.startswith(reason)


# --- the real files -------------------------------------------------------------------------------------------------------


def test_whole_real_header_is_known(shared_data: Path) -> None:
    header = (shared_data / "dol_lca" / "lca_header_fy2020.txt").read_text().split()
    assert header == flag_header()


@pytest.mark.parametrize(
    ("file", "listed", "set_aside"),
    [("lca_sample_fy2020_q1_full_layout.csv", 4_997, 3), ("lca_healthcare_fy2025_q2.csv", 8_078, 0)],
)
def test_real_rows_are_listed_or_set_aside_from_csv_and_from_a_workbook(
    shared_data: Path, file: str, listed: int, set_aside: int
) -> None:
    data = (shared_data / "dol_lca" / file).read_bytes()
    rows: Rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))  # type: ignore[arg-type]
    from_csv, from_xlsx = read(data), read(as_xlsx(rows, list(rows[0])))
    assert (from_csv.listed.height, from_csv.rejected.height) == (listed, set_aside)
    assert listed + set_aside == len(rows)
    assert from_xlsx.listed.equals(from_csv.listed)


def test_source_takes_csv_and_workbooks_and_reads_parquet() -> None:
    assert [str(media) for media in (SOURCE.media, *SOURCE.also_published, *SOURCE.also_stored)] == ["CSV", "xlsx", "Parquet"]
