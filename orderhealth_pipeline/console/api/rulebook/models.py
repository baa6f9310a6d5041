"""What calls about rules, the calendar and changes are given and give.

What belongs here: shapes. What does not: how they are filled (the modules beside this one).
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from orderhealth_pipeline.console.api.call import Given, PageQuery, Short, Why
from orderhealth_pipeline.words import CauseKind, Severity, Stage

Figure = Annotated[float, Field(allow_inf_nan=False)]
Id = Annotated[str, Field(min_length=1, max_length=61, pattern=r"^[a-z][a-z0-9_]*$")]
Condition = dict[str, Any]
Fingerprint = Annotated[str, Field(max_length=64)]
Long = Annotated[str, Field(min_length=1, max_length=4000)]
ChangeState = Literal["waiting", "published", "undone", "rejected", "lapsed"]


class RuleLine(BaseModel):
    """One rule in the list, with what the newest evaluation said of it."""

    rule_id: str
    stage: str
    title: str
    enabled: bool
    severity: str
    says: str
    outcome: str | None
    open: int | None


class RuleList(BaseModel):
    """All rules, under the profile that is in force."""

    profile: str
    rules: list[RuleLine]


class FigureOfRule(BaseModel):
    """One figure: `name` is what a draft calls it, `from_profile` whether the profile's file says it."""

    name: str
    title: str
    operator: str
    value: float
    unit: str | None
    from_profile: bool


class WholeRule(RuleLine):
    """One rule with all that can be changed; `fingerprint` is another once somebody changed its files."""

    profile: str
    weight: float
    owner: str
    due_minutes: int | None
    applies_to: dict[str, list[str]]
    figures: list[FigureOfRule]
    condition: Condition
    file: str
    fingerprint: str


class RuleQuery(Given):
    """Under which profile; the one in force where none is named."""

    profile: Short | None = None


class RuleDraft(Given):
    """What would be other: figures by their names, the whole condition, and what stands beside it."""

    figures: Annotated[dict[Short, Figure], Field(max_length=60)] = Field(default_factory=dict)
    condition: Condition | None = None
    enabled: bool | None = None
    severity: Severity | None = None
    weight: Annotated[float, Field(gt=0, lt=1)] | None = None
    due_minutes: Annotated[int, Field(ge=1, le=43_200)] | None = None
    applies_to: dict[Short, list[Short]] | None = None
    profile: Short | None = None


class PublishBody(RuleDraft):
    """A draft, why, what it was made of, and whether the file's examples follow where they disagree."""

    why: Why
    fingerprint: Fingerprint | None = None
    follow_examples: bool = False


class NewRuleDraft(Given):
    """A rule that is not there yet; all but its condition follows from that where it is not said."""

    condition: Condition
    rule_id: Id | None = None
    title: Short | None = None
    title_zh: Short | None = None
    stage: Stage | None = None
    severity: Severity | None = None
    weight: Annotated[float, Field(gt=0, lt=1)] | None = None
    owner: Short | None = None
    case_by: CauseKind | None = None
    due_minutes: Annotated[int, Field(ge=1, le=43_200)] | None = None
    matters: Long | None = None
    what_to_do: Long | None = None
    examples: Long | None = None


class NewRuleBody(NewRuleDraft):
    """The same with a title, and why it is published."""

    title: Short
    why: Why
    follow_examples: bool = False


class SideOfEffect(BaseModel):
    """One form of a rule over the present orders."""

    hits: int
    explained: int
    open: int
    cases: int
    confirmed: int
    false_alarms: int
    score: float | None


class MessagesADay(BaseModel):
    """About how many messages a day channels would get."""

    now: float
    then: float


class EffectAnswer(BaseModel):
    """What a draft would do: both forms, how many orders come and go, and the first thousand of each.

    `messages_a_day` is null without channels, and where nobody can say.
    """

    now: SideOfEffect
    then: SideOfEffect
    coming: int
    going: int
    new: list[str]
    gone: list[str]
    says: str
    messages_a_day: MessagesADay | None = None


class ExampleFound(BaseModel):
    """An example that a draft disagrees with."""

    name: str
    expected: str
    found: str


class FileLines(BaseModel):
    """The lines of one file that a draft changes, as a patch has them."""

    file: str
    lines: list[str]


class LikenessOfOrder(BaseModel):
    """A comparison that holds of an order, and the share of active orders that it holds of."""

    says: str
    share: float
    condition: Condition


class LikenessList(BaseModel):
    """What is unusual about an order, the rarest first."""

    likenesses: list[LikenessOfOrder]


class ChangeOfRules(BaseModel):
    """A change of the rules' files by a person: what it says, why, and what became of it."""

    change: int
    at: datetime
    who: str
    why: str
    about: str
    says: str
    state: ChangeState
    decided_by: str | None
    decided_at: datetime | None


class ChangeList(BaseModel):
    """A part of the changes, newest first."""

    changes: list[ChangeOfRules]
    next: str | None


class ChangesQuery(PageQuery):
    """Which changes: of one rule, of the `calendar` or of `words`."""

    about: Short | None = None


class EntryOfCalendar(Given):
    """From when until when a profile is in force; instants without an offset are in the shop's zone."""

    profile: Short
    begin: Annotated[str, Field(min_length=10, max_length=40)]
    until: Annotated[str, Field(min_length=10, max_length=40)]
    why: Short


class CalendarAnswer(BaseModel):
    """The entries, the profile that is in force now, and all that there are."""

    entries: list[EntryOfCalendar]
    profile: str
    profiles: list[str]
    fingerprint: str


class CalendarDraft(Given):
    """All entries as they would be."""

    entries: Annotated[list[EntryOfCalendar], Field(max_length=500)]


class CalendarBody(CalendarDraft):
    """The same, why, and what it was made of."""

    why: Why
    fingerprint: Fingerprint | None = None


class CalendarPreview(BaseModel):
    """What would change, an entry a line, and in the file."""

    says: list[str]
    files: list[FileLines]
