"""Speaks to a server of Spark Connect: one that is named, or Sail, which is started in this process.

What belongs here: opening and closing. What does not: what is computed there (engine.py).
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark.sql.connect.session import SparkSession


@contextmanager
def spark_session(remote: str | None) -> Iterator[SparkSession]:
    """Open a session of a server, else of Sail in this process. Raises ImportError where one is missing."""
    with warnings.catch_warnings():
        # PySpark warns of a pandas that is newer than it; no frame becomes one of pandas here.
        warnings.simplefilter("ignore")
        from pyspark.sql.connect.session import SparkSession
    with _sail(remote) as url:
        session = SparkSession.builder.remote(url).create()
        try:
            session.conf.set("spark.sql.session.timeZone", "UTC")
            yield session
        finally:
            session.stop()


@contextmanager
def _sail(remote: str | None) -> Iterator[str]:
    if remote is not None:
        yield remote
        return
    os.environ.setdefault("RUST_LOG", "error")
    from pysail.spark import SparkConnectServer

    server = SparkConnectServer("127.0.0.1", 0)
    server.start(background=True)
    try:
        host, port = server.listening_address
        yield f"sc://{host}:{port}"
    finally:
        server.stop()
