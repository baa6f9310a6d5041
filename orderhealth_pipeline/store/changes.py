"""What changed since the newest evaluation: keys of feeds, then the orders that it touches and affects.

What belongs here: the temporary tables changed_<feed>, touched, affected, lasting and neighbours, and what
the changes say of the feeds' freshness. What does not: evaluating the orders
(pipeline/evaluation/changed_orders.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import duckdb
import polars as pl

from orderhealth_pipeline import sql
from orderhealth_pipeline.declared.shape_features import KEY_COLUMNS
from orderhealth_pipeline.frames import FINDINGS_SCHEMA
from orderhealth_pipeline.ingest.contracts import FeedContract
from orderhealth_pipeline.sql import statement
from orderhealth_pipeline.store.evaluation import EvaluationMark
from orderhealth_pipeline.store.reach import Reach, RulesOfTime, WindowsLeft
from orderhealth_pipeline.store.registered import registered
from orderhealth_pipeline.store.rows.freshness import (
    FRESHNESS,
    freshness_of,
    freshness_of_unloaded,
    freshness_state,
    loading_instants,
)
from orderhealth_pipeline.store.rows.kept import FeedLimits, count_kept
from orderhealth_pipeline.store.rows.slices import feeds_of_orders, found_through


def find_changed_keys(
    con: duckdb.DuckDBPyConnection,
    contracts: Mapping[str, FeedContract],
    mark: EvaluationMark,
    as_of: datetime,
) -> dict[str, int]:
    """Make changed_<feed> for every loaded feed: the keys of which another version may count now.

    Makes versions_of_<feed>, too: what all their versions say of their orders, and when, and their states.
    Gives the number of changed keys, per loaded feed.
    """
    changed = {}
    known = {"known_as_of": mark.as_of, "known_load": mark.load_number}
    later = {feed for (feed,) in sql.run(con, "tick/changed/select_later_feeds", known)}
    for feed in loading_instants(con):
        query = statement(
            "tick/changed/find_changed_keys",
            feed=feed,
            key=contracts[feed].key,
            instants=contracts[feed].of_type("instant"),
            has_later_instants=feed in later,
        )
        ((changed[feed],),) = con.execute(query, {**known, "as_of": as_of}).fetchall()
        told = (
            *contracts[feed].key,
            "order_id",
            *contracts[feed].of_type("instant"),
            *contracts[feed].of_type("status"),
        )
        columns = [*dict.fromkeys(name for name in told if name in contracts[feed].columns), "load_number"]
        query = statement(
            "tick/changed/find_changed_versions",
            feed=feed,
            key=contracts[feed].key,
            may_be_empty=contracts[feed].may_be_empty,
            columns=columns,
        )
        con.execute(query).fetchall()
    return changed


def changed_freshness(
    con: duckdb.DuckDBPyConnection,
    contracts: Mapping[str, FeedContract],
    mark: EvaluationMark,
    as_of: datetime,
    limits: FeedLimits,
    changed: Mapping[str, int],
) -> pl.DataFrame:
    """Return source_freshness at `as_of`: what it was at the newest evaluation, and what changed since.

    `changed` is what `find_changed_keys` gave.
    """
    loaded_at, every = loading_instants(con), limits.expected_every
    kept = count_kept(con, contracts, limits.rejected_at_most, as_of)
    before = sql.run(con, "tick/changed/select_freshness")
    known = {feed: (last_event_at, rows) for feed, last_event_at, rows in before}
    rows: list[tuple[object, ...]] = []
    for feed, contract in contracts.items():
        if feed not in loaded_at:
            rows.append(freshness_of_unloaded(feed, kept[feed]))
            continue
        last, count = known[feed]
        more, latest = _changed_rows(con, feed, contract, mark, as_of) if changed[feed] else (0, None)
        last_event_at = max((each for each in (last, latest) if each is not None), default=None)
        state = freshness_state(contract, last_event_at, loaded_at[feed], as_of, every.get(feed))
        rows.append(freshness_of(feed, (last_event_at, loaded_at[feed]), count + more, kept[feed], state))
    return pl.DataFrame(rows, schema=FRESHNESS, orient="row")


def find_touched_orders(
    con: duckdb.DuckDBPyConnection,
    contracts: Mapping[str, FeedContract],
    closes: tuple[datetime, datetime],
) -> None:
    """Make touched: orders with changed records, and those delivered within `closes` (start, stop).

    Makes touched_before, too: those that were known, with their buyers and addresses as they were.
    """
    paths = found_through(contracts, loading_instants(con))
    indirect = {path.feed for path in paths}
    direct = [feed for feed in feeds_of_orders(con, contracts) if feed not in indirect]
    query = statement("tick/changed/find_touched_orders", paths=paths, feeds=direct)
    start, stop = closes
    con.execute(query, {"closes_from": start, "closes_to": stop}).fetchall()
    sql.run(con, "tick/changed/find_touched_before", keys=tuple(KEY_COLUMNS))


def find_affected_orders(
    con: duckdb.DuckDBPyConnection,
    as_of: datetime,
    windows_left: WindowsLeft,
    rules: RulesOfTime,
) -> None:
    """Make affected, lasting and reassessed, which are the findings that are looked at again.

    Reads held_by_price (order_id, comparison), and changed_buyers.
    """
    has_returns = "returns" in loading_instants(con)
    shares_shipments = windows_left.shares_shipments and _find_sharing(con, "touched", "sharing_touched")
    query = statement(
        "tick/affected/find_affected_orders",
        shares_shipments=shares_shipments,
        asks_of_buyers=windows_left.asks_of_buyers,
        keys=windows_left.keys,
        placed_left=windows_left.placed,
        returns_left=windows_left.returns if has_returns else [],
    )
    values = {"as_of": as_of, "entangled_rules": list(rules.entangled)}
    con.execute(query, values).fetchall()
    lasting = {"lasting_rules": list(rules.lasting)}
    sql.run(con, "tick/affected/find_lasting_orders", lasting)
    sql.run(con, "tick/spoken/find_reassessed_findings", lasting)


def find_neighbours(
    con: duckdb.DuckDBPyConnection,
    affected: pl.DataFrame,
    columns: Sequence[str],
    reach: Reach,
    as_of: datetime,
) -> pl.DataFrame:
    """Make neighbours, of the affected orders, some of these themselves; read these columns of the others.

    `affected` has order_id, placed_at and the numbers of its keys. `reach` is how far features look.
    """
    has_returns = "returns" in loading_instants(con)
    query = statement(
        "tick/affected/find_neighbours",
        columns=columns,
        near={key: _interval(span) for key, span in reach.near.items()},
        lately=tuple(reach.lately),
        returned=tuple(reach.returned) if has_returns else (),
        all_of=tuple(reach.all_of),
        shares_shipments=reach.shipments and "wms_shipments" in loading_instants(con),
    )
    values: dict[str, object] = {}
    if reach.near:
        values["first_placed_at"] = affected.select(pl.col("placed_at").min()).item()
    if reach.lately or (reach.returned and has_returns):
        values["window_from"] = as_of - reach.longest_window
    orders = affected.select("order_id", "placed_at", *(f"{key}_number" for key in KEY_COLUMNS))
    with registered(con, "affected_orders", orders):
        if reach.shipments:
            _find_sharing(con, "affected_orders", "sharing_affected")
        con.execute(query, values).fetchall()
        others: pl.DataFrame = sql.read(con, "tick/affected/select_other_neighbours")
    return others


def _find_sharing(con: duckdb.DuckDBPyConnection, seeds: str, table: str) -> bool:
    """Make a table of some orders and all that share shipments with them; False where nothing is shipped."""
    if "wms_shipments" not in loading_instants(con):
        return False
    sql.run(con, "tick/affected/find_sharing_orders", seeds=seeds, table=table)
    return True


def _interval(span: timedelta) -> str:
    return f"{span // timedelta(microseconds=1)} microseconds"


def read_other_findings(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Read the findings, open or explained, that are not looked at again; FINDINGS_SCHEMA."""
    findings: pl.DataFrame = sql.read(con, "tick/spoken/select_other_findings")
    return findings.cast(FINDINGS_SCHEMA)


def _changed_rows(
    con: duckdb.DuckDBPyConnection, feed: str, contract: FeedContract, mark: EvaluationMark, as_of: datetime
) -> tuple[int, datetime | None]:
    query = statement(
        "tick/changed/count_changed_rows",
        feed=feed,
        key=contract.key,
        occurs_at=contract.occurs_at,
        is_versioned=contract.is_versioned,
        instants=contract.of_type("instant"),
    )
    values = {"as_of": as_of, "known_as_of": mark.as_of, "known_load": mark.load_number}
    ((more, latest),) = con.execute(query, values).fetchall()
    return int(more), latest
