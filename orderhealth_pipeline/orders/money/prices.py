"""Prices: how a line's unit price compares with what its SKU sold for lately.

What belongs here: exact arithmetic on amounts, without binary floats. What does not: how low is too low.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import inf
from typing import Final

import polars as pl

from orderhealth_pipeline.frames import MONEY, VisibleFeeds
from orderhealth_pipeline.orders.engine import engine_for
from orderhealth_pipeline.orders.inputs import Parameters

RATIO: Final = pl.Decimal(18, 6)
_PRICE: Final = pl.col("unit_price").to_physical()
_UNITS: Final = pl.col("quantity").to_physical()
_VALUE: Final = pl.Decimal(38, 2 * MONEY.scale)
_COST_LIMIT: Final = 10 ** (MONEY.precision + MONEY.scale)
"""The first cost, in units of _VALUE, that no longer fits into MONEY."""

_RATIO_MARGIN: Final = 0.00001
_SAME_GOODS: Final = ("sku", "currency")
_INT64_LIMIT: Final = 2**63
_RATIO_LIMIT: Final = 10**12
"""What no longer fits into RATIO; a price that many times its mean is given as the largest ratio below it."""


def placed_lines(feeds: VisibleFeeds, orders: pl.DataFrame) -> pl.LazyFrame:
    """One row per line that prices are compared over: those with a positive quantity.

    A line that costs more than an amount can say (10^14) is none that anybody paid, and is left out. Columns:
    order_id, sku, quantity, unit_price; of its order, placed_at, is_active and currency (empty where nobody
    tells it: such prices are compared with each other).
    """
    return (
        feeds["storefront_order_lines"]
        .lazy()
        .filter(pl.col("quantity") > 0, (_UNITS * _PRICE).abs() < _COST_LIMIT)
        .select("order_id", "sku", "quantity", "unit_price")
        .join(
            orders.lazy().select("order_id", "placed_at", "is_active", pl.col("currency").fill_null("")),
            on="order_id",
        )
    )


def window_start(as_of: datetime, parameters: Parameters) -> datetime:
    """Return the instant from which on lines are compared, itself included: `window_days` before `as_of`."""
    return as_of - timedelta(days=float(parameters["window_days"]))


def sold_lines(lines: pl.DataFrame, placed_from: datetime) -> pl.DataFrame:
    """Return of placed lines what was sold from an instant on.

    Columns: sku, currency, lines, sold_units and sold_value (Decimal). Here each line is a row. A store sums
    them up per SKU and currency (sql/tick/active/sum_sold_lines.sql), which says the same.
    """
    value = (_UNITS * _PRICE).reinterpret(dtype=_VALUE)
    recent = lines.filter(pl.col("placed_at") >= placed_from)
    return recent.select(*_SAME_GOODS, lines=pl.lit(1, pl.Int64), sold_units="quantity", sold_value=value)


def lowest_price_ratio(lines: pl.DataFrame, sold: pl.DataFrame, parameters: Parameters) -> pl.LazyFrame:
    """Lowest ratio of a line's unit price to its SKU's mean unit price, per order with such a line.

    `lines` are placed lines of active orders, and `sold` what was sold in all (see sold_lines), both from
    `window_days` before `as_of` up to `as_of`, both included: every line is part of its own mean. The mean is
    weighted by quantity, and over lines of the same currency alone. A SKU with fewer than `lines_at_least`
    lines is skipped, and so is a SKU whose mean is not above zero. The ratio of a price below zero is 0.
    Ratios are cut (not rounded) to six decimals, so that "below 0.70" is exact. Evidence: cheapest_sku,
    cheapest_unit_price and cheapest_sku_mean_unit_price (rounded to the cent).

    Amounts and quantities are computed with as whole ten-thousandths in 128 bits: exact up to 10^15 pieces of
    a SKU.
    """
    means = _means(sold, int(parameters["lines_at_least"]))
    numbers = _numbers_for(lines, means)
    compared_with = means.lazy().with_columns(pl.col("sold_units", "sold_value").cast(numbers.kind))
    compared = (
        lines.lazy()
        .select("order_id", *_SAME_GOODS, "unit_price", order_hash=pl.col("order_id").hash())
        .join(compared_with, on=_SAME_GOODS)
        .select(
            "order_id",
            "order_hash",
            value=_millionths(
                _PRICE.clip(lower_bound=0).cast(numbers.kind) * pl.col("sold_units"),
                pl.col("sold_value"),
                numbers.digits_a_step,
            )
            .cast(pl.Int128)
            .reinterpret(dtype=RATIO),
            cheapest_sku="sku",
            cheapest_unit_price="unit_price",
            cheapest_sku_mean_unit_price="mean_unit_price",
        )
        .collect(engine=engine_for(lines.height))
    )
    # By their hashes in half the time: where two orders share one, both are only looked at more closely.
    several = compared["order_hash"].is_duplicated()
    cheapest = (
        compared.filter(several)
        .sort("order_hash", "value", "cheapest_sku", "cheapest_unit_price")
        .unique("order_id", keep="first")
    )
    return pl.concat([compared.filter(~several), cheapest]).lazy().drop("order_hash")


def prices_between(sold: pl.DataFrame, parameters: Parameters, lowest: float, highest: float) -> pl.DataFrame:
    """Return per SKU and currency the unit prices whose ratio lies between two, as floats.

    Columns: sku, currency, lowest_price, highest_price. A little more than that, since ratios are cut: who
    must know exactly asks `lowest_price_ratio`.
    """
    mean = pl.col("sold_value").cast(pl.Float64) / pl.col("sold_units").cast(pl.Float64) / 10**MONEY.scale
    # The ratio of all prices below zero is 0.
    from_ratio = lowest - _RATIO_MARGIN if lowest > 0 else -inf
    return _means(sold, int(parameters["lines_at_least"])).select(
        *_SAME_GOODS, lowest_price=mean * from_ratio, highest_price=mean * (highest + _RATIO_MARGIN)
    )


def _means(sold: pl.DataFrame, lines_at_least: int) -> pl.DataFrame:
    """Return sku, sold_units and sold_value as whole numbers, and mean_unit_price of what was sold."""
    units, value = (pl.col(name).to_physical() for name in ("sold_units", "sold_value"))
    return (
        sold.lazy()
        .group_by(_SAME_GOODS)
        .agg(pl.col("lines").sum(), sold_units=units.sum(), sold_value=value.sum())
        .filter(pl.col("lines") >= lines_at_least, pl.col("sold_value") > 0)
        .select(
            *_SAME_GOODS,
            "sold_units",
            "sold_value",
            mean_unit_price=_to_the_cent(pl.col("sold_value"), pl.col("sold_units")),
        )
        .collect()
    )


@dataclass(frozen=True)
class _Numbers:
    """Whole numbers that no product in a division exceeds, taken so many digits at a time."""

    kind: pl.DataType
    digits_a_step: int


def _numbers_for(lines: pl.DataFrame, means: pl.DataFrame) -> _Numbers:
    """Choose 64 bits where no product needs more, as usual: dividing 128 bits takes many times longer."""
    price = lines.select(_PRICE.max()).item() or 0
    units, value = means.select(pl.col("sold_units", "sold_value").max()).row(0)
    largest = max(price * (units or 0), value or 0)
    usual = _Numbers(pl.Int64(), digits_a_step=3)
    return usual if largest * 10**usual.digits_a_step < _INT64_LIMIT else _Numbers(pl.Int128(), 1)


def _millionths(part: pl.Expr, whole: pl.Expr, digits_a_step: int) -> pl.Expr:
    """Return part ÷ whole in whole millionths, cut. Step by step: a product with a million might not fit."""
    step = 10**digits_a_step
    quotient, rest = (part // whole).clip(upper_bound=_RATIO_LIMIT), part % whole
    for _ in range(0, RATIO.scale, digits_a_step):
        quotient, rest = quotient * step + rest * step // whole, rest * step % whole
    return quotient.clip(upper_bound=_RATIO_LIMIT * 10**RATIO.scale - 1)


def _to_the_cent(value: pl.Expr, units: pl.Expr) -> pl.Expr:
    """Return value ÷ units in whole ten-thousandths, rounded to the cent (half up), as money."""
    cent = 100
    rounded = (value + units * (cent // 2)) // (units * cent) * cent
    return rounded.clip(upper_bound=10**MONEY.precision - 1).reinterpret(dtype=MONEY)
