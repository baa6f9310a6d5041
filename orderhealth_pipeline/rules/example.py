"""One example of a rule, as its file writes it.

What belongs here: its shape. What does not: completing its records (examples.py) and checking them
(example_check.py).
"""

from __future__ import annotations

from typing import Any

from pydantic import Field

from orderhealth_pipeline.rules.declarations import Identifier
from orderhealth_pipeline.yaml_files import FrozenModel


class Example(FrozenModel):
    """Records, an instant, and what the rule must say then; a row needs only the columns that matter."""

    name: str = Field(min_length=1)
    as_of: str
    feeds: dict[Identifier, list[dict[str, Any]]]
    hit: tuple[str, ...] = ()
    explained: dict[str, str] = Field(default_factory=dict)
    system_hit: bool = False
