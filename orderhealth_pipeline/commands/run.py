"""`orderhealth run`: reads what is new, evaluates, scores and records alerts."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import click
import polars as pl

from orderhealth_pipeline.commands.terminal.computing import computed_by
from orderhealth_pipeline.commands.terminal.deliveries import show_deliveries
from orderhealth_pipeline.commands.terminal.options import output, run_options, settings_from, warn_of
from orderhealth_pipeline.commands.terminal.printing import PlainConsole
from orderhealth_pipeline.errors import BrokenStoreError, BusyStoreError, StoreError, UnusableInputError
from orderhealth_pipeline.messages import Message, in_locale
from orderhealth_pipeline.pipeline.instants import asked_instant
from orderhealth_pipeline.pipeline.plan import RunPlan, plan_run
from orderhealth_pipeline.pipeline.run import RunOutcome, run_pipeline
from orderhealth_pipeline.pipeline.stage_seconds import StageTimes
from orderhealth_pipeline.pipeline.written.linked_report import write_linked_report
from orderhealth_pipeline.pipeline.written.write_report import read_report
from orderhealth_pipeline.report.render.terminal import render_terminal
from orderhealth_pipeline.report.words.blind_words import what_is_lacking, why_unknown
from orderhealth_pipeline.report.words.input_words import input_lines
from orderhealth_pipeline.report.words.texts import Texts
from orderhealth_pipeline.report.words.unread import unread_lines
from orderhealth_pipeline.rules.evaluate import RuleResult
from orderhealth_pipeline.words import Locale

_LOG: Final = logging.getLogger(__name__)

_STAGES: Final = {
    "ingest": Message("reading new files"),
    "read": Message("reading what counts now"),
    "orders": Message("building the order fact"),
    "rules_and_score": Message("holding the rules against the orders"),
    "cases": Message("putting findings together into cases"),
    "validate": Message("asking Great Expectations for a second opinion"),
    "write": Message("writing the results"),
    "actions": Message("saying what is to be done"),
    "publish": Message("publishing the snapshot"),
}


@click.command()
@run_options
@click.option("--deliver", is_flag=True, help="Send what waits in the outbox to the configured channels.")
@click.option("--full", is_flag=True, help="Evaluate all orders again, not only what changed.")
@click.option(
    "--engine",
    type=click.Choice(["local", "spark"]),
    default="local",
    show_default=True,
    help="What computes the orders: this process, or Spark Connect, which evaluates all of them.",
)
@click.option(
    "--remote", metavar="sc://HOST:PORT", help="The server of Spark Connect. Default: Sail, in this process."
)
@click.option("--json", "as_json", is_flag=True, help="Print exactly one JSON object.")
@click.pass_obj
def run(  # noqa: PLR0913 - one argument an option
    console: PlainConsole,
    *,
    feeds: Path | None,
    as_of_text: str | None,
    ahead: bool,
    record: bool,
    store: Path | None,
    expectations: Path | None,
    profile: str | None,
    timezone: str | None,
    adapter: str | None,
    config: Path | None,
    full: bool,
    deliver: bool,
    engine: str,
    remote: str | None,
    as_json: bool,
) -> None:
    """Read what is new in the feeds, update the store, evaluate, score and record alerts."""
    settings = settings_from(
        config, store=store, expectations=expectations, profile=profile, timezone=timezone
    )
    warn_of(settings)
    clock = datetime.now(UTC)
    as_of = asked_instant(as_of_text, settings, clock, is_ahead=ahead)
    plan = plan_run(
        settings,
        feeds_folder=feeds,
        adapter=adapter,
        asked_zone=timezone,
        is_full=full,
        records_past=record,
    )
    with (
        delivered_all_the_same(plan, console, is_asked=deliver),
        computed_by(engine, remote, plan) as plan,
        stage_times(console) as times,
    ):
        outcome = run_pipeline(plan, as_of, times, clock)
    tell_unread(plan, outcome)
    tell_not_recorded(outcome)
    write_linked_report(plan, outcome)
    if deliver:
        show_deliveries(plan, console)
    if as_json:
        tell_lacking(plan, outcome)
        click.echo(json.dumps(as_json_object(outcome, times.seconds, settings.locale), ensure_ascii=False))
    else:
        output().print(render_terminal(outcome.report or read_report(plan, outcome.as_of)))


@contextmanager
def stage_times(console: PlainConsole) -> Iterator[StageTimes]:
    """Measure the stages, and show on a terminal which one is under way."""
    with console.status(in_locale(Message("starting"), console.locale)) as status:
        yield StageTimes(
            time.perf_counter,
            on_stage=lambda stage: status.update(in_locale(_STAGES[stage], console.locale)),
        )


def tell_unread(plan: RunPlan, outcome: RunOutcome) -> None:
    """Name the files that nobody read, each once: those that were tried have been told of while loading."""
    told = [file for file in outcome.unread if file.why not in {"unreadable", "empty"}]
    for line in unread_lines(told, plan.settings.locale):
        _LOG.warning("%s", line)


def tell_lacking(plan: RunPlan, outcome: RunOutcome) -> None:
    """Say what of the feeds is not in the result, where no report is shown that begins with it."""
    is_lacking = (pl.col("state") == "damaged") | pl.any_horizontal(
        pl.col("rejected", "ahead", "unowned").fill_null(0) > 0
    )
    if outcome.sources.filter(is_lacking).is_empty():
        return
    report = outcome.report or read_report(plan, outcome.as_of)
    for line in input_lines(report.lacking, Texts(plan.settings.locale)):
        _LOG.warning("%s", line)


def tell_not_recorded(outcome: RunOutcome) -> None:
    """Say that the store is as it was, where an instant of the past was only looked at."""
    if not outcome.is_recorded:
        _LOG.warning(
            Message(
                "{as_of} is before the newest instant evaluated: this is what was known then, and nothing of "
                "it is recorded, files that are new included. --record records it.",
                as_of=outcome.as_of.isoformat(),
            )
        )


@contextmanager
def delivered_all_the_same(plan: RunPlan, console: PlainConsole, *, is_asked: bool) -> Iterator[None]:
    """Deliver what earlier runs left in the outbox also where this one fails: at a full disk, or no feeds."""
    try:
        yield
    except (BusyStoreError, BrokenStoreError):
        raise
    except (UnusableInputError, StoreError):
        if is_asked and plan.store.exists():
            show_deliveries(plan, console)
        raise


def _counted(outcome: RunOutcome, count: str) -> dict[str, int]:
    """Return one count of source_freshness, of the feeds that have any."""
    return {feed: rows for feed, rows in outcome.sources.select("feed", count).rows() if rows}


def as_json_object(outcome: RunOutcome, seconds: dict[str, float], locale: Locale) -> dict[str, Any]:
    """The result of a run as the contract names it, and the seconds each stage took."""
    assessment, health = outcome.assessment, outcome.assessment.health
    return {
        "as_of": outcome.as_of.isoformat(),
        "score": None if health.score is None else float(health.score),
        "confidence": float(health.confidence),
        "active_orders": health.active_orders,
        "findings": {
            "open": assessment.findings.filter(state="open").height,
            "explained": assessment.findings.filter(state="explained").height,
            "unknown_rules": len(assessment.unknown_rules),
        },
        "rules": {
            rule_id: {
                "outcome": result.outcome,
                "open": assessment.count(rule_id, "open"),
                "explained": assessment.count(rule_id, "explained"),
                "evaluated": result.evaluated,
                "why_unknown": _what_is_not_seen(result, locale),
            }
            for rule_id, result in assessment.evaluation.results.items()
        },
        "rejected": outcome.rejected,
        "replaced": _counted(outcome, "replaced"),
        "ahead": _counted(outcome, "ahead"),
        "unread": [file.path for file in outcome.unread],
        "alert": outcome.alert,
        "seconds": seconds,
    }


def _what_is_not_seen(result: RuleResult, locale: Locale) -> str | None:
    """Say why the rule is unknown, or what it was judged without."""
    if result.outcome == "unknown":
        return why_unknown(result.blindness, locale)
    return what_is_lacking(result.blindness, locale) or None
