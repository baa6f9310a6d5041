"""The words of the calls about actions, in both languages.

What belongs here: reading action_words.yml. What does not: the calls (actions.py).
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from orderhealth_pipeline.respond.actions.outcomes import Outcome
from orderhealth_pipeline.respond.actions.types import ActionType, declaration
from orderhealth_pipeline.words import Locale, words_of
from orderhealth_pipeline.yaml_files import FrozenModel

_FILE: Final = Path(__file__).with_name("action_words.yml")


class ActionWords(FrozenModel):
    """The words of one language."""

    locale: Locale
    nothing: str
    nothing_to_send: str
    dry_run: str
    stopped: str
    waiting: str
    outcome: str
    states: dict[str, str]
    columns: dict[str, str]

    def type_title(self, kind: str) -> str:
        """Return what people call a type."""
        return declaration(_known(kind)).title.in_locale(self.locale)

    def outcome_line(self, outcome: Outcome) -> str:
        """Say what became of an action that was tried."""
        said = self.outcome.format(
            sink=outcome.sink,
            action_id=outcome.action_id,
            type=self.type_title(outcome.type),
            state=self.states[outcome.state],
        )
        return f"{said} ({outcome.last_error})" if outcome.last_error else said


def action_words(locale: Locale) -> ActionWords:
    """Return the words of one language."""
    return words_of(_FILE, ActionWords, locale)


def _known(kind: str) -> ActionType:
    return kind  # type: ignore[return-value]
