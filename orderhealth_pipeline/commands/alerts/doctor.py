"""`orderhealth doctor`: whether the alarm itself is well, and the way out where it is not."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

import click

from orderhealth_pipeline.commands.terminal.options import FILE, FOLDER, settings_from
from orderhealth_pipeline.pipeline.doctor.checks import Check, examine
from orderhealth_pipeline.pipeline.doctor.signs import look
from orderhealth_pipeline.pipeline.instants import read_instant
from orderhealth_pipeline.pipeline.plan import plan_run
from orderhealth_pipeline.report.words import formats
from orderhealth_pipeline.report.words.plain_text import plain
from orderhealth_pipeline.settings import Settings
from orderhealth_pipeline.words import Locale, Text
from orderhealth_pipeline.yaml_files import FrozenModel, read_model


class DoctorTexts(FrozenModel):
    """The words of the answer."""

    all_well: Text
    something: Text
    about: dict[str, Text]
    found: dict[str, Text]
    way_out: dict[str, Text]


@cache
def doctor_texts() -> DoctorTexts:
    """Read the texts of both languages, once."""
    return read_model(Path(__file__).with_name("doctor_texts.yml"), DoctorTexts)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print exactly one JSON object.")
@click.option("--at", "at_text", metavar="T", help="The instant it is judged for (ISO 8601). Default: now.")
@click.option("--store", type=FILE, help="The store that is looked at.")
@click.option("--expectations", type=FOLDER, help="Folder of the rules.")
@click.option("--locale", type=click.Choice(["zh", "en"]), help="The language of the answer.")
@click.option("--config", type=FILE, help="The configuration. Default: orderhealth.yml of this folder.")
@click.pass_context
def doctor(  # noqa: PLR0913 - one argument an option
    context: click.Context,
    *,
    as_json: bool,
    at_text: str | None,
    store: Path | None,
    expectations: Path | None,
    locale: str | None,
    config: Path | None,
) -> None:
    """Check sources, store, desk, runs, clock, disk, rules and channels: exit 0 all well, 1 not all."""
    settings = settings_from(config, store=store, expectations=expectations, locale=locale)
    now = datetime.now(UTC) if at_text is None else read_instant(at_text, settings.zone, "--at")
    plan = plan_run(settings)
    home = os.environ.get("DAGSTER_HOME")
    checks = examine(plan, look(plan, Path(home) if home else None), now)
    wrong = [check for check in checks if not check.is_well]
    if as_json:
        records = [_record(check, settings) for check in checks]
        click.echo(json.dumps({"ok": not wrong, "checks": records}, ensure_ascii=False))
    else:
        _show(checks, settings)
    context.exit(1 if wrong else 0)


def _record(check: Check, settings: Settings) -> dict[str, object]:
    return {
        "check": check.about,
        "ok": check.is_well,
        "found": check.found,
        "what": _what(check, settings),
        "way_out": None if check.is_well else _way_out(check, settings.locale),
    }


def _show(checks: list[Check], settings: Settings) -> None:
    texts, locale = doctor_texts(), settings.locale
    for check in checks:
        about = texts.about[check.about].in_locale(locale)
        click.echo(f"{'✓' if check.is_well else '✗'} {about}: {_what(check, settings)}")
        if not check.is_well:
            click.echo(f"    → {_way_out(check, locale)}")
    wrong = sum(not check.is_well for check in checks)
    text = texts.something if wrong else texts.all_well
    click.echo(text.in_locale(locale).format(count=wrong))


def _what(check: Check, settings: Settings) -> str:
    text = doctor_texts().found[f"{check.about}.{check.found}"].in_locale(settings.locale)
    return text.format(**{name: _fact(name, value, settings) for name, value in check.facts})


def _fact(name: str, value: str, settings: Settings) -> str:
    """Write a fact as people read it: spans of minutes in their largest units, instants by people's clock."""
    if name == "span":
        return formats.duration(Decimal(value), settings.locale)
    if name == "newest":
        return formats.minute(datetime.fromisoformat(value).astimezone(settings.zone))
    return plain(value)


def _way_out(check: Check, locale: Locale) -> str:
    return doctor_texts().way_out[f"{check.about}.{check.found}"].in_locale(locale)
