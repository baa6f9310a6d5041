"""Tells the roles that ask for it whom to call: within calling hours, a line a customer.

What belongs here: reading the calls that wait, and recording the message. What does not: the list
(respond/actions/calls.py), and sending (respond/).
"""

from __future__ import annotations

import json
from typing import Final

import duckdb
import polars as pl

from orderhealth_pipeline import sql
from orderhealth_pipeline.pipeline.alerting.notice_message import role_title
from orderhealth_pipeline.pipeline.evaluation.feeds_at import FeedsAt
from orderhealth_pipeline.report.notice import Notice
from orderhealth_pipeline.respond.actions.calls import ToldBefore, call_list, is_calling_time, is_due
from orderhealth_pipeline.respond.outbox import record_alert
from orderhealth_pipeline.store.registered import registered

_CALLS: Final = "calls:"
_OF_ORDER: Final = ("order_id", "buyer_id", "receiver", "phone")


def record_call_lists(known: FeedsAt) -> None:
    """Record the list of each role that asks for one now, in the caller's transaction.

    The actions must be written.
    """
    con, plan, as_of = known.con, known.plan, known.as_of
    zone, owners = plan.settings.zone, plan.owners
    asking = [
        name
        for name, role in owners.roles.items()
        if "calls" in role.asks
        and role.channels
        and is_calling_time(
            as_of, owners.spans_of(name, as_of.astimezone(zone).date(), is_calling=True), zone
        )
    ]
    if not asking:
        return
    waiting: pl.DataFrame = sql.read(con, "actions/calls/select_calls", {"as_of": as_of})
    due = [
        role
        for role in asking
        if is_due(as_of, waiting["action_id"].to_list(), _told(con, role, known), zone)
    ]
    if not due:
        return
    calls = call_list(_with_customers(known, waiting), plan.settings.locale)
    address = plan.settings.console.address
    for role in due:
        message = Notice(
            kind="report",
            subject=_CALLS + role,
            locale=plan.settings.locale,
            as_of=as_of,
            time_zone=plan.settings.timezone,
            role=role_title(plan, role),
            calls=calls,
            link=None if address is None else f"{address.rstrip('/')}/actions",
        )
        named = owners.roles[role].channels
        record_alert(con, message, [each for each in plan.settings.channels if each.name in named])


def _told(con: duckdb.DuckDBPyConnection, role: str, known: FeedsAt) -> ToldBefore | None:
    told: pl.DataFrame = sql.read(
        con, "actions/calls/select_told_calls", {"subject": _CALLS + role, "as_of": known.as_of}
    )
    for as_of, payload in told.iter_rows():
        return ToldBefore(as_of, json.loads(payload)["calls"]["told"])
    return None


def _with_customers(known: FeedsAt, waiting: pl.DataFrame) -> pl.DataFrame:
    with registered(known.con, "orders_to_call", waiting.select("order_id").unique()):
        frames = known.feeds_of_orders({"storefront_orders": _OF_ORDER}, "orders_to_call").frames
    titles = {
        rule.id: rule.title.in_locale(known.plan.settings.locale)
        for rule in known.plan.catalogue.rules.values()
    }
    return waiting.join(
        frames["storefront_orders"].select(_OF_ORDER), on="order_id", how="left"
    ).with_columns(
        reason=pl.col("rule_id").replace_strict(titles, default=pl.col("rule_id"), return_dtype=pl.String)
    )
