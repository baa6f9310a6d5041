"""A preview and a back-test say what real runs with those rules say, and write nothing.

Slow: the comparison runs the whole pipeline on a simulated shop with each set of rules.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import pytest

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.pipeline.plan import RunPlan, plan_run
from orderhealth_pipeline.pipeline.run import RunOutcome, run_pipeline
from orderhealth_pipeline.pipeline.stage_seconds import StageTimes
from orderhealth_pipeline.pipeline.what_if.backtest import backtest, instants_between
from orderhealth_pipeline.pipeline.what_if.preview import prepare_rule, preview_rule
from orderhealth_pipeline.pipeline.what_if.two_rule_sets import Side
from orderhealth_pipeline.rules.in_force.calendar import CalendarEntry
from orderhealth_pipeline.rules.in_force.figures import with_changes
from orderhealth_pipeline.settings import Settings
from orderhealth_pipeline.simulate.simulation import simulate
from orderhealth_pipeline.simulate.write import write_simulation

pytestmark = pytest.mark.slow

CHANGES = [
    ("paid_not_in_erp", {"threshold": Decimal(60)}),
    ("outbound_overdue", {"threshold": Decimal(180)}),
    ("tracking_stalled", {"threshold": Decimal(20)}),
    ("low_price", {"threshold": Decimal("0.95")}),
    ("low_price", {"window_days": Decimal(3)}),
    ("buyer_burst", {"threshold": Decimal(3)}),
    ("buyer_burst", {"span_minutes": Decimal(3)}),
    ("shared_address", {"threshold": Decimal(2)}),
    ("duplicate_order", {"apart_minutes": Decimal(5)}),
    ("frequent_returns", {"threshold": Decimal(2)}),
]


class Shop(NamedTuple):
    plan: RunPlan
    as_of: datetime
    outcome: RunOutcome


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    folder = tmp_path_factory.mktemp("shop")
    simulation = simulate("promo_eve", 1500, 7)
    write_simulation(simulation, folder / "feeds")
    settings = Settings().model_copy(update={"store": folder / "s.duckdb"})
    plan = plan_run(settings, feeds_folder=folder / "feeds")
    as_of = simulation.as_of.astimezone(UTC)
    return Shop(plan, as_of, run_pipeline(plan, as_of, StageTimes(lambda: 0.0)))


def run_with(shop: Shop, rule_id: str, changes: dict[str, Decimal], store: Path) -> RunOutcome:
    catalogue = shop.plan.catalogue
    changed = with_changes(catalogue.rules[rule_id], changes)
    rules = {**catalogue.rules, rule_id: changed}
    settings = shop.plan.settings.model_copy(update={"store": store})
    plan = replace(shop.plan, settings=settings, catalogue=replace(catalogue, rules=rules))
    return run_pipeline(plan, shop.as_of, StageTimes(lambda: 0.0))


def open_orders(outcome: RunOutcome, rule_id: str) -> set[str]:
    return set(outcome.assessment.findings.filter(rule_id=rule_id, state="open")["order_id"])


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


@pytest.mark.parametrize(("rule_id", "changes"), CHANGES)
def test_a_preview_says_what_a_run_with_that_rule_says(
    shop: Shop, tmp_path: Path, rule_id: str, changes: dict[str, Decimal]
) -> None:
    before = digest(shop.plan.store)
    found = preview_rule(shop.plan, rule_id, changes)
    real = run_with(shop, rule_id, changes, tmp_path / "s.duckdb")

    now, then = open_orders(shop.outcome, rule_id), open_orders(real, rule_id)
    assert (found.open_now, found.open_then) == (len(now), len(then))
    assert (set(found.new), set(found.gone)) == (then - now, now - then)
    assert found.score_now == shop.outcome.assessment.health.score
    if rule_id != "low_price":  # other rules ask which prices are low
        assert found.score_then == real.assessment.health.score
    assert digest(shop.plan.store) == before


def test_a_prepared_rule_is_compared_again_and_again(shop: Shop) -> None:
    rule = shop.plan.catalogue.rules["outbound_overdue"]
    prepared = prepare_rule(shop.plan, rule)
    found = [prepared.preview({"threshold": Decimal(minutes)}).open_then for minutes in (60, 240, 2000)]
    assert found == sorted(found, reverse=True)
    assert found[1] == len(open_orders(shop.outcome, "outbound_overdue"))


@pytest.mark.parametrize(
    ("rule_id", "changes", "reason"),
    [
        ("luck", {}, "there is no rule 'luck'"),
        ("pickup_gap", {}, "is about the system as a whole"),
        ("low_price", {"luck": Decimal(1)}, "there is no figure 'luck'"),
        ("low_price", {"threshold": Decimal(-1)}, "no feature is negative"),
        ("buyer_burst", {"span_minutes": Decimal(0)}, "from 0.1 to 527040"),
    ],
)
def test_what_cannot_be_previewed_is_named(
    shop: Shop, rule_id: str, changes: dict[str, Decimal], reason: str
) -> None:
    with pytest.raises(ConfigurationError) as raised:
        preview_rule(shop.plan, rule_id, changes)
    assert reason in str(raised.value)


def with_profile(shop: Shop, profile: str) -> RunPlan:
    return plan_run(
        shop.plan.settings.overridden(profile=profile), feeds_folder=shop.plan.store.with_name("feeds")
    )


def run_at_each(plan: RunPlan, instants: tuple[datetime, ...], store: Path) -> list[RunOutcome]:
    settings = plan.settings.model_copy(update={"store": store})
    full = replace(plan, settings=settings, is_full=True)
    return [run_pipeline(full, as_of, StageTimes(lambda: 0.0)) for as_of in instants]


def edges_told(outcomes: list[RunOutcome]) -> list[tuple[datetime, str]]:
    """The alerts that open or close; what the policy says while one is open is no matter of rules."""
    edges = ("breach", "recovered", "unconfirmed")
    return [(each.as_of, each.alert) for each in outcomes if each.alert in edges]


def test_a_backtest_says_at_every_instant_what_runs_with_those_rules_say(shop: Shop, tmp_path: Path) -> None:
    before = digest(shop.plan.store)
    instants = instants_between(shop.as_of - timedelta(hours=6), shop.as_of, timedelta(hours=3))
    then = with_profile(shop, "promotion")
    result = backtest(shop.plan, then, instants)

    sides: list[tuple[Side, RunPlan]] = [("now", shop.plan), ("then", then)]
    for side, plan in sides:
        outcomes = run_at_each(plan, instants, tmp_path / f"{side}.duckdb")
        assert result.scores[side] == tuple(each.assessment.health.score for each in outcomes)
        is_open = [open_orders(each, "outbound_overdue") for each in outcomes]
        counted = result.rules["outbound_overdue"]
        assert (counted.now if side == "now" else counted.then) == len(set().union(*is_open))
        assert counted.open[side] == tuple(map(len, is_open))
        assert list(result.told[side]) == edges_told(outcomes)
    assert digest(shop.plan.store) == before


def test_a_backtest_takes_the_profile_of_each_instant_from_the_calendar(shop: Shop, tmp_path: Path) -> None:
    instants = instants_between(shop.as_of - timedelta(hours=6), shop.as_of, timedelta(hours=3))
    during = CalendarEntry.model_validate(
        {"profile": "promotion", "from": instants[1], "until": instants[2], "why": "x"}
    )
    plan = replace(shop.plan, calendar=(during,))
    result = backtest(plan, with_profile(shop, "promotion"), instants)
    assert result.profiles["now"] == ("everyday", "promotion", "everyday")
    assert result.profiles["then"] == ("promotion",) * 3
    outcomes = run_at_each(plan, instants, tmp_path / "s.duckdb")
    assert result.scores["now"] == tuple(each.assessment.health.score for each in outcomes)
    assert list(result.told["now"]) == edges_told(outcomes)


def test_too_many_instants_are_refused() -> None:
    start = datetime(2026, 11, 1, tzinfo=UTC)
    with pytest.raises(ConfigurationError, match="at most 10000 are replayed"):
        instants_between(start, start + timedelta(days=365), timedelta(minutes=1))
    with pytest.raises(ConfigurationError, match="--to: an instant not before --from"):
        instants_between(start, start - timedelta(days=1), timedelta(hours=1))
