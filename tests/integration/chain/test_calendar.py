"""Given a calendar, the rules switch at its instants, in the middle of ticks, and every score says so."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from orderhealth_pipeline.resources import expectations_folder
from orderhealth_pipeline.settings import Settings
from orderhealth_pipeline.simulate.simulation import simulate
from orderhealth_pipeline.simulate.write import write_simulation
from tests.integration.chain.chain import rows_of, run_chain

NOON = datetime(2026, 11, 10, 4, tzinfo=UTC)
CALENDAR = """calendar:
  - {profile: promotion, from: 2026-11-10 12:30, until: 2026-11-10 13:30, why: Double 11}
"""
PROFILE = """name: promotion
title: {zh: 大促, en: promotion}
why: {zh: 大促, en: promotion}
rules:
  incomplete_address: {why: {zh: 大促, en: promotion}, %s}
"""
HEADER = "order_id,buyer_id,placed_at,status,amount,province,street,phone,updated_at\n"


@pytest.fixture
def feeds(tmp_path: Path) -> Path:
    """One order with an incomplete address, and one with a whole one."""
    (tmp_path / "feeds").mkdir()
    write_orders(tmp_path / "feeds", 1, [("A1", "文三路"), ("A2", "文三路2号")])
    return tmp_path / "feeds"


def write_orders(feeds: Path, number: int, orders: list[tuple[str, str]]) -> None:
    rows = "".join(
        f"{order},U{order},2026-11-10T10:00:00+08:00,paid,99.00,浙江省,{street},13812345678,"
        f"2026-11-10T12:{number:02}:00+08:00\n"
        for order, street in orders
    )
    (feeds / f"storefront_orders_{number}.csv").write_text(HEADER + rows, encoding="utf-8")


def settings_of(tmp_path: Path, everyday: str, promotion: str) -> Settings:
    """Settings with only incomplete_address, whose weights differ, and the calendar."""
    expectations = tmp_path / "expectations"
    shutil.copytree(expectations_folder(), expectations)
    (expectations / "calendar.yml").write_text(CALENDAR, encoding="utf-8")
    (expectations / "profiles" / "promotion.yml").write_text(PROFILE % promotion, encoding="utf-8")
    for file in expectations.glob("*/*.yml"):
        text = file.read_text(encoding="utf-8")
        if "\nweight: " in text:
            enabled = "true" if file.stem == "incomplete_address" else "false"
            text = text.replace("\nenabled: true", f"\nenabled: {enabled}")
            if file.stem == "incomplete_address":
                text = re.sub(r"\nweight: [0-9.]+", f"\nweight: {everyday}", text)
            file.write_text(text, encoding="utf-8")
    for folder in ("profiles",):
        for file in (expectations / folder).glob("*.yml"):
            if file.stem != "promotion":
                file.unlink()
    return Settings(expectations=expectations)


def alerts(store: Path) -> list[tuple[str]]:
    return rows_of(store, "select kind from alerts order by as_of")


def test_the_rules_switch_and_switch_back(tmp_path: Path, feeds: Path) -> None:
    store = tmp_path / "s.duckdb"
    settings = settings_of(tmp_path, "0.2", "enabled: false")
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


def test_stricter_rules_alone_are_no_alert_when_they_begin_or_while_they_last(
    tmp_path: Path, feeds: Path
) -> None:
    store, settings = tmp_path / "s.duckdb", settings_of(tmp_path, "0.1", "weight: 0.9")
    told = [
        run_chain(feeds, store, NOON + timedelta(minutes=each), settings) for each in (29, 30, 45, 89, 90)
    ]
    assert [each["score"] for each in told] == [95.0, 55.0, 55.0, 55.0, 95.0]
    assert [each["alert"] for each in told] == [None] * 5
    assert alerts(store) == []
    scores = "select as_of, score_by_earlier_rules from profile_changes"
    assert [score for _, score in rows_of(store, scores)] == [Decimal(95), Decimal(55)]


def test_what_gets_worse_under_the_new_rules_is_an_alert(tmp_path: Path, feeds: Path) -> None:
    store, settings = tmp_path / "s.duckdb", settings_of(tmp_path, "0.1", "weight: 0.9")
    told = [run_chain(feeds, store, NOON + timedelta(minutes=each), settings)["alert"] for each in (29, 30)]
    write_orders(feeds, 35, [("A2", "文三路")])
    told += [run_chain(feeds, store, NOON + timedelta(minutes=each), settings)["alert"] for each in (40, 45)]
    assert told == [None, None, "breach", None]


def test_what_was_bad_under_the_earlier_rules_too_is_an_alert_at_once(tmp_path: Path, feeds: Path) -> None:
    store, settings = tmp_path / "s.duckdb", settings_of(tmp_path, "0.2", "weight: 0.9")
    told = [run_chain(feeds, store, NOON + timedelta(minutes=29), settings)]
    write_orders(feeds, 30, [("A2", "文三路")])
    told.append(run_chain(feeds, store, NOON + timedelta(minutes=30), settings))
    assert [(each["score"], each["alert"]) for each in told] == [(90.0, None), (10.0, "breach")]


def test_the_same_instant_evaluated_again_says_the_same(tmp_path: Path, feeds: Path) -> None:
    store, settings = tmp_path / "s.duckdb", settings_of(tmp_path, "0.1", "weight: 0.9")
    seen = []
    for each in (29, 30, 30, 31, 31):
        run_chain(feeds, store, NOON + timedelta(minutes=each), settings)
        seen.append(rows_of(store, "select * from health_score order by as_of")[-1])
    assert seen[1] == seen[2]
    assert seen[3] == seen[4]
    assert alerts(store) == []
    assert len(rows_of(store, "from working.untold_edges")) == 1


def test_the_score_by_earlier_rules_is_that_of_a_run_with_them(tmp_path: Path) -> None:
    """The shipped promotion profile changes thresholds, and how far back prices look."""
    simulation = simulate("promo_eve", 400, 3)
    write_simulation(simulation, tmp_path / "feeds")
    as_of = simulation.as_of
    for before, after in (("everyday", "promotion"), ("promotion", "everyday")):
        store = tmp_path / f"{before}.duckdb"
        settings = Settings()
        run_chain(
            tmp_path / "feeds", store, as_of - timedelta(minutes=5), settings.overridden(profile=before)
        )
        run_chain(tmp_path / "feeds", store, as_of, settings.overridden(profile=after))
        ((seen,),) = rows_of(
            store,
            "select score_by_earlier_rules from profile_changes order by as_of desc limit 1",
        )
        plain = tmp_path / f"plain-{before}.duckdb"
        score = run_chain(tmp_path / "feeds", plain, as_of, settings.overridden(profile=before))["score"]
        assert float(seen) == score
