"""Publishing a new rule: its file, what it finds, its examples, and why; then the same way as any change.

What belongs here: the answers. What does not: what the file says (editing/new_rule.py), and writing it
(editing/publishing.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from starlette.responses import RedirectResponse, Response

from orderhealth_pipeline.console.access.cross_site import TOKEN_FIELD
from orderhealth_pipeline.console.editing import publishing
from orderhealth_pipeline.console.editing.bench import Bench
from orderhealth_pipeline.console.editing.new_publishing import (
    checked_new,
    told_of,
    with_own_examples,
    wrong_with,
)
from orderhealth_pipeline.console.editing.new_rule import PREFIX, NewRule, bench_of_new
from orderhealth_pipeline.console.editing.publishing import Checked
from orderhealth_pipeline.console.pages.rulebook.new import Items, effect_values, new_rule_of
from orderhealth_pipeline.console.visit import Visit
from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.pipeline.editing.publish import ChangedMeanwhileError, is_shipped

_NOT_KEPT: Final = frozenset({"why", "follow", "act", "fingerprint", f"{PREFIX}examples", TOKEN_FIELD})
_LONGEST_WHY: Final = 500


def review(visit: Visit) -> Mapping[str, Any]:
    """Return the values of the page that shows a new rule before it is published."""
    items = visit.request.query_params.multi_items()
    new = with_own_examples(visit, new_rule_of(visit, items))
    bench = bench_of_new(visit, new)
    found = checked_new(visit, new, bench)
    return _values(visit, new, bench, found, items, refused=wrong_with(visit, new, bench))


def publish(visit: Visit) -> Mapping[str, Any] | Response:
    """Publish a new rule and go to its page; else say what stands in the way, with all that was typed."""
    items = [(name, value) for name, value in visit.form.multi_items() if isinstance(value, str)]
    typed = dict(items)
    new = with_own_examples(visit, new_rule_of(visit, items))
    bench = bench_of_new(visit, new)
    found = checked_new(visit, new, bench)
    why, follows = typed.get("why", "").strip()[:_LONGEST_WHY], "follow" in typed
    refused = _refused(visit, new, bench, found, why, follows=follows)
    if refused or bench.problem:
        return _values(visit, new, bench, found, items, refused=refused)
    try:
        draft = publishing.with_examples(visit, bench.draft, found.examples)
        number = publishing.publish(visit, draft, why, (bench.then.id, told_of(visit, bench)))
    except ChangedMeanwhileError:
        return _values(visit, new, bench, found, items, refused=visit.words("publish_conflict"))
    except ConfigurationError as error:
        return _values(visit, new, bench, found, items, refused=error.in_locale(visit.locale))
    is_there = not visit.site.settings.console.rules_need_second_person
    page = f"/rules/{bench.then.id}" if is_there else "/rules"
    return RedirectResponse(f"{page}?done={number}", 303)


def _refused(visit: Visit, new: NewRule, bench: Bench, found: Checked, why: str, *, follows: bool) -> str:
    if is_shipped(visit.plan.settings.expectations):
        return f"{visit.words('publish_shipped')} {visit.words('publish_shipped_way_out')}"
    if wrong := wrong_with(visit, new, bench):
        return wrong
    if found.refused is not None:
        return found.refused.in_locale(visit.locale)
    if found.examples and not follows:
        return visit.words("publish_follow_missing")
    return "" if why else visit.words("publish_why_missing")


def _values(
    visit: Visit, new: NewRule, bench: Bench, found: Checked, items: Items, *, refused: str
) -> dict[str, Any]:
    pairs = list(items)
    return {
        **effect_values(visit, bench),
        "kept": [(name, value) for name, value in pairs if name not in _NOT_KEPT],
        "examples_text": new.said("examples"),
        "own_examples": bench.drafted.examples if bench.drafted else (),
        "examples": found.examples,
        "follows": "follow" in dict(pairs),
        "why": dict(pairs).get("why", ""),
        "refused": refused or (found.refused.in_locale(visit.locale) if found.refused else ""),
        "differences": bench.draft.differences(visit.plan.settings.expectations),
        "second_person": visit.site.settings.console.rules_need_second_person,
    }
