"""Samples of platforms, loaded through their presets into a store of their own.

What belongs here: which samples belong to which preset, loading, and what came out. What does not: what ought
to come out (test_preset_values.py).
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from orderhealth_pipeline.ingest.adapters.declaration import read_adapter
from orderhealth_pipeline.ingest.adapters.load_through_adapter import load_through_adapter
from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.ingest.loaded_file import LoadedFile
from orderhealth_pipeline.store.file.connection import open_store, transaction

SAMPLES: Final = Path(__file__).parents[3] / "data" / "platforms"
AS_OF: Final = datetime(2026, 11, 30, tzinfo=UTC)
SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
CONTRACTS: Final = feed_contracts()

CASES: Final = {
    "taobao_export": ("taobao", "taobao_synthetic", "*.csv"),
    "taobao_api": ("taobao", "taobao_synthetic", "*.json"),
    "wechat_pay": ("wechat_pay", "wechatpay_tradebill", "*.csv"),
    "wechat_shop": ("wechat_shop", "wechat_shop_synthetic", "*.json"),
    "wechat_miniprogram": ("wechat_miniprogram", "wechat_shop_synthetic", "*.json"),
    "alipay": ("alipay", "alipay_merchant_synthetic", "*.zip"),
    "douyin_export": ("douyin", "douyin_synthetic", "*.csv"),
    "douyin_api": ("douyin", "douyin_synthetic", "*.json"),
    "pinduoduo_export": ("pinduoduo", "pinduoduo_synthetic", "*.csv"),
    "pinduoduo_api": ("pinduoduo", "pinduoduo_synthetic", "*.json"),
    "jd": ("jd", "jd_synthetic", "*.csv"),
    "jd_api": ("jd", "jd_synthetic", "*.json"),
    "jushuitan": ("jushuitan", "jushuitan_synthetic", "*.json"),
    "wangdiantong": ("wangdiantong", "wangdiantong_synthetic", "*.json"),
    "kuaidi100": ("kuaidi100", "kuaidi100_synthetic", "*.json"),
    "shopify_export": ("shopify", "shopify_csv_synthetic", "*.csv"),
    "shopify_api": ("shopify", "shopify_rest", "*.json"),
    "stripe_export": ("stripe", "stripe_synthetic", "*.csv"),
    "stripe_events": ("stripe", "stripe_synthetic", "*.json"),
    "stripe_objects": ("stripe", "stripe", "*.json"),
    "kuaimai": ("kuaimai", "kuaimai_synthetic", "*.json"),
    "qimen": ("qimen", "wms_qimen_synthetic", "*.xml"),
    "flux": ("flux", "wms_flux_synthetic", "*.xml"),
    "kdniao": ("kdniao", "kdniao_synthetic", "*.json"),
    "aftership": ("aftership", "aftership_synthetic", "*.json"),
    "track17": ("track17", "track17_synthetic", "*.json"),
    "amazon_report": ("amazon", "amazon_flatfile_synthetic", "*.tsv"),
    "amazon_api": ("amazon", "amazon_sp_api", "*.json"),
    "odoo": ("odoo", "odoo_synthetic", "*.json"),
    "erpnext": ("erpnext", "erpnext_synthetic", "*.json"),
    "magento": ("magento", "magento_synthetic", "*.json"),
}
"""By name: the preset, the folder of samples, and which of its files."""


class Loaded:
    """A folder of samples that a preset loads into a store."""

    def __init__(self, preset: str, home: Path) -> None:
        self.adapter = read_adapter(preset, CONTRACTS)
        self.folder = home / "files"
        self.folder.mkdir(parents=True)
        self.store = home / "store.duckdb"

    def put(self, files: Iterable[Path]) -> None:
        """Copy samples into the folder."""
        for file in files:
            shutil.copy(file, self.folder)

    def load(self) -> list[LoadedFile]:
        """Load what is in the folder, as a run does."""
        zones = dict.fromkeys(CONTRACTS, ZoneInfo(self.adapter.declaration.timezone))
        with open_store(self.store) as con, transaction(con):
            return load_through_adapter(con, self.adapter, self.folder, CONTRACTS, zones=zones, as_of=AS_OF)

    def rows(self) -> Iterator[dict[str, Any]]:
        """Read the rows of all feeds as texts, empty values left out, instants in Shanghai's time."""
        with open_store(self.store) as con:
            there = {name for (name,) in con.execute("select table_name from duckdb_tables()").fetchall()}
            for feed, contract in CONTRACTS.items():
                if feed not in there:
                    continue
                query = (
                    f"select {', '.join(contract.columns)} from feeds.{feed} order by load_number, source_row"
                )
                for row in con.execute(query).fetchall():
                    told = zip(contract.columns, row, strict=True)
                    yield {"feed": feed} | {name: _shown(value) for name, value in told if value is not None}

    def rejected(self) -> list[tuple[Any, ...]]:
        """Read the quarantine."""
        with open_store(self.store) as con:
            return con.execute("select feed, file, line, reason from rejected_rows order by all").fetchall()


def _shown(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, Decimal):
        return f"{value:f}".rstrip("0").rstrip(".")
    return str(value)
