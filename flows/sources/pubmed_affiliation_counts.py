"""PubMed: how many informatics papers a year have an author of an affiliation. Counts only; no paper and no author is fetched.

A document is a JSON list, one entry a count: affiliation, year, query and the answer of NCBI's ``esearch``. Affiliations are
names of institutions out of ACGME's listings. NCBI reports failures inside answers of status 200, and answers a query of which it
did not understand a part with the count of the rest: neither is ever taken for a count.
"""

import json
import re
from collections.abc import Iterator, Mapping
from urllib.parse import urlencode, urljoin

import polars as pl

from flows.sources.reading import read_items, read_json, read_keys, read_text
from flows.sources.source import (
    CURRENT,
    About,
    Access,
    ApiKey,
    AskError,
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
    Subjects,
)
from schemas.listings import ACGME_PARTICIPATING_SITE, ACGME_PROGRAM, PUBMED_AFFILIATION_COUNT, located
from schemas.specialties import CLINICAL_INFORMATICS_CODES
from schemas.vocabulary import OriginFamily

NAME = "pubmed_affiliation_counts"
FIRST_YEAR = 2021
MOST_AFFILIATIONS = 150
"""Six years of 150 names are 900 questions: five minutes without a key. All 62 fellowships and the largest part of the sponsors
are among them; NCBI asks that jobs of more than a hundred questions run at night, which ours do."""

INFORMATICS = (
    '"medical informatics"[majr:noexp] OR "electronic health records"[majr] OR "decision support systems, clinical"[majr] OR '
    '"health information exchange"[majr] OR "clinical informatics"[tiab:~0] OR "biomedical informatics"[tiab:~0]'
)
"""Papers about the field: its headings where they are the main topic, or its name in title or abstract. The heading "medical
informatics" itself is taken without what stands below it, which is most of computing in medicine. ``~0`` asks for neighbouring
words without the index of phrases, which lacks most names and then counts their single words."""

_IGNORED = frozenset({"a", "and", "at", "for", "in", "of", "on", "the", "to", "with"})
"""Words that PubMed leaves out of every query; the same is counted without them."""
_KEPT = ("count", "errorlist", "warninglist")
_COLUMNS = located(PUBMED_AFFILIATION_COUNT).column_names


def affiliations(listings: Mapping[str, pl.DataFrame]) -> list[str]:
    """Names of institutions: those with a clinical informatics fellowship, then other sponsors, then participating sites.

    Each group in alphabetical order; of spellings that ask the same question the first; names that a source has cut are left out.
    No more than ``MOST_AFFILIATIONS``.
    """
    programs, sites = listings[ACGME_PROGRAM.name], listings[ACGME_PARTICIPATING_SITE.name]
    whole = programs.filter(~pl.col("name_cut") & pl.col("sponsor_name").is_not_null())
    is_fellowship = pl.col("acgme_id").str.slice(0, 3).is_in(sorted(CLINICAL_INFORMATICS_CODES))
    names = [
        *sorted(set(whole.filter(is_fellowship)["sponsor_name"])),
        *sorted(set(whole.filter(~is_fellowship)["sponsor_name"])),
        *sorted(set(sites["site_name"].drop_nulls())),
    ]
    asked = {phrase: name for name in reversed(names) if (phrase := _phrase(name).lower())}
    return [name for name in dict.fromkeys(names) if asked.get(_phrase(name).lower()) == name][:MOST_AFFILIATIONS]


def _phrase(name: str) -> str:
    """The words of a name, without remarks in brackets; quotation marks, asterisks and the like would be read as operators."""
    return " ".join(re.findall(r"[^\W_]+(?:['’][^\W_]+)*", re.sub(r"\([^)]*\)", " ", name).replace("&", " and ")))


def query(affiliation: str, year: int) -> str:
    """The query that counts an affiliation's informatics papers of a year. Its words must stand side by side."""
    phrase = _phrase(affiliation)
    words = f'"{phrase}"[ad:~0]' if " " in phrase else f'"{phrase}"[ad]'
    return f"({INFORMATICS}) AND {words} AND {year}[dp]"


def fetch(errand: Errand) -> Iterator[Delivery]:
    """Count every affiliation in every year up to that of PubMed's last update; what cannot be counted is told.

    Raises:
        AskError: When there is nothing to ask about, or nothing could be counted.
        SourceError: When an answer belongs to another question.
    """
    if not errand.subjects:
        raise AskError("nothing to ask about: no listing names a sponsor or a participating site yet")
    today = errand.ask(Request(_address(errand.address, "einfo.fcgi", db="pubmed")))
    years = range(FIRST_YEAR, _year(today) + 1)
    counts, failures = list[dict[str, object]](), list[str]()
    for affiliation in errand.subjects:
        for year in years:
            term = query(affiliation, year)
            request = Request(_address(errand.address, "esearch.fcgi", db="pubmed", retmax="0", term=term))
            try:
                answer = json.loads(errand.ask(request))
            except AskError as error:
                failures.append(f"{affiliation}, {year}: {error}")
                continue
            if "esearchresult" not in answer:
                raise SourceError(NAME, "a count", "what PubMed says of itself")
            counts.append({"affiliation": affiliation, "year": year, "query": term, "answer": answer})
    asked = len(counts) + len(failures)
    if not counts:
        raise AskError(f"expected {asked} counts; found none: {failures[0]}")
    broken = f"{len(failures)} of {asked} counts: {failures[0]}" if failures else None
    yield Delivery(CURRENT, _json(counts), broken=broken)


def _address(base: str, tool: str, **parameters: str) -> str:
    return f"{urljoin(base, tool)}?{urlencode({**parameters, 'retmode': 'json', 'tool': 'residency-warehouse'})}"


def _year(answer: bytes) -> int:
    told = json.loads(answer)
    if "einforesult" not in told:
        raise SourceError(NAME, "what PubMed says of itself", "a count")
    return int(told["einforesult"]["dbinfo"][0]["lastupdate"])


def as_counts(data: bytes) -> bytes:
    """An answer of ``esearch`` with its count and what PubMed did not understand; of ``einfo`` the year of the last update.

    Ids, translations and times of the answer go, so that an unchanged count has unchanged bytes. A document of answers is treated
    answer by answer.

    Raises:
        SourceError: When it is no answer, or tells an error in the place of one.
    """
    document = read_json(NAME, data)
    if isinstance(document, list):
        counts = [read_keys(NAME, "a count", one, ("affiliation", "year", "query", "answer")) for one in document]
        return _json([{**count, "answer": _clean(count["answer"])} for count in counts])
    return _json(_clean(document))


def _clean(item: object) -> dict[str, object]:
    answer = item if isinstance(item, dict) else {}
    info = answer.get("einforesult")
    if isinstance(info, dict):
        return {"einforesult": {"dbinfo": [{"lastupdate": _updated(info)}]}}
    found = answer.get("esearchresult")
    error = answer.get("error") or (found.get("ERROR") if isinstance(found, dict) else None)
    if error:
        raise SourceError(NAME, "a count", f"PubMed's error: {str(error)[:100]}")
    if not isinstance(found, dict) or not re.fullmatch(r"[0-9]+", str(found.get("count"))):
        raise SourceError(NAME, "an answer with a count", f"keys {', '.join(map(str, answer))[:100]}")
    return {"esearchresult": {name: found[name] for name in _KEPT if found.get(name)}}


def _updated(info: dict[str, object]) -> str:
    databases = info.get("dbinfo")
    updated = (
        databases[0].get("lastupdate") if isinstance(databases, list) and databases and isinstance(databases[0], dict) else None
    )
    year = re.match(r"20[0-9]{2}(?![0-9])", str(updated))
    if year is None:
        raise SourceError(NAME, "the day of PubMed's last update", repr(updated)[:100])
    return year.group()


def parse(data: bytes, about: About) -> Parsed:  # noqa: ARG001
    """Read every count: listing ``pubmed_affiliation_count``, one row an affiliation and year.

    A query of which PubMed did not find a part was not counted; its row goes to quarantine, and says so.

    Raises:
        SourceError: When an answer has other keys than the known ones, or there is none.
    """
    counts = read_items(NAME, "counts", read_json(NAME, data))
    if not counts:
        raise SourceError(NAME, "at least one count", "an empty list")
    rows = [_row(item, number) for number, item in enumerate(counts, start=1)]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(_COLUMNS, pl.String()), orient="row").select(_COLUMNS)
    return Parsed({PUBMED_AFFILIATION_COUNT.name: frame})


def _row(item: object, number: int) -> dict[str, str | None]:
    count = read_keys(NAME, "a count", item, ("affiliation", "year", "query", "answer"))
    answer = read_keys(NAME, "an answer", count["answer"], ("esearchresult",))
    found = read_keys(NAME, "esearchresult", answer["esearchresult"], ("count",), ("errorlist", "warninglist"))
    lost = _not_found(found)
    return {
        "affiliation": read_text(NAME, "affiliation", count["affiliation"]),
        "publication_year": read_text(NAME, "year", count["year"]),
        "n_papers": f"another count, without {', '.join(lost)}" if lost else read_text(NAME, "count", found["count"]),
        "pubmed_query": read_text(NAME, "query", count["query"]),
        "locator": f"answer {number}",
    }


def _not_found(found: dict[str, object]) -> list[str]:
    """Phrases, fields and words that PubMed did not find, or left out of the query; words without meaning are no loss."""
    lost: list[str] = []
    for name in ("errorlist", "warninglist"):
        told = found.get(name)
        if told is None:
            continue
        if not isinstance(told, dict):
            raise SourceError(NAME, f"an object as {name}", f"a {type(told).__name__}")
        for what, items in told.items():
            if what != "outputmessages":  # "No items found." is a count of 0
                lost += [str(item) for item in read_items(NAME, what, items)]
    return [item for item in lost if item.strip('"').lower() not in _IGNORED]


def _json(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


SOURCE = Source(
    name=NAME,
    title="PubMed, informatics papers by affiliation and year, counts only",
    publisher="NCBI, National Library of Medicine",
    address="https://eutils.ncbi.nlm.nih.gov/entrez/eutils/esearch.fcgi?db=pubmed&retmode=json&retmax=0&term= and a query",
    licence=Licence(
        fetch="yes, public US government data; 3 requests a second, 10 with a free key; large jobs at night",
        redistribute="rows",
        learn="yes",
    ),
    cadence="daily",
    access=Access.ONE_FILE,
    media=Media.JSON,
    origin_family=OriginFamily.PUBMED,
    listings=(PUBMED_AFFILIATION_COUNT,),
    limits=Limits(
        max_drop=Limit(0.1, "names come and go with the lists they come from; a tenth less means that one of these is missing"),
        max_quarantined=Limit(0.1, "no real answer was seen yet; if PubMed misses a part of more queries, the query is wrong"),
    ),
    parser_version="1",
    parse=parse,
    before_storing=as_counts,
    fetch=fetch,
    key=ApiKey("NCBI_API_KEY", parameter="api_key", required=False, pace_seconds=0.11),
    pace_seconds=0.34,
    subjects=Subjects((ACGME_PROGRAM.name, ACGME_PARTICIPATING_SITE.name), affiliations),
    caveats=(
        "Affiliations are what authors write: a hospital's papers stand under its university as often as under its own name, and "
        "a name that many bear counts all of them.",
        "0 means that no affiliation is spelled like the name, not that nobody there writes about informatics.",
        f"Only the first {MOST_AFFILIATIONS} names are asked for, those with a clinical informatics fellowship first.",
        "Papers of the running year, and headings of the last months, are still to come.",
        "Written after NCBI's description; no real answer was at hand.",
    ),
)
