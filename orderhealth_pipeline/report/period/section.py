"""A part of a report as any form can show it: a heading, sentences, a list, a table.

What belongs here: the shape. What does not: words (sections.py) and looks (forms/).
"""

from __future__ import annotations

from orderhealth_pipeline.yaml_files import FrozenModel


class Table(FrozenModel):
    """Rows of texts below headings; `numbers` are the columns that are set to the right."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...] = ()


class Section(FrozenModel):
    """One part of a report; `name` is the same in every language. `note` explains, in small."""

    name: str
    title: str
    sentences: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    table: Table | None = None
    note: str = ""
