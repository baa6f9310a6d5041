"""Says which files of the feeds folder nobody read, and under which name they would be read.

What belongs here: the sentences. What does not: finding the files (ingest/files/unread.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from orderhealth_pipeline.ingest.files.unread import UnreadFile
from orderhealth_pipeline.messages import Locale, in_locale
from orderhealth_pipeline.report.words.texts import Texts

_NAMED_AT_MOST: Final = 20


def unread_lines(files: Sequence[UnreadFile], locale: Locale) -> list[str]:
    """One line a file, as many as a person reads; the last one counts the rest."""
    texts = Texts(locale)
    lines = [unread_line(file, texts) for file in files[:_NAMED_AT_MOST]]
    if len(files) > _NAMED_AT_MOST:
        lines.append(texts("unread_more", n=len(files) - _NAMED_AT_MOST))
    return lines


def unread_line(file: UnreadFile, texts: Texts) -> str:
    """Say why a file was not read, and what to do."""
    line = texts(f"unread_{file.why}", file=file.path, detail=in_locale(file.detail, texts.locale))
    is_other = file.guess is not None and file.guess != file.path
    return f"{line} {texts('unread_guess', guess=file.guess)}" if is_other else line
