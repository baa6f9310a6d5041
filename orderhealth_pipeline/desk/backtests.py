"""Back-tests that people asked for at the console: what of, how far they are, and what they found.

What belongs here: the table, and its rows. What does not: replaying (pipeline/what_if), and who runs them
(console/backtests).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import Column, Integer, MetaData, Row, Table, Text, insert, select, update

from orderhealth_pipeline.desk.accounts.audit import Deed, write_deed
from orderhealth_pipeline.desk.accounts.people_desk import PeopleDesk
from orderhealth_pipeline.said import as_text, from_text

State = Literal["waiting", "running", "done", "failed", "stopped"]
OVER: Final[tuple[State, ...]] = ("done", "failed", "stopped")

BACKTESTS: Final = Table(
    "backtests",
    MetaData(),
    Column("backtest", Integer, primary_key=True),
    Column("at", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("says", Text, nullable=False),
    Column("asked", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("worker", Text),
    Column("seen_at", Text),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("result", Text),
    Column("trouble", Text),
)
"""One row per back-test. `about` is the id of a rule, `profile:NAME`, or `calendar`; `asked` and `result` are
JSON, `trouble` says what went wrong, in both languages; `worker` is who runs it (`host:process`), `seen_at`
when it last gave a sign."""


@dataclass(frozen=True)
class KeptBacktest:
    """One back-test; of `total` instants so many are `done`."""

    backtest: int
    at: datetime
    who: str
    about: str
    says: str
    asked: dict[str, Any]
    state: State
    worker: str | None
    seen_at: datetime | None
    done: int
    total: int
    result: dict[str, Any] | None
    trouble: dict[str, str] | None

    @property
    def is_over(self) -> bool:
        """Say whether nothing more comes."""
        return self.state in OVER


class Backtests:
    """The back-tests of one desk; the table is created where it is missing.

    Raises StoreError where the desk cannot be opened.
    """

    def __init__(self, desk: str) -> None:
        self._people = PeopleDesk(desk)
        self._people.create_missing(BACKTESTS)

    def ask(self, by: tuple[str, datetime], about: tuple[str, str], asked: dict[str, Any], total: int) -> int:
        """Write down that somebody asks for one; `about` has what of, and what it changes in words."""
        who, at = by
        row = {
            "at": as_text(at),
            "who": who,
            "about": about[0],
            "says": about[1],
            "asked": json.dumps(asked, ensure_ascii=False),
            "state": "waiting",
            "done": 0,
            "total": total,
        }
        with self._people.changing() as con:
            made = con.execute(insert(BACKTESTS).values(row)).inserted_primary_key
            number = int(made[0]) if made else 0
            write_deed(con, Deed(at, who, "backtest", "rule", about[0], None, f"{number}: {about[1]}"))
        return number

    def take(self, number: int, worker: str, at: datetime) -> bool:
        """Say that a worker runs one that waited; False where another was first."""
        return self._changed(number, "waiting", state="running", worker=worker, seen_at=as_text(at))

    def go_on(self, number: int, done: int) -> bool:
        """Say how far it is; False where somebody stopped it."""
        return self._changed(number, "running", done=done)

    def sign(self, number: int, at: datetime) -> bool:
        """Say that its worker is there."""
        return self._changed(number, "running", seen_at=as_text(at))

    def end(self, number: int, result: dict[str, Any]) -> bool:
        """Write down what it found."""
        return self._changed(number, "running", state="done", result=json.dumps(result, ensure_ascii=False))

    def fail(self, number: int, trouble: dict[str, str]) -> bool:
        """Write down why it could not be done."""
        return self._changed(
            number, "running", state="failed", trouble=json.dumps(trouble, ensure_ascii=False)
        )

    def stop(self, number: int, by: tuple[str, datetime]) -> bool:
        """Let one that waits or runs end; False where it is over already."""
        is_stopped = self._changed(number, "waiting", state="stopped") or self._changed(
            number, "running", state="stopped"
        )
        if is_stopped:
            self._people.write(Deed(by[1], by[0], "stop_backtest", "rule", None, None, str(number)))
        return is_stopped

    def wait_again(self, number: int) -> bool:
        """Let one whose worker is gone begin anew."""
        return self._changed(number, "running", state="waiting", done=0, worker=None)

    def find(self, number: int) -> KeptBacktest | None:
        """Return one."""
        with self._people.looking() as con:
            row = con.execute(select(BACKTESTS).where(BACKTESTS.c.backtest == number)).one_or_none()
        return None if row is None else _kept(row)

    def newest(self, about: str | None = None, limit: int = 20) -> list[KeptBacktest]:
        """Return the newest, of one rule or of all, newest first."""
        query = select(BACKTESTS).order_by(BACKTESTS.c.backtest.desc()).limit(limit)
        if about is not None:
            query = query.where(BACKTESTS.c.about == about)
        with self._people.looking() as con:
            return [_kept(row) for row in con.execute(query)]

    def unfinished(self) -> list[KeptBacktest]:
        """Return those that wait or run, the oldest first."""
        query = (
            select(BACKTESTS)
            .where(BACKTESTS.c.state.in_(("waiting", "running")))
            .order_by(BACKTESTS.c.backtest)
        )
        with self._people.looking() as con:
            return [_kept(row) for row in con.execute(query)]

    def _changed(self, number: int, before: State, **values: Any) -> bool:
        with self._people.changing() as con:
            done = con.execute(
                update(BACKTESTS)
                .where(BACKTESTS.c.backtest == number, BACKTESTS.c.state == before)
                .values(values)
            )
        return bool(done.rowcount)


def _kept(row: Row[Any]) -> KeptBacktest:
    return KeptBacktest(
        backtest=row.backtest,
        at=from_text(row.at),
        who=row.who,
        about=row.about,
        says=row.says,
        asked=json.loads(row.asked),
        state=row.state,
        worker=row.worker,
        seen_at=from_text(row.seen_at) if row.seen_at else None,
        done=row.done,
        total=row.total,
        result=json.loads(row.result) if row.result else None,
        trouble=json.loads(row.trouble) if row.trouble else None,
    )
