"""One back-test in a process of its own: reads what was asked, replays, and writes down what was found.

What belongs here: from a row of the desk to its result. What does not: replaying (pipeline/what_if), and who
starts this (runner.py).
"""

from __future__ import annotations

import shutil
import signal
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import polars as pl

from orderhealth_pipeline.console.backtests.entries import from_kept
from orderhealth_pipeline.desk.backtests import Backtests, KeptBacktest
from orderhealth_pipeline.desk.reading import read_said_at
from orderhealth_pipeline.errors import OrderHealthError
from orderhealth_pipeline.pipeline.plan import plan_run
from orderhealth_pipeline.pipeline.what_if.backtest import Backtest, RuleComparison, backtest
from orderhealth_pipeline.rules.precision import newest_verdicts
from orderhealth_pipeline.settings import Settings

_SECONDS_BETWEEN_SIGNS: Final = 0.4
_NAMED: Final = 200
"""So many orders that come or go are kept by name."""


class StoppedError(Exception):
    """Somebody stopped it."""


def work(settings: Settings, number: int) -> None:
    """Run one back-test that was taken; whatever becomes of it is written down."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    jobs = Backtests(settings.desk_address)
    job = jobs.find(number)
    if job is None:
        return
    try:
        result = replayed(settings, job, _Progress(jobs, number))
    except StoppedError:
        return
    except OrderHealthError as error:
        jobs.fail(number, {"zh": error.in_locale("zh"), "en": error.in_locale("en")})
    else:
        jobs.end(number, result)


def replayed(settings: Settings, job: KeptBacktest, on_instant: _Progress) -> dict[str, Any]:
    """Return what a back-test found, as it is kept. Raises OrderHealthError."""
    asked = job.asked
    begin, every = datetime.fromisoformat(asked["from"]), timedelta(seconds=asked["every_seconds"])
    instants = tuple(begin + every * step for step in range(job.total))
    with TemporaryDirectory(prefix="backtest-") as folder:
        rules = _drafted_rules(settings, asked["files"], Path(folder))
        other: dict[str, Any] = {"expectations": rules}
        if asked.get("profile"):
            other["profile"] = asked["profile"]
        plan, then = plan_run(settings), plan_run(settings.overridden(**other))
        if "calendar" in asked:
            then = replace(then, calendar=tuple(from_kept(each) for each in asked["calendar"]))
        found = backtest(plan, then, instants, on_instant=on_instant)
    said = newest_verdicts(read_said_at(settings.desk_address), instants[-1])
    return _record(found, said, asked.get("rule"))


class _Progress:
    """Writes down how far it is, not more often than anybody looks."""

    def __init__(self, jobs: Backtests, number: int) -> None:
        self._jobs, self._number, self._told = jobs, number, 0.0

    def __call__(self, done: int) -> None:
        now = time.monotonic()
        if now - self._told < _SECONDS_BETWEEN_SIGNS:
            return
        self._told = now
        if not self._jobs.go_on(self._number, done):
            raise StoppedError


def _drafted_rules(settings: Settings, files: Mapping[str, str], folder: Path) -> Path:
    """Copy the rules with a draft's texts in the place of theirs."""
    rules = Path(shutil.copytree(settings.expectations, folder / "expectations"))
    for name, text in files.items():
        file = rules / name
        if text:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="")
        else:
            file.unlink(missing_ok=True)
    return rules


def _record(found: Backtest, verdicts: pl.DataFrame, rule_id: str | None) -> dict[str, Any]:
    shown = {name: rule for name, rule in found.rules.items() if name == rule_id or rule.new or rule.gone}
    return {
        "instants": [each.isoformat() for each in found.instants],
        "score": {
            side: [None if score is None else float(score) for score in scores]
            for side, scores in found.scores.items()
        },
        "profiles": {side: list(names) for side, names in found.profiles.items()},
        "told": {side: [[at.isoformat(), kind] for at, kind in told] for side, told in found.told.items()},
        "rules": {name: _rule(rule, verdicts.filter(rule_id=name)) for name, rule in shown.items()},
    }


def _rule(rule: RuleComparison, verdicts: pl.DataFrame) -> dict[str, Any]:
    open_orders = {"now": rule.now, "then": rule.then}
    judged = {
        kind: frozenset(verdicts.filter(kind=kind)["order_id"]) for kind in ("confirmed", "false_alarm")
    }
    return {
        "sides": {
            side: {
                "hits": len(hits),
                "open": open_orders[side],
                "explained": len(hits) - open_orders[side],
                "confirmed": len(hits & judged["confirmed"]),
                "false_alarms": len(hits & judged["false_alarm"]),
            }
            for side, hits in rule.hits.items()
        },
        "coming": len(rule.new),
        "going": len(rule.gone),
        "new": list(rule.new[:_NAMED]),
        "gone": list(rule.gone[:_NAMED]),
        "open": {side: list(counts) for side, counts in rule.open.items()},
    }
