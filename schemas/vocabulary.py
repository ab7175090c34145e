"""Words with fixed meanings: the closed vocabularies that values are made of."""

from enum import StrEnum


class VisaStatus(StrEnum):
    """What we conclude of a visa. ``not_stated``: page read, silent. ``unknown``: not looked, or failed."""

    ACCEPTS = "accepts"
    NOT_ACCEPTS = "not_accepts"
    CONDITIONAL = "conditional"
    NOT_STATED = "not_stated"
    UNKNOWN = "unknown"
    CONFLICT = "conflict"


class Presence(StrEnum):
    """Whether a thing is there. ``no`` only where the list that was searched is complete."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class FeatureStatus(StrEnum):
    """Why a feature has the value it has. The last four are four different nulls."""

    OBSERVED = "observed"
    CONFLICT = "conflict"
    NOT_STATED = "not_stated"
    UNKNOWN = "unknown"
    SUPPRESSED = "suppressed"
    NOT_APPLICABLE = "not_applicable"


class Scope(StrEnum):
    """The level that a piece of evidence speaks of."""

    PROGRAM = "program"
    TRACK = "track"
    INSTITUTION = "institution"
    EMPLOYER = "employer"
    DOCUMENT = "document"


class Audience(StrEnum):
    """Who may hold rows of a source, and what follows from them. What is public may be held inside as well."""

    PUBLIC = "public"
    INTERNAL = "internal"


class OriginFamily(StrEnum):
    """Who stands behind a source. Two sources of one family are one origin."""

    NRMP = "nrmp"
    ACGME = "acgme"
    AAMC = "aamc"
    DOL = "dol"
    CMS = "cms"
    USCIS = "uscis"
    AHRQ = "ahrq"
    ONC = "onc"
    NIH = "nih"
    PUBMED = "pubmed"
    EHR_VENDOR = "ehr_vendor"
    PROGRAM_SITE = "program_site"
    REVIEW = "review"
    OVERLAY = "overlay"


class Claim(StrEnum):
    """What a piece of evidence claims about its subject."""

    NAME = "name"
    CITY = "city"
    STATE = "state"
    ACCREDITATION_STATUS = "accreditation_status"
    SPONSORED_BY = "sponsored_by"
    APPLICATION_SERVICE = "application_service"
    ERAS_STATUS = "eras_status"
    QUOTA = "quota"
    MATCHED = "matched"
    NOT_OFFERED = "not_offered"
    CI_FELLOWSHIP = "ci_fellowship"
    H1B_TRAINEE_FILING = "h1b_trainee_filing"
    LIST_EXTENT = "list_extent"
    J1_STATUS = "j1_status"
    H1B_STATUS = "h1b_status"
    IMG_ACCEPTED = "img_accepted"
    ECFMG_REQUIRED = "ecfmg_required"
    USCE_REQUIRED = "usce_required"
    YOG_MAX_YEARS = "yog_max_years"
    STEP1_MIN = "step1_min"
    STEP2_MIN = "step2_min"
    ATTEMPTS_MAX = "attempts_max"
    IMG_SHARE_PCT = "img_share_pct"
    CMIO = "cmio"
    CI_FELLOWSHIP_ON_PAGE = "ci_fellowship_on_page"
    CI_TRACK_OR_ELECTIVE = "ci_track_or_elective"
    EHR_COMMITTEE = "ehr_committee"
    QI_ANALYTICS = "qi_analytics"
    TELEHEALTH = "telehealth"
    EHR_VENDOR = "ehr_vendor"


class PageContent(StrEnum):
    """Whether a page says anything, and if not, why: a page without content is not silent, it is unknown."""

    READ = "read"
    EMPTY = "empty"
    NOT_FOUND = "soft_404"
    LOGIN = "login_wall"
    COOKIES = "cookie_wall"
    SCRIPT = "javascript_shell"
    NOT_ENGLISH = "not_english"
    ONLY_DOCUMENT = "only_a_document_link"


class EntityKind(StrEnum):
    """What a thing is. An employer, a sponsor and a hospital of one name are three things with links between."""

    PROGRAM = "program"
    TRACK = "track"
    SPONSOR = "sponsor"
    SITE = "site"
    HOSPITAL = "hospital"
    HEALTH_SYSTEM = "health_system"
    NRMP_INSTITUTION = "nrmp_institution"
    EMPLOYER = "employer"
    EHR_ORGANISATION = "ehr_organisation"


class Authority(StrEnum):
    """Who gives out a code."""

    ACGME_PROGRAM = "acgme_program"
    ACGME_INSTITUTION = "acgme_institution"
    NRMP_TRACK = "nrmp_track"
    NRMP_INSTITUTION = "nrmp_institution"
    CCN = "ccn"
    NPI = "npi"
    FEIN = "fein"
    FEIN_LAST4 = "fein_last4"
    AHRQ_SYSTEM = "ahrq_system"


class LinkKind(StrEnum):
    """What a link says of its left and its right."""

    SAME = "same"
    PART_OF = "part_of"
    SPONSORS = "sponsors"
    PARTICIPATES = "participates"
    FILES_FOR = "files_for"


class LinkMethod(StrEnum):
    """How two entities were linked, strongest first."""

    AUTHORITY_CODE = "authority_code"
    REVIEWED = "reviewed"
    EXACT_NAME_STATE = "exact_name_state"
    PROBABILISTIC = "probabilistic"
    HISTORY = "history"
    DERIVED = "derived"


class Decision(StrEnum):
    """What a reviewer says of two entities: one of the kinds of link, or that they are not one. A sponsor stands right."""

    SAME = "same"
    PART_OF = "part_of"
    SPONSORS = "sponsors"
    PARTICIPATES = "participates"
    FILES_FOR = "files_for"
    NOT_SAME = "not_same"


class EntityEventKind(StrEnum):
    """What happened to an entity. Old ids resolve to new ones through mergers and splits."""

    OPENED = "opened"
    RENAMED = "renamed"
    MOVED = "moved"
    SPONSOR_CHANGED = "sponsor_changed"
    MERGED_INTO = "merged_into"
    SPLIT_FROM = "split_from"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"
    RETIRED = "retired"
    REOPENED = "reopened"
    CODE_REUSED = "code_reused"


class TrackType(StrEnum):
    """The type letter of an NRMP code, spelled out."""

    CATEGORICAL = "categorical"
    PRIMARY = "primary"
    PRELIMINARY = "preliminary"
    ADVANCED = "advanced"
    PHYSICIAN = "physician"
    FELLOWSHIP = "fellowship"
    SPECIALTY = "specialty"


TRACK_TYPE_BY_LETTER: dict[str, str] = {
    "C": TrackType.CATEGORICAL,
    "M": TrackType.PRIMARY,
    "P": TrackType.PRELIMINARY,
    "A": TrackType.ADVANCED,
    "R": TrackType.PHYSICIAN,
    "F": TrackType.FELLOWSHIP,
    "S": TrackType.SPECIALTY,
}


class AttemptOutcome(StrEnum):
    """How one attempt to capture a document ended."""

    FETCHED = "fetched"
    UNCHANGED = "unchanged"
    FAILED = "failed"


class ExtractOutcome(StrEnum):
    """What became of a captured document: its rows listed, or the document refused."""

    LISTED = "listed"
    REFUSED = "refused"


class NightVerdict(StrEnum):
    """How a night ended."""

    PUBLISHED = "published"
    UNCHANGED = "unchanged"
    WITHHELD = "withheld"
    FAILED = "failed"


class CheckLevel(StrEnum):
    """What a failed audit check does: withhold the release, or speak up."""

    BLOCK = "block"
    WARN = "warn"
