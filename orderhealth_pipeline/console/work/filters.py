"""Which cases somebody asks for, by what stands in the address; pure.

What belongs here: reading the query, choosing and sorting. What does not: reading cases (board.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final, Literal
from urllib.parse import urlencode

import polars as pl
from pydantic import BaseModel, ConfigDict, Field

from orderhealth_pipeline.words import SEVERITIES, Severity

State = Literal["open", "acknowledged", "in_progress", "resolved", "false_alarm"]
Whose = Literal["mine", "nobodys", "others"]

ENDED: Final = frozenset({"resolved", "false_alarm"})
_Short = Annotated[str, Field(max_length=200)]


class CaseFilter(BaseModel):
    """What is asked for; null asks for any. Cases that are over are shown where their state is asked for."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    state: State | None = None
    owner: _Short | None = None
    rule: _Short | None = None
    severity: Severity | None = None
    whose: Whose | None = None
    assignee: _Short | None = None
    overdue: bool = False
    q: _Short | None = None

    @classmethod
    def of_query(cls, query: Mapping[str, str]) -> CaseFilter:
        """Read what stands in an address; what cannot be is asked for by nobody."""
        read: dict[str, str] = {}
        for name in cls.model_fields:
            given = query.get(name, "").strip()[:200]
            if given:
                read[name] = given
        for name in list(read):
            try:
                cls.model_validate({name: read[name]})
            except ValueError:
                del read[name]
        return cls.model_validate(read)

    @property
    def with_ended(self) -> bool:
        """Say whether cases that are over are asked for."""
        return self.state in ENDED

    def query(self, **changes: object) -> str:
        """Return the address's query with some values changed; null leaves one out."""
        values = {**self.model_dump(exclude_defaults=True), **changes}
        kept = {name: value for name, value in values.items() if value not in (None, "", False)}
        return urlencode({name: 1 if value is True else value for name, value in kept.items()})

    def choose(self, cases: pl.DataFrame, who: str) -> pl.DataFrame:
        """Return the cases that are asked for, the person's own first, then what is due soonest."""
        holder = pl.col("holder")
        wanted = [pl.col("state") == self.state if self.state else pl.col("resolved_at").is_null()]
        wanted += [
            pl.col(column) == value
            for column, value in (
                ("owner", self.owner),
                ("rule_id", self.rule),
                ("severity", self.severity),
                ("holder", self.assignee),
            )
            if value is not None
        ]
        if self.overdue:
            wanted.append(pl.col("overdue_since").is_not_null())
        if self.whose == "mine":
            wanted.append(holder == who)
        elif self.whose == "nobodys":
            wanted.append(holder.is_null())
        elif self.whose == "others":
            wanted.append(holder != who)
        if self.q:
            text = self.q.casefold()
            found = pl.concat_str(
                pl.col("case_id", "cause", "rule_id", "holder").fill_null(""), separator="\n"
            ).str.to_lowercase()
            wanted.append(found.str.contains(text, literal=True))
        rank = pl.col("severity").replace_strict(
            SEVERITIES, list(range(len(SEVERITIES))), return_dtype=pl.Int8
        )
        return cases.filter(*wanted).sort(
            (holder == who).fill_null(value=False).not_(),
            pl.col("overdue_since").is_null(),
            "due_at",
            -rank,
            "case_id",
            nulls_last=True,
        )
