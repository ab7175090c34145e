"""All links of a release, in one order: codes, reviewed decisions, names, and what follows from these."""

from dataclasses import dataclass

import polars as pl

from schemas.columns import NO_STATE
from schemas.entities import ENTITY_CODE, ENTITY_NAME, LINK_REVIEW
from schemas.vocabulary import Authority, EntityKind, LinkKind, LinkMethod
from transforms.linking import derived
from transforms.linking.deciding import Side, link_rows, linked
from transforms.linking.matcher import Model

Kind = EntityKind

TARGETS: dict[EntityKind, tuple[EntityKind, ...]] = {
    Kind.SPONSOR: (Kind.HOSPITAL, Kind.HEALTH_SYSTEM),
    Kind.SITE: (Kind.HOSPITAL,),
    Kind.NRMP_INSTITUTION: (Kind.HOSPITAL, Kind.SPONSOR),
    Kind.EMPLOYER: (Kind.HOSPITAL, Kind.SPONSOR, Kind.HEALTH_SYSTEM),
    Kind.EHR_ORGANISATION: (Kind.HOSPITAL, Kind.HEALTH_SYSTEM),
}
"""What the entities of each list are linked to by review and by name. Programs meet sponsors in ``transforms.sponsors``."""


@dataclass(frozen=True)
class Linking:
    """Links of a release.

    Attributes:
        links: Table ``link``, but for those of programs and tracks.
        review: Table ``link_review``.
    """

    links: pl.DataFrame
    review: pl.DataFrame


def link_lists(  # noqa: PLR0913  (what links rest on)
    sides: dict[EntityKind, Side],
    *,
    reviewed: pl.DataFrame,
    compendium: pl.DataFrame,
    tax_ids: pl.DataFrame,
    whole_tax_ids: pl.DataFrame,
    stakes: pl.DataFrame,
    waiting: pl.DataFrame,
    model: Model,
) -> Linking:
    """Link every list to what it is to be linked to.

    Args:
        sides: The lists.
        reviewed: Rows of ``reviewed_link``.
        compendium: Rows of ``ahrq_hospital``: which hospital belongs to which system.
        tax_ids: ``uid``, ``code`` (last four digits), ``city`` of employers.
        whole_tax_ids: ``uid``, ``code`` of employers.
        stakes: What hangs on each entity: ``uid``, ``n_programs``, ``n_trainee_filings``, ``n_petitions``.
        waiting: Pairs of programs and sponsors that wait for review.
        model: The matcher's weights and thresholds.
    """
    decided = [
        linked([sides[left] for left, rights in TARGETS.items() if right in rights], sides[right], reviewed, model)
        for right in (Kind.HOSPITAL, Kind.SPONSOR, Kind.HEALTH_SYSTEM)
    ]
    same_tax_id = derived.one_tax_id(tax_ids, whole_tax_ids, sides[Kind.EMPLOYER].names)
    links = derived.one_hospital_each(pl.concat([*(found.links for found in decided), system_members(sides, compendium)]))
    same_code = derived.one_code(sides[Kind.SPONSOR], sides[Kind.SITE])
    links = pl.concat([links, same_code, derived.through_site(links, same_code)])
    for left in (Kind.NRMP_INSTITUTION, Kind.EMPLOYER):
        links = pl.concat([links, derived.through_hospital(links, left)])
        links = pl.concat([links, derived.through_sponsor(links, left)])
    for right in (Kind.HOSPITAL, Kind.SPONSOR):
        links = pl.concat([links, derived.as_its_namesakes(links, same_tax_id, sides[Kind.EMPLOYER].names, sides[right])])
    return Linking(
        pl.concat([links, same_tax_id]),
        _review(pl.concat([*(found.review for found in decided), waiting]), links, stakes),
    )


def system_members(sides: dict[EntityKind, Side], compendium: pl.DataFrame) -> pl.DataFrame:
    """Table ``link`` rows, hospital is part of health system, by CCN as AHRQ prints it."""
    found = compendium.join(
        sides[Kind.HOSPITAL].codes.select(pl.col("uid").alias("hospital"), pl.col("code").alias("ccn")), on="ccn"
    ).join(
        sides[Kind.HEALTH_SYSTEM].codes.select(pl.col("uid").alias("system"), pl.col("code").alias("system_id")), on="system_id"
    )
    return link_rows(
        found.sort("hospital", "document_date").unique("hospital", keep="last", maintain_order=True),
        left_kind=Kind.HOSPITAL,
        left_id=pl.col("hospital"),
        right_kind=Kind.HEALTH_SYSTEM,
        right_id=pl.col("system"),
        kind=LinkKind.PART_OF,
        link_method=LinkMethod.AUTHORITY_CODE,
        score=pl.lit(1.0),
        basis=pl.format("{} prints CCN {} with system {}", "source", "ccn", "system_id"),
        decided_by="codes",
        valid_from=pl.col("document_date"),
    )


def _review(waiting: pl.DataFrame, links: pl.DataFrame, stakes: pl.DataFrame) -> pl.DataFrame:
    """Undecided pairs of entities that are still without a link of that kind, with what hangs on them."""
    done = links.select("left_id", "right_kind")
    programs = stakes.select(pl.col("uid").alias("right_id"), pl.col("n_programs").alias("n_programs_right"))
    weighed = (
        waiting.join(done, on=["left_id", "right_kind"], how="anti")
        .join(stakes, left_on="left_id", right_on="uid", how="left")
        .join(programs, on="right_id", how="left")
    )
    return weighed.with_columns(
        pl.max_horizontal(
            pl.col("n_programs").fill_null(0),
            pl.col("n_programs_right").fill_null(0),
            (pl.col("left_kind") == Kind.PROGRAM).cast(pl.Int64),
        ).alias("n_programs_at_stake"),
        (pl.col("n_trainee_filings").fill_null(0) + pl.col("n_petitions").fill_null(0)).alias("n_filings_at_stake"),
    ).select(LINK_REVIEW.column_names)


def entity_names(sides: dict[EntityKind, Side]) -> pl.DataFrame:
    """Table ``entity_name``: every name of every entity of the lists."""
    return pl.concat(
        side.names.select(
            pl.lit(str(kind)).alias("entity_kind"),
            pl.col("uid").alias("entity_uid"),
            pl.col("name").alias("entity_name"),
            "told_by",
            pl.col("state").fill_null(NO_STATE).alias("named_in"),
            "cities",
            pl.col("zips").alias("zip_codes"),
        )
        .group_by("entity_kind", "entity_uid", "entity_name", "told_by", "named_in")
        .agg(pl.col("cities").explode().drop_nulls().unique().sort(), pl.col("zip_codes").explode().drop_nulls().unique().sort())
        for kind, side in sides.items()
    ).select(ENTITY_NAME.column_names)


def name_book_of(entities: pl.DataFrame) -> pl.DataFrame:
    """A plain name book from rows of table ``entity_name``: the way back, for whoever links against a release."""
    return entities.select(
        pl.col("entity_uid").alias("uid"),
        pl.col("entity_name").alias("name"),
        "told_by",
        pl.when(pl.col("named_in") != NO_STATE).then("named_in").alias("state"),
        "cities",
        pl.col("zip_codes").alias("zips"),
    )


def entity_codes(
    sides: dict[EntityKind, Side], tax_ids: pl.DataFrame, tracks: pl.DataFrame, events: pl.DataFrame
) -> pl.DataFrame:
    """Table ``entity_code``: codes of the lists, NRMP codes by the years they were printed, tax ids of employers.

    An entity that no list names any more keeps its code, up to the last of its events.

    Args:
        sides: The lists.
        tax_ids: ``uid``, ``code``, ``city`` of employers.
        tracks: Table ``track``.
        events: Table ``entity_event``.
    """
    printed = tracks.filter(pl.col("program_uid").is_not_null()).select(
        pl.col("program_uid").alias("uid"), pl.col("nrmp_code").alias("code"), "match_year"
    )
    by_institution = sides[Kind.NRMP_INSTITUTION].codes.join(
        tracks.select(pl.col("institution_code").alias("code"), "match_year"), on="code"
    )
    plain = [_code_rows(kind, side.codes, None) for kind, side in sides.items() if kind is not Kind.NRMP_INSTITUTION]
    named = pl.concat(plain).select("entity_uid")
    gone = (
        events.join(named, on="entity_uid", how="anti")
        .group_by("entity_kind", "entity_uid", "authority", "code")
        .agg(pl.col("event_on").max().alias("code_valid_to"))
        .with_columns(pl.lit(None, pl.Date).alias("code_valid_from"), pl.lit("event").alias("told_by"))
        .select(ENTITY_CODE.column_names)
    )
    return pl.concat(
        [
            *plain,
            gone,
            _code_rows(Kind.EMPLOYER, tax_ids.with_columns(pl.lit(str(Authority.FEIN_LAST4)).alias("authority")), None),
            _code_rows(Kind.PROGRAM, printed.with_columns(pl.lit(str(Authority.NRMP_TRACK)).alias("authority")), "match_year"),
            _code_rows(Kind.NRMP_INSTITUTION, by_institution, "match_year"),
        ]
    )


def _code_rows(kind: EntityKind, codes: pl.DataFrame, year: str | None) -> pl.DataFrame:
    """Codes with the span of Matches that print them: from July of the first to July after the last, or still, in the newest."""
    if year is None:
        spans = codes.select("uid", "authority", "code").unique()
        dated = spans.with_columns(pl.lit(None, pl.Date).alias("code_valid_from"), pl.lit(None, pl.Date).alias("code_valid_to"))
    else:
        newest = pl.lit(codes.select(pl.col(year).max()).item(), pl.Int64)
        spans = codes.group_by("uid", "authority", "code").agg(
            pl.col(year).min().alias("first"), pl.col(year).max().alias("last")
        )
        ended = pl.col("last") < newest
        dated = spans.with_columns(
            pl.date(pl.col("first"), 7, 1).alias("code_valid_from"),
            pl.when(ended).then(pl.date(pl.col("last") + 1, 7, 1)).alias("code_valid_to"),
        )
    return dated.select(
        pl.lit(str(kind)).alias("entity_kind"),
        pl.col("uid").alias("entity_uid"),
        "authority",
        "code",
        "code_valid_from",
        "code_valid_to",
        pl.lit("nrmp" if year else "list").alias("told_by"),
    ).select(ENTITY_CODE.column_names)
