"""What goes wrong between this program and a source.

What belongs here: the error that every type of source raises. What does not: mistakes of the configuration.
"""

from __future__ import annotations

from orderhealth_pipeline.errors import UnusableInputError
from orderhealth_pipeline.messages import Message


class SourceError(UnusableInputError):
    """The source could not be read now; nothing of it landed, and its feeds become stale."""


class RefusedOneError(SourceError):
    """The source says that of one thing it knows nothing, or cannot be asked for it; others may be asked for.

    `is_unknown` where it merely knows nothing yet.
    """

    def __init__(self, said: Message, *, is_unknown: bool) -> None:
        super().__init__(said)
        self.is_unknown = is_unknown
