"""Every source: one module with a declaration and a pure ``parse``. Listed here once, in the order people read them."""

from flows.sources import (
    acgme,
    acgme_report_1,
    ahrq_hospital_systems,
    chpl_certification_ids,
    chpl_listings,
    cms_hospitals,
    cms_promoting_interoperability,
    dol_lca,
    ehr_endpoints,
    eras_participating_programs,
    nih_reporter_projects,
    nppes_informatics_counts,
    nrmp_directory,
    nrmp_florida_results,
    nrmp_program_results,
    nrmp_results_and_data,
    nrmp_specialty_img,
    overlay,
    program_pages,
    program_sites,
    pubmed_affiliation_counts,
    reviewed,
    site_pages,
    uscis_h1b_employers,
)
from flows.sources.source import Source
from schemas.vocabulary import Audience

SOURCES: tuple[Source, ...] = (
    nrmp_directory.SOURCE,
    nrmp_program_results.SOURCE,
    nrmp_florida_results.SOURCE,
    nrmp_results_and_data.SOURCE,
    nrmp_specialty_img.SOURCE,
    *acgme.SOURCES,
    acgme_report_1.SOURCE,
    eras_participating_programs.SOURCE,
    dol_lca.SOURCE,
    uscis_h1b_employers.SOURCE,
    cms_hospitals.SOURCE,
    ahrq_hospital_systems.SOURCE,
    ehr_endpoints.SOURCE,
    cms_promoting_interoperability.SOURCE,
    chpl_listings.SOURCE,
    chpl_certification_ids.SOURCE,
    nih_reporter_projects.SOURCE,
    pubmed_affiliation_counts.SOURCE,
    nppes_informatics_counts.SOURCE,
    program_pages.SOURCE,
    program_sites.SOURCE,
    site_pages.SOURCE,
    *reviewed.SOURCES,
    *overlay.SOURCES,
)
SOURCE_BY_NAME: dict[str, Source] = {source.name: source for source in SOURCES}


def sources_for(audience: Audience) -> tuple[str, ...]:
    """Names of the sources whose rows, and what follows from them, an audience may hold; the rest is withheld from it."""
    return tuple(source.name for source in SOURCES if audience is Audience.INTERNAL or source.licence.audience is audience)
