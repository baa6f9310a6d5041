"""Addresses of pages, as other pages, messages and the terminal have them.

What belongs here: whole addresses, and paths that carry a name. What does not: which page answers
(registry.py).
"""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from orderhealth_pipeline.settings import Settings

DEFAULT_PORT: Final = 8300


def beginning(settings: Settings) -> str:
    """Return what addresses of the console begin with, without a stroke at the end."""
    return address_of(settings, "127.0.0.1", DEFAULT_PORT)


def address_of(settings: Settings, host: str, port: int) -> str:
    """Return the address to open: what the configuration says, else where the console listens."""
    if settings.console.address is not None:
        return settings.console.address.rstrip("/")
    scheme = "https" if settings.console.certificate is not None else "http"
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"


def password_link(settings: Settings, text: str) -> str:
    """Return the link that sets a password once."""
    return f"{beginning(settings)}/set-password/{text}"


def page_of_order(order_id: str) -> str:
    """Return the path of an order's page."""
    return f"/orders/{quote(order_id, safe='')}"


def cases_of(role: str) -> str:
    """Return the path of the cases that a role owns."""
    return f"/cases?owner={quote(role, safe='')}"
