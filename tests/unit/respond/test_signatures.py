"""Signatures equal values that OpenSSL computed from the platforms' descriptions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from orderhealth_pipeline.respond.channels import dingtalk, feishu, webhook

SECRET = "SEC-测试+/=secret"
NOW = datetime(2026, 11, 10, 16, 0, 0, tzinfo=UTC) + timedelta(milliseconds=123)


def test_dingtalk_signs_timestamp_and_secret_with_the_secret() -> None:
    assert dingtalk.sign(SECRET, 1794326400123) == "OJ5+u36Ttg4zCVCrY249zasQV39VAa/9P/NPdHUmsM0="


def test_dingtalk_percent_encodes_the_signature_once_and_keeps_the_token() -> None:
    url = dingtalk.signed_url("https://oapi.dingtalk.com/robot/send?access_token=abc", SECRET, NOW)
    query = parse_qs(urlsplit(url).query, strict_parsing=True)
    assert query == {
        "access_token": ["abc"],
        "timestamp": ["1794326400123"],
        "sign": ["OJ5+u36Ttg4zCVCrY249zasQV39VAa/9P/NPdHUmsM0="],
    }
    assert "%25" not in url
    assert dingtalk.signed_url("https://local/robot", SECRET, NOW).startswith(
        "https://local/robot?timestamp="
    )


def test_feishu_signs_nothing_with_timestamp_and_secret_as_the_key() -> None:
    signed = feishu.signed({"msg_type": "interactive"}, SECRET, NOW)
    assert signed == {
        "timestamp": "1794326400",
        "sign": "dTcvvQy0KVHxxcvrbaFtlpkp9YytLj+cS10w993GIIM=",
        "msg_type": "interactive",
    }


def test_the_webhook_signs_the_bytes_it_sends() -> None:
    body = '{"alert_id":"breach-1","title":"健康度"}'.encode()
    assert webhook.sign(SECRET, body) == (
        "sha256=beb750df45b6a3d3674fd966a882dbbaa5252a7f8ab48c8f5f3fe04bbf86d353"
    )
