"""Calls about actions. What belongs here: requests → words. What does not: sending (pipeline/actions/)."""

from __future__ import annotations

from orderhealth_pipeline.console.api.call import ApiError, Asked, offset_of, part_of
from orderhealth_pipeline.console.api.models import ActionList, ActionRecord, SaidAnswer
from orderhealth_pipeline.console.work.speaking import (
    Speaker,
    report_outcome,
    speak_of_actions,
    switch_actions,
)
from orderhealth_pipeline.pipeline.actions.look import ActionRow, Wanted, listed_from
from orderhealth_pipeline.pipeline.saying.actions import STATES, ActionWord
from orderhealth_pipeline.report.words.masking import mask_error, mask_text
from orderhealth_pipeline.respond.actions.words import stopped_by


def list_actions(asked: Asked) -> ActionList:
    """List actions, newest first."""
    query = asked.query
    offset_of(query.cursor)
    wanted = Wanted(state=query.state, type=query.type, order_id=query.order_id, case_id=query.case_id)
    with asked.site.snapshot.reading() as con:
        rows = listed_from(con, wanted)
    part, cursor = part_of(rows, query)
    stopped = stopped_by(asked.site.board.said(), asked.site.board.live().as_of)
    return ActionList(
        stopped_by=None if stopped is None else mask_text(stopped),
        live=asked.site.settings.actions.live,
        actions=[_record(row) for row in part],
        next=cursor,
    )


def show_action(asked: Asked) -> ActionRecord:
    """Show one action."""
    return _record(_known(asked))


def approve(asked: Asked) -> SaidAnswer:
    """Approve an action."""
    return _said(asked, "action_approved")


def reject(asked: Asked) -> SaidAnswer:
    """Reject an action."""
    return _said(asked, "action_rejected")


def own(asked: Asked) -> SaidAnswer:
    """Own an action: a hold does not expire then."""
    return _said(asked, "action_owned")


def stop(asked: Asked) -> SaidAnswer:
    """Stop all actions."""
    written = switch_actions(Speaker(asked.site, asked.person, asked.body.why), "actions_stopped")
    return SaidAnswer(entry=written.entry or 0)


def start(asked: Asked) -> SaidAnswer:
    """Let actions be sent again."""
    written = switch_actions(Speaker(asked.site, asked.person, asked.body.why), "actions_started")
    return SaidAnswer(entry=written.entry or 0)


def report(asked: Asked) -> SaidAnswer:
    """Take what a receiver says about an action; the next run lets it count."""
    row = _known(asked)
    speaker = Speaker(asked.site, asked.person, asked.body.detail)
    written = report_outcome(speaker, row.action_id, row.rule_id, asked.body.outcome)
    return SaidAnswer(entry=written.entry or 0)


def _said(asked: Asked, kind: ActionWord) -> SaidAnswer:
    row = _known(asked)
    if row.state not in STATES[kind]:
        raise ApiError(409, f"action {row.action_id} is {row.state}")
    (written,) = speak_of_actions(Speaker(asked.site, asked.person, asked.body.why), kind, [row.action_id])
    return SaidAnswer(entry=written.entry or 0)


def _known(asked: Asked) -> ActionRow:
    """Return the action that a path names, by its id or its idempotency key, which is all a receiver has."""
    name = asked.path["action_id"]
    with asked.site.snapshot.reading() as con:
        found = listed_from(con, Wanted(action_ids=[name])) or listed_from(con, Wanted(idempotency_key=name))
    if not found:
        raise ApiError(404, "there is no such action")
    return found[0]


def _record(row: ActionRow) -> ActionRecord:
    record = row.record()
    record["approved_by"] = None if row.approved_by is None else mask_text(row.approved_by)
    record["last_error"] = None if row.last_error is None else mask_error(row.last_error)
    return ActionRecord.model_validate(record)
