"""Whole columns are masked as single texts are: one list of patterns, read by SQL and by Python."""

from __future__ import annotations

import json
from collections.abc import Callable

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderhealth_pipeline.report.words.masking import mask_reason, mask_row, mask_text, mask_word
from orderhealth_pipeline.store.publish.masking import create_masking

VALUES = [
    "王小二",
    "13812345678",
    "138 1234 5678,139-1234-5678",
    "tel 13812345678-1234",
    "+86 138-1234-5678",
    "138****5678",
    "王***",
    "0571-88001234",
    "wang.er@mail.example.cn",
    "浙江省杭州市文三路 478 号 3 幢",
    "2026-11-10 18:00:00+08:00",
    "2026/11/10 9:05",
    "2026年1月5日",
    "12.50",
    "-3",
    "1.3812345678E10",
    "paid",
    "shipped_out",
    "SHIPPED",
    "待发货",
    "已付款",
    "欧阳娜娜",
    "李先生",
    "成功",
    "TM20261110000001",
    "SF1381234567890",
    "=HYPERLINK(1)",
    "x",
    "",
    "请放门口,谢谢!请放门口,谢谢!请放门口,谢谢!",
    "\x1b[31m王小二\x1b[0m",
]
COLUMNS = ("order_id", "buyer_id", "placed_at", "amount", "status", "receiver", "phone", "remark", "王小二")
TEXTS = st.text(st.sampled_from("138+-（) 王小路号aZ_.:@0457'“”*/年月日\t"), max_size=24)


@pytest.fixture(scope="module")
def masked() -> Callable[..., str]:
    con = duckdb.connect()
    create_masking(con)

    def call(function: str, *values: str) -> str:
        marks = ", ".join("?" * len(values))
        ((value,),) = con.execute(f"select {function}({marks})", values).fetchall()
        return str(value)

    return call


@pytest.mark.parametrize("value", VALUES)
def test_texts_and_words_are_masked_alike(value: str, masked: Callable[..., str]) -> None:
    assert masked("masked_text", masked("plain_text", value)) == mask_text(value)
    assert masked("masked_word", masked("plain_text", value)) == mask_word(value)


@pytest.mark.parametrize("value", VALUES)
def test_cells_are_masked_alike_whatever_their_column(value: str, masked: Callable[..., str]) -> None:
    for column in COLUMNS:
        for _, shown in mask_row({column: value}):
            assert masked("masked_cell", column, masked("plain_text", value)) == shown, column


@pytest.mark.parametrize("value", VALUES)
def test_reasons_are_masked_alike(value: str, masked: Callable[..., str]) -> None:
    reason = f"amount: number expected: '{value}', and not “{value}”"
    assert masked("masked_reason", masked("plain_text", reason)) == mask_reason(reason)


@given(TEXTS)
def test_any_text_is_masked_alike(value: str) -> None:
    con = duckdb.connect()
    create_masking(con)
    query = """
        select masked_text(v), masked_word(v), masked_reason(v), masked_cell('order_id', v)
        from (select plain_text($v) as v)"""
    ((text, word, reason, cell),) = con.execute(query, {"v": value}).fetchall()
    assert (text, word, reason) == (mask_text(value), mask_word(value), mask_reason(value))
    assert [cell] == [shown for _, shown in mask_row({"order_id": value})] or not value


def test_what_is_masked_stays_as_it_is_when_it_is_masked_again() -> None:
    row = dict(zip(COLUMNS * 4, VALUES, strict=False))
    once = dict(mask_row(row))
    assert dict(mask_row(json.loads(json.dumps(once)))) == once
