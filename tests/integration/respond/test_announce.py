"""The data team hears of a failed run on every platform, over real HTTP."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from orderhealth_pipeline.report.failure import RunFailure
from orderhealth_pipeline.respond.announce import announce, concerned
from orderhealth_pipeline.respond.channel_settings import FileSettings
from tests.integration.respond.chat_platforms import Answer, answers
from tests.integration.respond.conftest import Clock, Platforms


@pytest.fixture
def failure() -> RunFailure:
    return RunFailure(locale="zh", job="whole_chain", step="feeds__payments", reason="磁盘已满", run_id="r1")


def test_every_platform_takes_the_message(platforms: Platforms, failure: RunFailure, clock: Clock) -> None:
    outcome = announce(failure, platforms.settings(), clock=clock, sleep=clock.sleep)
    assert set(outcome.values()) == {None}
    for platform in platforms.all():
        assert "磁盘已满" in json.dumps(platform.accepted[0].json, ensure_ascii=False)


def test_a_platform_that_fails_once_is_tried_again(
    platforms: Platforms, failure: RunFailure, clock: Clock
) -> None:
    platforms.feishu.faults.append(answers(Answer(500, b"internal error")))
    outcome = announce(failure, platforms.settings(), clock=clock, sleep=clock.sleep)
    assert outcome["飞书"] is None
    assert len(platforms.feishu.accepted) == 1


def test_a_platform_that_stays_down_stops_no_other_and_leaks_nothing(
    platforms: Platforms, failure: RunFailure, clock: Clock
) -> None:
    platforms.dingtalk.always = answers(Answer(500, platforms.dingtalk.url.encode()))
    outcome = announce(failure, platforms.settings(), clock=clock, sleep=clock.sleep)
    reason = outcome.pop("钉钉群")
    assert reason is not None
    assert reason.startswith("HTTP 500")
    assert "d1ngta1kt0ken" not in reason
    assert set(outcome.values()) == {None}


def test_a_channel_limited_to_stages_is_spared_unless_there_is_no_other() -> None:
    everyone = FileSettings(name="everyone", type="file", path=Path("a"))
    warehouse = FileSettings(name="warehouse", type="file", path=Path("b"), stages=("warehouse",))
    assert concerned((everyone, warehouse)) == (everyone,)
    assert concerned((warehouse,)) == (warehouse,)
