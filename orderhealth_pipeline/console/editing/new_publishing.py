"""What a new rule needs before it is published: examples, a name, and an id that no rule has.

What belongs here: completing and refusing. What does not: writing it (publishing.py), and pages.
"""

from __future__ import annotations

from dataclasses import replace

from orderhealth_pipeline.console.editing import publishing
from orderhealth_pipeline.console.editing.bench import Bench
from orderhealth_pipeline.console.editing.example_records import examples_for, kept_examples
from orderhealth_pipeline.console.editing.new_rule import (
    PREFIX,
    NewRule,
    bench_of_new,
    effect_of_new,
    is_like_its_template,
)
from orderhealth_pipeline.console.editing.publishing import Checked
from orderhealth_pipeline.console.visit import Guest
from orderhealth_pipeline.errors import StoreError
from orderhealth_pipeline.pipeline.editing.drafts import rule_file, text_of
from orderhealth_pipeline.rules.rule_docs import comparison_in_words


def with_own_examples(guest: Guest, new: NewRule) -> NewRule:
    """Return the rule with examples: those that were typed, those of its template, or real ones."""
    if new.said("examples"):
        return new
    if new.like is not None and is_like_its_template(guest, new):
        examples = kept_examples(text_of(rule_file(guest.plan, new.like)))
    else:
        bench = bench_of_new(guest, new)
        try:
            effect = effect_of_new(guest, bench)
        except StoreError:
            effect = None
        examples = examples_for(guest, bench, effect)
    return replace(new, typed={**new.typed, f"{PREFIX}examples": examples})


def checked_new(guest: Guest, new: NewRule, bench: Bench) -> Checked:
    """Look at a new rule as `orderhealth rules check` does, and run its examples."""
    if bench.problem is not None or wrong_with(guest, new, bench):
        return Checked()
    return publishing.checked(guest, bench.draft, bench.then.id)


def wrong_with(guest: Guest, new: NewRule, bench: Bench) -> str:
    """Say what a new rule lacks, or whose place it would take; empty where nothing is wrong."""
    if not new.said("title") and not new.said("title_other"):
        return guest.words("new_untitled")
    if bench.drafted is not None and bench.then.id in guest.plan.catalogue.rules:
        return guest.words("new_known_id", id=bench.then.id)
    return ""


def told_of(guest: Guest, bench: Bench) -> str:
    """Return what the log says of a new rule."""
    return guest.words("new_told", rule=comparison_in_words(bench.then, guest.locale))
