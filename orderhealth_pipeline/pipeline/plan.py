"""What a run is asked to do, checked before anything is opened.

What belongs here: settings and catalogue read once. What does not: running (run.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.ingest.adapters.declaration import CANONICAL, Adapter, read_adapter
from orderhealth_pipeline.ingest.contracts import FeedContract, feed_contracts
from orderhealth_pipeline.ingest.values.word_meanings import read_meanings, with_meanings
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.orders.profiles.signals import BuyerSignals, read_signals
from orderhealth_pipeline.orders.wishes.intents import Intents, read_intents
from orderhealth_pipeline.pipeline.adapted import Adapted, adapted_folders, covers_of, found_adapters
from orderhealth_pipeline.pipeline.engine import Engine
from orderhealth_pipeline.rules.catalogue import Catalogue, read_catalogue
from orderhealth_pipeline.rules.coverage import limited_to_covered
from orderhealth_pipeline.rules.exceptions import ExceptionEntry, read_exceptions
from orderhealth_pipeline.rules.in_force.calendar import CalendarEntry, profile_at, read_calendar
from orderhealth_pipeline.rules.in_force.named_files import names_in
from orderhealth_pipeline.rules.owners import Owners, read_owners, require_channels
from orderhealth_pipeline.settings import EVERYDAY, Settings
from orderhealth_pipeline.settings.feeds import REJECTED_AT_MOST, FeedSource
from orderhealth_pipeline.store.rows.kept import FeedLimits


@dataclass(frozen=True)
class RunPlan:
    """Everything a run needs besides the instant it is for.

    `catalogue` has the rules under the profile of the settings, which `calendar` may change for an instant
    (plan_at). `sources` says where every feed comes from, `adapted` which folders bring more; with `is_full`
    all orders are evaluated, whatever changed; with `records_past` also an instant before the newest
    evaluated one is recorded. `engine` computes order_fact of a full evaluation elsewhere; null: in this
    process.
    """

    settings: Settings
    contracts: dict[str, FeedContract]
    catalogue: Catalogue
    intents: Intents
    signals: BuyerSignals
    exceptions: tuple[ExceptionEntry, ...]
    calendar: tuple[CalendarEntry, ...]
    owners: Owners
    sources: dict[str, FeedSource]
    adapters: dict[str, Adapter]
    adapted: tuple[Adapted, ...] = ()
    asked_zone: str | None = None
    is_full: bool = False
    records_past: bool = False
    engine: Engine | None = None

    @property
    def store(self) -> Path:
        """The store's file."""
        return self.settings.store

    @property
    def limits(self) -> FeedLimits:
        """What makes each feed stale or damaged."""
        shares = {
            feed: self.sources[feed].rejected_at_most if feed in self.sources else REJECTED_AT_MOST
            for feed in self.contracts
        }
        return FeedLimits(self.settings.expected_every, shares)

    @property
    def zones(self) -> dict[str, ZoneInfo]:
        """The zone of every feed's instants without an offset.

        It is the feed's own, else the one asked for with this run, else the adapter's, else that of people.
        """
        return {feed: ZoneInfo(self._zone_name(source)) for feed, source in self.sources.items()}

    def _zone_name(self, source: FeedSource) -> str:
        asked = source.timezone or self.asked_zone
        if asked is not None or source.adapter == CANONICAL:
            return asked or self.settings.timezone
        return self.adapters[source.adapter].declaration.timezone


def plan_run(
    settings: Settings,
    *,
    feeds_folder: Path | None = None,
    adapter: str | None = None,
    asked_zone: str | None = None,
    is_full: bool = False,
    records_past: bool = False,
) -> RunPlan:
    """Read what the settings name; `feeds_folder` and `adapter` take the place of every feed's own.

    `asked_zone` is the time zone of all instants without an offset; None leaves adapters their own.

    Raises ConfigurationError where an expectation, a profile, an exception or an adapter is wrong.
    """
    contracts = feed_contracts()
    contracts = with_meanings(contracts, read_meanings(settings.expectations, contracts))
    catalogue, owners = read_rules(settings), read_settings_owners(settings)
    require_names_of_policy(settings, owners, catalogue)
    changes: dict[str, object] = {}
    if feeds_folder is not None:
        changes["path"] = feeds_folder
    if adapter is not None:
        changes["adapter"] = adapter
    asked = dict.fromkeys(contracts, FeedSource()) if feeds_folder is not None else {}
    sources = {
        feed: source.model_copy(update=changes) for feed, source in {**asked, **settings.feed_sources}.items()
    }
    return RunPlan(
        settings=settings,
        contracts=contracts,
        catalogue=catalogue,
        intents=read_intents(settings.expectations),
        signals=read_signals(settings.expectations),
        exceptions=read_exceptions(settings.expectations, settings.zone, catalogue.rules),
        owners=owners,
        calendar=() if settings.is_asked("profile") else read_settings_calendar(settings),
        sources=sources,
        adapters=_adapters(settings, sources),
        adapted=_adapted(settings, feeds_folder, adapter, asked_zone),
        asked_zone=asked_zone,
        is_full=is_full,
        records_past=records_past,
    )


def _adapted(
    settings: Settings, feeds_folder: Path | None, adapter: str | None, asked_zone: str | None
) -> tuple[Adapted, ...]:
    """Return what brings more feeds. A call that names an adapter, or a folder, means nothing else by it."""
    named = () if feeds_folder is not None else adapted_folders(settings, asked_zone)
    found = () if adapter is not None else found_adapters(settings, asked_zone, feeds_folder)
    return (*named, *found)


def plan_at(plan: RunPlan, as_of: datetime) -> RunPlan:
    """Return the plan with the rules that are in force at an instant, by the calendar."""
    return plan_of_profile(plan, profile_at(plan.calendar, as_of, plan.settings.profile))


def plan_of_profile(plan: RunPlan, profile: str) -> RunPlan:
    """Return the plan with another profile over the rules. Raises ConfigurationError for an unknown one."""
    if profile == plan.settings.profile:
        return plan
    settings = plan.settings.model_copy(update={"profile": profile})
    return replace(plan, settings=settings, catalogue=read_rules(settings))


def read_settings_calendar(settings: Settings, text: str | None = None) -> tuple[CalendarEntry, ...]:
    """Read the calendar of the rules; with `text`, as if its file said that. Raises ConfigurationError."""
    profiles = {EVERYDAY, *names_in(settings.expectations / "profiles")}
    return read_calendar(settings.expectations, settings.zone, profiles, text)


def read_settings_owners(settings: Settings) -> Owners:
    """Read who owns what the rules find. Raises ConfigurationError."""
    owners = read_owners(settings.expectations)
    require_channels(owners, [channel.name for channel in settings.channels], settings.expectations)
    _require_roles_of_reports(settings, owners)
    return owners


def require_names_of_policy(settings: Settings, owners: Owners, catalogue: Catalogue) -> None:
    """Raise ConfigurationError where the alert policy names a role or a rule that there is not."""
    for keys, unknown in settings.alerting.unknown_names(owners.roles, catalogue.rules):
        raise settings.blamed(("alerting", *keys), unknown)


def _require_roles_of_reports(settings: Settings, owners: Owners) -> None:
    """Raise ConfigurationError where a report goes to a role that there is not."""
    for kind, when in (("daily", settings.report.daily), ("weekly", settings.report.weekly)):
        for place, role in enumerate(when.to):
            if role not in owners.roles:
                known = ", ".join(owners.roles)
                reason = Message("there is no role '{role}'; there are: {known}", role=role, known=known)
                raise settings.blamed(("report", kind, "to", place), ConfigurationError(reason))


def read_rules(settings: Settings, drafts: Mapping[Path, str] | None = None) -> Catalogue:
    """Read the rules with the profile of the settings laid over them. Raises ConfigurationError.

    `everyday`, the profile that is in force unless another is named, needs no file: it changes nothing. Rules
    are limited to what the feeds they need cover. `drafts` are texts that files would have.
    """
    catalogue = _with_profile(settings, drafts)
    return replace(catalogue, rules=limited_to_covered(catalogue.rules, covers_of(settings)))


def _with_profile(settings: Settings, drafts: Mapping[Path, str] | None) -> Catalogue:
    feeds = frozenset(feed_contracts())
    profiles = names_in(settings.expectations / "profiles")
    if settings.profile in profiles:
        return read_catalogue(settings.expectations, feeds, settings.profile, drafts)
    catalogue = read_catalogue(settings.expectations, feeds, drafts=drafts)
    if settings.profile != EVERYDAY:
        known = ", ".join(sorted({EVERYDAY, *profiles}))
        raise settings.blamed(
            ("profile",),
            ConfigurationError(
                Message(
                    "there is no profile '{profile}'; there are: {known}",
                    profile=settings.profile,
                    known=known,
                )
            ),
        )
    return catalogue


def _adapters(settings: Settings, sources: dict[str, FeedSource]) -> dict[str, Adapter]:
    adapters: dict[str, Adapter] = {}
    for feed, source in sources.items():
        if source.adapter in (CANONICAL, *adapters):
            continue
        try:
            adapters[source.adapter] = read_adapter(source.adapter, feed_contracts())
        except ConfigurationError as error:
            raise settings.blamed(("feeds", feed, "adapter"), error) from None
    return adapters
