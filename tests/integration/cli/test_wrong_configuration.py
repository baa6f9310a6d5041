"""Given a mistake in the configuration or in an option, the program names its place and writes nothing."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from orderhealth_pipeline.resources import expectations_folder
from tests.integration.cli.conftest import AS_OF, Call, files_below

MISTAKES = {
    "an unknown key": ("timezon: UTC", "orderhealth.yml:1: unknown key 'timezon'"),
    "a nested unknown key": ("score:\n  treshold: 80", "orderhealth.yml:2: unknown key 'score.treshold'"),
    "a time zone": (
        "locale: zh\ntimezone: Mars/Base",
        "orderhealth.yml:2: “timezone”：“Mars/Base”不是时区",
    ),
    "a language": ("locale: fr", "orderhealth.yml:1: 'locale': Input should be 'zh' or 'en'"),
    "a profile": (
        "profile: winter",
        "orderhealth.yml:1: 'profile': there is no profile 'winter'; there are: every",
    ),
    "a feed": ("feeds:\n  paymnts: {path: x}", "orderhealth.yml:1: 'feeds': there is no feed 'paymnts'"),
    "an adapter": (
        "feeds:\n  payments: {path: x, adapter: nowhere}",
        "orderhealth.yml:2: 'feeds.payments.adapter': there is no adapter 'nowhere'; there are: aftership",
    ),
    "a duration": (
        "feeds:\n  payments: {path: x, expected_every: often}",
        "orderhealth.yml:2: 'feeds.payments.expected_every': a duration such as 15m, 2h or 1d is expected",
    ),
    "a list of feeds": ("feeds: [a, b]", "orderhealth.yml:1: 'feeds': a folder, or a mapping of feeds"),
    "a threshold": (
        "score: {threshold: high}",
        "orderhealth.yml:1: 'score.threshold': Input should be a valid",
    ),
    "thresholds the wrong way round": (
        "score: {threshold: 90}",
        "orderhealth.yml:1: 'score': recover must not be below threshold",
    ),
    "a channel's type": (
        "channels:\n  - {type: pigeon}",
        "orderhealth.yml:2: 'channels.0.type': Input should be 'slack', 'dingtalk'",
    ),
    "a channel without a type": (
        "channels:\n  - {url: https://chat.example.com/hook}",
        "orderhealth.yml:2: the key 'channels.0.type' is missing",
    ),
    "a channel without an address": (
        "channels:\n  - type: slack",
        "orderhealth.yml:2: the key 'channels.0.url' is missing",
    ),
    "two channels of one name": (
        "channels:\n  - {type: file, name: a, url: a}\n  - {type: file, name: a, url: b}",
        "orderhealth.yml:1: 'channels': two channels are named 'a'",
    ),
    "a variable that is not set": (
        "channels:\n  - type: slack\n    url: ${ORDERHEALTH_NOT_SET}",
        "orderhealth.yml:3: the environment variable ORDERHEALTH_NOT_SET is not set",
    ),
    "a report's address without a scheme": (
        "locale: zh\nreport:\n  url: reports.example.com/orders",
        "orderhealth.yml:3: “report.url”：应为完整的地址，以 https:// 或 http:// 开头",
    ),
    "an empty address of reports": ("report: {url: ''}", "orderhealth.yml:1: 'report.url': a full address"),
    "a report's address with a blank": (
        "report: {url: 'https://a.example/my reports'}",
        "orderhealth.yml:1: 'report.url': a full address is expected",
    ),
    "a report's address without end": (
        f"report: {{url: 'https://a.example/{'x' * 1000}'}}",
        "orderhealth.yml:1: 'report.url': an address of at most 900 characters is expected",
    ),
    "a report's address with signs of markup": (
        "report: {url: 'https://a.example/<b>'}",
        "orderhealth.yml:1: 'report.url': an address is expected without <",
    ),
    "a report's address with a password": (
        "report: {url: 'https://me:secret@a.example/'}",
        "orderhealth.yml:1: 'report.url': an address without a password is expected",
    ),
    "a report's address that is a script": (
        "report: {url: 'javascript:alert(1)'}",
        "1: 'report.url': a full",
    ),
    "a report's address that is a file": ("report: {url: 'file:///srv/reports'}", "1: 'report.url': a full"),
    "a channel's name that a terminal obeys": (
        'channels: [{type: file, url: a, name: "\\e[31mred"}]',
        "orderhealth.yml:1: 'channels.0.name': a name without control characters",
    ),
    "broken YAML": ("feeds: [", "orderhealth.yml:2: not valid YAML"),
    "a key that stands there twice": (
        "locale: zh\nlocale: en",
        "orderhealth.yml:2: 键“locale”写了两次",
    ),
    "nothing": ("", "orderhealth.yml:1: the file is empty"),
    "a folder of rules": ("expectations: nowhere", "nowhere: the folder of expectations does not exist"),
    "a store that is a folder": ("store: .", "the store is a folder here; name a file"),
}


@pytest.mark.parametrize(("text", "message"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_in_the_file_is_named_with_its_line(
    feeds: Path, tmp_path: Path, orderhealth: Call, text: str, message: str
) -> None:
    (tmp_path / "orderhealth.yml").write_text(text + "\n" if text else "", encoding="utf-8")
    before = files_below(tmp_path)
    answer = orderhealth("run", "--feeds", feeds, "--as-of", AS_OF, "--json")
    if "feeds:" in text and "adapter" in text:
        answer = orderhealth("run", "--as-of", AS_OF, "--json")
    assert answer.code == 2
    assert message in answer.err
    assert answer.out == ""
    assert files_below(tmp_path) == before


OPTIONS = {
    "--profile": ("winter", "there is no profile 'winter'; there are: everyday, promotion"),
    "--timezone": ("Mars/Base", "--timezone: 'Mars/Base' is no time zone"),
    "--adapter": (
        "nowhere",
        "there is no adapter 'nowhere'; there are: aftership, alipay, amazon, canonical",
    ),
    "--expectations": ("nowhere", "nowhere: the folder of expectations does not exist"),
    "--config": ("nowhere.yml", "nowhere.yml: the file does not exist"),
    "--store": (".", "'.' is a directory"),
}


@pytest.mark.parametrize("option", OPTIONS)
def test_a_wrong_option_is_named(feeds: Path, tmp_path: Path, orderhealth: Call, option: str) -> None:
    value, message = OPTIONS[option]
    answer = orderhealth("run", "--feeds", feeds, "--as-of", AS_OF, option, value)
    assert answer.code == 2
    assert message in answer.err
    assert files_below(tmp_path) == {}


def test_an_option_takes_the_place_of_a_mistake_in_the_file(
    feeds: Path, tmp_path: Path, orderhealth: Call
) -> None:
    (tmp_path / "orderhealth.yml").write_text("profile: winter\n", encoding="utf-8")
    answer = orderhealth("run", "--feeds", feeds, "--as-of", AS_OF, "--profile", "summer")
    assert answer.code == 2
    assert answer.err.startswith("orderhealth: there is no profile 'summer'")


WRONG_RULES = {
    "weight": (r"weight: .*", "weight: 1.5", r":\d+: 'weight': Input should be less than 1 \(given: '1.5'\)"),
    "severity": (r"severity: .*", "severity: bad", r":\d+: 'severity': Input should be 'low', 'medium'"),
    "key": (r"weight: ", "wieght: ", r":\d+: unknown key 'wieght'"),
    "threshold": (
        r"more_than: \d+",
        "more_than: soon",
        r":\d+: 'hit_when.more_than': Input should be a valid",
    ),
    "feature": (r"feature: \w+", "feature: luck", r":\d+: 'hit_when.feature': there is no feature 'luck'"),
    "enabled": (r"enabled: true", "enabled: perhaps", r":\d+: 'enabled': Input should be a valid boolean"),
}


@pytest.mark.parametrize("mistake", WRONG_RULES)
@pytest.mark.parametrize("call", [("run",), ("rules", "check")], ids=" ".join)
def test_a_wrong_expectation_is_named_with_file_line_key_and_what_was_expected(
    feeds: Path, tmp_path: Path, orderhealth: Call, call: tuple[str, ...], mistake: str
) -> None:
    wrong, right, message = WRONG_RULES[mistake]
    shutil.copytree(expectations_folder(), tmp_path / "rules")
    rule = tmp_path / "rules" / "payment" / "paid_not_in_erp.yml"
    text = rule.read_text(encoding="utf-8")
    changed = re.sub(wrong, right, text, count=1)
    assert changed != text
    rule.write_text(changed, encoding="utf-8")
    before = files_below(tmp_path)
    options = ("--feeds", feeds, "--as-of", AS_OF) if call == ("run",) else ()
    answer = orderhealth(*call, "--expectations", "rules", *options)
    assert answer.code == 2
    assert re.search(r"rules/payment/paid_not_in_erp\.yml" + message, answer.err), answer.err
    assert files_below(tmp_path) == before


def test_rules_check_names_the_line_where_a_profile_or_tier_is_wrong(
    tmp_path: Path, orderhealth: Call
) -> None:
    for file, wrong, right, message in (
        (
            "profiles/promotion.yml",
            "paid_not_in_erp:",
            "paid_not:",
            r":\d+: the profile 'promotion' overrides the rule",
        ),
        (
            "profiles/promotion.yml",
            "more_than: 10",
            "at_least: 10",
            r":\d+: .*does not compare with 'at_least'",
        ),
        (
            "tiers/small.yml",
            "paid_not_in_erp",
            "paid_not",
            r":\d+: the tier 'small' names the rule 'paid_not'",
        ),
    ):
        shutil.rmtree(tmp_path / "rules", ignore_errors=True)
        shutil.copytree(expectations_folder(), tmp_path / "rules")
        target = tmp_path / "rules" / file
        target.write_text(target.read_text(encoding="utf-8").replace(wrong, right, 1), encoding="utf-8")
        answer = orderhealth("rules", "check", "--expectations", "rules")
        assert answer.code == 2
        assert re.search(re.escape(file) + message, answer.err), answer.err


def test_a_channel_whose_messages_can_be_read_on_the_way_is_warned_of(
    tmp_path: Path, orderhealth: Call, feeds: Path
) -> None:
    (tmp_path / "orderhealth.yml").write_text(
        "locale: en\nchannels:\n  - {type: wecom, url: 'http://10.1.2.3/send?key=abcdefgh'}\n"
        "  - {type: slack, url: 'http://127.0.0.1:9/x'}\n  - {type: webhook, url: 'https://a.example/x'}\n",
        encoding="utf-8",
    )
    answer = orderhealth("run", "--feeds", feeds, "--as-of", AS_OF, "--json")
    assert answer.code == 0
    [warning] = [line for line in answer.err.splitlines() if "http://" in line]
    assert (
        "orderhealth.yml:3: 'channels.0': the address of the channel 'wecom' begins with http://" in warning
    )
    assert "abcdefgh" not in answer.err
