"""A process that runs one merchant after the other: it imports everything once.

What belongs here: taking a run and giving its outcome back. What does not: who takes which (side_by_side.py).
"""

from __future__ import annotations

import signal
from datetime import UTC, datetime
from multiprocessing.connection import Connection

from orderhealth_pipeline.fleet.outcome import Outcome
from orderhealth_pipeline.fleet.run_merchant import MerchantRun, run_merchant


def serve(connection: Connection[Outcome, MerchantRun | None]) -> None:
    """Run what comes until null comes, or nobody is there any more."""
    # Who interrupts the fleet ends it by the process that was called; this one hears of that by its pipe.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        try:
            asked = connection.recv()
        except EOFError:
            return
        if asked is None:
            return
        connection.send(run_merchant(asked, lambda: datetime.now(UTC)))
