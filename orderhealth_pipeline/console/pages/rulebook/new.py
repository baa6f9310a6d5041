"""`/rules/new`: a new rule, from a template, from another rule, or from an order that more are like.

What belongs here: the values of `rule_new.html.j2`. What does not: what becomes of them
(editing/new_rule.py), and publishing (new_publish.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, get_args

from starlette.responses import RedirectResponse, Response

from orderhealth_pipeline.console.editing.bench import Bench
from orderhealth_pipeline.console.editing.card_choices import JOINS, choices, completed, operators
from orderhealth_pipeline.console.editing.cards import Card, acted, card_of, cards_from, cards_of
from orderhealth_pipeline.console.editing.likeness import cards_of_likenesses, likenesses
from orderhealth_pipeline.console.editing.new_rule import (
    PREFIX,
    NewRule,
    bench_of_new,
    effect_of_new,
    id_for,
    owners_of,
)
from orderhealth_pipeline.console.editing.rule_templates import rule_templates, template_cards
from orderhealth_pipeline.console.pages.rule import counted
from orderhealth_pipeline.console.visit import Visit
from orderhealth_pipeline.errors import StoreError
from orderhealth_pipeline.pipeline.editing.drafts import rule_file, text_of
from orderhealth_pipeline.pipeline.editing.publish import is_shipped
from orderhealth_pipeline.pipeline.plan import plan_at
from orderhealth_pipeline.rules.language.model import Rule
from orderhealth_pipeline.rules.rule_docs import comparison_in_words
from orderhealth_pipeline.words import SEVERITIES, STAGES, CauseKind

_SHOWN: Final = 12
_BEGINNINGS: Final = ("template", "like", "order")
Items = Iterable[tuple[str, str]]


def show(visit: Visit) -> Mapping[str, Any]:
    """Return the values of the page: what to begin with, or the cards with what is said of the rule."""
    items = visit.request.query_params.multi_items()
    typed = dict(items)
    found, trouble = _likenesses(visit, typed.get("order", ""), items)
    new = new_rule_of(visit, items)
    bench = bench_of_new(visit, new)
    return {
        **form_values(visit, new, bench),
        **effect_values(visit, bench),
        "has_begun": any(typed.get(name) for name in _BEGINNINGS) or cards_from(items) is not None,
        "templates": rule_templates(),
        "rules": [each for each in visit.plan.catalogue.rules.values() if not each.is_system_level],
        "order_id": typed.get("order", ""),
        "likenesses": found,
        "likeness_trouble": trouble,
    }


def effect(visit: Visit) -> Mapping[str, Any] | Response:
    """Return the values of the part that says what the rule would find; alone it is no page."""
    if visit.request.headers.get("HX-Request") != "true":
        return RedirectResponse(f"/rules/new?{visit.request.url.query or 'template=waiting'}", 303)
    new = new_rule_of(visit, visit.request.query_params.multi_items())
    return effect_values(visit, bench_of_new(visit, new))


def new_rule_of(visit: Visit, items: Items) -> NewRule:
    """Return what a form says of a new rule; where it says nothing yet, what it begins with."""
    pairs = list(items)
    typed = {name: value for name, value in pairs if not name.startswith("card.")}
    rules = visit.plan.catalogue.rules
    like = rules.get(typed.get("like", ""))
    like = None if like is None or like.is_system_level else like
    cards = cards_from(pairs)
    is_fresh = cards is None
    cards = cards or _first_cards(visit, typed, like, pairs)
    cards = acted(cards, typed.get("act", ""))
    basis = like or next(iter(rules.values()))
    cards = completed(cards, like or basis.model_copy(update={"parameters": {}}), rules)
    if is_fresh:
        typed = {**_defaults(typed, like), **typed}
    return NewRule(cards, like, typed)


def form_values(visit: Visit, new: NewRule, bench: Bench) -> dict[str, Any]:
    """Return what the fields of a new rule show."""
    return {
        "new": new,
        "cards": new.cards,
        "choices": choices(bench.rule, visit.words),
        "operators": lambda card: operators(card, visit.words),
        "joins": JOINS,
        "rule_id": id_for(visit, new),
        "cards_page": "/rules/new",
        "stages": [(each, visit.texts.word("stage", each)) for each in STAGES if each != "system"],
        "severities": [(each, visit.texts.word("severity", each)) for each in SEVERITIES],
        "case_kinds": [(each, visit.words(f"case_by_{each}")) for each in get_args(CauseKind)[:-1]],
        "owners": owners_of(visit),
        "is_shipped": is_shipped(visit.plan.settings.expectations),
        "kept_beginnings": [(name, new.typed[name]) for name in _BEGINNINGS if new.typed.get(name)],
    }


def effect_values(visit: Visit, bench: Bench) -> dict[str, Any]:
    """Return what the templates of an effect show of a rule that is not there yet."""
    return {
        "bench": bench,
        "rule": bench.then,
        "sentence": comparison_in_words(bench.then, visit.locale) if bench.drafted else "",
        "problem": bench.problem.in_locale(visit.locale) if bench.problem else "",
        "changes": [],
        "shown": _SHOWN,
        "is_waiting": False,
        "messages": None,
        "messages_later": "",
        **counted(visit, lambda: effect_of_new(visit, bench)),
    }


def _first_cards(visit: Visit, typed: Mapping[str, str], like: Rule | None, items: Items) -> Card:
    if like is not None:
        return cards_of(text_of(rule_file(visit.plan, like)))
    found, _ = _likenesses(visit, typed.get("order", ""), items)
    if found:
        return cards_of_likenesses(found)
    return template_cards(typed.get("template", "")) or card_of(rule_templates()["waiting"].hit_when)


def _likenesses(visit: Visit, order_id: str, items: Items) -> tuple[list[Any], str]:
    if not order_id:
        return [], ""
    plan, picked = plan_at(visit.plan, visit.site.now()), [each for name, each in items if name == "pick"]
    try:
        found = likenesses(visit, plan, order_id, picked)
    except StoreError as error:
        return [], error.in_locale(visit.locale)
    return (found, "") if found is not None else ([], visit.words("likeness_not_active"))


def _defaults(typed: Mapping[str, str], like: Rule | None) -> dict[str, str]:
    """Return what the fields of a rule say before anybody typed."""
    if like is not None:
        return {
            f"{PREFIX}stage": like.stage,
            f"{PREFIX}severity": like.severity,
            f"{PREFIX}weight": str(like.weight),
            f"{PREFIX}due_minutes": str(like.due_minutes or ""),
            f"{PREFIX}case_by": like.case_by,
        }
    template = rule_templates().get(typed.get("template", ""))
    return {f"{PREFIX}stage": template.stage} if template else {}
