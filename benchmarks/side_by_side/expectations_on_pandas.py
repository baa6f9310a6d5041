"""The eleven rules by Great Expectations alone, on its pandas engine.

What belongs here: a frame per kind of record with just the columns that the rules need, and the findings,
which are the rows that were not expected. What does not: pandas that decides about a finding. Where an
expectation can look for itself (a missing value, a pattern, two columns of a row, an instant), it does:
expectations_of_rules.py.

    python -m benchmarks.side_by_side.expectations_on_pandas --feeds DIR --as-of T --out findings.parquet
"""

from __future__ import annotations

import warnings
from datetime import datetime
from typing import TYPE_CHECKING

import pandas as pd

from benchmarks.side_by_side.interface import Stopwatch, read_call
from benchmarks.side_by_side.pandas_frames import Feeds, describe_orders, read_feeds, waybills, write_findings
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

if TYPE_CHECKING:
    from great_expectations.core.expectation_validation_result import ExpectationValidationResult
    from great_expectations.datasource.fluent.pandas_datasource import PandasDatasource
    from great_expectations.expectations.expectation import Expectation

ALL_UNEXPECTED_ORDERS = {"result_format": "COMPLETE", "unexpected_index_column_names": ["order_id"]}
SHIPPED_AT_LEAST = 20

EXPLANATIONS = {
    "buyer_burst": ["payment_timeout_reorder", "genuine_basket"],
    "duplicate_order": ["address_changed"],
    "outbound_overdue": ["on_hold"],
}
"""An order of the rule is explained when the expectation of that name finds nothing unexpected about it."""

Unexpected = dict[str, set[str]]
"""The orders that are not as expected, by the name of the expectation."""


def main() -> None:
    """Find, and write the findings."""
    call, watch = read_call(__doc__), Stopwatch()
    with watch.part("read"):
        feeds = read_feeds(call.feeds, call.as_of)
    with watch.part("orders"):
        orders = describe_orders(feeds, call.as_of)
    with watch.part("import of Great Expectations"):
        source = _pandas_source()
    with watch.part("rules"):
        findings = find(source, feeds, orders, call.as_of)
    write_findings(findings, call.out)
    watch.print()


def find(source: PandasDatasource, feeds: Feeds, orders: pd.DataFrame, as_of: datetime) -> pd.DataFrame:
    """Hold every rule against the active orders: order_id, rule_id, explained_by."""
    from benchmarks.side_by_side import expectations_of_rules as expected

    active = orders[orders["is_active"]].index

    def check(name: str, records: pd.DataFrame, expectations: dict[str, Expectation]) -> Unexpected:
        of_active = records[records["order_id"].isin(active)]
        return _unexpected_orders(source, name, of_active, expectations)

    lines = priced_lines(orders, feeds["storefront_order_lines"], as_of)
    unexpected = check("lines", lines, expected.of_lines())
    records = _order_records(orders, feeds, as_of, cheap=unexpected["low_price"])
    unexpected |= check("orders", records, expected.of_orders(as_of))
    unexpected |= check("pairs", duplicate_pairs(orders), expected.of_pairs())
    unexpected |= check("shipments", _shipment_records(feeds), expected.of_shipments(as_of))
    tickets = feeds["feedback"].merge(orders["delivery_claimed_at"], on="order_id")
    unexpected |= check("tickets", tickets, expected.of_tickets())
    returns = returns_of_buyer(orders, feeds["returns"], as_of)
    unexpected |= check("returns", returns, expected.of_returns())
    names = {name for names in EXPLANATIONS.values() for name in names}
    found = [_found(rule_id, unexpected) for rule_id in unexpected.keys() - names]
    shop = _results(source, "shop", records[records["is_active"]], expected.of_shop(as_of))
    return pd.concat([*found, _pickup_gap(shop["pickup_gap"])])


def _order_records(orders: pd.DataFrame, feeds: Feeds, as_of: datetime, cheap: set[str]) -> pd.DataFrame:
    """Add to the orders what an expectation cannot know: what other orders say of them."""
    in_span = orders_in_span(orders)
    in_burst = orders["buyer_id"].isin(orders.loc[in_span.index[in_span >= BURST], "buyer_id"])
    remaining = without_forgiven_tries(orders[in_burst])
    remaining_in_span = orders_in_span(remaining)
    burst = remaining.loc[remaining_in_span.index[remaining_in_span >= BURST]]
    suspicious = suspicious_orders(burst, feeds["storefront_order_lines"], pd.Index(cheap))
    has_left = orders["first_outbound_at"].notna() | orders["picked_up_at"].notna()
    return orders.assign(
        in_span=in_span,
        in_span_without_tries=remaining_in_span,
        is_suspicious=orders.index.isin(suspicious),
        address_buyers=buyers_at_address(orders, as_of),
        address_can_be_corrected=~has_left & ~orders["is_masked"],
    ).reset_index()


def _shipment_records(feeds: Feeds) -> pd.DataFrame:
    shipments = feeds["wms_shipments"].merge(
        waybills(feeds["tms_events"]), left_on="waybill_no", right_index=True, how="left"
    )
    shipments["is_moving"] = shipments["is_finished"].eq(other=False) & (shipments["status"] != "cancelled")
    shipments["last_sign_at"] = shipments[["outbound_at", "last_scan_at"]].max(axis="columns")
    return shipments


def _pickup_gap(result: ExpectationValidationResult) -> pd.DataFrame:
    """Make the finding of the system-level rule, which is about a share and not about rows."""
    is_hit = result.result["element_count"] >= SHIPPED_AT_LEAST and not result.success
    rows = [(None, "pickup_gap", None)] if is_hit else []
    return pd.DataFrame(rows, columns=["order_id", "rule_id", "explained_by"], dtype="str")


def _found(rule_id: str, unexpected: Unexpected) -> pd.DataFrame:
    rows = [
        (
            order_id,
            rule_id,
            next((name for name in EXPLANATIONS.get(rule_id, ()) if order_id not in unexpected[name]), None),
        )
        for order_id in unexpected[rule_id]
    ]
    return pd.DataFrame(rows, columns=["order_id", "rule_id", "explained_by"], dtype="str")


def _unexpected_orders(
    source: PandasDatasource, name: str, records: pd.DataFrame, expectations: dict[str, Expectation]
) -> Unexpected:
    """Validate; several expectations of one rule (`rule: part`) add up."""
    unexpected: Unexpected = {}
    for check, result in _results(source, name, records, expectations).items():
        rows = result.result.get("unexpected_index_list") or []
        unexpected.setdefault(check.partition(":")[0], set()).update(row["order_id"] for row in rows)
    return unexpected


def _results(
    source: PandasDatasource, name: str, records: pd.DataFrame, expectations: dict[str, Expectation]
) -> dict[str, ExpectationValidationResult]:
    from great_expectations import ExpectationSuite

    for check, expectation in expectations.items():
        expectation.meta = {"check": check}
    suite = ExpectationSuite(name, expectations=list(expectations.values()))
    asset = source.add_dataframe_asset(name).add_batch_definition_whole_dataframe("all")
    validation = asset.get_batch({"dataframe": records}).validate(suite, result_format=ALL_UNEXPECTED_ORDERS)
    by_check: dict[str, ExpectationValidationResult] = {}
    for result in validation.results:
        asked = result.expectation_config
        if asked is None or result.exception_info.get("raised_exception", True):
            raise RuntimeError(f"{asked and asked.meta}: {result.exception_info}")
        by_check[asked.meta["check"]] = result
    return by_check


def _pandas_source() -> PandasDatasource:
    """Open a context that lives in memory, tells nobody and draws no progress bars."""
    warnings.simplefilter("ignore")
    from great_expectations import get_context
    from great_expectations.data_context.types.base import (
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )

    settings = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(),
        analytics_enabled=False,
        progress_bars=ProgressBarsConfig(globally=False),
    )
    return get_context(project_config=settings, mode="ephemeral").data_sources.add_pandas("pandas")


if __name__ == "__main__":
    main()
