"""AAMC's public list of the specialties and programs that take part in ERAS: an index and a page a specialty, for everybody."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count

from tests.eras_pages import SEASON, Specialty, display_page, index_page
from tests.replicas.replica import NOT_FOUND, Reply, Request, found, path_of, query_of

FOLDER = "/eras/erasstats/par"
INDEX, DISPLAY = f"{FOLDER}/index.cfm", f"{FOLDER}/display.cfm"


@dataclass
class Eras:
    """The list.

    Attributes:
        specialties: What it has.
        season: Season it speaks of.
        printed: Number of specialties that the heading of a cycle states instead of the true one.
        pages: What is answered for a specialty instead of its page, by code.
        robots: Its robots.txt; None for none.
        charset: What its pages are encoded in, and say so.
        is_volatile: Whether links bear a mark of the session, and no answer has validators.
    """

    specialties: list[Specialty]
    season: int = SEASON
    printed: dict[str, int] = field(default_factory=dict)
    pages: dict[str, Reply] = field(default_factory=dict)
    robots: str | None = None
    charset: str = "utf-8"
    is_volatile: bool = False

    def __post_init__(self) -> None:
        self._sessions = count(10_001)

    def __call__(self, request: Request) -> Reply:
        path, asked = path_of(request), query_of(request)
        if path == "/robots.txt":
            return NOT_FOUND if self.robots is None else found(request, self.robots.encode())
        if path == INDEX:
            return self._html(request, index_page(self.specialties, season=self.season, printed=self.printed))
        code = asked.get("SPEC_CD", "")
        if path != DISPLAY or asked.get("NAV_ROW") != "PAR":
            return NOT_FOUND
        if code in self.pages:
            return self.pages[code]
        one = next((one for one in self.specialties if one.code == code), Specialty(code, "", ""))
        session = f"&CFID={next(self._sessions)}&CFTOKEN=ab-{next(self._sessions)}" if self.is_volatile else ""
        return self._html(request, display_page(one, season=self.season, session=session, charset=self.charset))

    def _html(self, request: Request, page: str) -> Reply:
        return found(request, page.encode(self.charset), etag=not self.is_volatile)
