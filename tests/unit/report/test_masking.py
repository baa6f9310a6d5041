"""What of a text or a rejected row may be shown: nothing that names or reaches a person."""

from __future__ import annotations

import pytest

from orderhealth_pipeline.report.words.masking import mask_buyer, mask_error, mask_reason, mask_row, mask_text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("电话13812345678无人接听", "电话138****5678无人接听"),
        ("138 1234 5678", "138****5678"),
        ("+86 138-1234-5678", "+86****5678"),
        ("010-88001234", "010****1234"),
        ("订单 20261110138123456789 共 3 单", "订单 20261110138123456789 共 3 单"),
        ("运单 SF1381234567890", "运单 SF1381234567890"),
    ],
)
def test_phone_numbers_are_hidden_in_texts_and_other_numbers_are_not(text: str, shown: str) -> None:
    assert mask_text(text) == shown


@pytest.mark.parametrize(
    ("buyer_id", "shown"),
    [("B000123", "B000123"), ("tb_88231", "tb_88231"), ("小明妈妈", "小***"), ("13812345678", "138****5678")],
)
def test_a_buyers_nickname_is_hidden_and_a_plain_id_is_not(buyer_id: str, shown: str) -> None:
    assert mask_buyer(buyer_id) == shown


def test_of_a_web_address_only_the_host_is_shown() -> None:
    error = "HTTPSConnectionPool: https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=abc timed out"
    assert mask_error(error) == "HTTPSConnectionPool: https://qyapi.weixin.qq.com/… timed out"


@pytest.mark.parametrize(
    ("reason", "shown"),
    [
        ("placed_at: instant expected: '王小二'", "placed_at: instant expected: '王***'"),
        ("amount: number expected: '12,0x'", "amount: number expected: '1***'"),
        (
            "placed_at: instant expected: '2026-13-45 10:00'",
            "placed_at: instant expected: '2026-13-45 10:00'",
        ),
        ("status: a word expected: 'shipped_out'", "status: a word expected: 'shipped_out'"),
        ("quantity: number expected: '13812345678'", "quantity: number expected: '138****5678'"),
        ("order_id: required, but empty", "order_id: required, but empty"),
        ('CSV error: "浙江省杭州市 478 号"', 'CSV error: "浙***"'),
        ("unreadable number 1.3812345678E10", "unreadable number …"),
    ],
)
def test_a_reason_quotes_only_what_is_harmless(reason: str, shown: str) -> None:
    assert mask_reason(reason) == shown


def test_a_rejected_row_shows_keys_and_instants_and_hides_people() -> None:
    row = {
        "order_id": "TM7",
        "placed_at": "2026-11-10 18:00:00",
        "amount": "12.50",
        "status": "paid",
        "receiver": "王小二",
        "phone": "13812345678",
        "street": "文三路 478 号",
        "remark": "x",
        "shop": None,
    }
    assert mask_row(row) == (
        ("order_id", "TM7"),
        ("placed_at", "2026-11-10 18:00:00"),
        ("amount", "12.50"),
        ("status", "paid"),
        ("receiver", "王***"),
        ("phone", "138****5678"),
        ("street", "文***"),
        ("remark", "***"),
    )


def test_a_row_that_slipped_by_a_column_hides_people_all_the_same() -> None:
    shifted = {
        "order_id": "王小二",
        "buyer_id": "13812345678",
        "placed_at": "文三路 478 号",
        "amount": "1.3812345678E10",
    }
    assert mask_row(shifted) == (
        ("order_id", "王***"),
        ("buyer_id", "138****5678"),
        ("placed_at", "文***"),
        ("amount", "1***"),
    )


def test_a_column_may_be_named_after_a_person_where_the_header_is_missing() -> None:
    assert mask_row({"13812345678": "1"}) == (("138****5678", "***"),)


def test_a_record_that_is_no_row_is_hidden_as_a_whole() -> None:
    assert mask_row("TM7,王小二,13812345678") == (("", "T***"),)
    assert mask_row(None) == ()
