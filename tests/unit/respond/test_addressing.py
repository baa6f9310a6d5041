"""An alert goes to a channel when one cause or TOP5 finding is severe enough and of one of its stages."""

from __future__ import annotations

from typing import Any

import pytest

from orderhealth_pipeline.report.message import AlertMessage
from orderhealth_pipeline.respond.addressing import concerns
from orderhealth_pipeline.respond.channel_settings import channel_settings


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, True),
        ({"min_severity": "critical"}, True),
        ({"stages": ["warehouse"]}, True),
        ({"stages": ["system"], "min_severity": "critical"}, True),  # a cause alone, no order has it
        ({"stages": ["ordering"]}, True),  # a TOP5 finding alone, no cause has it
        ({"stages": ["warehouse"], "min_severity": "critical"}, False),  # critical, but of other stages
        ({"stages": ["ordering"], "min_severity": "high"}, False),
        ({"stages": ["ordering", "payment"], "min_severity": "high"}, True),
    ],
)
def test_severity_and_stage_must_meet_in_one_finding(
    breach: AlertMessage, filters: dict[str, Any], *, expected: bool
) -> None:
    channel = channel_settings({"name": "f", "type": "file", "path": "a.jsonl", **filters})
    assert concerns(breach, channel) is expected


def test_a_message_without_causes_reaches_only_channels_without_a_filter(recovery: AlertMessage) -> None:
    empty = recovery.model_copy(update={"causes": (), "orders": ()})
    unfiltered = channel_settings({"name": "f", "type": "file", "path": "a.jsonl"})
    assert concerns(empty, unfiltered)
    assert not concerns(empty, unfiltered.model_copy(update={"min_severity": "medium"}))
