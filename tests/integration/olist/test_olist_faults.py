"""Given the faults of the export, the adapter passes them on: nothing is cleaned, dropped, or fatal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.integration.olist.adapter_feeds import FEEDS, adapter_statement, write_export
from tests.integration.olist.plain_sql import open_olist_files

pytestmark = pytest.mark.real_data


def _versions(feeds: duckdb.DuckDBPyConnection, order_id: str) -> list[tuple[str, str]]:
    """Status and instant of the order's versions, as later ones replace earlier ones."""
    versions = "select status, updated_at from storefront_orders where order_id = ? order by updated_at"
    return feeds.execute(versions, [order_id]).fetchall()


def _feed_of(folder: Path, feed: str) -> list[dict[str, Any]]:
    with open_olist_files(folder) as files:
        answer = files.execute(adapter_statement(feed))
        columns = [name for name, *_ in answer.description or ()]
        return [dict(zip(columns, row, strict=True)) for row in answer.fetchall()]


def test_an_order_delivered_before_it_was_approved_ends_as_delivered(
    feeds: duckdb.DuckDBPyConnection,
) -> None:
    assert _versions(feeds, "0184d4ddb259e1a4cfc2871888cf97b8") == [
        ("created", "2017-09-01 20:04:28"),
        ("shipped", "2017-09-04 14:05:50"),
        ("delivered", "2017-09-09 15:12:44"),
        ("paid", "2017-09-13 22:17:15"),
        ("delivered", "2017-09-13 22:17:16"),
    ]


def test_a_parcel_handed_over_before_the_purchase_has_a_version_before_its_order(
    feeds: duckdb.DuckDBPyConnection,
) -> None:
    assert _versions(feeds, "9711d975b961355b4b5d636857e48498")[:2] == [
        ("shipped", "2018-06-13 13:15:00"),
        ("created", "2018-06-13 15:23:50"),
    ]


def test_an_order_called_delivered_without_a_date_has_no_delivery_scan(
    feeds: duckdb.DuckDBPyConnection,
) -> None:
    scans = """
        select event.status, count(*)
        from olist_orders_dataset
        left join tms_events as event using (order_id)
        where order_status = 'delivered' and order_delivered_customer_date is null
        group by event.status order by all
    """
    assert feeds.execute(scans).fetchall() == [("picked_up", 7), (None, 1)]


def test_an_order_delivered_but_never_approved_is_known_to_the_storefront_alone(
    feeds: duckdb.DuckDBPyConnection,
) -> None:
    unapproved = """
        select count(*), count(erp_id), count(shipment_id), count(event_at), list(distinct payments.status)
        from olist_orders_dataset
        join payments using (order_id)
        left join erp_orders using (order_id)
        left join wms_shipments using (order_id)
        left join tms_events using (order_id)
        where order_status = 'delivered' and order_approved_at is null
    """
    assert feeds.execute(unapproved).fetchall() == [(4, 0, 0, 0, ["pending"])]


def test_two_milestones_of_one_instant_stand_in_the_order_of_life(feeds: duckdb.DuckDBPyConnection) -> None:
    same_instant = "select status from storefront_orders where order_id = '771c4f1f521f462e4b95619e648aaeab'"
    statuses = [status for (status,) in feeds.execute(same_instant).fetchall()]
    assert statuses == ["created", "paid", "shipped", "delivered", "delivered"]


def test_a_review_keeps_its_line_breaks(feeds: duckdb.DuckDBPyConnection) -> None:
    text = "select text, kind from feedback where ticket_id like 'a6ac57c2f97ecf649539a0c83acc614e-%'"
    assert feeds.execute(text).fetchall() == [("naó\r\n\r\nrecebinada", "not_received")]


def test_a_review_written_for_several_orders_is_a_ticket_of_each(feeds: duckdb.DuckDBPyConnection) -> None:
    shared = """
        select count(*), count(distinct ticket_id)
        from feedback
        where split_part(ticket_id, '-', 1) in (
            select split_part(ticket_id, '-', 1) from feedback group by all having count(*) > 1
        )
    """
    tickets, distinct_tickets = feeds.execute(shared).fetchall()[0]
    assert tickets == distinct_tickets > 1


@pytest.mark.parametrize(
    ("title", "message"),
    [
        ("", "Não recebi o produto"),
        ("", "nao chegou ate hoje"),
        ("NÃO FOI ENTREGUE", ""),
        ("Péssimo", "Ainda não recebi meu pedido."),
        ("", "na\u0303o recebi"),
        ("", "näo recebi nada"),
        ("", "ñ recebi"),
        ("", "até hj n chegou"),
        ("", "não\r\nfoi   entregue"),
        ("", "Nunca recebi"),
        ("produto não entregue", ""),
    ],
)
def test_a_review_of_any_score_that_says_the_goods_did_not_arrive_is_a_ticket_never_closed(
    tmp_path: Path, title: str, message: str
) -> None:
    write_export(tmp_path, order_reviews=[_review(title, message, score="5")])
    (ticket,) = _feed_of(tmp_path, "feedback")
    assert (ticket["kind"], ticket["closed_at"]) == ("not_received", None)
    assert (ticket["ticket_id"], ticket["opened_at"]) == ("r-o", "2018-05-01 00:00:00")


@pytest.mark.parametrize(
    ("title", "message"),
    [
        ("", "Recebi antes do prazo"),
        ("", "Chegou ontem, não gostei"),
        ("", "Não, recebi certinho"),
        ("Não", "recebi tudo"),
        ("", "bem recebi"),
        ("", ""),
    ],
)
def test_a_bad_review_that_says_anything_else_is_closed_by_its_answer(
    tmp_path: Path, title: str, message: str
) -> None:
    write_export(
        tmp_path, order_reviews=[_review(title, message, score="2"), _review(title, message, score="3")]
    )
    (ticket,) = _feed_of(tmp_path, "feedback")
    assert (ticket["kind"], ticket["closed_at"]) == ("other", "2018-05-03 10:00:00")


def test_unreadable_values_reach_the_feeds_as_they_are(tmp_path: Path) -> None:
    write_export(
        tmp_path,
        orders=[
            {
                "order_id": "o",
                "customer_id": "c",
                "order_status": "teleported",
                "order_purchase_timestamp": "2018-05-01 10:00:00",
                "order_approved_at": "01/05/2018",
                "order_delivered_carrier_date": "soon",
            }
        ],
        order_items=[{"order_id": "o", "order_item_id": "1", "price": "ten", "freight_value": "1.00"}],
        order_payments=[{"order_id": "o", "payment_sequential": "1", "payment_value": "x"}],
    )
    feeds = {feed: _feed_of(tmp_path, feed) for feed in FEEDS}
    assert [version["updated_at"] for version in feeds["storefront_orders"]] == [
        "2018-05-01 10:00:00",
        "01/05/2018",
        "soon",
        "2018-05-01 10:00:01",
    ]
    assert feeds["storefront_orders"][-1]["status"] == "teleported"
    assert feeds["storefront_orders"][-1]["buyer_id"] is None
    assert feeds["storefront_order_lines"][0]["unit_price"] == "ten"
    assert (feeds["payments"][0]["amount"], feeds["payments"][0]["paid_at"]) == ("x", "01/05/2018")
    assert feeds["wms_shipments"][0]["outbound_at"] == "soon"
    assert [event["event_at"] for event in feeds["tms_events"]] == ["soon"]


def _review(title: str, message: str, *, score: str) -> dict[str, str]:
    return {
        "review_id": "r",
        "order_id": "o",
        "review_score": score,
        "review_comment_title": title,
        "review_comment_message": message,
        "review_creation_date": "2018-05-01 00:00:00",
        "review_answer_timestamp": "2018-05-03 10:00:00",
    }
