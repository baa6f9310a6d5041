"""Small feeds for tests: rows as dicts that name only what matters, typed as the real feeds are.

What belongs here: making rows complete and typed. What does not: expectations of any rule.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

import polars as pl

from orderhealth_pipeline.frames import FeatureRequest, FeedState, ParameterValue, VisibleFeeds
from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.orders.inputs import COLUMNS_READ
from orderhealth_pipeline.orders.order_fact import HitCondition, build_order_fact

Row = Mapping[str, Any]

AS_OF: Final = datetime(2026, 11, 11, 12, tzinfo=UTC)
SCHEMAS: Final = {
    feed: pl.Schema({name: contract.schema()[name] for name in COLUMNS_READ.get(feed, ())})
    for feed, contract in feed_contracts().items()
}
_NUMBERED: Final = {
    "payments": "payment_id",
    "erp_orders": "erp_id",
    "wms_shipments": "shipment_id",
    "feedback": "ticket_id",
    "returns": "return_id",
    "storefront_order_lines": "line_no",
}
_ORDINARY: Final[Mapping[str, Row]] = {
    "storefront_orders": {"buyer_id": "LI", "placed_at": AS_OF, "status": "paid", "amount": 100},
    "storefront_order_lines": {"sku": "MILK", "quantity": 1, "unit_price": 100},
    "payments": {"amount": 100, "status": "succeeded", "paid_at": AS_OF},
    "erp_orders": {"synced_at": AS_OF, "status": "received"},
    "wms_shipment_lines": {"sku": "MILK", "quantity": 1},
    "wms_stock": {"warehouse": "HZ", "sku": "MILK", "counted_at": AS_OF, "on_hand": 100},
    "tms_events": {"event_at": AS_OF, "status": "in_transit"},
    "feedback": {"opened_at": AS_OF, "kind": "not_received"},
    "returns": {"requested_at": AS_OF},
}


def at(text: str) -> datetime:
    """Read an instant; without an offset it is UTC."""
    instant = datetime.fromisoformat(text)
    return instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)


def visible_feeds(
    feeds: Mapping[str, Sequence[Row]],
    as_of: datetime = AS_OF,
    *,
    missing: Collection[str] = (),
    stale: Collection[str] = (),
    never_sent: Mapping[str, Collection[str]] | None = None,
) -> VisibleFeeds:
    """The feeds with these rows; `never_sent` names, per feed, columns that no file of it ever had."""
    absent = never_sent or {}
    frames = {
        feed: pl.DataFrame(
            [_complete(feed, row, number) for number, row in enumerate(feeds.get(feed, ()), start=1)],
            schema=schema,
            orient="row",
        )
        for feed, schema in SCHEMAS.items()
    }
    states: dict[str, FeedState] = dict.fromkeys(SCHEMAS, "fresh")
    states.update(dict.fromkeys(missing, "missing"))
    states.update(dict.fromkeys(stale, "stale"))
    columns = {
        feed: frozenset(schema.names()) - frozenset(absent.get(feed, ()))
        for feed, schema in SCHEMAS.items()
        if feed not in missing
    }
    return VisibleFeeds(as_of, frames, states, columns)


def _complete(feed: str, row: Row, number: int) -> list[Any]:
    assert set(row) <= set(SCHEMAS[feed]), f"{feed} has no column {set(row) - set(SCHEMAS[feed])}"
    numbered = {_NUMBERED[feed]: str(number)} if feed in _NUMBERED else {}
    values = {**numbered, **_ORDINARY.get(feed, {}), **row}
    return [_typed(values.get(column), kind) for column, kind in SCHEMAS[feed].items()]


def _typed(value: Any, kind: pl.DataType) -> Any:
    if isinstance(kind, pl.Datetime) and isinstance(value, str):
        return at(value)
    if isinstance(kind, pl.Decimal) and value is not None:
        return Decimal(value)
    return value


def feature(
    feeds: VisibleFeeds,
    name: str,
    hit_orders: Mapping[str, HitCondition] | None = None,
    **parameters: ParameterValue,
) -> dict[str, Any]:
    """The value of one feature by order, null where there is none."""
    request = FeatureRequest(name, tuple(parameters.items()))
    fact = build_order_fact(feeds, [request], hit_orders)
    return dict(fact.select("order_id", request.column).iter_rows())


def fact_of(
    feeds: Mapping[str, Sequence[Row]], as_of: datetime = AS_OF, order_id: str = "A"
) -> dict[str, Any]:
    """One order's row of order_fact, without features."""
    return build_order_fact(visible_feeds(feeds, as_of)).row(
        by_predicate=pl.col("order_id") == order_id, named=True
    )
