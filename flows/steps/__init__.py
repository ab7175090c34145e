"""The steps of a night, as plain functions: Prefect wraps them, tests call them, a rebuild repeats them.

Each step can be killed and repeated: what it had finished it finds again, what it had not it does over.
"""

from flows.steps.capture_step import capture
from flows.steps.crawl_step import Crawled, crawl, crawl_outcome, sites_to_crawl
from flows.steps.listing_step import Outcome, Reading, list_source, read_document
from flows.steps.release_step import Published, ReleaseWithheldError, conclude, release
from flows.steps.tonight import Tonight, begin, code_version, end

__all__ = [
    "Crawled",
    "Outcome",
    "Published",
    "Reading",
    "ReleaseWithheldError",
    "Tonight",
    "begin",
    "capture",
    "code_version",
    "conclude",
    "crawl",
    "crawl_outcome",
    "end",
    "list_source",
    "read_document",
    "release",
    "sites_to_crawl",
]
