"""An adapter as its folder declares it: `adapter.yml`, and one SELECT per feed.

What belongs here: reading the folder and checking what can be checked without a file of data. What does not:
finding and reading the files (sources.py), and running the statements (load.py).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Final, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, model_validator

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.ingest.adapters.select import SourceSelect, read_select
from orderhealth_pipeline.ingest.files.file_names import format_of
from orderhealth_pipeline.ingest.text.table_place import TablePlace, plain_name
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.resources import sql_folder
from orderhealth_pipeline.yaml_files import FrozenModel, read_model

CANONICAL: Final = "canonical"
"""The adapter that needs no statement: the files are feeds already."""

_NAME: Final = re.compile(r"[^\W\d]\w*")


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(
            Message("'{name}' is no time zone; an IANA name such as Asia/Shanghai is expected", name=name)
        ) from None
    return name


ZoneName = Annotated[str, AfterValidator(_known_zone)]


class AdapterSource(FrozenModel):
    """Files that the statements read as one table: one by its `file`, or all that fit the pattern `files`.

    `name` is what the table is called, unless it is the file's own name without its ending. A file has to
    have `columns` and may have `optional_columns`. The header is the first line, unless `header_row` (from 1)
    or `header_contains` (the text of one of its cells) tells otherwise; rows end before a line that begins
    with `ends_before`. Of a spreadsheet only `sheet` is read, where it is given.
    """

    name: str | None = None
    file: str | None = Field(default=None, min_length=1, max_length=255)
    files: str | None = Field(default=None, min_length=1, max_length=255)
    required: bool = True
    columns: tuple[str, ...] = Field(min_length=1)
    optional_columns: tuple[str, ...] = ()
    header_row: int | None = Field(default=None, ge=1, le=1000)
    header_contains: str | None = Field(default=None, min_length=1)
    ends_before: str | None = Field(default=None, min_length=1)
    sheet: str | None = None

    @model_validator(mode="after")
    def _names_files_and_a_table(self) -> Self:
        if (self.file is None) == (self.files is None):
            raise ValueError("exactly one of file and files is expected")
        given = self.file or self.files or ""
        if "/" in given or "\\" in given:
            raise ValueError("a file's name is expected, without a folder")
        if format_of(Path(given)) is None:
            raise ValueError(
                Message(
                    "'{given}' ends in no format that is read: .csv, .csv.gz, .parquet, .jsonl, .xlsx",
                    given=given,
                )
            )
        if self.header_row is not None and self.header_contains is not None:
            raise ValueError("only one of header_row and header_contains is expected")
        if not _NAME.fullmatch(self.view):
            raise ValueError(
                Message("'{view}' cannot be a table's name: give one with 'name'", view=self.view)
            )
        names = [plain_name(column) for column in (*self.columns, *self.optional_columns)]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise ValueError(Message("the column '{twice}' stands here twice", twice=twice))
        return self

    @property
    def view(self) -> str:
        """The name under which the statements know it."""
        return self.name or (self.file or self.files or "").split(".", 1)[0]

    @property
    def wanted(self) -> str:
        """The file or pattern that is looked for."""
        return self.file or self.files or ""

    @property
    def place(self) -> TablePlace:
        """Where in a file the table is."""
        return TablePlace(self.header_row, self.header_contains, self.ends_before, self.sheet)

    def fits(self, file: str) -> bool:
        """Say whether a file of that name is one of its files. Names are compared without capitals."""
        name = unicodedata.normalize("NFC", file).casefold()
        wanted = unicodedata.normalize("NFC", self.wanted).casefold()
        return name == wanted if self.files is None else fnmatchcase(name, wanted)


class AdapterFile(FrozenModel):
    """`adapter.yml`: the platform, the default zone of its instants, its currency and its files."""

    name: str
    timezone: ZoneName
    currency: str
    description: str
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
    """An adapter's declaration, and its statements by feed, in the order of the feeds' contracts."""

    folder: Path
    declaration: AdapterFile
    selects: Mapping[str, SourceSelect]

    def file_of(self, feed: str) -> Path:
        """Return the file of a feed's statement."""
        return self.folder / f"{feed}.sql"


def read_adapter(name: str, feeds: Sequence[str]) -> Adapter:
    """Read an adapter by its name among `sql/adapters/`, or by the path of its folder.

    Raises ConfigurationError where there is none (naming those there are), where it has a statement for a
    feed that does not exist, or where a statement is not one SELECT over its sources.
    """
    home = sql_folder() / "adapters"
    folder = home / name if (home / name).is_dir() else Path(name)
    if not (folder / "adapter.yml").is_file():
        known = sorted([CANONICAL, *(each.name for each in home.iterdir() if each.is_dir())])
        raise ConfigurationError(
            Message(
                "there is no adapter '{name}'; there are: {known}, or a folder with adapter.yml",
                name=name,
                known=", ".join(known),
            )
        )
    found = {file.stem: file for file in sorted(folder.glob("*.sql"))}
    for feed in found.keys() - set(feeds):
        raise ConfigurationError(
            Message("there is no feed '{feed}'; there are: {feeds}", feed=feed, feeds=", ".join(feeds)),
            file=found[feed],
        )
    declaration = read_model(folder / "adapter.yml", AdapterFile)
    views = tuple(source.view for source in declaration.sources)
    selects = {feed: read_select(found[feed], views) for feed in feeds if feed in found}
    return Adapter(folder=folder, declaration=declaration, selects=selects)
