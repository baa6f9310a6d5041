"""What a user may configure of a channel, and what each type of channel needs.

What belongs here: the shape of one entry under `channels`, a class for each kind of place that messages go
to. What does not: reading orderhealth.yml, filling in `${ENV_NAME}`, or sending. No error of this module
repeats a value: addresses and secrets must not reach a log.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, Self

from pydantic import ConfigDict, Field, SecretStr, TypeAdapter, field_validator, model_validator

from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.respond.addresses import (
    FULL_ADDRESS,
    is_host,
    is_loopback_host,
    is_mail_address,
    is_readable_on_the_way,
    names_a_host,
)
from orderhealth_pipeline.respond.sinks.standard_webhooks import require_keys
from orderhealth_pipeline.setting_values import Secrets, SecretText, UsablePath
from orderhealth_pipeline.words import Severity, Stage
from orderhealth_pipeline.yaml_files import FrozenModel

WebType = Literal["slack", "dingtalk", "wecom", "feishu", "webhook"]
ChannelType = Literal[WebType, "email", "file"]

SIGNING_TYPES: Final[frozenset[WebType]] = frozenset({"dingtalk", "feishu", "webhook"})
DEFAULT_PORTS: Final = {"starttls": 587, "tls": 465, "none": 25}


class ChannelSettings(FrozenModel):
    """What all channels have.

    An alert goes to the channel when one of its causes or findings is at least `min_severity` and of one of
    `stages` (empty: of any stage).
    """

    model_config = ConfigDict(hide_input_in_errors=True)

    name: str = Field(min_length=1, max_length=100)
    type: ChannelType
    min_severity: Severity = "low"
    stages: tuple[Stage, ...] = ()

    @field_validator("name")
    @classmethod
    def _is_readable(cls, name: str) -> str:
        if not name.isprintable():
            raise ValueError("a name without control characters and invisible signs is expected")
        return name

    @property
    def secrets(self) -> tuple[str, ...]:
        """The secrets in clear, for signatures and logins alone."""
        return ()

    @property
    def key_address(self) -> str | None:
        """The address in clear, where it is as good as a key."""
        return None

    @property
    def is_readable_on_the_way(self) -> bool:
        """Say whether messages, and what they are sent with, pass a network without encryption."""
        return False


class WebSettings(ChannelSettings):
    """A channel behind an address: `url` is the full one of the webhook, `secret` signs."""

    type: WebType
    url: SecretText
    secret: Secrets = ()

    @field_validator("url")
    @classmethod
    def _is_web_address(cls, url: SecretStr) -> SecretStr:
        if not names_a_host(url.get_secret_value()):
            raise ValueError(FULL_ADDRESS)
        return url

    @field_validator("secret")
    @classmethod
    def _can_sign(cls, secret: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        require_keys(each.get_secret_value() for each in secret)
        return secret

    @model_validator(mode="after")
    def _signs_as_its_type_does(self) -> Self:
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
        return self.url.get_secret_value()

    @property
    def key_address(self) -> str:
        """The webhook's address: whoever knows it can write to the chat."""
        return self.address

    @property
    def is_readable_on_the_way(self) -> bool:
        """Say whether messages, and the key in the address, pass a network without encryption."""
        return is_readable_on_the_way(self.address)


class FileSettings(ChannelSettings):
    """A file on this machine."""

    type: Literal["file"]
    path: UsablePath


class EmailSettings(ChannelSettings):
    """A mail server that takes messages for the addresses of `to`.

    `security` says how the connection is protected; a certificate is checked against those the system trusts,
    or against `ca_file`. `port` is the usual one of the security unless given.
    """

    type: Literal["email"]
    host: str = Field(min_length=1, max_length=255)
    port: int | None = Field(None, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    ca_file: UsablePath | None = None
    user: str | None = None
    password: SecretText | None = None
    sender: str
    to: tuple[str, ...] = Field(min_length=1, max_length=100)

    @field_validator("host")
    @classmethod
    def _is_host(cls, host: str) -> str:
        if not is_host(host):
            raise ValueError("the name of a mail server alone is expected, such as smtp.example.com")
        return host

    @field_validator("sender", "to")
    @classmethod
    def _are_mail_addresses(cls, given: str | tuple[str, ...]) -> str | tuple[str, ...]:
        if not all(map(is_mail_address, (given,) if isinstance(given, str) else given)):
            raise ValueError("a mail address alone is expected, such as orders@example.com")
        return given

    @model_validator(mode="after")
    def _logs_in_whole_and_unseen(self) -> Self:
        if (self.user is None) != (self.password is None):
            raise ValueError(Message("channel '{name}': 'user' and 'password' go together", name=self.name))
        if self.password is not None and self.is_readable_on_the_way:
            raise ValueError(
                Message(
                    "channel '{name}': without encryption everybody on the way reads the password; "
                    "use security: starttls or tls",
                    name=self.name,
                )
            )
        return self

    @property
    def secrets(self) -> tuple[str, ...]:
        """The password in clear, for the login alone."""
        return () if self.password is None else (self.password.get_secret_value(),)

    @property
    def at_port(self) -> int:
        """The port that is connected to."""
        return self.port or DEFAULT_PORTS[self.security]

    @property
    def is_readable_on_the_way(self) -> bool:
        """Say whether mails pass a network without encryption."""
        return self.security == "none" and not is_loopback_host(self.host)


AnyChannel = Annotated[WebSettings | FileSettings | EmailSettings, Field(discriminator="type")]
"""One entry under `channels`."""

_ENTRY: Final[TypeAdapter[AnyChannel]] = TypeAdapter(AnyChannel, config=ConfigDict(hide_input_in_errors=True))


def channel_settings(entry: Mapping[str, Any]) -> AnyChannel:
    """Read one entry. Raises pydantic's ValidationError."""
    return _ENTRY.validate_python(entry)


def named_channel(channel: dict[str, Any], number: int, channels: list[Any]) -> dict[str, Any]:
    """Name a channel without a name after its type and its number; the `url` of a file is its path."""
    kind = channel.get("type", "channel")
    same = [each for each in channels[:number] if isinstance(each, dict) and each.get("type") == kind]
    named = {"name": f"{kind}-{len(same) + 1}" if same else kind, **channel}
    if kind == "file" and "path" not in named and isinstance(named.get("url"), str):
        named["path"] = named.pop("url").removeprefix("file://")
    return named
