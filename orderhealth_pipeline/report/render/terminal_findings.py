"""The list of findings on a terminal, for a look; all of it goes into a file.

What belongs here: a table of the first findings. What does not: which they are (finding_list.py), or
printing.
"""

from __future__ import annotations

from typing import Any, Final

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from orderhealth_pipeline.report.finding_list import FindingList
from orderhealth_pipeline.report.words import formats
from orderhealth_pipeline.report.words.texts import Texts

SHOWN: Final = 500
"""More rows than these nobody reads on a terminal, and laying them out takes longer than finding them."""


def render_findings(findings: FindingList) -> RenderableType:
    """Lay out the first findings, by owner, and say how many there are and how to get all."""
    texts = Texts(findings.locale)
    told = texts("findings_told", n=findings.rows.height, as_of=formats.minute(findings.as_of))
    if findings.rows.is_empty():
        return Text(texts("findings_none", as_of=formats.minute(findings.as_of)))
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(texts("column_order"), overflow="fold", min_width=12)
    table.add_column(texts("column_evidence"), ratio=1, overflow="fold")
    table.add_column(texts("column_amount"), justify="right", no_wrap=True)
    for part in findings.rows.head(SHOWN).partition_by("owner", "rule", maintain_order=True):
        table.add_row(Text.assemble((part["rule"][0], "bold")), Text(part["owner"][0], style="bold"))
        for row in part.iter_rows(named=True):
            table.add_row(Text(row["order"]), _sentence(row, texts), _amount(row))
    rest = findings.rows.height - SHOWN
    more = [Text(texts("findings_more", n=rest))] if rest > 0 else []
    return Group(table, "", *more, Text(told))


def _sentence(row: dict[str, Any], texts: Texts) -> Text:
    is_open = row["state"] == texts("open")
    return Text(row["evidence"]) if is_open else Text.assemble((f"[{row['state']}] ", "dim"), row["evidence"])


def _amount(row: dict[str, Any]) -> Text:
    return Text("" if row["amount"] is None else formats.money(row["amount"], row["currency"]))
