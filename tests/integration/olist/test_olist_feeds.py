"""Given the real export, the adapter's feeds hold the rows that plain SQL counts in its files."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from orderhealth_pipeline.ingest.contracts import feed_contracts
from tests.integration.olist.adapter_feeds import ADAPTER, FEEDS, adapter_statement
from tests.integration.olist.plain_sql import OLIST

pytestmark = pytest.mark.real_data


def _rows(feeds: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return feeds.execute(query).fetchall()


def _count(feeds: duckdb.DuckDBPyConnection, query: str) -> int:
    return int(_rows(feeds, f"select count(*) from ({query})")[0][0])


def test_the_feeds_whose_rules_are_unknown_are_absent() -> None:
    assert {file.stem for file in ADAPTER.glob("*.sql")} == set(FEEDS)


@pytest.mark.parametrize("feed", FEEDS)
def test_a_feed_has_canonical_columns_only_and_all_required_ones(
    feeds: duckdb.DuckDBPyConnection, feed: str
) -> None:
    contract = feed_contracts()[feed]
    columns = {name for name, *_ in _rows(feeds, f"describe {feed}")}
    assert columns <= set(contract.columns)
    assert columns >= set(contract.required)


@pytest.mark.parametrize("feed", FEEDS)
def test_every_row_fills_the_required_columns(feeds: duckdb.DuckDBPyConnection, feed: str) -> None:
    empty = " or ".join(
        f"{column} is null or {column}::varchar = ''" for column in feed_contracts()[feed].required
    )
    assert _rows(feeds, f"from {feed} where {empty}") == []


@pytest.mark.parametrize(
    ("feed", "rows"),
    [
        ("storefront_order_lines", 32_483),
        ("payments", 30_735),
        ("erp_orders", 28_379),
        ("wms_shipments", 28_379),
    ],
)
def test_a_feed_without_versions_has_one_row_a_key(
    feeds: duckdb.DuckDBPyConnection, feed: str, rows: int
) -> None:
    key = ", ".join(feed_contracts()[feed].key)
    assert _count(feeds, f"from {feed}") == rows
    assert _count(feeds, f"select distinct {key} from {feed}") == rows


@pytest.mark.parametrize("feed", FEEDS)
def test_rows_come_in_one_order_however_the_files_are_ordered(
    feeds: duckdb.DuckDBPyConnection, feed: str
) -> None:
    with duckdb.connect() as shuffled:
        for file in OLIST.glob("olist_*.csv"):
            rows = f"read_csv('{file}', all_varchar = true, header = true)"
            shuffled.execute(f"create table {file.stem} as from {rows} order by hash(columns(*))")
        assert shuffled.execute(adapter_statement(feed)).fetchall() == _rows(feeds, f"from {feed}")


def test_an_order_has_one_version_a_milestone_and_one_for_the_exported_status(
    feeds: duckdb.DuckDBPyConnection,
) -> None:
    milestones = _rows(
        feeds,
        """
        select count(order_purchase_timestamp), count(order_approved_at),
            count(order_delivered_carrier_date), count(order_delivered_customer_date)
        from olist_orders_dataset
        """,
    )[0]
    assert milestones[0] == 29_158
    assert _count(feeds, "from storefront_orders") == sum(milestones) + 29_158


def test_the_latest_version_of_every_order_carries_the_exported_status(
    feeds: duckdb.DuckDBPyConnection,
) -> None:
    latest = _rows(
        feeds,
        """
        with latest as (
            select order_id, max_by(status, updated_at::timestamp) as status
            from storefront_orders group by order_id
        )
        select order_status, status, count(*)
        from olist_orders_dataset join latest using (order_id)
        group by all order by all
        """,
    )
    assert latest == [
        ("approved", "paid", 2),
        ("canceled", "cancelled", 625),
        ("created", "created", 5),
        ("delivered", "delivered", 26_195),
        ("invoiced", "to_ship", 314),
        ("processing", "to_ship", 301),
        ("shipped", "shipped", 1_107),
        ("unavailable", "to_ship", 609),
    ]


def test_the_latest_version_is_one_second_after_the_latest_known_date(
    feeds: duckdb.DuckDBPyConnection,
) -> None:
    late_or_early = """
        with latest as (
            select order_id, max(updated_at::timestamp) as updated_at from storefront_orders group by order_id
        )
        select order_id
        from olist_orders_dataset
        join latest using (order_id)
        where updated_at - interval 1 second <> (
            select max(milestone::timestamp)
            from (values (order_purchase_timestamp), (order_approved_at), (order_delivered_carrier_date),
                (order_delivered_customer_date)) as known(milestone)
        )
    """
    assert _rows(feeds, late_or_early) == []


def test_the_amount_is_exact_to_the_cent(feeds: duckdb.DuckDBPyConnection) -> None:
    centavos = """
        with items as (
            select
                order_id,
                sum(round(price::double * 100) + round(freight_value::double * 100))::bigint as centavos
            from olist_order_items_dataset group by order_id
        ),
        charged as (
            select order_id, sum(round(payment_value::double * 100))::bigint as centavos
            from olist_order_payments_dataset group by order_id
        )
        select order_id, amount, items.centavos, charged.centavos
        from storefront_orders
        left join items using (order_id)
        join charged using (order_id)
        where amount * 100 <> coalesce(items.centavos, charged.centavos)
    """
    assert _rows(feeds, centavos) == []
    assert _rows(feeds, "select distinct typeof(amount) from storefront_orders") == [("DECIMAL(18,2)",)]


def test_an_order_without_items_is_worth_its_payments(feeds: duckdb.DuckDBPyConnection) -> None:
    bare = """
        select distinct order_id, amount
        from storefront_orders
        anti join olist_order_items_dataset using (order_id)
    """
    paid = """
        select sum(payment_value::decimal(18, 2))
        from olist_order_payments_dataset
        anti join olist_order_items_dataset using (order_id)
    """
    assert _count(feeds, bare) == 775
    assert _rows(feeds, f"select sum(amount) from ({bare})") == _rows(feeds, paid)


def test_an_order_is_one_buyers_at_a_masked_address(feeds: duckdb.DuckDBPyConnection) -> None:
    shared = "select distinct shop, currency, address_masked from storefront_orders"
    assert _rows(feeds, shared) == [("olist", "BRL", True)]
    assert _count(feeds, "select distinct buyer_id from storefront_orders") == 28_767
    other_place = """
        from storefront_orders
        join olist_orders_dataset using (order_id)
        join olist_customers_dataset as customers using (customer_id)
        where (buyer_id, province, city) is distinct from (customer_unique_id, customer_state, customer_city)
    """
    assert _rows(feeds, other_place) == []


def test_the_promise_is_the_latest_shipping_limit_of_the_items(feeds: duckdb.DuckDBPyConnection) -> None:
    broken_promise = """
        from storefront_orders
        where promised_ship_at is distinct from (
            select max(shipping_limit_date) from olist_order_items_dataset as items
            where items.order_id = storefront_orders.order_id
        )
    """
    assert _rows(feeds, broken_promise) == []


def test_a_payment_succeeded_when_its_order_was_approved(feeds: duckdb.DuckDBPyConnection) -> None:
    states = (
        "select status, paid_at is null, count(distinct order_id) from payments group by all order by all"
    )
    assert _rows(feeds, states) == [("pending", True, 150), ("succeeded", False, 29_008)]


def test_warehouse_and_erp_know_the_approved_orders_with_items(feeds: duckdb.DuckDBPyConnection) -> None:
    approved_with_items = """
        select order_id, order_approved_at, order_delivered_carrier_date
        from olist_orders_dataset
        where order_approved_at is not null
            and order_id in (select order_id from olist_order_items_dataset)
        order by order_id
    """
    expected = _rows(feeds, approved_with_items)
    assert (
        _rows(feeds, "select order_id, synced_at, shipped_at from erp_orders order by order_id") == expected
    )
    assert (
        _rows(feeds, "select order_id, printed_at, outbound_at from wms_shipments order by order_id")
        == expected
    )
    contradicting = (
        "from erp_orders where (status = 'shipped') <> (shipped_at is not null) or erp_id <> order_id"
    )
    assert _rows(feeds, contradicting) == []


def test_a_shipment_leaves_the_warehouse_of_the_first_items_seller(feeds: duckdb.DuckDBPyConnection) -> None:
    elsewhere = """
        from wms_shipments
        where warehouse is distinct from (
            select min_by(seller_id, order_item_id::integer) from olist_order_items_dataset as items
            where items.order_id = wms_shipments.order_id
        )
    """
    assert _rows(feeds, elsewhere) == []


def test_a_waybill_exists_once_the_shipment_is_outbound(feeds: duckdb.DuckDBPyConnection) -> None:
    assert _count(feeds, "from wms_shipments where (waybill_no is null) <> (outbound_at is null)") == 0
    assert _count(feeds, "from wms_shipments where waybill_no = order_id") == 27_371


def test_the_carrier_scans_the_pick_up_and_the_delivery_of_shipments_only(
    feeds: duckdb.DuckDBPyConnection,
) -> None:
    scans = (
        "select status, count(*), count(distinct waybill_no) from tms_events group by status order by status"
    )
    assert _rows(feeds, scans) == [("delivered", 26_189, 26_189), ("picked_up", 27_371, 27_371)]
    assert _count(feeds, "from tms_events anti join wms_shipments using (waybill_no)") == 0


def test_tickets_are_the_reviews_of_goods_not_arrived_and_the_bad_ones(
    feeds: duckdb.DuckDBPyConnection, oracle: duckdb.DuckDBPyConnection
) -> None:
    kinds = "select kind, order_id, opened_at::timestamptz, closed_at::timestamptz from feedback order by all"
    by_plain_sql = oracle.execute(
        "select kind, order_id, opened_at, closed_at from ticket order by all"
    ).fetchall()
    assert _rows(feeds, kinds) == by_plain_sql
    assert _count(feeds, "select distinct ticket_id from feedback") == len(by_plain_sql)
