"""`/actions`: what is to be done in other systems: approvals, the stop of everything, what became of each.

What belongs here: the values of `actions.html.j2`. What does not: sending (pipeline/actions/deliver.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from orderhealth_pipeline.console.visit import Visit
from orderhealth_pipeline.console.work.action_rows import action_lines
from orderhealth_pipeline.console.work.forms import answered
from orderhealth_pipeline.pipeline.actions.look import Wanted, counted_from, listed_from
from orderhealth_pipeline.respond.actions.types import ACTION_TYPES, declaration
from orderhealth_pipeline.respond.actions.words import stopped_by

_SHOWN: Final = 200
_STATES: Final = ("proposed", "approved", "sent", "confirmed", "rejected", "unknown", "withdrawn")


def show(visit: Visit) -> Mapping[str, Any]:
    """Return the values of the page, after what its form says. Raises StoreError without a run."""
    notice = answered(visit)
    query, settings = visit.request.query_params, visit.site.settings
    state = query.get("state") if query.get("state") in _STATES else None
    kind = query.get("type") if query.get("type") in ACTION_TYPES else None
    with visit.reading() as con:
        actions = listed_from(con, Wanted(state=state, type=kind, at_most=_SHOWN))
        counted = counted_from(con)
    stopped = stopped_by(visit.site.board.said(), visit.site.board.live().as_of)
    counts, of_kind = dict.fromkeys(_STATES, 0), dict[str, int]()
    found = 0
    for each in counted:
        if kind in (None, each.type):
            counts[each.state] = counts.get(each.state, 0) + each.actions
        if state in (None, each.state):
            of_kind[each.type] = of_kind.get(each.type, 0) + each.actions
        found += each.actions if state in (None, each.state) and kind in (None, each.type) else 0
    return {
        "notice": notice,
        "lines": action_lines(actions, visit),
        "more": found - len(actions),
        "counts": [(name, counts[name]) for name in _STATES if counts[name]],
        "state": state,
        "kind": kind,
        "kinds": [
            (name, declaration(name).title.in_locale(visit.locale), of_kind.get(name, 0))
            for name in ACTION_TYPES
            if of_kind.get(name) or name == kind
        ],
        "stopped": None if stopped is None else visit.person_name(stopped),
        "is_live": settings.actions.live,
        "may_approve": visit.person.may("approve"),
    }
