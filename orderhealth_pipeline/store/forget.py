"""Takes a person out of what only the store knows: history that a rebuild carries over.

What belongs here: changing rows of the store. What does not: feeds, which a rebuild reads again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from orderhealth_pipeline import sql
from orderhealth_pipeline.store.file.connection import open_store, transaction
from orderhealth_pipeline.store.file.files import aside_path, remove_store, snapshot_path


def forget_in_history(
    store: Path, ids: Collection[str], everywhere: Mapping[str, str], in_own: Mapping[str, str]
) -> None:
    """Replace texts by signs: some wherever they stand, others in rows of the orders `ids` alone.

    Raises StoreError where the store is busy or broken; then nothing is changed.
    """
    with open_store(store) as con, transaction(con):
        sql.run(con, "people/drop_own_evidence", {"ids": sorted(ids)})
        sql.run(con, "people/drop_own_rejections", {"texts": sorted({*ids, *everywhere})})
        for schema, name, column, _, has_order in sql.run(con, "people/select_text_columns"):
            place = {"table": f'"{schema}"."{name}"', "column": f'"{column}"'}
            for text, sign in everywhere.items():
                sql.run(con, "people/replace_everywhere", {"text": text, "sign": sign}, **place)
            for text, sign in in_own.items() if has_order else ():
                values = {"text": text, "sign": sign, "ids": sorted(ids)}
                sql.run(con, "people/replace_in_own", values, **place)


def remove_old_copies(store: Path) -> list[Path]:
    """Remove stores that were kept from before a rebuild, and copies that were published before the last."""
    first = aside_path(store, 1)
    old = [
        *store.parent.glob(first.name.replace("-1", "-*")),
        *snapshot_path(store).parent.glob(f"{snapshot_path(store).name}.spare*"),
    ]
    for each in old:
        remove_store(each)
    return old
