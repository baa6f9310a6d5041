"""The merchants of a fleet: the folders below one root that have a configuration of their own.

What belongs here: which there are, and what each is run with. What does not: running them (side_by_side.py).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import Field

from orderhealth_pipeline.console.access.roles import Role
from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.fleet.layered_rules import lay_over
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.resources import expectations_folder
from orderhealth_pipeline.settings import CONFIGURATION_FILE, Settings, read_settings
from orderhealth_pipeline.settings.console import ConsoleSettings
from orderhealth_pipeline.yaml_files import FrozenModel, read_model

FLEET_FILE: Final = "fleet.yml"
OVERLAY: Final = "expectations"
_LAYERED: Final = ".expectations"


class FleetSettings(FrozenModel):
    """`fleet.yml` beside the merchants: the rules that all of them share, and how many run at a time.

    Without `expectations` the rules that come with the program are shared. Relative paths are relative to the
    file. `console` is that of the console of all merchants, `access` the roles of its accounts by merchant
    (`*`: at any).
    """

    expectations: Path = Field(default_factory=expectations_folder)
    workers: int | None = Field(default=None, ge=1, le=64)
    console: ConsoleSettings = ConsoleSettings()
    access: dict[str, dict[str, Role]] = Field(default_factory=dict)


@dataclass(frozen=True)
class Merchant:
    """One folder of a fleet; its name is the merchant's."""

    name: str
    folder: Path

    @property
    def configuration(self) -> Path:
        """The merchant's orderhealth.yml."""
        return self.folder / CONFIGURATION_FILE

    @property
    def overlay(self) -> Path:
        """Where the merchant's own rules lie, if there are any."""
        return self.folder / OVERLAY

    @property
    def layered(self) -> Path:
        """Where the merchant's own rules lie over the shared ones, as links."""
        return self.folder / _LAYERED


def read_fleet(root: Path) -> FleetSettings:
    """Read fleet.yml of a root; without one everything is as it comes. Raises ConfigurationError."""
    file = root / FLEET_FILE
    if not file.exists():
        return FleetSettings()
    settings = read_model(file, FleetSettings)
    folder = (root / settings.expectations).resolve()
    if not folder.is_dir():
        raise ConfigurationError("the folder of expectations does not exist", file=folder)
    return settings.model_copy(update={"expectations": folder})


def find_merchants(root: Path, names: Collection[str] = ()) -> list[Merchant]:
    """Return the merchants of a root by name, or those that are named.

    Raises ConfigurationError where there is none, or none of a name.
    """
    found = {
        folder.name: Merchant(folder.name, folder)
        for folder in sorted(root.iterdir() if root.is_dir() else ())
        if (folder / CONFIGURATION_FILE).is_file() and not folder.name.startswith(".")
    }
    if not found:
        raise ConfigurationError(
            Message("no folder here has an {file}: each merchant needs one", file=CONFIGURATION_FILE),
            file=root,
        )
    for name in names:
        if name not in found:
            known = ", ".join(found)
            raise ConfigurationError(
                Message("there is no merchant '{name}'; there are: {known}", name=name, known=known),
                file=root,
            )
    return [found[name] for name in names] if names else list(found.values())


def own_rules_folder(merchant: Merchant) -> None:
    """Let a merchant have rules of its own, so that what it changes of the shared ones is its alone."""
    merchant.overlay.mkdir(exist_ok=True)


def merchant_settings(merchant: Merchant, fleet: FleetSettings, environment: Mapping[str, str]) -> Settings:
    """Read what a merchant is run with: its configuration, over the shared rules and its own.

    Raises ConfigurationError. A merchant that names `expectations` itself shares none.
    """
    settings = read_settings(merchant.configuration, environment)
    if settings.is_written("expectations"):
        return settings
    layered = lay_over(fleet.expectations, merchant.overlay, merchant.layered)
    return settings.model_copy(update={"expectations": layered})
