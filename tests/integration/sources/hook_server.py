"""A process that receives webhooks, to be killed: `python -m … CONFIGURATION PORT`.

What belongs here: serving the hooks as the console does. What does not: any test.
"""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import uvicorn
from starlette.applications import Starlette

from orderhealth_pipeline.settings import read_settings
from orderhealth_pipeline.sources.push.hooks import Hooks


def main() -> None:
    """Serve until somebody kills it."""
    hooks = Hooks(read_settings(Path(sys.argv[1]), os.environ), lambda: datetime.now(UTC))

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        hooks.open()
        yield
        hooks.close()

    app = Starlette(routes=hooks.routes(), lifespan=lifespan)
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]), log_level="error")


if __name__ == "__main__":
    main()
