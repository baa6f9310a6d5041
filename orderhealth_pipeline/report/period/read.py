"""Builds the report of a period from the public tables of the store.

What belongs here: what the report of a run does not have: the score then, what broke, response times, overdue
cases, penalties. What does not: words (sections.py), and the file of charges (charges_file.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import duckdb
import polars as pl

from orderhealth_pipeline.cases.response_times import STEPS, step_times
from orderhealth_pipeline.report.model import RiskReport
from orderhealth_pipeline.report.period.model import (
    SPANS,
    AtStake,
    Broken,
    Charged,
    NoisyRule,
    OpenCase,
    PeriodKind,
    PeriodReport,
    Promotion,
    Response,
    ScoreThen,
)
from orderhealth_pipeline.report.read.tables import Row, StoreTables
from orderhealth_pipeline.report.words.masking import mask_text
from orderhealth_pipeline.report.words.texts import Texts
from orderhealth_pipeline.rules.language.model import Rule
from orderhealth_pipeline.rules.penalties.at_stake import at_stake
from orderhealth_pipeline.rules.penalties.ledger import KNOWN, OUTCOMES, matched
from orderhealth_pipeline.rules.penalties.terms import Penalties

_WEEK: Final = timedelta(days=7)
_OF_PEOPLE: Final = frozenset({"buyer", "address"})
"""Causes that tell of a person: of these the kind is told alone."""


@dataclass(frozen=True)
class PeriodInputs:
    """What a report of a period is made of besides the store.

    `roles` are the titles of roles by name, `usual_profile` the one that is no promotion; `charges` (CHARGES)
    are all that are known, null where no file names any.
    """

    rules: Mapping[str, Rule]
    roles: Mapping[str, str]
    usual_profile: str
    penalties: Penalties
    charges: pl.DataFrame | None


def build_period_report(
    con: duckdb.DuckDBPyConnection, state: RiskReport, kind: PeriodKind, inputs: PeriodInputs
) -> PeriodReport:
    """Read what the report of a period shows; `state` is the risk report of the instant at which it ends."""
    return _Reader(con, state, kind, inputs).report()


class _Reader:
    def __init__(
        self, con: duckdb.DuckDBPyConnection, state: RiskReport, kind: PeriodKind, inputs: PeriodInputs
    ) -> None:
        self._tables = StoreTables(con, ZoneInfo(state.timezone))
        self._state, self._kind, self._inputs = state, kind, inputs
        self._texts = Texts(state.locale)
        self._span: dict[str, Any] = {"since": state.as_of - SPANS[kind], "as_of": state.as_of}

    def report(self) -> PeriodReport:
        cases = self._tables.frame("period/select_cases_of_period", **self._span)
        return PeriodReport(
            kind=self._kind,
            since=self._span["since"],
            as_of=self._state.as_of,
            state=self._state,
            week_ago=self._score("select_score_before", instant=self._state.as_of - _WEEK),
            lowest=self._score("select_lowest_score", **self._span),
            promotion=self._promotion(),
            broken=self._broken(),
            responses=self._responses(cases),
            open_cases=self._open_cases(cases),
            noisy=tuple(
                NoisyRule(title=rule.title, lines=rule.verdicts)
                for rule in self._state.rules
                if rule.is_noisy
            ),
            has_terms=bool(self._inputs.penalties.platforms),
            at_stake=self._at_stake(),
            charges=None if self._inputs.charges is None else self._charged(self._inputs.charges),
        )

    def _score(self, statement: str, **values: Any) -> ScoreThen | None:
        rows = self._tables.rows(f"period/{statement}", **values)
        return ScoreThen(**rows[0]) if rows else None

    def _promotion(self) -> Promotion | None:
        rows = self._tables.rows(
            "period/select_last_promotion", as_of=self._state.as_of, usual=self._inputs.usual_profile
        )
        return Promotion(**rows[0]) if rows else None

    def _broken(self) -> tuple[Broken, ...]:
        places: dict[str, list[tuple[str, int]]] = {}
        for row in self._tables.rows("period/count_places_of_broken", **self._span):
            label = f"{self._texts(row['dimension'])} {mask_text(row['place'])}"
            places.setdefault(row["rule_id"], []).append((label, row["orders"]))
        return tuple(
            Broken(
                title=self._title(row.pop("rule_id")),
                places=tuple(places.get(rule_id, ())),
                **row,
            )
            for row in self._tables.rows("period/count_broken", **self._span)
            for rule_id in [row["rule_id"]]
        )

    def _responses(self, cases: pl.DataFrame) -> tuple[Response, ...]:
        """Measure all cases together, then those of each role; false alarms took time, too."""
        as_of, order = self._state.as_of.astimezone(UTC), list(STEPS)
        grouped = [cases.with_columns(group=pl.lit("")), cases.with_columns(group=pl.col("owner"))]
        rows = [row for some in grouped for row in step_times(some, as_of).rows(named=True)]
        rows.sort(key=lambda row: (row["group"], order.index(row["step"])))
        return tuple(
            Response(owner=self._role(owner) if owner else None, **row)
            for row in rows
            for owner in [row.pop("group")]
        )

    def _open_cases(self, cases: pl.DataFrame) -> tuple[OpenCase, ...]:
        as_of, now = self._state.as_of, self._state.as_of.astimezone(UTC)
        is_open = pl.col("resolved_at").is_null() | (pl.col("resolved_at") > now)
        is_overdue = ((pl.col("due_at") < now) & pl.col("snoozed_until").is_null()).fill_null(value=False)
        return tuple(
            OpenCase(
                case_id=row["case_id"],
                title=self._title(row["rule_id"]),
                cause=self._cause(row),
                owner=self._role(row["owner"]),
                assignee=mask_text(row["assignee"] or ""),
                state=self._texts.word("case_state", row["state"]),
                orders=row["orders"],
                opened_at=row["opened_at"].astimezone(as_of.tzinfo),
                due_at=row["due_at"] and row["due_at"].astimezone(as_of.tzinfo),
                is_overdue=row["is_overdue"],
            )
            for row in cases.filter(is_open).with_columns(is_overdue=is_overdue).iter_rows(named=True)
        )

    def _at_stake(self) -> tuple[AtStake, ...]:
        penalties = self._inputs.penalties
        found = self._tables.frame(
            "period/select_priced_findings", rules=sorted(penalties.rules), as_of=self._state.as_of
        )
        return tuple(
            AtStake(
                platform=penalties.platforms[row["platform"]].title.in_locale(self._state.locale),
                title=self._title(row["rule_id"]),
                **{name: row[name] for name in ("orders", "amount", "currency", "unpriced")},
            )
            for row in at_stake(found, penalties).iter_rows(named=True)
        )

    def _charged(self, charges: pl.DataFrame) -> tuple[Charged, ...]:
        since, as_of = (self._span[name].astimezone(UTC) for name in ("since", "as_of"))
        recent = charges.filter(pl.col("charged_at") > since, pl.col("charged_at") <= as_of)
        orders = recent["order_id"].unique().to_list()
        known = self._tables.frame("period/select_cases_of_orders", orders=orders).cast(KNOWN)
        counted = (
            matched(recent, known)
            .group_by("outcome", "currency")
            .agg(charges=pl.len(), amount=pl.col("amount").sum())
            .rows(named=True)
        )
        return tuple(
            Charged(**row)
            for row in sorted(
                counted, key=lambda row: (OUTCOMES.index(row["outcome"]), row["currency"] or "")
            )
        )

    def _title(self, rule_id: str) -> str:
        rule = self._inputs.rules.get(rule_id)
        return rule_id if rule is None else rule.title.in_locale(self._state.locale)

    def _role(self, name: str) -> str:
        return self._inputs.roles.get(name, name)

    def _cause(self, row: Row) -> str:
        kind = self._texts.word("cause", row["cause_kind"])
        if row["cause_kind"] == "system" or row["cause_kind"] in _OF_PEOPLE:
            return kind
        return f"{kind} {mask_text(row['cause'] or self._texts('cause_unknown'))}"
