"""What changed between two releases, table by table: for people to read. It informs and never blocks."""

from dataclasses import asdict, dataclass, field

import polars as pl

from schemas.table import Table
from warehouse.dictionary import RELEASE_TABLES
from warehouse.release import Release

EXAMPLES = 10
_NOT_CONTENT = frozenset(
    {"release_id", "observed_at", "fetched_at", "evidence_observed_at", "digest", "locator", "parser_version", "evidence_ids"}
)
_LEFT_OUT = frozenset({"dictionary", "evidence", "feature_matrix", "quarantine"})


@dataclass(frozen=True)
class TableDifference:
    """What changed in one table.

    Attributes:
        added: Rows whose key is new.
        removed: Rows whose key is gone.
        changed: Rows whose content differs.
        by_column: Changed rows by column.
        examples: At most ten of each kind, by kind.
    """

    table: str
    added: int
    removed: int
    changed: int
    by_column: dict[str, int] = field(default_factory=dict)
    examples: dict[str, list[dict[str, object]]] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether nothing changed."""
        return not (self.added or self.removed or self.changed)


def difference(old: Release, new: Release) -> dict[str, object]:
    """The difference of two releases as JSON-ready values: ids, and one entry a table that changed.

    Evidence, quarantine and the wide matrix are left out: features, programs and listings tell the same, shorter.
    """
    return {
        "from": old.release_id,
        "to": new.release_id,
        "tables": [asdict(part) for part in table_differences(old, new) if not part.is_empty],
    }


def table_differences(old: Release, new: Release) -> list[TableDifference]:
    """The difference of every compared table. A table that the old release does not have under today's key was empty there."""
    return [
        _table_difference(table, _as_today(table, old), new.table(table.name))
        for table in RELEASE_TABLES
        if table.name not in _LEFT_OUT
    ]


def _as_today(table: Table, old: Release) -> pl.DataFrame:
    frame = old.table(table.name) if table.name in old.manifest["tables"] else table.empty()
    return frame if set(table.key) <= set(frame.columns) else table.empty()


def _table_difference(table: Table, old: pl.DataFrame, new: pl.DataFrame) -> TableDifference:
    key = list(table.key)
    content = [name for name in table.column_names if name not in _NOT_CONTENT and name not in key]
    added = new.join(old, on=key, how="anti").sort(key)
    removed = old.join(new, on=key, how="anti").sort(key)
    both = new.join(old, on=key, suffix="__old").sort(key)
    differs = {name: pl.col(name).ne_missing(pl.col(f"{name}__old")) for name in content if f"{name}__old" in both.columns}
    flags = both.select(*(expression.alias(name) for name, expression in differs.items()))
    by_column = {name: int(flags[name].sum()) for name in flags.columns}
    changed = both.filter(pl.any_horizontal(differs.values())) if differs else both.clear()
    return TableDifference(
        table=table.name,
        added=added.height,
        removed=removed.height,
        changed=changed.height,
        by_column={name: count for name, count in by_column.items() if count},
        examples={
            kind: rows
            for kind, rows in (
                ("added", added.head(EXAMPLES).select(*key, *content[:4]).to_dicts()),
                ("removed", removed.head(EXAMPLES).select(*key, *(c for c in content[:4] if c in removed.columns)).to_dicts()),
                ("changed", [_change(row, key, list(differs)) for row in changed.head(EXAMPLES).iter_rows(named=True)]),
            )
            if rows
        },
    )


def _change(row: dict[str, object], key: list[str], columns: list[str]) -> dict[str, object]:
    """One changed row: its key, and old and new value of each changed column."""
    changes = {name: [row[f"{name}__old"], row[name]] for name in columns if row[name] != row[f"{name}__old"]}
    return {**{name: row[name] for name in key}, **changes}
