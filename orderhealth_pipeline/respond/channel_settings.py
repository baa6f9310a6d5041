"""What a user may configure of a channel, and what each type of channel needs.

What belongs here: the shape of one entry under `channels`. What does not: reading orderhealth.yml, filling in
`${ENV_NAME}`, or sending. No error of this module repeats a value: addresses and secrets must not reach a
log.
"""

from __future__ import annotations

from typing import Final, Literal, Self

from pydantic import ConfigDict, Field, SecretStr, field_validator, model_validator

from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.respond.addresses import FULL_ADDRESS, is_readable_on_the_way, names_a_host
from orderhealth_pipeline.respond.sinks.standard_webhooks import require_keys
from orderhealth_pipeline.setting_values import Secrets, SecretText, UsablePath
from orderhealth_pipeline.words import Severity, Stage
from orderhealth_pipeline.yaml_files import FrozenModel

ChannelType = Literal["slack", "dingtalk", "wecom", "feishu", "webhook", "file"]

SIGNING_TYPES: Final[frozenset[ChannelType]] = frozenset({"dingtalk", "feishu", "webhook"})


class ChannelSettings(FrozenModel):
    """One channel. `url` is the full webhook address, `secret` signs, `path` is the file of a file channel.

    An alert goes to the channel when one of its causes or findings is at least `min_severity` and of one of
    `stages` (empty: of any stage).
    """

    model_config = ConfigDict(hide_input_in_errors=True)

    name: str = Field(min_length=1, max_length=100)
    type: ChannelType
    url: SecretText | None = None
    secret: Secrets = ()
    path: UsablePath | None = None
    min_severity: Severity = "low"
    stages: tuple[Stage, ...] = ()

    @field_validator("name")
    @classmethod
    def _is_readable(cls, name: str) -> str:
        if not name.isprintable():
            raise ValueError("a name without control characters and invisible signs is expected")
        return name

    @field_validator("url")
    @classmethod
    def _is_web_address(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None and not names_a_host(url.get_secret_value()):
            raise ValueError(FULL_ADDRESS)
        return url

    @field_validator("secret")
    @classmethod
    def _can_sign(cls, secret: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        require_keys(each.get_secret_value() for each in secret)
        return secret

    @model_validator(mode="after")
    def _has_what_its_type_needs(self) -> Self:
        if self.type == "file":
            if self.path is None or self.url is not None:
                raise ValueError(
                    Message(
                        "channel '{name}': a file channel needs 'path' and takes no 'url'", name=self.name
                    )
                )
        elif self.url is None or self.path is not None:
            raise ValueError(
                Message(
                    "channel '{name}': a {type} channel needs 'url' and takes no 'path'",
                    name=self.name,
                    type=self.type,
                )
            )
        if self.secret and self.type not in SIGNING_TYPES:
            raise ValueError(
                Message(
                    "channel '{name}': a {type} channel does not sign; remove 'secret'",
                    name=self.name,
                    type=self.type,
                )
            )
        if len(self.secret) > 1 and self.type != "webhook":
            raise ValueError(
                Message(
                    "channel '{name}': a {type} channel signs with one secret", name=self.name, type=self.type
                )
            )
        return self

    @property
    def secrets(self) -> tuple[str, ...]:
        """The secrets in clear, for signatures alone."""
        return tuple(each.get_secret_value() for each in self.secret)

    @property
    def address(self) -> str:
        """The webhook's address in clear, for the request alone."""
        if self.url is None:
            raise ValueError(Message("a {type} channel has no address", type=self.type))
        return self.url.get_secret_value()

    @property
    def is_readable_on_the_way(self) -> bool:
        """Say whether messages, and the key in the address, pass a network without encryption."""
        return self.url is not None and is_readable_on_the_way(self.address)
