"""What rules and configuration ask for, as the frames that a step of actions takes.

What belongs here: from the catalogue and the settings to frames. What does not: the step
(respond/actions/step.py).
"""

from __future__ import annotations

from typing import Final

import polars as pl

from orderhealth_pipeline.pipeline.plan import RunPlan
from orderhealth_pipeline.respond.actions.action_frames import INTENTS
from orderhealth_pipeline.respond.actions.types import ACTION_TYPES, declaration

RESPONSES: Final = pl.Schema({"rule_id": pl.String(), "type": pl.String(), "position": pl.Int64()})


def responses_of(plan: RunPlan) -> pl.DataFrame:
    """Return what each enabled rule asks for, in its order (RESPONSES).

    What the program does itself is asked for only where a sink is named.
    """
    configured = plan.settings.actions.by_type
    rows = [
        (rule.id, kind, position)
        for rule in plan.catalogue.enabled
        if not rule.is_system_level
        for position, kind in enumerate(rule.responses)
        if kind in configured or not declaration(kind).is_own
    ]
    return pl.DataFrame(rows, schema=RESPONSES, orient="row")


def intents_of(plan: RunPlan) -> pl.DataFrame:
    """Return what each type is, and where it goes (INTENTS)."""
    configured = plan.settings.actions.by_type
    rows = []
    for kind in ACTION_TYPES:
        declared, asked = declaration(kind), configured.get(kind)
        rows.append(
            (
                kind,
                asked and asked.sink,
                int(asked.approval) if asked else 1,
                declared.expires_after_hours,
                declared.ended_by,
                declared.by_receipt,
            )
        )
    return pl.DataFrame(rows, schema=INTENTS, orient="row")
