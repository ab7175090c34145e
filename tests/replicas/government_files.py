"""A static government file server, as USCIS, AHRQ and DOL have one: validators, no ranges, and error pages of status 200."""

from __future__ import annotations

from dataclasses import dataclass, field
from email.utils import format_datetime

from tests.nights import FIRST
from tests.replicas.replica import NOT_FOUND, Reply, Request, found, path_of

ERROR_PAGE = b"<!DOCTYPE html><html><head><title>Page Not Found</title></head><body><h1>Access Denied</h1></body></html>"


@dataclass
class GovernmentFiles:
    """Files by path.

    Attributes:
        files: What lies where.
        modified: Last-Modified by path; of the others the one day on which all were put there.
        etags: Whether digests are told, too.
        broken: Paths at which a page stands in the place of the file, with status 200.
    """

    files: dict[str, bytes]
    modified: dict[str, str] = field(default_factory=dict)
    etags: bool = True
    broken: set[str] = field(default_factory=set)

    def __call__(self, request: Request) -> Reply:
        path = path_of(request)
        if path in self.broken:
            return Reply(ERROR_PAGE, headers=("Content-Type: text/html",))
        if path not in self.files:
            return NOT_FOUND
        day = self.modified.get(path) or format_datetime(FIRST.replace(year=2025), usegmt=True)
        return found(request, self.files[path], etag=self.etags, modified=day)
