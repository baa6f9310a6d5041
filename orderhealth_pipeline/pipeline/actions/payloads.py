"""What an action tells its receiver: the facts of the order that its type asks for.

What belongs here: reading them and putting them into JSON. What does not: which facts (types.yml), and the
form that a sink sends them in (respond/sinks/).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from orderhealth_pipeline.pipeline.evaluation.feeds_at import FeedsAt
from orderhealth_pipeline.respond.actions.action_frames import ACTIONS, UNSENT
from orderhealth_pipeline.respond.actions.types import ACTION_TYPES, Fact, declaration
from orderhealth_pipeline.store.actions import read_evidence
from orderhealth_pipeline.store.registered import registered

_OF_ORDER: Final = (
    "shop",
    "buyer_id",
    "placed_at",
    "status",
    "amount",
    "currency",
    "promised_ship_at",
)
_OF_RECEIVER: Final = ("receiver", "phone", "province", "city", "district", "street", "remark")
_LISTS: Final[dict[Fact, tuple[str, tuple[str, ...], str]]] = {
    "lines": ("storefront_order_lines", ("line_no", "sku", "quantity", "unit_price"), "line_no"),
    "parcels": (
        "wms_shipments",
        ("shipment_id", "warehouse", "carrier", "waybill_no", "status", "printed_at", "outbound_at"),
        "shipment_id",
    ),
    "payments": ("payments", ("payment_id", "paid_at", "amount", "method", "status"), "payment_id"),
}
_KEY: Final = "order_id"


def with_payloads(known: FeedsAt, actions: pl.DataFrame) -> pl.DataFrame:
    """Give actions that may be sent, and have none yet, what they tell; it stays the same for all tries."""
    lacking = pl.col("payload").is_null() & pl.col("sink").is_not_null() & pl.col("state").is_in(UNSENT)
    new = actions.filter(lacking)
    if new.is_empty():
        return actions
    told = pl.concat(
        [_told(known, new.filter(type=kind), kind) for kind in ACTION_TYPES if kind in set(new["type"])]
    )
    return (
        actions.join(told, on="action_id", how="left", maintain_order="left")
        .with_columns(payload=pl.coalesce("payload", "told"))
        .select(ACTIONS.names())
    )


def _told(known: FeedsAt, actions: pl.DataFrame, kind: str) -> pl.DataFrame:
    """Return what the actions of one type tell: action_id, told (JSON)."""
    facts = declaration(kind).facts  # type: ignore[arg-type]
    wanted: dict[str, tuple[str, ...]] = {"storefront_orders": (_KEY, *_OF_ORDER, *_OF_RECEIVER)}
    wanted |= {
        feed: (_KEY, *columns) for feed, columns, _ in (_LISTS[fact] for fact in facts if fact in _LISTS)
    }
    with registered(known.con, "orders_acted_on", actions.select(_KEY).unique()):
        feeds = known.feeds_of_orders(wanted, "orders_acted_on").frames
    orders = feeds["storefront_orders"].select(
        _KEY, *(_text(name, feeds["storefront_orders"]) for name in wanted["storefront_orders"][1:])
    )
    parts = {"order": pl.struct(_OF_ORDER)}
    if "receiver" in facts:
        parts["receiver"] = pl.struct(_OF_RECEIVER)
    table = orders.select(_KEY, **parts)
    for fact in facts:
        if fact in _LISTS:
            table = table.join(_listed(feeds, fact), on=_KEY, how="left")
    titles = {
        rule.id: rule.title.in_locale(known.plan.settings.locale) for rule in known.plan.catalogue.enabled
    }
    texts = read_evidence(known.con, actions)
    body = (
        actions.join(table, on=_KEY, how="left")
        .join(texts, on="action_id", how="left")
        .with_columns(
            reason=pl.col("rule_id").replace_strict(titles, default=None, return_dtype=pl.String),
            found_at=_instant("first_seen_at"),
            proposed_at=_instant("proposed_at"),
            expires_at=_instant("expires_at"),
        )
    )
    head = ("type", "order_id", "rule_id", "reason", "case_id", "found_at", "proposed_at", "expires_at")
    json = pl.struct(
        *head, *(name for name in ("order", "receiver", *_LISTS) if name in body.columns)
    ).struct.json_encode()
    told = json.str.strip_suffix("}") + ',"evidence":' + pl.col("evidence") + "}"
    return body.select("action_id", told=told)


def _listed(feeds: Mapping[str, pl.DataFrame], fact: Fact) -> pl.DataFrame:
    feed, columns, order = _LISTS[fact]
    frame = feeds[feed].sort(order)
    return (
        frame.select(_KEY, *(_text(name, frame) for name in columns))
        .group_by(_KEY)
        .agg(pl.struct(columns).alias(fact))
    )


def _text(name: str, frame: pl.DataFrame) -> pl.Expr:
    """Write instants as ISO 8601 and money as text, so that no reader takes it for binary fractions."""
    if isinstance(frame.schema[name], pl.Datetime):
        return _instant(name)
    text = pl.col(name).cast(pl.String)
    return text.str.replace(r"\.0+$|(\.\d\d)0+$", "$1") if frame.schema[name].is_decimal() else text


def _instant(name: str) -> pl.Expr:
    return pl.col(name).dt.strftime("%Y-%m-%dT%H:%M:%SZ").alias(name)
