"""A source of an adapter: the files that its statements read as one table, and where the rows lie in them.

What belongs here: what `adapter.yml` says of a source. What does not: looking at files (recognise.py) and
reading them (sources.py).
"""

from __future__ import annotations

import re
import unicodedata
from fnmatch import fnmatchcase
from pathlib import PurePath
from typing import Final, Self

from pydantic import Field, model_validator

from orderhealth_pipeline.ingest.adapters.column_looks import ColumnLook
from orderhealth_pipeline.ingest.files.file_names import FORMATS, ending_of
from orderhealth_pipeline.ingest.text.table_place import TablePlace, plain_name
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.yaml_files import FrozenModel

TABLES: Final = {**FORMATS, ".tsv": "csv", ".txt": "csv"}
PAYLOADS: Final = {".json": "json", ".jsonl": "jsonl", ".xml": "xml"}
ARCHIVE: Final = ".zip"

_NAME: Final = re.compile(r"[^\W\d]\w*")


def table_format(name: str) -> str | None:
    """Name the format of a table by the ending of its file's name, or None where it is none."""
    return TABLES.get(ending_of(name, TABLES) or "")


def payload_format(name: str) -> str | None:
    """Name the format of a payload by the ending of its file's name, or None where it is none."""
    return PAYLOADS.get(ending_of(name, PAYLOADS) or "")


class AdapterSource(FrozenModel):
    """Files that the statements read as one table: one by its `file`, all that fit the pattern `files`.

    Without either, they are all files with the `columns`, whatever they are called. `name` is what the table
    is called, unless it is the file's own name without its ending. A file has to have `columns` and may have
    `optional_columns`. The header is the first line, unless `header_row` (from 1) or `header_contains` (the
    text of one of its cells) tells otherwise, and may take two `header_lines`.
    Lines that begin with (one of) `ends_before` are totals: they
    are no rows, and rows end before the last of them. Of a spreadsheet only `sheet` is read, where it is
    given. With `records` a file is JSON or XML, and each object
    at one of these paths is a row, of which the columns are the keys. Without a `required` file the run ends;
    else the feeds of the statements that read it are absent, or it is a table without rows where it is
    `empty_when_missing` and another source of theirs is there. `looks` says how values are written, by
    column, `nothing` which words stand for no value in any column. An empty cell of the columns `fill_down`
    has the value of the one above, as merged cells have it.
    """

    name: str | None = None
    file: str | None = Field(default=None, min_length=1, max_length=255)
    files: str | None = Field(default=None, min_length=1, max_length=255)
    required: bool = True
    empty_when_missing: bool = False
    records: tuple[str, ...] = ()
    columns: tuple[str, ...] = Field(min_length=1)
    optional_columns: tuple[str, ...] = ()
    header_row: int | None = Field(default=None, ge=1, le=1000)
    header_contains: str | None = Field(default=None, min_length=1)
    header_lines: int = Field(default=1, ge=1, le=2)
    ends_before: str | tuple[str, ...] | None = Field(default=None, min_length=1)
    sheet: str | None = None
    looks: dict[str, ColumnLook] = Field(default_factory=dict)
    nothing: tuple[str, ...] = ()
    fill_down: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _names_files_and_a_table(self) -> Self:
        if self.file is not None and self.files is not None:
            raise ValueError("only one of file and files is expected")
        if self.is_told_by_columns and self.name is None:
            raise ValueError(
                "file, files or name is expected; files without a name of their own are told by their columns"
            )
        self._require_readable()
        if self.header_row is not None and self.header_contains is not None:
            raise ValueError("only one of header_row and header_contains is expected")
        if not _NAME.fullmatch(self.view):
            raise ValueError(
                Message("'{view}' cannot be a table's name: give one with 'name'", view=self.view)
            )
        names = [plain_name(column) for column in (*self.columns, *self.optional_columns)]
        for column in (*self.looks, *self.fill_down):
            if plain_name(column) not in names:
                raise ValueError(Message("'{column}' is none of the columns", column=column))
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise ValueError(Message("the column '{twice}' stands here twice", twice=twice))
        return self

    def _require_readable(self) -> None:
        given = self.wanted
        if "/" in given or "\\" in given:
            raise ValueError("a file's name is expected, without a folder")
        known = PAYLOADS if self.records else TABLES
        if given and ending_of(given, known) is None:
            raise ValueError(
                Message(
                    "'{given}' ends in no format that is read: {known}", given=given, known=", ".join(known)
                )
            )

    @property
    def is_told_by_columns(self) -> bool:
        """Say whether its files are told by what is in them, and not by their names."""
        return self.file is None and self.files is None

    @property
    def view(self) -> str:
        """The name under which the statements know it."""
        return self.name or self.wanted.split(".", 1)[0]

    @property
    def wanted(self) -> str:
        """The file or pattern that is looked for."""
        return self.file or self.files or ""

    @property
    def said(self) -> str:
        """What a person is told to look for: the file, the pattern, or the first columns."""
        return self.wanted or ", ".join(self.columns[:4])

    @property
    def totals(self) -> tuple[str, ...]:
        """The words that lines of totals begin with."""
        given = self.ends_before
        return (given,) if isinstance(given, str) else given or ()

    @property
    def place(self) -> TablePlace:
        """Where in a file the table is."""
        return TablePlace(
            self.header_row,
            self.header_contains,
            self.totals,
            self.sheet,
            header_lines=self.header_lines,
        )

    def fits(self, file: str) -> bool:
        """Say whether a file of that name can be one of its files. Names are compared without capitals."""
        is_of_format = payload_format(file) if self.records else table_format(file)
        if self.is_told_by_columns:
            return is_of_format is not None
        name = unicodedata.normalize("NFC", file).casefold()
        wanted = unicodedata.normalize("NFC", self.wanted).casefold()
        return name == wanted if self.files is None else fnmatchcase(name, wanted)


def is_archive(path: PurePath) -> bool:
    """Say whether a file holds others, by its name."""
    return path.suffix.casefold() == ARCHIVE
