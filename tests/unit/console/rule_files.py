"""A console over rules that a test may change: a copy of those that ship, beside a shop that was run."""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from orderhealth_pipeline.console.app import create_app
from orderhealth_pipeline.desk.backtests import Backtests, KeptBacktest
from orderhealth_pipeline.resources import expectations_folder
from orderhealth_pipeline.settings import Settings
from orderhealth_pipeline.settings.console import ConsoleSettings

RULE = "paid_not_in_erp"
FIGURE = 'rule:["hit_when", "more_than"]'


class Workshop:
    """The console with its folder of rules."""

    def __init__(self, client: TestClient, folder: Path) -> None:
        self.client, self.folder = client, folder

    def text(self, rule: str = RULE, stage: str = "payment") -> str:
        """Return what the file of a rule says."""
        return (self.folder / stage / f"{rule}.yml").read_text(encoding="utf-8")

    def page(self, path: str, **typed: str) -> httpx.Response:
        """Open a page."""
        answer: httpx.Response = self.client.get(path, params=typed)
        return answer

    def post(self, path: str, **typed: str) -> httpx.Response:
        """Send a form of the console, as a page of it does."""
        token = re.findall(
            r'name="form_token" value="([0-9a-f]{64})"', self.client.get(f"/rules/{RULE}/review").text
        )
        answer: httpx.Response = self.client.post(path, data={**typed, "form_token": token[0]})
        return answer

    def fingerprint(self, rule: str = RULE) -> str:
        """Return what the page of a rule was made of."""
        page = self.client.get(f"/rules/{rule}").text
        found: list[str] = re.findall(r'name="fingerprint" value="([0-9a-f]+)"', page)
        return found[0]

    def publish(self, rule: str = RULE, **typed: str) -> httpx.Response:
        """Publish a draft, with a reason and with examples that follow where nothing else is said."""
        given = {"why": "a test", "follow": "yes", "fingerprint": self.fingerprint(rule), **typed}
        return self.post(f"/rules/{rule}/publish", **given)


def field(*keys: str | int, source: str = "rule") -> str:
    """Return what a form calls a place in a file."""
    return f"{source}:{json.dumps(keys)}"


def copied_rules(folder: Path) -> Path:
    """Copy the rules that ship into a folder, and return where they are."""
    return Path(shutil.copytree(expectations_folder(), folder / "expectations"))


@contextmanager
def workshop(shop: Settings, folder: Path, **console: Any) -> Iterator[Workshop]:
    """Open a console over a copy of the rules, for somebody at this machine."""
    rules = copied_rules(folder)
    settings = shop.overridden(
        expectations=rules,
        desk=SecretStr(str(folder / "rules.desk.db")),
        console=ConsoleSettings.model_validate(console),
    )
    app = create_app(settings, lambda: datetime.now(UTC))
    with TestClient(app, "http://127.0.0.1:8300", client=("127.0.0.1", 50_000)) as client:
        yield Workshop(client, rules)


def ended_backtest(kept: Backtests, number: int) -> KeptBacktest:
    """Wait until a back-test is over, and return it."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        job = kept.find(number)
        assert job is not None
        if job.is_over:
            return job
        time.sleep(0.2)
    pytest.fail("the back-test takes too long")
