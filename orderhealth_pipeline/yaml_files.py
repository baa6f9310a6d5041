"""YAML files read into frozen pydantic models, with errors that name file, line, key and what was expected.

What belongs here: `read_model`, through which everything written in YAML is read. What does not: what its
keys mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.messages import Message, as_message, joined, of_value
from orderhealth_pipeline.yaml_nodes import YamlMistakeError, compose

Keys = tuple[str | int, ...]

_VARIABLE: Final = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_LONGEST_VALUE: Final = 60


class FrozenModel(BaseModel):
    """A model that cannot change after it was read and that rejects keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


Model = TypeVar("Model", bound=BaseModel)


def read_model(
    file: Path,
    model: type[Model],
    *,
    context: Any = None,
    environment: Mapping[str, str] | None = None,
    lines: dict[Keys, int] | None = None,
    text: str | None = None,
) -> Model:
    """Read one YAML file into `model`; with `text` as though the file said that.

    With `environment`, every `${NAME}` in a value is replaced by that variable, and errors never show a
    value, which might be a secret. `lines`, where given, is filled with the line of every key, for what turns
    out to be wrong later. Numbers keep the decimal digits they were written with: 0.70 becomes
    Decimal("0.70"). Raises ConfigurationError with file, line, key and reason when the file is missing, is no
    YAML, repeats a key, has an unknown key, a value that does not fit, or a variable that is not set.
    """
    document = _Document(file, environment, {} if lines is None else lines, text)
    data = document.read()
    try:
        return model.model_validate(data, context=context)
    except ValidationError as error:
        raise _explain(error, document) from None


@dataclass
class _Document:
    """One file while it is read: the line of every key, and where the variables of `${NAME}` come from."""

    file: Path
    environment: Mapping[str, str] | None
    lines: dict[Keys, int]
    text: str | None = None
    variables: dict[str, str] = field(default_factory=dict)

    def read(self) -> dict[str, Any]:
        data = self._construct(_compose(self.file, self.text), ())
        if not isinstance(data, dict):
            raise ConfigurationError("a mapping of keys was expected", file=self.file, line=1)
        return data

    def _construct(self, node: yaml.Node, path: Keys) -> Any:
        self.lines[path] = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self._construct(item, (*path, index)) for index, item in enumerate(node.value)]
        if self.environment is not None and _VARIABLE.search(node.value):
            return self._filled_in(node, self.environment)
        return _scalar(node)

    def _mapping(self, node: yaml.MappingNode, path: Keys) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            line = key_node.start_mark.line + 1
            if key in result:
                raise ConfigurationError(
                    Message("the key '{key}' stands here twice", key=key), file=self.file, line=line
                )
            result[key] = self._construct(value_node, (*path, key))
            self.lines[(*path, key)] = line
        return result

    def _filled_in(self, node: yaml.Node, environment: Mapping[str, str]) -> str:
        for name in _VARIABLE.findall(node.value):
            if name not in environment:
                raise ConfigurationError(
                    Message("the environment variable {name} is not set", name=name),
                    file=self.file,
                    line=node.start_mark.line + 1,
                )
            self.variables[name] = environment[name]
        return _VARIABLE.sub(lambda found: environment[found.group(1)], node.value)

    def without_values(self, text: str) -> str:
        """Name the variable where a text repeats its value, which might be a secret."""
        for name, value in self.variables.items():
            if value:
                text = text.replace(value, f"${{{name}}}")
        return text


def _compose(file: Path, text: str | None) -> yaml.Node:
    text = _text_of(file) if text is None else text
    try:
        root = compose(text)
    except YamlMistakeError as mistake:
        raise ConfigurationError(mistake.reason, file=file, line=mistake.line) from None
    if root is None:
        raise ConfigurationError("the file is empty", file=file, line=1)
    return root


def _text_of(file: Path) -> str:
    try:
        if not file.is_file() and file.exists():
            raise ConfigurationError("this is no file", file=file)
        return file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ConfigurationError("the file does not exist", file=file) from None
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            Message("the file cannot be read as UTF-8 text: {error}", error=error), file=file
        ) from None


def _scalar(node: yaml.Node) -> Any:
    """Build a scalar; instants stay text (their zone is the reader's business), fractions become Decimal."""
    if node.tag == "tag:yaml.org,2002:timestamp":
        return str(node.value)
    if node.tag == "tag:yaml.org,2002:float":
        try:
            return Decimal(node.value)
        except ArithmeticError:
            return str(node.value)
    try:
        return yaml.constructor.SafeConstructor().construct_object(node)
    except (ValueError, yaml.YAMLError):
        # More digits than Python reads, and the like: whoever expects a number says what is expected.
        return str(node.value)


def _explain(error: ValidationError, document: _Document) -> ConfigurationError:
    problems = []
    for item in _told(error.errors(), document):
        location, missing = _location(item)
        path = _path_in_file(location, document.lines)
        key = ".".join(str(part) for part in (*path, *missing)) or "(the whole file)"
        reason = _reason(item, key, is_shown=document.environment is None)
        problems.append((document.lines.get(path, 1), reason.changed(document.without_values)))
    problems.sort(key=lambda problem: (problem[0], str(problem[1])))
    line, first = problems[0]
    others = (
        Message("{place}: {reason}", place=f"{document.file}:{other_line}", reason=other)
        for other_line, other in problems[1:]
    )
    return ConfigurationError(joined("\n", (first, *others)), file=document.file, line=line)


def _told(errors: list[ErrorDetails], document: _Document) -> Iterator[ErrorDetails]:
    """Leave out a count of entries of which one is wrong, and each further kind that a value is not."""
    seen: set[Keys] = set()
    for item in errors:
        place = item["loc"]
        is_counted = item["type"] == "too_short"
        if is_counted and any(each["loc"][: len(place)] == place != each["loc"] for each in errors):
            continue
        path = _path_in_file(place, document.lines)
        if item["type"] != "model_type" or path not in seen:
            yield item
        seen.update([path] if item["type"] == "model_type" else [])


def _location(item: ErrorDetails) -> tuple[Keys, Keys]:
    """Return where the mistake is, and the key that is missing there, if any.

    Of a choice between kinds that a key tells, pydantic names the place of the choice and not the key.
    """
    match item["type"]:
        case "missing":
            return item["loc"], item["loc"][-1:]
        case "union_tag_invalid" if decided_by := _deciding_key(item):
            return (*item["loc"], *decided_by), ()
        case "union_tag_not_found":
            return item["loc"], _deciding_key(item)
    return item["loc"], ()


def _deciding_key(item: ErrorDetails) -> tuple[str, ...]:
    """Return the key in a tuple; where code decides and no key, there is none."""
    decided_by = str(item["ctx"]["discriminator"])
    return (decided_by.strip("'"),) if decided_by.startswith("'") else ()


def _reason(item: ErrorDetails, key: str, *, is_shown: bool) -> Message:
    """Say what is wrong with a key, with the value that was given where that can be no secret."""
    kind, by_key = item["type"], item["type"].startswith("union_tag") and _deciding_key(item)
    if kind == "extra_forbidden":
        return Message("unknown key '{key}': remove it or correct its spelling", key=key)
    if kind == "missing" or (kind == "union_tag_not_found" and by_key):
        return Message("the key '{key}' is missing", key=key)
    if kind == "value_error":
        return Message("'{key}': {reason}", key=key, reason=as_message(item["ctx"]["error"]))
    if by_key:
        expected = of_value("literal_error", "", {"expected": item["ctx"]["expected_tags"]})
    else:
        expected = of_value(kind, item["msg"], item.get("ctx", {}))
    if by_key or not is_shown:
        return Message("'{key}': {reason}", key=key, reason=expected)
    given = _short(item["input"])
    return Message("'{key}': {reason} (given: {given})", key=key, reason=expected, given=given)


def _path_in_file(location: Keys, lines: Mapping[Keys, int]) -> Keys:
    """Leave out of a location what pydantic adds: alternatives of a union, and keys that are missing."""
    path: Keys = ()
    for part in location:
        if (*path, part) in lines:
            path = (*path, part)
    return path


def _short(value: object) -> str:
    try:
        text = repr(str(value)) if isinstance(value, Decimal) else repr(value)
    except ValueError:
        # Python writes no whole number of more than some thousand digits.
        text = "a very long number"
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 3] + "..."
