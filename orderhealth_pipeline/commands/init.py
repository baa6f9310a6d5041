"""`orderhealth init`: scaffolds a project with a configuration, expectations and a sample feed folder."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click

from orderhealth_pipeline.commands.terminal.options import spoken, tell, writing_into
from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.resources import expectations_folder
from orderhealth_pipeline.rules.catalogue import read_catalogue
from orderhealth_pipeline.rules.in_force.tiers import Tier, apply_tier, read_tier
from orderhealth_pipeline.settings import CONFIGURATION_FILE
from orderhealth_pipeline.simulate.simulation import simulate
from orderhealth_pipeline.simulate.write import write_simulation

_SAMPLE_ORDERS: Final = 1000
_SAMPLE_SEED: Final = 1
_TEMPLATE: Final = Path(__file__).with_name("orderhealth.yml.template")
_ENABLED: Final = re.compile(r"^enabled: (true|false)$", re.MULTILINE)


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--tier", required=True, type=click.Choice(["small", "growing", "mature"]), help="The size of the shop."
)
def init(*, folder: Path, tier: str) -> None:
    """Scaffold a project: orderhealth.yml, expectations, a sample feed folder."""
    for name in (CONFIGURATION_FILE, "expectations", "feeds"):
        if (folder / name).exists():
            raise ConfigurationError(
                Message("there is a project here already ({name}); name a new folder", name=name), file=folder
            )
    chosen = read_tier(expectations_folder(), tier)
    with writing_into(folder):
        _scaffold(folder, chosen)
    tell(
        Message(
            "{folder} is ready: orderhealth.yml, the rules in expectations/, and in feeds/ the samples of a "
            "made-up shop, as they would be now. To see what comes of them:\n"
            "  cd {folder}\n  orderhealth run\n  orderhealth report\n"
            "Before you put your own files into feeds/, take the samples and their store away:\n"
            "  rm feeds/* orderhealth*.duckdb\n"
            "Nothing runs by itself yet. A shop of this size lets cron run "
            "`orderhealth run --deliver && orderhealth report`:",
            folder=folder,
        )
    )
    for run in chosen.runs:
        click.echo(f"  {run.cron}   {run.does.in_locale(spoken())}")


def _scaffold(folder: Path, tier: Tier) -> None:
    shutil.copytree(expectations_folder(), folder / "expectations")
    _switch_rules(folder / "expectations", tier)
    template = _TEMPLATE.read_text(encoding="utf-8")
    (folder / CONFIGURATION_FILE).write_text(template, encoding="utf-8")
    write_simulation(simulate("calm", _SAMPLE_ORDERS, _SAMPLE_SEED, datetime.now(UTC)), folder / "feeds")
    for name in ("truth.csv", "simulation.json"):
        (folder / "feeds" / name).unlink()


def _switch_rules(expectations: Path, tier: Tier) -> None:
    """Set the one value `enabled` of every rule as the tier says; everything else stays as it was written."""
    rules = read_catalogue(expectations, frozenset(feed_contracts())).rules
    for rule in apply_tier(rules, tier).values():
        file = expectations / rule.stage / f"{rule.id}.yml"
        text = file.read_text(encoding="utf-8")
        file.write_text(_ENABLED.sub(f"enabled: {str(rule.enabled).lower()}", text), encoding="utf-8")
