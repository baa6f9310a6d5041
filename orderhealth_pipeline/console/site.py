"""What all requests share: settings and rules, the open snapshot, the clock, and what was built of them.

What belongs here: state of the process. What does not: state of a person (people.py) or a page.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any, Final, NamedTuple, TypeVar, cast

from orderhealth_pipeline.console.backtests.runner import Runner
from orderhealth_pipeline.console.editing.previews import Previews
from orderhealth_pipeline.console.editing.rates import Rates
from orderhealth_pipeline.console.people import Gate, Person
from orderhealth_pipeline.console.snapshot import Snapshot
from orderhealth_pipeline.console.static_files import StaticFiles
from orderhealth_pipeline.console.work.board import Board
from orderhealth_pipeline.console.work.notices import Notices
from orderhealth_pipeline.desk.rule_changes import RuleChanges
from orderhealth_pipeline.pipeline.plan import RunPlan, plan_run
from orderhealth_pipeline.pipeline.written.write_report import newest_report_from
from orderhealth_pipeline.report.model import RiskReport
from orderhealth_pipeline.settings import Settings
from orderhealth_pipeline.words import Locale

Clock = Callable[[], datetime]

_Built = TypeVar("_Built")
_KEPT: Final = 64
"""How many built things are kept; each page has one a language."""


class FreshPlan:
    """The plan of the settings, read again when a file of the expectations has changed."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = Lock()
        self._read: tuple[object, RunPlan] | None = None

    def at_present(self) -> RunPlan:
        """Return the plan. Raises ConfigurationError where a file is wrong now."""
        with self._lock:
            state = _state_of(self._settings.expectations)
            if self._read is None or self._read[0] != state:
                self._read = (state, plan_run(self._settings))
            return self._read[1]


class _BuiltThing(NamedTuple):
    """What was built, and of which snapshot and rules."""

    version: str | None
    plan: RunPlan
    thing: object


class Site:
    """The console of one store. Instants that `clock` returns are UTC.

    `shown_state` is the id of the newest event (live.py), which pages are made with. In a fleet, `merchant`
    is whose console it is, and `merchants_of` says which ones a person may go over to.
    """

    merchant: str = ""

    def __init__(self, settings: Settings, clock: Clock, gate: Gate) -> None:
        self.settings = settings
        self.gate = gate
        self.snapshot = Snapshot(settings.store)
        self.plan = FreshPlan(settings)
        self.static = StaticFiles()
        self.previews = Previews()
        self.rates = Rates()
        self.shown_state = ""
        self.clock = clock
        self.notices = Notices()
        self.merchants_of: Callable[[Person], Sequence[str]] = lambda _person: ()
        self.board = Board(settings, self.snapshot, self.now)
        self.backtests = Runner(settings, clock)
        self._built: dict[Hashable, _BuiltThing] = {}
        self._building: dict[Hashable, Lock] = {}
        self._lock = Lock()

    def now(self) -> datetime:
        """Return the instant that it is: the settings' own, where they stand still, else the clock's."""
        return self.settings.as_of or self.clock()

    def report(self, locale: Locale) -> RiskReport:
        """Return the report of the newest evaluation that has come, in a language. Raises StoreError."""
        return self.once_published(("report", locale), lambda: self._build_report(locale))

    def once_published(self, key: Hashable, build: Callable[[], _Built]) -> _Built:
        """Return what was built under a key for this snapshot and these rules, or build it.

        Many may ask at once when something was published: one of them builds, the others wait for it.
        """
        with self._lock:
            building = self._building.setdefault(key, Lock())
        with building:
            version, plan = self.snapshot.version(), self.plan.at_present()
            known = self._built.get(key)
            if known is not None and known.version == version and known.plan is plan:
                return cast("_Built", known.thing)
            thing = build()
            with self._lock:
                self._built.pop(key, None)
                self._built[key] = _BuiltThing(version, plan, thing)
                while len(self._built) > _KEPT:
                    self._built.pop(next(iter(self._built)))
            return thing

    def version(self) -> Hashable:
        """Return what differs after another evaluation was published, or a file of the rules was changed."""
        return self.snapshot.version(), str(_state_of(self.settings.expectations))

    def adopt(self, settings: Settings) -> None:
        """Go on with other settings, of the same store and desk."""
        self.settings, self.plan = settings, FreshPlan(settings)
        self.backtests.settings = settings

    @cached_property
    def rule_changes(self) -> RuleChanges:
        """What people changed of the rules. Raises StoreError where the desk cannot be opened."""
        return RuleChanges(self.settings.desk_address)

    def close(self) -> None:
        """Close the snapshot."""
        self.snapshot.close()

    def _build_report(self, locale: Locale) -> RiskReport:
        plan = self.plan.at_present()
        with self.snapshot.reading() as con:
            return newest_report_from(con, plan, self.clock(), locale)


def _state_of(folder: Path) -> Any:
    """Return what differs after any file of a folder was changed."""
    return [(str(file), file.stat().st_mtime_ns) for file in sorted(folder.rglob("*.yml"))]
