"""What people and robots wrote down about the actions of files, as a run knows it.

What belongs here: reading the receipts of all file sinks, and what receivers reported to the console. What
does not: their form (respond/sinks/receipts.py), and what follows from them (respond/actions/step.py).
"""

from __future__ import annotations

from datetime import datetime

import polars as pl

from orderhealth_pipeline.errors import UnusableInputError
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.pipeline.plan import RunPlan
from orderhealth_pipeline.respond.actions.action_frames import RECEIPTS
from orderhealth_pipeline.respond.sinks.receipts import read_receipts, receipts_path
from orderhealth_pipeline.said import said_by


def with_reports(receipts: pl.DataFrame, said: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """Add what receivers had reported of their actions by an instant; the newest report counts (RECEIPTS)."""
    reports = (
        said_by(said, as_of)
        .filter(pl.col("value").is_not_null(), kind="action_reported")
        .sort("said_at", "entry")
        .select(action_id="value", is_done=pl.col("what") == "done", note=pl.format("{}: {}", "who", "why"))
        .select(RECEIPTS.names())
    )
    return pl.concat([receipts, reports]).unique("action_id", keep="last")


def receipts_of(plan: RunPlan, actions: pl.DataFrame) -> pl.DataFrame:
    """Return the receipts of actions that were sent to files (RECEIPTS).

    Raises UnusableInputError where a file of receipts cannot be read.
    """
    waiting = actions.filter(pl.col("state").is_in(["sent", "unknown"]))
    found = []
    for name in waiting["sink"].unique().sort().drop_nulls():
        path = plan.settings.sinks[name].path if name in plan.settings.sinks else None
        if path is None:
            continue
        try:
            found += [(each.key, each.is_done, f"{each.who}: {each.note}") for each in read_receipts(path)]
        except OSError as error:
            raise UnusableInputError(
                Message(
                    "{file}: the receipts cannot be read ({reason})",
                    file=receipts_path(path),
                    reason=error.strerror,
                )
            ) from None
    schema = {"key": pl.String, "is_done": pl.Boolean, "note": pl.String}
    told = pl.DataFrame(found, schema=schema, orient="row")
    names = waiting.select("action_id", key="idempotency_key")
    both = pl.concat([names, names.with_columns(key="action_id")])
    return both.join(told, on="key").unique("action_id", keep="last").select(RECEIPTS.names())
