"""`/`: how things stand now: the score and what moved it, where orders are stuck, who has what to do.

What belongs here: the values of `now.html.j2`, which are the report's. What does not: other pages.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orderhealth_pipeline.console.visit import Visit
from orderhealth_pipeline.report.render.html import page_values


def show(visit: Visit) -> Mapping[str, Any]:
    """Return the values of the page. Raises StoreError where nothing was evaluated yet."""
    values = visit.once_published("now", lambda: page_values(visit.report))
    return {**values, "findings_file": None, "wall": visit.request.query_params.get("wall") == "1"}
