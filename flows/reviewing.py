"""Decisions of a reviewer: what waits for one, and the file that takes it."""

import csv
import os
from dataclasses import asdict, dataclass
from datetime import date
from io import StringIO
from pathlib import Path

import polars as pl

from flows.sources import reviewed
from flows.sources.reading import csv_records
from schemas.listings import REVIEWED_LINK
from schemas.vocabulary import Authority, Decision, EntityKind
from warehouse.release import Release

BUNDLED_FILE = Path(__file__).parent / "reviewed" / "links.csv"
_NAMED_BY_NAME = (EntityKind.EMPLOYER, EntityKind.EHR_ORGANISATION)
_CODED_BY = {
    EntityKind.HOSPITAL: Authority.CCN,
    EntityKind.SPONSOR: Authority.ACGME_INSTITUTION,
    EntityKind.HEALTH_SYSTEM: Authority.AHRQ_SYSTEM,
}


class DecisionError(ValueError):
    """A decision that cannot be taken: says what was expected and what was found."""


@dataclass(frozen=True, slots=True)
class Entity:
    """One side of a pair, as a reviewer sees it.

    Attributes:
        kind: What it is.
        uid: Its id.
        names: Every name that a source gives it, with the source.
        places: Cities and states known of it.
        codes: Its codes, with the authority.
    """

    kind: str
    uid: str
    names: list[str]
    places: list[str]
    codes: list[str]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A pair that waits for a decision.

    Attributes:
        left: The entity to be linked.
        right: What it may be.
        state: State of the left entity; None where it is not known.
        score: Probability by names and places.
        basis: What both share, in words.
        n_programs: Programs that the link would touch.
        n_filings: Trainee filings and petitions that it would place.
    """

    left: Entity
    right: Entity
    state: str | None
    score: float
    basis: str
    n_programs: int
    n_filings: int


def candidates(release: Release, file: Path = BUNDLED_FILE) -> list[Candidate]:
    """Pairs that wait for a decision, worst consequences first: most programs and filings at stake, then the likeliest.

    Pairs on which the file already decides, though the release does not know of it yet, are left out.
    """
    waiting = release.table("link_review").sort(
        pl.col("n_programs_at_stake") + pl.col("n_filings_at_stake"),
        "left_id",
        "score",
        "right_id",
        descending=[True, False, True, False],
    )
    names, codes = release.table("entity_name"), release.table("entity_code")
    entities = _entities(names, codes, {*waiting["left_id"], *waiting["right_id"]})
    decided = {tuple(row[name] for name in REVIEWED_LINK.key) for row in _read(file)} if file.exists() else set()
    found = [
        Candidate(
            entities[row["left_id"]],
            entities[row["right_id"]],
            row["state"],
            row["score"],
            row["basis"],
            row["n_programs_at_stake"],
            row["n_filings_at_stake"],
        )
        for row in waiting.to_dicts()
    ]
    return [pair for pair in found if tuple(_identity(pair)[name] for name in REVIEWED_LINK.key) not in decided]


def _entities(names: pl.DataFrame, codes: pl.DataFrame, wanted: set[str]) -> dict[str, Entity]:
    named = names.filter(pl.col("entity_uid").is_in(sorted(wanted)))
    coded = codes.filter(pl.col("entity_uid").is_in(sorted(wanted)))
    by_uid = {
        str(uid[0]): [f"{a} {c}" for a, c in rows.select("authority", "code").sort("authority", "code").iter_rows()]
        for uid, rows in coded.partition_by("entity_uid", as_dict=True).items()
    }
    return {
        str(uid[0]): Entity(
            rows.item(0, "entity_kind"),
            str(uid[0]),
            sorted({f"{name} ({by})" for name, by in rows.select("entity_name", "told_by").iter_rows()}),
            sorted(
                {
                    f"{city}, {state}"
                    for cities, state in rows.select("cities", "named_in").iter_rows()
                    for city in cities or ["?"]
                }
            ),
            by_uid.get(str(uid[0]), []),
        )
        for uid, rows in named.partition_by("entity_uid", as_dict=True).items()
    }


def _identity(pair: Candidate) -> dict[str, str]:
    """The key of the decision about a pair: the left by name where only names tell it, else by code."""
    left = pair.left
    left_code = next((code.split(" ", 1)[1] for code in left.codes), None)
    name = min((told.rsplit(" (", 1)[0] for told in left.names), key=lambda told: (len(told), told))
    authority = _CODED_BY[EntityKind(pair.right.kind)]
    right_code = next((code.split(" ", 1)[1] for code in pair.right.codes if code.startswith(f"{authority} ")), None)
    return {
        "left_kind": left.kind,
        "left_named": name if left.kind in _NAMED_BY_NAME or left_code is None else left_code,
        "left_state": pair.state or pair.right.places[0].rsplit(", ", 1)[1],
        "right_authority": str(authority),
        "right_code": right_code or pair.right.uid,
    }


def decide(  # noqa: PLR0913  (the parts of a decision)
    file: Path,
    pair: Candidate,
    decision: Decision,
    *,
    reviewer: str,
    on: date,
    evidence: str | None = None,
    address: str | None = None,
) -> dict[str, str]:
    """Write one decision as one line at the end of the reviewed file; taking the line out again undoes it.

    Args:
        file: The reviewed file.
        pair: The pair.
        decision: What the two are to each other.
        reviewer: Who decides.
        on: Day of the decision.
        evidence: The fact it rests on; what both sides share where None.
        address: Where a reader can check it; the list that gives the right entity its code where None.

    Returns:
        The line, by column.

    Raises:
        DecisionError: When the file decides on the pair already, or cannot be written.
    """
    row = {
        **_identity(pair),
        "decision": str(decision),
        "review_evidence": evidence or f"Looked at in review: {pair.basis}.",
        "review_address": address or _LISTED_AT[right_authority(pair)],
        "evidence_on": on.isoformat(),
        "reviewer": reviewer,
    }
    if not reviewer.strip():
        raise DecisionError("expected the name of the reviewer; found none: give --reviewer or set RESIDENCY_REVIEWER")
    known = _read(file)
    same = [line for line in known if all(line[name] == row[name] for name in REVIEWED_LINK.key)]
    if same:
        raise DecisionError(f"{file}: {row['left_named']} and {row['right_code']} are decided already: {same[0]['decision']}")
    text = file.read_text(encoding="utf-8")
    line = StringIO()
    csv.DictWriter(line, REVIEWED_LINK.column_names, lineterminator="\n").writerow(row)
    _write(file, text if text.endswith("\n") else f"{text}\n", line.getvalue())
    return row


def right_authority(pair: Candidate) -> Authority:
    """The authority whose code the right entity bears."""
    return _CODED_BY[EntityKind(pair.right.kind)]


_LISTED_AT = {
    Authority.CCN: "https://data.cms.gov/provider-data/dataset/xubh-q36u",
    Authority.ACGME_INSTITUTION: "https://apps.acgme.org/ads/Public/Sponsors/Search",
    Authority.AHRQ_SYSTEM: "https://www.ahrq.gov/chsp/data-resources/compendium.html",
}
"""Where each authority's list can be looked up."""


def _read(file: Path) -> list[dict[str, str]]:
    header, *records = csv_records(reviewed.LINKS, file.read_bytes())
    if header != REVIEWED_LINK.column_names:
        raise DecisionError(f"{file}: expected columns {', '.join(REVIEWED_LINK.column_names)}; found {', '.join(header)}")
    return [dict(zip(header, record, strict=True)) for record in records]


def _write(file: Path, text: str, line: str) -> None:
    """The whole file written aside and moved in: a crash leaves the old one."""
    aside = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        aside.write_text(text + line, encoding="utf-8")
        aside.replace(file)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise DecisionError(f"{file}: expected a file that can be written; found {error.strerror}") from error


def as_json(pair: Candidate) -> dict[str, object]:
    """A pair for programs."""
    return asdict(pair)
