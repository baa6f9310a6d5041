"""`orderhealth allow`: findings are explained by `allow_listed`, for good or until an instant."""

from __future__ import annotations

import click

from orderhealth_pipeline.commands.people.saying import (
    about_options,
    read_until,
    say,
    saying_options,
    spoken_of,
)
from orderhealth_pipeline.pipeline.saying.speech import Saying, known_rule
from orderhealth_pipeline.said import Said


@click.command()
@click.argument("rule", metavar="RULE|all")
@about_options
@click.option("--until", "until_text", metavar="T", help="An instant, or a span such as 24h; else for good.")
@saying_options
def allow(*, said: Saying, rule: str, until_text: str | None, **targets: str | None) -> None:
    """Say that findings are all right: they are explained by `allow_listed`."""
    about, value = spoken_of(said, targets)
    until = None if until_text is None else read_until(until_text, said.settings, said.at)
    rule_id = known_rule(said.settings, rule)
    say(said, Said("allow_listed", said.who, said.why, said.at, about, value, rule_id, until))
