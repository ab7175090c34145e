"""Listings: validated rows of one source, as that source states them."""

import polars as pl

from schemas import columns as c
from schemas.table import Column, RowRule, Table

PUBLIC_SERVER = r"(?i)^https?://(?:[\w-]+\.)+[\w-]+(?:[:/]|$)"
"""An address with a host of several parts."""
INNER_SERVER = (
    r"(?i)^https?://(?:[^/:]*\.(?:local|localdomain|internal|lan|rd\.allscripts\.com)|testclinic\.com|127\.[\d.]+|10\.[\d.]+|"
    r"192\.168\.[\d.]+|172\.(?:1[6-9]|2\d|3[01])\.[\d.]+)(?:[:/]|$)"
)
"""Hosts of a house's own network, and the vendors' own test servers."""

NRMP_DIRECTORY_TRACK = Table(
    name="nrmp_directory_track",
    grain="One track in the NRMP program directory.",
    key=("nrmp_code",),
    columns=(
        c.NRMP_CODE,
        c.ACGME_ID,
        c.SPECIALTY_LABEL,
        c.INSTITUTION_NAME,
        c.CITY,
        c.STATE,
        c.MATCH_SERVICES,
        c.SOAP_SERVICES,
        c.PAGE_PATH,
        c.MATCH_YEAR,
    ),
)

NRMP_PROGRAM_RESULT = Table(
    name="nrmp_program_result",
    grain="One track in one Match, as one edition of the results prints it.",
    key=("nrmp_code", "match_year"),
    columns=(
        c.NRMP_CODE,
        c.MATCH_YEAR,
        c.MATCH_NAME,
        c.STATE,
        c.INSTITUTION_NAME,
        c.CITY.or_null(),
        c.SPECIALTY_LABEL,
        c.OFFERED,
        c.QUOTA.or_null(),
        c.MATCHED.or_null(),
        c.ALL_FILLED.or_null(),
    ),
    rules=(
        RowRule(
            "expected matched at most quota",
            ("matched", "quota"),
            lambda: pl.col("matched").is_null() | (pl.col("matched") <= pl.col("quota")),
        ),
        RowRule(
            "expected quota and matched exactly where the track was offered",
            ("offered", "quota", "matched"),
            lambda: (pl.col("offered") == pl.col("quota").is_not_null()) & (pl.col("offered") == pl.col("matched").is_not_null()),
        ),
        RowRule(
            "expected the not-filled mark to agree with the numbers",
            ("all_filled", "matched", "quota"),
            lambda: pl.col("all_filled").is_null() | (pl.col("all_filled") == (pl.col("matched") == pl.col("quota"))),
        ),
    ),
)

_EACH_APPLICANT_TYPE = (
    "n_us_seniors",
    "n_us_graduates",
    "n_osteopathic",
    "n_do_seniors",
    "n_do_graduates",
    "n_canadian",
    "n_fifth_pathway",
    "n_us_img",
    "n_non_us_img",
)

NRMP_SPECIALTY_MATCH = Table(
    name="nrmp_specialty_match",
    grain="One specialty and type of position in one Match, by type of applicant, as one report or list states it.",
    key=("match_year", "position_type", "specialty_group", "specialty_label"),
    columns=(
        c.MATCH_YEAR,
        c.POSITION_TYPE,
        c.SPECIALTY_GROUP,
        c.SPECIALTY_LABEL,
        c.POSITIONS_OFFERED.or_null(),
        c.POSITIONS_FILLED.or_null(),
        c.UNFILLED.or_null(),
        c.N_US_SENIORS.or_null(),
        c.N_US_GRADUATES.or_null(),
        c.N_OSTEOPATHIC.or_null(),
        c.N_DO_SENIORS.or_null(),
        c.N_DO_GRADUATES.or_null(),
        c.N_CANADIAN.or_null(),
        c.N_FIFTH_PATHWAY.or_null(),
        c.N_US_IMG.or_null(),
        c.N_NON_US_IMG.or_null(),
        c.IMG_PERCENT_PRINTED.or_null(),
        c.REPORT_NAME,
        c.IS_DOUBTFUL,
        c.NOTE.or_null(),
    ),
    rules=(
        RowRule(
            "expected at most as many positions filled as offered, and the rest unfilled",
            ("positions_offered", "positions_filled", "unfilled"),
            lambda: (
                (pl.col("positions_filled") <= pl.col("positions_offered")).fill_null(True)
                & (pl.col("positions_offered") - pl.col("positions_filled") == pl.col("unfilled")).fill_null(True)
            ),
        ),
        RowRule(
            "expected the types of applicant to add up to the positions filled, where all are stated",
            ("positions_filled", *_EACH_APPLICANT_TYPE),
            lambda: (
                pl.col("n_us_seniors").is_null()
                | (pl.sum_horizontal(_EACH_APPLICANT_TYPE) == pl.col("positions_filled")).fill_null(True)
            ),
        ),
        RowRule(
            "expected at most as many IMGs as positions filled",
            ("positions_filled", "n_us_img", "n_non_us_img"),
            lambda: (pl.sum_horizontal("n_us_img", "n_non_us_img") <= pl.col("positions_filled")).fill_null(True),
        ),
        RowRule(
            "expected the printed percentage to agree with the numbers, to one decimal",
            ("img_percent_printed", "positions_filled", "n_us_img", "n_non_us_img"),
            lambda: (
                (
                    pl.col("img_percent_printed") * pl.col("positions_filled") / 100
                    - (pl.col("n_us_img") + pl.col("n_non_us_img"))
                ).abs()
                <= pl.col("positions_filled") * 0.000501
            ).fill_null(True),
        ),
        RowRule(
            "expected a number of IMGs or a percentage",
            ("n_us_img", "n_non_us_img", "img_percent_printed"),
            lambda: pl.any_horizontal(pl.col(name).is_not_null() for name in ("n_us_img", "n_non_us_img", "img_percent_printed")),
        ),
    ),
)

ACGME_PROGRAM = Table(
    name="acgme_program",
    grain="One accredited program in one list.",
    key=("acgme_id",),
    columns=(
        c.ACGME_ID,
        c.PROGRAM_NAME.or_null(),
        c.CITY.or_null(),
        c.STATE,
        c.ZIP_CODE.or_null(),
        c.SPONSOR_CODE.or_null(),
        c.SPONSOR_NAME.or_null(),
        c.NAME_CUT,
        c.ACCREDITATION_STATUS.or_null(),
        c.ACCREDITED_ON.or_null(),
        c.STATUS_EFFECTIVE_ON.or_null(),
        c.LATITUDE.or_null(),
        c.LONGITUDE.or_null(),
    ),
)

ERAS_PROGRAM = Table(
    name="eras_program",
    grain="One track of one program under one specialty of the list of programs that take part in ERAS.",
    key=("eras_specialty_code", "program_key", "program_name", "track_number"),
    columns=(
        c.ERAS_SPECIALTY_CODE,
        c.ERAS_SPECIALTY.or_null(),
        c.ERAS_SEASON,
        c.ERAS_CYCLES,
        c.PROGRAM_KEY,
        c.ACCREDITATION_ID.or_null(),
        c.ACGME_ID.or_null(),
        c.PROGRAM_NAME,
        c.TRACK_NUMBER,
        c.CITY.or_null(),
        c.STATE.or_null(),
        c.ERAS_STATUS,
        c.ERAS_NOTES,
    ),
)

ACGME_PARTICIPATING_SITE = Table(
    name="acgme_participating_site",
    grain="One participating site of one program.",
    key=("acgme_id", "site_number"),
    columns=(c.ACGME_ID, c.SITE_NUMBER, c.SITE_CODE, c.SITE_NAME.or_null()),
)

DOL_LCA_FILING = Table(
    name="dol_lca_filing",
    grain="One labor condition application under its latest decision.",
    key=("case_number",),
    columns=(
        c.CASE_NUMBER,
        c.CASE_STATUS.or_null(),
        c.VISA_CLASS,
        c.JOB_TITLE,
        c.SOC_CODE.or_null(),
        c.EMPLOYER_NAME,
        c.TRADE_NAME.or_null(),
        c.EMPLOYER_FEIN.or_null(),
        c.EMPLOYER_STATE.or_null(),
        c.WORKSITE_CITY.or_null(),
        c.WORKSITE_STATE,
        c.WORKSITE_ZIP.or_null(),
        c.FILED_ON,
        c.BEGIN_ON,
        c.END_ON,
        c.WAGE_FROM,
        c.WAGE_UNIT.or_null(),
        c.WORKERS.or_null(),
    ),
    rules=(
        RowRule(
            "expected employment to end after it begins", ("begin_on", "end_on"), lambda: pl.col("end_on") >= pl.col("begin_on")
        ),
    ),
)

CMS_HOSPITAL = Table(
    name="cms_hospital",
    grain="One hospital in CMS Hospital General Information.",
    key=("ccn",),
    columns=(
        c.CCN,
        c.HOSPITAL_NAME,
        c.STREET,
        c.CITY,
        c.STATE,
        c.ZIP_CODE,
        c.COUNTY.or_null(),
        c.HOSPITAL_TYPE,
        c.HOSPITAL_OWNERSHIP,
        c.EMERGENCY_SERVICES.or_null(),
        c.OVERALL_RATING.or_null(),
    ),
)

_RIGHT_CODES = {"ccn": c.CCN.pattern, "acgme_institution": c.SPONSOR_CODE.pattern, "ahrq_system": c.SYSTEM_ID.pattern}
"""How each authority of a reviewed link writes its codes."""


def _is_of_authority(authority: str, code: str) -> pl.Expr:
    checks = [(pl.col(authority) == name) & pl.col(code).str.contains(str(pattern)) for name, pattern in _RIGHT_CODES.items()]
    return pl.any_horizontal(checks) | ~pl.col(authority).is_in(list(_RIGHT_CODES))


REVIEWED_LINK = Table(
    name="reviewed_link",
    grain="One decision of a reviewer about two entities.",
    key=("left_kind", "left_named", "left_state", "right_authority", "right_code"),
    columns=(
        c.LEFT_KIND,
        c.REVIEWED_LEFT,
        c.REVIEWED_STATE,
        c.DECISION,
        c.RIGHT_AUTHORITY,
        c.RIGHT_CODE,
        c.REVIEW_EVIDENCE,
        c.REVIEW_ADDRESS,
        c.EVIDENCE_ON,
        c.REVIEWER,
    ),
    rules=(
        RowRule(
            "expected a code as its authority writes it, leading zeros included",
            ("right_authority", "right_code"),
            lambda: _is_of_authority("right_authority", "right_code"),
        ),
    ),
)

REVIEWED_EVENT = Table(
    name="reviewed_event",
    grain="One event in the life of an entity that no list tells by itself.",
    key=("authority", "event_code", "event", "event_on"),
    columns=(
        c.AUTHORITY,
        c.EVENT_LEFT,
        c.EVENT,
        c.EVENT_ON,
        c.EVENT_OTHER.or_null(),
        c.REVIEW_EVIDENCE,
        c.REVIEW_ADDRESS,
        c.REVIEWER,
    ),
    rules=(
        RowRule(
            "expected another code for a merger, a split or a change of sponsor",
            ("event", "event_code", "other_code"),
            lambda: (
                ~pl.col("event").is_in(["merged_into", "split_from", "sponsor_changed"])
                | pl.col("event_code").is_null()
                | (pl.col("other_code") != pl.col("event_code")).fill_null(value=False)
            ),
        ),
        RowRule(
            "expected an authority from whose codes our ids are derived",
            ("authority",),
            lambda: ~pl.col("authority").is_in(["nrmp_track", "npi", "fein", "fein_last4"]),
        ),
    ),
)

USCIS_EMPLOYER = Table(
    name="uscis_employer",
    grain="One line of one fiscal year of the USCIS H-1B Employer Data Hub: an employer's spelling in one place and industry.",
    key=("fiscal_year", "employer_name", "line_group", "line_in_group"),
    columns=(
        c.FISCAL_YEAR,
        c.EMPLOYER_NAME,
        c.INITIAL_APPROVALS,
        c.INITIAL_DENIALS,
        c.CONTINUING_APPROVALS,
        c.CONTINUING_DENIALS,
        c.NAICS2.or_null(),
        c.TAX_ID_LAST4.or_null(),
        c.STATE.or_null(),
        c.CITY.or_null(),
        c.ZIP_CODE.or_null(),
        c.NAME_CUT,
        c.LINE_GROUP,
        c.LINE_IN_GROUP,
    ),
    rules=(
        RowRule(
            "expected a name and no spreadsheet error",
            ("employer_name",),
            lambda: ~pl.col("employer_name").str.contains(r"^#\w+[?!/]"),
        ),
    ),
)

AHRQ_HOSPITAL = Table(
    name="ahrq_hospital",
    grain="One hospital in AHRQ's Compendium, with the health system it belongs to.",
    key=("compendium_hospital_id",),
    columns=(
        c.COMPENDIUM_HOSPITAL_ID,
        c.CCN.or_null(),
        c.HOSPITAL_NAME,
        c.STREET.or_null(),
        c.CITY,
        c.STATE,
        c.ZIP_CODE.or_null(),
        c.ACUTE,
        c.SYSTEM_ID.or_null(),
        c.SYSTEM_NAME.or_null(),
        c.SYSTEM_CITY.or_null(),
        c.SYSTEM_STATE.or_null(),
        c.N_RESIDENTS.or_null(),
        c.NAME_CUT,
    ),
    rules=(
        RowRule(
            "expected a system's id and name together",
            ("system_id", "system_name"),
            lambda: pl.col("system_id").is_null() == pl.col("system_name").is_null(),
        ),
    ),
)

EHR_ENDPOINT = Table(
    name="ehr_endpoint",
    grain="One FHIR endpoint of one organisation in one vendor's directory.",
    key=("vendor", "endpoint_url", "organisation_name"),
    columns=(c.VENDOR, c.ENDPOINT_URL, c.ORGANISATION_NAME, c.PRINTED_NAME, c.NPI.or_null(), c.ZIP_CODE.or_null()),
    rules=(
        RowRule("expected a name with letters", ("printed_name",), lambda: pl.col("printed_name").str.contains(r"\p{L}")),
        RowRule(
            "expected an organisation and no test system",
            ("printed_name",),
            lambda: ~pl.col("printed_name").str.contains(r"(?i)(?:\b|\d)(?:test|sandbox|sandpit|demo|dev|qa)\d*\b"),
        ),
        RowRule(
            "expected a server that the public can reach",
            ("endpoint_url",),
            lambda: pl.col("endpoint_url").str.contains(PUBLIC_SERVER) & ~pl.col("endpoint_url").str.contains(INNER_SERVER),
        ),
    ),
)

CMS_ATTESTATION = Table(
    name="cms_attestation",
    grain="One hospital in one reporting period of the Medicare Promoting Interoperability Program.",
    key=("ccn", "reported_from"),
    columns=(
        c.CCN,
        c.HOSPITAL_NAME,
        c.CITY,
        c.STATE,
        c.CEHRT_ID.or_null(),
        c.MEETS_PI.or_null(),
        c.REPORTED_FROM,
        c.REPORTED_TO,
    ),
    rules=(
        RowRule(
            "expected the period to end after it begins",
            ("reported_from", "reported_to"),
            lambda: pl.col("reported_to") > pl.col("reported_from"),
        ),
    ),
)

CHPL_PRODUCT = Table(
    name="chpl_product",
    grain="One listing of the Certified Health IT Product List: one product in one version.",
    key=("chpl_id",),
    columns=(
        c.CHPL_ID,
        c.CHPL_PRODUCT_NUMBER,
        c.DEVELOPER_ID,
        c.DEVELOPER_NAME,
        c.PRODUCT_ID,
        c.PRODUCT_NAME,
        c.PRODUCT_VERSION.or_null(),
        c.CERTIFIED_ON,
        c.CERTIFICATION_STATUS,
        c.PRACTICE_TYPE.or_null(),
    ),
)

CHPL_CERTIFICATION_PRODUCT = Table(
    name="chpl_certification_product",
    grain="One certified product of the bundle that one CMS EHR certification id stands for.",
    key=("cehrt_id", "chpl_id"),
    columns=(
        c.CEHRT_ID,
        c.CERTIFICATION_YEAR.or_null(),
        c.CHPL_ID,
        c.CHPL_PRODUCT_NUMBER,
        c.DEVELOPER_NAME,
        c.PRODUCT_NAME,
        c.PRODUCT_VERSION.or_null(),
        c.CLASSIFICATION.or_null(),
    ),
)

NIH_AWARD = Table(
    name="nih_award",
    grain="One award of one fiscal year that one of our searches of NIH RePORTER found.",
    key=("appl_id",),
    columns=(
        c.APPL_ID,
        c.CORE_PROJECT_NUMBER,
        c.FISCAL_YEAR,
        c.ACTIVITY_CODE,
        c.AWARD_KINDS,
        c.GRANTEE_NAME,
        c.CITY.or_null(),
        c.STATE.or_null(),
        c.GRANTEE_COUNTRY.or_null(),
        c.UEI.or_null(),
        c.AWARD_USD.or_null(),
    ),
    rules=(
        RowRule(
            "expected a T15 of the National Library of Medicine where one was searched for",
            ("award_kinds", "core_project_number"),
            lambda: ~pl.col("award_kinds").list.contains("nlm_t15") | pl.col("core_project_number").str.starts_with("T15LM"),
        ),
        RowRule(
            "expected a UL1 or UM1 where CTSA hubs were searched for",
            ("award_kinds", "activity_code"),
            lambda: ~pl.col("award_kinds").list.contains("ctsa_hub") | pl.col("activity_code").is_in(["UL1", "UM1"]),
        ),
    ),
)

PUBMED_AFFILIATION_COUNT = Table(
    name="pubmed_affiliation_count",
    grain="Informatics papers of one year by authors of one affiliation, counted in PubMed.",
    key=("affiliation", "publication_year"),
    columns=(c.AFFILIATION, c.PUBLICATION_YEAR, c.N_PAPERS, c.PUBMED_QUERY),
)

_WITHHELD = RowRule(
    "expected a number of clinicians exactly where it is not withheld",
    ("n_clinicians", "suppressed_cells"),
    lambda: pl.col("n_clinicians").is_null() == pl.col("suppressed_cells").list.contains("n_clinicians"),
)

NPPES_INFORMATICS_STATE = Table(
    name="nppes_informatics_state",
    grain="One informatics taxonomy of the NPI registry in one state, in counts.",
    key=("state", "taxonomy_code"),
    columns=(
        c.STATE,
        c.TAXONOMY_CODE,
        c.N_CLINICIANS.or_null(),
        c.SUPPRESSED,
        c.N_REGISTERED_ORGANISATIONS,
        c.REACHED_CAP,
    ),
    rules=(_WITHHELD,),
)

NPPES_INFORMATICS_CITY = Table(
    name="nppes_informatics_city",
    grain="One informatics taxonomy of the NPI registry in one city, in counts; small cells withheld.",
    key=("state", "city", "taxonomy_code"),
    columns=(
        c.STATE,
        c.CITY,
        c.TAXONOMY_CODE,
        c.N_CLINICIANS.or_null(),
        c.SUPPRESSED,
        c.N_REGISTERED_ORGANISATIONS,
        c.REGISTERED_ORGANISATIONS,
    ),
    rules=(_WITHHELD,),
)

OVERLAY_VISA = Table(
    name="overlay_visa",
    grain="One statement of one licensed table about one visa at one program.",
    key=("acgme_id", "visa", "as_of", "source_label"),
    columns=(c.ACGME_ID, c.VISA, c.VISA_STATUS, c.VISA_CONDITIONS, c.AS_OF, c.SOURCE_LABEL),
    rules=(
        RowRule(
            "expected conditions where the status is conditional",
            ("visa_status", "visa_conditions"),
            lambda: (pl.col("visa_status") != "conditional") | (pl.col("visa_conditions").list.len() > 0),
        ),
    ),
)

OVERLAY_IMG_SHARE = Table(
    name="overlay_img_share",
    grain="One statement of one licensed table about one program's share of international medical graduates in one year.",
    key=("acgme_id", "year", "source_label"),
    columns=(
        c.ACGME_ID,
        c.YEAR,
        c.N_IMG,
        c.N_NONUS_IMG.or_null(),
        c.N_TOTAL.or_null(),
        c.IMG_SHARE.or_null(),
        c.SOURCE_LABEL,
    ),
    rules=(
        RowRule(
            "expected a share, or the numbers that it is made of",
            ("img_share", "n_img", "n_total"),
            lambda: (
                pl.col("img_share").is_not_null() | (pl.col("n_img").is_not_null() & (pl.col("n_total") > 0).fill_null(False))
            ),
        ),
        RowRule(
            "expected n_nonus_img at most n_img, and n_img at most n_total",
            ("n_nonus_img", "n_img", "n_total"),
            lambda: (
                (pl.col("n_nonus_img") <= pl.min_horizontal("n_img", "n_total")).fill_null(True)
                & (pl.col("n_img") <= pl.col("n_total")).fill_null(True)
            ),
        ),
        RowRule(
            "expected the share to agree with the numbers",
            ("img_share", "n_img", "n_total"),
            lambda: ((pl.col("img_share") * pl.col("n_total") - pl.col("n_img")).abs() <= 0.5).fill_null(True),
        ),
    ),
)

_SCORE_LIMITS = ("step1_min", "step2_min", "attempts_max", "yog_max_years", "usce_required", "ecfmg_required")

OVERLAY_SCORE_LIMITS = Table(
    name="overlay_score_limits",
    grain="One statement of one licensed table about what one program asks of applicants.",
    key=("acgme_id", "as_of", "source_label"),
    columns=(
        c.ACGME_ID,
        c.STEP1_MIN.or_null(),
        c.STEP2_MIN.or_null(),
        c.ATTEMPTS_MAX.or_null(),
        c.YOG_MAX_YEARS.or_null(),
        c.USCE_REQUIRED.or_null(),
        c.ECFMG_REQUIRED.or_null(),
        c.AS_OF,
        c.SOURCE_LABEL,
    ),
    rules=(
        RowRule(
            "expected at least one limit",
            _SCORE_LIMITS,
            lambda: pl.any_horizontal(pl.col(name).is_not_null() for name in _SCORE_LIMITS),
        ),
    ),
)

PROVENANCE: tuple[Column, ...] = (c.DATASET, c.SOURCE, c.DOCUMENT, c.DIGEST, c.PARSER_VERSION, c.LOCATOR)
HISTORY: tuple[Column, ...] = (
    c.ROW_ID,
    c.ENTITY_KEY,
    c.ROW_HASH,
    c.VALID_FROM,
    c.VALID_TO.or_null(),
    c.OBSERVED_AT,
    c.SUPERSEDED_AT.or_null(),
)


PROGRAM_SITE = Table(
    name="program_site",
    grain="One address at which the reading of one program's pages begins.",
    key=("acgme_id", "start_address"),
    columns=(c.ACGME_ID, c.START_ADDRESS, c.PAGE_SCOPE),
)

SITE_PAGE = Table(
    name="site_page",
    grain="One page that was reached from one start address.",
    key=("start_address", "page_address"),
    columns=(
        c.START_ADDRESS,
        c.PAGE_ADDRESS,
        c.PAGE_SCOPE,
        c.PAGE_COUNTS,
        c.LINK_DEPTH,
        c.FOUND_ON.or_null(),
        c.LINK_TOPICS,
    ),
)

WEB_PAGE = Table(
    name="web_page",
    grain="One page of a program's or an institution's site, as read.",
    key=("page_address",),
    columns=(
        c.PAGE_ADDRESS,
        c.PAGE_TITLE.or_null(),
        c.PAGE_CONTENT,
        c.PAGE_J1_STATUS,
        c.J1_CONDITIONS,
        c.PAGE_H1B_STATUS,
        c.H1B_CONDITIONS,
        c.N_STATEMENTS,
        c.RULES_VERSION,
    ),
    rules=(
        RowRule(
            "expected visa statuses unknown exactly where the page has no content",
            ("page_content", "page_j1_status", "page_h1b_status"),
            lambda: (
                ((pl.col("page_content") == "read") == (pl.col("page_j1_status") != "unknown"))
                & ((pl.col("page_content") == "read") == (pl.col("page_h1b_status") != "unknown"))
            ),
        ),
    ),
)

WEB_PAGE_CLAIM = Table(
    name="web_page_claim",
    grain="One claim of one page, with the words it rests on.",
    key=("page_address", "page_claim", "page_value", "page_quote"),
    columns=(
        c.PAGE_ADDRESS,
        c.PAGE_CLAIM,
        c.PAGE_VALUE,
        c.PAGE_CONDITIONS,
        c.PAGE_IS_SOFT,
        c.PAGE_QUOTE,
        c.PAGE_PLACE.or_null(),
        c.PAGE_RULES,
    ),
)

WEB_PAGE_ROSTER = Table(
    name="web_page_roster",
    grain="One class of trainees on one page, in counts; small cells withheld.",
    key=("page_address", "cohort"),
    columns=(
        c.PAGE_ADDRESS,
        c.COHORT,
        c.N_TRAINEES,
        c.N_US_MD,
        c.N_US_DO,
        c.N_CANADA,
        c.N_IMG,
        c.N_CARIBBEAN,
        c.N_SCHOOL_UNKNOWN,
        c.SUPPRESSED,
    ),
)


def located(listing: Table) -> Table:
    """The listing with the place in its document: what a parser and its validation hand on."""
    return listing.with_columns((c.LOCATOR,), name=listing.name, grain=listing.grain, key=listing.key)


def kept(listing: Table) -> Table:
    """The listing as the warehouse keeps it: every version of every row, with provenance and both times."""
    return listing.with_columns(
        (*PROVENANCE, *HISTORY), name=listing.name, grain=f"One version of: {listing.grain}", key=("row_id",)
    )


LISTINGS: tuple[Table, ...] = (
    NRMP_DIRECTORY_TRACK,
    NRMP_PROGRAM_RESULT,
    NRMP_SPECIALTY_MATCH,
    ACGME_PROGRAM,
    ERAS_PROGRAM,
    ACGME_PARTICIPATING_SITE,
    DOL_LCA_FILING,
    CMS_HOSPITAL,
    USCIS_EMPLOYER,
    AHRQ_HOSPITAL,
    EHR_ENDPOINT,
    CMS_ATTESTATION,
    CHPL_PRODUCT,
    CHPL_CERTIFICATION_PRODUCT,
    NIH_AWARD,
    PUBMED_AFFILIATION_COUNT,
    NPPES_INFORMATICS_STATE,
    NPPES_INFORMATICS_CITY,
    PROGRAM_SITE,
    SITE_PAGE,
    WEB_PAGE,
    WEB_PAGE_CLAIM,
    WEB_PAGE_ROSTER,
    REVIEWED_LINK,
    REVIEWED_EVENT,
    OVERLAY_VISA,
    OVERLAY_IMG_SHARE,
    OVERLAY_SCORE_LIMITS,
)
LISTING_BY_NAME: dict[str, Table] = {listing.name: listing for listing in LISTINGS}
