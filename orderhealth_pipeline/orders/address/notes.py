"""What a street text says beside the way to the door: when to deliver, and at which locker or station.

What belongs here: taking such notes out, so that their numbers are no doors. What does not: what a door is
(door.py), and the words themselves (address_words.yml).
"""

from __future__ import annotations

from functools import cache
from typing import Final

import polars as pl

from orderhealth_pipeline.orders.address.text import changed_where
from orderhealth_pipeline.orders.address.words import AddressWords, address_words, any_of

_STATION: Final = "驿站"
"""Stands for any locker or station while its numbers are looked for."""

_FEW: Final = "[0-9]{1,2}"
_RANGE: Final = f"(?:{_FEW} ?[-~至到、] ?)*"
_CLOCK: Final = f"(^|[^0-9]){_RANGE}[0-2]?[0-9]:[0-5][0-9](?::[0-5][0-9])?"
"""18:00, 9:00-18:30, 9-18:00. Not 3:501."""

_HOUR: Final = f"(^|[^0-9]){_RANGE}{_FEW} ?[点點时時](半|钟|鐘|[^代尚装裝心餐]|$)"
"""18点后, 9-18时, 6点半. Not 3时代广场."""

_FULL_DATE: Final = r"20[0-9]{2}[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}[日号號]?"
_WEEKDAYS: Final = "(?:周|星期|礼拜|禮拜) ?[0-9](?:[-~至到、](?:周|星期)?[0-9])*"

_DOOR_FOLLOWS: Final = "栋棟幢楼樓单單室座层層弄组組"
_WAY_BETWEEN: Final = "路街道巷村里园園区區苑城厦廈号號旁边邊对對面侧側隔壁后後前东東西南北上下内內"


def without_delivery_notes(texts: pl.Series) -> pl.Series:
    """Return the texts, which are readable ones, without times, days, codes, lockers, stations and shops."""

    def change(some: pl.Series) -> pl.Series:
        for pattern, kept in _replacements():
            some = some.str.replace_all(pattern, kept)
        return some

    return changed_where(texts, _hint(), change)


@cache
def _hint() -> str:
    """Return what every text with a note has, and few others: the notes are looked for only there."""
    words = address_words()
    listed = (words.after_days, words.codes, words.lockers, words.stations, words.parts_of_lockers)
    return "|".join(
        (
            "[:点點时時月]|[周期拜] ?[0-9]|20[0-9]{2}[-/.年]|[号號]店|[0-9] ?(?:[ap][.]?m|kg)",
            f"[0-9] ?{any_of(words.units_of_time)}",
            *(any_of(each) for each in listed),
        )
    )


@cache
def _replacements() -> tuple[tuple[str, str], ...]:
    words = address_words()
    return (*_times(words), *_lockers_and_shops(words))


def _times(words: AddressWords) -> tuple[tuple[str, str], ...]:
    number = _number(words)
    when, units = any_of(words.after_days), any_of(words.units_of_time)
    return (
        (_CLOCK, "$1 "),
        (_FULL_DATE, " "),
        (f"{number} ?月 ?{number} ?[日号號]?", " "),
        (f"{number} ?[日号號] ?{when}", " "),
        (f"(^|[^0-9/.])[0-9]{{1,2}}[/.][0-9]{{1,2}} ?{when}", "$1 "),
        (_WEEKDAYS, " "),
        (_HOUR, "$1 $2"),
        (f"(^|[^0-9-]){_RANGE}{_FEW} ?{units}", "$1 "),
        (f"(^|[^0-9-]){_RANGE}{_FEW} ?(?:[ap][.]?m|kg)([^a-z]|$)", "$1 $2"),
        (f"{any_of(words.codes)}[^0-9\\p{{L}}]*[是为码]?[^0-9\\p{{L}}]*[0-9][0-9#-]*", " "),
    )


def _lockers_and_shops(words: AddressWords) -> tuple[tuple[str, str], ...]:
    number, parts = _number(words), any_of(words.parts_of_lockers)
    one = f"[a-z]?(?:[0-9]|[{words.chinese_numerals}])"
    lockers, stations = any_of(words.lockers), any_of(words.stations)
    no_door = f"0-9{words.chinese_numerals}{_DOOR_FOLLOWS}号號-"
    way = f"[^0-9a-z{words.chinese_numerals}{_DOOR_FOLLOWS}{_WAY_BETWEEN}]{{0,4}}"
    return (
        (f"[a-z]?{number} ?[号號] ?{lockers}", _STATION),
        (f"(?:{lockers}|{stations})+", _STATION),
        (f"(^|[^0-9a-z-]){one} ?[号號]? ?{_STATION}", f"$1{_STATION}"),
        (f"{_STATION}{way}[a-z]?{number} ?[号號]?{parts}?([^{no_door}]|$)", " $1"),
        (f"[a-z]?{number} ?[号號]?{parts}", " "),
        (f"{number} ?[号號]店([^铺舖面]|$)", " $1"),
    )


def _number(words: AddressWords) -> str:
    return f"(?:[0-9]+|[{words.chinese_numerals}]+)"
