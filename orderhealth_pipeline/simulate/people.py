"""Who buys and where it goes: names, phone numbers and addresses as text.

What belongs here: wording. Different buyers get different phones, and different address numbers get different
addresses, by mixed radix: nothing is drawn, so nothing can collide. What does not: who shares an address with
whom.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl

from orderhealth_pipeline.simulate.plan import Indices, Mask, Phone, Rows, Street, scatter
from orderhealth_pipeline.simulate.vocabulary import people, pick, places, streets

CHINESE_DIGITS = "零一二三四五六七八九"
FULL_WIDTH = {chr(ord("!") + i): chr(ord("!") + i + 0xFEE0) for i in range(94)}
HOUSES, BLOCKS, FLOORS, ROOMS = 398, 24, 30, 8
CHINESE_HOUSES = 899
MOST_ADDRESSES = 6_000_000
"""Below what the least roomy kind of street can tell apart (district x road x community x landmark)."""


def buyer_names(buyer: Rows, masked: Mask) -> pl.Series:
    """Receiver names; a masked one keeps the surname only (`王**`)."""
    words = people()
    mixed = scatter(buyer, 10**9)
    frame = pl.DataFrame(
        {
            "surname": pick(words.surnames, mixed),
            "given": pick(words.given_names, mixed // 131),
            "masked": masked,
        }
    )
    given = pl.when(pl.col("masked")).then(pl.lit("**")).otherwise(pl.col("given"))
    return frame.select(pl.concat_str("surname", given).alias("receiver")).to_series()


def phone_numbers(buyer: Rows, kind: Indices) -> pl.Series:
    """Phone numbers as a platform exports them: every `Phone` kind has its own form."""
    words = people()
    mixed = scatter(buyer, 10**8)
    digits = pl.col("number").cast(pl.String).str.zfill(8)
    mobile = pl.concat_str("mobile", digits)
    forms = {
        Phone.COUNTRY_CODE: pl.concat_str(pl.lit("+86 "), mobile),
        Phone.LANDLINE: pl.concat_str("area", pl.lit("-"), pl.lit("8"), digits.str.slice(1)),
        Phone.PRIVACY: pl.concat_str("privacy", digits, pl.lit("-"), digits.str.slice(4)),
        Phone.MASKED: pl.concat_str("mobile", pl.lit("****"), digits.str.slice(4)),
        Phone.TOO_SHORT: mobile.str.slice(0, 10),
        Phone.TOO_LONG: pl.concat_str(mobile, digits.str.slice(0, 1)),
        Phone.IMPOSSIBLE: pl.concat_str("impossible", digits),
    }
    frame = pl.DataFrame(
        {
            "kind": kind,
            "number": mixed,
            "mobile": pick(words.mobile_prefixes, buyer),
            "area": pick(words.area_codes, buyer),
            "privacy": pick(words.privacy_prefixes, buyer),
            "impossible": pick(words.impossible_prefixes, buyer),
        }
    )
    return _by_kind(frame, "phone", forms, mobile)


def address_columns(address: Rows, street: Indices, style: Indices, masked: Mask) -> pl.DataFrame:
    """province, city, district and street of every row; the same address number and style give the same text.

    Args:
        address: address numbers from 0 to `MOST_ADDRESSES` - 1.
        street: the `Street` kind of every row's address number.
        style: 0 plain, 1 full width, 2 with spaces, 3 with punctuation and lower case.
        masked: rows whose street the platform hides.
    """
    words = streets()
    towns, roads = places().height, len(words.roads)
    below_the_road = {
        Street.CHINESE_NUMERAL: CHINESE_HOUSES,
        Street.NO_DOOR: len(words.communities) * len(words.landmarks),
    }
    sizes = np.array([below_the_road.get(kind, HOUSES * BLOCKS * FLOORS * ROOMS) for kind in Street])
    number = scatter(address, towns * roads * sizes[street])
    text = _streets(number // towns % roads, number // towns // roads, street, style, masked)
    return places()[number % towns].with_columns(text)


def _streets(road: Rows, rest: Rows, street: Indices, style: Indices, masked: Mask) -> pl.Series:
    """The street part: `rest` is what the address number holds below the road, taken apart by its kind."""
    words = streets()
    communities, landmarks = words.communities, words.landmarks
    block = rest // HOUSES
    frame = pl.DataFrame(
        {
            "kind": street,
            "style": style,
            "masked": masked,
            "road": pick(words.roads, road),
            "house": rest % HOUSES + 1,
            "numeral": pick(_chinese_numerals(), rest),
            "estate": pick(communities, road * 7 + rest % HOUSES),
            "community": pick(communities, rest),
            "landmark": pick(landmarks, rest // len(communities)),
            "block": pick(_block_names(), block),
            "room": (block // BLOCKS % FLOORS + 1) * 100 + block // BLOCKS // FLOORS % ROOMS + 1,
            "pickup": pick(words.pickup_points, road),
            "dormitory": pick(words.dormitories, road),
            "hidden": pick(words.masked, road),
        }
    )
    number = pl.concat_str("road", "house", pl.lit("号"))
    inside = pl.concat_str("block", "room", pl.lit("室"))
    forms = {
        Street.CHINESE_NUMERAL: pl.concat_str("road", "numeral", pl.lit("号")),
        Street.NO_DOOR: pl.concat_str("road", "community", "landmark"),
        Street.PICKUP_POINT: pl.concat_str(number, "pickup", inside),
        Street.DORMITORY: pl.concat_str(number, "dormitory", inside),
    }
    text = _by_kind(frame, "street", forms, pl.concat_str(number, "estate", inside))
    return _styled(frame.select("style", "masked", "hidden", text)).alias("street")


def _styled(frame: pl.DataFrame) -> pl.Series:
    """Write the street in its style, or as the platform masks it."""
    street = pl.col("street")
    styles = {
        1: street.str.replace_many(list(FULL_WIDTH), list(FULL_WIDTH.values())),
        2: street.str.replace_all("([号栋座])", "$1 "),
        3: street.str.replace("号", "号，").str.to_lowercase().str.replace_all("([栋座])", "$1-"),
    }
    hidden = frame.with_columns(
        pl.when("masked").then("hidden").otherwise("street").alias("street")
    ).with_row_index()
    parts = [
        hidden.filter(pl.col("style") == style).select("index", styles.get(style, street))
        for style in (0, *styles)
    ]
    return pl.concat(parts).sort("index").get_column("street")


def _by_kind(frame: pl.DataFrame, name: str, forms: Mapping[Any, pl.Expr], usual: pl.Expr) -> pl.Series:
    """The form that the row's `kind` asks for, else the usual one."""
    chosen = usual
    for kind, form in forms.items():
        chosen = pl.when(pl.col("kind") == int(kind)).then(form).otherwise(chosen)
    return frame.select(chosen.alias(name)).to_series()


def _block_names() -> list[str]:
    return [f"{chr(ord('A') + block)}座" if block < BLOCKS // 3 else f"{block}栋" for block in range(BLOCKS)]


def _chinese_numerals() -> list[str]:
    """Every number from 101 to 999 the way it is written on a door."""
    return [_chinese_numeral(number) for number in range(101, 101 + CHINESE_HOUSES)]


def _chinese_numeral(number: int) -> str:
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    middle = f"{CHINESE_DIGITS[tens]}十" if tens else "零" if ones else ""
    return f"{CHINESE_DIGITS[hundreds]}百{middle}{CHINESE_DIGITS[ones] if ones else ''}"
