"""Pages of plain Markdown, for Prefect's artifacts and for the terminal."""

from typing import Any


def diff_markdown(found: dict[str, Any] | None) -> str:
    """A difference as a page: counts by table, changed columns, examples."""
    if found is None:
        return "The first release: there is nothing to compare it with."
    lines = [f"From **{found['from']}** to **{found['to']}**.", ""]
    if not found["tables"]:
        return "\n".join([*lines, "No table changed."])
    lines += ["| table | added | removed | changed | columns |", "|---|---:|---:|---:|---|"]
    for part in found["tables"]:
        columns = ", ".join(f"{name} {count}" for name, count in part["by_column"].items())
        lines.append(f"| {part['table']} | {part['added']} | {part['removed']} | {part['changed']} | {columns} |")
    for part in found["tables"]:
        for kind, rows in part["examples"].items():
            lines += ["", f"**{part['table']}: {kind}**", ""]
            lines += [f"- {', '.join(f'{name} = {value}' for name, value in row.items())}" for row in rows]
    return "\n".join(lines)
