"""Records the actions of a run, of its findings and of what people said.

What belongs here: in which order things are done. What does not: what becomes of an action
(respond/actions/), and the store's statements (store/actions.py).
"""

from __future__ import annotations

import polars as pl

from orderhealth_pipeline.pipeline.actions.intents import intents_of, responses_of
from orderhealth_pipeline.pipeline.actions.payloads import with_payloads
from orderhealth_pipeline.pipeline.actions.receipts import receipts_of, with_reports
from orderhealth_pipeline.pipeline.actions.signs import seen_actions
from orderhealth_pipeline.pipeline.evaluation.feeds_at import FeedsAt
from orderhealth_pipeline.respond.actions.action_frames import ACTIONS
from orderhealth_pipeline.respond.actions.step import Situation, step
from orderhealth_pipeline.respond.actions.words import spoken_actions
from orderhealth_pipeline.store import actions as store


def record_actions(known: FeedsAt, said: pl.DataFrame) -> pl.DataFrame:
    """Write the actions at an instant, in the caller's transaction, and return those that changed (ACTIONS).

    The findings must be written. `said` is the log of what people said.
    """
    con, plan = known.con, known.plan
    responses, intents = responses_of(plan), intents_of(plan)
    causes = store.read_causes(con, responses["rule_id"].unique().to_list())
    lasting = intents.filter(pl.col("ended_by").is_not_null())
    kinds = [*lasting["type"], *lasting["ended_by"]]
    past = store.read_actions(con, causes, kinds)
    now = Situation(
        causes=causes,
        responses=responses,
        intents=intents,
        spoken=spoken_actions(said, known.as_of),
        seen=seen_actions(known, past),
        receipts=with_reports(receipts_of(plan, past), said, known.as_of),
        owned_cases=store.read_owned_cases(con),
    )
    after = with_payloads(known, step(past, now, known.as_of))
    changed = after.join(past, on=ACTIONS.names(), how="anti", nulls_equal=True, maintain_order="left")
    store.write_actions(con, changed)
    return changed
