"""`orderhealth snooze`: findings are explained by `snoozed` until an instant, or messages come and go."""

from __future__ import annotations

import click

from orderhealth_pipeline.commands.people.saying import (
    about_options,
    read_until,
    say,
    saying_options,
    saying_words,
    spoken_of,
    subject_options,
)
from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.pipeline.saying.silence_preview import preview_silence
from orderhealth_pipeline.pipeline.saying.speech import Saying, known_rule
from orderhealth_pipeline.respond.policy.conditions import Conditions
from orderhealth_pipeline.respond.policy.silences import Silence
from orderhealth_pipeline.said import Said


@click.command()
@click.argument("rule", metavar="RULE|all")
@about_options
@subject_options
@click.option("--until", "until_text", metavar="T", help="An instant, or a span such as 24h.")
@click.option("--every", metavar="DAYS", help="Only messages of these days, such as sat,sun or mon-fri.")
@click.option("--between", metavar="HOURS", help="Only messages of these hours, such as 22:00-08:00.")
@click.option("--until-more", type=int, metavar="N", help="Only messages until N more orders have joined.")
@click.option("--until-resolved", is_flag=True, help="Only messages until what it speaks of is over.")
@click.option("--preview", "is_preview", is_flag=True, help="Show what it would do, and say nothing.")
@saying_options
def snooze(  # noqa: PLR0913 - one argument an option
    *,
    said: Saying,
    rule: str,
    until_text: str | None,
    every: str | None,
    between: str | None,
    until_more: int | None,
    until_resolved: bool,
    is_preview: bool,
    **targets: str | None,
) -> None:
    """Say that findings are known and shall wait: they are explained by `snoozed` until then.

    With --every, --between, --until-more or --until-resolved messages alone are held back, and the findings
    stay open. Before it is said it is shown what it would have held back in the last 7 days.
    """
    about, value = spoken_of(said, targets)
    rule_id = known_rule(said.settings, rule)
    until = None if until_text is None else read_until(until_text, said.settings, said.at)
    try:
        conditions = Conditions.read(every, between, until_more, until_resolved=until_resolved)
    except ValueError as error:
        raise ConfigurationError(error.args[0]) from None
    if until is None and not conditions.are_given:
        raise ConfigurationError(
            "say when it ends (--until, --until-resolved, --until-more) or when it holds (--every, --between)"
        )
    _show(said, Silence(None, about, value, rule_id, conditions))
    if not is_preview:
        word = Said(
            "snoozed", said.who, said.why, said.at, about, value, rule_id, until, conditions.as_text()
        )
        say(said, word)


def _show(said: Saying, silence: Silence) -> None:
    found = preview_silence(said.settings, silence, said.at)
    words = saying_words(said.settings.locale)
    if found is None or not found.messages:
        click.echo(words.no_preview)
    else:
        click.echo(words.preview.format(**vars(found)))
