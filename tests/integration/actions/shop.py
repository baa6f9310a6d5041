"""A small shop whose orders ask for actions, for the tests of the chain from finding to confirmation.

What belongs here: its feeds, its configuration, and looking at the table. What does not: any test.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from orderhealth_pipeline.desk.log import Desk
from orderhealth_pipeline.pipeline.actions.deliver import deliver_actions
from orderhealth_pipeline.pipeline.plan import RunPlan, plan_run
from orderhealth_pipeline.pipeline.run import evaluate_only, ingest_only, publish_only
from orderhealth_pipeline.pipeline.stage_seconds import StageTimes
from orderhealth_pipeline.respond.actions.outcomes import Outcome
from orderhealth_pipeline.said import Said, SaidKind
from orderhealth_pipeline.settings import Settings
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
