"""Files of expectations that a person asks for by name: profiles and tiers.

What belongs here: what such files have in common, and the choice among them. What does not: what each is for.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import PrivateAttr

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.rules.language.declarations import Identifier
from orderhealth_pipeline.words import Text
from orderhealth_pipeline.yaml_files import FrozenModel, Keys, read_model


class NamedModel(FrozenModel):
    """One such file; `name` is the file's own name, `why` says when to use it."""

    name: Identifier
    title: Text
    why: Text

    _file: Path | None = PrivateAttr(default=None)
    _lines: Mapping[Keys, int] = PrivateAttr(default_factory=dict)

    def model_post_init(self, context: Any, /) -> None:
        """Remember the file, and the line of each of its keys, that it is read from."""
        if context is not None:
            self._file, self._lines = context

    def wrong(self, reason: str, *keys: str | int) -> ConfigurationError:
        """Make an error about a key of the file that shows only where the rules are known."""
        return ConfigurationError(reason, file=self._file, line=self._lines.get(keys))


Named = TypeVar("Named", bound=NamedModel)


def names_in(folder: Path) -> tuple[str, ...]:
    """Name the files of the folder, in alphabetical order."""
    return tuple(sorted(file.stem for file in folder.glob("*.yml")))


def read_named(folder: Path, name: str, model: type[Named], text: str | None = None) -> Named:
    """Read `<folder>/<name>.yml`, whose key `name` must be the same; with `text`, as if the file said that.

    Raises ConfigurationError when there is no such file (naming those there are) or when it is wrong.
    """
    names = names_in(folder)
    if name not in names and text is None:
        known = ", ".join(names) or "none"
        raise ConfigurationError(
            Message("there is no '{name}.yml', only: {known}", name=name, known=known), file=folder
        )
    file = folder / f"{name}.yml"
    lines: dict[Keys, int] = {}
    named = read_model(file, model, context=(file, lines), lines=lines, text=text)
    if named.name != name:
        raise named.wrong(
            Message("the key 'name' is '{given}', but the file says '{name}'", given=named.name, name=name),
            "name",
        )
    return named
