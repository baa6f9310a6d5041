"""`orderhealth words`: the status words that nobody knows, how often they stand, and what they may mean."""

from __future__ import annotations

import json
from datetime import UTC
from pathlib import Path
from typing import Final

import click
from rich.table import Table
from rich.text import Text as PlainText

from orderhealth_pipeline import sql
from orderhealth_pipeline.commands.terminal.options import FILE, output, settings_from
from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.ingest.values.word_meanings import near_words
from orderhealth_pipeline.pipeline.written.published import from_published
from orderhealth_pipeline.report.words import formats

_COLUMNS: Final = {
    "zh": ("数据", "列", "状态词", "行数", "首次出现", "相近的标准状态"),
    "en": ("feed", "column", "word", "rows", "first seen", "near words"),
}
_NOTHING: Final = {"zh": "所有状态词都认识。", "en": "Every status word is known."}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
@click.option("--store", type=FILE, help="The store whose latest run is read.")
@click.option("--config", type=FILE, help="The configuration. Default: orderhealth.yml of this folder.")
def words(*, as_json: bool, store: Path | None, config: Path | None) -> None:
    """List the status words of the latest run that neither an adapter nor words.yml gives a meaning."""
    settings = settings_from(config, store=store)
    rows = from_published(settings.store, lambda con: sql.run(con, "report/input/list_unknown_words"))
    found = [
        {
            "feed": feed,
            "column": column,
            "word": word,
            "rows": count,
            "first_seen_at": since and since.astimezone(UTC).isoformat(),
            "near": near_words(word, feed_contracts()[feed].columns[column].words),
        }
        for feed, column, word, count, since in rows
    ]
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    if not found:
        click.echo(_NOTHING[settings.locale])
        return
    table = Table(*_COLUMNS[settings.locale])
    for each, (*_, since) in zip(found, rows, strict=True):
        seen = formats.minute(since and since.astimezone(settings.zone))
        cells = (
            each["feed"],
            each["column"],
            each["word"],
            f"{each['rows']:,}",
            seen,
            ", ".join(each["near"]),
        )
        table.add_row(*(PlainText(str(cell)) for cell in cells))
    output().print(table)
