"""`orderhealth console`: the console, served until it is stopped."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from orderhealth_pipeline.commands.terminal.options import FILE, settings_from, tell
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.pipeline.plan import plan_run


@click.command()
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="The address to listen on; by default this machine alone.",
)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8300, show_default=True, help="0 takes a free one."
)
@click.option(
    "--config", type=FILE, help="The configuration. Default: orderhealth.yml of this folder, if it is there."
)
def console(*, host: str, port: int, config: Path | None) -> None:
    """Serve the console: score, cases, orders, rules and sources as pages, on a phone too."""
    # The web server, and Altair, which draws the charts, take more than a second to import.
    from orderhealth_pipeline.console.access.places import require_encryption
    from orderhealth_pipeline.console.access.sign_in import first_link
    from orderhealth_pipeline.console.app import create_app
    from orderhealth_pipeline.console.links import address_of
    from orderhealth_pipeline.console.serve import listening_socket, serve

    settings = settings_from(config)
    plan_run(settings)
    require_encryption(settings.console, host)
    listening = listening_socket(host, port)
    app = create_app(settings, lambda: datetime.now(UTC))
    address = address_of(settings, host, listening.getsockname()[1])
    tell(Message("The console: {address}  (Ctrl+C stops it)", address=address))
    link = first_link(app.state.site.gate.people, datetime.now(UTC))
    if link is not None:
        tell(
            Message(
                "There is no account yet. This link makes the first administrator, once: {link}",
                link=f"{address}/set-password/{link}",
            )
        )
    serve(app, listening, settings.console)
