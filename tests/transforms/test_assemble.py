"""The one road from listings to conclusions: whole, deterministic, and blind to the order of rows."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.profiles import load_profile
from flows.sources import SOURCE_BY_NAME
from flows.sources.source import About
from schemas.contract import FEATURE_MATRIX
from schemas.entities import DERIVED
from schemas.listings import LISTINGS, located
from schemas.validation import validate
from tests.transforms.listed import Row, fellowship, filing, known, program, result, shuffled, track
from transforms.assemble import Known, assemble

ARGUMENTS = {
    "acgme_program": "programs",
    "eras_program": "eras",
    "overlay_visa": "overlay_visas",
    "overlay_img_share": "overlay_shares",
    "overlay_score_limits": "overlay_limits",
    "nrmp_directory_track": "tracks",
    "nrmp_program_result": "results",
    "acgme_participating_site": "sites",
    "dol_lca_filing": "filings",
    "cms_hospital": "hospitals",
    "uscis_employer": "petitions",
    "ahrq_hospital": "linked_hospitals",
    "ehr_endpoint": "endpoints",
    "nrmp_specialty_match": "specialty_matches",
    "cms_attestation": "attestations",
    "chpl_product": "certified",
    "chpl_certification_product": "certification_products",
    "nih_award": "awards",
    "pubmed_affiliation_count": "papers",
    "nppes_informatics_state": "clinicians_by_state",
    "nppes_informatics_city": "clinicians_by_city",
    "program_site": "program_sites",
    "site_page": "site_pages",
    "web_page": "pages",
    "web_page_claim": "page_claims",
    "web_page_roster": "page_rosters",
    "reviewed_link": "reviewed_links",
    "reviewed_event": "reviewed_events",
}
"""Argument of ``known`` by listing."""


def sample() -> Known:
    """The bundled sample as the warehouse would know it after one night."""
    rows: dict[str, list[Row]] = {argument: [] for argument in ARGUMENTS.values()}
    for place in load_profile("sample").places:
        assert place.date is not None
        source = SOURCE_BY_NAME[place.source]
        stored = source.before_storing(Path(place.address).read_bytes())
        parsed = source.parse(stored, About(place.document, place.date))
        for listing in LISTINGS:
            if listing.name in parsed.rows:
                listed = validate(located(listing), parsed.rows[listing.name]).listed
                at = {"source": place.source, "document": place.document}
                rows[ARGUMENTS[listing.name]] += [{**row, **at} for row in listed.to_dicts()]
    return known(**rows)


def ties() -> Known:
    """A world in which as much as possible is said twice, on the same day, by names that lead to several places."""
    obgyn = {"source": "acgme_obgyn_programs"}
    cardiology = {"source": "eras_cardiology_fellowships"}
    return known(
        programs=[
            program("1414100001", program_name="Mercy Program", city="Erie", **cardiology),
            program("1414100001", program_name="Mercy Hospital Program", city="Reading", **obgyn),
            program("1414100001", program_name="Mercy Hospital Program", city="Erie"),
            program("2204100002", sponsor_code="410001", sponsor_name="Mercy Hospital", **obgyn),
            program("2204100003", sponsor_code="410001", sponsor_name="Mercy Hosp", **obgyn),
            program("2204100004", sponsor_code="410002", sponsor_name="Mercy Hospital", **obgyn),
            program("2204100005", sponsor_code="410003", sponsor_name="Hope Hospital", **obgyn),
            fellowship("1394100006", "Hope Hospital"),
            fellowship("3024100007", "The Hope Hospital"),
            fellowship("3224100008", "Hospital of Nobody"),
            fellowship("1224100009", "Hospital of Nobody, Inc."),
            program("4004100012", program_name="Hope Hospital Program", city="Erie"),
        ],
        tracks=[
            track("1001140C0", "1404100010", institution_name="Hope Hospital-PA", city="Erie"),
            track("1001140C1", "1404100010", institution_name="Hope Hosp-PA", city="Reading"),
            track("1001140P0", "1404100010", match_services=["Central App", "ERAS"]),
        ],
        results=[
            result("1001140C0", 2022, 10, 9, document="older.pdf", institution_name="Hope-PA"),
            result("1001140C0", 2022, 10, 8, document="newer.pdf"),
            result("1001140C0", 2022, None, source="nrmp_florida_results", document="newer_too.pdf"),
            result("1001140C1", 2022, 3, 3, document="older.pdf"),
            result("1001140C1", 2023, 3, 1, document="newer.pdf"),
            # no entry, and two editions of one day that print it in two cities
            result("1002400C0", 2022, 3, 3, document="newer.pdf", institution_name="Hope Hospital-PA", city="Erie"),
            result("1002400C0", 2022, 3, 3, document="newer_too.pdf", institution_name="Hope Hospital-PA", city="Reading"),
        ],
        filings=[
            filing(1, "Hope Hospital", date(2025, 1, 10)),
            filing(2, "HOPE HOSPITAL", date(2025, 1, 10), trade_name="The Hope Hospital"),
            filing(3, "Mercy Hospital", date(2025, 1, 10)),
            filing(3, "Mercy Hospital", date(2025, 1, 10), document="2025q2_again.csv", job_title="Internal Medicine Resident"),
            filing(4, "Hope Hospital", date(2025, 1, 10), worksite_city="Reading", employer_fein="250967011"),
            filing(5, "Hope of Erie", date(2025, 1, 10), worksite_city="Erie", employer_fein="250967011"),
        ],
        sites=[
            {"acgme_id": acgme_id, "site_number": number, "site_code": code, "site_name": name}
            for acgme_id, number, code, name in (
                ("2204100002", 1, "410001", "Mercy Hospital"),
                ("2204100002", 2, "410001", "Mercy Hosp"),
                ("2204100003", 1, "410001", "Mercy Hospital (Erie)"),
                ("2204100004", 1, "410009", "Hope Hospital"),
            )
        ],
        hospitals=[
            {"ccn": "390001", "hospital_name": "MERCY HOSPITAL", "city": "ERIE"},
            {"ccn": "390002", "hospital_name": "HOPE HOSPITAL", "city": "ERIE"},
            {"ccn": "390003", "hospital_name": "HOPE HOSPITAL", "city": "READING"},
        ],
        linked_hospitals=[
            # one CCN twice, in two cities and two systems of one name
            {"compendium_hospital_id": f"CHSP0000000{number}", "ccn": "390001", "hospital_name": "MERCY HOSPITAL", **place}
            for number, place in enumerate(
                (
                    {"city": "Harborcreek", "system_id": "HSI00000001", "system_name": "Mercy Health", "system_city": "Erie"},
                    {"city": "Erie", "system_id": "HSI00000002", "system_name": "Mercy Health", "system_state": "PA"},
                    {"city": "Erie"},
                ),
                start=1,
            )
        ],
        petitions=[
            {"employer_name": name, "tax_id_last4": "7011", "city": city, "line_group": group, "initial_approvals": number}
            for number, (name, city, group) in enumerate(
                (
                    ("HOPE HOSPITAL", "ERIE", "62/7011/PA/ERIE/"),
                    ("HOPE HOSPITAL", "READING", "62/7011/PA/READING/"),
                    ("HOPE OF ERIE INC", "ERIE", "62/7011/PA/ERIE/"),
                    ("MERCY HOSPITAL", None, "62/7011/PA//"),
                )
            )
        ],
        endpoints=[
            {"endpoint_url": f"https://{number}.example.org", "organisation_name": name, "printed_name": name, "zip_code": area}
            for number, (name, area) in enumerate(
                (("Hope Hospital", "15213"), ("HOPE HOSPITAL", "15213"), ("Hope Hospital", None), ("Mercy Health", None))
            )
        ],
        reviewed_links=[
            # one decision under two spellings, with other evidence; and two decisions of one day against each other
            {
                "left_kind": "employer",
                "left_named": name,
                "decision": decided,
                "right_authority": "ccn",
                "right_code": code,
                "review_evidence": evidence,
            }
            for name, decided, code, evidence in (
                ("Hope Hospital", "same", "390002", "One."),
                ("The Hope Hosp, Inc.", "same", "390002", "Two."),
                ("Mercy Hospital", "same", "390001", "Three."),
                ("Mercy Hosp", "not_same", "390001", "Four."),
            )
        ],
        reviewed_events=[
            {"authority": "ccn", "event_code": code, "event": "merged_into", "event_on": date(2020, 1, 1), "other_code": "390001"}
            for code in ("390008", "390009")
        ],
    )


@pytest.fixture(scope="module", params=[sample, ties])
def world(request: pytest.FixtureRequest) -> tuple[Known, dict[str, pl.DataFrame]]:
    straight: Known = request.param()
    return straight, assemble(straight)


@settings(max_examples=10, deadline=None, derandomize=True, database=None)
@given(order=st.integers(0, 2**16))
def test_the_order_of_listed_rows_changes_no_table(world: tuple[Known, dict[str, pl.DataFrame]], order: int) -> None:
    straight, expected = world
    found = assemble(shuffled(straight, order))
    assert [name for name, table in found.items() if not table.equals(expected[name])] == []


def test_every_table_of_a_release_is_concluded(world: tuple[Known, dict[str, pl.DataFrame]]) -> None:
    _, tables = world
    assert set(tables) == {table.name for table in DERIVED} | {FEATURE_MATRIX.name}
    assert tables[FEATURE_MATRIX.name].columns == [name for name in FEATURE_MATRIX.column_names if name != "release_id"]


def test_nothing_listed_concludes_nothing_and_stops_nothing() -> None:
    tables = assemble(known())
    assert {name for name, table in tables.items() if not table.is_empty()} == {"figure"}


def test_every_piece_of_evidence_that_a_feature_cites_is_there(world: tuple[Known, dict[str, pl.DataFrame]]) -> None:
    _, tables = world
    cited = tables["feature"]["evidence_ids"].explode().drop_nulls()
    assert set(cited) <= set(tables["evidence"]["evidence_id"])
    assert cited.len() > 0


def test_evidence_names_the_bytes_and_the_place_it_was_read_from(world: tuple[Known, dict[str, pl.DataFrame]]) -> None:
    straight, tables = world
    stored = pl.concat(frame.select("source", "document", "digest", "locator") for frame in straight.listings.values())
    read = tables["evidence"].filter(pl.col("claim") != "list_extent")
    assert read.join(stored, on=["source", "document", "digest", "locator"], how="anti").is_empty()


def test_an_evidence_id_is_that_of_its_claim_and_bytes_alone() -> None:
    one = known(programs=[program("1404100001", city="Erie")])
    more = known(programs=[program("1404100001", city="Erie"), program("1404100002", city="Reading")])
    ids = [assemble(world)["evidence"].filter(pl.col("value") == "Erie")["evidence_id"].to_list() for world in (one, more)]
    assert ids[0] == ids[1]
    assert len(ids[0]) == 1


def test_no_quote_is_longer_than_a_quote() -> None:
    long = known(programs=[program("1404100001", program_name="Mercy " * 100, city="Erie")])
    assert assemble(long)["evidence"]["quote"].str.len_chars().max() == 300


# --- what lists of participants state ---------------------------------------------------------------------------------


def test_taking_part_in_eras_is_evidence_of_each_track_of_a_known_program() -> None:
    of_program: dict[str, object] = {"acgme_id": "1404121504", "program_key": "1404121504"}
    world = known(
        programs=[program("1404121504", program_name="Mercy Hospital Program")],
        eras=[
            of_program,
            {**of_program, "program_name": "Research", "eras_status": "Not Participating", "eras_cycles": []},
            {"program_key": "Erie/PA", "program_name": "New Program", "eras_status": "Unregistered"},
            {**of_program, "acgme_id": "1404121999", "program_key": "1404121999"},
        ],
    )
    evidence = assemble(world)["evidence"].filter(pl.col("claim") == "eras_status").sort("value")
    assert evidence.select("scope", "value", "quote", "origin_family", "claimed_from").rows() == [
        (
            "track",
            "Not Participating",
            "ERAS 2027, no cycle told, Internal Medicine: Research: Not Participating",
            "aamc",
            date(2026, 9, 24),
        ),
        (
            "track",
            "Participating",
            "ERAS 2027, September, Internal Medicine: Mercy Hospital Program: Participating",
            "aamc",
            date(2026, 9, 24),
        ),
    ]
