from __future__ import annotations

from pathlib import Path

import pytest

from orderhealth_pipeline.declared.features import declared_features
from orderhealth_pipeline.declared.order_columns import order_columns
from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.resources import expectations_folder
from orderhealth_pipeline.rules.language.condition import Comparison
from orderhealth_pipeline.rules.language.declarations import Declarations
from orderhealth_pipeline.rules.language.model import Rule
from orderhealth_pipeline.words import Text
from orderhealth_pipeline.yaml_files import read_model

DECLARED = Declarations(declared_features(), frozenset(feed_contracts()), order_columns())
PAID_NAMES = (
    "minutes_paid_without_erp, minutes_paid_without_erp_value, paid_amount, paid_at, threshold, value"
)
PAID = expectations_folder() / "payment" / "paid_not_in_erp.yml"
GAP = expectations_folder() / "system" / "pickup_gap.yml"


def read(folder: Path, source: Path, old: str, new: str) -> Rule:
    text = source.read_text(encoding="utf-8")
    assert old in text
    file = folder / source.name
    file.write_text(text.replace(old, new), encoding="utf-8")
    return read_model(file, Rule, context=DECLARED)


def test_the_definition_speaks_of_the_rules_own_figures(tmp_path: Path) -> None:
    assert "more than 15 minutes" in read_model(PAID, Rule, context=DECLARED).means.en
    assert "more than 12.5 minutes" in read(tmp_path, PAID, "more_than: 15", "more_than: 12.5").means.en
    assert "不足 87.5%" in read(tmp_path, GAP, "share_below: 0.90", "share_below: 0.875").means.zh


def test_the_definition_follows_a_rule_that_was_changed_after_it_was_read() -> None:
    rule = read_model(PAID, Rule, context=DECLARED)
    condition = Comparison.model_validate({"feature": "minutes_paid_without_erp", "more_than": 10})
    assert "超过 10 分钟" in rule.model_copy(update={"hit_when": condition}).means.zh


def test_a_placeholder_of_the_definition_that_is_no_figure_is_named(tmp_path: Path) -> None:
    with pytest.raises(
        ConfigurationError, match=r"means has a wrong placeholder \('minutes'\); there are: threshold"
    ):
        read(tmp_path, PAID, "有一笔付款在评估时刻之前超过 {threshold} 分钟", "超过 {minutes} 分钟")


@pytest.mark.parametrize(
    ("source", "old", "new", "known"),
    [
        (PAID, "{paid_amount} was paid", "{amount} was paid", PAID_NAMES),
        (PAID, "已付款 {paid_amount}", "已付款 {}", PAID_NAMES),
        (GAP, "only {orders_true}", "only {orders}", "orders_concerned, orders_true, threshold, value"),
    ],
)
def test_a_placeholder_of_the_sentence_that_is_no_evidence_is_named(
    tmp_path: Path, source: Path, old: str, new: str, known: str
) -> None:
    with pytest.raises(ConfigurationError) as raised:
        read(tmp_path, source, old, new)
    line = source.read_text(encoding="utf-8").splitlines().index("says:") + 1
    assert f"{source.name}:{line}: 'says': there is no placeholder '" in str(raised.value)
    assert f"there are: {known}" in str(raised.value)


@pytest.mark.parametrize(
    ("folded", "read_as"),
    [
        ("恰好等于不算。 均价按数量加权", "恰好等于不算。均价按数量加权"),
        ("付款之后， ERP 无记录", "付款之后，ERP 无记录"),
        ("订单 行", "订单行"),
        ("超过 15 分钟", "超过 15 分钟"),
        ("商城到 ERP 的任务", "商城到 ERP 的任务"),
    ],
)
def test_chinese_loses_the_blanks_of_folded_lines_and_keeps_those_around_other_writing(
    folded: str, read_as: str
) -> None:
    assert Text(zh=folded, en="a b").zh == read_as
