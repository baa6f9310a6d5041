"""What is published, as published.yml declares it.

What belongs here: the declaration. What does not: copying (snapshot.py).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from orderhealth_pipeline.yaml_files import FrozenModel, read_model


class Published(FrozenModel):
    """The tables of the published copy, by how they get there.

    `masked` names the statement of each; those of `by_secret` take the store's secret, by whose hashes
    addresses are known.
    """

    copied_whole: tuple[str, ...]
    masked: dict[str, str]
    by_secret: frozenset[str]
    brought_up_to_date: tuple[str, ...]
    views: tuple[str, ...]

    @property
    def tables(self) -> frozenset[str]:
        """Every table and view."""
        return frozenset((*self.copied_whole, *self.masked, *self.brought_up_to_date, *self.views))


@cache
def declared() -> Published:
    """Read the declaration, once."""
    return read_model(Path(__file__).with_name("published.yml"), Published)
