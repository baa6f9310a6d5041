"""No address, token or secret stands in an error, however the platform repeats it."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from orderhealth_pipeline.respond.channel_settings import channel_settings
from orderhealth_pipeline.respond.redaction import redact

TOKEN = "0123abcd4567+/=ef"
SECRET = "SEC 秘密/value"
URL = f"https://user:passw0rd@robot.example/hook/T024BE7LD/XyZ987654321?access_token={quote(TOKEN, safe='')}"

DINGTALK = channel_settings({"name": "d", "type": "dingtalk", "url": URL, "secret": SECRET})


@pytest.mark.parametrize(
    "text",
    [
        f"Max retries exceeded with url: {URL}",
        f"Max retries exceeded with url: /hook/T024BE7LD/XyZ987654321?access_token={quote(TOKEN, safe='')}",
        f"bad token {TOKEN}",
        f"bad secret {SECRET} or {quote(SECRET)}",
        f'{{"url": "{URL}", "secret": "{SECRET}"}}',
        "login as user:passw0rd failed",
        "at https://other.example/?key=XyZ987654321",
    ],
)
def test_what_belongs_to_the_channel_is_hidden(text: str) -> None:
    hidden = redact(text, DINGTALK)
    for part in (
        "XyZ987654321",
        "T024BE7LD",
        TOKEN,
        quote(TOKEN, safe=""),
        SECRET,
        quote(SECRET),
        "passw0rd",
    ):
        assert part not in hidden
    assert "***" in hidden


def test_what_names_itself_a_secret_is_hidden_though_nobody_configured_it() -> None:
    text = 'sign=abcDEF%2B&key: zzz, "token": "yyy" and https://a.example/b'
    assert redact(text, DINGTALK) == 'sign=***&key: ***, "token": "***" and ***'


def test_the_reason_itself_stays_readable() -> None:
    assert redact("errcode 310000: sign not match", DINGTALK) == "errcode 310000: sign not match"


def test_a_file_channel_has_nothing_to_hide() -> None:
    channel = channel_settings({"name": "f", "type": "file", "path": "a.jsonl"})
    assert redact("the disk is full", channel) == "the disk is full"
