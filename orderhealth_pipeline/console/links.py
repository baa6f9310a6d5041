"""Addresses of pages, as messages and the terminal print them.

What belongs here: whole addresses. What does not: which page answers (registry.py).
"""

from __future__ import annotations

from typing import Final

from orderhealth_pipeline.settings import Settings

DEFAULT_PORT: Final = 8300


def beginning(settings: Settings, port: int = DEFAULT_PORT) -> str:
    """Return what addresses of the console begin with, without a stroke at the end."""
    return (settings.console.address or f"http://127.0.0.1:{port}").rstrip("/")


def password_link(settings: Settings, text: str, port: int = DEFAULT_PORT) -> str:
    """Return the link that sets a password once."""
    return f"{beginning(settings, port)}/set-password/{text}"
