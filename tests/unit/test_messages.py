"""Given what the program says, both languages say it, with the same values."""

from __future__ import annotations

import ast
import pickle
import re
from pathlib import Path
from string import Formatter

import pytest
from pydantic_core._pydantic_core import list_all_errors

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.messages import (
    Message,
    Translation,
    as_message,
    chinese_of,
    in_locale,
    joined,
    translations,
)

PACKAGE = Path(__file__).parents[2] / "orderhealth_pipeline"
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def fields(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def said_in(file: Path) -> list[ast.Call]:
    calls = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    return [
        call
        for call in calls
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "Message"
        and isinstance(call.args[0], ast.Constant)
    ]


SAID = [
    pytest.param(call, id=f"{file.relative_to(PACKAGE)}:{call.lineno}")
    for file in sorted(PACKAGE.rglob("*.py"))
    for call in said_in(file)
]


@pytest.mark.parametrize("call", SAID)
def test_every_message_has_its_values_and_a_translation(call: ast.Call) -> None:
    template = ast.literal_eval(call.args[0])
    assert fields(template) == {keyword.arg for keyword in call.keywords}
    words = re.sub(r"\{[^}]*\}", "", template)
    assert not re.search("[A-Za-z]", words) or template in chinese_of()


@pytest.mark.parametrize(
    "text", [*translations().messages, *translations().values.values()], ids=lambda text: text.en
)
def test_a_translation_is_chinese_and_has_the_same_placeholders(text: Translation) -> None:
    assert fields(text.en) >= fields(text.zh)
    assert CHINESE.search(text.zh) or not re.search("[A-Za-z]", re.sub(r"--[a-z-]+|\{[^}]*\}", "", text.en))


def test_what_pydantic_says_is_known_by_its_own_words() -> None:
    own: dict[str, str] = {error["type"]: error["message_template_python"] for error in list_all_errors()}
    assert {kind: text.en for kind, text in translations().values.items()} == {
        kind: own[kind] for kind in translations().values
    }


def test_every_translation_is_of_something_that_is_said() -> None:
    constants = {
        node.value
        for file in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    unused = {text.en for text in translations().messages} - constants
    assert {text for text in unused if text.replace("{{", "{").replace("}}", "}") not in constants} == set()


def test_no_message_is_translated_twice() -> None:
    texts = [text.en for text in translations().messages]
    assert len(texts) == len(set(texts))


def test_a_message_says_its_values_in_the_same_language() -> None:
    inner = ConfigurationError(Message("the key '{key}' is missing", key="type"), file=Path("a.yml"), line=3)
    outer = Message("'{key}': {error}", key="channels", error=inner)
    assert str(outer) == "'channels': a.yml:3: the key 'type' is missing"
    assert in_locale(outer, "zh") == "“channels”：a.yml:3: 缺少键“type”"


def test_a_text_of_constant_words_is_translated_wherever_it_was_raised() -> None:
    error = ConfigurationError("the file is empty", file=Path("a.yml"), line=1)
    assert error.in_locale("zh") == "a.yml:1: 文件是空的"
    assert error.in_locale("en") == str(error) == "a.yml:1: the file is empty"


def test_what_nobody_translated_stands_as_it_was_said() -> None:
    assert in_locale(as_message("a {brace} of words"), "zh") == "a {brace} of words"


def test_only_what_was_filled_in_can_be_changed() -> None:
    message = joined("; ", (Message("the key '{key}' is missing", key="key"), Message("this is no file")))
    assert (
        message.changed(lambda text: text.replace("key", "***"))
        == "the key '***' is missing; this is no file"
    )


def test_a_message_crosses_to_another_process() -> None:
    message = Message("the key '{key}' is missing", key="{a}")
    again = pickle.loads(pickle.dumps(message))  # noqa: S301 - written one line above
    assert again == message
    assert in_locale(again, "zh") == "缺少键“{a}”"
