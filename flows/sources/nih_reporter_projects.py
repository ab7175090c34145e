"""NIH RePORTER: informatics grants, training grants of the National Library of Medicine, and CTSA hubs, by organisation and year.

The API answers a POST in pages of at most 500 awards and shows no more than the first 15,000, so that each fiscal year is asked
for by itself. A document is a JSON list, one entry a search: which kind it looked for, in which fiscal year, and its pages as
answered. Investigators and program officers are not asked for, and nothing that is not named here is stored.
"""

import json
from collections.abc import Iterator, Mapping

import polars as pl

from flows.sources.chains import Following, follow_each
from flows.sources.reading import read_items, read_json, read_keys, read_text
from flows.sources.source import (
    CURRENT,
    About,
    Access,
    Delivery,
    Errand,
    Licence,
    Limit,
    Limits,
    Media,
    Parsed,
    Request,
    Source,
    SourceError,
)
from schemas.listings import NIH_AWARD, located
from schemas.validation import LIST_SEPARATOR
from schemas.vocabulary import OriginFamily

NAME = "nih_reporter_projects"
FIRST_FISCAL_YEAR = 2021
"""Awards run for five years as a rule: whatever runs in 2026 was awarded since. It stays where it is as years go by, so that
nothing falls out of the list."""
LAST_FISCAL_YEAR = 2100
"""As far as the column goes; no answer makes us ask on and on."""
PAGE_SIZE = 500
MAX_PAGES = 30
"""The API takes offsets up to 14,999."""
INFORMATICS = (
    "clinical informatics",
    "biomedical informatics",
    "medical informatics",
    "health informatics",
    "nursing informatics",
)
"""Phrases that name the field itself. Not "electronic health record" nor "decision support": half of clinical research uses them.
Not "bioinformatics": a core of genomics makes no clinical informatician. The API does not look for other forms of a word."""

KINDS: Mapping[str, Mapping[str, object]] = {
    "informatics_grant": {
        "advanced_text_search": {
            "operator": "advanced",
            "search_field": "projecttitle,terms",
            "search_text": " OR ".join(f'"{phrase}"' for phrase in INFORMATICS),
        },
        "exclude_subprojects": True,
    },
    "nlm_t15": {"activity_codes": ["T15"], "agencies": ["NLM"], "exclude_subprojects": True},
    # Hubs that were renewed since fiscal year 2022 are UM1 awards of the same center.
    "ctsa_hub": {"activity_codes": ["UL1", "UM1"], "agencies": ["NCATS"], "exclude_subprojects": True},
}
"""What is searched for, by the word that a row carries for it."""

_META = ("total", "offset", "limit")
_KEPT = ("appl_id", "core_project_num", "fiscal_year", "activity_code", "organization", "award_amount")
_ASKED = ("ApplId", "CoreProjectNum", "FiscalYear", "ActivityCode", "Organization", "AwardAmount")
_ORGANISATION = ("org_name", "org_city", "org_state", "org_country", "primary_uei")
_COLUMNS = located(NIH_AWARD).column_names
_HOME = "UNITED STATES"


def _body(criteria: Mapping[str, object], offset: int, limit: int = PAGE_SIZE, sort: tuple[str, str] = ("appl_id", "asc")) -> str:
    asked = {"criteria": criteria, "include_fields": _ASKED, "offset": offset, "limit": limit}
    return json.dumps({**asked, "sort_field": sort[0], "sort_order": sort[1]})


def fetch(errand: Errand) -> Iterator[Delivery]:
    """Every search in every fiscal year up to the newest of which the API knows an award, page by page.

    Raises:
        AskError: When nothing can be had.
    """
    newest = errand.ask(Request(errand.address, json=_body(KINDS["ctsa_hub"], 0, limit=1, sort=("fiscal_year", "desc"))))
    searches = [(kind, year) for year in range(FIRST_FISCAL_YEAR, _newest_year(newest) + 1) for kind in KINDS]
    chains = {f"{kind} {year}": _chain(errand.address, kind, year) for kind, year in searches}
    answers, broken = follow_each(errand.ask, chains, at_most=MAX_PAGES)
    found = [
        {"kind": kind, "fiscal_year": year, "answers": [json.loads(answer) for answer in answers[f"{kind} {year}"]]}
        for kind, year in searches
        if f"{kind} {year}" in answers
    ]
    yield Delivery(CURRENT, _json(found), broken=broken)


def _chain(address: str, kind: str, year: int) -> tuple[Request, Following]:
    def page(number: int) -> Request:
        return Request(address, json=_body({**KINDS[kind], "fiscal_years": [year]}, number * PAGE_SIZE))

    def following(answer: bytes, number: int) -> Request | None:
        return page(number) if number * PAGE_SIZE < json.loads(answer)["meta"]["total"] else None

    return page(0), following


def _newest_year(answer: bytes) -> int:
    years = [award.get("fiscal_year") for award in json.loads(answer)["results"]]
    newest = years[0] if years else None
    if not isinstance(newest, int) or not FIRST_FISCAL_YEAR <= newest < LAST_FISCAL_YEAR:
        raise SourceError(NAME, f"an award of fiscal year {FIRST_FISCAL_YEAR} or later as the newest", repr(newest)[:20])
    return newest


def without_persons(data: bytes) -> bytes:
    """The same answer, or document of answers, with the named fields of awards and organisations and the counts of a page only.

    What goes is not only persons: search ids and addresses of a search differ from night to night.

    Raises:
        SourceError: When it is no answer, or an error message in the place of one.
    """
    document = read_json(NAME, data)
    if isinstance(document, list):
        return _json([_clean_search(search) for search in document])
    return _json(_clean_answer(document))


def _clean_search(item: object) -> dict[str, object]:
    search = read_keys(NAME, "a search", item, ("kind", "fiscal_year", "answers"))
    answers = read_items(NAME, "answers of a search", search["answers"])
    told = {name: read_text(NAME, name, search[name]) for name in ("kind", "fiscal_year")}
    return {**told, "answers": [_clean_answer(answer) for answer in answers]}


def _clean_answer(item: object) -> dict[str, object]:
    if not isinstance(item, dict) or not isinstance(item.get("meta"), dict):
        raise SourceError(NAME, "an answer with meta and results", _told(item))
    meta = {name: item["meta"].get(name) for name in _META}
    if wrong := [name for name, value in meta.items() if type(value) is not int or value < 0]:
        raise SourceError(NAME, f"a number as {wrong[0]} of an answer", repr(meta[wrong[0]])[:100])
    return {"meta": meta, "results": [_clean_award(award) for award in read_items(NAME, "results", item.get("results"))]}


def _clean_award(item: object) -> dict[str, object]:
    if not isinstance(item, dict):
        raise SourceError(NAME, "an object as an award", f"a {type(item).__name__}")
    organisation = item.get("organization")
    if isinstance(organisation, dict):
        item = {**item, "organization": None}
        return {**_named(item, _KEPT), "organization": _named(organisation, _ORGANISATION)}
    return _named(item, _KEPT)


def _named(item: dict[str, object], names: tuple[str, ...]) -> dict[str, object]:
    """The named fields of an object, none of which holds others."""
    for name in names:
        read_text(NAME, name, item.get(name))
    return {name: item[name] for name in names if name in item}


def _told(item: object) -> str:
    if isinstance(item, list) and item and isinstance(item[0], str):
        return f"the API's own message: {item[0][:100]}"
    return f"keys {', '.join(map(str, item))[:100]}" if isinstance(item, dict) else f"a {type(item).__name__}"


def parse(data: bytes, about: About) -> Parsed:  # noqa: ARG001
    """Read every award of every search: listing ``nih_award``, one row an award; one that two searches found has both kinds.

    The stated total is what the searches say they have, awards that two of them found counted once.

    Raises:
        SourceError: When an award or an answer has other keys than the known ones, or there is none.
    """
    rows: dict[str, dict[str, str | None]] = {}
    missing = 0
    for item in read_items(NAME, "searches", read_json(NAME, data)):
        search = read_keys(NAME, "a search", item, ("kind", "fiscal_year", "answers"))
        kind = str(search["kind"])
        answers = [
            read_keys(NAME, "an answer", one, ("meta", "results")) for one in read_items(NAME, "answers", search["answers"])
        ]
        stated = max((_total(answer) for answer in answers), default=0)
        awards = [award for answer in answers for award in read_items(NAME, "results", answer["results"])]
        found = {
            row["appl_id"] or str(row["locator"]): row
            for number, award in enumerate(awards, start=1)
            for row in [_row(award, kind, f"{kind} {search['fiscal_year']}, award {number}")]
        }
        missing += abs(stated - len(found))  # more than stated makes up for no other search
        for key, row in found.items():
            first = rows.setdefault(key, row)
            if first is not row:
                first["award_kinds"] = f"{first['award_kinds']}{LIST_SEPARATOR}{kind}"
    if not rows:
        raise SourceError(NAME, "at least one award", "searches without any")
    frame = pl.DataFrame(list(rows.values()), schema=dict.fromkeys(_COLUMNS, pl.String()), orient="row").select(_COLUMNS)
    return Parsed({NIH_AWARD.name: frame}, frame.height + missing)


def _total(answer: dict[str, object]) -> int:
    meta = read_keys(NAME, "meta of an answer", answer["meta"], _META)
    return int(str(meta["total"]))


def _row(item: object, kind: str, locator: str) -> dict[str, str | None]:
    award = read_keys(NAME, "an award", item, _KEPT)
    organisation = read_keys(NAME, "organization of an award", award["organization"], _ORGANISATION)
    told = {name: read_text(NAME, name, organisation[name]) for name in _ORGANISATION}
    return {
        "appl_id": read_text(NAME, "appl_id", award["appl_id"]),
        "core_project_number": read_text(NAME, "core_project_num", award["core_project_num"]),
        "fiscal_year": read_text(NAME, "fiscal_year", award["fiscal_year"]),
        "activity_code": read_text(NAME, "activity_code", award["activity_code"]),
        "award_kinds": kind,
        "grantee_name": told["org_name"],
        "city": told["org_city"],
        # Provinces of Canada stand in the same field.
        "state": told["org_state"] if told["org_country"] == _HOME else None,
        "grantee_country": told["org_country"],
        "uei": told["primary_uei"],
        "award_usd": read_text(NAME, "award_amount", award["award_amount"]),
        "locator": locator,
    }


def _json(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


SOURCE = Source(
    name=NAME,
    title="NIH RePORTER, informatics grants, NLM training grants and CTSA hubs",
    publisher="NIH",
    address="https://api.reporter.nih.gov/v2/projects/search",
    licence=Licence(fetch="yes, public US government data; one request a second", redistribute="rows", learn="yes"),
    cadence="weekly; awards of the running fiscal year are added all year",
    access=Access.ONE_FILE,
    media=Media.JSON,
    origin_family=OriginFamily.NIH,
    listings=(NIH_AWARD,),
    limits=Limits(
        max_drop=Limit(
            0.05, "awards stay under their fiscal year; NIH re-indexes terms, which moves a few of the informatics grants"
        ),
        max_quarantined=Limit(0.02, "no real answer was seen yet; a database gives them whole, and what fails is news"),
    ),
    parser_version="1",
    parse=parse,
    states_total=True,
    before_storing=without_persons,
    fetch=fetch,
    pace_seconds=1.0,
    caveats=(
        "The grantee is mostly a university: that a hospital or sponsor belongs to it is another matter.",
        "Informatics grants are those whose title or terms name the field; grants that only use patients' records are not in it.",
        f"Fiscal years since {FIRST_FISCAL_YEAR}; in the running one awards are still to come.",
        "CTSA hubs renewed since fiscal year 2022 are UM1 awards and no longer UL1: both are searched for, and a UM1 of NCATS "
        "may be something else.",
        "Written after the API's description; no real answer was at hand.",
    ),
)
