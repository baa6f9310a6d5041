"""Messages a day beside a slider: replayed by the alert policy once, then kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from orderhealth_pipeline.pipeline.alerting.replay import replay
from orderhealth_pipeline.pipeline.plan import RunPlan, plan_run
from orderhealth_pipeline.pipeline.what_if.messages import MessageRates, message_rates
from orderhealth_pipeline.settings import Settings
from orderhealth_pipeline.store.file.connection import read_store
from tests.unit.console.rule_files import FIGURE, RULE, Workshop, workshop


@pytest.fixture(scope="module")
def told(shop: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Return the shop with a channel that hears of all cases."""
    file = tmp_path_factory.mktemp("told") / "messages.jsonl"
    channels = [{"type": "file", "path": str(file), "name": "room"}]
    return Settings.model_validate({**shop.model_dump(exclude_unset=True), "channels": channels})


@pytest.fixture(scope="module")
def plan(told: Settings) -> RunPlan:
    return plan_run(told)


@pytest.fixture(scope="module")
def own(told: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    with workshop(told, tmp_path_factory.mktemp("rates")) as opened:
        yield opened


def test_rates_are_what_the_policy_tells_with_and_without_a_rule(plan: RunPlan) -> None:
    as_of = plan.settings.as_of
    assert as_of is not None
    rates = message_rates(plan, RULE, as_of)
    assert rates is not None
    with read_store(plan.store) as con:
        messages = replay(con, plan, plan.settings.alerting, as_of - timedelta(hours=3), as_of)
    assert rates.with_rule == pytest.approx(len(messages) / (3 / 24))
    assert rates.with_rule > 0
    assert rates.with_rule >= rates.without_rule
    assert message_rates(plan, RULE, as_of - timedelta(days=30)) is None


def test_messages_grow_with_cases_from_none_to_those_of_now() -> None:
    rates = MessageRates(with_rule=12, without_rule=2)
    assert [rates.at(cases, 10) for cases in (0, 5, 10, 20)] == [2, 7, 12, 22]
    assert (rates.at(0, 0), rates.at(3, 0)) == (12, None)


def test_they_are_asked_for_once_the_slider_is_let_go(own: Workshop) -> None:
    first = own.page(f"/rules/{RULE}/effect", **{FIGURE: "40"}).text
    (later,) = re.findall(r'hx-get="(/rules/[^"]+/messages[^"]*)"', first)
    assert "data-messages" in own.client.get(later.replace("&amp;", "&")).text
    kept = own.page(f"/rules/{RULE}/effect", **{FIGURE: "600"}).text
    assert "data-messages" in kept
    assert "/messages" not in kept
    answer = own.client.post(f"/api/v1/rules/{RULE}/preview", json={"figures": {"threshold": 600}}).json()
    assert answer["messages_a_day"]["then"] <= answer["messages_a_day"]["now"]
