"""What every renderer makes of every message, in both languages, kept as files.

ORDERHEALTH_WRITE_GOLDENS=1 writes them anew; look at the difference before you commit it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import Any

import pytest

from orderhealth_pipeline.report.failure import Recorded, read_recorded
from orderhealth_pipeline.respond.channels import dingtalk, feishu, file, slack, webhook, wecom
from orderhealth_pipeline.respond.channels.registry import CHANNEL_OF_TYPE
from tests.unit.respond.conftest import MESSAGES

SCORES = ("breach", "worse", "reminder", "recovered", "unconfirmed")
NOTICES = ("cases", "overdue_reminder", "source", "source_back", "digest", "heartbeat")
CASES = tuple(f"{name}_{locale}" for name in (*SCORES, *NOTICES) for locale in ("zh", "en"))


def file_line(message: Recorded) -> dict[str, Any]:
    line: dict[str, Any] = json.loads(file.render(message, f"{message.alert_id}/archive"))
    return line


RENDERERS: dict[str, Callable[[Recorded], dict[str, Any]]] = {
    "slack": slack.render,
    "dingtalk": dingtalk.render,
    "wecom": wecom.render,
    "feishu": feishu.render,
    "webhook": webhook.render,
    "file": file_line,
}


def test_every_type_of_channel_has_golden_messages() -> None:
    # A mail has random boundaries: test_email_over_smtp.py reads what arrives.
    assert RENDERERS.keys() == CHANNEL_OF_TYPE.keys() - {"email"}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("channel", RENDERERS)
def test_the_message_is_rendered_as_the_golden_file_says(case: str, channel: str) -> None:
    message = read_recorded((MESSAGES / case / "payload.json").read_text(encoding="utf-8"))
    rendered = json.dumps(RENDERERS[channel](message), ensure_ascii=False, indent=2) + "\n"
    golden = MESSAGES / case / f"{channel}.json"
    if os.environ.get("ORDERHEALTH_WRITE_GOLDENS"):
        golden.write_text(rendered, encoding="utf-8")
    assert golden.is_file(), f"{golden} is missing; write it with ORDERHEALTH_WRITE_GOLDENS=1"
    assert rendered == golden.read_text(encoding="utf-8")


def test_every_golden_file_belongs_to_a_renderer() -> None:
    expected = {MESSAGES / case / f"{name}.json" for case in CASES for name in ("payload", *RENDERERS)}
    assert {path for path in MESSAGES.rglob("*") if path.is_file()} == expected
