"""The tables of accounts and of the audit log, beside the log of what people said.

What belongs here: the schema. What does not: reading and writing rows (the other modules of this room).
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, Connection, Integer, MetaData, Table, Text, inspect

from orderhealth_pipeline.sql import statement

METADATA: Final = MetaData()

_NUMBER: Final = BigInteger().with_variant(Integer, "sqlite")

ACCOUNTS: Final = Table(
    "accounts",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("password_hash", Text),
    Column("subject", Text, unique=True),
    Column("is_active", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("locked_until", Text),
    Column("made_at", Text, nullable=False),
    Column("made_by", Text, nullable=False),
)
"""One row per person. `subject` is who that is at a sign-in of another system: its name, then the person's
number there. `failures` counts wrong passwords since the last right one."""

SESSIONS: Final = Table(
    "sessions",
    METADATA,
    Column("session_hash", Text, primary_key=True),
    Column("account", Text, nullable=False),
    Column("made_at", Text, nullable=False),
    Column("seen_at", Text, nullable=False),
    Column("ends_at", Text, nullable=False),
    Column("signed_in_with", Text, nullable=False),
)
"""One row per browser that is signed in; the number itself is only in its cookie."""

LINKS: Final = Table(
    "one_time_links",
    METADATA,
    Column("link_hash", Text, primary_key=True),
    Column("account", Text),
    Column("made_at", Text, nullable=False),
    Column("ends_at", Text, nullable=False),
)
"""One row per link that sets a password once; without an account it makes the first one."""

TOKENS: Final = Table(
    "api_tokens",
    METADATA,
    Column("token_id", Text, primary_key=True),
    Column("token_hash", Text, nullable=False, unique=True),
    Column("account", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("made_at", Text, nullable=False),
    Column("ends_at", Text),
    Column("used_at", Text),
)
"""One row per token of a program. `scopes` are verbs, with blanks between."""

SECRETS: Final = Table(
    "kept_secrets",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
"""Keys that the console signs with, the same for all its processes and after a restart."""

AUDIT: Final = Table(
    "audit",
    METADATA,
    Column("entry", _NUMBER, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("verb", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("value", Text),
    Column("why", Text),
    Column("detail", Text),
    Column("previous_hash", Text, nullable=False),
    Column("hash", Text, nullable=False),
)
"""One row per look or change. `hash` is over all other columns, `previous_hash` that of the entry before."""

AUDIT_HEAD: Final = Table(
    "audit_head",
    METADATA,
    Column("one", Integer, primary_key=True, autoincrement=False),
    Column("entry", _NUMBER, nullable=False),
    Column("hash", Text, nullable=False),
)
"""One row: the newest entry of the audit log, so that entries cut off its end are missed."""

_GUARDS: Final = {
    "sqlite": ("desk/audit/sqlite_forbid_update", "desk/audit/sqlite_forbid_delete"),
    "postgresql": ("desk/audit/postgresql_refuse_change", "desk/audit/postgresql_forbid_change"),
}


def has_account_tables(con: Connection) -> bool:
    """Say whether the tables are there; they are created in one transaction, or not at all."""
    return inspect(con).has_table(AUDIT_HEAD.name)


def create_account_tables(con: Connection) -> None:
    """Create what is missing, with triggers that refuse to change or delete an entry of the audit log."""
    METADATA.create_all(con)
    for guard in _GUARDS[con.dialect.name]:
        con.exec_driver_sql(statement(guard))
