"""A channel's settings are checked when they are read, and no error repeats an address or a secret."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.respond.channel_settings import AnyChannel, EmailSettings, channel_settings
from orderhealth_pipeline.respond.channels.registry import CHANNEL_OF_TYPE, build_channels

SECRET = "SEC-very-secret"
MAIL = {
    "type": "email",
    "host": "smtp.example.com",
    "sender": "orders@example.com",
    "to": ["ann@example.com"],
}
URL = "https://oapi.dingtalk.com/robot/send?access_token=0123456789abcdef"


def settings(**keys: Any) -> AnyChannel:
    return channel_settings({"name": "ops", **keys})


@pytest.mark.parametrize("kind", ["slack", "dingtalk", "wecom", "feishu", "webhook"])
def test_a_webhook_needs_its_address_alone(kind: str) -> None:
    assert settings(type=kind, url=URL).key_address == URL


def test_every_type_has_a_channel() -> None:
    entries = [
        settings(type="file", path="a.jsonl", name=kind)
        if kind == "file"
        else settings(**MAIL, name=kind)
        if kind == "email"
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
        ({"type": "slack"}, "slack.url\n  Field required"),
        ({"type": "file", "url": URL}, "file.path\n  Field required"),
        ({"type": "wecom", "url": URL, "secret": SECRET}, "does not sign"),
        ({"type": "slack", "url": URL, "path": "a"}, "Extra inputs"),
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
    assert settings(type="file", path="a.jsonl").key_address is None


@pytest.mark.parametrize(
    ("keys", "reason"),
    [
        ({"host": "smtp.example.com/inbox"}, "the name of a mail server alone"),
        ({"host": "smtp.example.com:25"}, "the name of a mail server alone"),
        ({"to": []}, "at least 1 item"),
        ({"to": ["no address"]}, "a mail address alone"),
        ({"to": ["Ann <ann@example.com>"]}, "a mail address alone"),
        ({"to": ["ann@example.com\nBcc: all@example.com"]}, "a mail address alone"),
        ({"sender": "orders"}, "a mail address alone"),
        ({"user": "ann"}, "go together"),
        ({"user": "ann", "password": SECRET, "security": "none"}, "everybody on the way reads the password"),
        ({"port": 0}, "greater than or equal to 1"),
        ({"security": "ssl"}, "'starttls', 'tls' or 'none'"),
        ({"url": URL}, "Extra inputs"),
    ],
)
def test_a_mistake_about_mail_is_named_without_repeating_a_secret(keys: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValidationError) as caught:
        settings(**{**MAIL, **keys})
    assert reason in str(caught.value)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(("security", "port"), [("starttls", 587), ("tls", 465), ("none", 25)])
def test_a_mail_server_is_spoken_to_at_the_usual_port_of_its_security(security: str, port: int) -> None:
    mail = settings(**MAIL, security=security)
    assert isinstance(mail, EmailSettings)
    assert mail.at_port == port
    assert mail.is_readable_on_the_way == (security == "none")
