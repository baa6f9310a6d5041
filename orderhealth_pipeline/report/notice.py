"""The messages that are not about a score: cases of a role, calls, sources, digests, heartbeats and reports.

What belongs here: their one model, which is also the payload that the store keeps, and their texts in both
languages. What does not: composing lines (respond/messages/notice_wording.py), and when they are sent
(respond/policy/).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, AwareDatetime, Field

from orderhealth_pipeline.report.message import FreeText, alert_id, in_utc, known_time_zone
from orderhealth_pipeline.report.period.summary import Summary
from orderhealth_pipeline.words import CauseKind, Locale, Severity, Text
from orderhealth_pipeline.yaml_files import FrozenModel, read_model

NoticeKind = Literal["cases", "reminder", "source", "recovered", "digest", "heartbeat", "report"]

MOST_LINES: Final = 20
"""Lines of cases in one message; how many more there are is said."""


Link = Annotated[str, Field(pattern=r"^https?://[^\s<>|\"]+$", max_length=1000)]
"""A web address."""


class CaseLine(FrozenModel):
    """Cases of one rule and cause in a line.

    `state` says whether they are `new` to the channel, were told `before`, or are `over`. `cause` is null
    where it may tell of a person, and where every case is an order; `cases` are their numbers, and `link` is
    where they can be opened.
    """

    rule_id: str
    title: str
    severity: Severity
    state: Literal["new", "before", "over"]
    cause_kind: CauseKind
    cause: FreeText | None = None
    orders: int = Field(ge=0)
    cases: tuple[str, ...] = ()
    due_at: Annotated[AwareDatetime, AfterValidator(in_utc)] | None = None
    link: Link | None = Field(default=None, exclude_if=lambda link: link is None)


class SourceLine(FrozenModel):
    """One source and how it is: `stale`, `damaged`, `missing`, or `fresh` again; the rules that are blind."""

    feed: str
    title: str
    state: str
    blind_rules: tuple[str, ...] = ()


class ScoreLine(FrozenModel):
    """A message about a score that stands in a digest."""

    kind: str
    place: FreeText | None = None
    score: str | None = None


class CallLine(FrozenModel):
    """One customer to call, masked: how many orders it is about, why, and by when the first is due."""

    customer: FreeText
    orders: int = Field(ge=1)
    first_order: str
    reasons: tuple[str, ...]
    due_at: Annotated[AwareDatetime, AfterValidator(in_utc)] | None = None


class CallList(FrozenModel):
    """The customers to call, the most urgent first; `told` are all actions that the list was made of."""

    lines: tuple[CallLine, ...]
    customers: int = Field(ge=1)
    told: tuple[str, ...]


class Notice(FrozenModel):
    """What one message says. `number` tells apart what channels with other filters hear of.

    A report says what the period's `report` or the list of `calls` says.
    """

    kind: NoticeKind
    subject: str
    number: int = 1
    locale: Locale
    as_of: Annotated[AwareDatetime, AfterValidator(in_utc)]
    time_zone: Annotated[str, AfterValidator(known_time_zone)]
    role: FreeText | None = None
    cases: tuple[CaseLine, ...] = ()
    more: int = Field(default=0, ge=0)
    sources: tuple[SourceLine, ...] = ()
    scores: tuple[ScoreLine, ...] = ()
    confirmed_at: Annotated[AwareDatetime, AfterValidator(in_utc)] | None = None
    open_cases: int | None = None
    # A message of another kind keeps the payload that it always had.
    report: Summary | None = Field(default=None, exclude_if=lambda report: report is None)
    calls: CallList | None = Field(default=None, exclude_if=lambda calls: calls is None)
    link: Link | None = None

    @property
    def alert_id(self) -> str:
        """The message's identity, the same for the same kind, subject and instant."""
        return alert_id(self.kind, self.as_of, self.subject, self.number)


class NoticeTexts(FrozenModel):
    """The words of the messages; respond/messages/notice_wording.py fills in what stands in braces."""

    title: dict[str, Text]
    instant: Text
    cases_heading: Text
    line: dict[Literal["orders", "system"], Text]
    cause: dict[CauseKind, Text]
    state: dict[Literal["new", "before", "over"], Text]
    due: Text
    more: Text
    source: Text
    source_states: dict[str, Text]
    blind: Text
    stand: Text
    score: Text
    score_kinds: dict[str, Text]
    everything: Text
    open_cases: Text
    alive: Text
    open: Text
    link: Text
    calls_heading: Text
    call: Text
    numbers: Text


@cache
def notice_texts() -> NoticeTexts:
    """Read the texts of both languages from notice_texts.yml beside this module, once."""
    return read_model(Path(__file__).with_name("notice_texts.yml"), NoticeTexts)
