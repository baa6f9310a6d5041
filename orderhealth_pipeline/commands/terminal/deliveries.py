"""Delivers what a run recorded, and says what became of it: alerts first, then actions.

What belongs here: telling a person. What does not: delivering (pipeline/).
"""

from __future__ import annotations

import logging
import time
from datetime import UTC, datetime
from typing import Final

from orderhealth_pipeline.commands.people.action_words import action_words
from orderhealth_pipeline.commands.terminal.printing import PlainConsole
from orderhealth_pipeline.errors import StoreError
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.pipeline.actions.deliver import deliver_actions
from orderhealth_pipeline.pipeline.deliver import deliver_alerts
from orderhealth_pipeline.pipeline.plan import RunPlan
from orderhealth_pipeline.respond.attempts import DeliveryResult

_LOG: Final = logging.getLogger(__name__)


def show_deliveries(plan: RunPlan, console: PlainConsole) -> None:
    """Deliver what is due and say what became of it; a failure is tried again by a later run."""
    if show_messages(plan, console):
        _tell_actions(plan, console)


def show_messages(plan: RunPlan, console: PlainConsole) -> bool:
    """Deliver the messages that are due, and no actions; say whether the outbox could be read."""
    try:
        results = deliver_alerts(plan, clock=lambda: datetime.now(UTC), sleep=time.sleep)
    except StoreError as error:
        _LOG.warning(Message("{error} The next run with --deliver delivers what waits.", error=error))
        return False
    for result in results:
        console.say(_delivered(result))
    if not results:
        console.say(Message("nothing to deliver"))
    return True


def _delivered(result: DeliveryResult) -> Message:
    told = Message(
        "{channel}: {state} after {attempts} tries",
        channel=result.channel,
        state=Message(result.state),
        attempts=result.attempts,
    )
    return Message("{told} ({error})", told=told, error=result.last_error) if result.last_error else told


def _tell_actions(plan: RunPlan, console: PlainConsole) -> None:
    """Send the actions that may be sent; where nothing is live, say so if any would go out."""
    if not plan.settings.actions.by_type:
        return
    words = action_words(console.locale)
    if not plan.settings.actions.live:
        console.say(Message("{text}", text=words.dry_run))
        return
    try:
        done = deliver_actions(plan, clock=lambda: datetime.now(UTC), sleep=time.sleep)
    except StoreError as error:
        _LOG.warning(Message("{error} The next run with --deliver delivers what waits.", error=error))
        return
    for outcome in done:
        console.say(Message("{text}", text=words.outcome_line(outcome)))
