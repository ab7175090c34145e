"""Every source: one module with a declaration and a pure ``parse``. Listed here once, in the order people read them."""

from flows.sources import (
    acgme,
    ahrq_hospital_systems,
    cms_hospitals,
    dol_lca,
    ehr_endpoints,
    nrmp_directory,
    nrmp_florida_results,
    nrmp_program_results,
    program_pages,
    reviewed,
    uscis_h1b_employers,
)
from flows.sources.source import Source

SOURCES: tuple[Source, ...] = (
    nrmp_directory.SOURCE,
    nrmp_program_results.SOURCE,
    nrmp_florida_results.SOURCE,
    *acgme.SOURCES,
    dol_lca.SOURCE,
    uscis_h1b_employers.SOURCE,
    cms_hospitals.SOURCE,
    ahrq_hospital_systems.SOURCE,
    ehr_endpoints.SOURCE,
    program_pages.SOURCE,
    *reviewed.SOURCES,
)
SOURCE_BY_NAME: dict[str, Source] = {source.name: source for source in SOURCES}
