"""The actions of a run as an asset: how many of each type are in which state.

What belongs here: what the UI plots of them. What does not: proposing and sending (pipeline/actions/).
"""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

import dagster as dg

from orderhealth_pipeline.defs.assessment import GROUP
from orderhealth_pipeline.defs.checks import FINDINGS
from orderhealth_pipeline.defs.resources import Pipeline
from orderhealth_pipeline.defs.running import readable_mistakes
from orderhealth_pipeline.pipeline.actions.look import ActionCount, count_actions

ACTIONS: Final = dg.AssetKey("actions")


@dg.asset(
    key=ACTIONS,
    deps=[FINDINGS],
    group_name=GROUP,
    kinds={"duckdb"},
    description=(
        "What is to be done in other systems because of the findings: holds, calls, missing orders. Written "
        "by the evaluation, sent by the sensor of the score where `actions.live` says so; docs/actions.md."
    ),
)
def actions(pipeline: Pipeline) -> dg.MaterializeResult[None]:
    """Count the actions as the run published them."""
    with readable_mistakes():
        counts = count_actions(pipeline.plan().settings)
    return dg.MaterializeResult(metadata=action_metadata(counts))


def action_metadata(counts: list[ActionCount]) -> dict[str, Any]:
    """Return the actions per state as numbers, and per type, state and sink as a table."""
    by_state: Counter[str] = Counter()
    for each in counts:
        by_state[each.state] += each.actions
    records = [
        dg.TableRecord(
            {"type": each.type, "state": each.state, "sink": each.sink or "", "actions": each.actions}
        )
        for each in counts
    ]
    return {
        **{f"{state}_actions": count for state, count in by_state.items()},
        "types": dg.MetadataValue.table(
            records,
            schema=dg.TableSchema(
                [
                    *(dg.TableColumn(name, "string") for name in ("type", "state", "sink")),
                    dg.TableColumn("actions", "int"),
                ]
            ),
        ),
    }
