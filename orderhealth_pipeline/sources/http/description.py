"""The description of a platform's API, one YAML file: how requests are signed, paged, windowed and limited.

What belongs here: the shape of the files in platforms/, and reading one. What does not: acting on it.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import Field

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.setting_values import Duration, ZoneName
from orderhealth_pipeline.sources.http.signing import SCHEMES
from orderhealth_pipeline.yaml_files import FrozenModel, read_model

_PLATFORMS: Final = Path(__file__).with_name("platforms")

Place = Annotated[str, Field(pattern=r"^(\.|[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)*)$")]
"""Where something lies in an answer, such as data.orders; `.` is the whole answer."""


class Rate(FrozenModel):
    """How many requests the platform takes; `burst` may come at once."""

    per_second: Annotated[float, Field(gt=0, le=1000)]
    burst: Annotated[int, Field(ge=1, le=10_000)] = 1


class Answer(FrozenModel):
    """How an answer with status 200 says that it failed: what lies `at` is none of `well`.

    `again` asks for patience, `expired` for a new token; `failed_at` exists only in an answer that failed.
    Where each parcel is asked for, `nothing` says that nothing is known of it yet, and `of_one` that this one
    cannot be asked for, while others can.
    """

    at: Place | None = None
    well: tuple[str, ...] = ()
    again: tuple[str, ...] = ()
    expired: tuple[str, ...] = ()
    nothing: tuple[str, ...] = ()
    of_one: tuple[str, ...] = ()
    failed_at: Place | None = None
    message: tuple[Place, ...] = ()


class Window(FrozenModel):
    """The span of time that is asked for: two parameters, written in a `form`, no longer than `longest`.

    It ends `behind` the clock, because platforms need a while until a change can be asked for.
    """

    begin: str
    end: str | None = None
    form: str = "%Y-%m-%d %H:%M:%S"
    longest: Duration | None = None
    behind: Duration | None = None
    overlap: Duration = timedelta(minutes=10)
    earliest: Duration | None = None


class Pages(FrozenModel):
    """How one page leads to the next.

    `number`: counted from `first`, until `more` is false, `total` is reached, or a page is empty. With
    `backwards` the last page comes first, because rows that change meanwhile leave the list; where no `total`
    tells which page is the last, all are read again until nothing is new. `cursor`: the answer's `next` is
    the next `param`. `last_id`: the `id` of the last record is. `link`: the answer's Link header leads on.
    """

    by: Literal["number", "cursor", "last_id", "link", "single"] = "number"
    param: str = "page"
    first: int = 1
    size_param: str | None = None
    size: Annotated[int, Field(ge=1, le=1000)] = 100
    more: Place | None = None
    total: Place | None = None
    next: Place | None = None
    id: str = "id"
    backwards: bool = False


class EachParcel(FrozenModel):
    """A question for each parcel under way: the parameters of its waybill, carrier and phone (four digits).

    `carriers` are the platform's codes, with the names that people use for them. The same parcel is asked for
    `again_after` so long, and at most `at_once` of them in one pull.
    """

    waybill: str
    carrier: str
    phone: str | None = None
    phone_for: tuple[str, ...] = ()
    again_after: Duration
    at_once: Annotated[int, Field(ge=1, le=100_000)] = 500
    carriers: dict[str, tuple[str, ...]]


class ListOf(FrozenModel):
    """One list of records: what is asked, and where the records lie in the answer.

    With `each_parcel` there is no list: each answer is one record.
    """

    path: str = ""
    method: Literal["GET", "POST"] = "POST"
    params: dict[str, Any] = Field(default_factory=dict)
    records: Place
    may_be_missing: bool = False
    window: Window | None = None
    pages: Pages = Pages()
    each_parcel: EachParcel | None = None


class Token(FrozenModel):
    """Where a short-lived token comes from: a request with secrets, and its place in the answer."""

    path: str
    send: dict[str, str]
    at: Place = "access_token"
    name: str = "access_token"


class Platform(FrozenModel):
    """A platform: `base` may name secrets as {shop}; `secrets` are those that a source must give."""

    title: dict[Literal["zh", "en"], str]
    base: str | None = None
    zone: ZoneName = "UTC"
    adapter: str | None = None
    secrets: tuple[str, ...] = ()
    sign: str
    rate: Rate = Rate(per_second=2)
    answer: Answer = Answer()
    token: Token | None = None
    lists: Annotated[dict[str, ListOf], Field(min_length=1)]
    links: tuple[str, ...] = ()


def read_platform(name: str) -> Platform:
    """Read a platform by its name, or by a file of one's own. Raises ConfigurationError."""
    file = _PLATFORMS / f"{name}.yml"
    if not file.is_file():
        file = Path(name)
        if file.suffix != ".yml" or not file.is_file():
            known = ", ".join(platforms())
            raise ConfigurationError(
                Message(
                    "there is no platform '{name}'; there are: {known}, or a file that ends with .yml",
                    name=name,
                    known=known,
                )
            )
    platform = read_model(file, Platform)
    if platform.sign not in SCHEMES:
        raise ConfigurationError(
            Message(
                "there is no signing scheme '{name}'; there are: {known}",
                name=platform.sign,
                known=", ".join(SCHEMES),
            ),
            file=file,
        )
    return platform


def platforms() -> list[str]:
    """Name the platforms that come with the program."""
    return sorted(file.stem for file in _PLATFORMS.glob("*.yml"))
