"""`orderhealth forget`: takes a buyer who asks for it out of files, store and desk."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from orderhealth_pipeline.commands.run import stage_times
from orderhealth_pipeline.commands.terminal.options import FILE, settings_from, tell
from orderhealth_pipeline.commands.terminal.printing import PlainConsole
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.pipeline.plan import plan_run
from orderhealth_pipeline.pipeline.privacy.forget import forget_buyer


@click.command()
@click.option("--buyer", "buyer_id", metavar="ID", required=True, help="The buyer_id, as the feeds have it.")
@click.option("--store", type=FILE, help="The store. Default: that of the configuration.")
@click.option(
    "--feeds",
    type=click.Path(file_okay=False, path_type=Path),
    help="The feeds folder. Default: those of the configuration.",
)
@click.option("--config", type=FILE, help="The configuration. Default: orderhealth.yml of this folder.")
@click.pass_obj
def forget(
    console: PlainConsole, *, buyer_id: str, store: Path | None, feeds: Path | None, config: Path | None
) -> None:
    """Forget a buyer: names, phones, addresses and the id, in feed files, store, desk and reports.

    The buyer's orders stay, under a pseudonym. The store is built anew, and old copies of it are removed.
    """
    settings = settings_from(config, store=store)
    plan = plan_run(settings, feeds_folder=feeds)
    with stage_times(console) as times:
        done = forget_buyer(plan, buyer_id, datetime.now(UTC), times)
    tell(
        Message(
            "Forgotten: {records} orders and parcels are now those of {pseudonym}; {files} files were "
            "changed, the store was built anew.",
            records=done.records,
            pseudonym=done.pseudonym,
            files=len(done.files),
        )
    )
    for path in done.left:
        tell(Message("{file} still names the buyer and cannot be changed: remove it", file=path), err=True)
