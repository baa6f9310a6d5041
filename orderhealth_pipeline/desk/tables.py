"""The tables of the desk's database, and what keeps their rows from being changed.

What belongs here: the schema. What does not: reading and writing entries (log.py).
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, Connection, Index, Integer, MetaData, Table, Text, inspect

from orderhealth_pipeline.sql import statement

METADATA: Final = MetaData()

_NUMBER: Final = BigInteger().with_variant(Integer, "sqlite")

SAID_TABLE: Final = Table(
    "said",
    METADATA,
    Column("entry", _NUMBER, primary_key=True, autoincrement=True),
    Column("key", Text, unique=True, nullable=False),
    Column("said_at", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("rule_id", Text),
    Column("about", Text, nullable=False),
    Column("value", Text),
    Column("until", Text),
    Column("why", Text, nullable=False),
    Column("what", Text),
    # A hash: what a word is about may be longer than a key of a tree.
    Index("said_of", "value", postgresql_using="hash"),
    sqlite_autoincrement=True,
)
"""One row per entry. `value` of an undoing is the entry that it takes back."""

_GUARDS: Final = {
    "sqlite": ("desk/sqlite_forbid_update", "desk/sqlite_forbid_delete"),
    "postgresql": ("desk/postgresql_refuse_change", "desk/postgresql_forbid_change"),
}


def has_tables(con: Connection) -> bool:
    """Say whether the tables are there; they are created in one transaction, or not at all."""
    return inspect(con).has_table(SAID_TABLE.name)


def create_tables(con: Connection) -> None:
    """Create what is missing, with triggers that refuse to change or delete an entry."""
    METADATA.create_all(con)
    for guard in _GUARDS[con.dialect.name]:
        con.exec_driver_sql(statement(guard))
