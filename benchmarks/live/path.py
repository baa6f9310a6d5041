"""How long it takes from feed files landing to the message in the chat, with the daemon running.

What belongs here: letting files land, waiting for the message, the verdict. What does not: the shop
(shop.py), the processes (daemon.py, chat.py), the arithmetic (seconds.py).

    .venv/bin/python -m benchmarks.live.path --orders 20000 --landings 2

Among so many active orders those of a minute move the score by a few hundredths of a point, and cross no line
at every landing. So the line moves instead: before one landing `orderhealth.yml` gets a line above the last
score, and before the next one below it. The pipeline knows nothing of that. Exit code 1 where a target is
missed.
"""

from __future__ import annotations

import argparse
import json
import queue
import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from benchmarks.live.chat import ChatServer, Message, chat_server
from benchmarks.live.daemon import Daemon, daemon
from benchmarks.live.seconds import Landing, markdown, within_target
from benchmarks.live.shop import SCENARIO, Stream, history_until

PROGRAM: Final = Path(sys.executable).with_name("orderhealth")
ORDERS_A_MINUTE: Final = 200
SECONDS_A_MINUTE: Final = 60
MOST_SECONDS_TO_MESSAGE: Final = 90
MOST_SECONDS_OF_A_RUN: Final = 300
SENSOR_ROUND_SECONDS: Final = 5
"""Landings are moved by up to so many seconds, to meet the sensor at every moment of its round."""

POINTS_ASIDE: Final = 1
"""How far from the last score the line is laid."""

FORM: Final = "%Y-%m-%dT%H:%M:%S%.6f%:z"


@dataclass
class Shop:
    """A shop in a folder: its configuration, its feeds, and what is still to come."""

    folder: Path
    chat: ChatServer
    stream: Stream
    since: datetime
    landed: int = 0
    messages: list[tuple[int, float, Message]] = field(default_factory=list)

    @property
    def configuration(self) -> Path:
        """The file that every run reads."""
        return self.folder / "orderhealth.yml"

    def lay_line(self, at: float) -> None:
        """Let an alert open below, and close at or above, so many points."""
        line = min(max(round(at, 2), 0.01), 100)
        content = {
            "locale": "en",
            "score": {"threshold": line, "recover": line},
            "channels": [{"type": "webhook", "url": self.chat.url}],
        }
        fresh = self.configuration.with_suffix(".new")
        fresh.write_text(json.dumps(content), encoding="utf-8")
        fresh.replace(self.configuration)

    def land(self, number: int) -> float:
        """Let the orders since the last landing land, whole files at once; give the instant before that."""
        until = datetime.now(UTC)
        minutes = (until - self.since) / timedelta(minutes=1)
        orders = round(minutes * ORDERS_A_MINUTE)
        incoming = self.folder / "incoming"
        incoming.mkdir(exist_ok=True)
        frames = self.stream.landing(self.landed, orders, self.since, until)
        for feed, frame in frames.items():
            frame.write_csv(incoming / f"{feed}_{number:03}.csv", datetime_format=FORM)
        self.since, self.landed = until, self.landed + orders
        landed_at = time.time()
        for file in sorted(incoming.iterdir()):
            file.rename(self.folder / "feeds" / file.name)
        return landed_at


def main() -> None:
    """Make the shop, let files land, print the figures."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--orders", type=int, default=1_000_000, help="of the history")
    arguments.add_argument("--landings", type=int, default=20)
    arguments.add_argument("--every", type=float, default=60.0, help="seconds between landings")
    arguments.add_argument("--seed", type=int, default=5)
    arguments.add_argument("--folder", type=Path, help="where there is room; default: the temporary folder")
    asked = arguments.parse_args()
    for each in (signal.SIGINT, signal.SIGTERM):
        # Whoever ends the measurement ends the daemon with it, also in the background of a shell.
        signal.signal(each, signal.default_int_handler)
    with (
        tempfile.TemporaryDirectory(prefix="orderhealth-live-", dir=asked.folder) as folder,
        chat_server() as chat,
    ):
        shop, first = open_shop(Path(folder), chat, asked)
        say(f"history: {first['active_orders']:,} active orders, score {first['score']}")
        with daemon(Path(folder), shop.configuration) as running:
            let_land(shop, running, asked, float(first["score"]))
        landings = assembled(shop, running)
    if landings:
        print(markdown(landings, made_by(asked, first)))
    if len(landings) < asked.landings or not within_target(landings):
        sys.exit(1)


def open_shop(folder: Path, chat: ChatServer, asked: argparse.Namespace) -> tuple[Shop, dict[str, Any]]:
    """Write the history, and run over it once from the command line; give the shop and the run's result."""
    say(f"simulating {asked.orders:,} orders")
    now = datetime.now(UTC)
    history = history_until(now, asked.orders, asked.seed)
    seconds = (asked.landings + 1) * (asked.every + SENSOR_ROUND_SECONDS) + 4 * MOST_SECONDS_OF_A_RUN
    new_orders = round(seconds * ORDERS_A_MINUTE / SECONDS_A_MINUTE)
    shop = Shop(folder, chat, Stream.after(history, new_orders, asked.seed), now)
    shop.lay_line(0)
    (folder / "feeds").mkdir()
    for feed, frame in history.items():
        frame.write_parquet(folder / "feeds" / f"{feed}.parquet")
    say("the first run, over everything")
    command: list[str | Path] = [PROGRAM, "run", "--config", shop.configuration, "--json"]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=folder)
    result: dict[str, Any] = json.loads(done.stdout)
    shop.since = datetime.now(UTC)
    return shop, result


def let_land(shop: Shop, running: Daemon, asked: argparse.Namespace, score: float) -> None:
    """Wait for the run that the daemon begins with, then let files land and note their messages."""
    running.wait_for("the daemon's first run", lambda: bool(running.timelines()), MOST_SECONDS_OF_A_RUN)
    running.wait_for("its end", lambda: not running.unfinished_runs(), MOST_SECONDS_OF_A_RUN)
    moves = random.Random(asked.seed)  # noqa: S311 - not a secret
    next_at = time.monotonic()
    shop.since = datetime.now(UTC) - timedelta(seconds=asked.every)
    for number in range(1, asked.landings + 1):
        time.sleep(max(0.0, next_at + moves.uniform(0, SENSOR_ROUND_SECONDS) - time.monotonic()))
        next_at += asked.every
        shop.lay_line(score + POINTS_ASIDE if number % 2 else score - POINTS_ASIDE)
        before = shop.landed
        landed_at = shop.land(number)
        try:
            message = shop.chat.messages.get(timeout=MOST_SECONDS_TO_MESSAGE)
        except queue.Empty:
            say(f"landing {number}: no message in {MOST_SECONDS_TO_MESSAGE} s\n{running.last_words()}")
            break
        score = float(message.content["score"])
        shop.messages.append((shop.landed - before, landed_at, message))
        say(f"landing {number}: {message.content['kind']} after {message.at - landed_at:.1f} s")
    running.wait_for("the last run's end", lambda: not running.unfinished_runs(), MOST_SECONDS_OF_A_RUN)


def assembled(shop: Shop, running: Daemon) -> list[Landing]:
    """Find the run that sent each message."""
    runs, imports = running.timelines(), running.imported()
    return [
        Landing(
            orders=orders,
            kind=message.content["kind"],
            landed_at=landed_at,
            received_at=message.at,
            run=run,
            imported_at=imports.get(run.process) if run.process is not None else None,
        )
        for orders, landed_at, message in shop.messages
        for run in runs
        if run.sent_at(message.at)
    ]


def made_by(asked: argparse.Namespace, first: dict[str, Any]) -> str:
    """Say what the figures are of."""
    options = vars(asked).items()
    given = [f"--{name} {value:g}" for name, value in options if isinstance(value, int | float)]
    return (
        f"Made by `python -m benchmarks.live.path {' '.join(given)}`: {asked.landings} landings of "
        f"{ORDERS_A_MINUTE} new orders a minute, one every {asked.every:g} s, on a history of "
        f"{asked.orders:,} simulated orders (scenario {SCENARIO}), {first['active_orders']:,} of them active "
        f"and {first['findings']['open']:,} findings open."
    )


def say(what: str) -> None:
    """Tell on the side what is going on."""
    print(f"{datetime.now(UTC):%H:%M:%S} {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
