"""Feed files as a user leaves them in a folder, loaded into a store as a run loads them.

What belongs here: writing bytes, loading, looking into the store. What does not: what the rows ought to be.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.ingest.files.discover import feed_files
from orderhealth_pipeline.ingest.load import load_feed_files
from orderhealth_pipeline.ingest.loaded_file import LoadedFile
from orderhealth_pipeline.settings.feeds import REJECTED_AT_MOST
from orderhealth_pipeline.store.file.connection import open_store, transaction
from orderhealth_pipeline.store.rows.kept import FeedLimits

CONTRACTS: Final = feed_contracts()
SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
LIMITS: Final = FeedLimits({}, dict.fromkeys(CONTRACTS, REJECTED_AT_MOST))
AS_OF: Final = datetime(2026, 11, 30, tzinfo=UTC)

PAYMENTS: Final = "payment_id,order_id,paid_at,amount,method,status,updated_at"
"""The header of the payments feed: it has an optional instant, an amount, a status and versions."""


class FeedFolder:
    """A folder of feed files and the store they are loaded into, one transaction per load."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "feeds"
        self.folder.mkdir(exist_ok=True)
        self.store = folder / "store.duckdb"

    def put(self, name: str, content: str | bytes) -> Path:
        """Write a file; text becomes UTF-8 with its line breaks as they are."""
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def load(
        self,
        feed: str = "payments",
        *,
        zone: ZoneInfo = SHANGHAI,
        as_of: datetime = AS_OF,
        read_again: bool = False,
    ) -> list[LoadedFile]:
        """Load the feed's files in a transaction, as a run does."""
        files = feed_files(self.folder, feed)
        with open_store(self.store) as con, transaction(con):
            zones = dict.fromkeys(CONTRACTS, zone)
            return load_feed_files(con, files, CONTRACTS, zones=zones, as_of=as_of, read_again=read_again)

    def rows(self, columns: str, feed: str = "payments") -> list[tuple[Any, ...]]:
        """Read columns of all versions of a feed, in the order of loading."""
        return self.query(f"select {columns} from feeds.{feed} order by load_number, source_row")

    def rejected(self, columns: str = "file, line, reason") -> list[tuple[Any, ...]]:
        """Read the quarantine by file and line."""
        return self.query(f"select {columns} from rejected_rows order by feed, file, line")

    def query(self, query: str, parameters: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """Ask the store, with instants in UTC."""
        with open_store(self.store) as con:
            return con.execute(query, parameters or {}).fetchall()

    def tables(self) -> dict[str, list[tuple[Any, ...]]]:
        """Read every table whole."""
        with open_store(self.store) as con:
            names = con.execute(
                "select schema_name || '.' || table_name from duckdb_tables() where not temporary order by 1"
            ).fetchall()
            return {name: con.execute(f"from {name} order by all").fetchall() for (name,) in names}


def payments(*lines: str) -> str:
    """Write a payments file with the full header."""
    return "\n".join([PAYMENTS, *lines]) + "\n"


def payment(payment_id: str, /, **values: str) -> str:
    """Write a good line of payments; `values` replace its values."""
    line = {
        "payment_id": payment_id,
        "order_id": "O1",
        "paid_at": "2026-11-10T20:00:00",
        "amount": "12.50",
        "method": "alipay",
        "status": "succeeded",
        "updated_at": "2026-11-10T20:00:01",
    }
    return ",".join((line | values).values())
