"""What a person says of a file's columns: as options of `orderhealth map`, or as answers to its questions.

What belongs here: reading and asking. What does not: what follows from it (ingest/mapping).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from orderhealth_pipeline.commands.terminal.asking import chosen
from orderhealth_pipeline.commands.terminal.options import spoken, tell
from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.ingest.mapping.proposal import Proposal, Said
from orderhealth_pipeline.ingest.mapping.synonyms import title_of
from orderhealth_pipeline.messages import Message

_LONGEST_EXAMPLE: Final = 30


def said_columns(options: Sequence[str]) -> Said:
    """Read options such as `storefront_orders.order_id=单据号`. Raises ConfigurationError."""
    said: dict[str, dict[str, str]] = {}
    contracts = feed_contracts()
    for option in options:
        place, equals, name = option.partition("=")
        feed, _, column = place.strip().partition(".")
        if not equals or not name.strip():
            raise ConfigurationError(
                Message(
                    "--column {option}: write FEED.COLUMN=NAME, such as storefront_orders.order_id=Number",
                    option=option,
                )
            )
        known = contracts[feed].columns if feed in contracts else contracts
        if feed not in contracts or column not in known:
            raise ConfigurationError(
                Message(
                    "--column {option}: there is no '{name}'; known are {known}",
                    option=option,
                    name=column if feed in contracts else feed,
                    known=", ".join(known),
                )
            )
        said.setdefault(feed, {})[column] = name.strip()
    return said


def require_there(said: Said, proposals: Sequence[Proposal]) -> None:
    """Raise ConfigurationError where no sheet of the file has a column that was named."""
    there = [name for proposal in proposals for name in proposal.table.header]
    for feed, named in said.items():
        for column, name in named.items():
            if proposals and name not in there:
                raise ConfigurationError(
                    Message(
                        "--column {feed}.{column}: the file has no column '{name}' (there are: {there})",
                        feed=feed,
                        column=column,
                        name=name,
                        there=", ".join(there),
                    )
                )


def ask_for_columns(proposal: Proposal, said: Said) -> Said | None:
    """Ask what the file is, and which of its columns a feed lacks; null where a person cannot say."""
    table, contracts, locale = proposal.table, feed_contracts(), spoken()
    feeds = [feed for feed in proposal.lacking if feed in said] or list(proposal.lacking)
    place: int | None = 0
    if len(feeds) > 1:
        titles = [f"{contracts[feed].title.in_locale(locale)} ({feed})" for feed in feeds]
        place = chosen(Message("What are the rows of this file?"), titles, default=0)
    feed = feeds[place or 0]
    answers = dict(said.get(feed, {}))
    for column in proposal.lacking[feed]:
        left = [name for name in table.header if name not in answers.values()]
        title = title_of(feed, column, locale)
        question = Message("Which column is {title} ({column})?", title=title, column=column)
        place = chosen(question, [_with_example(proposal, name) for name in left])
        if place is None:
            tell(Message("Without it, no {feed} can be read.", feed=contracts[feed].title.in_locale(locale)))
            return None
        answers[column] = left[place]
    return {feed: answers}


def way_out(proposal: Proposal) -> Message:
    """Say how a column is named that nobody was asked for."""
    feed, columns = next(iter(proposal.lacking.items()))
    return Message(
        "If the file has it under another name, say so: {options}",
        options=" ".join(f"--column {feed}.{column}=…" for column in columns),
    )


def _with_example(proposal: Proposal, name: str) -> str:
    example = next(iter(proposal.table.values(name)), "")
    return f"{name}  ({example[:_LONGEST_EXAMPLE]})" if example else name
