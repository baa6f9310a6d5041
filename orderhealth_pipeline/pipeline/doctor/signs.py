"""What the doctor looks at: the store, the desk, the disk, the clock, files of rules, deliveries.

What belongs here: looking, with everything that cannot be looked at as a sign of its own. What does not:
judging it (checks.py).
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import duckdb

from orderhealth_pipeline import sql
from orderhealth_pipeline.errors import StoreError
from orderhealth_pipeline.pipeline.doctor.dagster_home import newest_heartbeat
from orderhealth_pipeline.pipeline.plan import RunPlan
from orderhealth_pipeline.pipeline.written.published import from_published
from orderhealth_pipeline.settings import Settings
from orderhealth_pipeline.sources.errors import SourceError
from orderhealth_pipeline.sources.landing.state import read_state
from orderhealth_pipeline.store.file.files import snapshot_path

_WEEK: Final = 7


@dataclass(frozen=True)
class ChannelSigns:
    """The last delivery that a channel confirmed, how many wait or were given up, and the last error."""

    confirmed_at: datetime | None = None
    waiting: int = 0
    given_up: int = 0
    last_error: str | None = None


@dataclass(frozen=True)
class Signs:
    """What was seen. `store_trouble` and `desk_trouble` are why they could not be read, null: they could.

    `ran_at` is when a run published last, `evaluations` are the newest instants evaluated, newest first;
    `troubled` are sources that are not fresh, by feed; `heartbeat_at` is when the daemons of Dagster gave
    their last sign of life; `changed_rule` is a file that was changed since the last run; `failing` are
    sources that could not be pulled, with the reason. `bytes_a_day` is by how much the store grows at the
    pace of the last week's orders, null where they have been coming for less than two weeks.
    """

    store: Path
    store_trouble: str | None
    desk_trouble: str | None
    ran_at: datetime | None
    store_bytes: int
    free_bytes: int
    changed_rule: Path | None
    evaluations: tuple[datetime, ...] = ()
    troubled: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, ChannelSigns] = field(default_factory=dict)
    heartbeat_at: datetime | None = None
    failing: Mapping[str, str] = field(default_factory=dict)
    bytes_a_day: float | None = None


def look(plan: RunPlan, dagster_home: Path | None = None) -> Signs:
    """Look at everything; what cannot be read is a sign, and raises nothing.

    `dagster_home` is where Dagster keeps its runs, null where it does not run on this machine.
    """
    store = plan.store
    snapshot = snapshot_path(store)
    ran_at = _changed_at(snapshot) or _changed_at(store)
    signs = Signs(
        store=store,
        store_trouble=None,
        desk_trouble=_desk_trouble(plan),
        ran_at=ran_at,
        store_bytes=sum(file.stat().st_size for file in (store, snapshot) if file.exists()),
        free_bytes=shutil.disk_usage(_existing(store.parent)).free,
        changed_rule=_changed_rule(plan.settings.expectations, ran_at),
        heartbeat_at=newest_heartbeat(dagster_home),
        failing=_failing(plan.settings),
    )
    try:
        return from_published(store, lambda con: _read(con, signs))
    except StoreError as error:
        return Signs(**{**vars(signs), "store_trouble": error.in_locale(plan.settings.locale)})


def _read(con: duckdb.DuckDBPyConnection, signs: Signs) -> Signs:
    evaluations = [at.astimezone(UTC) for (at,) in sql.run(con, "respond/doctor/select_evaluations")]
    troubled = {feed: state for feed, state, _ in sql.run(con, "respond/doctor/select_sources")}
    channels = {
        channel: ChannelSigns(confirmed and confirmed.astimezone(UTC), waiting, given_up, error)
        for channel, confirmed, waiting, given_up, error in sql.run(con, "respond/doctor/select_deliveries")
    }
    ((orders, of_last_week, days),) = sql.run(con, "respond/doctor/select_growth")
    grows = signs.store_bytes * of_last_week / orders / _WEEK if days >= 2 * _WEEK else None
    return Signs(
        **{
            **vars(signs),
            "bytes_a_day": grows,
            "evaluations": tuple(evaluations),
            "troubled": troubled,
            "channels": channels,
        }
    )


def _failing(settings: Settings) -> dict[str, str]:
    """Name the sources whose last pull failed, each with the reason."""
    found = {}
    for name in settings.sources:
        try:
            state = read_state(settings.landing_of(name), name)
        except SourceError as error:
            found[name] = error.in_locale(settings.locale)
            continue
        if state.failing_since is not None:
            found[name] = state.trouble or ""
    return found


def _desk_trouble(plan: RunPlan) -> str | None:
    from orderhealth_pipeline.desk.reading import read_entries

    try:
        read_entries(plan.settings.desk_address)
    except StoreError as error:
        return error.in_locale(plan.settings.locale)
    return None


def _changed_rule(expectations: Path, ran_at: datetime | None) -> Path | None:
    """Return a file of the rules that was changed after the last run, the newest of them."""
    files = [(changed, file) for file in expectations.rglob("*.yml") if (changed := _changed_at(file))]
    newest = max(files, default=None)
    return newest[1] if newest is not None and ran_at is not None and newest[0] > ran_at else None


def _changed_at(file: Path) -> datetime | None:
    return datetime.fromtimestamp(file.stat().st_mtime, UTC) if file.exists() else None


def _existing(folder: Path) -> Path:
    while not folder.exists():
        folder = folder.parent
    return folder
