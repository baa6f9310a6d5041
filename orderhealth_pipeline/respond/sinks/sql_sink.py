"""SQL sink: one row per action in a table of another system's database.

What belongs here: the row, and writing it once. What does not: which databases there are drivers for (the
address says it).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import (
    Column,
    DateTime,
    Engine,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    inspect,
    make_url,
    select,
)
from sqlalchemy.exc import ArgumentError, IntegrityError, NoSuchModuleError, OperationalError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from orderhealth_pipeline.respond.actions.settings import SinkSettings
from orderhealth_pipeline.respond.redaction import hidden
from orderhealth_pipeline.respond.sinks.sink import DoubtfulError, NotDoneError, Parcel, RefusedError

KEY: Final = "idempotency_key"
_DRIVERS: Final = {
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mysql+pymysql",
}
_SECONDS: Final = 10
_LONGEST_KEY: Final = 255


def row_of(parcel: Parcel) -> dict[str, Any]:
    """Return the row of an action: its names, and what it tells as JSON."""
    return {
        KEY: parcel.idempotency_key,
        "action_id": parcel.action_id,
        "type": parcel.type,
        "order_id": parcel.order_id,
        "rule_id": parcel.rule_id,
        "case_id": parcel.case_id,
        "proposed_at": parcel.proposed_at.astimezone(UTC).replace(tzinfo=None),
        "payload": parcel.payload,
    }


@dataclass(frozen=True)
class SqlSink:
    """A table in a database, found by its address. A table that is not there yet is made."""

    name: str
    settings: SinkSettings

    def written(self, parcel: Parcel, now: datetime) -> bytes:  # noqa: ARG002
        """Return the row as JSON."""
        row = {**row_of(parcel), "payload": json.loads(parcel.payload)}
        return json.dumps(
            {"table": self.settings.table, "row": row}, ensure_ascii=False, default=str
        ).encode()

    @property
    def most_at_once(self) -> int:
        """One transaction has so many rows, all or none."""
        return 100

    def send(self, parcels: Sequence[Parcel], now: datetime) -> None:  # noqa: ARG002
        """Insert the rows whose keys are not there yet, so that they may be sent again."""
        try:
            self._insert(_engine(self.settings.address), [row_of(parcel) for parcel in parcels])
        except (ArgumentError, NoSuchModuleError, ModuleNotFoundError):
            raise RefusedError("the address of the database cannot be used") from None
        except IntegrityError as error:
            # Another process wrote one of the keys in between: the next time it is found.
            raise NotDoneError(self._said(error)) from None
        except OperationalError as error:
            raise (DoubtfulError if error.connection_invalidated else NotDoneError)(
                self._said(error)
            ) from None
        except SQLAlchemyError as error:
            raise RefusedError(self._said(error)) from None

    def _insert(self, engine: Engine, rows: Sequence[Mapping[str, Any]]) -> None:
        with engine.connect() as con:
            schema, _, name = (self.settings.table or "").rpartition(".")
            table = _table(name, schema or None)
            found = inspect(con)
            if not found.has_table(name, schema=schema or None):
                table.create(con, checkfirst=True)
                con.commit()
                found = inspect(con)
            there = {column["name"] for column in found.get_columns(name, schema=schema or None)}
            if KEY not in there:
                raise RefusedError(f"the table {self.settings.table} has no column {KEY}")
            asked = select(table.c[KEY]).where(table.c[KEY].in_([row[KEY] for row in rows]))
            known = set(con.execute(asked).scalars())
            new = [
                {name: row[name] for name in row if name in there} for row in rows if row[KEY] not in known
            ]
            if new:
                con.execute(table.insert(), new)
            con.commit()

    def _said(self, error: SQLAlchemyError) -> str:
        original = getattr(error, "orig", None) or error
        password = make_url(self.settings.address).password
        return hidden(str(original).splitlines()[0], [password] if password else [], self.settings.address)


def _table(name: str, schema: str | None) -> Table:
    return Table(
        name,
        MetaData(),
        Column(KEY, String(_LONGEST_KEY), primary_key=True),
        Column("action_id", String(32), nullable=False),
        Column("type", String(40), nullable=False),
        Column("order_id", String(_LONGEST_KEY), nullable=False),
        Column("rule_id", String(80), nullable=False),
        Column("case_id", String(40)),
        Column("proposed_at", DateTime, nullable=False),
        Column("payload", Text, nullable=False),
        schema=schema,
    )


def _engine(address: str) -> Engine:
    url = make_url(address)
    url = url.set(drivername=_DRIVERS.get(url.drivername, url.drivername))
    timeout = {} if url.get_backend_name() == "sqlite" else {"connect_timeout": _SECONDS}
    return create_engine(url, poolclass=NullPool, connect_args=timeout, hide_parameters=True)
