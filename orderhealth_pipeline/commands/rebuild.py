"""`orderhealth rebuild`: the store built anew from the kept feeds, for when the old one cannot be used."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click
from rich.console import Console

from orderhealth_pipeline.commands.options import asked_instant, run_options, settings_from, warn_of
from orderhealth_pipeline.commands.run import stage_times, tell_lacking, tell_unread, write_linked_report
from orderhealth_pipeline.pipeline.plan import plan_run
from orderhealth_pipeline.pipeline.rebuild import Rebuild, rebuild_store
from orderhealth_pipeline.store.files import snapshot_path

_NAMED_FILES: Final = 5
_HOLDS: Final = {
    "health_score": "earlier scores",
    "score_attribution": "what points were lost to",
    "rule_results": "what each rule found",
    "system_funnel": "earlier funnels",
    "top_orders": "earlier TOP5",
    "findings": "since when findings are open, and those that are settled",
    "alerts": "alerts",
    "deliveries": "which alerts were sent",
    "rejected_rows": "when rows were rejected",
    "feeds.loads": "when files were first read",
}
"""What people know the tables of a store's history by."""


@click.command()
@run_options
@click.pass_obj
def rebuild(  # noqa: PLR0913 - one argument an option
    console: Console,
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
) -> None:
    """Build the store anew from the kept feeds, when it is damaged or another version wrote it.

    Takes the options of `orderhealth run`. The old file is kept under another name, and its history (scores,
    findings, alerts) is carried over as far as it can be read. Nothing is changed when the rebuild fails.
    """
    settings = settings_from(
        config, store=store, expectations=expectations, profile=profile, timezone=timezone
    )
    warn_of(settings)
    clock = datetime.now(UTC)
    as_of = asked_instant(as_of_text, settings, clock, is_ahead=ahead)
    plan = plan_run(settings, feeds_folder=feeds, adapter=adapter, asked_zone=timezone, records_past=record)
    with stage_times(console) as times:
        done = rebuild_store(plan, as_of, times, clock)
    tell_unread(plan, done.outcome)
    tell_lacking(plan, done.outcome)
    write_linked_report(plan, done.outcome)
    for line in _told(done, plan.store):
        click.echo(line)


def _told(done: Rebuild, store: Path) -> list[str]:
    """Say what was done, where the old file is, and what is not as it was."""
    outcome = done.outcome
    result = (
        f"{outcome.orders:,} orders, score {outcome.assessment.health.score} at {outcome.as_of.isoformat()}"
    )
    files = sum(file.problem is None for file in outcome.loaded)
    lines = [] if done.trouble is None else [f"What was wrong: {done.trouble}"]
    lines += [
        f"{store} is rebuilt from {files} feed files: {result}.",
        f"The old store is kept as {done.kept_as}.",
    ]
    if done.of_copy:
        copy = snapshot_path(store).name
        lines.append(f"Taken from {copy}, as the last run published it: {_named(done.of_copy)}.")
    if done.lost:
        lines.append(f"Lost, because it could not be read anywhere: {_named(done.lost)}.")
    if "alerts" in done.lost and outcome.alert is not None:
        lines.append(
            "So the alert counts as new: the next `orderhealth run --deliver` sends it, again or not."
        )
    if done.missing_files:
        lines.append(_told_files(done))
    return lines


def _named(tables: tuple[str, ...]) -> str:
    return ", ".join(f"{_HOLDS[table]} ({table})" for table in tables)


def _told_files(done: Rebuild) -> str:
    named = [
        f"{missing.feed}: {missing.file} ({'gone' if missing.is_gone else 'changed since'})"
        for missing in done.missing_files
    ]
    more = f" and {len(named) - _NAMED_FILES} more" if len(named) > _NAMED_FILES else ""
    return (
        "Not in the new store is what only these files said, as the old store had read them: "
        f"{', '.join(named[:_NAMED_FILES])}{more}."
    )
