"""Orders are looked up by their places in the table, also those that the open transaction has inserted.

DuckDB 2.0.0 wrote into the inserted rows while it looked for them: after two to a hundred readings values
were wrong, or the process ended.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from orderhealth_pipeline.store.file.connection import open_store, transaction
from orderhealth_pipeline.store.working import read_affected_orders

READINGS = 100
"""It takes two seconds, because few of them do not show it."""


def test_orders_that_were_just_replaced_are_read_as_they_have_become(tmp_path: Path) -> None:
    """Given the first 600 of 180,000 orders are replaced, they and others are the same in each reading."""
    with open_store(tmp_path / "store.duckdb") as con:
        con.execute("""
            create table working.orders as
            select 'SF' || (1000000 + n) as order_id, n % 2 = 0 as is_active, n, 1 as changed_in
            from range(180000) as placed (n)
        """)
        con.execute(
            "create temp table affected as select order_id from working.orders where hash(n) % 2000 = 0"
        )
        with transaction(con):
            _replace_600(con)
            expected = con.sql("""
                select order_id, is_active, n
                from working.orders
                where is_active and order_id in (select order_id from affected)
                order by order_id
            """).pl()
            assert len(expected) > 600
            for _ in range(READINGS):
                assert read_affected_orders(con).sort("order_id").equals(expected)


def _replace_600(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("delete from working.orders where n < 600")
    con.execute(
        "insert into working.orders select 'SF' || (1000000 + n), true, n, 2 from range(600) as placed (n)"
    )
    con.execute("insert into affected select order_id from working.orders where changed_in = 2")
