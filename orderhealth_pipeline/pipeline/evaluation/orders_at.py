"""The present at one instant: the orders to evaluate, all active orders, and what is said of the feeds.

What belongs here: what a full evaluation and one of changes have in common. What does not: either of them
(all_orders.py, changed_orders.py).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version

import polars as pl

from orderhealth_pipeline.declared.features import declared_features
from orderhealth_pipeline.declared.order_columns import order_columns
from orderhealth_pipeline.declared.system_counts import declared_counts
from orderhealth_pipeline.frames import FeedState
from orderhealth_pipeline.orders.inputs import COLUMNS_READ
from orderhealth_pipeline.pipeline.evaluation.care import Customers
from orderhealth_pipeline.pipeline.evaluation.spoken import Spoken
from orderhealth_pipeline.pipeline.plan import RunPlan
from orderhealth_pipeline.rules.system_facts import SystemFacts
from orderhealth_pipeline.store.rows.accounts import Account


@dataclass(frozen=True)
class OrderFacts:
    """The orders of one instant.

    `affected` are those that are evaluated, with milestones and features: all active orders, or those that
    something changed for. `evaluated` are these and the lasting ones, of which less is evaluated. `active`
    are all active orders, with the milestones that the score and its parts look at, and the features of
    system-level rules.
    """

    affected: pl.DataFrame
    evaluated: pl.DataFrame
    active: pl.DataFrame


@dataclass(frozen=True)
class OrdersAt:
    """The orders of one instant, their working tables written; `is_part`: only what changed.

    `other_findings` are of the orders that are not evaluated; `spoken` is what people said.
    `unjudged` counts, of all active orders, those that a rule cannot judge. `provided` names the columns that
    the files of each feed ever had. `tables` gives those that orders alone tell of (order_tables.py), by
    name, `customers` whom people should speak to: both in the same transaction, and only for who shows them.
    """

    states: Mapping[str, FeedState]
    provided: Mapping[str, frozenset[str]]
    facts: OrderFacts
    other_findings: pl.DataFrame
    spoken: Spoken
    unjudged: Mapping[str, int]
    freshness: pl.DataFrame
    accounts: Mapping[str, Account]
    unknown_words: pl.DataFrame
    system: SystemFacts
    tables: Callable[[], Mapping[str, pl.DataFrame]]
    customers: Callable[[], Customers]
    fingerprint: str
    is_part: bool
    complete_since: int


def fingerprint_of(
    plan: RunPlan, states: Mapping[str, FeedState], provided: Mapping[str, frozenset[str]]
) -> str:
    """Return a text that differs where something else than records makes orders look different.

    That is the version of the program, that of DuckDB, whose hashes are stored, the rules, the contracts, and
    the zone, the state and the columns of every feed.
    """
    parts = {
        "versions": [version("orderhealth-pipeline"), version("duckdb")],
        "rules": [rule.model_dump(mode="json", by_alias=True) for rule in plan.catalogue.rules.values()],
        "features": {name: each.model_dump(mode="json") for name, each in declared_features().items()},
        "counts": {name: each.model_dump(mode="json") for name, each in declared_counts().items()},
        "columns": {name: each.model_dump(mode="json") for name, each in order_columns().items()},
        "feeds": {name: each.model_dump(mode="json") for name, each in plan.contracts.items()},
        "signals": plan.signals.model_dump(mode="json"),
        "columns_read": dict(COLUMNS_READ),
        "zones": {feed: zone.key for feed, zone in plan.zones.items()},
        "states": dict(states),
        "provided": {feed: sorted(columns) for feed, columns in provided.items()},
    }
    return _digest(parts)


def _digest(parts: object) -> str:
    return hashlib.blake2b(json.dumps(parts, sort_keys=True).encode(), digest_size=16).hexdigest()
