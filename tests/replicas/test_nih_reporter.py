"""NIH RePORTER on loopback: pages of a POST by offset, totals, search ids that differ every time, persons that come unasked."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from flows.sources import nih_reporter_projects as source
from flows.sources.nih_reporter_projects import FIRST_FISCAL_YEAR, INFORMATICS, KINDS
from flows.steps import Outcome
from schemas.listings import NIH_AWARD
from schemas.vocabulary import AttemptOutcome
from tests.nights import SECOND
from tests.replicas.replica import Replica, Reply, Request, bytes_in, night, parts_of, path_of, publishing, rows_of
from tests.sample_informatics import IOWA, PITTSBURGH, award_as_answered

PATH = "/v2/projects/search"
INSTITUTES = {"NLM": "LM", "NCATS": "TR"}
FIELDS = {
    "ApplId": "appl_id",
    "CoreProjectNum": "core_project_num",
    "FiscalYear": "fiscal_year",
    "ActivityCode": "activity_code",
    "Organization": "organization",
    "AwardAmount": "award_amount",
}


def award(appl_id: int, project: str, year: int, title: str = "Clinical Informatics of Trials") -> dict[str, Any]:
    holder = IOWA if appl_id % 2 else PITTSBURGH
    return {**award_as_answered(appl_id, project, project[:3], holder, 1000 * appl_id, year), "project_title": title}


AWARDS = (
    award(1, "R01LM000001", FIRST_FISCAL_YEAR),
    award(2, "T15LM000002", FIRST_FISCAL_YEAR),
    award(3, "UL1TR000003", FIRST_FISCAL_YEAR, "Translational Hub"),
    award(4, "T15HG000004", FIRST_FISCAL_YEAR, "Training in Genomics"),
    award(5, "R01CA000005", FIRST_FISCAL_YEAR, "Bioinformatics of Tumors"),
    award(6, "UM1TR000006", FIRST_FISCAL_YEAR + 1, "Translational Hub"),
    award(7, "R01LM000007", FIRST_FISCAL_YEAR - 1),
)


@dataclass
class Reporter:
    """The publisher.

    Attributes:
        awards: What it knows.
        sends_all: Whether it sends fields that nobody asked for.
        breaks_at: Offset at which it refuses.
        asked: Bodies of the questions, in order.
    """

    awards: Sequence[dict[str, Any]] = AWARDS
    sends_all: bool = False
    breaks_at: int | None = None
    asked: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, request: Request) -> Reply:
        if path_of(request) != PATH or request.method != "POST":
            return Reply(b"", "405 Method Not Allowed")
        body = json.loads(request.body)
        self.asked.append(body)
        if body["limit"] > 500 or body["offset"] > 14_999 or body["offset"] == self.breaks_at:
            return Reply(json.dumps(["The request cannot be answered"]).encode(), "400 Bad Request")
        descending = body["sort_order"] == "desc"
        found = sorted(self.found(body["criteria"]), key=lambda one: int(one[body["sort_field"]]), reverse=descending)
        page = found[body["offset"] : body["offset"] + body["limit"]]
        wanted = [FIELDS[name] for name in body["include_fields"]]
        number = f"search-{len(self.asked)}"
        meta = {
            "search_id": number,
            "total": len(found),
            "offset": body["offset"],
            "limit": body["limit"],
            "sort_field": "appl_id",
        }
        meta["properties"] = {"URL": f"https://reporter.example.invalid/search/{number}/projects"}
        results = page if self.sends_all else [{name: one[name] for name in wanted} for one in page]
        return Reply(json.dumps({"meta": meta, "results": results}).encode(), headers=("Content-Type: application/json",))

    def found(self, criteria: dict[str, Any]) -> list[dict[str, Any]]:
        text = criteria.get("advanced_text_search", {}).get("search_text", "").lower()
        phrases = [phrase.strip('"') for phrase in text.split(" or ")]
        institutes = tuple(INSTITUTES[name] for name in criteria.get("agencies", ()))
        return [
            one
            for one in self.awards
            if one["fiscal_year"] in criteria.get("fiscal_years", [one["fiscal_year"]])
            and one["activity_code"] in criteria.get("activity_codes", [one["activity_code"]])
            and (not institutes or str(one["core_project_num"])[3:5] in institutes)
            and any(phrase in str(one["project_title"]).lower() for phrase in phrases)
        ]


def one_night(folder: Path, replica: Replica, **when: Any) -> Outcome:  # noqa: ANN401
    (outcome,) = night(folder, {source.NAME: [{"from": replica.url(PATH)}]}, **when).values()
    return outcome


def test_every_search_in_every_year_is_one_complete_list(tmp_path: Path) -> None:
    reporter = Reporter()
    with publishing(reporter) as replica:
        outcome = one_night(tmp_path, replica)
    assert (outcome.rows_listed, outcome.stated_total, outcome.complete, outcome.reason) == (4, 4, True, None)
    rows = rows_of(tmp_path, NIH_AWARD).select("appl_id", "fiscal_year", "award_kinds", "grantee_name", "award_usd").rows()
    assert rows == [
        ("1", 2021, ["informatics_grant"], "UNIVERSITY OF IOWA", 1000),
        ("2", 2021, ["informatics_grant", "nlm_t15"], "UNIVERSITY OF PITTSBURGH AT PITTSBURGH", 2000),
        ("3", 2021, ["ctsa_hub"], "UNIVERSITY OF IOWA", 3000),
        ("6", 2022, ["ctsa_hub"], "UNIVERSITY OF PITTSBURGH AT PITTSBURGH", 6000),
    ]
    parts = parts_of(tmp_path, source.NAME)
    assert parts.height == 1 + 2 * len(KINDS)  # how far the years go, then every search in both
    assert parts["outcome"].unique().to_list() == ["fetched"]
    newest, *searches = reporter.asked
    assert (newest["limit"], newest["sort_field"], newest["sort_order"]) == (1, "fiscal_year", "desc")
    assert {tuple(one["criteria"]["fiscal_years"]) for one in searches} == {(2021,), (2022,)}
    assert searches[0]["criteria"]["advanced_text_search"] == {
        "operator": "advanced",
        "search_field": "projecttitle,terms",
        "search_text": " OR ".join(f'"{phrase}"' for phrase in INFORMATICS),
    }


def test_search_ids_that_differ_are_no_news(tmp_path: Path) -> None:
    with publishing(Reporter()) as replica:
        one_night(tmp_path, replica)
        before = rows_of(tmp_path, NIH_AWARD)
        outcome = one_night(tmp_path, replica, now=SECOND)
    assert (outcome.captured, outcome.listed) == (AttemptOutcome.UNCHANGED, "unchanged")
    assert rows_of(tmp_path, NIH_AWARD).equals(before)


def test_pages_go_on_until_the_total_is_reached(tmp_path: Path) -> None:
    grants = [award(number, f"R01LM{number:06}", FIRST_FISCAL_YEAR) for number in range(11, 1013)]
    reporter = Reporter([*grants, AWARDS[2]])
    with publishing(reporter) as replica:
        outcome = one_night(tmp_path, replica)
    assert (outcome.rows_listed, outcome.stated_total, outcome.complete) == (1003, 1003, True)
    offsets = [body["offset"] for body in reporter.asked if "advanced_text_search" in body["criteria"]]
    assert offsets == [0, 500, 1000]
    assert {body["limit"] for body in reporter.asked[1:]} == {500}


def test_broken_search_is_incomplete_and_retires_nothing(tmp_path: Path) -> None:
    reporter = Reporter([award(number, f"R01LM{number:06}", FIRST_FISCAL_YEAR) for number in range(11, 513)] + [AWARDS[2]])
    with publishing(reporter) as replica:
        assert one_night(tmp_path, replica).complete
        reporter.breaks_at = 500
        reporter.awards = [*reporter.awards[1:], award(9000, "R01LM009000", FIRST_FISCAL_YEAR)]
        outcome = one_night(tmp_path, replica, now=SECOND)
    assert (outcome.rows_listed, outcome.complete) == (501, False)
    expected = "page 2: expected status 200; found 400 Bad Request"
    assert outcome.reason == f"incomplete: 1 of 3 lists: informatics_grant 2021: {expected}"
    kept = rows_of(tmp_path, NIH_AWARD)["appl_id"].to_list()
    assert ("11" in kept, len(kept)) == (True, 503)


def test_more_than_the_api_shows_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "MAX_PAGES", 2)
    grants = [award(number, f"R01LM{number:06}", FIRST_FISCAL_YEAR) for number in range(11, 1013)]
    with publishing(Reporter([*grants, AWARDS[2]])) as replica:
        outcome = one_night(tmp_path, replica)
    assert (outcome.rows_listed, outcome.complete) == (1001, False)
    assert outcome.reason is not None
    assert outcome.reason.endswith("informatics_grant 2021: expected at most 2 pages; found another after them")


def test_publisher_that_says_slow_down_is_asked_again(tmp_path: Path) -> None:
    with publishing(Reporter()) as replica:
        replica.throttled = 2
        outcome = one_night(tmp_path, replica)
    assert (outcome.complete, replica.statuses[:3]) == (True, ["429 Too Many Requests"] * 2 + ["200 OK"])


def test_api_without_an_award_of_these_years_has_failed(tmp_path: Path) -> None:
    with publishing(Reporter([AWARDS[-1]])) as replica:
        outcome = one_night(tmp_path, replica)
    assert outcome.captured is AttemptOutcome.FAILED
    assert outcome.reason == f"{source.NAME}: expected an award of fiscal year 2021 or later as the newest; found None"


def test_persons_are_neither_asked_for_nor_stored_when_they_come_unasked(tmp_path: Path) -> None:
    reporter = Reporter(sends_all=True)
    with publishing(reporter) as replica:
        assert one_night(tmp_path, replica).complete
    assert {name for body in reporter.asked for name in body["include_fields"]} == set(FIELDS)
    held = bytes_in(tmp_path)
    assert b"UNIVERSITY OF IOWA" in held
    assert [name for name in (b"PERSON", b"EXAMPLE, ", b"9900001", b"search-1") if name in held] == []
