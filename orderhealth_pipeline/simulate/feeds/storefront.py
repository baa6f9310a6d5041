"""What the shops' platforms export: orders in their versions, and order lines.

What belongs here: `storefront_orders` and `storefront_order_lines`. What does not: payments, which have their
own feed.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from orderhealth_pipeline.simulate.feeds.columns import (
    buyer_ids,
    counts,
    instants,
    latest_status,
    money,
    nullable,
    order_ids,
    sorted_feed,
)
from orderhealth_pipeline.simulate.goods import Catalogue, amounts
from orderhealth_pipeline.simulate.people import address_columns, buyer_names, phone_numbers
from orderhealth_pipeline.simulate.plan import (
    NEVER,
    SHIPPING_PROMISE,
    Instants,
    Mask,
    Milestone,
    Plan,
    Rows,
    Street,
)
from orderhealth_pipeline.simulate.vocabulary import choose, operations, pick, texts


def storefront_orders(plan: Plan, rng: np.random.Generator) -> pl.DataFrame:
    """One row per version of an order: its present state, and for some orders how it stood before."""
    shop = choose(operations().shops, rng, plan.orders)
    remark = rng.integers(0, len(texts().remarks), plan.orders)
    status, updated = _present_state(plan)
    earlier = _earlier_versions(plan, updated)
    rows = np.concatenate([np.arange(plan.orders), *(rows for rows, _, _ in earlier)])
    statuses = pl.concat(
        [pl.Series(status), *(pl.Series([word] * len(rows), dtype=pl.String) for rows, word, _ in earlier)]
    )
    seen_at = np.concatenate([updated, *(instant for _, _, instant in earlier)])
    masked = plan.flags["masked"][rows]
    columns = {
        "order_id": order_ids(rows),
        "shop": pick(operations().shops, shop[rows]),
        "buyer_id": buyer_ids(plan.buyer[rows]),
        "placed_at": instants(plan.at(Milestone.PLACED)[rows], plan.as_of),
        "status": statuses,
        "amount": money(amounts(plan)[rows]),
        "currency": pl.Series(["CNY"]).new_from_index(0, len(rows)),
        "receiver": buyer_names(plan.buyer[rows], masked),
        "phone": phone_numbers(plan.buyer[rows], plan.phone[rows]),
    }
    address, changed = _address_seen_at(plan, rows, seen_at)
    street = np.where(address < plan.orders, plan.street[address % plan.orders], Street.DOOR)
    places = address_columns(address, street, plan.style[rows], masked)
    columns |= {name: places.get_column(name) for name in places.columns}
    columns |= {
        "address_masked": pl.Series(masked),
        "address_changed_at": changed,
        "remark": nullable(pick(texts().remarks, remark[rows]), plan.flags["remark"][rows]),
        "promised_ship_at": _promised(plan, rows, seen_at),
        "updated_at": instants(seen_at, plan.as_of),
    }
    return sorted_feed(columns, ["updated_at", "order_id"])


def storefront_order_lines(plan: Plan, catalogue: Catalogue) -> pl.DataFrame:
    """One row per order and line number; `unit_price` is what was paid per unit."""
    rows, line = np.nonzero(plan.sku >= 0)
    columns = {
        "order_id": order_ids(rows),
        "line_no": pl.Series(line + 1).cast(pl.String),
        "sku": catalogue.names(plan.sku[rows, line]),
        "quantity": counts(plan.quantity[rows, line]),
        "unit_price": money(plan.price[rows, line].astype(np.int64)),
    }
    return sorted_feed(columns, ["order_id", "line_no"])


def _present_state(plan: Plan) -> tuple[np.ndarray, Instants]:
    cancelled = plan.moments["cancelled"]
    closed = plan.flags["order_closed"]
    status, updated = latest_status(
        [
            ("created", plan.at(Milestone.PLACED)),
            ("paid", plan.at(Milestone.PAID)),
            ("to_ship", plan.at(Milestone.SYNCED)),
            ("shipped", plan.at(Milestone.ERP_SHIPPED)),
            ("delivered", plan.at(Milestone.DELIVERED)),
            ("completed", plan.at(Milestone.COMPLETED)),
            ("cancelled", np.where(closed, NEVER, cancelled)),
            ("closed", np.where(closed, cancelled, NEVER)),
        ],
        plan.as_of,
    )
    changed = plan.moments["address_changed"]
    return status, np.where(changed <= plan.as_of, np.maximum(updated, changed), updated)


def _earlier_versions(plan: Plan, updated: Instants) -> list[tuple[Rows, str, Instants]]:
    """Versions before the present one: of some orders, and of all whose address changed."""
    shown = plan.flags["several_versions"] | plan.befell("address_changed")
    versions = []
    for word, milestone in (("created", Milestone.PLACED), ("paid", Milestone.PAID)):
        begun: Mask = shown & (plan.at(milestone) < updated)
        rows = np.flatnonzero(begun)
        versions.append((rows, word, plan.at(milestone)[rows]))
    return versions


def _address_seen_at(plan: Plan, rows: Rows, seen_at: Instants) -> tuple[Rows, pl.Series]:
    """The address number that a version shows, and when it was changed if it was by then."""
    changed_at = plan.moments["address_changed"][rows]
    changed = changed_at <= seen_at
    address = np.where(changed | (changed_at > plan.as_of), plan.address[rows], plan.first_address[rows])
    return address, instants(np.where(changed, changed_at, NEVER), plan.as_of)


def _promised(plan: Plan, rows: Rows, seen_at: Instants) -> pl.Series:
    """48 hours after payment or as promised, once it is paid; a promise may lie after `as_of`."""
    paid = plan.at(Milestone.PAID)[rows]
    known = paid <= seen_at
    own = plan.moments["promised"][rows]
    promised = np.where(own < NEVER, own, paid + SHIPPING_PROMISE)
    return instants(np.where(known, promised, NEVER), NEVER - 1)
