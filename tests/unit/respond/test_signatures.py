"""Signatures equal values that OpenSSL computed from the platforms' descriptions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from orderhealth_pipeline.respond.channels import dingtalk, feishu
from orderhealth_pipeline.respond.outbox import idempotency_key
from orderhealth_pipeline.respond.sinks.standard_webhooks import signed_headers

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


BODY = '{"alert_id":"breach-1","title":"健康度"}'.encode()
WHSEC = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def test_a_webhook_is_signed_as_the_example_of_standard_webhooks() -> None:
    now = datetime.fromtimestamp(1614265330, UTC)
    headers = signed_headers("msg_p5jXN8AQM9LWM0D4loKWxJek", now, b'{"test": 2432232314}', [WHSEC])
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_webhook_carries_one_signature_for_each_secret_and_none_without() -> None:
    both = signed_headers("k", NOW, BODY, [WHSEC, SECRET])["webhook-signature"].split(" ")
    each = [signed_headers("k", NOW, BODY, [secret])["webhook-signature"] for secret in (WHSEC, SECRET)]
    assert both == each
    assert signed_headers("k", NOW, BODY, []) == {"webhook-id": "k", "webhook-timestamp": "1794326400"}


def test_a_key_has_no_full_stop_which_divides_what_is_signed() -> None:
    assert idempotency_key("breach-1", "screen v1.2") == "breach-1/screen%20v1%2E2"
