"""What a run found as the tables that the store keeps.

What belongs here: from an assessment to rows. What does not: writing them (store/write.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import polars as pl

from orderhealth_pipeline.ingest.files.unread import UnreadFile
from orderhealth_pipeline.pipeline.earlier_rules import EarlierRules
from orderhealth_pipeline.pipeline.evaluation.assess import Assessment, rule_results
from orderhealth_pipeline.pipeline.evaluation.orders_at import OrdersAt
from orderhealth_pipeline.pipeline.evaluation.system_facts import reconciliation_breaks
from orderhealth_pipeline.pipeline.plan import RunPlan
from orderhealth_pipeline.store.write import DetailsKept, RunTables


def tables_of(
    plan: RunPlan,
    as_of: datetime,
    assessment: Assessment,
    present: OrdersAt,
    earlier: EarlierRules | None,
    unread: Sequence[UnreadFile],
) -> RunTables:
    """Return every table of the run at `as_of`, as `write_run` takes them."""
    health = assessment.health
    score = pl.DataFrame(
        {
            "score": [health.score],
            "confidence": [health.confidence],
            "active_orders": [health.active_orders],
            "profile": [plan.settings.profile],
        },
        schema_overrides={"score": pl.Decimal(5, 2), "confidence": pl.Decimal(5, 4)},
    )
    return RunTables(
        as_of=as_of,
        findings=assessment.found,
        blind_rules=assessment.blind_rules,
        present={
            "source_freshness": present.freshness,
            "unread_files": pl.DataFrame(
                [(one.path, one.why, one.guess, one.detail) for one in unread],
                schema=dict.fromkeys(("file", "why", "guess", "detail"), pl.String),
                orient="row",
            ),
            "unknown_words": present.unknown_words,
            "reconciliation_breaks": reconciliation_breaks(plan.catalogue, present.system),
            **present.tables(),
            "customer_care": present.customers().care(assessment.findings),
        },
        is_part=present.is_part,
        details_kept=DetailsKept(as_of - plan.settings.retention.evaluation_details, plan.settings.zone),
        history={
            "rule_results": rule_results(assessment),
            "health_score": score,
            "profile_changes": profile_changes(plan, earlier),
            "score_attribution": assessment.attribution,
            "system_funnel": assessment.funnel,
            "top_orders": assessment.top,
        },
    )


def profile_changes(plan: RunPlan, earlier: EarlierRules | None) -> pl.DataFrame:
    """Return the row of a run before which other rules were in force; none for any other."""
    rows = [] if earlier is None else [(earlier.profile, plan.settings.profile, earlier.score)]
    schema = {
        "profile_before": pl.String(),
        "profile": pl.String(),
        "score_by_earlier_rules": pl.Decimal(5, 2),
    }
    return pl.DataFrame(rows, schema=schema, orient="row")
