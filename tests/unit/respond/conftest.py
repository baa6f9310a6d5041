"""Messages that the tests of respond/ share: the payloads that the golden files were rendered from."""

from __future__ import annotations

from pathlib import Path

import pytest

from orderhealth_pipeline.report.message import AlertMessage

MESSAGES = Path(__file__).resolve().parents[2] / "golden" / "messages"


@pytest.fixture
def breach() -> AlertMessage:
    """A promotion's night: 72.31 points, lost to pickup_gap, paid_not_in_erp and outbound_overdue."""
    return AlertMessage.model_validate_json((MESSAGES / "breach_zh" / "payload.json").read_bytes())


@pytest.fixture
def recovery() -> AlertMessage:
    """The morning after: 91 points."""
    return AlertMessage.model_validate_json((MESSAGES / "recovered_zh" / "payload.json").read_bytes())
