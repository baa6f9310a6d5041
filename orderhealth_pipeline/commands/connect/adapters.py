"""`orderhealth adapters`: the platforms whose own files are read, and what each of them makes possible."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import click
from rich.table import Table
from rich.text import Text as PlainText

from orderhealth_pipeline.commands.terminal.options import FILE, output, settings_from
from orderhealth_pipeline.ingest.adapters.declaration import Adapter, presets, read_adapter
from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.pipeline.plan import read_rules
from orderhealth_pipeline.rules.language.model import Rule

_COLUMNS: Final = {
    "zh": ("预设", "平台", "提供的数据", "用到这些数据的规则"),
    "en": ("preset", "platform", "feeds", "rules that need them"),
}


@click.group()
def adapters() -> None:
    """Show the platforms whose own files are read without further ado."""


@adapters.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
@click.option("--config", type=FILE, help="The configuration. Default: orderhealth.yml of this folder.")
def list_adapters(*, as_json: bool, config: Path | None) -> None:
    """List the presets: the platform, the feeds that its files fill, and the rules that need these feeds."""
    settings = settings_from(config)
    rules = {rule_id: rule for rule_id, rule in read_rules(settings).rules.items() if rule.enabled}
    found = [_described(read_adapter(name, feed_contracts()), name, rules) for name in presets()]
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    table = Table(*_COLUMNS[settings.locale])
    for each in found:
        title = each["title"][settings.locale]
        cells = (each["name"], title, ", ".join(each["feeds"]), ", ".join(each["rules"]))
        table.add_row(*map(PlainText, cells))
    output().print(table)


def _described(adapter: Adapter, name: str, rules: Mapping[str, Rule]) -> dict[str, Any]:
    """Tell of a preset; `rules` need one of its feeds, `also_needed` are the feeds that they need besides."""
    title = adapter.declaration.title
    feeds = set(adapter.feeds)
    unlocked = {rule_id: rule.needs for rule_id, rule in rules.items() if feeds & set(rule.needs)}
    return {
        "name": name,
        "title": title.model_dump() if title else {"zh": name, "en": name},
        "feeds": list(adapter.feeds),
        "rules": sorted(unlocked),
        "also_needed": {
            rule_id: sorted(set(needs) - feeds)
            for rule_id, needs in sorted(unlocked.items())
            if set(needs) - feeds
        },
        "timezone": adapter.declaration.timezone,
        "currency": adapter.declaration.currency,
    }
