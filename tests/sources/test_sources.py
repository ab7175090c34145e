"""Every source: its declaration, what its parser makes of the sample, of known dirt and of the real files."""

from __future__ import annotations

import csv
import gzip
import io
import re
import sqlite3
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import duckdb
import polars as pl
import pytest

from flows.profiles import load_profile
from flows.sources import SOURCE_BY_NAME, SOURCES
from flows.sources.dol_lca import without_contacts
from flows.sources.lca_layouts import STORED
from flows.sources.source import About, Parsed, Source, SourceError
from schemas.listings import LISTINGS, located
from schemas.validation import Validated, validate
from tests.nights import FIRST, SECOND, current_release, files_in, run_night, sample_files, source_of
from tests.sample_maker import make_sample

SAMPLE = make_sample()
CSV_FILES = [file for file in sample_files() if file.endswith(".csv")]
LCA_2020, LCA_2025 = "dol_lca_fy2020_q1.csv", "dol_lca_fy2025_q2.csv"
CONTACTS = ["PERSON", "COUNSEL", "FICTIONAL", "EXAMPLE CONTACT", "@example.invalid", "202-555-0101", "202-555-0102"]
"""What the named contacts of the older filings are made of; nothing else in the sample is called so."""


def parse(file: str, data: bytes | None = None) -> Parsed:
    """A sample file, or other bytes in its place, as a night reads it."""
    source = SOURCE_BY_NAME[source_of(file)]
    body = SAMPLE[file] if data is None else data
    return source.parse(source.before_storing(body), About(file, date(2024, 10, 1)))


def validated(source: Source, parsed: Parsed) -> dict[str, Validated]:
    return {listing.name: validate(located(listing), parsed.rows[listing.name]) for listing in source.listings}


def listed(file: str, data: bytes | None = None) -> pl.DataFrame:
    """Validated rows of the main listing."""
    source = SOURCE_BY_NAME[source_of(file)]
    return validated(source, parse(file, data))[source.main_listing.name].listed


def rejected(file: str, data: bytes) -> list[list[str]]:
    """Reasons of the rows that do not stand in quarantine already as the sample is."""
    source = SOURCE_BY_NAME[source_of(file)]
    known, found = (
        validated(source, parse(file, body))[source.main_listing.name].rejected["reasons"].to_list() for body in (None, data)
    )
    return [reasons for reasons in found if reasons not in known]


def records(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def as_csv(rows: list[list[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode()


# --- declarations -----------------------------------------------------------------------------------------------------


LOOSEST = {
    "nppes_informatics_counts": 0.2,  # one large state may not answer
    "ehr_endpoints": 0.3,  # a quarter of one vendor's list is junk
    "reviewed_links": 0.2,  # a fifth of the decisions may be taken back at once
    "reviewed_events": 0.2,
}


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_declaration_is_complete(source: Source) -> None:
    assert re.fullmatch(r"[a-z]+(_[a-z0-9]+)*", source.name)
    licence = source.licence
    told = (source.title, source.publisher, source.address, source.cadence, licence.fetch, licence.redistribute, licence.learn)
    assert [text for text in told if not text.strip()] == []
    assert licence.short == f"redistribute: {licence.redistribute}; learn: {licence.learn}"
    for limit in (source.limits.max_drop, source.limits.max_quarantined):
        assert 0 <= limit.value <= LOOSEST.get(source.name, 0.1)
        assert len(limit.reason.split()) > 4
    assert source.main_listing is source.listings[0]
    assert [listing for listing in source.listings if listing not in LISTINGS] == []
    assert source.parser_version
    assert source.main_listing.key


def test_sources_have_names_of_their_own_and_the_sample_has_a_file_of_each() -> None:
    assert list(SOURCE_BY_NAME) == [source.name for source in SOURCES]
    assert len(SOURCE_BY_NAME) == len(SOURCES) == 30
    of_the_web = {"program_sites", "site_pages"}
    assert {source_of(file) for file in sample_files()} == set(SOURCE_BY_NAME) - of_the_web, "the sample is offline"


def test_required_are_the_crosswalk_and_the_fellowships() -> None:
    assert [source.name for source in SOURCES if source.required] == ["nrmp_directory", "acgme_clinical_informatics_fellowships"]


# --- columns ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", CSV_FILES)
def test_extra_column_is_an_error_that_names_it(file: str) -> None:
    header, *rows = records(SAMPLE[file])
    with pytest.raises(SourceError, match=r"found unexpected columns: Surprise$"):
        parse(file, as_csv([[*header, "Surprise"], *([*row, ""] for row in rows)]))


@pytest.mark.parametrize("file", CSV_FILES)
def test_missing_column_is_an_error_that_names_it_or_changes_nothing(file: str) -> None:
    rows = records(SAMPLE[file])
    whole = parse(file, as_csv(rows))
    named = 0
    for place, column in enumerate(rows[0]):
        without = as_csv([[*row[:place], *row[place + 1 :]] for row in rows])
        try:
            found = parse(file, without).rows
        except SourceError as error:
            found = str(error).rpartition("; ")[2]
        if isinstance(found, str):
            assert found == f"found missing columns: {column.strip()}"
            named += 1
        else:
            assert [name for name, frame in found.items() if not frame.equals(whole.rows[name])] == [], column
    assert named >= len(SOURCE_BY_NAME[source_of(file)].main_listing.key)


@pytest.mark.parametrize("file", CSV_FILES)
def test_repeated_column_is_an_error_that_names_it(file: str) -> None:
    header, *rows = records(SAMPLE[file])
    with pytest.raises(SourceError, match=f"expected each column once; found repeated columns {header[0]}$"):
        parse(file, as_csv([[*header, header[0]], *([*row, row[0]] for row in rows)]))


@pytest.mark.parametrize("file", CSV_FILES)
def test_blank_line_at_the_end_is_no_row(file: str) -> None:
    whole, found = parse(file).rows, parse(file, SAMPLE[file] + b"\n").rows
    assert [name for name, frame in found.items() if not frame.equals(whole[name])] == []


# --- rows -------------------------------------------------------------------------------------------------------------

FILE_ROWS = {
    **{
        file: [
            {
                "page_address": file,
                "page_title": title,
                "page_content": content,
                "page_j1_status": j1,
                "page_h1b_status": h1b,
                "h1b_conditions": conditions,
                "locator": "whole page",
            }
        ]
        for file, title, content, j1, h1b, conditions in (
            ("1404121504_applicants.html", "Applying to the residency", "read", "accepts", "not_accepts", []),
            (
                "1204121284_faq.html",
                "Frequently asked questions",
                "read",
                "accepts",
                "conditional",
                ["stated_condition", "step3_required"],
            ),
            ("4404100399_curriculum.html", "Curriculum", "read", "not_stated", "not_stated", []),
            ("0404132141_portal.html", "Sign in", "login_wall", "unknown", "unknown", []),
        )
    },
    "140.html": [
        {
            "eras_specialty_code": "140",
            "eras_specialty": "Internal Medicine",
            "eras_season": 2027,
            "eras_cycles": ["September"],
            "program_key": "1404121504",
            "accreditation_id": "1404121504",
            "acgme_id": "1404121504",
            "program_name": "UPMC Medical Education Program",
            "track_number": 1,
            "city": "Pittsburgh",
            "state": "PA",
            "eras_status": "Participating",
            "eras_notes": ["Osteopathic Recognized!"],
            "locator": "table row 4",
        },
        {
            "eras_specialty_code": "140",
            "program_key": "Scranton/PA",
            "program_name": "Example Valley Hospital Program",
            "track_number": 1,
            "accreditation_id": None,
            "acgme_id": None,
            "eras_status": "Unregistered",
            "eras_notes": ["New Program!"],
        },
    ],
    "440.pdf": [
        {
            "acgme_id": "4404100399",
            "program_name": "Geisinger Health System (Wilkes Barre) Program",
            "city": "Wilkes-Barre",
            "state": "PA",
            "zip_code": "18711",
            "name_cut": False,
            "accreditation_status": "Continued Accreditation",
            "status_effective_on": date(2016, 2, 11),
            "accredited_on": None,
            "locator": "page 1 program 1",
        }
    ],
    "licensed_visas.csv": [
        {
            "acgme_id": "1403511283",
            "visa": "h1b",
            "visa_status": "conditional",
            "visa_conditions": ["step3_required", "gme_approval"],
            "as_of": date(2026, 8, 1),
            "source_label": "Example survey, invented",
            "locator": "row 3",
        },
        {
            "acgme_id": "1403511283",
            "visa": "j1",
            "visa_status": "accepts",
            "visa_conditions": [],
            "as_of": date(2026, 8, 1),
            "source_label": "Example survey, invented",
        },
    ],
    "licensed_img_shares.csv": [
        {
            "acgme_id": "1403511283",
            "year": 2025,
            "n_img": 63,
            "n_nonus_img": 41,
            "n_total": 84,
            "img_share": 0.75,
            "source_label": "Example survey, invented",
        },
    ],
    "licensed_score_limits.csv": [
        {
            "acgme_id": "1403511283",
            "step1_min": None,
            "step2_min": 225,
            "attempts_max": 1,
            "yog_max_years": 5,
            "usce_required": "preferred",
            "ecfmg_required": True,
            "as_of": date(2026, 8, 1),
            "source_label": "Example survey, invented",
        },
    ],
    "nrmp_directory.html": [
        {
            "nrmp_code": "3056120C0",
            "acgme_id": "1204121284",
            "specialty_label": "Family Medicine",
            "institution_name": "Wright Center for GME-PA",
            "city": "Scranton",
            "state": "PA",
            "match_services": ["ERAS", "Central App"],
            "soap_services": ["ERAS", "Central App"],
            "page_path": "/wright-center-for-gme-pa-3056120c0/",
            "match_year": 2025,
            "locator": "article 10",
        },
        {"nrmp_code": "3056140C1", "city": "Scranton", "state": "PA", "match_services": ["ERAS"], "soap_services": ["Other"]},
        {"nrmp_code": "3056140M0", "city": "Scranton", "state": "PA", "match_services": [], "soap_services": []},
        {"nrmp_code": "1566140P0", "city": "COLUMBUS", "state": "OH", "soap_services": ["Central App"]},
    ],
    "nrmp_program_results_2018_2022.pdf": [
        {
            "nrmp_code": "1315140C0",
            "match_year": 2021,
            "match_name": "main",
            "state": "MI",
            "institution_name": "Sparrow Hospital-MI",
            "city": "Lansing",
            "specialty_label": "Internal Medicine",
            "offered": True,
            "quota": 13,
            "matched": 12,
            "all_filled": False,
        },
        {"nrmp_code": "3056140C1", "match_year": 2018, "offered": False, "quota": None, "matched": None, "all_filled": None},
        {"nrmp_code": "1428140C0", "match_year": 2021, "quota": 26, "matched": 26, "all_filled": True},
    ],
    "nrmp_program_results_2020_2024.pdf": [
        {"nrmp_code": "1315140C0", "match_year": 2021, "institution_name": "U Michigan Health-Sparrow", "matched": 12},
        {"nrmp_code": "1428140C0", "match_year": 2021, "quota": 26, "matched": 25, "all_filled": False},
        {"nrmp_code": "1652140P0", "match_year": 2024, "offered": False, "quota": None, "matched": None, "all_filled": None},
    ],
    "nrmp_results_and_data_2024.pdf": [
        {
            "match_year": 2024,
            "position_type": "PGY-1",
            "specialty_group": "Family Medicine",
            "specialty_label": "Family Medicine",
            "positions_offered": 5101,
            "positions_filled": 4166,
            "unfilled": 935,
            "n_us_seniors": 1402,
            "n_osteopathic": 1377,
            "n_do_seniors": None,
            "n_us_img": 711,
            "n_non_us_img": 640,
            "report_name": "NRMP Results and Data, 2024 Main Residency Match, Table 2",
            "is_doubtful": False,
            "note": None,
            "locator": "page 2 row 1",
        },
        {
            "match_year": 2024,
            "position_type": "PGY-2",
            "specialty_group": "Neurology",
            "specialty_label": "Neurology",
            "positions_filled": 291,
            "n_us_img": 28,
            "n_non_us_img": 77,
        },
    ],
    "nrmp_specialty_img.csv": [
        {
            "match_year": 2024,
            "position_type": "not_stated",
            "specialty_group": "Psychiatry",
            "specialty_label": "Psychiatry",
            "positions_offered": None,
            "positions_filled": 2165,
            "n_us_seniors": None,
            "n_us_img": 17,
            "n_non_us_img": 1188,
            "img_percent_printed": 55.7,
            "report_name": "https://blog.example.invalid/2024",
            "is_doubtful": True,
            "note": "digits run together on the page",
            "locator": "row 4",
        },
        {
            "match_year": 2023,
            "position_type": "not_stated",
            "specialty_group": "Pathology",
            "specialty_label": "Pathology",
            "n_us_img": None,
            "img_percent_printed": 40.1,
            "is_doubtful": False,
            "note": "% only",
        },
    ],
    "nrmp_florida_results.csv": [
        {
            "nrmp_code": "1105140P0",
            "match_year": 2021,
            "match_name": "main",
            "state": "FL",
            "institution_name": "Mt Sinai Med Ctr-Miami-FL",
            "city": "Miami Beach",
            "specialty_label": "Medicine-Preliminary",
            "offered": True,
            "quota": 6,
            "matched": 5,
            "all_filled": None,
            "locator": "row 3, 2021",
        },
        {"nrmp_code": "1105140P0", "match_year": 2025, "offered": False, "quota": None, "matched": None},
        {"nrmp_code": "1104141F2", "match_year": 2023, "match_name": "specialty", "offered": True, "quota": 2, "matched": 0},
    ],
    "acgme_programs.csv": [
        {
            "acgme_id": "0404132141",
            "program_name": "Allegheny Health Network Medical Education Consortium (AGH/WPH) Program",
            "city": "Pittsburgh",
            "state": "PA",
            "sponsor_code": None,
            "name_cut": False,
            "latitude": 40.44,
            "longitude": -80.0,
        },
        {"acgme_id": "9993800093", "city": "Columbus", "state": "OH"},
    ],
    "acgme_obgyn_programs.csv": [
        {
            "acgme_id": "2200521028",
            "program_name": "University of California Davis Health Program",
            "city": "Sacramento",
            "state": "CA",
            "sponsor_code": "058115",
            "sponsor_name": "University of California Davis Health",
            "accreditation_status": "Continued Accreditation",
            "accredited_on": date(1967, 7, 1),
            "locator": "row 12",
        },
        {"acgme_id": "2204831282", "accredited_on": None, "accreditation_status": "Continued Accreditation"},
        {"acgme_id": "2204831283", "state": "TX", "accreditation_status": "Voluntary Withdrawal"},
    ],
    "acgme_clinical_informatics_fellowships.csv": [
        {
            "acgme_id": "3020530001",
            "program_name": None,
            "sponsor_name": "University of California Davis Health",
            "name_cut": False,
            "state": "CA",
            "status_effective_on": date(2020, 7, 1),
        },
        {"acgme_id": "1391814001", "sponsor_name": "University of Iowa Hospitals & Clinics", "state": "IA"},
    ],
    "eras_cardiology_fellowships.csv": [
        {
            "acgme_id": "1413511192",
            "program_name": "Maimonides Medical Center Program",
            "city": "Brooklyn",
            "state": "NY",
            "latitude": 40.65,
            "longitude": -73.95,
        },
        {"acgme_id": "1411121212", "city": None, "state": "FL"},
    ],
    LCA_2020: [
        {
            "case_number": "I-200-19305-980101",
            "case_status": "Certified",
            "visa_class": "H-1B",
            "job_title": "RESIDENT PHYSICIAN",
            "soc_code": "29-1069",
            "employer_name": "SPARROW HOSPITAL",
            "trade_name": None,
            "employer_state": "MI",
            "worksite_city": "Lansing",
            "worksite_state": "MI",
            "worksite_zip": "48912",
            "filed_on": date(2019, 11, 1),
            "begin_on": date(2019, 12, 16),
            "end_on": date(2020, 12, 15),
            "wage_from": 57_500.0,
            "wage_unit": "Year",
            "workers": 2,
        },
        {"case_number": "I-200-19316-980601", "soc_code": None, "worksite_zip": "07102"},  # "Nov-21" and "7102"
        {"case_number": "I-201-19317-980604", "visa_class": "H-1B1 Chile", "case_status": "Denied"},
        {"case_number": "I-203-19312-980301", "visa_class": "E-3 Australian", "case_status": "Certified"},
    ],
    LCA_2025: [
        {
            "case_number": "I-200-25009-990105",
            "case_status": None,
            "visa_class": "H-1B",
            "job_title": "Clinical Fellow",
            "soc_code": "29-1229",
            "worksite_zip": "15213",  # "15213-0101"
            "filed_on": date(2025, 1, 9),  # from the case number
            "begin_on": date(2025, 7, 1),
            "workers": None,
        },
        {"case_number": "I-200-25057-990901", "trade_name": None, "worksite_city": "Port land"},  # "Not Applicable"
        {"case_number": "I-200-25058-990903", "trade_name": "Example Community GME"},
        {"case_number": "I-200-25022-990205", "soc_code": "29-1221"},  # without ".00"
        {"case_number": "I-200-25008-990104", "employer_name": "UPMC Medical Education"},  # ended in a blank
        {"case_number": "I-200-25041-990501", "worksite_city": "Boston"},  # began with a blank
        {"case_number": "I-200-25014-990107", "job_title": "Physician “ PGY2- Pediatric Resident"},
        {"case_number": "I-200-25020-990202", "wage_from": 39.75, "wage_unit": "Hour"},
        {"case_number": "I-200-25028-990303", "job_title": "Gastroenterology Fellow"},  # the later of two
    ],
    "uscis_h1b_fy2021.csv": [
        {
            "fiscal_year": 2021,
            "employer_name": "BETH ISRAEL DEACONESS MEDICAL CENT",
            "initial_approvals": 31,
            "initial_denials": 0,
            "continuing_approvals": 44,
            "continuing_denials": 1,
            "naics2": "62",
            "tax_id_last4": "7014",
            "state": "MA",
            "city": "BOSTON",
            "zip_code": "02215",
            "name_cut": True,
            "line_group": "62/7014/MA/BOSTON/02215",
            "line_in_group": 1,
            "locator": "row 9",
        },
        {
            "fiscal_year": 2021,
            "employer_name": "BETH ISRAEL DEACONESS MEDICAL CENT",
            "line_group": "62/7014/MA/BOSTON/02215",
            "line_in_group": 2,
            "initial_approvals": 22,
        },
        {
            "fiscal_year": 2021,
            "employer_name": "EXAMPLE SOFTWARE INC",
            "line_group": "54/7021/TX/DALLAS/75390",
            "line_in_group": 1,
            "initial_approvals": 1205,  # "1,205"
            "name_cut": False,
        },
    ],
    "uscis_employer_information_fy2024.csv": [
        {
            "fiscal_year": 2024,
            "employer_name": "UNIVERSITY OF IOWA HOSPITALS AND CLINICS",
            "line_group": "62/7013/IA/IOWA CITY/52242",
            "line_in_group": 1,
            "initial_approvals": 27,
            "continuing_approvals": 25,
            "naics2": "62",
            "name_cut": False,
        },
    ],
    "ahrq_hospital_linkage_2023.csv": [
        {
            "compendium_hospital_id": "CHSP90000015",
            "ccn": "390164",
            "hospital_name": "Upmc Presbyterian Shadyside",
            "street": "15 Example Street",
            "city": "Pittsburgh",
            "state": "PA",
            "zip_code": "15213",
            "acute": True,
            "system_id": "HSI00009005",
            "system_name": "UPMC",
            "system_city": "Pittsburgh",
            "system_state": "PA",
            "n_residents": 803.0,
            "name_cut": False,
        },
        {"compendium_hospital_id": "CHSP90000001", "hospital_name": "University Of California Davis Medic", "name_cut": True},
        {"compendium_hospital_id": "CHSP90000017", "ccn": None, "acute": False, "system_id": None, "n_residents": None},
    ],
    "epic_endpoints_r4.json": [
        {
            "vendor": "Epic",
            "endpoint_url": "https://epic-1.example.invalid/api/FHIR/R4/",
            "organisation_name": "UC Davis",
            "printed_name": "UC Davis",
            "npi": None,
            "zip_code": None,
            "locator": "endpoint 1",
        },
    ],
    "cerner_endpoints.json": [
        {
            "vendor": "Cerner (Oracle Health)",
            "endpoint_url": "https://fhir-1.cerner.example.invalid/r4/",
            "organisation_name": "Example Community Hospital",
            "zip_code": "33136",
        },
        {
            "vendor": "Cerner (Oracle Health)",
            "endpoint_url": "https://fhir-6.cerner.example.invalid/r4/",
            "organisation_name": "Santa Barbara Cottage Hospital",
            "zip_code": None,  # "93105?"
        },
    ],
    "meditech_endpoints.json": [
        {
            "vendor": "MEDITECH",
            "endpoint_url": "https://fhir.coast.example.invalid:443/v1",
            "organisation_name": "Example Coast Hospital",
            "printed_name": "Example Coast Hospital Expanse (Hosted by Example)",
        },
        {
            "vendor": "MEDITECH",
            "endpoint_url": "https://fhir.hill.example.invalid:443/v1",
            "organisation_name": "Example Hill Hospital",
            "printed_name": "<EXA> Example Hill Hospital 6.1",
        },
    ],
    "cms_promoting_interoperability_cy2023.csv": [
        {
            "ccn": "050599",
            "hospital_name": "UNIVERSITY OF CALIFORNIA DAVIS MEDICAL CENTER",
            "city": "SACRAMENTO",
            "state": "CA",
            "cehrt_id": "0015CEXAMPLE001",
            "meets_pi": True,
            "reported_from": date(2023, 1, 1),
            "reported_to": date(2023, 12, 31),
            "locator": "row 2",
        },
        {"ccn": "160058", "reported_from": date(2023, 1, 1), "cehrt_id": "0015CEXAMPLE001"},  # "0015Cexample001"
        {"ccn": "180010", "reported_from": date(2023, 1, 1), "cehrt_id": None, "meets_pi": None},
        {"ccn": "230230", "reported_from": date(2023, 1, 1), "cehrt_id": "0015CEXAMPLE003", "meets_pi": None},
        {"ccn": "360035", "reported_from": date(2023, 1, 1), "cehrt_id": "OO15CEXAMPLE003"},  # not mended
    ],
    "chpl_listings.json": [
        {
            "chpl_id": "90001",
            "chpl_product_number": "15.99.99.9001.EXA1.01.00.1.230214",
            "developer_id": "91001",
            "developer_name": "Epic Systems Corporation",
            "product_id": "92001",
            "product_name": "EpicCare Inpatient Base",
            "product_version": "Example 2023",
            "certified_on": date(2023, 2, 14),
            "certification_status": "Active",
            "practice_type": None,
            "locator": "page 0, listing 1",
        },
        {"chpl_id": "90005", "product_name": "Example Portal\u2122", "locator": "page 0, listing 5"},
        {"chpl_id": "90006", "certification_status": "Withdrawn by Developer", "locator": "page 1, listing 1"},
    ],
    "chpl_certification_ids.json": [
        {
            "cehrt_id": "0015CEXAMPLE002",
            "certification_year": "2015",
            "chpl_id": "90003",
            "chpl_product_number": "15.99.99.9003.EXA3.01.00.1.221108",
            "developer_name": "Oracle Health, Inc.",
            "product_name": "PowerChart (Clinical)",
            "product_version": "2099.01",
            "classification": None,
            "locator": "answer 2, product 1",
        },
        {"cehrt_id": "0015CEXAMPLE002", "chpl_id": "90005", "developer_name": "Example Health Software, LLC"},
    ],
    "nih_reporter_projects.json": [
        {
            "appl_id": "99000002",
            "core_project_number": "T15LM990002",
            "fiscal_year": 2025,
            "activity_code": "T15",
            "award_kinds": ["informatics_grant", "nlm_t15"],
            "grantee_name": "UNIVERSITY OF PITTSBURGH AT PITTSBURGH",
            "city": "PITTSBURGH",
            "state": "PA",
            "grantee_country": "UNITED STATES",
            "uei": "EXAMPLE00PA1",
            "award_usd": 900_002,
            "locator": "informatics_grant 2025, award 2",
        },
        {"appl_id": "99000003", "state": None, "grantee_country": "CANADA", "uei": None, "award_usd": None},
        {"appl_id": "99000006", "activity_code": "UM1", "award_kinds": ["ctsa_hub"]},
    ],
    "pubmed_affiliation_counts.json": [
        {"affiliation": "Beth Israel Deaconess Medical Center", "publication_year": 2024, "n_papers": 21, "locator": "answer 1"},
        {"affiliation": "UPMC Medical Education", "publication_year": 2025, "n_papers": 0},
        {"affiliation": "University of Iowa Hospitals & Clinics", "publication_year": 2025, "n_papers": 7},
    ],
    "nppes_informatics_counts.json": [
        {
            "state": "PA",
            "taxonomy_code": "2083C0008X",
            "n_clinicians": None,
            "suppressed_cells": ["n_clinicians"],
            "n_registered_organisations": 2,
            "reached_cap": False,
            "locator": "PA, 2083C0008X",
        },
        {"state": "MA", "taxonomy_code": "207ZC0008X", "n_clinicians": 6, "suppressed_cells": []},
        {"state": "WY", "taxonomy_code": "2083C0008X", "n_clinicians": 0},
    ],
    "cms_hospital_general_information.csv": [
        {
            "ccn": "050599",
            "hospital_name": "UNIVERSITY OF CALIFORNIA DAVIS MEDICAL CENTER",
            "street": "1 EXAMPLE STREET",
            "city": "SACRAMENTO",
            "state": "CA",
            "zip_code": "95817",
            "county": "SACRAMENTO",
            "hospital_type": "Acute Care Hospitals",
            "hospital_ownership": "Government - Hospital District or Authority",
            "emergency_services": True,
            "overall_rating": 4,
            "locator": "row 2",
        },
        {"ccn": "450044", "overall_rating": None},  # "Not Available"
        {"ccn": "16004F", "hospital_type": "Acute Care - Veterans Administration", "overall_rating": 5},
    ],
    "reviewed_links.csv": [
        {
            "left_kind": "employer",
            "left_named": "UPMC Medical Education",
            "left_state": "PA",
            "decision": "files_for",
            "right_authority": "ccn",
            "right_code": "390164",
            "review_evidence": (
                "UPMC Medical Education employs the residents of UPMC's hospitals, first of all of UPMC Presbyterian Shadyside."
            ),
            "review_address": "https://www.upmc.com",
            "evidence_on": date(2026, 9, 1),
            "reviewer": "sample",
            "locator": "row 2",
        },
        {
            "left_kind": "employer",
            "left_named": "Example Valley Health",
            "left_state": "OR",
            "decision": "not_same",
            "right_authority": "ccn",
            "right_code": "390050",
        },
    ],
    "reviewed_events.csv": [
        {
            "authority": "ccn",
            "event_code": "330167",
            "event": "merged_into",
            "event_on": date(2019, 8, 1),
            "other_code": "330214",
            "reviewer": "editors",
            "locator": "row 2",
        },
        {"authority": "ccn", "event_code": "330169", "event": "closed", "event_on": date(2025, 4, 9), "other_code": None},
    ],
}


@pytest.mark.parametrize("file", sample_files())
def test_sample_rows_come_out_typed_value_by_value(file: str) -> None:
    rows = listed(file).rows(named=True)
    key = SOURCE_BY_NAME[source_of(file)].main_listing.key
    for expected in FILE_ROWS[file]:
        (row,) = [row for row in rows if all(row[name] == expected[name] for name in key)]
        assert {name: row[name] for name in expected} == expected


@pytest.mark.parametrize("file", sample_files())
def test_every_row_has_a_place_of_its_own_in_its_document(file: str) -> None:
    for frame in parse(file).rows.values():
        assert frame["locator"].is_duplicated().sum() == 0


def test_participating_sites_keep_their_codes_as_text() -> None:
    sites = validated(SOURCE_BY_NAME["acgme_obgyn_programs"], parse("acgme_obgyn_programs.csv"))[
        "acgme_participating_site"
    ].listed
    assert sites.height == 29
    davis = sites.filter(acgme_id="2200521028").select("site_number", "site_code", "site_name").rows()
    assert davis == [
        (1, "050436", "University of California (Davis) Medical Center"),
        (2, "050578", "Kaiser Foundation Hospital (Sacramento)"),
    ]
    assert sites.filter(acgme_id="2202411123", site_number=2)["site_code"].to_list() == ["24C330"]


# --- NRMP directory ---------------------------------------------------------------------------------------------------


def test_directory_states_as_many_tracks_as_it_prints_articles() -> None:
    parsed = parse("nrmp_directory.html")
    printed = SAMPLE["nrmp_directory.html"].count(b"<article ")
    assert parsed.stated_total == parsed.rows["nrmp_directory_track"].height == printed == 43


def test_city_that_repeats_its_state_is_read_without_it() -> None:
    assert b"Scranton,PA, Pennsylvania" in SAMPLE["nrmp_directory.html"]
    assert set(listed("nrmp_directory.html").filter(pl.col("nrmp_code").str.starts_with("3056"))["city"]) == {"Scranton"}


@pytest.mark.parametrize(("day", "year"), [(date(2024, 6, 30), 2024), (date(2024, 7, 1), 2025), (date(2025, 2, 1), 2025)])
def test_directory_speaks_of_the_match_of_next_march(day: date, year: int) -> None:
    source = SOURCE_BY_NAME["nrmp_directory"]
    rows = source.parse(SAMPLE["nrmp_directory.html"], About("current", day)).rows["nrmp_directory_track"]
    assert set(rows["match_year"]) == {str(year)}


def test_directory_with_a_new_application_tag_is_an_error_that_names_it() -> None:
    with pytest.raises(SourceError, match=r"expected one of the tags MRM, SOAP in article 1; found 'PREP'"):
        parse("nrmp_directory.html", SAMPLE["nrmp_directory.html"].replace(b">MRM<", b">PREP<"))


# --- NRMP results, Florida --------------------------------------------------------------------------------------------

FLORIDA_HEADER = records(SAMPLE["nrmp_florida_results.csv"])[0]


def florida(*lines: str) -> list[tuple[object, ...]]:
    """Years listed for one code, out of lines of quotas and matches from 2026 down to 2020, as "2/1 0/0 ..."."""
    rows = []
    for line in lines:
        pairs = [number for pair in line.split() for number in pair.split("/")]
        rows.append(["Main", "H-FL", "H", "SNHAF", "Miami", "Miami", "Psychiatry", "Psychiatry", "1105400C0", *pairs])
    found = listed("nrmp_florida_results.csv", as_csv([FLORIDA_HEADER, *rows]))
    return found.select("match_year", "offered", "quota", "matched").rows()


def test_florida_zero_of_zero_is_not_offered_and_zero_of_some_is_unfilled() -> None:
    assert florida("2/1 0/0 2/0 2/2 2/2 2/2 0/0") == [
        (2020, False, None, None),
        (2021, True, 2, 2),
        (2022, True, 2, 2),
        (2023, True, 2, 2),
        (2024, True, 2, 0),
        (2025, False, None, None),
        (2026, True, 2, 1),
    ]


def test_florida_track_on_two_lines_is_one_track() -> None:
    assert florida("0/0 0/0 0/0 4/4 4/4 4/4 0/0", "6/5 6/6 5/5 0/0 0/0 0/0 0/0") == [
        (2020, False, None, None),
        (2021, True, 4, 4),
        (2022, True, 4, 4),
        (2023, True, 4, 4),
        (2024, True, 5, 5),
        (2025, True, 6, 6),
        (2026, True, 6, 5),
    ]


def test_florida_blank_is_not_taken_for_zero() -> None:
    data = SAMPLE["nrmp_florida_results.csv"].replace(b"1105140C0,18,18,", b"1105140C0,,,", 1)
    ((reason,),) = rejected("nrmp_florida_results.csv", data)
    assert reason.startswith("expected quota and matched exactly where the track was offered")


@pytest.mark.parametrize(
    ("pair", "reason"),
    [("18,19", "expected matched at most quota"), ("x,18", "quota: expected integer, found 'x'")],
    ids=["more matched than offered", "no number"],
)
def test_florida_impossible_numbers_are_set_aside(pair: str, reason: str) -> None:
    data = SAMPLE["nrmp_florida_results.csv"].replace(b"1105140C0,18,18,", f"1105140C0,{pair},".encode(), 1)
    (reasons,) = rejected("nrmp_florida_results.csv", data)
    assert any(found.startswith(reason) for found in reasons)


# --- ACGME ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("University of New [truncated; state digits = NM]", "University of New"),
        ("New York [name truncated in source; address 1 Example Street]", "New York"),
        ("Made Up College [Source Truncated: Made Up]", "Made Up College"),
        ("Made Up University [... truncated ...]", "Made Up University"),
    ],
)
def test_name_that_the_list_cut_is_marked_and_loses_the_remark(printed: str, name: str) -> None:
    file = "acgme_clinical_informatics_fellowships.csv"
    rows = listed(file, SAMPLE[file].replace(b"Beth Israel Deaconess Medical Center", printed.encode()))
    cut = rows.filter("name_cut").select("acgme_id", "sponsor_name").rows()
    assert cut == [("1392414001", name)]


def test_name_in_other_brackets_is_whole() -> None:
    file = "acgme_clinical_informatics_fellowships.csv"
    rows = listed(file, SAMPLE[file].replace(b"Beth Israel Deaconess", b"Beth Israel [Boston]"))
    assert rows.filter(acgme_id="1392414001").select("sponsor_name", "name_cut").rows() == [
        ("Beth Israel [Boston] Medical Center", False)
    ]


@pytest.mark.parametrize("printed", ["404121504", "14041215040", "14041215O4", ""], ids=["nine", "eleven", "a letter", "blank"])
def test_id_that_is_not_ten_digits_is_set_aside(printed: str) -> None:
    data = SAMPLE["acgme_programs.csv"].replace(b"1404121504", printed.encode())
    ((reason,),) = rejected("acgme_programs.csv", data)
    assert reason in (
        "acgme_id: expected a value, found nothing",
        f"acgme_id: expected text like ^[0-9]{{10}}$, found '{printed}'",
    )
    assert "1404121504" not in listed("acgme_programs.csv", data)["acgme_id"].to_list()


def test_ampersands_of_a_page_are_read_as_such() -> None:
    data = SAMPLE["acgme_programs.csv"].replace(b"Hospitals and Clinics", b"Hospitals &amp; Clinics")
    row = listed("acgme_programs.csv", data).filter(acgme_id="1401821138")
    assert row["program_name"].to_list() == ["University of Iowa Hospitals & Clinics Program"]


# --- DOL --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        pytest.param(b"2025-07-01 00:00:00", b"1/7/25", "begin_on: expected date, found '1/7/25'", id="year of two digits"),
        pytest.param(b"2025-07-01 00:00:00", b"soon", "begin_on: expected date, found 'soon'", id="no date"),
        pytest.param(b",70500,", b",inf,", "wage_from: ", id="infinite wage"),
        pytest.param(b",70500,", b",nan,", "wage_from: ", id="wage that is no number"),
        pytest.param(b",70500,", b",-70500,", "wage_from: expected at least 0, found '-70500.0'", id="negative wage"),
        pytest.param(b",Year,", b",Fortnight,", "wage_unit: expected one of Year, Month, Bi-Weekly", id="unknown unit"),
        pytest.param(b",15213,", b",152 13,", "worksite_zip: expected text like", id="ZIP in pieces"),
        pytest.param(b"2026-06-30", b"2025-06-30", "expected employment to end after it begins", id="end before begin"),
        pytest.param(b"I-200-25006-990101", b"I-200-25366-990101", "filed_on: expected a value", id="day 366 of 2025"),
        pytest.param(b"I-200-25006-990101", b"I-201-25006-990101", "visa_class: expected a value", id="class not told"),
    ],
)
def test_filing_that_cannot_be_is_set_aside(old: bytes, new: bytes, reason: str) -> None:
    first, rest = SAMPLE[LCA_2025].split(b"\n", 2)[1:]
    header = SAMPLE[LCA_2025].split(b"\n", 1)[0]
    spoiled = first.replace(old, new)
    assert spoiled != first
    (reasons,) = rejected(LCA_2025, b"\n".join([header, spoiled, rest]))
    assert [text for text in reasons if text.startswith(reason)] != []


@pytest.mark.parametrize(
    ("printed", "zip_code"), [("15213-0101", "15213"), ("152130101", "15213"), ("7102", "07102"), ("601", "00601")]
)
def test_zip_code_has_five_digits(printed: str, zip_code: str) -> None:
    data = SAMPLE[LCA_2025].replace(b"15213-0101", printed.encode())
    assert listed(LCA_2025, data).filter(case_number="I-200-25009-990105")["worksite_zip"].to_list() == [zip_code]


@pytest.mark.parametrize("printed", ["", "Not Applicable", "NOT APPLICABLE", "N/A", "None"])
def test_trade_name_that_says_nothing_is_null(printed: str) -> None:
    data = SAMPLE[LCA_2025].replace(b"Example Community GME", printed.encode())
    assert listed(LCA_2025, data).filter(case_number="I-200-25058-990903")["trade_name"].to_list() == [None]


def test_padding_rows_of_a_whole_file_are_no_rows() -> None:
    """Published files carry up to nine empty rows for each real one."""
    padding = b"," * SAMPLE[LCA_2020].split(b"\n", 1)[0].count(b",") + b"\n"
    assert listed(LCA_2020, SAMPLE[LCA_2020] + 100 * padding).equals(listed(LCA_2020))
    assert rejected(LCA_2020, SAMPLE[LCA_2020] + 100 * padding) == []


# --- named contacts ---------------------------------------------------------------------------------------------------


def texts_of(path: Path) -> Iterator[str]:
    """A file of the home as it lies there, and what its compression hides."""
    yield path.read_bytes().decode("latin-1")
    if path.suffix == ".gz":
        yield gzip.decompress(path.read_bytes()).decode("latin-1")
    elif path.suffix == ".parquet":
        yield str(pl.read_parquet(path).rows())
    elif path.suffix == ".sqlite":
        with sqlite3.connect(path) as connection:
            yield "\n".join(connection.iterdump())
    elif path.suffix == ".duckdb":
        with duckdb.connect(str(path), read_only=True) as connection:
            names = connection.execute("SELECT table_name FROM information_schema.tables").fetchall()
            yield "\n".join(str(connection.execute(f'SELECT * FROM "{name}"').fetchall()) for (name,) in names)


def holders(home: Path, word: str) -> set[str]:
    """Kinds of files of a home in which a word stands."""
    return {path.suffix for path in files_in(home) if any(word in text for text in texts_of(path))}


def test_no_byte_of_a_named_contact_is_anywhere_in_the_home(published_home: Path) -> None:
    assert [word for word in CONTACTS if word.encode() not in SAMPLE[LCA_2020]] == []
    assert holders(published_home, "UT SOUTHWESTERN MEDICAL CENTER") == {".gz", ".parquet", ".sqlite", ".duckdb"}
    assert {word: holders(published_home, word) for word in CONTACTS} == {word: set() for word in CONTACTS}


@pytest.mark.parametrize("file", [LCA_2020, LCA_2025])
def test_stored_filings_are_the_published_ones_in_the_columns_of_the_map(file: str) -> None:
    header, *rows = records(SAMPLE[file])
    stored = pl.read_parquet(io.BytesIO(without_contacts(SAMPLE[file])))
    kept = [place for place, name in enumerate(header) if name in STORED]
    assert stored.columns == [header[place] for place in kept]
    assert stored.rows() == [tuple(row[place] for place in kept) for row in rows]
    assert [name for name in stored.columns if name.startswith(("EMPLOYER_POC_", "AGENT_ATTORNEY_", "PREPARER_"))] == []


OLDER = SAMPLE[LCA_2020].decode()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(OLDER.replace("SPARROW HOSPITAL", "SPARROW, HOSPITAL", 1), id="comma without quotes moves all cells"),
        pytest.param(OLDER.replace("SPARROW HOSPITAL", '"SPARROW HOSPITAL', 1), id="unclosed quote before the contacts"),
        pytest.param(OLDER.replace("LLP,preparer@", '"LLP,preparer@', 1), id="quote within a cell"),
        pytest.param(OLDER.replace("EXAMPLE LAW FIRM LLP,preparer", '"EXAMPLE LAW FIRM LLP,preparer', 1), id="unclosed quote"),
        pytest.param(OLDER.replace("EMPLOYER_POC_EMAIL", "POC_EMAIL"), id="renamed contact column"),
        pytest.param(OLDER.replace("EMPLOYER_POC_", "Employer_Poc_"), id="contact columns in other letters"),
        pytest.param(OLDER.replace("EMPLOYER_POC_", "EMPLOYER POC "), id="contact columns with blanks"),
        pytest.param("\n" + OLDER, id="blank line before the header"),
        pytest.param("LCA disclosure data\n" + OLDER, id="title line before the header"),
        pytest.param(OLDER.replace(",", ";"), id="other separator"),
        pytest.param(OLDER.split("\n", 1)[1], id="no header"),
    ],
)
def test_contacts_of_a_spoiled_file_are_nowhere_in_the_home(tmp_path: Path, text: str) -> None:
    assert text != OLDER
    (tmp_path / "filings.csv").write_text(text)
    profile = tmp_path / "profile.toml"
    profile.write_text('name = "filings"\n[[sources.dol_lca]]\nfrom = "filings.csv"\n')

    run_night(tmp_path / "home", profile, FIRST)

    assert {word: holders(tmp_path / "home", word) for word in CONTACTS} == {word: set() for word in CONTACTS}


# --- the real files ---------------------------------------------------------------------------------------------------


@cache
def real(file: str) -> dict[str, Validated]:
    """The listings of a real file by name."""
    profile = load_profile(str(Path(__file__).parents[1] / "profiles" / "shared_data.toml"))
    (place,) = [place for place in profile.places if Path(place.address).name == file]
    source = SOURCE_BY_NAME[place.source]
    about = About(place.document, place.date or date(2026, 2, 4))
    return validated(source, source.parse(source.before_storing(Path(place.address).read_bytes()), about))


@pytest.mark.parametrize(
    ("file", "rows", "set_aside"),
    [
        ("program_directory_internal_medicine_2024.html", [1348], []),
        ("program_results_2014_2018.pdf", [30_345], []),
        ("program_results_2016_2020.pdf", [33_720], []),
        ("florida_program_results_2020_2026.csv", [6671], []),
        (
            "programs_2018_2019.csv",
            [1229],
            [
                "acgme_id: expected once, found again: '1200711074'",
                "acgme_id: expected once, found again: '4405432347'",
            ],
        ),
        ("obgyn_programs_ads.csv", [318, 1284], []),
        ("clinical_informatics_fellowships_2026.csv", [62], []),
        ("cardiology_fellowships_eras_2024.csv", [274], []),
        (
            "lca_sample_fy2020_q1_full_layout.csv",
            [4997],
            [
                "worksite_zip: expected text like ^[0-9]{5}$, found 'Essex'",
                "worksite_zip: expected text like ^[0-9]{5}$, found '944040'",
                "job_title: expected a value, found nothing",
            ],
        ),
        ("lca_healthcare_fy2025_q2.csv", [8078], []),
        ("hospital_general_information_a.csv", [5381], []),
        (
            "chsp-hospital-linkage-2018.csv",
            [6729],
            [
                f"ccn: expected text like ^[0-9]{{5}}[0-9F]$, found '{ccn}'"
                for ccn in (
                    *("05A263", "17E619", "18G007", "39G038", "45165E", "45G012", "49033E", "49E131", "51E148", "15J200"),
                    *("17G003", "50018E", "05127E"),
                )
            ],
        ),
        ("Cerner_Corporation_EndpointSources.json", [2659], []),
        ("EpicEndpointSourcesR4.json", [265], []),
        ("promoting_interoperability_hospital_cy2023.csv", [4591], []),
        ("b10-search-p0.json", [100], []),
        ("b10-search-p9.json", [27], []),
    ],
)
def test_real_file_is_listed_but_for_known_dirt(shared_data: Path, file: str, rows: list[int], set_aside: list[str]) -> None:
    listings = real(file).values()
    assert [found.listed.height for found in listings] == rows
    assert [reason for found in listings for reasons in found.rejected["reasons"] for reason in reasons] == set_aside


def test_real_directory_has_767_programs(shared_data: Path) -> None:
    tracks = real("program_directory_internal_medicine_2024.html")["nrmp_directory_track"].listed
    assert tracks["acgme_id"].n_unique() == 767


def test_real_results_have_7075_codes_and_the_printed_sums(shared_data: Path) -> None:
    editions = [real(f"program_results_{years}.pdf")["nrmp_program_result"].listed for years in ("2014_2018", "2016_2020")]
    assert pl.concat(editions)["nrmp_code"].n_unique() == 7075
    assert editions[1].filter(match_year=2020).select("quota", "matched").sum().row(0) == (37_256, 35_258)


def test_real_fellowships_have_eleven_cut_names(shared_data: Path) -> None:
    fellowships = real("clinical_informatics_fellowships_2026.csv")["acgme_program"].listed
    assert fellowships["name_cut"].sum() == 11
    assert fellowships.filter(pl.col("sponsor_name").str.contains(r"[\[\]]")).is_empty()


def test_real_filings_are_filed_within_their_years(shared_data: Path) -> None:
    spans = [
        (rows["filed_on"].min(), rows["filed_on"].max())
        for file in ("lca_sample_fy2020_q1_full_layout.csv", "lca_healthcare_fy2025_q2.csv")
        for rows in [real(file)["dol_lca_filing"].listed]
    ]
    assert spans == [(date(2016, 9, 29), date(2019, 10, 1)), (date(2024, 9, 24), date(2025, 3, 24))]


@pytest.mark.parametrize(
    ("year", "listed", "twice", "nameless", "elsewhere"),
    [
        (2019, 59_378, 62, 1, 0),
        (2020, 55_177, 58, 3, 1),
        (2021, 55_580, 5224, 2, 0),
        (2022, 59_906, 68, 7, 2),
        (2023, 33_297, 33, 1, 1),
    ],
)
def test_real_petitions_are_listed_but_for_known_dirt(
    shared_data: Path, year: int, listed: int, twice: int, nameless: int, elsewhere: int
) -> None:
    found = real(f"h1b_datahubexport-{year}.csv")["uscis_employer"]
    reasons = found.rejected["reasons"].list.join("; ")
    told = [reasons.str.contains(text).sum() for text in ("found again", "expected a (?:value|name)", "^state: ")]
    assert [found.listed.height, *told] == [listed, twice, nameless, elsewhere]
    assert found.rejected.height == twice + nameless + elsewhere


def test_real_petitions_of_2021_hold_the_year_in_two_states(shared_data: Path) -> None:
    lines = real("h1b_datahubexport-2021.csv")["uscis_employer"].listed
    montefiore = lines.filter(pl.col("employer_name") == "MONTEFIORE MEDICAL CENTER")
    assert montefiore.select("line_in_group", "initial_approvals", "continuing_approvals", "tax_id_last4").rows() == [
        (1, 42, 54, "0114"),
        (2, 28, 37, "0114"),
    ]
    second = lines.filter(pl.col("line_in_group") == 2)
    zeros = second.filter(pl.col("tax_id_last4").str.starts_with("0") | pl.col("zip_code").str.starts_with("0"))
    assert zeros.height / second.height > 0.8


def test_real_hospital_lists_differ_by_55_new_15_gone_and_32_renamed(shared_data: Path, tmp_path: Path) -> None:
    profile = tmp_path / "profile.toml"
    for now, release in ((FIRST, "a"), (SECOND, "b")):
        file = shared_data / "cms" / f"hospital_general_information_{release}.csv"
        profile.write_text(f'name = "cms"\ndataset = "sample"\n[[sources.cms_hospitals]]\nfrom = "{file}"\n')
        (outcome,) = run_night(tmp_path / "home", profile, now).outcomes["cms_hospitals"]
        assert (outcome.complete, outcome.rows_quarantined) == (True, 0)

    release_b = current_release(tmp_path / "home")
    events = release_b.table("entity_event")
    assert set(events.select("entity_kind", "authority").iter_rows()) == {("hospital", "ccn")}
    assert events["entity_uid"].str.contains(r"^hos-[0-9a-f]{12}$").all()
    assert dict(events.group_by("event").len().filter(pl.col("event") != "moved").iter_rows()) == {
        "opened": 55,
        "retired": 15,
        "renamed": 32,
    }
    assert set(events["event_on"]) == {SECOND.date()}
    assert release_b.table("hospital").height == 5421


def test_saved_page_is_the_whole_site_of_the_program_in_its_name() -> None:
    found = parse("1204121284_faq.html").rows
    assert found["program_site"].select("acgme_id", "start_address", "page_scope").rows() == [
        ("1204121284", "1204121284_faq.html", "program")
    ]
    assert found["site_page"].select("start_address", "page_address", "page_counts", "link_depth", "found_on").rows() == [
        ("1204121284_faq.html", "1204121284_faq.html", "true", "0", None)
    ]
