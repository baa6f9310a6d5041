"""`orderhealth.yml`: where things are, what the score alerts at, and which channels hear of it.

What belongs here: the shape of the configuration. What does not: acting on it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, PrivateAttr, field_validator, model_validator

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.resources import expectations_folder
from orderhealth_pipeline.respond.actions.settings import ActionsSettings, SinkSettings
from orderhealth_pipeline.respond.channel_settings import AnyChannel, named_channel
from orderhealth_pipeline.respond.policy.settings import AlertingSettings
from orderhealth_pipeline.setting_values import DeskPlace, Duration, Instant, UsablePath, ZoneName
from orderhealth_pipeline.settings.console import ConsoleSettings
from orderhealth_pipeline.settings.feeds import AdaptedFolder, Feeds, FeedSource, require_adapters
from orderhealth_pipeline.settings.paths import anchored
from orderhealth_pipeline.settings.references import require_references
from orderhealth_pipeline.settings.reports import ReportSettings
from orderhealth_pipeline.settings.sources import CANONICAL, Sources, require_feeds
from orderhealth_pipeline.yaml_files import FrozenModel, Keys, read_model

CONFIGURATION_FILE: Final = "orderhealth.yml"
EVERYDAY: Final = "everyday"


class ScoreSettings(FrozenModel):
    """An alert opens below `threshold` and closes at `recover` or above, in points of the score."""

    threshold: Annotated[Decimal, Field(gt=0, le=100)] = Decimal(85)
    recover: Annotated[Decimal, Field(gt=0, le=100)] = Decimal(88)
    weighted_by_value: bool = False

    @model_validator(mode="after")
    def _recovers_above(self) -> Self:
        if self.recover < self.threshold:
            raise ValueError("recover must not be below threshold")
        return self


class RetentionSettings(FrozenModel):
    """How long the details of every evaluation are kept; of older ones, those of the last of each day.

    `alert_history` is how far back the alert policy can be replayed and explained.
    """

    evaluation_details: Duration = timedelta(days=14)
    alert_history: Duration = timedelta(days=90)


class Settings(FrozenModel):
    """The whole configuration. Relative paths are relative to the file they stand in.

    `as_of` is the instant every run evaluates; without it, a run evaluates the instant it started in. Of the
    adapters in `own_adapters` every run knows by itself.
    """

    timezone: ZoneName = "Asia/Shanghai"
    locale: Literal["zh", "en"] = "zh"
    store: UsablePath = Path("orderhealth.duckdb")
    desk: DeskPlace | None = None
    expectations: UsablePath = Field(default_factory=expectations_folder)
    profile: str = EVERYDAY
    as_of: Instant | None = None
    feeds: Feeds = Path("feeds")
    sources: Sources = Field(default_factory=dict)
    adapters: tuple[AdaptedFolder, ...] = ()
    own_adapters: UsablePath = Path("adapters")
    score: ScoreSettings = ScoreSettings()
    alerting: AlertingSettings = AlertingSettings()
    retention: RetentionSettings = RetentionSettings()
    report: ReportSettings = ReportSettings()
    console: ConsoleSettings = ConsoleSettings()
    channels: tuple[AnyChannel, ...] = ()
    sinks: dict[str, SinkSettings] = Field(default_factory=dict)
    actions: ActionsSettings = ActionsSettings()

    _file: Path | None = PrivateAttr(default=None)
    _lines: Mapping[Keys, int] = PrivateAttr(default_factory=dict)
    _asked: frozenset[str] = PrivateAttr(default=frozenset())

    @field_validator("feeds", mode="before")
    @classmethod
    def _are_a_folder_or_a_mapping(cls, feeds: Any) -> Any:
        if not isinstance(feeds, str | Path | dict):
            raise ValueError(  # noqa: TRY004 - pydantic takes a ValueError
                "a folder, or a mapping of feeds to where they come from, is expected"
            )
        return feeds

    @field_validator("feeds")
    @classmethod
    def _are_feeds(cls, feeds: Path | dict[str, FeedSource]) -> Path | dict[str, FeedSource]:
        known = feed_contracts()
        for name in feeds if isinstance(feeds, dict) else ():
            if name not in known:
                raise ValueError(
                    Message(
                        "there is no feed '{name}'; there are: {known}", name=name, known=", ".join(known)
                    )
                )
        return feeds

    @field_validator("sources")
    @classmethod
    def _fill_feeds(cls, sources: Sources) -> Sources:
        require_feeds(sources, tuple(feed_contracts()))
        return sources

    @field_validator("adapters")
    @classmethod
    def _bring_feeds(cls, adapters: tuple[AdaptedFolder, ...]) -> tuple[AdaptedFolder, ...]:
        require_adapters(adapters, feed_contracts())
        return adapters

    @field_validator("channels", mode="before")
    @classmethod
    def _have_names(cls, channels: Any) -> Any:
        """Name a channel without a name after its type; a file's `url` is its path."""
        if not isinstance(channels, list):
            return channels
        return [
            named_channel(channel, number, channels) if isinstance(channel, dict) else channel
            for number, channel in enumerate(channels)
        ]

    @field_validator("channels")
    @classmethod
    def _have_different_names(cls, channels: tuple[AnyChannel, ...]) -> tuple[AnyChannel, ...]:
        for name, times in Counter(channel.name for channel in channels).items():
            if times > 1:
                raise ValueError(
                    Message("two channels are named '{name}'; give each its own name", name=name)
                )
        return channels

    @property
    def desk_address(self) -> str:
        """Where people's words are kept: a file, beside the store unless it is named, or a database."""
        return self.desk.get_secret_value() if self.desk else str(self.store.with_suffix(".desk.db"))

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of people and of instants without an offset."""
        return ZoneInfo(self.timezone)

    @property
    def feed_sources(self) -> dict[str, FeedSource]:
        """Where every feed comes from; with one folder for all, the folder."""
        if isinstance(self.feeds, Path):
            return {feed: FeedSource(path=self.feeds) for feed in feed_contracts()}
        return {feed: self._resolved(source) for feed, source in self.feeds.items()}

    def landing_of(self, name: str) -> Path:
        """Return where a source lands: its own folder, else that of all feeds, else one beside the store."""
        source = self.sources[name]
        if source.landing is not None:
            return source.landing
        if isinstance(self.feeds, Path) and source.adapter == CANONICAL:
            return self.feeds
        return self.store.parent / "landing" / name

    def folder_of(self, adapted: AdaptedFolder) -> Path:
        """Return the folder that an adapter reads: its own, or the one that its source lands in."""
        return self.landing_of(adapted.source) if adapted.source else adapted.path or Path()

    def _resolved(self, source: FeedSource) -> FeedSource:
        if source.source is None:
            return source
        adapter = source.adapter if source.adapter != CANONICAL else self.sources[source.source].adapter
        return source.model_copy(update={"path": self.landing_of(source.source), "adapter": adapter})

    @property
    def expected_every(self) -> dict[str, timedelta]:
        """The longest silence of every feed for which one is expected."""
        return {
            feed: source.expected_every for feed, source in self.feed_sources.items() if source.expected_every
        }

    def model_post_init(self, context: Any, /) -> None:
        """Remember the file, and the line of each of its keys, that the settings are read from."""
        if context is not None:
            self._file, self._lines = context

    def overridden(self, **given: Any) -> Self:
        """Let options win over what the file says."""
        copy = self.model_copy(update=given)
        lines = {keys: line for keys, line in self._lines.items() if not given.keys() & set(keys[:1])}
        copy._lines = lines  # noqa: SLF001 - of its own class
        copy._asked = self._asked | given.keys()  # noqa: SLF001 - of its own class
        return copy

    @property
    def file(self) -> Path | None:
        """The file that they were read from; None where they came from nowhere."""
        return self._file

    def is_asked(self, key: str) -> bool:
        """Say whether an option of the call said it, and not the file."""
        return key in self._asked

    def is_written(self, key: str) -> bool:
        """Say whether the file that the settings were read from says it."""
        return (key,) in self._lines

    def blamed(self, keys: Keys, error: ConfigurationError) -> ConfigurationError:
        """Put the place of a key in front of an error it causes, where the key stands in a file."""
        line = self._lines.get(keys)
        if line is None or self._file is None:
            return error
        return ConfigurationError(
            Message("'{key}': {error}", key=".".join(map(str, keys)), error=error), file=self._file, line=line
        )


def read_settings(file: Path, environment: Mapping[str, str]) -> Settings:
    """Read `orderhealth.yml`, with `${NAME}` filled in from the environment.

    Raises ConfigurationError with file, line and key; a value never stands in the message.
    """
    lines: dict[Keys, int] = {}
    settings = read_model(file, Settings, context=(file, lines), environment=environment, lines=lines)
    require_references(settings)
    return settings.model_copy(update=anchored(settings, file.resolve().parent))
