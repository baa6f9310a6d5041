"""Given large files, all of them is read within bounded memory, and nothing of them is lost.

Slow: writing and reading a gigabyte takes most of a minute; a smaller file would not show that memory stays
bounded.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from tests.ingest_files import PAYMENTS, FeedFolder

PIECE = 64 * 1024 * 1024
"""DuckDB reads a text in pieces of this many bytes."""

ROWS = 12_000_000
PROGRAM = """
import json, sys
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo
from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.ingest.files.discover import feed_files
from orderhealth_pipeline.ingest.load import load_feed_files
from orderhealth_pipeline.store.file.connection import open_store, transaction

folder = Path(sys.argv[1])
with open_store(folder / "store.duckdb") as con, transaction(con):
    (loaded,) = load_feed_files(
        con,
        feed_files(folder, "tms_events"),
        feed_contracts(),
        zones={"tms_events": ZoneInfo("Asia/Shanghai")},
        as_of=datetime(2026, 11, 10, 12, tzinfo=UTC),
    )
print(json.dumps([loaded.rows, loaded.new_rows, loaded.rejected_rows]))
"""


@pytest.mark.slow  # a gigabyte is written and read
def test_a_gigabyte_of_one_feed_is_loaded_within_4_gib(tmp_path: Path) -> None:
    file = tmp_path / "tms_events.csv"
    write_carrier_events(file)
    assert file.stat().st_size > 1_000_000_000

    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path)], check=True, capture_output=True, text=True
    )

    assert done.stdout.count("\n") == 1, done.stdout[:500]
    assert json.loads(done.stdout) == [ROWS, ROWS - 3, 3]
    peak_gib = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024**2
    assert peak_gib < 4, peak_gib


@pytest.mark.slow  # a file of two pieces is read
def test_a_broken_line_where_a_piece_begins_takes_no_other_line_with_it(tmp_path: Path) -> None:
    feeds = FeedFolder(tmp_path)
    line = f"P{{:07}},O1,2026-11-10 20:00:00,12.50,{'m' * 200},succeeded,2026-11-10 20:00:01"
    before = PIECE // (len(line.format(0)) + 1) + 1
    rows = [line.format(number) for number in range(before + 2000)]
    feeds.put("payments.csv", "\n".join([PAYMENTS, *rows[:before], "broken,line", *rows[before:]]))

    (loaded,) = feeds.load()

    assert (loaded.rows, loaded.new_rows, loaded.rejected_rows) == (before + 2001, before + 2000, 1)
    assert feeds.rejected("line") == [(before + 2,)]


def write_carrier_events(file: Path) -> None:
    """Write a feed of ROWS events, three of which have no readable instant."""
    duckdb.connect().execute(
        f"""
        copy (
            select
                'SF' || (1000000000 + i // 6) as waybill_no,
                'ORDER' || (i // 6) as order_id,
                case
                    when i % 5000000 = 7 then '10/11/2026 9:05'
                    else strftime(
                        timestamp '2026-10-01' + to_seconds(i // 6 + 9000 * (i % 6)), '%Y-%m-%d %H:%M:%S'
                    )
                end as event_at,
                'in_transit' as status,
                '杭州转运中心' as location,
                '快件已到达，正在分拣，"加急"' as detail
            from range({ROWS}) as rows(i)
        ) to '{file}' (header, delimiter ',')
        """
    ).fetchall()
