"""Writes the bundled sample (``flows/sample``): every source from one declaration, each in its source's own format.

Identities are public facts: that a program, sponsor, hospital or site exists, its codes, city and state. Everything
else is made up here: positions, matches, wages, filings, case numbers, ratings, dates, streets, telephone numbers and
the persons of the filings. No number says anything about a real place. No clock and no chance: the same code gives the
same bytes. ``python -m tests.sample_maker`` writes the files.
"""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.results_pdf_maker import Block, Row, Years, make_results_pdf
from tests.sample_informatics import sample_informatics
from tests.sample_lists import sample_lists
from tests.sample_pages import sample_pages

SAMPLE_DIRECTORY = Path(__file__).parents[1] / "flows" / "sample"

Pair = tuple[int, int] | None
"""Quota and matched of one year; None: not offered."""


# --- what a sample is made of -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """A city; coordinates rounded to the city, population made up."""

    city: str
    state: str
    zip_code: str
    county: str
    latitude: str
    longitude: str
    population: str = ""


@dataclass(frozen=True)
class Sponsor:
    """A sponsoring institution with ACGME's six-digit code (no CCN)."""

    code: str
    name: str


@dataclass(frozen=True)
class Institution:
    """An institution as NRMP prints it; ``older_name`` stands in the older edition of the results."""

    code: str
    name: str
    place: Place
    older_name: str = ""


@dataclass(frozen=True)
class Track:
    """One NRMP code; its first four digits name the institution.

    ``positions`` is "quota/matched" a year from 2018 on, ``--`` not offered. ``services`` are the letters of SERVICES
    for the Main Residency Match and for SOAP ("R|E"); empty: the page names none. ``older_edition`` is what the older
    edition of the results prints for a year instead. ``address`` and ``acgme_code`` are what the directory prints
    instead of the program's own.
    """

    code: str
    acgme_id: str
    label: str
    positions: str = ""
    services: str = ""
    in_directory: bool = True
    older_edition: tuple[int, tuple[int, int]] | None = None
    address: str = ""
    acgme_code: str = ""

    @property
    def is_fellowship(self) -> bool:
        """Filled in the specialty matches, not in the Main Match."""
        return self.code[7] in "FS"

    def pair(self, year: int) -> Pair:
        """Positions of one year."""
        given = self.positions.split()
        place = year - FIRST_YEAR
        if place >= len(given) or given[place] == "--":
            return None
        quota, matched = given[place].split("/")
        return int(quota), int(matched)


@dataclass(frozen=True)
class Program:
    """One ACGME program and the lists that have it; TRACKS and OBGYN point to it by id."""

    acgme_id: str
    name: str
    place: Place
    sponsor: Sponsor | None = None
    in_acgme_list: bool = False
    in_eras_list: bool = False
    fellowship_since: str = ""


@dataclass(frozen=True)
class Obgyn:
    """What only the OB-GYN list says of a program: status, original accreditation, sites with the primary one first."""

    status: str
    accredited: str
    sites: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Hospital:
    """One line of CMS Hospital General Information."""

    ccn: str
    name: str
    place: Place
    ownership: str
    rating: str = "3"
    kind: str = "Acute Care Hospitals"


@dataclass(frozen=True)
class Filing:
    """One labor condition application; ``case`` is the filing day (YYDDD) and a number."""

    case: str
    employer: str
    title: str
    place: Place
    wage: str
    soc: str = "29-1229.00"
    unit: str = "Year"
    begin: str = "2025-07-01"
    end: str = "2026-06-30"
    wage_to: str = ""
    trade_name: str = ""
    level: str = "I"
    visa: str = "H-1B"
    status: str = "Certified"
    workers: str = "1"
    zip_code: str = ""
    city: str = ""


# --- places, sponsors, institutions -----------------------------------------------------------------------------------

STATE_NAMES = {
    "CA": "California",
    "CO": "Colorado",
    "FL": "Florida",
    "IA": "Iowa",
    "MA": "Massachusetts",
    "MI": "Michigan",
    "NY": "New York",
    "OH": "Ohio",
    "PA": "Pennsylvania",
    "TX": "Texas",
}

PITTSBURGH = Place("Pittsburgh", "PA", "15213", "ALLEGHENY", "40.44", "-80.00", "305000")
HARRISBURG = Place("Harrisburg", "PA", "17101", "DAUPHIN", "40.27", "-76.88")
SCRANTON = Place("Scranton", "PA", "18503", "LACKAWANNA", "41.41", "-75.66")
DANVILLE = Place("Danville", "PA", "17822", "MONTOUR", "40.96", "-76.61")
WILKES_BARRE = Place("Wilkes-Barre", "PA", "18711", "LUZERNE", "41.25", "-75.88")
COLUMBUS = Place("Columbus", "OH", "43210", "FRANKLIN", "39.96", "-83.00")
GROVE_CITY = Place("Grove City", "OH", "43123", "FRANKLIN", "39.88", "-83.09")
LANSING = Place("Lansing", "MI", "48912", "INGHAM", "42.73", "-84.56")
IOWA_CITY = Place("Iowa City", "IA", "52242", "JOHNSON", "41.66", "-91.53")
BOSTON = Place("Boston", "MA", "02215", "SUFFOLK", "42.36", "-71.06")
CHARLESTOWN = Place("Charlestown", "MA", "02129", "SUFFOLK", "42.38", "-71.06")
BROOKLYN = Place("Brooklyn", "NY", "11219", "KINGS", "40.65", "-73.95", "2700000")
DALLAS = Place("Dallas", "TX", "75390", "DALLAS", "32.78", "-96.80")
MIAMI_BEACH = Place("Miami Beach", "FL", "33140", "MIAMI-DADE", "25.79", "-80.13", "85000")
MIAMI = Place("Miami", "FL", "33136", "MIAMI-DADE", "25.77", "-80.19", "450000")
SACRAMENTO = Place("Sacramento", "CA", "95817", "SACRAMENTO", "38.58", "-121.49")
SANTA_BARBARA = Place("Santa Barbara", "CA", "93105", "SANTA BARBARA", "34.42", "-119.70")
DENVER = Place("Denver", "CO", "80218", "DENVER", "39.74", "-104.98")
LEXINGTON = Place("Lexington", "KY", "40504", "FAYETTE", "38.05", "-84.50")  # only for a hospital and a filing
PORTLAND = Place("Portland", "OR", "97205", "MULTNOMAH", "45.52", "-122.68")  # only for filings
NEWARK = Place("Newark", "NJ", "07102", "ESSEX", "40.74", "-74.17")  # only for filings

UPMC = Sponsor("418024", "UPMC Medical Education")
OSU = Sponsor("380123", "Ohio State University Hospital")
SPARROW = Sponsor("250290", "Sparrow Hospital")
IOWA = Sponsor("180415", "University of Iowa Hospitals and Clinics")
BIDMC = Sponsor("248076", "Beth Israel Deaconess Medical Center")
MAIMONIDES = Sponsor("350366", "Maimonides Medical Center")
UTSW = Sponsor("480316", "University of Texas Southwestern Medical Center")
MOUNT_SINAI = Sponsor("110101", "Mount Sinai Medical Center of Florida, Inc")
DAVIS = Sponsor("058115", "University of California Davis Health")
SAINT_JOSEPH = Sponsor("070451", "Saint Joseph Hospital, Inc")

INSTITUTIONS = (
    Institution("1652", "UPMC Medical Education-PA", PITTSBURGH),
    Institution("1615", "UPMC Harrisburg-PA", HARRISBURG),
    Institution("3056", "Wright Center for GME-PA", SCRANTON),
    Institution("1608", "Geisinger Health System-PA", DANVILLE),
    Institution("1648", "Allegheny Gen Hosp-PA", PITTSBURGH),
    Institution("1566", "Ohio State University Med Ctr", COLUMBUS),
    Institution("1565", "Mount Carmel Health System-OH", GROVE_CITY),
    Institution("1315", "U Michigan Health-Sparrow", LANSING, older_name="Sparrow Hospital-MI"),
    Institution("1203", "U Iowa Hospitals & Clinics", IOWA_CITY),
    Institution("1256", "B I Deaconess Med Ctr-MA", BOSTON),
    Institution("1260", "Harvard Spaulding Rehab Hosp-MA", CHARLESTOWN),
    Institution("1428", "Maimonides Med Ctr-NY", BROOKLYN),
    Institution("2835", "U Texas Southwestern Med Sch-Dallas", DALLAS),
    Institution("1105", "Mt Sinai Med Ctr-Miami-FL", MIAMI_BEACH),
    Institution("1104", "U Miami/Jackson Health System-FL", MIAMI),
    Institution("1046", "UC Davis Med Ctr-CA", SACRAMENTO),
    Institution("1064", "Santa Barbara Cottage Hosp-CA", SANTA_BARBARA),
    Institution("1074", "St Joseph Hospital SCL Health-CO", DENVER),
)
INSTITUTION_BY_CODE = {institution.code: institution for institution in INSTITUTIONS}

# --- programs ---------------------------------------------------------------------------------------------------------

FIRST_YEAR = 2018
SERVICES = {"E": "ERAS®", "R": "ResidencyCAS", "C": "Central App", "O": "Other"}
CONTINUED = "Continued Accreditation"

RESIDENCIES = (
    Program("1404121504", "UPMC Medical Education", PITTSBURGH, UPMC, in_acgme_list=True),
    Program("7004114128", "UPMC Medical Education", PITTSBURGH, UPMC),
    Program("2204111258", "UPMC Medical Education", PITTSBURGH, UPMC),
    Program("2204100368", "UPMC Medical Education (Harrisburg)", HARRISBURG, UPMC),
    Program("1404121390", "Wright Center for Graduate Medical Education", SCRANTON),
    Program("1204121284", "Wright Center for Graduate Medical Education (Kingston)", SCRANTON, in_acgme_list=True),
    Program("4404100399", "Geisinger Health System (Wilkes Barre)", WILKES_BARRE, in_acgme_list=True),
    Program("0404132141", "Allegheny Health Network Medical Education Consortium (AGH/WPH)", PITTSBURGH, in_acgme_list=True),
    Program("1403811342", "Ohio State University Hospital", COLUMBUS, OSU),
    Program("7003814063", "Ohio State University Hospital", COLUMBUS, OSU),
    Program("2203811234", "Ohio State University/Mt Carmel Hospital", COLUMBUS, OSU, in_acgme_list=True),
    Program("9993800093", "Mount Carmel Health System", COLUMBUS, in_acgme_list=True),
    Program("1402521195", "Sparrow Hospital/Michigan State University", LANSING, SPARROW, in_acgme_list=True),
    Program("2202531143", "Sparrow Hospital/Michigan State University", LANSING, SPARROW, in_acgme_list=True),
    Program("1401821138", "University of Iowa Hospitals and Clinics", IOWA_CITY, IOWA, in_acgme_list=True),
    Program("2201821102", "University of Iowa Hospitals and Clinics", IOWA_CITY, IOWA),
    Program("2202411123", "Beth Israel Deaconess Medical Center", BOSTON, BIDMC),
    Program("3402421094", "Spaulding Rehabilitation Hospital/Harvard Medical School", CHARLESTOWN, in_acgme_list=True),
    Program("1403511283", "Maimonides Medical Center", BROOKLYN, MAIMONIDES),
    Program(
        "3203521157",
        "Maimonides Medical Center/Infants and Children's Hospital of Brooklyn",
        BROOKLYN,
        MAIMONIDES,
        in_acgme_list=True,
    ),
    Program("2203531192", "Maimonides Medical Center", BROOKLYN, MAIMONIDES),
    Program("2204831282", "University of Texas Southwestern Medical Center", DALLAS, UTSW),
    Program("2204831283", "University of Texas Southwestern Medical Center/St Paul Medical Center", DALLAS, UTSW),
    Program("1401112101", "Mount Sinai Medical Center of Florida", MIAMI_BEACH, MOUNT_SINAI),
    Program("4001100323", "Mount Sinai Medical Center of Florida, Inc", MIAMI_BEACH, MOUNT_SINAI, in_acgme_list=True),
    Program("2201100081", "Mount Sinai Medical Center of Florida, Inc", MIAMI_BEACH, MOUNT_SINAI),
    Program("1400521032", "University of California Davis Health", SACRAMENTO, DAVIS),
    Program("2200521028", "University of California Davis Health", SACRAMENTO, DAVIS),
    Program("4400512053", "Santa Barbara Cottage Hospital", SANTA_BARBARA, in_acgme_list=True),
    Program("2200721051", "Saint Joseph Hospital", DENVER, SAINT_JOSEPH, in_acgme_list=True),
)

CARDIOLOGY = (
    Program("1414121054", "UPMC Medical Education", PITTSBURGH, UPMC, in_eras_list=True),
    Program("1413511192", "Maimonides Medical Center", BROOKLYN, MAIMONIDES, in_eras_list=True),
    Program("1411112076", "Mount Sinai Medical Center of Florida", MIAMI_BEACH, MOUNT_SINAI, in_eras_list=True),
    Program("1411121212", "University of Miami/Jackson Health System", MIAMI, in_eras_list=True),
)

# Each name equals an OB-GYN sponsor's name in the same state, so that a sponsor without a line here has no fellowship
# in the sample's world. Iowa's differs by "&" alone.
INFORMATICS = (
    Program("1223814002", "Ohio State University Hospital", COLUMBUS, OSU, fellowship_since="07/01/2022"),
    Program("1394114001", "UPMC Medical Education", PITTSBURGH, UPMC, fellowship_since="07/01/2018"),
    Program("1392414001", "Beth Israel Deaconess Medical Center", BOSTON, BIDMC, fellowship_since="07/01/2017"),
    Program("1391814001", "University of Iowa Hospitals & Clinics", IOWA_CITY, IOWA, fellowship_since="07/01/2021"),
    Program("3020530001", "University of California Davis Health", SACRAMENTO, DAVIS, fellowship_since="07/01/2020"),
    Program("3224832001", "University of Texas Southwestern Medical Center", DALLAS, UTSW, fellowship_since="07/01/2019"),
)

PROGRAMS = RESIDENCIES + CARDIOLOGY + INFORMATICS
PROGRAM_BY_ID = {program.acgme_id: program for program in PROGRAMS}

TRACKS = (
    Track("1652140C0", "1404121504", "Internal Medicine", "31/31 31/31 33/33 33/33 33/31 35/35 35/35", "E|E"),
    Track("1652140C1", "1404121504", "Int Med/Womens Health", "2/2 2/2 2/1 2/2 2/2 2/2 2/2", "E|E"),
    Track("1652140C2", "1404121504", "Int Med/Intl Scholars", "3/3 3/3 3/3 3/2 3/3 4/4 4/4", "E|E"),
    Track(
        "1652140P0",
        "1404121504",
        "Medicine-Preliminary",
        "9/9 9/7 9/9 9/9 9/9 -- --",
        address="PITTSBURGH, Pennsylvania",
    ),
    Track("1652700C0", "7004114128", "Medicine-Pediatrics", "5/5 5/5 5/5 5/5 6/6 6/6 6/6", "E|E"),
    Track("1652220C0", "2204111258", "Obstetrics-Gynecology", "8/8 8/8 8/8 8/8 8/8 8/8 9/9", "R|E"),
    Track("1615220C0", "2204100368", "Obstetrics-Gynecology", services="R|R"),
    Track(
        "3056140C1",
        "1404121390",
        "Internal Medicine",
        "-- -- 17/14 17/17 17/17 19/19 19/19",
        "E|O",
        address="Scranton,PA, Pennsylvania",
    ),
    Track("3056140M0", "1404121390", "Medicine-Primary", "13/13 13/9 13/13 13/13 13/13 13/13 13/13"),
    Track("3056120C0", "1204121284", "Family Medicine", services="EC|EC"),
    Track(
        "1608440C1",
        "4404100399",
        "General Surgery/Wilkes Barre",
        "3/3 3/3 3/2 3/3 3/3 3/3 3/3",
        "E|O",
        address="Wilkes Barre, Pennsylvania",
    ),
    Track("1648040A0", "0404132141", "Anesthesiology", "4/4 4/4 4/3 4/4 4/4 4/4 4/4", "E|E", acgme_code="404132141"),
    Track("1648040C0", "0404132141", "Anesthesiology", "7/7 7/7 7/7 7/7 7/7 9/9 9/9", "E|E"),
    Track("1566140C0", "1403811342", "Internal Medicine", "29/29 29/29 29/29 31/31 31/31 31/31 31/30", "E|E"),
    Track("1566140C1", "1403811342", "Internal Medicine/Research", "-- 2/2 2/2 2/1 2/2 2/2 2/2", "E|E"),
    Track("1566140M0", "1403811342", "Medicine-Primary", "4/4 4/4 4/4 4/3 4/4 4/4 4/4", "E|E"),
    Track(
        "1566140P0",
        "1403811342",
        "Medicine-Preliminary",
        "16/16 16/16 16/13 16/16 16/16 16/16 16/16",
        "E|C",
        address="COLUMBUS, Ohio",
    ),
    Track("1566220C0", "2203811234", "Obstetrics-Gynecology", "7/7 7/7 7/7 7/7 7/7 9/9 9/9", "R|E"),
    Track("1566700C0", "7003814063", "Medicine-Pediatrics", "7/7 7/7 7/7 7/7 7/7 7/7 7/7", "E|E"),
    Track(
        "1565999P0",
        "9993800093",
        "Transitional",
        "11/11 11/11 11/11 11/10 11/11 11/11 11/11",
        "E|E",
        address="Grove City, Ohio",
    ),
    Track("1315140C0", "1402521195", "Internal Medicine", "13/13 13/13 13/13 13/12 13/13 13/13 15/15", "EO|E"),
    Track("1315220C0", "2202531143", "Obstetrics-Gynecology", "3/3 3/3 3/3 3/3 3/3 3/3 3/3", "R|E"),
    Track("1203140C0", "1401821138", "Internal Medicine", "20/20 20/20 22/22 22/22 22/22 22/22 22/22", "E|E"),
    Track("1203140P0", "1401821138", "Medicine-Preliminary", "7/7 7/5 7/7 7/7 7/6 7/7 7/7", "E|E"),
    Track("1203220C0", "2201821102", "Obstetrics-Gynecology", "8/8 8/8 8/8 8/8 8/8 8/8 8/8", in_directory=False),
    Track("1256220C0", "2202411123", "Obstetrics-Gynecology", "9/9 9/9 9/9 9/9 9/9 9/9 9/9", "R|E"),
    Track("1260340A0", "3402421094", "Phys Medicine & Rehab", "9/9 9/9 9/9 9/9 9/8 9/9 9/9", "E|E"),
    Track(
        "1428140C0",
        "1403511283",
        "Internal Medicine",
        "24/24 24/24 26/26 26/25 26/26 26/26 28/28",
        "E|E",
        older_edition=(2021, (26, 26)),
        address="BROOKLYN, New York",
    ),
    Track("1428140C1", "1403511283", "Internal Medicine/ROAP", "-- -- 2/2 2/2 2/1 2/2 2/2", "E|E"),
    Track("1428140P0", "1403511283", "Medicine-Preliminary", "18/18 18/15 18/17 18/18 18/18 18/18 18/16", "E|E"),
    Track("1428320M0", "3203521157", "Pediatrics-Primary", "17/17 17/17 17/17 17/14 17/17 17/17 17/15", "EC|E"),
    Track("1428220C0", "2203531192", "Obstetrics-Gynecology", "5/5 5/5 5/5 5/5 5/5 5/5 5/5", "R|E"),
    Track("2835220C0", "2204831282", "Obstetrics-Gynecology", "14/14 14/14 14/14 14/14 14/14 14/14 14/14", "ERC|EC"),
    Track("1105140C0", "1401112101", "Internal Medicine", "14/14 14/14 14/14 16/16 16/15 16/16 16/16 18/18 18/18", "E|E"),
    Track("1105140P0", "1401112101", "Medicine-Preliminary", "6/6 6/4 6/6 6/5 6/6 6/6 6/6 -- --", "E|E"),
    Track("1105400C0", "4001100323", "Psychiatry", "5/5 5/5 5/5 5/5 5/5 5/4 5/5 7/7 7/7", "E|E"),
    Track("1105220C0", "2201100081", "Obstetrics-Gynecology", "-- -- -- 2/2 2/2 2/2 2/2 2/2 2/1", "R|R"),
    Track("1046140C0", "1400521032", "Internal Medicine", "19/19 19/19 19/19 21/21 21/21 21/21 21/21", "E|E"),
    Track("1046140M0", "1400521032", "Medicine-Primary", "7/7 7/7 7/6 7/7 7/7 7/7 7/7", "E|E"),
    Track("1046140M1", "1400521032", "Med-Primary/Innovations", "-- 3/3 3/3 3/3 3/3 3/3 3/3", "E|E"),
    Track("1046140P0", "1400521032", "Medicine-Preliminary", "8/8 8/8 8/7 8/8 8/8 8/8 8/8", "E|E"),
    Track("1046220C0", "2200521028", "Obstetrics-Gynecology", "6/6 6/6 6/6 6/6 6/6 6/6 6/6", "R|E"),
    Track("1064440C0", "4400512053", "General Surgery", "3/3 3/3 3/3 3/3 3/3 3/3 3/3", "O|O"),
    Track("1074220C0", "2200721051", "Obstetrics-Gynecology", "4/4 4/4 4/4 4/4 4/4 4/4 4/4", "ER|E"),
    Track("1105141F0", "1411112076", "Cardiovascular Disease", "-- -- 5/5 5/5 5/5 5/5 5/5 5/5 5/5", in_directory=False),
    Track("1104141F0", "1411121212", "Cardiovascular Disease", "-- -- 7/7 7/7 7/7 9/9 9/9 9/9 9/9", in_directory=False),
    Track("1104141F2", "1411121212", "Cardiovascular Disease/Funded", "-- -- -- -- 2/2 2/0 -- -- --", in_directory=False),
    # its program stands in no list of the sample
    Track("1105152S0", "", "Interventional Cardiology", "-- -- 1/1 1/1 1/1 1/1 1/1 2/2 2/1", in_directory=False),
)

OBGYN = {
    "2204111258": Obgyn(CONTINUED, "July 01, 1958", (("410208", "UPMC Magee - Womens Hospital"),)),
    "2204100368": Obgyn(
        "Initial Accreditation",
        "July 01, 2021",
        (
            ("410356", "UPMC Harrisburg"),
            ("419664", "UPMC Community Osteopathic"),
            ("419665", "UPMC West Shore"),
            ("410064", "UPMC Carlisle"),
        ),
    ),
    "2203811234": Obgyn(
        CONTINUED,
        "July 01, 1962",
        (
            ("380123", "Ohio State University Hospital"),
            ("380245", "Mount Carmel Health System"),
            ("380491", "Nationwide Children's Hospital"),
        ),
    ),
    "2202531143": Obgyn(
        CONTINUED,
        "July 01, 1974",
        (
            ("250290", "Sparrow Hospital"),
            ("250107", "Fertility Center of Michigan - Mason"),
        ),
    ),
    "2201821102": Obgyn(CONTINUED, "July 01, 1951", (("180415", "University of Iowa Hospitals and Clinics"),)),
    "2202411123": Obgyn(
        CONTINUED,
        "July 01, 1955",
        (
            ("248076", "Beth Israel Deaconess Medical Center"),
            ("24C330", "Boston IVF/The Waltham Center"),
            ("240375", "Mount Auburn Hospital"),
        ),
    ),
    "2203531192": Obgyn(
        CONTINUED,
        "July 01, 1969",
        (
            ("350366", "Maimonides Medical Center"),
            ("359612", "Brooklyn Surgery Center"),
        ),
    ),
    "2204831282": Obgyn(
        CONTINUED,
        "",
        (
            ("480400", "Dallas County Hospital District-Parkland Memorial Hospital"),
            ("480103", "William P. Clements Jr. University Hospital"),
            ("480360", "Children's Health - Children's Medical Center of Dallas"),
            ("480258", "Texas Health Resources/ Presbyterian Hospital Dallas"),
        ),
    ),
    "2204831283": Obgyn(
        "Voluntary Withdrawal",
        "July 01, 1953",
        (
            ("480103", "William P. Clements Jr. University Hospital"),
            ("480400", "Dallas County Hospital District-Parkland Memorial Hospital"),
        ),
    ),
    "2201100081": Obgyn(
        "Initial Accreditation",
        "July 01, 2019",
        (
            ("110101", "Mount Sinai Medical Center of Florida, Inc"),
            ("110314", "University of Miami/Jackson Health System"),
        ),
    ),
    "2200521028": Obgyn(
        CONTINUED,
        "July 01, 1967",
        (
            ("050436", "University of California (Davis) Medical Center"),
            ("050578", "Kaiser Foundation Hospital (Sacramento)"),
        ),
    ),
    "2200721051": Obgyn(
        CONTINUED,
        "July 01, 1949",
        (
            ("070451", "Saint Joseph Hospital, Inc"),
            ("078022", "University of Colorado Hospital"),
            ("070051", "Parker Adventist Hospital"),
        ),
    ),
}

# --- hospitals --------------------------------------------------------------------------------------------------------

PRIVATE, OTHER = "Voluntary non-profit - Private", "Voluntary non-profit - Other"
CHURCH, STATE_OWNED = "Voluntary non-profit - Church", "Government - State"
DISTRICT = "Government - Hospital District or Authority"

HOSPITALS = (
    Hospital("050599", "UNIVERSITY OF CALIFORNIA DAVIS MEDICAL CENTER", SACRAMENTO, DISTRICT, "4"),
    Hospital("50396", "SANTA BARBARA COTTAGE HOSPITAL", SANTA_BARBARA, PRIVATE, "4"),  # 050396 lost its zero
    Hospital("060028", "SAINT JOSEPH HOSPITAL", DENVER, PRIVATE),
    Hospital("100034", "MOUNT SINAI MEDICAL CENTER OF FLORIDA, INC", MIAMI_BEACH, PRIVATE, "4"),
    Hospital("160058", "UNIVERSITY OF IOWA HOSPITAL & CLINICS", IOWA_CITY, STATE_OWNED, "4"),
    Hospital(
        "16004F",
        "IOWA CITY VA MEDICAL CENTER",
        IOWA_CITY,
        "Veterans Health Administration",
        "5",
        "Acute Care - Veterans Administration",
    ),
    Hospital("180010", "SAINT JOSEPH HOSPITAL", LEXINGTON, CHURCH),  # Denver's name in another state
    Hospital("220086", "BETH ISRAEL DEACONESS MEDICAL CENTER", BOSTON, PRIVATE, "4"),
    Hospital("230230", "EDWARD W SPARROW HOSPITAL", LANSING, OTHER),
    Hospital("330194", "MAIMONIDES MEDICAL CENTER", BROOKLYN, PRIVATE),
    Hospital("360035", "MOUNT CARMEL EAST & WEST", COLUMBUS, PRIVATE),
    Hospital("360085", "OHIO STATE UNIVERSITY STATE HEALTH SYSTEM", COLUMBUS, STATE_OWNED, "4"),
    Hospital("390050", "ALLEGHENY GENERAL HOSPITAL", PITTSBURGH, PRIVATE),
    Hospital("390067", "UPMC PINNACLE HOSPITALS", HARRISBURG, PRIVATE),
    Hospital("390164", "UPMC PRESBYTERIAN SHADYSIDE", PITTSBURGH, PRIVATE, "4"),
    Hospital(
        "450044",
        "UT OF TEXAS  SOUTHWESTERN UNIVERSITY HOSPITAL - WILLIAM P. CLEMENTS JR.",
        DALLAS,
        STATE_OWNED,
        "Not Available",
    ),
)

# --- labor condition applications -------------------------------------------------------------------------------------
# Employers that equal a sponsor by name and state stand for sponsors; the others are made up ("Example ...") but for
# other spellings of sponsors; of these only "UT Southwestern Medical Center" needs an alias table.

SOC_TITLES = {
    "15-1132": "software developers, applications",
    "17-2051": "civil engineers",
    "29-1051": "pharmacists",
    "29-1081": "podiatrists",
    "29-1131": "veterinarians",
    "29-1216": "general internal medicine physicians",
    "29-1221": "pediatricians, general",
    "29-1229": "physicians, all other",
    "29-1069": "physicians and surgeons, all other",
    "29-2011": "medical and clinical laboratory technologists",
    "29-9099": "healthcare practitioners and technical workers, all other",
    "Nov-21": "computer and information systems managers",
}

FILINGS_2025 = (
    # UPMC: the sponsor of several programs, in two cities; the last one is no trainee
    Filing("25006-990101", UPMC.name, "Resident", PITTSBURGH, "70500"),
    Filing("25006-990102", UPMC.name, "Medical Resident", PITTSBURGH, "70500", soc="29-1216.00"),
    Filing("25007-990103", UPMC.name, "Resident - Internal Medicine", PITTSBURGH, "72500"),
    Filing("25008-990104", "UPMC Medical Education ", "Clinical Resident", PITTSBURGH, "72500"),
    Filing("25009-990105", UPMC.name, "Clinical Fellow", PITTSBURGH, "81500", zip_code="15213-0101"),
    Filing("25013-990106", "UPMC MEDICAL EDUCATION", "PHYSICIAN-PGY-1", PITTSBURGH, "70500"),
    Filing("25014-990107", UPMC.name, "Physician “ PGY2- Pediatric Resident", PITTSBURGH, "72500"),
    Filing("25015-990108", UPMC.name, "Resident Physician", HARRISBURG, "70500"),
    Filing("25015-990109", UPMC.name, "Resident", PITTSBURGH, "70500", begin="2025-06-31"),  # no such day
    Filing("25016-990110", UPMC.name, "Medical Laboratory Scientist", PITTSBURGH, "38.25", "29-2011.00", "Hour"),
    # Maimonides: hourly, monthly and two-weekly pay; the last one is an attending
    Filing("25020-990201", MAIMONIDES.name, "House Officer 4", BROOKLYN, "91500"),
    Filing("25020-990202", MAIMONIDES.name, "PGY Resident", BROOKLYN, "39.75", unit="Hour"),
    Filing("25021-990203", MAIMONIDES.name, "Medical House Staff - Resident", BROOKLYN, "7250", unit="Month"),
    Filing("25021-990204", MAIMONIDES.name, "Resident/Fellow", BROOKLYN, "3350", unit="Bi-Weekly"),
    Filing("25022-990205", MAIMONIDES.name, "Pediatrics Resident", BROOKLYN, "84500", "29-1221"),
    Filing("25022-990206", MAIMONIDES.name, "Attending Physician, Hospital Medicine", BROOKLYN, "261000", level="III"),
    # Mount Sinai: sponsor without a fellowship; the last two have one case number and different content
    Filing("25027-990301", MOUNT_SINAI.name, "Resident in Internal Medicine", MIAMI_BEACH, "66500"),
    Filing("25027-990302", MOUNT_SINAI.name, "Internal Medicine Resident (PGY 2-3)", MIAMI_BEACH, "68500", wage_to="71500"),
    Filing("25028-990303", MOUNT_SINAI.name, "Cardiology Fellow", MIAMI_BEACH, "77500"),
    Filing("25028-990303", MOUNT_SINAI.name, "Gastroenterology Fellow", MIAMI_BEACH, "79500"),
    # Iowa files its trainees under "all other"
    Filing("25034-990401", IOWA.name, "House Staff Fellow Physician", IOWA_CITY, "74500", "29-9099.00"),
    Filing("25034-990402", IOWA.name, "House Staff, Resident", IOWA_CITY, "69500", "29-9099.00"),
    Filing(
        "25035-990403",
        "The University of Iowa Hospitals & Clinics",
        "House Staff Resident Physician",
        IOWA_CITY,
        "69500",
        "29-9099.00",
    ),
    # Beth Israel Deaconess in three spellings
    Filing("25041-990501", BIDMC.name, "Clinical Fellow", BOSTON, "88500", city=" Boston"),
    Filing("25041-990502", "BETH ISRAEL DEACONESS MEDICAL CENTER", "Resident", BOSTON, "80500"),
    Filing("25042-990503", "Beth Israel Deaconess Medical Center, Inc.", "Medical Fellow", BOSTON, "88500"),
    # Ohio State: one trainee and one pharmacist in training
    Filing("25048-990601", OSU.name, "Resident - Obstetrics and Gynecology", COLUMBUS, "67500"),
    Filing("25048-990602", OSU.name, "Pharmacy Resident", COLUMBUS, "55500", "29-1051.00"),
    # the same name in two states is two employers
    Filing("25050-990701", SAINT_JOSEPH.name, "Resident Physician", DENVER, "68500"),
    Filing("25050-990702", SAINT_JOSEPH.name, "Fellow Physician", LEXINGTON, "73500"),
    # a sponsor's employer under another name: for the alias table
    Filing("25055-990801", "UT Southwestern Medical Center", "Clinical Fellow", DALLAS, "78500"),
    # no sponsor of the sample, and titles that mislead
    Filing(
        "25057-990901",
        "Example Coast Hospital",
        "Resident Physician",
        PORTLAND,
        "69000",
        trade_name="Not Applicable",
        city="Port land",
    ),
    Filing("25057-990902", "Example Community Hospital", "Medical Resident (PGY 3) Internal Medicine", MIAMI, "67000"),
    Filing(
        "25058-990903",
        "Example Community Hospital",
        "Resident - Family Medicine",
        MIAMI,
        "66000",
        trade_name="Example Community GME",
    ),
    Filing(
        "25058-990904",
        "Example Valley Health",
        "GME Internal Medicine Residency Program Director",
        PORTLAND,
        "275000",
        level="IV",
    ),
    Filing("25059-990905", "Example Valley Health", "Attending Physician", PORTLAND, "240000", "29-1216.00", level="III"),
    Filing(
        "25062-990906",
        "Example Health Analytics LLC",
        "VICE PRESIDENT, CLINICAL OPERATIONS",
        NEWARK,
        "198000",
        "29-9099.00",
        level="IV",
    ),
    Filing("25062-990907", "Example Hospital Builders LLC", "RESIDENT ENGINEER", NEWARK, "96000", "29-9099.00", level="II"),
    Filing("25063-990908", "Example Foot Clinic", "Podiatry Resident", NEWARK, "61000", "29-1081.00"),
    Filing(
        "25063-990909",
        "Example Animal Hospital",
        "Veterinary Resident-Post Graduate Trainee",
        PORTLAND,
        "52000",
        "29-1131.00",
    ),
)

FILINGS_2020 = (
    # Sparrow filed then and not in 2025: an employer on file without a trainee in the newest file
    Filing("19305-980101", SPARROW.name.upper(), "RESIDENT PHYSICIAN", LANSING, "57500", "29-1069", workers="2"),
    Filing("19305-980102", SPARROW.name.upper(), "MEDICAL RESIDENT", LANSING, "57500", "29-1069"),
    Filing("19308-980201", UPMC.name.upper(), "CLINICAL FELLOW", PITTSBURGH, "66500", "29-1069"),
    Filing(
        "19308-980202",
        UPMC.name.upper(),
        "RESIDENT PHYSICIAN",
        PITTSBURGH,
        "60500",
        "29-9099",
        status="Certified - Withdrawn",
    ),
    Filing(
        "19311-980203",
        MAIMONIDES.name.upper(),
        "HOUSE OFFICER",
        BROOKLYN,
        "5600",
        "29-1069",
        "Month",
        status="Withdrawn",
    ),
    Filing("19312-980301", IOWA.name.upper(), "RESIDENT I", IOWA_CITY, "58500", "29-9099", visa="E-3 Australian"),
    # an employer that equals a sponsor and has filings, none for a trainee: 0, not unknown
    Filing("19315-980401", DAVIS.name.upper(), "CLINICAL LABORATORY SCIENTIST", SACRAMENTO, "44.10", "29-2011", "Hour"),
    Filing("19315-980501", "UT SOUTHWESTERN MEDICAL CENTER", "CLINICAL FELLOW", DALLAS, "68500", "29-9099"),
    Filing("19316-980601", "EXAMPLE BANK N.A.", "VICE PRESIDENT", NEWARK, "165000", "Nov-21", zip_code="7102"),
    Filing("19316-980602", "EXAMPLE BRIDGES LLC", "RESIDENT ENGINEER", PORTLAND, "82000", "17-2051"),
    Filing("19317-980603", "EXAMPLE SOFTWARE INC.", "SOFTWARE DEVELOPER", DALLAS, "93000", "15-1132", workers="5"),
    Filing(
        "19317-980604",
        "EXAMPLE ANIMAL HOSPITAL",
        "VETERINARY RESIDENT",
        PORTLAND,
        "41000",
        "29-1131",
        visa="H-1B1 Chile",
        status="Denied",
    ),
)

# --- petitions, systems, endpoints ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Petitions:
    """One line of the USCIS hub: counts are initial approvals and denials, continuing approvals and denials."""

    employer: str
    place: Place
    counts: tuple[int, int, int, int]
    tax_id: str
    naics: str = "62"
    zip_code: str = ""


PETITIONS_2021 = (
    Petitions("", PORTLAND, (0, 0, 1, 0), "7001"),
    Petitions("#NAME?", NEWARK, (1, 0, 0, 0), "7002"),
    Petitions(UPMC.name.upper(), PITTSBURGH, (41, 1, 37, 0), "7011"),
    Petitions("UHCP D/B/A UPMC MEDICAL EDUCATION", PITTSBURGH, (4, 0, 5, 0), "7011"),
    Petitions(MAIMONIDES.name.upper(), BROOKLYN, (17, 0, 21, 1), "7012"),
    Petitions(IOWA.name.upper()[:34], IOWA_CITY, (23, 0, 26, 0), "7013"),  # cut
    Petitions("THE UNIVERSITY OF IOWA", IOWA_CITY, (14, 0, 33, 0), "7013", naics="61"),
    # Boston's ZIP lost its zero, and with it the year has the employer in two states of itself
    Petitions(BIDMC.name.upper()[:34], BOSTON, (31, 0, 44, 1), "7014", zip_code="2215"),
    Petitions(BIDMC.name.upper()[:34], BOSTON, (22, 0, 29, 0), "7014", zip_code="2215"),
    # a tax id that lost its zero; the same line twice, in every cell
    Petitions(MOUNT_SINAI.name.upper()[:34], MIAMI_BEACH, (9, 0, 7, 0), "115"),
    Petitions(MOUNT_SINAI.name.upper()[:34], MIAMI_BEACH, (9, 0, 7, 0), "115"),
    Petitions("EXAMPLE SOFTWARE INC", DALLAS, (1205, 12, 2310, 8), "7021", naics="54"),
)
PETITIONS_2024 = (
    Petitions(UPMC.name.upper(), PITTSBURGH, (47, 0, 41, 1), "7011"),
    Petitions(MAIMONIDES.name.upper(), BROOKLYN, (19, 1, 24, 0), "7012"),
    Petitions(IOWA.name.upper(), IOWA_CITY, (27, 0, 25, 0), "7013"),
    Petitions(BIDMC.name.upper(), BOSTON, (35, 0, 39, 0), "7014"),
    Petitions("SAINT JOSEPH HOSPITAL INC", DENVER, (3, 0, 4, 0), "7016"),
    Petitions("UT SOUTHWESTERN MEDICAL CENTER", DALLAS, (52, 0, 61, 1), "7015", naics="61"),
)
NAICS_TITLES = {"61": "Educational Services", "62": "Health Care and Social Assistance"}

SYSTEMS = {
    "050599": ("HSI00009001", "University of California Health", "Oakland", "CA"),
    "060028": ("HSI00009002", "Example Western Health System", "Denver", "CO"),
    "160058": ("HSI00009003", "University of Iowa Health Care", "Iowa City", "IA"),
    "220086": ("HSI00009004", "Example New England Health System", "Boston", "MA"),
    "390067": ("HSI00009005", "UPMC", "Pittsburgh", "PA"),
    "390164": ("HSI00009005", "UPMC", "Pittsburgh", "PA"),
}
"""Health system by CCN; the ids are made up, as are the residents of each hospital."""
RESIDENTS = {"050599": "611", "160058": "702", "220086": "498", "330194": "377", "360085": "655", "390164": "803", "060028": "88"}

EPIC_ENDPOINTS = ("UC Davis", "University of Iowa Hospitals & Clinics", "UPMC", "Beth Israel Deaconess Medical Center")
CERNER_ENDPOINTS = (
    ("Example Community Hospital", "33136-0101"),
    ("Mount Sinai Medical Center of Florida", "33140"),
    ("PERSON EXAMPLE, MD", "97205-0101"),
    ("Dr. Person Example", "97205"),
    ("Example, Person", ""),
    ("Santa Barbara Cottage Hospital", "93105?"),
)
MEDITECH_ENDPOINTS = (
    ("Example Valley Health - C/S", "https://fhir.valley.example.invalid:443/v1"),
    ("Example Valley Health - C/S", "https://fhir.valley.example.invalid:443/v1"),  # the same again
    ("Example Coast Hospital Expanse (Hosted by Example)", "https://fhir.coast.example.invalid:443/v1"),
    ("<EXA> Example Hill Hospital 6.1", "https://fhir.hill.example.invalid:443/v1"),
    ("Sparrow Hospital MaaS Pod 001 02", "https://fhir.sparrow.example.invalid:443/v1"),
    ("10099001", "https://fhir.number.example.invalid:443/v1"),
    ("Example Lake Hospital", "https://example-live01.lake.local/v1"),
)

# --- attestations and certified products ------------------------------------------------------------------------------
# Developers and products are real by name; ids, product numbers, versions, days, statuses and who uses what are made up.


@dataclass(frozen=True)
class Certified:
    """One listing of CHPL: the number of its developer and product, their names, and what was certified when."""

    number: int
    developer: str
    product: str
    version: str
    day: str
    status: str = "Active"

    @property
    def chpl_id(self) -> int:
        return 90_000 + self.number

    @property
    def product_number(self) -> str:
        return f"15.99.99.90{self.number:02d}.EXA{self.number}.01.00.1.{self.day[2:].replace('-', '')}"


EPIC = "Epic Systems Corporation"
CERTIFIED = (
    Certified(1, EPIC, "EpicCare Inpatient Base", "Example 2023", "2023-02-14"),
    Certified(2, EPIC, "EpicCare Ambulatory Base", "Example 2023", "2023-02-15"),
    Certified(3, "Oracle Health, Inc.", "PowerChart (Clinical)", "2099.01", "2022-11-08"),
    Certified(4, "Medical Information Technology, Inc. (MEDITECH)", "MEDITECH Expanse", "9.9", "2021-06-30"),
    Certified(5, "Example Health Software, LLC", "Example Portal\u2122", "v1", "2020-05-04"),
    Certified(6, "Example Health Software, LLC", "Example Reporting", "v2", "2019-12-31", "Withdrawn by Developer"),
    Certified(7, "Example Registry Inc", "Example Registry", "7", "2024-08-01", "Withdrawn by ONC-ACB"),
)
CHPL_PAGE_SIZE = 5
CERTIFICATION_IDS = {
    "0015CEXAMPLE001": (1, 2),
    "0015CEXAMPLE002": (3, 5),  # two developers
    "0015CEXAMPLE003": (4,),
    "0015CEXAMPLE004": (),
}
"""Numbers of the certified products by certification id; the last was answered without any."""
ATTESTATIONS = {
    "050599": ("0015CEXAMPLE001", "Y"),
    "50396": ("0015CEXAMPLE001", "Y"),  # lost its zero, as in the other list
    "060028": ("0015CEXAMPLE002", "Y"),
    "100034": ("0015CEXAMPLE001", "Y"),
    "160058": ("0015Cexample001", "Y"),  # typed in small letters
    "180010": ("", ""),
    "220086": ("0015CEXAMPLE003", "Y"),
    "230230": ("0015CEXAMPLE003", ""),  # an id, but the criteria not met, or not told
    "330194": ("0015CEXAMPLE002", "Y"),
    "360035": ("OO15CEXAMPLE003", "Y"),  # two letters O for zeros
    "390050": ("0015CEXAMPLE001", "Y"),
}
"""Certification id and criteria by CCN."""

# --- reviewed decisions -----------------------------------------------------------------------------------------------

UPMC_ADDRESS = "https://www.upmc.com"
REVIEWED_LINKS = (
    (
        *("employer", UPMC.name, "PA", "files_for", "ccn", "390164"),
        "UPMC Medical Education employs the residents of UPMC's hospitals, first of all of UPMC Presbyterian Shadyside.",
        UPMC_ADDRESS,
    ),
    (
        *("nrmp_institution", "1652", "PA", "participates", "ccn", "390164"),
        "UPMC Medical Education is the body through which UPMC takes part in the Match.",
        UPMC_ADDRESS,
    ),
    (
        *("employer", "Example Valley Health", "OR", "not_same", "ccn", "390050"),
        "An invented employer is no hospital.",
        "https://example.org",
    ),
)
"""Decisions of an invented reviewer about entities of the sample."""
REVIEWED_EVENTS = (
    (
        *("ccn", "330167", "merged_into", "2019-08-01", "330214"),
        "NYU Winthrop Hospital in Mineola was merged into NYU Langone Hospitals on 1 August 2019 and is certified with it since.",
        "https://nyulangone.org",
    ),
    (
        *("ccn", "330169", "closed", "2025-04-09", ""),
        "Mount Sinai Beth Israel in Manhattan closed on 9 April 2025.",
        "https://www.mountsinai.org",
    ),
)
"""Facts that anybody can look up, about hospitals that no list of the sample names any more."""

# The only persons of the sample; nobody is called so, and nothing of them may ever be stored.
CONTACTS = {
    "EMPLOYER_POC_LAST_NAME": "EXAMPLE",
    "EMPLOYER_POC_FIRST_NAME": "PERSON",
    "EMPLOYER_POC_MIDDLE_NAME": "FICTIONAL",
    "EMPLOYER_POC_JOB_TITLE": "EXAMPLE CONTACT",
    "EMPLOYER_POC_ADDRESS1": "1 EXAMPLE CONTACT ROAD",
    "EMPLOYER_POC_ADDRESS2": "EXAMPLE ROOM 1",
    "EMPLOYER_POC_CITY": "EXAMPLEVILLE",
    "EMPLOYER_POC_STATE": "DC",
    "EMPLOYER_POC_POSTAL_CODE": "00000",
    "EMPLOYER_POC_COUNTRY": "UNITED STATES OF AMERICA",
    "EMPLOYER_POC_PROVINCE": "",
    "EMPLOYER_POC_PHONE": "202-555-0101",
    "EMPLOYER_POC_PHONE_EXT": "1",
    "EMPLOYER_POC_EMAIL": "person@example.invalid",
    "AGENT_ATTORNEY_LAST_NAME": "EXAMPLE",
    "AGENT_ATTORNEY_FIRST_NAME": "COUNSEL",
    "AGENT_ATTORNEY_MIDDLE_NAME": "FICTIONAL",
    "AGENT_ATTORNEY_ADDRESS1": "2 EXAMPLE CONTACT ROAD",
    "AGENT_ATTORNEY_ADDRESS2": "EXAMPLE ROOM 2",
    "AGENT_ATTORNEY_CITY": "EXAMPLEVILLE",
    "AGENT_ATTORNEY_STATE": "DC",
    "AGENT_ATTORNEY_POSTAL_CODE": "00000",
    "AGENT_ATTORNEY_COUNTRY": "UNITED STATES OF AMERICA",
    "AGENT_ATTORNEY_PROVINCE": "",
    "AGENT_ATTORNEY_PHONE": "202-555-0102",
    "AGENT_ATTORNEY_PHONE_EXT": "2",
    "AGENT_ATTORNEY_EMAIL_ADDRESS": "counsel@example.invalid",
    "PREPARER_LAST_NAME": "EXAMPLE",
    "PREPARER_FIRST_NAME": "PREPARER",
    "PREPARER_MIDDLE_INITIAL": "F",
    "PREPARER_EMAIL": "preparer@example.invalid",
}

# --- columns of the sources -------------------------------------------------------------------------------------------

REVIEWED_LINK_COLUMNS = (
    *("left_kind", "left_named", "left_state", "decision", "right_authority", "right_code"),
    *("review_evidence", "review_address", "evidence_on", "reviewer"),
)
REVIEWED_EVENT_COLUMNS = (
    *("authority", "event_code", "event", "event_on", "other_code", "review_evidence", "review_address", "reviewer"),
)
SITE_NUMBERS = range(1, 19)
SITE_WITHOUT_NAME = 6
MATCH_YEARS_OF_FLORIDA = range(2026, 2019, -1)
OLDER_EDITION: Years = (2022, 2021, 2020, 2019, 2018)
NEWER_EDITION: Years = (2024, 2023, 2022, 2021, 2020)

ACGME_COLUMNS = ("program_name", "city", "state", "longitude", "acgme", "latitude")
ERAS_COLUMNS = ("state", "city", "program", "acgme_program_id", "latitude", "longitude", "population")
FELLOWSHIP_COLUMNS = (
    "acgme_program_id",
    "acgme_specialty_code",
    "acgme_specialty",
    "institution_normalised",
    "state_from_id",
    "accreditation_effective_date",
)
OBGYN_COLUMNS = (
    "program_name",
    "address",
    "zip",
    "city",
    "state",
    "sponsoring_institution_code",
    "sponsoring_institution_name",
    "original_accreditation_date",
    "accreditation_status",
    "director_date_appointed",
    *(
        column
        for n in SITE_NUMBERS
        for column in (
            f"participation_site_code_{n}",
            *([] if n == SITE_WITHOUT_NAME else [f"participation_site_name_{n}"]),
            f"rotation_required_{n}",
            *(f"rotation_months_y{year}_{n}" for year in range(1, 5)),
        )
    ),
    "website",
    "program_code",
)
FLORIDA_COLUMNS = (
    "Table",
    "Sponsoring Institution",
    "Sponsoring Institution Cleaned",
    "SNHAF",
    "City",
    "City Cleaned",
    "Specialty",
    "Specialty Cleaned",
    "Program Code",
    *(f"{year} {number}" for year in MATCH_YEARS_OF_FLORIDA for number in ("Quota", "Matched")),
)
CMS_COLUMNS = (
    "Facility ID",
    "Facility Name",
    "Address",
    "City/Town",
    "State",
    "ZIP Code",
    "County/Parish",
    "Telephone Number",
    "Hospital Type",
    "Hospital Ownership",
    "Emergency Services",
    "Meets criteria for birthing friendly designation",
    "Hospital overall rating",
    "Hospital overall rating footnote",
    *(
        column
        for group in ("MORT", "Safety", "READM")
        for column in (
            f"{group} Group Measure Count",
            f"Count of Facility {group} Measures",
            f"Count of {group} Measures Better",
            f"Count of {group} Measures No Different",
            f"Count of {group} Measures Worse",
            f"{group} Group Footnote",
        )
    ),
    *(
        column
        for group in ("Pt Exp", "TE")
        for column in (f"{group} Group Measure Count", f"Count of Facility {group} Measures", f"{group} Group Footnote")
    ),
)
_LCA_2025 = """
CASE_NUMBER JOB_TITLE SOC_CODE SOC_TITLE FULL_TIME_POSITION BEGIN_DATE END_DATE EMPLOYER_NAME TRADE_NAME_DBA
WORKSITE_ADDRESS1 WORKSITE_CITY WORKSITE_COUNTY WORKSITE_STATE WORKSITE_POSTAL_CODE WAGE_RATE_OF_PAY_FROM
WAGE_RATE_OF_PAY_TO WAGE_UNIT_OF_PAY PW_WAGE_LEVEL Year Quarter
"""
LCA_2025_COLUMNS = tuple(_LCA_2025.split())
_LCA_2020 = """
CASE_NUMBER CASE_STATUS RECEIVED_DATE DECISION_DATE ORIGINAL_CERT_DATE VISA_CLASS JOB_TITLE SOC_CODE SOC_TITLE
FULL_TIME_POSITION BEGIN_DATE END_DATE TOTAL_WORKER_POSITIONS NEW_EMPLOYMENT CONTINUED_EMPLOYMENT
CHANGE_PREVIOUS_EMPLOYMENT NEW_CONCURRENT_EMPLOYMENT CHANGE_EMPLOYER AMENDED_PETITION EMPLOYER_NAME TRADE_NAME_DBA
EMPLOYER_ADDRESS1 EMPLOYER_ADDRESS2 EMPLOYER_CITY EMPLOYER_STATE EMPLOYER_POSTAL_CODE EMPLOYER_COUNTRY
EMPLOYER_PROVINCE EMPLOYER_PHONE EMPLOYER_PHONE_EXT NAICS_CODE EMPLOYER_POC_LAST_NAME EMPLOYER_POC_FIRST_NAME
EMPLOYER_POC_MIDDLE_NAME EMPLOYER_POC_JOB_TITLE EMPLOYER_POC_ADDRESS1 EMPLOYER_POC_ADDRESS2 EMPLOYER_POC_CITY
EMPLOYER_POC_STATE EMPLOYER_POC_POSTAL_CODE EMPLOYER_POC_COUNTRY EMPLOYER_POC_PROVINCE EMPLOYER_POC_PHONE
EMPLOYER_POC_PHONE_EXT EMPLOYER_POC_EMAIL AGENT_REPRESENTING_EMPLOYER AGENT_ATTORNEY_LAST_NAME
AGENT_ATTORNEY_FIRST_NAME AGENT_ATTORNEY_MIDDLE_NAME AGENT_ATTORNEY_ADDRESS1 AGENT_ATTORNEY_ADDRESS2
AGENT_ATTORNEY_CITY AGENT_ATTORNEY_STATE AGENT_ATTORNEY_POSTAL_CODE AGENT_ATTORNEY_COUNTRY AGENT_ATTORNEY_PROVINCE
AGENT_ATTORNEY_PHONE AGENT_ATTORNEY_PHONE_EXT AGENT_ATTORNEY_EMAIL_ADDRESS LAWFIRM_NAME_BUSINESS_NAME
STATE_OF_HIGHEST_COURT NAME_OF_HIGHEST_STATE_COURT WORKSITE_WORKERS SECONDARY_ENTITY SECONDARY_ENTITY_BUSINESS_NAME
WORKSITE_ADDRESS1 WORKSITE_ADDRESS2 WORKSITE_CITY WORKSITE_COUNTY WORKSITE_STATE WORKSITE_POSTAL_CODE
WAGE_RATE_OF_PAY_FROM WAGE_RATE_OF_PAY_TO WAGE_UNIT_OF_PAY PREVAILING_WAGE PW_UNIT_OF_PAY PW_TRACKING_NUMBER
PW_WAGE_LEVEL PW_OES_YEAR PW_OTHER_SOURCE PW_OTHER_YEAR PW_SURVEY_PUBLISHER PW_SURVEY_NAME TOTAL_WORKSITE_LOCATIONS
AGREE_TO_LC_STATEMENT H_1B_DEPENDENT WILLFUL_VIOLATOR SUPPORT_H1B STATUTORY_BASIS APPENDIX_A_ATTACHED
PUBLIC_DISCLOSURE PREPARER_LAST_NAME PREPARER_FIRST_NAME PREPARER_MIDDLE_INITIAL PREPARER_BUSINESS_NAME
PREPARER_EMAIL
"""
LCA_2020_COLUMNS = tuple(_LCA_2020.split())

SPECIALTIES = {
    "040": "Anesthesiology",
    "120": "Family Medicine",
    "122": "Clinical informatics (Family medicine)",
    "139": "Clinical informatics (Internal medicine)",
    "140": "Internal Medicine",
    "220": "Obstetrics and Gynecology",
    "302": "Clinical informatics (Pathology)",
    "320": "Pediatrics",
    "322": "Clinical informatics (Pediatrics)",
    "340": "Physical Medicine and Rehabilitation",
    "400": "Psychiatry",
    "440": "Surgery",
    "700": "Internal Medicine/Pediatrics",
    "999": "Transitional Year",
}


def make_sample() -> dict[str, bytes]:
    """Every file of the sample by name, but for its README."""
    return {
        "nrmp_directory.html": _directory(),
        "nrmp_program_results_2018_2022.pdf": _results(OLDER_EDITION),
        "nrmp_program_results_2020_2024.pdf": _results(NEWER_EDITION),
        "nrmp_florida_results.csv": _csv(FLORIDA_COLUMNS, _florida_rows(), bom=True, line_end="\r\n"),
        "acgme_programs.csv": _csv(ACGME_COLUMNS, _acgme_rows()),
        "acgme_obgyn_programs.csv": _csv(OBGYN_COLUMNS, _obgyn_rows()),
        "acgme_clinical_informatics_fellowships.csv": _csv(FELLOWSHIP_COLUMNS, _fellowship_rows()),
        "eras_cardiology_fellowships.csv": _csv(ERAS_COLUMNS, _eras_rows()),
        "dol_lca_fy2025_q2.csv": _csv(LCA_2025_COLUMNS, map(_filing_2025, FILINGS_2025), bom=True),
        "dol_lca_fy2020_q1.csv": _csv(LCA_2020_COLUMNS, map(_filing_2020, FILINGS_2020)),
        "cms_hospital_general_information.csv": _csv(CMS_COLUMNS, _hospital_rows(), quoted_header=True),
        "uscis_h1b_fy2021.csv": _csv(USCIS_COLUMNS, (_petitions_2021(line) for line in PETITIONS_2021)),
        "uscis_employer_information_fy2024.csv": _csv(USCIS_VIEW_COLUMNS, _petitions_2024(), bom=True),
        "ahrq_hospital_linkage_2023.csv": _csv(AHRQ_COLUMNS, _linked_hospitals()),
        "epic_endpoints_r4.json": _epic_bundle(),
        "cerner_endpoints.json": _endpoint_list(
            (f"https://fhir-{number}.cerner.example.invalid/r4/", name, zip_code)
            for number, (name, zip_code) in enumerate(CERNER_ENDPOINTS, start=1)
        ),
        "meditech_endpoints.json": _endpoint_list((url, name, "") for name, url in MEDITECH_ENDPOINTS),
        "cms_promoting_interoperability_cy2023.csv": _csv(ATTESTATION_COLUMNS, _attestation_rows(), quoted_header=True),
        "chpl_listings.json": _as_json([_chpl_page(number) for number in range(-(-len(CERTIFIED) // CHPL_PAGE_SIZE))]),
        "chpl_certification_ids.json": _as_json([_certification_answer(*answer) for answer in CERTIFICATION_IDS.items()]),
        "reviewed_links.csv": _csv(REVIEWED_LINK_COLUMNS, ((*row, "2026-09-01", "sample") for row in REVIEWED_LINKS)),
        "reviewed_events.csv": _csv(REVIEWED_EVENT_COLUMNS, ((*row, "editors") for row in REVIEWED_EVENTS)),
        **sample_lists(),
        **sample_informatics(),
        **sample_pages(),
    }


def _csv(
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    bom: bool = False,
    line_end: str = "\n",
    quoted_header: bool = False,
) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator=line_end)
    header = csv.writer(out, lineterminator=line_end, quoting=csv.QUOTE_ALL) if quoted_header else writer
    header.writerow(columns)
    for row in rows:
        if len(row) != len(columns):
            raise ValueError(f"{len(columns)} columns, {len(row)} cells: {row}")
        writer.writerow(row)
    return out.getvalue().encode("utf-8-sig" if bom else "utf-8")


# --- NRMP -------------------------------------------------------------------------------------------------------------

PAGE = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Program directory, sample</title></head>
<body>
<p>A sample made by residency-warehouse. Identities are public facts, everything else is made up.</p>
<div class="results mt-l" id="results">{articles}</div>
</body>
</html>
"""
ARTICLE = """<article class="result">
  <p class="result__badge">
    <svg width="9" height="9"></svg>
    {badge}
  </p>
  <address>
    <span class="icon"><svg width="9" height="9"></svg></span>
    {address}
  </address>
  <h3>
    <span class="icon"><svg width="9" height="9"></svg></span>
    {institution}
  </h3>
{apply}
  <footer>
    <div>
      <ul>
        <li>
          <span>NRMP code</span>
          <span>{nrmp_code}</span>
        </li>
        <li>
          <span>ACGME code</span>
          <span>{acgme_code}</span>
        </li>
      </ul>
    </div>
    <a href="{path}" class="button"><span class="visually-hidden">Visit Program</span></a>
  </footer>
</article>"""
APPLY = """  <hr>
  <div class="result__apply">
    <h4>How to apply:</h4>
    <ul>
      <li><span class="result__tag">MRM</span> {match}</li>
      <li><span class="result__tag">SOAP</span> {soap}</li>
    </ul>
  </div>"""


def _directory() -> bytes:
    return PAGE.format(articles="".join(_article(track) for track in TRACKS if track.in_directory)).encode()


def _article(track: Track) -> str:
    program, institution = PROGRAM_BY_ID[track.acgme_id], _institution(track)
    slug = re.sub(r"[^a-z0-9]+", "-", f"{institution.name} {track.code}".lower().replace("&", "and"))
    return ARTICLE.format(
        badge=html.escape(SPECIALTIES[program.acgme_id[:3]]),
        address=html.escape(track.address or f"{program.place.city}, {STATE_NAMES[program.place.state]}"),
        institution=html.escape(institution.name),
        apply=_apply(track.services),
        nrmp_code=track.code,
        acgme_code=track.acgme_code or program.acgme_id,
        path=f"/{slug}/",
    )


def _institution(track: Track) -> Institution:
    return INSTITUTION_BY_CODE[track.code[:4]]


def _apply(services: str) -> str:
    if not services:
        return ""
    match, soap = (", ".join(SERVICES[letter] for letter in letters) for letters in services.split("|"))
    return APPLY.format(match=match, soap=soap)


def _results(years: Years) -> bytes:
    """An edition prints every main match code that was offered in one of its years, by state and institution."""
    older = years == OLDER_EDITION
    rows: dict[tuple[str, str, str], list[Row]] = {}
    for track in sorted(TRACKS, key=lambda track: track.code):
        pairs = [_printed_pair(track, year, older=older) for year in years]
        if track.is_fellowship or not any(pairs):
            continue
        institution = _institution(track)
        name = institution.older_name if older and institution.older_name else institution.name
        key = (STATE_NAMES[institution.place.state].upper(), name, institution.place.city)
        rows.setdefault(key, []).append(Row(track.label, track.code, pairs))
    return make_results_pdf(years, [Block(*key, rows[key]) for key in sorted(rows)])


def _printed_pair(track: Track, year: int, *, older: bool) -> Pair:
    if older and track.older_edition and track.older_edition[0] == year:
        return track.older_edition[1]
    return track.pair(year)


def _florida_rows() -> Iterator[list[str]]:
    """Not offered is 0 and 0 here; years run from the newest."""
    in_florida = (track for track in TRACKS if _institution(track).place.state == "FL")
    for track in sorted(in_florida, key=lambda track: (track.is_fellowship, track.code)):
        institution = _institution(track)
        pairs = (track.pair(year) or (0, 0) for year in MATCH_YEARS_OF_FLORIDA)
        yield [
            "Specialty" if track.is_fellowship else "Main",
            institution.name,
            institution.name.removesuffix("-FL"),
            "SNHAF",
            institution.place.city,
            institution.place.city,
            track.label,
            track.label.split("/")[0],
            track.code,
            *(str(number) for pair in pairs for number in pair),
        ]


# --- ACGME and ERAS ---------------------------------------------------------------------------------------------------


def _acgme_rows() -> Iterator[list[str]]:
    for program in PROGRAMS:
        if program.in_acgme_list:
            place = program.place
            name = f"{program.name} Program"
            yield [name, place.city, place.state, place.longitude, program.acgme_id, place.latitude]
    # 0803831143 lost its zero
    name = "MetroHealth Medical Center/Case Western Reserve University Program"
    yield [name, "Cleveland", "OH", "-81.69", "803831143", "41.50"]


def _obgyn_rows() -> Iterator[list[str]]:
    for acgme_id, listed in OBGYN.items():
        program = PROGRAM_BY_ID[acgme_id]
        if program.sponsor is None:
            raise ValueError(f"{acgme_id} stands in the OB-GYN list and has no sponsor")
        place = program.place
        cells = dict.fromkeys(OBGYN_COLUMNS, "")
        cells |= {
            "program_name": f"{program.name} Program",
            "address": f"{program.name}\nDepartment of Obstetrics and Gynecology, Floor 2\n"
            f"1 Example Street\n{place.city}, {place.state} {place.zip_code}",
            "zip": place.zip_code,
            "city": place.city,
            "state": STATE_NAMES[place.state],
            "sponsoring_institution_code": program.sponsor.code,
            "sponsoring_institution_name": program.sponsor.name,
            "original_accreditation_date": listed.accredited,
            "accreditation_status": listed.status,
            "website": f"https://obgyn-{acgme_id}.example.invalid/",
            "program_code": f"{acgme_id}.0",  # as a spreadsheet leaves it
        }
        for number, (code, name) in enumerate(listed.sites, start=1):
            months = "9.0" if number == 1 else "1.0"
            cells |= {f"participation_site_code_{number}": code, f"participation_site_name_{number}": name}
            cells |= {f"rotation_required_{number}": "Yes"}
            cells |= {f"rotation_months_y{year}_{number}": months for year in range(1, 5)}
        yield list(cells.values())


def _fellowship_rows() -> Iterator[list[str]]:
    for program in PROGRAMS:
        if program.fellowship_since:
            code = program.acgme_id[:3]
            state = program.place.state
            yield [program.acgme_id, code, SPECIALTIES[code], program.name, state, program.fellowship_since]


def _eras_rows() -> Iterator[list[str]]:
    """The real list has a city in one row only."""
    for program in PROGRAMS:
        if program.in_eras_list:
            place = program.place
            city = place.city if place is BROOKLYN else ""
            state, name = STATE_NAMES[place.state], f"{program.name} Program"
            yield [state, city, name, program.acgme_id, place.latitude, place.longitude, place.population]


# --- CMS --------------------------------------------------------------------------------------------------------------


def _hospital_rows() -> Iterator[list[str]]:
    for number, hospital in enumerate(HOSPITALS, start=1):
        place = hospital.place
        rated = hospital.rating != "Not Available"
        yield [
            hospital.ccn,
            hospital.name,
            f"{number} EXAMPLE STREET",
            place.city.upper(),
            place.state,
            place.zip_code,
            place.county,
            f"(202) 555-01{number:02d}",
            hospital.kind,
            hospital.ownership,
            "Yes",
            "Y" if number % 2 else "",
            hospital.rating,
            "" if rated else "16",
            *_measures("7", rated=rated, better=0, same=6, worse=1),
            *_measures("8", rated=rated, better=1, same=5, worse=2),
            *_measures("11", rated=rated, better=1, same=9, worse=1),
            *(["8", "8", ""] if rated else ["8", "Not Available", "5"]),
            *["12", "10", ""],
        ]


def _measures(count: str, *, rated: bool, better: int, same: int, worse: int) -> list[str]:
    if not rated:
        return [count, *["Not Available"] * 4, "5"]
    return [count, str(better + same + worse), str(better), str(same), str(worse), ""]


# --- USCIS ------------------------------------------------------------------------------------------------------------

USCIS_COLUMNS = (
    *("Fiscal Year", "Employer", "Initial Approvals", "Initial Denials", "Continuing Approvals", "Continuing Denials"),
    *("NAICS", "Tax ID", "State", "City", "ZIP"),
)
USCIS_VIEW_COLUMNS = (
    *("Line by line", "Fiscal Year   ", "Employer (Petitioner) Name", "Tax ID", "Industry (NAICS) Code"),
    *("Petitioner City", "Petitioner State", "Petitioner Zip Code"),
    *("Initial Approval", "Initial Denial", "Continuing Approval", "Continuing Denial"),
)


def _petitions_2021(line: Petitions) -> list[str]:
    place = line.place
    counts = (f"{count:,}" for count in line.counts)
    return [
        "2021",
        line.employer,
        *counts,
        line.naics,
        line.tax_id,
        place.state,
        place.city.upper(),
        line.zip_code or place.zip_code,
    ]


def _petitions_2024() -> Iterator[list[str]]:
    for number, line in enumerate(PETITIONS_2024, start=1):
        place = line.place
        industry = f"{line.naics} - {NAICS_TITLES[line.naics]}"
        at = [place.city.upper(), place.state, place.zip_code]
        yield [str(number), "2024", line.employer, line.tax_id, industry, *at, *map(str, line.counts)]


# --- AHRQ -------------------------------------------------------------------------------------------------------------

AHRQ_COLUMNS = (
    *("compendium_hospital_id", "ccn", "hospital_name", "hospital_street", "hospital_city", "hospital_state", "hospital_zip"),
    *("acutehosp_flag", "health_sys_id", "health_sys_name", "health_sys_city", "health_sys_state"),
    *("corp_parent_id", "corp_parent_name", "corp_parent_type", "hos_beds", "hos_dsch", "hos_res", "hos_children"),
    *("hos_majteach", "hos_vmajteach", "hos_teachint", "hos_highdpp", "hos_ucburden", "hos_highuc", "hos_ownership"),
    *("hos_net_revenue", "hos_total_revenue"),
)


def _linked_hospitals() -> Iterator[list[str]]:
    """The hospitals of CMS in AHRQ's spelling, cut at 36 letters; one without a CCN, and the one that lost its zero."""
    clinic = Hospital("", "EXAMPLE REHABILITATION HOSPITAL", MIAMI, PRIVATE)
    for number, hospital in enumerate((*HOSPITALS, clinic), start=1):
        cells = dict.fromkeys(AHRQ_COLUMNS, "")
        cells |= {
            "compendium_hospital_id": f"CHSP{90_000_000 + number}",
            "ccn": hospital.ccn,
            "hospital_name": hospital.name.title()[:36],
            "hospital_street": f"{number} Example Street",
            "hospital_city": hospital.place.city,
            "hospital_state": hospital.place.state,
            "hospital_zip": hospital.place.zip_code,
            "acutehosp_flag": "1" if hospital.kind == "Acute Care Hospitals" and hospital.ccn else "0",
            "hos_res": RESIDENTS.get(hospital.ccn, "0" if hospital.ccn else ""),
            "hos_children": "0",
        }
        cells |= dict(
            zip(
                ("health_sys_id", "health_sys_name", "health_sys_city", "health_sys_state"),
                SYSTEMS.get(hospital.ccn, ("", "", "", "")),
                strict=True,
            )
        )
        yield list(cells.values())


# --- EHR vendors ------------------------------------------------------------------------------------------------------


def _endpoint_list(rows: Iterable[tuple[str, str, str]]) -> bytes:
    endpoints = [
        {"URL": url, "OrganizationName": name, "NPIID": "", "OrganizationZipCode": zip_code} for url, name, zip_code in rows
    ]
    return (json.dumps({"Endpoints": endpoints}, indent="\t") + "\n").encode()


def _epic_bundle() -> bytes:
    entries = [
        {
            "resource": {
                "resourceType": "Endpoint",
                "id": f"endpoint-{number}",
                "contained": [{"resourceType": "Organization", "id": f"organization-{number}", "name": name}],
                "status": "active",
                "name": name,
                "managingOrganization": {"reference": f"organization-{number}"},
                "address": f"https://epic-{number}.example.invalid/api/FHIR/R4/",
            }
        }
        for number, name in enumerate(EPIC_ENDPOINTS, start=1)
    ]
    bundle = {"resourceType": "Bundle", "type": "collection", "total": len(entries), "entry": entries}
    return (json.dumps(bundle, indent=2) + "\n").encode()


# --- attestations and certified products ------------------------------------------------------------------------------

ATTESTATION_COLUMNS = (
    *("Facility ID", "Facility Name", "Address", "City/Town", "State", "ZIP Code", "County/Parish", "Telephone Number"),
    *("CEHRT ID", "Meets criteria for promoting interoperability of EHRs", "Start Date", "End Date"),
)


def _attestation_rows() -> Iterator[list[str]]:
    for number, hospital in enumerate(HOSPITALS, start=1):
        if hospital.ccn not in ATTESTATIONS:
            continue
        place = hospital.place
        at = [f"{number} EXAMPLE STREET", place.city.upper(), place.state, place.zip_code, place.county]
        period = ["01/01/2023", "12/31/2023"]
        yield [hospital.ccn, hospital.name, *at, f"(202) 555-01{number:02d}", *ATTESTATIONS[hospital.ccn], *period]


def _chpl_page(number: int) -> dict[str, object]:
    return {
        "recordCount": len(CERTIFIED),
        "searchTermRecordCount": None,
        "pageSize": CHPL_PAGE_SIZE,
        "pageNumber": number,
        "directReviewsAvailable": True,
        "results": [_chpl_listing(one) for one in CERTIFIED[number * CHPL_PAGE_SIZE : (number + 1) * CHPL_PAGE_SIZE]],
    }


CHPL_COUNTS = (
    *("surveillanceCount", "openSurveillanceNonConformityCount", "closedSurveillanceNonConformityCount", "directReviewCount"),
    *("openDirectReviewNonConformityCount", "closedDirectReviewNonConformityCount", "openSurveillanceCount"),
    *("closedSurveillanceCount", "openCapCount", "closedCapCount"),
)
CHPL_STATUS_IDS = {"Active": 1, "Withdrawn by Developer": 3, "Withdrawn by ONC-ACB": 4}


def _chpl_listing(one: Certified) -> dict[str, object]:
    status = {"id": CHPL_STATUS_IDS[one.status], "name": one.status}
    developers = [each.developer for each in CERTIFIED]
    return {
        "id": one.chpl_id,
        "chplProductNumber": one.product_number,
        "previousChplProductNumbers": [],
        "edition": {"id": 3, "name": "2015"},
        "certificationBody": {"id": 99, "name": "Example Certifier"},
        "acbCertificationId": one.product_number,
        "practiceType": None,
        "developer": {"id": 91_001 + developers.index(one.developer), "name": one.developer, "status": None},
        "product": {"id": 92_000 + one.number, "name": one.product},
        "version": {"id": 93_000 + one.number, "name": one.version},
        "certificationDate": one.day,
        "decertificationDate": None if one.status == "Active" else "2025-12-31",
        "certificationStatus": status,
        "curesUpdate": True,
        **dict.fromkeys(CHPL_COUNTS, 0),
        "promotingInteroperability": None,
        "mandatoryDisclosures": "https://software.example.invalid/disclosures",
        "previousDevelopers": [],
        "criteriaMet": [],
        "cqmsMet": [],
        "surveillanceDateRanges": [],
        "statusEvents": [{"statusStart": one.day, "status": status}],
        "apiDocumentation": [],
        "serviceBaseUrlList": None,
        "riskManagementSummaryInformation": None,
        "svaps": [],
        "rwtPlansUrl": None,
        "rwtResultsUrl": None,
        "svapNoticeUrl": None,
        "standardsMet": [],
    }


def _certification_answer(certification_id: str, numbers: tuple[int, ...]) -> dict[str, object]:
    products = [
        {
            "id": one.chpl_id,
            "name": one.product,
            "version": one.version,
            "chplProductNumber": one.product_number,
            "year": "2015",
            "curesUpdate": True,
            "practiceType": None,
            "acb": "Example Certifier",
            "vendor": one.developer,
            "classification": None,
            "additionalSoftware": None,
        }
        for one in CERTIFIED
        if one.number in numbers
    ]
    return {"products": products, "ehrCertificationId": certification_id, "year": "2015", "criteria": None, "cqms": None}


def _as_json(document: object) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent="\t") + "\n").encode()


# --- DOL --------------------------------------------------------------------------------------------------------------


def _filing_2025(filing: Filing) -> list[str]:
    place = filing.place
    return [
        f"I-200-{filing.case}",
        filing.title,
        filing.soc,
        SOC_TITLES[filing.soc[:7]],
        "Y",
        f"{filing.begin} 00:00:00",
        f"{filing.end} 00:00:00",
        filing.employer,
        filing.trade_name,
        "1 Example Street",
        filing.city or place.city,
        place.county,
        place.state,
        filing.zip_code or place.zip_code,
        filing.wage,
        filing.wage_to,
        filing.unit,
        filing.level,
        "2025",
        "Q2",
    ]


VISA_CASE = {"H-1B": "I-200", "H-1B1 Chile": "I-201", "E-3 Australian": "I-203"}
RECEIVED = {
    "19305": "11/1/2019",
    "19308": "11/4/2019",
    "19311": "11/7/2019",
    "19312": "11/8/2019",
    "19315": "11/11/2019",
    "19316": "11/12/2019",
    "19317": "11/13/2019",
}


def _filing_2020(filing: Filing) -> list[str]:
    place = filing.place
    zip_code = filing.zip_code or place.zip_code
    cells = dict.fromkeys(LCA_2020_COLUMNS, "") | CONTACTS
    cells |= {
        "CASE_NUMBER": f"{VISA_CASE[filing.visa]}-{filing.case}",
        "CASE_STATUS": filing.status,
        "RECEIVED_DATE": RECEIVED[filing.case[:5]],
        "DECISION_DATE": "12/12/2019",
        "ORIGINAL_CERT_DATE": "11/15/2019" if filing.status == "Certified - Withdrawn" else "",
        "VISA_CLASS": filing.visa,
        "JOB_TITLE": filing.title,
        "SOC_CODE": filing.soc,
        "SOC_TITLE": SOC_TITLES[filing.soc].upper(),
        "FULL_TIME_POSITION": "Y",
        "BEGIN_DATE": "12/16/2019",
        "END_DATE": "12/15/2020",
        "TOTAL_WORKER_POSITIONS": filing.workers,
        "NEW_EMPLOYMENT": filing.workers,
        "CONTINUED_EMPLOYMENT": "0",
        "CHANGE_PREVIOUS_EMPLOYMENT": "0",
        "NEW_CONCURRENT_EMPLOYMENT": "0",
        "CHANGE_EMPLOYER": "0",
        "AMENDED_PETITION": "0",
        "EMPLOYER_NAME": filing.employer,
        "TRADE_NAME_DBA": filing.trade_name,
        "EMPLOYER_ADDRESS1": "1 EXAMPLE STREET",
        "EMPLOYER_CITY": place.city.upper(),
        "EMPLOYER_STATE": place.state,
        "EMPLOYER_POSTAL_CODE": zip_code,
        "EMPLOYER_COUNTRY": "UNITED STATES OF AMERICA",
        "EMPLOYER_PHONE": "202-555-0100",
        "NAICS_CODE": "622110",
        "AGENT_REPRESENTING_EMPLOYER": "Y",
        "LAWFIRM_NAME_BUSINESS_NAME": "EXAMPLE LAW FIRM LLP",
        "STATE_OF_HIGHEST_COURT": "DC",
        "NAME_OF_HIGHEST_STATE_COURT": "EXAMPLE COURT",
        "WORKSITE_WORKERS": filing.workers,
        "SECONDARY_ENTITY": "N",
        "WORKSITE_ADDRESS1": "1 EXAMPLE STREET",
        "WORKSITE_CITY": place.city,
        "WORKSITE_COUNTY": place.county,
        "WORKSITE_STATE": place.state,
        "WORKSITE_POSTAL_CODE": zip_code,
        "WAGE_RATE_OF_PAY_FROM": filing.wage,
        "WAGE_UNIT_OF_PAY": filing.unit,
        "PREVAILING_WAGE": filing.wage,
        "PW_UNIT_OF_PAY": filing.unit,
        "PW_WAGE_LEVEL": filing.level,
        "PW_OES_YEAR": "2019",
        "PW_OTHER_SOURCE": "OES",
        "TOTAL_WORKSITE_LOCATIONS": "1",
        "AGREE_TO_LC_STATEMENT": "Y",
        "H_1B_DEPENDENT": "N",
        "WILLFUL_VIOLATOR": "N",
        "PUBLIC_DISCLOSURE": "Disclose Business",
        "PREPARER_BUSINESS_NAME": "EXAMPLE LAW FIRM LLP",
    }
    return list(cells.values())


def write_sample(directory: Path = SAMPLE_DIRECTORY) -> None:
    """Write every file of the sample."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, data in make_sample().items():
        (directory / name).write_bytes(data)


if __name__ == "__main__":
    write_sample()
