"""The calendar at the console: bars on days, publishing, what refuses it, taking back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import urlencode

import pytest

from orderhealth_pipeline.console.editing.days import Slot, acted, edits_of, slots_from, weeks_of
from orderhealth_pipeline.rules.editing.yaml_edit import edited
from orderhealth_pipeline.settings import Settings
from tests.unit.console.rule_files import Workshop, workshop

SALE = Slot("promotion", "2026-11-09T20:00", "2026-11-12T00:00", "sale")
YEAR_END = Slot("promotion", "2026-12-30T00:00", "2027-01-02T12:00", "year's end")
FILE = """\
# which
calendar:
  - {profile: promotion, from: 2026-11-09 20:00, until: 2026-11-12 00:00, why: sale} # one
  - profile: promotion
    from: 2026-12-30 00:00
    until: 2027-01-02 12:00
    why: year's end
"""


@pytest.fixture
def own(shop: Settings, tmp_path: Path) -> Iterator[Workshop]:
    """Open a console whose calendar the test changes."""
    with workshop(shop, tmp_path) as opened:
        yield opened


def test_bars_go_over_the_days_that_an_entry_touches() -> None:
    first, second, *_ = weeks_of([SALE, YEAR_END], date(2026, 11, 4))
    assert [(bar.column, bar.length) for bar in first.bars] == []
    assert [(bar.column, bar.length, bar.begins, bar.ends) for bar in second.bars] == [(1, 3, True, True)]
    over_the_edge = weeks_of([YEAR_END], date(2026, 12, 28))
    assert [(bar.column, bar.length, bar.ends) for bar in over_the_edge[0].bars] == [(3, 4, True)]
    assert weeks_of([Slot("promotion", "soon", "", "")], date(2026, 11, 4))[0].bars == ()


@pytest.mark.parametrize(
    ("act", "begin", "until"),
    [
        ("earlier:0", "2026-11-08T20:00", "2026-11-11T00:00"),
        ("later:0", "2026-11-10T20:00", "2026-11-13T00:00"),
        ("longer:0", "2026-11-09T20:00", "2026-11-13T00:00"),
        ("shorter:0", "2026-11-09T20:00", "2026-11-11T00:00"),
        ("dance:0", "2026-11-09T20:00", "2026-11-12T00:00"),
        ("earlier:7", "2026-11-09T20:00", "2026-11-12T00:00"),
    ],
)
def test_buttons_move_and_stretch(act: str, begin: str, until: str) -> None:
    moved = acted([SALE], act, date(2026, 11, 4), SALE)[0]
    assert (moved.begin, moved.until) == (begin, until)


@pytest.mark.parametrize("typed", ["first=9999-12-31", "first=0001-01-01"])
def test_days_at_the_ends_of_time_are_no_fault_of_the_program(own: Workshop, typed: str) -> None:
    assert own.client.get(f"/calendar?{typed}").status_code == 200


@pytest.mark.parametrize(
    ("begin", "until", "act"),
    [
        ("9999-12-30T00:00", "9999-12-31T23:59", "later:0"),
        ("0001-01-01T00:00", "0001-01-01T23:59", "earlier:0"),
        ("2026-11-11T10:00+08:00", "2026-11-12T10:00", "longer:0"),
    ],
)
def test_an_entry_at_the_ends_of_time_stays_where_it_is(
    own: Workshop, begin: str, until: str, act: str
) -> None:
    slot = Slot("promotion", begin, until, "w")
    page = own.client.get(f"/calendar?{urlencode([*_form(slot), ('act', act)])}")
    assert page.status_code == 200
    assert f'value="{begin}"' in page.text


def test_an_entry_without_an_end_is_a_bar_to_the_edge() -> None:
    forever = Slot("promotion", "2026-11-05T00:00", "9999-12-31T23:59", "for good")
    assert [bar.length for week in weeks_of([forever], date(2026, 11, 4)) for bar in week.bars] == [
        4,
        7,
        7,
        7,
        7,
    ]


def test_the_file_changes_in_the_entries_concerned() -> None:
    moved = acted([SALE, YEAR_END], "later:0", date(2026, 11, 4), SALE)
    assert edited(FILE, edits_of([SALE, YEAR_END], moved)) == FILE.replace(
        "from: 2026-11-09 20:00, until: 2026-11-12 00:00",
        'from: "2026-11-10 20:00", until: "2026-11-13 00:00"',
    )
    assert edited(FILE, edits_of([SALE, YEAR_END], [SALE])).endswith("why: sale} # one\n")
    assert "# one" not in edited(FILE, edits_of([SALE, YEAR_END], [YEAR_END]))
    added = edited(FILE, edits_of([SALE, YEAR_END], [SALE, YEAR_END, SALE]))
    assert added.startswith(FILE)
    assert list(edits_of([SALE], [SALE])) == []


def _form(*slots: Slot) -> list[tuple[str, str]]:
    fields = [("entries", "1")]
    for each in slots:
        fields += [("entry", "1"), ("entry.profile", each.profile), ("entry.from", each.begin)]
        fields += [("entry.until", each.until), ("entry.why", each.why)]
    return fields


def test_a_form_says_entries_in_its_order() -> None:
    assert slots_from(_form(SALE, YEAR_END)) == [SALE, YEAR_END]
    assert slots_from(_form()) == []
    assert slots_from([("lang", "en")]) is None


def _publish(own: Workshop, *slots: Slot, why: str = "the sale") -> str:
    page = own.client.get(f"/calendar?{urlencode(_form(*slots))}").text
    hidden = dict(re.findall(r'name="(form_token|fingerprint)" value="([0-9a-f]+)"', page))
    body = urlencode([*_form(*slots), ("why", why), *hidden.items()])
    headers = {"content-type": "application/x-www-form-urlencoded"}
    return str(own.client.post("/calendar/publish", content=body, headers=headers).text)


def test_an_entry_is_published_and_taken_back(own: Workshop) -> None:
    file = own.folder / "calendar.yml"
    before = file.read_text(encoding="utf-8")
    assert "Published, in force from the next run on" in _publish(own, SALE)
    assert 'from: "2026-11-09 20:00"' in file.read_text(encoding="utf-8")
    shown = own.page("/calendar").text
    assert "15 → 10 minutes" in shown
    assert 'data-bar="0"' in shown
    assert "Taken back" in own.post("/rules/changes/1/undo").text
    assert file.read_text(encoding="utf-8") == before


@pytest.mark.parametrize(
    ("slots", "reason"),
    [
        ([SALE, SALE], "overlaps"),
        (
            [Slot("promotion", "2026-11-12T00:00", "2026-11-09T00:00", "sale")],
            "later than from",
        ),
        ([Slot("nothing", SALE.begin, SALE.until, "sale")], "there is no profile"),
        ([Slot("promotion", SALE.begin, SALE.until, "")], "calendar.yml"),
    ],
)
def test_a_calendar_that_makes_no_sense_is_refused(own: Workshop, slots: list[Slot], reason: str) -> None:
    before = (own.folder / "calendar.yml").read_text(encoding="utf-8")
    assert reason in _publish(own, *slots).replace("&#39;", "'")
    assert (own.folder / "calendar.yml").read_text(encoding="utf-8") == before


def test_a_rule_under_a_profile_changes_the_profiles_own_figure(own: Workshop) -> None:
    _publish(own, Slot("promotion", "2026-01-01T00:00", "2027-01-01T00:00", "all year"))
    page = own.page("/rules/paid_not_in_erp").text
    assert "said by the profile promotion" in page
    name = 'profile:["rules", "paid_not_in_erp", "hit_when", "more_than"]'
    own.publish(**{name: "12", "profile": "promotion"})
    assert "hit_when: {more_than: 12}" in (own.folder / "profiles" / "promotion.yml").read_text(
        encoding="utf-8"
    )
    assert "more_than: 15}" in own.text()
