from __future__ import annotations

from datetime import date, time
from pathlib import Path

import pytest

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.pipeline.plan import read_rules
from orderhealth_pipeline.resources import expectations_folder
from orderhealth_pipeline.rules.owners import Owners, read_owners, require_channels
from orderhealth_pipeline.settings import Settings
from orderhealth_pipeline.words import Text

FINANCE = """roles:
  finance:
    title: {zh: 财务对账, en: finance}
    hours: {mon-thu: "09:00-12:00, 13:00-18:00", fri: "09:00-12:00"}
    holidays: CN
    channels: [财务群]
"""


def owners(folder: Path, text: str) -> Owners:
    (folder / "owners.yml").write_text(text, encoding="utf-8")
    return read_owners(folder)


def test_days_have_the_hours_that_are_written(tmp_path: Path) -> None:
    read = owners(tmp_path, FINANCE)
    tuesday, friday, saturday = date(2026, 11, 10), date(2026, 11, 13), date(2026, 11, 14)
    assert read.spans_of("finance", tuesday) == ((time(9), time(12)), (time(13), time(18)))
    assert read.spans_of("finance", friday) == ((time(9), time(12)),)
    assert read.spans_of("finance", saturday) == ()


@pytest.mark.parametrize("holiday", [date(2026, 10, 1), date(2027, 2, 8), date(2027, 10, 1)])
def test_chinese_holidays_are_known(tmp_path: Path, holiday: date) -> None:
    assert owners(tmp_path, FINANCE).spans_of("finance", holiday) == ()


def test_a_weekend_that_is_worked_instead_is_a_monday(tmp_path: Path) -> None:
    worked = date(2026, 10, 10)
    assert worked.weekday() == 5
    monday = ((time(9), time(12)), (time(13), time(18)))
    assert owners(tmp_path, FINANCE).spans_of("finance", worked) == monday


def test_what_the_file_says_of_a_day_comes_first(tmp_path: Path) -> None:
    read = owners(tmp_path, FINANCE + "off: [2027-02-09]\nworked: [2027-02-07]\n")
    assert read.spans_of("finance", date(2027, 2, 9)) == ()
    assert len(read.spans_of("finance", date(2027, 2, 7))) == 2


def test_a_role_without_hours_or_without_a_line_works_around_the_clock(tmp_path: Path) -> None:
    read = owners(tmp_path, "roles: {duty: {title: {zh: 值班, en: duty}}}\n")
    for role in ("duty", "nobody"):
        assert read.spans_of(role, date(2026, 10, 1)) == ((time(), None),)
    (tmp_path / "owners.yml").unlink()
    assert read_owners(tmp_path) == Owners(roles={})


def test_a_rule_names_its_role_by_title(tmp_path: Path) -> None:
    read = owners(tmp_path, FINANCE)
    assert read.role_of(Text(zh="财务", en="Finance")) == "finance"
    assert read.role_of(Text(zh="财务对账", en="accounts")) == "finance"
    assert read.role_of(Text(zh="夜班", en="Night shift (GZ)")) == "night_shift_gz"


def test_every_rule_that_comes_along_has_a_role_with_a_title() -> None:
    known = read_owners(expectations_folder())
    rules = read_rules(Settings()).rules.values()
    assert {known.role_of(rule.owner) for rule in rules} <= set(known.roles)


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        (FINANCE.replace("fri:", "freitag:"), 4, "'freitag' is no day; days are mon, tue"),
        (FINANCE.replace("13:00-18:00", "13:00-25:00"), 4, "'13:00-25:00' is no span of a day"),
        (FINANCE.replace("13:00-18:00", "22:00-06:00"), 4, "over midnight it takes two spans"),
        (FINANCE.replace("13:00-18:00", "11:00-18:00"), 4, "two spans of one day overlap"),
        (FINANCE.replace("mon-thu", "thu-mon"), 4, "'thu-mon' ends before it begins"),
        (FINANCE.replace("CN", "Mars"), 5, "holidays"),
        (FINANCE.replace("channels", "chats"), 6, "chats"),
        (
            FINANCE + "  accounts:\n    title: {zh: 会计, en: Finance}\n",
            8,
            "'accounts' has the title of 'finance'",
        ),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, text: str, line: int, reason: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        owners(tmp_path, text)
    assert caught.value.line == line
    assert reason in str(caught.value)


def test_a_channel_that_there_is_none_of_is_told(tmp_path: Path) -> None:
    read = owners(tmp_path, FINANCE)
    require_channels(read, ["财务群"], tmp_path)
    with pytest.raises(ConfigurationError, match="there is no channel '财务群'") as caught:
        require_channels(read, ["仓库群"], tmp_path)
    assert caught.value.line == 6
