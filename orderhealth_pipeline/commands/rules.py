"""`orderhealth rules`: the catalogue, its check, and what a rule means and why."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click
from rich.table import Column, Table
from rich.text import Text

from orderhealth_pipeline.commands.preview import preview
from orderhealth_pipeline.commands.terminal.options import (
    FILE,
    FOLDER,
    output,
    settings_from,
    tell,
    writing_into,
)
from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.pipeline.editing.check import checked_rules, disagreements
from orderhealth_pipeline.pipeline.plan import read_rules
from orderhealth_pipeline.pipeline.what_if.precision import judged_rules
from orderhealth_pipeline.report.words.texts import Texts
from orderhealth_pipeline.report.words.verdict_words import verdict_lines
from orderhealth_pipeline.rules.catalogue import Catalogue, read_catalogue
from orderhealth_pipeline.rules.in_force.profiles import read_profiles
from orderhealth_pipeline.rules.in_force.tiers import read_tiers
from orderhealth_pipeline.rules.precision import Judged
from orderhealth_pipeline.rules.rule_docs import comparison_in_words, explain_text, rule_pages
from orderhealth_pipeline.settings import Settings

_EXPECTATIONS = click.option("--expectations", type=FOLDER, help="Folder of the rules.")
_CONFIG = click.option(
    "--config", type=FILE, help="The configuration. Default: orderhealth.yml of this folder."
)


@click.group()
def rules() -> None:
    """Show, check and explain the rules."""


@rules.command("list")
@_EXPECTATIONS
@_CONFIG
def list_rules(*, expectations: Path | None, config: Path | None) -> None:
    """List every rule: stage, severity, weight, when it hits, who owns it."""
    settings = settings_from(config, expectations=expectations)
    texts = Texts(settings.locale)
    catalogue = read_rules(settings)
    headings: tuple[str, ...] = ("stage", "column_severity", "rule_weight", "rule_hits_when", "column_owner")
    judged = judged_rules(settings, catalogue.rules, datetime.now(UTC))
    if judged:
        headings = (*headings, "rule_verdicts")
    table = Table(*(Column(texts(name), overflow="fold") for name in ("rule", *headings)), show_lines=True)
    for rule in catalogue.rules.values():
        name = f"{rule.title.in_locale(settings.locale)}\n{rule.id}"
        table.add_row(
            Text(name if rule.enabled else texts("rule_is_off", rule=name)),
            texts.word("stage", rule.stage),
            texts.word("severity", rule.severity),
            str(rule.weight),
            Text(comparison_in_words(rule, settings.locale)),
            rule.owner.in_locale(settings.locale),
            *([Text(_verdicts(judged.get(rule.id), texts))] if judged else []),
        )
    output().print(table)


def _verdicts(judged: Judged | None, texts: Texts) -> str:
    return "" if judged is None else "\n".join(verdict_lines(judged, texts))


@rules.command()
@_EXPECTATIONS
@_CONFIG
def check(*, expectations: Path | None, config: Path | None) -> None:
    """Validate every expectation file, profile, tier and exception, with file, line and reason.

    The examples of every rule are run too; one that disagrees is a warning, as it must when a threshold was
    changed.
    """
    settings = settings_from(config, expectations=expectations)
    catalogue = checked_rules(settings)
    examples = sum(len(rule.examples) for rule in catalogue.rules.values())
    tell(Message("{n} rules are right.", n=len(catalogue.rules)))
    found = [each.told for each in disagreements(settings, catalogue)]
    for disagreement in found:
        tell(Message("warning: {disagreement}", disagreement=disagreement), err=True)
    if found:
        tell(
            Message(
                "{n} of {examples} examples disagree with their rule: "
                "after a change of a threshold, change the example too.",
                n=len(found),
                examples=examples,
            ),
            err=True,
        )


@rules.command()
@click.argument("rule_id", metavar="ID")
@_EXPECTATIONS
@_CONFIG
@click.option("--locale", type=click.Choice(["zh", "en"]), help="The language of the explanation.")
def explain(*, rule_id: str, expectations: Path | None, config: Path | None, locale: str | None) -> None:
    """Say what a rule means, why it matters and what to do."""
    settings = settings_from(config, expectations=expectations, locale=locale)
    known = read_rules(settings).rules
    if rule_id not in known:
        raise ConfigurationError(
            Message(
                "there is no rule '{rule_id}'; there are: {known}", rule_id=rule_id, known=", ".join(known)
            )
        )
    click.echo(explain_text(known[rule_id], settings.locale))


@rules.command()
@_EXPECTATIONS
@_CONFIG
@click.option("--out", required=True, type=FOLDER, help="The folder to write the pages to.")
def docs(*, expectations: Path | None, config: Path | None, out: Path) -> None:
    """Write a page for every rule, generated from its expectation file."""
    settings = settings_from(config, expectations=expectations)
    pages = rule_pages(
        _all_rules(settings), read_profiles(settings.expectations), read_tiers(settings.expectations)
    )
    with writing_into(out):
        out.mkdir(parents=True, exist_ok=True)
        for name, text in pages.items():
            (out / name).write_text(text, encoding="utf-8")
    tell(Message("{n} pages in {out}", n=len(pages), out=out))


def _all_rules(settings: Settings) -> Catalogue:
    return read_catalogue(settings.expectations, frozenset(feed_contracts()))


rules.add_command(preview)
