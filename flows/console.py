"""What every verb of the command line shares: exit codes, options, errors in one line, tables, JSON."""

import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from enum import IntEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.table import Table

from flows.extracting import PageError
from flows.home import AlreadyRunningError, Home
from flows.profiles import ProfileError
from flows.resolving import QuestionError
from flows.reviewing import DecisionError
from flows.steps import ReleaseWithheldError
from warehouse.reading import QueryError, open_release
from warehouse.release import NoReleaseError, Release


class Exit(IntEnum):
    """Exit codes; 0 is good."""

    FAILED = 1
    USAGE = 2
    WITHHELD = 3
    NO_RELEASE = 4
    RUNNING = 5


EXIT_HELP = (
    "Exit codes: 0 good; 1 the night failed; 2 wrong use, such as a bad profile or query; 3 the release was withheld; "
    "4 there is no such release yet; 5 another refresh is running."
)

_PIPED_WIDTH = 200
out, err = Console(width=None if sys.stdout.isatty() else _PIPED_WIDTH), Console(stderr=True)

HomeOption = Annotated[
    Path | None,
    typer.Option("--home", help="Data home. Default: $RESIDENCY_HOME, else ./residency-home.", show_default=False),
]
WarehouseOption = Annotated[
    str | None,
    typer.Option(
        "--warehouse",
        help="Postgres or SQLite URL. Default: $RESIDENCY_WAREHOUSE, else a SQLite file in the home.",
        show_default=False,
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


def open_home(home: Path | None, release_id: str | None, as_of: datetime | None) -> Release:
    """A release of a data home: by id, of a day, or the current one."""
    root = Home.find(home).releases.root
    return open_release(root, release_id=release_id, as_of=as_of.date() if as_of else None)


@contextmanager
def told_errors() -> Iterator[None]:
    """Our errors become one clear line and an exit code."""
    try:
        yield
    except (DecisionError, PageError, ProfileError, QueryError, QuestionError) as error:
        fail(Exit.USAGE, str(error))
    except NoReleaseError as error:
        fail(Exit.NO_RELEASE, str(error))
    except AlreadyRunningError as error:
        fail(Exit.RUNNING, str(error))
    except ReleaseWithheldError as error:
        fail(Exit.WITHHELD, str(error))
    except typer.Exit:
        raise
    except Exception as error:
        if os.environ.get("RESIDENCY_TRACEBACK"):
            raise
        fail(Exit.FAILED, f"{type(error).__name__}: {error}\n(set RESIDENCY_TRACEBACK=1 for the traceback)")


def fail(code: Exit, message: str) -> NoReturn:
    """End with an exit code and a message on standard error."""
    err.print(message, style="red", markup=False, soft_wrap=True)
    raise typer.Exit(code)


def plain(value: object) -> str:
    """A value as a person reads it."""
    if value is None:
        return "-"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, dict):
        return "\n".join(f"{key}: {plain(part)}" for key, part in value.items())
    if isinstance(value, list):
        return "\n".join(plain(part) for part in value) if value and len(str(value)) > 60 else ", ".join(map(plain, value))
    return str(value)


def print_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows under a header."""
    table = Table(show_edge=False, pad_edge=False)
    for name in header:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(cell.replace("[", r"\[") for cell in row))
    out.print(table)


def json_value(value: object) -> object:
    """What JSON has no word for, as text."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)


def print_json(value: object) -> None:
    """Print a value as JSON."""
    sys.stdout.write(json.dumps(value, indent=1, default=json_value, ensure_ascii=False) + "\n")
