"""`orderhealth snooze`: findings are explained by `snoozed` until an instant."""

from __future__ import annotations

import click

from orderhealth_pipeline.commands.people.saying import (
    about_options,
    read_until,
    say,
    saying_options,
    subject_options,
)
from orderhealth_pipeline.pipeline.saying.speech import Saying, known_rule, one_target
from orderhealth_pipeline.said import Said


@click.command()
@click.argument("rule", metavar="RULE|all")
@about_options
@subject_options
@click.option("--until", "until_text", metavar="T", required=True, help="An instant, or a span such as 24h.")
@saying_options
def snooze(*, said: Saying, rule: str, until_text: str, **targets: str | None) -> None:
    """Say that findings are known and shall wait: they are explained by `snoozed` until then."""
    about, value = one_target(targets)
    rule_id, until = known_rule(said.settings, rule), read_until(until_text, said.settings, said.at)
    say(said, Said("snoozed", said.who, said.why, said.at, about, value, rule_id, until))
