"""Changes of the rules' files that people made at the console: what they said before and after, who, and why.

What belongs here: the table, and its rows. What does not: the files themselves (pipeline/editing/).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import Column, Integer, MetaData, Row, Table, Text, insert, select, update

from orderhealth_pipeline.desk.accounts.audit import Deed, write_deed
from orderhealth_pipeline.desk.accounts.people_desk import PeopleDesk
from orderhealth_pipeline.said import as_text, from_text

State = Literal["waiting", "published", "undone", "rejected", "lapsed"]

RULE_CHANGES: Final = Table(
    "rule_changes",
    MetaData(),
    Column("change", Integer, primary_key=True),
    Column("at", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("says", Text, nullable=False),
    Column("files", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("decided_by", Text),
    Column("decided_at", Text),
)
"""One row per change. `about` is the id of a rule, `calendar` or `words`; `says` tells it in words; `files`
has what every file said before and after. A second person, or whoever took it back, is `decided_by`."""


@dataclass(frozen=True)
class RuleChange:
    """One change. `files` has, by path from the folder of the rules, the text before and after."""

    change: int
    at: datetime
    who: str
    why: str
    about: str
    says: str
    files: Mapping[str, tuple[str, str]]
    state: State
    decided_by: str | None
    decided_at: datetime | None


class RuleChanges:
    """The changes of one desk, each with its entry in the audit log; the table is created where missing.

    Raises StoreError where the desk cannot be opened.
    """

    def __init__(self, desk: str) -> None:
        self._people = PeopleDesk(desk)
        self._people.create_missing(RULE_CHANGES)

    def keep(
        self,
        by: tuple[str, datetime],
        why: str,
        about: tuple[str, str],
        files: Mapping[str, tuple[str, str]],
        state: State,
    ) -> int:
        """Write down a change by somebody; `about` has what it is about, and what it says in words."""
        who, at = by
        row = {
            "at": as_text(at),
            "who": who,
            "why": why,
            "about": about[0],
            "says": about[1],
            "files": json.dumps(files, ensure_ascii=False),
            "state": state,
        }
        with self._people.changing() as con:
            made = con.execute(insert(RULE_CHANGES).values(row)).inserted_primary_key
            number = int(made[0]) if made else 0
            verb = "change_rule" if state == "published" else "draft_rule"
            write_deed(con, Deed(at, who, verb, "rule", about[0], why, f"{number}: {about[1]}"))
        return number

    def decide(self, change: RuleChange, state: State, by: tuple[str, datetime]) -> bool:
        """Write down what became of a change; False where somebody else has decided meanwhile."""
        who, at = by
        with self._people.changing() as con:
            done = con.execute(
                update(RULE_CHANGES)
                .where(RULE_CHANGES.c.change == change.change, RULE_CHANGES.c.state == change.state)
                .values(state=state, decided_by=who, decided_at=as_text(at))
            )
            if done.rowcount:
                detail = f"{change.change}: {change.says}"
                write_deed(con, Deed(at, who, f"rule_{state}", "rule", change.about, change.why, detail))
        return bool(done.rowcount)

    def find(self, number: int) -> RuleChange | None:
        """Return one change."""
        with self._people.looking() as con:
            row = con.execute(select(RULE_CHANGES).where(RULE_CHANGES.c.change == number)).one_or_none()
        return None if row is None else _change(row)

    def newest(self, about: str | None = None, limit: int = 20) -> list[RuleChange]:
        """Return the newest changes, of one rule or of all, newest first."""
        query = select(RULE_CHANGES).order_by(RULE_CHANGES.c.change.desc()).limit(limit)
        if about is not None:
            query = query.where(RULE_CHANGES.c.about == about)
        with self._people.looking() as con:
            return [_change(row) for row in con.execute(query)]


def _change(row: Row[Any]) -> RuleChange:
    files = {path: (texts[0], texts[1]) for path, texts in json.loads(row.files).items()}
    decided_at = from_text(row.decided_at) if row.decided_at else None
    return RuleChange(
        row.change,
        from_text(row.at),
        row.who,
        row.why,
        row.about,
        row.says,
        files,
        row.state,
        row.decided_by,
        decided_at,
    )
