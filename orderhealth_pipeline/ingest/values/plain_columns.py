"""Columns without a value that is not plain, told from all their values at once.

What belongs here: Arrow's functions over columns of records that are held in memory. What does not: the forms
of plain values (plain_values.py), which every row of the other columns is held against.

Of many records this takes a third of the time of a regular expression, which goes from byte to byte. What is
told must be true; a column that is not told is looked at row by row. `tests/property/test_plain_values.py`
holds both against the macros that read with care.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from orderhealth_pipeline.ingest.contracts import MOST, ColumnContract, ColumnType, FeedContract
from orderhealth_pipeline.ingest.values.characters import BLANKS
from orderhealth_pipeline.ingest.values.no_identifier import no_identifier

_NOT_AT_THE_ENDS: Final = BLANKS + "="
_PLAIN_FLAGS: Final = pa.array(["true", "false", "0", "1", "", None], pa.large_string())
_PLAIN_DAYS: Final = (datetime(1900, 1, 2, tzinfo=UTC), datetime(2999, 12, 30, tzinfo=UTC))
_PLAIN_INSTANTS: Final = (datetime(2001, 1, 1, tzinfo=UTC), datetime(2999, 12, 30, tzinfo=UTC))
_DIGITS: Final = b"0123456789"
_CHINESE: Final = bytes((*range(0x80, 0xC0), *range(0xE4, 0xEA)))
"""Bytes of Chinese characters, and of no other in UTF-8 that anybody would not see."""

_SMALL_LETTERS: Final = bytes(range(ord("a"), ord("z") + 1)) + b"_-" + _CHINESE
_IDENTIFIER: Final = bytes(range(ord("A"), ord("Z") + 1)) + _SMALL_LETTERS + _DIGITS + b":/@*()"
_NO_IDENTIFIERS: Final = pa.array(no_identifier().spellings, pa.large_string())
_ZONE: Final = re.compile(r"(?:Z|[+-](?:0\d|1[0-4])(?::?[0-5]\d)?)$")
_WITH_MINUTES: Final = len("2026-11-10T20:00:00Z")
"""Arrow reads hours alone, too, which are shorter than this in any zone."""


def plain_columns(contract: FeedContract, names: tuple[str, ...], records: pa.Table) -> frozenset[str]:
    """Name the columns of a feed that hold plain values alone, as far as that can be told at once.

    `records` are texts, null where there is none, and no views; `names` are those of its first columns in the
    file.
    """
    asked = {
        name: (column, records.column(names.index(name)))
        for name, column in contract.columns.items()
        if name in names
    }
    with ThreadPoolExecutor(pa.cpu_count(), thread_name_prefix="plain-columns") as threads:
        told = threads.map(lambda each: _is_plain(*each), asked.values())
        return frozenset(name for name, is_plain in zip(asked, told, strict=True) if is_plain)


def _is_plain(column: ColumnContract, values: pa.ChunkedArray) -> bool:
    tells = _TELLS[column.type]
    return all((not column.required or _is_filled(chunk)) and tells(chunk) for chunk in values.chunks)


def _is_filled(values: pa.Array) -> bool:
    return values.null_count == 0 and _all(pc.greater(pc.binary_length(values), 0))


def _is_text(values: pa.Array) -> bool:
    trimmed = pc.utf8_trim(values, _NOT_AT_THE_ENDS)
    return bool(pc.sum(pc.binary_length(trimmed)) == pc.sum(pc.binary_length(values)))


def _is_made_of(values: pa.Array, characters: bytes) -> bool:
    return not _characters(values).translate(None, characters)


def _is_identifier(values: pa.Array) -> bool:
    return _is_made_of(values, _IDENTIFIER) and not pc.any(pc.is_in(values, _NO_IDENTIFIERS)).as_py()


def _is_flag(values: pa.Array) -> bool:
    return _all(pc.is_in(values, _PLAIN_FLAGS))


def _is_number(values: pa.Array, most: int) -> bool:
    """A number that is written in digits is a decimal, too, where it is not too large for one."""
    filled = _filled(values)
    is_of_digits = not _characters(filled).strip(_DIGITS + b".-")
    return is_of_digits and _is_between(filled, pa.float64(), -most, most)


def _is_day(values: pa.Array) -> bool:
    return _is_between(_filled(values), pa.date32(), *_PLAIN_DAYS)


def _is_instant(values: pa.Array) -> bool:
    """Arrow reads ISO 8601 and nothing else, but hours alone, too, and a zone that no place on earth has.

    So all zones must be that of the first value.
    """
    filled = _filled(values)
    if len(filled) == 0:
        return True
    zone = _ZONE.search(filled[0].as_py())
    return (
        zone is not None
        and _all(pc.ends_with(filled, zone[0]))
        and _all(pc.greater_equal(pc.binary_length(filled), _WITH_MINUTES))
        and _is_between(filled, pa.timestamp("us", "UTC"), *_PLAIN_INSTANTS)
    )


def _is_between(values: pa.Array, kind: pa.DataType, least: object, most: object) -> bool:
    """Say whether all values can be read as a type, and are neither less nor more than these."""
    try:
        read = values.cast(kind)
    except pa.ArrowInvalid:
        return False
    ends = pa.scalar(least, kind), pa.scalar(most, kind)
    return _all(pc.and_(pc.greater_equal(read, ends[0]), pc.less_equal(read, ends[1])))


def _filled(values: pa.Array) -> pa.Array:
    return values.filter(pc.greater(pc.binary_length(values), 0))


def _characters(values: pa.Array) -> bytes:
    """All texts, one behind the other."""
    *_, characters = values.buffers()
    return b"" if characters is None else bytes(characters.to_pybytes())


def _all(are_plain: pa.Array) -> bool:
    return bool(pc.all(are_plain, min_count=0).as_py())


_TELLS: Final[dict[ColumnType, Callable[[pa.Array], bool]]] = {
    "identifier": _is_identifier,
    "text": _is_text,
    "status": partial(_is_made_of, characters=_SMALL_LETTERS),
    "flag": _is_flag,
    **{kind: partial(_is_number, most=most) for kind, most in MOST.items()},
    "day": _is_day,
    "instant": _is_instant,
    "promise": _is_instant,
}
