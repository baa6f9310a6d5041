"""What a file is, and what a run would take of it: a feed, a platform's export, or a table to be mapped.

What belongs here: choosing among these, and a trial. What does not: asking people, and putting the file in
its place (take.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Literal

from orderhealth_pipeline.errors import UnusableInputError
from orderhealth_pipeline.ingest.adapters.declaration import Adapter, read_adapter
from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.ingest.files.discover import feed_files
from orderhealth_pipeline.ingest.mapping.adapter_text import adapter_files
from orderhealth_pipeline.ingest.mapping.examine import Examined, examine, is_of
from orderhealth_pipeline.ingest.mapping.looks import DayOrder
from orderhealth_pipeline.ingest.mapping.proposal import NOTHING_SAID, Proposal, Said
from orderhealth_pipeline.messages import Message, joined
from orderhealth_pipeline.pipeline.adapted import found_adapters
from orderhealth_pipeline.pipeline.dropped.trial import Trial, try_adapter, try_feed
from orderhealth_pipeline.pipeline.dropped.why_no_table import why_no_table
from orderhealth_pipeline.settings import Settings

Kind = Literal["feed", "known", "preset", "proposal"]
"""A feed as it stands; of an adapter that runs know already; of a preset; of none, and one is proposed."""

FAR: Final = datetime(9999, 1, 1, tzinfo=UTC)
_NAME: Final = re.compile(r"[^\w-]+")


@dataclass(frozen=True)
class LookedAt:
    """What a file is.

    `name` is the feed's or the adapter's. `texts` are the files of an adapter that is proposed,
    `is_ambiguous` where a person has to say whether its dates begin with the day.
    """

    kind: Kind
    name: str
    trial: Trial
    adapter: Adapter | None = None
    texts: Mapping[str, str] = field(default_factory=dict)
    proposal: Proposal | None = None
    others: Sequence[str] = ()


class AmbiguousDatesError(UnusableInputError):
    """Nobody can tell whether the dates of a file begin with the day or the month: a person has to say it."""


class LackingColumnsError(UnusableInputError):
    """Nobody knows by their names which columns of a table feeds need: a person has to say it."""

    def __init__(self, problems: Message, proposal: Proposal) -> None:
        """Keep what is known of the table: its header, and what each feed lacks."""
        super().__init__(problems)
        self.proposal = proposal


def look_at(
    file: Path, settings: Settings, order: DayOrder | None = None, said: Said = NOTHING_SAID
) -> LookedAt:
    """Say what a file is, and try it. Raises UnusableInputError where nothing can be made of it."""
    contracts = feed_contracts()
    if (feed := _feed_by_name(file)) is not None:
        with suppress(UnusableInputError):
            return LookedAt("feed", feed, try_feed(feed, file, contracts, settings.zone, FAR))
    for each in found_adapters(settings, None):
        if any(is_of(source, file) for source in each.adapter.declaration.sources):
            trial = try_adapter(each.adapter, file, contracts, FAR)
            return LookedAt("known", each.adapter.name, trial, each.adapter)
    found = examine(file, contracts, order, said)
    if found.presets:
        first, *others = found.presets
        names = tuple(each.name for each in others)
        return LookedAt("preset", first.name, try_adapter(first, file, contracts, FAR), first, others=names)
    proposal = best_of(found, file)
    if (feed := _feed_by_columns(proposal)) is not None:
        with suppress(UnusableInputError):
            return LookedAt("feed", feed, try_feed(feed, file, contracts, settings.zone, FAR))
    name = adapter_name(file)
    texts = adapter_files(proposal, name, settings.timezone, file.name)
    with TemporaryDirectory() as draft:
        write_adapter(Path(draft), texts)
        adapter = read_adapter(draft, contracts)
        trial = try_adapter(adapter, file, contracts, FAR)
    return LookedAt("proposal", name, trial, adapter, texts, proposal)


def best_of(found: Examined, file: Path) -> Proposal:
    """Return the best of what is proposed. Raises UnusableInputError where it cannot be used."""
    if not found.proposals:
        raise UnusableInputError(Message("{file}: {problem}", file=file.name, problem=why_no_table(file)))
    best = found.proposals[0]
    if best.problems:
        problems = joined(
            "\n", (Message("{file}: {problem}", file=file.name, problem=each) for each in best.problems)
        )
        if best.has_ambiguous_dates:
            raise AmbiguousDatesError(problems)
        raise LackingColumnsError(problems, best) if best.lacking else UnusableInputError(problems)
    return best


def adapter_name(file: Path) -> str:
    """Return what an adapter of a file is called."""
    return _NAME.sub("-", file.name.split(".")[0]).strip("-") or "table"


def write_adapter(folder: Path, texts: Mapping[str, str]) -> None:
    """Write an adapter into a folder, its declaration last: a run that begins meanwhile finds it whole."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in sorted(texts.items(), key=lambda each: each[0] == "adapter.yml"):
        (folder / name).write_text(text, encoding="utf-8")


def _feed_by_name(file: Path) -> str | None:
    """Return the feed that a file is by its name; the longest, as `storefront_order_lines`."""
    named = [
        feed for feed in feed_contracts() if any(each.path == file for each in feed_files(file.parent, feed))
    ]
    return max(named, key=len, default=None)


def _feed_by_columns(proposal: Proposal) -> str | None:
    """Return the feed that a table is already, column by column, where it is one."""
    table, feeds = proposal.table, proposal.feeds
    is_plain = (
        len(feeds) == 1
        and table.header_row == 0
        and table.ends_before is None
        and not (table.fill_down or proposal.looks or proposal.nothing)
        and not any(words for feed in feeds for words in feed.words.values())
    )
    if not is_plain:
        return None
    choices = feeds[0].choices
    same = all(choice.sql is None and choice.column == target for target, choice in choices.items())
    return feeds[0].feed if same else None
