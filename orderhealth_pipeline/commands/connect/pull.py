"""`orderhealth pull`: fetches what is new of the sources into landing files."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from orderhealth_pipeline.commands.terminal.options import FILE, settings_from, tell
from orderhealth_pipeline.errors import UnusableInputError
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.pipeline.instants import read_instant
from orderhealth_pipeline.sources.pull import chosen, pull_source, tidy_pushed
from orderhealth_pipeline.sources.pulled import PullResult


@click.command()
@click.argument("names", metavar="[SOURCE ...]", nargs=-1)
@click.option("--since", "since_text", metavar="T", help="Fetch again what changed since then (ISO 8601).")
@click.option("--json", "as_json", is_flag=True, help="Print exactly one JSON object.")
@click.option("--config", type=FILE, help="The configuration. Default: orderhealth.yml of this folder.")
def pull(*, names: tuple[str, ...], since_text: str | None, as_json: bool, config: Path | None) -> None:
    """Fetch what is new of the sources into landing files, which the next run reads.

    A source that fails stops no other: it is told, and its feeds become stale. Then the exit code is 3.
    """
    settings = settings_from(config)
    since = None if since_text is None else read_instant(since_text, settings.zone, "--since")
    results = []
    for name in chosen(settings, names):
        result = pull_source(settings, name, now=datetime.now(UTC), since=since, sleep=time.sleep)
        results.append(result)
        _tell(result, as_json=as_json)
    if not names:
        tidy_pushed(settings, datetime.now(UTC))
    if as_json:
        click.echo(
            json.dumps({"sources": {each.source: _record(each) for each in results}}, ensure_ascii=False)
        )
    failed = [result.source for result in results if result.trouble is not None]
    if failed:
        raise UnusableInputError(Message("not pulled: {names}; all others were", names=", ".join(failed)))


def _tell(result: PullResult, *, as_json: bool) -> None:
    if result.is_busy:
        tell(Message("{source}: another process pulls it just now", source=result.source), err=True)
    elif result.trouble is not None:
        said = Message("{source}: {trouble}", source=result.source, trouble=result.trouble)
        if not result.is_new_trouble and result.failing_since is not None:
            since = f"{result.failing_since:%Y-%m-%dT%H:%M:%SZ}"
            said = Message("{trouble} (since {since})", trouble=said, since=since)
        tell(said, err=True)
    elif not as_json and result.rows == 0:
        tell(Message("{source}: {files} new files", source=result.source, files=len(result.files)))
    elif not as_json:
        tell(
            Message(
                "{source}: {rows:,} rows in {files} new files",
                source=result.source,
                rows=result.rows,
                files=len(result.files),
            )
        )


def _record(result: PullResult) -> dict[str, Any]:
    return {
        "rows": result.rows,
        "files": [file.path.name for file in result.files],
        "watermarks": result.watermarks,
        "trouble": None if result.trouble is None else str(result.trouble),
        "failing_since": None if result.failing_since is None else result.failing_since.isoformat(),
        "busy": result.is_busy,
    }
