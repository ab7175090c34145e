"""From listings to everything a release holds: one pure function, the only road from what was listed to what is concluded."""

from dataclasses import dataclass

import polars as pl

from schemas.contract import FEATURE_MATRIX
from schemas.entities import (
    CI_FELLOWSHIP,
    DERIVED,
    EMPLOYER,
    ENTITY_CODE,
    ENTITY_EVENT,
    ENTITY_NAME,
    HEALTH_SYSTEM,
    HOSPITAL,
    LINK,
    LINK_COVERAGE,
    LINK_REVIEW,
    NRMP_INSTITUTION,
    NRMP_INSTITUTION_NAME,
    PAGE,
    PAGE_CLAIM,
    PAGE_ROSTER,
    PARTICIPATING_SITE,
    REVIEW,
    SPECIALTY_MATCH,
    TRAINEE_FILING,
)
from schemas.listings import (
    ACGME_PARTICIPATING_SITE,
    ACGME_PROGRAM,
    AHRQ_HOSPITAL,
    CMS_HOSPITAL,
    DOL_LCA_FILING,
    EHR_ENDPOINT,
    ERAS_PROGRAM,
    NRMP_DIRECTORY_TRACK,
    NRMP_PROGRAM_RESULT,
    NRMP_SPECIALTY_MATCH,
    OVERLAY_IMG_SHARE,
    OVERLAY_SCORE_LIMITS,
    OVERLAY_VISA,
    PROGRAM_SITE,
    REVIEWED_EVENT,
    REVIEWED_LINK,
    SITE_PAGE,
    USCIS_EMPLOYER,
    WEB_PAGE,
    WEB_PAGE_CLAIM,
    WEB_PAGE_ROSTER,
)
from schemas.specialties import CLINICAL_INFORMATICS_CODES
from schemas.vocabulary import EntityKind, LinkKind, LinkMethod, OriginFamily
from transforms import programs as p
from transforms.employers import employer_table, petitions, tax_ids, whole_tax_ids, with_employers
from transforms.evidence import Overlay, evidence_table
from transforms.features import Facts, feature_matrix, feature_table
from transforms.figures import figure_table
from transforms.identity import with_uid
from transforms.lifecycle import HOSPITALS, PROGRAMS, list_events, reviewed_events, stated_events, with_current_hospitals
from transforms.linking import coverage as cover
from transforms.linking import sides
from transforms.linking.deciding import Side, link_rows
from transforms.linking.lists import entity_codes, entity_names, link_lists
from transforms.linking.matcher import load_model
from transforms.linking.tracks import track_links
from transforms.pages import page_subjects
from transforms.specialty_match import specialty_match_table
from transforms.sponsors import Sponsors, sponsors_of
from transforms.trainees import latest_filings

WATCHED = (CMS_HOSPITAL, ACGME_PROGRAM)
"""Listings whose changes are events in the life of entities."""


@dataclass(frozen=True)
class Known:
    """What the warehouse knows when a release is computed.

    Attributes:
        listings: Open versions of each listing's rows, by listing name.
        histories: All versions of the watched listings, by listing name.
        documents: Documents in force (``schemas.operations.EXTRACT``).
        sources: ``source``, ``origin_family``, ``licence`` of every source.
        lists_seen: ``source``, ``document``, ``observed_at``, ``complete`` of every document ever listed.
    """

    listings: dict[str, pl.DataFrame]
    histories: dict[str, pl.DataFrame]
    documents: pl.DataFrame
    sources: pl.DataFrame
    lists_seen: pl.DataFrame


def assemble(known: Known) -> dict[str, pl.DataFrame]:
    """Every derived table of a release by name, and ``feature_matrix`` (without ``release_id``).

    Raises:
        TableError: When a table breaks its declaration: a fault of ours.
    """
    model = load_model()
    lists = p.with_program_uid(_dated(known, ACGME_PROGRAM.name).sort("document_date", "source", "acgme_id"))
    directory = p.with_program_uid(_dated(known, NRMP_DIRECTORY_TRACK.name))
    results = _dated(known, NRMP_PROGRAM_RESULT.name)
    sites = with_uid(
        p.with_program_uid(known.listings[ACGME_PARTICIPATING_SITE.name]), EntityKind.SITE, "site_code", column="site_uid"
    )
    filings = with_employers(latest_filings(known.listings[DOL_LCA_FILING.name], known.documents))
    trainees = filings.with_columns(pl.col("filed_on").max().alias("newest_filed_on")).filter("is_trainee")
    approved = petitions(known.listings[USCIS_EMPLOYER.name])
    compendium = _dated(known, AHRQ_HOSPITAL.name).sort("document_date", "compendium_hospital_id")
    reviewed = known.listings[REVIEWED_LINK.name]

    sponsors = sponsors_of(lists, directory, reviewed, model)
    program = p.program_table(lists, directory, sponsors.links)
    of_tracks = track_links(directory, results, lists)
    tracks = p.track_table(results, directory, program, of_tracks)
    sponsor = _with_n_programs(sponsors.table, sponsors.links)
    employer = employer_table(filings, approved)
    hospital = with_current_hospitals(known.listings[CMS_HOSPITAL.name], known.histories[CMS_HOSPITAL.name])
    system_side, systems = sides.health_systems(compendium)
    nrmp_side, institutions = sides.nrmp_institutions(results, directory)
    all_sides = {
        EntityKind.PROGRAM: sides.programs(lists, directory),
        EntityKind.SPONSOR: sides.sponsors(sponsors.table, sponsors.named),
        EntityKind.SITE: sides.sites(sites, program),
        EntityKind.HOSPITAL: sides.hospitals(hospital, known.histories[CMS_HOSPITAL.name], compendium),
        EntityKind.HEALTH_SYSTEM: system_side,
        EntityKind.NRMP_INSTITUTION: nrmp_side,
        EntityKind.EMPLOYER: sides.employers(filings, approved),
        EntityKind.EHR_ORGANISATION: sides.ehr_organisations(known.listings[EHR_ENDPOINT.name], hospital),
    }
    endings = tax_ids(filings, approved)
    stakes = _stakes(sponsor, sites, tracks, employer)
    linking = link_lists(
        all_sides,
        reviewed=reviewed,
        compendium=compendium,
        tax_ids=endings,
        whole_tax_ids=whole_tax_ids(filings),
        stakes=stakes,
        waiting=sponsors.review,
        model=model,
    )
    links = pl.concat([of_tracks, sponsors.links, _participations(sites), linking.links])
    employer = _with_linked(_with_linked(employer, links, EntityKind.SPONSOR), links, EntityKind.HOSPITAL)
    events = _events(known, lists)
    fellowships = _fellowships(lists, program, sponsors)
    subjects = page_subjects(known.listings[PROGRAM_SITE.name], known.listings[SITE_PAGE.name], program)
    pages, page_claims, page_rosters = (
        _dated(known, listing.name).join(subjects, on="page_address", maintain_order="left_right")
        for listing in (WEB_PAGE, WEB_PAGE_CLAIM, WEB_PAGE_ROSTER)
    )
    evidence = evidence_table(
        lists=lists,
        directory=directory,
        results=results,
        linked_tracks=of_tracks["left_id"],
        fellowships=fellowships,
        trainees=trainees,
        pages=pages,
        page_claims=page_claims,
        eras=_of_known_programs(p.with_program_uid(_dated(known, ERAS_PROGRAM.name)), program),
        overlay=Overlay(
            *(
                _of_known_programs(p.with_program_uid(_dated(known, listing.name)), program)
                for listing in (OVERLAY_VISA, OVERLAY_IMG_SHARE, OVERLAY_SCORE_LIMITS)
            )
        ),
        documents=known.documents,
        sources=known.sources,
    )
    features = feature_table(
        Facts(
            programs=program,
            sponsors=sponsor,
            tracks=tracks,
            links=links,
            employers=employer,
            evidence=evidence.filter(pl.col("origin_family") != OriginFamily.OVERLAY),  # it decides nothing yet
            lists=lists,
            directory=directory,
            trainees=trainees,
            fellowships=fellowships,
            documents=known.documents,
        )
    )
    found = {
        "program": program,
        "track": tracks,
        "match_history": p.match_history_table(tracks),
        SPECIALTY_MATCH.name: specialty_match_table(known.listings[NRMP_SPECIALTY_MATCH.name], known.sources),
        NRMP_INSTITUTION_NAME.name: p.institution_names(results, directory),
        NRMP_INSTITUTION.name: institutions,
        "sponsor": sponsor,
        PARTICIPATING_SITE.name: _with_linked(sites, links, EntityKind.HOSPITAL, of="site_uid"),
        LINK.name: links,
        LINK_REVIEW.name: linking.review,
        LINK_COVERAGE.name: cover.coverage_table(_lists(all_sides, employer, tracks, fellowships), links, linking.review, stakes),
        REVIEW.name: reviewed,
        ENTITY_NAME.name: entity_names(all_sides),
        ENTITY_CODE.name: entity_codes(all_sides, endings, tracks, events),
        ENTITY_EVENT.name: events,
        EMPLOYER.name: employer,
        TRAINEE_FILING.name: trainees,
        CI_FELLOWSHIP.name: fellowships,
        HOSPITAL.name: hospital,
        HEALTH_SYSTEM.name: systems,
        PAGE.name: pages,
        PAGE_CLAIM.name: page_claims,
        PAGE_ROSTER.name: page_rosters,
        "evidence": evidence,
        "feature": features,
        "figure": figure_table(
            directory=directory, results=results, fellowships=fellowships, trainees=trainees, programs=program
        ),
    }
    tables = {table.name: table.conform(found[table.name]) for table in DERIVED}
    tables[FEATURE_MATRIX.name] = feature_matrix(tables["program"], tables["feature"])
    return tables


def _lists(
    all_sides: dict[EntityKind, Side], employer: pl.DataFrame, tracks: pl.DataFrame, fellowships: pl.DataFrame
) -> list[cover.EntityList]:
    """The lists whose reach the release tells."""

    def of_side(kind: EntityKind) -> pl.DataFrame:
        return all_sides[kind].names.select("uid").unique()

    both = cover.TO_EITHER_AND_SYSTEM
    filing = employer.rename({"employer_uid": "uid"})
    code = tracks.rename({"nrmp_code": "uid"})
    return [
        cover.EntityList(
            "employers with trainee filings", filing.filter(pl.col("n_trainee_filings") > 0), cover.TO_EITHER_AND_SYSTEM
        ),
        cover.EntityList("employers with petitions", filing.filter(pl.col("n_petitions") > 0), both),
        cover.EntityList("employers", filing, both),
        cover.EntityList("NRMP institutions", of_side(EntityKind.NRMP_INSTITUTION), cover.TO_SPONSOR_AND_HOSPITAL),
        cover.EntityList("NRMP tracks", code, cover.TO_PROGRAM),
        cover.EntityList("NRMP tracks of the directory", code.filter(pl.col("match_services").is_not_null()), cover.TO_PROGRAM),
        cover.EntityList("programs", of_side(EntityKind.PROGRAM), cover.TO_SPONSOR),
        cover.EntityList("clinical informatics fellowships", fellowships.rename({"program_uid": "uid"}), cover.TO_SPONSOR),
        cover.EntityList("sponsors", of_side(EntityKind.SPONSOR), cover.TO_HOSPITAL_AND_SYSTEM),
        cover.EntityList("participating sites", of_side(EntityKind.SITE), cover.TO_HOSPITAL),
        cover.EntityList("hospitals", of_side(EntityKind.HOSPITAL), cover.TO_SYSTEM),
        cover.EntityList("health systems", of_side(EntityKind.HEALTH_SYSTEM), cover.TO_HOSPITAL),
        cover.EntityList("EHR organisations", of_side(EntityKind.EHR_ORGANISATION), cover.TO_HOSPITAL_AND_SYSTEM),
    ]


def _events(known: Known, lists: pl.DataFrame) -> pl.DataFrame:
    """Table ``entity_event``."""
    accreditors = known.sources.filter(pl.col("origin_family") == OriginFamily.ACGME)["source"]
    of_accreditor = pl.col("source").is_in(accreditors.implode())  # who leaves an application service has not closed
    return pl.concat(
        [
            list_events(known.histories[CMS_HOSPITAL.name], known.lists_seen, HOSPITALS),
            list_events(known.histories[ACGME_PROGRAM.name].filter(of_accreditor), known.lists_seen, PROGRAMS),
            stated_events(lists),
            reviewed_events(known.listings[REVIEWED_EVENT.name]),
        ]
    )


def _with_n_programs(sponsors: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    counts = links.group_by(pl.col("left_id").alias("sponsor_uid")).agg(pl.len().cast(pl.Int64).alias("n_programs"))
    return sponsors.join(counts, on="sponsor_uid", how="left").with_columns(pl.col("n_programs").fill_null(0))


def _stakes(sponsor: pl.DataFrame, sites: pl.DataFrame, tracks: pl.DataFrame, employer: pl.DataFrame) -> pl.DataFrame:
    """What hangs on each entity: ``uid``, ``n_programs``, ``n_trainee_filings``, ``n_petitions``."""
    institution = with_uid(tracks, EntityKind.NRMP_INSTITUTION, "institution_code", column="uid")
    zero = pl.lit(0, pl.Int64)
    return pl.concat(
        [
            sponsor.select(
                pl.col("sponsor_uid").alias("uid"), "n_programs", zero.alias("n_trainee_filings"), zero.alias("n_petitions")
            ),
            *(
                frame.group_by("uid")
                .agg(pl.col("program_uid").drop_nulls().n_unique().cast(pl.Int64).alias("n_programs"))
                .with_columns(zero.alias("n_trainee_filings"), zero.alias("n_petitions"))
                for frame in (sites.rename({"site_uid": "uid"}), institution)
            ),
            employer.select(pl.col("employer_uid").alias("uid"), zero.alias("n_programs"), "n_trainee_filings", "n_petitions"),
        ]
    )


def _participations(sites: pl.DataFrame) -> pl.DataFrame:
    """Table ``link`` rows, site participates in program, as the program list prints them."""
    return link_rows(
        sites.unique(["site_uid", "program_uid"], keep="first", maintain_order=True),
        left_kind=EntityKind.SITE,
        left_id=pl.col("site_uid"),
        right_kind=EntityKind.PROGRAM,
        right_id=pl.col("program_uid"),
        kind=LinkKind.PARTICIPATES,
        link_method=LinkMethod.AUTHORITY_CODE,
        score=pl.lit(1.0),
        basis=pl.format("{} lists site {} of {}", "source", "site_code", "acgme_id"),
        decided_by="codes",
    )


def _with_linked(entities: pl.DataFrame, links: pl.DataFrame, right: EntityKind, of: str = "employer_uid") -> pl.DataFrame:
    """The entities with ``sponsor_uid`` or ``hospital_uid``: what each is linked to, where that is one."""
    only = (
        links.filter(pl.col("right_kind") == right)
        .group_by(pl.col("left_id").alias(of))
        .agg(pl.col("right_id").unique())
        .filter(pl.col("right_id").list.len() == 1)
        .select(of, pl.col("right_id").list.first().alias(f"{right}_uid"))
    )
    return entities.join(only, on=of, how="left")


def _dated(known: Known, listing: str) -> pl.DataFrame:
    """Rows of a listing with the date of their document."""
    dates = known.documents.select("source", "document", "document_date")
    return known.listings[listing].join(dates, on=["source", "document"])


def _of_known_programs(rows: pl.DataFrame, program: pl.DataFrame) -> pl.DataFrame:
    """Rows whose program is on a list; those of others wait in their listing until it is."""
    return rows.join(program.select("program_uid"), on="program_uid", how="semi")


def _fellowships(lists: pl.DataFrame, program: pl.DataFrame, sponsors: Sponsors) -> pl.DataFrame:
    """Clinical informatics fellowships of the newest list that names their sponsor, else of the newest, with their sponsor.

    The sponsor is given where its name is whole and known.
    """
    fellowships = lists.filter(pl.col("acgme_id").str.slice(0, 3).is_in(CLINICAL_INFORMATICS_CODES))
    names_sponsor = pl.col("sponsor_name").is_not_null()
    newest = fellowships.sort(names_sponsor, maintain_order=True).unique("acgme_id", keep="last", maintain_order=True)
    sponsor = sponsors.links.select(pl.col("right_id").alias("program_uid"), pl.col("left_id").alias("sponsor_uid"))
    described = program.select("program_uid", "specialty_code", "specialty")
    return (
        newest.join(sponsor, on="program_uid", how="left")
        .join(described, on="program_uid")
        .with_columns(pl.coalesce("sponsor_name", "program_name").alias("sponsor_name"))
    )
