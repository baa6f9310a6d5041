from __future__ import annotations

import sqlite3
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from orderhealth_pipeline.desk.log import Desk
from orderhealth_pipeline.errors import ConfigurationError, StoreError
from orderhealth_pipeline.said import Said, said_by

AT = datetime(2026, 11, 10, 2, 0, tzinfo=UTC)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "orderhealth.desk.db"


def snooze(who: str = "wang", *, at: datetime = AT, key: str | None = None) -> Said:
    return Said("snoozed", who, "stocktaking", at, "warehouse", "GZ", "outbound_overdue", AT, key=key)


def test_what_was_said_is_read_as_it_was_said(file: Path) -> None:
    (said,) = Desk(str(file)).say(snooze())
    assert Desk(str(file)).entries() == [said]
    assert (said.entry, said.who, said.at, said.value, said.until) == (1, "wang", AT, "GZ", AT)


def test_a_word_does_not_exist_before_it_was_said_nor_after_it_was_taken_back(file: Path) -> None:
    desk = Desk(str(file))
    desk.say(snooze())
    desk.undo(1, who="li", why="wrong warehouse", at=AT + timedelta(hours=2))
    second = timedelta(seconds=1)

    def counting(at: datetime) -> list[int]:
        return said_by(desk.frame(), at)["entry"].to_list()

    assert counting(AT - second) == []
    assert counting(AT) == [1]
    assert counting(AT + timedelta(hours=2) - second) == [1]
    assert counting(AT + timedelta(hours=2)) == []
    assert [each.kind for each in desk.entries()] == ["snoozed", "undone"]


def test_who_takes_back_what_is_taken_back_is_told_by_whom(file: Path) -> None:
    desk = Desk(str(file))
    desk.say(snooze())
    desk.undo(1, who="li", why="wrong", at=AT)
    with pytest.raises(ConfigurationError, match="taken back by li at 2026-11-10T02:00:00"):
        desk.undo(1, who="zhao", why="wrong", at=AT)
    with pytest.raises(ConfigurationError, match="there is no entry 7"):
        desk.undo(7, who="zhao", why="wrong", at=AT)
    with pytest.raises(ConfigurationError, match="say that one again"):
        desk.undo(2, who="zhao", why="wrong", at=AT)


def test_saying_it_again_with_the_same_key_says_it_once(file: Path) -> None:
    desk = Desk(str(file))
    desk.say(snooze(key="tap-1"))
    assert desk.say(snooze(key="tap-1"))[0].entry == 1
    assert desk.position() == 1


def test_several_words_are_written_together_or_not_at_all(file: Path) -> None:
    desk = Desk(str(file))

    def only_one(before: object) -> None:
        if before:
            raise ConfigurationError("taken")

    with pytest.raises(ConfigurationError, match="taken"):
        desk.say(snooze(), snooze("li"), check=only_one)
    assert desk.entries() == []


@pytest.mark.parametrize("change", ["update said set who = 'x'", "delete from said"])
def test_an_entry_is_never_changed_or_deleted(file: Path, change: str) -> None:
    Desk(str(file)).say(snooze())
    with sqlite3.connect(file) as con, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        con.execute(change)
    con.close()


def test_the_file_is_private(file: Path) -> None:
    Desk(str(file)).say(snooze())
    assert {stat.S_IMODE(each.stat().st_mode) for each in file.parent.iterdir()} == {0o600}


@pytest.mark.parametrize("desk", ["mysql://a@b/c", "postgresql://:::/x", "://"])
def test_an_address_that_is_none_is_a_mistake_of_the_configuration(desk: str) -> None:
    with pytest.raises(ConfigurationError, match=r"^desk: "):
        Desk(desk)


def test_a_desk_that_cannot_be_opened_says_so(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"no/desk\.db: the desk cannot be created"):
        Desk(str(tmp_path / "no" / "desk.db"))
    (tmp_path / "text.db").write_text("no database, but a text that is long enough to be none" * 9)
    with pytest.raises(StoreError, match="not a database"):
        Desk(str(tmp_path / "text.db"))
