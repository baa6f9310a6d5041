"""The file of penalties that came true, which a platform's bill or a person's list says.

What belongs here: reading it. What does not: holding it against cases (ledger.py). It is read whenever a
report is written, and kept nowhere.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import polars as pl

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.frames import MONEY
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.rules.penalties.ledger import CHARGES

_REQUIRED: Final = ("order_id", "charged_at", "amount")
_INSTANTS: Final = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M")
_DAYS: Final = ("%Y-%m-%d", "%Y/%m/%d")


def read_charges(file: Path, zone: ZoneInfo) -> pl.DataFrame:
    """Read CHARGES of a CSV or XLSX file: order_id, charged_at, amount, and currency and rule_id if known.

    Instants without an offset are in `zone`. Raises ConfigurationError, with file and line, where it cannot
    be read, lacks a column, or a value is none.
    """
    table = _table(file)
    table = table.rename({name: name.strip().lower() for name in table.columns})
    missing = [name for name in _REQUIRED if name not in table.columns]
    if missing:
        reason = Message("the column '{column}' is missing", column=missing[0])
        raise ConfigurationError(reason, file=file, line=1)
    texts = table.select(_text(table, name) for name in CHARGES)
    typed = texts.with_columns(charged_at=_instant(zone), amount=pl.col("amount").cast(MONEY, strict=False))
    for name in _REQUIRED:
        wrong = typed.with_row_index("line", offset=2).filter(pl.col(name).is_null())
        if not wrong.is_empty():
            reason = Message("'{column}' is empty, or not what is expected there", column=name)
            raise ConfigurationError(reason, file=file, line=wrong["line"][0])
    return typed.cast(CHARGES)


def _table(file: Path) -> pl.DataFrame:
    try:
        if file.suffix.casefold() == ".xlsx":
            sheet: pl.DataFrame = pl.read_excel(file, infer_schema_length=0)
            return sheet
        content = file.read_bytes()
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("gb18030")
        return pl.read_csv(io.StringIO(text), infer_schema=False)
    except OSError as error:
        reason = Message("cannot be read ({reason})", reason=error.strerror or type(error).__name__)
        raise ConfigurationError(reason, file=file) from None
    except Exception:  # noqa: BLE001 - three libraries, each with errors of its own
        raise ConfigurationError("no table can be read from this file", file=file) from None


def _text(table: pl.DataFrame, name: str) -> pl.Expr:
    if name not in table.columns:
        return pl.lit(None, pl.String).alias(name)
    text = pl.col(name).cast(pl.String).str.strip_chars()
    return pl.when(text != "").then(text).alias(name)


def _instant(zone: ZoneInfo) -> pl.Expr:
    written = pl.col("charged_at").str.replace("T", " ", literal=True)
    with_offset = pl.col("charged_at").str.to_datetime("%+", time_unit="us", time_zone="UTC", strict=False)
    local = [written.str.to_datetime(form, time_unit="us", strict=False) for form in _INSTANTS]
    local += [written.str.to_date(form, strict=False).cast(pl.Datetime("us")) for form in _DAYS]
    zoned = pl.coalesce(local).dt.replace_time_zone(str(zone), ambiguous="earliest", non_existent="null")
    return pl.coalesce(with_offset, zoned.dt.convert_time_zone("UTC"))
