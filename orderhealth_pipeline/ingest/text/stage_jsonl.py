"""JSON lines into `staged`: every line that is an object becomes a row, any other is broken.

What belongs here: DuckDB's JSON functions over the lines of a text. What does not: types and required values.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import partial
from typing import Final

import duckdb
import polars as pl

from orderhealth_pipeline import sql
from orderhealth_pipeline.ingest.files.file_facts import open_text_bytes
from orderhealth_pipeline.ingest.files.reading_faults import UnreadableFileError
from orderhealth_pipeline.ingest.files.scratch import HELD, HELD_LINES, Scratch
from orderhealth_pipeline.ingest.staged import KEPT_ROWS, Staged
from orderhealth_pipeline.ingest.text.plain_text import PlainText
from orderhealth_pipeline.ingest.text.record_reader import RecordReader
from orderhealth_pipeline.ingest.values.characters import without_invisible

_LOOKED_AT: Final = 4096
_ARRAY: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*\[\s*(?:[{\]]|$)")


def stage_jsonl(
    con: duckdb.DuckDBPyConnection,
    text: PlainText,
    known: frozenset[str],
    statuses: tuple[str, ...],
    place: Scratch,
) -> Staged:
    """Read a text; in the columns `statuses`, what is no string is of the wrong type."""
    with open_text_bytes(text.path) as stream:
        if _ARRAY.match(stream.read(_LOOKED_AT)):
            raise UnreadableFileError(
                "a JSON array: write one object a line, as jq -c '.[]' does", "not_json"
            )
    reader = RecordReader(
        con,
        partial(place.hold, con, in_file=text.lines > HELD_LINES),
        "ingest/stage/stage_lines",
        HELD,
        ["line"],
        {},
    )
    read, bad_lines = reader.read(text, place)
    sql.run(con, "ingest/json/stage_json_objects")
    broken: pl.DataFrame = sql.read(con, "ingest/json/select_broken_json_lines", most=KEPT_ROWS)
    keys = sql.run(con, "ingest/json/select_json_keys")
    if broken.height and not keys:
        raise UnreadableFileError(
            "none of its lines is a JSON object: write one object a line, as jq -c . does", "not_json"
        )
    spellings, doubtful = _spellings(keys, known)
    if doubtful:
        sql.run(con, "ingest/json/find_repeated_keys", spellings=doubtful)
        repeated: pl.DataFrame = sql.read(con, "ingest/json/select_repeated_keys", most=KEPT_ROWS)
        sql.run(con, "ingest/json/leave_out_repeated_keys")
        broken = pl.concat([broken, repeated])
    sql.run(con, "ingest/json/stage_json_lines", spellings=spellings, statuses=statuses)
    return Staged(
        columns=tuple(spellings),
        broken=broken,
        bad_lines=bad_lines,
        text=read,
        has_record=True,
        has_source=True,
    )


def _spellings(
    keys: list[sql.Row], known: frozenset[str]
) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Find how the known columns are spelled: the keys of objects may differ in case and spaces.

    The second are those that an object may say twice: some object repeats a key, or there are two spellings.
    """
    spellings: defaultdict[str, list[str]] = defaultdict(list)
    repeated = set()
    for key, is_repeated in keys:
        if (name := without_invisible(key).casefold()) in known:
            spellings[name].append(key)
            if is_repeated or len(spellings[name]) > 1:
                repeated.add(name)
    return dict(spellings), {name: keys for name, keys in spellings.items() if name in repeated}
