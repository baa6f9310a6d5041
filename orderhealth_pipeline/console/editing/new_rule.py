"""A new rule on the workbench: from what a person chose and typed to a draft of a file that is not there yet.

What belongs here: templates, defaults, and the draft. What does not: the text of the file
(rules/editing/new_rule.py), examples (example_records.py), and pages.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import yaml

from orderhealth_pipeline.console.editing.bench import Bench
from orderhealth_pipeline.console.editing.cards import Card, card_of, condition_of
from orderhealth_pipeline.console.visit import Guest
from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.pipeline.editing.drafts import Draft, text_of
from orderhealth_pipeline.pipeline.plan import plan_of_profile
from orderhealth_pipeline.pipeline.what_if.effect import Effect
from orderhealth_pipeline.rules.catalogue import read_rule
from orderhealth_pipeline.rules.editing import new_rule as written
from orderhealth_pipeline.rules.in_force.calendar import profile_at
from orderhealth_pipeline.rules.language.model import Rule
from orderhealth_pipeline.words import SEVERITIES, STAGES, Locale

PREFIX: Final = "new."
"""What the names of fields about the rule itself begin with."""

NOT_IDS: Final = frozenset({"new", "copy", "changes", "all", "calendar"})
"""Words that would be mistaken for something else in addresses and on the command line."""

WEIGHTS: Final = {"low": "0.15", "medium": "0.30", "high": "0.45", "critical": "0.60"}
"""What a finding weighs in the score where nobody says so, by its severity."""

_ID: Final = re.compile(r"[a-z][a-z0-9_]{0,60}")
_NO_EXAMPLES: Final = """\
- {name: first, as_of: 2026-01-01 12:00:00, feeds: {}}
- {name: second, as_of: 2026-01-01 12:00:00, feeds: {}}"""
_LONGEST: Final = 4_000


@dataclass(frozen=True)
class NewRule:
    """What a person chose and typed: the cards, the rule that was taken as a template, and the fields."""

    cards: Card
    like: Rule | None
    typed: Mapping[str, str]

    def said(self, name: str) -> str:
        """Return a field, empty where nothing was typed."""
        return self.typed.get(PREFIX + name, "").strip()[:_LONGEST]


def id_for(guest: Guest, new: NewRule) -> str:
    """Return the id that was typed, else one made of the English title that no rule has yet."""
    if new.said("id"):
        return new.said("id").lower().replace("-", "_").replace(" ", "_")
    english = new.said("title" if guest.locale == "en" else "title_other") or new.said("title")
    words = re.findall(r"[a-z0-9]+", english.lower())
    plain = "_".join(words)[:48].strip("_")
    plain = plain if _ID.fullmatch(plain) else "own_rule"
    name, number, known = plain, 1, guest.plan.catalogue.rules
    while name in known or name in NOT_IDS:
        number += 1
        name = f"{plain}_{number}"
    return name


def bench_of_new(guest: Guest, new: NewRule) -> Bench:
    """Put a new rule on the bench; nothing in the folder of the rules says anything of it yet."""
    base = guest.plan
    now = guest.site.now()
    profile = profile_at(base.calendar, now, base.settings.profile)
    plan = guest.site.once_published(("plan", profile), lambda: plan_of_profile(base, profile))
    rule_id, stage = id_for(guest, new), _stage(new)
    path = base.settings.expectations / stage / f"{rule_id}.yml"
    text = text_of_new(guest, new, rule_id)
    problem: ConfigurationError | None = None
    drafted: Rule | None = None
    placeholder = next(iter(plan.catalogue.rules.values()))
    try:
        _require_id(rule_id)
        drafted = read_rule(path, frozenset(feed_contracts()), text)
    except ConfigurationError as error:
        problem = error
    entry = next((each for each in base.calendar if each.holds(now)), None)
    draft = Draft({path: text_of(path)}, {path: text})
    shown = drafted or placeholder
    return Bench(
        *(plan, profile, entry, shown, shown, None, draft, path),
        typed=new.typed,
        drafted=drafted,
        problem=problem,
    )


def _require_id(rule_id: str) -> None:
    if not _ID.fullmatch(rule_id) or rule_id in NOT_IDS:
        raise ConfigurationError(
            Message("'{id}' is no id: small letters, digits and _, such as late_pickup", id=rule_id)
        )


def effect_of_new(guest: Guest, bench: Bench) -> Effect | None:
    """Return what a new rule would do beside all others; None where it is none. Raises StoreError."""
    if bench.drafted is None:
        return None
    # Under one id while somebody types another: what was read for it can be used again.
    then = bench.drafted.model_copy(update={"id": "_new_rule", "enabled": True})
    now = then.model_copy(update={"enabled": False})
    return guest.site.previews.effect(bench.plan, guest.site.version(), now, then)


def text_of_new(guest: Guest, new: NewRule, rule_id: str) -> str:
    """Return the text of the file; whether it is right is found out by who reads it."""
    examples = new.said("examples") or _NO_EXAMPLES
    return written.file_of(document_of(guest, new, rule_id), examples)


def document_of(guest: Guest, new: NewRule, rule_id: str) -> dict[str, Any]:
    """Return the keys of the file in their usual order, without the examples."""
    like = _kept_of(guest, new)
    condition = written.with_names(condition_of(new.cards))
    is_same = is_like_its_template(guest, new)
    parameters = like.get("parameters", {})
    if not is_same:
        condition, parameters = written.with_parameters(condition, parameters)
    sentences, feeds = _sentences(condition, parameters)
    severity = new.said("severity") if new.said("severity") in SEVERITIES else "medium"
    title: Mapping[Any, str] = _in_both(guest, new, "title") or sentences["title"]
    document = {
        "id": rule_id,
        "title": title,
        "stage": _stage(new),
        "enabled": True,
        "severity": severity,
        "weight": _number(new.said("weight")) or Decimal(WEIGHTS[severity]),
        "owner": _owner(guest, new),
        "case_by": new.said("case_by") or like.get("case_by", "order"),
        "due_minutes": _number(new.said("due_minutes")) or 480,
        "responses": like.get("responses", ["highlight", "notify"]),
        "steps": like.get("steps"),
        "needs": like.get("needs") if is_same else feeds,
        "hit_when": condition,
        "parameters": parameters,
        "explanations": like.get("explanations") if is_same else None,
        "says": like["says"] if is_same else sentences["says"],
        "means": like["means"] if is_same else sentences["means"],
        "why": _in_both(guest, new, "matters") or like.get("why") or title,
        "what_to_do": _in_both(guest, new, "what_to_do") or like.get("what_to_do") or _look_at_it(),
    }
    return {name: value for name, value in document.items() if value not in (None, {}, [])}


def is_like_its_template(guest: Guest, new: NewRule) -> bool:
    """Say whether the condition is that of the template but for its figures, so that its texts still fit."""
    like = _kept_of(guest, new)
    return bool(like) and _shape(card_of(like["hit_when"])) == _shape(new.cards)


def owners_of(guest: Guest) -> list[tuple[str, str]]:
    """Return the roles that may own a rule, with their titles."""
    return [(name, role.title.in_locale(guest.locale)) for name, role in guest.plan.owners.roles.items()]


def _sentences(
    condition: dict[str, Any], parameters: Mapping[str, Any]
) -> tuple[dict[str, dict[Locale, str]], list[str]]:
    try:
        read = written.parsed(condition)
        return {
            "says": written.says_of(read, parameters),
            "means": written.means_of(read, parameters),
            "title": written.title_of(read),
        }, written.feeds_of(read)
    except (ValueError, KeyError):
        # What is wrong with it is said, with its place, by whoever reads the file.
        nothing: dict[Locale, str] = {"zh": "—", "en": "—"}
        return dict.fromkeys(("says", "means", "title"), nothing), ["storefront_orders"]


def _kept_of(guest: Guest, new: NewRule) -> dict[str, Any]:
    """Return what the file of the template says."""
    if new.like is None:
        return {}
    path = guest.plan.settings.expectations / new.like.stage / f"{new.like.id}.yml"
    read: dict[str, Any] = yaml.safe_load(text_of(path))
    return read


def _shape(card: Card) -> tuple[Any, ...]:
    fields = {name: value for name, value in card.fields.items() if name not in {"value", "places"} and value}
    return card.join, tuple(sorted(fields.items())), tuple(_shape(each) for each in card.members)


def _stage(new: NewRule) -> str:
    stage = new.said("stage")
    return stage if stage in STAGES and stage != "system" else "ordering"


def _owner(guest: Guest, new: NewRule) -> dict[str, str]:
    roles = guest.plan.owners.roles
    role = roles.get(new.said("owner")) or next(iter(roles.values()), None)
    title = new.like.owner if new.like and not new.said("owner") else role.title if role else None
    return {"zh": title.zh, "en": title.en} if title else {"zh": "运营负责人", "en": "head of operations"}


def _in_both(guest: Guest, new: NewRule, name: str) -> dict[str, str] | None:
    """Return a text that was typed in one language or in both; one stands for the other."""
    own, other = new.said(name), new.said(f"{name}_other")
    if not own and not other:
        return None
    here, there = own or other, other or own
    return {"zh": here, "en": there} if guest.locale == "zh" else {"zh": there, "en": here}


def _look_at_it() -> dict[str, str]:
    return {
        "zh": "1. 打开订单，看它卡在哪一步。2. 处理，或判为误报。",
        "en": "1. Open the order and see where it stands. 2. Mend it, or call it a false alarm.",
    }


def _number(text: str) -> Decimal | int | None:
    try:
        number = Decimal(text)
    except ArithmeticError:
        return None
    if not number.is_finite():
        return None
    return int(number) if number == int(number) else number
