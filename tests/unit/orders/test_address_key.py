"""Two spellings of one address have one key; two addresses have two; masked and empty addresses have none."""

from __future__ import annotations

import polars as pl
import pytest

from orderhealth_pipeline.orders.address.key import address_key

COLUMNS = ["province", "city", "district", "street"]


def key(*parts: str | None, masked: bool | None = False) -> str | None:
    frame = pl.DataFrame([[*parts, masked]], orient="row", schema=[*COLUMNS, "masked"]).cast(
        {**dict.fromkeys(COLUMNS, pl.String), "masked": pl.Boolean}
    )
    province, city, district, street = map(pl.col, COLUMNS)
    result: str | None = frame.select(address_key(province, city, district, street, pl.col("masked"))).item()
    return result


def street_key(street: str | None) -> str | None:
    return key("浙江省", "杭州市", "西湖区", street)


def test_the_parts_are_kept_apart() -> None:
    assert street_key("文三路199号A座") == "浙江省|杭州市|西湖区|文三路199号a座"
    assert key("浙江省", "杭州市", "西湖", "区文三路199号") != key(
        "浙江省", "杭州市", "西湖区", "文三路199号"
    )


@pytest.mark.parametrize(
    "spelling",
    [
        "文三路１９９号Ａ座",
        "文三路199号a座",
        " 文三路 199号 A座 ",
        "文三路199号，A座。",
        "文三路·199号—A座",
        "文三路199号(A座)",
        "文三路199号\tA座\n",
        "文三路199号\u200bA\u00ad座\ufeff",
        "文三路|199号\x1fA座",
        "文三路199号~A座🏠",
    ],
)
def test_width_spaces_punctuation_and_case_do_not_matter(spelling: str) -> None:
    assert street_key(spelling) == street_key("文三路199号A座")


@pytest.mark.parametrize(
    "spelling", ["12－3", "12—3", "12–3", "12−3", "12·3", "12 3", "12 - 3", "１２-３", "12/3"]
)
def test_whatever_stands_between_two_numbers_keeps_them_two(spelling: str) -> None:
    assert street_key(f"幸福里{spelling}") == street_key("幸福里12-3") == "浙江省|杭州市|西湖区|幸福里12-3"


@pytest.mark.parametrize(
    "other", ["幸福里123", "幸福里1-23", "幸福里12-3号", "幸福里十二-3", "幸福里-12-3室"]
)
def test_another_address_has_another_key(other: str) -> None:
    assert street_key(other) != street_key("幸福里12-3")


SUFFIXES = [
    "[1521]",
    "【1521】",
    "［1521］",
    "(转1521)",
    "（转1521）",
    "[转1521]",
    " 转1521",
    "转1521",
    "（1521）",
    "(1521)",
    " [1521]",
    "〔1521〕",
    "(分机1521)",
    "（分机号：1521）",
    " 分机1521",
    "ext1521",
    " EXT. 1521",
    "[EXT 1521]",
    "(尾号1521)",
    "[13812345678转1521]",
    "（请拨打13812345678转1521）",
    " 13812345678转1521",
    " 13812345678-1521",
    "[13812345678-1521]",
    "{1521}",
    "[1521][1521]",
    "[152]",
    "[152101]",
    "转分机1521",
    "（转 1521）",
    "【转1521】",
    "『1521』",
    ",转1521",
    "[1521]。",
    "（虚拟号1521）",
    "（隐私号 转1521）",
]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_extension_of_a_privacy_number_is_no_part_of_the_address(suffix: str) -> None:
    assert street_key(f"文三路478号3栋402{suffix}") == street_key("文三路478号3栋402")
    assert street_key(f"滨江大道海风苑{suffix}") == street_key("滨江大道海风苑")


@pytest.mark.parametrize(
    ("street", "part"),
    [
        ("文三路[478号]3栋402", "478号"),
        ("文三路478号3栋【402室】", "402室"),
        ("文三路478号国际大厦(1301)", "1301"),
        ("文三路478号3栋(1301)", "1301"),
        ("文三路478号[15]", "15"),
        ("文三路478号转角1521号", "1521号"),
        ("转塘街道1521", "1521"),
        ("地铁站next1521", "1521"),
    ],
)
def test_a_number_that_belongs_to_the_address_stays(street: str, part: str) -> None:
    assert part in (street_key(street) or "")


def test_a_null_part_is_an_empty_part() -> None:
    assert (
        key(None, "杭州市", None, "文三路199号")
        == key("", "杭州市", " ", "文三路199号")
        == "|杭州市||文三路199号"
    )


@pytest.mark.parametrize("street", [None, "", "   ", "，。-—", "\u200b", "文三路***", "文三路＊＊号"])
def test_a_masked_or_empty_street_has_no_key(street: str | None) -> None:
    assert street_key(street) is None


def test_an_address_that_is_flagged_as_masked_has_no_key() -> None:
    assert key("浙江省", "杭州市", "西湖区", "文三路199号", masked=True) is None
    assert key("浙江省", "杭州市", "西湖区", "文三路199号", masked=None) is not None
