"""ACGME program lists in four layouts. All four give the same listing, so that a fact is compared where it overlaps."""

import polars as pl

from flows.sources.reading import read_csv, require_columns, state_code, us_date
from flows.sources.source import About, Access, Licence, Limit, Limits, Media, Parsed, Source
from schemas.listings import ACGME_PARTICIPATING_SITE, ACGME_PROGRAM, located
from schemas.vocabulary import OriginFamily

PROGRAMS, OBGYN = "acgme_programs", "acgme_obgyn_programs"
FELLOWSHIPS, CARDIOLOGY = "acgme_clinical_informatics_fellowships", "eras_cardiology_fellowships"

_ACGME_LICENCE = Licence(
    fetch="official data request or reports fetched by hand; search pages carry a captcha",
    redistribute="derived facts, cited",
    learn="educational, non-commercial",
)
_SITES = range(1, 19)
_SITE_WITHOUT_NAME = 6
_OBGYN_KEPT = (
    "program_name",
    "address",
    "zip",
    "city",
    "state",
    "sponsoring_institution_code",
    "sponsoring_institution_name",
    "original_accreditation_date",
    "accreditation_status",
    "program_code",
    *(f"participation_site_code_{n}" for n in _SITES),
    *(f"participation_site_name_{n}" for n in _SITES if n != _SITE_WITHOUT_NAME),
)
_OBGYN_IGNORED = (
    "director_date_appointed",
    "website",
    *(f"rotation_required_{n}" for n in _SITES),
    *(f"rotation_months_y{year}_{n}" for year in range(1, 5) for n in _SITES),
)
_NAME_WAS_CUT = r"(?i)\[[^\]]*truncated[^\]]*\]"


def _listing(frame: pl.DataFrame, **values: pl.Expr) -> pl.DataFrame:
    """Text rows of the program listing; columns that a list does not have are null."""
    wanted = located(ACGME_PROGRAM).column_names
    given = {"locator": pl.col("locator"), "name_cut": pl.lit("false"), **values}
    absent = {name: pl.lit(None, dtype=pl.String) for name in wanted if name not in given}
    return frame.select(**given, **absent).select(wanted)


def _program_name(column: str) -> pl.Expr:
    return pl.col(column).str.replace_all("&amp;|&;", "&").str.strip_chars()


def _ten_digits(column: str) -> pl.Expr:
    """An id as text; ``2200111018.0`` is a spreadsheet's spelling. Lost zeros are not put back: they fail validation."""
    return pl.col(column).str.strip_chars().str.strip_suffix(".0")


def parse_programs(data: bytes, about: About) -> Parsed:  # noqa: ARG001
    """Read a list of programs by name, city and state: listing ``acgme_program``, one row a line.

    Raises:
        SourceError: When the columns are not the known ones, or there are no rows.
    """
    frame = read_csv(PROGRAMS, data)
    require_columns(PROGRAMS, frame.columns, ("program_name", "city", "state", "longitude", "acgme", "latitude"))
    rows = _listing(
        frame,
        acgme_id=_ten_digits("acgme"),
        program_name=_program_name("program_name"),
        city=pl.col("city"),
        state=pl.col("state"),
        latitude=pl.col("latitude"),
        longitude=pl.col("longitude"),
    )
    return Parsed({ACGME_PROGRAM.name: rows})


def parse_obgyn(data: bytes, about: About) -> Parsed:  # noqa: ARG001
    """Read the OB-GYN list: listings ``acgme_program`` (one row a line) and ``acgme_participating_site`` (up to 18 a line).

    Raises:
        SourceError: When the columns are not the known ones, or there are no rows.
    """
    frame = read_csv(OBGYN, data)
    require_columns(OBGYN, frame.columns, _OBGYN_KEPT, allowed=_OBGYN_IGNORED)
    programs = _listing(
        frame,
        acgme_id=_ten_digits("program_code"),
        program_name=_program_name("program_name"),
        city=pl.col("city"),
        state=state_code("state"),
        sponsor_code=pl.col("sponsoring_institution_code"),
        sponsor_name=pl.col("sponsoring_institution_name"),
        accreditation_status=pl.col("accreditation_status"),
        accredited_on=us_date("original_accreditation_date"),
    )
    sites = pl.concat(
        frame.filter(pl.col(f"participation_site_code_{n}").is_not_null()).select(
            _ten_digits("program_code").alias("acgme_id"),
            pl.lit(str(n)).alias("site_number"),
            pl.col(f"participation_site_code_{n}").alias("site_code"),
            (pl.lit(None, pl.String) if n == _SITE_WITHOUT_NAME else pl.col(f"participation_site_name_{n}")).alias("site_name"),
            pl.format("{}, site {}", "locator", pl.lit(str(n))).alias("locator"),
        )
        for n in _SITES
    )
    return Parsed({ACGME_PROGRAM.name: programs, ACGME_PARTICIPATING_SITE.name: sites})


def parse_fellowships(data: bytes, about: About) -> Parsed:  # noqa: ARG001
    """Read the clinical informatics fellowships: listing ``acgme_program``, one row a fellowship.

    A name that the source marks as cut is kept without the remark and marked ``name_cut``: it is never linked by name.

    Raises:
        SourceError: When the columns are not the known ones, or there are no rows.
    """
    frame = read_csv(FELLOWSHIPS, data)
    header = ("acgme_program_id", "acgme_specialty_code", "acgme_specialty", "institution_normalised")
    require_columns(FELLOWSHIPS, frame.columns, (*header, "state_from_id", "accreditation_effective_date"))
    name = pl.col("institution_normalised")
    rows = _listing(
        frame,
        acgme_id=_ten_digits("acgme_program_id"),
        sponsor_name=name.str.replace(_NAME_WAS_CUT, "").str.strip_chars(),
        name_cut=name.str.contains(_NAME_WAS_CUT).fill_null(value=False).cast(pl.String),
        state=pl.col("state_from_id"),
        status_effective_on=us_date("accreditation_effective_date"),
    )
    return Parsed({ACGME_PROGRAM.name: rows})


def parse_cardiology(data: bytes, about: About) -> Parsed:  # noqa: ARG001
    """Read the cardiology fellowships of the ERAS list: listing ``acgme_program``, one row a fellowship.

    Raises:
        SourceError: When the columns are not the known ones, or there are no rows.
    """
    frame = read_csv(CARDIOLOGY, data)
    header = ("state", "city", "program", "acgme_program_id", "latitude", "longitude", "population")
    require_columns(CARDIOLOGY, frame.columns, header)
    rows = _listing(
        frame,
        acgme_id=_ten_digits("acgme_program_id"),
        program_name=_program_name("program"),
        city=pl.col("city"),
        state=state_code("state"),
        latitude=pl.col("latitude"),
        longitude=pl.col("longitude"),
    )
    return Parsed({ACGME_PROGRAM.name: rows})


_HAND_MADE = Limits(
    max_drop=Limit(0.10, "about 1 program in 20 closes or moves in a year; more means that a part is missing"),
    max_quarantined=Limit(0.10, "a re-saved list loses leading zeros of whole states at once"),
)

SOURCES = (
    Source(
        name=PROGRAMS,
        title="ACGME programs by name, city and id",
        publisher="ACGME, collected by a third party",
        address="apps.acgme.org/ads/Public (official data request, or reports fetched by hand)",
        licence=_ACGME_LICENCE,
        cadence="once",
        access=Access.ONE_FILE,
        media=Media.CSV,
        origin_family=OriginFamily.ACGME,
        listings=(ACGME_PROGRAM,),
        limits=_HAND_MADE,
        parser_version="1",
        parse=parse_programs,
        asks_robots=True,
        caveats=("Keyed by name when it was made: of programs with the same name only one is there.",),
    ),
    Source(
        name=OBGYN,
        title="ACGME obstetrics and gynecology programs with sponsors and participating sites",
        publisher="ACGME, collected by a third party",
        address="apps.acgme.org/ads/Public (official data request, or reports fetched by hand)",
        licence=_ACGME_LICENCE,
        cadence="once",
        access=Access.ONE_FILE,
        media=Media.CSV,
        origin_family=OriginFamily.ACGME,
        listings=(ACGME_PROGRAM, ACGME_PARTICIPATING_SITE),
        limits=_HAND_MADE,
        parser_version="1",
        parse=parse_obgyn,
        asks_robots=True,
        caveats=(
            "Sponsor and site codes are ACGME's six digits; they look like CCNs and are not.",
            "The name of participating site 6 is missing in the source.",
        ),
    ),
    Source(
        name=FELLOWSHIPS,
        title="ACGME clinical informatics fellowships",
        publisher="ACGME, Report 1, transcribed",
        address="apps.acgme.org/ads/Public/Reports/Report/1 (fetched by hand)",
        licence=_ACGME_LICENCE,
        cadence="twice a year",
        access=Access.ONE_FILE,
        media=Media.CSV,
        origin_family=OriginFamily.ACGME,
        listings=(ACGME_PROGRAM,),
        limits=_HAND_MADE,
        parser_version="1",
        parse=parse_fellowships,
        asks_robots=True,
        required=True,
        states_total=True,
        caveats=(
            "The report prints 'N programs found' a specialty; the transcription has not, so the profile states the total.",
            "While fewer are parsed than stated, absence from this list means nothing.",
        ),
    ),
    Source(
        name=CARDIOLOGY,
        title="ERAS cardiovascular disease fellowships",
        publisher="AAMC ERAS, collected by a third party",
        address="systems.aamc.org/eras/erasstats/par/",
        licence=Licence(fetch="yes, public pages", redistribute="derived facts", learn="not stated"),
        cadence="yearly",
        access=Access.ONE_FILE,
        media=Media.CSV,
        origin_family=OriginFamily.AAMC,
        listings=(ACGME_PROGRAM,),
        limits=_HAND_MADE,
        parser_version="1",
        parse=parse_cardiology,
        asks_robots=True,
        caveats=("The city is empty in all rows but one.",),
    ),
)
