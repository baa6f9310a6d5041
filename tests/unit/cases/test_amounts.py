"""What cases are worth: in one currency, and never in two added up."""

from __future__ import annotations

from decimal import Decimal

import polars as pl

from orderhealth_pipeline.cases.amounts import worth_of
from orderhealth_pipeline.frames import MONEY


def worth(*rows: tuple[str, int, str | None]) -> dict[str, tuple[str | None, Decimal]]:
    orders = pl.DataFrame(
        rows, schema={"case_id": pl.String, "amount": MONEY, "currency": pl.String}, orient="row"
    )
    found = worth_of(orders.lazy(), ["case_id"]).collect()
    return {case: (currency, amount) for case, currency, amount in found.iter_rows()}


def test_the_currency_of_most_orders_counts_and_no_other_is_added() -> None:
    found = worth(("A", 100, "CNY"), ("A", 50, "CNY"), ("A", 900, "USD"), ("B", 7, None))
    assert found == {"A": ("CNY", Decimal(150)), "B": (None, Decimal(7))}


def test_of_two_with_as_many_orders_the_first_by_name_counts() -> None:
    assert worth(("A", 1, "USD"), ("A", 2, "EUR"), ("A", 3, None)) == {"A": ("EUR", Decimal(2))}


def test_without_an_amount_it_is_worth_nothing_known() -> None:
    assert worth(("A", None, "CNY")) == {"A": ("CNY", Decimal(0))}  # type: ignore[arg-type]
