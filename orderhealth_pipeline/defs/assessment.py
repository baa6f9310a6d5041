"""order_fact, findings, health_score, cases and response_times: assets that one transaction writes.

What belongs here: the step, and what the UI plots of its result. What does not: evaluating (pipeline/).
"""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

import dagster as dg
import polars as pl

from orderhealth_pipeline.defs.case_assets import (
    CASES,
    RESPONSE_TIMES,
    case_specs,
    cases_metadata,
    response_times_metadata,
)
from orderhealth_pipeline.defs.checks import FINDINGS, check_results, check_specs
from orderhealth_pipeline.defs.configuration import GraphFacts
from orderhealth_pipeline.defs.feeds import feed_key
from orderhealth_pipeline.defs.resources import Pipeline
from orderhealth_pipeline.defs.running import RECORD_TAG, STORE_POOL, current_as_of, readable_mistakes
from orderhealth_pipeline.pipeline.deliver import send_alerts, take_alerts
from orderhealth_pipeline.pipeline.evaluation.assess import Assessment
from orderhealth_pipeline.pipeline.plan import RunPlan
from orderhealth_pipeline.pipeline.run import (
    RunOutcome,
    evaluate_only,
    held_open,
    publish_only,
    validate_only,
)
from orderhealth_pipeline.pipeline.stage_seconds import StageTimes
from orderhealth_pipeline.pipeline.warnings import warnings_of
from orderhealth_pipeline.pipeline.written.count_cases import count_cases
from orderhealth_pipeline.pipeline.written.write_report import read_report
from orderhealth_pipeline.report.render.markdown import escaped
from orderhealth_pipeline.report.words import highlights
from orderhealth_pipeline.report.words.masking import mask_text
from orderhealth_pipeline.report.words.texts import Texts

ORDER_FACT: Final = dg.AssetKey("order_fact")
HEALTH_SCORE: Final = dg.AssetKey("health_score")
GROUP: Final = "health"


def assessment_assets(facts: GraphFacts) -> dg.AssetsDefinition:
    """Build the step that evaluates the whole store, with one check per enabled rule."""
    specs = check_specs(facts)
    promised = frozenset(spec.name for spec in specs)

    @dg.multi_asset(
        name="assessment",
        specs=_specs(facts),
        check_specs=specs,
        pool=STORE_POOL,
    )
    def assessment(pipeline: Pipeline) -> Any:
        context = dg.AssetExecutionContext.get()
        times = StageTimes(time.perf_counter, on_stage=context.log.info)
        with readable_mistakes():
            plan = replace(pipeline.plan(), records_past=RECORD_TAG in context.run.tags)
            for warning in warnings_of(plan.settings):
                context.log.warning(warning)
            outcome = _evaluated(plan, current_as_of(plan.settings), times)
        found = outcome.assessment
        yield dg.MaterializeResult(asset_key=ORDER_FACT, metadata=_order_fact_metadata(outcome, times))
        yield dg.MaterializeResult(
            asset_key=FINDINGS,
            metadata=_findings_metadata(found),
            check_results=list(check_results(found, plan.settings, promised)),
        )
        yield dg.MaterializeResult(
            asset_key=HEALTH_SCORE, metadata={**_read_first(plan, outcome), **score_metadata(outcome)}
        )
        counts = count_cases(plan.settings)
        yield dg.MaterializeResult(asset_key=CASES, metadata=cases_metadata(counts))
        yield dg.MaterializeResult(asset_key=RESPONSE_TIMES, metadata=response_times_metadata(counts))

    return assessment


def _evaluated(plan: RunPlan, as_of: datetime, times: StageTimes) -> RunOutcome:
    """Evaluate, send the alert before anything else is done, publish and validate.

    The store is held open, so that nothing waits for DuckDB to tidy its file, but not while a message is
    under way: a slow chat server must not keep others from it. What a channel refuses is left to the sensor.
    """
    with held_open(plan) as leave_untidied:
        outcome = evaluate_only(plan, as_of, times, _now())
        if outcome.alert is None:
            if outcome.is_recorded:
                publish_only(plan, times)
                validate_only(plan, outcome, times)
            return outcome
        taken = take_alerts(plan, clock=_now)
        leave_untidied()
    with times.stage("send"):
        results = send_alerts(plan, taken, clock=_now, sleep=time.sleep)
    for result in results:
        log = dg.AssetExecutionContext.get().log
        log.info("%s to %s: %s", result.alert_id, result.channel, result.state)
    with held_open(plan):
        publish_only(plan, times)
        validate_only(plan, outcome, times)
    return outcome


def _now() -> datetime:
    return datetime.now(UTC)


def _read_first(plan: RunPlan, outcome: RunOutcome) -> dict[str, Any]:
    """Return the verdict, and what of the files is not in it, in the words of the report."""
    # A run that only looked back has recorded nothing that could be read: it brings its report.
    report = outcome.report or read_report(plan, outcome.as_of)
    texts = Texts(report.locale)
    missing = [escaped(line) for line in highlights.not_read(report, texts)]
    metadata: dict[str, Any] = {
        "verdict": f"{texts(f'level_{report.health.level}')} - {highlights.verdict(report, texts)}"
    }
    if missing:
        metadata["not_read"] = dg.MetadataValue.md("\n".join(f"- {line}" for line in missing))
    return metadata


def score_metadata(outcome: RunOutcome) -> dict[str, Any]:
    """Return what is plotted (score, confidence, orders, points lost per rule), and where points went.

    The score is left out, not drawn as zero, when no order is active.
    """
    health = outcome.assessment.health
    lost = outcome.assessment.attribution.filter(pl.col("points") > 0)
    by_rule = dict(lost.filter(dimension="rule").select("value", "points").rows())
    score = {} if health.score is None else {"score": float(health.score)}
    metadata: dict[str, Any] = {
        **score,
        "as_of": dg.MetadataValue.timestamp(outcome.as_of),
        "confidence": float(health.confidence),
        "active_orders": health.active_orders,
        "unknown_rules": len(outcome.assessment.unknown_rules),
        "alert": outcome.alert or "none",
        "recorded": outcome.is_recorded,
        **{f"points_lost_{rule_id}": float(points) for rule_id, points in by_rule.items()},
    }
    if lost.height:
        shown = {value: mask_text(value) for value in lost["value"].unique()}
        metadata["attribution"] = _table(
            lost.select("dimension", pl.col("value").replace(shown), pl.col("points").cast(pl.Float64))
        )
    return metadata


def _specs(facts: GraphFacts) -> list[dg.AssetSpec]:
    return [
        dg.AssetSpec(
            ORDER_FACT,
            deps=[feed_key(feed) for feed in facts.contracts],
            group_name=GROUP,
            kinds={"polars", "duckdb"},
            description="One row per order: its path through five systems, and where each of them stands.",
        ),
        dg.AssetSpec(
            FINDINGS,
            deps=[ORDER_FACT],
            group_name=GROUP,
            kinds={"polars", "duckdb"},
            description=(
                "One row per order and rule it fails, with evidence; innocent look-alikes are kept as "
                "`explained` and never count. Every rule is a check of this asset, evaluated twice: by "
                "Polars and by Great Expectations."
            ),
        ),
        dg.AssetSpec(
            HEALTH_SCORE,
            deps=[FINDINGS],
            group_name=GROUP,
            kinds={"duckdb"},
            description=(
                "0 to 100: how healthy the active orders are, and what cost the points. An alert opens below "
                f"{facts.settings.score.threshold} and closes at {facts.settings.score.recover}."
            ),
        ),
        *case_specs(GROUP),
    ]


def _order_fact_metadata(outcome: RunOutcome, times: StageTimes) -> dict[str, Any]:
    return {
        "dagster/row_count": outcome.orders,
        "orders": outcome.orders,
        "active_orders": outcome.assessment.facts.active.height,
        "orders_evaluated": outcome.assessment.facts.evaluated.height,
        "rows_quarantined": sum(outcome.rejected.values()),
        **{f"seconds_{stage}": seconds for stage, seconds in times.seconds.items()},
    }


def _findings_metadata(assessment: Assessment) -> dict[str, Any]:
    results = assessment.evaluation.results
    return {
        "dagster/row_count": assessment.findings.height,
        "open": assessment.findings.filter(state="open").height,
        "explained": assessment.findings.filter(state="explained").height,
        "unknown_rules": len(assessment.unknown_rules),
        **{
            f"open_{rule_id}": assessment.count(rule_id, "open")
            for rule_id, result in results.items()
            if result.outcome != "unknown"
        },
    }


def _table(frame: pl.DataFrame) -> dg.TableMetadataValue:
    return dg.MetadataValue.table([dg.TableRecord(row) for row in frame.iter_rows(named=True)])
