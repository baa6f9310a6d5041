"""How many rows of a source's landing files were rejected.

What belongs here: counting in what was published. What does not: rejecting (ingest/).
"""

from __future__ import annotations

from pathlib import Path

from orderhealth_pipeline import sql
from orderhealth_pipeline.errors import StoreError
from orderhealth_pipeline.store.file.connection import read_store
from orderhealth_pipeline.store.file.files import snapshot_path


def rejected_of_source(store: Path, source: str) -> int:
    """Return the rejected rows of a source's files, as the newest run published them; 0 before the first."""
    published = snapshot_path(store)
    if not published.exists():
        return 0
    try:
        with read_store(published) as con:
            ((rows,),) = sql.run(con, "sources/count_rejected", {"ending": f"Z_{source}."})
    except StoreError:
        return 0
    return int(rows)
