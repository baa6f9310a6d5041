"""When time alone makes a rule hit an order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl

from orderhealth_pipeline.declared.shape_features import declaration_of
from orderhealth_pipeline.frames import INSTANT
from orderhealth_pipeline.resources import expectations_folder
from orderhealth_pipeline.rules.catalogue import read_catalogue
from orderhealth_pipeline.rules.due import due_orders
from tests.feeds import SCHEMAS

CATALOGUE = read_catalogue(expectations_folder(), frozenset(SCHEMAS))
NOON = datetime(2026, 11, 10, 12, tzinfo=UTC)


def due(*orders: dict[str, object]) -> dict[str, datetime]:
    """When each order is due at noon; features that are not given have no value."""
    defaults: dict[str, object] = {"is_active": True}
    for request in CATALOGUE.requests():
        movers = declaration_of(request).moves_with
        if movers.grows:
            defaults[request.column] = None
        if movers.share_of is not None:
            defaults[request.evidence_column(movers.share_of)] = None
    schema = dict.fromkeys(defaults, pl.Float64) | {"is_active": pl.Boolean, "order_id": pl.String}
    fact = pl.DataFrame([{**defaults, **order} for order in orders], schema=schema)
    found = due_orders(fact, CATALOGUE, NOON)
    assert found.schema == {"order_id": pl.String, "due_at": INSTANT}
    return dict(found.rows())


def test_an_order_is_due_when_its_feature_reaches_the_threshold() -> None:
    found = due({"order_id": "A", "minutes_paid_without_erp": 5.0})
    assert found["A"] <= NOON + timedelta(minutes=10)
    assert found["A"] > NOON + timedelta(minutes=10) - timedelta(seconds=1)


def test_hours_grow_by_the_hour() -> None:
    found = due({"order_id": "A", "hours_without_scan": 23.0})
    assert NOON + timedelta(minutes=59) < found["A"] <= NOON + timedelta(hours=1)


def test_a_share_of_a_time_grows_as_fast_as_that_time_is_short() -> None:
    share, given = "share_of_time_to_ship__promise_hours_48", "minutes_to_ship__promise_hours_48"
    found = due(
        {"order_id": "RISK", share: 0.7, given: 100.0},
        {"order_id": "BREACH", share: 0.9, given: 100.0},
        {"order_id": "LATE", share: 1.1, given: 100.0},
    )
    assert NOON + timedelta(minutes=9.9) < found["RISK"] <= NOON + timedelta(minutes=10)
    assert NOON + timedelta(minutes=9.9) < found["BREACH"] <= NOON + timedelta(minutes=10)
    assert "LATE" not in found


def test_the_earliest_threshold_counts() -> None:
    found = due({"order_id": "A", "minutes_paid_without_erp": 5.0, "hours_without_scan": 23.9})
    assert found["A"] < NOON + timedelta(minutes=7)


def test_an_order_that_stands_exactly_at_the_threshold_is_due_at_once() -> None:
    assert due({"order_id": "A", "minutes_paid_without_erp": 15.0})["A"] <= NOON


def test_an_order_that_is_hit_already_and_a_closed_one_are_not_due() -> None:
    assert due({"order_id": "A", "minutes_paid_without_erp": 15.1}) == {}
    assert due({"order_id": "A", "minutes_paid_without_erp": 1.0, "is_active": False}) == {}
