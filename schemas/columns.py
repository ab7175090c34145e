"""Every column of the product, declared once: what it is, whose claim, when null, its trap."""

import polars as pl

from schemas.geography import REGIONS, STATE_CODES
from schemas.table import TEXT_LIST, UTC_TIME, Column
from schemas.vocabulary import (
    AttemptOutcome,
    Authority,
    CheckLevel,
    Claim,
    Decision,
    EntityEventKind,
    EntityKind,
    ExtractOutcome,
    FeatureStatus,
    LinkKind,
    LinkMethod,
    NightVerdict,
    OriginFamily,
    PageContent,
    Presence,
    Scope,
    TrackType,
    VisaStatus,
)

TEXT, INTEGER, NUMBER = pl.String(), pl.Int64(), pl.Float64()
YES_NO, DATE = pl.Boolean(), pl.Date()


def _text(name: str, description: str, *, pattern: str | None = None, values: type | tuple[str, ...] | None = None) -> Column:
    words = None if values is None else tuple(str(value) for value in values)  # type: ignore[union-attr]
    return Column(name, TEXT, description, pattern=pattern, values=words)


def _count(name: str, unit: str, description: str) -> Column:
    return Column(name, INTEGER, description, unit=unit, low=0)


# --- program pages -------------------------------------------------------------------------------------------------------

PAGE_ADDRESS = _text("page_address", "Address of the page as it was asked for; of a saved page the file's name.")
START_ADDRESS = _text("start_address", "Address at which the reading of a program's or an institution's site begins.")
PAGE_SCOPE = _text(
    "page_scope",
    "Whether the page speaks of the program or of its whole institution, as its place on the site tells.",
    values=(str(Scope.PROGRAM), str(Scope.INSTITUTION)),
)
LINK_DEPTH = _count("link_depth", "links", "Links followed from the start address to the page; 0 for the start itself.")
FOUND_ON = _text("found_on", "Page that links to it; null for the start.")
PAGE_COUNTS = Column(
    "page_counts",
    YES_NO,
    "Whether the page counts for the site: not where the address answers that there is none, or with the bytes of another page.",
)
LINK_TOPICS = Column("link_topics", TEXT_LIST, "What the link promises, in the words of the link rules; empty for the start.")
PAGE_TITLE = _text("page_title", "Title of the page; null where it has none, or is named after a person.")
PAGE_CONTENT = _text("page_content", "Whether the page says anything that could be read, and if not, why.", values=PageContent)
PAGE_J1_STATUS = _text("page_j1_status", "What the page says of the J-1; unknown where it has no content.", values=VisaStatus)
PAGE_H1B_STATUS = _text("page_h1b_status", "What the page says of the H-1B; unknown where it has no content.", values=VisaStatus)
J1_CONDITIONS = Column("j1_conditions", TEXT_LIST, "Conditions the page puts on the J-1; empty when it states none.")
H1B_CONDITIONS = Column("h1b_conditions", TEXT_LIST, "Conditions the page puts on the H-1B; empty when it states none.")
N_STATEMENTS = _count("n_statements", "statements", "Sentences, items and rows of the page that were read.")
RULES_VERSION = _text("rules_version", "Version of the rule set that read the page.")
PAGE_CLAIM = _text("page_claim", "What is claimed: visa.j1, visa.h1b, visa.other, or an eligibility or informatics value.")
PAGE_VALUE = _text("page_value", "The claimed value: a status, a word, a number, or true.")
PAGE_CONDITIONS = Column("page_conditions", TEXT_LIST, "Conditions stated with the claim; empty for none.")
PAGE_IS_SOFT = Column("is_preference", YES_NO, "Whether the page states a preference and not a requirement.")
PAGE_QUOTE = _text(
    "page_quote", "The words of the page that the claim rests on, at most 300 characters.", pattern=r"(?s)^.{1,300}$"
)
PAGE_PLACE = _text("page_place", "Headings above the words, outermost first; null for a page without headings.")
PAGE_RULES = Column("rule_ids", TEXT_LIST, "Rules that fired, as `residency extract` names them.")
COHORT = _text("cohort", "Class of trainees as the page heads it, such as PGY-1 or Class of 2027.")
N_TRAINEES = _count("n_trainees", "trainees", "Trainees listed; null where suppressed.").or_null()
N_US_MD = _count("n_us_md", "trainees", "From US schools that grant the MD; null where suppressed.").or_null()
N_US_DO = _count("n_us_do", "trainees", "From US osteopathic schools; null where suppressed.").or_null()
N_CANADA = _count("n_canada", "trainees", "From Canadian schools; null where suppressed.").or_null()
N_IMG = _count(
    "n_img", "trainees", "From schools outside the US and Canada, the Caribbean included; null where suppressed or not stated."
).or_null()
N_CARIBBEAN = _count("n_caribbean", "trainees", "Of these, from Caribbean schools; null where suppressed.").or_null()
N_SCHOOL_UNKNOWN = _count("n_school_unknown", "trainees", "Whose medical school is not told; null where suppressed.").or_null()
SUPPRESSED = Column(
    "suppressed_cells",
    TEXT_LIST,
    "Cells withheld because few people stand behind them, or because they would give such a cell away.",
)

# --- keys and identity -----------------------------------------------------------------------------------------------

PROGRAM_UID = _text(
    "program_uid",
    "Our permanent id of a program; derived from the first ACGME id seen and never reused.",
    pattern=r"^prg-[0-9a-f]{12}$",
)
SPONSOR_UID = _text("sponsor_uid", "Our permanent id of a sponsoring institution.", pattern=r"^spo-[0-9a-f]{12}$")
HOSPITAL_UID = _text(
    "hospital_uid",
    "Our permanent id of a hospital; it outlives renamings and moves, and a CCN given to another hospital brings a new one.",
    pattern=r"^hos-[0-9a-f]{12}$",
)
SYSTEM_UID = _text("system_uid", "Our permanent id of a health system.", pattern=r"^sys-[0-9a-f]{12}$")
SITE_UID = _text("site_uid", "Our permanent id of a participating site.", pattern=r"^sit-[0-9a-f]{12}$")
INSTITUTION_UID = _text("institution_uid", "Our permanent id of an NRMP institution.", pattern=r"^nri-[0-9a-f]{12}$")
EMPLOYER_UID = _text(
    "employer_uid",
    "Our permanent id of an employer as named in filings: one spelling in one state. Spellings of one employer are linked.",
    pattern=r"^emp-[0-9a-f]{12}$",
)
EVIDENCE_ID = _text(
    "evidence_id",
    "Id of one piece of evidence; the same claim from the same bytes has the same id.",
    pattern=r"^ev-[0-9a-f]{16}$",
)
ACGME_ID = _text(
    "acgme_id",
    "ACGME program id, 10 digits as text: specialty (3), state (2), serial (5). Leading zeros matter.",
    pattern=r"^[0-9]{10}$",
)
NRMP_CODE = _text(
    "nrmp_code",
    "NRMP track code: institution (4), specialty (3), type letter, track digits. One track in one match year.",
    pattern=r"^[0-9]{4}[0-9A-Z]{3}[CMPARFS][0-9]{1,3}$",
)
INSTITUTION_CODE = _text(
    "institution_code", "NRMP institution code, the first four digits of a track code.", pattern=r"^[0-9]{4}$"
)
CCN = _text(
    "ccn",
    "CMS certification number of a hospital, 6 characters as text; an F in last place marks VA and DoD. Leading zeros matter.",
    pattern=r"^[0-9]{5}[0-9F]$",
)
SPONSOR_CODE = _text(
    "sponsor_code",
    "ACGME code of the sponsoring institution, 6 digits as text. Looks like a CCN and is not one.",
    pattern=r"^[0-9]{6}$",
)
CASE_NUMBER = _text(
    "case_number",
    "DOL case number of a labor condition application; the group of five digits is the filing day (YYDDD). Numbers of the eFile "
    "years have no group of three digits before it.",
    pattern=r"^I-(?:[0-9]{3}-[0-9]{5}-[0-9]{6}|[0-9]{5}-[0-9]{6,7})$",
)

# --- places and names ------------------------------------------------------------------------------------------------

PROGRAM_NAME = _text("program_name", "Name of the program as its source prints it.")
INSTITUTION_NAME = _text(
    "institution_name", "Name of the institution as its source prints it; NRMP often appends the state and abbreviates."
)
SPONSOR_NAME = _text(
    "sponsor_name", "Name of the sponsoring institution as its source prints it; null where the source has lost it."
)
EMPLOYER_NAME = _text("employer_name", "Employer as named in the filing, trimmed. One employer may stand for many hospitals.")
TRADE_NAME = _text("trade_name", "Trade name (DBA) as filed; null when blank or 'Not Applicable'.")
NAME_KEY = _text("name_key", "Name normalised for exact comparison: case, punctuation, articles and common abbreviations folded.")
CITY = _text("city", "City as the source states it.")
STATE = _text("state", "State or territory, two letters.", values=STATE_CODES)
REGION = _text("region", "US Census region of the state; 'Territory' for Puerto Rico and islands.", values=REGIONS)
SPECIALTY_CODE = _text("specialty_code", "ACGME specialty code, the first three digits of the ACGME id.", pattern=r"^[0-9]{3}$")
SPECIALTY = _text("specialty", "Name of the specialty; null for a code that is not in our list.")
SPECIALTY_LABEL = _text("specialty_label", "Specialty or track name as NRMP prints it.")

# --- listings: NRMP --------------------------------------------------------------------------------------------------

MATCH_YEAR = Column(
    "match_year",
    INTEGER,
    "Year of the Match: results in March, training from July of that year.",
    unit="calendar year",
    low=1952,
    high=2100,
)
MATCH_SERVICES = Column(
    "match_services",
    TEXT_LIST,
    "Application services named for the Main Residency Match; empty when the page names none.",
)
SOAP_SERVICES = Column("soap_services", TEXT_LIST, "Application services named for SOAP; empty when the page names none.")
PAGE_PATH = _text("page_path", "Path of the track's own page in the directory.", pattern=r"^/")
OFFERED = Column(
    "offered",
    YES_NO,
    "Whether the track was offered in that Match. False is the source's own '--' (in the Florida table, 0).",
)
QUOTA = _count("quota", "positions", "Positions offered; null when the track was not offered that year.")
MATCHED = _count(
    "matched", "positions", "Positions filled in the Match; null when the track was not offered. SOAP is not included."
)
ALL_FILLED = Column(
    "all_filled", YES_NO, "False where the source marks the track as not filled; null when not offered or not marked."
)
POSITION_TYPE = _text(
    "position_type",
    "Year of training in which the positions begin, as the table groups them; not_stated where a list does not tell.",
    values=("PGY-1", "PGY-2", "physician", "not_stated"),
)
SPECIALTY_GROUP = _text(
    "specialty_group",
    "Label of the row under which an indented row stands, such as Internal Medicine over Primary; else the row's own label. "
    "The rows of a group do not overlap, and the first is not their sum.",
)
POSITIONS_OFFERED = _count("positions_offered", "positions", "Positions offered; null where the source does not state it.")
POSITIONS_FILLED = _count(
    "positions_filled",
    "positions",
    "Positions filled in the Match, the n of every share of the row; null where the source does not state it. SOAP is not in it.",
)
_OF_TYPE = "matched; null where the source does not state it."
N_US_SENIORS = _count("n_us_seniors", "applicants", f"Seniors of US schools that grant the MD, {_OF_TYPE}")
N_US_GRADUATES = _count("n_us_graduates", "applicants", f"Earlier graduates of US schools that grant the MD, {_OF_TYPE}")
N_OSTEOPATHIC = _count(
    "n_osteopathic", "applicants", "Students and graduates of osteopathic schools, matched; null where not stated in one number."
)
N_DO_SENIORS = _count("n_do_seniors", "applicants", f"Seniors of osteopathic schools, in editions that part them, {_OF_TYPE}")
N_DO_GRADUATES = _count(
    "n_do_graduates", "applicants", f"Earlier graduates of osteopathic schools, in editions that part them, {_OF_TYPE}"
)
N_CANADIAN = _count("n_canadian", "applicants", f"Students and graduates of Canadian schools, {_OF_TYPE}")
N_FIFTH_PATHWAY = _count("n_fifth_pathway", "applicants", f"Graduates of a fifth pathway program, {_OF_TYPE}")
N_US_IMG = _count("n_us_img", "applicants", f"US citizens from schools outside the US and Canada, {_OF_TYPE}")
N_NON_US_IMG = _count(
    "n_non_us_img",
    "applicants",
    f"Others from schools outside the US and Canada, {_OF_TYPE} That is citizenship, and does not tell who needs a visa.",
)
IMG_PERCENT_PRINTED = Column(
    "img_percent_printed",
    NUMBER,
    "Both kinds of IMG in percent of positions filled, as the source prints it; null where it does not.",
    unit="percent",
    low=0,
    high=100,
)
REPORT_NAME = _text("report_name", "Report that states the numbers; of a second-hand list the address or report that it cites.")
IS_DOUBTFUL = Column(
    "is_doubtful", YES_NO, "Whether the list's own note gives a reason to doubt the numbers; no share is made of such a row."
)
NOTE = _text("note", "What the list says of the row, in its words; null where it says nothing.")
MATCH_NAME = _text("match_name", "Which match the row belongs to.", values=("main", "specialty"))

# --- listings: ACGME and ERAS ----------------------------------------------------------------------------------------

ACCREDITATION_STATUS = _text("accreditation_status", "Accreditation status as ACGME prints it; null where the list does not say.")
ACCREDITED_ON = Column("accredited_on", DATE, "Original accreditation date.")
STATUS_EFFECTIVE_ON = Column("status_effective_on", DATE, "Effective date of the accreditation status.")
LATITUDE = Column(
    "latitude",
    NUMBER,
    "Latitude as the source states it; often the city's, not the hospital's.",
    unit="degrees",
    low=-90,
    high=90,
)
LONGITUDE = Column("longitude", NUMBER, "Longitude as the source states it.", unit="degrees", low=-180, high=180)
NAME_CUT = Column(
    "name_cut",
    YES_NO,
    "True where the printed name was cut off: the source says so, or the name fills its source's field to the last letter. "
    "Such a name is never linked as a whole name.",
)
SITE_NUMBER = Column(
    "site_number",
    INTEGER,
    "Position of the participating site in ACGME's list; 1 is the primary site.",
    unit="rank",
    low=1,
)
SITE_CODE = _text(
    "site_code",
    "ACGME code of the participating site, 6 characters as text; clinics carry a letter in third place. Not a CCN.",
    pattern=r"^[0-9]{2}[0-9A-Z][0-9]{3}$",
)
SITE_NAME = _text("site_name", "Name of the participating site; null where the source has lost it.")

ERAS_SPECIALTY_CODE = _text(
    "eras_specialty_code",
    "Code under which ERAS lists the specialty: ACGME's three digits for most, a code of its own for combined training.",
    pattern=r"^[0-9A-Z][0-9A-Z,]{1,19}$",
)
ERAS_SPECIALTY = _text("eras_specialty", "Specialty as ERAS names it; null where neither index nor page says.")
ERAS_SEASON = Column(
    "eras_season",
    INTEGER,
    "Season by the number ERAS gives it: ERAS 2027 takes applications in 2026 for training that begins in 2027.",
    unit="calendar year",
    low=1996,
    high=2100,
)
ERAS_CYCLES = Column(
    "eras_cycles",
    TEXT_LIST,
    "Month words of the cycles under which the index lists the specialty: September for residencies, July and December for "
    "fellowships; empty where the page was saved without its index.",
)
ERAS_STATUS = _text(
    "eras_status",
    "Whether the program takes applications through ERAS this season, in ERAS's words.",
    values=("Participating", "Not Participating", "Unregistered", "No Longer Accepting Applications"),
)
ERAS_NOTES = Column("eras_notes", TEXT_LIST, "Remarks printed beside the name, such as 'New Program!'; empty for none.")
ACCREDITATION_ID = _text(
    "accreditation_id", "Accreditation id as ERAS prints it, of whichever accreditor; null for a program that has none yet."
)
PROGRAM_KEY = _text(
    "program_key", "What tells programs of one specialty apart: the accreditation id, else city and state joined by '/'."
)
TRACK_NUMBER = Column(
    "track_number",
    INTEGER,
    "Number of the row among those of one program with one name; tracks of one program have names of their own as a rule.",
    unit="rank",
    low=1,
)

# --- private overlay: licensed tables in this project's own layouts ------------------------------------------------------

SOURCE_LABEL = _text("source_label", "Name of the licensed table, as its holder calls it.")
AS_OF = Column("as_of", DATE, "Day for which the licensed table speaks.")
VISA = _text("visa", "Visa that the statement is about.", values=("j1", "h1b"))
VISA_STATUS = _text(
    "visa_status",
    "What the licensed table states of the visa; not_stated where it speaks of the program and is silent.",
    values=(VisaStatus.ACCEPTS, VisaStatus.NOT_ACCEPTS, VisaStatus.CONDITIONAL, VisaStatus.NOT_STATED),
)
VISA_CONDITIONS = Column("visa_conditions", TEXT_LIST, "Conditions stated with it, such as step3_required; empty for none.")
YEAR = Column("year", INTEGER, "Year in which the training year begins.", unit="calendar year", low=1952, high=2100)
N_NONUS_IMG = _count(
    "n_nonus_img", "trainees", "Of these, not citizens of the US; whether that counts permanent residents is the table's."
)
N_TOTAL = _count("n_total", "trainees", "All trainees that the share speaks of.")
IMG_SHARE = Column("img_share", NUMBER, "Share of international medical graduates as stated.", unit="ratio", low=0, high=1)
STEP1_MIN = Column("step1_min", INTEGER, "Lowest Step 1 score taken; null where none is stated.", unit="points", low=1, high=300)
STEP2_MIN = Column(
    "step2_min", INTEGER, "Lowest Step 2 CK score taken; null where none is stated.", unit="points", low=1, high=300
)
ATTEMPTS_MAX = Column(
    "attempts_max", INTEGER, "Most attempts at a Step that are taken; null where none is stated.", unit="attempts", low=1, high=20
)
YOG_MAX_YEARS = Column(
    "yog_max_years", INTEGER, "Most years since graduation; null where none is stated.", unit="years", low=0, high=60
)
USCE_REQUIRED = _text(
    "usce_required",
    "Whether US clinical experience is required; null where it is not stated.",
    values=("yes", "no", "preferred", "conditional"),
)
ECFMG_REQUIRED = Column(
    "ecfmg_required", YES_NO, "Whether ECFMG certification is required to apply; null where it is not stated."
)

# --- listings: DOL ---------------------------------------------------------------------------------------------------

JOB_TITLE = _text("job_title", "Job title as filed.")
SOC_CODE = _text(
    "soc_code",
    "Occupation code as filed, reduced to NN-NNNN; null where it is none: spreadsheets turned many into dates, eFile has others.",
    pattern=r"^[0-9]{2}-[0-9]{4}$",
)
VISA_CLASS = _text(
    "visa_class",
    "Visa class of the filing.",
    values=("H-1B", "H-1B1 Chile", "H-1B1 Singapore", "H-1B1", "E-3 Australian", "E-3"),
)
CASE_STATUS = _text(
    "case_status",
    "Decision on the filing; null in extracts that do not say. A certified filing is an intent to employ, not a hire.",
    values=("Certified", "Certified - Withdrawn", "Withdrawn", "Denied"),
)
EMPLOYER_FEIN = _text(
    "employer_fein",
    "Federal employer identification number, 9 digits as text; null in files before FY2024 Q4, which do not print it.",
    pattern=r"^[0-9]{9}$",
)
EMPLOYER_STATE = _text("employer_state", "State of the employer's address; null in extracts without it.", values=STATE_CODES)
WORKSITE_CITY = _text("worksite_city", "City of the (first) place of work.")
WORKSITE_STATE = _text("worksite_state", "State of the (first) place of work.", values=STATE_CODES)
WORKSITE_ZIP = _text("worksite_zip", "ZIP code of the (first) place of work, five digits as text.", pattern=r"^[0-9]{5}$")
FILED_ON = Column("filed_on", DATE, "Day of filing, from the source or the case number.")
BEGIN_ON = Column("begin_on", DATE, "First day of the intended employment.")
END_ON = Column("end_on", DATE, "Last day of the intended employment.")
WAGE_FROM = Column("wage_from", NUMBER, "Lower end of the offered wage.", unit="USD per wage_unit", low=0)
WAGE_UNIT = _text(
    "wage_unit",
    "Unit of the offered wage; null in FY2010, whose files do not print it.",
    values=("Year", "Month", "Bi-Weekly", "Week", "Hour"),
)
WORKERS = _count("workers", "workers", "Worker positions the filing covers; null in extracts that do not say.")

# --- listings: CMS ---------------------------------------------------------------------------------------------------

HOSPITAL_NAME = _text("hospital_name", "Hospital name as its source prints it; CMS prints it in upper case.")
STREET = _text("street", "Street address.")
ZIP_CODE = _text("zip_code", "ZIP code, five digits as text.", pattern=r"^[0-9]{5}$")
COUNTY = _text("county", "County or parish.")
HOSPITAL_TYPE = _text("hospital_type", "CMS hospital type.")
HOSPITAL_OWNERSHIP = _text("hospital_ownership", "CMS ownership class.")
EMERGENCY_SERVICES = Column("emergency_services", YES_NO, "Whether the hospital offers emergency services.")
OVERALL_RATING = Column(
    "overall_rating",
    INTEGER,
    "CMS overall star rating; null where CMS prints 'Not Available'.",
    unit="stars",
    low=1,
    high=5,
)

# --- listings: USCIS --------------------------------------------------------------------------------------------------

FISCAL_YEAR = Column(
    "fiscal_year",
    INTEGER,
    "US fiscal year, from October of the year before to September: of USCIS's first decisions, of NIH's award.",
    unit="fiscal year",
    low=2009,
    high=2100,
)
NAICS2 = _text("naics2", "First two digits of the employer's industry (NAICS); 62 is health care.", pattern=r"^[0-9]{2}$")
TAX_ID_LAST4 = _text(
    "tax_id_last4",
    "Last four digits of the employer's tax id (FEIN), as text; null where not printed. Shared by one employer in 10,000.",
    pattern=r"^[0-9]{4}$",
)
INITIAL_APPROVALS = _count(
    "initial_approvals", "petitions", "Approved H-1B petitions for new employment, or for new employment beside another."
)
INITIAL_DENIALS = _count(
    "initial_denials", "petitions", "Denied H-1B petitions for new employment, or for new employment beside another."
)
CONTINUING_APPROVALS = _count(
    "continuing_approvals",
    "petitions",
    "Approved H-1B petitions of every other kind: extension, amendment, change of employer.",
)
CONTINUING_DENIALS = _count(
    "continuing_denials", "petitions", "Denied H-1B petitions of every other kind: extension, amendment, change of employer."
)
LINE_GROUP = _text(
    "line_group",
    "Industry, tax id, state, city and ZIP code of the line, joined by '/', empty where not printed: what tells lines of one "
    "spelling apart.",
)
LINE_IN_GROUP = Column(
    "line_in_group",
    INTEGER,
    "Number of the line among those that differ in nothing but their counts; 1 has the largest. In the file of 2021 line 2 is "
    "mostly an earlier state of line 1: never add them up there.",
    unit="rank",
    low=1,
)

# --- listings: AHRQ --------------------------------------------------------------------------------------------------

COMPENDIUM_HOSPITAL_ID = _text("compendium_hospital_id", "AHRQ's id of a hospital, of its own making.", pattern=r"^CHSP[0-9]{8}$")
ACUTE = Column("acute", YES_NO, "Whether AHRQ counts it among non-federal general acute care hospitals.")
SYSTEM_ID = _text(
    "system_id", "AHRQ's id of the health system that the hospital belongs to; null for none.", pattern=r"^HSI[0-9]{8}$"
)
SYSTEM_NAME = _text("system_name", "Name of that health system; null for none.")
SYSTEM_CITY = _text("system_city", "City of the system's seat; null for none.")
SYSTEM_STATE = _text("system_state", "State of the system's seat; null for none.", values=STATE_CODES)
N_RESIDENTS = Column(
    "n_residents",
    NUMBER,
    "Interns and residents of the hospital, from its cost report; null in editions that do not say (2018).",
    unit="residents",
    low=0,
)

# --- listings: EHR vendors -------------------------------------------------------------------------------------------

VENDOR = _text(
    "vendor",
    "Vendor whose directory lists the endpoint, from the name of the file.",
    values=("Epic", "Cerner (Oracle Health)", "MEDITECH", "MEDHOST", "Altera", "Veradigm"),
)
ENDPOINT_URL = _text(
    "endpoint_url", "Address of the FHIR server, as printed; we never ask it anything.", pattern=r"(?i)^https?://"
)
ORGANISATION_NAME = _text(
    "organisation_name", "Name of the organisation, without what the vendor appends of its software and hosting."
)
PRINTED_NAME = _text("printed_name", "Name of the organisation as the directory prints it.")
NPI = _text("npi", "National provider id, 10 digits as text; null where the directory does not say.", pattern=r"^[0-9]{10}$")

# --- listings: attestations, and what ONC has certified ------------------------------------------------------------------

CEHRT_ID = _text(
    "cehrt_id",
    "CMS EHR certification id, 15 characters as text, in upper case: it stands for a bundle of certified products and is shared "
    "by hospitals of many owners; null where CMS prints none.",
    pattern=r"^[0-9A-Z]{15}$",
)
MEETS_PI = Column(
    "meets_pi",
    YES_NO,
    "True where CMS prints that the hospital meets the criteria for promoting interoperability; null where it prints nothing, "
    "which is not a no.",
)
REPORTED_FROM = Column("reported_from", DATE, "First day of the reporting period.")
REPORTED_TO = Column("reported_to", DATE, "Last day of the reporting period.")
CHPL_ID = _text(
    "chpl_id", "CHPL's id of a listing: one product in one version, as certified once. Digits as text.", pattern=r"^[1-9][0-9]*$"
)
CHPL_PRODUCT_NUMBER = _text(
    "chpl_product_number",
    "CHPL product number, as text: edition, laboratory, certifier, developer, product, version, ICS, additional software and day "
    "(YYMMDD) between dots, or CHP and six digits for the oldest.",
    pattern=r"^(?:[0-9]{2}\.[0-9]{2}\.[0-9]{2}\.[0-9]{4}\.[0-9A-Za-z_]{4}\.[0-9A-Za-z_]{2}\.[0-9]{2}\.[0-9]\.[0-9]{6}|CHP-[0-9]{6})$",
)
DEVELOPER_ID = _text("developer_id", "CHPL's id of the developer, digits as text.", pattern=r"^[1-9][0-9]*$")
DEVELOPER_NAME = _text("developer_name", "Developer of the product as CHPL prints it; many have merged or been renamed since.")
PRODUCT_ID = _text("product_id", "CHPL's id of the product over all its versions, digits as text.", pattern=r"^[1-9][0-9]*$")
PRODUCT_NAME = _text("product_name", "Name of the product as CHPL prints it.")
PRODUCT_VERSION = _text("product_version", "Version of the product as CHPL prints it; null where it does not say.")
CERTIFIED_ON = Column("certified_on", DATE, "Day of the certification.")
CERTIFICATION_STATUS = _text(
    "certification_status",
    "Status of the certification.",
    values=(
        "Active",
        "Suspended by ONC",
        "Suspended by ONC-ACB",
        "Withdrawn by Developer",
        "Withdrawn by Developer Under Surveillance/Review",
        "Withdrawn by ONC-ACB",
        "Terminated by ONC",
        "Retired",
    ),
)
PRACTICE_TYPE = _text(
    "practice_type", "Practice type, ambulatory or inpatient; null for everything certified to the 2015 edition or later."
)
CERTIFICATION_YEAR = _text(
    "certification_year", "Edition year that the certification id stands for, as CHPL prints it; null where it does not say."
)
CLASSIFICATION = _text(
    "classification", "Whether the product is a complete or a modular EHR, as CHPL prints it; null where it does not say."
)

# --- listings: signs of informatics: NIH, PubMed, NPPES ---------------------------------------------------------------

APPL_ID = _text("appl_id", "NIH's id of one award in one fiscal year, digits as text.", pattern=r"^[1-9][0-9]*$")
CORE_PROJECT_NUMBER = _text(
    "core_project_number",
    "NIH's number of the project over all its years: activity, institute, serial number, such as T15LM007093.",
    pattern=r"^\S+$",
)
ACTIVITY_CODE = _text(
    "activity_code", "NIH's kind of award, such as R01, T15 (training) or UL1 (CTSA hub).", pattern=r"^[A-Z0-9]{3}$"
)
AWARD_KINDS = Column(
    "award_kinds",
    TEXT_LIST,
    "Which of our searches found the award: informatics_grant (its title or terms name informatics), nlm_t15, ctsa_hub.",
)
GRANTEE_NAME = _text(
    "grantee_name", "Organisation that holds the award, as NIH prints it, mostly a university and in upper case."
)
GRANTEE_COUNTRY = _text("grantee_country", "Country of the organisation, as NIH prints it.")
UEI = _text(
    "uei",
    "Unique entity id of the organisation in the government's register of grantees; null where NIH gives none.",
    pattern=r"^[A-Z0-9]{12}$",
)
AWARD_USD = Column(
    "award_usd",
    INTEGER,
    "What was awarded in the fiscal year, all costs; null where NIH does not say. Supplements are awards of their own.",
    unit="USD",
    low=0,
)
AFFILIATION = _text("affiliation", "Name that authors' affiliations were searched for, as the listing it comes from prints it.")
PUBLICATION_YEAR = Column("publication_year", INTEGER, "Year of publication.", unit="year", low=1900, high=2100)
N_PAPERS = _count(
    "n_papers", "papers", "Informatics papers with such an affiliation; 0 = searched and none found. One author is enough."
)
PUBMED_QUERY = _text("pubmed_query", "The exact query that was counted.")
TAXONOMY_CODE = _text(
    "taxonomy_code",
    "What the clinician registered as, and nobody checked: clinical informatics in preventive medicine (2083C0008X) or in "
    "pathology (207ZC0008X).",
    values=("2083C0008X", "207ZC0008X"),
)
N_CLINICIANS = _count(
    "n_clinicians",
    "clinicians",
    "Clinicians who registered the taxonomy and practise here; 0 = searched and none found; null where suppressed.",
)
REGISTERED_ORGANISATIONS = Column(
    "registered_organisations",
    TEXT_LIST,
    "Organisations that registered the taxonomy here, by name; those named after a person are left out.",
)
N_REGISTERED_ORGANISATIONS = _count(
    "n_registered_organisations", "organisations", "Organisations that registered the taxonomy here, with or without a name."
)
REACHED_CAP = Column(
    "reached_cap",
    YES_NO,
    "Whether the registry showed as many records of the state as it ever shows: the counts are then too low.",
)

# --- provenance and history ------------------------------------------------------------------------------------------

SOURCE = _text("source", "Name of the source, as `residency sources` lists it.")
DOCUMENT = _text("document", "Name of the document within its source: 'current' for a single file, else the file's name.")
DATASET = _text("dataset", "Which world the facts belong to: 'public' for real sources, 'sample' for the bundled demonstration.")
ADDRESS = _text(
    "address", "Where the bytes were found: an https address or a file name; of a POST with '#' and the digest of its body."
)
DIGEST = _text("digest", "SHA-256 of the bytes as stored; the capture store finds them by it.", pattern=r"^[0-9a-f]{64}$")
PUBLISHED_DIGEST = _text(
    "published_digest",
    "SHA-256 of the bytes as published; differs from `digest` where named contacts were removed before storing.",
    pattern=r"^[0-9a-f]{64}$",
)
LOCATOR = _text("locator", "Where in the document the row stands: article, row, or page and row.")
PARSER_VERSION = _text("parser_version", "Version of the parser that read the document.")
ROW_ID = _text("row_id", "Id of one version of one row.", pattern=r"^[0-9a-f]{24}$")
ROW_HASH = _text("row_hash", "Hash of the row's content columns; provenance is not content.", pattern=r"^[0-9a-f]{24}$")
ENTITY_KEY = _text("entity_key", "Key columns of the row joined by '|'.")
OBSERVED_AT = Column("observed_at", UTC_TIME, "When we first saw this version; the only time an as-of cutoff compares.")
SUPERSEDED_AT = Column("superseded_at", UTC_TIME, "When we learned better; null while this version is what we know.")
VALID_FROM = Column(
    "valid_from",
    DATE,
    "Day from which the version was true, as the document's date tells; a lower bound of our knowledge.",
)
VALID_TO = Column("valid_to", DATE, "Day on which it stopped being true; null while it is true as far as we know.")

# --- operations ------------------------------------------------------------------------------------------------------

NIGHT_ID = _text("night_id", "Id of the night (run): its start as YYYYMMDDTHHMMSSZ and a suffix of the profile.")
PROFILE = _text("profile", "Name of the profile that the night ran.")
STARTED_AT = Column("started_at", UTC_TIME, "When the night started; the observed_at of everything it captured.")
ENDED_AT = Column("ended_at", UTC_TIME, "When it ended; null while it runs or when it was killed.")
VERDICT = _text("verdict", "How the night ended.", values=NightVerdict)
REASON = _text("reason", "Why, in words.")
EXTRACT_ID = _text("extract_id", "Id of one reading of one captured document.", pattern=r"^[0-9a-f]{24}$")
ATTEMPT_ID = _text("attempt_id", "Id of one attempt to capture one document.")
ATTEMPTED_AT = Column("attempted_at", UTC_TIME, "When the attempt began.")
ATTEMPT_OUTCOME = _text("outcome", "How the attempt ended.", values=AttemptOutcome)
HTTP_STATUS = Column(
    "http_status",
    INTEGER,
    "HTTP status of the answer; null for files and where no answer came.",
    unit="HTTP status code",
    low=100,
    high=599,
)
PART = _text(
    "part",
    "Which answer of a document it was, where a document is made of several: digest of the request; null for the document.",
)
STATED_DATE = Column("stated_date", DATE, "Day that the publisher states for the document; null where it states none.")
CHARSET = _text("charset", "Charset of the Content-Type header; null where none was stated.")
FINAL_ADDRESS = _text("final_address", "Where redirects led; null where there were none.")
SIZE_BYTES = _count("size_bytes", "bytes", "Size of the body as published.")
DURATION_MS = _count("duration_ms", "milliseconds", "Duration of the attempt.")
ETAG = _text("etag", "ETag of the answer, for the next conditional request.")
LAST_MODIFIED = _text("last_modified", "Last-Modified of the answer, for the next conditional request.")
EXTRACT_OUTCOME = _text("outcome", "What became of the captured document.", values=ExtractOutcome)
ROWS_PARSED = _count("rows_parsed", "rows", "Rows that the parser took out of the document.")
ROWS_LISTED = _count("rows_listed", "rows", "Rows that passed validation.")
ROWS_QUARANTINED = _count("rows_quarantined", "rows", "Rows set aside with their reasons.")
STATED_TOTAL = _count(
    "stated_total", "rows", "Total that the source itself states, for its main listing; null when it states none."
)
COMPLETE = Column(
    "complete",
    YES_NO,
    "Whether the extract is known to hold every row of its source; only then may an absent row be retired, or absence mean 'no'.",
)
DOCUMENT_DATE = Column(
    "document_date", DATE, "Day the document speaks of: as the profile says, else as its publisher says, else the day of capture."
)
LISTING = _text("listing", "Name of the listing table.")
RAW_ROW = _text("raw_row", "The row as the parser read it, as JSON.")
REASONS = Column("reasons", TEXT_LIST, "Why the row was set aside: column, expectation, what was found.")
RELEASE_ID = _text(
    "release_id", "Id of a release; the same inputs and code give the same id.", pattern=r"^r[0-9]{8}-[0-9a-f]{12}$"
)
RELEASED_AT = Column("released_at", UTC_TIME, "When the release was published.")
INPUTS_DIGEST = _text("inputs_digest", "SHA-256 over all listed rows that the release rests on.", pattern=r"^[0-9a-f]{64}$")
CODE_VERSION = _text("code_version", "Version of this project's code and contract.")
CHECK_NAME = _text("check_name", "Name of the audit check.")
CHECK_LEVEL = _text("level", "What a failure does.", values=CheckLevel)
PASSED = Column("passed", YES_NO, "Whether the check passed.")
EXPECTED = _text("expected", "What the check expects, with its reason.")
FOUND = _text("found", "What it found.")

# --- links, evidence, features ---------------------------------------------------------------------------------------

TRACK_TYPE = _text("track_type", "Type of the track, from the letter of its code.", values=TrackType)
EDITIONS = Column("editions", TEXT_LIST, "Documents that state this value, newest first.")
DISAGREEMENT = Column("disagreement", YES_NO, "True where two editions state different numbers; the newest edition's stand here.")
N_TRACKS = _count("n_tracks", "tracks", "Tracks summed in this row.")
UNFILLED = _count("unfilled", "positions", "Positions left open after the Match, before SOAP.")
UNFILLED_RATE = Column(
    "unfilled_rate", NUMBER, "Unfilled positions divided by quota; null when quota is 0.", unit="ratio", low=0, high=1
)
IMG_SHARE_OF_FILLED = Column(
    "img_share_of_filled",
    NUMBER,
    "Both IMG counts divided by positions_filled; null as share_null_reason says.",
    unit="ratio",
    low=0,
    high=1,
)
NON_US_IMG_SHARE_OF_FILLED = Column(
    "non_us_img_share_of_filled",
    NUMBER,
    "Non-US IMGs divided by positions_filled, which is its n; null as share_null_reason says. Not a chance of matching.",
    unit="ratio",
    low=0,
    high=1,
)
SHARE_NULL_REASON = _text(
    "share_null_reason",
    "Why the row has no shares; null where it has.",
    values=("doubtful", "not_stated", "none_filled"),
)
OTHERS_DIFFER = Column(
    "others_differ",
    YES_NO,
    "True where another document states another number for the same Match, specialty and positions; both rows stand. "
    "A list that does not tell the positions is taken to speak of PGY-1.",
)
ENTITY_KIND = _text("entity_kind", "What the entity is.", values=EntityKind)
ENTITY_UID = _text("entity_uid", "Our permanent id of the entity; never reused.", pattern=r"^[a-z]{3}-[0-9a-f]{12}$")
ENTITY_NAME = _text("entity_name", "A name under which a source knows the entity, as printed.")
NO_STATE = "US"
NAMED_IN = _text(
    "named_in",
    f"State in which the source uses the name; {NO_STATE} where it tells none.",
    values=(*STATE_CODES, NO_STATE),
)
TOLD_BY = _text("told_by", "Source that uses the name or the code.")
CITIES = Column("cities", TEXT_LIST, "Cities known with the name, folded; empty where none is told.")
ZIP_CODES = Column("zip_codes", TEXT_LIST, "ZIP codes known with the name; empty where none is told.")
AUTHORITY = _text("authority", "Who gave out the code.", values=Authority)
CODE = _text("code", "The code as its authority writes it, as text.")
CODE_VALID_FROM = Column("code_valid_from", DATE, "First day for which a document shows the code; null where none says.")
CODE_VALID_TO = Column("code_valid_to", DATE, "Day from which a complete document no longer shows it; null while it stands.")
OTHER_UID = _text(
    "other_uid",
    "The other entity of a merger, split or change of sponsor; null for other events.",
    pattern=r"^[a-z]{3}-[0-9a-f]{12}$",
)
LEFT_KIND = _text("left_kind", "Kind of the left entity.", values=EntityKind)
LEFT_ID = _text("left_id", "Id of the left entity; a track's is its NRMP code.")
RIGHT_KIND = _text("right_kind", "Kind of the right entity.", values=EntityKind)
RIGHT_ID = _text("right_id", "Id of the right entity.")
LINK_KIND = _text(
    "kind",
    "What the link says: left is the same as right, is part of it, sponsors it, participates in it (or it in left's "
    "programs), or "
    "files for it.",
    values=LinkKind,
)
LINK_METHOD = _text("link_method", "How the link was made, strongest first.", values=LinkMethod)
LINK_SCORE = Column(
    "score",
    NUMBER,
    "How probable the link is: 1 for codes and reviewed links, the matcher's probability for names, the product for derived "
    "links.",
    unit="ratio",
    low=0,
    high=1,
)
LINK_BASIS = _text("basis", "What the link rests on, in words: the code, the review, or what both names and places share.")
DECIDED_BY = _text("decided_by", "Who or what decided: 'codes', the reviewer, or the matcher's version.")
LINK_VALID_FROM = Column("valid_from", DATE, "First day for which its evidence speaks; null where the evidence has no date.")
LINK_VALID_TO = Column("valid_to", DATE, "Day on which it ended; null while it stands.")
LEFT_NAME = _text("left_name", "Name of the left entity that was compared.")
RIGHT_NAME = _text("right_name", "Name of the right entity that was compared.")
N_PROGRAMS_AT_STAKE = _count("n_programs_at_stake", "programs", "Programs that the link would touch.")
N_FILINGS_AT_STAKE = _count("n_filings_at_stake", "filings", "Trainee filings and petitions that the link would place.")
ENTITY_LIST = _text("entity_list", "The list whose entities were to be linked, in words.")
LINKED_TO = _text("linked_to", "What they were to be linked to.")
LINK_STATE = _text("link_state", "How far linking came.", values=("linked", "in_review", "unlinked"))
N_ENTITIES = _count("n_entities", "entities", "Entities of the list in that state.")
N_PETITIONS = _count("n_petitions", "petitions", "H-1B petitions approved for these entities, all occupations.")

REVIEWED_LEFT = _text("left_named", "The left entity: a name as filed (with left_state), or its code.")
REVIEWED_STATE = _text("left_state", "State of the left entity.", values=STATE_CODES)
DECISION = _text("decision", "What the reviewer says: a kind of link, or not_same.", values=Decision)
RIGHT_AUTHORITY = _text(
    "right_authority", "Authority of the right entity's code.", values=("ccn", "acgme_institution", "ahrq_system")
)
RIGHT_CODE = _text("right_code", "The right entity's code, as text; leading zeros matter.")
REVIEW_EVIDENCE = _text("review_evidence", "The fact that the decision rests on, in the reviewer's words.")
REVIEW_ADDRESS = _text("review_address", "Where a reader can check it.")
EVIDENCE_ON = Column("evidence_on", DATE, "Day for which the evidence speaks.")
REVIEWER = _text("reviewer", "Who decided.")
EVENT_LEFT = _text("event_code", "Code of the entity to which it happened.")
EVENT_OTHER = _text("other_code", "Code of the other entity of a merger, split or change of sponsor; null for other events.")

N_PROGRAMS = _count("n_programs", "programs", "Programs linked to this sponsor.")
N_FILINGS = _count("n_filings", "filings", "All filings of this employer on file, trainees and others.")
TRACK_LINK = _text(
    "track_link",
    "How the track's program was found: both codes on one directory entry, or history; null where it has none.",
    values=LinkMethod,
)
N_HOSPITALS = _count("n_hospitals", "hospitals", "Hospitals of the CMS list that belong to the health system.")
N_TRAINEE_FILINGS = _count("n_trainee_filings", "filings", "Filings of this employer for physician trainees on file, all years.")
NAMED_SPECIALTY_CODE = _text(
    "named_specialty_code",
    "Specialty code that the job title names; null for the two thirds that name none.",
    pattern=r"^[0-9]{3}$",
)
EVENT = _text("event", "What happened to the entity.", values=EntityEventKind)
EVENT_ON = Column(
    "event_on", DATE, "Day of the event as stated; else of the document that shows it, and the event lies before it."
)
VALUE_BEFORE = _text("value_before", "Value before the event; null for opened.")
VALUE_AFTER = _text("value_after", "Value after the event; null for retired.")
EVENT_BASIS = _text("event_basis", "What shows the event: two versions of a list, or a reviewer's evidence.")

SUBJECT_KIND = _text(
    "subject_kind", "What the evidence speaks of.", values=("program", "track", "sponsor", "employer", "document")
)
SUBJECT_ID = _text("subject_id", "Id of the subject: program_uid, NRMP code, sponsor_uid, employer_uid, or source and document.")
CLAIM = _text("claim", "What is claimed.", values=Claim)
VALUE = _text("value", "The claimed value as text, in the words or digits of the source.")
SCOPE = _text("scope", "The level the evidence speaks of.", values=Scope)
ORIGIN_FAMILY = _text(
    "origin_family", "Who stands behind the source; independence counts families, not pages.", values=OriginFamily
)
QUOTE = _text("quote", "The words or cells that the claim rests on, at most 300 characters.", pattern=r"(?s)^.{1,300}$")
FETCHED_AT = Column("fetched_at", UTC_TIME, "When the bytes that carry the claim were first seen.")
CLAIMED_FROM = Column("claimed_from", DATE, "Day from which the claim holds, as the document's date or the Match tells.")
FEATURE_OBSERVED_AT = Column(
    "evidence_observed_at", UTC_TIME, "When the newest evidence behind the value was first seen; null without evidence."
)
LICENCE = _text("licence", "What may be done with rows of this source: its licence record's short form.")
FEATURE = _text("feature", "Name of the feature, as the contract lists it.")
FEATURE_STATUS = _text("status", "Why the value is what it is; unknown is never no.", values=FeatureStatus)
NULL_REASON = _text("null_reason", "Why there is no value; null where there is one.")
VALUE_TEXT = _text("value_text", "Value of a text feature; a set is words joined by '|'.")
VALUE_NUMBER = Column("value_number", NUMBER, "Value of a numeric feature, in the feature's unit.", unit="as the feature says")
CONFIDENCE = Column(
    "confidence",
    NUMBER,
    "How sure we are of the value; null where there is none. Method agreement-0, not yet calibrated.",
    unit="ratio",
    low=0,
    high=1,
)
N_ORIGINS = _count("n_origins", "origin families", "Independent origin families that support the value.")
EVIDENCE_IDS = Column("evidence_ids", TEXT_LIST, "Evidence the value rests on, both sides of a conflict included.")

FIGURE = _text("figure", "Name of the figure.")
FIGURE_VALUE = _count("figure_value", "as described", "Value of the figure.")
DESCRIPTION = _text("description", "What it means.")
TABLE_NAME = _text("table_name", "Name of the table.")
COLUMN_NAME = _text("column_name", "Name of the column.")
TYPE_NAME = _text("type", "Type in a reader's words.")
UNIT = _text("unit", "Unit of a number.")
NULL_MEANING = _text("nullable", "Whether null may occur; the description says what it means.")
VALUES_TEXT = _text("allowed_values", "Closed vocabulary, where there is one.")

VISA_STATUSES: tuple[str, ...] = tuple(VisaStatus)
PRESENCES: tuple[str, ...] = tuple(Presence)
