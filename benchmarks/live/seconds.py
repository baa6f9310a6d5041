"""Where the seconds of the live path go: from instants to parts, medians, a verdict and a page.

What belongs here: pure functions. What does not: measuring (path.py).
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

MEDIAN_AT_MOST: Final = 8.0
WORST_AT_MOST: Final = 15.0

SENSOR: Final = "sensor"
SEND: Final = "send"
AFTERWARDS: Final = "record"
"""What follows the message's arrival, until the next mark."""


@dataclass(frozen=True)
class Mark:
    """An instant, in seconds since 1970, and what begins with it."""

    at: float
    name: str


@dataclass(frozen=True)
class Timeline:
    """What happened in one run: its process, its marks in their order, what Great Expectations counted."""

    process: int | None
    marks: tuple[Mark, ...]
    verdicts: dict[str, int] = field(default_factory=dict)

    def sent_at(self, at: float) -> bool:
        """Say whether the run was sending at that instant, or was just done with it."""
        is_begun = any(mark.name == SEND and mark.at <= at for mark in self.marks)
        return is_begun and at <= self.marks[-1].at


@dataclass(frozen=True)
class Landing:
    """Files that landed, the message that followed, and when its process imported Great Expectations."""

    orders: int
    kind: str
    landed_at: float
    received_at: float
    run: Timeline
    imported_at: float | None

    @property
    def seconds(self) -> float:
        """From the files to the message."""
        return self.received_at - self.landed_at

    @property
    def until_message(self) -> dict[str, float]:
        """Seconds per part; they add up to `seconds`."""
        begin = (Mark(self.landed_at, SENSOR), *self.run.marks)
        return seconds_between(begin, self.landed_at, self.received_at)

    @property
    def after_message(self) -> dict[str, float]:
        """Seconds per part of what the run did after the message."""
        begin = (Mark(self.received_at, AFTERWARDS), *self.run.marks)
        return seconds_between(begin, self.received_at, self.run.marks[-1].at)

    @property
    def is_validated_later(self) -> bool:
        """Say whether the import came after the message, and the counts of every rule in the same run."""
        return (
            self.imported_at is not None
            and self.imported_at > self.received_at
            and bool(self.run.verdicts)
            and self.run.marks[-1].name == "end"
        )


def seconds_between(marks: Iterable[Mark], begins_at: float, ends_at: float) -> dict[str, float]:
    """Return the seconds of every part between two instants; a part lasts until the next mark.

    Several parts of one name are summed up, and marks outside are left out.
    """
    inside = sorted((mark for mark in marks if begins_at <= mark.at < ends_at), key=lambda mark: mark.at)
    ends = [*(mark.at for mark in inside), ends_at][1:]
    seconds: dict[str, float] = {}
    for mark, end in zip(inside, ends, strict=True):
        seconds[mark.name] = seconds.get(mark.name, 0.0) + end - mark.at
    return seconds


def within_target(landings: Sequence[Landing]) -> bool:
    """Say whether median and worst are within their targets, and validation followed every message."""
    seconds = [landing.seconds for landing in landings]
    return (
        statistics.median(seconds) <= MEDIAN_AT_MOST
        and max(seconds) <= WORST_AT_MOST
        and all(landing.is_validated_later for landing in landings)
    )


def markdown(landings: Sequence[Landing], made_by: str) -> str:
    """Return what stands in docs/benchmarks.md."""
    seconds = [landing.seconds for landing in landings]
    parts = _parts([landing.until_message for landing in landings])
    later = _parts([landing.after_message for landing in landings])
    imports = [landing.imported_at - landing.received_at for landing in landings if landing.imported_at]
    return "\n".join(
        [
            made_by,
            "",
            "| from the files to the message | seconds | target | |",
            "| --- | ---: | ---: | --- |",
            _verdict("median", statistics.median(seconds), MEDIAN_AT_MOST),
            _verdict(f"worst of {len(seconds)}", max(seconds), WORST_AT_MOST),
            "",
            "Great Expectations was imported "
            + (f"{min(imports):.1f} to {max(imports):.1f} s after the message" if imports else "never")
            + f"; its counts followed in the same run, and agreed, for "
            f"{sum(landing.is_validated_later for landing in landings)} of {len(landings)} messages.",
            "",
            "| where the seconds go | median | worst |",
            "| --- | ---: | ---: |",
            *(_row(name, values) for name, values in parts.items()),
            *(_row(f"after the message: {name}", values) for name, values in later.items()),
            "",
            "| landing | new orders | message | seconds | " + " | ".join(parts) + " |",
            "| ---: | ---: | --- | ---: |" + " ---: |" * len(parts),
            *(_landing_row(number, each, parts) for number, each in enumerate(landings, start=1)),
        ]
    )


def _parts(landings: Sequence[dict[str, float]]) -> dict[str, list[float]]:
    """Collect the seconds of every part over all landings, in the order of the first that has it."""
    names = dict.fromkeys(name for landing in landings for name in landing)
    return {name: [landing.get(name, 0.0) for landing in landings] for name in names}


def _verdict(name: str, seconds: float, at_most: float) -> str:
    return f"| {name} | {seconds:.1f} | {at_most:.0f} | {'yes' if seconds <= at_most else 'no'} |"


def _row(name: str, values: Sequence[float]) -> str:
    return f"| {name} | {statistics.median(values):.2f} | {max(values):.2f} |"


def _landing_row(number: int, landing: Landing, names: Iterable[str]) -> str:
    cells = " | ".join(f"{landing.until_message.get(name, 0.0):.2f}" for name in names)
    return f"| {number} | {landing.orders} | {landing.kind} | {landing.seconds:.1f} | {cells} |"
