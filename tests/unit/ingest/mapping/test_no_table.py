"""Given a file in which no table can be found, people hear the true reason and the way out."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from orderhealth_pipeline.ingest.adapters.recognise import place_in
from orderhealth_pipeline.ingest.adapters.source_declaration import AdapterSource
from orderhealth_pipeline.ingest.rejection_reasons import as_reason
from orderhealth_pipeline.messages import in_locale
from orderhealth_pipeline.pipeline.dropped.why_no_table import why_no_table


def packed(*names: str, is_locked: bool = False) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name in names:
            # Of no time of its own: the bytes are part of a test's name.
            archive.writestr(zipfile.ZipInfo(name), "a,b\n1,2\n")
    content = bytearray(written.getvalue())
    if is_locked:
        content[6] |= 1
        content[content.find(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


@pytest.mark.parametrize(
    ("name", "content", "in_english", "in_chinese"),
    [
        ("a.rar", b"Rar!\x1a\x07\x01\x00" + bytes(99), "RAR", "请先解压"),
        ("a.csv", b"Rar!\x1a\x07\x01\x00" + bytes(99), "RAR", "请先解压"),
        ("a.7z", b"7z\xbc\xaf\x27\x1c" + bytes(99), "7z", "请先解压"),
        ("a.et", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99), "save it as .xlsx", "另存为 .xlsx"),
        ("a.numbers", packed("Index/Document.iwa"), "export it as .xlsx", "导出为 .xlsx"),
        ("a.ods", packed("mimetype", "content.xml"), "save it as .xlsx", "另存为 .xlsx"),
        ("a.docx", packed("word/document.xml"), "Word", "Word"),
        ("a.zip", packed(), "empty", "空的"),
        ("a.zip", packed("a.png", "b.pdf"), "none of the 2 files", "2 个文件都不是表格"),
        ("a.zip", packed("a.zip"), "unpack it once", "解压一层"),
        ("a.zip", packed("a.csv", is_locked=True), "password", "密码"),
        ("a.zip", b"PK\x03\x04 cut short", "cannot be unpacked", "解不开"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99), "password", "密码"),
        ("a.gz", b"\x1f\x8b\x08", ".csv.gz", ".csv.gz"),
        ("a.csv.gz", b"\x1f\x8b\x08 none", "cannot be read", "读不了"),
        ("a.csv", b"\xef\xbb\xbf\r\n\n", "empty", "空的"),
        ("a.jsonl", b'[{"a": 1}]', "array", "数组"),
        ("a.json", b'[{"a": 1}]', "no platform", "不属于已知的平台"),
        ("a.wps", b"hello", "'.wps'", "“.wps”"),
    ],
)
def test_the_reason_is_true_and_names_the_way_out(
    name: str, content: bytes, in_english: str, in_chinese: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    reason = why_no_table(tmp_path / name)
    assert in_english in str(reason)
    assert in_chinese in in_locale(reason, "zh")


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(packed("a.json", is_locked=True), id="locked"),
        pytest.param(packed("a.json")[:40], id="cut"),
    ],
)
def test_an_archive_that_cannot_be_opened_is_none_of_a_payloads_files(content: bytes, tmp_path: Path) -> None:
    source = AdapterSource(name="orders", records=("data",), columns=("id",))
    (tmp_path / "a.zip").write_bytes(content)
    assert place_in(source, tmp_path / "a.zip", "a.json") is None


@pytest.mark.parametrize(
    ("reason", "in_chinese"),
    [
        ("amount: not a number; paid_at: required, but empty", "amount: 不是数字; paid_at: 必填，但是空的"),
        ("paid_at: a date that does not begin with its year can be misread; 2026-11-10 cannot", "可能读错"),
        ("order_id: the cell B3 holds #N/A", "order_id: 单元格 B3 里是 #N/A"),
        ("order_id: another shop has it already", "order_id: 已属于另一个 shop"),
        ("7 more rows, of which the texts are not kept", "另有 7 行"),
        ("more or fewer columns than the header", "列数与表头不一致"),
        ("something {new}", "something {new}"),
    ],
)
def test_reasons_of_rows_are_said_in_the_readers_language(reason: str, in_chinese: str) -> None:
    said = as_reason(reason)
    assert str(said) == reason
    assert in_chinese in in_locale(said, "zh")
