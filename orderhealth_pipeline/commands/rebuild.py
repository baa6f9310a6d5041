"""`orderhealth rebuild`: the store built anew from the kept feeds, for when the old one cannot be used."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click

from orderhealth_pipeline.commands.run import stage_times, tell_lacking, tell_unread
from orderhealth_pipeline.commands.terminal.options import run_options, settings_from, tell, warn_of
from orderhealth_pipeline.commands.terminal.printing import PlainConsole
from orderhealth_pipeline.messages import Message, joined
from orderhealth_pipeline.pipeline.instants import asked_instant
from orderhealth_pipeline.pipeline.plan import plan_run
from orderhealth_pipeline.pipeline.rebuild import Rebuild, rebuild_store
from orderhealth_pipeline.pipeline.written.linked_report import write_linked_report
from orderhealth_pipeline.store.file.files import snapshot_path

_NAMED_FILES: Final = 5
_HOLDS: Final = {
    "health_score": Message("earlier scores"),
    "profile_changes": Message("when the rules changed"),
    "score_attribution": Message("what points were lost to"),
    "rule_results": Message("what each rule found"),
    "system_funnel": Message("earlier funnels"),
    "top_orders": Message("earlier TOP5"),
    "findings": Message("since when findings are open, and those that are settled"),
    "working.resolutions": Message("which findings were over once before"),
    "first_seen_words": Message("since when words are unknown"),
    "working.untold_edges": Message("alerts that a change of rules alone would have made"),
    "cases": Message("cases"),
    "case_orders": Message("which orders were in cases, and when"),
    "case_history": Message("what happened to cases"),
    "response_times": Message("how long cases took"),
    "alerts": Message("alerts"),
    "deliveries": Message("which alerts were sent"),
    "actions": Message("which actions were sent"),
    "working.alert_facts": Message("what messages were decided by"),
    "alert_decisions": Message("what was decided about each message"),
    "rejected_rows": Message("when rows were rejected"),
    "feeds.loads": Message("when files were first read"),
}
"""What people know the tables of a store's history by."""


@click.command()
@run_options
@click.pass_obj
def rebuild(  # noqa: PLR0913 - one argument an option
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
        tell(line)


def _told(done: Rebuild, store: Path) -> list[Message]:
    """Say what was done, where the old file is, and what is not as it was."""
    outcome = done.outcome
    lines = [] if done.trouble is None else [Message("What was wrong: {trouble}", trouble=done.trouble)]
    lines += [
        Message(
            "{store} is rebuilt from {files} feed files: {orders:,} orders, score {score} at {as_of}.",
            store=store,
            files=sum(file.problem is None for file in outcome.loaded),
            orders=outcome.orders,
            score=outcome.assessment.health.score,
            as_of=outcome.as_of.isoformat(),
        ),
        Message("The old store is kept as {kept_as}.", kept_as=done.kept_as),
    ]
    if done.of_copy:
        taken = Message(
            "Taken from {copy}, as the last run published it: {tables}.",
            copy=snapshot_path(store).name,
            tables=_named(done.of_copy),
        )
        lines.append(taken)
    if done.lost:
        lost = Message("Lost, because it could not be read anywhere: {tables}.", tables=_named(done.lost))
        lines.append(lost)
    if "alerts" in done.lost and outcome.alert is not None:
        again = Message(
            "So the alert counts as new: the next `orderhealth run --deliver` sends it, again or not."
        )
        lines.append(again)
    if done.missing_files:
        lines.append(_told_files(done))
    return lines


def _named(tables: tuple[str, ...]) -> Message:
    return joined(", ", (Message("{what} ({table})", what=_HOLDS[table], table=table) for table in tables))


def _told_files(done: Rebuild) -> Message:
    named = [
        Message(
            "{feed}: {file} ({what})",
            feed=missing.feed,
            file=missing.file,
            what=Message("gone") if missing.is_gone else Message("changed since"),
        )
        for missing in done.missing_files
    ]
    files = joined(", ", named[:_NAMED_FILES])
    if len(named) > _NAMED_FILES:
        files = Message("{files} and {more} more", files=files, more=len(named) - _NAMED_FILES)
    return Message(
        "Not in the new store is what only these files said, as the old store had read them: {files}.",
        files=files,
    )
