"""What the figures of a day say: which of them stay flat after warm-up.

What belongs here: comparing the hours after warm-up with the last ones. What does not: measuring, the page.

The warm-up lasts as long as everything that is kept for a while needs to fill up, and to be thinned out
once. Then the medians of four hours are compared with those of the last four. Records are kept for good, so
what holds them is set against them: the store against one that a single run makes of the same files, the
snapshot against the number of orders and of findings, resolved ones included. How long a tick takes is
set against work that never changes, done just before: machines get slower and faster in the course of hours.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

TICKS_AN_HOUR = 12
WARM_UP_HOURS = 6
COMPARED_HOURS = 4
FEED = "feeds."
NO_FEEDS = "feeds.loads"
DETAILS = ("rule_results", "score_attribution", "system_funnel", "top_orders")
MEBIBYTE = 1024**2
ROOM = "DuckDB needs room in a file for what it merges, and keeps it: the more, the larger what it has merged"

Tick = Mapping[str, Any]


@dataclass(frozen=True)
class Measure:
    """Something that is to stay flat: `of` gives it of a tick, it may grow by `allowed`, because of `why`."""

    name: str
    unit: str
    of: Callable[[Tick], float]
    allowed: float
    why: str


@dataclass(frozen=True)
class Verdict:
    """A measure after warm-up and at the end of the day, as medians of some hours."""

    measure: Measure
    early: float
    late: float

    @property
    def growth(self) -> float:
        """How much more it is at the end, as a share of what it was."""
        return self.late / self.early - 1

    @property
    def is_flat(self) -> bool:
        """Whether it grew no more than it may."""
        return self.growth <= self.measure.allowed


def row_versions(tick: Tick) -> int:
    """Count the rows of all feeds, in all their versions."""
    rows = tick["rows"].items()
    return sum(count for table, count in rows if table.startswith(FEED) and table != NO_FEEDS)


def _orders_and_findings(tick: Tick) -> int:
    rows: Mapping[str, int] = tick["rows"]
    return rows["working.orders"] + rows["findings"]


MEASURES = (
    Measure(
        "processor seconds of a tick, against those of fixed work just before",
        "×",
        lambda tick: tick["processor_seconds"] / tick["fixed_work_seconds"],
        0.15,
        "the store holds a tenth more records by then",
    ),
    Measure(
        "peak memory of the process",
        "MiB",
        lambda tick: tick["peak_gibibytes"] * 1024,
        0.10,
        "a tenth more records are looked through",
    ),
    Measure(
        "store in use, against one made in one go",
        "×",
        lambda tick: tick["store"]["used"] / tick["in_one_go"],
        0.05,
        "rows written anew lie beside their old ones until DuckDB merges both",
    ),
    Measure(
        "store as a file, against one made in one go",
        "×",
        lambda tick: (tick["store"]["file"] + tick["store"]["wal"]) / tick["in_one_go"],
        0.25,
        ROOM,
    ),
    Measure(
        "snapshot in use, by order and finding",
        "bytes",
        lambda tick: tick["snapshot"]["used"] / _orders_and_findings(tick),
        0.10,
        "orders written anew lie beside their old rows until they are a tenth, and the whole is copied",
    ),
    Measure(
        "snapshot and its spare as files, by order and finding",
        "bytes",
        lambda tick: (tick["snapshot"]["file"] + tick["spare"]["file"]) / _orders_and_findings(tick),
        0.25,
        ROOM,
    ),
    Measure(
        "details of evaluations",
        "rows",
        lambda tick: sum(tick["rows"][table] for table in DETAILS),
        0.02,
        "one evaluation a day is kept",
    ),
    Measure(
        "Dagster's storage",
        "MiB",
        lambda tick: tick["dagster"]["all"] / MEBIBYTE,
        0.05,
        "the runs of a span are kept, and some take more than others",
    ),
)


def with_bytes_in_one_go(ticks: Sequence[Tick], made: Mapping[int, int]) -> list[Tick]:
    """Add to every tick what a store made in one go needs for the same files, in bytes.

    `made` gives that for two ticks by their number; in between it is as much more as there are more rows.
    """
    by_number = {tick["tick"]: row_versions(tick) for tick in ticks}
    (first, few), (last, many) = sorted(made.items())
    a_row = (many - few) / (by_number[last] - by_number[first])
    return [{**tick, "in_one_go": few + a_row * (row_versions(tick) - by_number[first])} for tick in ticks]


def verdicts(ticks: Sequence[Tick]) -> list[Verdict]:
    """Compare every measure after warm-up with what it is in the day's last hours.

    `ticks` are the day's, without the first one, which loads the history. Raises ValueError where the day is
    too short to be judged.
    """
    span = COMPARED_HOURS * TICKS_AN_HOUR
    after_warm_up = ticks[WARM_UP_HOURS * TICKS_AN_HOUR :]
    if len(after_warm_up) < 2 * span:
        raise ValueError(f"{len(ticks)} ticks are too few to tell warm-up from growth")
    early, late = after_warm_up[:span], after_warm_up[-span:]
    return [
        Verdict(measure, median(map(measure.of, early)), median(map(measure.of, late)))
        for measure in MEASURES
    ]
