"""A drafted entry of the calendar held against the past: its profile from its begin to its end only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest

from orderhealth_pipeline.console.backtests.entries import calendar_with, entry_of, moved_onto
from orderhealth_pipeline.console.backtests.spans import Past
from orderhealth_pipeline.console.editing.days import Slot
from orderhealth_pipeline.desk.backtests import Backtests
from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.rules.in_force.calendar import CalendarEntry, profile_at
from orderhealth_pipeline.settings import Settings
from tests.unit.console.rule_files import Workshop, ended_backtest, workshop

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
DRAFTED = Slot("promotion", "2026-12-11T20:00", "2026-12-13T00:00", "double twelve")


def _at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def _entry(begin: str, until: str, profile: str = "promotion") -> CalendarEntry:
    return CalendarEntry.model_validate(
        {"profile": profile, "from": _at(begin), "until": _at(until), "why": "w"}
    )


def test_an_entry_is_moved_by_whole_days_to_its_first_hour_in_the_past() -> None:
    entry = entry_of(DRAFTED, SHANGHAI, {"promotion"})
    moved = moved_onto(entry, _at("2026-11-02T12:00"), _at("2026-11-09T12:00"), SHANGHAI)
    assert (moved.begin, moved.until) == (_at("2026-11-02T20:00"), _at("2026-11-04T00:00"))
    later = moved_onto(entry, _at("2026-11-02T21:00"), _at("2026-11-09T12:00"), SHANGHAI)
    assert later.begin == _at("2026-11-03T20:00")
    there = moved_onto(entry, _at("2026-12-12T00:00"), _at("2026-12-19T00:00"), SHANGHAI)
    assert there == entry


def test_an_hour_that_clocks_skip_leaves_an_entry_as_long_as_it_was() -> None:
    entry = entry_of(Slot("promotion", "2026-06-01T02:30", "2026-06-01T03:00", "w"), BERLIN, {"promotion"})
    day = _at("2026-03-29T00:00", BERLIN)
    moved = moved_onto(entry, day, day + timedelta(hours=23), BERLIN)
    assert moved.until - moved.begin == timedelta(minutes=30)
    assert day <= moved.begin < day + timedelta(hours=23)


def test_an_entry_takes_the_place_of_the_last_promotion_and_of_what_it_overlaps() -> None:
    sale, new_year = _entry("2026-11-09T20:00", "2026-11-12T00:00"), _entry("2027-01-01", "2027-01-02")
    moved = _entry("2026-11-09T22:00", "2026-11-10T22:00", "quiet")
    then = calendar_with((sale, new_year), moved)
    assert [profile_at(then, _at(f"2026-11-{day}T21:00"), "everyday") for day in ("09", "10", "11")] == [
        "everyday",
        "quiet",
        "everyday",
    ]
    assert new_year in then
    elsewhere = replace_begin(moved, hours=-21)
    assert sale not in calendar_with((sale, new_year), elsewhere, instead_of=sale)


def replace_begin(entry: CalendarEntry, hours: int) -> CalendarEntry:
    """Return the entry an hour before what it would overlap."""
    begin = entry.begin + timedelta(hours=hours)
    return entry.model_copy(update={"begin": begin, "until": begin + timedelta(hours=1)})


@pytest.mark.parametrize(
    ("slot", "reason"),
    [
        (replace(DRAFTED, profile="nonsense"), "there is no profile 'nonsense'"),
        (replace(DRAFTED, begin="soon"), "is no ISO 8601 instant"),
        (replace(DRAFTED, until=DRAFTED.begin), "later than"),
    ],
)
def test_an_entry_that_makes_no_sense_is_refused(slot: Slot, reason: str) -> None:
    with pytest.raises(ConfigurationError, match=reason):
        entry_of(slot, SHANGHAI, {"everyday", "promotion"})


def test_the_last_promotion_is_the_one_that_began_last_wherever_it_stands_in_the_file() -> None:
    sale, earlier = _entry("2026-11-09", "2026-11-12"), _entry("2026-10-01", "2026-10-02")
    before_all, ahead = _entry("2020-11-09", "2020-11-12"), _entry("2026-12-11", "2026-12-13")
    everyday = _entry("2026-11-20", "2026-11-21", "everyday")
    past = Past.of(_at("2026-01-01"), _at("2026-12-01"), (sale, ahead, earlier, before_all, everyday))
    assert past.promotion == sale
    assert Past.of(_at("2026-01-01"), _at("2026-12-01"), (before_all,)).promotion is None


@pytest.fixture(scope="module")
def own(shop: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    with workshop(shop, tmp_path_factory.mktemp("entries")) as opened:
        yield opened


def _typed(*slots: Slot) -> list[tuple[str, str]]:
    fields = [("entries", "1"), ("other_entry", str(len(slots) - 1))]
    for each in slots:
        fields += [("entry", "1"), ("entry.profile", each.profile), ("entry.from", each.begin)]
        fields += [("entry.until", each.until), ("entry.why", each.why)]
    return fields


def test_a_drafted_entry_is_in_force_between_its_begin_and_its_end_only(
    own: Workshop, shop: Settings
) -> None:
    assert shop.as_of is not None
    earlier = Slot("promotion", "2027-01-01T00:00", "2027-01-02T00:00", "other")
    local = (shop.as_of - timedelta(hours=3)).astimezone(shop.zone) + timedelta(days=90)
    drafted = Slot(
        "promotion", f"{local:%Y-%m-%dT%H:%M}", f"{local + timedelta(hours=1):%Y-%m-%dT%H:%M}", "w"
    )
    calendar = own.page("/calendar").text
    assert 'name="other_entry"' in own.client.get(f"/calendar?{urlencode(_typed(drafted))}").text
    page = own.client.get(f"/backtests/new?{urlencode(_typed(earlier, drafted))}").text
    assert "moved by whole days" in page
    hidden = own.page("/calendar").text.partition('name="form_token" value="')[2][:64]
    span = [("span", "chosen"), ("every", "1h"), ("form_token", hidden)]
    span += [("begin", (shop.as_of - timedelta(hours=4)).isoformat()), ("end", shop.as_of.isoformat())]
    headers = {"content-type": "application/x-www-form-urlencoded"}
    body = urlencode([*_typed(earlier, drafted), *span])
    asked = own.client.post("/backtests/ask", content=body, headers=headers)
    job = ended_backtest(
        Backtests(str(own.folder.parent / "rules.desk.db")), int(asked.url.path.rpartition("/")[2])
    )
    assert job.result is not None
    assert job.about == "calendar"
    assert job.result["profiles"]["now"] == ["everyday"] * 5
    begun = ["everyday", "promotion", "everyday", "everyday", "everyday"]
    assert job.result["profiles"]["then"] == begun
    shown = own.page(f"/backtests/{job.backtest}").text
    assert "drafted one: Promotion was in force from" in shown
    assert f"Promotion {local:%Y-%m-%d %H:%M}" in shown
    assert 'href="/calendar"' in shown.partition('id="state"')[2]
    assert own.page("/calendar").text.count("data-slot") == calendar.count("data-slot")
