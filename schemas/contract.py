"""The feature matrix that rankers read: every feature declared once, with type, unit, null meaning and sources."""

from dataclasses import dataclass

import polars as pl

from schemas import columns as c
from schemas.table import Column, Table
from schemas.vocabulary import FeatureStatus, Presence, VisaStatus

CONTRACT_VERSION = "0.2.0"

STATUS_SUFFIX, CONFIDENCE_SUFFIX, ORIGINS_SUFFIX, KNOWN_SUFFIX = "__status", "__confidence", "__n_origins", "__is_known"


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature of the matrix.

    Attributes:
        name: Column name in the matrix.
        dtype: Text, integer or number.
        description: What it is and what null means, in that order.
        sources: Sources it rests on.
        unit: Unit of a number.
        values: Closed vocabulary of a text.
        since: Contract version that introduced it.
    """

    name: str
    dtype: pl.DataType
    description: str
    sources: tuple[str, ...]
    unit: str | None = None
    values: tuple[str, ...] | None = None
    since: str = "0.1.0"

    @property
    def is_number(self) -> bool:
        """Whether the value stands in ``value_number``."""
        return self.dtype != pl.String()

    @property
    def column(self) -> Column:
        """The feature as a column of the matrix; null wherever the status says why."""
        return Column(self.name, self.dtype, self.description, unit=self.unit, nullable=True, values=self.values)


_LISTS = (
    *("nrmp_directory", "acgme_programs", "acgme_obgyn_programs", "eras_cardiology_fellowships"),
    *("acgme_report_1", "eras_participating_programs"),
)
_RESULTS = ("nrmp_program_results", "nrmp_florida_results")
_PAGES = (
    "From the program's own pages: not_stated where they were read and are silent, unknown where none was read. Employer filings "
    "are attached as evidence and never alone make it accepts."
)

FEATURES: tuple[Feature, ...] = (
    Feature(
        "stated_state",
        pl.String(),
        "State as the lists state it; in a conflict null, with both sides in evidence.",
        _LISTS,
    ),
    Feature(
        "stated_city",
        pl.String(),
        "City as the lists state it; in a conflict null, with both sides in evidence.",
        _LISTS,
    ),
    Feature(
        "accreditation_status",
        pl.String(),
        "Accreditation status as ACGME prints it; not_stated where the lists that name the program do not say.",
        ("acgme_obgyn_programs", "acgme_report_1"),
    ),
    Feature(
        "application_service",
        pl.String(),
        "Services through which the program's tracks take applications in the Main Match, a set joined by '|'; not_stated where "
        "the directory names none; unknown where the program is not in the loaded directory.",
        ("nrmp_directory",),
    ),
    Feature(
        "match_year",
        pl.Int64(),
        "Latest Match for which results of this program's tracks are loaded; quota and matched speak of it. Null when no "
        "result is linked.",
        _RESULTS,
        unit="calendar year",
    ),
    Feature(
        "quota",
        pl.Int64(),
        "Positions offered in match_year, preliminary tracks left out unless the program has no other. "
        "not_applicable when in the lists but not offered that year: quota 0 is not closed.",
        _RESULTS,
        unit="positions",
    ),
    Feature(
        "matched",
        pl.Int64(),
        "Positions of quota filled in the Match, before SOAP; null as quota is.",
        _RESULTS,
        unit="positions",
    ),
    Feature(
        "unfilled_rate_3y",
        pl.Float64(),
        "Unfilled positions divided by quota over the three Matches up to match_year in which it was offered; null as quota is.",
        _RESULTS,
        unit="ratio",
    ),
    Feature(
        "trend_5y",
        pl.Float64(),
        "Change of quota a year over the five Matches up to match_year: least-squares slope; null with fewer than three of them.",
        _RESULTS,
        unit="positions per year",
    ),
    Feature(
        "lca_trainee_filings_12m",
        pl.Int64(),
        "Certified H-1B labor condition applications for physician trainees by the sponsor's employers in the 12 months up to "
        "the newest filing on file. The employer's number, not the program's. "
        "0: files loaded and none; null: no employer linked to the sponsor.",
        ("dol_lca",),
        unit="filings",
    ),
    Feature(
        "lca_specialty_named_12m",
        pl.Int64(),
        "Of these, filings whose title names the program's specialty. A lower bound: two thirds of titles name none.",
        ("dol_lca",),
        unit="filings",
    ),
    Feature(
        "ci_fellowship_same_sponsor",
        pl.String(),
        "Whether the same sponsor has a clinical informatics fellowship. no only where the fellowship list was complete and "
        "every "
        "fellowship in the state is linked to a sponsor with an ACGME code; else unknown.",
        ("acgme_clinical_informatics_fellowships",),
        values=tuple(Presence),
    ),
    Feature(
        "j1_status",
        pl.String(),
        f"Whether the program takes trainees on a J-1. {_PAGES}",
        ("program_pages",),
        values=tuple(VisaStatus),
    ),
    Feature(
        "h1b_status",
        pl.String(),
        f"Whether the program sponsors the H-1B. {_PAGES}",
        ("program_pages", "dol_lca"),
        values=tuple(VisaStatus),
    ),
)
FEATURE_BY_NAME: dict[str, Feature] = {feature.name: feature for feature in FEATURES}

NULL_REASONS: dict[str, str] = {
    "no_source": "No loaded source speaks of it.",
    "not_in_directory": "The program is not in the loaded directory.",
    "not_stated": "The source speaks of the program and is silent on this.",
    "no_result_linked": "No track of the program is linked to match results.",
    "not_offered": "The program's tracks were not offered in the latest loaded Match.",
    "matched_outside_nrmp": "Clinical informatics fellowships are matched through AMIA, not NRMP.",
    "no_positions": "Every offer of the Matches in question was of no positions: there is nothing to divide by.",
    "too_few_years": "Fewer than three Matches in five years.",
    "sponsor_not_linked": "The program's sponsor is not identified.",
    "employer_not_linked": "No employer in the filings is linked to the program's sponsor.",
    "list_incomplete": "The list that was searched is incomplete, so absence means nothing.",
    "fellowship_not_linked": "A fellowship in the state is not linked to any sponsor with an ACGME code: it may be this one's.",
    "sources_disagree": "Sources disagree; both sides are in evidence.",
}


def _companions(feature: Feature) -> tuple[Column, ...]:
    about = f"of {feature.name}"
    return (
        feature.column,
        Column(
            feature.name + STATUS_SUFFIX,
            pl.String(),
            f"Status {about}: why it is what it is.",
            values=tuple(FeatureStatus),
        ),
        Column(
            feature.name + CONFIDENCE_SUFFIX,
            pl.Float64(),
            f"Confidence {about}; null where there is no value.",
            unit="ratio",
            nullable=True,
            low=0,
            high=1,
        ),
        Column(
            feature.name + ORIGINS_SUFFIX,
            pl.Int64(),
            f"Independent origin families in support {about}.",
            unit="origin families",
            low=0,
        ),
        Column(feature.name + KNOWN_SUFFIX, pl.Boolean(), f"Whether the value {about} is known; false is never a no."),
    )


FEATURE_MATRIX = Table(
    name="feature_matrix",
    grain="One program; every feature with its status, confidence, origins and known mask.",
    key=("program_uid",),
    columns=(
        c.PROGRAM_UID,
        c.ACGME_ID,
        c.SPECIALTY_CODE,
        c.SPONSOR_UID.or_null(),
        c.STATE.or_null(),
        c.REGION.or_null(),
        c.CITY.or_null(),
        *(column for feature in FEATURES for column in _companions(feature)),
        c.RELEASE_ID,
    ),
)
