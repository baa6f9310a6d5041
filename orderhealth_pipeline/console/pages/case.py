"""`/cases/ID`: one case: what it is, by when, its orders with evidence, what to do, what happened.

What belongs here: the values of `case.html.j2`. What does not: the inbox (cases.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import polars as pl
from starlette.exceptions import HTTPException

from orderhealth_pipeline import sql
from orderhealth_pipeline.cases.numbers import meant_number
from orderhealth_pipeline.console.pages.cases import people_of
from orderhealth_pipeline.console.visit import Visit
from orderhealth_pipeline.console.work.action_rows import action_lines
from orderhealth_pipeline.console.work.case_rows import (
    CaseOrder,
    case_events,
    case_line,
    case_orders,
    case_words,
)
from orderhealth_pipeline.console.work.forms import answered
from orderhealth_pipeline.pipeline.actions.look import Wanted, listed_from
from orderhealth_pipeline.pipeline.saying.speech import TARGETS
from orderhealth_pipeline.pipeline.written.read_cases import KnownCases
from orderhealth_pipeline.report.words.sentences import steps_of
from orderhealth_pipeline.said import said_by

_ORDERS_SHOWN: Final = 100
_INSTANTS: Final = (
    "began_at",
    "opened_at",
    "reopened_at",
    "told_at",
    "acknowledged_at",
    "acted_at",
    "due_at",
    "snoozed_until",
    "resolved_at",
)
_SPANS: Final = ("1h", "4h", "24h", "7d")


def show(visit: Visit) -> Mapping[str, Any]:
    """Return the values of the page, after what its form says. Raises HTTPException where there is none."""
    notice = answered(visit)
    known = visit.site.board.named([meant_number(visit.request.path_params["id"])])
    if known.book.cases.is_empty():
        raise HTTPException(404)
    (row,) = known.book.cases.iter_rows(named=True)
    words = case_words(visit.plan, visit.locale)
    rule = visit.plan.catalogue.rules.get(row["rule_id"])
    with visit.reading() as con:
        actions = listed_from(con, Wanted(case_id=row["case_id"]))
    orders = _orders(visit, known, row)
    about = row["cause_kind"] if row["cause_kind"] in TARGETS else "everything"
    return {
        "notice": notice,
        "line": case_line(row, words, known.as_of, visit),
        "row": row,
        "facts": [
            (words.texts(f"case_{name}"), words.minute(row[name]))
            for name in _INSTANTS
            if row[name] is not None
        ],
        "steps": () if rule is None else steps_of(rule.what_to_do.in_locale(visit.locale)),
        "why": "" if rule is None else rule.why.in_locale(visit.locale),
        "orders": orders[:_ORDERS_SHOWN],
        "more_orders": max(len(orders) - _ORDERS_SHOWN, 0),
        "events": case_events(known.book.history, words, visit),
        "actions": action_lines(actions, visit),
        "people": people_of(visit.site.board.live().book.cases, visit),
        "roles": sorted((name, words.role(name)) for name in visit.plan.owners.roles),
        "spans": _SPANS,
        "snoozes": (about, row["cause"] if about != "everything" else ""),
        "may_handle": visit.person.may("handle"),
        "may_approve": visit.person.may("approve"),
    }


def _orders(visit: Visit, known: KnownCases, row: Mapping[str, Any]) -> list[CaseOrder]:
    stays = known.book.orders.sort("left_at", "joined_at", descending=True, nulls_last=False)
    present = frozenset(stays.filter(pl.col("left_at").is_null())["order_id"].to_list())
    wanted = list(dict.fromkeys([*sorted(present), *stays["order_id"].to_list()]))[: 2 * _ORDERS_SHOWN]
    with visit.reading() as con:
        found = sql.read(
            con, "console/cases/select_findings_of_case", {"rule_id": row["rule_id"], "order_ids": wanted}
        )
    words = said_by(visit.site.board.said(), known.as_of).filter(
        pl.col("kind").is_in(["confirmed", "false_alarm"]), about="order", rule_id=row["rule_id"]
    )
    verdicts = dict(words.sort("said_at", "entry").select("value", "kind").iter_rows())
    rows = found.with_columns(rule_id=pl.lit(row["rule_id"])).iter_rows(named=True)
    return case_orders(list(rows), present, verdicts, visit.plan, visit.locale)
