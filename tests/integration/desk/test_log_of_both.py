"""What a log of words promises, in either database."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from orderhealth_pipeline.desk.log import Desk
from orderhealth_pipeline.desk.reading import read_entries
from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.said import Said, said_by

AT = datetime(2026, 11, 10, 2, 0, tzinfo=UTC)


def snooze(who: str = "wang", *, at: datetime = AT, key: str | None = None) -> Said:
    return Said("snoozed", who, "stocktaking", at, "warehouse", "GZ", "outbound_overdue", AT, key=key)


def test_what_was_said_is_read_as_it_was_said(desk_address: str) -> None:
    (said,) = Desk(desk_address).say(snooze())
    assert Desk(desk_address).entries() == [said]
    assert (said.entry, said.who, said.at, said.value, said.until) == (1, "wang", AT, "GZ", AT)


def test_a_word_does_not_exist_before_it_was_said_nor_after_it_was_taken_back(desk_address: str) -> None:
    desk = Desk(desk_address)
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


def test_who_takes_back_what_is_taken_back_is_told_by_whom(desk_address: str) -> None:
    desk = Desk(desk_address)
    desk.say(snooze())
    desk.undo(1, who="li", why="wrong", at=AT)
    with pytest.raises(ConfigurationError, match=r"taken back by li at 2026-11-10T02:00:00\+00:00 already"):
        desk.undo(1, who="zhao", why="wrong", at=AT)
    with pytest.raises(ConfigurationError, match="there is no entry 7"):
        desk.undo(7, who="zhao", why="wrong", at=AT)
    with pytest.raises(ConfigurationError, match="say that one again"):
        desk.undo(2, who="zhao", why="wrong", at=AT)


def test_saying_it_again_with_the_same_key_says_it_once(desk_address: str) -> None:
    desk = Desk(desk_address)
    desk.say(snooze(key="tap-1"))
    assert desk.say(snooze(key="tap-1"))[0].entry == 1
    assert desk.position() == 1


def test_several_words_are_written_together_or_not_at_all(desk_address: str) -> None:
    desk = Desk(desk_address)

    def only_one(before: object) -> None:
        if before:
            raise ConfigurationError("taken")

    with pytest.raises(ConfigurationError, match="taken"):
        desk.say(snooze(), snooze("li"), check=only_one)
    assert desk.entries() == []


def test_a_desk_that_nothing_was_said_at_has_no_entries_and_is_not_made(desk_address: str) -> None:
    assert read_entries(desk_address) == []
    assert read_entries(desk_address) == []
    Desk(desk_address).say(snooze())
    assert len(read_entries(desk_address)) == 1


def test_texts_of_any_length_and_script_are_kept_whole(desk_address: str) -> None:
    long = "仓库盘点 🚚 'x'; drop table said; -- %s \\ " * 300
    word = Said(
        "case_noted", long[:2000], long, AT, "order", long, long[:2000], what=long, key=uuid.uuid4().hex
    )
    Desk(desk_address).say(word)
    assert read_entries(desk_address) == [word]
