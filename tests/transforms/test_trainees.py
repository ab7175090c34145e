"""Who is a physician in training, by the title of a filing, and which specialty the title names."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from flows.sources.dol_lca import SOURCE
from flows.sources.source import About
from schemas.listings import DOL_LCA_FILING, located
from schemas.validation import validate
from transforms.employers import with_employers
from transforms.names import name_key
from transforms.trainees import is_physician_trainee, latest_filings, named_specialty_code, yearly_wage_usd

PHYSICIANS, ALL_OTHER, DENTISTS, PHARMACISTS = "29-1229", "29-9099", "29-1021", "29-1051"
PODIATRISTS, VETERINARIANS, SPEECH, THERAPISTS = "29-1081", "29-1131", "29-1127", "29-1123"
ASSISTANTS, NURSES, LABORATORY, BIOLOGISTS, ENGINEERS, MANAGERS = (
    *("29-1071", "29-1141", "29-2011", "19-1042"),
    *("17-2051", "11-1011"),
)


def filing(
    title: str, soc: str | None = PHYSICIANS, wage: float = 72_000, unit: str = "Year", visa: str = "H-1B"
) -> pl.DataFrame:
    given = {"job_title": [title], "soc_code": [soc], "wage_from": [wage], "wage_unit": [unit], "visa_class": [visa]}
    return pl.DataFrame(given, schema_overrides={"soc_code": pl.String, "wage_from": pl.Float64})


def is_trainee(found: pl.DataFrame) -> bool:
    return bool(found.select(is_physician_trainee()).item())


TRAINEES = [
    # plain
    ("Resident", PHYSICIANS, None),
    ("RESIDENT PHYSICIAN", "29-1069", None),
    ("Medical Resident", "29-1216", None),
    ("Clinical Resident", ALL_OTHER, None),
    ("Resident/Fellow", PHYSICIANS, None),
    ("Residents, Department of Medicine", PHYSICIANS, None),
    ("Chief Resident Physician", PHYSICIANS, None),
    ("Clinical Fellow", PHYSICIANS, None),
    ("Fellow Physician", PHYSICIANS, None),
    ("Clinical Informatics Fellow", PHYSICIANS, None),
    ("Graduate Physician Trainee", ALL_OTHER, None),
    ("Post-Graduate Physician", PHYSICIANS, None),
    ("Physician in a Post Graduate Training Program", PHYSICIANS, None),
    ("Physician in a Heart Failure Fellowship Program", PHYSICIANS, None),
    ("GME Trainee", PHYSICIANS, None),
    # house staff and years of training
    ("House Officer 4", PHYSICIANS, None),
    ("house officer iv", ALL_OTHER, None),
    ("House Staff Fellow Physician", ALL_OTHER, None),
    ("Housestaff", PHYSICIANS, None),
    ("Medical House Staff - Resident", PHYSICIANS, None),
    ("Physician-PGY-1", PHYSICIANS, None),
    ("PGY-2", PHYSICIANS, None),
    ("PGY III", PHYSICIANS, None),
    ("Resident PGL-6", PHYSICIANS, None),
    ("PGY Resident", ALL_OTHER, None),
    # a specialty is named
    ("Physician “ PGY2- Pediatric Resident", PHYSICIANS, "320"),
    ("Resident -  Internal   Medicine", PHYSICIANS, "140"),
    ("Internal Medicine Resident (PGY 2-3)", "29-1216", "140"),
    ("IM PGY 3 Resident", PHYSICIANS, "140"),
    ("Resident, Internal Medicine/Pediatrics", PHYSICIANS, "700"),
    ("Med-Peds Resident", PHYSICIANS, "700"),
    ("Resident - Family Medicine", "29-1215", "120"),
    ("Emergency Medicine Resident", "29-1214", "110"),
    ("Resident Physician in OB/GYN", "29-1218", "220"),
    ("Resident - Obstetrics and Gynecology", "29-1218", "220"),
    ("Psychiatry Resident", "29-1223", "400"),
    ("Child and Adolescent Psychiatry Fellow", "29-1223", "405"),
    ("Neurology Resident", "29-1217", "180"),
    ("Resident Physician in Neurology", "29-1217", "180"),
    ("Child Neurology Resident", "29-1217", "185"),
    ("Urology Resident", "29-1249", "480"),
    ("Neurosurgery Resident", "29-1249", "160"),
    ("Physician - PGY4 - Neurological Surgery", "29-1249", "160"),
    ("Orthopaedic Surgery Resident", "29-1242", "260"),
    ("Plastic Surgery Resident", "29-1249", "362"),
    ("General Surgery Resident", "29-1249", "440"),
    ("Anesthesiology Resident", "29-1211", "040"),
    ("Resident in Pathology", "29-1222", "300"),
    ("Resident Physician in Diagnostic Radiology", "29-1224", "420"),
    ("Integrated Interventional Radiology Resident", "29-1224", "416"),
    ("Radiation Oncology Resident", PHYSICIANS, "430"),
    ("Dermatology Resident", "29-1213", "080"),
    ("Ophthalmology Resident", "29-1241", "240"),
    ("Otolaryngology Resident", "29-1243", "280"),
    ("PM&R Resident", PHYSICIANS, "340"),
    ("Cardiology Fellow", "29-1212", "141"),
    ("Fellow - Cardiovascular Disease", "29-1212", "141"),
    ("Pulmonary and Critical Care Fellow", PHYSICIANS, "156"),
    ("Hematology/Oncology Fellow", PHYSICIANS, "155"),
    ("Infectious Disease Fellow", PHYSICIANS, "146"),
    # another specialty than the word in it
    ("Interventional Cardiology Fellow", "29-1212", None),
    ("Pediatric Endocrinology Fellow", "29-1221", None),
    ("Pediatric Surgery Fellow", "29-1249", None),
    ("Neuroradiology Fellow", "29-1224", None),
    # an occupation outside health care, and a title that is plainly a physician's
    ("Resident Physician", "25-1071", None),
    ("Medical Resident", None, None),
]

OTHERS = [
    # a trainee's word in another word
    ("VICE PRESIDENT", MANAGERS),
    ("Vice President, Clinical Operations", ALL_OTHER),
    ("President and Fellow Member", ALL_OTHER),
    ("Residential Counselor", ALL_OTHER),
    ("Resident Care Manager", NURSES),
    ("RESIDENT ENGINEER", ENGINEERS),
    ("Resident Engineer, Hospital Projects", ALL_OTHER),
    # other professions train residents and fellows too
    ("Pharmacy Resident", ALL_OTHER),
    ("PGY1 Pharmacy Resident", PHARMACISTS),
    ("Podiatry Resident", PODIATRISTS),
    ("Resident Physician - Podiatry", PHYSICIANS),
    ("Resident", PODIATRISTS),
    ("Veterinary Resident-Post Graduate Trainee", VETERINARIANS),
    ("Resident in Large Animal Internal Medicine", ALL_OTHER),
    ("Clinical Pathology Resident", VETERINARIANS),
    ("Dental Resident", ALL_OTHER),
    ("General Practice Resident", DENTISTS),
    ("Oral and Maxillofacial Surgery Resident", PHYSICIANS),
    ("Physical Therapy Resident", THERAPISTS),
    ("Resident Physical Therapist", ALL_OTHER),
    ("Clinical Fellow - Speech Language Pathology", SPEECH),
    ("Clinical Fellow", SPEECH),
    ("Medical Physics Resident", PHYSICIANS),
    ("Nurse Resident Fellow", NURSES),
    ("Physician Assistant Fellow", ASSISTANTS),
    ("Resident Orthotist/Prosthetist", ALL_OTHER),
    ("Optometry Resident", ALL_OTHER),
    ("Psychology Fellow", ALL_OTHER),
    # those who teach, lead and have finished
    ("GME Internal Medicine Residency Program Director", PHYSICIANS),
    ("Attending Physician, Fellowship Trained", PHYSICIANS),
    ("Attending Physician / Interventional Fellow Supervisor", PHYSICIANS),
    ("Sports Medicine Attending Physician/Fellowship Director", PHYSICIANS),
    ("Core Faculty, Resident Clinic", PHYSICIANS),
    ("Preceptor, Resident Clinic", PHYSICIANS),
    ("Residency Coordinator, PGY Program", ALL_OTHER),
    ("Hospitalist", PHYSICIANS),
    ("Hospitalist, Resident Teaching Service", PHYSICIANS),
    ("Internal Medicine Physician", PHYSICIANS),
    # science
    ("Research Fellow", BIOLOGISTS),
    ("Clinical Research Fellow", PHYSICIANS),
    ("Postdoctoral Fellow", LABORATORY),
    ("Post-Doctoral Fellow", LABORATORY),
    ("Post Doctoral Fellow", LABORATORY),
    ("Fellow", BIOLOGISTS),
    ("Resident", ENGINEERS),
    ("Non-GME Fellow", PHYSICIANS),
]


def test_the_table_of_titles_is_large_enough_to_mean_something() -> None:
    assert len({title for title, *_ in TRAINEES}) >= 60
    assert len({(title, soc) for title, soc in OTHERS}) >= 40


@pytest.mark.parametrize(("title", "soc", "code"), TRAINEES, ids=lambda value: str(value))
def test_trainee_is_recognised_with_the_specialty_the_title_names(title: str, soc: str | None, code: str | None) -> None:
    found = filing(title, soc)
    assert is_trainee(found)
    assert found.select(named_specialty_code()).item() == code


@pytest.mark.parametrize(("title", "soc"), OTHERS, ids=lambda value: str(value))
def test_title_that_misleads_is_no_trainee(title: str, soc: str) -> None:
    assert not is_trainee(filing(title, soc))


@pytest.mark.parametrize(
    ("wage", "unit", "yearly", "trainee"),
    [
        (130_000, "Year", 130_000, True),
        (130_001, "Year", 130_001, False),
        (275_000, "Year", 275_000, False),
        (39.75, "Hour", 82_680, True),
        (70, "Hour", 145_600, False),
        (7_250, "Month", 87_000, True),
        (3_350, "Bi-Weekly", 87_100, True),
        (1_500, "Week", 78_000, True),
    ],
)
def test_pay_beyond_a_trainees_is_an_attendings(wage: float, unit: str, yearly: float, trainee: bool) -> None:
    found = filing("Clinical Fellow", wage=wage, unit=unit)
    assert found.select(yearly_wage_usd()).item() == yearly
    assert is_trainee(found) is trainee


@pytest.mark.parametrize("visa", ["E-3 Australian", "H-1B1 Chile", "H-1B1 Singapore"])
def test_other_classes_than_h1b_do_not_count(visa: str) -> None:
    assert not is_trainee(filing("Resident Physician", visa=visa))


def test_of_a_case_in_two_files_the_later_files_row_stands() -> None:
    def rows(document: str, title: str) -> dict[str, str]:
        return {"case_number": "I-200-25006-990101", "source": "dol_lca", "document": document, "job_title": title}

    filings = pl.DataFrame([rows("b_older.csv", "Fellow"), rows("a_newer.csv", "Resident")])
    dates = [("dol_lca", "b_older.csv", date(2024, 12, 31)), ("dol_lca", "a_newer.csv", date(2025, 3, 31))]
    documents = pl.DataFrame(dates, schema=["source", "document", "document_date"], orient="row")

    assert latest_filings(filings, documents)["job_title"].to_list() == ["Resident"]


# --- the real files ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real_filings(shared_data: Path) -> pl.DataFrame:
    frames = []
    for file in ("lca_sample_fy2020_q1_full_layout.csv", "lca_healthcare_fy2025_q2.csv"):
        parsed = SOURCE.parse((shared_data / "dol_lca" / file).read_bytes(), About(file, date(2025, 3, 31)))
        frames.append(validate(located(DOL_LCA_FILING), parsed.rows[DOL_LCA_FILING.name]).listed)
    return with_employers(pl.concat(frames))


def test_real_files_hold_between_1100_and_1210_trainees(real_filings: pl.DataFrame) -> None:
    trainees = real_filings.filter("is_trainee")
    assert 1_100 <= trainees.height <= 1_210
    assert trainees["case_number"].is_unique().all()


def test_pay_of_the_real_trainees_is_a_trainees_pay(real_filings: pl.DataFrame) -> None:
    pay = real_filings.filter("is_trainee").select(yearly_wage_usd().alias("pay"))["pay"]
    assert 75_000 <= (pay.median() or 0) <= 80_000  # 77,427 of 1,202 candidates
    assert (pay.quantile(0.05) or 0) > 60_000
    assert (pay.quantile(0.95) or 0) < 110_000


def test_real_trainees_of_the_largest_employers_are_found(real_filings: pl.DataFrame) -> None:
    trainees = real_filings.filter("is_trainee").with_columns(name_key(pl.col("employer_name")).alias("name_key"))
    counted = dict(trainees.group_by("name_key").len().iter_rows())
    by_hand = {
        "UPMC MEDICAL EDUCATION": 88,
        "MAYO CLINIC": 73,
        "ADVENTIST HEALTH SYSTEM SUNBELT": 46,
        "MASS GENERAL BRIGHAM": 43,
        "BETH ISRAEL DEACONESS MEDICAL CENTER": 42,
        "NORTHWELL HEALTH": 40,
        "UNIVERSITY OF IOWA": 39,
        "SAINT BARNABAS HOSPITAL": 32,
    }
    assert {name: counted[name] for name, count in by_hand.items() if abs(counted[name] - count) > 1} == {}


def test_no_real_neurologist_is_counted_as_a_urologist(real_filings: pl.DataFrame) -> None:
    neurology = real_filings.filter("is_trainee", pl.col("job_title").str.to_lowercase().str.contains(r"\bneurology\b"))
    assert neurology.height == 16
    assert set(neurology["named_specialty_code"]) == {"180"}
