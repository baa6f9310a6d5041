"""However long the evidence, every platform gets a body within its limits that still ends with the link."""

from __future__ import annotations

import json

import pytest

from orderhealth_pipeline.report.message import AlertCause, AlertFinding, AlertMessage, AlertOrder
from orderhealth_pipeline.respond.channels import dingtalk, feishu, http, markdown, slack, wecom
from orderhealth_pipeline.respond.channels.outside_text import harmless

LINK = "https://orders.example.com/" + "r" * 300


def longest(breach: AlertMessage, findings: int, sign: str) -> AlertMessage:
    finding = AlertFinding(
        rule_id="buyer_burst", title=sign * 300, stage="ordering", severity="high", evidence=sign * 300
    )
    order = AlertOrder(
        rank=1,
        order_id=sign * 90,
        shop=sign * 90,
        amount=breach.orders[0].amount,
        rules=(finding,) * findings,
        owner=sign * 90,
        what_to_do=sign * 300,
    )
    cause = AlertCause(
        rule_id="low_price", title=sign * 300, stage="ordering", severity="low", points=breach.score, open=1
    )
    return breach.model_copy(update={"orders": (order,) * 5, "causes": (cause,) * 3, "link": LINK})


any_length = pytest.mark.parametrize("findings", [1, 2, 11])
any_sign = pytest.mark.parametrize("sign", ["健", "😀", "a", "&", '"'])


@any_length
@any_sign
def test_wecom_takes_4096_bytes(breach: AlertMessage, findings: int, sign: str) -> None:
    content = wecom.render(longest(breach, findings, sign))["markdown"]["content"]
    assert len(content.encode()) <= 4096
    assert content.endswith(f"]({LINK})")
    assert "�" not in content


@any_length
@any_sign
def test_dingtalk_takes_20000_bytes(breach: AlertMessage, findings: int, sign: str) -> None:
    body = dingtalk.render(longest(breach, findings, sign))
    assert len(body["markdown"]["text"].encode()) <= 18_000
    assert body["markdown"]["text"].endswith(f"]({LINK})")


@any_length
@any_sign
def test_feishu_takes_20_kilobytes_with_its_signature(breach: AlertMessage, findings: int, sign: str) -> None:
    body = feishu.signed(feishu.render(longest(breach, findings, sign)), "s" * 40, breach.as_of)
    assert len(http.json_bytes(body)) <= 20 * 1024
    assert body["card"]["elements"][-1]["actions"][0]["url"] == LINK


@any_length
@any_sign
def test_slack_takes_50_blocks_3000_characters_each_and_13000_together(
    breach: AlertMessage, findings: int, sign: str
) -> None:
    blocks = slack.render(longest(breach, findings, sign))["blocks"]
    lengths = [len(block["text"]["text"]) for block in blocks]
    assert len(blocks) <= 50
    assert max(lengths) <= 3000
    assert sum(lengths) <= 13_000
    assert lengths[0] <= 150
    assert blocks[-1]["text"]["text"].endswith(f"<{LINK}|查看完整报告>")


def test_a_usual_message_keeps_every_finding_in_wecom(breach: AlertMessage) -> None:
    content = wecom.render(breach)["markdown"]["content"]
    evidence = [finding.evidence for order in breach.orders for finding in order.rules]
    assert [line for line in evidence if line not in content] == []
    assert "省略" not in content


@pytest.mark.parametrize("limit", range(16, 30))
def test_cutting_drops_whole_lines_from_the_end_of_the_body(limit: int) -> None:
    text = markdown.join_within(["一二", "三四", "五六"], ["foot"], separator="\n", limit_bytes=limit)
    lines = text.split("\n")
    assert len(text.encode()) <= limit
    assert lines == [*["一二", "三四", "五六"][: len(lines) - 1], "foot"]
    assert len(lines) - 1 == min(3, (limit - 4) // 7)


def test_a_first_line_without_room_is_cut_at_a_whole_character() -> None:
    assert markdown.join_within(["一二三"], ["foot"], separator="\n", limit_bytes=12) == "一二\nfoot"
    assert markdown.join_within(["一二三"], ["foot" * 9], separator="\n", limit_bytes=8) == "一二"


def test_outside_text_can_neither_mention_nor_link(breach: AlertMessage) -> None:
    evil = breach.orders[0].model_copy(
        update={"shop": "<@all> [x](http://evil.example) <!channel> **b** </at><at id=all>"}
    )
    message = breach.model_copy(update={"orders": (evil,)})
    for rendered in (wecom.render(message), dingtalk.render(message), feishu.render(message)):
        text = json.dumps(rendered, ensure_ascii=False)
        assert "<" not in text
        assert "[x](" not in text
    assert "<!" not in json.dumps(slack.render(message))
    assert "<@" not in json.dumps(slack.render(message))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://evil.example/x", "https：//evil．example/x"),
        ("www.evil.com 加微信", "www．evil．com 加微信"),
        ("me@evil.com", "me＠evil．com"),
        ("@all @channel <!here>", "＠all ＠channel ＜!here＞"),
        ("[x](javascript:alert(1))", "［x］(javascript：alert(1))"),
        ("![x](data:image/png;base64,AA)", "!［x］(data：image/png;base64,AA)"),
        ("*b* _i_ ~s~ `c` PDD_2026_1", "＊b＊ ＿i＿ ～s～ ＇c＇ PDD_2026_1"),
        ("ends with a backslash \\", "ends with a backslash ＼"),
        (
            "12.50 at 2026.11.10, orders.csv:3, orderhealth.yml",
            "12.50 at 2026.11.10, orders.csv:3, orderhealth.yml",
        ),
        ("tel:110 及 weixin://dl/chat", "tel：110 及 weixin：//dl/chat"),
    ],
)
def test_outside_text_is_shown_and_has_no_effect(text: str, shown: str) -> None:
    assert harmless(text) == shown


def test_slack_does_not_look_for_addresses_itself(breach: AlertMessage) -> None:
    texts = [block["text"] for block in slack.render(breach)["blocks"] if block["type"] == "section"]
    assert {text["verbatim"] for text in texts} == {True}


def test_a_link_with_parentheses_stays_one_link() -> None:
    assert markdown.link("t", "https://a.example/(1)") == "[t](https://a.example/%281%29)"
