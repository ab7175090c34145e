"""Reads a workbook on standard input and writes its first sheet as all-text Parquet: a process of its own, which may die.

    python -m flows.workbook '["CASE_NUMBER", ...]' < in.xlsx > out.parquet

Only the columns of the list are kept.
"""

import json
import os
import resource
import sys

import fastexcel
import pyarrow as pa

from flows.text_parquet import folded, written

_SHARE_OF_MEMORY = 0.75
"""The reader holds the whole sheet, some 70 bytes a cell; a sheet that does not fit is refused before the machine suffers."""


def main() -> None:
    """Read, drop, write; any failure ends the process with words on standard error."""
    limit = int(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") * _SHARE_OF_MEMORY)
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    keep = set(json.loads(sys.argv[1]))
    header: list[str] = []

    def is_kept(name: str) -> bool:
        header.append(name)
        return folded(name) in keep

    try:
        workbook = fastexcel.read_excel(sys.stdin.buffer.read())
        rows = workbook.load_sheet(0, dtypes="string", use_columns=lambda column: is_kept(column.name)).to_arrow()
    except fastexcel.FastExcelError as error:
        sys.exit(str(error).splitlines()[0])
    texts = rows.cast(pa.schema([(name, pa.string()) for name in rows.schema.names]))
    sys.stdout.buffer.write(written([texts], texts.schema.names, header))


if __name__ == "__main__":
    main()
