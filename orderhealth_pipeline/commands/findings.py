"""`orderhealth findings`: every order that is to be looked at, in words, on the terminal or as a file."""

from __future__ import annotations

from pathlib import Path

import click

from orderhealth_pipeline.commands.terminal.options import FILE, FOLDER, output, settings_from, writing_into
from orderhealth_pipeline.pipeline.plan import plan_run
from orderhealth_pipeline.pipeline.written.write_findings import list_form, read_findings, write_findings
from orderhealth_pipeline.report.finding_list import Wanted
from orderhealth_pipeline.report.render.terminal_findings import render_findings


@click.command()
@click.option("--store", type=FILE, help="The store whose latest run is read.")
@click.option("--rule", "rules", multiple=True, metavar="ID", help="Findings of this rule; may be repeated.")
@click.option("--warehouse", "warehouses", multiple=True, metavar="NAME", help="Orders of this warehouse.")
@click.option("--shop", "shops", multiple=True, metavar="NAME", help="Orders of this shop.")
@click.option("--carrier", "carriers", multiple=True, metavar="NAME", help="Orders of this carrier.")
@click.option("--owner", "owners", multiple=True, metavar="NAME", help="What this owner has to do.")
@click.option("--open", "only_open", is_flag=True, help="Leave out what a benign reason explains.")
@click.option("--out", type=FILE, help="Write the list as .xlsx (one sheet an owner) or .csv.")
@click.option("--expectations", type=FOLDER, help="Folder of the rules, for their texts.")
@click.option("--timezone", metavar="TZ", help="The time zone in which instants are told.")
@click.option("--locale", type=click.Choice(["zh", "en"]), help="The language of the list.")
@click.option(
    "--config", type=FILE, help="The configuration. Default: orderhealth.yml of this folder, if it is there."
)
def findings(  # noqa: PLR0913 - one argument an option
    *,
    store: Path | None,
    rules: tuple[str, ...],
    warehouses: tuple[str, ...],
    shops: tuple[str, ...],
    carriers: tuple[str, ...],
    owners: tuple[str, ...],
    only_open: bool,
    out: Path | None,
    expectations: Path | None,
    timezone: str | None,
    locale: str | None,
    config: Path | None,
) -> None:
    """List all findings of the latest run with evidence, owner and what to do; people are masked."""
    settings = settings_from(config, store=store, expectations=expectations, timezone=timezone, locale=locale)
    form = None if out is None else list_form(out)
    wanted = Wanted(
        rules=rules,
        shops=shops,
        warehouses=warehouses,
        carriers=carriers,
        owners=owners,
        only_open=only_open,
    )
    found = read_findings(plan_run(settings), wanted)
    if out is None or form is None:
        output().print(render_findings(found))
        return
    with writing_into(out):
        write_findings(found, out, form)
    click.echo(f"{out}: {found.rows.height:,}")
