"""Conditions drawn at random: Polars, SQL and twenty lines of plain Python say the same of every order."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import duckdb
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from orderhealth_pipeline.rules.language.condition import Comparison, Group, comparisons
from orderhealth_pipeline.rules.language.contradictions import contradiction
from orderhealth_pipeline.rules.language.holds import holds
from orderhealth_pipeline.validation.condition_sql import condition_sql
from orderhealth_pipeline.words import fold

SCHEMA = pl.Schema(
    {
        "order_id": pl.String(),
        "shop": pl.String(),
        "warehouse": pl.String(),
        "count": pl.Int64(),
        "minutes": pl.Float64(),
        "amount": pl.Decimal(18, 4),
        "remark": pl.String(),
        "is_vip": pl.Boolean(),
    }
)
NUMBERS = [Decimal(text) for text in ("-1", "0", "0.7", "1", "2.5", "3", "15", "15.000001", "240")]
WORDS = ["急", "a", "A ", "ａ", "vip", "it's", "不急", "100%"]

numbers = st.sampled_from(NUMBERS)
thresholds = numbers | st.fixed_dictionaries(
    {"default": numbers},
    optional={
        "shop": st.dictionaries(st.sampled_from(["A", "B"]), numbers, min_size=1),
        "warehouse": st.dictionaries(st.sampled_from(["GZ", "SH"]), numbers, min_size=1),
    },
)
words = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3)
of_numbers = st.builds(
    lambda name, sign, figure: {"feature": name, sign: figure},
    st.sampled_from(["count", "minutes", "amount"]),
    st.sampled_from(["more_than", "at_least", "below", "at_most"]),
    thresholds,
)
of_texts = st.builds(
    lambda sign, chosen: {"column": "remark", sign: chosen},
    st.sampled_from(["is_one_of", "is_not_one_of", "contains_any"]),
    words,
)
of_flags = st.builds(lambda value: {"column": "is_vip", "is": value}, st.booleans())
missing = st.builds(
    lambda name, value: {"column": name, "is_missing": value},
    st.sampled_from(["count", "remark", "is_vip"]),
    st.booleans(),
)
leaves = of_numbers | of_texts | of_flags | missing


def groups(depth: int) -> st.SearchStrategy[dict[str, Any]]:
    if depth == 0:
        return leaves
    inner = groups(depth - 1)
    return leaves | st.builds(
        lambda join, members: {join: members},
        st.sampled_from(["all", "any", "none"]),
        st.lists(inner, min_size=1, max_size=3),
    )


conditions = groups(4)
orders = st.lists(
    st.fixed_dictionaries(
        {
            "shop": st.sampled_from(["A", "B", None]),
            "warehouse": st.sampled_from(["GZ", "SH", None]),
            "count": st.none() | st.sampled_from([0, 1, 2, 3, 15]),
            "minutes": st.none() | st.sampled_from([-1.0, 0.0, 2.5, 15.0, 15.000001, 240.0]),
            "amount": st.none() | st.sampled_from([Decimal("0.7"), Decimal("0.6999"), Decimal(3)]),
            "remark": st.none() | st.sampled_from([fold(word) for word in WORDS] + ["这单不急,a"]),
            "is_vip": st.none() | st.booleans(),
        }
    ),
    min_size=1,
    max_size=12,
)


def read(value: dict[str, Any]) -> Comparison | Group:
    is_group = {"all", "any", "none"} & value.keys()
    return (Group if is_group else Comparison).model_validate(value)


def plainly(condition: Mapping[str, Any], order: Mapping[str, Any]) -> bool:  # noqa: PLR0911
    """Say whether a condition, as YAML gives it, holds of an order."""
    for join, decide in (("all", all), ("any", any)):
        if join in condition:
            return bool(decide(plainly(each, order) for each in condition[join]))
    if "none" in condition:
        return not any(plainly(each, order) for each in condition["none"])
    ((name, wanted),) = ((key, value) for key, value in condition.items() if key not in {"feature", "column"})
    value = order[condition.get("feature") or condition["column"]]
    if name == "is_missing":
        return (value is None) is wanted
    if value is None:
        return False
    if name == "is":
        return value is wanted
    if isinstance(wanted, list):
        folded = [fold(word) for word in wanted]
        if name == "contains_any":
            return any(word in value for word in folded)
        return (value in folded) is (name == "is_one_of")
    if isinstance(wanted, dict):
        named = [
            number
            for place, by_name in wanted.items()
            if place != "default"
            for key, number in by_name.items()
            if order[place] == key
        ]
        wanted = named[0] if named else wanted["default"]
    difference = Decimal(repr(value) if isinstance(value, float) else value) - wanted
    compared = {
        "more_than": difference > 0,
        "at_least": difference >= 0,
        "below": difference < 0,
        "at_most": difference <= 0,
    }
    return bool(compared[name])


def column_of(leaf: Comparison) -> str:
    return str(leaf.feature or leaf.column)


@given(value=conditions, rows=orders)
def test_both_roads_say_of_every_order_what_plain_python_says(
    value: dict[str, Any], rows: list[dict[str, Any]]
) -> None:
    condition = read(value)
    fact = pl.DataFrame([{"order_id": str(number), **row} for number, row in enumerate(rows)], schema=SCHEMA)

    by_polars = fact.select(held=holds(condition, column_of, fact.schema))["held"].to_list()
    with duckdb.connect() as con:
        con.register("fact", fact.with_columns(pl.col("is_vip").cast(pl.Int8)).to_arrow())
        sql = condition_sql(condition, column_of)
        found = con.execute(f"select {sql} from fact order by order_id::int").fetchall()

    expected = [plainly(value, row) for row in rows]
    assert by_polars == expected
    assert [held for (held,) in found] == expected


@given(value=conditions, rows=orders)
def test_a_condition_that_holds_of_an_order_is_no_contradiction(
    value: dict[str, Any], rows: list[dict[str, Any]]
) -> None:
    condition = read(value)
    if any(plainly(value, row) for row in rows):
        assert contradiction(condition) is None


@given(value=conditions)
def test_what_is_written_is_read_again_as_the_same(value: dict[str, Any]) -> None:
    condition = read(value)
    written = condition.model_dump(by_alias=True, exclude_defaults=True)
    assert [leaf.operator for leaf in comparisons(read_again(written))] == [
        leaf.operator for leaf in comparisons(condition)
    ]


def read_again(written: dict[str, Any]) -> Comparison | Group:
    condition = read(written)
    assert condition.model_dump(by_alias=True, exclude_defaults=True) == written
    return condition
