"""Speaks to a server of Spark Connect: one that is named, or Sail, which is started in this process.

What belongs here: opening and closing. What does not: what is computed there (engine.py).
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from typing import TYPE_CHECKING

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.messages import Message

if TYPE_CHECKING:
    from pyspark.sql.connect.session import SparkSession


@contextmanager
def spark_session(remote: str | None) -> Iterator[SparkSession]:
    """Open a session of a server, else of Sail here; ConfigurationError where it fails in the context."""
    with warnings.catch_warnings():
        # PySpark warns of a pandas that is newer than it; no frame becomes one of pandas here.
        warnings.simplefilter("ignore")
        from pyspark.errors import PySparkException
        from pyspark.sql.connect.client.retries import DefaultPolicy
        from pyspark.sql.connect.session import SparkSession
    with _sail() if remote is None else nullcontext(remote) as url:
        session = SparkSession.builder.remote(url).create()
        # The client's own would ask a server that is gone for ten minutes.
        session.client.set_retry_policies([DefaultPolicy(max_retries=6, max_backoff=4000)])
        try:
            session.conf.set("spark.sql.session.timeZone", "UTC")
            yield session
        except PySparkException as error:
            reason = Message("Spark Connect failed ({kind}); its log says why", kind=type(error).__name__)
            raise ConfigurationError(reason) from None
        finally:
            with suppress(Exception):
                session.stop()


@contextmanager
def _sail() -> Iterator[str]:
    os.environ.setdefault("RUST_LOG", "error")
    from pysail.spark import SparkConnectServer

    server = SparkConnectServer("127.0.0.1", 0)
    server.start(background=True)
    try:
        host, port = server.listening_address
        yield f"sc://{host}:{port}"
    finally:
        server.stop()
