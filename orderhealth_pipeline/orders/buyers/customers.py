"""Who ordered, and in which currency: what systems write in many ways, in one.

What belongs here: which texts are no buyer and no VIP, and which currencies are the same. What does not: what
buyers do.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

import polars as pl

from orderhealth_pipeline.frames import VisibleFeeds
from orderhealth_pipeline.orders.address.text import visible
from orderhealth_pipeline.yaml_files import FrozenModel, read_model

NO_BUYERS_FILE: Final = Path(__file__).with_name("no_buyers.yml")
NO_VIP_FILE: Final = Path(__file__).with_name("no_vip.yml")
CURRENCIES_FILE: Final = Path(__file__).with_name("currencies.yml")

_ZEROS: Final = "^0+$"


class Words(FrozenModel):
    """Words that mean one thing."""

    words: tuple[str, ...]


class Currencies(FrozenModel):
    """Per currency code its other spellings."""

    same: dict[str, tuple[str, ...]]


def known_buyer(buyer_id: pl.Expr) -> pl.Expr:
    """Return the buyer, or null where nobody was logged in: two guests are not the same person."""
    folded = visible(buyer_id).str.strip_chars().str.to_lowercase()
    is_nobody = folded.is_in(no_buyers()) | folded.str.contains(_ZEROS) | (folded == "")
    return pl.when(~is_nobody).then(buyer_id)


def known_currency(currency: pl.Expr) -> pl.Expr:
    """Return the currency's code in capitals; a text that is no code stays what it is, null stays null."""
    folded = currency.str.strip_chars().str.to_uppercase()
    return pl.when(folded != "").then(folded.replace(spellings()))


def is_vip(level: pl.Expr) -> pl.Expr:
    """Say whether a VIP level names a VIP; null where none is known."""
    return ~level.str.strip_chars().str.to_lowercase().is_in(_no_vip())


def vip_levels(feeds: VisibleFeeds, orders: pl.DataFrame) -> pl.DataFrame:
    """Return the VIP level of the buyer of each order, row by row; null where none is known.

    `orders` has buyer_id as `known_buyer` gives it.
    """
    if feeds["customers"].is_empty():
        return orders.select(vip_level=pl.repeat(None, pl.len(), dtype=pl.String))
    levels = feeds["customers"].select("buyer_id", "vip_level")
    return (
        orders.select("buyer_id")
        .join(levels, on="buyer_id", how="left", maintain_order="left")
        .select("vip_level")
    )


@cache
def no_buyers() -> tuple[str, ...]:
    """Return the words of no_buyers.yml."""
    return read_model(NO_BUYERS_FILE, Words).words


@cache
def _no_vip() -> tuple[str, ...]:
    return read_model(NO_VIP_FILE, Words).words


@cache
def spellings() -> dict[str, str]:
    """Return the code of every other spelling in currencies.yml."""
    same = read_model(CURRENCIES_FILE, Currencies).same
    return {spelling: code for code, others in same.items() for spelling in others}
