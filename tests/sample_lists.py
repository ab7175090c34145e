"""Files of the bundled sample: ERAS's page of a specialty, ACGME's Report 1, NRMP's matches by specialty, and licensed tables of
the private overlay.

That the programs exist is a fact; statuses, dates, notes, and all that the licensed tables state, is made up.
"""

from __future__ import annotations

import json

from tests.eras_pages import Listed, Specialty, display_page
from tests.report_pdf_maker import Entry, make_report_pdf
from tests.specialty_table_maker import Entry as SpecialtyEntry
from tests.specialty_table_maker import make_specialty_pdf

UPMC = "UPMC Medical Education Program"
MEDICINE = Specialty(
    "140",
    "Internal Medicine",
    "September",
    (
        Listed("Florida", "Miami Beach", "Mount Sinai Medical Center of Florida Program", "1401112101"),
        Listed("New York", "Brooklyn", "Maimonides Medical Center Program", "1403511283", "No Longer Accepting Applications"),
        Listed("Pennsylvania", "Pittsburgh", UPMC, "1404121504", notes=("Osteopathic Recognized!",)),
        Listed("Pennsylvania", "Pittsburgh", f"{UPMC} (Women's Health)", "1404121504", "Not Participating"),
        Listed("Pennsylvania", "Scranton", "Example Valley Hospital Program", "", "Unregistered", ("New Program!",)),
    ),
)
SURGERY = [
    Entry(
        "4404100399",
        "Geisinger Health System (Wilkes Barre) Program",
        "Wilkes-Barre, PA 18711-0027",
        effective="02/11/2016",
    ),
    Entry("4400512053", "Santa Barbara Cottage Hospital Program", "Santa Barbara, CA 93105", effective="04/08/2019"),
]
# US senior, US grad, osteopathic, Canadian, fifth pathway, US IMG, non-US IMG
SPECIALTIES = {
    "PGY-1": [
        SpecialtyEntry("Family Medicine", 5_101, (1_402, 33, 1_377, 3, 0, 711, 640)),
        SpecialtyEntry("Internal Medicine (Categorical)", 9_900, (3_610, 41, 1_702, 5, 0, 1_017, 3_004)),
        SpecialtyEntry("Medicine-Preliminary (PGY-1 Only)", 1_702, (1_020, 21, 201, 2, 0, 58, 120)),
        SpecialtyEntry("Pediatrics (Categorical)", 2_990, (1_480, 15, 611, 2, 0, 199, 470)),
        SpecialtyEntry("Psychiatry", 2_201, (1_312, 20, 470, 4, 0, 171, 188)),
        SpecialtyEntry("Vascular Surgery", 2, (0, 0, 0, 0, 0, 0, 0)),
    ],
    "PGY-2": [
        SpecialtyEntry("Neurology", 310, (150, 5, 31, 0, 0, 28, 77)),
        SpecialtyEntry("Radiology-Diagnostic", 990, (711, 19, 160, 1, 0, 30, 52)),
    ],
}
COMPILED = (
    ("year", "specialty", "us_img_matched", "non_us_img_matched", "positions_filled", "img_pct_printed", "source", "note"),
    ("2024", "Family Medicine", "711", "640", "4166", "32.4", "https://blog.example.invalid/2024", "secondary"),
    ("2024", "Internal Medicine (categorical)", "1017", "3040", "9379", "43.3", "https://blog.example.invalid/2024", "secondary"),
    ("2024", "Psychiatry", "17", "1188", "2165", "55.7", "https://blog.example.invalid/2024", "digits run together on the page"),
    ("2023", "Pathology", "", "", "", "40.1", "https://blog.example.invalid/2023", "% only"),
)
_LABEL = "Example survey, invented"
VISAS = (
    ("acgme_id", "visa", "visa_status", "visa_conditions", "as_of", "source_label"),
    ("1403511283", "j1", "accepts", "", "2026-08-01", _LABEL),
    ("1403511283", "h1b", "conditional", "step3_required|gme_approval", "2026-08-01", _LABEL),
    ("4400512053", "j1", "not_stated", "", "2026-08-01", _LABEL),
)
SHARES = (
    ("acgme_id", "year", "n_img", "n_nonus_img", "n_total", "img_share", "source_label"),
    ("1403511283", "2025", "63", "41", "84", "0.75", _LABEL),
    ("1401112101", "2025", "", "", "", "0.4", _LABEL),
)
LIMITS = (
    (
        *("acgme_id", "step1_min", "step2_min", "attempts_max", "yog_max_years", "usce_required"),
        *("ecfmg_required", "as_of", "source_label"),
    ),
    ("1403511283", "", "225", "1", "5", "preferred", "true", "2026-08-01", _LABEL),
)


def sample_lists() -> dict[str, bytes]:
    """The files by name."""
    told = json.dumps({"specialty": MEDICINE.name, "cycles": [MEDICINE.cycle]})
    return {
        "140.html": f"<!-- ERAS index: {told} -->\n{display_page(MEDICINE)}".encode(),
        "440.pdf": make_report_pdf("Surgery", SURGERY),
        "nrmp_results_and_data_2024.pdf": make_specialty_pdf(2024, SPECIALTIES),
        "nrmp_specialty_img.csv": _csv(COMPILED, line_end="\r\n"),
        "licensed_visas.csv": _csv(VISAS),
        "licensed_img_shares.csv": _csv(SHARES),
        "licensed_score_limits.csv": _csv(LIMITS),
    }


def _csv(rows: tuple[tuple[str, ...], ...], line_end: str = "\n") -> bytes:
    """No cell but the label needs quotation marks."""
    return "".join(",".join(f'"{cell}"' if "," in cell else cell for cell in row) + line_end for row in rows).encode()
