"""What a file is: one of a platform's that is known, or a table for which an adapter is proposed.

What belongs here: asking the presets first. What does not: asking people, and writing (commands/).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from orderhealth_pipeline.ingest.adapters.archives import entries_of
from orderhealth_pipeline.ingest.adapters.declaration import Adapter, preset_declarations, read_adapter
from orderhealth_pipeline.ingest.adapters.heads import heads_of
from orderhealth_pipeline.ingest.adapters.recognise import place_in
from orderhealth_pipeline.ingest.adapters.source_declaration import AdapterSource, is_archive
from orderhealth_pipeline.ingest.contracts import FeedContract
from orderhealth_pipeline.ingest.mapping.looks import DayOrder
from orderhealth_pipeline.ingest.mapping.proposal import NOTHING_SAID, Proposal, Said
from orderhealth_pipeline.ingest.mapping.propose import propose
from orderhealth_pipeline.ingest.mapping.table import table_in


@dataclass(frozen=True)
class Examined:
    """What a file is: of presets, the best first; else what is proposed, the best sheet first."""

    presets: tuple[Adapter, ...] = ()
    proposals: tuple[Proposal, ...] = ()


def examine(
    path: Path,
    contracts: Mapping[str, FeedContract],
    order: DayOrder | None = None,
    said: Said = NOTHING_SAID,
) -> Examined:
    """Look at a file; nothing is found in one that is no table and of no platform.

    Of whose columns a person `said` what they are, it is a table, whatever platform has such columns, too.
    """
    known = () if said else recognised(path, contracts)
    if known:
        return Examined(presets=known)
    entries: Sequence[str | None] = entries_of(path) if is_archive(path) else [None]
    tables = [table for entry in entries for head in heads_of(path, entry) if (table := table_in(head))]
    proposals = [propose(table, contracts, order, said) for table in tables]
    return Examined(proposals=tuple(sorted(proposals, key=_how_much, reverse=True)))


def recognised(path: Path, contracts: Mapping[str, FeedContract]) -> tuple[Adapter, ...]:
    """Return the presets that read a file, the one that asks for most of its columns first."""
    found = []
    for name, declared in preset_declarations().items():
        fitting = [source for source in declared.sources if is_of(source, path)]
        if fitting:
            found.append((max(len(source.columns) for source in fitting), name))
    best_first = sorted(found, key=lambda each: each[0], reverse=True)
    return tuple(read_adapter(name, contracts) for _, name in best_first)


def is_of(source: AdapterSource, path: Path) -> bool:
    """Say whether a file is one of a source's."""
    if not source.is_told_by_columns:
        return source.fits(path.name)
    entries: Sequence[str | None] = entries_of(path) if is_archive(path) else [None]
    return any(
        source.fits(path.name if entry is None else PurePosixPath(entry).name)
        and place_in(source, path, entry) is not None
        for entry in entries
    )


def _how_much(proposal: Proposal) -> tuple[bool, int]:
    return not proposal.problems and bool(proposal.feeds), sum(len(feed.choices) for feed in proposal.feeds)
