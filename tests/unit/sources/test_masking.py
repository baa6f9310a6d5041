"""Given old landing files, people in them are signs, the same for the same value, and all else stays."""

from __future__ import annotations

import gzip
import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from orderhealth_pipeline.settings.sources import PrivacySettings
from orderhealth_pipeline.sources.landing.files import LandingName, write_whole
from orderhealth_pipeline.sources.landing.masking import Masking
from orderhealth_pipeline.sources.landing.retention import keep_or_hide
from orderhealth_pipeline.sources.landing.rewriting import rewrite

NOW = datetime(2026, 11, 10, 4, tzinfo=UTC)
PRIVACY = PrivacySettings(mask_after=timedelta(days=30), delete_after=timedelta(days=90))
ORDERS = (
    "order_id,receiver,phone,street,city,amount\n"
    'A1,王伟,13800000001,"科技路1号,\n3楼",深圳,12.10\n'
    "A2,王伟,13800000002,科技路2号,深圳,5\n"
    "A3,,,,深圳,5\n"
)


def landing(folder: Path, days: int, ending: str, content: bytes) -> Path:
    file = folder / LandingName("storefront_orders", NOW - timedelta(days=days), "shop", ending).file
    write_whole(file, content)
    return file


@pytest.mark.parametrize("codec", ["utf-8", "gb18030", "utf-8-sig"])
def test_an_old_file_hides_people_and_keeps_what_rules_need(codec: str, tmp_path: Path) -> None:
    old = landing(tmp_path, 40, "csv", ORDERS.encode(codec))
    new = landing(tmp_path, 20, "csv", ORDERS.encode(codec))
    until = keep_or_hide(tmp_path, "shop", PRIVACY, NOW, None)
    assert new.read_bytes() == ORDERS.encode(codec)
    text = old.read_bytes().decode(codec)
    for value in ("王伟", "1380000", "科技路"):
        assert value not in text
    rows = [line.split(",") for line in text.splitlines()[1:]]
    assert [row[0] for row in rows] == ["A1", "A2", "A3"]
    assert [row[4] for row in rows] == ["深圳"] * 3
    assert rows[0][1] == rows[1][1].strip()
    assert rows[0][2] != rows[1][2]
    assert rows[2][1:4] == ["", "", ""]
    assert stat.S_IMODE(old.stat().st_mode) == 0o600
    again = old.read_bytes()
    keep_or_hide(tmp_path, "shop", PRIVACY, NOW + timedelta(hours=1), until)
    assert old.read_bytes() == again


def test_the_oldest_files_go_and_those_of_other_sources_stay(tmp_path: Path) -> None:
    gone = landing(tmp_path, 91, "csv", ORDERS.encode())
    other = tmp_path / LandingName("storefront_orders", NOW - timedelta(days=400), "my_shop", "csv").file
    mine = tmp_path / "storefront_orders.csv"
    for file in (other, mine):
        file.write_text(ORDERS, encoding="utf-8")
    keep_or_hide(tmp_path, "shop", PRIVACY, NOW, None)
    assert not gone.exists()
    assert other.read_text(encoding="utf-8") == mine.read_text(encoding="utf-8") == ORDERS


def test_answers_of_platforms_hide_people_wherever_they_stand(tmp_path: Path) -> None:
    answer = {
        "orders": [
            {
                "id": 9007199254740993,
                "name": "#1001",
                "receiver_mobile": "13800000001",
                "shipping_address": {"name": "Ann Lee", "address1": "1 Main St", "city": "Berlin"},
                "customer": {"id": 7, "email": "ann@example.com", "default_address": {"zip": "1"}},
                "address": "科技路1号",
            }
        ]
    }
    file = landing(tmp_path, 40, "jsonl", json.dumps(answer).encode() + b"\nnot json\n")
    keep_or_hide(tmp_path, "shop", PRIVACY, NOW, None)
    text = file.read_text(encoding="utf-8")
    for value in ("13800000001", "Ann", "Main", "ann@", "科技路"):
        assert value not in text
    order = json.loads(text.splitlines()[0])["orders"][0]
    assert (order["id"], order["name"]) == (9007199254740993, "#1001")
    assert (order["shipping_address"]["city"], order["customer"]["id"]) == ("Berlin", 7)
    assert text.splitlines()[1] == "not json"


def test_records_that_are_not_meant_keep_their_bytes(tmp_path: Path) -> None:
    file = tmp_path / "orders.csv.gz"
    file.write_bytes(gzip.compress(ORDERS.encode()))
    masking = Masking.of(b"key")
    assert rewrite(file, masking.row, masking.document, lambda text: "A2" in text) == 1
    lines = gzip.decompress(file.read_bytes()).decode()
    assert 'A1,王伟,13800000001,"科技路1号,\n3楼",深圳,12.10\n' in lines
    assert "13800000002" not in lines
