"""CHPL's API: a search in pages and answers about certification ids, for those who have a key."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tests.replicas.replica import Reply, Request, found_json, path_of, query_of

KEY = "0123456789abcdef0123456789abcdef"
SEARCH, IDS = "/rest/search/v3", "/rest/certification_ids"
_MOST = 100


@dataclass
class Chpl:
    """The list and its API.

    Attributes:
        listings: Every listing, as a search answers it.
        answers: What is known of certification ids, by id.
        most: Listings on a page at most, so that a test needs no hundreds of them.
        etags: Whether answers carry validators.
        key: The key that is let in.
    """

    listings: list[dict[str, object]] = field(default_factory=list)
    answers: Mapping[str, dict[str, object]] = field(default_factory=dict)
    most: int = _MOST
    etags: bool = True
    key: str = KEY

    def __call__(self, request: Request) -> Reply:
        path = path_of(request)
        if self.key not in (request.headers.get("API-Key"), query_of(request).get("api_key")):
            return _error(request, "401 Unauthorized", "Invalid API Key")
        if path == SEARCH:
            return self._search(request)
        if path.startswith(f"{IDS}/"):
            return self._about(request, path.removeprefix(f"{IDS}/"))
        return _error(request, "401 Unauthorized" if path == IDS else "404 Not Found", "Access is denied")

    def _search(self, request: Request) -> Reply:
        asked = query_of(request)
        number, size = int(asked.get("pageNumber", 0)), int(asked.get("pageSize", 20))
        if size > _MOST:
            return _error(request, "400 Bad Request", f"Page size must be at most {_MOST}.")
        size = min(size, self.most)
        page = {
            "recordCount": len(self.listings),
            "searchTermRecordCount": None,
            "pageSize": size,
            "pageNumber": number,
            "directReviewsAvailable": True,
            "results": self.listings[number * size : (number + 1) * size],
        }
        return found_json(request, page, etag=self.etags)

    def _about(self, request: Request, certification_id: str) -> Reply:
        if not re.fullmatch(r"0[0-9A-Z]{14}", certification_id):
            return _error(request, "400 Bad Request", f"The certification id {certification_id} is not valid.")
        answer = self.answers.get(certification_id)
        if answer is None:
            return _error(request, "404 Not Found", f"No certification id {certification_id} was found.")
        return found_json(request, answer, etag=self.etags)


def _error(request: Request, status: str, message: str) -> Reply:
    return replace(found_json(request, {"error": message}), status=status)
