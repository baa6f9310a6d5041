"""What the rules found, as the report shows it: findings in sentences, the TOP5, every rule's result.

What belongs here: frozen models. What does not: reading them (read/findings.py), the whole report (model.py).
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Literal

from orderhealth_pipeline.rules.blindness import Blindness
from orderhealth_pipeline.yaml_files import FrozenModel

Outcome = Literal["hit", "no_hit", "unknown"]


class Finding(FrozenModel):
    """One rule that an order fails: a sentence made of its evidence, who owns it and the steps to take."""

    rule_id: str
    title: str
    severity: str
    sentence: str
    owner: str
    steps: tuple[str, ...]


class TopOrder(FrozenModel):
    """One of the orders most at risk; `risk` is p of the score, between 0 and 1.

    `others_alike` counts the orders with the same set of rules that are not among these; it stands with the
    last of its kind, and is null with the others.
    """

    rank: int
    order_id: str
    risk: float
    amount: Decimal | None
    currency: str | None
    shop: str | None
    warehouse: str | None
    carrier: str | None
    placed_at: datetime | None
    findings: tuple[Finding, ...]
    others_alike: int | None


class ExplainedCount(FrozenModel):
    """How many findings of a rule one benign reason explains."""

    title: str
    orders: int


class OrderSentence(FrozenModel):
    """An order and the sentence that says what a rule found about it."""

    order_id: str | None
    sentence: str


class GapPart(FrozenModel):
    """The part of a system-level finding that lies with one warehouse or carrier."""

    dimension: Literal["warehouse", "carrier"]
    label: str
    concerned: int
    lacking: int


class RuleResult(FrozenModel):
    """What one rule said in the run.

    `unknown_because` is a sentence, given when the outcome is unknown; `lacking` says what the rule was
    judged without, `not_judged` how many orders it could not judge. `appeared` and `resolved` count findings
    since the previous run and are null in a first one. `gap` says where the gap of a system-level rule lies,
    the largest part of each dimension first, `gap_orders` how large it is. `verdicts` says what people
    found of it, and what is proposed where it is noisy.
    """

    rule_id: str
    title: str
    stage: str
    severity: str | None
    outcome: Outcome
    evaluated: int | None
    open: int
    explained: int
    weight: float | None
    points: float
    is_system_level: bool
    owner: str
    means: str
    steps: tuple[str, ...]
    blindness: Blindness
    unknown_because: str | None
    lacking: str | None
    not_judged: str | None
    explained_by: tuple[ExplainedCount, ...]
    samples: tuple[OrderSentence, ...]
    gap: tuple[GapPart, ...]
    gap_orders: int
    appeared: int | None
    resolved: int | None
    verdicts: tuple[str, ...] = ()
    is_noisy: bool = False

    @property
    def caveats(self) -> tuple[str, ...]:
        """Why the rule is unknown, or what it was judged without and which orders it could not judge."""
        return tuple(line for line in (self.unknown_because, self.lacking, self.not_judged) if line)
