"""Rules drawn at random, of every shape: ticks equal full runs, and SQL counts what Polars counts.

Slow: every step of every example is a run over two real stores.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import polars as pl
import polars.selectors as cs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from orderhealth_pipeline.declared.features import declared_features
from orderhealth_pipeline.declared.order_columns import milestone_columns, order_columns
from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.pipeline.load_sources import load_feeds
from orderhealth_pipeline.pipeline.plan import plan_run
from orderhealth_pipeline.pipeline.run import RunOutcome, evaluate_store
from orderhealth_pipeline.pipeline.stage_seconds import StageTimes
from orderhealth_pipeline.resources import expectations_folder
from orderhealth_pipeline.rules.catalogue import Catalogue, read_catalogue
from orderhealth_pipeline.rules.language.conditions import SystemCondition
from orderhealth_pipeline.rules.language.declarations import Declarations
from orderhealth_pipeline.rules.language.model import Rule
from orderhealth_pipeline.settings import Settings
from orderhealth_pipeline.store.file.connection import open_store, transaction
from orderhealth_pipeline.validation.condition_sql import columns_of_rule, rule_sql
from tests.property.test_ticks import NOON, TABLES, Step, first_files, later_steps, put

pytestmark = pytest.mark.slow

PARAMETERS: Mapping[str, Any] = {
    "span_minutes": 10,
    "window_days": 7,
    "reorder_within_minutes": 60,
    "forgiven_tries": 2,
    "apart_minutes": 30,
    "lines_at_least": 1,
    "window_hours": 24,
    "pieces_at_least": 2,
}
FEATURES = sorted(
    name
    for name, feature in declared_features().items()
    if feature.unit is not None and feature.parameters.keys() <= PARAMETERS.keys()
)
TEXTS = [
    "status_storefront",
    "status_payment",
    "province",
    "remark",
    "payment_method",
    "warehouse",
    "carrier",
    "vip_level",
]
KEYS = ["buyer_id", "address_key", "phone", "receiver"]

numbers = st.sampled_from(["0.5", "1", "2", "3", "14", "15", "16", "60", "240", "1440"])
figures = numbers | st.fixed_dictionaries(
    {"default": numbers, "warehouse": st.dictionaries(st.sampled_from(["杭州", "广州"]), numbers, min_size=1)}
)
signs = st.sampled_from(["more_than", "at_least", "below", "at_most"])
milestones = st.sampled_from(sorted(milestone_columns()))


def features(name: str) -> dict[str, Any]:
    needed = declared_features()[name].parameters
    return {"feature": name, "with": {key: PARAMETERS[key] for key in needed}}


looks = st.one_of(
    st.sampled_from(FEATURES).map(features),
    st.tuples(milestones, milestones).map(lambda pair: {"waiting": {"since": pair[0], "for": pair[1]}}),
    st.tuples(milestones, milestones).map(lambda pair: {"took": {"from": pair[0], "to": pair[1]}}),
    st.tuples(
        st.sampled_from(KEYS),
        st.sampled_from(["15m", "24h", "7d"]),
        st.sampled_from(["orders", "unpaid", "cancelled", "returned", "buyers", "addresses"]),
    ).map(lambda drawn: {"same": {"key": drawn[0], "within": drawn[1], "count": drawn[2]}}),
    st.sampled_from(KEYS).map(lambda key: {"same": {"key": key, "within": "24h", "sum": "amount"}}),
    st.just({"nth_order_of": "buyer_id"}),
    st.just({"column": "amount"}),
)
of_numbers = st.tuples(looks, signs, figures).map(lambda drawn: {**drawn[0], drawn[1]: drawn[2]})
of_texts = st.tuples(
    st.sampled_from(TEXTS),
    st.sampled_from(["is_one_of", "is_not_one_of", "contains_any"]),
    st.sampled_from([["paid"], ["浙江省", "杭州"], ["ship"], ["SF"], ["1", "5"]]),
).map(lambda drawn: {"column": drawn[0], drawn[1]: drawn[2]})
missing = st.tuples(st.sampled_from(sorted(order_columns())), st.booleans()).map(
    lambda drawn: {"column": drawn[0], "is_missing": drawn[1]}
)
leaves = of_numbers | of_numbers | of_texts | missing


def conditions(depth: int) -> st.SearchStrategy[dict[str, Any]]:
    if depth == 0:
        return leaves
    return leaves | st.tuples(
        st.sampled_from(["all", "any", "none"]), st.lists(conditions(depth - 1), min_size=1, max_size=3)
    ).map(lambda drawn: {drawn[0]: drawn[1]})


REFUSED = ("can never hold", "the same milestone", "have one of these")

places: st.SearchStrategy[dict[str, list[str]]] = (
    st.just({})
    | st.just({"shop": ["天猫"]})
    | st.just({"warehouse": ["杭州"], "carrier": ["SF"]})
    | st.just({"vip_level": ["5"]})
)


@cache
def _template() -> dict[str, Any]:
    rule = read_catalogue(expectations_folder(), frozenset(feed_contracts())).rules["paid_not_in_erp"]
    written = rule.model_dump(by_alias=True)
    return {**written, "explanations": (), "needs": ("storefront_orders",), "parameters": {}} | {
        "says": {"zh": "x", "en": "x"},
        "means": {"zh": "x", "en": "x"},
    }


def named(condition: dict[str, Any], counter: list[int]) -> dict[str, Any]:
    """Return every comparison a name of its own."""
    for join in ("all", "any", "none"):
        if join in condition:
            return {join: [named(each, counter) for each in condition[join]]}
    counter.append(1)
    return {**condition, "as": f"figure_{len(counter)}"}


def rule_of(number: int, condition: dict[str, Any], applies_to: dict[str, Any]) -> Rule | None:
    """Read a rule as from a file; None where it is refused, as what can never hold is."""
    text = {**_template(), "id": f"rule_{number}", "hit_when": named(condition, []), "applies_to": applies_to}
    declarations = Declarations(declared_features(), frozenset(feed_contracts()), order_columns())
    try:
        return Rule.model_validate(text, context=declarations)
    except ValidationError as error:
        if any(reason in str(error) for reason in REFUSED):
            return None
        raise


rules = st.lists(st.tuples(conditions(3), places), min_size=1, max_size=4).map(
    lambda drawn: [
        rule
        for number, (condition, applies_to) in enumerate(drawn)
        if (rule := rule_of(number, condition, applies_to)) is not None
    ]
)


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    drawn=rules.filter(bool),
    first=st.builds(Step, first_files, st.just(0)),
    later=st.lists(later_steps, min_size=2, max_size=4),
)
def test_ticks_of_any_rules_end_in_what_a_full_run_gives(
    drawn: list[Rule], first: Step, later: list[Step]
) -> None:
    catalogue = Catalogue({rule.id: rule for rule in drawn}, declared_features())
    with TemporaryDirectory() as folder:
        feeds = Path(folder) / "feeds"
        feeds.mkdir()
        as_of = NOON
        for step in (first, *later):
            put(feeds, step)
            as_of += timedelta(minutes=step.wait)
            ticked = run(Path(folder) / "ticked.duckdb", feeds, as_of, catalogue, is_full=False)
            rebuilt = run(Path(folder) / "rebuilt.duckdb", feeds, as_of, catalogue, is_full=True)
            for table in TABLES:
                assert ticked[table] == rebuilt[table], table


def run(
    store: Path, feeds: Path, as_of: datetime, catalogue: Catalogue, *, is_full: bool
) -> dict[str, list[tuple[Any, ...]]]:
    """Run with these rules and read all tables; without Great Expectations, but with its SQL."""
    plan = plan_run(Settings().model_copy(update={"store": store}), feeds_folder=feeds, is_full=is_full)
    plan = replace(plan, catalogue=catalogue)
    with open_store(store) as con:
        with transaction(con):
            load_feeds(con, plan, as_of)
            outcome = evaluate_store(con, plan, as_of, StageTimes(time.perf_counter), [])
        both_roads_agree(outcome)
        return {table: con.execute(f"from {table} order by all").fetchall() for table in TABLES}


def both_roads_agree(outcome: RunOutcome) -> None:
    assessment = outcome.assessment
    fact = assessment.facts.evaluated
    plain = fact.with_columns((cs.boolean() - cs.by_name("is_active")).cast(pl.Int8))
    with duckdb.connect() as con:
        con.register("order_fact", plain.to_arrow())
        for result in assessment.evaluation.results.values():
            if result.outcome == "unknown" or isinstance(result.rule.hit_when, SystemCondition):
                continue
            sql = rule_sql(result.rule, fact.columns)
            assert set(columns_of_rule(result.rule, fact.columns)) <= set(fact.columns)
            ((counted,),) = con.execute(
                f"select count(*) from order_fact where is_active and {sql}"
            ).fetchall()
            assert counted == result.counted, sql
