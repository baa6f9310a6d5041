"""What is wrong with a file that cannot be read.

What belongs here: the error. What does not: what becomes of the file (ingest/load.py).
"""

from __future__ import annotations


class UnreadableFileError(Exception):
    """A file that is no file of its format, or is cut short; its message says what was found.

    `kind` is a word of rejection_kinds.yml. The message never holds contents of the file.
    """

    def __init__(self, reason: str, kind: str = "unreadable_file") -> None:
        super().__init__(reason)
        self.kind = kind
