"""A finding in one sentence: evidence as people read it, and nothing breaks when some of it is missing."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from orderhealth_pipeline.report.words.sentences import finding_sentence, steps_of
from orderhealth_pipeline.rules.language.model import Rule
from orderhealth_pipeline.words import Locale
from tests.unit.report.conftest import read_rules

RULE = read_rules()[0]


def sentence(says: str, evidence: str | None, locale: Locale = "en") -> str:
    rule: Rule = RULE.model_copy(update={"says": RULE.says.model_copy(update={"zh": says, "en": says})})
    return finding_sentence(rule, evidence, locale=locale, zone=ZoneInfo("Asia/Shanghai"))


@pytest.mark.parametrize(
    ("says", "evidence", "said"),
    [
        ("{value} minutes", '{"value": 88.4}', "88 minutes"),
        ("{value} minutes", '{"value": 240}', "4 hours"),
        ("{value} minutes", '{"value": 1440}', "24 hours"),
        (
            "for {value} minutes, alert after {threshold} minutes",
            '{"value": 28922.39, "threshold": "240"}',
            "for 20 days 2 hours, alert after 4 hours",
        ),
        ("{value} hours", '{"value": 30.55}', "30 hours 33 minutes"),
        ("{value}分钟未出库", '{"value": 1138.48}', "18 hours 58 minutes未出库"),
        ("{value} minutes", "{}", "— minutes"),
        ("{value} minutes", '{"value": "many"}', "many minutes"),
        ("{value} minutesfoo", '{"value": 240}', "240 minutesfoo"),
        ("ratio {value}", '{"value": "0.6500"}', "ratio 0.65"),
        ("only {value:.1%}", '{"value": 0.7604}', "only 76.0%"),
        ("below {threshold:%}", '{"threshold": "0.90"}', "below 90%"),
        ("{cheapest_unit_price} yuan", '{"cheapest_unit_price": "99.0000"}', "99 yuan"),
        ("{cheapest_unit_price} yuan", '{"cheapest_unit_price": "44.9000"}', "44.90 yuan"),
        ("paid at {paid_at}", '{"paid_at": "2026-11-10T16:30:00Z"}', "paid at 2026-11-11 00:30"),
        ("since {stalled_since}", '{"stalled_since": "2026-11-10T16:30:00"}', "since 2026-11-11 00:30"),
        ("since {stalled_since}", '{"stalled_since": "yesterday"}', "since yesterday"),
        ("order {duplicate_of_order_id}", '{"duplicate_of_order_id": "007"}', "order 007"),
        ("value {value}", '{"value": "many"}', "value many"),
        ("carrier {stalled_carrier}", '{"stalled_carrier": "中通 13812345678"}', "carrier 中通 138****5678"),
        ("buyer {buyer_id}", '{"buyer_id": "小明妈妈"}', "buyer 小***"),
        ("from {city}", '{"city": null}', "from —"),
        ("from {city}", "{}", "from —"),
        ("from {city}", None, "from —"),
        ("from {city}", "[1]", "from —"),
        ("{value.__class__}", '{"value": 1}', "—"),
    ],
)
def test_evidence_is_put_into_words(says: str, evidence: str | None, said: str) -> None:
    assert sentence(says, evidence) == said


@pytest.mark.parametrize(("locale", "said"), [("zh", "有效：否"), ("en", "有效：no")])
def test_yes_and_no_are_words_of_the_language(locale: Locale, said: str) -> None:
    assert sentence("有效：{phone_valid}", '{"phone_valid": false}', locale) == said


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("1. 找包裹。2. 调拨 1.5 箱。3. 通知。", ("找包裹。", "调拨 1.5 箱。", "通知。")),
        ("1. Look for it. 2. Move it within 24 hours.", ("Look for it.", "Move it within 24 hours.")),
        ("Look for it.", ("Look for it.",)),
        ("", ()),
    ],
)
def test_numbered_instructions_come_apart_into_steps(text: str, steps: tuple[str, ...]) -> None:
    assert steps_of(text) == steps


def test_a_figure_is_the_one_that_counted_for_the_order() -> None:
    compared = '{"comparisons": [{"name": "large", "value": "9", "threshold": "7.50"}]}'

    assert sentence("more than {threshold}", "{}") == f"more than {RULE.figures['threshold']}"
    assert sentence("at least {large}", compared) == "at least 7.50"
