"""What operators read on the flow run's page: outcomes by source, quarantine, difference, the release."""

from contextlib import closing
from typing import Any

import polars as pl
from prefect.artifacts import create_link_artifact, create_markdown_artifact, create_table_artifact

from flows.markdown import diff_markdown
from flows.sources import sources_for
from flows.steps import Outcome, Published, Tonight
from flows.steps.release_step import RELEASED_TO
from schemas.vocabulary import NightVerdict
from warehouse.ledger import Ledger
from warehouse.release import CHECKS_FILE, DIFF_FILE

_QUARANTINE_ROWS = 50


def outcomes(found: tuple[Outcome, ...]) -> None:
    """One row a document: captured, listed, rows, stated total, reason."""
    rows = [
        {
            "source": outcome.source,
            "document": outcome.document,
            "captured": str(outcome.captured),
            "listed": outcome.listed or "-",
            "parsed": outcome.rows_parsed,
            "listed rows": outcome.rows_listed,
            "quarantined": outcome.rows_quarantined,
            "stated total": outcome.stated_total if outcome.stated_total is not None else "-",
            "complete": "yes" if outcome.complete else "no",
            "reason": outcome.reason or "",
        }
        for outcome in found
    ]
    create_table_artifact(key="outcomes", table=rows, description="What the night did with each document.")


def quarantine(tonight: Tonight) -> None:
    """Rows set aside in the documents now in force, at most fifty of them; none of what no release may carry."""
    with closing(tonight.home.store()) as store:
        ledger = Ledger(store, tonight.night.dataset)
        in_force = ledger.extracts_in_force().filter(pl.col("source").is_in(sources_for(RELEASED_TO)))
        rows = ledger.quarantined(in_force["extract_id"].to_list())
    shown: list[dict[str, Any]] = (
        rows.head(_QUARANTINE_ROWS)
        .select("source", "document", "locator", pl.col("reasons").list.join("; "), "raw_row")
        .to_dicts()
    )
    told = f"{rows.height} rows in quarantine; {len(shown)} shown. All: `residency query 'SELECT * FROM quarantine'`."
    create_table_artifact(key="quarantine", table=shown, description=told)


def release(tonight: Tonight, published: Published) -> None:
    """The release and what changed in it."""
    found = tonight.home.releases.get(published.release_id)
    figures = "\n".join(f"| {name} | {value:,} |" for name, value in found.manifest["figures"].items())
    lines = [
        f"# {published.release_id}",
        "",
        f"{published.verdict}: {published.reason}.",
        "",
        "| figure | value |",
        "|---|---:|",
        figures,
    ]
    warnings = [check for check in found.file(CHECKS_FILE) if not check["passed"]]
    lines += ["", *(f"- **{check['check_name']}**: expected {check['expected']}; found {check['found']}" for check in warnings)]
    create_markdown_artifact(key="release", markdown="\n".join(lines), description="The release that readers see.")
    create_link_artifact(
        key="release-folder",
        link=found.folder.as_uri(),
        link_text=published.release_id,
        description="Its files on the worker's disk.",
    )
    if published.verdict is NightVerdict.PUBLISHED:
        create_markdown_artifact(key="diff", markdown=diff_markdown(found.file(DIFF_FILE)), description="What changed.")


def withheld(tonight: Tonight, reason: str) -> None:
    """Why a release was held back, and which one readers still see."""
    current = tonight.home.releases.current()
    last = current.release_id if current else "none"
    text = f"# Release withheld\n\n{reason}\n\nReaders still see: **{last}**."
    create_markdown_artifact(key="release", markdown=text, description="A release was held back.")
