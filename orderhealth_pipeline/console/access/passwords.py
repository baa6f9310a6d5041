"""Passwords: what is one, and argon2id.

What belongs here: hashing and comparing. What does not: whose it is (sign_in.py).
"""

from __future__ import annotations

from functools import cache
from threading import BoundedSemaphore
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from orderhealth_pipeline.console.access.limits import limits
from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.messages import Message

_HASHER: Final = PasswordHasher(time_cost=3, memory_cost=32 * 1024, parallelism=1)
# Each takes 32 MB for a tenth of a second: two at a time, whoever knocks.
_AT_ONCE: Final = BoundedSemaphore(2)


def require_password(password: str, name: str) -> None:
    """Raise ConfigurationError, which never repeats it, where a text is no good password."""
    figures = limits()
    if not figures.password_shortest <= len(password) <= figures.password_longest:
        raise ConfigurationError(
            Message(
                "the password: {shortest} to {longest} characters are expected",
                shortest=figures.password_shortest,
                longest=figures.password_longest,
            )
        )
    if len(set(password)) <= _FEWEST_SIGNS or name.casefold() in password.casefold():
        raise ConfigurationError(
            "the password is too easy to guess: take several words that do not belong together"
        )


def hashed(password: str) -> str:
    """Return the argon2id hash of a password."""
    with _AT_ONCE:
        return _HASHER.hash(password)


def is_right(password: str, password_hash: str | None) -> bool:
    """Say whether a password is the one; without a hash it takes as long and is not."""
    with _AT_ONCE:
        try:
            _HASHER.verify(password_hash or _nobodys(), password)
        except (VerificationError, InvalidHashError):
            return False
    return password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """Say whether a hash was made with other figures than those of today."""
    return _HASHER.check_needs_rehash(password_hash)


@cache
def _nobodys() -> str:
    return _HASHER.hash("nobody has this password")


_FEWEST_SIGNS: Final = 3
