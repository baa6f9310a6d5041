"""`orderhealth case`: the cases that are to be done, and what people say about them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import click
import polars as pl

from orderhealth_pipeline.cases.words import CONFIRMED, FALSE_ALARM, ROLE
from orderhealth_pipeline.commands.people.case_saying import (
    ids_argument,
    named_cases,
    owners_and_words,
    say_of_cases,
)
from orderhealth_pipeline.commands.people.saying import saying_options
from orderhealth_pipeline.commands.terminal.options import FILE, FOLDER, output, settings_from
from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.pipeline.plan import read_rules
from orderhealth_pipeline.pipeline.saying.cases import known_role
from orderhealth_pipeline.pipeline.saying.speech import Saying
from orderhealth_pipeline.pipeline.written.read_cases import read_live_cases
from orderhealth_pipeline.report.case_records import case_record, records_of
from orderhealth_pipeline.report.render.terminal_cases import render_case, render_cases
from orderhealth_pipeline.settings import Settings
from orderhealth_pipeline.words import SEVERITIES

_STATES = ("open", "acknowledged", "in_progress", "resolved", "false_alarm")
_OVER = {"resolved", "false_alarm"}
_STORE = click.option("--store", type=FILE, help="The store whose latest run is read.")
_EXPECTATIONS = click.option("--expectations", type=FOLDER, help="Folder of the rules, for their texts.")
_CONFIG = click.option(
    "--config", type=FILE, help="The configuration. Default: orderhealth.yml of this folder."
)


@click.group()
def case() -> None:
    """List and show cases; take them, give them to somebody, write notes, close them."""


@case.command("list")
@click.option("--state", "states", multiple=True, type=click.Choice(_STATES), help="May be repeated.")
@click.option("--owner", metavar="ROLE", help="Cases of this role.")
@click.option("--assignee", metavar="NAME", help="Cases that this person has.")
@click.option("--overdue", "only_overdue", is_flag=True, help="Cases that should be over by now.")
@click.option("--json", "as_json", is_flag=True, help="Print exactly one JSON object.")
@_STORE
@_EXPECTATIONS
@_CONFIG
def list_cases(  # noqa: PLR0913 - one argument an option
    *,
    states: tuple[str, ...],
    owner: str | None,
    assignee: str | None,
    only_overdue: bool,
    as_json: bool,
    store: Path | None,
    expectations: Path | None,
    config: Path | None,
) -> None:
    """List the cases that are not over, by owner, what is overdue first."""
    settings = settings_from(config, store=store, expectations=expectations)
    known = read_live_cases(settings, datetime.now(UTC), with_ended=bool(_OVER.intersection(states)))
    owners, words = owners_and_words(settings)
    role = None if owner is None else known_role(owners, owner, known.book.cases)
    wanted = [pl.col("state").is_in(states) if states else pl.col("resolved_at").is_null()]
    if role is not None:
        wanted.append(pl.col("owner") == role)
    if assignee is not None:
        wanted.append(pl.col("assignee") == assignee)
    if only_overdue:
        wanted.append(pl.col("overdue_since").is_not_null())
    rank = pl.col("severity").replace_strict(SEVERITIES, list(range(len(SEVERITIES))), return_dtype=pl.Int8)
    cases = known.book.cases.filter(*wanted).sort(
        "owner", pl.col("overdue_since").is_null(), "due_at", -rank, "case_id", nulls_last=True
    )
    if as_json:
        click.echo(
            json.dumps({"as_of": known.as_of.isoformat(), "cases": records_of(cases)}, ensure_ascii=False)
        )
        return
    output().print(render_cases(cases, words, known.as_of))


@case.command("show")
@click.argument("case_id", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="Print exactly one JSON object.")
@_STORE
@_EXPECTATIONS
@_CONFIG
def show_case(
    *, case_id: str, as_json: bool, store: Path | None, expectations: Path | None, config: Path | None
) -> None:
    """Show one case: its instants, its orders, and all that happened to it."""
    settings = settings_from(config, store=store, expectations=expectations)
    known = named_cases(settings, (case_id,), datetime.now(UTC))
    if as_json:
        click.echo(json.dumps(case_record(known.book), ensure_ascii=False))
        return
    _, words = owners_and_words(settings)
    output().print(render_case(known.book, words, _what_to_do(settings, known.book.cases["rule_id"][0])))


@case.command()
@ids_argument
@saying_options
def ack(*, said: Saying, ids: tuple[str, ...]) -> None:
    """Say that cases are known and taken care of; reminders about them end."""
    say_of_cases(said, ids, "case_acknowledged")


@case.command()
@ids_argument
@click.option("--to", "person", metavar="NAME", help="Who is to do it. Default: who says it.")
@click.option("--owner", "role", metavar="ROLE", help="Another role than the rule's owns them from now on.")
@click.option("--reassign", "is_forced", is_flag=True, help="Although somebody else has them.")
@saying_options
def assign(
    *, said: Saying, ids: tuple[str, ...], person: str | None, role: str | None, is_forced: bool
) -> None:
    """Give cases to a person, or to another role."""
    if person is not None and role is not None:
        raise ConfigurationError("--to names a person, --owner a role: only one of them is expected")
    what = (person or said.who).strip()
    if role is not None:
        owners, _ = owners_and_words(said.settings)
        what = ROLE + known_role(owners, role, None)
    if not what:
        raise ConfigurationError("--to: a name is expected")
    say_of_cases(said, ids, "case_assigned", what, is_forced=is_forced)


@case.command()
@ids_argument
@saying_options
def note(*, said: Saying, ids: tuple[str, ...]) -> None:
    """Write a note on cases: --why is its text."""
    say_of_cases(said, ids, "case_noted")


@case.command()
@ids_argument
@click.option(
    "--verdict",
    type=click.Choice([FALSE_ALARM, CONFIRMED]),
    default=FALSE_ALARM,
    help="false_alarm: it was none, and its findings are explained from now on. confirmed: it is right, and "
    "ends as soon as the data says so.",
)
@saying_options
def close(*, said: Saying, ids: tuple[str, ...], verdict: str) -> None:
    """Say what cases were: a false alarm is over, a confirmed one ends with its last finding."""
    say_of_cases(said, ids, "case_closed", verdict)


def _what_to_do(settings: Settings, rule_id: str) -> str:
    rule = read_rules(settings).rules.get(rule_id)
    return "" if rule is None else rule.what_to_do.in_locale(settings.locale)
