"""Sends what waits in the outbox to the configured channels.

What belongs here: joining the settings, the store and the senders. What does not: sending itself (respond/).
"""

from __future__ import annotations

from contextlib import suppress

from orderhealth_pipeline.errors import StoreError
from orderhealth_pipeline.pipeline.plan import RunPlan
from orderhealth_pipeline.respond.attempts import Clock, DeliveryResult, Sleep
from orderhealth_pipeline.respond.outbox import Taken, send_taken, take_due
from orderhealth_pipeline.store.file.connection import open_store
from orderhealth_pipeline.store.publish.snapshot import publish_snapshot


def deliver_alerts(plan: RunPlan, *, clock: Clock, sleep: Sleep) -> list[DeliveryResult]:
    """Deliver what is due and return the outcome of each delivery; a failure is recorded, never raised.

    The outcomes are published too, unless a run holds the store: that run publishes them. Raises StoreError
    where the outbox cannot be read.
    """
    results = send_alerts(plan, take_alerts(plan, clock=clock), clock=clock, sleep=sleep)
    if results:
        with suppress(StoreError), open_store(plan.store) as con:
            publish_snapshot(con, plan.store)
    return results


def take_alerts(plan: RunPlan, *, clock: Clock) -> Taken:
    """Take what is due, so that nobody else sends it. Raises StoreError."""
    # The channels' libraries take as long to import as everything else together.
    from orderhealth_pipeline.respond.channels.registry import build_channels
    from orderhealth_pipeline.respond.messages.mentions import Mentions

    mentions = Mentions(plan.owners.roles)
    channels = build_channels(plan.settings.channels, plan.settings.report.folder, mentions)
    return take_due(lambda: open_store(plan.store), channels, clock=clock)


def send_alerts(plan: RunPlan, taken: Taken, *, clock: Clock, sleep: Sleep) -> list[DeliveryResult]:
    """Send what was taken, the store closed meanwhile, and record the outcomes. Raises StoreError."""
    return send_taken(lambda: open_store(plan.store), taken, clock=clock, sleep=sleep)
