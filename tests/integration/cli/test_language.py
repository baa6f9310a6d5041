"""Given a person's language, the terminal speaks it; and it says no more than a person needs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.settings import read_settings
from tests.integration.cli.conftest import AS_OF, Call

CHINESE = "locale: zh\n"


@pytest.fixture(autouse=True)
def _english_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("LANG", "en_US.UTF-8")


MISTAKES = [
    pytest.param("nmae: x\n", (), "orderhealth.yml:2: 不认识的键“nmae”", id="unknown key"),
    pytest.param(
        "score: {threshold: 0}\n", (), "orderhealth.yml:2: “score.threshold”：应大于 0", id="figure"
    ),
    pytest.param("score: [\n", (), "orderhealth.yml:3: 不是正确的 YAML", id="no YAML"),
    pytest.param(
        "store: ${NO_SUCH_NAME}\n", (), "orderhealth.yml:2: 环境变量 NO_SUCH_NAME 没有设置", id="variable"
    ),
    pytest.param(
        "feeds: {payment: {}}\n", (), "orderhealth.yml:2: “feeds”：没有数据“payment”；现有：", id="feed"
    ),
    pytest.param(
        "profile: nope\n", (), "orderhealth.yml:2: “profile”：没有规则档位“nope”；现有：", id="profile"
    ),
    pytest.param(
        "feeds: {payments: {path: feeds, adapter: nope}}\n", (), "没有适配器“nope”；现有：", id="adapter"
    ),
    pytest.param("", (), "feeds：数据文件夹不存在，或不是文件夹。", id="folder"),
    pytest.param("", ("--feeds", "."), "这里没有数据文件。应有形如", id="no feed file"),
    pytest.param("", ("--as-of", "tomorrow"), "--as-of：“tomorrow”不是 ISO 8601 时间", id="no instant"),
    pytest.param("", ("--as-of", "2190-01-01"), "晚于本机时钟", id="ahead of the clock"),
    pytest.param("", ("--timezone", "Mars"), "--timezone：“Mars”不是时区", id="zone"),
]


@pytest.mark.parametrize(("text", "options", "expected"), MISTAKES)
def test_a_mistake_is_told_in_the_language_of_the_configuration(
    tmp_path: Path, orderhealth: Call, text: str, options: tuple[str, ...], expected: str
) -> None:
    (tmp_path / "orderhealth.yml").write_text(CHINESE + text, encoding="utf-8")
    answer = orderhealth("run", *options)
    assert answer.code in {2, 3}
    assert expected in answer.err
    (tmp_path / "orderhealth.yml").write_text("locale: en\n" + text, encoding="utf-8")
    assert not re.search("[\u4e00-\u9fff]", orderhealth("run", *options).err)


@pytest.mark.parametrize(
    ("variables", "is_chinese"),
    [
        ({"LANG": "zh_CN.UTF-8"}, True),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "zh_CN.UTF-8"}, True),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "C"}, False),
        ({"LANG": ""}, False),
    ],
    ids=str,
)
def test_where_no_configuration_says_it_the_environment_does(
    orderhealth: Call, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], is_chinese: bool
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    answer = orderhealth("rules", "explain", "nope")
    assert answer.code == 2
    assert ("没有规则“nope”" in answer.err) is is_chinese
    assert ("there is no rule 'nope'" in answer.err) is not is_chinese


def test_another_configuration_says_its_own_language(tmp_path: Path, orderhealth: Call) -> None:
    (tmp_path / "orderhealth.yml").write_text("locale: en\n", encoding="utf-8")
    (tmp_path / "shop.yml").write_text("locale: zh\nprofile: nope\n", encoding="utf-8")
    assert "没有规则档位“nope”" in orderhealth("run", "--config", "shop.yml").err


def test_stages_and_files_are_told_to_those_who_ask(feeds: Path, orderhealth: Call) -> None:
    call = ("--feeds", feeds, "--as-of", AS_OF, "--store", "s.duckdb")
    assert "took" not in orderhealth("run", *call).err
    for told in (orderhealth("run", "-v", *call), orderhealth("--verbose", "run", *call)):
        assert re.search(r"^rules_and_score took \d+\.\d\d s$", told.err, re.MULTILINE)
    assert "took" not in orderhealth("run", *call).err


def test_init_expects_every_feed_every_so_often_and_its_samples_are_fresh(
    tmp_path: Path, orderhealth: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = orderhealth("init", "shop", "--tier", "growing")
    assert "expectations/" in told.out
    settings = read_settings(tmp_path / "shop" / "orderhealth.yml", {})
    assert settings.expected_every.keys() == feed_contracts().keys()
    monkeypatch.chdir(tmp_path / "shop")
    later = orderhealth("run", "--json")
    unknown = {
        rule_id
        for rule_id, rule in yaml.safe_load(later.out)["rules"].items()
        if rule["outcome"] == "unknown"
    }
    assert later.code == 0
    assert unknown == set()
