"""Hides people in whole columns, by the same patterns as the report does in single texts.

What belongs here: giving a connection the functions that statements mask with. What does not: the patterns
(report/words/masking.yml), or which columns are masked (sql/store/).
"""

from __future__ import annotations

from typing import Final

import duckdb

from orderhealth_pipeline.report.words import plain_text
from orderhealth_pipeline.report.words.masking_patterns import masking_patterns
from orderhealth_pipeline.sql import statement

_FUNCTIONS: Final = (
    "plain_text",
    "masked_text",
    "hidden_value",
    "masked_value",
    "masked_cell",
    "masked_word",
    "masked_reason",
)
"""In an order in which each finds those that it calls."""


def create_masking(con: duckdb.DuckDBPyConnection) -> None:
    """Give a connection the functions; all but `plain_text` take texts that are plain already."""
    signs = {"obeyed": plain_text.OBEYED, "lines": plain_text.LINES, "edges": plain_text.EDGES}
    for name in _FUNCTIONS:
        query = statement(f"masking/create_{name}", patterns=masking_patterns(), signs=signs)
        con.execute(query).fetchall()
