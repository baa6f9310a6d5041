"""What the values of a column look like, where they are not written as the feeds have them.

What belongs here: one rule a column, and the SQL that applies it. What does not: finding the rule out
(ingest/mapping/looks.py).
"""

from __future__ import annotations

from typing import Final, Literal, Self

from pydantic import model_validator

from orderhealth_pipeline.yaml_files import FrozenModel

SERIAL: Final = "spreadsheet"
SECONDS: Final = "seconds"
MILLISECONDS: Final = "milliseconds"
_LIKE_ISO: Final = "%Y-%m-%d %H:%M:%S"
_COUNTED: Final = {
    SERIAL: (
        "case when try_cast({x} as double) between 1 and 2958465 then strftime(timestamp '1899-12-30' "
        "+ to_seconds(round(try_cast({x} as double) * 86400)::bigint), '%Y-%m-%d %H:%M:%S') end"
    ),
    SECONDS: (
        "case when try_cast({x} as bigint) between 0 and 253402300799 "
        "then strftime(make_timestamp(try_cast({x} as bigint) * 1000000), '%Y-%m-%dT%H:%M:%SZ') end"
    ),
    MILLISECONDS: (
        "case when try_cast({x} as bigint) between 100000000000 and 253402300799999 "
        "then strftime(make_timestamp(try_cast({x} as bigint) * 1000), '%Y-%m-%dT%H:%M:%SZ') end"
    ),
}


class ColumnLook(FrozenModel):
    """How the values of one column are written; what the rule does not fit stays, and is rejected later.

    `dates` are tried in their order: patterns such as `%d/%m/%Y %H:%M`, or `spreadsheet` (days since 1900),
    `seconds` and `milliseconds` (since 1970). `amounts` are written like the example that is given, with or
    without ¥, 元, 万. `yes` and `no` are words of a truth value, and `nothing` words that stand for no value.
    """

    dates: tuple[str, ...] = ()
    amounts: Literal["1,234.56", "1.234,56"] | None = None
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    nothing: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _is_one_rule(self) -> Self:
        rules = [bool(self.dates), self.amounts is not None, bool(self.yes or self.no)]
        if sum(rules) > 1:
            raise ValueError("only one of dates, amounts and yes/no is expected")
        return self

    def expression(self, text: str) -> str:
        """Return the SQL of a value, of the SQL of its text."""
        if self.nothing:
            text = f"(case when lower({text}) not in ({_literals(self.nothing)}) then {text} end)"
        if self.amounts is not None:
            return f"written_amount({text}, {str(self.amounts == '1.234,56').lower()})"
        if self.yes or self.no:
            yes = f"when lower({text}) in ({_literals(self.yes)}) then 'true'" if self.yes else ""
            no = f"when lower({text}) in ({_literals(self.no)}) then 'false'" if self.no else ""
            return f"case {yes} {no} else {text} end"
        if self.dates:
            return f"coalesce({', '.join([_date(each, text) for each in self.dates])}, {text})"
        return text


def _date(pattern: str, text: str) -> str:
    if pattern in _COUNTED:
        return _COUNTED[pattern].format(x=text)
    written = pattern.replace("'", "''")
    return f"strftime(try_strptime({text}, '{written}'), '{_LIKE_ISO}')"


def _literals(words: tuple[str, ...]) -> str:
    return ", ".join("'" + word.casefold().replace("'", "''") + "'" for word in words)
