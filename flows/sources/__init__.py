"""Every source: one module with a declaration and a pure ``parse``. Listed here once, in the order people read them."""

from flows.sources import acgme, cms_hospitals, dol_lca, nrmp_directory, nrmp_florida_results, nrmp_program_results, program_pages
from flows.sources.source import Source

SOURCES: tuple[Source, ...] = (
    nrmp_directory.SOURCE,
    nrmp_program_results.SOURCE,
    nrmp_florida_results.SOURCE,
    *acgme.SOURCES,
    dol_lca.SOURCE,
    cms_hospitals.SOURCE,
    program_pages.SOURCE,
)
SOURCE_BY_NAME: dict[str, Source] = {source.name: source for source in SOURCES}
