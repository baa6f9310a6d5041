"""cases and response_times: two assets that the step of the assessment writes.

What belongs here: their specs, and counts and tables of what is published. What does not: the cases
themselves (pipeline/cases/).
"""

from __future__ import annotations

from typing import Any, Final

import dagster as dg
import polars as pl

from orderhealth_pipeline.defs.checks import FINDINGS
from orderhealth_pipeline.pipeline.written.count_cases import CaseCounts

CASES: Final = dg.AssetKey("cases")
RESPONSE_TIMES: Final = dg.AssetKey("response_times")

_ROWS_SHOWN: Final = 100


def case_specs(group: str) -> list[dg.AssetSpec]:
    """Describe both assets."""
    return [
        dg.AssetSpec(
            CASES,
            deps=[FINDINGS],
            group_name=group,
            kinds={"polars", "duckdb"},
            description=(
                "The open findings of one rule with one cause are one case: who owns it, who has it, how far "
                "it is, and by when it should be over. It ends when its last finding is gone."
            ),
        ),
        dg.AssetSpec(
            RESPONSE_TIMES,
            deps=[CASES],
            group_name=group,
            kinds={"polars", "duckdb"},
            description=(
                "From the first sign of trouble until found, told, acknowledged, acted on and over: median "
                "and 90th percentile per rule, owner and week. Cases that still wait count."
            ),
        ),
    ]


def cases_metadata(counts: CaseCounts) -> dict[str, Any]:
    """Return the live cases, the overdue ones, and a table of them by owner."""
    return {
        "dagster/row_count": counts.live + counts.ended,
        "live": counts.live,
        "overdue": counts.overdue,
        "ended": counts.ended,
        **{f"live_{owner}": cases for owner, cases in counts.by_owner.select("owner", "cases").iter_rows()},
        **_table("by_owner", counts.by_owner),
    }


def response_times_metadata(counts: CaseCounts) -> dict[str, Any]:
    """Return the newest week's medians, plotted over time, and a table of all its figures."""
    times = counts.response_times
    medians = times.group_by("step").agg(pl.col("median_minutes").median()).drop_nulls()
    return {
        "dagster/row_count": times.height,
        "waiting": int(times.filter(step="acknowledged")["waiting"].sum()),
        **{f"median_minutes_{step}": minutes for step, minutes in medians.sort("step").iter_rows()},
        **_table("newest_week", times.with_columns(pl.col("week").cast(pl.String))),
    }


def _table(name: str, frame: pl.DataFrame) -> dict[str, Any]:
    if frame.is_empty():
        return {}
    shown = frame.head(_ROWS_SHOWN).with_columns(
        pl.col(pl.Decimal).cast(pl.Float64), pl.col(pl.Datetime).dt.strftime("%Y-%m-%d %H:%M %Z")
    )
    records = [dg.TableRecord(row) for row in shown.iter_rows(named=True)]
    return {name: dg.MetadataValue.table(records)}
