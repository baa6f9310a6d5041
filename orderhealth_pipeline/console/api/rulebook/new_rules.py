"""Calls about rules that are not there yet: what one would find, publishing it, and more orders like one.

What belongs here: requests → a new rule. What does not: what it is made of (editing/new_rule.py).
"""

from __future__ import annotations

from orderhealth_pipeline.console.api.call import ApiError, Asked
from orderhealth_pipeline.console.api.rulebook.asking import (
    change_answer,
    conflicts,
    effect_answer,
    guest_of,
    require_followed,
    require_own,
    shallow,
)
from orderhealth_pipeline.console.api.rulebook.models import (
    ChangeOfRules,
    EffectAnswer,
    LikenessList,
    LikenessOfOrder,
    NewRuleDraft,
)
from orderhealth_pipeline.console.editing import publishing
from orderhealth_pipeline.console.editing.cards import card_of
from orderhealth_pipeline.console.editing.likeness import likenesses
from orderhealth_pipeline.console.editing.new_publishing import (
    checked_new,
    told_of,
    with_own_examples,
    wrong_with,
)
from orderhealth_pipeline.console.editing.new_rule import PREFIX, NewRule, bench_of_new, effect_of_new
from orderhealth_pipeline.pipeline.plan import plan_at
from orderhealth_pipeline.rules.editing.new_rule import parsed
from orderhealth_pipeline.rules.rule_docs import comparison_in_words

_FIELDS = {"rule_id": "id", "title": "title", "title_zh": "title_other"}


def preview_new_rule(asked: Asked) -> EffectAnswer:
    """Say what a new rule would find among the present orders."""
    guest = guest_of(asked)
    bench = bench_of_new(guest, new_rule_from(asked.body))
    if bench.problem is not None:
        raise bench.problem
    return effect_answer(effect_of_new(guest, bench), comparison_in_words(bench.then, "en"))


def add_rule(asked: Asked) -> ChangeOfRules:
    """Publish a new rule, or leave it for a second person."""
    guest, body = guest_of(asked), asked.body
    require_own(guest)
    new = with_own_examples(guest, new_rule_from(body))
    bench = bench_of_new(guest, new)
    if bench.problem is not None:
        raise bench.problem
    if wrong := wrong_with(guest, new, bench):
        raise ApiError(409, wrong)
    found = checked_new(guest, new, bench)
    if found.refused is not None:
        raise found.refused
    require_followed(found.examples, follows=body.follow_examples)
    with conflicts():
        draft = publishing.with_examples(guest, bench.draft, found.examples)
        number = publishing.publish(guest, draft, body.why, (bench.then.id, told_of(guest, bench)))
    return change_answer(guest, number)


def list_likenesses(asked: Asked) -> LikenessList:
    """List what is unusual about an order."""
    guest = guest_of(asked)
    plan = plan_at(guest.plan, guest.site.now())
    found = likenesses(guest, plan, asked.path["order_id"], [])
    if found is None:
        raise ApiError(404, "there is no such order, or it is over: rules look at active orders")
    return LikenessList(
        likenesses=[
            LikenessOfOrder(
                says=each.says,
                share=each.share,
                condition={
                    name: float(value) if name in {"at_least", "at_most"} else value
                    for name, value in each.condition.items()
                },
            )
            for each in found
        ]
    )


def new_rule_from(body: NewRuleDraft) -> NewRule:
    """Return a new rule as a person would have typed it. Raises ApiError for a condition that is none."""
    condition = dict(shallow(body.condition))
    try:
        parsed(condition)
    except (ValueError, KeyError, TypeError) as error:
        raise ApiError(422, f"condition: {str(error).splitlines()[0]}") from None
    given = body.model_dump(exclude={"condition", "why", "follow_examples"}, exclude_none=True)
    typed = {PREFIX + _FIELDS.get(name, name): str(value) for name, value in given.items()}
    return NewRule(card_of(condition), None, typed)
