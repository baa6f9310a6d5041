"""The texts of both languages say the same, with the same values, and each is used."""

from __future__ import annotations

import re
import string
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

import orderhealth_pipeline.report
from orderhealth_pipeline.report.model import Dimension
from orderhealth_pipeline.report.period.model import PeriodKind
from orderhealth_pipeline.report.replay.model import COLUMNS as REPLAY_COLUMNS
from orderhealth_pipeline.report.words.finding_words import COLUMNS
from orderhealth_pipeline.report.words.texts import Texts

REPORT = Path(orderhealth_pipeline.report.__file__).parent
TEXTS: dict[str, dict[str, str]] = {
    key: text
    for file in (REPORT / "words" / "texts.yml", REPORT / "period" / "period_texts.yml")
    for key, text in yaml.safe_load(file.read_text(encoding="utf-8"))["texts"].items()
}
# Looked up by a value of the report: `t.word("stage", ...)`, `t("level_" ~ ...)`.
VOCABULARIES = (
    "step",
    "stage",
    "state",
    "severity",
    "explanation",
    "level",
    "verdict",
    "outcome",
    "alert",
    "delivery",
    "unread",
    "check",
    "rule",
    "needed",
    "case",
    "cause",
    "confidence",
)
PARTS = ("period_column_", "period_step_", "period_sheet_", "period_charged_")


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("key", TEXTS)
def test_both_languages_take_the_same_values(key: str) -> None:
    assert placeholders(TEXTS[key]["zh"]) == placeholders(TEXTS[key]["en"])


def test_no_text_is_left_over() -> None:
    files = [*REPORT.rglob("*.py"), *REPORT.rglob("templates/*.j2")]
    code = "\n".join(file.read_text(encoding="utf-8") for file in files)
    looked_up = set(re.findall(r"[\"']([a-z_]+)[\"']", code))
    looked_up |= {f"moved_{dimension}" for dimension in get_args(Dimension)}
    looked_up |= {f"replay_column_{name}" for name in REPLAY_COLUMNS}
    looked_up |= {f"replay_kind_{kind}" for kind in ("breach", "recovered", "unconfirmed")}
    looked_up |= {f"column_{name}" for name in ("owner", *COLUMNS)}
    # Looked up by a part of their name: `texts(f"period_column_{column}")`.
    looked_up |= {
        key
        for key in TEXTS
        if key.startswith(PARTS) and key.removeprefix("period_").partition("_")[2] in looked_up
    }
    looked_up |= {f"period_{kind}" for kind in get_args(PeriodKind)}
    left_over = {key for key in TEXTS if key not in looked_up and key.split("_")[0] not in VOCABULARIES}
    assert left_over == set()


@pytest.mark.parametrize(("n", "said"), [(1, "1 order"), (0, "0 orders"), (20318, "20,318 orders")])
def test_english_counts_agree_with_their_noun(n: int, said: str) -> None:
    assert Texts("en")("orders", n=n) == said


def test_a_word_that_no_vocabulary_knows_stands_for_itself() -> None:
    assert Texts("zh").word("stage", "marketing") == "marketing"


@pytest.mark.parametrize(("key", "values"), [("no_such_text", {}), ("orders", {})])
def test_a_wrong_key_or_value_is_an_error(key: str, values: dict[str, Any]) -> None:
    with pytest.raises(KeyError):
        Texts("zh")(key, **values)
