"""The eleven rules as an analyst would write them in a notebook, with pandas alone.

What belongs here: one function per rule. What does not: a store, versions, quarantine, evidence or a score,
which the pipeline has and this does without.

    .venv/bin/python -m benchmarks.side_by_side.plain_pandas --feeds DIR --as-of T --out findings.parquet
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from benchmarks.side_by_side.interface import Stopwatch, read_call
from benchmarks.side_by_side.pandas_frames import (
    DOOR,
    Feeds,
    describe_orders,
    read_feeds,
    waybills,
    write_findings,
)
from benchmarks.side_by_side.pandas_neighbours import (
    BURST,
    buyers_at_address,
    duplicate_pairs,
    orders_in_span,
    priced_lines,
    returns_of_buyer,
    suspicious_orders,
    without_forgiven_tries,
)


@dataclass(frozen=True)
class Shop:
    """What the rules look at."""

    feeds: Feeds
    orders: pd.DataFrame
    as_of: datetime


def main() -> None:
    """Find, and write the findings."""
    call, watch = read_call(__doc__), Stopwatch()
    with watch.part("read"):
        feeds = read_feeds(call.feeds, call.as_of)
    with watch.part("orders"):
        shop = Shop(feeds, describe_orders(feeds, call.as_of), call.as_of)
    with watch.part("rules"):
        findings = find(shop)
    write_findings(findings, call.out)
    watch.print()


def find(shop: Shop) -> pd.DataFrame:
    """Hold every rule against the active orders: order_id, rule_id, explained_by."""
    cheap = low_price(shop)
    found = [
        _found("buyer_burst", *buyer_burst(shop, cheap)),
        _found("shared_address", shared_address(shop)),
        _found("low_price", cheap),
        _found("duplicate_order", *duplicate_order(shop)),
        _found("incomplete_address", incomplete_address(shop)),
        _found("paid_not_in_erp", paid_not_in_erp(shop)),
        _found("outbound_overdue", *outbound_overdue(shop)),
        _found("tracking_stalled", tracking_stalled(shop)),
        _found("false_delivery", false_delivery(shop)),
        _found("frequent_returns", frequent_returns(shop)),
    ]
    active = shop.orders.index[shop.orders["is_active"]]
    findings = pd.concat(found)
    findings = findings[findings["order_id"].isin(active)]
    return pd.concat([findings, pickup_gap(shop)])


def _found(
    rule_id: str, orders: Iterable[str], explanations: dict[str, set[str]] | None = None
) -> pd.DataFrame:
    """Make findings of the orders that a rule hits; the first explanation that covers an order counts."""
    findings = pd.DataFrame({"order_id": list(orders)}).drop_duplicates()
    findings["rule_id"] = rule_id
    findings["explained_by"] = None
    for explanation, explained in (explanations or {}).items():
        unexplained = findings["explained_by"].isna()
        findings.loc[unexplained & findings["order_id"].isin(explained), "explained_by"] = explanation
    return findings


def buyer_burst(shop: Shop, cheap: pd.Index) -> tuple[pd.Index, dict[str, set[str]]]:
    """5 or more orders of one buyer within 10 minutes."""
    counts = orders_in_span(shop.orders)
    hit = counts.index[counts >= BURST]
    buyers = shop.orders.loc[hit, "buyer_id"]
    remaining = without_forgiven_tries(shop.orders[shop.orders["buyer_id"].isin(buyers)])
    counts = orders_in_span(remaining)
    still_hit = counts.index[counts >= BURST]
    suspicious = suspicious_orders(remaining.loc[still_hit], shop.feeds["storefront_order_lines"], cheap)
    return hit, {
        "payment_timeout_reorder": set(hit) - set(still_hit),
        "genuine_basket": set(still_hit) - suspicious,
    }


def shared_address(shop: Shop) -> pd.Index:
    """3 or more buyers at one address in 30 days."""
    buyers = buyers_at_address(shop.orders, shop.as_of)
    return buyers.index[buyers >= 3]  # noqa: PLR2004


def low_price(shop: Shop) -> pd.Index:
    """A unit price below 70 % of the SKU's mean."""
    lines = priced_lines(shop.orders, shop.feeds["storefront_order_lines"], shop.as_of)
    cheap = lines.loc[lines["price"] < lines["lowest_price"], "order_id"]
    return shop.orders.index[shop.orders["is_active"] & shop.orders.index.isin(cheap)]


def duplicate_order(shop: Shop) -> tuple[pd.Index, dict[str, set[str]]]:
    """The same basket of the same buyer to the same address within 30 minutes."""
    is_explained = duplicate_pairs(shop.orders).groupby("order_id")["is_explained"].all()
    return is_explained.index, {"address_changed": set(is_explained.index[is_explained])}


def incomplete_address(shop: Shop) -> pd.Index:
    """No door or no valid phone, and nothing has left yet."""
    orders = shop.orders
    has_left = orders["first_outbound_at"].notna() | orders["picked_up_at"].notna()
    has_door = orders["street"].str.contains(DOOR, regex=True)
    return orders.index[~has_left & ~orders["is_masked"] & ~(has_door & orders["phone_valid"])]


def paid_not_in_erp(shop: Shop) -> pd.Index:
    """Paid more than 15 minutes ago, and unknown to the ERP."""
    orders = shop.orders
    is_late = orders["paid_at"] < shop.as_of - pd.Timedelta(minutes=15)
    return orders.index[is_late & orders["erp_synced_at"].isna()]


def outbound_overdue(shop: Shop) -> tuple[pd.Series, dict[str, set[str]]]:
    """Printed more than 4 hours ago, and not outbound."""
    shipments = shop.feeds["wms_shipments"]
    overdue = shipments[
        (shipments["status"] != "cancelled")
        & shipments["outbound_at"].isna()
        & (shipments["printed_at"] < shop.as_of - pd.Timedelta(hours=4))
    ]
    waiting = overdue.loc[overdue["status"] != "on_hold", "order_id"]
    return overdue["order_id"], {"on_hold": set(overdue["order_id"]) - set(waiting)}


def tracking_stalled(shop: Shop) -> pd.Series:
    """Outbound, scanned, not finished, and no scan for more than 24 hours."""
    shipments, scans = shop.feeds["wms_shipments"], waybills(shop.feeds["tms_events"])
    moving = shipments[shipments["outbound_at"].notna() & (shipments["status"] != "cancelled")]
    moving = moving.merge(scans, left_on="waybill_no", right_index=True)
    last_sign = moving[["outbound_at", "last_scan_at"]].max(axis="columns")
    is_silent = last_sign < shop.as_of - pd.Timedelta(hours=24)
    return moving.loc[is_silent & ~moving["is_finished"], "order_id"]


def false_delivery(shop: Shop) -> pd.Series:
    """An open not-received ticket from the delivery on."""
    tickets = shop.feeds["feedback"]
    denied = tickets[tickets["closed_at"].isna() & (tickets["kind"] == "not_received")]
    delivered = denied["order_id"].map(shop.orders["delivery_claimed_at"])
    return denied.loc[denied["opened_at"] >= delivered, "order_id"]


def frequent_returns(shop: Shop) -> pd.Series:
    """A returned order whose buyer asked for 3 or more returns in 30 days."""
    returns = returns_of_buyer(shop.orders, shop.feeds["returns"], shop.as_of)
    return returns.loc[returns["buyer_returns"] >= 3, "order_id"]  # noqa: PLR2004


def pickup_gap(shop: Shop) -> pd.DataFrame:
    """Fewer than 90 % of 20 or more orders that the ERP calls shipped have a scan."""
    orders = shop.orders
    shipped = orders[orders["is_active"] & (orders["erp_shipped_at"] <= shop.as_of - pd.Timedelta(hours=6))]
    is_hit = len(shipped) >= 20 and shipped["picked_up_at"].notna().mean() < 0.9  # noqa: PLR2004
    rows = [(None, "pickup_gap", None)] if is_hit else []
    return pd.DataFrame(rows, columns=["order_id", "rule_id", "explained_by"], dtype="str")


if __name__ == "__main__":
    main()
