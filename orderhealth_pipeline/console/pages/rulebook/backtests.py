"""`/backtests`: asking for one over a chosen past, watching how far it is, and what it found.

What belongs here: the values of `backtest_new.html.j2`, `backtest.html.j2` and `backtests.html.j2`. What does
not: running them (console/backtests).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from orderhealth_pipeline.console.access.cross_site import TOKEN_FIELD
from orderhealth_pipeline.console.backtests.asking import (
    Other,
    Span,
    ask,
    other_of_bench,
    other_of_entry,
    other_of_profile,
    span_of_promotion,
)
from orderhealth_pipeline.console.backtests.entries import from_kept
from orderhealth_pipeline.console.backtests.showing import TILES, shown
from orderhealth_pipeline.console.backtests.spans import MOST_INSTANTS, Past, past_of
from orderhealth_pipeline.console.editing.bench import bench_of, typed_of
from orderhealth_pipeline.console.editing.days import Slot, slots_from
from orderhealth_pipeline.console.editing.new_rule import bench_of_new
from orderhealth_pipeline.console.editing.wording import titles_of_profiles
from orderhealth_pipeline.console.pages.rulebook.new import new_rule_of
from orderhealth_pipeline.console.visit import Visit
from orderhealth_pipeline.desk.backtests import KeptBacktest
from orderhealth_pipeline.errors import ConfigurationError, OrderHealthError
from orderhealth_pipeline.pipeline.instants import read_instant
from orderhealth_pipeline.rules.in_force.profiles import read_profiles
from orderhealth_pipeline.words import read_duration

_STEPS: Final = ("", "15m", "1h", "6h", "1d")
_NOT_KEPT: Final = frozenset({"span", "begin", "end", "every", "act", TOKEN_FIELD})
_LONGEST_NUMBER: Final = 12
_IN_FORM: Final = "%Y-%m-%dT%H:%M"
_DAY: Final = timedelta(days=1)
Items = Iterable[tuple[str, str]]


def start(visit: Visit) -> Mapping[str, Any]:
    """Return the values of the page that asks which past a draft is held against."""
    return _start_values(visit, visit.request.query_params.multi_items())


def index(visit: Visit) -> Mapping[str, Any]:
    """List back-tests."""
    return {"jobs": visit.site.backtests.kept.newest(limit=50)}


def ask_for_one(visit: Visit) -> Mapping[str, Any] | Response:
    """Ask for a back-test and go to its page; else say why not, with all that was typed."""
    items = [(name, value) for name, value in visit.form.multi_items() if isinstance(value, str)]
    try:
        other = _other(visit, items)
        number = ask(visit, other, _span(visit, dict(items), past_of(visit), other))
    except OrderHealthError as error:
        return {**_start_values(visit, items), "refused": error.in_locale(visit.locale)}
    return RedirectResponse(f"/backtests/{number}", 303)


def show(visit: Visit) -> Mapping[str, Any]:
    """Return the values of the page of one back-test, or of its part that is asked for again."""
    job = _job(visit)
    profiles = read_profiles(visit.plan.settings.expectations) if "entry" in job.asked else ()
    return {
        "job": job,
        "titles": titles_of_profiles(profiles, visit.locale),
        "found": shown(visit, job),
        "tiles": TILES,
        "trouble": (job.trouble or {}).get(visit.locale, ""),
        "entry": from_kept(job.asked["entry"]) if "entry" in job.asked else None,
        "before": _waiting_before(visit, job),
    }


def stop(visit: Visit) -> Response:
    """Let a back-test end."""
    job = _job(visit)
    visit.site.backtests.kept.stop(job.backtest, (visit.person.name, visit.site.now()))
    return RedirectResponse(f"/backtests/{job.backtest}", 303)


def again(visit: Visit) -> Response:
    """Ask for the same once more."""
    job = _job(visit)
    by = (visit.person.name, visit.site.now())
    number = visit.site.backtests.kept.ask(by, (job.about, job.says), job.asked, job.total)
    visit.site.backtests.wake()
    return RedirectResponse(f"/backtests/{number}", 303)


def _job(visit: Visit) -> KeptBacktest:
    text = visit.request.path_params["number"]
    is_number = text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER
    job = visit.site.backtests.kept.find(int(text)) if is_number else None
    if job is None:
        raise HTTPException(404)
    return job


def _waiting_before(visit: Visit, job: KeptBacktest) -> int:
    if job.state != "waiting":
        return 0
    return sum(each.backtest < job.backtest for each in visit.site.backtests.kept.unfinished())


def _start_values(visit: Visit, items: Items) -> dict[str, Any]:
    pairs = list(items)
    typed, zone = dict(pairs), visit.plan.settings.zone
    refused, other, past = "", None, None
    try:
        past = past_of(visit)
        other = _other(visit, pairs)
    except OrderHealthError as error:
        refused = error.in_locale(visit.locale)
    begin, end = past.usual if past else (None, None)
    return {
        "other": other,
        "past": past,
        "promotion": past.promotion if past else None,
        "kept": [(name, value) for name, value in pairs if name not in _NOT_KEPT],
        "begin": typed.get("begin") or (begin.astimezone(zone).strftime(_IN_FORM) if begin else ""),
        "end": typed.get("end") or (end.astimezone(zone).strftime(_IN_FORM) if end else ""),
        "every": typed.get("every", ""),
        "steps": _STEPS,
        "most": MOST_INSTANTS,
        "refused": refused,
    }


def _other(visit: Visit, items: Items) -> Other:
    """Return what is other. Raises OrderHealthError, and HTTPException for a rule that there is not."""
    pairs = list(items)
    typed = dict(pairs)
    if typed.get("other_profile"):
        return other_of_profile(visit, typed["other_profile"])
    if typed.get("other_entry"):
        return other_of_entry(visit, _slot(typed["other_entry"], pairs))
    if typed.get("rule"):
        return other_of_bench(visit, bench_of(visit, typed["rule"], typed_of(pairs)))
    return other_of_bench(visit, bench_of_new(visit, new_rule_of(visit, pairs)), is_new=True)


def _slot(number: str, pairs: Items) -> Slot:
    """Return one of the entries that a form says. Raises HTTPException for one that it does not say."""
    slots = slots_from(pairs) or []
    place = int(number) if number.isascii() and number.isdecimal() and len(number) <= _LONGEST_NUMBER else -1
    if not 0 <= place < len(slots):
        raise HTTPException(404)
    return slots[place]


def _span(visit: Visit, typed: Mapping[str, str], past: Past, other: Other) -> Span:
    """Return the span that a button or the fields say. Raises ConfigurationError."""
    span, zone = typed.get("span", ""), visit.plan.settings.zone
    if span == "day":
        return Span(max(past.first, past.last - _DAY), past.last)
    if span == "promotion" and past.promotion is not None:
        return span_of_promotion(visit, past, past.promotion, other)
    if span == "chosen":
        begin: datetime = read_instant(typed.get("begin", ""), zone, "from")
        return Span(begin, read_instant(typed.get("end", ""), zone, "to"), _every(typed.get("every", "")))
    return Span(*past.usual)


def _every(text: str) -> timedelta | None:
    try:
        return read_duration(text) if text else None
    except ValueError as error:
        raise ConfigurationError(str(error)) from None
