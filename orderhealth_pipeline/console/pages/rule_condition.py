"""`/rules/ID/condition`: the condition of a rule as cards, to drag, move, add and take away.

What belongs here: the values of `rule_condition.html.j2`. What does not: the cards (editing/cards.py).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException

from orderhealth_pipeline.console.editing.bench import CONDITION_FIELD, bench_of, name_of, typed_of
from orderhealth_pipeline.console.editing.card_choices import JOINS, choices, completed, operators
from orderhealth_pipeline.console.editing.cards import acted, cards_from, cards_of, condition_of
from orderhealth_pipeline.console.pages.rule import effect_values
from orderhealth_pipeline.console.visit import Visit
from orderhealth_pipeline.pipeline.editing.publish import is_shipped


def show(visit: Visit) -> Mapping[str, Any]:
    """Return the values of the page: the cards that were sent, after the button that was pressed."""
    rule_id, items = visit.request.path_params["id"], visit.request.query_params.multi_items()
    sent = cards_from(items)
    rules = visit.plan.catalogue.rules
    if rule_id not in rules or rules[rule_id].is_system_level:
        raise HTTPException(404)
    if sent is not None:
        sent = acted(sent, visit.request.query_params.get("act", ""))
        sent = completed(sent, rules[rule_id], rules)
        plain = [(name, value) for name, value in typed_of(items).items() if name != CONDITION_FIELD]
        typed = {**dict(plain), CONDITION_FIELD: _json(condition_of(sent))}
    else:
        typed = typed_of(items)
    bench = bench_of(visit, rule_id, typed)
    cards = sent or cards_of(bench.draft.after[bench.path])
    scope = name_of("rule", ("applies_to",))
    present = "; ".join(f"{place} = {', '.join(names)}" for place, names in bench.rule.applies_to.items())
    return {
        **effect_values(visit, bench),
        "cards": cards,
        "cards_page": f"/rules/{rule_id}/condition",
        "choices": choices(bench.rule, visit.words),
        "operators": lambda card: operators(card, visit.words),
        "joins": JOINS,
        "scope_name": scope,
        "scope": typed.get(scope, present),
        "kept": [
            (name, value)
            for name, value in typed.items()
            if not name.startswith(CONDITION_FIELD[:-1]) and name not in {scope, "fingerprint", "profile"}
        ],
        "is_shipped": is_shipped(visit.plan.settings.expectations),
    }


def _json(condition: Mapping[str, Any]) -> str:
    return json.dumps(condition, ensure_ascii=False, default=float)
