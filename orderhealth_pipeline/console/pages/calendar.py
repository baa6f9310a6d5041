"""`/calendar`: which profile of the rules is in force when, as bars on days; moved, stretched and published.

What belongs here: the values of `calendar.html.j2`, and publishing. What does not: bars (editing/days.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import MAXYEAR, MINYEAR, date
from typing import Any, Final

from starlette.responses import RedirectResponse, Response

from orderhealth_pipeline.console.editing import publishing
from orderhealth_pipeline.console.editing.days import (
    Slot,
    acted,
    calendar_draft,
    slots_from,
    slots_of,
    told_of_slots,
    weeks_of,
)
from orderhealth_pipeline.console.editing.wording import titles_of_profiles
from orderhealth_pipeline.console.visit import Visit
from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.pipeline.editing.drafts import Draft
from orderhealth_pipeline.pipeline.editing.publish import ChangedMeanwhileError, is_shipped
from orderhealth_pipeline.rules.editing.figures import figures_of
from orderhealth_pipeline.rules.editing.yaml_values import plain_number
from orderhealth_pipeline.rules.in_force.profiles import Override, Profile, read_profiles
from orderhealth_pipeline.rules.language.model import Rule
from orderhealth_pipeline.settings import EVERYDAY

_LONGEST_WHY: Final = 500


def show(visit: Visit) -> Mapping[str, Any]:
    """Return the values of the page: the entries that were sent, after the button that was pressed."""
    return _values(visit, visit.request.query_params.multi_items())


def publish(visit: Visit) -> Mapping[str, Any] | Response:
    """Publish the calendar; else say what stands in the way, with all that was typed."""
    items = [(name, value) for name, value in visit.form.multi_items() if isinstance(value, str)]
    typed = dict(items)
    values = _values(visit, items)
    draft: Draft | None = values["draft"]
    why = typed.get("why", "").strip()[:_LONGEST_WHY]
    conflict = draft is None or typed.get("fingerprint") != draft.fingerprint
    if draft is None or conflict or values["refused"] or not draft.changed:
        return {**values, "conflict": conflict and not values["refused"]}
    if is_shipped(visit.plan.settings.expectations):
        return {**values, "refused": visit.words("publish_shipped")}
    if not why:
        return {**values, "refused": visit.words("publish_why_missing")}
    try:
        number = publishing.publish(visit, draft, why, ("calendar", "; ".join(values["told"])))
    except ChangedMeanwhileError:
        return {**values, "conflict": True}
    except ConfigurationError as error:
        return {**values, "refused": error.in_locale(visit.locale)}
    return RedirectResponse(f"/calendar?done={number}", 303)


def _values(visit: Visit, items: Iterable[tuple[str, str]]) -> dict[str, Any]:
    pairs = list(items)
    typed, plan, now = dict(pairs), visit.plan, visit.site.now()
    settings = plan.settings
    zone = settings.zone
    today = now.astimezone(zone).date()
    profiles = {each.name: each for each in read_profiles(settings.expectations)}
    titles = titles_of_profiles(profiles.values(), visit.locale)
    before = slots_of(plan.calendar, zone)
    other = next((name for name in profiles if name != EVERYDAY), EVERYDAY)
    new = Slot(other, "", "", titles.get(other, other))
    after = acted(
        slots_from(pairs) or ([] if "entries" in typed else before),
        typed.get("act", ""),
        today,
        new,
    )
    draft, refused = _draft(visit, before, after)
    entry = next((each for each in plan.calendar if each.holds(now)), None)
    done = typed.get("done", "")
    first = _day(typed.get("first", "")) or today
    return {
        "weeks": weeks_of(after, first),
        "first": first,
        "slots": after,
        "profiles": sorted({EVERYDAY, *profiles}),
        "titles": titles,
        "today": today,
        "entry": entry,
        "draft": draft,
        "told": told_of_slots(before, after, titles),
        "refused": refused.in_locale(visit.locale) if refused else "",
        "conflict": "conflict" in typed,
        "why": typed.get("why", ""),
        "differences": draft.differences(settings.expectations) if draft else [],
        "effects": [
            (name, _effects(visit, profiles[name]))
            for name in sorted({each.profile for each in after} & {*profiles})
        ],
        "done": visit.site.rule_changes.find(int(done)) if done.isdecimal() else None,
        "changes_made": visit.site.rule_changes.newest("calendar", limit=8),
        "is_shipped": is_shipped(settings.expectations),
        "second_person": visit.site.settings.console.rules_need_second_person,
    }


def _draft(
    visit: Visit, before: list[Slot], after: list[Slot]
) -> tuple[Draft | None, ConfigurationError | None]:
    try:
        draft = calendar_draft(visit.plan.settings.expectations, before, after)
    except ConfigurationError as error:
        return None, error
    return draft, publishing.refusal_of(visit, draft) if draft.changed else None


def _effects(visit: Visit, profile: Profile) -> list[tuple[str, str, list[str]]]:
    """Return which rules a profile changes: id, title, and each change in few words."""
    rules = visit.plan.catalogue.rules
    return [
        (
            rule_id,
            rules[rule_id].title.in_locale(visit.locale),
            list(_changes(visit, rules[rule_id], override)),
        )
        for rule_id, override in profile.rules.items()
        if rule_id in rules
    ]


def _changes(visit: Visit, rule: Rule, override: Override) -> Iterator[str]:
    words = visit.words
    for plain, other in zip(figures_of(rule, None), figures_of(rule, override), strict=True):
        if other.source == "profile":
            unit = words.word("unit", other.unit) if other.unit in {"minutes", "hours", "days"} else ""
            yield f"{plain_number(plain.value)} → {plain_number(other.value)} {unit}".strip()
    if override.severity is not None and override.severity != rule.severity:
        levels = (visit.texts.word("severity", each) for each in (rule.severity, override.severity))
        yield f"{words('rule_severity')}: {' → '.join(levels)}"
    if override.weight is not None and override.weight != rule.weight:
        yield f"{words('rule_weight')}: {rule.weight} → {override.weight}"
    if override.enabled is not None and override.enabled != rule.enabled:
        yield words("rule_on" if override.enabled else "rule_off")


def _day(text: str) -> date | None:
    """Return a day that weeks can be shown of; the last and the first ones that there are have none."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if MINYEAR < day.year < MAXYEAR else None
