"""One rule on the workbench: its files, what a person typed, the rule that this makes, and what it would do.

What belongs here: from the fields of a form to a draft. What does not: pages, and publishing (publishing.py).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final

from starlette.exceptions import HTTPException

from orderhealth_pipeline.console.editing.cards import CARD_TOKENS, cards_from, cards_of, condition_of
from orderhealth_pipeline.console.visit import Guest
from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.pipeline.editing.drafts import (
    Draft,
    draft_of,
    own_rule,
    profile_file,
    profile_of,
    rule_file,
    rule_in_force,
)
from orderhealth_pipeline.pipeline.plan import RunPlan, plan_of_profile
from orderhealth_pipeline.pipeline.what_if.effect import Effect
from orderhealth_pipeline.rules.editing.figures import Figure, Source, figures_of
from orderhealth_pipeline.rules.editing.yaml_edit import ABSENT, value_at
from orderhealth_pipeline.rules.in_force.calendar import CalendarEntry, profile_at
from orderhealth_pipeline.rules.in_force.named_files import names_in
from orderhealth_pipeline.rules.in_force.profiles import Override, Profile
from orderhealth_pipeline.rules.language.conditions import SystemCondition
from orderhealth_pipeline.rules.language.model import Rule
from orderhealth_pipeline.settings import EVERYDAY
from orderhealth_pipeline.yaml_files import Keys

_SOURCES: Final[tuple[Source, ...]] = ("rule", "profile")
_CHANGEABLE: Final = frozenset(
    {"hit_when", "parameters", "enabled", "severity", "weight", "due_minutes", "applies_to"}
)
_WORDS: Final = {"true": True, "false": False}
_LONGEST: Final = 20_000
_WITH_THOUSANDS: Final = re.compile(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?")
_CONDITION: Final[Keys] = ("hit_when",)
_SCOPE: Final[Keys] = ("applies_to",)
CONDITION_FIELD: Final = 'rule:["hit_when"]'
"""What a form calls the whole condition, written as JSON."""


@dataclass(frozen=True)
class Bench:
    """A rule, as its files say it (`rule`, and `in_force` under the profile), and as a draft would."""

    plan: RunPlan
    profile: str
    entry: CalendarEntry | None
    rule: Rule
    in_force: Rule
    override: Override | None
    draft: Draft
    path: Path
    typed: Mapping[str, str] = field(default_factory=dict)
    drafted: Rule | None = None
    problem: ConfigurationError | None = None

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The figures as the files say them."""
        return figures_of(self.rule, self.override)

    @property
    def is_changed(self) -> bool:
        """Say whether the draft differs from the files."""
        return bool(self.draft.changed)

    @property
    def then(self) -> Rule:
        """The rule as the draft makes it; where that is none, as it is in force."""
        return self.drafted or self.in_force


def bench_of(guest: Guest, rule_id: str, typed: Mapping[str, str]) -> Bench:
    """Put a rule on the bench, with what somebody typed. Raises HTTPException where there is none."""
    base, asked = guest.plan, typed.get("profile", "")
    now = guest.site.now()
    names = {EVERYDAY, *names_in(base.settings.expectations / "profiles")}
    in_force = profile_at(base.calendar, now, base.settings.profile)
    profile = asked if asked in names else in_force
    plan = guest.site.once_published(("plan", profile), lambda: plan_of_profile(base, profile))
    known = plan.catalogue.rules.get(rule_id)
    if known is None:
        raise HTTPException(404)
    path = rule_file(plan, known)
    files = draft_of(path, profile_file(plan, profile))
    rule, laid_over = own_rule(path, files), profile_of(plan, profile, files)
    override = laid_over.rules.get(rule_id) if laid_over else None
    entry = next((each for each in base.calendar if each.holds(now)), None)
    bare = Bench(plan, profile, entry, rule, known, override, files, path, typed)
    return _with_draft(bare)


def typed_of(items: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return what a form says by names; where it says cards, these as one condition."""
    pairs = list(items)
    typed = {name: value for name, value in pairs if name not in CARD_TOKENS and not name.startswith("card.")}
    cards = cards_from(pairs)
    if cards is not None:
        typed = {name: value for name, value in typed.items() if not name.startswith(CONDITION_FIELD[:-1])}
        typed[CONDITION_FIELD] = json.dumps(condition_of(cards), ensure_ascii=False, default=float)
    return typed


def effect_of(guest: Guest, bench: Bench) -> Effect | None:
    """Return what the draft would do; None of a rule about the system. Raises StoreError."""
    if isinstance(bench.then.hit_when, SystemCondition):
        return None
    then = bench.then
    if not bench.in_force.enabled:
        # Of a rule that is switched off people want to know what it would find.
        then = then.model_copy(update={"enabled": True})
    return guest.site.previews.effect(bench.plan, guest.site.version(), bench.in_force, then)


def field_name(figure: Figure) -> str:
    """Return what a form calls a figure."""
    return name_of(figure.source, figure.keys)


def name_of(source: Source, keys: Keys) -> str:
    """Return what a form calls a place in a file."""
    return f"{source}:{json.dumps(keys, ensure_ascii=False)}"


def _with_draft(bench: Bench) -> Bench:
    draft, problem, drafted = bench.draft, None, None
    try:
        paths = {"rule": bench.path, "profile": profile_file(bench.plan, bench.profile)}
        for source in _SOURCES:
            edits = list(_edits(bench, source, draft.after[paths[source]]))
            draft = draft.with_edits(paths[source], edits) if edits else draft
        laid_over: Profile | None = profile_of(bench.plan, bench.profile, draft)
        drafted = rule_in_force(bench.plan, own_rule(bench.path, draft), laid_over)
    except ConfigurationError as error:
        problem = error
    return replace(bench, draft=draft, drafted=drafted, problem=problem)


def _edits(bench: Bench, source: Source, text: str) -> Iterator[tuple[Keys, Any]]:
    for name, given in bench.typed.items():
        owner, is_place, place = name.partition(":")
        if owner != source or not is_place:
            continue
        keys = _keys(place, bench, source)
        value = _value(given, keys)
        if _is_as_before(bench, keys, value, text):
            continue
        present = value_at(text, keys)
        if present is None or not _is_same(present, value):
            yield keys, value


def _keys(place: str, bench: Bench, source: Source) -> Keys:
    """Read the place that a field names: one that may be changed here. Raises HTTPException."""
    try:
        keys = json.loads(place)
    except ValueError:
        raise HTTPException(400) from None
    if not isinstance(keys, list) or not keys or not all(isinstance(key, str | int) for key in keys):
        raise HTTPException(400)
    own = keys if source == "rule" else keys[2:] if keys[:2] == ["rules", bench.rule.id] else []
    allowed = _CHANGEABLE if source == "rule" else _CHANGEABLE | {"figures"}
    if not own or own[0] not in allowed:
        raise HTTPException(400)
    return tuple(keys)


def _value(given: str, keys: Keys) -> Any:
    """Read a field. Raises ConfigurationError where a number is expected and none was given."""
    text = given.strip()[:_LONGEST]
    if keys == _CONDITION:
        return _json(text)
    if keys == _SCOPE:
        return scope_from(text) or ABSENT
    if keys[-1] == "enabled":
        return _WORDS.get(text, False)
    if keys[-1] == "severity":
        return text
    try:
        number = _number(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        place = ".".join(map(str, keys))
        raise ConfigurationError(
            Message("'{place}': '{given}' was given, a number is expected", place=place, given=text)
        )
    return int(number) if number == int(number) else number


def _number(text: str) -> Decimal:
    """Read a number. Raises InvalidOperation, also where a comma cannot be one between thousands."""
    plain = text.replace("，", ",")
    if "_" in plain or ("," in plain and not _WITH_THOUSANDS.fullmatch(plain)):
        raise InvalidOperation
    return Decimal(plain.replace(",", ""))


def scope_from(text: str) -> dict[str, list[str]]:
    """Read `shop = A, B; province = 浙江省`."""
    entries = [entry.partition("=") for entry in text.replace("；", ";").replace("，", ",").split(";")]
    return {
        place.strip(): [name.strip() for name in names.split(",") if name.strip()]
        for place, _, names in entries
        if place.strip()
    }


def _json(text: str) -> Any:
    try:
        return json.loads(text, parse_float=Decimal)
    except ValueError:
        raise HTTPException(400) from None


def _is_as_before(bench: Bench, keys: Keys, value: Any, text: str) -> bool:
    """Say whether a condition or a scope is what the file says already, however it is laid out."""
    if keys == _CONDITION and not isinstance(bench.rule.hit_when, SystemCondition):
        return bool(_json(json.dumps(condition_of(cards_of(text)), default=float)) == value)
    if keys == _SCOPE:
        present = {place: list(names) for place, names in bench.rule.applies_to.items()}
        return present == ({} if value is ABSENT else value)
    return False


def _is_same(present: str, value: Any) -> bool:
    if isinstance(value, bool | str):
        return present == (str(value).lower() if isinstance(value, bool) else value)
    try:
        return bool(Decimal(present) == value)
    except InvalidOperation:
        return False
