"""`orderhealth source check`: looks whether sources can be reached, and says what is wrong."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click

from orderhealth_pipeline.commands.terminal.options import FILE, settings_from, tell
from orderhealth_pipeline.errors import UnusableInputError
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.sources.check import check_source
from orderhealth_pipeline.sources.pull import named
from orderhealth_pipeline.sources.remarks import Level

_SAID: Final[dict[Level, str]] = {
    "well": "{source}: {said}",
    "warning": "{source}: warning: {said}",
    "wrong": "{source}: wrong: {said}",
}


@click.group()
def source() -> None:
    """Look at the systems that records are fetched from."""


@source.command()
@click.argument("name", metavar="[NAME]", required=False)
@click.option("--config", type=FILE, help="The configuration. Default: orderhealth.yml of this folder.")
def check(*, name: str | None, config: Path | None) -> None:
    """Try a source, or all, and say what is wrong; nothing is fetched. Exit code 3 where one is wrong."""
    settings = settings_from(config)
    asked = named(settings, [name] if name else [])
    wrong = []
    for each in asked:
        for remark in check_source(settings, each, datetime.now(UTC)):
            tell(Message(_SAID[remark.level], source=each, said=remark.said))
            if remark.level == "wrong":
                wrong.append(each)
    if wrong:
        names = ", ".join(dict.fromkeys(wrong))
        raise UnusableInputError(Message("cannot be pulled: {names}", names=names))
