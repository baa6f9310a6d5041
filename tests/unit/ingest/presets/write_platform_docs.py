"""Writes docs/platforms anew from the presets: `python -m tests.unit.ingest.presets.write_platform_docs`."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from orderhealth_pipeline.ingest.adapters.declaration import presets, read_adapter
from orderhealth_pipeline.ingest.adapters.platform_docs import platform_pages
from orderhealth_pipeline.ingest.contracts import feed_contracts

DOCS: Final = Path(__file__).parents[4] / "docs" / "platforms"


def expected_pages() -> dict[str, str]:
    """What docs/platforms must hold."""
    contracts = feed_contracts()
    return platform_pages({name: read_adapter(name, contracts) for name in presets()}, contracts)


if __name__ == "__main__":
    DOCS.mkdir(exist_ok=True)
    for page in DOCS.glob("*.md"):
        page.unlink()
    for name, text in expected_pages().items():
        (DOCS / name).write_text(text, encoding="utf-8")
