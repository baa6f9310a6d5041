"""A statement of an adapter: exactly one SELECT, over nothing but the adapter's sources.

What belongs here: what is checked of its text, and letting it hand on which line of which file a row is of.
What does not: running it (load_through_adapter.py). DuckDB's own parser tells what a statement says, as a
tree.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import duckdb

from orderhealth_pipeline import sql
from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.ingest.adapters.row_by_row import is_row_by_row, names_its_rows, nodes
from orderhealth_pipeline.messages import Message

SOURCE_FILE: Final = "source_file"
SOURCE_LINE: Final = "source_line"
"""Columns that every source has: the name of the file that a row is of, and the row's line in it."""

ERP_NUMBERS: Final = "erp_numbers"
"""A table that every statement may read: the orders (order_id) of each number of the ERP (erp_id).

Warehouses speak of the ERP's numbers, and their records have to name orders.
"""

_TABLE_FUNCTIONS: Final = frozenset(
    {
        "unnest",
        "generate_series",
        "range",
        "json_each",
        "json_tree",
        "generate_subscripts",
        "regexp_split_to_table",
    }
)
"""Functions that give rows and read nothing but what they are given."""


@dataclass(frozen=True)
class SourceSelect:
    """A checked statement: as it was written, as it is run, and the sources that it reads.

    Of one that `is_row_by_row` new files give their rows without those that were read before.
    """

    text: str
    query: str
    reads: frozenset[str]
    is_row_by_row: bool = False


def read_select(file: Path, sources: Sequence[str]) -> SourceSelect:
    """Read and check a statement. Raises ConfigurationError, with the file, where it may not be run."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise ConfigurationError("the file cannot be read as UTF-8 text", file=file) from None
    with duckdb.connect() as con:
        tree = _tree_of(con, file, text)
        known = {source.casefold(): source for source in (*sources, ERP_NUMBERS)}
        reads = frozenset(_reads(tree["statements"][0], known, file))
        aggregates = _aggregates(con)
        node = tree["statements"][0]["node"]
        if _can_hand_on(node, known, aggregates):
            _hand_on(node, known)
        is_alone = (
            len(reads) == 1
            and ERP_NUMBERS not in reads
            and is_row_by_row(node, aggregates)
            and names_its_rows(node, (SOURCE_FILE, SOURCE_LINE))
        )
        ((query,),) = sql.run(con, "ingest/workshop/write_select", [json.dumps(tree)])
    return SourceSelect(text, str(query), reads, is_alone)


def _tree_of(con: duckdb.DuckDBPyConnection, file: Path, text: str) -> dict[str, Any]:
    ((written,),) = sql.run(con, "ingest/workshop/read_select", [text])
    tree: dict[str, Any] = json.loads(written)
    if tree.get("error"):
        message = str(tree.get("error_message", "")).splitlines()[0]
        is_other = "Only SELECT" in message
        reason = (
            "exactly one SELECT is expected, and nothing else" if is_other else f"no valid SQL: {message}"
        )
        line = None if is_other else _line_of(text, tree.get("position"))
        raise ConfigurationError(reason, file=file, line=line)
    if len(tree["statements"]) != 1:
        count = len(tree["statements"])
        raise ConfigurationError(
            Message("exactly one SELECT is expected, {count} statements are here", count=count), file=file
        )
    return tree


def _line_of(text: str, position: object) -> int | None:
    try:
        return text.count("\n", 0, int(str(position))) + 1
    except ValueError:
        return None


def _reads(tree: Any, known: dict[str, str], file: Path) -> Iterator[str]:
    """Return the sources that a statement reads. Raises ConfigurationError where it reads anything else."""
    own = {name.casefold() for name in _common_tables(tree)}
    for node in nodes(tree):
        if node.get("type") == "BASE_TABLE":
            name = str(node["table_name"])
            if node.get("schema_name") or node.get("catalog_name"):
                raise ConfigurationError(
                    Message("it reads '{name}' of another schema: only sources are read", name=name),
                    file=file,
                )
            if name.casefold() in known:
                yield known[name.casefold()]
            elif name.casefold() not in own:
                raise ConfigurationError(
                    Message(
                        "it reads '{name}', which is no source of adapter.yml; there are: {known}",
                        name=name,
                        known=", ".join(sorted(set(known.values()) - {ERP_NUMBERS})),
                    ),
                    file=file,
                )
        if node.get("type") == "TABLE_FUNCTION":
            function = str(node.get("function", {}).get("function_name", ""))
            if function.casefold() not in _TABLE_FUNCTIONS:
                raise ConfigurationError(
                    Message(
                        "{function}() is not allowed here: declare what it reads as a source of adapter.yml",
                        function=function,
                    ),
                    file=file,
                )
        if node.get("type") in {"SHOW_REF", "COLUMN_DATA"}:
            raise ConfigurationError("exactly one SELECT is expected, and nothing else", file=file)


def _common_tables(tree: Any) -> Iterator[str]:
    for node in nodes(tree):
        entries = node.get("cte_map", {}).get("map", []) if isinstance(node.get("cte_map"), dict) else []
        yield from (str(entry["key"]) for entry in entries)
        if node.get("type") in {"RECURSIVE_CTE_NODE", "CTE_NODE"} and "cte_name" in node:
            yield str(node["cte_name"])


def _aggregates(con: duckdb.DuckDBPyConnection) -> frozenset[str]:
    rows = sql.run(con, "ingest/workshop/select_aggregates")
    return frozenset(name for (name,) in rows)


def _can_hand_on(node: dict[str, Any], known: dict[str, str], aggregates: frozenset[str]) -> bool:
    """Say whether every row that a SELECT gives is of one row of a source."""
    if node.get("type") == "SET_OPERATION_NODE":
        is_union = node.get("setop_type") == "UNION" and node.get("setop_all")
        branches = _branches(node)
        return bool(is_union and branches) and all(_can_hand_on(each, known, aggregates) for each in branches)
    if node.get("type") != "SELECT_NODE" or _first_source(node, known) is None:
        return False
    is_grouped = bool(node.get("group_expressions")) or node.get("having") is not None
    is_distinct = any(each.get("type") == "DISTINCT_MODIFIER" for each in node.get("modifiers", []))
    has_aggregate = any(
        each.get("class") == "FUNCTION" and each.get("function_name") in aggregates
        for each in nodes(node.get("select_list", []))
    )
    return not (is_grouped or is_distinct or has_aggregate or _names_a_source_column(node))


def _branches(node: dict[str, Any]) -> list[dict[str, Any]]:
    children = node.get("children") or [node.get("left"), node.get("right")]
    return [each for each in children if isinstance(each, dict)]


def _names_a_source_column(node: dict[str, Any]) -> bool:
    """Say whether a SELECT hands on by itself where its rows come from, which `*` does."""
    if any(each.get("class") == "STAR" for each in node.get("select_list", [])):
        return True
    names = {
        str(each.get("alias") or (each.get("column_names") or [""])[-1]).casefold()
        for each in node.get("select_list", [])
    }
    return bool(names & {SOURCE_FILE, SOURCE_LINE})


def _first_source(node: dict[str, Any], known: dict[str, str]) -> str | None:
    """Return what the first table of a FROM is called, where it is a source."""
    table = node.get("from_table") or {}
    while table.get("type") == "JOIN":
        table = table["left"]
    if table.get("type") != "BASE_TABLE" or str(table["table_name"]).casefold() not in known:
        return None
    return str(table.get("alias") or table["table_name"])


def _hand_on(node: dict[str, Any], known: dict[str, str]) -> None:
    if node.get("type") == "SET_OPERATION_NODE":
        for branch in _branches(node):
            _hand_on(branch, known)
        return
    table = _first_source(node, known)
    for name in (SOURCE_FILE, SOURCE_LINE):
        node["select_list"].append(
            {"class": "COLUMN_REF", "type": "COLUMN_REF", "alias": "", "column_names": [table, name]}
        )
