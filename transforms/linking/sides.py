"""The lists that are linked, each as one side: names with their places, and codes."""

import polars as pl

from schemas.geography import STATE_BY_ACGME_DIGITS
from schemas.table import TEXT_LIST
from schemas.vocabulary import Authority, EntityKind
from transforms.employers import employer_names, whole_tax_ids
from transforms.identity import with_uid
from transforms.linking.deciding import Side
from transforms.linking.namebook import COLUMNS, folded_cities
from transforms.names import id_key, name_key

_NO_TEXTS = pl.lit([], dtype=TEXT_LIST)


def _names(*frames: pl.DataFrame) -> pl.DataFrame:
    told = pl.concat([frame.select(COLUMNS) for frame in frames]).drop_nulls(["uid", "name"])
    return told.unique().sort("uid", "name", "told_by", "state")


def _codes(frame: pl.DataFrame, uid: str, authority: Authority, code: str) -> pl.DataFrame:
    return (
        frame.select(pl.col(uid).alias("uid"), pl.lit(str(authority)).alias("authority"), pl.col(code).alias("code"))
        .drop_nulls()
        .unique()
        .sort("uid", "code")
    )


def _zips(column: str) -> pl.Expr:
    return pl.when(pl.col(column).is_not_null()).then(pl.concat_list(column)).otherwise(_NO_TEXTS)


def hospitals(current: pl.DataFrame, history: pl.DataFrame, compendium: pl.DataFrame) -> Side:
    """Hospitals of the newest CMS list, under the names of every CMS list seen and of AHRQ's compendium.

    Args:
        current: Table ``hospital``.
        history: All versions of ``cms_hospital``.
        compendium: Rows of ``ahrq_hospital``.
    """
    bearers = current.select("hospital_uid", "ccn", "zip_code", pl.col("city").alias("city_now"))
    # A former entity under the same CCN is another hospital: its names are kept out by its place.
    cms = history.filter(pl.col("valid_to").is_null()).join(bearers.drop("zip_code"), on="ccn")
    names = _names(
        *(
            frame.select(
                pl.col("hospital_uid").alias("uid"),
                pl.col("hospital_name").alias("name"),
                pl.col("source").alias("told_by"),
                "state",
                folded_cities(pl.col("city")).alias("cities"),
                _zips("zip_code").alias("zips"),
            )
            for frame in (
                cms.filter((pl.col("city") == pl.col("city_now")) | pl.col("superseded_at").is_null()),
                compendium.join(bearers.select("hospital_uid", "ccn"), on="ccn"),
            )
        )
    )
    return Side(EntityKind.HOSPITAL, names, _codes(current, "hospital_uid", Authority.CCN, "ccn"))


def health_systems(compendium: pl.DataFrame) -> tuple[Side, pl.DataFrame]:
    """Health systems of AHRQ's compendium, in each state in which they have a hospital; and table ``health_system``."""
    members = with_uid(
        compendium.filter(pl.col("system_id").is_not_null()), EntityKind.HEALTH_SYSTEM, "system_id", column="system_uid"
    )
    names = members.select(
        pl.col("system_uid").alias("uid"),
        pl.col("system_name").alias("name"),
        pl.col("source").alias("told_by"),
        "state",
        pl.when(pl.col("state") == pl.col("system_state"))
        .then(folded_cities(pl.col("system_city")))
        .otherwise(_NO_TEXTS)
        .alias("cities"),
        _NO_TEXTS.alias("zips"),
    )
    table = (
        members.sort("system_uid", "compendium_hospital_id")
        .group_by("system_uid", "system_id", maintain_order=True)
        .agg(
            pl.col("system_name").first(),
            pl.col("system_city").first().alias("city"),
            pl.col("system_state").first().alias("state"),
            pl.len().cast(pl.Int64).alias("n_hospitals"),
        )
    )
    return Side(EntityKind.HEALTH_SYSTEM, _names(names), _codes(table, "system_uid", Authority.AHRQ_SYSTEM, "system_id")), table


def sponsors(table: pl.DataFrame, named: pl.DataFrame) -> Side:
    """Sponsors under every name that the program lists print for them, in the cities of their programs.

    Args:
        table: Table ``sponsor``.
        named: ``sponsor_uid``, ``sponsor_name``, ``city``, ``source`` as the lists name them.
    """
    places = named.group_by("sponsor_uid").agg(name_key(pl.col("city")).drop_nulls().unique().sort().alias("cities"))
    spellings = pl.concat(
        [
            named.select("sponsor_uid", "sponsor_name", pl.col("source").alias("told_by")),
            table.select("sponsor_uid", "sponsor_name", pl.lit("sponsor").alias("told_by")),
        ]
    ).unique(["sponsor_uid", "sponsor_name"], keep="first", maintain_order=True)
    names = spellings.join(table.select("sponsor_uid", "state"), on="sponsor_uid").join(places, on="sponsor_uid", how="left")
    return Side(
        EntityKind.SPONSOR,
        _names(
            names.select(
                pl.col("sponsor_uid").alias("uid"),
                pl.col("sponsor_name").alias("name"),
                "told_by",
                "state",
                pl.col("cities").fill_null(_NO_TEXTS),
                _NO_TEXTS.alias("zips"),
            )
        ),
        _codes(table, "sponsor_uid", Authority.ACGME_INSTITUTION, "sponsor_code"),
    )


def nrmp_institutions(results: pl.DataFrame, directory: pl.DataFrame) -> tuple[Side, pl.DataFrame]:
    """Institutions of the Match under every printed name, in the cities of their tracks; and table ``nrmp_institution``."""
    printed = pl.concat(
        frame.select(
            pl.col("nrmp_code").str.slice(0, 4).alias("institution_code"),
            "institution_name",
            "state",
            "city",
            "source",
            "document_date",
            "nrmp_code",
        )
        for frame in (results, directory)
    )
    printed = with_uid(printed, EntityKind.NRMP_INSTITUTION, "institution_code", column="institution_uid")
    table = (
        printed.sort("document_date", "institution_name")
        .group_by("institution_uid", "institution_code", maintain_order=True)
        .agg(
            pl.col("institution_name").last(),
            pl.col("state").mode().sort().first(),
            pl.col("nrmp_code").n_unique().cast(pl.Int64).alias("n_tracks"),
        )
    )
    names = (
        printed.group_by("institution_uid", "institution_name", "source")
        .agg(name_key(pl.col("city")).drop_nulls().unique().sort().alias("cities"))
        .join(table.select("institution_uid", "state"), on="institution_uid")
    )
    side = Side(
        EntityKind.NRMP_INSTITUTION,
        _names(
            names.select(
                pl.col("institution_uid").alias("uid"),
                pl.col("institution_name").alias("name"),
                pl.col("source").alias("told_by"),
                "state",
                "cities",
                _NO_TEXTS.alias("zips"),
            )
        ),
        _codes(table, "institution_uid", Authority.NRMP_INSTITUTION, "institution_code"),
    )
    return side, table


def sites(participating: pl.DataFrame, programs: pl.DataFrame) -> Side:
    """Participating sites; a program's first site lies, as far as we know, in the program's city.

    Args:
        participating: Table ``participating_site`` with ``site_uid`` and ``source``.
        programs: Table ``program``.
    """
    cities = (
        participating.filter(pl.col("site_number") == 1)
        .join(programs.select("program_uid", "city"), on="program_uid")
        .group_by("site_uid")
        .agg(name_key(pl.col("city")).drop_nulls().unique().sort().alias("cities"))
    )
    names = participating.filter(pl.col("site_name").is_not_null()).join(cities, on="site_uid", how="left")
    state = pl.col("site_code").str.slice(0, 2).replace_strict(STATE_BY_ACGME_DIGITS, default=None, return_dtype=pl.String)
    return Side(
        EntityKind.SITE,
        _names(
            names.select(
                pl.col("site_uid").alias("uid"),
                pl.col("site_name").alias("name"),
                pl.col("source").alias("told_by"),
                state.alias("state"),
                pl.col("cities").fill_null(_NO_TEXTS),
                _NO_TEXTS.alias("zips"),
            )
        ),
        _codes(participating, "site_uid", Authority.ACGME_INSTITUTION, "site_code"),
    )


def employers(filings: pl.DataFrame, approved: pl.DataFrame) -> Side:
    """Employers under their legal and trade names, in the cities in which they file; coded by their whole tax ids."""
    codes = _codes(whole_tax_ids(filings), "uid", Authority.FEIN, "code")
    return Side(EntityKind.EMPLOYER, employer_names(filings, approved), codes)


def ehr_organisations(endpoints: pl.DataFrame, current: pl.DataFrame) -> Side:
    """Organisations of the EHR vendors' directories. Their state is that of the hospitals with the same first three ZIP digits.

    Args:
        endpoints: Rows of ``ehr_endpoint``.
        current: Table ``hospital``.
    """
    area = pl.col("zip_code").str.slice(0, 3).alias("area")
    states = current.select(area, "state").unique().group_by("area").agg(pl.col("state").unique())
    states = states.filter(pl.col("state").list.len() == 1).select("area", pl.col("state").list.first())
    spelled = endpoints.with_columns(
        area, pl.concat_str(id_key(pl.col("organisation_name")), pl.col("zip_code").fill_null(""), separator="|").alias("_id")
    )
    named = with_uid(spelled, EntityKind.EHR_ORGANISATION, "_id", column="uid").join(states, on="area", how="left")
    codes = _codes(named, "uid", Authority.NPI, "npi")
    return Side(
        EntityKind.EHR_ORGANISATION,
        _names(
            named.select(
                "uid",
                pl.col("organisation_name").alias("name"),
                pl.col("source").alias("told_by"),
                "state",
                _NO_TEXTS.alias("cities"),
                _zips("zip_code").alias("zips"),
            )
        ),
        codes,
    )


def programs(lists: pl.DataFrame, directory: pl.DataFrame) -> Side:
    """Programs under the names of the lists and of the directory's institutions, in their cities."""
    names = [
        frame.select(
            pl.col("program_uid").alias("uid"),
            pl.col(column).alias("name"),
            pl.col("source").alias("told_by"),
            "state",
            folded_cities(pl.col("city")).alias("cities"),
            _NO_TEXTS.alias("zips"),
        )
        for frame, column in ((lists, "program_name"), (directory, "institution_name"))
    ]
    coded = pl.concat([frame.select("program_uid", "acgme_id") for frame in (lists, directory)])
    return Side(EntityKind.PROGRAM, _names(*names), _codes(coded, "program_uid", Authority.ACGME_PROGRAM, "acgme_id"))
