"""The declared counts of what lies outside single orders: parameters and evidence, from system_counts.yml.

What belongs here: the declaration that rules refer to. What does not: counting (rules/system_facts.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from orderhealth_pipeline.declared.features import ParameterUnit
from orderhealth_pipeline.words import Text
from orderhealth_pipeline.yaml_files import FrozenModel, read_model

_FILE: Final = Path(__file__).with_name("system_counts.yml")


class CountDeclaration(FrozenModel):
    """One count: what it measures, the feeds of which one is enough, its parameters, what a finding shows."""

    measures: Text
    one_of: tuple[str, ...]
    parameters: dict[str, ParameterUnit]
    evidence: tuple[str, ...]


class _CountsFile(FrozenModel):
    counts: dict[str, CountDeclaration]


@cache
def declared_counts() -> Mapping[str, CountDeclaration]:
    """Read the declarations, by name."""
    return read_model(_FILE, _CountsFile).counts
