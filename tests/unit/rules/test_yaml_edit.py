"""Files of rules are changed in the lines concerned alone."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
import yaml

from orderhealth_pipeline.resources import expectations_folder
from orderhealth_pipeline.rules.editing.yaml_edit import ABSENT, edited, line_of, value_at
from orderhealth_pipeline.yaml_files import Keys

TEXT = """\
# 头 head
id: late   # the id
hit_when: {feature: hours, more_than: 24}   # a day
more: {default: 240, warehouse: {GZ: 720}}
parameters:
  # how long
  span: 10
  tries: 2  # two

examples:
  - name: one
    as_of: 2026-11-08 09:30:00
    hit: [A, B]
  # the other
  - name: two
    as_of: 2026-11-08 09:30:00
why: >-
  because
  of it
"""


@pytest.mark.parametrize(
    ("keys", "value", "before", "after"),
    [
        (("hit_when", "more_than"), Decimal("24.50"), "more_than: 24}", "more_than: 24.5}"),
        (("parameters", "span"), 20, "span: 10", "span: 20"),
        (("parameters", "tries"), 3, "tries: 2  # two", "tries: 3  # two"),
        (("more", "warehouse", "GZ"), 5, "{GZ: 720}", "{GZ: 5}"),
        (("more", "warehouse", "SH"), 6, "{GZ: 720}", "{GZ: 720, SH: 6}"),
        (("more", "shop"), {"S1": 1}, "{GZ: 720}}", "{GZ: 720}, shop: {S1: 1}}"),
        (("parameters", "new"), 1, "tries: 2  # two\n", "tries: 2  # two\n  new: 1\n"),
        (("examples", 0, "hit"), ["A"], "hit: [A, B]", "hit: [A]"),
        (("examples", 0, "hit"), ABSENT, "    hit: [A, B]\n", ""),
        (
            ("examples", 1, "hit"),
            ["C D"],
            "    as_of: 2026-11-08 09:30:00\nwhy",
            "    as_of: 2026-11-08 09:30:00\n    hit: [C D]\nwhy",
        ),
        (("more", "warehouse"), ABSENT, ", warehouse: {GZ: 720}}", "}"),
        (("hit_when", "feature"), ABSENT, "{feature: hours, more_than", "{more_than"),
        (("applies_to", "shop"), ["S1"], "  of it\n", "  of it\napplies_to: {shop: [S1]}\n"),
        (
            ("hit_when",),
            {"all": [{"feature": "x", "below": 1}]},
            "{feature: hours, more_than: 24}",
            "{all: [{feature: x, below: 1}]}",
        ),
        (
            ("parameters",),
            {"a": 1},
            "parameters:\n  # how long\n  span: 10\n  tries: 2  # two",
            "parameters: {a: 1}  # two",
        ),
    ],
)
def test_one_value_is_changed_and_nothing_else(keys: Keys, value: Any, before: str, after: str) -> None:
    assert edited(TEXT, [(keys, value)]) == TEXT.replace(before, after, 1)


def test_what_is_long_stands_on_several_lines() -> None:
    condition = {"any": [{"feature": f"a_long_name_of_a_feature_{n}", "more_than": n} for n in range(6)]}
    text = edited(TEXT, [(("hit_when",), condition)])
    assert "hit_when:\n  any:\n    - {feature: a_long_name_of_a_feature_0, more_than: 0}\n" in text
    assert yaml.safe_load(text)["hit_when"] == condition


def test_texts_come_back_as_they_were() -> None:
    words = [
        "yes",
        "12",
        "a: b",
        "x, y",
        "#no",
        "",
        " blank ",
        "大客户",
        '"',
        "null",
        "[",
        "don't",
        "1e3",
        "a #b",
    ]
    text = edited(TEXT, [(("applies_to", "shop"), words)])
    assert yaml.safe_load(text)["applies_to"]["shop"] == words


def test_places_that_cannot_be_are_refused() -> None:
    with pytest.raises(KeyError):
        edited(TEXT, [(("id", "x"), 1)])


def test_every_shipped_file_takes_the_values_it_has_without_a_change() -> None:
    for file in expectations_folder().rglob("*.yml"):
        text = file.read_text(encoding="utf-8")
        for keys in _scalars(yaml.compose(text)):
            assert (line_of(text, keys) or 0) > 0
            if (value := value_at(text, keys)) is not None and value.isalnum():
                assert edited(text, [(keys, yaml.safe_load(value))]) == text


def _scalars(node: Any, keys: Keys = ()) -> list[Keys]:
    if isinstance(node, yaml.MappingNode):
        return [each for key, value in node.value for each in _scalars(value, (*keys, key.value))][:12]
    return [keys] if isinstance(node, yaml.ScalarNode) else []


@pytest.mark.parametrize(
    ("text", "keys", "value", "after"),
    [
        ("# c\nc: []\n", ("c", 0), {"a": 1}, "# c\nc:\n  - {a: 1}\n"),
        ("c:\n  - {a: 1} # one\nd: 1\n", ("c", 1), {"a": 2}, "c:\n  - {a: 1} # one\n  - {a: 2}\nd: 1\n"),
        ("c: [1, 2]\n", ("c", 2), 3, "c: [1, 2, 3]\n"),
        (
            "c:\n  - {a: 1} # one\n  - a: 2\n    b: 3\nd: 1\n",
            ("c", 1),
            ABSENT,
            "c:\n  - {a: 1} # one\nd: 1\n",
        ),
        ("c:\n  - a: 1\n    b: 2\n  # two\n  - a: 2\n", ("c", 0), ABSENT, "c:\n  # two\n  - a: 2\n"),
        ("c:\n  - {a: 1}\nd: 1\n", ("c", 0), ABSENT, "c: []\nd: 1\n"),
        ("c: [1, 2, 3]\n", ("c", 1), ABSENT, "c: [1, 3]\n"),
        ("c: [1, 2, 3]\n", ("c", 0), ABSENT, "c: [2, 3]\n"),
    ],
)
def test_lists_gain_and_lose_entries(text: str, keys: Keys, value: Any, after: str) -> None:
    assert edited(text, [(keys, value)]) == after
