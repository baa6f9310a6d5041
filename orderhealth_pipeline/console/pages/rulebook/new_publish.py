"""Publishing a new rule: its file, what it finds, its examples, and why; then the same way as any change.

What belongs here: the answers. What does not: what the file says (editing/new_rule.py), and writing it
(editing/publishing.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from starlette.responses import RedirectResponse, Response

from orderhealth_pipeline.console.access.cross_site import TOKEN_FIELD
from orderhealth_pipeline.console.editing import publishing
from orderhealth_pipeline.console.editing.bench import Bench
from orderhealth_pipeline.console.editing.example_records import examples_for, kept_examples
from orderhealth_pipeline.console.editing.new_rule import (
    PREFIX,
    NewRule,
    bench_of_new,
    is_like_its_template,
)
from orderhealth_pipeline.console.editing.publishing import Checked
from orderhealth_pipeline.console.pages.rulebook.new import Items, effect_values, new_rule_of
from orderhealth_pipeline.console.visit import Visit
from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.pipeline.editing.drafts import rule_file, text_of
from orderhealth_pipeline.pipeline.editing.publish import ChangedMeanwhileError, is_shipped
from orderhealth_pipeline.rules.rule_docs import comparison_in_words

_NOT_KEPT: Final = frozenset({"why", "follow", "act", "fingerprint", f"{PREFIX}examples", TOKEN_FIELD})
_LONGEST_WHY: Final = 500


def review(visit: Visit) -> Mapping[str, Any]:
    """Return the values of the page that shows a new rule before it is published."""
    items = visit.request.query_params.multi_items()
    new = _with_examples(visit, new_rule_of(visit, items))
    bench = bench_of_new(visit, new)
    found = _checked(visit, new, bench)
    return _values(visit, new, bench, found, items, refused=_wrong(visit, new, bench))


def publish(visit: Visit) -> Mapping[str, Any] | Response:
    """Publish a new rule and go to its page; else say what stands in the way, with all that was typed."""
    items = [(name, value) for name, value in visit.form.multi_items() if isinstance(value, str)]
    typed = dict(items)
    new = _with_examples(visit, new_rule_of(visit, items))
    bench = bench_of_new(visit, new)
    found = _checked(visit, new, bench)
    why, follows = typed.get("why", "").strip()[:_LONGEST_WHY], "follow" in typed
    refused = _refused(visit, new, bench, found, why, follows=follows)
    if refused or bench.problem:
        return _values(visit, new, bench, found, items, refused=refused)
    try:
        draft = publishing.with_examples(visit, bench.draft, found.examples)
        about = (bench.then.id, visit.words("new_told", rule=comparison_in_words(bench.then, visit.locale)))
        number = publishing.publish(visit, draft, why, about)
    except ChangedMeanwhileError:
        return _values(visit, new, bench, found, items, refused=visit.words("publish_conflict"))
    except ConfigurationError as error:
        return _values(visit, new, bench, found, items, refused=error.in_locale(visit.locale))
    is_there = not visit.site.settings.console.rules_need_second_person
    page = f"/rules/{bench.then.id}" if is_there else "/rules"
    return RedirectResponse(f"{page}?done={number}", 303)


def _with_examples(visit: Visit, new: NewRule) -> NewRule:
    """Return the rule with examples: those that were typed, those of its template, or real ones."""
    if new.said("examples"):
        return new
    if new.like is not None and is_like_its_template(visit, new):
        examples = kept_examples(text_of(rule_file(visit.plan, new.like)))
    else:
        bench = bench_of_new(visit, new)
        examples = examples_for(visit, bench, effect_values(visit, bench)["effect"])
    return replace(new, typed={**new.typed, f"{PREFIX}examples": examples})


def _checked(visit: Visit, new: NewRule, bench: Bench) -> Checked:
    if bench.problem is not None or _wrong(visit, new, bench):
        return Checked()
    return publishing.checked(visit, bench.draft, bench.then.id)


def _wrong(visit: Visit, new: NewRule, bench: Bench) -> str:
    """Say what a new rule lacks, or whose place it would take."""
    if not new.said("title") and not new.said("title_other"):
        return visit.words("new_untitled")
    if bench.then.id in visit.plan.catalogue.rules and bench.drafted is not None:
        return visit.words("new_known_id", id=bench.then.id)
    return ""


def _refused(visit: Visit, new: NewRule, bench: Bench, found: Checked, why: str, *, follows: bool) -> str:
    if is_shipped(visit.plan.settings.expectations):
        return f"{visit.words('publish_shipped')} {visit.words('publish_shipped_way_out')}"
    if wrong := _wrong(visit, new, bench):
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
