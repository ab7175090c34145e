"""From listings to everything a release holds: one pure function, the only road from what was listed to what is concluded."""

from dataclasses import dataclass

import polars as pl

from schemas.contract import FEATURE_MATRIX
from schemas.entities import (
    CI_FELLOWSHIP,
    DERIVED,
    EMPLOYER,
    HOSPITAL,
    LINK,
    NRMP_INSTITUTION_NAME,
    PAGE,
    PAGE_CLAIM,
    PAGE_ROSTER,
    PARTICIPATING_SITE,
    TRAINEE_FILING,
)
from schemas.listings import (
    ACGME_PARTICIPATING_SITE,
    ACGME_PROGRAM,
    CMS_HOSPITAL,
    DOL_LCA_FILING,
    NRMP_DIRECTORY_TRACK,
    NRMP_PROGRAM_RESULT,
    PROGRAM_PAGE,
    PROGRAM_PAGE_CLAIM,
    PROGRAM_PAGE_ROSTER,
)
from schemas.specialties import CLINICAL_INFORMATICS_CODES
from transforms import programs as p
from transforms.evidence import evidence_table
from transforms.features import Facts, feature_matrix, feature_table
from transforms.figures import figure_table
from transforms.hospitals import hospital_events
from transforms.sponsors import Sponsors, sponsors_of
from transforms.trainees import employers, latest_filings, with_employers


@dataclass(frozen=True)
class Known:
    """What the warehouse knows when a release is computed.

    Attributes:
        listings: Open versions of each listing's rows, by listing name.
        hospital_history: All versions of ``cms_hospital``.
        hospital_lists: ``observed_at`` and ``complete`` of every CMS list seen; None where all were complete.
        documents: Documents in force (``schemas.operations.EXTRACT``).
        sources: ``source``, ``origin_family``, ``licence`` of every source.
    """

    listings: dict[str, pl.DataFrame]
    hospital_history: pl.DataFrame
    documents: pl.DataFrame
    sources: pl.DataFrame
    hospital_lists: pl.DataFrame | None = None


def assemble(known: Known) -> dict[str, pl.DataFrame]:
    """Every derived table of a release by name, and ``feature_matrix`` (without ``release_id``).

    Raises:
        TableError: When a table breaks its declaration: a fault of ours.
    """
    lists = p.with_program_uid(_dated(known, ACGME_PROGRAM.name).sort("document_date", "source", "acgme_id"))
    directory = p.with_program_uid(_dated(known, NRMP_DIRECTORY_TRACK.name))
    results = _dated(known, NRMP_PROGRAM_RESULT.name)
    sites = p.with_program_uid(known.listings[ACGME_PARTICIPATING_SITE.name])
    filings = with_employers(latest_filings(known.listings[DOL_LCA_FILING.name], known.documents))
    trainees = filings.with_columns(pl.col("filed_on").max().alias("newest_filed_on")).filter("is_trainee")

    sponsors = sponsors_of(lists, directory)
    employer, employer_links = employers(filings, sponsors.keys)
    links = pl.concat([p.track_links(directory), sponsors.links, employer_links.select(LINK.column_names)])
    program = p.program_table(lists, directory, sponsors.links)
    tracks = p.track_table(results, directory)
    fellowships = _fellowships(lists, program, sponsors)
    pages = _of_known_programs(p.with_program_uid(_dated(known, PROGRAM_PAGE.name)), program)
    page_claims = _of_known_programs(p.with_program_uid(_dated(known, PROGRAM_PAGE_CLAIM.name)), program)
    evidence = evidence_table(
        lists=lists,
        directory=directory,
        results=results,
        fellowships=fellowships,
        trainees=trainees,
        pages=pages,
        page_claims=page_claims,
        documents=known.documents,
        sources=known.sources,
    )
    sponsor = sponsors.table.join(
        sponsors.links.group_by(pl.col("right_id").alias("sponsor_uid")).agg(pl.len().cast(pl.Int64).alias("n_programs")),
        on="sponsor_uid",
        how="left",
    ).with_columns(pl.col("n_programs").fill_null(0))
    features = feature_table(
        Facts(
            programs=program,
            sponsors=sponsor,
            tracks=tracks,
            links=links,
            employers=employer,
            evidence=evidence,
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
        NRMP_INSTITUTION_NAME.name: p.institution_names(results, directory),
        "sponsor": sponsor,
        PARTICIPATING_SITE.name: sites,
        LINK.name: links,
        EMPLOYER.name: employer,
        TRAINEE_FILING.name: trainees,
        CI_FELLOWSHIP.name: fellowships,
        HOSPITAL.name: known.listings[CMS_HOSPITAL.name],
        "hospital_event": hospital_events(known.hospital_history, known.hospital_lists),
        PAGE.name: pages,
        PAGE_CLAIM.name: page_claims,
        PAGE_ROSTER.name: _of_known_programs(p.with_program_uid(known.listings[PROGRAM_PAGE_ROSTER.name]), program),
        "evidence": evidence,
        "feature": features,
        "figure": figure_table(
            directory=directory, results=results, fellowships=fellowships, trainees=trainees, programs=program
        ),
    }
    tables = {table.name: table.conform(found[table.name]) for table in DERIVED}
    tables[FEATURE_MATRIX.name] = feature_matrix(tables["program"], tables["feature"])
    return tables


def _dated(known: Known, listing: str) -> pl.DataFrame:
    """Rows of a listing with the date of their document."""
    dates = known.documents.select("source", "document", "document_date")
    return known.listings[listing].join(dates, on=["source", "document"])


def _of_known_programs(rows: pl.DataFrame, program: pl.DataFrame) -> pl.DataFrame:
    """Rows whose program is on a list; pages of others wait in their listing until it is."""
    return rows.join(program.select("program_uid"), on="program_uid", how="semi")


def _fellowships(lists: pl.DataFrame, program: pl.DataFrame, sponsors: Sponsors) -> pl.DataFrame:
    """Clinical informatics fellowships of the newest list, with their sponsor where the name is whole and known."""
    fellowships = lists.filter(pl.col("acgme_id").str.slice(0, 3).is_in(CLINICAL_INFORMATICS_CODES))
    newest = fellowships.unique("acgme_id", keep="last", maintain_order=True)
    sponsor = sponsors.links.select(pl.col("left_id").alias("program_uid"), pl.col("right_id").alias("sponsor_uid"))
    described = program.select("program_uid", "specialty_code", "specialty")
    return (
        newest.join(sponsor, on="program_uid", how="left")
        .join(described, on="program_uid")
        .with_columns(pl.coalesce("sponsor_name", "program_name").alias("sponsor_name"))
    )
