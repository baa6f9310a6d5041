"""What orders say of each other, with pandas: prices, addresses, bursts, tries and duplicates.

What belongs here: what needs more than one order to be known. What does not: which of it is a finding.
"""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pandas as pd

WINDOW = pd.Timedelta(days=30)
BURST = 5
BURST_SPAN = pd.Timedelta(minutes=10)
REORDER_WITHIN = pd.Timedelta(minutes=60)
FORGIVEN_TRIES = 2
DUPLICATE_APART = pd.Timedelta(minutes=30)
LINES_AT_LEAST = 5
MICROSECOND = pd.Timedelta(microseconds=1)


def priced_lines(orders: pd.DataFrame, lines: pd.DataFrame, as_of: datetime) -> pd.DataFrame:
    """Return the lines whose price can be compared with the mean of their SKU: order_id, price, lowest_price.

    Both are cents times the SKU's units times ten, so that the comparison with 70 % of the mean is exact.
    """
    recent_orders = orders.index[orders["placed_at"] >= as_of - WINDOW]
    recent = lines[lines["order_id"].isin(recent_orders) & (lines["quantity"] > 0)]
    recent = recent.assign(value=recent["cents"] * recent["quantity"])
    skus = recent.groupby("sku").agg(
        lines=("sku", "size"), units=("quantity", "sum"), sold_value=("value", "sum")
    )
    known = skus[(skus["lines"] >= LINES_AT_LEAST) & (skus["sold_value"] > 0)]
    compared = recent.merge(known, left_on="sku", right_index=True)
    return pd.DataFrame(
        {
            "order_id": compared["order_id"],
            "price": compared["cents"].clip(lower=0) * compared["units"] * 10,
            "lowest_price": compared["sold_value"] * 7,
        }
    )


def buyers_at_address(orders: pd.DataFrame, as_of: datetime) -> pd.Series:
    """Count per order the buyers who lately ordered to its address; null without an address key."""
    recent = orders[orders["placed_at"] >= as_of - WINDOW]
    return orders["address_key"].map(recent.groupby("address_key")["buyer_id"].nunique())


def returns_of_buyer(orders: pd.DataFrame, returns: pd.DataFrame, as_of: datetime) -> pd.DataFrame:
    """Return the returns with how many their buyer lately asked for: order_id, buyer_returns."""
    known = returns.merge(orders[["buyer_id"]], left_on="order_id", right_index=True)
    recent = known[known["requested_at"] >= as_of - WINDOW]
    known["buyer_returns"] = known["buyer_id"].map(recent["buyer_id"].value_counts())
    return known[["order_id", "buyer_returns"]]


def orders_in_span(orders: pd.DataFrame) -> pd.Series:
    """Count per order the most orders of its buyer in one span around it; only buyers of a burst's size."""
    several = orders[orders.groupby("buyer_id")["placed_at"].transform("size") >= BURST]
    ordered = several.sort_values(["buyer_id", "placed_at"])
    microseconds = (ordered["placed_at"] - pd.Timestamp(0, tz="UTC")) // MICROSECOND
    return microseconds.groupby(ordered["buyer_id"]).transform(_largest_span)


def _largest_span(microseconds: pd.Series) -> np.ndarray:
    placed, span = microseconds.to_numpy(), BURST_SPAN // MICROSECOND
    first = np.searchsorted(placed, placed - span, side="left")
    after = np.searchsorted(placed, placed, side="right")
    sizes = np.searchsorted(placed, placed + span, side="right") - np.searchsorted(placed, placed)
    return np.array([sizes[start:end].max() for start, end in zip(first, after, strict=True)])


def without_forgiven_tries(orders: pd.DataFrame) -> pd.DataFrame:
    """Leave the forgiven tries out: unpaid dead orders just before the same basket was ordered again."""
    ordered = orders[orders["basket"].notna()].reset_index()
    ordered = ordered.sort_values(["buyer_id", "basket", "placed_at", "order_id"])
    is_try = ordered["is_dead"] & ~ordered["was_ever_paid"]
    baskets = [ordered["buyer_id"], ordered["basket"]]
    ordered["target"] = ordered["order_id"].where(~is_try).groupby(baskets).bfill()
    target_placed_at = ordered["placed_at"].where(~is_try).groupby(baskets).bfill()
    tries = ordered[is_try & (target_placed_at - ordered["placed_at"] <= REORDER_WITHIN)]
    nearest_first = tries.sort_values(["placed_at", "order_id"], ascending=[False, True])
    return orders.drop(nearest_first.groupby("target").head(FORGIVEN_TRIES)["order_id"])


def suspicious_orders(burst: pd.DataFrame, lines: pd.DataFrame, cheap: pd.Index) -> set[str]:
    """List the orders of a burst that is no genuine basket: not all paid, a SKU twice, or a low price.

    `burst` are the orders of bursts, forgiven tries left out; `cheap` the orders with a low_price hit.
    """
    lines_of = dict(iter(lines[lines["order_id"].isin(burst.index)].groupby("order_id")["sku"]))
    is_doubtful = burst["paid_at"].isna() | burst["basket"].isna() | burst.index.isin(cheap)
    suspicious: set[str] = set()
    for _, bought in burst.assign(is_doubtful=is_doubtful).groupby("buyer_id"):
        for start in bought["placed_at"].unique():
            span = bought[bought["placed_at"].between(start, start + BURST_SPAN)]
            if len(span) >= BURST and not _is_genuine(span, lines_of):
                suspicious.update(span.index)
    return suspicious


def _is_genuine(span: pd.DataFrame, lines_of: dict[str, pd.Series]) -> bool:
    if span["is_doubtful"].any():
        return False
    skus = [sku for order_id in span.index for sku in set(lines_of[order_id])]
    return len(skus) == len(set(skus))


def duplicate_pairs(orders: pd.DataFrame) -> pd.DataFrame:
    """Pair equal live orders of a buyer placed close to each other: order_id, other_order_id, is_explained.

    A pair is explained when one of the two had its address changed after the other was placed.
    """
    same = ["buyer_id", "basket", "address_key"]
    live = orders[~orders["is_dead"]].dropna(subset=same).reset_index()
    live = live[["order_id", *same, "placed_at", "address_changed_at"]]
    pairs = live.merge(live, on=same, suffixes=("", "_other")).rename(
        columns={"order_id_other": "other_order_id"}
    )
    is_close = (pairs["placed_at"] - pairs["placed_at_other"]).abs() <= DUPLICATE_APART
    pairs = pairs[is_close & (pairs["order_id"] != pairs["other_order_id"])]
    is_explained = (pairs["address_changed_at"] > pairs["placed_at_other"]) | (
        pairs["address_changed_at_other"] > pairs["placed_at"]
    )
    return pairs[["order_id", "other_order_id"]].assign(is_explained=is_explained)
