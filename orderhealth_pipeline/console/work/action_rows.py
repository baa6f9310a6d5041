"""Actions as pages show them: in words, with what can be said of each.

What belongs here: values of templates. What does not: reading actions (pipeline/actions/look.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from orderhealth_pipeline.console.visit import Visit
from orderhealth_pipeline.pipeline.actions.look import ActionRow
from orderhealth_pipeline.pipeline.saying.actions import STATES
from orderhealth_pipeline.report.words import formats
from orderhealth_pipeline.report.words.masking import mask_error
from orderhealth_pipeline.respond.actions.types import ACTION_TYPES, declaration
from orderhealth_pipeline.respond.actions.words import spoken_actions


@dataclass(frozen=True)
class ActionLine:
    """One action; `spoken` is what people have said of it since the last run, in words."""

    action_id: str
    title: str
    type: str
    order_id: str
    case_id: str | None
    rule: str
    state: str
    sink: str
    proposed: str
    approved_by: str
    remark: str
    spoken: str
    has_no_sink: bool
    can_be_approved: bool
    can_be_rejected: bool
    can_be_owned: bool


def action_lines(actions: Sequence[ActionRow], visit: Visit) -> list[ActionLine]:
    """Return the lines of some actions."""
    said = spoken_actions(visit.site.board.said(), visit.site.board.live().as_of)
    spoken = {row["action_id"]: row for row in said.iter_rows(named=True)}
    rules = visit.plan.catalogue.rules
    titles: dict[str, str] = {kind: declaration(kind).title.in_locale(visit.locale) for kind in ACTION_TYPES}
    lines = []
    for each in actions:
        words = spoken.get(each.action_id)
        rule = rules.get(each.rule_id)
        goes_somewhere = each.type in visit.site.settings.actions.by_type
        is_rejected = words is not None and words["rejected_by"] is not None
        lines.append(
            ActionLine(
                action_id=each.action_id,
                title=titles.get(each.type, each.type),
                type=each.type,
                order_id=each.order_id,
                case_id=each.case_id,
                rule=each.rule_id if rule is None else rule.title.in_locale(visit.locale),
                state=each.state,
                sink=each.sink or "",
                proposed=formats.minute(each.proposed_at.astimezone(visit.site.settings.zone)),
                approved_by=visit.person_name(each.approved_by or ""),
                remark=mask_error(each.last_error or ""),
                spoken=_spoken(visit, words),
                has_no_sink=not goes_somewhere and each.state == "proposed",
                can_be_approved=goes_somewhere
                and not is_rejected
                and each.state in STATES["action_approved"],
                can_be_rejected=goes_somewhere
                and not is_rejected
                and each.state in STATES["action_rejected"],
                can_be_owned=goes_somewhere
                and each.expires_at is not None
                and each.state in STATES["action_owned"],
            )
        )
    return lines


def _spoken(visit: Visit, words: dict[str, object] | None) -> str:
    if words is None:
        return ""
    approvers = words["approvers"]
    parts = []
    if isinstance(approvers, list) and approvers:
        parts.append(
            visit.words("approved_by", who=", ".join(visit.person_name(str(each)) for each in approvers))
        )
    if words["rejected_by"]:
        parts.append(visit.words("rejected_by", who=visit.person_name(str(words["rejected_by"]))))
    if words["is_owned"]:
        parts.append(visit.words("is_owned"))
    return " · ".join(parts)
