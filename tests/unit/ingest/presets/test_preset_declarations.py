"""Given the presets that come with the program, each says what a person needs, and so do the docs."""

from __future__ import annotations

from pathlib import Path

import pytest

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.ingest.adapters.declaration import presets, read_adapter
from orderhealth_pipeline.ingest.contracts import feed_contracts
from tests.unit.ingest.presets.preset_loading import CASES
from tests.unit.ingest.presets.write_platform_docs import DOCS, expected_pages

PLATFORMS = [name for name in presets() if name != "olist"]


def test_the_pages_of_the_platforms_are_those_of_their_presets() -> None:
    written = {page.name: page.read_text(encoding="utf-8") for page in DOCS.glob("*.md")}
    assert written == expected_pages()


@pytest.mark.parametrize("name", PLATFORMS)
def test_a_preset_has_a_title_a_way_to_its_files_and_a_source_of_its_facts(name: str) -> None:
    declaration = read_adapter(name, feed_contracts()).declaration
    assert declaration.name == name
    assert declaration.title
    assert declaration.get
    assert declaration.links


def test_every_preset_is_held_to_a_sample() -> None:
    assert {preset for preset, *_ in CASES.values()} | {"woocommerce"} == set(PLATFORMS)


def test_a_word_that_means_what_there_is_not_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "adapter.yml").write_text(
        "name: x\ntimezone: UTC\ncurrency: CNY\ndescription: x\nvocabulary:\n  payments:\n    status:\n"
        "      PAID: paid\nsources: [{file: a.csv, columns: [a]}]\n",
        encoding="utf-8",
    )
    with pytest.raises(ConfigurationError, match=r"adapter\.yml:8: 'paid' is no status of payments"):
        read_adapter(str(tmp_path), feed_contracts())
