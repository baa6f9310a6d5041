"""Consoles that print nothing a terminal obeys: texts from files and channels reach people through them.

What belongs here: what every call prints through. What does not: what is printed.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from orderhealth_pipeline.messages import Message, in_locale
from orderhealth_pipeline.report.words.plain_text import plain
from orderhealth_pipeline.words import Locale


class PlainConsole(Console):
    """A console whose own colours are the only control sequences that it prints; it speaks one language."""

    def __init__(self, *, locale: Locale = "en", **options: Any) -> None:
        super().__init__(**options)
        self.locale: Locale = locale

    def say(self, message: Message) -> None:
        """Print a message in the language of the person at the terminal."""
        self.print(in_locale(message, self.locale), markup=False, highlight=False, soft_wrap=True)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Render, and take out of every text what a terminal would obey."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else Segment(plain(segment.text), segment.style)


class ProgressLog(logging.Handler):
    """Logs above the progress display, on the same console, so that neither tears the other apart."""

    def __init__(self, console: PlainConsole) -> None:
        super().__init__()
        self._console = console

    def emit(self, record: logging.LogRecord) -> None:
        """Print one message as it is, in the language of the console."""
        said = record.msg if isinstance(record.msg, Message) else Message("{text}", text=record.getMessage())
        self._console.say(said)
