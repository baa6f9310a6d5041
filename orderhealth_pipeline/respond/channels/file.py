"""File channel: every message as one line of JSON at the end of a file.

What belongs here: appending a line whole or not at all. What does not: the record itself, which is the
webhook's.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from orderhealth_pipeline.report.failure import Message
from orderhealth_pipeline.respond.channel_settings import FileSettings
from orderhealth_pipeline.respond.channels import http, webhook
from orderhealth_pipeline.respond.channels.channel import Envelope, SendError


def render(message: Message, idempotency_key: str) -> bytes:
    """Return the line with its end; a reader who sees an idempotency key twice may drop the second line."""
    return http.json_bytes({"idempotency_key": idempotency_key, **webhook.render(message)}) + b"\n"


def append_line(path: Path, line: bytes) -> None:
    """Append one line in a single write, so that lines of several writers never mix; create file and folder.

    A write that the disk took only in part is taken back. Raises OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        written = os.write(descriptor, line)
        if written < len(line):
            os.ftruncate(descriptor, os.fstat(descriptor).st_size - written)
            raise OSError("the disk took only a part of the line")
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@dataclass(frozen=True)
class FileChannel:
    """A file on this machine."""

    settings: FileSettings

    def send(self, message: Message, envelope: Envelope) -> None:
        """Append the message; raises SendError when the file cannot be written."""
        try:
            append_line(self.settings.path, render(message, envelope.idempotency_key))
        except OSError as error:
            raise SendError(f"the file cannot be written: {error.strerror or error}") from None
