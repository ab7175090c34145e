"""Releasing: conclude from what is listed, build aside, audit, publish, or find that nothing is new."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import polars as pl

from flows.captures import CaptureStore
from flows.sources import SOURCE_BY_NAME, SOURCES, sources_for
from flows.steps.tonight import Tonight
from schemas.contract import FEATURE_MATRIX
from schemas.digests import digest_of, digest_of_all
from schemas.entities import KEPT_CONCLUSIONS, QUARANTINE, SOURCE_DOCUMENT
from schemas.listings import LISTINGS
from schemas.vocabulary import Audience, ExtractOutcome, NightVerdict
from transforms.assemble import WATCHED, Known, assemble
from warehouse.audit import CheckResult, audit, blocking
from warehouse.dictionary import dictionary_table
from warehouse.difference import difference
from warehouse.files import write_json
from warehouse.ledger import Ledger, Night
from warehouse.release import (
    CHECKS_FILE,
    DIFF_FILE,
    MANIFEST_FILE,
    Identity,
    Release,
    manifest_of,
    write_tables,
)

RELEASED_TO = Audience.PUBLIC
"""Whoever gets a release folder may pass it on: it carries nothing that is not for the public."""


class ReleaseWithheldError(RuntimeError):
    """A release was built and held back: names the checks that failed."""


@dataclass(frozen=True)
class Published:
    """How the release step ended."""

    verdict: NightVerdict
    release_id: str
    reason: str


def release(tonight: Tonight) -> Published:
    """Conclude, build aside, audit, and publish; or find that nothing is new.

    Raises:
        ReleaseWithheldError: When the audit blocks. The last good release stays in place.
    """
    home, night = tonight.home, tonight.night
    store = home.store()
    ledger = Ledger(store, night.dataset)
    identity = _identity(ledger, night)
    current = home.releases.current()
    if current and current.folder.name == identity.release_id:
        store.close()
        return Published(NightVerdict.UNCHANGED, identity.release_id, "no source has anything new")
    if not home.releases.is_built(identity.release_id):
        _build(tonight, ledger, identity)
    built = Release(home.releases.root / identity.release_id)
    released_at = datetime.now(UTC)
    _remember(ledger, built, identity, night.started_at)
    home.releases.publish(built, released_at)
    store.close()
    return Published(NightVerdict.PUBLISHED, identity.release_id, "published")


def _identity(ledger: Ledger, night: Night) -> Identity:
    """The release that follows from everything listed so far, in its order, and from the code."""
    listed = _held_by(RELEASED_TO, ledger.extracts().filter(pl.col("outcome") == ExtractOutcome.LISTED))
    inputs = digest_of_all(listed["extract_id"].to_list())
    observed_at = listed["observed_at"].max() if not listed.is_empty() else night.started_at
    if not isinstance(observed_at, datetime):
        raise TypeError(observed_at)
    release_id = f"r{observed_at:%Y%m%d}-{digest_of(f'{night.dataset}|{inputs}|{night.code_version}', 12)}"
    return Identity(release_id, night.dataset, night.night_id, observed_at, night.code_version, inputs)


def _build(tonight: Tonight, ledger: Ledger, identity: Identity) -> None:
    home = tonight.home
    documents = _held_by(RELEASED_TO, ledger.extracts_in_force())
    tables = conclude(ledger, documents, identity.release_id)
    folder = home.releases.building(identity.release_id)
    described = write_tables(folder, tables)
    write_json(folder / MANIFEST_FILE, manifest_of(identity, documents, described, tables["figure"]))
    last_good = home.releases.current_of(identity.dataset)
    listed = set(documents["source"])
    results = audit(
        folder,
        described,
        last_good=last_good,
        missing_sources=[
            s.name for s in SOURCES if s.required and s.name in tonight.profile.source_names and s.name not in listed
        ],
        is_stored=CaptureStore(home.captures).holds,
        withheld_sources=set(SOURCE_BY_NAME) - set(sources_for(RELEASED_TO)),
    )
    write_json(folder / CHECKS_FILE, [asdict(result) for result in results])
    if blocks := blocking(results):
        home.releases.withhold(folder, identity.release_id)
        told = _told_blocks(identity.release_id, blocks)
        ledger.record_withheld(identity, results, tonight.night.started_at, told)
        raise ReleaseWithheldError(told)
    if last_good is not None:
        new = Release(folder)
        write_json(folder / DIFF_FILE, difference(last_good, new))
    home.releases.settle(folder, identity.release_id)


def _told_blocks(release_id: str, blocks: list[CheckResult]) -> str:
    told = "; ".join(f"{block.check_name}: expected {block.expected}, found {block.found}" for block in blocks)
    return f"release {release_id} is withheld: {told}"


def _held_by(audience: Audience, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of the sources that an audience may hold."""
    return rows.filter(pl.col("source").is_in(sources_for(audience)))


def conclude(
    ledger: Ledger, documents: pl.DataFrame, release_id: str, audience: Audience = RELEASED_TO
) -> dict[str, pl.DataFrame]:
    """Every table of a release, from what the warehouse knows and an audience may hold.

    What is withheld is left out before anything is concluded, so that nothing derived from it remains.
    """
    documents = _held_by(audience, documents)
    licences = {source.name: source.licence.short for source in SOURCES}
    sources = pl.DataFrame(
        [(source.name, str(source.origin_family), source.licence.short) for source in SOURCES],
        schema=["source", "origin_family", "licence"],
        orient="row",
    )
    listings = {listing.name: _held_by(audience, ledger.listing(listing)) for listing in LISTINGS}
    histories = {listing.name: _held_by(audience, ledger.listing_history(listing)) for listing in WATCHED}
    lists_seen = _held_by(audience, ledger.extracts().filter(pl.col("outcome") == ExtractOutcome.LISTED))
    tables = assemble(Known(listings, histories, documents, sources, lists_seen))
    tables[FEATURE_MATRIX.name] = tables[FEATURE_MATRIX.name].with_columns(pl.lit(release_id).alias("release_id"))
    tables[SOURCE_DOCUMENT.name] = documents.with_columns(
        pl.col("source").replace_strict(licences, return_dtype=pl.String).alias("licence")
    )
    tables[QUARANTINE.name] = ledger.quarantined(documents["extract_id"].to_list())
    tables["dictionary"] = dictionary_table()
    return tables


def _remember(ledger: Ledger, built: Release, identity: Identity, concluded_at: datetime) -> None:
    """Advance the history of what we concluded and write the release down, in one transaction; once."""
    concluded = [(table, built.table(table.name)) for table in KEPT_CONCLUSIONS]
    checks = [CheckResult(**check) for check in built.file(CHECKS_FILE)]
    ledger.record_release(identity, concluded, checks, concluded_at)
