"""The tables of the desk's database, and what keeps their rows from being changed.

What belongs here: the schema. What does not: reading and writing entries (log.py).
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, Connection, Index, Integer, MetaData, String, Table, Text

from orderhealth_pipeline.statements import statement

METADATA: Final = MetaData()

_NUMBER: Final = BigInteger().with_variant(Integer, "sqlite")

SAID_TABLE: Final = Table(
    "said",
    METADATA,
    Column("entry", _NUMBER, primary_key=True, autoincrement=True),
    Column("key", String(100), unique=True, nullable=False),
    Column("said_at", String(27), nullable=False),
    Column("who", String(200), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("rule_id", String(200)),
    Column("about", String(40), nullable=False),
    Column("value", Text),
    Column("until", String(27)),
    Column("why", Text, nullable=False),
    Column("what", Text),
    Index("said_about", "about", "value"),
    sqlite_autoincrement=True,
)
"""One row per entry. `value` of an undoing is the entry that it takes back."""

_GUARDS: Final = {
    "sqlite": ("desk/sqlite_forbid_update", "desk/sqlite_forbid_delete"),
    "postgresql": ("desk/postgresql_refuse_change", "desk/postgresql_forbid_change"),
}


def create_tables(con: Connection) -> None:
    """Create what is missing, with triggers that refuse to change or delete an entry."""
    METADATA.create_all(con)
    for guard in _GUARDS[con.dialect.name]:
        con.exec_driver_sql(statement(guard))
