"""The whole graph on one page: what Dagster loads, see workspace.yaml.

What belongs here: putting the pieces of defs/ together. What does not: the pieces.
"""

from __future__ import annotations

import dagster as dg

from orderhealth_pipeline.defs.actions import actions
from orderhealth_pipeline.defs.assessment import assessment_assets
from orderhealth_pipeline.defs.configuration import GraphFacts, read_graph_facts
from orderhealth_pipeline.defs.feeds import feed_assets
from orderhealth_pipeline.defs.fleet import fleet_definitions, fleet_root
from orderhealth_pipeline.defs.fleet_reports import fleet_report_definitions
from orderhealth_pipeline.defs.jobs import build_jobs
from orderhealth_pipeline.defs.reports import (
    daily_report,
    order_logistics_comparison,
    risk_report,
    weekly_report,
)
from orderhealth_pipeline.defs.resources import Pipeline
from orderhealth_pipeline.defs.server.maintenance import prune_runs
from orderhealth_pipeline.defs.sources import source_assets, source_jobs
from orderhealth_pipeline.defs.watch.pull_sensors import build_pull_sensors
from orderhealth_pipeline.defs.watch.run_failure import build_failure_sensor
from orderhealth_pipeline.defs.watch.schedules import build_schedules
from orderhealth_pipeline.defs.watch.sensors import build_sensors


def build_definitions(facts: GraphFacts) -> dg.Definitions:
    """Draw the graph: sources → feeds → order_fact → findings (a check a rule) → score, actions → reports."""
    pulls = source_jobs(facts)
    return dg.Definitions(
        assets=[
            *source_assets(facts),
            feed_assets(facts),
            assessment_assets(facts),
            actions,
            risk_report,
            daily_report,
            weekly_report,
            order_logistics_comparison,
        ],
        jobs=[*build_jobs(facts), *pulls, prune_runs],
        schedules=build_schedules(facts),
        sensors=[*build_sensors(facts), *build_pull_sensors(facts, pulls), build_failure_sensor(facts)],
        resources={"pipeline": Pipeline()},
        executor=dg.in_process_executor,
        metadata={"configuration_problem": facts.problem} if facts.problem else {},
    )


@dg.definitions
def definitions() -> dg.Definitions:
    """Load the graph with the configuration as it is now, and that of a fleet where there is one."""
    graph, root = build_definitions(read_graph_facts()), fleet_root()
    if root is None:
        return graph
    return dg.Definitions.merge(graph, fleet_definitions(root), fleet_report_definitions(root))
