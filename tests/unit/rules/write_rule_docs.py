"""Writes docs/rules anew from the expectation files: `python -m tests.unit.rules.write_rule_docs`."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.resources import expectations_folder
from orderhealth_pipeline.rules.catalogue import read_catalogue
from orderhealth_pipeline.rules.in_force.profiles import read_profiles
from orderhealth_pipeline.rules.in_force.tiers import read_tiers
from orderhealth_pipeline.rules.rule_docs import rule_pages

DOCS: Final = Path(__file__).parents[3] / "docs" / "rules"


def expected_pages() -> dict[str, str]:
    """What docs/rules must hold."""
    folder = expectations_folder()
    catalogue = read_catalogue(folder, frozenset(feed_contracts()))
    return rule_pages(catalogue, read_profiles(folder), read_tiers(folder))


if __name__ == "__main__":
    for page in DOCS.glob("*.md"):
        page.unlink()
    for name, text in expected_pages().items():
        (DOCS / name).write_text(text, encoding="utf-8")
