"""`orderhealth verdict`: a person says whether a finding was right."""

from __future__ import annotations

from typing import Final

import click

from orderhealth_pipeline.commands.people.saying import Saying, known_rule, say, saying_options
from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.said import Said, SaidKind

_VERDICTS: Final[dict[str, SaidKind]] = {"confirmed": "confirmed", "false_alarm": "false_alarm"}


@click.command()
@click.argument("order")
@click.argument("rule")
@click.argument("verdict_name", metavar="confirmed|false_alarm")
@saying_options
def verdict(*, said: Saying, order: str, rule: str, verdict_name: str) -> None:
    """Say whether a finding was right; a false alarm is explained until the finding resolves."""
    if verdict_name not in _VERDICTS:
        raise ConfigurationError(
            Message(
                "'{name}' is no verdict; there are: {known}",
                name=verdict_name,
                known=", ".join(_VERDICTS),
            )
        )
    rule_id = known_rule(said.settings, rule)
    if rule_id is None:
        raise ConfigurationError("a verdict is about one rule: name it")
    say(said, Said(_VERDICTS[verdict_name], said.who, said.why, said.at, "order", order, rule_id))
