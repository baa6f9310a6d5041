"""`/rules/ID`: one rule, and what another figure would do to the present orders, while it is dragged.

What belongs here: the values of `rule.html.j2` and of the part that is fetched again. What does not: what a
draft is (editing/bench.py), and publishing it (rule_publish.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final

from orderhealth_pipeline.console.editing.bench import Bench, bench_of, effect_of, name_of, typed_of
from orderhealth_pipeline.console.editing.rates import messages_of
from orderhealth_pipeline.console.editing.wording import changes_of, fields_of
from orderhealth_pipeline.console.visit import Visit
from orderhealth_pipeline.errors import BusyStoreError, StoreError
from orderhealth_pipeline.pipeline.editing.publish import is_shipped
from orderhealth_pipeline.pipeline.what_if.effect import Effect
from orderhealth_pipeline.rules.in_force.named_files import names_in
from orderhealth_pipeline.rules.rule_docs import comparison_in_words
from orderhealth_pipeline.settings import EVERYDAY
from orderhealth_pipeline.words import SEVERITIES

SHOWN: Final = 12
"""So many orders that come or go are named."""


def show(visit: Visit) -> Mapping[str, Any]:
    """Return the values of the page, filled in with what its address says."""
    typed = typed_of(visit.request.query_params.multi_items())
    bench = bench_of(visit, visit.request.path_params["id"], typed)
    # Whoever has no JavaScript typed a figure and asked for what it does; others ask once the page is there.
    values = effect_values(visit, bench) if bench.typed else waiting_values(visit, bench)
    plan = visit.plan
    done = typed.get("done", "")
    return {
        **values,
        "fields": fields_of(bench, visit.words),
        "profiles": sorted({EVERYDAY, *names_in(plan.settings.expectations / "profiles")}),
        "names": {key: name_of("rule", (key,)) for key in ("enabled", "severity", "weight", "due_minutes")},
        "severities": SEVERITIES,
        "result": _result(visit, bench.rule.id),
        "changes_made": visit.site.rule_changes.newest(bench.rule.id, limit=8),
        "done": visit.site.rule_changes.find(int(done)) if done.isdecimal() else None,
        "conflict": "conflict" in typed,
        "is_shipped": is_shipped(plan.settings.expectations),
    }


def effect(visit: Visit) -> Mapping[str, Any]:
    """Return the values of the part of the page that says what the draft would do."""
    bench = bench_of(
        visit, visit.request.path_params["id"], typed_of(visit.request.query_params.multi_items())
    )
    return effect_values(visit, bench)


def effect_values(visit: Visit, bench: Bench) -> dict[str, Any]:
    """Return what the templates of an effect show."""
    values = {**_values(visit, bench), **counted(visit, lambda: effect_of(visit, bench))}
    found: Effect | None = values["effect"]
    if found is not None and visit.plan.settings.channels and bench.drafted is not None:
        if visit.site.rates.is_known(visit.site.version(), bench.rule.id):
            values["messages"] = _messages(visit, bench, found)
        else:
            # Replaying the policy takes longer than a step of a slider: it is asked for once that is let go.
            values["messages_later"] = f"/rules/{bench.rule.id}/messages?{visit.request.url.query}"
    return values


def counted(visit: Visit, count: Callable[[], Effect | None]) -> dict[str, Any]:
    """Return what `count` finds as templates take it, or why it could not: the store is busy, or fails."""
    found: Effect | None = None
    is_busy, trouble = False, ""
    try:
        found = count()
    except BusyStoreError:
        is_busy = True
    except StoreError as error:
        trouble = error.in_locale(visit.locale)
    return {"effect": found, "is_busy": is_busy, "trouble": trouble}


def messages(visit: Visit) -> Mapping[str, Any]:
    """Return the values of the part that says how many messages a day there would be."""
    bench = bench_of(
        visit, visit.request.path_params["id"], typed_of(visit.request.query_params.multi_items())
    )
    found: tuple[float, float] | None = None
    with suppress(StoreError):
        effect_there = effect_of(visit, bench)
        if effect_there is not None and bench.drafted is not None:
            found = _messages(visit, bench, effect_there)
    return {"messages": found}


def _messages(visit: Visit, bench: Bench, found: Effect) -> tuple[float, float] | None:
    site = visit.site
    rates = site.rates.of(bench.plan, site.version(), bench.rule.id, visit.report.as_of)
    return messages_of(rates, found)


def waiting_values(visit: Visit, bench: Bench) -> dict[str, Any]:
    """Return the same before anybody counted."""
    return {**_values(visit, bench), "effect": None, "is_busy": False, "trouble": "", "is_waiting": True}


def _values(visit: Visit, bench: Bench) -> dict[str, Any]:
    return {
        "bench": bench,
        "rule": bench.then,
        "sentence": comparison_in_words(bench.then, visit.locale),
        "problem": bench.problem.in_locale(visit.locale) if bench.problem else "",
        "changes": changes_of(bench, visit.words) if bench.is_changed else [],
        "shown": SHOWN,
        "is_waiting": False,
        "messages": None,
        "messages_later": "",
    }


def _result(visit: Visit, rule_id: str) -> Any:
    try:
        return next((each for each in visit.report.rules if each.rule_id == rule_id), None)
    except StoreError:
        return None
