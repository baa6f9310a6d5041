"""A desk in PostgreSQL: how its address is read, how it is reached, and what of the address is never shown.

What belongs here: what is PostgreSQL's alone. What does not: transactions and complaints, which are those of
every database (database.py).
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import URL, Connection, Engine, create_engine, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool
from sqlalchemy.util import immutabledict

from orderhealth_pipeline.errors import ConfigurationError

_NAMES: Final = ("postgresql", "postgres")
_LOCK_OF_WRITERS: Final = 7_241_935
_SECONDS_TO_CONNECT: Final = 10
_PLACE_KEYS: Final = ("host", "port", "dbname")
_SECRET_KEYS: Final = ("password", "passfile", "sslpassword", "sslkey")


def engine_of(address: str) -> Engine:
    """Return an engine for the database of an address. Raises ConfigurationError for one that is none."""
    url = _read(address)
    if url is None:
        raise ConfigurationError("desk: the address of the database cannot be read")
    if url.get_backend_name() not in _NAMES:
        raise ConfigurationError(
            "desk: a file, or the address of a PostgreSQL database such as "
            "postgresql://user@host/orderhealth, is expected"
        )
    given = {} if "connect_timeout" in url.query else {"connect_timeout": _SECONDS_TO_CONNECT}
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        poolclass=NullPool,
        # The texts are UTF-8 whatever the server's own encoding is, and a pooler between keeps no statements.
        connect_args={"client_encoding": "utf8", "prepare_threshold": None, **given},
        hide_parameters=True,
    )


def wait_for_writers(con: Connection, seconds: int) -> None:
    """Begin to write: wait until no other writer is in a transaction, for so many seconds at most."""
    con.exec_driver_sql(f"set local lock_timeout = '{seconds}s'")
    con.exec_driver_sql(f"select pg_advisory_xact_lock({_LOCK_OF_WRITERS})")


def place_of(address: str) -> str:
    """Name the database without any secret: `postgresql://user@host:port/name`."""
    url = _read(address)
    if url is None:
        return "postgresql"
    place = {key: url.query[key] for key in _PLACE_KEYS if key in url.query}
    return url._replace(password=None, query=immutabledict(place)).render_as_string()


def without_secrets(text: str, address: str) -> str:
    """Return a text with every secret of an address hidden."""
    url = _read(address)
    given = () if url is None else (url.password, *(url.query.get(key) for key in _SECRET_KEYS))
    for secret in given:
        for part in (secret,) if isinstance(secret, str) else secret or ():
            text = text.replace(part, "***") if part else text
    return text


def _read(address: str) -> URL | None:
    try:
        return make_url(address)
    except (ArgumentError, ValueError):
        return None
