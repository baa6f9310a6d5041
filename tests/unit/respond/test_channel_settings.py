"""A channel's settings are checked when they are read, and no error repeats an address or a secret."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.respond.channel_settings import ChannelSettings
from orderhealth_pipeline.respond.channels.registry import CHANNEL_OF_TYPE, build_channels

SECRET = "SEC-very-secret"
URL = "https://oapi.dingtalk.com/robot/send?access_token=0123456789abcdef"


def settings(**keys: Any) -> ChannelSettings:
    return ChannelSettings.model_validate({"name": "ops", **keys})


@pytest.mark.parametrize("kind", ["slack", "dingtalk", "wecom", "feishu", "webhook"])
def test_a_webhook_needs_its_address_alone(kind: str) -> None:
    assert settings(type=kind, url=URL).address == URL


def test_every_type_has_a_channel() -> None:
    entries = [
        settings(type="file", path="a.jsonl", name=kind)
        if kind == "file"
        else settings(type=kind, url=URL, name=kind)
        for kind in CHANNEL_OF_TYPE
    ]
    assert [channel.settings.type for channel in build_channels(entries)] == list(CHANNEL_OF_TYPE)


def test_two_channels_of_one_name_are_refused() -> None:
    with pytest.raises(ConfigurationError, match="'ops' is used twice"):
        build_channels([settings(type="slack", url=URL), settings(type="wecom", url=URL)])


@pytest.mark.parametrize(
    ("keys", "reason"),
    [
        ({"type": "slack"}, "needs 'url'"),
        ({"type": "file", "url": URL}, "needs 'path'"),
        ({"type": "wecom", "url": URL, "secret": SECRET}, "does not sign"),
        ({"type": "slack", "url": URL, "path": "a"}, "takes no 'path'"),
        ({"type": "dingtalk", "url": URL, "secret": ""}, "the secret is empty"),
        ({"type": "dingtalk", "url": URL, "secret": 98765432}, "a text is expected"),
        (
            {"type": "dingtalk", "url": "oapi.dingtalk.com/robot?access_token=0123456789abcdef"},
            "starts with https",
        ),
        ({"type": "dingtalk", "url": "https://x.example/a b?access_token=0123456789abcdef"}, "no spaces"),
        ({"type": "dingtalk", "url": "https://x.example:port/?access_token=0123456789abcdef"}, "starts with"),
        ({"type": "telegram", "url": URL}, "'slack', 'dingtalk'"),
        ({"type": "slack", "url": URL, "token": "0123456789abcdef"}, "Extra inputs"),
        ({"type": "slack", "url": URL, "min_severity": "urgent"}, "'critical'"),
        ({"type": "slack", "url": URL, "stages": ["store"]}, "'warehouse'"),
    ],
)
def test_a_mistake_is_named_without_repeating_a_secret(keys: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValidationError) as caught:
        settings(**keys)
    text = str(caught.value)
    assert reason in text
    for secret in ("0123456789abcdef", SECRET, "98765432"):
        assert secret not in text


def test_settings_show_no_secret_when_printed() -> None:
    shown = repr(settings(type="dingtalk", url=URL, secret=SECRET))
    assert "0123456789abcdef" not in shown
    assert SECRET not in shown


def test_a_file_channel_has_no_address() -> None:
    with pytest.raises(ValueError, match="no address"):
        _ = settings(type="file", path="a.jsonl").address
