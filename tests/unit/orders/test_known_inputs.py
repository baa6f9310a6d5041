"""Of which orders a feature is known: without a buyer, an address or lines it is null, and says so."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from orderhealth_pipeline.declared.features import OrderInput, declared_features
from orderhealth_pipeline.frames import FeatureRequest, known_column
from orderhealth_pipeline.orders.known_inputs import OF_ORDER
from orderhealth_pipeline.orders.order_fact import build_order_fact
from tests.feeds import visible_feeds

PARAMETERS: dict[str, Any] = {
    "span_minutes": 10,
    "window_days": 30,
    "lines_at_least": 1,
    "apart_minutes": 30,
    "reorder_within_minutes": 60,
    "forgiven_tries": 2,
    "cheap_rule": "none",
    "shipped_hours": 6,
    "methods": ("cod",),
    "window_hours": 24,
    "pieces_at_least": 5,
}
WHOLE = {"order_id": "A", "buyer_id": "LI", "street": "文三路478号", "phone": "13812345678"}
LINE = {"order_id": "A", "sku": "MILK", "quantity": 1}


def known(feature: str, order: dict[str, Any], lines: list[dict[str, Any]], **columns: list[str]) -> Any:
    feeds = visible_feeds(
        {"storefront_orders": [WHOLE | order], "storefront_order_lines": lines}, never_sent=columns
    )
    request = declared_features()[feature].request(feature, PARAMETERS)
    return build_order_fact(feeds, [request])[known_column(request)].item()


def test_every_condition_that_features_name_is_one() -> None:
    assert OF_ORDER.keys() == set(get_args(OrderInput))
    for declared in declared_features().values():
        assert set(declared.inputs.of_order) <= OF_ORDER.keys()


@pytest.mark.parametrize(
    "feature", ["buyer_orders_in_span", "address_buyers", "lowest_price_ratio", "duplicate_orders"]
)
def test_a_whole_order_is_known(feature: str) -> None:
    assert known(feature, {}, [LINE])


@pytest.mark.parametrize("feature", ["buyer_orders_in_span", "duplicate_orders", "buyer_returns"])
def test_an_order_without_a_buyer_is_not_judged_by_its_buyer(feature: str) -> None:
    assert not known(feature, {"buyer_id": None}, [LINE])


@pytest.mark.parametrize("address", [{"street": "文三路***"}, {"street": None}, {"address_masked": True}])
@pytest.mark.parametrize("feature", ["address_buyers", "duplicate_orders"])
def test_an_order_whose_address_matches_nothing_is_not_judged_by_it(
    feature: str, address: dict[str, Any]
) -> None:
    assert not known(feature, address, [LINE])


@pytest.mark.parametrize("lines", [[], [LINE | {"quantity": 0}], [LINE | {"order_id": "B"}]])
@pytest.mark.parametrize("feature", ["lowest_price_ratio", "duplicate_orders"])
def test_an_order_of_which_no_line_is_known_is_not_judged_by_lines(
    feature: str, lines: list[dict[str, Any]]
) -> None:
    assert not known(feature, {}, lines)


def test_an_address_is_judged_by_street_or_phone_whichever_can_be_read() -> None:
    masked_phone, masked_street = {"phone": "138****5678"}, {"street": "文三路***"}
    assert known("address_faults", {}, [])
    assert known("address_faults", masked_phone, [])
    assert known("address_faults", {}, [], storefront_orders=["street"])
    assert not known("address_faults", masked_phone, [], storefront_orders=["street"])
    assert not known("address_faults", masked_street, [])
    assert not known("address_faults", {}, [], storefront_orders=["street", "phone"])


def test_an_empty_street_is_an_address_without_a_door_and_not_an_unknown_one() -> None:
    assert known("address_faults", {"street": None}, [])


def test_a_feature_that_is_unknown_of_an_order_is_null() -> None:
    request = FeatureRequest("address_faults")
    feeds = visible_feeds({"storefront_orders": [WHOLE | {"street": "文三路***", "phone": "1"}]})
    assert build_order_fact(feeds, [request])["address_faults"].item() is None
