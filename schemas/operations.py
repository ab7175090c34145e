"""What the warehouse remembers of its own work: nights, attempts, extracts, quarantine, releases."""

from schemas import columns as c
from schemas.table import Table

NIGHT = Table(
    name="night",
    grain="One run of the refresh.",
    key=("night_id",),
    columns=(
        c.NIGHT_ID,
        c.DATASET,
        c.PROFILE,
        c.CODE_VERSION,
        c.STARTED_AT,
        c.ENDED_AT.or_null(),
        c.VERDICT.or_null(),
        c.REASON.or_null(),
        c.RELEASE_ID.or_null(),
    ),
)

CAPTURE_ATTEMPT = Table(
    name="capture_attempt",
    grain="One attempt to capture one document, or one answer that a document is made of.",
    key=("attempt_id",),
    columns=(
        c.ATTEMPT_ID,
        c.NIGHT_ID,
        c.DATASET,
        c.SOURCE,
        c.DOCUMENT,
        c.PART.or_null(),
        c.ADDRESS,
        c.ATTEMPTED_AT,
        c.ATTEMPT_OUTCOME,
        c.HTTP_STATUS.or_null(),
        c.DIGEST.or_null(),
        c.PUBLISHED_DIGEST.or_null(),
        c.SIZE_BYTES.or_null(),
        c.DURATION_MS,
        c.ETAG.or_null(),
        c.LAST_MODIFIED.or_null(),
        c.CHARSET.or_null(),
        c.FINAL_ADDRESS.or_null(),
        c.STATED_DATE.or_null(),
        c.REASON.or_null(),
    ),
)

EXTRACT = Table(
    name="extract",
    grain="One reading of one captured document: listed whole, or refused.",
    key=("extract_id",),
    columns=(
        c.EXTRACT_ID,
        c.NIGHT_ID,
        c.DATASET,
        c.SOURCE,
        c.DOCUMENT,
        c.ADDRESS,
        c.DIGEST,
        c.PARSER_VERSION,
        c.DOCUMENT_DATE,
        c.OBSERVED_AT,
        c.EXTRACT_OUTCOME,
        c.ROWS_PARSED,
        c.ROWS_LISTED,
        c.ROWS_QUARANTINED,
        c.STATED_TOTAL.or_null(),
        c.COMPLETE,
        c.REASON.or_null(),
    ),
)

QUARANTINED_ROW = Table(
    name="quarantined_row",
    grain="One row set aside, with its reasons.",
    key=("extract_id", "listing", "locator"),
    columns=(
        c.EXTRACT_ID,
        c.DATASET,
        c.SOURCE,
        c.DOCUMENT,
        c.DIGEST,
        c.LISTING,
        c.LOCATOR,
        c.RAW_ROW,
        c.REASONS,
        c.OBSERVED_AT,
    ),
)

RELEASE = Table(
    name="release",
    grain="One published or withheld release.",
    key=("release_id",),
    columns=(
        c.RELEASE_ID,
        c.DATASET,
        c.NIGHT_ID,
        c.INPUTS_DIGEST,
        c.CODE_VERSION,
        c.VERDICT,
        c.REASON.or_null(),
        c.RELEASED_AT,
    ),
)

RELEASE_CHECK = Table(
    name="release_check",
    grain="One audit check of one release.",
    key=("release_id", "check_name"),
    columns=(c.RELEASE_ID, c.CHECK_NAME, c.CHECK_LEVEL, c.PASSED, c.EXPECTED, c.FOUND),
)

OPERATIONS: tuple[Table, ...] = (NIGHT, CAPTURE_ATTEMPT, EXTRACT, QUARANTINED_ROW, RELEASE, RELEASE_CHECK)
