"""Features: what we conclude for a program from its evidence. Every program gets every feature; unknown is never no.

Confidence method ``agreement-0`` (not yet calibrated): each origin family in support counts once, with a reliability that
experience with these sources suggests; independent families multiply their doubts; a link by name costs a tenth.
"""

from dataclasses import dataclass

import polars as pl

from schemas.contract import (
    CONFIDENCE_SUFFIX,
    FEATURE_MATRIX,
    FEATURES,
    KNOWN_SUFFIX,
    ORIGINS_SUFFIX,
    STATUS_SUFFIX,
    Feature,
)
from schemas.entities import FEATURE_VALUE
from schemas.specialties import CLINICAL_INFORMATICS_CODES
from schemas.table import TEXT_LIST
from schemas.vocabulary import Claim, FeatureStatus, LinkKind, LinkMethod, OriginFamily, Presence, TrackType, VisaStatus
from transforms.names import name_key

RELIABILITY: dict[str, float] = {
    OriginFamily.ACGME: 0.97,
    OriginFamily.NRMP: 0.95,
    OriginFamily.AAMC: 0.95,
    OriginFamily.DOL: 0.95,
    OriginFamily.CMS: 0.97,
    OriginFamily.USCIS: 0.95,
    OriginFamily.AHRQ: 0.95,
    OriginFamily.ONC: 0.95,
    OriginFamily.NIH: 0.95,
    OriginFamily.PUBMED: 0.9,
    OriginFamily.EHR_VENDOR: 0.9,
    OriginFamily.PROGRAM_SITE: 0.9,
    OriginFamily.REVIEW: 0.95,
    OriginFamily.OVERLAY: 0.9,
}
LINK_FACTOR: dict[str, float] = {
    LinkMethod.AUTHORITY_CODE: 1.0,
    LinkMethod.REVIEWED: 1.0,
    LinkMethod.EXACT_NAME_STATE: 0.9,
    LinkMethod.PROBABILISTIC: 0.9,
    LinkMethod.HISTORY: 0.9,
    LinkMethod.DERIVED: 0.9,
}
HIGHEST_CONFIDENCE = 0.99
CONFLICT_CONFIDENCE = 0.5

NOT_GRANTED = ("Withdrawn", "Denied")
"""Filings that never became an intent the department certified. An extract without statuses holds certified ones."""

RECENT_MATCHES, TREND_MATCHES, FEWEST_FOR_TREND = 3, 5, 3

_FINDING = {
    "program_uid": pl.String(),
    "value": pl.String(),
    "status": pl.String(),
    "null_reason": pl.String(),
    "confidence": pl.Float64(),
    "n_origins": pl.Int64(),
    "evidence_ids": TEXT_LIST,
}
"""Columns of a finding: a frame with one row for each program that a feature has something to say about."""


@dataclass(frozen=True)
class Facts:
    """What features are concluded from: tables of ``schemas.entities``, and the rows below.

    Attributes:
        lists: Rows of the program lists with ``program_uid``.
        directory: Rows of the directory with ``program_uid``.
        trainees: Latest trainee filings with ``employer_uid``.
        newest_filing: The newest day of filing on file, trainees or not; None without filings.
        fellowships: Table ``ci_fellowship`` with ``source`` and ``document``.
        documents: Documents in force, with ``complete``.
    """

    programs: pl.DataFrame
    sponsors: pl.DataFrame
    tracks: pl.DataFrame
    links: pl.DataFrame
    employers: pl.DataFrame
    evidence: pl.DataFrame
    lists: pl.DataFrame
    directory: pl.DataFrame
    trainees: pl.DataFrame
    fellowships: pl.DataFrame
    documents: pl.DataFrame


def feature_table(facts: Facts) -> pl.DataFrame:
    """Table ``feature``: one row for every program and every feature of the contract."""
    findings = {
        "stated_state": _agreed(facts.evidence, Claim.STATE, pl.col("value")),
        "stated_city": _agreed(facts.evidence, Claim.CITY, name_key(pl.col("value"))),
        "accreditation_status": _accreditation(facts),
        "application_service": _application_service(facts),
        **_match_features(facts),
        **_filing_features(facts),
        "ci_fellowship_same_sponsor": _ci_fellowship(facts),
        "j1_status": _visa(facts, Claim.J1_STATUS),
        "h1b_status": _visa(facts, Claim.H1B_STATUS, _employer_evidence(facts)),
    }
    rows = pl.concat(_complete(facts.programs, feature, findings[feature.name]) for feature in FEATURES)
    return _with_times(rows, facts.evidence)


def feature_matrix(programs: pl.DataFrame, features: pl.DataFrame) -> pl.DataFrame:
    """The wide matrix without ``release_id``: one row a program, five columns a feature."""
    matrix = programs
    for feature in FEATURES:
        own = features.filter(pl.col("feature") == feature.name)
        value = pl.col("value_number" if feature.is_number else "value_text").cast(feature.dtype)
        known = pl.col("status").is_in([FeatureStatus.OBSERVED, FeatureStatus.CONFLICT]) & value.is_not_null()
        matrix = matrix.join(
            own.select(
                "program_uid",
                value.alias(feature.name),
                pl.col("status").alias(feature.name + STATUS_SUFFIX),
                pl.col("confidence").alias(feature.name + CONFIDENCE_SUFFIX),
                pl.col("n_origins").alias(feature.name + ORIGINS_SUFFIX),
                known.alias(feature.name + KNOWN_SUFFIX),
            ),
            on="program_uid",
            how="left",
            validate="1:1",
        )
    return matrix.select([name for name in FEATURE_MATRIX.column_names if name != "release_id"])


# --- the shape of a finding -------------------------------------------------------------------------------------------


def _finding(  # noqa: PLR0913  (the columns of a finding)
    rows: pl.DataFrame,
    value: pl.Expr,
    *,
    status: pl.Expr,
    reason: pl.Expr,
    confidence: pl.Expr,
    n_origins: pl.Expr,
    evidence_ids: pl.Expr,
) -> pl.DataFrame:
    return rows.select(
        "program_uid",
        value.cast(pl.String).alias("value"),
        status.cast(pl.String).alias("status"),
        reason.cast(pl.String).alias("null_reason"),
        confidence.cast(pl.Float64).alias("confidence"),
        n_origins.cast(pl.Int64).alias("n_origins"),
        evidence_ids.list.unique().list.sort().fill_null(pl.lit([], dtype=TEXT_LIST)).alias("evidence_ids"),
    )


def _observed(rows: pl.DataFrame, value: str, confidence: pl.Expr, evidence_ids: str = "evidence_ids") -> pl.DataFrame:
    """A finding for rows that have a value from one origin family."""
    return _finding(
        rows,
        pl.col(value),
        status=pl.lit(str(FeatureStatus.OBSERVED)),
        reason=pl.lit(None),
        confidence=confidence,
        n_origins=pl.lit(1),
        evidence_ids=pl.col(evidence_ids),
    )


def _absent(
    rows: pl.DataFrame,
    status: FeatureStatus,
    reason: str,
    evidence_ids: pl.Expr | None = None,
    value: str | None = None,
) -> pl.DataFrame:
    """A finding for rows without a known value."""
    return _finding(
        rows,
        pl.lit(value, dtype=pl.String),
        status=pl.lit(str(status)),
        reason=pl.lit(reason),
        confidence=pl.lit(None),
        n_origins=pl.lit(0),
        evidence_ids=pl.lit([], dtype=TEXT_LIST) if evidence_ids is None else evidence_ids,
    )


_DEFAULT_REASON: dict[str, str] = {
    "application_service": "not_in_directory",
    **dict.fromkeys(("match_year", "quota", "matched", "unfilled_rate_3y", "trend_5y"), "no_result_linked"),
    **dict.fromkeys(("lca_trainee_filings_12m", "lca_specialty_named_12m"), "sponsor_not_linked"),
    "ci_fellowship_same_sponsor": "sponsor_not_linked",
}


def _complete(programs: pl.DataFrame, feature: Feature, finding: pl.DataFrame) -> pl.DataFrame:
    """The finding for every program; those it does not speak of are unknown, with the feature's own reason."""
    silent = programs.join(finding, on="program_uid", how="anti")
    unknown_word = str(Presence.UNKNOWN) if feature.values and Presence.UNKNOWN in feature.values else None
    rest = _absent(silent, FeatureStatus.UNKNOWN, _DEFAULT_REASON.get(feature.name, "no_source"), value=unknown_word)
    value = pl.col("value")
    nothing = pl.lit(None)
    return pl.concat([finding, rest]).select(
        "program_uid",
        pl.lit(feature.name).alias("feature"),
        (nothing.cast(pl.String) if feature.is_number else value).alias("value_text"),
        (value.cast(pl.Float64) if feature.is_number else nothing.cast(pl.Float64)).alias("value_number"),
        *(name for name in _FINDING if name not in ("program_uid", "value")),
    )


def _with_times(rows: pl.DataFrame, evidence: pl.DataFrame) -> pl.DataFrame:
    """When the newest evidence behind each value was first seen, and from which day it holds."""
    times = (
        rows.select("program_uid", "feature", pl.col("evidence_ids").alias("evidence_id"))
        .explode("evidence_id")
        .join(evidence.select("evidence_id", "fetched_at", "claimed_from"), on="evidence_id")
        .group_by("program_uid", "feature")
        .agg(pl.col("fetched_at").max().alias("evidence_observed_at"), pl.col("claimed_from").max())
    )
    return rows.join(times, on=["program_uid", "feature"], how="left").select(FEATURE_VALUE.column_names)


def _confidence(families: pl.Expr) -> pl.Expr:
    """Independent families multiply their doubts; ``families`` is a list of distinct family names."""
    doubts = families.list.eval(1 - pl.element().replace_strict(RELIABILITY, default=0.5, return_dtype=pl.Float64))
    product = doubts.list.eval(pl.element().log().sum().exp()).list.first()
    return pl.min_horizontal(1 - product, pl.lit(HIGHEST_CONFIDENCE)).round(4)


# --- identity ---------------------------------------------------------------------------------------------------------


def _agreed(evidence: pl.DataFrame, claim: Claim, compared: pl.Expr) -> pl.DataFrame:
    """The value on which the newest statement of every origin family agrees; else a conflict without a value."""
    stated = evidence.filter((pl.col("subject_kind") == "program") & (pl.col("claim") == claim))
    newest = stated.filter(pl.col("claimed_from") == pl.col("claimed_from").max().over("subject_id", "origin_family"))
    by_program = (
        newest.with_columns(compared.alias("compared"))
        .sort("claimed_from", "evidence_id")
        .group_by(pl.col("subject_id").alias("program_uid"), maintain_order=True)
        .agg(
            pl.col("value").last(),
            pl.col("compared").n_unique().alias("n_values"),
            pl.col("origin_family").unique().sort().alias("families"),
            pl.col("evidence_id").alias("evidence_ids"),
        )
    )
    agree = pl.col("n_values") == 1
    return _finding(
        by_program,
        pl.when(agree).then("value"),
        status=pl.when(agree).then(pl.lit(str(FeatureStatus.OBSERVED))).otherwise(pl.lit(str(FeatureStatus.CONFLICT))),
        reason=pl.when(~agree).then(pl.lit("sources_disagree")),
        confidence=pl.when(agree).then(_confidence(pl.col("families"))),
        n_origins=pl.when(agree).then(pl.col("families").list.len()).otherwise(0),
        evidence_ids=pl.col("evidence_ids"),
    )


def _accreditation(facts: Facts) -> pl.DataFrame:
    stated = _agreed(facts.evidence, Claim.ACCREDITATION_STATUS, pl.col("value"))
    silent = facts.lists.select("program_uid").unique().join(stated, on="program_uid", how="anti")
    return pl.concat([stated, _absent(silent, FeatureStatus.NOT_STATED, "not_stated")])


def _application_service(facts: Facts) -> pl.DataFrame:
    stated = facts.evidence.filter(pl.col("claim") == Claim.APPLICATION_SERVICE)
    union = stated.group_by(pl.col("subject_id").alias("program_uid")).agg(
        pl.col("value").str.split("|").list.explode().unique().sort().str.join("|").alias("value"),
        pl.col("evidence_id").alias("evidence_ids"),
    )
    found = _observed(union, "value", pl.lit(RELIABILITY[OriginFamily.NRMP]))
    silent = facts.directory.select("program_uid").unique().join(found, on="program_uid", how="anti")
    return pl.concat([found, _absent(silent, FeatureStatus.NOT_STATED, "not_stated")])


# --- the Match --------------------------------------------------------------------------------------------------------


def _match_features(facts: Facts) -> dict[str, pl.DataFrame]:
    """Quota, matched, unfilled rate and trend up to the latest Match with results of each program's tracks."""
    with_results = facts.tracks.filter(pl.col("program_uid").is_not_null() & pl.col("offered").is_not_null())
    is_preliminary = pl.col("track_type") == TrackType.PRELIMINARY
    counted = with_results.filter(~is_preliminary | is_preliminary.all().over("program_uid"))
    counted = counted.with_columns(pl.col("match_year").max().over("program_uid").alias("latest"))
    by_year = counted.group_by("program_uid", "match_year", "latest").agg(
        pl.col("offered").any(), pl.col("quota", "matched", "unfilled").sum(), pl.col("disagreement").any()
    )
    latest = by_year.filter(pl.col("match_year") == pl.col("latest"))
    offered_now = latest.filter("offered").select("program_uid")
    any_disagreement = pl.col("disagreement").any()
    rate = _over_matches(by_year, RECENT_MATCHES).agg(
        pl.when(pl.col("quota").sum() > 0).then(pl.col("unfilled").sum() / pl.col("quota").sum()).first().round(4).alias("value"),
        any_disagreement,
    )
    slope = pl.cov("match_year", "quota") / pl.col("match_year").var()
    trend = _over_matches(by_year, TREND_MATCHES).agg(
        pl.when(pl.len() >= FEWEST_FOR_TREND).then(slope).first().round(4).alias("value"),
        any_disagreement,
    )
    claims = _track_claims(facts.evidence, counted)
    outside = _absent(
        facts.programs.filter(pl.col("specialty_code").is_in(CLINICAL_INFORMATICS_CODES)),
        FeatureStatus.NOT_APPLICABLE,
        "matched_outside_nrmp",
    )

    def finding(values: pl.DataFrame, cites: tuple[Claim, ...], matches: int, reason: str) -> pl.DataFrame:
        inside = _match_finding(latest, values, claims, cites, matches, reason)
        return pl.concat([inside, outside.join(inside, on="program_uid", how="anti")])

    offered_values = latest.filter("offered")
    return {
        "match_year": finding(
            latest.select("program_uid", pl.col("latest").alias("value"), pl.lit(value=False).alias("disagreement")),
            (Claim.QUOTA, Claim.NOT_OFFERED),
            1,
            "not_offered",
        ),
        "quota": finding(
            offered_values.select("program_uid", pl.col("quota").alias("value"), "disagreement"),
            (Claim.QUOTA,),
            1,
            "not_offered",
        ),
        "matched": finding(
            offered_values.select("program_uid", pl.col("matched").alias("value"), "disagreement"),
            (Claim.MATCHED,),
            1,
            "not_offered",
        ),
        "unfilled_rate_3y": finding(
            rate.join(offered_now, on="program_uid"), (Claim.QUOTA, Claim.MATCHED), RECENT_MATCHES, "no_positions"
        ),
        "trend_5y": finding(trend.join(offered_now, on="program_uid"), (Claim.QUOTA,), TREND_MATCHES, "too_few_years"),
    }


def _over_matches(by_year: pl.DataFrame, matches: int) -> "pl.dataframe.group_by.GroupBy":
    """Offered years among the last Matches of each program, grouped by program."""
    recent = by_year.filter("offered", pl.col("match_year") > pl.col("latest") - matches)
    return recent.sort("program_uid", "match_year").group_by("program_uid", maintain_order=True)


def _track_claims(evidence: pl.DataFrame, counted: pl.DataFrame) -> pl.DataFrame:
    """Evidence of counted tracks: ``program_uid``, ``claim``, ``back`` (Matches before the latest), ``evidence_id``."""
    codes = counted.select("nrmp_code", "program_uid", "latest").unique()
    return (
        evidence.filter(pl.col("subject_kind") == "track")
        .join(codes, left_on="subject_id", right_on="nrmp_code")
        .select("program_uid", "claim", (pl.col("latest") - pl.col("claimed_from").dt.year()).alias("back"), "evidence_id")
    )


def _match_finding(  # noqa: PLR0913  (what is concluded, and what it cites)
    latest: pl.DataFrame,
    values: pl.DataFrame,
    claims: pl.DataFrame,
    cites: tuple[Claim, ...],
    matches: int,
    reason: str,
) -> pl.DataFrame:
    def cited(kinds: tuple[Claim, ...], back: int) -> pl.DataFrame:
        wanted = claims.filter(pl.col("claim").is_in(kinds), pl.col("back").is_between(0, back - 1))
        return wanted.group_by("program_uid").agg(pl.col("evidence_id").alias("evidence_ids"))

    known = values.drop_nulls("value").join(cited(cites, matches), on="program_uid", how="left")
    disagree = pl.col("disagreement")
    found = _finding(
        known,
        pl.col("value"),
        status=pl.when(disagree).then(pl.lit(str(FeatureStatus.CONFLICT))).otherwise(pl.lit(str(FeatureStatus.OBSERVED))),
        reason=pl.lit(None),
        confidence=pl.when(disagree).then(CONFLICT_CONFIDENCE).otherwise(RELIABILITY[OriginFamily.NRMP]),
        n_origins=pl.lit(1),
        evidence_ids=pl.col("evidence_ids"),
    )
    rest = latest.join(found, on="program_uid", how="anti").join(
        cited((Claim.NOT_OFFERED, Claim.QUOTA), matches), on="program_uid", how="left"
    )
    not_offered = _absent(rest.filter(~pl.col("offered")), FeatureStatus.NOT_APPLICABLE, "not_offered", pl.col("evidence_ids"))
    too_little = _absent(rest.filter("offered"), FeatureStatus.UNKNOWN, reason, pl.col("evidence_ids"))
    return pl.concat([found, not_offered, too_little])


# --- employers --------------------------------------------------------------------------------------------------------


def _sponsored(facts: Facts) -> pl.DataFrame:
    """``program_uid``, ``specialty_code``, ``sponsor_uid``, ``factor`` (of the link) for programs with a sponsor."""
    links = facts.links.filter(pl.col("kind") == LinkKind.SPONSORS).select(
        pl.col("right_id").alias("program_uid"),
        pl.col("left_id").alias("sponsor_uid"),
        pl.col("link_method").replace_strict(LINK_FACTOR, return_dtype=pl.Float64).alias("factor"),
    )
    return facts.programs.select("program_uid", "specialty_code").join(links, on="program_uid")


def _recent_filings(facts: Facts) -> pl.DataFrame:
    """Trainee filings of linked employers within 12 months of the newest filing: ``sponsor_uid``, code, ``evidence_id``."""
    stands = pl.col("case_status").is_null() | ~pl.col("case_status").is_in(NOT_GRANTED)
    recent = facts.trainees.filter(stands & (pl.col("filed_on") > pl.col("newest_filed_on").dt.offset_by("-12mo")))
    cited = facts.evidence.filter(pl.col("claim") == Claim.H1B_TRAINEE_FILING).select("value", "evidence_id")
    linked = facts.employers.filter(pl.col("sponsor_uid").is_not_null()).select("employer_uid", "sponsor_uid")
    return recent.join(linked, on="employer_uid").join(cited, left_on="case_number", right_on="value")


def _extent_ids(facts: Facts, source: str) -> list[str]:
    extents = facts.evidence.filter((pl.col("claim") == Claim.LIST_EXTENT) & (pl.col("source") == source))
    return extents["evidence_id"].sort().to_list()


def _filing_features(facts: Facts) -> dict[str, pl.DataFrame]:
    sponsored = _sponsored(facts)
    linked = facts.employers.select("sponsor_uid").drop_nulls().unique()
    answerable = sponsored.join(linked, on="sponsor_uid", how="semi")
    filings = _recent_filings(facts)
    loaded = pl.lit(_extent_ids(facts, "dol_lca"), dtype=TEXT_LIST)
    confidence = (RELIABILITY[OriginFamily.DOL] * LINK_FACTOR[LinkMethod.EXACT_NAME_STATE] * pl.col("factor")).round(4)
    unlinked = _absent(sponsored.join(linked, on="sponsor_uid", how="anti"), FeatureStatus.UNKNOWN, "employer_not_linked")

    def counted(matching: pl.DataFrame) -> pl.DataFrame:
        counts = matching.group_by("program_uid").agg(pl.len().alias("value"), pl.col("evidence_id").alias("cited"))
        rows = answerable.join(counts, on="program_uid", how="left").with_columns(
            pl.col("value").fill_null(0), pl.coalesce("cited", loaded).alias("evidence_ids")
        )
        return pl.concat([_observed(rows, "value", confidence), unlinked])

    of_sponsor = answerable.join(filings, on="sponsor_uid")
    return {
        "lca_trainee_filings_12m": counted(of_sponsor),
        "lca_specialty_named_12m": counted(of_sponsor.filter(pl.col("named_specialty_code") == pl.col("specialty_code"))),
    }


def _employer_evidence(facts: Facts) -> pl.DataFrame:
    """Recent trainee filings by the sponsor's employers: ``program_uid``, ``evidence_ids``."""
    return (
        _sponsored(facts)
        .join(_recent_filings(facts), on="sponsor_uid")
        .group_by("program_uid")
        .agg(pl.col("evidence_id").alias("evidence_ids"))
    )


def _visa(facts: Facts, claim: Claim, attached: pl.DataFrame | None = None) -> pl.DataFrame:
    """What a program's own pages say of a visa; unknown without a page that was read.

    Silence counts only where every page is silent. A condition on one page makes a yes on another conditional; a yes on one and a
    no on another is a conflict, both in evidence. Employer filings are attached and never alone decide.
    """
    told = facts.evidence.filter((pl.col("subject_kind") == "program") & (pl.col("claim") == claim))
    stated = pl.col("value").filter(pl.col("value") != VisaStatus.NOT_STATED).unique().sort()
    pages = told.group_by(pl.col("subject_id").alias("program_uid"), maintain_order=True).agg(
        stated.alias("stated"), pl.col("evidence_id").alias("page_ids")
    )
    refused_too = pl.col("stated").list.contains(str(VisaStatus.NOT_ACCEPTS)) & (pl.col("stated").list.len() > 1)
    value = (
        pl.when(pl.col("stated").list.len() == 0)
        .then(pl.lit(str(VisaStatus.NOT_STATED)))
        .when(refused_too | pl.col("stated").list.contains(str(VisaStatus.CONFLICT)))
        .then(pl.lit(str(VisaStatus.CONFLICT)))
        .when(pl.col("stated").list.contains(str(VisaStatus.CONDITIONAL)))
        .then(pl.lit(str(VisaStatus.CONDITIONAL)))
        .otherwise(pl.col("stated").list.first())
    )
    filings = attached if attached is not None else pages.select("program_uid", pl.col("page_ids").alias("evidence_ids")).clear()
    rows = (
        facts.programs.select("program_uid")
        .join(pages.with_columns(value.alias("value")), on="program_uid", how="left")
        .join(filings, on="program_uid", how="left")
        .with_columns(pl.col("value").fill_null(str(VisaStatus.UNKNOWN)))
    )
    word = pl.col("value")
    is_stated = word.is_in([str(VisaStatus.ACCEPTS), str(VisaStatus.NOT_ACCEPTS), str(VisaStatus.CONDITIONAL)])
    return _finding(
        rows,
        word,
        status=pl.when(is_stated)
        .then(pl.lit(str(FeatureStatus.OBSERVED)))
        .when(word == VisaStatus.CONFLICT)
        .then(pl.lit(str(FeatureStatus.CONFLICT)))
        .when(word == VisaStatus.NOT_STATED)
        .then(pl.lit(str(FeatureStatus.NOT_STATED)))
        .otherwise(pl.lit(str(FeatureStatus.UNKNOWN))),
        reason=pl.when(word == VisaStatus.UNKNOWN)
        .then(pl.lit("no_source"))
        .when(word == VisaStatus.NOT_STATED)
        .then(pl.lit("not_stated"))
        .when(word == VisaStatus.CONFLICT)
        .then(pl.lit("sources_disagree")),
        confidence=pl.when(is_stated)
        .then(pl.lit(RELIABILITY[OriginFamily.PROGRAM_SITE]))
        .when(word == VisaStatus.CONFLICT)
        .then(pl.lit(CONFLICT_CONFIDENCE)),
        n_origins=pl.when(is_stated).then(pl.lit(1)).otherwise(0),
        evidence_ids=pl.concat_list(
            pl.col("page_ids").fill_null(pl.lit([], dtype=TEXT_LIST)),
            pl.col("evidence_ids").fill_null(pl.lit([], dtype=TEXT_LIST)),
        ),
    )


# --- clinical informatics ---------------------------------------------------------------------------------------------


def _ci_fellowship(facts: Facts) -> pl.DataFrame:
    """Yes where the sponsor has a fellowship; no only where absence from the list means absence."""
    if facts.fellowships.is_empty():
        return _absent(facts.programs, FeatureStatus.UNKNOWN, "no_source", value=Presence.UNKNOWN)
    sponsored = _sponsored(facts).join(facts.sponsors.select("sponsor_uid", "sponsor_code", "state"), on="sponsor_uid")
    coded = facts.sponsors.filter(pl.col("sponsor_code").is_not_null()).select("sponsor_uid")
    hosts = (
        facts.evidence.filter(pl.col("claim") == Claim.CI_FELLOWSHIP)
        .group_by(pl.col("subject_id").alias("sponsor_uid"))
        .agg(pl.col("evidence_id").alias("evidence_ids"))
    )
    unplaced_states = facts.fellowships.join(coded, on="sponsor_uid", how="anti")["state"].unique().to_list()
    lists = facts.documents.join(facts.fellowships.select("source", "document").unique(), on=["source", "document"])
    complete = bool(lists["complete"].all())
    confidence = (RELIABILITY[OriginFamily.ACGME] * LINK_FACTOR[LinkMethod.EXACT_NAME_STATE] * pl.col("factor")).round(4)

    yes = sponsored.join(hosts, on="sponsor_uid").with_columns(pl.lit(str(Presence.YES)).alias("value"))
    others = sponsored.join(hosts, on="sponsor_uid", how="anti")
    names = pl.format("{}/{}", "source", "document")
    extents = facts.evidence.filter(
        (pl.col("claim") == Claim.LIST_EXTENT) & pl.col("subject_id").is_in(lists.select(names).to_series().implode())
    )
    extent = extents["evidence_id"].sort().to_list()
    others = others.with_columns(pl.lit(extent, dtype=TEXT_LIST).alias("evidence_ids"), pl.lit(str(Presence.NO)).alias("value"))
    identified = pl.col("sponsor_code").is_not_null()
    placed = ~pl.col("state").is_in(unplaced_states)
    answerable = pl.lit(complete) & identified & placed
    return pl.concat(
        [
            _observed(yes, "value", confidence),
            _observed(others.filter(answerable), "value", confidence),
            *(
                _absent(
                    others.filter(~answerable & condition),
                    FeatureStatus.UNKNOWN,
                    reason,
                    pl.col("evidence_ids"),
                    value=Presence.UNKNOWN,
                )
                for condition, reason in (
                    (pl.lit(not complete), "list_incomplete"),
                    (pl.lit(complete) & ~placed, "fellowship_not_linked"),
                    (pl.lit(complete) & placed & ~identified, "sponsor_not_linked"),
                )
            ),
        ]
    )
