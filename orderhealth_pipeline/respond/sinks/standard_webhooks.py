"""Signatures of Standard Webhooks: the key of a secret, and the three headers of a request.

What belongs here: the scheme of https://www.standardwebhooks.com (version 1, HMAC-SHA256). What does not:
sending.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime
from typing import Final

WHSEC: Final = "whsec_"
ID_HEADER: Final = "webhook-id"
TIMESTAMP_HEADER: Final = "webhook-timestamp"
SIGNATURE_HEADER: Final = "webhook-signature"


def webhook_key(secret: str) -> bytes | None:
    """Return the bytes that a secret signs with: of `whsec_…` what is decoded, else the text itself.

    None where what follows `whsec_` is no base64.
    """
    if not secret.startswith(WHSEC):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix(WHSEC), validate=True) or None
    except (binascii.Error, ValueError):
        return None


def require_keys(secrets: Iterable[str]) -> None:
    """Raise ValueError where a secret that begins with whsec_ holds no key."""
    if any(webhook_key(secret) is None for secret in secrets):
        raise ValueError("a secret that begins with whsec_ goes on in base64; this one does not")


def signed_headers(key: str, now: datetime, body: bytes, secrets: Iterable[str]) -> dict[str, str]:
    """Return the headers of one try: the key of all its tries, its time, and one signature a secret.

    `webhook-signature` is left out where nobody gave a secret.
    """
    stamp = str(int(now.timestamp()))
    headers = {ID_HEADER: key, TIMESTAMP_HEADER: stamp}
    signed = b".".join((key.encode(), stamp.encode(), body))
    signatures = [f"v1,{_signature(secret, signed)}" for secret in secrets]
    return {**headers, SIGNATURE_HEADER: " ".join(signatures)} if signatures else headers


def _signature(secret: str, signed: bytes) -> str:
    digest = hmac.new(webhook_key(secret) or secret.encode(), signed, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()
