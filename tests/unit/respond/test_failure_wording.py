"""The message that a run failed, in both languages and within every platform's limits."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from orderhealth_pipeline.report.failure import Message, RunFailure
from orderhealth_pipeline.respond.channels import dingtalk, feishu, file, slack, webhook, wecom
from orderhealth_pipeline.respond.messages.wording import compose


def failure(reason: str = "expectations/payment/paid_not_in_erp.yml:7: 'weight': 2 was given") -> RunFailure:
    return RunFailure(
        locale="en", job="whole_chain", step="feeds__payments", reason=reason, run_id="0f1e2d3c-run"
    )


def test_it_says_job_step_reason_run_and_what_to_do() -> None:
    lines = compose(failure())
    assert lines.title == "🛠️ Pipeline run failed: whole_chain"
    assert lines.facts[:3] == (
        "Step: feeds__payments",
        "Reason: expectations/payment/paid_not_in_erp.yml:7: 'weight': 2 was given",
        "Run: 0f1e2d3c-run",
    )
    assert "run it again in Dagster" in lines.facts[3]
    assert lines.orders == ()


def test_a_run_that_never_reached_a_step_names_none() -> None:
    lines = compose(failure().model_copy(update={"step": None, "locale": "zh"}))
    assert lines.title == "🛠️ 流水线运行失败：whole_chain"
    assert lines.facts[0].startswith("原因：")


def test_phone_numbers_in_the_reason_are_masked() -> None:
    assert "13812345678" not in failure("the row of 13812345678 is broken").model_dump_json()


@pytest.mark.parametrize("render", [slack.render, dingtalk.render, wecom.render, feishu.render])
def test_every_platform_shows_the_reason_and_no_markup_of_it(
    render: Callable[[Message], dict[str, Any]],
) -> None:
    body = json.dumps(render(failure("<!channel> broke " + "很" * 9000)), ensure_ascii=False)
    assert "whole_chain" in body
    assert "broke" in body
    assert "<!channel>" not in body
    assert len(body.encode()) <= 4096


def test_programs_get_every_field() -> None:
    record = webhook.render(failure())
    assert record["kind"] == "run_failed"
    assert record["alert_id"] == "run_failed-0f1e2d3c-run"
    assert record["step"] == "feeds__payments"
    assert json.loads(file.render(failure(), "key"))["idempotency_key"] == "key"
