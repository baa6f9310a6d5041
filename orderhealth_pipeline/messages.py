"""What the program says to a person, in that person's language: English in the code, Chinese in messages.yml.

What belongs here: a text that remembers what it was made of, so that it can be said in another language, and
the file with the translations. What does not: choosing the language (commands/terminal/language.py), or the
texts of reports.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path, PurePath
from typing import Any, Final, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict

Locale = Literal["zh", "en"]
"""The languages that people are spoken to in."""

_FILE: Final = Path(__file__).with_name("messages.yml")
_COUNTED: Final = ("max_length", "min_length", "max_digits", "decimal_places", "whole_digits")
"""What pydantic says there may be so many of; one of them is singular."""


class Translation(BaseModel):
    """One text in both languages, with the same `{placeholders}`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    en: str
    zh: str


class Translations(BaseModel):
    """`messages` are said by the program itself; `values` by pydantic, by the type of its error."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    messages: tuple[Translation, ...]
    values: dict[str, Translation]


class Message(str):
    """An English text, made of a template and values, that `in_locale` says in another language.

    A value may be a message, or an error that was raised with one: it is said in the same language.
    """

    __slots__ = ("template", "values")

    template: str
    values: dict[str, Any]

    def __new__(cls, template: str, **values: Any) -> Self:
        """Fill in the template as `str.format` does."""
        message = super().__new__(cls, template.format(**values))
        message.template = template
        message.values = values
        return message

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, Any]]:
        """Let a message cross to another process as what it was made of."""
        return (self.template,), self.values

    def in_chinese(self) -> str:
        """Say it in Chinese; in English where nobody has translated it."""
        template = chinese_of().get(self.template, self.template)
        return template.format(**{name: in_locale(value, "zh") for name, value in self.values.items()})

    def changed(self, change: Callable[[str], str]) -> Message:
        """Change the texts that were filled in, and leave the program's own words as they are."""
        return Message(
            self.template, **{name: _changed(value, change) for name, value in self.values.items()}
        )


def in_locale(said: object, locale: Locale) -> Any:
    """Say a message, or what an error was raised with, in a language; anything else stands for itself."""
    if isinstance(said, Exception) and len(said.args) == 1:
        said = said.args[0]
    if isinstance(said, Message):
        return said.in_chinese() if locale == "zh" else str(said)
    return said


def as_message(said: object) -> Message:
    """Make a message of what an error was raised with: of itself, or of a text that has no values."""
    if isinstance(said, Exception) and len(said.args) == 1:
        said = said.args[0]
    return said if isinstance(said, Message) else Message(_literal(str(said)))


def of_value(kind: str, text: str, context: dict[str, Any]) -> Message:
    """Make a message of what pydantic says of a value, by the type of its error."""
    known = translations().values.get(kind)
    if known is None:
        return Message(_literal(text))
    length = next((context[name] for name in _COUNTED if name in context), None)
    return Message(known.en, **{"expected_plural": "" if length == 1 else "s", **context})


def joined(separator: str, messages: Iterable[object]) -> Message:
    """Put messages together, each in the reader's language."""
    parts = {f"part_{number}": part for number, part in enumerate(messages)}
    return Message(separator.join(f"{{{name}}}" for name in parts), **parts)


@cache
def translations() -> Translations:
    """Read messages.yml."""
    return Translations.model_validate(yaml.safe_load(_FILE.read_text(encoding="utf-8")))


@cache
def chinese_of() -> dict[str, str]:
    """Map every English template to the Chinese one."""
    known = translations()
    return {each.en: each.zh for each in (*known.messages, *known.values.values())}


def _changed(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, Message):
        return value.changed(change)
    return change(str(value)) if isinstance(value, str | Exception | PurePath) else value


def _literal(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")
