"""Receipts: what people and robots write down about the actions of a file.

What belongs here: the file of receipts, and reading it. What does not: what a receipt does to an action
(pipeline/actions/receipts.py).
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

HEADER: Final = ("idempotency_key", "result", "who", "note")
DONE: Final = frozenset({"done", "ok", "yes", "完成", "已完成", "成功"})
FAILED: Final = frozenset({"failed", "refused", "no", "失败", "拒绝", "无法完成"})


@dataclass(frozen=True)
class Receipt:
    """What became of an action, by the one who was to do it."""

    key: str
    is_done: bool
    who: str
    note: str


def receipts_path(path: Path) -> Path:
    """Return the file of receipts of a list: `calls.xlsx` has `calls.receipts.csv`."""
    return path.with_name(f"{path.stem}.receipts.csv")


def prepare_receipts(path: Path) -> None:
    """Make the file of receipts of a list with its header, where it is not there. Raises OSError."""
    try:
        with receipts_path(path).open("x", encoding="utf-8-sig", newline="") as opened:
            csv.writer(opened).writerow(HEADER)
    except FileExistsError:
        pass


def read_receipts(path: Path) -> list[Receipt]:
    """Read the receipts of a list that say done or failed; the last one of a key counts.

    A row may name an action by its key or by its id, or several with blanks in between. What says neither is
    left for later. Raises OSError.
    """
    try:
        with receipts_path(path).open(encoding="utf-8-sig", newline="", errors="replace") as opened:
            rows = [row for row in csv.DictReader(opened) if row.get(HEADER[0]) or row.get("action_id")]
    except FileNotFoundError:
        return []
    found = {receipt.key: receipt for row in rows for receipt in _read(row)}
    return list(found.values())


def answered_keys(path: Path) -> set[str]:
    """Return the keys of the actions of a list that have a receipt. Raises OSError."""
    return {receipt.key for receipt in read_receipts(path)}


def _read(row: Mapping[str, str | None]) -> list[Receipt]:
    result = (row.get("result") or "").strip().casefold()
    if result not in DONE | FAILED:
        return []
    keys = (row.get(HEADER[0]) or row.get("action_id") or "").strip().removeprefix("'").split()
    who, note = (row.get("who") or "").strip(), (row.get("note") or "").strip()
    return [Receipt(key, result in DONE, who, note) for key in keys]
