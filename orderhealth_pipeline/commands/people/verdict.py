"""`orderhealth verdict`: a person says whether a finding was right."""

from __future__ import annotations

import click

from orderhealth_pipeline.commands.people.saying import say, saying_options
from orderhealth_pipeline.pipeline.saying.speech import Saying, verdict_word


@click.command()
@click.argument("order")
@click.argument("rule")
@click.argument("verdict_name", metavar="confirmed|false_alarm")
@saying_options
def verdict(*, said: Saying, order: str, rule: str, verdict_name: str) -> None:
    """Say whether a finding was right; a false alarm is explained until the finding resolves."""
    say(said, verdict_word(said, order, rule, verdict_name))
