"""Given a column of a file with many records, it is told plain, or each of its rows is looked at, because."""

from __future__ import annotations

import pyarrow as pa
import pytest

from orderhealth_pipeline.ingest.contracts import ColumnContract, ColumnType, FeedContract
from orderhealth_pipeline.ingest.values.plain_columns import plain_columns
from orderhealth_pipeline.words import Text


def contract_of(column: ColumnContract) -> FeedContract:
    return FeedContract(system="wms", title=Text(zh="甲", en="A"), key=("value",), columns={"value": column})


def is_told_plain(kind: ColumnType, values: list[str | None], *, required: bool = False) -> bool:
    contract = contract_of(ColumnContract(type=kind, required=required))
    records = pa.table({"c1": pa.array(["x"] * len(values)), "c2": pa.array(values, pa.large_string())})
    return bool(plain_columns(contract, ("other", "value"), records))


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("identifier", ["14512690630586", "B1B690630586"]),
        ("text", ["西安定路262号 江南春晓20栋204室", "", None]),
        ("status", ["to_ship", "已发货", None]),
        ("flag", ["true", "false", "1", "", None]),
        ("amount", ["140.07", "-3", "0.5", None]),
        ("quantity", ["3", "12"]),
        ("day", ["1990-02-28", "2024-02-29", ""]),
        ("instant", ["2026-11-10T20:00:00+08:00", "2026-11-10 20:00:00.5+08:00", "", None]),
        ("promise", ["2026-11-10T12:00:00Z"]),
        ("instant", [None, ""]),
        ("text", []),
    ],
)
def test_a_column_of_plain_values_is_told(kind: ColumnType, values: list[str | None]) -> None:
    assert is_told_plain(kind, values)


@pytest.mark.parametrize(
    ("kind", "value", "because"),
    [
        ("identifier", "2.02611E+17", "a spreadsheet shortened it"),
        ("identifier", " B1", "a space is no part of it"),
        ("text", "杭州\u3000", "a full-width space is no part of it"),
        ("status", "Paid", "the vocabulary has it in small letters"),
        ("flag", "yes", "it is read with care"),
        ("amount", "1e3", "it is read with care"),
        ("amount", "1,000", "it is no number"),
        ("amount", "1-2", "it is no number"),
        ("amount", "99999999999999999", "it does not fit"),
        ("day", "1990-02-30", "there is no such day"),
        ("day", "0990-02-28", "nobody was born in that year"),
        ("instant", "2026-11-10T20:00:00", "its zone is that of the feeds"),
        ("instant", "2026-11-10T20+08:00", "it has no minutes"),
        ("instant", "2026-11-10T20:00:00+15:00", "there is no such zone"),
        ("instant", "2026-11-10T24:00:00+08:00", "there is no such hour"),
        ("instant", "2026/11/10 20:00:00+08:00", "it is not ISO 8601"),
        ("instant", "9026-11-10T20:00:00+08:00", "it may not have four digits in UTC"),
    ],
)
def test_one_value_that_is_not_plain_lets_all_rows_be_looked_at(
    kind: ColumnType, value: str, because: str
) -> None:
    plain = {
        "identifier": "B1",
        "text": "杭州",
        "status": "paid",
        "flag": "true",
        "amount": "140.07",
        "day": "1990-02-28",
        "instant": "2026-11-10T20:00:00+08:00",
    }[kind]
    assert is_told_plain(kind, [plain, plain])
    assert not is_told_plain(kind, [plain, value]), because
    assert not is_told_plain(kind, [value, value]), because


def test_another_zone_lets_all_rows_be_looked_at() -> None:
    assert not is_told_plain("instant", ["2026-11-10T20:00:00+08:00", "2026-11-10T12:00:00Z"])


@pytest.mark.parametrize("missing", ["", None])
def test_a_required_column_without_a_value_lets_all_rows_be_looked_at(missing: str | None) -> None:
    assert not is_told_plain("amount", ["1", missing], required=True)
    assert is_told_plain("amount", ["1", "2"], required=True)


def test_a_column_that_the_file_lacks_is_not_told() -> None:
    contract = contract_of(ColumnContract(type="text"))
    assert not plain_columns(contract, ("other",), pa.table({"c1": ["x"]}))
