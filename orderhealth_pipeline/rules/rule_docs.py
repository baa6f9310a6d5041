"""Rules → texts that explain them: a page per rule, their index, and what `orderhealth rules explain` says.

What belongs here: putting a rule's own texts and figures together. What does not: the layout
(templates/), the words around it (rule_words.yml), and writing files.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Literal, get_args

import jinja2

from orderhealth_pipeline.declared.features import FeatureDeclaration, declared_features
from orderhealth_pipeline.declared.order_columns import order_columns
from orderhealth_pipeline.declared.system_counts import declared_counts
from orderhealth_pipeline.rules.catalogue import Catalogue
from orderhealth_pipeline.rules.in_force.profiles import Override, Profile
from orderhealth_pipeline.rules.in_force.tiers import Tier
from orderhealth_pipeline.rules.language.conditions import SystemCount, SystemShare
from orderhealth_pipeline.rules.language.model import Rule
from orderhealth_pipeline.rules.language.sentence import formula, sentence
from orderhealth_pipeline.rules.own_examples.example import Example
from orderhealth_pipeline.words import Locale, Severity, Stage, Text, words_of
from orderhealth_pipeline.yaml_files import FrozenModel

_HERE: Final = Path(__file__).parent


class _Words(FrozenModel, extra="allow"):
    """The words of one language; those that are looked up by a value of a rule are complete."""

    stages: dict[Stage, str]
    severities: dict[Severity, str]
    share: str
    count: str


def _words() -> dict[Locale, _Words]:
    return {locale: words_of(_HERE / "rule_words.yml", _Words, locale) for locale in get_args(Locale)}


@lru_cache(maxsize=1)
def _templates() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE / "templates"),
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # noqa: S701 - the output is Markdown and plain text
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["cell"] = _cell
    return environment


def explain_text(rule: Rule, locale: Literal["zh", "en"]) -> str:
    """Say in plain text what a rule means, why it matters and what to do; ends with a line break."""
    template = _templates().get_template("explain.txt.jinja")
    words = _words()[locale]
    return _tidy(
        template.render(
            rule=rule,
            locale=locale,
            words=words,
            comparison=comparison_text(rule),
            sentence=comparison_in_words(rule, locale),
        )
    )


def rule_pages(catalogue: Catalogue, profiles: Sequence[Profile], tiers: Sequence[Tier]) -> dict[str, str]:
    """Return the text of every page by its file name: `<rule_id>.md`, and `README.md` with the index."""
    rules = tuple(catalogue.rules.values())
    pages = {f"{rule.id}.md": _page(rule, catalogue.features) for rule in rules}
    index = _templates().get_template("index.md.jinja")
    pages["README.md"] = _tidy(
        index.render(
            rules=rules,
            all_words=_words(),
            comparisons={rule.id: comparison_text(rule) for rule in rules},
            profiles=profiles,
            changes=_changes,
            tiers=tiers,
        )
    )
    return pages


def comparison_text(rule: Rule) -> str:
    """Write a rule's condition as a formula, such as `minutes_paid_without_erp > 15`."""
    condition = rule.hit_when
    if isinstance(condition, SystemCount):
        return f"count({condition.count}) ≥ {condition.at_least}"
    if isinstance(condition, SystemShare):
        return f"share({condition.feature}) < {condition.share_below}, orders ≥ {condition.orders_at_least}"
    return formula(condition)


def comparison_in_words(rule: Rule, locale: Locale) -> str:
    """Read a rule's condition back as a sentence, with what its features measure, over which figures."""
    condition = rule.hit_when
    if isinstance(condition, SystemCount):
        return _words()[locale].count.format(
            name=measured(rule, condition.count, locale), count=condition.at_least
        )
    if isinstance(condition, SystemShare):
        return _words()[locale].share.format(
            name=measured(rule, condition.feature, locale),
            share=condition.share_below,
            orders=condition.orders_at_least,
        )
    return sentence(condition, locale, lambda name: measured(rule, name, locale))


def measured(rule: Rule, name: str, locale: Locale) -> str:
    """Say what a feature, a count or a column is, with the rule's figures in the place of its parameters."""
    declared: dict[str, Text] = {
        declared_name: each.measures
        for part in (declared_counts(), declared_features())
        for declared_name, each in part.items()
    }
    if name not in declared:
        title = order_columns()[name].title
        return title.zh if locale == "zh" else title.en
    measures = declared[name]
    said = measures.zh if locale == "zh" else measures.en
    for parameter, value in rule.parameters.items():
        said = said.replace(parameter, str(value))
    return said


def _page(rule: Rule, features: Mapping[str, FeatureDeclaration]) -> str:
    named = dict.fromkeys(look.feature for look in rule.looks if look.feature is not None)
    measures = {name: features[name].measures for name in named}
    if isinstance(rule.hit_when, SystemCount):
        measures[rule.hit_when.count] = declared_counts()[rule.hit_when.count].measures
    page = _templates().get_template("rule.md.jinja")
    return _tidy(
        page.render(
            rule=rule,
            all_words=_words(),
            comparison=comparison_text(rule),
            features={name: Text(zh=text.zh, en=text.en) for name, text in measures.items()},
            examples=[_example(example) for example in rule.examples],
        )
    )


def _example(example: Example) -> dict[str, Any]:
    because = (f"{order} explained: {explanation}" for order, explanation in example.explained.items())
    system = ("the system is hit",) if example.system_hit else ()
    hit = (f"hit: {', '.join(example.hit)}",) if example.hit else ()
    return {
        "name": example.name,
        "as_of": example.as_of,
        "records": [f"`{feed}` {_fields(row)}" for feed, rows in example.feeds.items() for row in rows],
        "expected": "; ".join((*hit, *because, *system)) or "no hit",
    }


def _fields(row: Mapping[str, Any]) -> str:
    fields = (f"{column}={value}" for column, value in row.items() if column != "repeat")
    numbered = f" (n = 1…{row['repeat']})" if "repeat" in row else ""
    return ", ".join(fields) + numbered


def _changes(override: Override) -> list[str]:
    given = override.model_dump(include={"enabled", "severity", "weight"}, exclude_none=True)
    return [
        f"{key}: {value}"
        for key, value in {**override.hit_when, **override.figures, **override.parameters, **given}.items()
    ]


def _cell(text: object) -> str:
    """Keep a text within one cell of a Markdown table."""
    return str(text).replace("|", "\\|").replace("*", "\\*").replace("\n", " ")


def _tidy(text: str) -> str:
    """Leave at most one empty line between blocks, none at the end, and a final line break."""
    lines: list[str] = []
    for line in (each.rstrip() for each in text.splitlines()):
        if line or (lines and lines[-1]):
            lines.append(line)
    return "\n".join(lines).strip() + "\n"
