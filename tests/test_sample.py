"""The bundled sample: it is what its maker makes, its ids are right, it copies nothing and it names nobody."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from tests.sample_maker import CONTACTS, OBGYN, PROGRAMS, SAMPLE_DIRECTORY, STATE_NAMES, TRACKS, make_sample

REAL_FILES = Path(__file__).parents[2] / "shared" / "data"
WRITTEN_BY_HAND = {"README.md"}

# Digits 4-5 of an ACGME id, for the states of the sample.
DIGITS_OF_STATE = {
    "CA": "05",
    "CO": "07",
    "FL": "11",
    "IA": "18",
    "MA": "24",
    "MI": "25",
    "NY": "35",
    "OH": "38",
    "PA": "41",
    "TX": "48",
}
STATE_OF_NAME = {name: state for state, name in STATE_NAMES.items()}
DIRT = {
    "nrmp_directory.html": [("404132141", "PA")],
    "acgme_programs.csv": [("803831143", "OH")],
}

needs_real_files = pytest.mark.skipif(not REAL_FILES.is_dir(), reason=f"{REAL_FILES} is not on this computer")


@pytest.fixture(scope="module")
def sample() -> dict[str, bytes]:
    return make_sample()


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def program_ids(sample: dict[str, bytes]) -> dict[str, list[tuple[str, str]]]:
    """ACGME id and state as each file prints them."""
    page = BeautifulSoup(sample["nrmp_directory.html"], "lxml")
    codes = [code.get_text() for code in page.select("div.results#results article.result footer li:last-child span + span")]
    addresses = [address.get_text() for address in page.select("div.results#results article.result address")]
    states = [STATE_OF_NAME[address.rsplit(",")[-1].strip()] for address in addresses]
    return {
        "nrmp_directory.html": list(zip(codes, states, strict=True)),
        "acgme_programs.csv": [(row["acgme"], row["state"]) for row in rows(sample["acgme_programs.csv"])],
        "acgme_obgyn_programs.csv": [
            (row["program_code"].removesuffix(".0"), STATE_OF_NAME[row["state"]])
            for row in rows(sample["acgme_obgyn_programs.csv"])
        ],
        "acgme_clinical_informatics_fellowships.csv": [
            (row["acgme_program_id"], row["state_from_id"]) for row in rows(sample["acgme_clinical_informatics_fellowships.csv"])
        ],
        "eras_cardiology_fellowships.csv": [
            (row["acgme_program_id"], STATE_OF_NAME[row["state"]]) for row in rows(sample["eras_cardiology_fellowships.csv"])
        ],
    }


def test_committed_files_are_what_the_maker_makes(sample: dict[str, bytes]) -> None:
    committed = {path.name for path in SAMPLE_DIRECTORY.iterdir()}
    assert committed == set(sample) | WRITTEN_BY_HAND
    stale = [name for name, data in sample.items() if (SAMPLE_DIRECTORY / name).read_bytes() != data]
    assert not stale, "run python -m tests.sample_maker"


def test_state_digits_of_every_id_agree_with_its_state(sample: dict[str, bytes]) -> None:
    for file, found in program_ids(sample).items():
        whole = [(code, state) for code, state in found if re.fullmatch(r"\d{10}", code)]
        assert [(code, state) for code, state in whole if code[3:5] != DIGITS_OF_STATE[state]] == []
        assert [pair for pair in found if pair not in whole] == DIRT.get(file, [])


def test_ids_agree_over_the_sources(sample: dict[str, bytes]) -> None:
    declared = {program.acgme_id for program in PROGRAMS}
    assert len(declared) == len(PROGRAMS)
    assert len({track.code for track in TRACKS}) == len(TRACKS)
    printed = {pair for found in program_ids(sample).values() for pair in found}
    assert {code for code, _ in printed} - declared == {"404132141", "803831143"}
    # a track's characters 5-7 are its program's specialty
    assert [track.code for track in TRACKS if track.acgme_id and track.code[4:7] != track.acgme_id[:3]] == []


def test_every_fellowship_belongs_to_a_sponsor_of_the_same_name_and_state(sample: dict[str, bytes]) -> None:
    def folded(name: str) -> str:
        return re.sub(r"[^a-z0-9]+", " ", name.lower().replace("&", " and ")).strip()

    sponsors = {
        (folded(row["sponsoring_institution_name"]), STATE_OF_NAME[row["state"]])
        for row in rows(sample["acgme_obgyn_programs.csv"])
    }
    fellowships = {
        (folded(row["institution_normalised"]), row["state_from_id"])
        for row in rows(sample["acgme_clinical_informatics_fellowships.csv"])
    }
    assert fellowships < sponsors


def test_contacts_are_fictional(sample: dict[str, bytes]) -> None:
    filings = rows(sample["dol_lca_fy2020_q1.csv"])
    prefixes = ("EMPLOYER_POC_", "AGENT_ATTORNEY_", "PREPARER_")
    columns = {name for name in filings[0] if name.startswith(prefixes) and name != "PREPARER_BUSINESS_NAME"}
    assert columns == set(CONTACTS)
    assert all(row[column] == CONTACTS[column] for row in filings for column in columns)
    text = b"\n".join(data for name, data in sample.items() if not name.endswith(".pdf")).decode()
    assert set(re.findall(r"[\w.+-]+@[\w.-]+", text)) == {
        "person@example.invalid",
        "counsel@example.invalid",
        "preparer@example.invalid",
    }
    phones = re.findall(r"\(?\b\d{3}\)?[ -]\d{3}-\d{4}\b", text)
    assert phones
    assert [phone for phone in phones if not re.search(r"555-01\d\d$", phone)] == []


def test_readme_speaks_of_ids_that_are_there(sample: dict[str, bytes]) -> None:
    text = b"\n".join(data for name, data in sample.items() if not name.endswith(".pdf")).decode()
    known = text + " ".join(track.code for track in TRACKS)
    readme = (SAMPLE_DIRECTORY / "README.md").read_text(encoding="utf-8")
    named = re.findall(r"\b(?:I-\d{3}-\d{5}-\d{6}|\d{9,10}|\d{7}[A-Z]\d|\d{6}|\d{5}F)\b", readme)
    assert len(named) > len(OBGYN)
    assert sorted({name for name in named if name not in known}) == []


@needs_real_files
def test_no_file_is_a_copy_of_a_real_one(sample: dict[str, bytes]) -> None:
    real = {hashlib.sha256(path.read_bytes()).hexdigest(): path for path in REAL_FILES.rglob("*") if path.is_file()}
    assert real
    assert [name for name, data in sample.items() if hashlib.sha256(data).hexdigest() in real] == []


@needs_real_files
@pytest.mark.parametrize(
    ("name", "real"),
    [
        ("nrmp_florida_results.csv", "nrmp/florida_program_results_2020_2026.csv"),
        ("acgme_programs.csv", "acgme/programs_2018_2019.csv"),
        ("nrmp_specialty_img.csv", "reference/nrmp_specialty_img.csv"),
        ("acgme_obgyn_programs.csv", "acgme/obgyn_programs_ads.csv"),
        ("acgme_clinical_informatics_fellowships.csv", "acgme/clinical_informatics_fellowships_2026.csv"),
        ("eras_cardiology_fellowships.csv", "acgme/cardiology_fellowships_eras_2024.csv"),
        ("dol_lca_fy2025_q2.csv", "dol_lca/lca_healthcare_fy2025_q2.csv"),
        ("cms_hospital_general_information.csv", "cms/hospital_general_information_a.csv"),
        ("uscis_h1b_fy2021.csv", "uscis/h1b_datahubexport-2021.csv"),
        ("cms_promoting_interoperability_cy2023.csv", "cms/promoting_interoperability_hospital_cy2023.csv"),
    ],
)
def test_layout_is_the_real_one_and_no_row_is(sample: dict[str, bytes], name: str, real: str) -> None:
    def records(data: bytes) -> list[tuple[str, ...]]:
        return [tuple(row) for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))]

    data, real_data = sample[name], (REAL_FILES / real).read_bytes()
    (header, *made), (real_header, *published) = records(data), records(real_data)
    assert header == real_header
    assert data.splitlines(keepends=True)[0] == real_data.splitlines(keepends=True)[0]  # mark, quotes and line end too
    assert set(made).isdisjoint(published)


@needs_real_files
def test_layout_of_the_older_filings_is_the_real_one(sample: dict[str, bytes]) -> None:
    header = sample["dol_lca_fy2020_q1.csv"].decode().splitlines()[0].split(",")
    assert header == (REAL_FILES / "dol_lca" / "lca_header_fy2020.txt").read_text().split()


@needs_real_files
def test_layout_of_certified_products_is_the_real_one_and_no_listing_is(sample: dict[str, bytes]) -> None:
    made = json.loads(sample["chpl_listings.json"])
    published = json.loads((REAL_FILES / "chpl" / "b10-search-p0.json").read_bytes())
    assert [list(page) for page in made] == [list(published)] * len(made)
    listings = [listing for page in made for listing in page["results"]]
    assert {tuple(listing) for listing in listings} == {tuple(published["results"][0])}
    real = {
        listing["chplProductNumber"]
        for file in sorted((REAL_FILES / "chpl").glob("*.json"))
        for listing in json.loads(file.read_bytes())["results"]
    }
    assert len(real) == 927
    assert real.isdisjoint(listing["chplProductNumber"] for listing in listings)
