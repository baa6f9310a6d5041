"""A calendar that switches rules drawn at random, over a change of the clocks: ticks equal full runs.

Every run opens the store anew, as after a restart. Slow: every step of every example is a run over two real
stores, and over a third one where the rules change.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import HealthCheck, event, given, reject, settings
from hypothesis import strategies as st

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.pipeline.load_sources import load_feeds
from orderhealth_pipeline.pipeline.plan import plan_run
from orderhealth_pipeline.pipeline.run import evaluate_store
from orderhealth_pipeline.pipeline.stage_seconds import StageTimes
from orderhealth_pipeline.rules.language.model import Rule
from orderhealth_pipeline.settings import Settings
from orderhealth_pipeline.store.file.connection import open_store, transaction
from tests.property.test_ticks import NOON, TABLES, Step, first_files, later_steps, put
from tests.property.test_ticks_of_any_rules import numbers, rules

pytestmark = pytest.mark.slow

CLOCKS_CHANGE = datetime.fromisoformat("2026-10-25T01:00:00+00:00")
"""When clocks in Berlin are set back from 3 to 2."""

ZONES = ("Europe/Berlin", "Asia/Shanghai")
PROFILES = ("everyday", "strict", "other")
NUMERIC = ("more_than", "at_least", "below", "at_most")
HELD = (*TABLES, "profile_changes", "working.untold_edges")

minutes = st.sampled_from([-120, -60, -16, -15, 0, 1, 5, 15, 30, 60, 120, 1440])
overrides = st.fixed_dictionaries(
    {},
    optional={
        "enabled": st.booleans(),
        "weight": st.sampled_from(["0.1", "0.5", "0.9"]),
        "figures": st.fixed_dictionaries({"figure_1": numbers}),
    },
)


@dataclass(frozen=True)
class Entry:
    """An entry of the calendar, in minutes from when the clocks change."""

    profile: str
    begin: datetime
    until: datetime


@st.composite
def calendars(draw: st.DrawFn) -> list[Entry]:
    """Draw entries that do not overlap."""
    edges = sorted(draw(st.sets(minutes, min_size=2, max_size=6)))
    spans = [(CLOCKS_CHANGE + timedelta(minutes=each)) for each in edges]
    profiles = draw(st.lists(st.sampled_from(PROFILES), min_size=len(spans), max_size=len(spans)))
    entries = zip(profiles, spans[:-1], spans[1:], strict=False)
    return [Entry(*each) for each in entries if draw(st.booleans())]


def shifted(step: Step) -> Step:
    """Move all instants of a step from around NOON to around the change of the clocks."""
    span = CLOCKS_CHANGE - timedelta(minutes=30) - NOON

    def moved(text: str) -> str:
        return (
            (datetime.fromisoformat(text) + span).isoformat()
            if text.startswith("20") and "T" in text
            else text
        )

    files = [
        (feed, number, [{name: moved(value) for name, value in each.items()} for each in rows])
        for feed, number, rows in step.files
    ]
    return replace(step, files=files, said=[])


def write_expectations(
    folder: Path, drawn: list[Rule], profiles: dict[str, dict[str, Any]], entries: list[Entry], zone: str
) -> None:
    """Write rules, profiles and calendar; instants of the calendar as the clocks of the zone show them."""
    (folder / "profiles").mkdir(parents=True)
    for rule in drawn:
        file = folder / rule.stage / f"{rule.id}.yml"
        file.parent.mkdir(exist_ok=True)
        text = rule.model_dump(mode="json", by_alias=True, exclude_none=True)
        file.write_text(yaml.safe_dump(text, allow_unicode=True), encoding="utf-8")
    why = {"zh": "x", "en": "x"}
    for name, changed in profiles.items():
        text = {"name": name, "title": why, "why": why}
        text["rules"] = {rule: {"why": why, **change} for rule, change in changed.items()}
        (folder / "profiles" / f"{name}.yml").write_text(yaml.safe_dump(text), encoding="utf-8")
    calendar = [
        {
            "profile": each.profile,
            "from": shown(each.begin, zone),
            "until": shown(each.until, zone),
            "why": "x",
        }
        for each in entries
    ]
    (folder / "calendar.yml").write_text(yaml.safe_dump({"calendar": calendar}), encoding="utf-8")


def shown(instant: datetime, zone: str) -> str:
    """Write an instant as the clocks show it; with its offset where they show the same twice."""
    local = instant.astimezone(ZoneInfo(zone))
    return local.isoformat() if local.fold else local.replace(tzinfo=None).isoformat(sep=" ")


@st.composite
def catalogues(draw: st.DrawFn) -> tuple[list[Rule], dict[str, dict[str, Any]]]:
    """Draw rules, and two profiles that change some of them."""
    drawn = draw(rules.filter(bool))
    profiles = {name: {rule.id: draw(overrides) for rule in drawn} for name in PROFILES[1:]}
    for changes in profiles.values():
        for rule in drawn:
            named = {leaf.figure for leaf in rule.comparisons if leaf.operator in NUMERIC}
            if "figure_1" not in named:
                changes[rule.id].pop("figures", None)
    return drawn, profiles


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    catalogue=catalogues(),
    entries=calendars(),
    zone=st.sampled_from(ZONES),
    first=st.builds(Step, first_files, st.just(0)),
    later=st.lists(st.tuples(later_steps, st.sampled_from([0, 1, 14, 15, 45, 60])), min_size=3, max_size=5),
)
def test_ticks_over_a_calendar_end_in_what_full_runs_give(
    catalogue: tuple[list[Rule], dict[str, dict[str, Any]]],
    entries: list[Entry],
    zone: str,
    first: Step,
    later: list[tuple[Step, int]],
) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        feeds = folder / "feeds"
        feeds.mkdir()
        write_expectations(folder / "expectations", *catalogue, entries, zone)
        configured = Settings(expectations=folder / "expectations", timezone=zone)
        try:
            for profile in PROFILES:
                plan_run(configured.overridden(profile=profile))
        except ConfigurationError:
            reject()  # with another figure it can never hold
        as_of, before = CLOCKS_CHANGE - timedelta(minutes=30), None
        for step, wait in ((first, 0), *later):
            put(feeds, shifted(step))
            as_of += timedelta(minutes=wait)
            held = [each.profile for each in entries if each.begin <= as_of < each.until]
            in_force = held[0] if held else "everyday"
            ticked = run(folder / "ticked.duckdb", feeds, as_of, configured, is_full=False)
            rebuilt = run(folder / "rebuilt.duckdb", feeds, as_of, configured, is_full=True)
            for table in HELD:
                assert ticked[table] == rebuilt[table], table
            assert {row[0]: row[4] for row in ticked["health_score"]}[as_of] == in_force
            if wait and before != in_force:
                event("the rules changed")
                by_earlier = {row[0]: row[3] for row in ticked["profile_changes"]}[as_of]
                assert by_earlier == score_of_run_with(str(before), folder, feeds, as_of, configured)
            before = in_force


def score_of_run_with(
    profile: str, folder: Path, feeds: Path, as_of: datetime, configured: Settings
) -> Decimal | None:
    """Score the same orders in a store of its own, with a profile that is asked for."""
    store = folder / f"only-{profile}-{as_of.timestamp()}.duckdb"
    tables = run(store, feeds, as_of, configured.overridden(profile=profile), is_full=True)
    score: Decimal | None = tables["health_score"][0][1]
    return score


def run(
    store: Path, feeds: Path, as_of: datetime, configured: Settings, *, is_full: bool
) -> dict[str, list[tuple[Any, ...]]]:
    """Run without Great Expectations, and read all tables."""
    plan = plan_run(configured.overridden(store=store), feeds_folder=feeds, is_full=is_full)
    with open_store(store) as con:
        with transaction(con):
            load_feeds(con, plan, as_of)
            evaluate_store(con, plan, as_of, StageTimes(time.perf_counter), [])
        return {table: con.execute(f"from {table} order by all").fetchall() for table in HELD}
