"""The console command ``residency``: one verb a task, help that teaches, JSON for programs, exit codes that mean something."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import count
from typing import Annotated, Any

import polars as pl
import typer
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from flows.console import (
    EXIT_HELP,
    Exit,
    HomeOption,
    JsonOption,
    WarehouseOption,
    err,
    fail,
    json_value,
    open_home,
    out,
    plain,
    print_json,
    print_table,
    told_errors,
)
from flows.extracting import find_pages, read_pages
from flows.home import WAREHOUSE_VARIABLE, Home
from flows.linking_cli import verbs as linking_verbs
from flows.markdown import diff_markdown
from flows.pages.extraction import reading_json
from flows.profiles import DEFAULT_PROFILE, load_profile
from flows.progress import listening
from flows.sources import SOURCES
from flows.status import status as status_of
from schemas.contract import FEATURES
from warehouse.dictionary import RELEASE_TABLES, dictionary_table
from warehouse.difference import difference
from warehouse.reading import query as run_query
from warehouse.release import VIEW_NAMES, NoReleaseError, Release

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    help="Nightly warehouse of US residency and fellowship programs: every value with its evidence, its age and its doubt.\n\n"
    "Begin with `residency refresh` (offline, bundled sample), then `residency status` and `residency query`.",
    epilog=EXIT_HELP,
)
app.add_typer(linking_verbs)


def main() -> None:
    """Run the command line."""
    app()


# --- refresh ----------------------------------------------------------------------------------------------------------


@app.command(epilog=EXIT_HELP)
def refresh(
    profile: Annotated[
        str,
        typer.Option("--profile", help="Bundled profile (sample, live) or a TOML file that says where each source's bytes are."),
    ] = DEFAULT_PROFILE,
    home: HomeOption = None,
    warehouse: WarehouseOption = None,
    as_json: JsonOption = False,
    verbose: Annotated[bool, typer.Option("--verbose", help="Show the log of the run.")] = False,
) -> None:
    """Run one night: capture, list, conclude, audit, publish.

    Without options it runs offline on the bundled sample. Running it again does no work twice: a night without news publishes
    nothing, and a night that was killed is taken up where it stopped.

    Examples: `residency refresh` · `residency refresh --profile my-sources.toml --home /srv/residency`
    """
    place = Home.find(home, warehouse)
    with told_errors():
        load_profile(profile)
        with place.only_one():  # the night asks again; told here, before Prefect is started
            pass
    place.prepare_prefect()
    os.environ[WAREHOUSE_VARIABLE] = place.warehouse_url  # not a parameter: Prefect would show its password
    os.environ.setdefault("PREFECT_LOGGING_LEVEL", "INFO" if verbose else "CRITICAL")
    os.environ.setdefault("PREFECT_SERVER_LOGGING_LEVEL", "WARNING" if verbose else "CRITICAL")
    with told_errors(), _progress(hidden=as_json or verbose):
        from flows.nightly import refresh as night  # Prefect reads its settings when it is imported

        report = night(profile=profile, home=str(place.root))
    if as_json:
        print_json(asdict(report))
        return
    rows = [
        (
            f"{outcome.source}" + ("" if outcome.document == "current" else f"\n  {outcome.document}"),
            str(outcome.captured),
            outcome.listed or "-",
            f"{outcome.rows_listed:,}",
            f"{outcome.rows_quarantined:,}",
            "yes" if outcome.complete else "no",
            outcome.reason or "",
        )
        for outcome in report.outcomes
    ]
    print_table(("source", "captured", "listed", "rows", "quarantined", "complete", "remark"), rows)
    taken_up = " (a killed night was taken up)" if report.resumed else ""
    out.print(f"\n[bold]{report.verdict}[/bold]{taken_up}: {report.release_id}")
    release = place.releases.get(report.release_id)
    out.print(f"  files      {release.folder}", soft_wrap=True)
    out.print("  look at    residency status · residency query · residency diff · residency dictionary", soft_wrap=True)


@contextmanager
def _progress(*, hidden: bool) -> Iterator[None]:
    """A progress bar on standard error, fed by the steps of the night."""
    if hidden:
        yield
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True) as progress:
        bar = progress.add_task("starting Prefect", total=None)
        pages = count(1)

        def listener(step: str, subject: str, total: int | None) -> None:
            if step == "page":
                progress.update(bar, description=f"{next(pages):,} pages")
            elif total:
                progress.update(bar, total=total, description=f"{step} {subject}")
            else:
                progress.update(bar, advance=1, description=f"{step} {subject}")

        with listening(listener):
            yield


# --- status and sources -----------------------------------------------------------------------------------------------


@app.command(epilog=EXIT_HELP)
def status(home: HomeOption = None, warehouse: WarehouseOption = None, as_json: JsonOption = False) -> None:
    """Show whether the last night was good: release and age, sources, quarantine, figures, what to do next.

    Exit code 0: the last night ended well. 1 or 3: it failed or was withheld; the last good release still stands.

    Examples: `residency status` · `residency status --json | jq .figures`
    """
    place = Home.find(home, warehouse)
    with told_errors():
        if not place.exists():
            raise NoReleaseError(f"nothing was ever refreshed in {place.root}: run `residency refresh`")
        told = status_of(place, datetime.now(UTC))
    if as_json:
        print_json(told)
    else:
        _show_status(told)
    verdict = told["last_night"]["verdict"] if told["last_night"] else None
    if code := {"withheld": Exit.WITHHELD, "failed": Exit.FAILED}.get(str(verdict)):
        raise typer.Exit(code)


def _show_status(told: dict[str, Any]) -> None:
    out.print(f"[bold]{told['release_id'] or 'no release'}[/bold]  dataset {told['dataset']}", soft_wrap=True)
    if told["release_id"]:
        out.print(f"published {told['released_at']:%Y-%m-%d %H:%M} UTC, {told['age_hours']:.1f} hours ago", soft_wrap=True)
        out.print(f"in {told['folder']}", soft_wrap=True)
    if last := told["last_night"]:
        out.print(f"last night {last['night_id']}: {last['verdict'] or 'no end yet'}. {last['reason'] or ''}", soft_wrap=True)
    rows = [
        (
            name,
            source["state"],
            f"{source['rows_listed']:,}",
            f"{source['rows_quarantined']:,}",
            "yes" if source["complete"] else "no",
        )
        for name, source in told["sources"].items()
    ]
    print_table(("source", "state", "rows", "quarantined", "complete"), rows)
    if told["figures"]:
        print_table(("figure", "value"), [(name, f"{value:,}") for name, value in told["figures"].items()])
    out.print("[bold]what to do next[/bold]")
    for line in told["next"]:
        out.print(f"  {line}", soft_wrap=True, markup=False)


@app.command(epilog=EXIT_HELP)
def sources(
    name: Annotated[str | None, typer.Argument(help="One source, in full.", show_default=False)] = None,
    as_json: JsonOption = False,
) -> None:
    """List the sources: publisher, licence, cadence, limits with reasons, caveats.

    Examples: `residency sources` · `residency sources dol_lca`
    """
    chosen = [source for source in SOURCES if name in (None, source.name)]
    if not chosen:
        fail(Exit.USAGE, f"no source {name!r}; there are: {', '.join(source.name for source in SOURCES)}")
    told = [
        {
            "name": source.name,
            "title": source.title,
            "publisher": source.publisher,
            "address": source.address,
            "cadence": source.cadence,
            "access": str(source.access),
            "media": str(source.media),
            "required": source.required,
            "key": f"{source.key.variable} ({'required' if source.key.required else 'optional'})" if source.key else None,
            "origin_family": str(source.origin_family),
            "licence": asdict(source.licence),
            "listings": [listing.name for listing in source.listings],
            "limits": asdict(source.limits),
            "parser_version": source.parser_version,
            "caveats": list(source.caveats),
            **({"layout": ",".join(source.layout)} if source.layout else {}),
        }
        for source in chosen
    ]
    if as_json:
        print_json({source["name"]: source for source in told})
    elif name is None:
        print_table(
            ("source", "title", "redistribute", "cadence"),
            [(source.name, source.title, source.licence.redistribute, source.cadence) for source in chosen],
        )
    else:
        print_table(("", ""), [(key, plain(value)) for key, value in told[0].items()])


# --- pages ------------------------------------------------------------------------------------------------------------


@app.command(epilog=EXIT_HELP)
def extract(
    pages: Annotated[
        list[str], typer.Argument(help="Files, folders of saved pages, or addresses that were captured.", metavar="PAGE...")
    ],
    home: HomeOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a page, one a line.")] = False,
) -> None:
    """Read program pages: what they claim of visas, eligibility, informatics and residents, with the words it rests on.

    Nothing is fetched. `not_stated` means read and silent; `unknown` means that the page has no content that could be read.

    Examples: `residency extract how-to-apply.html` · `residency extract saved-pages/ --json > claims.jsonl` ·
    `residency extract https://example.org/residency/faq`
    """
    with (
        told_errors(),
        Progress(TextColumn("reading pages"), BarColumn(), MofNCompleteColumn(), console=err, transient=True) as bar,
    ):
        found = find_pages(pages, Home.find(home))
        task = bar.add_task("reading", total=len(found), visible=len(found) > 1)
        for name, reading in read_pages(found):
            told = reading_json(name, reading)
            bar.advance(task)
            if as_json:
                sys.stdout.write(json.dumps(told, ensure_ascii=False, default=json_value) + "\n")
            else:
                _show_reading(told)


def _show_reading(told: dict[str, Any]) -> None:
    out.print(f"[bold]{escape(told['file'])}[/bold]  {escape(told['title'])}", soft_wrap=True)
    if not told["content_ok"]:
        out.print(f"no content ({told['no_content']}): every claim is unknown\n")
        return
    conditions = {"j1_status": told["j1_conditions"], "h1b_status": told["h1b_conditions"]}
    names = (
        "j1_status",
        "h1b_status",
        "other_visas",
        "img_accepted",
        "ecfmg_required",
        "usce_required",
        "yog_max_years",
        "step1_min",
    )
    more = ("step2_min", "attempts_max", "img_share_pct")
    values = [
        (name, plain(told[name]) + (f" ({', '.join(found)})" if (found := conditions.get(name)) else "")) for name in names + more
    ]
    values.extend((name, plain(value)) for name, value in told["informatics"].items() if value)
    print_table(("claim", "value"), [(name, value) for name, value in values if value not in {"-", ""}])
    for row in told["roster"] or ():
        out.print(
            f"  {escape(str(row['cohort']))}: " + ", ".join(f"{key} {row[key]}" for key in row if key != "cohort"), soft_wrap=True
        )
    for evidence in told["evidence"]:
        out.print(f"  {evidence['claim']}: “{escape(evidence['quote'])}”", soft_wrap=True)
    out.print()


# --- reading ----------------------------------------------------------------------------------------------------------


@app.command(epilog=EXIT_HELP)
def query(  # noqa: PLR0913  (each option is the user's)
    sql: Annotated[
        str | None, typer.Argument(help="SQL in DuckDB's dialect; '-' reads it from standard input.", show_default=False)
    ] = None,
    home: HomeOption = None,
    release: Annotated[str | None, typer.Option("--release", help="A release by id; default is the current one.")] = None,
    as_of: Annotated[
        datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="The release of that day (UTC).")
    ] = None,
    as_json: JsonOption = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
) -> None:
    """Ask a release a question in SQL, read-only. Without SQL: list the tables.

    `feature_matrix` has a row a program; `feature_evidence` leads from each value to the document, digest and place it rests on.

    Examples: `residency query "SELECT state, count(*) FROM program GROUP BY state ORDER BY 2 DESC"` ·
    `residency query "SELECT claim, value, quote, source, locator FROM feature_evidence WHERE acgme_id = '2203811234'"`
    """
    with told_errors():
        found = open_home(home, release, as_of)
        if sql is None:
            _show_tables(found, as_json=as_json)
            return
        frame = run_query(found, sys.stdin.read() if sql == "-" else sql)
    if as_json:
        print_json(frame.to_dicts())
    elif as_csv:
        flat = frame.with_columns(
            pl.col(column).list.eval(pl.element().cast(pl.String)).list.join("|")
            for column, dtype in frame.schema.items()
            if isinstance(dtype, pl.List)
        )
        sys.stdout.write(flat.write_csv())
    else:
        print_table(tuple(frame.columns), [tuple(plain(value) for value in row) for row in frame.iter_rows()])
        err.print(f"{frame.height} rows from {found.release_id}")


def _show_tables(release: Release, *, as_json: bool) -> None:
    described = release.manifest["tables"]
    if as_json:
        print_json(described)
        return
    print_table(("table", "rows", "one row is"), [(t.name, f"{described[t.name]['rows']:,}", t.grain) for t in RELEASE_TABLES])
    out.print(f"views: {', '.join(VIEW_NAMES)}. Columns: `residency dictionary TABLE`.")


@app.command(epilog=EXIT_HELP)
def diff(
    old: Annotated[str | None, typer.Argument(help="Older release; default is the one before.", show_default=False)] = None,
    new: Annotated[str | None, typer.Argument(help="Newer release; default is the current one.", show_default=False)] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what changed between two releases: rows by table, columns, ten examples of each kind.

    Examples: `residency diff` · `residency diff r20261121-0123456789ab`
    """
    with told_errors():
        newer = open_home(home, new, None)
        older = open_home(home, old, None) if old else Home.find(home).releases.previous(newer)
        if older is None:
            raise NoReleaseError(f"{newer.release_id} is the first release of its dataset: nothing to compare it with")
        found = difference(older, newer)
    if as_json:
        print_json(found)
        return
    out.print(diff_markdown(json.loads(json.dumps(found, default=json_value))), markup=False, soft_wrap=True)


@app.command(epilog=EXIT_HELP)
def dictionary(
    table: Annotated[str | None, typer.Argument(help="One table; 'features' for the contract.", show_default=False)] = None,
    as_json: JsonOption = False,
) -> None:
    """Explain tables, columns and features: type, unit, meaning of null, allowed words.

    Examples: `residency dictionary` · `residency dictionary feature_matrix` · `residency dictionary features`
    """
    if table == "features":
        rows = [(f.name, f.unit or "", ", ".join(f.values or ()), f.description) for f in FEATURES]
        if as_json:
            print_json([{**asdict(f), "dtype": str(f.dtype)} for f in FEATURES])
        else:
            print_table(("feature", "unit", "words", "meaning"), rows)
        return
    words = dictionary_table()
    if table is not None:
        words = words.filter(pl.col("table_name") == table)
        if words.is_empty():
            names = ", ".join(t.name for t in RELEASE_TABLES)
            fail(Exit.USAGE, f"no table {table!r}; there are: {names}, features")
    if as_json:
        print_json(words.to_dicts())
    elif table is None:
        print_table(("table", "one row is"), [(t.name, t.grain) for t in RELEASE_TABLES])
    else:
        print_table(tuple(words.columns[1:]), [tuple(plain(value) for value in row[1:]) for row in words.iter_rows()])
