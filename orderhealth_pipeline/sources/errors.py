"""What goes wrong between this program and a source.

What belongs here: the error that every type of source raises. What does not: mistakes of the configuration.
"""

from __future__ import annotations

from orderhealth_pipeline.errors import UnusableInputError


class SourceError(UnusableInputError):
    """The source could not be read now; nothing of it landed, and its feeds become stale."""
