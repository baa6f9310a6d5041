"""An adapter as its folder declares it: `adapter.yml`, and one SELECT per feed.

What belongs here: reading the folder and checking what can be checked without a file of data. What does not:
finding and reading the files (sources.py), and running the statements (load_through_adapter.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Final, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, model_validator

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.ingest.adapters.select import ERP_NUMBERS, SourceSelect, read_select
from orderhealth_pipeline.ingest.adapters.source_declaration import AdapterSource
from orderhealth_pipeline.ingest.contracts import FeedContract, feed_contracts
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.resources import sql_folder
from orderhealth_pipeline.words import Text
from orderhealth_pipeline.yaml_files import FrozenModel, Keys, read_model

CANONICAL: Final = "canonical"
"""The adapter that needs no statement: the files are feeds already."""

Money = Literal["yuan", "fen", "cents", "major_units", "yuan_and_fen", "major_units_and_cents"]
"""How amounts are written: whole hundredths, or units with decimals; some platforms have both."""


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(
            Message("'{name}' is no time zone; an IANA name such as Asia/Shanghai is expected", name=name)
        ) from None
    return name


ZoneName = Annotated[str, AfterValidator(_known_zone)]


Vocabulary = dict[str, dict[str, dict[str, str]]]
"""Our words by the platform's own, by column, by feed."""


class AdapterFile(FrozenModel):
    """`adapter.yml`: the platform, the default zone of its instants, its currency, its words and its files.

    `vocabulary` says what the platform's words for a status mean; a word that stands nowhere here keeps its
    own, and is unknown. `title`, `money` (how amounts are written), `get` (how a person gets the files),
    `notes` and `links` (where all this is from) are read by people.
    """

    name: str
    timezone: ZoneName
    currency: str
    description: str
    title: Text | None = None
    money: Money | None = None
    get: tuple[Text, ...] = ()
    notes: tuple[Text, ...] = ()
    links: tuple[str, ...] = ()
    vocabulary: Vocabulary = Field(default_factory=dict)
    sources: tuple[AdapterSource, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _have_different_names(self) -> Self:
        views = [source.view.casefold() for source in self.sources]
        twice = next((view for view in views if views.count(view) > 1), None)
        if twice is not None:
            raise ValueError(
                Message("two sources are called '{twice}'; give each its own 'name'", twice=twice)
            )
        return self


@dataclass(frozen=True)
class Adapter:
    """An adapter's declaration, and its statements, in the order of the feeds' contracts.

    A statement is called after its feed, and after the folder it stands in where a platform's files come in
    several forms: `api/payments`. `name` tells several folders that one adapter reads apart. What it `leaves`
    are files that others read.
    """

    name: str
    folder: Path
    declaration: AdapterFile
    selects: Mapping[str, SourceSelect]
    leaves: frozenset[Path] = frozenset()

    def file_of(self, statement: str) -> Path:
        """Return the file of a statement."""
        return self.folder / f"{statement}.sql"

    @property
    def feeds(self) -> tuple[str, ...]:
        """The feeds that it can fill, in the order of the contracts."""
        return tuple(dict.fromkeys(map(feed_of, self.selects)))

    @property
    def looks_up(self) -> bool:
        """Say whether a statement looks up the ERP's numbers, which have to be there before."""
        return any(ERP_NUMBERS in select.reads for select in self.selects.values())


def feed_of(statement: str) -> str:
    """Return the feed that a statement gives."""
    return statement.rpartition("/")[2]


def presets() -> tuple[str, ...]:
    """Name the adapters that come with the program."""
    home = sql_folder() / "adapters"
    return tuple(sorted(each.name for each in home.iterdir() if (each / "adapter.yml").is_file()))


@cache
def preset_declarations() -> Mapping[str, AdapterFile]:
    """Return what the presets declare, by their names: whose a file is, and what words mean."""
    home = sql_folder() / "adapters"
    return {name: _read_declaration(home / name / "adapter.yml", feed_contracts()) for name in presets()}


def read_adapter(name: str, contracts: Mapping[str, FeedContract]) -> Adapter:
    """Read an adapter by its name among `sql/adapters/`, or by the path of its folder.

    Raises ConfigurationError where there is none (naming those there are), where it has a statement for a
    feed that does not exist, where a statement is not one SELECT over its sources, or where its vocabulary
    means a word that there is not.
    """
    home = sql_folder() / "adapters"
    folder = home / name if (home / name).is_dir() else Path(name)
    if not (folder / "adapter.yml").is_file():
        raise ConfigurationError(
            Message(
                "there is no adapter '{name}'; there are: {known}, or a folder with adapter.yml",
                name=name,
                known=", ".join(sorted([CANONICAL, *presets()])),
            )
        )
    files = sorted([*folder.glob("*.sql"), *folder.glob("*/*.sql")])
    found = {file.relative_to(folder).with_suffix("").as_posix(): file for file in files}
    for statement, file in found.items():
        if feed_of(statement) not in contracts:
            reason = Message(
                "there is no feed '{feed}'; there are: {feeds}",
                feed=feed_of(statement),
                feeds=", ".join(contracts),
            )
            raise ConfigurationError(reason, file=file)
    declaration = _read_declaration(folder / "adapter.yml", contracts)
    views = tuple(source.view for source in declaration.sources)
    ordered = sorted(found, key=lambda statement: list(contracts).index(feed_of(statement)))
    selects = {statement: read_select(found[statement], views) for statement in ordered}
    return Adapter(declaration.name, folder, declaration, selects)


def _read_declaration(file: Path, contracts: Mapping[str, FeedContract]) -> AdapterFile:
    lines: dict[Keys, int] = {}
    declaration = read_model(file, AdapterFile, lines=lines)
    for feed, of_columns in declaration.vocabulary.items():
        for column, words in of_columns.items():
            statuses = contracts[feed].of_type("status") if feed in contracts else ()
            if column not in statuses:
                reason = Message("'{column}' of '{feed}' holds no status", column=column, feed=feed)
                raise ConfigurationError(reason, file=file, line=lines.get(("vocabulary", feed)))
            known = contracts[feed].columns[column].words
            for word, meaning in words.items():
                if meaning not in known:
                    place = ("vocabulary", feed, column, word)
                    reason = Message(
                        "'{meaning}' is no status of {feed}; there are: {known}",
                        meaning=meaning,
                        feed=feed,
                        known=", ".join(known),
                    )
                    raise ConfigurationError(reason, file=file, line=lines.get(place))
    return declaration
