"""What we conclude: programs, tracks, sponsors, links, evidence, features. These are the tables of a release."""

from schemas import columns as c
from schemas.listings import HISTORY, NRMP_SPECIALTY_MATCH, REVIEWED_LINK, WEB_PAGE, WEB_PAGE_CLAIM, WEB_PAGE_ROSTER
from schemas.table import Table

PROGRAM = Table(
    name="program",
    grain="One ACGME-accredited program.",
    key=("program_uid",),
    columns=(
        c.PROGRAM_UID,
        c.ACGME_ID,
        c.SPECIALTY_CODE,
        c.SPECIALTY.or_null(),
        c.PROGRAM_NAME.or_null(),
        c.CITY.or_null(),
        c.STATE.or_null(),
        c.REGION.or_null(),
        c.SPONSOR_UID.or_null(),
        c.ACCREDITATION_STATUS.or_null(),
    ),
)

TRACK = Table(
    name="track",
    grain="One NRMP track in one Match.",
    key=("nrmp_code", "match_year"),
    columns=(
        c.NRMP_CODE,
        c.MATCH_YEAR,
        c.PROGRAM_UID.or_null(),
        c.ACGME_ID.or_null(),
        c.TRACK_LINK.or_null(),
        c.TRACK_TYPE,
        c.MATCH_NAME,
        c.INSTITUTION_CODE,
        c.INSTITUTION_NAME,
        c.SPECIALTY_LABEL,
        c.CITY.or_null(),
        c.STATE,
        c.OFFERED.or_null(),
        c.QUOTA.or_null(),
        c.MATCHED.or_null(),
        c.UNFILLED.or_null(),
        c.DISAGREEMENT,
        c.EDITIONS,
        c.MATCH_SERVICES.or_null(),
        c.SOAP_SERVICES.or_null(),
    ),
)

MATCH_HISTORY = Table(
    name="match_history",
    grain="One program in one Match, one row a type of track.",
    key=("program_uid", "match_year", "track_type"),
    columns=(
        c.PROGRAM_UID,
        c.MATCH_YEAR,
        c.TRACK_TYPE,
        c.N_TRACKS,
        c.QUOTA,
        c.MATCHED,
        c.UNFILLED,
        c.UNFILLED_RATE.or_null(),
    ),
)

SPECIALTY_MATCH = Table(
    name="specialty_match",
    grain="One specialty and type of position in one Match, by type of applicant, as one document states it.",
    key=("source", "document", *NRMP_SPECIALTY_MATCH.key),
    columns=(
        *NRMP_SPECIALTY_MATCH.columns,
        c.IMG_SHARE_OF_FILLED.or_null(),
        c.NON_US_IMG_SHARE_OF_FILLED.or_null(),
        c.SHARE_NULL_REASON.or_null(),
        c.OTHERS_DIFFER,
        c.SOURCE,
        c.ORIGIN_FAMILY,
        c.LICENCE,
        c.DOCUMENT,
        c.DIGEST,
        c.LOCATOR,
        c.OBSERVED_AT,
    ),
    rules=NRMP_SPECIALTY_MATCH.rules,
)

NRMP_INSTITUTION_NAME = Table(
    name="nrmp_institution_name",
    grain="One name that NRMP printed for one institution in one document.",
    key=("institution_code", "source", "document", "institution_name"),
    columns=(c.INSTITUTION_CODE, c.INSTITUTION_NAME, c.STATE, c.SOURCE, c.DOCUMENT),
)

SPONSOR = Table(
    name="sponsor",
    grain="One sponsoring institution.",
    key=("sponsor_uid",),
    columns=(c.SPONSOR_UID, c.SPONSOR_CODE.or_null(), c.SPONSOR_NAME, c.STATE, c.NAME_KEY, c.N_PROGRAMS),
)

PARTICIPATING_SITE = Table(
    name="participating_site",
    grain="One participating site of one program.",
    key=("acgme_id", "site_number"),
    columns=(c.ACGME_ID, c.PROGRAM_UID, c.SITE_NUMBER, c.SITE_CODE, c.SITE_UID, c.SITE_NAME.or_null(), c.HOSPITAL_UID.or_null()),
)

LINK = Table(
    name="link",
    grain="One link between two entities.",
    key=("left_kind", "left_id", "right_kind", "right_id", "kind"),
    columns=(
        c.LEFT_KIND,
        c.LEFT_ID,
        c.RIGHT_KIND,
        c.RIGHT_ID,
        c.LINK_KIND,
        c.LINK_METHOD,
        c.LINK_SCORE,
        c.LINK_BASIS,
        c.DECIDED_BY,
        c.LINK_VALID_FROM.or_null(),
        c.LINK_VALID_TO.or_null(),
    ),
)

LINK_REVIEW = Table(
    name="link_review",
    grain="One pair of entities that may be linked and wait for a person's decision; never used.",
    key=("left_kind", "left_id", "right_kind", "right_id"),
    columns=(
        c.LEFT_KIND,
        c.LEFT_ID,
        c.LEFT_NAME,
        c.STATE.or_null(),
        c.RIGHT_KIND,
        c.RIGHT_ID,
        c.RIGHT_NAME,
        c.LINK_SCORE,
        c.LINK_BASIS,
        c.N_PROGRAMS_AT_STAKE,
        c.N_FILINGS_AT_STAKE,
    ),
)

LINK_COVERAGE = Table(
    name="link_coverage",
    grain="How many entities of one list are linked to one kind of entity, in review, or unlinked.",
    key=("entity_list", "linked_to", "link_state"),
    columns=(
        c.ENTITY_LIST,
        c.LINKED_TO,
        c.LINK_STATE,
        c.N_ENTITIES,
        c.N_PROGRAMS,
        c.N_TRAINEE_FILINGS,
        c.N_PETITIONS,
    ),
)

ENTITY_NAME = Table(
    name="entity_name",
    grain="One name of one entity, as one source prints it in one state.",
    key=("entity_uid", "entity_name", "told_by", "named_in"),
    columns=(c.ENTITY_KIND, c.ENTITY_UID, c.ENTITY_NAME, c.TOLD_BY, c.NAMED_IN, c.CITIES, c.ZIP_CODES),
)

ENTITY_CODE = Table(
    name="entity_code",
    grain="One code of one entity, with the time for which documents show it.",
    key=("entity_uid", "authority", "code"),
    columns=(
        c.ENTITY_KIND,
        c.ENTITY_UID,
        c.AUTHORITY,
        c.CODE,
        c.CODE_VALID_FROM.or_null(),
        c.CODE_VALID_TO.or_null(),
        c.TOLD_BY,
    ),
)

ENTITY_EVENT = Table(
    name="entity_event",
    grain="One thing that happened to one entity.",
    key=("entity_uid", "event", "event_on", "observed_at", "event_basis"),
    columns=(
        c.ENTITY_KIND,
        c.ENTITY_UID,
        c.AUTHORITY,
        c.CODE,
        c.EVENT,
        c.EVENT_ON,
        c.VALUE_BEFORE.or_null(),
        c.VALUE_AFTER.or_null(),
        c.OTHER_UID.or_null(),
        c.EVENT_BASIS,
        c.DIGEST,
        c.OBSERVED_AT,
    ),
)

REVIEW = Table(
    name="reviewed_link",
    grain="One decision of a reviewer about two entities, as the reviewed file has it.",
    key=REVIEWED_LINK.key,
    columns=(*REVIEWED_LINK.columns, c.LOCATOR, c.DIGEST),
)

HEALTH_SYSTEM = Table(
    name="health_system",
    grain="One health system in the newest AHRQ compendium.",
    key=("system_uid",),
    columns=(c.SYSTEM_UID, c.SYSTEM_ID, c.SYSTEM_NAME, c.CITY.or_null(), c.STATE.or_null(), c.N_HOSPITALS),
)

NRMP_INSTITUTION = Table(
    name="nrmp_institution",
    grain="One institution of the Match, under its newest printed name.",
    key=("institution_uid",),
    columns=(c.INSTITUTION_UID, c.INSTITUTION_CODE, c.INSTITUTION_NAME, c.STATE, c.N_TRACKS),
)

EMPLOYER = Table(
    name="employer",
    grain="One employer as named in filings, one spelling in one state.",
    key=("employer_uid",),
    columns=(
        c.EMPLOYER_UID,
        c.EMPLOYER_NAME,
        c.NAME_KEY,
        c.STATE,
        c.SPONSOR_UID.or_null(),
        c.HOSPITAL_UID.or_null(),
        c.N_FILINGS,
        c.N_TRAINEE_FILINGS,
        c.N_PETITIONS,
    ),
)

TRAINEE_FILING = Table(
    name="trainee_filing",
    grain="One labor condition application for a physician trainee.",
    key=("case_number",),
    columns=(
        c.CASE_NUMBER,
        c.EMPLOYER_UID,
        c.CASE_STATUS.or_null(),
        c.JOB_TITLE,
        c.NAMED_SPECIALTY_CODE.or_null(),
        c.FILED_ON,
        c.BEGIN_ON,
        c.WAGE_FROM,
        c.WAGE_UNIT,
        c.WORKSITE_CITY.or_null(),
        c.WORKSITE_STATE,
    ),
)

CI_FELLOWSHIP = Table(
    name="ci_fellowship",
    grain="One clinical informatics fellowship.",
    key=("program_uid",),
    columns=(
        c.PROGRAM_UID,
        c.ACGME_ID,
        c.SPECIALTY_CODE,
        c.SPECIALTY,
        c.SPONSOR_NAME.or_null(),
        c.NAME_CUT,
        c.STATE,
        c.SPONSOR_UID.or_null(),
    ),
)

HOSPITAL = Table(
    name="hospital",
    grain="One hospital in the newest CMS list.",
    key=("ccn",),
    columns=(
        c.HOSPITAL_UID,
        c.CCN,
        c.HOSPITAL_NAME,
        c.STREET,
        c.CITY,
        c.STATE,
        c.ZIP_CODE,
        c.HOSPITAL_TYPE,
        c.HOSPITAL_OWNERSHIP,
        c.OVERALL_RATING.or_null(),
        c.VALID_FROM,
        c.OBSERVED_AT,
    ),
)

EVIDENCE = Table(
    name="evidence",
    grain="One claim about one subject, from one place in one document.",
    key=("evidence_id",),
    columns=(
        c.EVIDENCE_ID,
        c.SUBJECT_KIND,
        c.SUBJECT_ID,
        c.CLAIM,
        c.VALUE,
        c.SCOPE,
        c.SOURCE,
        c.ORIGIN_FAMILY,
        c.QUOTE,
        c.DOCUMENT,
        c.DIGEST,
        c.LOCATOR,
        c.PARSER_VERSION,
        c.LICENCE,
        c.FETCHED_AT,
        c.CLAIMED_FROM,
    ),
)

FEATURE_VALUE = Table(
    name="feature",
    grain="One feature of one program.",
    key=("program_uid", "feature"),
    columns=(
        c.PROGRAM_UID,
        c.FEATURE,
        c.VALUE_TEXT.or_null(),
        c.VALUE_NUMBER.or_null(),
        c.FEATURE_STATUS,
        c.NULL_REASON.or_null(),
        c.CONFIDENCE.or_null(),
        c.N_ORIGINS,
        c.EVIDENCE_IDS,
        c.FEATURE_OBSERVED_AT.or_null(),
        c.CLAIMED_FROM.or_null(),
    ),
)

SOURCE_DOCUMENT = Table(
    name="source_document",
    grain="One document that this release rests on.",
    key=("source", "document"),
    columns=(
        c.SOURCE,
        c.DOCUMENT,
        c.ADDRESS,
        c.DIGEST,
        c.PARSER_VERSION,
        c.DOCUMENT_DATE,
        c.OBSERVED_AT,
        c.ROWS_PARSED,
        c.ROWS_LISTED,
        c.ROWS_QUARANTINED,
        c.STATED_TOTAL.or_null(),
        c.COMPLETE,
        c.LICENCE,
    ),
)

QUARANTINE = Table(
    name="quarantine",
    grain="One row set aside from a document that this release rests on.",
    key=("source", "document", "listing", "locator"),
    columns=(c.SOURCE, c.DOCUMENT, c.LISTING, c.LOCATOR, c.RAW_ROW, c.REASONS, c.DIGEST),
)

FIGURE = Table(
    name="figure",
    grain="One number to check the release by.",
    key=("figure",),
    columns=(c.FIGURE, c.FIGURE_VALUE, c.DESCRIPTION),
)

DICTIONARY = Table(
    name="dictionary",
    grain="One column of one table, or one feature of the matrix.",
    key=("table_name", "column_name"),
    columns=(
        c.TABLE_NAME,
        c.COLUMN_NAME,
        c.TYPE_NAME,
        c.UNIT.or_null(),
        c.NULL_MEANING,
        c.VALUES_TEXT.or_null(),
        c.DESCRIPTION,
    ),
)


def kept_derived(table: Table) -> Table:
    """The table as the warehouse keeps it: every version of every row, with both times."""
    return table.with_columns(
        (c.DATASET, *HISTORY), name=f"{table.name}_history", grain=f"One version of: {table.grain}", key=("row_id",)
    )


KEPT_CONCLUSIONS: tuple[Table, ...] = (PROGRAM, EVIDENCE, FEATURE_VALUE)
"""Conclusions whose history the warehouse keeps from release to release."""

_PAGE_PLACE = (c.SOURCE, c.DOCUMENT, c.DIGEST, c.OBSERVED_AT)
_PAGE_SUBJECT = (c.PROGRAM_UID, c.ACGME_ID, c.PAGE_SCOPE)

PAGE = Table(
    name="page",
    grain="One page, as read, for one program on a list that it speaks of.",
    key=("source", "document", "acgme_id"),
    columns=(*_PAGE_SUBJECT, *WEB_PAGE.columns, *_PAGE_PLACE),
)

PAGE_CLAIM = Table(
    name="page_claim",
    grain="One claim of one page for one program, with the words it rests on and the rules that fired.",
    key=("source", "document", "acgme_id", *WEB_PAGE_CLAIM.key),
    columns=(*_PAGE_SUBJECT, *WEB_PAGE_CLAIM.columns, *_PAGE_PLACE),
)

PAGE_ROSTER = Table(
    name="page_roster",
    grain="One class of trainees on one page for one program, in counts; small cells withheld.",
    key=("source", "document", "acgme_id", *WEB_PAGE_ROSTER.key),
    columns=(*_PAGE_SUBJECT, *WEB_PAGE_ROSTER.columns, *_PAGE_PLACE),
)

DERIVED: tuple[Table, ...] = (
    PROGRAM,
    TRACK,
    MATCH_HISTORY,
    SPECIALTY_MATCH,
    NRMP_INSTITUTION_NAME,
    SPONSOR,
    PARTICIPATING_SITE,
    LINK,
    LINK_REVIEW,
    LINK_COVERAGE,
    REVIEW,
    ENTITY_NAME,
    ENTITY_CODE,
    ENTITY_EVENT,
    EMPLOYER,
    TRAINEE_FILING,
    CI_FELLOWSHIP,
    HOSPITAL,
    HEALTH_SYSTEM,
    NRMP_INSTITUTION,
    PAGE,
    PAGE_CLAIM,
    PAGE_ROSTER,
    EVIDENCE,
    FEATURE_VALUE,
    FIGURE,
)
"""Tables that transforms compute from listings."""

ACCOMPANYING: tuple[Table, ...] = (SOURCE_DOCUMENT, QUARANTINE, DICTIONARY)
"""Tables that accompany them in a release."""
