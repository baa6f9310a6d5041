"""The five shapes of the rule language as features: what each reads, what moves it, what shows its value.

What belongs here: their declarations, which follow from the columns they name. What does not: computing them
(orders/shapes/) and the words of the language (rules/language/).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Final

from orderhealth_pipeline.declared.features import (
    FeatureDeclaration,
    Inputs,
    Movers,
    OrderKey,
    Unit,
    declared_features,
)
from orderhealth_pipeline.declared.order_columns import ColumnKind, order_columns
from orderhealth_pipeline.frames import FeatureRequest, FeedColumns

SHAPES: Final = ("column", "waiting", "took", "same", "nth_order_of")

KEYS: Final[Mapping[str, OrderKey]] = {
    "buyer_id": "buyer",
    "address_key": "address",
    "phone": "phone",
    "receiver": "receiver",
}
"""The keys as a rule names them."""

KEY_COLUMNS: Final[Mapping[OrderKey, str]] = {
    "buyer": "buyer_id",
    "address": "address_key",
    "phone": "phone_key",
    "receiver": "receiver_key",
}
"""The column of the order's fact that holds each key, null where it groups nothing."""

_UNITS: Final[Mapping[ColumnKind, Unit]] = {"amount": "money", "count": "count"}
"""The units of the columns that are numbers."""

_MEASURED: Final[Mapping[str, FeedColumns]] = {
    "unpaid": {"payments": ("order_id", "status")},
    "returned": {"returns": ("order_id",)},
    "buyers": {"storefront_orders": ("buyer_id",)},
    "addresses": {"storefront_orders": ("street",)},
}


def is_shape(request: FeatureRequest) -> bool:
    """Say whether a request asks for a shape."""
    return request.feature in SHAPES


def declaration_of(request: FeatureRequest) -> FeatureDeclaration:
    """Return the declaration of what a request asks for. Raises KeyError where nothing is called so."""
    return shape_declaration(request) if is_shape(request) else declared_features()[request.feature]


def rules_of(request: FeatureRequest) -> tuple[str, ...]:
    """Return the rules whose hits a feature asks for."""
    units = declaration_of(request).parameters
    return tuple(str(value) for name, value in request.parameters if units[name] == "rule")


def columns_of_shape(request: FeatureRequest) -> tuple[str, ...]:
    """Return the columns of the order's own fact that a shape about one order looks at."""
    values = dict(request.parameters)
    if request.feature == "column":
        return (str(values["name"]),)
    return tuple(str(value) for value in values.values()) if request.feature in {"waiting", "took"} else ()


@cache
def shape_declaration(request: FeatureRequest) -> FeatureDeclaration:
    """Declare the shape that a request asks for."""
    values = {name: str(value) for name, value in request.parameters}
    if request.feature in {"column", "waiting", "took"}:
        return _of_one_order(request, columns_of_shape(request))
    key = KEYS[values["key"]]
    needs = _inputs_of([KEY_COLUMNS[key], "placed_at"])
    if request.feature == "nth_order_of":
        return _declared(request, needs, Movers(all_of=(key,)), key=key)
    measure = values.get("count", "amount")
    needs = _merged([needs, _MEASURED.get(measure, {})])
    return _declared(request, needs, Movers(lately={key: "within_minutes"}), key=key)


def _of_one_order(request: FeatureRequest, columns: tuple[str, ...]) -> FeatureDeclaration:
    declared = [order_columns()[name] for name in columns]
    return FeatureDeclaration(
        measures=declared[0].title,
        inputs=Inputs(needs=_inputs_of(columns)),
        moves_with=Movers(time="minutes" if request.feature == "waiting" else None),
        unit="minutes" if request.feature != "column" else _UNITS.get(declared[0].type),
        parameters={name: "word" for name, _ in request.parameters},
        evidence=columns[:1] if request.feature == "waiting" else columns,
        begins_at=columns[0] if request.feature == "waiting" else None,
    )


def _declared(
    request: FeatureRequest, needs: FeedColumns, moves_with: Movers, *, key: OrderKey
) -> FeatureDeclaration:
    title = order_columns()[KEY_COLUMNS[key]].title
    return FeatureDeclaration(
        measures=title,
        inputs=Inputs(needs=needs, of_order=(key,)),
        moves_with=moves_with,
        unit="money" if "sum" in dict(request.parameters) else "count",
        parameters={
            name: "minutes" if name == "within_minutes" else "word" for name, _ in request.parameters
        },
        evidence=(),
    )


def _inputs_of(columns: Iterable[str]) -> FeedColumns:
    return _merged(order_columns()[name].inputs for name in columns)


def _merged(inputs: Iterable[FeedColumns]) -> FeedColumns:
    merged: FeedColumns = {}
    for columns in inputs:
        for feed, names in columns.items():
            merged[feed] = tuple(dict.fromkeys((*merged.get(feed, ()), *names)))
    return merged
