"""One instant of a replay: evaluated as a run evaluates it, in a copy of the store that nobody reads.

What belongs here: writing what the next instant builds on, and no more. What does not: comparing
(backtest.py), and evaluating (pipeline/evaluation/).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import polars as pl
from pydantic import SecretStr

from orderhealth_pipeline.pipeline.evaluation.all_orders import build_all_orders
from orderhealth_pipeline.pipeline.evaluation.assess import Assessment, assess, rule_results
from orderhealth_pipeline.pipeline.evaluation.changed_orders import build_changed_orders
from orderhealth_pipeline.pipeline.evaluation.spoken import what_was_said
from orderhealth_pipeline.pipeline.plan import RunPlan
from orderhealth_pipeline.pipeline.stage_seconds import StageTimes
from orderhealth_pipeline.rules.catalogue import Catalogue
from orderhealth_pipeline.store.evaluation import read_mark, write_mark
from orderhealth_pipeline.store.file.connection import open_store, read_store, transaction
from orderhealth_pipeline.store.file.copy import copy_store
from orderhealth_pipeline.store.spoken import write_said
from orderhealth_pipeline.store.write import RunTables, write_run


def replayed(
    plan: RunPlan, catalogue: Catalogue, instants: tuple[datetime, ...]
) -> Iterator[tuple[datetime, Assessment]]:
    """Evaluate the rules of a catalogue at each instant: the first as a whole, the others by what changed."""
    with TemporaryDirectory(prefix=".backtest-", dir=plan.store.parent) as folder:
        copy = Path(folder) / plan.store.name
        with read_store(plan.store) as con:
            copy_store(con, plan.store, copy)
        settings = plan.settings.model_copy(
            update={"store": copy, "desk": SecretStr(plan.settings.desk_address), "channels": ()}
        )
        replay = replace(plan, settings=settings, catalogue=catalogue, calendar=(), records_past=True)
        said = what_was_said(replay)
        with open_store(copy) as con:
            for number, as_of in enumerate(instants):
                with transaction(con):
                    assessment = _evaluated(con, replay, as_of, said, is_first=number == 0)
                yield as_of, assessment


def _evaluated(
    con: duckdb.DuckDBPyConnection, plan: RunPlan, as_of: datetime, said: pl.DataFrame, *, is_first: bool
) -> Assessment:
    times, mark = StageTimes(lambda: 0.0), read_mark(con)
    with pl.Config(engine_affinity="in-memory"):
        present = None
        if mark is not None and not is_first:
            present = build_changed_orders(con, plan, as_of, times, mark, said)
        if present is None:
            present = build_all_orders(con, plan, as_of, times, mark, said)
        assessment = assess(plan, as_of, present)
    write_mark(con, as_of, present.fingerprint, mark.number + 1 if mark else 1, present.complete_since)
    write_said(con, said)
    tables = RunTables(
        as_of=as_of,
        findings=assessment.found,
        blind_rules=assessment.blind_rules,
        present={},
        history={"rule_results": rule_results(assessment)},
        is_part=present.is_part,
    )
    write_run(con, tables)
    return assessment
