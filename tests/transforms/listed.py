"""Small worlds written by hand: listings with only what a test speaks of; provenance and the rest are filled in."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256

import polars as pl

from schemas.digests import digest_of
from schemas.listings import (
    ACGME_PARTICIPATING_SITE,
    ACGME_PROGRAM,
    AHRQ_HOSPITAL,
    CHPL_CERTIFICATION_PRODUCT,
    CHPL_PRODUCT,
    CMS_ATTESTATION,
    CMS_HOSPITAL,
    DOL_LCA_FILING,
    EHR_ENDPOINT,
    ERAS_PROGRAM,
    NIH_AWARD,
    NPPES_INFORMATICS_CITY,
    NPPES_INFORMATICS_STATE,
    NRMP_DIRECTORY_TRACK,
    NRMP_PROGRAM_RESULT,
    NRMP_SPECIALTY_MATCH,
    OVERLAY_IMG_SHARE,
    OVERLAY_SCORE_LIMITS,
    OVERLAY_VISA,
    PROGRAM_SITE,
    PUBMED_AFFILIATION_COUNT,
    REVIEWED_EVENT,
    REVIEWED_LINK,
    SITE_PAGE,
    USCIS_EMPLOYER,
    WEB_PAGE,
    WEB_PAGE_CLAIM,
    WEB_PAGE_ROSTER,
    kept,
)
from schemas.operations import EXTRACT
from schemas.table import Table
from transforms.assemble import WATCHED, Known, assemble

Row = Mapping[str, object]

SEEN_AT = datetime(2024, 10, 2, 2, tzinfo=UTC)
SOURCES = {
    "nrmp_directory": "nrmp",
    "nrmp_program_results": "nrmp",
    "nrmp_florida_results": "nrmp",
    "nrmp_results_and_data": "nrmp",
    "nrmp_specialty_img": "nrmp",
    "acgme_programs": "acgme",
    "acgme_obgyn_programs": "acgme",
    "acgme_clinical_informatics_fellowships": "acgme",
    "eras_cardiology_fellowships": "aamc",
    "acgme_report_1": "acgme",
    "eras_participating_programs": "aamc",
    "dol_lca": "dol",
    "uscis_h1b_employers": "uscis",
    "cms_hospitals": "cms",
    "ahrq_hospital_systems": "ahrq",
    "ehr_endpoints": "ehr_vendor",
    "cms_promoting_interoperability": "cms",
    "chpl_listings": "onc",
    "chpl_certification_ids": "onc",
    "nih_reporter_projects": "nih",
    "pubmed_affiliation_counts": "pubmed",
    "nppes_informatics_counts": "cms",
    "program_pages": "program_site",
    "reviewed_links": "review",
    "reviewed_events": "review",
    **dict.fromkeys(("overlay_visa", "overlay_img_share", "overlay_score_limits"), "overlay"),
}
"""Origin family by source."""

FELLOWSHIPS = "acgme_clinical_informatics_fellowships"
DATES = {
    "nrmp_directory": date(2024, 10, 1),
    "acgme_programs": date(2024, 6, 1),
    "acgme_obgyn_programs": date(2024, 7, 1),
    FELLOWSHIPS: date(2026, 6, 16),
    "eras_cardiology_fellowships": date(2024, 7, 1),
    "acgme_report_1": date(2026, 9, 23),
    "eras_participating_programs": date(2026, 9, 24),
    **dict.fromkeys(("overlay_visa", "overlay_img_share", "overlay_score_limits"), date(2026, 8, 1)),
    "cms_hospitals": date(2026, 2, 4),
    "nrmp_florida_results": date(2026, 5, 1),
    "nrmp_results_and_data": date(2024, 5, 20),
    "nrmp_specialty_img": date(2025, 6, 1),
    "ahrq_hospital_systems": date(2023, 12, 31),
    "ehr_endpoints": date(2026, 4, 1),
    "cms_promoting_interoperability": date(2023, 12, 31),
    "chpl_listings": date(2026, 2, 15),
    "chpl_certification_ids": date(2026, 2, 16),
    "nih_reporter_projects": date(2026, 3, 1),
    "pubmed_affiliation_counts": date(2026, 3, 1),
    "nppes_informatics_counts": date(2026, 3, 1),
    "reviewed_links": date(2026, 9, 1),
    "reviewed_events": date(2026, 9, 1),
    "older.pdf": date(2022, 5, 1),
    "newer.pdf": date(2024, 5, 1),
    "newer_too.pdf": date(2024, 5, 1),
    "2025q2.csv": date(2025, 3, 31),
    "2025q2_again.csv": date(2025, 3, 31),
    # the bundled sample's
    "nrmp_program_results_2018_2022.pdf": date(2022, 5, 1),
    "nrmp_program_results_2020_2024.pdf": date(2024, 5, 1),
    "dol_lca_fy2020_q1.csv": date(2019, 12, 31),
    "dol_lca_fy2025_q2.csv": date(2025, 3, 31),
    "uscis_h1b_fy2021.csv": date(2021, 9, 30),
    "uscis_employer_information_fy2024.csv": date(2024, 9, 30),
    "program_pages": date(2026, 9, 1),
}
"""Date of a document by its name, or by its source where that has one document only."""

_DEFAULTS: dict[str, Row] = {
    ACGME_PROGRAM.name: {"source": "acgme_programs", "document": "current", "state": "PA", "name_cut": False},
    ERAS_PROGRAM.name: {
        "source": "eras_participating_programs",
        "document": "140.html",
        "eras_specialty_code": "140",
        "eras_specialty": "Internal Medicine",
        "eras_season": 2027,
        "eras_cycles": ["September"],
        "program_name": "Mercy Hospital Program",
        "track_number": 1,
        "city": "Pittsburgh",
        "state": "PA",
        "eras_status": "Participating",
        "eras_notes": [],
    },
    OVERLAY_VISA.name: {
        "source": "overlay_visa",
        "document": "visas.csv",
        "visa_status": "accepts",
        "visa_conditions": [],
        "as_of": date(2026, 8, 1),
        "source_label": "Licensed table",
    },
    OVERLAY_IMG_SHARE.name: {
        "source": "overlay_img_share",
        "document": "shares.csv",
        "year": 2025,
        "source_label": "Licensed table",
    },
    OVERLAY_SCORE_LIMITS.name: {
        "source": "overlay_score_limits",
        "document": "limits.csv",
        "as_of": date(2026, 8, 1),
        "source_label": "Licensed table",
    },
    ACGME_PARTICIPATING_SITE.name: {"source": "acgme_obgyn_programs", "document": "current"},
    NRMP_DIRECTORY_TRACK.name: {
        "source": "nrmp_directory",
        "document": "current",
        "specialty_label": "Internal Medicine",
        "institution_name": "Mercy Hospital-PA",
        "city": "Pittsburgh",
        "state": "PA",
        "match_services": ["ERAS"],
        "soap_services": ["ERAS"],
        "page_path": "/track",
        "match_year": 2025,
    },
    NRMP_PROGRAM_RESULT.name: {
        "source": "nrmp_program_results",
        "document": "newer.pdf",
        "match_name": "main",
        "state": "PA",
        "institution_name": "Mercy Hospital-PA",
        "city": "Pittsburgh",
        "specialty_label": "Internal Medicine",
        "offered": True,
    },
    NRMP_SPECIALTY_MATCH.name: {
        "source": "nrmp_results_and_data",
        "document": "report.pdf",
        "position_type": "PGY-1",
        "report_name": "NRMP Results and Data, 2024 Main Residency Match, Table 2",
        "is_doubtful": False,
    },
    DOL_LCA_FILING.name: {
        "source": "dol_lca",
        "document": "2025q2.csv",
        "visa_class": "H-1B",
        "job_title": "Resident Physician",
        "soc_code": "29-1216",
        "worksite_state": "PA",
        "begin_on": date(2025, 7, 1),
        "end_on": date(2026, 6, 30),
        "wage_from": 70_000.0,
        "wage_unit": "Year",
    },
    CMS_HOSPITAL.name: {
        "source": "cms_hospitals",
        "document": "current",
        "street": "1 Example St",
        "city": "PITTSBURGH",
        "state": "PA",
        "zip_code": "15213",
        "hospital_type": "Acute Care Hospitals",
        "hospital_ownership": "Proprietary",
    },
    USCIS_EMPLOYER.name: {
        "source": "uscis_h1b_employers",
        "document": "uscis_employer_information_fy2024.csv",
        "fiscal_year": 2024,
        "initial_approvals": 0,
        "initial_denials": 0,
        "continuing_approvals": 0,
        "continuing_denials": 0,
        "naics2": "62",
        "state": "PA",
        "name_cut": False,
        "line_group": "62//PA//",
        "line_in_group": 1,
    },
    AHRQ_HOSPITAL.name: {
        "source": "ahrq_hospital_systems",
        "document": "current",
        "city": "Pittsburgh",
        "state": "PA",
        "acute": True,
        "name_cut": False,
    },
    EHR_ENDPOINT.name: {"source": "ehr_endpoints", "document": "epic.json", "vendor": "Epic"},
    CMS_ATTESTATION.name: {
        "source": "cms_promoting_interoperability",
        "document": "current",
        "hospital_name": "MERCY HOSPITAL",
        "city": "PITTSBURGH",
        "state": "PA",
        "reported_from": date(2023, 1, 1),
        "reported_to": date(2023, 12, 31),
    },
    CHPL_PRODUCT.name: {
        "source": "chpl_listings",
        "document": "chpl.json",
        "chpl_product_number": "15.99.99.9001.EXA1.01.00.1.230214",
        "developer_id": "91001",
        "developer_name": "Epic Systems Corporation",
        "product_id": "92001",
        "product_name": "EpicCare Inpatient Base",
        "certified_on": date(2023, 2, 14),
        "certification_status": "Active",
    },
    CHPL_CERTIFICATION_PRODUCT.name: {
        "source": "chpl_certification_ids",
        "document": "answers.json",
        "chpl_product_number": "15.99.99.9001.EXA1.01.00.1.230214",
        "developer_name": "Epic Systems Corporation",
        "product_name": "EpicCare Inpatient Base",
    },
    NIH_AWARD.name: {"source": "nih_reporter_projects", "document": "current"},
    PUBMED_AFFILIATION_COUNT.name: {"source": "pubmed_affiliation_counts", "document": "current"},
    NPPES_INFORMATICS_STATE.name: {"source": "nppes_informatics_counts", "document": "current"},
    NPPES_INFORMATICS_CITY.name: {"source": "nppes_informatics_counts", "document": "current"},
    PROGRAM_SITE.name: {"source": "program_pages", "document": "page.html", "page_scope": "program"},
    SITE_PAGE.name: {
        "source": "program_pages",
        "document": "page.html",
        "page_scope": "program",
        "page_counts": True,
        "link_depth": 0,
        "link_topics": [],
    },
    WEB_PAGE.name: {
        "source": "program_pages",
        "document": "page.html",
        "page_content": "read",
        "j1_conditions": [],
        "h1b_conditions": [],
        "n_statements": 20,
        "rules_version": "1",
    },
    WEB_PAGE_ROSTER.name: {"source": "program_pages", "document": "page.html", "suppressed_cells": []},
    WEB_PAGE_CLAIM.name: {
        "source": "program_pages",
        "document": "page.html",
        "page_conditions": [],
        "is_preference": False,
        "rule_ids": ["rule"],
    },
    REVIEWED_LINK.name: {
        "source": "reviewed_links",
        "document": "current",
        "left_state": "PA",
        "decision": "same",
        "review_evidence": "Its own page says so.",
        "review_address": "https://example.org/about",
        "evidence_on": date(2026, 8, 1),
        "reviewer": "editors",
    },
    REVIEWED_EVENT.name: {
        "source": "reviewed_events",
        "document": "current",
        "review_evidence": "Its own page says so.",
        "review_address": "https://example.org/about",
        "reviewer": "editors",
    },
}


def program(acgme_id: str, **more: object) -> Row:
    """A row of a program list."""
    return {"acgme_id": acgme_id, **more}


def fellowship(acgme_id: str, sponsor_name: str | None, **more: object) -> Row:
    """A row of the list of clinical informatics fellowships: sponsors are named there without their code."""
    return {"acgme_id": acgme_id, "sponsor_name": sponsor_name, "source": FELLOWSHIPS, **more}


def track(nrmp_code: str, acgme_id: str, **more: object) -> Row:
    """A row of the directory."""
    return {"nrmp_code": nrmp_code, "acgme_id": acgme_id, **more}


def result(nrmp_code: str, match_year: int, quota: int | None, matched: int | None = None, **more: object) -> Row:
    """A row of the results; quota None is the source's own '--'."""
    filled = quota if matched is None else matched
    return {
        "nrmp_code": nrmp_code,
        "match_year": match_year,
        "offered": quota is not None,
        "quota": quota,
        "matched": filled,
        **more,
    }


def results(nrmp_code: str, quotas: Mapping[int, int | None]) -> list[Row]:
    """Rows of the results: quota by Match, all filled."""
    return [result(nrmp_code, year, quota) for year, quota in quotas.items()]


def page(acgme_id: str, j1: str, h1b: str, document: str = "page.html", **more: object) -> Row:
    """A page of a program with what it says of the two visas."""
    address = f"{acgme_id}_{document}"
    return {"page_address": address, "page_j1_status": j1, "page_h1b_status": h1b, "document": address, **more}


def saved(pages: list[Row]) -> dict[str, list[Row]]:
    """Saved pages, each of them the whole site of the program in its name."""
    starts: list[Row] = [{"start_address": row["page_address"], "document": row["document"]} for row in pages]
    return {
        "pages": pages,
        "program_sites": [{**start, "acgme_id": str(start["start_address"])[:10]} for start in starts],
        "site_pages": [{**start, "page_address": start["start_address"]} for start in starts],
    }


def page_claim(acgme_id: str, claim: str, value: str, quote: str, document: str = "page.html", **more: object) -> Row:
    """A claim of a page."""
    address = f"{acgme_id}_{document}"
    return {"page_address": address, "page_claim": claim, "page_value": value, "page_quote": quote, "document": address, **more}


def filing(serial: int, employer_name: str, filed_on: date, **more: object) -> Row:
    """A labor condition application for a resident."""
    case_number = f"I-200-{filed_on:%y%j}-{serial:06d}"
    return {"case_number": case_number, "employer_name": employer_name, "filed_on": filed_on, **more}


def digest(source: str, document: str) -> str:
    """Digest of the document that a hand-written row claims to come from."""
    return sha256(f"{source}/{document}".encode()).hexdigest()


def _date(source: object, document: object) -> date:
    return DATES[str(document)] if str(document) in DATES else DATES[str(source)]


def rows_of(listing: Table, rows: Iterable[Row]) -> pl.DataFrame:
    """Kept rows of a listing, in the order given."""
    filled = []
    for number, row in enumerate(rows, start=1):
        values = {**_DEFAULTS[listing.name], **row}
        source, document = str(values["source"]), str(values["document"])
        key = "|".join(str(values[name]) for name in listing.key)
        provenance = {
            "dataset": "sample",
            "digest": digest(source, document),
            "parser_version": "1",
            "locator": f"row {number}",
            "row_id": digest_of(f"{source}|{document}|{key}", 24),
            "entity_key": key,
            "row_hash": digest_of(key, 24),
            "valid_from": _date(source, document),
            "observed_at": SEEN_AT,
        }
        filled.append({**provenance, **values})
    return pl.DataFrame(filled, schema=kept(listing).dtypes)


def dated(listing: Table, rows: Iterable[Row]) -> pl.DataFrame:
    """Kept rows with the date of their document, as the transforms of one listing take them."""
    found = rows_of(listing, rows)
    dates = [_date(source, document) for source, document in found.select("source", "document").iter_rows()]
    return found.with_columns(pl.Series("document_date", dates, dtype=pl.Date))


def known(
    *,
    programs: Iterable[Row] = (),
    tracks: Iterable[Row] = (),
    results: Iterable[Row] = (),
    specialty_matches: Iterable[Row] = (),
    sites: Iterable[Row] = (),
    filings: Iterable[Row] = (),
    hospitals: Iterable[Row] = (),
    petitions: Iterable[Row] = (),
    linked_hospitals: Iterable[Row] = (),
    endpoints: Iterable[Row] = (),
    attestations: Iterable[Row] = (),
    certified: Iterable[Row] = (),
    certification_products: Iterable[Row] = (),
    awards: Iterable[Row] = (),
    papers: Iterable[Row] = (),
    clinicians_by_state: Iterable[Row] = (),
    clinicians_by_city: Iterable[Row] = (),
    pages: Iterable[Row] = (),
    page_claims: Iterable[Row] = (),
    page_rosters: Iterable[Row] = (),
    program_sites: Iterable[Row] = (),
    site_pages: Iterable[Row] = (),
    reviewed_links: Iterable[Row] = (),
    reviewed_events: Iterable[Row] = (),
    eras: Iterable[Row] = (),
    overlay_visas: Iterable[Row] = (),
    overlay_shares: Iterable[Row] = (),
    overlay_limits: Iterable[Row] = (),
    incomplete: Iterable[str] = (),
) -> Known:
    """What the warehouse knows of a world.

    Args:
        programs: As ``program`` and ``fellowship`` give them.
        tracks: As ``track`` gives them.
        results: As ``result`` gives them.
        specialty_matches: Rows of ``nrmp_specialty_match``.
        sites: Rows of ``acgme_participating_site``.
        filings: As ``filing`` gives them.
        hospitals: Rows of ``cms_hospital``.
        petitions: Rows of ``uscis_employer``.
        linked_hospitals: Rows of ``ahrq_hospital``.
        endpoints: Rows of ``ehr_endpoint``.
        attestations: Rows of ``cms_attestation``.
        certified: Rows of ``chpl_product``.
        certification_products: Rows of ``chpl_certification_product``.
        awards: Rows of ``nih_award``.
        papers: Rows of ``pubmed_affiliation_count``.
        clinicians_by_state: Rows of ``nppes_informatics_state``.
        clinicians_by_city: Rows of ``nppes_informatics_city``.
        pages: As ``page`` gives them.
        page_claims: As ``page_claim`` gives them.
        page_rosters: Rows of ``web_page_roster``.
        program_sites: Rows of ``program_site``.
        site_pages: Rows of ``site_page``.
        reviewed_links: Rows of ``reviewed_link``.
        reviewed_events: Rows of ``reviewed_event``.
        eras: Rows of ``eras_program``.
        overlay_visas: Rows of ``overlay_visa``.
        overlay_shares: Rows of ``overlay_img_share``.
        overlay_limits: Rows of ``overlay_score_limits``.
        incomplete: Sources whose documents are not known to be complete.
    """
    given = {
        ACGME_PROGRAM: programs,
        NRMP_DIRECTORY_TRACK: tracks,
        NRMP_PROGRAM_RESULT: results,
        NRMP_SPECIALTY_MATCH: specialty_matches,
        ACGME_PARTICIPATING_SITE: sites,
        DOL_LCA_FILING: filings,
        CMS_HOSPITAL: hospitals,
        USCIS_EMPLOYER: petitions,
        AHRQ_HOSPITAL: linked_hospitals,
        EHR_ENDPOINT: endpoints,
        CMS_ATTESTATION: attestations,
        CHPL_PRODUCT: certified,
        CHPL_CERTIFICATION_PRODUCT: certification_products,
        NIH_AWARD: awards,
        PUBMED_AFFILIATION_COUNT: papers,
        NPPES_INFORMATICS_STATE: clinicians_by_state,
        NPPES_INFORMATICS_CITY: clinicians_by_city,
        PROGRAM_SITE: program_sites,
        SITE_PAGE: site_pages,
        WEB_PAGE: pages,
        WEB_PAGE_CLAIM: page_claims,
        WEB_PAGE_ROSTER: page_rosters,
        REVIEWED_LINK: reviewed_links,
        REVIEWED_EVENT: reviewed_events,
        ERAS_PROGRAM: eras,
        OVERLAY_VISA: overlay_visas,
        OVERLAY_IMG_SHARE: overlay_shares,
        OVERLAY_SCORE_LIMITS: overlay_limits,
    }
    listings = {listing.name: rows_of(listing, rows) for listing, rows in given.items()}
    loaded = sorted({place for frame in listings.values() for place in frame.select("source", "document").iter_rows()})
    extracts = [_extract(source, document, complete=source not in set(incomplete)) for source, document in loaded]
    documents = pl.DataFrame(extracts, schema=EXTRACT.dtypes)
    return Known(
        listings=listings,
        histories={listing.name: listings[listing.name] for listing in WATCHED},
        documents=documents,
        sources=pl.DataFrame(
            [(source, family, "redistribute: derived facts; learn: not stated") for source, family in SOURCES.items()],
            schema=["source", "origin_family", "licence"],
            orient="row",
        ),
        lists_seen=documents,
    )


def _extract(source: str, document: str, *, complete: bool) -> Row:
    return {
        "extract_id": digest_of(f"{source}|{document}", 24),
        "night_id": "20241002T020000Z-sample",
        "dataset": "sample",
        "source": source,
        "document": document,
        "address": "file",
        "digest": digest(source, document),
        "parser_version": "1",
        "document_date": _date(source, document),
        "observed_at": SEEN_AT,
        "outcome": "listed",
        "rows_parsed": 9,
        "rows_listed": 9,
        "rows_quarantined": 0,
        "stated_total": None,
        "complete": complete,
        "reason": None,
    }


def shuffled(world: Known, order: int) -> Known:
    """The same world with the rows of every listing, document and source in another order."""

    def mixed(frame: pl.DataFrame) -> pl.DataFrame:
        return frame.sample(fraction=1.0, shuffle=True, seed=order)

    return replace(
        world,
        listings={name: mixed(frame) for name, frame in world.listings.items()},
        histories={name: mixed(frame) for name, frame in world.histories.items()},
        documents=mixed(world.documents),
        sources=mixed(world.sources),
        lists_seen=mixed(world.lists_seen),
    )


class Concluded:
    """Everything concluded from a world, to be asked about one program at a time."""

    def __init__(self, world: Known) -> None:
        self.tables = assemble(world)
        self._ids = dict(self.tables["program"].select("acgme_id", "program_uid").iter_rows())

    def uid(self, acgme_id: str) -> str:
        """Our id of a program."""
        return str(self._ids[acgme_id])

    def program(self, acgme_id: str) -> dict[str, object]:
        """A program's row."""
        return self.tables["program"].row(by_predicate=pl.col("acgme_id") == acgme_id, named=True)

    def feature(self, acgme_id: str, name: str) -> dict[str, object]:
        """A feature's row; ``value`` is whichever of the two values the feature has."""
        wanted = (pl.col("program_uid") == self.uid(acgme_id)) & (pl.col("feature") == name)
        row = self.tables["feature"].row(by_predicate=wanted, named=True)
        text, number = row.pop("value_text"), row.pop("value_number")
        return {**row, "value": number if text is None else text}

    def told(self, acgme_id: str, name: str) -> tuple[object, object, object]:
        """Value, status and null reason of a feature."""
        row = self.feature(acgme_id, name)
        return row["value"], row["status"], row["null_reason"]

    def evidence(self, acgme_id: str, name: str) -> list[tuple[str, str, str]]:
        """Source, claim and value of the evidence that a feature rests on, sorted."""
        cited = self.feature(acgme_id, name)["evidence_ids"]
        rows = self.tables["evidence"].filter(pl.col("evidence_id").is_in(cited))
        assert rows.height == len(cited)  # type: ignore[arg-type]
        return sorted(rows.select("source", "claim", "value").rows())
