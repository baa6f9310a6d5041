"""The accounts of one desk: transactions of their own, around what the other modules of this room do.

What belongs here: opening the tables, and transactions. What does not: single rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeAlias

from sqlalchemy import Connection, Table, insert, inspect, select

from orderhealth_pipeline.desk.accounts.audit import (
    AuditEntry,
    AuditState,
    Deed,
    check_log,
    has_hash,
    read_deeds,
    write_deed,
)
from orderhealth_pipeline.desk.accounts.random_texts import random_text
from orderhealth_pipeline.desk.accounts.tables import SECRETS, create_account_tables, has_account_tables
from orderhealth_pipeline.desk.database import open_desk, reading, writing
from orderhealth_pipeline.messages import Message

Transaction: TypeAlias = Connection
"""An open transaction of the desk, for the functions of this room."""


class PeopleDesk:
    """Accounts, sessions, tokens and the audit log of one desk; the tables are created where missing.

    Raises ConfigurationError for an address that is none, StoreError where the desk cannot be opened.
    """

    def __init__(self, desk: str) -> None:
        self._desk = desk
        self._engine = open_desk(desk)
        with reading(self._engine, desk) as con:
            is_there = has_account_tables(con)
        if not is_there:
            with writing(self._engine, desk) as con:
                create_account_tables(con)

    @contextmanager
    def changing(self) -> Iterator[Transaction]:
        """Open a transaction that no other writer runs beside."""
        with writing(self._engine, self._desk) as con:
            yield con

    @contextmanager
    def looking(self) -> Iterator[Transaction]:
        """Open a transaction that reads what is committed."""
        with reading(self._engine, self._desk) as con:
            yield con

    def create_missing(self, table: Table) -> None:
        """Create a table that this desk has not; one that is there is only looked at, so no writer waits."""
        with self.looking() as con:
            is_there = inspect(con).has_table(table.name)
        if not is_there:
            with self.changing() as con:
                table.metadata.create_all(con)

    def write(self, *deeds: Deed) -> None:
        """Append entries to the audit log, all or none."""
        with self.changing() as con:
            for deed in deeds:
                write_deed(con, deed)

    def deeds(self, limit: int, before: int | None = None) -> list[AuditEntry]:
        """Read the newest entries of the audit log, or those before one, newest first."""
        with self.looking() as con:
            return read_deeds(con, limit, before)

    def check(self, kept: str | None = None) -> AuditState:
        """Read the whole audit log and say what does not fit; `kept` is a hash of an earlier check."""
        with self.looking() as con:
            state = check_log(con)
            if state.trouble is None and kept is not None and not has_hash(con, kept):
                return replace(state, trouble=Message("no entry has this hash: {kept}", kept=kept))
            return state

    def secret(self, name: str) -> str:
        """Return a key that is kept for all processes of the console; it is made where it is missing."""
        wanted = select(SECRETS.c.value).where(SECRETS.c.name == name)
        with self.looking() as con:
            known = con.execute(wanted).scalar_one_or_none()
        if known is not None:
            return str(known)
        with self.changing() as con:
            known = con.execute(wanted).scalar_one_or_none()
            if known is None:
                known = random_text()
                con.execute(insert(SECRETS).values(name=name, value=known))
        return str(known)
