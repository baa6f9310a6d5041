"""YAML text → YAML text in which some values are others; comments, order and all other lines stay.

What belongs here: finding where a value stands, and writing another one there. What does not: what may be
written (yaml_values.py writes it), and whether it makes sense (catalogue.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import yaml

from orderhealth_pipeline.rules.editing.yaml_values import block, flow
from orderhealth_pipeline.yaml_files import Keys
from orderhealth_pipeline.yaml_nodes import compose

_COLUMNS: Final = 120


class _Absent:
    """What takes a key away."""


ABSENT: Final = _Absent()
"""Written instead of a value: the key goes."""


def edited(text: str, edits: Iterable[tuple[Keys, Any]]) -> str:
    """Return the text with values set, one after the other; `ABSENT` takes a key away.

    A key that is missing is added to the mapping that it belongs to, with all that is missing above it.
    Raises KeyError for a place that cannot be, such as a key of a number; YamlMistakeError for no YAML.
    """
    for keys, value in edits:
        text = _removed(text, keys) if value is ABSENT else _set(text, keys, value)
    return text


def value_at(text: str, keys: Keys) -> str | None:
    """Return a single value as the text writes it, or None where there is none."""
    node = _find(_root(text), keys)
    return text[node.start_mark.index : node.end_mark.index] if isinstance(node, yaml.ScalarNode) else None


def line_of(text: str, keys: Keys) -> int | None:
    """Return the line, counted from 1, in which what stands at some keys begins."""
    node = _find(_root(text), keys)
    return None if node is None else node.start_mark.line + 1


def _root(text: str) -> yaml.Node:
    node = compose(text)
    if node is None:
        raise KeyError("the text is empty")
    return node


def _find(node: yaml.Node | None, keys: Keys) -> yaml.Node | None:
    for key in keys:
        node = _child(node, key)
    return node


def _child(node: yaml.Node | None, key: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for name, value in node.value if str(name.value) == str(key)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
        found: yaml.Node = node.value[key]
        return found
    return None


def _set(text: str, keys: Keys, value: Any) -> str:
    root = _root(text)
    node = _find(root, keys)
    if node is None:
        return _added(text, root, keys, value)
    start, end = node.start_mark.index, _end(text, node)
    if (
        isinstance(node, yaml.ScalarNode)
        and node.style in {None, "'", '"'}
        and not isinstance(value, dict | list)
    ):
        return text[:start] + flow(value) + text[end:]
    parent = _find(root, keys[:-1])
    if parent is None or _is_on_one_line(text, parent):
        return text[:start] + flow(value) + text[end:]
    return _after_key(text, parent, keys[-1], value, end)


def _after_key(text: str, parent: yaml.Node, key: str | int, value: Any, end: int) -> str:
    """Write a value in the place of one that stands in a mapping or a list of several lines."""
    if isinstance(parent, yaml.MappingNode):
        name = next(name for name, _ in parent.value if str(name.value) == str(key))
        begin, column = name.end_mark.index, name.start_mark.column
        return text[:begin] + ":" + _written(value, column, begin - _line_start(text, begin)) + text[end:]
    item = parent.value[int(key)]
    return text[: item.start_mark.index] + flow(value) + text[end:]


def _written(value: Any, column: int, before: int) -> str:
    """Write a value behind its key: on the same line where it fits, else below."""
    short = flow(value)
    if before + len(short) + 2 <= _COLUMNS:
        return f" {short}"
    indent = column + 2
    return "\n" + "\n".join(" " * indent + line for line in block(value, _COLUMNS - indent))


def _added(text: str, root: yaml.Node, keys: Keys, value: Any) -> str:
    depth = len(keys) - 1
    while depth and _find(root, keys[:depth]) is None:
        depth -= 1
        value = {keys[depth + 1]: value}
    parent, key = _find(root, keys[:depth]), keys[depth]
    if isinstance(parent, yaml.SequenceNode) and key == len(parent.value):
        return _appended(text, parent, value)
    if not isinstance(parent, yaml.MappingNode):
        raise KeyError(".".join(map(str, keys)))
    if _is_on_one_line(text, parent):
        end = parent.end_mark.index - 1
        head = text[:end].rstrip()
        comma = "" if head.endswith("{") else ", "
        return f"{head}{comma}{flow(key)}: {flow(value)}{text[end:]}"
    column = parent.start_mark.column
    end = _end(text, parent)
    line = f"{' ' * column}{flow(key)}:" + _written(value, column, column + len(flow(key)))
    rest = text[end:]
    same_line, has_break, below = rest.partition("\n")
    return f"{text[:end]}{same_line}\n{line}{has_break or chr(10)}{below}"


def _appended(text: str, parent: yaml.SequenceNode, value: Any) -> str:
    """Write one entry more at the end of a list; an empty one is written on lines from now on."""
    if not parent.value:
        return f"{text[: parent.start_mark.index].rstrip()}\n  - {flow(value)}{text[parent.end_mark.index :]}"
    end = _end(text, parent)
    if _is_on_one_line(text, parent):
        return f"{text[: end - 1].rstrip()}, {flow(value)}{text[end - 1 :]}"
    same_line, has_break, below = text[end:].partition("\n")
    line = f"{' ' * parent.start_mark.column}- {flow(value)}"
    return f"{text[:end]}{same_line}\n{line}{has_break or chr(10)}{below}"


def _removed_entry(text: str, parent: yaml.SequenceNode, number: int) -> str:
    entry = parent.value[number]
    if len(parent.value) == 1:
        end = _end(text, parent)
        return f"{text[: parent.start_mark.index].rstrip()} []{text[end:]}"
    if _is_on_one_line(text, parent):
        begin = parent.value[number - 1].end_mark.index if number else entry.start_mark.index
        end = entry.end_mark.index if number else parent.value[1].start_mark.index
        return text[:begin] + text[end:]
    end = text.find("\n", _end(text, entry))
    return text[: _line_start(text, entry.start_mark.index)] + ("" if end < 0 else text[end + 1 :])


def _removed(text: str, keys: Keys) -> str:
    parent = _find(_root(text), keys[:-1])
    if isinstance(parent, yaml.SequenceNode) and isinstance(keys[-1], int) and keys[-1] < len(parent.value):
        return _removed_entry(text, parent, keys[-1])
    pairs = parent.value if isinstance(parent, yaml.MappingNode) else []
    for number, (name, value) in enumerate(pairs):
        if str(name.value) != str(keys[-1]):
            continue
        if parent is not None and _is_on_one_line(text, parent):
            if number + 1 < len(pairs):
                return text[: name.start_mark.index] + text[pairs[number + 1][0].start_mark.index :]
            begin = pairs[number - 1][1].end_mark.index if number else name.start_mark.index
            return text[:begin] + text[value.end_mark.index :]
        begin = _line_start(text, name.start_mark.index)
        if text[begin : name.start_mark.index].strip():
            raise KeyError(f"{keys[-1]} begins an entry of a list")
        end = text.find("\n", _end(text, value))
        return text[:begin] + ("" if end < 0 else text[end + 1 :])
    return text


def _line_start(text: str, index: int) -> int:
    return text.rfind("\n", 0, index) + 1


def _is_on_one_line(text: str, node: yaml.Node) -> bool:
    """Say whether a mapping or a list stands between brackets."""
    return text[node.start_mark.index : node.start_mark.index + 1] in {"{", "["}


def _end(text: str, node: yaml.Node) -> int:
    """Return where a node's last character stands; what PyYAML says includes the comments behind it."""
    if isinstance(node, yaml.ScalarNode):
        # A folded text ends where the line break behind it does.
        return int(node.end_mark.index) - (node.style in {"|", ">"})
    if _is_on_one_line(text, node) or not node.value:
        return int(node.end_mark.index)
    last = node.value[-1]
    return _end(text, last[1] if isinstance(last, tuple) else last)
