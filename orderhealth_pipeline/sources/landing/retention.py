"""What becomes of landing files with time: people's values are hidden, and at last the files go.

What belongs here: which files are old, and the key of the signs. What does not: hiding (masking.py).
"""

from __future__ import annotations

import os
import secrets
from datetime import datetime
from pathlib import Path
from typing import Final

from orderhealth_pipeline.settings.sources import PrivacySettings
from orderhealth_pipeline.sources.landing.files import PRIVATE, landing_name
from orderhealth_pipeline.sources.landing.masking import Masking
from orderhealth_pipeline.sources.landing.rewriting import rewrite

_KEY_FILE: Final = ".privacy.key"
_TEXTS: Final = ("csv", "csv.gz", "jsonl")


def keep_or_hide(
    folder: Path, source: str, privacy: PrivacySettings, now: datetime, masked_until: datetime | None
) -> datetime | None:
    """Hide people in files that are old enough, take older ones away; return until when they are hidden.

    `masked_until` is what the last call returned. Other formats than text are only taken away.
    """
    if privacy.mask_after is None and privacy.delete_after is None:
        return masked_until
    until = None if privacy.mask_after is None else now - privacy.mask_after
    masking = None
    for file in sorted(folder.iterdir()) if folder.is_dir() else ():
        name = landing_name(file.name)
        if name is None or name.source != source:
            continue
        if privacy.delete_after is not None and name.at < now - privacy.delete_after:
            file.unlink()
        elif until is not None and _is_next(name.at, masked_until, until) and name.ending in _TEXTS:
            masking = masking or Masking.of(signing_key(folder, privacy), privacy.columns)
            rewrite(file, masking.row, masking.document, lambda _: True)
    return until or masked_until


def signing_key(folder: Path, privacy: PrivacySettings | None = None) -> bytes:
    """Return the key of the signs: the configured one, else one that is made once, beside the files."""
    if privacy is not None and privacy.key is not None:
        return privacy.key.get_secret_value().encode()
    file = folder / _KEY_FILE
    try:
        return file.read_bytes()
    except FileNotFoundError:
        key = secrets.token_bytes(32)
        with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE), "wb") as stream:
            stream.write(key)
        return key


def _is_next(at: datetime, masked_until: datetime | None, until: datetime) -> bool:
    return at < until and (masked_until is None or at >= masked_until)
