"""DuckDB as Great Expectations needs it: a SQLAlchemy dialect for one named in-memory database.

What belongs here: what duckdb-engine, SQLAlchemy and DuckDB 2 do not agree on. What does not: expectations.
The dialect is `duckdb+buffered`. It differs from the one of duckdb-engine in four ways:

- Rows are fetched at once. Great Expectations fetches after it closed the connection, and DuckDB 2 refuses a
  statement (ResourceInUseException) while rows of an earlier one are left.
- A connection is opened for each use and closed after it, so nothing holds the database when we are done.
- It connects without settings: DuckDB opens a database a second time only with the settings of the first.
- A float is bound as the decimal it is written as. Great Expectations makes every threshold a float, and
  DuckDB would compare a DECIMAL column with it as floats: 0.70 must stay 0.70.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

import duckdb
from duckdb_engine import ConnectionWrapper
from duckdb_engine import Dialect as DuckDBDialect
from sqlalchemy import Dialect, NullPool, Pool, TryCast
from sqlalchemy import types as sqltypes
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg2 import PGExecutionContext_psycopg2
from sqlalchemy.engine import URL
from sqlalchemy.engine.cursor import FullyBufferedCursorFetchStrategy
from sqlalchemy.ext.compiler import deregister
from sqlalchemy.util import update_copy

DIALECT: Final = "duckdb+buffered"


class BufferedExecutionContext(PGExecutionContext_psycopg2):
    """Fetches every row of a result before anyone can close its connection."""

    def post_exec(self) -> None:
        """Take the rows out of DuckDB as soon as the statement ran."""
        super().post_exec()  # type: ignore[no-untyped-call]
        self.cursor_fetch_strategy = FullyBufferedCursorFetchStrategy(self.cursor, self.cursor.description)


class FloatAsWritten(sqltypes.Float[Any]):
    """Binds the float 0.7 as the decimal 0.7 and not as the binary fraction next to it."""

    def bind_processor(self, dialect: Dialect) -> Callable[[float | None], Decimal | None]:  # noqa: ARG002
        """Return the function that turns a float into the shortest decimal that is written like it."""
        return lambda value: None if value is None else Decimal(repr(value))


class BufferedDuckDBDialect(DuckDBDialect):
    """The dialect `duckdb+buffered`."""

    driver = "buffered"
    supports_statement_cache = False
    execution_ctx_cls = BufferedExecutionContext
    colspecs = update_copy(DuckDBDialect.colspecs, {sqltypes.Float: FloatAsWritten})

    def connect(self, *_: Any, **settings: Any) -> Any:
        """Open one more connection to the named in-memory database."""
        return ConnectionWrapper(duckdb.connect(settings["database"]))

    @classmethod
    def get_pool_class(cls, url: URL) -> type[Pool]:  # noqa: ARG003
        """Keep no connection."""
        return NullPool


def register_dialect() -> None:
    """Make the dialect known to SQLAlchemy by its name."""
    registry.register(DIALECT.replace("+", "."), __name__, BufferedDuckDBDialect.__name__)
    # duckdb-engine hooks itself into TRY_CAST, which nothing here uses. Great Expectations keeps that hook
    # and with it duckdb alive past the end of the interpreter, where DuckDB 2 prints 40 lines on leaked
    # objects.
    deregister(TryCast)
