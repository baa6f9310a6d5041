"""Where records are fetched from, as `sources:` in `orderhealth.yml` says it.

What belongs here: the shape of the four types of sources. What does not: fetching (sources/), and which feed
comes from which source (feeds.py). No error of this module repeats a value: it might be a secret.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Final, Literal, Self

from pydantic import ConfigDict, Field, field_validator, model_validator

from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.setting_values import Duration, Instant, Secrets, SecretText, UsablePath
from orderhealth_pipeline.yaml_files import FrozenModel

CANONICAL: Final = "canonical"
DATABASES: Final = ("postgresql", "postgres", "mysql", "mariadb", "mssql", "oracle")
FILE_PLACES: Final = ("sftp", "s3", "file")

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,60}$")]
"""A source or a series: a part of file names."""

ColumnName = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+$")]
PushScheme = Literal[
    "generic",
    "token",
    "shopify",
    "woocommerce",
    "aftership",
    "stripe",
    "kuaidi100",
    "kdniao",
    "douyin",
    "17track",
    "wechat_pay",
]
_SIGNED_WITH_A_KEY: Final = ("douyin", "wechat_pay")
WatermarkKind = Literal["instant", "seconds", "milliseconds", "counter"]


class PrivacySettings(FrozenModel):
    """What becomes of landing files: after `mask_after`, people's columns in them become hashes.

    `delete_after` takes whole files away; a rebuild no longer knows what was in them.
    """

    mask_after: Duration | None = None
    delete_after: Duration | None = None
    columns: tuple[ColumnName, ...] = ()
    key: SecretText | None = None

    @model_validator(mode="after")
    def _mask_before_they_delete(self) -> Self:
        if self.mask_after and self.delete_after and self.delete_after <= self.mask_after:
            raise ValueError("delete_after is expected to be longer than mask_after")
        return self


class _Source(FrozenModel):
    """What all types have: where their files land, how often they are asked, and what reads the files."""

    model_config = ConfigDict(hide_input_in_errors=True)

    landing: UsablePath | None = None
    adapter: str = CANONICAL
    privacy: PrivacySettings = PrivacySettings()


class _PulledSource(_Source):
    every: Duration = timedelta(minutes=5)
    tries: Annotated[int, Field(ge=1, le=10)] = 3
    timeout: Duration = timedelta(minutes=5)


class Comparison(FrozenModel):
    """How the last `days` are compared with the source: per day of `by`, rows and sum of a column.

    `key` names a row; of a feed it is known.
    """

    by: ColumnName
    sum: ColumnName | None = None
    key: tuple[ColumnName, ...] = ()
    days: Annotated[int, Field(ge=1, le=366)] = 7
    every: Duration = timedelta(days=1)


class SqlTable(FrozenModel):
    """One table or SELECT of a database; a row whose `watermark` is newer than the last one is read."""

    table: ColumnName | None = None
    query: Annotated[str, Field(min_length=1, max_length=100_000)] | None = None
    watermark: ColumnName | None = None
    watermark_is: WatermarkKind = "instant"
    overlap_rows: Annotated[int, Field(ge=0, le=10_000_000)] = 1000
    compare: Comparison | None = None

    @model_validator(mode="after")
    def _is_a_table_or_a_query(self) -> Self:
        if (self.table is None) == (self.query is None):
            raise ValueError("exactly one of table and query is expected")
        if self.query is not None and self.query.rstrip().endswith(";"):
            raise ValueError("one SELECT without a semicolon is expected")
        return self


class SqlSource(_PulledSource):
    """A database (PostgreSQL, MySQL, MariaDB, SQL Server or Oracle); `tables` names what is read, by feed."""

    type: Literal["sql"]
    url: SecretText
    overlap: Duration = timedelta(minutes=15)
    tables: Annotated[dict[Name, SqlTable], Field(min_length=1)]

    @field_validator("url")
    @classmethod
    def _is_the_address_of_a_database(cls, url: SecretText) -> SecretText:
        if url.get_secret_value().split("://", 1)[0].split("+", 1)[0] not in DATABASES:
            raise ValueError(
                "the address of a database is expected, such as postgresql://user@host/name or "
                "mysql://user@host/name"
            )
        return url


class HttpSource(_PulledSource):
    """A platform's API as a description says it: one that comes with the program, or a file of your own.

    Where it is asked for each parcel, `carriers` says which code a carrier has there, and `again_after` how
    long the same parcel is left alone.
    """

    type: Literal["http"]
    platform: str
    base: SecretText | None = None
    secrets: dict[Name, SecretText] = Field(default_factory=dict)
    lists: tuple[Name, ...] = ()
    since: Instant | None = None
    overlap: Duration | None = None
    carriers: dict[str, str] = Field(default_factory=dict)
    again_after: Duration | None = None


class PushSource(_Source):
    """What a platform sends to the console's /hooks/<source>; several secrets count while one is changed."""

    type: Literal["push"]
    scheme: PushScheme = "generic"
    secret: Secrets = ()
    key: SecretText | None = None
    tolerance: Duration = timedelta(minutes=5)
    remember: Duration = timedelta(days=3)

    @model_validator(mode="after")
    def _can_be_checked(self) -> Self:
        if not self.secret:
            raise ValueError("the key 'secret' is missing: without it anybody could send events")
        if self.scheme in _SIGNED_WITH_A_KEY and self.key is None:
            raise ValueError(Message("the scheme {scheme} needs the key 'key'", scheme=self.scheme))
        return self


class FilesSource(_PulledSource):
    """A folder, an SFTP server or S3-compatible storage from which whole files are fetched."""

    type: Literal["files"]
    url: SecretText
    files: Annotated[tuple[str, ...], Field(min_length=1)] = ("*",)
    rest: Duration = timedelta(minutes=1)
    password: SecretText | None = None
    private_key: UsablePath | None = None
    known_hosts: UsablePath | None = None
    endpoint: SecretText | None = None
    region: str | None = None
    access_key: SecretText | None = None
    secret_key: SecretText | None = None

    @field_validator("url")
    @classmethod
    def _is_a_place(cls, url: SecretText) -> SecretText:
        text = url.get_secret_value()
        if not text or ("://" in text and text.split("://", 1)[0] not in FILE_PLACES):
            raise ValueError("a folder, sftp://user@host/folder or s3://bucket/folder is expected")
        return url


AnySource = Annotated[
    SqlSource | HttpSource | PushSource | FilesSource,
    Field(discriminator="type"),
]
Pulled = SqlSource | HttpSource | FilesSource
Sources = dict[Name, AnySource]


def require_feeds(sources: Sources, feeds: tuple[str, ...]) -> None:
    """Raise ValueError where a database's table without an adapter is no feed, or cannot be compared."""
    for name, source in sources.items():
        if not isinstance(source, SqlSource):
            continue
        for table, asked in source.tables.items():
            if asked.compare is not None and not asked.compare.key and table not in feeds:
                raise ValueError(
                    Message("{source}: compare needs the `key` of {table}", source=name, table=table)
                )
            if table not in feeds and source.adapter == CANONICAL:
                raise ValueError(
                    Message(
                        "{source}: there is no feed '{name}'; there are: {known} (or name an adapter)",
                        source=name,
                        name=table,
                        known=", ".join(feeds),
                    )
                )
