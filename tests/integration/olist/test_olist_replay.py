"""Given a store that holds the whole export, an instant of the past has the score it would have had then."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import duckdb
import pytest

from orderhealth_pipeline.pipeline.plan import plan_run
from orderhealth_pipeline.pipeline.run import run_pipeline
from orderhealth_pipeline.pipeline.stage_seconds import StageTimes
from orderhealth_pipeline.settings import Settings
from tests.integration.olist.plain_sql import (
    OLIST,
    UNKNOWN_RULES,
    expectations_of_known_rules,
    figures_at,
    open_orders_in,
)

pytestmark = [
    pytest.mark.real_data,
    pytest.mark.slow,  # 24 runs over the whole export, a second or two each
]

# Where an instant says "exactly", one second more or less would change what some order is.
INSTANTS: Final = {
    "the first orders of 2017": "2017-01-15T12:00:00-02:00",
    "a parcel delivered before it was handed over": "2017-02-16T08:00:00-02:00",
    "exactly 15 minutes after a payment": "2017-03-01T09:25:21-03:00",
    "an ordinary morning": "2017-05-10T09:00:00-03:00",
    "exactly 4 hours after printing": "2017-06-01T05:35:20-03:00",
    "exactly 24 hours after going out": "2017-09-02T17:39:41-03:00",
    "parcels handed over and delivered before approval": "2017-09-10T00:00:00-03:00",
    "the hour that summer time skips": "2017-10-15T03:00:00Z",
    "Black Friday": "2017-11-24T20:00:00-02:00",
    "exactly 7 days after a delivery": "2017-12-19T18:39:19-02:00",
    "the turn of the year": "2018-01-01T00:00:00-02:00",
    "the hour that comes twice, the first time": "2018-02-17T23:30:00-02:00",
    "the hour that comes twice, the second time": "2018-02-17T23:30:00-03:00",
    "exactly when an order is known to be cancelled": "2018-04-02T18:30:39-03:00",
    "the lorry drivers' strike": "2018-05-28T10:00:00-03:00",
    "exactly when a customer denies a delivery": "2018-06-12T00:00:00-03:00",
    "a parcel handed over before its order was placed": "2018-06-13T14:00:00-03:00",
    "a price cut": "2018-07-26T12:00:00-03:00",
    "exactly when an order is placed": "2018-08-30T13:07:46-03:00",
    "the end of the export": "2018-10-18T00:00:00-03:00",
}
AGAIN_IN_A_FRESH_STORE: Final = (
    "a parcel delivered before it was handed over",
    "the hour that comes twice, the first time",
    "a price cut",
)


# What two stores must agree on after a run for the same instant. When a finding was first seen is not in it:
# the replayed store has seen it earlier.
_TRUE_FOR_THE_INSTANT: Final = {
    "order_fact": "select * from {store}.order_fact",
    "findings": "select order_id, rule_id, severity, evidence from {store}.findings where state = 'open'",
    "rule_results": "select * from {store}.rule_results where as_of = getvariable('as_of')",
    "health_score": "select * from {store}.health_score where as_of = getvariable('as_of')",
    "score_attribution": "select * from {store}.score_attribution where as_of = getvariable('as_of')",
    "system_funnel": "select * from {store}.system_funnel where as_of = getvariable('as_of')",
}


_OUTCOMES = "select rule_id, outcome from rule_results where as_of = ?::timestamptz"


@dataclass(frozen=True)
class Replay:
    """The store of all instants, what each said by its name, and copies as some instants left it.

    Of old evaluations the store keeps the details of one a day: outcomes are read when they are new.
    """

    store: Path
    open_orders: dict[str, dict[str, frozenset[str]]] = field(default_factory=dict)
    outcomes: dict[str, dict[str, str]] = field(default_factory=dict)
    copies: dict[str, Path] = field(default_factory=dict)


def _run(store: Path, as_of: str) -> None:
    settings = Settings(store=store, expectations=expectations_of_known_rules(store.parent))
    plan = plan_run(settings, feeds_folder=OLIST, adapter="olist", records_past=True)
    run_pipeline(plan, datetime.fromisoformat(as_of).astimezone(UTC), StageTimes(stopwatch=lambda: 0.0))


def _recorded(store: Path, query: str, as_of: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(store), read_only=True) as connection:
        return connection.execute(query, [as_of]).fetchall()


@pytest.fixture(scope="module")
def replay(tmp_path_factory: pytest.TempPathFactory) -> Replay:
    folder = tmp_path_factory.mktemp("replay")
    replay = Replay(folder / "store.duckdb")
    for name, as_of in INSTANTS.items():
        _run(replay.store, as_of)
        replay.open_orders[name] = open_orders_in(replay.store)
        replay.outcomes[name] = dict(_recorded(replay.store, _OUTCOMES, as_of))
        if name in AGAIN_IN_A_FRESH_STORE:
            replay.copies[name] = folder / f"{len(replay.copies)}.duckdb"
            shutil.copy(replay.store, replay.copies[name])
    return replay


@pytest.fixture(scope="module")
def fresh_stores(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    stores = {name: tmp_path_factory.mktemp("fresh") / "store.duckdb" for name in AGAIN_IN_A_FRESH_STORE}
    for name, store in stores.items():
        _run(store, INSTANTS[name])
    return stores


@pytest.mark.parametrize("name", INSTANTS)
def test_an_instant_of_the_past_has_the_score_of_plain_sql(
    replay: Replay, oracle: duckdb.DuckDBPyConnection, name: str
) -> None:
    expected = figures_at(oracle, INSTANTS[name])
    score = "select score, active_orders from health_score where as_of = ?::timestamptz"
    assert _recorded(replay.store, score, INSTANTS[name]) == [(expected.score, expected.active_orders)]


@pytest.mark.parametrize("name", INSTANTS)
def test_an_instant_of_the_past_has_the_findings_of_plain_sql(
    replay: Replay, oracle: duckdb.DuckDBPyConnection, name: str
) -> None:
    expected = figures_at(oracle, INSTANTS[name])
    hits = {rule_id: orders for rule_id, orders in expected.open_orders.items() if orders}
    assert replay.open_orders[name] == hits
    found = replay.outcomes[name]
    said = dict.fromkeys(hits, "hit") | dict.fromkeys(UNKNOWN_RULES, "unknown")
    assert found == dict.fromkeys(found, "no_hit") | {"pickup_gap": expected.pickup_gap} | said


@pytest.mark.parametrize("table", _TRUE_FOR_THE_INSTANT)
@pytest.mark.parametrize("name", AGAIN_IN_A_FRESH_STORE)
def test_a_fresh_store_holds_what_the_replayed_one_held(
    replay: Replay, fresh_stores: dict[str, Path], name: str, table: str
) -> None:
    with duckdb.connect() as both:
        both.execute(f"attach '{replay.copies[name]}' as replayed (read_only)")
        both.execute(f"attach '{fresh_stores[name]}' as fresh (read_only)")
        both.execute("set variable as_of = ?::timestamptz", [INSTANTS[name]])
        rows = _TRUE_FOR_THE_INSTANT[table]
        fresh, replayed = rows.format(store="fresh"), rows.format(store="replayed")
        assert both.execute(f"({fresh}) limit 1").fetchall()
        assert both.execute(f"({fresh}) except all ({replayed})").fetchall() == []
        assert both.execute(f"({replayed}) except all ({fresh})").fetchall() == []


def test_an_early_instant_can_be_evaluated_again_after_the_last(replay: Replay, tmp_path: Path) -> None:
    store = tmp_path / "store.duckdb"
    shutil.copy(replay.store, store)
    early = next(iter(INSTANTS))
    _run(store, INSTANTS[early])
    assert open_orders_in(store) == replay.open_orders[early]
    every = "select as_of, score from health_score where as_of >= ?::timestamptz order by as_of"
    assert _recorded(store, every, INSTANTS[early]) == _recorded(replay.store, every, INSTANTS[early])
