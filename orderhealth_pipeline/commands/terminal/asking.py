"""Questions at the terminal, in the language of the person there: yes or no, and one of several.

What belongs here: asking until an answer can be used. What does not: what is asked.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Final

import click

from orderhealth_pipeline.commands.terminal.options import spoken, tell
from orderhealth_pipeline.messages import Message, in_locale

_YES: Final = frozenset({"y", "yes", "是", "好", "对"})
_NO: Final = frozenset({"n", "no", "否", "不", "不是", "不对"})


def can_ask() -> bool:
    """Say whether a person is there to be asked."""
    return sys.stdin.isatty()


def confirmed(question: Message, *, default: bool) -> bool:
    """Ask for yes or no; without an answer it is the default."""
    choice = "Y/n" if default else "y/N"
    while True:
        said = _answer(f"{in_locale(question, spoken())} [{choice}]").casefold()
        if not said:
            return default
        if said in _YES | _NO:
            return said in _YES
        tell(Message("Please answer y or n."))


def chosen(question: Message, options: Sequence[str], default: int | None = None) -> int | None:
    """Show numbered options and ask for one; return its place, or without an answer the default."""
    for number, option in enumerate(options, 1):
        click.echo(f"  {number}  {option}")
    shown = in_locale(question, spoken()) + ("" if default is None else f" [{default + 1}]")
    while True:
        said = _answer(shown)
        if not said:
            return default
        if said.isdecimal() and 0 < int(said) <= len(options):
            return int(said) - 1
        tell(Message("Please answer with a number from 1 to {last}, or with nothing.", last=len(options)))


def _answer(question: str) -> str:
    said: str = click.prompt(question, default="", show_default=False)
    return said.strip()
