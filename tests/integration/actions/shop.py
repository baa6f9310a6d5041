"""A small shop whose orders ask for actions, for the tests of the chain from finding to confirmation.

What belongs here: its feeds, its configuration, and looking at the table. What does not: any test.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from orderhealth_pipeline.desk.log import Desk
from orderhealth_pipeline.pipeline.actions.deliver import deliver_actions
from orderhealth_pipeline.pipeline.plan import RunPlan, plan_run
from orderhealth_pipeline.pipeline.run import evaluate_only, ingest_only, publish_only
from orderhealth_pipeline.pipeline.stage_seconds import StageTimes
from orderhealth_pipeline.respond.actions.action_frames import ACTIONS
from orderhealth_pipeline.respond.actions.keys import named
from orderhealth_pipeline.respond.actions.outcomes import Outcome
from orderhealth_pipeline.said import Said, SaidKind
from orderhealth_pipeline.settings import Settings
from orderhealth_pipeline.store.actions import write_actions
from orderhealth_pipeline.store.file.connection import open_store
from orderhealth_pipeline.store.registered import registered
from tests.integration.actions.receiver import SECRET
from tests.integration.chain.chain import rows_of

T = datetime(2026, 11, 10, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)
ORDERS = "order_id,shop,buyer_id,placed_at,status,amount,province,street,phone,receiver,updated_at"


@dataclass
class Shop:
    """Feeds, store and desk in a folder; its orders lack a door (hold_shipment, request_address)."""

    folder: Path
    sinks: dict[str, Any]
    actions: dict[str, Any]
    now: datetime = T
    waits: list[float] = field(default_factory=list)

    @property
    def store(self) -> Path:
        """The store's file."""
        return self.folder / "s.duckdb"

    def plan(self) -> RunPlan:
        """Read the configuration."""
        settings = Settings.model_validate(
            {"store": self.store, "locale": "en", "sinks": self.sinks, "actions": self.actions}
        )
        return plan_run(settings, feeds_folder=self.folder / "feeds")

    def write(self, feed: str, header: str, rows: Iterable[str]) -> None:
        """Write one more file of a feed."""
        folder = self.folder / "feeds" / feed
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{len(list(folder.iterdir())):03d}.csv"
        file.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")

    def place(self, *orders: str, door: str = "", at: datetime = T) -> None:
        """Place orders whose address lacks a door, or has one."""
        self.write(
            "storefront_orders",
            ORDERS,
            (
                f"{order},T,U-{order},2026-11-10T03:00:00Z,paid,99.00,浙江省,{order}街{door},13812345678,张三,"
                f"{at.isoformat()}"
                for order in orders
            ),
        )

    def ship(self, order: str, status: str, at: datetime) -> None:
        """Let the warehouse say something about the parcel of an order."""
        self.write(
            "wms_shipments",
            "shipment_id,order_id,warehouse,printed_at,status,updated_at",
            [f"W{order},{order},杭州仓,{T.isoformat()},{status},{at.isoformat()}"],
        )

    def run(self, at: datetime | None = None) -> None:
        """Load, evaluate and publish, without the second opinion, which takes seconds."""
        self.now = at or self.now
        plan = self.plan()
        ingest_only(plan, self.now, list(plan.contracts))
        evaluate_only(plan, self.now, StageTimes(lambda: 0.0))
        publish_only(plan, StageTimes(lambda: 0.0))

    def deliver(self) -> list[Outcome]:
        """Send what may be sent now."""
        return deliver_actions(self.plan(), clock=lambda: self.now, sleep=self.waits.append)

    def say(self, kind: SaidKind, *actions: str, who: str = "wang") -> None:
        """Let a person say something about actions, or about all of them."""
        about = [Said(kind, who, "because", self.now, "action", action) for action in actions]
        words = about or [Said(kind, who, "because", self.now)]
        Desk(str(self.store.with_suffix(".desk.db"))).say(*words)

    def rows(self, kind: str = "hold_shipment") -> list[tuple[Any, ...]]:
        """Return order and state of all actions of a type."""
        return rows_of(self.store, f"select order_id, state from actions where type = '{kind}'")

    def ids(self, kind: str = "hold_shipment") -> list[str]:
        """Return the ids of all actions of a type."""
        return [row[0] for row in rows_of(self.store, f"select action_id from actions where type = '{kind}'")]


def shop_with_approved_actions(folder: Path, url: str, count: int, *, knows_keys: bool) -> Shop:
    """Return a shop whose table has many approved holds, whose findings are open."""
    shop = Shop(
        folder,
        sinks={
            "wms": {"type": "http", "url": url, "secret": SECRET, "honours_key": knows_keys},
        },
        actions={
            "live": True,
            "hold_shipment": {"sink": "wms", "approval": False, "at_most_an_hour": 1_000_000},
        },
    )
    shop.place("WELL", door="1号")
    shop.run()
    orders = [f"N{number:05d}" for number in range(count)]
    causes = pl.DataFrame({"order_id": orders}).with_columns(
        rule_id=pl.lit("low_price"), type=pl.lit("hold_shipment"), episode=1
    )
    nothing = {name: pl.lit(None, dtype) for name, dtype in ACTIONS.items()}
    actions = named(causes).select(
        **nothing
        | {name: pl.col(name) for name in ("action_id", "idempotency_key", "order_id", "rule_id", "type")}
        | {
            "state": pl.lit("approved"),
            "sink": pl.lit("wms"),
            "attempts": pl.lit(0, pl.Int64),
            "proposed_at": pl.lit(T, ACTIONS["proposed_at"]),
            "payload": pl.lit('{"order_id":"') + pl.col("order_id") + pl.lit('"}'),
        }
    )
    findings = causes.select("order_id", "rule_id")
    with open_store(shop.store) as con:
        write_actions(con, actions)
        with registered(con, "found", findings):
            con.execute(
                "insert into findings by name select *, 'ordering' as stage, 'high' as severity, "
                "'open' as state, '{}' as evidence, now() as first_seen_at, now() as last_seen_at from found"
            )
    return shop
