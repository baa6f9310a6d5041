"""Given what a platform answers or pushes, it becomes records of feeds by the adapter of that platform."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import duckdb
import pytest
from click.testing import CliRunner
from starlette.applications import Starlette
from starlette.testclient import TestClient

from orderhealth_pipeline.cli import calls
from orderhealth_pipeline.settings import read_settings
from orderhealth_pipeline.sources.push.hooks import Hooks
from tests.integration.sources import platform_server as servers
from tests.integration.sources.platform_server import SECRET, Shop, serving

CONFIGURATION = """
locale: en
feeds:
  erp_orders: {source: erp}
  tms_events: {source: parcels}
sources:
  erp:
    type: http
    platform: jushuitan
    adapter: jushuitan
    base: "${BASE}"
    lists: [orders]
    secrets: {app_key: k, app_secret: "${SECRET}", access_token: token-1}
  parcels: {type: push, scheme: kuaidi100, adapter: kuaidi100, secret: salt}
"""


def test_what_is_pulled_and_pushed_is_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime.now(UTC)
    at = (now - timedelta(hours=1)).strftime("%Y-%m-%d %H:%M:%S")
    erp_order = {
        "o_id": 8000001,
        "so_id": "35150000000000101",
        "status": "Sent",
        "created": at,
        "modified": at,
        "items": [],
        "at": now - timedelta(hours=1),
    }
    (tmp_path / "orderhealth.yml").write_text(CONFIGURATION, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SECRET", SECRET)
    runner = CliRunner()
    with serving(Shop([erp_order]), servers.jushuitan) as base:
        monkeypatch.setenv("BASE", base)
        pulled = runner.invoke(calls, ["pull"])
        assert pulled.exit_code == 0, pulled.output
    hooks = Hooks(
        read_settings(tmp_path / "orderhealth.yml", {"SECRET": SECRET, "BASE": base}),
        lambda: datetime.now(UTC),
    )
    scan = {"time": at, "ftime": at, "context": "已揽收", "status": "揽收", "statusCode": "103"}
    last = {"state": "1", "ischeck": "0", "com": "yuantong", "nu": "YT0000000000001", "data": [scan]}
    param = json.dumps({"status": "polling", "lastResult": last}, ensure_ascii=False)
    sign = hashlib.md5(f"{param}salt".encode()).hexdigest().upper()  # noqa: S324 - as the platform does
    hooks.open()
    client = TestClient(Starlette(routes=hooks.routes()))
    answer = client.post("/hooks/parcels", content=urlencode({"param": param, "sign": sign}))
    hooks.close()
    assert answer.json() == {"result": True, "returnCode": "200", "message": "成功"}
    done = runner.invoke(calls, ["run", "--json"])
    assert done.exit_code == 0, done.output
    with duckdb.connect(str(tmp_path / "orderhealth.duckdb"), read_only=True) as con:
        assert con.execute("select erp_id, order_id, status from feeds.erp_orders").fetchall() == [
            ("8000001", "35150000000000101", "shipped")
        ]
        assert con.execute("select waybill_no, status from feeds.tms_events").fetchall() == [
            ("YT0000000000001", "picked_up")
        ]
