"""Builds the risk report of one run from the public tables of the store.

What belongs here: the run, its score, its trend and its alert, and putting the parts together. What does
not: the parts that have readers of their own (score_parts.py, findings.py, sources.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import duckdb

from orderhealth_pipeline.errors import StoreError
from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.report.model import Alert, Delivery, Health, RiskReport, TrendPoint, WaitingActions
from orderhealth_pipeline.report.model_findings import RuleResult
from orderhealth_pipeline.report.model_input import Source
from orderhealth_pipeline.report.read.cases import read_cases
from orderhealth_pipeline.report.read.findings import read_rule_results
from orderhealth_pipeline.report.read.input import read_input, read_unread_files
from orderhealth_pipeline.report.read.process import read_process
from orderhealth_pipeline.report.read.reading import Reading
from orderhealth_pipeline.report.read.score_parts import read_attribution, read_funnel
from orderhealth_pipeline.report.read.sources import read_rejected, read_sources, read_unknown_words
from orderhealth_pipeline.report.read.tables import Row, StoreTables
from orderhealth_pipeline.report.read.top_orders import read_money_at_stake, read_top_orders
from orderhealth_pipeline.report.words.masking import mask_error
from orderhealth_pipeline.report.words.texts import Texts
from orderhealth_pipeline.respond.actions.types import declaration
from orderhealth_pipeline.rules.language.model import Rule
from orderhealth_pipeline.score.plain_figures import PlainFigures, plain_figures
from orderhealth_pipeline.words import Locale

_RUNS_IN_TREND: Final = 30


def build_report(
    con: duckdb.DuckDBPyConnection,
    rules: Sequence[Rule],
    *,
    locale: Locale,
    timezone: str,
    as_of: datetime | None = None,
    score_lines: tuple[float, float] = (85.0, 88.0),
) -> RiskReport:
    """Read everything the report shows about the run at `as_of`, or about the latest one.

    `con` is a DuckDB connection to the store, `timezone` an IANA name in which all instants of the report
    are given, `score_lines` the scores below which an alert opens and from which on it closes (contract,
    "Score"). Names, phones and addresses are masked in what comes back. Raises StoreError when the store
    holds no such run.
    """
    zone = ZoneInfo(timezone)
    tables = StoreTables(con, zone)
    run = _read_run(tables, as_of)
    trend = _read_trend(tables, run["as_of"])
    previous = trend[-2] if len(trend) > 1 else None
    reading = Reading(
        tables=tables,
        rules={rule.id: rule for rule in rules},
        feeds=feed_contracts(),
        texts=Texts(locale),
        zone=zone,
        as_of=run["as_of"],
        active_orders=run["active_orders"],
        previous_as_of=previous.as_of if previous else None,
    )
    sources = read_sources(reading)
    attribution = read_attribution(reading)
    rule_results = read_rule_results(reading, sources, attribution["rule"])
    health = _health(run, previous, (rule_results, sources), score_lines)
    return RiskReport(
        locale=locale,
        timezone=timezone,
        as_of=run["as_of"],
        profile=run["profile"],
        health=health,
        trend=trend,
        attribution=attribution,
        funnel=read_funnel(reading, rule_results, sources),
        process=read_process(reading),
        at_stake=read_money_at_stake(reading),
        top_orders=read_top_orders(reading),
        rules=rule_results,
        figures=_read_figures(reading, sources) if health.is_little else None,
        sources=sources,
        lacking=read_input(reading, sources),
        unread_files=read_unread_files(reading),
        rejected=read_rejected(reading),
        unknown_words=read_unknown_words(reading),
        alert=_read_alert(tables, run["as_of"]),
        cases=read_cases(reading),
        waiting_actions=_read_waiting_actions(tables, run["as_of"], locale),
    )


def _read_waiting_actions(tables: StoreTables, as_of: datetime, locale: Locale) -> tuple[WaitingActions, ...]:
    return tuple(
        WaitingActions(
            title=declaration(row["type"]).title.in_locale(locale), state=row["state"], count=row["actions"]
        )
        for row in tables.rows("run/count_waiting_actions", as_of=as_of)
    )


def _read_run(tables: StoreTables, as_of: datetime | None) -> Row:
    found = tables.rows("run/select_run", as_of=as_of)
    if not found:
        which = (
            Message("no run yet") if as_of is None else Message("no run at {as_of}", as_of=as_of.isoformat())
        )
        raise StoreError(
            Message(
                "The store holds {which}, so there is nothing to report: start `orderhealth run` first.",
                which=which,
            )
        )
    return found[0]


def _read_trend(tables: StoreTables, as_of: datetime) -> tuple[TrendPoint, ...]:
    newest_first = tables.rows("run/select_trend", as_of=as_of, runs=_RUNS_IN_TREND)
    return tuple(TrendPoint(**row) for row in reversed(newest_first))


def _health(
    run: Row,
    previous: TrendPoint | None,
    behind: tuple[Sequence[RuleResult], Sequence[Source]],
    score_lines: tuple[float, float],
) -> Health:
    rules, sources = behind
    alert_below, recover_at = score_lines
    return Health(
        score=run["score"],
        confidence=run["confidence"],
        unknown_rules=sum(rule.outcome == "unknown" for rule in rules),
        damaged_feeds=sum(source.state == "damaged" for source in sources),
        active_orders=run["active_orders"],
        alert_below=alert_below,
        recover_at=recover_at,
        previous=previous,
    )


def _read_figures(reading: Reading, sources: Sequence[Source]) -> PlainFigures | None:
    """Count what the orders say by themselves; order_fact has the latest run's alone."""
    orders = reading.tables.frame("run/select_plain_orders", as_of=reading.as_of)
    states = {source.feed: source.state for source in sources}
    return plain_figures(orders, knows_payments=states.get("payments") == "fresh") if orders.height else None


def _read_alert(tables: StoreTables, as_of: datetime) -> Alert | None:
    found = tables.rows("run/select_latest_alert", as_of=as_of)
    if not found:
        return None
    alert = found[0]
    deliveries = tuple(
        Delivery(**{**row, "last_error": row["last_error"] and mask_error(row["last_error"])})
        for row in tables.rows("run/select_deliveries", alert_id=alert.pop("alert_id"))
    )
    return Alert(**alert, deliveries=deliveries)
