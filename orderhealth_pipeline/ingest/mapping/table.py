"""The table in a file: its header under title lines, its first rows, and what ends it.

What belongs here: telling these apart. What does not: what the columns mean (propose.py).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Final

from orderhealth_pipeline.ingest.adapters.heads import Head, Rows
from orderhealth_pipeline.ingest.mapping.synonyms import bare_name, likeness, synonyms
from orderhealth_pipeline.ingest.text.table_place import end_of_rows, joined_header, plain_name

_ROWS_BEFORE: Final = 60
_FEWEST_COLUMNS: Final = 2
_GUARDED: Final = re.compile(r'^[\s\'`=]*"?(.*?)"?\s*$', re.DOTALL)
_LIKE: Final = 0.5
_VALUE: Final = re.compile(r"[\d.,:/\-+¥￥$%\s]+")


@dataclass(frozen=True)
class Table:
    """A header, at a row counted from 0, and the rows below it as texts without their guards.

    `fill_down` are columns that merged cells left empty; `ends_before` is how lines of totals begin.
    `repeated` are names that the header has more than once: nobody can tell which of the columns is meant.
    """

    header: tuple[str, ...]
    header_row: int
    rows: tuple[tuple[str, ...], ...]
    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    fill_down: tuple[str, ...] = ()
    ends_before: str | tuple[str, ...] | None = None
    repeated: frozenset[str] = frozenset()
    header_lines: int = 1

    @property
    def has_known_names(self) -> bool:
        """Say whether its header has a name that somebody knows."""
        return any(_is_known(bare_name(name)) for name in self.header)

    @property
    def has_a_header(self) -> bool:
        """Say whether its first line can be a header: it has names, and no dates, phones or amounts."""
        values = sum(_VALUE.fullmatch(name) is not None for name in self.header)
        return values == 0 or values <= sum(_is_known(bare_name(name)) for name in self.header)

    def is_repeated(self, column: str) -> bool:
        """Say whether the header has a column's name more than once."""
        return column in self.repeated

    def values(self, column: str) -> list[str]:
        """Return the values of a column that are not empty."""
        place = self.header.index(column)
        return [row[place] for row in self.rows if place < len(row) and row[place]]


def unguarded(cell: str) -> str:
    """Return a cell without what platforms put around it for spreadsheets."""
    text = cell.strip().replace("\ufeff", "")
    if text[:1] in {"'", "`", "="} or text[:1] == '"':
        text = text.lstrip("=").strip()
        text = text.removeprefix("'").removeprefix("`").strip('"')
    return text.strip()


def table_in(head: Head) -> Table | None:
    """Find the table at the beginning of a file, or None where there is none."""
    places = range(min(len(head.rows), _ROWS_BEFORE))
    scored = [(_score(head.rows[place]), -place) for place in places]
    if not scored:
        return None
    score, place = max(scored)
    first, row, lines = _over_two_lines(head.rows, -place) or (-place, head.rows[-place], 1)
    # A name may be written on two lines of its cell.
    header = tuple("".join(unguarded(cell).splitlines()) for cell in row)
    width = max((number for number, name in enumerate(header, 1) if name), default=0)
    if score <= 0 or width < _FEWEST_COLUMNS:
        return None
    named = header[:width]
    header = tuple(_named_once(named))
    times = Counter(plain_name(name) or str(number) for number, name in enumerate(named))
    below = [tuple(unguarded(cell) for cell in row[:width]) for row in head.rows[first + lines :]]
    filled = [row for row in below if any(row)]
    rows, word = _without_totals(filled)
    return Table(
        header,
        first,
        tuple(rows),
        head.sheet,
        head.encoding,
        head.delimiter,
        _merged(header, rows),
        word,
        frozenset(own for own, name in zip(header, named, strict=True) if times[plain_name(name)] > 1),
        lines,
    )


def _over_two_lines(rows: Rows, place: int) -> tuple[int, tuple[str, ...], int] | None:
    """Return a header that the best row is one of two lines of: its place, its names, and how many lines.

    Together the two have more names that somebody knows, and neither holds a value.
    """
    alone = _known_names(rows[place])
    for upper in (place, place - 1):
        if upper < 0 or upper + 1 >= len(rows):
            continue
        both = [[unguarded(cell) for cell in row] for row in rows[upper : upper + 2]]
        if any(_VALUE.fullmatch(cell) for row in both for cell in row if cell):
            continue
        joined = joined_header(*both)
        if _known_names(joined) > alone:
            return upper, joined, 2
    return None


def _known_names(row: Sequence[str]) -> int:
    return sum(_is_known(bare_name(unguarded(cell))) for cell in row if cell.strip())


def _score(row: tuple[str, ...]) -> float:
    """Say how like a header a row is: names that somebody knows, then texts that are no values."""
    cells = [unguarded(cell) for cell in row]
    names = [cell for cell in cells if cell and not _VALUE.fullmatch(cell)]
    if len(names) < _FEWEST_COLUMNS:
        return 0
    known = sum(_is_known(bare_name(name)) for name in names)
    return 10 * known + len(names) / 100 if known else 0.001 * len(names)


def _is_known(name: str) -> bool:
    called = (names for of_feed in synonyms().columns.values() for names in of_feed.values())
    return any(likeness(name, names) >= _LIKE for names in called)


def _named_once(header: tuple[str, ...]) -> Iterator[str]:
    seen: set[str] = set()
    for number, name in enumerate(header, 1):
        own = name or f"column_{number}"
        yield own if own.casefold() not in seen else f"{own}_{number}"
        seen.add(own.casefold())


def _without_totals(
    rows: list[tuple[str, ...]],
) -> tuple[list[tuple[str, ...]], str | tuple[str, ...] | None]:
    filled = [sum(map(bool, row)) for row in rows]
    usual = median(filled) if filled else 0
    # A row as full as others is none of totals: a shop may be called Total Sport.
    words = [
        _word_of_totals(row) if place and filled[place] < usual else None for place, row in enumerate(rows)
    ]
    end = end_of_rows(filled, [word is not None for word in words])
    found = tuple(dict.fromkeys(word for word in words[: None if end is None else end + 1] if word))
    kept = [row for row, word in zip(rows[:end], words[:end], strict=True) if word is None]
    return kept, found[0] if len(found) == 1 else found or None


def _word_of_totals(row: tuple[str, ...]) -> str | None:
    first = next((cell for cell in row if cell), "")
    word = max((word for word in synonyms().totals if first.casefold().startswith(word)), key=len, default="")
    is_whole = not first[len(word) : len(word) + 1].isalpha()
    return first[: len(word)] if word and is_whole else None


def _merged(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> tuple[str, ...]:
    """Name columns that are empty on just the rows on which the first column is, below a value."""
    empty = [
        {place for place, row in enumerate(rows) if not (row[number : number + 1] or ("",))[0]}
        for number in range(len(header))
    ]
    first = next((number for number, places in enumerate(empty) if len(places) < len(rows)), None)
    if first is None or not empty[first] or 0 in empty[first]:
        return ()
    if not any(not places & empty[first] for places in empty):
        return ()
    return tuple(
        name
        for number, name in enumerate(header)
        if empty[first] <= empty[number] and len(empty[number]) < len(rows)
    )


def words_for_nothing(table: Table) -> tuple[str, ...]:
    """Return the words of a table that stand for nothing."""
    known = {word.casefold() for word in synonyms().nothing}
    seen = {cell.casefold() for row in table.rows for cell in row if cell}
    return tuple(sorted(known & seen))


def without(table: Table, nothing: tuple[str, ...]) -> Table:
    """Empty the cells that hold nothing but one of these words."""
    if not nothing:
        return table
    rows = tuple(tuple("" if cell.casefold() in nothing else cell for cell in row) for row in table.rows)
    return replace(table, rows=rows)
