"""What a user may configure of actions: where each type goes, who approves, and how many an hour.

What belongs here: the shape of `actions` and `sinks` in orderhealth.yml. What does not: sending. No error of
this module repeats a value: addresses and secrets must not reach a log.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.respond.actions.types import ACTION_TYPES, ActionType, declaration
from orderhealth_pipeline.respond.addresses import FULL_ADDRESS, is_readable_on_the_way, names_a_host
from orderhealth_pipeline.respond.sinks.standard_webhooks import require_keys
from orderhealth_pipeline.setting_values import Secrets, SecretText, UsablePath
from orderhealth_pipeline.yaml_files import FrozenModel

SinkType = Literal["http", "file", "sql"]
FILE_ENDINGS: Final = (".csv", ".xlsx")

_NEEDS: Final[Mapping[SinkType, tuple[str, ...]]] = {
    "http": ("url",),
    "file": ("path",),
    "sql": ("url", "table"),
}
_MAY: Final[Mapping[SinkType, tuple[str, ...]]] = {
    "http": ("url", "secret", "honours_key"),
    "file": ("path",),
    "sql": ("url", "table"),
}


class SinkSettings(FrozenModel):
    """One place that actions go to.

    Of `http` several secrets sign while one is changed for another; `honours_key` says that the receiver does
    nothing a second time for a `webhook-id` that it knows.
    """

    model_config = ConfigDict(hide_input_in_errors=True)

    type: SinkType
    url: SecretText | None = None
    secret: Secrets = ()
    honours_key: bool | None = None
    path: UsablePath | None = None
    table: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)?$")] | None = None

    @model_validator(mode="after")
    def _has_what_its_type_needs(self) -> Self:
        given = {
            name
            for name in ("url", "secret", "honours_key", "path", "table")
            if getattr(self, name) not in (None, ())
        }
        for name in _NEEDS[self.type]:
            if name not in given:
                raise ValueError(
                    Message("a sink of type {type} needs the key '{name}'", type=self.type, name=name)
                )
        for name in sorted(given.difference(_MAY[self.type])):
            raise ValueError(
                Message("a sink of type {type} takes no '{name}': remove this key", type=self.type, name=name)
            )
        self._check_values()
        return self

    def _check_values(self) -> None:
        if self.type == "http" and not names_a_host(self.address):
            raise ValueError(FULL_ADDRESS)
        if self.type == "sql" and "://" not in self.address:
            raise ValueError("the address of a database is expected, such as mysql://user@host/erp")
        if self.path is not None and self.path.suffix.casefold() not in FILE_ENDINGS:
            raise ValueError(
                Message(
                    "the name of a file that ends with {forms} is expected", forms=" / ".join(FILE_ENDINGS)
                )
            )
        require_keys(self.secrets)

    @property
    def address(self) -> str:
        """The address in clear, for the request alone."""
        return "" if self.url is None else self.url.get_secret_value()

    @property
    def secrets(self) -> tuple[str, ...]:
        """The secrets in clear, the newest first as they are given."""
        return tuple(each.get_secret_value() for each in self.secret)

    @property
    def is_idempotent(self) -> bool:
        """Say whether the same key may be sent again, whatever became of the first time."""
        return self.type != "http" or bool(self.honours_key)

    @property
    def is_readable_on_the_way(self) -> bool:
        """Say whether what is sent passes a network without encryption."""
        return self.type == "http" and is_readable_on_the_way(self.address)


class ActionSettings(FrozenModel):
    """What is done with actions of one type; above `at_most_an_hour` a second person approves."""

    sink: str
    approval: bool = True
    at_most_an_hour: Annotated[int, Field(ge=1, le=1_000_000)] = 50


class ActionsSettings(FrozenModel):
    """Where actions go, by type. Unless `live`, nothing is sent: what would be is only shown."""

    live: bool = False
    highlight: ActionSettings | None = None
    notify: ActionSettings | None = None
    assign: ActionSettings | None = None
    hold_shipment: ActionSettings | None = None
    release_hold: ActionSettings | None = None
    request_address: ActionSettings | None = None
    call_customer: ActionSettings | None = None
    resync_order: ActionSettings | None = None
    intercept_parcel: ActionSettings | None = None
    reship: ActionSettings | None = None

    @property
    def named_sinks(self) -> dict[ActionType, str]:
        """The sinks that are named, by type."""
        given = {kind: getattr(self, kind) for kind in ACTION_TYPES}
        return {kind: asked.sink for kind, asked in given.items() if asked is not None}

    @property
    def by_type(self) -> dict[ActionType, ActionSettings]:
        """What is configured; what ends a hold goes where holds go, without approval, unless it says so."""
        found: dict[ActionType, ActionSettings] = {}
        for kind in ACTION_TYPES:
            given: ActionSettings | None = getattr(self, kind)
            if given is None:
                continue
            found[kind] = given
            end = declaration(kind).ended_by
            if end is not None and getattr(self, end) is None:
                found[end] = given.model_copy(update={"approval": False})
        return found
