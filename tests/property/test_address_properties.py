"""What holds for every address: which changes of spelling leave its key and its door alone, which do not."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from orderhealth_pipeline.orders.address.door import names_a_door
from orderhealth_pipeline.orders.address.key import PART_SEPARATOR, address_key

COLUMNS = ["province", "city", "district", "street"]
PUNCTUATION = " \t\u3000，,。.、-－—–_·/|#()（）【】;；:：'\"“”!！&+~＋\x00\x1f\u200b\u00ad"

words = st.text("东南西北中山路街道大厦花园abcXYZé号室", min_size=1, max_size=8)
numbers = st.integers(1, 9999).map(str)
pieces = st.lists(st.one_of(words, numbers), min_size=1, max_size=6)
punctuation = st.text(PUNCTUATION, max_size=3)
typed = st.text(st.characters(codec="gbk", exclude_categories=["Sk"]), max_size=6)
roads = st.sampled_from(["文三路", "人民大街", "建国三路", "104国道", "幸福里", "和平村"])


def key(*parts: str, masked: bool = False) -> str | None:
    frame = pl.DataFrame([parts], schema=COLUMNS, orient="row")
    province, city, district, street = map(pl.col, COLUMNS)
    result: str | None = frame.select(address_key(province, city, district, street, pl.lit(masked))).item()
    return result


def street_key(street: str) -> str | None:
    return key("浙江省", "杭州市", "西湖区", street)


def door(street: str) -> bool | None:
    result: bool | None = pl.select(names_a_door(pl.lit(street))).item()
    return result


def full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def separate_numbers(parts: list[str]) -> list[str]:
    """Put a hyphen between neighbouring numbers: without one they are another number."""
    pairs = zip(["x", *parts], parts, strict=False)
    return [("-" if before[-1].isdigit() and part[0].isdigit() else "") + part for before, part in pairs]


@given(pieces, st.data())
def test_punctuation_between_the_pieces_does_not_change_the_key(
    parts: list[str], data: st.DataObject
) -> None:
    parts = separate_numbers(parts)
    punctuated = "".join(data.draw(punctuation) + part for part in parts) + data.draw(punctuation)
    assert street_key(punctuated) == street_key("".join(parts))


@given(pieces)
def test_width_and_case_do_not_change_the_key(parts: list[str]) -> None:
    street = "".join(separate_numbers(parts))
    assert street_key(full_width(street)) == street_key(street)
    assert street_key(street.upper()) == street_key(street.lower()) == street_key(street)


@given(st.lists(numbers, min_size=1, max_size=4), st.lists(numbers, min_size=1, max_size=4))
def test_different_numbers_have_different_keys(one: list[str], other: list[str]) -> None:
    assert (street_key("-".join(one)) == street_key(" ".join(other))) == (one == other)


@given(st.tuples(*[typed] * 4))
def test_a_key_has_four_parts_and_belongs_to_its_own_spelling(parts: tuple[str, str, str, str]) -> None:
    result = key(*parts)
    if result is None:
        assert "*" in parts[3] or "＊" in parts[3] or not any(character.isalnum() for character in parts[3])
    else:
        assert result.count(PART_SEPARATOR) == 3
        assert key(*result.split(PART_SEPARATOR)) == result


@given(st.tuples(words, words, words, words), st.text("*＊﹡", min_size=1, max_size=3), st.integers(0, 8))
def test_masked_is_unknown(parts: tuple[str, str, str, str], mask: str, place: int) -> None:
    street = parts[3][:place] + mask + parts[3][place:]
    assert key(*parts, masked=True) is None
    assert key(*parts[:3], street) is None
    assert door(street) is None


@given(roads, numbers, st.sampled_from(["号", "号楼", "栋", "幢", "单元", "室", "弄", "#"]), st.booleans())
def test_a_road_with_a_number_and_a_mark_is_a_door(road: str, number: str, mark: str, full: bool) -> None:
    street = f"{road}{number}{mark}"
    assert door(full_width(street) if full else street) is True


@given(roads, st.text("万达广场科技园菜鸟驿站小区东门南侧附近", max_size=12))
def test_words_without_a_number_add_no_door(road: str, words_: str) -> None:
    assert door(road + words_) is False


@given(roads, st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_a_phone_number_in_the_street_is_no_door(road: str, phone: str) -> None:
    assert door(f"{road} {phone}") is False
    assert door(f"{road}{phone}") is False
