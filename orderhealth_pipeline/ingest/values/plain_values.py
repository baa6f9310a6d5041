r"""When a value is already what it means, so that one cast reads it: the plain forms of every type.

What belongs here: the forms, and the SQL that tells and reads them. What does not: all other spellings, which
the macros of `sql/ingest` read with care (typing.py).

Most rows of most files are plain, and a regular expression over all values of a row tells so several times
faster than the macros read them. A value in a plain form must be good, and mean what the macros read in it:
`tests/property/test_plain_values.py` holds the two against each other.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from orderhealth_pipeline.ingest.contracts import MOST, ColumnContract, ColumnType, FeedContract
from orderhealth_pipeline.ingest.staged import Staged
from orderhealth_pipeline.ingest.values.characters import BLANKS, as_class
from orderhealth_pipeline.ingest.values.no_time import no_time

_SEPARATOR: Final = r"\x1f"
_BLANK: Final = as_class(BLANKS)
_TEXT: Final = rf"[^{_BLANK}=](?:[^\x1f]*[^{_BLANK}])?"
_CHINESE: Final = r"\x{4E00}-\x{9FFF}"
_SIGNS: Final = rf"0-9A-Za-z_{_CHINESE}:/@*()-"
# What no_identifier.yml names begins with one of these, and has no digit.
_MAYBE_NONE: Final = r"nNuU(/\x{65E0}\x{7A7A}\x{6682}-"
_LETTER: Final = r"A-MO-TV-Za-mo-tv-z_\x{4E00}-\x{65DF}\x{65E1}-\x{6681}\x{6683}-\x{7A79}\x{7A7B}-\x{9FFF}"
# What begins with a letter is no number, and has no sign before it that protects one.
_IDENTIFIER: Final = (
    rf"[{_LETTER}0-9:@*)][{_SIGNS}]*|[{_LETTER}][{_SIGNS}.+# ]*[{_SIGNS}.+#]"
    rf"|[{_MAYBE_NONE}][{_SIGNS}]*[0-9][{_SIGNS}]*"
)
_SMALL_LETTERS: Final = rf"[!#-&(-<>-@\[-_a-z{{-~{_CHINESE}]+"
_IN_LEAP_YEARS: Final = r"(?:0[48]|[2468][048]|[13579][26])"
_DAY: Final = (
    r"(?:(?:19|20)\d\d-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])"
    r"|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|02-(?:0[1-9]|1\d|2[0-8]))"
    # Some customers of every shop were born on such a day.
    rf"|(?:(?:19|20){_IN_LEAP_YEARS}|2000)-02-29)"
)
_HOURS_OF_A_DAY: Final = r"(?:[01]\d|2[0-3])"
_MINUTES: Final = r":[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?"
_SINCE_2001: Final = r"20(?:0[1-9]|[1-9]\d)"
"""Systems write earlier instants for "not yet" (no_time.yml)."""

_INSTANT: Final = (
    rf"(?:{_SINCE_2001}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])"
    r"|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|02-(?:0[1-9]|1\d|2[0-8]))"
    rf"|20{_IN_LEAP_YEARS}-02-29)(?:[T ]{_HOURS_OF_A_DAY}{_MINUTES}"
    r"(?:Z|[+-](?:0\d|1[0-4])(?::?[0-5]\d)?)?)?"
    # As spreadsheets write it.
    rf"|{_SINCE_2001}/(?:(?:0?[13578]|1[02])/(?:0?[1-9]|[12]\d|3[01])"
    r"|(?:0?[469]|11)/(?:0?[1-9]|[12]\d|30)|0?2/(?:0?[1-9]|1\d|2[0-8]))"
    rf" (?:{_HOURS_OF_A_DAY}|\d){_MINUTES}"
)
_NO_TIME: Final = (
    rf"(?:{'|'.join(no_time().days)})(?:[T ]{_HOURS_OF_A_DAY}{_MINUTES})?|{'|'.join(no_time().local)}"
)
"""What many rows of some systems have in the place of an instant; as texts, all come before 2001."""

_FORMS: Final[dict[ColumnType, str]] = {
    "identifier": _IDENTIFIER,
    "text": _TEXT,
    "status": _SMALL_LETTERS,
    "instant": _INSTANT,
    "promise": _INSTANT,
    **{kind: rf"-?\d{{1,{len(str(most)) - 1}}}(?:\.\d{{1,17}})?" for kind, most in MOST.items()},
    "flag": "true|false|[01]",
    "day": _DAY,
}
_RANGES: Final = {
    "timestamptz": (
        "TIMESTAMP WITH TIME ZONE",
        "between timestamptz '2001-01-01 00:00:00+00' and timestamptz '9999-12-30 00:00:00+00'",
    ),
    "date": ("DATE", "between date '1900-01-01' and date '9999-12-31'"),
    "boolean": ("BOOLEAN", "is not null"),
}
"""Of every type of the store that a file can have, too: its name there, and which values are plain."""

_DECIMAL: Final = re.compile(r"DECIMAL\((\d+),(\d+)\)")
_DIGITS: Final = 18
_DECIMALS: Final = 4


@dataclass(frozen=True)
class PlainColumn:
    """A column of a feed: the SQL that reads its plain values, and how they are told from others.

    Either by the `form` (a regular expression) of their `text`, or by a `condition`.
    """

    name: str
    read: str
    text: str | None = None
    form: str | None = None
    condition: str | None = None


@dataclass(frozen=True)
class PlainRows:
    """Which rows of what is staged are plain in every column, and how they are read."""

    columns: Sequence[PlainColumn]

    @property
    def texts(self) -> list[str]:
        """The texts whose forms are looked at together."""
        return [column.text for column in self.columns if column.text is not None]

    @property
    def form(self) -> str:
        """The form of all texts of a row, a separator between any two of them."""
        return _SEPARATOR.join(column.form for column in self.columns if column.form is not None)

    @property
    def conditions(self) -> list[str]:
        """What else must be true of a row."""
        return [column.condition for column in self.columns if column.condition is not None]


def plain_rows(contract: FeedContract, staged: Staged, told: Collection[str] = ()) -> PlainRows:
    """Describe the plain rows of a feed in what is staged.

    The columns in `told` are known to hold plain values alone, and need no look.
    """
    columns = [_plain(name, column, staged) for name, column in contract.columns.items()]
    return PlainRows([PlainColumn(each.name, each.read) if each.name in told else each for each in columns])


def _plain(name: str, column: ColumnContract, staged: Staged) -> PlainColumn:
    raw = staged.raw(name)
    if raw is None:
        return PlainColumn(name, f"null::{column.duckdb_type}")
    native = staged.native(name)
    condition = native and _condition(column, *native)
    if native and condition:
        source, _ = native
        may_lack = "" if column.required else f"{source} is null or "
        return PlainColumn(name, _cast(source, column), condition=f"({may_lack}{condition})")
    form, value = f"(?:{_FORMS[column.type]})", raw
    if not column.required and column.type in {"instant", "promise"}:
        form, value = f"(?:{_FORMS[column.type]}|{_NO_TIME})?", f"case when {raw} >= '2001' then {raw} end"
    elif not column.required:
        form, value = f"{form}?", f"nullif({raw}, '')"
    is_text = column.duckdb_type == "varchar"
    return PlainColumn(name, value if is_text else _cast(value, column), raw, form)


def _cast(value: str, column: ColumnContract) -> str:
    """Read a plain value. DuckDB may read those of odd rows too, before it leaves these rows out."""
    return f"try_cast({value} as {column.duckdb_type})"


def _condition(column: ColumnContract, source: str, kind: str) -> str | None:
    """Tell plain values of a column that has its type in the file; null where it has another."""
    if decimal := _DECIMAL.fullmatch(kind):
        digits, decimals = int(decimal[1]), int(decimal[2])
        fits = decimals <= _DECIMALS and digits - decimals <= _DIGITS - _DECIMALS
        most = MOST.get(column.type)
        return f"abs({source}) <= {most}" if fits and most is not None else None
    of_file, plain = _RANGES.get(column.duckdb_type, ("", ""))
    return f"{source} {plain}" if kind == of_file else None
