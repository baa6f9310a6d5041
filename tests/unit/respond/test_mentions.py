"""Whom messages name, how each platform is told so, and where the cases of a message can be opened."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.report.failure import read_recorded
from orderhealth_pipeline.report.message import AlertMessage
from orderhealth_pipeline.report.notice import CaseLine, Notice
from orderhealth_pipeline.respond.channel_settings import WebSettings
from orderhealth_pipeline.respond.channels import dingtalk, email, feishu, slack, wecom
from orderhealth_pipeline.respond.messages.mentions import Mentions
from orderhealth_pipeline.respond.messages.wording import compose
from orderhealth_pipeline.respond.policy.routes import ChannelRoute, RoleRoute, Routes
from orderhealth_pipeline.rules.owners import read_owners
from tests.unit.respond.conftest import MESSAGES

LINK = "https://ops.example.com/cases/K4R-7XM3"
OWNERS = """roles:
  warehouse_supervisor:
    title: {zh: 仓库主管, en: warehouse supervisor}
    channels: [warehouses]
    mentions: {dingtalk: ["13912345678", manager01], wecom: [ZhangSan]}
    places:
      - {warehouse: GZ, channels: [gz], mentions: {dingtalk: [gz01]}}
  director:
    title: {zh: 总监, en: director}
    channels: [office]
    asks: [score]
    mentions: {feishu: [ou_1], slack: [U01, S02, all]}
"""


@pytest.fixture
def mentions(tmp_path: Path) -> Mentions:
    (tmp_path / "owners.yml").write_text(OWNERS, "utf-8")
    return Mentions(read_owners(tmp_path).roles)


def channel(name: str, kind: str) -> WebSettings:
    return WebSettings.model_validate({"name": name, "type": kind, "url": "https://robot.example.com/x"})


def cases(**changes: Any) -> Notice:
    line = CaseLine(
        rule_id="outbound_overdue",
        title="出库超时 @all",
        severity="high",
        state="new",
        cause_kind="warehouse",
        cause="GZ",
        orders=3,
        cases=("K4R-7XM3",),
        link=LINK,
    )
    given: dict[str, Any] = {
        "kind": "cases",
        "subject": "cases:warehouse_supervisor",
        "locale": "zh",
        "as_of": datetime(2026, 11, 10, 12, tzinfo=UTC),
        "time_zone": "Asia/Shanghai",
        "role": "仓库主管",
        "cases": (line,),
    }
    return Notice.model_validate({**given, **changes})


def test_the_people_of_the_role_are_named_on_their_own_channels(
    mentions: Mentions, breach: AlertMessage
) -> None:
    assert mentions.of(cases(), channel("warehouses", "dingtalk")) == ("13912345678", "manager01")
    assert mentions.of(cases(), channel("gz", "dingtalk")) == ("gz01",)
    assert mentions.of(cases(), channel("warehouses", "wecom")) == ("ZhangSan",)
    assert mentions.of(cases(), channel("office", "feishu")) == ()
    assert mentions.of(breach, channel("office", "feishu")) == ("ou_1",)
    assert mentions.of(breach, channel("warehouses", "dingtalk")) == ()


def test_nobody_is_called_for_what_needs_nobody(mentions: Mentions, recovery: AlertMessage) -> None:
    assert mentions.of(recovery, channel("office", "feishu")) == ()
    assert mentions.of(cases(kind="digest"), channel("warehouses", "dingtalk")) == ()


def test_dingtalk_is_told_by_phone_and_user_id_and_names_them_in_the_text() -> None:
    body = dingtalk.render(cases(), ("13912345678", "manager01"))
    assert body["at"] == {"atMobiles": ["13912345678"], "atUserIds": ["manager01"], "isAtAll": False}
    assert body["markdown"]["text"].endswith("@13912345678 @manager01")
    assert "@all" not in body["markdown"]["text"]
    assert "at" not in dingtalk.render(cases())
    assert dingtalk.render(cases(), ("all",))["at"]["isAtAll"] is True


def test_wecom_names_user_ids_in_markdown_and_phones_in_a_text() -> None:
    assert wecom.render(cases(), ("ZhangSan",))["markdown"]["content"].endswith("<@ZhangSan>")
    text = wecom.render(cases(), ("13912345678", "ZhangSan", "all"))
    assert text["msgtype"] == "text"
    assert text["text"]["mentioned_mobile_list"] == ["13912345678"]
    assert text["text"]["mentioned_list"] == ["ZhangSan", "@all"]
    assert len(text["text"]["content"].encode()) <= wecom.TEXT_LIMIT_BYTES
    assert LINK in text["text"]["content"]


def test_feishu_and_slack_name_people_their_way() -> None:
    assert {"tag": "div", "text": {"tag": "lark_md", "content": "<at id=ou_1></at>"}} in feishu.render(
        cases(), ("ou_1",)
    )["card"]["elements"]
    sections = slack.render(cases(), ("U01", "S02", "all"))["blocks"]
    assert sections[-1]["text"]["text"] == "<@U01> <!subteam^S02> <!channel>"


def test_every_message_names_people_within_the_platforms_limits() -> None:
    people = tuple(f"person{number:02}" for number in range(20))
    for file in MESSAGES.glob("*/payload.json"):
        message = read_recorded(file.read_text("utf-8"))
        text = wecom.render(message, people)["markdown"]["content"]
        assert len(text.encode()) <= wecom.LIMIT_BYTES
        assert text.endswith("<@person19>")
        assert dingtalk.render(message, people)["markdown"]["text"].endswith("@person19")


def test_a_case_is_linked_on_every_channel() -> None:
    assert f"[打开]({LINK})" in wecom.render(cases())["markdown"]["content"]
    assert f"[打开]({LINK})" in dingtalk.render(cases())["markdown"]["text"]
    assert any(f"[打开]({LINK})" in str(element) for element in feishu.render(cases())["card"]["elements"])
    assert any(f"<{LINK}|打开>" in block["text"]["text"] for block in slack.render(cases())["blocks"])
    assert LINK in email.plain_text(compose(cases()))


def test_a_place_of_a_role_hears_of_its_own_cases_and_of_nothing_else() -> None:
    role = RoleRoute("warehouse_supervisor", ("rest",), places={("warehouse", "GZ"): ("gz",)})
    routes = Routes(
        (ChannelRoute("gz"), ChannelRoute("rest"), ChannelRoute("office")),
        {"warehouse_supervisor": role, "director": RoleRoute("director", ("office",), asks_for_score=True)},
    )
    assert [each.name for each in routes.channels_of("warehouse_supervisor")] == ["gz", "rest"]
    assert role.tells("gz", ("warehouse", "GZ"))
    assert not role.tells("gz", ("warehouse", "SH"))
    assert not role.tells("gz", ("order", "A"))
    assert not role.tells("rest", ("warehouse", "GZ"))
    assert role.tells("rest", ("warehouse", "SH"))
    assert routes.hearing("score") == {"office": "director"}
    without = Routes(routes.channels, {"warehouse_supervisor": role})
    assert "gz" not in without.hearing("score")


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ("mentions: {dingtalk: ['<@all>']}", "mentions"),
        ("places: [{channels: [gz]}]", "one of shop, warehouse and carrier"),
        ("places: [{warehouse: GZ, shop: S, channels: [gz]}]", "one of shop, warehouse and carrier"),
        ("places: [{warehouse: GZ, channels: []}]", "channels"),
    ],
)
def test_a_mistake_in_the_file_is_told_with_its_line(wrong: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / "owners.yml").write_text(
        f"roles:\n  a:\n    title: {{zh: 甲, en: a}}\n    {wrong}\n", "utf-8"
    )
    with pytest.raises(ConfigurationError, match=reason) as raised:
        read_owners(tmp_path)
    assert "owners.yml:4" in str(raised.value)
