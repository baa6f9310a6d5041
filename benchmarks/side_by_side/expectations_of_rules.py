"""The eleven rules and their explanations as expectations, one suite per kind of record.

What belongs here: what is expected of a record that no rule hits. What does not: the frames and running them
(expectations_on_pandas.py). Importing this module imports Great Expectations.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from great_expectations.expectations import (
    ExpectColumnPairValuesAToBeGreaterThanB,
    ExpectColumnValuesToBeBetween,
    ExpectColumnValuesToBeInSet,
    ExpectColumnValuesToBeNull,
    ExpectColumnValuesToMatchRegex,
    ExpectColumnValuesToNotBeNull,
)
from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.row_conditions import Column

from benchmarks.side_by_side.pandas_frames import DOOR
from benchmarks.side_by_side.pandas_neighbours import BURST

Expectations = dict[str, Expectation]
"""By rule_id, or by the id of an explanation; `rule_id: part` where a rule is failed in several ways."""


def of_lines() -> Expectations:
    """Expect prices near the mean."""
    return {
        "low_price": ExpectColumnPairValuesAToBeGreaterThanB(
            column_A="price", column_B="lowest_price", or_equal=True
        )
    }


def of_orders(as_of: datetime) -> Expectations:
    """Expect of an order what can be seen in its own row."""
    can_be_corrected = Column("address_can_be_corrected") == True  # noqa: E712 (builds a condition)
    return {
        "buyer_burst": ExpectColumnValuesToBeBetween(column="in_span", max_value=BURST - 1),
        "payment_timeout_reorder": ExpectColumnValuesToBeBetween(
            column="in_span_without_tries", max_value=BURST - 1
        ),
        "genuine_basket": ExpectColumnValuesToBeInSet(column="is_suspicious", value_set=[False]),
        "shared_address": ExpectColumnValuesToBeBetween(column="address_buyers", max_value=2),
        "incomplete_address: door": ExpectColumnValuesToMatchRegex(
            column="street", regex=DOOR, row_condition=can_be_corrected
        ),
        "incomplete_address: phone": ExpectColumnValuesToBeInSet(
            column="phone_valid", value_set=[True], row_condition=can_be_corrected
        ),
        "paid_not_in_erp": ExpectColumnValuesToBeBetween(
            column="paid_at",
            min_value=as_of - timedelta(minutes=15),
            row_condition=Column("erp_synced_at").is_null(),
        ),
    }


def of_pairs() -> Expectations:
    """Expect no order to have an equal one close by."""
    return {
        "duplicate_order": ExpectColumnValuesToBeNull(column="other_order_id"),
        "address_changed": ExpectColumnValuesToBeInSet(column="is_explained", value_set=[True]),
    }


def of_shipments(as_of: datetime) -> Expectations:
    """Expect shipments to move on."""
    is_waiting = Column("outbound_at").is_null() & (Column("status") != "cancelled")
    earliest_print = as_of - timedelta(hours=4)
    return {
        "outbound_overdue": ExpectColumnValuesToBeBetween(
            column="printed_at", min_value=earliest_print, row_condition=is_waiting
        ),
        "on_hold": ExpectColumnValuesToBeBetween(
            column="printed_at",
            min_value=earliest_print,
            row_condition=is_waiting & (Column("status") != "on_hold"),
        ),
        "tracking_stalled": ExpectColumnValuesToBeBetween(
            column="last_sign_at",
            min_value=as_of - timedelta(hours=24),
            row_condition=Column("outbound_at").is_not_null() & (Column("is_moving") == True),  # noqa: E712
        ),
    }


def of_tickets() -> Expectations:
    """Expect open not-received tickets to be older than the delivery."""
    return {
        "false_delivery": ExpectColumnPairValuesAToBeGreaterThanB(
            column_A="delivery_claimed_at",
            column_B="opened_at",
            ignore_row_if="either_value_is_missing",
            row_condition=Column("closed_at").is_null() & (Column("kind") == "not_received"),
        )
    }


def of_returns() -> Expectations:
    """Expect few returns of a buyer."""
    return {"frequent_returns": ExpectColumnValuesToBeBetween(column="buyer_returns", max_value=2)}


def of_shop(as_of: datetime) -> Expectations:
    """Expect nearly all that the ERP calls shipped to be scanned."""
    return {
        "pickup_gap": ExpectColumnValuesToNotBeNull(
            column="picked_up_at",
            mostly=0.9,
            row_condition=Column("erp_shipped_at") <= as_of - timedelta(hours=6),
        )
    }
