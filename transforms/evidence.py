"""Evidence: claims about subjects, each with the place in the bytes it was read from."""

from dataclasses import dataclass

import polars as pl

from schemas.digests import with_digest
from schemas.entities import EVIDENCE
from schemas.vocabulary import Claim, PageContent, Scope

_PLACE = ("source", "document", "digest", "locator", "parser_version", pl.col("observed_at").alias("fetched_at"))
_MAX_QUOTE = 300


def _claims(  # noqa: PLR0913  (the parts of a claim)
    rows: pl.DataFrame,
    *,
    subject: tuple[str, pl.Expr],
    claim: Claim,
    value: pl.Expr,
    scope: Scope | pl.Expr,
    quote: pl.Expr,
    since: pl.Expr,
) -> pl.DataFrame:
    """One claim a row; rows without a value claim nothing."""
    kind, subject_id = subject
    return rows.select(
        pl.lit(kind).alias("subject_kind"),
        subject_id.alias("subject_id"),
        pl.lit(str(claim)).alias("claim"),
        value.cast(pl.String).alias("value"),
        (scope if isinstance(scope, pl.Expr) else pl.lit(str(scope))).alias("scope"),
        quote.str.slice(0, _MAX_QUOTE).alias("quote"),
        since.cast(pl.Date).alias("claimed_from"),
        *_PLACE,
    ).drop_nulls("value")


def _program_lists(lists: pl.DataFrame) -> list[pl.DataFrame]:
    subject = ("program", pl.col("program_uid"))
    label = pl.coalesce("program_name", "sponsor_name", pl.lit("-"))
    place = pl.concat_str([pl.col("city"), pl.col("state")], separator=", ", ignore_nulls=True)
    quote = pl.format("{} {}, {}", "acgme_id", label, place)
    plain = {
        Claim.NAME: pl.col("program_name"),
        Claim.CITY: pl.col("city"),
        Claim.STATE: pl.col("state"),
        Claim.ACCREDITATION_STATUS: pl.col("accreditation_status"),
    }
    found = [
        _claims(
            lists,
            subject=subject,
            claim=claim,
            value=value,
            scope=Scope.PROGRAM,
            quote=pl.format("{}: {}", quote, value) if claim is Claim.ACCREDITATION_STATUS else quote,
            since=pl.col("document_date"),
        )
        for claim, value in plain.items()
    ]
    sponsor = pl.concat_str([pl.col("sponsor_code"), pl.col("sponsor_name")], separator=" ", ignore_nulls=True)
    found.append(
        _claims(
            lists.filter(pl.col("sponsor_name").is_not_null()),
            subject=subject,
            claim=Claim.SPONSORED_BY,
            value=pl.when(sponsor != "").then(sponsor),
            scope=Scope.INSTITUTION,
            quote=pl.format("{} sponsored by {}", "acgme_id", sponsor),
            since=pl.col("document_date"),
        )
    )
    return found


def _directory(directory: pl.DataFrame) -> list[pl.DataFrame]:
    subject = ("program", pl.col("program_uid"))
    place = pl.format("{} {}: {}, {}", "nrmp_code", "institution_name", "city", "state")
    services = pl.col("match_services").list.join("|")
    per_track = directory.sort("nrmp_code")
    found = [
        _claims(
            per_track.unique(["program_uid", name], keep="first", maintain_order=True),
            subject=subject,
            claim=claim,
            value=pl.col(name),
            scope=Scope.PROGRAM,
            quote=place,
            since=pl.col("document_date"),
        )
        for claim, name in ((Claim.NAME, "institution_name"), (Claim.CITY, "city"), (Claim.STATE, "state"))
    ]
    found.append(
        _claims(
            per_track,
            subject=subject,
            claim=Claim.APPLICATION_SERVICE,
            value=pl.when(services != "").then(services),
            scope=Scope.TRACK,
            quote=pl.format("{} MRM {}", "nrmp_code", services),
            since=pl.col("document_date"),
        )
    )
    return found


def _results(results: pl.DataFrame, linked_codes: pl.Series) -> list[pl.DataFrame]:
    linked = results.filter(pl.col("nrmp_code").is_in(linked_codes.implode()))
    subject = ("track", pl.col("nrmp_code"))
    numbers = pl.when("offered").then(pl.format("quota {} matched {}", "quota", "matched")).otherwise(pl.lit("not offered"))
    quote = pl.format("{} {} {}: {}", "specialty_label", "nrmp_code", "match_year", numbers)
    july = pl.date(pl.col("match_year"), 7, 1)
    values = {
        Claim.QUOTA: pl.col("quota"),
        Claim.MATCHED: pl.col("matched"),
        Claim.NOT_OFFERED: pl.when(~pl.col("offered")).then("match_year"),
    }
    return [
        _claims(linked, subject=subject, claim=claim, value=value, scope=Scope.TRACK, quote=quote, since=july)
        for claim, value in values.items()
    ]


def _fellowships(fellowships: pl.DataFrame) -> pl.DataFrame:
    return _claims(
        fellowships.filter(pl.col("sponsor_uid").is_not_null()),
        subject=("sponsor", pl.col("sponsor_uid")),
        claim=Claim.CI_FELLOWSHIP,
        value=pl.col("acgme_id"),
        scope=Scope.INSTITUTION,
        quote=pl.format("{} {}, {}", "acgme_id", "sponsor_name", "state"),
        since=pl.coalesce("status_effective_on", "document_date"),
    )


def _filings(trainees: pl.DataFrame) -> pl.DataFrame:
    return _claims(
        trainees,
        subject=("employer", pl.col("employer_uid")),
        claim=Claim.H1B_TRAINEE_FILING,
        value=pl.col("case_number"),
        scope=Scope.EMPLOYER,
        quote=pl.format("{} {}: {}, {}", "case_number", "employer_name", "job_title", "worksite_state"),
        since=pl.col("filed_on"),
    )


def _extents(documents: pl.DataFrame) -> pl.DataFrame:
    stated = pl.col("stated_total").cast(pl.String).fill_null("no stated total")
    whole = pl.when("complete").then(pl.lit("complete")).otherwise(pl.lit("incomplete"))
    return _claims(
        documents.with_columns(pl.lit("whole document").alias("locator")),
        subject=("document", pl.format("{}/{}", "source", "document")),
        claim=Claim.LIST_EXTENT,
        value=whole,
        scope=Scope.DOCUMENT,
        quote=pl.format("{} rows parsed, {} stated: {}", "rows_parsed", stated, whole),
        since=pl.col("document_date"),
    )


_PAGE_CLAIMS: dict[str, Claim] = {
    "img_accepted": Claim.IMG_ACCEPTED,
    "ecfmg_required": Claim.ECFMG_REQUIRED,
    "usce_required": Claim.USCE_REQUIRED,
    "yog_max_years": Claim.YOG_MAX_YEARS,
    "step1_min": Claim.STEP1_MIN,
    "step2_min": Claim.STEP2_MIN,
    "attempts_max": Claim.ATTEMPTS_MAX,
    "img_share_pct": Claim.IMG_SHARE_PCT,
    "cmio": Claim.CMIO,
    "ci_fellowship": Claim.CI_FELLOWSHIP_ON_PAGE,
    "ci_track_or_elective": Claim.CI_TRACK_OR_ELECTIVE,
    "ehr_committee": Claim.EHR_COMMITTEE,
    "qi_analytics": Claim.QI_ANALYTICS,
    "telehealth": Claim.TELEHEALTH,
    "ehr_vendor": Claim.EHR_VENDOR,
}
"""Names of claims by what a page's reader calls them; a fellowship that a page speaks of is not one on the accreditor's list."""


def _pages(pages: pl.DataFrame, page_claims: pl.DataFrame) -> list[pl.DataFrame]:
    """Visa statuses of pages that were read, silence included, with the words that decide; and their other claims."""
    subject, scope = ("program", pl.col("program_uid")), pl.col("page_scope")
    in_order = page_claims.sort("source", "document", "acgme_id", "locator")
    read = pages.filter(pl.col("page_content") == PageContent.READ)
    found = []
    for visa, claim in (("j1", Claim.J1_STATUS), ("h1b", Claim.H1B_STATUS)):
        deciding = (
            in_order.filter(pl.col("page_claim") == f"visa.{visa}")
            .unique(["source", "document", "acgme_id"], keep="first", maintain_order=True)
            .select("source", "document", "acgme_id", "page_quote")
        )
        stated = read.join(deciding, on=["source", "document", "acgme_id"], how="left")
        found.append(
            _claims(
                stated,
                subject=subject,
                claim=claim,
                value=pl.col(f"page_{visa}_status"),
                scope=scope,
                quote=pl.coalesce("page_quote", pl.lit("The page was read and is silent.")),
                since=pl.col("document_date"),
            )
        )
    for name, claim in _PAGE_CLAIMS.items():
        found.append(
            _claims(
                in_order.filter(pl.col("page_claim") == name).unique(
                    ["source", "document", "acgme_id", "page_value"], keep="first", maintain_order=True
                ),
                subject=subject,
                claim=claim,
                value=pl.col("page_value"),
                scope=scope,
                quote=pl.col("page_quote"),
                since=pl.col("document_date"),
            )
        )
    return found


def _eras(eras: pl.DataFrame) -> pl.DataFrame:
    """Whether a track takes applications through ERAS: a fact of one season."""
    cycles = pl.col("eras_cycles").list.join(", ")
    season = pl.format("ERAS {}, {}", "eras_season", pl.when(cycles != "").then(cycles).otherwise(pl.lit("no cycle told")))
    label = pl.coalesce("eras_specialty", "eras_specialty_code")
    return _claims(
        eras.filter(pl.col("program_uid").is_not_null()),
        subject=("program", pl.col("program_uid")),
        claim=Claim.ERAS_STATUS,
        value=pl.col("eras_status"),
        scope=Scope.TRACK,
        quote=pl.format("{}, {}: {}: {}", season, label, "program_name", "eras_status"),
        since=pl.col("document_date"),
    )


_LIMITS: dict[str, Claim] = {
    "step1_min": Claim.STEP1_MIN,
    "step2_min": Claim.STEP2_MIN,
    "attempts_max": Claim.ATTEMPTS_MAX,
    "yog_max_years": Claim.YOG_MAX_YEARS,
    "usce_required": Claim.USCE_REQUIRED,
    "ecfmg_required": Claim.ECFMG_REQUIRED,
}


@dataclass(frozen=True)
class Overlay:
    """Dated rows of the private overlay with ``program_uid``; empty in what a public release is made of.

    Attributes:
        visas: Rows of ``overlay_visa``.
        shares: Rows of ``overlay_img_share``.
        limits: Rows of ``overlay_score_limits``.
    """

    visas: pl.DataFrame
    shares: pl.DataFrame
    limits: pl.DataFrame


def _overlay(overlay: Overlay) -> list[pl.DataFrame]:
    """Statements of licensed tables, in the words and units of the claims that pages make."""
    subject = ("program", pl.col("program_uid"))
    conditions = pl.col("visa_conditions").list.join(", ")
    status = pl.when(conditions != "").then(pl.format("{} ({})", "visa_status", conditions)).otherwise("visa_status")
    counts = pl.when(pl.col("n_total") > 0).then(pl.col("n_img") / pl.col("n_total"))
    share = (100 * pl.coalesce("img_share", counts)).round(1)
    found = [
        _claims(
            overlay.visas.filter(pl.col("visa") == visa),
            subject=subject,
            claim=claim,
            value=pl.col("visa_status"),
            scope=Scope.PROGRAM,
            quote=pl.format("{}: {} {} {}, as of {}", "source_label", "acgme_id", "visa", status, "as_of"),
            since=pl.col("as_of"),
        )
        for visa, claim in (("j1", Claim.J1_STATUS), ("h1b", Claim.H1B_STATUS))
    ]
    found.append(
        _claims(
            overlay.shares,
            subject=subject,
            claim=Claim.IMG_SHARE_PCT,
            value=share,
            scope=Scope.PROGRAM,
            quote=pl.format("{}: {} {} % in {}", "source_label", "acgme_id", share, "year"),
            since=pl.date(pl.col("year"), 7, 1),
        )
    )
    found.extend(
        _claims(
            overlay.limits,
            subject=subject,
            claim=claim,
            value=pl.col(name),
            scope=Scope.PROGRAM,
            quote=pl.format("{}: {} {} {}, as of {}", "source_label", "acgme_id", pl.lit(name), pl.col(name), "as_of"),
            since=pl.col("as_of"),
        )
        for name, claim in _LIMITS.items()
    )
    return found


def evidence_table(  # noqa: PLR0913  (each argument is another kind of statement)
    *,
    lists: pl.DataFrame,
    directory: pl.DataFrame,
    results: pl.DataFrame,
    linked_tracks: pl.Series,
    fellowships: pl.DataFrame,
    trainees: pl.DataFrame,
    pages: pl.DataFrame,
    page_claims: pl.DataFrame,
    eras: pl.DataFrame,
    overlay: Overlay,
    documents: pl.DataFrame,
    sources: pl.DataFrame,
) -> pl.DataFrame:
    """All claims that features may rest on.

    Args:
        lists: Dated rows of ``acgme_program`` with ``program_uid``.
        directory: Dated rows of ``nrmp_directory_track`` with ``program_uid``.
        results: Dated rows of ``nrmp_program_result``.
        linked_tracks: NRMP codes of tracks that are linked to programs; only these give evidence about programs.
        fellowships: Rows of ``lists`` that are clinical informatics fellowships, with ``sponsor_uid``.
        trainees: Latest trainee filings with ``employer_uid``.
        pages: Dated rows of ``web_page`` with the program they speak of: ``acgme_id``, ``program_uid``, ``page_scope``.
        page_claims: Dated rows of ``web_page_claim`` likewise.
        eras: Dated rows of ``eras_program`` with ``program_uid``.
        overlay: What licensed tables state.
        documents: Documents in force.
        sources: ``source``, ``origin_family``, ``licence``.

    Returns:
        Table ``evidence``; the id depends on the claim and on the bytes and place it was read from.
    """
    claims = pl.concat(
        [
            *_program_lists(lists),
            *_directory(directory),
            *_results(results, linked_tracks),
            _fellowships(fellowships),
            _filings(trainees),
            *_pages(pages, page_claims),
            _eras(eras),
            *_overlay(overlay),
            _extents(documents.join(pages.select("source").unique(), on="source", how="anti")),  # a page is no list
        ]
    ).join(sources, on="source")
    identity = pl.concat_str(
        [
            "subject_kind",
            "subject_id",
            "claim",
            "value",
            "source",
            "document",
            "digest",
            "locator",
            pl.col("claimed_from").cast(pl.String),
        ],
        separator="|",
    )
    return with_digest(claims, "evidence_id", identity, 16, prefix="ev-").select(EVIDENCE.column_names)
