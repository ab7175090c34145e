"""Signs of informatics in the sample: awards, papers and clinicians, as the three APIs answer. Every number is invented."""

import json

from flows.sources.pubmed_affiliation_counts import query

PI = {"profile_id": 9900001, "first_name": "PERSON", "last_name": "EXAMPLE", "full_name": "PERSON EXAMPLE", "is_contact_pi": True}
"""Never asked for; here in case that the API sends it all the same."""


def sample_informatics() -> dict[str, bytes]:
    """The three files by name."""
    return {
        "nih_reporter_projects.json": _json([_search(kind, awards) for kind, awards in AWARDS.items()]),
        "pubmed_affiliation_counts.json": _json([_count(*one) for one in PAPERS]),
        "nppes_informatics_counts.json": _json([_state(state, records) for state, records in REGISTERED.items()]),
    }


def _json(document: object) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent="\t") + "\n").encode()


# --- NIH RePORTER -----------------------------------------------------------------------------------------------------

PITTSBURGH = ("UNIVERSITY OF PITTSBURGH AT PITTSBURGH", "PITTSBURGH", "PA", "UNITED STATES", "EXAMPLE00PA1")
IOWA = ("UNIVERSITY OF IOWA", "IOWA CITY", "IA", "UNITED STATES", "EXAMPLE00IA1")
TORONTO = ("EXAMPLE UNIVERSITY OF THE NORTH", "TORONTO", "ON", "CANADA", None)

AWARDS = {
    "informatics_grant": (
        (99000001, "R01LM990001", "R01", PITTSBURGH, 400_001),
        (99000002, "T15LM990002", "T15", PITTSBURGH, 900_002),  # found by the search for training grants too
        (99000003, "R01LM990003", "R01", TORONTO, None),
    ),
    "nlm_t15": (
        (99000002, "T15LM990002", "T15", PITTSBURGH, 900_002),
        (99000004, "T15HG990004", "T15", IOWA, 300_004),  # of another institute
    ),
    "ctsa_hub": ((99000005, "UL1TR990005", "UL1", IOWA, 5_000_005), (99000006, "UM1TR990006", "UM1", PITTSBURGH, 6_000_006)),
}
"""Awards of fiscal year 2025: id, project, activity, organisation, amount."""

Organisation = tuple[str, str, str, str, str | None]
Award = tuple[int, str, str, Organisation, int | None]


def _search(kind: str, awards: tuple[Award, ...]) -> dict[str, object]:
    meta = {"search_id": "EXAMPLE", "total": len(awards), "offset": 0, "limit": 500, "sort_field": "appl_id", "sort_order": "asc"}
    meta |= {"sorted_by_relevance": False, "properties": {"URL": "https://reporter.example.invalid/search/EXAMPLE/projects"}}
    return {
        "kind": kind,
        "fiscal_year": 2025,
        "answers": [{"meta": meta, "results": [award_as_answered(*one) for one in awards]}],
    }


def award_as_answered(
    appl_id: int, project: str, activity: str, organisation: Organisation, amount: int | None, fiscal_year: int = 2025
) -> dict[str, object]:
    """One award as the API tells it, with its investigator."""
    name, city, state, country, uei = organisation
    return {
        "appl_id": appl_id,
        "core_project_num": project,
        "fiscal_year": fiscal_year,
        "activity_code": activity,
        "organization": {
            "org_name": name,
            "city": None,
            "country": None,
            "org_city": city,
            "org_country": country,
            "org_state": state,
            "org_state_name": None,
            "dept_type": "INTERNAL MEDICINE/MEDICINE",
            "org_ueis": [uei] if uei else [],
            "primary_uei": uei,
            "org_zipcode": "00000",
            "external_org_id": 9900,
        },
        "award_amount": amount,
        "principal_investigators": [PI],
        "contact_pi_name": "EXAMPLE, PERSON",
        "program_officers": [PI],
    }


# --- PubMed -----------------------------------------------------------------------------------------------------------

PAPERS = (
    ("Beth Israel Deaconess Medical Center", 2024, 21, None),
    ("Beth Israel Deaconess Medical Center", 2025, 22, None),
    ("University of Iowa Hospitals & Clinics", 2025, 7, "of"),
    ("UPMC Medical Education", 2025, 0, None),
    ("University of California Davis Health", 2025, 31, "davis health"),  # the count of another query
)
"""Affiliation, year, count, and what PubMed left out of the query."""


def _count(affiliation: str, year: int, count: int, left_out: str | None) -> dict[str, object]:
    return {
        "affiliation": affiliation,
        "year": year,
        "query": query(affiliation, year),
        "answer": papers_as_answered(count, left_out),
    }


def papers_as_answered(count: int, left_out: str | None = None) -> dict[str, object]:
    """One answer of ``esearch`` without ids."""
    found: dict[str, object] = {"count": str(count), "retmax": "0", "retstart": "0", "idlist": [], "translationset": []}
    if left_out is not None or count == 0:
        is_word = left_out is not None and " " not in left_out
        found["warninglist"] = {
            "phrasesignored": [left_out] if is_word else [],
            "quotedphrasesnotfound": [f'"{left_out}"'] if left_out and not is_word else [],
            "outputmessages": [] if count else ["No items found."],
        }
    return {"header": {"type": "esearch", "version": "0.3"}, "esearchresult": {**found, "querytranslation": "(...)"}}


# --- NPPES ------------------------------------------------------------------------------------------------------------

PREVENTIVE, PATHOLOGY = "2083C0008X", "207ZC0008X"
REGISTERED = {
    "MA": [("NPI-1", "MA", "BOSTON", PREVENTIVE)] * 5 + [("NPI-1", "MA", "Boston", PATHOLOGY)] * 6,
    "PA": [("NPI-1", "PA", "PITTSBURGH", PREVENTIVE)] * 7
    + [("NPI-1", "PA", "SCRANTON", PREVENTIVE)] * 2
    + [("NPI-1", "OH", "COLUMBUS", PREVENTIVE), ("EXAMPLE MEDICAL GROUP", "PA", "PITTSBURGH", PREVENTIVE)]
    + [("PERSON EXAMPLE MD PA", "PA", "ERIE", PREVENTIVE), ("NPI-1", "PA", "ERIE", "208000000X")],
    "WY": [],
}
"""What is registered, by the state that was asked for: a person, or an organisation by its name; state and city of practice;
taxonomy."""


def _state(state: str, records: list[tuple[str, str, str, str]]) -> dict[str, object]:
    results = [record_as_answered(number, *record) for number, record in enumerate(records)]
    return {"state": state, "searched": "Clinical Informatics", "answers": [{"result_count": len(results), "results": results}]}


def record_as_answered(number: int, kind: str, state: str, city: str, *taxonomies: str) -> dict[str, object]:
    """One whole record as the registry tells it; the persons in it are called PERSON EXAMPLE."""
    is_person = kind == "NPI-1"
    person = {"first_name": "PERSON", "last_name": "EXAMPLE", "credential": "MD", "sex": "X", "sole_proprietor": "NO"}
    official = {"authorized_official_first_name": "PERSON", "authorized_official_last_name": "EXAMPLE"}
    organisation = {"organization_name": kind, "organizational_subpart": "NO", **official}
    street = {
        "country_code": "US",
        "address_1": f"{number} EXAMPLE STREET",
        "address_type": "DOM",
        "telephone_number": "202-555-0103",
    }
    home = {**street, "address_purpose": "MAILING", "city": "EXAMPLEVILLE", "state": "VT", "postal_code": "050010000"}
    return {
        "created_epoch": "1400000000000",
        "enumeration_type": "NPI-1" if is_person else "NPI-2",
        "last_updated_epoch": "1700000000000",
        "number": f"{1_990_000_000 + number}",
        "addresses": [home, {**street, "address_purpose": "LOCATION", "city": city, "state": state, "postal_code": "000000000"}],
        "practiceLocations": [],
        "basic": {**(person if is_person else organisation), "enumeration_date": "2014-05-13", "status": "A"},
        "taxonomies": [
            {"code": code, "desc": "EXAMPLE", "primary": True, "state": state, "license": "EX0001"} for code in taxonomies
        ],
        "identifiers": [],
        "endpoints": [],
        "other_names": [],
    }
