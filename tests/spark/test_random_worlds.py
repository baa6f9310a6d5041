"""Over Spark Connect a full evaluation ends in the tables that it ends in on one machine.

The server is Sail, in this process, or the one that ORDERHEALTH_SPARK_REMOTE names; groups are of few
orders, so that keys meet in many of them, and buyers with more are cut by time. ORDERHEALTH_WORLDS asks for
more worlds (`make test-spark-long`).
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from orderhealth_pipeline.pipeline.load_sources import load_feeds
from orderhealth_pipeline.pipeline.plan import plan_run
from orderhealth_pipeline.pipeline.run import evaluate_store
from orderhealth_pipeline.pipeline.stage_seconds import StageTimes
from orderhealth_pipeline.pipeline.written import export_feeds
from orderhealth_pipeline.settings import Settings
from orderhealth_pipeline.spark.engine import SparkEngine, spark_engine
from orderhealth_pipeline.store.file.connection import open_store, transaction
from tests.property.test_ticks import DESK, NOON, TABLES, Step, first_files, put, say, some_words

pytestmark = pytest.mark.spark

WORLDS = int(os.environ.get("ORDERHEALTH_WORLDS", "3"))
REMOTE = os.environ.get("ORDERHEALTH_SPARK_REMOTE")
ORDERS_A_GROUP = 2
# Every step over a server takes seconds: a failing world is shown as it was found.
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkEngine]:
    with spark_engine(REMOTE, tmp_path_factory.mktemp("spark") / "store.duckdb") as opened:
        yield replace(opened, orders_a_group=ORDERS_A_GROUP)


@settings(max_examples=WORLDS, deadline=None, suppress_health_check=list(HealthCheck), phases=PHASES)
@given(first=st.builds(Step, first_files, st.just(0), some_words))
def test_spark_ends_in_what_one_machine_gives(engine: SparkEngine, first: Step) -> None:
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patched:
        feeds = Path(folder) / "feeds"
        feeds.mkdir()
        put(feeds, first)
        say(Path(folder), first, NOON)
        alone = run(Path(folder) / "alone.duckdb", feeds, NOON, None)
        patched.setattr(export_feeds, "ORDERS_A_BUCKET", ORDERS_A_GROUP)
        spread = run(Path(folder) / "spread.duckdb", feeds, NOON, engine)
        for table in TABLES:
            assert spread[table] == alone[table], table


def run(
    store: Path, feeds: Path, as_of: datetime, engine: SparkEngine | None
) -> dict[str, list[tuple[Any, ...]]]:
    """Run all rules without Great Expectations, which both ask in the same way, and read all tables."""
    own = Settings().model_copy(update={"store": store, "desk": SecretStr(str(store.with_name(DESK)))})
    plan = plan_run(own, feeds_folder=feeds, is_full=True)
    rules = {name: rule.model_copy(update={"enabled": True}) for name, rule in plan.catalogue.rules.items()}
    plan = replace(plan, catalogue=replace(plan.catalogue, rules=rules), engine=engine)
    with open_store(store) as con:
        with transaction(con):
            load_feeds(con, plan, as_of)
            evaluate_store(con, plan, as_of, StageTimes(time.perf_counter), [])
        return {table: con.execute(f"from {table} order by all").fetchall() for table in TABLES}
