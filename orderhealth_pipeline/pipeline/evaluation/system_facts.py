"""The facts that rules about the system count, of a store or of an example's feeds.

What belongs here: asking for those facts alone that an enabled rule counts. What does not: counting them
(rules/system_facts.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import duckdb
import polars as pl

from orderhealth_pipeline import sql
from orderhealth_pipeline.frames import VisibleFeeds
from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.orders.orphans import orphan_records, records_of_orders
from orderhealth_pipeline.pipeline.evaluation.feeds_at import FeedsAt
from orderhealth_pipeline.pipeline.plan import RunPlan
from orderhealth_pipeline.rules.catalogue import Catalogue
from orderhealth_pipeline.rules.language.conditions import SystemCount
from orderhealth_pipeline.rules.language.model import Rule
from orderhealth_pipeline.rules.system_facts import EARLIER, ORPHANS, SystemFacts, breaks, number_of
from orderhealth_pipeline.store.rows.freshness import unknown_words
from orderhealth_pipeline.store.rows.orphans import keep_orphans


def facts_of_store(known: FeedsAt, words: pl.DataFrame, *, only_touched: bool) -> SystemFacts:
    """Return the facts at the instant, once working.orders is written; what no rule counts is empty.

    `words` is unknown_words. With `only_touched` records of other orders stay as they were.
    """
    catalogue = known.plan.catalogue
    return SystemFacts(
        as_of=known.as_of,
        today=known.as_of.astimezone(known.plan.settings.zone).date(),
        orphans=_orphans(known, only_touched=only_touched)
        if _counting(catalogue, "orphan_records")
        else pl.DataFrame(schema=ORPHANS),
        unknown_words=words,
        earlier=_earlier(known.con, known.plan, known.as_of, _counting(catalogue, "shifted_rules")),
    )


def facts_of_feeds(feeds: VisibleFeeds) -> SystemFacts:
    """Return the facts that the feeds of an example tell."""
    words = unknown_words(feeds, feed_contracts())
    return SystemFacts(
        as_of=feeds.as_of, today=feeds.as_of.date(), orphans=orphan_records(feeds), unknown_words=words
    )


def reconciliation_breaks(catalogue: Catalogue, facts: SystemFacts) -> pl.DataFrame:
    """Return every record that a rule about orphans counts; none without such a rule."""
    rules = _counting(catalogue, "orphan_records")
    found = [pl.DataFrame(schema=ORPHANS), *(breaks(facts, rule.parameters) for rule in rules)]
    return pl.concat(found).unique(maintain_order=True)


def _counting(catalogue: Catalogue, count: str) -> list[Rule]:
    """Return the enabled rules that compare a count."""
    return [
        rule
        for rule in catalogue.enabled
        if isinstance(rule.hit_when, SystemCount) and rule.hit_when.count == count
    ]


def _orphans(known: FeedsAt, *, only_touched: bool) -> pl.DataFrame:
    def records(frames: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
        return records_of_orders(VisibleFeeds(known.as_of, frames, known.states))

    return keep_orphans(
        known.con, known.plan.contracts, known.as_of, records=records, only_touched=only_touched
    ).cast(ORPHANS)


def _earlier(
    con: duckdb.DuckDBPyConnection, plan: RunPlan, as_of: datetime, rules: list[Rule]
) -> pl.DataFrame:
    """Read the last results of each of the days before, of the longest window that a rule looks at."""
    if not rules:
        return pl.DataFrame(schema=EARLIER)
    days = max(int(number_of(rule.parameters, "window_days")) for rule in rules)
    values = {
        "as_of": as_of,
        "since": as_of - timedelta(days=days + 2),
        "zone": plan.settings.zone.key,
        "window_days": days,
    }
    results: pl.DataFrame = sql.read(con, "store/runs/select_earlier_results", values)
    return results.select(EARLIER.names()).cast(EARLIER)
