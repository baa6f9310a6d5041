"""Given parcels under way, a platform that answers for one waybill is asked for each, and for no other."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner
from starlette.responses import JSONResponse, Response

from orderhealth_pipeline.cli import calls
from orderhealth_pipeline.settings import Settings, read_settings
from orderhealth_pipeline.sources.check import check_source
from orderhealth_pipeline.sources.pull import pull_source
from orderhealth_pipeline.sources.pulled import PullResult
from tests.integration.sources.platform_server import Asked, Shop, serving

BEGAN = datetime(2026, 11, 10, 2, tzinfo=UTC)
CONFIGURATION = """
locale: en
feeds:
  storefront_orders: {path: feeds}
  wms_shipments: {path: feeds}
  tms_events: {source: parcels}
sources:
  parcels:
    type: http
    platform: kuaidi100
    adapter: kuaidi100
    base: "${BASE}"
    secrets: {customer: C, key: "${KEY}"}
    carriers: {城际: chengji}
"""
KEY = "key-of-the-company"
ORDERS = """order_id,placed_at,status,amount,phone,updated_at
O1,2026-11-10T01:00:00Z,shipped,10,13800000001,2026-11-10T02:00:00Z
O2,2026-11-10T01:00:00Z,shipped,10,13800000002,2026-11-10T02:00:00Z
O3,2026-11-10T01:00:00Z,shipped,10,13800000003,2026-11-10T02:00:00Z
O4,2026-11-10T01:00:00Z,cancelled,10,13800000004,2026-11-10T01:30:00Z
O5,2026-11-10T01:00:00Z,shipped,10,13800000005,2026-11-10T02:00:00Z
O6,2026-11-10T01:00:00Z,to_ship,10,13800000006,2026-11-10T02:00:00Z
O7,2026-11-10T01:00:00Z,shipped,10,13800000007,2026-11-10T02:00:00Z
"""
SHIPMENTS = """shipment_id,order_id,printed_at,outbound_at,carrier,waybill_no,status,updated_at
S1,O1,2026-11-10T01:10:00Z,2026-11-10T01:20:00Z,圆通速递,YT1,shipped,2026-11-10T01:20:00Z
S2,O2,2026-11-10T01:10:00Z,2026-11-10T01:21:00Z,顺丰速运,SF2,shipped,2026-11-10T01:21:00Z
S3,O3,2026-11-10T01:10:00Z,2026-11-10T01:22:00Z,城际快递,CJ3,shipped,2026-11-10T01:22:00Z
S4,O4,2026-11-10T01:10:00Z,2026-11-10T01:20:00Z,圆通,YT4,shipped,2026-11-10T01:20:00Z
S5,O5,2026-11-10T01:10:00Z,2026-11-10T01:23:00Z,无名,NN5,shipped,2026-11-10T01:23:00Z
S6,O6,2026-11-10T01:10:00Z,,圆通,YT6,printed,2026-11-10T01:10:00Z
S7,O7,2026-11-10T01:10:00Z,2026-11-10T01:24:00Z,yuantong,YT7,cancelled,2026-11-10T01:24:00Z
"""


@dataclass
class Carrier:
    """What the platform knows of parcels: scans by waybill; those of Shunfeng want digits of the phone."""

    scans: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    asked: list[dict[str, Any]] = field(default_factory=list)
    key: str = KEY

    def answer(self, asked: Asked) -> Response:
        given = asked.given
        text = f"{given['param']}{self.key}{given['customer']}"
        if hashlib.md5(text.encode()).hexdigest().upper() != given["sign"]:  # noqa: S324 - as the platform does
            return JSONResponse({"result": False, "returnCode": "503", "message": "验证签名失败"})
        param = json.loads(given["param"])
        self.asked.append(param)
        if param["com"] == "shunfeng" and param.get("phone") != "0002":
            return JSONResponse({"result": False, "returnCode": "408", "message": "验证码错误"})
        scans = self.scans.get(param["num"])
        if not scans:
            return JSONResponse(
                {"result": False, "returnCode": "500", "message": "查询无结果，请隔段时间再查"}
            )
        data = [
            {"time": at, "ftime": at, "context": "快件", "statusCode": code, "areaName": "杭州"}
            for code, at in reversed(scans)
        ]
        return JSONResponse(
            {
                "message": "ok",
                "nu": param["num"],
                "com": param["com"],
                "state": "0",
                "status": "200",
                "data": data,
            }
        )


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop whose parcels were published by a run."""
    home = tmp_path_factory.mktemp("shop")
    (home / "feeds").mkdir()
    (home / "feeds" / "storefront_orders.csv").write_text(ORDERS, encoding="utf-8")
    (home / "feeds" / "wms_shipments.csv").write_text(SHIPMENTS, encoding="utf-8")
    (home / "orderhealth.yml").write_text(CONFIGURATION, encoding="utf-8")
    # Before the first run nothing is known to ask for.
    assert pull(settings_of(home, "http://127.0.0.1:1"), BEGAN).trouble is None
    # What a source keeps for itself is no file that somebody forgot.
    assert run(home, BEGAN)["unread"] == []
    return home


@pytest.fixture
def folder(shop: Path, tmp_path: Path) -> Path:
    """The shop, to oneself."""
    return shutil.copytree(shop, tmp_path / "shop")


def run(folder: Path, as_of: datetime) -> dict[str, Any]:
    given = ["run", "--config", str(folder / "orderhealth.yml"), "--as-of", as_of.isoformat(), "--json"]
    environment = {"BASE": "http://127.0.0.1:1", "KEY": KEY}
    done = CliRunner(env=environment).invoke(calls, given)
    assert done.exit_code == 0, done.output
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def settings_of(folder: Path, base: str) -> Settings:
    return read_settings(folder / "orderhealth.yml", {"BASE": base, "KEY": KEY})


def pull(settings: Settings, now: datetime) -> PullResult:
    return pull_source(settings, "parcels", now=now, sleep=lambda _: None)


def test_each_parcel_under_way_is_asked_for_once_in_a_while(folder: Path) -> None:
    carrier = Carrier({"YT1": [("103", "2026-11-10 10:30:00")], "SF2": [("103", "2026-11-10 10:31:00")]})
    with serving(Shop(), carrier.answer) as base:
        settings = settings_of(folder, base)
        first = pull(settings, BEGAN)
        assert (first.trouble, first.rows) == (None, 2)
        assert carrier.asked == [
            {"resultv2": "4", "com": "yuantong", "num": "YT1"},
            {"resultv2": "4", "com": "shunfeng", "num": "SF2", "phone": "0002"},
            {"resultv2": "4", "com": "chengji", "num": "CJ3"},
        ]
        assert pull(settings, BEGAN + timedelta(minutes=30)).rows == 0
        assert len(carrier.asked) == 3
        carrier.scans["SF2"].append(("1001", "2026-11-10 12:00:00"))
        assert pull(settings, BEGAN + timedelta(hours=3)).rows == 1
        assert len(carrier.asked) == 6
        told = [each.said for each in check_source(settings, "parcels", BEGAN)]
    assert any("无名" in str(each) for each in told)
    run(folder, BEGAN + timedelta(hours=4))
    with duckdb.connect(str(folder / "orderhealth.duckdb"), read_only=True) as con:
        query = (
            "select waybill_no, status from feeds.tms_events group by all order by waybill_no, min(event_at)"
        )
        assert con.execute(query).fetchall() == [
            ("SF2", "picked_up"),
            ("SF2", "in_transit"),
            ("YT1", "picked_up"),
        ]


def test_a_parcel_that_arrived_is_not_asked_for_again(folder: Path) -> None:
    carrier = Carrier({"YT1": [("103", "2026-11-10 09:30:00"), ("3", "2026-11-10 09:50:00")]})
    with serving(Shop(), carrier.answer) as base:
        settings = settings_of(folder, base)
        assert pull(settings, BEGAN).rows == 1
        run(folder, BEGAN + timedelta(minutes=10))
        carrier.asked.clear()
        pull(settings, BEGAN + timedelta(hours=5))
    assert [each["num"] for each in carrier.asked] == ["SF2", "CJ3"]
    state = (settings.landing_of("parcels") / ".parcels.state.json").read_text(encoding="utf-8")
    assert "YT1" not in state


def test_a_wrong_key_is_trouble_and_a_parcel_without_its_phone_is_none(folder: Path) -> None:
    carrier = Carrier({"YT1": [("103", "2026-11-10 09:30:00")]})
    with serving(Shop(), carrier.answer) as base:
        settings = settings_of(folder, base)
        carrier.key = "another"
        assert "验证签名失败" in str(pull(settings, BEGAN).trouble)
        carrier.key = KEY
        result = pull(settings, BEGAN)
        assert (result.trouble, result.rows, result.has_recovered) == (None, 1, True)
