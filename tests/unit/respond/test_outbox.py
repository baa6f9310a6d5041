"""What the outbox records and hands out, on a real DuckDB store in memory."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orderhealth_pipeline.report.message import AlertMessage
from orderhealth_pipeline.respond.channel_settings import ChannelSettings, FileSettings
from orderhealth_pipeline.respond.outbox import (
    earlier_alerts,
    idempotency_key,
    pending_deliveries,
    record_alert,
)
from orderhealth_pipeline.sql import statement

NOW = datetime(2026, 11, 11, 0, 0, tzinfo=UTC)


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(statement("schema/kept/create_alerts"))
        connection.execute(statement("schema/kept/create_deliveries"))
        yield connection


def channel(name: str, **filters: Any) -> ChannelSettings:
    return FileSettings(name=name, type="file", path=Path("a.jsonl"), **filters)


def rows(con: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return con.execute(query).fetchall()


def test_an_alert_is_recorded_with_one_pending_delivery_per_channel(
    con: duckdb.DuckDBPyConnection, breach: AlertMessage
) -> None:
    assert record_alert(con, breach, [channel("a"), channel("b")]) == breach.alert_id
    assert rows(con, "select alert_id, kind, score, threshold from alerts") == [
        (breach.alert_id, "breach", Decimal("72.31"), Decimal("85.00"))
    ]
    assert rows(
        con, "select channel, state, attempts, last_error, sent_at from deliveries order by channel"
    ) == [
        ("a", "pending", 0, None, None),
        ("b", "pending", 0, None, None),
    ]
    [payload] = [
        AlertMessage.model_validate_json(text) for (text,) in rows(con, "select payload::varchar from alerts")
    ]
    assert payload == breach
    assert earlier_alerts(con) == [(breach.as_of, "breach")]


def test_recording_the_same_alert_again_changes_nothing(
    con: duckdb.DuckDBPyConnection, breach: AlertMessage
) -> None:
    record_alert(con, breach, [channel("a")])
    con.execute("update deliveries set state = 'sent', attempts = 1")
    before = rows(con, "select * from alerts"), rows(con, "select * from deliveries")
    record_alert(con, breach.model_copy(update={"score": Decimal(60)}), [channel("a")])
    assert (rows(con, "select * from alerts"), rows(con, "select * from deliveries")) == before


def test_a_channel_configured_since_then_gets_its_delivery(
    con: duckdb.DuckDBPyConnection, breach: AlertMessage
) -> None:
    record_alert(con, breach, [])
    record_alert(con, breach, [channel("new")])
    assert rows(con, "select channel, state from deliveries") == [("new", "pending")]


def test_deliveries_are_due_until_their_next_attempt(
    con: duckdb.DuckDBPyConnection, breach: AlertMessage
) -> None:
    record_alert(con, breach, [channel("a"), channel("b"), channel("c"), channel("d")])
    con.execute("update deliveries set next_attempt_at = ? where channel = 'b'", [NOW])
    con.execute(
        "update deliveries set next_attempt_at = ? where channel = 'c'", [NOW + timedelta(microseconds=1)]
    )
    con.execute("update deliveries set state = 'sent' where channel = 'd'")
    due = pending_deliveries(con, NOW)
    assert [(delivery.channel, delivery.attempts) for delivery in due] == [("a", 0), ("b", 0)]
    assert AlertMessage.model_validate_json(due[0].payload) == breach


def test_a_breach_that_waits_holds_back_the_recovery_of_its_channel(
    con: duckdb.DuckDBPyConnection, breach: AlertMessage, recovery: AlertMessage
) -> None:
    record_alert(con, breach, [channel("a"), channel("b")])
    record_alert(con, recovery, [channel("a"), channel("b")])
    con.execute(
        "update deliveries set next_attempt_at = ? where channel = 'a' and alert_id like 'breach-%'",
        [NOW + timedelta(minutes=1)],
    )
    due = [
        (delivery.channel, delivery.alert_id.partition("-")[0]) for delivery in pending_deliveries(con, NOW)
    ]
    assert due == [("b", "breach"), ("b", "recovered")]
    later = pending_deliveries(con, NOW + timedelta(minutes=1))
    assert [delivery.alert_id.partition("-")[0] for delivery in later] == ["breach", "recovered"] * 2


def test_the_idempotency_key_fits_into_a_header() -> None:
    assert idempotency_key("breach-1", "仓库 群/1") == "breach-1/%E4%BB%93%E5%BA%93%20%E7%BE%A4%2F1"
