"""Cases on a terminal: the list of those that are to be done, and one with all that happened to it.

What belongs here: laying them out, people masked. What does not: which they are, or printing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import polars as pl
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from orderhealth_pipeline.cases.case_frames import CaseBook
from orderhealth_pipeline.cases.words import ROLE
from orderhealth_pipeline.report.words import formats
from orderhealth_pipeline.report.words.masking import mask_text
from orderhealth_pipeline.report.words.texts import Texts

SHOWN: Final = 500
"""More rows than these nobody reads on a terminal."""

_SHOWN_ORDERS: Final = 20
_KEY_LENGTH: Final = 8
_INSTANTS: Final = (
    "began_at",
    "opened_at",
    "told_at",
    "acknowledged_at",
    "acted_at",
    "due_at",
    "resolved_at",
    "reopened_at",
    "snoozed_until",
)


class CaseWords:
    """Names of rules and roles in one language, and how instants are told."""

    def __init__(
        self, texts: Texts, titles: Mapping[str, str], roles: Mapping[str, str], zone: ZoneInfo
    ) -> None:
        self.texts, self._titles, self._roles, self._zone = texts, titles, roles, zone

    def rule(self, rule_id: str) -> str:
        """Return the title of a rule; one that there is no more goes by its id."""
        return self._titles.get(rule_id, rule_id)

    def role(self, name: str) -> str:
        """Return the title of a role; one that no file knows goes by its name."""
        return self._roles.get(name, name)

    def after(self, event: Mapping[str, Any]) -> str:
        """Tell what an event of a case led to: a person, a role, or what it was called."""
        text = event["after"] or ""
        role = text.removeprefix(ROLE)
        if role != text:
            return self.role(role)
        return self.texts.word("case_verdict", text) if event["what"] == "closed" else mask_text(text)

    def minute(self, instant: datetime | None) -> str:
        """Tell an instant in the zone of people, nothing where it has not come."""
        return "" if instant is None else formats.minute(instant.astimezone(self._zone))

    def cause(self, row: Mapping[str, Any]) -> str:
        """Tell the cause of a case: what its findings have in common."""
        if row["cause_kind"] == "system":
            return self.texts("cause_system")
        value = row["cause"] or self.texts("cause_unknown")
        shown = value[:_KEY_LENGTH] if row["cause_kind"] == "address" else mask_text(value)
        return f"{self.texts.word('cause', row['cause_kind'])} {shown}"


def render_cases(cases: pl.DataFrame, words: CaseWords, as_of: datetime) -> RenderableType:
    """Lay out the first cases, by owner, what is overdue first, and say how many there are."""
    texts = words.texts
    if cases.is_empty():
        return Text(texts("cases_none", as_of=words.minute(as_of)))
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("case", "state", "orders", "due", "assignee"):
        is_number = heading == "orders"
        table.add_column(texts(f"case_column_{heading}"), justify="right" if is_number else "left")
        if heading == "case":
            table.add_column(texts("case_column_what"), ratio=1, overflow="fold")
    for part in cases.head(SHOWN).partition_by("owner", maintain_order=True):
        table.add_row("", Text(f"{words.role(part['owner'][0])} ({part.height})", style="bold"))
        for row in part.iter_rows(named=True):
            is_late = row["overdue_since"] is not None
            table.add_row(
                row["case_id"],
                Text(f"{words.rule(row['rule_id'])} · {words.cause(row)}"),
                Text(state_of(row, texts)),
                f"{row['orders']:,}",
                Text(words.minute(row["due_at"]), style="red" if is_late else ""),
                Text(mask_text(row["assignee"] or "")),
            )
    rest = cases.height - SHOWN
    more = [Text(texts("findings_more", n=rest))] if rest > 0 else []
    late = cases["overdue_since"].drop_nulls().len()
    told = texts("cases_told", n=cases.height, late=late, as_of=words.minute(as_of))
    return Group(table, "", *more, Text(told))


def render_case(book: CaseBook, words: CaseWords, what_to_do: str) -> RenderableType:
    """Lay out one case: what it is, its instants, its orders, and all that happened to it."""
    texts = words.texts
    (row,) = book.cases.iter_rows(named=True)
    facts = Table.grid(padding=(0, 2))
    facts.add_row(texts("case_column_state"), Text(state_of(row, texts)))
    facts.add_row(texts("case_column_owner"), Text(words.role(row["owner"])))
    facts.add_row(texts("case_column_assignee"), Text(mask_text(row["assignee"] or "")))
    facts.add_row(texts("case_column_orders"), f"{row['orders']:,}")
    facts.add_row(texts("case_column_amount"), formats.money(row["amount_at_risk"], row["currency"]))
    for name in _INSTANTS:
        if row[name] is not None:
            facts.add_row(texts(f"case_{name}"), words.minute(row[name]))
    if row["earlier_case_id"]:
        facts.add_row(texts("case_earlier"), row["earlier_case_id"])
    events = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("at", "who", "what", "why"):
        events.add_column(texts(f"case_column_{heading}"), overflow="fold")
    for event in book.history.sort("at", maintain_order=True).iter_rows(named=True):
        events.add_row(
            words.minute(event["at"]),
            Text(mask_text(event["who"]) if event["who"] else texts("case_by_data")),
            Text(f"{texts.word('case_event', event['what'])} {words.after(event)}".strip()),
            Text(mask_text(event["why"] or "")),
        )
    title = f"{row['case_id']}  {words.rule(row['rule_id'])} · {words.cause(row)}"
    return Group(
        Text(title, style="bold"), facts, "", Text(_orders(book, texts)), "", events, "", Text(what_to_do)
    )


def state_of(row: Mapping[str, Any], texts: Texts) -> str:
    """Tell the state of a case with what is said of it besides."""
    parts = [texts.word("case_state", row["state"])]
    if row["snoozed_until"] is not None:
        parts.append(texts("case_is_snoozed"))
    if row["overdue_since"] is not None and row["resolved_at"] is None:
        parts.append(texts("case_is_overdue"))
    return " · ".join(parts)


def _orders(book: CaseBook, texts: Texts) -> str:
    present = book.orders.filter(pl.col("left_at").is_null())["order_id"].sort().to_list()
    shown = ", ".join(present[:_SHOWN_ORDERS])
    rest = len(present) - _SHOWN_ORDERS
    return texts("case_orders", orders=shown) + (texts("case_orders_more", n=rest) if rest > 0 else "")
