"""EHR vendors' directories: both shapes, junk, suffixes, and persons, who are never stored."""

import json
from datetime import date
from typing import Any

import pytest

from flows.person_names import is_person
from flows.sources.ehr_endpoints import SOURCE, without_persons
from flows.sources.source import About, SourceError
from schemas.listings import EHR_ENDPOINT, located
from schemas.validation import Validated, validate

MERCY = {
    "URL": "https://fhir.mercy.example.invalid/r4",
    "OrganizationName": "Mercy Hospital",
    "NPIID": "",
    "OrganizationZipCode": "",
}
PRACTICES = "https://fhir-myrecord.cerner.com/r4/"


def directory(*endpoints: dict[str, str]) -> bytes:
    return json.dumps({"Endpoints": [{**MERCY, **endpoint} for endpoint in endpoints]}).encode()


def bundle(*organisations: dict[str, Any], **more: object) -> bytes:
    entries = [
        {
            "resource": {
                "resourceType": "Endpoint",
                "contained": [{"resourceType": "Organization", **organisation}],
                "address": f"https://epic-{number}.example.invalid/R4/",
            }
        }
        for number, organisation in enumerate(organisations, start=1)
    ]
    return json.dumps({"resourceType": "Bundle", "total": len(entries), "entry": entries, **more}).encode()


def read(data: bytes, document: str = "epic.json") -> Validated:
    parsed = SOURCE.parse(SOURCE.before_storing(data), About(document, date(2026, 4, 1)))
    return validate(located(EHR_ENDPOINT), parsed.rows[EHR_ENDPOINT.name])


@pytest.mark.parametrize(
    ("document", "vendor"),
    [
        ("EpicEndpointSourcesR4.json", "Epic"),
        ("Epic_Systems_Corporation_1_EndpointSources.json", "Epic"),
        ("Cerner_Corporation_EndpointSources.json", "Cerner (Oracle Health)"),
        ("Medical_Information_Technology_Inc_MEDITECH_1_EndpointSources.json", "MEDITECH"),
        ("MEDHOST_EndpointSources.json", "MEDHOST"),
        ("Altera_Digital_Health_Inc_EndpointSources.json", "Altera"),
        ("Veradigm_EndpointSources.json", "Veradigm"),
    ],
)
def test_vendor_comes_from_the_name_of_the_file(document: str, vendor: str) -> None:
    assert read(directory(MERCY), document).listed.rows() == [
        (vendor, MERCY["URL"], "Mercy Hospital", "Mercy Hospital", None, None, "endpoint 1")
    ]


def test_file_of_no_known_vendor_is_refused() -> None:
    with pytest.raises(SourceError, match=r"a document named after its vendor .*'FHIREndpointSources.json'"):
        read(directory(MERCY), "FHIREndpointSources.json")


def test_bundle_gives_the_contained_organisation_with_its_id_and_zip() -> None:
    organisation = {
        "name": "Mercy Hospital",
        "identifier": [
            {"system": "urn:other", "value": "1"},
            {"system": "http://hl7.org/fhir/sid/us-npi", "value": "1999999999"},
        ],
        "address": [{"postalCode": "16501-0101"}],
    }
    assert read(bundle(organisation)).listed.rows() == [
        ("Epic", "https://epic-1.example.invalid/R4/", "Mercy Hospital", "Mercy Hospital", "1999999999", "16501", "endpoint 1")
    ]


def beside(*organisations: dict[str, Any], **more: object) -> bytes:
    """A bundle whose organisations stand beside their endpoints, each under a reference to its own."""
    entries: list[dict[str, Any]] = []
    for number, organisation in enumerate(organisations, start=1):
        endpoint = {"resourceType": "Endpoint", "id": f"e{number}", "address": f"https://ehr-{number}.example.invalid/r4/"}
        owner = {"resourceType": "Organization", "id": f"o{number}", "endpoint": [{"reference": f"Endpoint/e{number}"}]}
        entries += [{"resource": endpoint}, {"resource": {**owner, **organisation}}]
    return json.dumps({"resourceType": "Bundle", "total": len(entries), "entry": entries, **more}).encode()


def test_organisations_beside_their_endpoints_are_found_by_reference() -> None:
    identifier = [{"system": "http://hl7.org/fhir/sid/us-npi", "value": "1999999999"}]
    mercy = {"name": "Mercy Hospital", "identifier": identifier, "address": [{"postalCode": "16501"}]}
    assert read(beside(mercy, {"name": "Hope Hospital"}), "cerner.json").listed.select(
        "endpoint_url", "organisation_name", "npi", "zip_code"
    ).rows() == [
        ("https://ehr-1.example.invalid/r4/", "Mercy Hospital", "1999999999", "16501"),
        ("https://ehr-2.example.invalid/r4/", "Hope Hospital", None, None),
    ]


@pytest.mark.parametrize(
    ("endpoint", "organisation"),
    [
        ({"id": "e"}, {"id": "o", "endpoint": [{"reference": "Endpoint/e"}]}),
        ({"id": "e", "fullUrl": "urn:uuid:1"}, {"id": "o", "endpoint": [{"reference": "urn:uuid:1"}]}),
        ({"id": "e", "managingOrganization": {"reference": "Organization/o"}}, {"id": "o"}),
        ({"managingOrganization": {"reference": "https://a.example/o"}}, {"fullUrl": "https://a.example/o"}),
    ],
    ids=["the organisation refers", "by its whole address", "the endpoint refers", "to a whole address"],
)
def test_every_way_of_referring_is_understood(endpoint: dict[str, Any], organisation: dict[str, Any]) -> None:
    entries = [
        {
            **({"fullUrl": found["fullUrl"]} if "fullUrl" in found else {}),
            "resource": {"resourceType": kind, **given, **{name: value for name, value in found.items() if name != "fullUrl"}},
        }
        for kind, given, found in (
            ("Organization", {"name": "Mercy Hospital"}, organisation),
            ("Endpoint", {"address": MERCY["URL"]}, endpoint),
        )
    ]
    found = read(json.dumps({"resourceType": "Bundle", "entry": entries}).encode())
    assert found.listed.select("endpoint_url", "organisation_name").rows() == [(MERCY["URL"], "Mercy Hospital")]
    assert found.rejected.is_empty()


def test_endpoint_of_two_organisations_is_a_row_of_each() -> None:
    data = beside({"name": "Mercy Hospital"}, {"name": "Hope Hospital", "endpoint": [{"reference": "Endpoint/e1"}]})
    found = read(data, "cerner.json")
    assert found.listed.select("endpoint_url", "organisation_name").rows() == [
        ("https://ehr-1.example.invalid/r4/", "Hope Hospital"),
        ("https://ehr-1.example.invalid/r4/", "Mercy Hospital"),
    ]
    (reasons,) = found.rejected["reasons"].to_list()
    assert "printed_name: expected a value, found nothing" in reasons  # the second endpoint is nobody's


def test_person_beside_an_endpoint_goes_with_it_and_an_organisation_that_shares_it_stays() -> None:
    person = {"name": "Person Q. Example, MD", "identifier": [{"system": "urn:oid:2.16.840.1.113883.4.4", "value": "99-9999999"}]}
    stored = without_persons(beside(person, {"name": "Mercy Hospital"}))
    assert (b"Example" in stored, b"99-9999999" in stored, json.loads(stored)["persons_removed"]) == (False, False, 2)
    assert SOURCE.parse(stored, About("cerner.json", date(2026, 4, 1))).stated_total == 1
    shared = without_persons(beside(person, {"name": "Mercy Hospital", "endpoint": [{"reference": "Endpoint/e1"}]}))
    assert [entry["resource"]["id"] for entry in json.loads(shared)["entry"]] == ["e1", "e2", "o2"]


def test_bare_name_without_an_endpoint_at_hand_is_taken_for_a_persons() -> None:
    lonely = {"name": "Person Example", "endpoint": [{"reference": "Endpoint/on-another-page"}]}
    assert b"Person" not in without_persons(beside({"name": "Mercy Hospital"}, lonely))


def test_organisation_without_an_endpoint_is_set_aside() -> None:
    found = read(beside({"name": "Mercy Hospital"}, {"name": "Hope Hospital", "endpoint": []}), "cerner.json")
    assert found.listed["organisation_name"].to_list() == ["Mercy Hospital"]
    nameless, homeless = found.rejected["reasons"].to_list()
    assert "printed_name: expected a value, found nothing" in nameless
    assert homeless == ["endpoint_url: expected a value, found nothing"]


def test_total_of_a_bundle_is_stated_less_the_persons() -> None:
    data = without_persons(bundle({"name": "Mercy Hospital"}, {"name": "Person Q. Example, MD"}))
    assert json.loads(data)["persons_removed"] == 1
    assert SOURCE.parse(data, About("epic.json", date(2026, 4, 1))).stated_total == 1
    cut = bundle({"name": "Mercy Hospital"}, total=3)
    assert SOURCE.parse(cut, About("epic.json", date(2026, 4, 1))).stated_total == 3


@pytest.mark.parametrize(
    ("endpoint", "reason"),
    [
        ({"OrganizationName": "10066006"}, "expected a name with letters"),
        ({"OrganizationName": "Mercy Hospital - TEST"}, "expected an organisation and no test system"),
        ({"OrganizationName": "Allscripts FHIR Sandbox"}, "expected an organisation and no test system"),
        ({"OrganizationName": "Mercy Hospital [TEST02]"}, "expected an organisation and no test system"),
        ({"URL": "https://app.mercy.local/fhir"}, "expected a server that the public can reach"),
        ({"URL": "https://10.160.126.33/fhir"}, "expected a server that the public can reach"),
        ({"URL": "https://172.19.5.119:443/fhir"}, "expected a server that the public can reach"),
        ({"URL": "http://INSCMQAES51/FHIR"}, "expected a server that the public can reach"),
        ({"URL": "https://null/v1/uscore/R4"}, "expected a server that the public can reach"),
        ({"URL": "https://CCT.RD.allscripts.com/fhir"}, "expected a server that the public can reach"),
        ({"URL": "mercy.example.invalid"}, "endpoint_url: expected text like (?i)^https?://"),
        ({"NPIID": "199999999"}, "npi: expected text like ^[0-9]{10}$"),
    ],
)
def test_junk_is_set_aside_with_its_reason(endpoint: dict[str, str], reason: str) -> None:
    (reasons,) = read(directory(endpoint)).rejected["reasons"].to_list()
    assert [found for found in reasons if found.startswith(reason)]


def test_endpoint_without_a_name_is_set_aside() -> None:
    assert (
        "printed_name: expected a value, found nothing" in read(directory({"OrganizationName": " "})).rejected["reasons"].item()
    )


@pytest.mark.parametrize("name", ["Mercy Developmental Center", "Protest Hill Hospital", "Demopolis Hospital", "Testa Hospital"])
def test_organisation_whose_name_only_sounds_like_a_test_is_listed(name: str) -> None:
    assert read(directory({"OrganizationName": name})).listed["organisation_name"].to_list() == [name]


def test_endpoint_that_is_repeated_in_every_field_is_one() -> None:
    found = read(directory({}, {}, {"OrganizationName": "Hope Hospital"}))
    assert (found.listed["locator"].to_list(), found.rejected.height) == (["endpoint 3", "endpoint 1"], 0)


def test_names_that_are_one_after_cleaning_are_listed_once_and_set_aside_once() -> None:
    found = read(directory({"OrganizationName": "Mercy Hosp - C/S"}, {"OrganizationName": "Mercy Hosp Expanse"}), "meditech.json")
    assert found.listed["organisation_name"].to_list() == ["Mercy Hosp"]
    assert found.rejected["reasons"].item()[0].startswith("vendor, endpoint_url, organisation_name: expected once, found again:")


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("Anderson Hosp - C/S", "Anderson Hosp"),
        ("Anderson Hosp-C/S", "Anderson Hosp"),
        ("Anderson Hosp (C/S)(Hosted by OpSus)", "Anderson Hosp"),
        ("Anderson Hosp - C/S ***MASTER SITE***", "Anderson Hosp"),
        ("Anderson Hosp Expanse", "Anderson Hosp"),
        ("Anderson Hosp Expanse READY Lev 1", "Anderson Hosp"),
        ("Anderson Hosp 6.0 to Expanse-(Hosted by CloudWave)", "Anderson Hosp"),
        ("Anderson Hosp MaaS Pod 006 07", "Anderson Hosp"),
        ("Anderson Hosp 6.15 (Tegria Hosted)", "Anderson Hosp"),
        ("Anderson Hosp (hosted by Cerecore)", "Anderson Hosp"),
        ("Anderson Hosp - MAGIC", "Anderson Hosp"),
        ("<NSP> Surgery Partners, (Corporate)-C/S", "Surgery Partners, (Corporate)"),
        ("(ASEM) Administracion de Servicios - C/S", "(ASEM) Administracion de Servicios"),
        ("Dignity Hlth C/S Glendale Mem Hosp", "Dignity Hlth C/S Glendale Mem Hosp"),  # the hospital stands behind the mark
        ("St Mary's Hosp", "St Mary's Hosp"),
    ],
)
def test_what_meditech_appends_is_cleaned_and_the_printed_name_kept(printed: str, name: str) -> None:
    (row,) = read(directory({"OrganizationName": printed}), "meditech.json").listed.rows(named=True)
    assert (row["organisation_name"], row["printed_name"]) == (name, printed)


def test_names_of_other_vendors_are_left_as_they_are() -> None:
    name = "Expanse Hospital - C/S"
    assert read(directory({"OrganizationName": name}), "epic.json").listed["organisation_name"].to_list() == [name]


@pytest.mark.parametrize(
    ("printed", "zip_code"), [("16501", "16501"), ("165010101", "16501"), ("7102", "07102"), ("93105?", None), ("KY9-1234", None)]
)
def test_zip_code_has_five_digits_or_is_null(printed: str, zip_code: str | None) -> None:
    assert read(directory({"OrganizationZipCode": printed})).listed["zip_code"].to_list() == [zip_code]


# --- persons ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "Person Example, MD",
        "PERSON Q EXAMPLE M.D.",
        "Person Example Md",
        "Example, P Q MD",
        "Person Q. Example, M.D., Inc",
        "Person Example DO",
        "Person Example, D.O.",
        "Person Example, NP",
        "Person Example, DPM, FACFAS",
        "Person Example MD Dermatology LLC",
        "Person Example MDPA",
        "Person Examplemd".replace("md", "Md"),
        "Dr. Person Example",
        "Dr Example",
        "Drs. Example and Sample",
        "Example, Person Q.",
        "Person Q. Example",
        "Person Q Example Jr",
        "Example & Person MDs",
        "Person Q. Example, PA",
    ],
)
def test_person_is_known_by_title_credential_or_order_of_names(name: str) -> None:
    assert is_person(name, in_practice=False)


@pytest.mark.parametrize(
    "name",
    [
        "Mercy Hospital",
        "The University of Texas MD Anderson Cancer Center",
        "Mercy Health Services (MD)",
        "Kaiser Permanente - Maryland/Virginia/Washington D.C.",
        "UPMC Central PA",
        "Dr. P. Phillips Hospital",
        "Alamo Psychiatric Care PA",
        "Robert Wood Johnson",
        "Roswell Park",
        "Baton Rouge General",
        "UC Davis",
        "Union, SC",
        "Example Group, Inc.",
        "",
    ],
)
def test_organisation_is_no_person(name: str) -> None:
    assert not is_person(name, in_practice=False)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Person Example", True),
        ("Person Example, PC", True),
        ("AdventHealth Orlando", False),
        ("Ascension Via Christi", False),
        ("Yakima Valley Memorial", False),
        ("UPMC Core Zone", False),
    ],
)
def test_bare_name_among_practices_is_a_persons_without_a_word_of_an_organisation(name: str, expected: bool) -> None:
    assert is_person(name, in_practice=True) is expected


def test_no_byte_of_a_person_is_stored_and_the_rest_is() -> None:
    persons = ({"OrganizationName": "PERSON EXAMPLE, MD"}, {"URL": PRACTICES + "1", "OrganizationName": "Person Example"})
    data = without_persons(directory(MERCY, *persons))
    assert b"erson E" not in data
    assert b"PERSON" not in data
    assert json.loads(data) == {"Endpoints": [MERCY], "persons_removed": 2}
    assert without_persons(data) == data


@pytest.mark.parametrize("more", [b'"name": "Dr. Person Example"', b'"managingOrganization": {"display": "Person Example, MD"}'])
def test_person_beside_the_organisation_of_a_bundle_is_not_stored_either(more: bytes) -> None:
    data = bundle({"name": "Mercy Hospital"}, {"name": "Hope Hospital"}).replace(b'"address"', more + b', "address"', 1)
    stored = json.loads(without_persons(data))
    assert (stored["persons_removed"], len(stored["entry"])) == (1, 1)


def test_directory_without_persons_is_stored_as_published() -> None:
    for data in (directory(MERCY), bundle({"name": "Mercy Hospital"})):
        assert without_persons(data) is data


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b'{"Endpoints": [], "Contacts": []}', id="another key"),
        pytest.param(b'{"Endpoints": []}', id="no endpoint"),
        pytest.param(b'{"Endpoints": {}}', id="no list"),
        pytest.param(b"[]", id="a list"),
        pytest.param(directory(MERCY)[:-2], id="cut off"),
        pytest.param(directory(MERCY).replace(b'"NPIID"', b'"Contact"'), id="unknown field"),
        pytest.param(directory(MERCY).replace(b'"NPIID": ""', b'"NPIID": 1'), id="number for a text"),
        pytest.param(bundle({"name": "Mercy", "contact": [{"name": "PERSON"}]}), id="contact of an organisation"),
        pytest.param(bundle({"name": "Mercy"}).replace(b'"address"', b'"contact"'), id="contact of an endpoint"),
        pytest.param(bundle({"name": "Mercy"}).replace(b'"Organization"', b'"Practitioner"'), id="a practitioner"),
        pytest.param(bundle({"name": "Mercy"}, text="PERSON"), id="text beside the entries"),
        pytest.param(bundle({"name": ["Mercy"]}), id="a list of names"),
        pytest.param(bundle({"name": "Mercy", "address": "Erie"}), id="a text for an address"),
    ],
)
def test_what_is_not_understood_is_refused_before_it_is_stored_and_no_name_is_told(data: bytes) -> None:
    with pytest.raises(SourceError) as caught:
        without_persons(data)
    assert "PERSON" not in str(caught.value)
