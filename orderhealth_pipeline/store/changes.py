"""What changed since the newest evaluation: keys of feeds, then the orders that it touches and affects.

What belongs here: the temporary tables changed_<feed>, touched, affected and neighbours, and what they say of
the feeds' freshness. What does not: evaluating the orders (pipeline/tick.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import duckdb
import polars as pl

from orderhealth_pipeline.ingest.contracts import FeedContract
from orderhealth_pipeline.statements import statement
from orderhealth_pipeline.store.evaluation import EvaluationMark
from orderhealth_pipeline.store.freshness import FRESHNESS, freshness_state, loading_instants
from orderhealth_pipeline.store.visible import Slice

_EVENTS = "tms_events"
_SHIPMENTS = "wms_shipments"


def find_changed_keys(
    con: duckdb.DuckDBPyConnection,
    contracts: Mapping[str, FeedContract],
    mark: EvaluationMark,
    as_of: datetime,
) -> None:
    """Make changed_<feed> for every loaded feed: the keys of which another version may count now."""
    known = {"known_as_of": mark.as_of, "known_load": mark.load_number}
    later = {feed for (feed,) in con.execute(statement("tick/select_later_feeds"), known).fetchall()}
    for feed in loading_instants(con):
        query = statement(
            "tick/find_changed_keys",
            feed=feed,
            key=contracts[feed].key,
            instants=contracts[feed].of_type("instant"),
            has_later_instants=feed in later,
        )
        con.execute(query, {**known, "as_of": as_of}).fetchall()


def changed_freshness(
    con: duckdb.DuckDBPyConnection,
    contracts: Mapping[str, FeedContract],
    mark: EvaluationMark,
    as_of: datetime,
    expected_every: Mapping[str, timedelta],
) -> pl.DataFrame:
    """Give source_freshness at `as_of`: what it was at the newest evaluation, and what changed since."""
    loaded_at = loading_instants(con)
    before = con.execute(statement("tick/select_freshness")).fetchall()
    known = {feed: (last_event_at, rows) for feed, last_event_at, rows in before}
    rows: list[tuple[object, ...]] = []
    for feed, contract in contracts.items():
        if feed not in loaded_at:
            rows.append((feed, None, None, 0, "missing"))
            continue
        last, count = known[feed]
        more, latest = _changed_rows(con, feed, contract, mark, as_of)
        last_event_at = max((each for each in (last, latest) if each is not None), default=None)
        state = freshness_state(contract, last_event_at, loaded_at[feed], as_of, expected_every.get(feed))
        rows.append((feed, last_event_at, loaded_at[feed], count + more, state))
    return pl.DataFrame(rows, schema=FRESHNESS, orient="row")


def find_touched_orders(
    con: duckdb.DuckDBPyConnection,
    contracts: Mapping[str, FeedContract],
    closes: tuple[datetime, datetime],
) -> None:
    """Make touched: orders with changed records, and those delivered within `closes` (start, stop)."""
    keys = {feed: contracts[feed].key for feed in _loaded_feeds_of_orders(con, contracts)}
    start, stop = closes
    con.execute(
        statement("tick/find_touched_orders", feeds=keys), {"closes_from": start, "closes_to": stop}
    ).fetchall()


def find_affected_orders(
    con: duckdb.DuckDBPyConnection,
    as_of: datetime,
    left: Iterable[tuple[datetime, datetime]],
    reach: timedelta,
) -> None:
    """Make affected and neighbours.

    `left` are the spans (start, stop) whose orders and returns have left a window; `reach` is the longest
    window. Reads touched_now (order_id, buyer_id, address_key) and hit_by_comparison (order_id).
    """
    spans = [(start.isoformat(), stop.isoformat()) for start, stop in left]
    query = statement(
        "tick/find_affected_orders",
        has_returns="returns" in loading_instants(con),
        return_windows=spans,
        address_windows=spans,
    )
    con.execute(query, {"as_of": as_of}).fetchall()
    con.execute(statement("tick/find_neighbours"), {"addresses_from": as_of - reach}).fetchall()


def read_affected_orders(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Read the affected orders: order_id, is_touched."""
    affected: pl.DataFrame = con.sql(statement("tick/select_affected")).pl()
    return affected


def slices_of_orders(
    con: duckdb.DuckDBPyConnection, contracts: Mapping[str, FeedContract], orders: str, feeds: Iterable[str]
) -> dict[str, Slice]:
    """Give the part of each of these feeds that tells of the orders in a temporary table, if it is loaded.

    A record may change its order, so all versions of a key belong to the slice where any of them does.
    """
    slices = {}
    loaded = _loaded_feeds_of_orders(con, contracts)
    for feed in (each for each in feeds if each in loaded):
        key = contracts[feed].key
        if "order_id" in key:
            slices[feed] = Slice(orders, ("order_id",))
        elif feed == _EVENTS:
            query = statement(
                "tick/find_waybills_of_orders", orders=orders, has_shipments=_SHIPMENTS in loaded
            )
            con.execute(query).fetchall()
            slices[feed] = Slice(f"keys_of_{feed}", ("waybill_no",))
        else:
            query = statement("tick/find_keys_of_orders", feed=feed, key=key, orders=orders)
            con.execute(query).fetchall()
            slices[feed] = Slice(f"keys_of_{feed}", key)
    return slices


def _loaded_feeds_of_orders(
    con: duckdb.DuckDBPyConnection, contracts: Mapping[str, FeedContract]
) -> list[str]:
    loaded = loading_instants(con)
    return [feed for feed, contract in contracts.items() if feed in loaded and "order_id" in contract.columns]


def _changed_rows(
    con: duckdb.DuckDBPyConnection, feed: str, contract: FeedContract, mark: EvaluationMark, as_of: datetime
) -> tuple[int, datetime | None]:
    ((changed,),) = con.execute(statement("ingest/count_rows", table=f"changed_{feed}")).fetchall()
    if changed == 0:
        return 0, None
    query = statement(
        "tick/count_changed_rows",
        feed=feed,
        key=contract.key,
        occurs_at=contract.occurs_at,
        is_versioned=contract.is_versioned,
        instants=contract.of_type("instant"),
    )
    values = {"as_of": as_of, "known_as_of": mark.as_of, "known_load": mark.load_number}
    ((more, latest),) = con.execute(query, values).fetchall()
    return int(more), latest
