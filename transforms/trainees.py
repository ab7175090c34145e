"""Physician trainees among labor condition applications, recognised by job title. Trainees are not marked in the files.

Measured on 8,078 health-care filings of FY2025 Q2: the titles of trainees, and the traps among them, are the words below.
Occupation codes are no safe filter: several employers file trainees under unrelated codes.
"""

import polars as pl

_TRAINEE = (
    r"\bresidents?\b|\bfellows?\b|\bpg[yl][ -]?(?:\d|i{1,3}\b|iv\b|v\b)|\bpg[yl]\b|\bhouse ?staff\b|\bhouse officer\b"
    r"|\bgraduate physician trainee\b|\bpost[ -]?graduate physicians?\b|\bpost[ -]?graduate training\b|\bgme trainee\b"
    r"|\bphysician in an? .*fellowship program\b"
)
"""Titles of people in graduate medical education."""

_OTHER_PROFESSION = (
    r"pharm|podiat|veterin|equine|animal|dental|dentist|orthodont|maxillofacial|nurs|advanced practice|physical therap"
    r"|occupational therap|speech|orthoti|prosthet|medical physic|physicist|chiropract|optometr|audiolog|psycholog(?:y|ist)"
    r"|general practice resident|emergency & critical care$|engineer|scien[ct]|physical therapist|social work|dietet|nutrition"
)
"""Residents and fellows of professions other than medicine."""

_NOT_IN_TRAINING = (
    r"\bvice president\b|\bpresident\b|\bdirector\b|\bfaculty\b|\battending\b|\bpreceptor\b|\bprogram manager\b|\bcoordinator\b"
    r"|\bresident care\b|\bresidential\b|\bresident (?:manager|advisor|assistant|services)\b|\bnon-gme\b|\bhospitalist\b"
    r"|\bpost[ -]?doctoral\b|\bresearch fellow\b|\bconsultant\b"
)
"""Titles that carry a trainee's word and belong to somebody else."""

_PLAINLY_MEDICAL = (
    r"physician|medical (?:resident|fellow|house)|clinical (?:resident|fellow)|house ?staff|house officer"
    r"|\bpg[yl]\b|\bpg[yl][ -]?\d"
)
"""Titles that are a physician trainee's even where the filing names an occupation outside health care."""

_OTHER_PROFESSION_SOC: dict[str, str] = {
    "29-1011": "chiropractors",
    "29-1021": "dentists",
    "29-1022": "oral surgeons",
    "29-1023": "orthodontists",
    "29-1041": "optometrists",
    "29-1051": "pharmacists",
    "29-1071": "physician assistants",
    "29-1081": "podiatrists",
    "29-1122": "occupational therapists",
    "29-1123": "physical therapists",
    "29-1127": "speech-language pathologists",
    "29-1131": "veterinarians",
    "29-1141": "registered nurses",
    "29-1171": "nurse practitioners",
}
"""Health professions that have residents and fellows of their own."""

_TRAINEE_PAY_LIMIT_USD = 130_000.0
"""Trainee pay has a median near 77,000; of 1,202 candidate filings nine paid more than this, attendings all."""

_UNITS_A_YEAR = {"Year": 1.0, "Month": 12.0, "Bi-Weekly": 26.0, "Week": 52.0, "Hour": 2_080.0}

SPECIALTY_WORDS: tuple[tuple[str, str], ...] = (
    ("700", r"internal medicine ?[/-] ?pediatrics|med[ -]?peds"),
    ("120", r"family (?:medicine|practice)|^fm pgy"),
    ("110", r"emergency medicine"),
    ("220", r"ob[ /-]?gyn|obstetrics"),
    ("160", r"neuro(?:logical )?surg"),
    ("185", r"child neurology|pediatric neurology"),
    ("260", r"orthop(?:a)?edic"),
    ("362", r"plastic surgery"),
    ("480", r"\burolog"),
    ("280", r"otolaryngolog"),
    ("240", r"ophthalmolog"),
    ("080", r"dermatolog"),
    ("040", r"an(?:a)?esthes"),
    ("300", r"patholog"),
    ("430", r"radiation oncology"),
    ("416", r"interventional radiology|integrated interventional"),
    ("420", r"radiolog"),
    ("340", r"physical medicine|\bpm&r\b"),
    ("141", r"cardiovascular (?:disease|fellow)|^(?:fellow - )?cardiology|in cardiology$"),
    ("156", r"pulmonary.*critical care"),
    ("143", r"endocrinolog"),
    ("144", r"gastroenterolog"),
    ("148", r"nephrolog"),
    ("146", r"infectious disease"),
    ("150", r"rheumatolog"),
    ("155", r"hematology.*oncology"),
    ("405", r"child (?:and|&) adolescent psychiatr"),
    ("400", r"psychiatr"),
    ("180", r"neurolog"),
    ("320", r"pediatric"),
    ("440", r"general surgery|resident in surgery$"),
    ("140", r"internal med(?:icine)?|^im pgy"),
)
"""Specialty code by the words of a title; the first that matches decides."""


_SUBSPECIALTY = (
    r"neuroradiolog|interventional cardiolog"
    r"|pediatric (?:an(?:a)?esth|cardi|critical|emergency|endocrin|gastro|hematolog|nephrol"
    r"|neuro(?:radio|surg)|otolaryng|pulmon|radiolog|surg)"
)
"""Subspecialties whose titles hold the word of a specialty that they are not."""


def _folded_title() -> pl.Expr:
    return pl.col("job_title").str.to_lowercase().str.replace_all(r"\s+", " ").str.strip_chars()


def yearly_wage_usd() -> pl.Expr:
    """The lower end of the offered wage, as USD a year."""
    return pl.col("wage_from") * pl.col("wage_unit").replace_strict(_UNITS_A_YEAR, return_dtype=pl.Float64())


def is_physician_trainee() -> pl.Expr:
    """Whether an H-1B filing is for a physician in residency or fellowship: title, profession and pay decide.

    Occupation codes only exclude: other professions' codes always, codes outside health care unless the title is plainly
    a physician's.
    """
    title, occupation = _folded_title(), pl.col("soc_code").fill_null("")
    in_health_care = occupation.str.starts_with("29-") & ~occupation.is_in(list(_OTHER_PROFESSION_SOC))
    elsewhere = ~occupation.str.starts_with("29-") & title.str.contains(_PLAINLY_MEDICAL)
    return (
        (pl.col("visa_class") == "H-1B")
        & title.str.contains(_TRAINEE)
        & (in_health_care | elsewhere)
        & ~title.str.contains(_OTHER_PROFESSION)
        & ~title.str.contains(_NOT_IN_TRAINING)
        & (yearly_wage_usd() <= _TRAINEE_PAY_LIMIT_USD)
    )


def named_specialty_code() -> pl.Expr:
    """The specialty code that a title names; null for a title that names none, or a subspecialty we have no code for."""
    title = _folded_title()
    named = pl.lit(None, dtype=pl.String())
    for code, words in reversed(SPECIALTY_WORDS):
        named = pl.when(title.str.contains(words)).then(pl.lit(code)).otherwise(named)
    return pl.when(~title.str.contains(_SUBSPECIALTY)).then(named)


def latest_filings(filings: pl.DataFrame, documents: pl.DataFrame) -> pl.DataFrame:
    """One row a case number: of a case published in several documents the latest document's row stands.

    Args:
        filings: Kept rows of ``dol_lca_filing``.
        documents: ``source``, ``document``, ``document_date`` of the documents in force.
    """
    dated = filings.join(documents.select("source", "document", "document_date"), on=["source", "document"])
    return dated.sort("case_number", "document_date", "document").unique("case_number", keep="last", maintain_order=True)
