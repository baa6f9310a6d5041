"""What a preview, a back-test and a snooze of very many findings cost on a store with many orders.

What belongs here: asking, taking the time, a table of figures beside their limits. What does not: making the
history (shared/history.py).

    .venv/bin/python -m benchmarks.what_if.measure --orders 1000000

Seconds on the clock depend on what else the machine does; processor seconds hardly do, and both are shown.
The limits are seconds on the clock of a machine that does nothing else.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Final

from benchmarks.shared.history import write_history
from orderhealth_pipeline.desk.log import Desk
from orderhealth_pipeline.pipeline.plan import RunPlan, plan_run
from orderhealth_pipeline.pipeline.run import evaluate_store
from orderhealth_pipeline.pipeline.stage_seconds import StageTimes
from orderhealth_pipeline.pipeline.what_if.backtest import backtest, instants_between
from orderhealth_pipeline.pipeline.what_if.preview import prepare_rule
from orderhealth_pipeline.rules.catalogue import Catalogue
from orderhealth_pipeline.said import Said
from orderhealth_pipeline.settings import Settings
from orderhealth_pipeline.store.file.connection import open_store, transaction

PROGRAM: Final = Path(sys.executable).with_name("orderhealth")
PREVIEWED: Final = (("outbound_overdue", "180"), ("tracking_stalled", "20"), ("buyer_burst", "3"))
TIMES: Final = 5


@dataclass
class Figures:
    """What was measured: name, limit on the clock, seconds on the clock, processor seconds."""

    rows: list[tuple[str, str, float, float]] = field(default_factory=list)

    @contextmanager
    def measured(self, name: str, limit: str = "") -> Iterator[None]:
        """Take the time of a block, and that of the processes that it starts and waits for."""
        wall, cpu = time.perf_counter(), _processor_seconds()
        yield
        self.add(name, limit, time.perf_counter() - wall, _processor_seconds() - cpu)

    def add(self, name: str, limit: str, wall: float, cpu: float) -> None:
        """Add a row and print it."""
        self.rows.append((name, limit, wall, cpu))
        print(f"| {name} | {limit} | {wall:.2f} | {cpu:.2f} |", flush=True)


def main() -> None:
    """Measure, and print a Markdown table as it grows."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--orders", type=int, required=True)
    arguments.add_argument("--hours", type=int, default=72)
    arguments.add_argument("--days", type=int, default=28)
    arguments.add_argument("--store", type=Path, help="A store of an earlier call, to begin with.")
    arguments.add_argument("--as-of", help="The instant it was evaluated at.")
    arguments.add_argument("--keep", type=Path, help="A folder to keep the store in.")
    asked = arguments.parse_args()
    print("| what | limit | seconds | processor seconds |\n| --- | --- | ---: | ---: |")
    with tempfile.TemporaryDirectory(prefix="orderhealth-what-if-", dir=asked.keep) as folder:
        store, as_of = _store(Path(folder), asked)
        figures = Figures()
        _previews(figures, store)
        _snoozes(figures, store, as_of, Path(folder))
        _backtests(figures, store, as_of, asked.hours, asked.days)


def _store(folder: Path, asked: argparse.Namespace) -> tuple[Path, datetime]:
    if asked.store:
        return asked.store, datetime.fromisoformat(asked.as_of).astimezone(UTC)
    as_of = write_history(asked.orders, 5, folder / "feeds")
    store = (asked.keep or folder) / "what-if.duckdb"
    call = [PROGRAM, "run", "--feeds", folder / "feeds", "--as-of", as_of, "--store", store, "--json"]
    subprocess.run(call, check=True, capture_output=True)
    return store, datetime.fromisoformat(as_of).astimezone(UTC)


def _previews(figures: Figures, store: Path) -> None:
    plan = _plan(store)
    for rule_id, figure in PREVIEWED:
        call: list[str | Path] = [
            PROGRAM,
            "rules",
            "preview",
            rule_id,
            "--set",
            f"threshold={figure}",
            "--store",
            store,
        ]
        with figures.measured(f"preview of {rule_id} from the shell", "2"):
            subprocess.run(call, check=True, capture_output=True)
        prepared = prepare_rule(plan, plan.catalogue.rules[rule_id])
        ask_again = partial(prepared.preview, {"threshold": Decimal(figure)})
        again = [_seconds_of(ask_again) for _ in range(TIMES)]
        figures.add(
            f"the same again in one process, {prepared.fact.height:,} active",
            "0.3 at 100,000, 1 at 300,000",
            *(statistics.median(each) for each in zip(*again, strict=True)),
        )


def _snoozes(figures: Figures, store: Path, as_of: datetime, folder: Path) -> None:
    copy = folder / "snoozed.duckdb"
    shutil.copyfile(store, copy)
    plan, minute = _plan(copy), timedelta(minutes=1)

    def tick(number: int) -> int:
        with open_store(copy) as con, transaction(con):
            done = evaluate_store(con, plan, as_of + number * minute, StageTimes(lambda: 0.0), [])
        return done.assessment.findings.filter(state="open").height

    tick(1)
    with figures.measured("a tick in one process"):
        is_open = tick(2)
    desk = Desk(str(copy.with_suffix(".desk.db")))
    desk.say(Said("snoozed", "x", "x", as_of + 2.5 * minute, until=as_of + 4.5 * minute))
    with figures.measured(f"a tick in which a snooze of {is_open:,} findings begins", "0.3 more"):
        tick(3)
    with figures.measured("a tick while it lasts", "0.3 more"):
        tick(4)
    with figures.measured("a tick in which it ends", "0.3 more"):
        tick(5)


def _backtests(figures: Figures, store: Path, as_of: datetime, hours: int, days: int) -> None:
    plan = _plan(store)
    with figures.measured("a full evaluation, by a back-test of one instant"):
        backtest(plan, plan, (as_of,))
    then = plan_run(plan.settings.overridden(profile="promotion"))
    hour, day = timedelta(hours=1), timedelta(days=1)
    with figures.measured(f"{hours} hourly instants, two sets of rules", "6 full runs"):
        backtest(plan, then, instants_between(as_of - (hours - 1) * hour, as_of, hour))
    now_alone, then_alone = (_with_rule_alone(each, "outbound_overdue") for each in (plan, then))
    daily = instants_between(as_of - (days - 1) * day, as_of, day)
    with figures.measured(f"{days} daily instants of one rule", "10"):
        backtest(now_alone, then_alone, daily)


def _with_rule_alone(plan: RunPlan, rule_id: str) -> RunPlan:

    rules = {rule_id: plan.catalogue.rules[rule_id]}
    return replace(plan, catalogue=Catalogue(rules, plan.catalogue.features), calendar=())


def _plan(store: Path) -> RunPlan:
    return plan_run(Settings().model_copy(update={"store": store}))


def _seconds_of(call: Callable[[], object]) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), _processor_seconds()
    call()
    return time.perf_counter() - wall, _processor_seconds() - cpu


def _processor_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


if __name__ == "__main__":
    main()
