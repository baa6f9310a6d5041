"""Forgetting a person in feed and landing files.

What belongs here: formats. What does not: who the person is (person.py). Texts are changed record by record,
Parquet row by row; of spreadsheets the cells that hold the person's texts.
"""

from __future__ import annotations

import os
import stat
import zipfile
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import polars as pl

from orderhealth_pipeline.pipeline.privacy.person import Person
from orderhealth_pipeline.sources.landing.files import finish, part_of, unfinished
from orderhealth_pipeline.sources.landing.masking import plain
from orderhealth_pipeline.sources.landing.rewriting import ChangeRow, rewrite

TEXTS = (".csv", ".csv.gz", ".jsonl", ".json")


def forget_in_feed_file(path: Path, person: Person) -> bool:
    """Change a file in place; say whether there was anything to change. Raises OSError."""
    name = path.name.casefold()
    if name.endswith(TEXTS):
        return rewrite(path, _row(person), lambda value: _document(value, person), person.is_in) > 0
    if name.endswith(".parquet"):
        return _forget_in_parquet(path, person)
    if name.endswith((".xlsx", ".zip")):
        return _forget_in_archive(path, person)
    return False


def _row(person: Person) -> ChangeRow:
    def change(header: Sequence[str], row: Sequence[str]) -> Sequence[str]:
        if not person.ids & {value.strip() for value in row}:
            return [person.elsewhere(value) for value in row]
        return [person.hidden(value) for value in person.masking.row(header, row)]

    return change


def _document(value: Any, person: Person) -> Any:
    if isinstance(value, list):
        return [_document(each, person) for each in value]
    if isinstance(value, dict) and not _names(value, person):
        # A page of records: each by itself.
        return {key: _document(each, person) for key, each in value.items()}
    if isinstance(value, dict):
        return person.masking.document(_with_pseudonym(value, person), person.hidden)
    return person.elsewhere(value) if isinstance(value, str) else value


def _names(record: Mapping[str, Any], person: Person) -> bool:
    """Say whether a record itself, or an object in it, names the buyer or an order; its lists may not."""
    return any(
        (isinstance(each, str | int) and str(each).strip() in person.ids)
        or (isinstance(each, dict) and _names(each, person))
        for each in record.values()
    )


def _with_pseudonym(value: Any, person: Person) -> Any:
    if isinstance(value, dict):
        return {key: _with_pseudonym(each, person) for key, each in value.items()}
    if isinstance(value, list):
        return [_with_pseudonym(each, person) for each in value]
    is_buyer = isinstance(value, str | int) and str(value).strip() == person.buyer_id
    return person.pseudonym if is_buyer else value


def _forget_in_parquet(path: Path, person: Person) -> bool:
    frame = pl.read_parquet(path)
    texts = [name for name, kind in frame.schema.items() if kind == pl.String()]
    named = [
        pl.col(name).cast(pl.String, strict=False).is_in(list(person.ids))
        for name in frame.columns
        if frame.schema[name] == pl.String() or frame.schema[name].is_integer()
    ]
    is_own = pl.any_horizontal(named) if named else pl.lit(value=False)
    changed = frame.with_columns(
        pl.when(is_own).then(_hidden(name, person)).otherwise(_elsewhere(name, person)).alias(name)
        for name in texts
    )
    if changed.equals(frame):
        return False
    with unfinished(path) as stream:
        changed.write_parquet(stream)
    _put_in_place(path)
    return True


def _hidden(name: str, person: Person) -> pl.Expr:
    if plain(name) in person.masking.columns:
        return pl.col(name).map_elements(person.masking.sign, return_dtype=pl.String)
    return pl.col(name).map_elements(person.hidden, return_dtype=pl.String)


def _elsewhere(name: str, person: Person) -> pl.Expr:
    return pl.col(name).map_elements(person.elsewhere, return_dtype=pl.String)


def _forget_in_archive(path: Path, person: Person) -> bool:
    """Change texts in the parts of a spreadsheet, or the files of an archive, as they are written there."""
    is_changed = False
    with (
        zipfile.ZipFile(path) as source,
        unfinished(path) as stream,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for entry in source.infolist():
            content = source.read(entry)
            changed = hidden_bytes(content, person, names_too=path.suffix.casefold() == ".xlsx")
            is_changed = is_changed or changed != content
            target.writestr(entry, changed)
    if not is_changed:
        part_of(path).unlink()
        return False
    _put_in_place(path)
    return True


def hidden_bytes(content: bytes, person: Person, *, names_too: bool = False) -> bytes:
    """Return any content without what is the buyer's alone, in the encodings and escapes that texts have.

    With `names_too` also cells of a spreadsheet that hold a name of the buyer, and nothing else.
    """
    for text in person.everywhere:
        sign = person.pseudonym if text == person.buyer_id else "***"
        for form in {text, escape(text), text.replace("/", r"\/")}:
            for codec in ("utf-8", "gb18030"):
                content = content.replace(form.encode(codec, "replace"), sign.encode())
    if names_too:
        for text in person.texts:
            for form in (f">{escape(text)}</t>",):
                content = content.replace(form.encode(), b">***</t>")
    return content


def _put_in_place(path: Path) -> None:
    facts = path.stat()
    os.utime(part_of(path), ns=(facts.st_atime_ns, facts.st_mtime_ns))
    part_of(path).chmod(stat.S_IMODE(facts.st_mode))
    finish([path])
