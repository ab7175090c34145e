"""Who is who, answered from a release: an entity by name or code, its codes, and the links that lead from it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from flows.sources.reading import csv_records
from schemas.digests import digest_of
from schemas.geography import STATE_BY_NAME, STATE_CODES
from schemas.table import TEXT_LIST
from schemas.vocabulary import Authority, EntityKind, LinkKind, LinkMethod
from transforms.linking.deciding import Side, linked
from transforms.linking.lists import name_book_of
from transforms.linking.matcher import load_model
from transforms.names import name_key
from warehouse.reading import surviving
from warehouse.release import Release

KINDS: tuple[EntityKind, ...] = (
    EntityKind.EMPLOYER,
    EntityKind.NRMP_INSTITUTION,
    EntityKind.PROGRAM,
    EntityKind.SPONSOR,
    EntityKind.HOSPITAL,
)
_HEADERS: dict[str, str] = {
    "kind": "kind",
    "name": "name",
    "left_name": "name",
    "state": "state",
    "left_state": "state",
    "city": "city",
    "code": "code",
    "nrmp_institution": "code",
}
"""Headers of a batch file and what they are taken for; other columns are handed through."""

_NAMED = (EntityKind.HOSPITAL, EntityKind.SPONSOR)
_NEAREST = {str(EntityKind.HOSPITAL): 0, str(EntityKind.SPONSOR): 1, str(EntityKind.HEALTH_SYSTEM): 2}


class QuestionError(ValueError):
    """A question that cannot be asked: says what was expected and what was found."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question.

    Attributes:
        kind: What is asked for.
        name: Its name, as somebody writes it.
        state: Its state, two letters.
        city: Its city.
        code: One of its codes: CCN, ACGME program or institution id, NRMP institution or track code, or one of our ids.
        row: Whatever else the row of a batch file holds.
    """

    kind: EntityKind
    name: str | None = None
    state: str | None = None
    city: str | None = None
    code: str | None = None
    row: dict[str, str] | None = None


def question(
    kind: str,
    name: str | None = None,
    state: str | None = None,
    city: str | None = None,
    code: str | None = None,
) -> Question:
    """A question from what a person typed.

    Raises:
        QuestionError: When the kind or the state is unknown, or neither name nor code is given.
    """
    kinds = {str(known): known for known in KINDS}
    if kind.strip().lower() not in kinds:
        raise QuestionError(f"expected a kind out of {', '.join(kinds)}; found {kind!r}")
    place = (state or "").strip().upper()
    place = STATE_BY_NAME.get(place, place)
    if place and place not in STATE_CODES:
        raise QuestionError(f"expected a state of two letters, or its name; found {state!r}")
    if not (name or "").strip() and not (code or "").strip():
        raise QuestionError("expected a name or a code; found neither")
    return Question(
        kinds[kind.strip().lower()],
        (name or "").strip() or None,
        place or None,
        (city or "").strip() or None,
        (code or "").strip() or None,
    )


def read_batch(file: Path) -> list[Question]:
    """Questions from a CSV file with a header: kind, and name or code, state and city where known; other columns are kept.

    Raises:
        QuestionError: When the file has no such columns or a row cannot be asked; names the row.
        SourceError: When it is no CSV.
    """
    header, *records = csv_records(file.name, file.read_bytes())
    known = [_HEADERS.get(name.strip().lower()) for name in header]
    if "kind" not in known or not {"name", "code"} & set(known):
        raise QuestionError(f"{file.name}: expected columns kind and name or code; found {', '.join(header)}")
    questions = []
    for number, record in enumerate(records, start=2):
        told = {part: cell for part, cell in zip(known, record, strict=True) if part is not None and cell.strip()}
        try:
            asked = question(told.get("kind", ""), told.get("name"), told.get("state"), told.get("city"), told.get("code"))
        except QuestionError as error:
            raise QuestionError(f"{file.name} row {number}: {error}") from error
        questions.append(replace(asked, row=dict(zip(header, record, strict=True))))
    return questions


class Resolver:
    """Answers questions from one release.

    Args:
        release: The release.
        as_of: Mergers count up to this day; None for all.
    """

    def __init__(self, release: Release, as_of: date | None = None) -> None:
        self.release = release
        self.as_of = as_of
        self.names = release.table("entity_name").with_columns(name_key(pl.col("entity_name")).alias("key"))
        self.codes = release.table("entity_code")
        self.links = release.table("link")
        self.review = release.table("link_review")

    def answers(self, questions: Sequence[Question]) -> list[dict[str, Any]]:
        """One answer a question, in order; see ``docs/analyst.md`` for its keys.

        An entity that the release knows is answered from its links. A name that it does not know is compared with the release's
        own hospitals and sponsors, by the decisions and the matcher that made the release.
        """
        found = [self._entities(asked) for asked in questions]
        unknown = [number for number, uids in enumerate(found) if not uids and questions[number].name]
        links, review = self._compared({number: questions[number] for number in unknown})
        return [
            self._answer(
                asked,
                uids or ([_asked_uid(number)] if number in unknown else []),
                self.links if uids else links,
                self.review if uids else review,
            )
            for number, (asked, uids) in enumerate(zip(questions, found, strict=True))
        ]

    def _entities(self, asked: Question) -> list[str]:
        """Ids of the entities of that kind that bear the code, or the name in the state (and city, where several do)."""
        if asked.code:
            own = self.codes.filter((pl.col("entity_kind") == asked.kind) & (pl.col("code") == asked.code))
            uids = own["entity_uid"].unique().sort().to_list()
            by_uid = self.names.filter((pl.col("entity_kind") == asked.kind) & (pl.col("entity_uid") == asked.code))
            return uids or by_uid["entity_uid"].unique().sort().to_list()
        key = pl.select(name_key(pl.lit(asked.name))).item()
        own = self.names.filter((pl.col("entity_kind") == asked.kind) & (pl.col("key") == key))
        if asked.state:
            own = own.filter(pl.col("named_in") == asked.state)
        if asked.city:
            city = pl.select(name_key(pl.lit(asked.city))).item()
            there = own.filter(pl.col("cities").list.contains(city))
            own = there if not there.is_empty() else own
        return own["entity_uid"].unique().sort().to_list()

    def _compared(self, questions: dict[int, Question]) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Links and reviews of names that the release does not know, found now by its own rules."""
        links, review = [self.links.clear()], [self.review.clear()]
        model = load_model()
        for kind in KINDS:
            rows: list[tuple[object, ...]] = [
                (_asked_uid(number), asked.name, "asked", asked.state, [asked.city] if asked.city else [], [])
                for number, asked in questions.items()
                if asked.kind is kind
            ]
            if not rows:
                continue
            names = pl.DataFrame(
                rows,
                schema={
                    **dict.fromkeys(("uid", "name", "told_by", "state"), pl.String()),
                    "cities": TEXT_LIST,
                    "zips": TEXT_LIST,
                },
                orient="row",
            ).with_columns(pl.col("cities").list.eval(name_key(pl.element())))
            left = Side(kind, names, self._codes_of(None))
            for right in _NAMED:
                decided = linked([left], self._side(right), self.release.table("reviewed_link"), model)
                links.append(decided.links)
                zero = pl.lit(0, pl.Int64)
                staked = decided.review.with_columns(zero.alias("n_programs_at_stake"), zero.alias("n_filings_at_stake"))
                review.append(staked.select(self.review.columns))
        return pl.concat(links), pl.concat(review)

    def _side(self, kind: EntityKind) -> Side:
        names = name_book_of(self.names.filter(pl.col("entity_kind") == kind))
        return Side(kind, names, self._codes_of(kind))

    def _codes_of(self, kind: EntityKind | None) -> pl.DataFrame:
        own = self.codes.filter(pl.col("entity_kind") == (kind or ""))
        return own.select(pl.col("entity_uid").alias("uid"), "authority", "code")

    def _answer(self, asked: Question, uids: list[str], links: pl.DataFrame, review: pl.DataFrame) -> dict[str, Any]:
        asked_uids = uids
        uids = sorted({surviving(self.release, uid, self.as_of) for uid in uids})
        own_links = links.filter(pl.col("left_id").is_in(uids) & (pl.col("right_kind") != asked.kind))
        waiting = review.filter(pl.col("left_id").is_in(uids)).sort("score", "right_id", descending=[True, False])
        sponsored = links.filter(pl.col("right_id").is_in(uids) & (pl.col("kind") == LinkKind.SPONSORS))
        ranked = _ranked(own_links)
        hospitals, sponsors = self._right_of(ranked, EntityKind.HOSPITAL), self._right_of(ranked, EntityKind.SPONSOR)
        if asked.kind is EntityKind.HOSPITAL:
            hospitals = uids
            sponsors = self._left_of(uids, EntityKind.SPONSOR)
        if asked.kind is EntityKind.SPONSOR:
            sponsors = uids
        if asked.kind is EntityKind.PROGRAM:
            ranked = _ranked(sponsored)
            sponsors = ranked["left_id"].to_list()
            hospitals = self._right_of(_ranked(self.links.filter(pl.col("left_id").is_in(sponsors))), EntityKind.HOSPITAL)
        programs = uids if asked.kind is EntityKind.PROGRAM else self._programs(asked.kind, uids, sponsors)
        ccns = self._codes(hospitals, Authority.CCN)
        known = bool(hospitals or sponsors or programs)
        survivors = [uid for uid in uids if uid not in asked_uids]
        best = ranked.row(0, named=True) if not ranked.is_empty() else None
        return {
            "asked": {**{k: v for k, v in asdict(asked).items() if v is not None and k != "row"}, **(asked.row or {})},
            "status": "linked" if known else "in_review" if not waiting.is_empty() else "unknown",
            "kind": str(asked.kind),
            "uid": next((uid for uid in asked_uids if not uid.startswith(_ASKED)), None),
            "uids": [uid for uid in asked_uids if not uid.startswith(_ASKED)],
            "resolves_to": survivors,
            "names": self._names(uids) or ([asked.name] if asked.name else []),
            "ccn": ccns[0] if ccns else None,
            "ccns": ccns,
            "sponsor_codes": self._codes(sponsors, Authority.ACGME_INSTITUTION),
            "acgme_ids": self._codes(programs, Authority.ACGME_PROGRAM),
            "nrmp_institutions": self._codes(uids, Authority.NRMP_INSTITUTION),
            "nrmp_codes": self._codes(programs, Authority.NRMP_TRACK),
            "fein_last4": self._codes(uids, Authority.FEIN_LAST4),
            "link": _told(best) if best else None,
            "score": best["score"] if best else None,
            "links": [{**_told(row), "right_names": self._names([row["right_id"]])[:3]} for row in ranked.to_dicts()],
            "review": [
                {
                    "right_kind": row["right_kind"],
                    "right_id": row["right_id"],
                    "right_name": row["right_name"],
                    "codes": sorted(self.codes.filter(pl.col("entity_uid") == row["right_id"])["code"].to_list())[:5],
                    "score": row["score"],
                    "basis": row["basis"],
                }
                for row in waiting.to_dicts()
            ],
            "release_id": self.release.release_id,
        }

    def _right_of(self, ranked: pl.DataFrame, kind: EntityKind) -> list[str]:
        return ranked.filter(pl.col("right_kind") == kind)["right_id"].unique(maintain_order=True).to_list()

    def _left_of(self, uids: list[str], kind: EntityKind) -> list[str]:
        found = self.links.filter(
            pl.col("right_id").is_in(uids) & (pl.col("left_kind") == kind) & (pl.col("kind") == LinkKind.SAME)
        )
        return found["left_id"].unique().sort().to_list()

    def _programs(self, kind: EntityKind, uids: list[str], sponsors: list[str]) -> list[str]:
        """Programs of the sponsors; of an NRMP institution the programs of its own tracks, of a hospital its own."""
        if kind is EntityKind.NRMP_INSTITUTION:
            codes = self._codes(uids, Authority.NRMP_INSTITUTION)
            tracks = self.release.table("track").filter(pl.col("institution_code").is_in(codes))
            return tracks["program_uid"].drop_nulls().unique().sort().to_list()
        sponsored = self.links.filter(pl.col("left_id").is_in(sponsors) & (pl.col("kind") == LinkKind.SPONSORS))["right_id"]
        found = set(sponsored.to_list())
        if kind is EntityKind.HOSPITAL:
            sites = self.release.table("participating_site").filter(pl.col("hospital_uid").is_in(uids))
            found |= set(sites["program_uid"].to_list())
        return sorted(found)

    def _codes(self, uids: list[str], authority: Authority) -> list[str]:
        """Codes of entities, in the order of the entities."""
        own = self.codes.filter(pl.col("authority") == authority)
        by_uid = dict(own.group_by("entity_uid").agg(pl.col("code").sort()).iter_rows())
        return [code for uid in uids for code in by_uid.get(uid, [])]

    def _names(self, uids: list[str]) -> list[str]:
        return self.names.filter(pl.col("entity_uid").is_in(uids))["entity_name"].unique().sort().to_list()


_ASKED = "asked-"


def _asked_uid(number: int) -> str:
    return f"{_ASKED}{digest_of(str(number), 12)}"


def _ranked(links: pl.DataFrame) -> pl.DataFrame:
    """Links, hospitals before sponsors before systems, of each the surest first: by method, score, and at last by key."""
    kind = pl.col("right_kind").replace_strict(_NEAREST, default=len(_NEAREST), return_dtype=pl.Int64)
    method = pl.col("link_method").replace_strict({str(m): n for n, m in enumerate(LinkMethod)}, return_dtype=pl.Int64)
    return links.sort(kind, method, "score", "left_id", "right_id", descending=[False, False, True, False, False])


def _told(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: row[name]
        for name in ("kind", "right_kind", "right_id", "link_method", "score", "basis", "decided_by", "valid_from")
    }
