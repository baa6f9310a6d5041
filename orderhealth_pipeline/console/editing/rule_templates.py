"""What a new rule may begin with: conditions, each with a title.

What belongs here: reading rule_templates.yml. What does not: what a person makes of one (new_rule.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from orderhealth_pipeline.console.editing.cards import Card, card_of
from orderhealth_pipeline.words import Stage, Text
from orderhealth_pipeline.yaml_files import FrozenModel, read_model

_FILE: Final = Path(__file__).with_name("rule_templates.yml")


class RuleTemplate(FrozenModel):
    """A condition to begin with."""

    title: Text
    example: Text
    stage: Stage
    hit_when: dict[str, Any]


class _TemplatesFile(FrozenModel):
    templates: dict[str, RuleTemplate]


@cache
def rule_templates() -> Mapping[str, RuleTemplate]:
    """Return what a new rule may begin with."""
    return read_model(_FILE, _TemplatesFile).templates


def template_cards(name: str) -> Card | None:
    """Return the cards of a template, or None where there is none of that name."""
    template = rule_templates().get(name)
    return None if template is None else card_of(template.hit_when)
