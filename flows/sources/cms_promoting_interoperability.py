"""CMS Promoting Interoperability, hospitals: which certified software each hospital says that it uses, by certification id."""

import polars as pl

from flows.sources.cms_provider_data import fetch_of, titled, without_contact
from flows.sources.reading import read_csv, require_columns, us_date
from flows.sources.source import About, Access, Licence, Limit, Limits, Media, Parsed, Source
from schemas.listings import CMS_ATTESTATION, located
from schemas.vocabulary import OriginFamily

NAME = "cms_promoting_interoperability"
_MEETS = "Meets criteria for promoting interoperability of EHRs"
_KEPT = ("Facility ID", "Facility Name", "City/Town", "State", "CEHRT ID", _MEETS, "Start Date", "End Date")
_NOT_KEPT = ("Address", "ZIP Code", "County/Parish", "Telephone Number")
"""What Hospital General Information states of the same hospitals."""


def parse(data: bytes, about: About) -> Parsed:  # noqa: ARG001
    """Read every hospital, under the file's titles or the datastore's names: listing ``cms_attestation``, one row a line.

    Certification ids are folded to upper case, as CHPL does when it looks one up. Nothing else about them is mended: an ``O``
    may stand for a zero, and may not.

    Raises:
        SourceError: When the columns are not the known ones, or there are no rows.
    """
    frame = titled(read_csv(NAME, data), (*_KEPT, *_NOT_KEPT))
    require_columns(NAME, frame.columns, _KEPT, allowed=_NOT_KEPT)
    rows = frame.select(
        "locator",
        pl.col("Facility ID").alias("ccn"),
        pl.col("Facility Name").alias("hospital_name"),
        pl.col("City/Town").alias("city"),
        pl.col("State").alias("state"),
        pl.col("CEHRT ID").str.to_uppercase().alias("cehrt_id"),
        pl.col(_MEETS).replace({"Y": "true", "N": "false"}).alias("meets_pi"),
        us_date("Start Date").alias("reported_from"),
        us_date("End Date").alias("reported_to"),
    )
    return Parsed({CMS_ATTESTATION.name: rows.select(located(CMS_ATTESTATION).column_names)})


SOURCE = Source(
    name=NAME,
    title="CMS Promoting Interoperability, hospitals",
    publisher="Centers for Medicare & Medicaid Services",
    address="https://data.cms.gov/provider-data/api/1/metastore/schemas/dataset/items/f4ga-b9gx",
    licence=Licence(fetch="yes, public US government data", redistribute="rows", learn="yes"),
    cadence="a new period once a year; the file is issued again with each quarterly release",
    access=Access.ONE_FILE,
    media=Media.CSV,
    origin_family=OriginFamily.CMS,
    listings=(CMS_ATTESTATION,),
    limits=Limits(
        max_drop=Limit(0.05, "3 in 1,000 hospitals leave Medicare between two releases; a year may take 1 in 100"),
        max_quarantined=Limit(0.01, "all 4,591 rows of 2023 pass; a re-saved copy would lose the zeros of 15 in 100 ids"),
    ),
    parser_version="2",
    parse=parse,
    before_storing=without_contact,
    fetch=fetch_of(NAME),
    caveats=(
        "A certification id stands for a bundle of products: 891 ids for 4,038 hospitals, one of them for 242 in 39 states.",
        "Ids are typed by hand: in 2023 26 hospitals have one with a letter O or I, mostly where others have a 0 or 1.",
        "Blank is not a no, neither for the id (553 of 4,591) nor for the criteria (913).",
        "Psychiatric, children's, VA and DoD hospitals do not attest and are not in it.",
    ),
)
