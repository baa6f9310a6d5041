"""However rows are split over files and loads, what is visible is what a slow reader of all rows sees."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from orderhealth_pipeline.store.file.connection import open_store
from orderhealth_pipeline.store.rows.visible import visible_frames
from tests.ingest_files import CONTRACTS, FeedFolder

START = datetime(2026, 11, 10, tzinfo=UTC)
HEADER = "erp_id,order_id,synced_at,status,shipped_at,updated_at"


class Row(NamedTuple):
    """A row of erp_orders; instants are hours after the start."""

    erp_id: str
    status: str
    synced: int
    shipped: int | None
    updated: int | None

    def line(self) -> str:
        instants = [self.synced, self.shipped, self.updated]
        synced, shipped, updated = ("" if hour is None else _at(hour).isoformat() for hour in instants)
        return f"{self.erp_id},O,{synced},{self.status},{shipped},{updated}"


HOURS = st.integers(0, 3)
ROWS = st.builds(
    Row,
    st.sampled_from(["E1", "E2"]),
    st.sampled_from(["received", "shipped"]),
    HOURS,
    st.none() | HOURS,
    st.none() | HOURS,
)
# Files by number: 10 comes after 9. They arrive in the order of the list, several with one load.
FILES = st.lists(
    st.tuples(st.sampled_from([1, 2, 9, 10]), st.lists(ROWS, max_size=4), st.booleans()),
    min_size=1,
    max_size=4,
    unique_by=lambda file: file[0],
)


def _at(hour: int) -> datetime:
    return START + timedelta(hours=hour)


def slowly_visible(
    files: list[tuple[int, list[Row], bool]], as_of: int
) -> set[tuple[str, str, datetime | None]]:
    """Go through all rows by file and line; a later one replaces an earlier, unless its version is older."""
    counting: dict[str, Row] = {}
    for _, rows, _ in sorted(files, key=lambda file: file[0]):
        for row in rows:
            if row.synced > as_of or (row.updated is not None and row.updated > as_of):
                continue
            known = counting.get(row.erp_id)
            if known is None or _version(row) >= _version(known):
                counting[row.erp_id] = row
    return {
        (
            row.erp_id,
            row.status,
            _at(row.shipped) if row.shipped is not None and row.shipped <= as_of else None,
        )
        for row in counting.values()
    }


def _version(row: Row) -> int:
    return -1 if row.updated is None else row.updated


@settings(max_examples=60)
@given(files=FILES, as_of=HOURS)
def test_pieces_in_any_order_of_arrival_are_the_whole(
    files: list[tuple[int, list[Row], bool]], as_of: int
) -> None:
    with TemporaryDirectory() as folder:
        feeds = FeedFolder(Path(folder))
        for number, rows, is_loaded_at_once in files:
            feeds.put(f"erp_orders_{number}.csv", "\n".join([HEADER, *(row.line() for row in rows)]))
            if is_loaded_at_once:
                feeds.load("erp_orders")
        feeds.load("erp_orders")
        with open_store(feeds.store) as con:
            columns = ("erp_id", "status", "shipped_at")
            seen = visible_frames(con, CONTRACTS, {"erp_orders": columns}, _at(as_of))
    assert set(seen["erp_orders"].rows()) == slowly_visible(files, as_of)
    assert seen["erp_orders"]["erp_id"].is_unique().all()
