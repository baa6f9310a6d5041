"""`orderhealth fleet console`: one console for all merchants of a fleet, served until it is stopped."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from orderhealth_pipeline.commands.terminal.options import tell
from orderhealth_pipeline.fleet.merchants import find_merchants
from orderhealth_pipeline.messages import Message


@click.command("console")
@click.option(
    "--root",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    default=Path(),
    help="The folder with a folder per merchant. Default: this one.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8300, show_default=True, help="0 takes a free one."
)
def fleet_console(*, root: Path, host: str, port: int) -> None:
    """Serve the console of all merchants: each person sees those that fleet.yml gives them a role at."""
    # The web server takes more than a second to import.
    from orderhealth_pipeline.console.access.places import require_encryption
    from orderhealth_pipeline.console.access.sign_in import first_link
    from orderhealth_pipeline.console.serve import listening_socket, serve
    from orderhealth_pipeline.fleet.console_app import FleetConsole

    find_merchants(root)
    app = FleetConsole(root.resolve(), lambda: datetime.now(UTC))
    require_encryption(app.settings, host)
    listening = listening_socket(host, port)
    scheme = "https" if app.settings.certificate else "http"
    address = app.settings.address or f"{scheme}://{host}:{listening.getsockname()[1]}"
    tell(Message("The console: {address}  (Ctrl+C stops it)", address=address))
    link = first_link(app.gate.people, datetime.now(UTC))
    if link is not None:
        tell(
            Message(
                "There is no account yet. This link makes the first administrator, once: {link}",
                link=f"{address}/set-password/{link}",
            )
        )
    serve(app, listening, app.settings)
