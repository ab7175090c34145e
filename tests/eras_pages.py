"""Makes pages like those of AAMC's list of ERAS participants: the index, and the page of a specialty.

The wording is our own but for the markers a reader goes by.
"""

from __future__ import annotations

import html
from collections.abc import Iterable
from dataclasses import dataclass, field

SEASON = 2027
CYCLES = {
    "July": "Fellowship - July Cycle",
    "September": "Residency - September Cycle",
    "December": "Fellowship - December Cycle",
}


@dataclass(frozen=True)
class Listed:
    """One printed row of a specialty."""

    state: str
    city: str
    name: str
    accreditation_id: str
    status: str = "Participating"
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Specialty:
    """One specialty: its code, name and cycle, and its programs. ``total`` is what the foot says, by default their number."""

    code: str
    name: str
    cycle: str
    programs: tuple[Listed, ...] = field(default=())
    total: int | None = None


def index_page(specialties: Iterable[Specialty], *, season: int = SEASON, printed: dict[str, int] | None = None) -> str:
    """The index; ``printed`` is the number of specialties that a cycle's heading states instead of the true one."""
    groups = []
    listed = list(specialties)
    for cycle, heading in CYCLES.items():
        own = [one for one in listed if one.cycle == cycle]
        count = (printed or {}).get(cycle, len(own))
        links = "<br>\n".join(
            f'<a href="display.cfm?NAV_ROW=PAR&amp;SPEC_CD={one.code}">{html.escape(one.name)}</a>'
            f' <a href="display.cfm?NAV_ROW=PAR&amp;SPEC_CD={one.code}"><sup>Specialty Information Available!</sup></a>'
            for one in own
        )
        groups.append(f"<tr><th>{heading.replace(' - ', ' - <b>')}</b> ({count})</th></tr>\n<tr><td>{links}</td></tr>")
    return _page(season, "<p><a href='news.cfm'>New Specialties</a></p>\n<table>\n" + "\n".join(groups) + "\n</table>")


def display_page(specialty: Specialty, *, season: int = SEASON, session: str = "", charset: str = "utf-8") -> str:
    """The page of one specialty; ``session`` is a mark that changes with every answer."""
    head = f'<h3>{html.escape(specialty.name)}</h3>\n<a href="index.cfm?NAV_ROW=PAR{session}">All specialties</a>\n'
    if not specialty.programs and specialty.total is None:
        return _page(season, head + "<p>No programs were found.</p>", charset)
    rows = "\n".join(_row(one) for one in specialty.programs)
    count = len(specialty.programs) if specialty.total is None else specialty.total
    headings = "".join(f"<th>{word}</th>" for word in ("State", "City", "", "Program Name", "Accreditation ID", "Status"))
    foot = f'<tfoot><tr><td colspan="6">{count} Program{"" if count == 1 else "s"}</td></tr></tfoot>'
    return _page(
        season, f"{head}<table>\n<thead><tr>{headings}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n{foot}\n</table>", charset
    )


def _row(one: Listed) -> str:
    notes = " ".join(f"<sup>{html.escape(note)}</sup>" for note in one.notes)
    name = f"{html.escape(one.name)} {notes}".strip()
    cells = (html.escape(one.state), html.escape(one.city), "&nbsp;", name, one.accreditation_id, one.status)
    return "<tr>" + "".join(f"<td>\n  {cell}\n</td>" for cell in cells) + "</tr>"


def _page(season: int, body: str, charset: str = "utf-8") -> str:
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="{charset}"><title>Participating programs, made up</title>\n'
        f"<script>var now = 1;</script></head>\n<body>\n<h1>ERAS {season} Participating Specialties and Programs</h1>\n"
        f"<p>A page made by residency-warehouse for its tests and its sample.</p>\n{body}\n</body>\n</html>\n"
    )
