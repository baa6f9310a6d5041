"""Phones as people and platforms write them: valid, not valid, or masked."""

from __future__ import annotations

import polars as pl
import pytest
from phonenumbers import is_valid_number, parse

from orderhealth_pipeline.orders.buyers.phone import phone_validity, phone_validity_at
from orderhealth_pipeline.orders.buyers.phone_words import extra_prefixes

VALID = {
    "mainland mobile": ["13812345678", "138-1234-5678", "138 1234 5678", " 13812345678\t", "19912345678"],
    "full width": ["１３８１２３４５６７８", "１３８－１２３４－５６７８"],
    "country code": ["+8613812345678", "+86 138 1234 5678", "008613812345678", "86-13812345678"],
    "invisible marks of a copied contact": ["\u202d13812345678\u202c", "\ufeff13812345678"],
    "privacy number": ["13812345678-1234", "13812345678转1234", "13812345678 转 1234", "13812345678,1234"],
    "privacy number, other marks": [
        "13812345678,,1234",
        "13812345678#1234",
        "13812345678－1234",
        "13812345678，12",
    ],
    "privacy number, the extension in brackets": [
        "13812345678[1234]",
        "13812345678(1234)",
        "13812345678（1234）",
        "13812345678【1234】",
        "13812345678（转1234）",
        "13812345678(分机号：1234)",
        "１３８１２３４５６７８［１２３４］",
    ],
    "privacy number, the extension announced": [
        "13812345678 分机号1234",
        "13812345678转分机1234",
        "13812345678 转 分机 1234",
        "13812345678轉分機1234",
        "13812345678ext.1234",
        "13812345678 Extension 1234",
        "13812345678x1234",
        "13812345678p1234",
        "13812345678,,1234#",
        "13812345678；1234",
        "13812345678＃1234",
        "13812345678_1234",
        "13812345678/1234",
        "13812345678 1234",
        "+86 138 1234 5678 转 1234",
    ],
    "protected from spreadsheets": ["'+8613812345678", '="13812345678"', "`13812345678", '"13812345678"'],
    "announced": [
        "电话：13812345678",
        "手机号 13812345678转1234",
        "tel:+8613812345678",
        "（+86）138-1234-5678",
    ],
    "announced as a privacy number": [
        "虚拟号17011112222-1234",
        "虚拟号码：13812345678转1234",
        "隐私号 13812345678-1234",
        "隐私号码:13812345678",
    ],
    "country code in any brackets": ["[86]13812345678", "【+86】13812345678转1234", "[86] 010-62345678"],
    "landline": ["010-62345678", "(010)62345678", "0571 8888 7777", "0571-8888-7777", "01062345678"],
    "switchboard, the extension in other spellings": ["0571-88887777（801）", "010-62345678 分机 801"],
    "switchboard": ["0571-88887777-801", "010-62345678 ext. 801", "010-62345678转801"],
    "service number": ["400-812-3123", "4008123123", "800-810-0000"],
    "abroad": [
        "+1 212-555-2368",
        "+44 20 7946 0958",
        "0044 20 7946 0958",
        "+55 11 91234-5678",
        "+852 9123 4567",
        "00852 9123 4567",
        "+853 6612 3456",
        "+886 912 345 678",
    ],
}
INVALID = {
    "nothing": ["", "   ", "-", "+", "无", "abc"],
    "lost digits": ["1.38123E+10", "1.38E10", "13812345678.0"],
    "wrong length": ["1381234567", "138123456789", "62345678", "0571-8888", "10086"],
    "no such number": ["12812345678", "11111111111", "00000000000", "+1 212"],
    "Chinese numerals": ["一三八一二三四五六七八"],
    "no extension": [
        "[1234]",
        "1381234567[1234]",
        "13812345678[12345678]",
        "13812345678-1234567",
        "-1234",
        "转1234",
        "1381234567-1234",
    ],
    "no number any more with an extension": ["14422581397-1234"],
    "something else in it": [
        "13812345678abc",
        "张三13812345678",
        "13812345678/13912345678",
        "+8613812345678+",
    ],
}
LOCAL = [
    ("91234567", "香港特别行政区", ""),
    ("9123 4567", None, "香港"),
    ("852-91234567", "香港", "中西区"),
    ("2345 6789", "Hong Kong", None),
    ("91234567转123", "香港", ""),
    ("66123456", "澳门特别行政区", "澳门"),
    ("853 6612 3456", "澳門", ""),
    ("0912-345-678", "台湾省", "台北市"),
    ("0912345678", "", "高雄市"),
    ("886912345678", "臺灣", ""),
    ("(02)2345-6789", "台湾", ""),
    ("02-23456789#123", "Taiwan", ""),
    ("13812345678", "香港", ""),
]
FOREIGN = [
    ("91234567", "浙江省", "杭州市"),
    ("0912345678", "福建省", "台东"),
    ("66123456", "广东省", "珠海市"),
    ("12345", "香港", ""),
]
MOBILES = [f"{prefix}{tail}" for prefix in range(13000, 20000) for tail in ("000000", "358021")]
TAILS = ["000000", "123456", "358021", "999999"]


@pytest.mark.parametrize("phone", [phone for group in VALID.values() for phone in group])
def test_a_number_that_can_be_called_is_valid(phone: str) -> None:
    assert phone_validity(pl.Series([phone])).to_list() == [True]


@pytest.mark.parametrize("phone", [phone for group in INVALID.values() for phone in group])
def test_what_cannot_be_called_is_not_valid(phone: str) -> None:
    assert phone_validity(pl.Series([phone])).to_list() == [False]


@pytest.mark.parametrize(("phone", "province", "city"), LOCAL)
def test_a_local_number_is_valid_where_the_address_lies(
    phone: str, province: str | None, city: str | None
) -> None:
    assert validity_at(phone, province, city) is True


@pytest.mark.parametrize(("phone", "province", "city"), FOREIGN)
def test_a_number_of_another_place_needs_its_country_code(phone: str, province: str, city: str) -> None:
    assert validity_at(phone, province, city) is False


def test_a_masked_local_number_is_neither_valid_nor_invalid() -> None:
    assert validity_at("9123xxxx", "香港", "") is None


@pytest.mark.parametrize("prefix", extra_prefixes())
def test_a_prefix_is_listed_only_while_libphonenumber_lacks_it(prefix: str) -> None:
    mobile = prefix.ljust(11, "3")
    assert not is_valid_number(parse(mobile, "CN"))
    for spelling in (mobile, f"+86{mobile}", f"86 {mobile}", f"{mobile}转1234"):
        assert phone_validity(pl.Series([spelling])).to_list() == [True]


def test_no_phone_is_not_valid() -> None:
    assert phone_validity(pl.Series([None, "13812345678", None])).to_list() == [False, True, False]
    assert phone_validity(pl.Series([None, None])).to_list() == [False, False]
    assert phone_validity(pl.Series("phone", [], dtype=pl.String)).to_list() == []


def test_the_verdicts_keep_order_and_name() -> None:
    phones = pl.Series("phone", ["13812345678", "1", "138****1234", "13812345678"])
    assert phone_validity(phones).equals(pl.Series("phone", [True, False, None, True]), check_names=True)


def test_the_region_decides_about_numbers_without_a_country_code() -> None:
    phones = pl.Series(["(11) 91234-5678", "13812345678", "+8613812345678"])
    assert phone_validity(phones, "BR").to_list() == [True, False, True]
    assert phone_validity(phones, "CN").to_list() == [False, True, True]


@pytest.mark.parametrize("form", ["{}", "+86{}", "+86 {}", "{}-1234"])
def test_mainland_mobiles_are_valid_where_libphonenumber_or_our_list_says_so(form: str) -> None:
    """The ground for not asking it number by number: its pattern of mobiles alone decides about them."""
    verdicts = phone_validity(pl.Series([form.format(mobile) for mobile in MOBILES]))
    assert verdicts.to_list() == [
        is_valid_number(parse(mobile, "CN")) or mobile.startswith(extra_prefixes()) for mobile in MOBILES
    ]


@pytest.mark.parametrize("country", ["", "+86", "0086"])
def test_the_first_five_digits_of_a_mainland_mobile_decide(country: str) -> None:
    """The ground for asking libphonenumber once per first five digits: no later digit changes its verdict."""
    undecided = [
        prefix
        for prefix in range(13000, 20000)
        if len({is_valid_number(parse(f"{country}{prefix}{tail}", "CN")) for tail in TAILS}) > 1
    ]
    assert undecided == []


def test_the_beginning_and_the_length_of_a_landline_decide() -> None:
    """The ground for asking libphonenumber once per beginning of a landline."""
    codes = ["010", *(f"0{code}" for code in (*range(20, 30), *range(300, 1000)))]
    beginnings = [*"2345678", "20", "39", "77", "81", "85", "89"]
    undecided = [
        code + beginning
        for code in codes
        for beginning in beginnings
        if len({is_valid_number(parse(f"{code}{beginning}{tail}", "CN")) for tail in TAILS}) > 1
    ]
    assert undecided == []


def validity_at(phone: str, province: str | None, city: str | None) -> bool | None:
    parts = (pl.Series([part], dtype=pl.String) for part in (phone, province, city))
    result: bool | None = phone_validity_at(*parts).item()
    return result
