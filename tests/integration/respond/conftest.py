"""A real store file, a clock that only moves when told, and the platforms."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orderhealth_pipeline.report.message import AlertMessage
from orderhealth_pipeline.respond.channel_settings import WebSettings
from orderhealth_pipeline.sql import statement
from tests.integration.respond.chat_platforms import (
    DingTalk,
    Feishu,
    Platform,
    Receiver,
    Slack,
    WeCom,
    serving,
)

MESSAGES = Path(__file__).resolve().parents[2] / "golden" / "messages"


@dataclass
class Clock:
    """Time that passes only by sleeping; `waits` are the sleeps."""

    now: datetime = datetime(2026, 11, 10, 16, 15, tzinfo=UTC)
    waits: list[float] = field(default_factory=list)

    def __call__(self) -> datetime:
        return self.now

    def seconds(self) -> float:
        return self.now.timestamp()

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += timedelta(seconds=seconds)


@dataclass
class Store:
    """The store's file; `is_open` says whether somebody holds it."""

    file: Path
    is_open: bool = False

    @contextmanager
    def open(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with duckdb.connect(self.file) as con:
            self.is_open = True
            try:
                yield con
            finally:
                self.is_open = False

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with self.open() as con:
            return con.execute(query).fetchall()


@dataclass(frozen=True)
class Platforms:
    dingtalk: DingTalk
    wecom: WeCom
    feishu: Feishu
    slack: Slack
    receiver: Receiver

    def all(self) -> tuple[Platform, ...]:
        return (self.dingtalk, self.wecom, self.feishu, self.slack, self.receiver)

    def settings(self) -> tuple[WebSettings, ...]:
        entries: list[dict[str, Any]] = [
            {"name": "钉钉群", "type": "dingtalk", "url": self.dingtalk.url, "secret": DingTalk.secret},
            {"name": "企业微信", "type": "wecom", "url": self.wecom.url},
            {"name": "飞书", "type": "feishu", "url": self.feishu.url, "secret": Feishu.secret},
            {"name": "slack", "type": "slack", "url": self.slack.url},
            {"name": "own", "type": "webhook", "url": self.receiver.url, "secret": Receiver.secret},
        ]
        return tuple(WebSettings.model_validate(entry) for entry in entries)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "store.duckdb")
    with store.open() as con:
        con.execute(statement("schema/kept/create_alerts"))
        con.execute(statement("schema/kept/create_deliveries"))
    return store


@pytest.fixture
def platforms(clock: Clock) -> Iterator[Platforms]:
    platforms = Platforms(
        DingTalk(clock.seconds), WeCom(clock.seconds), Feishu(clock.seconds), Slack(), Receiver(clock.seconds)
    )
    with serving(*platforms.all()):
        yield platforms


@pytest.fixture
def breach() -> AlertMessage:
    return AlertMessage.model_validate_json((MESSAGES / "breach_zh" / "payload.json").read_bytes())


@pytest.fixture
def recovery() -> AlertMessage:
    return AlertMessage.model_validate_json((MESSAGES / "recovered_zh" / "payload.json").read_bytes())
