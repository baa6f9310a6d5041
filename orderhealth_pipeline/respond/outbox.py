"""The outbox: alerts are recorded in the store first and delivered later, at least once.

What belongs here: recording alerts, taking what is due, recording outcomes. What does not: sending
(attempts.py) and deciding (alert_decision.py). The store is open only while rows are read or written, never
during a request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import duckdb

from orderhealth_pipeline import sql
from orderhealth_pipeline.errors import StoreError
from orderhealth_pipeline.report.failure import Recorded
from orderhealth_pipeline.report.message import AlertMessage
from orderhealth_pipeline.respond.attempts import Clock, DeliveryResult, PendingDelivery, Sleep, send_all
from orderhealth_pipeline.respond.channel_settings import ChannelSettings
from orderhealth_pipeline.respond.channels.channel import Channel
from orderhealth_pipeline.respond.policy.facts import SCORE
from orderhealth_pipeline.respond.retry import RetryPolicy
from orderhealth_pipeline.sql import statement

OpenStore = Callable[[], AbstractContextManager[duckdb.DuckDBPyConnection]]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def earlier_alerts(con: duckdb.DuckDBPyConnection, subject: str = SCORE) -> list[tuple[datetime, str]]:
    """Return (as_of in UTC, kind) of every recorded alert about a subject, as `decide_alert` takes them."""
    rows = sql.run(con, "respond/select_alert_edges", {"subject": subject})
    return [(_EPOCH + timedelta(microseconds=microseconds), kind) for microseconds, kind in rows]


def record_alert(
    con: duckdb.DuckDBPyConnection, message: Recorded, channels: Iterable[ChannelSettings]
) -> str:
    """Record the alert and one pending delivery per channel, and return its id.

    Recording the same alert again changes nothing, except that another channel gets its delivery. Runs inside
    the caller's transaction.
    """
    scored = message if isinstance(message, AlertMessage) else None
    values = {
        "alert_id": message.alert_id,
        "kind": message.kind,
        "as_of": message.as_of,
        "score": scored and scored.score,
        "threshold": scored and scored.threshold,
        "payload": message.model_dump_json(),
    }
    sql.run(con, "respond/insert_alert", values)
    for channel in channels:
        delivery = {
            "alert_id": message.alert_id,
            "channel": channel.name,
            "idempotency_key": idempotency_key(message.alert_id, channel.name),
        }
        sql.run(con, "respond/insert_delivery", delivery)
    return message.alert_id


def rules_with_a_part(con: duckdb.DuckDBPyConnection, opened_at: datetime, as_of: datetime) -> set[str]:
    """Return the rules that the score of the breach of `opened_at` was made of, or that cost points since."""
    values = {"opened_at": opened_at, "as_of": as_of}
    return {rule for (rule,) in sql.run(con, "respond/select_rules_with_a_part", values)}


def tell_given_up_again(con: duckdb.DuckDBPyConnection, opened_at: datetime) -> None:
    """Let the deliveries of the breach of `opened_at` that were given up be tried again.

    For as long as it lasts: a channel that is back shall hear of it. Runs inside the caller's transaction.
    """
    sql.run(con, "respond/tell_given_up_again", {"opened_at": opened_at})


def idempotency_key(alert_id: str, channel: str) -> str:
    """Return the key that every try of one delivery carries; plain ASCII without full stops, for a header."""
    return f"{alert_id}/{quote(channel, safe='')}".replace(".", "%2E")


def pending_deliveries(con: duckdb.DuckDBPyConnection, now: datetime) -> list[PendingDelivery]:
    """Return the deliveries that are due at `now`, by channel and within it by the alert's instant.

    One that waits holds back the later ones of its channel.
    """
    rows = sql.run(con, "respond/select_due_deliveries", {"now": now})
    return [PendingDelivery(*row) for row in rows]


@dataclass(frozen=True)
class Taken:
    """Deliveries that this process has leased, and the channels they go to, by name."""

    due: tuple[PendingDelivery, ...]
    channels: Mapping[str, Channel]


def deliver_pending(
    open_store: OpenStore,
    channels: Iterable[Channel],
    *,
    clock: Clock,
    sleep: Sleep,
    policy: RetryPolicy | None = None,
) -> list[DeliveryResult]:
    """Deliver what is due to `channels` and return the outcome of each (none when nothing is due)."""
    taken = take_due(open_store, channels, clock=clock, policy=policy)
    return send_taken(open_store, taken, clock=clock, sleep=sleep, policy=policy)


def take_due(
    open_store: OpenStore, channels: Iterable[Channel], *, clock: Clock, policy: RetryPolicy | None = None
) -> Taken:
    """Take what is due to `channels`, so that nobody else sends it; other deliveries stay as they are."""
    by_name = {channel.settings.name: channel for channel in channels}
    with open_store() as con:
        return Taken(tuple(_take(con, by_name, clock(), policy or RetryPolicy())), by_name)


def send_taken(
    open_store: OpenStore, taken: Taken, *, clock: Clock, sleep: Sleep, policy: RetryPolicy | None = None
) -> list[DeliveryResult]:
    """Send what was taken and return the outcomes.

    The store is opened briefly to record each outcome as soon as it is known, so that a slow channel keeps no
    other's from the record. A process that dies in between leaves rows pending, and a later run sends them
    again with the same idempotency key: at least once.

    `clock` gives the real time with a zone (signatures carry it), `sleep` waits so many seconds. `open_store`
    closes the store when its block ends, which undoes an unfinished transaction; recording waits half
    a minute for a store that is busy. Raises only what `open_store` raises.
    """
    policy = policy or RetryPolicy()
    places = {(delivery.alert_id, delivery.channel): place for place, delivery in enumerate(taken.due)}
    sent = send_all(taken.due, taken.channels, clock=clock, sleep=sleep, policy=policy)
    recorded = _recorded(open_store, sent, sleep, policy)
    return sorted(recorded, key=lambda result: places[result.alert_id, result.channel])


def _take(
    con: duckdb.DuckDBPyConnection, channels: Iterable[str], now: datetime, policy: RetryPolicy
) -> list[PendingDelivery]:
    """Read what is due and lease it, so that a run at the same time does not send it too."""
    names = set(channels)
    con.begin()
    due = [delivery for delivery in pending_deliveries(con, now) if delivery.channel in names]
    for delivery in due:
        con.execute(
            statement("respond/lease_delivery"),
            {
                "alert_id": delivery.alert_id,
                "channel": delivery.channel,
                "lease_ends_at": policy.lease_ends_at(now),
            },
        )
    con.commit()
    return due


def _recorded(
    open_store: OpenStore, results: Iterable[DeliveryResult], sleep: Sleep, policy: RetryPolicy
) -> Iterator[DeliveryResult]:
    """Write down what becomes of each delivery, patiently: what is not recorded would be sent again.

    A store that stays busy is waited for once; what could not be written then is tried with each outcome
    that follows, and the error is raised at the end.
    """
    waits, unrecorded = iter(policy.store_waits_seconds), []
    trouble: StoreError | None = None
    for result in results:
        unrecorded.append(result)
        trouble = _record(open_store, unrecorded, sleep, waits)
        if trouble is None:
            unrecorded = []
        yield result
    if trouble is not None:
        raise trouble


def _record(
    open_store: OpenStore, results: Iterable[DeliveryResult], sleep: Sleep, waits: Iterator[float]
) -> StoreError | None:
    """Write the outcomes down, each for itself; return the error of a store that is busy to the last."""
    while True:
        try:
            with open_store() as con:
                for result in results:
                    con.execute(statement("respond/update_delivery"), vars(result))
        except StoreError as error:
            wait = next(waits, None)
            if wait is None:
                return error
            sleep(wait)
        else:
            return None
