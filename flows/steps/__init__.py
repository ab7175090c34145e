"""The steps of a night, as plain functions: Prefect wraps them, tests call them, a rebuild repeats them.

Each step can be killed and repeated: what it had finished it finds again, what it had not it does over.
"""

from flows.steps.capture_step import capture
from flows.steps.listing_step import Outcome, Reading, list_source, read_document
from flows.steps.release_step import Published, ReleaseWithheldError, conclude, release
from flows.steps.tonight import Tonight, begin, code_version, end, givers_of

__all__ = [
    "Outcome",
    "Published",
    "Reading",
    "ReleaseWithheldError",
    "Tonight",
    "begin",
    "capture",
    "code_version",
    "conclude",
    "end",
    "givers_of",
    "list_source",
    "read_document",
    "release",
]
