"""Days as folders `date=YYYY-MM-DD` with one Parquet file each: nothing is ever to be compacted.

What belongs here: these folders and files. What does not: which days changed (results.py).
"""

from __future__ import annotations

import io
import shutil
from pathlib import Path
from typing import Final

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.pipeline.written.export_results.changed_days import ChangedDays
from orderhealth_pipeline.pipeline.written.export_results.delta_days import LOG
from orderhealth_pipeline.pipeline.written.put_in_place import put_in_place

FILE: Final = "part-0.parquet"
_NO_DAY: Final = "__HIVE_DEFAULT_PARTITION__"
"""What Hive, Spark and DuckDB call the partition of rows without a day."""


class ParquetDays:
    """Keeps a table as one file a day, each replaced in one piece."""

    def require_own(self, folder: Path) -> None:
        """Raise ConfigurationError for a Delta table."""
        if (folder / LOG).exists():
            raise ConfigurationError(
                Message(
                    "{folder} is a Delta table: choose another folder, or add --format delta", folder=folder
                )
            )

    def has(self, folder: Path, day: str | None) -> bool:
        """Say whether the file of a day is there."""
        return (_place(folder, day) / FILE).exists()

    def write(self, folder: Path, days: ChangedDays) -> int:
        """Replace the files of days that changed, and remove folders of days that have no rows."""
        for day, read in days.read.items():
            content = io.BytesIO()
            read().write_parquet(content, compression="zstd")
            put_in_place(_place(folder, day) / FILE, content.getvalue())
        wanted = {_place(folder, day) for day in (*days.read, *days.kept)}
        gone = [each for each in folder.glob("date=*") if each not in wanted]
        for each in gone:
            shutil.rmtree(each)
        return len(gone)


def _place(folder: Path, day: str | None) -> Path:
    return folder / f"date={day or _NO_DAY}"
