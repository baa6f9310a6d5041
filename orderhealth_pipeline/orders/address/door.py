"""Whether a street text names a door: a house or building number that a courier can deliver to.

What belongs here: how a door is told from the many numbers in an address that are none. What does not: the
words themselves (address_words.yml), and the key by which addresses are compared (key.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import polars as pl

from orderhealth_pipeline.orders.address.notes import without_delivery_notes
from orderhealth_pipeline.orders.address.suffix import without_privacy_suffix
from orderhealth_pipeline.orders.address.text import is_masked, readable
from orderhealth_pipeline.orders.address.words import address_words, any_of

TELEPHONE_OR_POSTCODE: Final = (
    r"(?:0[0-9]{2,3}|[48]00)[- ]?[0-9]{3,4}[- ]?[0-9]{3,4}|[0-9]{7,}|[0-9]{5}-[0-9]{3,4}"
)
"""Landlines, service and mobile numbers, and the postcodes that are written with a hyphen."""

NOTHING_BUT_A_NUMBER: Final = r"^[^\p{L}#-]*$"
"""A text like `11`: the number of what?"""

AFTER_HOUSE_NUMBER: Final = "(?:[^路街线線桥橋]|路[口边旁]|路[东西南北](?:[^段]|$)|$)"
"""What may follow the 号 of a house: 人民路158号路北 has a house number, 创业大道3号路东段 is a road."""

NUMBER_PATH: Final = r"(?:^|[^0-9])[0-9]{1,4}[a-z]?-[0-9]{1,4}-[0-9]{1,5}"
"""Building, entrance and room: 3-2-501."""

LEADING_NUMBER: Final = r"^ ?[0-9]{1,5}[a-z]? [a-z]"
"""The house number of an English address: 12345 Main St."""

ROOM_CODE: Final = r"(?:^|[^a-z])[a-z]-?[0-9]{3,4}(?:[^0-9]|$)"
"""A room behind the letter of its building, whatever follows: B706宝兰德公司."""

VILLAGE_GROUP: Final = r"[村屯]\p{Han}{1,4}[组組](?:\P{Han}|$)"
"""A villagers' group with a name instead of a number: 和平村竹笼子组."""

FREE_NUMBER: Final = r"(?:^|[^a-z0-9])[a-z]?[0-9]{1,4}[a-z]?(?:[^\p{L}0-9%]|$)"
"""A short number that no word follows: 丹桂里1309, No. 12. Before a word it belongs to a name: 1865科技园."""


@dataclass(frozen=True)
class DoorPatterns:
    """The regular expressions made of the vocabulary, in the order in which `names_a_door` uses them."""

    house_number_of_road: str
    number_of_road: str
    number_of_thing: str
    door: str
    team: str


def names_a_door(street: pl.Expr) -> pl.Expr:
    """Say per row whether the street part names a door; Boolean, null where it is masked (contains `*`).

    A door is a house number (678号, 甲七号, 文三路199, 12 Main St), a building, entrance, floor or room
    (5栋, A座1103, 3-2-501, #12) or, in villages without house numbers, the villagers' group (三组). No door
    are a road, park, village or shop without a number, a number that belongs to a name (104国道, 三号路),
    a distance, a telephone number, a postcode, a text that is nothing but one number, and an empty or null
    street. The rule `incomplete_address` asks for this: without a door a courier cannot deliver.
    """
    named = readable(street).map_batches(_names_a_door, return_dtype=pl.Boolean(), is_elementwise=True)
    return pl.when(~is_masked(street)).then(named)


def _names_a_door(text: pl.Series) -> pl.Series:
    """Look closely only at the texts that lack the plainest door, the house number of a road."""
    patterns = _patterns()
    has_house_number = text.str.contains(patterns.house_number_of_road)
    others = (~has_house_number).arg_true()
    return has_house_number.scatter(others, _has_other_door(text.gather(others)))


def _has_other_door(text: pl.Series) -> pl.Series:
    """Take suffixes and notes out only where they may be what looks like a door, and ask for teams last."""
    patterns = _patterns()
    has_door = _shows_mark(text)
    doubtful = has_door.arg_true()
    plain = without_delivery_notes(without_privacy_suffix(text.gather(doubtful)))
    changed = doubtful.filter(plain != text.gather(doubtful))
    has_door = has_door.scatter(changed, _shows_mark(plain.filter(plain != text.gather(doubtful))))
    doorless = (~has_door).arg_true()
    return has_door.scatter(doorless, text.gather(doorless).str.contains(patterns.team))


def _shows_mark(text: pl.Series) -> pl.Series:
    patterns = _patterns()
    numbers_of_doors = (
        text.str.replace_all(TELEPHONE_OR_POSTCODE, " ")
        .str.replace_all(patterns.number_of_road, "$1")
        .str.replace_all(patterns.number_of_thing, "$1")
        .str.replace(NOTHING_BUT_A_NUMBER, "")
    )
    return numbers_of_doors.str.contains(patterns.door)


@cache
def _patterns() -> DoorPatterns:
    words = address_words()
    digits = "[0-9]+[a-z]?"
    number = f"(?:{digits}|[{words.chinese_numerals}]+)"
    before = f"[{words.before_house_numbers}]?"
    house_number = f"{before}(?:{digits}|[{words.chinese_numerals}{words.formal_numerals}]+)"
    roads = any_of(words.roads)
    thing = f"[号號]?{any_of(words.things_with_numbers)}"
    bare_thing = f"[多余]?{any_of(words.things_with_bare_numbers)}"
    distance = f"{any_of(words.latin_units)}(?:[^a-z0-9]|$)"
    named_road = f"{any_of(words.roads_before_numbers)}[ -]?[a-z]?|{any_of(words.roads_before_codes)} ?[a-z]"
    return DoorPatterns(
        house_number_of_road=f"{roads} ?{house_number} ?[号號]{AFTER_HOUSE_NUMBER}",
        number_of_road=f"({named_road})[0-9]+",
        number_of_thing=f"{number}(?:[-~、,.]{number})* ?({thing}|{bare_thing}|{distance})",
        door="|".join(
            (
                f"{number} ?{any_of(words.marks_after_numbers)}",
                f"{digits} ?{any_of(words.marks_after_digits)}",
                "# ?[0-9]",
                f"(?:^|[^a-z])[a-z][0-9]* ?{any_of(words.marks_after_letters)}",
                f"{roads} ?[0-9]{{1,5}}(?:[^0-9]|$)",
                f"{any_of(words.buildings)} ?[a-z]?-?[0-9]{{2,5}}(?:[^0-9]|$)",
                NUMBER_PATH,
                LEADING_NUMBER,
                ROOM_CODE,
                FREE_NUMBER,
            )
        ),
        team="|".join(
            (
                f"{number} ?{any_of(words.teams)}",
                f"{number} ?[连連](?:[队隊]|[^\\p{{L}}]|$)",
                f"[团團营營场場]{number} ?[连連]",
                VILLAGE_GROUP,
            )
        ),
    )
