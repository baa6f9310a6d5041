"""Runs a promotion day minute by minute and says whether people could live with it.

    .venv/bin/python -m benchmarks.promotion_day.run --orders 18000 --every 1 --out docs

Fails where a channel gets more than 12 messages in an hour or 40 in a day, where the first message of a cause
does not come at once, or where a quiet day has any message.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from benchmarks.promotion_day.day import DAY, promotion_day, quiet_day
from benchmarks.promotion_day.figures import Figures, figures_of
from benchmarks.promotion_day.page import page_of
from benchmarks.promotion_day.ticks import run_day

AN_HOUR, A_DAY = 12, 40


def main() -> None:
    """Run the day and a quiet one, and write the page."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--orders", type=int, default=18_000)
    arguments.add_argument("--every", type=int, default=1, help="minutes from tick to tick")
    arguments.add_argument("--seed", type=int, default=5)
    arguments.add_argument("--out", type=Path)
    asked = arguments.parse_args()
    every = timedelta(minutes=asked.every)
    with tempfile.TemporaryDirectory() as folder:
        worlds = {"promotion": promotion_day(asked.orders, asked.seed), "quiet": quiet_day(6_000, asked.seed)}
        found: dict[str, Figures] = {}
        for name, world in worlds.items():
            work = Path(folder) / name
            work.mkdir()
            found[name] = figures_of(run_day(world, work, every), world.end - DAY)
            print(name, found[name], flush=True)
    page = page_of(found["promotion"], found["quiet"], asked.orders, asked.every)
    if asked.out is not None:
        (asked.out / "promotion-day.md").write_text(page, encoding="utf-8")
    wrong = broken_promises(found["promotion"], found["quiet"])
    print("\n".join(wrong) or "everything that was promised holds")
    sys.exit(1 if wrong else 0)


def broken_promises(promotion: Figures, quiet: Figures) -> list[str]:
    """Say which promises a day breaks."""
    return [
        *([f"{promotion.hour} messages in an hour on a channel"] if promotion.hour > AN_HOUR else []),
        *([f"{promotion.day} messages in a day on a channel"] if promotion.day > A_DAY else []),
        *(f"{rule} was not told at once" for rule in promotion.late),
        *([f"{sum(quiet.messages.values())} messages in a quiet day"] if quiet.messages else []),
    ]


if __name__ == "__main__":
    main()
