"""How fast and how well names are linked, beside common tools: `python -m benchmarks.linking [--employers 150000] [--runs 3]`.

Written hospitals, employers and programs, of which it is known by construction who is who, are linked in one run by:

    ours       ``transforms.linking``: name books, Splink on DuckDB with frozen weights, best match with a margin
    rapidfuzz  every pair of a state, token_sort_ratio of 90 or more, best match; of equals the one in the same city
    splink     Splink as its documentation starts: NameComparison, ExactMatch, trained on the data, best match from 0.95
    exact      one hospital of the state bears the same name: the floor

All but ours get names that ``name_key`` has made alike; ours takes them as they are. Every measure is a process of its own.
Seconds are those of the linking without imports and reading; peak memory is the process's own, imports included; both are medians
over runs, which link alike.
"""

import argparse
import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from schemas.geography import REGION_BY_STATE, STATE_BY_NAME
from schemas.table import TEXT_LIST

CHECKOUT = Path(__file__).resolve().parents[1]
SIZES = {"hospitals": 6_000, "employers": 150_000, "programs": 14_000}
_SMOKE = {"hospitals": 300, "employers": 4_000, "programs": 400}
LEFT = ("employers", "programs")
SPELLED, BESIDE, UNRELATED, PROGRAM = "spelled", "beside", "unrelated", "program"
_SHARES = {SPELLED: 0.2, BESIDE: 0.1}
_FROM_RATIO, _FROM_PROBABILITY = 90, 0.95
_CHUNK = 2_000
_CUT = 34
_UNUSUAL = 0.3


def _words(text: str) -> list[str]:
    return text.split()


_STATES = {code: name.title() for name, code in STATE_BY_NAME.items() if REGION_BY_STATE[code] != "Territory"}
_TOWN_HEADS = _words(
    "Alder Ash Barn Bell Birch Black Blue Brad Bram Brent Brook Burl Cald Carl Cedar Chal Clay Clif Cold Cran Crest Dal Dan "
    "Dex Dun Eden Elk Elm Fair Fall Fern Fox Gar Glen Gran Green Guil Had Hal Ham Harb Hart Haver Hazel Hem High Holl Hunt "
    "Iron Ivy Ken Kings Lan Laurel Lex Lin Lock Long Lud Lyn Maple Mar Mel Mill Mon Nor Oak Old Orch Pem Pine Plym Pres "
    "Quin Ran Red River Rock Rose Rush Salis Sand Shel Sher Silver Spring Stan Stone Strat Sum Tal Thorn Tren Val Wake Wal "
    "War Wat Wes White Wil Win Wood"
)
_TOWN_TAILS = _words(
    "ton field ford ville burg ham dale wood bury port mont land view brook worth leigh minster stead haven crest more ridge wick"
)
_TOWN_FRONTS = ("Mount", "Lake", "Fort", "Port", "New", "North", "West", "South", "East")
_SURNAME_HEADS = _words(
    "Abern Ack Ambr Arch Atk Bald Ban Barr Beau Bick Blan Bost Brack Buch Cal Carm Chan Coll Corr Crom Dav Delan Don Drum "
    "Eld Ell Fitz Flan Gall Gib Gold Grif Hag Hend Hof Hor Jar Kel Kim Kow Krans Lam Lind Macal Mend Mor Nav Neu Ober Oster "
    "Pat Pell Ram Reyn Rosen Sab Schu Sten Tad Thack Ull Van Vog Wein Whit Yar Zim"
)
_SURNAME_TAILS = _words("athy er man son well ley ner berg ski ez ings low ard dall wick holm")
_SAINTS = _words(
    "Mary Joseph John Luke Francis Anthony Vincent Elizabeth Michael Agnes Clare Rita Catherine Thomas Alban Brendan "
    "Cyprian Dorothy Eulalia Florian Gertrude Hedwig"
)
_ORDERS = (*_words("Mercy Providence Baptist Methodist Lutheran Presbyterian"), "Holy Cross", "Sacred Heart", "Good Samaritan")
_BRAND_HEADS = _words("Corv Advan Bright Carel Elev Hali Inter Lumin Medi Nor Opti Prov Sana Tri Uni Vital Well Aur Sol Ver")
_BRAND_TAILS = ("anta", "ara", "ent", "ora", "ium", "care", "star", "path", "well", "ix")
_SYLLABLES = [consonant + vowel for consonant in "bcdfgklmnprstvz" for vowel in ("a", "e", "i", "o", "u", "en", "or")]

_HOSPITALS: dict[str, int] = {
    "{town} Hospital": 5,
    "{town} Medical Center": 7,
    "{town} Regional Medical Center": 9,
    "{town} General Hospital": 5,
    "{town} Community Hospital": 7,
    "{town} Memorial Hospital": 8,
    "{town} County Hospital": 3,
    "{surname} Memorial Hospital": 5,
    "{surname} County Memorial Hospital": 3,
    "{surname} Medical Center": 3,
    "Saint {saint}'s Hospital": 5,
    "Saint {saint} Medical Center": 5,
    "Saint {saint}'s Regional Medical Center": 2,
    "{order} Hospital": 2,
    "{order} Medical Center": 3,
    "{order} Hospital of {town}": 2,
    "{brand} {town} Medical Center": 6,
    "{brand} Health {town}": 4,
    "{brand} Hospital - {town}": 4,
    "{brand} Medical Center, {direction} Campus": 1,
    "{brand} Rehabilitation Hospital of {town}": 2,
    "Children's Hospital of {town}": 1,
    "{surname} Women's and Children's Hospital": 1,
    "{town} VA Medical Center": 2,
    "{surname} Veterans Affairs Medical Center": 1,
    "{town} Behavioral Health Hospital": 3,
    "{town} Rehabilitation Hospital": 2,
    "{town} Surgical Hospital": 2,
    "University of {state} Medical Center": 1,
    "{surname} University Hospital": 1,
    "{direction} {state} Regional Medical Center": 1,
    "{town} Hospital and Clinics": 2,
}
_BESIDES: dict[str, int] = {
    "{name} Physician Group": 4,
    "{name} Physicians": 3,
    "{name} Medical Group": 4,
    "{name} Medical Associates": 2,
    "{name} Emergency Physicians": 1,
    "{name} Foundation": 4,
    "{name} Research Foundation": 1,
    "{name} School of Medicine": 2,
    "{name} Graduate Medical Education": 1,
    "{name} Faculty Practice": 1,
}
_UNRELATED: dict[str, int] = {
    "{coined} Technologies": 6,
    "{coined} Solutions": 5,
    "{coined} {surname} Consulting": 4,
    "{surname} Engineering": 3,
    "{surname} and {surname2}": 3,
    "{coined} Therapeutics": 3,
    "{coined} Staffing": 2,
    "{surname} Restaurant Group": 1,
    "{town} Unified School District": 4,
    "{town} Public Schools": 4,
    "{town} Independent School District": 3,
    "{surname} Academy": 3,
    "Saint {saint}'s School": 2,
    "{surname} College": 3,
    "{coined} University": 1,
    "{town} Community College": 2,
    "City of {town}": 2,
    "{town} Credit Union": 1,
    "{town} Pediatrics": 4,
    "{town} Family Medicine": 4,
    "{town} Dental": 4,
    "{town} Eye Associates": 2,
    "{town} Orthopedics": 3,
    "{surname} Internal Medicine": 4,
    "{surname} Dental Group": 4,
    "{surname} Physical Therapy": 4,
    "{coined} Home Health": 4,
    "{coined} Urgent Care of {town}": 3,
    "{town} Nursing and Rehabilitation Center": 4,
    "{saint} Home Health Care": 2,
    "{coined} Clinic": 4,
    "{surname} MD": 3,
}
_GENERIC = frozenset(_words("hospital medical center regional general community memorial county health of and clinics - campus,"))
_SHORT: dict[str, tuple[str, ...]] = {
    "Medical": ("Med", "Med.", "Medcl"),
    "Center": ("Ctr", "Ctr.", "Cntr", "Cen"),
    "Hospital": ("Hosp", "Hosp.", "Hsptl", "Hospitl"),
    "University": ("Univ", "Univ.", "U"),
    "Saint": ("St", "St."),
    "Regional": ("Reg", "Rgnl", "Regnl"),
    "Memorial": ("Mem", "Meml", "Mem."),
    "Health": ("Hlth",),
    "Mount": ("Mt", "Mt."),
    "Fort": ("Ft",),
    "County": ("Cnty", "Co"),
    "Community": ("Comm", "Cmty", "Commun"),
    "Children's": ("Childrens", "Children", "Child"),
    "Women's": ("Womens", "Women"),
    "General": ("Gen", "Genl"),
    "Rehabilitation": ("Rehab", "Rehabil"),
    "Behavioral": ("Behav",),
    "and": ("&",),
    "Baptist": ("Bapt",),
    "Methodist": ("Meth",),
    "Presbyterian": ("Presby",),
    "Physicians": ("Phys",),
    "Foundation": ("Fdn", "Found"),
    "School": ("Sch",),
    "Associates": ("Assoc",),
    "Veterans": ("Vet",),
    "VA": ("V.A.", "Veterans Affairs"),
}
_LEGAL = (
    ", Inc.",
    " Inc",
    " Inc.",
    ", LLC",
    " LLC",
    " Corp",
    " Corporation",
    " Association",
    ", P.C.",
    " Ltd",
    ", A Nonprofit Corp",
)
_PARENTS = (
    "{coined} Holdings",
    "{coined} Healthcare of {state}",
    "{town} Hospital Authority",
    "{brand} Health System",
    "{surname} Health Services",
    "{town} Hospital District",
)
_NO_HOSPITALS = _PARENTS[:1]


@dataclass(frozen=True, slots=True)
class Town:
    """An invented town."""

    name: str
    state: str
    zip_code: str


@dataclass(frozen=True, slots=True)
class Hospital:
    """An invented hospital: its current name first."""

    uid: str
    town: Town
    names: tuple[str, ...]


@dataclass
class World:
    """Invented towns, hospitals, and those that spell their names.

    Attributes:
        rng: All chance comes from here.
        towns: By state.
        brands: Brands of health systems, by state.
    """

    rng: random.Random
    states: list[str] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)
    towns: dict[str, list[Town]] = field(default_factory=dict)
    brands: dict[str, list[str]] = field(default_factory=dict)

    def settle(self, hospitals: int) -> None:
        """Found states, towns and brands; states and towns differ in size, and towns of one name lie in several states."""
        self.states = self.rng.sample(sorted(_STATES), len(_STATES))
        self.weights = [1 / (rank + 6) for rank in range(len(self.states))]
        brands = sorted({head + tail for head in _BRAND_HEADS for tail in _BRAND_TAILS})
        for brand in self.rng.sample(brands, 60):
            for state in self.rng.choices(self.states, self.weights, k=self.rng.randint(1, 4)):
                self.brands.setdefault(state, []).append(brand)
        for number, (state, weight) in enumerate(zip(self.states, self.weights, strict=True)):
            share = weight / sum(self.weights)
            named = sorted({self.town_name() for _ in range(max(8, int(0.8 * share * hospitals)))})
            self.rng.shuffle(named)
            self.towns[state] = [
                Town(name, state, f"{10 + number:02}{self.rng.randint(0, 9)}{place % 100:02}") for place, name in enumerate(named)
            ]

    def town_name(self) -> str:
        """A name for a town."""
        front = self.rng.choice(_TOWN_FRONTS) + " " if self.rng.random() < 0.12 else ""
        return front + self.rng.choice(_TOWN_HEADS) + self.rng.choice(_TOWN_TAILS)

    def town(self, state: str | None = None) -> Town:
        """A town, a large one more often."""
        towns = self.towns[state or self.rng.choices(self.states, self.weights)[0]]
        return self.rng.choices(towns, [1 / (rank + 8) for rank in range(len(towns))])[0]

    def filled(self, template: str, town: Town) -> str:
        """A template with words of that town and state."""
        rng = self.rng
        return template.format(
            town=town.name,
            state=_STATES[town.state],
            surname=rng.choice(_SURNAME_HEADS) + rng.choice(_SURNAME_TAILS),
            surname2=rng.choice(_SURNAME_HEADS) + rng.choice(_SURNAME_TAILS),
            saint=rng.choice(_SAINTS),
            order=rng.choice(_ORDERS),
            brand=rng.choice(self.brands.get(town.state, ["Summit"])),
            direction=rng.choice(("North", "South", "East", "West")),
            coined="".join(rng.choices(_SYLLABLES, k=rng.randint(2, 4))).title(),
        )

    def pick(self, templates: dict[str, int], town: Town) -> str:
        """A name after one of the templates."""
        return self.filled(self.rng.choices([*templates], [*templates.values()])[0], town)

    def hospitals(self, count: int) -> list[Hospital]:
        """Hospitals: names recur in other states, seldom in a state; few names of a town differ in generic words only."""
        found: list[Hospital] = []
        in_state: set[tuple[str, str]] = set()
        in_town: set[tuple[str, Town]] = set()
        while len(found) < count:
            town = self.town()
            name, former = self.pick(_HOSPITALS, town), self.pick(_HOSPITALS, town)
            recurs = (name, town.state) in in_state and self.chance(0.8)
            is_alike = (self.bare(name), town) in in_town and self.chance(0.9)
            if recurs or is_alike or (name, town) in in_town:
                continue
            is_renamed = self.chance(0.1) and (former, town.state) not in in_state and (self.bare(former), town) not in in_town
            names = (name, former) if is_renamed else (name,)
            in_state.update((one, town.state) for one in names)
            in_town.update((one, town) for full in names for one in (full, self.bare(full)))
            found.append(Hospital(f"h{len(found):06}", town, names))
        return found

    def chance(self, share: float) -> bool:
        """Whether something happens that happens so often."""
        return self.rng.random() < share

    def shortened(self, name: str, share: float) -> str:
        """Words abbreviated, mostly in the usual way."""

        def short(word: str) -> str:
            usual, *others = _SHORT[word]
            return self.rng.choice(others) if others and self.chance(_UNUSUAL) else usual

        return " ".join(short(word) if word in _SHORT and self.chance(share) else word for word in name.split(" "))

    def slipped(self, name: str) -> str:
        """One letter left out, doubled, changed, or two swapped."""
        at = self.rng.randrange(1, max(2, len(name) - 1))
        kind = self.rng.randrange(4)
        middle = (
            "",
            name[at] * 2,
            self.rng.choice("aeinorst"),
            name[at + 1 : at + 2] + name[at],
        )[kind]
        return name[:at] + middle + name[at + (2 if kind == 3 else 1) :]

    def thinned(self, name: str) -> str:
        """One generic word left out, where two other words stay."""
        words = name.split(" ")
        generic = [number for number, word in enumerate(words) if word.lower() in _GENERIC]
        if len(words) < 4 or not generic:
            return name
        left_out = self.rng.choice(generic)
        return " ".join(word for number, word in enumerate(words) if number != left_out)

    def bare(self, name: str) -> str:
        """The name without its generic words, or the whole where one word or none would stay."""
        kept = [word for word in name.split(" ") if word.lower() not in _GENERIC]
        return " ".join(kept) if kept and kept != ["Saint"] else name

    def filed(self, name: str, town: Town, parents: Sequence[str] = _PARENTS) -> str:
        """A name as an employer writes it into a form; some also tell a parent's."""
        if self.chance(0.08):
            name = self.thinned(name)
        name = self.shortened(name, self.rng.choice((0.0, 0.0, 0.5, 0.9)))
        if self.chance(0.07):
            name = self.slipped(name)
        if self.chance(0.05):
            name = f"{name} {self.rng.choice(('-', 'of', 'at'))} {town.name}"
        if self.chance(0.08):
            parent = self.filled(self.rng.choice(parents), town)
            mark = self.rng.choice((" D/B/A ", " DBA ", ", d/b/a ", " dba "))
            name = mark.join((name, parent) if self.chance(0.25) else (parent + self.rng.choice(_LEGAL), name))
        if self.chance(0.3):
            name += self.rng.choice(_LEGAL)
        if self.chance(0.05):
            name = f"The {name}"
        if len(name) > _CUT and self.chance(0.15):
            name = name[:_CUT]
        return name if self.chance(0.25) else name.upper()

    def matched(self, hospital: Hospital) -> str:
        """A hospital's name as the Match prints it."""
        name = self.name_of(hospital)
        if self.chance(0.1):
            name = self.thinned(name)
        name = self.shortened(name, 0.85)
        if self.chance(0.02):
            name = self.slipped(name)
        if self.chance(0.06):
            name = f"{self.rng.choice(self.brands.get(hospital.town.state, ['Summit']))}/{name}"
        return f"{name}-{hospital.town.state}"

    def name_of(self, hospital: Hospital) -> str:
        """Mostly the current name."""
        return hospital.names[0] if self.chance(0.9) else self.rng.choice(hospital.names)

    def place(self, town: Town) -> tuple[str | None, str | None]:
        """City and ZIP code as an employer tells them: none, those of another town, or its own."""
        if self.chance(0.12):
            return None, None
        told = self.town(town.state) if self.chance(0.08) else town
        city = self.slipped(told.name) if self.chance(0.02) else told.name
        return city, told.zip_code if self.chance(0.7) else None


Row = tuple[str, str, str, str | None, str | None, str, str | None]
_ROW = ("uid", "name", "state", "city", "zip_code", "stratum", "hospital")


def hospital_rows(world: World, hospitals: Sequence[Hospital]) -> Iterator[Row]:
    """Every name of every hospital, some of them in a second spelling, as a second list prints them."""
    for hospital in hospitals:
        for name in hospital.names:
            second = {world.shortened(name, 0.6)} if world.chance(0.4) else set()
            for spelling in sorted({name.upper(), *second}):
                town = hospital.town
                yield hospital.uid, spelling, town.state, town.name, town.zip_code, "", hospital.uid


def employer_rows(world: World, hospitals: Sequence[Hospital], count: int) -> Iterator[Row]:
    """Employers: one spelling in one state each."""
    wanted = {stratum: int(share * count) for stratum, share in _SHARES.items()}
    wanted[UNRELATED] = count - sum(wanted.values())
    seen: set[tuple[str, str]] = set()
    for stratum, number in wanted.items():
        made = 0
        while made < number:
            hospital = world.rng.choice(hospitals) if stratum != UNRELATED else None
            town = hospital.town if hospital else world.town()
            if hospital is None:
                name = world.pick(_UNRELATED, town)
            else:
                name = world.name_of(hospital)
                if stratum == BESIDE:
                    kind = world.rng.choices([*_BESIDES], [*_BESIDES.values()])[0]
                    name = kind.format(name=world.bare(name) if world.chance(0.6) else name)
            spelling = world.filed(name, town, _PARENTS if hospital else _NO_HOSPITALS)
            if (spelling.upper(), town.state) in seen:
                continue
            seen.add((spelling.upper(), town.state))
            yield f"e{len(seen):06}", spelling, town.state, *world.place(town), stratum, hospital.uid if hospital else None
            made += 1


def program_rows(world: World, hospitals: Sequence[Hospital], count: int) -> Iterator[Row]:
    """Programs of a quarter of the hospitals, many at few; of three in five the city is known."""
    teaching = world.rng.sample(hospitals, max(1, len(hospitals) // 4))
    weights = [1 / (rank + 20) for rank in range(len(teaching))]
    for number, hospital in enumerate(world.rng.choices(teaching, weights, k=count)):
        city = hospital.town.name if world.chance(0.6) else None
        yield f"p{number:06}", world.matched(hospital), hospital.town.state, city, None, PROGRAM, hospital.uid


def write_lists(folder: Path, sizes: dict[str, int], seed: int) -> None:
    """Write hospitals, employers and programs; the same sizes and seed give the same lists."""
    world = World(random.Random(seed))  # noqa: S311
    world.settle(sizes["hospitals"])
    hospitals = world.hospitals(sizes["hospitals"])
    rows = {
        "hospitals": hospital_rows(world, hospitals),
        "employers": employer_rows(world, hospitals, sizes["employers"]),
        "programs": program_rows(world, hospitals, sizes["programs"]),
    }
    for name, made in rows.items():
        pl.DataFrame([*made], schema=dict.fromkeys(_ROW, pl.String()), orient="row").write_parquet(folder / f"{name}.parquet")


@dataclass(frozen=True)
class Linked:
    """Links ``left_uid``, ``right_uid`` of one list; what waits for review alike, where a tool has such a thing."""

    links: pl.DataFrame
    waiting: pl.DataFrame | None = None


Work = Callable[[pl.DataFrame, pl.DataFrame], Linked]


def ours() -> Work:
    """The product's linking."""
    from schemas.listings import REVIEWED_LINK
    from schemas.vocabulary import EntityKind
    from transforms.linking.deciding import Side, linked
    from transforms.linking.matcher import load_model
    from transforms.linking.namebook import folded_cities

    model = load_model()
    no_codes = pl.DataFrame(schema={"uid": pl.String(), "authority": pl.String(), "code": pl.String()})
    no_reviews = pl.DataFrame(schema=REVIEWED_LINK.dtypes)

    def side(kind: EntityKind, frame: pl.DataFrame) -> Side:
        zips = pl.when(pl.col("zip_code").is_not_null()).then(pl.concat_list("zip_code")).otherwise(pl.lit([], dtype=TEXT_LIST))
        told_by = pl.lit("list").alias("told_by")
        cities = folded_cities(pl.col("city")).alias("cities")
        return Side(kind, frame.select("uid", "name", told_by, "state", cities, zips.alias("zips")), no_codes)

    def work(left: pl.DataFrame, right: pl.DataFrame) -> Linked:
        kind = EntityKind.PROGRAM if (left["stratum"] == PROGRAM).all() else EntityKind.EMPLOYER
        found = linked([side(kind, left)], side(EntityKind.HOSPITAL, right), no_reviews, model)
        renamed = [
            frame.select(pl.col("left_id").alias("left_uid"), pl.col("right_id").alias("right_uid"))
            for frame in (found.links, found.review)
        ]
        return Linked(*renamed)

    return work


def all_pairs() -> Work:
    """Every pair of a state by rapidfuzz."""
    import numpy as np
    from rapidfuzz.fuzz import token_sort_ratio
    from rapidfuzz.process import cdist

    def best(left: pl.DataFrame, right: pl.DataFrame) -> Iterator[tuple[str, str]]:
        uids, cities = right["uid"].to_list(), right["city"].to_list()
        names = right["key"].to_list()
        for part in left.iter_slices(_CHUNK):
            scores = cdist(
                part["key"].to_list(), names, scorer=token_sort_ratio, score_cutoff=_FROM_RATIO, dtype=np.uint8, workers=2
            )
            for number in np.flatnonzero(scores.max(axis=1)).tolist():
                equals: list[int] = np.flatnonzero(scores[number] == scores[number].max()).tolist()
                there = [one for one in equals if cities[one] == part["city"][number]]
                yield part["uid"][number], uids[(there or equals)[0]]

    def work(left: pl.DataFrame, right: pl.DataFrame) -> Linked:
        by_state = keyed(right).partition_by("state", as_dict=True)
        pairs = [
            pair
            for state, rows in keyed(left).partition_by("state", as_dict=True).items()
            if state in by_state
            for pair in best(rows, by_state[state])
        ]
        return Linked(pl.DataFrame(pairs, schema={"left_uid": pl.String(), "right_uid": pl.String()}, orient="row"))

    return work


def splink_defaults() -> Work:
    """Splink as its documentation starts."""
    import splink.comparison_library as comparisons
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    settings = SettingsCreator(
        link_type="link_only",
        unique_id_column_name="row_id",
        comparisons=[
            comparisons.NameComparison("key"),
            comparisons.ExactMatch("city").configure(term_frequency_adjustments=True),
            comparisons.ExactMatch("state"),
        ],
        blocking_rules_to_generate_predictions=[block_on("state", "substr(key, 1, 3)"), block_on("state", "city")],
        additional_columns_to_retain=["uid"],
    )

    def work(left: pl.DataFrame, right: pl.DataFrame) -> Linked:
        api = DuckDBAPI()
        tables = [
            api.register(
                keyed(frame).select("uid", "key", "city", "state").with_row_index("row_id").to_arrow(), dataset_display_name=name
            )
            for name, frame in (("l_side", left), ("r_side", right))
        ]
        linker = Linker(tables, settings, log_level="ERROR")
        training = linker.training
        training.estimate_probability_two_random_records_match([block_on("key", "state")], recall=0.7)
        training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
        for rule in (block_on("key"), block_on("city")):
            training.estimate_parameters_using_expectation_maximisation(rule)
        predicted = linker.inference.predict(threshold_match_probability=_FROM_PROBABILITY)
        pairs = pl.DataFrame(predicted.as_pyarrow_table())  # type: ignore[no-untyped-call]
        ranked = pairs.sort("uid_l", "match_weight", "uid_r", descending=[False, True, False])
        best = ranked.unique("uid_l", keep="first", maintain_order=True)
        return Linked(best.select(pl.col("uid_l").alias("left_uid"), pl.col("uid_r").alias("right_uid")))

    return work


def exact() -> Work:
    """Join of names; where several hospitals of a state bear one, there is no link."""

    def work(left: pl.DataFrame, right: pl.DataFrame) -> Linked:
        bearers = keyed(right).group_by("key", "state").agg(pl.col("uid").unique()).filter(pl.col("uid").list.len() == 1)
        named = bearers.select("key", "state", pl.col("uid").list.first().alias("right_uid"))
        return Linked(keyed(left).join(named, on=["key", "state"]).select(pl.col("uid").alias("left_uid"), "right_uid"))

    return work


def keyed(frame: pl.DataFrame) -> pl.DataFrame:
    """Rows with their folded name, ``key``, and folded city; rows without a key are left out."""
    from transforms.names import name_key

    return frame.with_columns(name_key(pl.col("name")).alias("key"), name_key(pl.col("city")).alias("city")).drop_nulls("key")


MEASURES: dict[str, Callable[[], Work]] = {"ours": ours, "rapidfuzz": all_pairs, "splink": splink_defaults, "exact": exact}


def measured(measure: str, folder: Path) -> dict[str, float]:
    """Seconds, peak memory, and how right the links are, by list and stratum."""
    work = MEASURES[measure]()
    lists = {name: pl.read_parquet(folder / f"{name}.parquet") for name in SIZES}
    told: dict[str, float] = {}
    found: dict[str, Linked] = {}
    for name in LEFT:
        begun = time.perf_counter()
        found[name] = work(lists[name], lists["hospitals"])
        told[f"{name} seconds"] = time.perf_counter() - begun
    told["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    for name, links in found.items():
        told |= {f"{name} {figure}": value for figure, value in judged(lists[name], links).items()}
    return told


def judged(left: pl.DataFrame, found: Linked) -> dict[str, float]:
    """Links beside the truth: how many, precision, recall, recall by stratum, false links of unrelated employers, what waits."""
    checked = left.join(found.links, left_on="uid", right_on="left_uid", how="left")
    if len(checked) != len(left):
        raise RuntimeError("more than one link of an entity")
    right = checked.filter(pl.col("hospital") == pl.col("right_uid"))
    true = left.filter(pl.col("hospital").is_not_null())
    n_linked = checked.filter(pl.col("right_uid").is_not_null()).height
    told: dict[str, float] = {
        "linked": n_linked,
        "precision": len(right) / max(1, n_linked),
        "recall": len(right) / max(1, len(true)),
        "unrelated": checked.filter((pl.col("stratum") == UNRELATED) & pl.col("right_uid").is_not_null()).height,
    }
    for stratum in (SPELLED, BESIDE):
        of_stratum = checked.filter((pl.col("stratum") == stratum) & pl.col("right_uid").is_not_null())
        told[f"{stratum} precision"] = right.filter(pl.col("stratum") == stratum).height / max(1, of_stratum.height)
        told[f"{stratum} recall"] = right.filter(pl.col("stratum") == stratum).height / max(
            1, true.filter(pl.col("stratum") == stratum).height
        )
    if found.waiting is not None:
        waits = found.waiting.rename({"left_uid": "uid", "right_uid": "hospital"})
        told["waiting"] = waits["uid"].n_unique()
        told["recall with review"] = (len(right) + true.join(waits, on=["uid", "hospital"]).height) / max(1, len(true))
    return told


def child(measure: str, folder: Path) -> dict[str, float]:
    """One measure in a process of its own."""
    arguments = [sys.executable, "-m", "benchmarks.linking", "--child", measure, "--folder", str(folder)]
    done = subprocess.run(arguments, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True, check=True)
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told


def medians(runs: Sequence[dict[str, float]]) -> dict[str, float]:
    """The median of every figure over runs."""
    return {name: statistics.median(run[name] for run in runs) for name in runs[0]}


def report(folder: Path, sizes: dict[str, int], seed: int, runs: int) -> dict[str, dict[str, float]]:
    """Measure in turn and print; the figures by tool."""
    begun = time.perf_counter()
    write_lists(folder, sizes, seed)
    told_sizes = ", ".join(f"{size:,} {name}" for name, size in sizes.items())
    print(f"{told_sizes}; seed {seed}; written in {time.perf_counter() - begun:.0f} s; median of {runs} runs\n")
    rounds = [{name: child(name, folder) for name in MEASURES} for _ in range(runs)]
    told = {name: medians([found[name] for found in rounds]) for name in MEASURES}
    for left in LEFT:
        print(f"{left + ' to hospitals':<26}{'s':>8}{'peak MB':>9}{'linked':>9}{'precision':>11}{'recall':>8}")
        for name, found in told.items():
            shown = {figure.removeprefix(f"{left} "): value for figure, value in found.items()}
            print(
                f"{name:<26}{shown['seconds']:>8.1f}{shown['peak']:>9.0f}{shown['linked']:>9.0f}"
                f"{shown['precision']:>11.4f}{shown['recall']:>8.4f}"
            )
        print()
    strata = f"{'spelled: prec., recall':>24}{'beside: prec., recall':>24}{'unrelated linked':>18}"
    print(f"{'employers':<12}{strata}")
    for name, found in told.items():
        shares = [found[f"employers {stratum} {figure}"] for stratum in (SPELLED, BESIDE) for figure in ("precision", "recall")]
        print(f"{name:<12}" + "".join(f"{share:>12.4f}" for share in shares) + f"{found['employers unrelated']:>18.0f}")
    for left in LEFT:
        waiting, either = (told["ours"][f"{left} {figure}"] for figure in ("waiting", "recall with review"))
        print(f"\nours, {left}: {waiting:,.0f} wait for review; recall with those: {either:.4f}", end="")
    print("\npeak memory is that of both lists linked in turn by one process")
    return told


def smoke(folder: Path, told: dict[str, dict[str, float]], sizes: dict[str, int], seed: int) -> list[str]:
    """What is wrong with a small run: lists that differ when written again, a tool that links nothing, figures out of range."""
    again = folder / "again"
    again.mkdir()
    write_lists(again, sizes, seed)
    wrong = [
        f"{name} differ"
        for name in SIZES
        if (again / f"{name}.parquet").read_bytes() != (folder / f"{name}.parquet").read_bytes()
    ]
    for tool, found in told.items():
        shares = [value for name, value in found.items() if name.endswith(("precision", "recall"))]
        if not all(0 <= share <= 1 for share in shares):
            wrong.append(f"{tool}: a share out of range")
        wrong += [f"{tool} links no {left}" for left in LEFT if not found[f"{left} linked"]]
    return wrong


def main() -> int:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, size in SIZES.items():
        parser.add_argument(f"--{name}", type=int, default=size)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--smoke", action="store_true", help="one small run, checked")
    parser.add_argument("--child", choices=MEASURES)
    parser.add_argument("--folder", type=Path)
    chosen = parser.parse_args()
    if chosen.child:
        print(json.dumps(measured(chosen.child, chosen.folder)))
        return 0
    sizes = dict(_SMOKE) if chosen.smoke else {name: getattr(chosen, name) for name in SIZES}
    with tempfile.TemporaryDirectory() as folder:
        told = report(Path(folder), sizes, chosen.seed, 1 if chosen.smoke else chosen.runs)
        wrong = smoke(Path(folder), told, sizes, chosen.seed) if chosen.smoke else []
    for each in wrong:
        print(each, file=sys.stderr)
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
