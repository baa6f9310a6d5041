from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.rules.language.condition import (
    Comparison,
    Condition,
    Group,
    figures,
    with_figures,
)
from orderhealth_pipeline.rules.language.contradictions import contradiction
from orderhealth_pipeline.rules.language.sentence import sentence
from orderhealth_pipeline.yaml_files import FrozenModel, read_model


class _File(FrozenModel):
    hit_when: Condition


def read(tmp_path: Path, text: str) -> Comparison | Group:
    file = tmp_path / "rule.yml"
    file.write_text(dedent(text), encoding="utf-8")
    return read_model(file, _File).hit_when


NESTED = """\
    hit_when:
      all:
        - {feature: minutes_paid_without_erp, more_than: 15, as: late}
        - any:
            - {column: remark, contains_any: [急, 今天]}
            - {same: {key: phone, within: 24h, count: orders}, at_least: 3}
        - none:
            - {column: province, is_one_of: [新疆维吾尔自治区]}
            - {waiting: {since: paid, for: outbound}, below: {default: 60, warehouse: {GZ: 720}}}
"""


def test_a_nested_condition_reads_back_as_a_sentence(tmp_path: Path) -> None:
    condition = read(tmp_path, NESTED)
    titles = {"minutes_paid_without_erp": "付款后无 ERP 的分钟数", "remark": "备注", "province": "省份"}

    assert sentence(condition, "zh", titles.__getitem__) == (
        "付款后无 ERP 的分钟数 超过 15，且（备注 含有 「急」、「今天」 之一"
        "，或24 小时内同一电话的订单数 不少于 3）"
        "，且以下都不成立：（省份 是 「新疆维吾尔自治区」"
        "，或付款后等待出库的分钟数 低于 60（仓库 GZ 为 720））"
    )
    assert sentence(condition, "en", lambda name: name) == (
        "minutes_paid_without_erp is more than 15 and (remark contains one of “急”, “今天” or orders of the"
        " same phone within 24 hours is at least 3) and none of these holds: (province is “新疆维吾尔自治区”"
        " or minutes since payment without leaving the warehouse is below 60 (720 for warehouse GZ))"
    )


def test_figures_have_names(tmp_path: Path) -> None:
    condition = read(tmp_path, NESTED)
    assert {name: each.default for name, each in figures(condition).items()} == {
        "late": Decimal(15),
        "same": Decimal(3),
        "waiting": Decimal(60),
    }
    changed = with_figures(condition, {"late": Decimal(10)})
    assert figures(changed)["late"].default == Decimal(10)
    with pytest.raises(ValueError, match="there is no figure 'price'; there are: late, same, waiting"):
        with_figures(condition, {"price": Decimal(1)})


def test_the_only_comparison_is_also_called_threshold(tmp_path: Path) -> None:
    condition = read(tmp_path, "hit_when: {feature: price_ratio, below: 0.70}")
    assert list(figures(condition)) == ["threshold", "price_ratio"]
    assert figures(with_figures(condition, {"threshold": Decimal("0.6")}))["price_ratio"].default == Decimal(
        "0.6"
    )


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        (
            "hit_when:\n  all:\n    - {feature: a, more_than: 1}\n    - {feature: b}\n",
            4,
            "exactly one of more_than",
        ),
        ("hit_when:\n  any:\n    - {feature: a, column: b, more_than: 1}\n", 3, "given: feature, column"),
        ("hit_when:\n  none: [{shop: A}]\n", 2, "unknown key 'hit_when.none.0.shop'"),
        ("hit_when:\n  all: []\n", 2, "at least 1 item"),
        ("hit_when:\n  all:\n    - {feature: a, above: 1}\n", 3, "unknown key 'hit_when.all.0.above'"),
        (
            "hit_when:\n  all: [{feature: a, below: 1}]\n  any: [{feature: a, below: 1}]\n",
            1,
            "put the others",
        ),
        ("hit_when: {waiting: {since: paid, for: paid}, more_than: 3}\n", 1, "same milestone"),
        ("hit_when: {waiting: {since: payed, for: paid}, more_than: 3}\n", 1, "'placed', 'paid'"),
        (
            "hit_when: {same: {key: phone, within: 1 week, count: orders}, more_than: 3}\n",
            1,
            "30m, 24h or 7d",
        ),
        ("hit_when: {same: {key: phone, within: 24h}, more_than: 3}\n", 1, "exactly one of count and sum"),
        ("hit_when: {feature: a, more_than: {warehouse: {GZ: 1}}}\n", 1, "'default' is missing"),
        ("hit_when: {feature: a, more_than: {default: 1, city: {GZ: 1}}}\n", 1, "unknown place 'city'"),
        ("hit_when: {column: remark, is_one_of: []}\n", 1, "at least 1 item"),
        ("hit_when: {column: remark, contains_any: [' ']}\n", 1, "a word of blanks alone"),
        ("hit_when: {column: is_vip, is: maybe}\n", 1, "boolean"),
    ],
)
def test_a_mistake_is_explained_with_line_and_path(tmp_path: Path, text: str, line: int, reason: str) -> None:
    file = tmp_path / "rule.yml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as raised:
        read_model(file, _File)
    assert f"{file}:{line}: " in str(raised.value)
    assert reason in str(raised.value)


def test_conditions_nest_at_most_four_deep() -> None:
    four: Any = {"feature": "a", "more_than": 1}
    for _ in range(4):
        four = {"all": [four]}
    assert isinstance(Group.model_validate(four), Group)
    with pytest.raises(ValueError, match="at most 4 deep"):
        Group.model_validate({"any": [four]})


@pytest.mark.parametrize(
    "text",
    [
        "hit_when: {all: [{feature: a, more_than: 5}, {feature: a, below: 3}]}",
        "hit_when: {all: [{feature: a, at_least: 5}, {all: [{feature: a, below: 5}]}]}",
        "hit_when: {all: [{feature: a, more_than: 5}, {none: [{feature: a, more_than: 4}]}]}",
        "hit_when: {all: [{column: r, is_missing: true}, {column: r, contains_any: [x]}]}",
        "hit_when: {all: [{column: r, is_one_of: [x]}, {column: r, is_not_one_of: [X]}]}",
        "hit_when: {all: [{column: v, is: true}, {column: v, is: false}]}",
        "hit_when: {all: [{feature: a, more_than: 5}, {any: [{feature: a, below: 3}]}]}",
    ],
)
def test_what_can_never_hold_is_found(tmp_path: Path, text: str) -> None:
    assert "can never hold" in str(contradiction(read(tmp_path, text)))


@pytest.mark.parametrize(
    "text",
    [
        "hit_when: {all: [{feature: a, at_least: 5}, {feature: a, at_most: 5}]}",
        "hit_when: {all: [{feature: a, more_than: 5}, {feature: a, with: {window_days: 7}, below: 3}]}",
        "hit_when: {any: [{feature: a, more_than: 5}, {feature: a, below: 3}]}",
        "hit_when: {none: [{feature: a, more_than: 5}, {feature: a, below: 3}]}",
        "hit_when: {all: [{column: r, contains_any: [x]}, {column: r, contains_any: [y]}]}",
    ],
)
def test_what_may_hold_is_left_alone(tmp_path: Path, text: str) -> None:
    assert contradiction(read(tmp_path, text)) is None
