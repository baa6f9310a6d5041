"""The secret by which published addresses are told apart and not known.

What belongs here: keeping it beside the store, for its owner alone. What does not: using it
(sql/store/orders/select_shown_orders.sql).
"""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path
from typing import Final

from orderhealth_pipeline.store.file.files import secret_path

_WRITTEN: Final = re.compile("[0-9a-f]{32}")


def read_secret(store: Path) -> str | None:
    """Read the secret; null where there is none that is whole."""
    try:
        text = secret_path(store).read_text(encoding="ascii").strip()
    except (FileNotFoundError, UnicodeDecodeError):
        return None
    return text if _WRITTEN.fullmatch(text) else None


def make_secret(store: Path) -> str:
    """Make a secret in the place of any other, readable for its owner alone."""
    file = secret_path(store)
    fresh = file.with_name(f"{file.name}.new")
    fresh.unlink(missing_ok=True)
    secret = secrets.token_hex(16)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
        opened.write(secret + "\n")
    fresh.replace(file)
    return secret
