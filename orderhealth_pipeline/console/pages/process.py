"""`/process`: the seven milestones as a picture, who waits where, and which orders those are.

What belongs here: the values of `process.html.j2` and `waiting.html.j2`. What does not: measuring (process/).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlencode

from starlette.exceptions import HTTPException

from orderhealth_pipeline import sql
from orderhealth_pipeline.console.visit import Visit
from orderhealth_pipeline.console.work.jams import Jam
from orderhealth_pipeline.process.milestones import PLACES, STEPS
from orderhealth_pipeline.report.words import formats
from orderhealth_pipeline.report.words.masking import mask_text
from orderhealth_pipeline.report.words.process_words import standstills

_PLACES_AT_MOST: Final = 60
_PATHS_AT_MOST: Final = 8
_ORDERS_AT_MOST: Final = 200
_WIDEST: Final = 100.0


def show(visit: Visit) -> Mapping[str, Any]:
    """Return the values of the page."""
    report, dimension = visit.report, visit.request.query_params.get("by", "warehouse")
    dimension = dimension if dimension in PLACES else "warehouse"
    with visit.reading() as con:
        overall = _steps(con, "overall")
        places = _steps(con, dimension)
        paths = sql.read(con, "console/select_paths", {"at_most": _PATHS_AT_MOST}).to_dicts()
    most = max([row["waiting_now"] for row in overall], default=0)
    return {
        "report": report,
        "standstills": standstills(report, visit.texts),
        "steps": [_edge(visit, row, most, None) for row in overall],
        "labels": {step: visit.texts.word("step", step) for step in STEPS},
        "dimension": dimension,
        "dimensions": list(PLACES),
        "places": [
            {"place": mask_text(row["value"]), **_edge(visit, row, most, (dimension, row["value"]))}
            for row in places
        ],
        "paths": [
            {
                **path,
                "names": [visit.texts.word("step", step) for step in _path(path["path"])],
            }
            for path in paths
        ],
    }


def waiting(visit: Visit) -> Mapping[str, Any]:
    """Return the orders that wait at one step. Raises HTTPException (404) for a step that there is not."""
    jam = Jam.of_query(visit.request.query_params)
    if jam is None:
        raise HTTPException(404)
    asked = {"value": jam.place, "at_most": _ORDERS_AT_MOST}
    with visit.reading() as con:
        orders = sql.read(con, "console/select_waiting_orders", asked, **jam.identifiers).to_dicts()
    zone = visit.plan.settings.zone
    return {
        "step": jam.title(visit.texts),
        "cases": f"/cases?{jam.query}",
        "orders": [{**order, "since": order["since"].astimezone(zone)} for order in orders],
        "is_cut": len(orders) == _ORDERS_AT_MOST,
    }


def _steps(con: Any, dimension: str) -> list[dict[str, Any]]:
    values = {"dimension": dimension, "at_most": _PLACES_AT_MOST}
    rows: list[dict[str, Any]] = sql.read(con, "console/select_steps_of_places", values).to_dicts()
    order = list(STEPS)
    return sorted(rows, key=lambda row: order.index(row["from_step"])) if dimension == "overall" else rows


def _edge(visit: Visit, row: Mapping[str, Any], most: int, place: tuple[str, str] | None) -> dict[str, Any]:
    asked = {"from": row["from_step"], **({"by": place[0], "value": place[1]} if place else {})}
    return {
        "name": visit.texts(
            "process_step",
            start=visit.texts.word("step", row["from_step"]),
            end=visit.texts.word("step", row["to_step"]),
        ),
        "from_step": row["from_step"],
        "to_step": row["to_step"],
        "waiting": row["waiting_now"],
        "share": _WIDEST * row["waiting_now"] / most if most else 0.0,
        "median": _within(visit, "half_within", row["median_minutes"]),
        "p90": _within(visit, "most_within", row["p90_minutes"]),
        "oldest": row["oldest_waiting_since"]
        and row["oldest_waiting_since"].astimezone(visit.plan.settings.zone),
        "stands_still": row["stands_still_since"] is not None,
        "orders": f"/process/waiting?{urlencode(asked)}",
    }


def _within(visit: Visit, key: str, minutes: float | None) -> str:
    """Say within which time so many orders take the step; nobody knows while too many wait."""
    if minutes is None:
        return visit.words(f"{key}_unknown")
    return visit.words(key, span=formats.duration(Decimal(minutes), visit.locale))


def _path(path: str) -> list[str]:
    return [step.strip() for step in path.replace("→", ">").split(">")]
