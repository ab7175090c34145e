"""Features, from worlds small enough to work out every answer by hand."""

from collections.abc import Sequence
from datetime import date

import polars as pl
import pytest

from schemas.contract import FEATURES, NULL_REASONS
from schemas.vocabulary import LinkMethod, OriginFamily
from tests.transforms.listed import (
    SEEN_AT,
    Concluded,
    fellowship,
    filing,
    known,
    page,
    page_claim,
    program,
    result,
    results,
    saved,
    track,
)
from transforms.features import LINK_FACTOR, RELIABILITY

ACGME, NRMP, AAMC = "acgme_programs", "nrmp_directory", "eras_cardiology_fellowships"
OBGYN = {"source": "acgme_obgyn_programs"}
BOOKS = "nrmp_program_results"


# --- the Match --------------------------------------------------------------------------------------------------------

STEADY, PRELIMINARY_ONLY, STOPPED, TWO_TRACKS = "1404100001", "1404100002", "1404100003", "1404100004"
NO_RESULTS, YOUNG, DISPUTED, EVERY_OTHER_YEAR = "1404100005", "1404100006", "1404100007", "1404100008"
UNLISTED, EMPTY_OFFER, INFORMATICS = "1404100009", "1404100010", "1394100001"
CODES = {
    STEADY: ("1001140C0", "1001140P0"),
    PRELIMINARY_ONLY: ("1002140P0",),
    STOPPED: ("1003140C0",),
    TWO_TRACKS: ("1004140C0", "1004140M0"),
    NO_RESULTS: ("1005140C0",),
    YOUNG: ("1006140C0",),
    DISPUTED: ("1007140C0",),
    EVERY_OTHER_YEAR: ("1008140C0",),
    EMPTY_OFFER: ("1010140C0",),
}


@pytest.fixture(scope="module")
def match() -> Concluded:
    return Concluded(
        known(
            programs=[program(UNLISTED), fellowship(INFORMATICS, "Hope Institute")],
            tracks=[track(code, acgme_id) for acgme_id, codes in CODES.items() for code in codes],
            results=[
                *results("1001140C0", {2019: 30, 2020: 10, 2021: 10, 2022: 12}),
                result("1001140C0", 2023, 12, 9),
                result("1001140C0", 2024, 14, 13),
                result("1001140P0", 2024, 5, 0),
                result("1002140P0", 2024, 6, 3),
                *results("1003140C0", {2021: 8, 2022: 8, 2023: 8, 2024: None}),
                result("1004140C0", 2024, 4, 4),
                result("1004140M0", 2024, 3, 2),
                *results("1006140C0", {2023: 5, 2024: 5}),
                result("1007140C0", 2022, 20, 20, document="older.pdf"),
                result("1007140C0", 2022, 20, 18, document="newer.pdf"),
                *results("1008140C0", {2020: 3, 2021: None, 2022: 5, 2023: None, 2024: 4}),
                result("1010140C0", 2024, 0, 0),
            ],
        )
    )


@pytest.mark.parametrize(
    ("acgme_id", "feature", "expected"),
    [
        pytest.param(STEADY, "match_year", 2024, id="the latest Match"),
        pytest.param(STEADY, "quota", 14, id="quota without the preliminary track"),
        pytest.param(STEADY, "matched", 13, id="matched without the preliminary track"),
        pytest.param(STEADY, "unfilled_rate_3y", 0.1053, id="4 of 38 positions unfilled in 2022 to 2024"),
        pytest.param(STEADY, "trend_5y", 1.0, id="slope over 10, 10, 12, 12, 14; 2019 is too old"),
        pytest.param(PRELIMINARY_ONLY, "quota", 6, id="a preliminary track counts where there is no other"),
        pytest.param(PRELIMINARY_ONLY, "unfilled_rate_3y", 0.5, id="rate of a preliminary track where there is no other"),
        pytest.param(TWO_TRACKS, "quota", 7, id="quotas of two tracks"),
        pytest.param(TWO_TRACKS, "matched", 6, id="matched of two tracks"),
        pytest.param(STOPPED, "match_year", 2024, id="the latest Match is told though nothing was offered"),
        pytest.param(EVERY_OTHER_YEAR, "trend_5y", 0.25, id="slope over 3, 5 and 4, two years apart"),
        pytest.param(EVERY_OTHER_YEAR, "unfilled_rate_3y", 0.0, id="all filled is a rate of 0"),
        pytest.param(EMPTY_OFFER, "quota", 0, id="an offer of no positions is a quota of 0"),
    ],
)
def test_what_the_books_say_is_observed(match: Concluded, acgme_id: str, feature: str, expected: float) -> None:
    assert match.told(acgme_id, feature) == (expected, "observed", None)
    assert match.feature(acgme_id, feature)["confidence"] == 0.95
    assert match.feature(acgme_id, feature)["n_origins"] == 1


@pytest.mark.parametrize("feature", ["quota", "matched", "unfilled_rate_3y", "trend_5y"])
def test_a_program_that_was_not_offered_is_not_applicable_and_not_closed(match: Concluded, feature: str) -> None:
    assert match.told(STOPPED, feature) == (None, "not_applicable", "not_offered")
    assert (BOOKS, "not_offered", "2024") in match.evidence(STOPPED, feature)


@pytest.mark.parametrize("feature", ["match_year", "quota", "matched", "unfilled_rate_3y", "trend_5y"])
@pytest.mark.parametrize("acgme_id", [pytest.param(NO_RESULTS, id="directory only"), pytest.param(UNLISTED, id="list only")])
def test_a_program_without_results_is_unknown(match: Concluded, acgme_id: str, feature: str) -> None:
    assert match.told(acgme_id, feature) == (None, "unknown", "no_result_linked")
    assert match.evidence(acgme_id, feature) == []


def test_a_trend_needs_three_matches(match: Concluded) -> None:
    assert match.told(YOUNG, "trend_5y") == (None, "unknown", "too_few_years")
    assert match.told(YOUNG, "unfilled_rate_3y") == (0.0, "observed", None)


def test_an_offer_of_no_positions_has_no_rate_and_was_offered_all_the_same(match: Concluded) -> None:
    value, status, reason = match.told(EMPTY_OFFER, "unfilled_rate_3y")
    assert (value, status) == (None, "unknown")
    assert reason != "not_offered"


@pytest.mark.parametrize("feature", ["match_year", "quota", "matched", "unfilled_rate_3y", "trend_5y"])
def test_clinical_informatics_is_matched_elsewhere(match: Concluded, feature: str) -> None:
    assert match.told(INFORMATICS, feature) == (None, "not_applicable", "matched_outside_nrmp")


def test_editions_that_differ_are_a_conflict_with_the_newest_number_and_both_in_evidence(match: Concluded) -> None:
    assert match.told(DISPUTED, "matched") == (18, "conflict", None)
    assert match.feature(DISPUTED, "matched")["confidence"] == 0.5
    assert match.evidence(DISPUTED, "matched") == [(BOOKS, "matched", "18"), (BOOKS, "matched", "20")]


def test_a_rate_that_rests_on_a_disputed_match_is_a_conflict_whichever_of_the_three_it_is() -> None:
    world = known(
        tracks=[track("1007140C0", DISPUTED)],
        results=[
            *results("1007140C0", {2023: 20, 2024: 20}),
            result("1007140C0", 2022, 20, 20, document="older.pdf"),
            result("1007140C0", 2022, 20, 17, document="newer.pdf"),
        ],
    )
    assert Concluded(world).told(DISPUTED, "unfilled_rate_3y") == (0.05, "conflict", None)


def test_a_quota_cites_the_tracks_that_it_sums_and_no_other(match: Concluded) -> None:
    assert match.evidence(TWO_TRACKS, "quota") == [(BOOKS, "quota", "3"), (BOOKS, "quota", "4")]
    assert match.evidence(STEADY, "quota") == [(BOOKS, "quota", "14")]


def test_a_rate_cites_three_matches_and_a_trend_five(match: Concluded) -> None:
    assert len(match.evidence(STEADY, "unfilled_rate_3y")) == 3 * 2
    assert [value for _, _, value in match.evidence(STEADY, "trend_5y")] == ["10", "10", "12", "12", "14"]


def test_numbers_hold_from_july_of_their_match_and_were_seen_with_their_book(match: Concluded) -> None:
    row = match.feature(STEADY, "quota")
    assert (row["claimed_from"], row["evidence_observed_at"]) == (date(2024, 7, 1), SEEN_AT)


def test_an_informatics_fellowship_that_nrmp_lists_after_all_has_one_value_a_feature() -> None:
    world = known(
        programs=[fellowship(INFORMATICS, "Hope Institute")],
        tracks=[track("1011139F0", INFORMATICS)],
        results=[result("1011139F0", 2024, 2)],
    )
    assert Concluded(world).tables["feature"].height == len(FEATURES)


# --- identity: families agree, or do not ------------------------------------------------------------------------------

AGREED, AT_ODDS, ONE_LIST, DIRECTORY_ONLY = "1404100011", "1404100012", "1404100013", "1404100014"
THREE_FAMILIES, MOVED, NOWHERE, TWO_TOWNS = "1414100015", "1404100016", "1394100017", "1404100018"


@pytest.fixture(scope="module")
def towns() -> Concluded:
    return Concluded(
        known(
            programs=[
                program(AGREED, city="Wilkes-Barre"),
                program(AT_ODDS, city="Columbus", state="OH"),
                program(ONE_LIST, city="Erie"),
                program(THREE_FAMILIES, city="St. Marys"),
                program(THREE_FAMILIES, city="Saint Marys", source=AAMC),
                program(MOVED, city="Erie"),
                program(MOVED, city="Altoona", accreditation_status="Continued", **OBGYN),
                fellowship(NOWHERE, "Hope Institute"),
            ],
            tracks=[
                track("1011140C0", AGREED, city="Wilkes Barre"),
                track("1012140C0", AT_ODDS, city="Grove City", state="OH", match_services=["Central App", "ERAS"]),
                track("1012140P0", AT_ODDS, city="Grove City", state="OH", match_services=["ERAS"]),
                track("1014140C0", DIRECTORY_ONLY, city="Reading", match_services=[]),
                track("1015140C0", THREE_FAMILIES, city="SAINT MARYS"),
                track("1018140C0", TWO_TOWNS, city="Erie"),
                track("1018140C1", TWO_TOWNS, city="Altoona"),
            ],
        )
    )


@pytest.mark.parametrize(
    ("acgme_id", "city", "n_origins", "confidence"),
    [
        pytest.param(AGREED, "Wilkes Barre", 2, 0.99, id="two families, spelled differently: 1 - 0.03 * 0.05, at most 0.99"),
        pytest.param(THREE_FAMILIES, "SAINT MARYS", 3, 0.99, id="three families"),
        pytest.param(ONE_LIST, "Erie", 1, 0.97, id="ACGME alone"),
        pytest.param(DIRECTORY_ONLY, "Reading", 1, 0.95, id="NRMP alone"),
        pytest.param(MOVED, "Altoona", 1, 0.97, id="of two lists of one family the newest"),
    ],
)
def test_a_city_on_which_families_agree_is_observed(
    towns: Concluded, acgme_id: str, city: str, n_origins: int, confidence: float
) -> None:
    assert towns.told(acgme_id, "stated_city") == (city, "observed", None)
    row = towns.feature(acgme_id, "stated_city")
    assert (row["n_origins"], row["confidence"]) == (n_origins, confidence)


def test_families_at_odds_are_a_conflict_without_a_value_and_with_both_sides(towns: Concluded) -> None:
    assert towns.told(AT_ODDS, "stated_city") == (None, "conflict", "sources_disagree")
    row = towns.feature(AT_ODDS, "stated_city")
    assert (row["n_origins"], row["confidence"]) == (0, None)
    assert towns.evidence(AT_ODDS, "stated_city") == [(ACGME, "city", "Columbus"), (NRMP, "city", "Grove City")]


def test_a_conflict_over_the_city_leaves_the_state_alone(towns: Concluded) -> None:
    assert towns.told(AT_ODDS, "stated_state") == ("OH", "observed", None)


def test_a_family_that_names_two_cities_on_one_day_is_a_conflict(towns: Concluded) -> None:
    assert towns.told(TWO_TOWNS, "stated_city") == (None, "conflict", "sources_disagree")
    assert len(towns.evidence(TWO_TOWNS, "stated_city")) == 2


def test_a_newer_list_of_the_same_family_replaces_the_older_one(towns: Concluded) -> None:
    assert towns.evidence(MOVED, "stated_city") == [("acgme_obgyn_programs", "city", "Altoona")]


def test_a_program_of_which_no_list_tells_the_city_is_unknown(towns: Concluded) -> None:
    assert towns.told(NOWHERE, "stated_city") == (None, "unknown", "no_source")


@pytest.mark.parametrize(
    ("acgme_id", "expected"),
    [
        pytest.param(MOVED, ("Continued", "observed", None), id="a list says"),
        pytest.param(ONE_LIST, (None, "not_stated", "not_stated"), id="the list is silent"),
        pytest.param(DIRECTORY_ONLY, (None, "unknown", "no_source"), id="no list names the program"),
    ],
)
def test_accreditation_status_tells_silence_from_ignorance(towns: Concluded, acgme_id: str, expected: Sequence[object]) -> None:
    assert towns.told(acgme_id, "accreditation_status") == expected


@pytest.mark.parametrize(
    ("acgme_id", "expected"),
    [
        pytest.param(AT_ODDS, ("Central App|ERAS", "observed", None), id="all tracks together"),
        pytest.param(AGREED, ("ERAS", "observed", None), id="one track"),
        pytest.param(DIRECTORY_ONLY, (None, "not_stated", "not_stated"), id="the directory names none"),
        pytest.param(ONE_LIST, (None, "unknown", "not_in_directory"), id="not in the directory"),
    ],
)
def test_application_services_are_a_set_over_tracks(towns: Concluded, acgme_id: str, expected: Sequence[object]) -> None:
    assert towns.told(acgme_id, "application_service") == expected


# --- clinical informatics ---------------------------------------------------------------------------------------------

HAS_ONE, HAS_ONE_BY_NAME, HAS_NONE, MAY_HAVE = "2204111258", "1404121504", "2203521157", "2202531143"
CUT_NAME, WITHOUT_CODE, WITHOUT_SPONSOR = "2203811234", "2201100323", "2204831284"
OWN_FELLOWSHIP = "1394114001"


def sponsored(acgme_id: str, state: str, code: str, name: str) -> dict[str, object]:
    return {**program(acgme_id, state=state, sponsor_code=code, sponsor_name=name), **OBGYN}


SPONSORED = [
    sponsored(HAS_ONE, "PA", "418024", "UPMC Medical Education"),
    sponsored(HAS_NONE, "NY", "350366", "Maimonides Medical Center"),
    sponsored(MAY_HAVE, "MI", "250290", "Sparrow Hospital"),
    sponsored(CUT_NAME, "OH", "380123", "Ohio State University Hospital"),
]
FELLOWSHIPS = [
    fellowship(OWN_FELLOWSHIP, "UPMC Med Education"),
    fellowship("3022531001", "Institute of Nowhere", state="MI"),
    fellowship("1223814002", "Ohio State Univ", state="OH", name_cut=True),
]
OTHERS = [
    program(HAS_ONE_BY_NAME, program_name="UPMC Medical Education Program"),
    program(WITHOUT_CODE, state="FL", sponsor_name="Sunshine Health"),
    program(WITHOUT_SPONSOR, state="TX"),
]
CI = "ci_fellowship_same_sponsor"


@pytest.fixture(scope="module")
def complete_list() -> Concluded:
    return Concluded(known(programs=[*SPONSORED, *FELLOWSHIPS, *OTHERS]))


@pytest.fixture(scope="module")
def incomplete_list() -> Concluded:
    return Concluded(known(programs=[*SPONSORED, *FELLOWSHIPS, *OTHERS], incomplete=["acgme_clinical_informatics_fellowships"]))


@pytest.mark.parametrize(
    ("acgme_id", "expected"),
    [
        pytest.param(HAS_ONE, ("yes", "observed", None), id="the sponsor has a fellowship"),
        pytest.param(HAS_ONE_BY_NAME, ("yes", "observed", None), id="so it has for a program linked by name"),
        pytest.param(OWN_FELLOWSHIP, ("yes", "observed", None), id="and for the fellowship itself"),
        pytest.param(HAS_NONE, ("no", "observed", None), id="the list is complete and the state's fellowships are placed"),
        pytest.param(MAY_HAVE, ("unknown", "unknown", "fellowship_not_linked"), id="a fellowship of the state has no sponsor"),
        pytest.param(CUT_NAME, ("unknown", "unknown", "fellowship_not_linked"), id="a fellowship's name was cut"),
        pytest.param(WITHOUT_CODE, ("unknown", "unknown", "sponsor_not_linked"), id="the sponsor has no ACGME code"),
        pytest.param(WITHOUT_SPONSOR, ("unknown", "unknown", "sponsor_not_linked"), id="no sponsor is known"),
    ],
)
def test_with_a_complete_list_absence_is_no_where_nothing_is_left_open(
    complete_list: Concluded, acgme_id: str, expected: Sequence[object]
) -> None:
    assert complete_list.told(acgme_id, CI) == expected


@pytest.mark.parametrize(
    ("acgme_id", "expected"),
    [
        pytest.param(HAS_ONE, ("yes", "observed", None), id="a fellowship found is found"),
        pytest.param(HAS_NONE, ("unknown", "unknown", "list_incomplete"), id="absence means nothing"),
        pytest.param(MAY_HAVE, ("unknown", "unknown", "list_incomplete"), id="whatever else is open"),
        pytest.param(WITHOUT_CODE, ("unknown", "unknown", "list_incomplete"), id="for any sponsor"),
        pytest.param(WITHOUT_SPONSOR, ("unknown", "unknown", "sponsor_not_linked"), id="no sponsor is known"),
    ],
)
def test_with_an_incomplete_list_there_is_no_no(incomplete_list: Concluded, acgme_id: str, expected: Sequence[object]) -> None:
    assert incomplete_list.told(acgme_id, CI) == expected


def test_without_a_list_nothing_is_known() -> None:
    assert Concluded(known(programs=SPONSORED)).told(HAS_ONE, CI) == ("unknown", "unknown", "no_source")


def test_a_fellowship_whose_name_is_lost_leaves_its_state_open_and_stops_nothing() -> None:
    world = known(programs=[*SPONSORED, *FELLOWSHIPS, fellowship("1393514001", None, state="NY")])
    assert Concluded(world).told(HAS_NONE, CI) == ("unknown", "unknown", "fellowship_not_linked")


def test_a_yes_cites_the_fellowship_and_a_no_the_extent_of_the_list(complete_list: Concluded) -> None:
    source = "acgme_clinical_informatics_fellowships"
    assert complete_list.evidence(HAS_ONE, CI) == [(source, "ci_fellowship", OWN_FELLOWSHIP)]
    assert complete_list.evidence(HAS_NONE, CI) == [(source, "list_extent", "complete")]


def test_newer_lists_that_name_a_fellowship_without_its_sponsor_take_nothing_from_the_list_that_does() -> None:
    eras, report = ({"source": source} for source in ("eras_participating_programs", "acgme_report_1"))
    more = [
        program(OWN_FELLOWSHIP, program_name="Any Name Program", state="PA", document="139.html", **eras),
        program(OWN_FELLOWSHIP, program_name="Any Name Program", state="PA", document="139.pdf", **report),
    ]
    world = known(programs=[*SPONSORED, *FELLOWSHIPS, *OTHERS, *more], incomplete=["eras_participating_programs"])
    concluded, source = Concluded(world), "acgme_clinical_informatics_fellowships"
    assert concluded.evidence(HAS_ONE, CI) == [(source, "ci_fellowship", OWN_FELLOWSHIP)]
    assert concluded.evidence(HAS_NONE, CI) == [(source, "list_extent", "complete")]
    assert concluded.told(HAS_NONE, CI) == ("no", "observed", None)


@pytest.mark.parametrize(
    ("acgme_id", "confidence"),
    [
        pytest.param(HAS_ONE, 0.873, id="0.97, a tenth less for the fellowship's name"),
        pytest.param(HAS_ONE_BY_NAME, 0.7857, id="another tenth less for the program's"),
        pytest.param(MAY_HAVE, None, id="none where there is no value"),
    ],
)
def test_a_link_by_name_costs_a_tenth(complete_list: Concluded, acgme_id: str, confidence: float | None) -> None:
    assert complete_list.feature(acgme_id, CI)["confidence"] == confidence


# --- filings ----------------------------------------------------------------------------------------------------------

NEWEST = date(2025, 3, 31)
FILES, FILES_BY_NAME, FILES_NOT_NOW, NO_EMPLOYER = HAS_ONE, HAS_ONE_BY_NAME, HAS_NONE, MAY_HAVE
TWO_SPONSORS_IN_ONE_STATE, NO_SPONSOR = ("2204100001", "2204100002"), WITHOUT_SPONSOR
FILINGS = "lca_trainee_filings_12m"
NAMED = "lca_specialty_named_12m"


@pytest.fixture(scope="module")
def filings() -> Concluded:
    return Concluded(
        known(
            programs=[
                *SPONSORED[:3],
                *OTHERS,
                sponsored(TWO_SPONSORS_IN_ONE_STATE[0], "PA", "410001", "Mercy Hospital"),
                sponsored(TWO_SPONSORS_IN_ONE_STATE[1], "PA", "410002", "Hope Hospital"),
            ],
            filings=[
                filing(1, "UPMC Medical Education, Inc.", date(2025, 1, 10), job_title="Internal Medicine Resident"),
                filing(2, "UPMC MEDICAL EDUCATION", date(2024, 4, 1)),
                filing(3, "UPMC Medical Education", date(2024, 3, 31)),
                filing(4, "UPMC Medical Education", NEWEST, job_title="Software Engineer", soc_code="15-1252"),
                filing(5, "Maimonides Medical Center", date(2024, 3, 1), worksite_state="NY"),
                filing(6, "Sparrow Hospital", date(2025, 2, 1), worksite_state="OH"),
                filing(7, "Mercy Hospital", date(2025, 2, 1), trade_name="Hope Hospital"),
            ],
        )
    )


@pytest.mark.parametrize(
    ("acgme_id", "feature", "expected"),
    [
        pytest.param(FILES, FILINGS, (2, "observed", None), id="two within 12 months of the newest filing of anybody"),
        pytest.param(FILES_BY_NAME, FILINGS, (2, "observed", None), id="the employer's number for each of its programs"),
        pytest.param(FILES_BY_NAME, NAMED, (1, "observed", None), id="one title names internal medicine"),
        pytest.param(FILES, NAMED, (0, "observed", None), id="none names obstetrics"),
        pytest.param(FILES_NOT_NOW, FILINGS, (0, "observed", None), id="linked, and none in the window"),
        pytest.param(NO_EMPLOYER, FILINGS, (None, "unknown", "employer_not_linked"), id="its name files in another state"),
        pytest.param(NO_SPONSOR, FILINGS, (None, "unknown", "sponsor_not_linked"), id="no sponsor is known"),
        pytest.param(
            TWO_SPONSORS_IN_ONE_STATE[0], FILINGS, (None, "unknown", "employer_not_linked"), id="an employer of two sponsors"
        ),
        pytest.param(
            TWO_SPONSORS_IN_ONE_STATE[1], FILINGS, (None, "unknown", "employer_not_linked"), id="is linked to neither of them"
        ),
    ],
)
def test_zero_filings_is_not_an_unknown_number_of_filings(
    filings: Concluded, acgme_id: str, feature: str, expected: Sequence[object]
) -> None:
    assert filings.told(acgme_id, feature) == expected


def test_a_number_of_filings_cites_them_and_none_cites_the_files_that_were_searched(filings: Concluded) -> None:
    cited = [value for _, _, value in filings.evidence(FILES, FILINGS)]
    assert cited == ["I-200-24092-000002", "I-200-25010-000001"]
    assert filings.evidence(FILES_NOT_NOW, FILINGS) == [("dol_lca", "list_extent", "complete")]


@pytest.mark.parametrize(
    ("acgme_id", "confidence"),
    [
        pytest.param(FILES, 0.855, id="0.95, a tenth less for the employer's name"),
        pytest.param(FILES_BY_NAME, 0.7695, id="another tenth less for the program's"),
    ],
)
def test_the_employers_name_costs_a_tenth(filings: Concluded, acgme_id: str, confidence: float) -> None:
    assert filings.feature(acgme_id, FILINGS)["confidence"] == confidence


def test_employers_count_all_their_filings_and_those_for_trainees(filings: Concluded) -> None:
    columns = ("employer_name", "name_key", "state", "n_filings", "n_trainee_filings", "n_petitions")
    assert sorted(filings.tables["employer"].select(columns).rows()) == [
        ("Maimonides Medical Center", "MAIMONIDES MEDICAL CENTER", "NY", 1, 1, 0),
        ("Mercy Hospital", "MERCY HOSPITAL", "PA", 1, 1, 0),
        ("Sparrow Hospital", "SPARROW HOSPITAL", "OH", 1, 1, 0),
        ("UPMC MEDICAL EDUCATION", "UPMC MEDICAL EDUCATION", "PA", 3, 2, 0),
        ("UPMC Medical Education, Inc.", "UPMC MEDICAL EDUCATION", "PA", 1, 1, 0),
    ]


def test_every_spelling_of_a_sponsors_name_files_for_it(filings: Concluded) -> None:
    linked = filings.tables["employer"].filter(pl.col("name_key") == "UPMC MEDICAL EDUCATION")
    assert linked["sponsor_uid"].to_list() == [filings.program(FILES)["sponsor_uid"]] * 2


@pytest.mark.parametrize(
    ("decision", "expected"),
    [
        pytest.param({"decision": "files_for"}, (1, "observed", None), id="it files for the sponsor"),
        pytest.param({"decision": "same"}, (1, "observed", None), id="it is the sponsor"),
        pytest.param({"decision": "not_same"}, (None, "unknown", "employer_not_linked"), id="it is not the sponsor"),
        pytest.param(
            {"decision": "files_for", "left_state": "OH"}, (None, "unknown", "employer_not_linked"), id="one in another state"
        ),
        pytest.param(
            {"decision": "files_for", "right_code": "418025"}, (None, "unknown", "employer_not_linked"), id="another sponsor"
        ),
    ],
)
def test_an_employer_files_for_whom_a_reviewer_says(decision: dict[str, str], expected: Sequence[object]) -> None:
    reviewed = {
        "left_kind": "employer",
        "left_named": "Three Rivers Physicians",
        "right_authority": "acgme_institution",
        "right_code": "418024",
        **decision,
    }
    world = known(
        programs=[sponsored(FILES, "PA", "418024", "UPMC Medical Education")],
        filings=[filing(1, "THREE RIVERS PHYSICIANS, INC.", NEWEST)],
        reviewed_links=[reviewed],
    )
    assert Concluded(world).told(FILES, FILINGS) == expected


def test_every_way_of_linking_and_every_origin_has_its_weight() -> None:
    assert set(LINK_FACTOR) == set(LinkMethod)
    assert set(RELIABILITY) == set(OriginFamily)
    assert {method for method, factor in LINK_FACTOR.items() if factor == 1} == {"authority_code", "reviewed"}


# --- visas ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("feature", ["j1_status", "h1b_status"])
def test_no_visa_status_is_concluded_without_a_page(filings: Concluded, feature: str) -> None:
    found = filings.tables["feature"].filter(pl.col("feature") == feature)
    columns = ("value_text", "status", "null_reason", "confidence", "n_origins")
    assert found.select(columns).unique().rows() == [("unknown", "unknown", "no_source", None, 0)]


def test_recent_filings_are_attached_to_the_h1b_status_and_decide_nothing(filings: Concluded) -> None:
    assert filings.evidence(FILES, "h1b_status") == [
        ("dol_lca", "h1b_trainee_filing", "I-200-24092-000002"),
        ("dol_lca", "h1b_trainee_filing", "I-200-25010-000001"),
    ]
    assert filings.evidence(FILES, "j1_status") == []
    assert filings.evidence(FILES_NOT_NOW, "h1b_status") == []
    assert filings.evidence(NO_SPONSOR, "h1b_status") == []


READ, SILENT, EMPTY, AGREEING, CONDITION, OPPOSED, UNREAD = (f"140412{number}" for number in range(1501, 1508))


@pytest.fixture(scope="module")
def pages() -> Concluded:
    """Programs whose pages say something, nothing, or cannot be read."""
    return Concluded(
        known(
            programs=[program(acgme_id) for acgme_id in (READ, SILENT, EMPTY, AGREEING, CONDITION, OPPOSED, UNREAD)],
            **saved(
                [
                    page(READ, "accepts", "not_accepts", "read.html"),
                    page(SILENT, "not_stated", "not_stated", "silent.html"),
                    page(EMPTY, "unknown", "unknown", "empty.html", page_content="login_wall"),
                    page(AGREEING, "accepts", "not_stated", "one.html"),
                    page(AGREEING, "not_stated", "accepts", "two.html"),
                    page(CONDITION, "accepts", "accepts", "one.html"),
                    page(CONDITION, "not_stated", "conditional", "two.html"),
                    page(OPPOSED, "accepts", "accepts", "one.html"),
                    page(OPPOSED, "not_accepts", "not_stated", "two.html"),
                ]
            ),
            page_claims=[
                page_claim(READ, "visa.j1", "accepts", "Only the J-1 is sponsored here.", "read.html"),
                page_claim(READ, "step2_min", "225", "Step 2 CK: 225", "read.html"),
            ],
        )
    )


@pytest.mark.parametrize(
    ("acgme_id", "j1", "h1b"),
    [
        pytest.param(READ, ("accepts", "observed", None), ("not_accepts", "observed", None), id="one page"),
        pytest.param(SILENT, ("not_stated", "not_stated", "not_stated"), ("not_stated", "not_stated", "not_stated"), id="silent"),
        pytest.param(
            EMPTY, ("unknown", "unknown", "no_source"), ("unknown", "unknown", "no_source"), id="a page without content"
        ),
        pytest.param(UNREAD, ("unknown", "unknown", "no_source"), ("unknown", "unknown", "no_source"), id="no page"),
        pytest.param(AGREEING, ("accepts", "observed", None), ("accepts", "observed", None), id="silence yields to a statement"),
        pytest.param(CONDITION, ("accepts", "observed", None), ("conditional", "observed", None), id="a condition beats a yes"),
        pytest.param(OPPOSED, ("conflict", "conflict", "sources_disagree"), ("accepts", "observed", None), id="yes and no"),
    ],
)
def test_a_visa_status_is_what_the_programs_pages_say(
    pages: Concluded, acgme_id: str, j1: tuple[str, str, str | None], h1b: tuple[str, str, str | None]
) -> None:
    rows = pages.tables["feature"].filter(pl.col("program_uid") == pages.uid(acgme_id))
    for feature, expected in (("j1_status", j1), ("h1b_status", h1b)):
        assert rows.filter(pl.col("feature") == feature).select("value_text", "status", "null_reason").row(0) == expected


def test_a_visa_status_leads_to_its_words(pages: Concluded) -> None:
    evidence = pages.tables["evidence"].filter(pl.col("subject_id") == pages.uid(READ))
    quotes = dict(evidence.select("claim", "quote").iter_rows())
    assert quotes["j1_status"] == "Only the J-1 is sponsored here."
    assert quotes["h1b_status"] == "The page was read and is silent."
    assert quotes["step2_min"] == "Step 2 CK: 225"
    assert pages.evidence(OPPOSED, "j1_status") == [
        ("program_pages", "j1_status", "accepts"),
        ("program_pages", "j1_status", "not_accepts"),
    ]


# --- what holds in every world ----------------------------------------------------------------------------------------


@pytest.fixture(params=["match", "towns", "complete_list", "incomplete_list", "filings", "pages"])
def world(request: pytest.FixtureRequest) -> Concluded:
    found: Concluded = request.getfixturevalue(request.param)
    return found


def test_every_program_has_every_feature_once(world: Concluded) -> None:
    pairs = world.tables["feature"].select("program_uid", "feature")
    assert pairs.is_unique().all()
    assert pairs.height == world.tables["program"].height * len(FEATURES)


def test_a_value_and_a_confidence_stand_only_where_something_is_known(world: Concluded) -> None:
    rows = world.tables["feature"]
    unknown = rows.filter(~pl.col("status").is_in(["observed", "conflict"]))
    assert set(unknown["value_text"]) <= {None, "unknown", "not_stated"}
    assert unknown.filter((pl.col("value_text") == "not_stated") & (pl.col("status") != "not_stated")).is_empty()
    assert set(unknown["value_number"]) | set(unknown["confidence"]) <= {None}
    assert set(unknown["n_origins"]) == {0}
    observed = rows.filter(pl.col("status") == "observed")
    assert observed.filter(pl.all_horizontal(pl.col("value_text", "value_number").is_null())).is_empty()
    assert observed.filter(pl.col("confidence").is_null() | pl.col("null_reason").is_not_null()).is_empty()
    assert observed.filter(pl.col("evidence_ids").list.len() == 0).is_empty()


def test_every_missing_value_has_a_declared_reason(world: Concluded) -> None:
    rows = world.tables["feature"]
    reasons = rows.filter(pl.col("status") != "observed", pl.col("value_number").is_null(), pl.col("confidence").is_null())
    assert set(reasons["null_reason"]) <= set(NULL_REASONS)
    assert rows.filter(pl.col("null_reason") == "sources_disagree").select("status").unique().rows() in ([], [("conflict",)])


def test_the_known_mask_is_true_exactly_where_a_value_may_be_used(world: Concluded) -> None:
    matrix = world.tables["feature_matrix"]
    for feature in FEATURES:
        known_values = matrix.filter(f"{feature.name}__is_known")
        assert known_values[feature.name].null_count() == 0
        assert set(known_values[f"{feature.name}__status"]) <= {"observed", "conflict"}
        masked = matrix.filter(~pl.col(f"{feature.name}__is_known"))
        assert set(masked[feature.name]) <= {None, "unknown", "not_stated"}
