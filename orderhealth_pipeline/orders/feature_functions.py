"""Which function computes which feature.

What belongs here: the table of them; its names are those of features.yml. What does not: computing (the
modules it names), and putting the values together (order_fact.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from orderhealth_pipeline.orders import lifecycle, stock
from orderhealth_pipeline.orders.address import address_features as address
from orderhealth_pipeline.orders.buyers import bursts, duplicates, returns
from orderhealth_pipeline.orders.inputs import FeatureInputs, Parameters
from orderhealth_pipeline.orders.journey import contents, delays, parcels, ship_by
from orderhealth_pipeline.orders.money import prices, refund_requests, settlement
from orderhealth_pipeline.orders.profiles import risk
from orderhealth_pipeline.orders.shapes import of_a_group, of_one_order
from orderhealth_pipeline.orders.wishes import tickets

Feature = Callable[[FeatureInputs, Parameters], pl.LazyFrame]

FEATURES: Final[Mapping[str, Feature]] = {
    "buyer_orders_in_span": bursts.buyer_orders_in_span,
    "buyer_orders_in_span_without_forgiven_tries": bursts.buyer_orders_in_span_without_forgiven_tries,
    "buyer_orders_in_suspicious_span": bursts.buyer_orders_in_suspicious_span,
    "address_buyers": address.address_buyers,
    "duplicate_orders": duplicates.duplicate_orders,
    "duplicate_orders_with_address_unchanged": duplicates.duplicate_orders_with_address_unchanged,
    "address_faults": address.address_faults,
    "minutes_paid_without_erp": delays.minutes_paid_without_erp,
    "minutes_printed_without_outbound": delays.minutes_printed_without_outbound,
    "minutes_printed_without_outbound_not_on_hold": delays.minutes_printed_without_outbound_not_on_hold,
    "hours_without_scan": delays.hours_without_scan,
    "hours_without_pickup": delays.hours_without_pickup,
    "open_not_received_tickets": tickets.open_not_received_tickets,
    "buyer_returns": returns.buyer_returns,
    "erp_shipped_has_scan": delays.erp_shipped_has_scan,
    "payment_difference": settlement.payment_difference,
    "payment_difference_without_pending_balance": settlement.payment_difference_without_pending_balance,
    "repeated_payment_surplus": settlement.repeated_payment_surplus,
    "payments_by_methods": settlement.payments_by_methods,
    "waybills_in_trouble": parcels.waybills_in_trouble,
    "left_after_cancel": lifecycle.left_after_cancel,
    "minutes_in_erp_without_shipment": delays.minutes_in_erp_without_shipment,
    "refund_wanted_before_leaving": refund_requests.refund_wanted_before_leaving,
    "mispacked_skus": contents.mispacked_skus,
    "short_skus": contents.short_skus,
    "share_of_time_to_ship": ship_by.share_of_time_to_ship,
    "column": of_one_order.column,
    "waiting": of_one_order.waiting,
    "took": of_one_order.took,
    "same": of_a_group.same,
    "nth_order_of": of_a_group.nth_order_of,
}
"""The declared features of an order, its buyer or its address, and what computes each from FeatureInputs: a
frame of order_id, value and evidence columns."""


@dataclass(frozen=True)
class PriceFeature:
    """A feature that compares an order's placed lines with what was sold lately.

    `of_lines` computes it from both, as above. `prices_between` tells which prices may give a line a value
    between two: of a long history only these have to be looked at.
    """

    of_lines: Callable[[pl.DataFrame, pl.DataFrame, Parameters], pl.LazyFrame]
    prices_between: Callable[[pl.DataFrame, Parameters, float, float], pl.DataFrame]


PRICE_FEATURES: Final[Mapping[str, PriceFeature]] = {
    "lowest_price_ratio": PriceFeature(prices.lowest_price_ratio, prices.prices_between)
}
"""The declared features that compare prices; all others are in the other tables."""

STOCK_FEATURES: Final[Mapping[str, Callable[[stock.Stock, Parameters], pl.LazyFrame]]] = {
    "hoarded_share": stock.hoarded_share,
    "pieces_short": stock.pieces_short,
}
"""The declared features that all orders of a SKU share: computed of all of them at once."""

PROFILE_FEATURES: Final[Mapping[str, Callable[[pl.DataFrame, Parameters], pl.LazyFrame]]] = {
    "buyer_risk": risk.buyer_risk,
}
"""The declared features of what is known of an order's buyer, computed from all that is."""
