"""Whether a statement makes its rows of single rows: then new files can be read without those read before.

What belongs here: looking at the tree of a statement. What does not: reading statements (select.py).
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import Any, Final

_EXPRESSIONS: Final = frozenset(
    {
        "BETWEEN",
        "CASE",
        "CAST",
        "COLLATE",
        "COLUMN_REF",
        "COMPARISON",
        "CONJUNCTION",
        "CONSTANT",
        "FUNCTION",
        "LAMBDA",
        "OPERATOR",
        "STAR",
    }
)
"""Of one row they look at nothing else; windows and subqueries look at others."""

_NODES: Final = frozenset(
    {
        "SELECT_NODE",
        "SET_OPERATION_NODE",
        "BASE_TABLE",
        "TABLE_FUNCTION",
        "SUBQUERY",
        "JOIN",
        "ORDER_MODIFIER",
    }
)
_ORDERS: Final = frozenset({"ORDER_DEFAULT", "ASCENDING", "DESCENDING"})


def is_row_by_row(node: dict[str, Any], aggregates: Container[str]) -> bool:
    """Say whether every row that a statement gives comes from one row of a table, whatever others there are.

    Order is none of its business, because rows are put in the order of their files and lines.
    """
    return all(_looks_at_one_row(each, aggregates) for each in nodes(node))


def names_its_rows(node: dict[str, Any], names: tuple[str, ...]) -> bool:
    """Say whether all rows that a statement gives carry columns of these names."""
    if node.get("type") == "SET_OPERATION_NODE":
        children = node.get("children") or [node.get("left"), node.get("right")]
        return all(names_its_rows(each, names) for each in children if isinstance(each, dict))
    given = {
        str(each.get("alias") or (each.get("column_names") or [""])[-1]).casefold()
        for each in node.get("select_list", [])
    }
    return given >= set(names)


def _looks_at_one_row(node: dict[str, Any], aggregates: Container[str]) -> bool:
    expression, kind = node.get("class"), node.get("type")
    if expression is not None:
        is_of_many = expression == "FUNCTION" and node.get("function_name") in aggregates
        # Where a row lies in the table of all files is another place once it is read by itself.
        is_place = expression == "COLUMN_REF" and str((node.get("column_names") or [""])[-1]) == "rowid"
        return expression in _EXPRESSIONS and not (is_of_many or is_place)
    if kind == "SELECT_NODE":
        is_grouped = node.get("group_expressions") or node.get("having") or node.get("qualify")
        return not (is_grouped or node.get("sample")) and _begins_with_a_table(node.get("from_table") or {})
    if kind == "SET_OPERATION_NODE":
        return node.get("setop_type") == "UNION" and bool(node.get("setop_all"))
    return kind is None or kind in _NODES or kind in _ORDERS


def _begins_with_a_table(table: dict[str, Any]) -> bool:
    """Say whether rows come from one table, and from what is unnested of each."""
    while table.get("type") == "JOIN":
        if table.get("right", {}).get("type") != "TABLE_FUNCTION":
            return False
        table = table.get("left") or {}
    return table.get("type") in {"BASE_TABLE", "SUBQUERY"}


def nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """Yield every node of a statement's tree, as DuckDB writes it in JSON, the outer before the inner."""
    if isinstance(tree, dict):
        yield tree
        for value in tree.values():
            yield from nodes(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from nodes(value)
