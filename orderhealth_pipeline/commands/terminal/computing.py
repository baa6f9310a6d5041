"""Which engine computes the orders of a run, as --engine and --remote say.

What belongs here: what the options mean, and what is missing for them. What does not: an engine (spark/).
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.util import find_spec
from typing import Final
from urllib.parse import urlsplit

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.pipeline.plan import RunPlan

_PORT: Final = 15002
_SECONDS_TO_CONNECT: Final = 5.0


@contextmanager
def computed_by(engine: str, remote: str | None, plan: RunPlan) -> Iterator[RunPlan]:
    """Return the plan with the engine that is asked for, which is open while the context lasts.

    Another engine than this process evaluates everything: a run over changes is not worth sending.

    Raises ConfigurationError where options contradict each other, libraries are missing, or nobody answers.
    """
    if engine == "local":
        if remote is not None:
            raise ConfigurationError(Message("--remote names a server for --engine spark; add that"))
        yield plan
        return
    if remote is not None:
        _require_answer(remote)
    _require_libraries(needs_sail=remote is None)
    from orderhealth_pipeline.spark.engine import spark_engine

    with spark_engine(remote, plan.store) as opened:
        yield replace(plan, engine=opened, is_full=True)


def _require_libraries(*, needs_sail: bool) -> None:
    """Say how to get them: the client of Spark Connect, and Sail where no server is named."""
    needed = ("pyspark", "grpc", "pysail") if needs_sail else ("pyspark", "grpc")
    missing = [name for name in needed if find_spec(name) is None]
    if missing:
        raise ConfigurationError(
            Message(
                "--engine spark needs libraries that are not installed ({missing}): "
                "pip install 'orderhealth-pipeline[spark]'",
                missing=", ".join(missing),
            )
        )


def _require_answer(remote: str) -> None:
    """Say at once that nobody answers: the client itself would ask again for ten minutes."""
    place = urlsplit(remote)
    try:
        if place.scheme != "sc" or not place.hostname:
            raise ConfigurationError(
                Message("--remote {remote}: a server is named as sc://HOST:PORT", remote=remote)
            )
        socket.create_connection((place.hostname, place.port or _PORT), _SECONDS_TO_CONNECT).close()
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            Message(
                "--remote {remote}: nobody answers there ({error}); start a server of Spark Connect, "
                "or leave --remote out",
                remote=remote,
                error=error,
            )
        ) from None
