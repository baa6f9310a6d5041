"""The pages of docs/platforms: what each preset reads, how to get it, and what its words mean.

What belongs here: from adapters to Markdown. What does not: writing files (tests/unit/ingest/presets).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from orderhealth_pipeline.ingest.adapters.declaration import Adapter, Money
from orderhealth_pipeline.ingest.adapters.source_declaration import AdapterSource
from orderhealth_pipeline.ingest.contracts import FeedContract

_MONEY: Final[dict[Money, str]] = {
    "yuan": "yuan with decimals",
    "fen": "whole fen",
    "cents": "whole cents",
    "major_units": "units with decimals",
    "yuan_and_fen": "yuan with decimals in files, whole fen in the API",
    "major_units_and_cents": "units with decimals in files, the smallest unit in the API",
}
_SOURCES: Final = "| table | is told by | has to have | may have |"
_UNKNOWN: Final = "A word that is not here keeps its own, is counted in `unknown_words`, and is unknown."
_MADE: Final = "<!-- Made from adapter.yml by `python -m tests.unit.ingest.presets.write_platform_docs`. -->"


def platform_pages(adapters: Mapping[str, Adapter], contracts: Mapping[str, FeedContract]) -> dict[str, str]:
    """Return the pages by file name: one a preset that says how to get its files, and an index."""
    told = {name: adapter for name, adapter in adapters.items() if adapter.declaration.title is not None}
    pages = {f"{name}.md": _joined(_page(name, adapter, contracts)) for name, adapter in told.items()}
    return {"README.md": _joined(_index(told)), **pages}


def _joined(lines: Iterator[str]) -> str:
    return "\n".join(lines) + "\n"


def _index(adapters: Mapping[str, Adapter]) -> Iterator[str]:
    yield from ("# Platforms", "", _MADE, "")
    yield (
        "Presets read a platform's own files: exports, bills, and answers and messages of its interface. "
        "Put the files into a folder and name the preset: `orderhealth run --adapter taobao --feeds DIR`, or "
        "several of them in the configuration ([adapters](../adapters.md#presets))."
    )
    yield from ("", "| preset | platform | feeds |", "| --- | --- | --- |")
    for name, adapter in adapters.items():
        feeds = ", ".join(f"`{feed}`" for feed in adapter.feeds)
        yield f"| `{name}` | [{_title(adapter)}]({name}.md) | {feeds} |"


def _title(adapter: Adapter) -> str:
    title = adapter.declaration.title
    if title is None:
        return adapter.declaration.name
    return title.en if title.en == title.zh else f"{title.en} · {title.zh}"


def _page(name: str, adapter: Adapter, contracts: Mapping[str, FeedContract]) -> Iterator[str]:
    declaration = adapter.declaration
    yield from (f"# {_title(adapter)}", "", _MADE, "", declaration.description, "")
    facts = [f"Preset `{name}`", f"instants without an offset are in `{declaration.timezone}`"]
    if declaration.money is not None:
        facts.append(f"amounts are {_MONEY[declaration.money]}")
    yield from ("; ".join(facts) + ".", "", "## How to get the files", "")
    for number, step in enumerate(declaration.get, 1):
        yield from (f"{number}. {step.en}", "", f"   {step.zh}", "")
    yield from (
        "## What is read",
        "",
        "| table | is told by | has to have | may have |",
        "| --- | --- | --- | --- |",
    )
    yield from map(_source_line, declaration.sources)
    yield from ("", "| feed | as |", "| --- | --- |")
    for feed in adapter.feeds:
        yield f"| `{feed}` | {contracts[feed].title.en}, {contracts[feed].title.zh} |"
    if declaration.vocabulary:
        yield from ("", "## Words", "")
        yield _UNKNOWN
    for feed, of_columns in declaration.vocabulary.items():
        for column, words in of_columns.items():
            yield from ("", f"| {column} of `{feed}` in the file | here |", "| --- | --- |")
            yield from (f"| {word} | `{meaning}` |" for word, meaning in words.items())
    if declaration.notes:
        yield from ("", "## Good to know", "")
        for note in declaration.notes:
            yield from (f"- {note.en}", f"  {note.zh}")
    if declaration.links:
        yield from ("", "## Where this is from", "")
        yield from (f"- <{link}>" for link in declaration.links)


def _source_line(source: AdapterSource) -> str:
    if source.records:
        paths = ", ".join("the document" if path == "." else path for path in source.records)
        told = f"JSON or XML with records at {paths}"
    else:
        told = source.wanted or "its columns"
    return f"| {source.view} | {told} | {_columns(source.columns)} | {_columns(source.optional_columns)} |"


def _columns(names: tuple[str, ...]) -> str:
    return ", ".join(name.replace("|", "\\|") for name in names) or "–"
