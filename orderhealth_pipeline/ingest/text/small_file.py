"""A small file as it is held until others are loaded with it.

What belongs here: the file, its text, and which others can stand behind it. What does not: reading it
(small_files.py), and loading it (small_batch.py).
"""

from __future__ import annotations

from dataclasses import dataclass

from orderhealth_pipeline.ingest.files.discover import FeedFile
from orderhealth_pipeline.ingest.files.file_facts import FileFacts
from orderhealth_pipeline.ingest.loaded_file import Fingerprint


@dataclass(frozen=True)
class SmallFile:
    """A file, what is known of it before it is read, and its text: UTF-8, in lines that end in line feeds."""

    file: FeedFile
    facts: FileFacts
    fingerprint: Fingerprint
    text: bytes

    @property
    def header(self) -> bytes:
        """Its first line."""
        return self.text[: self.text.index(b"\n") + 1]

    @property
    def rows(self) -> int:
        """The lines behind the first one."""
        return self.text.count(b"\n") - 1

    def goes_with(self, other: SmallFile) -> bool:
        """Say whether both can be one text."""
        return (
            self.file.feed == other.file.feed
            and self.fingerprint.zone == other.fingerprint.zone
            and self.header == other.header
        )
