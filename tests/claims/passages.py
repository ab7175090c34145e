"""Labelled passages: what they are made of and what must come out."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from flows.pages.markup import Block
from flows.pages.sentences import statements_of
from transforms.claims.page import PageClaims, page_claims

FOLDER: Final = Path(__file__).parent / "passages"
MISSES: Final = Path(__file__).parent / "known_misses.toml"
VISAS: Final = ("j1", "h1b")
ELIGIBILITY: Final = (
    "img_accepted",
    "usce_required",
    "ecfmg_required",
    "yog_max_years",
    "step1_min",
    "step2_min",
    "attempts_max",
    "img_share_pct",
)
INFORMATICS: Final = (
    "cmio",
    "ci_fellowship",
    "ci_track_or_elective",
    "ehr_committee",
    "qi_analytics",
    "telehealth",
    "ehr_vendor",
)
LABELS: Final = {"visa": VISAS, "elig": ELIGIBILITY, "info": INFORMATICS}
"""Labels that a set is about, by the first part of its name; other labels in it are not judged."""


@dataclass(frozen=True)
class Passage:
    """One labelled passage of a set."""

    set_name: str
    number: int
    given: Mapping[str, Any]

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels that this set is about."""
        return LABELS[self.set_name.partition("_")[0]]

    def claims(self) -> PageClaims:
        """What is read in it."""
        items = self.given.get("items")
        heading = self.given.get("heading")
        blocks = [
            Block(
                "item" if items else "paragraph",
                text,
                (text,),
                (place,),
                (heading,) if heading else (),
                self.given.get("question"),
            )
            for place, text in enumerate(items or [self.given["text"]])
        ]
        return page_claims(list(statements_of(blocks)))

    def wrong(self) -> dict[str, tuple[object, object]]:
        """Labels that come out wrong: what was labelled and what was read."""
        read = self.claims()
        found: dict[str, tuple[object, object]] = {}
        for label in self.labels:
            if label in VISAS:
                expected, got = self.given.get(label, "not_stated"), read.visas[label].status.value
            else:
                expected, got = self.given.get(label) or None, read.values.get(label) or None
            if expected != got and not _nearly(expected, got):
                found[label] = (expected, got)
        return found


def _nearly(expected: object, got: object) -> bool:
    """Whether two shares are the same but for rounding."""
    return isinstance(expected, int | float) and isinstance(got, float) and abs(expected - got) < 1


def passages() -> Iterator[Passage]:
    """Every passage of every set."""
    for file in sorted(FOLDER.glob("*.toml")):
        for number, given in enumerate(tomllib.loads(file.read_text(encoding="utf-8"))["example"], start=1):
            yield Passage(file.stem, number, given)


def known_misses() -> dict[str, dict[str, list[str]]]:
    """Labels that are known to come out wrong, by set and number."""
    return tomllib.loads(MISSES.read_text(encoding="utf-8"))


def write_misses() -> None:
    """Write down which labels come out wrong today: ``python -m tests.claims.passages``, after looking at each."""
    lines = ["# Labels that the rules get wrong today, by set and number of the passage: the reader's open debts.", ""]
    by_set: dict[str, list[str]] = {}
    for passage in passages():
        if wrong := passage.wrong():
            names = ", ".join(f'"{name}"' for name in sorted(wrong))
            by_set.setdefault(passage.set_name, []).append(f"{passage.number} = [{names}]")
    for name, entries in by_set.items():
        lines.extend([f"[{name}]", *entries, ""])
    MISSES.write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    write_misses()
