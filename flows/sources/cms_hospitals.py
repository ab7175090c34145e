"""CMS Hospital General Information: every hospital that Medicare certifies, with its CCN."""

import polars as pl

from flows.sources.cms_provider_data import fetch_of, titled, without_contact
from flows.sources.reading import read_csv, require_columns, zip5
from flows.sources.source import About, Access, Licence, Limit, Limits, Media, Parsed, Source
from schemas.listings import CMS_HOSPITAL, located
from schemas.vocabulary import OriginFamily

NAME = "cms_hospitals"
_KEPT = (
    "Facility ID",
    "Facility Name",
    "Address",
    "City/Town",
    "State",
    "ZIP Code",
    "County/Parish",
    "Hospital Type",
    "Hospital Ownership",
    "Emergency Services",
    "Hospital overall rating",
)
_QUALITY_MEASURES = (
    "Telephone Number",
    "Meets criteria for birthing friendly designation",
    "Hospital overall rating footnote",
    *(
        name
        for group in ("MORT", "Safety", "READM")
        for name in (
            f"{group} Group Measure Count",
            f"Count of Facility {group} Measures",
            f"Count of {group} Measures Better",
            f"Count of {group} Measures No Different",
            f"Count of {group} Measures Worse",
            f"{group} Group Footnote",
        )
    ),
    *(
        name
        for group in ("Pt Exp", "TE")
        for name in (f"{group} Group Measure Count", f"Count of Facility {group} Measures", f"{group} Group Footnote")
    ),
)


def parse(data: bytes, about: About) -> Parsed:  # noqa: ARG001
    """Read every hospital, under the file's titles or the datastore's names: listing ``cms_hospital``, one row a facility.

    Raises:
        SourceError: When the columns are not the known ones, or there are no rows.
    """
    frame = titled(read_csv(NAME, data), (*_KEPT, *_QUALITY_MEASURES))
    require_columns(NAME, frame.columns, _KEPT, allowed=_QUALITY_MEASURES)
    rating = pl.col("Hospital overall rating")
    rows = frame.select(
        "locator",
        pl.col("Facility ID").alias("ccn"),
        pl.col("Facility Name").alias("hospital_name"),
        pl.col("Address").alias("street"),
        pl.col("City/Town").alias("city"),
        pl.col("State").alias("state"),
        zip5("ZIP Code").alias("zip_code"),
        pl.col("County/Parish").alias("county"),
        pl.col("Hospital Type").alias("hospital_type"),
        pl.col("Hospital Ownership").alias("hospital_ownership"),
        pl.col("Emergency Services").replace({"Yes": "true", "No": "false"}).alias("emergency_services"),
        pl.when(rating != "Not Available").then(rating).alias("overall_rating"),
    )
    return Parsed({CMS_HOSPITAL.name: rows.select(located(CMS_HOSPITAL).column_names)})


SOURCE = Source(
    name=NAME,
    title="CMS Hospital General Information",
    publisher="Centers for Medicare & Medicaid Services",
    address="https://data.cms.gov/provider-data/api/1/metastore/schemas/dataset/items/xubh-q36u",
    licence=Licence(fetch="yes, public US government data", redistribute="rows", learn="yes"),
    cadence="quarterly",
    access=Access.ONE_FILE,
    media=Media.CSV,
    origin_family=OriginFamily.CMS,
    listings=(CMS_HOSPITAL,),
    limits=Limits(
        max_drop=Limit(0.03, "between two releases 15 of 5,381 hospitals went; a tenth of that is already much"),
        max_quarantined=Limit(0.01, "both real releases pass whole; a re-saved copy lost the zeros of 15 in 100 ids"),
    ),
    parser_version="2",
    parse=parse,
    before_storing=without_contact,
    fetch=fetch_of(NAME),
    caveats=("Long-term and rural emergency hospitals appear only in newer releases.",),
)
