"""A report comes due at the hour and on the day of a merchant's settings, in the merchant's zone."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from orderhealth_pipeline.fleet.due_reports import newest_due
from orderhealth_pipeline.settings import Settings, read_settings


def settings_of(folder: Path, text: str) -> Settings:
    file = folder / "orderhealth.yml"
    file.write_text(text, encoding="utf-8")
    return read_settings(file, {})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


# 2026-11-10 is a Tuesday.
@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-11-10T09:00:00+08:00", "2026-11-10T09:00:00+08:00"),
        ("2026-11-10T08:59:59+08:00", "2026-11-09T09:00:00+08:00"),
        ("2026-11-10T23:30:00+00:00", "2026-11-10T09:00:00+08:00"),
    ],
)
def test_a_day_is_one_of_the_merchant_s_zone(tmp_path: Path, now: str, due: str) -> None:
    assert newest_due(settings_of(tmp_path, "timezone: Asia/Shanghai\n"), "daily", at(now)) == at(due)


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-11-10T20:00:00+08:00", "2026-11-06T18:30:00+08:00"),
        ("2026-11-06T18:30:00+08:00", "2026-11-06T18:30:00+08:00"),
        ("2026-11-06T18:29:00+08:00", "2026-10-30T18:30:00+08:00"),
    ],
)
def test_a_week_ends_on_the_day_that_is_named(tmp_path: Path, now: str, due: str) -> None:
    own = settings_of(tmp_path, 'timezone: Asia/Shanghai\nreport:\n  weekly:\n    on: fri\n    at: "18:30"\n')
    assert newest_due(own, "weekly", at(now)) == at(due)


def test_an_hour_that_a_clock_skips_comes_once_and_one_that_comes_twice_counts_once(tmp_path: Path) -> None:
    own = settings_of(tmp_path, 'timezone: Europe/Berlin\nreport:\n  daily:\n    at: "02:30"\n')
    skipped = {newest_due(own, "daily", at(f"2026-03-29T{hour:02}:59:00+00:00")) for hour in range(2, 24)}
    assert skipped == {at("2026-03-29T01:30:00+00:00")}
    twice = {newest_due(own, "daily", at(f"2026-10-25T{hour:02}:45:00+00:00")) for hour in range(22)}
    assert twice == {at("2026-10-25T00:30:00+00:00")}
