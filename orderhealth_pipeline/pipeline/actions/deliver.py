"""Sends what is approved to the sinks, each action marked before it is sent and after.

What belongs here: joining settings, store, desk and sinks. What does not: a sink (respond/sinks/), and what
an outcome means (respond/actions/outcomes.py). The store is open only while rows are read or written.

An action is `unknown` from the moment before it is sent until its outcome is recorded: whatever dies in
between, nobody can say whether it arrived, and that is what the table says.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import duckdb
import polars as pl

from orderhealth_pipeline.errors import StoreError
from orderhealth_pipeline.pipeline.actions.intents import intents_of
from orderhealth_pipeline.pipeline.actions.listening import Listener
from orderhealth_pipeline.pipeline.plan import RunPlan
from orderhealth_pipeline.respond.actions.action_frames import ACTIONS
from orderhealth_pipeline.respond.actions.budget import within_budget
from orderhealth_pipeline.respond.actions.outcomes import Outcome, Tried, outcome_of
from orderhealth_pipeline.respond.actions.step import hear
from orderhealth_pipeline.respond.actions.types import ActionType, declaration
from orderhealth_pipeline.respond.retry import RetryPolicy
from orderhealth_pipeline.respond.sinks.registry import build_sink
from orderhealth_pipeline.respond.sinks.sink import DoubtfulError, Parcel, Sink, SinkError
from orderhealth_pipeline.store import actions as store
from orderhealth_pipeline.store.file.connection import open_store, transaction
from orderhealth_pipeline.store.publish.snapshot import publish_snapshot
from orderhealth_pipeline.store.write import newest_run

Clock = Callable[[], datetime]
Sleep = Callable[[float], None]

_FAILURES_AT_MOST: Final = 10
"""So many failures of a sink one after the other end its turn: the next run tries it again."""


@dataclass
class _Turn:
    """One sink's turn: what was tried last and is not recorded yet."""

    plan: RunPlan
    sink: Sink
    clock: Clock
    sleep: Sleep
    policy: RetryPolicy
    ends_at: datetime
    unrecorded: list[Outcome] = field(default_factory=list)
    failures: int = 0
    rests_on: datetime | None = None

    def run(self, listener: Listener) -> list[Outcome]:
        """Send what may be sent, piece by piece, and return what became of it."""
        done: list[Outcome] = []
        while True:
            batch = self._record_and_take(listener)
            if batch.is_empty():
                return done
            self.unrecorded = self._send(batch)
            done += self.unrecorded

    def _record_and_take(self, listener: Listener) -> pl.DataFrame:
        """Write down what became of the last piece, and mark the next one, in one opening of the store."""
        waits = iter(self.policy.store_waits_seconds)
        while True:
            try:
                with open_store(self.plan.store) as con, transaction(con):
                    _record(con, self.unrecorded)
                    self.unrecorded = []
                    if self.failures >= _FAILURES_AT_MOST or self.clock() > self.ends_at:
                        return pl.DataFrame(schema=ACTIONS)
                    return self._take(con, listener)
            except StoreError:
                wait = next(waits, None)
                if wait is None:
                    raise
                self.sleep(wait)

    def _take(self, con: duckdb.DuckDBPyConnection, listener: Listener) -> pl.DataFrame:
        now = self.clock()
        heard = listener.heard(now)
        if heard.stopped_by is not None:
            return pl.DataFrame(schema=ACTIONS)
        # What lasts rests on what was found last, and is over so long after it.
        self.rests_on = newest_run(con, now) or now
        intents = intents_of(self.plan)
        asked = store.Asked(
            sink=self.sink.name,
            is_idempotent=self.sink.settings.is_idempotent,
            endings=intents["ended_by"].drop_nulls().to_list(),
            spoken_of=heard.spoken["action_id"].to_list(),
        )
        waiting = store.read_sendable(con, asked, now)
        listened = hear(waiting, heard.spoken, intents)
        changed = listened.join(waiting, on=ACTIONS.names(), how="anti", nulls_equal=True)
        store.write_actions(con, changed)
        may_go = listened.filter(
            (pl.col("state") == "approved")
            | ((pl.col("state") == "unknown") & pl.lit(self.sink.settings.is_idempotent))
        )
        limits: dict[str, int] = {
            kind: each.at_most_an_hour for kind, each in self.plan.settings.actions.by_type.items()
        }
        approvals = may_go.join(intents, on="type", how="left").join(heard.spoken, on="action_id", how="left")
        batch = within_budget(
            may_go,
            store.count_sent(con, now),
            limits,
            approvals.select("action_id", given=pl.col("approvers").list.len(), needed="approvals"),
        ).head(self.sink.most_at_once)
        self._mark(con, batch, now)
        return batch

    def _mark(self, con: duckdb.DuckDBPyConnection, batch: pl.DataFrame, now: datetime) -> None:
        """Say of a piece that it is on its way: nobody else takes it, and nobody knows whether it arrived."""
        marked = batch.with_columns(
            state=pl.lit("unknown"),
            attempts=pl.col("attempts") + 1,
            sent_at=pl.lit(now, ACTIONS["sent_at"]),
            last_error=pl.lit("it was being sent; nobody has recorded what became of it"),
        )
        store.write_actions(con, marked.select(ACTIONS.names()))
        lease = pl.lit(self.policy.lease_ends_at(now), store.WAITS["next_attempt_at"])
        store.write_waits(con, batch.select("action_id", next_attempt_at=lease))

    def _send(self, batch: pl.DataFrame) -> list[Outcome]:
        parcels = [_parcel(row) for row in batch.iter_rows(named=True)]
        error: SinkError | None = None
        try:
            self.sink.send(parcels, self.clock())
        except SinkError as failure:
            error = failure
        except Exception as defect:  # noqa: BLE001 - one sink's defect must hold up no other
            error = DoubtfulError(f"unexpected {type(defect).__name__} while sending")
        self.failures = 0 if error is None else self.failures + 1
        now = self.clock()
        return [
            outcome_of(
                Tried(
                    row["action_id"],
                    self.sink.name,
                    row["type"],
                    row["attempts"] + 1,
                    _lasts(row["type"]),
                    error,
                ),
                now,
                self.rests_on or now,
                self.policy,
                is_idempotent=self.sink.settings.is_idempotent,
            )
            for row in batch.iter_rows(named=True)
        ]


def deliver_actions(
    plan: RunPlan, *, clock: Clock, sleep: Sleep, policy: RetryPolicy | None = None
) -> list[Outcome]:
    """Send what is approved and due, and return what became of it; nothing unless `actions.live`.

    A failure is recorded, never raised; every sink has its share of the time. Raises StoreError where store
    or desk cannot be read.
    """
    if not plan.settings.actions.live:
        return []
    policy = policy or RetryPolicy()
    names = list(dict.fromkeys(each.sink for each in plan.settings.actions.by_type.values()))
    listener = Listener(plan)
    done: list[Outcome] = []
    for name in names:
        sink = build_sink(name, plan.settings.sinks[name])
        ends_at = clock() + timedelta(seconds=policy.run_seconds / len(names))
        done += _Turn(plan, sink, clock, sleep, policy, ends_at).run(listener)
    if done:
        with suppress(StoreError), open_store(plan.store) as con:
            publish_snapshot(con, plan.store)
    return done


def _record(con: duckdb.DuckDBPyConnection, outcomes: list[Outcome]) -> None:
    if not outcomes:
        return
    frame = pl.DataFrame(
        [vars(each) for each in outcomes],
        schema={
            **{name: ACTIONS[name] for name in ("action_id", "state", "attempts", "last_error")},
            **{name: ACTIONS[name] for name in ("sent_at", "expires_at")},
            "next_attempt_at": ACTIONS["sent_at"],
        },
    )
    store.write_outcomes(con, frame)
    store.write_waits(con, frame.select("action_id", "next_attempt_at"))


def _parcel(row: dict[str, object]) -> Parcel:
    return Parcel(**{name: row[name] for name in Parcel.__dataclass_fields__})  # type: ignore[arg-type]


def _lasts(kind: ActionType) -> timedelta | None:
    hours = declaration(kind).expires_after_hours
    return None if hours is None else timedelta(hours=hours)
