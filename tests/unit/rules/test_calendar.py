from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.rules.in_force.calendar import CalendarEntry, profile_at, read_calendar

SECOND = timedelta(seconds=1)
ENTRY = "  - {{profile: promotion, from: '{begin}', until: '{until}', why: x}}\n"


def read(folder: Path, *entries: tuple[str, str], zone: str = "Asia/Shanghai") -> tuple[CalendarEntry, ...]:
    text = "calendar:\n" + "".join(ENTRY.format(begin=begin, until=until) for begin, until in entries)
    (folder / "calendar.yml").write_text(text, encoding="utf-8")
    return read_calendar(folder, ZoneInfo(zone), ["everyday", "promotion"])


def test_an_entry_holds_from_its_first_second_until_before_its_end(tmp_path: Path) -> None:
    entries = read(tmp_path, ("2026-11-10 20:00", "2026-11-11 00:00"))
    begin, end = datetime(2026, 11, 10, 12, tzinfo=UTC), datetime(2026, 11, 10, 16, tzinfo=UTC)
    profiles = [
        profile_at(entries, instant, "everyday") for instant in (begin - SECOND, begin, end - SECOND, end)
    ]
    assert profiles == ["everyday", "promotion", "promotion", "everyday"]


def test_over_a_change_of_the_clock_an_entry_lasts_as_long_as_its_zone_says(tmp_path: Path) -> None:
    (entry,) = read(tmp_path, ("2026-10-25 00:00", "2026-10-25 06:00"), zone="Europe/Berlin")
    assert entry.until - entry.begin == timedelta(hours=7)


def test_entries_that_meet_do_not_overlap(tmp_path: Path) -> None:
    assert len(read(tmp_path, ("2026-11-10", "2026-11-11"), ("2026-11-11", "2026-11-12"))) == 2


def test_a_folder_without_the_file_has_no_entries(tmp_path: Path) -> None:
    assert read_calendar(tmp_path, ZoneInfo("UTC"), ["everyday"]) == ()


@pytest.mark.parametrize(
    ("entries", "complaint"),
    [
        (
            [("2026-11-10", "2026-11-12"), ("2026-11-11", "2026-11-13")],
            "calendar.yml:3: entry 2 of the calendar overlaps entry 1",
        ),
        ([("2026-11-10", "2026-11-10")], "until must be later than from"),
        ([("soon", "2026-11-10")], "calendar.yml:2: 'calendar.0.from': an instant is expected"),
    ],
)
def test_a_wrong_entry_is_named(tmp_path: Path, entries: list[tuple[str, str]], complaint: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        read(tmp_path, *entries)
    assert complaint in str(raised.value)


def test_a_profile_that_is_not_there_is_named(tmp_path: Path) -> None:
    (tmp_path / "calendar.yml").write_text(
        "calendar:\n" + ENTRY.format(begin="2026-11-10", until="2026-11-11"), encoding="utf-8"
    )
    with pytest.raises(ConfigurationError) as raised:
        read_calendar(tmp_path, ZoneInfo("UTC"), ["everyday"])
    assert "calendar.yml:2: there is no profile 'promotion'; there are: everyday" in str(raised.value)
