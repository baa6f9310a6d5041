"""Where feeds come from, as `orderhealth.yml` says it.

What belongs here: the shape of `feeds`. What does not: the other settings (configuration.py), and reading
files (ingest/).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Final, Self

from pydantic import Discriminator, Field, Tag, model_validator

from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.setting_values import Duration, UsablePath, ZoneName
from orderhealth_pipeline.words import Place
from orderhealth_pipeline.yaml_files import FrozenModel

REJECTED_AT_MOST: Final = Decimal("0.05")


class FeedSource(FrozenModel):
    """Where one feed comes from; with older events it is stale, with a larger rejected share damaged.

    That is a folder (`path`), or the landing folder of a `source`, whose adapter reads it then.
    `timezone` is the zone of its instants without an offset, where it is another than that of the rest;
    `covers` the only shops (warehouses, carriers, provinces) whose orders it tells of.
    """

    path: UsablePath | None = None
    source: str | None = None
    adapter: str = "canonical"
    expected_every: Duration | None = None
    rejected_at_most: Annotated[Decimal, Field(ge=0, le=1)] = REJECTED_AT_MOST
    timezone: ZoneName | None = None
    covers: dict[Place, Annotated[tuple[str, ...], Field(min_length=1)]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _comes_from_one_place(self) -> Self:
        if self.path is not None and self.source is not None:
            raise ValueError("only one of path and source is expected")
        return self


class AdaptedFolder(FrozenModel):
    """A folder of a platform's own files, and the adapter that reads them: a preset, or a folder of its own.

    The folder is `path`, or the one that a `source` lands in. It brings the `feeds` that are named, else all
    that the adapter gives, besides those of the settings. `name` tells it apart from others of the same
    adapter.
    """

    preset: Annotated[str, Field(min_length=1, max_length=1000)]
    path: UsablePath | None = None
    source: str | None = None
    name: Annotated[str, Field(pattern=r"^[\w.-]{1,64}$")] | None = None
    feeds: tuple[str, ...] = ()
    timezone: ZoneName | None = None
    covers: dict[Place, Annotated[tuple[str, ...], Field(min_length=1)]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _comes_from_one_place(self) -> Self:
        if (self.path is None) == (self.source is None):
            raise ValueError("exactly one of path and source is expected")
        return self

    @property
    def called(self) -> str:
        """What it is called among others."""
        return self.name or Path(self.preset).name


def require_adapters(adapters: tuple[AdaptedFolder, ...], feeds: Iterable[str]) -> None:
    """Raise ValueError where one brings a feed that there is not, or where two have one name."""
    known = tuple(feeds)
    for feed in (feed for adapter in adapters for feed in adapter.feeds):
        if feed not in known:
            raise ValueError(
                Message("there is no feed '{name}'; there are: {known}", name=feed, known=", ".join(known))
            )
    for name, times in Counter(adapter.called for adapter in adapters).items():
        if times > 1:
            raise ValueError(Message("two adapters are named '{name}'; give each its own name", name=name))


def _form(feeds: Any) -> str:
    return "per_feed" if isinstance(feeds, dict) else "folder"


Feeds = Annotated[
    Annotated[UsablePath, Tag("folder")] | Annotated[dict[str, FeedSource], Tag("per_feed")],
    Discriminator(_form),
]
