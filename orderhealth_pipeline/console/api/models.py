"""What calls about cases, actions and words are given and give.

What belongs here: shapes. What does not: how they are filled (cases.py, actions.py, words.py).
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from orderhealth_pipeline.console.api.call import Given, PageQuery, Short, Why
from orderhealth_pipeline.console.work.filters import State, Whose
from orderhealth_pipeline.words import Severity

THROUGH_THE_API = "through the API"

Verdict = Literal["confirmed", "false_alarm"]
ActionState = Literal["proposed", "approved", "sent", "confirmed", "rejected", "unknown", "withdrawn"]
About = Literal[
    "order", "buyer", "address", "shop", "warehouse", "carrier", "sku", "waybill", "role", "source"
]


class CasesQuery(PageQuery):
    """Which cases."""

    state: State | None = None
    owner: Short | None = None
    rule: Short | None = None
    severity: Severity | None = None
    whose: Whose | None = None
    assignee: Short | None = None
    overdue: bool = False
    q: Short | None = None


class CaseRecord(BaseModel):
    """One case: the columns of the table `cases`, instants in ISO 8601, and who has it."""

    case_id: str
    rule_id: str
    cause_kind: str
    cause: str | None
    owner: str
    assignee: str | None
    holder: str | None
    severity: str
    state: str
    opened_at: str
    due_at: str | None
    resolved_at: str | None
    orders: int
    amount_at_risk: str | None
    points: float | None


class CaseList(BaseModel):
    """A part of the cases; `next` is the cursor of the next part."""

    as_of: datetime
    total: int
    cases: list[CaseRecord]
    next: str | None


class WholeCase(CaseRecord):
    """One case with its orders and its history."""

    case_orders: list[dict[str, Any]]
    case_history: list[dict[str, Any]]


class WhyBody(Given):
    """Why somebody says it."""

    why: Why = THROUGH_THE_API


class NoteBody(Given):
    """A note."""

    why: Why


class AssignBody(WhyBody):
    """Whom a case is given to: a person, else a role, else who asks. `reassign`: although somebody has it."""

    to: Short | None = None
    role: Short | None = None
    reassign: bool = False


class CloseBody(WhyBody):
    """What a case was."""

    verdict: Verdict


CaseIds = Annotated[list[Short], Field(min_length=1, max_length=1000)]


class BulkBody(AssignBody):
    """One word about many cases."""

    cases: CaseIds
    do: Literal["ack", "assign", "note", "close"]
    verdict: Verdict | None = None


class TakenCase(BaseModel):
    """A case that somebody else has, and since when."""

    case_id: str
    by: str
    at: datetime


class SaidOfCasesAnswer(BaseModel):
    """What was written: entries of the desk's log. `taken`, `over` and `own` are cases that were left out."""

    entries: list[int]
    cases: list[str]
    taken: list[TakenCase]
    over: list[str]
    own: list[str]


class VerdictBody(WhyBody):
    """Whether a finding was right."""

    order_id: Short
    rule_id: Short
    verdict: Verdict


class AllowBody(WhyBody):
    """Which findings are explained: of one rule or `all`, about one thing or about everything."""

    rule: Short
    about: About | None = None
    value: Short | None = None
    until: Annotated[str, Field(max_length=40)] | None = None


class SnoozeBody(AllowBody):
    """The same, until an instant with an offset, or for a span such as 24h."""

    until: Annotated[str, Field(min_length=1, max_length=40)]


class SaidAnswer(BaseModel):
    """The entry of the desk's log."""

    entry: int


class SaidEntry(BaseModel):
    """One entry of the desk's log."""

    entry: int
    at: datetime
    who: str
    kind: str
    rule_id: str | None
    about: str
    value: str | None
    until: datetime | None
    why: str
    what: str | None


class SaidList(BaseModel):
    """A part of the log, newest first."""

    said: list[SaidEntry]
    next: str | None


class ActionsQuery(PageQuery):
    """Which actions."""

    state: ActionState | None = None
    type: Short | None = None
    order_id: Short | None = None
    case_id: Short | None = None


class ActionRecord(BaseModel):
    """One action: the columns of the table `actions`, without its payload."""

    action_id: str
    idempotency_key: str
    case_id: str | None
    order_id: str
    rule_id: str
    type: str
    state: str
    sink: str | None
    attempts: int
    last_error: str | None
    proposed_at: str
    approved_by: str | None
    sent_at: str | None
    confirmed_at: str | None
    expires_at: str | None


class ActionList(BaseModel):
    """A part of the actions, newest first; `stopped_by` stopped all of them."""

    stopped_by: str | None
    live: bool
    actions: list[ActionRecord]
    next: str | None


class OutcomeBody(Given):
    """What a receiver did with an action: `done`, or `refused` and why."""

    outcome: Literal["done", "refused"]
    detail: Why = THROUGH_THE_API
