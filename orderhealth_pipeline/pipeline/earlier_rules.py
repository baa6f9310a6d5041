"""What the score would be under the profile of the evaluation before, where another one is in force now.

What belongs here: evaluating the same orders at the same instant with the earlier profile. What does not:
what becomes of the difference (respond/switched_rules.py, report/).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

import duckdb

from orderhealth_pipeline import sql
from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.pipeline.evaluation.assess import Assessment, assess
from orderhealth_pipeline.pipeline.evaluation.feature_rows import facts_of_evaluated
from orderhealth_pipeline.pipeline.evaluation.feeds_at import FeedsAt
from orderhealth_pipeline.pipeline.evaluation.orders_at import OrdersAt
from orderhealth_pipeline.pipeline.evaluation.system_facts import facts_of_store
from orderhealth_pipeline.pipeline.plan import RunPlan, plan_of_profile
from orderhealth_pipeline.rules.blindness import count_unjudged, unjudged_orders
from orderhealth_pipeline.store import working


@dataclass(frozen=True)
class EarlierRules:
    """The profile that was in force before, and the score that it gives to the orders of now."""

    profile: str
    score: Decimal | None


def score_by_earlier_rules(
    con: duckdb.DuckDBPyConnection, plan: RunPlan, as_of: datetime, present: OrdersAt, assessment: Assessment
) -> EarlierRules | None:
    """Score the orders of `as_of` by the profile of the evaluation before, inside the caller's transaction.

    None where that profile is in force still, where nothing was evaluated before, and where the profile is
    gone.
    """
    found = sql.run(con, "store/runs/select_earlier_profile", {"as_of": as_of})
    if not found or found[0][0] == plan.settings.profile:
        return None
    profile: str = found[0][0]
    try:
        earlier = plan_of_profile(plan, profile)
    except ConfigurationError:
        return None
    if earlier.catalogue == plan.catalogue:
        return EarlierRules(profile, assessment.health.score)
    known = FeedsAt(con, earlier, as_of, present.states, present.provided)
    longest = FeedsAt(con, plan, as_of, present.states, present.provided).reach.longest_price_window
    if known.reach.longest_price_window > longest:
        working.replace_all(con, "working.placed_lines", known.recent_lines())
    facts = facts_of_evaluated(known, known.sold_lately())
    working.forget_old_lines(con, as_of - longest)
    unjudged = unjudged_orders(facts.affected, earlier.catalogue)
    would_be = replace(
        present,
        facts=facts,
        unjudged=count_unjudged(unjudged.group_by("rules").len().iter_rows()),
        system=facts_of_store(known, present.unknown_words, only_touched=False),
    )
    return EarlierRules(profile, assess(earlier, as_of, would_be).health.score)
