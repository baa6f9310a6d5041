"""Who is to be forgotten: the buyer's orders, and the texts that say who or where the buyer is.

What belongs here: reading them from the store. What does not: changing anything.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb

from orderhealth_pipeline import sql
from orderhealth_pipeline.sources.landing.masking import HIDDEN, Masking
from orderhealth_pipeline.store.file.connection import read_store

_SHORTEST_EVERYWHERE: Final = 6
"""Characters: a shorter number is no phone, and stands in other people's records too."""


@dataclass(frozen=True)
class Person:
    """A buyer: `ids` of records that are the buyer's, and `texts` that say who or where the buyer is.

    `phones` are nobody else's. `pseudonym` stands for the buyer from now on, so that the buyer's orders still
    belong together.
    """

    buyer_id: str
    pseudonym: str
    ids: frozenset[str]
    texts: tuple[str, ...]
    phones: tuple[str, ...]
    masking: Masking

    @property
    def everywhere(self) -> tuple[str, ...]:
        """The texts that are nobody else's: hidden wherever they stand."""
        own = {phone for phone in self.phones if len(phone) >= _SHORTEST_EVERYWHERE}
        return tuple(sorted(own | {self.buyer_id}, key=len, reverse=True))

    def is_in(self, record: str) -> bool:
        """Say whether the text of a record may speak of the buyer."""
        return any(each in record for each in self.ids) or any(each in record for each in self.everywhere)

    def hidden(self, text: str) -> str:
        """Return a text of the buyer's own records without the buyer."""
        if text.strip() == self.buyer_id:
            return self.pseudonym
        for each in self.texts:
            if each in text:
                text = text.replace(each, HIDDEN)
        return self.elsewhere(text)

    def elsewhere(self, text: str) -> str:
        """Return any text without what is the buyer's alone."""
        for each in self.everywhere:
            if each in text:
                text = text.replace(each, self.pseudonym if each == self.buyer_id else HIDDEN)
        return text


def read_person(store: Path, buyer_id: str) -> Person | None:
    """Read what the store knows of a buyer; null where it knows none of that id. Raises StoreError."""
    with read_store(store) as con:
        feeds = {feed for (feed,) in sql.run(con, "people/select_loaded_feeds")}
        if "storefront_orders" not in feeds:
            return None
        named = sql.run(con, "people/select_buyer_ids", {"buyer": buyer_id}, feeds=feeds)
        texts, phones = _texts(con, buyer_id, feeds)
    ids = {str(each) for (each,) in named}
    if not ids:
        return None
    key = secrets.token_bytes(32)
    pseudonym = f"forgotten-{hmac.digest(key, buyer_id.encode(), 'sha256').hex()[:12]}"
    return Person(buyer_id, pseudonym, frozenset({*ids, buyer_id}), texts, phones, Masking.of(key))


def _texts(
    con: duckdb.DuckDBPyConnection, buyer_id: str, feeds: Collection[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the texts, longest first, and those of them that are phones."""
    rows = sql.run(con, "people/select_buyer_texts", {"buyer": buyer_id}, feeds=feeds)
    found = {
        (str(text).strip(), bool(is_own))
        for text, is_own in rows
        if text is not None and not str(text).startswith(HIDDEN)
    }
    # One character is no name, and hiding it would spoil every other text.
    texts = {text for text, _ in found if len(text) > 1}
    phones = {text for text, is_own in found if is_own}
    return tuple(sorted(texts, key=len, reverse=True)), tuple(sorted(phones))
