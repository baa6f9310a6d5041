"""Given one story told by a storefront, an ERP, a warehouse and a carrier, any of them join into its end.

A is healthy, B was paid and not shipped, C was never paid, D was shipped on paper while its parcel lies in
the warehouse, E was refunded before it was shipped (tests/data/platforms/README.md).
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from orderhealth_pipeline.pipeline.plan import plan_run
from orderhealth_pipeline.pipeline.run import run_pipeline
from orderhealth_pipeline.pipeline.stage_seconds import StageTimes
from orderhealth_pipeline.settings import Settings
from orderhealth_pipeline.settings.feeds import FeedSource
from tests.integration.chain.chain import rows_of

SAMPLES: Final = Path(__file__).parents[2] / "data" / "platforms"
AS_OF: Final = datetime(2026, 11, 15, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
TAOBAO: Final = {letter: f"35150000000000{number}01" for number, letter in enumerate("ABCDE", 1)}

STOREFRONT_FEEDS: Final = ("storefront_orders", "storefront_order_lines", "payments")
STOREFRONTS: Final = {
    "taobao export": ("taobao", "taobao_synthetic", "*.csv", "35150000000000{n}01"),
    "taobao api": ("taobao", "taobao_synthetic", "*.json", "35150000000000{n}01"),
    "wechat_shop": ("wechat_shop", "wechat_shop_synthetic", "ec_*.json", "370000000000000000{n}"),
    "wechat_miniprogram": (
        "wechat_miniprogram",
        "wechat_shop_synthetic",
        "sec_*.json",
        "35150000000000{n}01",
    ),
    "douyin export": ("douyin", "douyin_synthetic", "*.csv", "69170000000000000{n}0"),
    "douyin api": ("douyin", "douyin_synthetic", "order*.json", "69170000000000000{n}0"),
    "pinduoduo export": ("pinduoduo", "pinduoduo_synthetic", "*.csv", "261111-30000000000000{n}"),
    "pinduoduo api": ("pinduoduo", "pinduoduo_synthetic", "order*.json", "261111-30000000000000{n}"),
    "jd": ("jd", "jd_synthetic", "*.csv", "30000000000{n}"),
    "shopify": ("shopify", "shopify_csv_synthetic", "*.csv", "#100{n}"),
    "magento": ("magento", "magento_synthetic", "*.json", "00000000{n}"),
}
"""By name: the preset, the samples, and how an order's number is written in them."""

ERPS: Final = {
    "jushuitan": ("jushuitan", "jushuitan_synthetic"),
    "wangdiantong": ("wangdiantong", "wangdiantong_synthetic"),
    "kuaimai": ("kuaimai", "kuaimai_synthetic"),
    "odoo": ("odoo", "odoo_synthetic"),
    "erpnext": ("erpnext", "erpnext_synthetic"),
}
WAREHOUSES: Final = {
    "qimen": ("qimen", "wms_qimen_synthetic"),
    "jushuitan": ("jushuitan", "jushuitan_synthetic"),
    "wangdiantong": ("wangdiantong", "wangdiantong_synthetic"),
    "flux": ("flux", "wms_flux_synthetic"),
    "odoo": ("odoo", "odoo_synthetic"),
}
CARRIERS: Final = {
    "kuaidi100": ("kuaidi100", "kuaidi100_synthetic"),
    "kdniao": ("kdniao", "kdniao_synthetic"),
    "aftership": ("aftership", "aftership_synthetic"),
    "track17": ("track17", "track17_synthetic"),
}
CHAINS: Final = [
    ("taobao export", "jushuitan", "qimen", "kuaidi100"),
    ("taobao api", "kuaimai", "wangdiantong", "kdniao"),
    ("wechat_shop", "wangdiantong", "jushuitan", "kuaidi100"),
    ("wechat_miniprogram", "jushuitan", "flux", "track17"),
    ("douyin export", "erpnext", "wangdiantong", "kuaidi100"),
    ("douyin api", "odoo", "odoo", "aftership"),
    ("pinduoduo export", "kuaimai", "flux", "kdniao"),
    ("pinduoduo api", "wangdiantong", "wangdiantong", "kuaidi100"),
    ("jd", "jushuitan", "jushuitan", "kdniao"),
    ("shopify", "odoo", "wangdiantong", "aftership"),
    ("magento", "erpnext", "flux", "track17"),
]
"""Every storefront, ERP, warehouse and carrier at least once."""


@pytest.mark.parametrize("chain", CHAINS, ids=" - ".join)
def test_the_five_orders_end_in_the_findings_of_their_story(chain: tuple[str, ...], tmp_path: Path) -> None:
    storefront, erp, warehouse, carrier = chain
    preset, samples, pattern, number = STOREFRONTS[storefront]
    orders = {letter: number.format(n=place) for place, letter in enumerate("ABCDE", 1)}
    own = tmp_path / "storefront"
    own.mkdir()
    for sample in (SAMPLES / samples).glob(pattern):
        (own / sample.name).write_bytes(sample.read_bytes())
    sources = {feed: FeedSource(path=own, adapter=preset) for feed in STOREFRONT_FEEDS}
    for feed, told in (("erp_orders", ERPS[erp]), ("wms_shipments", WAREHOUSES[warehouse])):
        sources[feed] = _with_numbers(told, orders, tmp_path / feed)
    preset, samples = CARRIERS[carrier]
    sources["tms_events"] = FeedSource(path=SAMPLES / samples, adapter=preset)

    store = tmp_path / "store.duckdb"
    plan = plan_run(Settings(store=store, feeds=sources))
    run_pipeline(plan, AS_OF, StageTimes(lambda: 0.0))

    found: dict[str, set[str]] = {}
    # Some samples send everything to one address, which is a story of its own.
    of_orders = "state = 'open' and order_id is not null and stage <> 'ordering'"
    for order, rule in rows_of(store, f"select order_id, rule_id from findings where {of_orders}"):
        found.setdefault(order, set()).add(rule)
    assert found.keys() == {orders["B"], orders["D"]}
    assert found[orders["B"]] & {"ship_by_breached", "erp_not_in_wms"}
    assert "shipped_on_paper" in found[orders["D"]]
    assert rows_of(store, "select feed, reason from rejected_rows") == []
    assert rows_of(store, "select word from unknown_words") == []


def _with_numbers(told: tuple[str, str], orders: dict[str, str], folder: Path) -> FeedSource:
    """Copy a system's samples, which have Taobao's numbers, and let it know the orders by these numbers."""
    preset, samples = told
    folder.mkdir()
    for sample in (SAMPLES / samples).glob("[!S]*"):
        content = sample.read_bytes()
        for letter, order in orders.items():
            content = content.replace(TAOBAO[letter].encode(), order.encode())
        (folder / sample.name).write_bytes(content)
    return FeedSource(path=folder, adapter=preset)
