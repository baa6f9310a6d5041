"""The alert as every channel gets it: one frozen model, independent of any chat platform.

What belongs here: the shape of the message, which is also the payload that the store keeps, and the texts of
both languages. What does not: deciding when to alert, composing lines and any platform's markup (respond/).
The model has no field for a person: phone numbers that slip into free text are masked when the message is
built.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final, Literal, get_args
from urllib.parse import quote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, AwareDatetime, Field, field_validator

from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.report.words.masking import mask_text
from orderhealth_pipeline.words import Locale, Severity, Stage, Text
from orderhealth_pipeline.yaml_files import FrozenModel, read_model

LACKING: Final = 6
"""Lines about what was not read: a message with more would say nothing else."""

MessageKind = Literal["breach", "worse", "reminder", "recovered", "unconfirmed"]

SEVERITIES: Final[tuple[Severity, ...]] = get_args(Severity)
"""From the mildest to the worst."""


def in_utc(instant: datetime) -> datetime:
    """Return an instant in UTC."""
    return instant.astimezone(UTC)


def known_time_zone(name: str) -> str:
    """Return the name of a time zone. Raises ValueError where there is none of that name."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError(
            Message("'{name}' is no IANA time zone; an example is Asia/Shanghai", name=name)
        ) from None
    return name


FreeText = Annotated[str, AfterValidator(mask_text)]
Points = Annotated[Decimal, Field(ge=0, le=100)]


class AlertCause(FrozenModel):
    """One of the rules that cost most: `points` of the score lost, `open` findings that count."""

    rule_id: str
    title: str
    stage: Stage
    severity: Severity
    points: Points
    open: int = Field(ge=0)


class AlertFinding(FrozenModel):
    """One open finding of an order, with its evidence as one sentence in the message's language."""

    rule_id: str
    title: str
    stage: Stage
    severity: Severity
    evidence: FreeText


class AlertOrder(FrozenModel):
    """One of the TOP5 orders; `amount` is money in `currency` (ISO 4217), `owner` a team, never a person."""

    rank: int = Field(ge=1)
    order_id: str
    shop: FreeText | None = None
    amount: Decimal
    currency: str | None = None
    rules: tuple[AlertFinding, ...]
    owner: FreeText
    what_to_do: FreeText

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The stages of its findings, each once, in the order of the findings."""
        return tuple(dict.fromkeys(finding.stage for finding in self.rules))

    @property
    def severity(self) -> Severity | None:
        """The worst severity of its findings."""
        return max((finding.severity for finding in self.rules), key=SEVERITIES.index, default=None)


class BlindRule(FrozenModel):
    """A rule that had a part in the breach and cannot be evaluated any more."""

    rule_id: str
    title: str


class MoneyAtRisk(FrozenModel):
    """What the orders with open findings are worth, in one currency (null: it is not known which)."""

    orders: int = Field(ge=0)
    amount: Decimal
    currency: str | None = None


class AlertMessage(FrozenModel):
    """What one alert says; `model_validate_json(payload)` gives back what `model_dump_json()` stored.

    Scores and thresholds are points from 0 to 100, `confidence` is a share from 0 to 1, `as_of` is UTC and
    shown in `time_zone`. `threshold` is the one that was crossed: of opening for a breach, else of recovery.
    `subject` is `score`, or the place whose score it is, such as `warehouse:GZ`, which `place` calls by name.
    `blind_rules` are why nobody can confirm that it is over. Titles, evidence, owner and what_to_do are
    already in the language of `locale`.
    """

    kind: MessageKind
    subject: str = "score"
    place: FreeText | None = None
    locale: Locale
    as_of: Annotated[AwareDatetime, AfterValidator(in_utc)]
    time_zone: Annotated[str, AfterValidator(known_time_zone)]
    score: Points
    threshold: Points
    previous_score: Points | None = None
    confidence: Annotated[Decimal, Field(ge=0, le=1)]
    active_orders: int = Field(ge=0)
    causes: tuple[AlertCause, ...] = Field(max_length=3)
    orders: tuple[AlertOrder, ...] = Field(max_length=5)
    blind_rules: tuple[BlindRule, ...] = ()
    lacking: tuple[FreeText, ...] = Field(default=(), max_length=LACKING)
    at_risk: tuple[MoneyAtRisk, ...] = Field(default=(), exclude_if=lambda at_risk: not at_risk)
    link: Annotated[str, Field(pattern=r"^https?://[^\s<>|\"]+$", max_length=1000)] | None = None

    @field_validator("link", mode="before")
    @classmethod
    def _leads_to_no_file(cls, link: Any) -> Any:
        """Drop the path of a machine, which alerts were recorded with where no address is configured."""
        return None if isinstance(link, str) and link.startswith("file:") else link

    @property
    def alert_id(self) -> str:
        """The alert's identity, the same for the same kind, subject and instant.

        Of the score of everything it is `breach-20261111T001500.000000Z`.
        """
        return alert_id(self.kind, self.as_of, self.subject)


def alert_id(kind: str, as_of: datetime, subject: str, number: int = 1) -> str:
    """Name an alert in plain ASCII; `number` tells several of one kind, instant and subject apart."""
    parts = [kind, f"{as_of:%Y%m%dT%H%M%S.%fZ}"]
    parts += [] if subject == "score" else [quote(subject, safe="")]
    return "-".join([*parts, *([] if number == 1 else [str(number)])])


class MessageTexts(FrozenModel):
    """The words of the message in both languages; wording.py fills in what stands in braces."""

    title: dict[MessageKind, Text]
    everything: Text
    instant: Text
    previous: Text
    active_orders: Text
    confidence: Text
    at_risk: Text
    blind_rules: Text
    causes_heading: dict[MessageKind, Text]
    cause: Text
    system_cause: Text
    orders_heading: Text
    finding: Text
    what_to_do: Text
    link: Text
    shortened: Text
    severities: dict[Severity, Text]
    currency_symbols: dict[str, str]


@cache
def message_texts() -> MessageTexts:
    """Read the texts of both languages from message_texts.yml beside this module, once."""
    return read_model(Path(__file__).with_name("message_texts.yml"), MessageTexts)
