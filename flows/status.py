"""The state of a home in one look: last good release, sources, quarantine, and what to do next."""

from datetime import datetime
from typing import Any

import polars as pl

from flows.home import Home
from flows.sources import SOURCE_BY_NAME, site_pages
from schemas.operations import NIGHT
from schemas.vocabulary import AttemptOutcome, ExtractOutcome, NightVerdict
from warehouse.ledger import Ledger
from warehouse.release import Release

STALE_HOURS = 36.0


def status(home: Home, now: datetime) -> dict[str, Any]:
    """Everything an operator asks in the morning, as JSON-ready values.

    Returns:
        ``release_id``, ``released_at``, ``age_hours``, ``figures``, ``sources`` by name, ``quarantined`` (rows set aside
        in the documents in force), ``last_night`` and ``next`` (what to do). Values about a release are None before the
        first.
    """
    store = home.store()
    nights = store.read(NIGHT).sort("started_at")
    last = nights.row(-1, named=True) if not nights.is_empty() else None
    release = home.releases.current()
    dataset = release.manifest["dataset"] if release else (last["dataset"] if last else "public")
    ledger = Ledger(store, dataset)
    sources = _sources(ledger)
    in_force = ledger.extracts_in_force()
    store.close()
    told: dict[str, Any] = {
        "home": str(home.root),
        "dataset": dataset,
        **_release(release, now),
        "last_night": {name: last[name] for name in ("night_id", "profile", "started_at", "ended_at", "verdict", "reason")}
        if last
        else None,
        "quarantined": int(in_force["rows_quarantined"].sum()),
        "sources": sources,
    }
    idle_hours = (now - last["started_at"]).total_seconds() / 3600 if last else 0.0
    told["next"] = _next(told, idle_hours)
    return told


def _release(release: Release | None, now: datetime) -> dict[str, Any]:
    if release is None:
        return dict.fromkeys(("release_id", "released_at", "age_hours", "contract_version", "code_version", "figures", "folder"))
    manifest = release.manifest
    return {
        "release_id": release.release_id,
        "released_at": release.released_at,
        "age_hours": round((now - release.released_at).total_seconds() / 3600, 2),
        "contract_version": manifest["contract_version"],
        "code_version": manifest["code_version"],
        "figures": manifest["figures"],
        "folder": str(release.folder),
    }


def _sources(ledger: Ledger) -> dict[str, Any]:
    """By source: its documents, each with what is in force and since when tonight's has failed; followed sites as one."""
    told: dict[str, Any] = {}
    for name in SOURCE_BY_NAME:
        if name == site_pages.NAME:
            found = _followed(ledger.outcomes(name), ledger.extracts_in_force(name))
        else:
            found = _listed(ledger.attempts(name), ledger.extracts(name))
        if found:
            told[name] = found
    return told


def _listed(attempts: pl.DataFrame, extracts: pl.DataFrame) -> dict[str, Any] | None:
    documents = {
        document: _document(attempts.filter(pl.col("document") == document), extracts.filter(pl.col("document") == document))
        for document in attempts["document"].unique().sort()
    }
    if not documents:
        return None
    return {
        "state": "failing" if any(document["failing_since"] for document in documents.values()) else "good",
        "rows_listed": sum(document["rows_listed"] for document in documents.values()),
        "rows_quarantined": sum(document["rows_quarantined"] for document in documents.values()),
        "complete": all(document["complete"] for document in documents.values()),
        "documents": documents,
    }


def _followed(outcomes: dict[str, int], in_force: pl.DataFrame) -> dict[str, Any] | None:
    """Pages of sites by the outcome of the newest attempt at each: some of thousands fail every night, and that is no alarm."""
    if not outcomes:
        return None
    failed = outcomes.get(AttemptOutcome.FAILED, 0)
    return {
        "state": "failing" if failed == sum(outcomes.values()) else "good",
        "rows_listed": int(in_force["rows_listed"].sum()),
        "rows_quarantined": int(in_force["rows_quarantined"].sum()),
        "complete": not failed and bool(in_force["complete"].all()),
        "documents": {},
        "pages": outcomes,
    }


def _document(attempts: pl.DataFrame, extracts: pl.DataFrame) -> dict[str, Any]:
    listed = extracts.filter(pl.col("outcome") == ExtractOutcome.LISTED)
    good = attempts.filter(
        (pl.col("outcome") != AttemptOutcome.FAILED) & pl.col("digest").is_in(listed["digest"].unique().implode())
    )
    last_good = good["attempted_at"].max()
    read = extracts["digest"].unique().implode()
    waiting = (pl.col("outcome") != AttemptOutcome.FAILED) & ~pl.col("digest").is_in(read)
    failed = attempts.filter(~waiting & ((pl.col("attempted_at") > last_good) if last_good is not None else pl.lit(value=True)))
    in_force = listed.row(-1, named=True) if not listed.is_empty() else None
    last_attempt = attempts.row(-1, named=True)
    same_bytes = pl.col("digest") == pl.lit(last_attempt["digest"], pl.String)
    refused = extracts.filter((pl.col("outcome") == ExtractOutcome.REFUSED) & same_bytes)
    reason = last_attempt["reason"] or (refused.item(-1, "reason") if not refused.is_empty() else None)
    names = ("document_date", "observed_at", "digest", "parser_version", "rows_parsed", "rows_listed", "rows_quarantined")
    return {
        "last_attempt": last_attempt["attempted_at"],
        "last_outcome": last_attempt["outcome"],
        "failing_since": failed["attempted_at"].min(),
        "reason": reason if not failed.is_empty() else (in_force["reason"] if in_force else None),
        **{name: in_force[name] if in_force else (0 if name.startswith("rows") else None) for name in names},
        "stated_total": in_force["stated_total"] if in_force else None,
        "complete": bool(in_force and in_force["complete"]),
    }


def _next(told: dict[str, Any], idle_hours: float) -> list[str]:
    """What the operator should do, most urgent first."""
    advice = []
    last = told["last_night"]
    if told["release_id"] is None:
        advice.append("No release yet: run `residency refresh`.")
    if last and last["verdict"] == NightVerdict.WITHHELD:
        advice.append(
            "The last release was withheld; readers see the one before. Mend the cause and run `residency refresh` again."
        )
    if last and last["verdict"] == NightVerdict.FAILED:
        advice.append("The last night failed: read its reason, then run `residency refresh` again.")
    if last and last["verdict"] is None:
        advice.append("A night is running, or was killed; `residency refresh` takes a killed one up again.")
    for name, source in told["sources"].items():
        for document, facts in source["documents"].items():
            if facts["failing_since"]:
                advice.append(
                    f"{name} ({document}) has been failing since {facts['failing_since']:%Y-%m-%d %H:%M}: {facts['reason']}"
                )
    if idle_hours > STALE_HOURS:
        advice.append(f"No night has run for {idle_hours:.0f} hours: look at what should start it.")
    if told["quarantined"]:
        advice.append("Rows in quarantine: `residency query 'SELECT source, locator, reasons FROM quarantine'`.")
    return advice or ["Nothing."]
