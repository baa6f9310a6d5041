"""One step of all actions: what was done before, and what is found now, gives what is to be done now.

What belongs here: proposing, approving, withdrawing, confirming, and ending holds. What does not: sending
(outbox.py), and what to look for in the feeds (pipeline/actions/). A step looks at nothing but its arguments.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import polars as pl

from orderhealth_pipeline.frames import INSTANT
from orderhealth_pipeline.respond.actions.action_frames import ACTIONS, ARRIVED, UNSENT
from orderhealth_pipeline.respond.actions.keys import episode_of_key, named

_OF_CAUSE: Final = ["order_id", "rule_id"]
_SEPARATOR: Final = ", "


@dataclass(frozen=True)
class Situation:
    """What is true at an instant: open findings (CAUSES), and what people said (SPOKEN).

    `responses` say what each rule asks for (rule_id, type, position), `intents` what each type is (INTENTS),
    `seen` which actions a record of the systems shows (action_id), `receipts` what was written down about
    those of files (RECEIPTS), and `owned_cases` which cases have an assignee (case_id).
    """

    causes: pl.DataFrame
    responses: pl.DataFrame
    intents: pl.DataFrame
    spoken: pl.DataFrame
    seen: pl.DataFrame
    receipts: pl.DataFrame
    owned_cases: pl.DataFrame


def step(past: pl.DataFrame, now: Situation, as_of: datetime) -> pl.DataFrame:
    """Return all actions at an instant (ACTIONS), of those before it: the new ones come last.

    `past` has all actions of open findings, all that are not over, and all that may be in effect.
    """
    going_on = hear(_confirmed(_withdrawn(past, now, as_of), now, as_of), now.spoken, now.intents)
    new = pl.concat([_proposed(going_on, now, as_of), _ends(going_on, now, as_of)])
    return pl.concat([going_on, hear(new, now.spoken, now.intents)])


def hear(actions: pl.DataFrame, spoken: pl.DataFrame, intents: pl.DataFrame) -> pl.DataFrame:
    """Let people's words count: enough approvals, or one rejection, before an action was sent.

    An action of which nobody can say whether it arrived is approved anew by a word that came after the try.
    """
    heard = actions.join(spoken, on="action_id", how="left", maintain_order="left").join(
        intents.select("type", "approvals", goes_to="sink"), on="type", how="left", maintain_order="left"
    )
    is_unsent = pl.col("state").is_in(UNSENT)
    is_unknown = pl.col("state") == "unknown"
    is_rejected = pl.col("rejected_by").is_not_null() & (is_unsent | is_unknown)
    approvals = pl.col("approvers").list.len().fill_null(0)
    is_approved = pl.col("goes_to").is_not_null() & (approvals >= pl.col("approvals").fill_null(1))
    again = is_unknown & (pl.col("approved_at") > pl.col("sent_at")).fill_null(value=False)
    names = pl.col("approvers").list.join(_SEPARATOR)
    state = (
        pl.when(is_rejected)
        .then(pl.lit("rejected"))
        .when(is_unsent)
        .then(pl.when(is_approved).then(pl.lit("approved")).otherwise(pl.lit("proposed")))
        .when(again)
        .then(pl.lit("approved"))
        .otherwise("state")
    )
    why = pl.format("{}: {}", "rejected_by", "rejected_why")
    return heard.with_columns(
        state=state,
        approved_by=pl.when(is_unsent | again)
        .then(pl.when(approvals > 0).then(names))
        .otherwise("approved_by"),
        last_error=pl.when(is_rejected).then(why).otherwise("last_error"),
        sink=pl.when(is_unsent).then("goes_to").otherwise("sink"),
    ).select(ACTIONS.names())


def _withdrawn(past: pl.DataFrame, now: Situation, as_of: datetime) -> pl.DataFrame:
    """Withdraw what was not sent and has lost its cause, or has waited too long."""
    is_unsent = pl.col("state").is_in(UNSENT)
    has_cause = pl.col("has_cause") | pl.col("type").is_in(_endings(now))
    is_late = (pl.col("expires_at") <= pl.lit(as_of, INSTANT)).fill_null(value=False) & ~pl.col("is_owned")
    withdrawn = is_unsent & (~has_cause | is_late)
    return (
        _with_facts(past, now)
        .with_columns(state=pl.when(withdrawn).then(pl.lit("withdrawn")).otherwise("state"))
        .select(ACTIONS.names())
    )


def _confirmed(actions: pl.DataFrame, now: Situation, as_of: datetime) -> pl.DataFrame:
    """Confirm what a record shows, and let receipts count: they alone prove what no system shows."""
    facts = actions.join(now.receipts, on="action_id", how="left", maintain_order="left").join(
        now.intents.select("type", "by_receipt"), on="type", how="left", maintain_order="left"
    )
    is_open = pl.col("state").is_in(["sent", "unknown"])
    is_done = pl.col("is_done").fill_null(value=False)
    shown = pl.col("action_id").is_in(now.seen["action_id"].implode()) | (is_done & pl.col("by_receipt"))
    is_confirmed = is_open & shown
    is_refused = is_open & ~shown & ~pl.col("is_done").fill_null(value=True)
    return facts.with_columns(
        state=pl.when(is_confirmed)
        .then(pl.lit("confirmed"))
        .when(is_refused)
        .then(pl.lit("rejected"))
        .when(is_open & is_done)
        .then(pl.lit("sent"))
        .otherwise("state"),
        confirmed_at=pl.when(is_confirmed).then(pl.lit(as_of, INSTANT)).otherwise("confirmed_at"),
        last_error=pl.when(is_refused).then("note").otherwise("last_error"),
    ).select(ACTIONS.names())


def _proposed(known: pl.DataFrame, now: Situation, as_of: datetime) -> pl.DataFrame:
    """Propose what the rules ask for and what was not proposed in this episode."""
    asked = now.causes.join(now.responses, on="rule_id").sort("order_id", "rule_id", "position")
    there = known.select(*_OF_CAUSE, "type", episode=episode_of_key())
    new = asked.join(there, on=[*_OF_CAUSE, "type", "episode"], how="anti", maintain_order="left")
    return _fresh(named(new), now, as_of)


def _ends(actions: pl.DataFrame, now: Situation, as_of: datetime) -> pl.DataFrame:
    """End what lasts, once per order: when its last cause has gone, or nobody owned it in time."""
    if not _endings(now):
        return pl.DataFrame(schema=ACTIONS)
    facts = _with_facts(actions, now).join(now.intents.select("type", "ended_by"), on="type", how="left")
    lasting = facts.filter(pl.col("ended_by").is_not_null())
    about_to_last = lasting.filter(pl.col("state") == "approved", "has_cause").select("order_id", "ended_by")
    in_effect = (
        lasting.filter(pl.col("state").is_in(ARRIVED))
        .join(_ended(lasting, actions), on="action_id", how="anti")
        .join(about_to_last, on=["order_id", "ended_by"], how="anti")
    )
    is_late = (pl.col("expires_at") <= pl.lit(as_of, INSTANT)) & ~pl.col("is_owned")
    is_over = ~pl.col("has_cause") | is_late.fill_null(value=False)
    over = in_effect.filter(is_over.all().over("order_id", "ended_by")).sort("sent_at", "action_id")
    last = over.unique(["order_id", "ended_by"], keep="last", maintain_order=True)
    new = named(last.select(*_OF_CAUSE, "case_id", type="ended_by", episode=episode_of_key()))
    return _fresh(new.join(actions, on="action_id", how="anti", maintain_order="left"), now, as_of)


def _ended(lasting: pl.DataFrame, actions: pl.DataFrame) -> pl.DataFrame:
    """Return what was ended already, or will be by an end that is still to be sent (action_id)."""
    ends = actions.select(
        "order_id", ended_by="type", end="state", end_sent_at="sent_at", end_proposed_at="proposed_at"
    )
    is_later = pl.col("end_sent_at") >= pl.col("sent_at")
    is_refused = (pl.col("end") == "rejected") & (pl.col("end_proposed_at") >= pl.col("proposed_at"))
    return (
        lasting.join(ends, on=["order_id", "ended_by"])
        .filter(pl.col("end").is_in(UNSENT) | is_later.fill_null(value=False) | is_refused)
        .select("action_id")
        .unique()
    )


def _fresh(new: pl.DataFrame, now: Situation, as_of: datetime) -> pl.DataFrame:
    nothing = {name: pl.lit(None, dtype) for name, dtype in ACTIONS.items()}
    proposed_at = pl.lit(as_of, INSTANT)
    lasts = pl.duration(hours=pl.col("expires_after_hours"))
    known = new.join(
        now.intents.select("type", "sink", "expires_after_hours"),
        on="type",
        how="left",
        maintain_order="left",
    )
    return known.select(
        **nothing
        | {name: pl.col(name) for name in ("action_id", "idempotency_key", "case_id", "type", *_OF_CAUSE)}
        | {
            "state": pl.lit("proposed"),
            "sink": pl.col("sink"),
            "attempts": pl.lit(0, pl.Int64),
            "proposed_at": proposed_at,
            "expires_at": (proposed_at + lasts).cast(INSTANT),
        }
    )


def _with_facts(actions: pl.DataFrame, now: Situation) -> pl.DataFrame:
    """Say of each action whether its cause is there, and whether a person owns it."""
    causes = now.causes.select(*_OF_CAUSE, has_cause=pl.lit(value=True))
    owners = now.spoken.filter("is_owned")["action_id"]
    return actions.join(causes, on=_OF_CAUSE, how="left", maintain_order="left").with_columns(
        has_cause=pl.col("has_cause").fill_null(value=False),
        is_owned=pl.col("action_id").is_in(owners.implode())
        | pl.col("case_id").is_in(now.owned_cases["case_id"].implode()).fill_null(value=False),
    )


def _endings(now: Situation) -> list[str]:
    return now.intents["ended_by"].drop_nulls().to_list()
