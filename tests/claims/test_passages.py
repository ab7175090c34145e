"""Some 2,600 labelled passages: what is right stays right, and what is wrong is written down."""

from collections import Counter
from pathlib import Path

import pytest

from tests.claims.passages import FOLDER, Passage, known_misses, passages

SETS = sorted(file.stem for file in FOLDER.glob("*.toml"))


@pytest.mark.parametrize("set_name", SETS)
def test_every_label_comes_out_but_for_the_known_misses(set_name: str) -> None:
    wrong = {
        str(passage.number): sorted(found)
        for passage in passages()
        if passage.set_name == set_name and (found := passage.wrong())
    }
    assert wrong == known_misses().get(set_name, {})


@pytest.mark.parametrize("set_name", [name for name in SETS if name in {"visa_e", "visa_f", "visa_g", "visa_h", "visa_i"}])
def test_natural_prose_never_turns_a_yes_into_a_no(set_name: str) -> None:
    flips = Counter(
        "flip"
        for passage in passages()
        if passage.set_name == set_name
        for expected, got in passage.wrong().values()
        if {expected, got} == {"accepts", "not_accepts"}
    )
    assert flips["flip"] <= 1


def test_the_sets_hold_what_they_are_said_to_hold() -> None:
    found = list(passages())
    assert len(found) > 2500
    assert sum("pair" in str(passage.given.get("why", "")) for passage in found) >= 100
    texts = [
        str(passage.given.get("text") or passage.given.get("items")) + str(passage.given.get("question")) for passage in found
    ]
    assert [text for text, times in Counter(texts).items() if times > 2] == []


def test_a_passage_without_a_visa_claims_none() -> None:
    passage = Passage("visa_x", 1, {"text": "Lectures are held on Wednesdays, and lunch is served."})
    assert passage.wrong() == {}
    assert passage.claims().evidence == ()


def test_the_guide_tells_how_much_is_right_today() -> None:
    misses = known_misses()
    sizes = Counter(passage.set_name for passage in passages())
    guide = (Path(__file__).parents[2] / "docs" / "reading-pages.md").read_text(encoding="utf-8")
    told = {line.split("`")[1]: line for line in guide.splitlines() if line.startswith("| `") and line.count("|") == 7}
    assert set(told) == set(SETS)
    for name, line in told.items():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        assert (int(cells[2]), int(cells[5])) == (sizes[name], sizes[name] - len(misses.get(name, {})))
