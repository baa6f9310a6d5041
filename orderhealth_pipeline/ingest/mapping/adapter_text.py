"""A proposal as the files of an adapter: `adapter.yml` and a SELECT per feed, for people to read and change.

What belongs here: their texts. What does not: what is proposed (propose.py), and writing files.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from orderhealth_pipeline.ingest.adapters.column_looks import ColumnLook
from orderhealth_pipeline.ingest.mapping.proposal import Choice, FeedProposal, Proposal


def adapter_files(proposal: Proposal, name: str, timezone: str, of_file: str) -> dict[str, str]:
    """Return an adapter's texts by file name; it reads all files with the same columns."""
    texts = {"adapter.yml": _declaration(proposal, name, timezone, of_file)}
    return texts | {f"{feed.feed}.sql": _select(feed) for feed in proposal.feeds}


def _declaration(proposal: Proposal, name: str, timezone: str, of_file: str) -> str:
    needed = _needed(proposal)
    source: dict[str, Any] = {"name": "rows", "columns": needed}
    if optional := [column for column in proposal.used if column not in needed]:
        source["optional_columns"] = optional
    if proposal.table.header_lines > 1:
        source["header_lines"] = proposal.table.header_lines
    if proposal.table.ends_before is not None:
        ends = proposal.table.ends_before
        source["ends_before"] = ends if isinstance(ends, str) else list(ends)
    if filled := [column for column in proposal.table.fill_down if column in proposal.used]:
        source["fill_down"] = filled
    if proposal.nothing:
        source["nothing"] = list(proposal.nothing)
    if proposal.looks:
        source["looks"] = {column: _look(look) for column, look in proposal.looks.items()}
    vocabulary = {
        feed.feed: {column: dict(words) for column, words in feed.words.items()}
        for feed in proposal.feeds
        if feed.words
    }
    declared: dict[str, Any] = {
        "name": name,
        "timezone": timezone,
        "currency": "CNY",
        "description": f"Files with the columns of {of_file}.",
    }
    if vocabulary:
        declared["vocabulary"] = vocabulary
    declared["sources"] = [source]
    return yaml.safe_dump(declared, allow_unicode=True, sort_keys=False, width=120)


def _needed(proposal: Proposal) -> list[str]:
    """Return the columns by which a file is told: those of the first feed."""
    choices = [choice for feed in proposal.feeds for choice in feed.choices.values()]
    first = [choice.column for choice in proposal.feeds[0].choices.values() if choice.column]
    looked = [column for column in first if any(choice.column == column for choice in choices)]
    return [column for column in proposal.used if column in looked] or list(proposal.used)


def _look(look: ColumnLook) -> Mapping[str, Any]:
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in look.model_dump().items()
        if value
    }


def _select(feed: FeedProposal) -> str:
    columns = [
        f"    {_value(choice, is_grouped=feed.is_grouped and name != 'order_id')} as {name}"
        for name, choice in feed.choices.items()
    ]
    is_numbered = False
    lines = ["select", ",\n".join(columns)]
    key = feed.choices["order_id"].column if "order_id" in feed.choices else None
    if feed.is_grouped:
        lines[-1] += ",\n    source_file,\n    min(source_line) as source_line"
    elif any("over (" in (choice.sql or "") for choice in feed.choices.values()):
        lines[-1] += ",\n    source_file,\n    source_line"
        is_numbered = True
    lines.append("from rows")
    if feed.only_where is not None:
        lines.append(f"where {feed.only_where}")
    if is_numbered:
        lines.append("order by rowid")
    if feed.is_grouped:
        lines.append(f"group by {_quoted(key or '')}, source_file")
        lines.append("order by min(rowid)")
    return "\n".join(lines) + "\n"


def _value(choice: Choice, *, is_grouped: bool) -> str:
    if choice.sql is not None:
        is_whole = choice.sql.startswith(("sum(", "'"))
        return choice.sql if not is_grouped or is_whole else f"max_by({choice.sql}, rowid)"
    column = _quoted(choice.column or "")
    # What a later row says counts, as everywhere.
    return f"max_by({column}, rowid)" if is_grouped else column


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
