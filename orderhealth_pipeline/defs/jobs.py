"""The jobs: which assets one run brings up to date.

What belongs here: selections. What does not: when they run (schedules.py, sensors.py).
"""

from __future__ import annotations

from typing import Any, Final

import dagster as dg

from orderhealth_pipeline.defs.actions import ACTIONS
from orderhealth_pipeline.defs.assessment import HEALTH_SCORE, ORDER_FACT
from orderhealth_pipeline.defs.case_assets import CASES, RESPONSE_TIMES
from orderhealth_pipeline.defs.checks import FINDINGS
from orderhealth_pipeline.defs.configuration import GraphFacts
from orderhealth_pipeline.defs.feeds import feed_key
from orderhealth_pipeline.defs.reports import COMPARISON, DAILY_REPORT, RISK_REPORT, WEEKLY_REPORT

_LOGISTICS: Final = frozenset({"erp", "wms", "tms"})
_ORDERS: Final = "storefront_orders"


WHOLE_CHAIN: Final = "whole_chain"
DAILY: Final = "write_daily_report"
WEEKLY: Final = "write_weekly_report"
COMPARE: Final = "compare_orders_and_logistics"


def build_jobs(facts: GraphFacts) -> list[Any]:
    """Build the jobs from the feeds there are.

    Each runs in one process, which spares the start of one per step. Dagster has no public type for them.
    """
    every_feed = [feed_key(feed) for feed in facts.contracts]
    compared = [
        feed_key(feed)
        for feed, contract in facts.contracts.items()
        if contract.system in _LOGISTICS or feed == _ORDERS
    ]
    return [
        _job(
            WHOLE_CHAIN,
            [*every_feed, ACTIONS, RISK_REPORT],
            "Everything: what is new of all eleven feeds, orders, findings, actions, score, report.",
        ),
        _job(
            COMPARE,
            [*compared, COMPARISON, RISK_REPORT],
            "Orders against ERP, warehouse and carriers: reads what is new of those, evaluates, compares.",
        ),
        _job(
            DAILY,
            [*every_feed, DAILY_REPORT],
            "Everything, and the report of the day, kept for good and told.",
        ),
        _job(
            WEEKLY,
            [*every_feed, WEEKLY_REPORT],
            "Everything, and the report of the week, kept for good and told.",
        ),
    ]


def _job(name: str, keys: list[dg.AssetKey], description: str) -> Any:
    assessment = [ORDER_FACT, FINDINGS, HEALTH_SCORE, CASES, RESPONSE_TIMES]
    return dg.define_asset_job(
        name,
        selection=dg.AssetSelection.assets(*keys, *assessment),
        description=description,
        executor_def=dg.in_process_executor,
    )
