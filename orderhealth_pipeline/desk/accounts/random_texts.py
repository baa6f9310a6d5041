"""Random numbers that only their bearer knows: of sessions, links and tokens.

What belongs here: making them, and the hash that is kept instead. What does not: what they open.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Final

_BYTES: Final = 32


def random_text() -> str:
    """Return 256 random bits as a text that fits in an address."""
    return secrets.token_urlsafe(_BYTES)


def kept_hash(text: str) -> str:
    """Return what is kept of a random text: who reads the database cannot use it."""
    return hashlib.sha256(text.encode()).hexdigest()
