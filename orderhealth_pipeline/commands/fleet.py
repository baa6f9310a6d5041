"""`orderhealth fleet`: many merchants side by side, how each stands, and which rules of theirs differ."""

from __future__ import annotations

import dataclasses
import json
import os
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import click
from rich.table import Table
from rich.text import Text as PlainText

from orderhealth_pipeline.commands.fleet_console import fleet_console
from orderhealth_pipeline.commands.terminal.options import output, spoken
from orderhealth_pipeline.errors import OrderHealthError
from orderhealth_pipeline.fleet.merchants import find_merchants, read_fleet
from orderhealth_pipeline.fleet.outcome import Outcome, write_outcome
from orderhealth_pipeline.fleet.rule_differences import RuleDifference, rule_differences, shared_rules
from orderhealth_pipeline.fleet.run_merchant import MerchantRun
from orderhealth_pipeline.fleet.side_by_side import free_memory_gib, run_side_by_side, workers_that_fit
from orderhealth_pipeline.fleet.status import Standing, standings
from orderhealth_pipeline.report.words import formats
from orderhealth_pipeline.report.words.plain_text import plain
from orderhealth_pipeline.words import words_of
from orderhealth_pipeline.yaml_files import FrozenModel

_ROOT: Final = click.option(
    "--root",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    default=Path(),
    help="The folder with a folder per merchant. Default: this one.",
)
_MERCHANTS: Final = click.argument("names", metavar="[MERCHANT]...", nargs=-1)
_JSON: Final = click.option("--json", "as_json", is_flag=True, help="Print exactly one JSON object.")


class FleetWords(FrozenModel):
    """The words of these calls."""

    merchant: str
    score: str
    alert: str
    orders: str
    fresh: str
    as_of: str
    seconds: str
    trouble: str
    is_alerting: str
    never: str
    stale: str
    done: str
    rule: str
    key: str
    shared: str
    own: str
    no_difference: str


@cache
def _words(locale: Any) -> FleetWords:
    return words_of(Path(__file__).with_name("fleet_words.yml"), FleetWords, locale)


@click.group()
def fleet() -> None:
    """Run many merchants side by side, each a folder with its own configuration and store."""


@fleet.command()
@_MERCHANTS
@_ROOT
@click.option("--workers", type=click.IntRange(1, 64), help="Processes at a time. Default: what fits.")
@click.option("--as-of", "as_of_text", metavar="T", help="The instant the results are true for (ISO 8601).")
@click.option("--ahead", is_flag=True, help="Let the instant be later than the clock.")
@click.option("--full", is_flag=True, help="Evaluate all orders again, not only what changed.")
@click.option("--deliver", is_flag=True, help="Send what waits in each merchant's outbox.")
@_JSON
@click.pass_context
def run(  # noqa: PLR0913 - one argument an option
    context: click.Context,
    *,
    names: tuple[str, ...],
    root: Path,
    workers: int | None,
    as_of_text: str | None,
    ahead: bool,
    full: bool,
    deliver: bool,
    as_json: bool,
) -> None:
    """Run all merchants, or those named: exit 0 all done, 1 where one failed. A failure stops no other."""
    settings, merchants = read_fleet(root), find_merchants(root, names)
    at_once = workers or settings.workers or workers_that_fit(os.cpu_count() or 1, free_memory_gib())
    runs = [
        MerchantRun(merchant, settings, as_of_text, full, deliver, ahead, spoken()) for merchant in merchants
    ]
    started, outcomes = time.monotonic(), []
    for outcome in run_side_by_side(runs, at_once, lambda: datetime.now(UTC)):
        write_outcome(root, outcome)
        outcomes.append(outcome)
        if not as_json:
            click.echo(plain(_line(outcome)), err=outcome.is_failed)
    outcomes.sort(key=lambda one: one.merchant)
    seconds, failed = round(time.monotonic() - started, 1), sum(one.is_failed for one in outcomes)
    if as_json:
        told = {"seconds": seconds, "workers": at_once, "failed": failed}
        merchants_told = [one.model_dump(mode="json") for one in outcomes]
        click.echo(json.dumps({**told, "merchants": merchants_told}, ensure_ascii=False))
    else:
        words = _words(spoken())
        click.echo(
            words.done.format(
                count=len(outcomes),
                done=len(outcomes) - failed,
                failed=failed,
                alerting=sum(one.is_alerting for one in standings(root, merchants, os.environ, spoken())),
                seconds=seconds,
                workers=at_once,
            )
        )
    context.exit(1 if failed else 0)


@fleet.command()
@_MERCHANTS
@_ROOT
@_JSON
def status(*, names: tuple[str, ...], root: Path, as_json: bool) -> None:
    """Show score, alert, freshness and seconds of every merchant, those that need somebody first."""
    found = standings(root, find_merchants(root, names), os.environ, spoken())
    if as_json:
        click.echo(json.dumps([_record(one) for one in found], ensure_ascii=False))
        return
    words = _words(spoken())
    table = Table(
        words.merchant,
        words.score,
        words.alert,
        words.orders,
        words.as_of,
        words.fresh,
        words.seconds,
        words.trouble,
    )
    for one in found:
        table.add_row(*(PlainText(plain(cell)) for cell in _cells(one, words)))
    output().print(table)


fleet.add_command(fleet_console)


@fleet.group()
def rules() -> None:
    """Look at the rules of a fleet's merchants."""


@rules.command()
@_MERCHANTS
@_ROOT
@_JSON
@click.pass_context
def diff(context: click.Context, *, names: tuple[str, ...], root: Path, as_json: bool) -> None:
    """Show what the rules of each merchant say otherwise than the shared ones: exit 1 where one is wrong."""
    settings, merchants = read_fleet(root), find_merchants(root, names)
    shared = shared_rules(settings.expectations)
    found, failed = [], False
    for one in merchants:
        try:
            found += rule_differences(one, settings, shared, os.environ)
        except OrderHealthError as error:
            failed = True
            click.echo(plain(f"{one.name}: {error.in_locale(spoken())}"), err=True)
    if as_json:
        click.echo(json.dumps([dataclasses.asdict(each) for each in found], ensure_ascii=False))
    elif found:
        _show_differences(found)
    elif not failed:
        click.echo(_words(spoken()).no_difference)
    context.exit(1 if failed else 0)


def _show_differences(found: Iterable[RuleDifference]) -> None:
    words = _words(spoken())
    table = Table(words.merchant, words.rule, words.key, words.shared, words.own)
    for each in found:
        cells = (each.merchant, each.rule_id, each.key, each.shared or "-", each.own or "-")
        table.add_row(*(PlainText(plain(cell)) for cell in cells))
    output().print(table)


def _line(outcome: Outcome) -> str:
    told = outcome.error if outcome.is_failed else f"{_number(outcome.score)}"
    return f"{outcome.merchant}: {told} ({outcome.seconds:.1f} s)"


def _number(score: float | None) -> str:
    return "-" if score is None else f"{score:.1f}"


def _cells(one: Standing, words: FleetWords) -> Iterable[str]:
    last = one.last_run
    trouble = one.error or (words.stale.format(feeds=", ".join(one.troubled)) if one.troubled else "")
    if one.as_of is None and not trouble:
        trouble = words.never
    return (
        one.merchant,
        _number(one.score),
        words.is_alerting if one.is_alerting else "",
        "" if one.active_orders is None else f"{one.active_orders:,}",
        formats.minute(one.as_of),
        formats.minute(one.newest_record_at),
        "" if last is None else f"{last.seconds:.1f}",
        trouble,
    )


def _record(one: Standing) -> dict[str, Any]:
    record = dataclasses.asdict(dataclasses.replace(one, last_run=None))
    del record["last_run"]
    for name in ("as_of", "newest_record_at"):
        record[name] = record[name] and record[name].astimezone(UTC).isoformat()
    last = one.last_run
    return {**record, "seconds": last and last.seconds, "ended_at": last and last.ended_at.isoformat()}
