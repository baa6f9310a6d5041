"""The same piece of work again and again, to tell a slower machine from a slower program.

What belongs here: some of each kind of work that a tick has: joins and groups of texts in Polars and in
DuckDB, and Python. What does not: anything of the pipeline, which may change.
"""

from __future__ import annotations

import json
import time
from functools import cache
from typing import Final

import duckdb
import numpy as np
import polars as pl

ROWS: Final = 150_000
TEXTS: Final = 60_000
OBJECTS: Final = 15_000


def processor_seconds_of_fixed_work() -> float:
    """Do it, and give the seconds that processors worked for it."""
    rows = _rows()
    begin = time.process_time()
    counted = rows.group_by("name").agg(pl.len(), last=pl.col("number").max())
    joined = rows.join(counted, on="name").sort("name", "number")
    with duckdb.connect(config={"threads": 2}) as con:
        con.register("joined", joined.to_arrow())
        con.execute("create table kept as select * from joined where number >= 0")
        query = "select count(*) from kept semi join (select name from kept where last % 7 = 0) using (name)"
        con.execute(query).fetchall()
    json.loads(json.dumps([{"number": number, "name": str(number)} for number in range(OBJECTS)]))
    return round(time.process_time() - begin, 4)


@cache
def _rows() -> pl.DataFrame:
    numbers = np.random.default_rng(5).integers(0, TEXTS, ROWS)
    return pl.DataFrame({"number": numbers}).with_columns(
        name=pl.lit("order-2026-11-") + pl.col("number").cast(pl.String)
    )
