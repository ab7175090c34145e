"""The verbs about who is who: ``resolve`` answers, ``review`` takes decisions."""

import csv
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import click
import typer

from flows.console import (
    EXIT_HELP,
    Exit,
    HomeOption,
    JsonOption,
    err,
    fail,
    open_home,
    out,
    plain,
    print_json,
    print_table,
    told_errors,
)
from flows.resolving import KINDS, QuestionError, Resolver, question, read_batch
from flows.reviewing import BUNDLED_FILE, Candidate, DecisionError, Entity, as_json, candidates, decide
from schemas.vocabulary import Decision, EntityKind

verbs = typer.Typer()

_KEYS: dict[str, Decision] = {
    "s": Decision.SAME,
    "f": Decision.FILES_FOR,
    "p": Decision.PART_OF,
    "t": Decision.PARTICIPATES,
    "o": Decision.SPONSORS,
    "n": Decision.NOT_SAME,
}
_HELP_KEYS = "s same · f files for · p part of · t takes part · o sponsored by · n not the same · space later · q stop"


@verbs.command(epilog=EXIT_HELP)
def resolve(  # noqa: PLR0913  (each option is the user's)
    kind: Annotated[
        str | None, typer.Option("--kind", help=f"What is asked for: {', '.join(KINDS)}.", show_default=False)
    ] = None,
    name: Annotated[str | None, typer.Option("--name", help="Its name, as somebody writes it.", show_default=False)] = None,
    state: Annotated[str | None, typer.Option("--state", help="Its state, two letters.", show_default=False)] = None,
    city: Annotated[str | None, typer.Option("--city", help="Its city.", show_default=False)] = None,
    code: Annotated[
        str | None,
        typer.Option("--code", help="One of its codes: CCN, ACGME id, NRMP institution or track, or our id.", show_default=False),
    ] = None,
    batch: Annotated[
        Path | None,
        typer.Option("--batch", help="A CSV with columns kind and name or code, state and city where known.", show_default=False),
    ] = None,
    as_of: Annotated[
        datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="What the release of that day (UTC) knew.")
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV, one row a question.")] = False,
) -> None:
    """Say who is who: the entity behind a name or a code, its codes, the link that decided and its score.

    A name that no source of the release uses is compared with its hospitals and sponsors on the spot. `in_review` means that a
    person has to decide; `unknown` means that nothing was found. Neither is "no".

    Examples: `residency resolve --kind employer --name "Montefiore Med Ctr" --state NY` ·
    `residency resolve --kind nrmp_institution --code 1652 --json` · `residency resolve --batch employers.csv --csv`
    """
    with told_errors():
        if (batch is None) == (kind is None):
            raise QuestionError("expected --kind with --name or --code, or --batch FILE")
        asked = read_batch(batch) if batch is not None else [question(kind or "", name, state, city, code)]
        answers = Resolver(open_home(home, None, as_of), as_of.date() if as_of else None).answers(asked)
    if as_csv:
        _write_csv(answers)
    elif as_json:
        print_json(answers if batch is not None else answers[0])
    elif batch is not None:
        print_table(
            ("asked", "status", "ccn", "link", "score", "basis"),
            [
                (
                    " ".join(plain(part) for part in _asked(answer)),
                    plain(answer["status"]),
                    plain(answer["ccn"]),
                    plain((answer["link"] or {}).get("link_method")),
                    plain(answer["score"]),
                    plain((answer["link"] or {}).get("basis")),
                )
                for answer in answers
            ],
        )
    else:
        _show(answers[0])


def _asked(answer: dict[str, Any]) -> list[str]:
    return [str(answer["asked"][part]) for part in ("name", "code", "state") if answer["asked"].get(part)]


_LISTED = ("ccns", "sponsor_codes", "acgme_ids", "nrmp_institutions", "nrmp_codes", "fein_last4")


def _write_csv(answers: list[dict[str, Any]]) -> None:
    asked = list(dict.fromkeys(column for answer in answers for column in answer["asked"]))
    given = [f"asked_{column}" for column in asked]
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow([*given, "status", "uid", "ccn", *_LISTED, "link_method", "score", "basis"])
    for answer in answers:
        link = answer["link"] or {}
        writer.writerow(
            [
                *(answer["asked"].get(column) for column in asked),
                *(answer[column] for column in ("status", "uid", "ccn")),
                *("|".join(answer[column]) for column in _LISTED),
                *(link.get("link_method"), answer["score"], link.get("basis")),
            ]
        )


def _show(answer: dict[str, Any]) -> None:
    colour = {"linked": "green", "in_review": "yellow"}.get(answer["status"], "red")
    out.print(
        f"[bold {colour}]{answer['status']}[/bold {colour}]  {answer['kind']} {answer['uid'] or 'not in the release'}",
        soft_wrap=True,
    )
    for name in answer["names"][:6]:
        out.print(f"  {name}", markup=False, soft_wrap=True)
    if answer["resolves_to"]:
        out.print(f"  now {', '.join(answer['resolves_to'])}", soft_wrap=True)
    for label in _LISTED:
        if answer[label]:
            out.print(f"{label:<18} {_few(answer[label])}", soft_wrap=True, highlight=False)
    for link in answer["links"]:
        names = " · ".join(link["right_names"])
        told = f"{link['kind']} {link['right_kind']} {link['right_id']} {names}"
        out.print(f"[bold]link[/bold] {plain(link['link_method'])} {link['score']:.3f}", soft_wrap=True, highlight=False)
        out.print(f"  {told}\n  {link['basis']}", markup=False, soft_wrap=True, highlight=False)
    for waiting in answer["review"]:
        out.print(f"[yellow]in review[/yellow] {waiting['score']:.3f}", soft_wrap=True, highlight=False)
        told = f"{waiting['right_kind']} {waiting['right_id']} {waiting['right_name']} ({', '.join(waiting['codes'])})"
        out.print(f"  {told}\n  {waiting['basis']}", markup=False, soft_wrap=True, highlight=False)
    err.print(f"from {answer['release_id']}")


def _few(codes: list[str], most: int = 12) -> str:
    rest = f" and {len(codes) - most} more" if len(codes) > most else ""
    return ", ".join(codes[:most]) + rest


@verbs.command(epilog=EXIT_HELP)
def review(  # noqa: PLR0913  (each option is the user's)
    kind: Annotated[
        EntityKind | None, typer.Option("--kind", help="Only entities of this kind on the left.", show_default=False)
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many pairs to show.")] = 20,
    chosen: Annotated[
        tuple[str, str, Decision] | None,
        typer.Option("--decide", help="Decide one pair without asking.", metavar="LEFT_ID RIGHT_ID DECISION", show_default=False),
    ] = None,
    file: Annotated[
        Path, typer.Option("--file", help="The reviewed file that takes decisions.", show_default=False)
    ] = BUNDLED_FILE,
    reviewer: Annotated[
        str, typer.Option("--reviewer", help="Who decides. Default: $RESIDENCY_REVIEWER.", show_default=False)
    ] = os.environ.get("RESIDENCY_REVIEWER", ""),
    evidence: Annotated[
        str | None, typer.Option("--evidence", help="The fact the decisions rest on, in your words.", show_default=False)
    ] = None,
    address: Annotated[str | None, typer.Option("--address", help="Where a reader can check it.", show_default=False)] = None,
    home: HomeOption = None,
    as_json_: JsonOption = False,
) -> None:
    """Look at pairs of entities that may be one, worst consequences first, and decide each with one key.

    A decision is a line in the reviewed file, in force from the next refresh; take the line out and it is undone. Without a
    terminal, or with `--json`, the pairs are only listed.

    Examples: `residency review --reviewer "A. Expert"` · `residency review --kind employer --limit 100 --json` ·
    `residency review --decide emp-0123456789ab hos-0123456789ab not_same --reviewer "A. Expert"`
    """
    with told_errors():
        pairs = [pair for pair in candidates(open_home(home, None, None), file) if kind is None or pair.left.kind == kind]
        today = datetime.now(UTC).date()
        if chosen is not None:
            left, right, decision = chosen
            pair = next((p for p in pairs if (p.left.uid, p.right.uid) == (left, right)), None)
            if pair is None:
                raise DecisionError(f"expected a pair that waits for review; found none of {left} and {right}")
            row = decide(file, pair, decision, reviewer=reviewer, on=today, evidence=evidence, address=address)
            print_json(row) if as_json_ else out.print(
                f"written to {file}: {', '.join(row.values())}", markup=False, soft_wrap=True
            )
            return
        if as_json_:
            print_json([as_json(pair) for pair in pairs[:limit]])
            return
        if not _is_a_terminal():
            _list(pairs[:limit], len(pairs))
            return
        if not reviewer:
            fail(Exit.USAGE, "expected the name of the reviewer: give --reviewer or set RESIDENCY_REVIEWER")
        taken = 0
        for number, pair in enumerate(pairs[:limit], start=1):
            _show_pair(pair, number, len(pairs))
            key = _asked_key()
            if key == "q":
                break
            if key in _KEYS:
                row = decide(file, pair, _KEYS[key], reviewer=reviewer, on=today, evidence=evidence, address=address)
                taken += 1
                out.print(f"  {row['decision']}", style="green")
    out.print(f"{taken} decisions written to {file}; `residency refresh` puts them in force", soft_wrap=True)


def _is_a_terminal() -> bool:
    return sys.stdin.isatty()


def _asked_key() -> str:
    while (key := click.getchar().lower()) not in (*_KEYS, " ", "q", "\x03"):
        err.print(_HELP_KEYS)
    return "q" if key == "\x03" else key


def _list(pairs: list[Candidate], total: int) -> None:
    print_table(
        ("programs", "filings", "left", "right", "score", "basis"),
        [
            (
                str(pair.n_programs),
                str(pair.n_filings),
                f"{pair.left.kind} {pair.left.uid}\n{pair.left.names[0]}\n{'; '.join(pair.left.places[:2])}",
                f"{pair.right.kind} {pair.right.uid}\n{pair.right.names[0]}\n{'; '.join(pair.right.places[:2])}",
                f"{pair.score:.2f}",
                pair.basis,
            )
            for pair in pairs
        ],
    )
    err.print(f"{len(pairs)} of {total} pairs that wait for review")


def _show_pair(pair: Candidate, number: int, total: int) -> None:
    out.print(f"\n[bold]{number} of {total}[/bold]  {pair.n_programs} programs, {pair.n_filings} filings  score {pair.score:.2f}")
    for side in (pair.left, pair.right):
        _show_entity(side)
    out.print(f"  {pair.basis}", markup=False, soft_wrap=True)
    out.print(f"[dim]{_HELP_KEYS}[/dim]")


def _show_entity(entity: Entity) -> None:
    out.print(f"  [bold]{entity.kind}[/bold] {entity.uid} {'; '.join(entity.places[:4])}", soft_wrap=True, highlight=False)
    for line in (*entity.names[:5], *entity.codes[:5]):
        out.print(f"    {line}", markup=False, soft_wrap=True, highlight=False)
