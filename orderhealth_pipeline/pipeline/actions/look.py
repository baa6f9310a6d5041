"""Actions for people to look at: the list of the published copy, and the bytes of one action.

What belongs here: reading. What does not: how it is shown (commands/people/actions.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime

import duckdb

from orderhealth_pipeline import sql
from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.pipeline.written.published import from_published
from orderhealth_pipeline.respond.sinks.registry import build_sink
from orderhealth_pipeline.respond.sinks.sink import Parcel
from orderhealth_pipeline.settings import Settings
from orderhealth_pipeline.store.file.connection import read_store


@dataclass(frozen=True)
class Wanted:
    """Which actions are wanted; null: any."""

    state: str | None = None
    type: str | None = None
    order_id: str | None = None
    action_ids: Sequence[str] | None = None
    idempotency_key: str | None = None
    case_id: str | None = None
    at_most: int | None = None


@dataclass(frozen=True)
class ActionRow:
    """One action as people see it."""

    action_id: str
    idempotency_key: str
    case_id: str | None
    order_id: str
    rule_id: str
    type: str
    state: str
    sink: str | None
    attempts: int
    last_error: str | None
    proposed_at: datetime
    approved_by: str | None
    sent_at: datetime | None
    confirmed_at: datetime | None
    expires_at: datetime | None

    def record(self) -> dict[str, object]:
        """Return it for JSON, instants as ISO 8601."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in values.items()
        }


@dataclass(frozen=True)
class ActionCount:
    """How many actions of a type are in a state."""

    type: str
    state: str
    sink: str | None
    actions: int


def count_actions(settings: Settings) -> list[ActionCount]:
    """Count actions as the last run published them. Raises StoreError without a run."""
    return from_published(settings.store, counted_from)


def read_list(settings: Settings, wanted: Wanted) -> list[ActionRow]:
    """Read actions as the last run published them, newest first. Raises StoreError without a run."""
    return from_published(settings.store, lambda con: listed_from(con, wanted))


def find_actions(settings: Settings, action_ids: Sequence[str]) -> list[ActionRow]:
    """Read actions by their ids."""
    return read_list(settings, Wanted(action_ids=action_ids))


def bytes_of(settings: Settings, action_id: str, now: datetime) -> bytes:
    """Return what an action would be sent as at an instant, from the store itself.

    Raises ConfigurationError where there is no such action, or it goes nowhere.
    """
    with read_store(settings.store) as con:
        found = sql.run(con, "actions/calls/select_parcels", {"action_id": action_id}, is_one=True)
    if not found:
        raise ConfigurationError(
            Message(
                "there is no action '{action_id}'; `orderhealth actions list` has all", action_id=action_id
            )
        )
    sink, *values = found[0]
    if sink is None or sink not in settings.sinks or values[-1] is None:
        raise ConfigurationError(
            Message(
                "action {action_id} goes nowhere: the latest run had no sink for its type",
                action_id=action_id,
            )
        )
    return build_sink(sink, settings.sinks[sink]).written(Parcel(*values), now)


def would_be_sent(settings: Settings, now: datetime) -> list[bytes]:
    """Return what would be sent at an instant of what the latest run approved. Raises StoreError."""
    with read_store(settings.store) as con:
        found = sql.run(con, "actions/calls/select_parcels", is_one=False)
    return [
        build_sink(sink, settings.sinks[sink]).written(Parcel(*values), now)
        for sink, *values in found
        if sink in settings.sinks
    ]


def counted_from(con: duckdb.DuckDBPyConnection) -> list[ActionCount]:
    """Count actions."""
    return [ActionCount(*row) for row in sql.run(con, "actions/count_actions")]


def listed_from(con: duckdb.DuckDBPyConnection, wanted: Wanted) -> list[ActionRow]:
    """Read actions, newest first."""
    values = {
        "state": wanted.state,
        "type": wanted.type,
        "order_id": wanted.order_id,
        "case_id": wanted.case_id,
        "idempotency_key": wanted.idempotency_key,
        "at_most": wanted.at_most,
        "action_ids": None if wanted.action_ids is None else list(wanted.action_ids),
    }
    names = [field.name for field in fields(ActionRow)]
    return [ActionRow(*row) for row in sql.run(con, "actions/select_listed", values, columns=names)]
