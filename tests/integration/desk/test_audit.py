"""The audit log: entries bound to each other, and every tampering that a check finds, in either database."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError

from orderhealth_pipeline.desk.accounts.audit import Deed
from orderhealth_pipeline.desk.accounts.people_desk import PeopleDesk
from orderhealth_pipeline.desk.database import engine_of
from tests.integration.cli.conftest import call_program

NOW = datetime(2026, 11, 10, 2, 0, tzinfo=UTC)
DEEDS = [
    Deed(NOW, "ann", "look", "order", "A1"),
    Deed(NOW, "bob", "unmask", "order", "A1", "顾客来电", "phone"),
    Deed(NOW, "bob", "case_acknowledged", "case", "C1", "on it"),
    Deed(NOW, "ann", "change_role", "account", "bob", None, "viewer → operator"),
]
UNGUARDED = {
    "sqlite": ("drop trigger audit_is_never_changed", "drop trigger audit_is_never_deleted"),
    "postgresql": ("alter table audit disable trigger audit_is_never_changed",),
}


@pytest.fixture
def people(desk_address: str) -> PeopleDesk:
    desk = PeopleDesk(desk_address)
    desk.write(*DEEDS)
    return desk


def tamper(address: str, *changes: str) -> None:
    """Change the log as somebody with the database's password would."""
    engine: Engine = engine_of(address)
    with engine.begin() as con:
        for each in (*UNGUARDED[con.dialect.name], *changes):
            con.exec_driver_sql(each)


def test_what_was_written_is_read_newest_first_and_fits(people: PeopleDesk) -> None:
    assert [entry.deed for entry in people.deeds(10)] == DEEDS[::-1]
    assert [entry.entry for entry in people.deeds(2, before=4)] == [3, 2]
    state = people.check()
    assert (state.entries, state.trouble, state.head) == (4, None, people.deeds(1)[0].hash)


def test_an_empty_log_fits(desk_address: str) -> None:
    state = PeopleDesk(desk_address).check()
    assert (state.entries, state.trouble) == (0, None)


@pytest.mark.parametrize("change", ["update audit set who = 'eve'", "delete from audit"])
@pytest.mark.usefixtures("people")
def test_the_database_refuses_to_change_an_entry(desk_address: str, change: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"), engine_of(desk_address).begin() as con:
        con.exec_driver_sql(change)


FORGED = f"""insert into audit select 5, at, 'eve', verb, about, value, why, detail, hash, '{"0" * 64}'
    from audit where entry = 4"""


@pytest.mark.parametrize(
    ("changes", "trouble"),
    [
        (["update audit set who = 'eve' where entry = 2"], "entry 2 was changed"),
        (["update audit set why = null where entry = 2"], "entry 2 was changed"),
        (["update audit set at = '2026-11-11T02:00:00.000000Z' where entry = 4"], "entry 4 was changed"),
        (["delete from audit where entry = 1"], "entry 1 is missing"),
        (["delete from audit where entry = 3"], "entry 3 is missing"),
        (["delete from audit where entry = 4"], "the log ends with entry 3, and 4 were written"),
        (["delete from audit"], "the log ends with entry 0, and 4 were written"),
        (
            ["delete from audit where entry = 2", "update audit set entry = entry - 1 where entry > 2"],
            "entry 2 does not follow",
        ),
        (
            [
                "update audit set entry = 9 where entry = 2",
                "update audit set entry = 2 where entry = 3",
                "update audit set entry = 3 where entry = 9",
            ],
            "entry 2 does not follow",
        ),
        (
            [FORGED],
            "entry 5 was changed",
        ),
    ],
)
def test_tampering_is_found(people: PeopleDesk, desk_address: str, changes: list[str], trouble: str) -> None:
    tamper(desk_address, *changes)
    assert trouble in str(people.check().trouble)


def test_what_is_written_after_a_tampering_does_not_heal_it(people: PeopleDesk, desk_address: str) -> None:
    tamper(desk_address, "update audit set who = 'eve' where entry = 2")
    people.write(Deed(NOW, "ann", "look", "order", "A2"))
    assert "entry 2 was changed" in str(people.check().trouble)


def test_a_log_that_was_forged_as_a_whole_is_found_by_a_hash_that_was_kept(tmp_path: Path) -> None:
    desk = tmp_path / "orderhealth.desk.db"
    (tmp_path / "orderhealth.yml").write_text(f"desk: {desk}\nlocale: en\n", encoding="utf-8")
    PeopleDesk(str(desk)).write(*DEEDS)
    kept = call_program("audit", "verify", cwd=tmp_path)
    assert kept.code == 0
    head = PeopleDesk(str(desk)).deeds(1)[0].hash
    assert head in kept.out
    desk.unlink()
    PeopleDesk(str(desk)).write(*DEEDS[:1], *DEEDS[2:])
    assert call_program("audit", "verify", cwd=tmp_path).code == 0
    forged = call_program("audit", "verify", "--head", head, cwd=tmp_path)
    assert (forged.code, "Traceback" in forged.err) == (1, False)
    assert "no entry has this hash" in forged.err


def test_the_call_says_what_was_tampered_with(tmp_path: Path) -> None:
    desk = tmp_path / "orderhealth.desk.db"
    (tmp_path / "orderhealth.yml").write_text(f"desk: {desk}\nlocale: en\n", encoding="utf-8")
    PeopleDesk(str(desk)).write(*DEEDS)
    listed = call_program("audit", "log", cwd=tmp_path)
    assert (listed.code, "change_role" in listed.out) == (0, True)
    tamper(str(desk), "update audit set who = 'eve' where entry = 2")
    answer = call_program("audit", "verify", cwd=tmp_path)
    assert answer.code == 1
    assert "entry 2 was changed" in answer.err
