"""Where feeds come from, as `orderhealth.yml` says it.

What belongs here: the shape of `feeds`. What does not: the other settings (settings.py), and reading files
(ingest/).
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Final, Self

from pydantic import Discriminator, Field, Tag, model_validator

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


def _form(feeds: Any) -> str:
    return "per_feed" if isinstance(feeds, dict) else "folder"


Feeds = Annotated[
    Annotated[UsablePath, Tag("folder")] | Annotated[dict[str, FeedSource], Tag("per_feed")],
    Discriminator(_form),
]
