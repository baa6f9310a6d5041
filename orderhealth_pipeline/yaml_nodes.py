"""YAML as a tree of nodes, within bounds: no input takes more than its file deserves, or ends in a traceback.

What belongs here: parsing, aliases, tags, depth and size. What does not: what the nodes mean (yaml_files.py).
"""

from __future__ import annotations

from typing import Any, Final

import yaml

from orderhealth_pipeline.messages import Message

LONGEST_TEXT: Final = 4 * 1024 * 1024
"""Characters of a file; the largest that people write by hand have some hundred thousand."""

DEEPEST: Final = 32
MOST_NODES: Final = 200_000
"""Nodes of a file, those that aliases repeat counted each time."""

_TAGS: Final = "tag:yaml.org,2002:"
_SCALARS: Final = frozenset(
    f"{_TAGS}{name}" for name in ("str", "int", "float", "bool", "null", "timestamp", "value", "merge")
)
_LOADER: Final = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader


class YamlMistakeError(Exception):
    """Why the text is refused, and in which line, counted from 1."""

    def __init__(self, reason: str, line: int) -> None:
        """Keep both."""
        super().__init__(reason)
        self.reason = reason
        self.line = line


def compose(text: str) -> yaml.Node | None:
    """Parse the one document of a text; null where it is empty. Raises YamlMistakeError.

    With libyaml, which takes a tenth of the time; PyYAML's own parser names mistakes better.
    """
    if len(text) > LONGEST_TEXT:
        raise YamlMistakeError(
            Message("the file is longer than {longest} MB", longest=LONGEST_TEXT // 1024 // 1024), 1
        )
    try:
        return _Composer(_LOADER(text)).document()
    except yaml.YAMLError as error:
        raise _named_better(text, error) from None
    except RecursionError:
        raise YamlMistakeError(
            Message("it is nested deeper than {deepest} levels", deepest=DEEPEST), 1
        ) from None


def _named_better(text: str, error: yaml.YAMLError) -> YamlMistakeError:
    try:
        _Composer(yaml.SafeLoader(text)).document()
    except yaml.YAMLError as found:
        error = found
    if isinstance(error, yaml.MarkedYAMLError):
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        return YamlMistakeError(Message("not valid YAML: {problem}", problem=error.problem), line)
    if isinstance(error, yaml.reader.ReaderError):
        line = text.count("\n", 0, error.position) + 1
        sign = f"U+{ord(text[error.position]):04X}" if error.position < len(text) else "a sign"
        return YamlMistakeError(
            Message("not valid YAML: {sign} is not allowed; write it as an escape in quotes", sign=sign), line
        )
    return YamlMistakeError("not valid YAML", 1)


class _Composer:
    """From the parser's events to nodes; PyYAML's own composer knows no bounds."""

    def __init__(self, loader: Any) -> None:
        self._loader = loader
        self._anchors: dict[str, tuple[yaml.Node, int] | None] = {}
        self._nodes = 0

    def document(self) -> yaml.Node | None:
        loader = self._loader
        try:
            loader.get_event()
            if loader.check_event(yaml.StreamEndEvent):
                return None
            loader.get_event()
            node = self._node(1)
            loader.get_event()
            if not loader.check_event(yaml.StreamEndEvent):
                raise YamlMistakeError(
                    "a second document begins here; one is expected", _line(loader.peek_event())
                )
            return node
        finally:
            loader.dispose()

    def _node(self, depth: int) -> yaml.Node:
        event = self._loader.get_event()
        if depth > DEEPEST:
            raise YamlMistakeError(
                Message("it is nested deeper than {deepest} levels", deepest=DEEPEST), _line(event)
            )
        self._count(1, event)
        if isinstance(event, yaml.AliasEvent):
            return self._repeated(event)
        before = self._nodes
        if event.anchor is not None:
            self._anchors[event.anchor] = None
        if isinstance(event, yaml.ScalarEvent):
            node: yaml.Node = self._scalar(event)
        elif isinstance(event, yaml.SequenceStartEvent):
            node = self._sequence(event, depth)
        else:
            node = self._mapping(event, depth)
        if event.anchor is not None:
            self._anchors[event.anchor] = (node, self._nodes - before + 1)
        return node

    def _repeated(self, event: Any) -> yaml.Node:
        if event.anchor not in self._anchors:
            raise YamlMistakeError(
                Message("there is no anchor '&{anchor}' above", anchor=event.anchor), _line(event)
            )
        anchored = self._anchors[event.anchor]
        if anchored is None:
            raise YamlMistakeError(
                Message("'*{anchor}' stands within what it names", anchor=event.anchor), _line(event)
            )
        node, nodes = anchored
        self._count(nodes, event)
        return node

    def _scalar(self, event: Any) -> yaml.ScalarNode:
        tag = event.tag
        if tag is None or tag == "!":
            tag = self._loader.resolve(yaml.ScalarNode, event.value, event.implicit)
        elif tag not in _SCALARS:
            raise _unknown_tag(event)
        return yaml.ScalarNode(tag, event.value, event.start_mark, event.end_mark, style=event.style)

    def _sequence(self, event: Any, depth: int) -> yaml.SequenceNode:
        self._require_tag(event, f"{_TAGS}seq")
        items = []
        while not self._loader.check_event(yaml.SequenceEndEvent):
            items.append(self._node(depth + 1))
        end = self._loader.get_event()
        return yaml.SequenceNode(f"{_TAGS}seq", items, event.start_mark, end.end_mark)

    def _mapping(self, event: Any, depth: int) -> yaml.MappingNode:
        self._require_tag(event, f"{_TAGS}map")
        pairs = []
        while not self._loader.check_event(yaml.MappingEndEvent):
            key = self._node(depth + 1)
            if not isinstance(key, yaml.ScalarNode):
                raise YamlMistakeError("a key is expected to be a text", key.start_mark.line + 1)
            pairs.append((key, self._node(depth + 1)))
        end = self._loader.get_event()
        return yaml.MappingNode(f"{_TAGS}map", pairs, event.start_mark, end.end_mark)

    def _require_tag(self, event: Any, expected: str) -> None:
        if event.tag not in (None, "!", expected):
            raise _unknown_tag(event)

    def _count(self, nodes: int, event: Any) -> None:
        self._nodes += nodes
        if self._nodes > MOST_NODES:
            raise YamlMistakeError(
                Message("it has more than {most:,} values, repeated ones counted", most=MOST_NODES),
                _line(event),
            )


def _line(event: Any) -> int:
    line: int = event.start_mark.line
    return line + 1


def _unknown_tag(event: Any) -> YamlMistakeError:
    tag: str = event.tag
    written = f"!!{tag.removeprefix(_TAGS)}" if tag.startswith(_TAGS) else tag
    return YamlMistakeError(
        Message("the tag '{written}' is not known; write the value alone", written=written), _line(event)
    )
