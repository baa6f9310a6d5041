"""Given a calendar, the rules switch at its instants, in the middle of ticks, and every score says so."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

from orderhealth_pipeline.resources import expectations_folder
from orderhealth_pipeline.settings import Settings
from tests.integration.chain.chain import rows_of, run_chain

NOON = datetime(2026, 11, 10, 4, tzinfo=UTC)
CALENDAR = """calendar:
  - {profile: promotion, from: 2026-11-10 12:30, until: 2026-11-10 13:30, why: Double 11}
"""
PROFILE = """name: promotion
title: {zh: 大促, en: promotion}
why: {zh: 大促, en: promotion}
rules:
  incomplete_address: {enabled: false, why: {zh: 大促, en: promotion}}
"""


def test_the_rules_switch_and_switch_back(tmp_path: Path) -> None:
    expectations, feeds, store = tmp_path / "expectations", tmp_path / "feeds", tmp_path / "s.duckdb"
    shutil.copytree(expectations_folder(), expectations)
    (expectations / "calendar.yml").write_text(CALENDAR, encoding="utf-8")
    (expectations / "profiles" / "promotion.yml").write_text(PROFILE, encoding="utf-8")
    feeds.mkdir()
    (feeds / "storefront_orders.csv").write_text(
        "order_id,buyer_id,placed_at,status,amount,province,street,phone\n"
        "A1,U1,2026-11-10T10:00:00+08:00,paid,99.00,浙江省,文三路,13812345678\n",
        encoding="utf-8",
    )
    settings = Settings(expectations=expectations)
    minutes = (29, 30, 60, 89, 90)
    hits = [
        "incomplete_address" in run_chain(feeds, store, NOON + timedelta(minutes=each), settings)["rules"]
        for each in minutes
    ]
    assert hits == [True, False, False, False, True]
    assert rows_of(store, "select profile from health_score order by as_of") == sorted(
        [("everyday",), ("promotion",), ("promotion",), ("promotion",), ("everyday",)], key=repr
    )
    asked = settings.overridden(profile="everyday")
    assert "incomplete_address" in run_chain(feeds, store, NOON + timedelta(minutes=45), asked)["rules"]
