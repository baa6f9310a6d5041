from __future__ import annotations

import sqlite3
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from orderhealth_pipeline.desk.log import Desk
from orderhealth_pipeline.errors import ConfigurationError, StoreError
from orderhealth_pipeline.said import Said

AT = datetime(2026, 11, 10, 2, 0, tzinfo=UTC)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "orderhealth.desk.db"


def snooze() -> Said:
    return Said("snoozed", "wang", "stocktaking", AT, "warehouse", "GZ", "outbound_overdue", AT)


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
