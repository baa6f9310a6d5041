"""Figures of the Olist export straight from its CSV files, by plain SQL: what a run is measured against.

What belongs here: running the statements of the folder `oracle`. What does not: anything of the package or of
the adapter, because an oracle that shares code with what it judges proves nothing.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import duckdb
import yaml

from tests.real_data import CHECKOUT, REAL_DATA

OLIST: Final = REAL_DATA / "olist"
_ORACLE: Final = Path(__file__).parent / "oracle"

# Every address of the export is masked, so nothing can be said of any; returns are not in it at all.
UNKNOWN_RULES: Final = ("shared_address", "duplicate_order", "incomplete_address", "frequent_returns")
KNOWN_RULES: Final = (
    *sorted(file.stem for file in (_ORACLE / "rules").glob("*.sql")),
    *UNKNOWN_RULES,
    "pickup_gap",
)
RULES_ABOUT_LINES: Final = ("low_price", "scripted_low_price")


@dataclass(frozen=True)
class Figures:
    """What holds at one instant; `open_orders` has the orders hit, by id of the rules that can hit here."""

    known_orders: int
    active_orders: int
    active_orders_with_lines: int
    open_orders: dict[str, frozenset[str]]
    pickup_gap: str
    score: Decimal | None


def open_olist_files(folder: Path = OLIST) -> duckdb.DuckDBPyConnection:
    """Show each CSV file of the folder as a view named after it, every column as text."""
    connection = duckdb.connect()
    connection.execute("set timezone = 'America/Sao_Paulo'")
    for file in sorted(folder.glob("*.csv")):
        rows = f"read_csv('{file}', all_varchar = true, header = true)"
        connection.execute(f"create view {file.stem} as from {rows}")
    return connection


def expectations_of_known_rules(folder: Path) -> Path:
    """Write the expectation files into a folder, the rules off that no statement of the oracle is about."""
    expectations = shutil.copytree(CHECKOUT / "expectations", folder / "expectations", dirs_exist_ok=True)
    for file in expectations.glob("*/*.yml"):
        text = file.read_text(encoding="utf-8")
        if "hit_when" in yaml.safe_load(text) and file.stem not in KNOWN_RULES:
            off = re.sub(r"^enabled: .*\n", "", text, flags=re.MULTILINE) + "\nenabled: false\n"
            file.write_text(off, encoding="utf-8")
    return expectations


def rule_weights() -> dict[str, Decimal]:
    """Read the weight of every rule that the oracle knows from its expectation file, by rule id."""
    files = (CHECKOUT / "expectations").glob("*/*.yml")
    rules = {file.stem: yaml.safe_load(file.read_text(encoding="utf-8")) for file in files}
    return {rule_id: Decimal(str(rules[rule_id]["weight"])) for rule_id in KNOWN_RULES}


def open_oracle(weights: Mapping[str, Decimal]) -> duckdb.DuckDBPyConnection:
    """Prepare the tables and views that the figures of any instant are counted on."""
    connection = open_olist_files()
    connection.execute("create table clock (as_of timestamptz)")
    for table in ("order_life", "line", "ticket"):
        connection.execute(f"create table {table} as {_statement('tables', table)}")
    for view in ("open_ticket", "active_order"):
        connection.execute(f"create view {view} as {_statement('views', view)}")
    connection.execute("create table weight (rule_id varchar, weight decimal(9, 6))")
    connection.executemany("insert into weight values (?, ?)", [list(pair) for pair in weights.items()])
    connection.execute("create table finding (rule_id varchar, order_id varchar)")
    return connection


def figures_at(oracle: duckdb.DuckDBPyConnection, as_of: str) -> Figures:
    """Count and score one instant, given as ISO 8601 with an offset."""
    oracle.execute("delete from clock")
    oracle.execute("insert into clock values (?)", [as_of])
    oracle.execute("delete from finding")
    open_orders = {}
    for rule_id in sorted(file.stem for file in (_ORACLE / "rules").glob("*.sql")):
        rows = _statement("rules", rule_id)
        oracle.execute(f"insert into finding select '{rule_id}', order_id from ({rows})")
        hits = oracle.execute("select order_id from finding where rule_id = ?", [rule_id]).fetchall()
        open_orders[rule_id] = frozenset(order_id for (order_id,) in hits)
    pickup_gap = _figure(oracle, "pickup_gap")
    return Figures(
        known_orders=_figure(oracle, "known_orders"),
        active_orders=_figure(oracle, "active_orders"),
        active_orders_with_lines=_figure(oracle, "active_orders_with_lines"),
        open_orders=open_orders,
        pickup_gap=pickup_gap,
        score=_figure(oracle, "score", pickup_gap=pickup_gap),
    )


def open_orders_in(store: Path) -> dict[str, frozenset[str]]:
    """Read which orders have an open finding in a store, by rule id."""
    with duckdb.connect(str(store), read_only=True) as connection:
        rows = connection.execute(
            """
            select rule_id, list(order_id)
            from findings
            where state = 'open' and order_id is not null
            group by rule_id
            """
        ).fetchall()
    return {rule_id: frozenset(order_ids) for rule_id, order_ids in rows}


def decode_result(output: str) -> dict[str, Any]:
    """Decode what `--json` printed: exactly one object, numbers with a point kept as they were written."""
    result: dict[str, Any] = json.loads(output, parse_float=Decimal)
    return result


def _figure(oracle: duckdb.DuckDBPyConnection, name: str, **parameters: str) -> Any:
    return oracle.execute(_statement("figures", name), parameters).fetchall()[0][0]


def _statement(kind: str, name: str) -> str:
    return (_ORACLE / kind / f"{name}.sql").read_text(encoding="utf-8")
