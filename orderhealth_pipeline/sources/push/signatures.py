"""Signatures of requests that are received, compared in constant time.

What belongs here: arithmetic. What does not: where a platform puts a signature (schemes.py).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from cryptography.x509 import load_pem_x509_certificate


def is_among(given: Iterable[str], expected: Iterable[str]) -> bool:
    """Say whether one of the given signatures is right; the time it takes tells nothing of it."""
    wanted = [each.encode() for each in expected]
    # A list and no generator: all are compared, whichever fits.
    return any([hmac.compare_digest(one.encode(), other) for one in given if one for other in wanted])  # noqa: C419


def base64_hmac(secret: bytes, signed: bytes) -> str:
    """Return HMAC-SHA256 in base64."""
    return base64.b64encode(hmac.digest(secret, signed, "sha256")).decode()


def hex_hmac(secret: bytes, signed: bytes) -> str:
    """Return HMAC-SHA256 in hexadecimal digits."""
    return hmac.digest(secret, signed, "sha256").hex()


def md5(text: str) -> str:
    """Return MD5 in hexadecimal digits."""
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def kdniao(data: str, secret: str) -> str:
    """Return base64 of the MD5's digits."""
    return base64.b64encode(md5(data + secret).encode()).decode()


def is_signed_by(pem: str, signature: str, signed: bytes) -> bool:
    """Say whether RSA-SHA256 of a public key or certificate has signed it."""
    try:
        data = pem.encode()
        key = (
            load_pem_x509_certificate(data).public_key()
            if b"BEGIN CERTIFICATE" in data
            else load_pem_public_key(data)
        )
        if not isinstance(key, RSAPublicKey):
            return False
        key.verify(base64.b64decode(signature, validate=True), signed, PKCS1v15(), SHA256())
    except (InvalidSignature, ValueError, binascii.Error):
        return False
    return True


def opened(secret: str, resource: Mapping[str, Any]) -> str | None:
    """Decrypt a resource of WeChat Pay by AES-256-GCM; null where the secret does not fit."""
    try:
        clear = AESGCM(secret.encode()).decrypt(
            str(resource.get("nonce", "")).encode(),
            base64.b64decode(str(resource.get("ciphertext", "")), validate=True),
            str(resource.get("associated_data", "")).encode(),
        )
        return clear.decode()
    except (InvalidTag, ValueError, binascii.Error):
        return None
