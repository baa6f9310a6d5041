"""Who says something, when and why; and the rule, the instant and the thing that words speak of.

What belongs here: what every word is checked for. What does not: words about cases (cases.py) and actions
(actions.py), and writing (desk/).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from orderhealth_pipeline.desk.log import Desk
from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.pipeline.plan import read_rules
from orderhealth_pipeline.pipeline.saying.known import require_order
from orderhealth_pipeline.said import ABOUT_KINDS, AboutKind, Said, SaidKind
from orderhealth_pipeline.settings import Settings
from orderhealth_pipeline.words import read_duration

TARGETS: Final[tuple[AboutKind, ...]] = tuple(
    kind for kind in ABOUT_KINDS if kind not in {"everything", "system", "case", "action", "entry"}
)
OF_MESSAGES: Final = ("role", "source")
"""What messages are about and findings are not: these can be silenced, and not allowed."""

LONGEST_TEXT: Final = 2_000
"""Characters of what a person says."""

VERDICTS: Final[dict[str, SaidKind]] = {"confirmed": "confirmed", "false_alarm": "false_alarm"}


@dataclass(frozen=True)
class Saying:
    """Who says something, why and when, and the settings that name the desk. `at` is UTC."""

    settings: Settings
    who: str
    why: str
    at: datetime


def require_text(text: str, name: str) -> str:
    """Return what a person said without blanks around it. Raises ConfigurationError, which names it."""
    said = text.strip()
    if not said or len(said) > LONGEST_TEXT:
        raise ConfigurationError(
            Message(
                "{option}: a text of 1 to {longest} characters is expected", option=name, longest=LONGEST_TEXT
            )
        )
    return said


def known_rule(settings: Settings, rule: str) -> str | None:
    """Return the rule that is meant, None for `all`. Raises ConfigurationError where there is none."""
    if rule == "all":
        return None
    rules = read_rules(settings).rules
    if rule not in rules:
        raise ConfigurationError(
            Message("there is no rule '{rule}'; there are: all, {rules}", rule=rule, rules=", ".join(rules))
        )
    return rule


def later_instant(text: str, at: datetime) -> datetime | None:
    """Return the instant a span such as 24h after `at`, or None where the text is no span."""
    try:
        return at + read_duration(text)
    except ValueError:
        return None


def one_target(targets: Mapping[str, str | None]) -> tuple[AboutKind, str | None]:
    """Return what a word is about, of the values that were given by kind. Raises ConfigurationError."""
    given = [(kind, value) for kind in TARGETS if (value := targets.get(kind)) is not None]
    if len(given) > 1:
        named = ", ".join(f"--{kind}" for kind, _ in given)
        raise ConfigurationError(Message("only one of these is expected: {named}", named=named))
    if not given:
        return "everything", None
    kind, value = given[0][0], given[0][1].strip()
    if not value:
        raise ConfigurationError(Message("--{kind}: a value is expected", kind=kind))
    return kind, value


def verdict_word(said: Saying, order: str, rule: str, verdict: str) -> Said:
    """Return the word that says whether a finding was right. Raises ConfigurationError."""
    if verdict not in VERDICTS:
        raise ConfigurationError(
            Message("'{name}' is no verdict; there are: {known}", name=verdict, known=", ".join(VERDICTS))
        )
    rule_id = known_rule(said.settings, rule)
    if rule_id is None:
        raise ConfigurationError("a verdict is about one rule: name it")
    order_id = order.strip()
    require_order(said.settings, order_id)
    return Said(VERDICTS[verdict], said.who, said.why, said.at, "order", order_id, rule_id)


def write_word(said: Saying, word: Said) -> Said:
    """Write a word into the log and return it with its number. Raises StoreError."""
    (entry,) = Desk(said.settings.desk_address).say(word)
    return entry
