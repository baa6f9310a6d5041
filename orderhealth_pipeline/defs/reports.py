"""The reports: what people open after a run.

What belongs here: four assets that write or show a report of the run. What does not: the report (report/).
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import dagster as dg

from orderhealth_pipeline.defs.assessment import HEALTH_SCORE, ORDER_FACT
from orderhealth_pipeline.defs.checks import FINDINGS
from orderhealth_pipeline.defs.resources import Pipeline
from orderhealth_pipeline.defs.running import current_as_of, readable_mistakes
from orderhealth_pipeline.pipeline.alerting.period_message import write_and_tell
from orderhealth_pipeline.pipeline.deliver import deliver_alerts
from orderhealth_pipeline.pipeline.plan import RunPlan
from orderhealth_pipeline.pipeline.written.write_report import read_report, recorded_instant, write_report
from orderhealth_pipeline.report.model import RiskReport
from orderhealth_pipeline.report.period.model import PeriodKind
from orderhealth_pipeline.report.render.markdown import render_markdown

RISK_REPORT: Final = dg.AssetKey("risk_report")
DAILY_REPORT: Final = dg.AssetKey("daily_report")
WEEKLY_REPORT: Final = dg.AssetKey("weekly_report")
COMPARISON: Final = dg.AssetKey("order_logistics_comparison")
GROUP: Final = "reports"


@dg.asset(
    key=RISK_REPORT,
    deps=[ORDER_FACT, FINDINGS, HEALTH_SCORE],
    group_name=GROUP,
    kinds={"html", "markdown"},
    description=(
        "The report of the run as one self-contained HTML file, `risk-report.html` in the report folder: "
        "score, what moved it, the funnel, TOP5 with what to do. Phone numbers and names are masked."
    ),
)
def risk_report(pipeline: Pipeline) -> dg.MaterializeResult[None]:
    """Write the report of this run."""
    with readable_mistakes():
        plan = pipeline.plan()
        return _written(plan, plan.settings.report.folder, current_as_of(plan.settings))


@dg.asset(
    key=DAILY_REPORT,
    deps=[ORDER_FACT, FINDINGS, HEALTH_SCORE],
    group_name=GROUP,
    kinds={"html", "xlsx", "pdf"},
    description=(
        "The report of the last 24 hours in the forms of `report.forms`, kept for good in the folder `daily` "
        "of the report folder, and told to the roles that it is for."
    ),
)
def daily_report(pipeline: Pipeline) -> dg.MaterializeResult[None]:
    """Write and send the report of the day that ends with this run."""
    with readable_mistakes():
        return _told(pipeline.plan(), "daily")


@dg.asset(
    key=WEEKLY_REPORT,
    deps=[ORDER_FACT, FINDINGS, HEALTH_SCORE],
    group_name=GROUP,
    kinds={"html", "xlsx", "pdf"},
    description="The same of the last 7 days, in the folder `weekly`.",
)
def weekly_report(pipeline: Pipeline) -> dg.MaterializeResult[None]:
    """Write and send the report of the week that ends with this run."""
    with readable_mistakes():
        return _told(pipeline.plan(), "weekly")


@dg.asset(
    key=COMPARISON,
    deps=[ORDER_FACT, FINDINGS],
    group_name=GROUP,
    kinds={"duckdb"},
    description=(
        "Orders against logistics: how many orders reached each step from placed to delivered, and what the "
        "rules that hold one system against the next found. Nothing is written; look at metadata and plots."
    ),
)
def order_logistics_comparison(pipeline: Pipeline) -> dg.MaterializeResult[None]:
    """Show the funnel of this run and the rules of warehouse, logistics and the systems between."""
    with readable_mistakes():
        plan = pipeline.plan()
        report = read_report(plan, recorded_instant(plan, current_as_of(plan.settings)))
    return dg.MaterializeResult(metadata=comparison_metadata(report))


def comparison_metadata(report: RiskReport) -> dict[str, Any]:
    """Return orders per step as numbers, the funnel as a table, and the comparing rules as a table."""
    compared = [
        rule for rule in report.rules if rule.stage in {"payment", "warehouse", "logistics", "system"}
    ]
    return {
        **{f"orders_{step.step}": step.orders for step in report.funnel},
        "funnel": dg.MetadataValue.table(
            [
                dg.TableRecord({"step": step.step, "orders": step.orders, "rate_of_previous": step.rate})
                for step in report.funnel
            ]
        ),
        "rules": dg.MetadataValue.table(
            [
                dg.TableRecord(
                    {
                        "rule": rule.title,
                        "outcome": rule.outcome,
                        "open": rule.open,
                        "points_lost": rule.points,
                    }
                )
                for rule in compared
            ]
        ),
    }


def _written(plan: RunPlan, folder: Path, as_of: datetime) -> dg.MaterializeResult[None]:
    # A run that only looked back has recorded nothing: what the folder shows is the latest one still.
    shown = recorded_instant(plan, as_of)
    path = write_report(plan, folder, shown)
    report = read_report(plan, shown)
    metadata: dict[str, Any] = {
        "path": dg.MetadataValue.path(path),
        "preview": dg.MetadataValue.md(render_markdown(report)),
    }
    if report.health.score is not None:
        metadata["score"] = float(report.health.score)
    return dg.MaterializeResult(metadata=metadata)


def _told(plan: RunPlan, kind: PeriodKind) -> dg.MaterializeResult[None]:
    """Write a report of a period, tell people of it, and show what was written and who is told."""
    told = write_and_tell(plan, kind, current_as_of(plan.settings))
    report, written = told.report, told.written
    deliver_alerts(plan, clock=lambda: datetime.now(UTC), sleep=time.sleep)
    metadata: dict[str, Any] = {
        "path": dg.MetadataValue.path(written.files[0] if written.files else plan.settings.report.folder),
        "files": dg.MetadataValue.json([file.name for file in written.files]),
        "channels": dg.MetadataValue.json(list(told.channels)),
        "overdue_cases": len(report.overdue),
    }
    if written.trouble is not None:
        metadata["trouble"] = str(written.trouble)
    if report.state.health.score is not None:
        metadata["score"] = float(report.state.health.score)
    return dg.MaterializeResult(metadata=metadata)
