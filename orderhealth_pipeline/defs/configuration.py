"""Which `orderhealth.yml` Dagster works with, and what the graph has to know of it when it is loaded.

What belongs here: finding and reading the configuration. What does not: running with it (resources.py).
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.ingest.contracts import FeedContract, feed_contracts
from orderhealth_pipeline.pipeline.plan import read_rules
from orderhealth_pipeline.rules.language.model import Rule
from orderhealth_pipeline.settings import CONFIGURATION_FILE, Settings, read_settings

CONFIGURATION_VARIABLE: Final = "ORDERHEALTH_CONFIG"


@dataclass(frozen=True)
class GraphFacts:
    """What the graph is drawn from: the feeds, the enabled rules, the store's zone and language.

    `is_configured` says whether there is an `orderhealth.yml`; `problem` is why it could not be read, or
    null.
    """

    settings: Settings
    contracts: dict[str, FeedContract]
    rules: tuple[Rule, ...]
    is_configured: bool
    problem: str | None = None


def configuration_file() -> Path | None:
    """Name the configuration: ORDERHEALTH_CONFIG, else `orderhealth.yml` in the working directory."""
    named = os.environ.get(CONFIGURATION_VARIABLE)
    if named:
        return Path(named)
    here = Path(CONFIGURATION_FILE)
    return here if here.exists() else None


def current_settings() -> Settings:
    """Read the configuration as it is now; without one, the defaults.

    Raises ConfigurationError with file, line and key where it is wrong.
    """
    file = configuration_file()
    return Settings() if file is None else read_settings(file, os.environ)


def read_graph_facts() -> GraphFacts:
    """Read what the graph is drawn from.

    A wrong configuration does not hide the graph: it is drawn with the defaults, and every run fails with the
    place and the reason, which the data team is told.
    """
    is_configured = configuration_file() is not None
    try:
        return _facts(current_settings(), is_configured=is_configured)
    except ConfigurationError as error:
        return _facts(Settings(), is_configured=is_configured, problem=str(error))


def _facts(settings: Settings, *, is_configured: bool, problem: str | None = None) -> GraphFacts:
    contracts = feed_contracts()
    return GraphFacts(settings, contracts, read_rules(settings).enabled, is_configured, problem)
