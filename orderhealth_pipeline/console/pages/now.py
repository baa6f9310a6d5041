"""`/`: how things stand now: the score and what moved it, where orders are stuck, who has what to do.

What belongs here: the values of `now.html.j2`, which are the report's, and which rules are in force. What
does not: other pages.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from orderhealth_pipeline.console.site import Site
from orderhealth_pipeline.console.visit import Visit
from orderhealth_pipeline.report.render.html import page_values
from orderhealth_pipeline.report.words import formats
from orderhealth_pipeline.rules.in_force.calendar import profile_at
from orderhealth_pipeline.rules.in_force.profiles import read_profiles
from orderhealth_pipeline.settings import EVERYDAY
from orderhealth_pipeline.words import Locale


class InForce(NamedTuple):
    """Which profile of the rules is in force, and what the calendar brings next; empty where nothing."""

    profile: str
    until: str
    next: str


def prepare(site: Site) -> Mapping[str, Any]:
    """Make the page's values in the language of the settings, before somebody asks. Raises StoreError."""
    return _values(site, site.settings.locale)


def _values(site: Site, locale: Locale) -> Mapping[str, Any]:
    return site.once_published(("now", locale), lambda: page_values(site.report(locale)))


def show(visit: Visit) -> Mapping[str, Any]:
    """Return the values of the page. Raises StoreError where nothing was evaluated yet."""
    values = _values(visit.site, visit.locale)
    return {
        **values,
        "findings_file": None,
        "in_force": _in_force(visit),
        "wall": visit.request.query_params.get("wall") == "1",
    }


def _in_force(visit: Visit) -> InForce:
    plan, now, words = visit.plan, visit.site.now(), visit.words
    titles = {
        profile.name: profile.title.in_locale(visit.locale)
        for profile in read_profiles(plan.settings.expectations)
    }
    titles.setdefault(EVERYDAY, words("everyday"))

    def told(instant: datetime) -> str:
        return formats.short_minute(instant.astimezone(plan.settings.zone))

    otherwise = plan.settings.profile
    present = profile_at(plan.calendar, now, otherwise)
    entry = next((each for each in plan.calendar if each.holds(now)), None)
    coming = min(
        (each for each in plan.calendar if each.begin > now), key=lambda each: each.begin, default=None
    )
    return InForce(
        profile=titles.get(present, present),
        until=words("until", until=told(entry.until), profile=titles.get(otherwise, otherwise))
        if entry
        else "",
        next=words("comes", begin=told(coming.begin), profile=titles.get(coming.profile, coming.profile))
        if coming
        else "",
    )
