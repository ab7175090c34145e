"""Writing all-text Parquet whose bytes depend on its rows alone. Light to import: the process that reads workbooks begins so."""

import json
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO

import pyarrow as pa
import pyarrow.parquet as pq

HEADER = b"header"
"""Under this key a body tells the whole header that was published, as JSON: what was left out is known by name."""
_ROW_GROUP = 100_000


def folded(name: str) -> str:
    """A header's cell without what spreadsheets change in it: blanks around it, and the case of letters."""
    return name.strip().upper()


def written(batches: Iterable[pa.RecordBatch], names: Sequence[str], header: Sequence[str]) -> bytes:
    """Batches of texts as Parquet, in groups of rows of one size: the bytes do not depend on how the rows arrive.

    Args:
        batches: Columns of texts, in the order of ``names``.
        names: The columns that are kept.
        header: All columns that were published.
    """
    schema = pa.schema([pa.field(name.strip(), pa.string()) for name in names])
    out = BytesIO()
    with pq.ParquetWriter(out, schema, compression="zstd", write_statistics=False, store_schema=False) as writer:
        for group in _groups(batches, schema):
            writer.write_table(group, row_group_size=_ROW_GROUP)
        writer.add_key_value_metadata({HEADER: json.dumps([name.strip() for name in header])})
    return out.getvalue()


def _groups(batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> Iterator[pa.Table]:
    pending = pa.Table.from_batches([], schema)
    for batch in batches:
        pending = pa.concat_tables([pending, pa.Table.from_arrays(batch.columns, schema=schema)])
        while pending.num_rows >= _ROW_GROUP:
            yield pending.slice(0, _ROW_GROUP).combine_chunks()
            pending = pending.slice(_ROW_GROUP)
    if pending.num_rows:
        yield pending.combine_chunks()
