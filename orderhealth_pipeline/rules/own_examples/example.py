"""One example of a rule, as its file writes it.

What belongs here: its shape. What does not: completing its records (example_feeds.py) and checking them
(example_check.py).
"""

from __future__ import annotations

from typing import Any

from pydantic import Field

from orderhealth_pipeline.rules.language.declarations import Identifier
from orderhealth_pipeline.yaml_files import FrozenModel


class ExampleDay(FrozenModel):
    """The last results of a rule on some days, one behind the other."""

    evaluated: int = Field(ge=0)
    open: int = Field(ge=0)
    days: int = Field(default=1, ge=1, le=366)


class ExampleResults(FrozenModel):
    """What another rule says now, and said at the ends of the days before, the latest day first."""

    evaluated: int = Field(ge=0)
    open: int = Field(ge=0)
    before: tuple[ExampleDay, ...] = ()


class Example(FrozenModel):
    """Records, an instant, and what the rule must say then; a row needs only the columns that matter.

    `results` are of other rules, for a rule that looks at these.
    """

    name: str = Field(min_length=1)
    as_of: str
    feeds: dict[Identifier, list[dict[str, Any]]]
    hit: tuple[str, ...] = ()
    explained: dict[str, str] = Field(default_factory=dict)
    system_hit: bool = False
    results: dict[Identifier, ExampleResults] = Field(default_factory=dict)
